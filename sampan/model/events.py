"""What the ledger logs: one class an event, with the field names of Solidity in snake case (`from` is `giver`).

`from_decoded` makes one from a decoded log. The rebuild reads Sampan's events; ERC-721's `Transfer` stands beside and
adds nothing (`effects.expected_transfer` says which one), `Approval` and `ApprovalForAll` tell who may move possession.

Numbers are integers, `bytes32` and `bytes` are bytes, addresses lower-case text, countries and codes text.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from sampan.model.state import Endorsement, Kind, Purpose, Receiving, RecordLaw, Rejection, SurrenderFor


@dataclass(frozen=True, slots=True)
class Event:
    """Something that the ledger logged."""


# ---------------------------------------------------------------------------------------------------------------- bills


@dataclass(frozen=True, slots=True)
class BillEvent(Event):
    """An event about one bill."""

    bill: int


@dataclass(frozen=True, slots=True)
class Issued(BillEvent):
    """A bill was issued to its first possessor."""

    actor: str
    possessor: str
    titleholder: int
    kind: Kind
    root: bytes
    checksum: bytes
    carriage_law: str
    record_law: RecordLaw
    act_count: int
    issued: int
    remark: bytes


@dataclass(frozen=True, slots=True)
class IssuedFromPaper(BillEvent):
    """A bill was issued in place of paper (L12)."""

    actor: str
    possessor: str
    titleholder: int
    kind: Kind
    root: bytes
    checksum: bytes
    carriage_law: str
    record_law: RecordLaw
    act_count: int
    issued: int
    originals: int
    statement: bytes
    remark: bytes


@dataclass(frozen=True, slots=True)
class ReplacementIssued(BillEvent):
    """A bill was issued in place of others, in the act that replaced them."""

    actor: str
    possessor: str
    titleholder: int
    kind: Kind
    root: bytes
    checksum: bytes
    carriage_law: str
    record_law: RecordLaw
    act_count: int
    issued: int
    replaces: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Transferred(BillEvent):
    """Possession moved; title stayed."""

    giver: str
    to: str
    act_count: int
    remark: bytes


@dataclass(frozen=True, slots=True)
class Endorsed(BillEvent):
    """Title moved; possession too when `to` is not `giver`."""

    giver: str
    to: str
    endorsement: Endorsement
    titleholder: int
    act_count: int
    remark: bytes


@dataclass(frozen=True, slots=True)
class Lodged(BillEvent):
    """A room took possession under terms."""

    giver: str
    room: str
    endorsement: Endorsement
    titleholder: int
    act_count: int
    terms: bytes


@dataclass(frozen=True, slots=True)
class Signed(BillEvent):
    """The possessor signed with a purpose; nothing moved."""

    actor: str
    purpose: Purpose
    act_count: int
    remark: bytes


@dataclass(frozen=True, slots=True)
class Rejected(BillEvent):
    """A receiver rejected what it was given; `to` possesses afterwards."""

    actor: str
    to: str
    rejection: Rejection
    act_count: int
    remark: bytes


@dataclass(frozen=True, slots=True)
class Surrendered(BillEvent):
    """The bill went to the carrier's account `to`, to be answered."""

    giver: str
    to: str
    purpose: SurrenderFor
    agreed: bytes
    act_count: int
    remark: bytes


@dataclass(frozen=True, slots=True)
class SurrenderAccepted(BillEvent):
    """The carrier accepted a surrender for delivery."""

    actor: str
    act_count: int
    remark: bytes


@dataclass(frozen=True, slots=True)
class SurrenderRefused(BillEvent):
    """The carrier refused a surrender; the bill went back as it was."""

    actor: str
    to: str
    act_count: int
    remark: bytes


@dataclass(frozen=True, slots=True)
class SurrenderRecalled(BillEvent):
    """Whoever surrendered took it back; never the carrier's answer."""

    actor: str
    to: str
    act_count: int
    remark: bytes


@dataclass(frozen=True, slots=True)
class Replaced(BillEvent):
    """The bill ended; `replacements` stand in its place."""

    actor: str
    replacements: tuple[int, ...]
    act_count: int
    remark: bytes


@dataclass(frozen=True, slots=True)
class SwitchedToPaper(BillEvent):
    """The record ended; paper stands in its place (L13)."""

    actor: str
    originals: int
    statement: bytes
    act_count: int
    remark: bytes


@dataclass(frozen=True, slots=True)
class Delivered(BillEvent):
    """The cargo was delivered against the surrendered bill (P9)."""

    actor: str
    act_count: int
    remark: bytes


