"""Rules of the register of cargo, one by one, on contract and model."""

from __future__ import annotations

from typing import Any

import pytest
from support.lender import WITH_LENDER, Run
from support.on_both import Both

from sampan.finance.registrations import properties, rules
from sampan.finance.registrations.records import (
    DEPARTURES,
    MOST_DAYS,
    WINDOW_DAYS,
    Departure,
    Print,
    box_word,
    debt_of_room,
    well_formed,
)
from sampan.finance.registrations.verbs import Deregister, Move, Register
from sampan.fuzz import cast
from sampan.identity.verbs.standing import DelistRoom, ListRoom
from sampan.model.replay import replay
from sampan.suite import events as ev
from sampan.suite import tell
from sampan.suite.verb import NOBODY, Verb
from sampan.suite.words import Answer

BOX, OTHER_BOX = 0xB0C5, (1 << 160) - 1
DAY = 20_900
ALL = Print(BOX, DAY).pack()


def room(both: Both) -> str:
    found: str = both.world.contracts["Lender"]
    return found


def calls(both: Both, verb: Verb) -> Run:
    """The room that lends, told what to call."""
    return Run(both.world.contracts["Registrations"], verb)


def done(both: Both, verb: Verb) -> Any:
    (event,) = both.done("stranger", calls(both, verb))
    return event


def refused(both: Both, verb: Verb, error: str, *arguments: Any) -> None:
    both.refused("stranger", calls(both, verb), error, *arguments)


def secured(both: Both, debt: int, *prints: Print) -> None:
    done(both, Register(debt, tuple(sorted(each.pack() for each in prints))))


def is_free(both: Both, said: Print) -> Answer:
    """What contract and model answer alike; and whose debt it secures."""
    word = said.pack()
    found = rules.free(both.state, word)
    both.answers("Registrations", "free", (word,), found)
    view = both.world.suite.subject_of("Registrations")[0].codec.functions["debtOf"]
    answered, output = both.world.engine.call(both.world.contracts["Registrations"], view.call(word), both.now)
    assert answered
    assert view.answer(output) == rules.debt_of(both.state, word)
    return found


def part(weight: int, *, day: int = DAY, payload: int = 20_000) -> Print:
    return Print(BOX, day, weight, payload)


# --------------------------------------------------------------------------------------------------------- whole boxes


def test_p7_whoever_has_all_of_a_box_bars_everybody_who_leaves_within_two_weeks(both: Both) -> None:
    secured(both, 1, Print(BOX, DAY))
    for debt in (1, 2):
        for day in (DAY - WINDOW_DAYS, DAY, DAY + WINDOW_DAYS):
            for said in (Print(BOX, day), part(500, day=day)):
                refused(both, Register(debt, (said.pack(),)), "Taken", said.pack(), room(both), 1)
                assert is_free(both, said) is Answer.NO
                assert rules.debt_of(both.state, said.pack()) == (room(both), 1)
    assert is_free(both, Print(OTHER_BOX, DAY)) is Answer.YES
    assert rules.debt_of(both.state, Print(OTHER_BOX, DAY).pack()) == (NOBODY, 0)


def test_p7_another_departure_of_the_box_is_another_cargo_and_worth_a_question(both: Both) -> None:
    secured(both, 1, Print(BOX, DAY))
    for day in (DAY - WINDOW_DAYS - 1, DAY + WINDOW_DAYS + 1):
        assert is_free(both, Print(BOX, day)) is Answer.ASK
        assert rules.debt_of(both.state, Print(BOX, day).pack()) == (NOBODY, 0)
        secured(both, 2, Print(BOX, day))
    assert is_free(both, Print(BOX, DAY)) is Answer.NO
    fourth = Print(BOX, DAY + 100).pack()
    assert is_free(both, Print(BOX, DAY + 100)) is Answer.NO
    refused(both, Register(3, (fourth,)), "TooManyDepartures", fourth)
    done(both, Deregister(1, (ALL,)))
    secured(both, 3, Print(BOX, DAY + 100))
    assert sum(each is not None for each in both.state.boxes[BOX]) == DEPARTURES


def test_a_registration_ends_with_its_debt_and_the_cargo_is_free_again(both: Both) -> None:
    secured(both, 7, Print(BOX, DAY), Print(OTHER_BOX, DAY))
    refused(both, Deregister(8, (ALL,)), "NotRegistered", ALL, 8)
    refused(both, Deregister(7, (Print(BOX, DAY + 1).pack(),)), "NotRegistered", Print(BOX, DAY + 1).pack(), 7)
    refused(both, Deregister(7, (part(500).pack(),)), "NotRegistered", part(500).pack(), 7)
    event = done(both, Deregister(7, (ALL,)))
    assert event == ev.Deregistered(room(both), 7, (ALL,))
    refused(both, Deregister(7, (ALL,)), "NotRegistered", ALL, 7)
    assert is_free(both, Print(BOX, DAY)) is Answer.YES
    assert is_free(both, Print(OTHER_BOX, DAY)) is Answer.NO
    secured(both, 8, Print(BOX, DAY))


