"""The verbs of bills, each once; importing this package declares them all."""

from sampan.bills.verbs import amendments, circulation, issue, signed, surrender, tokens

__all__ = ["amendments", "circulation", "issue", "signed", "surrender", "tokens"]
