"""Bills by their names, and somebody by LEI, number, code, address or role."""

from __future__ import annotations

import pytest

from sampan.client import naming
from sampan.client.errors import NotOnLedger
from sampan.client.ledger import Ledger
from sampan.errors import BadInput, ChainError, UsageError
from sampan.suite import tell
from sampan.suite.ids import BillId
from sampan.suite.words import Rejection, Role
from sampan.testing import PARTIES, SampanChain, bare_terms

CARRIER = PARTIES["carrier"].lei


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (f"{CARRIER}/ABC1", naming.Named("ABC1", CARRIER, None)),
        (f"{CARRIER.lower()}/abc1/v2", naming.Named("ABC1", CARRIER, 2)),
        (f"{CARRIER}/ABC1/2", naming.Named("ABC1", CARRIER, 2)),
        ("ABC1", naming.Named("ABC1", None, None)),
        ("12345678", naming.Named("12345678", None, None)),
        ("A/B/C", naming.Named("A/B/C", None, None)),
        ("A/12/v1", naming.Named("A/12", None, 1)),
        ("123", naming.Named("123", None, None)),
        ("#5", naming.Named("#5", None, None)),
        (f"{CARRIER}/0x1234", naming.Named("0X1234", CARRIER, None)),
        ("12345678901234567890", naming.Named("12345678901234567890", None, None)),
        ("bill.json", naming.Named("BILL.JSON", None, None)),
        ("A/99999", naming.Named("A/99999", None, None)),
        ("A/0", naming.Named("A/0", None, None)),
    ],
)
def test_a_bill_is_named_by_as_much_as_is_needed(text: str, meant: naming.Named) -> None:
    assert naming.parse(text) == meant


def test_a_bill_named_by_its_id_is_the_bill_named_by_its_reference() -> None:
    number = naming.pack(CARRIER, "ABC1", 3)
    assert naming.parse(hex(number)) == naming.parse(str(number)) == number
    assert naming.unpack(number) == BillId.of(CARRIER, "ABC1", 3)
    assert naming.number_of(tell.bill_name(number)) == number


