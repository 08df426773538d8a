"""Random acts of exchange: banks quote, customers buy; right and wrong."""

from __future__ import annotations

from typing import Any

from sampan.identity.records import BANK, DAY, TERMS
from sampan.money.coins.chance import CoinsChance
from sampan.money.exchange.verbs import Exchange, Quote
from sampan.suite.verb import Signature, Verb


class ExchangeChance(CoinsChance):
    """A quote now and then stands for several purchases."""

    SHARES = {"exchange": 8}

    def next_exchange(self) -> Any:
        """Somebody buys."""
        if len(self.state.deposits) < 2:
            return self.next_reserves()
        return self.act(Exchange, self.any(self.stage.keys))

    def _quote(self) -> Quote:
        """One that stands, or a new one."""
        known: list[Quote] = self.quotes
        if known and self.chance(0.6):
            return self.any(known)
        fit = [each.address for each in self.state.accounts.values() if each.roles & (BANK | TERMS) == BANK | TERMS]
        account = self.any(fit) if fit and self.chance(0.95) else self.any(self.stage.people)
        deposits = [*self.state.deposits, *self.state.coins]
        total = self.below(500)
        # Some outlast the longest wait between two acts.
        deadline = self.deadline() if self.chance(0.2) else self.now + self.below(300) * DAY
        quote = Quote(account, self.any(deposits), total, self.any(deposits), self.below(900), deadline, self.hash())
        known.append(quote)
        del known[:-8]
        return quote

    @property
    def quotes(self) -> list[Quote]:
        """Those that were made lately."""
        found: list[Quote] = self.__dict__.setdefault("_quotes", [])
        return found

    def try_exchange(self, verb: type[Verb]) -> Any:
        quote = self._quote()
        self.texts.append(quote)
        bought = self.state.deposits.get(quote.bought)
        fit = [each.address for each in self.state.deposits.values() if bought and each.book == bought.book]
        sold = self.state.deposits.get(quote.sold)
        into = [each.address for each in self.state.deposits.values() if sold and each.book == sold.book]
        by = quote.account if self.chance(0.95) else self.any(self.stage.people)
        amount = self.below(quote.total + 2) if self.chance(0.7) else self.below(20)
        return Exchange(
            quote,
            Signature(by),
            amount,
            self.any(fit or [quote.bought]),
            self.any(into or [quote.sold]),
            self._payee(),
        )
