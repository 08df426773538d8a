"""What is installed on this machine, what is missing, what each thing is for, and the one command that mends it.

Nothing is downloaded, started or changed. Three states: `ok`; `missing`, which some command needs; `broken`, which is
there but cannot be right.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sampan import config
from sampan.errors import Missing, SampanError
from sampan.toolchain import artifacts, build, solc
from sampan.toolchain.sources import project_root

State = Literal["ok", "missing", "broken"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `needed_for` names commands; `mend` is a command to type, None when all is well."""

    name: str
    state: State
    found: str
    needed_for: str
    mend: str | None = None
    required: bool = False
    """Whether the package itself (demo, client, audit) needs it."""


def examine(settings: config.Settings, root: Path | None) -> list[Check]:
    """Look at everything. `root` is the working copy's root, None for an installed package."""
    checks: list[Check] = [_python(), *_libraries(root), _artifacts(root)]
    # Node before what comes by it.
    checks += [_settings_files(settings), _keystore(settings), *([_node()] if root is not None else [])]
    checks += [*_anvil(settings, root)]
    if root is not None:
        checks += [_packages(root), _compiler(root), _ape(), _ape_compiler(root), _git()]
    return checks


def mending_command(checks: list[Check]) -> str | None:
    """The one command that mends the most, required things first; None when nothing is amiss."""
    mends = [check.mend for check in sorted(checks, key=lambda item: not item.required) if check.mend is not None]
    return mends[0] if mends else None


def working_copy() -> Path | None:
    """The root of the working copy we are in, None outside of one."""
    try:
        return project_root()
    except Missing:
        return None


def _python() -> Check:
    version = platform.python_version()
    fits = sys.version_info >= (3, 11)
    return Check(
        "Python",
        "ok" if fits else "broken",
        f"{version} in {sys.prefix}",
        "everything (ape and the tests: 3.11 or 3.12)",
        None if fits else "install python3.11",
        required=True,
    )


def _libraries(root: Path | None) -> Iterator[Check]:
    mend = "make setup" if root is not None else f"{sys.executable} -m pip install --upgrade sampan"
    if _version("sampan") is None:
        said = "sampan runs from its folder without being installed"
        yield Check("Libraries", "broken", said, "everything", mend, required=True)
        return
    found = list(_requirements())
    absent = [f"without {requirement}" for requirement, version in found if version is None]
    wrong = [f"{name} (found {version})" for name, version in found if version and not _within(name, version)]
    if absent or wrong:
        state: State = "missing" if absent else "broken"
        yield Check("Libraries", state, "; ".join([*absent, *wrong]), "everything", mend, required=True)
    else:
        yield Check("Libraries", "ok", f"web3 {importlib.metadata.version('web3')}, all within range", "everything")
    modules = {"coincurve": "coincurve", "safe-pysha3": "sha3"}
    slow = [name for name, module in modules.items() if importlib.util.find_spec(module) is None]
    if slow:
        yield Check("Fast hashes and keys", "missing", f"without {' and '.join(slow)}", "speed alone", mend)
    else:
        yield Check("Fast hashes and keys", "ok", ", ".join(modules), "speed alone")


def _requirements() -> Iterator[tuple[str, str | None]]:
    """The package's own requirements (extras and other platforms left out), each with the version found."""
    for line in importlib.metadata.requires("sampan") or []:
        requirement, _, marker = line.partition(";")
        if marker.strip():
            continue
        yield requirement.strip(), _version(re.split(r"[\s\[<>=!~(]", requirement.strip(), maxsplit=1)[0])


def _within(requirement: str, version: str) -> bool:
    from packaging.requirements import Requirement

    return Requirement(requirement).specifier.contains(version, prereleases=True)


def _artifacts(root: Path | None) -> Check:
    needed = "deploy, audit, demo, bill"
    mend = "make compile" if root is not None else f"{sys.executable} -m pip install --force-reinstall sampan"
    try:
        record = artifacts.build_record()
    except SampanError as error:
        return Check("Artifacts", "broken", error.message, needed, mend, required=True)
    if record is None:
        return Check("Artifacts", "missing", "never compiled", needed, mend, required=True)
    found = f"release {record.release_hash[:16]}, solc {record.compiler}, {len(record.contracts)} contracts"
    if root is not None:
        out_of_step = build.differences(root, build.SUITES[0])
        if out_of_step:
            first = out_of_step[0]
            more = f" and {len(out_of_step) - 1} more" if len(out_of_step) > 1 else ""
            said = f"out of step: {first.subject} {first.message}{more}"
            return Check("Artifacts", "broken", said, needed, mend, required=True)
        found += ", in step with contracts/"
    return Check("Artifacts", "ok", found, needed)


