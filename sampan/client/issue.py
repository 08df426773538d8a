"""From a document's file to the call that issues its bill: what the ledger asks of a document, checked before sending.

Refused are documents with faults (L1), sea waybills, a carrier code that the issuing participant does not own (T9), a
titleholder or, in a straight bill, a shipper other than the document names (T6), a bearer bill that nobody confirmed.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sampan.bills.terms import Terms
from sampan.client import naming, standing
from sampan.client.errors import BearerBill, DocumentRefused, NotOnLedger
from sampan.documents.salts import salts_path
from sampan.errors import BadInput, UsageError, about
from sampan.suite.tell import LAW_NAMES, bill_name, option, plain
from sampan.suite.verb import NOBODY
from sampan.suite.words import Kind, RecordLaw, Status

if TYPE_CHECKING:
    from sampan.client.reading import Reading, Who
    from sampan.documents.prepared import NamedInDocument, Prepared

_LAW = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")


class Fixed(NamedTuple):
    """What is fixed at issue: the terms, and who gets the bill first; what should be remarked on; and, as in a
    `VerbCall`, why it is not for this account to send, and why nobody should agree to it as it is."""

    terms: Terms
    possessor: str
    warnings: tuple[str, ...] = ()
    sending: DocumentRefused | None = None
    agreeing: DocumentRefused | None = None


SKEW = timedelta(days=2)
"""How far a document's date and the chain's clock may lie apart before it is remarked on (L9)."""


def prepared(document: Path | str | bytes | Prepared) -> Prepared:
    """A document ready to be issued. Raises `NotIssuable` with every fault (L1)."""
    from sampan.documents.prepared import Prepared as PreparedDocument
    from sampan.documents.prepared import prepare

    if not isinstance(document, PreparedDocument):
        document = prepare(document if isinstance(document, bytes) else Path(document))
    document.require_issuable()
    return document


def fixed(
    ledger: Reading,
    source: Path | str | bytes | Prepared | Terms,
    to: Who | None,
    carriage_law: str,
    record_law: RecordLaw | None,
    titleholder: Who | None,
    version: int | None,
    bearer: bool,
    *,
    from_paper: bool,
) -> Fixed:
    """What is fixed when a document is issued by the carrier whose code it names. The salts of a file are written,
    unless this is a rehearsal, or another carrier than the account that signs will issue it.

    Raises `DocumentRefused`, `BearerBill`, `NotOnLedger` when a party of the document is not enrolled, `BadInput`.
    """
    if isinstance(source, Terms):
        if to is None:
            raise UsageError("bare terms name no shipper", subject="to", hint="say who gets the bill first")
        return Fixed(source, ledger.receiver(to))
    with about("carriage_law"):
        applicable = carriage_law_of(carriage_law)
    document = prepared(source)
    warnings = [
        f"{document.name}: {fault.pointer or 'the document'} {fault.message}"
        for fault in document.remarks
        if fault.severity.name == "WARNING" and fault.rule != "ebl-bearer"
    ]
    carrier, sending = carrier_of(ledger, document)
    kind = Kind[document.kind.name]
    if kind is Kind.BLANK and not bearer:
        raise BearerBill(
            "to order without an endorsee: whoever possesses this bill will be entitled to the cargo",
            subject=document.name,
            hint="is a bearer bill meant? then say so (bearer=True, --bearer); else name the endorsee in the document",
        )
    if kind is Kind.BLANK and titleholder is not None:
        raise DocumentRefused("a bearer bill has no titleholder", subject=document.name, hint="leave it out")
    with about("titleholder"):
        entitled = NOBODY if kind is Kind.BLANK else titleholder_of(ledger, document, titleholder)
    issuer = document.issuing_party
    if issuer.lei is not None and issuer.lei != carrier:
        said = f"the issuing party is {issuer.name} ({issuer.lei}); the bill is issued by {carrier}"
        warnings.append(f"{document.name}: {said}")
    late = date_warning(document, ledger.now)
    if late:
        warnings.append(f"{document.name}: {late}")
    with about("record_law"):
        law = record_law_of(ledger, carrier, record_law)
    if document.prc_mandatory and law is not RecordLaw.PRC_MARITIME_CODE_2025:
        warnings.append(
            f"{document.name}: a port of the mainland puts the carriage under the PRC Maritime Code; "
            f"the record is under {LAW_NAMES[law]} ({_put_under_it(ledger, carrier)})"
        )
    try:
        bill = new_id(ledger, carrier, document.reference, version, from_paper=from_paper)
    except DocumentRefused:
        if document.path is None or not document.new_salts:
            raise
        newest = ledger.newest_version(carrier, document.reference)
        raise standing.refusal(naming.pack(carrier, document.reference, newest), document.name) from None
    with about("to"):
        receiver = first_possessor(ledger, document, to)
    root = document.root
    agreeing = None
    if sending is not None:
        agreeing = _unsalted(document) if document.new_salts else None
    elif document.path is not None and ledger.keeps_salts:
        # Before the root is on chain: a root whose salts are lost can prove nothing.
        root = document.keep_salts().root
    terms = Terms(bill, kind, entitled, root, document.checksum, applicable, law)
    return Fixed(terms, receiver, tuple(warnings), sending, agreeing)


def carrier_of(ledger: Reading, document: Prepared) -> tuple[str, DocumentRefused | None]:
    """The LEI of the participant that owns the document's carrier code (T9), and why the account that signs here may
    not issue it, where it is another's. Raises `DocumentRefused` when nobody owns the code."""
    account = ledger.account(ledger.address)
    code, code_list = document.carrier_code, document.carrier_code_list
    owner = ledger.code_owner(code_list, code)
    if owner and owner == account.participant:
        return ledger.participant_lei(owner), None
    whose = ledger.names.participant(owner) if owner else "nobody on this ledger"
    if account.lei is None:
        refused = DocumentRefused(
            f"is no account of a participant; the document's carrier code {code_list} {code} belongs to {whose}",
            subject=account.address,
            hint="sign as the carrier; enrol it first when it is not",
        )
    else:
        refused = DocumentRefused(
            f"its carrier code {code_list} {code} belongs to {whose}, not to {account.lei}",
            subject=document.name,
            hint="sign as the carrier; whoever only agrees to the issue signs with `sampan bill agree`"
            if owner
            else "have the code assigned (`sampan participant code`)",
            code="document.carrier_code",
        )
    if not owner:
        raise refused
    return ledger.participant_lei(owner), refused


