"""Random acts on positions: countries are opened and closed, lenders split, give and sell; right and wrong."""

from __future__ import annotations

from typing import Any

from sampan.finance.positions.records import Position
from sampan.finance.positions.verbs import Buy, PositionOffer, Recover, Split
from sampan.finance.registrations.chance import RegistrationsChance
from sampan.identity.records import TERMS
from sampan.money.exchange.chance import ExchangeChance
from sampan.suite.verb import NOBODY, Signature, Verb


class PositionsChance(RegistrationsChance, ExchangeChance):
    """What lenders and administration do with positions. An act is about a position, by its id."""

    SHARES = {"positions": 6}
    WEIGHTS = {"setAuthority": 0.1, "openTo": 0.7, "closeTo": 0.2, "buy": 2, "split": 2, "setApprovalForAll": 0.3}

    def next_positions(self) -> Any:
        """An act on a position, mostly by whoever has it."""
        lost = [each.id for each in self.state.positions.values() if not self.state.account(each.owner).may_act]
        if lost and self.chance(0.3):
            return self.stage.call(self._key(self.anybody()), Recover(self.any(lost)))
        verb = self.pick(self.verbs["positions"])
        position = self.any(list(self.state.positions) or [1])
        owner = self._owner(position)
        sender = self.stage.administrator if verb.power else owner
        return self.act(verb, self._key(sender if self.chance(0.85) else self.anybody()), position)

    def _owner(self, position: int) -> str:
        found = self.state.positions.get(position)
        return found.owner if found else self.anybody()

    def draw_position(self) -> int:
        """The position at hand, mostly."""
        known = self.about if self.about in self.state.positions else None
        return known if known is not None and self.chance(0.97) else self.below(3)

    def draw_shares(self) -> int:
        return self.below(100)

    def try_open_to(self, verb: type[Verb]) -> Any:
        countries = () if self.chance(0.05) else self.stage.countries
        return self.drawn(verb, countries=tuple(countries))

    def try_split(self, verb: type[Verb]) -> Any:
        position = self.draw_position()
        shares = self.state.positions[position].shares if position in self.state.positions else 5
        return Split(position, self.below(shares + 2))

    def try_transfer_from(self, verb: type[Verb]) -> Any:
        position = self.draw_position()
        from_ = self._owner(position) if self.chance(0.95) else self.anybody()
        return self.drawn(verb, from_=from_, to=self.anybody(), id=position)

    try_safe_transfer_from = try_transfer_from

    def try_buy(self, verb: type[Verb]) -> Any:
        """As its owner offered it, mostly."""
        position = self.draw_position()
        known = self.state.positions.get(position) or Position(position)
        seller = known.owner if self.chance(0.95) else self.any(self.stage.people)
        fit = [key for key in self.stage.keys if self.state.account(key).roles & TERMS]
        sender = self.any(fit) if fit and self.chance(0.95) else self.any(self.stage.keys)
        buyer = self.state.account(sender).participant if self.chance(0.95) else self.below(9)
        moneys = [*self.state.deposits, *self.state.coins] or [NOBODY]
        shares = known.shares if self.chance(0.95) else self.below(100)
        had = known.had if self.chance(0.95) else self.below(1_000)
        offer = PositionOffer(
            position, seller, buyer, self.any(moneys), self.below(500), shares, had, self.hash(), self.deadline()
        )
        self.texts.append(offer)
        by = seller if self.chance(0.95) else self.any(self.stage.people)
        from_ = offer.money if self.chance(0.8) else self.any(moneys)
        return self.stage.call(sender, Buy(offer, from_, Signature(by)))
