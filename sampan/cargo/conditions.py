"""Whether a condition holds for a bill, clause by clause, and what each producer's word lacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sampan.cargo.records import ALL_UNITS, Cargo, Clause, Fact, bits
from sampan.identity.records import HOUR
from sampan.suite.words import FactKind, Lack


@dataclass(frozen=True, slots=True)
class Shortfall:
    """How a clause stands. Of the first unit for which it fails: how many producers count, and what the fact of each
    lacks, in their order."""

    holds: bool
    units: int
    """How many units it holds for."""
    unit: int
    found: int
    lacks: tuple[Lack, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Of what a condition is asked: a bill with so many pieces of equipment, an account of each producer that may have
    reported, and the groups (packed LEIs) whose word does not count."""

    bill: int
    units: int
    producers: tuple[str, ...]
    left_out: tuple[int, ...] = ()


def holds(state: Cargo, condition: bytes, asked: Asked) -> bool:
    """Whether every clause of a condition holds now; one that was never laid does not."""
    clauses = state.conditions.get(condition, ())
    return bool(clauses) and all(each.holds for each in shortfalls(state, clauses, asked))


def shortfalls(state: Cargo, clauses: Sequence[Clause], asked: Asked) -> Iterator[Shortfall]:
    """How each clause stands now."""
    for clause in clauses:
        yield _shortfall(state, clause, asked)


def _shortfall(state: Cargo, clause: Clause, asked: Asked) -> Shortfall:
    lacks = {unit: _lacks(state, clause, unit, asked) for unit in _units(clause, asked.units)}
    good = {unit: min(each.count(Lack.NOTHING), clause.producers) for unit, each in lacks.items()}
    enough = [unit for unit, found in good.items() if found == clause.producers]
    wanted = asked.units if clause.units == ALL_UNITS else clause.units or 1
    held = len(enough) >= wanted > 0
    first = next((unit for unit in lacks if unit not in enough), None)
    if first is None:
        return Shortfall(held, len(enough), 0, 0, ())
    return Shortfall(held, len(enough), first, good[first], lacks[first])


def _units(clause: Clause, units: int) -> Iterator[int]:
    return iter(range(1, units + 1) if clause.units else (0,))


def _lacks(state: Cargo, clause: Clause, unit: int, asked: Asked) -> tuple[Lack, ...]:
    """Of each producer, what its word lacks; whoever comes later of a group that counts already is one too many."""
    found: list[Lack] = []
    groups: set[int] = set()
    for account in asked.producers:
        lack, group = _lack(state, clause, unit, account, asked)
        if lack is Lack.NOTHING and group in groups:
            lack = Lack.SAME_GROUP
        if lack is Lack.NOTHING:
            groups.add(group)
        found.append(lack)
    return tuple(found)


def _lack(state: Cargo, clause: Clause, unit: int, account: str, asked: Asked) -> tuple[Lack, int]:
    known = state.account(account)
    if not known.acts(state.now):
        return Lack.MAY_NOT_ACT, 0
    accreditation = state.accreditation(known.participant)
    group = accreditation.group
    if group in asked.left_out:
        return Lack.GROUP_LEFT_OUT, group
    if not accreditation.kinds & bits(clause.kind):
        return Lack.NOT_ACCREDITED, group
    fact = state.fact(asked.bill, clause.kind, unit, known.participant)
    if fact.struck:
        return Lack.STRUCK, group
    if not fact.recorded_at:
        return Lack.NOT_RECORDED, group
    if fact.recorded_at + clause.quiet_hours * HOUR > state.now:
        return Lack.TOO_YOUNG, group
    if fact.valid_until and fact.valid_until < state.now:
        return Lack.NO_LONGER_VALID, group
    if clause.measure and not _is_enough(clause, fact):
        return Lack.TOO_LITTLE, group
    return Lack.NOTHING, group


def _is_enough(clause: Clause, fact: Fact) -> bool:
    """A ship's number is that number, and no higher one."""
    if fact.measure != clause.measure:
        return False
    if clause.kind is FactKind.VESSEL_IDENTIFIED and clause.least:
        return fact.amount == clause.least
    return fact.amount >= clause.least