@dataclass(frozen=True, slots=True)
class PossessionRecovered(BillEvent):
    """Possession followed a recovered account to its successor."""

    giver: str
    to: str
    act_count: int


@dataclass(frozen=True, slots=True)
class Agreed(BillEvent):
    """A participant showed its agreement to an act; it counts in its transaction."""

    signer: str
    verb: bytes
    act_count: int
    possessor: str
    titleholder: int
    kind: Kind
    detail: bytes


@dataclass(frozen=True, slots=True)
class MovedByOperator(BillEvent):
    """An approved operator moved possession; `Transferred` stands beside."""

    operator: str
    possessor: str


@dataclass(frozen=True, slots=True)
class ActedBySignature(BillEvent):
    """A relayer carried out a signed act; its own event stands beside."""

    signer: str
    relayer: str
    digest: bytes


# ------------------------------------------------------------------------------------------------------------- identity


@dataclass(frozen=True, slots=True)
class ParticipantEnrolled(Event):
    """A legal person was enrolled."""

    participant: int
    lei: int
    parent: int
    country: str
    roles: int
    rulebook: bytes


@dataclass(frozen=True, slots=True)
class AccountAdded(Event):
    """An account began; `sponsor` vouched for it, nobody at enrolment and recovery."""

    participant: int
    account: str
    sponsor: str
    number: int
    roles: int
    receiving: Receiving


@dataclass(frozen=True, slots=True)
class AccountRemoved(Event):
    """An account ended; its number points to `successor`."""

    participant: int
    account: str
    successor: str
    by: str


@dataclass(frozen=True, slots=True)
class AccountRolesSet(Event):
    """An account's roles changed."""

    participant: int
    account: str
    roles: int
    by: str


@dataclass(frozen=True, slots=True)
class ReceivingSet(Event):
    """From whom an account receives changed."""

    participant: int
    account: str
    receiving: Receiving
    by: str


@dataclass(frozen=True, slots=True)
class GiverListed(Event):
    """A participant was listed, or no longer, as a giver."""

    participant: int
    giver: int
    listed: bool
    by: str


@dataclass(frozen=True, slots=True)
class ProfileSet(Event):
    """A participant's parent and roles changed."""

    participant: int
    parent: int
    roles: int


@dataclass(frozen=True, slots=True)
class CodeAssigned(Event):
    """A carrier code has an owner; 0: none any more."""

    list: str
    code: str
    participant: int


@dataclass(frozen=True, slots=True)
class RulebookSigned(Event):
    """A participant signed a rulebook version."""

    participant: int
    rulebook: bytes
    by: str


@dataclass(frozen=True, slots=True)
class RecordLawsPublished(Event):
    """Under which laws of the electronic record the carrier's cover stands."""

    participant: int
    record_laws: int
    by: str


@dataclass(frozen=True, slots=True)
class AnswerTimePublished(Event):
    """Within how many hours surrenders are answered, from the second `start` on."""

    participant: int
    answer_hours: int
    start: int
    by: str


@dataclass(frozen=True, slots=True)
class ParticipantSuspended(Event):
    """A participant has no standing until the second `until`."""

    participant: int
    until: int
    ground: bytes


@dataclass(frozen=True, slots=True)
class SuspensionLifted(Event):
    """A suspension ended early."""

    participant: int


@dataclass(frozen=True, slots=True)
class WindingDownSet(Event):
    """A participant winds down, or no longer."""

    participant: int
    winding_down: bool


@dataclass(frozen=True, slots=True)
class RecoveryProposed(Event):
    """A recovery waits."""

    participant: int
    lost: str
    successor: str
    roles: int
    executable_from: int
    ground: bytes


@dataclass(frozen=True, slots=True)
class RecoveryVetoed(Event):
    """A recovery was stopped."""

    participant: int
    lost: str
    by: str


@dataclass(frozen=True, slots=True)
class AccountRecovered(Event):
    """A lost account ended; its number points to `successor`."""

    participant: int
    lost: str
    successor: str


@dataclass(frozen=True, slots=True)
class RoomListed(Event):
    """A room was listed for participants of some countries."""

    room: str
    number: int
    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoomDelisted(Event):
    """A room lets out what it holds and receives nothing new."""

    room: str


@dataclass(frozen=True, slots=True)
class Cancelled(Event):
    """A signer withdrew a signature."""

    signer: str
    digest: bytes


# -------------------------------------------------------------------------------------------------------------- ERC-721


@dataclass(frozen=True, slots=True)
class Transfer(Event):
    """ERC-721: the token's owner changed. Adds nothing to Sampan's own event beside it."""

    giver: str
    to: str
    bill: int


