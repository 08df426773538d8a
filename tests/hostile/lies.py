"""Logs as a liar has them: of an event hidden, altered in one field, invented, moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from support import faults
from support.lying_rpc import Fault

from sampan.chain import abi
from sampan.chain.accounts import ROLES
from sampan.toolchain.artifacts import load

Logs = list[dict[str, Any]]


@cache
def _items() -> dict[str, Any]:
    listed = [item for name in ("ILedger", "Bills", "AccessManager") for item in load(name).abi]
    return {item["name"]: item for item in listed if item["type"] == "event"}


def topic(name: str) -> str:
    return "0x" + abi.topic(abi.signature_of(_items()[name])).hex()


def is_a(log: Mapping[str, Any], *names: str) -> bool:
    return log["topics"][0] in map(topic, names)


def hidden(*names: str, where: Callable[[dict[str, Any]], bool] = lambda log: True) -> Fault:
    """The events of these names, where that is so."""
    return faults.logs(lambda found: [log for log in found if not (is_a(log, *names) and where(log))])


def altered(name: str, which: int = 0, **changes: Any) -> Fault:
    """Of the events of a name the which-th (-1: the last), with fields changed; a function makes the new of the old."""
    seen: list[tuple[str, str]] = []

    def alter(found: Logs) -> Logs:
        ours = [log for log in found if is_a(log, name)]
        if ours and not seen:
            seen.append((ours[which]["blockNumber"], ours[which]["logIndex"]))
        return [rewritten(log, changes) if (log["blockNumber"], log["logIndex"]) in seen else log for log in found]

    return faults.logs(alter)


def rewritten(log: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    item = next(item for name, item in _items().items() if topic(name) == log["topics"][0])
    plain = [entry for entry in item["inputs"] if not entry["indexed"]]
    kinds = [abi.type_of(entry) for entry in plain]
    values = dict(zip([e["name"] for e in plain], abi.decode(kinds, bytes.fromhex(log["data"][2:])), strict=True))
    topics, indexed = list(log["topics"]), [entry["name"] for entry in item["inputs"] if entry["indexed"]]
    for field, change in changes.items():
        if field in values:
            values[field] = change(values[field]) if callable(change) else change
        elif field in indexed:
            topics[1 + indexed.index(field)] = word(change)
        else:
            log = {**log, field: change}
    data = "0x" + abi.encode(kinds, list(values.values())).hex()
    return {**log, "topics": topics, "data": data}


def word(value: Any) -> str:
    if isinstance(value, str):
        return "0x" + value[2:].lower().rjust(64, "0")
    return f"0x{value:064x}"


def plausible(name: str, **given: Any) -> dict[str, Any]:
    """Fields of an event that somebody invented, but for those that are given."""
    usual: dict[str, Any] = {"address": ROLES["thief"], "bool": True, "bytes": b"fraud", "bytes2[]": [b"HK"]}
    kinds = {entry["name"]: abi.type_of(entry) for entry in _items()[name]["inputs"]}
    numbers = {field: bytes(32) if kind == "bytes32" else 1 for field, kind in kinds.items()}
    indexed = {entry["name"] for entry in _items()[name]["inputs"] if entry["indexed"]}
    made = {
        field: 1 if field in indexed and kind != "address" else usual.get(kind, numbers[field])
        for field, kind in kinds.items()
    }
    return made | given


def invented(address: str, name: str, *, index: int = 99, **fields: Any) -> Fault:
    """An event that was never logged, in the transaction of the last log of that address."""
    item = _items()[name]

    def add(found: Logs) -> Logs:
        ours = [log for log in found if log["address"].lower() == address.lower()]
        if not ours or (place := at(ours)) is None:
            return found
        plain = [entry for entry in item["inputs"] if not entry["indexed"]]
        data = abi.encode([abi.type_of(entry) for entry in plain], [fields[entry["name"]] for entry in plain])
        topics = [topic(name), *(word(fields[entry["name"]]) for entry in item["inputs"] if entry["indexed"])]
        return [*found, {**place, "topics": topics, "data": "0x" + data.hex(), "logIndex": hex(index)}]

    chosen: list[str] = []

    def at(ours: Logs) -> dict[str, Any] | None:
        if not chosen:
            chosen.append(ours[-1]["blockNumber"])
        return next((log for log in ours if log["blockNumber"] == chosen[0]), None)

    return faults.logs(add)
