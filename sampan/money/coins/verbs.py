"""What holders of a coin, and whoever they let, do with it."""

from __future__ import annotations

from collections.abc import Iterator

from sampan.model.perform import At
from sampan.model.replay import Log
from sampan.money import rules
from sampan.money.coins.subject import COINS
from sampan.money.records import Money
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.amounts import ANY
from sampan.suite.tell import Names, described
from sampan.suite.verb import Refusal, Verb, arg


@COINS.verb(
    "collect",
    logs=(ev.CoinCollected, ev.CoinAllowed),
    label="pay {amount} from {payer} to {payee} in {coin}",
    method="pay",
)
class Collect(Verb):
    """Pay an account in a coin: exactly the amount leaves you and arrives, or nothing does."""

    coin: str = arg(kinds.COIN)
    from_: str = arg(kinds.COIN)
    payer: str = arg(kinds.ACCOUNT)
    payee: str = arg(kinds.ACCOUNT)
    amount: int = arg(kinds.AMOUNT)

    def run(self, at: At) -> None:
        state = at.state
        if self.from_ != self.coin:
            raise Refusal("NotThisCoin", self.from_)
        if self.payer == self.payee:
            raise Refusal("PaysItself", self.payer)
        for account in (self.payer, self.payee):
            rules.listed_for(state, self.coin, account)
        if at.sender != self.payer:
            allowed = state.coin_allowances.get((self.coin, self.payer, at.sender), 0)
            if allowed < self.amount:
                raise Refusal("NotAllowed", at.sender, allowed, self.amount)
            if allowed != ANY:
                at.log(ev.CoinAllowed(self.coin, self.payer, at.sender, allowed - self.amount))
        at.log(ev.CoinCollected(self.coin, self.payer, self.payee, self.amount, at.sender))
        token = state.tokens.get(state.coins[self.coin].token)
        if token is not None:
            token.paid(state, self.coin, self.payer, self.payee, self.amount)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        """The token answered as the coin measured: no event would stand there else. An allowance that is used up is
        logged before the payment, and so this is tried before what its owner allows."""
        used = log.run_of(ev.CoinAllowed)[:1]
        for e in log.run_of(ev.CoinCollected, len(used))[:1]:
            yield e.spender, cls(e.coin, e.coin, e.payer, e.payee, e.amount)


@COINS.verb("allow", by="payer", label="let {spender} ask for {amount} of {coin}", command="money allow-coin")
class Allow(Verb):
    """Let somebody ask for payments out of what you have of a coin; the token itself must be allowed to the coin."""

    coin: str = arg(kinds.COIN, option="COIN")
    spender: str = arg(kinds.SPENDER, help="Who may ask: an account, or a contract by its name, as in Sale.")
    amount: int = arg(kinds.ALLOWANCE, option="AMOUNT")

    def is_exit(self) -> bool:
        """It is taken back."""
        return self.amount == 0

    def may(self, at: At) -> ev.CoinAllowed:
        return ev.CoinAllowed(self.coin, at.sender, self.spender, self.amount)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e: ev.CoinAllowed = log.first
        yield e.payer, cls(e.coin, e.spender, e.amount)


@COINS.event(ev.CoinAllowed, "{payer} lets {spender} ask for {amount} of {coin}")
def coin_allowed(state: Money, e: ev.CoinAllowed) -> None:
    state.put(state.coin_allowances, (e.coin, e.payer, e.spender), e.amount)


def _told(e: ev.CoinCollected, names: Names) -> str:
    said = "{payer} paid {amount} of {coin} to {payee}" + ("" if e.spender == e.payer else "; {spender} asked for it")
    return said.format(**described(e.arguments(), names))


@COINS.event(ev.CoinCollected, _told)
def coin_collected(state: Money, e: ev.CoinCollected) -> None:
    """What moved, the token keeps, which is no contract of the platform."""
