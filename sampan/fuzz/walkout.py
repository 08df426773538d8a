"""Walking out (P5, P12, P14): at each step of a sequence every bill has a way out, whatever befalls one party.

Each participant in turn is suspended, each room delisted. Two questions then, asked of the contracts and the model
together. *Now*: what the rules give back, they give back to whoever it is: a carrier refuses, a room gives back and
lets out to the one for whom it holds, whoever surrendered to a suspended carrier recalls, anybody recalls what a room
surrendered as soon as the carrier is late. *Some time*: somebody, perhaps after a suspension has run out or a lost
account was recovered, brings the bill to an end of its life; so nothing is left in a room.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from sampan.bills import rules
from sampan.bills.records import NO_HASH, PENDING, TERMINAL, Bill
from sampan.bills.terms import surrender_hash
from sampan.bills.verbs.amendments import Recover
from sampan.bills.verbs.circulation import GiveBack, Transfer
from sampan.bills.verbs.signed import Agree, Agreement, Multicall
from sampan.bills.verbs.surrender import Accept, Deliver, Recall, Refuse, Surrender
from sampan.fuzz import cast
from sampan.fuzz.executor import Executor
from sampan.fuzz.set_pieces import in_rooms
from sampan.fuzz.world import World
from sampan.identity.records import ANSWER, DAY, MOVE, TERMS, Account
from sampan.identity.verbs.accounts import SetAccountRoles, SetReceiving
from sampan.identity.verbs.recovery import ExecuteRecovery, ProposeRecovery
from sampan.identity.verbs.standing import DelistRoom, SetWindingDown, Suspend
from sampan.model.perform import Call, Outcome, Refused
from sampan.suite import ids
from sampan.suite.chance import Act
from sampan.suite.verb import Signature, Verb
from sampan.suite.words import Receiving, Status, SurrenderFor

_STEPS: int = 24
"""A bill that has not ended after this many acts of goodwill is stuck."""


@dataclass
class Stuck(Exception):
    """A bill without a way out."""

    bill: int
    status: Status
    befell: str
    why: str

    def __str__(self) -> str:
        return f"bill {self.bill:#x}, {self.status.name}, with {self.befell}: {self.why}"


@dataclass
class Walked:
    """What a walk-out run did."""

    steps: int = 0
    suspensions: int = 0
    delistings: int = 0
    bills: int = 0
    given_back: int = 0
    """Out of rooms."""
    recalled: int = 0
    """By a bystander, of what a room had surrendered."""
    acts: int = 0


class WalkOut:
    """Runs a sequence and walks out of every bill, after every step, whatever befalls one party."""

    def __init__(self, world: World, random: Random) -> None:
        self.world = world
        self.random = random
        self.executor = Executor(world)
        self.executor.begin()
        self.administrator = world.addresses[cast.ADMINISTRATOR]
        self._fresh: Iterator[str] = iter(())
        self.walked = Walked()

    def run(self, steps: int) -> Walked:
        """So many random acts, begun with bills in rooms. Raises `Stuck`, or `Mismatch` of the executor."""
        for act in in_rooms(self.world):
            self.executor.run(act)
        generator = self.world.chance(self.random)
        for _ in range(steps):
            self.executor.run(generator.next(self.executor.state, self.executor.now))
            self.walked.steps += 1
            for participant in range(1, len(cast.PARTS) + 1):
                self._after(f"participant {participant} suspended", Suspend(participant, b"walk-out"))
                self.walked.suspensions += 1
            for room in self._rooms_in_use():
                self._after(f"room {room} delisted", DelistRoom(room, ()))
                self.walked.delistings += 1
        return self.walked

    def _rooms_in_use(self) -> list[str]:
        """Rooms that hold a bill, or to which a surrendered one may come back."""
        state, bills = self.state, [bill for bill in self.state.bills.values() if bill.status not in TERMINAL]
        found = {at for bill in bills for at in (bill.possessor, self._surrenderer(bill).address)}
        return sorted(at for at in found if state.account(at).room)

    def _after(self, befell: str, blow: Verb) -> None:
        point = self.executor.mark()
        self._fresh = iter([name for name in cast.CROWD if self.world.addresses[name] not in self.state.accounts])
        self._do(self.administrator, blow)
        for number in list(self.state.bills):
            if self.state.bills[number].status in TERMINAL:
                continue
            self._leave_now(number, befell)
            self._leave_in_time(number, befell)
            self.walked.bills += 1
        self.executor.back(point)

    # ------------------------------------------------------------------------------------------------------------ now

    def _leave_now(self, number: int, befell: str) -> None:
        """What is given back is given back at once, in each way that there is."""
        for sender, verb in list(self._restitutions(self.state.bills[number])):
            point = self.executor.mark()
            self._must(number, sender, verb, befell)
            self.executor.back(point)
        bill = self.state.bills[number]
        if bill.status in PENDING and self.state.account(self._surrenderer(bill).address).room:
            self._recalled_by_anybody(bill, befell)

    def _restitutions(self, bill: Bill) -> Iterator[tuple[str, Verb]]:
        state = self.state
        if bill.status in PENDING:
            answering = self._able(state.by_lei[ids.lei_of(bill.id)], ANSWER)
            surrenderer = self._surrenderer(bill)
            if answering:
                yield answering.address, Refuse(bill.id, b"walk-out")
            carrier = state.account(state.resolve(state.account(bill.possessor).number))
            if not carrier.acts(self.now) and surrenderer.acts(self.now) and surrenderer.roles & MOVE:
                yield surrenderer.address, Recall(bill.id, b"walk-out")
        room = state.rooms.get(bill.possessor)
        if bill.status is Status.LIVE and room is not None:
            from_, sender, verb = self._out_of_room(bill)
            if from_ <= self.now:
                self.walked.given_back += 1
                yield sender, verb
            if bill.possessor in self.world.own_rooms:
                return
            holder = state.lodgings[bill.id].holder
            for account in state.living(holder) if holder in state.participants else []:
                if account.suspended_until > self.now or (account.receives(self.now) and account.roles & MOVE):
                    yield bill.possessor, Transfer(bill.id, account.address, b"walk-out")

    def _recalled_by_anybody(self, bill: Bill, befell: str) -> None:
        """A bystander recalls what a room surrendered when the carrier is late or suspended; the room gives it back."""
        point = self.executor.mark()
        self.executor.now = max(self.now, rules.recallable_from(self.state, bill))
        self._must(bill.id, self.world.addresses[cast.STRANGERS[0]], Recall(bill.id, b"walk-out"), befell)
        self._must(bill.id, *self._in_time_out_of_room(self.state.bills[bill.id]), befell)
        self.walked.recalled += 1
        self.executor.back(point)

    def _out_of_room(self, bill: Bill) -> tuple[int, str, Verb]:
        """From which second on a bill comes back out of a room, by whom, by which call."""
        own = self.world.own_rooms.get(bill.possessor)
        if own is None:
            return 0, bill.possessor, GiveBack(bill.id, b"walk-out")
        from_, verb = own.out(self.state, bill.id)
        return from_, self.world.addresses[cast.STRANGERS[0]], verb

    def _in_time_out_of_room(self, bill: Bill) -> tuple[str, Verb]:
        """The same, when that second has come."""
        from_, sender, verb = self._out_of_room(bill)
        self.executor.now = max(self.now, from_)
        return sender, verb

    def _surrenderer(self, bill: Bill) -> Account:
        found: Account = self.state.account(self.state.resolve(bill.previous_account))
        return found

    def _must(self, number: int, sender: str, verb: Verb, befell: str) -> None:
        bill = self.state.bills[number]
        outcome = self._do(sender, verb)
        if isinstance(outcome, Refused):
            raise Stuck(bill.id, bill.status, befell, f"{verb} by {sender}: {outcome.error}{outcome.args}")

    # ------------------------------------------------------------------------------------------------------ some time

    def _leave_in_time(self, number: int, befell: str) -> None:
        """Somebody ends the bill's life some time."""
        point = self.executor.mark()
        for _ in range(_STEPS):
            bill = self.state.bills[number]
            if bill.status in TERMINAL:
                break
            self._step(bill)
        else:
            bill = self.state.bills[number]
            raise Stuck(number, bill.status, befell, "nobody brought it to an end")
        self.executor.back(point)

    def _step(self, bill: Bill) -> None:
        """One act of goodwill that brings a bill nearer to its end."""
        state = self.state
        carrier = state.by_lei[ids.lei_of(bill.id)]
        if bill.status is Status.PENDING_DELIVERY:
            self._do(self._made_able(carrier, ANSWER), Accept(bill.id, b""))
        elif bill.status in PENDING:
            self._do(self._made_able(carrier, ANSWER), Refuse(bill.id, b"walk-out"))
        elif bill.status is Status.SURRENDERED:
            self._do(self._made_able(carrier, ANSWER), Deliver(bill.id, b""))
        elif bill.possessor in state.rooms:
            self._do(*self._in_time_out_of_room(bill))
        elif not state.account(bill.possessor).may_act:
            self._do(self.administrator, Recover(bill.id))
        else:
            self._surrender(bill, carrier)

    def _surrender(self, bill: Bill, carrier: int) -> None:
        """For delivery, by the possessor; with the titleholder's agreement where that is needed."""
        possessor = self.state.account(bill.possessor)
        self._wait_for(possessor.participant)
        if not self.state.account(bill.possessor).roles & MOVE:
            able = self._made_able(possessor.participant, TERMS)
            roles = self.state.account(bill.possessor).roles | MOVE
            self._do(able, SetAccountRoles(bill.possessor, roles))
        to = self._made_able(carrier, ANSWER)
        capacity = rules.surrenders_as(bill, self.state.account(bill.possessor))
        surrender = Surrender(bill.id, SurrenderFor.DELIVERY, to, NO_HASH, b"")
        if capacity is rules.By.AGREED:
            signer = self._made_able(bill.titleholder, MOVE)
            agreement = Agreement(
                signer,
                bill.id,
                bill.act_count,
                Surrender.selector(),
                to,
                bill.titleholder,
                bill.kind,
                surrender_hash(SurrenderFor.DELIVERY, NO_HASH, b""),
                self.now + DAY,
            )
            self._do(bill.possessor, Multicall((Agree(agreement, Signature(signer)), surrender)))
        elif capacity is None:
            # A straight bill with a stranger: to its consignee, who may surrender it.
            consignee = self._made_able(bill.titleholder, MOVE, receives=True)
            self._welcome_all(bill.titleholder, consignee)
            self._do(bill.possessor, Transfer(bill.id, consignee, b"walk-out"))
        else:
            self._do(bill.possessor, surrender)

    def _welcome_all(self, participant: int, address: str) -> None:
        if self.state.account(address).receiving:
            self._do(self._made_able(participant, TERMS), SetReceiving(address, Receiving.ANYONE))

    # --------------------------------------------------------------------------------------------------- making able

    def _able(self, participant: int, roles: int) -> Account | None:
        accounts: list[Account] = self.state.living(participant)
        for account in accounts:
            if account.acts(self.now) and account.roles & roles == roles:
                return account
        return None

    def _made_able(self, participant: int, roles: int, *, receives: bool = False) -> str:
        """An account of the participant that acts now with the roles, made so by whoever can."""
        self._wait_for(participant)
        if receives and self.state.participants[participant].winding_down:
            self._do(self.administrator, SetWindingDown(participant, False))
        able = self._able(participant, roles)
        if able is not None:
            return able.address
        if self._able(participant, TERMS) is None:
            self._recover_one(participant)
        binder = self._able(participant, TERMS)
        assert binder is not None
        self._do(binder.address, SetAccountRoles(binder.address, binder.roles | roles))
        return binder.address

    def _wait_for(self, participant: int) -> None:
        """Until the suspension of a participant has run out; lifting it early is not counted on."""
        until = self.state.participants[participant].suspended_until
        if until > self.now:
            self.executor.now = until

    def _recover_one(self, participant: int) -> None:
        """Nobody can bind the participant any more: administration recovers an account to a new one (T3)."""
        lost = self.state.participants[participant].accounts[0]
        successor = self.world.addresses[next(self._fresh)]
        roles = self.state.participants[participant].roles
        signature = Signature(successor)
        proposal = ProposeRecovery(lost, successor, roles, self.now + DAY, b"nobody can bind it", signature)
        self._do(self.administrator, proposal)
        self.executor.now += 7 * DAY
        self._do(self.administrator, ExecuteRecovery(lost))

    # -------------------------------------------------------------------------------------------------------- helpers

    @property
    def state(self) -> Any:
        return self.executor.state

    @property
    def now(self) -> int:
        return self.executor.now

    def _do(self, sender: str, verb: Verb) -> Outcome:
        self.walked.acts += 1
        return self.executor.run(Act(1, Call(sender, verb)))
