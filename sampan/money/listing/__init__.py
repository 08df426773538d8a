"""The list of coins: tokens of licensed issuers, and for which countries each is listed."""
