"""Documents for the tests: the package's samples, one that uses everything DCSA knows, and small changes to them."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

from sampan.documents.json import read_json
from sampan.documents.pointer import split
from sampan.scenarios.samples import read_sample

Document = dict[str, Any]


def sample(name: str = "to-order") -> Document:
    """A sample document of the package, as JSON."""
    document = read_json(read_sample(name))
    assert isinstance(document, dict)
    return document


def rich() -> Document:
    """An issuable order bill that uses dangerous goods, a reefer, licences, inland places and charges."""
    document = sample()
    document |= {
        "transportDocumentSubReference": "v1",
        "declaredValue": 250000.5,
        "declaredValueCurrency": "USD",
        "extendedContractQuotationReference": "Q-2026-0071",
        "numberOfRiderPages": 0,
        "numberOfCopiesWithCharges": 0,
        "references": [{"type": "CR", "value": "ORDER 7"}],
        "customsReferences": [{"type": "UCR", "countryCode": "NL", "values": ["6NL855500417-1"]}],
        "charges": [
            {
                "chargeName": "Ocean freight",
                "currencyAmount": 4200.25,
                "currencyCode": "USD",
                "paymentTermCode": "PRE",
                "calculationBasis": "Per container",
                "unitPrice": 1400.0833,
                "quantity": 3,
            }
        ],
        "exportLicense": {
            "isRequired": True,
            "reference": "EX-1",
            "issueDate": "2025-12-01",
            "expiryDate": "2026-06-30",
        },
        "importLicense": {"reference": "IM-1", "expiryDate": "2026-06-30"},
    }
    transports = document["transports"]
    transports |= {
        "preCarriageBy": "BARGE",
        "onCarriageBy": "TRUCK",
        "placeOfReceipt": {
            "UNLocationCode": "CNSZH",
            "facility": {"facilityCode": "SZIT", "facilityCodeListProvider": "SMDG"},
        },
        "placeOfDelivery": {
            "address": {"street": "Industrieweg", "city": "Venlo", "countryCode": "NL"},
            "geoCoordinate": {"latitude": "51.3704", "longitude": "6.1724"},
        },
        "onwardInlandRouting": {"locationName": "Krefeld", "UNLocationCode": "DEKRE", "addressLines": ["Rheinhafen 1"]},
    }
    transports["portOfLoading"]["city"] = {"city": "Shanghai", "countryCode": "CN"}
    transports["vesselVoyages"][0]["universalExportVoyageReference"] = "2601W"
    parties = document["documentParties"]
    parties["shipper"] |= {"eblPlatform": "WAVE", "purchaseOrderReferences": ["PO-1"]}
    parties["onBehalfOfShipper"] = {"partyName": "Qinglan Forwarding Co., Ltd.", "addressLines": ["Jinghai Road 190"]}
    item = document["consignmentItems"][0]
    item |= {
        "extendedNationalCommodityCodes": [{"type": "CN", "countryCode": "NL", "values": ["85166090"]}],
        "customsReferences": [{"type": "UCR", "countryCode": "CN", "values": ["C-1"]}],
    }
    item["cargoItems"][0] |= {
        "cargoNetWeight": {"value": 9000.125, "unit": "KGM"},
        "cargoNetVolume": {"value": 60.1234, "unit": "MTQ"},
    }
    document["consignmentItems"].append(
        {
            "carrierBookingReference": "XLLBK2600101",
            "descriptionOfGoods": ["LIQUEFIED GAS FOR TEST BENCHES"],
            "HSCodes": ["271112"],
            "cargoItems": [
                {
                    "equipmentReference": "CSQU3054383",
                    "cargoGrossWeight": {"value": 1200, "unit": "KGM"},
                    "outerPackaging": {
                        "imoPackagingCode": "1A1",
                        "numberOfPackages": 10,
                        "description": "Steel drums",
                        "dangerousGoods": [
                            {
                                "UNNumber": "1965",
                                "codedVariantList": "2200",
                                "properShippingName": "Hydrocarbon gas mixture, liquefied, N.O.S.",
                                "imoClass": "2.1",
                                "subsidiaryRisk1": "8",
                                "packingGroup": 2,
                                "EMSNumber": "F-D S-U",
                                "segregationGroups": ["1", "16"],
                                "inhalationZone": "C",
                                "fumigationDateTime": "2025-12-30T08:00:00Z",
                                "endOfHoldingTime": "2026-03-01",
                                "innerPackagings": [
                                    {
                                        "quantity": 2,
                                        "material": "Steel",
                                        "description": "Cylinder",
                                        "innerPackagings": [
                                            {"quantity": 1, "material": "Foam", "description": "Liner"}
                                        ],
                                    }
                                ],
                                "emergencyContactDetails": {"contact": "Duty officer", "phone": "+65 6555 0199"},
                                "grossWeight": {"value": 1200, "unit": "KGM"},
                                "netWeight": {"value": 1000, "unit": "KGM"},
                                "netVolume": {"value": 900, "unit": "LTR"},
                                "limits": {"temperatureUnit": "CEL", "flashPoint": -104.5},
                            }
                        ],
                    },
                }
            ],
        }
    )
    document["utilizedTransportEquipments"].append(
        {
            "equipment": {
                "equipmentReference": "CSQU3054383",
                "ISOEquipmentCode": "22R1",
                "tareWeight": {"value": 2950, "unit": "KGM"},
            },
            "isShipperOwned": True,
            "isNonOperatingReefer": False,
            "activeReeferSettings": {
                "temperatureSetpoint": -5.5,
                "temperatureUnit": "CEL",
                "airExchangeSetpoint": 15,
                "airExchangeUnit": "MQH",
                "o2Setpoint": 5,
            },
            "seals": [{"number": "QL770133", "source": "CUS"}],
            "references": [{"type": "AKG", "value": "VIN1"}],
        }
    )
    return document


def places(value: Any, pointer: str = "") -> list[str]:
    """The pointers of all that stands below a value, in its order."""
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, item in below for place in (f"{pointer}/{key}", *places(item, f"{pointer}/{key}"))]


def put(pointer: str, value: object) -> Callable[[Document], None]:
    """A change: set what stands at a pointer (`-` appends to a list)."""

    def change(document: Document) -> None:
        here, last = _parent(document, pointer)
        if last == "-":
            here.append(copy.deepcopy(value))
        else:
            here[last] = copy.deepcopy(value)

    return change


def drop(pointer: str) -> Callable[[Document], None]:
    """A change: remove what stands at a pointer."""

    def change(document: Document) -> None:
        here, last = _parent(document, pointer)
        del here[last]

    return change


def _parent(document: Document, pointer: str) -> tuple[Any, Any]:
    """What holds the place of a pointer, and the key or the number under which it does."""
    here: Any = document
    *parents, last = split(pointer)
    for part in parents:
        here = here[int(part)] if isinstance(here, list) else here[part]
    return here, int(last) if isinstance(here, list) and last != "-" else last


def changed(*changes: Callable[[Document], None], base: Document | None = None) -> Document:
    """The rich document (or `base`) with changes."""
    document = rich() if base is None else copy.deepcopy(base)
    for change in changes:
        change(document)
    return document


def seeded(seed: int = 1) -> Callable[[int], bytes]:
    """A source of repeatable salts, for tests alone."""
    return random.Random(seed).randbytes
