"""The verbs of identity: participants, accounts, standing, recovery, rooms; each checks in the ledger's order."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from sampan.model import events as ev
from sampan.model import rules
from sampan.model.calls import Enrolment, Signature
from sampan.model.frame import Frame
from sampan.model.rules import Refusal
from sampan.model.state import (
    ALL_RECORD_LAWS,
    ALL_ROLES,
    EXITS,
    HOUR,
    MAX_ACCOUNTS,
    MAX_ANSWER_HOURS,
    NOBODY,
    RECOVERY_DELAY,
    SUSPENSION,
    TERMS,
    Account,
    Participant,
    Receiving,
)
from sampan.suite import ids

_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_CODE: Final = re.compile(r"[A-Z0-9]{1,8}")

# ------------------------------------------------------------------------------------------------------------ enrolment


def enrol(frame: Frame, enrolment: Enrolment, signature: Signature) -> None:
    """A legal person with its first account, which signs a rulebook version (T5). Restricted."""
    frame.restricted()
    _lei(enrolment.lei)
    _lei(enrolment.parent)
    _country(enrolment.country)
    _within(enrolment.roles, ALL_ROLES)
    if not any(enrolment.rulebook):
        raise Refusal("RulebookRequired")
    state = frame.state
    known = state.by_lei.get(enrolment.lei)
    if known:
        raise Refusal("AlreadyEnrolled", enrolment.lei, known)
    frame.require_signed(enrolment.account, signature, enrolment.deadline)

    number = len(state.participants) + 1
    frame.log(
        ev.ParticipantEnrolled(
            number,
            enrolment.lei,
            enrolment.parent,
            enrolment.country,
            enrolment.roles,
            enrolment.rulebook,
        )
    )
    _add(frame, number, enrolment.account, NOBODY, enrolment.roles, enrolment.receiving)


def assign_code(frame: Frame, codes: str, code: str, participant: int) -> None:
    """Who owns a carrier code; a code has one owner (T9). Restricted."""
    frame.restricted()
    if not _CODE.fullmatch(codes) or not _CODE.fullmatch(code):
        raise Refusal("MalformedCode", codes, code)
    owner = frame.state.codes.get((codes, code), 0)
    if participant:
        if owner:
            raise Refusal("CodeTaken", codes, code, owner)
        _known(frame, participant)
    frame.log(ev.CodeAssigned(codes, code, participant))


def set_profile(frame: Frame, participant: int, parent: int, roles: int) -> None:
    """A participant's parent and roles; its accounts lose what it loses. Restricted."""
    frame.restricted()
    known = _known(frame, participant)
    _lei(parent)
    _within(roles, ALL_ROLES)
    if lost := known.roles & ~roles & EXITS:
        raise Refusal("ExitsStayOpen", participant, lost)
    frame.log(ev.ProfileSet(participant, parent, roles))


# ------------------------------------------------------------------------------------------------------------- accounts


def add_account(
    frame: Frame,
    sponsor: str,
    account: str,
    roles: int,
    receiving: Receiving,
    deadline: int,
    sponsor_signature: Signature,
    account_signature: Signature,
) -> None:
    """A new account, by the signatures of an acting account of the participant and of itself."""
    participant = rules.acting(frame.state, sponsor, TERMS).participant
    _within(roles, frame.state.participants[participant].roles)
    frame.require_signed(sponsor, sponsor_signature, deadline)
    frame.require_signed(account, account_signature, deadline)
    _add(frame, participant, account, sponsor, roles, receiving)


def remove_account(frame: Frame, account: str, successor: str) -> None:
    """Ends an account; its number points to the successor from then on, and `recover` moves what it possesses."""
    known = frame.state.account(account)
    _same_participant(frame, frame.sender, account, 0 if frame.sender == account else TERMS)
    _same_participant(frame, successor, account, 0)
    if successor == account:
        raise Refusal("AlreadyAnAccount", successor)
    frame.log(ev.AccountRemoved(known.participant, account, successor, frame.sender))


def set_account_roles(frame: Frame, account: str, roles: int) -> None:
    """An account's roles, within the participant's, set by an account of the same participant."""
    known = frame.state.account(account)
    _same_participant(frame, frame.sender, account, TERMS)
    _within(roles, frame.state.participants[known.participant].roles)
    frame.log(ev.AccountRolesSet(known.participant, account, roles, frame.sender))


def set_receiving(frame: Frame, account: str, receiving: Receiving) -> None:
    """From whom an account receives (T8)."""
    known = frame.state.account(account)
    _same_participant(frame, frame.sender, account, TERMS)
    frame.log(ev.ReceivingSet(known.participant, account, receiving, frame.sender))


