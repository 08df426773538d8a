"""An act as JSON: what a kept case consists of.

Addresses are written by the names of the cast (`carrier`, `bank wallet`), bills by `LEI/REFERENCE/vN`, so that a kept
case can be read. A verb is written by the name of its class, behind its subject's where an earlier subject has one of
that name.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from enum import IntEnum
from functools import cache
from typing import Any

from sampan.model.perform import Call
from sampan.suite import ids, words
from sampan.suite.chance import Act, DigestOf
from sampan.suite.verb import Signature, Suite


def to_json(value: Any, names: Mapping[str, str], suite: Suite) -> Any:
    """A record as JSON. `names` is address → name."""
    if isinstance(value, Act):
        return {"wait": value.wait, "call": to_json(value.call, names, suite)}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {
            field.name: to_json(getattr(value, field.name), names, suite)
            for field in dataclasses.fields(value)
            if getattr(value, field.name) != field.default
        }
        kind: Any = type(value)
        own = _records(suite).get(kind.__name__, kind) is kind
        return {"is": kind.__name__ if own else f"{kind.subject.name}.{kind.__name__}", **fields}
    if isinstance(value, IntEnum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    if isinstance(value, (tuple, list)):
        return [to_json(each, names, suite) for each in value]
    if isinstance(value, str) and value.startswith("0x"):
        return "@" + names.get(value, value)
    if isinstance(value, int) and not isinstance(value, bool) and value > 2**53:
        return {"bill": str(ids.BillId.unpack(value))} if ids.is_well_formed(value) else {"int": hex(value)}
    return value


def from_json(value: Any, addresses: Mapping[str, str], suite: Suite) -> Any:
    """A record from JSON. `addresses` is name → address. Raises KeyError for a name that cast or suite lack."""
    return _from_json(value, addresses, _records(suite))


@cache
def _records(suite: Suite) -> dict[str, Any]:
    """Every record by its name; of several of one name the first subject's, the others' behind their subject's name."""
    found: dict[str, Any] = {each.__name__: each for each in (Signature, Call, DigestOf)}
    for subject in suite.subjects:
        for kind in (*subject.structs.values(), *subject.verbs.values()):
            found.setdefault(kind.__name__, kind)
            found[f"{subject.name}.{kind.__name__}"] = kind
    return found


def _from_json(value: Any, addresses: Mapping[str, str], records: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        if "hex" in value:
            return bytes.fromhex(value["hex"])
        if "int" in value:
            return int(value["int"], 16)
        if set(value) == {"bill"}:
            lei, reference, version = value["bill"].split("/")
            return ids.BillId.of(lei, reference, int(version[1:])).pack()
        if "is" not in value:
            return Act(value["wait"], _from_json(value["call"], addresses, records))
        fields = {name: _from_json(each, addresses, records) for name, each in value.items() if name != "is"}
        return records[value["is"]](**fields)
    if isinstance(value, list):
        return tuple(_from_json(each, addresses, records) for each in value)
    if isinstance(value, str):
        if value.startswith("@"):
            return value[1:] if value.startswith("@0x") else addresses[value[1:]]
        enumeration, dot, member = value.partition(".")
        found = getattr(words, enumeration, None) if dot else None
        if found is not None:
            return found[member]
    return value
