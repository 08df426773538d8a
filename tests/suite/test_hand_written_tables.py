"""Tables that are written by hand on purpose (tests/support restates the trade by the book) leave no verb out."""

from __future__ import annotations

from support import life, verbs

from sampan.bills import cells
from sampan.subjects import SUITE

ISSUES = {"issue", "issueFromPaper"}
"""They need a bill that is not there yet: tests/bills/test_issue.py has their table."""


def acting_on_bills() -> set[str]:
    """The declared verbs whose event counts an act of a bill."""
    return {cells.name_of(verb) for verb in SUITE.verbs.values() if any(kind in SUITE.acts for kind in verb.logs)}


def test_every_verb_that_acts_on_a_bill_is_tried_in_every_status_by_every_party() -> None:
    tried = {verb.function for verb in verbs.VERBS}
    assert acting_on_bills() - ISSUES - {"recover"} == tried - {"approve"}


def test_every_verb_that_acts_on_a_bill_has_its_statuses_in_the_book() -> None:
    by_token = {"transferFrom", "safeTransferFrom"}
    assert acting_on_bills() - by_token == set(life.AFTER) - {"reject the issue"}
