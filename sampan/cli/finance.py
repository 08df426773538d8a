"""What the commands about loans share: terms from a file, told before they are signed."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sampan.cli import base
from sampan.cli.output import Narrow, show_rows, table
from sampan.errors import AnswerIsNo, BadInput, UsageError
from sampan.suite.tell import bill_name, moment, option, print_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from sampan.cargo.records import Clause
    from sampan.cli.ledger import Elsewhere
    from sampan.client.facilities import Lender, Security
    from sampan.client.ledger import Ledger
    from sampan.client.loan_terms import Said
    from sampan.client.loans import Loan
    from sampan.client.owing import Day, Days, Exposure, Payment
    from sampan.client.prints import Freedom
    from sampan.finance.loans.terms import Facility
    from sampan.suite.words import Answer
    from sampan.written.facility import Draft

F = TypeVar("F", bound=Callable[..., Any])


def warn(draft: Draft) -> None:
    """Says what whoever signs should think about."""
    for each in draft.warnings:
        base.output().note(f"warning: {each}", style="yellow")


def read(ledger: Ledger, file: Path) -> Draft:
    """The terms in a file: YAML, or what somebody signed of them. Raises `BadInput`."""
    from sampan.client import papers
    from sampan.finance.loans.terms import Facility
    from sampan.written import facility

    if facility.is_signed(file):
        return facility.Draft(ledger.loans.calls.require(papers.read(file), Facility))
    return facility.read(file, ledger)


def opened(ledger: Ledger, number: int) -> Draft:
    """The terms under which a facility was opened; whoever is another by now stands in the warnings."""
    from sampan.client import verbs
    from sampan.written import facility

    terms, loan, names = ledger.terms_of(verbs.facility_number(number)), ledger.loan(number), ledger.names
    agent = names.participant(loan.stored.agent)
    replaced = (f"the agent was replaced: it is {agent}",) if loan.stored.agent != terms.agent else ()
    return facility.Draft(terms, warnings=replaced)


def has_terms(file: Path) -> bool:
    """Whether a file is meant as terms of a facility, whatever is wrong with them: what somebody signed, or YAML that
    names parties. Raises `BadInput` for what cannot be read."""
    from sampan.written import facility
    from sampan.written.source import parse

    if facility.is_signed(file):
        return True
    said = parse(file.read_bytes(), str(file), facility.SORT).value
    return isinstance(said, dict) and "borrower" in said


def sources(ledger: Ledger, terms: Any, out_of: Sequence[str]) -> Sequence[str]:
    """Out of which deposit each lender pays, in the order of the terms, as `--out-of` says. Raises `UsageError`."""
    from sampan.finance.loans.terms import Facility

    named = [each.partition("=") for each in out_of if "=" in each]
    if not named or not isinstance(terms, Facility):
        return out_of
    if len(named) < len(out_of):
        raise UsageError("names some lenders and not others", subject="--out-of", hint="write LENDER=DEPOSIT of each")
    found: dict[str, str] = {}
    for who, _, deposit in named:
        lender = ledger.address_of(who.strip())
        if lender not in terms.lenders or lender in found:
            wrong = "is named twice" if lender in found else "is no lender of these terms"
            raise UsageError(wrong, subject=f"--out-of {who}", hint="`sampan finance terms` lists the lenders")
        found[lender] = deposit.strip()
    return [found.get(each, terms.money) for each in terms.lenders]


def require_readable(ledger: Ledger, terms: Facility, clauses: Sequence[Clause] = ()) -> None:
    """Raises `UsageError` where nobody can read what is asked before each drawing: it is not laid down, and the file
    has its hash alone."""
    from sampan.client.loan_terms import is_laid

    if not clauses and not is_laid(ledger, terms.condition):
        raise UsageError(
            "nobody has laid down the condition of these terms, so that nobody can read it",
            subject=f"0x{terms.condition.hex()}",
            hint="`sampan finance lay TERMS` does, of the file in YAML",
        )


def show(console: Console, said: Sequence[Said]) -> None:
    """Every term as a line of its own."""
    from rich.text import Text

    from sampan.client.tables import grid

    table = grid("dim", "")
    for each in said:
        table.add_row(each.term, Text(each.says))
    console.print(table)


def say(said: Sequence[Said], heading: str = "The terms:") -> None:
    """The same where questions are asked, so that nothing silences it."""
    output = base.output()
    output.say(heading)
    for each in said:
        output.say(f"  {each.term}: {each.says}")


def ask(ledger: Ledger, what: str, file: Path, elsewhere: Elsewhere) -> None:
    """Ask somebody who is there before what another wrote is signed."""
    if elsewhere.unsigned is None and base.somebody_is_there():
        question = f"Sign {what} as {ledger.address}?"
        base.confirm(question, "", subject=str(file), hint="", declined="Nothing was signed.")


def show_days(console: Console, days: Sequence[Day]) -> None:
    """A facility day by day; days on which nothing was done in one row."""
    from sampan.client.owing import folded

    console.print()
    if not days:
        console.print("Nothing was ever drawn.")
        return
    heads = ("day", "what was done", "principal", "interest owed", f"the day adds, {days[0].interest.currency}")
    console.print(table(heads, map(_days_row, folded(days)), whole=(0, 2, 3, 4)))


def _days_row(days: Days) -> tuple[str, ...]:
    first, last = days.first, days.last
    several = first.day != last.day
    return (
        f"{first.day} to\n{last.day}" if several else str(first.day),
        "; ".join(first.done),
        str(last.principal),
        f"{first.interest} to\n{last.interest}" if several else str(last.interest),
        f"{first.adds:,f}" + (" each" if several else ""),
    )


def show_payment(console: Console, payment: Payment) -> None:
    """What a payment would do."""
    console.print()
    for line in told_payment(payment):
        console.print(line, highlight=False)


def told_payment(payment: Payment) -> list[str]:
    """The same in sentences."""
    said = [f"{payment.amount} would be taken: {payment.interest} of interest, {payment.principal} of principal."]
    left = "Nothing would be left." if not payment.left.value else f"{payment.left} would be left."
    bills = ", ".join(map(bill_name, payment.leaves))
    if not bills:
        return [*said, f"{left} No bill could go."]
    one = "" if payment.together else ", one of them, not all"
    return [*said, f"{left} Could go in the same act{one}: {bills}."]


# ---------------------------------------------------------------------------------------------------------- facilities


def show_facilities(console: Console, loans: Sequence[Loan], whose: str) -> None:
    """Facilities, a row each."""
    if not loans:
        console.print(f"No facility{whose}.")
        return
    heads = ("facility", "borrower", "agent", "limit", "undrawn", "owed", "money", "maturity", "state")
    narrow = Narrow(("no.", "borrower", "limit", "owed", "due", "state"), list(map(_facility_brief, loans)), folds=(1,))
    show_rows(console, heads, list(map(_facility_row, loans)), narrow=narrow)


def _facility_row(loan: Loan) -> tuple[str, ...]:
    names, amount = loan.names, loan.amount
    return (
        *(str(loan.number), names.participant(loan.stored.borrower), names.participant(loan.stored.agent)),
        *(str(amount(units)) for units in (loan.limit, loan.stored.undrawn, loan.owed)),
        *(loan.money.reference, loan.moment(loan.maturity), loan.state),
    )


def _facility_brief(loan: Loan) -> tuple[str, ...]:
    limit, owed = (str(loan.amount(units)) for units in (loan.limit, loan.owed))
    return str(loan.number), _brief(loan), limit, owed, _due(loan), _standing(loan)


def _standing(loan: Loan) -> str:
    """How it stands, in a word or two."""
    return loan.standing.replace("-", " ")


def _brief(loan: Loan) -> str:
    """The borrower without its LEI, where its name is known."""
    return replace(loan.names, whole=True).participant(loan.stored.borrower)


def _due(loan: Loan) -> str:
    """The day by the facility's clock on which it is due."""
    return loan.moment(loan.maturity).split()[0]


