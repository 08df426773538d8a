"""The loan book."""
