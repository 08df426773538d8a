"""web3.py over the ledger's own connection, with its contracts attached."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from web3.logs import DISCARD

from sampan.chain.accounts import development_signer
from sampan.client import errors
from sampan.client.ledger import Ledger
from sampan.errors import Missing
from sampan.suite.words import Endorsement
from sampan.testing import SampanChain, bare_terms


@pytest.fixture
def bill(carrier: Ledger, shipper: Ledger) -> int:
    """A bill in blank, with the shipper."""
    return carrier.bills.issue(bare_terms(carrier, "WEB3"), shipper).bill


def sent(ledger: Ledger, call: Any) -> Any:
    """The receipt of a contract function's call, built by web3, signed here, sent by web3."""
    w3 = ledger.w3
    built = call.build_transaction(
        {
            "from": ledger.address,
            "nonce": w3.eth.get_transaction_count(ledger.address),
            "gas": 500_000,
            "maxFeePerGas": 10**10,
            "maxPriorityFeePerGas": 10**9,
            "chainId": ledger.connection.chain_id,
        }
    )
    return w3.eth.wait_for_transaction_receipt(w3.eth.send_raw_transaction(ledger.signer.sign(built)))


def test_web3_is_on_the_same_chain(carrier: Ledger, bill: int) -> None:
    assert carrier.w3.eth.chain_id == carrier.connection.chain_id
    assert carrier.w3.eth.block_number == carrier.connection.block_number()
    assert carrier.bills.contract.address == carrier.ledger_address


def test_a_contract_of_web3_reads_acts_and_logs_as_the_client_does(
    shipper: Ledger, trader: Ledger, importer: Ledger, bill: int
) -> None:
    contract = shipper.bills.contract
    assert contract.functions.ownerOf(bill).call() == shipper.address
    receipt = sent(shipper, contract.functions.transfer(bill, trader.address, b"by web3"))
    assert shipper.bill(bill).possessor.address == trader.address
    (logged,) = contract.events.Transferred().process_receipt(receipt, errors=DISCARD)
    assert (logged["args"]["from"], logged["args"]["remark"]) == (shipper.address, b"by web3")
    trader.bills.endorse(bill, Endorsement.BLANK, to=importer)
    (endorsed,) = contract.events.Endorsed().get_logs(from_block=receipt["blockNumber"])
    assert endorsed["args"]["to"] == importer.address


def test_a_verbs_data_is_what_web3_encodes(shipper: Ledger, trader: Ledger, bill: int) -> None:
    call = shipper.bills.calls.transfer(bill, trader, remark="alike")
    assert "0x" + call.data.hex() == shipper.bills.contract.encode_abi("transfer", [bill, trader.address, b"alike"])


def test_a_signer_elsewhere_is_no_hindrance_to_reading(sampan_chain: SampanChain, bill: int) -> None:
    assert sampan_chain.ledger.bills.contract.functions.bill(bill).call()[0] == 1
    assert sampan_chain.ledger.using(development_signer("bank")).bills.address == sampan_chain.ledger.ledger_address


def test_a_contract_that_the_manifest_does_not_have_is_named(sampan_chain: SampanChain) -> None:
    ledger = Ledger(sampan_chain.connection, {"AccessManager": sampan_chain.manifest.address("AccessManager")})
    with pytest.raises(Missing, match="no such contract") as caught:
        _ = ledger.bills
    assert caught.value.subject == "Bills"
    with pytest.raises(errors.NotOnLedger, match="nobody of that name is enrolled") as unknown:
        sampan_chain.ledger.participant(999)
    assert unknown.value.subject == "999"


@pytest.mark.slow
def test_nobody_pays_for_web3_who_does_not_ask_for_it() -> None:
    script = "import sampan.client.ledger, sampan.testing, sys; sys.exit('web3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
