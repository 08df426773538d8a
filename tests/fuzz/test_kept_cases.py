"""Every sequence that once failed, on every engine; and that a fault is found, cut down, kept and played again."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from sampan.bills import rules
from sampan.bills.verbs.amendments import Recover
from sampan.errors import BadInput
from sampan.fuzz.engines import opened
from sampan.fuzz.executor import Executor, Mismatch
from sampan.fuzz.shrink import minimal, read_case, replay, shrink
from sampan.fuzz.world import World
from sampan.model.perform import Call
from sampan.suite.chance import Act

CASES = sorted((Path(__file__).parent / "cases").glob("*.json"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_what_once_failed_agrees_now(path: Path, executor: Executor) -> None:
    acts = read_case(path, executor.world).acts
    tried = executor.done + executor.refused
    replay(executor, acts)
    assert acts
    assert executor.done + executor.refused == tried + len(acts)


@pytest.mark.long
@pytest.mark.parametrize("engine", ["tester", pytest.param("anvil", marks=pytest.mark.anvil)])
def test_what_once_failed_agrees_on_the_other_engines(engine: str) -> None:
    with opened(engine) as chain:
        executor = Executor(World(chain))
        executor.begin()
        for path in CASES:
            point = executor.mark()
            acts = read_case(path, executor.world).acts
            tried = executor.done + executor.refused
            replay(executor, acts)
            assert acts
            assert executor.done + executor.refused == tried + len(acts)
            executor.back(point)


@pytest.mark.slow
def test_a_wrong_rule_is_found_and_cut_down_to_the_few_acts_that_show_it(
    revm_world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Were a receipt rejectable for 70 hours in the model, and for 72 in the contract."""
    monkeypatch.setattr(rules, "REJECT_HOURS", 70)
    mark = revm_world.engine.mark()
    executor = Executor(revm_world)
    executor.begin()
    acts: list[Act] = []
    generator = revm_world.chance(Random(4))

    def act() -> None:
        while len(acts) < 20_000:
            acts.append(generator.next(executor.state, executor.now))
            executor.run(acts[-1])

    with pytest.raises(Mismatch) as found:
        act()
    revm_world.engine.back(mark)
    mark = revm_world.engine.mark()
    case = shrink(revm_world, acts, found.value)
    assert len(case.acts) <= 8
    assert sum(act.wait for act in case.acts) >= 70 * 3600

    kept = case.keep(tmp_path, revm_world)
    again = read_case(kept, revm_world)
    assert again == case
    assert '"@' in kept.read_text(), "addresses are written by name"
    assert '"@0x' not in kept.read_text()
    revm_world.engine.back(mark)
    mark = revm_world.engine.mark()
    executor = Executor(revm_world)
    executor.begin()
    with pytest.raises(Mismatch) as still:
        replay(executor, again.acts)
    assert (still.value.kind, still.value.verb) == (again.kind, again.verb)
    revm_world.engine.back(mark)


def test_removing_acts_keeps_the_times_of_the_others() -> None:
    acts = [Act(wait, Call("0x", Recover(number))) for number, wait in enumerate([5, 7, 11, 13, 17])]
    needed = {1, 4}
    least = minimal(list(acts), lambda tried: needed <= {act.call.verb.bill for act in tried})
    assert [(act.call.verb.bill, act.wait) for act in least] == [(1, 12), (4, 41)]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"schema": "sampan.audit/1"}', '{"schema": "sampan.fuzz-case/1"}'])
def test_a_file_that_is_no_case_is_refused_in_words(text: str, tmp_path: Path, revm_world: World) -> None:
    path = tmp_path / "case.json"
    path.write_text(text)
    with pytest.raises(BadInput, match="is no kept case"):
        read_case(path, revm_world)
