"""The picture of a bill's life: it shows what the rules allow, and nothing in it lies on anything else."""

from __future__ import annotations

import importlib
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest
from support import life

from sampan.suite.words import Status

SVG = "{http://www.w3.org/2000/svg}"
# Letters stand so far above and below their baseline, in sizes of the font.
ABOVE, BELOW = 0.8, 0.25


@pytest.fixture
def drawing(project_root: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """docs/draw_life.py."""
    monkeypatch.syspath_prepend(project_root / "docs")
    return importlib.import_module("draw_life")


@pytest.fixture
def picture(project_root: Path) -> str:
    """The picture as the README shows it."""
    return (project_root / "docs" / "life-of-a-bill.svg").read_text(encoding="utf-8")


# ------------------------------------------------------------------------------------------------ what the picture says


def test_the_picture_is_the_one_that_is_drawn(drawing: ModuleType, picture: str) -> None:
    assert picture == drawing.picture(), "make pictures"


def test_every_status_of_a_bill_has_its_box(picture: str) -> None:
    shown = {group.get("data-status") for group in ElementTree.fromstring(picture).iter(f"{SVG}g")} - {None}
    # LINKED is kept for bills that are linked across ledgers; no verb leads to it.
    assert shown == {status.name for status in Status} - {"LINKED"}


def test_the_arrows_are_the_verbs_of_the_rules_between_the_statuses_of_the_rules(picture: str) -> None:
    shown = set()
    for group in ElementTree.fromstring(picture).iter(f"{SVG}g"):
        for verb in filter(None, group.get("data-verbs", "").split(", ")):
            arrow = (verb, group.get("data-from"), group.get("data-to"))
            assert arrow not in shown
            shown.add(arrow)
    allowed = set()
    for verb, (before, after) in life.AFTER.items():
        if verb == "recover":
            # Wherever a bill has not ended; the status stays. The picture says so in words.
            continue
        afters = {after} if after is not None else set(life.PENDING_AFTER.values())
        allowed |= {(verb, old.name, new.name) for old in before for new in afters}
    assert shown == allowed


def test_another_bill_comes_after_those_that_leave_room_for_one(picture: str) -> None:
    groups = ElementTree.fromstring(picture).iter(f"{SVG}g")
    assert {group.get("data-from") for group in groups if group.get("data-verbs") == ""} == {
        "VOID",
        "REPLACED",
        "PAPER",
    }


# --------------------------------------------------------------------------------------------------- how the picture is


@dataclass(frozen=True)
class Area:
    """A rectangle of the picture, and the group it stands in (None: no group)."""

    name: str
    group: ElementTree.Element | None
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Area) -> bool:
        """Whether they have more than an edge in common."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, other: Area) -> bool:
        """Whether the other lies within."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )

    def touches(self, x: float, y: float) -> bool:
        """Whether a point lies on the edge."""
        across = y in {self.top, self.bottom} and self.left <= x <= self.right
        return across or (x in {self.left, self.right} and self.top <= y <= self.bottom)


def grouped(root: ElementTree.Element, tag: str) -> Iterator[tuple[ElementTree.Element, ElementTree.Element | None]]:
    """Every element of a kind, with its group."""
    for parent in root.iter():
        for child in parent:
            if child.tag == SVG + tag:
                yield child, parent if parent.tag == f"{SVG}g" else None


