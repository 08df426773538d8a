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
    names = evidence.names
    for entry in evidence.told:
        if not isinstance(entry.event, ev.DepositTransfer):
            continue
        event, held = entry.event, balances[entry.event.deposit]
        if event.from_ == NOBODY:
            supplies[event.deposit] += event.value
        else:
            held[event.from_] -= event.value
            if held[event.from_] < 0:
                paid, more = (names.amount(each, event.deposit) for each in (event.value, -held[event.from_]))
                what = f"{names.account(event.from_)} paid {paid}, {more} more than it had"
                yield Indication(checksum(event.deposit), f"{what}, in block {entry.block}", entry.block)
        if event.to == NOBODY:
            supplies[event.deposit] -= event.value
        else:
            held[event.to] += event.value
    for deposit in sorted({*supplies, *(where for where, view in evidence.answers.replies if view == "totalSupply")}):
        yield from _owed(evidence, deposit, supplies[deposit], sum(balances[deposit].values()))


def _owed(evidence: Evidence, deposit: str, supply: int, held: int) -> Iterator[Indication]:
    """What is owed by the logs, by the deposit, and by what it says to each holder."""
    about, names = checksum(deposit), evidence.names

    def told(amount: int) -> str:
        return names.amount(amount, deposit)

    if supply != held:
        yield Indication(about, f"the logs make {told(supply)} of it, and its holders have {told(held)}")
    said = evidence.answers.replies.get((deposit, "totalSupply"), {}).get(())
    if said is not None and said != supply:
        yield Indication(about, f"it owes {told(said)} by its own word, and {told(supply)} by the logs")
    answers = evidence.answers.replies.get((deposit, "balanceOf"))
    if said is not None and answers and None not in answers.values() and sum(answers.values()) != said:
        yield Indication(about, f"it owes {told(said)}, and tells its holders of {told(sum(answers.values()))}")


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
