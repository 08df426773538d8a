"""The rebuilt state held against storage at the same block (P10), and what else the chain is asked there.

Every view that a client could rely on is asked of every bill, account, participant, room and code that the logs name;
the packed words of bills and accounts are read raw and compared bit by bit, and so are the ledger's two counters, so
that storage cannot hold more persons than the logs tell of.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from sampan.audit import words
from sampan.audit.asking import View
from sampan.audit.evidence import Answers, Mismatch
from sampan.audit.names import bill_name, shown
from sampan.audit.rebuild import participant_name
from sampan.model.state import NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sampan.audit.asking import Asker
    from sampan.audit.rebuild import Rebuilt
    from sampan.model.state import Account, Bill, Participant, State


@dataclass(frozen=True, slots=True)
class _Question:
    """A view, what the logs say that it answers, and how to compare the two.

    `expected` is None where only the answer is wanted; a dictionary names the fields of a struct.
    """

    subject: str
    view: View
    expected: Any
    note: Callable[[Any], None] | None = None


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of storage, what it must be, and how a difference is told."""

    subject: str
    what: str
    slot: int
    expected: int
    differences: Callable[[int, int], list[tuple[str, int, int]]] | None = None


def compare(
    rebuilt: Rebuilt,
    asker: Asker,
    *,
    manager: str,
    time: int,
    counters: Mapping[str, int],
    progress: Callable[[int, int], None] | None = None,
) -> Answers:
    """Ask everything and compare it. `time` is that of the asker's block, `manager` the AccessManager's address;
    `counters` gives the slots of `_participantCount` and `_accountCount`.

    Raises `ChainError` when the node does not answer.
    """
    answers = Answers()
    questions = list(_questions(rebuilt.state, answers, manager, time))
    lines = list(_words(rebuilt.state, counters))
    total, done = len(questions) + len(lines), 0

    def advance(steps: int) -> None:
        nonlocal done
        done += steps
        if progress is not None:
            progress(done, total)

    found: list[Mismatch] = []
    replies = asker.views([question.view for question in questions], progress=advance)
    for question, reply in zip(questions, replies, strict=True):
        if question.note is not None:
            question.note(reply)
        if question.expected is not None and question.subject not in rebuilt.broken:
            found += _view_differs(question, reply)
    told = {item.subject for item in found}
    for line, value in zip(lines, asker.words([line.slot for line in lines]), strict=True):
        # Where a view differs already, the word under it says nothing new.
        if value != line.expected and line.subject not in rebuilt.broken | told:
            found += _word_differs(line, value)
    advance(len(lines))
    answers.mismatches = found
    return answers


# ------------------------------------------------------------------------------------------------------------ questions


def _questions(state: State, answers: Answers, manager: str, time: int) -> Iterator[_Question]:
    yield _Question("ledger", View("authority", ()), manager.lower())
    for bill in sorted(state.bills.values(), key=lambda item: item.id):
        yield from _about_bill(state, bill, answers)
    for account in sorted(state.accounts.values(), key=lambda item: item.number):
        yield from _about_account(account, answers, time)
    for number in sorted(state.account_at):
        address = state.resolve(number)
        yield _Question(f"account {number}", View("accountAt", (number,)), address)
    for person in sorted(state.participants.values(), key=lambda item: item.number):
        yield from _about_participant(person, time)
    for (listing, code), owner in sorted(state.codes.items()):
        view = View("codeOwner", (listing.encode().ljust(8, b"\0"), code.encode().ljust(8, b"\0")))
        yield _Question(f"code {listing} {code}", view, owner)
    for (person_number, giver), listed in sorted(state.givers.items()):
        yield _Question(participant_name(person_number), View("isGiver", (person_number, giver)), listed)
    for (room, country), listed in sorted(state.listed.items()):
        yield _Question(shown(room), View("roomListedFor", (room, country.encode())), listed)
    for address in sorted(state.accounts):
        if not state.accounts[address].room:
            waiting = state.recoveries.get(address)
            expected = {
                "successor": waiting.successor if waiting else NOBODY,
                "roles": waiting.roles if waiting else 0,
                "executableFrom": waiting.executable_from if waiting else 0,
            }
            yield _Question(shown(address), View("recovery", (address,)), expected)
    for (signer, digest), cancelled in sorted(state.cancelled.items()):
        yield _Question(shown(signer), View("isCancelled", (signer, digest)), cancelled)
    for (owner_address, operator), approved in sorted(state.operators.items()):
        view = View("isApprovedForAll", (owner_address, operator))
        yield _Question(shown(owner_address), view, approved)


