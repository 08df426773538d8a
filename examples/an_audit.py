"""An audit of a ledger that one does not trust: rebuilt from its log alone; and of one whose node hides an event."""

from collections.abc import Sequence
from typing import Any

from sampan.audit.run import audit
from sampan.chain.connection import Connection
from sampan.scenarios.samples import read_sample
from sampan.scenarios.stage import SampanChain


class ForgetfulNode:
    """A node that answers like another, but leaves the last event out of every answer."""

    def __init__(self, node: Any) -> None:
        self.node = node
        self.name = node.name

    def request(self, method: str, params: Sequence[Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self.node.request(method, params)
        return {**answer, "result": answer["result"][:-1]} if method == "eth_getLogs" else answer

    def batch(self, calls: Sequence[tuple[str, Sequence[Any]]]) -> list[dict[str, Any]]:
        return [self.request(method, params) for method, params in calls]

    def close(self) -> None:
        self.node.close()


def main() -> None:
    chain = SampanChain()
    carrier, shipper = map(chain.as_role, ("carrier", "shipper"))
    bill = carrier.bills.issue(read_sample("split"), to=shipper, carriage_law="SG").bill
    shipper.bills.transfer(bill, to="trader")

    report = audit(chain.connection, chain.manifest)
    print(f"an honest node: reconciled {report.reconciled}, {len(report.findings)} findings")

    # The transfer is missing from the log. Every act of a bill is counted in its storage, so that the gap shows.
    liar = Connection(ForgetfulNode(chain.connection.transport), chain.connection.network)
    report = audit(liar, chain.manifest)
    print(f"a forgetful node: reconciled {report.reconciled}")
    for finding in report.findings:
        print(f"{finding.id} ({finding.level}): {finding.subject} {finding.message}")
    chain.close()


if __name__ == "__main__":
    main()
