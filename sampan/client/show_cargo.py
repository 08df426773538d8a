"""How cargo data looks: producers, facts side by side, conditions in words, and why one does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.panel import Panel
from rich.text import Text

from sampan.cargo.records import ALL_UNITS, PLACED, bits
from sampan.cargo.verbs.laying import told_clause
from sampan.client.tables import Rows, lines
from sampan.suite.tell import amount, bill_name, duration, earliest, measured, moment, place_text, plain
from sampan.suite.words import FactKind, Lack

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType

    from sampan.client.cargo_records import Answer, BillFacts, Condition, Producer, Reason, Said

_HOUR = 3600
_COLOURS = {"standing": "green", "expired": "yellow", "struck": "red", "withdrawn": "red"}


def producer(record: Producer) -> RenderableType:
    """Who reports, line by line: what it is accredited for and where, its group, its batches."""
    names = record.names
    rows: list[tuple[str, RenderableType]] = [("producer", names.participant(record.number))]
    anywhere = [kind for kind in record.kinds if not bits(kind) & PLACED]
    if anywhere:
        rows.append(("accredited for", _kinds(anywhere)))
    rows += [(f"at {place_text(place)}", _kinds(kinds)) for place, kinds in record.places.items()]
    if not anywhere and not record.places:
        rows.append(("accredited for", "nothing: its word is not recorded"))
    if record.stale:
        said = f"{record.group}, and its ultimate parent is {record.parent} now: sampan cargo regroup {record.lei}"
        rows.append(("group", Text(said, "yellow")))
    elif record.group is not None:
        rows.append(("group", record.group))
    rows.append(("batches anchored", f"{record.batches:,}"))
    if not record.acts:
        rows.append(("acts", Text("no account of it acts now: its word does not count", "yellow")))
    return lines(rows)


def _kinds(kinds: Iterable[FactKind]) -> str:
    return ", ".join(map(plain, kinds))


# ---------------------------------------------------------------------------------------------------------------- facts


def facts(record: BillFacts) -> RenderableType:
    """All that was said of a bill, in a table; what does not agree, side by side below."""
    title = Text(f"{bill_name(record.bill)} at {moment(record.now)}", "bold")
    if not record.said:
        return Group(title, Text("Nothing was said of it."))
    rows = [
        [
            Text(plain(each.kind)),
            Text(_unit(each.unit)),
            Text(record.names.participant(each.producer)),
            Text(_state(each), _COLOURS[each.state]),
            Text(measured(each.amount, each.measure) if each.measure or each.amount else ""),
            Text(place_text(each.place)),
            Text(moment(each.happened_at) if each.happened_at else ""),
            Text(_recorded(each)),
        ]
        for each in record.said
    ]
    headings = ("what", "of", "by", "state", "how much", "where", "when", "recorded")
    parts: list[RenderableType] = [title, Rows(headings, rows, (headings.index("when"),))]
    contradictions = record.contradictions
    if contradictions:
        parts += [Text(""), Text("They contradict each other:", "bold yellow")]
        parts += [Text("  " + _against(those)) for those in contradictions]
    return Group(*parts)


def _unit(unit: int) -> str:
    return f"unit {unit}" if unit else "the bill"


def _state(said: Said) -> str:
    if said.state == "withdrawn":
        return f"withdrawn {moment(said.said_at)}"
    if said.state == "struck":
        return f"taken back {moment(said.said_at)}"
    if said.state == "expired":
        return f"expired {moment(said.valid_until)}"
    return f"stands, until {moment(said.valid_until)}" if said.valid_until else "stands"


def _recorded(said: Said) -> str:
    if not said.recorded_at:
        return "never"
    how = "by statement" if said.batch is None else f"batch {said.batch}"
    return f"{moment(said.recorded_at)}, {_age(said.hours)} ago ({how})"


def _age(hours: int) -> str:
    """Whole hours as people say them, none too many: `60 days`."""
    if not hours:
        return "under an hour"
    return amount(hours // 24, "day") if hours >= 48 else amount(hours, "hour")


def _against(those: Sequence[Said]) -> str:
    said = [
        f"{each.names.participant(each.producer)} says "
        + " ".join(filter(None, (_much(each), f"at {place_text(each.place)}" if any(each.place) else "")))
        for each in those
    ]
    return f"{plain(those[0].kind)}, {_unit(those[0].unit)}: {'; '.join(said)}"


def _much(said: Said) -> str:
    return measured(said.amount, said.measure) if said.measure or said.amount else "so"


# ----------------------------------------------------------------------------------------------------------- conditions


def condition(record: Condition) -> RenderableType:
    """A condition: its name and every clause in words."""
    rows: list[tuple[str, RenderableType]] = [("condition", "0x" + record.name.hex())]
    rows += [(f"clause {number}", told_clause(clause)) for number, clause in enumerate(record.clauses, 1)]
    if record.alone:
        rows.append(("note", Text(f"{record.alone}: nobody else need confirm anything", "yellow")))
    return lines(rows)


def answer(record: Answer) -> RenderableType:
    """Whether a condition holds, clause by clause and producer by producer."""
    names = record.names
    verdict = Text("it holds", "bold green") if record.holds else Text("it does not hold", "bold red")
    asked = ", ".join(map(names.participant, record.producers)) or "nobody: no word on this bill is known"
    rows: list[tuple[str, RenderableType]] = [
        ("condition", "0x" + record.condition.name.hex()),
        ("bill", f"{bill_name(record.bill)}, {amount(record.units, 'unit')}"),
        ("at", moment(record.now)),
        ("by the word of", asked),
    ]
    if record.left_out:
        rows.append(("left out", f"the groups of {', '.join(record.left_out)}"))
    parts: list[RenderableType] = [lines(rows)]
    for number, reason in enumerate(record.reasons, 1):
        mark, style = ("holds", "green") if reason.holds else ("does not hold", "red")
        parts += [Text(""), Text.assemble(f"clause {number}: {told_clause(reason.clause)}: ", (mark, style))]
        parts += [Text(f"  {said}") for said in told(record, reason)]
    return Panel(
        Group(*parts), title=verdict, title_align="left", border_style="green" if record.holds else "red", expand=False
    )


def told(record: Answer, reason: Reason) -> list[str]:
    """Why a clause does not hold, in words; of one that holds nothing."""
    if reason.holds:
        return []
    needed = record.units if reason.clause.units == ALL_UNITS else reason.clause.units
    if reason.clause.units and needed == 0:
        return ["the bill has no units: --units says how many"]
    said = []
    if reason.clause.units:
        said.append(f"it holds for {amount(reason.units, 'unit')} of {record.units}, and is to hold for {needed}")
    if not reason.lacks and record.producers:
        return said
    said.append(f"{_unit(reason.unit)}: {reason.found} of the {amount(reason.clause.producers, 'producer')} needed")
    return said + [
        f"  {record.names.participant(producer)}: {lack_told(record, reason, producer, lack)}"
        for producer, lack in zip(record.producers, reason.lacks, strict=True)
    ]


def lack_told(record: Answer, reason: Reason, producer: int, lack: Lack) -> str:
    """What the word of a producer lacks, since when or until when; or that it counts."""
    fact, clause = reason.facts[producer], reason.clause
    kind = plain(clause.kind)
    match lack:
        case Lack.NOTHING:
            return f"counts, recorded {moment(fact.recorded_at)}"
        case Lack.MAY_NOT_ACT:
            return "may not act now: it is suspended, or has no account that acts"
        case Lack.GROUP_LEFT_OUT:
            return "its group's word is left out"
        case Lack.NOT_ACCREDITED:
            return f"is not accredited for {kind}"
        case Lack.NOT_RECORDED:
            return f"has no word recorded on {kind}, {_unit(reason.unit)}"
        case Lack.STRUCK:
            return f"took it back {moment(fact.said_at)}"
        case Lack.TOO_YOUNG:
            # Recorded for that long: from that second on it counts.
            quiet = duration(clause.quiet_hours * _HOUR)
            since = f"recorded {moment(fact.recorded_at)}"
            return f"{since}: counts when undisputed for {quiet}, from {earliest(reason.counts_from(producer))}"
        case Lack.NO_LONGER_VALID:
            return f"was valid until {moment(fact.valid_until)}"
        case Lack.TOO_LITTLE:
            wanted = measured(clause.least, clause.measure)
            if clause.kind is not FactKind.VESSEL_IDENTIFIED:
                wanted = f"at least {wanted}"
            said = measured(fact.amount, fact.measure) if fact.measure or fact.amount else "no amount"
            return f"says {said}, and {wanted} is asked for"
        case _:
            return "is of the same group as another that counts"
