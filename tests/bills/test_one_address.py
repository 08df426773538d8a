"""One address, three pieces of code: same storage, nothing to call elsewhere, no way in by odd calldata (N10, N23)."""

from __future__ import annotations

from typing import Any

import pytest
from support.contract import refused
from support.trade import MOVE, NOBODY, Endorsement, Kind, Ledger, Party, SurrenderFor
from support.verbs import VERBS
from support.world import World

from sampan.toolchain.artifacts import load

CODES = ("Bills", "Amendments", "Registry")


def _layout(name: str) -> list[tuple[str, str, int, str]]:
    layout = load(name).storage_layout
    types = layout["types"] or {}
    return [(item["label"], item["slot"], item["offset"], types[item["type"]]["label"]) for item in layout["storage"]]


@pytest.mark.parametrize("name", CODES[1:])
def test_all_code_of_the_ledger_sees_the_same_storage(name: str) -> None:
    """What a piece has beyond the others (EIP-712's fallback names, unused for short ones) comes after."""
    bills, other = _layout("Bills"), _layout(name)
    assert len(bills) > 10
    assert other[: len(bills)] == bills
    assert {label for label, *_ in other[len(bills) :]} <= {"_nameFallback", "_versionFallback"}


@pytest.mark.parametrize("name", ["_records", "_recoveries"])
def test_structs_in_that_storage_are_the_same_too(name: str) -> None:
    def members(code: str) -> Any:
        layout = load(code).storage_layout
        entry = next(item for item in layout["storage"] if item["label"] == name)
        value = layout["types"][layout["types"][entry["type"]]["value"]]
        return [(m["label"], m["slot"], m["offset"], layout["types"][m["type"]]["label"]) for m in value["members"]]

    assert members("Bills") == members("Amendments") == members("Registry")
    assert members("Bills")


def test_nothing_is_kept_in_storage_by_eip_712(world: World, ledger: Ledger) -> None:
    """Its names are short, so that no piece of code writes where another does not look."""
    slots = [int(slot) for label, slot, *_ in _layout("Registry") if label.endswith("Fallback")]
    assert slots
    address = bytes.fromhex(ledger.address[2:])
    assert [ledger.onchain.storage(address, slot) for slot in slots] == [0] * len(slots)


def test_every_selector_of_the_ledger_is_answered_by_one_piece_of_code() -> None:
    """A function that `Bills` has itself is none of the others' (their own answer could never be reached)."""
    bills = set(load("Bills").method_identifiers)
    ledger = set(load("ILedger").method_identifiers)
    amendments = set(load("IAmendments").method_identifiers)
    registry = set(load("IParticipants").method_identifiers) | set(load("ISignedActs").method_identifiers)
    assert ledger <= bills | amendments | registry
    assert not bills & amendments
    assert bills & registry == {"standing(address)"}  # said in both, so that each code keeps the whole interface
    assert not amendments & registry


@pytest.mark.parametrize("name", ["IAmendments", "IParticipants", "ISignedActs"])
def test_every_selector_reaches_the_code_that_knows_it(world: World, ledger: Ledger, name: str) -> None:
    """Called with zeros it answers, or refuses with an error of its own; the wrong code would be silent."""
    reachable = 0
    for signature, selector in load(name).method_identifiers.items():
        arguments = bytes(32 * 40)
        done, output = ledger.onchain.ask(
            bytes(20), bytes.fromhex(ledger.address[2:]), bytes.fromhex(selector) + arguments
        )
        assert done or output, signature
        reachable += 1
    assert reachable > 3


# ---------------------------------------------------------------------------------------- at their own addresses


NO_SUCH_FUNCTION = ("",)


@pytest.mark.parametrize("code", CODES[1:])
def test_at_its_own_address_a_piece_of_code_is_nobodys_ledger(
    world: World, ledger: Ledger, authority: Any, code: str
) -> None:
    elsewhere = Ledger(ledger.onchain, ledger.codes[code], ledger.codes, authority)
    bill = world.blank()
    answered: dict[tuple[str, str], tuple[Any, ...]] = {
        ("Amendments", "toPaper"): ("NoSuchBill", bill),
        ("Amendments", "replace"): ("MayNotAct", world.shipper),
        (code, "transferFrom"): ("TokenDoesNotExist",),
        (code, "safeTransferFrom"): ("TokenDoesNotExist",),
    }
    for verb in VERBS:
        with refused(*answered.get((code, verb.function), NO_SUCH_FUNCTION)):
            getattr(elsewhere, verb.function)(world.shipper, *verb.arguments(world, bill))
    paper = elsewhere.enrolment(world.stranger, lei_=5, country="HK", roles=MOVE)
    signature = world.stranger.signature(elsewhere.digest("Enrolment", paper))
    for officer in (world.admin, world.enroller, world.suspender):
        for call in (
            ("enrol", paper, signature),
            ("suspend", 1, b"ground"),
            ("assignCode", b"SMDG", b"MSK", 1),
            ("listRoom", world.ledger, [b"HK"]),
        ):
            with refused(*(("AccessManagedUnauthorized", officer) if code == "Registry" else NO_SUCH_FUNCTION)):
                getattr(elsewhere, call[0])(officer, *call[1:])
    if code == "Registry":
        assert elsewhere.account(world.shipper).number == 0
        with refused("MayNotAct", world.shipper):
            elsewhere.addAccount(world.shipper, world.shipper, world.stranger, 0, 0, ledger.now + 9, b"", b"")
        elsewhere.cancel(world.shipper, b"\x05" * 32)
        assert not ledger.isCancelled(world.shipper, b"\x05" * 32)
    assert ledger.ownerOf(bill) == world.shipper.address


