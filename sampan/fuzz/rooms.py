"""What the rooms of tests/contracts/rooms do, for the model: one honest, seven that misbehave in one manner each."""

from __future__ import annotations

from typing import Final

from sampan.bills.verbs.circulation import Reject, Sign, Transfer
from sampan.fuzz.cast import Manner
from sampan.model.perform import Call, Transaction
from sampan.suite.verb import Refusal
from sampan.suite.words import Purpose, Rejection

_PASSED_ON_TO: Final = slice(32, 64)


class Room:
    """A room whose terms are the participant for whom it holds and, where it passes bills on, the account."""

    def __init__(self, address: str, manner: Manner | None = None) -> None:
        self.address = address
        self.manner = manner
        self.holders: dict[int, int] = {}

    def on_bill(self, ledger: Transaction, bills: tuple[int, ...], giver: str, signer: str, terms: bytes) -> bool:
        """Takes bills in, in its manner."""
        if self.manner is Manner.REFUSES:
            raise Refusal("Refuses")
        if len(terms) < 32:
            raise Refusal("TermsRequired")
        holder = int.from_bytes(terms[:32], "big")
        for bill in bills:
            ledger.state.put(self.holders, bill, holder)
        if self.manner is Manner.WRONG_ANSWER:
            return False
        for bill in bills:
            if self.manner is Manner.REENTERS:
                ledger.attempt(Call(self.address, Sign(bill, Purpose.SEEN, b"")))
            elif self.manner is Manner.PASSES_ON:
                to = terms[_PASSED_ON_TO].rjust(32, b"\0")[12:] if len(terms) >= 64 else bytes(20)
                ledger.call(Call(self.address, Transfer(bill, "0x" + to.hex(), b"")))
            elif self.manner is Manner.REJECTS:
                ledger.attempt(Call(self.address, Reject(bill, Rejection.POSSESSION, b"")))
        return True

    def holder_for(self, bill: int) -> int:
        """For whom it holds, if it says so."""
        if self.manner is Manner.SILENT:
            raise Refusal("Refuses")
        return 0 if self.manner is Manner.HOLDS_FOR_NOBODY else self.holders.get(bill, 0)
