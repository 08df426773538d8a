"""What a verb sees of the call it carries out: who acts, who called, the verb's selector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sampan.model import rules
from sampan.model.calls import SELECTORS, Call, Signature
from sampan.model.rules import Refusal
from sampan.model.state import Account, Bill, Kind

if TYPE_CHECKING:
    from sampan.model import events as ev
    from sampan.model.verbs import Transaction


class Frame:
    """One call inside a transaction."""

    __slots__ = ("actor", "call", "sender", "state", "transaction", "verb")

    def __init__(self, transaction: Transaction, call: Call) -> None:
        self.transaction = transaction
        self.state = transaction.state
        self.call = call
        self.sender = call.sender
        # The ledger calls itself to carry out a signed act.
        self.actor = transaction.signer if call.sender == self.state.ledger else call.sender
        self.verb = SELECTORS.get(call.verb, b"")

    def log(self, event: ev.Event) -> None:
        """Takes effect and is logged."""
        self.transaction.log(event)

    def restricted(self) -> None:
        """Only whoever has the role for this function (AccessManager)."""
        if self.state.administrators.get(self.call.verb) != self.sender:
            raise Refusal("AccessManagedUnauthorized", self.sender)

    def require_signed(self, signer: str, signature: Signature, deadline: int) -> None:
        """`signer` is the caller or signed, in time, and has not withdrawn it. Deadlines are inclusive."""
        if self.state.now > deadline:
            raise Refusal("SignatureExpired", deadline)
        if signer == self.sender and signature.empty:
            return
        if self.state.cancelled.get((signer, signature.digest), False):
            raise Refusal("SignatureCancelled", signer, signature.digest)
        if signature.by != signer:
            raise Refusal("NotSignedBy", signer)

    def welcome(
        self,
        bill: Bill,
        giver: Account,
        taker: Account,
        possessor: str,
        titleholder: int,
        kind: Kind,
    ) -> None:
        """The taker takes the bill from this giver, or has agreed to this very act."""
        rules.welcome(
            self.state, self.verb, bill.id, bill.act_count, giver, taker, possessor, titleholder, kind, bytes(32)
        )

    def has_agreed(
        self, participant: int, bill: Bill, possessor: str, titleholder: int, kind: Kind, detail: bytes
    ) -> bool:
        """Whether the participant has agreed to this very act on the bill."""
        return rules.has_agreed(
            self.state, self.verb, participant, bill.id, bill.act_count, possessor, titleholder, kind, detail
        )
