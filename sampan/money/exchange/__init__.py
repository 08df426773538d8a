"""Payment versus payment, at a rate that a bank quoted and signed."""
