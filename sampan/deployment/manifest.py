"""The manifest: what was deployed where, from what, with which powers. One JSON file a network.

A chain's manifest is found by what the chain is, its id and its first block; the file's name is a name alone.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sampan.chain import abi
from sampan.errors import BadInput, Missing, SampanError, UsageError
from sampan.files import parse_json, read_up_to
from sampan.suite.forms import DRAFT
from sampan.suite.tell import checksum

if TYPE_CHECKING:
    from pathlib import Path

    from sampan.chain.connection import Connection

SCHEMA: Final = "sampan.deployment/2"
FIRST_SCHEMA: Final = "sampan.deployment/1"
"""Of manifests that name neither the ledger nor ABIs, which follow from what they have."""
ASIDE: Final = re.compile(r".*-\d{4}-\d\d-\d\dT\d{6}Z\.json")
"""The file of a manifest that `--replace` put aside."""

FIRST_LEDGER: Final = "Bills"
LOST: Final = (
    "run it in the folder that has the manifest, or name it: --manifest FILE, or its folder in SAMPAN_DEPLOYMENTS;"
    " whoever deployed the ledger has it"
)
"""What helps when a manifest is not found."""

Address = Annotated[str, Field(pattern="^0x[0-9a-fA-F]{40}$")]
Word = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$")]
Selector = Annotated[str, Field(pattern="^0x[0-9a-f]{8}$")]
Seconds = Annotated[int, Field(ge=0, lt=2**32)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ArgumentRecord(_Part):
    """One constructor argument. Integers are decimal text, bytes 0x text."""

    name: str
    type: str
    value: Any


class ContractRecord(_Part):
    """One contract as it was deployed.

    `abi` is the file, from the project's root or the installed package's, whose `abi` its address answers; `code_hash`
    is Keccak-256 of its runtime code with every immutable zeroed, `immutables` what stood in their places;
    `artifact_hash` is the SHA-256 of the artifact's file; `transaction` and `block` are null when it was there already
    and the node could not tell where it came from.
    """

    name: str
    source: str
    artifact: str
    interface: str | None
    abi: str
    address: Address
    arguments: list[ArgumentRecord]
    init_code_hash: Word
    code_hash: Word
    immutables: dict[str, Word]
    artifact_hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    transaction: Word | None
    block: Annotated[int, Field(ge=0)] | None


class FunctionRecord(_Part):
    """A function that a role may call."""

    contract: str
    signature: str
    selector: Selector

    @classmethod
    def of(cls, contract: str, signature: str) -> FunctionRecord:
        """A function by its signature."""
        selector = "0x" + abi.selector(signature).hex()
        return cls(contract=contract, signature=abi.canonical(signature), selector=selector)


class RoleRecord(_Part):
    """A role: its members, the delay on their acts, the delay on new members, who guards it, what it may call."""

    number: Annotated[int, Field(ge=0, lt=2**64)]
    name: str
    members: list[Address]
    delay: Seconds
    grant_delay: Seconds
    guardian: int
    functions: list[FunctionRecord]


class TargetRecord(_Part):
    """A contract under the manager, and the delay on changes to its wiring."""

    contract: str
    admin_delay: Seconds


class PowersRecord(_Part):
    """Everything that the AccessManager was told.

    `block` is that of the last transaction that told it; null where whoever wrote the manifest did not send it.
    """

    manager: str
    roles: list[RoleRecord]
    targets: list[TargetRecord]
    block: Annotated[int, Field(ge=0)] | None = None


class Manifest(_Part):
    """What was deployed on one chain. `ledger` is the address of bills and participants, one of `contracts`."""

    schema_: Literal["sampan.deployment/2"] = Field(alias="schema")
    network: str
    chain_id: Annotated[int, Field(gt=0)]
    genesis_hash: Word
    ledger: Address | None
    sampan: str
    release: str
    deployer: Address
    git_commit: str | None
    time: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
    factory: Address
    salt: Word
    parameters: dict[str, Any]
    contracts: list[ContractRecord]
    powers: PowersRecord

    def contract(self, name: str) -> ContractRecord:
        """A contract by its name in the plan. Raises `Missing`."""
        for item in self.contracts:
            if item.name == name:
                return item
        raise Missing("no such contract in the manifest", subject=name, hint=", ".join(c.name for c in self.contracts))

    def address(self, name: str) -> str:
        """The address of a contract. Raises `Missing`."""
        return self.contract(name).address

    @property
    def from_block(self) -> int:
        """The first block in which anything of this deployment can stand."""
        blocks = [item.block for item in self.contracts]
        return 0 if None in blocks else min(block for block in blocks if block is not None)

    @property
    def stands_from(self) -> int:
        """The first block at whose end all of it stands, wired and handed over, as far as it is known."""
        blocks = [*(item.block for item in self.contracts), self.powers.block]
        return max((block for block in blocks if block is not None), default=0)

    def to_json(self) -> str:
        """The manifest as it is written, with a line's end."""
        document = self.model_dump(mode="json", by_alias=True)
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"

    def same_as(self, other: Manifest) -> bool:
        """Whether two manifests say the same: they may differ in time, git commit, block and transaction (K26)."""
        passing: Any = {
            "time": True,
            "git_commit": True,
            "contracts": {"__all__": {"transaction", "block"}},
            "powers": {"block"},
        }
        return self.model_dump(exclude=passing) == other.model_dump(exclude=passing)


