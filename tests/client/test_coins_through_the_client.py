"""Coins through the client: a licensed issuer's token, listed, in which a price is paid too (T4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from support import banking

from sampan.chain.abi import encode, encode_call
from sampan.chain.sender import Sender
from sampan.chain.transactions import Call
from sampan.client.ledger import Ledger
from sampan.errors import BadInput, UsageError
from sampan.suite import events
from sampan.testing import SampanChain
from sampan.toolchain.artifacts import Artifact

pytestmark = pytest.mark.usefixtures("banked", "sampan_chain")


@pytest.fixture
def token(banked: SampanChain, sampan_chain: SampanChain, contract_for_tests: Callable[[str], Artifact]) -> str:
    """An honest token of six decimals, of which the importer has a thousand."""
    artifact = contract_for_tests("HostileToken")
    sender = Sender(sampan_chain.connection, sampan_chain.as_role("deployer").signer)
    made = sender.send(Call(None, artifact.bytecode + encode(["uint8", "uint8"], [0, 6]))).contract
    assert made is not None
    importer = sampan_chain.as_role("importer").address
    sender.send(Call(made, encode_call("mint(address,uint256)", importer, 1_000_000_000)))
    return made


@pytest.fixture
def coin(sampan_chain: SampanChain, room_lister: Ledger, token: str) -> str:
    """The token, listed for four countries."""
    for _ in range(2):
        # Announced, and carried out two days later.
        act = room_lister.coins.list(token, "USD", countries=banking.COUNTRIES, licence=b"\1" * 32)
        sampan_chain.advance(timedelta(days=2))
    return act.event(events.CoinListed).coin


def let(ledger: Ledger, token: str, coin: str) -> None:
    """A wallet lets the coin spend the token."""
    Sender(ledger.connection, ledger.signer).send(Call(token, encode_call("approve(address,uint256)", coin, 10**18)))


@pytest.mark.slow
def test_a_coin_is_paid_in_its_own_decimals(importer: Ledger, shipper: Ledger, token: str, coin: str) -> None:
    found = importer.money(coin)
    assert (str(found.amount(1_500_000)), found.reference) == ("USD 1.500000", coin)
    with pytest.raises(BadInput, match="USD has 6 decimals, this has 2"):
        importer.coin.pay(shipper, "USD 1.50", coin=coin)
    with pytest.raises(UsageError, match=r"has USD 1,000.000000 in 0x\w+, and USD 1,001.000000 is to be paid"):
        importer.coin.pay(shipper, "USD 1,001", coin=coin)
    let(importer, token, coin)
    act = importer.coin.pay(shipper, "USD 250", coin=coin)
    assert act.event(events.CoinCollected).amount == 250_000_000
    assert "paid USD 250.000000 of the coin in USD" in str(act)
    assert (importer.balance(importer, coin), importer.balance(shipper, coin)) == (750_000_000, 250_000_000)


@pytest.mark.slow
def test_bills_are_paid_for_in_a_coin_that_the_payer_allowed(
    sampan_chain: SampanChain, shipper: Ledger, importer: Ledger, token: str, coin: str
) -> None:
    bills = banking.bills(sampan_chain, "COIN1")
    terms = shipper.offer_terms(bills, buyer="importer", price="USD 900", into=coin, until=timedelta(days=5))
    shipper.do_all(shipper.lodgings(terms))
    let(importer, token, coin)
    with pytest.raises(UsageError, match="of a coin nothing is signed along") as missing:
        importer.sale.pay(bills[0])
    assert missing.value.hint is not None
    assert f'sampan money allow-coin {coin} "USD 900.000000" --spender Sale' in missing.value.hint
    importer.coin.allow(coin, "Sale", "USD 900")
    assert importer.offer(bills[0], steps=True).steps[0].lacks is None
    importer.sale.pay(bills[0])
    assert importer.bill(bills[0]).titleholder == importer.number_of(importer)
    assert shipper.balance(shipper, coin) == 900_000_000


def test_what_is_no_coin_is_refused(importer: Ledger, token: str) -> None:
    for call in (lambda: importer.coin.allow(token, "Sale", "USD 5"), lambda: importer.money(token)):
        with pytest.raises(BadInput, match="no such deposit"):
            _: Any = call()
