"""What the ledger knows: bills, accounts, participants, rooms, and what waits.

Enumerations have the contracts' order, so that their values are what events carry. A `State` can undo: inside
`savepoint()` every object that is about to change is kept as it was, so that a refused call leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from typing import Any, Final, Protocol, TypeAlias, TypeVar

from sampan.suite import ids

NOBODY: Final = "0x" + "0" * 40
"""The zero address."""
HOUR: Final = 3600
DAY: Final = 24 * HOUR
NO_HASH: Final = bytes(32)

MAX_ACTS: Final = 2047
"""A bill's act count stays here; from then on nothing about it can be signed."""
REJECT_HOURS: Final = 72
"""Whole hours within which what was received may be rejected."""
DEFAULT_ANSWER_HOURS: Final = 72
MAX_ANSWER_HOURS: Final = 14 * 24
SUSPENSION: Final = 90 * DAY
RECOVERY_DELAY: Final = 7 * DAY
MAX_ACCOUNTS: Final = 64
MAX_REPLACED: Final = 32
MAX_REPLACEMENTS: Final = 64
ALL_RECORD_LAWS: Final = 0b1111


class Status(IntEnum):
    """Where a bill stands in its life. `REPLACED`, `PAPER`, `DELIVERED`, `VOID` absorb (P1)."""

    NONE = 0
    LIVE = 1
    PENDING_DELIVERY = 2
    PENDING_AMENDMENT = 3
    PENDING_PAPER = 4
    SURRENDERED = 5
    REPLACED = 6
    PAPER = 7
    DELIVERED = 8
    VOID = 9
    LINKED = 10


PENDING: Final = frozenset({Status.PENDING_DELIVERY, Status.PENDING_AMENDMENT, Status.PENDING_PAPER})
TERMINAL: Final = frozenset({Status.REPLACED, Status.PAPER, Status.DELIVERED, Status.VOID})


class Kind(IntEnum):
    """Who is entitled and whether it can endorse on.

    Straight: the consignee, nobody endorses. Order: the named endorsee, who can. Named: an endorsee who cannot. Blank:
    whoever possesses.
    """

    STRAIGHT = 0
    ORDER = 1
    NAMED = 2
    BLANK = 3


class Endorsement(IntEnum):
    """DCSA's ENDORSE, ENDORSE_TO_ORDER, BLANK_ENDORSE; NONE where a bill moves without one."""

    NONE = 0
    NAMED = 1
    TO_ORDER = 2
    BLANK = 3


class SurrenderFor(IntEnum):
    """DCSA's surrender codes: SREQ; AREQ without reason, with COD, SWI, SWTP."""

    DELIVERY = 0
    AMENDMENT = 1
    CHANGE_OF_DESTINATION = 2
    SWITCH = 3
    PAPER = 4


class Purpose(IntEnum):
    """What a possessor says when it signs a bill (DCSA's SIGN)."""

    SEEN = 0
    CHECKED = 1
    PLEDGE_NOTED = 2
    RECEIVED_IN_TRUST = 3


class RecordLaw(IntEnum):
    """The law under which the electronic record is a document of title (T5)."""

    RULEBOOK_ONLY = 0
    ENGLISH_ETDA_2023 = 1
    SINGAPORE_ETA = 2
    PRC_MARITIME_CODE_2025 = 3


class Rejection(IntEnum):
    """What a receiver rejects: what one act gave, or the issue itself."""

    POSSESSION = 0
    TITLE = 1
    BOTH = 2
    ISSUE = 3


class Receiving(IntEnum):
    """From whom an account takes bills and title (T8)."""

    ANYONE = 0
    LISTED_ONLY = 1
    SIGNED_ONLY = 2


class Role(IntFlag):
    """What an account may do for its participant. Sums of roles are plain integers everywhere."""

    ISSUE = 1
    ANSWER = 2
    MOVE = 4
    TERMS = 8
    PRODUCE = 16
    BANK = 32
    SUPERVISE = 64


LAW_NAMES: Final[dict[RecordLaw, str]] = {
    RecordLaw.RULEBOOK_ONLY: "the rulebook alone",
    RecordLaw.ENGLISH_ETDA_2023: "English law (Electronic Trade Documents Act 2023)",
    RecordLaw.SINGAPORE_ETA: "Singapore law (Electronic Transactions Act)",
    RecordLaw.PRC_MARITIME_CODE_2025: "PRC law (Maritime Code as revised in 2025)",
}


def plain(word: IntEnum | Role) -> str:
    """A word as people read it: lower case, blanks for underscores; roles joined by commas."""
    if isinstance(word, Role):
        return ", ".join(one.name.lower() for one in Role if one in word and one.name) or "none"
    return word.name.lower().replace("_", " ")


