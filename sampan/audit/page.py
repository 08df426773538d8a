"""The life of one bill, or of one loan, as a page to print and keep: one HTML file that asks nothing of a network.

It draws the document `sampan.life/1` and nothing else, so it says what the JSON says. Everything in it comes from a
chain that strangers write to: markup in it is escaped by the writer of the tree, and what is not printable after that.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import Element, SubElement, tostring

from sampan.audit.report import write_text
from sampan.subjects import SUITE
from sampan.suite.check import Cell, Page, Section, audited
from sampan.suite.escapes import printable
from sampan.suite.tell import law, readable, spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_DATE: Final = re.compile(r"(\d{4}-\d{2}-\d{2})")
_STYLE: Final = Path(__file__).with_suffix(".css")


def write_page(path: Path, life: Mapping[str, Any], names: Mapping[str, str] | None = None) -> Path:
    """Write the page of a bill or a loan, whole or not at all; `life` is its `sampan.life/1`. Raises `BadInput`."""
    return write_text(path, page(life, names), option="--page")


def page(life: Mapping[str, Any], names: Mapping[str, str] | None = None) -> str:
    """The page of the one whose life a `sampan.life/1` tells, as HTML. The same document gives the same text.

    `names` are those that its user gave to LEIs and addresses: they are marked so.
    """
    drawn, own = _whose(life)
    html = Element("html", lang="en")
    head = SubElement(html, "head")
    SubElement(head, "meta", charset="utf-8")
    SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    SubElement(head, "title").text = heading = _heading(drawn, own)
    SubElement(head, "style").text = _STYLE.read_text(encoding="utf-8")
    body = SubElement(html, "body")
    body.extend(
        [
            _text("h1", heading),
            _text("p", _as_of(life), "dim"),
            _outcome(life),
            *(_of_a_bill(life, own) if drawn is None else _drawn(drawn.sections(own))),
            _text("h2", _happened(life, own)),
            _events(own["events"]),
            _text("h2", "Who is who"),
            _parties(life.get("participants", ()), names or {}),
            _text("h2", "What this page rests on, and how to check it"),
            *_basis(life, f"--bill {own['bill']}" if drawn is None else f"--loan {own['facility']}"),
        ]
    )
    return "<!DOCTYPE html>\n" + printable(tostring(html, encoding="unicode", method="html")) + "\n"


def _whose(life: Mapping[str, Any]) -> tuple[Page | None, Mapping[str, Any]]:
    """How the one is drawn whose life it is, and it; a bill is drawn here."""
    for other in (each for subject in audited(SUITE) for each in subject.lives):
        if other.page is not None:
            for each in life.get(other.name, ()):
                if other.page.title(each) == life["subject"]:
                    return other.page, each
    return None, next(bill for bill in life["bills"] if bill["bill"] == life["subject"])


def _heading(drawn: Page | None, own: Mapping[str, Any]) -> str:
    return f"Electronic bill of lading {own['bill']}" if drawn is None else drawn.heading(own)


def _happened(life: Mapping[str, Any], own: Mapping[str, Any]) -> str:
    """What its events are called: all of them, unless the first block that is reported is behind its beginning."""
    spans = own.get("held") or own.get("stood") or ()
    if any(span["from_block"] < life["from_block"] for span in spans):
        return f"What happened to it from block {life['from_block']} on"
    return "Everything that happened to it"


def _of_a_bill(life: Mapping[str, Any], bill: Mapping[str, Any]) -> list[Element]:
    return [
        _text("h2", "The bill"),
        _facts(bill),
        _text("h2", "Who held it, from when to when"),
        _held(bill["held"]),
        *_beside(life),
    ]


def _drawn(sections: Iterable[Section]) -> Iterator[Element]:
    for section in sections:
        yield _text("h2", section.title)
        yield _table(section.head, [[_cell(each) for each in row] for row in section.rows])


def _as_of(life: Mapping[str, Any]) -> str:
    begun = f"blocks {life['from_block']} to {life['to_block']}"
    return f"As of {life['time']}, {begun} of {life['network']} (chain {life['chain_id']})."


def _outcome(life: Mapping[str, Any]) -> Element:
    if not life["reconciled"]:
        return _text("p", "The ledger could NOT be reconciled with the chain: believe nothing on this page yet.", "bad")
    found, other = life["findings"], life["other_findings"]
    elsewhere = f" {other} finding{'' if other == 1 else 's'} about others on this ledger." if other else ""
    if not found:
        text = "The audit rebuilt the ledger from its logs, and it is what the chain keeps. No finding about it."
        return _text("p", text + elsewhere, "ok")
    box = Element("div")
    box.append(
        _text("p", f"Reconciled; {len(found)} to look at.{elsewhere} Findings are indicators, not verdicts.", "bad")
    )
    rows = [(each["id"], each["level"], each["message"]) for each in found]
    box.append(_table(("check", "level", "what was seen"), rows))
    return box


def _facts(bill: Mapping[str, Any]) -> Element:
    named = [
        ("carrier", bill["carrier"]),
        ("status", spoken(bill.get("status", ""))),
        ("kind", spoken(bill.get("kind", ""))),
        ("law of carriage", bill.get("carriage_law")),
        ("law of the record", law(bill.get("record_law", ""))),
        ("replaces", ", ".join(bill.get("replaces") or ())),
        ("replaced by", ", ".join(bill.get("replaced_by") or ())),
        ("id on the ledger", _code(bill["id"])),
        ("root of the document", _code(bill.get("root"))),
        ("checksum of the document", _code(bill.get("checksum"))),
    ]
    return _table((), [(name, value) for name, value in named if value not in ("", None)])


def _held(spans: Iterable[Mapping[str, Any]]) -> Element:
    rows = []
    for span in spans:
        held_for = span["held_for"] or "nobody"
        by = span["possessor"] or span["room"] or "a room"
        rows.append(
            (
                _time(span["from"], span["from_block"]),
                "still" if span["to"] is None else _time(span["to"], span["to_block"]),
                spoken(span["status"]),
                _lines(by, None if by == held_for else f"for {held_for}", code=span["account"], kind="lei"),
                span["titleholder"] or "whoever possesses it (in blank)",
            )
        )
    return _table(("from (UTC)", "to (UTC)", "status", "held by", "entitled"), rows)


def _beside(life: Mapping[str, Any]) -> Iterator[Element]:
    """What those of other lives say who are named with the bill: its sales, its cargo."""
    for other in (each for subject in audited(SUITE) for each in subject.lives):
        if other.drawn is not None and life.get(other.name):
            yield from _drawn([other.drawn(life[other.name])])


def _cell(cell: str | Cell) -> Any:
    return cell if isinstance(cell, str) else _lines(*cell.lines, code=cell.code, kind=cell.kind)


def _events(events: Iterable[Mapping[str, Any]]) -> Element:
    rows, last = [], 0
    for event in events:
        # An event that is no act of the bill, such as an agreement, has the count of the act before it.
        count = int(event["arguments"].get("actCount", 0))
        told = _lines(event["told"], f"“{event['remark']}”" if event["remark"] else None, code=event["transaction"])
        rows.append((_time(event["time"], event["block"]), count if count > last else "", told))
        last = max(last, count)
    return _table(("when (UTC)", "act", "what, and in which transaction"), rows)


def _parties(participants: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> Element:
    rows = []
    for each in participants:
        accounts = Element("div")
        for account in each["accounts"]:
            until = "" if account["to"] is None else f", to {readable(account['to'])}"
            said = f"account {account['number']}, from {readable(account['from'])}{until}"
            accounts.append(_lines(said, _given(names, account["address"]), code=account["address"]))
        who = _lines(
            each.get("lei"), _given(names, each.get("lei")), f"participant {each['number']}, {each.get('country')}"
        )
        rows.append((who, accounts))
    return _table(("LEI", "accounts, with times in UTC"), rows)


def _given(names: Mapping[str, str], whose: str | None) -> str | None:
    name = names.get(whose or "")
    return None if name is None else f"“{name}” (given by whoever made this page, proven by nothing here)"


def _basis(life: Mapping[str, Any], named: str) -> list[Element]:
    made, rests = life["generated_from"], life["rests_on"]
    believed = ", ".join(rests["believed"])
    steps = [
        "sampan compile --check --recompile           # in a clone: the package's contracts are the sources'",
        f"sampan audit --manifest MANIFEST --trust-block {life['to_block']}:{made['block_hash']} {named}",
        "sampan document verify DISCLOSURE            # that a field stands in the document of this root",
    ]
    return [
        _text(
            "p",
            f"Rebuilt from the ledger's logs alone, and held against {rests['views']} views and {rests['words']} words "
            f"of storage. {rests['counted']} events are counted on the chain, so none of them is missing. Believed, "
            f"for it stands in the log alone: {believed or 'nothing'}; and hashes of blocks. "
            "LEIs are looked up at gleif.org.",
        ),
        _table(
            (),
            [
                ("ledger", _code(made["ledger"])),
                ("release of its contracts", _code(made["release"])),
                ("first block of the chain", _code(made["genesis_hash"])),
                (f"block {life['to_block']}", _code(made["block_hash"])),
                ("digest of the history", _code(made["history_digest"])),
            ],
        ),
        _text("p", "Anybody can do it again, with an RPC of their own, and must find the same digest of the history:"),
        _text("pre", "\n".join(steps)),
    ]


# --------------------------------------------------------------------------------------------------------------- pieces


def _time(time: str, block: int) -> Element:
    return _lines(readable(time), f"block {block}", kind="when")


def _text(name: str, text: str, kind: str = "") -> Element:
    return _say(Element(name, {"class": kind} if kind else {}), text)


def _say(where: Element, text: str) -> Element:
    """A text where it belongs; a browser breaks a date at its hyphens unless it is told not to."""
    where.text, *more = _DATE.split(text)
    for date, after in zip(more[::2], more[1::2], strict=True):
        span = SubElement(where, "span", {"class": "date"})
        span.text, span.tail = date, after
    return where


def _code(text: Any) -> Element | None:
    return None if text is None else _text("code", str(text))


def _lines(*texts: str | None, code: str | None = None, kind: str = "told") -> Element:
    """Texts below each other, the first in full, and something to compare letter by letter."""
    box = Element("div", {"class": kind})
    for at, text in enumerate(filter(None, texts)):
        box.append(_text("div", text, "dim" if at else ""))
    if code is not None:
        box.append(_text("code", code))
    return box


def _table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> Element:
    table = Element("table")
    columns = tuple(head)
    if columns:
        SubElement(SubElement(table, "thead"), "tr").extend(_text("th", name) for name in columns)
    body = SubElement(table, "tbody")
    for row in rows:
        line = SubElement(body, "tr")
        for at, value in enumerate(row):
            # Where it is narrow, each row stands as a card whose lines say what they are.
            cell = SubElement(line, "td" if columns or at else "th", {"data-head": columns[at]} if columns else {})
            if isinstance(value, Element):
                cell.append(value)
            else:
                _say(cell, str(value))
    return table
