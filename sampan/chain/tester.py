"""A chain in this process: eth-tester's py-evm backend, spoken to in JSON-RPC like any node.

It answers as a node on the network would: hex on the wire, a revert with its raw data, receipts found by hash at once,
block hashes that follow from the header. The same transactions give the same hashes in every run. On top of the usual
methods it knows what a test needs: `evm_snapshot`, `evm_revert`, `evm_mine`, `evm_increaseTime`,
`evm_setNextBlockTimestamp`, `evm_setAutomine`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sampan.chain.transactions import GAS_CAP
from sampan.errors import ChainError
from sampan.keccak import keccak

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

GENESIS_TIME = 1_767_225_600
"""2026-01-01 00:00 UTC: when the chains start that Sampan makes, so that they are the same in every run."""

BALANCE = 10_000 * 10**18
GAS_LIMIT = 30_000_000
TIP = 10**9


class _RpcFault(Exception):
    """An answer with `error`."""

    def __init__(self, code: int, message: str, data: str | None = None) -> None:
        super().__init__(message)
        self.body: dict[str, Any] = {"code": code, "message": message}
        if data is not None:
            self.body["data"] = data


@dataclass(slots=True)
class _Mined:
    """One block in the form in which it is answered."""

    hash: bytes
    body: dict[str, Any]
    transactions: list[dict[str, Any]]
    receipts: list[dict[str, Any]]
    addresses: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Ran:
    """How a call ended that changed nothing."""

    output: bytes
    error: Exception | None
    logs: Sequence[tuple[bytes, Sequence[int], bytes]]
    """Address, topics, data."""
    gas: int
    """What it took, refunds not given back."""


class _Asked:
    """A block that is being asked: its machine, and what it answered (a client asks for the same names often)."""

    def __init__(self, vm: Any) -> None:
        # As on a node, who only asks need not own the fee.
        vm.state.execution_context._base_fee_per_gas = 0
        self.vm = vm
        self.ran: dict[tuple[str | None, ...], _Ran] = {}


def go_back(chain: Any, block_hash: bytes) -> None:
    """A block of py-evm's chain becomes its head again, and the next one is built on it.

    eth-tester's own way back executes the block anew, which takes tens of milliseconds.
    """
    from eth.constants import GENESIS_PARENT_HASH

    header = chain.get_block_header_by_hash(block_hash)
    chain.chaindb._set_as_canonical_chain_head(chain.chaindb.db, header, GENESIS_PARENT_HASH)
    chain.header = chain.create_header_from_parent(header)


_ASKED_AT_ONCE = 2
"""The head and the block that is being built."""


class TesterTransport:
    """JSON-RPC on a py-evm chain in this process (Prague).

    `funded` are the addresses that own ether at the genesis; `backend` is an eth-tester backend to use instead of a new
    one (ape's, for example).
    """

    def __init__(
        self, *, funded: Sequence[str] = (), timestamp: int = GENESIS_TIME, backend: Any | None = None
    ) -> None:
        from eth_tester.backends.pyevm.main import PyEVMBackend, get_default_genesis_params

        if backend is None:
            state = {
                bytes.fromhex(address[2:]): {"balance": BALANCE, "nonce": 0, "code": b"", "storage": {}}
                for address in funded
            }
            parameters = get_default_genesis_params({"timestamp": timestamp, "gas_limit": GAS_LIMIT})
            backend = PyEVMBackend(genesis_parameters=parameters, genesis_state=state or None)
            self._steady = True
        else:
            self._steady = False
        self.name = "tester"
        self.backend = backend
        self._automine = True
        self._blocks: list[_Mined] = []
        self._found: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}
        """Hash to transaction and receipt."""
        self._snapshots: list[tuple[bytes, int]] = []
        self._asked: dict[bytes, _Asked] = {}
        self._keep_time()
        self._methods: Mapping[str, Callable[..., Any]] = {
            "web3_clientVersion": lambda: "sampan-tester/py-evm",
            "net_version": lambda: str(self._chain.chain_id),
            "eth_chainId": lambda: hex(self._chain.chain_id),
            "eth_syncing": lambda: False,
            "eth_accounts": lambda: [],
            "eth_blockNumber": lambda: hex(self._head()),
            "eth_gasPrice": lambda: hex(self._pending().base_fee_per_gas + TIP),
            "eth_maxPriorityFeePerGas": lambda: hex(TIP),
            "eth_feeHistory": self._fee_history,
            "eth_getBalance": lambda of, block="latest": hex(self._state(block).get_balance(_address(of))),
            "eth_getTransactionCount": lambda of, block="latest": hex(self._state(block).get_nonce(_address(of))),
            "eth_getCode": lambda of, block="latest": _hex(self._state(block).get_code(_address(of))),
            "eth_getStorageAt": self._get_storage,
            "eth_call": self._call,
            "eth_estimateGas": self._estimate,
            "eth_simulateV1": self._simulate,
            "eth_sendRawTransaction": self._send_raw,
            "eth_getTransactionByHash": lambda of: self._find(of)[0],
            "eth_getTransactionReceipt": lambda of: self._find(of)[1],
            "eth_getBlockByNumber": self._get_block,
            "eth_getBlockByHash": self._get_block,
            "eth_getBlockReceipts": lambda block: self._block(block).receipts,
            "eth_getLogs": self._get_logs,
            "evm_snapshot": self._snapshot,
            "evm_revert": self._revert,
            "evm_mine": self._mine,
            "evm_increaseTime": self._increase_time,
            "evm_setNextBlockTimestamp": self._set_next_timestamp,
            "evm_setAutomine": self._set_automine,
        }

    # ---------------------------------------------------------------------------------------------------- transport

    def request(self, method: str, params: Sequence[Any]) -> dict[str, Any]:
        found = self._methods.get(method)
        if found is None:
            return {"error": {"code": -32601, "message": f"the chain in process has no {method}"}}
        try:
            return {"result": found(*params)}
        except _RpcFault as fault:
            return {"error": fault.body}

    def batch(self, calls: Sequence[tuple[str, Sequence[Any]]]) -> list[dict[str, Any]]:
        return [self.request(method, params) for method, params in calls]

    def close(self) -> None:
        """Nothing is held."""

    # ----------------------------------------------------------------------------------------------------- the chain

    @property
    def _chain(self) -> Any:
        return self.backend.chain

    def _pending(self) -> Any:
        """The header of the block that is being built."""
        return self._chain.header

    def _head(self) -> int:
        return int(self._chain.header.block_number) - 1

    def _sync(self) -> None:
        """Learn the blocks that came since; forget those that a snapshot took away."""
        chain, head = self._chain, self._head()
        while self._blocks:
            number = len(self._blocks) - 1
            if number <= head and chain.chaindb.get_canonical_block_hash(number) == self._blocks[-1].hash:
                break
            for transaction in self._blocks.pop().transactions:
                del self._found[transaction["hash"]]
        for number in range(len(self._blocks), head + 1):
            block = self._read_block(chain.get_canonical_block_by_number(number))
            self._blocks.append(block)
            for transaction, receipt in zip(block.transactions, block.receipts, strict=True):
                self._found[transaction["hash"]] = transaction, receipt

    def _find(self, transaction_hash: str) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        """A transaction and its receipt, or twice None."""
        self._sync()
        return self._found.get(transaction_hash.lower(), (None, None))

    def _block(self, which: str | Mapping[str, Any]) -> _Mined:
        """A block by its number, tag or hash, or by an object that has one of these (EIP-1898)."""
        self._sync()
        if isinstance(which, dict):
            which = which.get("blockHash") or which["blockNumber"]
        name = str(which)
        number = self._number(name)
        found = self._blocks[number : number + 1]
        if len(name) == 66:
            found = [block for block in self._blocks if block.body["hash"] == name.lower()]
        if not found:
            raise _RpcFault(-32001, f"there is no block {name if len(name) == 66 else number}")
        return found[0]

    def _number(self, tag: str) -> int:
        if tag in ("latest", "safe", "finalized", "pending"):
            return self._head()
        return 0 if tag == "earliest" else int(tag, 16)

    def _asking(self, which: Any) -> _Asked:
        """The machine with the state and the surroundings of a block; `pending` is the one that is being built."""
        block_hash = self._pending().hash if which == "pending" else self._block(which or "latest").hash
        found = self._asked.get(block_hash)
        if found is None:
            header = self._pending() if which == "pending" else self._chain.get_block_header_by_hash(block_hash)
            found = _Asked(self._chain.get_vm(header))
            while len(self._asked) >= _ASKED_AT_ONCE:
                del self._asked[next(iter(self._asked))]
            self._asked[block_hash] = found
        return found

    def _state(self, which: Any) -> Any:
        return self._asking(which).vm.state

    # ------------------------------------------------------------------------------------------------------- reading

    def _get_storage(self, address: str, slot: str, block: Any = "latest") -> str:
        return _word(self._state(block).get_storage(_address(address), int(slot, 16)))

    def _fee_history(self, count: str | int, newest: str = "latest", _percentiles: Any = None) -> dict[str, Any]:
        self._sync()
        last = self._number(newest)
        first = max(0, last + 1 - _quantity(count))
        blocks = [block.body for block in self._blocks[first : last + 1]]
        return {
            "oldestBlock": hex(first),
            "baseFeePerGas": [*(block["baseFeePerGas"] for block in blocks), hex(self._pending().base_fee_per_gas)],
            "gasUsedRatio": [int(block["gasUsed"], 16) / GAS_LIMIT for block in blocks],
        }

    def _get_block(self, which: str, full: bool = False) -> dict[str, Any] | None:
        try:
            block = self._block(which)
        except _RpcFault:
            return None
        listed = block.transactions if full else [transaction["hash"] for transaction in block.transactions]
        return {**block.body, "transactions": listed}

    def _get_logs(self, query: Mapping[str, Any]) -> list[dict[str, Any]]:
        self._sync()
        wanted = query.get("address")
        addresses = None if not wanted else {a.lower() for a in ([wanted] if isinstance(wanted, str) else wanted)}
        if "blockHash" in query:
            blocks = [self._block(query["blockHash"])]
        else:
            first = self._number(query.get("fromBlock") or "latest")
            last = self._number(query.get("toBlock") or "latest")
            blocks = self._blocks[first : last + 1]
        topics = [([t] if isinstance(t, str) else t) for t in query.get("topics") or []]
        return [
            log
            for block in blocks
            if addresses is None or addresses & block.addresses
            for receipt in block.receipts
            for log in receipt["logs"]
            if (addresses is None or log["address"] in addresses) and _topics_match(log["topics"], topics)
        ]

    # ----------------------------------------------------------------------------------------------------- executing

    def _call(self, fields: Mapping[str, Any], block: Any = "latest", given: Any = None) -> str:
        ran = self._execute(fields, block, given)
        if ran.error is not None:
            raise _reverted(ran.error)
        return _hex(ran.output)

    def _estimate(self, fields: Mapping[str, Any], block: Any = "pending", given: Any = None) -> str:
        ran = self._execute(fields, block, given)
        if ran.error is not None:
            raise _reverted(ran.error)
        # What was used is often not enough as a limit: a call is given at most 63/64 of what its caller has left, and
        # some operations want to see more than they take.
        limit = ran.gas
        while self._execute({**fields, "gas": hex(limit)}, block, given).error is not None:
            limit = limit * 64 // 63 + 2_400
        return hex(limit)

    def _simulate(self, query: Mapping[str, Any], block: Any = "latest") -> list[dict[str, Any]]:
        """`eth_simulateV1` for one call in one block: what it would answer and which events it would emit."""
        asked = query["blockStateCalls"][0]
        ran = self._execute(asked["calls"][0], block, asked.get("stateOverrides"))
        said: dict[str, Any]
        if ran.error is not None:
            said = {"status": "0x0", "returnData": "0x", "logs": [], "error": _reverted(ran.error).body}
        else:
            place = {
                "transactionHash": _word(0),
                "transactionIndex": "0x0",
                "blockHash": _word(0),
                "blockNumber": hex(self._head() + 1),
            }
            logs = [_said_log(*log, place, index) for index, log in enumerate(ran.logs)]
            said = {"status": "0x1", "returnData": _hex(ran.output), "logs": logs}
        return [{"calls": [{**said, "gasUsed": hex(ran.gas)}]}]

    def _execute(self, fields: Mapping[str, Any], block: Any, given: Any = None) -> _Ran:
        """Run a call, with words of storage that are given as if they stood, and set back what it changed."""
        asked = self._asking(block)
        if given:
            return self._run(asked.vm, fields, given)
        call = tuple(fields.get(name) for name in ("from", "to", "gas", "value", "data", "input"))
        if call not in asked.ran:
            asked.ran[call] = self._run(asked.vm, fields, {})
        return asked.ran[call]

    def _run(self, vm: Any, fields: Mapping[str, Any], given: Mapping[str, Any]) -> _Ran:
        from eth.vm.spoof import SpoofTransaction
        from eth_utils.exceptions import ValidationError

        sender = _address(fields.get("from") or "0x" + "00" * 20)
        gas = int(fields["gas"], 16) if fields.get("gas") else GAS_CAP
        transaction = SpoofTransaction(
            vm.get_transaction_builder().new_unsigned_dynamic_fee_transaction(
                chain_id=self._chain.chain_id,
                nonce=vm.state.get_nonce(sender),
                max_priority_fee_per_gas=0,
                max_fee_per_gas=0,
                gas=gas,
                to=_address(fields["to"]) if fields.get("to") else b"",
                value=int(fields["value"], 16) if fields.get("value") else 0,
                data=bytes.fromhex((fields.get("data") or fields.get("input") or "0x")[2:]),
                access_list=(),
            ),
            from_=sender,
        )
        before = vm.state.snapshot()
        try:
            for contract, of in given.items():
                for slot, word in of["stateDiff"].items():
                    vm.state.set_storage(_address(contract), int(slot, 16), int(word, 16))
            computation = vm.state.apply_transaction(transaction)
        except ValidationError as error:
            raise _RpcFault(-32000, _plain_words(str(error))) from None
        finally:
            vm.state.revert(before)
        return _Ran(
            computation.output,
            computation.error if computation.is_error else None,
            () if computation.is_error else computation.get_log_entries(),
            gas - computation.get_gas_remaining() + max(0, computation.data_floor_gas),
        )

    # ------------------------------------------------------------------------------------------------------- sending

    def _send_raw(self, raw: str) -> str:
        from eth_utils.exceptions import ValidationError
        from rlp.exceptions import DecodingError, DeserializationError  # type: ignore[import-untyped]

        chain = self._chain
        try:
            transaction = chain.get_vm().get_transaction_builder().decode(bytes.fromhex(raw[2:]))
        except (DecodingError, DeserializationError, ValidationError, ValueError, TypeError):
            raise _RpcFault(-32000, "the transaction cannot be decoded") from None
        transaction_hash = _hex(transaction.hash)
        if self._find(transaction_hash)[0] is not None:
            raise _RpcFault(-32000, "already known")
        try:
            if self._automine:
                chain.mine_all([transaction], **self._mining())
                self._keep_time()
            else:
                chain.apply_transaction(transaction)
        except ValidationError as error:
            raise _RpcFault(-32000, _plain_words(str(error))) from None
        return transaction_hash

    def _mining(self) -> dict[str, Any]:
        # A block's `mixHash` stands for randomness; here it follows from the block before, so that runs repeat.
        return {"mix_hash": keccak(self._pending().parent_hash), "blob_gas_used": 0}

    def _mine(self, *_: Any) -> str:
        self._chain.mine_block(**self._mining())
        self._keep_time()
        return "0x0"

    def _keep_time(self) -> None:
        """A second passes from block to block, whatever the clock on the wall says."""
        if self._steady:
            head = self._chain.get_canonical_block_header_by_number(self._head())
            self._chain.set_header_timestamp(head.timestamp + 1)

    def _set_automine(self, on: bool) -> None:
        self._automine = on

    def _increase_time(self, seconds: str | int) -> str:
        step = _quantity(seconds)
        self._chain.set_header_timestamp(self._pending().timestamp + step)
        return hex(step)

    def _set_next_timestamp(self, timestamp: str | int) -> None:
        wanted = _quantity(timestamp)
        head = self._chain.get_canonical_block_header_by_number(self._head())
        if wanted <= head.timestamp:
            raise _RpcFault(-32602, f"time cannot go back: the head is at {head.timestamp}")
        self._chain.set_header_timestamp(wanted)

    def _snapshot(self) -> str:
        self._snapshots.append(
            (self._chain.get_canonical_block_header_by_number(self._head()).hash, self._pending().timestamp)
        )
        return hex(len(self._snapshots))

    def _revert(self, snapshot: str) -> bool:
        index = int(snapshot, 16) - 1
        if not 0 <= index < len(self._snapshots):
            return False
        block_hash, timestamp = self._snapshots[index]
        del self._snapshots[index:]
        go_back(self._chain, block_hash)
        self._chain.set_header_timestamp(timestamp)
        return True

    # ------------------------------------------------------------------------------------------------- what is said

    def _read_block(self, block: Any) -> _Mined:
        header = block.header
        number, block_hash = hex(header.block_number), _hex(header.hash)
        transactions: list[dict[str, Any]] = []
        receipts: list[dict[str, Any]] = []
        gas_before = log_index = 0
        for index, (transaction, receipt) in enumerate(
            zip(block.transactions, block.get_receipts(self._chain.chaindb), strict=True)
        ):
            said = _said_transaction(transaction, header, index)
            transactions.append(said)
            place = {
                "transactionHash": said["hash"],
                "transactionIndex": said["transactionIndex"],
                "blockHash": block_hash,
                "blockNumber": number,
            }
            logs = [
                _said_log(log.address, log.topics, log.data, place, index)
                for index, log in enumerate(receipt.logs, log_index)
            ]
            log_index += len(logs)
            receipts.append(
                {
                    **place,
                    "from": said["from"],
                    "to": said["to"],
                    "type": said["type"],
                    "status": "0x1" if receipt.state_root == b"\x01" else "0x0",
                    "cumulativeGasUsed": hex(receipt.gas_used),
                    "gasUsed": hex(receipt.gas_used - gas_before),
                    "effectiveGasPrice": said["gasPrice"],
                    "contractAddress": None if said["to"] else _created_by(transaction),
                    "logs": logs,
                    "logsBloom": _hex(receipt.bloom.to_bytes(256, "big")),
                }
            )
            gas_before = receipt.gas_used
        return _Mined(
            hash=header.hash,
            body=_said_header(header),
            transactions=transactions,
            receipts=receipts,
            addresses=frozenset(log["address"] for receipt in receipts for log in receipt["logs"]),
        )


_NAMES = {
    "uncles_hash": "sha3Uncles",
    "coinbase": "miner",
    "transaction_root": "transactionsRoot",
    "receipt_root": "receiptsRoot",
    "bloom": "logsBloom",
    "block_number": "number",
}
"""py-evm's names of a header's fields where the names on the wire are not the same in another writing."""


def _said_header(header: Any) -> dict[str, Any]:
    said: dict[str, Any] = {
        "hash": _hex(header.hash),
        "totalDifficulty": "0x0",
        "size": "0x0",
        "uncles": [],
        "withdrawals": [],
    }
    for name in header._meta.field_names:
        value = getattr(header, name)
        first, *others = name.split("_")
        on_wire = _NAMES.get(name) or first + "".join(part.title() for part in others)
        said[on_wire] = hex(value) if isinstance(value, int) else _hex(value)
    return {**said, "logsBloom": _hex(header.bloom.to_bytes(256, "big"))}


def _said_log(
    address: bytes, topics: Sequence[int], data: bytes, place: Mapping[str, str], index: int
) -> dict[str, Any]:
    return {
        "address": _hex(address),
        "topics": [_word(topic) for topic in topics],
        "data": _hex(data),
        **place,
        "logIndex": hex(index),
        "removed": False,
    }


def _said_transaction(transaction: Any, header: Any, index: int) -> dict[str, Any]:
    kind = transaction.type_id or 0
    base_fee = header.base_fee_per_gas
    if kind >= 2:
        price = min(transaction.max_fee_per_gas, base_fee + transaction.max_priority_fee_per_gas)
    else:
        price = transaction.gas_price
    said: dict[str, Any] = {
        "hash": _hex(transaction.hash),
        "type": hex(kind),
        "blockHash": _hex(header.hash),
        "blockNumber": hex(header.block_number),
        "transactionIndex": hex(index),
        "from": _hex(transaction.sender),
        "to": _hex(transaction.to) if transaction.to else None,
        "nonce": hex(transaction.nonce),
        "gas": hex(transaction.gas),
        "gasPrice": hex(price),
        "value": hex(transaction.value),
        "input": _hex(transaction.data),
        "v": hex(transaction.y_parity if kind else transaction.v),
        "r": hex(transaction.r),
        "s": hex(transaction.s),
    }
    if kind:
        said["chainId"] = hex(transaction.chain_id)
        said["yParity"] = hex(transaction.y_parity)
        said["accessList"] = [
            {"address": _hex(address), "storageKeys": [_word(slot) for slot in slots]}
            for address, slots in transaction.access_list
        ]
    if kind >= 2:
        said["maxFeePerGas"] = hex(transaction.max_fee_per_gas)
        said["maxPriorityFeePerGas"] = hex(transaction.max_priority_fee_per_gas)
    return said


def _created_by(transaction: Any) -> str:
    from eth._utils.address import generate_contract_address

    return _hex(generate_contract_address(transaction.sender, transaction.nonce))


def _topics_match(topics: Sequence[str], wanted: Sequence[Sequence[str] | None]) -> bool:
    if len(wanted) > len(topics):
        return False
    return all(
        not choice or topic in [option.lower() for option in choice]
        for topic, choice in zip(topics, wanted, strict=False)
    )


def _reverted(error: Exception) -> _RpcFault:
    from eth.exceptions import Revert

    if isinstance(error, Revert):
        data = error.args[0] if error.args and isinstance(error.args[0], bytes) else b""
        return _RpcFault(3, "execution reverted", _hex(data))
    return _RpcFault(-32000, f"execution failed: {type(error).__name__}: {error}")


_NONCE = re.compile(r"nonce: Expected (?P<expected>\d+), but got (?P<given>\d+)")


def _plain_words(message: str) -> str:
    """py-evm's refusal of a transaction in the words that nodes use."""
    nonce = _NONCE.search(message)
    if nonce is not None:
        return "nonce too low" if int(nonce["given"]) < int(nonce["expected"]) else "nonce too high"
    if "cannot afford" in message or "enough balance" in message:
        return "insufficient funds for gas * price + value"
    if "max fee per gas" in message:
        return "max fee per gas less than block base fee"
    return message


def _hex(data: bytes) -> str:
    return "0x" + data.hex()


def _word(value: int) -> str:
    return _hex(value.to_bytes(32, "big"))


def _quantity(given: str | int) -> int:
    return int(given, 16) if isinstance(given, str) else given


def _address(address: str) -> bytes:
    if not isinstance(address, str) or len(address) != 42:
        raise ChainError(f"{address!r} is not an address", code="chain.address")
    return bytes.fromhex(address[2:])
