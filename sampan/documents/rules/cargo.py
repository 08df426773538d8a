"""Rules about goods, containers, reefers and dangerous goods."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sampan.documents import codes
from sampan.documents.identifiers import container_check_digit, has_container_shape, is_container
from sampan.documents.json import shown
from sampan.documents.rules.base import ADVICE, WHEN_ISSUED, Node, Problem, exactly_one, misfits, none_but, rule
from sampan.documents.rules.terms import decimals

if TYPE_CHECKING:
    from collections.abc import Iterator

CARGO_ITEMS = "consignmentItems/*/cargoItems/*"
PACKAGING = f"{CARGO_ITEMS}/outerPackaging"
DANGEROUS = f"{PACKAGING}/dangerousGoods/*"
CONTAINERS = "utilizedTransportEquipments/*"
NUMBERS = f"{CONTAINERS}/equipment/equipmentReference"
STUFFED = f"{CARGO_ITEMS}/equipmentReference"
_EMS = re.compile(r"F-[A-Z] S-[A-Z]|S-[A-Z] F-[A-Z]")
_GASES = "2"
_SIZE_TYPE = re.compile(r"[A-Z0-9]{2}[A-Z][A-Z0-9]")
_IMO_CLASS = re.compile(r"1\.[1-6][A-HJ-LNS]?|2\.[1-3]|3|4\.[1-3]|5\.[12]|6\.[12]|7|8|9")
_THERMAL = frozenset("RH")


@rule("cargo-item-in-one-container", "DCSA CargoItem; DCSA kit")
def _(document: Node) -> Iterator[Problem]:
    """A cargo item lies in one container, and that container is one of the document's."""
    numbers = {number for _pointer, number in document.texts(NUMBERS)}
    for pointer, number in document.texts(STUFFED):
        if number not in numbers:
            message = f"is '{shown(number)}', which utilizedTransportEquipments does not list"
            yield Problem(pointer, message, "a container of the document")


@rule("container-once", "DCSA kit")
def _(document: Node) -> Iterator[Problem]:
    """A container stands once in the document."""
    seen: dict[str, str] = {}
    for pointer, number in document.texts(NUMBERS):
        first = seen.setdefault(number, pointer)
        if first != pointer:
            yield Problem(pointer, f"is '{shown(number)}', as at {first}", "each container once")


