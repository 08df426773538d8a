"""SAM-D3: deadlines are kept: nothing is paid after its own, and none lies out of reach."""

from __future__ import annotations

from collections.abc import Iterator

from sampan.suite import events as ev
from sampan.suite.check import Check, Evidence, Indication, Level
from sampan.suite.tell import bill_name, moment
from sampan.trade.history import Offers, name_of, offered, room
from sampan.trade.records import LONGEST
from sampan.trade.terms import Terms


def _look(evidence: Evidence) -> Iterator[Indication]:
    where = room(evidence)
    if where is None:
        return
    offers = Offers(where)
    for entry in evidence.told:
        event = entry.event
        terms: Terms | None = None
        about = ""
        if isinstance(event, ev.Paid):
            paid = offers.terms.get(event.terms)
            if paid is not None and entry.time > paid.deadline:
                what = f"was paid for in block {entry.block}, after its deadline, {moment(paid.deadline)}"
                yield Indication(name_of(event.terms), what, entry.block)
        elif isinstance(event, ev.Changed):
            terms, about = event.changed, name_of(event.terms)
        elif isinstance(event, ev.Lodged) and event.room == where:
            terms, about = offered(event), bill_name(event.bill)
        if terms is not None and not entry.time <= terms.deadline <= entry.time + LONGEST:
            what = f"{entry.name} in block {entry.block} with the deadline {moment(terms.deadline)}"
            yield Indication(about, f"{what}, which is past, or more than 366 days ahead", entry.block)
        offers.hear(event)


CHECK = Check(
    id="SAM-D3",
    title="A deadline that was not kept",
    level=Level.HIGH,
    confidence="high",
    looks_for="A price that was paid after the deadline of its terms; terms whose deadline had passed, or lay more "
    "than 366 days ahead, when they were offered.",
    goes_wrong="The offer has lapsed, the seller has sold to somebody else, and the first buyer takes the bills.",
    do_next="Compare the time of the block with the deadline, and ask another RPC for the same block.",
    rules=("T32",),
    look=_look,
)