def _settings_files(settings: config.Settings) -> Check:
    files = [str(file) for file in (settings.project_file, settings.user_file) if file is not None]
    return Check("Settings", "ok", ", ".join(files) or "built in and environment", "sampan config show tells more")


def _keystore(settings: config.Settings) -> Check:
    folder = settings.keystore
    needed = "deploy and write verbs on networks that are not local"
    if not folder.is_dir():
        return Check("Keystore", "ok", "no keys yet; `sampan account new NAME` makes one", needed)
    if os.name == "posix" and folder.stat().st_mode & 0o077:
        return Check("Keystore", "broken", f"{folder} is open to others", needed, f"chmod 700 {folder}")
    keys = len(list(folder.glob("*.json")))
    return Check("Keystore", "ok", f"{keys} key{'' if keys == 1 else 's'} in {folder}", needed)


def _anvil(settings: config.Settings, root: Path | None) -> Iterator[Check]:
    from sampan.chain import anvil

    needed = "node, --network anvil, make test"
    try:
        found = anvil.find(settings.path("anvil"))
    except Missing as error:
        package = anvil.package()
        if package is None or settings.path("anvil") is not None:
            mend = "set SAMPAN_ANVIL to an anvil 1.7 or newer"
        else:
            mend = "make setup" if root is not None else f"npm install {package}"
        yield Check("anvil", "missing", error.message, needed, mend)
        return
    yield _runs("anvil", (str(found), "--version"), needed, lambda said: f"{said.split()[-1]} at {found}")


def _node() -> Check:
    needed = "compile without a native solc, lint, bench"
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return Check("Node", "missing", "node or npm is not on PATH", needed, "install Node 20 with npm")
    check = _runs("Node", (node, "--version"), needed, lambda said: said)
    major = re.match(r"v(\d+)", check.found)
    if check.state == "ok" and (major is None or int(major[1]) < 20):
        return Check("Node", "broken", f"{check.found} is older than 20", needed, "install Node 20")
    return check


def _packages(root: Path) -> Check:
    needed = "compile, bench"
    names = ("@openzeppelin/contracts", "solady", "solc")
    absent = [name for name in names if not (root / "node_modules" / name / "package.json").is_file()]
    if absent:
        return Check("npm packages", "missing", f"without {', '.join(absent)}", needed, "make setup")
    return Check("npm packages", "ok", "node_modules", needed)


def _compiler(root: Path) -> Check:
    needed = "compile"
    try:
        found = solc.installed() or solc.from_npm(root)
    except Missing as missing:
        return Check("Compiler", "missing", missing.message, needed, "make setup")
    return Check("Compiler", "ok", f"solc {found.version}, {found.kind}", needed)


def _ape() -> Check:
    needed = "ape compile, ape test, ape run"
    absent = [name for name in ("eth-ape", "ape-solidity", "ape-foundry") if _version(name) is None]
    if absent:
        return Check("ape", "missing", f"without {', '.join(absent)}", needed, "make setup")
    return Check("ape", "ok", f"eth-ape {_version('eth-ape')}", needed)


def _ape_compiler(root: Path) -> Check:
    needed = "ape compile, ape test"
    folder = solc.binary_folder()
    if (folder / solc.EXECUTABLE).is_file():
        return Check("ape's compiler", "ok", str(folder / solc.EXECUTABLE), needed)
    said = f"no {solc.EXECUTABLE} in {folder}, and ape can only download it"
    stand_in = root / solc.SHIM_FOLDER
    there = (stand_in / solc.EXECUTABLE).is_file()
    mend = f"export SOLCX_BINARY_PATH={stand_in}" if there else "make setup"
    return Check("ape's compiler", "missing", said, needed, mend)


def _git() -> Check:
    git = shutil.which("git")
    needed = "the commit in deployment manifests"
    if git is None:
        return Check("git", "missing", "git is not on PATH", needed, "install git")
    return _runs("git", (git, "--version"), needed, lambda said: said.removeprefix("git version "))


def _runs(name: str, command: tuple[str, ...], needed: str, describe: Callable[[str], str]) -> Check:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Check(name, "broken", f"does not run: {error}", needed, f"install {name} anew")
    said = done.stdout.strip().splitlines()
    if done.returncode != 0 or not said:
        said_of = f"`{' '.join(command)}` ended with {done.returncode}"
        return Check(name, "broken", said_of, needed, f"install {name} anew")
    return Check(name, "ok", describe(said[0]), needed)


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