def option(word: IntEnum) -> str:
    """A word as the command line and JSON write it: lower case, hyphens."""
    return word.name.lower().replace("_", "-")


# Plain integers for use in rules: flags cost a lookup at every operation.
ISSUE: Final = 1
ANSWER: Final = 2
MOVE: Final = 4
TERMS: Final = 8
ALL_ROLES: Final = 127
EXITS: Final = ANSWER | MOVE | TERMS
"""What a participant needs to end what it has begun; administration takes none of these (P5)."""


@dataclass(slots=True)
class Bill:
    """All that is known of a bill: what changes, what is fixed at issue (P3), its lineage (P2)."""

    id: int
    status: Status
    kind: Kind
    possessor: str
    """Account that owns the token; with the carrier while pending and ever after."""
    titleholder: int = 0
    """Participant entitled; 0: in blank."""
    previous_account: int = 0
    """Account number that gave the bill; while a surrender waits, that surrendered it."""
    previous_titleholder: int = 0
    """Participant that gave title, 0: it was in blank and came whole. Of a straight bill: the shipper."""
    may_reject_possession: bool = False
    may_reject_title: bool = False
    act_count: int = 0
    """Acts so far, at most `MAX_ACTS`."""
    since: int = 0
    """Hour since 1970 of the last giving or surrender; storage keeps it modulo 2^16."""
    agreed: bytes = NO_HASH
    """Hash of the replacements agreed beforehand in a pending surrender for amendment."""

    root: bytes = NO_HASH
    checksum: bytes = NO_HASH
    carriage_law: str = ""
    record_law: RecordLaw = RecordLaw.RULEBOOK_ONLY
    issuer: str = NOBODY
    """Account that issued it."""
    issued: int = 0
    """Which bill of that account it was, from 1."""
    originals: int = 0
    """Paper originals made inoperative at issue from paper, or issued in its place."""
    statement: bytes = NO_HASH
    """Hash of the statement of change of medium (L12, L13)."""

    replaces: tuple[int, ...] = ()
    replaced_by: tuple[int, ...] = ()

    def copy(self) -> Bill:
        """As it is now."""
        return Bill(
            self.id,
            self.status,
            self.kind,
            self.possessor,
            self.titleholder,
            self.previous_account,
            self.previous_titleholder,
            self.may_reject_possession,
            self.may_reject_title,
            self.act_count,
            self.since,
            self.agreed,
            self.root,
            self.checksum,
            self.carriage_law,
            self.record_law,
            self.issuer,
            self.issued,
            self.originals,
            self.statement,
            self.replaces,
            self.replaced_by,
        )


@dataclass(slots=True)
class Account:
    """An address that acts for a participant, or a room. The zero values are those of an address that is neither."""

    address: str
    number: int = 0
    participant: int = 0
    lei: int = 0
    roles: int = 0
    country: str = ""
    may_act: bool = False
    """The bit; whether it acts *now* is `acts`."""
    may_receive: bool = False
    """The bit; whether it receives *now* is `receives`."""
    room: bool = False
    receiving: Receiving = Receiving.ANYONE
    issued: int = 0
    """Bills it issued, modulo 2^24."""
    suspended_until: int = 0
    """Second since 1970 at which a suspension ends by itself; 0: none."""
    record_laws: int = 0
    possessed: int = 0
    """Bills that it possesses."""

    def acts(self, now: int) -> bool:
        """May start something at `now` (P12)."""
        return self.may_act and now >= self.suspended_until

    def receives(self, now: int) -> bool:
        """May be given something new at `now` (P12)."""
        return self.may_receive and now >= self.suspended_until

    def copy(self) -> Account:
        """As it is now."""
        return Account(
            self.address,
            self.number,
            self.participant,
            self.lei,
            self.roles,
            self.country,
            self.may_act,
            self.may_receive,
            self.room,
            self.receiving,
            self.issued,
            self.suspended_until,
            self.record_laws,
            self.possessed,
        )


@dataclass(slots=True)
class Participant:
    """A legal person."""

    number: int
    lei: int
    parent: int
    country: str
    roles: int
    rulebook: bytes
    record_laws: int = 0
    answer_hours: int = DEFAULT_ANSWER_HOURS
    next_answer_hours: int = 0
    next_from: int = 0
    """Second since 1970 from which `next_answer_hours` counts; 0: never."""
    suspended_until: int = 0
    winding_down: bool = False
    accounts: list[str] = field(default_factory=list)
    """Its accounts; removed and recovered ones are left out."""

    def answers_within(self, time: int) -> int:
        """Hours within which it answers a surrender made at `time` (T7)."""
        return self.next_answer_hours if self.next_from and time >= self.next_from else self.answer_hours

    def copy(self) -> Participant:
        """As it is now."""
        return Participant(
            self.number,
            self.lei,
            self.parent,
            self.country,
            self.roles,
            self.rulebook,
            self.record_laws,
            self.answer_hours,
            self.next_answer_hours,
            self.next_from,
            self.suspended_until,
            self.winding_down,
            list(self.accounts),
        )


