"""Signatures, selectors, encoding and decoding, from signatures written out as in Solidity's ABI.

A signature is `name(type,type)`, tuples written as `(type,type)`; it may be followed by the types that come back, as in
`getAccess(uint64,address)(uint48,uint32,uint32,uint48)`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sampan.errors import BadInput, ChainError
from sampan.keccak import keccak
from sampan.suite.codec import type_of as type_of  # noqa: PLC0414  (taken from here)
from sampan.suite.tell import checksum

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


@lru_cache(maxsize=1024)
def selector(signature: str) -> bytes:
    """The first four bytes of a call."""
    return keccak(canonical(signature).encode())[:4]


@lru_cache(maxsize=1024)
def topic(signature: str) -> bytes:
    """The first topic of an event."""
    return keccak(canonical(signature).encode())


@lru_cache(maxsize=1024)
def canonical(signature: str) -> str:
    """The part of a signature that is hashed: name and arguments."""
    name, arguments, _ = _parts(signature)
    return f"{name}({','.join(arguments)})"


@lru_cache(maxsize=1024)
def _parts(signature: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Name, types of the arguments, types of the answer."""
    start = signature.find("(")
    if start < 1:
        raise BadInput("not a signature", subject=signature, hint="write name(type,type)")
    end = _closing(signature, start)
    rest = signature[end + 1 :]
    returns: tuple[str, ...] = ()
    if rest:
        if not (rest.startswith("(") and _closing(rest, 0) == len(rest) - 1):
            raise BadInput("not a signature", subject=signature, hint="write name(type,type)(type)")
        returns = split_types(rest[1:-1])
    return signature[:start], split_types(signature[start + 1 : end]), returns


def _closing(text: str, start: int) -> int:
    depth = 0
    for index in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[index], 0)
        if depth == 0:
            return index
    raise BadInput("a bracket is not closed", subject=text)


def split_types(types: str) -> tuple[str, ...]:
    """A list of types at its outer commas."""
    found, depth, start = [], 0, 0
    for index, letter in enumerate(types):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            found.append(types[start:index])
            start = index + 1
    return (*found, types[start:]) if types else ()


def encode_call(signature: str, *arguments: Any) -> bytes:
    """The data of a call. Raises `BadInput` when an argument does not fit its type."""
    return selector(signature) + encode(_parts(signature)[1], arguments, subject=canonical(signature))


def encode(types: Sequence[str], values: Sequence[Any], *, subject: str = "arguments") -> bytes:
    """Values in the ABI's encoding. Raises `BadInput` when one does not fit its type."""
    from eth_abi.abi import encode as encode_abi
    from eth_abi.exceptions import EncodingError, ParseError

    try:
        return encode_abi(types, values)
    except (EncodingError, ParseError, ValueError, TypeError, OverflowError) as error:
        raise BadInput(f"does not fit ({','.join(types)}): {error}", subject=subject) from None


def decode(types: Sequence[str], data: bytes, *, subject: str = "answer") -> tuple[Any, ...]:
    """Values from the ABI's encoding; addresses come checksummed. Raises `ChainError` when the data is none such."""
    from eth_abi.abi import decode as decode_abi
    from eth_abi.exceptions import DecodingError, ParseError

    try:
        values = decode_abi(types, data)
    except (DecodingError, ParseError, ValueError, OverflowError) as error:
        raise ChainError(f"cannot be decoded as ({','.join(types)}): {error}", subject=subject) from None
    return tuple(each(kind, value, _checksummed) for kind, value in zip(types, values, strict=True))


def decode_answer(signature: str, data: bytes) -> tuple[Any, ...]:
    """What a call answered, by the types that the signature says come back. Raises as `decode`."""
    return decode(_parts(signature)[2], data, subject=canonical(signature))


def signature_of(item: Mapping[str, Any]) -> str:
    """The signature of an ABI item (function, event, error); functions with what comes back."""
    arguments = ",".join(type_of(entry) for entry in item.get("inputs", ()))
    answer = f"({','.join(type_of(entry) for entry in item['outputs'])})" if item.get("outputs") else ""
    return f"{item['name']}({arguments}){answer}"


def constructor_types(abi: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    """Name and type of a constructor's arguments."""
    for item in abi:
        if item["type"] == "constructor":
            return tuple((str(entry["name"]), type_of(entry)) for entry in item["inputs"])
    return ()


def nothing_of(kind: str) -> Any:
    """The value of a type that is all zero or empty: what to pass when only the refusal matters."""
    if kind.endswith("]"):
        inner, _, size = kind.rpartition("[")
        return [nothing_of(inner)] * int(size[:-1] or 0)
    if kind.startswith("("):
        return tuple(nothing_of(part) for part in split_types(kind[1:-1]))
    if kind == "address":
        return "0x" + "00" * 20
    if kind == "bool":
        return False
    if kind == "string":
        return ""
    if kind.startswith("bytes"):
        return b""
    return 0


def each(kind: str, value: Any, simple: Callable[[str, Any], Any]) -> Any:
    """A value of a type with what `simple(type, value)` gives for each simple value in it; arrays become tuples."""
    if kind.endswith("]"):
        inner = kind.rpartition("[")[0]
        return tuple(each(inner, item, simple) for item in value)
    if kind.startswith("("):
        parts = split_types(kind[1:-1])
        return tuple(each(part, item, simple) for part, item in zip(parts, value, strict=True))
    return simple(kind, value)


def _checksummed(kind: str, value: Any) -> Any:
    return checksum(value) if kind == "address" else value