def abi_file(artifact: str) -> str:
    """The file of an artifact, as a manifest names it."""
    return f"sampan/artifacts/{artifact}.json"


def path_of(folder: Path, network: str) -> Path:
    """Where a network's manifest is written first."""
    return folder / f"{network}.json"


def of_chain(folder: Path, connection: Connection) -> list[tuple[Path, Manifest]]:
    """The manifests in a folder that are of this chain, by its id and its first block, but for those put aside."""
    found = []
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else []:
        if ASIDE.fullmatch(path.name):
            continue
        # What is no manifest, or damaged, is none of this chain.
        with contextlib.suppress(SampanError):
            manifest = load(path)
            if (manifest.chain_id, manifest.genesis_hash) == (connection.chain_id, connection.genesis_hash):
                found.append((path, manifest))
    return found


def find(folder: Path, connection: Connection) -> tuple[Path, Manifest]:
    """The manifest of this chain's ledger in a folder, whatever its file is called.

    Raises `Missing` when none is of this chain, `UsageError` when several are and none has the network's name,
    `BadInput` when the file of that name is damaged.
    """
    named = path_of(folder, connection.network.name)
    found = of_chain(folder, connection)
    chosen = [each for each in found if each[0] == named] or found
    if len(chosen) > 1:
        chosen = _standing(chosen, connection) or chosen
    if len({manifest.ledger for _, manifest in chosen}) > 1:
        raise UsageError(
            "several manifests are of this chain: " + ", ".join(path.name for path, _ in chosen),
            subject=str(folder),
            hint="say which ledger is meant: --manifest FILE",
        )
    if chosen:
        return chosen[0]
    if named.is_file():
        # It is of another chain, which whoever opens it will be told.
        return named, load(named)
    raise Missing(
        f"no manifest there is of this chain (id {connection.chain_id}, first block {connection.genesis_hash[:10]}…)",
        subject=str(folder),
        hint=LOST,
    )


def place_of(folder: Path, connection: Connection) -> Path:
    """Where the manifest of a deployment to this chain goes: where the chain's is, else under the network's name."""
    named = path_of(folder, connection.network.name)
    found = standing(folder, connection)
    return found[0][0] if len(found) == 1 and not named.is_file() else named


def standing(folder: Path, connection: Connection) -> list[tuple[Path, Manifest]]:
    """The manifests in a folder whose ledger stands on this chain."""
    return _standing(of_chain(folder, connection), connection)


