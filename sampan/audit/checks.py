"""Every check of an audit in the order in which they run: its own, on which all others rest, then the subjects'."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sampan.errors import UsageError
from sampan.subjects import SUITE
from sampan.suite.check import Check, Indication, Level, audited

if TYPE_CHECKING:
    from sampan.audit.evidence import Evidence
    from sampan.suite.verb import Suite


@dataclass(frozen=True, slots=True)
class Finding:
    """An indication of a check. `id` is the check's; `key` tells this finding from all others, in every run."""

    id: str
    level: Level
    subject: str
    message: str
    block: int | None

    @property
    def key(self) -> str:
        """Twelve hex digits, the same whenever the same thing is found about the same subject in the same block."""
        text = f"{self.id}\n{self.subject}\n{self.block}\n{self.message}"
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def run(check: Check, evidence: Evidence) -> list[Finding]:
    """All findings of one check."""
    return [
        Finding(check.id, check.level if seen.level is None else seen.level, seen.subject, seen.message, seen.block)
        for seen in check.look(evidence)
    ]


def every(suite: Suite = SUITE) -> tuple[Check, ...]:
    """The checks of an audit of a suite."""
    return (*OWN, *(check for subject in audited(suite) for check in subject.checks))


def find(id_: str, suite: Suite = SUITE) -> Check:
    """A check by its id, in any case. Raises `UsageError` for an id that no check has."""
    known = {check.id: check for check in every(suite)}
    if id_.upper() in known:
        return known[id_.upper()]
    meant = f"SAM-{id_.upper()}"
    said = f"is {meant} meant? " if meant in known else ""
    raise UsageError("no such check", subject=id_, hint=f"{said}`sampan audit --list-checks` lists them")


def chosen(only: tuple[str, ...] = (), exclude: tuple[str, ...] = (), suite: Suite = SUITE) -> tuple[Check, ...]:
    """The checks to run: those of `only` (none named: all) without those of `exclude`. Raises `UsageError`."""
    wanted = [find(id_, suite) for id_ in only] or every(suite)
    without = [find(id_, suite) for id_ in exclude]
    left = tuple(check for check in every(suite) if check in wanted and check not in without)
    if not left:
        raise UsageError("no check is left to run", subject="--exclude", hint="leave fewer out")
    return left


# ------------------------------------------------------------------------------------------------------------- its own


def _code(evidence: Evidence) -> Iterator[Indication]:
    for fault in evidence.code:
        yield Indication(fault.subject, fault.message)


def _store(evidence: Evidence) -> Iterator[Indication]:
    for fault in evidence.store:
        place = "" if fault.block is None else f", block {fault.block}"
        place += "" if fault.index is None else f", log {fault.index}"
        yield Indication(f"event store{place}", fault.message)


def _unreadable(evidence: Evidence) -> Iterator[Indication]:
    for log in evidence.unreadable:
        yield Indication(f"{log.contract}, block {log.block}, log {log.index}", log.why, log.block)


def _impossible(evidence: Evidence) -> Iterator[Indication]:
    for cause in evidence.impossible:
        entry = cause.entry
        more = f" (and {cause.following} that follow from it)" if cause.following else ""
        yield Indication(cause.subject, f"{entry.name} in block {entry.block}: {cause.why}{more}", entry.block)


def _beside(evidence: Evidence) -> Iterator[Indication]:
    for item in evidence.misplaced:
        yield Indication(item.subject, item.why, item.entry.block)


def _elsewhere(evidence: Evidence) -> Iterator[Indication]:
    for block, index, said in evidence.elsewhere:
        yield Indication(f"block {block}, log {index}", f"this RPC tells of {said}", block)


def _storage(evidence: Evidence) -> Iterator[Indication]:
    if evidence.older is not None:
        yield Indication(
            "the RPC",
            f"it answers what stood after block {evidence.older}, when it is asked for block {evidence.last}: it is "
            f"behind, or tells an older state ({len(evidence.answers.mismatches or ())} answers, all of that block)",
        )
        return
    differences: dict[str, list[str]] = defaultdict(list)
    for item in evidence.answers.mismatches or ():
        differences[item.subject].append(f"{item.what}: the logs give {item.rebuilt}, the chain has {item.found}")
    for subject, said in differences.items():
        yield Indication(subject, "; ".join(said))


def _powers(evidence: Evidence) -> Iterator[Indication]:
    for difference in evidence.powers:
        level = Level.HIGH if difference.level == "error" else Level.LOW
        yield Indication(difference.subject, difference.message, level=level)


