"""Calls encoded, answers, logs and reverts decoded: compiled once from the ABIs, strict, fast enough for a fuzz run.

Values are Python's: enumerations may come as their words, `bytes2` and `bytes8` are text, structs are anything with the
fields by name, a call that is an argument is encoded where it stands. What does not fit its type is refused.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any, Final, TypeAlias

from sampan.errors import BadInput
from sampan.keccak import keccak as keccak  # noqa: PLC0414  (subjects take it from here)

Item: TypeAlias = Mapping[str, Any]
"""An entry of an ABI."""
Encode: TypeAlias = Callable[[Any], bytes]
Decode: TypeAlias = Callable[[bytes, int, int], Any]
"""From data, the place of the head's word, and where offsets count from."""

TEXTS: Final = {"bytes2": 2, "bytes8": 8}
"""Types that hold ASCII text, left-aligned: countries and codes."""


class Malformed(ValueError):
    """Data that is not the encoding of its type."""


# ----------------------------------------------------------------------------------------------------------- signatures


def type_of(entry: Item) -> str:
    """The type of an ABI entry, tuples written out."""
    kind = str(entry["type"])
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(type_of(part) for part in entry['components'])}){kind[5:]}"


def signature_of(item: Item) -> str:
    """Name and types of the arguments of a function, event or error."""
    return f"{item['name']}({','.join(type_of(entry) for entry in item['inputs'])})"


def python_name(name: str) -> str:
    """A name of the contracts in Python's writing: `actCount` is `act_count`, `from` is `from_`."""
    snake = re.sub(r"(?<!^)([A-Z])", r"_\1", name.strip("_")).lower()
    return f"{snake}_" if keyword.iskeyword(snake) else snake


# ------------------------------------------------------------------------------------------------------------- encoding


def word(value: int) -> bytes:
    """An unsigned number in 32 bytes. Raises OverflowError for another."""
    return value.to_bytes(32, "big")


def address(value: str) -> bytes:
    """An address in 32 bytes."""
    return bytes.fromhex(value[2:]).rjust(32, b"\0")


def left(value: str) -> bytes:
    """Text in bytesN, left-aligned, in 32 bytes."""
    return value.encode("latin-1").ljust(32, b"\0")


def _number(bits: int) -> Encode:
    if bits == 256:
        return word

    def encode(value: int) -> bytes:
        if value >> bits:
            raise BadInput(f"{value} is no number of {bits} bits", subject="argument")
        return value.to_bytes(32, "big")

    return encode


def _fixed(size: int) -> Encode:
    def encode(value: bytes) -> bytes:
        if len(value) > size:
            raise BadInput(f"{len(value)} bytes where {size} fit", subject="argument")
        return value.ljust(32, b"\0")

    return encode


def _text(size: int) -> Encode:
    def encode(value: str) -> bytes:
        if len(value) > size:
            raise BadInput(f"{value!r} is longer than {size} characters", subject="argument")
        return value.encode("latin-1").ljust(32, b"\0")

    return encode


def _bytes(value: Any) -> bytes:
    """`bytes`; a call or a signature stands for its bytes."""
    data: bytes = value if isinstance(value, bytes) else value.encoded()
    return word(len(data)) + data + bytes(-len(data) % 32)


def _is_dynamic(entry: Item) -> bool:
    kind = str(entry["type"])
    if kind in ("bytes", "string") or kind.endswith("[]"):
        return True
    return kind.startswith("tuple") and any(_is_dynamic(part) for part in entry["components"])


def encoder(entry: Item) -> Encode:
    """What writes a value of an ABI entry: its words, or, when it is of dynamic size, what its offset points to."""
    kind = str(entry["type"])
    if kind.endswith("[]"):
        inner = {**entry, "type": kind[:-2]}
        each, dynamic = encoder(inner), _is_dynamic(inner)

        def array(values: Sequence[Any]) -> bytes:
            parts = [each(value) for value in values]
            if not dynamic:
                return word(len(parts)) + b"".join(parts)
            return word(len(parts)) + _joined([(True, part) for part in parts])

        return array
    if kind == "tuple":
        return _struct(entry["components"])
    if kind == "address":
        return address
    if kind == "bool":
        return _number(1)
    if kind.startswith("uint"):
        return _number(int(kind[4:] or 256))
    if kind == "bytes":
        return _bytes
    if kind == "string":
        return lambda value: _bytes(value.encode())
    if kind in TEXTS:
        return _text(TEXTS[kind])
    if kind.startswith("bytes"):
        return _fixed(int(kind[5:]))
    raise BadInput(f"the codec does not know the type {kind}", subject=str(entry.get("name", "")))


