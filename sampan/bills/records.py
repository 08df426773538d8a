"""What is known of bills (contracts/bills)."""

from __future__ import annotations

from typing import Final, NamedTuple

from sampan.identity.records import Identity
from sampan.model.store import record
from sampan.suite import ids
from sampan.suite.codec import arguments_encoder, keccak
from sampan.suite.layout import Layout, spare
from sampan.suite.verb import NOBODY
from sampan.suite.words import Kind, RecordLaw, Status

NO_HASH: Final = bytes(32)

MAX_ACTS: Final = 2047
"""A bill's act count stays here; from then on nothing about it can be signed."""
REJECT_HOURS: Final = 72
"""Whole hours within which what was received may be rejected."""
HOURS_MODULO: Final = 1 << 16
"""The hour from which a bill's times run is kept modulo this."""
MAX_REPLACED: Final = 32
MAX_REPLACEMENTS: Final = 64
MOST_IDLE_ACTS: Final = 1024
"""Acts from which on nothing is done on a bill that moves nothing."""
ISSUED_MODULO: Final = 1 << 24

LIVE: Final = frozenset({Status.LIVE})
PENDING: Final = frozenset({Status.PENDING_DELIVERY, Status.PENDING_AMENDMENT, Status.PENDING_PAPER})
TERMINAL: Final = frozenset({Status.REPLACED, Status.PAPER, Status.DELIVERED, Status.VOID})
"""Statuses that absorb (P1)."""


@record
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
    """Hour since 1970 of the last giving or surrender; storage keeps it modulo `HOURS_MODULO`."""
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


@record
class Lodging:
    """What the ledger keeps of a bill that a room possesses or surrendered."""

    holder: int
    """Participant for whom the room holds."""
    lodged_by: int
    """Number of the account that lodged it, to which it goes back."""
    endorsed: bool
    """Lodging endorsed it in blank: undone when it goes back."""
    deal: int
    """The room's own: under which deal."""

    @property
    def together(self) -> tuple[int, int, bool]:
        """All but the deal: what bills that are replaced in one act must have in common."""
        return self.holder, self.lodged_by, self.endorsed


class Outcome(NamedTuple):
    """How an act leaves a bill, which is what may be agreed to: `act_count` is the bill's before the act."""

    bill: int
    act_count: int
    possessor: str
    titleholder: int
    kind: Kind
    detail: bytes = NO_HASH


_AGREEMENT: Final = arguments_encoder(
    [{"type": kind} for kind in ("uint256", "uint256", "uint256", "bytes4", "address", "uint256", "uint8", "bytes32")]
)


class Shown(NamedTuple):
    """An agreement that was shown: whose, to which verb, with which outcome."""

    participant: int
    verb: bytes
    outcome: Outcome

    @property
    def key(self) -> bytes:
        """Where the ledger keeps a recorded one (contracts/bills/Ledger.sol)."""
        return keccak(_AGREEMENT((self.participant, *self.outcome[:2], self.verb, *self.outcome[2:])))


class Bills(Identity):
    """The bills of a ledger."""

    TRANSIENT = ("agreements",)

    bills: dict[int, Bill]
    agreements: dict[Shown, bool]
    """Shown in the transaction at hand."""
    recorded: dict[Shown, int]
    """Recorded agreements → last second at which they count."""
    lodgings: dict[int, Lodging]
    """Of bills that a room possesses or surrendered; of one that ended so, for good."""
    approvals: dict[int, str]
    """Bill → account that may move possession."""
    operators: dict[tuple[str, str], bool]
    """(possessor, operator) → may move possession of all."""
    called: dict[tuple[str, bytes], bool]
    """(room, digest) → what somebody signed for the room was carried out."""

    def status(self, bill: int) -> Status:
        """A bill's status, `NONE` when it was never issued."""
        known = self.bills.get(bill)
        return known.status if known else Status.NONE

    def versions(self, bill: int) -> list[Bill]:
        """All versions of a bill's reference, oldest first (P2)."""
        first = ids.reference_key(bill) + ids.ONE_VERSION
        found = []
        while first in self.bills:
            found.append(self.bills[first])
            first += ids.ONE_VERSION
        return found


BILL_WORD: Final = Layout(
    ("possessor", 160, lambda bill: int(bill.possessor, 16)),
    ("status", 4, lambda bill: bill.status),
    ("kind", 2, lambda bill: bill.kind),
    ("mayRejectPossession", 1, lambda bill: bill.may_reject_possession),
    ("mayRejectTitle", 1, lambda bill: bill.may_reject_title),
    ("kept", 1, spare),
    ("actCount", 11, lambda bill: bill.act_count),
    ("since", 16, lambda bill: bill.since % HOURS_MODULO),
    ("titleholder", 20, lambda bill: bill.titleholder),
    ("previousAccount", 20, lambda bill: bill.previous_account),
    ("previousTitleholder", 20, lambda bill: bill.previous_titleholder),
)
"""Possessor and everything that changes in a bill, as contracts/bills/BillWord.sol lays it out."""
LODGING_WORD: Final = Layout(
    ("holder", 20, lambda lodging: lodging.holder),
    ("lodgedBy", 20, lambda lodging: lodging.lodged_by),
    ("endorsed", 1, lambda lodging: lodging.endorsed),
    ("spare", 7, spare),
    ("deal", 208, lambda lodging: lodging.deal),
)
"""A lodging, as contracts/bills/LodgingWord.sol lays it out."""
