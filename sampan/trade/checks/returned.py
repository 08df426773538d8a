"""SAM-D2: bills go back out of a sale, and terms change, by whom the terms let, and when."""

from __future__ import annotations

from collections.abc import Iterator

from sampan.identity.checks.standing import Standing
from sampan.money.history import transactions
from sampan.suite import events as ev
from sampan.suite.check import Check, Entry, Evidence, Indication, Level
from sampan.suite.tell import Names, bill_name, moment
from sampan.trade.history import Offers, gives, name_of, room
from sampan.trade.records import BACK
from sampan.trade.terms import Terms


def _look(evidence: Evidence) -> Iterator[Indication]:
    where = room(evidence)
    if where is None:
        return
    offers, standing = Offers(where), Standing()
    for entries in transactions(evidence):
        ended: set[bytes] = set()
        changed: set[bytes] = set()
        for entry in entries:
            event = entry.event
            if isinstance(event, (ev.Changed, *BACK)):
                terms = offers.terms.get(event.terms)
                for why in _against(entry, terms, standing, evidence.names):
                    yield Indication(name_of(event.terms), f"{entry.name} in block {entry.block}: {why}", entry.block)
                if isinstance(event, ev.Changed):
                    changed.add(event.to)
                else:
                    ended.add(event.terms)
            elif gives(event) == where and isinstance(event, ev.GivenBack):
                if offers.under.get(event.bill) not in ended:
                    what = "went back out of the sale, which nobody recalled, declined or let lapse"
                    yield Indication(bill_name(event.bill), f"{what}, in block {entry.block}", entry.block)
            elif isinstance(event, ev.DealChanged | ev.HeldFor) and event.room == where:
                if not offers.lies(event.bill, event.deal, changed):
                    what = f"is under other terms from block {entry.block} on, and nobody changed them"
                    yield Indication(bill_name(event.bill), what, entry.block)
                elif isinstance(event, ev.HeldFor):
                    holder = evidence.names.participant(event.holder)
                    what = f"is held for {holder} from block {entry.block} on, not for its seller"
                    yield Indication(bill_name(event.bill), what, entry.block)
            offers.hear(event)
            standing.hear(event)


def _against(entry: Entry, terms: Terms | None, standing: Standing, names: Names) -> Iterator[str]:
    """What of an end, or a change, the terms do not let."""
    event, time = entry.event, entry.time
    if terms is None:
        yield "nobody offered anything under these terms"
        return
    by = standing.participant(event.by)
    if isinstance(event, ev.Expired):
        if time <= terms.deadline:
            yield f"the buyer had until {moment(terms.deadline)} to pay"
        return
    wanted = terms.buyer if isinstance(event, ev.Declined) else terms.seller
    if by != wanted:
        yield f"{names.account(event.by)} is not of {names.participant(wanted)}, who may"
    if not isinstance(event, ev.Declined) and time <= terms.firm_until:
        yield f"the offer was firm until {moment(terms.firm_until)}"
    if isinstance(event, ev.Changed):
        if event.changed.hash != event.to:
            yield "the terms that it tells are not those that it names"
        if (event.changed.bills, event.changed.seller) != (terms.bills, terms.seller):
            yield "the terms are of other bills, or of another seller"


CHECK = Check(
    id="SAM-D2",
    title="A bill that went back against the terms of its sale",
    level=Level.HIGH,
    confidence="high",
    looks_for="Bills that went back without a recall, a refusal to pay or a lapse under their terms; a recall or a "
    "change by another than the seller, or while the offer was firm; a refusal by another than the buyer; a lapse "
    "before the deadline; terms that changed and nobody says so.",
    goes_wrong="The buyer has sold the cargo on and pays tomorrow, within its time. The seller, who found a better "
    "price, takes the bills back today.",
    do_next="Hold the terms, which the report tells, against the transaction named.",
    rules=("P4", "T32"),
    look=_look,
)
