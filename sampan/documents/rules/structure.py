"""The shape of the document: what DCSA's JSON Schema asks, checked by the models, with every fault named at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sampan.documents import messages, places
from sampan.documents.json import shortest_number, shown
from sampan.documents.pointer import build, join
from sampan.documents.rules.base import ADVICE, Fault, Severity, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic_core import ErrorDetails

    from sampan.documents.json import JsonValue
    from sampan.documents.model import TransportDocument

UNKNOWN = "unknown-property"
UNKNOWN_SEVERITIES = {**ADVICE, Stage.EBL: Severity.ERROR}
STRUCTURE_RULES: Mapping[str, str] = {
    "schema-type": "A property has the JSON type that DCSA gives it; nothing is null",
    "schema-required": "Required properties are there",
    "schema-value": "Enumerated properties hold one of their values",
    "schema-pattern": "Text has the form that DCSA's pattern asks for",
    "schema-length": "Text has the length that DCSA allows",
    "schema-items": "Lists have as many items as DCSA allows",
    "schema-range": "Numbers are within DCSA's range",
    "schema-date": "Dates are days of the calendar, times carry their offset (RFC 3339)",
    UNKNOWN: "Properties are those of DCSA 3.0.4; an eBL holds no term that not every reader knows",
}

_TYPES = {
    "string_type": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "number_type": "a number",
    "list_type": "a list",
    "model_type": "an object",
    "dict_type": "an object",
    "date_type": "a date written as text",
}
# What each fault of the models is to us: the rule, what is wrong, what would be right.
_SAID = {
    "missing": ("schema-required", "is missing", "add it: DCSA requires it"),
    **{name: ("schema-type", f"must be {right}, is {{kind}}", f"write {right}") for name, right in _TYPES.items()},
    "literal_error": ("schema-value", "is {seen}", "one of {expected}"),
    "string_pattern_mismatch": ("schema-pattern", "is {seen}", "text that matches {pattern}"),
    "string_too_long": ("schema-length", "has {length} characters", "at most {max_length} characters"),
    "string_too_short": ("schema-length", "is too short: {seen}", "at least {min_length} characters"),
    "too_long": ("schema-items", "has {actual_length} items", "at most {max_length}"),
    "too_short": ("schema-items", "has {actual_length} items", "at least {min_length}"),
    "greater_than": ("schema-range", "is {seen}", "more than {gt}"),
    "greater_than_equal": ("schema-range", "is {seen}", "at least {ge}"),
    "less_than": ("schema-range", "is {seen}", "less than {lt}"),
    "less_than_equal": ("schema-range", "is {seen}", "at most {le}"),
    "date_form": ("schema-date", "is {seen}", "{asked}"),
}


def parse(document: JsonValue, stage: Stage) -> tuple[TransportDocument | None, list[Fault]]:
    """The typed document, when its shape allows one, and all faults of shape.

    Properties that DCSA does not know are reported and left out of the typed document; they stay in the JSON that is
    hashed. Without other faults there is a typed document.
    """
    from pydantic import ValidationError

    from sampan.documents.model import TransportDocument

    other = messages.other(document)
    if other is not None:
        return None, [_made("", "schema-type", other.message, other.right)]
    right = "leave the property out, or give its value"
    faults = [_made(pointer, "schema-type", "is null", right) for pointer in _nulls(document, "")]
    cleaned = _without_nulls(document)
    unknown: list[tuple[str | int, ...]] = []
    try:
        parsed = TransportDocument.model_validate(cleaned)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            if detail["type"] == "extra_forbidden":
                unknown.append(detail["loc"])
                faults.append(_unknown(detail["loc"], stage))
            else:
                faults.append(_fault(detail))
    else:
        return (None if faults else parsed), faults
    if len(faults) > len(unknown):
        return None, faults
    for place in unknown:
        _remove(cleaned, place)
    return TransportDocument.model_validate(cleaned), faults


def _nulls(value: JsonValue, pointer: str) -> Iterator[str]:
    """Members that are null: a model would take null for absent, DCSA does not."""
    if isinstance(value, dict):
        for key, item in value.items():
            if item is None:
                yield join(pointer, key)
            yield from _nulls(item, join(pointer, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _nulls(item, join(pointer, index))


def _without_nulls(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value


def _remove(value: JsonValue, place: tuple[str | int, ...]) -> None:
    here: Any = value
    for part in place[:-1]:
        here = here[part]
    del here[place[-1]]


def _made(pointer: str, rule: str, message: str, right: str) -> Fault:
    return Fault(pointer, rule, Severity.ERROR, message, right, "DCSA schema")


def _unknown(place: tuple[str | int, ...], stage: Stage) -> Fault:
    message = f"{shown(str(place[-1]))!r} is no property of DCSA's transport document 3.0.4 here"
    source = "DCSA schema, which has no such property; an eBL holds no term that not every reader knows"
    return Fault(build(place), UNKNOWN, UNKNOWN_SEVERITIES[stage], message, places.advice(place), source)


def _fault(detail: ErrorDetails) -> Fault:
    from sampan.documents.model import TRIMMED

    given = detail["input"]
    rule, message, right = _SAID.get(detail["type"], ("schema-type", "{asked}", "correct the value"))
    values = {
        **detail.get("ctx", {}),
        "asked": detail["msg"].removeprefix("must be "),
        "kind": _kind_of(given),
        "seen": _seen(given),
        "length": len(given) if isinstance(given, str) else "too many",
    }
    if rule == "schema-value":
        values["expected"] = values["expected"].replace("'", "")
    if rule == "schema-pattern" and values["pattern"] == TRIMMED:
        right = "no space at either end, not empty"
    if detail["type"] == "model_type" and isinstance(given, list) and detail["loc"]:
        right = _one(str(detail["loc"][-1]))
    return _made(build(detail["loc"]), rule, message.format(**values), right.format(**values))


def _one(name: str) -> str:
    """What would be right where DCSA knows one and several were given."""
    if name == "endorsee":
        return "one object: DCSA knows the first endorsee, and who comes after it is endorsed to on the ledger"
    return "one object, not a list of them: DCSA knows one here"


def _kind_of(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "text"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, list):
        return "a list"
    return "an object" if isinstance(value, dict) else "null"


def _seen(value: object) -> str:
    if isinstance(value, str):
        return f"'{shown(value)}'"
    if isinstance(value, int | float):
        return shortest_number(value)
    return _kind_of(value)
