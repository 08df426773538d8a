"""Who may act and who may receive, at each event, told from identity's events alone (P12).

A second telling beside the model's, short on purpose: the check of standing should not depend on what it checks.
"""

from __future__ import annotations

from dataclasses import dataclass

from sampan.suite import events as ev
from sampan.suite.event import Event

_ROOM = 0


@dataclass(slots=True)
class _Person:
    suspended_until: int = 0
    winding_down: bool = False


@dataclass(slots=True)
class _Account:
    participant: int
    living: bool = True
    listed: bool = True


class Standing:
    """Feed it every event of the ledger in order with `hear`; ask it between two."""

    def __init__(self) -> None:
        self._persons: dict[int, _Person] = {}
        self._accounts: dict[str, _Account] = {}

    def participant(self, address: str) -> int | None:
        """The participant of an account, living or ended; 0 for a room; None for an address that is neither."""
        account = self._accounts.get(address)
        return None if account is None else account.participant

    def is_room(self, address: str) -> bool:
        """Whether it is a room, listed or delisted."""
        return self.participant(address) == _ROOM

    def may_not_act(self, address: str, time: int) -> str | None:
        """Why an address may not act at a time; None when it may."""
        account = self._accounts.get(address)
        if account is None:
            return "is no account"
        if not account.living:
            return "was removed or recovered"
        return self._suspended(account.participant, time)

    def may_not_receive(self, address: str, time: int) -> str | None:
        """Why an address may be given nothing new at a time; None when it may."""
        account = self._accounts.get(address)
        if account is not None and account.participant == _ROOM and not account.listed:
            return "is a room that is delisted"
        return self.may_not_act(address, time) or self._winds_down(self._accounts[address].participant)

    def person_may_not_receive(self, participant: int, time: int) -> str | None:
        """Why a participant may be given nothing new at a time; None when it may."""
        if participant not in self._persons:
            return "is no participant"
        return self._suspended(participant, time) or self._winds_down(participant)

    def hear(self, event: Event) -> None:
        """Take an event in."""
        match event:
            case ev.ParticipantEnrolled():
                self._persons[event.participant] = _Person()
            case ev.AccountAdded():
                self._accounts[event.account] = _Account(event.participant)
            case ev.AccountRemoved():
                self._end(event.account)
            case ev.AccountRecovered():
                self._end(event.lost)
            case ev.ParticipantSuspended():
                self._person(event.participant).suspended_until = event.until
            case ev.SuspensionLifted():
                self._person(event.participant).suspended_until = 0
            case ev.WindingDownSet():
                self._person(event.participant).winding_down = event.winding_down
            case ev.RoomListed():
                self._accounts.setdefault(event.room, _Account(_ROOM)).listed = True
            case ev.RoomDelisted() if not event.countries:
                self._accounts.setdefault(event.room, _Account(_ROOM)).listed = False

    def _person(self, participant: int) -> _Person:
        return self._persons.setdefault(participant, _Person())

    def _end(self, address: str) -> None:
        if address in self._accounts:
            self._accounts[address].living = False

    def _suspended(self, participant: int, time: int) -> str | None:
        person = self._persons.get(participant)
        return "was suspended" if person is not None and time < person.suspended_until else None

    def _winds_down(self, participant: int) -> str | None:
        person = self._persons.get(participant)
        return "winds down" if person is not None and person.winding_down else None
