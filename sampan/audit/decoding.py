"""Raw logs to named events, in bulk: what each event is made of is worked out once, from the artifacts' ABIs.

A log that no known event explains is not passed over: it is *unreadable*, and the audit says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sampan.chain import abi
from sampan.errors import ChainError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sampan.audit.raw import RawLog


@dataclass(frozen=True, slots=True)
class Entry:
    """One event in its place. Arguments are by the contract's own names; addresses lower-case text, bytes raw.

    `time` is the block's, seconds since 1970; `contract` is the name in the manifest of who emitted it.
    """

    block: int
    index: int
    time: int
    transaction: str
    contract: str
    name: str
    args: dict[str, Any]

    @property
    def place(self) -> tuple[int, int]:
        """Block, and index in the block."""
        return self.block, self.index


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A log that cannot be an event of this code: where it stands, who emitted it, and why not."""

    block: int
    index: int
    contract: str
    why: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """All events of a ledger in order, and the logs that are none."""

    entries: list[Entry] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Form:
    """How an event is laid out: names and types of what stands in topics and in data."""

    name: str
    indexed: tuple[tuple[str, str], ...]
    plain_names: tuple[str, ...]
    plain_types: tuple[str, ...]


class Decoder:
    """Decodes the logs of several contracts, each with the ABIs whose events its address may emit."""

    def __init__(self, contracts: Mapping[str, tuple[str, Sequence[Mapping[str, Any]]]]) -> None:
        """`contracts`: name to address and ABI."""
        self._contracts: dict[bytes, tuple[str, dict[bytes, _Form]]] = {}
        for name, (address, items) in contracts.items():
            forms = {abi.topic(abi.signature_of(item)): _form(item) for item in items if item["type"] == "event"}
            self._contracts[bytes.fromhex(address[2:])] = (name, forms)

    def decode(self, logs: Iterable[RawLog], times: Mapping[int, int]) -> Decoded:
        """All events of logs that come in order; `times` gives each block's time."""
        from eth_abi.abi import decode as decode_abi
        from eth_abi.exceptions import DecodingError

        done = Decoded()
        for log in logs:
            contract, forms = self._contracts[log.address]
            form = forms.get(log.topics[:32])
            if form is None:
                why = f"no event of this code begins with 0x{log.topics[:32].hex()}"
                done.unreadable.append(Unreadable(log.block, log.log_index, contract, why))
                continue
            try:
                if len(log.topics) != 32 * (1 + len(form.indexed)):
                    raise ValueError(f"{len(log.topics) // 32} topics for {1 + len(form.indexed)}")
                args = {
                    name: _topic_value(kind, log.topics[at : at + 32])
                    for (name, kind), at in zip(form.indexed, range(32, 160, 32), strict=False)
                }
                if form.plain_types:
                    args.update(zip(form.plain_names, decode_abi(form.plain_types, log.data), strict=True))
                elif log.data:
                    raise ValueError("data where there is none")
            except (DecodingError, ValueError, OverflowError) as error:
                why = f"{form.name} that cannot be decoded: {error}"
                done.unreadable.append(Unreadable(log.block, log.log_index, contract, why))
                continue
            done.entries.append(
                Entry(
                    log.block, log.log_index, times[log.block], "0x" + log.transaction.hex(), contract, form.name, args
                )
            )
        return done


def _form(item: Mapping[str, Any]) -> _Form:
    inputs = [(str(entry["name"]), abi.type_of(entry), bool(entry["indexed"])) for entry in item["inputs"]]
    plain = [(name, kind) for name, kind, indexed in inputs if not indexed]
    return _Form(
        name=str(item["name"]),
        indexed=tuple((name, kind) for name, kind, indexed in inputs if indexed),
        plain_names=tuple(name for name, _ in plain),
        plain_types=tuple(kind for _, kind in plain),
    )


def _layout(item: Mapping[str, Any]) -> list[bool]:
    """Which arguments of an event are indexed; their names may differ from library to library."""
    return [bool(entry["indexed"]) for entry in item["inputs"]]


def _topic_value(kind: str, word: bytes) -> Any:
    if kind == "address":
        if any(word[:12]):
            raise ValueError("an address longer than 20 bytes")
        return "0x" + word[12:].hex()
    if kind.startswith("uint"):
        value = int.from_bytes(word, "big")
        if value >> int(kind[4:]):
            raise ValueError(f"a number that is no {kind}")
        return value
    if kind == "bool":
        if int.from_bytes(word, "big") > 1:
            raise ValueError("a truth value that is neither 0 nor 1")
        return bool(word[31])
    if kind.startswith("bytes") and kind[5:].isdigit():
        size = int(kind[5:])
        if any(word[size:]):
            raise ValueError(f"more bytes than {kind} has")
        return word[:size]
    raise ValueError(f"an indexed {kind}")


def merged_abi(*abis: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Several ABIs as one, each function, event and error once; the first that has one names its arguments.

    Raises `ChainError` when one event is laid out in two ways.
    """
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for items in abis:
        for item in items:
            if "name" not in item:
                continue
            key = (str(item["type"]), abi.canonical(abi.signature_of(item)))
            known = found.setdefault(key, item)
            if item["type"] == "event" and _layout(known) != _layout(item):
                raise ChainError(f"two events share the signature {key[1]}", subject="artifacts")
    return list(found.values())
