"""What the chain should answer of bills, by the logs; and their lives: who held them, from when to when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Annotated, Any, Final, NamedTuple

from sampan.bills.checks import CHECKS
from sampan.bills.history import bill_of, ending_of
from sampan.bills.inside import room_of
from sampan.bills.records import BILL_WORD, HOURS_MODULO, LODGING_WORD, Bill, Bills
from sampan.bills.subject import BILLS
from sampan.identity.evidence import lei_of, named_in, struct
from sampan.suite import events as ev
from sampan.suite import ids
from sampan.suite.check import Audited, Entry, Evidence, Life, Question, Word
from sampan.suite.codec import word
from sampan.suite.forms import ABSENT, Address, BillId, BillName, Count, Form, Hash, Lei, Of, Second
from sampan.suite.layout import NUMBER, token_slot
from sampan.suite.layout import entry as entry_slot
from sampan.suite.tell import Names, bill_name, checksum, instant, lei_text, plain
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
    yield Question(name, "bill", only, struct("bill", bill, since=bill.since % HOURS_MODULO))
    yield Question(name, "ownerOf", only, bill.possessor)
    yield Question(name, "rootOf", only, bill.root)
    yield Question(name, "agreedReplacements", only, bill.agreed)
    yield Question(name, "getApproved", only, state.approvals.get(bill.id, NOBODY))
    yield Question(name, "holderFor", only, _holder(state, bill))
    lodging = state.lodgings.get(bill.id)
    if lodging is not None:
        kept = {"room": room_of(state, bill.id), "word": LODGING_WORD.pack(lodging)}
        yield Question(name, "lodging", only, kept)


def words(state: Bills) -> Iterator[Word]:
    """The words of all bills, of what was kept of those in rooms, and of agreements that were recorded."""
    for bill in sorted(state.bills.values(), key=lambda item: item.id):
        yield Word(bill_name(bill.id), token_slot(bill.id), BILL_WORD, bill)
    for number, lodging in sorted(state.lodgings.items()):
        slot = entry_slot(BILLS.slot("_lodgings"), word(number))
        yield Word(bill_name(number), slot, LODGING_WORD, lodging, "lodging")
    for shown, until in sorted(state.recorded.items()):
        slot = entry_slot(BILLS.slot("_recorded"), shown.key)
        yield Word(bill_name(shown.outcome.bill), slot, NUMBER, until, "agreement recorded")


# --------------------------------------------------------------------------------------------------------------- lives


def _order(bill: int) -> tuple[int, int]:
    """Sorts the versions of one reference together."""
    return ids.reference_key(bill), ids.version_of(bill)


class Standing(NamedTuple):
    """How a bill stood after an event: the account that possesses it, and the participant entitled (0: in blank)."""

    status: Status
    possessor: str
    titleholder: int
    holder: int
    """The participant for whom it is possessed; 0: nobody can be named."""


def _holder(state: Bills, bill: Bill) -> int:
    """For whom a bill is possessed: a room's possessor is not asked, the ledger keeps it."""
    account = state.account(bill.possessor)
    if not account.room:
        return account.participant
    lodging = state.lodgings.get(bill.id)
    return 0 if lodging is None else lodging.holder


def _standing(state: Bills, number: int) -> Standing | None:
    """None of a bill that somebody invented."""
    bill = state.bills.get(number)
    return None if bill is None else Standing(bill.status, bill.possessor, bill.titleholder, _holder(state, bill))


def _lei(evidence: Evidence, participant: int | None) -> str | None:
    """The LEI of a participant; None for nobody."""
    return None if evidence.state is None else lei_of(evidence.state, participant)


def _possessed_by(evidence: Evidence, account: str) -> int | None:
    """The participant whose account it is; None for a room, and for an address that is no account."""
    found = None if evidence.state is None else evidence.state.accounts.get(account)
    return None if found is None or found.room else found.participant


def _room(evidence: Evidence, account: str) -> str | None:
    """The contract of the ledger's own that a room is; None for another room, and for whoever is none."""
    known = None if evidence.state is None else evidence.state.accounts.get(account)
    if known is None or not known.room:
        return None
    own = evidence.state.addresses.items()
    return next((name for name, address in own if checksum(address) == checksum(account)), None)


class Stood(NamedTuple):
    """A bill from a transaction on, which left it standing so, up to the one that changed that (None: to the end)."""

    evidence: Evidence
    bill: int
    standing: Standing
    begun: Entry
    ended: Entry | None


def spans(evidence: Evidence, bill: int) -> Iterator[Stood]:
    """How a bill stood, from one transaction to the next that changed it, oldest first; what ended it ends the last of
    them. What began and ended within one transaction nobody held."""
    begun: tuple[Standing, Entry] | None = None
    for _, together in groupby(evidence.grouped(bill_of).get(bill, ()), key=lambda entry: entry.transaction):
        entries = list(together)
        first, last = entries[0], entries[-1]
        now = evidence.after.get((last.block, last.index))
        ended = any(ending_of(entry.event) is not None for entry in entries)
        if begun is not None and (ended or now != begun[0]):
            yield Stood(evidence, bill, begun[0], begun[1], first)
            begun = None
        if begun is None and now is not None and not ended:
            begun = now, first
    if begun is not None:
        yield Stood(evidence, bill, begun[0], begun[1], None)


