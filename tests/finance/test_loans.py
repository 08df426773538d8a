"""Pledge, draw, repay, discharge: who may, when, for how much, and what is owed to the unit (D6, X17, N18, T31, P7)."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from support.cargo import ALL_UNITS, Clause, Said
from support.contract import Refused, refused
from support.finance import ACT360, ACT365F, Finance, Owing, deposit_of, print_of
from support.money import another
from support.onchain import OpenBlock
from support.trade import DAY, HOUR, MOVE, TERMS, Endorsement, Kind
from support.verbs import wallet_of

from sampan.keccak import keccak

HAD = 10_000_000


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> int:
    """A time in UTC, in seconds since 1970."""
    return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp())


# -------------------------------------------------------------------------------------------------------------- pledge


def test_a_bill_is_lodged_in_blank_held_for_the_agent_and_drawn_on_in_one_act(finance: Finance) -> None:
    world, facility = finance.world, finance.opened()
    bill = world.order()
    terms = finance.accepted(bill, facility, amount=50_000)
    done = finance.lodge(bill, terms, how=Endorsement.BLANK)
    pledged, drawn = done.event("Pledged"), done.event("Drawn")
    assert (pledged.facility, pledged.bill, pledged.pledge, pledged.value, pledged.units, pledged.by) == (
        facility,
        bill,
        1,
        100_000,
        1,
        world.shipper.address,
    )
    assert (drawn.facility, drawn.bill, drawn.amount, drawn.principal, drawn.interest, drawn.to) == (
        facility,
        bill,
        50_000,
        50_000,
        0,
        world.shipper.address,
    )
    assert finance.has(bill, finance.book)
    assert world.ledger.holderFor(bill) == finance.agent.participant
    assert world.ledger.bill(bill).kind == Kind.BLANK
    assert finance.money_of(world.shipper) == HAD + 50_000
    assert finance.book.pledgeOf(bill) == (facility, 1, 100_000, 1, True, 0)
    room, debt = finance.registrations.debtOf(terms.prints[0])
    assert (room, debt) == (finance.book.address, facility | 1 << 24)
    assert finance.balanced()


def test_pledges_of_a_facility_are_numbered_and_cover_together(finance: Finance) -> None:
    facility = finance.opened()
    bills = [finance.pledged(facility, value=value)[0] for value in (100_000, 50_000, 1)]
    assert [finance.book.pledgeOf(bill)[1] for bill in bills] == [1, 2, 3]
    assert finance.covered(facility) == 150_001 * 8 // 10
    finance.book.draw(finance.borrower, facility, 120_000, bills[2], [])
    with refused("NotCovered", 120_001, 120_000):
        finance.book.draw(finance.borrower, facility, 1, bills[0], [])


def test_n18_a_bill_that_is_not_in_blank_secures_nothing(finance: Finance) -> None:
    """It could not be sold or surrendered without another's word."""
    world, facility = finance.world, finance.opened()
    for bill, kind in ((world.order(), Kind.ORDER), (world.straight(), Kind.STRAIGHT), (world.by_name(), Kind.NAMED)):
        if kind == Kind.NAMED:
            world.ledger.transfer(world.bank, bill, world.shipper, b"")
        with refused("NotPledgeable", bill, kind):
            finance.lodge(bill, finance.accepted(bill, facility))


def test_the_borrower_pledges_by_an_account_that_may_bind_it(finance: Finance) -> None:
    world, facility = finance.world, finance.opened()
    clerk = world.add_account(world.shipper, world.extra["spare"][7], MOVE)
    desk = world.add_account(world.shipper, world.extra["spare"][8])
    for party, error in (
        (world.forwarder, ("NotAParty", world.forwarder.address)),
        (finance.agent, ("NotAParty", finance.agent.address)),
        (clerk, ("LacksRole", clerk.address, TERMS)),
    ):
        bill = world.blank(party)
        with refused(*error):
            finance.lodge(bill, finance.accepted(bill, facility), party)
    bill = world.blank(desk)
    finance.lodge(bill, finance.accepted(bill, facility, amount=1), desk)
    assert finance.money_of(desk) == 1


@pytest.mark.parametrize(
    "field", ["facility", "value", "deadline", "prints", "another bill", "another chain", "another book", "an offer"]
)
def test_the_agent_accepts_this_bill_at_this_value_with_these_prints(finance: Finance, field: str) -> None:
    world, facility = finance.world, finance.opened()
    other = finance.opened(salt=keccak(b"other"))
    bill = world.blank()
    good = finance.accepted(bill, facility)
    terms = {
        "facility": lambda: good._replace(facility=other),
        "value": lambda: good._replace(value=good.value + 1),
        "deadline": lambda: good._replace(deadline=good.deadline + 1),
        "prints": lambda: good._replace(prints=finance.prints()),
        "another bill": lambda: finance.accepted(world.blank(), facility, prints=good.prints),
        "another chain": lambda: finance.accepted(bill, facility, domain={"chain": 5}),
        "another book": lambda: finance.accepted(bill, facility, domain={"contract": finance.desk}),
        "an offer": lambda: finance.accepted(bill, facility, domain={"name": b"Sampan Sale"}),
    }[field]()
    with refused("NotSignedBy", finance.agent.address):
        finance.lodge(bill, terms)
    assert finance.has(bill, world.shipper)
    # What the borrower draws, and whose reports it names, the agent does not sign.
    finance.lodge(bill, good._replace(amount=5, producers=[world.stranger]))


