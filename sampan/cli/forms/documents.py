"""Transport documents: checked, rooted, compared, disclosed; their salts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from sampan.cli.forms.common import OnLedger, Wrong
from sampan.documents.compare import FieldDifference
from sampan.documents.partition import Compared
from sampan.suite.forms import ABSENT, Also, BillName, Checksum, Count, Form, Hash, Of


class _Fault(Form):
    pointer: Annotated[str, "JSON pointer (RFC 6901)"]
    rule: str
    severity: Literal["error", "warning", "notice"]
    message: str
    right: Annotated[str, "What would be right"]
    source: Annotated[str, "Where the rule stands"]


class _Counts(Form):
    error: Count
    warning: Count
    notice: Count


class _DocumentCheck(Form):
    file: Path
    stage: Literal["draft", "issued", "ebl"]
    own_stage: Literal["draft", "issued"]
    passes: Annotated[bool, "No error at the stage asked"]
    parses: Annotated[bool, "The shape is right: there is a typed document"]
    reference: str | None
    kind: Literal["straight", "order", "blank"] | None
    counts: _Counts
    faults: list[_Fault]


class DocumentCheck(_DocumentCheck, document="sampan.document-check/1"):
    """Every fault of a transport document."""


class _Failed(Form):
    file: Path
    error: Wrong


class _RuleCount(Form):
    rule: str
    severity: Literal["error", "warning", "notice"]
    documents: Count


class DocumentChecks(Form, document="sampan.document-checks/1"):
    """Every fault of many transport documents."""

    stage: Literal["draft", "issued", "ebl"]
    passing: Annotated[Count, "Documents without an error at the stage asked"]
    failing: Count
    rules: Annotated[list[_RuleCount], "What was found, and in how many documents"]
    twice: Annotated[list[str], "References that stand in more than one document"]
    documents: list[_DocumentCheck]
    failed: Annotated[list[_Failed], "Documents that could not be read"]


class _Asked(Form):
    network: str
    asked: Annotated[bool, "The ledger answered: the reference was never issued there"]
    reason: Annotated[str | None, "Why it did not answer"]


class _Classes(Form):
    open: Count
    commercial: Count
    personal: Count


class _DocumentField(Form):
    pointer: str
    class_: Literal["open", "commercial", "personal"]
    value: Annotated[str | None, "The leaf's value; null once shredded"]


class DocumentRoot(Form, document="sampan.document-root/1"):
    """Checksum and root of a document."""

    file: Path
    reference: str
    checksum: Annotated[Checksum, "SHA-256 of the canonical bytes (RFC 8785), as DCSA writes it"]
    root: Hash
    salts: Path
    salts_made: bool
    count: Count
    classes: _Classes
    shredded: Count
    ledger: Annotated[_Asked, Of(lambda _: ABSENT, maybe=True), "Asked before salts were made"]
    fields: Annotated[list[_DocumentField], Of(lambda _: ABSENT, maybe=True)]


class _Rooted(Form):
    file: Path
    reference: str
    checksum: Checksum
    root: Hash
    salts: Path
    salts_made: bool
    count: Annotated[Count, Of(lambda rooted: rooted.fields)]
    shredded: Count
    counts: Annotated[_Counts, Of(lambda rooted: rooted.checked.counts)]


class DocumentRoots(Form, document="sampan.document-roots/1"):
    """Checksums and roots of many documents."""

    salts_made: Count
    barred: Annotated[Count, "Documents with an error that bars issue as an eBL"]
    twice: Annotated[list[str], "References that stand in more than one document"]
    ledger: Annotated[_Asked, Of(lambda _: ABSENT, maybe=True), "Asked before salts were made"]
    documents: list[_Rooted]
    failed: Annotated[list[_Failed], "Documents without a root, and why"]


class _Named(Form):
    file: Path
    checksum: Checksum


class DocumentDiff(Form, document="sampan.document-diff/1"):
    """Two documents field by field."""

    one: _Named
    other: _Named
    same: bool
    differences: list[FieldDifference]


class _Copy(Form):
    bill: BillName
    file: Annotated[Path | None, "Where its document lies here"]
    root_holds: Annotated[bool | None, "Document and salts give the root that is stated; null where they are not here"]


class ProposalCheck(OnLedger, document="sampan.proposal-check/1"):
    """A proposal of replacements beside one's own copies of the documents."""

    file: Path
    bills: list[_Copy]
    replacements: list[_Copy]
    hash: Annotated[Hash, "Computed anew"]
    comparison: Compared | None
    against: Annotated[list[str], "What speaks against agreeing"]
    remarks: list[str]
    may_be_agreed: bool


class _Withheld(Form):
    pointer: str
    reason: Literal["personal", "shredded"]


class DocumentDisclose(Form, document="sampan.document-disclose/1"):
    """What was disclosed and what was held back."""

    file: Path
    disclosure: Path
    disclosure_schema: str
    root: Hash
    disclosed: list[str]
    withheld: list[_Withheld]


class _Value(Form):
    pointer: str
    value: str


class _Failure(Form):
    pointer: str
    message: str


class DocumentVerify(Form, document="sampan.document-verify/2"):
    """Whether a root holds a disclosure or a document."""

    file: Path
    kind: Literal["disclosure", "document"]
    count: Annotated[Count, "Fields that were verified"]
    shredded: Annotated[Count, "Fields whose salt is gone: they were not compared"]
    fields: list[_Value]
    failures: list[_Failure]
    root: Hash
    bill: Annotated[str | None, "The bill whose root the ledger was asked for"]
    root_holds: Annotated[bool, "The root holds what the file says"]
    holds: Annotated[bool, "So it does, and the ledger says nothing else of the bill"]


class DocumentShred(Form, document="sampan.document-shred/1"):
    """Fields whose salts were destroyed."""

    file: Path
    salts: Path
    root: Hash
    shredded: Annotated[list[str], Also({"minItems": 1})]
    redacted: Path | None


class SaltsKey(Form, document="sampan.salts-key/1"):
    """A key that opens what is encrypted for its recipient."""

    recipient: str
    key: Path


class _Exported(Form):
    name: str
    reference: str
    root: Hash


class SaltsExport(Form, document="sampan.salts-export/1"):
    """Salts that were written into an encrypted file."""

    bundle: Annotated[Path | None, "The file; null where nothing could be written into one"]
    documents: list[_Exported]
    with_documents: bool
    failed: list[_Failed]


class _Imported(Form):
    salts: Path
    reference: str
    root: Hash
    was_there: bool
    proven: Annotated[bool, "The document is here, and has this root with them"]


class SaltsImport(Form, document="sampan.salts-import/1"):
    """Salts that were taken in from an encrypted file."""

    bundle: Path
    documents: list[_Imported]
    failed: list[_Failed]
