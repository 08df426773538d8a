"""Code lists of DCSA Track & Trace 2.2, with the codes that came later, and what 3.0 calls them.

2.2 writes codes (`CUSR`), 3.0 words (`CUSTOMS_RELEASED`). Each list here maps whatever may be written to the code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final


def _list(text: str) -> Mapping[str, str]:
    """Of lines `CODE WORD ...`: each code to itself, each word to its code."""
    found: dict[str, str] = {}
    for line in text.strip().splitlines():
        code, *words = line.split()
        found |= dict.fromkeys([code, *words], code)
    return found


EVENT_TYPES: Final = _list("TRANSPORT\nEQUIPMENT\nSHIPMENT")
CLASSIFIERS: Final = _list("ACT ACTUAL\nEST ESTIMATED\nPLN PLANNED")

TRANSPORT_EVENTS: Final = _list("ARRI ARRIVED\nDEPA DEPARTED")

EQUIPMENT_EVENTS: Final = _list("""
    LOAD LOADED
    DISC DISCHARGED
    GTIN GATED_IN
    GTOT GATED_OUT
    STUF STUFFED
    STRP STRIPPED
    PICK PICKED_UP
    DROP DROPPED_OFF
    INSP INSPECTED
    RSEA RESEALED
    RMVD REMOVED
    AVPU AVAILABLE_FOR_PICKUP
    AVDO AVAILABLE_FOR_DROP_OFF
    CUSS CUSTOMS_SELECTED_FOR_SCAN
    CUSI CUSTOMS_SELECTED_FOR_INSPECTION
    CUSR CUSTOMS_RELEASED
    WAYP CROSSED
    """)

SHIPMENT_EVENTS: Final = _list("""
    RECE RECEIVED
    DRFT DRAFTED
    PENA PENDING_APPROVAL
    PENU PENDING_UPDATE
    PENC
    REJE REJECTED
    APPR APPROVED
    ISSU ISSUED
    SURR SURRENDERED
    SUBM SUBMITTED
    VOID VOIDED
    CONF CONFIRMED
    REQS REQUESTED
    CMPL COMPLETED
    HOLD ON_HOLD
    RELS RELEASED
    CANC CANCELLED
    """)

DOCUMENT_TYPES: Final = _list("""
    CBR CARRIER_BOOKING_REQUEST
    BKG BOOKING
    SHI SHIPPING_INSTRUCTIONS
    SRM CONTAINER_RELEASE_ORDER
    TRD TRANSPORT_DOCUMENT
    ARN ARRIVAL_NOTICE
    VGM VERIFIED_GROSS_MASS
    CAS CARGO_SURVEY
    CUS CUC CUSTOMS_CLEARANCE
    DGD DANGEROUS_GOODS_DECLARATION
    OOG OUT_OF_GAUGE_DECLARATION
    """)
"""2.2's `CUS` (customs inspection) is the information model's `CUC` and 3.0's customs clearance."""

REFERENCE_TYPES: Final = _list("""
    FF FREIGHT_FORWARDERS_REFERENCE
    SI SHIPPERS_REFERENCE
    PO PURCHASE_ORDER_REFERENCE
    CR CUSTOMERS_REFERENCE
    AAO CONSIGNEES_REFERENCE
    EQ EQUIPMENT_REFERENCE
    """)

FACILITY_TYPES: Final = _list("""
    BOCR BORDER
    CLOC CUSTOMER_LOCATION
    COFS CONTAINER_FREIGHT_STATION
    OFFD COYA OFF_DOCK_STORAGE
    DEPO DEPOT
    INTE INLAND_TERMINAL
    POTE PORT_TERMINAL
    RAMP
    """)

SEAL_SOURCES: Final = _list("CAR CARRIER\nSHI SHIPPER\nPHY PHYTOSANITARY\nVET VETERINARY\nCUS CUSTOMS")
SEAL_TYPES: Final = _list("KLP KEYLESS_PADLOCK\nBLT BOLT\nWIR WIRE")
MODES: Final = _list("VESSEL\nRAIL\nTRUCK\nBARGE\nMULTIMODAL")
EMPTY_INDICATORS: Final = _list("EMPTY\nLADEN")
FACILITY_LISTS: Final = _list("BIC\nSMDG")
OPERATOR_LISTS: Final = _list("SMDG\nNMFTA")

_EVENTS: Final = {"TRANSPORT": TRANSPORT_EVENTS, "EQUIPMENT": EQUIPMENT_EVENTS, "SHIPMENT": SHIPMENT_EVENTS}
_LONGEST_CODE: Final = 4


def in_words(type_: str, code: str) -> str:
    """What an event of a type and a code tells: `LOAD` is `loaded`; the code itself where 3.0 has no word for it."""
    words = (word for word, other in _EVENTS[type_].items() if other == code and word != code)
    return next(words, code).lower().replace("_", " ")


def is_word(text: str) -> bool:
    """Whether a value of a list that both versions have is 3.0's word rather than 2.2's code."""
    return len(text) > _LONGEST_CODE
