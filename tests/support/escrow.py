"""The sample room, declared as any subject: what a room of the suite says, and random acts that try it.

Its contract is sampan/rooms/contracts/Escrow.sol. It logs nothing of its own, so the audit has nothing to read of it.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sampan.bills import inside
from sampan.bills.chance import BillsChance
from sampan.bills.records import Bills, Lodging
from sampan.bills.verbs.circulation import GiveBack, Hold, Lodge, Transfer
from sampan.identity.records import DAY, MOVE, TERMS
from sampan.identity.rules import acting
from sampan.model.perform import At, Call
from sampan.rooms.description import FOLDER
from sampan.subjects import SUITE
from sampan.suite import kinds
from sampan.suite.codec import word
from sampan.suite.verb import NOBODY, Refusal, Subject, Suite, Verb, arg
from sampan.suite.words import Endorsement, Kind, Status
from sampan.toolchain import artifacts

ARTIFACT = artifacts.load("Escrow", FOLDER / "artifacts")
_UNTIL = 160
_LONGEST = 366 * DAY


class Escrows(Bills):
    """The ledger keeps all that an escrow must know."""


ESCROW = Subject("escrow", contract="Escrow", interface="Escrow", state=Escrows, abi=ARTIFACT.abi)


def _until(lodging: Lodging) -> int:
    return lodging.deal >> _UNTIL


def _in_time(at: At, lodging: Lodging) -> None:
    if at.state.now > _until(lodging):
        raise Refusal("TimePassed", _until(lodging))


@ESCROW.verb("offer", label="offer {bill} to {to}")
class Offer(Verb):
    """Offer a bill to an account; an earlier offer falls."""

    bill: int = arg(kinds.BILL)
    to: str = arg(kinds.RECEIVER)

    def run(self, at: At) -> None:
        lodging = inside.lodged(at, self.bill)
        inside.party(at, at.actor, TERMS, lodging.holder)
        deal = _until(lodging) << _UNTIL | int(self.to, 16)
        inside.calls(at, Hold(self.bill, lodging.holder, deal))


@ESCROW.verb("accept", label="accept {bill}")
class Accept(Verb):
    """Accept an offer of this deal: the bill is held for the account's participant."""

    bill: int = arg(kinds.BILL)
    until: int = arg(kinds.NUMBER)

    def run(self, at: At) -> None:
        deal = self.until << _UNTIL | int(at.actor, 16)
        lodging = inside.lodged(at, self.bill)
        if lodging.deal != deal:
            raise Refusal("NotUnderThisDeal", self.bill)
        _in_time(at, lodging)
        inside.calls(at, Hold(self.bill, acting(at.state, at.actor, TERMS).participant, deal))


@ESCROW.verb("claim", label="claim {bill}")
class Claim(Verb):
    """Take a bill out."""

    bill: int = arg(kinds.BILL)

    def run(self, at: At) -> None:
        lodging = inside.lodged(at, self.bill)
        inside.party(at, at.actor, MOVE, lodging.holder)
        _in_time(at, lodging)
        inside.calls(at, Transfer(self.bill, at.actor, b""))


@ESCROW.verb("giveBack", label="have {bill} given back")
class HaveBack(Verb):
    """Have a bill given back to its lodger."""

    bill: int = arg(kinds.BILL)

    def run(self, at: At) -> None:
        lodging = inside.lodged(at, self.bill)
        if at.state.now <= _until(lodging):
            inside.party(at, at.actor, MOVE, lodging.holder)
        inside.calls(at, GiveBack(self.bill, b""))


class _Code:
    """What it answers the ledger."""

    def on_bill(self, ledger: Any, bill: int, giver: str, terms: bytes) -> tuple[int, int]:
        if len(terms) != 32:
            raise Refusal("TermsRequired")
        until = int.from_bytes(terms, "big")
        if until >> 48:
            raise Refusal("")
        if ledger.state.bills[bill].kind is not Kind.BLANK:
            raise Refusal("BlankOnly", bill)
        if ledger.state.now > until:
            raise Refusal("TimePassed", until)
        if until > ledger.state.now + _LONGEST:
            raise Refusal("TooLong", until, ledger.state.now + _LONGEST)
        return ledger.state.account(giver).participant, until << _UNTIL

    def on_replaced(self, ledger: Any, bills: tuple[int, ...], replacements: tuple[int, ...]) -> None:
        """It surrenders nothing."""


class EscrowChance(BillsChance):
    """Mostly whoever may, on a bill that is there."""

    SHARES = {"escrow": 80}

    def next_escrow(self) -> Any:
        verb = self.pick(self.verbs["escrow"])
        here = [bill for bill in self.state.bills.values() if bill.possessor == self.stage.own["Escrow"]]
        if len(here) < 3:
            return self._lodge()
        if self.chance(0.1):
            return self.act(verb, self.any(self.stage.keys))
        bill = self.any(here)
        lodging = self.state.lodgings[bill.id]
        offered = f"0x{lodging.deal & (1 << _UNTIL) - 1:040x}"
        sender = offered if verb is Accept and offered != NOBODY else self.account_of(lodging.holder)
        return self.act(verb, sender if self.chance(0.9) else self.any(self.stage.keys), bill)

    def try_accept(self, verb: type[Verb]) -> Any:
        """Of the deal that stands, mostly."""
        bill = self.about.id if self.about else 0
        lodging = self.state.lodgings.get(bill)
        until = _until(lodging) if lodging and self.chance(0.9) else self.below(2**48)
        return Accept(bill, until)

    def _lodge(self) -> Call:
        """A bill in blank, by its possessor."""
        fit = [bill for bill in self.state.bills.values() if bill.status is Status.LIVE and bill.kind is Kind.BLANK]
        bill = self.any(fit) if fit else self._ghost()
        room = self.stage.own["Escrow"]
        return Call(bill.possessor, Lodge(bill.id, Endorsement.NONE, room, _terms(self)))


def _terms(chance: BillsChance) -> bytes:
    return word(chance.now + chance.below((400 if chance.chance(0.05) else 30) * DAY) - DAY)


def _out(state: Escrows, bill: int) -> tuple[int, Verb]:
    """After its time anybody has it given back."""
    return _until(state.lodgings[bill]) + 1, HaveBack(bill)


ESCROW.parts["room"] = SimpleNamespace(CODE=_Code(), terms=_terms, out=_out)
ESCROW.parts["chance"] = SimpleNamespace(EscrowChance=EscrowChance)
ESCROW.parts["storage"] = SimpleNamespace(
    slots=lambda state, at: {}, unordered=lambda state, at, read: iter(()), changed=lambda state: iter(())
)

WITH_ESCROW = Suite(*SUITE.subjects, ESCROW)
"""The ledger, and the escrow beside it."""
