"""Carries acts out on an engine and on the model, and compares the two after each.

Compared after every act: whether it was done, every log or the error with its arguments, and the storage words of every
bill and account that changed. Compared now and then, and at the end: everything (`compare_all`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sampan.fuzz import invariants, storage
from sampan.fuzz.acts import Act
from sampan.fuzz.coverage import Coverage
from sampan.fuzz.engines import START, Answer
from sampan.fuzz.wire import arguments, text, word
from sampan.fuzz.world import World, fresh
from sampan.model import apply, views
from sampan.model import events as ev
from sampan.model.calls import Call, Done, Outcome, Refused
from sampan.model.state import State
from sampan.model.verbs import perform


@dataclass
class Mismatch(Exception):
    """Ledger and model, or the model and a property, disagree."""

    kind: str
    """What was compared: `outcome`, `logs`, `storage`, `rebuild`, or a property such as `P4`."""
    message: str
    verb: str = ""

    def __str__(self) -> str:
        return f"{self.kind} after {self.verb}: {self.message}"


class Executor:
    """Runs acts on one world. `coverage`, when given, counts what was reached."""

    def __init__(self, world: World, *, coverage: Coverage | None = None, keep_log: bool = False) -> None:
        self.world = world
        self.engine = world.engine
        self.coverage = coverage
        self.state = world.state()
        self.now = START
        self.done = self.refused = 0
        self.counts: dict[int, int] = {}
        """Bill → act events seen (P10: a bill's count equals its events)."""
        self.log: list[tuple[int, ev.Event]] | None = [] if keep_log else None

    def begin(self) -> None:
        """Enrols the cast and lists the rooms."""
        for act in self.world.beginning():
            outcome = self.run(act)
            if isinstance(outcome, Refused):
                raise Mismatch("beginning", f"{outcome.error}{outcome.args}", act.call.verb)

    def mark(self) -> Any:
        """A point to come back to, once."""
        log = None if self.log is None else list(self.log)
        return self.engine.mark(), fresh(self.state), self.now, dict(self.counts), log

    def back(self, mark: Any) -> None:
        """Everything as it was at the mark, which stays good for the model's part."""
        point, state, self.now, counts, log = mark
        self.engine.back(point)
        self.state, self.counts = fresh(state), dict(counts)
        self.log = None if log is None else list(log)

    # ------------------------------------------------------------------------------------------------------- one act

    def run(self, act: Act) -> Outcome:
        """Carries out one act on both; raises `Mismatch` when they disagree."""
        self.now += act.wait
        self.world.wire.state = self.state
        call, data = self.world.wire.prepare(act.call)
        cells = self.coverage.cells(self.state, call, self.now) if self.coverage else ()
        answer = self._send(call, data)
        outcome = perform(self.state, call, self.now)
        if isinstance(outcome, Done):
            self.done += 1
            self._compare_done(call, outcome, answer)
        else:
            self.refused += 1
            self._compare_refused(call, outcome, answer)
        if self.coverage:
            self.coverage.count(call, outcome, cells)
        return outcome

    def _send(self, call: Call, data: bytes) -> Answer:
        if call.sender in self.world.strings:
            pulled = self.world.run + arguments(text(data))
            return self.engine.send(self.world.puller, call.sender, pulled, self.now, call.value)
        return self.engine.send(call.sender, self.world.ledger, data, self.now, call.value)

    def _compare_refused(self, call: Call, outcome: Refused, answer: Answer) -> None:
        if answer.done:
            raise Mismatch("outcome", f"done, the model refuses with {outcome.error}{outcome.args}", call.verb)
        error = self.world.reading.error(answer.output)
        if error != (outcome.error, outcome.args):
            raise Mismatch(
                "outcome", f"refused with {error}, the model with {(outcome.error, outcome.args)}", call.verb
            )

    def _compare_done(self, call: Call, outcome: Done, answer: Answer) -> None:
        if not answer.done:
            error = self.world.reading.error(answer.output)
            raise Mismatch("outcome", f"refused with {error}, the model has it done", call.verb)
        reading = self.world.reading
        logs = [reading.event(topics, data) for address, topics, data in answer.logs if address == self.world.ledger]
        if logs != outcome.logs:
            raise Mismatch("logs", f"{logs}, the model {outcome.logs}", call.verb)
        state, read, ledger = self.state, self.engine.storage, self.world.ledger
        for bill in state.changed_bills():
            if read(ledger, storage.bill_slot(bill)) != storage.bill_word(state.bills[bill]):
                raise Mismatch("storage", self._words(bill), call.verb)
        for account in state.changed_accounts():
            got, expected = read(ledger, storage.account_slot(account)), storage.account_word(state.accounts[account])
            if got != expected:
                raise Mismatch("storage", f"account {account} is {got:#x}, in the model {expected:#x}", call.verb)
        for event in outcome.events:
            if type(event) in ev.ACTS_ON_BILLS:
                number: int = event.bill  # type: ignore[attr-defined]
                self.counts[number] = self.counts.get(number, 0) + 1
        broken = invariants.broken(state, outcome.events, self.counts)
        if broken is not None:
            raise Mismatch(*broken, call.verb)
        if self.log is not None:
            self.log.extend((self.now, event) for event in outcome.events)

    def _words(self, bill: int) -> str:
        got = self.engine.storage(self.world.ledger, storage.bill_slot(bill))
        expected = storage.bill_word(self.state.bills[bill])
        return f"bill {bill:#x} is {got:#066x}, in the model {expected:#066x}, they differ in {got ^ expected:#066x}"

    # ----------------------------------------------------------------------------------------------------- everything

    def compare_all(self) -> None:
        """Every storage slot that the model knows, every view that is not storage, and the rebuild from the log."""
        state, layout = self.state, self.world.layout

        def read(slot: int) -> int:
            return self.engine.storage(self.world.ledger, slot)

        slots = storage.everything_else(state, layout)
        for bill in state.bills.values():
            slots |= storage.bill_words(state, bill, layout)
        for account in state.accounts.values():
            slots[storage.account_slot(account.address)] = storage.account_word(account)
        for participant in state.participants.values():
            slots |= storage.participant_words(participant, layout)
        for slot, expected in slots.items():
            if (got := read(slot)) != expected:
                raise Mismatch("storage", f"slot {slot:#x} is {got:#x}, in the model {expected:#x}", "all")
        for participant in state.participants.values():
            listed = storage.accounts_of(participant.number, layout, len(participant.accounts), read)
            if listed != set(participant.accounts):
                raise Mismatch("storage", f"participant {participant.number} has accounts {listed}", "all")
        self._compare_balances()
        self._compare_views()
        if self.log is not None:
            self._compare_rebuild(self.log)

    def _compare_balances(self) -> None:
        """An account's balance is the number of bills that it possesses: an underflow would forge a standing (N10)."""
        owned: dict[str, int] = {}
        for bill in self.state.bills.values():
            owned[bill.possessor] = owned.get(bill.possessor, 0) + 1
        for account in self.state.accounts.values():
            if account.possessed != owned.get(account.address, 0):
                raise Mismatch("balance", f"{account.address} possesses {owned.get(account.address, 0)} bills", "all")

    def _compare_views(self) -> None:
        selectors = self.world.wire.selectors
        self.state.now = self.now
        for bill in self.state.bills.values():
            room = self.state.rooms.get(bill.possessor)
            if room is None or getattr(room, "manner", None) is None:
                holder = views.holder_for(self.state, bill.id)
                self._compare_view(selectors["holderFor"], bill.id, holder)
                if holder not in self.state.participants:
                    raise Mismatch("P1", f"bill {bill.id:#x} is held for {holder}, which is nobody", "all")
            self._compare_view(selectors["rejectableUntil"], bill.id, views.rejectable_until(self.state, bill.id))
            recallable = views.recallable_from(self.state, bill.id, self.now)
            self._compare_view(selectors["recallableFrom"], bill.id, recallable)
        for number in self.state.account_at:
            resolved = int(views.account_at(self.state, number), 16)
            self._compare_view(selectors["accountAt"], number, resolved)

    def _compare_view(self, selector: bytes, argument: int, expected: int) -> None:
        done, output = self.engine.call(self.world.ledger, selector + word(argument), self.now)
        if not done or int.from_bytes(output, "big") != expected:
            raise Mismatch("view", f"{selector.hex()}({argument:#x}) answers {output.hex()}, not {expected:#x}", "all")

    def _compare_rebuild(self, log: list[tuple[int, ev.Event]]) -> None:
        """P10: the state rebuilt from Sampan's events alone is the state."""
        rebuilt = State()
        for timestamp, event in log:
            apply.apply(rebuilt, event, timestamp=timestamp)
        for name in ("bills", "accounts", "participants", "codes", "givers", "listed", "recoveries", "approvals"):
            if getattr(rebuilt, name) != getattr(self.state, name):
                raise Mismatch("rebuild", f"the {name} rebuilt from the log are not the model's", "all")
        for number in self.state.account_at:
            if rebuilt.resolve(number) != self.state.resolve(number):
                raise Mismatch("rebuild", f"account {number} leads elsewhere", "all")
