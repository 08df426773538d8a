"""Three engines under one small interface: pyrevm, which is fast, eth-tester in process, anvil over HTTP.

`send` carries out a transaction at a time; a refusal is an answer, not an exception.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sampan.errors import Missing
from sampan.fuzz import cast

if TYPE_CHECKING:
    from sampan.chain.connection import BlockTag, Connection
    from sampan.chain.transactions import Receipt
    from sampan.deployment.plan import ContractPlan
    from sampan.toolchain.artifacts import Artifact

GAS: Final = 16_000_000
"""Every transaction gets this much: just under the cap of EIP-7825 (N29)."""
START: Final = 1_800_000_000
"""Second since 1970 at which every run starts (15 January 2027, 08:00 UTC)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How a transaction ended."""

    done: bool
    output: bytes
    """What a refusal said."""
    logs: Sequence[tuple[str, Sequence[bytes], bytes]]
    """Address in lower case, topics, data."""


class Pyrevm:
    """revm in this process: a hundred thousand transactions a second are no trouble."""

    name = "pyrevm"
    chain_id = 1

    def __init__(self) -> None:
        try:
            import pyrevm
        except ImportError:
            raise Missing("pyrevm is not installed", subject="pyrevm", hint="make setup, or --engine tester") from None
        self._evm = pyrevm.EVM(spec_id="PRAGUE")
        # Its stub has no setter.
        self._block: Any = pyrevm.BlockEnv(number=1, timestamp=START)
        self._evm.set_block_env(self._block)
        for name in cast.persons():
            self._evm.set_balance(cast.address_of_key(name), 10**24)

    def deploy(self, sender: str, code: bytes) -> str:
        """Deploys a contract; its address in lower case."""
        return str(self._evm.deploy(sender, code, gas=GAS)).lower()

    def code(self, address: str) -> bytes:
        """A contract's code; empty where there is none."""
        return bytes(self._evm.get_code(address) or b"")

    def send(self, sender: str, to: str, data: bytes, now: int, value: int = 0) -> Answer:
        """A transaction in a block with the timestamp `now`."""
        done, output = self._ask(sender, to, data, now, value)
        if not done:
            return Answer(False, output, [])
        result = self._evm.result
        return Answer(True, output, [(log.address.lower(), *log.data) for log in (result.logs if result else ())])

    def storage(self, address: str, slot: int) -> int:
        """A storage word."""
        return int(self._evm.storage(address, slot))

    def call(self, to: str, data: bytes, now: int) -> tuple[bool, bytes]:
        """What a view answers at `now`."""
        return self._ask(_NOBODY, to, data, now, 0, is_static=True)

    def _ask(self, sender: str, to: str, data: bytes, now: int, value: int, **more: bool) -> tuple[bool, bytes]:
        self._block.timestamp = now
        self._evm.set_block_env(self._block)
        self._evm.reset_transient_storage()
        try:
            return True, self._evm.message_call(sender, to, data, value, GAS, **more)
        except RuntimeError as error:
            return False, _reverted(error)

    def mark(self) -> Any:
        """A point to come back to, once."""
        return self._evm.snapshot()

    def back(self, mark: Any) -> None:
        """Everything as it was at the mark."""
        self._evm.revert(mark)


_NOBODY: Final = "0x" + "0" * 40
_OUTPUT: Final = re.compile(r"^Revert \{ gas_used: \d+, output: 0x([0-9a-f]*) \}$")


def _reverted(error: RuntimeError) -> bytes:
    """pyrevm tells what a revert said in the text of its exception."""
    found = _OUTPUT.match(str(error))
    if found is None:
        # Not a revert: out of gas, stack too deep; no act of ours may end so.
        raise error
    return bytes.fromhex(found[1])


