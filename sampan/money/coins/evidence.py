"""What the chain should answer of coins, by the logs: what each is, and who may ask for how much. Who has how much, the
token keeps, which is a contract of others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sampan.money.coins.subject import COINS
from sampan.money.records import Money
from sampan.suite.check import Audited, Question, Word
from sampan.suite.codec import address
from sampan.suite.layout import NUMBER
from sampan.suite.layout import entry as entry_slot
from sampan.suite.tell import checksum


def questions(state: Money, time: int) -> Iterator[Question]:
    """Every view that a client could rely on, of every coin and every allowance that the logs name."""
    for coin in state.coins.values():
        for view, expected in (
            ("LEDGER", state.addresses["Bills"]),
            ("COINS", state.addresses["Coins"]),
            ("CURRENCY", coin.currency),
            ("token", coin.token),
        ):
            yield Question(checksum(coin.address), view, (), expected, coin.address)
    for (where, payer, spender), allowed in sorted(state.coin_allowances.items()):
        yield Question(_of(where, payer), "allowed", (payer, spender), allowed, where)


def words(state: Money) -> Iterator[Word]:
    """The words of all allowances."""
    for (where, payer, spender), allowed in sorted(state.coin_allowances.items()):
        slot = entry_slot(COINS.slot("allowed"), address(payer), address(spender))
        yield Word(_of(where, payer), slot, NUMBER, allowed, "allowance", where)


def _of(coin: str, payer: str) -> str:
    return f"{checksum(payer)} in {checksum(coin)}"


AUDITED: Final = Audited(COINS, questions, words)
