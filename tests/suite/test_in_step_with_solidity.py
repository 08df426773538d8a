"""What the suite declares is what the contracts have: names, orders, fields; and nothing is forgotten."""

from __future__ import annotations

import ast
import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest
from support.escrow import ESCROW
from support.uncounted import NOT_COUNTED

from sampan.subjects import DRIVEN, SUITE
from sampan.suite import generate, words
from sampan.suite.codec import internal_name, python_name
from sampan.suite.events import EVENTS
from sampan.suite.verb import Subject, Verb
from sampan.toolchain.artifacts import load

LEDGER = load("ILedger")
CODECS = {subject.contract: subject.codec for subject in DRIVEN.subjects}
"""Contract to what its address takes, answers, logs and refuses; the manager's too."""


def test_every_function_that_changes_something_is_declared_once() -> None:
    for contract in SUITE.contracts:
        functions = {name for name, function in CODECS[contract].functions.items() if function.changes}
        declared = {function for where, function in SUITE.verbs if where == contract}
        assert functions == declared - {"setAuthority"}, contract
    assert sum(len(subject.verbs) for subject in SUITE.subjects) == len(SUITE.verbs)


@pytest.mark.parametrize("verb", SUITE.verbs.values(), ids=lambda verb: verb.__name__)
def test_a_verb_takes_what_its_function_takes(verb: type[Verb]) -> None:
    parameters = [python_name(name) for name in verb.wire().parameters]
    if parameters[-3:] == ["v", "r", "s"]:
        parameters[-3:] = ["signature"]
    # Where there are several of its contract, the first says which; the one parameter of setAuthority has no name.
    assert list(verb.names()) == [verb.which] * bool(verb.which) + parameters or parameters == [""]
    assert verb.__doc__
    assert verb.label


@pytest.mark.parametrize("verb", SUITE.verbs.values(), ids=lambda verb: verb.__name__)
def test_a_verb_that_logs_is_read_back_from_what_it_logs(verb: type[Verb]) -> None:
    """Those without an event change nothing that counts, are the sum of other calls, or part of one."""
    without = {"multicall", "shorten", "setAuthority", "onBill", "onReplaced", "debit", "take"}
    by_contract = {
        ("Deposit", "transferFrom"),
        ("Sale", "agree"),
        ("Sale", "permit"),
        ("LoanBook", "agree"),
        ("LoanBook", "permit"),
    }
    # The book logs that a bill enters before the ledger does.
    enters = verb is SUITE.verbs["LoanBook", "onBill"]
    silent = verb.function in without or (verb.subject.contract, verb.function) in by_contract
    assert bool(verb.logs) == (enters or not silent)
    assert all(verb in SUITE.begins[kind] for kind in verb.logs)


def test_every_event_of_the_contracts_has_one_fact() -> None:
    logged = {(where, log.signature) for where in SUITE.contracts for log in CODECS[where].logs.values()}
    # Said at deployment, or never, by code that comes from elsewhere.
    once = {
        (where, said) for where in SUITE.contracts for said in ("EIP712DomainChanged()", "AuthorityUpdated(address)")
    }
    declared = {(each.contract, kind.SIGNATURE) for each in SUITE.subjects for kind in each.facts}
    assert logged - once == declared - once
    assert sum(len(subject.facts) for subject in SUITE.subjects) == len(SUITE.facts)


def test_every_event_that_carries_an_act_count_counts_an_act_but_the_agreements() -> None:
    counting = {kind.__name__ for kind in SUITE.facts if "actCount" in kind.FIELDS}
    assert counting - {"Agreed", "AgreementRecorded"} == {kind.__name__ for kind in SUITE.acts}


def test_every_event_that_changes_something_carries_a_count_of_the_ledger() -> None:
    """The bill's acts, the notes, or the number of who is enrolled or added: so that none can be missing from a log.

    Beside them stand what a counted event of the same call brings, and what storage tells (`support/uncounted.py`)."""
    counts = {"actCount", "note", "number", "count", "nonce"}
    uncounted = {kind.__name__ for kind, fact in SUITE.facts.items() if fact.effect and not counts & set(kind.FIELDS)}
    assert uncounted == NOT_COUNTED


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_an_event_has_the_fields_of_the_contract_in_order(name: str) -> None:
    kind = EVENTS[name]
    logs = [log for codec in CODECS.values() for log in codec.logs.values() if log.signature == kind.SIGNATURE]
    assert logs
    fields = tuple(field.name for field in dataclasses.fields(kind) if field.name != "at")
    assert fields == tuple(map(python_name, kind.FIELDS))
    assert any(log.parameters == kind.FIELDS[kind.SEVERAL :] for log in logs)


