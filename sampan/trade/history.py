"""Sales in the log: which terms an event is about, and under which terms each bill lies in the sale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from sampan.bills.inside import SOURCES
from sampan.suite import events as ev
from sampan.suite.check import Entry, Evidence
from sampan.suite.codec import Malformed, keccak
from sampan.trade.records import ENDS
from sampan.trade.subject import SALE
from sampan.trade.terms import Terms, deal_of, read


def offered(event: Any) -> Terms | None:
    """The terms under which a lodging offers a bill; None of any other event, and of terms of another form or deal."""
    if not isinstance(event, ev.Lodged) or deal_of(keccak(event.terms)) != event.deal:
        return None
    try:
        return read(event.terms)
    except (Malformed, ValueError):
        return None


def terms_of(event: Any) -> bytes | None:
    """The hash of the terms that an event of a sale is about; of a change the terms from then on."""
    if isinstance(event, ENDS):
        found: bytes = event.terms
        return found
    if isinstance(event, ev.Changed):
        return bytes(event.to)
    terms = offered(event)
    return None if terms is None else terms.hash


def changed_from(event: Any) -> bytes | None:
    """The hash of the terms that a change ended; a change to the same terms ended nothing."""
    return bytes(event.terms) if isinstance(event, ev.Changed) and event.terms != event.to else None


def instructed(event: Any) -> bytes | None:
    """The hash of the terms under which a room is told to let a bill out, where it lies."""
    return next((terms for source in SOURCES.values() if (terms := source.offers(event)) is not None), None)


def let_out(paid: Entry, transaction: Sequence[Entry]) -> list[Entry]:
    """What other rooms let out to a buyer that paid, before the next payment of the transaction."""
    later = transaction[transaction.index(paid) + 1 :]
    until = takewhile(lambda each: not isinstance(each.event, ev.Paid), later)
    buyer = paid.event.buyer
    return [each for each in until if any(source.is_sale(each.event, buyer) for source in SOURCES.values())]


@dataclass(frozen=True, slots=True)
class Sourced:
    """A sale of bills where they lay in another room. The log has the hash of its terms alone: this is what its events
    tell."""

    bills: tuple[int, ...]
    seller: int
    """Participant who named the buyer's deal; 0: an account that is none did."""
    owner: int
    """Participant whose they were; in its default another sells."""
    buyer: int
    """Participant."""
    payee: str
    money: str
    price: int
    source: str
    """Where they lay."""
    secured: str
    """What they secured there, and for which they were sold."""


def sourced(evidence: Evidence, key: bytes) -> Sourced | None:
    """The sale that was paid for under these terms last, if its bills lay in another room; None of any other."""
    state = evidence.state
    paid = [entry for entry in evidence.grouped(terms_of).get(key, ()) if isinstance(entry.event, ev.Paid)]
    if state is None or not paid:
        return None
    event = paid[-1].event
    for each in (found := let_out(paid[-1], evidence.together[paid[-1].transaction])):
        for name, source in SOURCES.items():
            whose = source.whose(state, each.event) if isinstance(each.event, source.sold) else None
            if whose is None:
                continue
            owner, money = whose
            bills = tuple(sorted(one.event.bill for one in found))
            buyer = state.account(event.buyer).participant
            named = _seller(evidence, key, each)
            seller = owner if named is None else named
            where, secured = state.addresses[name], source.secured(each.event)
            return Sourced(bills, seller, owner, buyer, event.payee, money, event.price, where, secured)
    return None


def _seller(evidence: Evidence, key: bytes, sold: Entry) -> int | None:
    """The participant who named these terms for a bill last before it went out under them; 0: who is none; None: no
    event tells."""
    named = evidence.grouped(instructed).get(key, ())
    before = [each for each in named if (each.block, each.index) < (sold.block, sold.index)]
    by = [each.event.by for each in before if each.event.bill == sold.event.bill]
    found: int | None = evidence.state.account(by[-1]).participant if by else None
    return found


def name_of(terms: bytes) -> str:
    """A sale as findings name it: the first 24 digits of its terms' hash."""
    return f"sale 0x{terms[:12].hex()}"


def room(evidence: Evidence) -> str | None:
    """Where the sale stands; None where nothing could be rebuilt."""
    return None if evidence.state is None else evidence.state.addresses.get(SALE.contract)


@dataclass(slots=True)
class Offers:
    """What is offered, told from events alone. Feed it every event in order with `hear`; ask it between two."""

    room: str
    terms: dict[bytes, Terms] = field(default_factory=dict)
    """By their hash."""
    under: dict[int, bytes] = field(default_factory=dict)
    """Bill in the sale → the hash of its terms."""
    _lying: dict[bytes, dict[int, None]] = field(default_factory=dict)
    """The same the other way round."""

    def hear(self, event: Any) -> None:
        """Take an event in."""
        match event:
            case ev.Lodged() if event.room == self.room:
                terms = offered(event)
                if terms is not None:
                    self.terms[terms.hash] = terms
                self._put(event.bill, keccak(event.terms))
            case ev.Changed():
                self.terms[event.to] = event.changed
                for bill in list(self._lying.get(event.terms, ())):
                    self._put(bill, event.to)
            case ev.GivenBack() | ev.Transferred() | ev.Endorsed() if gives(event) == self.room:
                self._take(event.bill)

    def _put(self, bill: int, terms: bytes) -> None:
        self._take(bill)
        self.under[bill] = terms
        self._lying.setdefault(terms, {})[bill] = None

    def _take(self, bill: int) -> None:
        before = self.under.pop(bill, None)
        if before is not None:
            del self._lying[before][bill]

    def lies(self, bill: int, deal: int, among: set[bytes]) -> bool:
        """Whether a bill lies under terms of that deal, which are among some."""
        hash_ = self.under.get(bill)
        return hash_ in among and hash_ is not None and deal_of(hash_) == deal


def gives(event: Any) -> str | None:
    """The room, or whoever else possessed, that gave a bill away by an event; None: nobody did."""
    if isinstance(event, ev.GivenBack):
        return str(event.room)
    if isinstance(event, ev.Transferred | ev.Endorsed) and event.from_ != event.to:
        return str(event.from_)
    return None
