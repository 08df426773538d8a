"""An audit on the terminal: the bills, the timeline of each, administration's acts, the findings.

`names` says how an address is called, where somebody knows (the demo does); else it is shown shortened.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from sampan.suite import tell
from sampan.suite.check import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rich.console import RenderableType

    from sampan.audit.report import Report
    from sampan.suite.check import Check, Entry, Life
    from sampan.suite.tell import Names

MOST_OF_A_KIND = 5
"""Acts of administration of one kind up to which the terminal tells each."""
MOST_TIMELINES = 25
"""Bills, or others, up to which the terminal shows every timeline."""

_STYLES = {
    Level.INFO: "dim",
    Level.LOW: "cyan",
    Level.MEDIUM: "yellow",
    Level.HIGH: "red",
    Level.CRITICAL: "bold red",
}


def report_view(report: Report, names: Mapping[str, str] | None = None) -> RenderableType:
    """Everything of a report that a person wants to see first."""
    told = report.named(names or {}, brief=True)
    parts: list[RenderableType] = [_head(report)]
    for life in report.kinds:
        parts.append(lives_table(report, life, told))
        lives = list(report.lives[life.name].items())
        for key, entries in lives[:MOST_TIMELINES]:
            parts += [Text(), timeline(report, life.title(key), entries, told)]
        if len(lives) > MOST_TIMELINES:
            parts += [Text(), Text(f"{len(lives) - MOST_TIMELINES} more timelines: --out writes all of them", "dim")]
    if report.administration:
        parts += [Text(), _administration(report, told)]
    parts += [Text(), findings_table(report), rests_on(report), verdict(report)]
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
    lines += [f"Compare elsewhere: block {number} {digest}", f"                   history {report.evidence.history}"]
    return Group(*[Text(line, "dim") for line in lines])


def findings_table(report: Report) -> RenderableType:
    """The findings, worst first."""
    if not report.findings:
        return Text("Every check passed: " + ", ".join(str(item) for item in report.generated_from["checks"]), "dim")
    table = Table(title="Findings: indicators, not verdicts", title_justify="left", title_style="bold")
    table.add_column("level")
    table.add_column("check", no_wrap=True)
    table.add_column("about", overflow="fold")
    table.add_column("what was seen", overflow="fold", ratio=1)
    for finding in report.findings:
        table.add_row(
            Text(str(finding.level), _STYLES[finding.level]),
            Text(finding.id),
            Text(finding.subject),
            Text(finding.message),
        )
    return table


def lives_table(report: Report, life: Life, names: Names) -> RenderableType:
    """One line a life: where it stands."""
    if not report.lives[life.name]:
        return Text(f"Nothing happened to any {life.name} in these blocks.", "dim")
    table = Table(title=life.name.capitalize(), title_justify="left", title_style="bold")
    for column in (life.name.removesuffix("s"), *life.columns):
        table.add_column(column, overflow="fold")
    for key in report.lives[life.name]:
        # As texts: a reference may hold brackets, which a console takes for markup.
        table.add_row(*map(Text, (life.title(key), *life.row(report.evidence, key, names))))
    return table


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


def _head(report: Report) -> Text:
    lives = "".join(f", {len(found)} {name}" for name, found in report.lives.items())
    return Text(
        f"{report.network} (chain {report.chain_id}), blocks {report.from_block}-{report.to_block}, "
        f"to {tell.instant(report.evidence.time)}: {report.events} events{lives}"
    )


def _administration(report: Report, names: Names) -> RenderableType:
    """Acts of a kind that there are many of are counted, the others told."""
    on_ledger = [entry for entry in report.administration if not report.is_power(entry)]
    counts = Counter(entry.name for entry in on_ledger)
    many = {name: count for name, count in counts.items() if count > MOST_OF_A_KIND}
    said = [f"{count} {name}" for name, count in many.items()]
    said.append(f"{len(report.administration) - len(on_ledger)} acts on powers")
    lines = [Text("Administration", "bold"), Text("  " + ", ".join(said), "dim")]
    lines += [
        Text(f"  {tell.instant(entry.time)} ").append(_told(report, entry, names))
        for entry in on_ledger
        if entry.name not in many
    ]
    return Group(*lines)
