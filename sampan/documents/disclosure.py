"""A disclosure: some fields of a document with their proofs, for somebody who knows the root and nothing else.

The file (`sampan.document-disclosure/2`) holds, for each field, the leaf `[pointer, value, salt]` and the leaf's hash,
and one proof for all of them, in which their ways to the root share what they have in common. Leaves in the ascending
order of their hashes, `proof` and `proofFlags` are what OpenZeppelin's `StandardMerkleTree.verifyMultiProof(root,
["string", "string", "bytes32"], ...)` takes. The hash beside a leaf only serves to tell which field was altered. It is
verified offline against a root that comes from elsewhere: the root in the file only says for which it was made. Files
of version 1, with a whole proof beside each field, are read too.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache, reduce
from typing import TYPE_CHECKING, Annotated, cast

from sampan.documents import identifiers
from sampan.documents.json import JsonValue, read_json, shown
from sampan.documents.limits import MAX_KEPT_BYTES
from sampan.documents.merkle import ProofBroken, join_proofs, node_hash, root_from, split_proof
from sampan.documents.pointer import split
from sampan.documents.privacy import Classes, FieldClass
from sampan.documents.tree import FORMAT, LEAF_ENCODING, DocumentTree, Field, field_hash
from sampan.errors import AnswerIsNo, BadInput
from sampan.suite.forms import Also, As, Form, Hash, Of, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

IDENTITY = ("/transportDocumentReference", "/carrierCode", "/carrierCodeListProvider")
"""The fields by which a document shows whose bill it is."""
_HASH = re.compile(r"0x[0-9a-f]{64}")
_LONGEST_PROOF = 64
# Most values: texts without escapes, integers that any reader holds, words.
_PLAIN = re.compile('"[^"\\\\\x00-\x1f\ud800-\udfff]*"|-?[1-9][0-9]{0,14}|0|true|false|null')


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A disclosed field: its place, its value as hashed, its salt, the proof up to the root."""

    pointer: str
    value: str
    salt: bytes
    proof: tuple[bytes, ...]

    @property
    def hash(self) -> bytes:
        """The hash of the leaf."""
        return field_hash(self.pointer, self.value, self.salt)

    def leads_to(self) -> bytes:
        """The root that this field and its proof lead to."""
        return root_from(self.hash, self.proof)


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Disclosed fields and the root that they were made for."""

    root: bytes
    fields: tuple[Disclosed, ...]

    def failures(self, root: bytes) -> tuple[str, ...]:
        """What does not hold against a root: pointers of fields, and `root` when the file was made for another."""
        failed = ["root"] if self.root != root else []
        # Ways to the root share most of their nodes: each is hashed once.
        above = cache(node_hash)
        return (*failed, *(field.pointer for field in self.fields if reduce(above, field.proof, field.hash) != root))

    def require(self, root: bytes) -> None:
        """Raise `AnswerIsNo` naming the fields that `root` does not hold, unless it holds all."""
        failed = self.failures(root)
        if failed:
            names = ", ".join(shown(pointer, 80) or "(the document)" for pointer in failed[:5])
            more = f" and {len(failed) - 5} more" if len(failed) > 5 else ""
            raise AnswerIsNo(
                f"the proof fails for {names}{more}",
                subject="0x" + root.hex(),
                hint="ask for a disclosure made from the document behind this root",
                code="document.proof",
            )

    def values(self) -> dict[str, JsonValue]:
        """The disclosed scalars by pointer (shapes of lists and objects: see `length` and `members`)."""
        return {
            field.pointer: cast("JsonValue", json.loads(field.value))
            for field in self.fields
            if field.value[0] not in "[{"
        }

    def length(self, pointer: str) -> int | None:
        """How many items the list at a place has, when its shape was disclosed."""
        value = self._value(pointer)
        return int(value[1:-1]) if value is not None and value.startswith("[") else None

    def members(self, pointer: str) -> tuple[str, ...] | None:
        """All members of the object at a place, when its shape was disclosed: a name that is not there is absent."""
        value = self._value(pointer)
        if value is None or not value.startswith("{"):
            return None
        return tuple(json.loads(f"[{value[1:-1]}]"))

    def _value(self, pointer: str) -> str | None:
        return next((field.value for field in self.fields if field.pointer == pointer), None)

    def as_json(self) -> JsonValue:
        """The disclosure as it stands in its file (schema `sampan.document-disclosure/2`)."""
        proof, flags = join_proofs({field.hash: field.proof for field in self.fields})
        body = {"root": self.root, "fields": self.fields, "proof": proof, "proofFlags": flags}
        answer: JsonValue = written(DisclosureFile, {"tree": FORMAT, "leafEncoding": [*LEAF_ENCODING], **body})
        return answer


_LEAF = {
    "type": "array",
    "prefixItems": [{"type": "string"}, {"type": "string"}, {"type": "string", "pattern": "^0x[0-9a-f]{64}$"}],
    "items": False,
    "minItems": 3,
}


class DisclosedForm(Form):
    """A leaf with its hash."""

    leaf: Annotated[list[str], As(_LEAF), Of(lambda field: [field.pointer, field.value, "0x" + field.salt.hex()])]
    hash: Hash


class DisclosureFile(Form, document="sampan.document-disclosure/2"):
    """Some fields of a document with one proof for all of them."""

    tree: Annotated[str, As({"const": FORMAT})]
    leafEncoding: Annotated[list[str], As({"const": [*LEAF_ENCODING]})]  # noqa: N815
    root: Hash
    fields: Annotated[list[DisclosedForm], Also({"minItems": 1})]
    proof: list[Hash]
    proofFlags: list[bool]  # noqa: N815


_VERSION_1 = "sampan.document-disclosure/1"
_MEMBERS = {"schema", *DisclosureFile.__annotations__}
_MEMBERS_1 = _MEMBERS - {"proof", "proofFlags"}


@dataclass(frozen=True, slots=True)
class Selection:
    """Fields chosen for disclosure, and those that the choice named but that stay behind, with the reason."""

    pointers: tuple[str, ...]
    withheld: tuple[tuple[str, str], ...]


def select(
    tree: DocumentTree,
    classes: Classes,
    *,
    patterns: Sequence[str] = (),
    field_classes: Iterable[FieldClass] = (),
    pointers: Iterable[str] = (),
    personal: bool = False,
) -> Selection:
    """Choose fields by pattern, by class, and those at `pointers`, without what is below.

    A pattern is a pointer; it takes the field and all below it. `*` stands for every item or member, and takes the
    shape of the list or object as well, so that the reader sees that these are all. Personal fields stay behind unless
    `personal`, shredded ones always. Raises `BadInput` for a pattern that names nothing, or nothing that may be shown.
    """
    kept_back = {pointer: why for pointer in tree.fields if (why := _kept_back(tree, classes, pointer, personal))}
    classes_wanted = frozenset(field_classes)
    wanted = {pointer for pointer in tree.fields if classes.of(pointer) in classes_wanted} | set(pointers)
    for pattern in patterns:
        parts = split(pattern)
        matched = [field.pointer for field in tree.fields.values() if _matches(field, parts)]
        if not matched:
            raise BadInput(
                "names no field of the document",
                subject=shown(pattern, 80),
                hint="see `sampan document root --fields`",
                code="document.field",
            )
        if kept_back.keys() >= set(matched):
            raise BadInput(
                f"cannot be shown: {kept_back[matched[0]]}",
                subject=shown(pattern, 80),
                hint="personal fields need --personal; shredded ones can no longer be proven",
                code="document.withheld",
            )
        wanted.update(matched)
    chosen = [pointer for pointer in tree.fields if pointer in wanted]
    return Selection(
        tuple(pointer for pointer in chosen if pointer not in kept_back),
        tuple((pointer, kept_back[pointer]) for pointer in chosen if pointer in kept_back),
    )


def disclose(tree: DocumentTree, pointers: Iterable[str]) -> Disclosure:
    """Disclose the fields at `pointers`. Raises `BadInput` for one that is not there or whose salt was destroyed."""
    fields = []
    for pointer in pointers:
        field = tree.fields.get(pointer)
        if field is None or field.value is None or field.salt is None:
            reason = "is no field of the document" if field is None else "was shredded: its salt is destroyed"
            raise BadInput(
                reason, subject=shown(pointer, 80), hint="choose among the fields left", code="document.field"
            )
        fields.append(Disclosed(pointer, field.value, field.salt, tree.proof(pointer)))
    return Disclosure(tree.root, tuple(fields))


def require_identity(disclosure: Disclosure, root: bytes, *, reference: str, carrier_code: str, code_list: str) -> None:
    """Show that the document behind `root` holds this reference and this carrier's code (N11).

    `disclosure` must hold the fields of `IDENTITY`. The reference is compared as the ledger writes it. Raises
    `AnswerIsNo` naming what is missing, unproven or different.
    """
    by_pointer = {field.pointer: field for field in disclosure.fields}
    failed = frozenset(disclosure.failures(root))
    expected = (identifiers.reference(reference), carrier_code, code_list)
    for pointer, right in zip(IDENTITY, expected, strict=True):
        field = by_pointer.get(pointer)
        if field is None:
            raise _identity(pointer, "is not disclosed", "disclose it")
        if pointer in failed:
            raise _identity(pointer, "is not held by the root", "ask for a disclosure made from this root")
        value = json.loads(field.value) if field.value.startswith('"') else None
        if pointer == IDENTITY[0] and isinstance(value, str) and identifiers.reference_fault(value) is None:
            value = identifiers.reference(value)
        if value != right:
            raise _identity(pointer, f"is {shown(field.value)}, not {shown(right)}", "compare bill and document")


def read_disclosure(source: Path | bytes | JsonValue, *, name: str = "disclosure") -> Disclosure:
    """A disclosure from a file, bytes, or JSON already read. Raises `BadInput` naming what breaks the schema."""
    from pathlib import Path

    raw = read_json(source, limit=MAX_KEPT_BYTES) if isinstance(source, Path | bytes) else source
    name = str(source) if isinstance(source, Path) else name
    schema = raw.get("schema") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or schema not in (DisclosureFile.DOCUMENT, _VERSION_1):
        raise _broken(name, "schema", f"{DisclosureFile.DOCUMENT} or {_VERSION_1}")
    members = _MEMBERS_1 if schema == _VERSION_1 else _MEMBERS
    if set(raw) != members:
        raise _broken(name, ", ".join(map(shown, sorted(set(raw) ^ members))), f"among {', '.join(sorted(members))}")
    if raw["tree"] != FORMAT:
        raise _broken(name, "tree", FORMAT)
    if raw["leafEncoding"] != list(LEAF_ENCODING):
        raise _broken(name, "leafEncoding", " ".join(LEAF_ENCODING))
    fields = raw["fields"]
    if not isinstance(fields, list) or not fields:
        raise _broken(name, "fields", "a list of at least one field")
    read = _each_alone if schema == _VERSION_1 else _all_together
    disclosed = read(raw, fields, name)
    seen: set[str] = set()
    for field in disclosed:
        if field.pointer in seen:
            raise _broken(name, shown(field.pointer, 80) or "the document", "there once")
        seen.add(field.pointer)
    return Disclosure(_hash(raw["root"], name, "root"), disclosed)


def _all_together(raw: dict[str, JsonValue], fields: list[JsonValue], name: str) -> tuple[Disclosed, ...]:
    """Fields with one proof for all."""
    proof, flags = raw["proof"], raw["proofFlags"]
    if not isinstance(proof, list):
        raise _broken(name, "proof", "a list of hashes")
    if not isinstance(flags, list) or not all(isinstance(flag, bool) for flag in flags):
        raise _broken(name, "proofFlags", "a list of true and false")
    leaves = []
    for index, field in enumerate(fields):
        place = f"fields/{index}"
        if not isinstance(field, dict) or set(field) != {"leaf", "hash"}:
            raise _broken(name, place, "a leaf and its hash")
        leaves.append((*_leaf(field["leaf"], name, place), _hash(field["hash"], name, f"{place}/hash")))
    siblings = [_hash(sibling, name, f"proof/{number}") for number, sibling in enumerate(proof)]
    try:
        proofs = split_proof([stated for *_leaf_, stated in leaves], siblings, cast("list[bool]", flags))
    except ProofBroken as error:
        raise _broken(name, "proof", str(error)) from None
    found = []
    for pointer, value, salt, stated in leaves:
        field_proof = proofs[stated]
        # A leaf of another hash than stated has no way to the root: so it is named, and no field beside it.
        altered = field_hash(pointer, value, salt) != stated
        found.append(Disclosed(pointer, value, salt, () if altered else field_proof))
    return tuple(found)


def _each_alone(raw: dict[str, JsonValue], fields: list[JsonValue], name: str) -> tuple[Disclosed, ...]:
    """Fields with a proof for each, as version 1 wrote them."""
    found = []
    for index, field in enumerate(fields):
        place = f"fields/{index}"
        if not isinstance(field, dict) or set(field) != {"leaf", "proof"}:
            raise _broken(name, place, "a leaf and a proof")
        proof = field["proof"]
        if not isinstance(proof, list) or len(proof) > _LONGEST_PROOF:
            raise _broken(name, f"{place}/proof", f"a list of at most {_LONGEST_PROOF} hashes")
        siblings = (_hash(sibling, name, f"{place}/proof/{number}") for number, sibling in enumerate(proof))
        found.append(Disclosed(*_leaf(field["leaf"], name, place), tuple(siblings)))
    return tuple(found)


def _leaf(raw: JsonValue, name: str, place: str) -> tuple[str, str, bytes]:
    """Pointer, value and salt of a leaf."""
    if not isinstance(raw, list) or len(raw) != 3:
        raise _broken(name, f"{place}/leaf", "pointer, value and salt")
    pointer, value, salt = raw
    if not isinstance(pointer, str) or not isinstance(value, str) or not _is_value(value):
        raise _broken(name, f"{place}/leaf", "a pointer, a value in canonical form, and a salt")
    split(pointer)
    return pointer, value, _hash(salt, name, f"{place}/leaf/2")


def _is_value(value: str) -> bool:
    """Whether text is a leaf value: a scalar in canonical form, or the shape of a list or object."""
    from sampan.documents.canonical import canonical_order, canonical_text

    if _PLAIN.fullmatch(value):
        return True
    if value.startswith("["):
        return re.fullmatch(r"\[(?:0|[1-9][0-9]{0,8})\]", value) is not None
    try:
        if value.startswith("{"):
            names = read_json(f"[{value[1:-1]}]".encode())
            return (
                isinstance(names, list)
                and all(isinstance(name, str) for name in names)
                and value == "{" + ",".join(canonical_text(name) for name in names) + "}"
                and canonical_order(cast("list[str]", names)) == names
                and len(set(cast("list[str]", names))) == len(names)
            )
        return canonical_text(read_json(value.encode())) == value
    except (BadInput, UnicodeEncodeError):
        return False


def _matches(field: Field, pattern: list[str]) -> bool:
    """Whether a field lies at or below a pattern, or is the shape that a `*` of the pattern runs over."""
    parts = split(field.pointer)
    if any(wanted not in {"*", part} for part, wanted in zip(parts, pattern, strict=False)):
        return False
    if len(parts) >= len(pattern):
        return True
    return pattern[len(parts)] == "*" and (field.value is None or field.value[0] in "[{")


def _kept_back(tree: DocumentTree, classes: Classes, pointer: str, personal: bool) -> str | None:
    """Why a field may not be disclosed; None where it may."""
    if tree.fields[pointer].salt is None:
        return "shredded"
    return "personal" if not personal and classes.of(pointer) is FieldClass.PERSONAL else None


def _hash(raw: JsonValue, name: str, what: str) -> bytes:
    if not isinstance(raw, str) or not _HASH.fullmatch(raw):
        raise _broken(name, what, "0x and 64 lower-case hex digits")
    return bytes.fromhex(raw[2:])


def _broken(name: str, what: str, right: str) -> BadInput:
    return BadInput(
        f"disclosure is broken: {what} is not {right}",
        subject=name,
        hint="use the file as it was written",
        code="document.disclosure",
    )


def _identity(pointer: str, message: str, hint: str) -> AnswerIsNo:
    return AnswerIsNo(message, subject=pointer, hint=hint, code="document.identity")
