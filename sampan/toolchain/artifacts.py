"""Compiled contracts as they travel with the package, and the record that says what they were compiled from.

`load("Bills")` needs neither compiler, Node nor a heavy library. An artifact is one JSON file; `build.json` beside them
lists compiler, settings, the SHA-256 of every source (imported ones too) and of every artifact, and their common hash:
the release.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from sampan.errors import BadInput, Missing

RECORD_FILE = "build.json"
RECORD_SCHEMA = "sampan.build/1"
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """A place in the deployed bytecode: `length` bytes from byte `start`."""

    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Artifact:
    """One compiled contract. Interfaces have an ABI and empty bytecode."""

    name: str
    source: str
    """Path of the source from the project's root, as in `contracts/bills/Bills.sol`."""
    abi: list[dict[str, Any]] = field(repr=False)
    bytecode: bytes = field(repr=False)
    """Creation code, without constructor arguments."""
    deployed_bytecode: bytes = field(repr=False)
    """Runtime code with every immutable zero."""
    immutables: Mapping[str, tuple[Span, ...]] = field(repr=False)
    """Where each immutable stands in the runtime code, by name, as in `Bills.carrierDelay`."""
    storage_layout: Mapping[str, Any] = field(repr=False)
    """solc's storage layout: `storage` (variables with slot and offset) and `types`."""
    method_identifiers: Mapping[str, str] = field(repr=False)
    """Signature → four-byte selector in hex, without 0x."""
    devdoc: Mapping[str, Any] = field(repr=False)
    userdoc: Mapping[str, Any] = field(repr=False)
    sha256: str = field(repr=False)
    """Hash of the artifact's file, hex: what a manifest calls the artifact hash."""

    @property
    def deployable(self) -> bool:
        """Whether this is a contract, not an interface."""
        return bool(self.bytecode)

    def masked(self, code: bytes) -> bytes:
        """Runtime code with the places of this contract's immutables zeroed, for comparison with `deployed_bytecode`.

        Code of another length is returned as it is: it is other code.
        """
        if len(code) != len(self.deployed_bytecode):
            return code
        blank = bytearray(code)
        for spans in self.immutables.values():
            for span in spans:
                blank[span.start : span.start + span.length] = bytes(span.length)
        return bytes(blank)

    def immutable_values(self, code: bytes) -> dict[str, bytes]:
        """The value (32 bytes) of each immutable in the runtime code of a deployed contract.

        Raises `BadInput` when `code` is not this contract's or one immutable has two values in it.
        """
        if self.masked(code) != self.deployed_bytecode:
            raise BadInput("this is not the code of that contract", subject=self.name)
        values: dict[str, bytes] = {}
        for name, spans in self.immutables.items():
            found = {code[span.start : span.start + span.length] for span in spans}
            if len(found) != 1:
                raise BadInput("an immutable has two values", subject=f"{self.name}.{name}")
            values[name] = found.pop()
        return values


@dataclass(frozen=True, slots=True)
class BuildRecord:
    """What a folder of artifacts was compiled from."""

    compiler: str
    """solc's version with its commit, as in `0.8.37+commit.01234567`."""
    settings: Mapping[str, Any]
    sources: Mapping[str, str]
    """Path from the project's root → SHA-256 in hex, of every source that takes part, imported ones too."""
    contracts: Mapping[str, str]
    """Contract's name → SHA-256 of its artifact file."""
    release_hash: str
    """SHA-256 over all of the above, in hex."""


def shipped() -> Traversable:
    """The folder of the artifacts that travel with the package."""
    return resources.files("sampan").joinpath("artifacts")


@functools.lru_cache(maxsize=256)
def load(name: str, folder: Path | None = None) -> Artifact:
    """The artifact of a contract: of the suite, or of the contracts compiled into another `folder`.

    Raises `Missing` when there is none, `BadInput` when its file is damaged.
    """
    place = shipped() if folder is None else folder
    file = place.joinpath(f"{name}.json")
    # A name may come from a manifest: one with a slash or dots in it would open any file.
    if _NAME.fullmatch(name) is None or name == Path(RECORD_FILE).stem or not file.is_file():
        raise Missing(
            "no such contract among the artifacts",
            subject=name,
            hint=f"there are {', '.join(names(folder)) or 'none'}; `sampan compile` makes them",
        )
    content = file.read_bytes()
    try:
        return _parse(json.loads(content), hashlib.sha256(content).hexdigest())
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(
            f"damaged artifact: {error}", subject=str(file), hint="`sampan compile` writes it anew"
        ) from error


def _parse(document: dict[str, Any], digest: str) -> Artifact:
    return Artifact(
        name=document["contractName"],
        source=document["sourceName"],
        abi=document["abi"],
        bytecode=bytes.fromhex(document["bytecode"].removeprefix("0x")),
        deployed_bytecode=bytes.fromhex(document["deployedBytecode"].removeprefix("0x")),
        immutables={
            name: tuple(Span(**span) for span in spans) for name, spans in document["immutableReferences"].items()
        },
        storage_layout=document["storageLayout"],
        method_identifiers=document["methodIdentifiers"],
        devdoc=document["devdoc"],
        userdoc=document["userdoc"],
        sha256=digest,
    )


def names(folder: Path | None = None) -> list[str]:
    """The names of all contracts and interfaces that have an artifact, sorted."""
    place = shipped() if folder is None else folder
    if not place.is_dir():
        return []
    files = (file.name for file in place.iterdir())
    return sorted(name.removesuffix(".json") for name in files if name.endswith(".json") and name != RECORD_FILE)


def build_record(folder: Path | None = None) -> BuildRecord | None:
    """What the artifacts were compiled from; None when nothing was compiled. Raises `BadInput` for a damaged record."""
    place = shipped() if folder is None else folder
    file = place.joinpath(RECORD_FILE)
    if not file.is_file():
        return None
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        return BuildRecord(
            compiler=document["compiler"],
            settings=document["settings"],
            sources=document["sources"],
            contracts=document["contracts"],
            release_hash=document["release"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(f"damaged record: {error}", subject=str(file), hint="`sampan compile` writes it anew") from error


def release_hash() -> str:
    """The hash of the release that this package carries. Raises `Missing` when it carries no artifacts."""
    record = build_record()
    if record is None:
        raise Missing("no artifacts", subject="sampan/artifacts", hint="`sampan compile` makes them")
    return record.release_hash


def hash_of_release(
    compiler: str, settings: Mapping[str, Any], sources: Mapping[str, str], contracts: Mapping[str, str]
) -> str:
    """SHA-256, in hex, over the sorted, compact JSON of compiler, settings, sources and contracts."""
    body = {"compiler": compiler, "settings": settings, "sources": dict(sources), "contracts": dict(contracts)}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