def _unsalted(document: Prepared) -> DocumentRefused:
    """Why nobody agrees to the issue of a document whose salts only the carrier has."""
    if document.path is None:
        return DocumentRefused(
            "came without its salts, so its root is another than the carrier's",
            subject=document.name,
            hint="prepare it with the carrier's salts",
            code="document.salts",
        )
    beside = salts_path(document.path)
    return DocumentRefused(
        f"{beside.name} is not beside it: with other salts the carrier's bill has another root",
        subject=document.name,
        hint="ask the carrier for the salts that `sampan document root` made with the document, and lay them there",
        code="document.salts",
    )


def titleholder_of(ledger: Reading, document: Prepared, given: Who | None) -> str:
    """An account of the participant whose LEI stands in the document: endorsee or consignee (T6)."""
    named = document.titleholder
    if named is None or named.lei is None:
        raise DocumentRefused(
            "names no titleholder by LEI", subject=document.name, hint="add the LEI of endorsee or consignee"
        )
    number = _enrolled(ledger, named)
    if given is None:
        return ledger.entitled(number)
    address = ledger.entitled(given)
    if ledger.account(address).participant != number:
        raise DocumentRefused(
            f"its {named.role} is {named.name} ({named.lei}), and {address} is another's account",
            subject=document.name,
            hint="name an account of the party that the document names, or none: then it is looked up",
            code="document.titleholder",
        )
    return address


