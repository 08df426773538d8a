"""A contract in a test: its functions by name, its events and errors read back by name.

`contract.transfer(shipper, bill, bank, b"")` sends a transaction of the shipper; `contract.ownerOf(bill)` asks. A
refusal is raised as {Refused} with the contract's own error.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
from eth_abi.abi import decode, encode
from support.onchain import Mined, OnChain

from sampan.keccak import keccak
from sampan.toolchain.artifacts import load

ABI = list[dict[str, Any]]


class Refused(AssertionError):
    """The contract refused: name and arguments of its error; an empty name for a revert without data."""

    def __init__(self, name: str, arguments: tuple[Any, ...]) -> None:
        super().__init__(f"refused: {name}{arguments}")
        self.name = name
        self.arguments = arguments


@dataclass(frozen=True)
class Event:
    name: str
    args: dict[str, Any]
    address: str

    def __getattr__(self, field: str) -> Any:
        try:
            return self.args[field]
        except KeyError:
            raise AttributeError(field) from None


@dataclass(frozen=True)
class Receipt:
    events: list[Event]
    gas: int
    output: bytes
    timestamp: int

    def named(self, name: str) -> list[Event]:
        return [event for event in self.events if event.name == name]

    def event(self, name: str) -> Event:
        """The one event of that name."""
        found = self.named(name)
        assert len(found) == 1, f"{len(found)} events {name} among {[event.name for event in self.events]}"
        return found[0]


def plain(value: Any) -> Any:
    """Parties and enums as what the ABI wants; lists and tuples likewise."""
    if hasattr(value, "address"):
        return value.address
    if isinstance(value, (list, tuple)):
        return type(value)(plain(item) for item in value) if type(value) in (list, tuple) else tuple(map(plain, value))
    return value


def _type(entry: dict[str, Any]) -> str:
    if not entry["type"].startswith("tuple"):
        return str(entry["type"])
    return "(" + ",".join(_type(part) for part in entry["components"]) + ")" + entry["type"][len("tuple") :]


def _types(entries: list[dict[str, Any]]) -> list[str]:
    return [_type(entry) for entry in entries]


def _signature(entry: dict[str, Any]) -> str:
    return f"{entry['name']}({','.join(_types(entry['inputs']))})"


def _named(entry: dict[str, Any], value: Any) -> Any:
    if entry["type"] == "tuple":
        parts = zip(entry["components"], value, strict=True)
        return SimpleNamespace(**{part["name"]: _named(part, item) for part, item in parts})
    return value


class Reading:
    """Everything that the suite can log or refuse, by topic and selector, whichever of its contracts says it."""

    def __init__(self, *abis: ABI) -> None:
        self.events: dict[tuple[bytes, int], dict[str, Any]] = {}
        """First topic, and how many there are: ERC-20 and ERC-721 share the signature of `Transfer`."""
        self.errors: dict[bytes, dict[str, Any]] = {
            keccak(b"Panic(uint256)")[:4]: {"name": "Panic", "inputs": [{"name": "code", "type": "uint256"}]},
            keccak(b"Error(string)")[:4]: {"name": "Error", "inputs": [{"name": "text", "type": "string"}]},
        }
        for entry in (entry for abi in abis for entry in abi):
            if entry["type"] == "event":
                count = 1 + sum(item["indexed"] for item in entry["inputs"])
                self.events[keccak(_signature(entry).encode()), count] = entry
            elif entry["type"] == "error":
                self.errors[keccak(_signature(entry).encode())[:4]] = entry

    def parameters(self, error: str) -> list[str]:
        """The names of all that an error tells; of a revert without a reason: nothing."""
        if not error:
            return []
        found = [entry for entry in self.errors.values() if entry["name"] == error]
        assert len(found) == 1, f"{len(found)} errors are named {error}"
        return [item["name"] for item in found[0]["inputs"]]

    def refusal(self, output: bytes) -> Refused:
        entry = self.errors.get(output[:4])
        if entry is None:
            return Refused("", (output,) if output else ())
        return Refused(entry["name"], decode(_types(entry["inputs"]), output[4:]))

    def read(self, logs: list[tuple[bytes, list[bytes], bytes]]) -> list[Event]:
        events = []
        for address, topics, data in logs:
            entry = self.events[topics[0], len(topics)]
            indexed = [item for item in entry["inputs"] if item["indexed"]]
            others = [item for item in entry["inputs"] if not item["indexed"]]
            args = {
                item["name"]: decode([item["type"]], topic)[0] for item, topic in zip(indexed, topics[1:], strict=True)
            }
            args.update(zip((item["name"] for item in others), decode(_types(others), data), strict=True))
            order = [item["name"] for item in entry["inputs"]]
            events.append(Event(entry["name"], {name: args[name] for name in order}, "0x" + address.hex()))
        return events


@cache
def whole_reading() -> Reading:
    names = ("ILedger", "Bills", "Registry", "Amendments", "AccessManager")
    names += ("Reserves", "Deposit", "Exchange", "Coins", "Coin", "Sale", "CargoLog")
    names += ("Registrations", "Positions", "LoanBook", "LoanDesk")
    return Reading(*(load(name).abi for name in names))


class Contract:
    """A deployed contract, called by function name. A sender comes first where a transaction is sent."""

    def __init__(self, chain: OnChain, address: str, abi: ABI) -> None:
        self.onchain = chain
        self.address = address
        self._functions: dict[str, list[dict[str, Any]]] = {}
        for entry in abi:
            if entry["type"] == "function":
                self._functions.setdefault(entry["name"], []).append(entry)

    def function(self, name: str, count: int) -> dict[str, Any]:
        for entry in self._functions.get(name, []):
            if len(entry["inputs"]) == count:
                return entry
        raise AttributeError(f"no function {name} of {count} arguments")

    def selector(self, name: str, count: int | None = None) -> bytes:
        entries = self._functions[name]
        entry = entries[0] if count is None else self.function(name, count)
        return keccak(_signature(entry).encode())[:4]

    def data(self, name: str, *args: Any) -> bytes:
        """The calldata of a call."""
        entry = self.function(name, len(args))
        return keccak(_signature(entry).encode())[:4] + encode(_types(entry["inputs"]), plain(list(args)))

    def raw(self, sender: Any, data: bytes, *, value: int = 0) -> Receipt:
        """Sends calldata as it is."""
        mined: Mined = self.onchain.send(sender.key, bytes.fromhex(self.address[2:]), data, value=value)
        if not mined.succeeded:
            raise whole_reading().refusal(mined.output)
        return Receipt(whole_reading().read(mined.logs), mined.gas_used, mined.output, mined.timestamp)

    def ask(self, name: str, *args: Any, sender: Any = None) -> Any:
        """What a call would answer; nothing changes."""
        entry = self.function(name, len(args))
        caller = bytes.fromhex(plain(sender)[2:]) if sender is not None else bytes(20)
        succeeded, output = self.onchain.ask(caller, bytes.fromhex(self.address[2:]), self.data(name, *args))
        if not succeeded:
            raise whole_reading().refusal(output)
        values = decode(_types(entry["outputs"]), output)
        named = [_named(part, value) for part, value in zip(entry["outputs"], values, strict=True)]
        return named[0] if len(named) == 1 else tuple(named)

    def __getattr__(self, name: str) -> Any:
        entries = self.__dict__.get("_functions", {}).get(name)
        if not entries:
            raise AttributeError(name)
        if all(entry["stateMutability"] in ("view", "pure") for entry in entries):
            return lambda *args: self.ask(name, *args)
        return lambda sender, *args, value=0: self.raw(sender, self.data(name, *args), value=value)


@contextmanager
def refused(name: str, *arguments: Any) -> Iterator[None]:
    """The acts inside are refused with this error and with exactly these arguments; an empty name: with no reason."""
    wanted = whole_reading().parameters(name)
    assert len(arguments) == len(wanted), f"say all that {name}({', '.join(wanted)}) tells, not {arguments}"
    with pytest.raises(Refused) as caught:
        yield
    refusal = caught.value
    assert refusal.name == name, f"refused with {refusal.name}{refusal.arguments} instead of {name}"
    expected = tuple(plain(list(arguments)))
    assert refusal.arguments == expected, f"{name}{refusal.arguments} instead of {name}{expected}"
