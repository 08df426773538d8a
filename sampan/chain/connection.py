"""A connection to one chain: reads, calls with their revert data, logs, and the clock of a development chain."""

from __future__ import annotations

import re
import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sampan.chain.transactions import Call, Log, Receipt, Reverted
from sampan.errors import ChainError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sampan.chain.networks import Network
    from sampan.chain.rpc import Transport

BlockTag = int | str
"""A block: its number, its hash, or `latest`, `pending`, `earliest`, `safe`, `finalized`."""

DEVELOPMENT_CHAINS = frozenset({1337, 31337, 131277322940537})
"""Chain ids of ape's and anvil's chains and of the one in process: keys are published there, and time can be set."""


_OUT_OF_RANGE = re.compile(r"BlockOutOfRange\w*: block height is (\d+) but requested was (\d+)")


class RpcError(ChainError):
    """The node answered with an error. `rpc_code` and `rpc_message` are its own, `data` its revert data if any."""

    code = "chain.rpc"

    def __init__(self, method: str, error: dict[str, Any], *, subject: str) -> None:
        self.method = method
        self.rpc_code = error.get("code")
        self.rpc_message = str(error.get("message", ""))
        self.data = _revert_data(error)
        told = _OUT_OF_RANGE.search(self.rpc_message)
        self.forgotten = told is not None and int(told[2]) <= int(told[1])
        """Whether it is an anvil that does not keep the state of that block any more."""
        super().__init__(
            f"the node refused {method}: {self.rpc_message[:300]}",
            subject=subject,
            hint="anvil keeps the state of its last blocks alone, and of none before its start; their receipts and logs"
            " stay: ask at a later block"
            if self.forgotten
            else None,
        )


