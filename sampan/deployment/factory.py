"""The public factory that makes addresses follow from code: same factory, salt and init code, same address.

It is deployed, at one address everywhere, by a transaction that was signed once for all chains by a key that nobody
has. Where it is missing (the chain in process) that transaction is sent, its sender given the ether that it spends.
"""

from __future__ import annotations

from sampan.chain.transactions import Call
from sampan.keccak import keccak
from sampan.suite.tell import checksum

ADDRESS = "0x4e59b44847b379578588920cA78FbF26c0B4956C"
SENDER = "0x3fAB184622Dc19b6109349B94811493BF2a45362"
"""Whoever signed the transaction."""

PRICE = 100_000 * 100 * 10**9
"""What the transaction costs at most, in wei: its gas limit at its gas price."""

TRANSACTION = bytes.fromhex(
    "f8a58085174876e800830186a08080b853604580600e600039806000f350fe"
    "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0"
    "3601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3"
    "1ba02222222222222222222222222222222222222222222222222222222222222222"
    "a02222222222222222222222222222222222222222222222222222222222222222"
)
CODE = bytes.fromhex(
    "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0"
    "3601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3"
)
"""What stands at the address."""


def address_of(salt: bytes, init_code_hash: bytes) -> str:
    """Where the factory puts a contract (EIP-1014). `init_code_hash` is Keccak-256 of its init code."""
    return checksum(keccak(b"\xff" + bytes.fromhex(ADDRESS[2:]) + salt + init_code_hash)[12:])


def creation(salt: bytes, init_code: bytes, label: str) -> Call:
    """The call that makes the factory create a contract."""
    return Call(ADDRESS, salt + init_code, label=label)
