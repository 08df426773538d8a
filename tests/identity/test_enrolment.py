"""Legal persons come in with their own signature, an LEI, a country and a rulebook (T5, T9, L15)."""

from __future__ import annotations

from typing import Any

import pytest
from support.contract import refused
from support.trade import (
    ALL_ROLES,
    ANSWER,
    ISSUE,
    MOVE,
    RULEBOOK,
    TERMS,
    ZERO,
    Enrolment,
    Ledger,
    Party,
    Receiving,
    lei,
)
from support.verbs import room, wallet
from support.world import World


@pytest.fixture
def newcomer(world: World) -> Party:
    party: Party = world.extra["spare"][0]
    party.lei, party.country, party.roles = lei("SAMPANTEST0NEWCOME"), "DE", MOVE | TERMS
    return party


def _enrol(world: World, paper: Enrolment, signer: Any, sender: Any = None) -> Any:
    digest = world.ledger.digest("Enrolment", paper)
    return world.ledger.enrol(sender or world.enroller, paper, signer.signature(digest))


def test_a_participant_is_enrolled_with_its_first_account(world: World, ledger: Ledger, newcomer: Party) -> None:
    parent = lei("SAMPANTEST00PARENT")
    paper = ledger.enrolment(newcomer, parent=parent, receiving=Receiving.LISTED_ONLY)
    receipt = _enrol(world, paper, newcomer)
    number = ledger.participantOf(newcomer.lei)
    assert receipt.event("ParticipantEnrolled").args == {
        "participant": number,
        "lei": newcomer.lei,
        "parent": parent,
        "country": b"DE",
        "roles": MOVE | TERMS,
        "rulebook": RULEBOOK,
    }
    added = receipt.event("AccountAdded")
    assert (added.participant, added.account, added.roles) == (number, newcomer.address, MOVE | TERMS)
    assert added.sponsor == "0x" + "00" * 20
    known = ledger.participant(number)
    assert (known.lei, known.parent, known.country, known.roles) == (newcomer.lei, parent, b"DE", MOVE | TERMS)
    assert (known.rulebook, known.answerHours, known.recordLaws) == (RULEBOOK, 72, 0)
    assert (known.suspendedUntil, known.windingDown, known.accounts) == (0, False, (newcomer.address,))
    account = ledger.account(newcomer)
    assert (account.lei, account.participant, account.number) == (newcomer.lei, number, added.number)
    assert (account.roles, account.country, account.receiving) == (MOVE | TERMS, b"DE", Receiving.LISTED_ONLY)
    assert (account.acts, account.receives, account.room, account.issued) == (True, True, False, 0)


@pytest.mark.parametrize("sender", ["admin", "suspender", "lifter", "recoverer", "lister", "stranger", "bank"])
def test_only_the_enroller_enrols(world: World, ledger: Ledger, newcomer: Party, sender: str) -> None:
    with refused("AccessManagedUnauthorized", getattr(world, sender)):
        _enrol(world, ledger.enrolment(newcomer), newcomer, getattr(world, sender))


def test_l15_nobody_is_enrolled_unasked(world: World, ledger: Ledger, newcomer: Party) -> None:
    with refused("NotSignedBy", newcomer):
        _enrol(world, ledger.enrolment(newcomer), world.enroller)
    with refused("NotSignedBy", newcomer):
        ledger.enrol(world.enroller, ledger.enrolment(newcomer), b"")


