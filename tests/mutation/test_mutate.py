"""The tool that breaks things: it makes the mutants that it says, tells a killed one from one that survives."""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from mutation import __main__ as command
from mutation import solidity
from mutation.acts import EPISODE, Kept, Player
from mutation.equivalent import EQUIVALENT
from mutation.judge import BROKEN, KILLED, SURVIVED, Verdict, in_a_fork, lines_of, tried
from mutation.mutate import DoesNotLoad, Fields, Mutant, mutants
from mutation.score import CONTRACTS, MODEL, Score, write
from mutation.solidity import STILLBORN
from sampan.fuzz.executor import Mismatch

SOURCE = '''"""A club's rules."""

FEES = {"adult": 20, "child": 5}
CLOSED = frozenset({"Monday", "Tuesday"})


def enter(age: int, member: bool, day: str) -> int:
    """What entering costs."""
    if age < 0:
        raise ValueError("not born")
    if day in CLOSED and not member:
        raise ValueError("closed")
    return FEES["child" if age <= 12 else "adult"]


class Door:
    """Counts who comes in."""

    def __init__(self) -> None:
        self.inside = 0

    def let_in(self) -> None:
        """One more."""
        self.inside += 1


def told(e: object) -> str:
    """In words."""
    return f"{e.guest} was let in by {e.porter}"
'''


