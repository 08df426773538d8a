"""Coins: what holders allow, and payments that were measured."""
