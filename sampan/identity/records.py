"""What is known of participants, accounts and rooms (contracts/identity)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from sampan.model.store import State, record
from sampan.suite.layout import Layout, spare, text
from sampan.suite.verb import NOBODY
from sampan.suite.words import Receiving, Role

HOUR: Final = 3600
DAY: Final = 24 * HOUR
DEFAULT_ANSWER_HOURS: Final = 72
MAX_ANSWER_HOURS: Final = 14 * 24
SUSPENSION: Final = 90 * DAY
RECOVERY_DELAY: Final = 7 * DAY
RECOVERY_STANDS: Final = 30 * DAY
MAX_ACCOUNTS: Final = 64
ALL_RECORD_LAWS: Final = 0b1111

# Plain integers for use in rules: flags cost a lookup at every operation.
ISSUE: Final = 1
ANSWER: Final = 2
MOVE: Final = 4
TERMS: Final = 8
BANK: Final = 32
ALL_ROLES: Final = sum(Role)
EXITS: Final = ANSWER | MOVE | TERMS
"""What a participant needs to end what it has begun; administration takes none of these (P5)."""


@record
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
    approves: bool = False
    """Has approved somebody for a bill, some time."""
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


@record
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
    """Its living accounts."""
    ended: list[str] = field(default_factory=list)
    """Its accounts that were removed or recovered."""

    def answers_within(self, time: int) -> int:
        """Hours within which it answers a surrender made at `time` (T7)."""
        return self.next_answer_hours if self.next_from and time >= self.next_from else self.answer_hours


@dataclass(frozen=True, slots=True)
class Recovery:
    """A recovery that was proposed."""

    successor: str
    roles: int
    """Of a successor that is not yet an account; 0: it is one already."""
    executable_from: int
    account_count: int = 0
    """How many accounts there were: those added since have no veto."""

    def waits(self, now: int) -> bool:
        """Proposed, and not lapsed."""
        return self.executable_from != 0 and now <= self.executable_from + RECOVERY_STANDS


class RoomCode(Protocol):
    """What a room's own code does, as far as the ledger sees it; `Identity.rooms` has one for every room called."""

    def on_bill(self, ledger: Any, bill: int, giver: str, terms: bytes) -> tuple[int, int]:
        """Takes a bill in: for whom it holds it, and under which deal. Raises `Refusal` when it reverts.

        `ledger` is the `perform.Transaction` under way, through which a room may call back.
        """
        ...

    def on_replaced(self, ledger: Any, bills: tuple[int, ...], replacements: tuple[int, ...]) -> None:
        """Is told which bills it surrendered were replaced by which. Raises `Refusal` when it reverts."""
        ...


class Identity(State):
    """Who is who on a ledger."""

    TRANSIENT = ("asked",)
    # Shortening a way is not logged either: `unlike` compares where the ways lead.
    UNLOGGED = ("rooms", "contracts", "account_at")

    accounts: dict[str, Account]
    account_count: int
    account_at: dict[int, str]
    """Account number → address; of an ended account: its successor. Follow with `resolve`."""
    participants: dict[int, Participant]
    participant_count: int
    note_count: int
    """Events that no other count covers."""
    by_lei: dict[int, int]
    codes: dict[tuple[str, str], int]
    """(list, code) → participant that owns it."""
    givers: dict[tuple[int, int], bool]
    """(participant, giver) → listed."""
    listed: dict[tuple[str, str], bool]
    """(room, country) → participants of the country may use the room."""
    recoveries: dict[str, Recovery]
    cancelled: dict[tuple[str, bytes], bool]
    """(signer, digest) → withdrawn."""
    asked: dict[int, bool]
    """Bills about which a room is asked, in the transaction at hand."""
    rooms: dict[str, RoomCode]
    """What the rooms' own code does; no log shows it."""
    contracts: dict[str, bool]
    """Address with code → whether it answers ERC-721's `onERC721Received`; no log shows it."""

    def account(self, address: str) -> Account:
        """The account at an address; all zero when it is none. Change what `change` gives, never this."""
        return self.accounts.get(address) or Account(address)

    def resolve(self, number: int) -> str:
        """The address to which an account number points now, followed through recovered and removed accounts."""
        address = self.account_at.get(number, NOBODY)
        # A log that somebody invented may lead in a circle.
        for _ in self.account_at:
            account = self.accounts.get(address)
            if account is None or account.may_act:
                return address
            following = self.account_at[account.number]
            if following == address:
                return address
            address = following
        return address

    def unlike(self, other: Any) -> Iterator[str]:
        yield from super().unlike(other)
        for number in self.account_at:
            if self.resolve(number) != other.resolve(number):
                yield f"where account {number} leads"

    def change_all(self, participant: int) -> tuple[Participant, list[Account]]:
        """A participant and its living accounts, all about to change."""
        person = self.change(self.participants, participant)
        return person, [self.change(self.accounts, address) for address in person.accounts]

    def living(self, participant: int) -> list[Account]:
        """The accounts of a participant that were neither removed nor recovered."""
        return [self.accounts[address] for address in self.participants[participant].accounts]

    def ever(self, participant: int) -> list[str]:
        """All accounts that a participant ever had, the living first; none of one that does not exist."""
        known = self.participants.get(participant)
        return [*known.accounts, *known.ended] if known else []


ACCOUNT_WORD: Final = Layout(
    ("balance", 32, lambda account: account.possessed),
    ("lei", 94, lambda account: account.lei),
    ("participant", 20, lambda account: account.participant),
    ("number", 20, lambda account: account.number),
    ("roles", 16, lambda account: account.roles),
    ("country", 16, lambda account: text(account.country)),
    ("acts", 1, lambda account: account.may_act),
    ("receives", 1, lambda account: account.may_receive),
    ("room", 1, lambda account: account.room),
    ("receiving", 2, lambda account: account.receiving),
    ("approves", 1, lambda account: account.approves),
    ("flags to come", 2, spare),
    ("issued", 24, lambda account: account.issued),
    ("suspendedUntil (hour)", 20, lambda account: account.suspended_until // HOUR),
    ("recordLaws", 4, lambda account: account.record_laws),
    ("spare", 2, spare),
)
"""Balance and everything that an act asks of an account, as contracts/identity/AccountWord.sol lays it out."""
