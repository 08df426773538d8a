"""SAM-B4: a bill that was given out on trust and is not back in time, while money is owed (T24)."""

from __future__ import annotations

from collections.abc import Iterator

from sampan.finance.loans.history import heard, name_of
from sampan.identity.records import DAY
from sampan.suite.check import Check, Evidence, Indication, Level
from sampan.suite.tell import amount, bill_name, moment, text_of


def _look(evidence: Evidence) -> Iterator[Indication]:
    for number, loan in sorted(heard(evidence).all.items()):
        for bill, secured in sorted(loan.bills.items()):
            if secured.trust is None or not loan.owed:
                continue
            given = secured.trust.event
            if evidence.time > given.until:
                late = amount((evidence.time - given.until) // DAY, "day")
                purpose = text_of(given.purpose)
                why = f" for “{purpose}”" if purpose else ""
                what = f"out on trust{why} until {moment(given.until, loan.zone)}, it is not back {late} later"
                owes = f"{name_of(number)} owes {loan.told(loan.owed, evidence.names)}"
                yield Indication(bill_name(bill), f"{what}; {owes}")


CHECK = Check(
    id="SAM-B4",
    title="A trust receipt that is overdue",
    level=Level.HIGH,
    confidence="high",
    looks_for="A bill that the agent gave out on trust until a time which has passed, that did not come back and was "
    "not discharged, while its loan owes something.",
    goes_wrong="The bill went out for ten days so that the goods could be sold. A month later neither bill nor price "
    "is there.",
    do_next="Ask the borrower for the bill or the price, and the agent whether it gave more time: the log has no word "
    "of that.",
    rules=("T24",),
    look=_look,
)
