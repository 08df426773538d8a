"""The events of the suite, a type each, made from the ABIs; `events.pyi` (generated) is for type checkers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import make_dataclass
from typing import Any, Final

from sampan.suite.codec import python_name, signature_of
from sampan.suite.event import SOURCES, Event
from sampan.toolchain import artifacts


def _kind(item: Mapping[str, Any]) -> type[Event]:
    own = tuple(str(entry["name"]) for entry in item["inputs"])
    body = {"SIGNATURE": signature_of(item), "FIELDS": own, "__module__": __name__}
    fields = map(python_name, own)
    return make_dataclass(str(item["name"]), fields, bases=(Event,), namespace=body, frozen=True, slots=True)


_ITEMS = {
    item["name"]: item for name in reversed(SOURCES) for item in artifacts.load(name).abi if item["type"] == "event"
}

EVENTS: Final = {name: _kind(item) for name, item in sorted(_ITEMS.items())}
"""Name to type."""

globals().update(EVENTS)
