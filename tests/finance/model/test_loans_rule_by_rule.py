"""Rules of loans that random acts seldom reach, one by one, on contracts and model: to the second and to the unit."""

from __future__ import annotations

import inspect
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from support.lender import Run
from support.on_both import DEADLINE, Both

from sampan.bills.records import MAX_ACTS
from sampan.bills.rules import act_count_after
from sampan.bills.verbs.amendments import Replace, ToPaper
from sampan.bills.verbs.circulation import Lodge, Transfer
from sampan.bills.verbs.issue import Issue
from sampan.bills.verbs.surrender import Accept, Deliver
from sampan.cargo.beginning import CONDITIONS
from sampan.cargo.records import ALL_KINDS, PLACED, Statement
from sampan.cargo.rules import condition_of
from sampan.cargo.verbs.accreditation import Accredit
from sampan.cargo.verbs.facts import Attest
from sampan.finance.loans import rules
from sampan.finance.loans.chance import WHOSE
from sampan.finance.loans.records import MOST, SILENCE, Book, Deal
from sampan.finance.loans.room import out, prints_of
from sampan.finance.loans.subject import LOANS
from sampan.finance.loans.terms import Acceptance, Collateral, Facility, Filing, Pledge, Share, read_pledge
from sampan.finance.loans.verbs.agency import GroupCarrier, HandOver, ReplaceAgent
from sampan.finance.loans.verbs.lending import Draw
from sampan.finance.loans.verbs.opening import Open
from sampan.finance.loans.verbs.repaying import Claim, Discharge, EndAvailability, Forget, Repay, TakeSurplus
from sampan.finance.loans.verbs.securing import Allot, Entrust, File, SurrenderPledged
from sampan.finance.loans.verbs.selling import MOST_LEAST, Instruct, Release
from sampan.finance.registrations.records import Print
from sampan.fuzz import cast
from sampan.identity.records import DAY
from sampan.identity.verbs.accounts import Cancel
from sampan.identity.verbs.enrolment import SetProfile
from sampan.identity.verbs.standing import Suspend
from sampan.model.perform import Call, Refused
from sampan.model.replay import replay
from sampan.money.deposits.verbs import Approve
from sampan.money.deposits.verbs import Issue as IssueMoney
from sampan.suite import events as ev
from sampan.suite import ids, tell
from sampan.suite.chance import Act, DigestOf
from sampan.suite.event import Event
from sampan.suite.verb import Signature, SignedTerms
from sampan.suite.words import DayCount, Endorsement, FactKind, Kind, SurrenderFor
from sampan.trade.terms import Terms
from sampan.trade.verbs import Pay

ADMIN = cast.ADMINISTRATOR
LENDERS = ("bank", "forwarder")
HALF = 5_000_000
"""A rate of 50 % a year: 365 lent for a day earn half of a unit."""
INSURED = CONDITIONS[2]
SALTS = count(1)
BOXES = count(1)


