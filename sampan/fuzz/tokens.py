"""What the tokens of tests/contracts/money/HostileToken.sol do, for the model: honest, and in three manners not."""

from __future__ import annotations

from typing import Any

from sampan.fuzz.cast import TokenManner
from sampan.suite.verb import Refusal

_UNDERFLOW = 0x11


class NoToken:
    """A contract that is no ERC-20: it refuses to say what anybody has."""

    def paid(self, state: Any, coin: str, payer: str, payee: str, amount: int) -> None:
        """Refuses, without a reason."""
        raise Refusal("")


class Ledger:
    """The ledger itself, listed by mistake: it lets no coin act."""

    def paid(self, state: Any, coin: str, payer: str, payee: str, amount: int) -> None:
        """Refuses: a coin is no account."""
        raise Refusal("MayNotAct", coin)


class Token:
    """An ERC-20; a transfer that it refuses has no reason of ours."""

    def __init__(self, address: str, manner: TokenManner, blocked: str) -> None:
        self.address = address
        self.manner = manner
        self.blocked = blocked

    def paid(self, state: Any, coin: str, payer: str, payee: str, amount: int) -> None:
        """Moves an amount that the coin asks for, in its manner. Raises `Refusal`, with the coin's error where the coin
        measures another amount."""
        key = self.address, payer, coin
        allowed = state.token_allowances.get(key, 0)
        had = state.token_balances.get((self.address, payer), 0)
        if allowed < amount:
            raise Refusal("Panic", _UNDERFLOW)
        if self.manner is TokenManner.BLOCKS_AN_ACCOUNT and self.blocked in (payer, payee):
            raise Refusal("Error", "blocked")
        if self.manner is TokenManner.RETURNS_FALSE:
            raise Refusal("SafeERC20FailedOperation", self.address)
        if had < amount:
            raise Refusal("Panic", _UNDERFLOW)
        arrived = amount - amount // 100 if self.manner is TokenManner.TAKES_A_FEE else amount
        if arrived != amount:
            raise Refusal("NotTheAmount", amount, amount, arrived)
        state.put(state.token_allowances, key, allowed - amount)
        for account, balance in ((payer, had - amount), (payee, arrived)):
            before = 0 if account == payer else state.token_balances.get((self.address, account), 0)
            state.put(state.token_balances, (self.address, account), before + balance)
