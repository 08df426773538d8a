"""The ledger rebuilt in the reference model, from its events alone, transaction by transaction.

Each call is read back from its events and must be allowed. An impossible event is noted, and takes effect all the same
with its own counts, so that the rest can be rebuilt. What is impossible only because something before it was is no
cause of its own: it is counted there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sampan.model.replay import Beside, Impossible, difference, replay
from sampan.suite.check import audited
from sampan.suite.tell import about, checksum, describe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sampan.suite.check import Entry, Life
    from sampan.suite.event import Event
    from sampan.suite.verb import Suite


@dataclass(slots=True)
class Cause:
    """An event that could not follow from what came before it: about what, why, and how many follow from it."""

    entry: Entry
    subject: str
    why: str
    following: int = 0


@dataclass(frozen=True, slots=True)
class Misplaced:
    """An event of a standard that is not beside the event that it repeats, or one that lacks it."""

    entry: Entry
    subject: str
    why: str


@dataclass(slots=True)
class Rebuilt:
    """The state after the last event, and what could not have happened."""

    state: Any
    impossible: list[Cause] = field(default_factory=list)
    misplaced: list[Misplaced] = field(default_factory=list)
    """At most one for each subject: whatever follows is out of step for the same reason."""
    after: dict[tuple[int, int], Any] = field(default_factory=dict)
    """(block, place in it) of an event → how the one whose life it belongs to stood after it."""
    lives: Sequence[Life] = ()
    _causes: dict[str, Cause] = field(default_factory=dict)
    _last: Cause | None = None
    _out_of_step: set[str] = field(default_factory=set)

    def stood(self, entry: Entry) -> None:
        """Keeps how the one stands whose life an event belongs to, right after it."""
        for life in self.lives:
            if life.after is not None and (key := life.of(entry.event)) is not None:
                self.after[entry.block, entry.index] = life.after(self.state, key)

    def note(self, entry: Entry, wrong: Impossible) -> None:
        """An impossible event: a cause, or one more that follows from a cause about the same bill or account."""
        keys = [about(wrong.event), *_refused_about(wrong)]
        cause = self._last if wrong.follows else None
        cause = cause or next((self._causes[key] for key in keys if key in self._causes), None)
        if cause is None:
            cause = Cause(entry, keys[0], _why(self.state.suite, wrong))
            self.impossible.append(cause)
        else:
            cause.following += 1
        self._last = cause
        for key in keys:
            self._causes.setdefault(key, cause)

    def misplace(self, entry: Entry, event: Event, why: str) -> None:
        """An event that stands alone or beside another than it should; `event` says whom it is about."""
        subject = about(event)
        if subject not in self._out_of_step:
            self._out_of_step.add(subject)
            self.misplaced.append(Misplaced(entry, subject, why))


def rebuild(entries: Iterable[Entry], suite: Suite, *, addresses: Mapping[str, str], authority: str) -> Rebuilt:
    """Replay the events of the suite's contracts, among all that were read, in their order.

    `addresses` are those of the contracts by their names in the manifest, `authority` the AccessManager's.
    """
    state = suite.state()
    state.addresses = {name: address.lower() for name, address in addresses.items()}
    state.authority = authority.lower()
    done = Rebuilt(state, lives=[life for subject in audited(suite) for life in subject.lives])
    own = (entry for entry in entries if entry.contract in suite.contracts)
    for _, transaction in groupby(own, key=lambda entry: (entry.block, entry.transaction)):
        _replay(done, suite, list(transaction))
    return done


def as_of(
    entries: Iterable[Entry],
    suite: Suite,
    *,
    addresses: Mapping[str, str],
    authority: str,
    fits: Callable[[Any, int], bool],
    most: int = 64,
) -> int | None:
    """The newest block but the last after whose events a state fits; None when none of the `most` newest does.

    `fits` is asked with the state and the time of the block.
    """
    own = [entry for entry in entries if entry.contract in suite.contracts]
    candidates = sorted({entry.block for entry in own})[-most - 1 : -1]
    state = suite.state()
    state.addresses = {name: address.lower() for name, address in addresses.items()}
    state.authority = authority.lower()
    done, found = Rebuilt(state), None
    for block, of_block in groupby(own, key=lambda entry: entry.block):
        time = 0
        for _, transaction in groupby(of_block, key=lambda entry: entry.transaction):
            logged = list(transaction)
            time = logged[0].time
            _replay(done, suite, logged)
        if block in candidates and fits(state, time):
            found = block
    return found


def _replay(done: Rebuilt, suite: Suite, entries: Sequence[Entry]) -> None:
    """One transaction."""
    places = [at for at, entry in enumerate(entries) if suite.facts[type(entry.event)].effect is not None]
    beside = set(range(len(entries))).difference(places)
    alone = set()
    for at in beside:
        allowed = suite.facts[type(entries[at].event)].alone
        if allowed is None or not allowed(done.state, entries[at].event):
            alone.add(at)
    expected: list[Beside] = []
    if places:
        events = [entries[at].event for at in places]
        replayed = replay(
            done.state, events, entries[0].time, beside=expected, seen=lambda at: done.stood(entries[places[at]])
        )
        for wrong in replayed:
            done.note(entries[places[wrong.index]], wrong)
    for entry, event, why in _beside(entries, places, expected, alone):
        done.misplace(entry, event, why)


def _beside(
    entries: Sequence[Entry], places: Sequence[int], expected: Iterable[Beside], alone: set[int]
) -> Iterator[tuple[Entry, Event, str]]:
    """What stands beside something else than it should, in one transaction."""
    for index, wanted in expected:
        entry = entries[places[index]]
        before = places[index] - 1
        if before not in alone or entries[before].event != wanted:
            # What a room did while it was asked stands in between.
            same = (at for at in sorted(alone) if at < places[index] and entries[at].event == wanted)
            before = next(same, before)
        if before not in alone:
            if wanted is not None:
                yield entry, entry.event, f"{entry.name} in block {entry.block} has no {wanted.name} beside it"
            continue
        alone.discard(before)
        found = entries[before]
        if wanted is not None and found.event != wanted:
            wrong = difference(wanted, found.event)
            yield found, entry.event, f"{found.name} in block {found.block} beside {entry.name}: {wrong}"
    for at in sorted(alone):
        found = entries[at]
        yield found, found.event, f"{found.name} in block {found.block} has nothing beside it that it repeats"


def _why(suite: Suite, wrong: Impossible) -> str:
    """A refusal in words, as far as the subjects have them."""
    names = _parameters(suite).get(wrong.error)
    if names is None or len(names) != len(wrong.arguments):
        return wrong.why
    told = {name: describe(name, value) for name, value in zip(names, wrong.arguments, strict=True)}
    said = suite.refusals.get(wrong.error)
    if said is None:
        arguments = ", ".join(f"{name}: {value}" for name, value in told.items())
        return f"the ledger would have refused it with {wrong.error} ({arguments})"
    return f"the ledger would have refused it: {said[0].format(**told)} ({wrong.error})"


@cache
def _parameters(suite: Suite) -> dict[str, tuple[str, ...]]:
    return {error.name: error.parameters for subject in suite.subjects for error in subject.codec.errors.values()}


def _refused_about(wrong: Impossible) -> list[str]:
    """The account that a refusal is about: its first argument."""
    first = wrong.arguments[0] if wrong.arguments else None
    return [checksum(first)] if isinstance(first, str) and len(first) == 42 and first.startswith("0x") else []
