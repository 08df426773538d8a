"""How conditions are laid down, for terms to name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sampan.cargo.conditions import Shortfall
from sampan.cargo.records import ALL_UNITS, Cargo, Clause
from sampan.cargo.rules import condition_of
from sampan.cargo.subject import CARGO
from sampan.model.perform import At
from sampan.model.replay import Log
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.tell import Names, duration, measured, plain
from sampan.suite.tell import amount as how_many
from sampan.suite.verb import Refusal, Verb, arg
from sampan.suite.words import FactKind

CARGO.struct(Clause)
CARGO.struct(Shortfall)


@CARGO.verb("lay", label="lay a condition down")
class Lay(Verb):
    """Lay a condition down: terms name it by the hash of its clauses."""

    clauses: tuple[Clause, ...] = arg(kinds.STRUCT)

    def may(self, at: At) -> ev.ConditionLaid:
        if not self.clauses:
            raise Refusal("NoClauses")
        condition = condition_of(self.clauses)
        if condition in at.state.conditions:
            raise Refusal("ConditionStands", condition)
        for index, clause in enumerate(self.clauses):
            if clause.kind is FactKind.NONE or not clause.producers or (clause.least and not clause.measure):
                raise Refusal("ClauseUnfit", index)
        return ev.ConditionLaid(condition, self.clauses, at.sender)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e: ev.ConditionLaid = log.first
        yield e.by, cls(e.clauses)


def rests_on_one_word(clauses: Sequence[Clause]) -> bool:
    """Whether one event of one producer may meet all clauses: they are about one thing, and each asks for one."""
    things = {(clause.kind, min(clause.units, 1)) for clause in clauses}
    return len(things) == 1 and all(clause.producers == 1 for clause in clauses)


def met_alone(clauses: Sequence[Clause]) -> str | None:
    """What a single producer can bring about, in words; None where that is nothing."""
    if rests_on_one_word(clauses):
        return "one producer's one event can meet it"
    if all(clause.producers == 1 for clause in clauses):
        return "one producer alone can meet it"
    return None


def told_clause(clause: Clause) -> str:
    """A clause in words, as whoever signs it reads it."""
    parts = [plain(clause.kind)]
    if clause.least and clause.kind is FactKind.VESSEL_IDENTIFIED:
        parts.append(measured(clause.least, clause.measure))
    elif clause.least:
        parts.append(f"at least {measured(clause.least, clause.measure)}")
    elif clause.measure:
        parts.append(f"in {clause.measure}")
    if clause.units:
        parts.append("every unit" if clause.units == ALL_UNITS else f"at least {how_many(clause.units, 'unit')}")
    if clause.producers == 1:
        parts.append("on the word of one producer alone")
    else:
        parts.append(f"said by {clause.producers} producers of different groups")
    if clause.quiet_hours:
        parts.append(f"undisputed for {duration(clause.quiet_hours * 3600)}")
    return ", ".join(parts)


def _told(e: ev.ConditionLaid, names: Names) -> str:
    clauses = "; ".join(map(told_clause, e.clauses))
    alone = met_alone(e.clauses)
    remark = f" ({alone})" if alone else ""
    return f"{names.account(e.by)} laid down the condition 0x{e.condition.hex()}: {clauses}{remark}"


@CARGO.event(ev.ConditionLaid, _told)
def condition_laid(state: Cargo, e: ev.ConditionLaid) -> None:
    state.put(state.conditions, e.condition, e.clauses)
