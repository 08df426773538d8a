"""Exposures: who lent, who borrowed, for whom bills are held, what is owed at the last block and what covers it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Any, Final, Literal, NamedTuple

from sampan.finance.loans.drawn import BECAME, PAGE, owed_and_covered
from sampan.finance.loans.history import Loan, Loans, Secured, book, facility_of, name_of, rounded
from sampan.finance.positions.records import Position
from sampan.finance.positions.rules import known_claim
from sampan.identity.evidence import lei_of, named_in
from sampan.suite import events as ev
from sampan.suite.check import Entry, Evidence, Life
from sampan.suite.forms import ABSENT, Address, BillName, Count, Digits, Form, Hash, HashText, Lei, Of, Second
from sampan.suite.ids import lei_of as lei_of_bill
from sampan.suite.ids import loan_id, position_name
from sampan.suite.tell import Names, bill_name, checksum, instant, moment, spoken
from sampan.suite.words import DayCount

Outcome = Literal["open", "drawn", "in-default", "over"]
"""How a loan stands at the last block: `drawn` is what `Standing` of the records tells apart, as owed and as late."""
How = Literal["held", "on-trust", "sold"]
Became = Literal["held", "on-trust", "sold", "released", "replaced", "ended", "forgotten"]
"""What became of a bill: `ended` at its carrier while it lay in pledge, `forgotten` while it was out on trust."""
What = Literal["lent", "drawn", "repaid", "sold", "not-drawn", "claimed", "surplus-taken"]


class Paid(NamedTuple):
    """Money of a loan that moved, or changed whose it is."""

    entry: Entry
    what: What
    amount: int
    account: str | None
    """Who paid or was paid; None: all lenders at once, or nobody."""
    lei: str | None
    """Its participant's."""
    interest_paid: int
    surplus: int
    """What of a price is the borrower's, beside the amount."""
    principal: int
    interest: int
    """Both as they are owed after it."""


class Told(NamedTuple):
    """A loan by its own events."""

    loan: Loan | None
    """At the last block; None: its beginning is not in the log."""
    after: list[tuple[Entry, int, int]]
    """What was owed and covered after each event."""
    money: list[Paid]


def _told(evidence: Evidence, facility: int) -> Told:
    known = evidence.kept.get((_told, facility))
    if known is None:
        known = evidence.kept[_told, facility] = _tell(evidence, facility)
    return known


def _tell(evidence: Evidence, facility: int) -> Told:
    loans, after, money = Loans(), [], []
    for entry in evidence.grouped(facility_of).get(facility, ()):
        due = 0
        if (loan := loans.all.get(facility)) is not None:
            loan.run(entry.time)
            due = rounded(loan.interest)
        loans.hear(entry)
        if (loan := loans.all.get(facility)) is None:
            continue
        after.append((entry, loan.owed, loan.covered))
        if (moved := _moved(entry.event)) is not None:
            what, amount, account = moved
            paid = min(amount, due) if what in ("repaid", "sold") else 0
            surplus = getattr(entry.event, "surplus", 0)
            lei = _lei(evidence, account)
            money.append(Paid(entry, what, amount, account, lei, paid, surplus, loan.principal, rounded(loan.interest)))
    loan = loans.all.get(facility)
    if loan is not None:
        loan.run(evidence.time)
    return Told(loan, after, money)


def _lei(evidence: Evidence, account: str | None) -> str | None:
    known = None if account is None or evidence.state is None else evidence.state.account(account)
    return None if known is None else lei_of(evidence.state, known.participant)


def _moved(event: Any) -> tuple[What, int, str | None] | None:
    """What an event does with money, how much, and who paid it or was paid."""
    match event:
        case ev.Opened():
            return "lent", sum(event.facility_terms.commitments), None
        case ev.Drawn():
            return "drawn", event.amount, event.to
        case ev.Repaid():
            return "repaid", event.amount, event.by
        case ev.PledgeSold():
            return "sold", event.amount, event.to
        case ev.AvailabilityEnded():
            return "not-drawn", event.undrawn, None
        case ev.Claimed():
            return "claimed", event.amount, event.to
        case ev.SurplusTaken():
            return "surplus-taken", event.amount, event.to
        case _:
            return None


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
    for entry, owed, covered in _told(evidence, facility).after:
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
    loan = loan_id(state.account(where).number, facility)
    numbers = range(1, state.position_counts.get(loan, 0) + 1)
    return [state.positions[loan | number] for number in numbers if loan | number in state.positions]


