"""An audit on the terminal: who is who, the bills, the lives that were asked for, administration's acts, the findings.

`names` says how an address or an LEI is called, where somebody knows (the demo does, the settings may); else an account
is told by LEI and number.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.console import Group
from rich.table import Table
from rich.text import Text

from sampan.suite import tell
from sampan.suite.check import Level

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

    from sampan.audit.report import Report
    from sampan.suite.check import Check, Entry, Life
    from sampan.suite.tell import Names

MOST_OF_A_KIND = 5
"""Acts of administration of one kind up to which the terminal tells each."""
MOST_LINES = 25
"""Bills, or others, up to which the terminal has a line for each; and a whole life, where every life is wanted."""
_WHO = re.compile(r"\b(?:0x[0-9a-fA-F]{40}|[0-9A-Z]{20})\b(?!/)")
"""An address, or an LEI that begins no name of a bill."""
WIDE = 110
"""Columns from which on a table is shown, if no word of it is broken; else each of its rows is a card."""

_STYLES = {
    Level.INFO: "dim",
    Level.LOW: "cyan",
    Level.MEDIUM: "yellow",
    Level.HIGH: "red",
    Level.CRITICAL: "bold red",
}


def report_view(
    report: Report,
    names: Mapping[str, str] | None = None,
    *,
    only: Collection[tuple[str, Any]] = (),
    lives: bool = False,
) -> RenderableType:
    """Everything of a report that a person wants to see first.

    `only` are those (`bills` and a bill's id, say) whose lives are told and no others; `lives`: every life, up to
    `MOST_LINES`. What is not told then is not called nothing. Of a ledger with other code nothing was read.
    """
    if report.evidence.code:
        return Group(_head(report), Text(), findings_table(report, names), rests_on(report), verdict(report))
    told = report.evidence.named(names or {}, brief=True)
    parts: list[RenderableType] = [_head(report)]
    named: dict[str, set[Any]] = {}
    for life in report.kinds:
        for key in (key for name, key in only if name == life.name):
            for other, keys in report.with_it(life, key).items():
                named.setdefault(other, set()).update(keys)
    for life in report.kinds:
        found = report.lives[life.name]
        chosen = [key for key in found if not only or (life.name, key) in only or key in named.get(life.name, ())]
        if chosen or not found:
            parts.append(lives_table(report, life, told, chosen))
        if life.register or not (only or lives):
            continue
        for key in chosen[:MOST_LINES]:
            parts += [Text(), timeline(report, life.title(key), found[key], told)]
            if times := list(life.spent(report.evidence, key, told)):
                parts += [Text(), _Table("From when to when", life.times, times)]
        if len(chosen) > MOST_LINES:
            parts += [Text(), Text(f"{len(chosen) - MOST_LINES} more lives: --out writes all of them", "dim")]
    if not only:
        for summary in report.summaries:
            for title, columns, rows in summary.tables(report.summary(summary), told):
                parts += [Text(), _Table(title, columns, rows)]
    if report.administration and not only:
        parts += [Text(), _administration(report, told)]
    parts += [Text(), findings_table(report, names), rests_on(report), verdict(report)]
    return Group(*parts)


def verdict(report: Report) -> Text:
    """The outcome in one line."""
    if report.findings:
        counts = Counter(finding.level for finding in report.findings)
        said = ", ".join(f"{counts[level]} {level}" for level in sorted(counts, reverse=True))
        text = Text(
            f"{len(report.findings)} finding{'' if len(report.findings) == 1 else 's'}: {said}. ", _STYLES[max(counts)]
        )
    else:
        text = Text("No findings. ", "green")
    if report.reconciled:
        return text.append("What the logs tell is what the chain keeps.", "green")
    return text.append("What the logs tell and what the chain keeps could not be reconciled.", "bold red")


def rests_on(report: Report) -> RenderableType:
    """What the outcome rests on, in a few lines: what was compared, counted, believed."""
    views, words = report.compared
    basis = report.basis
    number, digest = report.evidence.block
    compare = f"Compare elsewhere: block {number} {digest}"
    if report.evidence.code:
        lines = [f"Compared: the code at block {number}. Nothing else was looked at: other code proves nothing."]
        return Group(*[Text(line, "dim") for line in (*lines, compare)])
    lines = [
        f"Compared: the code; {views} views and {words} words of storage at block {number}.",
        f"Counted on the chain, so that none is missing: {basis.counted} events.",
    ]
    if basis.uncounted:
        said = ", ".join(f"{count} {name}" for name, count in basis.uncounted.items())
        lines.append(f"Not counted: {said}. More of these, or pairs that undo each other, may be missing or invented.")
    else:
        lines.append("Not counted: nothing here. Events that no counter counts may be missing.")
    if basis.believed:
        said = ", ".join(f"{name} ({count})" for name, count in basis.believed.items())
        lines.append(f"Believed, for it stands in the log alone: {said}; which transaction it was; block hashes.")
    lines += [compare, f"                   history {report.evidence.history}"]
    return Group(*[Text(line, "dim") for line in lines])


def findings_table(report: Report, names: Mapping[str, str] | None = None) -> RenderableType:
    """The findings, worst first; whoever `names` knows by LEI or address is called so."""
    if not report.findings:
        checks = ", ".join(str(item) for item in report.generated_from["checks"])
        return Text(f"Looked for, and not found in these blocks: {checks}", "dim")
    rows = [
        (finding.id, Text(str(finding.level), _STYLES[finding.level]), finding.subject, _called(finding.message, names))
        for finding in report.findings
    ]
    return _Table("Findings: indicators, not verdicts", ("check", "level", "about", "what was seen"), rows)


def _called(message: str, names: Mapping[str, str] | None) -> str:
    """What a finding says, with names for LEIs and addresses."""
    return _WHO.sub(lambda found: (names or {}).get(found[0], found[0]), message)


def lives_table(report: Report, life: Life, names: Names, keys: Sequence[Any] | None = None) -> RenderableType:
    """One line a life: where it stands; of many, how many stand how."""
    keys = list(report.lives[life.name]) if keys is None else keys
    if not keys:
        return Text(f"Nothing happened to any {life.name} in these blocks.", "dim")
    rows = [(life.title(key), *life.row(report.evidence, key, names)) for key in keys[:MOST_LINES]]
    table = _Table(life.name.capitalize(), (life.name.removesuffix("s"), *life.columns), rows)
    if len(keys) <= MOST_LINES:
        return table
    more = f"{len(keys) - MOST_LINES} more {life.name}"
    if not life.register:
        standing = Counter(life.row(report.evidence, key, names)[0] for key in keys)
        counts = ", ".join(f"{count} {status}" for status, count in sorted(standing.items()))
        more += f"; of all {len(keys)}: {counts}"
    return Group(table, Text(f"{more}. --out writes all of them.", "dim"))


@dataclass(frozen=True, slots=True)
class _Table:
    """A table where it is wide enough for every word of it, else a card a row: whatever one copies stays whole."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str | Text]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        # As texts: a reference may hold brackets, which a console takes for markup.
        widths = self._widths(options.max_width) if options.max_width >= WIDE else None
        if widths is not None:
            table = Table(title=self.title, title_justify="left", title_style="bold")
            for column, width in zip(self.columns, widths, strict=True):
                table.add_column(column, width=width, overflow="fold")
            for row in self.rows:
                table.add_row(*map(_cell, row))
            yield table
            return
        yield Text(self.title, "bold")
        for row in self.rows:
            yield _cell(row[0], "cyan")
            card = Table.grid(padding=(0, 2))
            card.add_column(style="dim", no_wrap=True)
            card.add_column(overflow="fold")
            for column, value in zip(self.columns[1:], row[1:], strict=True):
                card.add_row(f"  {column}", _cell(value))
            yield card

    def _widths(self, most: int) -> list[int] | None:
        """The width of each column in so many in all, so that no word is broken; None: there is no such."""
        columns = [[_cell(cell).plain for cell in column] for column in zip(self.columns, *self.rows, strict=True)]
        widths = [max((cell_len(word) for cell in column for word in cell.split()), default=1) for column in columns]
        whole = [max(cell_len(line) for cell in column for line in cell.split("\n")) for column in columns]
        # A line before each column and one at the end, a blank on either side of each.
        left = most - sum(widths) - 3 * len(widths) - 1
        if left < 0:
            return None
        # Whoever wants least has it first; the others have equal parts of what is left.
        order = sorted(range(len(widths)), key=lambda place: whole[place] - widths[place])
        for behind, place in zip(range(len(order), 0, -1), order, strict=True):
            more = min(whole[place] - widths[place], left // behind)
            widths[place], left = widths[place] + more, left - more
        return widths


def _cell(value: str | Text, style: str = "") -> Text:
    return Text(value, style) if isinstance(value, str) else value


def timeline(report: Report, title: str, entries: Iterable[Entry], names: Names) -> RenderableType:
    """What happened to one bill, in order."""
    table = Table(title=Text(title, "bold"), title_justify="left", box=None, pad_edge=False)
    table.add_column("act", justify="right", style="bold")
    table.add_column("when (UTC)", style="dim", no_wrap=True)
    table.add_column("block", justify="right", style="dim")
    table.add_column("what", overflow="fold", ratio=1)
    for entry in entries:
        count = str(entry.event.act_count) if type(entry.event) in report.evidence.suite.acts else ""
        when = tell.instant(entry.time).replace("T", " ").rstrip("Z")
        table.add_row(count, when, str(entry.block), _told(report, entry, names))
    return table


def _told(report: Report, entry: Entry, names: Names) -> Text:
    """An event in one sentence, with its remark."""
    text = Text(tell.sentence(report.evidence.suite.facts.get(type(entry.event)), entry.event, names))
    remark = tell.remark(entry.event)
    # Some sentences end with it.
    return text if remark is None or text.plain.endswith(remark) else text.append(f" “{remark}”", "italic dim")


def checks_table(wanted: Iterable[Check]) -> RenderableType:
    """All checks, one line each."""
    table = Table(box=None, pad_edge=False)
    for column in ("id", "level", "confidence", "what it finds", "keeps"):
        table.add_column(column, no_wrap=column == "id")
    for check in wanted:
        style = _STYLES[check.level]
        rules = " ".join(check.rules)
        table.add_row(check.id, Text(str(check.level), style), check.confidence, check.title, rules)
    return table


def check_view(check: Check) -> RenderableType:
    """What one check says of itself."""
    table = Table(
        title=f"{check.id}: {check.title}", title_justify="left", title_style="bold", box=None, pad_edge=False
    )
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for key, value in (
        ("level", f"{check.level}, confidence {check.confidence}"),
        ("looks for", check.looks_for),
        ("goes wrong", check.goes_wrong),
        ("do next", check.do_next),
        ("keeps", ", ".join(check.rules)),
    ):
        table.add_row(key, value)
    return table


def _counted(number: int, lives: str) -> str:
    """How many: `1 bill`, `2 bills`; the cargo of a bill is counted by the bill."""
    return tell.amount(number, f"{lives.removesuffix('s')}/{lives}" if lives.endswith("s") else f"{lives}/{lives}")


def _head(report: Report) -> Text:
    lives = "".join(f", {_counted(len(found), name)}" for name, found in report.lives.items())
    read = "no event was read" if report.evidence.code else f"{report.events} events{lives}"
    return Text(
        f"{report.network} (chain {report.chain_id}), blocks {report.from_block}-{report.to_block}, "
        f"to {tell.instant(report.evidence.time)}: {read}"
    )


def _administration(report: Report, names: Names) -> RenderableType:
    """Acts of a kind that there are many of are counted, the others told."""
    on_ledger = [entry for entry in report.administration if not report.is_power(entry)]
    counts = Counter(entry.name for entry in on_ledger)
    many = {name: count for name, count in counts.items() if count > MOST_OF_A_KIND}
    said = [f"{count} {name}" for name, count in many.items()]
    said.append(f"{tell.amount(len(report.administration) - len(on_ledger), 'act')} on powers")
    lines = [Text("Administration", "bold"), Text("  " + ", ".join(said), "dim")]
    lines += [
        Text(f"  {tell.instant(entry.time)} ").append(_told(report, entry, names))
        for entry in on_ledger
        if entry.name not in many
    ]
    return Group(*lines)
