"""DCSA's transport document 3.0.4 as typed models: every property, and what DCSA's schema asks of each.

Attributes are DCSA's names in snake case (`transport_document_reference` is `transportDocumentReference`); dates are
`date`, numbers exact `Decimal`. A model accepts JSON as `read_json` gives it, strictly: no text for a number, no 1 for
true, no property that DCSA does not know. What DCSA says in words is checked in `sampan.documents.rules`; where it
gives precedence between an old and an extended property, the `effective_...` properties follow it.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

TRIMMED = r"^\S(?:.*\S)?$"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_ALIASES = {
    "un_location_code": "UNLocationCode",
    "hs_codes": "HSCodes",
    "extended_hs_codes": "extendedHSCodes",
    "po_box": "POBox",
    "iso_equipment_code": "ISOEquipmentCode",
    "un_number": "UNNumber",
    "na_number": "NANumber",
    "ems_number": "EMSNumber",
    "sadt": "SADT",
    "sapt": "SAPT",
}


def dcsa_name(attribute: str) -> str:
    """DCSA's name of an attribute: `port_of_loading` is `portOfLoading`, `hs_codes` is `HSCodes`."""
    return _ALIASES.get(attribute) or to_camel(attribute)


def read_date(value: object) -> date:
    """A full date (RFC 3339 `full-date`), local to the place that it belongs to."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("date_type", "must be a date written as text")
    if _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError("date_form", "must be a day of the calendar, as 2026-03-31")


def read_date_time(value: object) -> datetime:
    """A date and time with its offset (RFC 3339 `date-time`), as an aware datetime."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("date_type", "must be a date and time written as text")
    if _DATE_TIME.fullmatch(value):
        try:
            return datetime.fromisoformat(value.upper())
        except ValueError:
            pass
    raise PydanticCustomError("date_form", "must be a date and time with its offset, as 2026-03-31T12:00:00Z")


def read_number(value: object) -> Decimal:
    """A JSON number as the exact decimal of its shortest form."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PydanticCustomError("number_type", "must be a number")
    return Decimal(str(value))


Trimmed20 = Annotated[str, StringConstraints(pattern=TRIMMED, max_length=20)]
Trimmed30 = Annotated[str, StringConstraints(pattern=TRIMMED, max_length=30)]
Trimmed35 = Annotated[str, StringConstraints(pattern=TRIMMED, max_length=35)]
Trimmed50 = Annotated[str, StringConstraints(pattern=TRIMMED, max_length=50)]
Trimmed70 = Annotated[str, StringConstraints(pattern=TRIMMED, max_length=70)]
Trimmed100 = Annotated[str, StringConstraints(pattern=TRIMMED, max_length=100)]
Trimmed250 = Annotated[str, StringConstraints(pattern=TRIMMED, max_length=250)]
Text3 = Annotated[str, StringConstraints(max_length=3)]
Text20 = Annotated[str, StringConstraints(max_length=20)]
Text30 = Annotated[str, StringConstraints(max_length=30)]
Text35 = Annotated[str, StringConstraints(max_length=35)]
Text50 = Annotated[str, StringConstraints(max_length=50)]
Text65 = Annotated[str, StringConstraints(max_length=65)]
Text70 = Annotated[str, StringConstraints(max_length=70)]
Text100 = Annotated[str, StringConstraints(max_length=100)]
Text250 = Annotated[str, StringConstraints(max_length=250)]
Text255 = Annotated[str, StringConstraints(max_length=255)]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$", min_length=2, max_length=2)]
CurrencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$", min_length=3, max_length=3)]
UNLocationCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}[A-Z2-9]{3}$", min_length=5, max_length=5)]
FourDigits = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$", min_length=4, max_length=4)]
SubsidiaryRisk = Annotated[str, StringConstraints(pattern=r"^[0-9](\.[0-9])?$", min_length=1, max_length=3)]
EblPlatform = Annotated[str, StringConstraints(pattern=r"^\S+$", max_length=4)]
EquipmentReference = Annotated[str, StringConstraints(pattern=TRIMMED, max_length=11)]
Day = Annotated[date, BeforeValidator(read_date)]
Moment = Annotated[datetime, BeforeValidator(read_date_time)]
Number = Annotated[Decimal, BeforeValidator(read_number)]
Amount = Annotated[Decimal, Field(ge=0), BeforeValidator(read_number)]
Positive = Annotated[Decimal, Field(gt=0), BeforeValidator(read_number)]
Percentage = Annotated[Decimal, Field(ge=0, le=100), BeforeValidator(read_number)]
Int32 = Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]
AddressLines = Annotated[list[Text250], Field(max_length=5)]
DisplayedName = Annotated[list[Text35], Field(max_length=5)]
DisplayedAddress = Annotated[list[Text35], Field(max_length=6)]
ShippingMarks = Annotated[list[Text35], Field(max_length=50)]
WeightUnit = Literal["KGM", "LBR"]
VolumeUnit = Literal["MTQ", "FTQ"]
TemperatureUnit = Literal["CEL", "FAH"]
PaymentTerm = Literal["PRE", "COL"]
HaulageType = Literal["CY", "SD", "CFS"]


class Model(BaseModel):
    """Base of all: strict, frozen, named as DCSA names."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, alias_generator=dcsa_name)


