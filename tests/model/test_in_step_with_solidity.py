"""The model's names, orders and selectors are the contracts'."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest

from sampan.model import calls, events, state
from sampan.model.calls import Agreement, Enrolment, Terms
from sampan.model.verbs import VERBS
from sampan.toolchain.artifacts import load

LEDGER = load("ILedger")
ENTRIES = {entry["name"]: entry for entry in LEDGER.abi if entry["type"] == "event"}


@pytest.mark.parametrize(
    ("name", "file"),
    [
        (name, "bills/BillWord.sol")
        for name in ("Status", "Kind", "Endorsement", "SurrenderFor", "Purpose", "RecordLaw", "Rejection")
    ]
    + [("Receiving", "identity/AccountWord.sol")],
)
def test_enumerations_have_solidity_s_members_in_its_order(name: str, file: str, project_root: Path) -> None:
    source = (project_root / "contracts" / file).read_text()
    found = re.search(rf"enum {name} {{(.*?)}}", source, re.DOTALL)
    assert found
    members = [member.strip() for member in found[1].split(",")]
    mine = [member.name.replace("_", "") for member in getattr(state, name)]
    assert mine == [member.upper() for member in members]


def test_every_event_of_the_ledger_has_a_class_with_its_fields() -> None:
    assert set(ENTRIES) == set(events.EVENTS)
    for name, made in events.EVENTS.items():
        fields = [events.abi_name(name, field.name) for field in dataclasses.fields(made)]
        assert sorted(fields) == sorted(each["name"] for each in ENTRIES[name]["inputs"]), name


def test_an_event_is_made_from_a_decoded_log() -> None:
    args = {
        "bill": 5,
        "from": "0x" + "AB" * 20,
        "to": "0x" + "cd" * 20,
        "endorsement": 2,
        "titleholder": 4,
        "actCount": 3,
        "remark": b"as agreed",
    }
    event = events.from_decoded("Endorsed", args)
    assert event == events.Endorsed(
        5, "0x" + "ab" * 20, "0x" + "cd" * 20, state.Endorsement.TO_ORDER, 4, 3, b"as agreed"
    )
    room = events.from_decoded("RoomListed", {"room": "0x" + "ab" * 20, "number": 9, "countries": [b"CN", b"HK"]})
    assert room == events.RoomListed("0x" + "ab" * 20, 9, ("CN", "HK"))
    with pytest.raises(ValueError, match="9 is not a valid Endorsement"):
        events.from_decoded("Endorsed", {**args, "endorsement": 9})


def test_agreements_name_verbs_by_the_ledger_s_selectors() -> None:
    known: dict[str, bytes] = {}
    for signature, selector in LEDGER.method_identifiers.items():
        name = "safeTransferFromWithData" if signature.endswith("uint256,bytes)") and "safe" in signature else signature
        known[name.partition("(")[0]] = bytes.fromhex(selector)
    assert {name: known[name] for name in calls.SELECTORS} == calls.SELECTORS


def test_the_model_has_every_function_that_changes_something() -> None:
    changing = {
        entry["name"]
        for entry in LEDGER.abi
        if entry["type"] == "function" and entry["stateMutability"] not in {"view", "pure"}
    }
    assert changing == set(VERBS) - {"safeTransferFromWithData", "setAuthority"}


@pytest.mark.parametrize(
    ("made", "function", "position"), [(Terms, "issue", 0), (Agreement, "agree", 0), (Enrolment, "enrol", 0)]
)
def test_structs_have_solidity_s_fields_in_its_order(made: type[Any], function: str, position: int) -> None:
    (entry,) = (each for each in LEDGER.abi if each["type"] == "function" and each["name"] == function)
    components = [part["name"].lower() for part in entry["inputs"][position]["components"]]
    # `hash` is not an argument: what the ledger computes of them.
    mine = [field.name.replace("_", "") for field in dataclasses.fields(made) if field.name != "hash"]
    assert mine == components


def test_the_model_needs_nothing_but_the_standard_library(project_root: Path) -> None:
    for path in (project_root / "sampan" / "model").glob("*.py"):
        for line in path.read_text().splitlines():
            found = re.match(r"\s*(?:from|import) (\S+)", line)
            if found and not line.lstrip().startswith(("from the", "from an")):
                module = found[1].partition(".")[0]
                assert module in {"__future__", "collections", "contextlib", "dataclasses", "enum", "re", "typing"} or (
                    found[1].startswith("sampan.model")
                ), f"{path.name}: {line}"
