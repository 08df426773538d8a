"""From a document file to what the issue of an eBL needs, in one call.

prepared = prepare(Path("bill.json"))
prepared.require_issuable()          # raises NotIssuable with every fault
prepared.save_salts()                # before the root goes on chain: lost salts can prove nothing
ledger.issue(prepared, ...)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sampan.documents.canonical import checksum
from sampan.documents.disclosure import IDENTITY, Disclosure, disclose
from sampan.documents.identifiers import CodeList, reference, reference_fault
from sampan.documents.json import JsonValue, Unreadable, read_all, shown
from sampan.documents.kind import Kind, kind_of, titleholder_role
from sampan.documents.rules import Fault, Node, Severity, Stage, check, spelling
from sampan.documents.rules.parties import leis
from sampan.documents.salts import Salts, read_salts, salts_path
from sampan.documents.tree import DocumentTree
from sampan.errors import BadInput

if TYPE_CHECKING:
    from datetime import date

    from sampan.documents.model import TransportDocument


class NotIssuable(BadInput):
    """The document may not be issued as an eBL; `faults` holds every error."""

    code = "document.not_issuable"

    def __init__(self, faults: tuple[Fault, ...], *, subject: str) -> None:
        self.faults = faults
        first = faults[0]
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        super().__init__(
            f"may not be issued as an eBL: {shown(first.pointer, 80) or 'the document'} {first.message}{more}",
            subject=subject,
            hint="`sampan document check` lists every fault with what would be right",
        )


@dataclass(frozen=True, slots=True)
class PartyCode:
    """An identifying code of a party (DCSA `IdentifyingCode`), with the pointer of its `partyCode`."""

    provider: str
    code_list: str | None
    code: str
    pointer: str


@dataclass(frozen=True, slots=True)
class NamedInDocument:
    """A party as the document names it: role, name, codes, and its LEI with the pointer to prove it by."""

    role: str
    name: str
    codes: tuple[PartyCode, ...]
    lei: str | None
    lei_pointer: str | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document ready to be issued, or the reasons why it is not.

    `reference` is as the ledger writes it; `carrier_code` with `carrier_code_list` (SMDG or NMFTA) names the carrier;
    `titleholder` is the consignee of a straight bill, the endorsee of an order bill, None for a blank one; `checksum`
    and `root` are 32 bytes each; `faults` are the errors that bar issue, `remarks` the warnings and notices;
    `new_salts` says that the salts were made here and nobody has them yet.
    """

    name: str
    path: Path | None
    raw: JsonValue
    document: TransportDocument
    reference: str
    carrier_code: str
    carrier_code_list: CodeList
    kind: Kind
    titleholder: NamedInDocument | None
    shipper: NamedInDocument
    issuing_party: NamedInDocument
    issue_date: date | None
    checksum: bytes
    tree: DocumentTree
    faults: tuple[Fault, ...]
    remarks: tuple[Fault, ...]
    new_salts: bool = False

    @property
    def root(self) -> bytes:
        """The document root, 32 bytes."""
        return self.tree.root

    @property
    def salts(self) -> Salts:
        """The salts; whoever is given the document is given these with it (P13)."""
        return self.tree.salts

    @property
    def issuable(self) -> bool:
        """Whether no error bars issue."""
        return not self.faults

    @property
    def prc_mandatory(self) -> bool:
        """Whether a port of the mainland puts the carriage under the PRC Maritime Code (T5)."""
        return any(remark.rule == "prc-mandatory" for remark in self.remarks)

    @property
    def bearer(self) -> bool:
        """Whether the document makes a bearer bill, which the client asks about before it issues one (T6)."""
        return self.kind is Kind.BLANK

    def require_issuable(self) -> None:
        """Raise `NotIssuable` with every error, if there is one."""
        if self.faults:
            raise NotIssuable(self.faults, subject=self.name)

    def identity(self) -> Disclosure:
        """The proof that this document holds its reference and its carrier's code."""
        return disclose(self.tree, IDENTITY)

    def save_salts(self, path: Path | None = None) -> Path:
        """Write the salts beside the document (or to `path`) and say where.

        Raises `BadInput` when salts of another root stand there: they may be the only ones that prove an eBL; and when
        the document came as bytes and no path is given.
        """
        path = self._beside() if path is None else path
        if not self.salts.write_new(path) and read_salts(path).root != self.root:
            raise BadInput(
                "holds the salts of another root",
                subject=str(path),
                hint="prepare the document with these salts, or move the file away",
                code="document.salts",
            )
        return path

    def keep_salts(self) -> Prepared:
        """Write the salts beside the document, and give the document with the salts that stand there.

        These are its own; or, where `prepare` made new ones and another process was first to write some, the other's:
        the root is then theirs. Raises as `save_salts`.
        """
        path = self._beside()
        if not self.new_salts or self.salts.write_new(path):
            self.save_salts(path)
            return self
        return replace(self, tree=DocumentTree.of(self.raw, read_salts(path), name=self.name), new_salts=False)

    def _beside(self) -> Path:
        if self.path is None:
            raise BadInput(
                "came as bytes, so there is no place beside it",
                subject=self.name,
                hint="say where the salts go",
                code="document.salts",
            )
        return salts_path(self.path)


