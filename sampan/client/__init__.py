"""The client of a ledger: what a programmer at a carrier or a bank issues, moves, answers and reads bills with.

    from sampan.client import Ledger, Rejection

Names are loaded when they are first used, so that importing this package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sampan.bills.terms import Terms
    from sampan.cargo.records import Clause
    from sampan.client.core import VerbCall
    from sampan.client.ledger import Ledger
    from sampan.client.papers import Paper
    from sampan.client.proposal import Proposal
    from sampan.client.records import Account, Act, Bill, Entry, History, Participant, Recovery, Room
    from sampan.suite.event import Event
    from sampan.suite.ids import BillId
    from sampan.suite.refusal import ContractRefusal
    from sampan.suite.tell import bill_name
    from sampan.suite.words import (
        Endorsement,
        FactKind,
        Kind,
        Purpose,
        Receiving,
        RecordLaw,
        Rejection,
        Role,
        Status,
        SurrenderFor,
    )

_WORDS = (
    "Endorsement",
    "FactKind",
    "Kind",
    "Purpose",
    "Receiving",
    "RecordLaw",
    "Rejection",
    "Role",
    "Status",
    "SurrenderFor",
)
_HOMES = {
    "bills.terms": ("Terms",),
    "cargo.records": ("Clause",),
    "client.core": ("VerbCall",),
    "client.ledger": ("Ledger",),
    "client.papers": ("Paper",),
    "client.proposal": ("Proposal",),
    "client.records": ("Account", "Act", "Bill", "Entry", "History", "Participant", "Recovery", "Room"),
    "suite.event": ("Event",),
    "suite.ids": ("BillId",),
    "suite.refusal": ("ContractRefusal",),
    "suite.tell": ("bill_name",),
    "suite.words": _WORDS,
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Account",
    "Act",
    "Bill",
    "BillId",
    "Clause",
    "ContractRefusal",
    "Endorsement",
    "Entry",
    "Event",
    "FactKind",
    "History",
    "Kind",
    "Ledger",
    "Paper",
    "Participant",
    "Proposal",
    "Purpose",
    "Receiving",
    "RecordLaw",
    "Recovery",
    "Rejection",
    "Role",
    "Room",
    "Status",
    "SurrenderFor",
    "Terms",
    "VerbCall",
    "bill_name",
]


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"sampan.{home}"), name)
