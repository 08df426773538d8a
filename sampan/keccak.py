"""Keccak-256, by the fastest implementation that is installed.

`safe-pysha3` is six times faster than pycryptodome, but `eth-hash` (under web3, eth-account, py-evm) prefers the slow
one; so this module also names the fast one to it, by the environment variable that it reads at its first use.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

EMPTY = bytes.fromhex("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")
"""Keccak-256 of nothing: the code hash of an account without code."""


def _fastest() -> Callable[[bytes], bytes]:
    try:
        from sha3 import keccak_256
    except ImportError:
        from Crypto.Hash import keccak as pycryptodome

        def by_pycryptodome(data: bytes) -> bytes:
            return pycryptodome.new(digest_bits=256, data=data).digest()

        return by_pycryptodome

    os.environ.setdefault("ETH_HASH_BACKEND", "pysha3")

    def by_pysha3(data: bytes) -> bytes:
        digest: bytes = keccak_256(data).digest()
        return digest

    return by_pysha3


keccak: Callable[[bytes], bytes] = _fastest()
"""`keccak(data)`: the 32 bytes of Keccak-256 over `data` (the original padding, not SHA3-256)."""
