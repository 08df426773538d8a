"""Carries out a call as the ledger must: the same checks in the same order, the same errors, the same events.

`perform(state, call, now)` is one transaction: all or nothing. The verbs themselves are in `bill_verbs` and
`identity_verbs`; here are multicall, acts by signature, and agreements.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from sampan.model import bill_verbs, identity_verbs, rules
from sampan.model import events as ev
from sampan.model.calls import Agreement, Call, Done, Outcome, Refused, Signature, SignedAct, Terms
from sampan.model.effects import change, expected_transfer
from sampan.model.frame import Frame
from sampan.model.rules import Refusal
from sampan.model.state import MAX_ACTS, MOVE, NOBODY, State
from sampan.suite import ids


class Transaction:
    """One transaction under way: its events so far, and who signed the act that runs now."""

    __slots__ = ("events", "logs", "signer", "state")

    def __init__(self, state: State) -> None:
        self.state = state
        self.events: list[ev.Event] = []
        self.logs: list[ev.Event] = []
        self.signer = NOBODY

    def log(self, event: ev.Event) -> None:
        """Takes effect and is logged."""
        transfer = expected_transfer(self.state, event)
        if transfer is not None:
            self.logs.append(transfer)
        change(self.state, event)
        self.events.append(event)
        self.logs.append(event)

    def call(self, call: Call) -> None:
        """Carries out a call from an account, a room or the ledger itself; raises `Refusal`."""
        verb = VERBS.get(call.verb)
        if verb is None:
            raise KeyError(f"the ledger has no function {call.verb}")
        if call.value and call.verb not in _PAYABLE:
            raise Refusal("")
        verb(Frame(self, call), *call.args)

    def attempt(self, call: Call) -> bool:
        """Carries out a call or leaves everything as it was (a room's try and catch); whether it was carried out."""
        events, logs, signer = len(self.events), len(self.logs), self.signer
        try:
            with self.state.savepoint():
                self.call(call)
        except Refusal:
            del self.events[events:]
            del self.logs[logs:]
            self.signer = signer
            return False
        return True


def perform(state: State, call: Call, now: int) -> Outcome:
    """Carries out one call as a transaction at `now` (seconds since 1970).

    `Done` with the events, the state changed in place; or `Refused` with the contract's error, the state untouched.
    """
    state.now = now
    transaction = Transaction(state)
    outer = state.begin()
    try:
        transaction.call(call)
    except BaseException as error:
        state.undo(outer)
        if isinstance(error, Refusal):
            return Refused(error.error, error.arguments)
        raise
    finally:
        if state.agreements:
            state.agreements.clear()
    state.keep(outer)
    return Done(transaction.events, transaction.logs)


# ------------------------------------------------------------------------------------------------ several, by signature


def multicall(frame: Frame, calls: tuple[Call, ...]) -> None:
    """Several calls of one sender in one transaction, all or none."""
    for call in calls:
        frame.transaction.call(call)


def act(frame: Frame, signed: SignedAct, signature: Signature) -> None:
    """Carries out a signed act, for whoever pays for it.

    The bill's act count was signed too, so that any act in between voids the signature (L6); and the call must count
    as an act on that bill, or it could be sent again.
    """
    state = frame.state
    act_count = _act_count(state, signed.bill)
    if act_count != signed.act_count or act_count == MAX_ACTS:
        raise Refusal("StaleAct", signed.bill, act_count, signed.act_count)
    if first_word(signed.call) != signed.bill:
        raise Refusal("NotAboutBill", signed.bill)
    frame.require_signed(signed.signer, signature, signed.deadline)

    frame.log(ev.ActedBySignature(signed.bill, signed.signer, frame.sender, signature.digest))
    outer, frame.transaction.signer = frame.transaction.signer, signed.signer
    frame.transaction.call(signed.call)
    frame.transaction.signer = outer
    if _act_count(state, signed.bill) == act_count:
        raise Refusal("NotAboutBill", signed.bill)


def agree(frame: Frame, agreement: Agreement, signature: Signature) -> None:
    """Shows an agreement; it counts until the end of the transaction."""
    state = frame.state
    if not ids.is_well_formed(agreement.bill):
        raise Refusal("MalformedBill", agreement.bill)
    act_count = _act_count(state, agreement.bill)
    if act_count != agreement.act_count or act_count == MAX_ACTS:
        raise Refusal("StaleAct", agreement.bill, act_count, agreement.act_count)
    participant = rules.acting(state, agreement.signer, MOVE).participant
    if participant == 0:
        raise Refusal("NotAPerson", agreement.signer)
    frame.require_signed(agreement.signer, signature, agreement.deadline)

    frame.log(
        ev.Agreed(
            agreement.bill,
            agreement.signer,
            agreement.verb,
            act_count,
            agreement.possessor,
            agreement.titleholder,
            agreement.kind,
            agreement.detail,
        )
    )


def cancel(frame: Frame, digest: bytes) -> None:
    """Withdraws a signature of the caller's, whoever holds it."""
    frame.log(ev.Cancelled(frame.sender, digest))


def first_word(call: Call) -> int | None:
    """The first argument of a call as the number that stands first in its calldata; None when it is no bill's."""
    if not call.args:
        return None
    first = call.args[0]
    if isinstance(first, Terms):
        return first.bill
    if isinstance(first, int):
        return int(first)
    return int(first, 16) if isinstance(first, str) and first.startswith("0x") else None


def _act_count(state: State, bill: int) -> int:
    known = state.bills.get(bill)
    return known.act_count if known else 0


_PAYABLE: Final = frozenset({"approve", "transferFrom", "safeTransferFrom", "safeTransferFromWithData"})

VERBS: Final[Mapping[str, Callable[..., None]]] = {
    "multicall": multicall,
    "act": act,
    "agree": agree,
    "cancel": cancel,
    **bill_verbs.VERBS,
    **identity_verbs.VERBS,
}
"""Solidity's function name → what it does. The second `safeTransferFrom` is `safeTransferFromWithData`."""
