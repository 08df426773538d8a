"""A refusal says the rule of the bill at hand, whose act or signature is missing, and the next command."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from sampan.client import errors
from sampan.client.errors import ContractRefusal, DocumentRefused
from sampan.client.ledger import Ledger
from sampan.documents.salts import salts_path
from sampan.errors import SampanError, UsageError
from sampan.scenarios.samples import read_sample
from sampan.suite.verb import NOBODY
from sampan.suite.words import Endorsement, Kind, Receiving, Rejection, Role, SurrenderFor
from sampan.testing import PARTIES, SampanChain, bare_terms


def refused(kind: type[ContractRefusal], does: Callable[[], object]) -> ContractRefusal:
    """The refusal that an act meets."""
    with pytest.raises(kind) as caught:
        does()
    return caught.value


@pytest.fixture
def issued(carrier: Ledger, shipper: Ledger) -> Callable[..., int]:
    """Issues a bill of a kind, with the shipper."""

    def make(kind: Kind, titleholder: str | None = None) -> int:
        terms = bare_terms(carrier, f"WHY{kind.name}", kind=kind, titleholder=titleholder)
        return carrier.bills.issue(terms, shipper).bill

    return make


def test_who_may_not_surrender_is_told_by_the_kind_of_the_bill(
    issued: Callable[..., int], shipper: Ledger, trader: Ledger, consignee: Ledger
) -> None:
    """#41: the hint explained every kind but the one at hand."""
    order = issued(Kind.ORDER, "trader")
    refusal = refused(errors.MayNotSurrender, lambda: shipper.bills.surrender(order))
    assert f"to the order of {PARTIES['trader'].company}" in refusal.message
    assert "has not agreed to this surrender" in refusal.message
    assert refusal.hint is not None
    assert f"sampan bill agree --out agreed.json surrender {trader.bill(order).name}" in refusal.hint
    assert "straight" not in refusal.message + refusal.hint

    shipper.bills.transfer(order, trader)
    trader.bills.endorse(order, Endorsement.NAMED, consignee, to=shipper)
    refusal = refused(errors.MayNotSurrender, lambda: shipper.bills.surrender(order))
    assert f"endorsed by name to {PARTIES['consignee'].company}" in refusal.message

    straight = issued(Kind.STRAIGHT, "consignee")
    shipper.bills.transfer(straight, trader)
    refusal = refused(errors.MayNotSurrender, lambda: trader.bills.surrender(straight))
    assert "it is straight, so its shipper, " in refusal.message
    assert PARTIES["shipper"].company in refusal.message
    assert PARTIES["consignee"].company in refusal.message
    assert f"--to {PARTIES['consignee'].lei}" in str(refusal.hint)


def test_who_may_not_endorse_is_told_by_the_kind_of_the_bill(
    issued: Callable[..., int], shipper: Ledger, trader: Ledger, consignee: Ledger
) -> None:
    order = issued(Kind.ORDER, "trader")
    refusal = refused(errors.MayNotEndorse, lambda: shipper.bills.endorse(order, Endorsement.BLANK))
    assert "only Kwun Lung" in refusal.message
    assert "in possession endorses it" in refusal.message
    assert f"sampan bill transfer {trader.bill(order).name} --to {PARTIES['trader'].lei}" in str(refusal.hint)
    straight = issued(Kind.STRAIGHT, "consignee")
    refusal = refused(errors.MayNotEndorse, lambda: shipper.bills.endorse(straight, Endorsement.BLANK))
    assert "nobody endorses a straight bill" in refusal.message
    shipper.bills.transfer(order, trader)
    trader.bills.endorse(order, Endorsement.NAMED, consignee, to=consignee)
    refusal = refused(errors.MayNotEndorse, lambda: consignee.bills.endorse(order, Endorsement.BLANK))
    assert "may not endorse on" in refusal.message


