"""Salts on their way to another holder or into a backup: one file, encrypted with age (https://age-encryption.org).

Whoever has document and salts can prove every field, and guess none of them without: so they travel encrypted, for
recipients (age or SSH keys) or under a passphrase. What comes in is held against the document before it is believed,
and overwrites nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from sampan.documents.canonical import canonical_bytes, checksum
from sampan.documents.json import JsonValue, read_json, shown
from sampan.documents.many import Failed, Outcome
from sampan.documents.merkle import MerkleTree
from sampan.documents.salts import Salts, SaltsFile, from_json, read_salts, salts_path
from sampan.documents.tree import DocumentTree
from sampan.errors import BadInput, Missing, SampanError
from sampan.files import read_up_to, write_private
from sampan.suite.forms import Form, Of, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_NAME = re.compile(r"[^./\\\0][^/\\\0]{0,199}")
"""A file of the folder, and none that other programs look for unseen."""
LARGEST = 1024 * 1024 * 1024
"""Bytes of a bundle: the salts of 20,000 documents of two containers."""
SECRET = re.compile(r"AGE-SECRET-KEY-|PRIVATE KEY-----", re.IGNORECASE)
"""What a private key has, of age or of SSH: such a text is told to nobody."""


@dataclass(frozen=True, slots=True)
class Carried:
    """Salts of one document on their way: the name of its file, and the document where it goes with them."""

    name: str
    salts: Salts
    document: JsonValue = None


class _Carried(Form):
    name: Annotated[str, "The document's file"]
    salts: SaltsFile
    document: Annotated[dict[str, Any] | None, "The document itself, where it goes with its salts"]


class Bundle(Form, document="sampan.salts-bundle/1"):
    """Salts of documents, handed on or kept; encrypted with age."""

    documents: Annotated[list[_Carried], Of(lambda carried: carried)]


@dataclass(frozen=True, slots=True)
class Taken:
    """Salts that were taken in: where they are, their root, and whether they were there already.

    `proven` says that the document is there and has this root with them; else they hold together by themselves.
    """

    salts: Path
    reference: str
    root: bytes
    was_there: bool
    proven: bool


# -------------------------------------------------------------------------------------------------------------- out


def gather(
    files: Iterable[Path], *, with_documents: bool = False, advance: Callable[[], object] = lambda: None
) -> Outcome[Carried]:
    """The salts beside documents, each held against its document. One that has none, or another's, fails alone."""
    found: list[Carried] = []
    failed: list[Failed] = []
    for file in files:
        try:
            path = salts_path(file)
            if not path.exists():
                raise BadInput(
                    "there are no salts",
                    subject=str(path),
                    hint=f"ask whoever gave you {file.name}",
                    code="document.salts",
                )
            document = read_json(file)
            salts = DocumentTree.of(document, read_salts(path), name=str(file)).salts
            found.append(Carried(file.name, salts, document if with_documents else None))
        except SampanError as error:
            failed.append(Failed(file, error))
        advance()
    return Outcome(tuple(found), tuple(failed))


def sealed(carried: Sequence[Carried], *, recipients: Sequence[str] = (), passphrase: str | None = None) -> bytes:
    """Salts, encrypted: for recipients (`age1...`, `ssh-ed25519 ...`, `ssh-rsa ...`), or under a passphrase.

    Raises `BadInput` for what is no recipient.
    """
    import pyrage

    if passphrase is None and not recipients:
        raise BadInput("names nobody", subject="--to", hint=_RECIPIENT, code="document.recipient")
    plain = canonical_bytes(written(Bundle, carried))
    if passphrase is not None:
        return bytes(pyrage.passphrase.encrypt(plain, passphrase, armored=True))
    return bytes(pyrage.encrypt(plain, [_recipient(text) for text in recipients], armored=True))


_RECIPIENT = "age1... as `sampan document salts key` or age-keygen tells it, or an SSH public key"


def _recipient(text: str) -> Any:
    import pyrage

    kind = pyrage.ssh if text.startswith("ssh-") else pyrage.x25519
    try:
        return kind.Recipient.from_str(text)
    except pyrage.RecipientError:
        if SECRET.search(text):
            raise BadInput(
                "this is a private key, which opens what is encrypted: give it to nobody",
                hint="name its recipient, or for SSH its .pub file",
                code="document.recipient",
            ) from None
        raise BadInput("no recipient", subject=shown(text, 80), hint=_RECIPIENT, code="document.recipient") from None


def new_key() -> tuple[str, str]:
    """A new identity, which opens what is encrypted for it, and its recipient, which may be told to everybody."""
    import pyrage

    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


# --------------------------------------------------------------------------------------------------------------- in


