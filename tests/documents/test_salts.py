"""The salts file: private, whole or absent, and gone where it was shredded."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from document_makers import sample, seeded

from sampan.documents.canonical import canonical_bytes
from sampan.documents.salts import read_salts, salts_path
from sampan.documents.tree import DocumentTree
from sampan.errors import BadInput

NAME = "/partyContactDetails/0/name"


def test_salts_come_back_from_their_file_as_they_were(tmp_path: Path) -> None:
    tree = DocumentTree.fresh(sample())
    path = salts_path(tmp_path / "bill.json")
    assert path == tmp_path / "bill.salts.json"
    tree.salts.write(path)
    assert read_salts(path) == tree.salts
    assert DocumentTree.of(sample(), read_salts(path)).root == tree.root
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_salts_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "bill.salts.json"
    path.write_text("{}")
    path.chmod(0o644)
    DocumentTree.fresh(sample()).salts.write(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.skipif(os.name != "posix", reason="a second link shows what became of the old bytes")
def test_a_destroyed_salt_is_gone_from_the_file_and_from_the_bytes_that_stood_there(tmp_path: Path) -> None:
    path, old = tmp_path / "bill.salts.json", tmp_path / "old"
    salts = DocumentTree.fresh(sample()).salts
    salts.write(path)
    os.link(path, old)
    destroyed = salts.leaves[NAME].salt
    assert destroyed is not None
    salts.without([NAME]).write(path)
    assert destroyed.hex() not in path.read_text()
    assert set(old.read_bytes()) == {0}
    assert read_salts(path).shredded == (NAME,)
    assert read_salts(path).leaves[NAME].hash == salts.leaves[NAME].hash


def test_only_a_field_can_be_shredded() -> None:
    with pytest.raises(BadInput, match="is no field"):
        DocumentTree.fresh(sample()).salts.without(["/nothing"])


def test_a_folder_that_cannot_be_written_leaves_no_trace(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be written"):
        DocumentTree.fresh(sample()).salts.write(tmp_path / "missing" / "bill.salts.json")
    (tmp_path / "taken").mkdir()
    with pytest.raises(BadInput, match="cannot be written"):
        DocumentTree.fresh(sample()).salts.write(tmp_path / "taken")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def _broken(**changes: Any) -> Any:
    good: Any = DocumentTree.fresh(sample(), seeded()).salts.as_json()
    return {**good, **changes}


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        ([], "not a salts file"),
        ({"schema": "sampan.document-salts/2"}, "not a salts file"),
        (_broken(extra=1), "extra"),
        (_broken(tree=7), "tree"),
        (_broken(reference=None), "reference"),
        (_broken(checksum="0x" + "00" * 32), "checksum"),
        (_broken(root="00" * 32), "root"),
        (_broken(leaves=[]), "leaves"),
        (_broken(leaves={"/a": 7}), "/a"),
        (_broken(leaves={"/a": {"salt": None}}), "/a"),
        (_broken(leaves={"/a": {"salt": "0x00", "leaf": "0x" + "00" * 32}}), "/a"),
        (_broken(leaves={"/a": {"salt": None, "leaf": "0x" + "AA" * 32}}), "/a"),
    ],
)
def test_a_broken_salts_file_is_refused_by_name(raw: Any, named: str, tmp_path: Path) -> None:
    path = tmp_path / "bill.salts.json"
    path.write_bytes(canonical_bytes(raw))
    with pytest.raises(BadInput, match="salts file") as refused:
        read_salts(path)
    assert named in refused.value.message
    assert refused.value.subject == str(path)


def test_the_file_is_what_its_schema_says() -> None:
    import jsonschema

    from sampan.cli import schema

    salts = DocumentTree.fresh(sample()).salts.without([NAME])
    jsonschema.Draft202012Validator(schema.load("document-salts")).validate(
        json.loads(canonical_bytes(salts.as_json()))
    )
