"""Enrolment: a legal person, the codes that it owns, its profile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sampan.identity import rules
from sampan.identity.records import EXITS, Identity, Participant
from sampan.identity.subject import IDENTITY
from sampan.identity.verbs.accounts import add
from sampan.model.perform import At
from sampan.model.replay import Log
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.event import filled
from sampan.suite.verb import NOBODY, Refusal, Signature, Verb, arg
from sampan.suite.words import Receiving


@IDENTITY.struct
@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a new participant signs with its first account."""

    lei: int
    parent: int
    country: str
    roles: int
    rulebook: bytes
    account: str
    receiving: Receiving
    deadline: int


@IDENTITY.verb(
    "enrol",
    logs=ev.ParticipantEnrolled,
    label="enrol {enrolment} with the account {enrolment.account}",
    power="enroller",
)
class Enrol(Verb):
    """Enrol a legal person by what its first account signed, a rulebook version among it (T5)."""

    enrolment: Enrolment = arg(kinds.STRUCT)
    signature: Signature = arg(kinds.SIGNATURE)

    def run(self, at: At) -> None:
        new, state = self.enrolment, at.state
        rules.lei(new.lei)
        rules.lei(new.parent)
        rules.country(new.country)
        rules.offered(new.roles)
        if not any(new.rulebook):
            raise Refusal("RulebookRequired")
        known = state.by_lei.get(new.lei)
        if known:
            raise Refusal("AlreadyEnrolled", new.lei, known)
        rules.signed(at, new.account, self.signature, new.deadline)
        number = state.participant_count + 1
        at.log(ev.ParticipantEnrolled(number, new.lei, new.parent, new.country, new.roles, new.rulebook))
        add(at, number, new.account, NOBODY, new.roles, new.receiving)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        new = filled(Enrolment, log.first, log.after(ev.AccountAdded), deadline=log.state.now)
        yield NOBODY, cls(new, Signature(new.account))


@IDENTITY.event(ev.ParticipantEnrolled, "{participant} was enrolled: LEI {lei}, {country}, with the roles {roles}")
def participant_enrolled(state: Identity, e: ev.ParticipantEnrolled) -> None:
    made = Participant(e.participant, e.lei, e.parent, e.country, e.roles, e.rulebook)
    state.participant_count = e.participant
    state.put(state.participants, e.participant, made)
    state.put(state.by_lei, e.lei, e.participant)


@IDENTITY.verb("assignCode", label="assign {list} {code} to {participant}", power="enroller")
class AssignCode(Verb):
    """Record who owns a carrier code (`SMDG`, `NMFTA`); nobody: free it. A code has one owner (T9)."""

    list: str = arg(kinds.CODE, option="LIST")
    code: str = arg(kinds.CODE, option="CODE")
    participant: int = arg(kinds.PERSON, 0, option="WHO")

    def may(self, at: At) -> ev.CodeAssigned:
        rules.code(self.list, self.code)
        owner = at.state.codes.get((self.list, self.code), 0)
        if self.participant:
            if owner:
                raise Refusal("CodeTaken", self.list, self.code, owner)
            rules.known(at.state, self.participant)
        return ev.CodeAssigned(self.list, self.code, self.participant, rules.note(at.state))


@IDENTITY.event(
    ev.CodeAssigned,
    lambda e, names: (
        f"{names.participant(e.participant)} owns the carrier code {e.list} {e.code}"
        if e.participant
        else f"the carrier code {e.list} {e.code} is free"
    ),
)
def code_assigned(state: Identity, e: ev.CodeAssigned) -> None:
    state.put(state.codes, (e.list, e.code), e.participant)


@IDENTITY.verb("setProfile", label="give {participant} the roles {roles}, its parent being {parent}", power="enroller")
class SetProfile(Verb):
    """Change ultimate parent (LEI) and roles of a participant; its accounts lose what it loses."""

    participant: int = arg(kinds.PERSON, option="WHO")
    parent: int = arg(kinds.LEI)
    roles: int = arg(kinds.ROLES)

    def may(self, at: At) -> ev.ProfileSet:
        known = rules.known(at.state, self.participant)
        rules.lei(self.parent)
        rules.offered(self.roles)
        if lost := known.roles & ~self.roles & EXITS:
            raise Refusal("ExitsStayOpen", self.participant, lost)
        return ev.ProfileSet(self.participant, self.parent, self.roles, rules.note(at.state))


@IDENTITY.event(ev.ProfileSet, "{participant} now has the roles {roles}, its parent is {parent}")
def profile_set(state: Identity, e: ev.ProfileSet) -> None:
    participant, accounts = state.change_all(e.participant)
    participant.parent, participant.roles = e.parent, e.roles
    for account in accounts:
        account.roles &= e.roles
