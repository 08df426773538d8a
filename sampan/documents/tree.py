"""The salted Merkle tree over a document's fields, format `sampan.document-tree/1`.

Every place in the document is a leaf: three ABI values `(string pointer, string value, bytes32 salt)`, hashed as
OpenZeppelin's standard tree hashes (`sampan.documents.merkle`). `pointer` is the JSON pointer (RFC 6901), `value` is

- of a scalar, its canonical JSON (RFC 8785): `"CNSHA"`, `12000.5`, `true`;
- of a list, its length in brackets: `[2]`, `[0]` - so "these are all n containers" can be shown;
- of an object, the names of its members in canonical order in braces: `{"endorsee","shipper"}`, `{}` - so "there is no
  consignee" can be shown.

The first character tells the three apart. Two leaves stand beside the document, under the reserved name `sampan`:
`/sampan/format` names this format, `/sampan/checksum` is the document's checksum (SHA-256 of its canonical bytes, hex
as DCSA writes it), which ties the root to what DCSA signs. All leaves together fix the document: two documents cannot
have one set of leaves. A proof shows that the root holds a leaf; that it holds no second leaf for the same place shows
only to whoever has the whole document.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import lru_cache
from json.encoder import encode_basestring
from typing import TYPE_CHECKING

from sampan.documents.canonical import canonical_order, canonical_text, checksum
from sampan.documents.json import shown
from sampan.documents.limits import MAX_DEPTH, MAX_FIELDS, MAX_KEPT_BYTES
from sampan.documents.merkle import MerkleTree, leaf_hash
from sampan.documents.pointer import join
from sampan.documents.salts import SALT_BYTES, Leaf, Salts
from sampan.errors import AnswerIsNo, BadInput
from sampan.suite.codec import word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sampan.documents.json import JsonValue

FORMAT = "sampan.document-tree/1"
RESERVED = "sampan"
"""The name under which leaves stand that are not of the document; no document may have a member of this name."""
FORMAT_POINTER = "/sampan/format"
CHECKSUM_POINTER = "/sampan/checksum"
LEAF_ENCODING = ("string", "string", "bytes32")
_HEAD = 32 * len(LEAF_ENCODING)
# What a field takes in the larger of the two files that are kept of a document, a disclosure, beside its pointer and
# its value: salt, hash, one node of the proof, a flag, and the marks between them.
_BYTES_BESIDE = 400


class DocumentAltered(AnswerIsNo):
    """The document, or its salts, are not those that the tree was made of; `differences` names each place."""

    code = "document.altered"

    def __init__(self, differences: tuple[tuple[str, str], ...], *, subject: str) -> None:
        self.differences = differences
        shown_places = [f"{shown(pointer, 80) or 'the document'} {what}" for pointer, what in differences[:5]]
        if len(differences) > 5:
            shown_places.append(f"and {len(differences) - 5} more")
        super().__init__(
            "; ".join(shown_places),
            subject=subject,
            hint="use the document and the salts as they were when the root was made",
        )


@dataclass(frozen=True, slots=True)
class Field:
    """A leaf of the tree: its place, its value as hashed (None when shredded), its salt and its hash."""

    pointer: str
    value: str | None
    salt: bytes | None
    hash: bytes


class DocumentTree:
    """The tree of one document with its salts."""

    __slots__ = ("_merkle", "fields", "salts")

    def __init__(self, fields: Mapping[str, Field], salts: Salts, merkle: MerkleTree) -> None:
        self.fields = fields
        self.salts = salts
        self._merkle = merkle

    @classmethod
    def fresh(cls, document: JsonValue, random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> DocumentTree:
        """The tree of a document with new salts from `random_bytes` (which must be fit for secrets on a real ledger).

        Raises `BadInput` for a document that is no object, uses the reserved name, or is so large that its salts and
        proofs could not be read again.
        """
        leaves = leaf_values(document)
        too_large = _oversize(leaves[:-2])
        if too_large is not None:
            raise BadInput(
                too_large, subject="the document", hint="issue it as several documents", code="document.too_large"
            )
        values = dict(leaves)
        fields = {}
        for pointer, value in values.items():
            salt = random_bytes(SALT_BYTES)
            fields[pointer] = Field(pointer, value, salt, field_hash(pointer, value, salt))
        merkle = MerkleTree([field.hash for field in fields.values()])
        salts = Salts(
            tree=FORMAT,
            reference=_reference(document),
            checksum=bytes.fromhex(values[CHECKSUM_POINTER].strip('"')),
            root=merkle.root,
            leaves={pointer: Leaf(field.salt, field.hash) for pointer, field in fields.items()},
        )
        return cls(fields, salts, merkle)

    @classmethod
    def of(cls, document: JsonValue, salts: Salts, *, name: str = "document") -> DocumentTree:
        """The tree of a document with the salts that were made for it.

        A shredded leaf keeps its hash, whatever the document now holds there. Raises `DocumentAltered` naming every
        place where document, salts and leaves disagree, `BadInput` for salts of another format.
        """
        if salts.tree != FORMAT:
            raise BadInput(
                f"salts are of tree format {shown(salts.tree)}",
                subject=name,
                hint=f"this is {FORMAT}",
                code="document.salts",
            )
        values = dict(leaf_values(document, known_checksum=salts.checksum if salts.shredded else None))
        differences = [(pointer, "is missing") for pointer in salts.leaves if pointer not in values]
        fields = {}
        for pointer, value in values.items():
            leaf = salts.leaves.get(pointer)
            if leaf is None:
                differences.append((pointer, "was not there when the salts were made"))
            elif leaf.salt is None:
                fields[pointer] = Field(pointer, None, None, leaf.hash)
            elif field_hash(pointer, value, leaf.salt) != leaf.hash:
                differences.append((pointer, "was changed, or its salt"))
            else:
                fields[pointer] = Field(pointer, value, leaf.salt, leaf.hash)
        if differences:
            raise DocumentAltered(tuple(differences), subject=name)
        if len({field.hash for field in fields.values()}) != len(fields):
            raise DocumentAltered((("", "has one leaf hash twice among its salts"),), subject=name)
        merkle = MerkleTree([field.hash for field in fields.values()])
        if merkle.root != salts.root:
            raise DocumentAltered((("", "has another root than its salts say"),), subject=name)
        return cls(fields, salts, merkle)

    @property
    def root(self) -> bytes:
        """The root, 32 bytes."""
        return self._merkle.root

    def proof(self, pointer: str) -> tuple[bytes, ...]:
        """The proof of a field. Raises `KeyError` when there is no such field."""
        return self._merkle.proof(self.fields[pointer].hash)


def leaf_values(document: JsonValue, *, known_checksum: bytes | None = None) -> list[tuple[str, str]]:
    """Every leaf of a document: pointer and value, in the order of the document, then those beside it.

    `known_checksum` stands in for the document's own where shredded fields can no longer be hashed.
    """
    if not isinstance(document, dict):
        raise BadInput(
            "a transport document is a JSON object",
            subject="the document",
            hint="hand in the document itself",
            code="document.shape",
        )
    if RESERVED in document:
        raise BadInput(
            f"a document has no member named {RESERVED!r}: the tree keeps that name for itself",
            subject=f"/{RESERVED}",
            hint="rename or remove the member",
            code="document.reserved",
        )
    found: list[tuple[str, str]] = []
    _gather(document, "", found)
    digest = checksum(document) if known_checksum is None else known_checksum
    found.append((FORMAT_POINTER, canonical_text(FORMAT)))
    found.append((CHECKSUM_POINTER, canonical_text(digest.hex())))
    return found


def oversize(document: JsonValue) -> str | None:
    """In words, why a document is too large for its salts and proofs to be read again; None when it is not."""
    found: list[tuple[str, str]] = []
    _gather(document, "", found)
    return _oversize(found)


def _oversize(leaves: Sequence[tuple[str, str]]) -> str | None:
    fields = size = 0
    for pointer, value in leaves:
        fields += 1
        # Scalars stand in as many brackets as their pointer has parts, lists and objects open one more.
        if pointer.count("/") + (value[0] in "{[") > MAX_DEPTH:
            return f"it is nested deeper than {MAX_DEPTH} levels, the most that is read again"
        size += len(encode_basestring(pointer).encode()) + len(encode_basestring(value).encode()) + _BYTES_BESIDE
        if size > MAX_KEPT_BYTES:
            return f"its salts and proofs would have more than {MAX_KEPT_BYTES:,} bytes, the most that is read again"
    if fields > MAX_FIELDS:
        return f"it has {fields:,} fields, more than the {MAX_FIELDS:,} whose salts and proofs are read again"
    return None


def _gather(value: JsonValue, pointer: str, found: list[tuple[str, str]], depth: int = 0) -> None:
    """The leaves of what stands at a pointer; of what is nested too deep no more than that it is (`oversize`)."""
    if isinstance(value, dict):
        found.append((pointer, _members(tuple(value))))
        for key, item in value.items() if depth < MAX_DEPTH else ():
            _gather(item, join(pointer, key), found, depth + 1)
    elif isinstance(value, list):
        found.append((pointer, f"[{len(value)}]"))
        for index, item in enumerate(value if depth < MAX_DEPTH else ()):
            _gather(item, f"{pointer}/{index}", found, depth + 1)
    else:
        found.append((pointer, canonical_text(value)))


@lru_cache(maxsize=1 << 10)
def _members(names: tuple[str, ...]) -> str:
    """The value of an object's leaf: of one form there are thousands."""
    return "{" + ",".join(map(canonical_text, canonical_order(names))) + "}"