class Weight(Model):
    """A weight above zero in kilograms or pounds (DCSA `CargoGrossWeight`, `TareWeight` and their like)."""

    value: Positive
    unit: WeightUnit


class Volume(Model):
    """A volume above zero in cubic metres or feet (DCSA `CargoGrossVolume`, `CargoNetVolume`)."""

    value: Positive
    unit: VolumeUnit


class NetVolume(Model):
    """The volume of dangerous goods, liquids and gases only (DCSA `NetVolume`)."""

    value: Positive
    unit: Literal["MTQ", "FTQ", "LTR"]


class NetExplosiveContent(Model):
    """The weight of explosive substance without casings (DCSA `NetExplosiveContent`)."""

    value: Positive
    unit: Literal["KGM", "LBR", "GRM", "ONZ"]


class Address(Model):
    """A structured address of a place (DCSA `Address`)."""

    street: Text70
    street_number: Text50 | None = None
    floor: Trimmed50 | None = None
    post_code: Annotated[str, StringConstraints(max_length=10)] | None = None
    po_box: Text20 | None = None
    city: Trimmed35
    state_region: Text65 | None = None
    country_code: CountryCode


class PartyAddress(Address):
    """A structured address of a party (DCSA `PartyAddress`)."""

    un_location_code: UNLocationCode | None = None


class City(Model):
    """A city with its country (DCSA `City`)."""

    city: Trimmed35
    state_region: Text65 | None = None
    country_code: CountryCode


class Facility(Model):
    """A terminal or depot by its BIC or SMDG code, next to a UN/LOCODE (DCSA `Facility`)."""

    facility_code: Annotated[str, StringConstraints(pattern=TRIMMED, max_length=6)]
    facility_code_list_provider: Literal["BIC", "SMDG"]


class GeoCoordinate(Model):
    """Decimal degrees (ISO 6709), as text (DCSA `GeoCoordinate`)."""

    latitude: Annotated[str, StringConstraints(max_length=10)]
    longitude: Annotated[str, StringConstraints(max_length=11)]


class Port(Model):
    """A port of loading or discharge, by UN/LOCODE or by city and country (DCSA `PortOfLoading`, `PortOfDischarge`)."""

    location_name: Trimmed100 | None = None
    city: City | None = None
    un_location_code: UNLocationCode | None = None


class InlandPlace(Model):
    """Where merchant haulage ends (DCSA `OnwardInlandRouting`)."""

    location_name: Trimmed100 | None = None
    facility_name: Text100 | None = None
    address: Address | None = None
    address_lines: AddressLines | None = None
    facility: Facility | None = None
    un_location_code: UNLocationCode | None = None


class Place(InlandPlace):
    """Where the carrier takes over or hands over the cargo (DCSA `PlaceOfReceipt`, `PlaceOfDelivery`)."""

    geo_coordinate: GeoCoordinate | None = None


class PlaceOfIssue(Model):
    """Where the document is issued: a UN/LOCODE or a country, not both (DCSA `PlaceOfIssue`)."""

    location_name: Trimmed100 | None = None
    un_location_code: UNLocationCode | None = None
    country_code: CountryCode | None = None


