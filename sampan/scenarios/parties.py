"""Who takes part in the scenarios: invented companies, with LEIs whose check digits hold.

A Shanghai maker (the shipper) sells FOB to a Hong Kong trader, who sells CIF to a Rotterdam importer; a Hong Kong bank
finances the trader; a Singapore line carries; the importer's bank settles with the same agent. No such company exists:
their LEIs start with SAMPAN, the lines' SMDG codes are made up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sampan.chain.accounts import COMPANIES
from sampan.documents.identifiers import lei_check_digits
from sampan.suite.words import Receiving, RecordLaw, Role

CARRIER_ROLES = Role.ISSUE | Role.ANSWER | Role.MOVE | Role.TERMS
TRADER_ROLES = Role.MOVE | Role.TERMS
BANK_ROLES = Role.MOVE | Role.TERMS | Role.BANK
PRODUCER_ROLES = Role.PRODUCE | Role.TERMS


@dataclass(frozen=True, slots=True)
class Party:
    """Who is enrolled: its role, company, LEI (20 characters), country (ISO 3166 alpha-2), roles, carrier code (list
    and code), the laws of the record under which its cover stands, and the LEI of its ultimate parent, where that is
    another."""

    role: str
    company: str
    lei: str
    country: str
    roles: Role = TRADER_ROLES
    receiving: Receiving = Receiving.ANYONE
    code: tuple[str, str] | None = None
    laws: tuple[RecordLaw, ...] = ()
    parent: str | None = None


def full_lei(stem: str) -> str:
    """An LEI from its first 18 characters."""
    return stem + lei_check_digits(stem)


def _invented(role: str, lei: str, country: str, roles: Role = TRADER_ROLES, **more: Any) -> Party:
    """One of the invented companies, by its LEI."""
    return Party(role, COMPANIES[lei], lei, country, roles, **more)


CARRIER = _invented(
    "carrier",
    "SAMPAN00CARRIER00006",
    "SG",
    CARRIER_ROLES,
    code=("SMDG", "XLL"),
    laws=(RecordLaw.SINGAPORE_ETA,),
)
SHIPPER = _invented("shipper", "SAMPAN00SHIPPER00057", "CN")
TRADER = _invented("trader", "SAMPAN000TRADER00089", "HK")
BANK = _invented("bank", "SAMPAN0000BANK000038", "HK", BANK_ROLES, receiving=Receiving.SIGNED_ONLY)
IMPORTER = _invented("importer", "SAMPAN00IMPORTER0003", "NL")
_CONSIGNEE = _invented("consignee", "SAMPAN0CONSIGNEE0006", "NL")
_OTHER_CARRIER = _invented(
    "other_carrier",
    "SAMPAN00CARRIER20085",
    "HK",
    CARRIER_ROLES,
    code=("SMDG", "XBM"),
    laws=(RecordLaw.ENGLISH_ETDA_2023, RecordLaw.SINGAPORE_ETA),
)

TRADE: dict[str, Party] = {party.role: party for party in (CARRIER, SHIPPER, TRADER, BANK, IMPORTER)}
"""The parties of the trade by role, in the order in which the bill meets them."""
PARTIES: dict[str, Party] = {**TRADE, "consignee": _CONSIGNEE, "other_carrier": _OTHER_CARRIER}
"""The parties that `SampanChain` enrols, in this order."""
_BANK_SECOND = _invented("bank_second", "SAMPAN000RIJNMOND094", "NL", BANK_ROLES, receiving=Receiving.SIGNED_ONLY)
_CENTRAL_BANK = _invented("central_bank", "SAMPAN00SETTLEMENT17", "HK", BANK_ROLES, receiving=Receiving.SIGNED_ONLY)
_PRODUCERS = (
    _invented("terminal", "SAMPAN0YANGSHANTER45", "CN", PRODUCER_ROLES),
    _invented("far_terminal", "SAMPAN0MAASVLAKTE015", "NL", PRODUCER_ROLES),
    _invented("customs", "SAMPAN0SHANGHAICUS14", "CN", PRODUCER_ROLES),
    _invented("inspector", "SAMPAN00SURVEYOR0063", "HK", PRODUCER_ROLES),
    _invented("insurer", "SAMPAN000INSURER0067", "HK", PRODUCER_ROLES),
    _invented("own_terminal", "SAMPAN0LANTERNTERM53", "CN", PRODUCER_ROLES, parent=CARRIER.lei),
)
_SECURITY_AGENT = _invented("security_agent", "SAMPAN00SECAGENT0066", "HK", BANK_ROLES)
CAST: dict[str, Party] = {
    **PARTIES,
    "bank_second": _BANK_SECOND,
    "central_bank": _CENTRAL_BANK,
    "security_agent": _SECURITY_AGENT,
    **{party.role: party for party in _PRODUCERS},
}
"""Whom scenarios know by name: those, the importer's bank, the settlement agent of Hong Kong dollars, who holds bills
for lenders, and who reports cargo: terminals in Shanghai and Rotterdam, one of the carrier's own group, customs, a
surveyor, an insurer."""
