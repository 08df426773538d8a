"""What administration does with the list of coins (T4)."""

from __future__ import annotations

from typing import Final

from sampan.identity.rules import has_code
from sampan.model.perform import At
from sampan.money import rules
from sampan.money.listing.subject import LISTING
from sampan.money.records import Coin, Money
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.tell import Names, described
from sampan.suite.verb import NOBODY, Refusal, Verb, arg

RENMINBI: Final = ("CNY", "CNH")
"""Currencies of which no coin is licensed."""


@LISTING.verb(
    "list", label="list the coin {token} in {currency} for {countries}", power="room_lister", command="money list"
)
class List(Verb):
    """List a licensed issuer's token for some countries (ISO 3166-1 alpha-2), or for more of them."""

    token: str = arg(kinds.ACCOUNT, option="TOKEN", help="Address of the ERC-20.")
    currency: str = arg(kinds.CURRENCY, help="Which it is one of.")
    countries: tuple[str, ...] = arg(kinds.COUNTRIES, option="CC...")
    licence: bytes = arg(kinds.HASH, help="Reference of the issuer's licence: hash of authority and number.")

    def may(self, at: At) -> ev.CoinListed:
        state = at.state
        if self.currency in RENMINBI:
            raise Refusal("NoRenminbi", self.currency)
        if not has_code(at, self.token):
            raise Refusal("NoToken", self.token)
        if not any(self.licence):
            raise Refusal("NoLicence")
        if not self.countries:
            raise Refusal("NoCountries")
        coin = state.coin_of.get(self.token, NOBODY)
        if coin == NOBODY:
            coin = rules.created(state.addresses[LISTING.contract], len(state.coins))
        elif state.coins[coin].currency != self.currency:
            raise Refusal("AnotherCurrency", coin, self.currency)
        return ev.CoinListed(coin, self.token, self.currency, self.countries, self.licence, state.coin_events + 1)


@LISTING.event(ev.CoinListed, "{coin} was listed for {countries}: {token}, in {currency}")
def coin_listed(state: Money, e: ev.CoinListed) -> None:
    if e.coin not in state.coins:
        state.put(state.coins, e.coin, Coin(e.coin, e.token, e.currency))
        state.put(state.coin_of, e.token, e.coin)
    times = state.coins[e.coin].times
    for country in e.countries:
        state.put(state.coin_listed, (e.coin, times, country), True)
    state.coin_events = e.count


LISTING.announces(ev.CoinListed, "Coin", "coin")


@LISTING.verb(
    "delist",
    label="delist the coin {coin}[ for {countries}]",
    power="room_delister",
    command="money delist",
    exits=True,
)
class Delist(Verb):
    """Take a coin off the list: nothing is paid in it any more; or nothing by accounts of some countries."""

    coin: str = arg(kinds.COIN, option="COIN")
    countries: tuple[str, ...] = arg(kinds.COUNTRIES, (), option="[CC...]")

    def may(self, at: At) -> ev.CoinDelisted:
        if self.coin not in at.state.coins:
            raise Refusal("NoSuchCoin", self.coin)
        return ev.CoinDelisted(self.coin, self.countries, at.state.coin_events + 1)


def _delisted(e: ev.CoinDelisted, names: Names) -> str:
    said = "{coin} was taken off the list" + (", for {countries}" if e.countries else "")
    return said.format(**described(e.arguments(), names))


@LISTING.event(ev.CoinDelisted, _delisted)
def coin_delisted(state: Money, e: ev.CoinDelisted) -> None:
    times = state.coins[e.coin].times
    if not e.countries:
        state.change(state.coins, e.coin).times += 1
    for country in e.countries:
        state.put(state.coin_listed, (e.coin, times, country), False)
    state.coin_events = e.count


@LISTING.verb("setAuthority", label="change who administers", method="")
class SetAuthority(Verb):
    """Nobody changes who administers (N23)."""

    new_authority: str = arg(kinds.ACCOUNT)

    def run(self, at: At) -> None:
        raise Refusal("AuthorityIsFixed")
