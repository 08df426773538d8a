"""A call to the ledger as data, and how it ends.

What a call carries that only cryptography can tell is given with it: who really signed a text (`Signature`), and the
hash that the ledger makes of the call's own arguments (`Call.hash`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from sampan.model.events import Event
from sampan.model.state import NO_HASH, Kind, Receiving, RecordLaw


@dataclass(frozen=True, slots=True)
class Terms:
    """What is fixed when a bill is issued."""

    bill: int
    kind: Kind
    titleholder: str
    """An account of the consignee or endorsee; zero in blank."""
    root: bytes
    checksum: bytes
    carriage_law: str = ""
    record_law: RecordLaw = RecordLaw.RULEBOOK_ONLY
    hash: bytes = field(default=NO_HASH, compare=False)
    """keccak256 of them as the ledger encodes them: what whoever is given the bill agrees to."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that comes with a call."""

    by: str | None
    """The account for which it is valid over the text that the ledger makes; None: for nobody."""
    digest: bytes = NO_HASH
    """EIP-712 digest of that text."""
    empty: bool = False
    """Nothing was handed in: the caller speaks for itself."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a new participant signs with its first account."""

    lei: int
    parent: int
    country: str
    roles: int
    rulebook: bytes
    account: str
    receiving: Receiving
    deadline: int


@dataclass(frozen=True, slots=True)
class SignedAct:
    """An act on a bill that somebody else may send for the signer."""

    signer: str
    bill: int
    act_count: int
    call: Call
    deadline: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a participant agrees to although another acts."""

    signer: str
    bill: int
    act_count: int
    verb: bytes
    possessor: str
    titleholder: int
    kind: Kind
    detail: bytes
    deadline: int


@dataclass(frozen=True, slots=True)
class Call:
    """One call: who sends it, which function (Solidity's name), its arguments in Solidity's order."""

    sender: str
    verb: str
    args: tuple[Any, ...]
    value: int = 0
    hash: bytes = NO_HASH
    """`replace`: the hash of bills and replacements. `surrender`: the hash of purpose and agreed."""


@dataclass(frozen=True, slots=True)
class Done:
    """The call was carried out."""

    events: list[Event]
    """What Sampan and ERC-721's approvals logged, in this order."""
    logs: list[Event]
    """The same with ERC-721's `Transfer` where it stands."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The call was refused; the state is as it was. The error's name is empty when no reason was given."""

    error: str
    args: tuple[Any, ...] = ()


Outcome = Done | Refused

SELECTORS: Final = {
    name: bytes.fromhex(selector)
    for name, selector in {
        "issue": "b1e698d6",
        "issueFromPaper": "c49c6aa4",
        "transfer": "00c017ca",
        "transferFrom": "23b872dd",
        "safeTransferFrom": "42842e0e",
        "safeTransferFromWithData": "b88d4fde",
        "endorse": "29b361c4",
        "lodge": "2f9c3d72",
        "surrender": "85a4162a",
        "replace": "65764731",
    }.items()
}
"""Function → selector, of the verbs that an agreement may name."""
