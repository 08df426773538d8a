"""Positions and registrations behind a room that lends: random acts hold both contracts against the model."""

from __future__ import annotations

from random import Random

import pytest
from support.lender import LENDER, MORE, WITH_LENDER, ComeIn, Run, TakeFor
from support.tools import need_pyrevm

from sampan.finance.positions.verbs import Approve, Buy, Mint, SafeTransferFrom, Split, TransferFrom
from sampan.finance.registrations.verbs import Deregister, Move, Register
from sampan.fuzz.engines import open_engine
from sampan.fuzz.executor import Executor
from sampan.fuzz.world import World
from sampan.model.perform import Refused

OURS = (Mint, ComeIn, TakeFor, Split, Buy, Approve, TransferFrom, SafeTransferFrom, Register, Deregister, Move)
REFUSED = {
    *("Taken", "Overloaded", "TooManyDepartures", "NotRegistered", "PrintsNotAscending", "PrintMalformed"),
    *("DebtOutOfRange", "SharesOutOfRange", "NotOpenTo", "MayNotReceive", "NotOwnerNorApproved", "NotTheBuyer"),
    *("NotAsOffered", "NotSignedBy", "SignatureExpired", "NoSuccessor", "TransferFromIncorrectOwner", "NotARoom"),
    *("TokenDoesNotExist", "NotTheRoomOf", "NoConsent"),
}


@pytest.mark.slow
def test_p6_p7_random_acts_of_a_room_that_lends_come_to_the_same_on_contracts_and_model() -> None:
    need_pyrevm()
    world = World(open_engine("pyrevm"), WITH_LENDER, MORE)
    executor = Executor(world)
    executor.begin()
    chance = world.chance(Random(7))
    ended = set()
    for _ in range(20_000):
        act = chance.next(executor.state, executor.now)
        outcome = executor.run(act)
        verb = act.call.verb.call if isinstance(act.call.verb, Run) else act.call.verb
        ended.add((type(verb), outcome.error if isinstance(outcome, Refused) else "done"))
    executor.compare_all()
    assert {(verb, "done") for verb in OURS} <= ended
    errors = {how for verb, how in ended if verb in OURS or verb.subject.contract in ("Positions", LENDER.contract)}
    assert errors >= REFUSED
