"""The generated types of events and errors, and the words for every error."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_type_hints

import pytest

from sampan.chain import abi
from sampan.ledger import errors, events, generate, refusals, words
from sampan.ledger.base import ContractRefusal
from sampan.model import state


def test_the_types_of_events_and_errors_are_in_step_with_the_abis() -> None:
    for path, text in generate.files().items():
        assert path.read_text(encoding="utf-8") == text, f"python -m sampan.ledger.generate writes {path.name} anew"


def test_generating_with_check_writes_nothing_and_says_what_is_out_of_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generate, "FOLDER", tmp_path)
    assert generate.main(["--check"]) == 1
    assert not list(tmp_path.iterdir())
    assert "events.py is not in step" in capsys.readouterr().err
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0


def test_every_error_of_the_suite_has_words_and_no_word_is_left_over() -> None:
    assert errors.every_error_has_words() == set()


def test_every_error_says_its_arguments_by_the_contracts_own_names() -> None:
    for name, (message, hint) in errors.WORDS.items():
        kind = getattr(refusals, name)
        wanted = set(re.findall(r"{(\w+)}", message + (hint or "")))
        assert wanted <= set(kind.PARAMETERS), name


@pytest.mark.parametrize("name", sorted(errors.WORDS))
def test_every_error_is_told_from_its_raw_data(name: str) -> None:
    kind: type[ContractRefusal] = getattr(refusals, name)
    types = abi.split_types(kind.SIGNATURE[len(name) + 1 : -1])
    data = abi.selector(kind.SIGNATURE) + abi.encode(types, [abi.nothing_of(one) for one in types])
    told = errors.from_data(data)
    assert type(told) is kind
    assert told.name == name
    assert told.code == f"refused.{name}"
    assert told.exit_code == 5
    assert "{" not in told.message
    assert set(told.arguments) == set(kind.PARAMETERS)
    assert all(hasattr(told, parameter) for parameter in kind.PARAMETERS)


def test_an_unknown_error_is_shown_raw() -> None:
    told = errors.from_data(bytes.fromhex("deadbeef") + bytes(32))
    assert isinstance(told, errors.UnknownRefusal)
    assert "0xdeadbeef" in told.message
    assert "0x" + "deadbeef" + "00" * 32 in told.message


def test_a_refusal_without_a_reason_says_so() -> None:
    assert "no reason" in errors.from_data(b"").message


def test_the_errors_types_are_those_of_the_contract() -> None:
    told = errors.from_data(abi.selector("WrongStatus(uint256,uint8)") + abi.encode(["uint256", "uint8"], [1, 8]))
    assert isinstance(told, refusals.WrongStatus)
    assert told.status is words.Status.DELIVERED
    assert "delivered" in told.message


def test_every_event_has_the_fields_of_its_signature() -> None:
    for signature, kind in events.EVENTS.items():
        fields = [name for name in get_type_hints(kind) if name not in ("at", "SIGNATURE", "INDEXED")]
        assert len(fields) == len(kind.INDEXED) == len(abi.split_types(signature[len(kind.__name__) + 1 : -1]))


@pytest.mark.parametrize(
    "word", ["Status", "Kind", "Endorsement", "SurrenderFor", "Purpose", "RecordLaw", "Rejection", "Receiving"]
)
def test_the_words_have_the_order_of_the_contracts(word: str, project_root: Path) -> None:
    sources = [project_root / "contracts/bills/BillWord.sol", project_root / "contracts/identity/AccountWord.sol"]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    match = re.search(rf"enum {word} {{(.*?)}}", text, re.DOTALL)
    assert match is not None
    names = [name.strip() for name in match[1].split(",") if name.strip()]

    def plain(name: str) -> str:
        return name.replace("_", "").lower()

    assert [plain(one.name) for one in getattr(state, word)] == [plain(name) for name in names]


def test_the_roles_are_those_of_the_contract(project_root: Path) -> None:
    text = (project_root / "contracts/identity/Roles.sol").read_text(encoding="utf-8")
    found = dict(re.findall(r"constant (\w+) = 1 << (\d)", text))
    assert {role.name: role.value for role in words.Role} == {name: 1 << int(bit) for name, bit in found.items()}
