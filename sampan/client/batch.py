"""A carrier's issues of a day: many documents in few transactions, taken up again where an earlier run was killed.

    planned = batch.plan(carrier, [Path("one.json"), Path("two.json")], lambda document: {"carriage_law": "SG"})
    batch.carry_out(carrier, planned)
    print(planned.counts)

A bill that stands already with its document's root is done; another root under the reference is refused. What one
document is refused for stops no other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sampan.client import issue, naming, standing
from sampan.client.errors import BatchRefused, DocumentRefused
from sampan.errors import SampanError
from sampan.suite.tell import bill_name, plain
from sampan.suite.words import Status

if TYPE_CHECKING:
    from sampan.client.core import VerbCall
    from sampan.client.ledger import Ledger
    from sampan.client.records import Act
    from sampan.documents.prepared import Prepared

Terms = Callable[["Prepared"], Mapping[str, Any]]
"""What a bill is issued with beside its document (the arguments of `ledger.bills.issue`), by the document."""


class Outcome(StrEnum):
    """What became of a document: its bill was issued now, stood already, or was refused; or nothing yet."""

    WAITING = "waiting"
    ISSUED = "issued"
    STOOD = "stood"
    REFUSED = "refused"


@dataclass(slots=True, eq=False)
class Item:
    """One document of a batch: its bill, and the act that issued it, or why it was refused."""

    name: str
    document: Prepared | None
    outcome: Outcome = Outcome.WAITING
    bill: int | None = None
    root: bytes | None = None
    status: Status = Status.NONE
    """Of a bill that stood already: how it stands."""
    call: VerbCall | None = None
    act: Act | None = None
    error: SampanError | None = None

    def refuse(self, error: SampanError) -> None:
        """It is not issued, and why."""
        self.outcome, self.error, self.call = Outcome.REFUSED, error, None


@dataclass(slots=True, eq=False)
class Batch:
    """Documents that are to be issued, in their order, and what became of each."""

    items: list[Item]
    acts: list[Act] = field(default_factory=list)

    @property
    def waiting(self) -> list[Item]:
        """Those whose bills are still to be issued."""
        return [item for item in self.items if item.call is not None and item.outcome is Outcome.WAITING]

    @property
    def calls(self) -> list[VerbCall]:
        """The calls that issue those that wait."""
        return [item.call for item in self.waiting if item.call is not None]

    @property
    def counts(self) -> dict[str, int]:
        """How many were issued now, stood already, were refused."""
        found = Counter(item.outcome for item in self.items)
        return {outcome.value: found[outcome] for outcome in Outcome if outcome is not Outcome.WAITING}

    @property
    def exit_code(self) -> int:
        """That of the worst refusal; 0 without any."""
        return max((item.error.exit_code for item in self.items if item.error is not None), default=0)


def prepared(files: Sequence[Path], advance: Callable[[], object] = lambda: None) -> list[Item]:
    """Documents read and checked. One that may not be issued is refused, and the others go on."""
    found = []
    for file in files:
        item = Item(str(file), None)
        try:
            item.document = issue.prepared(file)
        except SampanError as error:
            item.refuse(error)
        found.append(item)
        advance()
    return found


def plan(
    ledger: Ledger, documents: Sequence[Path | Prepared | Item], terms: Terms, *, version: int | None = None
) -> Batch:
    """What is to be issued, and what stands already. Issues that an earlier run sent, and did not see stand,
    are waited for first; nothing is sent.

    Carrier, codes, laws and parties are asked once. Salts are written beside each document. `version` is by default
    the next that is free.
    """
    batch = Batch([one if isinstance(one, Item) else _item(one) for one in documents])
    lei = ledger.account(ledger.address).lei
    if lei is None:
        raise DocumentRefused("is no account of a participant", subject=ledger.address, hint="enrol the carrier first")
    named = {item: (lei, item.document.reference) for item in batch.items if item.document is not None}
    ledger.wait_for_begun("issue")
    asking = ledger.remembering()
    newest = asking.newest(named.values())
    if version is not None:
        newest = {name: naming.pack(*name, version) for name in named.values()}
    words = dict(zip(newest.values(), asking.ask_bundled([("bill", bill) for bill in newest.values()]), strict=True))
    there = [bill for bill, word in words.items() if word.status not in (Status.NONE, Status.VOID)]
    roots = dict(zip(there, asking.ask_bundled([("rootOf", bill) for bill in there]), strict=True))
    taken: dict[int, Item] = {}
    for item, name in named.items():
        assert item.document is not None
        bill = newest.get(name)
        try:
            if bill in roots:
                _compare(item, item.document, bill, roots[bill], words[bill].status)
            else:
                said = dict(terms(item.document)) | {"version": version}
                item.call = asking.bills.calls.issue(item.document, **said)
                if item.call.sending is not None:
                    raise item.call.sending
                _take(item, item.call, taken)
        except SampanError as error:
            item.refuse(error)
    return batch


def carry_out(ledger: Ledger, batch: Batch, done: Callable[[Act], object] = lambda act: None) -> Batch:
    """Issue what waits, in as few transactions as their gas allows. What the contract refuses is left out, and the
    others go on. Raises `ChainError` when something cannot be sent: planned again, it goes on where it was."""
    screen(ledger, batch)
    while batch.waiting:
        waiting = batch.waiting
        refused: BatchRefused | None = None
        try:
            acts = ledger.do_all(batch.calls, done=done)
        except BatchRefused as error:
            refused, acts = error, list(error.done)
        issued = {bill: act for act in acts for bill in act.bills}
        for item in waiting:
            act = issued.get(item.bill or 0)
            if act is not None:
                item.outcome, item.act = Outcome.ISSUED, act
        if refused is not None:
            refusal = refused.refusal
            if len(batch.items) > 1:
                refusal.subject = f"{waiting[refused.position - 1].name}, {refusal.subject}"
            waiting[refused.position - 1].refuse(refusal)
        batch.acts += acts
    return batch


def screen(ledger: Ledger, batch: Batch) -> None:
    """Screen whoever is named in what waits, as far as that was not done: what is held is refused, the others go on.

    Raises as `Ledger.screen_each`.
    """
    waiting = batch.waiting
    for item, found in zip(waiting, ledger.screen_each(batch.calls), strict=True):
        if isinstance(found, SampanError):
            item.refuse(found)
        else:
            item.call = found


def rehearse(ledger: Ledger, batch: Batch) -> list[Act]:
    """What would become of it, without anything sent. What the contract refuses is refused here already."""
    tried = Batch([replace(item) for item in batch.items])
    carry_out(ledger.rehearsing(), tried)
    for item, trial in zip(batch.items, tried.items, strict=True):
        if trial.error is not None and item.error is None:
            item.refuse(trial.error)
    return tried.acts


def _item(document: Path | Prepared) -> Item:
    if isinstance(document, Path):
        (item,) = prepared([document])
        return item
    return Item(document.name, document)


def _take(item: Item, call: VerbCall, taken: dict[int, Item]) -> None:
    """An item has its bill. Raises `DocumentRefused` when another document of the batch has it."""
    (item.bill,) = call.bills
    verb: Any = call.verb
    item.root = verb.terms.root
    first = taken.setdefault(item.bill, item)
    if first is not item:
        raise DocumentRefused(
            f"{bill_name(item.bill)} is issued from {first.name}",
            subject=item.name,
            hint="a reference is one document's: give the other its own",
            code="document.reference_used",
        )


def _compare(item: Item, document: Prepared, number: int, root: bytes, status: Status) -> None:
    """A bill that stands: with this document's root it is done. Raises `BadInput` for another root."""
    if document.new_salts:
        raise standing.refusal(number, item.name)
    if document.root != root:
        raise DocumentRefused(
            f"{bill_name(number)} is there already, {plain(status)}, with another root",
            subject=item.name,
            hint="this is not the document that it was issued from, or not with its salts; a reference is used again "
            "only after its bill was voided, replaced, or came back from paper",
            code="document.reference_used",
        )
    item.outcome, item.bill, item.root, item.status = Outcome.STOOD, number, root, status
