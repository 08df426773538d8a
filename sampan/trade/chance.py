"""Random acts of sales: bills are offered, paid for, recalled, declined, changed and sent back; right and wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sampan.bills.chance import BillsChance
from sampan.bills.room_chance import RoomChance
from sampan.bills.verbs.circulation import Lodge
from sampan.identity.records import DAY, MOVE, TERMS
from sampan.money.coins.chance import CoinsChance
from sampan.money.coins.verbs import Allow
from sampan.money.deposits.verbs import Approve
from sampan.suite.verb import NOBODY, Verb
from sampan.suite.words import Endorsement, Kind, Status
from sampan.trade.subject import SALE
from sampan.trade.terms import Terms
from sampan.trade.verbs import Change, Decline, Expire, Pay, Recall, SignedCall

MOST_OFFERED = 6


class SaleChance(CoinsChance, BillsChance, RoomChance):
    """Mostly whoever may, under terms that stand. An act is about terms."""

    SHARES = {"sale": 40}

    def next_sale(self) -> Any:
        """An act on an offer; a new one while there are few."""
        here = [bill for bill in self.state.bills.values() if bill.possessor == self.stage.own[SALE.contract]]
        if len(here) < MOST_OFFERED and self.chance(0.4):
            return self._offer()
        if not self.state.offers:
            return self._offer()
        deals = {self.state.lodgings[bill.id].deal for bill in here if bill.id in self.state.lodgings}
        standing = [each for each in self.state.offers.values() if each.deal in deals]
        terms = self.any(standing) if standing and self.chance(0.9) else self.any(list(self.state.offers.values()))
        verb = self.pick(self.verbs["sale"])
        party = terms.buyer if verb in (Pay, Decline) else terms.seller
        sender = self.account_of(party, MOVE | TERMS) if self.chance(0.9) else self.anybody()
        return self.act(verb, self._key(sender), terms)

    def _offer(self) -> Any:
        """A bill of somebody's, lodged under new terms."""
        fit = [
            bill
            for bill in self.state.bills.values()
            if bill.status is Status.LIVE and not self.state.account(bill.possessor).room
        ]
        if not fit:
            return self.next_bills()
        self.about = bill = self.any(fit)
        how = Endorsement.BLANK if bill.kind is Kind.ORDER else Endorsement.NONE
        call = Lodge(bill.id, how, self.stage.own[SALE.contract], self.offer().encoded)
        return self.stage.call(bill.possessor, call)

    def offer(self) -> Terms:
        """Terms by chance, of the bill at hand."""
        bill = self.about
        seller = self.state.account(bill.possessor).participant
        more = (self._new_id(self.stage.carriers[0]),) if self.chance(0.05) else ()
        bills = tuple(sorted({bill.id, *more}))
        chance = self.random.random()
        if chance < 0.02:
            bills = (*bills, bills[0]) if chance < 0.01 else tuple(each + 1 for each in bills)
        deposits = [*self.state.deposits, *self.state.coins]
        blank = bill.kind in (Kind.ORDER, Kind.BLANK)
        return Terms(
            bills=bills,
            seller=seller if self.chance(0.97) else self.draw_person(),
            buyer=self.draw_person(),
            payee=self.account_of(seller) if self.chance(0.95) else self.any((NOBODY, *self.stage.people)),
            money=self.any(deposits) if deposits and self.chance(0.97) else self.any(self.stage.people),
            price=self.below(300),
            endorsement=self.any((Endorsement.TO_ORDER, Endorsement.BLANK)) if blank else Endorsement.NONE,
            deadline=self._until(),
            firm_until=self.now + self.below(5 * DAY) if self.chance(0.4) else 0,
            source=NOBODY if self.chance(0.99) else self.any(self.stage.people),
            salt=self.hash(),
        )

    # ---------------------------------------------------------------------------------------------------- signed calls

    def try_act(self, verb: type[Verb]) -> Any:
        return self.signed_call(SALE, self.next_sale, SignedCall)

    def try_multicall(self, verb: type[Verb]) -> Any:
        return self.several_calls(SALE, self.next_sale)

    def _until(self) -> int:
        """The last second of an offer; now and then it has passed, or is too far."""
        return self.now + (self.below(300 * DAY) if self.chance(0.95) else self.any((-DAY, 367 * DAY)))

    def try_permit(self, verb: type[Verb]) -> Any:
        """Of whoever has something in the money of an offer, mostly."""
        terms: Terms = self.about
        owner = self.any(self.stage.keys)
        permit: Any = verb
        made: Verb = permit(terms.money, owner, self.below(500), self.deadline(), self._by_key(owner))
        return made

    # ------------------------------------------------------------------------------------------------------ arguments

    def try_pay(self, verb: type[Verb]) -> Any:
        terms: Terms = self.about
        if terms.money in self.state.coins:
            return self._pay_in_a_coin(terms)
        known = self.state.deposits.get(terms.money)
        same = [each.address for each in self.state.deposits.values() if known and each.book == known.book]
        fit = [each for each in same if self.state.holding(each, self.sender).balance >= terms.price]
        out_of = self.any(fit or same or [NOBODY]) if self.chance(0.95) else self.draw_deposit()
        if self.chance(0.6) and out_of in self.state.deposits:
            allowed = self.state.allowances.get((out_of, self.sender, self.stage.own[SALE.contract]), 0)
            if allowed < terms.price:
                return self._allow(out_of)
        return Pay(terms, out_of)

    def _pay_in_a_coin(self, terms: Terms) -> Verb:
        own = self.stage.own[SALE.contract]
        if self.state.coin_allowances.get((terms.money, self.sender, own), 0) < terms.price and self.chance(0.8):
            return Allow(terms.money, own, 100_000)
        return Pay(terms, terms.money)

    def _allow(self, deposit: str) -> Verb:
        return Approve(deposit, self.stage.own[SALE.contract], 100_000)

    def try_recall(self, verb: type[Verb]) -> Any:
        return Recall(self.about)

    def try_decline(self, verb: type[Verb]) -> Any:
        return Decline(self.about, self.draw_remark())

    def try_expire(self, verb: type[Verb]) -> Any:
        return Expire(self.about)

    def try_change(self, verb: type[Verb]) -> Any:
        terms: Terms = self.about
        if self.chance(0.03):
            terms = replace(terms, bills=())
        to = replace(
            terms,
            price=self.below(terms.price + 1),
            deadline=self._until(),
            buyer=terms.buyer if self.chance(0.7) else self.draw_person(),
            seller=terms.seller if self.chance(0.95) else self.draw_person(),
            bills=terms.bills if self.chance(0.95) else terms.bills[:1] * 2,
        )
        return Change(terms, to)
