"""Track & Trace events are read: the right ones by either way alike, the wrong ones with every fault and its place."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from event_makers import NOW, boxed, call, corrected, customs, event, lines, sailed
from hypothesis import given, settings
from hypothesis import strategies as st

from sampan.documents.canonical import canonical_bytes
from sampan.tracking.reading import MAX_EVENT_BYTES, Read, Unfit, portions, quickly, read_event, read_portion, strictly


def faults(made: Any) -> list[tuple[str, str]]:
    """Places and rules of what is wrong with an event."""
    read = read_event(json.dumps(made).encode(), NOW)
    return [] if isinstance(read, Read) else [(fault.pointer, fault.rule) for fault in read]


def read_all(data: bytes) -> list[Any]:
    """What a source holds: codes of events, lists of faults."""
    return [
        read.event.code if isinstance(read, Read) else [(portion.place(number), one.rule) for one in read]
        for portion in portions(io.BytesIO(data), "events.json")
        for number, read in read_portion(portion, NOW)
    ]


# --------------------------------------------------------------------------------------------- DCSA's own examples


def examples(data: Path, name: str) -> list[Any]:
    found: list[Any] = json.loads((data / "dcsa/examples/tnt" / name).read_bytes())
    return found


def test_dcsas_own_events_are_read(conformance_data: Path) -> None:
    data = (conformance_data / "dcsa/examples/tnt/tnt-220-response.json").read_bytes()
    assert read_all(data) == ["ARRI", "DRFT", "LOAD", "ARRI", "DRFT", "LOAD", "DRFT"]


def test_dcsas_events_with_wrong_values_are_refused_for_these_values(conformance_data: Path) -> None:
    found = [faults(one) for one in examples(conformance_data, "tnt-220-response-wrong-attribute-values.json")]
    call_, there = "/transportCall/UNLocationCode", "/transportCall/location/UNLocationCode"
    assert found[0] == [(call_, "locode"), (there, "locode"), ("/eventID", "missing"), (there, "place")]
    # DCSA's gateway refuses it beside the filters of its query; by itself it is an event.
    assert found[1] == []
    assert found[2] == [
        ("/equipmentReference", "check-digit"),
        ("/eventLocation/UNLocationCode", "locode"),
        (call_, "locode"),
        (there, "locode"),
        (there, "place"),
    ]


@pytest.mark.parametrize(
    ("index", "fault"),
    [
        (1, ("/eventCreatedDateTime", "missing")),
        (2, ("/eventDateTime", "missing")),
        (3, ("/eventCreatedDateTime", "time")),
        (4, ("/eventDateTime", "time")),
        (5, ("/eventCreatedDateTime", "time")),
        (6, ("/eventCreatedDateTime", "future")),
    ],
)
def test_dcsas_events_with_wrong_times_are_refused_for_them(
    conformance_data: Path, index: int, fault: tuple[str, str]
) -> None:
    found = faults(examples(conformance_data, "tnt-220-response-wrong-date-times.json")[index])
    assert sorted(found) == sorted([fault, ("/eventID", "missing")])


# -------------------------------------------------------------------------------------------------------- faults


@pytest.mark.parametrize("made", [boxed("LOAD"), sailed("DEPA"), customs("CNSHA"), corrected(boxed("GTIN"))])
def test_a_right_event_has_no_faults(made: dict[str, Any]) -> None:
    assert faults(made) == []


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        (boxed("LOAD", eventID=None), ("/eventID", "missing")),
        (boxed("LOAD", eventID="17"), ("/eventID", "event-id")),
        (boxed("LOAD", eventDateTime="2026-01-02T08:30:00"), ("/eventDateTime", "zone")),
        (boxed("LOAD", eventDateTime="2026-01-02T08:30:00+25:00"), ("/eventDateTime", "zone")),
        (boxed("LOAD", eventDateTime="2026-01-02T08:30:00+08:10"), ("/eventDateTime", "zone")),
        (boxed("LOAD", eventDateTime="2026-02-30T08:30:00+08:00"), ("/eventDateTime", "time")),
        (boxed("LOAD", eventDateTime="1999-12-31T08:30:00Z"), ("/eventDateTime", "time")),
        (boxed("LOAD", eventDateTime="2026-01-02T09:30:01+08:00"), ("/eventDateTime", "future")),
        (boxed("LOAD", eventCreatedDateTime="2026-03-02T09:30:01Z"), ("/eventCreatedDateTime", "future")),
        (corrected(boxed("LOAD"), hour=0), ("/eventUpdatedDateTime", "order")),
        (boxed("LOAD", eventClassifierCode="REQ"), ("/eventClassifierCode", "code")),
        (boxed("LOAF"), ("/equipmentEventTypeCode", "code")),
        (boxed("LOAD", emptyIndicatorCode=None), ("/emptyIndicatorCode", "missing")),
        (boxed("LOAD", emptyIndicatorCode=True), ("/emptyIndicatorCode", "type")),
        (boxed("LOAD", equipmentReference="XLLU2601018"), ("/equipmentReference", "check-digit")),
        (boxed("LOAD", equipmentReference=""), ("/equipmentReference", "equipment")),
        (
            boxed("LOAD", transportCall=call(vessel={"vesselIMONumber": "9321484"})),
            ("/transportCall/vessel/vesselIMONumber", "check-digit"),
        ),
        (
            boxed("LOAD", transportCall=call(vessel={"vesselIMONumber": "IMO9321"})),
            ("/transportCall/vessel/vesselIMONumber", "imo"),
        ),
        (boxed("LOAD", transportCall=call(vessel={})), ("/transportCall/vessel/vesselIMONumber", "missing")),
        (boxed("LOAD", port="Shanghai"), ("/transportCall/UNLocationCode", "locode")),
        (
            boxed("LOAD", transportCall=call(location={"UNLocationCode": "CNNGB"})),
            ("/transportCall/location/UNLocationCode", "place"),
        ),
        (boxed("LOAD", transportCall=call(mode="SHIP")), ("/transportCall/modeOfTransport", "code")),
        (boxed("LOAD", seals=[{"sealNumber": "QL770131"}]), ("/seals/0/sealType", "missing")),
        (boxed("LOAD", seals=[{"sealNumber": "QL770131", "sealType": "ROPE"}]), ("/seals/0/sealType", "code")),
        (boxed("LOAD", seals=["QL770131"]), ("/seals/0", "type")),
        (boxed("LOAD", seals=[{"sealNumber": "Q" * 16, "sealType": "BLT"}]), ("/seals/0/sealNumber", "length")),
        (boxed("LOAD", transportCall=None, ISOEquipmentCode=None, isRetracted="yes"), ("/isRetracted", "type")),
        (boxed("LOAD", retractedEventID="3cecb101-7a1a-43a4-9d62-e88a131651e3"), ("/retractedEventID", "retraction")),
        (boxed("LOAD", documentReferences=None, DocumentReferences=[]), ("/DocumentReferences", "name")),
        (boxed("LOAD", transportEventTypeCode="DEPA"), ("/transportEventTypeCode", "type")),
        (sailed("DEPA", transportCall=None), ("/transportCall", "missing")),
        (event(eventType="IOT"), ("/eventType", "code")),
        ({"events": []}, ("/events", "shape")),
        ({"eventClassification": {}}, ("/eventClassification", "version")),
        ([], ("", "shape")),
    ],
)
def test_a_fault_is_found_at_its_place(made: Any, fault: tuple[str, str]) -> None:
    assert faults(made) == [fault]


def test_every_fault_of_an_event_is_found_at_once() -> None:
    made = boxed("LOAF", eventID="x", eventDateTime="yesterday", equipmentReference="XLLU2601018")
    assert {rule for _, rule in faults(made)} == {"code", "event-id", "time", "check-digit"}


def test_a_fault_says_what_would_be_right() -> None:
    read = read_event(json.dumps(boxed("LOAD", equipmentReference="XLLU2601018")).encode(), NOW)
    assert isinstance(read, list)
    assert read[0].message == "container XLLU2601018 has a wrong check digit"
    assert "XLLU2601017" in read[0].right


def test_an_estimate_may_be_of_what_is_to_come() -> None:
    assert faults(boxed("LOAD", eventClassifierCode="EST", eventDateTime="2027-01-02T08:30:00+08:00")) == []


def test_a_container_of_the_shippers_own_kind_has_no_check_digit() -> None:
    assert faults(boxed("LOAD", equipmentReference="TANK 17")) == []


# ----------------------------------------------------------------------------------------------------- versions


@pytest.mark.parametrize(
    ("word", "code"), [("CUSTOMS_RELEASED", "CUSR"), ("AVAILABLE_FOR_PICKUP", "AVPU"), ("CROSSED", "WAYP")]
)
def test_words_of_3_0_are_read_as_the_codes_of_2_2(word: str, code: str) -> None:
    references = [{"documentReferenceType": "BOOKING", "documentReferenceValue": "B1"}]
    made = boxed(word, eventClassifierCode="ACTUAL", documentReferences=references, isRetracted=False)
    read = read_event(json.dumps(made).encode(), NOW)
    assert isinstance(read, Read)
    assert (read.event.classifier, read.event.code, read.event.references) == ("ACT", code, ("BKG/B1",))


@pytest.mark.parametrize("code", ["CUSS", "CUSI", "CUSR", "AVPU", "AVDO", "WAYP"])
def test_codes_that_came_after_2_2_are_read(code: str) -> None:
    assert faults(boxed(code)) == []


@pytest.mark.parametrize(
    "made",
    [
        boxed("LOADED"),
        boxed("LOAD", eventClassifierCode="ACTUAL"),
        boxed("LOAD", documentReferences=[{"documentReferenceType": "BOOKING", "documentReferenceValue": "B1"}]),
        boxed("LOAD", isRetracted=False, eventTypeCode="LOAD"),
        corrected(boxed("LOAD", transportCallID="XLL-001W")),
    ],
)
def test_an_event_of_two_versions_is_refused(made: dict[str, Any]) -> None:
    assert "version" in {rule for _, rule in faults(made)}


# -------------------------------------------------------------------------------------------- what a source holds


def test_one_event_a_list_and_lines_are_read_alike() -> None:
    made = [boxed("LOAD"), sailed("DEPA", number=2)]
    assert read_all(lines(made)) == read_all(json.dumps(made).encode()) == ["LOAD", "DEPA"]
    assert read_all(json.dumps(made, indent=2).encode()) == ["LOAD", "DEPA"]
    assert read_all(json.dumps(made[0], indent=2).encode()) == read_all(json.dumps(made[0]).encode()) == ["LOAD"]
    assert read_all(b"\n\n" + lines(made).replace(b"\n", b"\r\n\r\n")) == ["LOAD", "DEPA"]
    assert read_all(b" []\n") == []


@pytest.mark.slow
def test_a_list_larger_than_a_portion_is_read_in_order() -> None:
    made = [boxed("LOAD", number=number, changeRemark="x" * 200) for number in range(2_500)]
    data = json.dumps(made).encode()
    found = [*portions(io.BytesIO(data), "")]
    assert len(found) > 1
    events = [read for portion in found for _, read in read_portion(portion, NOW)]
    assert [one.event.id[-2:] for one in events if isinstance(one, Read)] == [
        number.to_bytes(2, "big") for number in range(2_500)
    ]


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\xef\xbb\xbf[]", "not-utf8"),
        (b"[", "truncated"),
        (b"[" * 100_000, "too-deep"),
        (b"[{}", "truncated"),
        (b"[{}}", "syntax"),
        (b"[] []", "syntax"),
    ],
)
def test_a_source_of_which_nothing_can_be_read_is_refused_whole(data: bytes, rule: str) -> None:
    with pytest.raises(Unfit) as refused:
        read_all(data)
    assert refused.value.code == f"event.{rule}"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (b'{"eventID": NaN}', "not-a-number"),
        (b'{"eventID": 1e999}', "number-range"),
        (b'{"eventID": "a", "eventID": "b"}', "duplicate-key"),
        (b'{"reason": "\\ud800"}', "lone-surrogate"),
        (b'{"reason": "\xff"}', "not-utf8"),
        (b'{"reason": ' + b"[" * 100 + b"]" * 100 + b"}", "too-deep"),
        (b'{"reason": "' + b"x" * MAX_EVENT_BYTES + b'"}', "too-large"),
        (b'{"reason": "x"', "truncated"),
        (b'{"reason": "x"} {}', "syntax"),
        (b"[1,]", "shape"),
        (b'[{"a":1} {"b":2}]', "syntax"),
    ],
)
def test_hostile_json_is_refused_with_its_place(text: bytes, rule: str) -> None:
    (found,) = (one for one in read_all(text) if rule in [rule for _, rule in one])
    assert found


def test_a_name_that_stands_twice_is_refused_wherever_it_stands() -> None:
    text = json.dumps(boxed("LOAD"))
    for twice in ('"eventID": "x", ', '"isRetracted": true, "isRetracted": true, '):
        assert "duplicate-key" in [rule for _, rule in read_all(("{" + twice + text[1:]).encode())[0]]
    deep = text.replace('"transportCall": {', '"transportCall": {"modeOfTransport": "RAIL", ')
    assert [rule for _, rule in read_all(deep.encode())[0]] == ["duplicate-key"]


def test_a_fault_names_the_line_or_the_index_of_its_event() -> None:
    made = [boxed("LOAD"), boxed("LOAF", number=2)]
    assert [one[0][0].line for one in read_all(lines(made)) if isinstance(one, list)] == [2]
    (found,) = (one for one in read_all(json.dumps(made).encode()) if isinstance(one, list))
    assert found[0][0].pointer("/eventID") == "/1/eventID"


# ---------------------------------------------------------------------------------------------- one answer, two ways

texts = st.text(max_size=8) | st.sampled_from(
    ["LOAD", "CNSHA", "ACT", "BKG", '"', "\\", '\\"', '\\\\"', "é", "\u007f", "\u2028", "😀"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from(
    [*boxed("LOAD"), "reason", "changeRemark", "seals", "references", "eventLocation", "isRetracted"]
)


@st.composite
def spelt(draw: st.DrawFn) -> bytes:
    """An event as somebody writes it: a member changed or added, in any order, with escapes or not, a name twice."""
    made = draw(st.sampled_from([boxed("LOAD"), sailed("DEPA"), customs("CNSHA"), corrected(boxed("CUSR"))]))
    changes = draw(st.dictionaries(names | texts, texts | values, max_size=2))
    members = draw(st.permutations([*(made | changes).items()]))
    escapes, spaces = draw(st.booleans()), draw(st.booleans())
    separators = (", ", ": ") if spaces else (",", ":")

    def text(value: Any) -> str:
        return json.dumps(value, ensure_ascii=escapes, separators=separators)

    twice = draw(st.lists(st.sampled_from(members), max_size=1))
    written = separators[0].join(f"{text(name)}{separators[1]}{text(value)}" for name, value in [*twice, *members])
    return ("{" + written + "}").encode("utf-8", "surrogatepass")


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(spelt())
def test_the_quick_way_takes_nothing_that_the_strict_reader_refuses_and_gives_the_same_bytes(text: bytes) -> None:
    quick, strict = quickly(text, NOW), strictly(text, NOW)
    if quick is not None:
        assert quick == strict
        assert quick.body == canonical_bytes(json.loads(text))


@pytest.mark.parametrize("made", [boxed("LOAD"), sailed("DEPA"), customs("CNSHA"), corrected(boxed("CUSR"))])
def test_members_that_nobody_knows_change_nothing_of_what_is_needed(made: dict[str, Any]) -> None:
    quick = quickly(json.dumps(made).encode(), NOW)
    strange = {"x-remark": [1.5, None], "\ud7ff": {}}
    call_ = {"transportCall": made["transportCall"] | strange} if "transportCall" in made else {}
    strict = strictly(json.dumps(made | strange | call_).encode(), NOW)
    assert quick is not None
    assert isinstance(strict, Read)
    assert strict.event == quick.event


@pytest.mark.parametrize("ending", ["\n", " ", "\0", "\u2028"])
@pytest.mark.parametrize("name", ["eventID", "eventDateTime", "equipmentEventTypeCode", "emptyIndicatorCode"])
def test_the_quick_way_takes_no_value_with_something_behind_it(name: str, ending: str) -> None:
    made = boxed("LOAD")
    assert quickly(json.dumps(made).encode(), NOW) is not None
    assert quickly(json.dumps(made | {name: made[name] + ending}).encode(), NOW) is None


@pytest.mark.parametrize("number", ["2.0", "2e0", "9007199254740992", "1" * 30, "true", '"2"', "null"])
def test_the_quick_way_takes_whole_numbers_that_every_reader_holds_alone(number: str) -> None:
    text = json.dumps(boxed("LOAD", transportCall=call(transportCallSequenceNumber=4711)))
    assert quickly(text.encode(), NOW) is not None
    assert quickly(text.replace("4711", number).encode(), NOW) is None


AWKWARD: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.0, 2.5, 2**53 - 1, 2**53, 10**40, "", "\0", "a\n", "\ud800", "\u2028", "x" * 6_000),
    *([], {}, [[]], [None], [{}], "LOAD", "ACT", "EQUIPMENT", "2026-02-30T08:30:00Z", "0001-01-01T00:00:00+14:00"),
    *({"transportCallID": "1", "modeOfTransport": "VESSEL"}, {"UNLocationCode": "CNSHA"}),
)
"""What may stand where something else is expected."""
WHOLE = boxed(
    "LOAD",
    transportCall=call(transportCallSequenceNumber=7),
    references=[{"referenceType": "FF", "referenceValue": "x"}],
    seals=[{"sealNumber": "1", "sealType": "KLP"}],
    documentReferences=[{"documentReferenceType": "BKG", "documentReferenceValue": "B1"}],
)


def places(found: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The places in a value, its own among them."""
    inside = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    return [place, *(each for name, value in inside for each in places(value, (*place, name)))]


