"""Exposures: who lent, who borrowed, for whom bills are held, what is owed at the last block and what covers it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Final, Literal, NamedTuple

from sampan.finance.loans.history import Loan, Loans, Secured, book, facility_of, name_of, rounded
from sampan.finance.records import LOAN_AT, ROOM_AT, Position
from sampan.identity.evidence import lei_of
from sampan.suite.amounts import digits
from sampan.suite.check import Cell, Entry, Evidence, Life, Section
from sampan.suite.forms import ABSENT, Address, BillName, Count, Digits, Form, Hash, Lei, Of, Second
from sampan.suite.ids import position_name
from sampan.suite.tell import Names, bill_name, checksum, instant, moment, readable
from sampan.suite.words import DayCount

Outcome = Literal["open", "drawn", "in-default", "over"]
How = Literal["held", "on-trust", "sold"]


def _told(evidence: Evidence, facility: int) -> tuple[Loan | None, list[tuple[Entry, int, int]]]:
    """A loan at the last block, by its own events; and what was owed and covered after each of them."""
    loans, after = Loans(), []
    for entry in evidence.grouped(facility_of).get(facility, ()):
        loans.hear(entry)
        loan = loans.all.get(facility)
        if loan is not None:
            after.append((entry, loan.owed, loan.covered))
    loan = loans.all.get(facility)
    if loan is not None:
        loan.run(evidence.time)
    return loan, after


def _outcome(loan: Loan, time: int) -> Outcome:
    if loan.is_late(time):
        return "in-default"
    if loan.owed:
        return "drawn"
    return "open" if loan.undrawn and time <= loan.terms.available_until else "over"


class LoanStood(NamedTuple):
    """What was owed and covered from a transaction on, up to the one that changed that (None: to the end)."""

    owed: int
    covered: int
    begun: Entry
    ended: Entry | None


def spans(evidence: Evidence, facility: int) -> Iterator[LoanStood]:
    """How a loan stood, from one transaction to the next that changed it, oldest first."""
    last: dict[str, tuple[Entry, int, int]] = {}
    for entry, owed, covered in _told(evidence, facility)[1]:
        last[entry.transaction] = last.get(entry.transaction, (entry, 0, 0))[0], owed, covered
    begun: tuple[Entry, int, int] | None = None
    for now in last.values():
        if begun is not None and now[1:] != begun[1:]:
            yield LoanStood(begun[1], begun[2], begun[0], now[0])
            begun = None
        begun = begun or now
    if begun is not None:
        yield LoanStood(begun[1], begun[2], begun[0], None)


def _positions(evidence: Evidence, facility: int) -> list[Position]:
    where = book(evidence)
    if where is None:
        return []
    state = evidence.state
    loan = state.account(where).number << ROOM_AT | facility << LOAN_AT
    numbers = range(1, state.position_counts.get(loan, 0) + 1)
    return [state.positions[loan | number] for number in numbers if loan | number in state.positions]


def _how(secured: Secured) -> How:
    return "sold" if secured.sold else "held" if secured.trust is None else "on-trust"


# ---------------------------------------------------------------------------------------------------------------- forms


class LenderHas(Form):
    """A lender's part."""

    position: Annotated[str, "ROOM/LOAN/NUMBER", Of(lambda it: position_name(it[1].id))]
    owner: Annotated[Address, Of(lambda it: checksum(it[1].owner))]
    lender: Annotated[Lei | None, Of(lambda it: lei_of(it[0].state, it[0].state.account(it[1].owner).participant))]
    shares: Annotated[Digits, "Of what was lent", Of(lambda it: it[1].shares)]
    had: Annotated[Digits, "What it was paid so far", Of(lambda it: it[1].had)]


class BillSecures(Form):
    """A bill that secures a loan, or left it and whose cargo is registered still."""

    bill: BillName
    how: Annotated[How, Of(_how)]
    value: Annotated[Digits, "That counts for cover, in the smallest unit", Of(lambda it: 0 if it.sold else it.value)]
    until: Annotated[
        Second | None,
        "Last second on trust; null: it is not out",
        Of(lambda it: None if it.trust is None else it.trust.event.until),
    ]


