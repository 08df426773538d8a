"""Random acts on deposits: money is owed, paid, settled and declined; right and wrong."""

from __future__ import annotations

from typing import Any

from sampan.money.deposits.paying import Collect
from sampan.money.deposits.verbs import Decline, Issue, Recover, Redeem, ShowPermit
from sampan.money.reserves.chance import ReservesChance
from sampan.suite.chance import V
from sampan.suite.verb import NOBODY, Signature, Verb


class DepositsChance(ReservesChance):
    """What banks and holders do with deposits. An act is about a deposit, by its address."""

    SHARES = {"deposits": 60}

    def next_deposits(self) -> Any:
        """An act on a deposit."""
        if not self.state.deposits:
            return self.next_reserves()
        deposit = self.any(list(self.state.deposits))
        verb = self.pick(self.verbs["deposits"])
        sender = self._bank(deposit) if verb in (Issue, Decline) and self.chance(0.9) else self._holder(deposit)
        return self.act(verb, self._key(sender), deposit)

    def drawn(self, verb: type[V], **said: Any) -> V:
        """What is called is the deposit at hand."""
        return super().drawn(verb, **({verb.which: self.about} if verb.which else {}), **said)

    def _amount_of(self, deposit: str, account: str) -> int:
        balance: int = self.state.holding(deposit, account).balance
        return self.below(balance + 1) if self.chance(0.9) else balance + self.below(3)

    def try_collect(self, verb: type[Verb]) -> Any:
        """Paid out of the same book, mostly."""
        to = self.about
        known = self.state.deposits[to]
        same = [each.address for each in self.state.deposits.values() if each.book == known.book]
        from_ = self.any(same) if self.chance(0.9) else self.draw_deposit()
        payer = self._holder(from_)
        sender = self._key(payer if self.chance(0.8) else self.anybody())
        call = Collect(to, from_, payer, self._payee(), self._amount_of(from_, payer))
        return self.stage.call(sender, call)

    def try_redeem(self, verb: type[Verb]) -> Any:
        return Redeem(self.about, self._amount_of(self.about, self.sender))

    def try_permit(self, verb: type[Verb]) -> Any:
        owner = self.any(self.stage.keys)
        spender = self.any((*self.stage.people, *self.stage.own_rooms, NOBODY))
        return ShowPermit(self.about, owner, spender, self.draw_amount(), self.deadline(), self._by_key(owner))

    def _by_key(self, owner: str) -> Signature:
        """The owner's signature, mostly; a contract has none of its own."""
        chance = self.random.random()
        if chance < 0.9:
            return Signature(owner)
        return Signature(self.any(self.stage.keys)) if chance < 0.97 else Signature(None, empty=True)

    def try_recover(self, verb: type[Verb]) -> Any:
        """Of whoever acts no more, where there is somebody."""
        mine = [
            account for (where, account), each in self.state.holdings.items() if where == self.about and each.balance
        ]
        lost = [account for account in mine if not self.state.account(account).may_act]
        return Recover(self.about, self.any(lost or mine or [NOBODY]) if self.chance(0.9) else self.anybody())

    def _payee(self) -> str:
        return self.anybody() if self.chance(0.95) else self.any((*self.stage.strangers, NOBODY))