class Loans:
    """Bank and forwarder lend to the shipper, the trader is their agent; days turn at midnight, UTC."""

    def __init__(self, both: Both) -> None:
        self.both = both
        deposits = [each.address for each in both.state.deposits.values() if each.currency == "HKD"]
        self.hkd, self.other_hkd = deposits
        self.own = rules.own(both.state)
        self.sale = both.world.contracts["Sale"]

    @property
    def now(self) -> int:
        return self.both.now

    def book(self, facility: int) -> Book:
        found: Book = self.both.state.facilities[facility]
        return found

    # ------------------------------------------------------------------------------------------------------- facilities

    def terms(self, **changes: Any) -> Facility:
        """300 and 700 at 50 %, up to 80 %, drawn within 60 days, due in 90, with three days of grace."""
        number, at = self.both.number, self.both.at
        terms = Facility(
            borrower=number("shipper"),
            agent=number("trader"),
            borrower_account=at("shipper"),
            agent_account=at("trader"),
            money=self.hkd,
            rate=HALF,
            day_count=DayCount.ACT_365_F,
            clock=0,
            available_until=self.now + 60 * DAY,
            maturity=self.now + 90 * DAY,
            grace_days=3,
            advance=8_000,
            on_trust=5_000,
            reserve=7_000,
            condition=bytes(32),
            filed_in="",
            also_filed_in="",
            agreement=b"\1" * 32,
            lenders=tuple(map(at, LENDERS)),
            commitments=(300, 700),
            salt=next(SALTS).to_bytes(32, "big"),
            deadline=self.now + DAY,
        )
        return replace(terms, **changes)

    def open(self, terms: Facility, *signed: Signature) -> Open:
        """By the signatures of all, unless others are said."""
        signatures = signed or tuple(map(Signature, terms.signers))
        return Open(terms, signatures, (self.hkd,) * len(terms.lenders))

    def opened(self, **changes: Any) -> int:
        """A facility that stands."""
        self.both.done("stranger", self.open(self.terms(**changes)))
        return len(self.both.state.facilities)

    def unfit(self, term: str, **changes: Any) -> None:
        """Terms that nobody can open."""
        self.both.refused("stranger", self.open(self.terms(**changes)), "TermsUnfit", term)

    # ----------------------------------------------------------------------------------------------------------- bills

    def prints(self, pieces: int = 1) -> tuple[int, ...]:
        """Of boxes that nobody has pledged."""
        return tuple(Print(next(BOXES), 20_840).pack() for _ in range(pieces))

    def lodge(self, facility: int, bill: int, value: int = 100_000, amount: int = 0, **said: Any) -> Lodge:
        """With the agent's acceptance."""
        agent = said.get("agent", "trader")
        prints = said["prints"] if "prints" in said else self.prints()
        deadline = said.get("deadline", self.now + DAY)
        acts = act_count_after(self.both.bill(bill))
        text = Acceptance(facility, bill, acts, value, prints, deadline, self.both.at(agent))
        producers = tuple(self.both.world.addresses.get(each, each) for each in said.get("producers", ()))
        pledge = Pledge(facility, value, amount, self.both.at(agent), deadline, prints, producers)
        signature = Signature(self.both.at(said.get("signed_by", agent)))
        terms = SignedTerms.of(text, signature, lambda raw: replace(pledge, signature=raw).encoded)
        return Lodge(bill, Endorsement.NONE, self.own, terms)

    def pledged(self, facility: int, value: int = 100_000, amount: int = 0, **said: Any) -> int:
        """A bill of the shipper's that lies in the book."""
        bill = said.pop("bill", 0) or self.both.issued()
        self.both.done("shipper", self.lodge(facility, bill, value, amount, **said))
        return bill

    def collateral(self, bill: int) -> Collateral:
        return Collateral(bill, prints_of(self.both.state, rules.deal_of(self.both.state, bill)))

    # ------------------------------------------------------------------------------------------------------------ days

    def until(self, second: int) -> int:
        """How long to wait for the next act to be in this second."""
        assert second > self.now
        return second - self.now

    def midnight(self, days: int = 1) -> int:
        """How long to wait for the next act to be in the first second of a day to come."""
        return self.until((self.now // DAY + days) * DAY)

    def repaid(self, facility: int, most: int, wait: int = 1) -> tuple[int, int, int]:
        """How much was taken, and how much of principal and interest is left."""
        event: Any = self.both.done("shipper", Repay(facility, most, self.hkd, ()), wait=wait)[0]
        return event.amount, event.principal, event.interest

    # ----------------------------------------------------------------------------------------------------------- sales

    def offer(self, bill: int, price: int, **said: Any) -> Terms:
        """The bill for a price, to the consignee, where it lies."""
        terms = Terms(
            bills=(bill,),
            seller=self.both.number("shipper"),
            buyer=self.both.number("consignee"),
            payee=self.both.at("shipper"),
            money=self.hkd,
            price=price,
            endorsement=Endorsement.BLANK,
            deadline=DEADLINE,
            source=self.own,
            salt=next(SALTS).to_bytes(32, "big"),
        )
        return replace(terms, **said)

    def instructed(self, by: str, terms: Terms, least: int = 0, wait: int = 1) -> None:
        self.both.done(by, Instruct(terms.bills[0], self.sale, terms.hash, least), wait=wait)

    def pay(self, terms: Terms) -> Pay:
        return Pay(terms, self.hkd)

    def sold(self, by: str, bill: int, price: int, least: int = 0, wait: int = 1) -> Any:
        """What the loan was paid, by its event."""
        terms = self.offer(bill, price)
        self.instructed(by, terms, least, wait)
        events: list[Event] = self.both.done("consignee", self.pay(terms))
        return next(each for each in events if type(each).__name__ == "PledgeSold")


@pytest.fixture
def loans(both: Both) -> Loans:
    return Loans(both)


# ---------------------------------------------------------------------------------------------------------------- terms


@pytest.mark.slow
def test_a_facility_has_terms_within_these_bounds(loans: Loans, both: Both) -> None:
    loans.opened(rate=10**7, clock=-48, grace_days=255, advance=10_000, on_trust=10_000, reserve=10_000)
    loans.opened(clock=56, maturity=loans.now + 1 + 730 * DAY, advance=1, on_trust=0, reserve=1)
    at_once = loans.now + 1
    loans.opened(maturity=at_once, available_until=at_once)
    loans.unfit("rate", rate=10**7 + 1)
    loans.unfit("clock", clock=-49)
    loans.unfit("clock", clock=57)
    loans.unfit("maturity", maturity=loans.now + 2 + 730 * DAY)
    loans.unfit("maturity", maturity=2**40 + loans.now + DAY)
    loans.unfit("maturity", maturity=loans.now, available_until=loans.now)
    loans.unfit("availableUntil", available_until=loans.now)
    loans.unfit("availableUntil", available_until=loans.now + 90 * DAY + 1)
    loans.opened(available_until=loans.now + 90 * DAY)
    loans.unfit("graceDays", grace_days=256)
    loans.unfit("advance", advance=0)
    loans.unfit("advance", advance=10_001)
    loans.unfit("onTrust", on_trust=10_001)
    loans.unfit("reserve", reserve=10_001)
    loans.unfit("reserve", reserve=0)
    loans.unfit("agent", agent=both.number("shipper"))
    loans.unfit("lenders", lenders=(), commitments=())
    loans.unfit("commitments", commitments=(300, 600, 100))


def test_t26_a_second_country_of_filing_needs_a_first(loans: Loans) -> None:
    loans.unfit("alsoFiledIn", also_filed_in="CN")
    loans.opened(filed_in="HK", also_filed_in="CN")


def test_lenders_commit_what_fits_into_a_word_each_and_together(loans: Loans, both: Both) -> None:
    loans.unfit("commitments", commitments=(MOST + 1, 0))
    loans.unfit("commitments", commitments=(0, MOST + 1))
    loans.unfit("commitments", commitments=(MOST, 1))
    for lender in LENDERS:
        both.done("bank", IssueMoney(loans.hkd, both.at(lender), MOST // 2**80))
    # Terms that are sound are refused for want of money alone.
    for commitments in ((MOST - 1, 1), (MOST, 0)):
        verb = loans.open(loans.terms(commitments=commitments))
        error = "SharesOutOfRange" if not commitments[1] else "ERC20InsufficientAllowance"
        both.refused("stranger", verb, error)


def test_whoever_withdrew_its_signature_or_did_not_give_it_is_bound_by_no_terms(loans: Loans, both: Both) -> None:
    terms = loans.terms()
    good = [Signature(each) for each in terms.signers]
    for place, signer in enumerate(terms.signers):
        empty = [*good[:place], Signature(signer, empty=True), *good[place + 1 :]]
        both.refused("stranger", loans.open(terms, *empty), "NotSignedBy", signer)
        other = [*good[:place], Signature(both.at("carrier")), *good[place + 1 :]]
        both.refused("stranger", loans.open(terms, *other), "NotSignedBy", signer)
    both.done("trader", Cancel(DigestOf(terms)))  # type: ignore[arg-type]
    both.refused("stranger", loans.open(terms), "SignatureCancelled")
    loans.opened()


# ------------------------------------------------------------------------------------------------------------- interest


def test_interest_is_exact_from_day_to_day_and_rounded_half_up_when_it_is_paid(loans: Loans, both: Both) -> None:
    facility = loans.opened()
    bill = loans.pledged(facility)
    both.done("shipper", Draw(facility, 365, bill, ()))
    # Half of a unit a day: a half is a whole once it is paid, and what is beyond stays.
    assert loans.repaid(facility, 1, loans.midnight()) == (1, 365, 0)
    assert loans.book(facility).debt.part == 0
    both.done("shipper", Draw(facility, 1, bill, ()), wait=loans.midnight(5))
    assert (loans.book(facility).debt.interest, loans.book(facility).debt.part) == (2, 1825 * 10**6)
    # The half is with what comes after it.
    both.done("shipper", Draw(facility, 1, bill, ()), wait=loans.midnight(4))
    debt = loans.book(facility).debt
    assert (debt.principal, debt.interest, debt.part) == (367, 4, 1825 * 10**6 + 4 * HALF)
    both.done("shipper", Draw(facility, 1, bill, ()))
    assert loans.book(facility).debt == replace(debt, principal=368)


def test_interest_that_is_a_hair_below_half_is_rounded_down(loans: Loans, both: Both) -> None:
    facility = loans.opened(rate=HALF - 1)
    loans.pledged(facility, amount=365)
    both.refused("shipper", Repay(facility, 0, loans.hkd, ()), "NothingPaid", wait=loans.midnight())
    assert loans.repaid(facility, 1_000) == (365, 0, 0)


def test_a_payment_goes_to_interest_first(loans: Loans, both: Both) -> None:
    facility = loans.opened()
    loans.pledged(facility, amount=365)
    # Ten and a half, of which eleven are asked.
    assert loans.repaid(facility, 4, loans.midnight(21)) == (4, 365, 7)
    assert (loans.book(facility).debt.interest, loans.book(facility).debt.part) == (6, 1825 * 10**6)
    assert loans.repaid(facility, 7) == (7, 365, 0)
    assert (loans.book(facility).debt.interest, loans.book(facility).debt.part) == (0, 0)
    assert loans.repaid(facility, 101, loans.midnight(2)) == (101, 265, 0)
    assert loans.repaid(facility, 1_000, loans.midnight(40)) == (265 + 15, 0, 0)
    both.refused("shipper", Repay(facility, 1, loans.hkd, ()), "NothingOwed", facility)
    assert loans.book(facility).paid == 4 + 7 + 101 + 280


def test_what_is_owed_with_its_interest_is_covered_to_the_unit(loans: Loans, both: Both) -> None:
    facility = loans.opened()
    bill = loans.pledged(facility, value=500, amount=365)
    # 400 are covered; after 60 days 30 of interest are owed.
    late = loans.midnight(60)
    both.refused("shipper", Draw(facility, 6, bill, ()), "NotCovered", 401, 400, wait=late)
    both.done("shipper", Draw(facility, 5, bill, ()))
    both.refused("shipper", Draw(facility, 1, bill, ()), "NotCovered", 401, 400)
    both.refused("shipper", Discharge(facility, (loans.collateral(bill),)), "NotCovered", 400, 0)
    loans.pledged(facility, value=500)
    both.done("shipper", Discharge(facility, (loans.collateral(bill),)))


# -------------------------------------------------------------------------------------------------------------- default


def test_n19_grace_ends_the_second_after_the_last_of_grace_and_only_of_a_loan_that_is_owed(
    loans: Loans, both: Both
) -> None:
    facility = loans.opened()
    bill = loans.pledged(facility, amount=100)
    last = loans.book(facility).grace_ends
    assert last == loans.book(facility).maturity + 3 * DAY
    terms = loans.offer(bill, 200)
    instruct = Instruct(bill, loans.sale, terms.hash, 0)
    both.refused("trader", instruct, "NotAParty", wait=loans.until(last))
    both.refused("shipper", instruct, "NotAParty")
    both.done("trader", instruct)


def test_p14_after_thirty_days_of_silence_anybody_begins_the_sale_at_the_reserve(loans: Loans, both: Both) -> None:
    facility = loans.opened()
    bill = loans.pledged(facility, value=1_000, amount=100)
    silent = loans.book(facility).grace_ends + SILENCE
    offer = loans.offer(bill, 5_000)

    def instruct(least: int) -> Instruct:
        return Instruct(bill, loans.sale, offer.hash, least)

    both.refused("carrier", instruct(700), "NotAParty", wait=loans.until(silent))
    both.refused("carrier", instruct(699), "LeastTooLow", bill, 700)
    both.done("carrier", instruct(700))
    # Whoever is no account acts for nobody, and may begin it too.
    both.refused("stranger", instruct(699), "LeastTooLow", bill, 700)
    both.done("stranger", instruct(MOST_LEAST))
    both.refused("stranger", instruct(MOST_LEAST + 1), "TermsUnfit", "least")
    # What strangers named does not end the silence; what the agent names does, at any price.
    both.done("trader", instruct(0))
    spoke = loans.now
    both.refused("carrier", instruct(5_000), "NotAParty", wait=loans.until(spoke + SILENCE))
    both.refused("carrier", instruct(1), "LeastTooLow")


def test_p14_whatever_is_the_agents_alone_to_do_ends_its_silence(loans: Loans, both: Both) -> None:
    facility = loans.opened()
    bill = loans.pledged(facility, value=1_000, amount=100, prints=loans.prints(2))
    other = loans.pledged(facility, value=500)
    carrier = both.at("carrier")
    grace_ends = loans.book(facility).grace_ends
    filing = Filing("CN", b"\1" * 32, b"\2" * 32, b"\3" * 32, loans.now, grace_ends + 10 * SILENCE)
    both.done("trader", File(facility, filing), wait=loans.until(grace_ends))
    assert loans.book(facility).heard == 0, "in the last second of grace"

    def spoke(bill: int = other) -> None:
        """Just now; it is silent again after thirty days."""
        heard = loans.book(facility).heard
        assert loans.now - heard <= 1
        instruct = Instruct(bill, loans.sale, bytes(32), MOST_LEAST)
        both.refused("carrier", instruct, "NotAParty", wait=loans.until(heard + SILENCE))
        both.done("carrier", instruct)

    both.done("trader", File(facility, filing), wait=SILENCE)
    spoke()
    # An acceptance may have been signed long before.
    heard = loans.book(facility).heard
    loans.pledged(facility, value=7)
    assert loans.book(facility).heard == heard
    one, two = amended(loans, bill, 2)
    spoke()
    both.done("trader", Allot(one, (Share(two, 400, loans.collateral(one).prints[:1]),)))
    spoke(bill=two)
    both.done("trader", Entrust(two, both.at("shipper"), loans.now + DAY, b""))
    spoke()
    both.done("trader", SurrenderPledged(one, SurrenderFor.DELIVERY, carrier, ()))
    spoke()
    both.done("stranger", appoint(loans, facility, "consignee", (1, 2)))
    spoke()


def test_p14_what_anybody_named_in_silence_is_void_once_the_agent_acts_again(loans: Loans, both: Both) -> None:
    facility = loans.opened()
    bill = loans.pledged(facility, value=1_000, amount=100)
    more = loans.pledged(facility, value=500)
    consignee, under, own = both.at("consignee"), bytes(32), loans.own
    both.done("consignee", Approve(loans.hkd, own, 10_000))

    def release(bill: int) -> Release:
        return Release(bill, 800, consignee, Endorsement.NONE, under)

    both.done("trader", Instruct(more, consignee, under, 0), wait=loans.until(loans.book(facility).grace_ends + 1))
    both.done("carrier", Instruct(bill, consignee, under, 700), wait=SILENCE + 1)
    filing = Filing("CN", b"\1" * 32, b"\2" * 32, b"\3" * 32, loans.now, loans.now + SILENCE)
    both.done("trader", File(facility, filing))
    both.refused("consignee", release(bill), "NotInstructed", bill)
    both.done("consignee", release(more))


def test_p14_who_moves_no_bills_or_is_suspended_does_not_speak_for_the_agent(loans: Loans, both: Both) -> None:
    facility = loans.opened(
        agent=both.number("forwarder"),
        agent_account=both.at("forwarder clerk"),
        lenders=(both.at("bank"), both.at("bank")),
    )
    bill = loans.pledged(facility, value=1_000, amount=100, agent="forwarder clerk")
    silent = loans.book(facility).grace_ends + SILENCE
    offer = loans.offer(bill, 5_000)

    def instruct(least: int) -> Instruct:
        return Instruct(bill, loans.sale, offer.hash, least)

    both.refused("forwarder clerk", instruct(700), "LacksRole", wait=loans.until(silent))
    both.refused("forwarder clerk", instruct(699), "LeastTooLow", bill, 700)
    both.done("forwarder clerk", instruct(700))
    both.done(ADMIN, Suspend(both.number("forwarder"), b"\1" * 32))
    both.refused("forwarder", instruct(699), "LeastTooLow", bill, 700)
    both.done("forwarder", instruct(700))
    both.refused("stranger", instruct(699), "LeastTooLow", bill, 700)


def test_in_default_a_bill_goes_at_the_least_that_was_named_and_the_rest_is_surplus(loans: Loans, both: Both) -> None:
    facility = loans.opened()
    bill = loans.pledged(facility, value=1_000, amount=100)
    offer = loans.offer(bill, 499)
    loans.instructed("trader", offer, 500, wait=loans.until(loans.book(facility).grace_ends + 1))
    both.refused("consignee", loans.pay(offer), "OfferTooLow", bill, 500)
    owed = rules.owed(loans.book(facility), rules.accrued(loans.book(facility), loans.now))
    sold = loans.sold("trader", bill, 500, 500)
    assert (sold.amount, sold.surplus, sold.principal, sold.interest) == (owed, 500 - owed, 0, 0)


def test_before_default_a_bill_goes_for_what_the_others_do_not_cover(loans: Loans, both: Both) -> None:
    facility = loans.opened()
    one, other = loans.pledged(facility, value=500, amount=300), loans.pledged(facility, value=250)
    # The other covers 200 of 300.
    offer = loans.offer(one, 99)
    loans.instructed("shipper", offer)
    both.refused("consignee", loans.pay(offer), "OfferTooLow", one, 100)
    sold = loans.sold("shipper", one, 100)
    assert (sold.amount, sold.surplus, sold.principal) == (100, 0, 200)
    last = loans.offer(other, 199)
    loans.instructed("shipper", last)
    both.refused("consignee", loans.pay(last), "OfferTooLow", other, 200)


def test_a_bill_for_which_nothing_is_asked_leaves_what_is_owed_as_it_was_to_the_part(loans: Loans, both: Both) -> None:
    facility = loans.opened(rate=HALF // 2)
    bill = loans.pledged(facility, value=1_000, amount=365)
    loans.pledged(facility, value=1_000)
    sold = loans.sold("shipper", bill, 400, wait=loans.midnight())
    assert (sold.amount, sold.principal, sold.interest) == (0, 365, 0)
    assert loans.book(facility).debt.part == 365 * (HALF // 2)


# ------------------------------------------------------------------------------------------ what is drawn, how long


def test_all_is_over_when_nothing_is_owed_and_nothing_can_be_drawn(loans: Loans, both: Both) -> None:
    facility = loans.opened()
    bill = loans.pledged(facility, amount=100)
    over = Discharge(facility, (loans.collateral(bill),))
    last = loans.book(facility).available_until
    both.refused("stranger", over, "MayNotAct", wait=loans.until(last))
    # Nothing can be drawn any more, and something is owed.
    both.refused("stranger", over, "MayNotAct")
    loans.repaid(facility, 1_000)
    both.done("stranger", over)
    # Of one that was drawn to the end, and repaid.
    facility = loans.opened()
    bill = loans.pledged(facility, amount=1_000)
    over = Discharge(facility, (loans.collateral(bill),))
    both.refused("stranger", over, "MayNotAct")
    loans.repaid(facility, 1_000)
    both.done("stranger", over)


def test_money_is_drawn_until_the_last_second_and_goes_back_to_lenders_after_it(loans: Loans, both: Both) -> None:
    facility = loans.opened()
    bill = loans.pledged(facility)
    last = loans.book(facility).available_until
    both.refused("stranger", EndAvailability(facility), "StillAvailable", last, wait=loans.until(last - 1))
    both.done("shipper", Draw(facility, 1, bill, ()))
    assert both.now == last
    both.refused("stranger", EndAvailability(facility), "StillAvailable", last, wait=0)
    both.refused("shipper", Draw(facility, 1, bill, ()), "NotAvailable", last)
    both.done("stranger", EndAvailability(facility))
    both.refused("stranger", EndAvailability(facility), "NothingUndrawn", facility)
    assert (loans.book(facility).undrawn, loans.book(facility).paid) == (0, 999)


def test_t26_money_goes_out_until_the_last_second_at_which_the_security_stands_filed(loans: Loans, both: Both) -> None:
    facility = loans.opened(filed_in="HK", also_filed_in="CN")
    bill = loans.pledged(facility)

    def filed(country: str, until: int) -> File:
        return File(facility, Filing(country, b"\1" * 32, b"\2" * 32, b"\3" * 32, loans.now, until))

    both.refused("shipper", Draw(facility, 1, bill, ()), "NotFiled", "HK")
    last = loans.now + 10 * DAY
    both.done("trader", filed("HK", last))
    both.refused("shipper", Draw(facility, 1, bill, ()), "NotFiled", "CN")
    both.done("trader", filed("CN", last + 1))
    both.done("shipper", Draw(facility, 1, bill, ()), wait=loans.until(last))
    both.refused("shipper", Draw(facility, 1, bill, ()), "NotFiled", "HK")


# ----------------------------------------------------------------------------------------------------------- conditions


def insured(both: Both, by: str, bill: int) -> None:
    """A producer says that the cargo of a bill is insured for enough."""
    said = Statement(
        both.at(by), bill, FactKind.INSURED, 0, both.now, 0, 500, "USD", *[bytes(32)] * 3, both.now, DEADLINE
    )
    both.done("stranger", Attest(said, Signature(said.producer)))


def test_n16_money_goes_out_when_a_producer_of_another_group_has_said_so(loans: Loans, both: Both) -> None:
    facility = loans.opened(condition=condition_of(INSURED))
    bill = loans.pledged(facility)
    by_line = Draw(facility, 1, bill, (both.at("line"),))
    both.refused("shipper", by_line, "ConditionNotMet", condition_of(INSURED), bill)
    insured(both, "line", bill)
    both.done("shipper", by_line)
    both.refused("shipper", Draw(facility, 1, bill, ()), "ConditionNotMet", condition_of(INSURED), bill)
    insured(both, "forwarder", bill)
    both.done("shipper", Draw(facility, 1, bill, (both.at("stranger"), both.at("forwarder clerk"))))


def of_the_line(both: Both) -> int:
    """A bill that the line has issued, which reports cargo itself."""
    terms = both.terms(carrier=1)
    both.done("line", Issue(terms, both.at("shipper"), b""))
    return terms.bill


def test_n16_the_word_of_the_bill_s_carrier_counts_for_nothing(loans: Loans, both: Both) -> None:
    facility = loans.opened(condition=condition_of(INSURED))
    bill = loans.pledged(facility, bill=of_the_line(both))
    insured(both, "line", bill)
    line, unmet = cast.PARTS[1].lei, ("ConditionNotMet", condition_of(INSURED), bill)
    draw = Draw(facility, 1, bill, (both.at("line"),))
    both.refused("shipper", draw, *unmet)
    # It is of another group now, and was accredited as one of its own.
    parent, roles = cast.PARTS[2].lei, both.state.participants[both.number("line")].roles
    both.done("stranger", GroupCarrier(line))
    both.done(ADMIN, SetProfile(both.number("line"), parent, roles))
    both.refused("shipper", draw, *unmet)
    both.refused("stranger", GroupCarrier(line + 1), "NoSuchCarrier", line + 1)
    both.done("stranger", GroupCarrier(line))
    both.refused("stranger", GroupCarrier(line), "CarrierGroupStands", line)
    both.done("shipper", draw)


@pytest.mark.parametrize("party", ["borrower", "agent"])
def test_n16_the_word_of_borrower_and_agent_counts_for_nothing(loans: Loans, both: Both, party: str) -> None:
    """It was of their group when the facility was opened."""
    number, roles = both.number("line"), both.state.participants[both.number("line")].roles
    name = {"borrower": "shipper", "agent": "trader"}[party]
    both.done(ADMIN, SetProfile(number, cast.PARTS[both.number(name) - 1].lei, roles))
    both.done(ADMIN, Accredit(number, bytes(32), ALL_KINDS & ~PLACED))
    facility = loans.opened(condition=condition_of(INSURED))
    bill = loans.pledged(facility)
    insured(both, "line", bill)
    unmet = ("ConditionNotMet", condition_of(INSURED), bill)
    both.refused("shipper", Draw(facility, 1, bill, (both.at("line"),)), *unmet)
    insured(both, "forwarder", bill)
    both.done("shipper", Draw(facility, 1, bill, (both.at("line"), both.at("forwarder"))))


# -------------------------------------------------------------------------------------------------------------- pledge


def test_x17_a_bill_whose_acts_are_counted_out_is_not_pledged(loans: Loans, both: Both) -> None:
    """One count stands for several states then, and the acceptance of one would count for another."""
    facility, bill = loans.opened(), both.issued()
    for acts in (MAX_ACTS - 1, MAX_ACTS):
        both.bill(bill).act_count = acts
        refused = both.model(both.at("shipper"), loans.lodge(facility, bill))
        both.bill(bill).act_count = 1
        assert refused == Refused("TooManyActs", (bill,))
    both.done("shipper", loans.lodge(facility, bill))


def raw(loans: Loans, bill: int, facility: int = 1, **changes: Any) -> Pledge:
    """What a pledge says, signed by nobody."""
    at = loans.both.at
    pledge = Pledge(facility, 5, 1, at("trader"), loans.now + DAY, (1, 2), (at("line"), at("forwarder")), b"\1" * 65)
    return replace(pledge, **changes)


def test_terms_of_a_pledge_have_this_form_and_no_other(loans: Loans, both: Both) -> None:
    """Each word of them is altered in turn; contract and model agree about what they are."""
    loans.opened()
    bill = both.issued()
    good = raw(loans, bill).encoded
    assert read_pledge(good) == raw(loans, bill)
    others = [
        good[:place] + ((word + by) % 2**256).to_bytes(32, "big") + good[place + 32 :]
        for place in range(0, len(good), 32)
        for word in (int.from_bytes(good[place : place + 32], "big"),)
        for by in (1, -1, 32, 2**160, 2**255)
    ]
    others += [good[:size] for size in range(0, len(good), 32)] + [good + bytes(32), good + bytes(1), good[:-1]]
    found = set()
    for terms in others:
        outcome = both.executor.run(Act(0, Call(both.at("shipper"), Lodge(bill, Endorsement.NONE, loans.own, terms))))
        assert isinstance(outcome, Refused)
        found.add(outcome.error)
    # Of those that have the form the agent signed none, or they are of another facility or agent, too much, no address.
    assert found == {"PledgeMalformed", "NotSignedBy", "NoSuchFacility", "MayNotAct", "TermsUnfit", ""}


def test_a_word_that_is_no_address_is_refused_where_a_producer_is_asked_and_nowhere_else(
    loans: Loans, both: Both
) -> None:
    """Whoever lodges chooses them, and the log that it makes is a history."""
    plain, asks = loans.opened(), loans.opened(condition=condition_of(INSURED))
    strange = "0x01" + both.at("line")[2:]

    def lodge(facility: int, amount: int) -> Lodge:
        return loans.lodge(facility, both.issued(), amount=amount, producers=(strange,))

    both.done("shipper", lodge(plain, 1))
    both.done("shipper", lodge(asks, 0))
    both.refused("shipper", lodge(asks, 1), "")
    both.refused("shipper", lodge(asks, 1_001), "TooLittleUndrawn")


@pytest.mark.slow
def test_a_bill_covers_what_fits_into_a_word_and_has_a_print_at_least(loans: Loans, both: Both) -> None:
    facility, bill = loans.opened(), both.issued()
    both.refused("shipper", loans.lodge(facility, bill, MOST + 1), "TermsUnfit", "value")
    both.refused("shipper", loans.lodge(facility, bill, prints=()), "TermsUnfit", "prints")
    both.done("shipper", loans.lodge(facility, bill, MOST))
    # So many fit into no transaction: the model alone is asked, and its state is left as it was.
    many, other = loans.prints(2**16), both.issued()
    for prints, fits in ((many, False), (many[1:], True)):
        outer = both.state.begin()
        found = both.model(both.at("shipper"), loans.lodge(facility, other, prints=prints))
        both.state.undo(outer)
        assert isinstance(found, Refused) == (not fits)


def test_nobody_accepts_for_the_agent(loans: Loans, both: Both) -> None:
    facility, bill = loans.opened(), both.issued()
    both.refused("shipper", loans.lodge(facility, bill, signed_by="carrier"), "NotSignedBy", both.at("trader"))
    both.refused("shipper", loans.lodge(facility, bill, agent="bank"), "NotAParty", both.at("bank"))
    unsigned = raw(loans, bill, facility, prints=loans.prints(), producers=()).encoded
    both.refused("shipper", Lodge(bill, Endorsement.NONE, loans.own, unsigned), "NotSignedBy", both.at("trader"))


def test_a_bill_secures_the_facility_in_which_it_lies(loans: Loans, both: Both) -> None:
    facility, other = loans.opened(), loans.opened()
    bill = loans.pledged(facility)
    both.refused("shipper", Draw(other, 1, bill, ()), "NotUnderThisDeal", bill)
    both.refused("shipper", Discharge(other, (loans.collateral(bill),)), "NotUnderThisDeal", bill)
    both.refused("shipper", Draw(facility, 0, bill, ()), "NothingDrawn")
    both.refused("shipper", Draw(facility, 1_001, bill, ()), "TooLittleUndrawn", 1_001, 1_000)
    both.done("shipper", Draw(facility, 1_000, bill, ()))
    both.refused("shipper", Draw(facility, 1, both.issued(), ()), "NotUnderThisDeal")


def test_lenders_pay_each_out_of_a_deposit(loans: Loans, both: Both) -> None:
    terms = loans.terms()
    signatures = tuple(map(Signature, terms.signers))
    for from_ in ((loans.hkd,), (loans.hkd,) * 3):
        both.refused("stranger", Open(terms, signatures, from_), "DepositsMissing", 2)
    for signed in (signatures[:-1], (*signatures, signatures[-1])):
        both.refused("stranger", Open(terms, signed, (loans.hkd,) * 2), "SignaturesMissing", 4)
    both.refused("stranger", loans.open(replace(terms, deadline=both.now)), "OpenedTooLate", both.now)
    both.done("stranger", Open(terms, signatures, (loans.hkd, loans.other_hkd)))
    both.refused("stranger", loans.open(terms), "AlreadyOpened", len(both.state.facilities))


# -------------------------------------------------------------------------------------------------- amended and parted


def amended(loans: Loans, bill: int, pieces: int) -> list[int]:
    """Surrendered by the agent and replaced by its carrier by so many."""
    both = loans.both
    new = tuple(both.terms() for _ in range(pieces))
    both.done("trader", SurrenderPledged(bill, SurrenderFor.AMENDMENT, both.at("carrier"), new))
    both.done("carrier", Replace((bill,), new, b""))
    return [each.bill for each in new]


def deal(both: Both, bill: int) -> Deal:
    return rules.deal_of(both.state, bill)


def test_a_bill_that_is_amended_is_held_on_and_one_that_is_surrendered_carries_no_draw(
    loans: Loans, both: Both
) -> None:
    facility = loans.opened()
    bill, before = loans.pledged(facility, value=1_000, prints=loans.prints(3)), both.state.now
    assert before == both.now
    known = deal(both, bill)
    named = both.terms(Kind.ORDER, "shipper")
    to = both.at("carrier")
    refused = SurrenderPledged(bill, SurrenderFor.AMENDMENT, to, (both.terms(), named))
    both.refused("trader", refused, "NotPledgeable", named.bill, Kind.ORDER)
    both.refused("shipper", SurrenderPledged(bill, SurrenderFor.AMENDMENT, to, ()), "NotAParty", both.at("shipper"))
    both.refused("trader", SurrenderPledged(bill, SurrenderFor.DELIVERY, to, ()), "NotInDefault", facility)
    both.refused("trader", SurrenderPledged(bill, SurrenderFor.PAPER, to, ()), "NotInDefault", facility)
    loans.instructed("shipper", loans.offer(bill, 1))
    new = both.terms()
    both.done("trader", SurrenderPledged(bill, SurrenderFor.AMENDMENT, to, (new,)))
    # It waits for its carrier: nobody takes it under what was named before, and nothing is drawn on it.
    assert bill not in both.state.kept
    both.refused("shipper", Draw(facility, 1, bill, ()), "NotUnderThisDeal", bill)
    loans.instructed("shipper", loans.offer(bill, 1))
    both.done("carrier", Replace((bill,), (new,), b""))
    assert bill not in both.state.kept
    assert deal(both, new.bill) == known
    both.done("shipper", Draw(facility, 800, new.bill, ()))


def test_what_each_replacement_covers_the_agent_says(loans: Loans, both: Both) -> None:
    facility = loans.opened()
    prints = loans.prints(4)
    loose, other = loans.pledged(facility, value=0), loans.pledged(facility, value=7)
    one, two, three = amended(loans, loans.pledged(facility, value=1_000, prints=prints), 3)
    whole, apart = amended(loans, loose, 2)
    pledges = loans.book(facility).pledges
    assert pledges == 3
    assert deal(both, one) == replace(deal(both, one), value=1_000, units=4, joint=True)
    assert (deal(both, two).value, deal(both, two).units, deal(both, two).joint) == (0, 0, True)

    def allot(*shares: Share) -> Allot:
        return Allot(one, shares)

    share = Share(two, 300, prints[:1])
    rest = Share(three, 0, prints[1:2])
    both.refused("shipper", allot(share), "NotAParty", both.at("shipper"))
    for shares in ((), (share,), (share, rest, rest)):
        both.refused("trader", allot(*shares), "SharesMissing", one, 2)
    both.refused("trader", Allot(other, ()), "NothingToAllot", other)
    # Another's, one of another pledge, itself; one that is not in the book.
    for stranger in (other, whole, apart, one):
        both.refused("trader", allot(replace(share, bill=stranger), rest), "NotUnderThisDeal", stranger)
    # One that has nothing yet gives nothing, to none of them.
    for given in ((), (replace(share, bill=one),), (rest,)):
        both.refused("trader", Allot(two, given), "NothingToAllot", two)
    both.refused("trader", allot(replace(share, bill=both.issued()), rest), "NotUnderThisDeal")
    both.refused("trader", allot(share, share), "NotUnderThisDeal", two)
    for much in (
        replace(share, value=1_001),
        replace(share, prints=()),
        replace(share, prints=prints),
    ):
        both.refused("trader", allot(much, rest), "AllottedTooMuch", two)
    both.refused("trader", allot(replace(share, value=701), Share(three, 300, prints[1:2])), "AllottedTooMuch", three)
    both.refused("trader", allot(replace(share, prints=prints[:3]), Share(three, 0, prints[3:])), "AllottedTooMuch")
    # Before that none leaves alone while something is owed.
    both.done("shipper", Draw(facility, 1, two, ()))
    both.refused("shipper", Discharge(facility, (loans.collateral(two),)), "NotAllotted", two)
    both.refused("trader", Entrust(one, both.at("shipper"), both.now + DAY, b""), "NotAllotted", one)
    both.done("trader", allot(replace(share, value=700), Share(three, 300, prints[1:3])))
    assert [(deal(both, each).value, deal(both, each).units) for each in (one, two, three)] == [
        (0, 1),
        (700, 1),
        (300, 2),
    ]
    assert [deal(both, each).pledge for each in (one, two, three)] == [3, 4, 5]
    assert not any(deal(both, each).joint for each in (one, two, three))
    assert loans.book(facility).pledges == 5
    assert [prints_of(both.state, deal(both, each)) for each in (one, two, three)] == [
        prints[3:],
        prints[:1],
        prints[1:3],
    ]
    both.refused("trader", Allot(one, ()), "NothingToAllot", one)
    both.done("shipper", Discharge(facility, (loans.collateral(three), loans.collateral(one))))


def test_p8_no_replacement_leaves_without_prints_while_something_is_owed(loans: Loans, both: Both) -> None:
    """Its cargo is registered with another, and would go free with that one."""
    facility = loans.opened()
    prints = loans.prints(3)
    one, two = amended(loans, loans.pledged(facility, value=1_000, amount=100, prints=prints), 2)
    both.refused("trader", Allot(two, ()), "NothingToAllot", two)
    both.refused("trader", Allot(one, ()), "SharesMissing", one, 1)
    both.refused("shipper", Discharge(facility, (Collateral(two, ()),)), "NotAllotted", two)
    # The one that has all is replaced by several, which count with the other; the other is not.
    again = SurrenderPledged(two, SurrenderFor.AMENDMENT, both.at("carrier"), (both.terms(), both.terms()))
    both.refused("trader", again, "NotAllotted", two)
    (two,) = amended(loans, two, 1)
    three, four = amended(loans, one, 2)
    assert (deal(both, three).others, deal(both, four).others, deal(both, two).others) == (2, 0, 0)
    both.refused("trader", Allot(three, (Share(two, 1, prints[:1]),)), "SharesMissing", three, 2)
    both.done("trader", Allot(three, (Share(two, 1, prints[:1]), Share(four, 1, prints[1:2]))))
    assert not any(deal(both, each).joint or deal(both, each).others for each in (two, three, four))


def test_p7_what_is_left_of_a_joint_bill_that_was_sold_ends_with_the_debt(loans: Loans, both: Both) -> None:
    facility = loans.opened()
    prints = loans.prints(2)
    one, _ = amended(loans, loans.pledged(facility, value=1_000, amount=500, prints=prints), 2)
    loans.sold("trader", one, 100, wait=loans.until(loans.book(facility).grace_ends + 1))
    both.refused("stranger", Forget(one, prints), "StillOwed", facility)
    both.done("shipper", Repay(facility, 10**6, loans.hkd, ()))
    both.done("stranger", Forget(one, prints))


def test_p6_the_book_pays_itself_for_nothing(loans: Loans, both: Both) -> None:
    facility = loans.opened()
    bill = loans.pledged(facility, value=1_000, amount=500)
    book, signer = both.world.contracts["LoanBook"], both.at("shipper")
    both.done("shipper", Instruct(bill, book, bytes(32), 0))
    release = Release(bill, 10**6, signer, Endorsement.NONE, bytes(32))
    salt, deadline = bytes(32), both.now + DAY
    both.refused(
        "stranger", LOANS.verbs["act"](signer, release, salt, deadline, Signature(signer)), "NotInstructed", bill
    )


def test_all_of_the_value_may_go_to_another_replacement(loans: Loans, both: Both) -> None:
    facility = loans.opened()
    prints = loans.prints(2)
    one, two = amended(loans, loans.pledged(facility, value=1_000, prints=prints), 2)
    both.done("trader", Allot(one, (Share(two, 1_000, prints[:1]),)))
    assert (deal(both, one).value, deal(both, two).value) == (0, 1_000)


def test_replacements_that_were_not_allotted_leave_once_nothing_is_owed_or_all_is_paid(
    loans: Loans, both: Both
) -> None:
    facility = loans.opened()
    bill = loans.pledged(facility, value=1_000, amount=100, prints=loans.prints(3))
    loans.pledged(facility, value=1_000)
    one, two, three = amended(loans, bill, 3)
    # The rest would cover it all: of a joint bill all is asked nevertheless.
    offer = loans.offer(two, 99)
    loans.instructed("shipper", offer)
    both.refused("consignee", loans.pay(offer), "OfferTooLow", two, 100)
    assert loans.sold("shipper", two, 100).amount == 100
    # It has no prints, and may be pledged anew at once.
    both.refused("stranger", Forget(two, ()), "PrintsMissing", two, 0)
    both.refused("shipper", Discharge(facility, (Collateral(two, ()),)), "NotUnderThisDeal", two)
    both.done("consignee", Transfer(two, both.at("shipper"), b""))
    loans.pledged(facility, value=50, bill=two)
    assert (deal(both, two).pledge, deal(both, two).units, deal(both, two).value) == (3, 1, 50)
    both.done("shipper", Discharge(facility, (Collateral(three, ()), loans.collateral(one))))


# ------------------------------------------------------------------------------------------------------- out on trust


@pytest.mark.slow
def test_a_bill_is_out_on_trust_with_the_borrower_until_a_second_to_come(loans: Loans, both: Both) -> None:
    facility = loans.opened()
    bill = loans.pledged(facility, value=1_000, amount=400)
    shipper = both.at("shipper")

    def entrust(until: int, to: str = shipper) -> Entrust:
        return Entrust(bill, to, until, b"store the goods")

    both.refused("shipper", entrust(both.now + DAY), "NotAParty", shipper)
    both.refused("trader", entrust(both.now + DAY, both.at("consignee")), "NotAParty", both.at("consignee"))
    both.refused("trader", entrust(both.now + 1), "TrustUnfit", both.now + 1)
    both.refused("trader", entrust(2**40), "TrustUnfit", 2**40)
    # Half of it counts: 400 are covered, and no unit more.
    both.done("shipper", Draw(facility, 1, bill, ()))
    both.refused("trader", entrust(both.now + DAY), "NotCovered", 401, 400)
    loans.repaid(facility, 1)
    until = both.now + 2
    both.done("trader", entrust(until))
    assert rules.deal_outside(both.state, bill).until == until
    assert (rules.deal_outside(both.state, bill).value, loans.book(facility).value) == (500, 500)
    # It comes back for another value, without prints, to the same facility.
    other = loans.opened()
    both.refused("shipper", loans.lodge(facility, bill), "TermsUnfit", "prints")
    both.refused("shipper", loans.lodge(other, bill, prints=()), "NotUnderThisDeal", bill)
    loans.pledged(facility, value=900, bill=bill, prints=())
    assert bill not in both.state.kept
    assert (deal(both, bill).pledge, deal(both, bill).units, loans.book(facility).value) == (1, 1, 900)


def test_a_bill_that_is_out_for_ever_ends_with_its_debt(loans: Loans, both: Both) -> None:
    facility = loans.opened()
    bill, prints = loans.pledged(facility, value=1_000, amount=400), loans.prints()
    (held,) = loans.collateral(bill).prints
    both.done("trader", Entrust(bill, both.at("shipper"), 2**40 - 2, b""))
    both.refused("stranger", Forget(bill, (held,)), "StillOwed", facility)
    loans.repaid(facility, 1_000)
    both.refused("stranger", Forget(bill, (held,)), "StillAvailable", loans.book(facility).available_until)
    for wrong in ((), (held, *prints)):
        both.refused("shipper", Discharge(facility, (Collateral(bill, wrong),)), "PrintsMissing", bill, 1)
    both.done("shipper", Discharge(facility, (Collateral(bill, (held,)),)))
    assert (loans.book(facility).value, bill in both.state.kept) == (0, False)
    both.refused("stranger", Forget(bill, (held,)), "NothingLeft", bill)


def test_what_is_left_of_a_bill_on_trust_anybody_ends_once_all_is_over(loans: Loans, both: Both) -> None:
    facility = loans.opened()
    bill = loans.pledged(facility, value=1_000)
    held = loans.collateral(bill).prints
    both.done("trader", Entrust(bill, both.at("shipper"), both.now + DAY, b""))
    over = loans.until(loans.book(facility).available_until + 1)
    both.refused("stranger", Forget(bill, ()), "PrintsMissing", bill, 1, wait=over)
    both.refused("stranger", Forget(bill, (*held, *loans.prints())), "PrintsMissing", bill, 1)
    both.done("stranger", Forget(bill, held))
    assert (loans.book(facility).value, bill in both.state.kept) == (0, False)


def test_what_somebody_was_named_for_ends_when_the_bill_goes_back(loans: Loans, both: Both) -> None:
    facility = loans.opened()
    bill = loans.pledged(facility)
    offer = loans.offer(bill, 100)
    loans.instructed("shipper", offer)
    both.done("shipper", Discharge(facility, (loans.collateral(bill),)))
    assert bill not in both.state.kept
    loans.pledged(facility, bill=bill)
    both.refused("consignee", loans.pay(offer), "NotInstructed", bill)


# ----------------------------------------------------------------------------------------------------------- the sale


def test_n19_what_was_named_before_default_is_void_in_it_and_under_another_agent(loans: Loans, both: Both) -> None:
    facility = loans.opened()
    bill = loans.pledged(facility, value=1_000, amount=100)
    offer = loans.offer(bill, 700)
    both.refused("consignee", loans.pay(offer), "NotInstructed", bill)
    loans.instructed("shipper", offer)
    late = loans.until(loans.book(facility).grace_ends + 1)
    both.refused("consignee", loans.pay(offer), "NotInstructed", bill, wait=late)
    loans.instructed("trader", offer, 500)
    both.refused("consignee", loans.pay(replace(offer, price=701)), "NotInstructed", bill)
    replaced(loans, facility, "consignee")
    both.refused("consignee", loans.pay(offer), "NotInstructed", bill)


def test_t25_in_default_a_bill_goes_to_nobody_of_the_agent_s_group(loans: Loans, both: Both) -> None:
    facility = loans.opened()
    bill = loans.pledged(facility, value=1_000, amount=100)
    parent, roles = cast.PARTS[both.number("trader") - 1].lei, both.state.participants[both.number("consignee")].roles
    both.done(ADMIN, SetProfile(both.number("consignee"), parent, roles))
    offer = loans.offer(bill, 700)
    loans.instructed("trader", offer, wait=loans.until(loans.book(facility).grace_ends + 1))
    both.refused("consignee", loans.pay(offer), "SelfDealing", both.number("consignee"))
    both.done(ADMIN, SetProfile(both.number("consignee"), cast.PARTS[0].lei, roles))
    both.done("consignee", loans.pay(offer))


def test_what_a_sale_in_default_brings_beyond_the_debt_is_the_borrower_s(loans: Loans, both: Both) -> None:
    facility = loans.opened(day_count=DayCount.ACT_360)
    bill = loans.pledged(facility, value=1_000, amount=360)
    held = loans.collateral(bill).prints
    late = loans.until(loans.book(facility).grace_ends + 1)
    sold = loans.sold("trader", bill, 500, wait=late)
    # Ninety-three days, half of a unit each.
    assert (sold.amount, sold.surplus) == (360 + 47, 500 - 407)
    assert loans.book(facility).balance == both.state.holding(loans.hkd, loans.own).balance == 640 + 500
    both.refused("trader", TakeSurplus(facility), "NotAParty", both.at("trader"))
    both.done("shipper", TakeSurplus(facility))
    both.refused("shipper", TakeSurplus(facility), "NoSurplus", facility)
    both.done("stranger", EndAvailability(facility))
    own = both.state.account(loans.own).number
    for number, due in ((1, 314), (2, 733)):
        position = own << 56 | facility << 32 | number
        (claimed, _) = both.done("stranger", Claim(position))
        text = tell.sentence(both.world.suite.facts[ev.Claimed], claimed, tell.Names(whole=True))
        assert f"had {due} paid to " in text
        assert text.endswith(f"for position {ids.position_name(position)}")
        both.refused("stranger", Claim(position), "NothingUnclaimed", position)
    assert loans.book(facility).balance == both.state.holding(loans.hkd, loans.own).balance == 0
    assert loans.book(facility).claimed == loans.book(facility).paid == 1_047
    # It is sold for good, and its cargo stays registered until somebody says that it is over.
    both.done("consignee", Transfer(bill, both.at("shipper"), b""))
    both.refused("shipper", loans.lodge(facility, bill, 1_000), "StillRegistered", bill)
    both.done("stranger", Forget(bill, held))
    both.done("shipper", loans.lodge(facility, bill, 1_000))


def test_what_is_sold_while_something_is_owed_is_forgotten_at_once(loans: Loans, both: Both) -> None:
    facility = loans.opened()
    bill, held = loans.pledged(facility, value=1_000, amount=400), None
    loans.pledged(facility, value=250)
    held = loans.collateral(bill).prints
    assert loans.sold("shipper", bill, 200).principal == 200
    assert (loans.book(facility).value, rules.deal_outside(both.state, bill).sold) == (250, True)
    both.done("stranger", Forget(bill, held))
    assert (loans.book(facility).value, bill in both.state.kept) == (250, False)


@pytest.mark.parametrize(("how", "event"), [(Endorsement.NONE, "Transferred"), (Endorsement.BLANK, "Endorsed")])
def test_a_room_that_was_named_takes_a_bill_as_it_asks_for_it(
    loans: Loans, both: Both, how: Endorsement, event: str
) -> None:
    facility = loans.opened()
    bill = loans.pledged(facility, value=1_000, amount=100)
    loans.pledged(facility, value=1_000)
    lender, under = both.world.contracts["Lender"], b"\7" * 32
    both.done("shipper", Instruct(bill, lender, under, 0))

    def release(deal: bytes) -> Run:
        return Run(loans.own, Release(bill, 0, both.at("consignee"), how, deal))

    both.refused("stranger", release(b"\6" * 32), "NotInstructed", bill)
    names = [type(each).__name__ for each in both.done("stranger", release(under))]
    assert names == ["PledgeSold", event]
    assert both.bill(bill).possessor == both.at("consignee")


def test_whoever_was_named_may_take_a_bill_without_a_sale(loans: Loans, both: Both) -> None:
    facility = loans.opened()
    bill = loans.pledged(facility, value=1_000, amount=100)
    consignee, under = both.at("consignee"), b"\7" * 32
    late = loans.until(loans.book(facility).grace_ends + 1)
    both.done("trader", Instruct(bill, consignee, under, 300), wait=late)
    events = both.done("consignee", Release(bill, 300, consignee, Endorsement.BLANK, under))
    sold, endorsed, *_ = events
    assert isinstance(sold, ev.PledgeSold)
    assert isinstance(endorsed, ev.Endorsed)
    assert (sold.amount, sold.surplus) == (100 + 13, 300 - 113)


def test_p14_a_bill_without_value_or_share_waits_for_the_agent(loans: Loans, both: Both) -> None:
    facility = loans.opened()
    bill = loans.pledged(facility, value=1_000, amount=100, prints=loans.prints(2))
    nothing = loans.pledged(facility, value=0)
    one, two = amended(loans, bill, 2)
    silent = loans.until(loans.book(facility).grace_ends + SILENCE + 1)
    for place, (each, error) in enumerate(((one, "NotAllotted"), (two, "NotAllotted"), (nothing, "NoValue"))):
        instruct = Instruct(each, loans.sale, bytes(32), MOST_LEAST)
        both.refused("stranger", instruct, error, each, wait=1 if place else silent)
    both.done("trader", Instruct(one, loans.sale, bytes(32), 0))


@pytest.mark.parametrize("end", ["surrendered", "delivered", "paper"])
def test_n19_in_default_a_bill_is_surrendered_for_the_goods_and_covers_nothing_more(
    loans: Loans, both: Both, end: str
) -> None:
    purpose = SurrenderFor.PAPER if end == "paper" else SurrenderFor.DELIVERY
    facility = loans.opened()
    bill = loans.pledged(facility, value=1_000, amount=100)
    other = loans.pledged(facility, value=300)
    (held,) = loans.collateral(bill).prints
    late = loans.until(loans.book(facility).grace_ends + 1)
    loans.instructed("trader", loans.offer(bill, 1), wait=late)
    both.done("trader", SurrenderPledged(bill, purpose, both.at("carrier"), ()))
    assert (loans.book(facility).value, deal(both, bill).value, deal(both, bill).units) == (300, 0, 1)
    assert bill not in both.state.kept
    # It is not over before its carrier has answered, and not while anything is owed.
    both.refused("stranger", Forget(bill, (held,)), "NothingLeft", bill)
    both.done("carrier", ToPaper(bill, 3, b"\3" * 32, b"") if end == "paper" else Accept(bill, b""))
    if end == "delivered":
        both.done("carrier", Deliver(bill, b""))
    both.refused("stranger", Forget(bill, (held,)), "StillOwed", facility)
    assert loans.sold("trader", other, 200).principal == 0
    both.done("stranger", Forget(bill, (held,)))
    assert (loans.book(facility).value, rules.deal_outside(both.state, bill).word) == (0, 0)


# ------------------------------------------------------------------------------------------------------------- agents


def position(loans: Loans, facility: int, number: int) -> int:
    own: int = loans.both.state.account(loans.own).number
    return own << 56 | facility << 32 | number


def appoint(loans: Loans, facility: int, agent: str, favour: Any, without: Any = (), **said: Any) -> ReplaceAgent:
    """By the new agent and by whoever has the positions in favour, by their numbers."""
    both = loans.both
    positions = [tuple(position(loans, facility, each) for each in several) for several in (favour, without)]
    owners = [both.state.positions[each].owner for each in positions[0] if each in both.state.positions]
    signatures = said.get("signatures", tuple(map(Signature, (both.at(agent), *owners))))
    deadline = said.get("deadline", both.now + DAY)
    return ReplaceAgent(facility, both.at(agent), deadline, signatures, *positions)


def replaced(loans: Loans, facility: int, agent: str) -> None:
    loans.both.done("stranger", appoint(loans, facility, agent, (1, 2)))


def test_p14_lenders_of_more_than_half_replace_the_agent(loans: Loans, both: Both) -> None:
    facility = loans.opened(lenders=tuple(map(both.at, ("bank", "bank", "forwarder"))), commitments=(300, 200, 500))
    other = loans.opened()
    half = appoint(loans, facility, "consignee", (1, 2))
    both.refused("stranger", half, "NoMajority", 500, 1_000)
    both.refused("stranger", appoint(loans, facility, "consignee", (3,)), "NoMajority", 500, 1_000)
    both.refused("stranger", appoint(loans, facility, "shipper", (1, 3)), "TermsUnfit", "agent")
    for order in ((2, 1), (1, 1), (0, 1)):
        both.refused(
            "stranger",
            appoint(loans, facility, "consignee", order, signatures=tuple(map(Signature, [both.at("consignee")] * 3))),
            "VotesNotAscending" if order[0] else "TokenDoesNotExist",
        )
    strange = replace(half, in_favour=(half.in_favour[0], position(loans, other, 2)))  # type: ignore[type-var]
    both.refused("stranger", strange, "NotOfTheLoan", position(loans, other, 2))
    good = appoint(loans, facility, "consignee", (1, 3))
    signatures: Any = good.signatures
    for some in (signatures[:-1], (*signatures, signatures[0]), ()):
        both.refused("stranger", replace(good, signatures=some), "SignaturesMissing", 3)  # type: ignore[type-var]
    forged = (*signatures[:2], Signature(both.at("bank")))
    both.refused("stranger", replace(good, signatures=forged), "NotSignedBy", both.at("forwarder"))  # type: ignore[type-var]
    both.refused("stranger", appoint(loans, facility, "consignee", (1, 2, 3), deadline=both.now), "SignatureExpired")
    (event,) = both.done("stranger", appoint(loans, facility, "consignee", (1, 3), deadline=both.now + 1))
    assert event.agent == loans.book(facility).agent == both.number("consignee")  # type: ignore[attr-defined]
    assert (loans.book(facility).agents, loans.book(other).agents) == (1, 0)


def test_p14_shares_of_whoever_may_not_act_are_left_out_of_a_vote(loans: Loans, both: Both) -> None:
    facility = loans.opened()
    vote = appoint(loans, facility, "consignee", (1,), (2,))
    both.refused("stranger", vote, "NotAbstaining", position(loans, facility, 2))
    both.done(ADMIN, Suspend(both.number("forwarder"), b"order"))
    both.refused("stranger", appoint(loans, facility, "consignee", (1,)), "NoMajority", 300, 1_000)
    both.refused("stranger", appoint(loans, facility, "consignee", (), (2,)), "NoMajority", 0, 300)
    both.done("stranger", appoint(loans, facility, "consignee", (1,), (2,)))
    # The old vote is of the agent that there was.
    both.refused("stranger", appoint(loans, facility, "consignee", (1,), (2, 2)), "VotesNotAscending")


def test_p14_the_borrower_s_group_has_no_vote_and_is_left_out_of_one(loans: Loans, both: Both) -> None:
    """Whoever borrows does not choose who holds the bills against it."""
    facility = loans.opened()
    number, roles = both.number("forwarder"), both.state.participants[both.number("forwarder")].roles
    # It was nobody's when the facility was opened.
    both.done(ADMIN, SetProfile(number, cast.PARTS[both.number("shipper") - 1].lei, roles))
    both.refused("stranger", appoint(loans, facility, "consignee", (1, 2)), "NoVote", position(loans, facility, 2))
    both.refused("stranger", appoint(loans, facility, "consignee", (1,)), "NoMajority", 300, 1_000)
    both.done("stranger", appoint(loans, facility, "consignee", (1,), (2,)))


def test_a_bill_is_held_for_the_agent_that_there_is(loans: Loans, both: Both) -> None:
    facility = loans.opened()
    bill = loans.pledged(facility)
    both.refused("stranger", HandOver(bill), "AgentStands", bill)
    replaced(loans, facility, "consignee")
    known = deal(both, bill)
    both.done("stranger", HandOver(bill))
    assert both.state.lodgings[bill].holder == both.number("consignee")
    assert deal(both, bill) == known
    both.refused("stranger", HandOver(bill), "AgentStands", bill)
    both.refused("trader", Entrust(bill, both.at("shipper"), both.now + DAY, b""), "NotAParty", both.at("trader"))


def test_t26_a_filing_says_where_and_when_and_stands(loans: Loans, both: Both) -> None:
    facility = loans.opened()

    def filed(**changes: Any) -> File:
        filing = Filing("HK", b"\1" * 32, b"\2" * 32, b"\3" * 32, loans.now + 1, loans.now + 1)
        return File(facility, replace(filing, **changes))

    both.refused("shipper", filed(), "NotAParty", both.at("shipper"))
    for changes in ({"country": ""}, {"registry": bytes(32)}, {"filed_at": both.now + 4}):
        both.refused("trader", filed(**changes), "FilingUnfit")
    both.refused("trader", filed(filed_at=both.now, stands_until=both.now), "FilingUnfit")
    both.done("trader", filed())
    assert both.state.filed_until == {(facility, "HK"): both.now}


# ------------------------------------------------------------------------------------------------- what a log says


def test_p10_a_log_that_ends_where_a_bill_left_lacks_what_must_follow(loans: Loans, both: Both) -> None:
    facility = loans.opened()
    one, other = loans.pledged(facility), loans.pledged(facility)
    both.done("shipper", Discharge(facility, (loans.collateral(one),)))
    discharged = len(both.executor.log) - 1
    loans.sold("shipper", other, 10)
    sold = len(both.executor.log) - 1
    for place, kind, lacks in (
        (discharged, ev.Discharged, "refused it with PrintsMissing"),
        (sold, ev.PledgeSold, "should follow it"),
    ):
        state = both.world.suite.state()
        state.addresses, state.authority = both.state.addresses, both.state.authority
        for timestamp, each in both.executor.log[:place]:
            assert replay(state, each, timestamp) == []
        second, events = both.executor.log[place]
        end = next(index for index, event in enumerate(events) if type(event) is kind) + 1
        assert lacks in replay(state, events[:end], second)[-1].why


def test_from_the_second_that_the_way_out_names_anybody_gets_a_bill_out(loans: Loans, both: Both) -> None:
    facility = loans.opened()
    second, verb = out(both.state, loans.pledged(facility))
    both.refused("stranger", verb, "MayNotAct", wait=loans.until(second - 1))
    both.done("stranger", verb)
    assert both.now == second


@pytest.mark.slow
def test_random_acts_know_of_each_verb_of_loans_whose_act_it_is() -> None:
    own = {verb for verb in LOANS.verbs.values() if verb.__module__.startswith("sampan.finance.loans.verbs.")}
    assert own == set(WHOSE)
    asks_the_agent = {verb for verb in own if "rules.of_agent(" in inspect.getsource(verb)}
    assert asks_the_agent == {verb for verb, whose in WHOSE.items() if whose == "agent"} | {Instruct}
    asks_the_borrower = {verb for verb in own if "rules.of_borrower(" in inspect.getsource(verb)}
    assert asks_the_borrower | {Discharge} == {verb for verb, whose in WHOSE.items() if whose == "borrower"}
