"""Loans that bills secure."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

from sampan.cli.forms.common import OnLedger
from sampan.cli.forms.money import AmountForm, Exactly
from sampan.finance.loans.records import Standing
from sampan.suite.forms import Address, BillName, Count, Digits, Form, Hash, Of
from sampan.suite.tell import print_name
from sampan.suite.words import Answer, DayCount


class _Loan(Form):
    number: Count
    borrower: Annotated[int, Of(lambda loan: loan.stored.borrower)]
    borrower_lei: Annotated[str | None, Of(lambda loan: loan.lei(loan.stored.borrower))]
    agent: Annotated[int, Of(lambda loan: loan.stored.agent)]
    agent_lei: Annotated[str | None, Of(lambda loan: loan.lei(loan.stored.agent))]
    money: Annotated[Address, Of(lambda loan: loan.money.address)]
    money_reference: Annotated[str, Of(lambda loan: loan.money.reference), "As the command line takes it"]
    rate: Annotated[Count, Of(lambda loan: loan.stored.rate), "A year, in parts of 10,000,000"]
    day_count: Annotated[DayCount, Of(lambda loan: loan.stored.day_count)]
    principal: Annotated[AmountForm, Of(lambda loan: loan.amount(loan.principal))]
    interest: Annotated[AmountForm, Of(lambda loan: loan.amount(loan.interest))]
    owed: Annotated[AmountForm, Of(lambda loan: loan.amount(loan.owed))]
    covered: Annotated[AmountForm, Of(lambda loan: loan.amount(loan.covered)), "As much as may be owed"]
    limit: Annotated[AmountForm, Of(lambda loan: loan.amount(loan.limit)), "What all lenders committed"]
    undrawn: Annotated[AmountForm, Of(lambda loan: loan.amount(loan.stored.undrawn))]
    drawable: Annotated[AmountForm, Of(lambda loan: loan.amount(loan.drawable)), "As far as bills cover it now"]
    value: Annotated[Digits, Of(lambda loan: loan.stored.value), "Of all bills, in the smallest unit of the money"]
    value_amount: Annotated[AmountForm, Of(lambda loan: loan.amount(loan.stored.value)), "The same in its currency"]
    surplus: Annotated[Digits, Of(lambda loan: loan.stored.surplus), "Of sales in default, the borrower's"]
    surplus_amount: Annotated[AmountForm, Of(lambda loan: loan.amount(loan.stored.surplus)), "The same in its currency"]
    in_default: bool
    state: Annotated[
        Standing,
        Of(lambda loan: loan.standing),
        "late: due, in grace; open: nothing is owed, and more may be drawn; over: nothing can be drawn any more",
    ]
    available_until: datetime
    maturity: datetime
    grace_ends: Annotated[datetime, "Last second of grace"]
    silence_ends: Annotated[
        datetime | None,
        Of(lambda loan: loan.silence_ends if loan.in_default else None),
        "In default: last second until which the agent alone sells, should it do nothing before",
    ]
    condition: Annotated[Hash, Of(lambda loan: loan.stored.condition), "Of each drawing; zero: none"]
    time: datetime


class _Day(Form):
    day: Annotated[str, Of(lambda day: day.day.isoformat()), "By the facility's own clock"]
    done: list[str]
    principal: AmountForm
    interest: Annotated[AmountForm, "Owed, as it would be paid"]
    adds: Annotated[Exactly, "Interest that the day adds as it ends, in the currency"]


class _Payment(Form):
    amount: Annotated[AmountForm, "That is taken: never more than is owed"]
    interest: AmountForm
    principal: AmountForm
    left: AmountForm
    leaves: Annotated[list[BillName], "Bills that could go in the same act, each if it alone does"]
    together: Annotated[bool, "Whether all of them could"]


class Owed(OnLedger, document="sampan.facility/2"):
    """A facility of the loan book as it stands."""

    facility: _Loan
    days: Annotated[list[_Day] | None, "Since it was first drawn, where that was asked"]
    payment: Annotated[_Payment | None, "What it would do, where that was asked"]


class Facilities(OnLedger, document="sampan.facilities/2"):
    """The facilities of the loan book, as they stand."""

    facilities: list[_Loan]


class _Lender(Form):
    position: Annotated[str, Of(lambda lender: lender.name), "ROOM/LOAN/NUMBER"]
    id: Annotated[Digits, Of(lambda lender: lender.position)]
    account: Annotated[Address, "That has it"]
    participant: int
    lei: Annotated[str | None, Of(lambda lender: lender.loan.lei(lender.participant))]
    shares: Digits
    committed: Annotated[AmountForm, Of(lambda lender: lender.loan.amount(lender.shares)), "The shares, in the money"]
    share_percent: Annotated[Exactly, Of(lambda lender: lender.share), "To a hundredth, rounded half up"]
    unclaimed: Annotated[AmountForm, Of(lambda lender: lender.loan.amount(lender.unclaimed))]


class _Claim(_Lender):
    facility: Annotated[Count, Of(lambda lender: lender.loan.number)]
    borrower_lei: Annotated[str | None, Of(lambda lender: lender.loan.lei(lender.loan.stored.borrower))]
    owed: Annotated[AmountForm, "Its part of principal and interest until now"]
    maturity: Annotated[datetime, Of(lambda lender: lender.loan.maturity)]
    in_default: Annotated[bool, Of(lambda lender: lender.loan.in_default)]
    state: Annotated[Standing, Of(lambda lender: lender.loan.standing), "Of the facility"]


class Claims(OnLedger, document="sampan.claims/1"):
    """The positions that somebody has, in all facilities, with what each may claim."""

    of: Annotated[str, "LEI"]
    positions: list[_Claim]


class _Security(Form):
    bill: BillName
    pledge: Annotated[int | None, Of(lambda bill: bill.pledged and bill.pledged.pledge), "Its number; null: sold"]
    value: Annotated[AmountForm | None, "That it counts; null: sold"]
    prints: Annotated[Count, "Pieces of cargo that are registered for it"]
    lies: Annotated[
        str,
        "here, on-trust, surrendered; joint: with other replacements, and the agent has not said what each has; sold:"
        " its cargo is registered still",
    ]
    until: Annotated[datetime | None, Of(lambda bill: bill.pledged and bill.pledged.out_until), "Last second on trust"]
    state: Annotated[str, "Where it is, in words"]


class Whole(OnLedger, document="sampan.facility-whole/2"):
    """A facility as it stands, who has the claims on it, and the bills that secure it."""

    facility: _Loan
    lenders: Annotated[list[_Lender], "By position"]
    bills: list[_Security]


class Pledged(Form):
    """Under which pledge a bill lies."""

    facility: Count
    pledge: Annotated[Count, "Its number in the facility"]
    value: Annotated[Digits, "That it counts, in the smallest unit of the facility's money"]
    prints: Annotated[Count, Of(lambda pledged: pledged.units), "Pieces of cargo that are registered for it"]
    allotted: Annotated[bool, "Else the agent has not said what it has of what it replaced"]
    on_trust_until: Annotated[datetime | None, Of(lambda pledged: pledged.out_until)]


class _Said(Form):
    term: str
    says: str


class FacilityWords(OnLedger, document="sampan.facility-words/1"):
    """Every term of a facility in words."""

    hash: Annotated[Hash, "What stands for all of them"]
    terms: list[_Said]
    warnings: list[str]


class _Exposure(Form):
    facility: Count
    borrower: Annotated[int, Of(lambda exposure: exposure.loan.stored.borrower)]
    borrower_lei: Annotated[str | None, Of(lambda exposure: exposure.loan.lei(exposure.loan.stored.borrower))]
    positions: Annotated[list[Digits], "Ids"]
    position_names: Annotated[list[str], Of(lambda exposure: exposure.names), "ROOM/LOAN/NUMBER"]
    share_percent: Annotated[Exactly, Of(lambda exposure: exposure.share)]
    principal: Annotated[AmountForm, "The lender's part by its shares, as interest and cover are"]
    interest: AmountForm
    cover: AmountForm
    undrawn: AmountForm
    bills: list[BillName]
    vessels: Annotated[list[str], "Of the documents that are at hand"]
    ports: Annotated[list[str], "Of discharge, of the documents that are at hand"]
    maturity: Annotated[datetime, Of(lambda exposure: exposure.loan.maturity)]
    in_default: Annotated[bool, Of(lambda exposure: exposure.loan.in_default)]


class _Total(Form):
    money_reference: Annotated[str, Of(lambda total: total.money.reference), "Of which money"]
    principal: AmountForm
    interest: AmountForm
    cover: AmountForm
    undrawn: AmountForm


class Exposures(OnLedger, document="sampan.exposures/1"):
    """What a lender has in each facility."""

    lender: Annotated[str, "LEI"]
    exposures: list[_Exposure]
    totals: Annotated[list[_Total], "For each money"]


class _Freedom(Form):
    box: Annotated[str, Of(lambda found: found.piece.box)]
    answer: Answer
    why: str
    print: Annotated[
        str | None, "As acceptances and refusals name it; null: no key", Of(lambda found: _print(found.word))
    ]


def _print(word: int | None) -> str | None:
    return None if word is None else print_name(word)


class Free(OnLedger, document="sampan.cargo-free/1"):
    """Whether the cargo of a document is free to secure a debt."""

    answer: Annotated[Answer, "Of all pieces together: no before ask, ask before yes"]
    registrar: Annotated[
        str | None, "Fingerprint of the key under which cargo was looked for, and under no other; null: no key"
    ]
    pieces: list[_Freedom]


class RegistrarKey(Form, document="sampan.registrar-key/1"):
    """A key of a registrar that was written."""

    file: Path
    fingerprint: Annotated[str, "That lenders compare; it tells nothing of the key"]
