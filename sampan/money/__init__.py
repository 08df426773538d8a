"""Money: deposits of banks, the books in which they settle, coins that are listed, exchange (contracts/money)."""
