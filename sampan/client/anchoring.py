"""A producer's sealed batches, anchored in order: whatever run was killed where, none is lost, anchored twice or out of
order.

A batch is marked as sent before it leaves. What an earlier run sent and did not see the end of is waited for
first, found in the log, and adopted: the contract takes the next of a producer alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from sampan.cargo.storage import header_hash
from sampan.client.errors import BatchRefused
from sampan.client.facts import CARGO
from sampan.errors import AnswerIsNo
from sampan.suite import events
from sampan.suite.refusals import OutOfSequence

if TYPE_CHECKING:
    from sampan.client.core import VerbCall
    from sampan.client.ledger import Ledger
    from sampan.client.records import Act
    from sampan.tracking.outbox import Batch, Outbox

TOGETHER: Final = 100
"""Batches that are marked and sent at once, in as few transactions as they fit into."""
_UNKNOWN: Final = bytes(32)
"""The transaction of a batch that is about to leave: it is signed while it is sent."""
_TRIES: Final = 3


@dataclass(slots=True)
class Anchored:
    """What a run did: how many batches the chain had already, and the acts with which it anchored the others."""

    adopted: int
    acts: list[Act]
    batches: int


def anchor(ledger: Ledger, outbox: Outbox, advance: Callable[[int], object] = lambda count: None) -> Anchored:
    """Anchor every sealed batch of a store, by the account that signs here; `advance` is told of each that stands.

    Raises `AnswerIsNo` where the chain and the store are not of one producer, a named refusal where it may not act.
    """
    done = Anchored(adopt(ledger, outbox, advance), [], 0)
    for _ in range(_TRIES):
        try:
            for part in _parts(outbox):
                _send(ledger, outbox, part, done, advance)
            break
        except (BatchRefused, OutOfSequence) as error:
            refusal = error.refusal if isinstance(error, BatchRefused) else error
            # An earlier run's transaction came into a block meanwhile.
            if not isinstance(refusal, OutOfSequence) or not (found := adopt(ledger, outbox, advance)):
                raise
            done.adopted += found
    return done


def calls(ledger: Ledger, outbox: Outbox) -> list[VerbCall]:
    """The calls that anchor the next batches of a store, which the chain does not have."""
    there = count(ledger, outbox)
    waiting = (batch for batch in outbox.unanchored() if batch.sequence > there)
    return [_call(ledger, batch) for batch in islice(waiting, TOGETHER)]


def count(ledger: Ledger, outbox: Outbox) -> int:
    """How many batches the chain has of the producer. Raises `AnswerIsNo` for a number that the store cannot have."""
    producer = ledger.account(ledger.address).participant
    there = int(ledger.ask("batches", producer, contract=CARGO))
    status = outbox.status()
    sealed = status.sealed + status.sent + status.anchored
    if there > sealed or there < status.anchored:
        few = f"{status.anchored:,} of its batches are anchored" if there < status.anchored else f"it has {sealed:,}"
        raise AnswerIsNo(
            f"the chain has {there:,} batches of {ledger.names.participant(producer)}, and by this store {few}",
            subject=str(outbox.path),
            hint="is this the store of this producer, on this chain? one that came from a backup lacks what followed",
            code="cargo.anchor",
        )
    if status.anchored:
        last = outbox.batch(status.anchored)
        if bytes(ledger.ask("headerOf", producer, last.sequence, contract=CARGO)) != header_hash(last.header):
            raise AnswerIsNo(
                f"the chain has another batch under number {last.sequence} than this store anchored",
                subject=str(outbox.path),
                hint="is this the chain, and the producer, for which the store was anchored?",
                code="cargo.anchor",
            )
    return there


def adopt(ledger: Ledger, outbox: Outbox, advance: Callable[[int], object] = lambda count: None) -> int:
    """Take for anchored what the chain has of a store's batches; how many.

    What an earlier run sent, and did not see stand, is waited for first.
    """
    ledger.wait_for_begun("anchor")
    there = count(ledger, outbox)
    waiting = [batch for batch in outbox.unanchored() if batch.sequence <= there]
    if not waiting:
        return 0
    producer = ledger.account(ledger.address).participant
    headers = ledger.headers(producer, [batch.sequence for batch in waiting])
    for batch in waiting:
        outbox.adopt(batch.sequence, headers[batch.sequence])
        advance(1)
    return len(waiting)


def _parts(outbox: Outbox) -> Iterator[list[Batch]]:
    waiting = iter(outbox.unanchored())
    while part := [*islice(waiting, TOGETHER)]:
        yield part


def _call(ledger: Ledger, batch: Batch) -> VerbCall:
    sequence, root, events_, earliest, latest, locator = batch.arguments
    return ledger.cargo_log.calls.anchor(
        sequence, root=root, count=events_, earliest=earliest, latest=latest, locator=locator
    )


def _send(ledger: Ledger, outbox: Outbox, part: list[Batch], done: Anchored, advance: Callable[[int], object]) -> None:
    """Mark batches as sent, send them, and mark each that stands."""
    for batch in part:
        outbox.sent(batch.sequence, _UNKNOWN)

    def stands(act: Act) -> None:
        for event in act.all(events.Anchored):
            outbox.sent(event.sequence, bytes.fromhex(str(act.transaction)[2:]))
            outbox.anchored(event.sequence, event.header.anchored_at)
            done.batches += 1
            advance(1)

    done.acts += ledger.do_all([_call(ledger, batch) for batch in part], done=stands)
