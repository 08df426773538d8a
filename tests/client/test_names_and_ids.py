"""Bills by their names, and somebody by LEI, number, code, address or role."""

from __future__ import annotations

import pytest

from sampan.client import naming
from sampan.client.errors import NotOnLedger
from sampan.client.ledger import Ledger
from sampan.errors import BadInput, UsageError
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


@pytest.mark.parametrize("text", ["", " ", "0x1234", "A" * 21, "ünïcode", f"{CARRIER}/", "0x" + "f" * 64])
def test_what_is_no_bill_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        naming.parse(text)


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


def test_everybody_enrolled_is_listed_in_order(sampan_chain: SampanChain) -> None:
    found = sampan_chain.ledger.participants()
    assert [one.lei for one in found] == [party.lei for party in PARTIES.values()]
    assert [one.number for one in found] == list(range(1, len(PARTIES) + 1))
    assert found[0].name == PARTIES["carrier"].company
    assert sampan_chain.ledger.participant("carrier", codes=True).codes == (("SMDG", "XLL"),)
