"""Who takes part in the scenarios: invented companies, with LEIs whose check digits hold.

A Shanghai maker (the shipper) sells FOB to a Hong Kong trader, who sells CIF to a Rotterdam importer; a Hong Kong bank
finances the trader; a Singapore line carries. No such company exists: their LEIs start with SAMPAN, the line's SMDG
code is made up.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Party:
    """A legal person of the scenarios: its role, name, LEI (20 characters), country (ISO 3166 alpha-2)."""

    role: str
    name: str
    lei: str
    country: str
    carrier_code: str | None = None
    carrier_code_list: str | None = None


CARRIER = Party("carrier", "Lantern Line Pte. Ltd.", "SAMPAN00CARRIER00006", "SG", "XLL", "SMDG")
SHIPPER = Party("shipper", "Shanghai Qinglan Appliance Co., Ltd.", "SAMPAN00SHIPPER00057", "CN")
TRADER = Party("trader", "Kwun Lung Merchants Limited", "SAMPAN000TRADER00089", "HK")
BANK = Party("bank", "Bank of Lantau Harbour Limited", "SAMPAN0000BANK000038", "HK")
IMPORTER = Party("importer", "Maaskade Huishoud B.V.", "SAMPAN00IMPORTER0003", "NL")

PARTIES: dict[str, Party] = {party.role: party for party in (CARRIER, SHIPPER, TRADER, BANK, IMPORTER)}
"""The parties by role, in the order in which the bill meets them."""
