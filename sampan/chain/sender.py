"""Sending: sign here, send, wait, and send again what a reorganisation dropped.

Every transaction is signed once for a nonce and, when a journal is kept, written down before it leaves. What is sent
again is the same bytes, so nothing happens twice; only a transaction whose fees have become too low is signed anew, for
the same nonce, so that one of the two can ever stand.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sampan.chain.connection import RpcError, as_revert
from sampan.chain.transactions import GAS_CAP, Call, Log, Receipt, Rehearsal, Reverted
from sampan.errors import ChainError, Missing
from sampan.keccak import keccak
from sampan.suite.tell import checksum

if TYPE_CHECKING:
    from collections.abc import Callable

    from sampan.chain.connection import Connection
    from sampan.chain.journal import Journal
    from sampan.chain.signers import Signer

logger = logging.getLogger(__name__)

MARGIN_PERCENT = 20
DEFAULT_TIP = 10**9
REMEMBERED = 256
RESEND_AFTER = 15.0
BUMP_AFTER = 60.0
BUMPS = 6
LOST_AFTER = 5
"""Times that a nonce must be seen used, with no receipt of ours, before the transaction is given up."""

_KNOWN = ("already known", "known transaction", "already imported", "already in pool", "alreadyknown")
_NONCE_USED = ("nonce too low", "nonce is too low", "oldnonce", "nonce has already been used")
_TAKEN = ("replacement transaction underpriced", "could not replace existing", "replacement fee too low")
_FEE_LOW = (
    "less than block base fee",
    "max fee per gas less",
    "feecap",
    "transaction underpriced",
    "gas price too low",
    "fee too low",
)
_POOR = ("insufficient funds", "insufficient balance")


@dataclass(frozen=True, slots=True)
class Fees:
    """What is offered for one gas, in wei (EIP-1559)."""

    max_fee: int
    tip: int
    base_fee: int


@dataclass(slots=True)
class _Sent:
    """One act on its way: its call, its nonce and every transaction signed for it."""

    call: Call
    nonce: int
    gas: int
    fees: Fees
    raws: list[bytes] = field(default_factory=list)
    key: str | None = None
    last_sent: float = 0.0
    seen: bool = False

    @property
    def hashes(self) -> list[str]:
        return ["0x" + keccak(raw).hex() for raw in self.raws]


class Sender:
    """Sends one account's transactions on one chain.

    `confirmations` is how deep a transaction must be (1: mined), by default the network's. `max_fee` is the most that
    is offered for one gas, in wei. With a `journal`, acts that are sent under a key are done once, however often the
    process dies.
    """

    def __init__(
        self,
        connection: Connection,
        signer: Signer,
        *,
        confirmations: int | None = None,
        journal: Journal | None = None,
        max_fee: int | None = None,
        timeout: float = 900.0,
        watch: Callable[[str, str], None] | None = None,
    ) -> None:
        """`watch(what, label)` is told of every step: `signed`, `sent`, `dropped`, `bumped`, `mined`."""
        self.connection = connection
        self.signer = signer
        self.address = signer.address
        """The account that sends."""
        self.confirmations = confirmations or connection.network.confirmations
        self.journal = journal
        self.max_fee = max_fee
        self.timeout = timeout
        self._watch = watch or (lambda what, label: None)
        self._history: deque[_Sent] = deque(maxlen=REMEMBERED)
        self._epoch = connection.epoch

    # ------------------------------------------------------------------------------------------------------ rehearsal

    def rehearse(self, call: Call) -> Rehearsal:
        """What a call would do now: gas, cost, answer, events. Sends nothing.

        Raises `Reverted` when the contract would refuse, `ChainError` when it needs more gas than one transaction may
        have.
        """
        gas = call.gas or self._search(call)
        fees = self._fees()
        output, logs = self._simulate(call)
        return Rehearsal(call, self.address, gas, gas * fees.max_fee, output, logs)

    def _simulate(self, call: Call) -> tuple[bytes, tuple[Log, ...] | None]:
        query = {"blockStateCalls": [{"calls": [call.as_rpc(self.address)]}], "validation": False}
        try:
            answer = self.connection.rpc("eth_simulateV1", query, "latest")[0]["calls"][0]
            if int(answer["status"], 16) == 1:
                logs = tuple(Log.from_rpc(log) for log in answer["logs"])
                return bytes.fromhex(answer["returnData"][2:]), logs
        except (ChainError, KeyError, IndexError, TypeError, ValueError):
            pass
        # An RPC without simulations tells the answer, not the events.
        return self._ask(call), None

    def _ask(self, call: Call) -> bytes:
        try:
            answer = self.connection.rpc("eth_call", call.as_rpc(self.address), "pending")
        except RpcError as error:
            raise as_revert(error, call) from None
        return bytes.fromhex(answer[2:])

    def _estimate(self, call: Call) -> int:
        """The gas limit to set. Raises `Reverted` when the contract would refuse."""
        if self.connection.in_process:
            # Gas costs nothing here, and asking once is three times as fast as searching for the least.
            try:
                self._ask(replace(call, gas=GAS_CAP))
            except RpcError as error:
                raise self._too_large(call) if "OutOfGas" in error.rpc_message else error from None
            return GAS_CAP
        return self._search(call)

    def _search(self, call: Call) -> int:
        try:
            estimate = int(self.connection.rpc("eth_estimateGas", call.as_rpc(self.address)), 16)
        except RpcError as error:
            words = error.rpc_message.lower()
            if error.data is None and any(words_ in words for words_ in _POOR):
                raise self._poor() from None
            if error.data is None and ("out of gas" in words or "gas required exceeds" in words):
                raise self._too_large(call) from None
            raise as_revert(error, call) from None
        if estimate > GAS_CAP:
            raise self._too_large(call)
        return min(GAS_CAP, estimate + estimate * MARGIN_PERCENT // 100)

    def _too_large(self, call: Call) -> ChainError:
        return ChainError(
            f"{call.label or 'the call'} needs more than {GAS_CAP:,} gas, the most that one transaction may have",
            subject=call.to,
            code="chain.too_much_gas",
            hint="split it into smaller acts",
        )

    def _poor(self) -> ChainError:
        return ChainError(
            f"the account cannot pay: it has {self.connection.balance(self.address)} wei",
            subject=self.address,
            code="chain.funds",
            hint=f"send ether of {self.connection.network.name} to that address",
        )

    def _fees(self) -> Fees:
        asked = [("eth_getBlockByNumber", ("latest", False)), ("eth_maxPriorityFeePerGas", ())]
        try:
            block, tip = self.connection.rpc_many(asked)
        except RpcError:
            # Not every node knows what others tip.
            block, tip = self.connection.block(), hex(DEFAULT_TIP)
        if not isinstance(block, dict) or "baseFeePerGas" not in block:
            raise ChainError("the chain has no EIP-1559 fees", subject=self.connection.network.name, code="chain.fees")
        base_fee, offered = int(block["baseFeePerGas"], 16), int(tip, 16)
        # Twice the base fee stays good for six full blocks.
        max_fee = 2 * base_fee + offered
        if self.max_fee is not None:
            if base_fee > self.max_fee:
                raise ChainError(
                    f"gas costs {base_fee} wei now, more than the most that may be offered, {self.max_fee}",
                    subject=self.connection.network.name,
                    code="chain.fees",
                    hint="wait until it is cheaper, or offer more",
                )
            max_fee = min(max_fee, self.max_fee)
        return Fees(max_fee, min(offered, max_fee), base_fee)

    # --------------------------------------------------------------------------------------------------------- sending

    def send(self, call: Call, *, key: str | None = None) -> Receipt:
        """Send one act and wait until it stands as deep as was asked for.

        Without `call.gas` it is rehearsed first, so what a contract refuses is not sent. Under a `key` of the journal
        it is done once: a second call with that key returns the first one's receipt.

        Raises `Reverted` with the raw data when the contract refuses, `ChainError` when it cannot be sent, another
        transaction took its place, or it does not come through in time.
        """
        return self._finish(self._resume(call, key) or self._launch(call, key))

    def send_raw(self, raw: bytes, label: str) -> Receipt:
        """Send a transaction that somebody else signed, and wait as `send` does."""
        sent = _Sent(Call(None, label=label), -1, 0, Fees(0, 0, 0), [raw])
        self._remember(sent)
        self._broadcast(sent)
        return self._finish(sent)

    def settle(self, confirmations: int | None = None) -> None:
        """Make sure that everything sent from here still stands, and send again what a reorganisation dropped.

        Waits until all of it is `confirmations` deep, by default as deep as this sender waits. Raises `ChainError` when
        something cannot come back because its nonce was used by another transaction.
        """
        for sent in list(self._remembered()):
            self._await(sent, stood=True, confirmations=confirmations)

    def _remember(self, sent: _Sent) -> None:
        self._remembered().append(sent)

    def _remembered(self) -> deque[_Sent]:
        """What was sent from here, since the chain was last set back to a snapshot."""
        if self._epoch != self.connection.epoch:
            self._epoch = self.connection.epoch
            self._history.clear()
        return self._history

    def _launch(self, call: Call, key: str | None) -> _Sent:
        with self.connection.nonces_lock:
            gas = call.gas or self._estimate(call)
            if gas > GAS_CAP:
                raise self._too_large(call)
            sent = _Sent(call, self._next_nonce(), gas, self._fees(), key=key)
            self._sign(sent)
            self._remember(sent)
            try:
                self._broadcast(sent)
            except BaseException:
                self._history.remove(sent)
                raise
            self.connection.nonces[self.address] = sent.nonce + 1
            return sent

    def _next_nonce(self) -> int:
        """The nonce to use: the node's count, unless it lags behind what was sent from here."""
        counted = self.connection.nonce(self.address, "pending")
        ours = self.connection.nonces.get(self.address, 0)
        if counted >= ours or self.connection.in_process:
            return counted
        # The node counts fewer than we sent: it lags, or a reorganisation dropped some of ours. Those go out again; if
        # there are none to send, the count was set back (a snapshot) and is right.
        missing = [sent for sent in self._remembered() if counted <= sent.nonce < ours]
        if len(missing) < ours - counted:
            return counted
        for sent in missing:
            if self._receipt(sent) is None:
                self._broadcast(sent)
        return ours

    def _sign(self, sent: _Sent) -> None:
        transaction: dict[str, Any] = {
            "type": 2,
            "chainId": self.connection.chain_id,
            "nonce": sent.nonce,
            "value": sent.call.value,
            "data": sent.call.data,
            "gas": sent.gas,
            "maxFeePerGas": sent.fees.max_fee,
            "maxPriorityFeePerGas": sent.fees.tip,
        }
        if sent.call.to is not None:
            transaction["to"] = checksum(sent.call.to)
        raw = self.signer.sign(transaction)
        sent.raws.append(raw)
        if self.journal is not None and sent.key is not None:
            self.journal.signed(sent.key, self.address, sent.nonce, raw)
        self._watch("signed", sent.call.label)

    def _broadcast(self, sent: _Sent) -> None:
        """Hand the newest signed bytes to the node, signing anew where it says that these can never stand."""
        for _ in range(20):
            try:
                self.connection.rpc("eth_sendRawTransaction", "0x" + sent.raws[-1].hex())
            except RpcError as error:
                words = error.rpc_message.lower()
                if any(known in words for known in _KNOWN):
                    break
                if self._receipt(sent) is not None:
                    break
                if any(poor in words for poor in _POOR):
                    raise self._poor() from None
                own = sent.nonce >= 0 and not sent.seen
                if own and any(used in words for used in (*_NONCE_USED, *_TAKEN)):
                    # Never taken by any node, and its nonce belongs to another transaction now: this one cannot stand.
                    counted = self.connection.nonce(self.address, "pending")
                    sent.nonce = max(counted, sent.nonce + 1)
                    sent.raws.clear()
                    self._sign(sent)
                    continue
                if own and any(low in words for low in _FEE_LOW) and self._offer_more(sent):
                    sent.raws.clear()
                    self._sign(sent)
                    continue
                if sent.seen and any(used in words for used in (*_NONCE_USED, *_TAKEN)):
                    # It stood or waited once; `_await` finds out what became of it.
                    break
                raise as_revert(error, sent.call) from None
            break
        else:
            raise ChainError(
                f"{sent.call.label or 'the transaction'} could not be sent: its nonce is always taken",
                subject=self.address,
                code="chain.nonce",
                hint="does another program send from this account?",
            )
        sent.seen = True
        sent.last_sent = time.monotonic()
        self._watch("sent", sent.call.label)

    def _offer_more(self, sent: _Sent) -> bool:
        """Double the offer of an act that no node took, where that may be. True when it could."""
        fees = self._fees()
        wanted = max(fees.max_fee, 2 * sent.fees.max_fee)
        wanted = wanted if self.max_fee is None else min(wanted, self.max_fee)
        if wanted <= sent.fees.max_fee:
            return False
        sent.fees = Fees(wanted, max(fees.tip, sent.fees.tip), fees.base_fee)
        return True

    # --------------------------------------------------------------------------------------------------------- waiting

    def _finish(self, sent: _Sent) -> Receipt:
        receipt = self._await(sent)
        self._watch("mined", sent.call.label)
        if receipt.succeeded:
            return receipt
        limit = sent.call.gas
        raise Reverted(
            self._why(receipt, sent.call),
            call=sent.call,
            transaction_hash=receipt.transaction_hash,
            hint="it ran out of gas" if limit is not None and receipt.gas_used >= limit else None,
        )

    def _why(self, receipt: Receipt, call: Call) -> bytes:
        """What a mined transaction reverted with: no receipt tells, so it is asked again on the state before it."""
        for block in (receipt.block_number - 1, receipt.block_number):
            try:
                self.connection.rpc("eth_call", call.as_rpc(receipt.sender), hex(block))
            except RpcError as error:
                if error.data is not None:
                    return error.data
        return b""

    def _await(self, sent: _Sent, *, stood: bool = False, confirmations: int | None = None) -> Receipt:
        """Wait until one of an act's transactions stands deep enough; send it again when it is dropped.

        `stood` says that it was seen in a block before.
        """
        wanted = confirmations or self.confirmations
        started = time.monotonic()
        pause = 0.0 if self.connection.in_process else (0.01 if self.connection.network.here else 0.5)
        longest = 0.25 if self.connection.network.here else 4.0
        bumps = lost = 0
        while True:
            receipt = self._receipt(sent)
            if receipt is not None:
                lost = 0
                stood = True
                if wanted == 1 or self.connection.block_number() - receipt.block_number + 1 >= wanted:
                    return receipt
            else:
                now = time.monotonic()
                if self._nonce_is_used(sent):
                    lost += 1
                    if lost >= LOST_AFTER:
                        raise ChainError(
                            f"another transaction took the place of {sent.call.label or 'this one'} "
                            f"(nonce {sent.nonce})",
                            subject=sent.hashes[-1],
                            code="chain.replaced",
                            hint="does another program send from this account? look, then run again",
                        )
                elif stood or now - sent.last_sent > RESEND_AFTER:
                    if stood:
                        logger.info("%s was dropped by a reorganisation; sending it again", sent.hashes[-1])
                        self._watch("dropped", sent.call.label)
                        stood = False
                    self._broadcast(sent)
                if now - started > BUMP_AFTER * (bumps + 1) and bumps < BUMPS and self._bump(sent):
                    bumps += 1
            if time.monotonic() - started > self.timeout:
                raise ChainError(
                    f"{sent.call.label or 'the transaction'} did not come through in {self.timeout:g} seconds",
                    subject=sent.hashes[-1],
                    code="chain.timeout",
                    hint="it may still come; run again later, nothing is done twice"
                    if self.journal is not None
                    else "it may still come: look at it before you send it again",
                )
            time.sleep(pause)
            pause = min(longest, pause * 1.4)

    def _receipt(self, sent: _Sent) -> Receipt | None:
        for transaction_hash in reversed(sent.hashes):
            receipt = self.connection.receipt(transaction_hash)
            if receipt is not None:
                return receipt
        return None

    def _nonce_is_used(self, sent: _Sent) -> bool:
        return sent.nonce >= 0 and self.connection.nonce(self.address, "latest") > sent.nonce

    def _bump(self, sent: _Sent) -> bool:
        """Sign anew for the same nonce with a better offer, when the offer has become too low. True when it did."""
        if sent.nonce < 0:
            return False
        fees = self._fees()
        if fees.base_fee <= sent.fees.max_fee - sent.fees.tip:
            return False
        # Nodes take a replacement only when both fees rise by a tenth.
        sent.fees = Fees(
            max(fees.max_fee, sent.fees.max_fee * 9 // 8 + 1), max(fees.tip, sent.fees.tip * 9 // 8 + 1), fees.base_fee
        )
        self._sign(sent)
        self._watch("bumped", sent.call.label)
        self._broadcast(sent)
        return True

    # -------------------------------------------------------------------------------------------------------- resuming

    def _resume(self, call: Call, key: str | None) -> _Sent | None:
        """An act that an earlier run signed, sent again if need be; None when it must be signed now."""
        entry = None if self.journal is None or key is None else self.journal.entries.get(key)
        if entry is None or entry.sender != self.address:
            return None
        sent = _Sent(call, entry.nonce, call.gas or 0, Fees(0, 0, 0), list(entry.raws), key, seen=True)
        self._remember(sent)
        if self._receipt(sent) is None:
            if self._is_overtaken(sent):
                # Never mined, and never will be: whatever took its nonce was not ours.
                logger.info("%s: the transaction of the earlier run was overtaken; signing anew", key)
                self._history.remove(sent)
                return None
            try:
                self._broadcast(sent)
            except ChainError as error:
                if error.code != "chain.rpc":
                    raise
                # The node takes it no more (its fees, say): the nonce is free, so sign anew for it.
                logger.info("%s: the transaction of the earlier run is refused (%s)", key, error.message)
                self._history.remove(sent)
                return None
        with self.connection.nonces_lock:
            nonces = self.connection.nonces
            nonces[self.address] = max(nonces.get(self.address, 0), entry.nonce + 1)
        return sent

    def _is_overtaken(self, sent: _Sent) -> bool:
        """Whether the nonce went to a transaction that is not ours. Asked several times: nodes lag behind others."""
        pause = 0.02 if self.connection.network.here else 1.0
        for _ in range(LOST_AFTER):
            if not self._nonce_is_used(sent) or self._receipt(sent) is not None:
                return False
            time.sleep(pause)
        return True


def require_funds(connection: Connection, address: str, wei: int) -> None:
    """Raises `Missing` when an account owns less than `wei`."""
    owned = connection.balance(address)
    if owned < wei:
        raise Missing(
            f"the account owns {format_ether(owned)} ether, and this may cost {format_ether(wei)}",
            subject=address,
            hint=f"send it at least {format_ether(wei - owned)} ether of {connection.network.name}",
            code="missing.funds",
        )


def format_ether(wei: int) -> str:
    """Wei as ether in decimal, exact to six places and rounded up."""
    micro = -(-wei // 10**12)
    return f"{micro // 10**6}.{micro % 10**6:06d}".rstrip("0").rstrip(".")
