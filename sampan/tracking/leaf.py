"""Events as leaves of a batch: the words of `CargoEvent` (contracts/cargo/ICargoLog.sol).

A leaf is an event for one bill, or for none. It says what happened (`kind`) only where the event is an actual one and
its code, the container's load and the place fit the bill; else it says nothing that a contract acts on, and of no bill.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from sampan.cargo.records import CargoEvent
from sampan.cargo.rules import blinded
from sampan.keccak import keccak
from sampan.suite.words import FactKind
from sampan.tracking.links import Belonging, Link
from sampan.tracking.rules import Event

_TAG: Final = b"sampan.cargo-event/1"
_ABOUT_TAG: Final = b"sampan.cargo-about/1"
SALT_BYTES: Final = 32
_NOTHING: Final = bytes(32)
_OF_NO_BILL: Final = bytes(32 + 8)
"""Bill and version in the key of an event's first leaf."""
_NO_AMOUNT: Final = bytes(3 * 32)
"""The words `validUntil`, `amount` and `measure`: what an event of the trade never says."""


def key_of(event_id: bytes, bill: int, version: int = 0) -> bytes:
    """The key of an event (its UUID's 16 bytes) for a bill, 0 for none, in a version: 0, and one more a correction."""
    return keccak(_TAG + event_id + bill.to_bytes(32, "big") + version.to_bytes(8, "big"))


def rest_of(salt: bytes, body: bytes) -> bytes:
    """The salted hash of an event's canonical bytes."""
    return keccak(salt + body)


def about_salt(salt: bytes) -> bytes:
    """The salt behind what a leaf is about. It is shown on chain, and from it the leaf's own salt cannot be found."""
    return keccak(_ABOUT_TAG + salt)


def about_of(bill: int, salt: bytes) -> bytes:
    """The blinded bill of a leaf with this salt."""
    return blinded(bill, about_salt(salt))


class Leaf(NamedTuple):
    """What the store keeps of a leaf beside its event: from these and the event its words follow."""

    bill: int | None
    kind: int
    unit: int
    happened_at: int
    place: str
    corrects: bytes | None
    salt: bytes
    hash: bytes

    def words(self, event_id: bytes, version: int, body: bytes) -> CargoEvent:
        """The leaf of an event, in a version with these canonical bytes, as the contract takes it."""
        bill = self.bill or 0
        return CargoEvent(
            key=key_of(event_id, bill, version),
            corrects=self.corrects or _NOTHING,
            kind=FactKind(self.kind),
            happened_at=self.happened_at,
            valid_until=0,
            amount=0,
            measure="",
            place=self._place(),
            about=self._about(),
            unit=self.unit,
            rest=rest_of(self.salt, body),
        )

    def hashed(self, event_id: bytes, version: int, body: bytes) -> Leaf:
        """The leaf with the hash of its words."""
        made = _hash(
            key_of(event_id, self.bill or 0, version),
            self.corrects or _NOTHING,
            self.kind.to_bytes(32, "big"),
            self.happened_at.to_bytes(32, "big"),
            self._place(),
            self._about(),
            self.unit.to_bytes(32, "big"),
            rest_of(self.salt, body),
        )
        return self._replace(hash=made)

    def _place(self) -> bytes:
        return self.place.encode("ascii").ljust(32, b"\0")

    def _about(self) -> bytes:
        return about_of(self.bill or 0, self.salt) if self.kind else _NOTHING


def happened_at(event: Event) -> int:
    """The second of a leaf: when it happened; of a plan, an estimate and what was taken back, when that was said."""
    moment = event.happened if event.classifier == "ACT" and not event.retracted else event.spoken
    return moment // 1_000_000


def plain_leaf(event: Event, body: bytes, salt: bytes) -> Leaf:
    """The first leaf of an event that belongs to no bill."""
    moment = happened_at(event)
    key = keccak(_TAG + event.id + _OF_NO_BILL)
    second = moment.to_bytes(32, "big")
    made = _hash(key, _NOTHING, _NOTHING, second, _NOTHING, _NOTHING, _NOTHING, keccak(salt + body))
    return Leaf(None, 0, 0, moment, "", None, salt, made)


def _hash(
    key: bytes, corrects: bytes, kind: bytes, second: bytes, place: bytes, about: bytes, unit: bytes, rest: bytes
) -> bytes:
    """The hash of a leaf, of its words: as `sampan.cargo.rules.leaf`, without its objects for each of a million."""
    return keccak(keccak(b"".join((key, corrects, kind, second, _NO_AMOUNT, place, about, unit, rest))))


