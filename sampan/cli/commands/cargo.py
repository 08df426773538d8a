"""`sampan cargo`: a producer's events, from its feed to batches under roots on chain; what is said of bills (T19)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sampan.cli import (
    base,
    cargo_anchoring,
    cargo_conditions,
    cargo_facts,
    cargo_proving,
    cargo_screening,
    cargo_timeline,
    verbs,
)
from sampan.cli.output import fields, table
from sampan.errors import BadInput, UsageError
from sampan.suite.tell import amount, bill_name, instant, option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from sampan.tracking.ingest import Ingested
    from sampan.tracking.outbox import Batch, Outbox

STORE = cargo_anchoring.STORE
FILE = click.argument("file", type=click.Path(path_type=Path))
_MOST_ROWS = 200
_ROOT = re.compile(r"(?:([1-9][0-9]{0,17})=)?0x([0-9a-fA-F]{64})")


_OF_NO_BILL = "look at its booking or transport document, at its box, and at the links (`sampan cargo link`)."
_OF_NO_KIND = "look at its place, its classifier (ACT), and whether it says that the box is laden."


@base.group()
def command() -> None:
    """Cargo data bound to bills: a producer's events and statements, and what follows for a bill.

    A producer is a participant that reports: a carrier, a terminal, a port, customs, named by LEI, number or name, as
    elsewhere. Events of DCSA Track & Trace (2.2, and the words of 3.0) go into a store of its own, in batches of a
    thousand under one root each. A root is what goes on chain. A link says which events are of which bill: then an
    event can be proven as a fact of that bill, without showing its neighbours.

    A KIND is what a fact says: loaded, departed, insured; several by commas. A PLACE is a facility, a port or a
    country: CNSHA/SMDG/YICT, CNSHA, CN. A UNIT is a piece of the bill's equipment, by its place in the document, from
    1.
    """


@command.command("ingest", short_help="Take events from files, a folder, or standard input.")
@click.argument("places", metavar="FILE...", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes that read; by default one a core.")
@STORE
def ingest(places: tuple[Path, ...], jobs: int | None) -> None:
    """Take events into the store: one event, a list of them, or one a line (NDJSON); - is standard input.

    Of a folder its *.json, *.ndjson and *.jsonl are taken, by name. A file with a fault is refused whole, and every
    fault is listed: where, what is wrong, what would be right; the other files are taken, and the exit code is 3. An
    event that is there already is counted, and nothing else: so a file may be handed in again.
    """
    from sampan.tracking.ingest import files_in
    from sampan.tracking.ingest import ingest as take

    files = [file for place in places for file in files_in(place)]
    with cargo_anchoring.store_of() as outbox, base.output().progress("Taking events") as advance:
        found = take(outbox, files, jobs=jobs, advance=advance)
        path = outbox.path
    total = found.total()
    body = {
        "store": path,
        **{name: getattr(total, name) for name in ("new", "known", "corrected", "unlinked")},
        "sealed": found.sealed,
        "files": found.taken,
        "refused": _refused(found),
    }

    def human(console: Console) -> None:
        for refused in body["refused"]:
            _print_refused(console, refused)
        parts = [
            amount(total.new, "event") + (f" ({total.unlinked:,} of no linked bill)" if total.unlinked else ""),
            f"{total.known} there already",
            f"{total.corrected} corrected or taken back",
            f"{amount(found.sealed, 'batch/batches')} sealed",
        ]
        console.print(", ".join(parts) + f"; {path}", highlight=False)
        if found.refused:
            console.print(
                f"{amount(len(found.refused), 'file')} refused: nothing of {_them(found)} was taken.", style="bold red"
            )

    base.output().emit("sampan.cargo-ingest/1", body, human)
    base.end_with_worst(refused.error.exit_code for refused in found.refused)


def _them(found: Ingested) -> str:
    return "it" if len(found.refused) == 1 else "them"


def _refused(found: Ingested) -> list[dict[str, Any]]:
    from sampan.tracking.reading import Unfit

    return [
        {
            "file": one.file,
            "error": one.error.as_dict(),
            "count": one.error.count if isinstance(one.error, Unfit) else 1,
            "faults": one.error.faults if isinstance(one.error, Unfit) else (),
        }
        for one in found.refused
    ]


def _print_refused(console: Console, refused: dict[str, Any]) -> None:
    """What is wrong with a file."""
    from rich.text import Text

    faults = refused["faults"]
    if not faults:
        error = refused["error"]
        console.print(f"{error['subject'] or refused['file']}: {error['message']}", style="bold red", highlight=False)
        console.print(f"  {error['hint']}", style="dim", highlight=False)
        return
    console.print(f"{refused['file']}: {amount(refused['count'], 'fault')}", style="bold red", highlight=False)
    rows = [
        (Text(found.words or "the file", "bold"), found.fault.message, Text(found.fault.right, "dim"))
        for found in faults[:_MOST_ROWS]
    ]
    console.print(table((), rows))
    if refused["count"] > len(rows):
        console.print(f"and {refused['count'] - len(rows):,} more; --json lists the first thousand", style="dim")


@command.command("link", short_help="Say which events are of a bill, by a disclosure of its document.")
@FILE
@click.option("--bill", required=True, metavar="LEI/REFERENCE", help="The bill on the ledger.")
@click.option("--carrier", metavar="WHO", help="Whose reference it is, when --bill names no LEI.")
@click.option("--root", "root_text", metavar="0x...", help="The document's root, known from elsewhere: links offline.")
@STORE
@base.network_option()
def link(file: Path, bill: str, carrier: str | None, root_text: str | None, network: str) -> None:
    """Link a bill by a disclosure of its document, which FILE is, verified against --root or the ledger's root.

    From then on events that name the bill or its booking are of it, those about equipment when they name a container of
    it too. Events that came before are linked now. FILE is made by `sampan document disclose --for-cargo`.
    """
    from sampan.client import naming
    from sampan.documents import read_disclosure
    from sampan.tracking.links import read_link

    disclosure = read_disclosure(file)
    if root_text is None:
        from sampan.client.ledger import Ledger

        with Ledger.open(network, settings=base.settings()) as ledger:
            found = ledger.bill(bill, carrier=carrier)
            number, root = found.id, found.root
    else:
        number, root = naming.number_of(bill), _roots((root_text,))[None]
    known = read_link(disclosure, root, number)
    with cargo_anchoring.store_of() as outbox, base.output().progress("Linking events") as advance:
        leaves = outbox.link(known, advance=advance)

    def human(console: Console) -> None:
        boxes = amount(len(known.containers), "container")
        console.print(
            f"{bill_name(number)} is linked: {known.loading} to {known.discharge}, {boxes}, "
            f"booking {', '.join(known.bookings) or '-'}; {amount(leaves, 'event')} that came before",
            highlight=False,
        )

    names = ("bill", "root", "bookings", "loading", "discharge", "receipt", "delivery", "containers")
    body = {name: getattr(known, name) for name in names} | {"leaves": leaves}
    base.output().emit("sampan.cargo-link/1", body, human)


@command.command("seal", short_help="Seal what waits as a batch, however few it is.")
@STORE
def seal() -> None:
    """Seal what waits: batches of a thousand, and the rest as a smaller one. Full batches are sealed by themselves."""
    with cargo_anchoring.store_of() as outbox:
        batches = outbox.seal()
        path = outbox.path

    def human(console: Console) -> None:
        if batches:
            console.print(_batches(batches))
        else:
            console.print("Nothing waits.")

    base.output().emit("sampan.cargo-seal/1", {"store": path, "batches": batches}, human)


@command.command("status", short_help="Tell how much the store holds, and what is not anchored.")
@STORE
def status() -> None:
    """How much the store holds, and which batches are not anchored yet."""
    with cargo_anchoring.store_of(writes=False) as outbox:
        found, unanchored = outbox.status(), outbox.unanchored()
        path = outbox.path
    counted = {name: getattr(found, name) for name in found.__slots__}

    def human(console: Console) -> None:
        console.print(fields({"store": str(path), **{name: f"{number:,}" for name, number in counted.items()}}))
        if unanchored:
            console.print()
            console.print(_batches(unanchored[:_MOST_ROWS]))

    base.output().emit("sampan.cargo-status/1", {"store": path, **counted, "unanchored": unanchored}, human)


@command.command("prove", short_help="Prove that a batch holds an event, for `record`.")
@click.argument("event", metavar="EVENT-ID")
@click.option("--bill", metavar="BILL", help="Of which of its bills, when there are several.")
@click.option("--version", type=click.IntRange(min=0), help="Which version, from 0; by default the newest.")
@STORE
def prove(event: str, bill: str | None, version: int | None) -> None:
    """Prove that a batch holds an event, for `record`: its leaf, the way to the root, the salts, and the event."""
    from sampan.tracking import proofs

    with cargo_anchoring.store_of(writes=False) as outbox:
        number = None if bill is None else _linked(outbox, bill)
        found = proofs.prove(outbox, proofs.event_id(event), number, version)
        batch = outbox.batch(found.sequence)

    def human(console: Console) -> None:
        words = found.words
        lines = {
            "event": f"{found.id}, version {found.version}",
            "bill": "none" if found.bill is None else bill_name(found.bill),
            "kind": option(words.kind),
            "happened": instant(words.happened_at),
            "place": words.place.rstrip(b"\0").decode() or "-",
            "unit": str(words.unit),
            "leaf": "0x" + found.hash.hex(),
            "batch": f"{found.sequence}, {batch.state}",
            "root": "0x" + found.header.root.hex(),
            "path": "\n".join("0x" + one.hex() for one in found.path),
        }
        console.print(fields(lines))
        if found.bill is None:
            console.print("It is of no bill that is linked here, so it cannot be recorded: " + _OF_NO_BILL)
        elif not words.kind:
            console.print("It says nothing on which contracts act, so it cannot be recorded: " + _OF_NO_KIND)

    body = {"bill": found.bill, "proof": found, "header": found.header, "about_salt": found.about_salt}
    base.output().emit("sampan.cargo-proof/1", body, human)


@command.command("disclose", short_help="Write the events of a bill with proofs.")
@click.argument("bill")
@click.option("--out", type=click.Path(path_type=Path), help="Write the disclosure to a file instead of stdout.")
@STORE
def disclose(bill: str, out: Path | None) -> None:
    """Write every event of a linked BILL that is in a batch, with proofs, and nothing of its neighbours.

    Whoever reads it verifies it with `sampan cargo verify` against the roots that are anchored.
    """
    import json

    from sampan.cli.output import to_json
    from sampan.files import write_private
    from sampan.tracking import proofs

    events = []
    with cargo_anchoring.store_of(writes=False) as outbox, base.output().progress("Proving events") as advance:
        number = _linked(outbox, bill)
        for proven in proofs.of_bill(outbox, number):
            events.append(proven)
            advance()
    if not events:
        raise BadInput(
            "no event of this bill is in a batch",
            subject=bill_name(number),
            hint="`sampan cargo seal` seals what waits",
        )
    found = proofs.as_json(number, events)
    output = base.output()
    if out is None:
        # The disclosure is itself the one JSON document, so that `sampan cargo disclose BILL > FILE` works.
        output.emitted = True
        click.echo(to_json(found))
        return
    write_private(out, json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    body = {"bill": number, "disclosure": out, "events": len(events), "batches": len(found["batches"])}

    def human(console: Console) -> None:
        console.print(f"{amount(len(events), 'event')} of {bill_name(number)} disclosed in {out}", highlight=False)

    output.emit("sampan.cargo-disclose/1", body, human)


@command.command("verify", short_help="Verify a disclosure of a bill's events against roots.")
@FILE
@click.option(
    "--root",
    "roots",
    multiple=True,
    required=True,
    metavar="[SEQUENCE=]0x...",
    help="The root of a batch, known from elsewhere, by the batch's number where there are several.",
)
def verify(file: Path, roots: tuple[str, ...]) -> None:
    """Verify the events that FILE discloses against the roots of their batches. Exits 1 when one does not hold."""
    from sampan.tracking.proofs import read_disclosed

    given = _roots(roots)
    found = read_disclosed(file)
    numbers = {one.sequence for one in found.events}
    if None in given and len(numbers) > 1:
        raise UsageError(
            f"the file has events of {len(numbers)} batches", subject="--root", hint="name the batch: --root 1=0x..."
        )
    known = {number: root for sequence, root in given.items() for number in ({sequence} if sequence else numbers)}
    failed = found.failures({number: root for number, root in known.items() if number is not None})
    body: dict[str, Any] = {
        "file": file,
        "bill": found.bill,
        "holds": not failed,
        "events": [
            {
                "id": one.id,
                "sequence": one.sequence,
                "kind": option(one.words.kind),
                "happened_at": instant(one.words.happened_at),
                "place": one.words.place.rstrip(b"\0").decode("ascii", "replace"),
                "unit": one.words.unit,
            }
            for one in found.events
        ],
        "failures": [{"id": one.id, "sequence": one.sequence, "reason": why} for one, why in failed],
    }

    def human(console: Console) -> None:
        from rich.text import Text

        rows = body["failures"] or body["events"]
        style = "bold red" if failed else "bold"
        shown = rows[:_MOST_ROWS]
        console.print(table((), [(Text(str(row["id"]), style), *map(str, [*row.values()][1:])) for row in shown]))
        events = amount(len(found.events), "event")
        if failed:
            console.print(f"The roots do not hold these events of {bill_name(found.bill)}.", style="bold red")
        else:
            console.print(f"The roots hold {events} of {bill_name(found.bill)}.", highlight=False)

    base.output().emit("sampan.cargo-verify/1", body, human)
    if failed:
        base.answer_is_no()


# -------------------------------------------------------------------------------------------------------------- shared


def _linked(outbox: Outbox, text: str) -> int:
    """The linked bill that a name means. Raises `BadInput` where it means none, or several."""
    from sampan.client import naming

    found = naming.among((one.bill for one in outbox.linked()), naming.parse(text))
    if len(found) != 1:
        raise BadInput(
            "names several linked bills" if found else "is no linked bill",
            subject=text,
            hint="name it LEI/REFERENCE/vVERSION" if found else "`sampan cargo link` links one",
            code="cargo.link",
        )
    return found[0]


def _roots(texts: Sequence[str]) -> dict[int | None, bytes]:
    """Roots by the number of their batch; None where none is named."""
    found: dict[int | None, bytes] = {}
    for text in texts:
        match = _ROOT.fullmatch(text)
        if match is None:
            raise UsageError(
                "no root: it is 0x and 64 hex digits, a batch's may have its number before it, as in 3=0x...",
                subject=text[:80],
                hint="copy it from the ledger",
            )
        found[int(match[1]) if match[1] else None] = bytes.fromhex(match[2])
    return found


def _batches(batches: Sequence[Batch]) -> Any:
    rows = [
        (
            str(batch.sequence),
            batch.state,
            f"{batch.header.count:,}",
            f"{instant(batch.header.earliest)} to {instant(batch.header.latest)}",
            "0x" + batch.header.root.hex(),
        )
        for batch in batches
    ]
    return table(("batch", "state", "leaves", "happened", "root"), rows)


for _made in (
    cargo_anchoring.anchor,
    cargo_proving.record,
    cargo_proving.strike,
    cargo_facts.attest,
    cargo_facts.sign,
    cargo_facts.send,
    cargo_facts.show,
    cargo_facts.producers,
    cargo_timeline.timeline,
    cargo_screening.screen,
    cargo_screening.screened,
    cargo_conditions.lay,
    cargo_conditions.condition,
    cargo_conditions.why,
):
    command.add_command(_made)
verbs.add(command, "cargo")
