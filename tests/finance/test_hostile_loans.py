"""Who means harm: money that comes again, papers for something else, who cannot be paid or is gone (P6, P12, P14)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
from support.contract import Contract, Refused, refused
from support.finance import SILENCE, Finance, deposit_of, lenders_coin
from support.money import Manner, Sales, deployed
from support.trade import DAY, HOUR, MOVE, NOBODY, TERMS, Party, SurrenderFor
from support.verbs import COUNTRIES, wallet_of

from sampan.keccak import keccak
from sampan.toolchain.artifacts import load

ENTERED_AGAIN = "ReentrancyGuardReentrantCall"
COURT_ORDER = 2


# ----------------------------------------------------------------------------------------------- money that comes again


@dataclass
class Guarded:
    """A loan in money that calls back whenever it moves.

    The suite's loan book takes no such money. This one has the same code over other books of reserves, which take
    anything, so that its own guards are seen.
    """

    finance: Finance
    money: Contract
    facility: int
    bill: int
    prints: list[int]


@pytest.fixture
def guarded(finance: Finance) -> Guarded:
    world = finance.world
    money = deployed(world, "HostileDeposit", tests=True)
    common = [("address", each.address) for each in (world.ledger, finance.registrations, finance.positions)]
    desk = deployed(world, "LoanDesk", *common, ("address", money.address))
    made = deployed(world, "LoanBook", *common, ("address", finance.cargo.log.address), ("address", desk.address))
    world.ledger.listRoom(world.lister, made, COUNTRIES)
    book = Contract(world.onchain, made.address, load("ILoans").abi)
    found = replace(finance, desk=desk.address, book=book)
    for party in (*finance.lenders, finance.borrower):
        money.mint(world.relayer, party, 10**9)
    facility = int(found.open(found.facility(money=money)).event("Opened").facility)
    bill, prints = found.pledged(facility, value=1_000_000)
    return Guarded(found, money, facility, bill, prints)


def _signed(finance: Finance, signer: Any, verb: str, *arguments: Any) -> bytes:
    """The call of `act` that carries out what somebody signed."""
    from eth_abi.abi import encode

    call, deadline, salt = finance.book.data(verb, *arguments), finance.now + 10 * DAY, keccak(verb.encode())
    kind = keccak(b"Call(address signer,bytes call,bytes32 salt,uint256 deadline)")
    values = [kind, signer.address, keccak(call), salt, deadline]
    struct = keccak(encode(["bytes32", "address", "bytes32", "bytes32", "uint256"], values))
    return finance.book.data("act", signer, call, salt, deadline, signer.signature(finance.digest(struct)))


@pytest.mark.parametrize("manner", Manner, ids=lambda manner: manner.name.lower())
def test_p6_money_of_no_bank_opens_nothing_and_pays_nothing(finance: Finance, manner: Manner) -> None:
    """Whatever a token does, also one whose coin is listed: lent and repaid are deposits of the books."""
    world, (coin, token) = finance.world, lenders_coin(finance, manner)
    for money in (coin, token):
        with refused("NoMoney", money.address):
            finance.open(finance.facility(money=money), sources=[coin, coin])
        with refused("NoSuchDeposit", money.address):
            finance.open(finance.facility(), sources=[money, finance.banks.other_hkd])
    facility, bill, prints = finance.drawn(1_000)
    for source in (coin, token):
        with refused("NoSuchDeposit", source.address):
            finance.book.repay(world.bank, facility, 1_000, source, [(bill, prints)])
    assert finance.owed(facility) == (1_000, 0)


@pytest.mark.parametrize(
    "again", ["draw", "repay", "discharge", "claim", "takeSurplus", "forget", "entrust", "surrender"]
)
@pytest.mark.parametrize("during", ["draw", "repay", "claim"])
def test_p6_money_that_comes_again_ends_what_was_begun(guarded: Guarded, again: str, during: str) -> None:
    finance, money, facility, bill = guarded.finance, guarded.money, guarded.facility, guarded.bill
    book, world = finance.book, finance.world
    first, _ = finance.positions_of(facility)
    book.draw(finance.borrower, facility, 1_000, bill, [])
    book.repay(finance.borrower, facility, 500, money, [])
    acts: dict[str, tuple[Any, ...]] = {
        "draw": (finance.borrower, facility, 1, bill, []),
        "repay": (finance.borrower, facility, 1, money, []),
        "discharge": (finance.borrower, facility, [(bill, guarded.prints)]),
        "claim": (world.bank, first),
        "takeSurplus": (finance.borrower, facility),
        "forget": (world.bank, bill, guarded.prints),
        "entrust": (finance.agent, bill, finance.borrower, finance.now + DAY, b""),
        "surrender": (finance.agent, bill, SurrenderFor.AMENDMENT, world.carrier, finance.replacements(bill, 1)),
    }
    before = finance.book.loan(facility), finance.positions.unclaimed(first), money.balanceOf(book)
    money.arm(world.relayer, book, _signed(finance, acts[again][0], again, *acts[again][1:]))
    with refused(ENTERED_AGAIN):
        getattr(book, during)(*acts[during])
    after = finance.book.loan(facility), finance.positions.unclaimed(first), money.balanceOf(book)
    assert after == before
    money.arm(world.relayer, NOBODY, b"")
    getattr(book, during)(*acts[during])


def test_p6_money_that_comes_again_by_the_ledger_ends_what_was_begun(guarded: Guarded) -> None:
    """A pledge or a carrier's answer: no second act sees the first half done."""
    finance, money, facility = guarded.finance, guarded.money, guarded.facility
    world = finance.world
    finance.book.draw(finance.borrower, facility, 1_000, guarded.bill, [])
    exporter, liner = (wallet_of(world, party, world.relayer) for party in (finance.borrower, world.carrier))
    fresh, other = world.blank(exporter), finance.pledged(facility)[0]
    replacements = finance.replacements(other, 2)
    finance.book.surrender(finance.agent, other, SurrenderFor.AMENDMENT, world.carrier, replacements)
    pledge = finance.accepted(fresh, facility)
    for wallet, step in (
        (exporter, exporter.step("lodge", fresh, 0, finance.book, pledge.encoded)),
        (liner, liner.step("replace", [other], replacements, b"")),
    ):
        money.arm(world.relayer, wallet, wallet.data("run", [step]))
        with refused(ENTERED_AGAIN):
            finance.book.repay(finance.borrower, facility, 100, money, [])
        assert finance.owed(facility) == (1_000, 0)
        # By itself it may.
        wallet.does(step)