def opened(source: Path, *, key: Path | None = None, passphrase: str | None = None) -> list[Carried]:
    """What a bundle holds, by a key file (age's or an SSH private key without passphrase) or a passphrase.

    Raises `BadInput` for a bundle that this does not open, or that is none.
    """
    import pyrage

    try:
        data = read_up_to(source, LARGEST)
        identities = [] if key is None else _identities(key)
    except OSError as error:
        raise BadInput(
            f"cannot be read: {error.strerror or error}", subject=str(error.filename), hint="name a file", code="file"
        ) from None
    try:
        if passphrase is not None:
            plain = bytes(pyrage.passphrase.decrypt(data, passphrase))
        else:
            plain = bytes(pyrage.decrypt(data, identities))
    except pyrage.DecryptError as error:
        raise BadInput(
            f"cannot be opened: {error}",
            subject=str(source),
            hint="is it a file of `sampan document salts export`, for this key or under this passphrase?",
            code="document.bundle",
        ) from None
    return _read(plain, str(source))


def _identities(key: Path) -> list[Any]:
    import pyrage

    data = read_up_to(key)
    try:
        if b"PRIVATE KEY-----" in data:
            return [pyrage.ssh.Identity.from_buffer(data)]
        lines = [line.strip() for line in data.decode("ascii", "replace").splitlines()]
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except pyrage.IdentityError:
        found = []
    if not found:
        raise Missing(
            "holds no identity of age, and no SSH key",
            subject=str(key),
            hint="`sampan document salts key` makes one",
            code="document.identity",
        )
    return found


def _read(plain: bytes, name: str) -> list[Carried]:
    raw = read_json(plain, name=name, limit=LARGEST)
    if not isinstance(raw, dict) or raw.get("schema") != Bundle.DOCUMENT or not isinstance(raw.get("documents"), list):
        raise BadInput(f"holds no {Bundle.DOCUMENT}", subject=name, hint="`sampan document salts export` writes one")
    found = []
    listed: Any = raw["documents"]
    for index, one in enumerate(listed):
        place = f"{name}, documents/{index}"
        file = one.get("name") if isinstance(one, dict) else None
        document = one.get("document") if isinstance(one, dict) else None
        good = isinstance(file, str) and _NAME.fullmatch(file) and file.isprintable()
        if not good or not (document is None or isinstance(document, dict)):
            raise BadInput("is broken: a document has a name, its salts, and may stand beside them", subject=place)
        found.append(Carried(str(file), from_json(one.get("salts"), place), document))
    return found


def take_in(
    carried: Iterable[Carried], folder: Path, *, advance: Callable[[], object] = lambda: None
) -> Outcome[Taken]:
    """Write salts beside their documents in a folder: found by name, else by checksum. Documents that came with them
    are written where they are not there yet.

    Refused, each alone, are salts that do not hold together, that do not give their document the root they state, and
    those beside which other salts stand: nothing is overwritten.
    """
    found: list[Taken] = []
    failed: list[Failed] = []
    by_checksum = _documents_in(folder)
    for one in carried:
        file = folder / one.name
        if not file.exists():
            file = by_checksum.get(one.salts.checksum, file)
        try:
            found.append(_take(one, file))
        except SampanError as error:
            failed.append(Failed(file, error))
        advance()
    return Outcome(tuple(found), tuple(failed))


def _take(carried: Carried, file: Path) -> Taken:
    salts, path = carried.salts, salts_path(file)
    hashes = [leaf.hash for leaf in salts.leaves.values()]
    if not hashes or len(set(hashes)) != len(hashes) or MerkleTree(hashes).root != salts.root:
        raise BadInput(
            "the salts do not hold together: their leaves have another root than they state",
            subject=str(path),
            hint="ask for them again",
            code="document.salts",
        )
    document = read_json(file) if file.exists() else carried.document
    if document is not None:
        # Raises what does not belong together.
        DocumentTree.of(document, salts, name=str(file))
    was_there = not salts.write_new(path)
    if was_there and read_salts(path) != salts:
        raise BadInput(
            "other salts stand there, which may be the only ones that prove a bill",
            subject=str(path),
            hint="take these in elsewhere (--into FOLDER), and see which have the root of the bill: "
            "`sampan document verify FILE --bill LEI/REFERENCE`",
            code="document.salts",
        )
    if document is not None and not file.exists():
        write_private(file, canonical_bytes(document) + b"\n")
    return Taken(path, salts.reference, salts.root, was_there, document is not None)


def _documents_in(folder: Path) -> dict[bytes, Path]:
    """Documents of a folder by their checksums; what cannot be read is none."""
    found = {}
    for file in sorted(folder.glob("*.json")):
        if file.name.endswith(".salts.json"):
            continue
        try:
            found[checksum(read_json(file))] = file
        except SampanError:
            continue
    return found
