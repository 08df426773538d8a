"""Rules about goods, containers, reefers and dangerous goods."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sampan.documents import codes
from sampan.documents.identifiers import container_check_digit, has_container_shape, is_container
from sampan.documents.json import shown
from sampan.documents.rules.base import ADVICE, WHEN_ISSUED, Book, Node, Problem, listed
from sampan.documents.rules.terms import decimals

if TYPE_CHECKING:
    from collections.abc import Iterator

book = Book()
CARGO_ITEMS = "consignmentItems/*/cargoItems/*"
PACKAGING = f"{CARGO_ITEMS}/outerPackaging"
DANGEROUS = f"{PACKAGING}/dangerousGoods/*"
CONTAINERS = "utilizedTransportEquipments/*"
_EMS = re.compile(r"F-[A-Z] S-[A-Z]|S-[A-Z] F-[A-Z]")
_SIZE_TYPE = re.compile(r"[A-Z0-9]{2}[A-Z][A-Z0-9]")
_IMO_CLASS = re.compile(r"1\.[1-6][A-HJ-LNS]?|2\.[1-3]|3|4\.[1-3]|5\.[12]|6\.[12]|7|8|9")
_THERMAL = frozenset("RH")


def container_numbers(document: Node) -> Iterator[tuple[Node, str]]:
    """Each container of the document with its number."""
    for used in document.each(CONTAINERS):
        equipment = used.node("equipment")
        number = equipment.text("equipmentReference") if equipment is not None else None
        if equipment is not None and number is not None:
            yield equipment, number


@book.rule(
    "cargo-item-in-one-container",
    "A cargo item lies in one container, and that container is one of the document's",
    source="DCSA CargoItem",
)
def _(document: Node) -> Iterator[Problem]:
    listed_numbers = {number for _equipment, number in container_numbers(document)}
    for item in document.each(CARGO_ITEMS):
        number = item.text("equipmentReference")
        if number is not None and number not in listed_numbers:
            yield Problem(
                item.at("equipmentReference"),
                f"is '{shown(number)}', which utilizedTransportEquipments does not list",
                "a container of the document",
            )


@book.rule(
    "container-once",
    "A container stands once in the document",
    source="DCSA UtilizedTransportEquipment",
)
def _(document: Node) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for equipment, number in container_numbers(document):
        if number in seen:
            yield Problem(
                equipment.at("equipmentReference"), f"is '{shown(number)}', as at {seen[number]}", "each container once"
            )
        seen.setdefault(number, equipment.at("equipmentReference"))


@book.rule(
    "container-with-cargo",
    "A container of the document carries one of its cargo items",
    source="DCSA UtilizedTransportEquipment",
    severities=ADVICE,
)
def _(document: Node) -> Iterator[Problem]:
    stuffed = {item.text("equipmentReference") for item in document.each(CARGO_ITEMS)}
    for equipment, number in container_numbers(document):
        if number not in stuffed:
            yield Problem(
                equipment.at("equipmentReference"),
                f"is '{shown(number)}', which holds no cargo item",
                "a cargo item in it, or the container left out",
            )


@book.rule(
    "container-check-digit",
    "The last digit of a container number is its check digit (ISO 6346)",
    source="DCSA Equipment.equipmentReference",
)
def _(document: Node) -> Iterator[Problem]:
    for equipment, number in container_numbers(document):
        if has_container_shape(number) and not is_container(number):
            yield Problem(
                equipment.at("equipmentReference"),
                f"is '{number}' with check digit {number[10]}, its first ten characters ask for "
                f"{container_check_digit(number)}",
                f"{number[:10]}{container_check_digit(number)}, or a mistyped character corrected",
            )


@book.rule(
    "container-number",
    "Containers are named by ISO 6346 where possible",
    source="DCSA Equipment.equipmentReference",
    severities=ADVICE,
)
def _(document: Node) -> Iterator[Problem]:
    for equipment, number in container_numbers(document):
        if not has_container_shape(number):
            yield Problem(
                equipment.at("equipmentReference"),
                f"is '{shown(number)}', no ISO 6346 number",
                "three letters, U, J or Z, seven digits; else SMDG's recommendation for other containers",
            )


@book.rule(
    "equipment-code",
    "Size and type of a container are an ISO 6346 code, as 22G1 or 22GP",
    source="DCSA Equipment.ISOEquipmentCode",
    severities=ADVICE,
)
def _(document: Node) -> Iterator[Problem]:
    for equipment, _number in container_numbers(document):
        code = equipment.text("ISOEquipmentCode")
        if code is not None and not _SIZE_TYPE.fullmatch(code):
            yield Problem(equipment.at("ISOEquipmentCode"), f"is '{shown(code)}'", "an ISO 6346 code, as 22G1 or 22GP")


@book.rule(
    "reefer-only",
    "Only a reefer can be a reefer that is not operating",
    source="DCSA UtilizedTransportEquipment.isNonOperatingReefer",
)
def _(document: Node) -> Iterator[Problem]:
    for used in document.each(CONTAINERS):
        equipment = used.node("equipment")
        code = equipment.text("ISOEquipmentCode") if equipment is not None else None
        if used.has("isNonOperatingReefer") and not (code and len(code) == 4 and code[2] in _THERMAL):
            shows = f"ISOEquipmentCode is '{shown(code)}'" if code else "there is no ISOEquipmentCode"
            yield Problem(
                used.at("isNonOperatingReefer"), f"stands though {shows}", "left out, or a reefer's code, as 45R1"
            )


@book.rule(
    "reefer-settings",
    "Reefer settings stand only where isNonOperatingReefer is false",
    source="DCSA ActiveReeferSettings",
)
def _(document: Node) -> Iterator[Problem]:
    for used in document.each(CONTAINERS):
        if used.has("activeReeferSettings") and used.flag("isNonOperatingReefer") is not False:
            state = "is true" if used.flag("isNonOperatingReefer") else "is missing"
            yield Problem(
                used.at("activeReeferSettings"),
                f"stands though isNonOperatingReefer {state}",
                "isNonOperatingReefer false",
            )


@book.rule(
    "reefer-units",
    "A temperature and an air exchange have a unit, and a unit its value",
    source="DCSA ActiveReeferSettings.temperatureUnit, airExchangeUnit",
)
def _(document: Node) -> Iterator[Problem]:
    for settings in document.each(f"{CONTAINERS}/activeReeferSettings"):
        for value, unit in (("temperatureSetpoint", "temperatureUnit"), ("airExchangeSetpoint", "airExchangeUnit")):
            if settings.has(value) and not settings.has(unit):
                yield Problem(settings.at(unit), f"is missing beside {value}", "the unit")
            if settings.has(unit) and not settings.has(value):
                yield Problem(settings.at(unit), f"stands without {value}", f"left out, or {value} given")


@book.rule(
    "description-of-goods",
    "Goods are described precisely enough for customs; a general term cannot be accepted",
    source="DCSA ConsignmentItem.descriptionOfGoods",
    severities=WHEN_ISSUED,
)
def _(document: Node) -> Iterator[Problem]:
    for item in document.each("consignmentItems/*"):
        lines = item.raw("descriptionOfGoods")
        if not isinstance(lines, list):
            continue
        text = " ".join(" ".join(line for line in lines if isinstance(line, str)).lower().strip(" .,;").split())
        if not text:
            yield Problem(item.at("descriptionOfGoods"), "is empty", "what the goods are, in plain words")
        elif text in codes.GENERAL_TERMS:
            yield Problem(
                item.at("descriptionOfGoods"),
                f"is the general term '{shown(text)}'",
                "what the goods are, in plain words",
            )


@book.rule(
    "commodity-code-type",
    "National commodity codes are of a type that DCSA names",
    source="DCSA ExtendedNationalCommodityCode.type, NationalCommodityCode.type",
)
def _(document: Node) -> Iterator[Problem]:
    for item in (*document.each("consignmentItems/*"), *document.each(CARGO_ITEMS)):
        for name in ("nationalCommodityCodes", "extendedNationalCommodityCodes"):
            for code in item.items(name):
                kind = code.text("type")
                if kind is not None and kind not in codes.COMMODITY_CODE_TYPES:
                    yield Problem(
                        code.at("type"), f"is '{shown(kind)}'", f"one of {listed(codes.COMMODITY_CODE_TYPES)}"
                    )


@book.rule(
    "measure-decimals",
    "Weights have at most three decimals, volumes at most four",
    source="DCSA CargoGrossWeight.value, CargoNetWeight.value, CargoGrossVolume.value, CargoNetVolume.value",
    severities=ADVICE,
)
def _(document: Node) -> Iterator[Problem]:
    most = {"cargoGrossWeight": 3, "cargoNetWeight": 3, "cargoGrossVolume": 4, "cargoNetVolume": 4}
    for item in document.each(CARGO_ITEMS):
        for name, places in most.items():
            measure = item.node(name)
            value = measure.number("value") if measure is not None else None
            if measure is not None and value is not None and decimals(value) > places:
                yield Problem(measure.at("value"), f"is {value}", f"a number with at most {places} decimals")


@book.rule(
    "net-within-gross",
    "Cargo weighs no more without its packaging than with it",
    source="DCSA CargoNetWeight",
)
def _(document: Node) -> Iterator[Problem]:
    for item in document.each(CARGO_ITEMS):
        net, gross = item.node("cargoNetWeight"), item.node("cargoGrossWeight")
        if net is None or gross is None or net.text("unit") != gross.text("unit"):
            continue
        light, heavy = net.number("value"), gross.number("value")
        if light is not None and heavy is not None and light > heavy:
            yield Problem(net.at("value"), f"is {light}, more than the gross weight {heavy}", f"at most {heavy}")


@book.rule(
    "wood-declaration",
    "Wood is declared in the words that DCSA names",
    source="DCSA OuterPackaging.woodDeclaration",
    severities=ADVICE,
)
def _(document: Node) -> Iterator[Problem]:
    for packaging in document.each(PACKAGING):
        wood = packaging.text("woodDeclaration")
        if wood is not None and wood not in codes.WOOD_DECLARATIONS:
            yield Problem(
                packaging.at("woodDeclaration"), f"is '{shown(wood)}'", f"one of {listed(codes.WOOD_DECLARATIONS)}"
            )


@book.rule(
    "imo-packaging-code",
    "The IMO packaging code stands for dangerous goods only",
    source="DCSA OuterPackaging.imoPackagingCode",
)
def _(document: Node) -> Iterator[Problem]:
    for packaging in document.each(PACKAGING):
        if packaging.has("imoPackagingCode") and not packaging.items("dangerousGoods"):
            yield Problem(
                packaging.at("imoPackagingCode"), "stands though there are no dangerous goods", "packageCode instead"
            )


@book.rule(
    "one-packaging-code",
    "Dangerous goods have the package code only where there is no IMO packaging code",
    source="DCSA OuterPackaging.packageCode",
)
def _(document: Node) -> Iterator[Problem]:
    for packaging in document.each(PACKAGING):
        if packaging.items("dangerousGoods") and packaging.has("packageCode") and packaging.has("imoPackagingCode"):
            yield Problem(packaging.at("packageCode"), "stands beside imoPackagingCode", "left out")


@book.rule(
    "dangerous-packaging-code",
    "Packaging of dangerous goods has an IMO packaging code or else a package code",
    source="DCSA OuterPackaging.imoPackagingCode",
    severities=WHEN_ISSUED,
)
def _(document: Node) -> Iterator[Problem]:
    for packaging in document.each(PACKAGING):
        if packaging.items("dangerousGoods") and not (
            packaging.has("packageCode") or packaging.has("imoPackagingCode")
        ):
            yield Problem(packaging.at("imoPackagingCode"), "is missing, and so is packageCode", "one of the two")


@book.rule(
    "un-or-na-number",
    "Dangerous goods have a UN number or an NA number, one of them",
    source="DCSA DangerousGoods",
)
def _(document: Node) -> Iterator[Problem]:
    for goods in document.each(DANGEROUS):
        if goods.has("UNNumber") == goods.has("NANumber"):
            have = "both UNNumber and NANumber" if goods.has("UNNumber") else "neither UNNumber nor NANumber"
            yield Problem(goods.pointer, f"has {have}", "exactly one of the two")


@book.rule(
    "imo-class",
    "The hazard class is one of the IMDG Code's",
    source="DCSA DangerousGoods.imoClass",
    severities=ADVICE,
)
def _(document: Node) -> Iterator[Problem]:
    for goods in document.each(DANGEROUS):
        imo_class = goods.text("imoClass")
        if imo_class is not None and not _IMO_CLASS.fullmatch(imo_class):
            yield Problem(goods.at("imoClass"), f"is '{shown(imo_class)}'", "a class of the IMDG Code, as 2.1 or 9")


@book.rule(
    "segregation-group",
    "Segregation groups are those of the IMDG Code, 1 to 18",
    source="DCSA DangerousGoods.segregationGroups",
)
def _(document: Node) -> Iterator[Problem]:
    for group in document.each(f"{DANGEROUS}/segregationGroups/*"):
        if isinstance(group.value, str) and group.value not in codes.SEGREGATION_GROUPS:
            yield Problem(group.pointer, f"is '{shown(group.value)}'", "a number from 1 to 18, as text")


@book.rule(
    "ems-number",
    "The emergency schedule names one for fire and one for spillage, as F-A S-F",
    source="DCSA DangerousGoods.EMSNumber",
)
def _(document: Node) -> Iterator[Problem]:
    for goods in document.each(DANGEROUS):
        schedule = goods.text("EMSNumber")
        if schedule is not None and not _EMS.fullmatch(schedule):
            yield Problem(goods.at("EMSNumber"), f"is '{shown(schedule)}'", "one of F-A to F-Z and one of S-A to S-Z")


@book.rule(
    "coded-variant",
    "The first character of the coded variant is the packing group, 0 for none",
    source="DCSA DangerousGoods.codedVariantList",
)
def _(document: Node) -> Iterator[Problem]:
    for goods in document.each(DANGEROUS):
        variant, group = goods.text("codedVariantList"), goods.number("packingGroup")
        if variant and variant[0] in "0123" and variant[0] != str(group or 0):
            says = f"packingGroup is {group}" if group is not None else "there is no packingGroup"
            yield Problem(
                goods.at("codedVariantList"), f"starts with {variant[0]}, {says}", f"{group or 0}{variant[1:]}"
            )


@book.rule(
    "inhalation-zone",
    "Inhalation zones are A to D; C and D are for gases only",
    source="DCSA DangerousGoods.inhalationZone",
)
def _(document: Node) -> Iterator[Problem]:
    for goods in document.each(DANGEROUS):
        zone, imo_class = goods.text("inhalationZone"), goods.text("imoClass") or ""
        if zone is None:
            continue
        if zone not in codes.INHALATION_ZONES:
            yield Problem(goods.at("inhalationZone"), f"is '{shown(zone)}'", f"one of {listed(codes.INHALATION_ZONES)}")
        elif zone in "CD" and not imo_class.startswith("2"):
            yield Problem(
                goods.at("inhalationZone"), f"is {zone} for class {shown(imo_class)}, no gas", "A or B, or a class 2"
            )