def _about_bill(state: State, bill: Bill, answers: Answers) -> Iterator[_Question]:
    name, number = bill_name(bill.id), bill.id

    def note_word(reply: Any) -> None:
        if isinstance(reply, dict):
            answers.act_counts[number] = reply["actCount"]

    def note_root(reply: Any) -> None:
        if isinstance(reply, bytes):
            answers.roots[number] = reply

    def note_holder(reply: Any) -> None:
        answers.holders[number] = reply if isinstance(reply, int) else None

    fields = {
        "status": int(bill.status),
        "kind": int(bill.kind),
        "mayRejectPossession": bill.may_reject_possession,
        "mayRejectTitle": bill.may_reject_title,
        "actCount": bill.act_count,
        "since": bill.since % 2**16,
        "titleholder": bill.titleholder,
        "previousAccount": bill.previous_account,
        "previousTitleholder": bill.previous_titleholder,
    }
    yield _Question(name, View("bill", (number,)), fields, note_word)
    yield _Question(name, View("ownerOf", (number,)), bill.possessor)
    yield _Question(name, View("rootOf", (number,)), bill.root, note_root)
    yield _Question(name, View("agreedReplacements", (number,)), bill.agreed)
    yield _Question(name, View("getApproved", (number,)), state.approvals.get(number, NOBODY))
    # For whom a room holds stands in no log of the ledger: it is asked, and must be somebody.
    account = state.account(bill.possessor)
    yield _Question(name, View("holderFor", (number,)), None if account.room else account.participant, note_holder)


def _about_account(account: Account, answers: Answers, time: int) -> Iterator[_Question]:
    def note(reply: Any) -> None:
        if isinstance(reply, dict):
            answers.issued[account.address] = reply["issued"]

    fields = {
        "lei": account.lei,
        "participant": account.participant,
        "number": account.number,
        "roles": account.roles,
        "country": account.country.encode().ljust(2, b"\0"),
        "acts": account.acts(time),
        "receives": account.receives(time),
        "room": account.room,
        "receiving": int(account.receiving),
        "issued": account.issued,
        "suspendedUntil": account.suspended_until,
    }
    yield _Question(shown(account.address), View("account", (account.address,)), fields, note)
    yield _Question(shown(account.address), View("balanceOf", (account.address,)), account.possessed)


def _about_participant(person: Participant, time: int) -> Iterator[_Question]:
    fields = {
        "lei": person.lei,
        "parent": person.parent,
        "country": person.country.encode(),
        "roles": person.roles,
        "recordLaws": person.record_laws,
        "rulebook": person.rulebook,
        "answerHours": person.answers_within(time),
        "suspendedUntil": person.suspended_until,
        "windingDown": person.winding_down,
        "accounts": tuple(person.accounts),
    }
    name = participant_name(person.number)
    yield _Question(name, View("participant", (person.number,)), fields)
    yield _Question(name, View("participantOf", (person.lei,)), person.number)


def _words(state: State, counters: Mapping[str, int]) -> Iterator[_Word]:
    for bill in sorted(state.bills.values(), key=lambda item: item.id):
        slot = words.bill_slot(bill.id)
        yield _Word(bill_name(bill.id), "word", slot, words.bill_word(bill), words.bill_differences)
    for account in sorted(state.accounts.values(), key=lambda item: item.number):
        slot = words.account_slot(account.address)
        yield _Word(shown(account.address), "word", slot, words.account_word(account), words.account_differences)
    yield _Word("ledger", "participants counted", counters["_participantCount"], len(state.participants))
    yield _Word("ledger", "accounts counted", counters["_accountCount"], state.account_count)


# ------------------------------------------------------------------------------------------------------------ comparing


def _view_differs(question: _Question, reply: Any) -> list[Mismatch]:
    name = question.view.name
    if reply is None:
        return [Mismatch(question.subject, name, _said(question.expected), "no answer")]
    if not isinstance(question.expected, dict):
        if reply == question.expected:
            return []
        return [Mismatch(question.subject, name, _said(question.expected), _said(reply))]
    differ = []
    for field in sorted({*question.expected, *reply}):
        expected, found = question.expected.get(field), reply.get(field)
        # A participant's accounts stand in no order: removing one moves another.
        same = expected == found or (field == "accounts" and sorted(expected or ()) == sorted(found or ()))
        if not same:
            differ.append(Mismatch(question.subject, f"{name}.{field}", _said(expected), _said(found)))
    return differ


def _word_differs(line: _Word, value: int) -> list[Mismatch]:
    if line.differences is None:
        return [Mismatch(line.subject, line.what, str(line.expected), str(value))]
    return [
        Mismatch(line.subject, f"{line.what}, {name}", _number(name, expected), _number(name, found))
        for name, expected, found in line.differences(line.expected, value)
    ]


def _number(name: str, value: int) -> str:
    return shown(f"0x{value:040x}") if name == "possessor" else str(value)


def _said(value: Any) -> str:
    if isinstance(value, IntEnum) or (isinstance(value, int) and not isinstance(value, bool)):
        return str(int(value))
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, str) and value.startswith("0x") and len(value) == 42:
        return shown(value)
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(_said(item) for item in sorted(value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)