def _standing(found: list[tuple[Path, Manifest]], connection: Connection) -> list[tuple[Path, Manifest]]:
    """Those whose ledger stands: two development chains may begin with the same block."""
    return [each for each in found if each[1].ledger is not None and connection.code(each[1].ledger)]


def load(path: Path) -> Manifest:
    """Read a manifest. Raises `Missing` when there is none, `BadInput`, naming the place, when it is damaged."""
    try:
        content = read_up_to(path)
    except FileNotFoundError:
        raise Missing("there is no such manifest", subject=str(path), hint=LOST) from None
    except OSError as error:
        raise BadInput(
            f"cannot be read: {error.strerror}", subject=str(path), hint="name a file that you may read"
        ) from None
    return parse(content, str(path))


def parse(content: bytes, subject: str = "manifest") -> Manifest:
    """A manifest from its JSON. Raises `BadInput`, naming the place, when it is none."""
    try:
        document = parse_json(content, names_once=True)
    except ValueError as error:
        raise BadInput(f"not JSON: {str(error)[:200]}", subject=subject) from None
    document = _as_now(document)
    if isinstance(document, dict) and document.get("schema") != SCHEMA:
        raise BadInput(
            f"its schema is {document.get('schema')!r}, not {SCHEMA!r}",
            subject=subject,
            hint="was it written by another version of Sampan, or is it another file?",
        )
    try:
        manifest = Manifest.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        place = "/".join(str(part) for part in first["loc"])
        raise BadInput(
            f"at {place or 'the top'}: {first['msg']}", subject=subject, hint="deploy again writes it"
        ) from None
    names = [item.name for item in manifest.contracts]
    if len(set(names)) != len(names):
        raise BadInput("at contracts: a name twice", subject=subject)
    for item in manifest.contracts:
        try:
            right = checksum(item.address)
        except SampanError:
            right = ""
        if right != item.address:
            raise BadInput(f"at contracts/{item.name}/address: a digit is mistyped", subject=subject)
    return manifest


def _as_now(document: Any) -> Any:
    """A manifest of the first schema as one of today's; anything else as it is."""
    if not isinstance(document, dict) or document.get("schema") != FIRST_SCHEMA:
        return document
    contracts = document.get("contracts")
    if not isinstance(contracts, list) or not all(isinstance(item, dict) for item in contracts):
        return {**document, "schema": SCHEMA, "ledger": None}
    ledgers = [item.get("address") for item in contracts if item.get("name") == FIRST_LEDGER]
    told = [{**item, "abi": abi_file(str(item.get("interface") or item.get("artifact")))} for item in contracts]
    return {**document, "schema": SCHEMA, "ledger": ledgers[0] if ledgers else None, "contracts": told}


def write(manifest: Manifest, path: Path) -> None:
    """Write a manifest: all of it or nothing, whatever happens meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    try:
        with draft.open("w", encoding="utf-8") as file:
            file.write(manifest.to_json())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    # The name is in the folder, and the folder is on the disk, only when it was synced too.
    if os.name == "posix":
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def plain(value: Any) -> Any:
    """A constructor argument as it stands in a manifest: integers decimal text, bytes 0x text."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    raise TypeError(f"no form for {type(value).__name__}")


def unplain(kind: str, value: Any) -> Any:
    """The other way: what `plain` wrote, as a value of an ABI type."""
    return abi.each(kind, value, _simple)


def _simple(kind: str, value: Any) -> Any:
    if kind.startswith("bytes"):
        return bytes.fromhex(value[2:])
    if kind.startswith(("uint", "int")):
        return int(value)
    return value


def schema() -> dict[str, Any]:
    """The JSON Schema of a manifest."""
    return {"$schema": DRAFT, "$id": SCHEMA, **Manifest.model_json_schema(by_alias=True)}
