"""Files that others wrote: whatever stands in one, its reader names the file, and no process ends of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from sampan.chain import signers
from sampan.cli import ledger as cli
from sampan.client import papers, proposal, unsigned
from sampan.config import load
from sampan.deployment import manifest, parameters
from sampan.documents.disclosure import read_disclosure
from sampan.errors import SampanError
from sampan.files import parse_json, parse_toml
from sampan.fuzz.shrink import read_case
from sampan.rooms import description
from sampan.scenarios.documents import content
from sampan.scenarios.vocabulary import Document
from sampan.written.source import Place

DEPLOYER = "0x" + "11" * 20
DEEP = 100_000
"""Levels at which the standard parser fails; where py-evm raised the recursion limit the process dies."""
READERS: dict[str, Callable[[Path], object]] = {
    "an artifact": lambda file: description.read_code(str(file)),
    "a manifest": manifest.load,
    "a keystore": signers.read_keystore,
    "signed texts": papers.read_several,
    "texts to sign": lambda file: unsigned.read_texts(file, ()),
    "a signature": lambda file: unsigned.read_signature(str(file)),
    "replacements": proposal.read,
    "a disclosure": read_disclosure,
    "a kept case": lambda file: read_case(file, cast("Any", None)),
    "a scenario's document": lambda file: content(Document(Place(str(file), 1, 1), "d", None, file)),
    "a description of a room": description.read,
    "parameters of a deployment": lambda file: parameters.read(file, DEPLOYER, development=True),
    "settings": lambda file: load(environment={}, folder=file.parent, user_file=file),
}
CONTENTS = {
    "nested": b"[" * DEEP,
    "nested and closed": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "a TOML list that is nested": b"salt = " + b"[" * DEEP + b"]" * DEEP,
    "a TOML table that is nested": b"salt = " + b"{a=" * DEEP + b"1" + b"}" * DEEP,
    "an endless number": b'{"schema": ' + b"9" * 5000 + b"}",
    "an endless number in TOML": b"salt = " + b"9" * 5000,
    "NaN": b'{"schema": NaN}',
    "cut": b'{"schema": "sampan.sig',
    "NUL": b'{"schema": "sampan.signed/1"}\0',
    "a mark of byte order": b'\xef\xbb\xbf{"schema": 7}',
    "UTF-16": '{"schema": 7}'.encode("utf-16"),
    "a list": b"[7]",
    "a list of lists": b'{"schema": [[]], "abi": {}, "bytecode": []}',
}


@pytest.mark.slow
@pytest.mark.parametrize("said", CONTENTS)
@pytest.mark.parametrize("reader", READERS)
def test_what_is_no_such_file_is_named_and_nothing_else_happens(tmp_path: Path, reader: str, said: str) -> None:
    file = tmp_path / "given.json"
    file.write_bytes(CONTENTS[said])
    with pytest.raises(SampanError, match=r"given\.json"):
        READERS[reader](file)


@pytest.mark.parametrize("said", CONTENTS)
def test_any_file_may_be_a_statement_but_for_ours(said: str) -> None:
    assert cli._no_statement(CONTENTS[said]) in (None, "is a 7 document")


def test_a_manifest_that_says_a_thing_twice_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "given.json"
    file.write_bytes(b'{"schema": "sampan.deployment/2", "ledger": null, "ledger": "0x00"}')
    with pytest.raises(SampanError, match="the name 'ledger' stands twice"):
        manifest.load(file)


@pytest.mark.slow
def test_readers_say_what_no_parser_is_given() -> None:
    for parser, said in ((parse_json, b"[" * DEEP), (parse_toml, b"a = " + b"[" * DEEP), (parse_toml, b"\xff")):
        with pytest.raises(ValueError, match=r".+"):
            parser(said)
    assert parse_json(b'{"a": 1, "a": 2}') == {"a": 2}