class InvoicePayableAt(Model):
    """Where freight is paid: a UN/LOCODE or free text, not both (DCSA `InvoicePayableAt`)."""

    un_location_code: UNLocationCode | None = None
    free_text: Text35 | None = None


class PartyContactDetail(Model):
    """A person to contact, by phone, e-mail or both (DCSA `PartyContactDetail`)."""

    name: Trimmed35
    phone: Trimmed30 | None = None
    email: Annotated[str, StringConstraints(pattern=r"^.+@\S+$", max_length=100)] | None = None


class IdentifyingCode(Model):
    """A code that identifies a party, as an LEI from GLEIF (DCSA `IdentifyingCode`)."""

    code_list_provider: Text100
    party_code: Annotated[str, StringConstraints(max_length=150)]
    code_list_name: Text100 | None = None


class TaxLegalReference(Model):
    """A tax or legal number of a party (DCSA `TaxLegalReference`)."""

    type: Trimmed50
    country_code: CountryCode
    value: Trimmed35


class NamedParty(Model):
    """What every party of the document has: a name, an address, codes."""

    party_name: Trimmed70
    address: PartyAddress | None = None
    address_lines: AddressLines | None = None
    identifying_codes: list[IdentifyingCode] | None = None


class Party(NamedParty):
    """A party in a further function (DCSA `Party`)."""

    tax_legal_references: list[TaxLegalReference] | None = None
    party_contact_details: list[PartyContactDetail] | None = None
    reference: Trimmed35 | None = None


class OtherDocumentParty(Model):
    """A party with its function: contract owner, forwarder, payer (DCSA `OtherDocumentParty`)."""

    party: Party
    party_function: Text3


class NotifyParty(Party):
    """Who is told when the cargo arrives (DCSA `NotifyParty`)."""

    type_of_person: Trimmed50 | None = None
    displayed_address: DisplayedAddress | None = None


class Shipper(Party):
    """Who concluded the contract of carriage or handed over the goods (DCSA `Shipper`)."""

    ebl_platform: EblPlatform | None = None
    type_of_person: Trimmed50 | None = None
    displayed_address: DisplayedAddress | None = None
    purchase_order_references: list[Trimmed35] | None = None


class Consignee(Shipper):
    """To whom the goods go under a straight bill (DCSA `Consignee`)."""

    identifying_codes: Annotated[list[IdentifyingCode], Field(min_length=1)]
    is_notify_party: bool | None = None


class Endorsee(NamedParty):
    """To whose order a negotiable bill is issued (DCSA `Endorsee`)."""

    identifying_codes: Annotated[list[IdentifyingCode], Field(min_length=1)]
    ebl_platform: EblPlatform | None = None
    displayed_address: DisplayedAddress | None = None
    tax_legal_references: list[TaxLegalReference] | None = None
    party_contact_details: list[PartyContactDetail] | None = None
    is_notify_party: bool | None = None


class OnBehalfOfConsignee(NamedParty):
    """Who may act for the consignee in documents (DCSA `OnBehalfOfConsignee`)."""

    identifying_codes: Annotated[list[IdentifyingCode], Field(min_length=1)] | None = None


class IssuingParty(NamedParty):
    """Who issues the document (DCSA `IssuingParty`)."""

    address: PartyAddress
    tax_legal_references: list[TaxLegalReference] | None = None
    party_contact_details: list[PartyContactDetail] | None = None


class CarriersAgentAtDestination(Model):
    """Whom to ask for release of the cargo (DCSA `CarriersAgentAtDestination`)."""

    party_name: Trimmed70
    address: Address
    address_lines: AddressLines | None = None
    party_contact_details: list[PartyContactDetail]


class DocumentParties(Model):
    """The parties by their roles (DCSA `DocumentParties`)."""

    shipper: Shipper
    on_behalf_of_shipper: NamedParty | None = None
    consignee: Consignee | None = None
    on_behalf_of_consignee: OnBehalfOfConsignee | None = None
    endorsee: Endorsee | None = None
    issuing_party: IssuingParty
    carriers_agent_at_destination: CarriersAgentAtDestination | None = None
    notify_parties: Annotated[list[NotifyParty], Field(max_length=3)] | None = None
    other: list[OtherDocumentParty] | None = None


