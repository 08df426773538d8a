"""What is proved: the properties in the words of the trade, the acts that are tried, and what neither reaches.

A property has the name of a bit in `Proofs.t.sol`; which acts ask it is read from there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import prod
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent
SPELLING: Final = "wellFormed"
"""The one check that is not of the ledger but of a library, in `BillId.t.sol`; its property has no bit."""


@dataclass(frozen=True)
class Property:
    """What holds of every act that succeeds, or of every act that must."""

    name: str
    says: str
    ids: str


PROPERTIES: Final = (
    Property(
        "MOVED",
        "Possession moves only by its possessor's act (or its operator's), back by an answer or a recall, or "
        "to a successor.",
        "P4, L6",
    ),
    Property(
        "PLAIN",
        "What gives no title changes none: a transfer, a lodging as it is, a signature, a surrender, an "
        "answer and a recovery leave kind, titleholder and whoever gave title.",
        "N1, P4",
    ),
    Property("TITLE", "Title changes on a live bill alone, by the act of its possessor or of its titleholder.", "P4"),
    Property(
        "ENDORSES",
        "Only the possessor endorses, a bill in blank or one to order whose titleholder it is; title goes to "
        "whom it names. A room endorses only out.",
        "P4, L10",
    ),
    Property(
        "ACTING",
        "Who may not act now does nothing. Only a room's surrender may be recalled, and a successor be given "
        "its bills, by anybody.",
        "P12",
    ),
    Property(
        "RECEIVES",
        "Nothing new is given to who may not receive, nor a bill to a room but by lodging. A room lets out to"
        " who receives, in a country it is listed for, or to whom it holds for.",
        "P12, N8",
    ),
    Property(
        "WELCOME",
        "A person gives to whom takes from anybody, from its own participant or from whom it listed; no "
        "agreement stands here.",
        "L15",
    ),
    Property(
        "REJECTS",
        "Each rejects what it was given, within 72 hours: possession goes back to who gave it, title to who "
        "gave that; an issue only as the first act.",
        "L15, P13",
    ),
    Property(
        "BEARER",
        "No rejection makes a bearer bill for another: it is then with who gave it, or with who rejects.",
        "P4",
    ),
    Property("HOURS", "While title may be rejected its hours run on when possession moves.", "P13"),
    Property(
        "SURRENDERS",
        "Who is entitled surrenders, and the shipper of a straight bill, to an account of the carrier that "
        "acts and answers; no agreement stands here.",
        "T6, L17",
    ),
    Property(
        "ANSWERED",
        "The carrier alone accepts, refuses, delivers and switches to paper, each from its own status.",
        "P9, L18",
    ),
    Property(
        "RESTORED",
        "What is refused or recalled is with whoever surrendered it, of the same kind and title, held as it "
        "was, with nothing left to reject.",
        "P4",
    ),
    Property(
        "REPLACED",
        "In one act the replaced bill ends and the new one lives, with whoever surrendered, by the carrier.",
        "P2, L11",
    ),
    Property(
        "SHIPPER",
        "The shipper of a straight bill that replaces another is who could dispose of that one, not who kept it.",
        "L11",
    ),
    Property(
        "HELD",
        "In a room a bill is never for nobody, and for whom the room last said; while its surrender waits, "
        "too, and when it is replaced.",
        "P1, L5",
    ),
    Property("UNLODGED", "With a person no lodging stands, however the bill came there.", "P1, L5"),
    Property(
        "MAY_HOLD",
        "A room never holds anew for one that is suspended or winds down, or of a country that it is not listed for.",
        "P12",
    ),
    Property("UNANSWERED", "Before it has answered for whom it holds, a room does nothing with a bill.", "P1"),
    Property(
        "GIVEN_BACK",
        "What a room gives back is with whoever lodged it, with kind and title as they came, with nothing to reject.",
        "P4",
    ),
    Property(
        "WAY_OUT",
        "A room that acts can always give back, and a carrier that acts can always refuse, whatever anybody "
        "else's standing.",
        "P5, P12",
    ),
    Property(
        "RECOVERED", "A recovered account's bill goes to its successor; nothing else in it changes but the count.", "P4"
    ),
    Property(
        "ISSUED",
        "A bill begins live, given by its carrier, which acts and issues, to a person, with document and law.",
        "L9, L14",
    ),
    Property("ENDED", "A replaced, delivered, void bill and one that became paper stay as they are.", "P1, L13, L17"),
    Property(
        "COUNTED",
        "Every act is counted once, up to 2,047, where the count stays; another deal for the same holder is no act.",
        "L10",
    ),
    Property(
        "APPROVALS",
        "An approval is the possessor's, for a person that may receive, and is gone when the bill has moved.",
        "L6",
    ),
    Property(
        "BALANCES",
        "A balance falls by one with who gave and grows by one with who was given; nothing else changes in an account.",
        "P1",
    ),
    Property(
        "KEPT",
        "What the proofs assume of a bill's word holds of it after every act: it is no assumption about what "
        "comes to be.",
        "P1",
    ),
)

WELL_FORMED: Final = Property(
    "WELL_FORMED",
    "Of all numbers, those are ids whose LEI, version and reference are written as they must be: 1 to 20 "
    "characters from 0x20 to 0x5F, no space at either end.",
    "L2",
)

ACTS: Final[Mapping[str, str]] = {
    "transfer": "`transfer` to any of the three",
    "transferFrom": "`transferFrom` by the possessor, its operator for one bill or for all, anybody else",
    "endorse": "`endorse`, each endorsement, with and without a new possessor",
    "sign": "`sign`",
    "approve": "`approve`, also to take it back",
    "reject": "`reject`, each rejection",
    "lodge": "`lodge` with a room that answers anything",
    "hold": "`hold` for anybody",
    "giveBack": "`giveBack`",
    "lodged_and_given_back": "`lodge`, then `giveBack`",
    "surrender": "`surrender` for each purpose",
    "accept": "`accept`",
    "refuse": "`refuse`",
    "recall": "`recall`, with any answer times",
    "deliver": "`deliver`",
    "toPaper": "`toPaper`",
    "replace": "`replace` of one by one, agreed by its hash",
    "recover": "`recover` after a removal or recovery",
    "issue": "`issue` of each kind",
    SPELLING: "`BillId.isWellFormed` of any of 2^256 numbers",
}
"""Check → what is tried, from any state unless it says otherwise."""

ASSUMED: Final = (
    (
        "One bill and three accounts. Each account's word is any that a person, a room or nobody can have: roles,"
        " standing, "
        "country, participant, receiving. One of them is a contract."
    ),
    (
        "The possessor, whoever gave the bill and whoever lodged it are among the three. Whoever acts is the "
        "possessor or another. "
        "What is replaced was surrendered by another account than the one that has it. An endorsement gives "
        "title to any of the three, possession to the other account that is no contract."
    ),
    (
        "The bill's word is any of which KEPT holds, with any status but `None` and `Linked`. The lodging is any "
        "that HELD and "
        "UNLODGED allow. Listings of rooms and givers, approvals and answer times are arbitrary, and so is the "
        "record of whoever "
        "is named as a holder."
    ),
    "The time is any between the years 2015 and 2084.",
    "Each account possesses five bills before the act.",
    "The act is one call, by the account itself. Keccak-256 has no collisions.",
)

UNCOVERED: Final = (
    (
        "signed acts and agreements",
        "No signature is modelled: nobody acts by a relayer, no agreement stands. Tests; random acts.",
    ),
    (
        "chains of successors",
        "A number leads to its account, in `recover` to one successor: a longer chain is a loop. Tests; random acts.",
    ),
    ("re-entry", "The room of the proofs answers and calls nothing. Tests with dishonest rooms."),
    ("many to many", "`replace` is of one bill by one: more are loops. Tests; random acts."),
    (
        "that no recall is too early",
        "No solver decided it in seven minutes: times are divided by 3,600. Tests, to the second.",
    ),
    (
        "several acts",
        (
            "KEPT, HELD and UNLODGED hold after an act when they held before, so they hold in every history of "
            "these acts. Of the "
            "other properties each act is proved by itself. Random acts."
        ),
    ),
    (
        "who is who",
        (
            "Enrolment, accounts, standing, `issueFromPaper`, `setApprovalForAll` and `multicall` are not tried. "
            "That an account "
            "keeps its number, and a room stays one, is taken for granted. Tests; random acts."
        ),
    ),
)
"""What is not covered: why, and what holds it instead."""

TRUSTED: Final = (
    (
        "halmos, its model of the EVM, and the solvers under it. A fault that is found shows that a proof can "
        "fail, not that it "
        "cannot be wrong."
    ),
    (
        "The compiler, for the questions alone: what is proved is the ledger's bytecode. (For ids it is the "
        "library's source.)"
    ),
    "The questions (`tests/proofs/*.sol`). They read words and storage by the book.",
)


@cache
def source(name: str = "Proofs.t.sol") -> str:
    """One of the Solidity files of the proofs."""
    return (FOLDER / name).read_text(encoding="utf-8")


@cache
def bits() -> dict[str, int]:
    """Property → its bit, as `Proofs.t.sol` has it."""
    found = re.findall(r"^    uint256 internal constant (\w+) = 1 << (\d+);$", source(), re.MULTILINE)
    return {name: 1 << int(bit) for name, bit in found}


@cache
def _bodies() -> dict[str, str]:
    """Function of `Proofs.t.sol` → its body."""
    return dict(re.findall(r"^    function (\w+)\(.*?\{\n(.*?)^    \}$", source(), re.MULTILINE | re.DOTALL))


def cases(check: str) -> int:
    """How many runs try a check: one for each case that it may pick."""
    return prod(map(int, re.findall(r"\b_pick\((\d+)\)", _bodies().get(f"check_{check}", ""))))


@cache
def asked() -> dict[str, set[str]]:
    """Check → the properties that it asks, itself or through a function that it calls."""
    bodies = _bodies()

    def found(name: str) -> set[str]:
        named = set(re.findall(r"\b(\w+)\b", bodies[name]))
        calls = {each for each in re.findall(r"\b(_\w+)\(", bodies[name]) if each in bodies}
        return (named & set(bits())).union(*map(found, calls))

    checks = {name.removeprefix("check_"): found(name) for name in bodies if name.startswith("check_")}
    return {**checks, SPELLING: {WELL_FORMED.name}}
