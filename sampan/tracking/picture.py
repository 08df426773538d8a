"""A bill's cargo as a picture (SVG): one line a moment, from top to bottom, for whoever has to decide on it.

It asks nothing of a network, and all texts are escaped by the writer of the tree: they come from strangers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from sampan.suite.tell import bill_name, measured, moment
from sampan.tracking.timeline import SPENT, Known, Moment, Timeline

WIDTH: Final = 1080
_TOP, _LINE, _FOOT = 132, 46, 44
_TIME, _AXIS, _WHAT, _WHO, _HOW = 28, 184, 210, 560, 910
_INK, _DIM, _RED, _AMBER = "#1b2733", "#5d6b78", "#b3261e", "#9a5b00"
_COLOURS: Final = {
    Known.FACT: "#0b6e4f",
    Known.PROVEN: "#1f5fa8",
    Known.CLAIMED: _AMBER,
    Known.CORRECTED: _DIM,
    Known.TAKEN_BACK: _RED,
}
_FONT = "font-family:'Inter','Segoe UI','Helvetica Neue',Arial,sans-serif"
_LEGEND: Final = (
    (Known.FACT, "on chain: contracts can act on it"),
    (Known.PROVEN, "proven from a batch that was anchored"),
    (Known.CLAIMED, "its batch is not anchored"),
    (Known.CORRECTED, "corrected since"),
    (Known.TAKEN_BACK, "taken back"),
)
_CLASSIFIERS: Final = {"PLN": "planned", "EST": "estimated", "REQ": "wished for", "ACT": ""}


def picture(timeline: Timeline, who: Sequence[str], as_of: int) -> str:
    """The timeline as SVG; `who` is the producer of each moment in words, `as_of` the second at which it was read."""
    height = _TOP + _LINE * max(1, len(timeline.moments)) + _FOOT
    svg = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {WIDTH} {height}",
            "width": str(WIDTH),
            "height": str(height),
            "role": "img",
            "style": _FONT,
        },
    )
    SubElement(svg, "title").text = f"Cargo of {bill_name(timeline.bill)}"
    SubElement(svg, "desc").text = "; ".join(
        f"{_day(each)} {_words(each)}, {whose}, {each.known.value}"
        for each, whose in zip(timeline.moments, who, strict=True)
    )
    SubElement(svg, "rect", {"width": str(WIDTH), "height": str(height), "fill": "#ffffff"})
    _text(svg, _TIME, 42, f"Cargo of {bill_name(timeline.bill)}", size=22, weight="600")
    _text(
        svg, _TIME, 68, f"As of {moment(as_of)}. What producers said, each by its own word; times are UTC.", fill=_DIM
    )
    _legend(svg)
    bottom = _TOP + _LINE * (max(1, len(timeline.moments)) - 1)
    axis = {"x1": str(_AXIS), "x2": str(_AXIS), "y1": str(_TOP - 16), "y2": str(bottom + 16)}
    SubElement(svg, "line", {**axis, "stroke": "#c9d1d9", "stroke-width": "2"})
    if not timeline.moments:
        _text(svg, _WHAT, _TOP + 5, "Nothing is known of this cargo.", fill=_DIM)
    for row, (each, whose) in enumerate(zip(timeline.moments, who, strict=True)):
        _moment(svg, _TOP + _LINE * row, each, whose)
    _foot(svg, height, timeline)
    indent(svg)
    return tostring(svg, encoding="unicode") + "\n"


def _legend(svg: Element) -> None:
    x = _TIME
    for known, said in _LEGEND:
        _mark(svg, x + 6, 94, known, classifier="ACT")
        _text(svg, x + 20, 98, said, size=12, fill=_DIM)
        x += 36 + int(len(said) * 6.3)


def _moment(svg: Element, y: int, each: Moment, whose: str) -> None:
    if each.differs:
        band = {
            "x": str(_TIME - 12),
            "y": str(y - 20),
            "width": str(WIDTH - 2 * (_TIME - 12)),
            "height": str(_LINE - 4),
        }
        SubElement(svg, "rect", {**band, "rx": "6", "fill": "#fdecea"})
    _text(svg, _TIME, y + 5, _day(each), fill=_INK)
    _mark(svg, _AXIS, y, each.known, each.classifier)
    gone = each.known in SPENT
    _text(svg, _WHAT, y - 1, _words(each), weight="600", struck=gone)
    _text(svg, _WHAT, y + 16, _beneath(each), size=12, fill=_DIM)
    _text(svg, _WHO, y - 1, _cut(whose, 46))
    if each.differs:
        _text(svg, _WHO, y + 16, "another tells differently", size=12, fill=_RED, weight="600")
    how = each.known.value if each.batch is None else f"{each.known.value}, batch {each.batch}"
    _text(svg, _HOW, y - 1, how, size=13, fill=_COLOURS[each.known])


def _mark(svg: Element, x: int, y: int, known: Known, classifier: str) -> None:
    """Filled: it happened; hollow: planned or estimated; crossed: taken back."""
    colour = _COLOURS[known]
    fill = colour if classifier == "ACT" and known not in SPENT else "#ffffff"
    common = {"fill": fill, "stroke": colour, "stroke-width": "2.5"}
    SubElement(svg, "circle", {"cx": str(x), "cy": str(y), "r": "6", **common})
    if known is Known.FACT and classifier == "ACT":
        SubElement(svg, "circle", {"cx": str(x), "cy": str(y), "r": "9.5", "fill": "none", "stroke": colour})
    if known in SPENT:
        cross = {"x1": str(x - 9), "x2": str(x + 9), "y1": str(y + 9), "y2": str(y - 9)}
        SubElement(svg, "line", {**cross, "stroke": colour, "stroke-width": "2.5"})


def _foot(svg: Element, height: int, timeline: Timeline) -> None:
    differing = len(timeline.differing)
    said = f"{differing} thing{'s are' if differing != 1 else ' is'} told differently. " if differing else ""
    _text(
        svg,
        _TIME,
        height - 22,
        f"{said}A condition counts facts on chain alone; it asks for how long they have stood, and of whom.",
        size=12,
        fill=_RED if differing else _DIM,
    )


def _words(each: Moment) -> str:
    of = f", {each.equipment or f'unit {each.unit}'}" if each.unit or each.equipment else ""
    classifier = _CLASSIFIERS.get(each.classifier, each.classifier)
    return f"{each.what}{of}" + (f" ({classifier})" if classifier else "")


def _beneath(each: Moment) -> str:
    parts = [each.place]
    if each.measure:
        parts.append(measured(each.amount, each.measure))
    if each.valid_until:
        parts.append(f"valid until {moment(each.valid_until)}")
    return " · ".join(part for part in parts if part)


def _day(each: Moment) -> str:
    try:
        return datetime.fromtimestamp(each.happened_at, UTC).strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError, OSError):
        return str(each.happened_at)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _text(
    svg: Element,
    x: int,
    y: int,
    text: str,
    *,
    size: int = 14,
    fill: str = _INK,
    weight: str = "400",
    struck: bool = False,
) -> None:
    style = {"x": str(x), "y": str(y), "font-size": str(size), "fill": fill, "font-weight": weight}
    SubElement(svg, "text", style | ({"text-decoration": "line-through"} if struck else {})).text = text
