"""Random acts on bills: right and wrong parties, times, orders, looking at the model's state to be wrong in every way.

About half of the acts are what a party might sensibly do next, so that bills reach every corner of their life; the rest
are any verb by anybody. A verb without a draw of its own is drawn by its declaration.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from sampan.bills.records import (
    MAX_REPLACED,
    MAX_REPLACEMENTS,
    NO_HASH,
    REJECT_HOURS,
    TERMINAL,
    Bill,
    Bills,
)
from sampan.bills.rules import KIND_AFTER, PENDING_AFTER
from sampan.bills.subject import BILLS
from sampan.bills.terms import Terms, replacements_hash, surrender_hash, terms_hash
from sampan.bills.verbs.amendments import Recover, Replace, ToPaper
from sampan.bills.verbs.circulation import Endorse, Lodge, Reject, Sign, Transfer
from sampan.bills.verbs.issue import Issue, IssueFromPaper
from sampan.bills.verbs.signed import Act as ActBySignature
from sampan.bills.verbs.signed import Agree, Agreement, Multicall, SignedAct
from sampan.bills.verbs.surrender import Accept, Deliver, Recall, Refuse, Surrender
from sampan.bills.verbs.tokens import (
    Approve,
    SafeTransferFrom,
    SafeTransferFromWithData,
    SetApprovalForAll,
    TransferFrom,
)
from sampan.identity.chance import IdentityChance
from sampan.identity.records import HOUR, MOVE
from sampan.identity.verbs import Shorten
from sampan.model.perform import Call
from sampan.suite import ids
from sampan.suite.chance import REMARKS, Stage
from sampan.suite.codec import word
from sampan.suite.verb import NOBODY, Signature, Suite, Verb
from sampan.suite.words import Endorsement, Kind, Purpose, Receiving, RecordLaw, Rejection, Status, SurrenderFor

MOST_BILLS: Final = 72
"""Bills an episode begins; then it lives with what there is."""
_ANSWERED_BY: Final[dict[Status, tuple[type[Verb], ...]]] = {
    Status.PENDING_DELIVERY: (Accept, Accept, Refuse, Recall),
    Status.PENDING_AMENDMENT: (Replace, Replace, Refuse, Recall),
    Status.PENDING_PAPER: (ToPaper, ToPaper, Refuse, Recall),
    Status.SURRENDERED: (Deliver,),
}
_KINDS_AT_ISSUE: Final = (Kind.STRAIGHT, Kind.ORDER, Kind.ORDER, Kind.BLANK)
_NO_LAW: Final = ""
_ELSEWHERE: Final = frozenset(
    {Multicall, ActBySignature, Agree, SetApprovalForAll, SafeTransferFrom, SafeTransferFromWithData}
)
"""Verbs that are drawn around others, or as one of `TransferFrom`'s ways."""


