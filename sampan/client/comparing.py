"""What a proposal of replacements does to the documents: found by their checksums, compared, and judged before anybody
agrees to its hash.

    found = comparing.check(bank, proposal.read(Path("proposal.json")), [Path("mine")])
    if not found.may_be_agreed: print(found.against)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sampan.bills.terms import replacements_hash
from sampan.documents import partition
from sampan.documents.canonical import checksum
from sampan.documents.json import read_json
from sampan.documents.kind import kind_of, titleholder_role
from sampan.documents.rules import Node
from sampan.documents.rules.parties import leis
from sampan.documents.salts import read_salts, salts_path
from sampan.documents.tree import DocumentTree
from sampan.errors import BadInput, SampanError
from sampan.suite.ids import BillId, lei_of
from sampan.suite.tell import bill_name, plain
from sampan.suite.verb import NOBODY
from sampan.suite.words import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sampan.bills.terms import Terms
    from sampan.client.proposal import Proposal
    from sampan.client.reading import Reading
    from sampan.client.records import History
    from sampan.documents.json import JsonValue
    from sampan.documents.partition import Comparison


class NotAPartition(BadInput):
    """Replacements do not divide what their bills hold; `comparison` says where."""

    code = "document.not_a_partition"

    def __init__(self, comparison: Comparison, *, subject: str) -> None:
        self.comparison = comparison
        said = [broken.message for broken in comparison.breaks[:4]]
        if len(comparison.breaks) > 4:
            said.append(f"and {len(comparison.breaks) - 4} more")
        super().__init__(
            "the new documents do not divide what the bills hold: " + "; ".join(said),
            subject=subject,
            hint="correct the documents; if that is what was agreed, say so: --not-a-partition",
        )


@dataclass(frozen=True, slots=True)
class Copy:
    """A document that a bill or a replacement was made of, as it lies here, and whether its root is the one stated:
    None where its salts are not here, so that it cannot be computed."""

    bill: int
    file: Path | None
    document: JsonValue
    root_holds: bool | None


@dataclass(frozen=True, slots=True)
class Found:
    """A proposal beside the documents: the copies, what they change (None where not all are here), what speaks against
    agreeing, and what is to be known."""

    bills: tuple[Copy, ...]
    replacements: tuple[Copy, ...]
    hash: bytes
    comparison: Comparison | None
    against: tuple[str, ...] = ()
    remarks: tuple[str, ...] = field(default=())

    @property
    def may_be_agreed(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.against


def documents_in(places: Iterable[Path], wanted: Mapping[bytes, str]) -> dict[bytes, Path]:
    """Where documents of these checksums lie, each with its reference, among files and in folders (their `*.json`).

    Of several copies the one whose salts are beside it is taken.
    """
    references = {reference.encode() for reference in wanted.values()}
    found: dict[bytes, Path] = {}
    for place in places:
        for file in sorted(place.glob("*.json")) if place.is_dir() else (place,):
            try:
                data = file.read_bytes()
                # Whatever lies about there is not parsed unless it may be one of them (some writers escape slashes).
                text = data.upper().replace(b"\\/", b"/")
                if not any(reference in text for reference in references):
                    continue
                digest = checksum(read_json(data))
            except (OSError, SampanError):
                continue
            if digest in wanted and (digest not in found or not salts_path(found[digest]).exists()):
                found[digest] = file
    return found


def compare(
    ledger: Reading, bills: Sequence[int], documents: Mapping[str, JsonValue], places: Sequence[Path]
) -> Comparison:
    """Compare documents with those of the bills that they are to replace, which lie in `places`.

    Raises `BadInput` when the document of a bill is not there.
    """
    histories = [ledger.history(bill) for bill in bills]
    wanted = {history.checksum: history.bill.reference for history in histories}
    found = documents_in(places, wanted)
    wholes = {}
    for history in histories:
        file = found.get(history.checksum)
        if file is None:
            raise BadInput(
                "its document is not here, so what replaces it cannot be compared with it",
                subject=bill_name(history.bill.id),
                hint="name the document that it was issued from: --document FILE, or the folder that holds it",
                code="document.not_here",
            )
        wholes[str(file)] = read_json(file)
    return partition.compare(wholes, documents)


def check(ledger: Reading, proposal: Proposal, places: Sequence[Path], *, any_cargo: bool = False) -> Found:
    """Judge a proposal by one's own copies of the documents, with their salts, in files and folders: roots and hash
    are computed anew, and what is said in words is compared. `any_cargo`: it need be no partition.

    Raises `NotOnLedger` for a bill that was never issued.
    """
    against: list[str] = []
    remarks: list[str] = []
    histories = [ledger.history(bill) for bill in proposal.bills]
    wanted = {history.checksum: history.bill.reference for history in histories}
    wanted |= {terms.checksum: BillId.unpack(terms.bill).reference for terms in proposal.replacements}
    places_of = documents_in(places, wanted)
    stated = [(history.bill.id, history.checksum, history.bill.root) for history in histories]
    olds = tuple(_copy(bill, places_of.get(digest), root, against) for bill, digest, root in stated)
    news = tuple(_copy(new.bill, places_of.get(new.checksum), new.root, against) for new in proposal.replacements)
    for history in histories:
        if history.bill.status not in (Status.LIVE, Status.PENDING_AMENDMENT):
            against.append(f"{history.bill.name} is {plain(history.bill.status)}")
    for terms, copy in zip(proposal.replacements, news, strict=True):
        _compare_terms(ledger, terms, histories, against, remarks)
        if copy.document is not None:
            _compare_document(ledger, terms, copy.document, olds, against, remarks)
    if replacements_hash(proposal.bills, proposal.replacements) != proposal.hash:
        against.append("its hash is not that of its terms")
    comparison = None
    if all(copy.file is not None for copy in (*olds, *news)):
        comparison = partition.compare(
            {str(copy.file): copy.document for copy in olds}, {str(copy.file): copy.document for copy in news}
        )
        told = remarks if any_cargo else against
        told += [broken.message for broken in comparison.breaks]
    return Found(olds, news, proposal.hash, comparison, tuple(against), tuple(remarks))


def _copy(bill: int, file: Path | None, root: bytes, against: list[str]) -> Copy:
    if file is None:
        against.append(f"the document of {bill_name(bill)} is not here")
        return Copy(bill, None, None, None)
    document = read_json(file)
    if not salts_path(file).exists():
        against.append(f"the salts of {file} are not here, so its root cannot be computed")
        return Copy(bill, file, document, None)
    try:
        holds = DocumentTree.of(document, read_salts(salts_path(file)), name=str(file)).root == root
    except SampanError as error:
        against.append(f"{file} and its salts do not belong together: {error.message}")
        return Copy(bill, file, document, False)
    if not holds:
        against.append(f"{file} with its salts has another root than stated for {bill_name(bill)}")
    return Copy(bill, file, document, holds)


def _compare_terms(
    ledger: Reading,
    terms: Terms,
    histories: Sequence[History],
    against: list[str],
    remarks: list[str],
) -> None:
    """What the terms of a replacement say, beside its document and the bills that it replaces."""
    name = bill_name(terms.bill)
    if lei_of(terms.bill) != lei_of(histories[0].bill.id):
        against.append(f"{name} is another carrier's")
    if ledger.exists(terms.bill):
        against.append(f"{name} was issued already")
    entitled = 0 if terms.titleholder == NOBODY else ledger.account(terms.titleholder).participant
    now = {history.bill.titleholder or 0 for history in histories}
    if entitled not in now:
        who = ledger.names.participant(entitled) if entitled else "whoever possesses it"
        remarks.append(f"{name}: entitled will be {who}, who is not entitled now")
    kinds = {history.bill.kind for history in histories}
    if terms.kind not in kinds:
        remarks.append(f"{name}: its kind will be {plain(terms.kind)}, and is {', '.join(map(plain, kinds))} now")
    laws = {history.carriage_law for history in histories}
    if terms.carriage_law not in laws:
        remarks.append(f"{name}: the law of carriage will be {terms.carriage_law}, and is {', '.join(laws)} now")
    records = {history.record_law for history in histories}
    if terms.record_law not in records:
        remarks.append(f"{name}: the law of the record will be {plain(terms.record_law)}")


def _compare_document(
    ledger: Reading,
    terms: Terms,
    document: JsonValue,
    olds: Sequence[Copy],
    against: list[str],
    remarks: list[str],
) -> None:
    """Whether the document names whom the terms entitle; else it names whom the replaced documents named."""
    name, root = bill_name(terms.bill), Node(document)
    kind = kind_of(root)
    if kind is None or kind.name != terms.kind.name:
        remarks.append(f"{name}: the ledger will say {plain(terms.kind)}, its document {kind or 'no kind'}")
    named = _titleholders(root)
    entitled = [] if terms.titleholder == NOBODY else [ledger.account(terms.titleholder).lei]
    if named and not named & set(entitled):
        before = {lei for copy in olds if copy.document is not None for lei in _titleholders(Node(copy.document))}
        by_terms = entitled[0] if entitled else "nobody"
        said = f"{name}: its document names {', '.join(sorted(named))} as entitled, the terms {by_terms}"
        (remarks if named <= before else against).append(said)


def _titleholders(root: Node) -> set[str]:
    role = titleholder_role(root)
    return {lei for party in root.nodes(f"documentParties/{role}") for _, lei in leis(party)} if role else set()
