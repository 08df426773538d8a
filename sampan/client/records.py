"""What the client hands back: accounts, participants, bills, histories, and what became of an act.

Records show themselves on a terminal (`rich.print`) and in a notebook; how is in `sampan.client.show`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from sampan.deployment.powers import Powers
from sampan.errors import ChainError
from sampan.subjects import SUITE
from sampan.suite import ids, tell
from sampan.suite.amounts import Amount
from sampan.suite.words import Ground, Kind, Receiving, RecordLaw, Role, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType

    from sampan.suite.event import Event
    from sampan.suite.tell import Names
    from sampan.trade.terms import Terms

E = TypeVar("E", bound="Event")


class Shown:
    """A record that shows itself: printed, on a terminal with rich, in IPython, in a notebook."""

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        # IPython asks a class's own methods, and would find the dataclass's repr first.
        setattr(cls, "_repr_pretty_", Shown._repr_pretty_)  # noqa: B010  (it is no attribute that mypy may know)

    def __rich__(self) -> RenderableType:
        from sampan.client.show import render

        return render(self)

    def __str__(self) -> str:
        from sampan.client.show import plain_text

        return plain_text(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))

    def _repr_html_(self) -> str:
        from sampan.client.show import html

        return html(self)


class BillNumber(int):
    """A bill's id: the integer that it is, told by its name."""

    __slots__ = ()

    def __repr__(self) -> str:
        return tell.bill_name(int(self))


@dataclass(frozen=True, slots=True)
class ShownPowers(Powers, Shown):
    """All powers at one block, which show themselves."""

    names: Names | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Account(Shown):
    """An address that acts for a participant, or a room. `lei` is None for a room; `number` 0 for no account at all."""

    address: str
    lei: str | None
    participant: int
    number: int
    roles: Role
    country: str
    acts: bool
    receives: bool
    room: bool
    receiving: Receiving
    issued: int
    suspended_until: datetime | None


@dataclass(frozen=True, slots=True)
class Participant(Shown):
    """A legal person on this ledger. `parent` is the LEI of its ultimate parent, its own when it has none.

    `suspended_until` is None when no suspension runs; `answer_hours` is within how many hours it answers a surrender.
    """

    number: int
    lei: str
    parent: str
    country: str
    roles: Role
    record_laws: tuple[RecordLaw, ...]
    rulebook: bytes
    answer_hours: int
    suspended_until: datetime | None
    winding_down: bool
    accounts: tuple[Account, ...]
    name: str | None = None
    codes: tuple[tuple[str, str], ...] = ()
    """Carrier codes that it owns, as (list, code); filled by `Ledger.participant(..., codes=True)`."""
    given: bool = False
    """Whether its name was given in the settings; the ledger proves no name."""

    @property
    def told(self) -> str:
        """Its name as it is told, in quotation marks where it was given; empty where it has none."""
        return f"“{self.name}”" if self.given else self.name or ""

    @property
    def suspended(self) -> bool:
        """Whether a suspension runs now."""
        return self.suspended_until is not None


@dataclass(frozen=True, slots=True)
class Room(Shown):
    """A contract that may possess bills, with the countries for which it is listed."""

    address: str
    number: int
    countries: tuple[str, ...]
    delisted: bool


@dataclass(frozen=True, slots=True)
class Recovery:
    """A recovery that waits: it may be carried out from `executable_from` to `lapses`, and vetoed until it is.

    Meanwhile the lost account binds nobody: its role TERMS sleeps.

    `roles` are those of a successor that is not yet an account; none when it is one already.
    """

    lost: str
    successor: str
    roles: Role
    executable_from: datetime
    lapses: datetime


@dataclass(frozen=True, slots=True)
class Lodging:
    """What the ledger keeps of a bill that a room possesses, or surrendered: for whom it holds it, under which deal."""

    room: str
    holder: int
    deal: int
    lodged_by: str
    """The account that lodged it, to which, or to whose successor, the room gives it back."""
    endorsed: bool
    """Whether lodging endorsed it in blank, which giving back undoes."""


