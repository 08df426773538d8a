"""Canonical bytes and checksums against the vectors of RFC 8785 cases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampan.documents.canonical import canonical_bytes, canonical_order, checksum
from sampan.documents.json import read_json
from sampan.errors import BadInput


def test_the_shared_vectors_give_their_bytes_and_checksums(conformance_data: Path) -> None:
    vectors = json.loads((conformance_data / "vectors" / "jcs.json").read_text(encoding="utf-8"))
    assert len(vectors) >= 5
    for vector in vectors:
        assert canonical_bytes(vector["input"]) == vector["jcs"].encode()
        assert checksum(vector["input"]).hex() == vector["sha256"]


def test_spacing_and_order_do_not_change_the_checksum() -> None:
    one = read_json(b'{"b": [1, 2.5], "a": {"y": "\\u00e9", "x": null}}')
    other = read_json('{ "a":{"x":null,"y":"é"},\n "b":[1,2.5] }'.encode())
    assert checksum(one) == checksum(other)
    assert checksum(one) != checksum(read_json(b'{"b": [2.5, 1], "a": {"y": "\\u00e9", "x": null}}'))


def test_keys_stand_in_the_order_of_utf16() -> None:
    assert canonical_order(["\ufb33", "\U0001f600", "z", "€"]) == ["z", "€", "\U0001f600", "\ufb33"]


@pytest.mark.slow
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), unique=True, max_size=8))
def test_canonical_order_is_the_order_of_canonical_bytes(keys: list[str]) -> None:
    written = canonical_bytes(dict.fromkeys(keys))
    assert list(json.loads(written)) == canonical_order(keys)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, "\ud800"])
def test_what_has_no_canonical_form_is_refused(value: float | str) -> None:
    with pytest.raises(BadInput, match="no canonical form"):
        canonical_bytes({"a": value})
