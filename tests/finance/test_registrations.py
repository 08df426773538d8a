"""Which cargo secures which debt: full boxes, part loads, two weeks to either side of a departure (T20, T21, P7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from enum import IntEnum
from random import Random
from typing import Any

import pytest
from support.contract import Contract, Refused, refused
from support.finance import Finance, box, print_of
from support.trade import DAY, NOBODY
from support.verbs import Puppet
from support.verbs import room as listed

DAY_ONE = 20_500
WINDOW = 14
PAYLOAD = 26_000


class Free(IntEnum):
    YES, NO, ASK = range(3)


@pytest.fixture
def register(finance: Finance) -> Contract:
    return finance.registrations


@pytest.fixture
def room(finance: Finance) -> Puppet:
    """A listed room that does what it is told."""
    return listed(finance.world)


@pytest.fixture
def other_room(finance: Finance) -> Puppet:
    return listed(finance.world)


@pytest.fixture
def does(finance: Finance, register: Contract) -> Callable[..., Any]:
    """A room calls the register."""

    def call(room: Puppet, verb: str, *arguments: Any) -> Any:
        return room.does((register.address, register.data(verb, *arguments), False))

    return call


def whole(day: int = DAY_ONE, number: int = 1) -> int:
    return print_of(number, day)


def part(weight: int, day: int = DAY_ONE, payload: int = PAYLOAD, number: int = 1) -> int:
    return print_of(number, day, weight, payload)


def debt_of(register: Contract, print_: int) -> tuple[str, int]:
    room, debt = register.debtOf(print_)
    return room, debt


# -------------------------------------------------------------------------------------------------------- full boxes


def test_p7_a_box_that_secures_a_debt_secures_no_other(
    register: Contract, room: Puppet, other_room: Puppet, does: Any
) -> None:
    assert register.free(whole()) == Free.YES
    event = does(room, "register", 7, [whole()]).event("Registered")
    assert (event.room, event.debt, list(event.prints)) == (room.address, 7, [whole()])
    assert (register.free(whole()), debt_of(register, whole())) == (Free.NO, (room.address, 7))
    for again in (room, other_room):
        with refused("Taken", whole(), room.address, 7):
            does(again, "register", 8, [whole()])


@pytest.mark.parametrize("apart", [-WINDOW, -1, 1, WINDOW])
def test_t21_a_date_that_was_moved_by_two_weeks_makes_no_other_cargo(
    register: Contract, room: Puppet, other_room: Puppet, does: Any, apart: int
) -> None:
    does(room, "register", 1, [whole()])
    moved = whole(DAY_ONE + apart)
    assert register.free(moved) == Free.NO
    assert debt_of(register, moved) == (room.address, 1)
    with refused("Taken", moved, room.address, 1):
        does(other_room, "register", 1, [moved])


@pytest.mark.parametrize("apart", [-WINDOW - 1, WINDOW + 1])
def test_t21_the_same_box_on_another_voyage_is_asked_about_and_is_free(
    register: Contract, room: Puppet, other_room: Puppet, does: Any, apart: int
) -> None:
    does(room, "register", 1, [whole()])
    later = whole(DAY_ONE + apart)
    assert register.free(later) == Free.ASK
    assert debt_of(register, later) == (NOBODY, 0)
    does(other_room, "register", 1, [later])
    assert debt_of(register, later) == (other_room.address, 1)
    assert debt_of(register, whole()) == (room.address, 1)


def test_another_box_is_nobodys_matter(register: Contract, room: Puppet, does: Any) -> None:
    does(room, "register", 1, [whole()])
    assert register.free(whole(number=2)) == Free.YES


def test_a_box_between_two_departures_bars_and_is_barred_by_both(register: Contract, room: Puppet, does: Any) -> None:
    does(room, "register", 1, [whole(DAY_ONE)])
    does(room, "register", 2, [whole(DAY_ONE + 20)])
    with refused("Taken", whole(DAY_ONE + 10), room.address, 1):
        does(room, "register", 3, [whole(DAY_ONE + 10)])
    does(room, "deregister", 1, [whole(DAY_ONE)])
    with refused("Taken", whole(DAY_ONE + 10), room.address, 2):
        does(room, "register", 3, [whole(DAY_ONE + 10)])
    does(room, "deregister", 2, [whole(DAY_ONE + 20)])
    does(room, "register", 3, [whole(DAY_ONE + 10)])
    for day in (DAY_ONE, DAY_ONE + 20):
        assert register.free(whole(day)) == Free.NO


def test_one_box_secures_debts_under_three_departures_at_most(register: Contract, room: Puppet, does: Any) -> None:
    days = [DAY_ONE + 15 * each for each in range(4)]
    for debt, day in enumerate(days[:3]):
        does(room, "register", debt, [whole(day)])
    assert register.free(whole(days[3])) == Free.NO
    with refused("TooManyDepartures", whole(days[3])):
        does(room, "register", 3, [whole(days[3])])
    # One of them paid makes room, whichever it was.
    does(room, "deregister", 1, [whole(days[1])])
    does(room, "register", 3, [whole(days[3])])
    assert [debt_of(register, whole(day)) for day in (days[0], days[2], days[3])] == [
        (room.address, debt) for debt in (0, 2, 3)
    ]
    assert register.free(whole(days[1])) == Free.NO


def test_cargo_departs_within_a_year_of_today_before_or_after(
    finance: Finance, register: Contract, room: Puppet, does: Any
) -> None:
    """Else whoever registers days that never come would bar a box for ever."""
    today = finance.now // DAY
    does(room, "register", 1, [whole(today - 366), whole(today + 366)])
    assert register.free(whole(today - 366 + WINDOW)) == register.free(whole(today + 366 - WINDOW)) == Free.NO
    assert register.free(whole(today)) == Free.ASK
    for day in (0, today - 367, today + 367, 2**16 - 1):
        for far in (whole(day, number=2), part(1_000, day, number=2)):
            with refused("DayOutOfRange", far):
                does(room, "register", 1, [far])
    assert register.MOST_DAYS() == 366


# -------------------------------------------------------------------------------------------------------- part loads


def test_t21_twelve_honest_house_bills_share_a_box_and_a_thirteenth_overloads_it(
    register: Contract, room: Puppet, other_room: Puppet, does: Any
) -> None:
    parts = [part(2_000 + each) for each in range(12)]
    for debt, print_ in enumerate(parts):
        assert register.free(print_) == Free.YES
        does((room, other_room)[debt % 2], "register", debt, [print_])
    assert [debt_of(register, each) for each in parts[:2]] == [(room.address, 0), (other_room.address, 1)]
    left = PAYLOAD - sum(2_000 + each for each in range(12))
    thirteenth = part(left + 1)
    assert register.free(thirteenth) == Free.NO
    with refused("Overloaded", thirteenth, PAYLOAD + 1, PAYLOAD):
        does(room, "register", 12, [thirteenth])
    assert debt_of(register, thirteenth) == (NOBODY, 0)
    assert register.free(part(left)) == Free.YES
    does(room, "register", 12, [part(left)])
    assert register.free(part(1)) == Free.NO


def test_a_part_that_is_heavier_than_its_own_payload_is_refused(room: Puppet, does: Any) -> None:
    for payload in (0, 999):
        with refused("Overloaded", part(1_000, payload=payload), 1_000, payload):
            does(room, "register", 1, [part(1_000, payload=payload)])
    does(room, "register", 1, [part(1_000, payload=1_000)])


def test_equal_parts_of_a_box_are_taken_for_one(
    register: Contract, room: Puppet, other_room: Puppet, does: Any
) -> None:
    """A weight is what tells house bills apart: two of one weight, to the kilogram, are asked about by people."""
    does(room, "register", 4, [part(5_000)])
    for again in (part(5_000), part(5_000, DAY_ONE + WINDOW), part(5_000, payload=PAYLOAD - 1)):
        assert register.free(again) == Free.NO
        with refused("Taken", again, room.address, 4):
            does(other_room, "register", 1, [again])
    assert register.free(part(5_001)) == Free.YES


def test_parts_bar_whoever_wants_the_whole_box_and_the_whole_box_bars_parts(
    register: Contract, room: Puppet, does: Any
) -> None:
    does(room, "register", 1, [part(5_000)])
    assert register.free(whole()) == Free.NO
    with refused("Taken", whole(), NOBODY, 0):
        does(room, "register", 2, [whole()])
    does(room, "deregister", 1, [part(5_000)])
    does(room, "register", 2, [whole()])
    assert register.free(part(5_000)) == Free.NO
    with refused("Taken", part(5_000), room.address, 2):
        does(room, "register", 1, [part(5_000)])


def test_the_least_payload_that_anybody_named_holds_for_all_parts(register: Contract, room: Puppet, does: Any) -> None:
    does(room, "register", 1, [part(5_000, payload=20_000)])
    does(room, "register", 2, [part(6_000, payload=30_000)])
    too_much = part(9_001, payload=30_000)
    with refused("Overloaded", too_much, 20_001, 20_000):
        does(room, "register", 3, [too_much])
    less = part(1, payload=11_000)
    assert register.free(less) == Free.NO
    with refused("Overloaded", less, 11_001, 11_000):
        does(room, "register", 3, [less])
    does(room, "register", 3, [part(9_000, payload=30_000)])


def test_what_a_part_weighed_is_free_again_when_its_debt_is_paid(register: Contract, room: Puppet, does: Any) -> None:
    does(room, "register", 1, [part(20_000)])
    does(room, "register", 2, [part(6_000)])
    with refused("Overloaded", part(1), PAYLOAD + 1, PAYLOAD):
        does(room, "register", 3, [part(1)])
    does(room, "deregister", 1, [part(20_000)])
    does(room, "register", 3, [part(19_999)])
    assert register.free(part(1)) == Free.YES
    assert register.free(part(2)) == Free.NO


def test_a_part_that_could_join_either_of_two_departures_joins_none(
    register: Contract, room: Puppet, does: Any
) -> None:
    """Between them it would fill one box and escape the other."""
    does(room, "register", 1, [part(1_000, DAY_ONE)])
    does(room, "register", 2, [part(2_000, DAY_ONE + 20)])
    between = part(3_000, DAY_ONE + 10)
    assert register.free(between) == Free.NO
    with refused("Taken", between, NOBODY, 0):
        does(room, "register", 3, [between])
    does(room, "register", 3, [part(3_000, DAY_ONE + 5)])
    does(room, "register", 4, [part(3_000, DAY_ONE + 25)])
    assert [debt_of(register, part(3_000, DAY_ONE + day)) for day in (0, 5, 20, 25)] == [
        (room.address, debt) for debt in (3, 3, 4, 4)
    ]


def test_a_part_between_parts_and_a_whole_box_is_barred_by_the_whole(
    register: Contract, room: Puppet, does: Any
) -> None:
    does(room, "register", 1, [part(1_000, DAY_ONE)])
    does(room, "register", 2, [whole(DAY_ONE + 20)])
    between = part(3_000, DAY_ONE + 10)
    with refused("Taken", between, room.address, 2):
        does(room, "register", 3, [between])


@pytest.mark.parametrize("way", [1, -1])
def test_p7_a_date_that_creeps_from_part_to_part_makes_no_other_cargo(
    register: Contract, room: Puppet, other_room: Puppet, does: Any, way: int
) -> None:
    """A part two weeks after the first is of its departure; the first's equal a day later is the first once more."""
    first, last = DAY_ONE, DAY_ONE + way * WINDOW
    does(room, "register", 1, [part(1_000, first)])
    does(room, "register", 2, [part(2_000, last)])
    crept = part(1_000, last + way)
    assert (register.free(crept), debt_of(register, crept)) == (Free.NO, (room.address, 1))
    # No part stretches the departure beyond two weeks, of whatever weight, and nobody has the whole box so near to it.
    for print_ in (crept, part(3_000, last + way), part(3_000, first - way), whole(last + way * WINDOW)):
        assert register.free(print_) == Free.NO
        with refused("Taken", print_, NOBODY, 0):
            does(other_room, "register", 3, [print_])
    does(other_room, "register", 3, [part(3_000, first + way)])
    beyond = part(1_000, last + way * (WINDOW + 1))
    assert register.free(beyond) == Free.ASK
    does(other_room, "register", 4, [beyond])


