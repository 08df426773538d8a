"""Calls encoded, answers, logs and reverts decoded: compiled once from the ABIs, strict, fast enough for a fuzz run.

Values are Python's: enumerations may come as their words, `bytes2` and `bytes8` are text, structs are anything with the
fields by name, a call that is an argument is encoded where it stands. What does not fit its type is refused.
"""

from __future__ import annotations

import keyword
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final, TypeAlias

from sampan.errors import BadInput
from sampan.keccak import keccak as keccak  # noqa: PLC0414  (subjects take it from here)

Item: TypeAlias = Mapping[str, Any]
"""An entry of an ABI."""
Encode: TypeAlias = Callable[[Any], bytes]
Decode: TypeAlias = Callable[[bytes, int, int], Any]
"""From data, the place of the head's word, and where offsets count from."""

TEXTS: Final = {"bytes2": 2, "bytes3": 3, "bytes8": 8}
"""Types that hold ASCII text, left-aligned: countries, currencies and codes."""


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


@lru_cache(maxsize=1 << 10)
def python_name(name: str) -> str:
    """A name of the contracts in Python's writing: `actCount` is `act_count`, `from` is `from_`."""
    snake = re.sub(r"(?<!^)([A-Z])", r"_\1", name.strip("_")).lower()
    return f"{snake}_" if keyword.iskeyword(snake) else snake


def contract_name(name: str) -> str:
    """The reverse: `act_count` is `actCount`, `from_` is `from`."""
    head, *rest = name.rstrip("_").split("_")
    return head + "".join(part.capitalize() for part in rest)


# ------------------------------------------------------------------------------------------------------------- encoding


def word(value: int) -> bytes:
    """An unsigned number in 32 bytes. Raises OverflowError for another."""
    return value.to_bytes(32, "big")


@lru_cache(maxsize=1 << 12)
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


def _signed(bits: int) -> Encode:
    end = 1 << bits - 1

    def encode(value: int) -> bytes:
        if not -end <= value < end:
            raise BadInput(f"{value} is no signed number of {bits} bits", subject="argument")
        return value.to_bytes(32, "big", signed=True)

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


def raw(value: Any) -> bytes:
    """Bytes; a call or a signature stands for its own."""
    data: bytes = value if isinstance(value, bytes) else value.encoded()
    return data


def _bytes(value: Any) -> bytes:
    data = raw(value)
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
    if kind.startswith("int"):
        return _signed(int(kind[3:] or 256))
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
    offset = word(sum(map(_size, entries)))
    parts = ["offset" if moves else f"e{at}(v[{at}])" for at, moves in enumerate(dynamic)]
    parts += [f"e{at}(v[{at}])" for at, moves in enumerate(dynamic) if moves]
    names = {f"e{at}": each for at, each in enumerate(encoders)} | {"offset": offset}
    made: Callable[[Sequence[Any]], bytes] = eval(f"lambda v: b''.join(({', '.join(parts)}{',' * bool(parts)}))", names)
    return made


# ------------------------------------------------------------------------------------------------------------- decoding


def _word_at(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 32], "big")


def _must_reach(data: bytes, end: int) -> None:
    """Who reads several words asks once whether they are all there. Raises `Malformed`."""
    if end > len(data):
        raise Malformed("it ends too early")


def _take_number(bits: int) -> Decode:
    if bits == 256:
        return lambda data, at, _: int.from_bytes(data[at : at + 32], "big")

    def take(data: bytes, at: int, _: int) -> int:
        value = int.from_bytes(data[at : at + 32], "big")
        if value >> bits:
            raise Malformed(f"{value} is no number of {bits} bits")
        return value

    return take


def _take_signed(bits: int) -> Decode:
    end = 1 << bits - 1

    def take(data: bytes, at: int, _: int) -> int:
        value = int.from_bytes(data[at : at + 32], "big", signed=True)
        if not -end <= value < end:
            raise Malformed(f"{value} is no signed number of {bits} bits")
        return value

    return take


def _take_bool(data: bytes, at: int, _: int) -> bool:
    value = _word_at(data, at)
    if value > 1:
        raise Malformed("a truth value that is neither 0 nor 1")
    return value == 1


def _take_fixed(size: int) -> Decode:
    rest = bytes(32 - size)

    def take(data: bytes, at: int, _: int) -> bytes:
        if data[at + size : at + 32] != rest:
            raise Malformed(f"more bytes than bytes{size} has")
        return data[at : at + size]

    return take


