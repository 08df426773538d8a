"""Recovery: a lost account is replaced by a successor, unless its participant vetoes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from sampan.identity import rules
from sampan.identity.records import MAX_ACCOUNTS, RECOVERY_DELAY, RECOVERY_STANDS, Identity, Recovery
from sampan.identity.subject import IDENTITY
from sampan.identity.verbs.accounts import add, end
from sampan.model.perform import At
from sampan.model.replay import Log
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.verb import NOBODY, Refusal, Signature, Verb, arg
from sampan.suite.words import Receiving


@IDENTITY.struct
@dataclass(frozen=True, slots=True)
class Successor:
    """What a new account signs that is put in a lost one's place; the contract makes it of the arguments."""

    TYPES: ClassVar = (
        ("participant", "uint256"),
        ("lost", "address"),
        ("account", "address"),
        ("roles", "uint256"),
        ("receiving", "uint8"),
        ("deadline", "uint256"),
    )
    participant: int
    lost: str
    account: str
    roles: int
    receiving: Receiving
    deadline: int


@IDENTITY.verb("proposeRecovery", label="propose the recovery of {lost} to {successor}", power="recoverer")
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
        note = rules.note(state)
        return ev.RecoveryProposed(account.participant, self.lost, self.successor, self.roles, start, self.ground, note)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e = log.first
        yield NOBODY, cls(e.lost, e.successor, e.roles, log.state.now, e.ground, Signature(e.successor))

    def texts(self, state: Any) -> Mapping[str, Any]:
        account = state.account(self.lost)
        text = Successor(account.participant, self.lost, self.successor, self.roles, account.receiving, self.deadline)
        return {"signature": text}


@IDENTITY.event(
    ev.RecoveryProposed, "the recovery of {lost} to {successor} may be carried out from {executableFrom}: {ground}"
)
def recovery_proposed(state: Identity, e: ev.RecoveryProposed) -> None:
    state.put(state.recoveries, e.lost, Recovery(e.successor, e.roles, e.executable_from, state.account_count))


@IDENTITY.verb("vetoRecovery", label="veto the recovery of {lost}", command="participant account veto", exits=True)
class VetoRecovery(Verb):
    """Veto the recovery of an account, with any other account of its participant, suspended or not (P12)."""

    lost: str = arg(kinds.ACCOUNT, option="LOST")

    def may(self, at: At) -> ev.RecoveryVetoed:
        state = at.state
        if self.lost not in state.recoveries:
            raise Refusal("NoRecovery", self.lost)
        participant, vetoing = state.account(self.lost).participant, rules.living(state, at.sender)
        if at.sender == self.lost or vetoing.participant != participant:
            raise Refusal("NotTheSameParticipant", at.sender, self.lost)
        if vetoing.number > state.recoveries[self.lost].account_count:
            raise Refusal("AddedSince", at.sender)
        return ev.RecoveryVetoed(participant, self.lost, at.sender, rules.note(state))


@IDENTITY.event(ev.RecoveryVetoed, "{by} vetoed the recovery of {lost}", administration=True)
def recovery_vetoed(state: Identity, e: ev.RecoveryVetoed) -> None:
    state.drop(state.recoveries, e.lost)


@IDENTITY.verb(
    "executeRecovery",
    logs=(ev.AccountRecovered, ev.AccountAdded),
    label="carry out the recovery of {lost}",
    command="participant account execute",
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
        if not waiting.waits(state.now):
            raise Refusal("RecoveryLapsed", lost, waiting.executable_from + RECOVERY_STANDS)
        account = rules.living(state, lost)
        participant = state.participants[account.participant]
        if waiting.roles == 0:
            rules.living(state, waiting.successor)
        else:
            roles = waiting.roles & participant.roles
            # The lost account's place is free.
            most = MAX_ACCOUNTS + 1
            add(at, participant.number, waiting.successor, NOBODY, roles, account.receiving, most)
        at.log(ev.AccountRecovered(participant.number, lost, waiting.successor, rules.note(state)))

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        if isinstance(log.first, ev.AccountRecovered):
            yield NOBODY, cls(log.first.lost)
        elif log.first.sponsor == NOBODY:
            yield NOBODY, cls(log.after(ev.AccountRecovered).lost)


@IDENTITY.event(ev.AccountRecovered, "{lost} was recovered: {successor} stands in its place", administration=True)
def account_recovered(state: Identity, e: ev.AccountRecovered) -> None:
    end(state, e.lost, e.successor)
    state.drop(state.recoveries, e.lost)


@IDENTITY.verb("shorten", label="shorten account number {number}", command="participant account shorten")
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
