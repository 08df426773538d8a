"""The loan book: one address, two pieces of code, one storage; nothing to call elsewhere (N10)."""

from __future__ import annotations

from typing import Any

import pytest
from support.contract import Contract, Refused, refused
from support.finance import Finance
from support.trade import DAY, SurrenderFor

from sampan.keccak import keccak
from sampan.toolchain.artifacts import load

CODES = ("LoanBook", "LoanDesk")
LIMIT = 24_576
"""EIP-170."""
OF_THE_ROOM = {"act", "agree", "permit", "multicall", "onBill", "onReplaced"}
VIEWS_OF_ROOMS = {"CALL_TYPEHASH()", "LEDGER()", "eip712Domain()", "REGISTRATIONS()", "POSITIONS()"}


def _members(layout: Any, kind: str) -> Any:
    """What a type is, all the way down."""
    found = layout["types"][kind]
    inner = [
        (each["label"], each["slot"], each["offset"], _members(layout, each["type"]))
        for each in found.get("members", [])
    ]
    value = _members(layout, found["value"]) if "value" in found else None
    return found["label"], found["numberOfBytes"], inner, value


def _layout(name: str) -> list[Any]:
    layout = load(name).storage_layout
    return [(each["label"], each["slot"], each["offset"], _members(layout, each["type"])) for each in layout["storage"]]


def changing(name: str) -> set[str]:
    """The functions of an interface that change something."""
    functions = (each for each in load(name).abi if each["type"] == "function")
    return {each["name"] for each in functions if each["stateMutability"] == "nonpayable"}


def test_both_pieces_of_code_see_the_same_storage_and_the_same_structs_in_it() -> None:
    book, desk = (_layout(name) for name in CODES)
    assert [label for label, *_ in book] == [label for label, *_ in desk]
    assert book == desk
    assert {"_count", "_books", "_facilityOf", "_filedUntil", "_kept", "_least", "_carrierGroups", "_used"} <= {
        label for label, *_ in book
    }


def test_nothing_is_kept_in_storage_by_eip_712(finance: Finance) -> None:
    """The name is short, so that no slot is written by one code that the other has not."""
    slots = [int(slot) for label, slot, *_ in _layout("LoanBook") if label.endswith("Fallback")]
    assert slots
    address = bytes.fromhex(finance.book.address[2:])
    assert [finance.world.onchain.storage(address, slot) for slot in slots] == [0] * len(slots)


def test_the_interface_names_all_that_the_address_answers() -> None:
    book, desk, loans = (set(load(name).method_identifiers) for name in (*CODES, "ILoans"))
    plumbing = VIEWS_OF_ROOMS | {each for each in book | desk if each.isupper() or each.split("(")[0].isupper()}
    assert (book | desk) - plumbing == loans - plumbing
    assert loans <= book | desk
    # What both know is a room's: of that the book's answer is the one.
    shared = {each.split("(")[0] for each in (book & desk) - plumbing}
    assert shared == OF_THE_ROOM
    assert set(load("ILoanDesk").method_identifiers) <= desk - book


@pytest.mark.parametrize("name", ["ILoanBook", "ILoanDesk"])
def test_every_selector_reaches_the_code_that_knows_it(finance: Finance, name: str) -> None:
    """Called with zeros it answers, or refuses with an error of its own; where nothing knows it, there is silence."""
    onchain, address = finance.world.onchain, bytes.fromhex(finance.book.address[2:])
    reachable = 0
    for signature, selector in load(name).method_identifiers.items():
        done, output = onchain.ask(bytes(20), address, bytes.fromhex(selector) + bytes(32 * 60))
        assert done or output or signature.startswith(("open(", "file(")), signature
        reachable += 1
    assert reachable > 7


def test_each_piece_of_code_may_be_deployed() -> None:
    sizes = {name: len(load(name).deployed_bytecode) for name in (*CODES, "Positions", "Registrations")}
    assert max(sizes.values()) < LIMIT, sizes


@pytest.mark.parametrize("data", [b"", b"\x00", b"\x12\x34\x56", b"\xff" * 4, b"\0" * 4, b"\0" * 1_000], ids=len)
def test_calldata_of_no_function_is_refused(finance: Finance, data: bytes) -> None:
    with refused(""):
        finance.book.raw(finance.world.shipper, data)