@pytest.fixture
def club(tmp_path: Path) -> Iterator[ModuleType]:
    path = tmp_path / "club_of_mutants.py"
    path.write_text(SOURCE, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[path.stem]


def fields(_node: ast.AST, name: str) -> Fields:
    return {"guest": "porter", "porter": "guest"} if name == "told" else {}


@pytest.mark.slow
def test_it_breaks_each_check_comparison_operand_effect_table_and_field(club: ModuleType) -> None:
    assert [each.name for each in mutants(club, "club", fields)] == [
        "club table FEES: `5` for 'adult'",
        "club table FEES: `20` for 'child'",
        "club table CLOSED: drop `'Monday'` of `{'Monday', 'Tuesday'}`",
        "club table CLOSED: drop `'Tuesday'` of `{'Monday', 'Tuesday'}`",
        "club enter: drop the check `age < 0`",
        "club enter: negate `age < 0`",
        "club enter: bound `age < 0`",
        "club enter: drop the check `day in CLOSED and (not member)`",
        "club enter: negate `day in CLOSED and (not member)`",
        "club enter: drop the operand `day in CLOSED`",
        "club enter: drop the operand `not member`",
        "club enter: flip `day in CLOSED`",
        "club enter: drop the not of `member`",
        "club enter: swap the branches of `age <= 12`",
        "club enter: bound `age <= 12`",
        "club Door.__init__: drop `self.inside = 0`",
        "club Door.let_in: drop `self.inside += 1`",
        "club told: tell e.porter for e.guest",
        "club told: tell e.guest for e.porter",
    ]


def answers(club: ModuleType) -> list[object]:
    """All that the club does for some guests."""

    def asked(age: int, member: bool, day: str) -> object:
        try:
            return club.enter(age, member, day)
        except ValueError as error:
            return str(error)

    door = club.Door()
    door.let_in()
    guests = [(age, member, day) for age in (-1, 0, 12, 13) for member in (True, False) for day in ("Monday", "Sunday")]
    told = club.told(SimpleNamespace(guest="Ann", porter="Bob"))
    return [*(asked(*guest) for guest in [*guests, (5, True, "Tuesday")]), door.inside, told]


@pytest.mark.slow
def test_each_mutant_does_what_its_name_says_in_its_own_process_and_nowhere_else(club: ModuleType) -> None:
    before = answers(club)

    def judge(mutant: Mutant) -> str | None:
        mutant.apply()
        try:
            return "the answers" if answers(club) != before else None
        except AttributeError as error:
            return str(error)

    verdicts = {mutant.name: verdict for mutant, verdict in tried(mutants(club, "club", fields), judge)}
    survived = {name for name, verdict in verdicts.items() if verdict.outcome == SURVIVED}
    # Nobody who is no member came on a Tuesday.
    assert survived == {"club table CLOSED: drop `'Tuesday'` of `{'Monday', 'Tuesday'}`"}
    assert [verdict.by for verdict in verdicts.values() if verdict.outcome == BROKEN] == []
    assert verdicts["club enter: bound `age <= 12`"].by == "the answers"
    assert answers(club) == before


@pytest.mark.slow
def test_one_that_never_ends_is_killed_by_its_time_and_one_that_cannot_be_made_is_the_tool_s_fault() -> None:
    def judge(mutant: str) -> str | None:
        while mutant == "endless":
            pass
        raise AssertionError("no function is changed")

    found = dict(tried(["endless", "unmade"], judge, limit=1))
    assert found["endless"].outcome == KILLED
    assert "more than" in found["endless"].by
    assert found["unmade"].outcome == BROKEN
    assert "no function is changed" in found["unmade"].by


@pytest.mark.slow
def test_a_table_that_cannot_be_made_is_noticed_by_whoever_imports_it(tmp_path: Path) -> None:
    path = tmp_path / "shares_of_mutants.py"
    path.write_text('EACH = 12 // {"three": 3, "none": 0}["three"]\n', encoding="utf-8")
    module = ModuleType(path.stem)
    module.__file__, module.EACH = str(path), 4  # type: ignore[attr-defined]
    wrong = {each.name: each for each in mutants(module, "shares")}
    with pytest.raises(DoesNotLoad, match="ZeroDivisionError"):
        wrong["shares table EACH: `0` for 'three'"].apply()


def test_it_knows_which_lines_run(club: ModuleType) -> None:
    file = str(club.__file__)
    lines = lines_of(lambda: club.enter(5, True, "Sunday"), [file])
    ran = {SOURCE.splitlines()[line - 1].strip() for _, line in lines}
    assert "if age < 0:" in ran
    assert 'raise ValueError("not born")' not in ran
    assert in_a_fork(lambda: lines) == lines


def test_the_score_leaves_out_what_cannot_be_told_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(EQUIVALENT, "club enter: c", "nobody is that old")
    results = [(f"club enter: {name}", Verdict(KILLED, "a test")) for name in "ab"]
    stillborn = ("club.sol:3 drop `x`", Verdict(KILLED, f"{STILLBORN}: x is not declared"))
    good = Score([*results, ("club enter: c", Verdict(SURVIVED)), stillborn])
    bad = Score([*results, ("club enter: d", Verdict(SURVIVED))])
    assert (good.enough, good.share, good.mutants) == (True, 1.0, 2)
    assert (bad.enough, bad.survivors()) == (False, ["club enter: d"])
    assert "survived: club enter: d" in list(bad.lines())
    page = tmp_path / "mutants.md"
    for score, title in ((bad, MODEL), (bad, CONTRACTS), (good, MODEL)):
        write(score, title, page)
    text = page.read_text(encoding="utf-8")
    assert text.count("## The model") == text.count("## The contracts") == 1
    assert "- `club enter: c`: nobody is that old" in text
    assert "2 of 2 are killed: 100.0%." in text
    assert "- `club enter: d`" in text


def test_a_mutant_of_a_contract_is_its_source_with_one_thing_changed() -> None:
    found = solidity.all_mutants()
    assert len({each.name for each in found}) == len(found) > 500
    by_name = {each.name.partition(" ")[2]: each for each in found}
    whole = (solidity.ROOT / "contracts/bills/Ledger.sol").read_text(encoding="utf-8")
    dropped = by_name["drop the check `if (endorsee == address(0)) revert IBills.TitleholderRequired(id);`"]
    assert dropped.text() == whole.replace("if (endorsee == address(0)) revert IBills.TitleholderRequired(id);", "")
    constant = next(each for each in found if "constant REJECT_HOURS = 72" in each.name)
    assert constant.text() == whole.replace("REJECT_HOURS = 72;", "REJECT_HOURS = 73;")
    assert all(each.text().count("{") == each.text().count("}") for each in found if "drop the check" in each.name)


@pytest.mark.slow
def test_it_finds_mutants_of_every_check_of_the_ledger_s_model(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--list"]) == 0
    names = capsys.readouterr().out.splitlines()
    assert len(names) > 1_000
    assert len(set(names)) == len(names)
    assert "bills/rules.py carrier: drop the check `account.lei != ids.lei_of(bill)`" in names
    assert set(EQUIVALENT) <= set(names), "what is said to be equivalent is there"


@pytest.mark.slow
def test_acts_are_kept_and_the_model_plays_them_without_a_contract() -> None:
    kept = Kept(2 * EPISODE, (1,))
    player = Player(kept)
    drawn = [episode for episode in kept.episodes if episode.name.startswith("seed 1")]
    assert len(drawn) == 2
    for episode in drawn:
        player.play(episode)
    drawn[0].steps[0].answer = replace(drawn[0].steps[0].answer, done=not drawn[0].steps[0].answer.done)
    with pytest.raises(Mismatch):
        player.play(drawn[0])