def test_x17_an_acceptance_counts_once(finance: Finance) -> None:
    """The bill that was let go and is pledged again is another matter: goods rot, prices fall."""
    world, facility = finance.world, finance.opened()
    bill = world.blank()
    terms = finance.accepted(bill, facility)
    finance.lodge(bill, terms)
    finance.book.discharge(finance.borrower, facility, [(bill, terms.prints)])
    with refused("NotSignedBy", finance.agent.address):
        finance.lodge(bill, terms)
    finance.lodge(bill, finance.accepted(bill, facility, prints=terms.prints))


@pytest.mark.parametrize("acts", [-1, 0, 2])
def test_x17_an_acceptance_is_of_the_bill_as_it_is(finance: Finance, acts: int) -> None:
    facility, bill = finance.opened(), finance.world.blank()
    count = finance.world.ledger.bill(bill).actCount + acts
    with refused("NotSignedBy", finance.agent.address):
        finance.lodge(bill, finance.accepted(bill, facility, acts=count))


@pytest.mark.slow
@pytest.mark.open_block
def test_a_key_that_delegates_to_a_contract_signs_as_itself_and_as_nobody_else(finance: Finance) -> None:
    """It acts as itself when it likes (EIP-7702), so that its own signature is its word; another's is none."""
    world, facility = finance.world, finance.opened()
    if not isinstance(chain := world.onchain, OpenBlock):
        pytest.skip("writes code")
    wallet = wallet_of(world, world.bank, world.relayer)
    bill = world.blank()
    chain.place(bytes.fromhex(finance.agent.address[2:]), b"\xef\x01\x00" + bytes.fromhex(wallet.address[2:]))
    for signer in (world.shipper, world.stranger):
        with refused("NotSignedBy", finance.agent.address):
            finance.lodge(bill, finance.accepted(bill, facility, signer=signer))
    finance.pledged(facility, bill)
    assert finance.has(bill, finance.book)


def test_an_acceptance_counts_until_its_last_second_unless_it_is_withdrawn(finance: Finance) -> None:
    world, facility = finance.world, finance.opened()
    bill, other = world.blank(), world.blank()
    terms, withdrawn = finance.accepted(bill, facility), finance.accepted(other, facility)
    fields = [facility, other, 2, withdrawn.value, withdrawn.prints, withdrawn.deadline]
    from support.finance import struct_hash

    kinds = "uint256,uint256,uint256,uint256,uint256[],uint256"
    digest = finance.digest(struct_hash("Acceptance", kinds, "facility,bill,actCount,value,prints,deadline", fields))
    world.ledger.cancel(finance.agent, digest)
    with refused("SignatureCancelled", finance.agent.address, digest):
        finance.lodge(other, withdrawn)
    world.onchain.at(terms.deadline + 1)
    with refused("PledgedTooLate", terms.deadline):
        finance.lodge(bill, terms)
    world.onchain.at(terms.deadline)
    finance.lodge(bill, terms)


def test_who_accepts_is_the_agent_of_this_facility_by_an_account_with_terms(finance: Finance) -> None:
    world, facility = finance.world, finance.opened()
    clerk = world.add_account(finance.agent, world.extra["spare"][7], MOVE)
    signatory = world.add_account(finance.agent, world.extra["spare"][8], TERMS)
    wallet = wallet_of(world, finance.agent, world.relayer)
    for account, error in (
        (world.bank, ("NotAParty", world.bank.address)),
        (world.shipper, ("NotAParty", world.shipper.address)),
        (world.stranger, ("MayNotAct", world.stranger.address)),
        (clerk, ("LacksRole", clerk.address, TERMS)),
    ):
        bill = world.blank()
        with refused(*error):
            finance.lodge(bill, finance.accepted(bill, facility, agent_account=account))
    bill = world.blank()
    with refused("NotSignedBy", finance.agent.address):
        finance.lodge(bill, finance.accepted(bill, facility, signer=world.bank))
    for account in (signatory, wallet):
        finance.pledged(facility, agent_account=account)
    world.suspend(finance.agent)
    bill = world.blank()
    with refused("MayNotAct", finance.agent.address):
        finance.lodge(bill, finance.accepted(bill, facility))


def test_terms_of_a_pledge_that_cannot_be_are_named(finance: Finance) -> None:
    facility, bill = finance.opened(), finance.world.blank()
    with refused("TermsUnfit", "prints"):
        finance.lodge(bill, finance.accepted(bill, facility, prints=[]))
    with refused("TermsUnfit", "value"):
        finance.lodge(bill, finance.accepted(bill, facility, value=2**104))
    with refused("NoSuchFacility", 7):
        finance.lodge(bill, finance.accepted(bill, 7))
    finance.lodge(bill, finance.accepted(bill, facility, value=2**104 - 1))
    assert finance.covered(facility) == (2**104 - 1) * 8 // 10


@pytest.mark.parametrize(
    "spoilt", ["nothing", "cut", "longer", "no offset", "shifted", "a long list", "a hole", "no address"]
)
def test_terms_in_another_encoding_pledge_nothing(finance: Finance, spoilt: str) -> None:
    facility, bill = finance.opened(), finance.world.blank()
    good = finance.accepted(bill, facility, amount=1, producers=[finance.world.stranger]).encoded
    words = [good[i : i + 32] for i in range(0, len(good), 32)]

    def with_word(index: int, value: int) -> bytes:
        return b"".join([*words[:index], value.to_bytes(32, "big"), *words[index + 1 :]])

    data = {
        "nothing": b"",
        "cut": good[:-32],
        "longer": good + bytes(32),
        "no offset": with_word(0, 64),
        "shifted": with_word(6, 32 * 9),
        "a long list": with_word(9, 2**64),
        "a hole": with_word(7, int.from_bytes(words[7], "big") + 32),
        "no address": with_word(4, 2**200 + 1),
    }[spoilt]
    with pytest.raises(Refused) as caught:
        finance.lodge(bill, data)
    assert caught.value.name in {"PledgeMalformed", ""}
    assert finance.has(bill, finance.borrower)
    finance.lodge(bill, good)


