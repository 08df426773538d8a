"""Who means harm: tokens, sources, wallets and papers that do not do as they should (X14, X15, X24, P6)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from eth_abi.abi import encode
from support.contract import Contract, Refused, refused
from support.money import Manner, Mint, Sales, SaleTerms, deployed
from support.safe_account import SafeAccount, installed
from support.tools import absent
from support.trade import DAY, MOVE, NOBODY, TERMS, Endorsement, lei
from support.verbs import COUNTRIES
from support.world import World

ENDLESS = 2**256 - 1
WEALTH = 1_000_000


def _lies_in(sales: Sales, room: Contract, terms: SaleTerms) -> bool:
    return all(sales.world.ledger.ownerOf(bill) == room.address for bill in terms.bills)


def _bought(sales: Sales, terms: SaleTerms) -> bool:
    ledger, buyer = sales.world.ledger, sales.world.consignee
    return all(
        (ledger.ownerOf(bill), ledger.bill(bill).titleholder) == (buyer.address, buyer.participant)
        for bill in terms.bills
    )


# ----------------------------------------------------------------------------------------------------- tokens as money


@pytest.fixture
def listed(sales: Sales, mint: Mint) -> Callable[[Manner], tuple[Contract, Contract]]:
    """A token of some manner, and its coin, in which the consignee lets the sale pay."""

    def make(manner: Manner) -> tuple[Contract, Contract]:
        world, token = sales.world, mint.token(manner)
        coin = mint.listed(token, COUNTRIES)
        token.mint(world.relayer, world.consignee, WEALTH)
        token.approve(world.consignee, coin, ENDLESS)
        coin.allow(world.consignee, sales.room, ENDLESS)
        return token, coin

    return make


@pytest.mark.parametrize("manner", [Manner.HONEST, Manner.RETURNS_NOTHING], ids=lambda manner: manner.name.lower())
def test_a_bill_is_sold_for_a_coin_whose_token_answers_or_says_nothing(
    sales: Sales, listed: Any, manner: Manner
) -> None:
    token, coin = listed(manner)
    terms = sales.offered(money=coin)
    sales.room.pay(sales.world.consignee, terms, coin)
    assert _bought(sales, terms)
    assert [token.balanceOf(who) for who in (sales.world.shipper, sales.room, coin)] == [terms.price, 0, 0]


@pytest.mark.parametrize(
    "manner",
    [Manner.RETURNS_FALSE, Manner.TAKES_A_FEE, Manner.REBASES, Manner.LIES_ABOUT_BALANCES, Manner.BLOCKS_AN_ACCOUNT],
    ids=lambda manner: manner.name.lower(),
)
def test_p6_a_token_that_does_not_pay_exactly_buys_nothing_and_holds_no_bill_up(
    sales: Sales, listed: Any, manner: Manner
) -> None:
    world, (token, coin) = sales.world, listed(manner)
    terms = sales.offered(2, money=coin)
    token.block_(world.relayer, world.shipper)
    with pytest.raises(Refused) as caught:
        sales.room.pay(world.consignee, terms, coin)
    assert caught.value.name in {"SafeERC20FailedOperation", "NotTheAmount", "Error"}
    assert _lies_in(sales, sales.room, terms)
    sales.room.recall(world.shipper, terms)
    assert all(world.ledger.ownerOf(bill) == world.shipper.address for bill in terms.bills)


def test_a_token_that_blocks_the_room_holds_no_sale_up(sales: Sales, listed: Any) -> None:
    """The price goes from buyer to payee: the room never has it."""
    token, coin = listed(Manner.BLOCKS_AN_ACCOUNT)
    token.block_(sales.world.relayer, sales.room)
    terms = sales.offered(money=coin)
    sales.room.pay(sales.world.consignee, terms, coin)
    assert _bought(sales, terms)


def test_x15_the_buyer_pays_in_the_money_that_the_seller_named(sales: Sales, listed: Any) -> None:
    _, coin = listed(Manner.HONEST)
    for terms, money, error in (
        (sales.offered(), coin, "NoSuchDeposit"),
        (sales.offered(money=coin), sales.banks.hkd, "NotThisCoin"),
    ):
        with refused(error, money.address):
            sales.room.pay(sales.world.consignee, terms, money)
        assert _lies_in(sales, sales.room, terms)


# ----------------------------------------------------------------------------------------------- tokens that come again


def _pays_again(sales: Sales, terms: SaleTerms, other: SaleTerms) -> tuple[Any, bytes]:
    """Another offer, by the buyer's own signature."""
    paper = sales.signed(sales.world.consignee, "pay", other, other.money)
    return sales.room, sales.room.data("act", *paper)