def test_n20_a_token_that_comes_again_while_a_position_is_paid_for_sells_no_other(finance: Finance) -> None:
    """Claims of lenders are sold for any money, also for coins."""
    world, (coin, token) = finance.world, lenders_coin(finance, Manner.REENTERS)
    facility = finance.opened()
    buyer = wallet_of(world, world.cautious_bank, world.relayer)
    token.mint(world.relayer, buyer, 1_000)
    for target, call in (
        (token, token.data("approve", coin, 1_000)),
        (coin, coin.data("allow", finance.positions, 1_000)),
    ):
        buyer.does((target.address, call, False))
    first, _ = finance.positions_of(facility)
    part = finance.positions.split(world.bank, first, 1).event("Split").part
    offer, other = (finance.offer(each, money=coin, price=5) for each in (first, part))

    def bought(offer: Any) -> tuple[str, bytes, bool]:
        signature = world.bank.signature(finance.digest_of_offer(offer))
        return finance.positions.address, finance.positions.data("buy", offer, coin, signature), False

    token.arm(world.relayer, buyer, buyer.data("run", [bought(other)]))
    with refused(ENTERED_AGAIN):
        buyer.does(bought(offer))
    assert finance.positions.ownerOf(first) == finance.positions.ownerOf(part) == world.bank.address
    token.arm(world.relayer, NOBODY, b"")
    buyer.does(bought(offer), bought(other))
    assert finance.positions.ownerOf(part) == buyer.address


# ------------------------------------------------------------------------------------------------- who cannot be paid