# ------------------------------------------------------------------------------------------------- cargo pledged twice


def test_p7_a_box_that_is_pledged_is_pledged_nowhere_else_whatever_carrier_or_seal_a_bill_names(
    finance: Finance,
) -> None:
    """T21: seal, voyage and carrier are free to a cheat; the box is not."""
    world = finance.world
    facility, other = finance.opened(), finance.opened(salt=keccak(b"other"))
    bill, prints = finance.pledged(facility)
    second = world.issued(Kind.BLANK, possessor=world.shipper, carrier=world.other_carrier)
    taken = (finance.book.address, facility | 1 << 24)
    moved = [prints[0] + 14]
    for target in (facility, other):
        for shown in (prints, moved):
            with refused("Taken", shown[0], *taken):
                finance.lodge(second, finance.accepted(second, target, prints=shown))
    assert finance.covered(other) == 0
    # The debt, not the bill, ends it.
    finance.book.draw(finance.borrower, facility, 10, bill, [])
    finance.book.repay(finance.borrower, facility, 10, finance.banks.hkd, [(bill, prints)])
    finance.lodge(second, finance.accepted(second, other, prints=prints))


def test_p7_a_box_is_pledged_in_one_book_alone(finance: Finance) -> None:
    from support.verbs import room

    prints = finance.prints()
    register = finance.registrations
    elsewhere = room(finance.world)
    elsewhere.does((register.address, register.data("register", 5, prints), False))
    facility, bill = finance.opened(), finance.world.blank()
    with refused("Taken", prints[0], elsewhere.address, 5):
        finance.lodge(bill, finance.accepted(bill, facility, prints=prints))
    assert finance.has(bill, finance.borrower)


def test_t20_prints_are_shown_of_all_equipment_to_draw_and_to_leave(finance: Finance) -> None:
    facility = finance.opened()
    prints = finance.prints(5)
    bill, _ = finance.pledged(facility, prints=prints)
    assert finance.book.pledgeOf(bill)[3] == 5
    for shown in (prints[:4], [], [*prints, prints[0]]):
        with refused("PrintsMissing", bill, 5):
            finance.book.discharge(finance.borrower, facility, [(bill, shown)])
    other = finance.prints()[0]
    with refused("NotRegistered", other, facility | 1 << 24):
        finance.book.discharge(finance.borrower, facility, [(bill, [*prints[:4], other])])
    with refused("NotRegistered", prints[0], facility | 1 << 24):
        finance.book.discharge(finance.borrower, facility, [(bill, [*prints[:4], prints[0]])])
    finance.book.discharge(finance.borrower, facility, [(bill, prints[::-1])])
    assert finance.is_free(*prints)


def test_part_loads_of_twelve_shippers_are_pledged_by_twelve_bills(finance: Finance) -> None:
    facility, day = finance.opened(), finance.now // DAY
    for each in range(12):
        finance.pledged(facility, prints=[print_of(99, day, 2_000 + each, 26_000)])
    bill, heavy = finance.world.blank(), print_of(99, day, 2_000, 26_000)
    with refused("Taken", heavy, finance.book.address, facility | 1 << 24):
        finance.lodge(bill, finance.accepted(bill, facility, prints=[heavy]))
    heavy = print_of(99, day, 1_935, 26_000)
    with refused("Overloaded", heavy, sum(range(2_000, 2_012)) + 1_935, 26_000):
        finance.lodge(bill, finance.accepted(bill, facility, prints=[heavy]))


# ---------------------------------------------------------------------------------------------------------------- draw


def test_a_draw_is_of_the_borrower_on_a_bill_in_the_book(finance: Finance) -> None:
    world, facility = finance.world, finance.opened()
    bill, _ = finance.pledged(facility)
    other = finance.opened(salt=keccak(b"other"))
    elsewhere, _ = finance.pledged(other)
    clerk = world.add_account(world.shipper, world.extra["spare"][7], MOVE)
    signatory = world.add_account(world.shipper, world.extra["spare"][8], TERMS)
    draw = finance.book.draw
    with refused("NotAParty", finance.agent.address):
        draw(finance.agent, facility, 1, bill, [])
    with refused("LacksRole", clerk.address, MOVE | TERMS):
        draw(clerk, facility, 1, bill, [])
    with refused("LacksRole", signatory.address, MOVE | TERMS):
        draw(signatory, facility, 1, bill, [])
    with refused("NoSuchFacility", 9):
        draw(world.shipper, 9, 1, bill, [])
    for wrong in (elsewhere, world.blank(), world.new_id()):
        with refused("NotUnderThisDeal", wrong):
            draw(world.shipper, facility, 1, wrong, [])
    with refused("NothingDrawn"):
        draw(world.shipper, facility, 0, bill, [])
    world.suspend(world.shipper)
    with refused("MayNotAct", world.shipper.address):
        draw(world.shipper, facility, 1, bill, [])


