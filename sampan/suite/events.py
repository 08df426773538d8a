"""The events of the suite, a type each, made from the ABIs; `events.pyi` (generated) is for type checkers."""

from __future__ import annotations

from dataclasses import make_dataclass
from typing import Final

from sampan.suite.codec import Item, python_name, signature_of
from sampan.suite.event import Event, items, value_type


def _kind(item: Item) -> type[Event]:
    own = tuple(str(entry["name"]) for entry in item["inputs"])
    body = {"SIGNATURE": signature_of(item), "FIELDS": own, "__module__": __name__}
    fields = [(python_name(str(entry["name"])), value_type(entry)) for entry in item["inputs"]]
    return make_dataclass(str(item["name"]), fields, bases=(Event,), namespace=body, frozen=True, slots=True)


EVENTS: Final = {str(item["name"]): _kind(item) for item in items("event")}
"""Name to type."""

globals().update(EVENTS)
