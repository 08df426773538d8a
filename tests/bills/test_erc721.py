"""ERC-721 from outside: what wallets and brokers rely on, whether an account ever approved anybody or never did.

The moves are the ledger's own: one write each, and a bill's approval is looked for where its possessor once approved.
So every public case of the standard is told here: balances, owners, transfers by whom and to whom, receivers that are
asked, approvals that end with each move. Where the ledger refuses more than the standard asks, the test says why.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from eth_abi.abi import decode, encode
from support.contract import Receipt, refused
from support.trade import (
    NOBODY,
    NOT_LODGED,
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

from sampan.keccak import keccak

TRANSFERS = ("transferFrom", "safeTransferFrom", "safeTransferFrom with data")


@pytest.fixture(params=["ever approved", "never approved"])
def owner(request: pytest.FixtureRequest, world: World) -> Party:
    """The shipper, who once approved somebody for another bill (a bit of its account stands since), or never did."""
    ledger, shipper = world.ledger, world.shipper
    if request.param == "ever approved":
        ledger.approve(shipper, world.consignee, other := world.blank())
        ledger.approve(shipper, NOBODY, other)
        ledger.transfer(shipper, other, world.consignee, b"")
    return shipper


@pytest.fixture
def safe(world: World) -> Puppet:
    """A contract wallet of the consignee's."""
    return wallet_of(world, world.consignee, world.relayer)


def _sends(ledger: Ledger, how: str, sender: Any, from_: Any, to: Any, bill: int) -> Receipt:
    verb, _, data = how.partition(" with ")
    receipt: Receipt = getattr(ledger, verb)(sender, from_, to, bill, *((b"data",) if data else ()))
    return receipt


def _approval_slot(ledger: Ledger, bill: int) -> int:
    """What lies where the approval of a bill is stored, behind the bill."""
    return ledger.onchain.storage(bytes.fromhex(ledger.address[2:]), ledger.slot_of(bill) + 1)


# ----------------------------------------------------------------------------------------------- balances and owners


def test_a_balance_is_what_an_account_possesses(world: World, ledger: Ledger, owner: Party) -> None:
    had = ledger.balanceOf(owner)
    bills = [world.blank() for _ in range(2)]
    assert ledger.balanceOf(owner) == had + 2
    assert [ledger.ownerOf(bill) for bill in bills] == [owner.address] * 2
    assert ledger.balanceOf(world.stranger) == 0
    with refused("BalanceQueryForZeroAddress"):
        ledger.balanceOf(NOBODY)


@pytest.mark.parametrize("view", ["ownerOf", "getApproved", "tokenURI"])
def test_of_a_bill_that_is_none_there_is_nothing_to_say(world: World, ledger: Ledger, view: str) -> None:
    for nothing in (world.new_id(), 0, 2**256 - 1):
        with refused(*(("NoSuchBill", nothing) if view == "tokenURI" else ("TokenDoesNotExist",))):
            getattr(ledger, view)(nothing)


def test_an_issue_is_a_transfer_from_zero(world: World, ledger: Ledger, owner: Party) -> None:
    terms, had = world.terms(Kind.BLANK), ledger.balanceOf(owner)
    event = ledger.issue(world.carrier, terms, owner, b"").event("Transfer")
    assert event.args == {"from": NOBODY, "to": owner.address, "id": terms.bill}
    assert ledger.balanceOf(owner) == had + 1


# ---------------------------------------------------------------------------------------------------------- transfers


