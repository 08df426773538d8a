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
        self._places: dict[str, tuple[int, int]] = {}
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
            "eth_getBalance": self._get_balance,
            "eth_getTransactionCount": self._get_nonce,
            "eth_getCode": self._get_code,
            "eth_getStorageAt": self._get_storage,
            "eth_call": self._call,
            "eth_estimateGas": self._estimate,
            "eth_simulateV1": self._simulate,
            "eth_sendRawTransaction": self._send_raw,
            "eth_getTransactionByHash": self._get_transaction,
            "eth_getTransactionReceipt": self._get_receipt,
            "eth_getBlockByNumber": self._get_block_by_number,
            "eth_getBlockByHash": self._get_block_by_hash,
            "eth_getBlockReceipts": lambda block: self._block(block).receipts,
            "eth_getLogs": self._get_logs,
            "evm_snapshot": self._snapshot,
            "evm_revert": self._revert,
            "evm_mine": self._mine_now,
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
        del self._blocks[head + 1 :]
        while self._blocks:
            number = len(self._blocks) - 1
            if chain.chaindb.get_canonical_block_hash(number) == self._blocks[-1].hash:
                break
            self._blocks.pop()
        while len(self._blocks) <= head:
            number = len(self._blocks)
            self._blocks.append(self._read_block(chain.get_canonical_block_by_number(number)))
            for index, transaction in enumerate(self._blocks[-1].transactions):
                self._places[transaction["hash"]] = (number, index)

    def _block(self, which: str | Mapping[str, Any]) -> _Mined:
        self._sync()
        if isinstance(which, dict):
            if "blockHash" in which:
                return self._by_hash(which["blockHash"])
            which = which["blockNumber"]
        number = self._number(str(which))
        if not 0 <= number < len(self._blocks):
            raise _RpcFault(-32001, f"there is no block {number}")
        return self._blocks[number]

    def _by_hash(self, block_hash: str) -> _Mined:
        self._sync()
        for block in reversed(self._blocks):
            if block.body["hash"] == block_hash.lower():
                return block
        raise _RpcFault(-32001, f"there is no block {block_hash}")

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

    def _get_balance(self, address: str, block: Any = "latest") -> str:
        return hex(self._state(block).get_balance(_address(address)))

    def _get_nonce(self, address: str, block: Any = "latest") -> str:
        return hex(self._state(block).get_nonce(_address(address)))

    def _get_code(self, address: str, block: Any = "latest") -> str:
        return _hex(self._state(block).get_code(_address(address)))

    def _get_storage(self, address: str, slot: str, block: Any = "latest") -> str:
        value: int = self._state(block).get_storage(_address(address), int(slot, 16))
        return _hex(value.to_bytes(32, "big"))

    def _fee_history(self, count: str | int, newest: str = "latest", _percentiles: Any = None) -> dict[str, Any]:
        self._sync()
        last = self._number(newest)
        first = max(0, last + 1 - (int(count, 16) if isinstance(count, str) else count))
        fees = [self._blocks[number].body["baseFeePerGas"] for number in range(first, last + 1)]
        return {
            "oldestBlock": hex(first),
            "baseFeePerGas": [*fees, hex(self._pending().base_fee_per_gas)],
            "gasUsedRatio": [int(b.body["gasUsed"], 16) / GAS_LIMIT for b in self._blocks[first : last + 1]],
        }

    def _get_transaction(self, transaction_hash: str) -> dict[str, Any] | None:
        place = self._place(transaction_hash)
        return None if place is None else self._blocks[place[0]].transactions[place[1]]

    def _get_receipt(self, transaction_hash: str) -> dict[str, Any] | None:
        place = self._place(transaction_hash)
        return None if place is None else self._blocks[place[0]].receipts[place[1]]

    def _place(self, transaction_hash: str) -> tuple[int, int] | None:
        self._sync()
        place = self._places.get(transaction_hash.lower())
        if place is None or place[0] >= len(self._blocks):
            return None
        transactions = self._blocks[place[0]].transactions
        found = place[1] < len(transactions) and transactions[place[1]]["hash"] == transaction_hash.lower()
        return place if found else None

    def _get_block_by_number(self, which: str, full: bool = False) -> dict[str, Any] | None:
        try:
            return _with_transactions(self._block(which), full)
        except _RpcFault:
            return None

    def _get_block_by_hash(self, block_hash: str, full: bool = False) -> dict[str, Any] | None:
        try:
            return _with_transactions(self._by_hash(block_hash), full)
        except _RpcFault:
            return None

    def _get_logs(self, query: Mapping[str, Any]) -> list[dict[str, Any]]:
        self._sync()
        wanted = query.get("address")
        addresses = None if not wanted else {a.lower() for a in ([wanted] if isinstance(wanted, str) else wanted)}
        if "blockHash" in query:
            blocks = [self._by_hash(query["blockHash"])]
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

    def _call(self, fields: Mapping[str, Any], block: Any = "latest") -> str:
        ran = self._execute(fields, block)
        if ran.error is not None:
            raise _reverted(ran.error)
        return _hex(ran.output)

    def _estimate(self, fields: Mapping[str, Any], block: Any = "pending") -> str:
        ran = self._execute(fields, block)
        if ran.error is not None:
            raise _reverted(ran.error)
        # What was used is often not enough as a limit: a call is given at most 63/64 of what its caller has left, and
        # some operations want to see more than they take.
        limit = ran.gas
        while self._execute({**fields, "gas": hex(limit)}, block).error is not None:
            limit = limit * 64 // 63 + 2_400
        return hex(limit)

    def _simulate(self, query: Mapping[str, Any], block: Any = "latest") -> list[dict[str, Any]]:
        """`eth_simulateV1` for one call in one block: what it would answer and which events it would emit."""
        ran = self._execute(query["blockStateCalls"][0]["calls"][0], block)
        used = hex(ran.gas)
        if ran.error is not None:
            fault = _reverted(ran.error).body
            return [{"calls": [{"status": "0x0", "gasUsed": used, "returnData": "0x", "logs": [], "error": fault}]}]
        logs = [
            {
                "address": _hex(address),
                "topics": [_hex(topic.to_bytes(32, "big")) for topic in topics],
                "data": _hex(data),
                "blockNumber": hex(self._head() + 1),
                "blockHash": "0x" + "00" * 32,
                "transactionHash": "0x" + "00" * 32,
                "transactionIndex": "0x0",
                "logIndex": hex(index),
            }
            for index, (address, topics, data) in enumerate(ran.logs)
        ]
        return [{"calls": [{"status": "0x1", "gasUsed": used, "returnData": _hex(ran.output), "logs": logs}]}]

    def _execute(self, fields: Mapping[str, Any], block: Any) -> _Ran:
        """Run a call and set back what it changed."""
        asked = self._asking(block)
        call = tuple(fields.get(name) for name in ("from", "to", "gas", "value", "data", "input"))
        if call not in asked.ran:
            asked.ran[call] = self._run(asked.vm, fields)
        return asked.ran[call]

    def _run(self, vm: Any, fields: Mapping[str, Any]) -> _Ran:
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
        if self._place(transaction_hash) is not None:
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

    def _mine(self) -> None:
        self._chain.mine_block(**self._mining())
        self._keep_time()

    def _keep_time(self) -> None:
        """A second passes from block to block, whatever the clock on the wall says."""
        if self._steady:
            head = self._chain.get_canonical_block_header_by_number(self._head())
            self._chain.set_header_timestamp(head.timestamp + 1)

    def _mine_now(self, *_: Any) -> str:
        self._mine()
        return "0x0"

    def _set_automine(self, on: bool) -> None:
        self._automine = on

    def _increase_time(self, seconds: str | int) -> str:
        step = int(seconds, 16) if isinstance(seconds, str) else seconds
        self._chain.set_header_timestamp(self._pending().timestamp + step)
        return hex(step)

    def _set_next_timestamp(self, timestamp: str | int) -> None:
        wanted = int(timestamp, 16) if isinstance(timestamp, str) else timestamp
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
        self.backend.revert_to_snapshot(block_hash)
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
            logs = []
            for log in receipt.logs:
                logs.append(
                    {
                        "address": _hex(log.address),
                        "topics": [_hex(topic.to_bytes(32, "big")) for topic in log.topics],
                        "data": _hex(log.data),
                        **place,
                        "logIndex": hex(log_index),
                        "removed": False,
                    }
                )
                log_index += 1
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


