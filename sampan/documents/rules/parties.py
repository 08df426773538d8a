"""Rules about parties: who must be named, who excludes whom, addresses, contacts, codes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sampan.documents import codes
from sampan.documents.identifiers import is_lei, lei_check_digits
from sampan.documents.json import shown
from sampan.documents.rules.base import ADVICE, NOTE, WHEN_ISSUED, Node, Problem, misfits, neither, none_but, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

PARTIES = "/documentParties"
_MOST_DIGITS = 15
_DIGITS = r"[0-9(](?:[ ().-]*[0-9])*\)?"
_INTERNATIONAL = re.compile(r"\+ ?[1-9(](?:[ ().-]*[0-9])*")
# "Extension" stands in the country's language, so that any word may (E.123, 9.6).
_PHONE = re.compile(
    rf"\+ ?{_DIGITS}(?: ?/ ?\+?{_DIGITS})*(?: *[,;]? *(?:[^\W\d_]+[.:=]?|#) *{_DIGITS}(?: ?/ ?{_DIGITS})*)?"
)


def parties(document: Node) -> Node:
    """The parties, or an empty place where they would be."""
    return next(iter(document.nodes("documentParties")), Node({}, PARTIES))


@rule("consignee-of-straight", "DCSA Consignee; DCSA kit")
def _(document: Node) -> Iterator[Problem]:
    """A document that is not to order names its consignee."""
    if document.flag("isToOrder") is False and not parties(document).has("consignee"):
        yield Problem(f"{PARTIES}/consignee", "is missing, though the document is not to order", "the consignee")


@rule("endorsee-of-order", "DCSA Endorsee; DCSA kit")
def _(document: Node) -> Iterator[Problem]:
    """Only a document to order has an endorsee."""
    if document.flag("isToOrder") is False and parties(document).has("endorsee"):
        yield Problem(f"{PARTIES}/endorsee", "is named, though the document is not to order", "left out, or isToOrder")


@rule("consignee-or-endorsee", "DCSA Consignee, Endorsee; DCSA kit")
def _(document: Node) -> Iterator[Problem]:
    """Consignee and endorsee exclude each other."""
    if parties(document).has("consignee") and parties(document).has("endorsee"):
        yield Problem(f"{PARTIES}/endorsee", "stands beside consignee", "one of the two")


@rule("notify-party-of-order", "DCSA DocumentParties.notifyParties; DCSA kit", WHEN_ISSUED)
def _(document: Node) -> Iterator[Problem]:
    """A document to order names whom to notify, unless its consignee or endorsee is to be notified."""
    named = parties(document)
    notified = named.items("notifyParties") or named.flag("consignee/isNotifyParty")
    if document.flag("isToOrder") and not notified and not named.flag("endorsee/isNotifyParty"):
        right = "a notify party, or isNotifyParty"
        yield Problem(f"{PARTIES}/notifyParties", "is missing on a document to order", right)


@rule("on-behalf-of-shipper", "DCSA OnBehalfOfShipper.identifyingCodes; DCSA kit")
def _(document: Node) -> Iterator[Problem]:
    """Who acts for the shipper has an address or an identifying code."""
    for party in document.nodes("documentParties/onBehalfOfShipper"):
        if not party.has("address") and not party.each("addressLines/*", "identifyingCodes/*"):
            yield Problem(party.pointer, "has neither address nor identifying code", "one of them")


@rule("party-identified", "DCSA kit (DCSA's own examples name parties by their names alone)", NOTE)
def _(document: Node) -> Iterator[Problem]:
    """A party is known by more than its name: by an address, address lines or an identifying code."""
    named = ("shipper", "consignee", "endorsee", "notifyParties/*", "other/*/party")
    for party in document.nodes(*(f"documentParties/{path}" for path in named)):
        if not any(party.raw(way) for way in ("address", "addressLines", "identifyingCodes")):
            message = "has neither address nor addressLines nor identifyingCodes"
            yield Problem(party.pointer, message, "one of them, so that the party is known by more than its name")


@rule("party-function", "DCSA OtherDocumentParty.partyFunction; DCSA kit", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """Other parties have a function that DCSA names."""
    return none_but(codes.PARTY_FUNCTIONS, document.texts("documentParties/other/*/partyFunction"))


@rule("party-function-once", "DCSA kit", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """Of one function there is one other party."""
    seen: dict[str, str] = {}
    for pointer, function in document.texts("documentParties/other/*/partyFunction"):
        first = seen.setdefault(function, pointer)
        if first != pointer:
            yield Problem(pointer, f"is '{shown(function)}', as at {first}", "each function once")


@rule("type-of-person", "DCSA typeOfPerson; Union Customs Code art. 5(4); DCSA kit")
def _(document: Node) -> Iterator[Problem]:
    """The type of person is one of the Union Customs Code's."""
    return none_but(codes.PERSON_TYPES, parties(document).texts("**/typeOfPerson"))


