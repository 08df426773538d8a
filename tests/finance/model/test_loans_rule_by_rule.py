"""Rules of loans that random acts seldom reach, one by one, on contracts and model: to the second and to the unit."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from support.on_both import DEADLINE, Both

from sampan.bills.rules import act_count_after
from sampan.bills.verbs.circulation import Lodge
from sampan.bills.verbs.issue import Issue
from sampan.cargo.beginning import CONDITIONS
from sampan.cargo.records import ALL_KINDS, PLACED, Statement
from sampan.cargo.rules import condition_of
from sampan.cargo.verbs.accreditation import Accredit
from sampan.cargo.verbs.facts import Attest
from sampan.finance.loans import rules
from sampan.finance.loans.records import MOST, SILENCE, Book
from sampan.finance.loans.room import prints_of
from sampan.finance.loans.terms import Acceptance, Collateral, Facility, Filing, Pledge
from sampan.finance.loans.verbs.agency import GroupCarrier
from sampan.finance.loans.verbs.lending import Draw
from sampan.finance.loans.verbs.opening import Open
from sampan.finance.loans.verbs.repaying import Discharge, EndAvailability, Repay
from sampan.finance.loans.verbs.securing import File
from sampan.finance.loans.verbs.selling import MOST_LEAST, Instruct
from sampan.finance.records import Print
from sampan.fuzz import cast
from sampan.identity.records import DAY
from sampan.identity.verbs.accounts import Cancel
from sampan.identity.verbs.enrolment import SetProfile
from sampan.identity.verbs.standing import Suspend
from sampan.money.deposits.verbs import Issue as IssueMoney
from sampan.suite.chance import DigestOf
from sampan.suite.event import Event
from sampan.suite.verb import Signature, SignedTerms
from sampan.suite.words import DayCount, Endorsement, FactKind
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
        return tuple(Print(next(BOXES), 20_460).pack() for _ in range(pieces))

    def lodge(self, facility: int, bill: int, value: int = 100_000, amount: int = 0, **said: Any) -> Lodge:
        """With the agent's acceptance."""
        agent = said.get("agent", "trader")
        prints = said["prints"] if "prints" in said else self.prints()
        deadline = said.get("deadline", self.now + DAY)
        acts = act_count_after(self.both.bill(bill))
        text = Acceptance(facility, bill, acts, value, prints, deadline, self.both.at(agent))
        producers = tuple(map(self.both.at, said.get("producers", ())))
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


def test_a_facility_has_terms_within_these_bounds(loans: Loans, both: Both) -> None:
    loans.opened(rate=10**7, clock=-48, grace_days=255, advance=10_000, on_trust=10_000, reserve=10_000)
    loans.opened(clock=56, maturity=2**40 - 1, advance=1, on_trust=0, reserve=0)
    at_once = loans.now + 1
    loans.opened(maturity=at_once, available_until=at_once)
    loans.unfit("rate", rate=10**7 + 1)
    loans.unfit("clock", clock=-49)
    loans.unfit("clock", clock=57)
    loans.unfit("maturity", maturity=2**40)
    loans.unfit("maturity", maturity=loans.now, available_until=loans.now)
    loans.unfit("availableUntil", available_until=loans.now)
    loans.unfit("availableUntil", available_until=loans.now + 90 * DAY + 1)
    loans.opened(available_until=loans.now + 90 * DAY)
    loans.unfit("graceDays", grace_days=256)
    loans.unfit("advance", advance=0)
    loans.unfit("advance", advance=10_001)
    loans.unfit("onTrust", on_trust=10_001)
    loans.unfit("reserve", reserve=10_001)
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


def test_n19_default_begins_the_second_after_the_last_of_grace_and_only_of_a_loan_that_is_owed(
    loans: Loans, both: Both
) -> None:
    facility = loans.opened()
    bill = loans.pledged(facility, amount=100)
    last = loans.book(facility).default_begins
    assert last == loans.book(facility).maturity + 3 * DAY
    terms = loans.offer(bill, 200)
    instruct = Instruct(bill, loans.sale, terms.hash, 0)
    both.refused("trader", instruct, "NotAParty", wait=loans.until(last))
    both.refused("shipper", instruct, "NotAParty")
    both.done("trader", instruct)


def test_p14_after_thirty_days_of_silence_anybody_begins_the_sale_at_the_reserve(loans: Loans, both: Both) -> None:
    facility = loans.opened()
    bill = loans.pledged(facility, value=1_000, amount=100)
    silent = loans.book(facility).default_begins + SILENCE
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


def test_p14_who_moves_no_bills_or_is_suspended_does_not_speak_for_the_agent(loans: Loans, both: Both) -> None:
    facility = loans.opened(
        agent=both.number("forwarder"),
        agent_account=both.at("forwarder clerk"),
        lenders=(both.at("bank"), both.at("bank")),
    )
    bill = loans.pledged(facility, value=1_000, amount=100, agent="forwarder clerk")
    silent = loans.book(facility).default_begins + SILENCE
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
    loans.instructed("trader", offer, 500, wait=loans.until(loans.book(facility).default_begins + 1))
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
    both.refused("stranger", EndAvailability(facility), "NothingPaid")
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