def _how(secured: Secured) -> How:
    return "sold" if secured.sold else "held" if secured.trust is None else "on-trust"


def _became(secured: Secured) -> Became:
    if secured.sold or secured.gone is None:
        return _how(secured)
    match secured.gone.event:
        case ev.CarriedOn():
            return "replaced"
        case ev.Discharged():
            return "released"
        case _:
            return "ended" if secured.trust is None else "forgotten"


def _became_by(secured: Secured) -> Entry:
    return secured.sold or secured.gone or secured.trust or secured.begun


def _forgotten(secured: Secured) -> Entry | None:
    return secured.gone if secured.gone is not None and isinstance(secured.gone.event, ev.Forgotten) else None


# ---------------------------------------------------------------------------------------------------------------- forms


class LenderHas(Form):
    """A lender's part."""

    position: Annotated[str, "ROOM/LOAN/NUMBER", Of(lambda it: position_name(it[1].id))]
    owner: Annotated[Address, Of(lambda it: checksum(it[1].owner))]
    lender: Annotated[Lei | None, Of(lambda it: lei_of(it[0].state, it[0].state.account(it[1].owner).participant))]
    shares: Annotated[Digits, "Of what was lent", Of(lambda it: it[1].shares)]
    had: Annotated[Digits, "What it was paid so far", Of(lambda it: it[1].had)]
    unclaimed: Annotated[Digits | None, "What it is owed now", Of(lambda it: known_claim(it[0].state, it[1].id))]


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


class BillSecured(Form):
    """A bill that secures a loan, or did at any time."""

    bill: BillName
    became: Annotated[
        Became,
        "What became of it; ended: at its carrier, while it lay in pledge; forgotten: while it was out on trust",
        Of(_became),
    ]
    value: Annotated[Digits, "That counts for cover, or counted last, in the smallest unit"]
    since: Annotated[Second, "Of the act by which it became so", Of(lambda it: _became_by(it).time)]
    block: Annotated[Count, Of(lambda it: _became_by(it).block)]
    until: Annotated[
        Second | None,
        "Last second on trust; null: it is not out",
        Of(lambda it: it.trust.event.until if _became(it) == "on-trust" else None),
    ]
    forgotten: Annotated[
        Second | None,
        "When what was left of it was ended; null: it was not",
        Of(lambda it: None if (end := _forgotten(it)) is None else end.time),
    ]


class LoanMoney(Form):
    """Money of a loan that moved, or changed whose it is, in order."""

    what: Annotated[What, "Not drawn: it came back to the lenders when the time for drawing was over"]
    amount: Annotated[Digits, "Of a sale what went to the debt"]
    surplus: Annotated[Digits, "Of a sale what is the borrower's, beside that; of others 0"]
    account: Annotated[
        Address | None,
        "Who paid or was paid; of a sale the buyer; null: all lenders",
        Of(lambda it: None if it.account is None else checksum(it.account)),
    ]
    lei: Annotated[Lei | None, "Whose account that is"]
    interest_paid: Annotated[Digits, "What of a payment, or of a price, went to interest"]
    principal_paid: Annotated[
        Digits, Of(lambda it: it.amount - it.interest_paid if it.what in ("repaid", "sold") else 0)
    ]
    principal: Annotated[Digits, "Owed after it"]
    interest: Annotated[Digits, "Owed after it"]
    time: Annotated[Second, Of(lambda it: it.entry.time)]
    block: Annotated[Count, Of(lambda it: it.entry.block)]
    transaction: Annotated[HashText, Of(lambda it: it.entry.transaction)]


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
        lambda it: ABSENT if (loan := _told(it.evidence, it.key).loan) is None else take(loan, it.evidence), maybe=True
    )


