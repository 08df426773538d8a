"""Books, deposits and balances of a ledger."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from sampan.cli.forms.common import OnLedger
from sampan.money.positions import BookPositions
from sampan.suite.forms import Address, As, Count, Digits, Form, Of
from sampan.suite.words import Ground

Exactly = Annotated[
    Decimal, As({"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"}, lambda value: format(value, "f"))
]
"""An amount in its currency, with all its decimals, as decimal text."""


class AmountForm(Form):
    """An amount, exactly: in its currency, and in the smallest unit."""

    currency: str
    decimal: Exactly
    units: Annotated[Digits, Of(lambda amount: amount.value)]


class DepositForm(Form):
    address: Address
    reference: Annotated[str, "As the command line takes it, HKD@LEI"]
    bank: int
    agent: int
    currency: str
    country: Annotated[str | None, Of(lambda deposit: deposit.country or None), "Of its holders; null: any"]
    decimals: Count
    admitted: bool
    supply: Annotated[AmountForm, Of(lambda deposit: deposit.amount(deposit.supply)), "What the bank owes in all"]
    held: Annotated[
        AmountForm, Of(lambda deposit: deposit.amount(deposit.held)), "Reserves: what can be paid to other banks"
    ]


class _Book(Form):
    agent: int
    currency: str
    decimals: Count
    deposits: list[DepositForm]


class Books(OnLedger, document="sampan.money-books/1"):
    """The books in which banks settle, with the deposits in them."""

    books: list[_Book]


class _Allowance(Form):
    spender: Annotated[Address, Of(lambda pair: pair[0])]
    units: Annotated[Digits, Of(lambda pair: pair[1])]


class _Balance(Form):
    account: Address
    participant: int
    deposit: DepositForm
    amount: AmountForm
    allowances: list[_Allowance]
    declined: Annotated[Ground, Of(lambda balance: balance.ground), "Why the bank takes nothing in for it"]


class Balances(OnLedger, document="sampan.balances/1"):
    """Who has what in which deposit."""

    balances: list[_Balance]


class Positions(OnLedger, document="sampan.positions/1"):
    """What banks paid each other through the books of reserves."""

    from_block: Annotated[Count, "First block whose payments count"]
    to_block: Count
    positions: list[BookPositions]