def leaf(
    event: Event,
    body: bytes,
    belongs: Belonging | None,
    salt: bytes,
    *,
    version: int = 0,
    corrects: bytes | None = None,
    bill: int | None = None,
) -> Leaf:
    """The leaf of an event for a bill that it belongs to; for a `bill` that it no longer belongs to; for none."""
    kind, unit, place = FactKind.NONE, 0, ""
    if belongs is not None:
        bill = belongs.link.bill
        kind, place = meaning(event, belongs.link)
        unit = belongs.unit if kind else 0
    made = Leaf(bill, int(kind), unit, happened_at(event), place, corrects, salt, _NOTHING)
    return made.hashed(event.id, version, body)


# --------------------------------------------------------------------------------------------------------- what it says

_SHIP: Final = frozenset(("VESSEL", ""))
"""What a container is loaded on board of, or discharged from, for the bill; some reports of it name no transport."""
_AFLOAT: Final = _SHIP | {"BARGE"}


def meaning(event: Event, link: Link) -> tuple[FactKind, str]:
    """What an event that belongs to a bill says of it, and where: facility or port, a port for ships, a country for
    customs."""
    kind = _kind(event, link) if event.classifier == "ACT" and not event.retracted else FactKind.NONE
    if kind is FactKind.NONE:
        return kind, ""
    if kind in (FactKind.EXPORT_RELEASED, FactKind.IMPORT_RELEASED):
        return kind, event.port[:2]
    if kind in (FactKind.DEPARTED, FactKind.ARRIVED):
        return kind, event.port
    return kind, event.facility or event.port


def may_say(event: Event, words: CargoEvent) -> bool:
    """Whether a leaf's words are such as its event gives for some bill: that kind, there and then, of a box or of none.

    Which bill it is of, and which box, only the document tells.
    """
    if words.happened_at != happened_at(event):
        return False
    if words.kind is FactKind.NONE:
        return words.unit == 0 and not words.place.strip(b"\0")
    if (words.unit > 0) is not (event.type == "EQUIPMENT"):
        return False
    ends = ((event.port, ""), ("", event.port), ("", ""))
    links = (Link(0, b"", "", "", "", (), loading, discharge, "", "", {}) for loading, discharge in ends)
    said = words.kind, words.place.rstrip(b"\0").decode("ascii", "replace")
    return said in [meaning(event, link) for link in links]


def _kind(event: Event, link: Link) -> FactKind:
    port, code = event.port, event.code
    if event.type == "TRANSPORT":
        if event.mode != "VESSEL":
            return FactKind.NONE
        if code == "DEPA" and port == link.loading:
            return FactKind.DEPARTED
        return FactKind.ARRIVED if code == "ARRI" and port == link.discharge else FactKind.NONE
    if event.type == "SHIPMENT":
        return _released(port, link) if code == "RELS" and event.document_type == "CUS" else FactKind.NONE
    if code == "CUSR":
        return _released(port, link)
    if code == "STUF":
        return FactKind.STUFFED
    if code == "RMVD":
        return FactKind.SEAL_REMOVED
    return _moved(event, link) if event.laden and port else FactKind.NONE


def _moved(event: Event, link: Link) -> FactKind:
    """What a laden container's move at a named place is."""
    port, code = event.port, event.code
    if code == "GTIN":
        return FactKind.GATED_IN if port in (link.loading, link.receipt) else FactKind.NONE
    if code == "GTOT":
        return FactKind.GATED_OUT if port in (link.discharge, link.delivery) else FactKind.NONE
    if code not in ("LOAD", "DISC"):
        return FactKind.NONE
    if port not in (link.loading, link.discharge):
        return FactKind.TRANSHIPPED if event.mode in _AFLOAT else FactKind.NONE
    if event.mode not in _SHIP:
        return FactKind.NONE
    if code == "LOAD":
        return FactKind.LOADED if port == link.loading else FactKind.NONE
    return FactKind.DISCHARGED if port == link.discharge else FactKind.NONE


def _released(port: str, link: Link) -> FactKind:
    """Which customs released it: of the country of loading or of discharge, and where both are one, at which port."""
    country = port[:2]
    there = (country == link.loading[:2], country == link.discharge[:2])
    if all(there):
        there = (port == link.loading, port == link.discharge)
    if not country or all(there) or not any(there):
        return FactKind.NONE
    return FactKind.EXPORT_RELEASED if there[0] else FactKind.IMPORT_RELEASED
