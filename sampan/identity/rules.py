"""Who may act, receive and sign: what every verb asks of an address. A rule that is broken raises `Refusal`."""

from __future__ import annotations

import re
from typing import Final

from sampan.identity.records import ALL_ROLES, ANSWER, ISSUE, MOVE, TERMS, Account, Identity, Participant
from sampan.model.perform import At
from sampan.suite import ids
from sampan.suite.verb import Refusal, Signature

_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_CODE: Final = re.compile(r"[A-Z0-9]{1,8}")

# ------------------------------------------------------------------------------------------------------------- standing


def acting(state: Identity, address: str, roles: int) -> Account:
    """An account that may act now and has the roles (P12)."""
    account = state.account(address)
    if not account.acts(state.now):
        raise Refusal("MayNotAct", address)
    if account.roles & roles != roles:
        raise Refusal("LacksRole", address, roles)
    return account


def receiver(state: Identity, address: str) -> Account:
    """An account that may be given something new now (P12), and can let it go again (P5)."""
    account = state.account(address)
    if not account.receives(state.now):
        raise Refusal("MayNotReceive", address)
    if not account.roles & MOVE:
        raise Refusal("LacksRole", address, MOVE)
    return account


def listed(state: Identity, room: str, country: str) -> None:
    """A room that participants of the country may use."""
    if not state.listed.get((room, country), False):
        raise Refusal("RoomNotListed", room, country)


def living(state: Identity, address: str) -> Account:
    """A person's account that was neither removed nor recovered, suspended or not."""
    account = state.account(address)
    if not account.may_act or account.room:
        raise Refusal("NotAnAccount", address)
    return account


def binding(state: Identity, address: str) -> Account:
    """An account that may bind its participant: it acts now, with TERMS, and no recovery of it waits (N7)."""
    account = acting(state, address, TERMS)
    proposed = state.recoveries.get(address)
    if proposed is not None and proposed.waits(state.now):
        raise Refusal("RecoveryWaits", address)
    return account


def of_same_participant(state: Identity, actor: Account, address: str) -> Account:
    """The living account at `address`, of the same participant as `actor`."""
    account = living(state, address)
    if actor.participant != account.participant:
        raise Refusal("NotTheSameParticipant", actor.address, address)
    return account


def note(state: Identity) -> int:
    """The number of the next event that no other count covers; while a room is asked there is none."""
    nobody_asked(state)
    return state.note_count + 1


def nobody_asked(state: Identity) -> None:
    """Nobody's standing or consent changes while a room is asked: the act that it is asked about rests on them."""
    for bill in reversed(state.asked):
        raise Refusal("RoomIsAsked", bill)


def known(state: Identity, participant: int) -> Participant:
    """A participant that is enrolled."""
    found = state.participants.get(participant)
    if found is None:
        raise Refusal("UnknownParticipant", participant)
    return found


# -------------------------------------------------------------------------------------------------------------- numbers


def lei(value: int) -> None:
    """A packed LEI."""
    if not 0 < value < ids.LEI_END:
        raise Refusal("MalformedLei", value)


def country(value: str) -> None:
    """Two capitals."""
    if not _COUNTRY.fullmatch(value):
        raise Refusal("MalformedCountry", value)


def code(codes: str, value: str) -> None:
    """A carrier code and its list: one to eight capitals and digits."""
    if not _CODE.fullmatch(codes) or not _CODE.fullmatch(value):
        raise Refusal("MalformedCode", codes, value)


def offered(roles: int) -> None:
    """Roles that a participant may have: nobody issues who could not answer."""
    within(roles, ALL_ROLES)
    if roles & ISSUE and not roles & ANSWER:
        raise Refusal("IssueNeedsAnswer", roles)


def within(roles: int, allowed: int) -> None:
    """Roles that are no more than those allowed."""
    if roles & ~allowed:
        raise Refusal("RolesTooWide", roles, allowed)


# ----------------------------------------------------------------------------------------------------------- signatures


def signed(at: At, signer: str, signature: Signature, deadline: int) -> None:
    """`signer` is the caller or signed, in time, and has not withdrawn it. Deadlines are inclusive.

    A log shows the digest of a signed act alone; of all others it is zero there, which anybody may withdraw.
    """
    if at.state.now > deadline:
        raise Refusal("SignatureExpired", deadline)
    if signer == at.sender and signature.empty:
        return
    unknown = at.logged and not any(signature.digest)
    if not unknown and at.state.cancelled.get((signer, signature.digest), False):
        raise Refusal("SignatureCancelled", signer, signature.digest)
    if signature.empty or signature.by != signer:
        raise Refusal("NotSignedBy", signer)


def has_code(at: At, address: str) -> bool:
    """Whether there is a contract at an address. No log shows it."""
    return at.logged or address in at.state.contracts
