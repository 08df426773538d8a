"""Raw logs to events, strictly, by the codecs of the subjects and of the manager of powers.

A log that no known event explains is not passed over: it is *unreadable*, and the audit says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sampan.suite.check import Entry
from sampan.suite.events import EVENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sampan.audit.raw import RawLog
    from sampan.suite.codec import Codec, Log
    from sampan.suite.event import Event
    from sampan.suite.verb import Suite


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A log that cannot be an event of this code: where it stands, who emitted it, and why not."""

    block: int
    index: int
    contract: str
    why: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """All events of a ledger in order, and the logs that are none."""

    entries: list[Entry] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)


class Decoder:
    """Decodes the logs of several contracts, each with the codec of all events that its address may emit."""

    def __init__(self, contracts: Mapping[str, tuple[str, Codec]], suite: Suite) -> None:
        """`contracts`: name to address and codec; `suite` declares their events."""
        kinds = {kind.SIGNATURE: kind for kind in (*EVENTS.values(), *suite.facts)}
        self._contracts: dict[bytes, tuple[str, dict[bytes, tuple[type[Event], Log]]]] = {}
        for name, (address, codec) in contracts.items():
            forms = {topic: (kinds[log.signature], log) for topic, log in codec.logs.items()}
            self._contracts[bytes.fromhex(address[2:])] = (name, forms)

    def decode(self, logs: Iterable[RawLog], times: Mapping[int, int]) -> Decoded:
        """All events of logs that come in order; `times` gives each block's time."""
        done = Decoded()
        for log in logs:
            contract, forms = self._contracts[log.address]
            known = forms.get(log.topics[:32])
            if known is None:
                why = f"no event of this code begins with 0x{log.topics[:32].hex()}"
                done.unreadable.append(Unreadable(log.block, log.log_index, contract, why))
                continue
            kind, form = known
            try:
                event = kind(*form.strictly(log.topics[32:], log.data))
            except ValueError as error:
                why = f"{form.name} that cannot be decoded: {error}"
                done.unreadable.append(Unreadable(log.block, log.log_index, contract, why))
                continue
            transaction = "0x" + log.transaction.hex()
            done.entries.append(Entry(event, log.block, log.log_index, times[log.block], transaction, contract))
        return done
