"""Every lie and fault of the table comes as it says: caught, survived, said in words, or named as not to be known."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hostile.cases import CASES, NOTED, SURVIVED, UNKNOWN, Case
from hostile.page import PAGE, cell
from hostile.scene import Scene, as_new, scene
from hostile.sending import ONCE

from sampan.subjects import SUITE
from sampan.suite.event import field_names


@pytest.fixture(scope="module")
def shared() -> Iterator[Scene]:
    with scene() as made:
        yield made


@pytest.mark.anvil
@pytest.mark.rows(5)
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.id} {case.what}")
def test_a_hostile_node(case: Case, shared: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    # Names of networks and folders that `command` sets end with the test.
    for name in ("SAMPAN_NETWORK_TRIED_URL", "SAMPAN_DEPLOYMENTS", "SAMPAN_OUTBOX"):
        monkeypatch.setenv(name, "")
    with scene() if case.alone else as_new(shared) as made:
        verdict, ran = case.tried(made)
        assert verdict == case.verdict, ran.words
        assert re.search(case.says, ran.out), ran.words
        if verdict not in (SURVIVED, UNKNOWN, ONCE):
            assert ran.words
        assert "a-key-that-nobody-may-see" not in ran.out + ran.err


def test_every_event_that_is_noted_is_hidden_and_invented() -> None:
    noted = {kind.__name__ for kind in SUITE.facts if "note" in field_names(kind)}
    assert set(NOTED.values()) == noted


def test_every_case_has_a_name_of_its_own_and_its_row_in_the_page() -> None:
    assert len({case.id for case in CASES}) == len(CASES)
    rows = [line.split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    there = [(row[0].removeprefix("| "), row[2]) for row in rows if row[2] != "What comes of it"]
    assert there == [(cell(case.what), case.verdict) for case in CASES], "`make hostile` writes the page"