@pytest.mark.parametrize("how", TRANSFERS)
@pytest.mark.parametrize("by", ["owner", "approved", "operator", "operator, none approved"])
@pytest.mark.parametrize("to", ["key", "wallet"])
def test_who_may_transfers_and_the_approval_is_gone(
    world: World, ledger: Ledger, owner: Party, safe: Puppet, how: str, by: str, to: str
) -> None:
    bill, sender = world.blank(), owner
    receiver: Any = safe if to == "wallet" else world.bank
    if by in ("owner", "approved", "operator"):
        ledger.approve(owner, world.forwarder, bill)
    if by == "approved":
        sender = world.forwarder
    if by.startswith("operator"):
        sender = world.consignee
        ledger.setApprovalForAll(owner, sender, True)
    had = ledger.balanceOf(owner), ledger.balanceOf(receiver)
    receipt = _sends(ledger, how, sender, owner, receiver, bill)
    assert receipt.event("Transfer").args == {"from": owner.address, "to": receiver.address, "id": bill}
    assert not receipt.named("Approval"), "that an approval ends with the move is no event"
    names = ["Transfer", "Transferred"] if sender is owner else ["MovedByOperator", "Transfer", "Transferred"]
    assert [event.name for event in receipt.events] == names
    assert ledger.ownerOf(bill) == receiver.address
    assert (ledger.balanceOf(owner), ledger.balanceOf(receiver)) == (had[0] - 1, had[1] + 1)
    assert (ledger.getApproved(bill), _approval_slot(ledger, bill)) == (NOBODY, 0)
    assert ledger.isApprovedForAll(owner, world.consignee) == by.startswith("operator")


@pytest.mark.parametrize("how", TRANSFERS)
def test_and_nobody_else(world: World, ledger: Ledger, owner: Party, how: str) -> None:
    """A stranger to the ledger is none either, whatever it was approved for elsewhere."""
    bill, other = world.blank(), world.blank()
    ledger.approve(owner, world.forwarder, other)
    ledger.setApprovalForAll(world.bank, world.consignee, True)
    before = ledger.whole(bill)
    for sender in (world.forwarder, world.consignee, world.bank, world.carrier, world.other_carrier):
        with refused("NotOwnerNorApproved"):
            _sends(ledger, how, sender, owner, world.bank, bill)
    for sender in (world.stranger, world.admin):
        with refused("MayNotAct", sender):
            _sends(ledger, how, sender, owner, world.bank, bill)
    assert ledger.whole(bill) == before


@pytest.mark.parametrize("how", TRANSFERS)
@pytest.mark.parametrize("wrong", ["owner", "receiver", "itself", "bill"])
def test_from_its_owner_to_another_a_bill_that_is(
    world: World, ledger: Ledger, owner: Party, how: str, wrong: str
) -> None:
    """To itself is refused, as no giving at all: the standard allows a transfer without effect."""
    bill, from_, to = world.blank(), owner, world.bank
    sender = owner
    errors: dict[str, tuple[Any, ...]] = {
        "owner": ("NotPossessor", bill, world.forwarder),
        "receiver": ("MayNotReceive", NOBODY),
        "itself": ("AlreadyPossesses", bill, owner),
    }
    if wrong == "owner":
        ledger.setApprovalForAll(world.forwarder, owner, True)
        sender = from_ = world.forwarder
    elif wrong == "receiver":
        to = NOBODY  # type: ignore[assignment]
    elif wrong == "itself":
        to = owner
    else:
        bill = world.new_id()
        errors["bill"] = ("NoSuchBill", bill)
    with refused(*errors[wrong]):
        _sends(ledger, how, sender, from_, to, bill)


@pytest.mark.parametrize("how", TRANSFERS)
def test_an_approved_account_names_the_owner_rightly(world: World, ledger: Ledger, owner: Party, how: str) -> None:
    bill = world.blank()
    ledger.approve(owner, world.forwarder, bill)
    with refused("NotPossessor", bill, world.consignee):
        _sends(ledger, how, world.forwarder, world.consignee, world.bank, bill)
    with refused("AlreadyPossesses", bill, owner):
        _sends(ledger, how, world.forwarder, owner, owner, bill)
    with refused("TokenDoesNotExist"):
        _sends(ledger, how, world.forwarder, owner, world.bank, world.new_id())


# ------------------------------------------------------------------------------------------------ receivers are asked