@pytest.mark.parametrize(("reference", "version"), [("ABC1", 1), ("ABC1", 2), ("A/12", 1), ("SPN 7/V2", 65_535)])
def test_a_bill_has_one_name_and_it_is_read_back(reference: str, version: int) -> None:
    number = naming.pack(CARRIER, reference, version)
    name = f"{CARRIER}/{reference}/v{version}"
    assert tell.bill_name(number) == str(naming.unpack(number)) == name
    assert naming.number_of(name) == number


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "reference is empty"),
        (" ", "reference is empty"),
        ("0x1234", "no id of a bill .*LEI/0X1234"),
        ("0x" + "1" * 40, "no id of a bill"),
        ("A" * 21, "reference has 21 characters"),
        ("SMDG:XLL/XLLSHA2600101", "by a code.*name it LEI/XLLSHA2600101, or XLLSHA2600101 with --carrier SMDG:XLL"),
        ("nmfta:xllu/A/v1", "by a code.* or A/v1 with --carrier nmfta:xllu"),
        ("ünïcode", "reference holds 'ü'"),
        (f"{CARRIER}/", "reference is empty"),
        ("0x" + "f" * 64, "no id of a bill"),
    ],
)
def test_what_is_no_bill_is_refused(text: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        naming.parse(text)


@pytest.mark.parametrize(
    ("text", "other"), [("ABC/2", "ABC/2"), ("abc/V2", "ABC/V2"), ("ABC/v2", None), ("ABC/2/v1", None), ("ABC", None)]
)
def test_a_name_that_ends_in_a_number_may_mean_a_reference_unless_it_has_a_small_v(
    text: str, other: str | None
) -> None:
    named = naming.parse(text)
    assert isinstance(named, naming.Named)
    assert named.or_reference == other


def test_a_name_for_which_nobody_is_asked_must_not_mean_two_bills() -> None:
    with pytest.raises(UsageError, match="may mean two bills") as refused:
        naming.number_of(f"{CARRIER}/ABC/2")
    assert refused.value.hint == f"say {CARRIER}/ABC/v2 or {CARRIER}/ABC/2/v1"


def test_a_name_that_means_a_version_and_a_reference_moves_neither(carrier: Ledger, shipper: Ledger) -> None:
    """Split bills are numbered /1 and /2; a reissued bill has a version 2: nobody moves the one for the other."""
    first = carrier.bills.issue(bare_terms(carrier, "COSU1"), shipper).bill
    assert carrier.bill_id("COSU1/1") == first
    split = carrier.bills.issue(bare_terms(carrier, "COSU1/2"), shipper).bill
    # No version 2 of COSU1 yet: only the split bill can be meant.
    assert shipper.bill_id("COSU1/2", carrier="XLL") == split
    shipper.bills.reject(first, Rejection.ISSUE)
    second = carrier.bills.issue(bare_terms(carrier, "COSU1", version=2), shipper).bill
    for text in ("COSU1/2", f"{CARRIER}/cosu1/2"):
        with pytest.raises(UsageError, match=r"may mean two bills: version 2 of COSU1, or COSU1/2 \(") as refused:
            shipper.bills.transfer(shipper.bill_id(text, carrier="XLL"), PARTIES["trader"].lei)
        assert refused.value.hint == f"say {CARRIER}/COSU1/v2 or {CARRIER}/COSU1/2/v1"
    assert shipper.bill_id(f"{CARRIER}/COSU1/v2") == second
    assert shipper.bill_id(f"{CARRIER}/COSU1/2/v1") == split
    assert {shipper.bill(bill).act_count for bill in (second, split)} == {1}


def test_a_name_that_means_no_bill_is_answered_with_both_meanings(carrier: Ledger) -> None:
    with pytest.raises(NotOnLedger, match=r"neither version 2601 of SHA was ever issued, nor SHA/2601 \("):
        carrier.bill("SHA/2601")
    assert not carrier.exists("SHA/2601")


@pytest.mark.parametrize("reference", ["123", "#5", "0X12", "BILL.JSON", "SHA/2601", "A/V7", "../A", "-", "--HELP"])
def test_a_reference_that_looks_like_something_else_names_its_bill(
    carrier: Ledger, shipper: Ledger, reference: str
) -> None:
    bill = carrier.bills.issue(bare_terms(carrier, reference), shipper).bill
    for text in (reference, reference.lower(), f"{CARRIER}/{reference}", tell.bill_name(bill)):
        # A small v is a version; what begins with 0x is an id unless its carrier stands before it.
        if text not in {"a/v7", "0X12", "0x12"}:
            assert carrier.bill_id(text) == bill


def test_the_owner_of_a_code_at_the_issue_of_a_bill_is_who_owned_it_then(
    sampan_chain: SampanChain, carrier: Ledger, shipper: Ledger
) -> None:
    bill = carrier.bills.issue(bare_terms(carrier, "ABC1"), shipper).bill
    administration = sampan_chain.as_role("enroller")
    administration.bills.assign_code("SMDG", "XLL")
    assert carrier.code_owner("SMDG", "XLL") == 0
    assert carrier.code_owner_at_issue("SMDG", "XLL", bill) == carrier.number_of(CARRIER)
    trader = carrier.number_of(PARTIES["trader"].lei)
    administration.bills.assign_code("SMDG", "XLL", trader)
    later = carrier.bills.issue(bare_terms(carrier, "ABC2"), shipper).bill
    assert carrier.code_owner_at_issue("SMDG", "XLL", bill) == carrier.number_of(CARRIER)
    assert carrier.code_owner_at_issue("SMDG", "XLL", later) == trader
    assert carrier.code_owner_at_issue("NMFTA", "XLLX", bill) == 0


def test_n13_a_node_that_hides_to_whom_a_code_went_is_believed_by_nobody(
    carrier: Ledger, shipper: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose bill it is would follow from what the log lacks."""
    bill = carrier.bills.issue(bare_terms(carrier, "ABC1"), shipper).bill
    told = Ledger.events
    monkeypatch.setattr(
        Ledger,
        "events",
        lambda self, kinds, **more: [each for each in told(self, kinds, **more) if each.name != "CodeAssigned"],
    )
    with pytest.raises(ChainError) as refused:
        carrier.code_owner_at_issue("SMDG", "XLL", bill)
    assert "disagree on who owns this carrier code" in str(refused.value)


def test_a_reference_alone_means_the_newest_version_of_the_carrier_that_asks(carrier: Ledger, shipper: Ledger) -> None:
    first = carrier.bills.issue(bare_terms(carrier, "ABC1"), shipper).bill
    assert carrier.bill_id("abc1") == first
    shipper.bills.reject(first, Rejection.ISSUE)
    second = carrier.bills.issue(bare_terms(carrier, "ABC1", version=2), shipper).bill
    assert carrier.bill_id("ABC1") == second
    assert carrier.bill_id("ABC1/v1") == first
    assert shipper.bill_id("ABC1", carrier="XLL") == second
    assert shipper.bill_id("ABC1", carrier=CARRIER) == second
    with pytest.raises(UsageError, match="whose bill"):
        shipper.bill_id("ABC1")


@pytest.mark.parametrize("who", [1, "1", CARRIER, CARRIER.lower(), "XLL", "SMDG:XLL", "carrier"])
def test_a_participant_is_named_by_number_lei_code_or_role(sampan_chain: SampanChain, who: int | str) -> None:
    assert sampan_chain.ledger.participant(who).lei == CARRIER


def test_a_participant_is_named_by_its_account_too(sampan_chain: SampanChain, carrier: Ledger) -> None:
    ledger = sampan_chain.ledger
    account = ledger.account(carrier)
    assert account.lei == CARRIER
    for who in (carrier, account, account.address, account.address.lower(), ledger.participant(1)):
        assert ledger.number_of(who) == 1
        assert ledger.address_of(who) == carrier.address


@pytest.mark.parametrize("who", [99, "99", "QQQ", "SAMPAN00CARRIER00030", "stranger", "somebody at all"])
def test_who_is_not_on_the_ledger_is_said_to_be_unknown(sampan_chain: SampanChain, who: int | str) -> None:
    with pytest.raises((NotOnLedger, BadInput)):
        sampan_chain.ledger.participant(who)


@pytest.mark.slow
def test_a_mistyped_address_is_refused_before_anything_is_sent(carrier: Ledger) -> None:
    address = carrier.address
    wrong = address[:-1] + ("A" if address[-1] != "A" else "B")
    with pytest.raises(BadInput, match="mistyped"):
        carrier.account(wrong)


def test_an_lei_means_the_one_account_that_can_take_the_bill(carrier: Ledger, shipper: Ledger, trader: Ledger) -> None:
    bill = carrier.bills.issue(bare_terms(carrier, "ABC1"), PARTIES["shipper"].lei).bill
    shipper.bills.transfer(bill, PARTIES["trader"].lei)
    assert carrier.bill(bill).possessor.address == trader.address


def test_of_several_accounts_that_could_take_it_one_must_be_named(
    sampan_chain: SampanChain, carrier: Ledger, shipper: Ledger
) -> None:
    second = sampan_chain.as_role("shipper_second")
    signed = second.sign_new_account("shipper", second.signer, roles=Role.MOVE)
    shipper.bills.add_account(None, signed)
    with pytest.raises(UsageError, match="several accounts"):
        carrier.bills.issue(bare_terms(carrier, "ABC1"), PARTIES["shipper"].lei)
    bill = carrier.bills.issue(bare_terms(carrier, "ABC1"), second).bill
    assert carrier.bill(bill).possessor.address == second.address


@pytest.mark.slow
def test_everybody_enrolled_is_listed_in_order(sampan_chain: SampanChain) -> None:
    found = sampan_chain.ledger.participants()
    assert [one.lei for one in found] == [party.lei for party in PARTIES.values()]
    assert [one.number for one in found] == list(range(1, len(PARTIES) + 1))
    assert found[0].name == PARTIES["carrier"].company
    assert sampan_chain.ledger.participant("carrier", codes=True).codes == (("SMDG", "XLL"),)


def test_a_word_that_there_is_not_is_named_with_those_that_there_are(carrier: Ledger, shipper: Ledger) -> None:
    bill = carrier.bills.issue(bare_terms(carrier, "WORD1"), shipper).bill
    with pytest.raises(BadInput, match="purpose 'checked': is no such word") as wrong:
        shipper.bills.calls.sign(bill, purpose="checked")  # type: ignore[arg-type]
    assert "Purpose.SEEN" in str(wrong.value.hint)
