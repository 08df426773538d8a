"""Reading the sale: under which terms a bill lies there, who may do what with it and what that would cost (URC 522).

The ledger keeps 208 bits of the terms' hash, the *deal*. The terms themselves stand in the log, where the bill was
lodged or the offer was changed; what is read there is compared with the deal.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sampan.bills.verbs.circulation import Lodge
from sampan.chain.signers import Watcher
from sampan.client import wire
from sampan.client.core import VerbCall
from sampan.client.errors import NotOnLedger
from sampan.client.funds import Funds
from sampan.client.records import Coin, Offer, Step, Unknown
from sampan.errors import BadInput, ChainError, SampanError, UsageError, about
from sampan.suite import events
from sampan.suite.codec import Malformed
from sampan.suite.tell import bill_name, checksum, earliest, moment
from sampan.suite.verb import NOBODY
from sampan.suite.words import Endorsement, Kind, Role
from sampan.trade.records import ENDS, LONGEST
from sampan.trade.terms import Terms, read
from sampan.trade.verbs import Change, Decline, Expire, Pay, Recall

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sampan.client.funds import MoneyRef
    from sampan.client.reading import BillRef, Who
    from sampan.client.records import Deposit
    from sampan.suite.amounts import Given
    from sampan.suite.event import Event
    from sampan.suite.verb import Verb

SALE = "Sale"


class Offers(Funds):
    """What is offered for sale on a ledger."""

    # --------------------------------------------------------------------------------------------------------- reading

    def offer(self, bill: BillRef, *, steps: bool = False) -> Offer:
        """The offer under which a bill lies in the sale, or the last one that it was part of. With `steps` what each
        party may do, rehearsed.

        Raises `NotOnLedger` when it was never offered, `ChainError` when the logs do not hold the terms.
        """
        number = self.bill_id(bill)
        last = self.connection.block_number()
        told = self._told_terms(last, number).get(number, [])
        deal = self._deals([number], last).get(number)
        if deal is None and not told:
            raise NotOnLedger(
                "was never offered for sale", subject=bill_name(number), hint="`sampan sale offer` offers a bill"
            )
        terms = told[-1] if deal is None else _under(deal, told, number)
        found = self._offer(terms, last, self._priced_in(terms.money))
        return replace(found, steps=self._steps(found)) if steps and found.here else found

    def offers(self) -> list[Offer]:
        """Every offer of which a bill lies in the sale now, in the order in which its first bill was lodged. Raises as
        `offer`."""
        last = self.connection.block_number()
        told = self._told_terms(last)
        deals = self._deals(list(told), last)
        terms = {each.hash: each for each in (_under(deal, told[bill], bill) for bill, deal in deals.items())}
        known = {each.address: each for each in self.deposits(to_block=last)}
        return [
            self._offer(each, last, known.get(each.money) or self._priced_in(each.money)) for each in terms.values()
        ]

    def _priced_in(self, address: str) -> Deposit | Coin | Unknown:
        """What a seller named: any contract, so that no offer keeps the others from being read."""
        return Unknown(address) if self.kind_of_money(address) is None else self.money(address)

    def _deals(self, bills: Sequence[int], last: int) -> dict[int, int]:
        """Under which deals bills lie in the sale; those that do not, or were never issued, are left out."""
        sale = self.address_in(SALE)
        kept = zip(bills, self.ask_bundled([("lodging", bill) for bill in bills], block=last), strict=True)
        deals = {bill: word >> 48 for bill, (room, word) in kept if room == sale}
        owners = self.ask_bundled([("ownerOf", bill) for bill in deals], block=last)
        return {bill: deal for (bill, deal), owner in zip(deals.items(), owners, strict=True) if owner == sale}

    def _told_terms(self, last: int, bill: int | None = None) -> dict[int, list[Terms]]:
        """The terms under which each bill, or one, was ever offered, in order."""
        sale = self.address_in(SALE)
        topics = [wire.topic(events.Lodged), *([] if bill is None else ["0x" + bill.to_bytes(32, "big").hex()])]
        found: dict[int, list[tuple[tuple[int, int], Terms]]] = {}
        for event in self._logged(topics, last):
            if isinstance(event, events.Lodged) and event.room == sale:
                found.setdefault(event.bill, []).append((_place(event), _read(event)))
        if found:
            for event in self._logged([wire.topic(events.Changed)], last, contract=SALE):
                assert isinstance(event, events.Changed)
                for each in event.changed.bills:
                    if each in found:
                        found[each].append((_place(event), checked(event.changed)))
        return {each: [terms for _, terms in sorted(told, key=_first)] for each, told in found.items()}

    def _offer(self, terms: Terms, last: int, money: Deposit | Coin | Unknown) -> Offer:
        deals = self._deals(terms.bills, last)
        here = tuple(bill for bill in terms.bills if deals.get(bill) == terms.deal)
        return self._as_it_stands(terms, here, last, money)

    def _as_it_stands(self, terms: Terms, here: tuple[int, ...], last: int, money: Deposit | Coin | Unknown) -> Offer:
        """An offer of which some bills lie where they are to be paid for, or what ended it."""
        topics = [[wire.topic(kind) for kind in ENDS], "0x" + terms.hash.hex()]
        ended = None if here else next(iter(reversed(self._logged(topics, last, contract=SALE))), None)
        now = datetime.fromtimestamp(self.time(last), UTC)
        return Offer(terms, money, here, ended, now, self.names)

    # ----------------------------------------------------------------------------------------------- what may be done

    def _steps(self, offer: Offer) -> tuple[Step, ...]:
        """What each party of an offer may do, as far as it can be tried without its key: rehearsed by an account of
        it."""
        terms, now = offer.terms, int(offer.time.timestamp())
        in_time, free = now <= terms.deadline, now > terms.firm_until
        firm = f"from {earliest(terms.firm_until + 1)}" if not free else ""
        anew = replace(terms, salt=self.fresh(32))
        both = Role.MOVE | Role.TERMS
        return (
            self._paying(offer, in_time),
            self._step(
                "decline", "buyer", terms.buyer, Role.MOVE, Decline(terms, b"a reason"), "giving a reason", True
            ),
            self._step("recall", "seller", terms.seller, Role.MOVE, Recall(terms), firm, free),
            self._step("change", "seller", terms.seller, both, Change(terms, anew), firm, free and in_time),
            self._step(
                "expire", "anybody", None, Role(0), Expire(terms), f"from {earliest(terms.deadline + 1)}", not in_time
            ),
        )

    def _step(
        self, verb: str, by: str, participant: int | None, roles: Role, call: Verb, when: str, is_open: bool
    ) -> Step:
        step = Step(verb, by, participant, when, is_open)
        account = self._account_with(participant, roles)
        if not is_open or account is None:
            lacks = None if account else f"no account of it acts with the role {roles.name}"
            return replace(step, lacks=lacks)
        try:
            act = self.using(Watcher(account)).rehearsing().do(VerbCall(call, screened=True))
        except SampanError as error:
            return replace(step, account=account, lacks=error.message)
        return replace(step, account=account, gas=act.gas, cost=act.cost)

    def _paying(self, offer: Offer, in_time: bool) -> Step:
        """The buyer's payment: out of which deposit it could be made now."""
        terms = offer.terms
        step = Step("pay", "buyer", terms.buyer, f"until {moment(terms.deadline)}", in_time)
        account = self._account_with(terms.buyer, Role.MOVE | Role.TERMS)
        if account is None:
            return replace(step, lacks="no account of it acts with the roles move and terms")
        if not in_time:
            return replace(step, account=account, lacks="its time is over")
        if isinstance(offer.money, Unknown):
            return replace(step, account=account, lacks=f"the price is in {offer.money.reference}")
        fit = self.enough(account, offer)
        if not fit:
            return replace(step, account=account, lacks=f"has not {offer.price} in a deposit of this book")
        step = replace(step, when=f"{step.when}, out of {' or '.join(each.reference for each in fit)}")
        allowing = [each for each in fit if self.allowance(account, SALE, each) >= terms.price]
        if not allowing:
            return replace(step, account=account, lacks="the sale may not spend it yet: paying signs that along")
        paid = self._step(
            "pay", "buyer", terms.buyer, Role.MOVE | Role.TERMS, Pay(terms, allowing[0].address), "", True
        )
        return replace(step, account=paid.account, gas=paid.gas, cost=paid.cost, lacks=paid.lacks)

    def _account_with(self, participant: int | None, roles: Role) -> str | None:
        """An account of a participant, or of anybody, that acts with these roles."""
        if participant is None:
            return self._signer.address if self._signer else self.address_in(SALE)
        try:
            accounts = self.participant(participant).accounts
        except NotOnLedger:
            # The terms may name any number.
            return None
        return next((each.address for each in accounts if each.acts and each.roles & roles == roles), None)

    def enough(self, account: str, offer: Offer) -> list[Deposit | Coin]:
        """The deposits of the price's book in which an account has the price; first the one in which the payee is
        paid."""
        money = offer.money
        if isinstance(money, Unknown):
            return []
        if isinstance(money, Coin):
            return [money] if self.balance(account, money) >= offer.terms.price else []
        book = [each for each in self.deposits() if (each.agent, each.currency) == (money.agent, money.currency)]
        has = [each for each in book if self.balance(account, each) >= offer.terms.price]
        return sorted(has, key=lambda each: each.address != money.address)

    # -------------------------------------------------------------------------------------------------------- offering

    def offer_terms(
        self,
        bills: Iterable[BillRef],
        *,
        buyer: Who,
        price: Given,
        into: MoneyRef,
        until: datetime | timedelta,
        payee: Who | None = None,
        firm_until: datetime | timedelta | None = None,
        endorsement: Endorsement = Endorsement.TO_ORDER,
        source: str = NOBODY,
    ) -> Terms:
        """Terms under which whoever signs here sells bills: all for one price, paid into a deposit, by default to the
        account that offers. `endorsement` is how title goes to the buyer; `NONE` where it has title already; `source`
        is the room where they lie in pledge (`Ledger.instructions`).

        Raises `UsageError` and `BadInput` for what the sale would refuse.
        """
        numbers = tuple(sorted({self.bill_id(bill) for bill in bills}))
        with about("buyer"):
            buying = self.number_of(buyer)
        with about("into"):
            money = self.money(into)
        with about("price"):
            units = self.units_above_zero(price, money.address)
        with about("until"):
            deadline = self.within(until)
        firm = 0 if firm_until is None else self.within(firm_until)
        if firm > deadline:
            raise UsageError(
                "is firm for longer than it lasts", subject=moment(firm), hint=f"the offer ends {moment(deadline)}"
            )
        with about("payee"):
            account = self.account(self.address if payee is None else payee)
        if not account.acts:
            raise BadInput("may not be paid: it is no account that acts", subject=account.address)
        seller = self.account(self.address)
        if not seller.participant:
            raise BadInput("is no account of a participant", subject=self.address, hint="--from the seller's account")
        return Terms(
            bills=numbers,
            seller=seller.participant,
            buyer=buying,
            payee=account.address,
            money=money.address,
            price=units,
            endorsement=endorsement,
            deadline=deadline,
            firm_until=firm,
            source=source,
            salt=self.fresh(32),
        )

    def within(self, when: datetime | timedelta) -> int:
        """A time of an offer in seconds since 1970. Raises `UsageError` for one that has passed, or is too far
        ahead."""
        found, now = self.deadline(when), self.time()
        if not now < found <= now + LONGEST:
            said = "has passed" if found <= now else "is more than 366 days ahead"
            raise UsageError(said, subject=moment(found), hint="name a time within 366 days, as in 30 days, 2026-12-31")
        return found

    def lodgings(self, terms: Terms) -> list[VerbCall]:
        """The calls that offer bills under terms: each is lodged with the sale, in blank where title is to go on from
        there."""
        price, buyer = self.amount_of(terms.price, terms.money), self.names.participant(terms.buyer)
        together = f", {len(terms.bills)} bills together" if len(terms.bills) > 1 else ""
        return [
            VerbCall(
                Lodge(bill, self._lodged(bill, terms.endorsement), self.address_in(SALE), terms.encoded),
                said=f"offer {bill_name(bill)} to {buyer} for {price}{together}",
            )
            for bill in terms.bills
        ]

    def _lodged(self, bill: int, endorsement: Endorsement) -> Endorsement:
        # A bill in blank is lodged as it is.
        to_be_endorsed = endorsement is not Endorsement.NONE and self.ask("bill", bill).kind is Kind.ORDER
        return Endorsement.BLANK if to_be_endorsed else Endorsement.NONE