@pytest.mark.parametrize("code", CODES[1:])
def test_nor_does_anybody_administer_it(world: World, ledger: Ledger, authority: Any, code: str) -> None:
    elsewhere = Ledger(ledger.onchain, ledger.codes[code], ledger.codes, authority)
    assert elsewhere.authority() == NOBODY
    with refused("AuthorityIsFixed"):
        elsewhere.setAuthority(world.admin)
    for view in ("name", "symbol"):
        with refused("CallTheLedger"):
            getattr(elsewhere, view)()


def test_each_piece_of_code_is_far_below_the_limit() -> None:
    sizes = {name: len(load(name).deployed_bytecode) for name in CODES}
    assert max(sizes.values()) < 20_000, sizes


# ---------------------------------------------------------------------------------------------------- odd calldata


@pytest.mark.parametrize(
    "data", [b"", b"\x00", b"\x12\x34\x56", b"\xff\xff\xff\xff", b"\0" * 4, b"\0" * 1_000], ids=len
)
def test_calldata_of_no_function_is_refused(world: World, ledger: Ledger, data: bytes) -> None:
    with refused(""):
        ledger.raw(world.shipper, data)


def test_every_cut_of_a_call_is_refused(world: World, ledger: Ledger) -> None:
    """Too short by a byte, by a word, by its text."""
    bill = world.order()
    whole = ledger.data("endorse", bill, Endorsement.TO_ORDER, world.bank, NOBODY, b"remark")
    for length in (4, 5, 35, 36, 100, 132, 163, 164, 190, len(whole) - 32, len(whole) - 27):
        with refused(""):
            ledger.raw(world.shipper, whole[:length])
    ledger.raw(world.shipper, whole)


@pytest.mark.parametrize("place", [4 + 32 * 1, 4 + 32 * 2, 4 + 32 * 3])
def test_dirty_bits_above_an_argument_are_refused(world: World, ledger: Ledger, place: int) -> None:
    bill = world.order()
    data = bytearray(ledger.data("endorse", bill, Endorsement.TO_ORDER, world.bank, world.bank, b""))
    data[place] = 0xFF
    with refused(""):
        ledger.raw(world.shipper, bytes(data))


def test_whatever_follows_a_call_is_not_read(world: World, ledger: Ledger) -> None:
    bill = world.blank()
    data = ledger.data("transfer", bill, world.bank, b"")
    assert ledger.raw(world.shipper, data + b"\xff" * 100).event("Transferred").remark == b""


def test_a_remark_may_be_long(world: World, ledger: Ledger) -> None:
    bill, remark = world.blank(), bytes(range(256)) * 40
    assert ledger.transfer(world.shipper, bill, world.bank, remark).event("Transferred").remark == remark


# -------------------------------------------------------------------------------------------------------- multicall


def test_calls_together_are_the_callers(world: World, ledger: Ledger) -> None:
    bill = world.order()
    receipt = ledger.together(
        world.shipper,
        ledger.data("endorse", bill, Endorsement.BLANK, NOBODY, NOBODY, b""),
        ledger.data("transfer", bill, world.bank, b""),
    )
    assert [event.actCount for event in receipt.events if "actCount" in event.args] == [2, 3]
    with refused("NotPossessor", bill, world.forwarder):
        ledger.together(world.forwarder, ledger.data("transfer", bill, world.bank, b""))


def test_calls_together_may_be_nested(world: World, ledger: Ledger) -> None:
    bill = world.blank()
    inner = ledger.data("multicall", [ledger.data("transfer", bill, world.bank, b"")])
    ledger.together(world.shipper, ledger.data("multicall", [inner]))
    assert ledger.ownerOf(bill) == world.bank.address


def test_a_carrier_answers_many_together(world: World, ledger: Ledger) -> None:
    bills = [world.pending() for _ in range(4)]
    refused_one = ledger.data("refuse", bills[3], b"freight is unpaid")
    ledger.together(world.carrier, *(ledger.data("accept", bill, b"") for bill in bills[:3]), refused_one)
    assert [ledger.bill(bill).status for bill in bills] == [5, 5, 5, 1]


def test_administration_in_a_multicall_needs_its_role_all_the_same(world: World, ledger: Ledger) -> None:
    call = ledger.data("suspend", world.bank.participant, b"ground")
    with refused("AccessManagedUnauthorized", world.bank):
        ledger.together(world.bank, call)
    ledger.together(world.suspender, call)
    assert not ledger.account(world.bank).acts


def test_a_call_within_the_ledger_is_nobodys(world: World, ledger: Ledger) -> None:
    """The ledger is no account, and never becomes one."""
    assert ledger.account(ledger).number == 0
    with refused("NotARoom", ledger):
        ledger.listRoom(world.lister, ledger, [b"HK"])
    deadline = ledger.now + 100
    with refused("NotSignedBy", ledger):
        ledger.addAccount(world.shipper, world.shipper, ledger, MOVE, 0, deadline, b"", b"\x01" * 65)


@pytest.mark.parametrize("kind", [Kind.BLANK, Kind.ORDER])
def test_a_carrier_may_be_its_own_shipper(world: World, ledger: Ledger, carrier: Party, kind: Kind) -> None:
    """Possessor, carrier and surrenderer in one: the balance comes out right."""
    bill = world.issued(kind, carrier if kind == Kind.ORDER else NOBODY, carrier)
    ledger.surrender(carrier, bill, SurrenderFor.DELIVERY, carrier, bytes(32), b"")
    assert (ledger.balanceOf(carrier), ledger.ownerOf(bill)) == (1, carrier.address)
    ledger.refuse(carrier, bill, b"on second thoughts")
    assert (ledger.balanceOf(carrier), ledger.ownerOf(bill)) == (1, carrier.address)
    ledger.transfer(carrier, bill, world.shipper, b"")
    assert ledger.balanceOf(carrier) == 0
