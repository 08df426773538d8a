"""The situations of a bill that a run should reach: status x kind x possessor x verb x caller."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import compress, product
from typing import Any, Final

from sampan.bills.records import Bill, Bills
from sampan.bills.subject import BILLS
from sampan.bills.verbs.signed import Act, Agree, Multicall
from sampan.identity.records import Account
from sampan.model.perform import Call
from sampan.suite import ids
from sampan.suite.verb import Verb
from sampan.suite.words import Kind, Status

Cell = tuple[Status, Kind, str, str, str]
"""Status, kind, possessor, verb, caller."""

POSSESSORS: Final = ("account", "room", "carrier")
CALLERS: Final = ("possessor", "titleholder", "carrier", "previous", "stranger", "suspended", "room", "operator")
"""What an account is to a bill, by the state and the time."""


def _callers(state: Bills, bill: Bill, caller: Account, now: int) -> Iterator[str]:
    """Which of them an account is."""
    address = caller.address
    fits = (
        address == bill.possessor,
        bill.titleholder != 0 and caller.participant == bill.titleholder,
        caller.lei == ids.lei_of(bill.id),
        address == state.account_at.get(bill.previous_account),
        caller.number == 0,
        caller.suspended_until > now,
        caller.room,
        state.approvals.get(bill.id) == address or state.operators.get((bill.possessor, address), False),
    )
    return compress(CALLERS, fits)


@cache
def name_of(verb: type[Verb]) -> str:
    """The function's name: overloaded ones count as one."""
    return verb.function.partition("(")[0]


def verbs() -> list[str]:
    """The verbs of the cells: those that are about a bill. Acts by signature count under the verb that they carry."""
    found = {name_of(verb): None for verb in BILLS.verbs.values() if verb not in (Act, Agree) and bill_at(verb)}
    return list(found)


@cache
def bill_at(verb: type[Verb]) -> str:
    """The argument that names the bill of a verb; empty when there is none."""
    for argument in verb.arguments():
        if argument.kind.name in ("bill", "bills", "struct"):
            return argument.name
    return ""


def possessor_of(state: Bills, bill: Bill) -> str:
    """What possesses a bill: its carrier, a room, or another account."""
    possessor = state.account(bill.possessor)
    return "room" if possessor.room else "carrier" if possessor.lei == ids.lei_of(bill.id) else "account"


def bill_of(verb: Verb) -> int:
    """The bill that a verb is about first; 0 when it names none."""
    name = bill_at(type(verb))
    found: Any = getattr(verb, name) if name else 0
    if isinstance(found, tuple):
        found = found[0] if found else 0
    return int(getattr(found, "bill", found))


def reachable() -> Iterator[Cell]:
    """Every cell that can be reached in principle."""
    for status, kind, possessor, verb, caller in product(Status, Kind, POSSESSORS, verbs(), CALLERS):
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


def cells(state: Bills, call: Call, now: int) -> list[Cell]:
    """The cells that a call is in, before it is carried out."""
    verb: Any = call.verb
    caller = call.sender
    if isinstance(verb, Act):
        verb, caller = verb.signed.call, verb.signed.signer
    elif isinstance(verb, Multicall) and verb.data:
        verb = verb.data[-1]
    if verb.subject is not BILLS or isinstance(verb, (Act, Agree, Multicall)):
        return []
    number = bill_of(verb)
    bill = state.bills.get(number)
    if bill is None:
        return []
    kind: type[Verb] = type(verb)
    situation = (bill.status, bill.kind, possessor_of(state, bill), name_of(kind))
    account = state.account(caller)
    return [(*situation, name) for name in _callers(state, bill, account, now)]
