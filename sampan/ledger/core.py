"""The heart of the client: one ledger on one connection, who signs, and how an act is sent, rehearsed or announced."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from sampan.chain.abi import decode_answer, encode_call
from sampan.chain.accounts import ROLES
from sampan.chain.transactions import GAS_CAP, Call, Receipt, Reverted
from sampan.errors import ChainError, SampanError, UsageError
from sampan.ledger import abi
from sampan.ledger.describe import Names, moment
from sampan.ledger.errors import AccessManagerNotReady, BatchRefused, FailedCall, UnknownRefusal, from_revert
from sampan.ledger.records import Act

if TYPE_CHECKING:
    from sampan.chain.connection import BlockTag, Connection
    from sampan.chain.sender import Sender
    from sampan.chain.signers import Signer
    from sampan.chain.transactions import Log
    from sampan.ledger.base import Event
    from sampan.ledger.signing import Signed

C = TypeVar("C", bound="Core")

BATCH_GAS = 8_000_000
"""The most gas that acts share in one transaction: half of what a transaction may have (EIP-7825)."""


@dataclass(frozen=True, slots=True)
class VerbCall:
    """One call of the ledger, before it is sent: to send, to rehearse, to put with others, or to sign.

    `agreements` are shown in the same transaction before it. `restricted` verbs ask for a power of the AccessManager.
    """

    function: str
    arguments: tuple[Any, ...]
    label: str
    bills: tuple[int, ...] = ()
    agreements: tuple[Signed, ...] = ()
    warnings: tuple[str, ...] = ()
    restricted: bool = False

    @property
    def data(self) -> bytes:
        """The verb alone, encoded."""
        return abi.encode(self.function, *self.arguments)

    @property
    def parts(self) -> tuple[bytes, ...]:
        """All calls of the transaction in order: agreements, then the verb."""
        shown = tuple(abi.encode("agree", signed.as_tuple(), signed.signature) for signed in self.agreements)
        return (*shown, self.data)

    def agreed(self, *signed: Signed) -> VerbCall:
        """The same with agreements shown beside it."""
        return replace(self, agreements=(*self.agreements, *signed))


class Lazy(Mapping[Any, str]):
    """Names that are looked up when they are asked for, and kept. What cannot be looked up has no name."""

    def __init__(self, find: Any) -> None:
        self._find = find
        self._found: dict[Any, str | None] = {}

    def __getitem__(self, key: Any) -> str:
        if key not in self._found:
            try:
                self._found[key] = self._find(key)
            except SampanError:
                self._found[key] = None
        name = self._found[key]
        if name is None:
            raise KeyError(key)
        return name

    def __iter__(self) -> Iterator[Any]:
        return iter([key for key, name in self._found.items() if name is not None])

    def __len__(self) -> int:
        return len(list(iter(self)))


class Core:
    """One ledger. `signer` signs what is sent; without one it only reads.

    `manager` is the AccessManager's address, `from_block` the first block in which anything of the ledger can stand;
    `companies` names legal persons by LEI, for people.
    """

    def __init__(
        self,
        connection: Connection,
        address: str,
        *,
        signer: Signer | None = None,
        manager: str | None = None,
        from_block: int = 0,
        companies: Mapping[str, str] | None = None,
    ) -> None:
        self.connection = connection
        self.ledger_address = address
        self.manager = manager
        self.from_block = from_block
        self.companies: Mapping[str, str] = dict(companies or {})
        self._signer = signer
        self._sender: Sender | None = None
        self._rehearsing = False
        self._leis: tuple[int, dict[int, str]] = (connection.epoch, {})

    # ------------------------------------------------------------------------------------------------------------- who

    @property
    def signer(self) -> Signer:
        """Who signs what is sent. Raises `UsageError` when the ledger was opened to read only."""
        if self._signer is None:
            raise UsageError("nobody signs here", subject="signer", hint="open the ledger with a signer")
        return self._signer

    @property
    def address(self) -> str:
        """The account that signs."""
        return self.signer.address

    @property
    def sender(self) -> Sender:
        """The sender of the account that signs."""
        if self._sender is None:
            from sampan.chain.sender import Sender

            self._sender = Sender(self.connection, self.signer)
        return self._sender

    def using(self: C, signer: Signer | str) -> C:
        """The same ledger for another signer, or, on a development chain, for the account of a role."""
        if isinstance(signer, str):
            if not self.connection.is_development:
                raise UsageError("roles sign on development chains only", subject=signer, hint="give a signer")
            from sampan.chain.accounts import development_signer

            signer = development_signer(signer)
        other = copy.copy(self)
        other._signer, other._sender = signer, None
        other._renew()
        return other

    def rehearsing(self: C) -> C:
        """The same ledger, whose acts are only rehearsed: nothing is sent, refusals come as they would."""
        other = copy.copy(self)
        other._rehearsing = True
        other._renew()
        return other

    def _renew(self) -> None:
        """Called on a copy: what refers to the original must refer to the copy."""

    # --------------------------------------------------------------------------------------------------------- reading

    def ask(self, function: str, *arguments: Any, block: BlockTag = "latest") -> Any:
        """What a view of the ledger answers at a block: its one value; a struct by names, as in
        `ask("bill", bill).act_count`.

        Raises a named `ContractRefusal` when it refuses.
        """
        try:
            data = self.connection.call(self.ledger_address, abi.encode(function, *arguments), block=block)
        except Reverted as error:
            raise from_revert(error, self.names) from None
        return abi.decode_answer(function, data)

    def ask_many(self, calls: Sequence[tuple[Any, ...]], *, block: BlockTag = "latest") -> list[Any]:
        """Several views, each (function, argument ...), at one block in as few requests as the node allows."""
        wire = [(self.ledger_address, abi.encode(function, *arguments)) for function, *arguments in calls]
        try:
            answers = self.connection.call_many(wire, block=block)
        except Reverted as error:
            raise from_revert(error, self.names) from None
        return [abi.decode_answer(call[0], data) for call, data in zip(calls, answers, strict=True)]

    @property
    def now(self) -> datetime:
        """The time of the newest block."""
        return datetime.fromtimestamp(self.connection.time(), UTC)

    @property
    def names(self) -> Names:
        """Names of accounts, participants and companies, looked up as they are needed."""
        return Names(accounts=Lazy(self._label), participants=Lazy(self._lei), companies=self.companies)

    def _label(self, address: str) -> str | None:
        if self.connection.is_development:
            for role, known in ROLES.items():
                if known == address:
                    return role
        packed = self.ask("account", address).lei
        if not packed:
            return None
        from sampan.ledger.ids import lei_text

        lei = lei_text(packed)
        return self.companies.get(lei, lei)

    def _lei(self, number: int) -> str | None:
        """The LEI of a participant. Numbers are given once, so they are kept, unless the chain was set back."""
        epoch, known = self._leis
        if epoch != self.connection.epoch:
            known = {}
            self._leis = (self.connection.epoch, known)
        if number not in known:
            from sampan.ledger.ids import lei_text

            packed = self.ask("participant", number).lei
            if not packed:
                return None
            known[number] = lei_text(packed)
        return known[number]

    # ---------------------------------------------------------------------------------------------------------- acting

    def call(self, function: str, *arguments: Any, label: str = "", bills: tuple[int, ...] = ()) -> VerbCall:
        """A call of any function of the ledger by its name, its arguments as the ABI takes them."""
        return VerbCall(function, arguments, label or function, bills)

    def do(self, call: VerbCall) -> Act:
        """Send a call (or, rehearsing, rehearse it).

        Raises a named `ContractRefusal` when a contract refuses, `ChainError` when it cannot be sent.
        """
        if call.restricted:
            return self._do_restricted(call)
        return self._run([call], call.label)

    def do_all(self, calls: Sequence[VerbCall], *, gas: int = BATCH_GAS) -> list[Act]:
        """Several calls in as few transactions as `gas` (at most, each) allows, in their order.

        Each transaction is done whole or not at all. Returns one `Act` for each transaction. Raises `BatchRefused`,
        naming the first call that a contract refuses, with the acts done before its transaction.
        """
        if any(call.restricted for call in calls):
            raise UsageError("acts of administration go one by one", subject=calls[0].label)
        done: list[Act] = []
        start, size = 0, len(calls)
        while start < len(calls):
            part = list(calls[start : start + size])
            fits = self._fits(part, gas, start, len(calls), done)
            if not fits and len(part) > 1:
                size = (len(part) + 1) // 2
                continue
            label = part[0].label if len(part) == 1 else f"{len(part)} acts, {part[0].label} first"
            done.append(self._run(part, label))
            start += len(part)
        return done

    def _fits(self, part: Sequence[VerbCall], gas: int, start: int, count: int, done: Sequence[Act]) -> bool:
        """Whether calls fit into one transaction of so much gas. Raises `BatchRefused` for one that is refused."""
        call = self._call(part, "")
        try:
            estimate = int(self.connection.rpc("eth_estimateGas", call.as_rpc(self.address)), 16)
        except ChainError as error:
            refusal = self._refusal(error)
            if refusal is None:
                # Out of gas, in the words of this node: too many at once, or one too large, which sending will tell.
                return len(part) == 1
            if len(part) > 1 and isinstance(refusal, FailedCall | UnknownRefusal):
                # What ran out of gas within looks like a failure without a reason; a smaller part will tell.
                return False
            position = self._first_refused(part)
            raise BatchRefused(start + position + 1, count, part[position].label, refusal, tuple(done)) from None
        return estimate <= min(gas, GAS_CAP)

    def _first_refused(self, part: Sequence[VerbCall]) -> int:
        """Which of some calls is the first that is refused, found by halving."""
        low, high = 0, len(part) - 1
        while low < high:
            middle = (low + high) // 2
            if self._is_refused(part[: middle + 1]):
                high = middle
            else:
                low = middle + 1
        return low

    def _is_refused(self, part: Sequence[VerbCall]) -> bool:
        try:
            self.connection.rpc("eth_call", self._call(part, "").as_rpc(self.address), "pending")
        except ChainError as error:
            return self._refusal(error) is not None
        return False

    def _refusal(self, error: ChainError) -> Any:
        """The named refusal in a node's error, or None where it is no contract's."""
        from sampan.chain.connection import RpcError, as_revert

        if isinstance(error, RpcError):
            reverted = as_revert(error, None)
            words = error.rpc_message.lower()
            if isinstance(reverted, Reverted) and (reverted.data or "gas" not in words):
                return from_revert(reverted, self.names)
        return None

    def _call(self, calls: Sequence[VerbCall], label: str) -> Call:
        parts = [part for call in calls for part in call.parts]
        data = parts[0] if len(parts) == 1 else abi.encode("multicall", parts)
        return Call(self.ledger_address, data, label=label)

    def _run(self, calls: Sequence[VerbCall], label: str) -> Act:
        verb = calls[0].function if len({call.function for call in calls}) == 1 else "multicall"
        bills = tuple(dict.fromkeys(bill for call in calls for bill in call.bills))
        warnings = tuple(dict.fromkeys(warning for call in calls for warning in call.warnings))
        return self._send(self._call(calls, label), verb, bills, warnings)

    def _send(self, call: Call, verb: str, bills: tuple[int, ...] = (), warnings: tuple[str, ...] = ()) -> Act:
        try:
            if self._rehearsing:
                said = self.sender.rehearse(call)
                events = None if said.logs is None else self._events(said.logs, placed=False)
                cost = (said.gas, said.max_cost)
                return Act(verb, call.label, said.sender, None, None, *cost, events, bills, warnings, names=self.names)
            return self._act(self.sender.send(call), verb, call.label, bills, warnings)
        except Reverted as error:
            raise from_revert(error, self.names) from None

    def _act(
        self, receipt: Receipt, verb: str, label: str, bills: tuple[int, ...], warnings: tuple[str, ...] = ()
    ) -> Act:
        return Act(
            verb,
            label,
            receipt.sender,
            receipt.transaction_hash,
            receipt.block_number,
            receipt.gas_used,
            receipt.cost,
            self._events(receipt.logs),
            bills,
            warnings,
            names=self.names,
        )

    def _events(self, logs: Sequence[Log], *, placed: bool = True) -> tuple[Event, ...]:
        ours = (self.ledger_address, self.manager)
        found = (abi.decode_event(log, placed=placed) for log in logs if log.address in ours)
        return tuple(event for event in found if event is not None)

    # -------------------------------------------------------------------------------------------------- administration

    def _do_restricted(self, call: VerbCall) -> Act:
        """Do what a power of the AccessManager allows; where it takes effect after a delay, announce it first."""
        manager = self._manager()
        data = call.data
        at_once, delay = self._ask_manager(
            manager, "canCall(address,address,bytes4)(bool,uint32)", self.address, self.ledger_address, data[:4]
        )
        if at_once or delay == 0:
            return self._run([call], call.label)
        operation = self._ask_manager(
            manager, "hashOperation(address,address,bytes)(bytes32)", self.address, self.ledger_address, data
        )[0]
        ready = self._ask_manager(manager, "getSchedule(bytes32)(uint48)", operation)[0]
        if ready == 0:
            announcement = encode_call("schedule(address,bytes,uint48)", self.ledger_address, data, 0)
            act = self._send(Call(manager, announcement, label=f"announce: {call.label}"), "schedule")
            start = self.connection.time() if act.block is None else self.connection.time(act.block)
            return replace(act, ready_from=datetime.fromtimestamp(start + delay, UTC), warnings=call.warnings)
        try:
            return self._run([call], call.label)
        except AccessManagerNotReady as refusal:
            refusal.hint = f"it can be carried out from {moment(ready)}"
            raise

    def _manager(self) -> str:
        if self.manager is None:
            data = self.connection.call(self.ledger_address, encode_call("authority()"))
            self.manager = str(decode_answer("authority()(address)", data)[0])
        return self.manager

    def _ask_manager(self, manager: str, signature: str, *arguments: Any) -> tuple[Any, ...]:
        return decode_answer(signature, self.connection.call(manager, encode_call(signature, *arguments)))
