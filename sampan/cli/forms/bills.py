"""Bills, their history, the acts on them; what is to be sent or signed elsewhere."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from sampan.cli.forms.common import OnLedger, Wrong
from sampan.cli.forms.finance import Pledged
from sampan.suite.forms import ABSENT, Address, BillId, Count, Digits, Form, Hash, HashText, Lei, Of
from sampan.suite.tell import bill_name, event_json
from sampan.suite.words import Kind, RecordLaw, Status


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
    pledge: Annotated[Pledged | None, "That secures a loan; null: none"]


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
    error: Annotated[Wrong | None, Of(lambda item: item.error and item.error.as_dict())]


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
