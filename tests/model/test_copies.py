"""Copies of the model's records: field by field, and apart from what they were made of."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from sampan.bills.records import Bill
from sampan.identity.records import Account, Participant


def distinct(kind: type[Any]) -> Any:
    """A record with another value in each field, whatever the fields' types: two that a copy swapped would differ."""
    fields = dataclasses.fields(kind)
    return kind(**{f.name: [f.name] if "list" in str(f.type) else f"value of {f.name}" for f in fields})


@pytest.mark.parametrize("kind", [Bill, Account, Participant])
def test_a_copy_has_every_field_in_its_place(kind: type[Any]) -> None:
    record = distinct(kind)
    for field in dataclasses.fields(kind):
        assert getattr(record.copy(), field.name) == getattr(record, field.name), field.name


@pytest.mark.parametrize("kind", [Bill, Account, Participant])
def test_what_happens_to_a_copy_does_not_happen_to_its_original(kind: type[Any]) -> None:
    """A list inside is the copy's own: savepoints keep copies while the record goes on to change."""
    record = distinct(kind)
    copied = record.copy()
    for field in dataclasses.fields(kind):
        value = getattr(record, field.name)
        if isinstance(value, list):
            value.append("later")
            assert getattr(copied, field.name) == [field.name]
        else:
            setattr(record, field.name, "later")
    assert copied == distinct(kind)
