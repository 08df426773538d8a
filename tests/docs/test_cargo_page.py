"""docs/cargo.md: the table of kinds is the code's, and the picture is drawn of a voyage that was played.

`python tests/docs/test_cargo_page.py` writes the table anew, `python docs/draw_cargo.py` the picture.
"""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from sampan.cargo.records import ATTESTABLE, PLACED, bits
from sampan.suite.tell import option
from sampan.suite.words import FactKind
from sampan.written.conditions import OF_A_BOX, OF_THE_BILL

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "cargo.md"
KINDS = re.compile(
    r"(?<=<!-- kinds: written by python tests/docs/test_cargo_page.py -->\n).*?(?=<!-- end of kinds -->)", re.S
)
OF = {"unit": "a box", "bill": "the bill", "either": "either"}
TOLD: dict[FactKind, tuple[str, str, str]] = {
    FactKind.GATED_IN: ("unit", "`GTIN`, laden, at the port of loading or the place of receipt", "terminal"),
    FactKind.LOADED: ("unit", "`LOAD`, laden, at the port of loading", "terminal"),
    FactKind.DEPARTED: ("bill", "`DEPA` of the vessel from the port of loading", "port, terminal"),
    FactKind.ARRIVED: ("bill", "`ARRI` of the vessel at the port of discharge", "port, terminal"),
    FactKind.DISCHARGED: ("unit", "`DISC`, laden, at the port of discharge", "terminal"),
    FactKind.GATED_OUT: ("unit", "`GTOT`, laden, at the port of discharge or the place of delivery", "terminal"),
    FactKind.TRANSHIPPED: ("unit", "`LOAD` or `DISC`, laden, at another port", "terminal"),
    FactKind.EXPORT_RELEASED: ("either", "`CUSR`, or `RELS` of customs, in the country of loading", "customs"),
    FactKind.IMPORT_RELEASED: ("either", "`CUSR`, or `RELS` of customs, in the country of discharge", "customs"),
    FactKind.WEIGHED: ("unit", "", "weigher; kilograms, the verified gross mass"),
    FactKind.INSPECTED: ("either", "", "surveyor; a quantity, where it has one"),
    FactKind.VALUED: ("either", "", "valuer; money"),
    FactKind.INSURED: ("either", "", "insurer; money, until when"),
    FactKind.VESSEL_IDENTIFIED: ("bill", "", "port, AIS provider, surveyor; the IMO number"),
    FactKind.STUFFED: ("unit", "`STUF`", "whoever packs"),
    FactKind.SEAL_REMOVED: ("unit", "`RMVD`", "whoever opens"),
    FactKind.LOST: ("either", "", "surveyor, insurer"),
}
"""Of what it is said, from which event, by whom."""


def kinds() -> str:
    """The table: what is said, of what, from which event, where, by statement or not, by whom."""
    head = (
        "| fact | of | from which event | accredited by place | by statement | who says it |\n" + "| --- " * 6 + "|\n"
    )
    rows = [
        f"| `{option(kind)}` | {OF[of]} | {event or '-'} | {_yes(kind, PLACED)} | {_yes(kind, ATTESTABLE)} | {who} |\n"
        for kind, (of, event, who) in TOLD.items()
    ]
    return head + "".join(rows)


def _yes(kind: FactKind, among: int) -> str:
    return "yes" if bits(kind) & among else "no"


def test_every_kind_of_fact_stands_in_the_table() -> None:
    assert set(TOLD) == {*FactKind} - {FactKind.NONE}
    assert {kind for kind, (of, *_) in TOLD.items() if of == "unit"} == OF_A_BOX
    assert {kind for kind, (of, *_) in TOLD.items() if of == "bill"} == OF_THE_BILL
    (found,) = KINDS.findall(PAGE.read_text(encoding="utf-8"))
    assert found == kinds(), "write it anew: python tests/docs/test_cargo_page.py"


@pytest.mark.slow
def test_the_picture_is_of_the_voyage_as_it_was_played() -> None:
    drawn = runpy.run_path(str(ROOT / "docs" / "draw_cargo.py"))["drawn"]()
    assert (ROOT / "docs" / "cargo.svg").read_text(encoding="utf-8") == drawn, "python docs/draw_cargo.py"


if __name__ == "__main__":
    PAGE.write_text(KINDS.sub(lambda _: kinds(), PAGE.read_text(encoding="utf-8")), encoding="utf-8")
