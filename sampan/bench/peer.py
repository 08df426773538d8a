"""What a peer's npm package ships: bytecode, or sources that are compiled with the compiler that they ask for."""

from __future__ import annotations

import json
import posixpath
import re
import shutil
from typing import TYPE_CHECKING, Any

from sampan.errors import Missing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_IMPORT = re.compile(r"""^\s*import\b[^"';]*["']([^"']+)["']""", re.MULTILINE)
_HINT = "`make setup` brings what it takes"


def creation_code(root: Path, package: str, artifact: str, of: str) -> bytes:
    """Creation code of a contract, from its artifact in a package. `of`: whose package that is.

    Raises `Missing` when it is not installed.
    """
    file = root / package / artifact
    if not file.is_file():
        raise Missing(f"{of}'s package is not installed", subject=package, hint=_HINT)
    return bytes.fromhex(json.loads(file.read_text(encoding="utf-8"))["bytecode"][2:])


def compiled(
    root: Path,
    package: str,
    contracts: Mapping[str, str],
    *,
    compiler: str,
    settings: Mapping[str, Any],
    of: str,
    libraries: Mapping[str, str] | None = None,
) -> dict[str, bytes]:
    """Creation code by contract, compiled from a package's sources. `contracts`: source → contract in it; `compiler`:
    its folder of npm; `libraries`: prefix of an import → the folder that holds what is meant.

    Raises `Missing` when Node, the compiler or a source is not there, `CompilerFailed` when it does not compile.
    """
    from sampan.toolchain.solc import CompilerFailed

    request = {
        "language": "Solidity",
        "sources": {
            name: {"content": text} for name, text in _sources(root, package, contracts, libraries or {}, of).items()
        },
        "settings": {
            **settings,
            "outputSelection": {source: {name: ["evm.bytecode.object"]} for source, name in contracts.items()},
        },
    }
    answer = _compile(root, compiler, request, of)
    faults = [said["formattedMessage"] for said in answer.get("errors", []) if said["severity"] == "error"]
    if faults:
        raise CompilerFailed(faults[0].strip(), subject=package)
    return {
        name: bytes.fromhex(answer["contracts"][source][name]["evm"]["bytecode"]["object"])
        for source, name in contracts.items()
    }


def _sources(
    root: Path, package: str, contracts: Mapping[str, str], libraries: Mapping[str, str], of: str
) -> dict[str, str]:
    """The sources of the contracts and all that they import, named as their authors' build tool names them."""
    found: dict[str, str] = {}
    waiting = list(contracts)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        prefix = next((prefix for prefix in libraries if name.startswith(prefix)), None)
        folder = package + "/" if prefix is None else libraries[prefix]
        file = root / (folder + name.removeprefix(prefix or ""))
        if not file.is_file():
            raise Missing(f"a source of {of}'s is not there", subject=name, hint=_HINT)
        found[name] = file.read_text(encoding="utf-8")
        for path in _IMPORT.findall(found[name]):
            near = path.startswith(".")
            waiting.append(posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if near else path)
    return dict(sorted(found.items()))


def _compile(root: Path, compiler: str, request: dict[str, Any], of: str) -> dict[str, Any]:
    from sampan.toolchain.solc import SHIM, Compiler

    node = shutil.which("node")
    if node is None or not (root / compiler).is_dir():
        absent = "Node" if node is None else f"the compiler that {of}'s sources ask for"
        raise Missing(f"{absent} is not installed", subject=compiler, hint=_HINT)
    return Compiler((node, str(SHIM)), compiler, "npm").compile(request, root, module=compiler)
