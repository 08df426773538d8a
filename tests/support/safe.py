"""Safes with the real contracts (npm `@safe-global/safe-smart-account`), and what their owners' wallets do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sampan.chain import abi
from sampan.chain.accounts import development_signer
from sampan.chain.connection import Connection
from sampan.chain.keys import KeySigner
from sampan.chain.sender import Sender
from sampan.chain.transactions import Call, Receipt
from sampan.client.unsigned import batch_checksum

NOBODY = "0x" + "0" * 40
ARTIFACTS = "node_modules/@safe-global/safe-smart-account/build/artifacts/contracts"
PLACES = {
    "Safe": "Safe.sol",
    "SafeProxyFactory": "proxies/SafeProxyFactory.sol",
    "CompatibilityFallbackHandler": "handler/CompatibilityFallbackHandler.sol",
}
SETUP = "setup(address[],uint256,address,bytes,address,address,uint256,address)"
EXEC = "execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)"
HASH = "getTransactionHash(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,uint256)(bytes32)"


class Safes:
    """The contracts of Safe on one chain, sent by a funded role."""

    def __init__(self, connection: Connection, root: Path) -> None:
        self.connection = connection
        self.sender = Sender(connection, development_signer("keeper"))
        self.at = {name: self._deploy(root / ARTIFACTS / place / f"{name}.json") for name, place in PLACES.items()}

    def _deploy(self, artifact: Path) -> str:
        code = bytes.fromhex(json.loads(artifact.read_text(encoding="utf-8"))["bytecode"][2:])
        made = self.sender.send(Call(None, code)).contract
        assert made is not None
        return made

    def new(self, owners: Sequence[KeySigner], threshold: int) -> Safe:
        """A Safe of these owners, of whom so many sign."""
        addresses = [owner.address for owner in owners]
        handler = self.at["CompatibilityFallbackHandler"]
        setup = abi.encode_call(SETUP, addresses, threshold, NOBODY, b"", handler, NOBODY, 0, NOBODY)
        make = "createProxyWithNonce(address,bytes,uint256)"
        data = abi.encode_call(make, self.at["Safe"], setup, int(addresses[0], 16))
        made = abi.decode(("address",), self.connection.call(self.at["SafeProxyFactory"], data))[0]
        self.sender.send(Call(self.at["SafeProxyFactory"], data))
        return Safe(self, str(made), tuple(owners[:threshold]))


@dataclass(frozen=True)
class Safe:
    """A Safe, and those of its owners who sign."""

    of: Safes
    address: str
    owners: tuple[KeySigner, ...]

    def execute(self, file: Path) -> Receipt:
        """What comes of a batch: each of its transactions is the Safe's, signed by its owners. The last receipt."""
        batch = json.loads(file.read_text(encoding="utf-8"))
        assert batch["chainId"] == str(self.of.connection.chain_id)
        assert batch["meta"]["createdFromSafeAddress"] == self.address
        assert batch["meta"]["checksum"] == batch_checksum(batch)
        return [
            self._send(item["to"], int(item["value"]), bytes.fromhex(item["data"][2:]))
            for item in batch["transactions"]
        ][-1]

    def _send(self, to: str, value: int, data: bytes) -> Receipt:
        nonce = abi.decode(("uint256",), self.of.connection.call(self.address, abi.encode_call("nonce()")))[0]
        plain = (to, value, data, 0, 0, 0, 0, NOBODY, NOBODY)
        asked = self.of.connection.call(self.address, abi.encode_call(HASH, *plain, nonce))
        signatures = b"".join(
            owner._key.unsafe_sign_hash(asked[:32]).signature
            for owner in sorted(self.owners, key=lambda owner: int(owner.address, 16))
        )
        return self.of.sender.send(Call(self.address, abi.encode_call(EXEC, *plain, signatures)))

    def sign(self, file: Path) -> list[str]:
        """What the owners' wallets make of a text: each signs the EIP-712 data as it stands in the file."""
        return ["0x" + bytes(sign(owner, file)).hex() for owner in self.owners]


def sign(owner: KeySigner, file: Path) -> bytes:
    """What a wallet makes of a file of EIP-712 data."""
    data: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return bytes(owner._key.sign_typed_data(full_message=dict(data)).signature)
