"""The name of a bill is its id: carrier, reference, version (N9, L2, P2, P3)."""

from __future__ import annotations

import json
import random
from urllib.parse import unquote, urlsplit

import pytest
from support.contract import refused
from support.trade import Kind, Ledger, Party, Rejection, Status, SurrenderFor, bill_id, lei
from support.verbs import STATEMENT
from support.world import World

NEXT = 1 << 140
TEXT = (1 << 140) - 1


def _issue(world: World, bill: int, carrier: Party | None = None) -> None:
    world.ledger.issue(carrier or world.carrier, world.terms(Kind.BLANK, bill=bill), world.shipper, b"")


@pytest.mark.parametrize(
    "reference",
    [
        "A",
        "0",
        "SHA-2026/000123",
        "12345678901234567890",
        "HLCU SHA 2601 ABCDE",
        "A" * 20,
        "!\"#$%&'()*+,-./:;<=>",
        "?@[\\]^_",
    ],
)
def test_a_reference_of_up_to_20_printable_capitals_names_a_bill(
    world: World, ledger: Ledger, carrier: Party, reference: str
) -> None:
    bill = bill_id(carrier.lei, 1, reference)
    _issue(world, bill)
    assert ledger.bill(bill).status == Status.LIVE


@pytest.mark.parametrize(
    "reference",
    ["", " ABC1", "ABC1 ", " ", "  ", "abc1", "ABc1", "A\x00B", "A\x1fB", "A\x60B", "A\x7fB", "\x00A", "A~", "\x1f"],
    ids=repr,
)
def test_n9_a_reference_written_otherwise_is_no_bill(
    world: World, ledger: Ledger, carrier: Party, reference: str
) -> None:
    """ "ABC1", "abc1" and "ABC1 " would else be three bills of one reference (P2)."""
    bill = bill_id(carrier.lei, 1, reference)
    with refused("MalformedBill", bill):
        _issue(world, bill)


def test_the_rule_of_references_holds_for_any_140_bits(world: World, ledger: Ledger, carrier: Party) -> None:
    """Against a rule written anew, on random texts and on well-formed ones with one bit turned."""
    chance = random.Random(29)

    def well_formed(text: int) -> bool:
        characters = [(text >> 7 * (19 - place)) & 0x7F for place in range(20)]
        while characters and characters[-1] == 0:
            characters.pop()
        return (
            bool(characters)
            and all(0x20 <= character <= 0x5F for character in characters)
            and 0x20 not in (characters[0], characters[-1])
        )

    seen = {True: 0, False: 0}
    for _ in range(120):
        length = chance.randint(1, 20)
        text = bill_id(0, 0, "".join(chr(chance.randint(0x20, 0x5F)) for _ in range(length)))
        if chance.random() < 0.7:
            text ^= 1 << chance.randrange(140)
        bill = carrier.lei << 156 | NEXT | text
        data = ledger.data("issue", world.terms(Kind.BLANK, bill=bill), world.shipper, b"")
        accepted, output = ledger.onchain.ask(
            bytes.fromhex(carrier.address[2:]), bytes.fromhex(ledger.address[2:]), data
        )
        assert accepted == well_formed(text), f"{text:035x} {output.hex()}"
        seen[accepted] += 1
    assert min(seen.values()) > 20


@pytest.mark.parametrize("version", [0, 2, 3, 65_535])
def test_a_reference_begins_with_version_one(world: World, ledger: Ledger, carrier: Party, version: int) -> None:
    bill = bill_id(carrier.lei, version, "SHA1")
    with refused(*(("MalformedBill", bill) if version == 0 else ("NoSuchBill", bill - NEXT))):
        _issue(world, bill)


def test_the_carrier_of_another_lei_cannot_use_the_name(world: World, ledger: Ledger, other_carrier: Party) -> None:
    bill = world.new_id(world.carrier)
    with refused("NotCarrier", bill, other_carrier):
        _issue(world, bill, other_carrier)


@pytest.mark.parametrize("above", [1 << 250, 1 << 251, 1 << 255])
def test_bits_above_the_lei_are_no_name(world: World, ledger: Ledger, above: int) -> None:
    bill = world.new_id() | above
    with refused("NotCarrier", bill, world.carrier):
        _issue(world, bill)


def test_l2_no_second_issue_of_carrier_and_reference(world: World, ledger: Ledger, carrier: Party) -> None:
    bill = world.blank()
    with refused("BillExists", bill):
        _issue(world, bill)


