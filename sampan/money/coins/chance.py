"""Random acts on coins: holders let others ask, and are asked; right and wrong."""

from __future__ import annotations

from typing import Any

from sampan.money.coins.verbs import Allow, Collect
from sampan.money.deposits.chance import DepositsChance
from sampan.suite.verb import NOBODY, Verb


class CoinsChance(DepositsChance):
    """What holders of coins do. An act is about a coin, by its address."""

    SHARES = {"coins": 12}

    def next_coins(self) -> Any:
        """An act on a coin."""
        if not self.state.coins:
            return self.next_reserves()
        return self.act(self.pick(self.verbs["coins"]), self.any(self.stage.keys), self.any(list(self.state.coins)))

    def draw_coin(self) -> str:
        return self.any(list(self.state.coins) or [NOBODY]) if self.chance(0.95) else self.any(self.stage.people)

    def try_allow(self, verb: type[Verb]) -> Any:
        spender = self.any((*self.stage.people, *self.stage.own_rooms, NOBODY))
        return Allow(self.about, spender, self.draw_amount())

    def try_collect(self, verb: type[Verb]) -> Any:
        payer = self.sender if self.chance(0.8) else self.any(self.stage.people)
        from_ = self.about if self.chance(0.95) else self.draw_coin()
        payee = self._payee() if self.chance(0.9) else payer
        return Collect(self.about, from_, payer, payee, self.below(400))
