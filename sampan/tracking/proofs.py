"""That a batch holds an event: the proof that the contract takes, and the file for whoever may read the event itself.

The file (`sampan.cargo-disclosure/1`) holds the events of one bill, each with its canonical text, the salt of its leaf,
and the siblings from the leaf up to the root of its batch: nothing of its neighbours but hashes. It is verified against
headers that come from elsewhere: those in the file only say for which it was made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final
from uuid import UUID

from sampan.cargo.records import CargoEvent, Header
from sampan.cargo.rules import leaf as hash_of
from sampan.documents.json import JsonValue, read_json, shown
from sampan.documents.limits import MAX_KEPT_BYTES
from sampan.documents.merkle import MerkleTree, root_from
from sampan.errors import BadInput, UsageError
from sampan.suite.forms import As, BillId, Count, Form, Hash, Of, Second, written
from sampan.suite.words import FactKind
from sampan.tracking.leaf import Leaf, about_salt, may_say
from sampan.tracking.outbox import Batch, Outbox
from sampan.tracking.reading import Read, read_event

_LONGEST_PATH: Final = 64
_HASH: Final = re.compile(r"0x[0-9a-f]{64}")
_BILL: Final = re.compile(r"0x[0-9a-f]{1,64}")


@dataclass(frozen=True, slots=True)
class Proven:
    """A leaf with its event and its place: what `record` and `strike` take, and what opens it to a reader."""

    event_id: bytes
    version: int
    bill: int | None
    words: CargoEvent
    salt: bytes
    body: bytes
    sequence: int
    header: Header
    path: tuple[bytes, ...]

    @property
    def id(self) -> str:
        """The event's UUID."""
        return str(UUID(bytes=self.event_id))

    @property
    def hash(self) -> bytes:
        """The leaf's hash in the tree of its batch."""
        return hash_of(self.words)

    @property
    def about_salt(self) -> bytes:
        """What `record` takes as the salt."""
        return about_salt(self.salt)

    def failures(self, root: bytes, bill: int | None) -> tuple[str, ...]:
        """What does not hold against a batch's root and a bill that come from elsewhere: `header`, `leaf`, `event`."""
        failed = []
        if self.header.root != root:
            failed.append("header")
        if root_from(self.hash, self.path) != root:
            failed.append("leaf")
        kept = Leaf(
            bill,
            int(self.words.kind),
            self.words.unit,
            self.words.happened_at,
            _text(self.words.place),
            self.words.corrects,
            self.salt,
            b"",
        )
        if kept.words(self.event_id, self.version, self.body) != self.words or not self._is_of_its_event():
            failed.append("event")
        return tuple(failed)

    def _is_of_its_event(self) -> bool:
        """Whether the canonical bytes are those of the event of this id, and the leaf says what that event does."""
        # Read as if later than anything: when it was made was looked at when it was taken.
        read = read_event(self.body, 1e11)
        if not isinstance(read, Read) or read.body != self.body or read.event.id != self.event_id:
            return False
        return may_say(read.event, self.words)


def _text(place: bytes) -> str:
    return place.rstrip(b"\0").decode("ascii", "replace").replace("\ufffd", "?")


def event_id(text: str) -> bytes:
    """The bytes of an event's id. Raises `UsageError` for what is no UUID."""
    try:
        return UUID(text).bytes
    except ValueError:
        raise UsageError("is no event id: it is a UUID", subject=shown(text), hint="copy eventID") from None


def prove(outbox: Outbox, event: bytes, bill: int | None = None, version: int | None = None) -> Proven:
    """The leaf of an event for a bill, or of the bill that it belongs to when that is one, or of none: the newest, or
    that of a version, from 0.

    Raises `BadInput` for an event that is not there, not of this bill, of several, without that version, or in no batch
    yet.
    """
    name = str(UUID(bytes=event))
    leaves = outbox.leaves_of(event)
    if not leaves:
        raise BadInput(
            "was never reported", subject=name, hint="is this the store that it went to?", code="cargo.event"
        )
    bills = {made.bill for _, made, _, _ in leaves if made.bill is not None}
    if bill is None and len(bills) > 1:
        raise BadInput(
            f"is of {len(bills)} bills", subject=name, hint="name one of them with --bill", code="cargo.event"
        )
    wanted = bill if bill is not None else next(iter(bills), None)
    found = [one for one in leaves if one[1].bill == wanted]
    if not found:
        raise BadInput("is not of this bill", subject=name, hint="link the bill first", code="cargo.event")
    if version is not None:
        found = [one for one in found if one[2] == version]
        if not found:
            raise BadInput(f"has no version {version}", subject=name, hint="the first is 0", code="cargo.event")
    number, made, version, body = found[-1]
    batch = outbox.batch_of(number)
    if batch is None:
        raise BadInput(
            "is in no batch yet", subject=name, hint="`sampan cargo seal` seals what waits", code="cargo.event"
        )
    return _proven(event, version, made, body, batch, outbox.tree(batch))


