"""What is asked of terms, and of a bill that lies under them."""

from __future__ import annotations

from sampan.bills import inside
from sampan.model.perform import At
from sampan.suite.verb import Refusal
from sampan.trade.records import LONGEST, Trade
from sampan.trade.terms import Terms


def sound(state: Trade, terms: Terms) -> None:
    """Terms that may be offered now, or to which an offer may be changed."""
    if state.now > terms.deadline or terms.deadline > state.now + LONGEST:
        raise Refusal("DeadlineOutOfRange", terms.deadline)
    ascending(terms)


def ascending(terms: Terms) -> None:
    """No bill stands there twice."""
    last = 0
    for bill in terms.bills:
        if bill <= last:
            raise Refusal("BillsNotAscending", bill)
        last = bill


def lie_in(state: Trade, terms: Terms) -> None:
    """All bills lie in the source: else the buyer could pay for what it has, or for one bill twice."""
    ascending(terms)
    for bill in terms.bills:
        if inside.room_of(state, bill) != terms.source:
            raise Refusal("NotUnderThisDeal", bill)


def under(at: At, bill: int, terms: Terms) -> int:
    """For whom a bill is held, if it lies here under these terms."""
    lodging = inside.lodged(at, bill)
    if lodging.deal != terms.deal:
        raise Refusal("NotUnderThisDeal", bill)
    return lodging.holder


def titled(state: Trade, bill: int, buyer: int) -> None:
    """The buyer is titleholder already."""
    if state.bills[bill].titleholder != buyer:
        raise Refusal("BuyerHasNoTitle", bill)


def living(state: Trade, address: str) -> str:
    """The account, or its successor; nobody of what is none."""
    account = state.account(address)
    return address if account.may_act else state.resolve(account.number)
