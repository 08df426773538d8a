"""`sampan cargo timeline`: all that is known of a bill's cargo, in order of time; also as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sampan.cli import base
from sampan.cli import ledger as cli

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console

    from sampan.suite.events import Anchored
    from sampan.suite.tell import Names
    from sampan.tracking.proofs import Disclosed
    from sampan.tracking.timeline import Moment, Timeline

_COLOURS = {"on chain": "green", "proven": "blue", "not anchored": "yellow", "corrected": "dim", "taken back": "red"}
_WORDS = {"PLN": "planned", "EST": "estimated", "REQ": "wished for"}


@base.command(short_help="Tell what is known of a bill's cargo, in order of time.")
@click.argument("bill", type=cli.BILL)
@click.option(
    "--events",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="What a producer disclosed (`sampan cargo disclose`), a file or a folder of such; again for more.",
)
@click.option("--svg", type=click.Path(dir_okay=False, path_type=Path), help="Draw it here, as a picture (SVG).")
@cli.carrier_option
@base.network_option()
def timeline(bill: str, events: tuple[Path, ...], svg: Path | None, carrier: str | None, network: str) -> None:
    """Tell what is known of a BILL's cargo: what was planned, estimated and seen, by whom, and how that is known.

    Facts are read from the chain. Events that producers disclosed to you are proven from their batches: what is
    anchored, what not, what was taken back since. Who tells differently of one thing is marked.
    """
    from sampan.suite.tell import amount
    from sampan.tracking.timeline import timeline as put_together

    files = _read(events)
    disclosed = [one for _, one in files]
    with cli.reading(network) as ledger:
        number = ledger.bill_id(bill, carrier=carrier)
        facts = ledger.facts(number)
        batches = _by_root(ledger.anchored()) if disclosed else {}
        found = put_together(number, disclosed, facts.said, batches.get)
        who = [ledger.names.participant(each.producer) if each.producer else "?" for each in found.moments]
        if svg is not None:
            _draw(svg, found, _brief(ledger.names, found.moments), facts.now)
            base.output().note(f"written: {svg}")
        left_out = _left_out(files, number)
        for one in left_out:
            base.output().note(
                f"left out of {one['file']}: {amount(one['events'], 'event')}, {one['why']}", style="yellow"
            )
        body = {**cli.where(ledger), "id": number, "bill": number, "time": facts.now, "moments": found.moments}
        body["left_out"] = left_out

    def human(console: Console) -> None:
        _print(console, found, who)

    base.output().emit("sampan.cargo-timeline/1", body, human)


def _by_root(told: Iterable[Anchored]) -> dict[bytes, tuple[int, int]]:
    """Who anchored each root, and as which batch. Roots are public, and another producer may anchor one once more: a
    batch is of whoever was first."""
    found: dict[bytes, tuple[int, int]] = {}
    for event in told:
        found.setdefault(event.header.root, (event.producer, event.sequence))
    return found


def _read(places: Sequence[Path]) -> list[tuple[Path, Disclosed]]:
    """What producers disclosed, each with its file. Raises `BadInput` for a file that is broken."""
    from sampan.tracking.proofs import read_disclosed

    files = [file for place in places for file in (sorted(place.glob("*.json")) if place.is_dir() else [place])]
    return [(file, read_disclosed(file)) for file in files]


def _left_out(files: Sequence[tuple[Path, Disclosed]], bill: int) -> list[dict[str, Any]]:
    """Which files the timeline does not tell of, or not whole: of another bill, or not proven by what they hold."""
    from sampan.suite.tell import bill_name

    found = []
    for file, one in files:
        if one.bill != bill:
            found.append({"file": file, "events": len(one.events), "why": f"they are of {bill_name(one.bill)}"})
        elif broken := sum(bool(each.failures(each.header.root, bill)) for each in one.events):
            found.append({"file": file, "events": broken, "why": "the proof fails: altered, or not of this batch"})
    return found


def _draw(path: Path, found: Timeline, who: Sequence[str], as_of: int) -> None:
    from sampan.audit.report import write_text
    from sampan.tracking.picture import picture

    write_text(path, picture(found, who, as_of), option="--svg")


def _brief(names: Names, moments: Sequence[Moment]) -> list[str]:
    """Producers by company alone, where it is known."""
    found = []
    for each in moments:
        said = "?" if not each.producer else names.participant(each.producer)
        found.append(said.rpartition(" (")[0] or said)
    return found


def _print(console: Console, found: Timeline, who: Sequence[str]) -> None:
    from rich.text import Text

    from sampan.cli.output import table
    from sampan.suite.tell import bill_name, measured, moment

    console.print(f"Cargo of {bill_name(found.bill)}", style="bold", highlight=False)
    if not found.moments:
        console.print("Nothing is known of it: facts are recorded, or events disclosed to you (--events).")
        return
    rows: list[tuple[Any, ...]] = []
    for each, whose in zip(found.moments, who, strict=True):
        of = each.equipment or (f"unit {each.unit}" if each.unit else "")
        how = each.known.value if each.batch is None else f"{each.known.value}, batch {each.batch}"
        said = " ".join(
            part for part in (each.what, f"({_WORDS[each.classifier]})" if each.classifier in _WORDS else "") if part
        )
        rows.append(
            (
                moment(each.happened_at),
                Text(said, "bold red" if each.differs else "bold"),
                of,
                each.place,
                measured(each.amount, each.measure) if each.measure else "",
                Text(whose, "red" if each.differs else ""),
                Text(how, _COLOURS[each.known.value]),
            )
        )
    console.print(table(("when", "what", "of", "where", "how much", "by whose word", "known"), rows))
    if found.differing:
        count = len(found.differing)
        console.print(
            f"{count} thing{' is' if count == 1 else 's are'} told differently by two producers: look at both.",
            style="bold red",
            highlight=False,
        )
