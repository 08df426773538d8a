"""The ledger rebuilt in the reference model, from its events alone.

When an event is impossible it is noted, and its effect is taken all the same, so that the rest of the ledger can still
be rebuilt; but of its subject (the bill, account or participant) nothing that follows is believed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sampan.audit.evidence import LEDGER, Impossible
from sampan.audit.names import bill_name, shown
from sampan.model import apply as model
from sampan.model import effects, events, rules
from sampan.model.state import State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sampan.audit.decoding import Entry


_BESIDE = frozenset({"Transfer", "AuthorityUpdated"})
"""What changes nothing in the model: Transfers, which a check of its own holds against the acts, and who administers,
said once at deployment."""


@dataclass(slots=True)
class Rebuilt:
    """The state after the last event, and what could not have happened, at most one for each subject."""

    state: State = field(default_factory=State)
    impossible: list[Impossible] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    """Subjects of which the rebuilt state is not to be believed."""


def rebuild(entries: Iterable[Entry]) -> Rebuilt:
    """Apply the ledger's events, among all that were read, in their order."""
    done = Rebuilt()
    for entry in entries:
        if entry.contract != LEDGER or entry.name in _BESIDE:
            continue
        try:
            event = events.from_decoded(entry.name, entry.args)
        except (KeyError, ValueError) as error:
            _note(done, entry, f"it is no event of this ledger: {error}")
            continue
        try:
            model.apply(done.state, event, timestamp=entry.time, block=entry.block, log_index=entry.index)
        except model.Impossible as wrong:
            _note(done, entry, wrong.why)
            _go_on(done.state, event, entry.time)
    return done


def _note(done: Rebuilt, entry: Entry, why: str) -> None:
    subject = subject_of(entry)
    if subject not in done.broken:
        done.broken.add(subject)
        done.impossible.append(Impossible(entry, subject, why))


def _go_on(state: State, event: Any, time: int) -> None:
    state.now = max(state.now, time)
    try:
        with state.savepoint():
            effects.change(state, event)
    except (KeyError, rules.Refusal):
        # Not even its effect makes sense here, so it has none.
        return


def subject_of(entry: Entry) -> str:
    """Whom or what an event is about, as findings name it."""
    args = entry.args
    if "bill" in args:
        return bill_name(args["bill"])
    if "tokenId" in args:
        return bill_name(args["tokenId"])
    for name in ("lost", "account", "room", "signer", "owner"):
        if name in args:
            return shown(args[name])
    return participant_name(args["participant"]) if "participant" in args else entry.name


def participant_name(number: int) -> str:
    """A participant as findings name it."""
    return f"participant {number}"