def _under(deal: int, told: Sequence[Terms], bill: int) -> Terms:
    """The terms of a deal, among those that the logs tell of a bill. Raises `ChainError` when they are not there."""
    for terms in reversed(told):
        if terms.deal == deal:
            return terms
    raise ChainError(
        f"lies in the sale under the deal {deal:#x}, and the logs hold no terms of it",
        subject=bill_name(bill),
        code="chain.answer",
        hint="does the RPC leave out events? ask another one (--network URL)",
    )


def _read(lodged: events.Lodged) -> Terms:
    """The terms under which a bill was lodged. Raises `ChainError` for what the sale takes from nobody."""
    try:
        return checked(read(lodged.terms))
    except (Malformed, ValueError):
        raise ChainError(
            "the logs hold terms that the sale takes from nobody",
            subject=bill_name(lodged.bill),
            code="chain.answer",
            hint="ask another RPC (--network URL)",
        ) from None


def _first(pair: tuple[tuple[int, int], Terms]) -> tuple[int, int]:
    return pair[0]


def _place(event: Event) -> tuple[int, int]:
    assert event.at is not None
    return event.at.block, event.at.log_index


def checked(terms: Terms) -> Terms:
    """Terms with their addresses as a client has them."""
    return replace(terms, payee=checksum(terms.payee), money=checksum(terms.money), source=checksum(terms.source))