def test_a_registration_moves_to_another_debt_of_the_room(both: Both) -> None:
    secured(both, 7, Print(BOX, DAY), Print(OTHER_BOX, DAY, 900, 1_000))
    prints = (ALL, Print(OTHER_BOX, DAY, 900, 1_000).pack())
    refused(both, Move(8, 9, prints), "NotRegistered", ALL, 8)
    done(both, Move(7, 8, prints))
    assert {rules.debt_of(both.state, each) for each in prints} == {(room(both), 8)}
    for each in prints:
        is_free(both, Print.unpack(each))
    refused(both, Deregister(7, (ALL,)), "NotRegistered", ALL, 7)
    done(both, Move(8, 8, prints))
    done(both, Deregister(8, prints))
    assert rules.live(both.state, BOX) == rules.live(both.state, OTHER_BOX) == []


# ---------------------------------------------------------------------------------------------------------- part loads


def test_p7_a_part_load_bars_its_equal_and_whoever_wants_all(both: Both) -> None:
    secured(both, 1, part(5_000))
    equal = part(5_000, day=DAY + WINDOW_DAYS, payload=19_000)
    refused(both, Register(2, (equal.pack(),)), "Taken", equal.pack(), room(both), 1)
    assert is_free(both, equal) is Answer.NO
    assert rules.debt_of(both.state, equal.pack()) == (room(both), 1)
    refused(both, Register(2, (ALL,)), "Taken", ALL, NOBODY, 0)
    assert is_free(both, Print(BOX, DAY)) is Answer.NO
    assert rules.debt_of(both.state, ALL) == (NOBODY, 0)
    assert is_free(both, part(4_000)) is Answer.YES
    secured(both, 2, part(4_000))
    assert {debt_of_room(both.state, debt)[1] for _, debt in rules.live(both.state, BOX)} == {1, 2}


def test_p7_parts_weigh_no_more_than_the_least_that_was_said_of_the_box(both: Both) -> None:
    secured(both, 1, part(12_000, payload=20_000))
    heavy = part(8_001)
    refused(both, Register(2, (heavy.pack(),)), "Overloaded", heavy.pack(), 20_001, 20_000)
    assert is_free(both, heavy) is Answer.NO
    tight = part(7_000, payload=18_999)
    refused(both, Register(2, (tight.pack(),)), "Overloaded", tight.pack(), 19_000, 18_999)
    fits = part(7_000, payload=19_000)
    assert is_free(both, fits) is Answer.YES
    secured(both, 2, fits)
    # The least that was ever said of this departure stays, until nothing of it is left.
    done(both, Deregister(2, (fits.pack(),)))
    wide = part(7_500, payload=30_000)
    refused(both, Register(3, (wide.pack(),)), "Overloaded", wide.pack(), 19_500, 19_000)
    done(both, Deregister(1, (part(12_000).pack(),)))
    assert both.state.boxes[BOX][0] is None
    secured(both, 3, wide)
    alone = Print(OTHER_BOX, DAY, 1_001, 1_000)
    refused(both, Register(3, (alone.pack(),)), "Overloaded", alone.pack(), 1_001, 1_000)


def test_p7_parts_join_a_departure_while_all_their_days_lie_within_two_weeks(both: Both) -> None:
    secured(both, 1, part(1_000), part(2_000, day=DAY + WINDOW_DAYS))
    first, *others = both.state.boxes[BOX]
    assert first == Departure(DAY, 0, 2, 3_000, 20_000, WINDOW_DAYS)
    assert others == [None, None]
    for day in (DAY - 1, DAY + WINDOW_DAYS + 1, DAY + 2 * WINDOW_DAYS):
        for weight in (1_000, 3_000):
            near = part(weight, day=day)
            assert is_free(both, near) is Answer.NO
            refused(both, Register(2, (near.pack(),)), "Taken", near.pack(), NOBODY, 0)
    assert rules.debt_of(both.state, part(1_000, day=DAY + WINDOW_DAYS + 1).pack()) == (room(both), 1)
    later = part(3_000, day=DAY + 2 * WINDOW_DAYS + 1)
    assert is_free(both, later) is Answer.ASK
    secured(both, 2, later)


