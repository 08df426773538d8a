"""Loans that bills secure."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from sampan.cli.forms.common import OnLedger
from sampan.cli.forms.money import AmountForm
from sampan.suite.forms import Address, Count, Digits, Form, Hash, Of
from sampan.suite.words import DayCount


class _Loan(Form):
    number: Count
    borrower: Annotated[int, Of(lambda loan: loan.terms.borrower)]
    agent: Annotated[int, Of(lambda loan: loan.terms.agent)]
    money: Annotated[Address, Of(lambda loan: loan.money.address)]
    rate: Annotated[Count, Of(lambda loan: loan.terms.rate), "A year, in parts of 10,000,000"]
    day_count: Annotated[DayCount, Of(lambda loan: loan.terms.day_count)]
    principal: Annotated[AmountForm, Of(lambda loan: loan.amount(loan.principal))]
    interest: Annotated[AmountForm, Of(lambda loan: loan.amount(loan.interest))]
    owed: Annotated[AmountForm, Of(lambda loan: loan.amount(loan.owed))]
    covered: Annotated[AmountForm, Of(lambda loan: loan.amount(loan.covered)), "As much as may be owed"]
    undrawn: Annotated[AmountForm, Of(lambda loan: loan.amount(loan.terms.undrawn))]
    drawable: Annotated[AmountForm, Of(lambda loan: loan.amount(loan.drawable)), "As far as bills cover it now"]
    value: Annotated[Digits, Of(lambda loan: loan.terms.value), "Of all bills, in the smallest unit of the money"]
    surplus: Annotated[Digits, Of(lambda loan: loan.terms.surplus), "Of sales in default, the borrower's"]
    in_default: bool
    available_until: datetime
    maturity: datetime
    default_begins: Annotated[datetime, "Last second of grace"]
    condition: Annotated[Hash, Of(lambda loan: loan.terms.condition), "Of each drawing; zero: none"]
    time: datetime


class Owed(OnLedger, document="sampan.facility/1"):
    """A facility of the loan book as it stands."""

    facility: _Loan
