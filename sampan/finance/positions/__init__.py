"""Claims of lenders: parts of a loan that split, move and are sold."""
