"""`sampan cargo lay`, `condition` and `why`: conditions in words, and whether one holds for a bill."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sampan.cargo.records import ALL_UNITS
from sampan.cli import base
from sampan.cli import ledger as cli
from sampan.errors import UsageError

if TYPE_CHECKING:
    from sampan.client.core import VerbCall
    from sampan.client.ledger import Ledger


@base.command(short_help="Lay a condition down.")
@click.argument(
    "file", metavar="[FILE]", required=False, type=click.Path(dir_okay=False, allow_dash=False, path_type=Path)
)
@click.option(
    "--clause",
    "clauses",
    metavar="CLAUSE",
    multiple=True,
    help='A clause in place of a file: "kind: loaded, units: every, producers: 2, quiet: 24 hours".',
)
@cli.write_options
def lay(file: Path | None, clauses: tuple[str, ...], how: cli.How) -> None:
    """Lay a condition down, for terms to name: a FILE with a list of clauses, all of which must hold.

    A clause has a kind; of which units it must be said (every, bill, or how many at least); by how many producers of
    different groups; for how long it must have stood undisputed (quiet); and the least amount. Its name is the hash of
    its clauses, so that the same clauses are one condition, and nobody can change them.
    """
    from sampan.cargo.rules import condition_of
    from sampan.cargo.verbs.laying import told_clause
    from sampan.client.cargo_records import Condition
    from sampan.written import conditions

    if (file is None) == (not clauses):
        raise UsageError("a file or clauses, one of both", subject="FILE", hint="`sampan cargo lay --help` shows both")
    read = conditions.read_texts(clauses) if file is None else conditions.read_file(file)

    def build(ledger: Ledger) -> VerbCall:
        condition = Condition(condition_of(read), read)
        output = base.output()
        output.note(f"Condition 0x{condition.name.hex()}:")
        for clause in read:
            output.note(f"  {told_clause(clause)}")
        if condition.alone:
            output.note(f"{condition.alone}: nobody else need confirm anything.".capitalize(), style="yellow")
        return ledger.cargo_log.calls.lay(read)

    how.run(build, default_role="relayer")


def _name_of(text: str) -> bytes:
    """The hash of a condition, given as such or as a file of its clauses. Raises `BadInput`."""
    from sampan.cargo.rules import condition_of
    from sampan.written import conditions

    if text[:2] in ("0x", "0X") or not Path(text).is_file():
        return cli.hash_of(text, "the condition")
    return condition_of(conditions.read_file(Path(text)))


def _asked_in(ledger: Ledger, text: str) -> bytes:
    """The hash of a condition, as `_name_of` reads it, or as the terms of a facility in a file name it. Raises
    `BadInput`, and `UsageError` for terms that ask for nothing."""
    from sampan.cli import finance

    if text[:2] in ("0x", "0X") or not Path(text).is_file() or not finance.has_terms(Path(text)):
        return _name_of(text)
    named = finance.read(ledger, Path(text)).terms.condition
    if not any(named):
        raise UsageError("ask for nothing before a drawing", subject=text, hint="draw")
    return named


@base.command(short_help="Show a condition in words.")
@click.argument("condition")
@base.network_option()
def condition(condition: str, network: str) -> None:
    """Show the clauses of a condition that was laid down, in words: of the hash that terms name, or of a file."""
    name = _name_of(condition)
    with cli.reading(network) as ledger:
        found = ledger.condition(name)
        base.output().emit("sampan.cargo-condition/1", {**cli.where(ledger), "condition": found}, found)


@base.command(short_help="Tell whether a condition holds for a bill, and why not.")
@click.argument("condition", metavar="CONDITION|FACILITY|TERMS")
@click.argument("bill", type=cli.BILL)
@click.option(
    "--units",
    type=click.IntRange(0, ALL_UNITS - 1),
    help="Pieces of equipment that the bill has; by default, of a FACILITY, as many as were pledged.",
)
@click.option(
    "--producer",
    "producers",
    metavar="WHO",
    multiple=True,
    help="By whose word; again for more. By default by all of whom a word on the bill is recorded.",
)
@click.option("--leave-out", metavar="WHO", multiple=True, help="Whose group's word does not count, as a party's own.")
@cli.carrier_option
@base.network_option()
def why(
    condition: str,
    bill: str,
    units: int | None,
    producers: tuple[str, ...],
    leave_out: tuple[str, ...],
    carrier: str | None,
    network: str,
) -> None:
    """Tell whether a condition holds for a BILL now, clause by clause and producer by producer: which word counts,
    which lacks what, since when and until when.

    CONDITION is its hash, or the file that it was laid down by. Of a FACILITY, by its number, it is what is asked
    before each drawing, and the word of its parties' groups does not count; TERMS are a file that a facility is opened
    by. The exit code is 0 when it holds, 1 when it does not.
    """
    with cli.reading(network) as ledger:
        number = ledger.bill_id(bill, carrier=carrier)
        if condition.isascii() and condition.isdigit():
            if leave_out:
                raise UsageError("is said of a facility by its terms", subject="--leave-out", hint="leave it out")
            found = ledger.why_not_drawn(int(condition), number, units=units, producers=producers or None)
        else:
            name = _asked_in(ledger, condition)
            if units is None:
                raise UsageError("how many pieces of equipment has it?", subject="--units", hint="say --units NUMBER")
            found = ledger.why(name, number, units=units, producers=producers or None, leave_out=leave_out)
        base.output().emit("sampan.cargo-why/1", {**cli.where(ledger), "answer": found}, found)
    if not found.holds:
        base.answer_is_no()