def faults(picture: str, drawing: ModuleType) -> set[str]:
    """What lies on what, and what leaves the picture."""
    root = ElementTree.fromstring(picture)
    whole = Area("the picture", None, *(float(number) for number in root.attrib["viewBox"].split()))
    texts, boxes, strokes, found = [], [], [], set()

    for text, group in grouped(root, "text"):
        said, style = text.text or "", text.attrib["class"]
        wide, size = drawing.width(said, style), drawing.STYLES[style].size
        x, y = float(text.attrib["x"]), float(text.attrib["y"])
        left = x - {"start": 0, "middle": wide / 2}[text.attrib["text-anchor"]]
        texts.append(Area(said, group, left, y - ABOVE * size, left + wide, y + BELOW * size))
    for rect, group in grouped(root, "rect"):
        left, top = float(rect.get("x", 0)), float(rect.get("y", 0))
        area = Area("a box", group, left, top, left + float(rect.attrib["width"]), top + float(rect.attrib["height"]))
        if rect.get("id") == "background":
            assert area.holds(whole)
        else:
            boxes.append(area)
    for line, group in grouped(root, "polyline"):
        points = [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
        ends = [(group.get("data-from"), points[0]), (group.get("data-to"), points[-1])] if group is not None else []
        for status, point in ends:
            at = [box for box in boxes if box.touches(*point)]
            if [box.group.get("data-status") for box in at if box.group is not None] != [status]:
                found.add(f"an arrow does not end at {status}")
        for (x1, y1), (x2, y2) in itertools.pairwise(points):
            assert x1 == x2 or y1 == y2, "lines run straight down or across"
            strokes.append(Area("a line", group, min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)))
    assert len(texts) > 50
    assert len(boxes) > 13
    assert len(strokes) > 20

    for area in (*texts, *boxes, *strokes):
        if not whole.holds(area):
            found.add(f"{area.name} leaves the picture")
    for one, other in itertools.combinations(texts, 2):
        if one.meets(other):
            found.add(f"{one.name} lies on {other.name}")
    for box in boxes:
        own = [text for text in texts if box.group is not None and text.group is box.group]
        found |= {f"{text.name} leaves its box" for text in own if not box.holds(text)}
        found |= {f"{text.name} lies on a box" for text in texts if text not in own and text.meets(box)}
        found |= {"a line runs through a box" for stroke in strokes if stroke.meets(box)}
    for one, other in itertools.combinations(boxes, 2):
        if one.meets(other):
            found.add("a box lies on a box")
    for stroke in strokes:
        found |= {f"a line runs through {text.name}" for text in texts if stroke.meets(text)}
    for one, other in itertools.combinations(strokes, 2):
        # Lines have no breadth here: to have a point in common is enough.
        across = one.left <= other.right and other.left <= one.right
        if across and one.top <= other.bottom and other.top <= one.bottom and one.group is not other.group:
            found.add("a line crosses a line")
    return found


def test_nothing_in_the_picture_lies_on_anything_else_or_leaves_it(drawing: ModuleType, picture: str) -> None:
    assert faults(picture, drawing) == set()


def moved(pattern: str, attribute: str, by: float) -> Callable[[str], str]:
    """A change of the picture: the element that matches is moved."""

    def change(picture: str) -> str:
        (found,) = re.findall(pattern, picture)
        place = re.search(rf'{attribute}="([-\d.]+)"', found)
        assert place is not None
        there = f'{attribute}="{float(place[1]) + by:g}"'
        return picture.replace(found, found.replace(place[0], there))

    return change


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (moved("<text[^>]*>Not yet a bill<", "x", -100), "Not yet a bill leaves its box"),
        (moved("<text[^>]*>with a statement<", "x", 40), "with a statement leaves the picture"),
        (moved("<text[^>]*>with a statement<", "y", -12), "to paper lies on with a statement"),
        (moved("<text[^>]*>accept<", "y", 30), "accept lies on a box"),
        (moved("<text[^>]*>accept<", "x", -20), "a line runs through accept"),
        (moved("<rect[^>]*><!--surrendered-->", "x", 160), "a line runs through a box"),
        (moved("<rect[^>]*><!--surrendered-->", "y", 3), "an arrow does not end at SURRENDERED"),
        (moved("<rect[^>]*><!--surrendered-->", "y", 80), "a box lies on a box"),
        (lambda picture: picture.replace("Surrendered<", "Surrendered to the carrier named<"), "leaves its box"),
        (lambda picture: picture.replace("1032,34 348,34 348,148", "1032,120 130,120 130,148"), "crosses a line"),
    ],
)
def test_a_picture_that_was_spoiled_is_found_out(
    drawing: ModuleType, picture: str, change: Callable[[str], str], fault: str
) -> None:
    marked = re.sub(r'(data-status="SURRENDERED">\n<rect[^>]*>)', r"\1<!--surrendered-->", picture)
    assert any(fault in said for said in faults(change(marked), drawing))
