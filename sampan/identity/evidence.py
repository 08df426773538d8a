"""What the chain should answer of participants, accounts, rooms and codes, by the logs; who they are, and how they are
called."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Annotated, Any, Final

from sampan.identity.checks import CHECKS
from sampan.identity.records import ACCOUNT_WORD, Account, Identity, Participant, Recovery
from sampan.identity.subject import IDENTITY
from sampan.suite import events as ev
from sampan.suite.check import LEDGER, Audited, Entry, Evidence, Life, Question, Word
from sampan.suite.codec import contract_name, python_name
from sampan.suite.event import field_names
from sampan.suite.forms import ABSENT, Address, Count, Form, Lei, Of, Second
from sampan.suite.layout import NUMBER, owner_slot
from sampan.suite.tell import PARTICIPANTS, Names, checksum, lei_text, moment, participant_name, plain, short
from sampan.suite.verb import NOBODY
from sampan.suite.words import Role

_BALANCE: Final = 32
"""Bits of an account's word below its standing."""
_NO_RECOVERY: Final = Recovery(NOBODY, 0, 0)


def lei_of(state: Identity, participant: int | None) -> str | None:
    """The LEI of a participant; None for nobody."""
    person = state.participants.get(participant) if participant else None
    return None if person is None else lei_text(person.lei)


def named_in(state: Identity | None, entries: Iterable[Entry]) -> set[int]:
    """The participants that events name, by themselves or by an account, in structs and lists too."""
    return {
        participant
        for entry in entries
        for name, value in entry.event.arguments().items()
        for participant in _named_as(state, name, value)
    }


def _named_as(state: Identity | None, name: str, value: Any) -> Iterator[int]:
    """The participants that an argument names, by the contract's name of it."""
    if isinstance(value, tuple):
        for item in value:
            yield from _named_as(state, name, item)
    elif is_dataclass(value):
        for part in fields(value):
            yield from _named_as(state, contract_name(part.name), getattr(value, part.name))
    elif isinstance(value, str):
        account = None if state is None else state.accounts.get(value)
        if account is not None:
            yield account.participant
    elif name in PARTICIPANTS and isinstance(value, int):
        yield value


def questions(state: Identity, time: int) -> Iterator[Question]:
    """Every view that a client could rely on, of everybody whom the logs name."""
    yield Question(LEDGER, "authority", (), state.authority)
    yield Question(LEDGER, "noteCount", (), state.note_count)
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
    with suppress(ValueError):  # A history that cannot have happened may give what no word holds: `words` says so.
        yield Question(name, "standing", (address,), ACCOUNT_WORD.pack(account) >> _BALANCE)


def _of_participant(person: Participant, time: int) -> Iterator[Question]:
    # They stand in no order: removing one moves another.
    accounts = frozenset(person.accounts)
    fields = struct("participant", person, answerHours=person.answers_within(time), accounts=accounts)
    name = participant_name(person.number)
    yield Question(name, "participant", (person.number,), fields)
    yield Question(name, "participantOf", (person.lei,), person.number)
    brief = {"parent": person.parent, "country": person.country, "acts": time >= person.suspended_until}
    yield Question(name, "person", (person.number,), brief)


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
    for variable, count, what in (
        ("_participantCount", state.participant_count, "participants counted"),
        ("_accountCount", state.account_count, "accounts counted"),
        ("_noteCount", state.note_count, "events noted"),
    ):
        yield Word(LEDGER, IDENTITY.slot(variable), NUMBER, count, what)


def names_of(state: Identity | None, labels: Mapping[str, str], brief: bool) -> Names:
    """How accounts and participants are called: by label (of an address, or of an LEI) where there is one, else by LEI.
    An account has its address behind the name, or its number when `brief`. A label of an account is none of its
    participant."""
    labelled = {checksum(whose): label for whose, label in labels.items() if whose.startswith("0x")}
    if state is None:
        return Names(labelled, whole=True, brief=brief, function=_function)
    accounts = {
        checksum(account.address): _called(state, account, labels, brief) for account in state.accounts.values()
    }
    accounts |= labelled
    leis = {person.number: lei_text(person.lei) for person in state.participants.values()}
    companies = {whose: label for whose, label in labels.items() if not whose.startswith("0x")}
    return Names(accounts, leis, companies, whole=True, brief=brief, function=_function)


def _called(state: Identity, account: Account, labels: Mapping[str, str], brief: bool) -> str:
    """An account without a label."""
    address = checksum(account.address)
    if account.room:
        return f"room {account.number}" if brief else f"room {address}"
    person = state.participants.get(account.participant)
    if person is None:
        return short(address) if brief else address
    lei = lei_text(person.lei)
    return f"{labels.get(lei, lei)} ({f'account {account.number}' if brief else address})"


def _function(selector: bytes) -> str | None:
    known = IDENTITY.codec.by_selector.get(selector)
    return None if known is None else known.name


# --------------------------------------------------------------------------------------------------------------- lives


def participant_of(event: Any) -> int | None:
    """The participant that an event of administration is about."""
    return event.participant if type(event) in _ABOUT else None


