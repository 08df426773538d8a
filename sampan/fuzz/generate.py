"""Random acts, seeded: right and wrong parties, times, orders. It looks at the model's state to be wrong in every way.

About half of the acts are what a party might sensibly do next, so that bills reach every corner of their life; the rest
are any verb by anybody. Everything random comes from the `random.Random` it is given, so that a seed is a run (and so
that hypothesis can be that source of chance).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Final, TypeVar

from sampan.fuzz import cast
from sampan.fuzz.acts import Act, DigestOf
from sampan.fuzz.wire import replacements_hash, surrender_hash, terms_hash, word
from sampan.fuzz.world import RESTRICTED, World
from sampan.model.calls import SELECTORS, Agreement, Call, Enrolment, Signature, SignedAct, Terms
from sampan.model.rules import KIND_AFTER, PENDING_AFTER
from sampan.model.state import (
    ALL_ROLES,
    DAY,
    HOUR,
    MAX_REPLACED,
    MAX_REPLACEMENTS,
    MOVE,
    NO_HASH,
    NOBODY,
    REJECT_HOURS,
    TERMINAL,
    Bill,
    Endorsement,
    Kind,
    Purpose,
    Receiving,
    RecordLaw,
    Rejection,
    State,
    Status,
    SurrenderFor,
)
from sampan.suite import ids

_T = TypeVar("_T")

MOST_BILLS: Final = 72
"""Bills an episode begins; then it lives with what there is."""
_ANSWERED_BY: Final = {
    Status.PENDING_DELIVERY: ("accept", "accept", "refuse", "recall"),
    Status.PENDING_AMENDMENT: ("replace", "replace", "refuse", "recall"),
    Status.PENDING_PAPER: ("toPaper", "toPaper", "refuse", "recall"),
    Status.SURRENDERED: ("deliver",),
}
_KINDS_AT_ISSUE: Final = (Kind.STRAIGHT, Kind.ORDER, Kind.ORDER, Kind.BLANK)
_REMARKS: Final = (b"", b"", b"as agreed", b"r" * 33)
_NO_LAW: Final = ""


class Generator:
    """Makes one act after the other for a world, looking at its model's state."""

    def __init__(self, world: World, random: Random) -> None:
        self.world = world
        self.random = random
        self.people = [world.addresses[name] for name in (*cast.persons(), *cast.WALLETS) if name != cast.ADMINISTRATOR]
        self.strangers = [world.addresses[name] for name in cast.STRANGERS]
        self.spares = [world.addresses[name] for name in (*cast.SPARES, "spare wallet")]
        self.rooms = [world.addresses[name] for name in cast.rooms()]
        self.honest = [world.addresses[name] for name in cast.HONEST_ROOMS[:2]]
        self.administrator = world.addresses[cast.ADMINISTRATOR]
        self.leis = [cast.PARTS[0].lei, cast.PARTS[1].lei]
        self._plans: dict[bytes, tuple[tuple[int, ...], tuple[Terms, ...]]] = {}
        self._signed: list[tuple[SignedAct, Signature]] = []
        self._shown: list[tuple[Agreement, Signature]] = []
        self._strata: dict[tuple[Status, Kind, str], list[int]] = {}
        self._age = 0
        self._callers: list[Callable[[Bill], str]] = [
            lambda bill: bill.possessor,
            self._titleholders_account,
            self._carriers_account,
            self._previous,
            lambda _: self._any(self.strangers),
            self._suspended,
            lambda _: self._any(self.rooms),
            self._operator,
            lambda _: self._any(self.people),
        ]
        self._identity: list[tuple[float, Callable[[], Call]]] = self._weighted()
        self.state = State()
        self.now = 0

    # ------------------------------------------------------------------------------------------------------- the next

    def next(self, state: State, now: int) -> Act:
        """The next act, given the state that the last one left."""
        self.state = state
        wait = self._wait()
        self.now = now + wait
        if self._age % 24 == 0:
            self._sort()
        self._age += 1
        chance = self.random.random()
        if chance < 0.06:
            call = self._identity_call()
        elif not state.bills or (chance < 0.12 and len(state.bills) < MOST_BILLS) or len(state.bills) < 6:
            call = self._issue()
        else:
            bill = state.bills[self._bill()] if self._chance(0.99) else self._ghost()
            call = self._sensible(bill) if chance < 0.68 else self._whatever(bill)
            call = self._dressed(call, bill)
        return Act(wait, call)

    def _any(self, choices: Sequence[_T]) -> _T:
        return choices[int(self.random.random() * len(choices))]

    def _chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def _wait(self) -> int:
        random = self.random.random
        chance = random()
        if chance < 0.85:
            return 1 + int(random() * 300)
        if chance < 0.95:
            return 1 + int(random() * 8 * HOUR)
        if chance < 0.985:
            # Around the hours that reject and answer times end.
            return int((71 + 4 * random()) * HOUR)
        if chance < 0.995:
            return int(self._any((6.9, 7.1, 13.9, 14.1)) * DAY) + int(random() * 2 * HOUR)
        return int((60 + 40 * random()) * DAY)

    def _sort(self) -> None:
        strata: dict[tuple[Status, Kind, str], list[int]] = {}
        for bill in self.state.bills.values():
            possessor = self.state.account(bill.possessor)
            kind = "room" if possessor.room else "carrier" if possessor.lei == ids.lei_of(bill.id) else "account"
            strata.setdefault((bill.status, bill.kind, kind), []).append(bill.id)
        self._strata = strata

    def _bill(self) -> int:
        if self._strata and self._chance(0.7):
            return self._any(self._strata[self._any(list(self._strata))])
        return self._any(list(self.state.bills))

    def _ghost(self) -> Bill:
        """A bill that never was."""
        lei = self._any((*self.leis, ids.LEI_END - 1))
        return Bill(self._new_id(lei), Status.LIVE, self._any(tuple(Kind)), self._any(self.people), act_count=0)

    # --------------------------------------------------------------------------------------------------------- who

    def _account_of(self, participant: int, roles: int = 0) -> str:
        known = self.state.participants.get(participant)
        if known is None or not known.accounts:
            return self._any(self.people)
        if roles and self._chance(0.9):
            fit = [address for address in known.accounts if self.state.accounts[address].roles & roles == roles]
            if fit:
                return self._any(fit)
        return self._any(known.accounts)

    def _titleholders_account(self, bill: Bill) -> str:
        return self._account_of(bill.titleholder, MOVE) if bill.titleholder else bill.possessor

    def _carriers_account(self, bill: Bill, roles: int = 0) -> str:
        return self._account_of(self.state.by_lei.get(ids.lei_of(bill.id), 0), roles)

    def _previous(self, bill: Bill) -> str:
        address = self.state.resolve(bill.previous_account)
        return address if address != NOBODY else self._any(self.people)

    def _suspended(self, bill: Bill) -> str:
        suspended = [
            each.number
            for each in self.state.participants.values()
            if each.suspended_until > self.now and each.accounts
        ]
        return self._account_of(self._any(suspended)) if suspended else self._any(self.people)

    def _operator(self, bill: Bill) -> str:
        approved = self.state.approvals.get(bill.id)
        if approved and self._chance(0.5):
            return approved
        operators = [
            operator for (owner, operator), yes in self.state.operators.items() if yes and owner == bill.possessor
        ]
        return self._any(operators) if operators else approved or self._any(self.people)

    def _taker(self, bill: Bill | None = None) -> str:
        """Somebody who may be given something, mostly."""
        chance = self.random.random()
        if chance < 0.06:
            return self._any((NOBODY, self.world.ledger, *self.strangers, *self.rooms))
        if chance < 0.12 and bill is not None:
            return self._any((bill.possessor, self._previous(bill), self._carriers_account(bill)))
        if chance < 0.5:
            return self._account_of(1 + int(self.random.random() * 7), MOVE)
        fit = [
            account.address
            for account in self.state.accounts.values()
            if not account.room and account.roles & MOVE and account.receives(self.now)
        ]
        return self._any(fit) if fit else self._any(self.people)

    # ------------------------------------------------------------------------------------------------------- issue

    def _terms(self, bill: int, kind: Kind, titleholder: str) -> Terms:
        chance = self.random.random()
        if kind is Kind.BLANK and chance > 0.04:
            titleholder = NOBODY
        return Terms(
            bill,
            kind,
            titleholder,
            NO_HASH if 0.04 < chance < 0.05 else self._hash(),
            NO_HASH if 0.05 < chance < 0.06 else self._hash(),
            _NO_LAW if 0.06 < chance < 0.07 else "GB-ENG",
            RecordLaw.PRC_MARITIME_CODE_2025 if 0.07 < chance < 0.09 else RecordLaw(int(chance * 3)),
        )

    def _hash(self) -> bytes:
        return self.random.getrandbits(255).to_bytes(32, "big")

    def _new_id(self, lei: int) -> int:
        """A name for a new bill: mostly the next reference or the next version, now and then one that cannot be."""
        chance = self.random.random()
        if chance < 0.03:
            first = ids.ONE_VERSION
            # Malformed: version 0, nothing in the reference, a space at its end, a hole, a low character.
            return (lei << ids.LEI_AT) | self._any((0, first, first | 0x2021 << 126, first | 0x41, first | 1 << 133))
        if chance < 0.25 and self.state.bills:
            known = self._any(list(self.state.bills))
            if ids.lei_of(known) == lei:
                return known + self._any((0, ids.ONE_VERSION, ids.ONE_VERSION, 2 * ids.ONE_VERSION))
        if chance < 0.5:
            gone = [
                bill.id for bill in self.state.bills.values() if bill.status in TERMINAL and ids.lei_of(bill.id) == lei
            ]
            if gone:
                return self._any(gone) + ids.ONE_VERSION
        reference = f"SPN{int(self.random.random() * 10**6)}"
        return ids.BillId(lei, 1, reference).pack()

    def _issue(self) -> Call:
        carrier = 1 if self._chance(0.7) else 2
        sender = self._account_of(carrier, 1) if self._chance(0.9) else self._any(self.people)
        lei = self.leis[carrier - 1] if self._chance(0.97) else self._any(self.leis)
        kind = self._any(_KINDS_AT_ISSUE) if self._chance(0.97) else Kind.NAMED
        paper = self._chance(0.12)
        if paper and self._chance(0.5):
            gone = [bill.id for bill in self.state.bills.values() if bill.status is Status.PAPER]
            number = self._any(gone) + ids.ONE_VERSION if gone else self._new_id(lei)
        else:
            number = self._new_id(lei)
        room = self._chance(0.15)
        possessor = self._any(self.honest if self._chance(0.7) else self.rooms) if room else self._taker()
        titleholder = self._taker() if self._chance(0.9) else self._any((NOBODY, *self.rooms[:2]))
        if kind is not Kind.BLANK and not room and self._chance(0.3):
            titleholder = possessor
        terms = self._terms(number, kind, titleholder)
        remark = self._room_terms(3) if room else self._any(_REMARKS)
        if paper:
            statement = NO_HASH if self._chance(0.05) else self._hash()
            call = Call(sender, "issueFromPaper", (terms, possessor, 3, statement, remark))
        else:
            call = Call(sender, "issue", (terms, possessor, remark))
        titled = 0 if kind is Kind.BLANK else self.state.account(titleholder).participant
        verb = call.verb
        agreements = [
            self._agreement(participant, number, 0, verb, possessor, titled, kind, terms_hash(terms))
            for participant in {self.state.account(possessor).participant, titled} - {0}
            if self._wary(participant, possessor, titleholder)
        ]
        if agreements and self._chance(0.8):
            return Call(sender, "multicall", ((*agreements, call),))
        if self._chance(0.06):
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
                verb = self._any(("transfer", "transfer", "reject", "endorse", "lodge", "surrender", "sign", "approve"))
            else:
                verb = self._any(
                    (
                        *("transfer", "transferFrom", "endorse", "endorse", "endorse", "lodge", "lodge"),
                        *("surrender", "surrender", "surrender", "reject", "sign", "approve", "recover"),
                    )
                )
            rejectable = bill.may_reject_possession or bill.may_reject_title
            if rejectable and self.now // HOUR - bill.since <= REJECT_HOURS and self._chance(0.15):
                verb = "reject"
            if verb == "reject" and bill.may_reject_title and not bill.may_reject_possession:
                return self._call(verb, bill, self._titleholders_account(bill))
            if verb == "transferFrom":
                return self._call(verb, bill, self._operator(bill))
            return self._call(verb, bill, bill.possessor)
        if bill.status in _ANSWERED_BY:
            verb = self._any(_ANSWERED_BY[bill.status])
            if verb == "recall":
                return self._call(verb, bill, self._previous(bill))
            return self._call(verb, bill, self._carriers_account(bill, 3 if verb == "replace" else 2))
        if bill.status in {Status.VOID, Status.PAPER} and len(self.state.bills) < MOST_BILLS:
            return self._issue()
        return self._whatever(bill)

    def _whatever(self, bill: Bill) -> Call:
        """Any verb by anybody."""
        verb = self._any(_ANY_VERB)
        return self._call(verb, bill, self._any(self._callers)(bill))

    def _call(self, verb: str, bill: Bill, sender: str) -> Call:
        return getattr(self, f"_{verb}")(bill, sender)  # type: ignore[no-any-return]

    # -------------------------------------------------------------------------------------------------- verb by verb

    def _issue_again(self, bill: Bill, sender: str) -> Call:
        terms = self._terms(bill.id, self._any(_KINDS_AT_ISSUE), self._taker(bill))
        possessor = self._taker(bill)
        return Call(sender, "issue", (terms, possessor, b""))

    def _issue_again_from_paper(self, bill: Bill, sender: str) -> Call:
        terms = self._terms(bill.id, self._any(_KINDS_AT_ISSUE), self._taker(bill))
        return Call(sender, "issueFromPaper", (terms, self._taker(bill), 1, self._hash(), b""))

    def _remark(self) -> bytes:
        return self._any(_REMARKS)

    def _transfer(self, bill: Bill, sender: str) -> Call:
        to = self._out_of_room(bill) or self._taker(bill)
        return self._agreed_by(
            Call(sender, "transfer", (bill.id, to, self._remark())), bill, {to}, to, bill.titleholder, bill.kind
        )

    def _out_of_room(self, bill: Bill) -> str | None:
        """Where a room may be expected to let a bill out: to the one for whom it holds."""
        room = self.state.rooms.get(bill.possessor)
        if room is None or self._chance(0.3):
            return None
        return self._account_of(getattr(room, "holders", {}).get(bill.id, 0))

    def _transferFrom(self, bill: Bill, sender: str) -> Call:  # noqa: N802 (Solidity's name)
        giver = bill.possessor if self._chance(0.9) else self._any(self.people)
        to = self._taker(bill)
        verb = self._any(("transferFrom", "transferFrom", "safeTransferFrom", "safeTransferFromWithData"))
        args = (giver, to, bill.id, b"data") if verb == "safeTransferFromWithData" else (giver, to, bill.id)
        call = Call(sender, verb, args, value=1 if self._chance(0.03) else 0)
        return self._agreed_by(call, bill, {to}, to, bill.titleholder, bill.kind)

    def _endorse(self, bill: Bill, sender: str) -> Call:
        endorsement = Endorsement(1 + int(self.random.random() * 3)) if self._chance(0.97) else Endorsement.NONE
        to = NOBODY if self._chance(0.3) else self._out_of_room(bill) or self._taker(bill)
        if endorsement is Endorsement.BLANK:
            endorsee = NOBODY if self._chance(0.95) else self._taker(bill)
        else:
            endorsee = to if to != NOBODY and self._chance(0.5) else self._taker(bill)
        call = Call(sender, "endorse", (bill.id, endorsement, endorsee, to, self._remark()))
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
        endorsement = Endorsement(int(self.random.random() * 4))
        endorsee = NOBODY
        if endorsement in {Endorsement.NAMED, Endorsement.TO_ORDER} or self._chance(0.03):
            endorsee = self._taker(bill)
        chance = self.random.random()
        room = self._any(self.honest) if chance < 0.6 else self._any(self.rooms) if chance < 0.95 else self._taker(bill)
        terms = self._room_terms(self.state.account(sender).participant)
        call = Call(sender, "lodge", (bill.id, endorsement, endorsee, room, terms))
        return self._agreed_to_endorsement(call, bill, endorsement, endorsee, room)

    def _room_terms(self, holder: int) -> bytes:
        chance = self.random.random()
        if chance < 0.02:
            return b"too short"
        if chance < 0.1:
            holder = int(self.random.random() * 10)
        to = self._account_of(holder) if self._chance(0.9) else self._taker()
        return word(holder) + bytes.fromhex(to[2:]).rjust(32, b"\0")

    def _sign(self, bill: Bill, sender: str) -> Call:
        return Call(sender, "sign", (bill.id, Purpose(int(self.random.random() * 4)), self._remark()))

    def _reject(self, bill: Bill, sender: str) -> Call:
        rejection = Rejection(int(self.random.random() * 4))
        if self._chance(0.7):
            if bill.act_count == 1:
                rejection = Rejection.ISSUE
            elif bill.may_reject_possession and bill.may_reject_title:
                rejection = Rejection.BOTH
            elif bill.may_reject_possession:
                rejection = Rejection.POSSESSION
            elif bill.may_reject_title:
                rejection = Rejection.TITLE
        return Call(sender, "reject", (bill.id, rejection, self._remark()))

    def _surrender(self, bill: Bill, sender: str) -> Call:
        purpose = SurrenderFor(int(self.random.random() * 5))
        to = self._carriers_account(bill, 2) if self._chance(0.95) else self._taker(bill)
        agreed = NO_HASH
        if PENDING_AFTER[purpose] is Status.PENDING_AMENDMENT:
            if self._chance(0.5):
                bills = (bill.id,)
                replacements = self._replacements(bills, sender)
                agreed = replacements_hash(bills, replacements)
                if len(self._plans) > 200:
                    self._plans.clear()
                self._plans[agreed] = (bills, replacements)
        elif self._chance(0.04):
            agreed = self._hash()
        digest = surrender_hash(purpose, agreed)
        call = Call(sender, "surrender", (bill.id, purpose, to, agreed, self._remark()), hash=digest)
        kind = bill.kind
        if kind in {Kind.ORDER, Kind.NAMED} and bill.titleholder != self.state.account(sender).participant:
            return self._agreed_by(call, bill, set(), to, bill.titleholder, kind, former=True, detail=digest)
        return call

    def _replacements(self, bills: tuple[int, ...], surrenderer: str) -> tuple[Terms, ...]:
        made = []
        lei = ids.lei_of(bills[0])
        for index in range(1 if self._chance(0.6) else 2):
            number = bills[0] + ids.ONE_VERSION if index == 0 and self._chance(0.8) else self._new_id(lei)
            known = self.state.bills.get(bills[0])
            kind = self._any(tuple(Kind)) if known is None or self._chance(0.5) else known.kind
            titleholder = surrenderer if self._chance(0.4) else self._taker()
            if known is not None and known.titleholder and self._chance(0.4):
                titleholder = self._account_of(known.titleholder)
            made.append(self._terms(number, kind, titleholder))
        return tuple(made)

    def _accept(self, bill: Bill, sender: str) -> Call:
        return Call(sender, "accept", (bill.id, self._remark()))

    def _refuse(self, bill: Bill, sender: str) -> Call:
        return Call(sender, "refuse", (bill.id, self._remark()))

    def _recall(self, bill: Bill, sender: str) -> Call:
        return Call(sender, "recall", (bill.id, self._remark()))

    def _deliver(self, bill: Bill, sender: str) -> Call:
        return Call(sender, "deliver", (bill.id, self._remark()))

    def _toPaper(self, bill: Bill, sender: str) -> Call:  # noqa: N802 (Solidity's name)
        statement = NO_HASH if self._chance(0.05) else self._hash()
        return Call(sender, "toPaper", (bill.id, 3, statement, self._remark()))

    def _recover(self, bill: Bill, sender: str) -> Call:
        return Call(sender, "recover", (bill.id,))

    def _approve(self, bill: Bill, sender: str) -> Call:
        account = NOBODY if self._chance(0.1) else self._taker(bill)
        return Call(sender, "approve", (account, bill.id), value=1 if self._chance(0.02) else 0)

    def _replace(self, bill: Bill, sender: str) -> Call:
        bills: tuple[int, ...]
        replacements: tuple[Terms, ...]
        chance = self.random.random()
        if chance < 0.01:
            count = self._any((0, MAX_REPLACED + 1))
            bills, replacements = (bill.id,) * count, (self._terms(bill.id, Kind.BLANK, NOBODY),)
            return Call(sender, "replace", (bills, replacements, b""), hash=replacements_hash(bills, replacements))
        if chance < 0.02:
            count = self._any((0, MAX_REPLACEMENTS + 1))
            replacements = (self._terms(bill.id, Kind.BLANK, NOBODY),) * count
            bills = (bill.id,)
            return Call(sender, "replace", (bills, replacements, b""), hash=replacements_hash(bills, replacements))
        surrenderer = self._previous(bill)
        planned = self._plans.get(bill.agreed) if self._chance(0.9) else None
        if planned is not None:
            bills, replacements = planned
        else:
            bills = (bill.id, *self._fellows(bill))
            replacements = self._replacements(bills, surrenderer)
        digest = replacements_hash(bills, replacements)
        room = self.state.account(surrenderer).room
        remark = self._room_terms(4) if room else self._remark()
        call = Call(sender, "replace", (bills, replacements, remark), hash=digest)
        if planned is not None and self._chance(0.9):
            return self._wary_replacements(call, bill, replacements, surrenderer, [])
        agreements = []
        for number in bills:
            known = self.state.bills.get(number)
            if known is None:
                continue
            needed = {self.state.account(surrenderer).participant, known.titleholder} - {0}
            agreements += [
                self._agreement(
                    each, number, known.act_count, "replace", surrenderer, known.titleholder, known.kind, digest
                )
                for each in sorted(needed)
                if self._chance(0.95)
            ]
        return self._wary_replacements(call, bill, replacements, surrenderer, agreements)

    def _wary_replacements(
        self, call: Call, bill: Bill, replacements: tuple[Terms, ...], surrenderer: str, agreements: list[Call]
    ) -> Call:
        for terms in replacements:
            entitled = self.state.account(terms.titleholder)
            if entitled.participant and entitled.receiving is not Receiving.ANYONE and self._chance(0.8):
                agreements.append(
                    self._agreement(
                        entitled.participant,
                        terms.bill,
                        0,
                        "replace",
                        surrenderer,
                        entitled.participant,
                        terms.kind,
                        terms_hash(terms),
                    )
                )
        if agreements:
            return Call(call.sender, "multicall", ((*agreements, call),))
        return call

    def _fellows(self, bill: Bill) -> tuple[int, ...]:
        """Other bills that could be replaced with this one, or nearly."""
        if not self._chance(0.35):
            return ()
        waiting = [
            other.id
            for other in self.state.bills.values()
            if other.status is Status.PENDING_AMENDMENT
            and other.id != bill.id
            and (other.previous_account == bill.previous_account or self._chance(0.2))
        ]
        return tuple(waiting[:2]) if self._chance(0.95) else (bill.id,)

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
        if not needed or self._chance(0.3):
            return call
        agreements = [
            self._agreement(each, bill.id, bill.act_count, call.verb, possessor, titleholder, kind, detail)
            for each in sorted(needed)
        ]
        return Call(call.sender, "multicall", ((*agreements, call),))

    def _agreement(
        self,
        participant: int,
        bill: int,
        act_count: int,
        verb: str,
        possessor: str,
        titleholder: int,
        kind: Kind,
        detail: bytes,
    ) -> Call:
        signer = self._account_of(participant, MOVE)
        chance = self.random.random()
        if chance < 0.02:
            act_count += 1
        agreement = Agreement(
            signer, bill, act_count, SELECTORS[verb], possessor, titleholder, kind, detail, self._deadline()
        )
        signature = Signature(signer if chance > 0.04 else None)
        if self._shown and chance > 0.985:
            agreement, signature = self._any(self._shown)
        elif len(self._shown) < 64:
            self._shown.append((agreement, signature))
        return Call(self._any(self.people), "agree", (agreement, signature))

    def _deadline(self) -> int:
        chance = self.random.random()
        if chance < 0.03:
            return self.now - 1
        return self.now if chance < 0.06 else self.now + int(self.random.random() * 10 * DAY)

    def _dressed(self, call: Call, bill: Bill) -> Call:
        """The call as it is, or sent for its signer by a relayer, or in a multicall."""
        chance = self.random.random()
        if call.verb == "multicall":
            first = call.args[0]
            # Whoever sends a multicall shows the agreements of the others too.
            return Call(
                call.sender,
                "multicall",
                (tuple(Call(call.sender, each.verb, each.args, 0, each.hash) for each in first),),
            )
        if chance < 0.07:
            return self._signed_call(call, bill.id, bill.act_count, call.sender)
        if chance < 0.08 and self._signed:
            signed, signature = self._any(self._signed)
            return Call(self._any(self.people), "act", (signed, signature))
        if chance < 0.1:
            other = self._whatever(bill)
            calls = [each for each in (call, other) if each.verb not in {"multicall"} and not each.value]
            return Call(
                call.sender,
                "multicall",
                (tuple(Call(call.sender, each.verb, each.args, 0, each.hash) for each in calls),),
            )
        if chance < 0.104:
            return Call(call.sender, call.verb, call.args, 1, call.hash)
        return call

    def _signed_call(self, call: Call, bill: int, act_count: int, signer: str) -> Call:
        chance = self.random.random()
        if chance < 0.03:
            act_count += 1
        elif chance < 0.05:
            bill = self._any([bill, *self.state.bills])
        inner = Call(self.world.ledger, call.verb, call.args, 0, call.hash)
        if call.verb == "multicall":
            inner = Call(self.world.ledger, "sign", (bill, Purpose.CHECKED, b""))
        if 0.05 < chance < 0.055:
            inner = Call(self.world.ledger, "shorten", (bill, 1))
        signed = SignedAct(signer, bill, act_count, inner, self._deadline())
        signature = Signature(signer if chance > 0.1 else None)
        relayer = self._any(self.people)
        if 0.1 < chance < 0.14:
            relayer, signature = signer, Signature(signer, empty=True)
        if chance > 0.9:
            self._signed = [*self._signed[-15:], (signed, signature)]
            if self._chance(0.3):
                return Call(signer, "cancel", (DigestOf(signed),))
        return Call(relayer, "act", (signed, signature))

    # ------------------------------------------------------------------------------------------------------ identity

    def _weighted(self) -> list[tuple[float, Callable[[], Call]]]:
        weights: list[tuple[float, Callable[[], Call]]] = [
            (8, self._suspend),
            (8, self._lift),
            (2, self._wind_down),
            (3, self._wind_up),
            (6, self._add_account),
            (4, self._remove_account),
            (6, self._roles),
            (4, self._receiving),
            (4, self._giver),
            (2, self._rulebook),
            (3, self._record_laws),
            (3, self._answer_time),
            (6, self._propose),
            (3, self._veto),
            (7, self._execute),
            (2, self._shorten),
            (4, self._list),
            (2, self._delist),
            (7, self._operator_for_all),
            (2, self._profile),
            (2, self._code),
            (3, self._enrol),
            (1, self._cancel_one),
            (1, self._authority),
        ]
        total = sum(weight for weight, _ in weights)
        reached, steps = 0.0, []
        for weight, make in weights:
            reached += weight / total
            steps.append((reached, make))
        return steps

    def _identity_call(self) -> Call:
        chance = self.random.random()
        for reached, make in self._identity:
            if chance < reached:
                call = make()
                break
        else:
            call = self._cancel_one()
        if call.verb in RESTRICTED and self._chance(0.04):
            return Call(self._any(self.people), call.verb, call.args, 0, call.hash)
        return call

    def _participant(self) -> int:
        count = len(self.state.participants)
        return 1 + int(self.random.random() * count) if self._chance(0.96) else self._any((0, count + 1, count + 9))

    def _binder(self) -> tuple[int, str]:
        """A participant and an account of it that may bind it, mostly."""
        participant = self._participant()
        account = self._account_of(participant, 8) if self._chance(0.9) else self._any((*self.people, *self.rooms))
        return participant, account

    def _admin(self, verb: str, *args: Any) -> Call:
        return Call(self.administrator, verb, args)

    def _suspend(self) -> Call:
        suspended = sum(each.suspended_until > self.now for each in self.state.participants.values())
        if suspended > 1 and self._chance(0.8):
            return self._lift()
        return self._admin("suspend", self._participant(), b"ground" if self._chance(0.95) else b"")

    def _lift(self) -> Call:
        suspended = [each.number for each in self.state.participants.values() if each.suspended_until > self.now]
        number = self._any(suspended) if suspended and self._chance(0.95) else self._participant()
        return self._admin("liftSuspension", number)

    def _wind_down(self) -> Call:
        return self._admin("setWindingDown", self._participant(), True)

    def _wind_up(self) -> Call:
        down = [each.number for each in self.state.participants.values() if each.winding_down]
        return self._admin("setWindingDown", self._any(down) if down else self._participant(), False)

    def _roles_for(self, participant: int) -> int:
        known = self.state.participants.get(participant)
        roles = known.roles if known else ALL_ROLES
        chance = self.random.random()
        if chance < 0.6:
            return roles
        return roles & self.random.getrandbits(7) if chance < 0.95 else self.random.getrandbits(8)

    def _add_account(self) -> Call:
        participant, sponsor = self._binder()
        fresh = [each for each in self.spares if each not in self.state.accounts]
        account = self._any(fresh) if fresh and self._chance(0.9) else self._any((*self.people, self.world.ledger))
        roles = self._roles_for(participant)
        receiving = Receiving(int(self.random.random() * 3))
        by_sponsor = Signature(sponsor if self._chance(0.96) else None)
        sender = sponsor if self._chance(0.5) else self._any(self.people)
        if sender == sponsor and self._chance(0.8):
            by_sponsor = Signature(sponsor, empty=True)
        by_account = Signature(account if self._chance(0.96) else None)
        args = (sponsor, account, roles, receiving, self._deadline(), by_sponsor, by_account)
        return Call(sender, "addAccount", args)

    def _remove_account(self) -> Call:
        participant, sender = self._binder()
        account = sender if self._chance(0.4) else self._account_of(participant)
        successor = self._account_of(participant) if self._chance(0.9) else self._any(self.people)
        return Call(sender, "removeAccount", (account, successor))

    def _roles(self) -> Call:
        participant, sender = self._binder()
        account = self._account_of(participant) if self._chance(0.95) else self._any((*self.people, *self.rooms))
        return Call(sender, "setAccountRoles", (account, self._roles_for(participant)))

    def _receiving(self) -> Call:
        participant, sender = self._binder()
        account = self._account_of(participant) if self._chance(0.95) else self._any((*self.people, *self.rooms))
        return Call(sender, "setReceiving", (account, Receiving(int(self.random.random() * 3))))

    def _giver(self) -> Call:
        _, sender = self._binder()
        return Call(sender, "setGiver", (self._participant(), self._chance(0.7)))

    def _rulebook(self) -> Call:
        _, sender = self._binder()
        return Call(sender, "signRulebook", (self._hash() if self._chance(0.9) else NO_HASH,))

    def _record_laws(self) -> Call:
        _, sender = self._binder()
        return Call(sender, "publishRecordLaws", (int(self.random.random() * 18),))

    def _answer_time(self) -> Call:
        _, sender = self._binder()
        return Call(sender, "publishAnswerTime", (self._any((0, 1, 24, 72, 100, 336, 337)),))

    def _propose(self) -> Call:
        participant = self._participant()
        lost = self._account_of(participant) if self._chance(0.96) else self._any((*self.people, *self.rooms))
        roles = 0
        successor = self._account_of(participant) if self._chance(0.9) else self._any(self.people)
        if self._chance(0.5):
            roles = self._roles_for(participant) or MOVE
            fresh = [each for each in self.spares if each not in self.state.accounts]
            successor = self._any(fresh) if fresh and self._chance(0.9) else self._any(self.people)
        signature = Signature(successor if self._chance(0.95) else None)
        ground = b"lost key" if self._chance(0.95) else b""
        args = (lost, successor, roles, self._deadline(), ground, signature)
        return self._admin("proposeRecovery", *args)

    def _lost(self) -> str:
        waiting = list(self.state.recoveries)
        return self._any(waiting) if waiting and self._chance(0.9) else self._any(self.people)

    def _veto(self) -> Call:
        lost = self._lost()
        participant = self.state.account(lost).participant
        sender = self._account_of(participant) if self._chance(0.8) else self._any((*self.people, *self.rooms))
        return Call(sender, "vetoRecovery", (lost,))

    def _execute(self) -> Call:
        return Call(self._any(self.people), "executeRecovery", (self._lost(),))

    def _shorten(self) -> Call:
        count = self.state.account_count
        number = int(self.random.random() * (count + 2))
        return Call(self._any(self.people), "shorten", (number, int(self.random.random() * 3)))

    def _list(self) -> Call:
        room = self._any(self.rooms) if self._chance(0.92) else self._any((*self.people, self.world.ledger))
        countries = tuple(
            country for country in (*cast.COUNTRIES, "nl" if self._chance(0.04) else "SG") if self._chance(0.6)
        )
        return self._admin("listRoom", room, countries)

    def _delist(self) -> Call:
        return self._admin("delistRoom", self._any(self.rooms) if self._chance(0.92) else self._any(self.people))

    def _operator_for_all(self) -> Call:
        chance = self.random.random()
        sender = self._any((*self.people, *self.rooms) if chance < 0.3 else self.rooms)
        if chance > 0.5 and self.state.bills:
            sender = self.state.bills[self._bill()].possessor
        operator = self._taker() if self._chance(0.9) else self._any(self.rooms)
        return Call(sender, "setApprovalForAll", (operator, self._chance(0.75)))

    def _profile(self) -> Call:
        participant = self._participant()
        known = self.state.participants.get(participant)
        roles = known.roles if known else 0
        chance = self.random.random()
        roles = roles | self.random.getrandbits(7) if chance < 0.6 else roles & self.random.getrandbits(8)
        if chance > 0.97:
            roles |= 1 << 7
        parent = self.leis[0] if self._chance(0.95) else self._any((0, ids.LEI_END))
        return self._admin("setProfile", participant, parent, roles)

    def _code(self) -> Call:
        codes = self._any(("SMDG", "NMFTA")) if self._chance(0.9) else ""
        code = self._any(("MAEU", "SPNU")) if self._chance(0.9) else self._any(("spnu", "", "A B"))
        return self._admin("assignCode", codes, code, self._participant() if self._chance(0.7) else 0)

    def _enrol(self) -> Call:
        fresh = [each for each in self.spares if each not in self.state.accounts]
        account = self._any(fresh) if fresh and self._chance(0.9) else self._any((*self.people, self.world.ledger))
        # One thing is wrong in about half of them.
        fault = int(self.random.random() * 14)
        lei = ids.pack_lei(f"SAMPANFUZZNEW{int(self.random.random() * 10**5):05d}")
        if fault == 0:
            lei = self._any((0, ids.LEI_END))
        elif fault == 1:
            lei = self.leis[0]
        enrolment = Enrolment(
            lei,
            self._any((0, ids.LEI_END)) if fault == 2 else self._any((lei or 1, self.leis[0])),
            self._any(("cn", "", "N")) if fault == 3 else self._any(cast.COUNTRIES),
            self.random.getrandbits(8) if fault == 4 else MOVE | 8,
            NO_HASH if fault == 5 else self._hash(),
            account,
            Receiving(int(self.random.random() * 3)),
            self._deadline(),
        )
        return self._admin("enrol", enrolment, Signature(None if fault == 6 else account))

    def _cancel_one(self) -> Call:
        sender = self._any(self.people)
        if self._signed and self._chance(0.7):
            signed, _ = self._any(self._signed)
            return Call(signed.signer if self._chance(0.8) else sender, "cancel", (DigestOf(signed),))
        if self._shown:
            agreement, _ = self._any(self._shown)
            return Call(agreement.signer, "cancel", (DigestOf(agreement),))
        return Call(sender, "cancel", (self._hash(),))

    def _authority(self) -> Call:
        return Call(self._any((self.administrator, *self.people)), "setAuthority", (self._any(self.people),))


_ANY_VERB: Final = (
    "issue_again",
    "issue_again_from_paper",
    "transfer",
    "transferFrom",
    "transferFrom",
    "endorse",
    "lodge",
    "sign",
    "reject",
    "surrender",
    "accept",
    "refuse",
    "recall",
    "deliver",
    "replace",
    "toPaper",
    "recover",
    "approve",
)
