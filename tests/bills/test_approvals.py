"""ERC-721 around the bill: approvals move possession and nothing else (N8, N10, P12, L6)."""

from __future__ import annotations

import pytest
from support.contract import refused
from support.trade import (
    MOVE,
    NOBODY,
    ZERO,
    Endorsement,
    Kind,
    Ledger,
    Party,
    Purpose,
    Rejection,
    Status,
    SurrenderFor,
)
from support.verbs import Puppet, room, wallet_of
from support.world import World


@pytest.fixture(params=["approve", "setApprovalForAll"])
def operator(request: pytest.FixtureRequest, world: World) -> tuple[int, Party]:
    """A bill of the shipper's, and the forwarder approved for it."""
    bill = world.blank()
    if request.param == "approve":
        world.ledger.approve(world.shipper, world.forwarder, bill)
    else:
        world.ledger.setApprovalForAll(world.shipper, world.forwarder, True)
    return bill, world.forwarder


Operator = tuple[int, Party]


def test_an_operator_moves_possession_and_title_stays(world: World, ledger: Ledger, operator: Operator) -> None:
    bill, forwarder = operator
    receipt = ledger.transferFrom(forwarder, world.shipper, world.bank, bill)
    moved = receipt.event("MovedByOperator")
    assert (moved.bill, moved.operator, moved.possessor) == (bill, forwarder.address, world.shipper.address)
    passed = receipt.event("Transferred")
    assert (passed.args["from"], passed.to) == (world.shipper.address, world.bank.address)
    assert ledger.entitlement(bill) == (world.bank.address, 0, Kind.BLANK, Status.LIVE)


def test_the_receiver_may_reject_what_an_operator_brought_to_the_possessor(
    world: World, ledger: Ledger, operator: Operator
) -> None:
    bill, forwarder = operator
    ledger.transferFrom(forwarder, world.shipper, world.bank, bill)
    ledger.reject(world.bank, bill, Rejection.POSSESSION, b"")
    assert ledger.ownerOf(bill) == world.shipper.address


@pytest.mark.parametrize("verb", ["transfer", "endorse", "sign", "reject", "surrender", "lodge", "approve"])
def test_an_operator_does_nothing_else(world: World, ledger: Ledger, operator: Operator, verb: str) -> None:
    bill, forwarder = operator
    arguments = {
        "transfer": (bill, world.bank, b""),
        "endorse": (bill, Endorsement.TO_ORDER, forwarder, NOBODY, b""),
        "sign": (bill, Purpose.SEEN, b""),
        "reject": (bill, Rejection.ISSUE, b""),
        "surrender": (bill, SurrenderFor.DELIVERY, world.carrier, ZERO, b""),
        "lodge": (bill, Endorsement.NONE, room(world), b""),
        "approve": (world.bank, bill),
    }[verb]
    with refused("NotPossessor", bill, forwarder):
        getattr(ledger, verb)(forwarder, *arguments)


@pytest.mark.parametrize("suspended", ["operator", "possessor", "receiver"])
def test_p12_the_standing_of_all_three_is_checked(
    world: World, ledger: Ledger, operator: Operator, suspended: str
) -> None:
    bill, forwarder = operator
    party = {"operator": forwarder, "possessor": world.shipper, "receiver": world.bank}[suspended]
    world.suspend(party)
    with refused("MayNotReceive" if suspended == "receiver" else "MayNotAct", party):
        ledger.transferFrom(forwarder, world.shipper, world.bank, bill)


def test_the_role_of_the_operator_is_checked(world: World, ledger: Ledger, operator: Operator) -> None:
    bill, forwarder = operator
    ledger.setAccountRoles(forwarder, forwarder, forwarder.roles & ~MOVE)
    with refused("LacksRole", forwarder, MOVE):
        ledger.transferFrom(forwarder, world.shipper, world.bank, bill)


def test_an_operator_brings_no_bill_to_itself_out_of_title(world: World, ledger: Ledger) -> None:
    """Possession of a bill to order is worth nothing without its title."""
    bill = world.order()
    ledger.approve(world.shipper, world.forwarder, bill)
    ledger.transferFrom(world.forwarder, world.shipper, world.forwarder, bill)
    with refused("MayNotSurrender", bill, world.forwarder):
        ledger.surrender(world.forwarder, bill, SurrenderFor.DELIVERY, world.carrier, ZERO, b"")


@pytest.mark.parametrize("account", ["stranger", "suspended", "winding down", "ledger", "producer"])
@pytest.mark.parametrize("how", ["approve", "setApprovalForAll"])
def test_n10_only_who_may_receive_is_approved(world: World, ledger: Ledger, how: str, account: str) -> None:
    bill, party = world.blank(), getattr(world, account, world.bank)
    address = ledger.address if account == "ledger" else party.address
    if account == "suspended":
        world.suspend(party)
    if account == "winding down":
        ledger.setWindingDown(world.lifter, party.participant, True)
    with refused(*(("LacksRole", address, MOVE) if account == "producer" else ("MayNotReceive", address))):
        if how == "approve":
            ledger.approve(world.shipper, address, bill)
        else:
            ledger.setApprovalForAll(world.shipper, address, True)


