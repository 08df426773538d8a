"""Reading sales of bills that are paid for where they lie in pledge: of their terms the log has the hash alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sampan.chain.transactions import Reverted
from sampan.client import wire
from sampan.client.errors import NotOnLedger, from_revert
from sampan.client.facilities import Facilities
from sampan.client.loans import LOANS
from sampan.client.records import Offer
from sampan.suite import events
from sampan.suite.tell import bill_name
from sampan.suite.words import Endorsement

if TYPE_CHECKING:
    from sampan.client.reading import BillRef
    from sampan.trade.terms import Terms as SaleTerms


@dataclass(frozen=True, slots=True)
class InPledge:
    """A bill that is offered where it lies in pledge."""

    bill: int
    facility: int
    terms: bytes
    """Their hash: no log has more of them."""


class PledgedSales(Facilities):
    """Which bills are offered where they lie in pledge, and their offers."""

    def offer(self, bill: BillRef, *, steps: bool = False) -> Offer:
        """The offer under which a bill lies in the sale, or the last one that it was part of. With `steps` what each
        party may do, rehearsed.

        Raises `NotOnLedger` when it was never offered, or is offered (`sourced`) or was sold where it lies in pledge,
        `ChainError` when the logs do not hold the terms.
        """
        try:
            found = super().offer(bill, steps=steps)
        except NotOnLedger:
            self._require_in_the_sale(bill)
            self._require_not_sold_in_pledge(bill)
            raise
        if not found.here:
            self._require_in_the_sale(bill)
        return found

    def _require_in_the_sale(self, bill: BillRef) -> None:
        for each in self.in_pledge(bill):
            raise NotOnLedger(
                f"is offered where it lies in pledge: the log has the hash of its terms alone, 0x{each.terms.hex()}",
                subject=bill_name(each.bill),
                hint="ask the seller for their file: `sampan sale show` and `sampan sale pay` take it (--terms FILE)",
            )

    def _require_not_sold_in_pledge(self, bill: BillRef) -> None:
        for sold in self._sold_in_pledge(bill):
            loan = self.loan(sold.facility)
            paid = loan.amount(sold.amount + sold.surplus)
            buyer = self.names.account(sold.to)
            raise NotOnLedger(
                f"was sold where it lay in pledge, to {buyer}: facility {sold.facility} had {paid}",
                subject=bill_name(sold.bill),
                hint=f"`sampan bill history` and `sampan finance owed {sold.facility} --days` tell it",
            )

    def _sold_in_pledge(self, bill: BillRef) -> list[events.PledgeSold]:
        """By what a bill left the loan book for the sale, the last first."""
        number, last = self.bill_id(bill), self.connection.block_number()
        told = self._logged([wire.topic(events.PledgeSold), None, wire.indexed(number)], last, contract=LOANS)
        sold = [each for each in reversed(told) if isinstance(each, events.PledgeSold)]
        return [each for each in sold if each.room == self.address_in("Sale")]

    def in_pledge(self, bill: BillRef | None = None) -> list[InPledge]:
        """The bills that are offered where they lie in pledge, or one: what the log has of their terms."""
        last = self.connection.block_number()
        wanted = None if bill is None else self.bill_id(bill)
        return [
            InPledge(each.bill, each.facility, each.deal)
            for each in self._instructed(last, wanted).values()
            if each.room == self.address_in("Sale")
        ]

    def sourced(self, terms: SaleTerms, *, steps: bool = False) -> Offer:
        """The offer of bills that are sold where they lie in pledge, as it stands: `here` are those that whoever may
        named for these terms last, and may be taken still. With `steps` whether it can be paid now, rehearsed. Raises
        `NotOnLedger` for bills that lie in no room of loans."""
        last, book = self.connection.block_number(), self.address_in(LOANS)
        if terms.source != book:
            raise NotOnLedger(
                "is no room in which bills lie in pledge", subject=terms.source, hint="pay nothing: ask the seller"
            )
        offered = {each.bill for each in self.in_pledge() if each.terms == terms.hash}
        here = tuple(bill for bill in terms.bills if bill in offered)
        found = self._as_it_stands(terms, here, last, self._priced_in(terms.money))
        if not steps or not here:
            return found
        return replace(found, steps=(self._paying(found, int(found.time.timestamp()) <= terms.deadline),))

    def instructed(self, bill: BillRef) -> events.Instructed | None:
        """By what a bill that lies in the loan book was last named for a room; None where it never was, or that is
        void."""
        number = self.bill_id(bill)
        return self._instructed(self.connection.block_number(), number).get(number)

    def _instructed(self, last: int, bill: int | None) -> dict[int, events.Instructed]:
        """By what each bill that lies in the loan book, or one, was last named for a room that may take it still."""
        topics = [wire.topic(events.Instructed), *([] if bill is None else [None, wire.indexed(bill)])]
        told = self._logged(topics, last, contract=LOANS)
        found = {event.bill: event for event in told if isinstance(event, events.Instructed)}
        owners = self.ask_bundled([("ownerOf", each) for each in found], block=last) if found else []
        book = self.address_in(LOANS)
        here = [event for event, owner in zip(found.values(), owners, strict=True) if owner == book]
        return {event.bill: event for event in here if self._stands(event, last)}

    def _stands(self, named: events.Instructed, last: int) -> bool:
        """Whether a room may take a bill, as it was named. What is void by now (in default, with another agent, since
        a surrender) the loan book alone says: it is asked as if the room took the bill for nothing."""
        taking = (named.bill, 0, named.room, Endorsement.NONE, named.deal)
        try:
            data = wire.encode(LOANS, "release", *taking)
            self.connection.call(self.address_in(LOANS), data, sender=named.room, block=last)
        except Reverted as error:
            return from_revert(error).name != "NotInstructed"
        return True
