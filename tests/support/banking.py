"""Banks, their settlement agent and the sale, as the client meets them: two banks in one book, a sale that is
listed."""

from __future__ import annotations

from datetime import timedelta

from sampan.scenarios.parties import BANK_ROLES, Party, full_lei
from sampan.scenarios.stage import SampanChain
from sampan.suite.words import Kind, Receiving
from sampan.testing import bare_terms

AGENT = Party(
    "central_bank", "Monetary Authority", full_lei("SAMPAN0MONETARY0AU"), "HK", BANK_ROLES, Receiving.SIGNED_ONLY
)
SECOND = Party("issuing_bank", "Second Bank", full_lei("SAMPAN0SECOND0BANK"), "HK", BANK_ROLES, Receiving.SIGNED_ONLY)
HKD, OTHER_HKD, CNH = "HKD@bank", "HKD@issuing_bank", "CNH@bank"
"""Deposits of the two banks, as they are named."""
COUNTRIES = ["CN", "HK", "NL", "SG"]


def bank(chain: SampanChain) -> None:
    """Two banks in one book of Hong Kong dollars with reserves of ten million each, one in a book of renminbi; the
    importer has two million at the second bank; the sale takes bills of four countries."""
    for party in (AGENT, SECOND):
        chain.enrol(party)
    agent = chain.as_role("central_bank")
    agent.reserves.open_book("HKD", decimals=2)
    agent.reserves.open_book("CNH", decimals=2)
    for role, currency in (("bank", "HKD"), ("issuing_bank", "HKD"), ("bank", "CNH")):
        chain.as_role(role).reserves.open_deposit("central_bank", currency)
    for money in (HKD, OTHER_HKD, CNH):
        agent.reserves.admit(money)
        agent.reserves.issue_reserves(money, "10,000,000.00")
    chain.as_role("issuing_bank").deposit.issue(OTHER_HKD, "importer", "HKD 2,000,000.00")
    lister = chain.as_role("room_lister")
    for _ in range(2):
        # Announced, and carried out two days later.
        lister.bills.list_room(chain.ledger.address_in("Sale"), COUNTRIES)
        chain.advance(timedelta(days=2))


def bills(chain: SampanChain, *references: str, kind: Kind = Kind.ORDER) -> list[int]:
    """Bills to the order of the shipper, with it."""
    carrier = chain.as_role("carrier")
    titled = None if kind is Kind.BLANK else "shipper"
    return [
        carrier.bills.issue(bare_terms(carrier, each, kind=kind, titleholder=titled), "shipper").bill
        for each in references
    ]
