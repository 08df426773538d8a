"""Which documents stand on a ledger already: asked before salts are made for one, which would give it another root."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sampan.documents.identifiers import is_carrier_code, is_lei, reference, reference_fault
from sampan.documents.rules import Node
from sampan.documents.rules.parties import leis
from sampan.errors import BadInput
from sampan.suite import events
from sampan.suite.tell import bill_name
from sampan.suite.words import Status

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sampan.client.reading import Reading
    from sampan.documents.json import JsonValue


class Said(NamedTuple):
    """What a document says of whose bill it is: its reference, carrier code and list, the issuing party's LEIs."""

    reference: str
    code_list: str
    code: str
    issuers: tuple[str, ...]


def said(document: JsonValue) -> Said | None:
    """What a document says of whose bill it is; None where it can be nobody's."""
    root = Node(document)
    written = root.text("transportDocumentReference")
    if written is None or reference_fault(written) is not None:
        return None
    parties = root.nodes("documentParties/issuingParty")
    issuers = tuple(lei.upper() for party in parties for _, lei in leis(party) if is_lei(lei.upper()))
    code_list, code = root.text("carrierCodeListProvider") or "", root.text("carrierCode") or ""
    return Said(reference(written), code_list, code.strip().upper(), issuers)


def standing(ledger: Reading, documents: Mapping[Path, Said]) -> dict[Path, int]:
    """The newest bill that was issued under each document's reference by whoever has its carrier's code, had it, or is
    its issuing party. What was never issued is left out, and what is void: it is issued anew."""
    owners = _owners(ledger, {(one.code_list, one.code) for one in documents.values()})
    asked = {
        file: [
            (lei, one.reference) for lei in dict.fromkeys((*owners.get((one.code_list, one.code), ()), *one.issuers))
        ]
        for file, one in documents.items()
    }
    newest = ledger.newest(name for names in asked.values() for name in names)
    words = ledger.ask_bundled([("bill", number) for number in newest.values()])
    void = {number for number, word in zip(newest.values(), words, strict=True) if word.status is Status.VOID}
    found = {}
    for file, names in asked.items():
        for name in names:
            if name in newest and newest[name] not in void:
                found[file] = newest[name]
                break
    return found


def _owners(ledger: Reading, codes: set[tuple[str, str]]) -> dict[tuple[str, str], list[str]]:
    """The LEIs that have carrier codes, or had them: codes move, as when lines merge."""
    known = {code for code in codes if is_carrier_code(code[1], code[0])}
    if not known:
        return {}
    found: dict[tuple[str, str], list[str]] = {}
    for event in ledger.events((events.CodeAssigned,)):
        if isinstance(event, events.CodeAssigned) and (event.list, event.code) in known and event.participant:
            found.setdefault((event.list, event.code), []).append(ledger.lei_of(event.participant))
    return found


def refusal(bill: int, subject: str) -> BadInput:
    """Why no salts are made for a document whose reference stands on the ledger, and what is to be done."""
    amended = f"of a changed document that replaces {bill_name(bill)} `sampan bill propose` makes the salts"
    return BadInput(
        f"{bill_name(bill)} stands on the ledger, so new salts would give its document another root",
        subject=subject,
        hint="ask the other holders of the document for its salts (`sampan document salts import` takes them in); if "
        f"nobody has them, let the bill be surrendered for amendment and reissued; {amended}",
        code="document.salts",
    )
