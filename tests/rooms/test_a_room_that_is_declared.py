"""A room is declared as any subject (tests/support/escrow.py): random acts hold its contract against what it says."""

from __future__ import annotations

from random import Random

import pytest
from support.escrow import ARTIFACT, ESCROW, WITH_ESCROW, Accept
from support.tools import need_pyrevm

from sampan.bills.subject import BILLS
from sampan.fuzz.acts import from_json, to_json
from sampan.fuzz.alone import begun
from sampan.fuzz.coverage import Coverage
from sampan.fuzz.engines import open_engine
from sampan.fuzz.executor import Executor
from sampan.fuzz.walkout import WalkOut
from sampan.fuzz.world import World
from sampan.model.perform import Call, Refused
from sampan.subjects import SUITE
from sampan.suite import events as ev
from sampan.suite.chance import Act


@pytest.mark.slow
def test_random_acts_lodge_bills_in_a_room_of_the_suite_and_bring_them_out_again() -> None:
    need_pyrevm()
    world = World(open_engine("pyrevm"), WITH_ESCROW, {"Escrow": ARTIFACT})
    executor = Executor(world)
    executor.begin()
    chance = world.chance(Random(5))
    ended = set()
    for _ in range(8_000):
        act = chance.next(executor.state, executor.now)
        outcome = executor.run(act)
        if act.call.verb.subject is ESCROW:
            ended.add((type(act.call.verb), outcome.error if isinstance(outcome, Refused) else "done"))
    executor.compare_all()
    assert {(verb, "done") for verb in ESCROW.verbs.values()} <= ended
    assert {"NotUnderThisDeal", "NotAParty", "TimePassed", "MayNotAct", "LacksRole"} <= {how for _, how in ended}


class _Watched(WalkOut):
    """Tells which rooms were walked out of."""

    def __init__(self, world: World, random: Random) -> None:
        super().__init__(world, random)
        self.rooms: set[str] = set()

    def _rooms_in_use(self) -> list[str]:
        found = super()._rooms_in_use()
        self.rooms |= set(found)
        return found


@pytest.mark.long
def test_p14_a_bill_in_a_room_of_the_suite_has_a_way_out_whatever_befalls_one_party() -> None:
    need_pyrevm()
    walk = _Watched(World(open_engine("pyrevm"), WITH_ESCROW, {"Escrow": ARTIFACT}), Random(1))
    walk.run(150)
    assert walk.world.contracts["Escrow"] in walk.rooms


def test_verbs_of_one_name_in_two_contracts_are_counted_apart() -> None:
    assert WITH_ESCROW.name(ESCROW.verbs["accept"]) == "Escrow.accept"
    assert WITH_ESCROW.name(BILLS.verbs["accept"]) == "Bills.accept"
    assert SUITE.name(BILLS.verbs["accept"]) == "accept"
    coverage = Coverage(WITH_ESCROW)
    for verb in (ESCROW.verbs["accept"](1, 2), BILLS.verbs["accept"](1, b"")):
        coverage.count(Call("0x1", verb), Refused("NotAParty"), ())
    assert set(coverage.outcomes) == {("Escrow.accept", "NotAParty"), ("Bills.accept", "NotAParty")}


def test_alone_each_contract_stands_at_an_address_of_its_own_and_logs_its_own_events() -> None:
    """A room whose address were the ledger's would act for whoever signed."""
    addresses = begun(WITH_ESCROW).addresses
    assert len(set(addresses.values())) == len(addresses) == len(SUITE.single) + 1
    assert WITH_ESCROW.home(ev.Lodged) == "Bills"


def test_a_kept_case_tells_verbs_of_one_name_apart_and_names_the_room() -> None:
    names = {"0xe5": "Escrow"}
    acts = [Act(1, Call("0xe5", each)) for each in (Accept(5, 6), BILLS.verbs["accept"](5, b""))]
    written = to_json(acts, names, WITH_ESCROW)
    assert [each["call"]["verb"]["is"] for each in written] == ["escrow.Accept", "Accept"]
    assert list(from_json(written, {"Escrow": "0xe5"}, WITH_ESCROW)) == acts
    assert World(open_engine("pyrevm"), WITH_ESCROW, {"Escrow": ARTIFACT}).addresses.keys() >= {"Escrow", "ledger"}
