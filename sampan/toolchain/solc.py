"""Finding and calling the Solidity compiler: native through py-solc-x when it can be had, else npm's under Node.

Both give the same bytes. Whatever is found is called the same way: standard JSON on stdin, standard JSON on stdout.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sampan.errors import Missing, SampanError
from sampan.toolchain.settings import SOLC_VERSION

Choice = Literal["auto", "native", "npm"]

SHIM = Path(__file__).with_name("solc_shim.cjs")
#: Folder in the project of npm's compiler of the pinned version.
NPM = "node_modules/solc"
#: Where py-solc-x and ape look, below `$SOLCX_BINARY_PATH` or `~/.solcx`.
EXECUTABLE = f"solc-v{SOLC_VERSION}"
#: Folder in the project where the stand-in for ape is written.
SHIM_FOLDER = ".solcx"
#: Seconds that asking for a native build may take before it counts as out of reach.
PATIENCE = (3.0, 5.0)

_VERSION = re.compile(r"(\d+\.\d+\.\d+\+commit\.[0-9a-f]+)")


class CompilerFailed(SampanError):
    """The compiler refused the sources, or did not run."""

    code = "compile"
    exit_code = 3


@dataclass(frozen=True, slots=True)
class Compiler:
    """A compiler that was found: how to call it, its version with commit, and which kind it is."""

    command: tuple[str, ...]
    version: str
    kind: Literal["native", "npm"]

    def compile(self, request: dict[str, Any], root: Path, module: str = NPM) -> dict[str, Any]:
        """Run standard JSON through the compiler, npm's from a folder `module` of the project.

        Raises `CompilerFailed` when it does not answer in JSON.
        """
        done = subprocess.run(
            [*self.command, "--standard-json"],
            input=json.dumps(request).encode(),
            capture_output=True,
            cwd=root,
            env=_environment(root, module),
            check=False,
        )
        try:
            answer: dict[str, Any] = json.loads(done.stdout)
        except ValueError as error:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise CompilerFailed(
                f"it ended with {done.returncode}: {said[-1] if said else 'nothing said'}",
                subject=self.command[0],
                hint="`sampan doctor` looks at the compiler",
            ) from error
        return answer


def find(root: Path, choice: Choice = "auto") -> Compiler:
    """The pinned compiler: installed, downloaded by py-solc-x, or npm's under Node, in this order.

    Raises `Missing` with what to do, within seconds when there is no way to the download.
    """
    reasons: list[str] = []
    if choice != "npm":
        try:
            return installed() or _download()
        except Missing as missing:
            reasons.append(missing.message)
    hint = "use --compiler npm"
    if choice != "native":
        try:
            return from_npm(root)
        except Missing as missing:
            reasons.append(missing.message)
            hint = "run `npm ci --ignore-scripts`"
            if "Node" in missing.message:
                hint = f"install Node 20 and {hint}"
    raise Missing("; ".join(reasons), subject=f"solc {SOLC_VERSION}", hint=hint)


def installed() -> Compiler | None:
    """The pinned native compiler where py-solc-x and ape look, or on PATH; the stand-in for npm's does not count."""
    places = [binary_folder() / EXECUTABLE]
    on_path = shutil.which("solc")
    if on_path is not None:
        places.append(Path(on_path))
    for place in places:
        if place.is_file() and not _is_shim(place):
            version = _version_of((str(place),))
            if version is not None:
                return Compiler((str(place),), version, "native")
    return None


def from_npm(root: Path) -> Compiler:
    """npm's compiler of the pinned version under Node. Raises `Missing` with the reason."""
    node = shutil.which("node")
    if node is None:
        raise Missing("Node is not installed")
    package = root / NPM / "package.json"
    if not package.is_file():
        raise Missing("npm's solc is not installed")
    found = json.loads(package.read_text(encoding="utf-8"))["version"]
    if found != SOLC_VERSION:
        raise Missing(f"npm's solc is {found}")
    version = _version_of((node, str(SHIM)), root)
    if version is None:
        raise Missing("npm's solc does not run under this Node")
    return Compiler((node, str(SHIM)), version, "npm")


def binary_folder() -> Path:
    """Where py-solc-x and ape look for compilers: `$SOLCX_BINARY_PATH`, else `~/.solcx`."""
    given = os.environ.get("SOLCX_BINARY_PATH")
    # Unlike `Path.home` it does not fail for a user without a home.
    return Path(given or os.path.expanduser("~/.solcx"))  # noqa: PTH111


def write_shim(root: Path) -> Path:
    """Write the stand-in that lets ape use npm's compiler, and return its folder, for `SOLCX_BINARY_PATH`."""
    folder = root / SHIM_FOLDER
    folder.mkdir(exist_ok=True)
    file = folder / EXECUTABLE
    module = json.dumps(str(root / NPM))
    content = (
        "#!/usr/bin/env node\n"
        "// Written by `sampan compile`: npm's solc where py-solc-x and ape look for a native one.\n"
        f"process.env.SAMPAN_SOLC_MODULE ??= {module};\n"
        f"require({json.dumps(str(SHIM))});\n"
    )
    if not file.is_file() or file.read_text(encoding="utf-8") != content:
        file.write_text(content, encoding="utf-8")
    file.chmod(file.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    return folder


def _is_shim(file: Path) -> bool:
    with file.open("rb") as content:
        return b"SAMPAN_SOLC_MODULE" in content.read(400)


def _download() -> Compiler:
    """Have py-solc-x fetch the native build; its own requests wait for ever, so the way is tried first, briefly."""
    import requests
    import solcx
    from solcx.exceptions import SolcInstallationError
    from solcx.install import BINARY_DOWNLOAD_BASE, _get_os_name

    try:
        index = BINARY_DOWNLOAD_BASE.format(_get_os_name(), "list.json")
        requests.head(index, timeout=PATIENCE, allow_redirects=True).raise_for_status()
        solcx.install_solc(SOLC_VERSION, show_progress=False)
    except (requests.RequestException, OSError, ValueError, SolcInstallationError) as error:
        raise Missing(f"no native build can be fetched ({type(error).__name__})") from None
    found = installed()
    if found is None:
        raise Missing("the native build does not run on this machine")
    return found


def _version_of(command: tuple[str, ...], root: Path | None = None) -> str | None:
    """The version with its commit, if it is the pinned one and runs."""
    try:
        done = subprocess.run(
            [*command, "--version"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
            cwd=root,
            env=_environment(root),
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = _VERSION.search(done.stdout)
    if done.returncode != 0 or match is None or not match[1].startswith(SOLC_VERSION + "+"):
        return None
    return match[1]


def _environment(root: Path | None, module: str = NPM) -> dict[str, str]:
    environment = dict(os.environ)
    if root is not None:
        environment["SAMPAN_SOLC_MODULE"] = str(root / module)
    return environment


if __name__ == "__main__":
    # For the Makefile: the folder that ape is to find the pinned compiler in.
    print(binary_folder() if installed() else write_shim(Path.cwd()))