class Rpc:
    """A chain behind `sampan.chain`: eth-tester in process, or anvil over HTTP, with locally signed transactions."""

    def __init__(self, connection: Connection, name: str) -> None:
        from eth_account import Account

        self.name = name
        self._connection = connection
        self.chain_id = connection.chain_id
        self._keys = {cast.address_of_key(person): cast.key(person) for person in cast.persons()}
        self._sign = Account.sign_transaction

    def close(self) -> None:
        """Ends the connection, and the server if it is ours."""
        self._connection.close()

    def deploy(self, sender: str, code: bytes) -> str:
        return str(self._transact(sender, None, code, 0).contract).lower()

    def send(self, sender: str, to: str, data: bytes, now: int, value: int = 0) -> Answer:
        self._connection.rpc("evm_setNextBlockTimestamp", now)
        receipt = self._transact(sender, to, data, value)
        if not receipt.succeeded:
            # The state after a block whose only transaction failed is the state before it.
            _, output = self._ask(to, data, sender, receipt.block_number, value)
            return Answer(False, output, [])
        return Answer(True, b"", [(log.address.lower(), log.topics, log.data) for log in receipt.logs])

    def _transact(self, sender: str, to: str | None, data: bytes, value: int) -> Receipt:
        from eth_utils.address import to_checksum_address

        transaction = {
            "chainId": self.chain_id,
            "nonce": self._connection.nonce(sender),
            "gas": GAS,
            "maxFeePerGas": 100 * 10**9,
            "maxPriorityFeePerGas": 0,
            "value": value,
            "data": data,
            "type": 2,
            **({"to": to_checksum_address(to)} if to else {}),
        }
        raw = self._sign(transaction, self._keys[sender]).raw_transaction
        sent = self._connection.rpc("eth_sendRawTransaction", "0x" + bytes(raw).hex())
        receipt = None
        while receipt is None:
            receipt = self._connection.receipt(sent)
        return receipt

    def _ask(self, to: str, data: bytes, sender: str, block: BlockTag, value: int = 0) -> tuple[bool, bytes]:
        from sampan.chain.connection import RpcError, tag
        from sampan.chain.transactions import Call

        fields = Call(to, data, value, GAS).as_rpc(sender)
        try:
            return True, bytes.fromhex(self._connection.rpc("eth_call", fields, tag(block))[2:])
        except RpcError as error:
            return False, error.data or b""

    def storage(self, address: str, slot: int) -> int:
        return int(
            self._connection.rpc("eth_getStorageAt", address, "0x" + slot.to_bytes(32, "big").hex(), "latest"), 16
        )

    def call(self, to: str, data: bytes, now: int) -> tuple[bool, bytes]:
        return self._ask(to, data, _NOBODY, "latest")

    def mark(self) -> Any:
        return self._connection.snapshot()

    def back(self, mark: Any) -> None:
        self._connection.revert(mark)


Engine: TypeAlias = Pyrevm | Rpc


def deployed(
    engine: Engine, deployer: str, more: Iterable[ContractPlan] = (), code: Mapping[str, Artifact] | None = None
) -> dict[str, str]:
    """The contracts of the suite stand on an engine, as they are planned, and `more` behind them, of which `code` has
    what is no artifact of the package. Name to address, in lower case."""
    from sampan.deployment.plan import stand_in_order
    from sampan.deployment.suite import contracts
    from sampan.toolchain.artifacts import load

    own = code or {}
    return stand_in_order(
        (*contracts(deployer), *more),
        lambda name: own[name] if name in own else load(name),
        lambda item, artifact, arguments, init_code: engine.deploy(deployer, init_code),
    )


def answering(contract: str) -> str:
    """The artifact whose ABI the address of a contract of the suite answers."""
    from sampan.deployment.suite import contracts

    return next(plan.interface or plan.name for plan in contracts("") if plan.name == contract)


@contextmanager
def opened(name: str) -> Iterator[Engine]:
    """An engine for as long as it is needed; see `open_engine`."""
    engine = open_engine(name)
    try:
        yield engine
    finally:
        if isinstance(engine, Rpc):
            engine.close()


def open_engine(name: str) -> Engine:
    """The engine `pyrevm`, `tester` or `anvil`, new and empty. Raises `Missing` when it is not installed."""
    if name == "pyrevm":
        return Pyrevm()
    from sampan.chain.connection import Connection
    from sampan.chain.networks import connect, find

    people = tuple(cast.address_of_key(person) for person in cast.persons())
    if name == "tester":
        from sampan.chain.tester import TesterTransport

        return Rpc(Connection(TesterTransport(funded=people), find("tester")), name)
    connection = connect("anvil")
    for person in people:
        connection.rpc("anvil_setBalance", person, hex(10**24))
    return Rpc(connection, name)