def with_at(found: Any, place: tuple[Any, ...], value: Any) -> Any:
    """A value with another one in a place."""
    if not place:
        return value
    here = dict(enumerate(found)) if isinstance(found, list) else dict(found)
    here[place[0]] = with_at(here[place[0]], place[1:], value)
    return list(here.values()) if isinstance(found, list) else here


@pytest.mark.parametrize("place", places(WHOLE), ids=lambda place: "/".join(map(str, place)) or "whole")
def test_whatever_stands_in_a_place_both_ways_say_the_same_and_neither_breaks(place: tuple[Any, ...]) -> None:
    for value in AWKWARD:
        text = json.dumps(with_at(WHOLE, place, value)).encode()
        quick, strict = quickly(text, NOW), strictly(text, NOW)
        assert quick is None or strict == quick, value


def test_a_member_that_stands_twice_is_left_to_the_strict_reader_also_in_the_shortest_form() -> None:
    text = json.dumps(WHOLE, separators=(",", ":"), sort_keys=True)
    assert quickly(text.encode(), NOW) is not None
    for name, value in WHOLE.items():
        twice = f"{json.dumps(name)}:{json.dumps(value, separators=(',', ':'), sort_keys=True)}"
        for both in (f"{{{twice},{text[1:]}", f"{text[:-1]},{twice}}}"):
            assert quickly(both.encode(), NOW) is None, name
            assert not isinstance(strictly(both.encode(), NOW), Read), name


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["reason", "changeRemark"]), st.text(max_size=40)))
def test_the_quick_way_takes_every_plain_event(members: dict[str, str]) -> None:
    text = json.dumps(boxed("LOAD") | members, ensure_ascii=False).encode("utf-8", "surrogatepass")
    strict = strictly(text, NOW)
    if not isinstance(strict, Read):
        return
    quick = quickly(text, NOW)
    # A text that ends with a backslash may be sent the long way round.
    assert quick == strict or (quick is None and b"\\" in text)


@pytest.mark.parametrize("head", [b'{"', b'[{"', b'[{"eventID": "'])
def test_a_text_that_is_never_closed_is_refused_and_not_looked_at_for_hours(head: bytes) -> None:
    hostile = io.BytesIO(head + b'\\"' * 400_000)
    try:
        read = [one for portion in portions(hostile, "hostile.json") for _, one in read_portion(portion, NOW)]
    except Unfit:
        return
    assert read
    assert not any(isinstance(one, Read) for one in read)


def test_a_first_line_whose_text_is_not_closed_is_a_line_all_the_same() -> None:
    (portion,) = portions(io.BytesIO(b'{"eventID": "e0}\n{}\n'), "lines.ndjson")
    assert portion.kind == "line"
