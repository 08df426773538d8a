"""How a producer anchors what it knows."""

from __future__ import annotations

from collections.abc import Iterator

from sampan.cargo.records import Cargo, Header
from sampan.cargo.rules import producer_of
from sampan.cargo.subject import CARGO
from sampan.model.perform import At
from sampan.model.replay import Log
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.tell import Names
from sampan.suite.verb import Refusal, Verb, arg

CARGO.struct(Header)


@CARGO.verb("anchor", label="anchor batch {sequence} of {count} events")
class Anchor(Verb):
    """Anchor a batch of events by its root: the next of its producer, so that none is anchored twice."""

    sequence: int = arg(kinds.NUMBER)
    root: bytes = arg(kinds.HASH)
    count: int = arg(kinds.NUMBER)
    earliest: int = arg(kinds.TIME)
    latest: int = arg(kinds.TIME)
    locator: bytes = arg(kinds.HASH, bytes(32))

    def may(self, at: At) -> ev.Anchored:
        state = at.state
        producer = producer_of(state, at.sender)
        if not any(self.root) or not self.count:
            raise Refusal("EmptyBatch")
        if self.earliest > self.latest:
            raise Refusal("RangeUnfit", self.earliest, self.latest)
        following = state.batch_count.get(producer, 0) + 1
        if self.sequence != following:
            raise Refusal("OutOfSequence", producer, following, self.sequence)
        header = Header(self.root, self.count, self.earliest, self.latest, state.now, self.locator)
        return ev.Anchored(producer, following, header, at.sender)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e: ev.Anchored = log.first
        header = e.header
        yield e.by, cls(e.sequence, header.root, header.count, header.earliest, header.latest, header.locator)


def _told(e: ev.Anchored, names: Names) -> str:
    count = f"{e.header.count:,} event{'' if e.header.count == 1 else 's'}"
    return f"{names.participant(e.producer)} anchored batch {e.sequence}, of {count}"


@CARGO.event(ev.Anchored, _told)
def anchored(state: Cargo, e: ev.Anchored) -> None:
    state.put(state.batch_count, e.producer, e.sequence)
    state.put(state.batches, (e.producer, e.sequence), e.header)
