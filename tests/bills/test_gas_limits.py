"""Every loop ends far below what one transaction may cost on a public network (N29: 16,777,216)."""

from __future__ import annotations

from itertools import pairwise

import pytest
from support.contract import Receipt
from support.trade import MOVE, NOBODY, ZERO, Endorsement, Kind, Ledger, Party, Receiving, SurrenderFor
from support.verbs import Puppet, room
from support.world import World

CAP = 16_777_216

pytestmark = [pytest.mark.open_block, pytest.mark.slow]


def _report(record_property: object, what: str, receipt: Receipt) -> int:
    record_property(what, receipt.gas)  # type: ignore[operator]
    print(f"\n{what}: {receipt.gas:,} gas ({receipt.gas / CAP:.0%} of the cap)")
    assert receipt.gas < CAP * 6 // 10
    return receipt.gas


def _pending(world: World, count: int, agreed_for: list[object], holder: Puppet | None = None) -> list[int]:
    """Bills of the shipper's, surrendered for amendment with the replacements agreed."""
    ledger = world.ledger
    terms = [world.terms(Kind.BLANK) for _ in range(count)]
    ledger.together(world.carrier, *(ledger.data("issue", each, world.shipper, b"") for each in terms))
    bills = [each.bill for each in terms]
    agreed = ledger.replacementsHash(bills, agreed_for)
    if holder is not None:
        lodge = [ledger.data("lodge", bill, Endorsement.NONE, holder, b"") for bill in bills]
        ledger.together(world.shipper, *lodge)
        args = [(bill, SurrenderFor.SWITCH, world.carrier, agreed, b"") for bill in bills]
        holder.does(*(holder.step("surrender", *each) for each in args))
    else:
        calls = [ledger.data("surrender", bill, SurrenderFor.SWITCH, world.carrier, agreed, b"") for bill in bills]
        ledger.together(world.shipper, *calls)
    return bills


@pytest.mark.parametrize("where", ["person", "room"])
@pytest.mark.parametrize(("bills", "parts"), [(1, 64), (32, 1), (32, 64)], ids=["split", "combine", "both"])
def test_n29_the_largest_replacement(
    world: World, ledger: Ledger, where: str, bills: int, parts: int, record_property: object
) -> None:
    escrow = room(world) if where == "room" else None
    kind = Kind.BLANK if escrow is not None else Kind.STRAIGHT
    title = NOBODY if escrow is not None else world.consignee
    terms = [world.terms(kind, title) for _ in range(parts)]
    ids = _pending(world, bills, list(terms), escrow)
    receipt = ledger.replace(world.carrier, ids, terms, b"as agreed")
    assert len(receipt.named("ReplacementIssued")) == parts
    _report(record_property, f"{bills} bills replaced by {parts}, {where}", receipt)


@pytest.fixture
def large(world: World) -> Party:
    """A participant with all its 64 accounts: the bank."""
    accounts = world.extra["spare"]
    for account in accounts[:62]:
        world.add_account(world.bank, account, MOVE, Receiving.SIGNED_ONLY)
    assert len(world.ledger.participant(world.bank.participant).accounts) == 64
    return world.bank


def test_n29_every_act_on_a_participant_of_64_accounts(
    world: World, ledger: Ledger, large: Party, record_property: object
) -> None:
    number = large.participant
    acts = {
        "suspend": lambda: ledger.suspend(world.suspender, number, b"ground"),
        "lift": lambda: ledger.liftSuspension(world.lifter, number),
        "wind down": lambda: ledger.setWindingDown(world.lifter, number, True),
        "profile": lambda: ledger.setProfile(world.enroller, number, large.lei, large.roles),
        "record laws": lambda: ledger.publishRecordLaws(large, 15),
        "remove": lambda: ledger.removeAccount(large, world.extra["spare"][61], large),
    }
    for name, act in acts.items():
        assert _report(record_property, f"{name}, 64 accounts", act()) < 1_500_000
    assert not ledger.account(world.extra["spare"][60]).receives


def test_n29_a_room_is_listed_for_every_country_of_the_world(
    world: World, ledger: Ledger, record_property: object
) -> None:
    """249 codes are assigned."""
    escrow = room(world, countries=[])
    codes = [bytes([65 + first, 65 + second]) for first in range(26) for second in range(26)][:249]
    _report(record_property, "249 countries", ledger.listRoom(world.lister, escrow, codes))


def test_p5_no_chain_of_former_accounts_makes_a_bill_too_dear_to_return(
    world: World, ledger: Ledger, record_property: object
) -> None:
    """Each key replaced by the next, thirty times over; then the way is made shorter."""
    bill = world.blank(world.bank)
    ledger.surrender(world.bank, bill, SurrenderFor.DELIVERY, world.carrier, ZERO, b"")
    for account in world.extra["spare"][:30]:
        world.add_account(world.bank_vault, account)
    chain = [world.bank, *world.extra["spare"][:30], world.bank_vault]
    for former, successor in pairwise(chain):
        ledger.removeAccount(former, former, successor)
    mark = ledger.onchain.mark()
    long = _report(record_property, "refused over 30 successors", ledger.refuse(world.carrier, bill, b"no"))
    assert ledger.ownerOf(bill) == world.bank_vault.address
    ledger.onchain.back(mark)
    for _ in range(4):
        ledger.shorten(world.stranger, world.bank.number, 10)
        assert ledger.accountAt(world.bank.number) == world.bank_vault.address
    short = _report(record_property, "refused after shortening", ledger.refuse(world.carrier, bill, b"no"))
    assert ledger.ownerOf(bill) == world.bank_vault.address
    assert long - short > 100_000
