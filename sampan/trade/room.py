"""What the sale answers the ledger, terms by chance, and the way out of it."""

from __future__ import annotations

from typing import Any

from sampan.identity.records import TERMS
from sampan.suite.codec import Malformed
from sampan.suite.verb import Refusal, Verb
from sampan.trade import rules
from sampan.trade.terms import read


class _Code:
    """What it answers the ledger."""

    def on_bill(self, ledger: Any, bill: int, giver: str, terms: bytes) -> tuple[int, int]:
        """Holds for the seller under the terms, which whoever lodges must have made."""
        state = ledger.state
        try:
            offered = read(terms)
        except Malformed:
            raise Refusal("TermsMalformed") from None
        except ValueError:
            raise Refusal("") from None
        account = state.account(giver)
        if account.participant != offered.seller:
            raise Refusal("NotTheSeller", account.participant)
        if not account.roles & TERMS:
            raise Refusal("LacksRole", giver, TERMS)
        rules.sound(state, offered)
        if bill not in offered.bills:
            raise Refusal("NotInTerms", bill)
        state.put(state.offers, offered.hash, offered)
        return offered.seller, offered.deal

    def on_replaced(self, ledger: Any, bills: tuple[int, ...], replacements: tuple[int, ...]) -> None:
        """It surrenders nothing."""


CODE = _Code()


def terms(chance: Any) -> bytes:
    """Terms by chance, of the bill at hand."""
    encoded: bytes = chance.offer().encoded
    return encoded


def out(state: Any, bill: int) -> tuple[int, Verb]:
    """Past the deadline anybody has it given back."""
    from sampan.trade.verbs import Expire

    deal = state.lodgings[bill].deal
    offered = next(each for each in state.offers.values() if each.deal == deal)
    return offered.deadline + 1, Expire(offered)
