"""Accounts of a participant: added, removed, what each may do and from whom it receives; signatures withdrawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from sampan.identity import rules
from sampan.identity.records import MAX_ACCOUNTS, Account, Identity
from sampan.identity.subject import IDENTITY
from sampan.identity.telling import RECEIVES, listed
from sampan.model.perform import At
from sampan.model.replay import Log
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.event import filled
from sampan.suite.verb import NOBODY, Refusal, Signature, Verb, arg, word
from sampan.suite.words import Receiving


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


@IDENTITY.verb(
    "addAccount",
    logs=ev.AccountAdded,
    label="add the account {account}, sponsored by {sponsor}, with the roles {roles}",
)
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
        participant = rules.binding(at.state, self.sponsor).participant
        rules.within(self.roles, at.state.participants[participant].roles)
        rules.signed(at, self.sponsor, self.sponsor_signature, self.deadline)
        rules.signed(at, self.account, self.account_signature, self.deadline)
        add(at, participant, self.account, self.sponsor, self.roles, self.receiving)

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


def add(
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
    may_receive = not participant.winding_down
    account = filled(Account, e, participant, address=e.account, may_act=True, may_receive=may_receive)
    state.account_count = e.number
    state.put(state.accounts, e.account, account)
    state.put(state.account_at, e.number, e.account)
    participant.accounts.append(e.account)


@IDENTITY.verb(
    "removeAccount",
    label="remove the account {account}, {successor} in its place",
    command="participant account remove",
    exits=True,
)
class RemoveAccount(Verb):
    """Remove an account of your participant; its number points to the successor from then on."""

    account: str = arg(kinds.ACCOUNT, option="ACCOUNT")
    successor: str = arg(kinds.ACCOUNT, help="To which its number points from then on.")

    def may(self, at: At) -> ev.AccountRemoved:
        state, own = at.state, at.sender == self.account
        remover = rules.acting(state, at.sender, 0) if own else rules.binding(state, at.sender)
        account = rules.of_same_participant(state, remover, self.account)
        rules.of_same_participant(state, rules.acting(state, self.successor, 0), self.account)
        if self.successor == self.account:
            raise Refusal("AlreadyAnAccount", self.successor)
        return ev.AccountRemoved(account.participant, self.account, self.successor, at.sender, rules.note(state))


@IDENTITY.event(ev.AccountRemoved, "{account} was removed by {by}; {successor} stands in its place")
def account_removed(state: Identity, e: ev.AccountRemoved) -> None:
    end(state, e.account, e.successor)


def end(state: Identity, address: str, successor: str) -> None:
    """Takes all power from an account for good and points its number to the successor."""
    account = state.change(state.accounts, address)
    account.roles = 0
    account.may_act = account.may_receive = False
    state.put(state.account_at, account.number, successor)
    participant = state.change(state.participants, account.participant)
    participant.accounts.remove(address)
    participant.ended.append(address)


@IDENTITY.verb("setAccountRoles", label="set the roles of {account} to {roles}", command="participant account roles")
class SetAccountRoles(Verb):
    """Set what an account of your participant may do: issue,answer,move,terms,produce,bank,supervise."""

    account: str = arg(kinds.ACCOUNT, option="ACCOUNT")
    roles: int = arg(kinds.ROLES, option="ROLES")

    def may(self, at: At) -> ev.AccountRolesSet:
        account = rules.of_same_participant(at.state, rules.binding(at.state, at.sender), self.account)
        rules.within(self.roles, at.state.participants[account.participant].roles)
        return ev.AccountRolesSet(account.participant, self.account, self.roles, at.sender, rules.note(at.state))


@IDENTITY.event(ev.AccountRolesSet, "{account} now has the roles {roles}")
def account_roles_set(state: Identity, e: ev.AccountRolesSet) -> None:
    state.change(state.accounts, e.account).roles = e.roles


@IDENTITY.verb("setReceiving", label="let {account} receive from {receiving}", command="participant account receiving")
class SetReceiving(Verb):
    """Set from whom an account takes bills and title: anyone, listed-only, signed-only (T8)."""

    account: str = arg(kinds.ACCOUNT, option="ACCOUNT")
    receiving: Receiving = arg(word(Receiving), option="FROM")

    def may(self, at: At) -> ev.ReceivingSet:
        account = rules.of_same_participant(at.state, rules.binding(at.state, at.sender), self.account)
        return ev.ReceivingSet(account.participant, self.account, self.receiving, at.sender, rules.note(at.state))


@IDENTITY.event(ev.ReceivingSet, lambda e, names: f"{names.account(e.account)} now receives {RECEIVES[e.receiving]}")
def receiving_set(state: Identity, e: ev.ReceivingSet) -> None:
    state.change(state.accounts, e.account).receiving = e.receiving


@IDENTITY.verb("setGiver", label="take bills from {giver}: {listed}")
class SetGiver(Verb):
    """List a participant as a giver for all accounts of ours that receive from listed ones, or strike it out."""

    giver: int = arg(kinds.PERSON, option="WHO")
    listed: bool = arg(kinds.FLAG, True)

    def is_exit(self) -> bool:
        """Whoever is struck out gives nothing any more."""
        return not self.listed

    def may(self, at: At) -> ev.GiverListed:
        participant = rules.binding(at.state, at.sender).participant
        rules.known(at.state, self.giver)
        return ev.GiverListed(participant, self.giver, self.listed, at.sender, rules.note(at.state))


@IDENTITY.event(ev.GiverListed, listed)
def giver_listed(state: Identity, e: ev.GiverListed) -> None:
    state.put(state.givers, (e.participant, e.giver), e.listed)


@IDENTITY.verb("cancel", by="signer", label="withdraw the signature {digest}", exits=True)
class Cancel(Verb):
    """Withdraw a signature of yours before it is used, whoever holds it."""

    digest: bytes = arg(kinds.HASH)

    def may(self, at: At) -> ev.Cancelled:
        return ev.Cancelled(at.sender, self.digest, rules.note(at.state))


@IDENTITY.event(ev.Cancelled, "{signer} withdrew what it signed, {digest}")
def cancelled(state: Identity, e: ev.Cancelled) -> None:
    state.put(state.cancelled, (e.signer, e.digest), True)