@pytest.mark.parametrize("by", ["owner", "approved"])
@pytest.mark.parametrize("data", [None, b"", b"\x42" * 70], ids=["none", "empty", "long"])
def test_a_wallet_is_told_who_sent_whose_bill_and_with_which_data(
    world: World, ledger: Ledger, owner: Party, safe: Puppet, by: str, data: bytes | None
) -> None:
    bill, sender = world.blank(), owner
    if by == "approved":
        ledger.approve(owner, sender := world.forwarder, bill)
    ledger.safeTransferFrom(sender, owner, safe, bill, *(() if data is None else (data,)))
    called = safe.lastReceived()
    assert called[:4] == keccak(b"onERC721Received(address,address,uint256,bytes)")[:4]
    told = decode(["address", "address", "uint256", "bytes"], called[4:], strict=False)  # its data is not padded
    assert told == (sender.address, owner.address, bill, data or b"")


def _bubbled(name: str) -> bytes:
    return {
        "a message": keccak(b"Error(string)")[:4] + encode(["string"], ["not this bill"]),
        "a panic": keccak(b"Panic(uint256)")[:4] + encode(["uint256"], [0x11]),
        "its own error": keccak(b"NoSuchBill(uint256)")[:4] + encode(["uint256"], [7]),
        "nothing": b"",
    }[name]


@pytest.mark.parametrize("how", TRANSFERS[1:])
@pytest.mark.parametrize("fault", ["another answer", "a message", "a panic", "its own error", "nothing"])
def test_a_wallet_that_does_not_take_it_undoes_a_safe_transfer(
    world: World, ledger: Ledger, owner: Party, safe: Puppet, how: str, fault: str
) -> None:
    """With its own words, where it has some; without a function for it is like without a word."""
    bill = world.blank()
    ledger.approve(owner, world.forwarder, bill)
    before = ledger.whole(bill)
    if fault == "another answer":
        safe.misbehave(world.relayer, b"\x15\x0b\x7a\x03", False)
    else:
        safe.will((safe.address, safe.data("revertWith", _bubbled(fault)), False))
    errors: dict[str, tuple[Any, ...]] = {
        "a message": ("Error", "not this bill"),
        "a panic": ("Panic", 0x11),
        "its own error": ("NoSuchBill", 7),
    }
    with refused(*errors.get(fault, ("TransferToNonERC721ReceiverImplementer",))):
        _sends(ledger, how, owner, owner, safe, bill)
    assert ledger.whole(bill) == before
    ledger.transferFrom(owner, owner, safe, bill)  # a plain transfer asks nobody
    assert ledger.ownerOf(bill) == safe.address


def test_a_wallet_that_is_asked_has_it_already(world: World, ledger: Ledger, owner: Party, safe: Puppet) -> None:
    bill = world.blank()
    ledger.approve(owner, world.forwarder, bill)
    safe.will(safe.step("getApproved", bill), safe.step("transfer", bill, world.bank, b"straight on"))
    ledger.safeTransferFrom(owner, owner, safe, bill)
    assert ledger.ownerOf(bill) == world.bank.address
    assert (ledger.balanceOf(safe), ledger.balanceOf(world.bank)) == (0, 1)


# ---------------------------------------------------------------------------------------------------------- approvals


@pytest.mark.parametrize("former", ["nobody", "the same", "another"])
@pytest.mark.parametrize("to", ["an account", "nobody", "itself"])
def test_an_approval_is_given_changed_and_taken_back_each_in_an_event(
    world: World, ledger: Ledger, owner: Party, former: str, to: str
) -> None:
    bill = world.blank()
    given: Any = {"an account": world.forwarder, "nobody": NOBODY, "itself": owner}[to]
    before: Any = {"nobody": None, "the same": given, "another": world.bank}[former]
    if before is not None:
        ledger.approve(owner, before, bill)
    receipt = ledger.approve(owner, given, bill)
    address = getattr(given, "address", given)
    assert receipt.event("Approval").args == {"owner": owner.address, "account": address, "id": bill}
    assert receipt.event("BillOperatorSet").args == {
        "bill": bill,
        "owner": owner.address,
        "operator": address,
        "note": ledger.noteCount(),
    }
    assert ledger.getApproved(bill) == address
    if before is world.bank:
        with refused("NotOwnerNorApproved"):
            ledger.transferFrom(world.bank, owner, world.bank, bill)


