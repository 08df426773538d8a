"""Positions between banks, by hand: gross, net, and the reserves that payments took in the order in which they came."""

from __future__ import annotations

from itertools import permutations
from random import Random

import pytest

from sampan.money.positions import Book, positions, tables
from sampan.suite import events as ev
from sampan.suite.ids import pack_lei
from sampan.suite.tell import Names

BY = "0x" + "b0" * 20
AGENT, NORTH, SOUTH, EAST = 1, 2, 3, 4
NORTHS, SOUTHS, EASTS, NORTHS_OTHER = (f"0x{number:040x}" for number in (12, 13, 14, 22))
LEI = "969500HONGKONGBANK"
OPENED = [
    ev.ParticipantEnrolled(NORTH, pack_lei(LEI), pack_lei(LEI), "HK", 32, bytes(32)),
    ev.BookOpened(AGENT, "HKD", 2, BY, 1),
    *(
        ev.DepositOpened(deposit, bank, AGENT, "HKD", "", BY, count)
        for count, (deposit, bank) in enumerate(
            ((NORTHS, NORTH), (SOUTHS, SOUTH), (EASTS, EAST), (NORTHS_OTHER, NORTH)), 2
        )
    ),
    *(ev.ReservesIssued(deposit, 1_000, 1_000, BY) for deposit in (NORTHS, SOUTHS, EASTS, NORTHS_OTHER)),
]
PAYMENTS = [
    ev.Settled(NORTHS, SOUTHS, 300),
    ev.Settled(NORTHS, EASTS, 500),
    ev.Settled(SOUTHS, NORTHS, 250),
    ev.Settled(EASTS, SOUTHS, 500),
    ev.Settled(NORTHS, SOUTHS, 100),
]


def of(*events: object, before: tuple[object, ...] = ()) -> Book:
    """The one book, after payments before the period and payments in it."""
    told = [*((event, False) for event in (*OPENED, *before)), *((event, True) for event in events)]
    (book,) = positions(told)
    return book


def test_gross_net_and_number_of_payments_between_two_banks() -> None:
    pairs = {(pair.bank.number, pair.other.number): pair for pair in of(*PAYMENTS).pairs}

    assert {key: (pair.paid, pair.received, pair.net, pair.payments) for key, pair in pairs.items()} == {
        (NORTH, SOUTH): (400, 250, -150, 3),
        (NORTH, EAST): (500, 0, -500, 1),
        (SOUTH, EAST): (0, 500, 500, 1),
    }


def test_multilateral_each_bank_has_one_net_and_all_of_them_are_nothing_p6() -> None:
    book = of(*PAYMENTS)
    nets = {position.bank.number: (position.paid, position.received, position.net) for position in book.banks}

    assert nets == {NORTH: (900, 250, -650), SOUTH: (250, 900, 650), EAST: (500, 500, 0)}
    assert sum(position.net for position in book.banks) == 0
    assert (book.gross, book.payments) == (1_650, 5)


def test_peak_liquidity_is_the_most_that_a_deposit_had_paid_more_than_it_had_received() -> None:
    peaks = {liquidity.deposit: (liquidity.peak, liquidity.held) for liquidity in of(*PAYMENTS).deposits}

    # North: 300, 800, 550, 650. East: received first, then paid the same on.
    assert peaks == {NORTHS: (800, 350), SOUTHS: (0, 1_650), EASTS: (0, 1_000), NORTHS_OTHER: (0, 1_000)}


def test_the_order_of_payments_changes_the_peak_and_nothing_else() -> None:
    books = [of(*order) for order in permutations(PAYMENTS)]

    def figures(book: Book) -> tuple[object, ...]:
        return ([*map(repr, book.pairs)], [*map(repr, book.banks)], [each.held for each in book.deposits])

    assert len({repr(figures(book)) for book in books}) == 1
    peaks = {book.deposits[0].peak for book in books}
    assert min(peaks) == 650, "no less than the net"
    assert max(peaks) == 900, "no more than the gross"


def test_what_was_paid_before_the_period_says_what_reserves_there_were_and_counts_no_more() -> None:
    book = of(PAYMENTS[2], before=tuple(PAYMENTS[:2]))

    ((pair),) = book.pairs
    assert (pair.paid, pair.received, pair.payments) == (0, 250, 1)
    assert [(each.held, each.peak) for each in book.deposits] == [(450, 0), (1_050, 250), (1_500, 0), (1_000, 0)]


def test_reserves_that_are_issued_or_paid_out_are_no_payment() -> None:
    book = of(ev.ReservesRedeemed(NORTHS, 900, 100, BY), ev.ReservesIssued(SOUTHS, 5, 1_005, BY))

    assert (book.payments, book.pairs, [each.held for each in book.deposits[:2]]) == (0, [], [100, 1_005])
    assert {each.peak for each in book.deposits} == {0}


def test_a_bank_that_moves_money_between_its_own_deposits_has_no_position_with_itself() -> None:
    book = of(ev.Settled(NORTHS, NORTHS_OTHER, 40))

    assert (book.pairs, book.banks, book.gross) == ([], [], 0)
    assert [each.peak for each in book.deposits] == [40, 0, 0, 0]


def test_a_bank_is_told_by_its_lei_where_the_log_tells_it() -> None:
    north, south, *_ = of().deposits

    assert north.bank.lei is not None
    assert north.bank.lei.startswith(LEI)
    assert south.bank.lei is None


def test_events_of_deposits_that_nobody_opened_are_passed_over() -> None:
    invented = "0x" + "99" * 20

    book = of(ev.Settled(invented, NORTHS, 5), ev.ReservesIssued(invented, 5, 5, BY))

    assert (book.payments, [each.held for each in book.deposits]) == (0, [1_000] * 4)


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_paid_nets_are_nothing_in_all_and_reserves_are_conserved_p6(seed: int) -> None:
    dice, deposits = Random(seed), [NORTHS, SOUTHS, EASTS, NORTHS_OTHER]
    payments = [ev.Settled(*dice.sample(deposits, 2), dice.randrange(10**30)) for _ in range(200)]

    book = of(*payments)

    assert sum(position.net for position in book.banks) == 0
    assert sum(pair.paid + pair.received for pair in book.pairs) == book.gross == sum(one.paid for one in book.banks)
    assert sum(each.held for each in book.deposits) == 4_000
    assert all(each.peak >= max(0, each.drawn) for each in book.deposits)


def test_people_read_them_in_the_currency_with_all_its_decimals() -> None:
    told = {title.rpartition(": ")[2]: rows for title, _, rows in tables([of(*PAYMENTS)], Names())}

    assert told["between two banks"][0] == ("participant 2", "participant 3", "4.00", "2.50", "-1.50", "3")
    assert told["each against all"][0] == ("participant 2", "9.00", "2.50", "-6.50", "3")
    assert told["reserves"][0][2:] == ("3.50", "8.00")
