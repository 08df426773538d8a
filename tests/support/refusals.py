"""Which refusals of which verbs a rebuild needs to notice an altered log.

`PYTHONPATH=tests python -m support.refusals` prints and keeps them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from random import Random

from support.logs import Honest, honest_ledger
from support.tamper import Found, tamper

KEPT = Path(__file__).resolve().parents[1] / "model" / "refusals_reached.json"

NEVER = {
    "": "ether that a function does not take: the compiler's own check",
    "NoEther": "no log shows ether",
    "AccessManagedUnauthorized": "powers are the manager's business: SAM-A1 holds them against the manifest",
    "AuthorityIsFixed": "setAuthority never logs anything",
    "NotSignedBy": "no log shows a signature",
    "RoomIsAsked": "only while a room answers, and then nothing is logged",
    "TermsRequired": "no log shows what a room answers; this is a room's own error",
    "TransferToNonERC721ReceiverImplementer": "no log shows what a receiver answers",
}
"""Errors that no altered log can reach, and why."""
SIGNING = ("act", "addAccount", "agree", "enrol", "proposeRecovery", "record")
"""Functions that take what somebody signed."""
TITLE = "title is logged by the participant's number, which no room has"
TWO_CHANGES = "to name a party of the other kind that has the bill is two changes; it has a test of its own"
NEVER_OF = {
    # The digest of an act is logged, and until when what is recorded counts.
    **{(each, "SignatureCancelled"): "no log shows what was signed" for each in SIGNING if each != "act"},
    **{(each, "SignatureExpired"): "no log shows a deadline" for each in SIGNING if each != "record"},
    ("act", "StaleAct"): "the count that was signed is not logged; a bill at its last count has a test of its own",
    ("endorse", "NotAPerson"): TITLE,
    ("issue", "NotAPerson"): TITLE,
    ("lodge", "NotAPerson"): TWO_CHANGES,
    ("hold", "NotLodged"): TWO_CHANGES,
    ("giveBack", "NotLodged"): TWO_CHANGES,
    ("transferFrom", "NoSuchBill"): "TokenDoesNotExist is said before, and without an operator `transfer` says it",
    ("transferFrom", "WrongStatus"): "moved to where it is refused, its note is wrong; `transfer` says it",
}
"""The same, of one function."""
SAME_LOG = ("safeTransferFrom(address,address,uint256)", "safeTransferFrom(address,address,uint256,bytes)")
"""Functions whose log is that of transferFrom, which stands for them."""
OWN = {
    "act": {"StaleAct", "NotAboutBill", "NotSignedBy", "SignatureExpired", "SignatureCancelled"},
    "multicall": set[str](),
}
"""Of functions that carry out others: what they refuse themselves."""


def reason(function: str, error: str) -> str | None:
    """Why an altered log cannot reach a refusal; None when it should."""
    if function in SAME_LOG:
        return "its log is that of transferFrom"
    return NEVER.get(error) or NEVER_OF.get((function, error))


@cache
def scripted() -> Honest:
    """The scripted trade; do not act on it."""
    ledger = Honest()
    ledger.play()
    return ledger


@cache
def found() -> Found:
    """What rebuilds of the scripted trade's log say when it is altered in one place."""
    return tamper(scripted().log, Random(1))


def refused_by_chance() -> set[tuple[str, str]]:
    """Refusals that acts by chance meet."""
    met = set().union(*(honest_ledger(seed, 3_000).refused for seed in range(2)))
    return {(function, error) for function, error in met if error in OWN.get(function, {error})}


if __name__ == "__main__":
    reached = sorted(f"{function} {error}" for function, error in found().refusals)
    KEPT.write_text(json.dumps(reached, indent=1) + "\n", encoding="utf-8")
    print("\n".join(reached))
    print(f"{len(reached)} refusals reached by {found().count} altered logs; kept in {KEPT}")
