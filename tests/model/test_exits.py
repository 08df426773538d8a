"""What gives nobody anything new is never held up (P12), also where that depends on what is said."""

from __future__ import annotations

import pytest

from sampan.bills.verbs import tokens
from sampan.finance.positions import verbs as positions
from sampan.identity.verbs.accounts import SetGiver
from sampan.money.coins import verbs as coins
from sampan.money.deposits import verbs as deposits
from sampan.money.reserves import verbs as reserves
from sampan.subjects import SUITE
from sampan.suite.verb import NOBODY, Verb
from sampan.suite.words import Ground

SOMEBODY = "0x" + "ab" * 20
IT = "0x" + "1c" * 20
EXITS: list[tuple[Verb, Verb]] = [
    (SetGiver(1, False), SetGiver(1, True)),
    (tokens.Approve(NOBODY, 1), tokens.Approve(SOMEBODY, 1)),
    (tokens.SetApprovalForAll(SOMEBODY, False), tokens.SetApprovalForAll(SOMEBODY, True)),
    (reserves.Admit(IT, False), reserves.Admit(IT, True)),
    (coins.Allow(IT, SOMEBODY, 0), coins.Allow(IT, SOMEBODY, 1)),
    (deposits.Approve(IT, SOMEBODY, 0), deposits.Approve(IT, SOMEBODY, 1)),
    (deposits.Decline(IT, SOMEBODY, Ground.SANCTIONS), deposits.Decline(IT, SOMEBODY, Ground.NONE)),
    (positions.Approve(NOBODY, 1), positions.Approve(SOMEBODY, 1)),
    (positions.SetApprovalForAll(SOMEBODY, False), positions.SetApprovalForAll(SOMEBODY, True)),
]
"""Taken back, and given."""


@pytest.mark.parametrize(("back", "given"), EXITS, ids=lambda verb: type(verb).__qualname__)
def test_p12_whoever_takes_back_what_it_allowed_is_never_held_up(back: Verb, given: Verb) -> None:
    assert back.is_exit()
    assert not given.is_exit()


def test_p12_no_verb_that_depends_on_what_is_said_is_forgotten() -> None:
    assert {type(back) for back, _ in EXITS} == {verb for verb in SUITE.verbs.values() if "is_exit" in vars(verb)}
