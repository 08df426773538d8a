"""Random acts of identity: enrolments, accounts, suspensions, recoveries, rooms; right and wrong."""

from __future__ import annotations

from typing import Any

from sampan.identity.records import ALL_ROLES, MOVE, Identity
from sampan.identity.verbs import (
    AddAccount,
    AssignCode,
    Cancel,
    DelistRoom,
    Enrol,
    Enrolment,
    ExecuteRecovery,
    LiftSuspension,
    ListRoom,
    ProposeRecovery,
    PublishAnswerTime,
    PublishRecordLaws,
    RemoveAccount,
    SetAccountRoles,
    SetAuthority,
    SetGiver,
    SetProfile,
    SetReceiving,
    SetWindingDown,
    Shorten,
    SignRulebook,
    Suspend,
    VetoRecovery,
)
from sampan.model.perform import Call
from sampan.suite import ids
from sampan.suite.chance import Chance, DigestOf, draws
from sampan.suite.verb import Signature, Verb
from sampan.suite.words import Receiving


class IdentityChance(Chance):
    """Who may do what for whom, and what administration does."""

    SHARES = {"identity": 6}

    state: Identity

    def next_identity(self) -> Call:
        """An act of identity; a restricted one now and then by somebody else."""
        call: Call = self.weighted("identity")
        if call.verb.power and self.chance(0.04):
            return Call(self.any(self.stage.people), call.verb)
        return call

    def withdraw(self, text: Any) -> Call:
        """A signer, mostly, withdraws a text; its digest is made when the act is sent."""
        digest: Any = DigestOf(text)
        return Call(text.signer if self.chance(0.8) else self.any(self.stage.people), Cancel(digest))

    @property
    def own(self) -> str:
        """The ledger's address."""
        return self.stage.own["Bills"]

    def anybody(self) -> str:
        """A person or a room."""
        return self.any((*self.stage.people, *self.stage.rooms))

    def account_of(self, participant: int, roles: int = 0) -> str:
        known = self.state.participants.get(participant)
        if known is None or not known.accounts:
            return self.any(self.stage.people)
        if roles and self.chance(0.9):
            fit = [address for address in known.accounts if self.state.accounts[address].roles & roles == roles]
            if fit:
                return self.any(fit)
        return self.any(known.accounts)

    def _participant(self) -> int:
        count = len(self.state.participants)
        return 1 + int(self.random.random() * count) if self.chance(0.96) else self.any((0, count + 1, count + 9))

    def _binder(self) -> tuple[int, str]:
        """A participant and an account of it that may bind it, mostly."""
        participant = self._participant()
        account = self.account_of(participant, 8) if self.chance(0.9) else self.anybody()
        return participant, account

    def _admin(self, verb: Verb) -> Call:
        return Call(self.stage.administrator, verb)

    @draws(Suspend, 8)
    def _suspend(self) -> Call:
        suspended = sum(each.suspended_until > self.now for each in self.state.participants.values())
        if suspended > 1 and self.chance(0.8):
            return self._lift()
        return self._admin(Suspend(self._participant(), b"ground" if self.chance(0.95) else b""))

    @draws(LiftSuspension, 8)
    def _lift(self) -> Call:
        suspended = [each.number for each in self.state.participants.values() if each.suspended_until > self.now]
        number = self.any(suspended) if suspended and self.chance(0.95) else self._participant()
        return self._admin(LiftSuspension(number))

    @draws(SetWindingDown, 2)
    def _wind_down(self) -> Call:
        return self._admin(SetWindingDown(self._participant(), True))

    @draws(SetWindingDown, 3)
    def _wind_up(self) -> Call:
        down = [each.number for each in self.state.participants.values() if each.winding_down]
        return self._admin(SetWindingDown(self.any(down) if down else self._participant(), False))

    def _roles_for(self, participant: int) -> int:
        known = self.state.participants.get(participant)
        roles = known.roles if known else ALL_ROLES
        chance = self.random.random()
        if chance < 0.6:
            return roles
        return roles & self.random.getrandbits(7) if chance < 0.95 else self.random.getrandbits(8)

    @draws(AddAccount, 6)
    def _add_account(self) -> Call:
        participant, sponsor = self._binder()
        fresh = [each for each in self.stage.spares if each not in self.state.accounts]
        account = self.any(fresh) if fresh and self.chance(0.9) else self.any((*self.stage.people, self.own))
        roles = self._roles_for(participant)
        receiving = Receiving(self.below(3))
        by_sponsor = Signature(sponsor if self.chance(0.96) else None)
        sender = sponsor if self.chance(0.5) else self.any(self.stage.people)
        if sender == sponsor and self.chance(0.8):
            by_sponsor = Signature(sponsor, empty=True)
        by_account = Signature(account if self.chance(0.96) else None)
        args = (sponsor, account, roles, receiving, self.deadline(), by_sponsor, by_account)
        return Call(sender, AddAccount(*args))

    @draws(RemoveAccount, 4)
    def _remove_account(self) -> Call:
        participant, sender = self._binder()
        account = sender if self.chance(0.4) else self.account_of(participant)
        successor = self.account_of(participant) if self.chance(0.9) else self.any(self.stage.people)
        return Call(sender, RemoveAccount(account, successor))

    @draws(SetAccountRoles, 6)
    def _roles(self) -> Call:
        participant, sender = self._binder()
        account = self.account_of(participant) if self.chance(0.95) else self.anybody()
        return Call(sender, SetAccountRoles(account, self._roles_for(participant)))

    @draws(SetReceiving, 4)
    def _receiving(self) -> Call:
        participant, sender = self._binder()
        account = self.account_of(participant) if self.chance(0.95) else self.anybody()
        return Call(sender, SetReceiving(account, Receiving(self.below(3))))

    @draws(SetGiver, 4)
    def _giver(self) -> Call:
        _, sender = self._binder()
        return Call(sender, SetGiver(self._participant(), self.chance(0.7)))

    @draws(SignRulebook, 2)
    def _rulebook(self) -> Call:
        _, sender = self._binder()
        return Call(sender, SignRulebook(self.hash() if self.chance(0.9) else bytes(32)))

    @draws(PublishRecordLaws, 3)
    def _record_laws(self) -> Call:
        _, sender = self._binder()
        return Call(sender, PublishRecordLaws(int(self.random.random() * 18)))

    @draws(PublishAnswerTime, 3)
    def _answer_time(self) -> Call:
        _, sender = self._binder()
        return Call(sender, PublishAnswerTime(self.any((0, 1, 24, 72, 100, 336, 337))))

    @draws(ProposeRecovery, 6)
    def _propose(self) -> Call:
        participant = self._participant()
        lost = self.account_of(participant) if self.chance(0.96) else self.anybody()
        roles = 0
        successor = self.account_of(participant) if self.chance(0.9) else self.any(self.stage.people)
        if self.chance(0.5):
            roles = self._roles_for(participant) or MOVE
            fresh = [each for each in self.stage.spares if each not in self.state.accounts]
            successor = self.any(fresh) if fresh and self.chance(0.9) else self.any(self.stage.people)
        signature = Signature(successor if self.chance(0.95) else None)
        ground = b"lost key" if self.chance(0.95) else b""
        args = (lost, successor, roles, self.deadline(), ground, signature)
        return self._admin(ProposeRecovery(*args))

    def _lost(self) -> str:
        waiting = list(self.state.recoveries)
        return self.any(waiting) if waiting and self.chance(0.9) else self.any(self.stage.people)

    @draws(VetoRecovery, 3)
    def _veto(self) -> Call:
        lost = self._lost()
        participant = self.state.account(lost).participant
        sender = self.account_of(participant) if self.chance(0.8) else self.anybody()
        return Call(sender, VetoRecovery(lost))

    @draws(ExecuteRecovery, 7)
    def _execute(self) -> Call:
        return Call(self.any(self.stage.people), ExecuteRecovery(self._lost()))

    @draws(Shorten, 2)
    def _shorten(self) -> Call:
        count = self.state.account_count
        number = int(self.random.random() * (count + 2))
        return Call(self.any(self.stage.people), Shorten(number, self.below(3)))

    @draws(ListRoom, 4)
    def _list(self) -> Call:
        room = self.any(self.stage.rooms) if self.chance(0.92) else self.any((*self.stage.people, self.own))
        countries = tuple(
            country for country in (*self.stage.countries, "nl" if self.chance(0.04) else "SG") if self.chance(0.6)
        )
        return self._admin(ListRoom(room, countries))

    @draws(DelistRoom, 2)
    def _delist(self) -> Call:
        return self._admin(DelistRoom(self.any(self.stage.rooms) if self.chance(0.92) else self.any(self.stage.people)))

    @draws(SetProfile, 2)
    def _profile(self) -> Call:
        participant = self._participant()
        known = self.state.participants.get(participant)
        roles = known.roles if known else 0
        chance = self.random.random()
        roles = roles | self.random.getrandbits(7) if chance < 0.6 else roles & self.random.getrandbits(8)
        if chance > 0.97:
            roles |= 1 << 7
        parent = self.stage.carriers[0] if self.chance(0.95) else self.any((0, ids.LEI_END))
        return self._admin(SetProfile(participant, parent, roles))

    @draws(AssignCode, 2)
    def _code(self) -> Call:
        codes = self.any(("SMDG", "NMFTA")) if self.chance(0.9) else ""
        code = self.any(("MAEU", "SPNU")) if self.chance(0.9) else self.any(("spnu", "", "A B"))
        return self._admin(AssignCode(codes, code, self._participant() if self.chance(0.7) else 0))

    @draws(Enrol, 3)
    def _enrol(self) -> Call:
        fresh = [each for each in self.stage.spares if each not in self.state.accounts]
        account = self.any(fresh) if fresh and self.chance(0.9) else self.any((*self.stage.people, self.own))
        # One thing is wrong in about half of them.
        fault = int(self.random.random() * 14)
        lei = ids.pack_lei(f"SAMPANFUZZNEW{int(self.random.random() * 10**5):05d}")
        if fault == 0:
            lei = self.any((0, ids.LEI_END))
        elif fault == 1:
            lei = self.stage.carriers[0]
        enrolment = Enrolment(
            lei,
            self.any((0, ids.LEI_END)) if fault == 2 else self.any((lei or 1, self.stage.carriers[0])),
            self.any(("cn", "", "N")) if fault == 3 else self.any(self.stage.countries),
            self.random.getrandbits(8) if fault == 4 else MOVE | 8,
            bytes(32) if fault == 5 else self.hash(),
            account,
            Receiving(self.below(3)),
            self.deadline(),
        )
        return self._admin(Enrol(enrolment, Signature(None if fault == 6 else account)))

    @draws(Cancel, 1)
    def _cancel_one(self) -> Call:
        if self.texts and self.chance(0.7):
            return self.withdraw(self.any(self.texts))
        return Call(self.any(self.stage.people), Cancel(self.hash()))

    @draws(SetAuthority, 1)
    def _authority(self) -> Call:
        return Call(self.any((self.stage.administrator, *self.stage.people)), SetAuthority(self.any(self.stage.people)))
