"""Draws docs/life-of-a-bill.svg: `python docs/draw_life.py`, or `make pictures`.

Every place is computed from the columns and rows below. Lines run straight down, up or across, with their words beside
them. Boxes and arrows say in data-* attributes which status and which verb of the rules they show, so that a test can
hold the picture against the rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

FILE = Path(__file__).with_name("life-of-a-bill.svg")
TITLE = "The life of a bill"
DESCRIPTION = (
    "The carrier issues a bill, which is live: it is transferred, endorsed, signed, lodged in a room that gives "
    "it back, or rejected. A rejected issue is void. Surrendered for delivery, for amendment or for paper, it "
    "waits for the carrier, who accepts and delivers, replaces it by new bills, or puts paper in its place. "
    "Refused or recalled, it is live again, as it was. After a void, a replaced or a paper bill another may come."
)

# ---------------------------------------------------------------------------------------------------------------- text

FONT = "Helvetica, Arial, 'DejaVu Sans', sans-serif"
# Advance widths of printable ASCII in DejaVu Sans, the widest of these fonts, in thousandths of the size.
REGULAR = (
    *(318, 401, 460, 838, 637, 951, 780, 275, 391, 391, 500, 838, 318, 361, 318, 337, 637, 637, 637, 637, 637, 637),
    *(637, 637, 637, 637, 337, 337, 838, 838, 838, 531, 1000, 685, 687, 699, 771, 632, 576, 775, 752, 295, 295, 656),
    *(558, 863, 749, 788, 604, 788, 695, 635, 611, 732, 685, 989, 686, 611, 686, 391, 337, 391, 838, 500, 500, 613),
    *(635, 550, 635, 616, 353, 635, 634, 278, 278, 580, 278, 975, 634, 612, 635, 635, 412, 521, 393, 634, 592, 818),
    *(592, 592, 525, 637, 337, 637, 838),
)
BOLD = (
    *(349, 457, 521, 838, 696, 1002, 873, 307, 458, 458, 523, 838, 380, 416, 380, 366, 696, 696, 696, 696, 696, 696),
    *(696, 696, 696, 696, 400, 400, 838, 838, 838, 581, 1000, 774, 763, 734, 831, 684, 684, 821, 837, 373, 373, 775),
    *(638, 996, 837, 851, 733, 851, 771, 721, 683, 813, 774, 1104, 771, 725, 726, 458, 366, 458, 838, 500, 500, 675),
    *(716, 593, 716, 679, 436, 716, 712, 343, 343, 666, 343, 1042, 712, 688, 716, 716, 494, 596, 479, 712, 652, 924),
    *(646, 652, 583, 712, 366, 712, 838),
)


@dataclass(frozen=True)
class Style:
    """How a class of text is set."""

    size: float
    bold: bool
    fill: str


STYLES = {
    "status": Style(17, True, "#16202c"),
    "says": Style(14, False, "#3d4a58"),
    "holder": Style(15, True, "#1b4f9c"),
    "carrier": Style(15, True, "#9a4600"),
}
LINE = 18.0


def width(text: str, style: str) -> float:
    """How wide a text is at most. Raises `IndexError` for a character that was not measured."""
    table = BOLD if STYLES[style].bold else REGULAR
    return sum(table[ord(letter) - ord(" ")] for letter in text) * STYLES[style].size / 1000


@dataclass(frozen=True)
class Word:
    """One line of text on its baseline."""

    x: float
    y: float
    text: str
    style: str
    anchor: str = "start"

    def svg(self) -> str:
        """The text as an element."""
        return (
            f'<text class="{self.style}" x="{self.x:g}" y="{self.y:g}" text-anchor="{self.anchor}">'
            f"{escape(self.text)}</text>"
        )


def lines(x: float, middle: float, *said: tuple[str, str]) -> tuple[Word, ...]:
    """Lines of (text, style) under one another, around the height `middle`."""
    first = middle + 5 - LINE / 2 * (len(said) - 1)
    return tuple(Word(x, first + LINE * at, text, style) for at, (text, style) in enumerate(said))


# ------------------------------------------------------------------------------------------------- boxes and arrows


@dataclass(frozen=True)
class Box:
    """A status with its name and what is to be said of it; `look` is a class of the style sheet."""

    status: str
    look: str
    left: float
    top: float
    wide: float
    title: str
    says: str

    high = 62.0

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.top + self.high

    @property
    def middle(self) -> float:
        """Half of its width."""
        return self.left + self.wide / 2

    def svg(self) -> str:
        """The box and its words as a group."""
        place = f'x="{self.left:g}" y="{self.top:g}" width="{self.wide:g}" height="{self.high:g}"'
        return "\n".join(
            [
                f'<g data-status="{self.status}">',
                f'<rect class="{self.look}" {place} rx="8"/>',
                Word(self.middle, self.top + 27, self.title, "status", "middle").svg(),
                Word(self.middle, self.top + 47, self.says, "says", "middle").svg(),
                "</g>",
            ]
        )


@dataclass(frozen=True)
class Arrow:
    """An act: the verbs of the rules, whose act it is (holder, carrier; next: of another bill), its way, its words."""

    verbs: tuple[str, ...]
    who: str
    start: Box
    end: Box
    way: tuple[tuple[float, float], ...]
    words: tuple[Word, ...]

    def svg(self) -> str:
        """The line and its words as a group."""
        points = " ".join(f"{x:g},{y:g}" for x, y in self.way)
        shows = f'data-verbs="{", ".join(self.verbs)}" data-from="{self.start.status}" data-to="{self.end.status}"'
        return "\n".join(
            [
                f"<g {shows}>",
                f'<polyline class="{self.who}" points="{points}" marker-end="url(#{self.who})"/>',
                *(word.svg() for word in self.words),
                "</g>",
            ]
        )


def down(verb: str, who: str, start: Box, end: Box, x: float, *said: tuple[str, str]) -> Arrow:
    """Straight down from box to box, its words to the right."""
    return Arrow(
        (verb,) if verb else (),
        who,
        start,
        end,
        ((x, start.bottom), (x, end.top)),
        lines(x + 9, (start.bottom + end.top) / 2, *said),
    )


def up(verb: str, who: str, start: Box, end: Box, x: float) -> Arrow:
    """Straight back up, its verb to the right."""
    return Arrow(
        (verb,),
        who,
        start,
        end,
        ((x, start.top), (x, end.bottom)),
        lines(x + 9, (start.top + end.bottom) / 2, (verb, who)),
    )


# -------------------------------------------------------------------------------------------------- columns and rows

MARGIN, GAP = 24.0, 26.0
NARROW, BROAD = 160.0, 262.0
VOID = MARGIN
DELIVERY = VOID + NARROW + GAP
AMENDMENT = DELIVERY + BROAD + GAP
PAPER = AMENDMENT + BROAD + GAP
WIDE = PAPER + BROAD + MARGIN

BEFORE_ROW, LIVE_ROW, PENDING_ROW, SURRENDERED_ROW, END_ROW, NEXT_ROW = 24.0, 148.0, 302.0, 428.0, 548.0, 674.0
LEGEND_ROW = 774.0
HIGH = 876.0


def picture() -> str:
    """The whole picture."""
    before = Box("NONE", "none", VOID, BEFORE_ROW, 282, "Not yet a bill", "the carrier was given the goods")
    live = Box(
        "LIVE",
        "live",
        MARGIN,
        LIVE_ROW,
        WIDE - 2 * MARGIN,
        "Live",
        "one possessor, and one who is entitled: as consignee, to order, by name or, in blank, the possessor",
    )
    waits = "the carrier has it and must answer"
    delivery = Box("PENDING_DELIVERY", "waits", DELIVERY, PENDING_ROW, BROAD, "Pending delivery", waits)
    amendment = Box("PENDING_AMENDMENT", "waits", AMENDMENT, PENDING_ROW, BROAD, "Pending amendment", waits)
    paper = Box("PENDING_PAPER", "waits", PAPER, PENDING_ROW, BROAD, "Pending paper", waits)
    surrendered = Box(
        "SURRENDERED", "waits", DELIVERY, SURRENDERED_ROW, BROAD, "Surrendered", "the goods may be collected"
    )
    void = Box("VOID", "ends", VOID, END_ROW, NARROW, "Void", "as if never issued")
    delivered = Box("DELIVERED", "ends", DELIVERY, END_ROW, BROAD, "Delivered", "the goods were handed over")
    replaced = Box("REPLACED", "ends", AMENDMENT, END_ROW, BROAD, "Replaced", "other bills stand in its place")
    on_paper = Box("PAPER", "ends", PAPER, END_ROW, BROAD, "Paper", "a bill on paper stands in its place")
    after_void = Box("LIVE", "next", VOID, NEXT_ROW, NARROW, "Live", "its next version")
    after_replaced = Box("LIVE", "next", AMENDMENT, NEXT_ROW, BROAD, "Live", "one new bill or several")
    after_paper = Box("LIVE", "next", PAPER, NEXT_ROW, BROAD, "Live", "its next version")

    arrows = [
        down("issue", "carrier", before, live, VOID + 14, ("issue", "carrier")),
        down("issueFromPaper", "carrier", before, live, VOID + 110, ("issue from paper", "carrier")),
        loop(live),
        down(
            "reject the issue",
            "holder",
            live,
            void,
            VOID + 14,
            ("reject", "holder"),
            ("the issue itself,", "says"),
            ("within 72 hours", "says"),
        ),
    ]
    for pending, what in ((delivery, "for delivery"), (amendment, "for amendment"), (paper, "for paper")):
        arrows += [
            down("surrender", "holder", live, pending, pending.left + 12, ("surrender", "holder"), (what, "says")),
            up("refuse", "carrier", pending, live, pending.left + 134),
            up("recall", "holder", pending, live, pending.left + 205),
        ]
    arrows += [
        down("accept", "carrier", delivery, surrendered, delivery.middle, ("accept", "carrier")),
        down("deliver", "carrier", surrendered, delivered, delivered.middle, ("deliver", "carrier")),
        down(
            "replace",
            "carrier",
            amendment,
            replaced,
            replaced.middle,
            ("replace", "carrier"),
            ("amend, switch,", "says"),
            ("split, combine", "says"),
        ),
        down(
            "toPaper",
            "carrier",
            paper,
            on_paper,
            on_paper.middle,
            ("to paper", "carrier"),
            ("with a statement", "says"),
        ),
        down("", "next", void, after_void, VOID + 14, ("issue", "carrier"), ("once more", "says")),
        down("", "next", replaced, after_replaced, replaced.middle, ("in the same act", "says")),
        down("", "next", on_paper, after_paper, on_paper.middle, ("issue", "carrier"), ("from paper", "says")),
    ]
    boxes = (before, live, delivery, amendment, paper, surrendered, void, delivered, replaced, on_paper)
    parts: list[Arrow | Box] = [*arrows, *boxes, after_void, after_replaced, after_paper]
    return "\n".join([*head(), *(part.svg() for part in parts), *legend(), "</svg>", ""])


def loop(live: Box) -> Arrow:
    """The acts that leave a bill live, side by side under a line that leads back to it."""
    acts = (
        ("transfer", "possession", "alone"),
        ("endorse", "title: by name,", "order or blank"),
        ("sign", "seen, checked,", "pledge noted"),
        ("lodge", "to a room,", "with terms"),
        ("hold", "for another,", "by a room"),
        ("giveBack", "as it came,", "by a room"),
        ("reject", "give it back,", "in 72 hours"),
    )
    left, right, top = VOID + 282 + 42, WIDE - MARGIN - 16, BEFORE_ROW + 10
    words = []
    for (verb, *says), x in zip(acts, (left + 16 + at for at in (0, 80, 192, 300, 394, 480, 568)), strict=True):
        words.append(Word(x, top + 36, verb, "holder"))
        words += [Word(x, top + 36 + LINE * row, text, "says") for row, text in enumerate(says, 1) if text]
    way = ((right, live.top), (right, top), (left, top), (left, live.top))
    return Arrow(tuple(verb for verb, *_ in acts), "holder", live, live, way, tuple(words))


def legend() -> list[str]:
    """Whose acts the lines are, what the boxes' colours mean, and what no arrow shows."""
    shown = []
    x, y = MARGIN, LEGEND_ROW
    for who, text in (
        ("holder", "whoever has rights in it acts"),
        ("carrier", "the carrier acts"),
        ("next", "another bill may follow"),
    ):
        shown.append(f'<polyline class="{who}" points="{x:g},{y:g} {x + 34:g},{y:g}" marker-end="url(#{who})"/>')
        shown.append(Word(x + 42, y + 5, text, "says").svg())
        x += 42 + width(text, "says") + 26
    x, y = MARGIN, LEGEND_ROW + 30
    for look, text in (
        ("live", "it circulates"),
        ("waits", "it waits for the carrier"),
        ("ends", "it has ended for ever"),
    ):
        shown.append(f'<rect class="{look}" x="{x:g}" y="{y - 9:g}" width="34" height="18" rx="4"/>')
        shown.append(Word(x + 42, y + 5, text, "says").svg())
        x += 42 + width(text, "says") + 26
    notes = (
        "Whoever surrendered a bill may recall it when the carrier is silent past its published time, or suspended.",
        "Refused or recalled, it is as it was. Until its end, possession can follow a lost account to its successor.",
    )
    return [*shown, *(Word(MARGIN, y + 35 + LINE * at, note, "says").svg() for at, note in enumerate(notes))]