@dataclass(frozen=True, slots=True)
class Bill(Shown):
    """A bill as it stands at `block`.

    `possessor` is the account that owns the token, `holder` the participant for whom it is possessed (P1); `lodging` is
    None while no room possesses or surrendered it;
    `titleholder` the participant entitled, None in blank; `previous` the account that gave the bill or, while a
    surrender waits, surrendered it; `previous_titleholder` the participant that gave title (of a straight bill: the
    shipper). `rejectable_until` is None when nothing may be rejected, `recallable_from` when no surrender waits.
    """

    id: int
    status: Status
    kind: Kind
    possessor: Account
    holder: int
    lodging: Lodging | None
    titleholder: int | None
    previous: str | None
    previous_titleholder: int | None
    may_reject_possession: bool
    may_reject_title: bool
    act_count: int
    since: datetime
    """Start of the hour in which it was last given or surrendered."""
    rejectable_until: datetime | None
    recallable_from: datetime | None
    agreed: bytes | None
    """Hash of the replacements agreed in a pending surrender for amendment."""
    root: bytes
    carrier: int
    """The participant that issued it."""
    block: int
    time: datetime
    names: Names = field(repr=False, compare=False)
    shown_by: str | None = field(default=None, repr=False, compare=False)
    """The command that tells what may be done with it in the room where it lies; None where the suite has none."""

    @property
    def name(self) -> str:
        """`LEI/REFERENCE/vVERSION`."""
        return tell.bill_name(self.id)

    @property
    def reference(self) -> str:
        """The reference of the transport document."""
        return ids.BillId.unpack(self.id).reference

    @property
    def version(self) -> int:
        """The version, from 1."""
        return ids.version_of(self.id)


@dataclass(frozen=True, slots=True)
class Deposit(Shown):
    """What a bank owes in a settlement agent's book: a kind of money, held by its customers.

    `reference` is a name that means it alone, as the command line takes it: `HKD@LEI`, longer where that could be
    several. `bank` and `agent` are participants; `country` is that of its holders, "" where they may be of any; `held`
    are the bank's reserves for it, `supply` what the bank owes in all, both in the smallest unit.
    """

    address: str
    reference: str
    bank: int
    agent: int
    currency: str
    country: str
    decimals: int
    admitted: bool
    """Whether it takes part in settlement: money from other banks may come in."""
    held: int
    supply: int
    names: Names = field(repr=False, compare=False)

    def amount(self, units: int) -> Amount:
        """An amount of it."""
        return Amount(units, self.currency, self.decimals)


@dataclass(frozen=True, slots=True)
class Coin(Shown):
    """A licensed issuer's token, which was listed: a kind of money too. It is named by its address."""

    address: str
    token: str
    currency: str
    decimals: int
    names: Names = field(repr=False, compare=False)

    def amount(self, units: int) -> Amount:
        """An amount of it."""
        return Amount(units, self.currency, self.decimals)

    @property
    def reference(self) -> str:
        """As the command line takes it."""
        return self.address