def show_whole(console: Console, loan: Loan, lenders: Sequence[Lender], bills: Sequence[Security]) -> None:
    """A facility, who has the claims on it, and the bills that secure it."""
    console.print(loan)
    console.print()
    heads = ("position", "owner", "share", "unclaimed")
    show_rows(
        console,
        heads,
        [
            (
                each.name,
                f"{loan.names.participant(each.participant)}, {loan.names.account(each.account)}",
                f"{each.share:f} %",
                str(loan.amount(each.unclaimed)),
            )
            for each in lenders
        ],
    )
    console.print()
    if not bills:
        console.print("No bill secures it.")
        return
    heads = ("bill", "value", "prints", "state")
    show_rows(
        console,
        heads,
        [
            (bill_name(each.bill), "-" if each.value is None else str(each.value), str(each.prints), each.state)
            for each in bills
        ],
    )


# ---------------------------------------------------------------------------------------------------------------- book

HEADINGS = (
    *("facility", "borrower", "share", "positions", "principal", "interest", "cover", "undrawn"),
    *("vessel", "port", "maturity", "default"),
)


def rows(book: Sequence[Exposure]) -> list[tuple[str, ...]]:
    """Exposures as lines of a table."""
    return [
        (
            str(each.facility),
            each.borrower,
            f"{each.share:f} %",
            ", ".join(each.names),
            str(each.principal),
            str(each.interest),
            str(each.cover),
            str(each.undrawn),
            ", ".join(each.vessels) or "-",
            ", ".join(each.ports) or "-",
            each.loan.moment(each.loan.maturity),
            "in default" if each.loan.in_default else "no",
        )
        for each in book
    ]


