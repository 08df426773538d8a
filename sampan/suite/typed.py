"""Texts that are signed (EIP-712): their types from the ABI's structs, their hashes and digests.

A text that is no argument of any function, only its fields are, says its types itself (`TYPES`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import IntEnum
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar, Final, get_type_hints

from sampan.keccak import keccak
from sampan.suite.codec import TEXTS, Item, address, encoder, internal_name, python_name, raw, word
from sampan.suite.tell import checksum

DOMAIN_NAME: Final = "Sampan Bills"
DOMAIN_VERSION: Final = "1"


class EIP712Domain:
    """The ledger and its chain: one more text."""

    TYPES: ClassVar = (
        ("name", "string"),
        ("version", "string"),
        ("chainId", "uint256"),
        ("verifyingContract", "address"),
    )


def fields(kind: Any) -> tuple[tuple[str, str], ...]:
    """The fields of a text in order: the contract's name and the type. `kind` is a struct that a subject declared."""
    if hasattr(kind, "TYPES"):
        return tuple(kind.TYPES)
    inputs = (entry for abi in kind.subject.abis() for item in abi for entry in item.get("inputs", ()))
    struct = next(entry for entry in inputs if internal_name(entry) == kind.__name__)
    return tuple((str(part["name"]), str(part["type"])) for part in struct["components"])


def type_of(kind: Any) -> str:
    """The type as EIP-712 hashes it, as in `NewAccount(uint256 participant,address account,...)`."""
    return f"{name_of(kind)}({','.join(f'{type_} {name}' for name, type_ in fields(kind))})"


def name_of(kind: Any) -> str:
    """The name of a text's type."""
    found: str = getattr(kind, "NAME", kind.__name__)
    return found


@cache
def _hasher(kind: Any) -> Callable[[Any], bytes]:
    type_hash = keccak(type_of(kind).encode())
    values_of = attrgetter(*[python_name(name) for name, _ in fields(kind)])
    encoders = [_field(type_) for _, type_ in fields(kind)]

    def struct_hash(record: Any) -> bytes:
        parts = [encode(value) for encode, value in zip(encoders, values_of(record), strict=True)]
        return keccak(type_hash + b"".join(parts))

    return struct_hash


def _field(type_: str) -> Callable[[Any], bytes]:
    if type_ == "bytes":
        return lambda value: keccak(raw(value))
    if type_.endswith("[]"):
        each = _field(type_[:-2])
        return lambda values: keccak(b"".join(each(value) for value in values))
    item: Item = {"type": type_}
    return encoder(item)


def struct_hash(record: Any) -> bytes:
    """The hash of a text: a record whose class has the name of its type and its fields in Python's writing."""
    kind: Any = type(record)
    return _hasher(kind)(record)


@cache
def domain(chain_id: int, contract: str, name: str = DOMAIN_NAME) -> bytes:
    """The hash of the domain: one contract, the ledger unless it is told another name, on one chain."""
    hashes = keccak(type_of(EIP712Domain).encode()) + keccak(name.encode()) + keccak(DOMAIN_VERSION.encode())
    return keccak(hashes + word(chain_id) + address(contract))


def domain_name(record: Any) -> str:
    """For whom a text is signed: what the text says (`DOMAIN`), else the ledger."""
    found: str = getattr(record, "DOMAIN", DOMAIN_NAME)
    return found


def verifier(record: Any, addresses: Mapping[str, str]) -> str:
    """The contract that a text is signed for. `addresses` are those of the contracts of which there is one."""
    found: str = getattr(record, "deposit", "") or addresses[type(record).subject.contract]
    return found


def domain_of(chain_id: int, record: Any, addresses: Mapping[str, str]) -> bytes:
    """The hash of the domain of a text."""
    return domain(chain_id, verifier(record, addresses), domain_name(record))


def digest(domain: bytes, record: Any) -> bytes:
    """What is signed, and what `cancel` withdraws."""
    return keccak(b"\x19\x01" + domain + struct_hash(record))


# ------------------------------------------------------------------------------------------------------ in JSON's shape


def message(record: Any) -> dict[str, Any]:
    """A text by the contract's names: integers, addresses checksummed, lists of them, everything else bytes."""
    found = fields(type(record))
    return {name: _plain(type_, getattr(record, python_name(name))) for name, type_ in found}


def _plain(type_: str, value: Any) -> Any:
    if type_.endswith("[]"):
        return [_plain(type_[:-2], each) for each in value]
    if type_ in TEXTS:
        return value.encode("latin-1").ljust(TEXTS[type_], b"\0")
    if type_ == "address":
        return checksum(value)
    return int(value) if type_.startswith(("uint", "int")) else raw(value)


def record(kind: Any, said: Mapping[str, Any]) -> Any:
    """The text of a kind whose `message` this is. Raises ValueError for a number that is no word."""
    hints = get_type_hints(kind)
    values = {}
    for name, type_ in fields(kind):
        value, hint = said[name], hints[python_name(name)]
        if type_ in TEXTS:
            value = value.rstrip(b"\0").decode("latin-1")
        elif isinstance(hint, type) and issubclass(hint, IntEnum):
            value = hint(value)
        elif type_.endswith("[]"):
            value = tuple(value)
        values[python_name(name)] = value
    return kind(**values)


def typed_data(chain_id: int, contract: str, record: Any) -> dict[str, Any]:
    """What a wallet is asked to sign (`eth_signTypedData_v4`)."""
    kind = type(record)
    return {
        "types": {
            name_of(each): [{"name": name, "type": type_} for name, type_ in fields(each)]
            for each in (EIP712Domain, kind)
        },
        "primaryType": name_of(kind),
        "domain": {
            "name": domain_name(record),
            "version": DOMAIN_VERSION,
            "chainId": chain_id,
            "verifyingContract": contract,
        },
        "message": message(record),
    }
