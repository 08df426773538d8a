"""What the audit gathered, as the checks see it. A check reads this and nothing else: no chain, no file, no clock."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sampan.audit.decoding import Entry, Unreadable
    from sampan.audit.store import StoreFault
    from sampan.deployment.powers import Difference
    from sampan.deployment.verify import Fault
    from sampan.model.state import State

LEDGER = "Bills"
"""The contract whose address is the ledger."""

ISSUES = frozenset({"Issued", "IssuedFromPaper", "ReplacementIssued"})
ACTS = ISSUES | {
    "Transferred",
    "Endorsed",
    "Lodged",
    "Signed",
    "Rejected",
    "Surrendered",
    "SurrenderAccepted",
    "SurrenderRefused",
    "SurrenderRecalled",
    "Replaced",
    "SwitchedToPaper",
    "Delivered",
    "PossessionRecovered",
}
"""Events that count one act of their bill each, and carry the count."""
BESIDE = frozenset({"Agreed", "MovedByOperator", "ActedBySignature"})
"""Events about a bill that stand beside an act."""

ERC721 = frozenset({"Transfer", "Approval", "ApprovalForAll"})

REJECT_TITLE = 1
REJECT_ISSUE = 3


@dataclass(frozen=True, slots=True)
class Impossible:
    """An event that could not follow from what came before it: which, about what, and why."""

    entry: Entry
    subject: str
    why: str


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Storage that is not what the history gives (P10): about what, which part, and the two values in words."""

    subject: str
    what: str
    rebuilt: str
    found: str


@dataclass(slots=True)
class Answers:
    """What the chain answers at the last block, as far as checks look at it.

    `holders`: bill to the participant for whom it is possessed; 0 when the room names nobody, None when it refuses.
    `roots`: bill to root. `act_counts`: bill to act count. `issued`: account to bills issued, modulo 2^24.
    `mismatches` is everything in which storage and rebuilt state differ; None when storage was not asked.
    """

    holders: dict[int, int | None] = field(default_factory=dict)
    roots: dict[int, bytes] = field(default_factory=dict)
    act_counts: dict[int, int] = field(default_factory=dict)
    issued: dict[str, int] = field(default_factory=dict)
    mismatches: list[Mismatch] | None = None


@dataclass(frozen=True)
class Evidence:
    """Everything that was read and rebuilt, up to block `last` and its `time` (seconds since 1970).

    `entries` are all events of the ledger's contracts in order; `state` is what the model makes of them.
    """

    last: int
    time: int
    entries: Sequence[Entry] = ()
    unreadable: Sequence[Unreadable] = ()
    code: Sequence[Fault] = ()
    store: Sequence[StoreFault] = ()
    powers: Sequence[Difference] = ()
    state: State | None = None
    impossible: Sequence[Impossible] = ()
    answers: Answers = field(default_factory=Answers)

    @cached_property
    def ledger(self) -> list[Entry]:
        """The events of the ledger itself, in order, without ERC-721's."""
        return [entry for entry in self.entries if entry.contract == LEDGER and entry.name not in ERC721]

    @cached_property
    def acts(self) -> dict[int, list[Entry]]:
        """The acts on each bill, in order."""
        return self._by_bill(ACTS)

    @cached_property
    def histories(self) -> dict[int, list[Entry]]:
        """Everything about each bill, in order: its acts and what stands beside them."""
        return self._by_bill(ACTS | BESIDE)

    @cached_property
    def transfers(self) -> dict[int, list[Entry]]:
        """ERC-721's Transfers of each token, in order."""
        found: dict[int, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            if entry.contract == LEDGER and entry.name == "Transfer":
                found[entry.args["tokenId"]].append(entry)
        return dict(found)

    @property
    def reconciled(self) -> bool:
        """Whether the rebuilt state and storage agree in everything, and the whole history could be rebuilt."""
        return self.answers.mismatches == [] and not self.impossible and not self.unreadable and not self.code

    def _by_bill(self, names: frozenset[str]) -> dict[int, list[Entry]]:
        found: dict[int, list[Entry]] = defaultdict(list)
        for entry in self.ledger:
            if entry.name in names:
                found[entry.args["bill"]].append(entry)
        return dict(found)


def moves(entry: Entry) -> bool:
    """Whether an act moved possession (an issue included), and so stands beside one Transfer."""
    if entry.name == "Endorsed":
        return bool(entry.args["from"] != entry.args["to"])
    if entry.name == "Rejected":
        return bool(entry.args["rejection"] != REJECT_TITLE)
    return entry.name in _MOVES


_MOVES = ISSUES | {
    "Transferred",
    "Lodged",
    "Surrendered",
    "SurrenderRefused",
    "SurrenderRecalled",
    "PossessionRecovered",
}


def receiver_of(entry: Entry) -> str:
    """Who possesses after an act that moved possession."""
    args: dict[str, Any] = entry.args
    return str(args.get("to") or args.get("possessor") or args["room"])