def test_a_departure_keeps_its_days_until_its_last_part_has_left(register: Contract, room: Puppet, does: Any) -> None:
    does(room, "register", 1, [part(1_000, DAY_ONE)])
    does(room, "register", 2, [part(2_000, DAY_ONE + WINDOW)])
    does(room, "deregister", 1, [part(1_000, DAY_ONE)])
    assert register.free(part(3_000, DAY_ONE + WINDOW + 1)) == Free.NO
    assert register.free(part(3_000, DAY_ONE + 2 * WINDOW + 1)) == Free.ASK
    does(room, "deregister", 2, [part(2_000, DAY_ONE + WINDOW)])
    assert register.free(whole(DAY_ONE + WINDOW)) == Free.YES


def test_parts_of_one_debt_and_one_weight_under_two_departures_end_each_for_itself(
    register: Contract, room: Puppet, does: Any
) -> None:
    early, late = part(1_000, DAY_ONE), part(1_000, DAY_ONE + 30)
    does(room, "register", 1, [early, late])
    does(room, "move", 1, 2, [late])
    assert [debt_of(register, each) for each in (early, late)] == [(room.address, 1), (room.address, 2)]
    does(room, "deregister", 2, [late])
    assert [register.free(each) for each in (early, late)] == [Free.NO, Free.ASK]
    with refused("NotRegistered", late, 1):
        does(room, "deregister", 1, [late])
    does(room, "deregister", 1, [early])
    assert register.free(early) == Free.YES