def show_book(console: Console, book: Sequence[Exposure]) -> None:
    """Exposures as a table, and their sums."""
    from sampan.client.owing import totals

    if not book:
        console.print("No position in any facility.")
        return
    heads = ("no.", "borrower", "principal", "interest", "cover", "due")
    narrow = Narrow(heads, [_brief_row(each) for each in book], folds=(1,))
    show_rows(console, HEADINGS, rows(book), narrow=narrow)
    console.print()
    sums = [
        (each.money.reference, *map(str, (each.principal, each.interest, each.cover, each.undrawn)))
        for each in totals(book)
    ]
    show_rows(console, ("in all of", "principal", "interest", "cover", "undrawn"), sums)
    console.print(f"As of {moment(max(each.loan.time for each in book))}.", highlight=False)


def _brief_row(each: Exposure) -> tuple[str, ...]:
    amounts = (str(amount) for amount in (each.principal, each.interest, each.cover))
    return str(each.facility), _brief(each.loan), *amounts, "in default" if each.loan.in_default else _due(each.loan)


def write_csv(file: Path, book: Sequence[Exposure]) -> None:
    """Exposures as CSV, amounts as decimal text beside their currency. Raises `BadInput`."""
    import csv

    columns = ["facility", "borrower", "share_percent", "currency", "principal", "interest", "cover"]
    columns += ["vessels", "ports", "maturity", "in_default", "undrawn", "positions"]
    try:
        with file.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.writer(opened)
            writer.writerow(columns)
            for each in book:
                amounts = (each.principal, each.interest, each.cover)
                writer.writerow(
                    [
                        *(each.facility, _cell(each.borrower), f"{each.share:f}", each.principal.currency),
                        *(format(amount.decimal, "f") for amount in amounts),
                        *(_cell("; ".join(texts)) for texts in (each.vessels, each.ports)),
                        *(each.loan.maturity.isoformat(), "yes" if each.loan.in_default else "no"),
                        *(format(each.undrawn.decimal, "f"), "; ".join(each.names)),
                    ]
                )
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror or error}", subject=str(file)) from None


