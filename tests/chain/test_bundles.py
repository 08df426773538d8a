"""Many questions in one call: the same answers as one by one, also where a node gives little gas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from sampan.chain import abi, bundles
from sampan.chain.connection import Connection
from sampan.deployment.powers import STRANGER, UNAUTHORIZED
from sampan.testing import SampanChain
from sampan.toolchain import artifacts


class Watched:
    """The chain in process as a node of its own, which gives a call so much gas."""

    name = "watched"

    def __init__(self, chain: SampanChain, gas: int) -> None:
        self.node, self.gas, self.asked = chain.connection.transport, gas, 0

    def request(self, method: str, params: Sequence[Any]) -> dict[str, Any]:
        self.asked += 1
        if method == "eth_call":
            params = [{**params[0], "gas": hex(self.gas)}, *params[1:]]
        answer: dict[str, Any] = self.node.request(method, params)
        return answer

    def batch(self, calls: Sequence[tuple[str, Sequence[Any]]]) -> list[dict[str, Any]]:
        return [self.request(method, params) for method, params in calls]

    def close(self) -> None:
        pass


def calls_of(chain: SampanChain) -> tuple[str, list[bytes]]:
    """Every call of the ledger that changes something, with nothing in it."""
    functions = [each for each in artifacts.load("ILedger").abi if each["type"] == "function"]
    changing = [each for each in functions if each["stateMutability"] not in ("view", "pure")]
    return chain.ledger.ledger_address, [
        abi.encode_call(abi.signature_of(each), *(abi.nothing_of(abi.type_of(entry)) for entry in each["inputs"]))
        for each in changing
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("gas", "together"), [(16_000_000, True), (700_000, False)])
def test_refusals_are_those_of_each_call_alone_however_much_gas_a_node_gives(
    sampan_suite: SampanChain, gas: int, together: bool
) -> None:
    address, calls = calls_of(sampan_suite)
    node = Watched(sampan_suite, gas)
    connection = Connection(node, sampan_suite.connection.network)

    found = list(bundles.refusals(connection, address, calls, STRANGER))

    assert found.count(UNAUTHORIZED) > 5
    assert b"" in found
    assert found == list(bundles._refusals_one_by_one(connection, address, calls, STRANGER, "latest"))
    assert (node.asked == 1 + len(calls)) is together


@pytest.mark.slow
def test_views_are_those_of_each_call_alone(sampan_suite: SampanChain) -> None:
    address = sampan_suite.ledger.ledger_address
    asked = [abi.encode_call("participant(uint256)", number) for number in range(60)]
    refused = abi.encode_call("ownerOf(uint256)", 7)
    node = Watched(sampan_suite, 16_000_000)
    connection = Connection(node, sampan_suite.connection.network)

    alone = list(bundles.views(sampan_suite.connection, address, [*asked, refused]))

    assert list(bundles.views(connection, address, asked)) == alone[:-1]
    assert node.asked == 2
    assert list(bundles.views(connection, address, [*asked, refused])) == alone
    assert alone[-1] is None
