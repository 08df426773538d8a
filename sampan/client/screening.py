"""Screening an act before it is sent: on the user's own lists, into the user's own record (T35).

A hit holds the act that its user was about to send, and nothing else: no bill moves by it, nobody else is stopped or
told. Exits are told of and go through, since restitution is nothing new (P12).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sampan.client import parties
from sampan.errors import AnswerIsNo
from sampan.screening import record
from sampan.screening.lists import ScreeningList, read_all
from sampan.screening.match import Hit, Party, match
from sampan.screening.record import Decision, Screened, Source
from sampan.suite.tell import bill_name

if TYPE_CHECKING:
    from sampan.client.core import VerbCall
    from sampan.client.reading import Reading
    from sampan.config import Settings


class Held(AnswerIsNo):
    """An act was not sent, for somebody whom it is about is on one of the user's own lists: `hits` say who."""

    code = "screening.held"

    def __init__(self, hits: Sequence[Hit], *, subject: str, file: Path) -> None:
        super().__init__(
            f"held, nothing was sent: {'; '.join(map(str, hits))}",
            subject=subject,
            hint="if it is not the same, or you may all the same: --despite REASON (`Ledger.despite` in Python), and"
            f" the reason goes to {file}; else decline, or give back",
        )
        self.hits = tuple(hits)


@dataclass(frozen=True, slots=True)
class Screening:
    """Against which lists acts are screened, files or folders, and where that is recorded."""

    lists: tuple[Path, ...]
    record: Path

    @classmethod
    def of(cls, settings: Settings) -> Screening | None:
        """As the settings say; None where they name no lists."""
        given, file = settings.paths("screening_lists"), settings.path("screening_record")
        return cls(given, file) if given and file is not None else None

    def look(
        self, ledger: Reading, calls: Sequence[VerbCall], *, sends: bool, despite: str | None
    ) -> list[VerbCall | Held]:
        """Each call as it may be sent, with what is to be told of it, or the error that holds it.

        `sends`: something comes of it, now or elsewhere; else it is told of, and held never. Raises `BadInput` and
        `Missing` for a list that cannot be read and a record that cannot be written, and then nothing may be sent.
        """
        against = read_all(self.lists)
        block = ledger.connection.block_number()
        found = parties.of(ledger, [parties.named(call) for call in calls])
        answers: list[VerbCall | Held] = []
        screened: list[Screened] = []
        for call, whom in zip(calls, found, strict=True):
            hits = match(whom, against)
            decision = _decision(hits, call, sends=sends, despite=despite)
            reason = despite if decision is Decision.DESPITE else None
            screened.append(self._line(ledger, call, block, whom, against, hits, decision, reason))
            if decision is Decision.HELD:
                answers.append(Held(hits, subject=ledger.label(call), file=self.record))
            else:
                told = tuple(f"{_TOLD[decision]}: {hit}" for hit in hits)
                answers.append(replace(call, screened=True, warnings=(*call.warnings, *told)))
        record.append(self.record, screened)
        return answers

    @staticmethod
    def _line(
        ledger: Reading,
        call: VerbCall,
        block: int,
        whom: Sequence[Party],
        against: Sequence[ScreeningList],
        hits: tuple[Hit, ...],
        decision: Decision,
        reason: str | None,
    ) -> Screened:
        connection = ledger.connection
        return Screened(
            time=datetime.now(UTC),
            network=connection.network.name,
            chain_id=connection.chain_id,
            ledger=ledger.ledger_address,
            block=block,
            sender=ledger.signs_as,
            act=ledger.label(call),
            bills=tuple(map(bill_name, parties.named(call).bills)),
            parties=tuple(whom),
            lists=tuple(map(Source.of, against)),
            hits=hits,
            decision=decision,
            reason=reason,
        )


_TOLD = {
    Decision.DESPITE: "screened, and goes on despite",
    Decision.EXIT: "screened, and not held, since it gives nothing new",
    Decision.DRY_RUN: "screened: it would be held",
}


def _decision(hits: Sequence[Hit], call: VerbCall, *, sends: bool, despite: str | None) -> Decision:
    if not hits:
        return Decision.CLEAR
    if parties.is_exit(call):
        return Decision.EXIT
    if not sends:
        return Decision.DRY_RUN
    return Decision.HELD if despite is None else Decision.DESPITE
