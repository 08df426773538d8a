"""docs/rooms.md: the kit's checks as the kit has them, what it prints as it prints it, the sample as it stands.

`python tests/docs/test_rooms_page.py` writes them anew.
"""

from __future__ import annotations

import ast
import io
import os
import re
import socket
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path
from unittest import mock

import pytest

from sampan.cli.main import run_to_code
from sampan.rooms.description import FOLDER
from sampan.rooms.run import CHECKS

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "rooms.md"
ATTACKS = ROOT / "docs" / "attacks.md"
TABLE = re.compile(
    r"(?<=\| check \| a room that keeps it \| else \| the mend \|\n\| --- \| --- \| --- \| --- \|\n).*?(?=\n\n)", re.S
)
DESCRIBED = re.compile(r"(?<=```toml\n).*?(?=```)", re.S)
SAID = {
    ("Escrow",): re.compile(r"(?<=sampan room check Escrow\n\n```\n).*?(?=```)", re.S),
    ("tests/artifacts/WaitsForEver.json", "--description", "tests/rooms/described/without_end.toml"): re.compile(
        r"(?<=rooms that the kit is tried on\):\n\n```\n).*?(?=```)", re.S
    ),
}


def table() -> str:
    """The rows of the kit's checks."""
    rows = (f"| `{one.id}` | {one.title} | {one.goes_wrong} | {one.mend} |" for one in CHECKS.values())
    return "\n".join(rows)


def printed(*arguments: str) -> str:
    """What `sampan room check` says at a terminal that is wide enough."""
    out = io.StringIO()
    given = [str(ROOT / each) if "/" in each else each for each in arguments]
    with mock.patch.dict(os.environ, {"COLUMNS": "130"}), redirect_stdout(out):
        run_to_code(["room", "check", *given])
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def held(pattern: re.Pattern[str]) -> str:
    """What the page says there."""
    (found,) = pattern.findall(PAGE.read_text(encoding="utf-8"))
    return str(found)


def test_the_page_has_each_check_as_the_kit_has_it() -> None:
    assert held(TABLE) == table(), "write it anew: python tests/docs/test_rooms_page.py"


def test_the_page_shows_the_description_of_the_sample_as_it_stands() -> None:
    assert held(DESCRIBED) == (FOLDER / "contracts" / "Escrow.toml").read_text(encoding="utf-8")


def test_the_test_class_of_the_page_leaves_out_what_such_a_room_gives_no_occasion_for() -> None:
    """The page left `reentry` out, so that the test of a room like the sample failed."""
    (shown,) = re.findall(r"cannot: ClassVar = ({.*?})", PAGE.read_text(encoding="utf-8"))
    not_tried = re.findall(r"^  (\w+): ", held(SAID["Escrow",]), re.M)
    assert ast.literal_eval(shown) == set(not_tried)


def test_the_page_shows_the_verb_of_the_sample_as_it_stands() -> None:
    (shown,) = re.findall(r"```solidity\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    source = (FOLDER / "contracts" / "Escrow.sol").read_text(encoding="utf-8")
    assert re.sub(r"^(?=.)", "    ", shown, flags=re.M) in source


@pytest.mark.anvil
@pytest.mark.slow
def test_the_page_deploys_the_sample_on_a_local_chain_where_it_is_announced(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "SAMPAN_NODE_FOLDER": str(tmp_path / "node"),
        "SAMPAN_OUTBOX": str(tmp_path / "outbox"),
    }

    def ran(*command: str) -> str:
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True, timeout=300
        ).stdout

    program = re.findall(r"```python\n(from sampan.*?)```", PAGE.read_text(encoding="utf-8"), re.S)[-1]
    ran("sampan", "node", "start", "--port", port)
    try:
        room = ran(sys.executable, "-c", program).strip()
        assert "Announced" in ran("sampan", "room", "list", room, "SG", "CN", "HK")
    finally:
        ran("sampan", "node", "stop")


@pytest.mark.slow
@pytest.mark.parametrize("arguments", SAID, ids=lambda arguments: arguments[0])
def test_the_page_shows_what_the_command_prints(arguments: tuple[str, ...]) -> None:
    assert held(SAID[arguments]) == printed(*arguments)


def test_what_is_left_to_rooms_names_the_check_that_tries_it() -> None:
    rows = re.findall(r"^\| ([HMLXN]\d+) \| .+? \| ((?:.*\W)?room: .*) \|$", ATTACKS.read_text(encoding="utf-8"), re.M)
    named = {id_: set(re.findall(r"check `(\w+)`", holds)) for id_, holds in rows}
    assert set(named) == {"M7", "X6", "X9", "N1", "N9"}
    # What N9 allows, the terms of a room say; the kit is told of no amendment.
    assert [id_ for id_, checks in named.items() if not checks] == ["N9"]
    assert set().union(*named.values()) <= set(CHECKS)


def test_every_trap_that_a_check_quotes_stands_on_the_page_of_attacks() -> None:
    ids = set(re.findall(r"^\| ([HMLXN]\d+) \|", ATTACKS.read_text(encoding="utf-8"), re.M))
    quoted = {id_ for one in CHECKS.values() for id_ in re.findall(r"\(([MXN]\d+)\)", one.goes_wrong)}
    assert quoted
    assert quoted <= ids


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    new = {TABLE: table(), DESCRIBED: (FOLDER / "contracts" / "Escrow.toml").read_text(encoding="utf-8")}
    for pattern, content in {**new, **{pattern: printed(*given) for given, pattern in SAID.items()}}.items():
        text = text.replace(held(pattern), content, 1)
    PAGE.write_text(text, encoding="utf-8")
