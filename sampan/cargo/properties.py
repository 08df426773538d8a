"""What no sequence of acts may break of cargo: what was taken back satisfies no condition, and nobody's word counts
twice. They read the events and the model's state, not the rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sampan.cargo.conditions import Asked, holds, shortfalls
from sampan.cargo.records import PRODUCE, Cargo, Fact
from sampan.suite.check import Question
from sampan.suite.event import Event
from sampan.suite.words import FactKind


def broken(state: Cargo, events: Sequence[Event], counts: Mapping[int, int]) -> tuple[str, str] | None:
    """The property that one act broke, and how; None: none."""
    return _in_sequence(state) or _later(state)


def _in_sequence(state: Cargo) -> tuple[str, str] | None:
    """A producer's batches have no gap."""
    for producer, sequence in state.changed(state.batches):
        if sequence > 1 and (producer, sequence - 1) not in state.batches:
            return "cargo", f"{producer} anchored batch {sequence} and none before it"
    return None


def _later(state: Cargo) -> tuple[str, str] | None:
    """A producer's word is replaced by its later word alone: an event that was taken back comes back where its producer
    says it again, later."""
    for key in state.changed(state.facts):
        before: Fact | None = state.before(state.facts, key)
        fact = state.facts[key]
        if before is not None and (
            fact.said_at < before.said_at
            or (before.struck and fact.stands and fact.key == before.key and fact.said_at == before.said_at)
        ):
            return "cargo", f"{key}: {before} became {fact}"
    return None


def at_last(state: Cargo) -> tuple[str, str] | None:
    """What must hold in the end, asked once: conditions count what stands, of producers that act, a group once."""
    for condition in list(state.conditions)[-_CONDITIONS:]:
        for asked in _asked(state):
            if not holds(state, condition, asked):
                continue
            for clause, shortfall in zip(
                state.conditions[condition], shortfalls(state, state.conditions[condition], asked), strict=True
            ):
                good = _counting(state, asked, clause.kind)
                if shortfall.holds and len(good) < clause.producers:
                    return "cargo", f"{clause} holds for {asked.bill} on the word of {good}"
    return None


def _counting(state: Cargo, asked: Asked, kind: FactKind) -> set[int]:
    """Groups of which somebody acts now and has a fact of this kind that stands."""
    numbers = {each.participant for each in map(state.account, asked.producers) if each.acts(state.now)}
    saying = {
        producer
        for (bill, of, _, producer), fact in state.facts.items()
        if bill == asked.bill and of is kind and fact.stands
    }
    return {state.accreditation(producer).group for producer in numbers & saying} - {*asked.left_out}


_CONDITIONS, _BILLS = 12, 6


def answers(state: Cargo) -> Iterator[Question]:
    """Conditions, asked of bills of which something was said, and what they must answer."""
    for condition in list(state.conditions)[-_CONDITIONS:]:
        for asked in _asked(state):
            arguments = (condition, asked.bill, asked.units, asked.producers, asked.left_out)
            yield Question("condition", "holds", arguments, holds(state, condition, asked))
            found = tuple(shortfalls(state, state.conditions[condition], asked))
            yield Question("condition", "whyNot", arguments, found)


def _asked(state: Cargo) -> Iterator[Asked]:
    """Of each bill as a whole and of two units: all that may have reported, in both orders, one group left out."""
    producers = tuple(address for address, each in state.accounts.items() if each.roles & PRODUCE)
    groups = sorted({known.group for known in state.accreditations.values()})
    for bill in list(dict.fromkeys(bill for bill, *_ in state.facts))[-_BILLS:]:
        yield Asked(bill, 2, producers)
        yield Asked(bill, 1, tuple(reversed(producers)), tuple(groups[:1]))
