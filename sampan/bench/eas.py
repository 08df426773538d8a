"""A peer of facts: the Ethereum Attestation Service, as its npm package ships it: an attestation of the same content.

A *schema* says what an attestation holds; an attestation keeps its data in storage. Ours is one that may be revoked, on
chain, for nobody in particular, with an end where the fact has one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sampan.bench.peer import creation_code
from sampan.bench.stage import Stage
from sampan.chain import abi
from sampan.chain.transactions import GAS_CAP, Call, Receipt

if TYPE_CHECKING:
    from pathlib import Path

    from sampan.cargo.records import CargoEvent

PACKAGE = "node_modules/@ethereum-attestation-service/eas-contracts"
OWNER = "deployer"
NOBODY = "0x" + "00" * 20
FIELDS = (
    "uint256 bill",
    "uint8 kind",
    "uint16 unit",
    "bytes32 key",
    "uint40 happenedAt",
    "uint48 amount",
    "bytes3 measure",
    "bytes32 place",
)
"""What a fact tells, without what every attestation has: who says it, until when it is valid, which it refers to."""
_ATTEST = "attest((bytes32,(address,uint64,bool,bytes32,bytes,uint256)))"


def code(root: Path, name: str) -> bytes:
    """Creation code of a contract, as it is in the npm package. Raises `Missing` when that is not installed."""
    return creation_code(root, PACKAGE, f"artifacts/contracts/{name}.sol/{name}.json", "EAS")


class Attestations:
    """The registry of schemas, the service, and a schema with what a fact tells."""

    def __init__(self, stage: Stage, root: Path) -> None:
        self.stage = stage
        registry = stage.create(OWNER, code(root, "SchemaRegistry"), "EAS")
        made = code(root, "EAS") + abi.encode(("address",), (registry,))
        self._service = stage.create(OWNER, made, "EAS")
        said = ", ".join(FIELDS)
        data = abi.encode_call("register(string,address,bool)", said, NOBODY, True)
        self._schema = self._send(OWNER, registry, data).logs[0].topics[1]

    def attest(self, role: str, bill: int, event: CargoEvent) -> Receipt:
        """One producer says what an event tells of a bill."""
        types = tuple(field.partition(" ")[0] for field in FIELDS)
        measure = event.measure.encode().ljust(3, b"\0")
        content = (bill, event.kind, event.unit, event.key, event.happened_at, event.amount, measure, event.place)
        request = (NOBODY, event.valid_until, True, event.corrects, abi.encode(types, content), 0)
        return self._send(role, self._service, abi.encode_call(_ATTEST, (self._schema, request)))

    def _send(self, role: str, to: str, data: bytes) -> Receipt:
        return self.stage.send(role, Call(to, data, gas=GAS_CAP, label="EAS"))
