"""Settlement agents' books of reserves, and the deposits in them."""
