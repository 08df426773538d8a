"""The documents that commands print with `--json`: each field once; text and JSON Schema follow (`sampan.suite.forms`).

A change of a document's shape is a new version. Documents that are files of their own are with what writes them.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from sampan.documents.compare import FieldDifference
from sampan.documents.partition import Compared
from sampan.suite.check import Confidence, Level
from sampan.suite.forms import (
    ABSENT,
    Address,
    Also,
    BillId,
    BillName,
    CheckId,
    Checksum,
    Count,
    Digits,
    Form,
    Hash,
    HashText,
    Lei,
    Of,
    Second,
    Selector,
)
from sampan.suite.tell import bill_name, event_json
from sampan.suite.words import Kind, Receiving, RecordLaw, Role, Status

# --------------------------------------------------------------------------------------------------------------- ledger


class OnLedger(Form):
    """A document about one ledger."""

    network: str
    chain_id: int
    ledger: Address


class _BillRef(Form):
    id: Annotated[BillId, Of(lambda number: number)]
    name: Annotated[str, Of(bill_name)]


class _Person(Form):
    participant: Annotated[int, Of(lambda found: found[1])]
    lei: Annotated[Lei | None, Of(lambda found: found[0].names.participants.get(found[1]))]


class _Possessor(_Person):
    account: Annotated[Address, Of(lambda found: found[0].possessor.address)]
    room: Annotated[bool, Of(lambda found: found[0].possessor.room)]


LAST_YEAR: Final = 9999


def _person(number: int | None, bill: Any) -> Any:
    return None if number is None else (bill, number)


def _finite(time: datetime | None) -> datetime | None:
    """A time, None for one without end."""
    return None if time is None or time.year == LAST_YEAR else time


def _next_acts(bill: Any) -> Any:
    from sampan.client.next_acts import next_acts

    return next_acts(bill)


class _Lodging(Form):
    room: Annotated[Address, Of(lambda found: found[0].lodging.room)]
    holder: Annotated[_Person, Of(lambda found: found)]
    deal: Annotated[str, Of(lambda found: str(found[0].lodging.deal))]
    lodged_by: Annotated[Address, Of(lambda found: found[0].lodging.lodged_by)]
    endorsed: Annotated[bool, Of(lambda found: found[0].lodging.endorsed)]


def _lodged(bill: Any) -> Any:
    return bill.lodging and _person(bill.lodging.holder, bill)


class _NextAct(Form):
    verb: str
    by: str
    participant: int | None
    account: Address | None
    from_: Annotated[datetime | None, Of(lambda act: _finite(act.from_))]
    until: Annotated[datetime | None, Of(lambda act: _finite(act.until))]
    note: str


class _MayReject(Form):
    possession: Annotated[bool, Of(lambda bill: bill.may_reject_possession)]
    title: Annotated[bool, Of(lambda bill: bill.may_reject_title)]


class _Bill(Form):
    id: BillId
    name: str
    reference: str
    version: int
    status: Status
    kind: Kind
    carrier: Annotated[_Person, Of(lambda bill: _person(bill.carrier, bill))]
    possessor: Annotated[_Possessor, Of(lambda bill: _person(bill.holder, bill))]
    lodging: Annotated[_Lodging | None, Of(_lodged)]
    titleholder: Annotated[_Person | None, Of(lambda bill: _person(bill.titleholder, bill))]
    previous_account: Annotated[Address | None, Of(lambda bill: bill.previous)]
    previous_titleholder: Annotated[_Person | None, Of(lambda bill: _person(bill.previous_titleholder, bill))]
    may_reject: Annotated[_MayReject, Of(lambda bill: bill)]
    act_count: int
    since: datetime
    rejectable_until: Annotated[datetime | None, Of(lambda bill: _finite(bill.rejectable_until))]
    recallable_from: Annotated[datetime | None, Of(lambda bill: _finite(bill.recallable_from))]
    agreed: Hash | None
    root: Hash
    next: Annotated[list[_NextAct], Of(_next_acts)]
    block: int
    time: datetime


class BillDocument(OnLedger, document="sampan.bill/1"):
    """A bill of lading as it stands."""

    bill: _Bill


class Bills(OnLedger, document="sampan.bills/1"):
    """The bills of a ledger."""

    bills: list[_Bill]


class _Event(Form):
    event: Annotated[str, Of(lambda event: event.name)]
    arguments: Annotated[dict[str, Any], Of(lambda event: event_json(event)["arguments"])]


class _Told(Form):
    event: Annotated[str, Of(lambda entry: entry.event.name)]
    arguments: Annotated[dict[str, Any], Of(lambda entry: event_json(entry.event)["arguments"])]
    sentence: str
    time: datetime
    block: Annotated[int | None, Of(lambda entry: entry.event.at and entry.event.at.block)]
    transaction: Annotated[HashText | None, Of(lambda entry: entry.event.at and entry.event.at.transaction)]


class History(OnLedger, document="sampan.bill-history/2"):
    """A bill of lading with everything that happened to it."""

    bill: _Bill
    checksum: Hash
    carriage_law: str
    record_law: RecordLaw
    replaces: list[_BillRef]
    replaced_by: list[_BillRef]
    events: list[_Told]


class _Act(Form):
    verb: str
    label: str
    sender: Address
    sent: bool
    transaction: HashText | None
    block: int | None
    gas: Digits
    cost: Digits
    bills: list[_BillRef]
    events: list[_Event] | None
    warnings: list[str]
    ready_from: datetime | None


class _Issue(Form):
    file: Annotated[str, Of(lambda item: item.name)]
    outcome: Annotated[
        Literal["issued", "stood", "refused"], Of(lambda item: str(item.outcome)), "`stood`: with this root already"
    ]
    bill: _BillRef | None
    root: Hash | None
    transaction: Annotated[HashText | None, Of(lambda item: item.act and item.act.transaction)]
    error: Annotated[_Wrong | None, Of(lambda item: item.error and item.error.as_dict())]


class _IssueCounts(Form):
    issued: Count
    stood: Count
    refused: Count


class Acts(OnLedger, document="sampan.acts/2"):
    """What became of acts on the ledger, or would."""

    dry_run: bool
    acts: list[_Act]
    documents: Annotated[list[_Issue], Of(lambda _: ABSENT, maybe=True), "What became of each, of `bill issue`"]
    summary: Annotated[_IssueCounts, Of(lambda _: ABSENT, maybe=True)]


class _Transaction(Form):
    to: Address
    value: Digits
    data: bytes


class Unsigned(OnLedger, document="sampan.unsigned/1"):
    """Transactions that an account is to send whose key is not here, each rehearsed."""

    sender: Address
    file: Annotated[Path, "The batch, as a Safe's Transaction Builder reads it"]
    acts: list[_Act]
    transactions: list[_Transaction]


class _Text(Form):
    about: str
    signer: Address
    digest: Hash


class UnsignedTexts(OnLedger, document="sampan.unsigned-texts/1"):
    """Texts that are to be signed elsewhere."""

    file: Annotated[Path, "EIP-712 JSON"]
    owners: Annotated[Path | None, "What each owner of a Safe signs, EIP-712 JSON"]
    texts: list[_Text]


class _Account(Form):
    address: Address
    number: int
    participant: int
    lei: Lei | None
    roles: Role
    receiving: Receiving
    acts: bool
    receives: bool
    room: bool
    issued: int


class _CarrierCode(Form):
    list: Annotated[str, Of(lambda code: code[0])]
    code: Annotated[str, Of(lambda code: code[1])]


class _Participant(Form):
    number: int
    lei: Lei
    name: str | None
    parent: Lei
    country: str
    roles: Role
    record_laws: list[RecordLaw]
    rulebook: Hash
    answer_hours: int
    suspended_until: datetime | None
    winding_down: bool
    codes: list[_CarrierCode]
    accounts: list[_Account]


class ParticipantDocument(OnLedger, document="sampan.participant/1"):
    """A participant with its accounts."""

    participant: _Participant


class Participants(OnLedger, document="sampan.participants/1"):
    """Everybody who is enrolled."""

    participants: list[_Participant]


class _Recovery(Form):
    successor: Address
    roles: Role
    executable_from: datetime
    lapses: datetime


class AccountDocument(OnLedger, document="sampan.ledger-account/1"):
    """An account on the ledger."""

    account: _Account
    recovery: _Recovery | None


class _Room(Form):
    address: Address
    number: int
    countries: list[str]
    delisted: bool


class Rooms(OnLedger, document="sampan.rooms/1"):
    """Rooms of a ledger."""

    rooms: list[_Room]


# ------------------------------------------------------------------------------------------ networks, keys, deployments


class _NetworkRow(Form):
    name: str
    where: Annotated[str, Of(lambda network: network.shown)]
    chain_id: int | None
    confirmations: int
    deployed: bool


class Networks(Form, document="sampan.networks/1"):
    """Networks that have a name."""

    networks: list[_NetworkRow]


class Network(Form, document="sampan.network/1"):
    """A network as it answered."""

    network: str
    where: str
    client: str | None
    chain_id: int
    genesis_hash: HashText
    block: int
    time: Second
    gas_price: Digits
    milliseconds: int
    factory: bool
    runs_the_suite: bool
    deployed: bool | None


class Node(Form, document="sampan.node/2"):
    """The local chain."""

    running: bool
    url: str | None
    pid: int | None
    block: int | None
    time: Second | None
    state_kept: bool
    state_bytes: Count | None
    folder: Path
    manifest: Path | None


class _Key(Form):
    name: str
    address: Address
    where: Literal["keystore", "ape", "development chains"]


class Keys(Form, document="sampan.accounts/1"):
    """Keys that commands can sign with."""

    keystore: Path
    accounts: list[_Key]


class NewKey(Form, document="sampan.account/1"):
    """A key that was made or brought in."""

    name: str
    address: Address
    file: Path


class _Step(Form):
    label: str
    done: bool
    gas: Digits
    address: Address | None


class _Given(Form):
    role: str
    members: list[Address]
    delay: Annotated[int, "Seconds that each of its acts waits"]
    grant_delay: Annotated[int, "Seconds that a new member waits"]
    by_default: Annotated[bool, "Nobody was named"]
    published: Annotated[bool, "Everybody has the key of a member"]


class ParametersFile(Form, document="sampan.parameters-file/1"):
    """Where a parameters file was written."""

    file: Path


class DeployPlan(Form, document="sampan.deploy-plan/2"):
    """What a deployment would do; gas, cost, balance and what is lacking in wei."""

    network: str
    chain_id: int
    deployer: Address
    steps: list[_Step]
    gas: Digits
    max_cost: Digits
    balance: Digits
    lacks: Digits
    powers: list[_Given]
    parameters: dict[str, Any]


class _HandedIn(Form):
    name: Annotated[str, Of(lambda found: found[0].name)]
    address: Annotated[Address, Of(lambda found: found[0].address)]
    identifier: Annotated[str, Of(lambda found: found[0].identifier)]
    compiler: Annotated[str, Of(lambda found: found[0].compiler)]
    constructor_arguments: Annotated[bytes, Of(lambda found: found[0].arguments)]
    file: Annotated[Path | None, "solc's standard JSON", Of(lambda found: found[1])]
    status: Annotated[
        Literal["verified", "verified before", "refused"] | None,
        Of(lambda found: found[2] and found[2].status),
    ]
    said: Annotated[str | None, "In the explorer's words", Of(lambda found: found[2] and found[2].said)]


class VerifySource(Form, document="sampan.verify-source/1"):
    """What was handed in to an explorer, or written for one."""

    network: str
    chain_id: int
    release: str
    explorer: str | None
    contracts: list[_HandedIn]


class _Deployed(Form):
    name: str
    address: Address
    transaction: HashText | None
    block: int | None


class Deployment(Form, document="sampan.deploy/1"):
    """A deployment that was carried out."""

    network: str
    chain_id: int
    manifest: Path
    release: str
    contracts: list[_Deployed]
    transactions: int
    gas: Digits
    cost: Digits


class _Delay(Form):
    seconds: Annotated[int, Of(lambda delay: delay.now)]
    announced: int | None
    from_: Annotated[Second | None, Of(lambda delay: delay.since)]


class _Member(Form):
    account: Address
    since: Second
    active: bool
    delay: _Delay


class _Function(Form):
    contract: str
    address: Address
    selector: Selector
    signature: str


class _Power(Form):
    number: Digits
    name: str
    granted_by: Annotated[Digits, Of(lambda role: role.admin)]
    guardian: Digits
    grant_delay: _Delay
    members: list[_Member]
    functions: list[_Function]


class _Target(Form):
    contract: str
    address: Address
    closed: bool
    admin_delay: _Delay


class _Scheduled(Form):
    operation: Annotated[Hash, Of(lambda operation: operation.number)]
    caller: Address
    what: Annotated[str, Of(lambda operation: f"{operation.target}.{operation.what}")]
    ready: Second
    expired: bool


class _Announced(Form):
    operation: Annotated[Hash, Of(lambda waits: waits.number)]
    caller: Address
    target: Address
    data: bytes
    what: Annotated[str, "In words"]
    ready: Second
    until: Second
    expired: bool


class Scheduled(OnLedger, document="sampan.scheduled/1"):
    """What was announced to the AccessManager and not carried out."""

    scheduled: list[_Announced]


class _Difference(Form):
    id: str
    level: Literal["error", "warning"]
    subject: str
    message: str


class Powers(Form, document="sampan.powers/1"):
    """Who can do what, with which delay, as the chain says."""

    network: str
    chain_id: int
    manager: Address
    block: int
    time: Second
    roles: list[_Power]
    targets: list[_Target]
    scheduled: list[_Scheduled]
    differences: list[_Difference]


# ------------------------------------------------------------------------------------------------- transport documents


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


class _Wrong(Form):
    code: str
    message: str
    subject: str | None
    hint: str | None


class _Failed(Form):
    file: Path
    error: _Wrong


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


# --------------------------------------------------------------------------------------------- audit, fuzz, benchmarks


class _Check(Form):
    id: CheckId
    title: str
    level: Level
    confidence: Confidence
    looks_for: str
    goes_wrong: str
    do_next: str
    rules: list[str]


class CheckDocument(_Check, document="sampan.check/1"):
    """A check of the audit."""


class Checks(Form, document="sampan.checks/1"):
    """The checks of the audit."""

    checks: list[_Check]


class _Cells(Form):
    reached: Count
    reachable: Count


class Case(Form, document="sampan.fuzz-case/2"):
    """A disagreement, cut down to the fewest acts."""

    kind: str
    verb: str
    message: str
    acts: list[dict[str, Any]]


class _Trap(Form):
    id: Annotated[str, Of(lambda one: one.check.id)]
    title: Annotated[str, Of(lambda one: one.check.title)]
    ended: Annotated[Literal["holds", "falls", "not tried"], Of(lambda one: one.ended)]
    tries: Annotated[Count, Of(lambda one: one.tries)]
    said: Annotated[str, Of(lambda one: one.said)]
    steps: Annotated[list[str], Of(lambda one: one.steps)]
    goes_wrong: Annotated[str, Of(lambda one: one.check.goes_wrong)]
    mend: Annotated[str, Of(lambda one: one.check.mend)]


class RoomCheck(Form, document="sampan.room-check/1"):
    """Which traps a room falls into."""

    room: str
    verdicts: list[_Trap]


class Fuzz(Form, document="sampan.fuzz/1"):
    """What random acts found."""

    engine: str
    seed: int
    acts: Count
    done: Count
    seconds: float
    cells: _Cells
    never_reached: list[str]
    outcomes: dict[str, Count]
    failure: Case | None


class FuzzReplay(Form, document="sampan.fuzz-replay/1"):
    """What a kept case does now."""

    engine: str
    case: Path
    acts: Count
    failure: str | None


class FuzzWalkout(Form, document="sampan.fuzz-walkout/1"):
    """Whether every bill has a way out."""

    engine: str
    seed: int
    steps: Count
    suspensions: Count
    bills: Count
    acts: Count
    failure: str | None


class _Bars(Form):
    acts: Annotated[
        dict[str, dict[str, Annotated[str, Also({"pattern": "^[0-9]+\\.[0-9]+$"})]]],
        "By act and column, the highest ratio of ours",
    ]
    gas: Annotated[dict[str, Count], "The most that ours may cost"]
    bytecode: dict[str, Count]


class BenchGas(Form, document="sampan.bench-gas/2"):
    """What acts cost beside the peers: gas by act and side, bytes of runtime code by contract."""

    engine: str
    hardfork: str
    acts: dict[str, dict[str, float]]
    own: Annotated[dict[str, Count], "What ours alone does"]
    bytecode: dict[str, Count]
    beside: dict[str, dict[str, Count]]
    bars: _Bars
    broken: list[str]
    differences: list[str]
    written: Path


class _Rebuilt(Form):
    bills: Annotated[Count, "Bills that were pledged and rest"]
    events: Count
    seconds: float
    seconds_per_bill: Annotated[float, Of(lambda timed: timed.per_bill)]


class BenchAudit(Form, document="sampan.bench-audit/1"):
    """How long an audit's rebuild takes."""

    rebuilt: list[_Rebuilt]


