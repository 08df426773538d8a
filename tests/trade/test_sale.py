"""Documents against payment: title and price move in one act, or neither does (URC 522; P5, P6, P12, P14; D4, T32)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.contract import Refused, refused
from support.money import Sales, SaleTerms
from support.trade import DAY, Endorsement, Kind, Party

Act = Callable[[Sales, SaleTerms], Any]


def _pay(sales: Sales, terms: SaleTerms) -> Any:
    return sales.room.pay(sales.world.consignee, terms, sales.banks.hkd)


def _recall(sales: Sales, terms: SaleTerms) -> Any:
    return sales.room.recall(sales.world.shipper, terms)


def _decline(sales: Sales, terms: SaleTerms) -> Any:
    return sales.room.decline(sales.world.consignee, terms, b"the market has fallen")


def _expire(sales: Sales, terms: SaleTerms) -> Any:
    return sales.room.expire(sales.world.relayer, terms)


ACTS: dict[str, Act] = {"pay": _pay, "recall": _recall, "decline": _decline, "expire": _expire}


def _back(sales: Sales, terms: SaleTerms, seller: Party | None = None) -> bool:
    """Every bill is with the seller, to its order again."""
    seller = seller or sales.world.shipper
    ledger = sales.world.ledger
    found = [(ledger.ownerOf(bill), ledger.bill(bill).titleholder, ledger.bill(bill).kind) for bill in terms.bills]
    return found == [(seller.address, seller.participant, Kind.ORDER)] * len(terms.bills)


def _sold(sales: Sales, terms: SaleTerms) -> bool:
    """Every bill is the buyer's, to its order."""
    ledger, buyer = sales.world.ledger, sales.world.consignee
    found = [(ledger.ownerOf(bill), ledger.bill(bill).titleholder) for bill in terms.bills]
    return found == [(buyer.address, buyer.participant)] * len(terms.bills)


# ----------------------------------------------------------------------------------------------------------- payment


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("across", [False, True], ids=["same bank", "two banks"])
def test_price_and_title_move_in_one_act(sales: Sales, across: bool, count: int) -> None:
    world, money = sales.world, sales.banks.hkd
    out_of = sales.banks.other_hkd if across else money
    terms = sales.offered(count)
    had, paid = money.balanceOf(world.shipper), out_of.balanceOf(world.consignee)
    event = sales.room.pay(world.consignee, terms, out_of).event("Paid")
    assert (event.terms, event.buyer, event.price) == (sales.room.hashOf(terms), world.consignee.address, terms.price)
    assert _sold(sales, terms)
    assert (money.balanceOf(world.shipper), out_of.balanceOf(world.consignee)) == (
        had + terms.price,
        paid - terms.price,
    )
    assert money.balanceOf(sales.room) == 0


def test_what_was_sold_is_not_rejected_and_not_sold_again(sales: Sales) -> None:
    terms = sales.offered()
    _pay(sales, terms)
    (bill,) = terms.bills
    with refused("NothingToReject", bill):
        sales.world.ledger.reject(sales.world.consignee, bill, 2, b"")
    with refused("NotUnderThisDeal", bill):
        _pay(sales, terms)
    sales.world.onchain.at(terms.deadline + 1)
    for act in (_recall, _decline, _expire):
        with refused("NothingUnder", sales.room.hashOf(terms)):
            act(sales, terms)
    assert _sold(sales, terms)


def test_terms_of_no_bill_are_not_paid_for_and_not_changed(sales: Sales) -> None:
    """Nobody offered anything under them, so the log could not say which they are (P10)."""
    terms = sales.terms()
    with refused("NothingUnder", sales.room.hashOf(terms)):
        _pay(sales, terms)
    with refused("NothingUnder", sales.room.hashOf(terms)):
        sales.room.change(sales.world.shipper, terms, terms._replace(price=1))


@pytest.mark.parametrize("who", ["shipper", "forwarder", "relayer"])
def test_nobody_but_the_buyer_pays_or_declines(sales: Sales, who: str) -> None:
    party, terms = getattr(sales.world, who), sales.offered()
    error = ("MayNotAct" if who == "relayer" else "NotAParty", party.address)
    with refused(*error):
        sales.room.pay(party, terms, sales.banks.hkd)
    with refused(*error):
        sales.room.decline(party, terms, b"")


@pytest.mark.parametrize("who", ["consignee", "forwarder", "relayer"])
def test_nobody_but_the_seller_recalls_or_changes(sales: Sales, who: str) -> None:
    party, terms = getattr(sales.world, who), sales.offered()
    error = ("MayNotAct" if who == "relayer" else "NotAParty", party.address)
    with refused(*error):
        sales.room.recall(party, terms)
    with refused(*error):
        sales.room.change(party, terms, terms._replace(price=1))