@dataclass(frozen=True, slots=True)
class Recovery:
    """A recovery that waits."""

    successor: str
    roles: int
    """Of a successor that is not yet an account; 0: it is one already."""
    executable_from: int


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a participant showed its agreement to: one act, at one act count, with one result."""

    participant: int
    bill: int
    act_count: int
    verb: bytes
    possessor: str
    titleholder: int
    kind: int
    detail: bytes


class RoomCode(Protocol):
    """What a room's own code does, as far as the ledger sees it; `State.rooms` has one for every room called."""

    def on_bill(self, ledger: Any, bills: tuple[int, ...], giver: str, signer: str, terms: bytes) -> bool:
        """Takes bills in; whether it answers with the right selector. Raises `rules.Refusal` when it reverts.

        `ledger` is the `verbs.Transaction` under way, through which a room may call back.
        """
        ...

    def holder_for(self, bill: int) -> int:
        """The participant for whom it holds the bill, 0: nobody; raises `rules.Refusal` when the room reverts."""
        ...


_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_ABSENT: Final = object()
_Changes: TypeAlias = dict[tuple[int, Any], tuple[MutableMapping[Any, Any], Any]]
Outer: TypeAlias = tuple[_Changes | None, int]
"""What a savepoint remembers of the one around it."""
_PLAIN: Final = (
    "account_at",
    "administrators",
    "agreements",
    "approvals",
    "by_lei",
    "cancelled",
    "codes",
    "contracts",
    "givers",
    "listed",
    "operators",
    "recoveries",
    "rooms",
)
"""The mappings of a state whose entries never change."""