# ------------------------------------------------------------------------------------------------------------ the tools


class _OutOfStep(Form):
    subject: str
    message: str


class _CompilerUsed(Form):
    version: str
    kind: Literal["native", "npm"]


class BenchDocuments(Form, document="sampan.bench-documents/1"):
    """What it takes to check documents of two containers and to put them under roots."""

    documents: int
    cpu_seconds: Annotated[float, "Of all processes"]
    seconds: Annotated[float, "By the clock"]
    per_document: Annotated[float, "CPU seconds"]
    holds: Annotated[bool, "The bar of 15 milliseconds a document holds"]


class Compile(Form, document="sampan.compile/1"):
    """What compiling did, or found out of step."""

    in_step: bool
    differences: list[_OutOfStep]
    changed: list[str]
    compiler: _CompilerUsed | None
    sizes: dict[str, Count]
    seconds: float


class Completion(Form, document="sampan.completion/1"):
    """A completion script."""

    shell: str
    script: str


class _Setting(Form):
    name: str
    value: str | int | None
    source: str
    variable: str | None


class _Ignored(Form):
    file: Path
    reason: str


class Config(Form, document="sampan.config/1"):
    """Settings, each with its source."""

    settings: list[_Setting]
    ignored: Annotated[list[_Ignored], "Each sampan.toml that was passed over, for it may be the work of others"]


