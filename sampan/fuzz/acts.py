"""An act as a plain record, and its JSON: what the generator makes, the executor runs, and a kept case consists of.

Addresses are written by the names of the cast (`carrier`, `bank wallet`), bills by `LEI/REFERENCE/vN`, so that a kept
case can be read.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sampan.model.calls import Agreement, Call, Enrolment, Signature, SignedAct, Terms
from sampan.model.state import Endorsement, Kind, Purpose, Receiving, RecordLaw, Rejection, SurrenderFor


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What a new account and its sponsor sign."""

    participant: int
    account: str
    roles: int
    receiving: Receiving
    deadline: int


@dataclass(frozen=True, slots=True)
class DigestOf:
    """The digest of a text to be signed, as an argument: it depends on the chain."""

    text: SignedAct | Agreement | NewAccount | Enrolment


@dataclass(frozen=True, slots=True)
class Act:
    """One transaction: seconds since the one before, and the call."""

    wait: int
    call: Call


_STRUCTS: Final = {
    each.__name__: each for each in (Terms, Signature, SignedAct, Agreement, Enrolment, Call, NewAccount, DigestOf)
}
_ENUMS: Final = {
    each.__name__: each for each in (Kind, Endorsement, Purpose, Receiving, RecordLaw, Rejection, SurrenderFor)
}


def to_json(value: Any, names: Mapping[str, str]) -> Any:
    """A record as JSON. `names` is address → name."""
    if isinstance(value, Act):
        return {"wait": value.wait, "call": to_json(value.call, names)}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {
            field.name: to_json(getattr(value, field.name), names)
            for field in dataclasses.fields(value)
            if getattr(value, field.name) != field.default
        }
        return {"is": type(value).__name__, **fields}
    if type(value).__name__ in _ENUMS:
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    if isinstance(value, (tuple, list)):
        return [to_json(each, names) for each in value]
    if isinstance(value, str) and value.startswith("0x"):
        return "@" + names.get(value, value)
    if isinstance(value, int) and not isinstance(value, bool) and value > 2**53:
        return {"int": hex(value)}
    return value


def from_json(value: Any, addresses: Mapping[str, str]) -> Any:
    """A record from JSON. `addresses` is name → address. Raises KeyError for a name that the cast lacks."""
    if isinstance(value, dict):
        if "hex" in value:
            return bytes.fromhex(value["hex"])
        if "int" in value:
            return int(value["int"], 16)
        if "is" not in value:
            return Act(value["wait"], from_json(value["call"], addresses))
        fields = {name: from_json(each, addresses) for name, each in value.items() if name != "is"}
        return _STRUCTS[value["is"]](**fields)
    if isinstance(value, list):
        return tuple(from_json(each, addresses) for each in value)
    if isinstance(value, str):
        if value.startswith("@"):
            return value[1:] if value.startswith("@0x") else addresses[value[1:]]
        enumeration, dot, member = value.partition(".")
        if dot and enumeration in _ENUMS:
            return _ENUMS[enumeration][member]
    return value