def test_l2_nor_by_another_account_of_the_carrier(world: World, ledger: Ledger, carrier: Party) -> None:
    from support.trade import ISSUE

    agent = world.add_account(carrier, world.stranger, ISSUE)
    bill = world.blank()
    with refused("BillExists", bill):
        _issue(world, bill, agent)
    with refused("PreviousVersionStands", bill + NEXT, Status.LIVE):
        _issue(world, bill + NEXT, agent)


@pytest.mark.parametrize(
    "status",
    [
        Status.LIVE,
        Status.PENDING_DELIVERY,
        Status.PENDING_AMENDMENT,
        Status.PENDING_PAPER,
        Status.SURRENDERED,
        Status.DELIVERED,
        Status.REPLACED,
        Status.PAPER,
    ],
    ids=lambda status: status.name.lower(),
)
def test_p2_the_next_version_waits_until_the_one_before_is_void(world: World, ledger: Ledger, status: Status) -> None:
    from support.verbs import bill_in

    bill = bill_in(world, status)
    with refused("PreviousVersionStands", bill + NEXT, status):
        _issue(world, bill + NEXT)


def test_p2_versions_follow_one_by_one(world: World, ledger: Ledger, shipper: Party) -> None:
    bill = world.blank()
    for version in range(2, 6):
        ledger.reject(shipper, bill, Rejection.ISSUE, b"")
        with refused("NoSuchBill", bill + NEXT):
            _issue(world, bill + 2 * NEXT)
        with refused("BillExists", bill):
            _issue(world, bill)
        bill += NEXT
        _issue(world, bill)
        assert bill >> 140 & 0xFFFF == version


def test_version_65535_is_the_last(world: World, ledger: Ledger, carrier: Party) -> None:
    """The version never spills over into the LEI."""
    last = bill_id(carrier.lei, 65_535, "SHA1")
    with refused("NotCarrier", last + NEXT, carrier):
        _issue(world, last + NEXT)


def test_p3_what_a_bill_says_stays_whatever_becomes_of_it(world: World, ledger: Ledger, shipper: Party) -> None:
    bill = world.blank()
    root = ledger.rootOf(bill)
    ledger.transfer(shipper, bill, world.bank, b"")
    ledger.surrender(world.bank, bill, SurrenderFor.PAPER, world.carrier, bytes(32), b"")
    ledger.toPaper(world.carrier, bill, 3, STATEMENT, b"")
    assert ledger.rootOf(bill) == root != bytes(32)


@pytest.mark.parametrize("missing", ["root", "checksum"])
def test_no_bill_without_its_document(world: World, ledger: Ledger, carrier: Party, missing: str) -> None:
    """L1's half that a contract can keep: root and checksum are there."""
    terms = world.terms(Kind.BLANK)._replace(**{missing: bytes(32)})
    with refused("DocumentRequired", terms.bill):
        ledger.issue(carrier, terms, world.shipper, b"")


def test_the_lei_in_the_id_is_the_carriers_whoever_it_was_enrolled_by(world: World, ledger: Ledger) -> None:
    assert world.carrier.lei == lei("SAMPANTESTCARRIER1")
    assert world.blank() >> 156 == world.carrier.lei


# ------------------------------------------------------------------------------------------------------------- wallets


def test_a_wallet_reads_name_and_symbol(ledger: Ledger) -> None:
    assert ledger.name() == "Sampan bill of lading"
    assert ledger.symbol() == "EBL"


@pytest.mark.parametrize("reference", ["SHA1", 'A"B\\C', "A,B/C", "HLCU SHA 1", "A'B&C<D>", "\\", '"'])
def test_a_wallet_shows_reference_and_version(world: World, ledger: Ledger, carrier: Party, reference: str) -> None:
    assert _metadata(world, reference)["name"] == f"{reference} v1"


@pytest.mark.parametrize("reference", ["A#B", "A%41", "#", "100%"])
def test_a_wallet_shows_signs_that_mean_something_in_a_uri(
    world: World, ledger: Ledger, carrier: Party, reference: str
) -> None:
    assert _metadata(world, reference)["name"] == f"{reference} v1"


def _metadata(world: World, reference: str) -> dict[str, str]:
    """What a wallet makes of the token's URI."""
    import base64

    bill = bill_id(world.carrier.lei, 1, reference)
    _issue(world, bill)
    uri = urlsplit(world.ledger.tokenURI(bill))
    assert uri.scheme == "data"
    head, _, body = uri.path.partition(",")
    assert head.startswith("application/json")
    text = base64.b64decode(body, validate=True).decode() if head.endswith(";base64") else unquote(body)
    found: dict[str, str] = json.loads(text)
    return found


def test_no_uri_of_a_bill_that_is_not(world: World, ledger: Ledger) -> None:
    bill = world.new_id()
    with refused("NoSuchBill", bill):
        ledger.tokenURI(bill)
