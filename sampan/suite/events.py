"""The events of the suite, a type each, made from the ABIs; `events.pyi` (generated) is for type checkers."""

from __future__ import annotations

from dataclasses import make_dataclass
from typing import Final

from sampan.suite.codec import Item, python_name, signature_of
from sampan.suite.event import Event, named_events, value_type


def _kind(name: str, item: Item, which: str = "") -> type[Event]:
    first = [which] if which else []
    own = (*first, *(str(entry["name"]) for entry in item["inputs"]))
    body = {"SIGNATURE": signature_of(item), "FIELDS": own, "SEVERAL": bool(which), "__module__": __name__}
    fields: list[tuple[str, type]] = [(each, str) for each in first]
    fields += [(python_name(str(entry["name"])), value_type(entry)) for entry in item["inputs"]]
    return make_dataclass(name, fields, bases=(Event,), namespace=body, frozen=True, slots=True)


EVENTS: Final = {name: _kind(name, item, which) for name, item, which in named_events()}
"""Name to type."""

globals().update(EVENTS)
