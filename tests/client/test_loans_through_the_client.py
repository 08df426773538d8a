"""Loans on bills through the client: papers that all sign, prints that are found in the log, amounts of the loan's
money."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from support import banking, borrowing, producing
from support.banking import HKD, OTHER_HKD
from support.borrowing import AGENT, prints

from sampan.cargo.records import Clause
from sampan.cargo.rules import condition_of
from sampan.cli import finance
from sampan.cli.schema import document
from sampan.client import errors, papers, sale_terms
from sampan.client.ledger import Ledger
from sampan.client.loan_terms import acceptance_in_words, in_words
from sampan.client.owing import folded
from sampan.client.papers import Paper
from sampan.client.records import Coin
from sampan.client.show import sentences
from sampan.errors import BadInput, ChainError, SampanError, UsageError
from sampan.finance.loans.verbs.lending import Draw
from sampan.finance.registrations.records import Print
from sampan.scenarios.parties import BANK_ROLES, Party, full_lei
from sampan.suite import events, tell
from sampan.suite.event import Event
from sampan.suite.tell import bill_name
from sampan.suite.words import FactKind, Kind, Receiving, SurrenderFor
from sampan.testing import SampanChain, bare_terms
from sampan.written import conditions

LONG = timedelta(days=60)


@pytest.fixture(scope="module")
def lent(banked: SampanChain) -> SampanChain:
    """The loan book beside two banks; undone with them."""
    borrowing.lend(banked)
    return banked


@pytest.fixture
def chain(lent: SampanChain, sampan_chain: SampanChain) -> SampanChain:
    return sampan_chain


@pytest.fixture
def borrower(chain: SampanChain) -> Ledger:
    return chain.as_role("shipper")


@pytest.fixture
def agent(chain: SampanChain) -> Ledger:
    return chain.as_role(AGENT.role)


@pytest.fixture
def facility(chain: SampanChain, relayer: Ledger) -> int:
    """Opened by a relayer, with what all signed."""
    signed = borrowing.signed(chain, borrowing.terms(relayer))
    return int(relayer.loans.open_facility(signed).event(events.Opened).facility)


@pytest.fixture
def bills(chain: SampanChain) -> list[int]:
    return banking.bills(chain, "PLEDGED1", "PLEDGED2", kind=Kind.BLANK)


@pytest.fixture
def drawn(facility: int, bills: list[int], borrower: Ledger, agent: Ledger) -> int:
    """Two bills of 500,000 each, three boxes; 500,000 drawn on the second."""
    first = agent.sign_acceptance(bills[0], facility, "HKD 500,000.00", prints(1))
    borrower.loans.pledge(bills[0], first)
    second = agent.sign_acceptance(bills[1], facility, "HKD 500,000.00", prints(2, 2))
    act = borrower.loans.pledge(bills[1], second, amount="HKD 500,000.00")
    assert act.event(events.Drawn).amount == 50_000_000
    return facility


# ------------------------------------------------------------------------------------------------------------- opening


@pytest.mark.slow
def test_a_facility_is_opened_by_what_all_signed_and_each_lender_pays(chain: SampanChain, facility: int) -> None:
    found = chain.ledger.loan(facility)
    assert (found.owed, found.stored.undrawn, found.stored.rate, found.stored.advance) == (
        0,
        100_000_000,
        500_000,
        8_000,
    )
    assert found.drawable == 0, "nothing is pledged"
    assert [chain.ledger.balance(role, HKD) for role in borrowing.LENDERS] == [40_000_000, 60_000_000]


@pytest.mark.slow
def test_times_of_a_facility_are_told_by_its_own_clock(chain: SampanChain, relayer: Ledger) -> None:
    made = borrowing.terms(relayer, clock=timedelta(hours=8))
    act = relayer.loans.open_facility(borrowing.signed(chain, made))
    loan = relayer.loan(act.event(events.Opened).facility)
    clock = timezone(timedelta(hours=8))
    told = str(loan)
    for time in (loan.available_until, loan.maturity, loan.grace_ends):
        assert tell.moment(time, clock) in told
        assert tell.moment(time) not in told
    console = Console(width=300, file=io.StringIO(), emoji=False)
    finance.show_facilities(console, [loan], "")
    finance.show_book(console, chain.as_role("bank").exposures())
    said = console.file.getvalue()
    assert said.count(tell.moment(loan.maturity, clock)) == 2
    assert tell.moment(loan.maturity) not in said


@pytest.mark.slow
def test_a_signature_that_is_lacking_or_of_other_terms_is_named(chain: SampanChain, relayer: Ledger) -> None:
    made = borrowing.terms(relayer)
    signed = borrowing.signed(chain, made)
    with pytest.raises(UsageError, match="lacks the signature of"):
        relayer.loans.calls.open_facility(signed[:-1])
    others = borrowing.signed(chain, replace(made, rate=1))
    with pytest.raises(BadInput) as refused:
        relayer.loans.calls.open_facility([*signed[:-1], others[-1]])
    # The term that differs, and no other.
    assert refused.value.message == (
        "is of other terms: interest 0.00001 % a year, simple, on act-365-f; first day in, last day out,"
        " not 5 % a year, simple, on act-365-f; first day in, last day out"
    )
    assert "signed" in str(refused.value.subject)
    with pytest.raises(BadInput, match="is not signed by"):
        relayer.loans.calls.open_facility([*signed[:-1], replace(signed[-1], signature=signed[0].signature)])
    with pytest.raises(UsageError, match="names 1 deposits for 2 lenders"):
        relayer.loans.calls.open_facility(signed, out_of=[HKD])
    with pytest.raises(UsageError, match="neither borrower nor agent nor lender"):
        chain.as_role("trader").sign_facility(made)


@pytest.mark.slow
def test_a_lender_that_allowed_nothing_or_has_too_little_is_named_with_its_deposit(
    chain: SampanChain, relayer: Ledger
) -> None:
    names, lender = relayer.names, chain.as_role("issuing_bank")
    signed = borrowing.signed(chain, borrowing.terms(relayer))
    deposit, who = relayer.money(HKD).reference, names.account(lender.address)
    lender.deposit.allow(HKD, "LoanBook", "HKD 5.00")
    with pytest.raises(errors.ERC20InsufficientAllowance) as refused:
        relayer.loans.open_facility(signed)
    assert refused.value.message == (
        f"{names.account(relayer.address_in('LoanBook'))} may spend HKD 5.00 of what {who} has in {deposit},"
        " not HKD 400,000.00"
    )
    assert f'sampan money allow {deposit} "HKD 400,000.00" --spender LoanBook' in str(refused.value.hint)
    lender.deposit.allow(HKD, "LoanBook", "any")
    lender.deposit.pay("trader", "HKD 700,000.00", out_of=HKD)
    with pytest.raises(errors.ERC20InsufficientBalance) as short:
        relayer.loans.open_facility(signed)
    assert short.value.message == f"{who} has HKD 300,000.00 in {deposit}, and commits HKD 400,000.00"
    lender.deposit.allow(HKD, "LoanBook", "HKD 0.00")
    with pytest.raises(errors.ERC20InsufficientAllowance, match=r"has not HKD 400,000\.00 in ") as elsewhere:
        relayer.loans.open_facility(signed)
    assert "--out-of LENDER=DEPOSIT" in str(elsewhere.value.hint)


@pytest.mark.slow
def test_a_producer_that_reported_and_was_forgotten_is_named_when_the_condition_does_not_hold(
    chain: SampanChain, bills: list[int], relayer: Ledger, borrower: Ledger, agent: Ledger
) -> None:
    producing.accredit(chain)
    clauses = [Clause(FactKind.INSPECTED, 1, 0, 0, 0, ""), Clause(FactKind.VALUED, 1, 0, 0, 100, "USD")]
    relayer.cargo_log.lay(clauses)
    terms = borrowing.terms(relayer, condition=condition_of(tuple(clauses)))
    facility = int(relayer.loans.open_facility(borrowing.signed(chain, terms)).event(events.Opened).facility)
    accepted = agent.sign_acceptance(bills[0], facility, "HKD 500,000.00", prints(1))
    inspector, insurer = (chain.as_role(role) for role in ("inspector", "insurer"))

    with pytest.raises(errors.ConditionNotMet) as nothing:
        borrower.loans.pledge(bills[0], accepted, amount="HKD 1.00", producers=["inspector"])
    assert nothing.value.message == f"the condition of facility {facility} does not hold for {bill_name(bills[0])}"
    assert f"`sampan cargo why {facility} {bill_name(bills[0])}` tells what is missing" in str(nothing.value.hint)
    inspector.cargo_log.attest(bills[0], FactKind.INSPECTED)
    insurer.cargo_log.attest(bills[0], FactKind.VALUED, amount="150 USD")
    with pytest.raises(errors.ConditionNotMet) as forgotten:
        borrower.loans.pledge(bills[0], accepted, amount="HKD 1.00", producers=["inspector"])
    told = f"{producing.INSURER.lei} reported of it too, and with that word it holds"
    assert told in forgotten.value.message
    assert f"--producer {producing.INSURER.lei}" in str(forgotten.value.hint)
    borrower.loans.pledge(bills[0], accepted)
    # Whoever names nobody asks everybody whose word the log knows.
    borrower.loans.draw(facility, "HKD 1.00", bills[0])
    borrower.loans.draw(facility, "HKD 1.00", bills[0], producers=["inspector", "insurer"])

    answer = relayer.why_not_drawn(facility, bills[0])
    assert (answer.holds, answer.units, answer.condition.name) == (True, 1, terms.condition)
    assert borrower.participant(borrower).parent in answer.left_out
    with pytest.raises(UsageError, match="is not pledged in facility"):
        relayer.why_not_drawn(facility, bills[1])
    assert not relayer.why_not_drawn(facility, bills[1], units=1).holds


@pytest.mark.slow
def test_a_facility_without_a_condition_asks_for_nothing(drawn: int, bills: list[int], relayer: Ledger) -> None:
    with pytest.raises(UsageError, match="asks for nothing before a drawing"):
        relayer.why_not_drawn(drawn, bills[0])


def test_terms_are_portable_and_each_signer_has_a_file_of_its_own(chain: SampanChain, relayer: Ledger) -> None:
    signed = borrowing.signed(chain, borrowing.terms(relayer, clock=timedelta(hours=-5), filed_in=["HK", "SG"]))
    for paper in signed:
        again = papers.read(json.dumps(paper.as_json()).encode())
        assert (again, again.text.clock) == (paper, -20)
    file = signed[-1].as_json()
    file["signer"] = chain.ledger.address_in("Sale")
    with pytest.raises(BadInput, match="signer is not whoever the message names"):
        papers.read(file)
    file = signed[0].as_json()
    file["message"]["lenders"] = "nobody"
    with pytest.raises(BadInput, match="message/lenders is not a list"):
        papers.read(file)
    file["message"]["lenders"] = ["0x12"]
    with pytest.raises(BadInput, match="message/lenders/0 is not an address"):
        papers.read(file)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rate": "5.000001"}, "in steps of 0.00001"),
        ({"rate": "five"}, "no percentage"),
        ({"advance": "101"}, "from 0 to 100 percent"),
        ({"agent": "shipper"}, "agent: is the borrower, or of its group"),
        ({"filed_in": ["HK", "SG", "NL"]}, "two countries at most"),
        ({"clock": timedelta(hours=14, minutes=15)}, "clock: is nowhere where days turn"),
        ({"clock": timedelta(minutes=20)}, "clock 0:20:00: is no number of quarters of an hour"),
        ({"grace_days": 256}, "grace_days: is not from 0 to 255 days"),
        ({"grace_days": -1}, "grace_days: is not from 0 to 255 days"),
        ({"advance": "0", "reserve": "70"}, "advance: is not above 0"),
        ({"reserve": "0"}, "reserve: is not above 0.*for nothing a bill never goes"),
        ({"maturity": timedelta(days=800)}, "maturity: is more than 730 days after deadline"),
        ({"available_until": timedelta(days=91)}, "available_until: is after maturity"),
        ({"available_until": timedelta(seconds=-1)}, "available_until: has passed: it is 20"),
        ({"deadline": timedelta(seconds=-1)}, "deadline: has passed: it is 20"),
        ({"lenders": {}}, "lenders: names nobody"),
    ],
)
def test_terms_that_would_be_refused_are_refused_in_words(
    borrower: Ledger, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        borrowing.terms(borrower, **changes)


def test_a_coin_is_lent_by_nobody(borrower: Ledger) -> None:
    coin = Coin("0x" + "c0" * 20, "A coin", "HKD", 2, borrower.names)
    with pytest.raises(UsageError, match=r"is no deposit of the books .name a bank's deposit"):
        borrowing.terms(borrower, money=coin)


def test_a_lender_that_is_named_twice_says_in_one_sum_what_it_commits(borrower: Ledger) -> None:
    twice = {"bank": "HKD 600,000.00", borrower.account("bank").address: "HKD 400,000.00"}
    with pytest.raises(UsageError, match=r"is named twice .say in one sum"):
        borrowing.terms(borrower, lenders=twice)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"clock": 57}, "clock: is nowhere where days turn"),
        ({"rate": 10**7 + 1}, "rate: is not from 0 to 100 percent a year"),
        ({"on_trust": 10_001}, "on_trust: is not from 0 to 100 percent"),
        ({"filed_in": "", "also_filed_in": "HK"}, "also_filed_in: is a second country without a first"),
        ({"commitments": (1,)}, "commitments: is not a sum for each lender"),
        ({"commitments": (1, 2**104 - 1)}, "commitments: is more in all than"),
    ],
)
def test_nobody_signs_terms_under_which_no_facility_is_opened(
    borrower: Ledger, changes: dict[str, Any], words: str
) -> None:
    made = borrowing.terms(borrower)
    with pytest.raises(UsageError, match=words):
        borrower.sign_facility(replace(made, **changes))
    with pytest.raises(UsageError, match="agent: is the borrower, or of its group"):
        borrower.sign_facility(replace(made, agent=made.borrower))


# ------------------------------------------------------------------------------------------------- pledged and drawn


@pytest.mark.slow
def test_a_bill_is_pledged_as_the_agent_accepted_it(
    facility: int, bills: list[int], borrower: Ledger, agent: Ledger
) -> None:
    accepted = agent.sign_acceptance(bills[0], facility, "HKD 500,000.00", prints(1))
    with pytest.raises(BadInput, match="accepts "):
        borrower.loans.calls.pledge(bills[1], accepted)
    with pytest.raises(UsageError, match="does not act for the agent"):
        borrower.sign_acceptance(bills[0], facility, "HKD 500,000.00", prints(1))
    with pytest.raises(UsageError, match="no print is named, so nothing would bar a second pledge"):
        agent.sign_acceptance(bills[0], facility, "HKD 500,000.00", ())
    act = borrower.loans.pledge(bills[0], accepted)
    assert act.label.endswith(f"for HKD 500,000.00 in facility {facility}")
    assert f"facility {facility} (pledge 1) is secured by 1 piece of cargo" in sentences(act)
    assert borrower.prints(bills[0]) == tuple(prints(1))
    found = borrower.loan(facility)
    assert (found.covered, found.drawable) == (40_000_000, 40_000_000)
    act = borrower.loans.draw(facility, "HKD 1,000.00", bills[0])
    assert act.label.startswith("draw HKD 1,000.00 in facility")
    said = "HKD 401,000.00 would be owed, and the bills cover HKD 400,000.00"
    with pytest.raises(errors.NotCovered, match=said):
        borrower.loans.draw(facility, "HKD 400,000.00", bills[0])


@pytest.mark.slow
def test_a_bill_that_moved_since_is_accepted_anew(
    facility: int, bills: list[int], borrower: Ledger, agent: Ledger, trader: Ledger
) -> None:
    accepted = agent.sign_acceptance(bills[0], facility, "HKD 500,000.00", prints(1))
    borrower.bills.transfer(bills[0], trader)
    trader.bills.transfer(bills[0], borrower)
    with pytest.raises(UsageError, match="has moved on since the agent accepted it"):
        borrower.loans.calls.pledge(bills[0], accepted)


@pytest.mark.slow
def test_cargo_that_secures_a_debt_is_refused_with_its_print_as_it_is_accepted_and_whose_debt_it_is(
    facility: int, bills: list[int], borrower: Ledger, agent: Ledger
) -> None:
    (box,) = prints(1)
    part = replace(Print.unpack(box), weight=9_000, payload=20_000).pack()
    first = agent.sign_acceptance(bills[0], facility, "HKD 500,000.00", [box])
    borrower.loans.pledge(bills[0], first)

    for word, what in ((box, "all of a box"), (part, "9,000 kg in a box that may carry 20,000 kg")):
        again = agent.sign_acceptance(bills[1], facility, "HKD 500,000.00", [word])
        with pytest.raises(errors.Taken) as refused:
            borrower.loans.pledge(bills[1], again)

        named = f"0x{word:064x}: {what}, leaving on 2026-01-31"
        assert named in [each.says for each in acceptance_in_words(agent, again.text) if each.term == "print"]
        assert refused.value.message == f"this cargo secures facility {facility} (pledge 1) already (print {named})"
        assert "`sampan finance free DOCUMENT --registrar FILE` tells which box that is" in str(refused.value.hint)


@pytest.mark.slow
def test_a_signer_of_what_lets_bills_go_reads_their_names_and_prints(
    drawn: int, bills: list[int], borrower: Ledger
) -> None:
    signed = borrower.sign_call(borrower.loans.calls.discharge(drawn, bills[0]))
    (word,) = prints(1)

    assert tell.label(signed.text.call) == f"let {bill_name(bills[0])} go from facility {drawn}"
    told = tell.in_full(signed.text.call)
    assert told == f"discharge facility {drawn}, bills (bill {bill_name(bills[0])}, prints 0x{word:064x})"


# ------------------------------------------------------------------------------------------------------------- repaid


@pytest.mark.slow
def test_all_is_repaid_after_a_month_and_both_bills_leave_in_the_same_act(
    drawn: int, bills: list[int], borrower: Ledger, chain: SampanChain
) -> None:
    chain.advance(timedelta(days=30))
    found = borrower.loan(drawn)
    # 500,000 at 5 percent for 30 of 365 days, by hand.
    assert (found.principal, found.interest) == (50_000_000, 205_479)
    assert borrower.allowance(borrower, "LoanBook", HKD) == 0
    act = borrower.loans.repay(drawn, "all", out_of=HKD, bills=bills)
    assert act.event(events.Repaid).amount == 50_205_479
    assert [each.bill for each in act.all(events.Discharged)] == bills
    assert [borrower.bill(bill).possessor.address for bill in bills] == [borrower.address] * 2
    assert borrower.loan(drawn).owed == 0
    with pytest.raises(UsageError, match="owes nothing"):
        borrower.loans.calls.repay(drawn, "all", out_of=HKD)
    assert borrower.allowance(borrower, "LoanBook", HKD) == 0, "what was signed along is taken back"


@pytest.mark.slow
def test_all_is_repaid_though_the_day_turns_before_the_act_is_in_a_block_and_no_allowance_is_left(
    drawn: int, borrower: Ledger, relayer: Ledger, chain: SampanChain
) -> None:
    chain.advance(timedelta(days=1, seconds=-60 - int(borrower.now.timestamp()) % 86_400))
    signed = borrower.sign_call(borrower.loans.calls.repay(drawn, "all", out_of=HKD))
    owed = borrower.loan(drawn).owed
    chain.advance(timedelta(minutes=2))
    act = relayer.loans.send_act(signed)
    # A day of 500,000 at 5 percent, on 365 days, is 68.49.
    assert act.event(events.Repaid).amount == owed + 6_849
    assert (borrower.loan(drawn).owed, borrower.allowance(borrower, "LoanBook", HKD)) == (0, 0)


@pytest.mark.slow
def test_a_part_is_repaid_out_of_an_allowance_of_exactly_that_much(drawn: int, borrower: Ledger) -> None:
    call = borrower.loans.calls.repay(drawn, "HKD 1,000.00", out_of=HKD)
    assert (len(call.shown), call.behind) == (1, ())
    borrower.do(call)
    assert borrower.allowance(borrower, "LoanBook", HKD) == 0


@pytest.mark.slow
def test_an_allowance_that_the_payer_gave_is_left_alone(drawn: int, borrower: Ledger) -> None:
    borrower.deposit.allow(HKD, "LoanBook", "HKD 600,000.00")
    call = borrower.loans.calls.repay(drawn, "all", out_of=HKD)
    assert (call.shown, call.behind) == ((), ())
    borrower.do(call)
    assert borrower.allowance(borrower, "LoanBook", HKD) == 10_000_000


@pytest.mark.slow
def test_a_part_is_repaid_and_a_bill_leaves_that_the_rest_need_not_cover(
    drawn: int, bills: list[int], borrower: Ledger
) -> None:
    with pytest.raises(errors.NotCovered, match=r"HKD 500,000\.00 would be owed, and the bills cover HKD "):
        borrower.loans.discharge(drawn, bills[0])
    borrower.loans.repay(drawn, "HKD 100,000.00", out_of=HKD)
    act = borrower.loans.discharge(drawn, bills[0])
    assert act.event(events.Deregistered).prints == tuple(prints(1))
    with pytest.raises(errors.NotOnLedger, match="is not pledged"):
        borrower.pledge(bills[0])
    assert borrower.prints(bills[0]) == ()
    assert borrower.prints(bills[1]) == tuple(sorted(prints(2, 2)))


@pytest.mark.slow
def test_who_has_too_little_or_allowed_nothing_is_told(drawn: int, borrower: Ledger, relayer: Ledger) -> None:
    with pytest.raises(UsageError, match=r"has HKD 0.00 in .* and HKD 500,000.00 is to be paid"):
        borrower.loans.calls.repay(drawn, "all", out_of=OTHER_HKD)
    with pytest.raises(UsageError, match="the loan book may not spend"):
        borrower.rehearsing(for_others=True).loans.calls.repay(drawn, "HKD 1,000.00", out_of=HKD)


@pytest.mark.slow
def test_a_payment_is_rehearsed_as_it_is_done_though_no_allowance_stands_yet(
    drawn: int, bills: list[int], borrower: Ledger
) -> None:
    rehearsed = borrower.rehearsing().loans.repay(drawn, "all", out_of=HKD, bills=bills)
    assert not rehearsed.sent
    (told,) = rehearsed.warnings
    assert told.startswith("an allowance of HKD 500,068.50 for the loan book is signed along when it is sent")
    done = borrower.loans.repay(drawn, "all", out_of=HKD, bills=bills)
    assert done.warnings == ()
    for kind in (events.Repaid, events.Discharged, events.Deregistered):
        assert rehearsed.all(kind) == done.all(kind)


@pytest.mark.slow
def test_whoever_may_not_is_told_who_may(
    drawn: int, bills: list[int], borrower: Ledger, agent: Ledger, chain: SampanChain
) -> None:
    bank, (bill, _) = chain.as_role("bank"), bills
    loan, filed = borrower.loan(drawn), {"country": "HK", "registry": "R", "number": "1", "document": b"\x11" * 32}
    file = agent.loans.calls.file_security(drawn, **filed, filed_at=1, stands_until=timedelta(days=9))
    who = {role: borrower.names.participant(getattr(loan.stored, role)) for role in ("borrower", "agent")}
    either = (
        f"the borrower of facility {drawn}, {who['borrower']} or the agent of facility {drawn}, {who['agent']}, may"
    )
    of_borrower = f"the borrower of facility {drawn}, {who['borrower']}, may"
    of_agent = f"the agent of facility {drawn}, {who['agent']}, may"
    acts: tuple[tuple[Callable[[], Any], str], ...] = (
        (lambda: bank.loans.draw(drawn, "HKD 1.00", bill), of_borrower),
        (lambda: bank.loans.instruct(bill, room="Sale", deal=b"\x11" * 32), of_borrower),
        (lambda: bank.loans.discharge(drawn, bill), either),
        (lambda: bank.loans.entrust(bill, "shipper", until=timedelta(days=7), purpose="to sort"), of_agent),
        (lambda: borrower.loans.entrust(bill, "shipper", until=timedelta(days=7), purpose="to sort"), of_agent),
        (lambda: bank.do(file), of_agent),
    )
    for act, told in acts:
        with pytest.raises(errors.NotAParty, match=re.escape(told)) as refused:
            act()
        assert "--from" in (refused.value.hint or "")
    with pytest.raises(errors.NotAParty, match="is no account of the borrower, "):
        agent.loans.entrust(bill, "bank", until=timedelta(days=7), purpose="to sort")


@pytest.mark.slow
def test_of_a_bill_that_is_not_pledged_or_out_on_trust_or_pledged_still_each_act_says_so(
    drawn: int, bills: list[int], borrower: Ledger, agent: Ledger, chain: SampanChain
) -> None:
    (other,) = banking.bills(chain, "ELSEWHERE1", kind=Kind.BLANK)
    deal = {"room": "Sale", "deal": b"\x11" * 32}
    week = timedelta(days=7)
    for act in (
        lambda: borrower.loans.draw(drawn, "HKD 1.00", other),
        lambda: borrower.loans.instruct(other, **deal),
        lambda: agent.loans.entrust(other, "shipper", until=week, purpose="to sort"),
        lambda: agent.loans.hand_over(other),
        lambda: agent.loans.surrender_pledged(other),
    ):
        with pytest.raises(SampanError, match="is not pledged") as missing:
            act()
        assert "`sampan finance accept`" in (missing.value.hint or "")
    with pytest.raises(errors.NothingLeft, match=f"secures facility {drawn} still, and so does its cargo"):
        borrower.loans.forget(bills[0])
    with pytest.raises(UsageError, match="replaced nothing together with others"):
        agent.loans.allot(bills[0], [(bills[1], "HKD 1.00", ())])
    with pytest.raises(UsageError, match=f"secures facility {drawn} already"):
        agent.sign_acceptance(bills[0], drawn, "HKD 1.00", prints(1))
    (told, *_) = sentences(agent.loans.entrust(bills[0], "shipper", until=week, purpose="to sort"))
    assert told.endswith(" UTC: to sort")
    for act in (
        lambda: borrower.loans.draw(drawn, "HKD 1.00", bills[0]),
        lambda: borrower.loans.instruct(bills[0], **deal),
        lambda: agent.loans.entrust(bills[0], "shipper", until=week, purpose="to sort"),
        lambda: agent.loans.hand_over(bills[0]),
        lambda: agent.loans.surrender_pledged(bills[0]),
        lambda: agent.loans.allot(bills[0], [(bills[1], "HKD 1.00", ())]),
    ):
        with pytest.raises(SampanError, match=r"is out on trust until 20.*, and lies not in the loan book") as out:
            act()
        assert "let it come back" in (out.value.hint or "")
    accepted = agent.sign_acceptance(bills[0], drawn, "HKD 500,000.00", ())
    borrower.loans.pledge(bills[0], accepted)
    with pytest.raises(UsageError, match=f"secures facility {drawn} already"):
        borrower.loans.pledge(bills[0], accepted)


@pytest.mark.slow
def test_votes_that_were_used_and_a_position_that_is_anothers_or_none_are_told(
    drawn: int, borrower: Ledger, importer: Ledger, chain: SampanChain
) -> None:
    bank, relayer = chain.as_role("bank"), chain.as_role("relayer")
    vote = importer.appointment(drawn, importer)
    stale = bank.appointment(drawn, "trader")
    signed = [importer.sign_vote(vote), bank.sign_vote(vote)]
    relayer.loans.replace_agent(signed)
    for again in (lambda: relayer.loans.replace_agent(signed), lambda: chain.as_role("issuing_bank").sign_vote(vote)):
        with pytest.raises(UsageError, match=f"were carried out: the agent of facility {drawn} is "):
            again()
    with pytest.raises(UsageError, match="were for the place of an agent that was replaced since"):
        bank.sign_vote(stale)
    vote = bank.appointment(drawn, "trader", deadline=timedelta(hours=1))
    chain.advance(timedelta(hours=2))
    with pytest.raises(UsageError, match="counted until 20") as late:
        bank.sign_vote(vote)
    assert f"sampan finance sign-vote --facility {drawn}" in (late.value.hint or "")
    offered = bank.sign_position_offer(f"{drawn}/1", "importer", "HKD 5.00", HKD)
    with pytest.raises(UsageError, match=r"is to .*, not to shipper"):
        borrower.positions.buy(offered)
    with pytest.raises(errors.NotOwnerNorApproved, match=rf"position [0-9]+/{drawn}/1 is bank ") as refused:
        borrower.positions.split(f"{drawn}/1", 500)
    assert "split 500 shares (HKD 5.00 as committed) off " in str(refused.value)
    with pytest.raises(errors.NotOnLedger, match="there is no such position") as missing:
        bank.sign_position_offer(f"{drawn}/9", "importer", "HKD 5.00", HKD)
    assert f"`sampan finance show {drawn}`" in (missing.value.hint or "")
    with pytest.raises(errors.TokenDoesNotExist, match=f"there is no position [0-9]+/{drawn}/9"):
        borrower.loans.claim_position(f"{drawn}/9")


@pytest.mark.slow
def test_lenders_have_what_was_repaid(drawn: int, borrower: Ledger, relayer: Ledger, chain: SampanChain) -> None:
    borrower.loans.repay(drawn, "HKD 1,000.00", out_of=HKD)
    room = chain.ledger.account(chain.ledger.address_in("LoanBook")).number
    before = chain.ledger.balance("bank", HKD)
    relayer.loans.claim_position(f"{room}/{drawn}/1")
    assert chain.ledger.balance("bank", HKD) - before == 60_000


@pytest.mark.slow
def test_what_is_owed_is_told_day_by_day(drawn: int, borrower: Ledger, chain: SampanChain) -> None:
    begun = borrower.now.date()
    chain.advance(timedelta(days=10))
    borrower.loans.repay(drawn, "HKD 100,000.00", out_of=HKD)
    chain.advance(timedelta(days=2))
    days = borrower.days(drawn)
    assert [(each.day - begun).days for each in days] == list(range(13))
    # 500,000 at 5 percent on 365 days, by hand: 68.493150...; ten of them are 684.93.
    assert (str(days[0].principal), str(days[0].interest), str(days[0].adds)) == (
        "HKD 500,000.00",
        "HKD 0.00",
        "68.493151",
    )
    assert "drew HKD 500,000.00 on " in days[0].done[0]
    assert (days[9].done, str(days[9].interest)) == ((), "HKD 616.44")
    assert days[10].done == ("repaid HKD 100,000.00",)
    # 400,684.93 are left; interest went first.
    assert (str(days[10].principal), str(days[10].interest)) == ("HKD 400,684.93", "HKD 0.00")
    found = borrower.loan(drawn)
    assert (days[-1].principal.value, days[-1].interest.value) == (found.principal, found.interest)
    assert str(days[-1].adds) == "54.888347"


@pytest.mark.slow
def test_days_that_add_the_same_are_one_row_and_a_day_on_which_something_was_done_is_its_own(
    drawn: int, borrower: Ledger, chain: SampanChain
) -> None:
    begun = borrower.now.date()
    chain.advance(timedelta(days=10))
    borrower.loans.repay(drawn, "HKD 100,000.00", out_of=HKD)
    chain.advance(timedelta(days=2))
    found = [((each.first.day - begun).days, (each.last.day - begun).days) for each in folded(borrower.days(drawn))]
    assert found == [(0, 0), (1, 9), (10, 10), (11, 12)]
    assert folded([]) == []


@pytest.mark.slow
def test_days_are_refused_where_the_log_leaves_a_drawing_out(
    drawn: int, borrower: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged = type(borrower)._logged

    def left_out(self: Ledger, *topics: object, **how: object) -> list[Event]:
        return [each for each in logged(self, *topics, **how) if not isinstance(each, events.Drawn)]  # type: ignore[arg-type]

    monkeypatch.setattr(type(borrower), "_logged", left_out)
    with pytest.raises(ChainError, match=r"the ledger says HKD 500,000.00"):
        borrower.days(drawn)


@pytest.mark.slow
def test_nothing_was_owed_on_no_day(facility: int, borrower: Ledger) -> None:
    assert borrower.days(facility) == []


@pytest.mark.slow
def test_what_a_payment_would_do_is_what_it_does(
    drawn: int, bills: list[int], borrower: Ledger, chain: SampanChain
) -> None:
    chain.advance(timedelta(days=30))
    # Interest alone: no bill goes.
    told = borrower.payment(drawn, "HKD 1,000.00")
    assert (str(told.interest), str(told.principal), str(told.left)) == (
        "HKD 1,000.00",
        "HKD 0.00",
        "HKD 501,054.79",
    )
    assert (told.leaves, told.together) == ((), True)
    # Each bill covers 400,000: one of both may go, not both.
    told = borrower.payment(drawn, "HKD 102,054.79")
    assert (str(told.interest), str(told.principal), str(told.left)) == (
        "HKD 2,054.79",
        "HKD 100,000.00",
        "HKD 400,000.00",
    )
    assert (set(told.leaves), told.together) == (set(bills), False)
    everything = borrower.payment(drawn, "HKD 900,000.00")
    assert (str(everything.amount), everything.left.value, everything.together) == ("HKD 502,054.79", 0, True)
    assert borrower.payment(drawn, "all") == everything
    borrower.loans.repay(drawn, "HKD 102,054.79", out_of=HKD, bills=bills[:1])
    assert borrower.loan(drawn).owed == told.left.value
    assert [each.bill for each in borrower.pledges(drawn)] == bills[1:]


# ---------------------------------------------------------------------------------------------------------- the agent


@pytest.mark.slow
def test_a_bill_goes_out_on_trust_and_its_prints_stay(
    drawn: int, bills: list[int], agent: Ledger, borrower: Ledger
) -> None:
    borrower.loans.repay(drawn, "HKD 300,000.00", out_of=HKD)
    agent.loans.entrust(bills[0], borrower, until=timedelta(days=7), purpose="to load it on a barge")
    out = borrower.pledge(bills[0])
    assert (out.value, bool(out.until)) == (25_000_000, True)
    assert borrower.prints(bills[0]) == tuple(prints(1))


@pytest.mark.slow
def test_a_pledged_bill_is_surrendered_for_delivery_in_default_alone(
    drawn: int, bills: list[int], agent: Ledger, chain: SampanChain
) -> None:
    with pytest.raises(UsageError, match="is not in default"):
        agent.loans.calls.surrender_pledged(bills[0])
    with pytest.raises(UsageError, match="an amendment replaces the bill"):
        agent.loans.calls.surrender_pledged(bills[0], SurrenderFor.AMENDMENT)
    chain.advance(timedelta(days=94))
    act = agent.loans.surrender_pledged(bills[0])
    assert act.event(events.PledgeSurrendered).value == 0
    with pytest.raises(errors.NothingLeft):
        agent.loans.forget(bills[0])


def test_money_that_a_borrower_or_a_lender_may_not_hold_is_not_lent(chain: SampanChain, relayer: Ledger) -> None:
    """The facility would open, with all the money, and nothing could be drawn of it or claimed."""
    own = chain.as_role("bank").reserves.open_deposit("central_bank", "HKD", country="CN")
    deposit = own.event(events.DepositOpened).deposit
    assert relayer.account("shipper").country == "CN"
    with pytest.raises(UsageError, match=r"bank.* is of HK, and .* is held by participants of CN alone"):
        borrowing.terms(relayer, money=deposit)
    other = chain.as_role("bank").reserves.open_deposit("central_bank", "HKD", country="HK")
    with pytest.raises(UsageError, match=r"shipper.* is of CN, and .* is held by participants of HK alone"):
        borrowing.terms(relayer, money=other.event(events.DepositOpened).deposit)


def test_lenders_and_sums_that_do_not_match_are_told_and_not_shown(relayer: Ledger) -> None:
    terms = borrowing.terms(relayer)
    with pytest.raises(BadInput, match="2 lenders and 1 sum") as refused:
        in_words(relayer, replace(terms, commitments=terms.commitments[:1]))
    assert "sign nothing" in str(refused.value)


def test_the_agent_says_where_the_security_was_filed(facility: int, agent: Ledger) -> None:
    said = {"country": "hk", "registry": "Companies Registry", "number": "CR 4711", "document": b"\1" * 32}
    day = datetime(2020, 1, 1, tzinfo=UTC)
    act = agent.loans.file_security(facility, **said, filed_at=day, stands_until=timedelta(days=365))  # type: ignore[arg-type]
    filing = act.event(events.SecurityFiled).filing
    assert (filing.country, filing.number.rstrip(b"\0"), filing.filed_at) == ("HK", b"CR 4711", 1_577_836_800)
    assert agent.ask("filedUntil", facility, "HK", contract="LoanBook") == filing.stands_until
    with pytest.raises(UsageError, match="a word takes 1 to 32"):
        agent.loans.calls.file_security(
            facility,
            **{**said, "number": "x" * 33},
            filed_at=day,
            stands_until=timedelta(days=365),  # type: ignore[arg-type]
        )


@pytest.mark.slow
def test_what_the_borrower_signs_a_relayer_sends(
    drawn: int, bills: list[int], borrower: Ledger, relayer: Ledger
) -> None:
    signed = borrower.sign_call(borrower.loans.calls.draw(drawn, "HKD 10.00", bills[0]))
    again = papers.read(signed.as_json())
    assert (again.kind, again) == ("SignedLoanCall", signed)
    assert relayer.loans.send_act(again).event(events.Drawn).to == borrower.address
    with pytest.raises(BadInput, match="is a signed SignedLoanCall"):
        relayer.sale.calls.send_act(again)


# -------------------------------------------------------------------------------------------------------------- words


@pytest.mark.slow
def test_a_loan_is_told_line_by_line(drawn: int, borrower: Ledger, chain: SampanChain) -> None:
    told = str(borrower.loan(drawn))
    for line in ("HKD 500,000.00: principal HKD 500,000.00, interest HKD 0.00", "5 % a year, on 365 days", "80 % of"):
        assert line in " ".join(told.split())
    until = tell.moment(borrower.loan(drawn).stored.available_until)
    assert f"HKD 300,000.00 now, of HKD 500,000.00; until {until}" in " ".join(told.split())
    chain.advance(timedelta(days=61))
    told = " ".join(str(borrower.loan(drawn)).split())
    assert f"nothing any more: it could be until {until}; HKD 500,000.00, undrawn, goes back to the lenders" in told
    chain.advance(timedelta(days=30))
    assert "owed, late: in default when grace ends" in str(borrower.loan(drawn))
    chain.advance(timedelta(days=3))
    assert "in default" in str(borrower.loan(drawn))


def test_a_facility_that_was_never_opened_is_refused(borrower: Ledger) -> None:
    with pytest.raises(errors.NoSuchFacility):
        borrower.loan(4711)


@pytest.mark.slow
def test_what_loans_log_is_told_in_their_money(
    drawn: int, borrower: Ledger, relayer: Ledger, chain: SampanChain
) -> None:
    act = borrower.loans.repay(drawn, "HKD 1,000.00", out_of=HKD)
    room = chain.ledger.account(chain.ledger.address_in("LoanBook")).number
    claimed = relayer.loans.claim_position(f"{room}/{drawn}/1")
    told = " ".join([*sentences(act), *sentences(claimed)])
    assert f"repaid HKD 1,000.00 in facility {drawn}" in told
    assert "HKD 499,000.00 of principal and HKD 0.00 of interest are left" in told
    assert "had HKD 600.00 paid to" in told
    money = borrower.loan(drawn).money.address
    named = tell.Names(money={money: ("HKD", 2)}, loans={drawn: money})
    assert "draw HKD 10.00" in tell.label(Draw(drawn, 1_000, 1, ()), named)


@pytest.mark.slow
def test_a_position_is_named_by_its_facility_and_parted_by_the_money_that_was_committed(
    drawn: int, relayer: Ledger, chain: SampanChain
) -> None:
    bank, room = chain.as_role("bank"), chain.ledger.account(chain.ledger.address_in("LoanBook")).number
    assert bank.position_id(f"{drawn}/1") == bank.position_id(f"{room}/{drawn}/1")
    act = bank.positions.split(f"{drawn}/1", "HKD 250,000.00")
    assert act.event(events.Split).shares == 25_000_000
    said = f"25,000,000 shares (HKD 250,000.00 as committed) of position {room}/{drawn}/1 are position {room}/{drawn}/3"
    assert said in sentences(act)
    # Digits alone are shares, as before.
    assert bank.positions.split(f"{drawn}/3", "5").event(events.Split).shares == 5
    for wrong, words in (("USD 1.00", "is an amount of USD"), ("1.005", "this has 3"), ("HKD 0.00", "zero")):
        with pytest.raises(SampanError, match=words):
            bank.positions.calls.split(f"{drawn}/1", wrong)
    with pytest.raises(UsageError, match="only in the loan book a share is a unit of money"):
        bank.positions.calls.split(f"{room + 1}/{drawn}/1", "HKD 1.00")
    with pytest.raises(UsageError, match="FACILITY/NUMBER of the loan book"):
        relayer.position_id("1/2/3/4")


@pytest.mark.slow
def test_a_drawing_asks_the_condition_of_all_whose_word_on_the_bill_the_log_knows(
    chain: SampanChain, bills: list[int], borrower: Ledger, agent: Ledger, relayer: Ledger
) -> None:
    producing.accredit(chain)
    (clause,) = conditions.read_texts(["kind: inspected"])
    relayer.cargo_log.lay([clause])
    terms = borrowing.terms(relayer, condition=condition_of([clause]))
    opened = relayer.loans.open_facility(borrowing.signed(chain, terms)).event(events.Opened).facility
    accepted = agent.sign_acceptance(bills[0], opened, "HKD 500,000.00", prints(1))
    with pytest.raises(errors.ConditionNotMet):
        borrower.loans.pledge(bills[0], accepted, amount="HKD 1,000.00")
    chain.as_role("insurer").cargo_log.attest(bills[0], FactKind.INSURED, amount="150,000 USD", valid_until=LONG)
    chain.as_role("inspector").cargo_log.attest(bills[0], FactKind.INSPECTED)
    # Whoever said something else of it is not asked.
    assert borrower.witnesses(terms.condition, bills[0]) == [chain.as_role("inspector").address]
    borrower.loans.pledge(bills[0], accepted, amount="HKD 1,000.00")
    borrower.loans.draw(opened, "HKD 1,000.00", bills[0])
    with pytest.raises(errors.ConditionNotMet):
        borrower.loans.draw(opened, "HKD 1,000.00", bills[0], producers=["insurer"])
    chain.as_role("inspector").cargo_log.withdraw(bills[0], FactKind.INSPECTED)
    assert borrower.witnesses(terms.condition, bills[0]) == []
    with pytest.raises(errors.ConditionNotMet):
        borrower.loans.draw(opened, "HKD 1,000.00", bills[0])


# ------------------------------------------------------------------------------------------------------------ votes


def voted(chain: SampanChain, facility: int, *roles: str) -> list[Paper]:
    """The vote for the importer as agent, signed by it and by some lenders."""
    vote = chain.ledger.appointment(facility, "importer")
    return [chain.as_role(role).sign_vote(vote) for role in ("importer", *roles)]


@pytest.mark.slow
def test_lenders_of_more_than_half_replace_the_agent(
    drawn: int, bills: list[int], chain: SampanChain, relayer: Ledger
) -> None:
    signed = [papers.read(json.loads(json.dumps(each.as_json()))) for each in voted(chain, drawn, "bank")]
    act = relayer.loans.replace_agent(signed)
    found = act.event(events.AgentReplaced)
    assert found.agent == relayer.number_of("importer")
    assert [position & 0xFFFFFFFF for position in found.in_favour] == [1]
    assert relayer.loan(drawn).stored.agent == found.agent
    relayer.loans.hand_over(bills[0])
    assert relayer.bill(bills[0]).holder == found.agent
    with pytest.raises(UsageError, match="is the agent already"):
        relayer.appointment(drawn, "importer")


@pytest.mark.slow
def test_less_than_half_replaces_nobody_unless_the_others_may_not_act(
    facility: int, chain: SampanChain, relayer: Ledger
) -> None:
    signed = voted(chain, facility, "issuing_bank")
    with pytest.raises(errors.NoMajority):
        relayer.loans.replace_agent(signed)
    suspender = chain.as_role("suspender")
    suspender.bills.suspend("bank", ground="sanctions")
    act = relayer.loans.replace_agent(signed)
    assert [position & 0xFFFFFFFF for position in act.event(events.AgentReplaced).abstaining] == [1]


@pytest.mark.slow
def test_a_vote_that_lacks_a_signature_or_is_another_is_refused_in_words(
    facility: int, chain: SampanChain, relayer: Ledger
) -> None:
    signed = voted(chain, facility, "bank")
    with pytest.raises(UsageError, match="nobody signed"):
        relayer.loans.calls.replace_agent([])
    with pytest.raises(UsageError, match="the new agent"):
        relayer.loans.calls.replace_agent(signed[1:])
    other = chain.as_role("bank").sign_vote(relayer.appointment(facility, "importer", deadline=timedelta(hours=2)))
    with pytest.raises(BadInput, match="is of another vote"):
        relayer.loans.calls.replace_agent([signed[0], other])
    with pytest.raises(UsageError, match="neither the new agent nor a lender"):
        chain.as_role("trader").sign_vote(relayer.appointment(facility, "importer"))
    with pytest.raises(UsageError, match="is the borrower"):
        relayer.appointment(facility, "shipper")
    bank = chain.as_role("bank")
    (position,) = [each for each, owner in relayer.owners(facility).items() if owner == bank.address]
    abroad = Party("keeper", "Bank Abroad", full_lei("SAMPAN0BANK0ABROAD"), "GB", BANK_ROLES, Receiving.ANYONE)
    chain.enrol(abroad)
    with pytest.raises(UsageError, match="positions are not open to participants of GB"):
        bank.sign_position_offer(position, abroad.role, "HKD 0.00", HKD)
    sold = bank.sign_position_offer(position, "issuing_bank", "HKD 0.00", HKD)
    chain.as_role("issuing_bank").positions.buy(sold)
    with pytest.raises(UsageError, match="has no position of facility"):
        relayer.loans.calls.replace_agent(signed)


# ------------------------------------------------------------------------------------------------------------ shares


@pytest.mark.slow
def test_the_agent_allots_what_each_replacement_has(
    facility: int, bills: list[int], borrower: Ledger, agent: Ledger, carrier: Ledger
) -> None:
    words = prints(7, 3)
    borrower.loans.pledge(bills[0], agent.sign_acceptance(bills[0], facility, "HKD 500,000.00", words))
    parts = [bare_terms(carrier, each, kind=Kind.BLANK, titleholder=None) for each in ("PLEDGED1A", "PLEDGED1B")]
    agent.loans.surrender_pledged(bills[0], SurrenderFor.AMENDMENT, replacements=parts)
    carrier.bills.replace(bills[0], parts)
    first, second = (part.bill for part in parts)
    with pytest.raises(UsageError, match="is no print of"):
        agent.loans.calls.allot(first, [(second, "HKD 200,000.00", prints(8))])
    with pytest.raises(UsageError, match="has no prints"):
        agent.loans.calls.allot(first, [(second, "HKD 200,000.00", ())])
    with pytest.raises(UsageError, match="no share is named"):
        agent.loans.calls.allot(first, [])
    with pytest.raises(UsageError, match=r"HKD 900,000,000.00 are allotted, of HKD [0-9,]+.00 that there are"):
        agent.loans.calls.allot(first, [(second, "HKD 900,000,000.00", words[:1])])
    act = agent.loans.allot(first, [(second, "HKD 200,000.00", words[:1])])
    assert act.label.endswith(f"{bill_name(first)} keeps HKD 300,000.00")
    assert (borrower.pledge(first).value, borrower.pledge(second).value) == (30_000_000, 20_000_000)
    assert borrower.prints(second) == (words[0],)
    assert {each.bill for each in borrower.pledges(facility)} == {first, second}


# --------------------------------------------------------------------------------------------------- sold where it lies


@pytest.mark.slow
def test_a_pledged_bill_is_sold_where_it_lies_and_the_loan_has_its_part(
    drawn: int, bills: list[int], borrower: Ledger, importer: Ledger, chain: SampanChain, tmp_path: Path
) -> None:
    chain.as_role("bank").deposit.issue(HKD, importer, "HKD 600,000.00")
    terms = borrower.offer_terms(
        [bills[0]],
        buyer=importer,
        price="HKD 450,000.00",
        into=HKD,
        until=timedelta(days=9),
        source=borrower.address_in("LoanBook"),
    )
    with pytest.raises(errors.NotOnLedger, match="is not offered under these terms"):
        importer.sale.calls.pay(terms)
    borrower.do_all(borrower.instructions(terms))
    file = tmp_path / "terms.json"
    file.write_text(json.dumps(document("sampan.sale-terms/1", {"terms": terms})), encoding="utf-8")
    found = sale_terms.read(file)
    assert found == terms
    before = borrower.balance(borrower, HKD)
    act = importer.sale.pay(found)
    # Both bills cover 800,000; the other covers 400,000 of the 500,000 that are owed.
    assert act.event(events.PledgeSold).amount == 10_000_000
    assert borrower.balance(borrower, HKD) - before == 35_000_000
    assert importer.bill(bills[0]).possessor.address == importer.address
    assert borrower.loan(drawn).owed == 40_000_000
    with pytest.raises(errors.NotOnLedger, match="not any more"):
        importer.sale.calls.pay(found)


@pytest.mark.slow
def test_a_bill_that_came_back_is_offered_in_pledge_no_more_until_it_is_named_anew(
    drawn: int, bills: list[int], borrower: Ledger, agent: Ledger
) -> None:
    said: dict[str, Any] = {"buyer": "importer", "price": "HKD 1.00", "into": HKD, "until": timedelta(days=9)}
    terms = borrower.offer_terms([bills[0]], source=borrower.address_in("LoanBook"), **said)
    assert (borrower.in_pledge(), borrower.sourced(terms).here) == ([], ())
    borrower.do_all(borrower.instructions(terms))
    (named,) = borrower.in_pledge(bills[0])
    assert (named.bill, named.facility, named.terms) == (bills[0], drawn, terms.hash)
    assert borrower.sourced(terms).here == (bills[0],)
    borrower.loans.repay(drawn, "HKD 200,000.00", out_of=HKD, bills=[bills[0]])
    assert borrower.in_pledge() == [], "it left the loan book"
    again = agent.sign_acceptance(bills[0], drawn, "HKD 500,000.00", prints(1))
    borrower.loans.pledge(bills[0], again)

    assert borrower.in_pledge() == [], "and came back without that"
    assert borrower.sourced(terms).here == ()


def in_pledge(by: Ledger, terms: sale_terms.Terms) -> list[tuple[int, ...]]:
    """The bills that are told as offered under some terms: of all, and of these."""
    return [tuple(each.bill for each in by.in_pledge() if each.terms == terms.hash), by.sourced(terms).here]


@pytest.fixture
def named(drawn: int, bills: list[int], borrower: Ledger) -> sale_terms.Terms:
    """The first bill is offered where it lies in pledge, for a year."""
    said: dict[str, Any] = {"buyer": "importer", "price": "HKD 450,000.00", "into": HKD, "until": timedelta(days=365)}
    terms = borrower.offer_terms([bills[0]], source=borrower.address_in("LoanBook"), **said)
    borrower.do_all(borrower.instructions(terms))
    assert in_pledge(borrower, terms) == [(bills[0],)] * 2
    return terms


@pytest.mark.slow
def test_a_bill_that_the_agent_surrendered_is_offered_in_pledge_no_more_when_its_carrier_refuses(
    named: sale_terms.Terms, bills: list[int], borrower: Ledger, agent: Ledger, carrier: Ledger
) -> None:
    parts = [bare_terms(carrier, "PLEDGED1A", kind=Kind.BLANK, titleholder=None)]
    agent.loans.surrender_pledged(bills[0], SurrenderFor.AMENDMENT, replacements=parts)
    assert in_pledge(borrower, named) == [(), ()]
    carrier.bills.refuse(bills[0], remark="no")

    assert borrower.ask("ownerOf", bills[0]) == borrower.address_in("LoanBook")
    assert in_pledge(borrower, named) == [(), ()]
    (call,) = borrower.instructions(named)
    assert call.warnings == (), "nothing is voided"


@pytest.mark.slow
def test_what_the_borrower_offered_in_pledge_is_void_in_default_and_stands_once_that_is_over(
    chain: SampanChain, drawn: int, named: sale_terms.Terms, bills: list[int], borrower: Ledger, agent: Ledger
) -> None:
    chain.advance(timedelta(days=94))
    assert borrower.loan(drawn).in_default
    assert in_pledge(borrower, named) == [(), ()]
    (call,) = agent.instructions(named, least="HKD 450,000.00")
    assert call.warnings == ()
    borrower.loans.repay(drawn, "all", out_of=HKD)
    assert in_pledge(borrower, named) == [(bills[0],)] * 2, "as the loan book has it"


@pytest.mark.slow
def test_what_an_agent_offered_in_default_is_void_once_it_was_replaced(
    chain: SampanChain, drawn: int, named: sale_terms.Terms, bills: list[int], borrower: Ledger, agent: Ledger
) -> None:
    chain.advance(timedelta(days=94))
    agent.do_all(agent.instructions(named, least="HKD 450,000.00"))
    assert in_pledge(borrower, named) == [(bills[0],)] * 2
    vote = borrower.appointment(drawn, "trader")
    borrower.loans.replace_agent([chain.as_role(role).sign_vote(vote) for role in ("trader", "bank")])
    assert in_pledge(borrower, named) == [(), ()]


@pytest.mark.slow
def test_what_somebody_offered_in_the_agents_silence_is_void_once_the_agent_acts(
    chain: SampanChain, drawn: int, named: sale_terms.Terms, bills: list[int], borrower: Ledger, agent: Ledger
) -> None:
    chain.advance(timedelta(days=130))
    borrower.do_all(borrower.instructions(named, least="HKD 450,000.00"))
    assert in_pledge(borrower, named) == [(bills[0],)] * 2
    agent.loans.instruct(bills[1], room=borrower.address_in("Sale"), deal=b"\x01" * 32)
    assert in_pledge(borrower, named) == [(), ()]


@pytest.mark.slow
def test_an_offer_in_pledge_that_nobody_could_pay_is_refused_and_one_that_voids_another_says_so(
    drawn: int, bills: list[int], borrower: Ledger, agent: Ledger, chain: SampanChain
) -> None:
    said: dict[str, Any] = {"buyer": "importer", "into": HKD, "until": timedelta(days=9)}
    said["source"] = borrower.address_in("LoanBook")
    terms = borrower.offer_terms([bills[0]], price="HKD 450,000.00", **said)
    with pytest.raises(UsageError, match=f"is of a sale in default, and facility {drawn} is not in default"):
        borrower.instructions(terms, least="HKD 1.00")
    for price, least in (("HKD 0.99", "HKD 1.00"), ("HKD 449,999.99", "HKD 450,000.00")):
        with pytest.raises(UsageError, match=f"is beneath the least price, {least}: nobody could pay it"):
            borrower.instructions(borrower.offer_terms([bills[0]], price=price, **said), least=least)
    both = borrower.offer_terms(bills, price="HKD 900,000.00", **said)
    with pytest.raises(UsageError, match="in default the first takes all of the price"):
        borrower.instructions(both, least="HKD 1.00")
    (call,) = borrower.instructions(terms)
    assert call.warnings == ()
    borrower.do(call)
    (same,) = borrower.instructions(terms)
    assert same.warnings == ()
    other = borrower.offer_terms([bills[0]], price="HKD 460,000.00", **said)
    (told,) = borrower.do_all(borrower.instructions(other))[0].warnings
    assert f"under 0x{terms.hash.hex()}; that counts no more" in told
    chain.advance(timedelta(days=94))
    terms = borrower.offer_terms([bills[0]], price="HKD 450,000.00", **said)
    agent.do_all(agent.instructions(terms, least="HKD 450,000.00"))
    chain.as_role("room_delister").bills.delist_room(borrower.address_in("Sale"), ())
    with pytest.raises(UsageError, match="was delisted, so that it takes nothing new: nobody could pay") as missing:
        agent.instructions(terms)
    assert "sampan room list Sale" in (missing.value.hint or "")
    with pytest.raises(UsageError, match="is no room of this ledger: nobody could pay"):
        borrower.loans.calls.instruct(bills[0], room="0x" + "11" * 20, deal=terms.hash)


@pytest.mark.slow
def test_pledged_bills_are_priced_in_the_money_of_their_loan(drawn: int, bills: list[int], borrower: Ledger) -> None:
    said: dict[str, Any] = {"buyer": "importer", "price": "HKD 1.00", "until": timedelta(days=9)}
    terms = borrower.offer_terms([bills[0]], into=OTHER_HKD, source=borrower.address_in("LoanBook"), **said)
    with pytest.raises(UsageError, match="and that is what is paid there"):
        borrower.instructions(terms)
    elsewhere = replace(terms, source=borrower.address_in("Sale"))
    with pytest.raises(errors.NotOnLedger, match="is no room in which bills lie in pledge"):
        borrower.sourced(elsewhere)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda file: file.update(schema="sampan.sale/1"), "is no sampan.sale-terms/1"),
        (lambda file: file["terms"].update(price="1"), "was altered"),
        (lambda file: file["terms"].update(price="one"), "is broken"),
        (lambda file: file["terms"].pop("salt"), "is broken"),
    ],
)
def test_terms_of_a_sale_that_were_altered_are_no_terms(
    facility: int, bills: list[int], borrower: Ledger, tmp_path: Path, change: Callable[[Any], object], words: str
) -> None:
    terms = borrower.offer_terms([bills[0]], buyer="importer", price="HKD 5.00", into=HKD, until=timedelta(days=9))
    made = json.loads(json.dumps(document("sampan.sale-terms/1", {"terms": terms})))
    change(made)
    (tmp_path / "terms.json").write_text(json.dumps(made), encoding="utf-8")
    with pytest.raises(BadInput, match=words):
        sale_terms.read(tmp_path / "terms.json")
