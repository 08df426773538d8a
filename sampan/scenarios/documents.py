"""The documents that a scenario issues: samples or files of one's own, with other values put in, in a folder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from sampan.documents.json import read_all
from sampan.documents.limits import MAX_DOCUMENT_BYTES
from sampan.documents.salts import salts_path
from sampan.documents.tree import DocumentTree
from sampan.files import parse_json, read_up_to, write_private
from sampan.keccak import keccak
from sampan.scenarios.record import unwritable
from sampan.scenarios.samples import read_sample

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sampan.scenarios.vocabulary import Document

REFERENCE: Final = "/transportDocumentReference"


class Documents:
    """Writes a scenario's documents into a folder, each when it is first needed.

    `suffix` is what the references of samples end with, so that a scenario can be played again on a chain that stays;
    without one the chain is new, and the salts of samples are the same in every run.
    """

    def __init__(self, known: Mapping[str, Document], folder: Path, suffix: str | None) -> None:
        self._known = known
        self.folder = folder
        self._suffix = suffix
        self._written: set[str] = set()

    def path(self, name: str) -> Path:
        """The file of a document. Raises `BadInput` when it cannot be made or written."""
        path = self.folder / f"{name}.json"
        if name in self._written:
            return path
        raw = content(self._known[name], self._suffix)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if self._suffix is None or not path.exists():
                # One's own may be for few eyes; a sample is for all.
                if self._known[name].sample is None:
                    write_private(path, raw)
                else:
                    path.write_bytes(raw)
            # One's own may be issued for real, too: its salts are made by chance, as always.
            if self._suffix is None and self._known[name].sample is not None:
                _same_salts(path, raw)
        except OSError as error:
            raise unwritable(path, error) from None
        self._written.add(name)
        return path


def content(document: Document, suffix: str | None = None) -> bytes:
    """A document with the values that the scenario puts in; `suffix` is what a sample's reference ends with.

    Raises `BadInput` for a file that cannot be read, and for a place that the document does not have.
    """
    raw = read_sample(document.sample) if document.sample is not None else _bytes_of(document)
    put = dict(document.put)
    if document.sample is not None and suffix is not None and REFERENCE not in put:
        # A reference is used once, and has 20 characters at the most.
        put[REFERENCE] = f"{json.loads(raw)['transportDocumentReference'][:15]}-{suffix}"
    return _with(raw, put, document) if put else raw


def _bytes_of(document: Document) -> bytes:
    assert document.file is not None
    try:
        raw = read_up_to(document.file, MAX_DOCUMENT_BYTES)
    except OSError as error:
        raise document.place.wrong(f"{document.file} cannot be read: {error.strerror or error}") from None
    # A scenario may be another's: what is no transport document is not copied, whatever file it names.
    try:
        whole = parse_json(raw)
    except ValueError:
        whole = None
    if not isinstance(whole, dict) or (REFERENCE[1:] not in whole and REFERENCE not in document.put):
        raise document.place.wrong(f"{document.file} is no transport document", "name a document of your own")
    return raw


def _with(raw: bytes, put: Mapping[str, Any], document: Document) -> bytes:
    """A document with other values at pointers; nothing takes a value out."""
    whole: Any = parse_json(raw)
    for pointer, value in put.items():
        *way, last = [part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/")]
        found = whole
        try:
            for part in way:
                found = found[int(part) if isinstance(found, list) else part]
            key = int(last) if isinstance(found, list) else last
            if value is None:
                del found[key]
            else:
                found[key] = value
        except (LookupError, TypeError, ValueError):
            raise document.place.wrong(
                f"{document.name} has no place {pointer}", "a pointer leads from member to member, as /documentParties"
            ) from None
    return (json.dumps(whole, indent=2, ensure_ascii=False) + "\n").encode()


def _same_salts(path: Path, raw: bytes) -> None:
    """Salts that are the same in every run, for a chain that is gone with it: what they hide is invented."""
    place = salts_path(path)
    place.unlink(missing_ok=True)
    reading = read_all(raw, name=str(path))
    if reading.refused or not isinstance(reading.value, dict):
        return
    count = 0

    def next_bytes(size: int) -> bytes:
        nonlocal count
        count += 1
        return keccak(f"sampan.scenarios: salt {count} of {path.name}".encode())[:size]

    DocumentTree.fresh(reading.value, next_bytes).salts.write(place)
