"""Packed words and slots of storage: each word from one table of its fields, so that no bit is said twice.

Solady's ERC721 keeps 96 bits beside each token's owner and 224 beside each balance; the ledger keeps a bill and an
account there. Other slots follow from solc's storage layout, which travels with the artifacts.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeAlias

from sampan.keccak import keccak

MODULO: Final = 1 << 256
_TOKEN_SEED: Final = bytes.fromhex("7d882553")
_OWNER_SEED: Final = bytes.fromhex("0a5a2e7a00000000")

Get: TypeAlias = Callable[[Any], int]


class Field(NamedTuple):
    """Some bits of a word: their name, from which on, how many, and the number that stands there for a record."""

    name: str
    at: int
    bits: int
    get: Get


class Layout:
    """A word of storage, or a part of one, as its fields from the lowest bit on; they fill it exactly."""

    def __init__(self, *fields: tuple[str, int, Get], of: int = 256) -> None:
        self.fields: list[Field] = []
        end = 0
        for name, bits, get in fields:
            self.fields.append(Field(name, end, bits, get))
            end += bits
        if end != of:
            raise ValueError(f"the fields have {end} bits, not {of}")
        self._used = [each for each in self.fields if each.get is not spare]

    def pack(self, record: Any) -> int:
        """The word of a record. Raises ValueError when a number does not fit its field."""
        found = 0
        for name, at, bits, get in self._used:
            value = get(record)
            if value >> bits:
                raise ValueError(f"{name} has {bits} bits, {value} does not fit")
            found |= value << at
        return found

    def unpack(self, word: int) -> dict[str, int]:
        """Field to number."""
        return {name: (word >> at) & ((1 << bits) - 1) for name, at, bits, _ in self.fields}

    def differences(self, expected: int, found: int) -> list[tuple[str, int, int]]:
        """In which fields two words differ: name, expected, found."""
        one, other = self.unpack(expected), self.unpack(found)
        return [(name, one[name], other[name]) for name in one if one[name] != other[name]]


def spare(record: Any) -> int:
    """Bits that nothing uses yet."""
    return 0


def text(value: str) -> int:
    """Two letters of a country as they stand in a word: left-aligned."""
    return int.from_bytes(value.encode("latin-1").ljust(2, b"\0"), "big")


NUMBER: Final = Layout(("", 256, int))
"""A word that is one number."""


# --------------------------------------------------------------------------------------------------------------- slots


def _word(value: int) -> bytes:
    return value.to_bytes(32, "big")


@lru_cache(maxsize=1 << 16)
def token_slot(token: int) -> int:
    """Where Solady's ERC721 keeps owner and extra data of a token; the approved account stands one further."""
    return (2 * token + int.from_bytes(keccak(_word(token)[:28] + _TOKEN_SEED), "big")) % MODULO


@lru_cache(maxsize=1 << 12)
def owner_slot(address: str) -> int:
    """Where Solady's ERC721 keeps balance and auxiliary data of an owner."""
    return int.from_bytes(keccak(bytes.fromhex(address[2:]) + _OWNER_SEED), "big")


def operator_slot(owner: str, operator: str) -> int:
    """Where Solady's ERC721 keeps whether an operator is approved for all."""
    return int.from_bytes(keccak(bytes.fromhex(owner[2:]) + _OWNER_SEED + bytes.fromhex(operator[2:])), "big")


@lru_cache(maxsize=1 << 14)
def entry(slot: int, *keys: bytes) -> int:
    """Where a Solidity mapping, or a mapping of mappings, keeps an entry; keys are words of 32 bytes."""
    at = _word(slot)
    for key in keys:
        at = keccak(key + at)
    return int.from_bytes(at, "big")


def element(slot: int, index: int) -> int:
    """Where a Solidity array of words keeps an element."""
    return int.from_bytes(keccak(_word(slot)), "big") + index
