"""Screening: a participant's own lists, who is on them, and its own record of what it asked (T35)."""
