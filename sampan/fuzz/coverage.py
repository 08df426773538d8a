"""What a run reached: cells status x kind x possessor x verb x caller, verbs x outcomes, and what cannot be reached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any, Final

from sampan.model.calls import Call, Done, Outcome, SignedAct, Terms
from sampan.model.state import NOBODY, Kind, State, Status
from sampan.suite import ids

IMPOSSIBLE: Final = {
    "NumbersExhausted": "a million participants or accounts",
    "CallTheLedger": "said by Amendments and Registry at their own addresses, where nobody calls",
    "AccessManagedInvalidAuthority": "the manager is no longer a contract; said by setAuthority, which is disabled",
    "AccessManagedRequiredDelay": "only with a delay on the administrator's role; see the tests of deployment",
    "AccountBalanceOverflow": "four thousand million bills in one account",
    "BalanceQueryForZeroAddress": "a view",
    "AddressEmptyCode": "the ledger calls itself and rooms, which have code",
    "FailedCall": "a call that fails without a reason; every refusal has one",
    "InsufficientBalance": "the ledger sends no ether",
    "InvalidShortString": "in the constructor",
    "StringTooLong": "in the constructor",
    "StringsInsufficientHexLength": "no hexadecimal text is made",
    "TokenAlreadyExists": "BillExists is said before",
    "TransferFromIncorrectOwner": "NotPossessor is said before",
    "TransferToZeroAddress": "nobody receives at the zero address: MayNotReceive is said before",
    "NotTheLedger": "a room's own, when somebody else calls it",
    "Panic": "would be a fault",
    "Error": "would be a fault",
}
"""Errors that no act can reach, and why."""

Cell = tuple[Status, Kind, str, str, str]
"""Status, kind, possessor, verb, caller."""

POSSESSORS: Final = ("account", "room", "carrier")
CALLERS: Final = (
    "possessor",
    "titleholder",
    "carrier",
    "previous",
    "stranger",
    "suspended",
    "room",
    "operator",
)
VERBS: Final = (
    "issue",
    "issueFromPaper",
    "transfer",
    "transferFrom",
    "safeTransferFrom",
    "endorse",
    "lodge",
    "sign",
    "reject",
    "surrender",
    "accept",
    "refuse",
    "recall",
    "deliver",
    "replace",
    "toPaper",
    "recover",
    "approve",
)
"""Verbs of the cells. Acts by signature count under the verb that they carry, for their signer."""
_BILL_AT: Final = {"transferFrom": 2, "safeTransferFrom": 2, "safeTransferFromWithData": 2, "approve": 1}
_NAME: Final = {"safeTransferFromWithData": "safeTransferFrom"}
_VERBS: Final = frozenset(VERBS)


def reachable() -> Iterator[Cell]:
    """Every cell that can be reached in principle."""
    for status, kind, possessor, verb, caller in product(Status, Kind, POSSESSORS, VERBS, CALLERS):
        if status in {Status.NONE, Status.LINKED}:
            continue
        # Whatever is not live is with the carrier; rooms and other accounts possess live bills only.
        if status is not Status.LIVE and possessor != "carrier":
            continue
        # In blank nobody is titleholder.
        if kind is Kind.BLANK and caller == "titleholder":
            continue
        # An issue is rejected as its first act; issued by name it cannot be.
        if status is Status.VOID and kind is Kind.NAMED:
            continue
        yield (status, kind, possessor, verb, caller)


class Coverage:
    """Counts of one run; add runs with `+=`."""

    def __init__(self) -> None:
        self.reached: Counter[Cell] = Counter()
        self.outcomes: Counter[tuple[str, str]] = Counter()
        """(verb, error or "done") → how often."""

    def __iadd__(self, other: Coverage) -> Coverage:
        self.reached += other.reached
        self.outcomes += other.outcomes
        return self

    def cells(self, state: State, call: Call, now: int) -> list[Cell]:
        """The cells that a call is in, before it is carried out."""
        verb, caller = call.verb, call.sender
        if verb == "act":
            signed: SignedAct = call.args[0]
            call, caller = signed.call, signed.signer
            verb = call.verb
        elif verb == "multicall":
            call = call.args[0][-1] if call.args[0] else call
            verb = call.verb
        verb = _NAME.get(verb, verb)
        if verb not in _VERBS:
            return []
        number = _bill_of(call)
        bill = state.bills.get(number)
        if bill is None:
            return []
        possessor = state.account(bill.possessor)
        lei = ids.lei_of(number)
        kind = "room" if possessor.room else "carrier" if possessor.lei == lei else "account"
        account = state.account(caller)
        classes = []
        if caller == bill.possessor:
            classes.append("possessor")
        if bill.titleholder and account.participant == bill.titleholder:
            classes.append("titleholder")
        if account.lei == lei:
            classes.append("carrier")
        if caller == state.account_at.get(bill.previous_account, NOBODY):
            classes.append("previous")
        if account.number == 0:
            classes.append("stranger")
        if account.suspended_until > now:
            classes.append("suspended")
        if account.room:
            classes.append("room")
        if state.approvals.get(number) == caller or state.operators.get((bill.possessor, caller), False):
            classes.append("operator")
        return [(bill.status, bill.kind, kind, verb, each) for each in classes]

    def count(self, call: Call, outcome: Outcome, cells: Iterable[Cell]) -> None:
        """Counts a call that was carried out or refused."""
        for cell in cells:
            self.reached[cell] += 1
        if isinstance(outcome, Done):
            self._count_done(call)
        else:
            self.outcomes[call.verb, outcome.error] += 1

    def _count_done(self, call: Call) -> None:
        self.outcomes[call.verb, "done"] += 1
        if call.verb == "multicall":
            for inner in call.args[0]:
                self._count_done(inner)
        elif call.verb == "act":
            self._count_done(call.args[0].call)

    # ------------------------------------------------------------------------------------------------------- summing up

    def share(self) -> tuple[int, int, list[Cell]]:
        """How many cells were reached, of how many, and which were not."""
        every = list(reachable())
        missing = [cell for cell in every if cell not in self.reached]
        return len(every) - len(missing), len(every), missing

    def errors(self) -> set[str]:
        """All errors that were reached."""
        return {error for _, error in self.outcomes if error not in {"done", ""}}

    def never_reached(self, errors: Iterable[str], verbs: Iterable[str]) -> list[str]:
        """Errors, verbs carried out and verbs refused that should have been reached and were not."""
        missing = [f"error {error}" for error in sorted(set(errors) - set(IMPOSSIBLE) - self.errors())]
        missing += [f"{verb} done" for verb in sorted(set(verbs) - self.verbs_done() - {"setAuthority"})]
        # Nothing can be wrong with withdrawing one's own signature or shortening a way.
        return missing + [
            f"{verb} refused" for verb in sorted(set(verbs) - self.verbs_refused() - {"cancel", "shorten"})
        ]

    def verbs_done(self) -> set[str]:
        """All verbs that were carried out at least once."""
        return {verb for verb, outcome in self.outcomes if outcome == "done"}

    def verbs_refused(self) -> set[str]:
        """All verbs that were refused at least once."""
        return {verb for verb, outcome in self.outcomes if outcome != "done"}


def _bill_of(call: Call) -> int:
    first: Any = call.args[_BILL_AT.get(call.verb, 0)]
    if isinstance(first, Terms):
        return first.bill
    if isinstance(first, tuple):
        return int(first[0]) if first else 0
    return int(first)
