"""Verbs of the sale that are more than their arguments: terms that are looked up by a bill, an allowance that is signed
along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sampan.bills.verbs.signed import Multicall
from sampan.client.core import VerbCall
from sampan.client.errors import NotOnLedger
from sampan.client.funds import MoneyRef
from sampan.client.paying import allowed_along, require_balance
from sampan.client.records import Offer, Unknown
from sampan.client.rooms import RoomByHand
from sampan.client.verbs import text
from sampan.errors import UsageError, about
from sampan.suite.tell import bill_name, moment
from sampan.suite.verb import NOBODY
from sampan.suite.words import Endorsement
from sampan.trade.terms import Terms as SaleTerms
from sampan.trade.verbs import Change, Decline, Expire, Pay, Recall

if TYPE_CHECKING:
    from sampan.client.reading import BillRef, Who
    from sampan.suite.amounts import Given


class SaleByHand(RoomByHand):
    """Prepares what seller and buyer do with an offer; it is found by any of its bills."""

    def offer(
        self,
        bills: BillRef | Sequence[BillRef],
        *,
        buyer: Who,
        price: Given,
        into: MoneyRef,
        until: datetime | timedelta,
        payee: Who | None = None,
        firm_until: datetime | timedelta | None = None,
        endorsement: Endorsement = Endorsement.TO_ORDER,
    ) -> VerbCall:
        """Offer bills against payment: lodge them with the sale under terms (`Ledger.offer_terms`), all for one price
        and in one transaction. The seller."""
        several = bills if isinstance(bills, Sequence) and not isinstance(bills, str) else (bills,)
        terms = self.ledger.offer_terms(
            several,
            buyer=buyer,
            price=price,
            into=into,
            until=until,
            payee=payee,
            firm_until=firm_until,
            endorsement=endorsement,
        )
        calls = self.ledger.lodgings(terms)
        if len(calls) == 1:
            return calls[0]
        return VerbCall(Multicall(tuple(call.verb for call in calls)), said=calls[0].said)

    def pay(self, bill: BillRef | SaleTerms, *, out_of: MoneyRef | None = None) -> VerbCall:
        """Pay the price and take all bills of the offer, in one act. `out_of` is a deposit in the book of the price, by
        default the one in which there is enough.

        Where the sale may not spend it yet, an allowance of exactly the price is signed along, when the key is here.
        Raises `UsageError` for too little money, and for an allowance that must be given first.
        """
        offer = self._lasting(bill)
        ledger, terms = self.ledger, offer.terms
        if ledger.time() > terms.deadline:
            raise UsageError(
                f"could be paid until {moment(terms.deadline)}",
                subject=_bills(terms),
                hint="ask the seller for more time",
            )
        self._require_buyer(offer)
        if isinstance(offer.money, Unknown):
            raise UsageError(
                f"the price is in {offer.money.reference}",
                subject=_bills(terms),
                hint="pay nothing: let the seller change the terms",
            )
        money = self._out_of(offer) if out_of is None else ledger.money_address(out_of)
        require_balance(ledger, money, terms.price)
        # As long as it may be paid: what is signed now, a relayer may send tomorrow.
        allowed = allowed_along(ledger, "Sale", money, terms.price, until=terms.deadline)
        return VerbCall(Pay(terms, money), **allowed.beside)

    def recall(self, bill: BillRef | SaleTerms) -> VerbCall:
        """Take the bills of an offer back, once it is no longer firm. The seller."""
        return VerbCall(Recall(self._lasting(bill).terms))

    def decline(self, bill: BillRef | SaleTerms, *, reason: str | bytes) -> VerbCall:
        """Refuse to pay, for a reason that is logged: the bills go back (URC 522 article 26). The buyer."""
        if not reason:
            raise UsageError("a refusal gives its reason", subject="reason", hint="say why the bills are not taken up")
        return VerbCall(Decline(self._lasting(bill).terms, text(reason)))

    def expire(self, bill: BillRef | SaleTerms) -> VerbCall:
        """Send the bills of an offer back, after its deadline. Anybody."""
        return VerbCall(Expire(self._lasting(bill).terms))

    def change(
        self,
        bill: BillRef | SaleTerms,
        *,
        price: Given | None = None,
        until: datetime | timedelta | None = None,
        buyer: Who | None = None,
        into: MoneyRef | None = None,
        payee: Who | None = None,
        firm_until: datetime | timedelta | None = None,
        endorsement: Endorsement | None = None,
    ) -> VerbCall:
        """Offer the same bills under other terms, once the offer is no longer firm; what is not named stays. The
        seller."""
        offer, ledger = self._lasting(bill), self.ledger
        terms = offer.terms
        changes: dict[str, Any] = {}
        money = terms.money
        if into is not None:
            money = ledger.money_address(into)
            changes["money"] = money
            if price is None:
                raise UsageError("say the price in that money", subject="into", hint="give --price too")
        if price is not None:
            with about("price"):
                changes["price"] = ledger.units_above_zero(price, money)
        if until is not None:
            with about("until"):
                changes["deadline"] = ledger.within(until)
        if firm_until is not None:
            with about("firm_until"):
                changes["firm_until"] = ledger.within(firm_until)
        if buyer is not None:
            with about("buyer"):
                changes["buyer"] = ledger.number_of(buyer)
        if payee is not None:
            with about("payee"):
                changes["payee"] = ledger.address_of(payee)
        if endorsement is not None:
            changes["endorsement"] = endorsement
        if all(getattr(terms, name) == value for name, value in changes.items()):
            raise UsageError("nothing would change", subject=_bills(terms), hint="name a price, a time, a buyer")
        to = replace(terms, **changes, salt=ledger.fresh(32))
        if to.firm_until > to.deadline:
            raise UsageError(
                "is firm for longer than it lasts", subject=moment(to.firm_until), hint="name another time"
            )
        names = ledger.names
        said = (
            f"offer {_bills(to)} to {names.participant(to.buyer)} for {ledger.amount_of(to.price, to.money)},"
            f" until {moment(to.deadline)}; it was {offer.price}"
        )
        return VerbCall(Change(terms, to), said=said)

    # --------------------------------------------------------------------------------------------------------- private

    def _lasting(self, bill: BillRef | SaleTerms) -> Offer:
        """The offer that a bill is part of now. Raises `NotOnLedger` when it lies in the sale no more, or in pledge
        under these terms."""
        if isinstance(bill, SaleTerms) and bill.source != NOBODY:
            found = self.ledger.sourced(bill)
            if found.here != bill.bills:
                raise NotOnLedger(
                    "is not offered under these terms, or not any more",
                    subject=_bills(bill),
                    hint="let the borrower, in default the agent, offer them anew (`sampan sale offer --pledged`)",
                )
            return found
        terms = isinstance(bill, SaleTerms)
        offer = self.ledger.offer(bill.bills[0] if isinstance(bill, SaleTerms) else bill)
        if not offer.here or (terms and offer.terms != bill):
            subject = _bills(bill if isinstance(bill, SaleTerms) else offer.terms)
            raise NotOnLedger(
                "is not offered any more", subject=subject, hint="`sampan sale show` tells what became of it"
            )
        return offer

    def _require_buyer(self, offer: Offer) -> None:
        found, names = self.ledger.account(self.ledger.address), self.ledger.names
        if found.participant != offer.terms.buyer:
            raise UsageError(
                f"is offered to {names.participant(offer.terms.buyer)}, not to {names.account(found.address)}",
                subject=_bills(offer.terms),
                hint="let an account of the buyer pay",
            )

    def _out_of(self, offer: Offer) -> str:
        """The deposit that the buyer pays out of when nobody says: the one in which the payee is paid, else the only
        one."""
        fit = self.ledger.enough(self.ledger.address, offer)
        if not fit:
            raise UsageError(
                f"has not {offer.price} in any deposit of the book in which it is to be paid",
                subject=self.ledger.names.account(self.ledger.address),
                hint=f"`sampan money balances {self.ledger.address}` shows what it has",
            )
        if len(fit) > 1 and fit[0].address != offer.money.address:
            several = " or ".join(each.reference for each in fit)
            raise UsageError("out of which deposit?", subject=_bills(offer.terms), hint=f"--out-of {several}")
        return fit[0].address


def _bills(terms: SaleTerms) -> str:
    return ", ".join(map(bill_name, terms.bills))