def test_whose_agreement_is_missing_is_told_with_the_command_that_makes_it(
    issued: Callable[..., int], shipper: Ledger, trader: Ledger, bank: Ledger
) -> None:
    blank = issued(Kind.BLANK)
    name = shipper.bill(blank).name
    refusal = refused(errors.AgreementRequired, lambda: shipper.bills.transfer(blank, bank))
    lei = PARTIES["bank"].lei
    assert f"`sampan bill agree --out agreed.json transfer {name} --to {lei} --from KEY`" in str(refusal.hint)
    call = shipper.bills.calls.endorse(blank, Endorsement.TO_ORDER, bank)
    refusal = refused(errors.AgreementRequired, lambda: shipper.do(call))
    assert f"endorse {name} --to-order {lei} --from KEY" in str(refusal.hint)
    other = call.agreed(*bank.agree_to(shipper.bills.calls.transfer(blank, bank)))
    refusal = refused(errors.AgreementRequired, lambda: shipper.do(other))
    assert "is to something else: transfer" in refusal.message
    wrong = shipper.bills.calls.endorse(blank, Endorsement.NAMED, bank)
    refusal = refused(errors.AgreementRequired, lambda: shipper.do(call.agreed(*bank.agree_to(wrong))))
    assert "is to something else: kind named, not order" in refusal.message

    trader.bills.set_receiving(trader, Receiving.LISTED_ONLY)
    refusal = refused(errors.AgreementRequired, lambda: shipper.bills.transfer(blank, trader))
    assert f"sampan participant giver {PARTIES['shipper'].lei}" in str(refusal.hint)


def test_whoever_could_act_is_named_in_place_of_whoever_cannot(
    issued: Callable[..., int], carrier: Ledger, shipper: Ledger, trader: Ledger, other_carrier: Ledger
) -> None:
    order = issued(Kind.ORDER, "trader")
    assert "shipper (0xBcd4…4096) does" in refused(errors.NotPossessor, lambda: trader.bills.surrender(order)).message
    shipper.bills.transfer(order, trader)
    trader.bills.surrender(order, SurrenderFor.AMENDMENT)
    refusal = refused(errors.NotCarrier, lambda: other_carrier.bills.refuse(order, remark="no"))
    assert PARTIES["carrier"].company in refusal.message
    terms = bare_terms(carrier, "WHYNEW", kind=Kind.ORDER, titleholder="trader")
    refusal = refused(errors.ReplacementsNotAgreed, lambda: carrier.bills.replace(order, [terms]))
    assert refusal.message.startswith(PARTIES["trader"].company)
    assert "agreed to no replacements of" in refusal.message
    carrier.bills.refuse(order, remark="once more")
    trader.bills.surrender(order, SurrenderFor.AMENDMENT, agreed=b"\x07" * 32)
    refusal = refused(errors.ReplacementsNotAgreed, lambda: carrier.bills.replace(order, [terms]))
    assert "agreed by hash to other replacements of" in refusal.message
    refusal = refused(errors.NotSurrenderer, lambda: shipper.bills.recall(order))
    assert "trader (0x1CBd…C9Ec) did" in refusal.message


def test_what_can_no_more_be_rejected_is_told_by_what_was_to_be(
    issued: Callable[..., int], shipper: Ledger, trader: Ledger
) -> None:
    order = issued(Kind.ORDER, "shipper")
    shipper.bills.sign(order)
    refusal = refused(errors.NothingToReject, lambda: shipper.bills.reject(order, Rejection.ISSUE))
    assert "stands at act 2" in refusal.message
    shipper.bills.transfer(order, trader)
    refusal = refused(errors.NothingToReject, lambda: trader.bills.reject(order, Rejection.TITLE))
    assert refusal.message.startswith("title to ")


