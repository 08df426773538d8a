"""Page, questions, faults and code hold together; the proofs themselves are run by `make prove` alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from proofs import proved, prover
from proofs.prove import PAGE
from proofs.seeded import FAULTS, Fault

from sampan.toolchain import artifacts

PROPERTIES = (*proved.PROPERTIES, proved.WELL_FORMED)


def test_the_page_is_of_this_code_and_of_these_questions() -> None:
    assert prover.digest(prover.code()) in PAGE.read_text(encoding="utf-8"), "run `make prove`"


def test_every_property_of_the_questions_is_said_in_words_and_asked() -> None:
    assert set(proved.bits()) == {each.name for each in proved.PROPERTIES}
    assert len(set(proved.bits().values())) == len(proved.PROPERTIES)
    assert set().union(*proved.asked().values()) == {each.name for each in PROPERTIES}
    assert set(proved.asked()) == set(proved.ACTS)


def test_every_case_that_may_be_picked_is_counted_for_its_check() -> None:
    """A pick in a helper, or of a number that is computed, would leave cases out of the proof in silence."""
    picks = [source.count("_pick(") for source in (proved.source(), proved.source("World.sol"))]
    counted = re.findall(r"^    function check_\w+\(.*?^    \}$", proved.source(), re.MULTILINE | re.DOTALL)
    assert picks == [sum(len(re.findall(r"\b_pick\(\d+\)", body)) for body in counted), 1]
    assert {check: proved.cases(check) for check in proved.ACTS if proved.cases(check) > 1} == {
        "endorse": 4 * 2 * 2,
        "recall": 2 * 3,
        "replace": 2 * 2 * 4 * 4,
    }


def test_every_property_and_every_check_has_a_fault_that_it_must_find() -> None:
    assert {fault.property for fault in FAULTS} == {each.name for each in PROPERTIES}
    assert {fault.check for fault in FAULTS} == set(proved.ACTS)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
def test_a_fault_is_one_of_the_contracts_that_its_check_asks_about(fault: Fault, project_root: Path) -> None:
    source = (project_root / fault.source).read_text(encoding="utf-8")
    assert fault.text(source) != source
    assert fault.property in proved.asked()[fault.check]
    with pytest.raises(ValueError, match="stands 0 times"):
        fault.text("")


def test_the_page_has_every_property_check_fault_and_gap() -> None:
    page = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]+?) \|(.*)\|$", page, re.MULTILINE)
    named = {first for first, _ in rows}
    assert {each.name for each in PROPERTIES} <= named
    assert {f"`{check}`" for check in proved.ACTS} <= named
    assert {fault.what for fault in FAULTS} <= named
    assert {what for what, _ in proved.UNCOVERED} <= named
    for each in (*PROPERTIES, *proved.UNCOVERED):
        assert (each.says if isinstance(each, proved.Property) else each[1]) in page
    assert all(f"- {each}" in page for each in (*proved.ASSUMED, *proved.TRUSTED))


def test_the_questions_look_where_the_storage_is() -> None:
    world = proved.source("World.sol")
    layout = artifacts.load("Bills").storage_layout["storage"]
    slots = {each["label"]: int(each["slot"]) for each in layout}
    for name, label in {
        "RECORDS": "_records",
        "PARTICIPANT_OF": "_participantOf",
        "ACCOUNT_AT": "_accountAt",
        "IS_GIVER": "_isGiver",
        "ROOM_LISTED_FOR": "_roomListedFor",
        "AGREED_REPLACEMENTS": "_agreedReplacements",
        "LODGINGS": "_lodgings",
    }.items():
        assert f"uint256 internal constant {name} = {slots[label]};" in world