def _take_bytes(data: bytes, at: int, base: int) -> bytes:
    start = base + _word_at(data, at) + 32
    _must_reach(data, start)
    size = _word_at(data, start - 32)
    end = start + size + -size % 32
    _must_reach(data, end)
    if any(data[start + size : end]):
        raise Malformed("bytes behind the end of a value")
    return data[start : start + size]


def _take_array(each: Decode, size: int) -> Decode:
    def take(data: bytes, at: int, base: int) -> tuple[Any, ...]:
        start = base + _word_at(data, at) + 32
        _must_reach(data, start)
        count = _word_at(data, start - 32)
        _must_reach(data, start + count * size)
        return tuple(each(data, start + size * index, start) for index in range(count))

    return take


_LEADING: Final = bytes(12)
"""What stands before an address in its word."""

Make: TypeAlias = Callable[[str], Callable[[Any], Any] | None]
"""Name of an enumeration or struct → what makes its word or record of a number or of values; None: left as they are."""


def decoder(entry: Item, address_of: Callable[[bytes], str], make: Make) -> Decode:
    """What reads a value of an ABI entry."""
    kind = str(entry["type"])
    if kind.endswith("[]"):
        inner = {**entry, "type": kind[:-2]}
        return _take_array(decoder(inner, address_of, make), _size(inner))
    if kind == "tuple":
        return _take_struct(entry, address_of, make)
    if kind == "address":

        def take_address(data: bytes, at: int, _: int) -> str:
            if data[at : at + 12] != _LEADING:
                raise Malformed("an address longer than 20 bytes")
            return address_of(data[at + 12 : at + 32])

        return take_address
    if kind == "bool":
        return _take_bool
    if kind.startswith("uint"):
        number = _take_number(int(kind[4:] or 256))
        word_of = make(internal_name(entry)) if str(entry.get("internalType", "")).startswith("enum ") else None
        if word_of is None:
            return number
        return lambda data, at, base: word_of(number(data, at, base))
    if kind.startswith("int"):
        return _take_signed(int(kind[3:] or 256))
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
    """Bytes where it stands: all of it, or, when it is of dynamic size, its offset."""
    if entry["type"] == "tuple" and not _is_dynamic(entry):
        return sum(_size(part) for part in entry["components"])
    return 32


def _take_struct(entry: Item, address_of: Callable[[bytes], str], make: Make) -> Decode:
    size, fields = _fields(entry["components"], address_of, make)
    made = make(internal_name(entry))
    dynamic = _is_dynamic(entry)

    def take(data: bytes, at: int, base: int) -> Any:
        start = base + _word_at(data, at) if dynamic else at
        _must_reach(data, start + size)
        values = [field(data, start + offset, start) for offset, field in fields]
        return tuple(values) if made is None else made(values)

    return take


def _fields(
    entries: Sequence[Item], address_of: Callable[[bytes], str], make: Make
) -> tuple[int, list[tuple[int, Decode]]]:
    """How many bytes their heads take, and where and how each is read."""
    at, found = 0, []
    for entry in entries:
        found.append((at, decoder(entry, address_of, make)))
        at += _size(entry)
    return at, found


def arguments_decoder(
    entries: Sequence[Item], address_of: Callable[[bytes], str], make: Make
) -> Callable[[bytes], tuple[Any, ...]]:
    """What reads arguments, or an answer's values, in their order. What it makes raises `Malformed` (a ValueError)."""
    size, fields = _fields(entries, address_of, make)

    def decode(data: bytes) -> tuple[Any, ...]:
        _must_reach(data, size)
        return tuple([field(data, at, 0) for at, field in fields])

    return decode


# ------------------------------------------------------------------------------------------------------------ contracts


def plain_address(raw: bytes) -> str:
    """An address as the model and the audit have it: lower-case text."""
    return "0x" + raw.hex()


class _Form:
    """What functions, events and errors have in common."""

    def __init__(self, item: Item) -> None:
        self.name = str(item["name"])
        self.signature = signature_of(item)
        self.parameters = tuple(str(entry["name"]) for entry in item["inputs"])
        """The contract's names."""
        self.topic = keccak(self.signature.encode())
        self.selector = self.topic[:4]


