"""Random acts of whoever lists coins, right and wrong."""

from __future__ import annotations

from typing import Any

from sampan.money.coins.chance import CoinsChance
from sampan.money.listing.verbs import List
from sampan.suite.verb import NOBODY, Verb


class ListingChance(CoinsChance):
    """Administration lists and delists, mostly."""

    SHARES = {"listing": 4}
    WEIGHTS = {"list": 3, "setAuthority": 0.2}

    def next_listing(self) -> Any:
        """An act on the list."""
        verb = self.pick(self.verbs["listing"])
        sender = self.stage.administrator if verb.power and self.chance(0.96) else self.any(self.stage.keys)
        return self.act(verb, sender)

    def try_list(self, verb: type[Verb]) -> Any:
        token = self.any(self.stage.tokens or (NOBODY,)) if self.chance(0.96) else self.draw_account()
        known = self.state.coins.get(self.state.coin_of.get(token, NOBODY))
        currency = known.currency if known is not None and self.chance(0.9) else self.any(("USD", "HKD", "CNH"))
        countries = () if self.chance(0.05) else self.stage.countries
        return List(token, currency, tuple(countries), self.draw_hash())