@rule("displayed-address-on-paper", "DCSA displayedAddress; DCSA kit", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """On paper a displayed address has at most two lines, unless the carrier allows more."""
    if document.flag("isElectronic") is False:
        for address in parties(document).each("**/displayedAddress"):
            if isinstance(address.value, list) and len(address.value) > 2:
                yield Problem(address.pointer, f"has {len(address.value)} lines on a paper document", "two lines")


@rule("contact-reachable", "DCSA schema PartyContactDetail")
def _(document: Node) -> Iterator[Problem]:
    """A contact has a phone number or an e-mail address."""
    return neither(document.named("partyContactDetails"), "phone", "email", "one of them, or both")


@rule("phone-international", "DCSA PartyContactDetail.phone, EmergencyContactDetails.phone; ITU-T E.123 and E.164")
def _(document: Node) -> Iterator[Problem]:
    """A phone number includes an international one: +, country, number, at most 15 digits."""
    for contact in document.named("partyContactDetails", "emergencyContactDetails"):
        yield from misfits(contact.texts("phone"), _has_international, "as +852 2345 6789")


@rule("phone-form", "ITU-T E.123", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """Beside an international number stand, after it, numbers to choose from (/) and an extension (ext.)."""
    right = "as +852 2345 6789, +852 2345 6789 / 6790, or +852 2345 6789 ext. 123"
    for contact in document.named("partyContactDetails", "emergencyContactDetails"):
        given = [(pointer, phone) for pointer, phone in contact.texts("phone") if _has_international(phone)]
        yield from misfits(given, _PHONE.fullmatch, right)


def _has_international(phone: str) -> bool:
    return any(5 <= sum(map(str.isdigit, found)) <= _MOST_DIGITS for found in _INTERNATIONAL.findall(phone))


@rule("ebl-platform", "DCSA eblPlatform; DCSA kit")
def _(document: Node) -> Iterator[Problem]:
    """An eBL platform is one of DCSA's."""
    return none_but(codes.EBL_PLATFORMS, parties(document).texts("**/eblPlatform"))


@rule("code-list-provider", "DCSA IdentifyingCode.codeListProvider; DCSA kit", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """An identifying code comes from a provider that DCSA names."""
    for code in document.named("identifyingCodes"):
        yield from none_but(codes.CODE_LIST_PROVIDERS, code.texts("codeListProvider"))


@rule("platform-retired", "DCSA eblPlatform, IdentifyingCode.codeListProvider", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """Platform codes that DCSA retired are not used."""
    for pointer, code in parties(document).texts("**/eblPlatform", "**/codeListProvider"):
        if code in codes.DEPRECATED_PLATFORMS:
            yield Problem(pointer, f"is '{code}', which DCSA retired", codes.DEPRECATED_PLATFORMS[code])


@rule("lei", "ISO 17442; DCSA IdentifyingCode.partyCode")
def _(document: Node) -> Iterator[Problem]:
    """An LEI has 20 characters, the last two its check digits (ISO 17442)."""
    for code in document.named("identifyingCodes"):
        text = _as_lei(code)
        if text is None or is_lei(text):
            continue
        right = "18 letters A-Z and digits, then two check digits"
        if re.fullmatch(r"[0-9A-Z]{18}[0-9]{2}", text):
            right = f"check digits {lei_check_digits(text[:18])}, or a mistyped character corrected"
        yield Problem(code.at("partyCode"), f"is '{shown(text)}', which is no LEI", right)


def _as_lei(code: Node) -> str | None:
    """What an identifying code gives as an LEI, right or wrong; None for a code of another list."""
    named = code.text("codeListProvider") == "GLEIF" and code.text("codeListName") in {None, "LEI"}
    return code.text("partyCode") if named else None


def leis(party: Node) -> list[tuple[str, str]]:
    """The valid LEIs among a party's codes, each with its pointer."""
    given = ((code.at("partyCode"), _as_lei(code)) for code in party.items("identifyingCodes"))
    return [(pointer, text) for pointer, text in given if text is not None and is_lei(text)]
