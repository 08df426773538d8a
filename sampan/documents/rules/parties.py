"""Rules about parties: who must be named, who excludes whom, addresses, contacts, codes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sampan.documents import codes
from sampan.documents.identifiers import is_lei, lei_check_digits
from sampan.documents.json import shown
from sampan.documents.rules.base import ADVICE, WHEN_ISSUED, Book, Node, Problem, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

book = Book()
PARTIES = "/documentParties"
_PHONE = re.compile(r"\+[0-9][0-9 ()./-]*")


def parties(document: Node) -> Node:
    """The parties, or an empty place where they would be."""
    return document.node("documentParties") or Node({}, PARTIES)


@book.rule(
    "consignee-of-straight",
    "A document that is not to order names its consignee",
    source="DCSA Consignee",
)
def _(document: Node) -> Iterator[Problem]:
    if document.flag("isToOrder") is False and not parties(document).has("consignee"):
        yield Problem(f"{PARTIES}/consignee", "is missing, though the document is not to order", "the consignee")


@book.rule(
    "endorsee-of-order",
    "Only a document to order has an endorsee",
    source="DCSA Endorsee",
)
def _(document: Node) -> Iterator[Problem]:
    if document.flag("isToOrder") is False and parties(document).has("endorsee"):
        yield Problem(f"{PARTIES}/endorsee", "is named, though the document is not to order", "left out, or isToOrder")


@book.rule(
    "consignee-or-endorsee",
    "Consignee and endorsee exclude each other",
    source="DCSA Consignee, Endorsee",
)
def _(document: Node) -> Iterator[Problem]:
    if parties(document).has("consignee") and parties(document).has("endorsee"):
        yield Problem(f"{PARTIES}/endorsee", "stands beside consignee", "one of the two")


@book.rule(
    "notify-party-of-order",
    "A document to order names whom to notify, unless its consignee or endorsee is to be notified",
    source="DCSA DocumentParties.notifyParties",
    severities=WHEN_ISSUED,
)
def _(document: Node) -> Iterator[Problem]:
    if not document.flag("isToOrder") or parties(document).items("notifyParties"):
        return
    named = [parties(document).node(name) for name in ("consignee", "endorsee")]
    if not any(party is not None and party.flag("isNotifyParty") for party in named):
        yield Problem(
            f"{PARTIES}/notifyParties", "is missing on a document to order", "a notify party, or isNotifyParty"
        )


@book.rule(
    "on-behalf-of-shipper",
    "Who acts for the shipper has an address or an identifying code",
    source="DCSA OnBehalfOfShipper.identifyingCodes",
)
def _(document: Node) -> Iterator[Problem]:
    party = parties(document).node("onBehalfOfShipper")
    if party is not None and not (
        party.has("address") or party.items("addressLines") or party.items("identifyingCodes")
    ):
        yield Problem(party.pointer, "has neither address nor identifying code", "one of them")


@book.rule(
    "party-function",
    "Other parties have a function that DCSA names",
    source="DCSA OtherDocumentParty.partyFunction",
)
def _(document: Node) -> Iterator[Problem]:
    for party in parties(document).items("other"):
        function = party.text("partyFunction")
        if function is not None and function not in codes.PARTY_FUNCTIONS:
            yield Problem(
                party.at("partyFunction"), f"is '{shown(function)}'", f"one of {listed(codes.PARTY_FUNCTIONS)}"
            )


@book.rule(
    "type-of-person",
    "The type of person is one of the Union Customs Code's",
    source="DCSA typeOfPerson",
)
def _(document: Node) -> Iterator[Problem]:
    for _name, party in parties(document).objects():
        kind = party.text("typeOfPerson")
        if kind is not None and kind not in codes.PERSON_TYPES:
            yield Problem(party.at("typeOfPerson"), f"is '{shown(kind)}'", f"one of {listed(codes.PERSON_TYPES)}")


@book.rule(
    "displayed-address-on-paper",
    "On paper a displayed address has at most two lines, unless the carrier allows more",
    source="DCSA displayedAddress",
    severities=ADVICE,
)
def _(document: Node) -> Iterator[Problem]:
    if document.flag("isElectronic") is not False:
        return
    for _name, party in parties(document).objects():
        lines = len(party.items("displayedAddress"))
        if lines > 2:
            yield Problem(party.at("displayedAddress"), f"has {lines} lines on a paper document", "two lines")


@book.rule(
    "contact-reachable",
    "A contact has a phone number or an e-mail address",
    source="DCSA PartyContactDetail",
)
def _(document: Node) -> Iterator[Problem]:
    for name, contact in document.objects():
        if name == "partyContactDetails" and not (contact.has("phone") or contact.has("email")):
            yield Problem(contact.pointer, "has neither phone nor email", "one of them, or both")


@book.rule(
    "phone-international",
    "Phone numbers are written internationally (ITU-T E.123): +, country, number, at most 15 digits",
    source="DCSA PartyContactDetail.phone, EmergencyContactDetails.phone",
)
def _(document: Node) -> Iterator[Problem]:
    for name, contact in document.objects():
        phone = contact.text("phone")
        if name not in {"partyContactDetails", "emergencyContactDetails"} or phone is None:
            continue
        digits = sum(letter.isdigit() for letter in phone)
        if not _PHONE.fullmatch(phone) or not 7 <= digits <= 15:
            yield Problem(contact.at("phone"), f"is '{shown(phone)}'", "as +852 2345 6789")


@book.rule(
    "ebl-platform",
    "An eBL platform is one of DCSA's",
    source="DCSA eblPlatform",
)
def _(document: Node) -> Iterator[Problem]:
    for _name, party in parties(document).objects():
        platform = party.text("eblPlatform")
        if platform is not None and platform not in codes.EBL_PLATFORMS:
            yield Problem(party.at("eblPlatform"), f"is '{shown(platform)}'", f"one of {listed(codes.EBL_PLATFORMS)}")


@book.rule(
    "code-list-provider",
    "An identifying code comes from a provider that DCSA names",
    source="DCSA IdentifyingCode.codeListProvider",
)
def _(document: Node) -> Iterator[Problem]:
    for code in _identifying_codes(document):
        provider = code.text("codeListProvider")
        if provider is not None and provider not in codes.CODE_LIST_PROVIDERS:
            yield Problem(
                code.at("codeListProvider"), f"is '{shown(provider)}'", f"one of {listed(codes.CODE_LIST_PROVIDERS)}"
            )


@book.rule(
    "platform-retired",
    "Platform codes that DCSA retired are not used",
    source="DCSA eblPlatform, IdentifyingCode.codeListProvider",
    severities=ADVICE,
)
def _(document: Node) -> Iterator[Problem]:
    for _name, node in parties(document).objects():
        for name in ("eblPlatform", "codeListProvider"):
            code = node.text(name)
            if code in codes.DEPRECATED_PLATFORMS:
                yield Problem(node.at(name), f"is '{code}', which DCSA retired", codes.DEPRECATED_PLATFORMS[code])


@book.rule(
    "lei",
    "An LEI has 20 characters, the last two its check digits (ISO 17442)",
    source="DCSA IdentifyingCode.partyCode",
)
def _(document: Node) -> Iterator[Problem]:
    for code in _identifying_codes(document):
        party_code = code.text("partyCode")
        named = code.text("codeListName")
        if code.text("codeListProvider") != "GLEIF" or named not in {None, "LEI"} or party_code is None:
            continue
        if is_lei(party_code):
            continue
        right = "18 letters A-Z and digits, then two check digits"
        if re.fullmatch(r"[0-9A-Z]{18}[0-9]{2}", party_code):
            right = f"check digits {lei_check_digits(party_code[:18])}, or a mistyped character corrected"
        yield Problem(code.at("partyCode"), f"is '{shown(party_code)}', which is no LEI", right)


def _identifying_codes(document: Node) -> Iterator[Node]:
    for name, node in document.objects():
        if name == "identifyingCodes":
            yield node


def leis(party: Node) -> list[tuple[str, str]]:
    """The valid LEIs among a party's codes, each with its pointer."""
    found = []
    for code in party.items("identifyingCodes"):
        party_code = code.text("partyCode")
        if (
            code.text("codeListProvider") == "GLEIF"
            and code.text("codeListName") in {None, "LEI"}
            and party_code is not None
            and is_lei(party_code)
        ):
            found.append((code.at("partyCode"), party_code))
    return found
