"""Raw logs to events, strictly, by the codecs of the subjects and of the manager of powers.

A log that no known event explains is not passed over: it is *unreadable*, and the audit says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from sampan.suite.check import Entry
from sampan.suite.events import EVENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sampan.audit.raw import RawLog
    from sampan.suite.codec import Codec, Log
    from sampan.suite.event import Event
    from sampan.suite.verb import Suite

Forms: TypeAlias = "dict[bytes, tuple[type[Event], Log]]"
"""Topic → the event's type, and how it is read."""


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
    several: dict[str, str] = field(default_factory=dict)
    """Address of each contract that the log told of, in lower case → which contract it is one of."""


class Decoder:
    """Decodes the logs of several contracts, each with the codec of all events that its address may emit."""

    def __init__(self, contracts: Mapping[str, tuple[str, Codec]], suite: Suite) -> None:
        """`contracts`: name to address and codec; `suite` declares their events. Where there are several of a contract
        the address is empty: the log tells them."""
        kinds = {kind.SIGNATURE: kind for kind in EVENTS.values() if not kind.SEVERAL}
        self._announced = suite.announced
        self._forms: dict[str, Forms] = {}
        self._contracts: dict[bytes, str] = {}
        for name, (address, codec) in contracts.items():
            own = {kind.SIGNATURE: kind for subject in suite.subject_of(name) for kind in subject.facts}
            known = kinds | own
            self._forms[name] = {topic: (known[log.signature], log) for topic, log in codec.logs.items()}
            if address:
                self._contracts[bytes.fromhex(address[2:])] = name
        self._told = {name for name, (address, _) in contracts.items() if not address}
        self._telling = {
            topic for forms in self._forms.values() for topic, (kind, _) in forms.items() if kind in self._announced
        }

    @property
    def several(self) -> dict[str, str]:
        """Address of each contract that the log told of, in lower case → which contract it is one of."""
        return {"0x" + address.hex(): name for address, name in self._contracts.items() if name in self._told}

    def announced(self, log: RawLog) -> str | None:
        """The address of one more contract that a log tells of, in lower case; None when it tells of none."""
        if log.topics[:32] not in self._telling:
            return None
        name = self._contracts.get(log.address)
        kind, form = self._forms.get(name or "", {}).get(log.topics[:32], (None, None))
        if kind is None or form is None or kind not in self._announced:
            return None
        try:
            event = kind.logged("0x" + log.address.hex(), form.strictly(log.topics[32:], log.data))
        except ValueError:
            return None
        contract, field = self._announced[kind]
        found: str = getattr(event, field)
        self._contracts.setdefault(bytes.fromhex(found[2:]), contract)
        return found

    def decode(self, logs: Iterable[RawLog], times: Mapping[int, int]) -> Decoded:
        """All events of logs that come in order; `times` gives each block's time."""
        done = Decoded()
        for log in logs:
            self.announced(log)
            contract = self._contracts[log.address]
            known = self._forms[contract].get(log.topics[:32])
            if known is None:
                why = f"no event of this code begins with 0x{log.topics[:32].hex()}"
                done.unreadable.append(Unreadable(log.block, log.log_index, contract, why))
                continue
            kind, form = known
            try:
                event = kind.logged("0x" + log.address.hex(), form.strictly(log.topics[32:], log.data))
            except ValueError as error:
                why = f"{form.name} that cannot be decoded: {error}"
                done.unreadable.append(Unreadable(log.block, log.log_index, contract, why))
                continue
            transaction = "0x" + log.transaction.hex()
            done.entries.append(Entry(event, log.block, log.log_index, times[log.block], transaction, contract))
        done.several.update(self.several)
        return done