@pytest.mark.slow
def test_a_part_between_two_departures_joins_none(both: Both) -> None:
    secured(both, 1, part(1_000), part(2_000, day=DAY + 1))
    secured(both, 2, part(3_000, day=DAY + 20))
    between = part(4_000, day=DAY + 10)
    refused(both, Register(3, (between.pack(),)), "Taken", between.pack(), NOBODY, 0)
    assert is_free(both, between) is Answer.NO
    done(both, Deregister(1, (part(1_000).pack(), part(2_000, day=DAY + 1).pack())))
    secured(both, 3, between)


def test_one_debt_may_have_parts_of_one_weight_under_two_departures(both: Both) -> None:
    early, late = part(1_000), part(1_000, day=DAY + 30)
    secured(both, 1, early, late)
    done(both, Move(1, 2, (late.pack(),)))
    assert rules.debt_of(both.state, early.pack()) == (room(both), 1)
    refused(both, Deregister(1, (late.pack(),)), "NotRegistered", late.pack(), 1)
    done(both, Deregister(2, (late.pack(),)))
    assert rules.live(both.state, BOX) == [(early, both.state.account(room(both)).number << 40 | 1)]


def test_a_part_that_nobody_registered_ends_no_registration(both: Both) -> None:
    secured(both, 1, part(5_000))
    secured(both, 1, Print(OTHER_BOX, DAY))
    near = part(5_001), part(5_000, day=DAY + 1), part(5_000, payload=20_001)
    of_whole = Print(BOX, DAY), Print(OTHER_BOX, DAY, 0, 1)
    spare = part(5_000).pack() | 1 << 64, Print(OTHER_BOX, DAY).pack() | 1 << 64
    for word in (*(each.pack() for each in (*near, *of_whole)), *spare):
        refused(both, Deregister(1, (word,)), "NotRegistered", word, 1)
        refused(both, Move(1, 2, (word,)), "NotRegistered", word, 1)
    refused(both, Deregister(2, (part(5_000).pack(),)), "NotRegistered", part(5_000).pack(), 2)


def test_parts_of_one_act_count_together(both: Both) -> None:
    words = tuple(sorted(part(weight).pack() for weight in (9_000, 11_001)))
    refused(both, Register(1, words), "Overloaded", words[1], 20_001, 20_000)
    assert BOX not in both.state.boxes
    secured(both, 1, part(9_000), part(11_000))


# ------------------------------------------------------------------------------------------------------- what is asked


def test_a_print_names_a_box_and_a_part_what_the_box_may_carry(both: Both) -> None:
    for wrong in (Print(0, DAY).pack(), Print(BOX, DAY, 0, 1).pack(), ALL | 1 << 64, ALL | 1 << 95):
        assert not well_formed(wrong)
        refused(both, Register(1, (wrong,)), "PrintMalformed", wrong)
    both.done("stranger", calls(both, Register(1, (Print((1 << 160) - 1, DAY).pack(),))))
    with pytest.raises(ValueError, match="cargo has 160 bits"):
        Print(1 << 160, DAY).pack()


def test_cargo_departs_within_a_year_of_today(both: Both) -> None:
    today = both.now // 86_400
    for day in (0, today - MOST_DAYS - 1, today + MOST_DAYS + 1, (1 << 16) - 1):
        far = Print(BOX, day).pack()
        refused(both, Register(1, (far,)), "DayOutOfRange", far)
    secured(both, 1, Print(BOX, today - MOST_DAYS), Print(BOX, today + MOST_DAYS))


def test_prints_ascend_and_there_may_be_none(both: Both) -> None:
    below = Print(BOX, DAY - 1).pack()
    refused(both, Register(1, (ALL, below)), "PrintsNotAscending", below)
    refused(both, Register(1, (0,)), "PrintsNotAscending", 0)
    both.refused("stranger", calls(both, Register(1, (ALL, ALL))), "PrintsNotAscending", ALL)
    assert done(both, Register(1, ())) == ev.Registered(room(both), 1, ())
    done(both, Register(1, (ALL,)))
    done(both, Deregister(1, ()))
    # What ends need not ascend.
    secured(both, 1, Print(OTHER_BOX, DAY))
    done(both, Deregister(1, (Print(OTHER_BOX, DAY).pack(), ALL)))


def test_rooms_alone_have_debts_and_a_delisted_one_lets_go_and_takes_nothing_new(both: Both) -> None:
    for who in ("shipper", "stranger"):
        for verb in (Register(1, (ALL,)), Deregister(1, (ALL,)), Move(1, 2, (ALL,))):
            both.refused(who, verb, "NotARoom", both.at(who))
    secured(both, 1, Print(BOX, DAY), Print(OTHER_BOX, DAY))
    both.done(cast.ADMINISTRATOR, DelistRoom(room(both), ()))
    refused(both, Register(2, (Print(BOX, DAY + 90).pack(),)), "NotARoom", room(both))
    done(both, Move(1, 2, (ALL,)))
    done(both, Deregister(2, (ALL,)))
    assert is_free(both, Print(BOX, DAY)) is Answer.YES


