"""EIP-712: the texts that are signed, as records. Their types follow from the ABI's structs of the same name.

A text that is no argument of any function says its fields itself: `TYPES`, Solidity's types in the order of its fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from enum import IntEnum
from functools import cache, cached_property
from typing import Any, Final, TypeAlias, get_type_hints

from sampan.errors import BadInput
from sampan.keccak import keccak
from sampan.suite.codec import TEXTS, Item, address, encoder, internal_name, word
from sampan.suite.tell import checksum

Fields: TypeAlias = tuple[tuple[str, str], ...]
"""The contract's name and Solidity's type of each field, in order."""

DOMAIN_FIELDS: Final[Fields] = (
    ("name", "string"),
    ("version", "string"),
    ("chainId", "uint256"),
    ("verifyingContract", "address"),
)


@dataclass(frozen=True)
class Domain:
    """For which contract on which chain a signature counts."""

    name: str
    version: str
    chain_id: int
    contract: str

    @cached_property
    def separator(self) -> bytes:
        """Its hash."""
        return keccak(
            _type_hash("EIP712Domain", DOMAIN_FIELDS)
            + keccak(self.name.encode())
            + keccak(self.version.encode())
            + word(self.chain_id)
            + address(self.contract)
        )


def fields(kind: Any) -> Fields:
    """The fields of a kind of text, by the contract's names."""
    return _fields(kind)


@cache
def _fields(kind: Any) -> Fields:
    own = getattr(kind, "TYPES", None)
    if own is not None:
        return tuple(zip((each.name for each in dataclass_fields(kind)), own, strict=True))
    for function in kind.SUBJECT.codec.functions.values():
        for entry in function.inputs:
            if entry["type"] == "tuple" and internal_name(entry) == kind.__name__:
                return tuple((str(part["name"]), str(part["type"])) for part in entry["components"])
    raise BadInput("no function takes such a text", subject=kind.__name__)


@cache
def _type_hash(name: str, of: Fields) -> bytes:
    return keccak(f"{name}({','.join(f'{kind} {field}' for field, kind in of)})".encode())


@cache
def _encoders(kind: Any) -> tuple[bytes, tuple[tuple[str, Any], ...]]:
    of = fields(kind)
    names = [each.name for each in dataclass_fields(kind)]
    encoders = [_encoder({"name": name, "type": type_}) for name, type_ in of]
    return _type_hash(kind.__name__, of), tuple(zip(names, encoders, strict=True))


def _encoder(entry: Item) -> Any:
    return (lambda value: keccak(_raw(value))) if entry["type"] == "bytes" else encoder(entry)


def _raw(value: Any) -> bytes:
    """`bytes`; a call stands for its data."""
    data: bytes = value if isinstance(value, bytes) else value.encoded()
    return data


def struct_hash(record: Any) -> bytes:
    """The hash of a text. Raises `BadInput` for a value that does not fit its type."""
    kind: Any = type(record)
    type_hash, encoders = _encoders(kind)
    return keccak(type_hash + b"".join(encode(getattr(record, name)) for name, encode in encoders))


def digest(domain: Domain, record: Any) -> bytes:
    """What is signed."""
    return keccak(b"\x19\x01" + domain.separator + struct_hash(record))


def message(record: Any) -> dict[str, Any]:
    """A text by the contract's names: integers, addresses checksummed, everything else bytes."""
    values = (getattr(record, each.name) for each in dataclass_fields(record))
    return {name: _plain(kind, value) for (name, kind), value in zip(fields(type(record)), values, strict=True)}


def _plain(kind: str, value: Any) -> Any:
    if kind in TEXTS:
        return value.encode("latin-1").ljust(TEXTS[kind], b"\0")
    if kind == "address":
        return checksum(value)
    return int(value) if kind.startswith("uint") else _raw(value)


def record(kind: type[Any], said: Mapping[str, Any]) -> Any:
    """The text of a kind whose `message` this is. Raises ValueError for a number that is no word."""
    hints = get_type_hints(kind)
    values = []
    for each, (name, type_) in zip(dataclass_fields(kind), fields(kind), strict=True):
        value, hint = said[name], hints[each.name]
        if type_ in TEXTS:
            value = value.rstrip(b"\0").decode("latin-1")
        elif isinstance(hint, type) and issubclass(hint, IntEnum):
            value = hint(value)
        values.append(value)
    return kind(*values)


def typed_data(domain: Domain, record: Any) -> dict[str, Any]:
    """What a wallet is asked to sign (`eth_signTypedData_v4`)."""
    kind = type(record)
    return {
        "types": {
            "EIP712Domain": [{"name": name, "type": type_} for name, type_ in DOMAIN_FIELDS],
            kind.__name__: [{"name": name, "type": type_} for name, type_ in fields(kind)],
        },
        "primaryType": kind.__name__,
        "domain": {
            "name": domain.name,
            "version": domain.version,
            "chainId": domain.chain_id,
            "verifyingContract": domain.contract,
        },
        "message": message(record),
    }
