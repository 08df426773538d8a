"""`sampan finance`: loans secured on bills, as far as an act needs no paper of its own."""

from __future__ import annotations

from sampan.cli import base, verbs


@base.group()
def command() -> None:
    """Loans secured on bills: what is due to lenders and borrower, and to the agent that there is.

    A FACILITY is named by its number in the loan book.
    """


verbs.add(command, "finance")
