"""What the chain should answer of bills, by the logs; and how their lives are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Any, Final

from sampan.bills.checks import CHECKS
from sampan.bills.history import bill_of
from sampan.bills.records import BILL_WORD, Bill, Bills
from sampan.bills.subject import BILLS
from sampan.identity.evidence import struct
from sampan.suite import ids
from sampan.suite.check import Audited, Evidence, Life, Question, Word
from sampan.suite.forms import ABSENT, Address, BillId, BillName, Count, Form, Hash, Of
from sampan.suite.layout import token_slot
from sampan.suite.tell import Names, bill_name, checksum, lei_text, plain
from sampan.suite.verb import NOBODY
from sampan.suite.words import Kind, RecordLaw, Status


def questions(state: Bills, time: int) -> Iterator[Question]:
    """Every view that a client could rely on, of every bill and every approval that the logs name."""
    for bill in sorted(state.bills.values(), key=lambda item: item.id):
        yield from _of_bill(state, bill)
    for (owner, operator), approved in sorted(state.operators.items()):
        yield Question(checksum(owner), "isApprovedForAll", (owner, operator), approved)


def _of_bill(state: Bills, bill: Bill) -> Iterator[Question]:
    name, only = bill_name(bill.id), (bill.id,)
    yield Question(name, "bill", only, struct("bill", bill, since=bill.since % 2**16))
    yield Question(name, "ownerOf", only, bill.possessor)
    yield Question(name, "rootOf", only, bill.root)
    yield Question(name, "agreedReplacements", only, bill.agreed)
    yield Question(name, "getApproved", only, state.approvals.get(bill.id, NOBODY))
    # For whom a room holds stands in no log of the ledger: it is asked, and must be somebody.
    account = state.account(bill.possessor)
    yield Question(name, "holderFor", only, None if account.room else account.participant)


def words(state: Bills) -> Iterator[Word]:
    """The words of all bills."""
    for bill in sorted(state.bills.values(), key=lambda item: item.id):
        yield Word(bill_name(bill.id), token_slot(bill.id), BILL_WORD, bill)


# --------------------------------------------------------------------------------------------------------------- lives


def _order(bill: int) -> tuple[int, int]:
    """Sorts the versions of one reference together."""
    return ids.reference_key(bill), ids.version_of(bill)


def _holder(evidence: Evidence, bill: int) -> int | None:
    found: int | None = evidence.answers.of(BILLS, "holderFor").get((bill,))
    return found


def _bill(lived: Any) -> Bill | None:
    """A bill as it stands; None where the logs could not be followed so far."""
    return None if lived.evidence.state is None else lived.evidence.state.bills.get(lived.key)


def _known(take: Callable[[Bill, Evidence], Any]) -> Of:
    return Of(lambda lived: ABSENT if (bill := _bill(lived)) is None else take(bill, lived.evidence), maybe=True)


class BillLife(Form):
    """A bill at the end of its timeline."""

    bill: Annotated[BillName, Of(lambda lived: lived.key)]
    id: Annotated[BillId, Of(lambda lived: lived.key)]
    carrier: Annotated[str, "LEI", Of(lambda lived: lei_text(ids.lei_of(lived.key)))]
    version: Annotated[Count, Of(lambda lived: ids.version_of(lived.key))]
    status: Annotated[Status, _known(lambda bill, _: bill.status)]
    kind: Annotated[Kind, _known(lambda bill, _: bill.kind)]
    possessor: Annotated[Address, _known(lambda bill, _: checksum(bill.possessor))]
    holder: Annotated[
        int | None, "Participant for whom it is possessed", _known(lambda bill, evidence: _holder(evidence, bill.id))
    ]
    titleholder: Annotated[Count, "Participant entitled; 0: in blank", _known(lambda bill, _: bill.titleholder)]
    act_count: Annotated[Count, _known(lambda bill, _: bill.act_count)]
    root: Annotated[Hash, _known(lambda bill, _: bill.root)]
    checksum: Annotated[Hash, _known(lambda bill, _: bill.checksum)]
    carriage_law: Annotated[str, _known(lambda bill, _: bill.carriage_law)]
    record_law: Annotated[RecordLaw, _known(lambda bill, _: bill.record_law)]
    replaces: Annotated[list[BillName], _known(lambda bill, _: bill.replaces)]
    replaced_by: Annotated[list[BillName], _known(lambda bill, _: bill.replaced_by)]


def _row(evidence: Evidence, number: int, names: Names) -> tuple[str, ...]:
    bill = None if evidence.state is None else evidence.state.bills.get(number)
    if bill is None:
        return ("?", "", "", "", "", "")
    return (
        plain(bill.status),
        plain(bill.kind),
        names.account(bill.possessor),
        names.participant(_holder(evidence, number) or 0),
        names.participant(bill.titleholder) if bill.titleholder else "in blank",
        str(bill.act_count),
    )


LIVES: Final = Life(
    name="bills",
    of=bill_of,
    order=_order,
    title=bill_name,
    form=BillLife,
    columns=("status", "kind", "possessor", "held for", "titleholder", "acts"),
    row=_row,
)
BELIEVED: Final = {
    "remark": "remarks",
    "checksum": "checksums of documents",
    "carriageLaw": "laws of carriage",
    "recordLaw": "laws of the record, among those that the carrier covers",
    "purpose": "purposes of signatures and surrenders",
    "originals": "numbers of paper originals",
    "statement": "statements about paper",
    "terms": "terms of rooms",
    "relayer": "relayers",
    "digest": "digests of what was signed",
}
AUDITED: Final = Audited(BILLS, questions, words, CHECKS, (LIVES,), BELIEVED)
