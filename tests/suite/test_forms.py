"""Forms: what a document's fields are, how they are written, and the JSON Schema that follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated, Any, Literal

import jsonschema
import pytest

from sampan.suite import forms
from sampan.suite.forms import ABSENT, Address, Also, As, BillId, Digits, Form, Hash, Of, Second, written
from sampan.suite.words import Kind, Role

NOON = datetime(2030, 1, 2, 12, tzinfo=UTC)
POSSESSOR = "0x" + "aB" * 20


@dataclass(frozen=True)
class Weighed:
    """A record of the package that is no form."""

    place: str
    kilograms: int


class Cargo(Form):
    """What a test document is about."""

    kind: Kind
    roles: Role
    weighed: list[Weighed]
    from_: Annotated[str, "Where it came from", Of(lambda cargo: cargo["origin"])]


class Manifest(Form):
    """Fields of every kind."""

    bill: BillId
    possessor: Address
    value: Digits
    root: Hash
    seconds: Second
    time: datetime
    file: Path
    state: Literal["at sea", "landed"]
    note: str | None
    counted: str | int | None
    numbers: dict[str, int]
    share: float
    cargo: Annotated[Weighed | None, Of(lambda found: found.heaviest)]
    remark: Annotated[str, Also({"maxLength": 9}), Of(lambda found: found.remark or ABSENT, maybe=True)]


@dataclass
class Found:
    """A record from which a manifest is taken."""

    bill: int = 0xAB
    possessor: str = POSSESSOR
    value: int = 2**80
    root: bytes = b"\x01" * 32
    seconds: int = 0
    time: datetime = NOON
    file: Path = Path("a.json")
    state: str = "landed"
    note: str | None = None
    counted: str | int | None = 5
    numbers: Any = None
    share: float = 0.5
    heaviest: Any = None
    remark: str = ""

    def __post_init__(self) -> None:
        self.numbers = {"hold": 3} if self.numbers is None else self.numbers


def holds(form: type[Form]) -> Callable[[Any], None]:
    """Checks a document against the schema of its form."""
    return jsonschema.Draft202012Validator(dict(forms.kind(form).schema)).validate


def test_a_record_is_written_by_its_form_and_fits_the_schema_that_follows() -> None:
    said = written(Manifest, Found(heaviest=Weighed("hold", 7), remark="wet"))
    assert said == {
        "bill": "0xab",
        "possessor": POSSESSOR,
        "value": str(2**80),
        "root": "0x" + "01" * 32,
        "seconds": "1970-01-01T00:00:00Z",
        "time": "2030-01-02T12:00:00Z",
        "file": "a.json",
        "state": "landed",
        "note": None,
        "counted": 5,
        "numbers": {"hold": 3},
        "share": 0.5,
        "cargo": {"place": "hold", "kilograms": 7},
        "remark": "wet",
    }
    holds(Manifest)(said)
    holds(Manifest)(written(Manifest, Found()))
    assert "remark" not in written(Manifest, Found())


def test_words_and_roles_are_words_and_a_field_may_have_the_name_of_a_python_word() -> None:
    cargo = {"kind": Kind.ORDER, "roles": Role.BANK | Role.ISSUE, "weighed": [Weighed("hold", 1)], "from": "Shanghai"}
    said = written(Cargo, cargo)
    assert said == {
        "kind": "order",
        "roles": ["issue", "bank"],
        "weighed": [{"place": "hold", "kilograms": 1}],
        "from": "Shanghai",
    }
    holds(Cargo)(said)
    assert forms.kind(Cargo).schema["properties"]["from"] == {"type": "string", "description": "Where it came from"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("note", 5),
        ("share", "half"),
        ("counted", 0.5),
        ("counted", True),
        ("time", datetime(2030, 1, 2)),  # noqa: DTZ001  (without a zone: that is the point)
        ("state", "sunk"),
        ("numbers", {"hold": "three"}),
        ("numbers", {"hold": True}),
    ],
)
def test_what_is_of_another_type_is_refused_with_its_place(field: str, value: object) -> None:
    with pytest.raises(TypeError, match=rf"^Manifest\.{field}: "):
        written(Manifest, Found(**{field: value}))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"weight": 1}, "Weighed has no field weight"),
        ({"kilograms": None}, r"Weighed\.kilograms: None is no int"),
        ({"place": ...}, r"Weighed\.place: is missing"),
    ],
)
def test_a_mapping_has_the_fields_of_its_form_and_no_others(changed: dict[str, Any], message: str) -> None:
    given = {name: value for name, value in {"place": "hold", "kilograms": 1, **changed}.items() if value is not ...}
    with pytest.raises(TypeError, match=f"^{message}$"):
        written(Weighed, given)


def test_a_time_of_another_zone_is_written_in_utc() -> None:
    shanghai = NOON.astimezone(timezone(timedelta(hours=8)))
    assert written(datetime, shanghai) == "2030-01-02T12:00:00Z"


def test_a_document_names_its_schema_first_also_inside_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "DOCUMENTS", {})

    class Inner(Form, document="sampan.inner/1"):
        """An inner document."""

        a: int

    class Outer(Form, document="sampan.outer/3"):
        """An outer document."""

        inner: Inner

    # Names in a function are no module's: the annotation is resolved by hand.
    Outer.__annotations__["inner"] = Inner
    said = written(Outer, {"inner": {"a": 1}})
    assert list(said) == ["schema", "inner"]
    assert said == {"schema": "sampan.outer/3", "inner": {"schema": "sampan.inner/1", "a": 1}}
    schema = forms.schema("sampan.outer/3")
    assert schema["title"] == "An outer document"
    assert schema["$id"] == "sampan.outer/3"
    jsonschema.Draft202012Validator(schema).validate(said)
    with pytest.raises(jsonschema.ValidationError, match=r"'sampan\.inner/1' was expected"):
        jsonschema.Draft202012Validator(schema).validate({**said, "inner": {"schema": "sampan.other/1", "a": 1}})


def test_what_has_no_form_is_refused() -> None:
    with pytest.raises(TypeError, match="no JSON form for object"):
        written(Any, object())
    assert written(Annotated[int, As({"type": "string"}, str)], 5) == "5"
