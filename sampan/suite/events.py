"""The events of the suite, a type each, made from the ABIs; `events.pyi` (generated) is for type checkers."""

from __future__ import annotations

from typing import Any, Final

from sampan.suite.codec import Item, python_name, signature_of
from sampan.suite.event import Event, named_events, value_type
from sampan.suite.valued import valued


def _kind(name: str, item: Item, which: str = "") -> type[Event]:
    first = [which] if which else []
    own = (*first, *(str(entry["name"]) for entry in item["inputs"]))
    signature = signature_of(item)
    types: dict[str, Any] = dict.fromkeys(first, str)
    types |= {python_name(str(entry["name"])): value_type(entry) for entry in item["inputs"]}
    body = {"SIGNATURE": signature, "FIELDS": own, "SEVERAL": bool(which), "__annotations__": types}
    return valued(type(name, (Event,), {**body, "__module__": __name__, "__doc__": f"{signature}."}))


EVENTS: Final = {name: _kind(name, item, which) for name, item, which in named_events()}
"""Name to type."""

globals().update(EVENTS)