def _said_header(header: Any) -> dict[str, Any]:
    return {
        "number": hex(header.block_number),
        "hash": _hex(header.hash),
        "parentHash": _hex(header.parent_hash),
        "nonce": _hex(header.nonce),
        "mixHash": _hex(header.mix_hash),
        "sha3Uncles": _hex(header.uncles_hash),
        "logsBloom": _hex(header.bloom.to_bytes(256, "big")),
        "transactionsRoot": _hex(header.transaction_root),
        "stateRoot": _hex(header.state_root),
        "receiptsRoot": _hex(header.receipt_root),
        "miner": _hex(header.coinbase),
        "difficulty": hex(header.difficulty),
        "totalDifficulty": "0x0",
        "extraData": _hex(header.extra_data),
        "size": "0x0",
        "gasLimit": hex(header.gas_limit),
        "gasUsed": hex(header.gas_used),
        "timestamp": hex(header.timestamp),
        "uncles": [],
        "baseFeePerGas": hex(header.base_fee_per_gas),
        "withdrawals": [],
        "withdrawalsRoot": _hex(header.withdrawals_root),
        "blobGasUsed": hex(header.blob_gas_used),
        "excessBlobGas": hex(header.excess_blob_gas),
        "parentBeaconBlockRoot": _hex(header.parent_beacon_block_root),
        "requestsHash": _hex(header.requests_hash),
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
            {"address": _hex(address), "storageKeys": [_hex(slot.to_bytes(32, "big")) for slot in slots]}
            for address, slots in transaction.access_list
        ]
    if kind >= 2:
        said["maxFeePerGas"] = hex(transaction.max_fee_per_gas)
        said["maxPriorityFeePerGas"] = hex(transaction.max_priority_fee_per_gas)
    return said


def _with_transactions(block: _Mined, full: bool) -> dict[str, Any]:
    listed = block.transactions if full else [transaction["hash"] for transaction in block.transactions]
    return {**block.body, "transactions": listed}


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


def _address(address: str) -> bytes:
    if not isinstance(address, str) or len(address) != 42:
        raise ChainError(f"{address!r} is not an address", code="chain.address")
    return bytes.fromhex(address[2:])
