"""What the client reads from logs is held against what the ledger counts (N13): nothing is missing in silence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from sampan.chain.connection import Connection
from sampan.client import wire
from sampan.client.ledger import Ledger
from sampan.errors import ChainError
from sampan.suite import events
from sampan.suite.event import Event
from sampan.suite.words import Endorsement
from sampan.testing import SampanChain, bare_terms

Logs = list[dict[str, Any]]


class Changed:
    """A node whose logs are changed on their way."""

    def __init__(self, chain: SampanChain) -> None:
        self.node = chain.connection.transport
        self.name = self.node.name
        self.change: Callable[[Logs], Logs] = lambda logs: logs

    def request(self, method: str, params: Sequence[Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self.node.request(method, params)
        return {**answer, "result": self.change(answer["result"])} if method == "eth_getLogs" else answer

    def batch(self, calls: Sequence[tuple[str, Sequence[Any]]]) -> list[dict[str, Any]]:
        return [self.request(method, params) for method, params in calls]

    def close(self) -> None:
        pass


@pytest.fixture
def node(sampan_chain: SampanChain) -> Changed:
    return Changed(sampan_chain)


@pytest.fixture
def ledger(sampan_chain: SampanChain, node: Changed) -> Ledger:
    return Ledger.at(Connection(node, sampan_chain.connection.network), sampan_chain.manifest)


@pytest.fixture
def bills(carrier: Ledger, shipper: Ledger, trader: Ledger) -> list[int]:
    """Three bills, the last of which moved twice."""
    issued = [carrier.bills.issue(bare_terms(carrier, f"COUNTED{n}"), shipper).bill for n in range(3)]
    shipper.bills.transfer(issued[2], trader)
    trader.bills.transfer(issued[2], shipper)
    return issued


def hides(kind: type[Event], which: int) -> Callable[[Logs], Logs]:
    """Leaves the which-th event of a type out of every answer that has it."""
    hidden: list[dict[str, Any]] = []

    def change(logs: Logs) -> Logs:
        of_it = [log for log in logs if log["topics"][0] == wire.topic(kind)]
        if not hidden and of_it:
            hidden.append(of_it[which])
        return [log for log in logs if log not in hidden]

    return change


def test_n13_an_act_that_is_missing_from_a_history_is_named(ledger: Ledger, node: Changed, bills: list[int]) -> None:
    assert [entry.act_count for entry in ledger.history(bills[2]).entries if entry.act_count] == [1, 2, 3]
    for which, act in ((0, 2), (-1, 3)):
        node.change = hides(events.Transferred, which)
        with pytest.raises(ChainError, match=f"the logs lack 1 of its 3 acts: {act}") as told:
            ledger.history(bills[2])
        assert (told.value.code, told.value.exit_code) == ("chain.answer", 4)
        assert told.value.subject == ledger.bill(bills[2]).name


def test_n13_an_agreement_that_was_recorded_since_hides_no_act_that_is_missing(
    ledger: Ledger, node: Changed, shipper: Ledger, bank: Ledger, relayer: Ledger, bills: list[int]
) -> None:
    """It has the count of the act before it, and is none."""
    (agreed,) = bank.agree_to(shipper.bills.calls.endorse(bills[2], Endorsement.TO_ORDER, bank, to=bank))
    relayer.bills.record(agreed)
    assert [entry.act_count for entry in ledger.history(bills[2]).entries] == [1, 2, 3, None]
    node.change = hides(events.Transferred, -1)
    with pytest.raises(ChainError, match="the logs lack 1 of its 3 acts: 3"):
        ledger.history(bills[2])


@pytest.mark.slow
@pytest.mark.parametrize("which", [0, 1, -1])
def test_n13_a_bill_that_is_missing_from_the_list_is_said(
    ledger: Ledger, node: Changed, bills: list[int], which: int
) -> None:
    assert ledger.issued() == bills
    node.change = hides(events.Issued, which)
    with pytest.raises(ChainError, match=r"the ledger counts 3 bills that 0x.* issued, the logs tell 2"):
        ledger.issued()


@pytest.mark.slow
def test_n13_bills_that_are_all_missing_are_counted_too(ledger: Ledger, node: Changed, bills: list[int]) -> None:
    node.change = lambda logs: []
    with pytest.raises(ChainError, match="the logs tell 0"):
        ledger.issued()


@pytest.mark.slow
def test_a_node_that_cuts_its_answers_is_read_in_parts(ledger: Ledger, node: Changed, bills: list[int]) -> None:
    whole = ledger.history(bills[2])
    node.change = lambda logs: logs[:2]
    assert ledger.history(bills[2]).entries == whole.entries
    assert ledger.issued() == bills
    assert ledger.connection.cut_at is not None