def structs() -> dict[tuple[str, str], Any]:
    """(Contract, struct) that a function of it takes, or answers in a way that is declared → its fields, as the ABIs
    have them."""
    found: dict[tuple[str, str], Any] = {}
    for name in SUITE.contracts:
        subject = SUITE.subject_of(name)[0]
        for item in (item for abi in subject.abis() for item in abi):
            answered = (each for each in item.get("outputs", ()) if internal_name(each) in subject.structs)
            for entry in (*item.get("inputs", ()), *answered):
                if str(entry["type"]).startswith("tuple"):
                    found[name, internal_name(entry)] = entry["components"]
    return found


def test_structs_have_solidity_s_fields_in_its_order() -> None:
    records = {(subject.contract, name): kind for subject in SUITE.subjects for name, kind in subject.structs.items()}
    found = structs()
    # These are signed, and no function's argument.
    signed = {(home, name) for home, name in records if name in {"NewAccount", "Successor", "Permit", "SignedCall"}}
    # Rooms show to the ledger what is the ledger's.
    assert set(found) == (set(records) - signed) | {("Sale", "Agreement"), ("LoanBook", "Agreement")}
    for (home, name), components in found.items():
        kind = records.get((home, name)) or records["Bills", name]
        mine = [field.name for field in dataclasses.fields(kind)]
        assert mine == [python_name(str(part["name"])) for part in components], (home, name)


def test_what_is_generated_is_in_step_with_the_contracts(capsys: pytest.CaptureFixture[str]) -> None:
    assert generate.main(["--check"]) == 0, capsys.readouterr().err


def test_a_generated_file_that_was_edited_is_named(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setitem(generate.FILES, "suite/words.py", lambda: "other words")
    assert generate.main(["--check"]) == 1
    assert "words.py is not in step" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("solidity", "python"),
    [
        ("PendingDelivery", "PENDING_DELIVERY"),
        ("EnglishETDA2023", "ENGLISH_ETDA_2023"),
        ("PRCMaritimeCode2025", "PRC_MARITIME_CODE_2025"),
        ("SingaporeETA", "SINGAPORE_ETA"),
        ("ToOrder", "TO_ORDER"),
        ("None", "NONE"),
    ],
)
def test_a_word_is_spelled_by_one_rule(solidity: str, python: str) -> None:
    assert generate.member_name(solidity) == python


def test_the_words_are_solidity_s_in_its_order(project_root: Path) -> None:
    for source, names in generate.ENUMERATIONS.items():
        text = (project_root / "contracts" / source).read_text()
        for name in names:
            found = re.search(rf"enum {name} {{(.*?)}}", text, re.DOTALL)
            assert found
            members = [member.upper() for member in re.findall(r"\w+", re.sub(r"///.*", "", found[1]))]
            mine = [member.name.replace("_", "") for member in getattr(words, name)]
            assert mine == members
            assert [int(member) for member in getattr(words, name)] == list(range(len(members)))


def refusals(folder: Path) -> list[tuple[str, int, str]]:
    """Every `Refusal("Name", ...)` in the sources: its name, how many arguments, where."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refusal":
                name = node.args[0]
                assert isinstance(name, ast.Constant), f"{path.name}: a refusal is named in words"
                found.append((str(name.value), len(node.args) - 1, f"{path.name}:{node.lineno}"))
    return found


@pytest.mark.parametrize("subject", SUITE.subjects, ids=lambda subject: subject.name)
def test_every_refusal_of_a_subject_is_an_error_of_its_contract_with_its_arguments(
    subject: Subject, project_root: Path
) -> None:
    home = project_root.joinpath(*next(iter(subject.verbs.values())).__module__.split(".")[:-1])
    found = refusals(home.parent if home.name == "verbs" else home)
    assert found
    for name, arguments, place in found:
        # What every room asks is an error of the rooms, all of which inherit it; without a reason it has none.
        codec = ESCROW.codec if place.startswith("inside.py") else subject.codec
        errors = {error.name: len(error.parameters) for error in codec.errors.values()} | {"": 0}
        assert errors.get(name) == arguments, f"{place}: {name}"


def test_what_all_money_asks_is_an_error_of_its_contracts(project_root: Path) -> None:
    codecs = [subject.codec for subject in SUITE.subjects if subject.name in {"reserves", "deposits", "coins"}]
    errors = {error.name: len(error.parameters) for codec in codecs for error in codec.errors.values()}
    found = [each for each in refusals(project_root / "sampan" / "money") if each[2].startswith("rules.py")]
    assert len(found) > 8
    for name, arguments, place in found:
        assert errors.get(name) == arguments, f"{place}: {name}"