def test_who_cannot_pay_gets_nothing(sales: Sales) -> None:
    world = sales.world
    poor = sales.offered(price=2_000_000)
    with refused("ERC20InsufficientBalance", world.consignee.address, 1_000_000, 2_000_000):
        _pay(sales, poor)
    sales.banks.hkd.approve(world.consignee, sales.room, 124_999)
    with refused("ERC20InsufficientAllowance", sales.room.address, 124_999, 125_000):
        _pay(sales, sales.offered())


def test_terms_that_differ_in_anything_are_not_these_terms(sales: Sales) -> None:
    terms = sales.offered()
    for change in ({"price": 1}, {"payee": sales.world.consignee}, {"salt": b"\1" * 32}, {"firm_until": 1}):
        with refused("NotUnderThisDeal", terms.bills[0]):
            _pay(sales, terms._replace(**change))


def test_until_every_bill_is_in_none_is_paid_for_and_those_that_are_in_leave(sales: Sales) -> None:
    world = sales.world
    first, second = sorted((world.order(), world.order()))
    terms = sales.terms(first, second)
    world.ledger.lodge(world.shipper, first, Endorsement.BLANK, sales.room, terms.encoded)
    with refused("NotUnderThisDeal", second):
        _pay(sales, terms)
    _recall(sales, terms)
    assert _back(sales, terms)


# ------------------------------------------------------------------------------------------------- the table of states


FIRM, OPEN, LATE = "firm", "no longer firm", "past the deadline"
MAY: dict[str, dict[str, tuple[str, ...]]] = {
    # Who is out of standing → moment → what is carried out. Everything else is refused.
    "nobody": {FIRM: ("pay", "decline"), OPEN: ("pay", "recall", "decline"), LATE: ("recall", "decline", "expire")},
    "seller suspended": {FIRM: ("decline",), OPEN: ("decline",), LATE: ("decline", "expire")},
    "buyer suspended": {FIRM: (), OPEN: ("recall",), LATE: ("recall", "expire")},
    "seller winds down": {
        FIRM: ("pay", "decline"),
        OPEN: ("pay", "recall", "decline"),
        LATE: ("recall", "decline", "expire"),
    },
    "room delisted": {
        FIRM: ("pay", "decline"),
        OPEN: ("pay", "recall", "decline"),
        LATE: ("recall", "decline", "expire"),
    },
}


def _befalls(sales: Sales, what: str) -> None:
    world = sales.world
    if what == "seller suspended":
        world.suspend(world.shipper)
    elif what == "buyer suspended":
        world.suspend(world.consignee)
    elif what == "seller winds down":
        world.ledger.setWindingDown(world.lifter, world.shipper.participant, True)
    elif what == "room delisted":
        world.ledger.delistRoom(world.delister, sales.room, [])


@pytest.mark.slow
@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("moment", ["last second firm", "first second not firm", "last second", "first second late"])
@pytest.mark.parametrize("what", MAY)
def test_p5_p12_p14_every_row_of_the_table_of_states_to_the_second(
    sales: Sales, what: str, moment: str, act: str
) -> None:
    """rooms.md section 5: who is out of standing, at the second before and after each deadline."""
    world = sales.world
    now = world.ledger.now
    terms = sales.offered(firm_until=now + 2 * DAY, deadline=now + 9 * DAY)
    _befalls(sales, what)
    at = {
        "last second firm": terms.firm_until,
        "first second not firm": terms.firm_until + 1,
        "last second": terms.deadline,
        "first second late": terms.deadline + 1,
    }[moment]
    state = {"last second firm": FIRM, "first second late": LATE}.get(moment, OPEN)
    world.onchain.at(at)
    if act in MAY[what][state]:
        ACTS[act](sales, terms)
        assert _sold(sales, terms) if act == "pay" else _back(sales, terms)
        assert all(world.ledger.lodging(bill)[1] == 0 for bill in terms.bills)
    else:
        with pytest.raises(Refused) as caught:
            ACTS[act](sales, terms)
        assert caught.value.name in {"MayNotAct", "StillFirm", "PaidTooLate", "NotExpired"}
        assert all(world.ledger.ownerOf(bill) == sales.room.address for bill in terms.bills)


# ------------------------------------------------------------------------------------------------------------- changes


def test_t32_the_price_is_lowered_another_drawee_named_and_more_time_given_by_one_verb(sales: Sales) -> None:
    """A case of need is a buyer that the seller names when the first is silent."""
    world = sales.world
    terms = sales.offered()
    changed = terms._replace(price=100_000, buyer=world.forwarder.participant, deadline=terms.deadline + 60 * DAY)
    event = sales.room.change(world.shipper, terms, changed).event("Changed")
    assert (event.terms, event.to) == (sales.room.hashOf(terms), sales.room.hashOf(changed))
    with refused("NotUnderThisDeal", terms.bills[0]):
        _pay(sales, terms)
    sales.banks.paid_in(world.forwarder, 100_000)
    sales.banks.hkd.approve(world.forwarder, sales.room, 100_000)
    sales.room.pay(world.forwarder, changed, sales.banks.hkd)
    assert world.ledger.ownerOf(terms.bills[0]) == world.forwarder.address


