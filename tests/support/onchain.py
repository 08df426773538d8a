"""A chain for contract tests: eth-tester's py-evm backend or revm, driven without a wire between.

Three ways to carry out the same transactions: {OnChain} mines each in a block of its own; {OpenBlock} executes them
one after the other in a block that is never closed, which spares the tries and makes a test three times as fast;
{Revm} has them carried out by revm, fifty times as fast, but counts no gas. Under `ape test` the blocks are ape's own,
and mined.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from eth_keys.datatypes import PrivateKey

from sampan.chain.tester import go_back

ETHER = 10**18
GAS = 16_000_000
"""What a transaction is given: just under the cap of EIP-7825, which Sepolia has (N29)."""


@dataclass(frozen=True)
class Mined:
    """What became of a transaction."""

    succeeded: bool
    output: bytes
    gas_used: int
    logs: list[tuple[bytes, list[bytes], bytes]]
    """Address, topics, data of each log."""
    created: bytes
    """Address of the contract that it created."""
    timestamp: int


class OnChain:
    """A chain that starts on 5 January 2026, 10:20 UTC; a second passes from block to block unless a test says more."""

    START = 1_767_608_400

    def __init__(self, funded: list[PrivateKey], backend: Any | None = None, purse: PrivateKey | None = None) -> None:
        from eth_tester.backends.pyevm.main import PyEVMBackend, get_default_genesis_params

        own = backend is None
        if own:
            state = {
                key.public_key.to_canonical_address(): {
                    "balance": 1_000 * ETHER,
                    "nonce": 0,
                    "code": b"",
                    "storage": {},
                }
                for key in funded
            }
            parameters = get_default_genesis_params({"timestamp": self.START - 10, "gas_limit": 30_000_000})
            backend = PyEVMBackend(genesis_parameters=parameters, genesis_state=state)
        self.backend = backend
        self.chain_id = int(self._chain.chain_id)
        self._builder = self._chain.get_vm(self._chain.header).get_transaction_builder()
        self.at(self.START if own else self.now)
        if purse is not None:
            for key in funded:
                self.send(purse, key.public_key.to_canonical_address(), b"", value=10 * ETHER)

    @property
    def _chain(self) -> Any:
        return self.backend.chain

    # ------------------------------------------------------------------------------------------------------- the time

    @property
    def now(self) -> int:
        """The timestamp of the next transaction, in seconds since 1970."""
        return int(self._chain.header.timestamp)

    def at(self, timestamp: int) -> None:
        """Let the next transaction have this timestamp."""
        self._chain.set_header_timestamp(timestamp)

    def later(self, seconds: int = 0, *, hours: int = 0, days: int = 0) -> None:
        """Let time pass before the next transaction."""
        self.at(self.now + seconds + hours * 3_600 + days * 86_400)

    # ----------------------------------------------------------------------------------------------------- the states

    def mark(self) -> Any:
        """A state to which {back} returns, as often as one likes."""
        header = self._chain.get_canonical_block_header_by_number(self._chain.header.block_number - 1)
        return header.hash, self.now

    def back(self, mark: Any) -> None:
        block_hash, now = mark
        go_back(self._chain, block_hash)
        self.at(now)

    # --------------------------------------------------------------------------------------------------------- acting

    def send(self, key: PrivateKey, to: bytes, data: bytes, *, value: int = 0, gas: int = GAS) -> Mined:
        """Signs a transaction and has it carried out."""
        transaction = self._builder.new_unsigned_dynamic_fee_transaction(
            chain_id=self.chain_id,
            nonce=self._state().get_nonce(key.public_key.to_canonical_address()),
            max_priority_fee_per_gas=0,
            max_fee_per_gas=100 * 10**9,
            gas=gas,
            to=to,
            value=value,
            data=data,
            access_list=(),
        ).as_signed_transaction(key)
        timestamp = self.now
        receipt, computation = self._carry_out(transaction)
        self.at(timestamp + 1)
        return Mined(
            succeeded=not computation.is_error,
            output=bytes(computation.output),
            gas_used=receipt.gas_used,
            logs=[(log.address, [topic.to_bytes(32, "big") for topic in log.topics], log.data) for log in receipt.logs],
            created=computation.msg.storage_address if to == b"" else b"",
            timestamp=timestamp,
        )

    def ask(self, sender: bytes, to: bytes, data: bytes) -> tuple[bool, bytes]:
        """What a call would answer now; nothing changes."""
        from eth.vm.spoof import SpoofTransaction

        state = self._state()
        before = state.snapshot()
        fee, state.execution_context._base_fee_per_gas = state.execution_context._base_fee_per_gas, 0
        unsigned = self._builder.new_unsigned_dynamic_fee_transaction(
            chain_id=self.chain_id,
            nonce=state.get_nonce(sender),
            max_priority_fee_per_gas=0,
            max_fee_per_gas=0,
            gas=GAS,
            to=to,
            value=0,
            data=data,
            access_list=(),
        )
        computation = state.apply_transaction(SpoofTransaction(unsigned, from_=sender))
        state.revert(before)
        state.execution_context._base_fee_per_gas = fee
        return not computation.is_error, bytes(computation.output)

    def storage(self, address: bytes, slot: int) -> int:
        return int(self._state().get_storage(address, slot))

    def code(self, address: bytes) -> bytes:
        return bytes(self._state().get_code(address))

    def balance(self, address: bytes) -> int:
        return int(self._state().get_balance(address))

    def _state(self) -> Any:
        return self._chain.get_vm(self._chain.header).state

    def _carry_out(self, transaction: Any) -> tuple[Any, Any]:
        _, receipts, computations = self._chain.mine_all([transaction], mix_hash=bytes(32), blob_gas_used=0)
        return receipts[0], computations[0]


class OpenBlock(OnChain):
    """Carries everything out in one block that stays open. `mark` closes it, once, for all tests to come back to."""

    _vm: Any = None

    @property
    def now(self) -> int:
        return int(self._open().state.execution_context.timestamp)

    def at(self, timestamp: int) -> None:
        self._open().state.execution_context._timestamp = timestamp

    def mark(self) -> Any:
        state = self._open().state
        state.lock_changes()
        state.persist()
        return bytes(state.state_root), self.now

    def back(self, mark: Any) -> None:
        state_root, now = mark
        self._vm = self._chain.get_vm(self._chain.header.copy(state_root=state_root))
        self.at(now)

    def poke(self, address: bytes, slot: int, value: int) -> None:
        """Writes a storage word, to bring about what would take thousands of transactions."""
        self._state().set_storage(address, slot, value)
        self._state().lock_changes()

    def place(self, address: bytes, code: bytes) -> None:
        """Puts code at an address, such as no transaction of a test can put there."""
        self._state().set_code(address, code)
        self._state().lock_changes()

    def _open(self) -> Any:
        if self._vm is None:
            self._vm = self._chain.get_vm(self._chain.header)
        return self._vm

    def _state(self) -> Any:
        return self._open().state

    def _carry_out(self, transaction: Any) -> tuple[Any, Any]:
        receipt, computation = self._open().apply_transaction(self._chain.header, transaction)
        return receipt, computation


class Revm(OnChain):
    """Carries everything out in revm, where no signature is needed.

    To revm all is one transaction: what one has touched is warm in the next, so that gas is counted wrong and not told.
    """

    GAS_UNKNOWN = -1

    def __init__(self, funded: list[PrivateKey]) -> None:
        import pyrevm

        self._pyrevm = pyrevm
        self._evm = pyrevm.EVM(spec_id="PRAGUE")
        for key in funded:
            self._evm.set_balance(key.public_key.to_address(), 1_000 * ETHER)
        self.chain_id = int(self._evm.env.cfg.chain_id)
        self.at(self.START)

    @property
    def now(self) -> int:
        return self._now

    def at(self, timestamp: int) -> None:
        self._now = timestamp

    def mark(self) -> Any:
        return [self._evm.snapshot(), self._now]

    def back(self, mark: Any) -> None:
        checkpoint, self._now = mark
        self._evm.revert(checkpoint)
        # A checkpoint is good for one return.
        mark[0] = self._evm.snapshot()

    def send(self, key: PrivateKey, to: bytes, data: bytes, *, value: int = 0, gas: int = GAS) -> Mined:
        self._begin()
        sender, timestamp = key.public_key.to_address(), self._now
        self._now += 1
        output, logs, created = b"", [], b""
        try:
            if to:
                output = self._evm.message_call(sender, _text(to), data, value, gas)
            else:
                created = bytes.fromhex(self._evm.deploy(sender, data, value, gas)[2:])
        except RuntimeError as error:
            return Mined(False, _refusal(error), self.GAS_UNKNOWN, [], b"", timestamp)
        for log in self._evm.result.logs:
            topics, plain = log.data
            logs.append((bytes.fromhex(log.address[2:]), list(topics), bytes(plain)))
        return Mined(True, bytes(output), self.GAS_UNKNOWN, logs, created, timestamp)

    def ask(self, sender: bytes, to: bytes, data: bytes) -> tuple[bool, bytes]:
        self._begin()
        before = self._evm.snapshot()
        try:
            return True, bytes(self._evm.message_call(_text(sender), _text(to), data, None, GAS))
        except RuntimeError as error:
            return False, _refusal(error)
        finally:
            self._evm.revert(before)

    def storage(self, address: bytes, slot: int) -> int:
        return int(self._evm.storage(_text(address), slot))

    def code(self, address: bytes) -> bytes:
        return bytes(self._evm.get_code(_text(address)) or b"")

    def balance(self, address: bytes) -> int:
        return int(self._evm.get_balance(_text(address)))

    def _begin(self) -> None:
        self._evm.set_block_env(self._pyrevm.BlockEnv(number=1, timestamp=self._now))
        self._evm.reset_transient_storage()


def _text(address: bytes) -> str:
    return "0x" + address.hex()


_ENDED = re.compile(r"^(?:Revert \{ gas_used: \d+, output: 0x(?P<output>[0-9a-f]*)|Halt \{ reason: .*) \}$")


def _refusal(error: RuntimeError) -> bytes:
    """What a refusal said, which pyrevm tells in the text of its exception; nothing where the gas ran out and so on."""
    ended = _ENDED.match(str(error))
    if ended is None:
        raise error
    return bytes.fromhex(ended["output"] or "")