# ------------------------------------------------------------------------------------------------------------- prints


@pytest.mark.parametrize(
    "malformed",
    [0, DAY_ONE, box(1) << 96 | 1 << 64 | DAY_ONE, box(1) << 96 | 1 << 95 | DAY_ONE, box(1) << 96 | 1 << 40 | DAY_ONE],
    ids=["nothing", "no box", "first spare bit", "last spare bit", "all of it, with a payload"],
)
def test_a_print_that_is_none_is_refused(room: Puppet, does: Any, malformed: int) -> None:
    wanted = ("PrintsNotAscending", malformed) if malformed == 0 else ("PrintMalformed", malformed)
    with refused(*wanted):
        does(room, "register", 1, [malformed])


def test_prints_ascend_so_that_none_is_shown_twice(register: Contract, room: Puppet, does: Any) -> None:
    first, second = sorted((whole(number=1), whole(number=2)))
    for wrong in ([first, first], [second, first]):
        with refused("PrintsNotAscending", first):
            does(room, "register", 1, wrong)
    does(room, "register", 1, [first, second])
    assert register.free(first) == register.free(second) == Free.NO


def test_one_that_is_taken_bars_all_that_were_shown_with_it(
    register: Contract, room: Puppet, other_room: Puppet, does: Any
) -> None:
    first, second = sorted((whole(number=1), whole(number=2)))
    does(room, "register", 1, [second])
    with refused("Taken", second, room.address, 1):
        does(other_room, "register", 1, [first, second])
    assert register.free(first) == Free.YES