def _joined(parts: Iterable[tuple[bool, bytes]]) -> bytes:
    """Heads, then tails: (is dynamic, bytes) of each part."""
    parts = list(parts)
    at = sum(32 if dynamic else len(part) for dynamic, part in parts)
    head, tail = [], []
    for dynamic, part in parts:
        if dynamic:
            head.append(word(at))
            tail.append(part)
            at += len(part)
        else:
            head.append(part)
    return b"".join(head + tail)


def _struct(components: Sequence[Item]) -> Encode:
    names = [python_name(str(each["name"])) for each in components]
    values_of: Callable[[Any], tuple[Any, ...]] = attrgetter(*names) if len(names) > 1 else lambda v: (v,)
    encode = arguments_encoder(components)
    return lambda value: encode(value if isinstance(value, tuple) else values_of(value))


def arguments_encoder(entries: Sequence[Item]) -> Callable[[Sequence[Any]], bytes]:
    """What writes arguments, or the fields of a struct, in their order; there must be as many as entries."""
    encoders = [encoder(entry) for entry in entries]
    dynamic = [_is_dynamic(entry) for entry in entries]
    if sum(dynamic) > 1:
        return lambda values: _joined(
            [(moves, encode(value)) for moves, encode, value in zip(dynamic, encoders, values, strict=True)]
        )
    # One tail at most: its offset is known, and the whole is one expression (a fuzz run encodes millions of calls).
    offset = word(sum(32 if moves else _size(entry) for moves, entry in zip(dynamic, entries, strict=True)))
    parts = ["offset" if moves else f"e{at}(v[{at}])" for at, moves in enumerate(dynamic)]
    parts += [f"e{at}(v[{at}])" for at, moves in enumerate(dynamic) if moves]
    names = {f"e{at}": each for at, each in enumerate(encoders)} | {"offset": offset}
    made: Callable[[Sequence[Any]], bytes] = eval(f"lambda v: b''.join(({', '.join(parts)}{',' * bool(parts)}))", names)
    return made


# ------------------------------------------------------------------------------------------------------------- decoding


def _word_at(data: bytes, at: int) -> int:
    raw = data[at : at + 32]
    if len(raw) != 32:
        raise Malformed("it ends too early")
    return int.from_bytes(raw, "big")


def _take_number(bits: int) -> Decode:
    def take(data: bytes, at: int, _: int) -> int:
        value = _word_at(data, at)
        if value >> bits:
            raise Malformed(f"{value} is no number of {bits} bits")
        return value

    return take


def _take_bool(data: bytes, at: int, _: int) -> bool:
    value = _word_at(data, at)
    if value > 1:
        raise Malformed("a truth value that is neither 0 nor 1")
    return value == 1


def _take_fixed(size: int) -> Decode:
    def take(data: bytes, at: int, _: int) -> bytes:
        raw = data[at : at + 32]
        if len(raw) != 32:
            raise Malformed("it ends too early")
        if any(raw[size:]):
            raise Malformed(f"more bytes than bytes{size} has")
        return raw[:size]

    return take


def _take_bytes(data: bytes, at: int, base: int) -> bytes:
    start = base + _word_at(data, at)
    size = _word_at(data, start)
    start += 32
    end = start + size + -size % 32
    if end > len(data):
        raise Malformed("it ends too early")
    if any(data[start + size : end]):
        raise Malformed("bytes behind the end of a value")
    return data[start : start + size]


def _take_array(each: Decode, size: int) -> Decode:
    def take(data: bytes, at: int, base: int) -> tuple[Any, ...]:
        start = base + _word_at(data, at)
        count = _word_at(data, start)
        start += 32
        if start + count * size > len(data):
            raise Malformed("it ends too early")
        return tuple(each(data, start + size * index, start) for index in range(count))

    return take


Make: TypeAlias = Callable[[str], Callable[[Any], Any] | None]
"""Name of an enumeration or struct → what makes its word or record of a number or of values; None: left as they are."""


