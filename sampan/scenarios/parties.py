"""Who takes part in the scenarios: invented companies, with LEIs whose check digits hold.

A Shanghai maker (the shipper) sells FOB to a Hong Kong trader, who sells CIF to a Rotterdam importer; a Hong Kong bank
finances the trader; a Singapore line carries. No such company exists: their LEIs start with SAMPAN, the lines' SMDG
codes are made up.
"""

from __future__ import annotations

from dataclasses import dataclass

from sampan.documents.identifiers import lei_check_digits
from sampan.suite.words import Receiving, RecordLaw, Role

CARRIER_ROLES = Role.ISSUE | Role.ANSWER | Role.MOVE | Role.TERMS
TRADER_ROLES = Role.MOVE | Role.TERMS
BANK_ROLES = Role.MOVE | Role.TERMS | Role.BANK


@dataclass(frozen=True, slots=True)
class Party:
    """Who is enrolled: its role, company, LEI (20 characters), country (ISO 3166 alpha-2), roles, carrier code (list
    and code), and the laws of the record under which its cover stands."""

    role: str
    company: str
    lei: str
    country: str
    roles: Role = TRADER_ROLES
    receiving: Receiving = Receiving.ANYONE
    code: tuple[str, str] | None = None
    laws: tuple[RecordLaw, ...] = ()


def full_lei(stem: str) -> str:
    """An LEI from its first 18 characters."""
    return stem + lei_check_digits(stem)


CARRIER = Party(
    "carrier",
    "Lantern Line Pte. Ltd.",
    "SAMPAN00CARRIER00006",
    "SG",
    CARRIER_ROLES,
    code=("SMDG", "XLL"),
    laws=(RecordLaw.SINGAPORE_ETA,),
)
SHIPPER = Party("shipper", "Shanghai Qinglan Appliance Co., Ltd.", "SAMPAN00SHIPPER00057", "CN")
TRADER = Party("trader", "Kwun Lung Merchants Limited", "SAMPAN000TRADER00089", "HK")
BANK = Party("bank", "Bank of Lantau Harbour Limited", "SAMPAN0000BANK000038", "HK", BANK_ROLES, Receiving.SIGNED_ONLY)
IMPORTER = Party("importer", "Maaskade Huishoud B.V.", "SAMPAN00IMPORTER0003", "NL")
_CONSIGNEE = Party("consignee", "Rijnhaven Distributie B.V.", full_lei("SAMPAN0CONSIGNEE00"), "NL")
_OTHER_CARRIER = Party(
    "other_carrier",
    "Beacon Maritime Limited",
    full_lei("SAMPAN00CARRIER200"),
    "HK",
    CARRIER_ROLES,
    code=("SMDG", "XBM"),
    laws=(RecordLaw.ENGLISH_ETDA_2023, RecordLaw.SINGAPORE_ETA),
)

TRADE: dict[str, Party] = {party.role: party for party in (CARRIER, SHIPPER, TRADER, BANK, IMPORTER)}
"""The parties of the trade by role, in the order in which the bill meets them."""
PARTIES: dict[str, Party] = {**TRADE, "consignee": _CONSIGNEE, "other_carrier": _OTHER_CARRIER}
"""The parties that `SampanChain` enrols, in this order."""
