"""What every room asks and does (contracts/rooms/Room.sol), for the verbs of its subject.

A room's event comes before what it has the ledger do: a log is read from its first event, and a call of the ledger that
stands first is taken for the room's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from sampan.bills.records import Bills, Lodging
from sampan.bills.verbs.circulation import Lodge
from sampan.bills.verbs.signed import Agree, Agreement
from sampan.identity import multicall
from sampan.identity.rules import acting
from sampan.model.perform import At, Call
from sampan.model.replay import Log
from sampan.suite import events as ev
from sampan.suite import kinds, layout
from sampan.suite.verb import NOBODY, Refusal, Signature, Subject, Verb, arg
from sampan.suite.words import Status

if TYPE_CHECKING:
    from sampan.suite.event import Event


@dataclass(frozen=True, slots=True)
class Source:
    """A room whose bills can be paid for where they lie (contracts/bills/IBillSource.sol)."""

    release: type[Verb]
    """Takes the price from the caller, of what was offered, and lets the bill out."""
    sold: type[Event]
    """Tells that a bill went out `to` somebody."""
    took: Callable[[Any], int]
    """By that event: how much of the price stays there."""
    money_of: Callable[[Any, int], str]
    """By state and bill: the money in which it is paid."""
    whose: Callable[[Any, Any], tuple[int, str] | None]
    """By state and that event: whose the bill was, and the money in which it was paid."""
    secured: Callable[[Any], str]
    """By that event: what the bill secured."""
    offers: Callable[[Any], bytes | None]
    """Of an event by which somebody (`by`) names who may take a bill: the hash of the terms under which."""

    def is_sale(self, event: Any, to: str) -> bool:
        """Whether an event tells that a bill went out to somebody."""
        return isinstance(event, self.sold) and event.to == to  # type: ignore[attr-defined]


SOURCES: Final[dict[str, Source]] = {}
"""By their contract."""


def source_at(state: Bills, address: str) -> Source | None:
    """The room of the suite at an address whose bills can be paid for there; None where there is none."""
    return next((source for name, source in SOURCES.items() if state.addresses.get(name) == address), None)


def room_of(state: Bills, number: int) -> str:
    """The room in which a bill lies, or that surrendered it; nobody's of a bill that was never lodged."""
    if number not in state.lodgings:
        return NOBODY
    bill = state.bills[number]
    # A lodging stays while a surrender is answered, and behind a bill that ended so.
    return bill.possessor if bill.status is Status.LIVE else state.account_at.get(bill.previous_account, NOBODY)


def slots(state: Bills, at: Mapping[str, int], room: str) -> dict[int, int]:
    """Slot → word, of what every room keeps. `at` is where solc put each variable."""
    return {layout.entry(at["_used"], digest): 1 for where, digest in state.called if where == room}


def lodged(at: At, bill: int) -> Lodging:
    """What the ledger keeps of a bill that the room at hand possesses or surrendered. Raises `Refusal`."""
    if room_of(at.state, bill) != _own(at):
        raise Refusal("NotUnderThisDeal", bill)
    found: Lodging = at.state.lodgings[bill]
    return found


def party(at: At, account: str, role: int, participant: int) -> None:
    """The account acts now, with a role, for the participant that the deal names. Raises `Refusal`."""
    if acting(at.state, account, role).participant != participant:
        raise Refusal("NotAParty", account)


def calls(at: At, verb: Verb) -> None:
    """The room at hand calls the ledger."""
    at.steps.call(Call(_own(at), verb))


def _own(at: At) -> str:
    found: str = at.state.addresses[at.verb.subject.contract]
    return found


# ----------------------------------------------------------------------------------------------- the verbs of all rooms


