"""Which facilities there are and whose, who has the claims on one, and where its bills are."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from support import banking, borrowing
from support.banking import HKD
from support.borrowing import AGENT, prints
from support.questions import counter

from sampan.client.ledger import Ledger
from sampan.errors import ChainError
from sampan.finance.loans.records import ENDED
from sampan.suite import events
from sampan.suite.tell import moment
from sampan.suite.words import Kind, SurrenderFor
from sampan.testing import SampanChain, bare_terms


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


def opened(chain: SampanChain, **changes: Any) -> int:
    """A facility that all signed."""
    relayer = chain.as_role("relayer")
    signed = borrowing.signed(chain, borrowing.terms(relayer, **changes))
    return int(relayer.loans.open_facility(signed).event(events.Opened).facility)


SMALL = {"lenders": {"bank": "HKD 60,000.00", "issuing_bank": "HKD 40,000.00"}}


@pytest.fixture
def facility(chain: SampanChain, borrower: Ledger, agent: Ledger) -> int:
    """Two bills of 500,000; 300,000 drawn."""
    number = opened(chain)
    for place, bill in enumerate(banking.bills(chain, "PLEDGED1", "PLEDGED2", kind=Kind.BLANK), 1):
        accepted = agent.sign_acceptance(bill, number, "HKD 500,000.00", prints(place, place))
        borrower.loans.pledge(bill, accepted, amount="HKD 150,000.00")
    return number


def bills(ledger: Ledger, facility: int) -> list[int]:
    return [each.bill for each in ledger.pledges(facility)]


# ---------------------------------------------------------------------------------------------------------- facilities


@pytest.mark.slow
def test_nothing_was_opened_yet(chain: SampanChain) -> None:
    assert chain.ledger.facilities() == []


@pytest.mark.slow
def test_every_facility_is_listed_as_it_stands(chain: SampanChain, facility: int) -> None:
    other = opened(chain, **SMALL)
    first, second = chain.ledger.facilities()
    assert [first.number, second.number] == [facility, other]
    assert [str(first.amount(each)) for each in (first.limit, first.stored.undrawn, first.owed)] == [
        "HKD 1,000,000.00",
        "HKD 700,000.00",
        "HKD 300,000.00",
    ]
    assert (first.state, second.state) == ("owed", "nothing is owed")
    assert (first.standing, second.standing) == ("owed", "open")
    chain.advance(timedelta(days=94))
    assert [each.state for each in chain.ledger.facilities()] == [
        "in default",
        "over: nothing is owed, nothing can be drawn",
    ]


@pytest.mark.slow
def test_somebody_has_the_facilities_in_which_it_is_borrower_agent_or_lender_now(
    chain: SampanChain, facility: int
) -> None:
    ledger, bank, other = chain.ledger, chain.as_role("bank"), chain.as_role("issuing_bank")
    for party in ("shipper", AGENT.role, "bank", "issuing_bank"):
        assert [each.number for each in ledger.facilities(party)] == [facility], party
    assert ledger.facilities("trader") == []
    (position,) = [each.position for each in ledger.lenders(facility) if each.account == other.address]
    bank.positions.buy(other.sign_position_offer(position, "bank", "HKD 0.00", HKD))
    assert ledger.facilities("issuing_bank") == [], "it sold its claim"


@pytest.mark.slow
def test_facilities_are_listed_by_as_many_questions_however_many_there_are(
    chain: SampanChain, facility: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = counter(chain.ledger, monkeypatch)
    for of in (None, "bank"):
        found, few = questions(partial(chain.ledger.facilities, of))
        there = len(found)
        for _ in range(3):
            opened(chain, **SMALL)
        found, same = questions(partial(chain.ledger.facilities, of))
        assert (len(found), same) == (there + 3, few)


@pytest.mark.slow
def test_a_facility_that_the_log_leaves_out_is_missed(
    chain: SampanChain, facility: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sampan.client.wire.event_of", lambda *said: None)
    with pytest.raises(ChainError, match="the ledger has facility 1, the logs tell 0"):
        chain.ledger.facilities()


# -------------------------------------------------------------------------------------------------------------- lenders


@pytest.mark.slow
def test_a_facility_names_who_has_its_claims_and_what_each_may_claim(
    chain: SampanChain, facility: int, borrower: Ledger
) -> None:
    borrower.loans.repay(facility, "HKD 1,000.00", out_of=HKD)
    bank, ledger = chain.as_role("bank"), chain.ledger
    first, _ = ledger.lenders(facility)
    bank.positions.split(first.position, 15_000_000)
    found = ledger.lenders(facility)
    room = ledger.account(ledger.address_in("LoanBook")).number
    assert [each.name for each in found] == [f"{room}/{facility}/{number}" for number in (1, 2, 3)]
    assert [(each.account, str(each.share)) for each in found] == [
        (bank.address, "45"),
        (chain.as_role("issuing_bank").address, "40"),
        (bank.address, "15"),
    ]
    assert [each.unclaimed for each in found] == [45_000, 40_000, 15_000]
    assert found[0].participant == ledger.number_of("bank")


# ---------------------------------------------------------------------------------------------------------------- bills


@pytest.mark.slow
def test_a_bill_lies_here_or_is_out_on_trust_until_a_day(
    chain: SampanChain, facility: int, agent: Ledger, borrower: Ledger
) -> None:
    first, second = bills(borrower, facility)
    agent.loans.entrust(first, borrower, until=timedelta(days=7), purpose="to load it on a barge")
    out, here = borrower.securities(facility)
    assert (out.bill, out.lies, str(out.value), out.prints) == (first, "on-trust", "HKD 250,000.00", 1)
    assert out.pledged is not None
    assert out.state == f"on trust until {moment(out.pledged.until)}"
    assert (here.bill, here.lies, str(here.value), here.prints) == (second, "here", "HKD 500,000.00", 2)
    assert here.state == "lies in the loan book"
    told = str(borrower.pledge_told(first))
    assert told.startswith(f"in facility {facility} (pledge 1) for HKD 250,000.00, with 1 piece of cargo; held for ")
    assert told.endswith(f"its agent; out on trust until {moment(out.pledged.until)}")


@pytest.mark.slow
def test_a_bill_that_was_sold_is_named_while_its_cargo_is_registered(
    chain: SampanChain, facility: int, borrower: Ledger, importer: Ledger, relayer: Ledger
) -> None:
    chain.as_role("bank").deposit.issue(HKD, importer, "HKD 600,000.00")
    sold, rest = bills(borrower, facility)
    said: dict[str, Any] = {"buyer": importer, "price": "HKD 450,000.00", "into": HKD, "until": timedelta(days=9)}
    terms = borrower.offer_terms([sold], source=borrower.address_in("LoanBook"), **said)
    borrower.do_all(borrower.instructions(terms))
    importer.sale.pay(terms)
    found = {each.bill: each for each in borrower.securities(facility)}
    assert {bill: each.lies for bill, each in found.items()} == {rest: "here", sold: "sold"}
    assert (found[sold].value, found[sold].prints, found[sold].pledged) == (None, 1, None)
    assert "`sampan finance forget`" in found[sold].state
    assert borrower.pledge_told(sold) is None
    relayer.loans.forget(sold)
    assert [each.bill for each in borrower.securities(facility)] == [rest]


@pytest.mark.slow
def test_replacements_are_joint_until_the_agent_allots_and_a_surrendered_bill_is_named_so(
    chain: SampanChain, facility: int, agent: Ledger, carrier: Ledger
) -> None:
    first, second = bills(agent, facility)
    parts = [bare_terms(carrier, each, kind=Kind.BLANK, titleholder=None) for each in ("PLEDGED2A", "PLEDGED2B")]
    agent.loans.surrender_pledged(second, SurrenderFor.AMENDMENT, replacements=parts)
    assert {each.bill: each.lies for each in agent.securities(facility)} == {first: "here", second: "surrendered"}
    carrier.bills.replace(second, parts)
    found = {each.bill: each for each in agent.securities(facility)}
    assert [(found[part.bill].lies, found[part.bill].prints) for part in parts] == [("joint", 2), ("joint", 0)]
    told = str(agent.pledge_told(parts[0].bill))
    assert "for what the agent has yet to allot" in told
    agent.loans.allot(parts[0].bill, [(parts[1].bill, "HKD 200,000.00", prints(2, 2)[:1])])
    found = {each.bill: each for each in agent.securities(facility)}
    assert [(each.lies, str(each.value), each.prints) for each in (found[part.bill] for part in parts)] == [
        ("here", "HKD 300,000.00", 1),
        ("here", "HKD 200,000.00", 1),
    ]


@pytest.mark.slow
def test_of_a_joint_bill_that_was_sold_before_its_share_was_said_no_cargo_is_left(
    chain: SampanChain, facility: int, borrower: Ledger, agent: Ledger, carrier: Ledger, importer: Ledger
) -> None:
    chain.as_role("bank").deposit.issue(HKD, importer, "HKD 900,000.00")
    _, second = bills(agent, facility)
    parts = [bare_terms(carrier, each, kind=Kind.BLANK, titleholder=None) for each in ("PLEDGED2A", "PLEDGED2B")]
    agent.loans.surrender_pledged(second, SurrenderFor.AMENDMENT, replacements=parts)
    carrier.bills.replace(second, parts)
    first, other = (part.bill for part in parts)
    said: dict[str, Any] = {"buyer": "importer", "price": "HKD 450,000.00", "into": HKD, "until": timedelta(days=9)}
    for sold, left in ((other, {first: ("joint", 2)}), (first, {first: ("sold", 2)})):
        terms = borrower.offer_terms([sold], source=borrower.address_in("LoanBook"), **said)
        borrower.do_all(borrower.instructions(terms))
        importer.sale.pay(terms)
        found = {each.bill: (each.lies, each.prints) for each in borrower.securities(facility)}
        assert {bill: found[bill] for bill in (first, other) if bill in found} == left
    assert (borrower.prints(first), borrower.prints(other)) == (tuple(sorted(prints(2, 2))), ())


@pytest.mark.slow
@pytest.mark.parametrize("purpose", [SurrenderFor.DELIVERY, SurrenderFor.PAPER])
def test_a_pledged_bill_that_ended_at_its_carrier_lies_there_and_no_more_in_the_loan_book(
    purpose: SurrenderFor, chain: SampanChain, facility: int, agent: Ledger, carrier: Ledger
) -> None:
    first, second = bills(agent, facility)
    chain.advance(timedelta(days=94))
    agent.loans.surrender_pledged(second, purpose)
    assert {each.bill: each.lies for each in agent.securities(facility)} == {first: "here", second: "surrendered"}
    if purpose is SurrenderFor.PAPER:
        carrier.bills.to_paper(second, originals=3, statement=b"\1" * 32)
    else:
        carrier.bills.accept(second)
    assert carrier.bill(second).status in ENDED
    assert {each.bill: each.lies for each in agent.securities(facility)} == {first: "here", second: "surrendered"}


@pytest.mark.slow
def test_a_bill_that_secures_nothing_is_under_no_pledge(chain: SampanChain) -> None:
    (bill,) = banking.bills(chain, "FREE1", kind=Kind.BLANK)
    assert (chain.ledger.pledged(bill), chain.ledger.pledge_told(bill)) == (None, None)