@pytest.mark.parametrize(
    "changed",
    [
        {"lei_": lei("SAMPANTEST0NEWCOM2")},
        {"parent": lei("SAMPANTEST00PARENT")},
        {"country": "NL"},
        {"roles": ALL_ROLES},
        {"rulebook": b"\x01" * 32},
        {"receiving": Receiving.SIGNED_ONLY},
        {"deadline": 2**40},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_the_signature_covers_every_word(
    world: World, ledger: Ledger, newcomer: Party, changed: dict[str, Any]
) -> None:
    signature = newcomer.signature(ledger.digest("Enrolment", ledger.enrolment(newcomer)))
    with refused("NotSignedBy", newcomer):
        ledger.enrol(world.enroller, ledger.enrolment(newcomer, **changed), signature)


@pytest.mark.parametrize("late", [0, 1])
def test_an_enrolment_counts_until_its_deadline(world: World, ledger: Ledger, newcomer: Party, late: int) -> None:
    paper = ledger.enrolment(newcomer, deadline=ledger.now + 100)
    ledger.onchain.at(paper.deadline + late)
    if late:
        with refused("SignatureExpired", paper.deadline):
            _enrol(world, paper, newcomer)
    else:
        _enrol(world, paper, newcomer)


def test_a_withdrawn_enrolment_is_none(world: World, ledger: Ledger, newcomer: Party) -> None:
    paper = ledger.enrolment(newcomer)
    ledger.cancel(newcomer, digest := ledger.digest("Enrolment", paper))
    with refused("SignatureCancelled", newcomer, digest):
        _enrol(world, paper, newcomer)


def test_a_legal_person_is_enrolled_once(world: World, ledger: Ledger, newcomer: Party) -> None:
    """T9: one carrier, one name space."""
    paper = ledger.enrolment(newcomer, lei_=world.carrier.lei)
    with refused("AlreadyEnrolled", world.carrier.lei, world.carrier.participant):
        _enrol(world, paper, newcomer)


@pytest.mark.parametrize("taken", ["bank", "room"])
def test_an_account_belongs_to_one_participant(world: World, ledger: Ledger, newcomer: Party, taken: str) -> None:
    account: Any = world.bank
    if taken == "room":
        account = room(world)
        account.become(world.relayer, world.relayer, 0)
        account.signature = world.relayer.signature
    paper = ledger.enrolment(account, lei_=newcomer.lei, country="DE", roles=MOVE)
    with refused("AlreadyAnAccount", account):
        _enrol(world, paper, account)


@pytest.mark.parametrize("number", [0, 36**18, 36**18 + 1, 2**94, 2**96 + 5, 2**256 - 1])
@pytest.mark.parametrize("which", ["lei_", "parent"])
def test_an_lei_is_eighteen_letters_and_digits(
    world: World, ledger: Ledger, newcomer: Party, which: str, number: int
) -> None:
    values = {"lei_": newcomer.lei, "parent": newcomer.lei, which: number}
    with refused("MalformedLei", number):
        _enrol(world, ledger.enrolment(newcomer, **values), newcomer)


@pytest.mark.parametrize("text", ["0" * 17 + "1", "Z" * 18])
def test_every_lei_of_eighteen_fits(world: World, ledger: Ledger, newcomer: Party, text: str) -> None:
    _enrol(world, ledger.enrolment(newcomer, lei_=lei(text)), newcomer)
    assert ledger.account(newcomer).lei == lei(text)


@pytest.mark.parametrize("country", [b"", b"D", b"de", b"D1", b"\0D", b" D", b"[A", b"A@", b"\xff\xff"])
def test_a_country_is_two_capitals(world: World, ledger: Ledger, newcomer: Party, country: bytes) -> None:
    with refused("MalformedCountry", country.ljust(2, b"\0")):
        _enrol(world, ledger.enrolment(newcomer, country=country), newcomer)


@pytest.mark.parametrize("country", [b"AA", b"AZ", b"ZA", b"ZZ"])
def test_every_two_capitals_may_be_a_country(world: World, ledger: Ledger, newcomer: Party, country: bytes) -> None:
    _enrol(world, ledger.enrolment(newcomer, country=country), newcomer)


@pytest.mark.parametrize("roles", [ALL_ROLES + 1, 1 << 7, 1 << 16, 1 << 16 | MOVE, 2**256 - 1])
def test_no_role_that_does_not_exist(world: World, ledger: Ledger, newcomer: Party, roles: int) -> None:
    with refused("RolesTooWide", roles, ALL_ROLES):
        _enrol(world, ledger.enrolment(newcomer, roles=roles), newcomer)


def test_t5_nobody_takes_part_without_a_rulebook(world: World, ledger: Ledger, newcomer: Party) -> None:
    with refused("RulebookRequired"):
        _enrol(world, ledger.enrolment(newcomer, rulebook=ZERO), newcomer)


def test_no_other_way_of_receiving_exists(world: World, ledger: Ledger, newcomer: Party) -> None:
    paper = ledger.enrolment(newcomer)._replace(receiving=3)  # type: ignore[arg-type]
    with refused(""):
        _enrol(world, paper, newcomer)


def test_a_contract_wallet_is_a_first_account(world: World, ledger: Ledger, newcomer: Party) -> None:
    safe: Any = wallet(world, world.stranger)
    _enrol(world, ledger.enrolment(safe, lei_=newcomer.lei, country="DE", roles=MOVE | TERMS), safe)
    known = ledger.account(safe)
    assert (known.participant, known.room) == (ledger.participantOf(newcomer.lei), False)


def test_whoever_enrols_itself_needs_no_second_signature(
    world: World, ledger: Ledger, authority: Any, newcomer: Party
) -> None:
    authority.grantRole(world.admin, 1, newcomer, 0)
    ledger.enrol(newcomer, ledger.enrolment(newcomer), b"")
    assert ledger.account(newcomer).acts


# ------------------------------------------------------------------------------------------------- carrier codes, T9


def test_t9_a_carrier_owns_several_codes_and_a_code_has_one_owner(world: World, ledger: Ledger) -> None:
    carrier, other = world.carrier.participant, world.other_carrier.participant
    for list_, code in ((b"SMDG", b"MSK"), (b"NMFTA", b"MAEU")):
        event = ledger.assignCode(world.enroller, list_, code, carrier).event("CodeAssigned")
        assert event.args == {
            "list": list_.ljust(8, b"\0"),
            "code": code.ljust(8, b"\0"),
            "participant": carrier,
            "note": ledger.noteCount(),
        }
        assert ledger.codeOwner(list_, code) == carrier
    for owner in (carrier, other):
        with refused("CodeTaken", b"SMDG\0\0\0\0", b"MSK\0\0\0\0\0", carrier):
            ledger.assignCode(world.enroller, b"SMDG", b"MSK", owner)
    ledger.assignCode(world.enroller, b"SMDG", b"MSK", 0)
    ledger.assignCode(world.enroller, b"SMDG", b"MSK", other)
    assert ledger.codeOwner(b"SMDG", b"MSK") == other


def test_the_same_letters_in_two_lists_are_two_codes(world: World, ledger: Ledger) -> None:
    ledger.assignCode(world.enroller, b"SMDG", b"ABCD", world.carrier.participant)
    ledger.assignCode(world.enroller, b"NMFTA", b"ABCD", world.other_carrier.participant)
    assert ledger.codeOwner(b"SMDG", b"ABCD") == world.carrier.participant
    assert ledger.codeOwner(b"NMFTA", b"ABCD") == world.other_carrier.participant


@pytest.mark.parametrize("text", [b"", b"msk", b"MSK ", b" MSK", b"M K", b"\0MSK", b"M\0K", b"MS-K", b"[", b"MSK\xff"])
@pytest.mark.parametrize("which", ["list", "code"])
def test_t9_a_code_is_written_in_one_way(world: World, ledger: Ledger, which: str, text: bytes) -> None:
    """ "MAEU", "maeu" and "MAEU " would be three codes with three owners."""
    pair = (text, b"MSK") if which == "list" else (b"SMDG", text)
    with refused("MalformedCode", *(word.ljust(8, b"\0") for word in pair)):
        ledger.assignCode(world.enroller, *pair, world.carrier.participant)


@pytest.mark.parametrize("code", [b"A", b"Z9", b"0", b"ABCDEFGH"])
def test_a_code_of_one_to_eight(world: World, ledger: Ledger, code: bytes) -> None:
    ledger.assignCode(world.enroller, b"SMDG", code, world.carrier.participant)
    assert ledger.codeOwner(b"SMDG", code) == world.carrier.participant


@pytest.mark.parametrize("number", [999, 2**256 - 1])
def test_a_code_belongs_to_somebody(world: World, ledger: Ledger, number: int) -> None:
    with refused("UnknownParticipant", number):
        ledger.assignCode(world.enroller, b"SMDG", b"MSK", number)


# ------------------------------------------------------------------------------------------------------------ profile


def test_a_shipper_becomes_a_carrier(world: World, ledger: Ledger, shipper: Party) -> None:
    """Its own accounts then give themselves the role."""
    wider = shipper.roles | ISSUE | ANSWER
    with refused("RolesTooWide", wider, shipper.roles):
        ledger.setAccountRoles(shipper, shipper, wider)
    parent = lei("SAMPANTEST00PARENT")
    event = ledger.setProfile(world.enroller, shipper.participant, parent, wider).event("ProfileSet")
    assert event.args == {
        "participant": shipper.participant,
        "parent": parent,
        "roles": wider,
        "note": ledger.noteCount(),
    }
    assert ledger.account(shipper).roles == shipper.roles
    ledger.setAccountRoles(shipper, shipper, wider)
    assert ledger.account(shipper).roles == wider
    assert ledger.participant(shipper.participant).parent == parent


def test_accounts_lose_what_their_participant_loses(world: World, ledger: Ledger, bank: Party) -> None:
    ledger.setProfile(world.enroller, bank.participant, bank.lei, MOVE | TERMS)
    for account in (bank, world.bank_vault):
        assert ledger.account(account).roles == MOVE | TERMS


@pytest.mark.parametrize("lost", [MOVE, TERMS])
def test_p5_administration_closes_no_exit(world: World, ledger: Ledger, bank: Party, lost: int) -> None:
    """A bill that it possesses could never leave again; a suspension has an end."""
    with refused("ExitsStayOpen", bank.participant, lost):
        ledger.setProfile(world.enroller, bank.participant, bank.lei, bank.roles & ~lost)


def test_p5_nor_the_answers_of_a_carrier(world: World, ledger: Ledger, carrier: Party) -> None:
    answerless = carrier.roles & ~(ISSUE | ANSWER)
    with refused("ExitsStayOpen", carrier.participant, ANSWER):
        ledger.setProfile(world.enroller, carrier.participant, carrier.lei, answerless)
    ledger.setProfile(world.enroller, carrier.participant, carrier.lei, carrier.roles & ~ISSUE)
    with refused("LacksRole", carrier, ISSUE):
        world.blank()


def test_a_profile_is_of_a_participant_and_well_formed(world: World, ledger: Ledger, bank: Party) -> None:
    with refused("UnknownParticipant", 999):
        ledger.setProfile(world.enroller, 999, bank.lei, MOVE)
    with refused("MalformedLei", 0):
        ledger.setProfile(world.enroller, bank.participant, 0, bank.roles)
    with refused("RolesTooWide", ALL_ROLES + 1, ALL_ROLES):
        ledger.setProfile(world.enroller, bank.participant, bank.lei, ALL_ROLES + 1)
