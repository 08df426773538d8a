"""Sending: sign here, send, wait, and send again what a reorganisation dropped.

Every act is signed for one nonce and, where an outbox is kept, written down before it leaves. What is sent again is the
same bytes; what is signed anew, because its offer became too low, is signed for the same nonce: one of them can ever
stand. No act is signed for another nonce before the block is found in which somebody else's transaction used the first
one. A node that says otherwise ("nonce too low", no receipt) is not believed: many nodes answer under one name, and
none of them needs to know yet what another was told.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sampan.chain.connection import RpcError, as_revert
from sampan.chain.fees import GWEI, Fees, offer
from sampan.chain.outbox import Sent
from sampan.chain.transactions import GAS_CAP, Call, Log, Receipt, Rehearsal, Reverted, with_margin
from sampan.errors import BadInput, ChainError, Missing, advise
from sampan.keccak import keccak
from sampan.suite.tell import checksum

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sampan.chain.connection import Connection
    from sampan.chain.outbox import Outbox
    from sampan.chain.signers import Signer

logger = logging.getLogger(__name__)

REMEMBERED = 256
RESEND_AFTER = 15.0
LATE = 120.0
"""Seconds that nodes may take to tell what stands at a nonce that was used."""
AGAIN_AFTER = 2.0
"""Seconds between two tries to bring back what an awaited act queues behind."""
TRIES = 3
"""Times that bytes are handed to a node that turns them away without a reason that counts."""
DEEP = 1_024
"""Blocks that are read one by one where a node does not tell old nonces."""

_KNOWN = ("already known", "known transaction", "already imported", "already in pool", "alreadyknown")
_NONCE_USED = ("nonce too low", "nonce is too low", "oldnonce", "nonce has already been used", "invalid nonce")
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
_OUT_OF_GAS = ("out of gas", "outofgas", "gas required exceeds", "intrinsic gas too low")


@dataclass(frozen=True, slots=True)
class Left:
    """What became of an act of a run that died: its receipt when it stands (or failed), or None.

    `pending` says that a node knows it; else the node asked does not: its nonce was used, or goes to what is sent next.
    `asked` is what its run was asked for (`Sender.asked`).
    """

    label: str
    transaction: str
    receipt: Receipt | None
    pending: bool
    asked: str = ""


class _Overtaken(Exception):
    """Another transaction stands at the nonce of an act, which can never stand now."""

    def __init__(self, other: str) -> None:
        super().__init__(other)
        self.other = other


class Sender:
    """Sends one account's transactions on one chain.

    `confirmations` is how deep a transaction must be (1: mined), `max_fee` and `max_tip` the most that is offered for
    one gas, in wei: by default the network's. With an `outbox` an act is done once, however often the process dies: the
    next run that is asked for the same act takes it up. An act counts as told when `send` returns; with `hold` when
    `told` is called.
    """

    def __init__(
        self,
        connection: Connection,
        signer: Signer,
        *,
        confirmations: int | None = None,
        outbox: Outbox | None = None,
        hold: bool = False,
        max_fee: int | None = None,
        max_tip: int | None = None,
        timeout: float = 900.0,
        moved_on: Callable[[Receipt], str | None] = lambda receipt: None,
        watch: Callable[[str, str], None] | None = None,
    ) -> None:
        """`moved_on` says what happened since to what an act was about, if anything: then the act that an earlier run
        did is no answer to whoever asks for it now.

        `watch(what, label)` is told of every step: `signed`, `sent`, `dropped`, `bumped`, `mined`, `found`.
        """
        network = connection.network
        self.connection = connection
        self.signer = signer
        self.address = signer.address
        """The account that sends."""
        self.confirmations = confirmations or network.confirmations
        self.max_fee = network.max_fee * GWEI if max_fee is None else max_fee
        self.max_tip = network.max_tip * GWEI if max_tip is None else max_tip
        self.outbox = None if connection.in_process else outbox
        self.hold = hold
        self.timeout = timeout
        self._moved_on = moved_on
        self._watch = watch or (lambda what, label: None)
        self._history: deque[Sent] = deque(maxlen=REMEMBERED)
        self._epoch = connection.epoch
        self._open: list[Sent] = []
        """Acts of which it is not known that they ended, by nonce: of runs that died, or given up here."""
        self._ended: list[Sent] = []
        self._found: list[Sent] = []
        """Acts of runs that died and that ended, which `look_back` told of."""
        self._left: list[Left] | None = None
        self.taken_up: set[str] = set()
        """The transactions of acts that `send` took up and did not sign."""
        self.asked = ""
        """What this run was asked for, in a form that two runs have in common; it is kept beside what is sent."""
        self.handed = False
        """Whether anything went to a node from here, whatever it answered."""

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
        asked: dict[str, Any] = {"calls": [call.as_rpc(self.address)]}
        if call.given:
            (asked["stateOverrides"],) = call.overrides
        query = {"blockStateCalls": [asked], "validation": False}
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
            answer = self.connection.rpc("eth_call", call.as_rpc(self.address), "pending", *call.overrides)
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
            # What is given comes behind a block.
            given = ("pending", *call.overrides) if call.given else ()
            estimate = int(self.connection.rpc("eth_estimateGas", call.as_rpc(self.address), *given), 16)
        except RpcError as error:
            if error.data is None and _says(error, _POOR):
                raise self._poor() from None
            if error.data is None and _says(error, _OUT_OF_GAS):
                raise self._too_large(call) from None
            raise as_revert(error, call) from None
        if estimate > GAS_CAP:
            raise self._too_large(call)
        return with_margin(estimate)

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
        return offer(self.connection, self.max_fee, self.max_tip)

    # --------------------------------------------------------------------------------------------------------- sending

    def send(self, call: Call) -> Receipt:
        """Send one act and wait until it stands as deep as was asked for.

        Without `call.gas` it is rehearsed first, so what a contract refuses is not sent. An act that an earlier run, or
        an earlier try of this sender, began and did not see the end of is taken up: it is not sent a second time.

        Raises `Reverted` with the raw data when the contract refuses, `ChainError` when it cannot be sent, another
        transaction took its place, or it does not come through in time.
        """
        sent = self._resume(call)
        for _ in range(20):
            sent = sent or self._launch(call)
            try:
                with self._on_its_way(sent):
                    receipt = self._await(sent)
                logger.info("%s stands in block %d: %s", receipt.transaction_hash, receipt.block_number, call.label)
                return self._conclude(sent, receipt)
            except _Overtaken as overtaken:
                self._forget(sent)
                if sent.accepted:
                    # A node had it, and something else came instead: by chance, or because somebody cancelled it.
                    raise self._replaced(sent, overtaken.other) from None
                logger.info("nonce %d went to %s; signing anew", sent.nonce, overtaken.other)
                sent = None
        raise ChainError(
            f"{call.label or 'the transaction'} could not be sent: its nonce is always taken",
            subject=self.address,
            code="chain.nonce",
            hint="does another program send from this account?",
        )

    def send_raw(self, raw: bytes, label: str) -> Receipt:
        """Send a transaction that somebody else signed, and wait as `send` does."""
        sent = Sent(Call(None, label=label), -1, 0, [raw])
        self._remember(sent)
        self._broadcast(sent)
        return self._conclude(sent, self._await(sent))

    def settle(self, confirmations: int | None = None) -> None:
        """Make sure that everything sent from here still stands, and send again what a reorganisation dropped.

        Waits until all of it is `confirmations` deep, by default as deep as this sender waits. Raises `ChainError` when
        something cannot come back because its nonce was used by another transaction.
        """
        for sent in list(self._remembered()):
            # What was seen in a block and is gone was dropped from it.
            sent.stood = True
            try:
                self._await(sent, confirmations=confirmations)
            except _Overtaken as overtaken:
                self._forget(sent)
                raise self._replaced(sent, overtaken.other) from None

    def told(self, *, left: bool = True) -> None:
        """Whoever asked knows how everything ended that `send` returned, and with `left` what `look_back` did: the
        outbox forgets it."""
        for sent in (*self._ended, *(self._found if left else ())):
            self._forget(sent, stands=True)
        self._ended.clear()
        if left:
            self._found.clear()
        # What can never stand any more needs no file; whether it can is no reason to fail now.
        with contextlib.suppress(ChainError):
            for sent in [sent for sent in self._open if sent.slip is not None and self._nonce_is_used(sent)]:
                holder = self._holder(sent)
                if holder is not None and holder[0] not in _hashes(sent):
                    self._forget(sent)

    def untold(self, error: BaseException) -> None:
        """Nobody was told how the acts ended that `send` returned, but for this error: whoever asks for one again is
        answered with it, and the error says so. What failed was not done, and is sent anew."""
        done = [sent for sent in self._ended if not sent.failed]
        for sent in self._ended:
            if sent.failed:
                self._forget(sent, stands=True)
        self._open += done
        self._ended.clear()
        if done:
            several = ", ".join(_hashes(sent)[-1] for sent in done)
            advise(error, f"what was sent stands, as {several}: call again, nothing is done twice")

    def release(self) -> None:
        """Nothing more is sent from here: whoever asks next finds what was not told, this process or another."""
        for sent in (*self._ended, *self._found, *self._open):
            if sent.slip is not None:
                sent.slip.leave()
        for acts in (self._ended, self._found, self._open):
            acts.clear()
        self._left = None

    def _end(self, sent: Sent) -> None:
        """An act ended, well or not, and whoever asked for it is told by what `send` returns."""
        if self.hold:
            self._ended.append(sent)
        else:
            self._forget(sent, stands=True)

    def _forget(self, sent: Sent, *, stands: bool = False) -> None:
        """Nobody needs to look for it any more; when it stands, only whether a reorganisation drops it."""
        for acts in (self._open,) if stands else (self._open, self._history):
            if sent in acts:
                acts.remove(sent)
        if sent.slip is not None:
            sent.slip.drop()

    @contextlib.contextmanager
    def _on_its_way(self, sent: Sent) -> Iterator[None]:
        """Whatever breaks off what is done with an act, the next try of the same act looks for it first."""
        try:
            yield
        except _Overtaken:
            raise
        except BaseException as error:
            self._give_up(sent, error)
            raise

    def _give_up(self, sent: Sent, error: BaseException) -> None:
        """The end of an act is not known. If it may have left, the next try of the same act looks for it first."""
        if sent in self._history:
            self._history.remove(sent)
        if not sent.handed:
            self._forget(sent)
            return
        if sent.slip is not None:
            sent.slip.leave()
            self._left = None
        else:
            self._open.append(sent)
        if not isinstance(error, ChainError) or error.code != "chain.funds":
            what = sent.call.label or "it"
            advise(error, f"{what} may have been sent, as {_hashes(sent)[-1]}: call again, nothing is done twice")

    def _replaced(self, sent: Sent, other: str) -> ChainError:
        return ChainError(
            f"another transaction took the place of {sent.call.label or 'this one'} (nonce {sent.nonce}): {other}",
            subject=_hashes(sent)[-1],
            code="chain.replaced",
            hint="does another program send from this account? look, then run again",
        )

    def _remember(self, sent: Sent) -> None:
        self._remembered().append(sent)

    def _remembered(self) -> deque[Sent]:
        """What was sent from here, since the chain was last set back to a snapshot."""
        if self._epoch != self.connection.epoch:
            self._epoch = self.connection.epoch
            self._history.clear()
            self._open.clear()
        return self._history

    def _launch(self, call: Call) -> Sent:
        with self.connection.nonces_lock, self._turn():
            gas = call.gas or self._estimate(call)
            if gas > GAS_CAP:
                raise self._too_large(call)
            fees = self._fees()
            sent = Sent(call, self._next_nonce(), gas, since=fees.block, max_fee=fees.max_fee, tip=fees.tip)
            sent.asked = self.asked
            if self.outbox is not None:
                sent.slip = self.outbox.slip(self.connection, self.address, sent.nonce)
            self._remember(sent)
            with self._on_its_way(sent):
                self._sign(sent)
                self._broadcast(sent)
            self.connection.nonces[self.address] = sent.nonce + 1
            return sent

    def _turn(self) -> contextlib.AbstractContextManager[None]:
        """Among the processes that send from this account on this machine."""
        return contextlib.nullcontext() if self.outbox is None else self.outbox.turn(self.connection, self.address)

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

    def _sign(self, sent: Sent) -> None:
        transaction: dict[str, Any] = {
            "type": 2,
            "chainId": self.connection.chain_id,
            "nonce": sent.nonce,
            "value": sent.call.value,
            "data": sent.call.data,
            "gas": sent.gas,
            "maxFeePerGas": sent.max_fee,
            "maxPriorityFeePerGas": sent.tip,
        }
        if sent.call.to is not None:
            transaction["to"] = checksum(sent.call.to)
        sent.raws.append(self.signer.sign(transaction))
        if sent.slip is not None:
            try:
                sent.slip.write(sent)
            except Missing:
                sent.raws.pop()
                raise
        self._watch("signed", sent.call.label)

    def _broadcast(self, sent: Sent) -> None:
        """Hand the newest signed bytes to the node; sign anew for the same nonce where it wants a better offer.

        Raises `ChainError` when it turns away what no node had yet. Whatever else it says of what may have left, the
        chain tells what became of it.
        """
        tries = 0
        while True:
            self.handed = sent.handed = True
            sent.last_sent = time.monotonic()
            try:
                self.connection.rpc("eth_sendRawTransaction", "0x" + sent.raws[-1].hex())
                sent.accepted = True
                break
            except RpcError as error:
                if _says(error, _KNOWN) or self._is_known(sent):
                    sent.accepted = True
                    break
                if sent.nonce >= 0 and _says(error, (*_NONCE_USED, *_TAKEN)):
                    # By whom? Perhaps by these very bytes, told to another node. The block in which it stands will say.
                    break
                if sent.nonce >= 0 and _says(error, _FEE_LOW) and self._offer_more(sent):
                    continue
                if sent.accepted:
                    logger.info("%s is turned away (%s)", _hashes(sent)[-1], error.rpc_message)
                    break
                if _says(error, _POOR):
                    raise self._poor() from None
                if error.data is None and not _says(error, _FEE_LOW) and (tries := tries + 1) < TRIES:
                    time.sleep(0.0 if self.connection.network.here else 1.0)
                    continue
                raise as_revert(error, sent.call) from None
        self._watch("sent", sent.call.label)

    def _offer_more(self, sent: Sent) -> bool:
        """Sign anew for the same nonce with a better offer, where that may be. True when it could."""
        fees = self._fees()
        wanted = min(max(fees.max_fee, 2 * sent.max_fee), self.max_fee)
        if wanted <= sent.max_fee:
            return False
        # Nodes take a replacement only when both fees rise by a tenth.
        tip = min(wanted, max(fees.tip, sent.tip * 9 // 8 + 1))
        before = sent.max_fee, sent.tip
        sent.max_fee, sent.tip = wanted, tip
        try:
            self._sign(sent)
        except Missing as error:
            # What cannot be written down does not leave; what left may still come through.
            logger.warning("no better offer is made: %s", error)
            sent.max_fee, sent.tip = before
            return False
        return True

    # --------------------------------------------------------------------------------------------------------- waiting

    def _conclude(self, sent: Sent, receipt: Receipt) -> Receipt:
        """The receipt of an act that is done. Raises `Reverted` or `ChainError` of one that failed."""
        if receipt.succeeded:
            self._end(sent)
            self._watch("mined", sent.call.label)
            return receipt
        told, reason = self._why(receipt, sent.call)
        limit = sent.gas or sent.call.gas or 0
        # A call within keeps a 64th back (EIP-150), so that one which ran out leaves a little.
        out = limit and (receipt.gas_used >= limit or (not told and receipt.gas_used * 64 >= limit * 60))
        if not told and not out and limit:
            # Failed for no reason that shows: that may be a lie, after which it would be sent once more.
            error = ChainError(
                f"the RPC says that {sent.call.label or 'it'} failed, but nothing refuses it before or after",
                subject=receipt.transaction_hash,
                code="chain.unexplained",
                hint="ask another RPC (--network URL)",
            )
            self._give_up(sent, error)
            raise error
        sent.failed = True
        self._end(sent)
        self._watch("mined", sent.call.label)
        if not reason and out:
            raise ChainError(
                f"{sent.call.label or 'the transaction'} ran out of gas: it may have {limit:,} and used "
                f"{receipt.gas_used:,}; nothing of it was done",
                subject=receipt.transaction_hash,
                code="chain.out_of_gas",
                hint="the RPC's estimate was too low: name another RPC with --network URL",
            )
        raise Reverted(reason, call=sent.call, transaction_hash=receipt.transaction_hash)

    def _why(self, receipt: Receipt, call: Call) -> tuple[bool, bytes]:
        """What a mined transaction reverted with: no receipt tells, so it is asked again on the state before it.

        Whether it is refused there too, without a limit, and the reason that was given.
        """
        told = False
        for block in (receipt.block_number - 1, receipt.block_number):
            try:
                self.connection.rpc("eth_call", replace(call, gas=None).as_rpc(receipt.sender), hex(block))
            except RpcError as error:
                told = True
                if error.data is not None:
                    return True, error.data
        return told, b""

    def _await(self, sent: Sent, *, confirmations: int | None = None) -> Receipt:
        """Wait until one of an act's transactions stands deep enough; send it again when it is dropped.

        Raises `_Overtaken` when another transaction stands at its nonce.
        """
        wanted = confirmations or self.confirmations
        started = time.monotonic()
        pause = 0.0 if self.connection.in_process else (0.01 if self.connection.network.here else 0.5)
        longest = 0.25 if self.connection.network.here else 4.0
        used_since: float | None = None
        while True:
            receipt = self._receipt(sent)
            now = time.monotonic()
            if receipt is not None:
                used_since, sent.stood = None, True
                if wanted == 1 or self.connection.block_number() - receipt.block_number + 1 >= wanted:
                    return receipt
            elif self._nonce_is_used(sent):
                used_since = used_since or now
                if self._stands_elsewhere(sent, now - used_since):
                    used_since = now
            else:
                used_since = None
                if sent.stood:
                    logger.info("%s was dropped by a reorganisation; sending it again", _hashes(sent)[-1])
                    self._watch("dropped", sent.call.label)
                    sent.stood = False
                    self._broadcast(sent)
                elif now - sent.last_sent > RESEND_AFTER and not self._bump(sent):
                    self._broadcast(sent)
            if time.monotonic() - started > self.timeout:
                raise ChainError(
                    f"{sent.call.label or 'the transaction'} did not come through in {self.timeout:g} seconds",
                    subject=_hashes(sent)[-1],
                    code="chain.timeout",
                )
            time.sleep(pause)
            pause = min(longest, pause * 1.4)

    def _receipt(self, sent: Sent) -> Receipt | None:
        for transaction_hash in reversed(_hashes(sent)):
            receipt = self.connection.receipt(transaction_hash)
            if receipt is not None and receipt.transaction_hash == transaction_hash:
                return receipt
        return None

    def _is_known(self, sent: Sent) -> bool:
        """Whether the node knows one of an act's transactions, waiting or in a block."""
        return any(
            self.connection.rpc("eth_getTransactionByHash", transaction_hash) is not None
            for transaction_hash in reversed(_hashes(sent))
        )

    def _nonce_is_used(self, sent: Sent) -> bool:
        """Whether a block holds a transaction with its nonce. What it queues behind is brought back on the way."""
        if sent.nonce < 0:
            return False
        counted = self.connection.nonce(self.address, "latest")
        if counted > sent.nonce:
            return True
        now = time.monotonic()
        for other in list(self._remembered()):
            if counted <= other.nonce < sent.nonce and now - other.last_sent > AGAIN_AFTER:
                other.last_sent = now
                if self._receipt(other) is None and not self._bump(other):
                    self._broadcast(other)
        return False

    def _stands_elsewhere(self, sent: Sent, waited: float) -> bool:
        """What stands at a nonce that was used, of which there is no receipt: True when it is ours, or may go again.

        Raises `_Overtaken` when it is another's and deep enough, `ChainError` when the nodes do not say for too long.
        """
        holder = self._holder(sent)
        if holder is not None and holder[0] in _hashes(sent):
            # The receipt comes late.
            return True
        if holder is not None:
            other, block = holder
            if self.connection.block_number() - block + 1 < self.confirmations:
                return True
            raise _Overtaken(other)
        if waited > LATE:
            raise ChainError(
                f"it cannot be told whether {sent.call.label or 'the transaction'} stands: its nonce {sent.nonce} was "
                "used, and the RPC does not show by what",
                subject=_hashes(sent)[-1],
                code="chain.uncertain",
                hint="name another RPC with --network URL",
            )
        return False

    def _holder(self, sent: Sent) -> tuple[str, int] | None:
        """The transaction in a block that has an act's nonce, and its block; None when no node tells (yet)."""
        try:
            for transaction_hash in reversed(_hashes(sent)):
                found = self.connection.rpc("eth_getTransactionByHash", transaction_hash)
                if isinstance(found, dict) and found.get("blockNumber") is not None:
                    return transaction_hash, int(found["blockNumber"], 16)
            return _standing(self.connection, self.address, sent.nonce, sent.since[0])
        except (RpcError, KeyError, TypeError, ValueError, AttributeError, BadInput) as error:
            # A node that tells nonsense of it tells nothing.
            logger.info("what stands at nonce %d is not told: %s", sent.nonce, error)
            return None

    def _bump(self, sent: Sent) -> bool:
        """Sign anew for the same nonce with a better offer, when the offer has become too low. True when it did."""
        if sent.nonce < 0:
            return False
        fees = self._fees()
        if fees.base_fee <= sent.max_fee - sent.tip or not self._offer_more(sent):
            return False
        self._watch("bumped", sent.call.label)
        self._broadcast(sent)
        return True

    # -------------------------------------------------------------------------------------------------------- resuming

    def look_back(self) -> list[Left]:
        """What became of the acts that runs which died left in the outbox. Sends nothing.

        What ended stays in the outbox until `told`. What a node still knows is waited for by what is sent next.
        """
        if self._left is None:
            found = [] if self.outbox is None else self.outbox.left(self.connection, self.address)
            self._left = [left for sent in found if (left := self._look(sent)) is not None]
        return self._left

    def done_before(self) -> Left | None:
        """The last act that an earlier run did of which the same was asked as of this one; None where none did, and for
        what `send` took up."""
        for left in reversed(self.look_back()):
            stands = left.receipt is not None and left.receipt.succeeded
            if stands and self.asked and left.asked == self.asked and left.transaction not in self.taken_up:
                return left
        return None

    def begun(self) -> list[Call]:
        """The acts that were begun, here or by runs that died, and not seen to end, by nonce: `send` takes each up."""
        self.look_back()
        return [sent.call for sent in sorted(self._open, key=lambda sent: sent.nonce)]

    def wait_for(self, wanted: Callable[[Call], bool]) -> None:
        """Wait until what runs that died sent, and a node has, stands or can stand no more. What they only signed is
        left alone: it goes when it is asked for. Raises `ChainError` where it does not come through in time."""
        self.look_back()
        for sent in [sent for sent in self._open if sent not in self._found and wanted(sent.call)]:
            if self._is_known(sent):
                with contextlib.suppress(_Overtaken):
                    self._await(sent)

    def _look(self, sent: Sent) -> Left | None:
        label, transaction = sent.call.label, _hashes(sent)[-1]
        receipt = self._receipt(sent)
        pending = receipt is None and self._is_known(sent)
        if receipt is None and not pending and self._is_of_another_chain(sent):
            self._forget(sent)
            return None
        self._open.append(sent)
        if pending:
            self._remember(sent)
        if receipt is not None:
            # Asked for again it is this act that answers; else it needs to be told only.
            self._found.append(sent)
            transaction = receipt.transaction_hash
        return Left(label, transaction, receipt, pending, sent.asked)

    def _is_of_another_chain(self, sent: Sent) -> bool:
        """Whether a development chain was started anew since an act was signed."""
        if not self.connection.is_development:
            return False
        number, block = sent.since
        return self.connection.block_number() < number or self.connection.block(number)["hash"] != block

    def _resume(self, call: Call) -> Sent | None:
        """The same act, begun before and not seen to end, on its way again; None when it must be signed now."""
        self.look_back()
        self._remembered()
        for sent in [one for one in self._open if one.is_for(call)]:
            for acts in (self._open, self._found, self._history):
                if sent in acts:
                    acts.remove(sent)
            sent.call = replace(sent.call, label=call.label or sent.call.label)
            with self._on_its_way(sent):
                receipt = self._receipt(sent)
                failed = receipt is not None and not receipt.succeeded
                since = None if receipt is None or failed else self._moved_on(receipt)
            if failed:
                # For whatever reason there was then.
                self._forget(sent)
                continue
            if receipt is not None and since is not None:
                self._forget(sent)
                raise ChainError(
                    f"{sent.call.label or 'it'} was done by an earlier run that was cut off, in block "
                    f"{receipt.block_number}, and {since} since; it was not done once more",
                    subject=receipt.transaction_hash,
                    code="chain.done_before",
                    hint="look what is the case now; call again to do it once more",
                )
            self._watch("found", sent.call.label)
            self.taken_up.update(_hashes(sent))
            self._remember(sent)
            with self._on_its_way(sent):
                if receipt is None and not self._nonce_is_used(sent):
                    self._fill_before(sent)
                    self._broadcast(sent)
            sent.accepted = False
            with self.connection.nonces_lock:
                nonces = self.connection.nonces
                nonces[self.address] = max(nonces.get(self.address, 0), sent.nonce + 1)
            return sent
        return None

    def _fill_before(self, sent: Sent) -> None:
        """Nothing waits for ever behind nonces that were lost: they go to payments of nothing to the account itself."""
        counted = self.connection.nonce(self.address, "pending")
        known = {other.nonce for other in self._remembered()}
        for nonce in range(counted, sent.nonce):
            if nonce not in known:
                fees = self._fees()
                filler = Call(self.address, gas=21_000, label=f"fill nonce {nonce}")
                filling = Sent(filler, nonce, 21_000, since=fees.block, max_fee=fees.max_fee, tip=fees.tip)
                self._sign(filling)
                self._remember(filling)
                self._broadcast(filling)


def _hashes(sent: Sent) -> list[str]:
    return ["0x" + keccak(raw).hex() for raw in sent.raws]


def _says(error: RpcError, words: tuple[str, ...]) -> bool:
    said = error.rpc_message.lower()
    return any(each in said for each in words)


def _standing(connection: Connection, address: str, nonce: int, since: int) -> tuple[str, int] | None:
    """The transaction of an account with a nonce, looked for in the blocks, and its block; None when it is in none.

    `since` is a block that is likely to be older. Raises `RpcError`.
    """
    head = connection.block_number()
    low, high = max(0, since - 1), head
    try:
        if low and connection.nonce(address, low) > nonce:
            low = 0
        while low < high:
            middle = (low + high) // 2
            if connection.nonce(address, middle) > nonce:
                high = middle
            else:
                low = middle + 1
        numbers = range(low, low + 1)
    except RpcError:
        # Not every node keeps old states.
        numbers = range(max(0, since - 1, head - DEEP), head + 1)
    for number in numbers:
        for found in connection.block(number, transactions=True)["transactions"]:
            if checksum(found["from"]) == address and int(found["nonce"], 16) == nonce:
                return str(found["hash"]), number
    return None