@pytest.mark.parametrize("by", ["somebody", "approved", "operator"])
def test_only_the_possessor_approves(world: World, ledger: Ledger, owner: Party, by: str) -> None:
    """An operator for all does not, which the standard lets it: it moves bills, and passes that on to nobody."""
    bill = world.blank()
    if by == "approved":
        ledger.approve(owner, world.forwarder, bill)
    if by == "operator":
        ledger.setApprovalForAll(owner, world.forwarder, True)
    approved = ledger.getApproved(bill)
    for account in (world.bank, NOBODY):
        with refused("NotPossessor", bill, world.forwarder):
            ledger.approve(world.forwarder, account, bill)
    assert ledger.getApproved(bill) == approved


def test_nothing_is_approved_of_a_bill_that_is_none(world: World, ledger: Ledger, owner: Party) -> None:
    nothing = world.new_id()
    with refused("NoSuchBill", nothing):
        ledger.approve(owner, world.forwarder, nothing)
    with refused("NotPossessor", nothing, owner):
        ledger.approve(owner, NOBODY, nothing)


@pytest.mark.parametrize("approved", [True, False])
@pytest.mark.parametrize("before", ["never", "given", "taken back"])
def test_an_operator_for_all_is_set_each_time_in_an_event(
    world: World, ledger: Ledger, owner: Party, approved: bool, before: str
) -> None:
    operator = world.forwarder
    for value in {"never": [], "given": [True], "taken back": [True, False]}[before]:
        ledger.setApprovalForAll(owner, operator, value)
    receipt = ledger.setApprovalForAll(owner, operator, approved)
    assert receipt.event("ApprovalForAll").args == {
        "owner": owner.address,
        "operator": operator.address,
        "isApproved": approved,
    }
    assert receipt.event("OperatorSet").args == {
        "owner": owner.address,
        "operator": operator.address,
        "approved": approved,
        "note": ledger.noteCount(),
    }
    assert ledger.isApprovedForAll(owner, operator) is approved
    assert not ledger.isApprovedForAll(operator, owner)
    bill = world.blank()
    if approved:
        ledger.transferFrom(operator, owner, operator, bill)
    else:
        with refused("NotOwnerNorApproved"):
            ledger.transferFrom(operator, owner, operator, bill)


def test_nobody_is_no_operator_and_one_may_name_itself_or_several(world: World, ledger: Ledger, owner: Party) -> None:
    with refused("MayNotReceive", NOBODY):
        ledger.setApprovalForAll(owner, NOBODY, True)
    ledger.setApprovalForAll(owner, NOBODY, False)
    for operator in (owner, world.forwarder, world.bank):
        ledger.setApprovalForAll(owner, operator, True)
    for operator in (owner, world.forwarder, world.bank):
        ledger.transferFrom(operator, owner, world.consignee, world.blank())


# ----------------------------------------------------------------------------- every move ends the approval of the bill

Moved = Callable[[World, int], Any]
"""Moves a bill of the shipper's on which the forwarder is approved."""


def _recover(w: World, bill: int) -> None:
    heir = w.add_account(w.shipper, w.extra["spare"][9])
    w.ledger.removeAccount(w.shipper, w.shipper, heir)
    w.ledger.recover(w.stranger, bill)


MOVES: dict[str, Moved] = {
    "transfer": lambda w, b: w.ledger.transfer(w.shipper, b, w.bank, b""),
    "transferFrom": lambda w, b: w.ledger.transferFrom(w.shipper, w.shipper, w.bank, b),
    "safeTransferFrom": lambda w, b: w.ledger.safeTransferFrom(w.shipper, w.shipper, w.bank, b),
    "transferFrom by the approved": lambda w, b: w.ledger.transferFrom(w.forwarder, w.shipper, w.bank, b),
    "endorse": lambda w, b: w.ledger.endorse(w.shipper, b, Endorsement.TO_ORDER, w.bank, w.bank, b""),
    "lodge": lambda w, b: w.ledger.lodge(w.shipper, b, Endorsement.BLANK, room(w), b""),
    "reject the issue": lambda w, b: w.ledger.reject(w.shipper, b, Rejection.ISSUE, b""),
    "surrender": lambda w, b: w.ledger.surrender(w.shipper, b, SurrenderFor.DELIVERY, w.carrier, ZERO, b""),
    "recover": _recover,
}