ELSEWHERE: Final = "SAM-C4"
"""The check that needs another RPC."""
OWN: Final[tuple[Check, ...]] = (
    Check(
        id="SAM-C1",
        title="Other code than the artifacts'",
        level=Level.CRITICAL,
        confidence="high",
        looks_for="A manifest that lists other contracts than the suite's, or one that was given somebody else's; a "
        "contract whose code, with immutables masked, is not the artifact's; an immutable, an address or a hash that "
        "is not what manifest and artifact give.",
        goes_wrong="A manifest names an address where somebody else's contract stands. It answers the same calls, and "
        "lets its maker move every bill.",
        do_next="Do not use the ledger at that address. Compare the manifest with the one that the deployer "
        "published, and the package's release with the manifest's. Nothing else was looked at: what other code says "
        "proves nothing.",
        rules=("L8", "N24"),
        look=_code,
    ),
    Check(
        id="SAM-C2",
        title="The event store differs from the chain",
        level=Level.CRITICAL,
        confidence="high",
        looks_for="Rows of the event store that its own digests do not cover, and logs that the store has, lacks or "
        "tells differently from the chain.",
        goes_wrong="Somebody deletes an endorsement from the auditor's store between two audits, so that the second "
        "one tells another chain of title.",
        do_next="Keep the file as evidence. Where its own digests fail, find out who could write it. Where they hold, "
        "the RPC of that day may have told otherwise: its host stands in the finding; ask both, and a third. This "
        "audit set the store aside and read the events anew.",
        rules=("L8",),
        look=_store,
    ),
    Check(
        id="SAM-C3",
        title="A log that the code cannot have emitted",
        level=Level.CRITICAL,
        confidence="high",
        looks_for="Logs of the ledger's addresses that are no event of its code, or whose data do not fit the event.",
        goes_wrong="A node invents a log, or cuts one short, and hopes that whoever replays the ledger passes over "
        "what it cannot read.",
        do_next="Ask another RPC for the same block. When it answers the same, compare the code on the chain there.",
        rules=("N25",),
        look=_unreadable,
    ),
    Check(
        id="SAM-H4",
        title="A history that cannot have happened",
        level=Level.CRITICAL,
        confidence="high",
        looks_for="An event that the reference model refuses: by that party, in that state, at that time it could not "
        "be. What is impossible only because of it is counted with it.",
        goes_wrong="A log was left out, invented or put in another order; or a contract does what the rules forbid.",
        do_next="Ask another RPC for the history of the bill or account. What came after the event was rebuilt with "
        "the event's own counts, so other findings about the same bill may follow from this one.",
        rules=("P1", "P4", "P10"),
        look=_impossible,
    ),
    Check(
        id="SAM-H3",
        title="Transfers and acts disagree",
        level=Level.HIGH,
        confidence="high",
        looks_for="A move of possession without its Transfer, a Transfer without its act, two that name others; any "
        "other event of a standard that repeats nothing.",
        goes_wrong="A wallet shows one possessor (it reads Transfers), the ledger's own events another.",
        do_next="Look at the transaction named; compare the code on the chain with the artifacts once more.",
        rules=("N25", "P1"),
        look=_beside,
    ),
    Check(
        id="SAM-P10",
        title="Storage is not what the history gives",
        level=Level.CRITICAL,
        confidence="high",
        looks_for="Any answer and any word of storage, of a bill, an account, a participant, a room, that differs "
        "from the state that the logs give.",
        goes_wrong="A node's operator alters the word of one bill in its own database. Every wallet that asks this "
        "node sees another possessor, and no log tells of it.",
        do_next="Ask another RPC for the same block. When only this one differs, it lies; when all do, the chain "
        "itself was altered, which only whoever controls it can do.",
        rules=("P10", "L4"),
        look=_storage,
    ),
    Check(
        id=ELSEWHERE,
        title="Two RPCs tell different histories",
        level=Level.CRITICAL,
        confidence="high",
        looks_for="Logs of the ledger's contracts that the RPC and another one (`--also URL`) do not tell alike, up to "
        "the same block.",
        goes_wrong="An RPC leaves out that an operator was approved for all bills of a bank, which no counter shows.",
        do_next="Ask a third RPC, or run a node. Whichever tells less hides something; whichever tells more proves "
        "nothing yet.",
        rules=("P10", "L8"),
        look=_elsewhere,
    ),
    Check(
        id="SAM-A1",
        title="Powers other than the manifest's",
        level=Level.HIGH,
        confidence="high",
        looks_for="Roles, members, functions and delays on the chain that are more, or shorter, than the manifest "
        "says; a contract that stood before the block from which its events are read. Low where they are less, or "
        "longer, for acts that are scheduled and wait, and where the node cannot tell what stood earlier.",
        goes_wrong="The administrator gives itself the recoverer's role and shortens its own delay to nothing.",
        do_next="`sampan powers` shows all of them. Ask the administrator for the decision behind the change; a new "
        "manifest should say what is meant.",
        rules=("L8", "N23"),
        look=_powers,
    ),
)
