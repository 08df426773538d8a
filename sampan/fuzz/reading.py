"""Logs to the model's events and reverts to error names and arguments, by the ABIs; as fast as a fuzz run needs it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sampan.keccak import keccak
from sampan.model import events as ev

_Take = Callable[[bytes, int], Any]


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 32], "big")


def _address(data: bytes, at: int) -> str:
    return "0x" + data[at + 12 : at + 32].hex()


def _bytes(data: bytes, at: int) -> bytes:
    start = _number(data, at) + 32
    return data[start : start + _number(data, start - 32)]


def _items(take: _Take) -> _Take:
    def items(data: bytes, at: int) -> tuple[Any, ...]:
        start = _number(data, at) + 32
        count = _number(data, start - 32)
        return tuple(take(data, start + 32 * index) for index in range(count))

    return items


def _take(kind: str) -> _Take:
    """How a value of an ABI type is read from the word at a place; dynamic ones by the offset that stands there."""
    if kind.endswith("[]"):
        return _items(_take(kind[:-2]))
    if kind == "bytes":
        return _bytes
    if kind == "bytes32":
        return lambda data, at: data[at : at + 32]
    if kind == "bytes4":
        return lambda data, at: data[at : at + 4]
    if kind.startswith("bytes"):
        return lambda data, at: data[at : at + int(kind[5:])].rstrip(b"\0").decode("latin-1")
    if kind == "address":
        return _address
    if kind == "bool":
        return lambda data, at: bool(_number(data, at))
    if kind == "string":
        return lambda data, at: _bytes(data, at).decode()
    return _number


def _signature(entry: dict[str, Any]) -> bytes:
    def kind(each: dict[str, Any]) -> str:
        if not each["type"].startswith("tuple"):
            return str(each["type"])
        return f"({','.join(map(kind, each['components']))}){each['type'][5:]}"

    return f"{entry['name']}({','.join(map(kind, entry['inputs']))})".encode()


class Reading:
    """Reads what the suite logs and reverts with."""

    def __init__(self, abis: Iterable[Sequence[dict[str, Any]]]) -> None:
        self._events: dict[bytes, tuple[type[ev.Event], list[tuple[bool, int, _Take, Any]]]] = {}
        self._errors: dict[bytes, tuple[str, list[_Take]]] = {
            keccak(b"Panic(uint256)")[:4]: ("Panic", [_number]),
            keccak(b"Error(string)")[:4]: ("Error", [_take("string")]),
        }
        for abi in abis:
            for entry in abi:
                if entry["type"] == "error":
                    takes = [_take(each["type"]) for each in entry["inputs"]]
                    self._errors[keccak(_signature(entry))[:4]] = (entry["name"], takes)
                elif entry["type"] == "event" and entry["name"] in ev.EVENTS:
                    # ILedger comes first; libraries name the fields of ERC-721's events otherwise.
                    topic = keccak(_signature(entry))
                    if topic not in self._events:
                        self._events[topic] = _plan(entry)

    def event(self, topics: Sequence[bytes], data: bytes) -> ev.Event:
        """A log as the model's event. Raises KeyError for one that the model does not know."""
        made, plan = self._events[topics[0]]
        return made(
            *[
                convert(take(topics[at], 0) if indexed else take(data, at))
                if convert
                else (take(topics[at], 0) if indexed else take(data, at))
                for indexed, at, take, convert in plan
            ]
        )

    def error(self, output: bytes) -> tuple[str, tuple[Any, ...]]:
        """What a revert says: the error's name and arguments; no name when it says nothing, its data when unknown."""
        if not output:
            return "", ()
        known = self._errors.get(output[:4])
        if known is None:
            return "", (output,)
        name, takes = known
        return name, tuple(take(output[4:], 32 * index) for index, take in enumerate(takes))

    @property
    def error_names(self) -> set[str]:
        """All errors that the ABIs know."""
        return {name for name, _ in self._errors.values()}


def _plan(entry: dict[str, Any]) -> tuple[type[ev.Event], list[tuple[bool, int, _Take, Any]]]:
    """Where each field of an event's class stands, and what makes it an enumeration where it is one."""
    places: dict[str, tuple[bool, int, _Take]] = {}
    topic, at = 1, 0
    for each in entry["inputs"]:
        if each["indexed"]:
            places[each["name"]] = (True, topic, _take(each["type"]))
            topic += 1
        else:
            places[each["name"]] = (False, at, _take(each["type"]))
            at += 32
    made = ev.EVENTS[entry["name"]]
    plan = []
    for field in dataclasses.fields(made):
        place = places[ev.abi_name(entry["name"], field.name)]
        plan.append((*place, ev.ENUMERATIONS.get(str(field.type))))
    return made, plan
