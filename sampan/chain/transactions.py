"""What goes to a chain and what comes back: a call, a receipt, its logs, and a revert with its raw data.

Addresses are checksummed hex text, hashes are lower-case hex text of 32 bytes; topics and data are bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sampan.chain import answers
from sampan.errors import Refused
from sampan.suite.tell import checksum

if TYPE_CHECKING:
    from collections.abc import Mapping

GAS_CAP = 16_777_216
"""The most gas that one transaction may have (EIP-7825)."""
MARGIN_PERCENT = 20
"""What is added to a node's estimate: until the act stands, the state may cost it more."""

_ERROR_TEXT = bytes.fromhex("08c379a0")
_PANIC = bytes.fromhex("4e487b71")
_PANICS = {
    0x01: "a failed assertion",
    0x11: "an arithmetic overflow",
    0x12: "a division by zero",
    0x21: "a number outside its enumeration",
    0x31: "pop of an empty array",
    0x32: "an array index out of bounds",
    0x41: "too much memory",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One act on a chain, before it is signed.

    `to` is None to create a contract; `value` is in wei; `gas` is the limit to set instead of an estimate; `label` says
    in a few words what the act is, for progress and errors. `given` are words of storage that a rehearsal takes as if
    they stood: contract, slot, word. `alone` is the act without what is shown beside it, where that is part of `data`:
    permits and agreements, whose nonces, times and signatures are others each time that they are signed.
    """

    to: str | None
    data: bytes = b""
    value: int = 0
    gas: int | None = None
    label: str = ""
    given: tuple[tuple[str, int, int], ...] = ()
    alone: bytes = b""

    @property
    def act(self) -> bytes:
        """What is asked of the contract, whatever is shown beside it."""
        return self.alone or self.data

    @property
    def overrides(self) -> tuple[dict[str, Any], ...]:
        """The same as `eth_call` and `eth_estimateGas` take it, behind the block; nothing where nothing is given."""
        found: dict[str, Any] = {}
        for contract, slot, word in self.given:
            words = found.setdefault(contract, {"stateDiff": {}})["stateDiff"]
            words[f"0x{slot:064x}"] = f"0x{word:064x}"
        return (found,) if found else ()

    def as_rpc(self, sender: str | None = None) -> dict[str, str]:
        """The fields that `eth_call` and `eth_estimateGas` take."""
        fields = {"data": "0x" + self.data.hex()}
        if self.to is not None:
            fields["to"] = self.to
        if self.value:
            fields["value"] = hex(self.value)
        if self.gas is not None:
            fields["gas"] = hex(self.gas)
        if sender is not None:
            fields["from"] = sender
        return fields


@dataclass(frozen=True, slots=True)
class Log:
    """One event as it stands in a receipt."""

    address: str
    topics: tuple[bytes, ...]
    data: bytes
    block_number: int
    block_hash: str
    transaction_hash: str
    transaction_index: int
    log_index: int

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands: block, and index in the block."""
        return self.block_number, self.log_index

    @classmethod
    def from_rpc(cls, answer: Any, method: str = "eth_getLogs") -> Log:
        """Read a log in the answer to a method. Raises `ChainError` (code `chain.answer`) for what is none, and for one
        that a reorganisation took away."""
        fields = answers.record(answer, method, "a log")
        if fields.get("removed"):
            raise answers.wrong(method, "a log that was taken back")
        topics = answers.listed(answers.part(fields, "topics", method, "a log"), method, "topics")
        if len(topics) > 4:
            raise answers.wrong(method, f"a log of {len(topics)} topics")
        return cls(
            address=_address(fields, "address", method, "a log"),
            topics=tuple(answers.data(topic, method, size=32, what="the topics of a log") for topic in topics),
            data=answers.data_in(fields, "data", method, "a log"),
            block_number=answers.number_in(fields, "blockNumber", method, "a log"),
            block_hash=answers.hash_in(fields, "blockHash", method, "a log"),
            transaction_hash=answers.hash_in(fields, "transactionHash", method, "a log"),
            transaction_index=answers.number_in(fields, "transactionIndex", method, "a log"),
            log_index=answers.number_in(fields, "logIndex", method, "a log"),
        )


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a transaction. `gas_price` is what was paid for one gas, in wei."""

    transaction_hash: str
    sender: str
    to: str | None
    contract: str | None
    succeeded: bool
    block_number: int
    block_hash: str
    gas_used: int
    gas_price: int
    logs: tuple[Log, ...]

    @property
    def cost(self) -> int:
        """What the transaction cost its sender in fees, in wei."""
        return self.gas_used * self.gas_price

    @classmethod
    def from_rpc(cls, answer: Any, method: str = "eth_getTransactionReceipt") -> Receipt:
        """Read the answer to a method. Raises `ChainError` (code `chain.answer`) for what is no receipt, and for one
        whose logs are another transaction's."""
        what = "a receipt"
        fields = answers.record(answer, method, what)
        logs = answers.listed(answers.part(fields, "logs", method, what), method, "logs")
        receipt = cls(
            transaction_hash=answers.hash_in(fields, "transactionHash", method, what),
            sender=_address(fields, "from", method, what),
            to=_address(fields, "to", method, what) if fields.get("to") else None,
            contract=_address(fields, "contractAddress", method, what) if fields.get("contractAddress") else None,
            succeeded=answers.number_in(fields, "status", method, what, most=1) == 1,
            block_number=answers.number_in(fields, "blockNumber", method, what),
            block_hash=answers.hash_in(fields, "blockHash", method, what),
            gas_used=answers.number_in(fields, "gasUsed", method, what),
            gas_price=answers.number_in(fields, "effectiveGasPrice", method, what, most=answers.MOST)
            if fields.get("effectiveGasPrice")
            else 0,
            logs=tuple(Log.from_rpc(log, method) for log in logs),
        )
        if receipt.logs and not receipt.succeeded:
            raise answers.wrong(method, "the logs of a transaction that failed: one that fails leaves none")
        for log in receipt.logs:
            if (log.transaction_hash, log.block_hash) != (receipt.transaction_hash, receipt.block_hash):
                raise answers.wrong(method, f"a receipt with a log of {log.transaction_hash}")
        return receipt


def _address(fields: Mapping[str, Any], name: str, method: str, what: str) -> str:
    return checksum(answers.data_in(fields, name, method, what, size=20))


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a call would do if it were sent now (`--dry-run`).

    `gas` is the limit that would be set, `max_cost` the most wei that it could cost at the fees offered now, `logs` the
    events that it would emit, or None where the RPC cannot tell.
    """

    call: Call
    sender: str
    gas: int
    max_cost: int
    output: bytes
    logs: tuple[Log, ...] | None


class Reverted(Refused):
    """A contract refused. `data` is what it reverted with, raw: the ledger names the error and its arguments by it."""

    code = "refused.reverted"

    def __init__(
        self,
        data: bytes,
        *,
        call: Call | None = None,
        transaction_hash: str | None = None,
        hint: str | None = None,
    ) -> None:
        what = call.label if call is not None and call.label else "the call"
        super().__init__(
            f"{what} was refused by the contract: {revert_text(data)}",
            subject=transaction_hash or (call.to if call is not None else None),
            hint=hint,
        )
        self.data = data
        self.call = call
        self.transaction_hash = transaction_hash


def revert_text(data: bytes) -> str:
    """What revert data says without an ABI: a text, a panic in words, or the selector of an error."""
    selector, body = data[:4], data[4:]
    if selector == _ERROR_TEXT and len(body) >= 64:
        length = int.from_bytes(body[32:64], "big")
        return repr(body[64 : 64 + min(length, 400)].decode("utf-8", errors="replace"))
    if selector == _PANIC and len(body) == 32:
        return _PANICS.get(int.from_bytes(body, "big"), f"panic 0x{body[-1]:02x}")
    if not data:
        return "no reason given"
    return f"error 0x{selector.hex()}" + (f" with {len(body)} bytes of arguments" if body else "")


def with_margin(estimate: int) -> int:
    """The gas limit to set for what a node estimated."""
    return min(GAS_CAP, estimate + estimate * MARGIN_PERCENT // 100)
