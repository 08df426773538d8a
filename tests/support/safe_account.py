"""A Safe as an account of the contract tests: the real contracts, on the chain of the tests."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from eth_abi.abi import encode
from support.contract import Contract, plain, whole_reading
from support.safe import ARTIFACTS, EXEC, NOBODY, PLACES, SETUP
from support.trade import Party, deploy
from support.world import World

from sampan.chain import abi


def installed(root: Path) -> bool:
    return (root / ARTIFACTS).is_dir()


class SafeAccount:
    """A Safe of owners of whom all sign, who may be others tomorrow."""

    def __init__(self, world: World, root: Path, *owners: Party, country: str, roles: int, lei: int) -> None:
        self.world, self.owners = world, owners
        self.lei, self.country, self.roles = lei, country, roles
        self.participant = self.number = 0
        made = {
            name: self._deployed(root, name) for name in ("Safe", "SafeProxyFactory", "CompatibilityFallbackHandler")
        }
        self._handler = made["CompatibilityFallbackHandler"]
        addresses = [owner.address for owner in owners]
        setup = abi.encode_call(SETUP, addresses, len(owners), NOBODY, b"", self._handler.address, NOBODY, 0, NOBODY)
        make = abi.encode_call("createProxyWithNonce(address,bytes,uint256)", made["Safe"].address, setup, 1)
        factory = bytes.fromhex(made["SafeProxyFactory"].address[2:])
        mined = world.onchain.send(world.relayer.key, factory, make)
        assert mined.succeeded
        self.address = "0x" + mined.output[12:32].hex()
        self._safe = Contract(world.onchain, self.address, made["Safe"]._abi)

    def _deployed(self, root: Path, name: str) -> Any:
        document = json.loads((root / ARTIFACTS / PLACES[name] / f"{name}.json").read_text(encoding="utf-8"))
        code: Any = SimpleNamespace(bytecode=bytes.fromhex(document["bytecode"][2:]))
        return SimpleNamespace(address=deploy(self.world.onchain, self.world.relayer, code), _abi=document["abi"])

    def signature(self, digest: bytes) -> bytes:
        """Of all owners over the Safe's message of a digest, as its handler asks for it (ERC-1271)."""
        ask = abi.encode_call("getMessageHashForSafe(address,bytes)", self.address, encode(["bytes32"], [digest]))
        _, message = self.world.onchain.ask(bytes(20), bytes.fromhex(self._handler.address[2:]), ask)
        return self._by_all(message)

    def execute(self, to: Any, data: bytes) -> None:
        """What its owners agree to, sent by a relayer. Raises `Refused` with what the called contract said."""
        plain_call = (plain(to), 0, data, 0, 0, 0, 0, NOBODY, NOBODY)
        asked = self._safe.ask("getTransactionHash", *plain_call, self._safe.nonce())
        call = abi.encode_call(EXEC, *plain_call, self._by_all(asked))
        mined = self.world.onchain.send(self.world.relayer.key, bytes.fromhex(self.address[2:]), call)
        if not mined.succeeded:
            raise whole_reading().refusal(mined.output)

    def take_no_tokens(self) -> None:
        """Without its handler it does not answer as whoever takes tokens does."""
        self.execute(self, abi.encode_call("setFallbackHandler(address)", NOBODY))

    def replace_owner(self, gone: Party, new: Party) -> None:
        """An owner leaves, another comes."""
        place = self.owners.index(gone)
        listed = self._safe.getOwners()
        before = listed[listed.index(gone.address) - 1] if listed.index(gone.address) else "0x" + "00" * 19 + "01"
        swap = abi.encode_call("swapOwner(address,address,address)", before, gone.address, new.address)
        self.execute(self, swap)
        self.owners = (*self.owners[:place], new, *self.owners[place + 1 :])

    def _by_all(self, digest: bytes) -> bytes:
        return b"".join(owner.signature(digest) for owner in sorted(self.owners, key=lambda one: int(one.address, 16)))
