"""What the commands about one document and about thousands share: which files, what the ledger says, how it is told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sampan.cli import base
from sampan.cli.output import table
from sampan.errors import BadInput, ChainError, Missing, SampanError
from sampan.suite.tell import amount

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console

    from sampan.client.batch import Batch, Item
    from sampan.documents.compare import Difference
    from sampan.documents.many import Checked, Failed, Outcome, Rooted
    from sampan.documents.partition import Comparison
    from sampan.documents.rules import Fault

FILES = click.argument("places", metavar="FILE...", type=click.Path(path_type=Path), nargs=-1, required=True)
MOST_ROWS = 500
"""Rows that a table for people has; more of them would take minutes to lay out, and nobody reads them."""
ASKED = {"draft": "a draft", "issued": "an issued document", "ebl": "an eBL"}
KEEP = "The salts are new: keep them with the document (`sampan document salts` hands them on and backs them up)."
_LISTED = 50
"""Documents that are listed although nothing is wrong with them."""
_STYLES = {"error": "bold red", "warning": "yellow", "notice": "dim"}
_QUICK = 2
"""Tries to reach a ledger that is asked on the way."""


def files(places: Sequence[Path]) -> list[Path]:
    """The documents that files and folders mean. Raises `BadInput` where that is none."""
    from sampan.documents.many import files_in

    found, salts = files_in(places)
    if salts:
        base.output().note(f"left out: {amount(salts, 'file')} of salts, which are no documents")
    if not found:
        raise BadInput("no document among the files", subject=str(places[0]), hint="name documents, or their folder")
    return found


# ---------------------------------------------------------------------------------------------------- what stands there


@dataclass(frozen=True, slots=True)
class Answer:
    """What a ledger said of documents without salts: of which it has the reference, or why it said nothing."""

    network: str
    asked: bool
    reason: str | None = None
    refused: dict[Path, SampanError] = field(default_factory=dict)

    def words(self, who: str) -> str:
        """The answer in a sentence about those that it does not have."""
        if self.asked:
            return f"As far as {self.network} knows, {who} never issued."
        return f"{self.network} could not be asked whether {who} issued before: {self.reason}."


def ask_ledger(network: str, without_salts: Sequence[Path]) -> Answer:
    """Asks the ledger of a network which documents it has, for whose references no new salts may be made."""
    from sampan.chain import networks, rpc
    from sampan.cli import chain
    from sampan.client import standing
    from sampan.client.ledger import Ledger
    from sampan.documents.json import read_json

    if not without_salts:
        return Answer(network, asked=False, reason="nothing was to be asked")
    if networks.find(network, base.settings()).fleeting:
        return Answer(network, asked=False, reason="it lives as long as one command")
    said = {}
    for file in without_salts:
        try:
            one = standing.said(read_json(file))
        except SampanError:
            # Whoever reads it next says what is wrong.
            continue
        if one is not None:
            said[file] = one
    try:
        with rpc.patience(_QUICK), chain.connect(network) as connection:
            known = standing.standing(Ledger.open(connection, settings=base.settings()), said)
    except (ChainError, Missing, BadInput) as error:
        return Answer(network, asked=False, reason=error.message)
    return Answer(
        network, asked=True, refused={file: standing.refusal(bill, str(file)) for file, bill in known.items()}
    )


# -------------------------------------------------------------------------------------------------------------- telling


def emit_checks(found: Outcome[Checked], stage: str) -> None:
    """What was found in many documents (`sampan.document-checks/1`); ends with the exit code of the worst."""
    failing = [checked for checked in found.answers if not checked.passes]
    rules: Counter[tuple[str, str]] = Counter()
    for checked in found.answers:
        rules.update({(str(fault.severity), fault.rule) for fault in checked.faults})
    listed = sorted(rules.items(), key=lambda item: (list(_STYLES).index(item[0][0]), -item[1], item[0][1]))
    twice = _twice(checked.reference for checked in found.answers)
    body = {
        "stage": stage,
        "passing": len(found.answers) - len(failing),
        "failing": len(failing),
        "rules": [{"rule": rule, "severity": severity, "documents": number} for (severity, rule), number in listed],
        "twice": twice,
        "documents": found.answers,
        "failed": failures(found.failed),
    }

    def human(console: Console) -> None:
        from rich.text import Text

        for checked in failing[:MOST_ROWS]:
            console.print(Text(f"{checked.file}: {checked.reference or 'no reference'}", "bold"), highlight=False)
            errors = tuple(fault for fault in checked.faults if fault.severity == "error")
            print_faults(console, errors[:_MOST_FAULTS])
            if len(errors) > _MOST_FAULTS:
                console.print(f"... and {len(errors) - _MOST_FAULTS:,} more errors\n", style="dim", highlight=False)
        print_rest(console, len(failing))
        print_failed(console, found.failed)
        if listed:
            rows = [(Text(severity, _STYLES[severity]), rule, f"{number:,}") for (severity, rule), number in listed]
            console.print(table(("", "rule", "documents"), rows))
        _print_twice(console, twice)
        failed = f", {len(found.failed):,} could not be read" if found.failed else ""
        console.print(
            f"{amount(len(found.answers) + len(found.failed), 'document')}: {body['passing']:,} pass as {ASKED[stage]}"
            f", {len(failing):,} with errors{failed}",
            highlight=False,
        )

    base.output().emit("sampan.document-checks/1", body, human)
    base.end_with_worst([1] * bool(failing) + [one.error.exit_code for one in found.failed])


def emit_roots(found: Outcome[Rooted], answer: Answer) -> None:
    """The roots of many documents (`sampan.document-roots/1`); ends with the exit code of the worst."""
    made = sum(rooted.salts_made for rooted in found.answers)
    barred = sum(not rooted.checked.passes for rooted in found.answers)
    twice = _twice(rooted.reference for rooted in found.answers)
    body: dict[str, Any] = {
        "salts_made": made,
        "barred": barred,
        "twice": twice,
        "documents": found.answers,
        "failed": failures(found.failed),
    }
    if made or answer.refused:
        body["ledger"] = {"network": answer.network, "asked": answer.asked, "reason": answer.reason}

    def human(console: Console) -> None:
        rows = [
            (cut(rooted.reference, 40), cut(str(rooted.file), 40), f"0x{rooted.root.hex()}")
            for rooted in found.answers[:_LISTED]
        ]
        # A root is copied: where the file's name would fold it, the reference must do.
        narrow = console.width < sum(max((len(row[at]) for row in rows), default=0) + 2 for at in range(3))
        console.print(table((), [(row[0], row[2]) if narrow else row for row in rows]))
        print_rest(console, len(found.answers), _LISTED)
        print_failed(console, found.failed)
        _print_twice(console, twice)
        if made:
            console.print(
                answer.words(f"{amount(made, 'reference')} {'was' if made == 1 else 'were'}"), highlight=False
            )
            console.print(KEEP, style="dim")
        console.print(
            f"{amount(len(found.answers), 'root')}, {made:,} with new salts; {len(found.failed):,} without a root; "
            f"errors bar {amount(barred, 'document')} from issue",
            highlight=False,
        )

    base.output().emit("sampan.document-roots/1", body, human)
    base.end_with_worst([one.error.exit_code for one in found.failed])


def print_issues(console: Console, planned: Batch, *, dry_run: bool, told: Sequence[str] = ()) -> None:
    """What became of the documents of a batch: each on a line, refusals with their reasons, warnings that were not told
    before, and a summary."""
    from rich.text import Text

    from sampan.suite.tell import bill_name

    rows = [
        (
            Text(f"would be {item.outcome}" if dry_run and item.outcome == "issued" else str(item.outcome)),
            cut(item.name, 60),
            "" if item.bill is None else bill_name(item.bill),
            "" if item.act is None or item.act.transaction is None else item.act.transaction,
        )
        for item in planned.items
        if item.outcome != "refused"
    ]
    console.print(table(("", "document", "bill", "transaction"), rows[:_LISTED]))
    print_rest(console, len(rows), _LISTED)
    refused = [(item.name, item.error) for item in planned.items if item.error is not None]
    _print_errors(console, refused)
    untold = dict.fromkeys(each for act in planned.acts for each in act.warnings if each not in told)
    for warning in at_most(untold):
        console.print(f"warning: {warning}", style="yellow", highlight=False)
    said = planned.counts
    sent = "Rehearsed, nothing sent: would be issued" if dry_run else "Issued now"
    transactions = "" if dry_run else f" in {amount(len(planned.acts), 'transaction')}"
    console.print(
        f"{sent} {said['issued']:,}{transactions}; stood already {said['stood']:,}; refused {said['refused']:,}.",
        highlight=False,
    )


def stood(item: Item) -> str:
    """A document whose bill stands already, in a sentence."""
    from sampan.suite.tell import bill_name, plain

    return f"{bill_name(item.bill or 0)} stands already with this root, {plain(item.status)}: nothing was sent."


_MOST_ALIKE = 12
"""Warnings of one wording that are told of a document each."""


def at_most(warnings: Iterable[str]) -> list[str]:
    """Warnings (`DOCUMENT: TEXT`), as many of one text as are read; of the others how many there are."""
    found, alike = [], Counter[str]()
    for warning in warnings:
        text = warning.partition(": ")[2]
        alike[text] += 1
        if not text or alike[text] <= _MOST_ALIKE:
            found.append(warning)
    more = {text: number - _MOST_ALIKE for text, number in alike.items() if text and number > _MOST_ALIKE}
    return found + [f"{amount(number, 'more document')}: {text}" for text, number in more.items()]


_MOST_FAULTS = 5
"""Errors of one document that are told among those of many."""


def failures(failed: Iterable[Failed]) -> list[dict[str, Any]]:
    """Documents without an answer, as documents of ours have them."""
    return [{"file": one.file, "error": one.error.as_dict()} for one in failed]


def _twice(references: Iterable[str | None]) -> list[str]:
    """References that more than one document has: one of them is not what will be issued."""
    found = Counter(reference.upper() for reference in references if reference)
    return sorted(reference for reference, number in found.items() if number > 1)


def _print_twice(console: Console, twice: Sequence[str]) -> None:
    if twice:
        more = f" and {len(twice) - 5:,} more" if len(twice) > 5 else ""
        console.print(
            f"In more than one document: {', '.join(cut(one, 40) for one in twice[:5])}{more}", style="yellow"
        )


def print_failed(console: Console, failed: Sequence[Failed]) -> None:
    """Documents without an answer, and why."""
    _print_errors(console, [(str(one.file), one.error) for one in failed])


def _print_errors(console: Console, failed: Sequence[tuple[str, SampanError]]) -> None:
    from rich.text import Text

    for name, error in failed[:MOST_ROWS]:
        where = (
            error.subject if error.subject and name in error.subject else f"{name}, {error.subject or ''}".rstrip(", ")
        )
        said = Text("error: ", style="bold red")
        said.append(f"{where}: ", style="bold default").append(error.message, style="default")
        console.print(said, highlight=False, soft_wrap=True)
        if error.hint:
            console.print(Text(f"  {error.hint}", style="dim"), highlight=False, soft_wrap=True)
    print_rest(console, len(failed))


def print_faults(console: Console, faults: Sequence[Fault]) -> None:
    """Faults, each below its place: a pointer has a line of its own, so that it can be copied."""
    from rich.text import Text

    for fault in faults[:MOST_ROWS]:
        console.print(Text(fault.pointer or "(document)", "bold"), highlight=False, soft_wrap=True)
        said = Text.assemble((f"  {fault.severity}: ", _STYLES[fault.severity]), fault.message)
        console.print(said, highlight=False)
        console.print(f"  → {fault.right}", highlight=False)
        console.print(Text(f"  {fault.rule}, {fault.source}", style="dim"), highlight=False)
    print_rest(console, len(faults))
    console.print()


def print_comparison(console: Console, comparison: Comparison) -> None:
    """What replacements change: parties, dates and places first, then the cargo."""
    print_differences(console, [(change.document, change.difference) for change in comparison.changes])
    for broken in comparison.breaks:
        console.print(f"{broken.about}: {broken.message}", style="bold red", highlight=False)
    if comparison.is_partition:
        console.print(
            "Packages, weights, volumes, containers and seals are those of the bills, divided anew.", highlight=False
        )


def print_differences(console: Console, found: Sequence[tuple[str | None, Difference]]) -> None:
    """Differences, each below its place (and the document that it is of, where there are several)."""
    from rich.text import Text

    for document, difference in found[:MOST_ROWS]:
        where = Text.assemble((difference.place or "(document)", "bold"), (f"  {difference.name}", "dim"))
        console.print(where, highlight=False, soft_wrap=True)
        if difference.pointer is not None and difference.before_pointer not in (None, difference.pointer):
            console.print(f"  stood at {difference.before_pointer}", style="dim", highlight=False, soft_wrap=True)
        of = f" in {document}" if document else ""
        said = Text(f"  {difference.about} {difference.change}{of}: ", style="yellow")
        if difference.change == "moved":
            said.append("the same items in another order", style="default")
        else:
            values = [cut(_value(value), 160) for value in (difference.before, difference.after)]
            words = {"added": values[1], "removed": values[0]}
            said.append(words.get(difference.change, " → ".join(values)), style="default")
        console.print(said, highlight=False)
    print_rest(console, len(found))


def _value(value: Any) -> str:
    import json

    if isinstance(value, dict) and value.keys() == {"value", "unit"}:
        return f"{value['value']} {value['unit']}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def print_rest(console: Console, count: int, most: int = MOST_ROWS) -> None:
    """Say how many rows were left out of a table."""
    if count > most:
        console.print(f"... and {count - most:,} more: --json has all", style="dim", highlight=False)


def cut(text: str, length: int) -> str:
    """Text from outside, cut to a length and on one line."""
    from sampan.documents.json import shown

    return shown(text, length)