def set_giver(frame: Frame, giver: int, listed: bool) -> None:
    """Lists a participant as a giver."""
    participant = _binding(frame)
    _known(frame, giver)
    frame.log(ev.GiverListed(participant, giver, listed, frame.sender))


def sign_rulebook(frame: Frame, rulebook: bytes) -> None:
    """Signs a rulebook version (T5)."""
    participant = _binding(frame)
    if not any(rulebook):
        raise Refusal("RulebookRequired")
    frame.log(ev.RulebookSigned(participant, rulebook, frame.sender))


def publish_record_laws(frame: Frame, record_laws: int) -> None:
    """Under which laws of the electronic record the carrier's cover stands (T5)."""
    participant = _binding(frame)
    if record_laws & ~ALL_RECORD_LAWS:
        raise Refusal("UnknownRecordLaws", record_laws)
    frame.log(ev.RecordLawsPublished(participant, record_laws, frame.sender))


def publish_answer_time(frame: Frame, answer_hours: int) -> None:
    """Within how many hours surrenders are answered; counts after 14 days (T7)."""
    participant = _binding(frame)
    if not 0 < answer_hours <= MAX_ANSWER_HOURS:
        raise Refusal("AnswerHoursOutOfRange", answer_hours)
    known = frame.state.participants[participant]
    settled = known.next_from + (MAX_ANSWER_HOURS + 1) * HOUR if known.next_from else 0
    if frame.state.now < settled:
        raise Refusal("AnswerTimeChanging", participant, settled)
    start = frame.state.now + MAX_ANSWER_HOURS * HOUR
    frame.log(ev.AnswerTimePublished(participant, answer_hours, start, frame.sender))


# ------------------------------------------------------------------------------------------------------------- standing


