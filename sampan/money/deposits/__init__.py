"""A bank's deposits: who owes, who holds, who pays."""
