"""A ledger in the model alone: parties are enrolled, calls performed, and the log kept as an audit reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sampan.bills.terms import Terms
from sampan.fuzz.rooms import Room
from sampan.identity.records import DAY
from sampan.identity.verbs.accounts import AddAccount
from sampan.identity.verbs.enrolment import Enrol, Enrolment
from sampan.identity.verbs.publishing import PublishRecordLaws
from sampan.identity.verbs.standing import ListRoom
from sampan.keccak import keccak
from sampan.model.perform import Call, Done, Outcome, perform
from sampan.subjects import SUITE
from sampan.suite import ids
from sampan.suite.check import Entry
from sampan.suite.verb import NOBODY, Signature
from sampan.suite.words import Kind, Receiving, RecordLaw

if TYPE_CHECKING:
    from sampan.suite.event import Event
    from sampan.suite.verb import Suite, Verb

LEDGER: Final = "0x" + "b1" * 20
MANAGER: Final = "0x" + "a0" * 20
ADMINISTRATOR: Final = "0x" + "ad" * 20
"""It has every power here."""
STRANGER: Final = "0x" + "57" * 20
"""An address that never becomes an account."""
BEGINNING: Final = 1_767_225_600
LATER: Final = 2**40


def address_of(name: str) -> str:
    """The address of whoever has this name."""
    return "0x" + keccak(name.encode())[12:].hex()


def begun(suite: Suite = SUITE) -> Any:
    """An empty ledger; its contracts stand where they do here, each at an address of its own."""
    state = suite.state()
    first, *others = suite.single
    state.addresses = {first: LEDGER} | {name: address_of(name) for name in others}
    state.authority = MANAGER
    return state


@dataclass(frozen=True, slots=True)
class Logged:
    """One transaction of the log: its time, and all that it logged."""

    time: int
    logs: tuple[Event, ...]

    @property
    def events(self) -> list[Event]:
        """What a replay reads: without what stands beside others."""
        return [event for event in self.logs if SUITE.facts[type(event)].effect is not None]


@dataclass(slots=True)
class Alone:
    """A ledger and its log."""

    state: Any = field(default_factory=begun)
    log: list[Logged] = field(default_factory=list)
    now: int = BEGINNING
    refused: set[tuple[str, str]] = field(default_factory=set)
    """Function and error of each refusal so far."""
    references: int = 0

    def __post_init__(self) -> None:
        restricted = [function for (_, function), verb in self.state.suite.verbs.items() if verb.power]
        self.state.administrators = dict.fromkeys(restricted, ADMINISTRATOR)

    def attempt(self, sender: str, verb: Verb, value: int = 0) -> Outcome:
        """One transaction."""
        done = perform(self.state, Call(sender, verb, value), self.now)
        if isinstance(done, Done):
            if done.logs:
                self.log.append(Logged(self.now, tuple(done.logs)))
        else:
            self.refused.add((verb.function, done.error))
        return done

    def do(self, sender: str, verb: Verb, *, later: int = 12) -> Done:
        """One transaction, `later` seconds after the one before, which must be carried out."""
        self.now += later
        done = self.attempt(sender, verb)
        assert isinstance(done, Done), (verb, done)
        return done

    def entries(self) -> list[Entry]:
        """The log as an audit has it: a block for each transaction."""
        return [
            Entry(event, block, index, logged.time, f"0x{block:064x}", self.state.suite.home(type(event)))
            for block, logged in enumerate(self.log)
            for index, event in enumerate(logged.logs)
        ]

    # ------------------------------------------------------------------------------------------------------ parties

    def enrol(
        self, name: str, lei: str, country: str = "SG", roles: int = 127, receiving: Receiving = Receiving.ANYONE
    ) -> str:
        """A participant with one account, whose address it gives."""
        account, packed = address_of(name), ids.pack_lei(lei)
        paper = Enrolment(packed, packed, country, roles, keccak(b"rulebook"), account, receiving, LATER)
        self.do(ADMINISTRATOR, Enrol(paper, Signature(account)))
        return account

    def carrier(self, name: str, lei: str, country: str = "SG") -> str:
        """A participant whose cover stands under every law of the record."""
        account = self.enrol(name, lei, country)
        self.do(account, PublishRecordLaws(0b1111))
        return account

    def add_account(self, sponsor: str, name: str, roles: int = 127, receiving: Receiving = Receiving.ANYONE) -> str:
        """One more account of a participant."""
        account = address_of(name)
        signatures = Signature(sponsor), Signature(account)
        self.do(sponsor, AddAccount(sponsor, account, roles, receiving, LATER, *signatures))
        return account

    def room(self, name: str, countries: tuple[str, ...]) -> str:
        """A listed room."""
        room = address_of(name)
        self.state.rooms[room] = Room(room)
        self.state.contracts[room] = True
        self.do(ADMINISTRATOR, ListRoom(room, countries))
        return room

    # -------------------------------------------------------------------------------------------------------- bills

    def reference(self) -> str:
        """A reference that no bill has yet."""
        self.references += 1
        return f"REF{self.references:06d}"

    def terms(
        self, lei: str, kind: Kind = Kind.BLANK, titleholder: str = NOBODY, *, reference: str = "", version: int = 1
    ) -> Terms:
        """Terms of a new bill of a carrier."""
        bill = ids.BillId.of(lei, reference or self.reference(), version).pack()
        mark = bill.to_bytes(32, "big")
        root, checksum = keccak(b"root" + mark), keccak(b"sum" + mark)
        return Terms(bill, kind, titleholder, root, checksum, "GB-ENG", RecordLaw.ENGLISH_ETDA_2023)

    def pass_days(self, days: int) -> None:
        """Nothing happens for so long."""
        self.now += days * DAY
