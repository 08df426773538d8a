"""Finance: loans secured on bills, positions of lenders, cargo that secures debts (contracts/finance)."""
