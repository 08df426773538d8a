"""Which package may import which: the rules of docs/draw_architecture.py, held to the code, and tried on invented code.

A rule about a package that is not there finds nothing, and fails nothing.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _load() -> ModuleType:
    """docs/ is no package: the script is loaded from its file."""
    spec = importlib.util.spec_from_file_location("draw_architecture", ROOT / "docs" / "draw_architecture.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


architecture = _load()


@pytest.fixture(scope="module")
def code() -> Any:
    """Our own code."""
    return architecture.read()


def invented(folder: Path, files: dict[str, str]) -> list[str]:
    """The faults of code that consists of these files."""
    for name, text in {"sampan/__init__.py": "", **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    faults: list[str] = architecture.faults(architecture.read(folder))
    return faults


# --------------------------------------------------------------------------------------------------------- our own code


@pytest.mark.slow
def test_every_module_has_its_place_and_imports_what_it_may(code: Any) -> None:
    assert len(code.modules) > 100
    assert architecture.faults(code) == []


def test_no_package_needs_itself_through_others(code: Any) -> None:
    assert architecture.cycles(code.arrows()) == []


def test_no_module_needs_itself_through_others(code: Any) -> None:
    """Imports in functions count, since the code runs them; those for type checking alone do not."""
    assert architecture.cycles(code.running()) == []


@pytest.mark.slow
def test_the_picture_is_as_the_code_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert architecture.main(["--check"]) == 0, capsys.readouterr().err


def test_the_page_names_every_part_that_is_there(project_root: Path, code: Any) -> None:
    page = (project_root / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = dict(re.findall(r"^\| `(\w+(?:/|\.py))` \| (?:`([\w./]+)`|itself) \|", page, re.MULTILINE))
    there = {part.name for part in map(architecture.part_of, code.modules) if part is not None}
    assert there <= {name.rstrip("/").removesuffix(".py") for name in named} <= set(architecture.PARTS)
    for name, first in named.items():
        folder = project_root / "sampan" / name
        assert not folder.is_dir() or (folder / first).is_file() or (project_root / "sampan" / first).is_file(), name


# ------------------------------------------------------------------------------------------------------------ the rules


def test_the_order_from_the_command_line_down_to_the_suite() -> None:
    for above in ("cli", "client", "audit", "fuzz", "scenarios"):
        assert architecture.may(above, "subjects")
        assert not architecture.may("subjects", above)
    stack = ("cli", "subjects", "bills", "identity", "model", "suite")
    for number, above in enumerate(stack):
        assert all(architecture.may(above, below) for below in stack[number + 1 :] if above != "suite")
        assert not any(architecture.may(below, above) for below in stack[number + 1 :])


def test_the_rules_of_the_trade_import_nothing_that_acts() -> None:
    stack = {"suite", "model", "identity", "bills", "money", "cargo", "trade", "finance", "powers", "subjects"}
    for name in stack - {"suite"}:
        assert architecture.PARTS[name].standard
        assert set(architecture.PARTS[name].only) <= stack
    assert set(architecture.PARTS["suite"].only) == {"errors", "keccak", "artifacts"}


def test_no_rule_lets_parts_import_each_other_in_a_circle() -> None:
    allowed = {
        one: {other for other in architecture.PARTS if other != one and architecture.may(one, other)}
        for one in architecture.PARTS
    }
    assert architecture.cycles(allowed) == []
    assert "client" not in architecture.reachable(allowed, "audit")


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("audit/run.py", "from sampan.client.ledger import Ledger", "audit may not import client"),
        ("audit/run.py", "from sampan.client import ledger", "audit may not import client"),
        ("audit/run.py", "import sampan.client.ledger", "audit may not import client"),
        ("audit/run.py", "from ..client import ledger", "audit may not import client"),
        ("audit/run.py", "def run():\n    from sampan.client import ledger", "audit may not import client"),
        (
            "audit/run.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from sampan.client import ledger",
            "audit may not import client",
        ),
        ("model/state.py", "from sampan.bills import rules", "model may not import bills"),
        ("model/state.py", "from sampan import errors", "model may not import errors"),
        ("model/state.py", "from eth_abi import encode", "model needs the standard library alone"),
        ("bills/verbs.py", "from sampan.audit import run", "bills may not import audit"),
        ("bills/verbs.py", "import web3", "bills needs the standard library alone"),
        ("identity/verbs.py", "from sampan.bills import rules", "identity may not import bills"),
        ("subjects.py", "from sampan.chain import rpc", "subjects may not import chain"),
        ("suite/codec.py", "from sampan.model import state", "suite may not import model"),
        ("suite/codec.py", "from sampan.toolchain import sources", "suite may not import toolchain"),
        ("chain/rpc.py", "from sampan.bills import rules", "chain may not import bills"),
        ("errors.py", "from sampan.config import load", "errors may not import config"),
        ("client/ledger.py", "from sampan.cli import main", "client may not import cli"),
        ("client/ledger.py", "from sampan.nowhere import anything", "which is not there"),
        ("warehouse/verbs.py", "", "sampan.warehouse.verbs has no place"),
    ],
)
def test_what_is_not_allowed_is_found(tmp_path: Path, file: str, text: str, said: str) -> None:
    files = {
        f"sampan/{name}.py": ""
        for name in (
            *("errors", "config", "suite/codec", "model/state", "identity/verbs", "bills/rules", "bills/verbs"),
            *("subjects", "chain/rpc", "toolchain/sources", "audit/run", "client/ledger", "cli/main"),
        )
    }
    assert invented(tmp_path / "before", files) == []
    faults = invented(tmp_path / "after", {**files, f"sampan/{file}": text})
    assert any(said in fault for fault in faults), faults


def test_what_is_allowed_is_not_found(tmp_path: Path) -> None:
    assert (
        invented(
            tmp_path,
            {
                "sampan/errors.py": "import sys",
                "sampan/keccak.py": "from Crypto.Hash import keccak",
                "sampan/toolchain/artifacts.py": "from sampan.errors import Missing",
                "sampan/suite/codec.py": "from sampan.toolchain import artifacts\nfrom sampan.keccak import keccak",
                "sampan/model/store.py": "from dataclasses import dataclass\nfrom sampan.suite import codec",
                "sampan/bills/verbs.py": "from sampan.model.store import State\nfrom sampan.suite.codec import Codec",
                "sampan/subjects.py": "from sampan.bills import verbs",
                "sampan/audit/run.py": "import sampan\nfrom sampan import __version__, subjects\nimport web3",
            },
        )
        == []
    )


def test_a_way_through_others_is_found_too() -> None:
    modules = {name: architecture.PARTS[name].modules[0] for name in ("audit", "deployment", "client")}
    detour = architecture.Code(
        frozenset(modules.values()),
        (
            architecture.Import(modules["audit"], modules["deployment"], 1, "import"),
            architecture.Import(modules["deployment"], modules["client"], 1, "call"),
        ),
    )
    assert any(fault.startswith("audit reaches client") for fault in architecture.faults(detour))


def test_circles_are_found_with_all_that_is_in_them() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": set(), "e": {"a"}}
    assert architecture.cycles(graph) == [["a", "b", "c"]]
    assert architecture.cycles({"a": {"b"}, "b": {"c"}, "c": set()}) == []


# ---------------------------------------------------------------------------------------------------------- the picture


def test_an_arrow_that_a_longer_way_says_is_not_drawn() -> None:
    arrows = {"cli": {"client", "scenarios", "errors"}, "scenarios": {"client"}, "client": {"errors"}}
    assert architecture.covering(arrows) == [("cli", "scenarios"), ("scenarios", "client")]


def test_no_box_lies_over_another_and_no_line_runs_through_a_box(code: Any) -> None:
    """Of the whole rule, all allowed arrows at once, and of the code as it is."""
    modules = {name: part.modules[0] for name, part in architecture.PARTS.items()}
    everything = architecture.Code(
        frozenset(modules.values()),
        tuple(
            architecture.Import(modules[one], modules[other], 1, "import")
            for one in modules
            for other in modules
            if one != other and architecture.may(one, other)
        ),
    )
    for drawn in (code, everything):
        picture = architecture.draw(drawn)
        boxes = [
            tuple(map(float, found))
            for found in re.findall(
                r'<rect class="(?!bg|frame)\w+" x="([\d.]+)" y="(\d+)" width="(\d+)" height="(\d+)"', picture
            )
        ]
        assert len(boxes) > 10
        for one in boxes:
            assert 0 <= one[0] <= architecture.WIDTH - one[2]
            assert not any(
                abs(one[0] - other[0]) < min(one[2], other[2]) and one[1] == other[1]
                for other in boxes
                if other is not one
            )
        for x, top, bottom in _upright(picture):
            for left, y, width, height in boxes:
                assert not (left < x < left + width and top < y + height / 2 < bottom)


def _upright(picture: str) -> list[tuple[float, float, float]]:
    """The upright parts of the lines: all that passes a layer is one."""
    found = []
    for path in re.findall(r'<path class="l"[^>]* d="([^"]+)"', picture):
        x = y = 0.0
        for letter, numbers in re.findall(r"([MCV])([^MCV]+)", path):
            values = [float(number) for number in numbers.split()]
            if letter == "V":
                found.append((x, y, values[0]))
                y = values[0]
            else:
                x, y = values[-2:]
    return found


def test_nothing_of_the_picture_lies_outside_its_edges(code: Any) -> None:
    picture = ElementTree.fromstring(architecture.draw(code))
    left, top, width, height = map(float, picture.attrib["viewBox"].split())
    for each in picture.iter():
        name, x = each.tag.rpartition("}")[2], float(each.get("x", left))
        if name == "rect":
            assert left <= x
            assert x + float(each.attrib["width"]) <= left + width
        if name == "text":
            # No letter is wider than nine: what begins and ends inside is read in full.
            wide = 9 * len(each.text or "")
            begins = x - {"start": 0, "middle": wide / 2, "end": wide}[each.attrib["text-anchor"]]
            assert left <= begins
            assert begins + wide <= left + width, each.text
            assert top <= float(each.attrib["y"]) <= top + height
