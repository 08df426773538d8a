"""Random acts on bills: right and wrong parties, times, orders, looking at the model's state to be wrong in every way.

About half of the acts are what a party might sensibly do next, as the verbs declare it, so that bills reach every
corner of their life; the rest are any verb by anybody.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, Final

from sampan.bills import rules
from sampan.bills.cells import bill_at, possessor_of
from sampan.bills.records import MAX_REPLACED, MAX_REPLACEMENTS, NO_HASH, TERMINAL, Bill, Bills, Outcome
from sampan.bills.rules import KIND_AFTER, PENDING_AFTER, By, Party
from sampan.bills.terms import Terms, replacements_hash, surrender_hash, terms_hash
from sampan.bills.verbs.amendments import Replace
from sampan.bills.verbs.circulation import Reject, Sign
from sampan.bills.verbs.issue import Issue, IssueFromPaper
from sampan.bills.verbs.signed import Act as ActBySignature
from sampan.bills.verbs.signed import Agree, Agreement, Multicall, SignedAct
from sampan.bills.verbs.steps import OnBills
from sampan.bills.verbs.surrender import Surrender
from sampan.identity.chance import IdentityChance
from sampan.identity.records import ANSWER, ISSUE, MOVE
from sampan.identity.verbs.recovery import Shorten
from sampan.model.perform import Call
from sampan.suite import ids
from sampan.suite.chance import Stage, Weighted
from sampan.suite.codec import word
from sampan.suite.event import filled
from sampan.suite.verb import NOBODY, Signature, Suite, Verb
from sampan.suite.words import Endorsement, Kind, Purpose, Receiving, RecordLaw, Rejection, Status, SurrenderFor

MOST_BILLS: Final = 72
"""Bills an episode begins; then it lives with what there is."""
_KINDS_AT_ISSUE: Final = (Kind.STRAIGHT, Kind.ORDER, Kind.ORDER, Kind.BLANK)
_NO_LAW: Final = ""


class BillsChance(IdentityChance):
    """What may happen to bills. An act is about a bill, its record."""

    SHARES = {"bills": 94}
    WEIGHTS = {
        **dict.fromkeys(("endorse", "surrender"), 3),
        **dict.fromkeys(("lodge", "accept", "replace", "toPaper"), 2),
        "recover": 0.4,
    }

    state: Bills

    def __init__(self, suite: Suite, stage: Stage, random: Random) -> None:
        super().__init__(suite, stage, random)
        self._plans: dict[bytes, tuple[tuple[int, ...], tuple[Terms, ...]]] = {}
        self._acts: list[tuple[SignedAct, Signature]] = []
        self._shown: list[tuple[Agreement, Signature]] = []
        self._strata: list[list[int]] = []
        """Bills of one status, one kind and one sort of possessor, each list of them."""
        self._age = 0
        self._takers: dict[Any, str] = {
            verb: next(each.name for each in verb.arguments() if each.kind.name in {"receiver", "answering"})
            for verb in suite.verbs.values()
            if any(each.kind.giving for each in verb.arguments())
        }
        """Verb → its argument that names to whom it gives the bill."""
        self._parties: dict[Party, Callable[[Bill], str]] = {
            Party.POSSESSOR: lambda bill: bill.possessor,
            Party.OPERATOR: self._operator,
            Party.RECEIVER: self._receiver,
            Party.CARRIER: lambda bill: self._carriers_account(bill, ANSWER | self.any((0, ISSUE))),
            Party.SURRENDERER: self._previous,
            Party.ANYBODY: lambda _: self.any(self.stage.people),
        }
        self._callers: list[Callable[[Bill], str]] = [
            *self._parties.values(),
            self._titleholders_account,
            self._suspended,
            lambda _: self.any(self.stage.strangers),
            lambda _: self.any(self.stage.rooms),
        ]
        about = [(weight, verb) for weight, verb in self.verbs["bills"].choices if bill_at(verb)]
        self._verbs = [verb for _, verb in about]
        self._apart = [verb for _, verb in self.verbs["bills"].choices if not bill_at(verb)]
        self._next = {
            status: Weighted(
                (weight, verb) for weight, verb in about if issubclass(verb, OnBills) and status in verb.statuses
            )
            for status in Status
        }

    # ------------------------------------------------------------------------------------------------------- the next

    def next_bills(self) -> Call:
        """An act on a bill."""
        if self._age % 24 == 0:
            self._sort()
        self._age += 1
        chance, bills = self.random.random(), self.state.bills
        if chance < 0.005:
            sender = bills[self._bill()].possessor if bills and self.chance(0.5) else self.anybody()
            call: Call = self.act(self.any(self._apart), sender)
            return call
        if not bills or (chance < 0.065 and len(bills) < MOST_BILLS) or len(bills) < 6:
            return self._issue()
        bill = bills[self._bill()] if self.chance(0.99) else self._ghost()
        return self._dressed(self._sensible(bill) if chance < 0.66 else self._whatever(bill), bill)

    def _sensible(self, bill: Bill) -> Call:
        """What a party might do next with a bill."""
        if bill.status in {Status.VOID, Status.PAPER} and len(self.state.bills) < MOST_BILLS:
            return self._issue()
        if not self._next[bill.status].choices:
            return self._whatever(bill)
        verb = self.pick(self._next[bill.status])
        # The right to reject is soon lost.
        if rules.may_be_rejected_until(self.state, bill.id) >= self.now and self.chance(0.15):
            verb = Reject
        party = self._parties[verb.party] if self.chance(0.95) else self.any(self._callers)
        return self._call(verb, bill, party(bill))

    def _whatever(self, bill: Bill) -> Call:
        """Any verb by anybody."""
        return self._call(self.any(self._verbs), bill, self.any(self._callers)(bill))

    def _call(self, verb: type[Verb], bill: Bill, sender: str) -> Call:
        call: Call = self.act(verb, sender, bill)
        if verb.payable and self.chance(0.03):
            return Call(sender, call.verb, 1)
        return self._agreed(call)

    def _sort(self) -> None:
        strata: dict[tuple[Status, Kind, str], list[int]] = {}
        for bill in self.state.bills.values():
            strata.setdefault((bill.status, bill.kind, possessor_of(self.state, bill)), []).append(bill.id)
        self._strata = list(strata.values())

    def _bill(self) -> int:
        if self._strata and self.chance(0.7):
            return self.any(self.any(self._strata))
        return self.any(list(self.state.bills))

    def _ghost(self) -> Bill:
        """A bill that never was."""
        lei = self.any((*self.stage.carriers, ids.LEI_END - 1))
        return Bill(self._new_id(lei), Status.LIVE, self.any(tuple(Kind)), self.any(self.stage.people), act_count=0)

    # -------------------------------------------------------------------------------------------------------- parties

    def _titleholders_account(self, bill: Bill) -> str:
        return self.account_of(bill.titleholder, MOVE) if bill.titleholder else bill.possessor

    def _receiver(self, bill: Bill) -> str:
        title_alone = bill.may_reject_title and not bill.may_reject_possession
        return self._titleholders_account(bill) if title_alone else bill.possessor

    def _carriers_account(self, bill: Bill, roles: int = 0) -> str:
        return self.account_of(self.state.by_lei.get(ids.lei_of(bill.id), 0), roles)

    def _previous(self, bill: Bill) -> str:
        address = self.state.resolve(bill.previous_account)
        return address if address != NOBODY else self.any(self.stage.people)

    def _suspended(self, bill: Bill) -> str:
        return self.account_of(self.any(self.suspended() or [0]))

    def _operator(self, bill: Bill) -> str:
        operators = [who for (owner, who), yes in self.state.operators.items() if yes and owner == bill.possessor]
        approved = self.state.approvals.get(bill.id)
        return self.any([*operators, approved] if approved else operators or self.stage.people)

    def _taker(self) -> str:
        """Somebody who may be given something, mostly."""
        chance = self.random.random()
        if chance < 0.06:
            return self.any((NOBODY, self.own, *self.stage.strangers, *self.stage.rooms))
        if chance < 0.12 and isinstance(self.about, Bill):
            return self.any((self.about.possessor, self._previous(self.about), self._carriers_account(self.about)))
        if chance < 0.5:
            return self.account_of(1 + self.below(7), MOVE)
        fit = [
            account.address
            for account in self.state.accounts.values()
            if not account.room and account.roles & MOVE and account.receives(self.now)
        ]
        return self.any(fit) if fit else self.any(self.stage.people)

    # ------------------------------------------------------------------------------------------------------ arguments

    def draw_bill(self) -> int:
        """The bill at hand; of an act of another subject one of all, or one that never was."""
        if isinstance(self.about, Bill):
            return self.about.id
        return self._bill() if self.state.bills and self.chance(0.97) else self._ghost().id

    def draw_account(self) -> str:
        if isinstance(self.about, int):
            return super().draw_account()
        return NOBODY if self.chance(0.1) else self._taker()

    def draw_receiver(self) -> str:
        """Somebody who may be given something; of what a room has, mostly the one for whom it holds."""
        lodging = self.state.lodgings.get(self.about.id) if isinstance(self.about, Bill) else None
        if lodging is None or self.chance(0.3):
            return self._taker()
        return self.account_of(lodging.holder)

    def draw_answering(self) -> str:
        """An account of the bill's carrier, mostly."""
        return self._carriers_account(self.about, ANSWER) if self.chance(0.95) else self._taker()

    def draw_room(self) -> str:
        if not isinstance(self.about, Bill):
            return super().draw_room()
        if self.chance(0.05):
            return self._taker()
        return self.any(self.stage.honest if self.chance(0.6) else self.stage.rooms)

    def draw_room_terms(self) -> bytes:
        """For whom the room holds, mostly the sender, and to whom it lets the bill out."""
        return self._room_terms(self.state.account(self.sender).participant)

    def _room_terms(self, holder: int) -> bytes:
        chance = self.random.random()
        if chance < 0.02:
            return b"too short"
        if chance < 0.1:
            holder = self.below(10)
        to = self.account_of(holder) if self.chance(0.9) else self._taker()
        return word(holder) + bytes.fromhex(to[2:]).rjust(32, b"\0")

    # ---------------------------------------------------------------------------------------------------------- issue

    def _terms(self, bill: int, kind: Kind, titleholder: str) -> Terms:
        chance = self.random.random()
        if kind is Kind.BLANK and chance > 0.04:
            titleholder = NOBODY
        return Terms(
            bill,
            kind,
            titleholder,
            NO_HASH if 0.04 < chance < 0.05 else self.hash(),
            NO_HASH if 0.05 < chance < 0.06 else self.hash(),
            _NO_LAW if 0.06 < chance < 0.07 else "GB-ENG",
            RecordLaw.PRC_MARITIME_CODE_2025 if 0.07 < chance < 0.09 else RecordLaw(int(chance * 3)),
        )

    def _new_id(self, lei: int) -> int:
        """A name for a new bill: mostly the next reference or the next version, now and then one that cannot be."""
        chance = self.random.random()
        if chance < 0.03:
            first = ids.ONE_VERSION
            # Malformed: version 0, nothing in the reference, a space at its end, a hole, a low character.
            return (lei << ids.LEI_AT) | self.any((0, first, first | 0x2021 << 126, first | 0x41, first | 1 << 133))
        if chance < 0.25 and self.state.bills:
            known = self.any(list(self.state.bills))
            if ids.lei_of(known) == lei:
                return known + self.any((0, ids.ONE_VERSION, ids.ONE_VERSION, 2 * ids.ONE_VERSION))
        if chance < 0.5:
            gone = [
                bill.id for bill in self.state.bills.values() if bill.status in TERMINAL and ids.lei_of(bill.id) == lei
            ]
            if gone:
                return self.any(gone) + ids.ONE_VERSION
        return ids.BillId(lei, 1, f"SPN{self.below(10**6)}").pack()

    def _issue(self) -> Call:
        """A new bill, by a carrier mostly."""
        self.about = None
        carrier = 1 if self.chance(0.7) else 2
        sender = self.account_of(carrier, ISSUE) if self.chance(0.9) else self.any(self.stage.people)
        lei = self.stage.carriers[carrier - 1] if self.chance(0.97) else self.any(self.stage.carriers)
        kind = self.any(_KINDS_AT_ISSUE) if self.chance(0.97) else Kind.NAMED
        verb: type[Issue | IssueFromPaper] = IssueFromPaper if self.chance(0.12) else Issue
        number = self._new_id(lei)
        if verb is IssueFromPaper and self.chance(0.5):
            gone = [bill.id for bill in self.state.bills.values() if bill.status is Status.PAPER]
            number = self.any(gone) + ids.ONE_VERSION if gone else number
        room = self.chance(0.03)
        possessor = self.any(self.stage.honest if self.chance(0.7) else self.stage.rooms) if room else self._taker()
        titleholder = self._taker() if self.chance(0.9) else self.any((NOBODY, *self.stage.rooms[:2]))
        if not room and self.chance(0.3):
            titleholder = possessor
        terms = self._terms(number, kind, titleholder)
        call = self._agreed(Call(sender, self.drawn(verb, terms=terms, possessor=possessor)))
        if not isinstance(call.verb, Multicall) and self.chance(0.06):
            return self._signed_call(call, number, 0, sender)
        return call

    def try_issue(self, verb: type[Verb]) -> Verb:
        return self.drawn(verb, terms=self._terms(self.about.id, self.any(_KINDS_AT_ISSUE), self._taker()))

    try_issue_from_paper = try_issue

    # -------------------------------------------------------------------------------------------------- verb by verb

    def try_transfer_from(self, verb: type[Verb]) -> Verb:
        return self.drawn(verb, from_=self.about.possessor if self.chance(0.9) else self.any(self.stage.people))

    try_safe_transfer_from = try_transfer_from

    def try_endorse(self, verb: type[Verb]) -> Verb:
        endorsement = Endorsement(1 + self.below(3)) if self.chance(0.97) else Endorsement.NONE
        to = NOBODY if self.chance(0.3) else self.draw_receiver()
        endorsee = to if to != NOBODY and self.chance(0.5) else self._taker()
        if endorsement is Endorsement.BLANK and self.chance(0.95):
            endorsee = NOBODY
        return self.drawn(verb, endorsement=endorsement, endorsee=endorsee, to=to)

    def try_lodge(self, verb: type[Verb]) -> Verb:
        endorsement = self.any((Endorsement.NONE, Endorsement.BLANK))
        said: dict[str, Any] = {"endorsement": Endorsement(self.below(4)) if self.chance(0.05) else endorsement}
        if self.stage.own_rooms and self.chance(0.5):
            room = said["room"] = self.any(list(self.stage.own_rooms))
            said["terms"] = self.stage.own_rooms[room](self) if self.chance(0.9) else self.draw_room_terms()
        return self.drawn(verb, **said)

    def try_hold(self, verb: type[Verb]) -> Verb:
        lodging = self.state.lodgings.get(self.about.id)
        same = lodging is not None and self.chance(0.4)
        holder = lodging.holder if same and lodging is not None else self.below(9)
        return self.drawn(verb, holder=holder, deal=self.any((0, self.below(1000), 2**208 - 1)))

    def try_record(self, verb: type[Verb]) -> Verb:
        """An agreement to the next act on a bill, or to one after it."""
        bill: Bill = self.any(list(self.state.bills.values())) if self.state.bills else self._ghost()
        about = self.any([each for each in self._takers if self.state.bills])
        participant = bill.titleholder or 1 + self.below(7)
        possessor = self.account_of(participant)
        outcome = Outcome(
            bill.id, bill.act_count + self.below(3), possessor, bill.titleholder, self.any((bill.kind, Kind.ORDER))
        )
        agreed: Any = self._agreement(participant, about, outcome)
        return self.drawn(verb, agreement=agreed.agreement, signature=agreed.signature)

    def try_reject(self, verb: type[Verb]) -> Verb:
        bill, rejection = self.about, Rejection(self.below(4))
        if self.chance(0.7):
            if bill.act_count == 1:
                rejection = Rejection.ISSUE
            elif bill.may_reject_possession:
                rejection = Rejection.BOTH if bill.may_reject_title else Rejection.POSSESSION
            elif bill.may_reject_title:
                rejection = Rejection.TITLE
        reject = self.drawn(verb, rejection=rejection)
        of_another = bill.kind is Kind.ORDER and self.state.account(self.sender).participant != bill.titleholder
        if rejection is Rejection.ISSUE and of_another and self.chance(0.7):
            back = self.state.resolve(bill.previous_account)
            outcome = Outcome(bill.id, bill.act_count, back, bill.titleholder, bill.kind)
            return Multicall((self._agreement(bill.titleholder, verb, outcome), reject))
        return reject

    def try_surrender(self, verb: type[Verb]) -> Verb:
        purpose, agreed = SurrenderFor(self.below(5)), NO_HASH
        if PENDING_AFTER[purpose] is Status.PENDING_AMENDMENT:
            if self.chance(0.5):
                bills = (self.about.id,)
                replacements = self._replacements(bills, self.sender)
                agreed = replacements_hash(bills, replacements)
                if len(self._plans) > 200:
                    self._plans.clear()
                self._plans[agreed] = (bills, replacements)
        elif self.chance(0.04):
            agreed = self.hash()
        return self.drawn(verb, purpose=purpose, agreed=agreed)

    def _replacements(self, bills: tuple[int, ...], surrenderer: str) -> tuple[Terms, ...]:
        made = []
        lei = ids.lei_of(bills[0])
        for index in range(1 if self.chance(0.6) else 2):
            number = bills[0] + ids.ONE_VERSION if index == 0 and self.chance(0.8) else self._new_id(lei)
            known = self.state.bills.get(bills[0])
            kind = self.any(tuple(Kind)) if known is None or self.chance(0.5) else known.kind
            titleholder = surrenderer if self.chance(0.4) else self._taker()
            if known is not None and known.titleholder and self.chance(0.4):
                titleholder = self.account_of(known.titleholder)
            made.append(self._terms(number, kind, titleholder))
        return tuple(made)

    def try_replace(self, verb: type[Replace]) -> Verb:
        bill: Bill = self.about
        bills: tuple[int, ...] = (bill.id,)
        if self.chance(0.02):
            blank = (self._terms(bill.id, Kind.BLANK, NOBODY),)
            if self.chance(0.5):
                return verb(bills * self.any((0, MAX_REPLACED + 1)), blank, b"")
            return verb(bills, blank * self.any((0, MAX_REPLACEMENTS + 1)), b"")
        surrenderer = self._previous(bill)
        planned = self._plans.get(bill.agreed) if self.chance(0.9) else None
        if planned is not None:
            bills, replacements = planned
        else:
            bills = (bill.id, *self._fellows(bill))
            replacements = self._replacements(bills, surrenderer)
        remark = self.draw_remark()
        agreements: list[Verb] = []
        if planned is None or self.chance(0.1):
            digest = replacements_hash(bills, replacements)
            for known in (self.state.bills[number] for number in bills if number in self.state.bills):
                needed = {self.state.account(surrenderer).participant, known.titleholder} - {0}
                result = Outcome(known.id, known.act_count, surrenderer, known.titleholder, known.kind, digest)
                agreements += [self._agreement(each, verb, result) for each in sorted(needed) if self.chance(0.95)]
        for terms in replacements:
            for entitled in self._wary(terms.titleholder):
                if self.chance(0.8):
                    result = Outcome(terms.bill, 0, surrenderer, entitled, terms.kind, terms_hash(terms))
                    agreements.append(self._agreement(entitled, verb, result))
        replace = verb(bills, replacements, remark)
        return Multicall((*agreements, replace)) if agreements else replace

    def _fellows(self, bill: Bill) -> tuple[int, ...]:
        """Other bills that could be replaced with this one, or nearly."""
        if not self.chance(0.35):
            return ()
        waiting = [
            other.id
            for other in self.state.bills.values()
            if other.status is Status.PENDING_AMENDMENT
            and other.id != bill.id
            and (other.previous_account == bill.previous_account or self.chance(0.2))
        ]
        return tuple(waiting[:2]) if self.chance(0.95) else (bill.id,)

    # ---------------------------------------------------------------------------------------- agreements, signatures

    def _wary(self, *accounts: str) -> set[int]:
        """The participants of those of some accounts that do not take from just anyone."""
        known = [self.state.account(address) for address in accounts]
        return {account.participant for account in known if account.receiving is not Receiving.ANYONE} - {0}

    def _agreed(self, call: Call) -> Call:
        """The call, mostly after agreements of whoever must agree: wary receivers, a titleholder whose bill it is."""
        verb: Any = call.verb
        if type(verb) not in self._takers:
            return call
        if isinstance(verb, (Issue, IssueFromPaper)):
            needed = self._wary(verb.possessor, verb.terms.titleholder)
        else:
            needed = self._wary(self._given(call), getattr(verb, "endorsee", NOBODY)) | self._entitled(call)
        if not needed or self.chance(0.3):
            return call
        result = self._outcome(call)
        agreements = [self._agreement(each, type(verb), result) for each in sorted(needed)]
        return Call(call.sender, Multicall((*agreements, verb)))

    def _given(self, call: Call) -> str:
        """Who is given the bill at hand by a call, the sender when nobody is."""
        to: str = getattr(call.verb, self._takers[type(call.verb)])
        return call.sender if to == NOBODY else to

    def _entitled(self, call: Call) -> set[int]:
        """The titleholder of the bill at hand, when a call needs its agreement."""
        verb: Any = call.verb
        bill, sender = self.about, self.state.account(call.sender)
        endorses = getattr(verb, "endorsement", Endorsement.NONE) is not Endorsement.NONE
        if endorses and rules.endorses_as(bill, sender) is By.ROOM_AGREED:
            return {bill.titleholder}
        if isinstance(verb, Surrender) and rules.surrenders_as(bill, sender) is By.AGREED:
            return {bill.titleholder}
        return set()

    def _outcome(self, call: Call) -> Outcome:
        """What a call comes to, for whoever agrees to it."""
        verb: Any = call.verb
        if isinstance(verb, (Issue, IssueFromPaper)):
            terms = verb.terms
            titleholder = 0 if terms.kind is Kind.BLANK else self.state.account(terms.titleholder).participant
            return Outcome(terms.bill, 0, verb.possessor, titleholder, terms.kind, terms_hash(terms))
        bill = self.about
        titleholder, kind = bill.titleholder, bill.kind
        endorsement = getattr(verb, "endorsement", Endorsement.NONE)
        if endorsement is not Endorsement.NONE:
            titleholder = self.state.account(verb.endorsee).participant
            titleholder = 0 if endorsement is Endorsement.BLANK else titleholder
            kind = KIND_AFTER[endorsement]
        detail = surrender_hash(verb.purpose, verb.agreed, verb.remark) if isinstance(verb, Surrender) else NO_HASH
        return Outcome(bill.id, bill.act_count, self._given(call), titleholder, kind, detail)

    def _agreement(self, participant: int, verb: type[Verb], outcome: Outcome) -> Verb:
        signer = self.account_of(participant, MOVE)
        chance = self.random.random()
        if chance < 0.02:
            outcome = outcome._replace(act_count=outcome.act_count + 1)
        agreement = filled(Agreement, outcome, signer=signer, verb=verb.selector(), deadline=self.deadline())
        signature = Signature(signer if chance > 0.04 else None)
        if self._shown and chance > 0.985:
            agreement, signature = self.any(self._shown)
        elif len(self._shown) < 64:
            self._shown.append((agreement, signature))
            self.texts = [*self.texts[-31:], agreement]
        return Agree(agreement, signature)

    def _dressed(self, call: Call, bill: Bill) -> Call:
        """The call as it is, or sent for its signer by a relayer, or in a multicall."""
        chance = self.random.random()
        if isinstance(call.verb, Multicall):
            # Whoever sends a multicall shows the agreements of the others too.
            return call
        if chance < 0.07:
            return self._signed_call(call, bill.id, bill.act_count, call.sender)
        if chance < 0.08 and self._acts:
            signed, signature = self.any(self._acts)
            return Call(self.any(self.stage.people), ActBySignature(signed, signature))
        if chance < 0.1:
            other = self._whatever(bill)
            verbs = [each.verb for each in (call, other) if type(each.verb) is not Multicall and not each.value]
            return Call(call.sender, Multicall(tuple(verbs)))
        if chance < 0.104:
            return Call(call.sender, call.verb, 1)
        return call

    def _signed_call(self, call: Call, bill: int, act_count: int, signer: str) -> Call:
        chance = self.random.random()
        if chance < 0.03:
            act_count += 1
        elif chance < 0.05:
            bill = self.any([bill, *self.state.bills])
        inner = call.verb
        if isinstance(call.verb, Multicall):
            inner = Sign(bill, Purpose.CHECKED, b"")
        if 0.05 < chance < 0.055:
            inner = Shorten(bill, 1)
        signed = SignedAct(signer, bill, act_count, inner, self.deadline())
        signature = Signature(signer if chance > 0.1 else None)
        relayer = self.any(self.stage.people)
        if 0.1 < chance < 0.14:
            relayer, signature = signer, Signature(signer, empty=True)
        if chance > 0.9:
            self._acts = [*self._acts[-15:], (signed, signature)]
            self.texts = [*self.texts[-31:], signed]
            if self.chance(0.3):
                return self.withdraw(signed)
        return Call(relayer, ActBySignature(signed, signature))
