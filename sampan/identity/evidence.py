"""What the chain should answer of participants, accounts, rooms and codes, by the logs; and how they are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from sampan.identity.checks import CHECKS
from sampan.identity.records import ACCOUNT_WORD, Account, Identity, Participant, Recovery
from sampan.identity.subject import IDENTITY
from sampan.suite import events as ev
from sampan.suite.check import LEDGER, Audited, Question, Word
from sampan.suite.codec import python_name
from sampan.suite.layout import NUMBER, owner_slot
from sampan.suite.tell import Names, checksum, lei_text, participant_name
from sampan.suite.verb import NOBODY

_NO_RECOVERY: Final = Recovery(NOBODY, 0, 0)


def questions(state: Identity, time: int) -> Iterator[Question]:
    """Every view that a client could rely on, of everybody whom the logs name."""
    yield Question(LEDGER, "authority", (), state.authority)
    for account in sorted(state.accounts.values(), key=lambda item: item.number):
        yield from _of_account(state, account, time)
    for number in sorted(state.account_at):
        yield Question(f"account {number}", "accountAt", (number,), state.resolve(number))
    for person in sorted(state.participants.values(), key=lambda item: item.number):
        yield from _of_participant(person, time)
    for (codes, code), owner in sorted(state.codes.items()):
        yield Question(f"code {codes} {code}", "codeOwner", (codes, code), owner)
    for (participant, giver), listed in sorted(state.givers.items()):
        yield Question(participant_name(participant), "isGiver", (participant, giver), listed)
    for (room, country), listed in sorted(state.listed.items()):
        yield Question(checksum(room), "roomListedFor", (room, country), listed)
    for (signer, digest), cancelled in sorted(state.cancelled.items()):
        yield Question(checksum(signer), "isCancelled", (signer, digest), cancelled)


def _of_account(state: Identity, account: Account, time: int) -> Iterator[Question]:
    name, address = checksum(account.address), account.address
    fields = struct("account", account, acts=account.acts(time), receives=account.receives(time))
    yield Question(name, "account", (address,), fields)
    yield Question(name, "balanceOf", (address,), account.possessed)
    if not account.room:
        recovery = struct("recovery", state.recoveries.get(address, _NO_RECOVERY))
        yield Question(name, "recovery", (address,), recovery)


def _of_participant(person: Participant, time: int) -> Iterator[Question]:
    # They stand in no order: removing one moves another.
    accounts = frozenset(person.accounts)
    fields = struct("participant", person, answerHours=person.answers_within(time), accounts=accounts)
    name = participant_name(person.number)
    yield Question(name, "participant", (person.number,), fields)
    yield Question(name, "participantOf", (person.lei,), person.number)


def struct(view: str, record: Any, **said: Any) -> dict[str, Any]:
    """The struct that a view of the ledger answers: what is said of its fields, else the record's of the same names."""
    return {name: said[name] if name in said else getattr(record, ours) for name, ours in _fields(view)}


@cache
def _fields(view: str) -> list[tuple[str, str]]:
    components = IDENTITY.codec.functions[view].outputs[0]["components"]
    return [(str(each["name"]), python_name(each["name"])) for each in components]


def words(state: Identity) -> Iterator[Word]:
    """The words of all accounts, and the counters, so that storage cannot hold more of them than the logs tell of."""
    for account in sorted(state.accounts.values(), key=lambda item: item.number):
        yield Word(checksum(account.address), owner_slot(account.address), ACCOUNT_WORD, account)
    participants, accounts = IDENTITY.slot("_participantCount"), IDENTITY.slot("_accountCount")
    yield Word(LEDGER, participants, NUMBER, state.participant_count, "participants counted")
    yield Word(LEDGER, accounts, NUMBER, state.account_count, "accounts counted")


def names_of(state: Identity | None, labels: Mapping[str, str], brief: bool) -> Names:
    """How accounts and participants are called: by label where there is one, else by address (short when `brief`) and
    LEI. A participant has the label of its first account that has one."""
    accounts = {checksum(address): label for address, label in labels.items()}
    if state is None:
        return Names(accounts, whole=True, brief=brief, function=_function)
    leis = {person.number: lei_text(person.lei) for person in state.participants.values()}
    companies = {
        leis[account.participant]: accounts[checksum(account.address)]
        for account in sorted(state.accounts.values(), key=lambda item: -item.number)
        if account.participant in leis and checksum(account.address) in accounts
    }
    return Names(accounts, leis, companies, whole=True, brief=brief, function=_function)


def _function(selector: bytes) -> str | None:
    known = IDENTITY.codec.by_selector.get(selector)
    return None if known is None else known.name


AUDITED: Final = Audited(
    IDENTITY,
    questions,
    words,
    CHECKS,
    believed={"ground": "grounds of suspensions and recoveries"},
    counted=(ev.ParticipantEnrolled, ev.AccountAdded),
    names=names_of,
)