class Connection:
    """A chain that answers. Open one with `sampan.chain.networks.connect`; it closes as a context manager does."""

    def __init__(self, transport: Transport, network: Network, *, on_close: Callable[[], None] | None = None) -> None:
        self.transport = transport
        self.network = network
        self.nonces: dict[str, int] = {}
        """The next nonce of each account that sent from here, so that a node that lags behind cannot give one twice."""
        self.nonces_lock = threading.RLock()
        self.epoch = 0
        """How often the chain was set back from here."""
        self._on_close = on_close

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Connection({self.network.name!r}, {self.transport.name!r})"

    def close(self) -> None:
        """Give back what it holds; an anvil of its own ends here."""
        self.transport.close()
        if self._on_close is not None:
            self._on_close()
            self._on_close = None

    # --------------------------------------------------------------------------------------------------------- asking

    def rpc(self, method: str, *params: Any) -> Any:
        """One JSON-RPC call; its result as it came.

        Raises `RpcError` when the node answers with an error, `ChainError` when it does not answer.
        """
        return self._result(method, self.transport.request(method, params))

    def rpc_many(self, calls: Sequence[tuple[str, Sequence[Any]]]) -> list[Any]:
        """Several calls in as few requests as the node allows; their results in order. Raises as `rpc`."""
        answers = self.transport.batch(calls)
        return [self._result(method, answer) for (method, _), answer in zip(calls, answers, strict=True)]

    def _result(self, method: str, answer: dict[str, Any]) -> Any:
        error = answer.get("error")
        if error is not None:
            raise RpcError(
                method, error if isinstance(error, dict) else {"message": error}, subject=self.transport.name
            )
        return answer.get("result")

    @cached_property
    def chain_id(self) -> int:
        """The chain's id, as the node answers it."""
        return int(self.rpc("eth_chainId"), 16)

    @cached_property
    def genesis_hash(self) -> str:
        """The hash of block 0: what tells two chains of one id apart."""
        return str(self.block(0)["hash"])

    @property
    def in_process(self) -> bool:
        """Whether the chain lives in this process, where gas costs nothing and nobody else sends."""
        return self.transport.name == "tester"

    @property
    def is_development(self) -> bool:
        """Whether keys are published and time can be set there."""
        return self.chain_id in DEVELOPMENT_CHAINS

    def expect(
        self, *, chain_id: int | None = None, genesis_hash: str | None = None, subject: str | None = None
    ) -> None:
        """Make sure that this is the chain that is meant.

        Raises `ChainError` (code `chain.wrong`) when id or genesis differ.
        """
        where = subject or self.network.name
        if chain_id is not None and self.chain_id != chain_id:
            raise ChainError(
                f"wrong chain: its id is {self.chain_id}, expected {chain_id}",
                subject=where,
                code="chain.wrong",
                hint="does the URL belong to this network? `sampan network check` shows what answers",
            )
        if genesis_hash is not None and self.genesis_hash != genesis_hash:
            raise ChainError(
                f"another chain of the same id: its first block is {self.genesis_hash}, expected {genesis_hash}",
                subject=where,
                code="chain.wrong",
                hint="was the chain started anew? then deploy again; `sampan node start` keeps one across restarts",
            )

    # -------------------------------------------------------------------------------------------------------- reading

    def call(self, to: str, data: bytes, *, sender: str | None = None, block: BlockTag = "latest") -> bytes:
        """`eth_call`: what a contract answers at a block. Raises `Reverted` with the raw data when it refuses."""
        call = Call(to, data)
        try:
            return _bytes(self.rpc("eth_call", call.as_rpc(sender), tag(block)))
        except RpcError as error:
            raise as_revert(error, call) from None

    def call_many(self, calls: Sequence[tuple[str, bytes]], *, block: BlockTag = "latest") -> list[bytes]:
        """Several `eth_call` at one block, in as few requests as the node allows. Raises as `call`."""
        wire = [("eth_call", (Call(to, data).as_rpc(), tag(block))) for to, data in calls]
        try:
            return [_bytes(answer) for answer in self.rpc_many(wire)]
        except RpcError as error:
            raise as_revert(error, None) from None

    def code(self, address: str, block: BlockTag = "latest") -> bytes:
        """The runtime code at an address; empty when there is none."""
        return _bytes(self.rpc("eth_getCode", address, tag(block)))

    def balance(self, address: str, block: BlockTag = "latest") -> int:
        """Wei that an address owns."""
        return int(self.rpc("eth_getBalance", address, tag(block)), 16)

    def nonce(self, address: str, block: BlockTag = "latest") -> int:
        """Transactions that an address has sent."""
        return int(self.rpc("eth_getTransactionCount", address, tag(block)), 16)

    def block_number(self) -> int:
        """The number of the head."""
        return int(self.rpc("eth_blockNumber"), 16)

    def block(self, which: BlockTag = "latest", *, transactions: bool = False) -> dict[str, Any]:
        """A block as the node answers it (hex fields). Raises `ChainError` when there is none."""
        by_hash = isinstance(which, str) and len(which) == 66
        block = self.rpc("eth_getBlockByHash" if by_hash else "eth_getBlockByNumber", tag(which), transactions)
        if not isinstance(block, dict):
            raise ChainError(f"there is no block {which}", subject=self.transport.name, code="chain.no_block")
        return block

    def time(self, which: BlockTag = "latest") -> int:
        """A block's time, seconds since 1970."""
        return int(self.block(which)["timestamp"], 16)

    def receipt(self, transaction_hash: str) -> Receipt | None:
        """A transaction's receipt; None while it has none, and again when a reorganisation took it away."""
        answer = self.rpc("eth_getTransactionReceipt", transaction_hash)
        # Some nodes answer a receipt without a block for what is still pending.
        return Receipt.from_rpc(answer) if isinstance(answer, dict) and answer.get("blockHash") else None

    def logs(
        self,
        address: str | Sequence[str] | None = None,
        *,
        from_block: BlockTag = 0,
        to_block: BlockTag = "latest",
        topics: Sequence[str | Sequence[str] | None] | None = None,
    ) -> list[Log]:
        """Events of a range of blocks in one request; the range is the caller's to split. Raises as `rpc`."""
        query: dict[str, Any] = {"fromBlock": tag(from_block), "toBlock": tag(to_block)}
        if address is not None:
            query["address"] = address if isinstance(address, str) else list(address)
        if topics:
            query["topics"] = list(topics)
        return [Log.from_rpc(log) for log in self.rpc("eth_getLogs", query)]

    # ----------------------------------------------------------------------------- the clock of a development chain

    def snapshot(self) -> str:
        """Remember the state of a development chain; `revert` goes back to it."""
        return str(self.rpc("evm_snapshot"))

    def revert(self, snapshot: str) -> None:
        """Go back to a snapshot, which is used up by it."""
        if not self.rpc("evm_revert", snapshot):
            raise ChainError("there is no such snapshot", subject=snapshot, code="chain.snapshot")
        with self.nonces_lock:
            self.nonces.clear()
            self.epoch += 1

    def mine(self, blocks: int = 1) -> None:
        """Make empty blocks on a development chain."""
        for _ in range(blocks):
            self.rpc("evm_mine")

    def set_time(self, timestamp: int) -> None:
        """Make a block at a time (seconds since 1970) on a development chain. Time cannot go back."""
        self.rpc("evm_setNextBlockTimestamp", timestamp)
        self.rpc("evm_mine")

    def advance_time(self, seconds: int) -> None:
        """Make a block so many seconds after the head on a development chain."""
        self.set_time(self.time() + seconds)


def as_revert(error: RpcError, call: Call | None) -> ChainError | Reverted:
    """A node's error as the contract's refusal where it is one, else the error itself."""
    if error.data is not None:
        return Reverted(error.data, call=call)
    if "revert" in error.rpc_message.lower():
        return Reverted(b"", call=call)
    return error


def tag(block: BlockTag) -> str:
    """A block in the form that goes over the wire."""
    return hex(block) if isinstance(block, int) else block


def _revert_data(error: dict[str, Any]) -> bytes | None:
    """The data that a call reverted with, wherever the node put it; None when the error is no revert."""
    data = error.get("data")
    if isinstance(data, dict):
        data = data.get("data") or data.get("result")
    if isinstance(data, str):
        text = data.removeprefix("Reverted ").strip()
        if text.startswith("0x"):
            try:
                return bytes.fromhex(text[2:])
            except ValueError:
                return None
    return b"" if error.get("code") == 3 else None


def _bytes(answer: Any) -> bytes:
    try:
        return bytes.fromhex(answer[2:])
    except (TypeError, ValueError):
        raise ChainError("the RPC answered no bytes where bytes were asked", code="chain.answer") from None
