"""What is written by hand on purpose, or drawn and offered by hand, leaves no verb out."""

from __future__ import annotations

from random import Random

import pytest
from support import life, verbs
from support.tools import need_pyrevm

from sampan.bills import cells
from sampan.bills.verbs.signed import Act, Agree, Multicall
from sampan.cargo.records import ATTESTABLE, bits
from sampan.client.statements import NEEDS
from sampan.finance.loans.subject import LOANS
from sampan.fuzz.engines import open_engine
from sampan.fuzz.world import World
from sampan.subjects import SUITE
from sampan.suite.chance import chance_of
from sampan.suite.codec import python_name
from sampan.suite.verb import Subject
from sampan.trade.subject import SALE

ISSUES = {"issue", "issueFromPaper"}
"""They need a bill that is not there yet: tests/bills/test_issue.py has their table."""
OF_ROOMS = {"hold", "giveBack"}
"""A contract does them, and nobody else: tests/bills/test_lodging.py has their statuses and parties."""


def acting_on_bills() -> set[str]:
    """The declared verbs whose event counts an act of a bill."""
    return {cells.name_of(verb) for verb in SUITE.verbs.values() if any(kind in SUITE.acts for kind in verb.logs)}


def test_every_verb_that_acts_on_a_bill_is_tried_in_every_status_by_every_party() -> None:
    tried = {verb.function for verb in verbs.VERBS}
    assert acting_on_bills() - ISSUES - OF_ROOMS - {"recover"} == tried - {"approve"}


def test_every_verb_that_acts_on_a_bill_has_its_statuses_in_the_book() -> None:
    by_token = {"transferFrom", "safeTransferFrom"}
    assert acting_on_bills() - by_token == set(life.AFTER) - {"reject the issue"}


def test_every_kind_of_statement_says_what_it_needs() -> None:
    assert bits(*NEEDS) == ATTESTABLE


def test_every_verb_is_tried_by_chance_or_drawn_around_others() -> None:
    need_pyrevm()
    chance = World(open_engine("pyrevm")).chance(Random(1))
    drawn = {verb for weighted in chance.verbs.values() for _, verb in weighted.choices}
    of_rooms = {room.verbs[name] for room in (SALE, LOANS) for name in ("agree", "onReplaced")}
    assert set(SUITE.verbs.values()) - drawn == {Act, Agree, Multicall, *of_rooms}


@pytest.mark.parametrize("subject", SUITE.subjects, ids=lambda subject: subject.name)
def test_draws_and_weights_are_of_verbs_of_their_own_subject(subject: Subject) -> None:
    own = vars(chance_of(subject))
    by_hand = {name.removeprefix("try_") for name in own if name.startswith("try_")}
    assert by_hand <= {python_name(cells.name_of(verb)) for verb in subject.verbs.values()}
    assert set(own.get("WEIGHTS", {})) <= set(subject.verbs)
