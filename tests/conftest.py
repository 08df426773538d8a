"""What every test may use: the command line in process, the shared conformance data, compiled test contracts.

A test that needs a tool says so with a marker (`anvil`, `solc`, `ape`) or with `support.tools`; where the tool is
absent it is skipped, with the reason, unless SAMPAN_NO_SKIP is set, as .ci/run does: there it fails.

Under `ape test` every test of the contracts runs once more, a table with an eighth of its rows (`OF_A_TABLE`).
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from zlib import crc32

import hypothesis
import pytest
from support import surroundings
from support.chains import new_chain
from support.tools import absent

import sampan.chain  # noqa: F401  (chooses the fast Keccak before any eth_* module is imported)
from sampan.errors import Missing
from sampan.testing import SampanChain
from sampan.toolchain.artifacts import Artifact, load

ROOT = Path(__file__).resolve().parents[1]

hypothesis.settings.register_profile("sampan", deadline=None, print_blob=True)
hypothesis.settings.register_profile("ci", parent=hypothesis.settings.get_profile("sampan"), derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "sampan")


@pytest.fixture(scope="session", autouse=True)
def _surroundings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The same for every test, wherever it was started; only where tests run, so that nohup still holds for xdist."""
    surroundings.settle(tmp_path_factory.mktemp("surroundings"))


OF_A_TABLE = 8
"""Under ape a test of a table runs with one row of so many, and with one at least.

revm has tried all of them in the same `make test`. ape's chain takes ten times as long for each; that it comes to the
same is seen from every test and from a part of each table.
"""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out rows of tables under ape, and leave those to `make test-long` that a test's `rows` leaves to it.

    Which, the test's name draws, so that every worker leaves out the same. With SAMPAN_PART=2/8 there is one part in
    eight of the long tests, the third, with -1/1 none.
    """
    ape = config.pluginmanager.hasplugin("ape_test")
    tables: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        tables[item.nodeid.partition("[")[0]].append(item)
    left: set[pytest.Item] = set()
    for name, rows in tables.items():
        marked = rows[0].get_closest_marker("rows")
        one_in = OF_A_TABLE if ape else marked.args[0] if marked else 1
        left |= set(rows) - set(Random(name).sample(rows, -(-len(rows) // one_in)))
    for item in () if ape else left:
        item.add_marker(pytest.mark.long)
    part, _, parts = os.environ.get("SAMPAN_PART", "0/1").partition("/")
    if not ape:
        left = {item for item in items if item.get_closest_marker("long")}
        left = {item for item in left if crc32(item.nodeid.encode()) % int(parts) != int(part)}
    config.hook.pytest_deselected(items=[item for item in items if item in left])
    items[:] = [item for item in items if item not in left]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose tool is not here, or fail it where nothing may be skipped."""
    for marker, find in _TOOLS.items():
        if item.get_closest_marker(marker) is None:
            continue
        missing = find()
        if missing is not None:
            absent(f"needs {marker}: {missing}")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the figures that tests recorded (`record_property("figure", ...)`), whichever worker ran them."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, ())]
    figures = [
        (report.nodeid, value)
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == "figure"
    ]
    if figures:
        terminalreporter.section("figures")
    for nodeid, value in figures:
        terminalreporter.write_line(f"{nodeid.rpartition('::')[2]}: {value}")


def _no_anvil() -> str | None:
    from sampan.chain import anvil

    given = os.environ.get("SAMPAN_ANVIL")
    try:
        anvil.find(Path(given) if given else None)
    except Missing as error:
        return f"{error.message} ({error.hint})"
    return None


def _no_compiler() -> str | None:
    from sampan.toolchain import solc

    if solc.installed() is not None:
        return None
    try:
        solc.from_npm(ROOT)
    except Missing as missing:
        return missing.message
    return None


def _no_ape() -> str | None:
    return None if importlib.util.find_spec("ape_solidity") else "eth-ape is not installed (make setup)"


_TOOLS: dict[str, Callable[[], str | None]] = {"anvil": _no_anvil, "solc": _no_compiler, "ape": _no_ape}


@pytest.fixture(scope="session")
def sampan_suite() -> Iterator[SampanChain]:
    """One chain for the tests of every folder, deployed and enrolled; see `sampan.testing.sampan_chain`."""
    made = SampanChain(new_chain())
    yield made
    made.close()


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The root of the working copy."""
    return ROOT


@pytest.fixture(scope="session")
def conformance_data() -> Path:
    """The folder of DCSA's schemas and examples, from SAMPAN_CONFORMANCE_DATA; beside the working copy by default.

    Not everybody has the folder, so that without the variable these tests may be skipped, even in CI. Whoever sets it
    means it: then a folder that is not there is a failure under SAMPAN_NO_SKIP. (.ci/run sets it when it can.)
    """
    given = os.environ.get("SAMPAN_CONFORMANCE_DATA")
    folder = Path(given) if given else ROOT.parent / "shared"
    if not (folder / "dcsa").is_dir():
        reason = f"no conformance data in {folder}; set SAMPAN_CONFORMANCE_DATA"
        if given:
            absent(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def openzeppelin_tree(project_root: Path) -> list[str]:
    """The command that runs OpenZeppelin's JavaScript tree."""
    node = shutil.which("node")
    library = project_root / "node_modules" / "@openzeppelin" / "merkle-tree"
    if node is None or not library.is_dir():
        absent("needs node and @openzeppelin/merkle-tree (npm ci)")
    return [node, str(project_root / "tests" / "documents" / "openzeppelin_tree.cjs"), str(library)]


@pytest.fixture(scope="session")
def contract_for_tests() -> Callable[[str], Artifact]:
    """Loads a contract of tests/contracts, as compiled into tests/artifacts."""
    return lambda name: load(name, ROOT / "tests" / "artifacts")


@dataclass(frozen=True)
class Ran:
    """How a command ended: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on stdout."""
        document: dict[str, Any] = json.loads(self.out)
        return document

    @property
    def error(self) -> dict[str, Any]:
        """The body of the error document on stdout."""
        assert self.document["schema"] == "sampan.error/1"
        body: dict[str, Any] = self.document["error"]
        return body


@pytest.fixture
def sampan_command(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Ran]:
    """Runs `sampan ARGUMENTS` in this process: exit code, stdout, stderr. The user's own settings are kept out.

    With `--json` every answer and every error is held against its JSON Schema.
    """
    for variable in [name for name in os.environ if name.startswith("SAMPAN_") and name != "SAMPAN_ANVIL"]:
        monkeypatch.delenv(variable)
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / variable.lower()))

    def run(*arguments: str | Path) -> Ran:
        from sampan.cli.main import run_to_code

        capsys.readouterr()
        code = run_to_code([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        ran = Ran(code, printed.out, printed.err)
        if "--json" in arguments:
            _hold_against_schema(ran.document)
        return ran

    return run


def _hold_against_schema(document: dict[str, Any]) -> None:
    import jsonschema

    from sampan.cli import schema

    jsonschema.Draft202012Validator(schema.load(document["schema"])).validate(document)