class _Looked(Form):
    name: str
    state: Literal["ok", "missing", "broken"]
    found: str
    needed_for: str
    mend: str | None
    required: bool


class Doctor(Form, document="sampan.doctor/1"):
    """What is installed, what is missing, and what mends it."""

    fit: bool
    mend: str | None
    checks: list[_Looked]


class _ScenarioStep(Form):
    number: Count
    line: Count
    kind: str
    by: str | None
    verb: str | None
    refused: str | None
    why: str


class _Shipped(Form):
    name: str
    title: str
    about: str
    file: Path


class Scenarios(Form, document="sampan.scenarios/1"):
    """Scenarios that travel with the package."""

    scenarios: list[_Shipped]


class Scenario(Form, document="sampan.scenario-show/1"):
    """A scenario, as its file says it."""

    name: str
    title: str
    about: str
    file: Path
    parties: dict[str, str]
    documents: dict[str, str]
    steps: list[_ScenarioStep]


class ScenarioNew(Form, document="sampan.scenario-new/1"):
    """A scenario file that was begun."""

    file: Path


class _PlayedStep(Form):
    step: Annotated[Count, "0: before the first"]
    kind: Literal["done", "rehearsed", "refused", "signed", "proposed", "waited", "expected", "audited"]
    place: str
    by: str
    what: str
    verb: str
    told: list[str]
    why: str
    refused: str
    code: str
    warnings: list[str]
    transaction: HashText | None
    block: Count | None
    time: datetime | None
    gas: Count
    cost: Digits