def test_debts_are_numbered_below_two_to_the_fortieth(register: Contract, room: Puppet, does: Any) -> None:
    most = 2**40 - 1
    does(room, "register", most, [whole()])
    assert debt_of(register, whole()) == (room.address, most)
    for verb in (("register", most + 1, [whole(number=2)]), ("deregister", most + 1, [whole()])):
        with refused("DebtOutOfRange", most + 1):
            does(room, *verb)
    with refused("DebtOutOfRange", most + 1):
        does(room, "move", most, most + 1, [whole()])


# --------------------------------------------------------------------------------------------------------------- rooms


def test_a_registration_ends_by_the_room_that_made_it_alone(
    register: Contract, room: Puppet, other_room: Puppet, does: Any
) -> None:
    print_ = part(1_000, number=3)
    prints = sorted((whole(), print_))
    does(room, "register", 1, prints)
    for one in prints:
        for verb in (("deregister", 1, [one]), ("move", 1, 2, [one])):
            with refused("NotRegistered", one, 1):
                does(other_room, *verb)
        for verb in (("deregister", 2, [one]), ("move", 2, 1, [one])):
            with refused("NotRegistered", one, 2):
                does(room, *verb)
    event = does(room, "deregister", 1, prints).event("Deregistered")
    assert (event.room, event.debt, list(event.prints)) == (room.address, 1, prints)
    for one in prints:
        assert register.free(one) == Free.YES
        with refused("NotRegistered", one, 1):
            does(room, "deregister", 1, [one])