@dataclass(frozen=True, slots=True)
class Approval(Event):
    """ERC-721: an account may move possession of a bill until it moves."""

    owner: str
    approved: str
    bill: int


@dataclass(frozen=True, slots=True)
class ApprovalForAll(Event):
    """ERC-721: an operator may, or may no longer, move possession of all that the owner possesses."""

    owner: str
    operator: str
    approved: bool


EVENTS: Final[dict[str, type[Event]]] = {
    event.__name__: event
    for event in (
        Issued,
        IssuedFromPaper,
        ReplacementIssued,
        Transferred,
        Endorsed,
        Lodged,
        Signed,
        Rejected,
        Surrendered,
        SurrenderAccepted,
        SurrenderRefused,
        SurrenderRecalled,
        Replaced,
        SwitchedToPaper,
        Delivered,
        PossessionRecovered,
        Agreed,
        MovedByOperator,
        ActedBySignature,
        ParticipantEnrolled,
        AccountAdded,
        AccountRemoved,
        AccountRolesSet,
        ReceivingSet,
        GiverListed,
        ProfileSet,
        CodeAssigned,
        RulebookSigned,
        RecordLawsPublished,
        AnswerTimePublished,
        ParticipantSuspended,
        SuspensionLifted,
        WindingDownSet,
        RecoveryProposed,
        RecoveryVetoed,
        AccountRecovered,
        RoomListed,
        RoomDelisted,
        Cancelled,
        Transfer,
        Approval,
        ApprovalForAll,
    )
}
"""Event's name on the ledger → its class."""

ACTS_ON_BILLS: Final = frozenset(
    {
        Issued,
        IssuedFromPaper,
        ReplacementIssued,
        Transferred,
        Endorsed,
        Lodged,
        Signed,
        Rejected,
        Surrendered,
        SurrenderAccepted,
        SurrenderRefused,
        SurrenderRecalled,
        Replaced,
        SwitchedToPaper,
        Delivered,
        PossessionRecovered,
    }
)
"""Events that count one act of their bill each and carry the count."""

_ABI_NAMES: Final = {"giver": "from", "start": "from"}
_ABI_NAMES_OF: Final = {
    ("GiverListed", "giver"): "giver",
    ("Transfer", "bill"): "tokenId",
    ("Approval", "bill"): "tokenId",
}


def _text(value: bytes | str) -> str:
    """Left-aligned ASCII in bytesN; Latin-1, so that whatever stands there is kept."""
    raw = bytes.fromhex(value.removeprefix("0x")) if isinstance(value, str) else bytes(value)
    return raw.rstrip(b"\0").decode("latin-1")


def _raw(value: bytes | str) -> bytes:
    return bytes.fromhex(value.removeprefix("0x")) if isinstance(value, str) else bytes(value)


def _numbers(value: Any) -> tuple[int, ...]:
    return tuple(int(each) for each in value)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(_text(each) for each in value)


ENUMERATIONS: Final[dict[str, type[IntEnum]]] = {
    each.__name__: each for each in (Kind, RecordLaw, Endorsement, Purpose, Rejection, SurrenderFor, Receiving)
}
_TEXTS: Final = {"country", "carriage_law", "list", "code"}
_CONVERTERS: Final[dict[str, Callable[[Any], Any]]] = {
    "int": int,
    "bool": bool,
    "bytes": _raw,
    "str": lambda address: str(address).lower(),
    "tuple[int, ...]": _numbers,
    "tuple[str, ...]": _texts,
    **ENUMERATIONS,
}


def _camel(field: str) -> str:
    head, *rest = field.split("_")
    return head + "".join(word.capitalize() for word in rest)


def abi_name(event: str, field: str) -> str:
    """The name that an event's field has in the ABI of ILedger."""
    return _ABI_NAMES_OF.get((event, field)) or _ABI_NAMES.get(field) or _camel(field)


def _plan(event: type[Event]) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    return tuple(
        (
            abi_name(event.__name__, field.name),
            _text if field.name in _TEXTS else _CONVERTERS[str(field.type)],
        )
        for field in dataclasses.fields(event)
    )


_PLANS: Final = {name: _plan(event) for name, event in EVENTS.items()}


def from_decoded(name: str, args: Mapping[str, Any]) -> Event:
    """An event from its name and decoded arguments, under the names of the ABI.

    Addresses may be in any case, fixed bytes may be bytes or hex. Raises KeyError for an unknown event or a missing
    argument, ValueError for a value outside its enumeration.
    """
    return EVENTS[name](*[convert(args[field]) for field, convert in _PLANS[name]])
