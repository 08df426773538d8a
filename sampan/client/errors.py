"""Reverts as named exceptions, in words: what a contract refused, why, and what would be right.

Every error of the suite is an exception of its own (`MayNotReceive`, `RejectTimePassed` ...) with the contract's
arguments as attributes; all are `sampan.errors.Refused`. They are made when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sampan.chain.transactions import revert_text
from sampan.errors import BadInput, SampanError
from sampan.subjects import DRIVEN as SUITE
from sampan.suite import refusal, refusals
from sampan.suite.refusal import ContractRefusal as ContractRefusal  # noqa: PLC0414  (exported from here)
from sampan.suite.refusal import UnknownRefusal as UnknownRefusal  # noqa: PLC0414

if TYPE_CHECKING:
    from sampan.chain.transactions import Reverted
    from sampan.suite.refusals import *  # noqa: F403
    from sampan.suite.tell import Names
else:

    def __getattr__(name: str) -> type[ContractRefusal]:
        return getattr(refusals, name)


class NotOnLedger(BadInput):
    """Nobody and nothing of that name is on this ledger: a bill, a participant, a room."""

    code = "ledger.unknown"


class DocumentRefused(BadInput):
    """A document cannot be issued by this participant, on this ledger, so; nothing was sent."""

    code = "document.refused"


class BearerBill(DocumentRefused):
    """The document makes a bearer bill, and nobody has said that one is meant (T6)."""

    code = "document.bearer"


class BatchRefused(SampanError):
    """One of several acts was refused, so that none of its transaction was done.

    `position` counts from 1; `refusal` is the contract's own; `done` are the acts of the transactions before it.
    """

    code = "refused.batch"
    exit_code = 5

    def __init__(self, position: int, count: int, label: str, refusal: ContractRefusal, done: tuple[Any, ...]) -> None:
        before = sum(max(1, len(act.bills)) for act in done)
        sent = f"the first {before} were done, none after them" if done else f"none of the {count} was sent"
        super().__init__(
            f"act {position} of {count} ({label}) was refused: {refusal.message}; {sent}",
            subject=refusal.subject,
            hint=refusal.hint,
            code=refusal.code,
        )
        self.position = position
        self.refusal = refusal
        self.done = done


def from_revert(reverted: Reverted, names: Names | None = None) -> ContractRefusal:
    """The named exception for a revert; `UnknownRefusal`, with the raw data, for one that no ABI of the suite has."""
    data = reverted.data
    more = {"hint": reverted.hint, "transaction": reverted.transaction_hash}
    try:
        found = refusal.named(data, SUITE.refusals, names, **more)
    except ValueError:
        found = None
    if found is None:
        raw = f" (0x{data.hex()})" if data else ""
        found = UnknownRefusal(f"a contract refused: {revert_text(data)}{raw}", arguments={}, data=data, **more)
    if reverted.call is not None and reverted.call.label:
        found.subject = reverted.call.label
    return found