def prepare(source: Path | bytes, *, salts: Salts | None = None, name: str | None = None) -> Prepared:
    """Read, check and hash a document for issue as an eBL. Writes nothing.

    Salts are those given, else those in the file beside the document (`bill.salts.json`), else new random ones.
    Raises `BadInput` for what is no JSON, `NotIssuable` where the shape of the document allows no more than to list its
    faults, `DocumentAltered` when the salts were made for another document. Faults that leave the shape intact stand
    in `Prepared.faults`: call `require_issuable`.
    """
    if isinstance(source, Path):
        name = str(source) if name is None else name
        beside = salts_path(source)
        if salts is None and beside.exists():
            salts = read_salts(beside)
    name = "document" if name is None else name
    reading = read_all(source, name=name)
    if reading.refused:
        raise Unreadable(reading.refused, name=name)
    raw = reading.value
    document, findings = check(raw, Stage.EBL)
    errors = tuple(fault for fault in findings if fault.severity is Severity.ERROR)
    root = Node(raw)
    kind = kind_of(root)
    if document is None or kind is None or reference_fault(document.transport_document_reference) is not None:
        raise NotIssuable(errors, subject=name)
    tree = DocumentTree.fresh(raw) if salts is None else DocumentTree.of(raw, salts, name=name)
    roles = ("shipper", "issuingParty", "consignee", "endorsee")
    parties = {role: _party(party, role) for role in roles for party in root.nodes(f"documentParties/{role}")}
    return Prepared(
        name=name,
        path=source if isinstance(source, Path) else None,
        raw=raw,
        document=document,
        reference=reference(document.transport_document_reference),
        carrier_code=document.carrier_code,
        carrier_code_list=document.carrier_code_list_provider,
        kind=kind,
        titleholder=parties.get(titleholder_role(root) or ""),
        shipper=parties["shipper"],
        issuing_party=parties["issuingParty"],
        issue_date=document.issue_date,
        checksum=checksum(raw),
        tree=tree,
        faults=errors,
        remarks=(*(fault for fault in findings if fault.severity is not Severity.ERROR), *spelling(reading)),
        new_salts=salts is None,
    )


def _party(party: Node, role: str) -> NamedInDocument:
    codes = tuple(
        PartyCode(
            code.text("codeListProvider") or "",
            code.text("codeListName"),
            code.text("partyCode") or "",
            code.at("partyCode"),
        )
        for code in party.items("identifyingCodes")
    )
    named = leis(party)
    pointer, lei = named[0] if len({lei for _pointer, lei in named}) == 1 else (None, None)
    return NamedInDocument(role=role, name=party.text("partyName") or "", codes=codes, lei=lei, lei_pointer=pointer)