def suspend(frame: Frame, participant: int, ground: bytes) -> None:
    """Takes both bits from all accounts at once, for 90 days, rounded up to the hour. Restricted."""
    frame.restricted()
    if not ground:
        raise Refusal("GroundRequired")
    _known(frame, participant)
    until = -(-(frame.state.now + SUSPENSION) // HOUR) * HOUR
    frame.log(ev.ParticipantSuspended(participant, until, ground))


def lift_suspension(frame: Frame, participant: int) -> None:
    """Ends a suspension early. Restricted."""
    frame.restricted()
    if frame.state.now >= _known(frame, participant).suspended_until:
        raise Refusal("NotSuspended", participant)
    frame.log(ev.SuspensionLifted(participant))


def set_winding_down(frame: Frame, participant: int, winding_down: bool) -> None:
    """Acts, receives nothing new, issues nothing. Restricted."""
    frame.restricted()
    _known(frame, participant)
    frame.log(ev.WindingDownSet(participant, winding_down))


# ------------------------------------------------------------------------------------------------------------- recovery


def propose_recovery(
    frame: Frame, lost: str, successor: str, roles: int, deadline: int, ground: bytes, signature: Signature
) -> None:
    """Starts the recovery of a lost account to another of the same participant, or to a new one. Restricted."""
    frame.restricted()
    state = frame.state
    account = _living(frame, lost)
    if not ground:
        raise Refusal("GroundRequired")
    if roles == 0:
        if _living(frame, successor).participant != account.participant or successor == lost:
            raise Refusal("NotTheSameParticipant", successor, lost)
    else:
        if state.account(successor).number:
            raise Refusal("AlreadyAnAccount", successor)
        _within(roles, state.participants[account.participant].roles)
        frame.require_signed(successor, signature, deadline)
    start = state.now + RECOVERY_DELAY
    frame.log(ev.RecoveryProposed(account.participant, lost, successor, roles, start, ground))


def veto_recovery(frame: Frame, lost: str) -> None:
    """Stops a recovery; any account of the participant but the lost one, suspended or not (P12)."""
    if lost not in frame.state.recoveries:
        raise Refusal("NoRecovery", lost)
    participant = frame.state.account(lost).participant
    if frame.sender == lost or _living(frame, frame.sender).participant != participant:
        raise Refusal("NotTheSameParticipant", frame.sender, lost)
    frame.log(ev.RecoveryVetoed(participant, lost, frame.sender))


def execute_recovery(frame: Frame, lost: str) -> None:
    """Ends the lost account and points its number to the successor; anyone, once the delay has passed."""
    state = frame.state
    waiting = state.recoveries.get(lost)
    if waiting is None:
        raise Refusal("NoRecovery", lost)
    if state.now < waiting.executable_from:
        raise Refusal("RecoveryTooEarly", lost, waiting.executable_from)
    account = _living(frame, lost)
    participant = state.participants[account.participant]
    if waiting.roles == 0:
        _living(frame, waiting.successor)
    else:
        _add(
            frame,
            participant.number,
            waiting.successor,
            NOBODY,
            waiting.roles & participant.roles,
            account.receiving,
            # The lost account's place is free.
            most=MAX_ACCOUNTS + 1,
        )
    frame.log(ev.AccountRecovered(participant.number, lost, waiting.successor))


def shorten(frame: Frame, number: int, hops: int) -> None:
    """Makes the way from an old account number to its living successor shorter; changes no answer, logs nothing."""
    state = frame.state
    address = state.account_at.get(number, NOBODY)
    for _ in range(hops):
        account = state.account(address)
        if account.may_act or account.number == 0:
            break
        address = state.account_at[account.number]
    if number in state.account_at:
        state.put(state.account_at, number, address)


# ---------------------------------------------------------------------------------------------------------------- rooms


def list_room(frame: Frame, room: str, countries: tuple[str, ...]) -> None:
    """Lists a room for participants of some countries. Restricted."""
    frame.restricted()
    state = frame.state
    account = state.account(room)
    if room not in state.contracts or room == state.ledger:
        raise Refusal("NotARoom", room)
    if account.number and not account.room:
        raise Refusal("AlreadyAnAccount", room)
    for country in countries:
        _country(country)
    frame.log(ev.RoomListed(room, account.number or state.account_count + 1, countries))


def delist_room(frame: Frame, room: str) -> None:
    """A delisted room lets out what it holds and receives nothing new. Restricted."""
    frame.restricted()
    if not frame.state.account(room).room:
        raise Refusal("NotARoom", room)
    frame.log(ev.RoomDelisted(room))


# --------------------------------------------------------------------------------------------------------------- shared


def _add(
    frame: Frame,
    participant: int,
    account: str,
    sponsor: str,
    roles: int,
    receiving: Receiving,
    most: int = MAX_ACCOUNTS,
) -> None:
    state = frame.state
    if state.account(account).number:
        raise Refusal("AlreadyAnAccount", account)
    # Neither speaks for a person: the manager could be made to call in its own name.
    if account in {state.ledger, state.authority}:
        raise Refusal("NotAnAccount", account)
    if len(state.participants[participant].accounts) >= most:
        raise Refusal("TooManyAccounts", participant)
    frame.log(ev.AccountAdded(participant, account, sponsor, state.account_count + 1, roles, receiving))


def _known(frame: Frame, participant: int) -> Participant:
    known = frame.state.participants.get(participant)
    if known is None:
        raise Refusal("UnknownParticipant", participant)
    return known


def _binding(frame: Frame) -> int:
    """The participant that the caller may bind."""
    account = rules.acting(frame.state, frame.sender, TERMS)
    return account.participant


def _living(frame: Frame, address: str) -> Account:
    """A person's account that was neither removed nor recovered, suspended or not."""
    account = frame.state.account(address)
    if not account.may_act or account.room:
        raise Refusal("NotAnAccount", address)
    return account


def _same_participant(frame: Frame, actor: str, address: str, roles: int) -> None:
    """`actor` acts now, has the roles, and is of the same participant as the living account."""
    participant = rules.acting(frame.state, actor, roles).participant
    if participant != _living(frame, address).participant:
        raise Refusal("NotTheSameParticipant", actor, address)


def _lei(lei: int) -> None:
    if not 0 < lei < ids.LEI_END:
        raise Refusal("MalformedLei", lei)


def _country(country: str) -> None:
    if not _COUNTRY.fullmatch(country):
        raise Refusal("MalformedCountry", country)


def _within(roles: int, allowed: int) -> None:
    if roles & ~allowed:
        raise Refusal("RolesTooWide", roles, allowed)


def set_authority(frame: Frame, authority: str) -> None:
    """Nobody changes who administers (N23)."""
    raise Refusal("AuthorityIsFixed")


VERBS: Final[dict[str, Callable[..., None]]] = {
    "enrol": enrol,
    "assignCode": assign_code,
    "setProfile": set_profile,
    "addAccount": add_account,
    "removeAccount": remove_account,
    "setAccountRoles": set_account_roles,
    "setReceiving": set_receiving,
    "setGiver": set_giver,
    "signRulebook": sign_rulebook,
    "publishRecordLaws": publish_record_laws,
    "publishAnswerTime": publish_answer_time,
    "suspend": suspend,
    "liftSuspension": lift_suspension,
    "setWindingDown": set_winding_down,
    "proposeRecovery": propose_recovery,
    "vetoRecovery": veto_recovery,
    "executeRecovery": execute_recovery,
    "shorten": shorten,
    "listRoom": list_room,
    "delistRoom": delist_room,
    "setAuthority": set_authority,
}
