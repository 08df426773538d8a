"""Who signs for an address: what a signer is, and the one with a key in memory."""

from __future__ import annotations

from typing import Any, NoReturn, Protocol

from sampan.errors import BadInput


class Signer(Protocol):
    """Who signs for one address."""

    @property
    def address(self) -> str:
        """Its address, checksummed."""

    def sign(self, transaction: dict[str, Any]) -> bytes:
        """A transaction, in the fields of JSON-RPC with integers (`type`, `chainId`, `nonce`, `to`, `value`, `data`,
        `gas`, `maxFeePerGas`, `maxPriorityFeePerGas`), signed and encoded as it is sent."""

    def sign_typed(self, data: dict[str, Any]) -> bytes:
        """EIP-712 data (`types`, `primaryType`, `domain`, `message`), signed: 65 bytes r, s, v."""


class KeySigner:
    """A signer with the key in memory, which never leaves it."""

    __slots__ = ("_key", "address")

    def __init__(self, key: bytes) -> None:
        """`key` is 32 bytes. Raises `BadInput` when they are no key."""
        from eth_account import Account

        try:
            account = Account.from_key(key)
        except Exception:
            raise BadInput("not a private key", hint="a private key is 32 bytes, 64 hex digits") from None
        self._key = account
        self.address: str = account.address

    def __repr__(self) -> str:
        return f"KeySigner({self.address})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is not pickled")

    def sign(self, transaction: dict[str, Any]) -> bytes:
        return bytes(self._key.sign_transaction(transaction).raw_transaction)

    def sign_typed(self, data: dict[str, Any]) -> bytes:
        return bytes(self._key.sign_typed_data(full_message=data).signature)
