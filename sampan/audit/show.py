"""An audit on the terminal: the bills, the timeline of each, administration's acts, the findings.

`names` says how an address is called, where somebody knows (the demo does); else it is shown shortened.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from sampan.audit import checks
from sampan.audit.checks.base import Level
from sampan.audit.names import bill_name, time_text
from sampan.audit.telling import Names, remark_of, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rich.console import RenderableType

    from sampan.audit.checks.base import Check
    from sampan.audit.decoding import Entry
    from sampan.audit.report import Report
    from sampan.model.state import Bill

MOST_TIMELINES = 25
"""Bills up to which the terminal shows every timeline."""

_STYLES = {
    Level.INFO: "dim",
    Level.LOW: "cyan",
    Level.MEDIUM: "yellow",
    Level.HIGH: "red",
    Level.CRITICAL: "bold red",
}


def report_view(report: Report, names: Mapping[str, str] | None = None) -> RenderableType:
    """Everything of a report that a person wants to see first."""
    name = Names(names, report.evidence.state, short=True)
    parts: list[RenderableType] = [_head(report), bills_table(report, name)]
    histories = list(report.histories.items())
    for bill, entries in histories[:MOST_TIMELINES]:
        parts += [Text(), timeline(bill, entries, name)]
    if len(histories) > MOST_TIMELINES:
        parts += [Text(), Text(f"{len(histories) - MOST_TIMELINES} more timelines: --out writes all of them", "dim")]
    if report.administration:
        parts += [Text(), _administration(report, name)]
    parts += [Text(), findings_table(report), verdict(report)]
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


def bills_table(report: Report, name: Names) -> RenderableType:
    """One line a bill: where it stands, who possesses it, for whom, who is entitled."""
    if not report.histories:
        return Text("No bill was issued or moved in these blocks.", "dim")
    table = Table(title="Bills", title_justify="left", title_style="bold")
    for column in ("bill", "status", "kind", "possessor", "held for", "titleholder"):
        table.add_column(column, overflow="fold")
    table.add_column("acts", justify="right")
    state = report.evidence.state
    for number in report.histories:
        bill = state.bills.get(number) if state is not None else None
        row = _row(report, bill, name) if bill is not None else (bill_name(number), "?", "", "", "", "", "")
        # As texts: a reference may hold brackets, which a console takes for markup.
        table.add_row(*map(Text, row))
    return table


def _row(report: Report, bill: Bill, name: Names) -> tuple[str, ...]:
    holder = report.evidence.answers.holders.get(bill.id)
    return (
        bill_name(bill.id),
        bill.status.name.lower().replace("_", " "),
        bill.kind.name.lower(),
        name(bill.possessor),
        name.person(holder) if holder else "nobody",
        name.person(bill.titleholder) if bill.titleholder else "in blank",
        str(bill.act_count),
    )


def timeline(bill: int, entries: Iterable[Entry], name: Names) -> RenderableType:
    """What happened to one bill, in order."""
    table = Table(title=Text(bill_name(bill), "bold"), title_justify="left", box=None, pad_edge=False)
    table.add_column("act", justify="right", style="bold")
    table.add_column("when (UTC)", style="dim", no_wrap=True)
    table.add_column("block", justify="right", style="dim")
    table.add_column("what", overflow="fold", ratio=1)
    for entry in entries:
        text = Text(sentence(entry, name))
        remark = remark_of(entry)
        if remark is not None:
            text.append(f" “{remark}”", "italic dim")
        count = str(entry.args["actCount"]) if "actCount" in entry.args and entry.name != "Agreed" else ""
        table.add_row(count, time_text(entry.time).replace("T", " ").rstrip("Z"), str(entry.block), text)
    return table


def checks_table(wanted: Iterable[Check] = checks.ALL) -> RenderableType:
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
    return Text(
        f"{report.network} (chain {report.chain_id}), blocks {report.from_block}-{report.to_block}, "
        f"to {time_text(report.evidence.time)}: {report.events} events, {len(report.histories)} bills"
    )


def _administration(report: Report, name: Names) -> RenderableType:
    ordinary = {"ParticipantEnrolled", "CodeAssigned"}
    entries = report.administration
    on_ledger = [entry for entry in entries if entry.contract == "Bills"]
    counts = Counter(entry.name for entry in on_ledger if entry.name in ordinary)
    lines: list[RenderableType] = [Text("Administration", "bold")]
    said = [
        f"{counts['ParticipantEnrolled']} enrolled",
        f"{counts['CodeAssigned']} carrier codes assigned",
        f"{len(entries) - len(on_ledger)} acts on powers",
    ]
    lines.append(Text("  " + ", ".join(said), "dim"))
    for entry in on_ledger:
        if entry.name not in ordinary:
            text = Text(f"  {time_text(entry.time)} {sentence(entry, name)}")
            remark = remark_of(entry)
            lines.append(text.append(f" “{remark}”", "italic dim") if remark else text)
    return Group(*lines)
