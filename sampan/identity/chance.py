"""Random acts of identity: enrolments, accounts, suspensions, recoveries, rooms; right and wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sampan.identity.records import ALL_ROLES, MOVE, TERMS, Identity
from sampan.identity.verbs.accounts import Cancel
from sampan.identity.verbs.enrolment import Enrolment
from sampan.model.perform import Call
from sampan.suite import ids
from sampan.suite.chance import Chance, DigestOf
from sampan.suite.verb import Signature, Verb
from sampan.suite.words import Receiving


class IdentityChance(Chance):
    """Who may do what for whom, and what administration does.

    An act is about a participant, by its number: one of its accounts sends it, or administration.
    """

    SHARES = {"identity": 6}
    WEIGHTS = {
        **dict.fromkeys(("suspend", "liftSuspension", "executeRecovery"), 5),
        **dict.fromkeys(("addAccount", "setAccountRoles", "proposeRecovery"), 3),
        **dict.fromkeys(("setWindingDown", "removeAccount", "setReceiving", "setGiver", "listRoom", "vetoRecovery"), 2),
        **dict.fromkeys(("publishAnswerTime", "publishRecordLaws"), 2),
    }

    state: Identity

    def next_identity(self) -> Call:
        """An act of identity; a restricted one now and then by somebody else."""
        verb = self.pick(self.verbs["identity"])
        participant = self.draw_person()
        sender = self.account_of(participant, TERMS) if self.chance(0.9) else self.anybody()
        if verb.power and self.chance(0.96):
            sender = self.stage.administrator
        call: Call = self.act(verb, sender, participant)
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
        """An account of a participant, mostly one with the roles."""
        known = self.state.participants.get(participant)
        if known is None or not known.accounts:
            return self.any(self.stage.people)
        if roles and self.chance(0.9):
            fit = [address for address in known.accounts if self.state.accounts[address].roles & roles == roles]
            if fit:
                return self.any(fit)
        return self.any(known.accounts)

    def draw_person(self) -> int:
        """A participant, now and then none."""
        count = len(self.state.participants)
        return 1 + self.below(count) if self.chance(0.96) else self.any((0, count + 1, count + 9))

    def draw_account(self) -> str:
        """An account of the participant at hand, mostly."""
        return self.account_of(self.about) if self.chance(0.95) else self.anybody()

    def draw_room(self) -> str:
        return self.any(self.stage.rooms) if self.chance(0.92) else self.any((*self.stage.people, self.own))

    def draw_countries(self) -> tuple[str, ...]:
        countries = (*self.stage.countries, "nl" if self.chance(0.04) else "SG")
        return tuple(country for country in countries if self.chance(0.6))

    def draw_roles(self) -> int:
        """The roles of the participant at hand, fewer, or any."""
        known = self.state.participants.get(self.about)
        roles = known.roles if known else ALL_ROLES
        chance = self.random.random()
        if chance < 0.6:
            return roles
        return roles & self.random.getrandbits(7) if chance < 0.95 else self.random.getrandbits(8)

    def draw_hours(self) -> int:
        return self.any((0, 1, 24, 72, 100, 336, 337))

    def draw_laws(self) -> int:
        return self.below(18)

    def draw_number(self) -> int:
        return self.below(self.state.account_count + 2)

    def draw_lei(self) -> int:
        return self.stage.carriers[0] if self.chance(0.95) else self.any((0, ids.LEI_END))

    def draw_code(self) -> str:
        return self.any(("SMDG", "NMFTA", "MAEU")) if self.chance(0.9) else self.any(("spnu", "", "A B"))

    def _fresh(self) -> str:
        """A key that may become an account, mostly."""
        fresh = [each for each in self.stage.spares if each not in self.state.accounts]
        return self.any(fresh) if fresh and self.chance(0.9) else self.any((*self.stage.people, self.own))

    def _signature(self, account: str, probability: float = 0.96) -> Signature:
        return Signature(account if self.chance(probability) else None)

    def suspended(self) -> list[int]:
        """The participants that are suspended now."""
        return [each.number for each in self.state.participants.values() if each.suspended_until > self.now]

    def _one_of(self, participants: Sequence[int]) -> int:
        return self.any(participants) if participants and self.chance(0.95) else self.draw_person()

    def try_lift_suspension(self, verb: type[Verb]) -> Verb:
        return self.drawn(verb, participant=self._one_of(self.suspended()))

    def try_set_winding_down(self, verb: type[Verb]) -> Verb:
        if self.chance(0.4):
            return self.drawn(verb, winding_down=True)
        down = [each.number for each in self.state.participants.values() if each.winding_down]
        return self.drawn(verb, participant=self._one_of(down), winding_down=False)

    def try_add_account(self, verb: type[Verb]) -> Call:
        sponsor, account = self.sender, self._fresh()
        sender = sponsor if self.chance(0.5) else self.any(self.stage.people)
        by_sponsor = self._signature(sponsor)
        if sender == sponsor and self.chance(0.8):
            by_sponsor = Signature(sponsor, empty=True)
        signatures = {"sponsor_signature": by_sponsor, "account_signature": self._signature(account)}
        return Call(sender, self.drawn(verb, sponsor=sponsor, account=account, **signatures))

    def try_propose_recovery(self, verb: type[Verb]) -> Verb:
        roles, successor = 0, self.draw_account()
        if self.chance(0.5):
            roles, successor = self.draw_roles() or MOVE, self._fresh()
        ground = b"lost key" if self.chance(0.95) else b""
        return self.drawn(verb, successor=successor, roles=roles, ground=ground, signature=self._signature(successor))

    def _lost(self) -> str:
        waiting = list(self.state.recoveries)
        return self.any(waiting) if waiting and self.chance(0.9) else self.any(self.stage.people)

    def try_veto_recovery(self, verb: type[Verb]) -> Call:
        lost = self._lost()
        participant = self.state.account(lost).participant
        return Call(self.account_of(participant) if self.chance(0.8) else self.anybody(), self.drawn(verb, lost=lost))

    def try_execute_recovery(self, verb: type[Verb]) -> Verb:
        return self.drawn(verb, lost=self._lost())

    def try_set_profile(self, verb: type[Verb]) -> Verb:
        participant = self.draw_person()
        known = self.state.participants.get(participant)
        roles = known.roles if known else 0
        roles = roles | self.random.getrandbits(7) if self.chance(0.6) else roles & self.random.getrandbits(8)
        return self.drawn(verb, participant=participant, roles=roles | (self.chance(0.03) << 7))

    def try_assign_code(self, verb: type[Verb]) -> Verb:
        return self.drawn(verb, participant=self.draw_person() if self.chance(0.7) else 0)

    def try_enrol(self, verb: type[Verb]) -> Verb:
        account = self._fresh()
        enrolment = Enrolment(
            self.draw_lei() if self.chance(0.12) else ids.pack_lei(f"SAMPANFUZZNEW{self.below(10**5):05d}"),
            self.draw_lei(),
            self.any(("cn", "", "N")) if self.chance(0.07) else self.any(self.stage.countries),
            self.random.getrandbits(8) if self.chance(0.07) else MOVE | TERMS,
            self.draw_hash(),
            account,
            Receiving(self.below(3)),
            self.deadline(),
        )
        return self.drawn(verb, enrolment=enrolment, signature=self._signature(account, 0.93))

    def try_cancel(self, verb: type[Verb]) -> Verb | Call:
        return self.withdraw(self.any(self.texts)) if self.texts and self.chance(0.7) else self.drawn(verb)
