"""How money, offers and loans look: a deposit line by line, an offer with what each party may do, what a loan owes."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rich.console import Group
from rich.panel import Panel
from rich.text import Text

from sampan.chain.fees import format_ether
from sampan.client.tables import grid, lines
from sampan.finance.loans.records import DAYS_OF_YEAR, RATE_UNIT, percent
from sampan.subjects import SUITE
from sampan.suite import tell
from sampan.suite.tell import bill_name, moment
from sampan.suite.verb import NOBODY
from sampan.suite.words import Endorsement

if TYPE_CHECKING:
    from rich.console import RenderableType

    from sampan.client.loans import Loan
    from sampan.client.records import Deposit, Offer, Step

ENDORSED = {
    Endorsement.NONE: "with possession alone: the buyer has title already",
    Endorsement.NAMED: "endorsed to the buyer by name",
    Endorsement.TO_ORDER: "endorsed to the order of the buyer",
    Endorsement.BLANK: "in blank",
}
_ENDS = {
    "Paid": ("paid", "green"),
    "Recalled": ("taken back by the seller", "yellow"),
    "Declined": ("declined by the buyer", "yellow"),
    "Expired": ("sent back: nobody paid in time", "yellow"),
}


def deposit(record: Deposit) -> RenderableType:
    """A deposit, line by line."""
    names = record.names
    return lines(
        [
            ("deposit", record.reference),
            ("address", record.address),
            ("owed by", names.participant(record.bank)),
            ("settled by", names.participant(record.agent)),
            ("held by", f"participants of {record.country}" if record.country else "participants of any country"),
            ("owed in all", str(record.amount(record.supply))),
            ("reserves", str(record.amount(record.held))),
            ("takes in from other banks", "yes" if record.admitted else "no"),
        ]
    )


def loan(record: Loan) -> RenderableType:
    """A facility, line by line: what is owed and until when, what covers it, what may be drawn."""
    names, stored, amount = record.names, record.stored, record.amount
    rows: list[tuple[str, RenderableType]] = [
        ("facility", Text(str(record.number), "bold")),
        ("status", Text(record.state, _loan_style(record))),
        ("borrower", names.participant(stored.borrower)),
        ("agent", names.participant(stored.agent)),
        ("owed", f"{amount(record.owed)}: principal {amount(record.principal)}, interest {amount(record.interest)}"),
        ("interest", f"{Decimal(stored.rate) * 100 / RATE_UNIT:f} % a year, on {DAYS_OF_YEAR[stored.day_count]} days"),
        ("covered", f"{amount(record.covered)}, {percent(stored.advance)} of bills worth {amount(stored.value)}"),
        ("to be drawn", _drawing(record)),
        ("repaid by", f"{record.moment(record.maturity)}; in default after {record.moment(record.grace_ends)}"),
        ("money", record.money.reference),
    ]
    if any(stored.condition):
        rows.append(("condition", f"of each drawing: 0x{stored.condition.hex()}"))
    filed = [country for country in (stored.filed_in, stored.also_filed_in) if country]
    if filed:
        rows.append(("filed in", f"{' and '.join(filed)}, before each drawing"))
    if record.in_default:
        rows.append(("sold by", _sellers(record)))
    if stored.surplus:
        rows.append(("surplus", f"{amount(stored.surplus)}, the borrower's"))
    return lines(rows)


def _drawing(record: Loan) -> str:
    """What may be drawn, until when; or that nothing can be any more."""
    amount, until = record.amount, record.moment(record.available_until)
    if record.available:
        return f"{amount(record.drawable)} now, of {amount(record.stored.undrawn)}; until {until}"
    left = f"; {amount(record.stored.undrawn)}, undrawn, goes back to the lenders" if record.stored.undrawn else ""
    return f"nothing any more: it could be until {until}{left}"


def _sellers(record: Loan) -> str:
    """Who may sell in default."""
    until = record.moment(record.silence_ends)
    if record.time <= record.silence_ends:
        return f"the agent alone, until {until}; then anybody, at the reserve, should it do nothing before"
    return f"anybody, at the reserve or more: of the agent nothing was heard by {until}"


def _loan_style(record: Loan) -> str:
    if record.in_default:
        return "bold red"
    if record.owed:
        return "bold green" if record.time <= record.maturity else "bold yellow"
    return "bold green" if record.stored.undrawn and record.available else "bold"


def offer(record: Offer) -> RenderableType:
    """An offer in a panel that says how it stands: bills, parties, price and times, in the same words whether it lasts
    or has ended; then what each party may do and what it would cost."""
    terms, names = record.terms, record.names
    state, colour = _state(record)
    rows: list[tuple[str, RenderableType]] = [("bills", ", ".join(map(bill_name, terms.bills)))]
    if record.here:
        away = [bill for bill in terms.bills if bill not in record.here]
        if away:
            rows.append(("not here", f"{', '.join(map(bill_name, away))}: nobody can pay before all are"))
        if terms.source != NOBODY:
            rows.append(("lie in", f"{names.account(terms.source)}, in pledge: the loan has what it asks of the price"))
    rows += [
        ("seller", names.participant(terms.seller)),
        ("buyer", names.participant(terms.buyer)),
        ("price", str(record.price) + (" for all of them" if len(terms.bills) > 1 else "")),
        ("payee", f"{names.account(terms.payee)}, in {record.money.reference}"),
        ("until", moment(record.deadline)),
    ]
    if record.firm_until is not None:
        rows.append(("firm until", moment(record.firm_until)))
    rows += [("title goes", ENDORSED[terms.endorsement]), ("terms", "0x" + terms.hash.hex())]
    if record.ended is not None:
        told = tell.sentence(SUITE.facts.get(type(record.ended)), record.ended, names)
        rows.insert(0, ("how", told if record.ended.at is None else f"{told} (block {record.ended.at.block})"))
    parts: list[RenderableType] = [lines(rows)]
    if record.steps:
        parts += [Text(""), Text("what each party may do now, and what it would cost", "bold"), _steps(record)]
    title = Text(f"Sale: {state}", f"bold {colour}")
    return Panel(Group(*parts), title=title, title_align="left", border_style=colour, expand=False)


def _state(record: Offer) -> tuple[str, str]:
    if record.here:
        late = record.time.timestamp() > record.terms.deadline
        return ("offered, and its time is over", "yellow") if late else ("offered", "green")
    return _ENDS[record.ended.name] if record.ended is not None else ("not offered any more", "yellow")


def _steps(record: Offer) -> RenderableType:
    table = grid("cyan", "", "")
    table.columns[1].no_wrap = True
    for step in record.steps:
        who = step.by if step.participant is None else f"the {step.by}"
        table.add_row(Text(step.verb), Text(who), Text(_when_and_cost(record, step)))
    return table


def _when_and_cost(record: Offer, step: Step) -> str:
    said = [each for each in ("" if step.open else "not now", step.when) if each]
    if step.verb == "pay" and step.open:
        said.append(str(record.price))
    if step.cost is not None:
        said.append(f"up to {step.gas:,} gas, {format_ether(step.cost)} ether")
    if step.lacks is not None:
        said.append(step.lacks)
    return "; ".join(said)


def told(record: Offer) -> str:
    """An offer in one line: bills, parties, price, until when."""
    terms, names = record.terms, record.names
    bills = tell.amount(len(terms.bills), "bill")
    return (
        f"{bills} of {names.participant(terms.seller)} to {names.participant(terms.buyer)}"
        f" for {record.price}, until {moment(record.deadline)}"
    )
