"""SAM-P6: what a bank owes in all is what its holders have, to the unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sampan.suite import events as ev
from sampan.suite.check import Check, Evidence, Indication, Level
from sampan.suite.tell import checksum
from sampan.suite.verb import NOBODY


def _look(evidence: Evidence) -> Iterator[Indication]:
    balances: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    supplies: dict[str, int] = defaultdict(int)
    for entry in evidence.told:
        if not isinstance(entry.event, ev.DepositTransfer):
            continue
        event, held = entry.event, balances[entry.event.deposit]
        if event.from_ == NOBODY:
            supplies[event.deposit] += event.value
        else:
            held[event.from_] -= event.value
            if held[event.from_] < 0:
                what = f"{checksum(event.from_)} paid {event.value}, {-held[event.from_]} more than it had"
                yield Indication(checksum(event.deposit), f"{what}, in block {entry.block}", entry.block)
        if event.to == NOBODY:
            supplies[event.deposit] -= event.value
        else:
            held[event.to] += event.value
    for deposit in sorted({*supplies, *(where for where, view in evidence.answers.replies if view == "totalSupply")}):
        yield from _owed(evidence, deposit, supplies[deposit], sum(balances[deposit].values()))


def _owed(evidence: Evidence, deposit: str, supply: int, held: int) -> Iterator[Indication]:
    """What is owed by the logs, by the deposit, and by what it says to each holder."""
    about = checksum(deposit)
    if supply != held:
        yield Indication(about, f"the logs make {supply} of it, and its holders have {held}")
    said = evidence.answers.replies.get((deposit, "totalSupply"), {}).get(())
    if said is not None and said != supply:
        yield Indication(about, f"it owes {said} by its own word, and {supply} by the logs")
    answers = evidence.answers.replies.get((deposit, "balanceOf"))
    if said is not None and answers and None not in answers.values() and sum(answers.values()) != said:
        yield Indication(about, f"it owes {said}, and tells its holders of {sum(answers.values())}")


CHECK = Check(
    id="SAM-P6",
    title="Money that came from nowhere",
    level=Level.CRITICAL,
    confidence="high",
    looks_for="A deposit that its holders have more or less of than its bank owes, by the logs or by what the chain "
    "answers; an account that paid more than it had.",
    goes_wrong="A bank's books say that it owes 10 million, and its customers hold 11: somebody was paid in nothing.",
    do_next="Ask another RPC for the deposit's Transfers, and the bank for the balances that it owes.",
    rules=("P6", "P10"),
    look=_look,
)