def declare(
    subject: Subject,
    name: str,
    *,
    enters: type[Event] | None = None,
    called: type[Any] = ev.CalledBySignature,
) -> type[Any]:
    """What every room can be told (contracts/rooms/Room.sol): to carry out what somebody signed, several calls at once,
    to show an agreement to the ledger; what the ledger alone tells it. `name` is the room's for those who sign;
    `enters` is the event that it logs before a bill is lodged in it, if it does; `called` the type of its event of a
    signed call. Gives the text that is signed."""

    @subject.struct
    @dataclass(frozen=True, slots=True)
    class SignedCall:
        """A call that somebody else may send for the signer."""

        TYPES: ClassVar = (("signer", "address"), ("call", "bytes"), ("salt", "bytes32"), ("deadline", "uint256"))
        NAME: ClassVar = "Call"
        DOMAIN: ClassVar = name
        signer: str
        call: Verb
        salt: bytes
        deadline: int

    @subject.verb("act", logs=called, by="relayer", label="by signature: {call}", method="send_act")
    class Act(Verb):
        """Carry out what somebody signed and handed over, once; whoever sends it pays."""

        signer: str = arg(kinds.ACCOUNT)
        call: Verb = arg(kinds.CALL)
        salt: bytes = arg(kinds.HASH)
        deadline: int = arg(kinds.DEADLINE)
        signature: Signature = arg(kinds.SIGNATURE)

        def texts(self, state: Any) -> Mapping[str, Any]:
            return {"signature": SignedCall(self.signer, self.call, self.salt, self.deadline)}

        def run(self, at: At) -> None:
            _may_be_sent(at, self.signer, self.deadline, self.signature)
            at.log(called(self.signer, at.sender, self.signature.digest))
            outer, at.steps.signer = at.steps.signer, self.signer
            multicall.told_itself(at, _own(at), self.call)
            at.steps.signer = outer

        @classmethod
        def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
            """What was carried out logs its own events, with the signer as who acted: they are read by themselves."""
            e: Any = log.first
            yield e.relayer, cls(e.signer, several(()), bytes(32), log.state.now, Signature(e.signer, e.digest))

    several = multicall.declare(subject)

    @subject.verb("agree", logs=(), label="show the agreement of {agreement.signer}", method="")
    class ShowAgreement(Verb):
        """Show an agreement to the ledger, for a later call of the same multicall."""

        agreement: Agreement = arg(kinds.STRUCT)
        signature: Signature = arg(kinds.SIGNATURE)

        def run(self, at: At) -> None:
            calls(at, Agree(self.agreement, self.signature))

    @subject.verb("onBill", logs=() if enters is None else enters, label="tell of {bill}", method="")
    class Enters(Verb):
        """A bill enters; the ledger alone says so, while it lodges."""

        bill: int = arg(kinds.NUMBER)
        word: int = arg(kinds.NUMBER)
        from_: str = arg(kinds.ACCOUNT)
        giver: int = arg(kinds.NUMBER)
        terms: bytes = arg(kinds.REMARK)

        def run(self, at: At) -> None:
            raise Refusal("NotTheLedger", at.sender)

        @classmethod
        def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
            """What the room logs first, the ledger's lodging follows."""
            lodged: ev.Lodged = log.next_of(ev.Lodged, bill=log.first.bill)
            yield lodged.from_, Lodge(lodged.bill, lodged.endorsement, lodged.room, lodged.terms)

    @subject.verb("onReplaced", logs=(), label="tell of {replacements}", method="")
    class Replaced(Verb):
        """What the room surrendered was replaced; the ledger alone says so."""

        bills: tuple[int, ...] = arg(kinds.BILLS)
        replacements: tuple[int, ...] = arg(kinds.BILLS)

        def run(self, at: At) -> None:
            raise Refusal("NotTheLedger", at.sender)

    @subject.event(called, "{relayer} sent what {signer} had signed")
    def sent(state: Bills, e: Any) -> None:
        state.put(state.called, (state.addresses[subject.contract], e.digest), True)

    return SignedCall


def _may_be_sent(at: At, signer: str, deadline: int, signature: Signature) -> None:
    """What somebody signed for the room at hand: in time, once, not withdrawn, by the signer, who alone may not do it
    without a signature either."""
    state, digest = at.state, signature.digest
    if state.now > deadline:
        raise Refusal("SignatureExpired", deadline)
    if (_own(at), digest) in state.called:
        raise Refusal("AlreadyUsed", digest)
    if state.cancelled.get((signer, digest), False):
        raise Refusal("SignatureCancelled", signer, digest)
    if signature.empty or signature.by != signer:
        raise Refusal("NotSignedBy", signer)
