"""Carries acts out on an engine and on the model, and compares the two after each.

Compared after every act: whether it was done, every log or the error with its arguments, and the storage words of what
changed. Compared now and then, and at the end: everything (`compare_all`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from sampan.fuzz.coverage import Coverage
from sampan.fuzz.engines import START, Answer
from sampan.fuzz.world import World
from sampan.model.perform import Call, Done, Outcome, Refused, perform
from sampan.model.replay import replay
from sampan.suite.chance import Act
from sampan.suite.check import Question
from sampan.suite.codec import arguments_encoder
from sampan.suite.event import SEVERAL, Event
from sampan.suite.verb import Subject

_PULL = arguments_encoder([{"type": "bytes"}])


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

    def __init__(self, world: World, *, coverage: Coverage | None = None) -> None:
        self.world = world
        self.engine = world.engine
        self.coverage = coverage
        self.state = world.state()
        self.now = START
        self.done = self.refused = 0
        self.counts: dict[int, int] = {}
        """Bill → act events seen (P10: a bill's count equals its events)."""
        self.log: list[tuple[int, list[Event]]] = []
        """The events of each transaction, and its time."""
        self._rebuilt = world.suite.state()
        """The state rebuilt from the first events of the log, those of `begin`: every episode goes on from them."""
        self._rebuilt.addresses, self._rebuilt.authority = self.state.addresses, self.state.authority
        self._begun = 0
        """How many transactions it has read."""
        self._storage = [(subject.contract, part) for subject, part in world.suite.parts("storage")]
        self._properties = world.suite.parts("properties")
        self._cells = [part.cells for _, part in world.suite.parts("cells")] if coverage else []

    def begin(self) -> None:
        """Enrols the cast and lists the rooms."""
        for act in self.world.beginning():
            outcome = self.run(act)
            if isinstance(outcome, Refused):
                raise Mismatch("beginning", f"{outcome.error}{outcome.args}", act.call.verb.function)
        self._rebuild()
        self._begun = len(self.log)

    def mark(self) -> Any:
        """A point to come back to, once; of several the last one first."""
        return self.engine.mark(), self.state.begin(), self.now, dict(self.counts), len(self.log)

    def back(self, mark: Any) -> None:
        """Everything as it was at the mark."""
        point, outer, self.now, self.counts, logged = mark
        self.engine.back(point)
        self.state.undo(outer)
        del self.log[logged:]

    # ------------------------------------------------------------------------------------------------------- one act

    def run(self, act: Act) -> Outcome:
        """Carries out one act on both; raises `Mismatch` when they disagree."""
        self.now += act.wait
        call = self.world.wire.prepare(act.call, self.state)
        cells = [cell for cells in self._cells for cell in cells(self.state, call, self.now)]
        answer = self._send(call)
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

    def _send(self, call: Call) -> Answer:
        to, data = call.verb.goes_to(self.world.contracts), call.verb.encoded()
        if call.sender in self.world.strings and to == self.world.ledger:
            pulled = self.world.run + _PULL((data,))
            return self.engine.send(self.world.puller, call.sender, pulled, self.now, call.value)
        return self.engine.send(call.sender, to, data, self.now, call.value)

    def _compare_refused(self, call: Call, outcome: Refused, answer: Answer) -> None:
        verb = call.verb.function
        if answer.done:
            raise Mismatch("outcome", f"done, the model refuses with {outcome.error}{outcome.args}", verb)
        error = self.world.codec.refusal(answer.output)
        if error != (outcome.error, outcome.args):
            raise Mismatch("outcome", f"refused with {error}, the model with {(outcome.error, outcome.args)}", verb)

    def _compare_done(self, call: Call, outcome: Done, answer: Answer) -> None:
        verb = call.verb.function
        if not answer.done:
            error = self.world.codec.refusal(answer.output)
            raise Mismatch("outcome", f"refused with {error}, the model has it done", verb)
        read = [self.world.event(address, topics, data) for address, topics, data in answer.logs]
        logs = [event for event in read if event is not None]
        if logs != outcome.logs:
            raise Mismatch("logs", f"{logs}, the model {outcome.logs}", verb)
        self._compare_words(verb)
        for event in outcome.events:
            if type(event) in self.world.suite.acts:
                number: int = event.bill  # type: ignore[attr-defined]
                self.counts[number] = self.counts.get(number, 0) + 1
        for _, part in self._properties:
            broken = part.broken(self.state, outcome.events, self.counts)
            if broken is not None:
                raise Mismatch(broken[0], broken[1], verb)
        if outcome.events:
            self.log.append((self.now, outcome.events))

    def _compare_words(self, verb: str) -> None:
        for contract, part in self._storage:
            for slot, table, record, *where in part.changed(self.state):
                (address,) = where or (self.world.contracts[contract],)
                got, expected = self.engine.storage(address, slot), table.pack(record)
                if got != expected:
                    raise Mismatch("storage", f"{record}: {table.differences(expected, got)}", verb)

    # ----------------------------------------------------------------------------------------------------- everything

    def compare_all(self) -> None:
        """Every storage slot that the model knows, every view that is not storage, and the rebuild from the log."""
        state = self.state
        state.now = self.now
        for contract, part in self._storage:
            at = self.world.layouts[contract]
            # Where there are several of the contract, the subject says which.
            for where in part.places(state) if contract in SEVERAL else ("",):
                read = partial(self.engine.storage, where or self.world.contracts[contract])
                which = (where,) if where else ()
                for slot, expected in part.slots(state, at, *which).items():
                    if (got := read(slot)) != expected:
                        raise Mismatch("storage", f"slot {slot:#x} is {got:#x}, in the model {expected:#x}", "all")
                for difference in part.unordered(state, at, read, *which):
                    raise Mismatch("storage", difference, "all")
        for subject, part in self._properties:
            broken = part.at_last(state)
            if broken is not None:
                raise Mismatch(broken[0], broken[1], "all")
            for question in part.answers(state):
                self._compare_view(subject, question)
        self._compare_rebuild()

    def _compare_view(self, subject: Subject, question: Question) -> None:
        view = subject.codec.functions[question.view]
        address = question.where or self.world.contracts[subject.contract]
        done, output = self.engine.call(address, view.call(*question.arguments), self.now)
        number = isinstance(question.expected, int)
        found = (int.from_bytes(output, "big"),) if number else view.answer(output)
        # One value, or several.
        if not done or found not in ((question.expected,), question.expected):
            raise Mismatch("view", f"{question} is answered {output.hex()}", "all")

    def _compare_rebuild(self) -> None:
        """P10: the state rebuilt from the events alone is the state."""
        rebuilt = self._rebuilt
        outer, now = rebuilt.begin(), rebuilt.now
        try:
            self._rebuild()
            for what in self.state.unlike(rebuilt):
                raise Mismatch("rebuild", f"{what}: rebuilt from the log it is not the model's", "all")
        finally:
            rebuilt.undo(outer)
            rebuilt.now = now

    def _rebuild(self) -> None:
        """Reads the rest of the log."""
        for timestamp, events in self.log[self._begun :]:
            found = replay(self._rebuilt, events, timestamp)
            if found:
                raise Mismatch("rebuild", f"{found[0].event}: {found[0].why}", "all")
