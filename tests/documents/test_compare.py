"""Two documents field by field, and documents that divide what others hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from document_makers import Document, changed, drop, put, sample

from sampan.documents import model
from sampan.documents.compare import About, Difference, Measure, differences, name_of, same_quantity
from sampan.documents.partition import Comparison, compare

LINE = "/consignmentItems/0/cargoItems"
BOX = "/utilizedTransportEquipments"


def told(found: list[Difference]) -> list[tuple[str, str, str]]:
    return [(one.about.value, one.change, one.place) for one in found]


def test_a_document_differs_from_itself_in_nothing_however_its_members_are_ordered() -> None:
    document = sample()
    turned = dict(reversed(document.items()))
    assert differences(document, turned) == []
    assert differences({"declaredValue": 1}, {"declaredValue": 1.0}) == []
    assert len(differences({"isElectronic": True}, {"isElectronic": 1})) == 1


def test_the_endorsee_parties_dates_and_places_are_said_before_cargo_and_the_rest() -> None:
    after = changed(
        put("/carrierClauses/0", "Shipper's count."),
        put(f"{LINE}/0/outerPackaging/numberOfPackages", 7),
        put("/transports/portOfDischarge/UNLocationCode", "NLAMS"),
        put("/issueDate", "2026-02-01"),
        put("/documentParties/shipper/partyName", "Another Shipper"),
        put("/documentParties/endorsee/partyName", "Another Endorsee"),
        base=sample(),
    )
    found = differences(sample(), after)
    assert told(found) == [
        ("endorsee", "changed", "/documentParties/endorsee/partyName"),
        ("party", "changed", "/documentParties/shipper/partyName"),
        ("date", "changed", "/issueDate"),
        ("place", "changed", "/transports/portOfDischarge/UNLocationCode"),
        ("cargo", "changed", f"{LINE}/0/outerPackaging/numberOfPackages"),
        ("other", "changed", "/carrierClauses/0"),
    ]
    assert found[1].name == "Shipper.partyName"
    assert (found[1].before, found[1].after) == ("Shanghai Qinglan Appliance Co., Ltd.", "Another Shipper")


def test_containers_and_seals_are_compared_with_their_like_wherever_they_stand() -> None:
    before, after = sample("split"), sample("split")
    after["utilizedTransportEquipments"].reverse()
    found = differences(before, after)
    assert told(found) == [("container", "moved", BOX)]
    after["utilizedTransportEquipments"][0]["seals"][0]["number"] = "OTHER1"
    found = differences(before, after)
    # The seal of another number is another seal, in the third container that stands first now.
    assert ("container", "removed", f"{BOX}/2/seals/0") in told(found)
    assert ("container", "added", f"{BOX}/0/seals/0") in told(found)
    del after["utilizedTransportEquipments"][1]
    assert ("container", "removed", f"{BOX}/1") in told(differences(before, after))


@pytest.mark.parametrize(
    ("kilograms", "pounds", "same"),
    [(1000, 2204.62, True), (1000, 2204.6226, True), (1000, 2205, True), (1000, 2206, False), (1000, 2204.63, False)],
)
def test_a_weight_in_pounds_is_the_same_when_rounding_explains_it(kilograms: int, pounds: float, same: bool) -> None:
    place = f"{LINE}/0/cargoGrossWeight"
    before = changed(put(place, {"value": kilograms + 0.0, "unit": "KGM"}), base=sample())
    after = changed(put(place, {"value": pounds, "unit": "LBR"}), base=sample())
    (found, *rest) = differences(before, after)
    assert (found.change == "restated") is same
    assert bool(rest) is not same


def test_quantities_in_one_unit_are_compared_exactly_and_never_in_binary() -> None:
    tenths = [Measure.of({"value": 0.1, "unit": "MTQ"})] * 3
    assert same_quantity([one for one in tenths if one], [Measure(Decimal("0.3"), Decimal("0.05"), "MTQ")])
    near = Measure(Decimal("0.3001"), Decimal("0.00005"), "MTQ")
    assert not same_quantity([one for one in tenths if one], [near])
    assert Measure.of({"value": 35.3147, "unit": "FTQ"}) is not None
    assert Measure.of({"value": True, "unit": "KGM"}) is Measure.of({"value": 1, "unit": "STN"}) is None


def test_a_name_is_dcsas_object_and_its_property() -> None:
    assert name_of(f"{LINE}/1/cargoGrossWeight/value") == "CargoGrossWeight.value"
    assert name_of("/documentParties/notifyParties/0/partyName") == "NotifyParty.partyName"
    assert name_of("/documentParties/other/0/partyFunction") == "OtherDocumentParty.partyFunction"
    assert name_of("/consignmentItems/0/HSCodes/0") == "ConsignmentItem.HSCodes"
    assert name_of("/issueDate") == "TransportDocument.issueDate"
    assert name_of("") == "TransportDocument"
    for owner in ("ConsignmentItem", "CargoItem", "UtilizedTransportEquipment", "Seal", "IdentifyingCode"):
        assert hasattr(model, owner)


# ------------------------------------------------------------------------------------------------------------ dividing


def split(**documents: Document) -> Comparison:
    return compare({"whole": sample("split")}, documents)


def parts() -> tuple[Document, Document]:
    return sample("split-first"), sample("split-second")


def test_the_samples_divide_their_bill_and_put_together_again_they_are_it() -> None:
    first, second = parts()
    found = split(first=first, second=second)
    assert found.is_partition
    assert [(one.document, one.difference.place) for one in found.changes] == [
        ("first", "/issueDate"),
        ("second", "/issueDate"),
    ]
    assert compare({"first": first, "second": second}, {"whole": sample("split")}).is_partition


def test_parts_of_9999_cartons_each_in_one_container_with_another_endorsee_are_no_partition() -> None:
    """Met by a bank: it was proposed, and a hash was all that anybody saw."""
    blind = changed(
        put(f"{LINE}/0/outerPackaging/numberOfPackages", 9_999),
        put("/documentParties/endorsee/partyName", "Somebody Else Limited"),
        base=parts()[0],
    )
    found = split(first=blind, second=blind)
    assert not found.is_partition
    said = [one.message for one in found.breaks]
    assert "22,998 CT in the new documents, 4,000 in what they replace" in said
    assert "container XLLU2602116 lies in 2 documents: first and second" in said
    assert "container XLLU2602137 is in none of the new documents" in said
    assert {one.about for one in found.breaks} == {"packages", "weight", "volume", "containers"}
    assert found.changes[0].difference.about is About.ENDORSEE


@pytest.mark.parametrize(
    ("edit", "about", "said"),
    [
        (put(f"{LINE}/0/outerPackaging/numberOfPackages", 1501), "packages", "4,001 CT in the new documents"),
        (put(f"{LINE}/0/outerPackaging/packageCode", "BX"), "packages", "1,500 BX in the new documents, 0 in"),
        (
            put(f"{LINE}/0/cargoGrossWeight/value", 8410.001),
            "weight",
            "22,426.401 kg gross weight in the new documents",
        ),
        (put(f"{LINE}/0/cargoGrossWeight/unit", "LBR"), "weight", "kg gross weight in the new documents"),
        (put(f"{LINE}/0/cargoGrossVolume/value", 64.9), "volume", "172.9 m3 gross volume in the new documents"),
        (drop(f"{LINE}/0/cargoGrossVolume"), "volume", "108 m3 gross volume in the new documents"),
        (
            put(f"{BOX}/0/equipment/equipmentReference", "XLLU2602142"),
            "containers",
            "XLLU2602142 is in none that is repl",
        ),
        (put(f"{LINE}/0/equipmentReference", "XLLU2602142"), "containers", "XLLU2602142 is in none that is replaced"),
        (put(f"{BOX}/0/seals/0/number", "OTHER1"), "seals", "seal OTHER1 of container XLLU2602116 is in none that"),
        (put("/consignmentItems/0/HSCodes/0", "851660"), "goods", "HS code 851660 are in none that is replaced"),
    ],
)
def test_what_appears_or_is_lost_in_one_part_is_named(edit: Callable[[Any], None], about: str, said: str) -> None:
    first, second = parts()
    found = split(first=changed(edit, base=first), second=second)
    assert said in " | ".join(one.message for one in found.breaks if one.about == about), found.breaks


def test_cargo_that_moves_from_one_container_to_another_is_named_though_the_sums_agree() -> None:
    first, second = parts()
    bent = changed(
        put(f"{LINE}/0/outerPackaging/numberOfPackages", 1400),
        put(f"{LINE}/1/outerPackaging/numberOfPackages", 1600),
        base=first,
    )
    found = split(first=bent, second=second)
    assert [one.message for one in found.breaks] == [
        "1,400 packages in container XLLU2602116 of the new documents, 1,500 before",
        "1,600 packages in container XLLU2602121 of the new documents, 1,500 before",
    ]


def test_parts_in_pounds_and_cubic_feet_divide_a_bill_in_kilograms() -> None:
    first, second = parts()
    edits = []
    for index in range(2):
        edits.append(put(f"{LINE}/{index}/cargoGrossWeight", {"value": 18540.876, "unit": "LBR"}))
        edits.append(put(f"{LINE}/{index}/cargoGrossVolume", {"value": 2288.3904, "unit": "FTQ"}))
    imperial = changed(*edits, base=first)
    assert split(first=imperial, second=second).is_partition
    heavier = changed(put(f"{LINE}/0/cargoGrossWeight/value", 18542), base=imperial)
    assert [one.about for one in split(first=heavier, second=second).breaks] == ["weight", "weight"]


# ------------------------------------------------------------------------------------------------------ document diff


def test_document_diff_names_each_field_and_exits_with_1(tmp_path: Path, sampan_command: Callable[..., Any]) -> None:
    one, other = tmp_path / "one.json", tmp_path / "other.json"
    one.write_text(json.dumps(sample()))
    other.write_text(json.dumps(changed(put("/documentParties/shipper/partyName", "Another"), base=sample())))
    same = sampan_command("document", "diff", one, one, "--json")
    assert (same.code, same.document["same"], same.document["differences"]) == (0, True, [])
    ran = sampan_command("document", "diff", one, other, "--json")
    assert ran.code == 1
    assert ran.document["differences"] == [
        {
            "before_pointer": "/documentParties/shipper/partyName",
            "pointer": "/documentParties/shipper/partyName",
            "name": "Shipper.partyName",
            "about": "party",
            "change": "changed",
            "before": "Shanghai Qinglan Appliance Co., Ltd.",
            "after": "Another",
        }
    ]
    text = sampan_command("document", "diff", one, other)
    assert "/documentParties/shipper/partyName  Shipper.partyName\n" in text.out
    assert "Shanghai Qinglan Appliance Co., Ltd. → Another" in text.out
    assert sampan_command("document", "diff", one, tmp_path / "none.json", "--json").code == 3
