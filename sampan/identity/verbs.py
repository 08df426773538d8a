"""The verbs of identity, each once: enrolment, accounts, standing, recovery, rooms, withdrawn signatures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from sampan.identity import rules
from sampan.identity.records import (
    ALL_RECORD_LAWS,
    ALL_ROLES,
    EXITS,
    HOUR,
    MAX_ACCOUNTS,
    MAX_ANSWER_HOURS,
    MOVE,
    RECOVERY_DELAY,
    SUSPENSION,
    TERMS,
    Account,
    Identity,
    Participant,
    Recovery,
)
from sampan.identity.subject import IDENTITY
from sampan.identity.telling import RECEIVES, laws, listed, room_countries
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.verb import NOBODY, Refusal, Signature, Verb, arg, word
from sampan.suite.words import Receiving

if TYPE_CHECKING:
    from sampan.model.perform import At
    from sampan.model.replay import Log

ENROLLER: Final = "enroller"
SUSPENDER: Final = "suspender"
LIFTER: Final = "lifter"
RECOVERER: Final = "recoverer"
ROOM_LISTER: Final = "room_lister"

# ------------------------------------------------------------------------------------------------------------ enrolment


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


@IDENTITY.struct
@dataclass(frozen=True, slots=True)
class NewAccount:
    """What a new account and its sponsor sign; the contract makes it of the arguments of `addAccount`."""

    TYPES: ClassVar = (
        ("participant", "uint256"),
        ("account", "address"),
        ("roles", "uint256"),
        ("receiving", "uint8"),
        ("deadline", "uint256"),
    )
    participant: int
    account: str
    roles: int
    receiving: Receiving
    deadline: int


@IDENTITY.verb("enrol", logs=ev.ParticipantEnrolled, label="enrol {enrolment}", power=ENROLLER, method="enrol")
class Enrol(Verb):
    """Enrol a legal person by what its first account signed, a rulebook version among it (T5)."""

    enrolment: Enrolment = arg(kinds.STRUCT)
    signature: Signature = arg(kinds.SIGNATURE)

    def run(self, at: At) -> None:
        new, state = self.enrolment, at.state
        rules.lei(new.lei)
        rules.lei(new.parent)
        rules.country(new.country)
        rules.within(new.roles, ALL_ROLES)
        if not any(new.rulebook):
            raise Refusal("RulebookRequired")
        known = state.by_lei.get(new.lei)
        if known:
            raise Refusal("AlreadyEnrolled", new.lei, known)
        rules.signed(at, new.account, self.signature, new.deadline)
        number = state.participant_count + 1
        at.log(ev.ParticipantEnrolled(number, new.lei, new.parent, new.country, new.roles, new.rulebook))
        _add(at, number, new.account, NOBODY, new.roles, new.receiving)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e, added = log.first, log.after(ev.AccountAdded)
        new = Enrolment(e.lei, e.parent, e.country, e.roles, e.rulebook, added.account, added.receiving, log.state.now)
        yield NOBODY, cls(new, Signature(added.account))

    def texts(self, state: Any) -> Mapping[str, Any]:
        return {"signature": self.enrolment}


@IDENTITY.event(ev.ParticipantEnrolled, "{participant} was enrolled: LEI {lei}, {country}, with the roles {roles}")
def participant_enrolled(state: Identity, e: ev.ParticipantEnrolled) -> None:
    made = Participant(e.participant, e.lei, e.parent, e.country, e.roles, e.rulebook)
    state.participant_count = e.participant
    state.put(state.participants, e.participant, made)
    state.put(state.by_lei, e.lei, e.participant)


@IDENTITY.verb(
    "assignCode",
    logs=ev.CodeAssigned,
    label="assign {list} {code}",
    power=ENROLLER,
    method="assign_code",
)
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
        return ev.CodeAssigned(self.list, self.code, self.participant)


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


@IDENTITY.verb(
    "setProfile", logs=ev.ProfileSet, label="set the profile of {participant}", power=ENROLLER, method="set_profile"
)
class SetProfile(Verb):
    """Change ultimate parent (LEI) and roles of a participant; its accounts lose what it loses."""

    participant: int = arg(kinds.PERSON, option="WHO")
    parent: int = arg(kinds.LEI)
    roles: int = arg(kinds.ROLES)

    def may(self, at: At) -> ev.ProfileSet:
        known = rules.known(at.state, self.participant)
        rules.lei(self.parent)
        rules.within(self.roles, ALL_ROLES)
        if lost := known.roles & ~self.roles & EXITS:
            raise Refusal("ExitsStayOpen", self.participant, lost)
        return ev.ProfileSet(self.participant, self.parent, self.roles)


@IDENTITY.event(ev.ProfileSet, "{participant} now has the roles {roles}, its parent is {parent}")
def profile_set(state: Identity, e: ev.ProfileSet) -> None:
    participant = state.change(state.participants, e.participant)
    participant.parent, participant.roles = e.parent, e.roles
    for address in participant.accounts:
        state.change(state.accounts, address).roles &= e.roles


# ------------------------------------------------------------------------------------------------------------- accounts


@IDENTITY.verb("addAccount", logs=ev.AccountAdded, label="add the account {account}", method="add_account")
class AddAccount(Verb):
    """Add an account to a participant by the signatures of one of its accounts and of the new one."""

    sponsor: str = arg(kinds.ACCOUNT)
    account: str = arg(kinds.ACCOUNT)
    roles: int = arg(kinds.ROLES)
    receiving: Receiving = arg(word(Receiving))
    deadline: int = arg(kinds.DEADLINE)
    sponsor_signature: Signature = arg(kinds.SIGNATURE)
    account_signature: Signature = arg(kinds.SIGNATURE)

    def run(self, at: At) -> None:
        participant = rules.acting(at.state, self.sponsor, TERMS).participant
        rules.within(self.roles, at.state.participants[participant].roles)
        rules.signed(at, self.sponsor, self.sponsor_signature, self.deadline)
        rules.signed(at, self.account, self.account_signature, self.deadline)
        _add(at, participant, self.account, self.sponsor, self.roles, self.receiving)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e = log.first
        if e.sponsor != NOBODY:
            signatures = (Signature(e.sponsor), Signature(e.account))
            yield NOBODY, cls(e.sponsor, e.account, e.roles, e.receiving, log.state.now, *signatures)

    def texts(self, state: Any) -> Mapping[str, Any]:
        participant = state.account(self.sponsor).participant
        text = NewAccount(participant, self.account, self.roles, self.receiving, self.deadline)
        return {"sponsor_signature": text, "account_signature": text}


def _add(
    at: At, participant: int, account: str, sponsor: str, roles: int, receiving: Receiving, most: int = MAX_ACCOUNTS
) -> None:
    """What every new account is asked; it is logged."""
    state = at.state
    if state.account(account).number:
        raise Refusal("AlreadyAnAccount", account)
    # Neither speaks for a person: the manager could be made to call in its own name.
    if account in {state.addresses.get(IDENTITY.contract), state.authority}:
        raise Refusal("NotAnAccount", account)
    if len(state.participants[participant].accounts) >= most:
        raise Refusal("TooManyAccounts", participant)
    at.log(ev.AccountAdded(participant, account, sponsor, state.account_count + 1, roles, receiving))


@IDENTITY.event(
    ev.AccountAdded,
    lambda e, names: (
        f"{names.account(e.account)} acts for {names.participant(e.participant)} "
        f"with the roles {names.roles(e.roles)}; it receives {RECEIVES[e.receiving]}"
        + ("" if e.sponsor == NOBODY else f", sponsored by {names.account(e.sponsor)}")
    ),
)
def account_added(state: Identity, e: ev.AccountAdded) -> None:
    participant = state.change(state.participants, e.participant)
    account = Account(
        e.account,
        number=e.number,
        participant=e.participant,
        lei=participant.lei,
        roles=e.roles,
        country=participant.country,
        may_act=True,
        may_receive=not participant.winding_down,
        receiving=e.receiving,
        suspended_until=participant.suspended_until,
        record_laws=participant.record_laws,
    )
    state.account_count = e.number
    state.put(state.accounts, e.account, account)
    state.put(state.account_at, e.number, e.account)
    participant.accounts.append(e.account)


@IDENTITY.verb(
    "removeAccount",
    logs=ev.AccountRemoved,
    by="by",
    label="remove the account {account}",
    command="participant account remove",
    method="remove_account",
)
class RemoveAccount(Verb):
    """Remove an account of your participant; its number points to the successor from then on."""

    account: str = arg(kinds.ACCOUNT, option="ACCOUNT")
    successor: str = arg(kinds.ACCOUNT, help="To which its number points from then on.")

    def may(self, at: At) -> ev.AccountRemoved:
        state, own = at.state, at.sender == self.account
        account = rules.of_same_participant(state, at.sender, self.account, 0 if own else TERMS)
        rules.of_same_participant(state, self.successor, self.account, 0)
        if self.successor == self.account:
            raise Refusal("AlreadyAnAccount", self.successor)
        return ev.AccountRemoved(account.participant, self.account, self.successor, at.sender)


@IDENTITY.event(ev.AccountRemoved, "{account} was removed by {by}; {successor} stands in its place")
def account_removed(state: Identity, e: ev.AccountRemoved) -> None:
    _end(state, e.account, e.successor)


def _end(state: Identity, address: str, successor: str) -> None:
    """Takes all power from an account for good and points its number to the successor."""
    account = state.change(state.accounts, address)
    account.roles = 0
    account.may_act = account.may_receive = False
    state.put(state.account_at, account.number, successor)
    participant = state.change(state.participants, account.participant)
    participant.accounts.remove(address)
    participant.ended.append(address)


@IDENTITY.verb(
    "setAccountRoles",
    logs=ev.AccountRolesSet,
    by="by",
    label="set the roles of {account} to {roles}",
    command="participant account roles",
    method="set_account_roles",
)
class SetAccountRoles(Verb):
    """Set what an account of your participant may do: issue,answer,move,terms,produce,bank,supervise."""

    account: str = arg(kinds.ACCOUNT, option="ACCOUNT")
    roles: int = arg(kinds.ROLES, option="ROLES")

    def may(self, at: At) -> ev.AccountRolesSet:
        account = rules.of_same_participant(at.state, at.sender, self.account, TERMS)
        rules.within(self.roles, at.state.participants[account.participant].roles)
        return ev.AccountRolesSet(account.participant, self.account, self.roles, at.sender)


@IDENTITY.event(ev.AccountRolesSet, "{account} now has the roles {roles}")
def account_roles_set(state: Identity, e: ev.AccountRolesSet) -> None:
    state.change(state.accounts, e.account).roles = e.roles


@IDENTITY.verb(
    "setReceiving",
    logs=ev.ReceivingSet,
    by="by",
    label="let {account} receive from {receiving}",
    command="participant account receiving",
    method="set_receiving",
)
class SetReceiving(Verb):
    """Set from whom an account takes bills and title: anyone, listed-only, signed-only (T8)."""

    account: str = arg(kinds.ACCOUNT, option="ACCOUNT")
    receiving: Receiving = arg(word(Receiving), option="FROM")

    def may(self, at: At) -> ev.ReceivingSet:
        account = rules.of_same_participant(at.state, at.sender, self.account, TERMS)
        return ev.ReceivingSet(account.participant, self.account, self.receiving, at.sender)


@IDENTITY.event(ev.ReceivingSet, lambda e, names: f"{names.account(e.account)} now receives {RECEIVES[e.receiving]}")
def receiving_set(state: Identity, e: ev.ReceivingSet) -> None:
    state.change(state.accounts, e.account).receiving = e.receiving


@IDENTITY.verb(
    "setGiver", logs=ev.GiverListed, by="by", label="list or strike out {giver} as a giver", method="set_giver"
)
class SetGiver(Verb):
    """List a participant as a giver for all accounts of ours that receive from listed ones, or strike it out."""

    giver: int = arg(kinds.PERSON, option="WHO")
    listed: bool = arg(kinds.FLAG, True)

    def may(self, at: At) -> ev.GiverListed:
        participant = rules.acting(at.state, at.sender, TERMS).participant
        rules.known(at.state, self.giver)
        return ev.GiverListed(participant, self.giver, self.listed, at.sender)


@IDENTITY.event(ev.GiverListed, listed)
def giver_listed(state: Identity, e: ev.GiverListed) -> None:
    state.put(state.givers, (e.participant, e.giver), e.listed)


@IDENTITY.verb(
    "signRulebook",
    logs=ev.RulebookSigned,
    by="by",
    label="sign a rulebook",
    command="participant rulebook",
    method="sign_rulebook",
)
class SignRulebook(Verb):
    """Sign a rulebook version for your participant, by its hash (T5)."""

    rulebook: bytes = arg(kinds.HASH, option="HASH-OR-FILE")

    def may(self, at: At) -> ev.RulebookSigned:
        participant = rules.acting(at.state, at.sender, TERMS).participant
        if not any(self.rulebook):
            raise Refusal("RulebookRequired")
        return ev.RulebookSigned(participant, self.rulebook, at.sender)


@IDENTITY.event(ev.RulebookSigned, "{participant} signed the rulebook {rulebook}")
def rulebook_signed(state: Identity, e: ev.RulebookSigned) -> None:
    state.change(state.participants, e.participant).rulebook = e.rulebook


@IDENTITY.verb(
    "publishRecordLaws",
    logs=ev.RecordLawsPublished,
    by="by",
    label="publish the record laws",
    command="participant record-laws",
    method="publish_record_laws",
)
class PublishRecordLaws(Verb):
    """Publish under which laws of the electronic record your cover stands (carriers, T5); none: under none."""

    record_laws: int = arg(kinds.LAWS, option="LAW...")

    def may(self, at: At) -> ev.RecordLawsPublished:
        participant = rules.acting(at.state, at.sender, TERMS).participant
        if self.record_laws & ~ALL_RECORD_LAWS:
            raise Refusal("UnknownRecordLaws", self.record_laws)
        return ev.RecordLawsPublished(participant, self.record_laws, at.sender)


@IDENTITY.event(
    ev.RecordLawsPublished,
    lambda e, names: f"the cover of {names.participant(e.participant)} stands under {laws(e.record_laws)}",
)
def record_laws_published(state: Identity, e: ev.RecordLawsPublished) -> None:
    participant = state.change(state.participants, e.participant)
    participant.record_laws = e.record_laws
    for address in participant.accounts:
        state.change(state.accounts, address).record_laws = e.record_laws


@IDENTITY.verb(
    "publishAnswerTime",
    logs=ev.AnswerTimePublished,
    by="by",
    label="publish an answer time of {answer_hours} hours",
    command="participant answer-time",
    method="publish_answer_time",
)
class PublishAnswerTime(Verb):
    """Publish within how many hours you answer surrenders (1-336); counts from 14 days on (T7)."""

    answer_hours: int = arg(kinds.HOURS, option="HOURS")

    def may(self, at: At) -> ev.AnswerTimePublished:
        state = at.state
        participant = rules.acting(state, at.sender, TERMS).participant
        if not 0 < self.answer_hours <= MAX_ANSWER_HOURS:
            raise Refusal("AnswerHoursOutOfRange", self.answer_hours)
        known = state.participants[participant]
        settled = known.next_from + (MAX_ANSWER_HOURS + 1) * HOUR if known.next_from else 0
        if state.now < settled:
            raise Refusal("AnswerTimeChanging", participant, settled)
        start = state.now + MAX_ANSWER_HOURS * HOUR
        return ev.AnswerTimePublished(participant, self.answer_hours, start, at.sender)


@IDENTITY.event(ev.AnswerTimePublished, "{participant} answers within {answerHours} hours from {from}")
def answer_time_published(state: Identity, e: ev.AnswerTimePublished) -> None:
    participant = state.change(state.participants, e.participant)
    participant.answer_hours = participant.answers_within(state.now)
    participant.next_answer_hours, participant.next_from = e.answer_hours, e.from_


# ------------------------------------------------------------------------------------------------------------- standing


@IDENTITY.verb(
    "suspend",
    logs=ev.ParticipantSuspended,
    label="suspend {participant}",
    power=SUSPENDER,
    command="participant suspend",
)
class Suspend(Verb):
    """Suspend a participant at once, for 90 days; again: renew."""

    participant: int = arg(kinds.PERSON, option="WHO")
    ground: bytes = arg(
        kinds.REMARK, needed=True, help="Why, in words or as a reference; logged for everybody to read."
    )

    def may(self, at: At) -> ev.ParticipantSuspended:
        if not self.ground:
            raise Refusal("GroundRequired")
        rules.known(at.state, self.participant)
        until = -(-(at.state.now + SUSPENSION) // HOUR) * HOUR
        return ev.ParticipantSuspended(self.participant, until, self.ground)


@IDENTITY.event(ev.ParticipantSuspended, "{participant} is suspended until {until}: {ground}")
def participant_suspended(state: Identity, e: ev.ParticipantSuspended) -> None:
    _suspend_until(state, e.participant, e.until)


def _suspend_until(state: Identity, number: int, until: int) -> None:
    participant = state.change(state.participants, number)
    participant.suspended_until = until
    for address in participant.accounts:
        state.change(state.accounts, address).suspended_until = until


@IDENTITY.verb(
    "liftSuspension",
    logs=ev.SuspensionLifted,
    label="lift the suspension of {participant}",
    power=LIFTER,
    command="participant lift",
    method="lift_suspension",
)
class LiftSuspension(Verb):
    """End a suspension early; the first call announces, a second one carries out."""

    participant: int = arg(kinds.PERSON, option="WHO")

    def may(self, at: At) -> ev.SuspensionLifted:
        if at.state.now >= rules.known(at.state, self.participant).suspended_until:
            raise Refusal("NotSuspended", self.participant)
        return ev.SuspensionLifted(self.participant)


@IDENTITY.event(ev.SuspensionLifted, "the suspension of {participant} was lifted")
def suspension_lifted(state: Identity, e: ev.SuspensionLifted) -> None:
    _suspend_until(state, e.participant, 0)


@IDENTITY.verb(
    "setWindingDown",
    logs=ev.WindingDownSet,
    label="wind down, or no more, {participant}",
    power=LIFTER,
    method="set_winding_down",
)
class SetWindingDown(Verb):
    """Wind a participant down: it acts, receives nothing new, issues nothing."""

    participant: int = arg(kinds.PERSON, option="WHO")
    winding_down: bool = arg(kinds.FLAG, True)

    def may(self, at: At) -> ev.WindingDownSet:
        rules.known(at.state, self.participant)
        return ev.WindingDownSet(self.participant, self.winding_down)


@IDENTITY.event(
    ev.WindingDownSet,
    lambda e, names: f"{names.participant(e.participant)} winds down" + ("" if e.winding_down else " no more"),
)
def winding_down_set(state: Identity, e: ev.WindingDownSet) -> None:
    participant = state.change(state.participants, e.participant)
    participant.winding_down = e.winding_down
    for address in participant.accounts:
        state.change(state.accounts, address).may_receive = not e.winding_down


# ------------------------------------------------------------------------------------------------------------- recovery


@IDENTITY.verb(
    "proposeRecovery",
    logs=ev.RecoveryProposed,
    label="propose the recovery of {lost}",
    power=RECOVERER,
    method="propose_recovery",
)
class ProposeRecovery(Verb):
    """Propose the recovery of a lost account to another of the same participant, or to a new one that signs."""

    lost: str = arg(kinds.ACCOUNT, option="LOST")
    successor: str = arg(kinds.ACCOUNT)
    roles: int = arg(kinds.ROLES)
    deadline: int = arg(kinds.DEADLINE)
    ground: bytes = arg(kinds.REMARK, needed=True)
    signature: Signature = arg(kinds.SIGNATURE)

    def may(self, at: At) -> ev.RecoveryProposed:
        state = at.state
        account = rules.living(state, self.lost)
        if not self.ground:
            raise Refusal("GroundRequired")
        if self.roles == 0:
            if rules.living(state, self.successor).participant != account.participant or self.successor == self.lost:
                raise Refusal("NotTheSameParticipant", self.successor, self.lost)
        else:
            if state.account(self.successor).number:
                raise Refusal("AlreadyAnAccount", self.successor)
            rules.within(self.roles, state.participants[account.participant].roles)
            rules.signed(at, self.successor, self.signature, self.deadline)
        start = state.now + RECOVERY_DELAY
        return ev.RecoveryProposed(account.participant, self.lost, self.successor, self.roles, start, self.ground)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e = log.first
        yield NOBODY, cls(e.lost, e.successor, e.roles, log.state.now, e.ground, Signature(e.successor))

    def texts(self, state: Any) -> Mapping[str, Any]:
        account = state.account(self.lost)
        text = NewAccount(account.participant, self.successor, self.roles, account.receiving, self.deadline)
        return {"signature": text}


@IDENTITY.event(
    ev.RecoveryProposed, "the recovery of {lost} to {successor} may be carried out from {executableFrom}: {ground}"
)
def recovery_proposed(state: Identity, e: ev.RecoveryProposed) -> None:
    state.put(state.recoveries, e.lost, Recovery(e.successor, e.roles, e.executable_from))


@IDENTITY.verb(
    "vetoRecovery",
    logs=ev.RecoveryVetoed,
    by="by",
    label="veto the recovery of {lost}",
    command="participant account veto",
    method="veto_recovery",
)
class VetoRecovery(Verb):
    """Veto the recovery of an account, with any other account of its participant, suspended or not (P12)."""

    lost: str = arg(kinds.ACCOUNT, option="LOST")

    def may(self, at: At) -> ev.RecoveryVetoed:
        state = at.state
        if self.lost not in state.recoveries:
            raise Refusal("NoRecovery", self.lost)
        participant = state.account(self.lost).participant
        if at.sender == self.lost or rules.living(state, at.sender).participant != participant:
            raise Refusal("NotTheSameParticipant", at.sender, self.lost)
        return ev.RecoveryVetoed(participant, self.lost, at.sender)


@IDENTITY.event(ev.RecoveryVetoed, "{by} vetoed the recovery of {lost}", administration=True)
def recovery_vetoed(state: Identity, e: ev.RecoveryVetoed) -> None:
    state.drop(state.recoveries, e.lost)


@IDENTITY.verb(
    "executeRecovery",
    logs=(ev.AccountRecovered, ev.AccountAdded),
    label="carry out the recovery of {lost}",
    command="participant account execute",
    method="execute_recovery",
)
class ExecuteRecovery(Verb):
    """Carry out a recovery whose delay has passed: the lost account ends. Anybody may."""

    lost: str = arg(kinds.ACCOUNT, option="LOST")

    def run(self, at: At) -> None:
        state, lost = at.state, self.lost
        waiting = state.recoveries.get(lost)
        if waiting is None:
            raise Refusal("NoRecovery", lost)
        if state.now < waiting.executable_from:
            raise Refusal("RecoveryTooEarly", lost, waiting.executable_from)
        account = rules.living(state, lost)
        participant = state.participants[account.participant]
        if waiting.roles == 0:
            rules.living(state, waiting.successor)
        else:
            roles = waiting.roles & participant.roles
            # The lost account's place is free.
            most = MAX_ACCOUNTS + 1
            _add(at, participant.number, waiting.successor, NOBODY, roles, account.receiving, most)
        at.log(ev.AccountRecovered(participant.number, lost, waiting.successor))

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        if isinstance(log.first, ev.AccountRecovered):
            yield NOBODY, cls(log.first.lost)
        elif log.first.sponsor == NOBODY:
            yield NOBODY, cls(log.after(ev.AccountRecovered).lost)


@IDENTITY.event(ev.AccountRecovered, "{lost} was recovered: {successor} stands in its place", administration=True)
def account_recovered(state: Identity, e: ev.AccountRecovered) -> None:
    _end(state, e.lost, e.successor)
    state.drop(state.recoveries, e.lost)


@IDENTITY.verb(
    "shorten", label="shorten account number {number}", command="participant account shorten", method="shorten"
)
class Shorten(Verb):
    """Make the way from an old account number to its living successor shorter. Anybody may; nothing is logged."""

    number: int = arg(kinds.NUMBER, option="NUMBER")
    hops: int = arg(kinds.NUMBER, 16, help="Steps at most.")

    def run(self, at: At) -> None:
        state = at.state
        address = state.account_at.get(self.number, NOBODY)
        for _ in range(self.hops):
            account = state.account(address)
            if account.may_act or account.number == 0:
                break
            address = state.account_at[account.number]
        if self.number in state.account_at:
            state.put(state.account_at, self.number, address)


# ---------------------------------------------------------------------------------------------------------------- rooms


@IDENTITY.verb(
    "listRoom",
    logs=ev.RoomListed,
    label="list the room {room}",
    power=ROOM_LISTER,
    command="room list",
    method="list_room",
)
class ListRoom(Verb):
    """List a room for participants of some countries (ISO 3166-1 alpha-2); again: add countries, end a delisting."""

    room: str = arg(kinds.ROOM, option="ADDRESS")
    countries: tuple[str, ...] = arg(kinds.COUNTRIES, option="CC...")

    def may(self, at: At) -> ev.RoomListed:
        state = at.state
        account = state.account(self.room)
        if not rules.has_code(at, self.room) or self.room == state.addresses.get(IDENTITY.contract):
            raise Refusal("NotARoom", self.room)
        if account.number and not account.room:
            raise Refusal("AlreadyAnAccount", self.room)
        for country in self.countries:
            rules.country(country)
        return ev.RoomListed(self.room, account.number or state.account_count + 1, self.countries)


@IDENTITY.event(ev.RoomListed, room_countries)
def room_listed(state: Identity, e: ev.RoomListed) -> None:
    if e.room in state.accounts:
        state.change(state.accounts, e.room).may_receive = True
    else:
        room = Account(e.room, number=e.number, roles=MOVE, may_act=True, may_receive=True, room=True)
        state.account_count = e.number
        state.put(state.accounts, e.room, room)
        state.put(state.account_at, e.number, e.room)
    for country in e.countries:
        state.put(state.listed, (e.room, country), True)


@IDENTITY.verb(
    "delistRoom",
    logs=ev.RoomDelisted,
    label="delist the room {room}",
    power=ROOM_LISTER,
    command="room delist",
    method="delist_room",
)
class DelistRoom(Verb):
    """Delist a room: it lets out what it holds, and receives nothing new."""

    room: str = arg(kinds.ROOM, option="ADDRESS")

    def may(self, at: At) -> ev.RoomDelisted:
        if not at.state.account(self.room).room:
            raise Refusal("NotARoom", self.room)
        return ev.RoomDelisted(self.room)


@IDENTITY.event(ev.RoomDelisted, "the room {room} was delisted")
def room_delisted(state: Identity, e: ev.RoomDelisted) -> None:
    state.change(state.accounts, e.room).may_receive = False


# ----------------------------------------------------------------------------------------------- signatures, authority


@IDENTITY.verb("cancel", logs=ev.Cancelled, by="signer", label="withdraw a signature", method="cancel")
class Cancel(Verb):
    """Withdraw a signature of yours before it is used, whoever holds it."""

    digest: bytes = arg(kinds.HASH)

    def may(self, at: At) -> ev.Cancelled:
        return ev.Cancelled(at.sender, self.digest)


@IDENTITY.event(ev.Cancelled, "{signer} withdrew what it signed, {digest}")
def cancelled(state: Identity, e: ev.Cancelled) -> None:
    state.put(state.cancelled, (e.signer, e.digest), True)


@IDENTITY.verb("setAuthority", label="change who administers")
class SetAuthority(Verb):
    """Nobody changes who administers (N23)."""

    new_authority: str = arg(kinds.ACCOUNT)

    def run(self, at: At) -> None:
        raise Refusal("AuthorityIsFixed")


IDENTITY.stands_beside(
    ev.AuthorityUpdated,
    "the ledger is administered by {authority}",
    # Said once, at deployment (N23).
    alone=lambda state, e: e.authority == state.authority and state.now == 0,
)
IDENTITY.stands_beside(ev.EIP712DomainChanged, "the domain of signed texts changed")