def test_what_is_near_a_registration_does_not_end_it(room: Puppet, does: Any) -> None:
    """Cargo ends by the very print by which it was registered, to the bit."""
    does(room, "register", 1, sorted([whole(number=1), part(1_000, number=2)]))
    near = [
        whole(DAY_ONE + 1),
        part(1_000),
        whole(number=2),
        part(1_001, number=2),
        part(1_000, DAY_ONE + 1, number=2),
        part(1_000, payload=PAYLOAD - 1, number=2),
        part(1_000, number=2) | 1 << 64,
        part(1_000, number=2) | 1 << 95,
        whole(number=1) | 1 << 40,
        whole(number=1) | 1 << 64,
        whole(number=1) | 1 << 95,
    ]
    for one in near:
        for verb in (("deregister", 1, [one]), ("move", 1, 2, [one])):
            with refused("NotRegistered", one, 1):
                does(room, *verb)


def test_cargo_goes_from_one_debt_of_a_room_to_another(register: Contract, room: Puppet, does: Any) -> None:
    prints = sorted((whole(), part(1_000, number=3)))
    does(room, "register", 1, prints)
    event = does(room, "move", 1, 2, prints).event("Moved")
    assert (event.room, event.debt, event.to, list(event.prints)) == (room.address, 1, 2, prints)
    assert [debt_of(register, each) for each in prints] == [(room.address, 2)] * 2
    for one in prints:
        with refused("NotRegistered", one, 1):
            does(room, "deregister", 1, [one])
    does(room, "deregister", 2, prints)
    assert [register.free(each) for each in prints] == [Free.YES] * 2


def test_who_is_no_room_registers_and_ends_nothing_not_even_debt_zero(finance: Finance, register: Contract) -> None:
    """Whoever is nobody has number 0, as a part that nobody registered has."""
    world = finance.world
    for party in (world.stranger, world.bank, world.carrier):
        for verb in (("register", 0, [whole()]), ("deregister", 0, [part(1)]), ("deregister", 0, [whole()])):
            with refused("NotARoom", party.address):
                getattr(register, verb[0])(party, *verb[1:])
        with refused("NotARoom", party.address):
            register.move(party, 0, 1, [part(1)])


def test_a_delisted_room_ends_what_it_registered_and_registers_nothing(
    finance: Finance, register: Contract, room: Puppet, does: Any
) -> None:
    world = finance.world
    does(room, "register", 1, [whole()])
    world.ledger.delistRoom(world.delister, room, [])
    with refused("NotARoom", room.address):
        does(room, "register", 2, [whole(number=2)])
    does(room, "move", 1, 2, [whole()])
    does(room, "deregister", 2, [whole()])
    assert register.free(whole()) == Free.YES


