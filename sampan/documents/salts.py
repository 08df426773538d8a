"""The salts of a document's tree, kept in a file beside it (`<name>.salts.json`, readable by its owner alone).

Every leaf has a salt of its own, 32 random bytes that are derived from nothing, so that one field's can be destroyed
while all others still prove. Beside each salt stands its leaf's hash: by it a changed field is named, and a leaf whose
salt is gone still holds its place in the tree. Whoever has document and salts can prove any field; whoever has the
document alone can prove none.

The file is `sampan.document-salts/2`: salt and hash of a leaf are one text beside its pointer. Files of version 1 are
read, and written anew as version 2.
"""

from __future__ import annotations

import binascii
import json
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

from sampan.documents.json import JsonValue, read_json, shown
from sampan.documents.limits import MAX_KEPT_BYTES
from sampan.errors import BadInput
from sampan.files import draft_of, fill
from sampan.suite.forms import As, Checksum, Form, Hash, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

SALT_BYTES = 32
_LEAF = re.compile(r"[0-9A-Za-z+/]{86}==|[0-9A-Za-z+/]{43}=")
"""Base64 of salt and hash, or of the hash alone."""
_HASH = re.compile(r"0x[0-9a-f]{64}")
_CHECKSUM = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Leaf:
    """The salt of a leaf (None once it was destroyed) and the leaf's hash, 32 bytes each."""

    salt: bytes | None
    hash: bytes