@pytest.mark.parametrize("move", MOVES)
def test_l6_the_approval_of_a_bill_ends_with_every_move(world: World, ledger: Ledger, owner: Party, move: str) -> None:
    bill, had = world.order(), ledger.balanceOf(owner)
    ledger.approve(owner, world.forwarder, bill)
    assert _approval_slot(ledger, bill) != 0
    MOVES[move](world, bill)
    now = ledger.ownerOf(bill)
    assert now != owner.address
    assert ledger.balanceOf(owner) == had - 1
    assert (ledger.getApproved(bill), _approval_slot(ledger, bill)) == (NOBODY, 0)
    with refused("NotOwnerNorApproved"):
        ledger.transferFrom(world.forwarder, now, world.forwarder, bill)


BACK: dict[str, Callable[[World, int, Puppet], Any]] = {
    "rejected": lambda w, b, r: (
        w.ledger.transfer(w.shipper, b, w.bank, b""),
        w.ledger.approve(w.bank, w.forwarder, b),
        w.ledger.reject(w.bank, b, Rejection.POSSESSION, b""),
    ),
    "refused": lambda w, b, r: (
        w.ledger.surrender(w.shipper, b, SurrenderFor.DELIVERY, w.carrier, ZERO, b""),
        w.ledger.refuse(w.carrier, b, b"no"),
    ),
    "recalled": lambda w, b, r: (
        w.ledger.surrender(w.shipper, b, SurrenderFor.DELIVERY, w.carrier, ZERO, b""),
        w.ledger.later(hours=80),
        w.ledger.recall(w.shipper, b, b""),
    ),
    "given back by a room": lambda w, b, r: (
        w.ledger.lodge(w.shipper, b, Endorsement.BLANK, r, b""),
        r.calls("approve", w.forwarder, b),
        r.calls("giveBack", b, b""),
    ),
    "let out by a room": lambda w, b, r: (
        w.ledger.lodge(w.shipper, b, Endorsement.BLANK, r, b""),
        r.calls("approve", w.forwarder, b),
        r.calls("endorse", b, Endorsement.TO_ORDER, w.shipper, w.shipper, b""),
    ),
    "transferred back": lambda w, b, r: (
        w.ledger.transfer(w.shipper, b, w.bank, b""),
        w.ledger.approve(w.bank, w.forwarder, b),
        w.ledger.transfer(w.bank, b, w.shipper, b""),
    ),
}


@pytest.mark.parametrize("way", BACK)
def test_l6_and_none_comes_back_with_the_bill(world: World, ledger: Ledger, owner: Party, way: str) -> None:
    """Neither the possessor's own, nor one that somebody gave in between; whatever bits stand in accounts by now."""
    bill = world.order()
    ledger.approve(owner, world.forwarder, bill)
    BACK[way](world, bill, room(world))
    assert (ledger.ownerOf(bill), ledger.lodged(bill)) == (owner.address, NOT_LODGED)
    assert (ledger.getApproved(bill), _approval_slot(ledger, bill)) == (NOBODY, 0)
    with refused("NotOwnerNorApproved"):
        ledger.transferFrom(world.forwarder, owner, world.forwarder, bill)


def test_l6_replaced_bills_leave_no_approval_and_replacements_have_none(
    world: World, ledger: Ledger, owner: Party
) -> None:
    bill, terms = world.order(), [world.terms(Kind.BLANK)]
    ledger.approve(owner, world.forwarder, bill)
    agreed = ledger.replacementsHash([bill], terms)
    ledger.surrender(owner, bill, SurrenderFor.AMENDMENT, world.carrier, agreed, b"")
    ledger.replace(world.carrier, [bill], terms, b"")
    for each in (bill, terms[0].bill):
        assert (ledger.getApproved(each), _approval_slot(ledger, each)) == (NOBODY, 0)


