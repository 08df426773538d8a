"""Claims of lenders: what comes in is theirs to the unit, however they split and sell it (P6, N19, N20, T4, T28)."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from support.contract import Contract, Refused, refused
from support.finance import CONSENT, Finance, parted
from support.trade import DAY, HOUR, MOVE, NOBODY, TERMS, Party
from support.verbs import room as listed
from support.verbs import wallet_of
from support.world import World

from sampan.keccak import keccak


@pytest.fixture
def positions(finance: Finance) -> Contract:
    return finance.positions


def recovered(world: World, lost: Party, successor: Party) -> None:
    """A lost account has its successor, seven days later."""
    deadline = world.ledger.now + HOUR
    paper = (lost.participant, lost, successor, MOVE | TERMS, 0, deadline)
    known = world.ledger.account(successor).number != 0
    signature = b"" if known else successor.signature(world.ledger.digest("Successor", paper))
    roles = 0 if known else MOVE | TERMS
    world.ledger.proposeRecovery(world.recoverer, lost, successor, roles, deadline, b"key lost", signature)
    world.ledger.later(days=7)
    world.ledger.executeRecovery(world.stranger, lost)


def lent(finance: Finance, **changes: Any) -> tuple[int, list[int]]:
    facility = finance.opened(**changes)
    return facility, finance.positions_of(facility)


def paid(finance: Finance, facility: int, amount: int) -> None:
    """Drawn and repaid on the same day: so much came in."""
    bill, _ = finance.pledged(facility, value=10**7)
    finance.book.draw(finance.borrower, facility, amount, bill, [])
    finance.book.repay(finance.borrower, facility, amount, finance.banks.hkd, [])


# -------------------------------------------------------------------------------------------------------------- minted


def test_each_lender_has_a_position_of_what_it_paid_in(finance: Finance, positions: Contract) -> None:
    done = finance.open(finance.facility())
    (facility,) = {event.facility for event in done.named("Opened")}
    found = finance.positions_of(facility)
    number = finance.world.ledger.account(finance.book).number
    assert found == [number << 56 | facility << 32 | 1, number << 56 | facility << 32 | 2]
    assert [(event.position, event.to, event.shares) for event in done.named("Lent")] == [
        (found[0], finance.world.bank.address, 600_000),
        (found[1], finance.world.cautious_bank.address, 400_000),
    ]
    assert [positions.ownerOf(each) for each in found] == [lender.address for lender in finance.lenders]
    assert [vars(positions.positionOf(each)) for each in found] == [
        {"shares": 600_000, "had": 0},
        {"shares": 400_000, "had": 0},
    ]
    assert [positions.unclaimed(each) for each in found] == [0, 0]


def test_a_listed_room_alone_mints_and_the_room_that_lent_alone_takes(finance: Finance, positions: Contract) -> None:
    world, room = finance.world, listed(finance.world)
    for party in (world.stranger, world.bank):
        with refused("NotARoom", party.address):
            positions.mint(party, 1, world.bank, 1)
    call = (positions.address, positions.data("mint", 1, world.bank, 5), False)
    position = room.does(call).event("Lent").position
    assert position == room.number << 56 | 1 << 32 | 1
    _, (other, _) = lent(finance)
    for party, target in ((world.stranger, position), (world.bank, other)):
        with refused("NotTheRoomOf", target, party.address):
            positions.take(party, target, 1, 1)
    with refused("NotTheRoomOf", other, room.address):
        room.does((positions.address, positions.data("take", other, 10**6, 10**6), False))
    with refused("TokenDoesNotExist"):
        positions.take(world.stranger, 0, 1, 1)
    for loan, shares, error in ((2**24, 1, ("LoanOutOfRange", 2**24)), (1, 0, ("SharesOutOfRange", 0))):
        with refused(*error):
            room.does((positions.address, positions.data("mint", loan, world.bank, shares), False))
    world.ledger.delistRoom(world.delister, room, [])
    with refused("NotARoom", room.address):
        room.does(call)
    # Who lent before is paid all the same.
    room.does((positions.address, positions.data("take", position, 7, 5), False))
    assert positions.positionOf(position).had == 7


# ----------------------------------------------------------------------------------------------------------- countries


def test_t4_lenders_are_of_countries_for_which_positions_are_open(finance: Finance, positions: Contract) -> None:
    world = finance.world
    room = listed(world)
    call = (positions.address, positions.data("mint", 1, world.shipper, 5), False)
    with refused("NotOpenTo", world.shipper.address, b"CN"):
        room.does(call)
    event = positions.openTo(world.lister, [b"CN", b"SG"], CONSENT).event("CountriesOpened")
    assert (list(event.countries), event.consent, event.count) == ([b"CN", b"SG"], CONSENT, 2)
    position = room.does(call).event("Lent").position
    event = positions.closeTo(world.delister, [b"CN"]).event("CountriesClosed")
    assert (list(event.countries), event.count) == ([b"CN"], 3)
    assert (positions.isOpenTo(b"CN"), positions.isOpenTo(b"SG")) == (False, True)
    # It keeps what it has, is paid, and may sell; it is given nothing new.
    with refused("NotOpenTo", world.shipper.address, b"CN"):
        positions.split(world.shipper, position, 2)
    room.does((positions.address, positions.data("take", position, 3, 5), False))
    positions.transferFrom(world.shipper, world.shipper, world.bank, position)
    with refused("NotOpenTo", world.shipper.address, b"CN"):
        positions.transferFrom(world.bank, world.bank, world.shipper, position)


def test_t4_countries_are_opened_and_closed_by_those_who_list_rooms_with_a_consent(
    finance: Finance, positions: Contract
) -> None:
    world = finance.world
    for party in (world.delister, world.admin, world.bank):
        with refused("AccessManagedUnauthorized", party.address):
            positions.openTo(party, [b"NL"], CONSENT)
    for party in (world.lister, world.admin, world.bank):
        with refused("AccessManagedUnauthorized", party.address):
            positions.closeTo(party, [b"HK"])
    with refused("NoConsent"):
        positions.openTo(world.lister, [b"NL"], bytes(32))
    with refused("NoCountries"):
        positions.openTo(world.lister, [], CONSENT)
    with refused("NoCountries"):
        positions.closeTo(world.delister, [])
    with refused("AuthorityIsFixed"):
        positions.setAuthority(world.admin)


# -------------------------------------------------------------------------------------------------------------- claims


def test_p6_what_comes_in_is_the_lenders_by_their_shares(finance: Finance, positions: Contract) -> None:
    world = finance.world
    facility, (first, second) = lent(finance)
    paid(finance, facility, 100_001)
    assert [positions.unclaimed(each) for each in (first, second)] == parted(100_001, [600_000, 400_000])
    had = finance.money_of(world.bank)
    event = finance.book.claim(world.stranger, first).event("Claimed")
    assert (event.position, event.to, event.amount, event.by) == (
        first,
        world.bank.address,
        60_000,
        world.stranger.address,
    )
    assert finance.money_of(world.bank) == had + 60_000
    with refused("NothingUnclaimed", first):
        finance.book.claim(world.bank, first)
    assert finance.book.claim(world.cautious_bank, second).event("Claimed").amount == 40_001
    assert finance.balanced()


def test_p6_of_a_unit_among_many_lenders_nothing_is_left_to_nobody(finance: Finance, positions: Contract) -> None:
    lenders = [finance.world.bank] * 7
    shares = [3, 3, 3, 1, 1, 1, 1]
    facility, found = lent(finance, lenders=lenders, commitments=shares)
    bill, _ = finance.pledged(facility, value=10**7)
    for amount in range(1, 14):
        finance.book.draw(finance.borrower, facility, 1, bill, [])
        finance.book.repay(finance.borrower, facility, 1, finance.banks.hkd, [])
        owed = [positions.unclaimed(each) for each in found]
        assert owed == parted(amount, shares)
        assert sum(owed) == amount


def test_a_suspended_lender_keeps_its_claim_and_the_others_have_theirs(finance: Finance, positions: Contract) -> None:
    world = finance.world
    facility, (first, second) = lent(finance)
    paid(finance, facility, 1_000)
    world.suspend(world.bank)
    with refused("MayNotAct", world.bank.address):
        finance.book.claim(world.stranger, first)
    assert positions.unclaimed(first) == 600
    assert finance.book.claim(world.stranger, second).event("Claimed").amount == 400
    world.ledger.liftSuspension(world.lifter, world.bank.participant)
    assert finance.book.claim(world.stranger, first).event("Claimed").amount == 600


# -------------------------------------------------------------------------------------------------------------- splits


def test_a_part_has_its_part_of_what_was_had_and_of_what_was_not(finance: Finance, positions: Contract) -> None:
    world = finance.world
    facility, (first, second) = lent(finance)
    paid(finance, facility, 100_000)
    finance.book.claim(world.bank, first)
    paid(finance, facility, 50_000)
    event = positions.split(world.bank, first, 200_000).event("Split")
    part = finance.positions_of(facility)[-1]
    assert (event.position, event.part, event.shares, event.had) == (first, part, 200_000, 20_000)
    assert (positions.ownerOf(part), positions.countOf(finance.book, facility)) == (world.bank.address, 3)
    assert [(vars(positions.positionOf(each)), positions.unclaimed(each)) for each in (first, part, second)] == [
        ({"shares": 400_000, "had": 40_000}, 20_000),
        ({"shares": 200_000, "had": 20_000}, 10_000),
        ({"shares": 400_000, "had": 0}, 60_000),
    ]


def test_its_owner_alone_splits_a_position_into_two_that_are_something(finance: Finance, positions: Contract) -> None:
    world = finance.world
    _, (first, second) = lent(finance)
    positions.approve(world.bank, world.forwarder, first)
    for party in (world.cautious_bank, world.forwarder, world.bank_vault, world.stranger):
        with refused("NotOwnerNorApproved"):
            positions.split(party, first, 1)
    for shares in (0, 600_000, 600_001, 2**120 - 1):
        with refused("SharesOutOfRange", shares):
            positions.split(world.bank, first, shares)
    positions.split(world.bank, first, 599_999)
    with refused("SharesOutOfRange", 1):
        positions.split(world.bank, first, 1)
    world.suspend(world.cautious_bank)
    with refused("MayNotReceive", world.cautious_bank.address):
        positions.split(world.cautious_bank, second, 1)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["each time from the first", "each time from the last part"])
def test_a_position_is_split_a_hundred_times_and_all_its_parts_are_paid(
    finance: Finance, positions: Contract, way: str
) -> None:
    """Further on what it is owed could no longer be worked out: it would be lost."""
    world = finance.world
    facility, (first, _) = lent(finance)
    paid(finance, facility, 1_000)
    at = first
    # The first position is one step from the loan.
    for done in range(99):
        part = positions.split(world.bank, at, 1 if "first" in way else 600_000 - 1 - done)
        at = first if "first" in way else part.event("Split").part
    with refused("TooManySplits", at):
        positions.split(world.bank, at, 1)
    found = finance.positions_of(facility)
    assert sum(positions.unclaimed(each) for each in found) == 1_000
    paid(finance, facility, 500_000)
    assert finance.book.claim(world.bank, at).event("Claimed").amount > 0
    for each in found:
        if positions.unclaimed(each):
            finance.book.claim(world.stranger, each)
    assert sum(positions.positionOf(each).had for each in found) == 501_000
    assert finance.balanced()
    # What was split less often is split on.
    other = found[0] if "last" in way else found[5]
    if positions.positionOf(other).shares > 1:
        positions.split(world.bank, other, 1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_p6_whatever_is_split_claimed_and_paid_all_is_owed_to_the_unit_and_no_claim_shrinks(
    finance: Finance, positions: Contract, seed: int
) -> None:
    chance = Random(seed)
    lenders = [chance.choice(finance.lenders) for _ in range(chance.randint(1, 5))]
    shares = [chance.choice([1, 2, 7, 1_000, 333_333, 999_999]) for _ in lenders]
    facility, _ = lent(finance, lenders=lenders, commitments=shares)
    bill, _ = finance.pledged(facility, value=10**9)
    total, claimed = 0, 0
    owed: dict[int, int] = {}
    for _ in range(60):
        before = finance.positions_of(facility)
        act = chance.choice(["pay", "pay", "claim", "split", "split"])
        at = chance.choice(before)
        had = {each: positions.unclaimed(each) for each in before}
        if act == "pay" and finance.book.loan(facility).undrawn:
            amount = min(chance.choice([1, 1, 2, 10, 997, 54_321]), finance.book.loan(facility).undrawn)
            finance.book.draw(finance.borrower, facility, amount, bill, [])
            finance.book.repay(finance.borrower, facility, amount, finance.banks.hkd, [])
            total += amount
            assert all(positions.unclaimed(each) >= had[each] for each in before)
        elif act == "claim" and had[at]:
            assert finance.book.claim(finance.world.stranger, at).event("Claimed").amount == had[at]
            claimed += had[at]
        elif act == "split" and positions.positionOf(at).shares > 1:
            size = chance.randint(1, positions.positionOf(at).shares - 1)
            owner = next(each for each in finance.lenders if each.address == positions.ownerOf(at))
            part = positions.split(owner, at, size).event("Split").part
            assert positions.unclaimed(at) + positions.unclaimed(part) == had[at]
        owed = {each: positions.unclaimed(each) for each in finance.positions_of(facility)}
        assert sum(owed.values()) == total - claimed
        assert sum(positions.positionOf(each).shares for each in owed) == sum(shares)
    assert finance.balanced()


# ------------------------------------------------------------------------------------------------------- lost and moved


def test_a_position_moves_as_any_token_to_whoever_may_hold_it_with_what_is_unclaimed(
    finance: Finance, positions: Contract
) -> None:
    world = finance.world
    facility, (first, _) = lent(finance)
    paid(finance, facility, 1_000)
    positions.approve(world.bank, world.forwarder, first)
    positions.transferFrom(world.forwarder, world.bank, world.forwarder, first)
    had = finance.money_of(world.forwarder)
    finance.book.claim(world.stranger, first)
    assert finance.money_of(world.forwarder) == had + 600


def test_t4_persons_alone_hold_positions(finance: Finance, positions: Contract) -> None:
    world = finance.world
    _, (first, _) = lent(finance)
    room = listed(world)
    for target in (NOBODY, world.stranger.address, room.address, positions.address, finance.book.address):
        with refused("MayNotReceive", target):
            positions.transferFrom(world.bank, world.bank, target, first)
    world.suspend(world.forwarder)
    with refused("MayNotReceive", world.forwarder.address):
        positions.transferFrom(world.bank, world.bank, world.forwarder, first)
    world.ledger.liftSuspension(world.lifter, world.forwarder.participant)
    world.suspend(world.bank)
    with refused("MayNotAct", world.bank.address):
        positions.transferFrom(world.bank, world.bank, world.forwarder, first)


def test_a_thief_with_the_key_of_a_lost_account_moves_and_splits_and_sells_nothing(
    finance: Finance, positions: Contract
) -> None:
    world = finance.world
    facility, (first, _) = lent(finance)
    paid(finance, facility, 1_000)
    positions.setApprovalForAll(world.bank, world.forwarder, True)
    recovered(world, world.bank, world.bank_vault)
    for sender in (world.bank, world.forwarder):
        with refused("MayNotAct", world.bank.address):
            positions.transferFrom(sender, world.bank, world.cautious_bank, first)
    with refused("MayNotReceive", world.bank.address):
        positions.split(world.bank, first, 1)
    with refused("LacksRole", world.bank.address, TERMS):
        finance.buy(finance.offer(first))
    with refused("MayNotAct", world.bank.address):
        finance.book.claim(world.bank, first)
    event = positions.recover(world.stranger, first).event("PositionRecovered")
    assert (event.position, event.lost, event.successor) == (first, world.bank.address, world.bank_vault.address)
    had = finance.money_of(world.bank_vault)
    finance.book.claim(world.stranger, first)
    assert finance.money_of(world.bank_vault) == had + 600


def test_a_thief_may_do_with_the_lost_key_what_anybody_may(finance: Finance, positions: Contract) -> None:
    _, (first, _) = lent(finance)
    recovered(finance.world, finance.world.bank, finance.world.bank_vault)
    positions.transferFrom(finance.world.bank, finance.world.bank, finance.world.bank_vault, first)
    assert positions.ownerOf(first) == finance.world.bank_vault.address


def test_only_what_is_lost_is_recovered_and_it_stays_recoverable_when_its_country_is_closed(
    finance: Finance, positions: Contract
) -> None:
    """Else a lender of a country that was closed would lose with its key what it has (T4, P12)."""
    world = finance.world
    _, (first, _) = lent(finance)
    with refused("NoSuccessor", world.bank.address):
        positions.recover(world.stranger, first)
    with refused("TokenDoesNotExist"):
        positions.recover(world.stranger, first + 9)
    recovered(world, world.bank, world.bank_vault)
    positions.closeTo(world.delister, [b"HK"])
    world.suspend(world.bank_vault)
    positions.recover(world.stranger, first)
    assert positions.ownerOf(first) == world.bank_vault.address
    with refused("NoSuccessor", world.bank_vault.address):
        positions.recover(world.stranger, first)


# --------------------------------------------------------------------------------------------------------------- sales


def test_n20_a_position_is_paid_for_and_taken_in_one_act_with_what_is_unclaimed(
    finance: Finance, positions: Contract
) -> None:
    world = finance.world
    facility, (first, _) = lent(finance)
    paid(finance, facility, 1_000)
    offer = finance.offer(first)
    had = finance.money_of(world.bank)
    event = finance.buy(offer).event("PositionSold")
    assert (event.position, event.seller, event.buyer, event.offer) == (
        first,
        world.bank.address,
        world.cautious_bank.address,
        finance.digest_of_offer(offer),
    )
    assert getattr(event, "from") == finance.banks.other_hkd.address
    assert positions.ownerOf(first) == world.cautious_bank.address
    assert finance.money_of(world.bank) == had + 50_000
    assert positions.unclaimed(first) == 600


def test_n20_a_seller_that_claims_just_before_it_is_paid_sells_nothing(finance: Finance, positions: Contract) -> None:
    world = finance.world
    facility, (first, _) = lent(finance)
    paid(finance, facility, 1_000)
    offer = finance.offer(first)
    finance.book.claim(world.bank, first)
    for more in (0, 2_000):
        # What comes in later makes up for nothing: it would have been the buyer's anyway.
        if more:
            paid(finance, facility, more)
        with refused("NotAsOffered", first, 600_000, 600):
            finance.buy(offer)
    finance.buy(finance.offer(first))


def test_n20_a_position_that_is_paid_out_after_it_was_offered_is_not_sold_for_the_price_of_before(
    finance: Finance, positions: Contract
) -> None:
    """Nothing was unclaimed when it was offered; then all was repaid, and claimed."""
    facility, (first, _) = lent(finance)
    offer = finance.offer(first)
    paid(finance, facility, 1_000)
    finance.book.claim(finance.world.bank, first)
    with refused("NotAsOffered", first, 600_000, 600):
        finance.buy(offer)


def test_n20_a_seller_that_splits_just_before_it_is_paid_sells_nothing(finance: Finance, positions: Contract) -> None:
    _, (first, _) = lent(finance)
    offer = finance.offer(first)
    positions.split(finance.world.bank, first, 599_999)
    with refused("NotAsOffered", first, 1, 0):
        finance.buy(offer)


def test_an_offer_counts_once_wherever_the_position_went_since(finance: Finance, positions: Contract) -> None:
    """The seller that has it back has not sold it at the old price again."""
    world = finance.world
    _, (first, _) = lent(finance)
    offer = finance.offer(first)
    finance.buy(offer)
    positions.transferFrom(world.cautious_bank, world.cautious_bank, world.bank, first)
    with refused("AlreadyUsed", finance.digest_of_offer(offer)):
        finance.buy(offer)
    assert positions.ownerOf(first) == world.bank.address
    # Who means it again signs again.
    finance.buy(offer._replace(salt=keccak(b"again")))


def test_n20_an_offer_counts_until_its_last_second_unless_it_is_withdrawn(finance: Finance) -> None:
    world = finance.world
    _, (first, second) = lent(finance)
    offer = finance.offer(first)
    world.onchain.at(offer.deadline + 1)
    with refused("SignatureExpired", offer.deadline):
        finance.buy(offer)
    withdrawn = finance.offer(second, seller=world.cautious_bank, buyer=world.bank.participant)
    digest = finance.digest_of_offer(withdrawn)
    world.ledger.cancel(world.cautious_bank, digest)
    with refused("SignatureCancelled", world.cautious_bank.address, digest):
        finance.buy(withdrawn, world.bank)
    world.onchain.at(offer.deadline)
    finance.buy(offer)


def test_the_buyer_that_was_named_buys_by_an_account_that_may_bind_it(finance: Finance, positions: Contract) -> None:
    world = finance.world
    _, (first, _) = lent(finance)
    offer = finance.offer(first)
    with refused("NotTheBuyer", world.forwarder.participant):
        finance.buy(offer, world.forwarder, finance.banks.hkd)
    with refused("MayNotAct", world.stranger.address):
        finance.buy(offer, world.stranger)
    clerk = world.add_account(world.cautious_bank, world.extra["spare"][5], MOVE)
    with refused("LacksRole", clerk.address, TERMS):
        finance.buy(offer, clerk)
    world.suspend(world.cautious_bank)
    with refused("MayNotAct", world.cautious_bank.address):
        finance.buy(offer)
    world.ledger.liftSuspension(world.lifter, world.cautious_bank.participant)
    positions.closeTo(world.delister, [b"HK"])
    with refused("NotOpenTo", world.cautious_bank.address, b"HK"):
        finance.buy(offer)


def test_who_signs_has_the_position_and_may_bind_its_participant(finance: Finance, positions: Contract) -> None:
    world = finance.world
    _, (first, second) = lent(finance)
    with refused("NotSignedBy", world.bank.address):
        finance.buy(finance.offer(first), signer=world.forwarder)
    with refused("TransferFromIncorrectOwner"):
        finance.buy(finance.offer(first, seller=world.bank_vault))
    with refused("TransferFromIncorrectOwner"):
        finance.buy(finance.offer(second))
    clerk = world.add_account(world.bank, world.extra["spare"][5], MOVE)
    positions.transferFrom(world.bank, world.bank, clerk, first)
    with refused("LacksRole", clerk.address, TERMS):
        finance.buy(finance.offer(first, seller=clerk))
    world.suspend(world.bank)
    with refused("MayNotAct", clerk.address):
        world.ledger.liftSuspension(world.lifter, world.bank.participant)
        world.ledger.setAccountRoles(world.bank, clerk, MOVE | TERMS)
        offer = finance.offer(first, seller=clerk)
        world.suspend(world.bank)
        finance.buy(offer)


def test_an_offer_for_another_contract_or_chain_is_none(finance: Finance) -> None:
    world = finance.world
    _, (first, _) = lent(finance)
    offer = finance.offer(first)
    wrong = [
        finance.digest(offer.hash, world.ledger, b"Sampan Positions"),
        finance.digest(offer.hash, finance.positions),
        finance.digest(offer.hash, finance.positions, b"Sampan Positions", world.onchain.chain_id + 1),
    ]
    for digest in wrong:
        with refused("NotSignedBy", world.bank.address):
            finance.positions.buy(world.cautious_bank, offer, finance.banks.hkd, world.bank.signature(digest))


@pytest.mark.parametrize("field", ["price", "shares", "had", "deadline", "salt", "buyer", "money"])
def test_every_term_of_an_offer_is_what_was_signed(finance: Finance, field: str) -> None:
    world = finance.world
    _, (first, _) = lent(finance)
    offer = finance.offer(first)
    other: dict[str, Any] = {
        "price": 1,
        "shares": 1,
        "had": 1,
        "deadline": offer.deadline + DAY,
        "salt": keccak(b"other"),
        "buyer": world.forwarder.participant,
        "money": finance.banks.other_hkd,
    }
    signature = world.bank.signature(finance.digest_of_offer(offer))
    buyer = world.forwarder if field == "buyer" else world.cautious_bank
    with refused("NotSignedBy", world.bank.address):
        finance.positions.buy(buyer, offer._replace(**{field: other[field]}), finance.banks.other_hkd, signature)


def test_who_cannot_pay_buys_nothing(finance: Finance, positions: Contract) -> None:
    world = finance.world
    _, (first, _) = lent(finance)
    offer = finance.offer(first, price=10**8)
    with pytest.raises(Refused, match="ERC20InsufficientBalance"):
        finance.buy(offer)
    assert positions.ownerOf(first) == world.bank.address
    finance.banks.other_hkd.approve(world.cautious_bank, positions, 0)
    with pytest.raises(Refused, match="ERC20InsufficientAllowance"):
        finance.buy(finance.offer(first))


def test_a_wallet_that_signs_sells(finance: Finance, positions: Contract) -> None:
    """ERC-1271."""
    world = finance.world
    _, (first, _) = lent(finance)
    wallet = wallet_of(world, world.bank, world.relayer)
    positions.transferFrom(world.bank, world.bank, wallet, first)
    finance.buy(finance.offer(first, seller=wallet))
    assert finance.money_of(wallet) == 50_000


def test_it_is_called_by_its_name(finance: Finance, positions: Contract) -> None:
    assert (positions.name(), positions.symbol(), positions.tokenURI(1)) == ("Sampan loan position", "LOAN", "")
    with refused("TokenDoesNotExist"):
        positions.ownerOf(1)