def test_a_firm_offer_is_not_changed_and_never_to_other_bills_or_another_seller(sales: Sales) -> None:
    world, now = sales.world, sales.world.ledger.now
    firm = sales.offered(firm_until=now + DAY)
    with refused("StillFirm", firm.firm_until):
        sales.room.change(world.shipper, firm, firm._replace(price=1))
    terms = sales.offered()
    for other in (terms._replace(bills=[terms.bills[0] + 1]), terms._replace(seller=world.forwarder.participant)):
        with refused("NotTheSameBills"):
            sales.room.change(world.shipper, terms, other)
    for deadline in (world.ledger.now - 1, world.ledger.now + 367 * DAY):
        with refused("DeadlineOutOfRange", deadline):
            sales.room.change(world.shipper, terms, terms._replace(deadline=deadline))


def test_p12_the_successor_of_the_payees_successor_is_paid(sales: Sales) -> None:
    world = sales.world
    first, second, third = (world.add_account(world.shipper, Party(f"payee {number}")) for number in range(3))
    terms = sales.offered(payee=first)
    world.ledger.removeAccount(world.shipper, first, second)
    world.ledger.removeAccount(world.shipper, second, third)
    _pay(sales, terms)
    assert sales.banks.hkd.balanceOf(third) == terms.price


# ------------------------------------------------------------------------------------------------------- at the door


def test_who_offers_is_the_seller_of_the_terms_may_bind_it_and_names_the_bill(sales: Sales) -> None:
    world = sales.world
    bill, other = world.order(), world.order()
    lodge = world.ledger.lodge
    with refused("NotTheSeller", world.shipper.participant):
        lodge(world.shipper, bill, Endorsement.BLANK, sales.room, sales.terms(bill, seller=7).encoded)
    with refused("NotInTerms", bill):
        lodge(world.shipper, bill, Endorsement.BLANK, sales.room, sales.terms(other).encoded)
    twice = sales.terms(bill)._replace(bills=[bill, bill])
    with refused("BillsNotAscending", bill):
        lodge(world.shipper, bill, Endorsement.BLANK, sales.room, twice.encoded)
    for deadline in (world.ledger.now - 1, world.ledger.now + 367 * DAY):
        with refused("DeadlineOutOfRange", deadline):
            lodge(world.shipper, bill, Endorsement.BLANK, sales.room, sales.terms(bill, deadline=deadline).encoded)


@pytest.mark.parametrize("spoilt", ["nothing", "cut", "longer", "elsewhere", "no address"])
def test_terms_that_would_have_another_hash_than_every_verb_gives_them_enter_nothing(sales: Sales, spoilt: str) -> None:
    """Else the bill would lie under a deal that nobody can name, for ever (P5)."""
    world = sales.world
    bill = world.order()
    good = sales.terms(bill).encoded
    data = {
        "nothing": b"",
        "cut": good[:-32],
        "longer": good + bytes(32),
        "elsewhere": (64).to_bytes(32, "big") + bytes(32) + good[32:],
        "no address": good[: 32 * 4] + b"\1" + good[32 * 4 + 1 :],
    }[spoilt]
    with pytest.raises(Refused):
        world.ledger.lodge(world.shipper, bill, Endorsement.BLANK, sales.room, data)
    assert world.ledger.ownerOf(bill) == world.shipper.address


def test_without_a_title_to_give_the_buyer_must_have_it(sales: Sales) -> None:
    """Straight: consigned to the buyer, it gets possession alone; to another, nothing."""
    world = sales.world
    straight = world.straight()
    terms = sales.lodged(sales.terms(straight, endorsement=Endorsement.NONE), how=Endorsement.NONE)
    _pay(sales, terms)
    assert world.ledger.ownerOf(straight) == world.consignee.address
    other = world.straight()
    terms = sales.terms(other, endorsement=Endorsement.NONE, buyer=world.forwarder.participant)
    sales.lodged(terms, how=Endorsement.NONE)
    sales.banks.paid_in(world.forwarder, terms.price)
    sales.banks.hkd.approve(world.forwarder, sales.room, terms.price)
    with refused("BuyerHasNoTitle", other):
        sales.room.pay(world.forwarder, terms, sales.banks.hkd)


# -------------------------------------------------------------------------------------------------------- by signature


def test_a_buyer_without_ether_pays_by_signature_once(sales: Sales) -> None:
    world = sales.world
    terms = sales.offered()
    paper = sales.signed(world.consignee, "pay", terms, sales.banks.hkd)
    sales.room.act(world.relayer, *paper)
    assert _sold(sales, terms)
    with refused("AlreadyUsed", sales.digest(paper)):
        sales.room.act(world.relayer, *paper)