def _recalls(sales: Sales, terms: SaleTerms, other: SaleTerms) -> tuple[Any, bytes]:
    """The very offer, by the seller's own signature."""
    return sales.room, sales.room.data("act", *sales.signed(sales.world.shipper, "recall", terms))


def _changes(sales: Sales, terms: SaleTerms, other: SaleTerms) -> tuple[Any, bytes]:
    """The very offer, by the seller's own signature: the bill would leave under terms that nobody paid for."""
    paper = sales.signed(sales.world.shipper, "change", terms, terms._replace(price=terms.price * 2))
    return sales.room, sales.room.data("act", *paper)


def _gives_back(sales: Sales, terms: SaleTerms, other: SaleTerms) -> tuple[Any, bytes]:
    """What the room alone may tell the ledger."""
    return sales.world.ledger, sales.world.ledger.data("giveBack", terms.bills[0], b"")


def _collects(sales: Sales, terms: SaleTerms, other: SaleTerms) -> tuple[Any, bytes]:
    """More of the buyer's money."""
    world, coin = sales.world, terms.money
    return coin, coin.data("collect", coin, world.consignee, world.forwarder, 1)


AGAIN = {
    _pays_again: "ReentrancyGuardReentrantCall",
    _recalls: "ReentrancyGuardReentrantCall",
    _changes: "ReentrancyGuardReentrantCall",
    _gives_back: "NotPossessor",
    _collects: "NotAllowed",
}


@pytest.mark.parametrize("again", AGAIN, ids=lambda act: act.__name__.strip("_"))
def test_p6_a_token_that_comes_again_while_it_pays_ends_the_sale(sales: Sales, listed: Any, again: Any) -> None:
    world, (token, coin) = sales.world, listed(Manner.REENTERS)
    terms, other = sales.offered(money=coin), sales.offered(money=coin)
    token.arm(world.relayer, *again(sales, terms, other))
    with pytest.raises(Refused) as caught:
        sales.room.pay(world.consignee, terms, coin)
    assert caught.value.name == AGAIN[again]
    assert _lies_in(sales, sales.room, terms)
    assert _lies_in(sales, sales.room, other)
    assert token.balanceOf(world.consignee) == WEALTH
    token.arm(world.relayer, NOBODY, b"")
    sales.room.pay(world.consignee, terms, coin)
    assert _bought(sales, terms)


def test_p6_a_token_that_comes_again_and_says_nothing_sells_no_other_bill(sales: Sales, listed: Any) -> None:
    world, (token, coin) = sales.world, listed(Manner.REENTERS_AND_SAYS_NOTHING)
    terms, other = sales.offered(money=coin), sales.offered(money=coin)
    token.arm(world.relayer, *_pays_again(sales, terms, other))
    sales.room.pay(world.consignee, terms, coin)
    assert _bought(sales, terms)
    assert not token.reentered()
    assert _lies_in(sales, sales.room, other)
    assert token.balanceOf(world.shipper) == terms.price


# ---------------------------------------------------------------------------------------------------- sources (X14, D5)


