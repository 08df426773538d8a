"""What the chain should answer of the list of coins, by the logs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sampan.money.listing import storage
from sampan.money.listing.subject import LISTING
from sampan.money.records import Money
from sampan.suite import events as ev
from sampan.suite.check import LEDGER, Audited, Question, Word
from sampan.suite.codec import address
from sampan.suite.layout import NUMBER
from sampan.suite.layout import entry as entry_slot
from sampan.suite.tell import checksum


def questions(state: Money, time: int) -> Iterator[Question]:
    """Every view that a client could rely on, of every coin and country that the logs name."""
    for coin in state.coins.values():
        name = checksum(coin.address)
        yield Question(name, "coinOf", (coin.token,), coin.address)
        yield Question(name, "isCoin", (coin.address,), True)
    for coin_, country in sorted({(coin_, country) for coin_, _, country in state.coin_listed}):
        listed = state.coin_listed.get((coin_, state.coins[coin_].times, country), False)
        yield Question(checksum(coin_), "isListedFor", (coin_, country), listed)


def words(state: Money) -> Iterator[Word]:
    """The words of all coins, and the count of what was listed and taken off the list."""
    yield Word(LEDGER, LISTING.slot("_count"), NUMBER, state.coin_events, "events of coins counted")
    for coin in state.coins.values():
        name = checksum(coin.address)
        slot = entry_slot(LISTING.slot("coinOf"), address(coin.token))
        yield Word(name, slot, NUMBER, int(coin.address, 16), "coin of its token")
        yield Word(name, entry_slot(LISTING.slot("_round"), address(coin.address)), NUMBER, coin.times, "times listed")
    for (coin_, times, country), listed in sorted(state.coin_listed.items()):
        slot = entry_slot(LISTING.slot("_listedFor"), *storage.listed_key(coin_, times, country))
        yield Word(checksum(coin_), slot, NUMBER, int(listed), f"listed for {country}")


AUDITED: Final = Audited(
    LISTING,
    questions,
    words,
    believed={"licence": "licences of coins"},
    counted=(ev.CoinListed, ev.CoinDelisted),
)