def test_p6_a_lender_that_cannot_receive_keeps_its_claim_and_holds_nobody_up(finance: Finance) -> None:
    """The bank whose deposits it would have takes nothing in for it, as the law or a court bids it."""
    world, money = finance.world, deposit_of(finance, 2)
    terms = finance.facility(money=money)
    facility = int(finance.open(terms, sources=[money, money]).event("Opened").facility)
    bill, prints = finance.pledged(facility, value=1_000_000)
    money.decline(world.bank, world.cautious_bank, COURT_ORDER)
    finance.book.draw(finance.borrower, facility, 1_000, bill, [])
    finance.book.repay(finance.borrower, facility, 10**6, money, [(bill, prints)])
    assert finance.has(bill, finance.borrower)
    first, second = finance.positions_of(facility)
    with refused("PaymentDeclined", world.cautious_bank.address, COURT_ORDER):
        finance.book.claim(world.stranger, second)
    assert finance.positions.unclaimed(second) == 400
    assert finance.book.claim(world.stranger, first).event("Claimed").amount == 600
    # It sells its claim to one that can.
    finance.positions.transferFrom(world.cautious_bank, world.cautious_bank, world.forwarder, second)
    assert finance.book.claim(world.stranger, second).event("Claimed").amount == 400
    assert money.balanceOf(world.forwarder) == 400


def test_a_suspended_or_lost_lender_is_not_paid_and_its_successor_is(finance: Finance) -> None:
    """The deposit asks who it pays: no thief that has the key."""
    world, money = finance.world, finance.banks.hkd
    facility, _, _ = finance.drawn(1_000)
    finance.book.repay(finance.borrower, facility, 1_000, money, [])
    first, second = finance.positions_of(facility)
    world.suspend(world.cautious_bank)
    with refused("MayNotAct", world.cautious_bank.address):
        finance.book.claim(world.stranger, second)
    world.ledger.removeAccount(world.bank, world.bank, world.bank_vault)
    had = finance.money_of(world.bank)
    with refused("MayNotAct", world.bank.address):
        finance.book.claim(world.stranger, first)
    finance.positions.recover(world.stranger, first)
    finance.book.claim(world.stranger, first)
    assert (finance.money_of(world.bank), finance.money_of(world.bank_vault)) == (had, 600)
    assert finance.positions.unclaimed(second) == 400


def test_p6_a_gift_to_the_book_is_nobodys_and_changes_nothing(finance: Finance) -> None:
    world = finance.world
    facility, bill, prints = finance.drawn(1_000)
    finance.banks.hkd.transfer(world.forwarder, finance.book, 77)
    assert finance.owed(facility) == (1_000, 0)
    finance.book.repay(finance.borrower, facility, 10**6, finance.banks.hkd, [(bill, prints)])
    for each in finance.positions_of(facility):
        finance.book.claim(world.stranger, each)
    world.ledger.later(days=61)
    finance.book.endAvailability(world.stranger, facility)
    for each in finance.positions_of(facility):
        finance.book.claim(world.stranger, each)
    assert finance.money_of(finance.book) == 77


# -------------------------------------------------------------------------------------------------------- who vanishes


@pytest.mark.parametrize(
    "state", ["undrawn", "owed", "to be amended", "amended into three", "to be delivered", "on trust", "in default"]
)
def test_p14_whatever_befalls_everybody_all_walks_out(finance: Finance, state: str) -> None:
    """Borrower, agent, lenders and carrier suspended, the book delisted: somebody repays, and bills, prints and units
    go to where they belong."""
    world, facility = finance.world, finance.opened()
    prints = finance.prints(3)
    bill, _ = finance.pledged(facility, value=1_000_000, prints=prints)
    if state != "undrawn":
        finance.book.draw(finance.borrower, facility, 100_000, bill, [])
    ends = [(bill, prints)]
    home = [bill]
    if state == "to be amended":
        finance.book.surrender(
            finance.agent, bill, SurrenderFor.AMENDMENT, world.carrier, finance.replacements(bill, 2)
        )
    elif state == "amended into three":
        home = finance.amended(bill, 3)
        ends = [(each, prints if each == home[0] else []) for each in home]
    elif state in ("in default", "to be delivered"):
        finance.in_default(facility)
        if state == "to be delivered":
            finance.book.surrender(finance.agent, bill, SurrenderFor.DELIVERY, world.carrier, [])
    elif state == "on trust":
        finance.book.entrust(finance.agent, bill, finance.borrower, finance.now + DAY, b"")
    world.ledger.delistRoom(world.delister, finance.book, [])
    world.ledger.later(days=120)
    for party in (finance.borrower, finance.agent, *finance.lenders, world.carrier):
        world.suspend(party)
    if state.startswith("to be"):
        world.ledger.recall(world.stranger, bill, b"")
    if state == "undrawn":
        finance.book.discharge(world.stranger, facility, ends)
    else:
        finance.book.repay(world.forwarder, facility, 10**9, finance.banks.hkd, ends)
    assert all(finance.has(each, finance.borrower) for each in home)
    assert finance.is_free(*prints)
    finance.book.endAvailability(world.stranger, facility)
    for lender, position in zip(finance.lenders, finance.positions_of(facility), strict=True):
        with refused("MayNotAct", lender.address):
            finance.book.claim(world.stranger, position)
        world.ledger.liftSuspension(world.lifter, lender.participant)
        finance.book.claim(world.stranger, position)
    assert finance.money_of(finance.book) == 0


