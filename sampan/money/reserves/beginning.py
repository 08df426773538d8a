"""Where random acts begin: two banks, each with deposits in two currencies of one settlement agent, and money there."""

from __future__ import annotations

from collections.abc import Iterator

from sampan.money import rules
from sampan.money.deposits.verbs import Approve, Issue
from sampan.money.reserves.subject import RESERVES
from sampan.money.reserves.verbs import Admit, IssueReserves, OpenBook, OpenDeposit
from sampan.suite.chance import Stage
from sampan.suite.verb import Verb

CURRENCIES = ("HKD", "CNH")
SPENDERS = ("Exchange", "Sale", "Positions")
"""Contracts that everybody allows to pay."""


def beginning(stage: Stage) -> Iterator[tuple[str, Verb]]:
    """The acts, each with who does it."""
    agent, number = stage.banks[0]
    count = 0
    for currency in CURRENCIES:
        yield agent, OpenBook(currency, 2)
        for bank, _ in stage.banks:
            yield bank, OpenDeposit(number, currency, "")
            deposit = rules.created(stage.own[RESERVES.contract], count)
            count += 1
            yield agent, Admit(deposit, True)
            yield agent, IssueReserves(deposit, 1_000_000)
            for holder in stage.enrolled:
                yield bank, Issue(deposit, holder, 10_000)
                for name in SPENDERS:
                    if name in stage.own:
                        yield holder, Approve(deposit, stage.own[name], 1_000_000)
