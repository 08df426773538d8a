"""A loan as it is drawn: on a page of its own, and on the pages of bills that secure it. From its document alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final

from sampan.finance.loans.records import RATE_UNIT, percent
from sampan.suite.amounts import digits
from sampan.suite.check import Cell, Page, Section
from sampan.suite.tell import moment, spoken

_WHAT: Final = {
    "lent": "lenders paid it in",
    "drawn": "drawn",
    "repaid": "repaid",
    "sold": "of the price of a bill",
    "not-drawn": "not drawn in time: the lenders' again",
    "claimed": "paid out to a lender",
    "surplus-taken": "surplus, taken by the borrower",
}
BECAME: Final = {
    "held": "held",
    "on-trust": "on trust",
    "sold": "sold",
    "released": "released",
    "replaced": "replaced by its carrier",
    "ended": "ended at its carrier",
    "forgotten": "not back from trust",
}
"""What became of a bill that secured a loan, in words."""
_DAY_COUNTS: Final = {"act-360": "ACT/360", "act-365-f": "ACT/365F"}


def name(loan: Mapping[str, Any]) -> str:
    """A loan as findings name it."""
    return f"facility {loan['facility']}"


def owed_and_covered(loans: Sequence[Mapping[str, Any]]) -> Section:
    """Loans on the page of a bill."""
    rows: list[tuple[str | Cell, ...]] = []
    for loan in loans:
        if "outcome" not in loan:
            rows.append((name(loan), "?", "", "", "", ""))
            continue
        owed = int(loan["principal"]) + int(loan["interest"])
        rows.append(
            (
                name(loan),
                spoken(loan["outcome"]),
                Cell((_amount(loan, owed), f"default after {_at(loan, 'grace_ends')}"), kind="price"),
                Cell((_amount(loan, loan["covered"]),), kind="price"),
                Cell((loan["borrower"] or "nobody who is known", f"agent {loan['agent'] or 'unknown'}"), kind="lei"),
                Cell(tuple(f"{each['bill']}: {spoken(each['how'])}" for each in loan["bills"]) or ("none now",)),
            )
        )
    head = ("loan", "how it stands", "owed at the last block", "covered", "borrower, and agent", "bills that secure it")
    return Section("What it secures, or secured", head, rows)


def _sections(loan: Mapping[str, Any]) -> Sequence[Section]:
    if "outcome" not in loan:
        unknown = Section("What is owed", (), [("how it stands", "nobody can tell: its opening is not in the log")])
        return [unknown, _lenders(loan)]
    return [_owed(loan), _agreed(loan), _lenders(loan), _bills(loan), _money(loan), _stood(loan)]


def _owed(loan: Mapping[str, Any]) -> Section:
    """What is owed, and how it comes about."""
    paid = loan["payments"]
    drawn = sum(int(each["amount"]) for each in paid if each["what"] == "drawn")
    of_principal, of_interest = (sum(int(each[part]) for each in paid) for part in ("principal_paid", "interest_paid"))
    principal, interest = int(loan["principal"]), int(loan["interest"])
    more = _amount(loan, of_interest + interest)
    rows: list[tuple[str, str | Cell]] = [
        ("how it stands", spoken(loan["outcome"])),
        ("owed at the last block", _amount(loan, principal + interest)),
        (
            "principal",
            f"{_amount(loan, drawn)} drawn, less {_amount(loan, of_principal)} paid: {_amount(loan, principal)}",
        ),
        ("interest", f"{more} for the days so far, less {_amount(loan, of_interest)} paid: {_amount(loan, interest)}"),
        (
            "may be owed on its bills",
            f"{_amount(loan, loan['covered'])}, which is {percent(int(loan['advance']))} of what they count",
        ),
        (
            "in default",
            "yes" if loan["in_default"] else f"no; it is when principal is owed after {_at(loan, 'grace_ends')}",
        ),
        ("lies with the loan book, not drawn", _amount(loan, loan["undrawn"])),
        ("of what came in, not claimed yet", _amount(loan, int(loan["paid"]) - int(loan["claimed"]))),
        ("left for its borrower", _amount(loan, loan["surplus"])),
    ]
    return Section("What is owed, and why", (), rows)


def _agreed(loan: Mapping[str, Any]) -> Section:
    rate = f"{Decimal(loan['rate']) * 100 / RATE_UNIT:f}".rstrip("0").rstrip(".")
    condition = loan["condition"]
    asked = Cell((), code=condition) if any(bytes.fromhex(condition[2:])) else "none is asked before a drawing"
    rows: list[tuple[str, str | Cell]] = [
        ("borrower", loan["borrower"] or "nobody who is known"),
        ("agent", loan["agreed_agent"] or "nobody who is known"),
        ("agent now, for whom its bills are held", loan["agent"] or "nobody who is known"),
        ("lent", _amount(loan, loan["lent"])),
        ("deposit", Cell((), code=loan["money"])),
        ("interest", f"{rate or '0'} % a year, simple, {_DAY_COUNTS[loan['day_count']]}"),
        ("days turn", f"at midnight {loan['clock']}"),
        ("drawn until", _at(loan, "available_until")),
        ("repaid until", _at(loan, "maturity")),
        ("in default after", _at(loan, "grace_ends")),
        ("of what bills count may be owed", percent(int(loan["advance"]))),
        ("of that counts on trust", percent(int(loan["on_trust"]))),
        ("nobody but the agent sells below", f"{percent(int(loan['reserve']))} of what a bill counts"),
        ("condition", asked),
        ("security filed in", " and ".join(loan["filed_in"]) or "no country: no drawing asks for it"),
        ("hash of the agreement", Cell((), code=loan["agreement"])),
        ("hash of the terms", Cell((), code=loan["terms"])),
    ]
    return Section("What was agreed", (), rows)


def _lenders(loan: Mapping[str, Any]) -> Section:
    rows = [
        (
            each["position"],
            Cell((each["lender"] or "nobody who is known",), code=each["owner"], kind="lei"),
            *(_price(loan, each[part]) for part in ("shares", "had")),
            "?" if each["unclaimed"] is None else _price(loan, each["unclaimed"]),
        )
        for each in loan["lenders"]
    ]
    return Section(
        "Who lent, or has it now", ("position", "lender", "of what was lent", "had", "not claimed yet"), rows
    )


def _bills(loan: Mapping[str, Any]) -> Section:
    rows: list[tuple[str | Cell, ...]] = [
        (
            each["bill"],
            Cell(
                (
                    BECAME[each["became"]] + _until(loan, each),
                    None if each["forgotten"] is None else f"forgotten {_clocked(loan, each['forgotten'])}",
                ),
                kind="when",
            ),
            _when(loan, each["since"], each["block"]),
            _price(loan, each["value"]),
        )
        for each in loan["secured_by"]
    ]
    head = ("bill", "what became of it", "since", "counts, or counted last")
    return Section("Bills that secure it, or did", head, rows or [("none ever did", "", "", Cell(()))])


def _until(loan: Mapping[str, Any], bill: Mapping[str, Any]) -> str:
    return "" if bill["until"] is None else f" until {_clocked(loan, bill['until'])}"


def _money(loan: Mapping[str, Any]) -> Section:
    rows = []
    for each in loan["payments"]:
        parts = [
            f"{_amount(loan, each[f'{part}_paid'])} to {part}"
            for part in ("interest", "principal")
            if int(each[f"{part}_paid"])
        ]
        parts += [f"beside it {_amount(loan, each['surplus'])} for the borrower"] if int(each["surplus"]) else []
        rows.append(
            (
                _when(loan, each["time"], each["block"]),
                Cell((_WHAT[each["what"]], each["lei"]), kind="who"),
                Cell((_amount(loan, each["amount"]), *parts), kind="price"),
                _price(loan, each["principal"]),
                _price(loan, each["interest"]),
            )
        )
    return Section(
        "Its money, in order", ("when", "what, by or to whom", "amount", "principal left", "interest left"), rows
    )


def _stood(loan: Mapping[str, Any]) -> Section:
    rows = [
        (
            _when(loan, each["from"], each["from_block"]),
            "still" if each["to"] is None else _when(loan, each["to"], each["to_block"]),
            _price(loan, each["owed"]),
            _price(loan, each["covered"]),
        )
        for each in loan["stood"]
    ]
    return Section(
        "What was owed and covered, from when to when", ("from", "to", "owed at first", "might be owed"), rows
    )


# --------------------------------------------------------------------------------------------------------------- pieces


def _amount(loan: Mapping[str, Any], amount: int | str) -> str:
    if loan.get("decimals") is None:
        return f"{amount} of the smallest unit"
    return f"{loan['currency']} {digits(int(amount), loan['decimals'], grouped=True)}"


def _price(loan: Mapping[str, Any], amount: int | str) -> Cell:
    return Cell((_amount(loan, amount),), kind="price")


def _at(loan: Mapping[str, Any], which: str) -> str:
    return _clocked(loan, loan[which])


def _when(loan: Mapping[str, Any], instant: str, block: int) -> Cell:
    return Cell((_clocked(loan, instant), f"block {block}"), kind="when")


def _clocked(loan: Mapping[str, Any], instant: str) -> str:
    """A time of the document by the loan's clock."""
    try:
        return moment(datetime.fromisoformat(instant), _zone(loan["clock"]))
    except ValueError:
        # No calendar reaches so far.
        return instant


def _zone(clock: str) -> timezone:
    """`UTC+08:00`, as the document says it."""
    said = clock.removeprefix("UTC")
    if not said:
        return UTC
    hours, minutes = said[1:].split(":")
    away = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-away if said[0] == "-" else away)


PAGE: Final = Page(
    heading=lambda loan: f"Loan secured on bills of lading: {name(loan)}", title=name, sections=_sections
)
