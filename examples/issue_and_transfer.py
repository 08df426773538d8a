"""A bill from its document to the bank: issued, transferred, endorsed to a bank that takes only what it signed for."""

from sampan.client import Endorsement
from sampan.client.errors import AgreementRequired
from sampan.scenarios.samples import read_sample
from sampan.scenarios.stage import SampanChain


def main() -> None:
    chain = SampanChain()
    carrier, shipper, trader, bank = map(chain.as_role, ("carrier", "shipper", "trader", "bank"))

    # The document is checked, put under a Merkle root and hashed; the bill's id follows from carrier and reference.
    bill = carrier.bills.issue(read_sample("to-order"), to=shipper, carriage_law="SG").bill

    # It is to the trader's order. A plain transfer gives possession; title is the trader's already.
    shipper.bills.transfer(bill, to=trader)

    # A bank is given nothing that it has not agreed to: the ledger refuses, and says what would be right.
    pledge = trader.bills.calls.endorse(bill, Endorsement.TO_ORDER, bank, to=bank)
    try:
        trader.do(pledge)
    except AgreementRequired as refusal:
        print(f"refused: {refusal}")

    # The bank signs, and its agreement is shown in the same transaction.
    trader.do(pledge.agreed(*bank.agree_to(pledge)))
    print(bank.history(bill))
    chain.close()


if __name__ == "__main__":
    main()