@dataclass(frozen=True, slots=True)
class Unknown(Shown):
    """What a price is in that is neither a deposit nor a coin whose decimals are known: whoever is paid in it believes
    it."""

    address: str
    currency: str = "XXX"
    """ISO 4217: no currency."""
    decimals: int = 0

    def amount(self, units: int) -> Amount:
        """So many of whatever it counts."""
        return Amount(units, self.currency, self.decimals)

    @property
    def reference(self) -> str:
        """Its address, and that it is no money."""
        return f"{self.address}, which is no money of this ledger"


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account has in a deposit, what others may spend of it, and why the bank takes nothing in for it."""

    account: str
    participant: int
    deposit: Deposit
    value: int
    """In the smallest unit."""
    allowances: tuple[tuple[str, int], ...]
    """Spender, and how much it may still spend."""
    ground: Ground

    @property
    def amount(self) -> Amount:
        """How much it is."""
        return self.deposit.amount(self.value)


@dataclass(frozen=True, slots=True)
class Step:
    """What a party of an offer may do: a verb, by a participant (None: anybody), when, and what it would cost.

    `gas` and `cost` (wei) are of a rehearsal by `account`; None where it was not rehearsed, or would be refused now:
    `lacks` says why.
    """

    verb: str
    by: str
    participant: int | None
    when: str
    open: bool
    """Whether its time has come and has not passed."""
    account: str | None = None
    gas: int | None = None
    cost: int | None = None
    lacks: str | None = None


@dataclass(frozen=True, slots=True)
class Offer(Shown):
    """Bills that are sold against payment, as they lie in the sale at `time`, or in pledge; or how an offer ended.

    `here` are those of its bills that lie there under these terms; `ended` is the event that ended it, None while
    it lasts. `money` is what the price is paid in.
    """

    terms: Terms
    money: Deposit | Coin | Unknown
    here: tuple[int, ...]
    ended: Event | None
    time: datetime
    names: Names = field(repr=False, compare=False)
    steps: tuple[Step, ...] = ()

    @property
    def price(self) -> Amount:
        """What is owed for all bills."""
        return self.money.amount(self.terms.price)

    @property
    def deadline(self) -> datetime:
        """Last second at which it may be paid."""
        return datetime.fromtimestamp(self.terms.deadline, UTC)

    @property
    def firm_until(self) -> datetime | None:
        """Last second at which the seller neither recalls nor changes; None when it is not firm."""
        if not self.terms.firm_until:
            return None
        # Any number: none is after the last year that there is.
        return datetime.fromtimestamp(min(self.terms.firm_until, tell.LAST_SECOND), UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of a bill's history, with the account that acted and a sentence that tells it."""

    event: Event
    time: datetime
    sentence: str
    remark: str | None = None

    @property
    def act_count(self) -> int | None:
        """The bill's act count after it; None for what is no act (a signature shown, an approval)."""
        return getattr(self.event, "act_count", None) if type(self.event) in SUITE.acts else None


@dataclass(frozen=True, slots=True)
class History(Shown):
    """A bill with everything that happened to it, oldest first.

    `checksum`, `carriage_law` and `record_law` are as issued; `replaces` and `replaced_by` are its lineage (P2).
    """

    bill: Bill
    entries: tuple[Entry, ...]
    checksum: bytes
    carriage_law: str
    record_law: RecordLaw
    replaces: tuple[int, ...]
    replaced_by: tuple[int, ...]
    links: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """Transaction to where the network's explorer shows it."""


@dataclass(frozen=True, slots=True)
class Announced:
    """What was announced to the AccessManager and not carried out: whose it is, what it does in words, and from when
    until when it can be carried out (seconds since 1970)."""

    number: bytes
    caller: str
    target: str
    data: bytes
    what: str
    ready: int
    until: int
    expired: bool


@dataclass(frozen=True, slots=True)
class Act(Shown):
    """What became of an act: its transaction, what it cost, the events that it made.

    In a rehearsal nothing was sent: `transaction` and `block` are None, `gas` is the limit that would be set, `cost`
    the most that it could cost, `events` None where the RPC cannot tell them. `ready_from` is set when the act was only
    announced, because the power behind it takes effect after a delay.
    """

    verb: str
    label: str
    sender: str
    transaction: str | None
    block: int | None
    gas: int
    cost: int
    """Wei."""
    events: tuple[Event, ...] | None
    bills: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()
    ready_from: datetime | None = None
    names: Names | None = field(default=None, repr=False, compare=False)
    link: str | None = field(default=None, repr=False, compare=False)
    """Where the network's explorer shows the transaction."""

    @property
    def sent(self) -> bool:
        """Whether it was sent; False for a rehearsal."""
        return self.transaction is not None

    @property
    def bill(self) -> int:
        """The id of the one bill that it was about. Raises `ChainError` when there was none or were several."""
        if len(self.bills) != 1:
            raise ChainError(f"this act was about {len(self.bills)} bills", subject=self.label, code="chain.answer")
        return self.bills[0]

    def all(self, kind: type[E]) -> tuple[E, ...]:
        """Its events of a type."""
        return tuple(event for event in self.events or () if isinstance(event, kind))

    def event(self, kind: type[E]) -> E:
        """Its one event of a type. Raises `ChainError` when there is none or are several."""
        found = self.all(kind)
        if len(found) != 1:
            raise ChainError(
                f"it has {len(found)} events {kind.__name__}, not one", subject=self.label, code="chain.answer"
            )
        return found[0]