def _parties(evidence: Evidence, bill: int) -> dict[str, set[int]]:
    """The participants that a bill's events name."""
    return {"participants": named_in(evidence.state, evidence.grouped(bill_of).get(bill, ()))}


def _stood(take: Callable[[Evidence, Standing], Any]) -> Of:
    """A field of how a bill stood; left out where the logs could not be followed so far."""

    def of(it: Any) -> Any:
        if isinstance(it, Stood):
            return take(it.evidence, it.standing)
        standing = it.evidence.after.get((it.entry.block, it.entry.index))
        return ABSENT if standing is None else take(it.evidence, standing)

    return Of(of, maybe=True)


class Possession(Form):
    """Who has a bill."""

    status: Annotated[Status, _stood(lambda evidence, it: it.status)]
    account: Annotated[Address, "That possesses it", _stood(lambda evidence, it: checksum(it.possessor))]
    possessor: Annotated[
        Lei | None,
        "Whose account it is; null: a room",
        _stood(lambda evidence, it: _lei(evidence, _possessed_by(evidence, it.possessor))),
    ]
    room: Annotated[
        str | None,
        "Which of the ledger's own rooms possesses it; null: another, or none",
        _stood(lambda evidence, it: _room(evidence, it.possessor)),
    ]
    held_for: Annotated[
        Lei | None,
        "For whom it is possessed; of a room for whom it holds",
        _stood(lambda evidence, it: _lei(evidence, it.holder)),
    ]
    titleholder: Annotated[
        Lei | None, "Who is entitled; null: in blank", _stood(lambda evidence, it: _lei(evidence, it.titleholder))
    ]


class Held(Possession):
    """How a bill stood, from one transaction to the next that changed it."""

    from_: Annotated[Second, Of(lambda it: it.begun.time)]
    from_block: Annotated[Count, Of(lambda it: it.begun.block)]
    to: Annotated[Second | None, "Null: still", Of(lambda it: None if it.ended is None else it.ended.time)]
    to_block: Annotated[int | None, Of(lambda it: None if it.ended is None else it.ended.block)]


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
    account: Annotated[Address, "That possesses it", _known(lambda bill, _: checksum(bill.possessor))]
    possessor: Annotated[
        Lei | None,
        "Whose account it is; null: a room",
        _known(lambda bill, evidence: _lei(evidence, _possessed_by(evidence, bill.possessor))),
    ]
    held_for: Annotated[Lei | None, _known(lambda bill, evidence: _lei(evidence, _holder(evidence.state, bill)))]
    titleholder: Annotated[
        Lei | None, "Null: in blank", _known(lambda bill, evidence: _lei(evidence, bill.titleholder))
    ]
    act_count: Annotated[Count, _known(lambda bill, _: bill.act_count)]
    root: Annotated[Hash, _known(lambda bill, _: bill.root)]
    checksum: Annotated[Hash, _known(lambda bill, _: bill.checksum)]
    carriage_law: Annotated[str, _known(lambda bill, _: bill.carriage_law)]
    record_law: Annotated[RecordLaw, _known(lambda bill, _: bill.record_law)]
    replaces: Annotated[list[BillName], _known(lambda bill, _: bill.replaces)]
    replaced_by: Annotated[list[BillName], _known(lambda bill, _: bill.replaced_by)]
    held: Annotated[list[Held], "From its issue to its end", Of(lambda lived: list(spans(lived.evidence, lived.key)))]


def _row(evidence: Evidence, number: int, names: Names) -> tuple[str, ...]:
    bill = None if evidence.state is None else evidence.state.bills.get(number)
    if bill is None:
        return ("?", "", "", "", "", "")
    return (
        plain(bill.status),
        plain(bill.kind),
        names.account(bill.possessor),
        names.participant(_holder(evidence.state, bill)),
        names.participant(bill.titleholder) if bill.titleholder else "in blank",
        str(bill.act_count),
    )


def _held_by(evidence: Evidence, number: int, names: Names) -> Iterator[tuple[str, ...]]:
    for span in spans(evidence, number):
        standing = span.standing
        yield (
            instant(span.begun.time),
            "still" if span.ended is None else instant(span.ended.time),
            plain(standing.status),
            names.account(standing.possessor),
            names.participant(standing.holder),
            names.participant(standing.titleholder) if standing.titleholder else "in blank",
        )


LIVES: Final = Life(
    name="bills",
    of=bill_of,
    order=_order,
    title=bill_name,
    form=BillLife,
    columns=("status", "kind", "possessor", "held for", "titleholder", "acts"),
    row=_row,
    times=("from (UTC)", "to", "status", "held by", "for", "entitled"),
    spent=_held_by,
    event=Possession,
    after=_standing,
    others=_parties,
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
    "deal": "deals of rooms, but for the last of each bill",
    "relayer": "relayers",
    "digest": "digests of what was signed",
}
AUDITED: Final = Audited(BILLS, questions, words, CHECKS, (LIVES,), BELIEVED, counted=(ev.HeldOn,))