@pytest.fixture
def pledged(sales: Sales) -> Callable[..., tuple[Contract, SaleTerms]]:
    """A room that holds bills of the shipper for a price each, and terms under which they are sold out of it."""

    def make(owed: int = 40_000, *, money: Any = None, count: int = 1, **changes: Any) -> tuple[Contract, SaleTerms]:
        world = sales.world
        source = deployed(world, "Source", ("address", world.ledger.address), tests=True)
        world.ledger.listRoom(world.lister, source, COUNTRIES)
        bills = [world.order() for _ in range(count)]
        data = encode(["uint256", "address", "uint256"], [0, (money or sales.banks.hkd).address, owed])
        for bill in bills:
            world.ledger.lodge(world.shipper, bill, Endorsement.BLANK, source, data)
        return source, sales.terms(*bills, source=source, **changes)

    return make


def _held(sales: Sales, *accounts: Any) -> list[int]:
    return [sales.banks.hkd.balanceOf(account) for account in accounts]


def _nothing_moved(sales: Sales, source: Contract, terms: SaleTerms) -> bool:
    world = sales.world
    return _lies_in(sales, source, terms) and _held(sales, world.consignee, world.shipper, source, sales.room) == [
        WEALTH,
        WEALTH,
        0,
        0,
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_a_pledged_bill_is_paid_for_where_it_lies_and_the_seller_gets_the_rest(
    sales: Sales, pledged: Any, count: int
) -> None:
    world = sales.world
    source, terms = pledged(count=count)
    sales.room.pay(world.consignee, terms, sales.banks.hkd)
    assert _bought(sales, terms)
    owed = 40_000 * count
    assert _held(sales, source, sales.room, world.shipper) == [owed, 0, WEALTH + terms.price - owed]
    assert sales.banks.hkd.allowance(sales.room, source) == 0


@pytest.mark.parametrize("owed", [0, 40_000])
def test_x14_a_source_that_lets_nothing_out_is_paid_nothing(sales: Sales, pledged: Any, owed: int) -> None:
    source, terms = pledged(owed, endorsement=Endorsement.BLANK)
    source.behave(sales.world.relayer, True, False, NOBODY)
    with refused("NotDelivered", terms.bills[0]):
        sales.room.pay(sales.world.consignee, terms, sales.banks.hkd)
    assert _nothing_moved(sales, source, terms)


@pytest.mark.parametrize(
    ("endorsement", "error"), [(Endorsement.TO_ORDER, "BuyerHasNoTitle"), (Endorsement.BLANK, "NotDelivered")]
)
def test_x14_a_source_that_gives_to_another_is_paid_nothing(
    sales: Sales, pledged: Any, endorsement: Endorsement, error: str
) -> None:
    source, terms = pledged(endorsement=endorsement)
    source.behave(sales.world.relayer, False, False, sales.world.forwarder)
    with refused(error, terms.bills[0]):
        sales.room.pay(sales.world.consignee, terms, sales.banks.hkd)
    assert _nothing_moved(sales, source, terms)


def test_x14_a_source_takes_the_money_of_the_terms_and_no_more_than_the_price(sales: Sales, pledged: Any) -> None:
    source, terms = pledged(money=sales.banks.other_hkd)
    with refused("ERC20InsufficientAllowance", source.address, 0, 40_000):
        sales.room.pay(sales.world.consignee, terms, sales.banks.hkd)
    assert _nothing_moved(sales, source, terms)
    source, terms = pledged(70_000, count=2)
    with refused("ERC20InsufficientAllowance", source.address, 55_000, 70_000):
        sales.room.pay(sales.world.consignee, terms, sales.banks.hkd)
    assert _nothing_moved(sales, source, terms)


def test_p6_what_a_source_leaves_lying_is_the_sellers_and_not_the_rooms(sales: Sales, pledged: Any) -> None:
    world = sales.world
    source, terms = pledged(count=2)
    source.behave(world.relayer, False, True, NOBODY)
    sales.room.pay(world.consignee, terms, sales.banks.hkd)
    assert _bought(sales, terms)
    assert _held(sales, source, sales.room, world.shipper) == [0, 0, WEALTH + terms.price]
    assert sales.banks.hkd.allowance(sales.room, source) == 0


@pytest.mark.parametrize("who", ["shipper", "consignee"])
def test_p12_a_pledged_bill_of_or_for_whoever_is_suspended_is_not_sold(sales: Sales, pledged: Any, who: str) -> None:
    """The rest would go to a suspended seller (rooms.md, section 5)."""
    party = getattr(sales.world, who)
    source, terms = pledged()
    sales.world.suspend(party)
    with refused("MayNotAct", party.address):
        sales.room.pay(sales.world.consignee, terms, sales.banks.hkd)
    assert _nothing_moved(sales, source, terms)


def test_x14_nobody_pays_for_what_it_has(sales: Sales, pledged: Any) -> None:
    """A source that asks for nothing and does nothing looks as if it had delivered what the buyer bought long ago."""
    world = sales.world
    _, terms = pledged()
    sales.room.pay(world.consignee, terms, sales.banks.hkd)
    idle = deployed(world, "Impostor", ("address", sales.banks.hkd.address), tests=True)
    had = _held(sales, world.consignee)
    with refused("NotUnderThisDeal", terms.bills[0]):
        sales.room.pay(world.consignee, terms._replace(source=idle), sales.banks.hkd)
    assert _held(sales, world.consignee) == had


def test_x14_a_bill_that_is_named_twice_and_no_bill_at_all_are_not_paid_for(sales: Sales, pledged: Any) -> None:
    source, terms = pledged()
    with refused("BillsNotAscending", terms.bills[0]):
        sales.room.pay(sales.world.consignee, terms._replace(bills=terms.bills * 2), sales.banks.hkd)
    empty = terms._replace(bills=[])
    with refused("NothingUnder", sales.room.hashOf(empty)):
        sales.room.pay(sales.world.consignee, empty, sales.banks.hkd)
    assert _nothing_moved(sales, source, terms)


def test_what_a_seller_takes_for_money_is_its_own_risk(sales: Sales) -> None:
    """The sale knows no list of money: the audit says of such a sale that nobody can tell what was paid (SAM-D1)."""
    world = sales.world
    impostor = deployed(world, "Impostor", ("address", sales.banks.hkd.address), tests=True)
    terms = sales.offered(money=impostor)
    done = sales.room.pay(world.consignee, terms, impostor)
    assert [event.name for event in done.events if event.name != "Transfer"] == ["Paid", "Endorsed"]


def test_x14_money_that_calls_the_ledger_its_token_gets_no_bill_of_another_sale(sales: Sales, pledged: Any) -> None:
    """An allowance of so much money, told to the ledger, would let the source move the bill of that number. But no room
    moves bills for others, and there is no bill of number zero whose allowance could be taken back."""
    world = sales.world
    victim = sales.offered()
    (bill,) = victim.bills
    source, terms = pledged(bill, money=world.ledger)
    impostor = deployed(world, "Impostor", ("address", world.ledger.address), tests=True)
    with refused("NoSuchBill", 0):
        sales.room.pay(world.consignee, terms._replace(money=impostor, price=bill), impostor)
    assert _lies_in(sales, sales.room, victim)
    assert _lies_in(sales, source, terms)


def test_a_token_that_blocks_the_room_leaves_a_pledged_bill_where_it_lies(
    sales: Sales, pledged: Any, listed: Any
) -> None:
    world, (token, coin) = sales.world, listed(Manner.BLOCKS_AN_ACCOUNT)
    source, terms = pledged(money=token)
    terms = terms._replace(money=coin)
    token.block_(world.relayer, sales.room)
    with refused("Error", "blocked"):
        sales.room.pay(world.consignee, terms, coin)
    assert _lies_in(sales, source, terms)
    token.block_(world.relayer, NOBODY)
    sales.room.pay(world.consignee, terms, coin)
    assert _bought(sales, terms)
    assert [token.balanceOf(who) for who in (source, sales.room, world.shipper)] == [40_000, 0, terms.price - 40_000]


def test_p6_a_token_that_comes_again_when_the_rest_is_paid_ends_the_sale(
    sales: Sales, pledged: Any, listed: Any
) -> None:
    """From `transfer`, when bill and price have moved."""
    world, (token, coin) = sales.world, listed(Manner.REENTERS)
    source, terms = pledged(0, money=token)
    terms = terms._replace(money=coin)
    other = sales.offered(money=coin)
    token.arm(world.relayer, *_pays_again(sales, terms, other))
    with refused("ReentrancyGuardReentrantCall"):
        sales.room.pay(world.consignee, terms, coin)
    assert _lies_in(sales, source, terms)
    assert _lies_in(sales, sales.room, other)
    assert token.balanceOf(world.consignee) == WEALTH


# ------------------------------------------------------------------------------------------------------------- buyers


def test_x24_ten_bills_are_sold_at_once_or_not_at_all(sales: Sales) -> None:
    world = sales.world
    terms = sales.offered(10)
    short = sales.terms(*terms.bills, price=WEALTH + 1)
    with pytest.raises(Refused):
        sales.room.pay(world.consignee, short, sales.banks.hkd)
    assert _lies_in(sales, sales.room, terms)
    receipt = sales.room.pay(world.consignee, terms, sales.banks.hkd)
    assert _bought(sales, terms)
    assert len([event for event in receipt.named("Transfer") if "amount" in event.args or "value" in event.args]) == 1
    assert _held(sales, world.consignee, world.shipper) == [WEALTH - terms.price, WEALTH + terms.price]


# ------------------------------------------------------------------------------------------------------------- papers


def test_a_signed_payment_counts_on_its_chain_for_its_sale_alone(sales: Sales) -> None:
    world, terms = sales.world, sales.offered()
    another = deployed(world, "Sale", ("address", world.ledger.address))
    for domain in ({"chain_id": world.onchain.chain_id + 1}, {"contract": another}, {"contract": world.ledger}):
        paper = sales.signed(world.consignee, "pay", terms, sales.banks.hkd, **domain)
        with refused("NotSignedBy", world.consignee.address):
            sales.room.act(world.relayer, *paper)
    paper = sales.signed(world.consignee, "pay", terms, sales.banks.hkd)
    with refused("NotSignedBy", world.consignee.address):
        another.act(world.relayer, *paper)
    assert _lies_in(sales, sales.room, terms)


def test_a_signed_payment_is_for_its_deal_by_its_signer_until_its_deadline_alone(sales: Sales) -> None:
    world, terms, other = sales.world, sales.offered(), sales.offered()
    paper = sales.signed(world.consignee, "pay", terms, sales.banks.hkd)
    for changes in (
        {"call": sales.room.data("pay", other, sales.banks.hkd)},
        {"call": sales.room.data("pay", terms, sales.banks.other_hkd)},
        {"salt": b"\1" * 32},
        {"deadline": paper.deadline + 1},
    ):
        with refused("NotSignedBy", world.consignee.address):
            sales.room.act(world.relayer, *paper._replace(**changes))
    with refused("NotSignedBy", world.forwarder.address):
        sales.room.act(world.relayer, *paper._replace(signer=world.forwarder))
    world.onchain.at(paper.deadline + 1)
    with refused("SignatureExpired", paper.deadline):
        sales.room.act(world.relayer, *paper)
    world.onchain.at(paper.deadline)
    sales.room.act(world.relayer, *paper)
    assert _bought(sales, terms)
    assert _lies_in(sales, sales.room, other)


def test_a_signed_payment_that_was_withdrawn_counts_no_more(sales: Sales) -> None:
    world, terms = sales.world, sales.offered()
    paper = sales.signed(world.consignee, "pay", terms, sales.banks.hkd)
    world.ledger.cancel(world.consignee, sales.digest(paper))
    with refused("SignatureCancelled", world.consignee.address, sales.digest(paper)):
        sales.room.act(world.relayer, *paper)
    assert _lies_in(sales, sales.room, terms)


def test_a_signed_payment_that_was_refused_is_not_used_up(sales: Sales) -> None:
    world = sales.world
    terms = sales.terms(world.order())
    paper = sales.signed(world.consignee, "pay", terms, sales.banks.hkd)
    with refused("NotUnderThisDeal", terms.bills[0]):
        sales.room.act(world.relayer, *paper)
    sales.lodged(terms)
    sales.room.act(world.relayer, *paper)
    assert _bought(sales, terms)


# -------------------------------------------------------------------------------------------------------------- Safes


@pytest.fixture
def safe(world: World, project_root: Path) -> SafeAccount:
    """A trader whose account is a Safe of two owners; a third is ready to take the place of one."""
    if not installed(project_root):
        absent("needs @safe-global/safe-smart-account (npm ci)")
    owners = world.extra["spare"][10:12]
    made = SafeAccount(world, project_root, *owners, country="NL", roles=MOVE | TERMS, lei=lei("SAMPANTEST0000SAFE"))
    return world.enrol(made)


def test_what_the_owners_of_a_buyers_safe_signed_counts_while_they_are_its_owners(sales: Sales, safe: Any) -> None:
    world = sales.world
    sales.banks.paid_in(safe, WEALTH)
    safe.execute(sales.banks.hkd, sales.banks.hkd.data("approve", sales.room, ENDLESS))
    terms = sales.offered(buyer=safe.participant)
    paper = sales.signed(safe, "pay", terms, sales.banks.hkd)
    safe.replace_owner(safe.owners[0], world.extra["spare"][12])
    with refused("NotSignedBy", safe.address):
        sales.room.act(world.relayer, *paper)
    assert _lies_in(sales, sales.room, terms)
    sales.room.act(world.relayer, *sales.signed(safe, "pay", terms, sales.banks.hkd))
    assert world.ledger.ownerOf(terms.bills[0]) == safe.address


def test_a_buyer_that_takes_no_tokens_has_what_it_paid_for(sales: Sales, safe: Any) -> None:
    """The ledger asks nobody whether it likes a bill: nothing that a buyer's code does or leaves holds a sale up."""
    world = sales.world
    sales.banks.paid_in(safe, WEALTH)
    safe.execute(sales.banks.hkd, sales.banks.hkd.data("approve", sales.room, ENDLESS))
    safe.take_no_tokens()
    with refused("TransferToNonERC721ReceiverImplementer"):
        world.ledger.safeTransferFrom(world.shipper, world.shipper, safe, world.blank())
    terms = sales.offered(buyer=safe.participant)
    safe.execute(sales.room, sales.room.data("pay", terms, sales.banks.hkd))
    assert world.ledger.ownerOf(terms.bills[0]) == safe.address
    assert sales.banks.hkd.balanceOf(safe) == WEALTH - terms.price


def test_a_sellers_safe_recalls_by_its_present_owners_and_its_offer_outlives_the_former(
    sales: Sales, safe: Any
) -> None:
    world = sales.world
    bill, second = world.order(safe), world.order(safe)
    terms, other = (
        sales.terms(one, seller=safe.participant, payee=safe, deadline=world.ledger.now + DAY) for one in (bill, second)
    )
    for one in (terms, other):
        data = world.ledger.data("lodge", one.bills[0], Endorsement.BLANK, sales.room, one.encoded)
        safe.execute(world.ledger, data)
    paper = sales.signed(safe, "recall", terms)
    safe.replace_owner(safe.owners[1], world.extra["spare"][12])
    with refused("NotSignedBy", safe.address):
        sales.room.act(world.relayer, *paper)
    sales.room.act(world.relayer, *sales.signed(safe, "recall", terms))
    assert world.ledger.ownerOf(bill) == safe.address
    # What was offered stands: the Safe is the same account, whoever owns it.
    sales.room.pay(world.consignee, other, sales.banks.hkd)
    assert _bought(sales, other)
    assert sales.banks.hkd.balanceOf(safe) == other.price
