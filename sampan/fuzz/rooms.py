"""What the rooms of tests/contracts/rooms do, for the model: one honest, six that misbehave in one manner each."""

from __future__ import annotations

from sampan.bills.verbs.circulation import GiveBack, Sign, Transfer
from sampan.bills.verbs.tokens import SetApprovalForAll
from sampan.fuzz.cast import Manner
from sampan.model.perform import Call, Transaction
from sampan.suite.verb import Refusal
from sampan.suite.words import Purpose

_MOST_DEAL = (1 << 208) - 1


class Room:
    """A room whose terms are the participant for whom it holds, and the deal or, where it passes on, the account."""

    def __init__(self, address: str, manner: Manner | None = None) -> None:
        self.address = address
        self.manner = manner

    def on_bill(self, ledger: Transaction, bill: int, giver: str, terms: bytes) -> tuple[int, int]:
        """Answers for whom and under which deal, in its manner."""
        if self.manner is Manner.REFUSES:
            raise Refusal("Refuses")
        if len(terms) < 32:
            raise Refusal("TermsRequired")
        holder = int.from_bytes(terms[:32], "big")
        second = int.from_bytes(terms[32:64], "big") if len(terms) >= 64 else 0
        if self.manner is Manner.HOLDS_FOR_NOBODY:
            holder = 0
        if self.manner is Manner.REENTERS:
            again = Sign(bill, Purpose.SEEN, b"") if len(terms) < 64 else SetApprovalForAll(self.address, False)
            ledger.call(Call(self.address, again))
        if self.manner is Manner.GIVES_BACK:
            ledger.call(Call(self.address, GiveBack(bill, b"")))
        if self.manner is Manner.PASSES_ON:
            to = second.to_bytes(32, "big")[12:]
            ledger.call(Call(self.address, Transfer(bill, "0x" + to.hex(), b"")))
        return holder, second & _MOST_DEAL

    def on_replaced(self, ledger: Transaction, bills: tuple[int, ...], replacements: tuple[int, ...]) -> None:
        """Takes what it is told, in its manner."""
        if self.manner is Manner.REFUSES_REPLACEMENTS:
            raise Refusal("Refuses")