class LoanOwed(Form):
    """What was owed and covered, from when to when; interest up to its first second."""

    owed: Digits
    covered: Digits
    from_: Annotated[Second, Of(lambda it: it.begun.time)]
    from_block: Annotated[Count, Of(lambda it: it.begun.block)]
    to: Annotated[Second | None, "Null: still", Of(lambda it: None if it.ended is None else it.ended.time)]
    to_block: Annotated[int | None, Of(lambda it: None if it.ended is None else it.ended.block)]


def _known(take: Callable[[Loan, Evidence], Any]) -> Of:
    """A field of a loan; left out where its beginning is not in the log."""
    return Of(
        lambda it: ABSENT if (loan := _told(it.evidence, it.key)[0]) is None else take(loan, it.evidence), maybe=True
    )


def _of_state(take: Callable[[Any], Any]) -> Callable[[Evidence], Any]:
    return lambda evidence: None if evidence.state is None else take(evidence.state)


def _person(take: Callable[[Loan], int]) -> Of:
    return _known(lambda loan, evidence: _of_state(lambda state: lei_of(state, take(loan)))(evidence))


def _deposit(take: str) -> Of:
    def found(loan: Loan, evidence: Evidence) -> Any:
        deposit = _of_state(lambda state: state.deposits.get(loan.terms.money))(evidence)
        return getattr(deposit, take, None)

    return _known(found)


class LoanLife(Form):
    """A facility: exposures at the last block. Amounts are in the smallest unit of its money."""

    facility: Annotated[Count, "The book's number of it", Of(lambda lived: lived.key)]
    outcome: Annotated[Outcome, _known(lambda loan, evidence: _outcome(loan, evidence.time))]
    terms: Annotated[Hash, "What stands for the terms in events", _known(lambda loan, _: loan.terms.hash)]
    borrower: Annotated[Lei | None, _person(lambda loan: loan.terms.borrower)]
    agent: Annotated[Lei | None, "For whom its bills are held", _person(lambda loan: loan.agent)]
    money: Annotated[Address, "The deposit in which it is lent", _known(lambda loan, _: checksum(loan.terms.money))]
    currency: Annotated[str | None, _deposit("currency")]
    decimals: Annotated[int | None, "Minor units", _deposit("decimals")]
    rate: Annotated[Digits, "A year, in parts of 10,000,000", _known(lambda loan, _: loan.terms.rate)]
    day_count: Annotated[DayCount, _known(lambda loan, _: loan.terms.day_count)]
    available_until: Annotated[Second, "Last second of drawing", _known(lambda loan, _: loan.terms.available_until)]
    maturity: Annotated[Second, _known(lambda loan, _: loan.terms.maturity)]
    grace_ends: Annotated[Second, "Last second of grace", _known(lambda loan, _: loan.grace_ends)]
    in_default: Annotated[bool, _known(lambda loan, evidence: loan.is_late(evidence.time))]
    lent: Annotated[Digits, "What its lenders put in", _known(lambda loan, _: sum(loan.terms.commitments))]
    undrawn: Annotated[Digits, _known(lambda loan, _: loan.undrawn)]
    principal: Annotated[Digits, "Owed", _known(lambda loan, _: loan.principal)]
    interest: Annotated[
        Digits, "Owed at the last block, rounded half up", _known(lambda loan, _: rounded(loan.interest))
    ]
    value: Annotated[Digits, "Of the bills that secure it", _known(lambda loan, _: loan.value)]
    covered: Annotated[Digits, "What may be owed on that value", _known(lambda loan, _: loan.covered)]
    paid: Annotated[Digits, "What came in for its lenders", _known(lambda loan, _: loan.paid)]
    claimed: Annotated[Digits, "What of it they had", _known(lambda loan, _: loan.claimed)]
    surplus: Annotated[Digits, "What a sale in default left its borrower", _known(lambda loan, _: loan.surplus)]
    lenders: Annotated[
        list[LenderHas], Of(lambda it: [(it.evidence, each) for each in _positions(it.evidence, it.key)])
    ]
    bills: Annotated[
        list[BillSecures], _known(lambda loan, _: sorted(loan.bills.values(), key=lambda each: bill_name(each.bill)))
    ]
    stood: Annotated[list[LoanOwed], Of(lambda lived: list(spans(lived.evidence, lived.key)))]


