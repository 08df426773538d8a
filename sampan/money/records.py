"""What is known of money (contracts/money): books, deposits, who holds what. Amounts are in the smallest unit."""

from __future__ import annotations

from typing import Any, Final, Protocol

from sampan.identity.records import Identity
from sampan.model.store import record
from sampan.suite.layout import Layout, spare
from sampan.suite.words import Ground

MOST_DECIMALS: Final = 18
MOVES_MODULO: Final = 1 << 64


@record
class Deposit:
    """A bank's deposit in a book."""

    address: str
    bank: int
    """The participant that owes it."""
    agent: int
    """The participant that settles it."""
    currency: str
    name: str
    """For those who sign permits: the currency and the bank's LEI."""
    country: str
    """Only participants of this country hold it; empty: of any."""
    decimals: int
    admitted: bool = False
    """Takes part in settlement."""
    held: int = 0
    """Reserves."""
    supply: int = 0
    """What the bank owes in all."""

    @property
    def book(self) -> tuple[int, str]:
        """Agent and currency."""
        return self.agent, self.currency


@record
class Holding:
    """What an account has in a deposit."""

    balance: int = 0
    moves: int = 0
    """Events about it so far, but for allowances."""
    ground: Ground = Ground.NONE
    """Why the bank takes nothing in for it."""


class TokenCode(Protocol):
    """What a token's own code does, as far as a coin sees it."""

    def paid(self, state: Any, coin: str, payer: str, payee: str, amount: int) -> None:
        """Moves an amount that the coin asks for. Raises `Refusal` where the coin refuses what it did."""


@record
class Coin:
    """A token that was listed."""

    address: str
    token: str
    currency: str
    times: int = 1
    """One more each time that it was taken off the list as a whole: what was listed before counts no more."""


class Money(Identity):
    """The money of a ledger."""

    UNLOGGED = ("tokens", "token_balances", "token_allowances")

    books: dict[tuple[int, str], int]
    """(agent, currency) → minor units."""
    deposits: dict[str, Deposit]
    """By address."""
    holdings: dict[tuple[str, str], Holding]
    """(deposit, account) → what it has there."""
    allowances: dict[tuple[str, str, str], int]
    """(deposit, owner, spender) → how much it may still spend."""
    permits: dict[tuple[str, str], int]
    """(deposit, owner) → signed allowances that were used."""
    quotes_used: dict[bytes, int]
    """Digest of a quote → how much of its total is used up."""
    quotes: dict[bytes, Any]
    """Digest → the quote that was used."""
    coins: dict[str, Coin]
    """By address."""
    coin_of: dict[str, str]
    """Token → its coin."""
    coin_listed: dict[tuple[str, int, str], bool]
    """(coin, its `times`, country) → listed."""
    coin_allowances: dict[tuple[str, str, str], int]
    """(coin, payer, spender) → for how much the spender may ask."""
    coin_events: int
    """Events of the list of coins."""
    tokens: dict[str, TokenCode]
    """What tokens do; no log shows it."""
    token_balances: dict[tuple[str, str], int]
    """(token, account) → what a token says that it has; for the code of tokens alone."""
    token_allowances: dict[tuple[str, str, str], int]
    book_events: int
    """Events of the books that no other number counts."""

    def holding(self, deposit: str, account: str) -> Holding:
        """What an account has in a deposit, also when that is nothing."""
        return self.holdings.get((deposit, account)) or Holding()


MEMBER_WORD: Final = Layout(
    ("held", 120, lambda deposit: deposit.held),
    ("currency", 24, lambda deposit: int.from_bytes(deposit.currency.encode(), "big")),
    ("agent", 20, lambda deposit: deposit.agent),
    ("bank", 20, lambda deposit: deposit.bank),
    ("admitted", 1, lambda deposit: deposit.admitted),
    ("spare", 71, spare),
)
"""A deposit as contracts/money/Reserves.sol keeps it."""
HOLDING_WORD: Final = Layout(
    ("balance", 120, lambda holding: holding.balance),
    ("moves", 64, lambda holding: holding.moves % MOVES_MODULO),
    ("ground", 8, lambda holding: holding.ground),
    ("spare", 64, spare),
)
"""An account as contracts/money/Deposit.sol keeps it."""
