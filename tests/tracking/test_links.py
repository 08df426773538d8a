"""A producer learns of a bill by a disclosure of its document, verified against a root from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from event_makers import BILL, BOOKING, BOX, OTHER_BILL, SECOND_BOX

from sampan.documents import Classes, DocumentTree, disclose, select
from sampan.documents.disclosure import Disclosure
from sampan.errors import AnswerIsNo, BadInput
from sampan.scenarios.samples import read_sample
from sampan.tracking.links import DISCLOSE, Link, read_link


def disclosed(
    change: Callable[[Any], object] = lambda document: None, fields: tuple[str, ...] = DISCLOSE
) -> Disclosure:
    """What a carrier discloses of the sample, changed."""
    document = json.loads(read_sample("to-order"))
    change(document)
    tree = DocumentTree.fresh(document)
    return disclose(tree, select(tree, Classes(document), patterns=fields).pointers)


def test_a_link_has_what_the_document_says() -> None:
    found = disclosed(lambda document: document["transports"].update(placeOfReceipt={"UNLocationCode": "CNSZH"}))
    link = read_link(found, found.root, BILL)
    assert (link.reference, link.carrier_code, link.code_list) == ("XLLSHA2600101", "XLL", "SMDG")
    assert link.bookings == (BOOKING,)
    assert (link.loading, link.discharge, link.receipt, link.delivery) == ("CNSHA", "NLRTM", "CNSZH", "")
    assert link.containers == {BOX: 1, SECOND_BOX: 2}
    assert link.references == ("TRD/XLLSHA2600101", f"BKG/{BOOKING}")
    assert Link.from_text(link.as_text()) == link


def test_a_link_that_the_root_does_not_hold_is_refused() -> None:
    with pytest.raises(AnswerIsNo):
        read_link(disclosed(), bytes(32), BILL)


def test_a_document_of_another_bill_is_no_link() -> None:
    found = disclosed()
    with pytest.raises(AnswerIsNo, match="is of bill XLLSHA2600101"):
        read_link(found, found.root, OTHER_BILL)


@pytest.mark.parametrize("left_out", [field for field in DISCLOSE if "Booking" not in field])
def test_a_disclosure_that_leaves_out_what_is_needed_is_refused_with_what_to_ask_for(left_out: str) -> None:
    found = disclosed(fields=tuple(field for field in DISCLOSE if field != left_out))
    with pytest.raises(BadInput, match="is not disclosed") as refused:
        read_link(found, found.root, BILL)
    assert "--for-cargo" in (refused.value.hint or "")


def test_a_list_of_containers_that_is_not_whole_is_refused() -> None:
    some = (*DISCLOSE[:-1], "/utilizedTransportEquipments/0/equipment/equipmentReference")
    found = disclosed(fields=some)
    with pytest.raises(BadInput, match="is not disclosed"):
        read_link(found, found.root, BILL)


def test_a_bill_on_which_a_container_stands_twice_is_refused() -> None:
    found = disclosed(
        lambda document: document["utilizedTransportEquipments"][1]["equipment"].update(equipmentReference=BOX)
    )
    with pytest.raises(BadInput, match="stands twice"):
        read_link(found, found.root, BILL)


def test_a_disclosure_that_may_keep_back_a_place_of_delivery_is_refused() -> None:
    ports = ("/transports/portOfLoading/UNLocationCode", "/transports/portOfDischarge/UNLocationCode")
    found = disclosed(fields=(*(field for field in DISCLOSE if "transports" not in field), *ports))
    with pytest.raises(BadInput, match="is not disclosed"):
        read_link(found, found.root, BILL)


def test_a_link_learns_no_more_of_the_voyage_than_its_places() -> None:
    shown = {field.pointer for field in disclosed().fields if field.pointer.startswith("/transports")}
    assert shown == {
        "/transports",
        "/transports/portOfLoading/UNLocationCode",
        "/transports/portOfDischarge/UNLocationCode",
    }


def test_a_port_without_a_code_is_refused() -> None:
    found = disclosed(lambda document: document["transports"]["portOfLoading"].pop("UNLocationCode"))
    with pytest.raises(BadInput, match="portOfLoading"):
        read_link(found, found.root, BILL)