def _cell(text: str) -> str:
    """What others wrote, so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


# -------------------------------------------------------------------------------------------------------------- prints


class Pair(click.ParamType):
    """Something of a bill: `BILL=AMOUNT`, `BILL=HEX`, `BILL=FILE`."""

    def __init__(self, of: str) -> None:
        self.name = of

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        bill, equals, said = value.partition("=")
        if not (bill and equals and said):
            raise UsageError("names no bill", subject=value, hint=f"write BILL={self.name}")
        return bill, said


class _Payload(click.ParamType):
    """What may be in a box in all: `XLLU2601017=26000`."""

    name = "payload"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        box, _, kilograms = value.partition("=")
        if not (kilograms.isascii() and kilograms.isdigit() and 0 < int(kilograms) < 2**24):
            raise UsageError("no payload of a box", subject=value, hint="write XLLU2601017=26000, in kilograms")
        return box.strip().upper(), int(kilograms)


def registrar_options(function: F) -> F:
    """Decorator: `--registrar`, passed on as `registrar`, and `--payload`, passed on as `payloads`."""

    @functools.wraps(function)
    def gathered(*args: Any, payloads: tuple[tuple[str, int], ...], **more: Any) -> Any:
        return function(*args, payloads=dict(payloads), **more)

    found: Any = click.option(
        "--payload",
        "payloads",
        metavar="BOX=KG",
        type=_Payload(),
        multiple=True,
        help="Of a box that others share: what may be in it in all, as its carrier says.",
    )(gathered)
    wrapped: F = click.option(
        "--registrar",
        type=click.Path(dir_okay=False, path_type=Path),
        help="The file with the registrar's key, under which prints are computed.",
    )(found)
    return wrapped


def recomputed(
    ledger: Ledger,
    bill: int,
    document: Path,
    registrar: Path | None,
    payloads: dict[str, int],
    told: Sequence[int],
) -> list[int]:
    """The prints of a bill's cargo by its document; those that somebody told must be the same. Raises `AnswerIsNo`."""
    from sampan.client import disclosed, prints

    if registrar is None:
        raise UsageError("under whose key?", subject="--document", hint="name the registrar's key with --registrar")
    pieces = prints.pieces_of(disclosed.of_bill(ledger, document, bill), payloads)
    key = prints.registrar(registrar)
    found = prints.prints_of(key, pieces)
    base.output().note(told_registrar(key.fingerprint))
    if told and tuple(sorted(told)) != found:
        raise AnswerIsNo(
            "has other prints than were told",
            subject=str(document),
            hint="leave --print out, or ask who told them under which key they were made",
            code="finance.print",
        )
    for each in pieces:
        part = f", {each.weight:,} kg of it" if each.weight else ""
        word = prints.prints_of(key, [each])[0]
        base.output().note(f"{each.box}{part}: its print is computed from the document, {print_name(word)}.")
    return list(found)


def not_registered_yet(ledger: Ledger, bill: int, facility: int, words: Sequence[int]) -> list[int]:
    """Prints that a pledge has to name: of a bill that comes back from where it was on trust none, for its own stand
    registered. Raises `UsageError` where others are named of it."""
    known = ledger.pledged(bill)
    if not words or known is None or not known.out or known.facility != facility:
        return list(words)
    if set(words) != set(ledger.prints(bill)):
        raise UsageError(
            "comes back from where it was on trust, and other prints stand registered for it",
            subject=bill_name(bill),
            hint=f"look which cargo it is: `sampan finance show {facility}`",
        )
    base.output().note("The bill comes back from where it was on trust: its prints stand registered.")
    return []


def require_free(ledger: Ledger, words: Sequence[int], *, ask: bool) -> None:
    """Says of which prints somebody should ask before they secure a debt, and asks whether to go on. Raises
    `AnswerIsNo` for cargo that secures one, `Declined`."""
    from sampan.client import prints
    from sampan.finance.registrations.records import Print
    from sampan.suite.words import Answer

    doubtful = False
    for word in words:
        said = Print.unpack(word)
        answer, why = prints.standing(ledger, said)
        if answer is Answer.NO:
            taken = "do not lend on it: ask the borrower, and the lender of that debt, how that comes"
            far = "accept it nearer to that day, or look whether the document names the right one"
            raise AnswerIsNo(
                why,
                subject=f"print {print_name(word)}",
                hint=far if prints.too_far(ledger, said) else taken,
                code="finance.print",
            )
        if answer is Answer.ASK:
            base.output().note(f"warning: print {print_name(word)}: {why}", style="yellow")
            doubtful = True
    if doubtful and ask and base.somebody_is_there():
        base.confirm("Sign all the same?", "", subject="", hint="", declined="Nothing was signed.")


def told_registrar(fingerprint: str) -> str:
    """Under which key prints are."""
    return f"Prints are under the registrar's key {fingerprint}; what was registered under another is not found."


def show_free(console: Console, answer: Answer, found: Sequence[Freedom], fingerprint: str | None) -> None:
    """Whether cargo is free, piece by piece, as far as prints under one key tell."""
    from rich.text import Text

    console.print(Text(option(answer), "bold"))
    if fingerprint is not None:
        console.print(told_registrar(fingerprint), highlight=False)
    console.print(table(("box", "free", "why"), [(each.piece.box, option(each.answer), each.why) for each in found]))
    for each in found:
        if each.word is not None:
            # On a line of its own, unbroken: it is what an agent's acceptance and a refusal name.
            console.print(f"{each.piece.box}: print {print_name(each.word)}", highlight=False, soft_wrap=True)
