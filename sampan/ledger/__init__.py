"""The ledger's client: what a programmer at a carrier or a bank issues, moves, answers and reads bills with.

    from sampan.ledger import Ledger, Rejection

Names are loaded when they are first used, so that importing this package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sampan.ledger.base import ContractRefusal, Event
    from sampan.ledger.core import VerbCall
    from sampan.ledger.ids import BillId, bill_name
    from sampan.ledger.ledger import Ledger
    from sampan.ledger.proposal import Proposal
    from sampan.ledger.records import Account, Act, Bill, Entry, History, Participant, Recovery, Room, Terms
    from sampan.ledger.signing import Signed
    from sampan.ledger.words import (
        Endorsement,
        Kind,
        Purpose,
        Receiving,
        RecordLaw,
        Rejection,
        Role,
        Status,
        SurrenderFor,
    )

_HOMES = {
    "base": ("ContractRefusal", "Event"),
    "core": ("VerbCall",),
    "ids": ("BillId", "bill_name"),
    "ledger": ("Ledger",),
    "proposal": ("Proposal",),
    "records": ("Account", "Act", "Bill", "Entry", "History", "Participant", "Recovery", "Room", "Terms"),
    "signing": ("Signed",),
    "words": (
        "Endorsement",
        "Kind",
        "Purpose",
        "Receiving",
        "RecordLaw",
        "Rejection",
        "Role",
        "Status",
        "SurrenderFor",
    ),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Account",
    "Act",
    "Bill",
    "BillId",
    "ContractRefusal",
    "Endorsement",
    "Entry",
    "Event",
    "History",
    "Kind",
    "Ledger",
    "Participant",
    "Proposal",
    "Purpose",
    "Receiving",
    "RecordLaw",
    "Recovery",
    "Rejection",
    "Role",
    "Room",
    "Signed",
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
    return getattr(import_module(f"{__name__}.{home}"), name)
