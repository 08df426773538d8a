"""What is signed and carried elsewhere: acts for a relayer, agreements, enrolments; as files that cannot be bent."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.client_refusals import refuses

from sampan.bills.terms import Terms
from sampan.chain.accounts import development_signer
from sampan.client import errors, papers
from sampan.client.ledger import Ledger
from sampan.errors import BadInput, ChainError, UsageError
from sampan.keccak import keccak
from sampan.suite import events, typed
from sampan.suite.words import Endorsement, Kind, Receiving, Rejection, Role, SurrenderFor
from sampan.testing import PARTIES, RULEBOOK, SampanChain, bare_terms, full_lei


@pytest.fixture
def bill(carrier: Ledger, shipper: Ledger) -> int:
    """A bill in blank, with the shipper."""
    return carrier.bills.issue(bare_terms(carrier, "SIGNED"), shipper).bill


def test_a_relayer_sends_what_the_possessor_signed(
    shipper: Ledger, trader: Ledger, relayer: Ledger, bill: int, tmp_path: Path
) -> None:
    signed = shipper.sign_act(shipper.bills.calls.transfer(bill, trader, remark="by post"))
    signed.write(tmp_path / "act.json")
    assert [path.name for path in tmp_path.iterdir()] == ["act.json"]
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "act.json").stat().st_mode) == 0o600
    read = papers.read(tmp_path / "act.json")
    assert read == signed
    assert read.recovers()
    act = relayer.bills.send_act(read)
    assert act.event(events.ActedBySignature).digest == signed.digest
    assert act.event(events.Transferred).from_ == shipper.address
    assert shipper.bill(bill).possessor.address == trader.address


def test_any_act_in_between_voids_what_was_signed(shipper: Ledger, trader: Ledger, relayer: Ledger, bill: int) -> None:
    signed = shipper.sign_act(shipper.bills.calls.transfer(bill, trader))
    shipper.bills.sign(bill)
    signed_at = signed.typed_data["message"]["actCount"]
    with refuses(errors.StaleAct, bill, signed_at + 1, signed_at):
        relayer.bills.send_act(signed)


def test_a_signature_counts_until_its_deadline_and_no_longer(
    sampan_chain: SampanChain, shipper: Ledger, trader: Ledger, relayer: Ledger, bill: int
) -> None:
    signed = shipper.sign_act(shipper.bills.calls.transfer(bill, trader), deadline=timedelta(hours=1))
    sampan_chain.advance(signed.deadline - shipper.now + timedelta(seconds=1))
    with refuses(errors.SignatureExpired, int(signed.deadline.timestamp())):
        relayer.bills.send_act(signed)


def test_a_deadline_without_a_zone_is_refused(shipper: Ledger, trader: Ledger, bill: int) -> None:
    with pytest.raises(BadInput, match="without a zone"):
        shipper.sign_act(shipper.bills.calls.transfer(bill, trader), deadline=datetime(2030, 1, 1))  # noqa: DTZ001
    signed = shipper.sign_act(shipper.bills.calls.transfer(bill, trader), deadline=datetime(2030, 1, 1, tzinfo=UTC))
    assert signed.deadline == datetime(2030, 1, 1, tzinfo=UTC)


def test_what_was_signed_is_withdrawn_by_its_signer_alone(
    shipper: Ledger, trader: Ledger, relayer: Ledger, bill: int
) -> None:
    signed = shipper.sign_act(shipper.bills.calls.transfer(bill, trader))
    trader.bills.cancel(signed)
    relayer.rehearsing().bills.send_act(signed)
    shipper.bills.cancel(signed.digest)
    with refuses(errors.SignatureCancelled, shipper.address, signed.digest):
        relayer.bills.send_act(signed)


def test_somebody_elses_signature_is_refused(shipper: Ledger, trader: Ledger, relayer: Ledger, bill: int) -> None:
    signed = shipper.sign_act(shipper.bills.calls.transfer(bill, trader))
    forged = papers.Paper(
        signed.text,
        signed.chain_id,
        signed.ledger,
        signed.signer,
        signature=trader.signer.sign_typed(signed.typed_data),
    )
    assert not forged.recovers()
    with refuses(errors.NotSignedBy, shipper.address):
        relayer.bills.send_act(forged)
    with pytest.raises(BadInput, match="must be signed by"):
        signed.by(trader.signer)


def test_the_digest_is_the_one_that_the_ledger_checks(shipper: Ledger, trader: Ledger, bill: int) -> None:
    from sampan.chain.abi import encode

    signed = shipper.sign_act(shipper.bills.calls.transfer(bill, trader))
    domain = keccak(
        encode(
            ["bytes32", "bytes32", "bytes32", "uint256", "address"],
            [
                keccak(b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak(b"Sampan Bills"),
                keccak(b"1"),
                shipper.connection.chain_id,
                shipper.ledger_address,
            ],
        )
    )
    message = signed.typed_data["message"]
    text = keccak(
        encode(
            ["bytes32", "address", "uint256", "uint256", "bytes32", "uint256"],
            [
                keccak(b"SignedAct(address signer,uint256 bill,uint256 actCount,bytes call,uint256 deadline)"),
                message["signer"],
                message["bill"],
                message["actCount"],
                keccak(message["call"]),
                message["deadline"],
            ],
        )
    )
    assert signed.digest == keccak(b"\x19\x01" + domain + text)


def test_the_types_are_those_of_the_contracts(project_root: Path) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (project_root / "contracts").rglob("*.sol"))
    # A type that is too long for a line stands in several literals.
    text = re.sub(r'"\s+"', "", text)
    for name, kind in papers.KINDS.items():
        fields = ",".join(f"{type_} {field}" for field, type_ in typed.fields(kind))
        assert f'"{typed.name_of(kind)}({fields})"' in text, name


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda file: file.update(schema="sampan.other/1"), "is no sampan.signed/1"),
        (lambda file: file.update(type="Will"), "type is not"),
        (lambda file: file["message"].update(deadline="9999999999999"), "digest is not that of its message"),
        (lambda file: file["message"].update(actCount=1), "message/actCount is not"),
        (lambda file: file["message"].update(call="0xzz"), "message/call is not"),
        (lambda file: file["message"].pop("bill"), "message is not"),
        (lambda file: file.update(signer=PARTIES["bank"].lei), "signer is not an address"),
        (lambda file: file.update(signer="0x" + "11" * 20), "signer is not whoever"),
        (lambda file: file.update(chain_id="1"), "chain_id is not"),
    ],
)
def test_a_file_that_was_bent_is_refused_with_the_place(
    shipper: Ledger, trader: Ledger, bill: int, tmp_path: Path, change: Callable[[Any], object], words: str
) -> None:
    file = tmp_path / "act.json"
    shipper.sign_act(shipper.bills.calls.transfer(bill, trader)).write(file)
    content = json.loads(file.read_text())
    change(content)
    file.write_text(json.dumps(content))
    with pytest.raises(BadInput, match=words):
        papers.read(file)


def test_a_text_for_another_ledger_is_not_sent(shipper: Ledger, trader: Ledger, relayer: Ledger, bill: int) -> None:
    signed = shipper.sign_act(shipper.bills.calls.transfer(bill, trader))
    other = papers.Paper(signed.text, 1, signed.ledger, signed.signer, signature=signed.signature)
    with pytest.raises(ChainError, match="was signed for"):
        relayer.bills.send_act(other)


def test_only_a_verb_that_names_its_bill_first_is_signed(carrier: Ledger, shipper: Ledger, bill: int) -> None:
    with pytest.raises(UsageError, match="first argument"):
        carrier.sign_act(carrier.bills.calls.replace(bill, [bare_terms(carrier, "X")]))
    with pytest.raises(UsageError, match="first argument"):
        shipper.sign_act(shipper.bills.calls.approve_for_all("bank"))


def test_a_text_is_made_for_a_wallet_that_signs_elsewhere(shipper: Ledger, trader: Ledger, bill: int) -> None:
    text = trader.sign_act(trader.bills.calls.transfer(bill, trader), signer=shipper.address)
    assert text.signature == b""
    assert text.typed_data["primaryType"] == "SignedAct"
    signed = text.by(shipper.signer)
    trader.bills.send_act(signed)
    assert trader.bill(bill).possessor.address == trader.address


# ------------------------------------------------------------------------------------------------------ agreements (T8)


def test_a_bank_takes_a_bill_with_its_agreement_only_t8(shipper: Ledger, bank: Ledger, bill: int) -> None:
    call = shipper.bills.calls.transfer(bill, bank)
    with refuses(errors.AgreementRequired, bill, bank.number_of(bank)):
        shipper.do(call)
    (agreed,) = bank.agree_to(call)
    act = shipper.bills.transfer(bill, bank, agreements=[agreed])
    assert act.event(events.Agreed).signer == bank.address
    assert shipper.bill(bill).possessor.address == bank.address


def test_an_agreement_to_one_act_is_none_to_another(shipper: Ledger, bank: Ledger, trader: Ledger, bill: int) -> None:
    agreed = bank.agree_to(shipper.bills.calls.transfer(bill, bank))
    with refuses(errors.AgreementRequired, bill, bank.number_of(bank)):
        shipper.bills.endorse(bill, Endorsement.BLANK, to=bank, agreements=agreed)


@pytest.mark.parametrize(("endorsement", "kind"), [(Endorsement.NAMED, Kind.NAMED), (Endorsement.TO_ORDER, Kind.ORDER)])
def test_a_bank_agrees_to_be_endorsed_to_without_possession(
    shipper: Ledger, bank: Ledger, bill: int, endorsement: Endorsement, kind: Kind
) -> None:
    call = shipper.bills.calls.endorse(bill, endorsement, bank)
    shipper.do(call.agreed(*bank.agree_to(call)))
    found = shipper.bill(bill)
    assert (found.kind, found.titleholder) == (kind, shipper.number_of("bank"))


def test_a_bank_agrees_to_an_issue(carrier: Ledger, bank: Ledger) -> None:
    terms: Terms = bare_terms(carrier, "ISSUED", kind=Kind.ORDER, titleholder="bank")
    call = carrier.bills.calls.issue(terms, bank)
    carrier.bills.issue(terms, bank, agreements=bank.agree_to(call))
    assert carrier.bill(terms.bill).possessor.address == bank.address


def test_an_agreement_goes_with_a_signed_act(shipper: Ledger, bank: Ledger, relayer: Ledger, bill: int) -> None:
    call = shipper.bills.calls.transfer(bill, bank)
    relayer.bills.send_act(shipper.sign_act(call), agreements=bank.agree_to(call))
    assert shipper.bill(bill).possessor.address == bank.address


def test_a_titleholder_agrees_to_a_surrender_for_exactly_what_it_is(
    carrier: Ledger, shipper: Ledger, trader: Ledger
) -> None:
    bill = carrier.bills.issue(bare_terms(carrier, "TITLED", kind=Kind.ORDER, titleholder="trader"), shipper).bill
    delivery = shipper.bills.calls.surrender(bill)
    paper = shipper.bills.calls.surrender(bill, SurrenderFor.PAPER)
    agreed = trader.agree_to(delivery)
    with refuses(errors.MayNotSurrender, bill, shipper.address):
        shipper.do(paper.agreed(*agreed))
    shipper.do(delivery.agreed(*agreed))


def test_nobodys_agreement_is_asked_for_a_signature_on_a_bill(shipper: Ledger, bank: Ledger, bill: int) -> None:
    with pytest.raises(UsageError, match="nobody's agreement"):
        bank.agree_to(shipper.bills.calls.reject(bill, Rejection.POSSESSION))


def test_an_agreement_is_no_act(shipper: Ledger, bank: Ledger, relayer: Ledger, bill: int) -> None:
    (agreed,) = bank.agree_to(shipper.bills.calls.transfer(bill, bank))
    with pytest.raises(BadInput, match="not SignedAct"):
        relayer.bills.send_act(agreed)


# ----------------------------------------------------------------------------------------------- enrolment and accounts


def test_a_bank_starts_with_its_own_signature_only_t8(sampan_chain: SampanChain) -> None:
    lender = sampan_chain.as_role("lender")
    lei = full_lei("SAMPAN000LENDER000")
    signed = lender.sign_enrolment(lei, country_code="HK", roles=Role.MOVE | Role.BANK, rulebook=RULEBOOK)
    assert signed.text.receiving is Receiving.SIGNED_ONLY
    sampan_chain.as_role("enroller").bills.enrol(signed)
    assert lender.account(lender).receiving is Receiving.SIGNED_ONLY
    assert lender.participant(lei).rulebook == RULEBOOK


@pytest.mark.parametrize(
    ("lei", "country", "words"),
    [
        ("SAMPAN000LENDER00099", "HK", "LEI has check digits 99"),
        ("short", "HK", "SHORT: not an LEI"),
        (full_lei("SAMPAN000LENDER000"), "ZZ", "ZZ: no country"),
    ],
)
def test_an_enrolment_names_a_real_lei_and_country(
    sampan_chain: SampanChain, lei: str, country: str, words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        sampan_chain.as_role("lender").sign_enrolment(lei, country_code=country, roles=Role.MOVE, rulebook=RULEBOOK)


def test_an_enrolment_that_another_signed_is_refused(sampan_chain: SampanChain, enroller: Ledger) -> None:
    lender = sampan_chain.as_role("lender")
    text = lender.sign_enrolment(
        full_lei("SAMPAN000LENDER000"),
        country_code="HK",
        roles=Role.MOVE,
        rulebook=RULEBOOK,
        account=lender.address,
    )
    stolen = papers.Paper(
        text.text,
        text.chain_id,
        text.ledger,
        text.signer,
        signature=development_signer("thief").sign_typed(text.typed_data),
    )
    with refuses(errors.NotSignedBy, lender.address):
        enroller.bills.enrol(stolen)


def test_a_sponsor_and_the_new_account_sign_one_text_and_anybody_sends_it(
    sampan_chain: SampanChain, shipper: Ledger, relayer: Ledger
) -> None:
    second = sampan_chain.as_role("shipper_second")
    theirs = second.sign_new_account("shipper", second.signer, roles=Role.MOVE)
    ours = shipper.sign_new_account(
        "shipper", second.address, roles=Role.MOVE, signer=shipper.signer, deadline=theirs.text.deadline
    )
    relayer.bills.add_account(ours, theirs)
    account = shipper.account(second)
    assert (account.participant, account.roles) == (shipper.number_of(shipper), Role.MOVE)
    other = shipper.sign_new_account("shipper", second.address, roles=Role.MOVE | Role.TERMS, signer=shipper.signer)
    with pytest.raises(BadInput, match="different texts") as caught:
        relayer.bills.add_account(other, theirs)
    assert f"--until {theirs.text.deadline}" in str(caught.value.hint)


def test_a_sponsor_is_an_account_of_the_participant_that_binds_it(
    sampan_chain: SampanChain, shipper: Ledger, bank: Ledger
) -> None:
    second = sampan_chain.as_role("shipper_second")
    with pytest.raises(UsageError, match="it does not act for it") as caught:
        bank.sign_new_account("shipper", second.address, roles=Role.MOVE, signer=bank.signer)
    assert shipper.address in str(caught.value.hint)
    shipper.bills.add_account(None, second.sign_new_account("shipper", second.signer, roles=Role.MOVE))
    third = sampan_chain.as_role("spare_1").address
    with pytest.raises(UsageError, match="does not have the role terms"):
        second.sign_new_account("shipper", third, roles=Role.MOVE, signer=second.signer)


def test_a_new_account_takes_the_place_of_a_lost_one_with_its_own_signature(
    sampan_chain: SampanChain, shipper: Ledger, recoverer: Ledger, relayer: Ledger
) -> None:
    spare = sampan_chain.as_role("spare_1")
    new = spare.sign_new_account("shipper", spare.signer, roles=Role.MOVE, receiving=Receiving.ANYONE)
    with pytest.raises(BadInput, match="is a signed NewAccount, not Successor"):
        recoverer.bills.propose_recovery(shipper, new, ground="one text, one consent")
    with pytest.raises(BadInput, match="was signed to succeed"):
        recoverer.bills.propose_recovery(
            "trader", spare.sign_successor(shipper, spare.signer, roles=Role.MOVE), ground=""
        )
    recoverer.bills.propose_recovery(
        shipper, spare.sign_successor(shipper, spare.signer, roles=Role.MOVE), ground="lost"
    )
    waiting = shipper.recovery(shipper)
    assert waiting is not None
    assert (waiting.successor, waiting.roles) == (spare.address, Role.MOVE)
    assert waiting.lapses - waiting.executable_from == timedelta(days=30)
    with refuses(errors.RecoveryWaits, shipper.address):
        shipper.bills.sign_rulebook(b"\7" * 32)
    sampan_chain.advance(timedelta(days=7))
    relayer.bills.execute_recovery(shipper)
    assert shipper.account(spare).participant == 2
    assert not shipper.account(shipper).acts