# --------------------------------------------------------------------------------------------------------------- tables


def _said(word: str) -> str:
    """A word of documents as people read it."""
    return word.replace("-", " ")


def _row(evidence: Evidence, key: int, names: Names) -> tuple[str, ...]:
    loan, _ = _told(evidence, key)
    if loan is None:
        return ("?", "", "", "", "", "", "", "")
    money = loan.terms.money
    shares = [f"{names.account(each.owner)}: {names.amount(each.shares, money)}" for each in _positions(evidence, key)]
    return (
        _said(_outcome(loan, evidence.time)),
        names.participant(loan.terms.borrower),
        names.participant(loan.agent),
        "\n".join(shares),
        f"{names.amount(loan.principal, money)}\nand {names.amount(rounded(loan.interest), money)}",
        names.amount(loan.covered, money),
        "\n".join(f"{bill_name(each.bill)} {_said(_how(each))}" for _, each in sorted(loan.bills.items())),
        moment(loan.grace_ends, loan.zone),
    )


def _times(evidence: Evidence, key: int, names: Names) -> Iterator[tuple[str, ...]]:
    loan, _ = _told(evidence, key)
    money = None if loan is None else loan.terms.money
    for span in spans(evidence, key):
        yield (
            instant(span.begun.time),
            "still" if span.ended is None else instant(span.ended.time),
            names.amount(span.owed, money),
            names.amount(span.covered, money),
        )


def _named(evidence: Evidence, key: int) -> dict[str, set[Any]]:
    """Bills that secure it or did, its parties, its money, its lenders' claims."""
    loan, _ = _told(evidence, key)
    if loan is None or evidence.state is None:
        return {}
    bills: set[int] = set()
    for entry in evidence.grouped(facility_of).get(key, ()):
        bills.update({getattr(entry.event, "bill", 0)} - {0}, getattr(entry.event, "replacements", ()))
    positions = _positions(evidence, key)
    lenders = {evidence.state.account(each.owner).participant for each in positions}
    return {
        "bills": bills,
        "participants": {loan.terms.borrower, loan.agent, *lenders},
        "deposits": {loan.terms.money},
        "claims": {each.id for each in positions},
    }


def _drawn(loans: Sequence[Mapping[str, Any]]) -> Section:
    """Loans on the page of a bill."""
    rows: list[tuple[str | Cell, ...]] = []
    for loan in loans:
        if "outcome" not in loan:
            rows.append((name_of(loan["facility"]), "?", "", "", "", "", ""))
            continue
        owed = int(loan["principal"]) + int(loan["interest"])
        rows.append(
            (
                name_of(loan["facility"]),
                _said(loan["outcome"]),
                Cell((_amount(loan, owed), f"default after {readable(loan['grace_ends'])}"), kind="price"),
                Cell((_amount(loan, int(loan["covered"])),), kind="price"),
                loan["borrower"] or "",
                loan["agent"] or "",
                Cell(tuple(f"{each['bill']}: {_said(each['how'])}" for each in loan["bills"])),
            )
        )
    head = ("loan", "how it stands", "owed at the last block", "covered", "borrower", "agent", "bills that secure it")
    return Section("What it secures, or secured", head, rows)


def _amount(loan: Mapping[str, Any], amount: int) -> str:
    if loan["decimals"] is None:
        return f"{amount} of the smallest unit"
    return f"{loan['currency']} {digits(amount, loan['decimals'], grouped=True)}"


LIVES: Final = Life(
    name="loans",
    of=facility_of,
    order=int,
    title=name_of,
    form=LoanLife,
    columns=("how it stands", "borrower", "agent", "shares", "owed, and interest", "covered", "bills", "default after"),
    row=_row,
    times=("from (UTC)", "to", "owed", "covered"),
    spent=_times,
    others=_named,
    drawn=_drawn,
)