class VesselVoyage(Model):
    """A vessel and the carrier's voyage (DCSA `VesselVoyage`); the document names no IMO number."""

    vessel_name: Trimmed50
    carrier_export_voyage_number: Trimmed50
    universal_export_voyage_reference: (
        Annotated[str, StringConstraints(pattern=r"^[0-9]{2}[0-9A-Z]{2}[NEWSR]$", min_length=5, max_length=5)] | None
    ) = None
    role: Text30 | None = None


class Transports(Model):
    """Dates, places, modes and vessels of the carriage (DCSA `Transports`)."""

    planned_arrival_date: Day
    planned_departure_date: Day
    pre_carriage_by: Text50 | None = None
    on_carriage_by: Text50 | None = None
    place_of_receipt: Place | None = None
    port_of_loading: Port
    port_of_discharge: Port
    place_of_delivery: Place | None = None
    onward_inland_routing: InlandPlace | None = None
    vessel_voyages: Annotated[list[VesselVoyage], Field(min_length=1)]


class Charge(Model):
    """Freight or another charge (DCSA `Charge`)."""

    charge_name: Trimmed50
    extended_charge_name: Trimmed100 | None = None
    currency_amount: Amount
    currency_code: CurrencyCode
    payment_term_code: PaymentTerm
    calculation_basis: Trimmed50
    unit_price: Amount
    quantity: Amount

    @property
    def effective_charge_name(self) -> str:
        """The name that counts: the extended one where it is given."""
        return self.charge_name if self.extended_charge_name is None else self.extended_charge_name


class License(Model):
    """An export or import licence (DCSA `ExportLicense`, `ImportLicense`)."""

    is_required: bool | None = None
    reference: Trimmed35 | None = None
    issue_date: Day | None = None
    expiry_date: Day | None = None


class Reference(Model):
    """A customer's reference (DCSA `Reference`)."""

    type: Text3
    value: Trimmed35


class ReferenceConsignmentItem(Model):
    """A customer's references for a consignment item (DCSA `ReferenceConsignmentItem`)."""

    type: Text3
    values: Annotated[list[Trimmed35], Field(min_length=1)]


class CustomsReference(Model):
    """References that customs ask for (DCSA `CustomsReference`)."""

    type: Trimmed50
    country_code: CountryCode
    values: Annotated[list[Trimmed35], Field(min_length=1)]


class NationalCommodityCode(Model):
    """National commodity codes of up to ten characters (DCSA `NationalCommodityCode`, deprecated)."""

    type: Annotated[str, StringConstraints(pattern=TRIMMED, max_length=10)]
    country_code: CountryCode | None = None
    values: Annotated[list[Annotated[str, StringConstraints(pattern=TRIMMED, max_length=10)]], Field(min_length=1)]


class ExtendedNationalCommodityCode(Model):
    """National commodity codes of up to sixteen characters (DCSA `ExtendedNationalCommodityCode`)."""

    type: Annotated[str, StringConstraints(pattern=TRIMMED, max_length=10)]
    country_code: CountryCode | None = None
    values: Annotated[list[Annotated[str, StringConstraints(pattern=TRIMMED, max_length=16)]], Field(min_length=1)]


class InnerPackaging(Model):
    """Packaging inside the outer packaging of dangerous goods (DCSA `InnerPackaging`)."""

    quantity: Int32
    material: Text100
    description: Text100
    inner_packagings: list[InnerPackaging] | None = None


class EmergencyContactDetails(Model):
    """Whom to call day and night (DCSA `EmergencyContactDetails`)."""

    contact: Text255
    provider: Text255 | None = None
    phone: Trimmed30
    reference_number: Text255 | None = None


class Limits(Model):
    """Temperatures that dangerous goods must not pass (DCSA `Limits`), all in one unit."""

    temperature_unit: TemperatureUnit
    flash_point: Number | None = None
    transport_control_temperature: Number | None = None
    transport_emergency_temperature: Number | None = None
    sadt: Number | None = None
    sapt: Number | None = None


