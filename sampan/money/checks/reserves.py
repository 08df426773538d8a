"""SAM-M1: a deposit's reserves are what was issued to it, less what was paid out, with what it settled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sampan.money.reserves.subject import RESERVES
from sampan.suite import events as ev
from sampan.suite.check import Check, Evidence, Indication, Level
from sampan.suite.tell import checksum


def _look(evidence: Evidence) -> Iterator[Indication]:
    held: dict[str, int] = defaultdict(int)
    names = evidence.names
    for entry in evidence.told:
        event = entry.event
        if isinstance(event, ev.Settled):
            held[event.from_] -= event.amount
            held[event.to] += event.amount
            if held[event.from_] < 0:
                paid, more = (names.amount(each, event.from_) for each in (event.amount, -held[event.from_]))
                what = f"it settled {paid} in block {entry.block}, {more} more than it had"
                yield Indication(checksum(event.from_), f"{what} in reserves", entry.block)
        elif isinstance(event, ev.ReservesIssued | ev.ReservesRedeemed):
            change = event.amount if isinstance(event, ev.ReservesIssued) else -event.amount
            expected = held[event.deposit] + change
            if event.held != expected:
                left, wanted = (names.amount(each, event.deposit) for each in (event.held, expected))
                what = f"{entry.name} in block {entry.block} leaves it {left} of reserves"
                yield Indication(
                    checksum(event.deposit), f"{what}, where what was told before leaves {wanted}", entry.block
                )
            held[event.deposit] = event.held
    kept = evidence.answers.of(RESERVES, "held")
    for deposit in sorted({*held, *(deposit for (deposit,) in kept)}):
        there = kept.get((deposit,))
        if there is not None and there != held[deposit]:
            kept_there, wanted = (names.amount(each, deposit) for each in (there, held[deposit]))
            what = f"the chain has {kept_there} of reserves for it, the logs give {wanted}"
            yield Indication(checksum(deposit), what)


CHECK = Check(
    id="SAM-M1",
    title="Reserves that do not add up",
    level=Level.CRITICAL,
    confidence="high",
    looks_for="Reserves that are not what was issued and settled in, less what was paid out and settled out, after "
    "each event and at the end; a settlement of more than there was.",
    goes_wrong="A settlement agent adds to one bank's reserves behind the log, and that bank pays others with money "
    "that the central bank never had.",
    do_next="Hold the deposit's reserves against the account that its bank has with the settlement agent, day by day.",
    rules=("P6", "P10"),
    look=_look,
)
