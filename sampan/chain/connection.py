"""A connection to one chain: reads, calls with their revert data, logs, and the clock of a development chain."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sampan.chain import answers
from sampan.chain.transactions import Call, Log, Receipt, Reverted
from sampan.errors import ChainError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sampan.chain.networks import Network
    from sampan.chain.rpc import Transport

BlockTag = int | str
"""A block: its number, its hash, or `latest`, `pending`, `earliest`, `safe`, `finalized`."""

LOOKS = (0.1, 0.3, 0.8, 1.6)
"""Seconds between looks for a block that should be there."""
DEVELOPMENT_CHAINS = frozenset({1337, 31337, 131277322940537})
"""Chain ids of ape's and anvil's chains and of the one in process, and of many a private network besides."""
DEVELOPMENT_NODES = re.compile(r"anvil|hardhat|edr", re.IGNORECASE)
"""What nodes call themselves whose chains are for development alone."""

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
            f"the node refused {method}: {' '.join(self.rpc_message.split())[:300]}",
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
        self.cut_at: int | None = None
        """The number of logs at which the node was found to cut its answers (`sampan.chain.logs`)."""
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

        Raises `RpcError` when the node answers with an error, `ChainError` when it does not answer, or answers what
        cannot be (`sampan.chain.answers`).
        """
        return self._result(method, params, self.transport.request(method, params))

    def rpc_many(self, calls: Sequence[tuple[str, Sequence[Any]]]) -> list[Any]:
        """Several calls in as few requests as the node allows; their results in order. Raises as `rpc`."""
        results = self.try_many(calls)
        for result in results:
            if isinstance(result, RpcError):
                raise result
        return results

    def try_many(self, calls: Sequence[tuple[str, Sequence[Any]]]) -> list[Any]:
        """The same, with the `RpcError` of a call in its place. Raises `ChainError` as `rpc`."""
        found: list[Any] = []
        for (method, params), answer in zip(calls, self.transport.batch(calls), strict=True):
            try:
                found.append(self._result(method, params, answer))
            except RpcError as error:
                found.append(error)
        return found

    def _result(self, method: str, params: Sequence[Any], answer: dict[str, Any]) -> Any:
        error, result = answer.get("error"), answer.get("result")
        if error is not None:
            raise RpcError(
                method, error if isinstance(error, dict) else {"message": error}, subject=self.transport.name
            )
        with self._named():
            answers.check(method, params, result)
        return result

    @contextlib.contextmanager
    def _named(self) -> Iterator[None]:
        """An answer that cannot be is told with the name of who gave it."""
        try:
            yield
        except ChainError as error:
            error.subject = error.subject or self.transport.name
            raise

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

    @cached_property
    def is_development(self) -> bool:
        """Whether it is for development: published keys count there, time can be set, and nothing is asked.

        The settings say so (`development`); else it is a chain in this process, or a node on this machine that calls
        itself anvil or Hardhat and has their chain id. An id alone says nothing: private networks have the same.
        """
        if self.network.development is not None:
            return self.network.development
        if self.chain_id not in DEVELOPMENT_CHAINS:
            return False
        if self.in_process:
            return True
        try:
            client = self.rpc("web3_clientVersion")
        except RpcError:
            return False
        return self.network.here and DEVELOPMENT_NODES.search(str(client)) is not None

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
                hint=self._hint_of_another(),
            )

    def _hint_of_another(self) -> str:
        """What helps whoever met another chain of the same id."""
        name, chain_id = self.network.name, self.chain_id
        if name == "sepolia":
            return (
                "this is not Sepolia, nor a fork of it, which has its first block; a chain of your own wants a name and"
                " an id of its own (under [networks.NAME] in sampan.toml), and SAMPAN_NETWORK_SEPOLIA_URL not its URL"
            )
        if chain_id in DEVELOPMENT_CHAINS and self.network.here:
            return (
                "was the chain started anew? what stood there is gone with it: `sampan node start` keeps a chain across"
                " restarts, and deploys to one that is new"
            )
        return "does the URL belong to this network? the ledger of another chain has another manifest (--manifest FILE)"

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
        method = "eth_getBlockByHash" if by_hash else "eth_getBlockByNumber"
        block: dict[str, Any] | None = self.rpc(method, tag(which), transactions)
        for pause in () if self.in_process or by_hash else LOOKS:
            if block is not None:
                break
            # Of many nodes under one name, one may not have yet what another told of.
            time.sleep(pause)
            block = self.rpc(method, tag(which), transactions)
        if block is None:
            raise ChainError(
                f"there is no block {which}",
                subject=self.transport.name,
                code="chain.no_block",
                hint="is this node behind others? try again, or ask another RPC (--network URL)",
            )
        return block

    def blocks(self, numbers: Sequence[int]) -> list[dict[str, Any]]:
        """Several blocks by number, as `block`."""
        answers = self.rpc_many([("eth_getBlockByNumber", (tag(number), False)) for number in numbers])
        return [
            self.block(number) if answer is None else answer for number, answer in zip(numbers, answers, strict=True)
        ]

    def time(self, which: BlockTag = "latest") -> int:
        """A block's time, seconds since 1970."""
        return int(self.block(which)["timestamp"], 16)

    def receipt(self, transaction_hash: str) -> Receipt | None:
        """A transaction's receipt; None while it has none, and again when a reorganisation took it away."""
        answer = self.rpc("eth_getTransactionReceipt", transaction_hash)
        # Some nodes answer a receipt without a block for what is still pending.
        with self._named():
            return Receipt.from_rpc(answer) if answer is not None and answer.get("blockHash") else None

    def receipts(self, hashes: Sequence[str]) -> list[Receipt | None]:
        """Several receipts, as `receipt`."""
        found = self.rpc_many([("eth_getTransactionReceipt", (each,)) for each in hashes])
        with self._named():
            return [Receipt.from_rpc(each) if each is not None and each.get("blockHash") else None for each in found]

    def logs(
        self,
        address: str | Sequence[str] | None = None,
        *,
        from_block: BlockTag = 0,
        to_block: BlockTag = "latest",
        topics: Sequence[str | Sequence[str] | None] | None = None,
    ) -> list[Log]:
        """Events of a range of blocks in one request, each once and in order; the range is the caller's to split
        (`sampan.chain.logs`). Raises as `rpc`, and `ChainError` for logs that were not asked for."""
        query: dict[str, Any] = {"fromBlock": tag(from_block), "toBlock": tag(to_block)}
        if address is not None:
            query["address"] = address if isinstance(address, str) else list(address)
        if topics:
            query["topics"] = list(topics)
        wanted = [address] if isinstance(address, str) else address or ()
        places: dict[tuple[int, int], Log] = {}
        with self._named():
            for answer in self.rpc("eth_getLogs", query):
                log = Log.from_rpc(answer)
                if not self.is_asked_for(log, wanted, from_block, to_block, topics):
                    raise answers.wrong("eth_getLogs", f"a log that was not asked for ({_place(log)})")
                if places.setdefault(log.place, log) != log:
                    raise answers.wrong("eth_getLogs", f"two logs in one place ({_place(log)})")
        return [places[place] for place in sorted(places)]

    @staticmethod
    def is_asked_for(
        log: Log,
        addresses: Sequence[str],
        first: BlockTag,
        last: BlockTag,
        topics: Sequence[str | Sequence[str] | None] | None,
    ) -> bool:
        """Whether a log is of one of the addresses, in the range, and of the topics."""
        if addresses and log.address.lower() not in map(str.lower, addresses):
            return False
        if (isinstance(first, int) and log.block_number < first) or (isinstance(last, int) and log.block_number > last):
            return False
        for place, wanted in enumerate(topics or ()):
            if wanted is not None:
                several = [wanted] if isinstance(wanted, str) else wanted
                if place >= len(log.topics) or "0x" + log.topics[place].hex() not in several:
                    return False
        return True

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


def _place(log: Log) -> str:
    return f"block {log.block_number}, log {log.log_index}"


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


def _bytes(answer: str) -> bytes:
    return bytes.fromhex(answer[2:])