def encode_field(pointer: str, value: str, salt: bytes) -> bytes:
    """`abi.encode(string pointer, string value, bytes32 salt)`."""
    # Written out: of a bill of two containers there are 230, and encoding them took longer than hashing.
    first, second = _tail(pointer), _tail(value)
    return b"".join((_FIRST, word(_HEAD + len(first)), salt, first, second))


_FIRST = word(_HEAD)


def _tail(text: str) -> bytes:
    data = text.encode()
    return word(len(data)) + data + bytes(-len(data) % 32)


def field_hash(pointer: str, value: str, salt: bytes) -> bytes:
    """The hash of a leaf, 32 bytes."""
    return leaf_hash(encode_field(pointer, value, salt))


def _reference(document: JsonValue) -> str:
    reference = document.get("transportDocumentReference") if isinstance(document, dict) else None
    return reference if isinstance(reference, str) else ""


def redact(document: JsonValue, pointers: Iterable[str]) -> JsonValue:
    """A copy of a document in which the scalars at `pointers` are blank; with those salts shredded it has its root."""
    blank = frozenset(pointers)

    def copy(value: JsonValue, pointer: str) -> JsonValue:
        if isinstance(value, dict):
            return {key: copy(item, join(pointer, key)) for key, item in value.items()}
        if isinstance(value, list):
            return [copy(item, join(pointer, index)) for index, item in enumerate(value)]
        return "" if pointer in blank else value

    return copy(document, "")