@dataclass(frozen=True, slots=True)
class Salts:
    """The salts of one document: its reference as written, its checksum and root (32 bytes each), leaves by pointer."""

    tree: str
    reference: str
    checksum: bytes
    root: bytes
    leaves: Mapping[str, Leaf]

    @property
    def shredded(self) -> tuple[str, ...]:
        """Pointers of the leaves whose salt was destroyed."""
        return tuple(pointer for pointer, leaf in self.leaves.items() if leaf.salt is None)

    def without(self, pointers: Iterable[str]) -> Salts:
        """The same salts without those of `pointers`. Raises `BadInput` for a pointer that is no leaf."""
        leaves = dict(self.leaves)
        for pointer in pointers:
            if pointer not in leaves:
                raise BadInput(
                    "is no field of the document", subject=shown(pointer), hint="name a field", code="document.field"
                )
            leaves[pointer] = Leaf(None, leaves[pointer].hash)
        return Salts(self.tree, self.reference, self.checksum, self.root, leaves)

    def as_json(self) -> JsonValue:
        """The salts as they stand in their file (schema `sampan.document-salts/2`)."""
        answer: JsonValue = written(SaltsFile, self)
        return answer

    def write(self, path: Path) -> None:
        """Write the file whole or not at all, readable by its owner alone; what stood there is overwritten with zeros.

        (A copy that a backup, a journal or a flash disk keeps is beyond the reach of any program.) Raises `BadInput`
        when the folder cannot be written.
        """
        with _writing(path) as (file, draft):
            fill(file, self._as_bytes())
            _replace(draft, path)

    def write_new(self, path: Path) -> bool:
        """As `write`, but only where nothing stands yet: False says that a file was there, and it is left as it is.

        Of several processes that make salts for one document at once, one is first; the others read what it wrote.
        """
        if os.path.lexists(path):
            return False
        with _writing(path) as (file, draft):
            # Whoever had the draft before us may have put it in place: then ours are not even written down.
            if os.path.lexists(path):
                return False
            fill(file, self._as_bytes())
            try:
                os.link(draft, path)
            except FileExistsError:
                return False
            except OSError:
                # A file system without links: among writers of ours the lock on the draft is as good.
                if os.path.lexists(path):
                    return False
                draft.replace(path)
        return True

    def _as_bytes(self) -> bytes:
        text = json.dumps(self.as_json(), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return text.encode() + b"\n"


@contextmanager
def _writing(path: Path) -> Iterator[tuple[IO[bytes], Path]]:
    """The draft of a salts file, locked. Raises `BadInput` for what the system refuses."""
    try:
        with draft_of(path) as draft:
            yield draft
    except OSError as error:
        raise BadInput(
            f"salts cannot be written: {error.strerror or error}",
            subject=str(path),
            hint="make the folder writable",
            code="file",
        ) from None


def shred(path: Path, pointers: Iterable[str]) -> Salts:
    """Destroy the salts of `pointers` in a file, whatever others destroy there meanwhile; what is left of them.

    Raises `BadInput` as `read_salts`, `Salts.without` and `Salts.write` do.
    """
    with _writing(path) as (file, draft):
        # Read under the lock: a salt that another process destroyed since must not come back with ours.
        left = read_salts(path).without(pointers)
        fill(file, left._as_bytes())
        _replace(draft, path)
    return left


def _packed(leaf: Leaf) -> str:
    return binascii.b2a_base64((leaf.salt or b"") + leaf.hash, newline=False).decode()


class SaltsFile(Form, document="sampan.document-salts/2"):
    """The salts of a document, kept beside it: base64 of each leaf's salt, unless it was destroyed, and its hash."""

    tree: str
    reference: str
    checksum: Checksum
    root: Hash
    leaves: dict[str, Annotated[Leaf, As({"type": "string", "pattern": f"^({_LEAF.pattern})$"}, _packed)]]


_VERSION_1 = "sampan.document-salts/1"
_MEMBERS = {"schema", *SaltsFile.__annotations__}


def salts_path(document: Path) -> Path:
    """Where the salts of a document file are kept: `bill.json` has `bill.salts.json` beside it."""
    return document.with_name(f"{document.stem}.salts.json")


def read_salts(path: Path) -> Salts:
    """The salts in a file. Raises `BadInput` when it is missing, or not a salts file of a version that is known."""
    return from_json(read_json(path, limit=MAX_KEPT_BYTES), str(path))


def from_json(raw: JsonValue, name: str) -> Salts:
    """Salts from what their file holds; `name` is what errors call it. Raises as `read_salts`."""
    if not isinstance(raw, dict) or raw.get("schema") not in {SaltsFile.DOCUMENT, _VERSION_1}:
        raise BadInput(
            "is not a salts file",
            subject=name,
            hint=f"a salts file has schema {SaltsFile.DOCUMENT} or {_VERSION_1}",
            code="document.salts",
        )
    if set(raw) != _MEMBERS:
        odd = sorted(set(raw) ^ _MEMBERS)
        raise BadInput(
            f"salts file lacks or has a member too much: {', '.join(map(shown, odd))}",
            subject=name,
            hint="use the file as it was written",
            code="document.salts",
        )
    leaves = raw["leaves"]
    leaf_of = _leaf_1 if raw["schema"] == _VERSION_1 else _leaf
    if not isinstance(leaves, dict):
        raise _broken(name, "leaves", "an object of leaves")
    return Salts(
        tree=_text(raw["tree"], name, "tree"),
        reference=_text(raw["reference"], name, "reference"),
        checksum=_bytes(raw["checksum"], name, "checksum", _CHECKSUM),
        root=_bytes(raw["root"], name, "root"),
        leaves={pointer: leaf_of(leaf, name, pointer) for pointer, leaf in leaves.items()},
    )


def _leaf(raw: JsonValue, name: str, pointer: str) -> Leaf:
    if not isinstance(raw, str) or not _LEAF.fullmatch(raw):
        raise _broken(name, f"leaf {shown(pointer)}", "base64 of 64 or 32 bytes")
    data = binascii.a2b_base64(raw)
    return Leaf(data[:-SALT_BYTES] or None, data[-SALT_BYTES:])


def _leaf_1(raw: JsonValue, name: str, pointer: str) -> Leaf:
    """A leaf as version 1 wrote it: an object of salt and hash in hex."""
    if not isinstance(raw, dict) or set(raw) != {"salt", "leaf"}:
        raise _broken(name, f"leaf {shown(pointer)}", "salt and leaf")
    salt = None if raw["salt"] is None else _bytes(raw["salt"], name, f"salt of {shown(pointer)}")
    return Leaf(salt, _bytes(raw["leaf"], name, f"leaf {shown(pointer)}"))


def _text(raw: JsonValue, name: str, what: str) -> str:
    if not isinstance(raw, str):
        raise _broken(name, what, "text")
    return raw


def _bytes(raw: JsonValue, name: str, what: str, form: re.Pattern[str] = _HASH) -> bytes:
    if not isinstance(raw, str) or not form.fullmatch(raw):
        raise _broken(name, what, "32 bytes in lower-case hex")
    return bytes.fromhex(raw.removeprefix("0x"))


def _broken(name: str, what: str, right: str) -> BadInput:
    return BadInput(
        f"salts file is broken: {what} is not {right}",
        subject=name,
        hint="use the file as it was written",
        code="document.salts",
    )


def _replace(new: Path, path: Path) -> None:
    """Put the new file in place of the old one, then zero the old one's bytes through a handle kept open on it."""
    try:
        old = path.open("r+b")
    except FileNotFoundError:
        new.replace(path)
        return
    with old:
        new.replace(path)
        size = old.seek(0, os.SEEK_END)
        old.seek(0)
        old.write(b"\0" * size)
        old.flush()
        os.fsync(old.fileno())