def test_a_draw_is_of_what_is_undrawn_and_covered_with_its_interest(finance: Finance) -> None:
    facility = finance.opened(rate=10**7, clock=0)
    bill, _ = finance.pledged(facility, value=2_000_000)
    draw = finance.book.draw
    with refused("TooLittleUndrawn", 1_000_001, 1_000_000):
        draw(finance.borrower, facility, 1_000_001, bill, [])
    draw(finance.borrower, facility, 365_000, bill, [])
    with refused("TooLittleUndrawn", 635_001, 635_000):
        draw(finance.borrower, facility, 635_001, bill, [])
    small = finance.opened(rate=10**7, salt=keccak(b"small"))
    bill, _ = finance.pledged(small, value=100_000)
    draw(finance.borrower, small, 36_500, bill, [])
    finance.world.ledger.later(days=10)
    # 1,000 of interest is owed beside it.
    with refused("NotCovered", 80_001, 80_000):
        draw(finance.borrower, small, 42_501, bill, [])
    draw(finance.borrower, small, 42_500, bill, [])
    assert finance.owed(small) == (79_000, 1_000)


def test_a_draw_is_until_the_last_second_of_availability(finance: Finance) -> None:
    terms = finance.facility()
    facility = int(finance.open(terms).event("Opened").facility)
    bill, _ = finance.pledged(facility)
    finance.world.onchain.at(terms.available_until)
    finance.book.draw(finance.borrower, facility, 1, bill, [])
    with refused("NotAvailable", terms.available_until):
        finance.book.draw(finance.borrower, facility, 1, bill, [])
    late = finance.world.blank()
    with refused("NotAvailable", terms.available_until):
        finance.lodge(late, finance.accepted(late, facility, amount=1))
    # More security may be given at any time.
    finance.lodge(late, finance.accepted(late, facility))


def test_possession_that_was_borrowed_for_one_transaction_is_pledged_as_any_and_stays(finance: Finance) -> None:
    """A bill in blank is whoever's that has it. Pledge and draw are one act: who let it go has a bill no more."""
    world, facility = finance.world, finance.opened()
    bill = world.blank(world.forwarder)
    terms = finance.accepted(bill, facility, acts=world.ledger.bill(bill).actCount + 2, amount=80_000)
    world.ledger.transfer(world.forwarder, bill, world.shipper, b"for a moment")
    finance.lodge(bill, terms)
    for party in (world.shipper, world.forwarder):
        with refused("NotPossessor", bill, party.address):
            world.ledger.transfer(party, bill, world.forwarder, b"")
    with refused("NotCovered", 80_000, 0):
        finance.book.discharge(world.shipper, facility, [(bill, terms.prints)])
    with refused("NotPossessor", bill, world.shipper.address):
        world.ledger.reject(world.shipper, bill, 0, b"")


def test_n21_two_lenders_that_both_saw_a_box_free_do_not_both_lend_on_it(finance: Finance) -> None:
    world = finance.world
    facility, other = finance.opened(), finance.opened(salt=keccak(b"other"))
    bill, second = world.blank(), world.issued(Kind.BLANK, possessor=world.shipper, carrier=world.other_carrier)
    prints = finance.prints()
    one = finance.accepted(bill, facility, prints=prints, amount=80_000)
    two = finance.accepted(second, other, prints=prints, amount=80_000)
    finance.lodge(bill, one)
    with refused("Taken", prints[0], finance.book.address, facility | 1 << 24):
        finance.lodge(second, two)
    assert finance.owed(other) == (0, 0)


# ---------------------------------------------------------------------------------------------------------- conditions


def _laden(finance: Finance, **changes: Any) -> tuple[bytes, int]:
    cargo = finance.cargo
    condition = cargo.laid(Clause(Said.LOADED, 2, 0, ALL_UNITS), Clause(Said.DEPARTED, 1))
    return condition, finance.opened(condition=condition, **changes)


def test_a_draw_waits_for_what_was_reported_of_every_box(finance: Finance) -> None:
    cargo = finance.cargo
    condition, facility = _laden(finance)
    bill = finance.world.blank()
    terms = finance.accepted(bill, facility, prints=finance.prints(2))
    finance.lodge(bill, terms)
    everybody = cargo.everybody()

    def waits(producers: list[Any]) -> bool:
        with refused("ConditionNotMet", condition, bill):
            finance.book.draw(finance.borrower, facility, 1, bill, producers)
        return True

    assert waits(everybody)
    for unit in (1, 2):
        for party in (cargo.terminal, cargo.surveyor):
            assert waits(everybody)
            cargo.recorded(party, bill, Said.LOADED, unit=unit)
    assert waits(everybody)
    cargo.recorded(cargo.terminal, bill, Said.DEPARTED, unit=0)
    # Who is not named does not count.
    assert waits([])
    assert waits([cargo.terminal, cargo.customs])
    finance.book.draw(finance.borrower, facility, 1, bill, everybody)


def test_prints_that_were_left_out_would_ask_too_little_so_the_agent_signs_how_many_there_are(
    finance: Finance,
) -> None:
    """T20: the book cannot know how many boxes a bill has; it asks of as many as there are prints."""
    cargo = finance.cargo
    condition, facility = _laden(finance)
    bill, prints = finance.world.blank(), finance.prints(2)
    for party in (cargo.terminal, cargo.surveyor):
        cargo.recorded(party, bill, Said.LOADED, unit=1)
    cargo.recorded(cargo.terminal, bill, Said.DEPARTED, unit=0)
    whole = finance.accepted(bill, facility, prints=prints, amount=1, producers=cargo.everybody())
    with refused("NotSignedBy", finance.agent.address):
        finance.lodge(bill, whole._replace(prints=prints[:1]))
    with refused("ConditionNotMet", condition, bill):
        finance.lodge(bill, whole)
    assert finance.is_free(*prints)