def _proven(event: bytes, version: int, made: Leaf, body: bytes, batch: Batch, tree: MerkleTree) -> Proven:
    words, path = made.words(event, version, body), tree.proof(made.hashed(event, version, body).hash)
    return Proven(event, version, made.bill, words, made.salt, body, batch.sequence, batch.header, path)


def of_bill(outbox: Outbox, bill: int) -> Iterator[Proven]:
    """Every leaf of a bill that is in a batch, in the order in which they came."""
    batch: Batch | None = None
    tree: MerkleTree | None = None
    for event, number, made, version, body in outbox.leaves_of_bill(bill):
        if batch is None or tree is None or number >= batch.first + batch.header.count:
            batch = outbox.batch_of(number)
            if batch is None:
                return
            tree = outbox.tree(batch)
        yield _proven(event, version, made, body, batch, tree)


# --------------------------------------------------------------------------------------------------------------- forms

Place = Annotated[bytes, As({"type": "string"}, _text)]
"""Where something happened, as text."""


class HeaderForm(Form):
    """A batch as it is anchored."""

    root: Hash
    count: Count
    earliest: Second
    latest: Second
    anchored_at: Annotated[Second | None, Of(lambda header: header.anchored_at or None), "null: not known to be"]
    locator: Hash


class WordsForm(Form):
    """A leaf's words."""

    key: Hash
    corrects: Hash
    kind: FactKind
    happened_at: Second
    valid_until: Annotated[Second | None, Of(lambda words: words.valid_until or None)]
    amount: Count
    measure: str
    place: Place
    about: Hash
    unit: Count
    rest: Hash


class ProvenForm(Form):
    """An event with its leaf and its place in a batch."""

    id: Annotated[str, "The event's UUID"]
    version: Annotated[Count, "0, and one more with each correction"]
    event: Annotated[str, Of(lambda proven: proven.body.decode()), "Its canonical text (RFC 8785)"]
    salt: Annotated[Hash, "Of the leaf: it opens `rest`"]
    leaf: Annotated[WordsForm, Of(lambda proven: proven.words)]
    hash: Hash
    sequence: Count
    path: list[Hash]


class CargoDisclosure(Form, document="sampan.cargo-disclosure/1"):
    """The events of one bill, with proofs."""

    bill: BillId
    batches: Annotated[dict[str, HeaderForm], "By sequence"]
    events: list[ProvenForm]


def as_json(bill: int, proven: Iterable[Proven]) -> dict[str, Any]:
    """The events of a bill as they stand in their file."""
    events = list(proven)
    batches = {str(one.sequence): one.header for one in events}
    answer: dict[str, Any] = written(CargoDisclosure, {"bill": bill, "batches": batches, "events": events})
    return answer