@pytest.mark.slow
def test_why_an_account_gets_nothing_is_told(
    issued: Callable[..., int],
    sampan_chain: SampanChain,
    shipper: Ledger,
    trader: Ledger,
    importer: Ledger,
    suspender: Ledger,
) -> None:
    blank = issued(Kind.BLANK)
    # An address in small letters has no checksum that could tell.
    typed = trader.address.lower().replace("1cbd", "1cbe")
    refusal = refused(errors.MayNotReceive, lambda: shipper.bills.transfer(blank, typed))
    assert refusal.message.endswith("is no account on this ledger")
    assert refusal.hint == f"did you mean {trader.address}?"
    nowhere = f"0x{'12' * 20}"
    refusal = refused(errors.MayNotReceive, lambda: shipper.bills.transfer(blank, nowhere))
    assert refusal.hint == "it is enrolled, or added to a participant, with its own signature"
    refusal = refused(errors.MayNotReceive, lambda: shipper.bills.lodge(blank, nowhere, terms=b""))
    assert refusal.message.endswith(f"{nowhere} is no room of this ledger")
    assert refusal.hint == "it is listed first (`sampan room list`); `sampan room show` tells which rooms are"
    refusal = refused(errors.MayNotReceive, lambda: shipper.bills.transfer(blank, NOBODY))
    assert refusal.message.startswith("nobody is named")
    suspender.bills.suspend(trader, ground="order 7")
    refusal = refused(errors.MayNotReceive, lambda: shipper.bills.transfer(blank, trader))
    assert f"{PARTIES['trader'].company} ({PARTIES['trader'].lei}) is suspended" in refusal.message
    second = sampan_chain.as_role("shipper_second")
    signed = second.sign_new_account("shipper", second.signer, roles=Role.ISSUE | Role.MOVE)
    with pytest.raises(SampanError):
        shipper.bills.add_account(None, signed)
    signed = second.sign_new_account("shipper", second.signer, roles=Role.MOVE)
    shipper.bills.add_account(None, signed)
    refusal = refused(errors.LacksRole, lambda: second.bills.set_receiving(second, Receiving.ANYONE))
    assert refusal.hint == f"{shipper.address} has it, of the same participant"


# ------------------------------------------------------------------------------------------ an issue that one agrees to


def to_the_bank(folder: Path) -> Path:
    """A document to the order of the bank."""
    text = read_sample("to-order").decode()
    content = json.loads(text)
    trader, bank = PARTIES["trader"], PARTIES["bank"]
    endorsee = json.dumps(content["documentParties"]["endorsee"])
    endorsee = endorsee.replace(trader.lei, bank.lei).replace(trader.company, bank.company)
    content["documentParties"]["endorsee"] = json.loads(endorsee)
    file = folder / "lc.json"
    file.write_text(json.dumps(content))
    return file


def test_a_bank_prepares_the_issue_that_its_carrier_will_send_and_agrees_to_it_t8(
    carrier: Ledger, bank: Ledger, tmp_path: Path
) -> None:
    theirs, ours = tmp_path / "carrier", tmp_path / "bank"
    theirs.mkdir()
    ours.mkdir()
    file, copy = to_the_bank(theirs), to_the_bank(ours)
    call = bank.bills.calls.issue(copy, carriage_law="CN")
    with pytest.raises(DocumentRefused, match=r"lc\.salts\.json is not beside it"):
        bank.agree_to(call)
    assert not salts_path(copy).exists()
    issue = carrier.bills.calls.issue(file, carriage_law="CN")
    salts_path(copy).write_bytes(salts_path(file).read_bytes())
    call = bank.bills.calls.issue(copy, carriage_law="CN")
    agreed = bank.agree_to(call, by="carrier", deadline=timedelta(hours=2))
    carrier.do(issue.agreed(*agreed))
    with pytest.raises(DocumentRefused, match="belongs to Lantern Line"):
        bank.do(call)
    with pytest.raises(UsageError, match="not for"):
        bank.agree_to(call, by="other_carrier")


@pytest.mark.slow
def test_a_room_of_the_suite_that_was_never_listed_is_told_with_the_command_that_lists_it(
    issued: Callable[..., int], shipper: Ledger
) -> None:
    bill, book = issued(Kind.BLANK), shipper.address_in("LoanBook")
    refusal = refused(errors.MayNotReceive, lambda: shipper.bills.lodge(bill, book, terms=b""))
    assert refusal.message == f"{shipper.names.account(book)} is no room of this ledger"
    assert refusal.hint is not None
    assert f"`sampan room list LoanBook {shipper.account(shipper.address).country}`" in refusal.hint
