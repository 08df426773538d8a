"""The ledger's client: what a programmer at a carrier or a bank issues, moves, answers and reads bills with."""
