"""Documents that were disclosed to whoever reads here: the whole with its salts, or some fields with their proofs; each
is held against the root that the ledger has of a bill."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sampan.documents.disclosure import Disclosure, disclose, read_disclosure
from sampan.documents.json import read_json
from sampan.documents.prepared import prepare
from sampan.errors import BadInput, SampanError
from sampan.suite.tell import bill_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from sampan.client.core import Core

VESSEL = "/transports/vesselVoyages/0/vesselName"
PORT = "/transports/portOfDischarge"


@dataclass(frozen=True, slots=True)
class Carriage:
    """By which vessel to which port; empty where nothing is known of it."""

    vessel: str
    port: str


def read(file: Path) -> Disclosure:
    """What a file discloses: a document with its salts beside it, or a disclosure. Raises `BadInput`."""
    raw = read_json(file)
    if isinstance(raw, dict) and str(raw.get("schema", "")).startswith("sampan.document-disclosure/"):
        return read_disclosure(raw)
    ready = prepare(file)
    if ready.new_salts:
        raise BadInput(
            "lies without its salts, so that nothing of it can be proven",
            subject=str(file),
            hint="put the salts beside it, as whoever gave you the document did",
            code="document.salts",
        )
    fields = ready.tree.fields.values()
    return disclose(ready.tree, [each.pointer for each in fields if each.value is not None and each.salt is not None])


def of_bill(ledger: Core, file: Path, bill: int) -> Disclosure:
    """What a file discloses of a bill. Raises `BadInput`, `AnswerIsNo` where the bill's root does not hold it."""
    found = read(file)
    root: bytes = ledger.ask("rootOf", bill)
    if found.root != root:
        raise BadInput(
            f"is the document of another bill than {bill_name(bill)}",
            subject=str(file),
            hint="take the document that was issued as this bill",
            code="document.proof",
        )
    found.require(root)
    return found


def carriage_of(disclosure: Disclosure) -> Carriage:
    """Vessel and port of discharge, as far as they are disclosed."""
    values = disclosure.values()
    port = values.get(f"{PORT}/UNLocationCode") or values.get(f"{PORT}/locationName") or ""
    return Carriage(str(values.get(VESSEL) or ""), str(port))


def carriages(ledger: Core, files: Iterable[Path], bills: Iterable[int]) -> Mapping[int, Carriage]:
    """Vessel and port of bills whose documents are among some files; what is no document is passed over."""
    wanted = list(dict.fromkeys(bills))
    roots = ledger.ask_many([("rootOf", bill) for bill in wanted]) if wanted else []
    by_root = dict(zip(roots, wanted, strict=True))
    found: dict[int, Carriage] = {}
    for file in files:
        try:
            disclosure = read(file)
            if disclosure.root in by_root:
                disclosure.require(disclosure.root)
                found[by_root[disclosure.root]] = carriage_of(disclosure)
        except SampanError:
            continue
    return found