@pytest.mark.parametrize("whose", ["borrower", "agent", "carrier"])
def test_the_word_of_the_groups_of_borrower_agent_and_carrier_counts_for_nothing(finance: Finance, whose: str) -> None:
    world, cargo = finance.world, finance.cargo
    condition = cargo.laid(Clause(Said.INSPECTED, 1))
    parent = {"borrower": world.shipper, "agent": finance.agent, "carrier": world.carrier}[whose].lei
    from support.trade import PRODUCE, Party, lei

    friend = Party("spare 30", lei_=lei("SAMPANTEST0AFRIEND"), country="CN", roles=PRODUCE | TERMS)
    world.enrol(friend, parent=parent)
    from support.cargo import kinds

    cargo.accredited(friend, kinds(Said.INSPECTED))
    facility = finance.opened(condition=condition)
    bill, _ = finance.pledged(facility)
    assert parent in list(finance.book.leftOut(facility, bill))
    cargo.recorded(friend, bill, Said.INSPECTED)
    cargo.recorded(friend, bill, Said.INSPECTED, unit=0)
    with refused("ConditionNotMet", condition, bill):
        finance.book.draw(finance.borrower, facility, 1, bill, [friend])
    cargo.recorded(cargo.surveyor, bill, Said.INSPECTED, unit=0)
    finance.book.draw(finance.borrower, facility, 1, bill, [friend, cargo.surveyor])


def test_the_group_of_a_carrier_is_noted_by_anybody_as_it_is_now(finance: Finance) -> None:
    world, facility = finance.world, finance.opened()
    bill, _ = finance.pledged(facility)
    groups = [world.shipper.lei, finance.agent.lei, world.carrier.lei]
    assert list(finance.book.leftOut(facility, bill)) == groups
    event = finance.book.groupCarrier(world.stranger, world.carrier.lei).event("CarrierGrouped")
    assert (event.carrier, event.group) == (world.carrier.lei, world.carrier.lei)
    with refused("CarrierGroupStands", world.carrier.lei):
        finance.book.groupCarrier(world.stranger, world.carrier.lei)
    with refused("NoSuchCarrier", 5):
        finance.book.groupCarrier(world.stranger, 5)
    assert list(finance.book.leftOut(facility, bill)) == groups


def test_a_condition_that_nobody_laid_down_is_never_met(finance: Finance) -> None:
    facility = finance.opened(condition=keccak(b"none"))
    bill, _ = finance.pledged(facility)
    with refused("ConditionNotMet", keccak(b"none"), bill):
        finance.book.draw(finance.borrower, facility, 1, bill, finance.cargo.everybody())


# --------------------------------------------------------------------------------------------------------------- repay


def test_anybody_repays_interest_first_and_never_more_than_is_owed(finance: Finance) -> None:
    world = finance.world
    facility, _, _ = finance.drawn(365_000, rate=10**6)
    world.ledger.later(days=10)
    assert finance.owed(facility) == (365_000, 1_000)
    event = finance.book.repay(world.forwarder, facility, 600, finance.banks.hkd, []).event("Repaid")
    assert (event.facility, event.amount, event.principal, event.interest, event.by) == (
        facility,
        600,
        365_000,
        400,
        world.forwarder.address,
    )
    assert getattr(event, "from") == finance.banks.hkd.address
    assert finance.book.repay(world.forwarder, facility, 1_400, finance.banks.other_hkd, []).event("Repaid").amount
    assert finance.owed(facility) == (364_000, 0)
    had = finance.money_of(world.forwarder)
    done = finance.book.repay(world.forwarder, facility, 2**256 - 1, finance.banks.hkd, [])
    assert done.event("Repaid").amount == 364_000
    assert finance.money_of(world.forwarder) == had - 364_000
    with refused("NothingOwed", facility):
        finance.book.repay(world.forwarder, facility, 1, finance.banks.hkd, [])
    assert finance.book.paidIn(facility) == (366_000, 1_000_000)
    assert finance.balanced()


def test_nothing_is_no_payment(finance: Finance) -> None:
    facility, _, _ = finance.drawn(100)
    with refused("NothingPaid"):
        finance.book.repay(finance.borrower, facility, 0, finance.banks.hkd, [])
    with refused("NoSuchFacility", 9):
        finance.book.repay(finance.borrower, 9, 1, finance.banks.hkd, [])


def test_who_has_not_enough_pays_nothing_and_nothing_leaves(finance: Finance) -> None:
    world = finance.world
    facility, bill, prints = finance.drawn(1_000)
    with pytest.raises(Refused, match="ERC20InsufficientAllowance"):
        finance.book.repay(world.relayer, facility, 1_000, finance.banks.hkd, [])
    poor = another(world, 9, "SAMPANTEST0000POOR", "HK", MOVE | TERMS)
    finance.banks.hkd.approve(poor, finance.book, 2**255)
    with pytest.raises(Refused, match="ERC20InsufficientBalance"):
        finance.book.repay(poor, facility, 1_000, finance.banks.hkd, [])
    assert finance.owed(facility) == (1_000, 0)
    assert finance.has(bill, finance.book)
    assert not finance.is_free(*prints)


def test_n20_a_payment_that_waits_over_midnight_pays_all_there_is_then(finance: Finance) -> None:
    """Not one unit short because a day turned: it names the most that may be taken."""
    world = finance.world
    facility, bill, prints = finance.drawn(365_000, rate=10**7, clock=32)
    midnight = (finance.now + 8 * HOUR) // DAY * DAY + DAY - 8 * HOUR
    world.onchain.at(midnight - 1)
    assert sum(finance.owed(facility)) == 365_000
    world.onchain.at(midnight)
    done = finance.book.repay(finance.borrower, facility, 400_000, finance.banks.hkd, [(bill, prints)])
    assert done.event("Repaid").amount == 366_000
    assert finance.has(bill, finance.borrower)
    assert finance.is_free(*prints)