def test_calls_of_both_codes_are_carried_out_together_and_are_the_callers(finance: Finance) -> None:
    facility = finance.opened()
    bill, _ = finance.pledged(facility)
    book, now = finance.book, finance.now
    filing = (b"CN", keccak(b"CRC"), keccak(b"1"), keccak(b"2"), now, now + DAY)
    call = [book.data("file", facility, filing), book.data("discharge", facility, [])]
    book.multicall(finance.agent, call)
    assert book.filedUntil(facility, b"CN") == now + DAY
    with refused("NotAParty", finance.borrower.address):
        book.multicall(finance.borrower, call)
    assert bill


# ------------------------------------------------------------------------------------------------- at its own address


@pytest.fixture
def desk(finance: Finance) -> Contract:
    """The code that the book runs, called where it lies."""
    return Contract(finance.world.onchain, finance.desk, load("LoanDesk").abi)


def test_at_its_own_address_the_desk_opens_nothing(finance: Finance, desk: Contract) -> None:
    """Though all sign for it, and let it take their money."""
    terms = finance.facility()
    for lender, money in zip(terms.lenders, finance.sources(terms), strict=True):
        money.approve(lender, desk, 2**200)
    had = [finance.money_of(each) for each in (*terms.lenders, desk)]
    with refused("NotARoom", desk.address):
        desk.open(finance.world.relayer, terms, finance.signed(terms, contract=finance.desk), finance.sources(terms))
    assert [finance.money_of(each) for each in (*terms.lenders, desk)] == had
    assert desk.facilityOf(terms.hash) == 0


def test_at_its_own_address_the_desk_does_nothing_to_what_the_book_has(finance: Finance, desk: Contract) -> None:
    world, agent = finance.world, finance.agent
    facility, bill, _ = finance.drawn(1_000)
    finance.in_default(facility)
    now, first = finance.now, finance.positions_of(facility)[0]
    filing = (b"CN", keccak(b"CRC"), keccak(b"1"), keccak(b"2"), now, now + DAY)
    deadline, digest = finance.appointment(facility, world.forwarder)
    calls: list[tuple[tuple[Any, ...], tuple[Any, ...]]] = [
        (("surrender", bill, SurrenderFor.DELIVERY, world.carrier, []), ("NotUnderThisDeal", bill)),
        (("allot", bill, []), ("NotUnderThisDeal", bill)),
        (("entrust", bill, finance.borrower, now + DAY, b""), ("NotUnderThisDeal", bill)),
        (("handOver", bill), ("NotUnderThisDeal", bill)),
        (("file", facility, filing), ("NoSuchFacility", facility)),
        (
            ("replaceAgent", facility, world.forwarder, deadline, [world.forwarder.signature(digest)], [], []),
            ("NoSuchFacility", facility),
        ),
    ]
    assert {verb for (verb, *_), _ in calls} | {"open", "groupCarrier"} == changing("ILoanDesk"), "each is tried here"
    for (verb, *arguments), error in calls:
        with refused(*error):
            getattr(desk, verb)(agent, *arguments)
    with refused("NotTheLedger", agent.address):
        desk.onReplaced(agent, [bill], [bill])
    with refused("NotTheLedger", agent.address):
        desk.onBill(agent, bill, 0, agent, 0, b"")
    fresh = world.blank()
    with pytest.raises(Refused):
        world.ledger.lodge(finance.borrower, fresh, 0, desk, finance.accepted(fresh, facility).encoded)
    assert desk.pledgeOf(bill) == (0, 0, 0, 0, False, 0)
    assert finance.has(bill, finance.book)
    assert finance.positions.unclaimed(first) == 0


def test_what_is_noted_at_its_own_address_the_book_does_not_know(finance: Finance, desk: Contract) -> None:
    carrier = finance.world.carrier.lei
    desk.groupCarrier(finance.world.stranger, carrier)
    finance.book.groupCarrier(finance.world.stranger, carrier)
    with refused("CarrierGroupStands", carrier):
        finance.book.groupCarrier(finance.world.stranger, carrier)


def test_the_ledger_asks_the_book_and_nobody_else_does(finance: Finance) -> None:
    party = finance.world.shipper
    with refused("NotTheLedger", party.address):
        finance.book.onBill(party, 1, 0, party, 0, b"")
    with refused("NotTheLedger", party.address):
        finance.book.onReplaced(party, [1], [2])
