"""A contract that is no bill, declared once (tests/support/counter.py): its object, its client, its command."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support.counter import ARTIFACT, WITH_COUNTER, Count, Counted

from sampan.chain.abi import encode_call
from sampan.chain.sender import Sender
from sampan.chain.transactions import Call
from sampan.cli import verbs as commands
from sampan.client import generate, verbs, wire
from sampan.client.errors import ContractRefusal
from sampan.client.ledger import Ledger
from sampan.errors import UsageError
from sampan.testing import SampanChain, bare_terms


@pytest.fixture
def counting(sampan_chain: SampanChain, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """The shipper on a ledger whose manifest has the counter too."""
    for module in (verbs, wire):
        monkeypatch.setattr(module, "SUITE", WITH_COUNTER)
    deployer = Sender(sampan_chain.connection, sampan_chain.as_role("deployer").signer)
    receipt = deployer.send(Call(None, ARTIFACT.bytecode))
    assert receipt.contract is not None
    addresses = {**sampan_chain.ledger.addresses, "Counter": receipt.contract}
    yield Ledger(sampan_chain.connection, addresses, signer=sampan_chain.as_role("shipper").signer)
    wire.codec.cache_clear()


def counter(ledger: Ledger) -> Any:
    """The counter's object, as `sampan.client.contracts` makes it."""
    return verbs.contract_of(verbs.calls_of("Counter", suite=WITH_COUNTER))(ledger)


def test_it_acts_and_answers(counting: Ledger) -> None:
    act = counter(counting).count(4)
    assert (act.verb, act.label) == ("count", "count on by 4")
    assert act.event(Counted).total == 4
    assert counter(counting).ask("total") == 4
    assert counter(counting).contract.functions.total().call() == 4


def test_it_is_rehearsed_and_refuses(counting: Ledger) -> None:
    assert counter(counting.rehearsing()).count(3).event(Counted).total == 3
    assert counter(counting).ask("total") == 0
    too_far = 10
    with pytest.raises(ContractRefusal, match=f"count on by {too_far}") as caught:
        counter(counting).count(too_far)
    assert caught.value.data == encode_call("StepOutOfRange(uint256)", too_far)


def test_calls_of_two_contracts_do_not_go_in_one_transaction(counting: Ledger, carrier: Ledger) -> None:
    bill = carrier.bills.issue(bare_terms(carrier, "TWO"), counting.address).bill
    with pytest.raises(UsageError, match="one contract"):
        counting.do_all([counting.bills.calls.sign(bill), counter(counting).calls.count(1)])
    (act,) = counting.do_all([counter(counting).calls.count(step) for step in (1,)])
    assert act.event(Counted).total == 1


def test_it_has_a_command() -> None:
    command = commands.command(Count, "count")
    assert command.help == "Count on."
    asked = {parameter.name: parameter for parameter in command.params}
    assert asked["step"].required
    assert "carrier" not in asked


def test_it_is_in_the_stub_for_type_checkers_and_is_entered_nowhere_for_it() -> None:
    stub = generate.contracts(WITH_COUNTER)
    assert "class CounterCalls(Calls):" in stub
    assert "class Counter(Contract[CounterCalls]):" in stub
    assert "    def count(self, step: int) -> VerbCall:" in stub
    assert "    def counter(self) -> Counter:" in stub
    assert "from sampan.client.verbs import Calls, Contract" in stub


def test_a_type_in_a_method_of_which_nobody_knows_where_it_is_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(verbs.MEANS, "count", verbs.Means("Measure", lambda ledger, value, _: value))
    with pytest.raises(ValueError, match="Measure"):
        generate.contracts(WITH_COUNTER)
