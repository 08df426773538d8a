"""Random acts in the books of reserves, right and wrong; and what chance draws of money."""

from __future__ import annotations

from typing import Any

from sampan.identity.chance import IdentityChance
from sampan.identity.records import BANK
from sampan.money.reserves.verbs import Admit, OpenBook, OpenDeposit, RedeemReserves
from sampan.suite.amounts import ANY, MOST
from sampan.suite.verb import NOBODY, Verb

CURRENCIES = ("HKD", "CNH", "CNY")
FEW = 7
"""Deposits that are opened before anything else is done."""


class ReservesChance(IdentityChance):
    """What settlement agents and banks do in the books. An act is about a deposit, by its address."""

    SHARES = {"reserves": 12}

    state: Any

    def next_reserves(self) -> Any:
        """An act in the books."""
        few = len(self.state.deposits) < FEW
        verb = OpenBook if not self.state.books else OpenDeposit if few else self.pick(self.verbs["reserves"])
        outside = [each.address for each in self.state.deposits.values() if not each.admitted]
        if outside and not few and self.chance(0.6):
            deposit = self.any(outside)
            agent = self.state.deposits[deposit].agent
            return self.stage.call(self._key(self.account_of(agent, BANK)), Admit(deposit, True))
        deposit = self.any(list(self.state.deposits) or [NOBODY])
        known = self.state.deposits.get(deposit)
        if verb in (OpenBook, OpenDeposit) or known is None:
            sender = self._banker()
        else:
            sender = self._bank(deposit) if verb is RedeemReserves else self.account_of(known.agent, BANK)
        return self.act(verb, self._key(sender if self.chance(0.95) else self.anybody()), deposit)

    def try_open_deposit(self, verb: type[Verb]) -> Any:
        if not self.state.books or self.chance(0.1):
            return self.drawn(verb)
        agent, currency = self.any(list(self.state.books))
        return self.drawn(verb, agent=agent, currency=currency)

    # -------------------------------------------------------------------------------------------------------- parties

    def _key(self, sender: str) -> str:
        """Whoever sends signs: rooms and wallets of the cast act on the ledger alone."""
        return sender if sender in self.stage.keys else self.any(self.stage.keys)

    def _banker(self) -> str:
        """An account that may owe money, mostly."""
        fit = [each.address for each in self.state.accounts.values() if each.roles & BANK and not each.room]
        return self.any(fit) if fit and self.chance(0.95) else self.any(self.stage.keys)

    def _bank(self, deposit: str) -> str:
        known = self.state.deposits.get(deposit)
        return self.account_of(known.bank if known else 0, BANK)

    def _holder(self, deposit: str) -> str:
        fit = [account for (where, account), each in self.state.holdings.items() if where == deposit and each.balance]
        return self.any(fit) if fit and self.chance(0.85) else self.anybody()

    def draw_deposit(self) -> str:
        """The deposit at hand, mostly; or another, or none."""
        if isinstance(self.about, str) and self.about in self.state.deposits and self.chance(0.7):
            return self.about
        return self.any(list(self.state.deposits) or [NOBODY]) if self.chance(0.97) else self.any(self.stage.people)

    def draw_amount(self) -> int:
        chance = self.random.random()
        if chance < 0.85:
            return self.below(1_000)
        return self.below(1_000_000) if chance < 0.97 else self.any((MOST, MOST + 1, ANY, 0))

    draw_allowance = draw_amount

    def draw_spender(self) -> str:
        return self.draw_account()

    def draw_decimals(self) -> int:
        return self.below(5) if self.chance(0.97) else self.any((18, 19, 255))

    def draw_person(self) -> int:
        """In an act of the books the agent of one of them, mostly."""
        if isinstance(self.about, str) and self.state.books and self.chance(0.9):
            agent: int = self.any(list(self.state.books))[0]
            return agent
        return super().draw_person()

    def draw_currency(self) -> str:
        return self.any(CURRENCIES) if self.chance(0.97) else self.any(("hkd", "", "HK"))

    def draw_country(self) -> str:
        return "" if self.chance(0.6) else self.any((*self.stage.countries, self.any(("hk", "H", "\x1b["))))
