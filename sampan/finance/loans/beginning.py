"""Where random acts begin: positions are open to the countries of the cast, and banks let the book take their money."""

from __future__ import annotations

from collections.abc import Iterator

from sampan.finance.loans.subject import LOANS
from sampan.finance.positions.verbs import OpenTo
from sampan.money import rules
from sampan.money.deposits.verbs import Approve
from sampan.money.reserves.beginning import CURRENCIES
from sampan.money.reserves.subject import RESERVES
from sampan.suite.chance import Stage
from sampan.suite.verb import Verb

CONSENT = bytes([7] * 32)


def beginning(stage: Stage) -> Iterator[tuple[str, Verb]]:
    """The acts, each with who does it."""
    yield stage.administrator, OpenTo(tuple(stage.countries[:3]), CONSENT)
    for number in range(len(CURRENCIES) * len(stage.banks)):
        deposit = rules.created(stage.own[RESERVES.contract], number)
        for holder in stage.enrolled:
            yield holder, Approve(deposit, stage.own[LOANS.contract], 1_000_000)
