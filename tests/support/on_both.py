"""One act at a time on contracts and model alike, by the names of the fuzz run's cast: what it must come to is said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support.tools import need_pyrevm

from sampan.bills.records import Bill
from sampan.bills.terms import Terms
from sampan.bills.verbs.issue import Issue
from sampan.fuzz import cast
from sampan.fuzz.engines import START, open_engine
from sampan.fuzz.executor import Executor
from sampan.fuzz.world import World
from sampan.model.perform import Call, Done, Outcome, Refused, perform
from sampan.suite import ids
from sampan.suite.chance import DAY, Act
from sampan.suite.event import Event
from sampan.suite.verb import NOBODY, Verb
from sampan.suite.words import Kind, RecordLaw

DEADLINE = START + 400 * DAY


class Both:
    """The ledger and its model; they are compared after every act, and whole at the end of the test."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.executor = Executor(world)
        self.executor.begin()
        self._bills = 0

    @property
    def state(self) -> Any:
        return self.executor.state

    @property
    def now(self) -> int:
        return self.executor.now

    def at(self, name: str) -> str:
        """The address of one of the cast."""
        return self.world.addresses[name]

    def number(self, name: str) -> int:
        """The number of the participant for which one of the cast acts."""
        found: int = self.state.account(self.at(name)).participant
        return found

    def done(self, who: str, verb: Verb, *, wait: int = 1) -> list[Event]:
        """Somebody acts, and it is done; what was logged."""
        outcome = self._run(who, verb, wait)
        assert isinstance(outcome, Done), outcome
        return outcome.events

    def refused(self, who: str, verb: Verb, error: str, *arguments: Any, wait: int = 1) -> None:
        """Somebody tries to act, and is refused with this error; its arguments are these, when any are given."""
        outcome = self._run(who, verb, wait)
        assert isinstance(outcome, Refused), outcome
        assert outcome.error == error, outcome
        assert not arguments or outcome.args == arguments, outcome

    def _run(self, who: str, verb: Verb, wait: int) -> Outcome:
        return self.executor.run(Act(wait, Call(self.at(who), verb)))

    def model(self, sender: str, verb: Verb, value: int = 0, *, at: int = 0) -> Outcome:
        """What the model alone says to a call that cannot be sent in a test, in the next second or at a time."""
        return perform(self.state, Call(sender, verb, value), at or self.now + 1)

    def answers(self, contract: str, view: str, arguments: tuple[Any, ...], expected: Any) -> None:
        """The contract is asked, and answers so."""
        (subject,) = (each for each in self.world.suite.subjects if each.contract == contract)
        asked = subject.codec.functions[view]
        done, output = self.world.engine.call(self.world.contracts[contract], asked.call(*arguments), self.now)
        found = asked.answer(output)
        assert done
        assert found == (expected,), f"{view} is answered {found}, not {expected}"

    # ----------------------------------------------------------------------------------------------------------- bills

    def terms(self, kind: Kind = Kind.BLANK, titleholder: str = "", *, bill: int = 0, carrier: int = 0) -> Terms:
        """Terms of a new bill of the carrier's, or of the line's when `carrier` is 1."""
        self._bills += 1
        bill = bill or ids.BillId(cast.PARTS[carrier].lei, 1, f"TEST {self._bills}").pack()
        named = self.at(titleholder) if titleholder else NOBODY
        return Terms(bill, kind, named, b"\1" * 32, b"\2" * 32, "GB-ENG", RecordLaw.ENGLISH_ETDA_2023)

    def issued(self, kind: Kind = Kind.BLANK, titleholder: str = "", to: str = "shipper") -> int:
        """A bill that the carrier has just issued."""
        terms = self.terms(kind, titleholder)
        self.done("carrier", Issue(terms, self.at(to), b""))
        return terms.bill

    def bill(self, bill: int) -> Bill:
        """What is known of a bill."""
        found: Bill = self.state.bills[bill]
        return found

    def holding_for(self, name: str) -> bytes:
        """The terms by which a room holds for somebody."""
        return self.number(name).to_bytes(32, "big")


@pytest.fixture(scope="session")
def world_of_both() -> World:
    need_pyrevm()
    return World(open_engine("pyrevm"))


@pytest.fixture
def both(world_of_both: World) -> Iterator[Both]:
    """Contracts and model at the beginning: the cast enrolled, the rooms listed."""
    mark = world_of_both.engine.mark()
    try:
        made = Both(world_of_both)
        yield made
        made.executor.compare_all()
    finally:
        world_of_both.engine.back(mark)