def test_a_payment_of_what_was_owed_before_midnight_leaves_the_rest_owed(finance: Finance) -> None:
    facility, bill, prints = finance.drawn(365_000, rate=10**7)
    finance.world.onchain.at(finance.now // DAY * DAY + DAY)
    with refused("NotCovered", 1_000, 0):
        finance.book.repay(finance.borrower, facility, 365_000, finance.banks.hkd, [(bill, prints)])
    finance.book.repay(finance.borrower, facility, 365_000, finance.banks.hkd, [])
    assert finance.owed(facility) == (1_000, 0)


# ----------------------------------------------------------------------------------------------------------- discharge


def test_bills_leave_that_the_debt_needs_not_as_they_came(finance: Finance) -> None:
    world, facility = finance.world, finance.opened()
    order = world.order()
    terms = finance.accepted(order, facility)
    finance.lodge(order, terms, how=Endorsement.BLANK)
    bill, prints = finance.pledged(facility)
    finance.book.draw(finance.borrower, facility, 80_000, bill, [])
    event = finance.book.discharge(finance.borrower, facility, [(order, terms.prints)]).event("Discharged")
    assert (event.facility, event.bill, event.by) == (facility, order, finance.borrower.address)
    assert (world.ledger.bill(order).kind, world.ledger.bill(order).titleholder) == (
        Kind.ORDER,
        world.shipper.participant,
    )
    assert finance.covered(facility) == 80_000
    with refused("NotCovered", 80_000, 0):
        finance.book.discharge(finance.borrower, facility, [(bill, prints)])
    with refused("NotUnderThisDeal", order):
        finance.book.discharge(finance.borrower, facility, [(order, terms.prints)])
    with refused("NotUnderThisDeal", bill):
        finance.book.repay(finance.borrower, facility, 2**200, finance.banks.hkd, [(bill, prints), (bill, prints)])
    assert finance.book.pledgeOf(order) == (0, 0, 0, 0, False, 0)


def test_while_anything_is_owed_or_may_be_drawn_borrower_and_agent_alone_let_bills_go(finance: Finance) -> None:
    """Nobody else takes from a borrower what it may want to draw on, or from lenders what covers them."""
    world, terms = finance.world, finance.facility()
    facility = int(finance.open(terms).event("Opened").facility)
    bills = [finance.pledged(facility) for _ in range(4)]
    clerk = world.add_account(world.shipper, world.extra["spare"][7], TERMS)
    finance.book.draw(finance.borrower, facility, 80_000, bills[0][0], [])
    for party, error in (
        (world.forwarder, ("NotAParty", world.forwarder.address)),
        (world.bank, ("NotAParty", world.bank.address)),
        (world.stranger, ("MayNotAct", world.stranger.address)),
        (clerk, ("LacksRole", clerk.address, MOVE)),
    ):
        with refused(*error):
            finance.book.discharge(party, facility, [bills[1]])
    with refused("NotAParty", world.forwarder.address):
        finance.book.repay(world.forwarder, facility, 1, finance.banks.hkd, [bills[1]])
    finance.book.discharge(finance.agent, facility, [bills[1]])
    finance.book.repay(world.forwarder, facility, 2**200, finance.banks.hkd, [])
    with refused("NotAParty", world.forwarder.address):
        finance.book.discharge(world.forwarder, facility, [bills[2]])
    world.onchain.at(terms.available_until)
    with refused("MayNotAct", world.stranger.address):
        finance.book.discharge(world.stranger, facility, [bills[2]])
    # Nothing is owed and nothing can be drawn: anybody sees to it that they go home.
    finance.book.discharge(world.stranger, facility, [bills[2], bills[3]])
    assert all(finance.has(bill, world.shipper) for bill, _ in (bills[1], bills[2], bills[3]))


def test_when_all_was_drawn_and_repaid_anybody_lets_the_bills_go_before_availability_ends(finance: Finance) -> None:
    facility = finance.opened()
    bill, prints = finance.pledged(facility, value=2_000_000, amount=1_000_000)
    finance.book.repay(finance.world.forwarder, facility, 2**200, finance.banks.hkd, [(bill, prints)])
    assert finance.has(bill, finance.borrower)


def test_p14_a_guarantor_repays_and_the_bill_goes_home_to_a_suspended_borrower(finance: Finance) -> None:
    world = finance.world
    facility, bill, prints = finance.drawn(1_000)
    world.suspend(world.shipper)
    world.suspend(finance.agent)
    for lender in finance.lenders:
        world.suspend(lender)
    world.ledger.delistRoom(world.delister, finance.book, [])
    finance.world.ledger.later(days=61)
    finance.book.repay(world.forwarder, facility, 10**6, finance.banks.hkd, [(bill, prints)])
    assert finance.has(bill, world.shipper)
    assert finance.is_free(*prints)


def test_a_bill_of_another_facility_does_not_leave_under_this_one(finance: Finance) -> None:
    facility, other = finance.opened(), finance.opened(salt=keccak(b"other"))
    bill, prints = finance.pledged(other)
    for wrong in (bill, finance.world.blank()):
        with refused("NotUnderThisDeal", wrong):
            finance.book.discharge(finance.borrower, facility, [(wrong, prints)])
    with refused("NoSuchFacility", 9):
        finance.book.discharge(finance.borrower, 9, [])


def test_a_bill_is_pledged_by_one_account_and_goes_back_to_it(finance: Finance) -> None:
    world, facility = finance.world, finance.opened()
    desk = world.add_account(world.shipper, world.extra["spare"][8])
    bill = world.blank(desk)
    terms = finance.accepted(bill, facility)
    finance.lodge(bill, terms, desk)
    finance.book.discharge(world.shipper, facility, [(bill, terms.prints)])
    assert finance.has(bill, desk)


# ------------------------------------------------------------------------------------------------------------ interest


class Running:
    """A facility beside the sums by the book; of Hong Kong dollars, or of one other deposit that all pay out of."""

    def __init__(
        self, finance: Finance, *, money: Any = None, value: int = 10**9, start: int | None = None, **terms: Any
    ):
        if start is not None:
            finance.world.onchain.at(start)
        self.finance, self.money = finance, money or finance.banks.hkd
        now = finance.now
        self.last = now + 730 * DAY
        changes = {"maturity": self.last, "available_until": self.last, "advance": 10_000, **terms}
        made = finance.facility(money=self.money, **changes)
        sources = None if money is None else [money] * len(made.lenders)
        self.facility = int(finance.open(made, sources=sources).event("Opened").facility)
        self.owing = Owing(made.rate, 360 if made.day_count == ACT360 else 365, made.clock)
        self.bill, self.prints = finance.pledged(self.facility, value=value)

    def draw(self, amount: int) -> None:
        time = self.finance.book.draw(self.finance.borrower, self.facility, amount, self.bill, []).timestamp
        self.owing.draw(amount, time)
        self.agrees()

    def repay(self, most: int) -> int:
        done = self.finance.book.repay(self.finance.borrower, self.facility, most, self.money, [])
        amount = self.owing.repay(most, done.timestamp)
        event = done.event("Repaid")
        assert (event.amount, event.principal, event.interest) == (amount, self.owing.principal, self.owing.interest)
        return amount

    def agrees(self) -> None:
        self.owing.until(self.finance.now)
        assert self.finance.owed(self.facility) == (self.owing.principal, self.owing.interest)

    def at(self, time: int) -> None:
        self.finance.world.onchain.at(time)
        self.agrees()


def test_t31_ten_million_for_ninety_days_are_what_the_bank_would_say(finance: Finance) -> None:
    """HKD 10,000,000.00 at 5 %: 125,000.00 by ACT/360, 123,287.67 by ACT/365."""
    for day_count, interest in ((ACT360, 12_500_000), (ACT365F, 12_328_767)):
        finance.banks.paid_in(finance.world.bank, 10**9)
        finance.banks.reserves.issue(finance.banks.authority, finance.banks.hkd, 1)
        loan = Running(finance, day_count=day_count, lenders=[finance.world.bank], commitments=[10**9])
        loan.draw(10**9)
        finance.world.ledger.later(days=90)
        loan.agrees()
        assert finance.owed(loan.facility) == (10**9, interest)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (at(2028, 2, 28, 12), at(2028, 3, 1, 9), 2),
        (at(2027, 2, 28, 12), at(2027, 3, 1, 9), 1),
        (at(2028, 2, 29), at(2029, 2, 28), 365),
        (at(2026, 12, 31, 23, 59, 59), at(2027, 1, 1), 1),
        (at(2026, 1, 31), at(2026, 2, 28, 23, 59, 59), 28),
        (at(2027, 1, 1), at(2028, 12, 31), 730),
        (at(2026, 4, 30, 0), at(2026, 4, 30, 23, 59, 59), 0),
    ],
)
def test_t31_days_are_days_of_the_calendar_the_first_counts_the_last_does_not(
    finance: Finance, first: int, last: int, days: int
) -> None:
    loan = Running(finance, start=first - 10, rate=10**6, day_count=ACT365F)
    finance.world.onchain.at(first)
    loan.draw(365_000)
    loan.at(last)
    assert finance.owed(loan.facility) == (365_000, 100 * days)


