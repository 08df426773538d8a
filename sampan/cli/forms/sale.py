"""Offers of bills against payment, and their terms."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from sampan.cli.forms.common import OnLedger
from sampan.cli.forms.money import AmountForm
from sampan.suite.forms import Address, BillId, BillName, Count, Digits, Form, Hash, Of, Second
from sampan.suite.words import Endorsement


class _BillRef(Form):
    id: Annotated[BillId, Of(lambda bill: bill)]
    name: Annotated[BillName, Of(lambda bill: bill)]


class _Terms(Form):
    bills: list[_BillRef]
    seller: int
    buyer: int
    payee: Address
    money: Address
    price: Annotated[Digits, "In the smallest unit of the money"]
    endorsement: Endorsement
    deadline: Second
    firm_until: Annotated[Second | None, Of(lambda terms: terms.firm_until or None)]
    source: Annotated[Address, "A room that holds the bills in pledge; zero: the sale itself"]
    salt: Hash
    hash: Hash


class SaleTerms(Form, document="sampan.sale-terms/1"):
    """The terms under which bills are offered for sale."""

    terms: _Terms


class _Step(Form):
    verb: Literal["pay", "decline", "recall", "change", "expire"]
    by: Literal["seller", "buyer", "anybody"]
    participant: int | None
    open: bool
    when: str
    account: Annotated[Address | None, "By which it was rehearsed"]
    gas: Count | None
    cost: Annotated[Digits | None, "Wei"]
    lacks: Annotated[str | None, "Why it would be refused now"]


class _Money(Form):
    address: Address
    reference: Annotated[str, "As the command line takes it"]
    kind: Annotated[Literal["deposit", "coin", "unknown"], Of(lambda money: type(money).__name__.lower())]
    currency: str
    decimals: Count


class _Offer(Form):
    terms: _Terms
    seller_lei: Annotated[str | None, Of(lambda offer: offer.names.participants.get(offer.terms.seller))]
    buyer_lei: Annotated[str | None, Of(lambda offer: offer.names.participants.get(offer.terms.buyer))]
    money: _Money
    price: AmountForm
    status: Annotated[
        Literal["offered", "paid", "recalled", "declined", "expired", "gone"],
        Of(lambda offer: "offered" if offer.here else offer.ended.name.lower() if offer.ended else "gone"),
    ]
    here: Annotated[list[_BillRef], "Those that lie in the sale, or in pledge in the source, under these terms"]
    deadline: datetime
    firm_until: datetime | None
    steps: Annotated[list[_Step], "What each party may do, rehearsed; of `sale show BILL` alone"]
    time: datetime


class _InPledge(Form):
    bill: BillName
    facility: Count
    terms: Annotated[Hash, "What stands for them: no log has more"]


class Offers(OnLedger, document="sampan.sale-offers/1"):
    """Offers of bills against payment."""

    offers: list[_Offer]
    in_pledge: Annotated[list[_InPledge], "Offered where they lie in pledge; of `sale show all` alone"]