def test_p7_cargo_secures_the_debt_and_not_the_day(
    finance: Finance, register: Contract, room: Puppet, does: Any
) -> None:
    """No clock ends a registration."""
    does(room, "register", 1, [whole(finance.now // DAY)])
    finance.world.ledger.later(days=3_650)
    assert register.free(whole(finance.now // DAY - 3_650)) == Free.NO


def test_the_window_is_told(register: Contract) -> None:
    assert register.WINDOW_DAYS() == WINDOW


# ------------------------------------------------------------------------------------------------------------ by chance


class Box:
    """What is registered of one box, by the book: at most three departures, in their places."""

    def __init__(self) -> None:
        self.places: list[dict[str, Any] | None] = [None] * 3

    def near(self, day: int) -> list[dict[str, Any]]:
        """Two weeks or less from a day that a part of them has, or had."""
        return [each for each in self.places if each and min(abs(other - day) for other in each["days"]) <= WINDOW]

    def add(self, debt: int, day: int, weight: int, payload: int) -> str:
        """The refusal; empty: it is registered."""
        near = self.near(day)
        if len(near) > 1 or (near and (not weight or not near[0]["parts"])):
            return "Taken"
        if near and max(abs(other - day) for other in near[0]["days"]) > WINDOW:
            return "Taken"
        if not near and None not in self.places:
            return "TooManyDepartures"
        found = near[0] if near else {"days": {day}, "debt": debt, "parts": {}, "payload": payload}
        if weight in found["parts"]:
            return "Taken"
        if weight and sum(found["parts"]) + weight > min(found["payload"], payload):
            return "Overloaded"
        if weight:
            found["parts"][weight] = (debt, day, payload)
            found["days"].add(day)
            found["payload"] = min(found["payload"], payload)
        if not near:
            self.places[self.places.index(None)] = found
        return ""

    def put(self, debt: int, day: int, weight: int, payload: int, to: int | None) -> str:
        for at, each in enumerate(self.places):
            if each is None or bool(each["parts"]) != bool(weight):
                continue
            if not weight and (each["debt"], each["days"]) == (debt, {day}):
                each["debt"] = to
                if to is None:
                    self.places[at] = None
                return ""
            if weight and each["parts"].get(weight) == (debt, day, payload):
                each["parts"][weight] = (to, day, payload)
                if to is None:
                    del each["parts"][weight]
                    if not each["parts"]:
                        self.places[at] = None
                return ""
        return "NotRegistered"

    def debts(self) -> list[tuple[int, int, int, int]]:
        """Day, weight, payload and debt of all there is."""
        found = []
        for each in self.places:
            if each:
                parts = each["parts"] or {0: (each["debt"], *each["days"], 0)}
                found += [(day, weight, payload, debt) for weight, (debt, day, payload) in parts.items()]
        return found


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_t21_whatever_is_registered_moved_and_ended_the_register_is_what_the_book_says(
    register: Contract, room: Puppet, does: Any, seed: int
) -> None:
    chance, boxes = Random(seed), {1: Box(), 2: Box()}
    refusals: Counter[str] = Counter()
    for _ in range(150):
        number, debt, to = chance.choice([1, 2]), chance.randint(0, 3), chance.randint(0, 3)
        day, weight = DAY_ONE + chance.randint(0, 60), chance.choice([0, 0, 1, 2, 3, 5, 8])
        payload = chance.choice([9, 12, 16]) if weight else 0
        known = boxes[number].debts()
        verb = chance.choice(["register", "register", "deregister", "move"])
        if known and verb != "register" and chance.random() < 0.8:
            day, weight, payload, debt = chance.choice(known)
            if chance.random() < 0.1:
                payload += weight
        print_ = print_of(number, day, weight, payload)
        free = register.free(print_)
        if verb == "register":
            error = boxes[number].add(debt, day, weight, payload)
            # Whoever may register was told so; who was barred too, or was told to ask.
            assert (free == Free.NO) <= (error in {"Taken", "Overloaded", "TooManyDepartures"})
            assert (error in {"Taken", "TooManyDepartures"}) <= (free == Free.NO)
            call: tuple[Any, ...] = (debt, [print_])
        else:
            error = boxes[number].put(debt, day, weight, payload, to if verb == "move" else None)
            call = (debt, [print_]) if verb == "deregister" else (debt, to, [print_])
        try:
            does(room, verb, *call)
            found = ""
        except Refused as refusal:
            found = refusal.name
        assert found == error
        refusals[error] += 1
        for number, each_box in boxes.items():
            for day, weight, _, debt in each_box.debts():
                near = [each for each in each_box.near(day) if weight in each["parts"] or not weight]
                if len(near) == 1:
                    assert debt_of(register, print_of(number, day, weight, weight)) == (room.address, debt)
    assert refusals[""] > 30
    assert set(refusals) >= {"", "Taken", "NotRegistered"}