class DangerousGoods(Model):
    """Dangerous goods by UN or NA number, IMDG amendment 41-22 (DCSA `DangerousGoods`)."""

    un_number: FourDigits | None = None
    na_number: FourDigits | None = None
    coded_variant_list: (
        Annotated[str, StringConstraints(pattern=r"^[0-3][0-9A-Z]{3}$", min_length=4, max_length=4)] | None
    ) = None
    proper_shipping_name: Text250
    technical_name: Text250 | None = None
    imo_class: Annotated[str, StringConstraints(max_length=4)]
    subsidiary_risk1: SubsidiaryRisk | None = None
    subsidiary_risk2: SubsidiaryRisk | None = None
    is_marine_pollutant: bool | None = None
    packing_group: Annotated[int, Field(ge=1, le=3)] | None = None
    is_limited_quantity: bool | None = None
    is_excepted_quantity: bool | None = None
    is_salvage_packings: bool | None = None
    is_empty_uncleaned_residue: bool | None = None
    is_waste: bool | None = None
    is_hot: bool | None = None
    is_competent_authority_approval_required: bool | None = None
    competent_authority_approval: Trimmed70 | None = None
    segregation_groups: list[Annotated[str, StringConstraints(max_length=2)]] | None = None
    inner_packagings: list[InnerPackaging] | None = None
    emergency_contact_details: EmergencyContactDetails | None = None
    ems_number: Annotated[str, StringConstraints(max_length=7)] | None = None
    end_of_holding_time: Day | None = None
    fumigation_date_time: Moment | None = None
    is_reportable_quantity: bool | None = None
    inhalation_zone: Annotated[str, StringConstraints(min_length=1, max_length=1)] | None = None
    gross_weight: Weight | None = None
    net_weight: Weight | None = None
    net_explosive_content: NetExplosiveContent | None = None
    net_volume: NetVolume | None = None
    limits: Limits | None = None


class OuterPackaging(Model):
    """Packages of a cargo item (DCSA `OuterPackaging`)."""

    package_code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2}$", min_length=2, max_length=2)] | None = None
    imo_packaging_code: (
        Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,5}$", min_length=1, max_length=5)] | None
    ) = None
    number_of_packages: Annotated[int, Field(ge=1, le=99_999_999)]
    description: Text100
    wood_declaration: Text30 | None = None
    dangerous_goods: list[DangerousGoods] | None = None


class CargoItem(Model):
    """The smallest unit of stuffing, in one container (DCSA `CargoItem`)."""

    equipment_reference: EquipmentReference
    cargo_gross_weight: Weight
    cargo_gross_volume: Volume | None = None
    cargo_net_weight: Weight | None = None
    cargo_net_volume: Volume | None = None
    export_license: License | None = None
    import_license: License | None = None
    outer_packaging: OuterPackaging
    national_commodity_codes: list[NationalCommodityCode] | None = None
    extended_national_commodity_codes: list[ExtendedNationalCommodityCode] | None = None
    customs_references: list[CustomsReference] | None = None


class ConsignmentItem(Model):
    """Goods of one description and booking, over one or more containers (DCSA `ConsignmentItem`)."""

    carrier_booking_reference: Trimmed35
    description_of_goods: Annotated[list[Trimmed35], Field(max_length=150)]
    hs_codes: Annotated[
        list[Annotated[str, StringConstraints(pattern=r"^[0-9]{6,10}$", min_length=6, max_length=10)]],
        Field(min_length=1),
    ]
    extended_hs_codes: (
        list[Annotated[str, StringConstraints(pattern=r"^[0-9]{6,12}$", min_length=6, max_length=12)]] | None
    ) = None
    national_commodity_codes: list[NationalCommodityCode] | None = None
    extended_national_commodity_codes: list[ExtendedNationalCommodityCode] | None = None
    shipping_marks: ShippingMarks | None = None
    cargo_items: Annotated[list[CargoItem], Field(min_length=1)]
    export_license: License | None = None
    import_license: License | None = None
    references: list[ReferenceConsignmentItem] | None = None
    customs_references: list[CustomsReference] | None = None

    @property
    def effective_hs_codes(self) -> list[str]:
        """The HS codes that count: the extended ones where they are given."""
        return self.hs_codes if self.extended_hs_codes is None else self.extended_hs_codes


class Equipment(Model):
    """A container (DCSA `Equipment`)."""

    equipment_reference: EquipmentReference
    iso_equipment_code: Annotated[str, StringConstraints(pattern=TRIMMED, max_length=4)] | None = None
    tare_weight: Weight | None = None


class Seal(Model):
    """A seal on a container (DCSA `Seal`)."""

    number: Annotated[str, StringConstraints(max_length=15)]
    source: Literal["CAR", "SHI", "VET", "CUS"] | None = None


