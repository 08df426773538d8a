"""Compiling the suite: every deployable contract and interface to one deterministic artifact, and the build record.

Each contract is compiled in a call of its own, so that its bytes do not depend on what else is compiled, with
project-relative source names and sorted remappings, so that they do not depend on where the project lies. Answers are
cached by the hash of the request, which holds every source of the contract's closure.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sampan.errors import BadInput
from sampan.toolchain import artifacts
from sampan.toolchain.settings import DEPLOYED_LIBRARIES, compiler_settings
from sampan.toolchain.solc import Compiler, CompilerFailed
from sampan.toolchain.sources import Declared, Sources

CACHE_FOLDER = ".cache/solc"
PROCESSES = 2

_CODE_OUTPUTS = [
    "abi",
    "devdoc",
    "userdoc",
    "evm.bytecode.object",
    "evm.bytecode.linkReferences",
    "evm.deployedBytecode.object",
    "evm.deployedBytecode.immutableReferences",
    "evm.methodIdentifiers",
    "storageLayout",
]
_INTERFACE_OUTPUTS = ["abi", "devdoc", "userdoc", "evm.methodIdentifiers"]


@dataclass(frozen=True, slots=True)
class Suite:
    """A set of contracts that is compiled into one folder of artifacts."""

    name: str
    folder: str
    """Folder of the sources, from the project's root."""
    target: str
    """Folder of the artifacts, from the project's root."""
    others: tuple[tuple[str, str], ...] = ()
    """Contracts of libraries that are deployed as they are: source, name."""
    shipped: bool = True
    """Whether the package has the artifacts."""


