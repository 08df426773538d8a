"""`sampan cargo screen` and `screened`: asking of one's own lists, and what one's own record says was asked (T35)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sampan.cli import base
from sampan.cli import ledger as cli
from sampan.cli.output import table
from sampan.errors import SampanError, UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from sampan.client.book import Book
    from sampan.config import Settings
    from sampan.screening.lists import ScreeningList
    from sampan.screening.match import Party
    from sampan.screening.record import Record, Repeated, Screened

FILE = click.Path(dir_okay=False, path_type=Path)
_lists = base.setting_option("--list", setting="screening_lists")
_record = base.setting_option("--record", setting="screening_record")


@base.command("screen", short_help="Ask of your lists.")
@click.argument("what", metavar="[BILL|LEI|IMO|ACCOUNT|NAME]...", nargs=-1)
@click.option("--document", type=FILE, multiple=True, help="Parties and ships that a transport document names.")
@click.option("--disclosure", type=FILE, multiple=True, help="The same, of fields that were disclosed to you.")
@_lists
@_record
@base.network_option()
def screen(what: tuple[str, ...], document: tuple[Path, ...], disclosure: tuple[Path, ...], network: str) -> None:
    """Ask whether somebody is on one of your lists. Nothing is sent, and nobody is told.

    A BILL (LEI/REFERENCE, or its id) stands for its carrier, possessor, holder and titleholder, their ultimate parents,
    and the ships that producers name for it. All else is asked as it is: a NAME without regard to capitals, punctuation
    and legal form, never as what merely sounds alike. Exit code 1: somebody is on a list.

    The lists are those of the setting screening_lists, or of --list, a .csv or .txt file or a folder of them. The
    answer goes to your record with the hash of each list (`sampan cargo screened`).
    """
    from sampan.client.book import Book
    from sampan.screening import record
    from sampan.screening.match import match

    if not (what or document or disclosure):
        raise UsageError("say whom", subject="BILL", hint="name a bill, an LEI, an IMO number, an account or a name")
    settings = base.settings()
    against = _required(settings)
    bills = [text for text in what if _is_bill(text)]
    others = [text for text in what if text not in bills]
    book = Book.of(settings)
    found: list[Party] = [_meant(text, book) for text in others]
    found += _documented(document, disclosure)
    where: dict[str, Any] = {"network": None, "chain_id": None, "ledger": None, "block": None, "bills": ()}
    if bills:
        of_bills, where = _of_bills(network, bills)
        found = [*of_bills, *found]
    named = [*what, *map(str, document), *map(str, disclosure)]
    screened = record.Screened(
        time=datetime.now(UTC),
        sender=None,
        act=f"screen {', '.join(named)}",
        parties=tuple(found),
        lists=tuple(map(record.Source.of, against)),
        hits=match(found, against),
        decision=record.Decision.ASKED,
        **where,
    )
    record.append(_file(settings), [screened])
    base.output().emit(record.SCHEMA, screened, lambda console: _print(console, screened))
    if screened.hits:
        base.answer_is_no()


@base.command("screened", short_help="Show what was screened, or ask it once more.")
@click.option("--repeat", type=click.IntRange(1), metavar="N", help="Ask line N once more, on the same lists.")
@_lists
@_record
def screened(repeat: int | None) -> None:
    """Show your record of screening: when, of which act, against which lists, with which result.

    --repeat asks one line once more: the same parties, on the same lists, which are found by their hashes among those
    of the setting and of --list. Exit code 1: a list is not there any more as it was, or the answer is another.
    """
    from sampan.screening import lists, record

    settings = base.settings()
    file = _file(settings)
    found = record.read(file)
    for number in found.unreadable:
        base.output().note(
            f"{file}, line {number} cannot be read: it was cut off, or is no line of ours", style="yellow"
        )
    if repeat is None:
        rows = [{"line": number, "screened": one} for number, one in found.screened.items()]
        body = {"file": file, "lines": rows, "unreadable": list(found.unreadable)}
        base.output().emit("sampan.screenings/1", body, lambda console: _print_record(console, found))
        return
    again = record.repeat(record.numbered(found, repeat, file), lists.read_all(settings.paths("screening_lists")))
    base.output().emit("sampan.screening-repeated/1", again, lambda console: _print_repeated(console, again))
    if not again.same:
        base.answer_is_no()


# -------------------------------------------------------------------------------------------------------------- asking


def _required(settings: Settings) -> list[ScreeningList]:
    from sampan.screening.lists import read_all

    given = settings.paths("screening_lists")
    if not given:
        hint = 'set screening_lists = ["FOLDER"] in your config.toml, or give --list FILE'
        raise UsageError("there is no list to ask", subject="screening_lists", hint=hint)
    return read_all(given)


def _file(settings: Settings) -> Path:
    file = settings.path("screening_record")
    assert file is not None
    return file


def _is_bill(text: str) -> bool:
    """Whether a text names a bill: by its id, or by carrier and reference."""
    from sampan.client import naming

    try:
        found = naming.parse(text)
    except SampanError:
        return False
    return isinstance(found, int) or found.lei is not None


def _meant(text: str, book: Book) -> Party:
    """Somebody or something as it was asked for, with the name that the user gave to it."""
    from sampan.screening.lists import Key, kind_of, value_of
    from sampan.screening.match import Party

    key = kind_of(text)
    value = value_of(key, text)
    keys: dict[Key, tuple[str, ...]] = {key: (value,)}
    name = {**book.leis, **book.addresses}.get(value)
    if name is not None:
        keys["name"] = (name,)
    return Party(f"IMO {value}" if key == "imo" else value, keys)


def _documented(documents: Sequence[Path], disclosures: Sequence[Path]) -> list[Party]:
    from sampan.documents.disclosure import read_disclosure
    from sampan.documents.json import read_json
    from sampan.screening.documents import fields, parties

    found: list[Party] = []
    for file in documents:
        found += parties(dict(fields(read_json(file))), file.name)
    for file in disclosures:
        found += parties(read_disclosure(file, name=file.name).values(), file.name)
    return found


def _of_bills(network: str, bills: Sequence[str]) -> tuple[list[Party], dict[str, Any]]:
    """Whom some bills are about, and where that was asked."""
    from sampan.client import parties
    from sampan.suite.tell import bill_name

    with cli.reading(network) as ledger:
        numbers = tuple(ledger.bill(bill).id for bill in bills)
        block = ledger.connection.block_number()
        (found,) = parties.of(ledger, [parties.Named(bills=numbers)])
        where = {**cli.where(ledger), "block": block, "bills": tuple(map(bill_name, numbers))}
    return found, where


# ------------------------------------------------------------------------------------------------------------- printing


def _print(console: Console, one: Screened) -> None:
    from sampan.suite.tell import amount

    rows = sum(each.rows for each in one.lists)
    asked = f"{len(one.parties)} asked, on {amount(len(one.lists), 'list')} of {amount(rows, 'entry/entries')}"
    for hit in one.hits:
        console.print(str(hit), style="bold", highlight=False, soft_wrap=True)
    console.print(f"{asked}: {amount(len(one.hits), 'hit') if one.hits else 'nobody is on a list'}.", highlight=False)


def _print_record(console: Console, found: Record) -> None:
    from sampan.suite.tell import instant

    if not found.screened:
        console.print("Nothing was screened yet.")
        return
    rows = [
        (
            str(number),
            instant(int(one.time.timestamp())),
            one.decision.value,
            one.act,
            "; ".join(f"{hit.who} ({Path(hit.file).name}, line {hit.line})" for hit in one.hits),
            one.reason or "",
        )
        for number, one in found.screened.items()
    ]
    console.print(table(("line", "time", "decision", "act", "on a list", "reason"), rows))


def _print_repeated(console: Console, again: Repeated) -> None:
    for source, now in again.changed:
        what = "is not there any more" if now is None else f"is another now, SHA-256 {now}"
        console.print(f"{source.file} {what}; then it was {source.sha256}.", highlight=False, soft_wrap=True)
    for name, hits in (("then", again.then), ("now", again.now)):
        for hit in hits:
            console.print(f"{name}: {hit}", highlight=False, soft_wrap=True)
    if again.changed:
        console.print("It cannot be repeated: name the file as it was then with --list.")
    else:
        console.print("The same lists give the same answer." if again.same else "The same lists give another answer.")