def test_p14_a_default_is_sold_though_agent_and_borrower_are_gone(finance: Finance, sales: Sales) -> None:
    world = finance.world
    facility, bill, prints = finance.drawn(500_000)
    finance.in_default(facility, SILENCE)
    for party in (finance.borrower, finance.agent):
        world.suspend(party)
    terms = finance.sold(sales, bill, payee=world.forwarder, seller=world.forwarder.participant, price=900_000)
    finance.book.instruct(world.consignee, bill, sales.room, sales.room.hashOf(terms), 700_000)
    sales.room.pay(world.consignee, terms, finance.banks.hkd)
    finance.book.forget(world.stranger, bill, prints)
    assert finance.owed(facility) == (0, 0)
    assert finance.is_free(*prints)
    # Its rest waits for it.
    with refused("MayNotAct", finance.borrower.address):
        finance.book.takeSurplus(finance.borrower, facility)
    world.ledger.liftSuspension(world.lifter, finance.borrower.participant)
    finance.book.takeSurplus(finance.borrower, facility)
    assert finance.balanced()


def test_x13_a_delisted_book_takes_nothing_new_and_lets_everything_out(finance: Finance, sales: Sales) -> None:
    world = finance.world
    facility, bill, _ = finance.drawn(50_000)
    other, prints = finance.pledged(facility)
    world.ledger.delistRoom(world.delister, finance.book, [])
    fresh = world.blank()
    with pytest.raises(Refused) as caught:
        finance.lodge(fresh, finance.accepted(fresh, facility))
    assert caught.value.name in {"MayNotReceive", "NotARoom"}
    finance.book.discharge(finance.borrower, facility, [(other, prints)])
    terms = finance.sold(sales, bill)
    finance.book.instruct(finance.borrower, bill, sales.room, sales.room.hashOf(terms), 0)
    sales.room.pay(world.consignee, terms, finance.banks.hkd)
    for each in finance.positions_of(facility):
        finance.book.claim(world.stranger, each)
    assert finance.balanced()


# -------------------------------------------------------------------------------------------- papers for something else


def test_a_relayed_draw_is_the_borrowers_and_the_borrower_is_paid(finance: Finance) -> None:
    facility = finance.opened()
    bill, prints = finance.pledged(facility)
    call, deadline = ("draw", facility, 700, bill, []), finance.now + HOUR
    event = finance.relayed(finance.borrower, *call, deadline=deadline).event("Drawn")
    assert event.to == finance.borrower.address
    with pytest.raises(Refused, match="AlreadyUsed"):
        finance.relayed(finance.borrower, *call, deadline=deadline)
    finance.relayed(finance.borrower, "repay", facility, 700, finance.banks.hkd, [(bill, prints)])
    assert finance.has(bill, finance.borrower)


def test_what_the_desk_does_is_relayed_too(finance: Finance) -> None:
    """Who signed is known to both pieces of code."""
    facility, bill, _ = finance.drawn(1_000)
    until = finance.now + DAY
    event = finance.relayed(finance.agent, "entrust", bill, finance.borrower, until, b"sale").event("Entrusted")
    assert event.by == finance.agent.address
    assert finance.has(bill, finance.borrower)
    with refused("NotAParty", finance.borrower.address):
        finance.relayed(finance.borrower, "file", facility, (b"CN", b"\1" * 32, b"", b"", 1, until))


