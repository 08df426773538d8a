"""Who is who in the log, for the checks of loans: groups, countries, accounts, and in which currency a money is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sampan.identity.checks.standing import Standing
from sampan.suite import events as ev
from sampan.suite.tell import Names, checksum, lei_text


@dataclass(slots=True)
class Persons:
    """Whose group somebody is of, and in which country; told from events alone."""

    names: Names
    parents: dict[int, int] = field(default_factory=dict)
    countries: dict[int, str] = field(default_factory=dict)
    currencies: dict[str, str] = field(default_factory=dict)
    """Deposit or coin → its currency."""
    standing: Standing = field(default_factory=Standing)

    def hear(self, event: Any) -> None:
        """Take an event in."""
        self.standing.hear(event)
        match event:
            case ev.ParticipantEnrolled():
                self.parents[event.participant] = event.parent
                self.countries[event.participant] = event.country
            case ev.ProfileSet():
                self.parents[event.participant] = event.parent
            case ev.DepositOpened():
                self.currencies[event.deposit] = event.currency
            case ev.CoinListed():
                self.currencies[event.coin] = event.currency

    def group(self, participant: int) -> tuple[str, int]:
        """Its ultimate parent; of one without, it alone."""
        parent = self.parents.get(participant, 0)
        return ("group", parent) if parent else ("participant", participant)

    def person(self, account: str) -> int:
        """The participant of an account; 0 of a room, and of what is none."""
        return self.standing.participant(account) or 0

    def told(self, participant: int) -> str:
        """A participant, with its group."""
        parent, name = self.parents.get(participant, 0), self.names.participant(participant)
        return name if not parent or lei_text(parent) == name else f"{name} (group {lei_text(parent)})"

    def currency(self, money: str) -> str:
        """The currency of a money, or its address."""
        return self.currencies.get(money, checksum(money))