class ActiveReeferSettings(Model):
    """How a working reefer is set (DCSA `ActiveReeferSettings`)."""

    temperature_setpoint: Number | None = None
    temperature_unit: TemperatureUnit | None = None
    o2_setpoint: Percentage | None = None
    co2_setpoint: Percentage | None = None
    humidity_setpoint: Percentage | None = None
    air_exchange_setpoint: Amount | None = None
    air_exchange_unit: Literal["MQH", "FQH"] | None = None
    is_ventilation_open: bool | None = None
    is_drainholes_open: bool | None = None
    is_bulb_mode: bool | None = None
    is_cold_treatment_required: bool | None = None
    is_controlled_atmosphere_required: bool | None = None


class UtilizedTransportEquipment(Model):
    """A container of this document with its seals (DCSA `UtilizedTransportEquipment`)."""

    equipment: Equipment
    is_shipper_owned: bool
    is_non_operating_reefer: bool | None = None
    active_reefer_settings: ActiveReeferSettings | None = None
    shipping_marks: ShippingMarks | None = None
    seals: Annotated[list[Seal], Field(min_length=1)]
    references: list[Reference] | None = None
    customs_references: list[CustomsReference] | None = None


class TransportDocument(Model):
    """A bill of lading or sea waybill (DCSA `TransportDocument` 3.0.4)."""

    transport_document_reference: Trimmed20
    transport_document_sub_reference: Trimmed100 | None = None
    shipping_instructions_reference: Trimmed100 | None = None
    transport_document_status: Text50
    transport_document_type_code: Literal["BOL", "SWB"]
    is_shipped_on_board_type: bool
    freight_payment_term_code: PaymentTerm | None = None
    is_electronic: bool
    is_to_order: bool
    number_of_copies_with_charges: Count | None = None
    number_of_copies_without_charges: Count | None = None
    number_of_originals_with_charges: Count | None = None
    number_of_originals_without_charges: Count | None = None
    displayed_name_for_place_of_receipt: DisplayedName | None = None
    displayed_name_for_port_of_load: DisplayedName | None = None
    displayed_name_for_port_of_discharge: DisplayedName | None = None
    displayed_name_for_place_of_delivery: DisplayedName | None = None
    shipped_on_board_date: Day | None = None
    displayed_shipped_on_board_received_for_shipment: Trimmed250 | None = None
    terms_and_conditions: Annotated[str, StringConstraints(max_length=50_000)]
    receipt_type_at_origin: HaulageType
    delivery_type_at_destination: HaulageType
    cargo_movement_type_at_origin: Text3
    cargo_movement_type_at_destination: Text3
    issue_date: Day | None = None
    received_for_shipment_date: Day | None = None
    service_contract_reference: Text30 | None = None
    contract_quotation_reference: Trimmed35 | None = None
    extended_contract_quotation_reference: Trimmed70 | None = None
    declared_value: Amount | None = None
    declared_value_currency: CurrencyCode | None = None
    carrier_code: Annotated[str, StringConstraints(pattern=r"^\S+$", max_length=4)]
    carrier_code_list_provider: Literal["SMDG", "NMFTA"]
    carrier_clauses: list[Annotated[str, StringConstraints(pattern=TRIMMED, max_length=20_000)]] | None = None
    number_of_rider_pages: Count | None = None
    transports: Transports
    charges: list[Charge] | None = None
    place_of_issue: PlaceOfIssue | None = None
    invoice_payable_at: InvoicePayableAt
    party_contact_details: Annotated[list[PartyContactDetail], Field(min_length=1)]
    document_parties: DocumentParties
    consignment_items: Annotated[list[ConsignmentItem], Field(min_length=1)]
    utilized_transport_equipments: Annotated[list[UtilizedTransportEquipment], Field(min_length=1)]
    export_license: License | None = None
    import_license: License | None = None
    references: list[Reference] | None = None
    customs_references: list[CustomsReference] | None = None

    @property
    def effective_contract_quotation_reference(self) -> str | None:
        """The contract or quotation that counts: the extended one where it is given."""
        if self.extended_contract_quotation_reference is not None:
            return self.extended_contract_quotation_reference
        return self.contract_quotation_reference