class Error(_Form):
    """A custom error: how its arguments are read."""

    def __init__(self, item: Item, address_of: Callable[[bytes], str], make: Make) -> None:
        super().__init__(item)
        self.decode = arguments_decoder(item["inputs"], address_of, make)


class Function(_Form):
    """A function: how its call is written, how its arguments and its answer are read."""

    def __init__(self, item: Item, address_of: Callable[[bytes], str], make: Make) -> None:
        super().__init__(item)
        self.inputs: tuple[Item, ...] = tuple(item["inputs"])
        """Its parameters as the ABI has them."""
        self.outputs: tuple[Item, ...] = tuple(item["outputs"])
        """What it answers, likewise."""
        self.changes = item["stateMutability"] not in ("view", "pure")
        """Whether it may change something."""
        self.encode = arguments_encoder(self.inputs)
        self.decode = arguments_decoder(self.inputs, address_of, make)
        self.answer = arguments_decoder(self.outputs, address_of, make)

    def call(self, *arguments: Any) -> bytes:
        """The data of a call. Raises `BadInput` for another number of arguments."""
        if len(arguments) != len(self.inputs):
            raise BadInput(f"takes {len(self.inputs)} arguments, not {len(arguments)}", subject=self.signature)
        return self.selector + self.encode(arguments)


class Log(_Form):
    """An event: how it is read from topics (32 bytes each, the first left out) and data, in the order of its fields."""

    def __init__(self, item: Item, address_of: Callable[[bytes], str], make: Make) -> None:
        super().__init__(item)
        entries = list(enumerate(item["inputs"]))
        stored = sorted(entries, key=lambda each: not each[1]["indexed"])
        places = [place for place, _ in stored]
        self.order = tuple(places.index(place) for place, _ in entries)
        """Where each field is among the indexed ones followed by the others."""
        self.indexed = sum(entry["indexed"] for _, entry in entries)
        """How many of its fields stand in topics."""
        topics = [entry for _, entry in stored[: self.indexed]]
        plain = [entry for _, entry in stored[self.indexed :]]
        self._topics = arguments_decoder(topics, address_of, make)
        self._data = arguments_decoder(plain, address_of, make)
        self._encode = arguments_encoder(plain)

    def strictly(self, topics: bytes, data: bytes) -> list[Any]:
        """The same as `values`, of data that are to the last byte what the compiler writes. Raises `Malformed`."""
        found = self._read(topics, data)
        plain = found[self.indexed :]
        if self._encode(plain) != data:
            raise Malformed("the data are not encoded as the compiler does" if plain else "data where there is none")
        return [found[at] for at in self.order]

    def values(self, topics: bytes, data: bytes) -> list[Any]:
        """The values of its fields. Raises `Malformed`."""
        found = self._read(topics, data)
        return [found[at] for at in self.order]

    def _read(self, topics: bytes, data: bytes) -> tuple[Any, ...]:
        if len(topics) != 32 * self.indexed:
            raise Malformed(f"{len(topics) // 32 + 1} topics for {self.indexed + 1}")
        return self._topics(topics) + self._data(data)


_PANICS: Final[tuple[Item, ...]] = (
    {"type": "error", "name": "Panic", "inputs": ({"name": "code", "type": "uint256"},)},
    {"type": "error", "name": "Error", "inputs": ({"name": "reason", "type": "string"},)},
)
"""What the compiler itself reverts with."""


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
        found: dict[str, dict[str, Item]] = {"function": {}, "event": {}, "error": {}}
        for items in (*abis, _PANICS):
            for item in items:
                if item["type"] in found:
                    found[item["type"]].setdefault(signature_of(item), item)
        functions = [Function(item, address_of, make) for item in found["function"].values()]
        times = Counter(each.name for each in functions)
        self.functions = {each.name if times[each.name] == 1 else each.signature: each for each in functions}
        self.by_selector = {each.selector: each for each in functions}
        logs = [Log(item, address_of, make) for item in found["event"].values()]
        self.logs = {each.topic: each for each in logs}
        errors = [Error(item, address_of, make) for item in found["error"].values()]
        self.errors = {each.selector: each for each in errors}

    def refusal(self, output: bytes) -> tuple[str, tuple[Any, ...]]:
        """What a revert says: the error's name and arguments; no name when it says nothing, its data when unknown."""
        if not output:
            return "", ()
        known = self.errors.get(output[:4])
        if known is None:
            return "", (output,)
        return known.name, known.decode(output[4:])
