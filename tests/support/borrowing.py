"""A facility of the loan book, as the client meets it: two banks lend to the shipper, an agent holds its bills."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from support.banking import COUNTRIES, HKD, OTHER_HKD

from sampan.chain.tester import GENESIS_TIME
from sampan.client.ledger import Ledger
from sampan.client.papers import Paper
from sampan.finance.loans.terms import Facility
from sampan.finance.registrations.records import Print
from sampan.keccak import keccak
from sampan.scenarios.parties import BANK_ROLES, Party, full_lei
from sampan.scenarios.stage import SampanChain
from sampan.suite.words import DayCount, Receiving

AGENT = Party("security_agent", "Security Agent", full_lei("SAMPAN0SECURITY0AG"), "HK", BANK_ROLES, Receiving.ANYONE)
LENDERS = ("bank", "issuing_bank")
_DAY = GENESIS_TIME // 86_400 + 30
"""Of departure."""


def lend(chain: SampanChain) -> None:
    """The loan book takes bills of four countries, positions are open to them; both banks have a million at the first
    bank and let the book take it, and so does the shipper."""
    chain.enrol(AGENT)
    lister = chain.as_role("room_lister")
    for _ in range(2):
        # Announced, and carried out two days later.
        lister.bills.list_room(chain.ledger.address_in("LoanBook"), COUNTRIES)
        lister.positions.open_to(COUNTRIES, consent=keccak(b"consent to lenders of four countries"))
        chain.advance(timedelta(days=2))
    bank = chain.as_role("bank")
    for role in (*LENDERS, "shipper"):
        bank.deposit.issue(HKD, role, "HKD 1,000,000.00")
    for role in LENDERS:
        chain.as_role(role).deposit.allow(HKD, "LoanBook", "any")


def terms(by: Ledger, **changes: Any) -> Facility:
    """600,000 and 400,000 at 5 percent, drawn within sixty days, due in ninety."""
    said: dict[str, Any] = {
        "borrower": "shipper",
        "agent": AGENT.role,
        "lenders": {"bank": "HKD 600,000.00", "issuing_bank": "HKD 400,000.00"},
        "money": HKD,
        "rate": "5",
        "day_count": DayCount.ACT_365_F,
        "available_until": timedelta(days=60),
        "maturity": timedelta(days=90),
        "grace_days": 3,
        "advance": "80",
        "on_trust": "50",
        "agreement": keccak(b"facility agreement"),
    }
    return by.facility_terms(**{**said, **changes})


def signed(chain: SampanChain, made: Facility) -> list[Paper]:
    """By all of them."""
    return [chain.as_role(role).sign_facility(made) for role in ("shipper", AGENT.role, *LENDERS)]


def prints(number: int, count: int = 1) -> list[int]:
    """Of boxes that nobody has pledged, which leave on one day."""
    boxes = [int.from_bytes(keccak(b"box %d %d" % (number, each))[:20], "big") for each in range(count)]
    return [Print(box, _DAY).pack() for box in boxes]


__all__ = ["AGENT", "HKD", "LENDERS", "OTHER_HKD", "lend", "prints", "signed", "terms"]
