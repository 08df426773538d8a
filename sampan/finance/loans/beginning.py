"""Where random acts begin: the cast lets the book take its money."""

from __future__ import annotations

from collections.abc import Iterator

from sampan.finance.loans.subject import LOANS
from sampan.money import rules
from sampan.money.deposits.verbs import Approve
from sampan.money.reserves.beginning import CURRENCIES
from sampan.money.reserves.subject import RESERVES
from sampan.suite.chance import Stage
from sampan.suite.verb import Verb


def beginning(stage: Stage) -> Iterator[tuple[str, Verb]]:
    """The acts, each with who does it."""
    for number in range(len(CURRENCIES) * len(stage.banks)):
        deposit = rules.created(stage.own[RESERVES.contract], number)
        for holder in stage.enrolled:
            yield holder, Approve(deposit, stage.own[LOANS.contract], 1_000_000)
