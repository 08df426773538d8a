"""Code lists: DCSA's own, as its transport document 3.0.4 names them, and the ISO lists that it refers to.

DCSA enforces few of these by schema; the rest stand in its descriptions ("possible values", "must be one of").
"""

from __future__ import annotations

from typing import Final


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


EBL_PLATFORMS: Final = _codes(
    "WAVE CARX ESSD IDT BOLE EDOX IQAX SECR TRGO ETEU TRAC BRIT COVA ETIT KTNE CRED BLOC DOCU AEOT SGTD"
)
"""DCSA `eblPlatform`: the value must be one of these."""

DEPRECATED_PLATFORMS: Final = {"ESSD": "IDT"}
"""Platform codes that DCSA retired, with the code to use instead."""

CODE_LIST_PROVIDERS: Final = EBL_PLATFORMS | _codes("GSBN WISE GLEIF W3C DNB FMC DCSA ZZZ")
"""DCSA `IdentifyingCode.codeListProvider`."""

DRAFT_STATUSES: Final = frozenset({"DRAFT", "APPROVED"})
"""DCSA `transportDocumentStatus` before issue."""

ISSUED_STATUSES: Final = _codes(
    "ISSUED PENDING_SURRENDER_FOR_AMENDMENT SURRENDERED_FOR_AMENDMENT PENDING_SURRENDER_FOR_DELIVERY "
    "SURRENDERED_FOR_DELIVERY VOIDED"
)
"""DCSA `transportDocumentStatus` from issue on."""

CARGO_MOVEMENTS: Final = frozenset({"FCL", "LCL"})
PERSON_TYPES: Final = frozenset({"NATURAL_PERSON", "LEGAL_PERSON", "ASSOCIATION_OF_PERSONS"})
REFERENCE_TYPES: Final = frozenset({"CR", "AKG"})
CONSIGNMENT_REFERENCE_TYPES: Final = REFERENCE_TYPES | {"SPO", "CPO"}
COMMODITY_CODE_TYPES: Final = _codes("NCM HTS SCHEDULE_B TARIC CN CUS")
WOOD_DECLARATIONS: Final = _codes("NOT_APPLICABLE NOT_TREATED_AND_NOT_CERTIFIED PROCESSED TREATED_AND_CERTIFIED")
SEGREGATION_GROUPS: Final = frozenset(str(group) for group in range(1, 19)) | {"1a"}
CARRIAGE_MODES: Final = _codes("VESSEL RAIL TRUCK BARGE MULTIMODAL")
VESSEL_ROLES: Final = frozenset({"FIRST_SEA_GOING", "MOTHER"})
PARTY_FUNCTIONS: Final = _codes("SCO DDR DDS COW COX")
INHALATION_ZONES: Final = frozenset("ABCD")

GENERAL_TERMS: Final = frozenset(
    {"consolidated", "consolidated cargo", "general cargo", "parts", "freight of all kinds", "fak"}
)
"""Descriptions of goods that DCSA's text says cannot be accepted."""

UNKNOWN_COUNTRY: Final = "ZZ"
"""What DCSA writes for a country that is not known."""

LOCODE_ONLY: Final = frozenset({"XZ"})
"""Country parts of UN/LOCODE that ISO 3166 does not assign: installations in international waters."""

COUNTRIES: Final = _codes("""
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
    FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
    JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
    MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
    PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM
    TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
    """)
"""ISO 3166-1 alpha-2, the 249 assigned codes."""

CURRENCIES: Final = _codes("""
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF
    CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD
    HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD
    MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN
    PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD
    TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAD XAF XAG XAU XBA XBB XBC XBD XCD XCG XDR XOF XPD
    XPF XPT XSU XTS XUA XXX YER ZAR ZMW ZWG
    """)
"""ISO 4217, the codes in force in 2026."""