LOOKS = {
    "none": "fill:#ffffff;stroke:#7b8794;stroke-dasharray:5 4",
    "live": "fill:#e2f2e6;stroke:#2b7a4b",
    "waits": "fill:#fff1d6;stroke:#b27712",
    "ends": "fill:#e9ebee;stroke:#5f6b78",
    "next": "fill:#f2f9f4;stroke:#2b7a4b;stroke-dasharray:5 4",
}
READ_ALOUD = 'role="img" aria-labelledby="title description"'
LINES = {"holder": "#1b4f9c", "carrier": "#b65200", "next": "#5f6b78"}


def head() -> list[str]:
    """Everything that stands before the first box: the style sheet, the arrow heads, a background of its own."""
    rules = [f"rect.{look}{{{style};stroke-width:1.6}}" for look, style in LOOKS.items()]
    rules += [f"polyline.{who}{{stroke:{colour}}}" for who, colour in LINES.items()]
    rules += [
        f"text.{name}{{font-size:{style.size:g}px;fill:{style.fill}{';font-weight:bold' if style.bold else ''}}}"
        for name, style in STYLES.items()
    ]
    heads = [
        f'<marker id="{who}" viewBox="0 0 10 10" refX="9.5" refY="5" markerWidth="6" markerHeight="6" orient="auto">'
        f'<path d="M0 0L10 5L0 10z" fill="{colour}"/></marker>'
        for who, colour in LINES.items()
    ]
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE:g} {HIGH:g}" {READ_ALOUD} font-family="{FONT}">',
        f'<title id="title">{TITLE}</title>',
        f'<desc id="description">{DESCRIPTION}</desc>',
        "<style>",
        "polyline{fill:none;stroke-width:1.8;stroke-linejoin:round}polyline.next{stroke-dasharray:5 4}",
        *rules,
        "</style>",
        "<defs>",
        *heads,
        "</defs>",
        f'<rect id="background" width="{WIDE:g}" height="{HIGH:g}" rx="12" fill="#ffffff" stroke="#d5dae0"/>',
    ]


if __name__ == "__main__":
    FILE.write_text(picture(), encoding="utf-8")
