"""A room that lends, declared as any subject: whatever it is told came in, and it claims for whoever asks.

Its contract is tests/contracts/finance/Lender.sol. It tries positions and registrations without a book of loans.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

from sampan.finance import inside
from sampan.finance.positions import rules as positions
from sampan.finance.positions.chance import PositionsChance
from sampan.finance.positions.records import Claims
from sampan.finance.positions.verbs import Mint
from sampan.finance.registrations import rules
from sampan.finance.registrations.records import debt_of_room
from sampan.finance.registrations.verbs import Deregister, Move, Register
from sampan.model.perform import At, Call
from sampan.subjects import SUITE
from sampan.suite import kinds, layout
from sampan.suite.codec import word
from sampan.suite.event import Event
from sampan.suite.ids import loan_number_of
from sampan.suite.valued import valued
from sampan.suite.verb import NOBODY, Refusal, Subject, Suite, Verb, arg
from sampan.toolchain import artifacts

ARTIFACT = artifacts.load("Lender", Path(__file__).resolve().parents[1] / "artifacts")
MORE = {"Lender": ARTIFACT}


class Lending(Claims):
    """What came in for its lenders."""

    came_in: dict[int, tuple[int, int]]
    """Loan → so much, of so many shares."""


LENDER = Subject("lender", contract="Lender", interface="Lender", state=Lending, abi=ARTIFACT.abi)


@valued
class CameIn(Event):
    """So much came in for a loan so far."""

    SIGNATURE: ClassVar[str] = "CameIn(uint256,uint120,uint120)"
    FIELDS: ClassVar[tuple[str, ...]] = ("loan", "paid", "shares")
    loan: int
    paid: int
    shares: int


@valued
class TakenFor(Event):
    """A position has what it is owed."""

    SIGNATURE: ClassVar[str] = "TakenFor(uint256,address,uint256)"
    FIELDS: ClassVar[tuple[str, ...]] = ("position", "owner", "due")
    position: int
    owner: str
    due: int


@LENDER.verb("comeIn", label="say that {paid} came in for loan {loan}")
class ComeIn(Verb):
    """Say what came in for a loan so far, and of how many shares it is."""

    loan: int = arg(kinds.NUMBER)
    paid: int = arg(kinds.AMOUNT)
    shares: int = arg(kinds.SHARES)

    def may(self, at: At) -> CameIn:
        return CameIn(self.loan, self.paid, self.shares)


@LENDER.event(CameIn, "{paid} came in for loan {loan}")
def came_in(state: Lending, e: CameIn) -> None:
    state.put(state.came_in, e.loan, (e.paid, e.shares))


@LENDER.verb("takeFor", label="take what {position} is owed", logs=TakenFor)
class TakeFor(Verb):
    """Take what a position is owed."""

    positions: str = arg(kinds.CONTRACT)
    position: int = arg(kinds.POSITION)

    def run(self, at: At) -> None:
        paid, shares = _paid_in(at.state, loan_number_of(self.position))
        at.log(TakenFor(self.position, *inside.take(at, self.position, paid, shares)))

    @classmethod
    def read(cls, log: Any) -> Iterator[tuple[str, Verb]]:
        yield NOBODY, cls(log.state.addresses["Positions"], log.first.position)


@LENDER.event(TakenFor, "{owner} was paid {due} of position {position}")
def taken_for(state: Lending, e: TakenFor) -> None:
    positions.had(state, e.position, e.due)


@LENDER.verb("run", logs=(), label="have it call {call}")
class Run(Verb):
    """Have the room call another contract, which logs that alone: as a room that the suite does not know."""

    to: str = arg(kinds.CONTRACT)
    call: Verb = arg(kinds.CALL)

    def run(self, at: At) -> None:
        at.steps.call(Call(at.state.addresses["Lender"], self.call))


def _paid_in(state: Any, loan: int) -> tuple[int, int]:
    found: tuple[int, int] = state.came_in.get(loan, (0, 0))
    return found


inside.declare(LENDER, _paid_in)


class _Code:
    """It takes no bills."""

    def on_bill(self, ledger: Any, bill: int, giver: str, terms: bytes) -> tuple[int, int]:
        raise Refusal("TakesNoBills")

    def on_replaced(self, ledger: Any, bills: tuple[int, ...], replacements: tuple[int, ...]) -> None:
        """It never surrendered any."""


class LenderChance(PositionsChance):
    """It lends, is paid back and claims; and secures debts with cargo."""

    SHARES = {"lender": 60, "positions": 40}

    def next_lender(self) -> Any:
        """An act of the room, at the word of anybody."""
        chance, loan = self.random.random(), self.below(12)
        # Shares that are given when something came in would make less of what others had.
        if chance < 0.25 and loan not in self.state.came_in:
            return self._runs("Positions", Mint(loan, self.any(self.stage.people), self.below(50)))
        if chance < 0.4:
            loan = self.any(list(self.state.came_in) or [loan]) if self.chance(0.8) else loan
            return self._says(ComeIn(loan, _paid_in(self.state, loan)[0] + self.below(1_000), self._lent(loan)))
        if chance < 0.55:
            return self._says(TakeFor(self.stage.own["Positions"], self._one()))
        verb = self.any((Register, Register, Register, Deregister, Deregister, Move))
        if verb is Register or self.chance(0.1):
            return self._runs("Registrations", self.drawn(verb))
        return self._of_what_stands(verb)

    def _of_what_stands(self, verb: type[Verb]) -> Any:
        standing = [each for cargo in self.state.boxes for each in rules.live(self.state, cargo)]
        if not standing:
            return self._runs("Registrations", self.drawn(verb))
        said, debt = self.any(standing)
        number = debt_of_room(self.state, debt)[1]
        return self._runs("Registrations", self.drawn(verb, debt=number, prints=(said.pack(),)))

    def _one(self) -> int:
        paid = [each for each in self.state.positions if loan_number_of(each) in self.state.came_in]
        return self.any(paid or [1]) if self.chance(0.95) else self.below(3)

    def _lent(self, loan: int) -> int:
        own = self.state.account(self.stage.own["Lender"]).number << 56 | loan << 32
        return sum(self.state.position_cuts.get(own, ()))

    def _says(self, verb: Verb) -> Any:
        return self.stage.call(self.any(self.stage.keys), verb)

    def _runs(self, contract: str, verb: Verb) -> Any:
        return self._says(Run(self.stage.own[contract], verb))


def _slots(state: Lending, at: Mapping[str, int]) -> dict[int, int]:
    return {
        layout.entry(at["_loans"], word(loan)): paid | shares << 120 for loan, (paid, shares) in state.came_in.items()
    }


LENDER.parts["room"] = SimpleNamespace(CODE=_Code(), terms=lambda chance: b"")
LENDER.parts["chance"] = SimpleNamespace(LenderChance=LenderChance)
LENDER.parts["storage"] = SimpleNamespace(
    slots=_slots, unordered=lambda state, at, read: iter(()), changed=lambda state: iter(())
)

WITH_LENDER = Suite(*SUITE.subjects, LENDER)
"""The platform, and the room beside it."""
