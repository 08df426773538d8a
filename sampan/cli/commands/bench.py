"""`sampan bench`: what acts cost, beside the peers; how long audits, documents and a producer's events take."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sampan.cli import base
from sampan.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from sampan.bench.page import Sheet
    from sampan.client.tables import Rows


@base.group()
def command() -> None:
    """Measure what acts cost, beside the peers, and how long audits, documents and cargo data take."""


@command.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for gas.json; build/bench in the project by default.",
)
@click.option("--check", is_flag=True, help="Exit 1 when anything differs from the committed snapshot.")
@click.option("--update", is_flag=True, help="Write the committed snapshot and docs/gas.md anew.")
def gas(out: Path | None, check: bool, update: bool) -> None:
    """Gas of every act beside TradeTrust's registry: on one chain, in one run, a transaction an act.

    Both are deployed on an anvil of our own; TradeTrust's as shipped and compiled anew with 200 runs. Its figures are
    of a new registry for every act, and of the second move where two differ; acts that cost something else in a
    registry with other documents returned and burnt have a table of their own. The floor is what calldata, the slots
    that must change and one event cost. Writes gas.json. Exits 1 when a bar does not hold.
    """
    from sampan.bench import gas as bench
    from sampan.bench import page
    from sampan.bench.acts import ACTS, OWN, SIZE_LIMITS
    from sampan.toolchain.sources import project_root

    if check and update:
        raise UsageError("--check and --update exclude each other", subject="sampan bench gas")
    root = project_root()
    output = base.output()
    with output.progress("Measuring gas", total=len(ACTS) + len(OWN)) as advance:
        measured = bench.measure(root, base.settings().path("anvil"), lambda _name: advance())
    measurement = measured.snapshot()
    file = (root / "build" / "bench" if out is None else out) / "gas.json"
    bench.write(measured.document(), file)
    snapshot = root / bench.SNAPSHOT
    if update:
        shown = root / page.PAGE
        text = page.renewed(shown.read_text(encoding="utf-8"), measurement)  # refuses before anything is written
        bench.write(measurement, snapshot)
        shown.write_text(text, encoding="utf-8")
    differences = bench.differences(bench.read(snapshot), measurement)
    broken = measured.broken()

    body: dict[str, Any] = {
        **measurement,
        "bars": {
            "acts": {act.name: act.bars for act in ACTS},
            "gas": {act.name: act.most for act in ACTS} | {row.name: row.most for row in OWN if row.most is not None},
            "bytecode": SIZE_LIMITS,
        },
        "broken": broken,
        "differences": differences,
        "written": file,
    }

    def human(console: Console) -> None:
        from rich.text import Text

        for sheet in page.sheets(measurement).values():
            console.print(_table(sheet))
            console.print()
        console.print(f"Measured on {measured.engine}, {measured.hardfork}. Written to {file}.", highlight=False)
        for line in broken:
            console.print(Text.assemble(("Too dear:", "bold red"), f" {line}"), highlight=False)
        if differences:
            console.print(f"Not as in {bench.SNAPSHOT}:")
            for line in differences:
                console.print(f"  {line}", highlight=False)
            console.print(Text.assemble("If that is meant: ", (bench.UPDATE, "bold")), highlight=False)
        else:
            console.print(f"As in {bench.SNAPSHOT}.", highlight=False)

    output.emit("sampan.bench-gas/2", body, human)
    if broken or (check and differences):
        base.answer_is_no()


@command.command()
@click.option("--bills", type=click.IntRange(min=1), multiple=True, help="Bills at rest; 1000, 5000, 20000 by default.")
def audit(bills: tuple[int, ...]) -> None:
    """Seconds that an audit's rebuild takes of pledged bills at rest.

    The log is made by performing the acts in the reference model: each bill is issued, and pledged to a bank that
    agrees in the same transaction. Nothing is asked of a chain.
    """
    from sampan.bench import audit as bench

    output, sizes = base.output(), bills or bench.SIZES
    timed = []
    with output.progress("Rebuilding", total=len(sizes)) as advance:
        for one in bench.measure(sizes):
            timed.append(one)
            advance()
    from sampan.bench.page import Sheet

    sheet = Sheet(
        ("bills at rest", "events", "seconds", "seconds a bill"),
        tuple((f"{one.bills:,}", f"{one.events:,}", f"{one.seconds:.2f}", f"{one.per_bill:.6f}") for one in timed),
    )
    output.emit("sampan.bench-audit/1", {"rebuilt": timed}, _table(sheet))


@command.command()
@click.option("--documents", "count", type=click.IntRange(min=1), default=10_000, show_default=True, help="How many.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes; by default one a core.")
def documents(count: int, jobs: int | None) -> None:
    """CPU seconds to check documents of two containers as eBLs and to put them under roots, as `document root` does.

    Salts are made and written to a folder that is gone afterwards. Exits 1 when it takes more than 15 milliseconds a
    document.
    """
    from sampan.bench import documents as bench

    output = base.output()
    with output.progress("Rooting", total=count) as advance:
        measured = bench.measure(count, jobs=jobs, advance=advance)

    def human(console: Console) -> None:
        console.print(
            f"{count:,} documents checked and rooted in {measured.cpu_seconds:.1f} CPU seconds "
            f"({1000 * measured.per_document:.1f} ms a document, {measured.seconds:.1f} s by the clock); "
            f"the bar is {bench.BAR * count:.1f}",
            highlight=False,
        )

    output.emit("sampan.bench-documents/1", measured, human)
    if not measured.holds:
        base.answer_is_no()


@command.command()
@click.option("--events", "count", type=click.IntRange(min=1), default=1_000_000, show_default=True, help="How many.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes that read; by default one a core.")
def cargo(count: int, jobs: int | None) -> None:
    """Seconds to take Track & Trace events of a thousand bytes into a store: checked, hashed, sealed by the thousand.

    Of ten bookings one is of a linked bill. Everything is in a folder that is gone afterwards. Exits 1 when an event
    takes more than 75 microseconds by the clock (of two idle cores), a proof more than 10 milliseconds, or all
    processes together more than 400 MB.
    """
    from sampan.bench import cargo as bench

    with base.output().progress("Taking events", total=count) as advance:
        measured = bench.measure(count, jobs=jobs, advance=advance)

    def human(console: Console) -> None:
        console.print(
            f"{count:,} events in {measured.seconds:.1f} s ({measured.events_per_second:,.0f} a second, "
            f"{measured.cpu_seconds:.1f} CPU seconds, {measured.peak_rss_mb:.0f} MB); "
            f"a proof in {measured.prove_ms:.1f} ms at most",
            highlight=False,
        )

    base.output().emit("sampan.bench-cargo/1", measured, human)
    if not measured.holds:
        base.answer_is_no()


def _table(sheet: Sheet) -> Rows:
    from rich.text import Text

    from sampan.bench.page import BROKEN, HOLDS
    from sampan.cli.output import table

    styles = {HOLDS: "green", BROKEN: "bold red"}
    rows = [[Text(cell, style=styles.get(cell, "")) for cell in row] for row in sheet.rows]
    made = table(sheet.headings, rows, whole=(0,))
    made.header_style = "bold"
    for column, heading in zip(made.columns[1:], sheet.headings[1:], strict=True):
        column.justify, column.vertical = "right" if heading else "left", "bottom"
    return made