class BillsChance(IdentityChance):
    """What may happen to bills."""

    SHARES = {"bills": 94}

    state: Bills

    def __init__(self, suite: Suite, stage: Stage, random: Random) -> None:
        super().__init__(suite, stage, random)
        self._plans: dict[bytes, tuple[tuple[int, ...], tuple[Terms, ...]]] = {}
        self._signed: list[tuple[SignedAct, Signature]] = []
        self._shown: list[tuple[Agreement, Signature]] = []
        self._strata: dict[tuple[Status, Kind, str], list[int]] = {}
        self._age = 0
        self._at: Bill | None = None
        self._callers: list[Callable[[Bill], str]] = [
            lambda bill: bill.possessor,
            self._titleholders_account,
            self._carriers_account,
            self._previous,
            lambda _: self.any(self.stage.strangers),
            self._suspended,
            lambda _: self.any(self.stage.rooms),
            self._operator,
            lambda _: self.any(self.stage.people),
        ]
        self._draw_of: dict[type[Verb], Callable[[Bill, str], Call]] = {
            Issue: self._issue_again,
            IssueFromPaper: self._issue_again_from_paper,
            Transfer: self._transfer,
            TransferFrom: self._transfer_from,
            Endorse: self._endorse,
            Lodge: self._lodge,
            Sign: self._sign,
            Reject: self._reject,
            Surrender: self._surrender,
            Accept: self._accept,
            Refuse: self._refuse,
            Recall: self._recall,
            Deliver: self._deliver,
            Replace: self._replace,
            ToPaper: self._to_paper,
            Recover: self._recover,
            Approve: self._approve,
        }
        self._any_verb = [*(verb for verb in BILLS.verbs.values() if verb not in _ELSEWHERE), TransferFrom]

    # ------------------------------------------------------------------------------------------------------- the next

    def next_bills(self) -> Call:
        """An act on a bill."""
        if self._age % 24 == 0:
            self._sort()
        self._age += 1
        chance, bills = self.random.random(), self.state.bills
        if chance < 0.005:
            return self._operator_for_all()
        if not bills or (chance < 0.065 and len(bills) < MOST_BILLS) or len(bills) < 6:
            return self._issue()
        bill = bills[self._bill()] if self.chance(0.99) else self._ghost()
        return self._dressed(self._sensible(bill) if chance < 0.66 else self._whatever(bill), bill)

    def draw_bill(self) -> int:
        """The bill at hand, or any."""
        return self._at.id if self._at is not None else self._bill()

    def draw_receiver(self) -> str:
        """Somebody who may be given something, mostly."""
        return self._taker(self._at)

    draw_endorsee = draw_receiver

    def draw_answering(self) -> str:
        """An account of the bill's carrier."""
        return self._carriers_account(self._at, 2) if self._at is not None else self.any(self.stage.people)

    def _sort(self) -> None:
        strata: dict[tuple[Status, Kind, str], list[int]] = {}
        for bill in self.state.bills.values():
            possessor = self.state.account(bill.possessor)
            kind = "room" if possessor.room else "carrier" if possessor.lei == ids.lei_of(bill.id) else "account"
            strata.setdefault((bill.status, bill.kind, kind), []).append(bill.id)
        self._strata = strata

    def _bill(self) -> int:
        if self._strata and self.chance(0.7):
            return self.any(self._strata[self.any(list(self._strata))])
        return self.any(list(self.state.bills))

    def _ghost(self) -> Bill:
        """A bill that never was."""
        lei = self.any((*self.stage.carriers, ids.LEI_END - 1))
        return Bill(self._new_id(lei), Status.LIVE, self.any(tuple(Kind)), self.any(self.stage.people), act_count=0)

    def _titleholders_account(self, bill: Bill) -> str:
        return self.account_of(bill.titleholder, MOVE) if bill.titleholder else bill.possessor

    def _carriers_account(self, bill: Bill, roles: int = 0) -> str:
        return self.account_of(self.state.by_lei.get(ids.lei_of(bill.id), 0), roles)

    def _previous(self, bill: Bill) -> str:
        address = self.state.resolve(bill.previous_account)
        return address if address != NOBODY else self.any(self.stage.people)

    def _suspended(self, bill: Bill) -> str:
        suspended = [
            each.number
            for each in self.state.participants.values()
            if each.suspended_until > self.now and each.accounts
        ]
        return self.account_of(self.any(suspended)) if suspended else self.any(self.stage.people)

    def _operator(self, bill: Bill) -> str:
        approved = self.state.approvals.get(bill.id)
        if approved and self.chance(0.5):
            return approved
        operators = [
            operator for (owner, operator), yes in self.state.operators.items() if yes and owner == bill.possessor
        ]
        return self.any(operators) if operators else approved or self.any(self.stage.people)

    def _taker(self, bill: Bill | None = None) -> str:
        """Somebody who may be given something, mostly."""
        chance = self.random.random()
        if chance < 0.06:
            return self.any((NOBODY, self.own, *self.stage.strangers, *self.stage.rooms))
        if chance < 0.12 and bill is not None:
            return self.any((bill.possessor, self._previous(bill), self._carriers_account(bill)))
        if chance < 0.5:
            return self.account_of(1 + int(self.random.random() * 7), MOVE)
        fit = [
            account.address
            for account in self.state.accounts.values()
            if not account.room and account.roles & MOVE and account.receives(self.now)
        ]
        return self.any(fit) if fit else self.any(self.stage.people)

    # ------------------------------------------------------------------------------------------------------- issue

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
        reference = f"SPN{int(self.random.random() * 10**6)}"
        return ids.BillId(lei, 1, reference).pack()

    def _issue(self) -> Call:
        carrier = 1 if self.chance(0.7) else 2
        sender = self.account_of(carrier, 1) if self.chance(0.9) else self.any(self.stage.people)
        lei = self.stage.carriers[carrier - 1] if self.chance(0.97) else self.any(self.stage.carriers)
        kind = self.any(_KINDS_AT_ISSUE) if self.chance(0.97) else Kind.NAMED
        paper = self.chance(0.12)
        if paper and self.chance(0.5):
            gone = [bill.id for bill in self.state.bills.values() if bill.status is Status.PAPER]
            number = self.any(gone) + ids.ONE_VERSION if gone else self._new_id(lei)
        else:
            number = self._new_id(lei)
        room = self.chance(0.15)
        possessor = self.any(self.stage.honest if self.chance(0.7) else self.stage.rooms) if room else self._taker()
        titleholder = self._taker() if self.chance(0.9) else self.any((NOBODY, *self.stage.rooms[:2]))
        if kind is not Kind.BLANK and not room and self.chance(0.3):
            titleholder = possessor
        terms = self._terms(number, kind, titleholder)
        remark = self._room_terms(3) if room else self.any(REMARKS)
        if paper:
            statement = NO_HASH if self.chance(0.05) else self.hash()
            call = Call(sender, IssueFromPaper(terms, possessor, 3, statement, remark))
        else:
            call = Call(sender, Issue(terms, possessor, remark))
        titled = 0 if kind is Kind.BLANK else self.state.account(titleholder).participant
        agreements = [
            self._agreement(participant, number, 0, type(call.verb), possessor, titled, kind, terms_hash(terms))
            for participant in {self.state.account(possessor).participant, titled} - {0}
            if self._wary(participant, possessor, titleholder)
        ]
        if agreements and self.chance(0.8):
            return Call(sender, Multicall((*agreements, call.verb)))
        if self.chance(0.06):
            return self._signed_call(call, number, 0, sender)
        return call

    def _wary(self, participant: int, *accounts: str) -> bool:
        """Whether one of these accounts, if it is the participant's, does not take from just anyone."""
        return any(
            account.participant == participant and account.receiving is not Receiving.ANYONE
            for account in map(self.state.account, accounts)
        )

    # ----------------------------------------------------------------------------------------------------- sensible

    def _sensible(self, bill: Bill) -> Call:
        """What a party might do next with a bill."""
        if bill.status is Status.LIVE:
            if self.state.account(bill.possessor).room:
                verb = self.any((Transfer, Transfer, Reject, Endorse, Lodge, Surrender, Sign, Approve))
            else:
                verb = self.any(
                    (
                        *(Transfer, TransferFrom, Endorse, Endorse, Endorse, Lodge, Lodge),
                        *(Surrender, Surrender, Surrender, Reject, Sign, Approve, Recover),
                    )
                )
            rejectable = bill.may_reject_possession or bill.may_reject_title
            if rejectable and self.now // HOUR - bill.since <= REJECT_HOURS and self.chance(0.15):
                verb = Reject
            if verb is Reject and bill.may_reject_title and not bill.may_reject_possession:
                return self._call(verb, bill, self._titleholders_account(bill))
            if verb is TransferFrom:
                return self._call(verb, bill, self._operator(bill))
            return self._call(verb, bill, bill.possessor)
        if bill.status in _ANSWERED_BY:
            verb = self.any(_ANSWERED_BY[bill.status])
            if verb is Recall:
                return self._call(verb, bill, self._previous(bill))
            return self._call(verb, bill, self._carriers_account(bill, 3 if verb is Replace else 2))
        if bill.status in {Status.VOID, Status.PAPER} and len(self.state.bills) < MOST_BILLS:
            return self._issue()
        return self._whatever(bill)

    def _whatever(self, bill: Bill) -> Call:
        """Any verb by anybody."""
        return self._call(self.any(self._any_verb), bill, self.any(self._callers)(bill))

    def _call(self, verb: type[Verb], bill: Bill, sender: str) -> Call:
        self._at = bill
        own = self._draw_of.get(verb)
        return own(bill, sender) if own else Call(sender, self.drawn(verb))

    # -------------------------------------------------------------------------------------------------- verb by verb

    def _issue_again(self, bill: Bill, sender: str) -> Call:
        terms = self._terms(bill.id, self.any(_KINDS_AT_ISSUE), self._taker(bill))
        possessor = self._taker(bill)
        return Call(sender, Issue(terms, possessor, b""))

    def _issue_again_from_paper(self, bill: Bill, sender: str) -> Call:
        terms = self._terms(bill.id, self.any(_KINDS_AT_ISSUE), self._taker(bill))
        return Call(sender, IssueFromPaper(terms, self._taker(bill), 1, self.hash(), b""))

    def _transfer(self, bill: Bill, sender: str) -> Call:
        to = self._out_of_room(bill) or self._taker(bill)
        return self._agreed_by(
            Call(sender, Transfer(bill.id, to, self.draw_remark())), bill, {to}, to, bill.titleholder, bill.kind
        )

    def _out_of_room(self, bill: Bill) -> str | None:
        """Where a room may be expected to let a bill out: to the one for whom it holds."""
        room = self.state.rooms.get(bill.possessor)
        if room is None or self.chance(0.3):
            return None
        return self.account_of(getattr(room, "holders", {}).get(bill.id, 0))

    def _transfer_from(self, bill: Bill, sender: str) -> Call:
        giver = bill.possessor if self.chance(0.9) else self.any(self.stage.people)
        to = self._taker(bill)
        how = self.any((TransferFrom, TransferFrom, SafeTransferFrom, SafeTransferFromWithData))
        verb = how(giver, to, bill.id, b"data") if how is SafeTransferFromWithData else how(giver, to, bill.id)
        call = Call(sender, verb, value=1 if self.chance(0.03) else 0)
        return self._agreed_by(call, bill, {to}, to, bill.titleholder, bill.kind)

    def _endorse(self, bill: Bill, sender: str) -> Call:
        endorsement = Endorsement(1 + self.below(3)) if self.chance(0.97) else Endorsement.NONE
        to = NOBODY if self.chance(0.3) else self._out_of_room(bill) or self._taker(bill)
        if endorsement is Endorsement.BLANK:
            endorsee = NOBODY if self.chance(0.95) else self._taker(bill)
        else:
            endorsee = to if to != NOBODY and self.chance(0.5) else self._taker(bill)
        call = Call(sender, Endorse(bill.id, endorsement, endorsee, to, self.draw_remark()))
        return self._agreed_to_endorsement(call, bill, endorsement, endorsee, sender if to == NOBODY else to)

    def _agreed_to_endorsement(
        self, call: Call, bill: Bill, endorsement: Endorsement, endorsee: str, possessor: str
    ) -> Call:
        if endorsement is Endorsement.NONE:
            return call
        titleholder = 0 if endorsement is Endorsement.BLANK else self.state.account(endorsee).participant
        wary = {endorsee, possessor}
        return self._agreed_by(call, bill, wary, possessor, titleholder, KIND_AFTER[endorsement], former=True)

    def _lodge(self, bill: Bill, sender: str) -> Call:
        endorsement = Endorsement(self.below(4))
        endorsee = NOBODY
        if endorsement in {Endorsement.NAMED, Endorsement.TO_ORDER} or self.chance(0.03):
            endorsee = self._taker(bill)
        chance = self.random.random()
        room = (
            self.any(self.stage.honest)
            if chance < 0.6
            else self.any(self.stage.rooms)
            if chance < 0.95
            else self._taker(bill)
        )
        terms = self._room_terms(self.state.account(sender).participant)
        call = Call(sender, Lodge(bill.id, endorsement, endorsee, room, terms))
        return self._agreed_to_endorsement(call, bill, endorsement, endorsee, room)

    def _room_terms(self, holder: int) -> bytes:
        chance = self.random.random()
        if chance < 0.02:
            return b"too short"
        if chance < 0.1:
            holder = int(self.random.random() * 10)
        to = self.account_of(holder) if self.chance(0.9) else self._taker()
        return word(holder) + bytes.fromhex(to[2:]).rjust(32, b"\0")

    def _sign(self, bill: Bill, sender: str) -> Call:
        return Call(sender, Sign(bill.id, Purpose(self.below(4)), self.draw_remark()))

    def _reject(self, bill: Bill, sender: str) -> Call:
        rejection = Rejection(self.below(4))
        if self.chance(0.7):
            if bill.act_count == 1:
                rejection = Rejection.ISSUE
            elif bill.may_reject_possession and bill.may_reject_title:
                rejection = Rejection.BOTH
            elif bill.may_reject_possession:
                rejection = Rejection.POSSESSION
            elif bill.may_reject_title:
                rejection = Rejection.TITLE
        return Call(sender, Reject(bill.id, rejection, self.draw_remark()))

    def _surrender(self, bill: Bill, sender: str) -> Call:
        purpose = SurrenderFor(self.below(5))
        to = self._carriers_account(bill, 2) if self.chance(0.95) else self._taker(bill)
        agreed = NO_HASH
        if PENDING_AFTER[purpose] is Status.PENDING_AMENDMENT:
            if self.chance(0.5):
                bills = (bill.id,)
                replacements = self._replacements(bills, sender)
                agreed = replacements_hash(bills, replacements)
                if len(self._plans) > 200:
                    self._plans.clear()
                self._plans[agreed] = (bills, replacements)
        elif self.chance(0.04):
            agreed = self.hash()
        call = Call(sender, Surrender(bill.id, purpose, to, agreed, self.draw_remark()))
        kind = bill.kind
        if kind in {Kind.ORDER, Kind.NAMED} and bill.titleholder != self.state.account(sender).participant:
            return self._agreed_by(
                call, bill, set(), to, bill.titleholder, kind, former=True, detail=surrender_hash(purpose, agreed)
            )
        return call

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

    def _accept(self, bill: Bill, sender: str) -> Call:
        return Call(sender, Accept(bill.id, self.draw_remark()))

    def _refuse(self, bill: Bill, sender: str) -> Call:
        return Call(sender, Refuse(bill.id, self.draw_remark()))

    def _recall(self, bill: Bill, sender: str) -> Call:
        return Call(sender, Recall(bill.id, self.draw_remark()))

    def _deliver(self, bill: Bill, sender: str) -> Call:
        return Call(sender, Deliver(bill.id, self.draw_remark()))

    def _to_paper(self, bill: Bill, sender: str) -> Call:
        statement = NO_HASH if self.chance(0.05) else self.hash()
        return Call(sender, ToPaper(bill.id, 3, statement, self.draw_remark()))

    def _recover(self, bill: Bill, sender: str) -> Call:
        return Call(sender, Recover(bill.id))

    def _approve(self, bill: Bill, sender: str) -> Call:
        account = NOBODY if self.chance(0.1) else self._taker(bill)
        return Call(sender, Approve(account, bill.id), value=1 if self.chance(0.02) else 0)

    def _replace(self, bill: Bill, sender: str) -> Call:
        bills: tuple[int, ...]
        replacements: tuple[Terms, ...]
        chance = self.random.random()
        if chance < 0.01:
            count = self.any((0, MAX_REPLACED + 1))
            bills, replacements = (bill.id,) * count, (self._terms(bill.id, Kind.BLANK, NOBODY),)
            return Call(sender, Replace(bills, replacements, b""))
        if chance < 0.02:
            count = self.any((0, MAX_REPLACEMENTS + 1))
            replacements = (self._terms(bill.id, Kind.BLANK, NOBODY),) * count
            bills = (bill.id,)
            return Call(sender, Replace(bills, replacements, b""))
        surrenderer = self._previous(bill)
        planned = self._plans.get(bill.agreed) if self.chance(0.9) else None
        if planned is not None:
            bills, replacements = planned
        else:
            bills = (bill.id, *self._fellows(bill))
            replacements = self._replacements(bills, surrenderer)
        digest = replacements_hash(bills, replacements)
        room = self.state.account(surrenderer).room
        remark = self._room_terms(4) if room else self.draw_remark()
        call = Call(sender, Replace(bills, replacements, remark))
        if planned is not None and self.chance(0.9):
            return self._wary_replacements(call, bill, replacements, surrenderer, [])
        agreements = []
        for number in bills:
            known = self.state.bills.get(number)
            if known is None:
                continue
            needed = {self.state.account(surrenderer).participant, known.titleholder} - {0}
            agreements += [
                self._agreement(
                    each, number, known.act_count, Replace, surrenderer, known.titleholder, known.kind, digest
                )
                for each in sorted(needed)
                if self.chance(0.95)
            ]
        return self._wary_replacements(call, bill, replacements, surrenderer, agreements)

    def _wary_replacements(
        self, call: Call, bill: Bill, replacements: tuple[Terms, ...], surrenderer: str, agreements: list[Verb]
    ) -> Call:
        for terms in replacements:
            entitled = self.state.account(terms.titleholder)
            if entitled.participant and entitled.receiving is not Receiving.ANYONE and self.chance(0.8):
                agreements.append(
                    self._agreement(
                        entitled.participant,
                        terms.bill,
                        0,
                        Replace,
                        surrenderer,
                        entitled.participant,
                        terms.kind,
                        terms_hash(terms),
                    )
                )
        if agreements:
            return Call(call.sender, Multicall((*agreements, call.verb)))
        return call

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

    def _agreed_by(
        self,
        call: Call,
        bill: Bill,
        wary: set[str],
        possessor: str,
        titleholder: int,
        kind: Kind,
        *,
        former: bool = False,
        detail: bytes = NO_HASH,
    ) -> Call:
        """The call, mostly after agreements of whoever must agree: wary receivers, a titleholder whose bill it is."""
        needed = {
            self.state.account(address).participant
            for address in wary
            if self.state.account(address).receiving is not Receiving.ANYONE
        }
        sender = self.state.account(call.sender)
        if (
            former
            and bill.titleholder
            and bill.titleholder != sender.participant
            and (sender.room or detail != NO_HASH)
        ):
            needed.add(bill.titleholder)
        needed.discard(0)
        if not needed or self.chance(0.3):
            return call
        agreements = [
            self._agreement(each, bill.id, bill.act_count, type(call.verb), possessor, titleholder, kind, detail)
            for each in sorted(needed)
        ]
        return Call(call.sender, Multicall((*agreements, call.verb)))

    def _agreement(
        self,
        participant: int,
        bill: int,
        act_count: int,
        verb: type[Verb],
        possessor: str,
        titleholder: int,
        kind: Kind,
        detail: bytes,
    ) -> Verb:
        signer = self.account_of(participant, MOVE)
        chance = self.random.random()
        if chance < 0.02:
            act_count += 1
        agreement = Agreement(
            signer, bill, act_count, verb.selector(), possessor, titleholder, kind, detail, self.deadline()
        )
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
        if chance < 0.08 and self._signed:
            signed, signature = self.any(self._signed)
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
            self._signed = [*self._signed[-15:], (signed, signature)]
            self.texts = [*self.texts[-31:], signed]
            if self.chance(0.3):
                return self.withdraw(signed)
        return Call(relayer, ActBySignature(signed, signature))

    def _operator_for_all(self) -> Call:
        chance = self.random.random()
        sender = self.any((*self.stage.people, *self.stage.rooms) if chance < 0.3 else self.stage.rooms)
        if chance > 0.5 and self.state.bills:
            sender = self.state.bills[self._bill()].possessor
        operator = self._taker() if self.chance(0.9) else self.any(self.stage.rooms)
        return Call(sender, SetApprovalForAll(operator, self.chance(0.75)))
