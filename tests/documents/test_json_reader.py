"""Hostile JSON: each fault is one line that names place and rule, quickly, and never a traceback (K20)."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampan.documents.canonical import canonical_bytes
from sampan.documents.json import MAX_INTEGER, Unreadable, read_all, read_json, shortest_number
from sampan.documents.limits import MAX_DEPTH, MAX_DOCUMENT_BYTES
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
    (b'{"w": 1E400}', "number-range", "/w"),
    (b'{"w": 0.30000000000000001}', "number-digits", "/w"),
    (b'{"w": 0.1000000000000000055511151231257827021181583404541015625}', "number-digits", "/w"),
    (b'{"w": 9007199254740991.4}', "number-digits", "/w"),
    (b'{"w": 12345678901234567890123.0}', "number-digits", "/w"),
    (b'{"w": 1e-400}', "number-digits", "/w"),
    (b'{"w": -1e-99999999999999999999}', "number-digits", "/w"),
    (b'{"w": 0.' + b"1" * 1_000_000 + b"}", "number-length", "/w"),
    (b'{"w": 1.' + b"0" * 1_000_000 + b"}", "number-length", "/w"),
    (b'{"w": 1e' + b"9" * 1_000_000 + b"}", "number-length", "/w"),
    (b'{"n": 9007199254740993.0}', "integer-range", "/n"),
    (b'{"n": 1e16}', "integer-range", "/n"),
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


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1.0", 1),
        ("15.0", 15),
        ("-12000.000", -12000),
        ("1e3", 1000),
        ("1E+3", 1000),
        ("0.1e1", 1),
        ("1.50", 1.5),
        ("1E-7", 1e-7),
        ("0.0000001", 1e-7),
        ("-0", 0),
        ("-0.0", 0),
        ("0e99999999999999999999", 0),
        ("0.30", 0.3),
        ("123456789012345.670", 123456789012345.67),
        ("9007199254740991.0", MAX_INTEGER),
        ("1" + "0" * 21 + ".0", 1e21),
        ("1e21", 1e21),
        ("17976931348623157e292", 1.7976931348623157e308),
    ],
)
def test_every_spelling_of_a_number_is_read_as_that_number(written: str, value: float) -> None:
    """RFC 8785 gives `1.0` and `1` the same bytes, so nothing that is signed depends on which was written."""
    reading = read_all(f'{{"w": {written}}}'.encode())
    assert reading.value == {"w": value}
    assert isinstance(reading.value, dict)
    assert type(reading.value["w"]) is type(value)
    shortest = shortest_number(value)
    assert canonical_bytes(reading.value) == f'{{"w":{shortest}}}'.encode()
    assert [(one.pointer, one.written, one.shortest) for one in reading.respelt] == [("/w", written, shortest)]
    # What is written of it is read again, and is then in its shortest form.
    again = read_all(canonical_bytes(reading.value))
    assert (again.value, again.respelt, again.refused) == (reading.value, [], [])


def test_a_number_that_a_double_would_round_is_refused_with_what_it_would_become() -> None:
    with pytest.raises(BadInput, match=r"0\.30000000000000001 has more digits .* would be read as 0\.3 "):
        read_json(b'{"value": 0.30000000000000001}')


def test_all_that_is_refused_is_named_at_once_with_its_place() -> None:
    text = (
        b'{"a": [1.0, 0.30000000000000001, NaN], "b": "\\ud800", "b": 1, '
        b'"c": {"d": 1e999, "\\udc00": 9007199254740993}}'
    )
    with pytest.raises(Unreadable, match=r"more digits than a double carries.*\(and 6 more\)") as refused:
        read_json(text, name="bill.json")
    assert [(one.pointer, one.rule) for one in refused.value.refused] == [
        ("/a/1", "number-digits"),
        ("/a/2", "not-a-number"),
        ("/b", "lone-surrogate"),
        ("/b", "duplicate-key"),
        ("/c/d", "number-range"),
        ("/c", "lone-surrogate"),
        ("/c/\ufffd", "integer-range"),
    ]
    assert read_all(text).value == {"a": [1, 0.3, None], "b": "\ufffd", "c": {"d": None, "\ufffd": None}}


@pytest.mark.slow
def test_nesting_of_fifty_megabytes_is_refused_at_once(tmp_path: Path) -> None:
    file = tmp_path / "deep.json"
    file.write_bytes(b"[" * 50_000_000)
    started = time.monotonic()
    with pytest.raises(BadInput) as refused:
        read_json(file)
    assert refused.value.code == "json.too-large"
    with pytest.raises(BadInput) as refused:
        read_json(file.read_bytes()[:MAX_DOCUMENT_BYTES])
    assert refused.value.code == "json.too-deep"
    assert time.monotonic() - started < 5


@pytest.mark.slow
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
    assert read_json(b'"' + b"a" * (MAX_DOCUMENT_BYTES - 2) + b'"') is not None
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
    """JSON as an honest writer writes it: numbers in their shortest form, or as Python and Java write them."""
    if isinstance(value, list):
        return "[" + ", ".join(_written(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {_written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, float):
        return repr(value) if str(value).endswith("0") else shortest_number(value)
    return json.dumps(value)


@pytest.mark.slow
@given(VALUES)
def test_what_an_honest_writer_writes_is_read_as_it_was(value: object) -> None:
    assert read_json(_written(value).encode()) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    refusal = None
    try:
        read_json(data)
    except BadInput as caught:
        refusal = caught
    assert refusal is None or (refusal.exit_code == 3 and refusal.subject), "a refusal says where"


@given(st.text(alphabet='[]{}":,\\u0123dDeE+-. tfnNIa', max_size=60))
def test_any_text_of_json_marks_is_read_or_refused(text: str) -> None:
    try:
        value = read_json(text.encode())
    except BadInput:
        return
    assert json.loads(text) == value