def first_possessor(ledger: Reading, document: Prepared, given: Who | None) -> str:
    """The account that is given the bill: the shipper's when none is named; of a straight bill never another's (T6)."""
    shipper = document.shipper
    if given is None:
        if shipper.lei is None:
            raise DocumentRefused(
                "names its shipper by no LEI, so nobody can be found to give the bill to",
                subject=document.name,
                hint="say who gets it first (to=..., --to)",
            )
        return ledger.receiver(_enrolled(ledger, shipper))
    address = ledger.receiver(given)
    if document.kind.name == "STRAIGHT" and shipper.lei is not None:
        account = ledger.account(address)
        if account.lei != shipper.lei:
            raise DocumentRefused(
                f"the first possessor of a straight bill is its shipper, {shipper.name} ({shipper.lei})",
                subject=document.name,
                hint="give it to an account of the shipper",
                code="document.shipper",
            )
    return address


def _enrolled(ledger: Reading, party: NamedInDocument) -> int:
    try:
        return ledger.number_of(party.lei or "")
    except NotOnLedger:
        raise NotOnLedger(
            f"the document's {party.role}, {party.name}, is not enrolled",
            subject=party.lei,
            hint="`sampan participant enrol` enrols it, with its own signature",
        ) from None


def date_warning(document: Prepared, now: datetime) -> str | None:
    """What is remarked on when the document's date of issue and the chain's clock lie apart (L9)."""
    if document.issue_date is None:
        return None
    issued = datetime(document.issue_date.year, document.issue_date.month, document.issue_date.day, tzinfo=UTC)
    if issued > now + SKEW:
        return f"the document is dated {document.issue_date}, after the chain's clock ({now:%Y-%m-%d})"
    if issued + SKEW < now - timedelta(days=1):
        return f"the document is dated {document.issue_date}, the chain's clock says {now:%Y-%m-%d}"
    return None


def _put_under_it(ledger: Reading, carrier: str) -> str:
    """How the next record is put under the PRC Maritime Code; a carrier publishes all its laws at once."""
    published, wanted = ledger.participant(carrier).record_laws, RecordLaw.PRC_MARITIME_CODE_2025
    if wanted in published:
        return f"it is published: --record-law {option(wanted)} names it"
    laws = " ".join(map(option, (*published, wanted)))
    return f"`sampan participant record-laws {laws}` publishes that Code too, then name it with --record-law"


def record_law_of(ledger: Reading, carrier: str, given: RecordLaw | None) -> RecordLaw:
    """The law of the electronic record: the one given, else the only one that the carrier has published (T5)."""
    if given is not None:
        return given
    published = ledger.participant(carrier).record_laws
    if len(published) == 1:
        return published[0]
    names = ", ".join(map(option, published))
    raise BadInput(
        f"the carrier has published {len(published)} laws of the electronic record",
        subject=carrier,
        hint=f"name one: {names}" if published else "publish one first (`sampan participant record-laws`)",
        code="document.record_law",
    )


def carriage_law_of(text: str) -> str:
    """The law of the contract of carriage: a country or a part of one, as in `SG` or `GB-ENG` (ISO 3166)."""
    law = text.strip().upper()
    from sampan.documents import identifiers

    hint = "name a country or a part of one (--carriage-law), as in SG, CN, GB-ENG"
    if not law:
        raise BadInput("the law of the contract of carriage is missing", hint=hint)
    if not _LAW.fullmatch(law) or not identifiers.is_country(law[:2]):
        raise BadInput("no law of the contract of carriage", subject=text, hint=hint)
    return law


def new_id(ledger: Reading, carrier: str, reference: str, version: int | None, *, from_paper: bool = False) -> int:
    """The id of a bill to be issued: version 1, or the next after a void one (after paper when it comes from paper).

    Raises `DocumentRefused` when the reference is in use.
    """
    if version is not None:
        return naming.pack(carrier, reference, version)
    newest = ledger.newest_version(carrier, reference)
    if newest == 0:
        return naming.pack(carrier, reference, 1)
    last = naming.pack(carrier, reference, newest)
    status = ledger.ask("bill", last).status
    if status is Status.VOID or (from_paper and status is Status.PAPER):
        return naming.pack(carrier, reference, newest + 1)
    raise DocumentRefused(
        f"{bill_name(last)} is there already, {plain(status)}",
        subject=reference,
        hint="a reference is used again only after its bill was voided, replaced, or came back from paper",
        code="document.reference_used",
    )
