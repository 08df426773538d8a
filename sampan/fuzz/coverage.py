"""What a run reached: verbs x outcomes, the cells that subjects name, and what cannot be reached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from importlib import import_module
from typing import Any, Final

from sampan.model.perform import Call, Done, Outcome
from sampan.suite.verb import Suite, Verb

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
    "ERC20InvalidSender": "an allowance of nobody is asked for before",
    "ECDSAInvalidSignatureLength": "a permit has three parts, never a length",
    "ECDSAInvalidSignatureS": "signers give the lower half; see the tests of OpenZeppelin",
    "InvalidAccountNonce": "nonces are taken, not given",
    "NotDelivered": "a room that is a source: see tests/trade",
    "ReentrancyGuardReentrantCall": "a token that comes again: see tests/trade",
    "NoSuchCondition": "a view",
    "CallTheBook": "said by LoanDesk at its own address, where nobody calls",
    "LoanOutOfRange": "sixteen million facilities",
    "DebtOutOfRange": "as many, and rooms alone have debts",
    "NoValue": "a bill whose delivery its carrier refused in default, and thirty days of silence: see tests/finance",
    "TooManySplits": "a position of a hundred splits: see tests/finance",
    "Panic": "would be a fault",
    "Error": "would be a fault",
}
"""Errors that no act can reach, and why."""
NEVER_DONE: Final = {
    "setAuthority": "disabled",
    "CargoLog.setAuthority": "disabled",
    "Coins.setAuthority": "disabled",
    "Positions.setAuthority": "disabled",
    "register": "the own call of a room that lends: see tests/finance",
    "deregister": "the own call of a room that lends: see tests/finance",
    "move": "the own call of a room that lends: see tests/finance",
    "mint": "the own call of a room that lends: see tests/finance",
    "take": "the own call of a room that lends: see tests/finance",
    "settle": "a deposit's own call, inside a payment",
    "debit": "the books' own call, inside a payment",
    "onBill": "the ledger's own call, inside a lodging",
    "onReplaced": "the ledger's own call, inside a replacement",
    "Sale.agree": "the ledger's verb, which has its own draws",
    "LoanBook.agree": "the ledger's verb, which has its own draws",
    "LoanBook.onBill": "the ledger's own call, inside a lodging",
    "LoanBook.onReplaced": "the ledger's own call, inside a replacement",
    "Sale.onBill": "the ledger's own call, inside a lodging",
    "Sale.onReplaced": "the ledger's own call, inside a replacement",
    "release": "a room's own call, inside a payment",
}
"""Verbs that nobody carries out by themselves, and why."""
NEVER_REFUSED: Final = {
    "cancel": "one's own signature",
    "shorten": "a way that leads where it led",
    "allow": "one's own money",
    "Sale.agree": "the ledger's verb, which has its own draws",
    "LoanBook.agree": "the ledger's verb, which has its own draws",
    "LoanBook.onReplaced": "the ledger's own call",
    "Sale.onReplaced": "the ledger's own call",
    "Positions.setApprovalForAll": "one's own positions",
}
"""Verbs with which nothing can be wrong, or which are not drawn."""
PLAYED_OUT: Final = {"NotOneLodging": "two bills of one room that are to be replaced together"}
"""Errors that chance may miss in two million acts: a set piece reaches each (fuzz/set_pieces.py)."""


class Coverage:
    """Counts of one run; add runs with `+=`."""

    def __init__(self, suite: Suite) -> None:
        self.reached: Counter[Any] = Counter()
        self.outcomes: Counter[tuple[str, str]] = Counter()
        """(verb's name in the suite, error or "done") → how often; the whole function where it is overloaded."""
        self._verbs = {(verb.subject.contract, verb.function): suite.name(verb) for verb in suite.verbs.values()}
        # By name: modules do not go from one process to another.
        self._names = [part.__name__ for _, part in suite.parts("cells")]

    def __iadd__(self, other: Coverage) -> Coverage:
        self.reached += other.reached
        self.outcomes += other.outcomes
        return self

    def count(self, call: Call, outcome: Outcome, cells: Iterable[Any]) -> None:
        """Counts a call that was carried out or refused, and the cells that it was in before."""
        for cell in cells:
            self.reached[cell] += 1
        if isinstance(outcome, Done):
            self._count_done(call.verb)
        else:
            self.outcomes[self._name(call.verb), outcome.error] += 1

    def _count_done(self, verb: Verb) -> None:
        self.outcomes[self._name(verb), "done"] += 1
        for name in type(verb).holders():
            inner = getattr(verb, name)
            for each in inner if isinstance(inner, tuple) else (getattr(inner, "call", None),):
                if isinstance(each, Verb):
                    self._count_done(each)

    def _name(self, verb: Verb) -> str:
        return self._verbs[verb.subject.contract, verb.function]

    # ------------------------------------------------------------------------------------------------------- summing up

    def share(self) -> tuple[int, int, list[Any]]:
        """How many cells were reached, of how many, and which were not."""
        every = [cell for name in self._names for cell in import_module(name).reachable()]
        missing = [cell for cell in every if cell not in self.reached]
        return len(every) - len(missing), len(every), missing

    def errors(self) -> set[str]:
        """All errors that were reached."""
        return {error for _, error in self.outcomes if error not in {"done", ""}}

    def never_reached(self, errors: Iterable[str], verbs: Iterable[str]) -> list[str]:
        """Errors, verbs carried out and verbs refused that should have been reached and were not."""
        done = {verb for verb, outcome in self.outcomes if outcome == "done"} | {*NEVER_DONE}
        refused = {verb for verb, outcome in self.outcomes if outcome != "done"} | {*NEVER_REFUSED}
        known = {*IMPOSSIBLE, *PLAYED_OUT}
        missing = [f"error {error}" for error in sorted(set(errors) - known - self.errors())]
        missing += [f"{verb} done" for verb in sorted(set(verbs) - done)]
        return missing + [f"{verb} refused" for verb in sorted(set(verbs) - refused)]
