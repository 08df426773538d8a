"""Cargo data bound to bills: who may say what, batches that producers anchored, facts, conditions."""