# --------------------------------------------------------------------------------------------------------- reading back


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What a file says: the bill, and its events."""

    bill: int
    events: tuple[Proven, ...]

    def failures(self, roots: Mapping[int, bytes]) -> tuple[tuple[Proven, str], ...]:
        """Events that do not hold against the roots of batches by sequence, and why; `batch` for one without a root."""
        failed = []
        for one in self.events:
            root = roots.get(one.sequence)
            why = ("batch",) if root is None else one.failures(root, self.bill)
            failed += [(one, reason) for reason in why]
        return tuple(failed)


def read_disclosed(source: Path | bytes) -> Disclosed:
    """What a file says. Raises `BadInput` for one that is broken."""
    name = str(source) if isinstance(source, Path) else "disclosure"
    raw = read_json(source, name=name, limit=MAX_KEPT_BYTES)
    try:
        found = _object(raw, {"schema", "bill", "batches", "events"})
        if found["schema"] != CargoDisclosure.DOCUMENT:
            raise _Broken("schema")
        headers = {_sequence(key): _header(one) for key, one in _object(found["batches"]).items()}
        events, bill = found["events"], _bill(found["bill"])
        if not isinstance(events, list):
            raise _Broken("events")
        return Disclosed(bill, tuple(_event(one, headers, bill) for one in events))
    except (_Broken, ValueError, OverflowError, TypeError, KeyError) as error:
        what = f": {error}" if isinstance(error, _Broken) else ""
        raise BadInput(
            f"disclosure is broken{what}", subject=name, hint="use the file as it was written", code="cargo.disclosure"
        ) from None


def read_proof(source: Path | bytes) -> tuple[Proven, bytes, str | None]:
    """The proof of one event (`sampan.cargo-proof/1`), the salt behind what its leaf is about, its bill's name.

    Raises `BadInput` for a file that is broken.
    """
    name = str(source) if isinstance(source, Path) else "proof"
    raw = read_json(source, name=name, limit=MAX_KEPT_BYTES)
    try:
        found = _object(raw, {"schema", "bill", "proof", "header", "about_salt"})
        if found["schema"] != "sampan.cargo-proof/1":
            raise _Broken("schema")
        proof = _object(found["proof"])
        bill = None if found["bill"] is None else str(found["bill"])
        proven = _event(proof, {_number(proof["sequence"]): _header(found["header"])}, None)
        return proven, _hash(found["about_salt"]), bill
    except (_Broken, ValueError, OverflowError, TypeError, KeyError) as error:
        what = f": {error}" if isinstance(error, _Broken) else ""
        raise BadInput(
            f"proof is broken{what}",
            subject=name,
            hint="use the file as `sampan cargo prove EVENT-ID --json` printed it",
            code="cargo.proof",
        ) from None


class _Broken(Exception):
    """A member is not what it should be."""


def _object(raw: JsonValue, members: set[str] | None = None) -> dict[str, Any]:
    if not isinstance(raw, dict) or (members is not None and set(raw) != members):
        raise _Broken(f"an object with {', '.join(sorted(members or ()))} is another")
    return raw


def _bill(raw: JsonValue) -> int:
    if not isinstance(raw, str) or not _BILL.fullmatch(raw):
        raise _Broken(f"{shown(str(raw))} is no bill")
    return int(raw, 16)


def _members(form: type[Form]) -> set[str]:
    return set(form.__annotations__)


def _sequence(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,17}", text):
        raise _Broken("batches")
    return int(text)


def _header(raw: JsonValue) -> Header:
    found = _object(raw, _members(HeaderForm))
    return Header(
        _hash(found["root"]),
        _number(found["count"]),
        _second(found["earliest"]),
        _second(found["latest"]),
        0 if found["anchored_at"] is None else _second(found["anchored_at"]),
        _hash(found["locator"]),
    )


def _event(raw: JsonValue, headers: Mapping[int, Header], bill: int | None) -> Proven:
    found = _object(raw, _members(ProvenForm))
    leaf = _object(found["leaf"], _members(WordsForm))
    path = found["path"]
    sequence = _number(found["sequence"])
    if sequence not in headers or not isinstance(path, list) or len(path) > _LONGEST_PATH:
        raise _Broken("path")
    words = CargoEvent(
        key=_hash(leaf["key"]),
        corrects=_hash(leaf["corrects"]),
        kind=FactKind[str(leaf["kind"]).upper().replace("-", "_")],
        happened_at=_second(leaf["happened_at"]),
        valid_until=0 if leaf["valid_until"] is None else _second(leaf["valid_until"]),
        amount=_number(leaf["amount"]),
        measure=str(leaf["measure"]),
        place=str(leaf["place"]).encode("ascii").ljust(32, b"\0"),
        about=_hash(leaf["about"]),
        unit=_number(leaf["unit"]),
        rest=_hash(leaf["rest"]),
    )
    if hash_of(words) != _hash(found["hash"]) or len(words.measure) > 3 or len(words.place) != 32:
        raise _Broken("hash")
    return Proven(
        UUID(str(found["id"])).bytes,
        _number(found["version"]),
        bill,
        words,
        _hash(found["salt"]),
        str(found["event"]).encode(),
        sequence,
        headers[sequence],
        tuple(_hash(one) for one in path),
    )


def _hash(raw: JsonValue) -> bytes:
    if not isinstance(raw, str) or not _HASH.fullmatch(raw):
        raise _Broken(f"{shown(str(raw))} is no hash")
    return bytes.fromhex(raw[2:])


def _number(raw: JsonValue) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool) or raw < 0:
        raise _Broken(f"{shown(str(raw))} is no number")
    return raw


def _second(raw: JsonValue) -> int:
    from datetime import datetime

    return int(datetime.fromisoformat(str(raw)).timestamp())