def _in_terms(name: str) -> Of:
    """A field that is the terms'."""
    return _known(lambda loan, _: getattr(loan.terms, name))


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
    agent: Annotated[Lei | None, "For whom its bills are held now", _person(lambda loan: loan.agent)]
    agreed_agent: Annotated[Lei | None, "Whom its terms name", _person(lambda loan: loan.terms.agent)]
    money: Annotated[Address, "The deposit in which it is lent", _known(lambda loan, _: checksum(loan.terms.money))]
    currency: Annotated[str | None, _deposit("currency")]
    decimals: Annotated[int | None, "Minor units", _deposit("decimals")]
    rate: Annotated[Digits, "A year, in parts of 10,000,000", _known(lambda loan, _: loan.terms.rate)]
    day_count: Annotated[DayCount, _known(lambda loan, _: loan.terms.day_count)]
    clock: Annotated[str, "Where its days turn", _known(lambda loan, _: str(loan.zone))]
    available_until: Annotated[Second, "Last second of drawing", _known(lambda loan, _: loan.terms.available_until)]
    maturity: Annotated[Second, _known(lambda loan, _: loan.terms.maturity)]
    grace_ends: Annotated[Second, "Last second of grace", _known(lambda loan, _: loan.grace_ends)]
    advance: Annotated[Digits, "Of what bills count may be owed, in parts of 10,000", _in_terms("advance")]
    on_trust: Annotated[
        Digits, "Of a bill's value counts while it is out on trust, in parts of 10,000", _in_terms("on_trust")
    ]
    reserve: Annotated[
        Digits, "Of its value nobody but the agent sells a bill below, in parts of 10,000", _in_terms("reserve")
    ]
    condition: Annotated[Hash, "Asked before each drawing; zeros: none is", _in_terms("condition")]
    filed_in: Annotated[
        list[str],
        "Countries in which its security must stand filed",
        _known(lambda loan, _: [each for each in (loan.terms.filed_in, loan.terms.also_filed_in) if each]),
    ]
    agreement: Annotated[Hash, "Of the agreement in words", _in_terms("agreement")]
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
    secured_by: Annotated[
        list[BillSecured],
        "Every bill that secures it or ever did, in the order of their pledges",
        _known(lambda loan, _: list(loan.ever.values())),
    ]
    payments: Annotated[list[LoanMoney], "Money, in order", Of(lambda it: _told(it.evidence, it.key).money)]
    stood: Annotated[list[LoanOwed], Of(lambda lived: list(spans(lived.evidence, lived.key)))]


# --------------------------------------------------------------------------------------------------------------- tables


def _row(evidence: Evidence, key: int, names: Names) -> tuple[str, ...]:
    loan = _told(evidence, key).loan
    if loan is None:
        return ("?", "", "", "", "", "", "", "")
    money = loan.terms.money
    shares = [f"{names.account(each.owner)}: {names.amount(each.shares, money)}" for each in _positions(evidence, key)]
    return (
        spoken(_outcome(loan, evidence.time)),
        names.participant(loan.terms.borrower),
        names.participant(loan.agent),
        "\n".join(shares),
        f"{names.amount(loan.principal, money)}\nand {names.amount(rounded(loan.interest), money)}",
        names.amount(loan.covered, money),
        "\n".join(
            f"{bill_name(each.bill)} {BECAME[_became(each)]}" + (", forgotten" if each.sold and each.gone else "")
            for each in loan.ever.values()
        ),
        moment(loan.grace_ends, loan.zone),
    )


def _times(evidence: Evidence, key: int, names: Names) -> Iterator[tuple[str, ...]]:
    loan = _told(evidence, key).loan
    money = None if loan is None else loan.terms.money
    for span in spans(evidence, key):
        yield (
            instant(span.begun.time),
            "still" if span.ended is None else instant(span.ended.time),
            names.amount(span.owed, money),
            names.amount(span.covered, money),
        )


def _named(evidence: Evidence, key: int) -> dict[str, set[Any]]:
    """Bills that secure it or did, whoever its events name, their carriers, its money, its lenders' claims."""
    loan, state = _told(evidence, key).loan, evidence.state
    if state is None:
        return {}
    entries = evidence.grouped(facility_of).get(key, ())
    bills: set[int] = set()
    for entry in entries:
        bills.update({getattr(entry.event, "bill", 0)} - {0}, getattr(entry.event, "replacements", ()))
    positions = _positions(evidence, key)
    lenders = {state.account(each.owner).participant for each in positions}
    carriers = {state.by_lei.get(lei_of_bill(bill), 0) for bill in bills}
    return {
        "bills": bills,
        "participants": named_in(state, entries) | lenders | carriers,
        "deposits": set() if loan is None else {loan.terms.money},
        "claims": {each.id for each in positions},
    }


LIVES: Final = Life(
    name="loans",
    of=facility_of,
    order=int,
    title=name_of,
    form=LoanLife,
    columns=("how it stands", "borrower", "agent", "shares", "owed, and interest", "covered", "bills", "default after"),
    row=_row,
    times=("from (UTC)", "to", "owed at first", "covered"),
    spent=_times,
    others=_named,
    drawn=owed_and_covered,
    page=PAGE,
)
