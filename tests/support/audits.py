"""An audit of a ledger that lives in the model alone: what its chain would answer, and all findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sampan.audit import checks
from sampan.audit.checks import Finding
from sampan.audit.evidence import Evidence
from sampan.audit.rebuild import rebuild
from sampan.audit.storage import compare
from sampan.fuzz.alone import Alone
from sampan.subjects import SUITE
from sampan.suite.check import Entry, audited
from sampan.suite.tell import checksum, lei_text


@dataclass
class Chain:
    """What a chain answers whose state is this; alter `words` and `views` to make it lie."""

    state: Any
    time: int

    def __post_init__(self) -> None:
        self.views: dict[str, dict[tuple[str, tuple[Any, ...]], Any]] = defaultdict(dict)
        """By contract, or by address where there are several."""
        self.words: dict[str, dict[int, int]] = defaultdict(dict)
        for subject in audited(SUITE):
            contract = subject.subject.contract
            for question in subject.questions(self.state, self.time):
                expected = question.expected
                if isinstance(expected, dict):
                    expected = {name: _listed(value) for name, value in expected.items()}
                self.views[question.where or contract][question.view, question.arguments] = expected
            for word in subject.words(self.state):
                self.words[word.where or contract][word.slot] = word.layout.pack(word.record)

    def asker(self, where: str) -> Any:
        """In place of `audit.asking.Asker`."""
        chain = self

        class Asker:
            def views(self, views: Sequence[tuple[str, tuple[Any, ...]]], *, progress: Callable[[int], None]) -> list:
                progress(len(views))
                return [chain.views[where].get(view) for view in views]

            def words(self, slots: Sequence[int]) -> list[int]:
                return [chain.words[where].get(slot, 0) for slot in slots]

        return Asker()


def audit_of(ledger: Alone, entries: Sequence[Entry] | None = None, chain: Chain | None = None) -> Evidence:
    """The evidence of an audit: of the ledger's own log and chain, unless others are given."""
    entries = ledger.entries() if entries is None else entries
    chain = chain or Chain(ledger.state, ledger.now)
    state = ledger.state
    done = rebuild(entries, SUITE, addresses=state.addresses, authority=state.authority)
    several = (getattr(e.event, SUITE.announced[type(e.event)][1]) for e in entries if type(e.event) in SUITE.announced)
    askers = {where: chain.asker(where) for where in (*SUITE.single, *several)}
    answers = compare(done.state, audited(SUITE), askers, time=ledger.now)
    return Evidence(
        ledger.now,
        SUITE,
        entries,
        done.state,
        answers,
        impossible=done.impossible,
        misplaced=done.misplaced,
        after=done.after,
    )


def findings_of(evidence: Evidence) -> list[Finding]:
    """What all checks find."""
    return [finding for check in checks.every() for finding in checks.run(check, evidence)]


def hkd(amount: int) -> str:
    """Hong Kong dollars as findings tell them."""
    return f"HKD {amount // 100:,}.{amount % 100:02}"


def called(ledger: Alone, address: str) -> str:
    """A participant's account as findings call it."""
    state = ledger.state
    return f"{lei_text(state.participants[state.account(address).participant].lei)} ({checksum(address)})"


def _listed(value: Any) -> Any:
    return tuple(sorted(value)) if isinstance(value, frozenset) else value
