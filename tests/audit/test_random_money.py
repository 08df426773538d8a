"""Random acts on money, sales and bills, right and wrong, on the contracts themselves: the audit is silent (P6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from sampan.audit import checks
from sampan.audit.evidence import Evidence
from sampan.audit.rebuild import rebuild
from sampan.audit.storage import compare
from sampan.fuzz.engines import opened
from sampan.fuzz.executor import Executor
from sampan.fuzz.world import World
from sampan.money.positions import positions
from sampan.subjects import SUITE
from sampan.suite.check import Entry, Level, audited
from sampan.suite.codec import Codec
from sampan.trade.history import name_of

ACTS = 1_200
OF_THE_PARTIES = {"SAM-T7", "SAM-K3", "SAM-K4", "SAM-F2", "SAM-F3", "SAM-F5", "SAM-F6", "SAM-F9"}
"""What random parties do indeed: carriers answer late, producers contradict each other and the bill."""
OF_THE_LENDERS = {"SAM-B4", "SAM-B5", "SAM-F1", "SAM-F7", "SAM-F8"}
"""What random lenders and borrowers do indeed: they keep bills that are out on trust or pass them on, file nothing,
pledge a box of which another bill was sold or pledged before, buy back for more. What contracts prevent is critical."""


class Asker:
    """In place of `audit.asking.Asker`: asks a contract on the engine."""

    def __init__(self, executor: Executor, address: str, codec: Codec) -> None:
        self._executor, self._address, self._functions = executor, address, codec.functions

    def views(self, views: list[tuple[str, tuple[Any, ...]]], *, progress: Any) -> list[Any]:
        return [self._view(name, arguments) for name, arguments in views]

    def _view(self, name: str, arguments: tuple[Any, ...]) -> Any:
        function = self._functions[name]
        done, output = self._executor.engine.call(self._address, function.call(*arguments), self._executor.now)
        if not done:
            return None
        values, outputs = function.answer(output), function.outputs
        if len(values) == 1 and outputs[0]["type"] != "tuple":
            return values[0]
        if len(values) == 1:
            values, outputs = values[0], outputs[0]["components"]
        return {str(output["name"]): value for output, value in zip(outputs, values, strict=True)}

    def words(self, slots: list[int]) -> list[int]:
        return [self._executor.engine.storage(self._address, slot) for slot in slots]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with opened("pyrevm") as engine:
        yield World(engine, SUITE)


def audited_after(world: World, seed: int) -> Evidence:
    """What an audit gathers of a ledger after random acts."""
    executor, random = Executor(world), Random(seed)
    origin = world.engine.mark()
    executor.begin()
    generator = world.chance(random)
    for _ in range(ACTS):
        executor.run(generator.next(executor.state, executor.now))
    entries = [
        Entry(event, block, index, time, f"0x{block:064x}", SUITE.home(type(event)))
        for block, (time, events) in enumerate(executor.log)
        for index, event in enumerate(events)
    ]
    state = executor.state
    done = rebuild(entries, SUITE, addresses=state.addresses, authority=state.authority)
    codecs = {subject.contract: subject.codec for subject in SUITE.subjects}
    askers = {name: Asker(executor, world.contracts[name], codecs[name]) for name in SUITE.single}
    for entry in entries:
        if type(entry.event) in SUITE.announced:
            contract, field = SUITE.announced[type(entry.event)]
            address = getattr(entry.event, field)
            askers[address] = Asker(executor, address, codecs[contract])
    answers = compare(done.state, audited(SUITE), askers, time=executor.now)  # type: ignore[arg-type]
    # What stands beside others is not in this log.
    evidence = Evidence(executor.now, SUITE, entries, done.state, answers, impossible=done.impossible, after=done.after)
    world.engine.back(origin)
    return evidence


@pytest.mark.slow
@pytest.mark.parametrize("seed", [*range(6), 22])
def test_p6_p10_whatever_honest_parties_and_others_try_the_audit_finds_nothing(world: World, seed: int) -> None:
    evidence = audited_after(world, seed)

    assert evidence.reconciled, (evidence.impossible[:3], (evidence.answers.mismatches or ())[:3])
    found = [finding for check in checks.every() for finding in checks.run(check, evidence)]
    lent = [finding for finding in found if finding.id in OF_THE_LENDERS]
    others = {finding.id for finding in found} - OF_THE_LENDERS
    assert others <= OF_THE_PARTIES, "nothing that the ledger itself does is found"
    assert [finding for finding in lent if finding.level is Level.CRITICAL] == []
    happened = Counter(entry.name for entry in evidence.entries)
    assert happened["DepositTransfer"] > 50
    for book in positions((entry.event, True) for entry in evidence.told):
        assert sum(position.net for position in book.banks) == 0
        assert [each.held for each in book.deposits] == [
            evidence.state.deposits[each.deposit].held for each in book.deposits
        ]


def _first(world: World, name: str) -> tuple[Evidence, Entry]:
    """The first ledger of random acts in which an event is, and that event."""
    for seed in range(100):
        evidence = audited_after(world, seed)
        for entry in evidence.entries:
            if entry.name == name:
                return evidence, entry
    raise AssertionError(f"no {name} in a hundred ledgers")


def _without(evidence: Evidence, lost: Entry) -> Evidence:
    """The same log with one event less."""
    return replace(evidence, entries=[entry for entry in evidence.entries if entry is not lost])


@pytest.mark.slow
def test_sam_d1_a_bill_that_was_paid_for_where_it_lay_and_its_price_did_not_come(world: World) -> None:
    evidence, sold = _first(world, "PledgeSold")
    together = [entry for entry in evidence.entries if entry.block == sold.block]
    paid = next(entry for entry in together if entry.name == "Paid")
    assert not list(checks.run(checks.find("SAM-D1"), evidence))

    for lost in [entry for entry in together if entry.name == "DepositTransfer"]:
        found = list(checks.run(checks.find("SAM-D1"), _without(evidence, lost)))
        assert [finding.subject for finding in found] == [name_of(paid.event.terms)], lost
        assert "is told as paid" in found[0].message
    (gone,) = [entry for entry in together if entry.name in ("Transferred", "Endorsed")]
    found = list(checks.run(checks.find("SAM-D1"), _without(evidence, gone)))
    assert "did not go to the buyer" in found[0].message