_ABOUT: Final = frozenset(kind for kind in IDENTITY.facts if "participant" in field_names(kind))


def _events(lived: Any, *kinds: type) -> list[Entry]:
    events = lived.evidence.grouped(participant_of).get(lived.key, ())
    return [entry for entry in events if isinstance(entry.event, kinds)]


def _person(lived: Any) -> Participant | None:
    return None if lived.evidence.state is None else lived.evidence.state.participants.get(lived.key)


def _known(take: Callable[[Participant, Identity], Any]) -> Of:
    """A field of a participant; left out where the logs could not be followed so far."""
    return Of(lambda it: ABSENT if (person := _person(it)) is None else take(person, it.evidence.state), maybe=True)


class AccountHad(Form):
    """An account of a participant, from when to when."""

    address: Address
    number: Count
    roles: Role
    from_: Second
    from_block: Count
    to: Annotated[Second | None, "When it was removed or recovered; null: it lives"]
    to_block: int | None
    successor: Annotated[Address | None, "What stands in its place"]


class SuspendedFor(Form):
    """A suspension, from when to when."""

    from_: Second
    from_block: Count
    until: Annotated[Second, "When it ends by itself"]
    lifted: Annotated[Second | None, "When it was lifted; null: it was not"]


def _accounts(lived: Any) -> list[dict[str, Any]]:
    """Its accounts in the order in which they were added."""
    state = lived.evidence.state
    ends = {
        getattr(entry.event, "account", None) or entry.event.lost: entry
        for entry in _events(lived, ev.AccountRemoved, ev.AccountRecovered)
    }
    found = []
    for entry in _events(lived, ev.AccountAdded):
        address, number = entry.event.account, entry.event.number
        end = ends.get(address)
        account = None if state is None else state.accounts.get(address)
        found.append(
            {
                "address": checksum(address),
                "number": number,
                "roles": Role(entry.event.roles if account is None else account.roles),
                "from": entry.time,
                "from_block": entry.block,
                "to": None if end is None else end.time,
                "to_block": None if end is None else end.block,
                "successor": None if end is None else checksum(end.event.successor),
            }
        )
    return found


def _suspensions(lived: Any) -> list[dict[str, Any]]:
    """Its suspensions, oldest first; one that is set anew while it lasts ends with the new one."""
    found: list[dict[str, Any]] = []
    for entry in _events(lived, ev.ParticipantSuspended, ev.SuspensionLifted):
        if isinstance(entry.event, ev.ParticipantSuspended):
            until = entry.event.until
            found.append({"from": entry.time, "from_block": entry.block, "until": until, "lifted": None})
        elif found:
            found[-1]["lifted"] = entry.time
    return found


class ParticipantLife(Form):
    """A legal person, as it stands at the end."""

    number: Annotated[Count, "Its number on the ledger", Of(lambda lived: lived.key)]
    lei: Annotated[Lei, _known(lambda person, _: lei_text(person.lei))]
    parent: Annotated[Lei, "Its ultimate parent", _known(lambda person, _: lei_text(person.parent))]
    country: Annotated[str, "ISO 3166-1", _known(lambda person, _: person.country)]
    roles: Annotated[Role, _known(lambda person, _: Role(person.roles))]
    codes: Annotated[
        list[str],
        "Its carrier codes",
        _known(lambda person, state: [" ".join(code) for code, owner in state.codes.items() if owner == person.number]),
    ]
    winding_down: Annotated[bool, "Receives nothing new", _known(lambda person, _: person.winding_down)]
    accounts: Annotated[list[AccountHad], Of(_accounts)]
    suspensions: Annotated[list[SuspendedFor], Of(_suspensions)]


def _row(evidence: Evidence, number: int, names: Names) -> tuple[str, ...]:
    person = None if evidence.state is None else evidence.state.participants.get(number)
    if person is None:
        return ("?", "", "", "")
    accounts = sorted((evidence.state.accounts[each] for each in person.accounts), key=lambda each: each.number)
    standing = "winding down" if person.winding_down else "acts and receives"
    if person.suspended_until > evidence.time:
        standing = f"suspended until {moment(person.suspended_until)}"
    return (
        f"{names.participant(number)}, {person.country}",
        plain(Role(person.roles)),
        "\n".join(f"{account.number}: {checksum(account.address)}" for account in accounts),
        standing,
    )


LIVES: Final = Life(
    name="participants",
    of=participant_of,
    order=int,
    title=str,
    form=ParticipantLife,
    columns=("who", "roles", "accounts", "standing"),
    row=_row,
    register=True,
)


_GROUNDS: Final = "grounds of suspensions and recoveries"
AUDITED: Final = Audited(
    IDENTITY,
    questions,
    words,
    CHECKS,
    (LIVES,),
    believed=dict.fromkeys(("ParticipantSuspended.ground", "RecoveryProposed.ground"), _GROUNDS),
    counted=(ev.ParticipantEnrolled, ev.AccountAdded),
    known=lambda state: state.accounts,
    names=names_of,
)
