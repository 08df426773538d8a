"""What producers say directly of a bill: certificates, policies, releases (EIP-712, ERC-1271)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.cargo import ATTESTABLE, COUNTRY, DOLLARS, NOWHERE, TERMINAL_AT, Cargo, Said, kinds
from support.contract import refused
from support.money import another, deployed
from support.safe_account import SafeAccount, installed
from support.tools import absent
from support.trade import HOUR, MOVE, PRODUCE, TERMS, ZERO, lei
from support.world import World


@pytest.fixture
def bill(world: World) -> int:
    return world.blank()


def test_a_policy_is_recorded_by_whoever_has_the_insurers_signature(cargo: Cargo, bill: int) -> None:
    said = cargo.statement(cargo.insurer, bill)
    assert cargo.log.digestOf(said) == cargo.digest(said)
    cargo.world.ledger.later(60)
    done = cargo.attest(said, by=cargo.world.stranger)
    event = done.event("FactAttested")
    assert (event.bill, event.kind, event.producer) == (bill, Said.INSURED, cargo.insurer.participant)
    assert (event.key, event.by) == (said.key, cargo.world.stranger.address)
    assert event.statement == (cargo.insurer.address, *said[1:])
    assert vars(cargo.fact(bill, cargo.insurer, Said.INSURED, 0)) == {
        "recordedAt": done.timestamp,
        "validUntil": said.valid_until,
        "amount": 150_000,
        "measure": DOLLARS,
        "struck": False,
        "saidAt": said.said_at,
        "key": int.from_bytes(said.key, "big") >> 193,
    }


def test_a_producers_own_account_needs_no_signature(cargo: Cargo, bill: int) -> None:
    said = cargo.statement(cargo.insurer, bill)
    for other in (cargo.world.stranger, cargo.customs):
        with refused("NotSignedBy", cargo.insurer):
            cargo.log.attest(other, said, b"")
    assert cargo.log.attest(cargo.insurer, said, b"").event("FactAttested").by == cargo.insurer.address


@pytest.mark.parametrize("kind", list(Said))
def test_what_happens_at_terminals_is_anchored_and_papers_are_attested(cargo: Cargo, bill: int, kind: Said) -> None:
    said = cargo.statement(cargo.insurer, bill, kind)
    if not kinds(kind) & ATTESTABLE:
        with refused("NotAttestable", kind):
            cargo.attest(said)
        return
    where = COUNTRY if kind in (Said.EXPORT_RELEASED, Said.IMPORT_RELEASED) else NOWHERE
    cargo.accredited(cargo.insurer, kinds(kind), where)
    cargo.attest(said._replace(place=where))
    assert cargo.stands(bill, cargo.insurer, kind, 0)


def test_t19_customs_release_in_their_country_alone(cargo: Cargo, bill: int) -> None:
    cargo.attested(cargo.customs, bill, Said.EXPORT_RELEASED, place=COUNTRY)
    for where in (NOWHERE, TERMINAL_AT):
        said = cargo.statement(cargo.customs, bill, Said.IMPORT_RELEASED, place=where)
        with refused("NotAccredited", cargo.customs.participant, Said.IMPORT_RELEASED, where):
            cargo.attest(said)
    with refused("NotAccredited", cargo.customs.participant, Said.INSURED, NOWHERE):
        cargo.attest(cargo.statement(cargo.customs, bill))


def test_a_statement_is_of_its_words_its_signer_its_chain_and_its_log(cargo: Cargo, bill: int, world: World) -> None:
    said = cargo.statement(cargo.insurer, bill)
    signature = cargo.insurer.signature(cargo.digest(said))
    changes: dict[str, Any] = {
        "bill": bill + 1,
        "unit": 1,
        "happened_at": said.happened_at - 1,
        "valid_until": 0,
        "amount": said.amount + 1,
        "measure": b"HKD",
        "place": TERMINAL_AT,
        "rest": ZERO,
        "corrects": b"\1" * 32,
        "said_at": said.said_at - 1,
        "deadline": said.deadline + 1,
    }
    cargo.accredited(cargo.insurer, kinds(Said.VALUED))
    for name, value in {**changes, "kind": Said.VALUED}.items():
        with refused("NotSignedBy", cargo.insurer):
            cargo.log.attest(world.relayer, said._replace(**{name: value}), signature)
    with refused("NotSignedBy", cargo.customs):
        cargo.log.attest(world.relayer, said._replace(producer=cargo.customs), signature)
    manager = world.ledger.authority_contract
    other = deployed(world, "CargoLog", ("address", manager.address), ("address", world.ledger.address))
    for domain in ({"chain_id": world.onchain.chain_id + 1}, {"contract": other}, {"contract": world.ledger}):
        with refused("NotSignedBy", cargo.insurer):
            cargo.attest(said, **domain)
    with refused("NotSignedBy", cargo.insurer):
        other.attest(world.relayer, said, signature)
    cargo.log.attest(world.relayer, said, signature)


def test_a_statement_is_recorded_until_its_deadline(cargo: Cargo, bill: int, world: World) -> None:
    said = cargo.statement(cargo.insurer, bill)
    world.onchain.at(said.deadline + 1)
    for by, signature in ((world.relayer, cargo.insurer.signature(cargo.digest(said))), (cargo.insurer, b"")):
        with refused("SignatureExpired", said.deadline):
            cargo.log.attest(by, said, signature)
    world.onchain.at(said.deadline)
    cargo.attest(said)


def test_a_statement_counts_from_the_second_in_which_it_was_said(cargo: Cargo, bill: int, world: World) -> None:
    said = cargo.statement(cargo.insurer, bill, said_at=cargo.now + 100)
    world.onchain.at(said.said_at - 1)
    with refused("NotYetSaid", said.said_at):
        cargo.attest(said)
    world.onchain.at(said.said_at)
    cargo.attest(said)
    ahead = cargo.statement(cargo.insurer, world.blank(), happened_at=cargo.now + 10)
    with refused("NotYetHappened", ahead.happened_at):
        cargo.attest(ahead)


def test_a_signature_that_was_withdrawn_counts_no_more(cargo: Cargo, bill: int) -> None:
    said = cargo.statement(cargo.insurer, bill)
    cargo.world.ledger.cancel(cargo.insurer, cargo.digest(said))
    with refused("SignatureCancelled", cargo.insurer, cargo.digest(said)):
        cargo.attest(said)
    # The account itself still says it.
    cargo.log.attest(cargo.insurer, said, b"")


def test_t19_only_who_reports_and_acts_says_anything(cargo: Cargo, bill: int, world: World) -> None:
    for party, error, told in (
        (world.stranger, "MayNotAct", ()),
        (world.shipper, "LacksRole", (PRODUCE,)),
    ):
        with refused(error, party, *told):
            cargo.attest(cargo.statement(party, bill))
    said = cargo.statement(cargo.insurer, bill)
    world.suspend(cargo.insurer)
    with refused("MayNotAct", cargo.insurer):
        cargo.attest(said)


def test_an_account_without_the_role_says_nothing_for_its_producer(cargo: Cargo, bill: int, world: World) -> None:
    both = another(world, 30, "SAMPANTEST0LLOYDS0", "CN", PRODUCE | MOVE | TERMS)
    cargo.accredited(both, kinds(Said.INSURED))
    moving = world.add_account(both, world.extra["spare"][31], MOVE | TERMS)
    with refused("LacksRole", moving, PRODUCE):
        cargo.attest(cargo.statement(moving, bill))
    cargo.attested(both, bill)


# ----------------------------------------------------------------------------------------------- replacing, taking back


def test_a_statement_is_recorded_once_and_replaced_by_a_later_one_that_names_it(cargo: Cargo, bill: int) -> None:
    first = cargo.attested(cargo.insurer, bill)
    stands = (bill, Said.INSURED, 0, cargo.insurer.participant)
    with refused("FactStands", *stands):
        cargo.attest(first)
    with refused("FactStands", *stands):
        cargo.attested(cargo.insurer, bill)
    second = cargo.attested(cargo.insurer, bill, corrects=first.key, amount=1)
    assert cargo.fact(*stands[:1], cargo.insurer, Said.INSURED, 0).amount == 1
    with refused("FactStands", *stands):
        cargo.attest(first)
    with refused("FactStands", *stands):
        cargo.attest(second)


def test_a_statement_of_an_earlier_second_replaces_nothing(cargo: Cargo, bill: int) -> None:
    first = cargo.attested(cargo.insurer, bill)
    early = cargo.statement(cargo.insurer, bill, corrects=first.key, said_at=first.said_at - 1)
    with refused("SaidSince", early.said_at, first.said_at):
        cargo.attest(early)
    cargo.attest(early._replace(said_at=first.said_at))


def test_n3_what_was_signed_before_a_withdrawal_does_not_come_back(cargo: Cargo, bill: int, world: World) -> None:
    """Neither a statement that was recorded nor one that waits, were it of the very second."""
    first = cargo.attested(cargo.insurer, bill)
    waits, corrects = cargo.statement(cargo.insurer, bill), cargo.statement(cargo.insurer, bill, corrects=first.key)
    done = cargo.log.withdraw(cargo.insurer, bill, Said.INSURED, 0)
    assert done.timestamp == waits.said_at == corrects.said_at
    for late in (first, waits, corrects):
        with refused("SaidSince", late.said_at, done.timestamp):
            cargo.attest(late)
    cargo.attested(cargo.insurer, bill)


def test_an_event_strikes_a_statement_and_replaces_it(cargo: Cargo, bill: int) -> None:
    first = cargo.attested(cargo.insurer, bill)
    second = cargo.says(cargo.insurer, bill, Said.INSURED, unit=0, corrects=first.key, amount=1, measure=DOLLARS)
    cargo.log.strike(cargo.world.relayer, bill, Said.INSURED, 0, second.event, second.proof)
    with refused("SaidSince", first.said_at, second.proof.header.anchored_at):
        cargo.attest(first)
    cargo.record(second)
    cargo.attested(cargo.insurer, bill, corrects=second.event.key)


def test_a_statement_that_is_signed_ahead_is_struck_by_what_is_said_after_it(cargo: Cargo, bill: int) -> None:
    """Whoever signs with a time to come cannot take it back by an event of before."""
    said = cargo.statement(cargo.insurer, bill, said_at=cargo.now + 100)
    early = cargo.says(cargo.insurer, bill, Said.NONE, corrects=said.key)
    cargo.world.onchain.at(said.said_at)
    cargo.attest(said)
    of = (bill, Said.INSURED, 0)
    with refused("SaidSince", early.proof.header.anchored_at, said.said_at):
        cargo.log.strike(cargo.world.relayer, *of, early.event, early.proof)
    late = cargo.says(cargo.insurer, bill, Said.NONE, corrects=said.key)
    cargo.log.strike(cargo.world.relayer, *of, late.event, late.proof)


# ---------------------------------------------------------------------------------------------------------------- Safes


@pytest.fixture
def safe(world: World, project_root: Path) -> SafeAccount:
    """An insurer whose account is a Safe of two owners."""
    if not installed(project_root):
        absent("needs @safe-global/safe-smart-account (npm ci)")
    owners = world.extra["spare"][10:12]
    made = SafeAccount(world, project_root, *owners, country="CN", roles=PRODUCE | TERMS, lei=lei("SAMPANTEST0000SAFE"))
    return world.enrol(made)  # type: ignore[return-value]


def test_what_the_owners_of_a_producers_safe_signed_is_recorded_while_they_are_its_owners(
    cargo: Cargo, bill: int, safe: Any
) -> None:
    cargo.accredited(safe, kinds(Said.INSURED))
    said = cargo.statement(safe, bill, deadline=cargo.now + HOUR)
    signature = safe.signature(cargo.digest(said))
    safe.replace_owner(safe.owners[0], cargo.world.extra["spare"][12])
    with refused("NotSignedBy", safe.address):
        cargo.log.attest(cargo.world.relayer, said, signature)
    cargo.attest(said)
    assert cargo.stands(bill, safe, Said.INSURED, 0)


def test_a_safe_anchors_attests_and_withdraws_by_itself(cargo: Cargo, bill: int, safe: Any) -> None:
    cargo.accredited(safe, kinds(Said.INSURED))
    safe.execute(cargo.log, cargo.log.data("anchor", 1, b"\1" * 32, 1, 5, 5, ZERO))
    safe.execute(cargo.log, cargo.log.data("attest", cargo.statement(safe, bill), b""))
    assert cargo.stands(bill, safe, Said.INSURED, 0)
    safe.execute(cargo.log, cargo.log.data("withdraw", bill, Said.INSURED, 0))
    assert not cargo.stands(bill, safe, Said.INSURED, 0)
    assert cargo.log.batches(safe.participant) == 1
