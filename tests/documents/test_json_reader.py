"""Hostile JSON: each fault is one line that names place and rule, quickly, and never a traceback (K20)."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampan.documents.json import MAX_BYTES, MAX_DEPTH, MAX_INTEGER, read_json, shortest_number
from sampan.errors import BadInput

# From Python 3.13 on its parser points at a comma too many, before at what stands behind it.
AT_THE_COMMA = sys.version_info >= (3, 13)
REFUSED = [
    (b'{"a": {"x": 1, "x": 1}}', "duplicate-key", "/a/x"),
    (b'{"a/b": 1, "a/b": 2}', "duplicate-key", "/a~1b"),
    (b'{"\\u0061": 1, "a": 2}', "duplicate-key", "/a"),
    (b'{"w": [1, NaN]}', "not-a-number", "/w/1"),
    (b"Infinity", "not-a-number", "the whole text"),
    (b'{"w": -Infinity}', "not-a-number", "/w"),
    (b'{"w": 1e999}', "number-range", "/w"),
    (b'{"w": 15.0}', "number-form", "/w"),
    (b'{"w": 1e3}', "number-form", "/w"),
    (b'{"w": 1.50}', "number-form", "/w"),
    (b'{"w": 0.1e1}', "number-form", "/w"),
    (b'{"w": 1E-7}', "number-form", "/w"),
    (b'{"w": 0.30000000000000001}', "number-form", "/w"),
    (b'{"w": -0}', "number-form", "/w"),
    (b'{"w": -0.0}', "number-form", "/w"),
    (b'{"w": 0.' + b"1" * 1_000_000 + b"}", "number-form", "/w"),
    (b'{"n": 9007199254740992}', "integer-range", "/n"),
    (b'{"n": -9007199254740992}', "integer-range", "/n"),
    (b'{"n": ' + b"9" * 1_000_000 + b"}", "integer-range", "/n"),
    (b'["\\ud800"]', "lone-surrogate", "/0"),
    (b'{"\\udc00": 1}', "lone-surrogate", ""),
    (b'["\\ude00\\ud83d"]', "lone-surrogate", "/0"),
    (b'{"a": \xff}', "not-utf8", "line 1, byte 6"),
    (b'{\n"a": "\xc3("}', "not-utf8", "line 2, byte 8"),
    (b'["\xed\xa0\x80"]', "not-utf8", "byte 2"),
    (b'\xef\xbb\xbf{"a": 1}', "not-utf8", "byte 0"),
    ('{"a": 1}'.encode("utf-16"), "not-utf8", "byte 0"),
    (b"", "truncated", "byte 0"),
    (b"  \n", "truncated", "line 2"),
    (b'{"a": [1, 2', "truncated", "byte 11"),
    (b'{"a": "never closed', "truncated", "byte 6"),
    (b'{"a": tru', "syntax", "byte 6"),
    (b'{"a": 1} {}', "syntax", "byte 9"),
    (b"{'a': 1}", "syntax", "byte 1"),
    (b'{"a": 1,}', "syntax", "byte 7" if AT_THE_COMMA else "byte 8"),
    (b'{"a": 01}', "syntax", "byte 7"),
    (b'["a\x01b"]', "syntax", "byte 3"),
    (b'["\\x41"]', "syntax", "byte 2"),
    (b"[" * 65 + b"]" * 65, "too-deep", "byte 64"),
    (b'{"a":' * 65 + b"1" + b"}" * 65, "too-deep", "byte 320"),
    (b"[" * 100_000, "too-deep", "byte 64"),
    (b'{"a":' * 100_000, "too-deep", "byte 320"),
    (b'{"[[[\\"[": "' + b"[" * 100_000 + b'", }', "syntax", "byte 100013" if AT_THE_COMMA else "byte 100015"),
    (b'{"a\\\\": ' + b"[" * 65, "too-deep", "byte 71"),
]


@pytest.mark.parametrize(("data", "rule", "place"), REFUSED, ids=[f"{r}-{i}" for i, (_, r, _) in enumerate(REFUSED)])
def test_hostile_json_is_refused_in_one_line_with_place_and_rule(data: bytes, rule: str, place: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_json(data, name="bill.json")
    error = refused.value
    assert error.code == f"json.{rule}"
    assert error.subject is not None
    assert error.subject.startswith("bill.json")
    assert place in error.subject
    line = f"{error.subject}: {error.message} {error.hint}"
    assert "\n" not in line
    assert len(line) < 500
    line.encode("utf-8")
    assert error.__cause__ is None


def test_a_respelled_number_is_refused_with_both_forms() -> None:
    with pytest.raises(BadInput, match=r"written 12000\.0, its shortest form is 12000"):
        read_json(b'{"value": 12000.0}')


def test_nesting_of_fifty_megabytes_is_refused_at_once(tmp_path: Path) -> None:
    file = tmp_path / "deep.json"
    file.write_bytes(b"[" * 50_000_000)
    started = time.monotonic()
    with pytest.raises(BadInput) as refused:
        read_json(file)
    assert refused.value.code == "json.too-large"
    with pytest.raises(BadInput) as refused:
        read_json(file.read_bytes()[:MAX_BYTES])
    assert refused.value.code == "json.too-deep"
    assert time.monotonic() - started < 5


def test_deep_nesting_is_refused_also_where_a_library_raised_the_recursion_limit() -> None:
    """The parser recurses in C: without a look ahead a process that has imported py-evm would die of it."""
    code = (
        "import sys; sys.setrecursionlimit(1_000_000)\n"
        "from sampan.documents.json import read_json\n"
        "from sampan.errors import BadInput\n"
        "for text in (b'[', b'{\"a\":'):\n"
        "    try: read_json(text * 1_000_000)\n"
        "    except BadInput as error: print(error.code)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "json.too-deep\n" * 2)


def test_a_file_is_read_no_further_than_the_limit() -> None:
    with pytest.raises(BadInput) as refused:
        read_json(Path("/dev/zero"))
    assert refused.value.code == "json.too-large"


@pytest.mark.parametrize("path", ["missing.json", "."])
def test_what_cannot_be_read_is_named(path: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read") as refused:
        read_json(tmp_path / path)
    assert refused.value.subject == str(tmp_path / path)


def test_the_limits_themselves_are_allowed() -> None:
    assert read_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH) is not None
    assert read_json(str(MAX_INTEGER).encode()) == MAX_INTEGER
    assert read_json(str(-MAX_INTEGER).encode()) == -MAX_INTEGER
    assert read_json(b'"' + b"a" * (MAX_BYTES - 2) + b'"') is not None
    assert read_json(b"1e+21") == 1e21
    assert read_json('["\\ud83d\\ude00", "€", "\\u0000"]'.encode()) == ["😀", "€", "\0"]


def test_whole_numbers_stay_integers_and_others_floats() -> None:
    value = read_json(b'{"a": 12000, "b": 0.5, "c": true}')
    assert isinstance(value, dict)
    assert [type(item) for item in value.values()] == [int, float, bool]


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-MAX_INTEGER, MAX_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: not MAX_INTEGER < abs(number) < 1e21)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=5)
    ),
    max_leaves=20,
)


def _written(value: object) -> str:
    """JSON as an honest writer writes it: numbers in their shortest form."""
    if isinstance(value, list):
        return "[" + ", ".join(_written(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {_written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, float):
        return shortest_number(value)
    return json.dumps(value)


@given(VALUES)
def test_what_an_honest_writer_writes_is_read_as_it_was(value: object) -> None:
    assert read_json(_written(value).encode()) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(BadInput):
        read_json(data)


@given(st.text(alphabet='[]{}":,\\u0123dDeE+-. tfnNIa', max_size=60))
def test_any_text_of_json_marks_is_read_or_refused(text: str) -> None:
    try:
        value = read_json(text.encode())
    except BadInput:
        return
    assert json.loads(text) == value