def test_a_debt_has_forty_bits_and_is_its_room_s(both: Both) -> None:
    last = (1 << 40) - 1
    for verb in (Register(last + 1, (ALL,)), Deregister(last + 1, (ALL,)), Move(1, last + 1, (ALL,))):
        refused(both, verb, "DebtOutOfRange", last + 1)
    secured(both, last, Print(BOX, DAY))
    assert rules.debt_of(both.state, ALL) == (room(both), last)
    other = both.at("honest room")
    both.done(cast.ADMINISTRATOR, ListRoom(other, ("CN",)))
    # Another room's debt of the same number is another debt.
    for verb, error in ((Register(last, (ALL,)), "Taken"), (Deregister(last, (ALL,)), "NotRegistered")):
        outcome = both.model(other, verb)
        assert getattr(outcome, "error", "") == error


# ------------------------------------------------------------------------------------------------- words, log, property


def test_a_box_keeps_three_departures_in_its_word() -> None:
    whole, parts = Departure(DAY, 21 << 40 | 7), Departure(DAY + 20, 0, 2, 9_000, 20_000, 3)
    word = box_word((whole, None, parts))
    assert word & ((1 << 85) - 1) == DAY | (21 << 40 | 7) << 21
    assert word >> 85 & ((1 << 85) - 1) == 0
    assert word >> 170 == DAY + 20 | 3 << 16 | 1 << 20 | 2 << 21 | 9_000 << 37 | 20_000 << 61


def test_a_log_that_tells_of_cargo_twice_is_impossible(both: Both) -> None:
    secured(both, 1, Print(BOX, DAY))
    (wrong,) = replay(both.state, [ev.Registered(room(both), 2, (ALL,))], both.now)
    assert (wrong.error, wrong.arguments) == ("Taken", (ALL, room(both), 1))
    (wrong,) = replay(both.state, [ev.Deregistered(room(both), 2, (ALL,))], both.now)
    assert (wrong.error, wrong.arguments) == ("NotRegistered", (ALL, 2))
    (wrong,) = replay(both.state, [ev.Moved(both.at("shipper"), 1, 2, (ALL,))], both.now)
    assert wrong.error == "NotARoom"


@pytest.mark.parametrize(
    ("one", "other", "barred"),
    [
        (Print(BOX, DAY), Print(BOX, DAY), True),
        (Print(BOX, DAY), part(1), True),
        (part(1), Print(BOX, DAY), True),
        (part(1), part(1, payload=7), True),
        (part(1), part(2), False),
        (part(1), part(1, day=DAY + WINDOW_DAYS), True),
        (part(1), part(1, day=DAY + WINDOW_DAYS + 1), False),
        (Print(BOX, DAY), Print(BOX, DAY + 30), False),
    ],
)
def test_p7_tells_which_pieces_of_a_box_bar_each_other(one: Print, other: Print, barred: bool) -> None:
    assert properties.bars(one, other) == barred


def test_p7_is_broken_where_a_box_is_registered_twice(both: Both) -> None:
    secured(both, 1, Print(BOX, DAY))
    state, debt = both.state, both.state.boxes[BOX][0].debt
    for box, told in (
        ((Departure(DAY, debt), Departure(DAY, debt + 1), None), "both secure debts"),
        ((Departure(DAY, debt), Departure(DAY + WINDOW_DAYS, debt + 1), None), "both secure debts"),
        ((Departure(DAY, 0, 1, 9, 9, 3), Departure(DAY + 3 + WINDOW_DAYS, debt), None), "departures that are one"),
        ((Departure(DAY, 0, 1, 9, 8), None, None), "weigh more"),
    ):
        outer = state.begin()
        state.put(state.boxes, BOX, box)
        state.keep(outer)
        broken = properties.broken(state, [], {})
        assert broken is not None
        assert broken[0] == "P7"
        assert told in broken[1]
    state.put(state.boxes, BOX, (Departure(DAY, debt), None, None))


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (ev.Registered(NOBODY, 7, (ALL,)), "debt 7 of nobody is secured by 1 piece of cargo"),
        (ev.Deregistered(NOBODY, 7, (ALL, ALL)), "debt 7 of nobody is secured no more by 2 pieces of cargo"),
        (
            ev.Moved(NOBODY, 7, 8, (ALL,)),
            "debt 8 of nobody is secured by 1 piece of cargo, in place of debt 7 of nobody",
        ),
    ],
)
def test_what_is_registered_is_told_by_how_much_it_is(event: Any, text: str) -> None:
    assert tell.sentence(WITH_LENDER.facts[type(event)], event, tell.Names()) == text