@pytest.mark.parametrize("act", ["sign", "endorse in place", "title refused"])
def test_an_act_that_moves_nothing_leaves_the_approval(world: World, ledger: Ledger, owner: Party, act: str) -> None:
    bill = world.order(world.bank, owner) if act == "title refused" else world.order()
    ledger.approve(owner, world.forwarder, bill)
    if act == "sign":
        ledger.sign(owner, bill, Purpose.SEEN, b"")
    elif act == "endorse in place":
        ledger.endorse(owner, bill, Endorsement.BLANK, NOBODY, NOBODY, b"")
    else:
        ledger.reject(world.bank, bill, Rejection.TITLE, b"")
    assert ledger.getApproved(bill) == world.forwarder.address
    ledger.transferFrom(world.forwarder, owner, world.bank, bill)


def test_a_carrier_that_surrenders_to_itself_keeps_its_balance(world: World, ledger: Ledger, carrier: Party) -> None:
    """A Transfer from an account to itself: the one that there is. Its approval ends all the same."""
    bill = world.blank(carrier)
    ledger.approve(carrier, world.forwarder, bill)
    had = ledger.balanceOf(carrier)
    event = ledger.surrender(carrier, bill, SurrenderFor.DELIVERY, carrier, ZERO, b"").event("Transfer")
    assert event.args == {"from": carrier.address, "to": carrier.address, "id": bill}
    assert (ledger.balanceOf(carrier), ledger.getApproved(bill)) == (had, NOBODY)
    assert ledger.bill(bill).status == Status.PENDING_DELIVERY


def test_that_an_account_ever_approved_is_seen_in_its_word_and_nowhere_else(
    world: World, ledger: Ledger, owner: Party
) -> None:
    """Bit 171. Nothing that is asked of the account shows it, and nothing that administration changes touches it."""
    word, known = ledger.standing(owner), vars(ledger.account(owner))
    bill = world.blank()
    ledger.setApprovalForAll(owner, world.forwarder, True)
    assert ledger.standing(owner) == word, "for all is no approval of a bill"
    ledger.approve(owner, NOBODY, bill)
    assert ledger.standing(owner) == word, "taking back is none"
    ledger.approve(owner, world.bank, bill)
    assert ledger.standing(owner) == word | 1 << 171
    assert vars(ledger.account(owner)) == known
    world.suspend(owner)
    ledger.liftSuspension(world.lifter, owner.participant)
    for winding_down in (True, False):
        ledger.setWindingDown(world.lifter, owner.participant, winding_down)
    ledger.setProfile(world.enroller, owner.participant, owner.lei, owner.roles)
    ledger.setReceiving(owner, owner, 0)
    ledger.setAccountRoles(owner, owner, owner.roles)
    ledger.publishRecordLaws(owner, 0)
    assert ledger.standing(owner) == word | 1 << 171
    ledger.transfer(owner, bill, world.consignee, b"")
    assert ledger.getApproved(bill) == NOBODY


# -------------------------------------------------------------------------------------------------- ERC-165, metadata


@pytest.mark.parametrize(
    ("interface", "known"),
    [("01ffc9a7", True), ("80ac58cd", True), ("5b5e139f", True), ("ffffffff", False), ("780e9d63", False)],
    ids=["ERC-165", "ERC-721", "metadata", "none", "enumerable"],
)
@pytest.mark.open_block
def test_the_ledger_says_which_interfaces_it_has_for_less_than_thirty_thousand_gas(
    world: World, ledger: Ledger, interface: str, known: bool
) -> None:
    call = ledger.data("supportsInterface", bytes.fromhex(interface))
    receipt = ledger.raw(world.stranger, call)
    assert receipt.output == int(known).to_bytes(32, "big")
    assert receipt.gas - 21_000 - 16 * len(call) < 30_000


def test_the_token_has_a_name_and_a_symbol(ledger: Ledger) -> None:
    assert (ledger.name(), ledger.symbol()) == ("Sampan bill of lading", "EBL")
