"""A licensed issuer's ERC-20 behind the same `collect`: listed by jurisdiction, measured, held nowhere (T4)."""

from __future__ import annotations

import pytest
from support.contract import Refused, refused
from support.money import COIN_COUNTRIES, LICENCE, Manner, Mint
from support.trade import NOBODY
from support.world import World


@pytest.mark.parametrize("decimals", [6, 18])
@pytest.mark.parametrize(
    "manner", [Manner.HONEST, Manner.RETURNS_NOTHING, Manner.REENTERS], ids=lambda m: m.name.lower()
)
def test_a_coin_is_paid_exactly_and_nothing_stays_between(
    world: World, mint: Mint, manner: Manner, decimals: int
) -> None:
    token, coin = mint.funded(manner, decimals)
    event = coin.collect(world.shipper, coin, world.shipper, world.bank, 400).event("Collected")
    assert (event.amount, event.spender) == (400, world.shipper.address)
    assert [token.balanceOf(who) for who in (world.shipper, world.bank)] == [600, 400]
    assert token.balanceOf(coin) == 0
    assert (coin.token(), coin.CURRENCY()) == (token.address, b"USD")


@pytest.mark.parametrize(
    ("manner", "left", "arrived"),
    [(Manner.TAKES_A_FEE, 400, 396), (Manner.REBASES, 406, 400), (Manner.LIES_ABOUT_BALANCES, 0, 0)],
    ids=["a fee", "a rebase", "a lie"],
)
def test_a_token_that_moves_another_amount_than_it_is_told_pays_nothing(
    world: World, mint: Mint, manner: Manner, left: int, arrived: int
) -> None:
    _, coin = mint.funded(manner)
    with refused("NotTheAmount", 400, left, arrived):
        coin.collect(world.shipper, coin, world.shipper, world.bank, 400)


def test_a_token_that_answers_false_or_blocks_a_party_pays_nothing(world: World, mint: Mint) -> None:
    token, coin = mint.funded(Manner.RETURNS_FALSE)
    with refused("SafeERC20FailedOperation", token.address):
        coin.collect(world.shipper, coin, world.shipper, world.bank, 400)
    token, coin = mint.funded(Manner.BLOCKS_AN_ACCOUNT)
    token.block_(world.relayer, world.bank)
    with pytest.raises(Refused):
        coin.collect(world.shipper, coin, world.shipper, world.bank, 400)
    coin.collect(world.shipper, coin, world.shipper, world.forwarder, 400)


def test_nobody_asks_for_a_payment_that_the_payer_did_not_allow(world: World, mint: Mint) -> None:
    """The token's own allowance is the coin's: whoever may ask, the payer says here."""
    token, coin = mint.funded()
    with refused("NotAllowed", world.bank.address, 0, 1):
        coin.collect(world.bank, coin, world.shipper, world.bank, 1)
    coin.allow(world.shipper, world.bank, 10)
    coin.collect(world.bank, coin, world.shipper, world.bank, 7)
    with refused("NotAllowed", world.bank.address, 3, 4):
        coin.collect(world.bank, coin, world.shipper, world.bank, 4)
    assert token.balanceOf(world.bank) == 7


def test_both_sides_act_and_are_of_a_listed_country(world: World, mint: Mint) -> None:
    _, coin = mint.funded()
    with refused("NotListedFor", world.consignee.address, b"NL"):
        coin.collect(world.shipper, coin, world.shipper, world.consignee, 1)
    with refused("MayNotAct", world.stranger.address):
        coin.collect(world.shipper, coin, world.shipper, world.stranger, 1)
    with refused("PaysItself", world.shipper.address):
        coin.collect(world.shipper, coin, world.shipper, world.shipper, 1)
    other = mint.listed(mint.token())
    with refused("NotThisCoin", other.address):
        coin.collect(world.shipper, other, world.shipper, world.bank, 1)


@pytest.mark.parametrize("currency", [b"CNY", b"CNH"])
def test_t4_no_renminbi_coin_is_listed(mint: Mint, currency: bytes) -> None:
    with refused("NoRenminbi", currency):
        mint.coins.list(mint.world.admin, mint.token(), currency, COIN_COUNTRIES, LICENCE)


def test_a_coin_is_listed_by_administration_for_countries_with_its_licence(world: World, mint: Mint) -> None:
    token = mint.token()
    with refused("AccessManagedUnauthorized", world.shipper.address):
        mint.coins.list(world.shipper, token, b"USD", COIN_COUNTRIES, LICENCE)
    with refused("NoLicence"):
        mint.coins.list(world.admin, token, b"USD", COIN_COUNTRIES, bytes(32))
    with refused("NoCountries"):
        mint.coins.list(world.admin, token, b"USD", [], LICENCE)
    with refused("NoToken", world.stranger.address):
        mint.coins.list(world.admin, world.stranger, b"USD", COIN_COUNTRIES, LICENCE)
    coin = mint.listed(token)
    assert mint.coins.isListedFor(coin, b"HK")
    assert mint.listed(token, [b"NL"]).address == coin.address
    assert mint.coins.isListedFor(coin, b"NL")
    with refused("AnotherCurrency", coin.address, b"EUR"):
        mint.coins.list(world.admin, token, b"EUR", COIN_COUNTRIES, LICENCE)


def test_a_coin_is_taken_off_the_list_for_some_countries_or_for_all(world: World, mint: Mint) -> None:
    token, coin = mint.funded()
    mint.coins.delist(world.admin, coin, [b"CN"])
    with refused("NotListedFor", world.shipper.address, b"CN"):
        coin.collect(world.shipper, coin, world.shipper, world.bank, 1)
    mint.listed(token, [b"CN", b"NL"])
    mint.coins.delist(world.admin, coin, [])
    assert [mint.coins.isListedFor(coin, country) for country in (b"CN", b"HK", b"NL")] == [False] * 3
    # Listed anew, for what it is listed for now and for nothing of before.
    mint.listed(token, [b"HK"])
    assert [mint.coins.isListedFor(coin, country) for country in (b"CN", b"HK", b"NL")] == [False, True, False]
    with refused("NoSuchCoin", NOBODY):
        mint.coins.delist(world.admin, NOBODY, [])