@pytest.mark.parametrize("how", ["approve", "setApprovalForAll"])
def test_n8_nobody_ever_approves_a_room(world: World, ledger: Ledger, how: str) -> None:
    bill, escrow = world.blank(), room(world)
    with refused("RoomNeedsTerms", escrow):
        if how == "approve":
            ledger.approve(world.shipper, escrow, bill)
        else:
            ledger.setApprovalForAll(world.shipper, escrow, True)


@pytest.mark.parametrize("verb", ["transfer", "transferFrom", "safeTransferFrom"])
def test_n8_nothing_is_sent_to_a_room_without_terms(world: World, ledger: Ledger, verb: str) -> None:
    bill, escrow = world.blank(), room(world)
    arguments = (bill, escrow, b"") if verb == "transfer" else (world.shipper, escrow, bill)
    with refused("RoomNeedsTerms", escrow):
        getattr(ledger, verb)(world.shipper, *arguments)


def test_n8_nor_by_an_operator(world: World, ledger: Ledger, operator: Operator) -> None:
    bill, forwarder = operator
    escrow = room(world)
    with refused("RoomNeedsTerms", escrow):
        ledger.transferFrom(forwarder, world.shipper, escrow, bill)


def test_a_suspended_possessor_takes_approvals_back(world: World, ledger: Ledger) -> None:
    """P12: to protect oneself is not to start something."""
    world.blank()
    ledger.setApprovalForAll(world.shipper, world.forwarder, True)
    world.suspend(world.shipper)
    ledger.setApprovalForAll(world.shipper, world.forwarder, False)
    assert not ledger.isApprovedForAll(world.shipper, world.forwarder)
    with refused("MayNotAct", world.shipper):
        ledger.setApprovalForAll(world.shipper, world.forwarder, True)


@pytest.mark.parametrize("ended", ["recovered", "removed"])
def test_n10_no_operator_survives_the_account_that_approved_it(world: World, ledger: Ledger, ended: str) -> None:
    bill = world.blank(world.bank)
    ledger.approve(world.bank, world.forwarder, bill)
    ledger.setApprovalForAll(world.bank, world.forwarder, True)
    if ended == "removed":
        ledger.removeAccount(world.bank, world.bank, world.bank_vault)
    else:
        ledger.proposeRecovery(world.recoverer, world.bank, world.bank_vault, 0, 0, b"lost", b"")
        ledger.later(days=7)
        ledger.executeRecovery(world.stranger, world.bank)
    with refused("MayNotAct", world.bank):
        ledger.transferFrom(world.forwarder, world.bank, world.consignee, bill)
    ledger.recover(world.stranger, bill)
    assert ledger.ownerOf(bill) == world.bank_vault.address
    with refused("NotOwnerNorApproved"):
        ledger.transferFrom(world.forwarder, world.bank_vault, world.consignee, bill)


@pytest.mark.parametrize("verb", ["transferFrom", "safeTransferFrom", "approve", "multicall", "transfer"])
def test_n10_ether_is_refused_wherever_it_could_come_in(world: World, ledger: Ledger, verb: str) -> None:
    bill = world.blank()
    arguments = {
        "transferFrom": (world.shipper, world.bank, bill),
        "safeTransferFrom": (world.shipper, world.bank, bill),
        "approve": (world.bank, bill),
        "multicall": ([],),
        "transfer": (bill, world.bank, b""),
    }[verb]
    with refused("NoEther" if verb in ("transferFrom", "safeTransferFrom", "approve") else ""):
        getattr(ledger, verb)(world.shipper, *arguments, value=1)
    assert ledger.onchain.balance(bytes.fromhex(ledger.address[2:])) == 0


@pytest.mark.parametrize("data", [b"", b"\x12", b"\x12\x34\x56\x78", b"\0" * 68])
def test_n10_ether_sent_with_no_call_or_any_other_is_refused(world: World, ledger: Ledger, data: bytes) -> None:
    with refused(""):
        ledger.raw(world.shipper, data, value=1)


# -------------------------------------------------------------------------------------------------- ERC-721 and ERC-165


def test_its_own_interface_is_among_them(ledger: Ledger) -> None:
    from sampan.toolchain.artifacts import load

    own = 0
    for selector in load("IBills").method_identifiers.values():
        own ^= int(selector, 16)
    assert ledger.supportsInterface(own.to_bytes(4, "big"))


@pytest.fixture
def safe(world: World) -> Puppet:
    """A contract wallet of the consignee's."""
    return wallet_of(world, world.consignee, world.relayer)


def test_a_wallet_that_is_asked_finds_the_transfer_done(world: World, ledger: Ledger, safe: Puppet) -> None:
    """Event before any outside call (N25): what it does from inside reads in order."""
    bill = world.blank()
    safe.will(safe.step("transfer", bill, world.bank, b"straight on"))
    receipt = ledger.safeTransferFrom(world.shipper, world.shipper, safe, bill)
    moves = [(event.args["from"], event.to, event.actCount) for event in receipt.named("Transferred")]
    assert moves == [(world.shipper.address, safe.address, 2), (safe.address, world.bank.address, 3)]
    assert ledger.ownerOf(bill) == world.bank.address


def test_a_bill_cannot_be_burnt(world: World, ledger: Ledger) -> None:
    bill = world.blank()
    for verb in ("transfer", "transferFrom"):
        arguments = (bill, NOBODY, b"") if verb == "transfer" else (world.shipper, NOBODY, bill)
        with refused("MayNotReceive", NOBODY):
            getattr(ledger, verb)(world.shipper, *arguments)