@rule("container-with-cargo", "DCSA UtilizedTransportEquipment", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """A container of the document carries one of its cargo items."""
    stuffed = {number for _pointer, number in document.texts(STUFFED)}
    for pointer, number in document.texts(NUMBERS):
        if number not in stuffed:
            message = f"is '{shown(number)}', which holds no cargo item"
            yield Problem(pointer, message, "a cargo item in it, or the container left out")


@rule("container-check-digit", "ISO 6346; DCSA Equipment.equipmentReference")
def _(document: Node) -> Iterator[Problem]:
    """The last digit of a container number is its check digit (ISO 6346)."""
    return _wrong_check_digits(document, shipper_owned=False)


@rule("shipper-owned-check-digit", "ISO 6346; SMDG recommendation 2; DCSA Equipment.equipmentReference", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """A shipper's own container should have a check digit that fits; an old one may be painted otherwise."""
    return _wrong_check_digits(document, shipper_owned=True)


def _wrong_check_digits(document: Node, *, shipper_owned: bool) -> Iterator[Problem]:
    for used in document.each(CONTAINERS):
        number = used.text("equipment/equipmentReference") or ""
        owned = used.flag("isShipperOwned") is True
        if owned is shipper_owned and has_container_shape(number) and not is_container(number):
            body, digit = number[:10], container_check_digit(number)
            yield Problem(
                used.at("equipment/equipmentReference"),
                f"is '{number}' with check digit {number[10]}, its first ten characters ask for {digit}",
                f"{body}{digit}, or a mistyped character corrected",
            )


@rule("container-number", "DCSA Equipment.equipmentReference", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """Containers are named by ISO 6346 where possible."""
    right = "three letters, U, J or Z, seven digits; else SMDG's recommendation for other containers"
    for pointer, number in document.texts(NUMBERS):
        if not has_container_shape(number):
            yield Problem(pointer, f"is '{shown(number)}', no ISO 6346 number", right)


@rule("equipment-code", "DCSA Equipment.ISOEquipmentCode", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """Size and type of a container are an ISO 6346 code, as 22G1 or 22GP."""
    for equipment in document.each(f"{CONTAINERS}/equipment"):
        if equipment.text("equipmentReference") is not None:
            given = equipment.texts("ISOEquipmentCode")
            yield from misfits(given, _SIZE_TYPE.fullmatch, "an ISO 6346 code, as 22G1 or 22GP")


@rule("reefer-only", "DCSA UtilizedTransportEquipment.isNonOperatingReefer; DCSA kit")
def _(document: Node) -> Iterator[Problem]:
    """Only a reefer can be a reefer that is not operating."""
    for used in document.each(CONTAINERS):
        code = used.text("equipment/ISOEquipmentCode")
        if used.has("isNonOperatingReefer") and code is not None and not _is_reefer(code):
            message = f"stands though ISOEquipmentCode is '{shown(code)}'"
            yield Problem(used.at("isNonOperatingReefer"), message, "left out, or a reefer's code, as 45R1")


@rule("reefer-shown", "DCSA UtilizedTransportEquipment.isNonOperatingReefer", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """Of a container that is said to be a reefer the ISO code shows it."""
    for used in document.each(CONTAINERS):
        if used.has("isNonOperatingReefer") and not used.has("equipment/ISOEquipmentCode"):
            message = "stands though there is no ISOEquipmentCode"
            yield Problem(used.at("isNonOperatingReefer"), message, "the reefer's ISOEquipmentCode, as 45R1")


@rule("reefer-statement", "DCSA kit", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """Of a reefer it is said whether it works: cooled, or carried as a dry container."""
    for used in document.each(CONTAINERS):
        code = used.text("equipment/ISOEquipmentCode") or ""
        if _is_reefer(code) and not used.has("isNonOperatingReefer"):
            message = (
                f"is missing though ISOEquipmentCode is '{shown(code)}': whether the container is cooled is unsaid"
            )
            yield Problem(used.at("isNonOperatingReefer"), message, "true or false")


@rule("reefer-settings-given", "DCSA kit", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """Of a reefer that works it is said how it is set."""
    for used in document.each(CONTAINERS):
        settings = used.raw("activeReeferSettings")
        if used.flag("isNonOperatingReefer") is False and not settings:
            state = "is missing" if settings is None else "is empty"
            yield Problem(used.at("activeReeferSettings"), f"{state} though the reefer works", "how the reefer is set")


def _is_reefer(code: str) -> bool:
    """Whether an ISO code of size and type, or of size and type group, is one of a thermal container (ISO 6346)."""
    return len(code) > 2 and code[2] in _THERMAL


@rule("reefer-settings", "DCSA ActiveReeferSettings; DCSA kit")
def _(document: Node) -> Iterator[Problem]:
    """Reefer settings stand only where isNonOperatingReefer is false."""
    for used in document.each(CONTAINERS):
        if used.has("activeReeferSettings") and used.flag("isNonOperatingReefer") is not False:
            state = "is true" if used.flag("isNonOperatingReefer") else "is missing"
            message = f"stands though isNonOperatingReefer {state}"
            yield Problem(used.at("activeReeferSettings"), message, "isNonOperatingReefer false")


@rule("reefer-units", "DCSA ActiveReeferSettings.temperatureUnit, airExchangeUnit; DCSA kit")
def _(document: Node) -> Iterator[Problem]:
    """A temperature and an air exchange have a unit, and a unit its value."""
    for settings in document.each(f"{CONTAINERS}/activeReeferSettings"):
        for value, unit in (("temperatureSetpoint", "temperatureUnit"), ("airExchangeSetpoint", "airExchangeUnit")):
            if settings.has(value) and not settings.has(unit):
                yield Problem(settings.at(unit), f"is missing beside {value}", "the unit")
            if settings.has(unit) and not settings.has(value):
                yield Problem(settings.at(unit), f"stands without {value}", f"left out, or {value} given")


@rule("description-of-goods", "DCSA ConsignmentItem.descriptionOfGoods", WHEN_ISSUED)
def _(document: Node) -> Iterator[Problem]:
    """Goods are described precisely enough for customs; a general term cannot be accepted."""
    right = "what the goods are, in plain words"
    for lines in document.each("consignmentItems/*/descriptionOfGoods"):
        if not isinstance(lines.value, list):
            continue
        text = " ".join(line for line in lines.value if isinstance(line, str))
        text = " ".join(text.lower().strip(" .,;").split())
        if not text:
            yield Problem(lines.pointer, "is empty", right)
        elif text in codes.GENERAL_TERMS:
            yield Problem(lines.pointer, f"is the general term '{shown(text)}'", right)


@rule("commodity-code-type", "DCSA ExtendedNationalCommodityCode.type, NationalCommodityCode.type; DCSA kit", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """National commodity codes are of a type that DCSA names."""
    names = ("nationalCommodityCodes", "extendedNationalCommodityCodes")
    places = (f"{item}/{name}/*/type" for item in ("consignmentItems/*", CARGO_ITEMS) for name in names)
    return none_but(codes.COMMODITY_CODE_TYPES, document.texts(*places))


@rule(
    "measure-decimals",
    "DCSA CargoGrossWeight.value, CargoNetWeight.value, CargoGrossVolume.value, CargoNetVolume.value; DCSA kit",
    ADVICE,
)
def _(document: Node) -> Iterator[Problem]:
    """Weights have at most three decimals, volumes at most four."""
    most = {"cargoGrossWeight": 3, "cargoNetWeight": 3, "cargoGrossVolume": 4, "cargoNetVolume": 4}
    for name, places in most.items():
        for measure in document.each(f"{CARGO_ITEMS}/{name}"):
            value = measure.number("value")
            if value is not None and decimals(value) > places:
                yield Problem(measure.at("value"), f"is {value}", f"a number with at most {places} decimals")


@rule("net-within-gross", "DCSA CargoNetWeight, CargoGrossWeight")
def _(document: Node) -> Iterator[Problem]:
    """Cargo weighs no more without its packaging than with it."""
    for item in document.each(CARGO_ITEMS):
        net, gross = item.number("cargoNetWeight/value"), item.number("cargoGrossWeight/value")
        one_unit = item.text("cargoNetWeight/unit") == item.text("cargoGrossWeight/unit")
        if one_unit and net is not None and gross is not None and net > gross:
            message = f"is {net}, more than the gross weight {gross}"
            yield Problem(item.at("cargoNetWeight/value"), message, f"at most {gross}")


@rule("wood-declaration", "DCSA OuterPackaging.woodDeclaration; DCSA kit", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """Wood is declared in the words that DCSA names."""
    return none_but(codes.WOOD_DECLARATIONS, document.texts(f"{PACKAGING}/woodDeclaration"))


@rule("imo-packaging-code", "DCSA OuterPackaging.imoPackagingCode")
def _(document: Node) -> Iterator[Problem]:
    """The IMO packaging code stands for dangerous goods only."""
    for packaging in document.each(PACKAGING):
        if packaging.has("imoPackagingCode") and not packaging.items("dangerousGoods"):
            message = "stands though there are no dangerous goods"
            yield Problem(packaging.at("imoPackagingCode"), message, "packageCode instead")


@rule("one-packaging-code", "DCSA OuterPackaging.packageCode")
def _(document: Node) -> Iterator[Problem]:
    """Dangerous goods have the package code only where there is no IMO packaging code."""
    for packaging in document.each(PACKAGING):
        if packaging.items("dangerousGoods") and packaging.has("packageCode") and packaging.has("imoPackagingCode"):
            yield Problem(packaging.at("packageCode"), "stands beside imoPackagingCode", "left out")


@rule("dangerous-packaging-code", "DCSA OuterPackaging.imoPackagingCode; DCSA kit", WHEN_ISSUED)
def _(document: Node) -> Iterator[Problem]:
    """Packaging of dangerous goods has an IMO packaging code or else a package code."""
    for packaging in document.each(PACKAGING):
        coded = packaging.has("packageCode") or packaging.has("imoPackagingCode")
        if packaging.items("dangerousGoods") and not coded:
            yield Problem(packaging.at("imoPackagingCode"), "is missing, and so is packageCode", "one of the two")


@rule("un-or-na-number", "DCSA DangerousGoods")
def _(document: Node) -> Iterator[Problem]:
    """Dangerous goods have a UN number or an NA number, one of them."""
    return exactly_one(document.each(DANGEROUS), "UNNumber", "NANumber")


@rule("imo-class", "DCSA DangerousGoods.imoClass", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """The hazard class is one of the IMDG Code's."""
    given = document.texts(f"{DANGEROUS}/imoClass")
    return misfits(given, _IMO_CLASS.fullmatch, "a class of the IMDG Code, as 2.1 or 9")


@rule("segregation-group", "DCSA DangerousGoods.segregationGroups; IMDG Code 3.1.4.4; DCSA kit", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """Segregation groups are those of the IMDG Code, 1 to 18, and 1a for strong acids."""
    given = document.texts(f"{DANGEROUS}/segregationGroups/*")
    return misfits(given, codes.SEGREGATION_GROUPS.__contains__, "a number from 1 to 18, as text")


@rule("ems-number", "DCSA DangerousGoods.EMSNumber", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """The emergency schedule names one for fire and one for spillage, as F-A S-F."""
    given = document.texts(f"{DANGEROUS}/EMSNumber")
    return misfits(given, _EMS.fullmatch, "one of F-A to F-Z and one of S-A to S-Z, with a space between them")


@rule("coded-variant", "DCSA DangerousGoods.codedVariantList")
def _(document: Node) -> Iterator[Problem]:
    """The first character of the coded variant is the packing group, 0 for none, as packingGroup gives it."""
    for goods, variant in _coded(document):
        group = goods.number("packingGroup")
        if group is not None and variant[0] != str(group):
            message = f"starts with {variant[0]}, packingGroup is {group}"
            yield Problem(goods.at("codedVariantList"), message, f"{group}{variant[1:]}")


@rule("coded-variant-alone", "DCSA DangerousGoods.codedVariantList", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """The packing group that the coded variant begins with is given as packingGroup, too."""
    for goods, variant in _coded(document):
        if variant[0] != "0" and not goods.has("packingGroup"):
            message = f"is missing beside codedVariantList {shown(variant)}"
            yield Problem(goods.at("packingGroup"), message, f"{variant[0]}, or codedVariantList 0{variant[1:]}")


def _coded(document: Node) -> list[tuple[Node, str]]:
    """Dangerous goods whose coded variant begins with a packing group."""
    coded = ((goods, goods.text("codedVariantList") or "") for goods in document.each(DANGEROUS))
    return [(goods, variant) for goods, variant in coded if variant[:1] and variant[0] in "0123"]


@rule("inhalation-zone-known", "DCSA DangerousGoods.inhalationZone; DCSA kit", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """Inhalation zones are A to D."""
    return none_but(codes.INHALATION_ZONES, document.texts(f"{DANGEROUS}/inhalationZone"))


@rule("inhalation-zone", "DCSA DangerousGoods.inhalationZone")
def _(document: Node) -> Iterator[Problem]:
    """Inhalation zones C and D are for gases only; a gas is of class 2, by itself or as a subsidiary risk."""
    for goods in document.each(DANGEROUS):
        zone = goods.text("inhalationZone")
        risks = [goods.text(name) or "" for name in ("imoClass", "subsidiaryRisk1", "subsidiaryRisk2")]
        if zone in {"C", "D"} and not any(risk.startswith(_GASES) for risk in risks):
            message = f"is {zone} for class {shown(risks[0])}, no gas"
            yield Problem(goods.at("inhalationZone"), message, "A or B, or a class 2")


@rule("inner-packaging-quantity", "DCSA kit; DCSA InnerPackaging.quantity", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """Of an inner packaging there is at least one."""
    for packaging in document.named("innerPackagings"):
        quantity = packaging.number("quantity")
        if quantity is not None and quantity <= 0:
            yield Problem(packaging.at("quantity"), f"is {quantity}", "1 or more")
