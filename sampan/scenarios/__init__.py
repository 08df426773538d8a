"""Trades told step by step, run on a chain: who takes part, what the documents say, what happens."""