class _ScenarioFailure(Form):
    step: Count
    place: str
    what: str
    expected: str
    came: str
    hint: str | None


class ScenarioRun(Form, document="sampan.scenario-run/1"):
    """A scenario that was played: each step with its transaction, gas and time, and what came of it."""

    scenario: str
    title: str
    file: Path
    network: str
    chain_id: int
    ledger: Address
    state: Literal["passed", "failed", "waiting"]
    go_on_from: datetime | None
    failure: _ScenarioFailure | None
    steps: list[_PlayedStep]
    bills: dict[str, BillName]
    gas: Count
    cost: Digits
    audit: Annotated[
        dict[str, Any] | None, "As in sampan.audit/2, without its schema's name; null where an earlier run made it"
    ]


class ScenarioRuns(Form, document="sampan.scenario-runs/1"):
    """Scenarios that were played."""

    passed: bool
    runs: list[ScenarioRun]
    folder: Path
    seconds: Annotated[str, Also({"pattern": "^[0-9]+\\.[0-9]$"})]


class Version(Form, document="sampan.version/1"):
    """Version of the package, its artifacts and its documents."""

    version: str
    release: str | None
    solc: str | None
    schemas: list[str]


class Schemas(Form, document="sampan.schemas/1"):
    """Documents that have a schema."""

    schemas: list[str]


class Error(Form, document="sampan.error/1"):
    """What went wrong, and the act that would be right."""

    error: _Wrong
