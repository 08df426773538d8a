"""Trade: bills for a price, title and money in one act (contracts/trade)."""