def decoder(entry: Item, address_of: Callable[[bytes], str], make: Make) -> Decode:
    """What reads a value of an ABI entry."""
    kind = str(entry["type"])
    if kind.endswith("[]"):
        inner = {**entry, "type": kind[:-2]}
        return _take_array(decoder(inner, address_of, make), 32 if _is_dynamic(inner) else _size(inner))
    if kind == "tuple":
        return _take_struct(entry, address_of, make)
    if kind == "address":

        def take_address(data: bytes, at: int, _: int) -> str:
            raw = data[at : at + 32]
            if len(raw) != 32:
                raise Malformed("it ends too early")
            if any(raw[:12]):
                raise Malformed("an address longer than 20 bytes")
            return address_of(raw[12:])

        return take_address
    if kind == "bool":
        return _take_bool
    if kind.startswith("uint"):
        number = _take_number(int(kind[4:] or 256))
        word_of = make(internal_name(entry)) if str(entry.get("internalType", "")).startswith("enum ") else None
        if word_of is None:
            return number
        return lambda data, at, base: word_of(number(data, at, base))
    if kind == "bytes":
        return _take_bytes
    if kind == "string":
        return lambda data, at, base: _take_bytes(data, at, base).decode("utf-8", "replace")
    if kind in TEXTS:
        fixed = _take_fixed(TEXTS[kind])
        return lambda data, at, base: fixed(data, at, base).rstrip(b"\0").decode("latin-1")
    if kind.startswith("bytes"):
        return _take_fixed(int(kind[5:]))
    raise BadInput(f"the codec does not know the type {kind}", subject=str(entry.get("name", "")))


def internal_name(entry: Item) -> str:
    """The name of an entry's enumeration or struct, without the contract that declares it."""
    return str(entry.get("internalType", "")).partition(" ")[2].rpartition(".")[2].partition("[")[0]


def _size(entry: Item) -> int:
    """Bytes of a static type."""
    if entry["type"] == "tuple":
        return sum(_size(part) for part in entry["components"])
    return 32


def _take_struct(entry: Item, address_of: Callable[[bytes], str], make: Make) -> Decode:
    fields = _fields(entry["components"], address_of, make)
    made = make(internal_name(entry))
    dynamic = _is_dynamic(entry)

    def take(data: bytes, at: int, base: int) -> Any:
        start = base + _word_at(data, at) if dynamic else at
        values = [field(data, start + offset, start) for offset, field in fields]
        return tuple(values) if made is None else made(values)

    return take


def _fields(entries: Sequence[Item], address_of: Callable[[bytes], str], make: Make) -> list[tuple[int, Decode]]:
    at, found = 0, []
    for entry in entries:
        found.append((at, decoder(entry, address_of, make)))
        at += 32 if _is_dynamic(entry) else _size(entry)
    return found


def arguments_decoder(
    entries: Sequence[Item], address_of: Callable[[bytes], str], make: Make
) -> Callable[[bytes], tuple[Any, ...]]:
    """What reads arguments, or an answer's values, in their order. What it makes raises `Malformed` (a ValueError)."""
    fields = _fields(entries, address_of, make)

    def decode(data: bytes) -> tuple[Any, ...]:
        return tuple([field(data, at, 0) for at, field in fields])

    return decode


# ------------------------------------------------------------------------------------------------------------ contracts


def plain_address(raw: bytes) -> str:
    """An address as the model and the audit have it: lower-case text."""
    return "0x" + raw.hex()


@dataclass(frozen=True, slots=True)
class Function:
    """A function: how its call is written, how its arguments and its answer are read."""

    name: str
    signature: str
    selector: bytes
    parameters: tuple[str, ...]
    """The contract's names."""
    inputs: tuple[Item, ...]
    """Its parameters as the ABI has them."""
    outputs: tuple[Item, ...]
    """What it answers, likewise."""
    changes: bool
    """Whether it may change something: neither view nor pure."""
    encode: Callable[[Sequence[Any]], bytes]
    decode: Callable[[bytes], tuple[Any, ...]]
    answer: Callable[[bytes], tuple[Any, ...]]

    def call(self, *arguments: Any) -> bytes:
        """The data of a call. Raises `BadInput` for another number of arguments."""
        if len(arguments) != len(self.inputs):
            raise BadInput(f"takes {len(self.inputs)} arguments, not {len(arguments)}", subject=self.signature)
        return self.selector + self.encode(arguments)


_place: Final = itemgetter(0)


@dataclass(frozen=True, slots=True)
class Log:
    """An event: how it is read from topics (32 bytes each, the first left out) and data, in the order of its fields."""

    name: str
    signature: str
    topic: bytes
    indexed: int
    """How many of its fields stand in topics."""
    order: tuple[int, ...]
    """Where each field is among the indexed ones followed by the others."""
    topics: Callable[[bytes], tuple[Any, ...]]
    data: Callable[[bytes], tuple[Any, ...]]
    names: tuple[str, ...]
    """The contract's names."""
    encode: Callable[[Sequence[Any]], bytes]
    """Writes the data."""

    def strictly(self, topics: bytes, data: bytes) -> list[Any]:
        """The same as `values`, of data that are to the last byte what the compiler writes. Raises `Malformed`."""
        values = self.values(topics, data)
        plain = [value for _, value in sorted(zip(self.order, values, strict=True), key=_place)[self.indexed :]]
        if self.encode(plain) != data:
            raise Malformed("the data are not encoded as the compiler does" if plain else "data where there is none")
        return values

    def values(self, topics: bytes, data: bytes) -> list[Any]:
        """The values of its fields. Raises `Malformed`."""
        if len(topics) != 32 * self.indexed:
            raise Malformed(f"{len(topics) // 32 + 1} topics for {self.indexed + 1}")
        found = self.topics(topics) + self.data(data)
        return [found[at] for at in self.order]