class State:
    """The ledger at one moment. Read mappings freely; change bills, accounts and participants through `change_*`."""

    __slots__ = (
        "_undo",
        "account_at",
        "account_count",
        "accounts",
        "administrators",
        "agreements",
        "approvals",
        "authority",
        "bills",
        "by_lei",
        "cancelled",
        "changes",
        "codes",
        "contracts",
        "givers",
        "ledger",
        "listed",
        "now",
        "operators",
        "participants",
        "recoveries",
        "rooms",
    )

    def __init__(self) -> None:
        self.now = 0
        """Second since 1970 of the call or event at hand."""
        self.bills: dict[int, Bill] = {}
        self.accounts: dict[str, Account] = {}
        self.account_count = 0
        self.account_at: dict[int, str] = {}
        """Account number → address; of an ended account: its successor. Follow with `resolve`."""
        self.participants: dict[int, Participant] = {}
        self.by_lei: dict[int, int] = {}
        self.codes: dict[tuple[str, str], int] = {}
        """(list, code) → participant that owns it."""
        self.givers: dict[tuple[int, int], bool] = {}
        """(participant, giver) → listed."""
        self.listed: dict[tuple[str, str], bool] = {}
        """(room, country) → participants of the country may use the room."""
        self.recoveries: dict[str, Recovery] = {}
        self.approvals: dict[int, str] = {}
        """Bill → account that may move possession."""
        self.operators: dict[tuple[str, str], bool] = {}
        """(possessor, operator) → may move possession of all."""
        self.cancelled: dict[tuple[str, bytes], bool] = {}
        """(signer, digest) → withdrawn."""
        self.agreements: dict[Agreed, bool] = {}
        """Shown in the transaction at hand."""
        self.rooms: dict[str, RoomCode] = {}
        """What the rooms' own code does, for `verbs`."""
        self.ledger = NOBODY
        """Address of the ledger itself, for `verbs`."""
        self.authority = NOBODY
        """Address of the AccessManager, for `verbs`."""
        self.administrators: dict[str, str] = {}
        """Restricted verb → the address that may call it without delay (AccessManager), for `verbs`."""
        self.contracts: dict[str, bool] = {}
        """Address with code → whether it answers ERC-721's `onERC721Received`, for `verbs`."""
        self._undo: _Changes | None = None
        self.changes: _Changes = {}
        """What the last savepoint that was kept changed: (mapping's identity, key) → mapping and entry before."""

    def copy(self) -> State:
        """As it is now; only the rooms' own code is shared. Not inside a savepoint."""
        made = State()
        made.now = self.now
        made.bills = {number: bill.copy() for number, bill in self.bills.items()}
        made.accounts = {address: account.copy() for address, account in self.accounts.items()}
        made.participants = {number: participant.copy() for number, participant in self.participants.items()}
        made.account_count = self.account_count
        made.ledger, made.authority = self.ledger, self.authority
        for name in _PLAIN:
            setattr(made, name, dict(getattr(self, name)))
        return made

    # ------------------------------------------------------------------------------------------------------- reading

    def account(self, address: str) -> Account:
        """The account at an address; all zero when it is none. Never change what this gives: see `change_account`."""
        return self.accounts.get(address) or Account(address)

    def status(self, bill: int) -> Status:
        """A bill's status, `NONE` when it was never issued."""
        known = self.bills.get(bill)
        return known.status if known else Status.NONE

    def resolve(self, number: int) -> str:
        """The address to which an account number points now, followed through recovered and removed accounts."""
        address = self.account_at.get(number, NOBODY)
        while True:
            account = self.accounts.get(address)
            if account is None or account.may_act:
                return address
            following = self.account_at[account.number]
            if following == address:
                return address
            address = following

    def living(self, participant: int) -> list[Account]:
        """The accounts of a participant that were neither removed nor recovered."""
        return [self.accounts[address] for address in self.participants[participant].accounts]

    def versions(self, bill: int) -> list[Bill]:
        """All versions of a bill's reference, oldest first (P2)."""
        first = ids.reference_key(bill) + ids.ONE_VERSION
        found = []
        while first in self.bills:
            found.append(self.bills[first])
            first += ids.ONE_VERSION
        return found

    # ------------------------------------------------------------------------------------------------------ changing

    def change_bill(self, bill: int) -> Bill:
        """A bill that is about to change."""
        known = self.bills[bill]
        if self._undo is not None:
            self._undo.setdefault((id(self.bills), bill), (self.bills, known.copy()))
        return known

    def change_account(self, address: str) -> Account:
        """An account that is about to change."""
        known = self.accounts[address]
        if self._undo is not None:
            self._undo.setdefault((id(self.accounts), address), (self.accounts, known.copy()))
        return known

    def change_participant(self, number: int) -> Participant:
        """A participant that is about to change."""
        known = self.participants[number]
        if self._undo is not None:
            self._undo.setdefault((id(self.participants), number), (self.participants, known.copy()))
        return known

    def put(self, mapping: MutableMapping[_Key, _Value], key: _Key, value: _Value) -> None:
        """Sets an entry of one of the mappings."""
        if self._undo is not None:
            self._undo.setdefault((id(mapping), key), (mapping, mapping.get(key, _ABSENT)))
        mapping[key] = value

    def drop(self, mapping: MutableMapping[_Key, _Value], key: _Key) -> None:
        """Removes an entry of one of the mappings, if it is there."""
        if key in mapping:
            if self._undo is not None:
                self._undo.setdefault((id(mapping), key), (mapping, mapping[key]))
            del mapping[key]

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What changes inside is undone when an exception leaves it, which goes on."""
        outer = self.begin()
        try:
            yield
        except BaseException:
            self.undo(outer)
            raise
        self.keep(outer)

    def begin(self) -> Outer:
        """Opens a savepoint; hand what it gives to `keep` or `undo`."""
        outer = (self._undo, self.account_count)
        self._undo = {}
        return outer

    def keep(self, outer: Outer) -> None:
        """Closes a savepoint; its changes, which `changes` tells, belong to the one around it."""
        self.changes = self._undo or {}
        self._undo = outer[0]
        if self._undo is not None:
            for key, entry in self.changes.items():
                self._undo.setdefault(key, entry)

    def undo(self, outer: Outer) -> None:
        """Closes a savepoint and undoes its changes."""
        for (_, key), (mapping, before) in (self._undo or {}).items():
            if before is _ABSENT:
                mapping.pop(key, None)
            else:
                mapping[key] = before
        self._undo, self.account_count = outer

    def changed_bills(self) -> list[int]:
        """Bills that changed, or began, in the last savepoint that was kept."""
        mapping = id(self.bills)
        return [key for which, key in self.changes if which == mapping]

    def changed_accounts(self) -> list[str]:
        """Accounts that changed, or began, in the last savepoint that was kept."""
        mapping = id(self.accounts)
        return [key for which, key in self.changes if which == mapping]

    def before(self, bill: int) -> Bill | None:
        """A bill as it was before the last savepoint that was kept, if it changed there and existed."""
        _, known = self.changes.get((id(self.bills), bill), (None, None))
        return known if isinstance(known, Bill) else None
