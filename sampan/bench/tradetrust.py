"""The peer: TradeTrust's token registry 5.5.1, as its npm package ships it, and compiled anew with its optimizer on.

The package carries bytecode without optimization (its settings for the optimizer stand where its build tool overlooks
them). Compiled anew with its own compiler (0.8.22), its own OpenZeppelin (5.1.0) and 200 runs, the contracts are what
was meant; without the optimizer they are what is shipped, byte for byte, which a test holds.

A *registry* is an ERC-721 look-alike; each document has an *escrow* of its own, a clone that names a beneficiary (our
titleholder) and a holder (our possessor).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sampan.bench.acts import BACKGROUND, Script
from sampan.bench.peer import compiled, creation_code
from sampan.bench.stage import Done, Errand, Side, Stage, Trade
from sampan.chain import abi
from sampan.chain.accounts import ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PACKAGE = "node_modules/@tradetrust-tt/token-registry"
COMPILER = "node_modules/solc-0.8.22"
LIBRARIES = {
    "@openzeppelin/contracts/": "node_modules/openzeppelin-5.1.0/",
    "@openzeppelin/contracts-upgradeable/": "node_modules/openzeppelin-upgradeable-5.1.0/",
}
"""Prefix of an import, and the folder of npm that holds the version that the package was built with."""
EVM_VERSION = "paris"
"""What the package's build tool sets for that compiler."""
OPTIMIZER_RUNS = 200
CONTRACTS = ("TradeTrustToken", "TitleEscrowFactory")
NOTHING = b""
BURNT_TO = "0x000000000000000000000000000000000000dEaD"


def shipped(root: Path) -> dict[str, bytes]:
    """Creation code by contract, as it is in the npm package. Raises `Missing` when that is not installed."""
    return {
        name: creation_code(root, PACKAGE, f"dist/artifacts/{name}.sol/{name}.json", "TradeTrust") for name in CONTRACTS
    }


def recompiled(root: Path, runs: int | None = OPTIMIZER_RUNS) -> dict[str, bytes]:
    """Creation code by contract, compiled from the package's sources with so many runs (None: not optimized).

    Raises `Missing` when Node, the compiler or a source is not there, `CompilerFailed` when it does not compile.
    """
    return compiled(
        root,
        PACKAGE,
        {_source(name): name for name in CONTRACTS},
        compiler=COMPILER,
        libraries=LIBRARIES,
        settings={
            "evmVersion": EVM_VERSION,
            "optimizer": {"enabled": runs is not None, "runs": OPTIMIZER_RUNS if runs is None else runs},
        },
        of="TradeTrust",
    )


def _source(name: str) -> str:
    return f"contracts/{name}.sol"


class TradeTrust(Side):
    """A registry of the carrier's own, with the factory of its escrows. The carrier has every role there.

    A registry counts what was returned to it and what was burnt, and these two counters alone depend on what else
    happens there. By default every script has a new registry, as in TradeTrust's published figures: the first return
    and the first burning write a new counter each. A `busy` one is used for all scripts, with other documents returned
    and burnt before.
    """

    def __init__(self, stage: Stage, name: str, code: Mapping[str, bytes], *, busy: bool = False) -> None:
        super().__init__(stage)
        self.name = name
        self.busy = busy
        self.factory = stage.create("carrier", code["TitleEscrowFactory"], "TitleEscrowFactory")
        arguments = abi.encode(("string", "string", "address"), ("Lantern Line", "XLL", self.factory))
        self._registry_code = code["TradeTrustToken"] + arguments
        if busy:
            self._open()
            for script in BACKGROUND:
                self.run(script)

    def _open(self) -> None:
        self.registry = self.stage.create("carrier", self._registry_code, "TradeTrustToken")

    def run(self, script: Script) -> list[Done]:
        if not self.busy:
            self._open()
        return super().run(script)

    def returned(self) -> int:
        """How many documents were returned to the registry and wait for its answer."""
        return int(self.stage.ask(self.registry, "balanceOf(address)(uint256)", self.registry))

    def burnt(self) -> int:
        """How many were accepted."""
        return int(self.stage.ask(self.registry, "balanceOf(address)(uint256)", BURNT_TO))

    # ----------------------------------------------------------------------------------------------------------- verbs

    def issue(self, trade: Trade) -> Errand:
        first = ROLES[trade.possessor]
        return self._by_carrier("mint(address,address,uint256,bytes)", first, first, _token(trade), NOTHING)

    def transfer(self, trade: Trade) -> Errand:
        return self._by_holder(trade, "transferHolder(address,bytes)", trade.next, NOTHING)

    def endorse_and_transfer(self, trade: Trade) -> Errand:
        return self._by_holder(trade, "transferOwners(address,address,bytes)", trade.next, trade.next, NOTHING)

    def reject(self, trade: Trade) -> Errand:
        return self._by_holder(trade, "rejectTransferOwners(bytes)", NOTHING)

    def surrender(self, trade: Trade) -> Errand:
        return self._by_holder(trade, "returnToIssuer(bytes)", NOTHING)

    def refuse_surrender(self, trade: Trade) -> Errand:
        return self._by_carrier("restore(uint256,bytes)", _token(trade), NOTHING)

    def accept_surrender(self, trade: Trade) -> Errand:
        return self._by_carrier("burn(uint256,bytes)", _token(trade), NOTHING)

    # --------------------------------------------------------------------------------------------------------- private

    def _by_carrier(self, signature: str, *arguments: Any) -> Errand:
        return Errand("carrier", self.registry, abi.encode_call(signature, *arguments))

    def _by_holder(self, trade: Trade, signature: str, *arguments: Any) -> Errand:
        where = "getEscrowAddress(address,uint256)(address)"
        escrow = self.stage.ask(self.factory, where, self.registry, _token(trade))
        return Errand(trade.possessor, escrow, abi.encode_call(signature, *arguments))


def _token(trade: Trade) -> int:
    """A document's token id: there, it is a hash of the document."""
    return int.from_bytes(trade.digest("token"), "big")