@dataclass(frozen=True, slots=True)
class Error:
    """A custom error: how its arguments are read."""

    name: str
    signature: str
    selector: bytes
    parameters: tuple[str, ...]
    decode: Callable[[bytes], tuple[Any, ...]]


class Codec:
    """All that one address takes, answers, logs and refuses, of the ABIs whose code may run there.

    What several ABIs have counts once; the first names its arguments. Overloaded functions are known by their whole
    signature. `address_of` writes addresses; `make` gives what enumerations and structs become.
    """

    def __init__(
        self,
        abis: Iterable[Sequence[Item]],
        *,
        address_of: Callable[[bytes], str] = plain_address,
        make: Make = lambda name: None,
    ) -> None:
        found: dict[tuple[str, str], Item] = {}
        for items in abis:
            for item in items:
                if item["type"] in ("function", "event", "error"):
                    found.setdefault((str(item["type"]), signature_of(item)), item)
        functions = [item for (kind, _), item in found.items() if kind == "function"]
        names = [str(item["name"]) for item in functions]
        self.functions: dict[str, Function] = {}
        for item in functions:
            name = str(item["name"])
            self.functions[name if names.count(name) == 1 else signature_of(item)] = _function(item, address_of, make)
        self.by_selector = {function.selector: function for function in self.functions.values()}
        self.logs: dict[bytes, Log] = {}
        self.errors: dict[bytes, Error] = {}
        for (kind, _), item in found.items():
            if kind == "event":
                log = _log(item, address_of, make)
                self.logs[log.topic] = log
            elif kind == "error":
                error = _error(item, address_of, make)
                self.errors[error.selector] = error
        for item in _PANICS:
            error = _error(item, address_of, make)
            self.errors.setdefault(error.selector, error)

    def refusal(self, output: bytes) -> tuple[str, tuple[Any, ...]]:
        """What a revert says: the error's name and arguments; no name when it says nothing, its data when unknown."""
        if not output:
            return "", ()
        known = self.errors.get(output[:4])
        if known is None:
            return "", (output,)
        return known.name, known.decode(output[4:])


_PANICS: Final[tuple[Item, ...]] = (
    {"type": "error", "name": "Panic", "inputs": ({"name": "code", "type": "uint256"},)},
    {"type": "error", "name": "Error", "inputs": ({"name": "reason", "type": "string"},)},
)
"""What the compiler itself reverts with."""


@cache
def _hash(signature: str) -> bytes:
    return keccak(signature.encode())


def _function(item: Item, address_of: Callable[[bytes], str], make: Make) -> Function:
    signature = signature_of(item)
    return Function(
        str(item["name"]),
        signature,
        _hash(signature)[:4],
        tuple(str(entry["name"]) for entry in item["inputs"]),
        tuple(item["inputs"]),
        tuple(item["outputs"]),
        item["stateMutability"] not in ("view", "pure"),
        arguments_encoder(item["inputs"]),
        arguments_decoder(item["inputs"], address_of, make),
        arguments_decoder(item["outputs"], address_of, make),
    )


def _log(item: Item, address_of: Callable[[bytes], str], make: Make) -> Log:
    signature = signature_of(item)
    inputs = list(item["inputs"])
    indexed = [entry for entry in inputs if entry["indexed"]]
    plain = [entry for entry in inputs if not entry["indexed"]]
    places = {id(entry): at for at, entry in enumerate([*indexed, *plain])}
    return Log(
        str(item["name"]),
        signature,
        _hash(signature),
        len(indexed),
        tuple(places[id(entry)] for entry in inputs),
        arguments_decoder(indexed, address_of, make),
        arguments_decoder(plain, address_of, make),
        tuple(str(entry["name"]) for entry in inputs),
        arguments_encoder(plain),
    )


def _error(item: Item, address_of: Callable[[bytes], str], make: Make) -> Error:
    signature = signature_of(item)
    return Error(
        str(item["name"]),
        signature,
        _hash(signature)[:4],
        tuple(str(entry["name"]) for entry in item["inputs"]),
        arguments_decoder(item["inputs"], address_of, make),
    )