SUITES: tuple[Suite, ...] = (
    Suite("contracts", "contracts", "sampan/artifacts", DEPLOYED_LIBRARIES),
    Suite("the room kit and its sample", "sampan/rooms/contracts", "sampan/rooms/artifacts"),
    Suite("the token of the scenarios", "sampan/scenarios/contracts", "sampan/scenarios/artifacts"),
    Suite("test contracts", "tests/contracts", "tests/artifacts", shipped=False),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is to compile of a suite."""

    suite: Suite
    sources: Sources
    contracts: tuple[Declared, ...]
    """Deployable contracts and interfaces, sorted by name."""
    closure: tuple[str, ...]
    """Every source that takes part: those of the suite's folder and all that they import."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which artifacts are out of step with the sources: the file, and what is wrong with it."""

    subject: str
    message: str


def plan(root: Path, suite: Suite) -> Plan:
    """Read a suite's sources. Raises `BadInput` for two contracts of one name, `Missing` for an absent import."""
    sources = Sources(root)
    own = sources.found_in(suite.folder)
    wanted: dict[str, Declared] = {}
    declared = [item for source in own for item in sources.declared(source)]
    declared += [Declared(source, name, "contract") for source, name in suite.others] if own else []
    for item in declared:
        if item.kind not in ("contract", "interface"):
            continue
        if item.name in wanted:
            raise BadInput(
                f"declares {item.name}, as {wanted[item.name].source} does",
                subject=item.source,
                hint="give one of the two another name: artifacts are found by name",
            )
        wanted[item.name] = item
    closure = sources.closure([*own, *(source for source, _ in suite.others)] if own else [])
    return Plan(suite, sources, tuple(wanted[name] for name in sorted(wanted)), tuple(closure))


def differences(root: Path, suite: Suite) -> list[Difference]:
    """How a suite's artifacts differ from its sources by hash alone: neither compiler nor Node is needed.

    Imported sources below `node_modules` are compared when they are there.
    """
    target = root / suite.target
    record = artifacts.build_record(target)
    sources = Sources(root)
    own = set(sources.found_in(suite.folder))
    if record is None:
        return [Difference(suite.target, "was never compiled")] if own else []
    found: list[Difference] = []
    if record.settings != compiler_settings():
        found.append(Difference(f"{suite.target}/{artifacts.RECORD_FILE}", "was compiled with other settings"))
    inside = f"{suite.folder}/"
    for source in sorted(own - set(record.sources)):
        found.append(Difference(source, "is new"))
    for source, digest in sorted(record.sources.items()):
        if source not in own and source.startswith(inside):
            found.append(Difference(source, "is gone"))
        elif (root / source).is_file():
            if sources.sha256(source) != digest:
                found.append(Difference(source, "has changed"))
        elif not source.startswith("node_modules/"):
            found.append(Difference(source, "is gone"))
    found += _damaged(root, suite, record)
    return found


def _damaged(root: Path, suite: Suite, record: artifacts.BuildRecord) -> list[Difference]:
    target = root / suite.target
    found = []
    for name in sorted({*artifacts.names(target), *record.contracts}):
        file = target / f"{name}.json"
        subject = f"{suite.target}/{name}.json"
        if name not in record.contracts:
            found.append(Difference(subject, "is of no contract"))
        elif not file.is_file():
            found.append(Difference(subject, "is gone"))
        elif hashlib.sha256(file.read_bytes()).hexdigest() != record.contracts[name]:
            found.append(Difference(subject, "was altered"))
    expected = artifacts.hash_of_release(record.compiler, record.settings, record.sources, record.contracts)
    if expected != record.release_hash:
        found.append(Difference(f"{suite.target}/{artifacts.RECORD_FILE}", "was altered"))
    return found


def compile_plan(
    what: Plan, compiler: Compiler, *, cache: bool = True, done: Callable[[str], None] | None = None
) -> dict[str, bytes]:
    """Compile and return the files of the target folder by name, `build.json` among them. Nothing is written.

    `done` is told the name of each contract when it is compiled. Raises `CompilerFailed` with what the compiler said
    about the sources; a warning about a source of ours is an error.
    """
    calls = _calls(what)
    files: dict[str, bytes] = {}
    with ThreadPoolExecutor(PROCESSES) as pool:
        waiting = {pool.submit(_answer, what, compiler, call, cache): call for call in calls}
        try:
            for answered in as_completed(waiting):
                answer = answered.result()
                for item in waiting[answered]:
                    files[item.name + ".json"] = _artifact(item, answer)
                    if done is not None:
                        done(item.name)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    contracts = {name.removesuffix(".json"): hashlib.sha256(files[name]).hexdigest() for name in sorted(files)}
    sources = {source: what.sources.sha256(source) for source in what.closure}
    settings = compiler_settings()
    record = {
        "schema": artifacts.RECORD_SCHEMA,
        "release": artifacts.hash_of_release(compiler.version, settings, sources, contracts),
        "compiler": compiler.version,
        "settings": settings,
        "contracts": contracts,
        "sources": sources,
    }
    return {**files, artifacts.RECORD_FILE: _json(record, indent=2)}


def write(root: Path, suite: Suite, files: Mapping[str, bytes]) -> list[str]:
    """Write a suite's files and remove those of contracts that are gone; returns the names that changed.

    The record is written last, so that a half-written folder is seen as out of step.
    """
    target = root / suite.target
    target.mkdir(parents=True, exist_ok=True)
    changed = []
    for file in sorted(target.glob("*.json")):
        if file.name not in files:
            file.unlink()
            changed.append(file.name)
    for name in sorted(files, key=lambda item: item == artifacts.RECORD_FILE):
        file = target / name
        if file.is_file() and file.read_bytes() == files[name]:
            continue
        _put(file, files[name])
        changed.append(name)
    return changed


def _calls(what: Plan) -> list[tuple[Declared, ...]]:
    """One call a contract, those with the largest closure first; interfaces have no code and share a call."""
    contracts = [item for item in what.contracts if item.kind == "contract"]
    interfaces = tuple(item for item in what.contracts if item.kind == "interface")

    def weight(item: Declared) -> int:
        return sum(len(what.sources.content(source)) for source in what.sources.closure([item.source]))

    calls: list[tuple[Declared, ...]] = [(item,) for item in sorted(contracts, key=weight, reverse=True)]
    return [*calls, interfaces] if interfaces else calls


def _answer(what: Plan, compiler: Compiler, call: tuple[Declared, ...], cache: bool) -> dict[str, Any]:
    request = request_for(what.sources, call)
    key = hashlib.sha256(_json({"compiler": compiler.version, "request": request})).hexdigest()
    kept = what.sources.root / CACHE_FOLDER / f"{key}.json"
    if cache and kept.is_file():
        try:
            answer: dict[str, Any] = json.loads(kept.read_bytes())
            return answer
        except ValueError:
            kept.unlink()
    answer = _without_trees(compiler.compile(request, what.sources.root))
    _refuse_complaints(answer, what.suite)
    if cache:
        kept.parent.mkdir(parents=True, exist_ok=True)
        _put(kept, _json(answer))
    return answer


def _put(file: Path, content: bytes) -> None:
    """Write a file whole or not at all, whoever else writes it."""
    temporary = file.with_suffix(f".{os.getpid()}.new")
    temporary.write_bytes(content)
    temporary.replace(file)


def request_for(sources: Sources, contracts: Iterable[Declared]) -> dict[str, Any]:
    """solc's standard JSON that compiles these contracts; block explorers verify a deployment with the same."""
    selection: dict[str, dict[str, list[str]]] = {}
    items = list(contracts)
    closure = sources.closure(item.source for item in items)
    for item in items:
        outputs = _CODE_OUTPUTS if item.kind == "contract" else _INTERFACE_OUTPUTS
        selection.setdefault(item.source, {})[item.name] = outputs
    if any(item.kind == "contract" for item in items):
        # The syntax trees give immutables their names; the compiler itself numbers them.
        for source in closure:
            selection.setdefault(source, {})[""] = ["ast"]
    return {
        "language": "Solidity",
        "sources": {source: {"content": sources.text(source)} for source in closure},
        "settings": {**compiler_settings(), "outputSelection": selection},
    }


def _refuse_complaints(answer: dict[str, Any], suite: Suite) -> None:
    complaints = []
    for said in answer.get("errors", []):
        place = said.get("sourceLocation", {}).get("file", "")
        ours = place.startswith(f"{suite.folder}/") or not place
        if said["severity"] == "error" or (said["severity"] == "warning" and ours):
            complaints.append(said)
    if complaints:
        place = complaints[0].get("sourceLocation", {}).get("file")
        text = "\n".join(said["formattedMessage"].rstrip() for said in complaints)
        raise CompilerFailed(
            f"{len(complaints)} complaint{'s' if len(complaints) > 1 else ''} of the compiler\n{text}",
            subject=place or "solc",
            hint="a warning about our own sources is an error",
        )


def _without_trees(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer with the syntax trees boiled down to the names of immutables by number."""
    names: dict[str, str] = {}
    for source in answer.pop("sources", {}).values():
        for node in source.get("ast", {}).get("nodes", []):
            if node["nodeType"] == "ContractDefinition":
                for member in node["nodes"]:
                    if member.get("mutability") == "immutable":
                        names[str(member["id"])] = f"{node['name']}.{member['name']}"
    return {**answer, "immutables": names}


def _artifact(item: Declared, answer: dict[str, Any]) -> bytes:
    output = answer["contracts"][item.source][item.name]
    code = output.get("evm", {})
    creation = code.get("bytecode", {})
    runtime = code.get("deployedBytecode", {})
    if creation.get("linkReferences"):
        libraries = sorted(name for links in creation["linkReferences"].values() for name in links)
        raise CompilerFailed(
            f"needs the libraries {', '.join(libraries)} linked",
            subject=item.name,
            hint="make their functions internal: Sampan's contracts stand alone",
        )
    references = {
        answer["immutables"].get(number, number): sorted(spans, key=lambda span: span["start"])
        for number, spans in runtime.get("immutableReferences", {}).items()
    }
    document = {
        "contractName": item.name,
        "sourceName": item.source,
        "abi": output["abi"],
        "bytecode": "0x" + creation.get("object", ""),
        "deployedBytecode": "0x" + runtime.get("object", ""),
        "immutableReferences": {name: references[name] for name in sorted(references)},
        "storageLayout": _without_tree_numbers(output.get("storageLayout", {"storage": [], "types": None})),
        "methodIdentifiers": code.get("methodIdentifiers", {}),
        "devdoc": output.get("devdoc", {}),
        "userdoc": output.get("userdoc", {}),
    }
    return _json(document, indent=1)


def _without_tree_numbers(layout: Any) -> Any:
    """A storage layout without the numbers of syntax nodes, which any import shifts."""
    if isinstance(layout, dict):
        return {key: _without_tree_numbers(value) for key, value in layout.items() if key != "astId"}
    if isinstance(layout, list):
        return [_without_tree_numbers(value) for value in layout]
    return layout


def _json(document: Mapping[str, Any], indent: int | None = None) -> bytes:
    separators = (",", ":") if indent is None else None
    return (json.dumps(document, indent=indent, separators=separators, ensure_ascii=False) + "\n").encode()