def test_every_month_of_a_leap_year_and_the_next_has_its_days(finance: Finance) -> None:
    start = at(2028, 1, 1)
    loan = Running(finance, start=start - 60, rate=10**6, day_count=ACT360)
    finance.world.onchain.at(start)
    loan.draw(360_000)
    days = 0
    for year in (2028, 2029):
        for month in range(1, 13):
            days += calendar.monthrange(year, month)[1]
            loan.at(start + days * DAY)
            assert finance.owed(loan.facility)[1] == 100 * days


@pytest.mark.parametrize("clock", [-48, -1, 0, 1, 23, 32, 56])
def test_days_turn_when_the_terms_say(finance: Finance, clock: int) -> None:
    """Quarters of an hour from UTC: Hong Kong's 32."""
    loan = Running(finance, clock=clock, rate=10**7)
    turns = (finance.now + clock * 900) // DAY * DAY + DAY - clock * 900
    if turns <= finance.now + 20:
        turns += DAY
    loan.draw(365_000)
    days = (turns - finance.now - 1) // DAY
    loan.at(turns - 1)
    before = finance.owed(loan.facility)[1]
    loan.at(turns)
    assert finance.owed(loan.facility)[1] == before + 1_000
    assert days in (0, 1)


@pytest.mark.parametrize("rate", [0, 1, 10**7])
def test_at_the_least_and_the_most_rate(finance: Finance, rate: int) -> None:
    loan = Running(finance, rate=rate, value=10**12)
    loan.draw(1_000_000)
    finance.world.ledger.later(days=3_650)
    loan.agrees()
    assert finance.owed(loan.facility)[1] == rate
    loan.repay(10**9)
    assert finance.owed(loan.facility) == (0, 0)