def test_a_pledge_is_relayed_by_the_ledger(finance: Finance) -> None:
    world, facility = finance.world, finance.opened()
    bill = world.blank()
    terms = finance.accepted(bill, facility, amount=500)
    paper = world.ledger.signed_act(finance.borrower, bill, "lodge", bill, 0, finance.book, terms.encoded)
    signature = finance.borrower.signature(world.ledger.digest("SignedAct", paper))
    had = finance.money_of(finance.borrower)
    world.ledger.act(world.relayer, paper, signature)
    assert finance.has(bill, finance.book)
    assert finance.money_of(finance.borrower) == had + 500


def test_a_relayed_call_for_another_room_or_chain_or_by_another_is_none(finance: Finance, sales: Sales) -> None:
    facility = finance.opened()
    bill, _ = finance.pledged(facility)
    call = (finance.borrower, "draw", facility, 1, bill, [])
    for wrong in (
        {"contract": sales.room},
        {"contract": finance.desk},
        {"name": b"Sampan Sale"},
        {"chain": finance.world.onchain.chain_id + 1},
        {"by": finance.world.forwarder},
    ):
        with refused("NotSignedBy", finance.borrower.address):
            finance.relayed(*call, **wrong)
    finance.relayed(*call)


def test_what_was_signed_for_one_thing_is_good_for_no_other(finance: Finance) -> None:
    """Facility, acceptance and appointment are three texts."""
    world, facility = finance.world, finance.opened()
    bill = world.blank()
    terms = finance.accepted(bill, facility)
    first, _ = finance.positions_of(facility)
    with refused("NotSignedBy", world.forwarder.address):
        finance.book.replaceAgent(
            world.relayer,
            facility,
            world.forwarder,
            finance.now + HOUR,
            [world.forwarder.signature(finance.digest(finance.facility().hash))],
            [],
            [],
        )
    deadline, digest = finance.appointment(facility, finance.agent)
    with refused("NotSignedBy", finance.agent.address):
        finance.lodge(bill, terms._replace(signature=finance.agent.signature(digest)))
    offer = finance.digest_of_offer(finance.offer(first))
    with refused("NotSignedBy", finance.agent.address):
        finance.lodge(bill, terms._replace(signature=finance.agent.signature(offer)))
    assert deadline


def test_a_wallet_that_signs_for_the_agent_and_then_does_not_accepts_nothing_more(finance: Finance) -> None:
    """ERC-1271: what it says counts when it is asked, and it is asked without being able to change anything."""
    world, facility = finance.world, finance.opened()
    signatory = Party("signatory of the wallet")
    wallet = wallet_of(world, finance.agent, signatory)
    finance.pledged(facility, agent_account=wallet)
    wallet.become(world.relayer, NOBODY, 0)
    bill = world.blank()
    with refused("NotSignedBy", wallet.address):
        finance.lodge(bill, finance.accepted(bill, facility, agent_account=wallet))


def test_a_source_of_bills_that_was_named_by_nobody_gets_none(finance: Finance) -> None:
    """X14: whoever calls is the room; it was not named."""
    world = finance.world
    _, bill, _ = finance.drawn(1_000)
    for deal in (bytes(32), keccak(b"deal")):
        with refused("NotInstructed", bill):
            finance.book.release(world.stranger, bill, 10**6, world.forwarder, 3, deal)


def test_an_account_that_may_only_move_binds_neither_borrower_nor_agent(finance: Finance) -> None:
    world, facility = finance.world, finance.opened()
    bill, prints = finance.pledged(facility)
    clerks = [
        world.add_account(party, world.extra["spare"][40 + at], MOVE)
        for at, party in enumerate((finance.borrower, finance.agent))
    ]
    with refused("LacksRole", clerks[0].address, MOVE | TERMS):
        finance.book.draw(clerks[0], facility, 1, bill, [])
    with refused("LacksRole", clerks[1].address, MOVE | TERMS):
        finance.book.entrust(clerks[1], bill, finance.borrower, finance.now + DAY, b"")
    # What the debt needs not it may let go.
    finance.book.discharge(clerks[1], facility, [(bill, prints)])