@pytest.mark.parametrize("decimals", [2, 6, 18])
@pytest.mark.parametrize("whole", [0, 10**12], ids=["one unit", "a million million"])
def test_loans_of_one_unit_and_of_a_million_million_in_every_money(finance: Finance, decimals: int, whole: int) -> None:
    amount = whole * 10**decimals or 1
    money = deposit_of(finance, decimals)
    loan = Running(finance, money=money, value=min(amount * 40, 2**104 - 1), rate=500_000, commitments=[amount, amount])
    loan.draw(amount)
    for days in (1, 29, 333, 365):
        finance.world.ledger.later(days=days)
        loan.agrees()
    assert loan.repay(2**255) == amount + int(Fraction(amount * 500_000 * 728, 10**7 * 365) + Fraction(1, 2))
    claims = [(each, finance.positions.unclaimed(each)) for each in finance.positions_of(loan.facility)]
    for each, claim in claims:
        if claim:
            assert finance.book.claim(finance.world.stranger, each).event("Claimed").amount == claim
    # What is undrawn.
    assert (money.decimals(), money.balanceOf(finance.book)) == (decimals, amount)


def test_n19_what_is_touched_every_day_owes_what_is_touched_once(finance: Finance) -> None:
    """Interest runs exactly: rounding waits until it is paid."""
    touched, left = Running(finance, rate=333_333), Running(finance, rate=333_333, salt=keccak(b"left"))
    for loan in (touched, left):
        loan.draw(77_777)
    # Midnight is far from all of it.
    start = finance.now // DAY * DAY + HOUR
    for day in range(1, 60):
        finance.world.onchain.at(start + day * DAY)
        if touched.owing.interest >= 0:
            touched.owing.until(finance.now)
            if touched.owing.interest > 1:
                touched.repay(1)
    loan_paid = finance.book.paidIn(touched.facility)[0]
    touched.agrees()
    left.agrees()
    assert loan_paid > 50
    assert touched.owing.exact + loan_paid == left.owing.exact


def test_n19_more_draws_of_a_day_owe_no_more_than_one(finance: Finance) -> None:
    many, one = Running(finance, rate=777_777), Running(finance, rate=777_777, salt=keccak(b"one"))
    for _ in range(9):
        many.draw(1_111)
    one.draw(9_999)
    finance.world.ledger.later(days=77)
    assert finance.owed(many.facility) == finance.owed(one.facility)


def test_interest_is_rounded_half_up_when_it_is_paid_and_not_before(finance: Finance) -> None:
    loan = Running(finance, rate=500_000, day_count=ACT360)
    loan.draw(3_600)
    finance.world.ledger.later(days=1)
    assert finance.owed(loan.facility) == (3_600, 1)
    assert loan.owing.exact == 0 or loan.owing.exact == Fraction(1, 2)
    assert loan.repay(10**9) == 3_601
    loan.draw(3_599)
    finance.world.ledger.later(days=1)
    assert finance.owed(loan.facility) == (3_599, 0)
    assert loan.repay(10**9) == 3_599


@pytest.mark.parametrize("seed", range(10))
def test_whatever_is_drawn_and_paid_and_when_what_is_owed_is_exact(finance: Finance, seed: int) -> None:
    chance = Random(seed)
    loan = Running(
        finance,
        rate=chance.choice([1, 12_345, 500_000, 9_999_999]),
        day_count=chance.choice([ACT360, ACT365F]),
        clock=chance.randint(-48, 56),
        value=10**9,
    )
    for _ in range(40):
        finance.world.ledger.later(chance.choice([0, 1, HOUR, DAY - 1, DAY, 3 * DAY, 90 * DAY]))
        loan.agrees()
        left = finance.book.loan(loan.facility).undrawn if finance.now < loan.last else 0
        if chance.random() < 0.5 and left:
            loan.draw(min(left, chance.choice([1, 7, 999, 88_888])))
        elif loan.owing.all:
            loan.repay(chance.choice([1, 2, loan.owing.interest or 1, loan.owing.interest + 1, 10**12, 5_000]))
        assert finance.balanced()


# ------------------------------------------------------------------------------------------------------------- default


@pytest.mark.parametrize("grace", [0, 3, 255])
def test_grace_ends_the_second_after_grace(finance: Finance, grace: int) -> None:
    terms = finance.facility(grace_days=grace)
    facility = int(finance.open(terms).event("Opened").facility)
    finance.pledged(facility, amount=1)
    last = terms.maturity + grace * DAY
    for time, late in ((terms.maturity + 1, grace == 0), (last, False), (last + 1, True)):
        finance.world.onchain.at(time)
        assert finance.late(facility) == late
    finance.book.repay(finance.borrower, facility, 10, finance.banks.hkd, [])
    assert not finance.late(facility)


def test_what_was_never_drawn_is_never_late(finance: Finance) -> None:
    facility = finance.opened()
    finance.pledged(facility)
    finance.in_default(facility, 10**8)
    assert not finance.late(facility)


def test_in_default_interest_runs_on_and_what_the_rest_covers_may_leave(finance: Finance) -> None:
    facility, bill, prints = finance.drawn(365_000, rate=10**6)
    other = finance.pledged(facility, value=5)
    before = finance.owed(facility)[1]
    finance.in_default(facility, 30 * DAY)
    assert finance.owed(facility)[1] > before
    finance.book.discharge(finance.borrower, facility, [other])
    with refused("NotCovered", sum(finance.owed(facility)), 0):
        finance.book.discharge(finance.borrower, facility, [(bill, prints)])
