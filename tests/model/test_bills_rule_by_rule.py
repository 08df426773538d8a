"""Rules of bills that random acts seldom reach, one by one, on contracts and model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.on_both import DEADLINE, Both

from sampan.bills import rules
from sampan.bills.records import MAX_ACTS, Bill
from sampan.bills.terms import Terms, replacements_hash, surrender_hash, terms_hash
from sampan.bills.verbs.amendments import Recover, Replace, ToPaper
from sampan.bills.verbs.circulation import Endorse, GiveBack, Hold, Lodge, Reject, Sign, Transfer
from sampan.bills.verbs.issue import Issue, IssueFromPaper
from sampan.bills.verbs.signed import Act as ActBySignature
from sampan.bills.verbs.signed import Agree, Agreement, Multicall, Record, SignedAct
from sampan.bills.verbs.steps import named
from sampan.bills.verbs.surrender import Accept, Deliver, Recall, Refuse, Surrender
from sampan.bills.verbs.tokens import Approve, SafeTransferFrom, SafeTransferFromWithData, TransferFrom
from sampan.identity.records import ANSWER, HOUR
from sampan.identity.verbs.accounts import Cancel, RemoveAccount, SetReceiving
from sampan.identity.verbs.enrolment import AssignCode, Enrol, Enrolment
from sampan.identity.verbs.recovery import Shorten, VetoRecovery
from sampan.identity.verbs.standing import DelistRoom, SetWindingDown, Suspend
from sampan.model.perform import Call, Refused
from sampan.suite import events as ev
from sampan.suite.verb import NOBODY, Signature, Verb
from sampan.suite.words import Endorsement, Kind, Purpose, Receiving, Rejection, Status, SurrenderFor

NO_HASH = bytes(32)


def rights(bill: Bill) -> tuple[bool, bool]:
    """Whether possession may be rejected, and title."""
    return bill.may_reject_possession, bill.may_reject_title


def lodged(both: Both, bill: int, holder: str = "shipper") -> None:
    """The shipper lodges a bill with the honest room, which holds it for somebody."""
    terms = both.holding_for(holder)
    both.done("shipper", Lodge(bill, Endorsement.NONE, both.at("honest room"), terms))


# ------------------------------------------------------------------------------------------------------------- giving


@pytest.mark.slow
def test_t8_nobody_is_given_title_to_a_bill_in_another_s_possession_without_its_agreement(both: Both) -> None:
    bill, bank, forwarder = both.issued(Kind.ORDER, "shipper"), both.at("bank"), both.at("forwarder")
    endorse = Endorse(bill, Endorsement.TO_ORDER, bank, forwarder, b"")
    both.refused("shipper", endorse, "AgreementRequired", bill, both.number("bank"))
    to = both.number("bank")
    agreement = Agreement(bank, bill, 1, Endorse.selector(), forwarder, to, Kind.ORDER, NO_HASH, DEADLINE)
    both.done("shipper", Multicall((Agree(agreement, Signature(bank)), endorse)))


@pytest.mark.slow
def test_t8_nobody_is_given_possession_without_its_agreement(both: Both) -> None:
    bill, bank = both.issued(), both.at("bank")
    both.refused("shipper", Transfer(bill, bank, b""), "AgreementRequired", bill, both.number("bank"))


def test_n8_no_bill_goes_from_room_to_room(both: Both) -> None:
    bill, second = both.issued(), both.at("second room")
    lodged(both, bill)
    on = Lodge(bill, Endorsement.NONE, second, both.holding_for("shipper"))
    both.refused("honest room", on, "NotAPerson", both.at("honest room"))
    both.refused("honest room", Transfer(bill, second, b""), "RoomNeedsTerms", second)
    both.done("honest room", GiveBack(bill, b""), wait=100 * HOUR)
    assert both.bill(bill).possessor == both.at("shipper")


def test_x12_a_room_does_nothing_with_a_bill_before_it_has_answered(both: Both) -> None:
    """Whatever it tries inside is refused, and all is undone."""
    bill = both.issued()
    terms = both.holding_for("shipper") + bytes.fromhex(both.at("trader")[2:]).rjust(32, b"\0")
    again = Lodge(bill, Endorsement.NONE, both.at("room that reenters"), terms)
    both.refused("shipper", again, "RoomIsAsked", bill)
    for name, said in (("passes on", terms), ("gives back", terms), ("reenters", terms[:32])):
        lodge = Lodge(bill, Endorsement.NONE, both.at(f"room that {name}"), said)
        both.refused("shipper", lodge, "NotLodged", bill)
    nobody = Lodge(bill, Endorsement.NONE, both.at("room that holds for nobody"), terms)
    both.refused("shipper", nobody, "RoomHoldsForNobody", both.at("room that holds for nobody"), bill)
    assert both.bill(bill).act_count == 1


def test_h2_a_room_names_nobody_as_holder_that_may_be_given_nothing(both: Both) -> None:
    """Whoever it holds for already, and whoever lodged, it may name whatever befell them since (P12)."""
    bill, room = both.issued(), both.at("honest room")
    trader, bank = both.number("trader"), both.number("bank")
    both.done("administrator", SetWindingDown(trader, True))
    lodge = Lodge(bill, Endorsement.NONE, room, both.holding_for("trader"))
    both.refused("shipper", lodge, "MayNotHold", trader)
    lodged(both, bill)
    both.refused("honest room", Hold(bill, trader, 0), "MayNotHold", trader)
    both.refused("honest room", Hold(bill, 99, 0), "RoomNotListed", room, "")
    both.refused("honest room", Hold(bill, 0, 0), "RoomHoldsForNobody", room, bill)
    both.refused("second room", Hold(bill, bank, 0), "NotPossessor", bill, both.at("second room"))
    both.done("honest room", Hold(bill, bank, 7))
    both.done("administrator", SetWindingDown(both.number("shipper"), True))
    both.done("administrator", SetWindingDown(bank, True))
    count = both.bill(bill).act_count
    both.done("honest room", Hold(bill, bank, 8))
    assert both.bill(bill).act_count == count, "the same holder under another deal is no act"
    both.done("honest room", Hold(bill, both.number("shipper"), 9))
    assert both.bill(bill).act_count == count + 1


# ------------------------------------------------------------------------------------------------------------ rejecting


def test_t8_title_that_a_room_endorses_out_is_not_rejectable(both: Both) -> None:
    """Whoever is entitled agreed to it beforehand, in the terms of the room or by its signature."""
    bill = both.issued(Kind.ORDER, "shipper")
    lodged(both, bill)
    shipper, forwarder = both.at("shipper"), both.at("forwarder")
    to = both.number("forwarder")
    agreement = Agreement(shipper, bill, 2, Endorse.selector(), forwarder, to, Kind.ORDER, NO_HASH, DEADLINE)
    endorse = Endorse(bill, Endorsement.TO_ORDER, forwarder, forwarder, b"")
    both.refused("honest room", endorse, "MayNotEndorse", bill, both.at("honest room"))
    both.done("honest room", Multicall((Agree(agreement, Signature(shipper)), endorse)))
    assert rights(both.bill(bill)) == (False, False)
    for what in (Rejection.TITLE, Rejection.BOTH, Rejection.POSSESSION):
        both.refused("forwarder", Reject(bill, what, b""), "NothingToReject", bill)


def test_h2_a_room_holds_anew_for_one_that_was_suspended_from_the_very_second_it_may_act(both: Both) -> None:
    bill, trader = both.issued(), both.number("trader")
    lodged(both, bill)
    both.done("administrator", Suspend(trader, b"order 7"))
    until = both.state.participants[trader].suspended_until
    both.refused("honest room", Hold(bill, trader, 0), "MayNotHold", trader, wait=until - 1 - both.now)
    both.done("honest room", Hold(bill, trader, 0))


def test_n8_a_room_endorses_out_only(both: Both) -> None:
    bill, room = both.issued(), both.at("honest room")
    lodged(both, bill)
    for to in (NOBODY, room):
        in_place = Endorse(bill, Endorsement.TO_ORDER, both.at("forwarder"), to, b"")
        both.refused("honest room", in_place, "AlreadyPossesses", bill, room)


def test_m6_an_agreement_that_is_recorded_stands_until_its_deadline(both: Both) -> None:
    """It is to the act at one count, which may be to come, and stands whatever becomes of the signer."""
    bill, room = both.issued(Kind.ORDER, "shipper"), both.at("honest room")
    shipper, trader = both.at("shipper"), both.at("trader")
    to = both.number("trader")
    agreement = Agreement(shipper, bill, 2, Endorse.selector(), trader, to, Kind.ORDER, NO_HASH, both.now + 1000)
    both.refused("stranger", Record(replace(agreement, act_count=0), Signature(shipper)), "StaleAct", bill, 1, 0)
    at_the_last = replace(agreement, act_count=MAX_ACTS)
    both.refused("stranger", Record(at_the_last, Signature(shipper)), "StaleAct", bill, 1, MAX_ACTS)
    both.refused("stranger", Record(agreement, Signature(None)), "NotSignedBy", shipper)
    both.done("stranger", Record(agreement, Signature(shipper)))
    lodged(both, bill)
    both.done("administrator", Suspend(both.number("shipper"), b"order 7"))
    out = Endorse(bill, Endorsement.TO_ORDER, trader, trader, b"")
    assert both.model(room, out, at=agreement.deadline + 1) == Refused("MayNotEndorse", (bill, room))
    both.done("honest room", out, wait=agreement.deadline - both.now)
    assert both.bill(bill).titleholder == to


def test_m6_whoever_recorded_its_agreement_to_a_new_bill_s_terms_is_given_it(both: Both) -> None:
    terms, bank = both.terms(Kind.ORDER, "bank"), both.at("bank")
    selector, detail = Issue.selector(), terms_hash(terms)
    agreement = Agreement(bank, terms.bill, 0, selector, bank, both.number("bank"), Kind.ORDER, detail, DEADLINE)
    issue = Issue(terms, bank, b"")
    both.refused("carrier", issue, "AgreementRequired", terms.bill, both.number("bank"))
    both.done("stranger", Record(agreement, Signature(bank)))
    both.refused("carrier", replace(issue, terms=replace(terms, root=b"\3" * 32)), "AgreementRequired")
    both.done("carrier", issue)


def test_t8_another_s_right_to_reject_title_lasts_through_the_72nd_hour(both: Both) -> None:
    bill = both.issued(Kind.ORDER, "shipper")
    both.done("shipper", Endorse(bill, Endorsement.TO_ORDER, both.at("forwarder"), both.at("trader"), b""))
    into_the_hour = both.now % HOUR
    both.done("trader", Sign(bill, Purpose.SEEN, b""), wait=73 * HOUR - into_the_hour - 1)
    assert rights(both.bill(bill)) == (False, True)
    both.done("trader", Sign(bill, Purpose.SEEN, b""))
    assert rights(both.bill(bill)) == (False, False)


def test_h3_nothing_is_rejected_in_a_room_or_after_it(both: Both) -> None:
    """What is unsettled is not lodged; what is given back is as it was before, and no more to be rejected."""
    bill = both.issued(Kind.ORDER, "shipper")
    room, terms = both.at("honest room"), both.holding_for("trader")
    both.done("shipper", Endorse(bill, Endorsement.TO_ORDER, both.at("trader"), NOBODY, b""))
    both.refused("shipper", Lodge(bill, Endorsement.NONE, room, terms), "TitleUnsettled", bill)
    both.done("trader", Reject(bill, Rejection.TITLE, b""))
    both.done("shipper", Lodge(bill, Endorsement.BLANK, room, terms))
    assert rules.may_be_rejected_until(both.state, bill) == 0
    both.refused("honest room", Reject(bill, Rejection.BOTH, b""), "NothingToReject", bill)
    both.done("honest room", GiveBack(bill, b""))
    given = both.bill(bill)
    assert (given.kind, given.titleholder, given.possessor) == (Kind.ORDER, both.number("shipper"), both.at("shipper"))
    both.refused("shipper", Reject(bill, Rejection.BOTH, b""), "NothingToReject", bill)


def test_m2_possession_that_moves_gives_nobody_longer_to_reject_title(both: Both) -> None:
    """The new possessor, too, has the rest of the hours: they are one time for both."""
    bill = both.issued(Kind.ORDER, "shipper")
    both.done("shipper", Endorse(bill, Endorsement.TO_ORDER, both.at("forwarder"), NOBODY, b""))
    until = rules.may_be_rejected_until(both.state, bill)
    both.done("shipper", Transfer(bill, both.at("trader"), b""), wait=40 * HOUR)
    assert rules.may_be_rejected_until(both.state, bill) == until
    both.refused("forwarder", Reject(bill, Rejection.TITLE, b""), "RejectTimePassed", wait=until + 1 - both.now)


def test_m3_the_issue_to_somebody_s_order_is_rejected_with_that_one_s_agreement(both: Both) -> None:
    bill, carrier, trader = both.issued(Kind.ORDER, "trader"), both.at("carrier"), both.at("trader")
    reject = Reject(bill, Rejection.ISSUE, b"wrong")
    to = both.number("trader")
    both.refused("shipper", reject, "AgreementRequired", bill, to)
    agreement = Agreement(trader, bill, 1, Reject.selector(), carrier, to, Kind.ORDER, NO_HASH, DEADLINE)
    both.done("shipper", Multicall((Agree(agreement, Signature(trader)), reject)))
    assert both.bill(bill).status is Status.VOID


def test_l_title_that_was_given_at_issue_may_be_refused(both: Both) -> None:
    bill = both.issued(Kind.ORDER, "trader")
    both.done("trader", Reject(bill, Rejection.TITLE, b"not ours"))
    assert both.bill(bill).titleholder == both.number("shipper")


def test_h1_whoever_keeps_a_bill_to_order_is_no_shipper_of_a_straight_bill_in_its_place(both: Both) -> None:
    """The titleholder is: an agent that surrendered for it takes no delivery alone."""
    bill, straight = both.issued(Kind.ORDER, "trader"), both.terms(Kind.STRAIGHT, "forwarder")
    carrier, shipper, trader = (both.at(name) for name in ("carrier", "shipper", "trader"))
    to, digest = both.number("trader"), replacements_hash((bill,), (straight,))
    detail = surrender_hash(SurrenderFor.AMENDMENT, digest, b"")
    agreed = Agreement(trader, bill, 1, Surrender.selector(), carrier, to, Kind.ORDER, detail, DEADLINE)
    surrender = Surrender(bill, SurrenderFor.AMENDMENT, carrier, digest, b"")
    both.done("shipper", Multicall((Agree(agreed, Signature(trader)), surrender)))
    both.done("carrier", Replace((bill,), (straight,), b""))
    assert both.bill(straight.bill).previous_titleholder == to
    alone = Surrender(straight.bill, SurrenderFor.DELIVERY, carrier, NO_HASH, b"")
    both.refused("shipper", alone, "MayNotSurrender", straight.bill, shipper)


def test_what_moves_nothing_uses_up_no_act_that_a_bill_may_need(both: Both) -> None:
    """At the real count: tests/bills/test_edges_of_numbers.py."""
    bill, trader = both.issued(Kind.ORDER, "shipper"), both.at("trader")
    known, count = both.bill(bill), rules.MOST_IDLE_ACTS
    for idle in (Sign(bill, Purpose.SEEN, b""), Endorse(bill, Endorsement.TO_ORDER, trader, NOBODY, b"")):
        known.act_count = count
        refused = both.model(both.at("shipper"), idle)
        known.act_count = 1
        assert refused == Refused("TooManyActs", (bill,))


def test_t8_what_came_whole_in_blank_is_rejected_whole(both: Both) -> None:
    bill = both.issued(Kind.ORDER, "shipper")
    both.done("shipper", Endorse(bill, Endorsement.BLANK, NOBODY, both.at("trader"), b""))
    both.refused("trader", Reject(bill, Rejection.POSSESSION, b""), "RejectedWholeOnly", bill)
    both.refused("trader", Reject(bill, Rejection.TITLE, b""), "RejectedWholeOnly", bill)
    both.done("trader", Reject(bill, Rejection.BOTH, b""))
    assert both.bill(bill).titleholder == both.number("shipper")


def test_t8_what_was_in_blank_and_came_whole_to_order_is_rejected_whole(both: Both) -> None:
    bill = both.issued()
    trader = both.at("trader")
    both.done("shipper", Endorse(bill, Endorsement.TO_ORDER, trader, trader, b""))
    both.refused("trader", Reject(bill, Rejection.POSSESSION, b""), "RejectedWholeOnly", bill)
    both.done("trader", Reject(bill, Rejection.BOTH, b""))
    assert (both.bill(bill).kind, both.bill(bill).titleholder) == (Kind.BLANK, 0)


def test_t8_title_endorsed_in_place_is_rejected_alone_whoever_gave_possession(both: Both) -> None:
    """Possession came from another account of the same person before: the two did not come whole."""
    bill = both.issued(Kind.ORDER, "shipper", to="shipper wallet")
    shipper = both.at("shipper")
    both.done("shipper wallet", Transfer(bill, shipper, b""))
    both.done("shipper", Endorse(bill, Endorsement.TO_ORDER, shipper, NOBODY, b""))
    assert rights(both.bill(bill)) == (False, True)
    both.done("shipper", Reject(bill, Rejection.TITLE, b""))


@pytest.mark.slow
def test_nothing_of_a_bill_that_never_was_may_be_rejected_or_recalled(both: Both) -> None:
    assert rules.may_be_rejected_until(both.state, 12) == 0
    assert rules.may_be_recalled_from(both.state, 12) == 0


# --------------------------------------------------------------------------------------------------------------- giving


def test_p12_only_a_room_gives_back_to_who_receives_nothing_new(both: Both) -> None:
    bill = both.issued(to="trader")
    both.done("administrator", SetWindingDown(both.number("trader"), True))
    vault = both.at("trader vault")
    both.refused("trader", Transfer(bill, vault, b""), "MayNotReceive", vault)


def test_p12_a_room_lets_out_to_whom_it_holds_for_whatever_befell_it_but_to_no_removed_account(both: Both) -> None:
    bill = both.issued()
    lodged(both, bill)
    shipper, wallet = both.at("shipper"), both.at("shipper wallet")
    both.done("administrator", SetWindingDown(both.number("shipper"), True))
    both.done("shipper", RemoveAccount(wallet, shipper))
    both.refused("honest room", Transfer(bill, wallet, b""), "MayNotReceive", wallet)
    both.done("honest room", Transfer(bill, shipper, b""))


def test_p5_a_delisted_room_gives_back_to_a_suspended_lodger(both: Both) -> None:
    bill, room = both.issued(), both.at("honest room")
    lodged(both, bill, "trader")
    both.done("administrator", DelistRoom(room, ()))
    both.done("administrator", Suspend(both.number("shipper"), b"order 7"))
    both.done("honest room", GiveBack(bill, b""))
    assert both.bill(bill).possessor == both.at("shipper")


def test_m1_a_room_lets_out_to_nobody_of_a_country_that_it_is_not_listed_for(both: Both) -> None:
    bill, room, forwarder = both.issued(), both.at("honest room"), both.at("forwarder")
    lodged(both, bill)
    both.done("administrator", DelistRoom(room, ("NL",)))
    both.refused("honest room", Transfer(bill, forwarder, b""), "RoomNotListed", room, "NL")
    titled = Endorse(bill, Endorsement.TO_ORDER, forwarder, both.at("trader"), b"")
    both.refused("honest room", titled, "RoomNotListed", room, "NL")
    both.done("honest room", Transfer(bill, both.at("trader"), b""))


# --------------------------------------------------------------------------------------------------------- replacements


def test_each_bill_of_a_split_has_an_issue_count_of_its_own(both: Both) -> None:
    """They number the bills that an account issued, so that one that is hidden is missed (P10)."""
    bill = both.issued()
    parts = (both.terms(), both.terms())
    before = both.state.account(both.at("carrier")).issued
    assert both.bill(bill).issued == before == 1
    agreed = replacements_hash((bill,), parts)
    both.done("shipper", Surrender(bill, SurrenderFor.AMENDMENT, both.at("carrier"), agreed, b""))
    events = both.done("carrier", Replace((bill,), parts, b""))
    assert [event.issued for event in events if isinstance(event, ev.ReplacementIssued)] == [2, 3]
    assert [both.bill(part.bill).issued for part in parts] == [2, 3]
    assert both.state.account(both.at("carrier")).issued == 3
    assert both.bill(both.issued()).issued == 4


def test_l11_a_titleholder_may_be_named_by_an_account_that_it_no_longer_has(both: Both) -> None:
    """What was agreed names it so; the log shows the participant, and the rebuild finds the account (P10)."""
    trader, vault = both.at("trader"), both.at("trader vault")
    bill = both.issued(Kind.ORDER, "trader", to="trader")
    both.done("trader", RemoveAccount(vault, trader))
    (terms,) = replacements = (both.terms(Kind.ORDER, "trader vault"),)
    agreed = replacements_hash((bill,), replacements)
    both.done("trader", Surrender(bill, SurrenderFor.AMENDMENT, both.at("carrier"), agreed, b""))
    both.done("carrier", Replace((bill,), replacements, b""))
    assert both.bill(terms.bill).titleholder == both.number("trader")


def test_the_accounts_by_which_a_titleholder_may_have_been_named_each_once_the_likely_one_first(both: Both) -> None:
    number, trader, vault = both.number("trader"), both.at("trader"), both.at("trader vault")
    assert named(both.state, number) == [trader, vault]
    assert named(both.state, number, vault) == [vault, trader]
    assert named(both.state, number, both.at("bank")) == [trader, vault]
    assert named(both.state, 0, trader) == [NOBODY]
    both.done("trader", RemoveAccount(vault, trader))
    assert named(both.state, number, vault) == [trader]
    assert named(both.state, number, vault, ended=True) == [vault, trader]


def test_l12_the_originals_that_a_bill_stands_for_are_known_of_it(both: Both) -> None:
    terms = both.terms()
    both.done("carrier", IssueFromPaper(terms, both.at("shipper"), 3, b"\3" * 32, b""))
    assert (both.bill(terms.bill).originals, both.bill(terms.bill).statement) == (3, b"\3" * 32)
    assert both.bill(both.issued()).statement == NO_HASH


def test_l13_the_originals_that_were_issued_in_its_place_are_known_of_a_bill(both: Both) -> None:
    bill = both.issued()
    both.done("shipper", Surrender(bill, SurrenderFor.PAPER, both.at("carrier"), NO_HASH, b""))
    both.done("carrier", ToPaper(bill, 3, b"\3" * 32, b""))
    assert (both.bill(bill).originals, both.bill(bill).statement) == (3, b"\3" * 32)


def surrendered(both: Both, bill: int, *parts: Terms, who: str = "shipper") -> bytes:
    """A bill surrendered for amendment with these replacements agreed; their hash."""
    agreed = replacements_hash((bill,), parts)
    both.done(who, Surrender(bill, SurrenderFor.AMENDMENT, both.at("carrier"), agreed, b""))
    return agreed


def test_n6_so_many_bills_are_replaced_by_so_many_in_one_act_and_no_more(both: Both) -> None:
    both.refused("carrier", Replace((), (both.terms(),), b""), "TooMany", 0, 32)
    both.refused("carrier", Replace((1,) * 33, (both.terms(),), b""), "TooMany", 33, 32)
    both.refused("carrier", Replace((1,), (), b""), "TooMany", 0, 64)
    both.refused("carrier", Replace((1,), (both.terms(),) * 65, b""), "TooMany", 65, 64)
    bill = both.issued()
    parts = tuple(both.terms() for _ in range(64))
    surrendered(both, bill, *parts)
    both.done("carrier", Replace((bill,), parts, b""))
    bills = tuple(part.bill for part in parts[:32])
    (whole,) = replacements = (both.terms(),)
    agreed = replacements_hash(bills, replacements)
    for each in bills:
        both.done("shipper", Surrender(each, SurrenderFor.AMENDMENT, both.at("carrier"), agreed, b""))
    both.done("carrier", Replace(bills, replacements, b""))
    assert both.bill(whole.bill).replaces == bills


def test_n6_a_carrier_replaces_its_own_bills_by_its_own(both: Both) -> None:
    mine, other = both.issued(), both.terms(carrier=1)
    both.done("line", Issue(other, both.at("shipper"), b""))
    replacements = (both.terms(),)
    agreed = replacements_hash((mine, other.bill), replacements)
    both.done("shipper", Surrender(mine, SurrenderFor.AMENDMENT, both.at("carrier"), agreed, b""))
    both.done("shipper", Surrender(other.bill, SurrenderFor.AMENDMENT, both.at("line"), agreed, b""))
    replace = Replace((mine, other.bill), replacements, b"")
    both.refused("carrier", replace, "NotCarrier", other.bill, both.at("carrier"))

    bill, foreign = both.issued(), both.terms(carrier=1)
    surrendered(both, bill, foreign)
    both.refused("carrier", Replace((bill,), (foreign,), b""), "NotCarrier", foreign.bill, both.at("carrier"))


@pytest.mark.parametrize(("endorsement", "kind"), [(Endorsement.NAMED, Kind.NAMED), (Endorsement.TO_ORDER, Kind.ORDER)])
def test_l11_what_another_is_entitled_to_is_not_replaced_without_its_agreement(
    both: Both, endorsement: Endorsement, kind: Kind
) -> None:
    bill = both.issued(Kind.ORDER, "shipper")
    carrier, trader, forwarder = both.at("carrier"), both.at("trader"), both.at("forwarder")
    to = both.number("forwarder")
    both.done("shipper", Endorse(bill, endorsement, forwarder, trader, b""))
    detail = surrender_hash(SurrenderFor.AMENDMENT, NO_HASH, b"")
    agreement = Agreement(forwarder, bill, 2, Surrender.selector(), carrier, to, kind, detail, DEADLINE)
    surrender = Surrender(bill, SurrenderFor.AMENDMENT, carrier, NO_HASH, b"")
    both.done("trader", Multicall((Agree(agreement, Signature(forwarder)), surrender)))

    replacements = (both.terms(Kind.ORDER, "forwarder"),)
    digest = replacements_hash((bill,), replacements)

    def agrees(who: str) -> Agree:
        selector = Replace.selector()
        agreement = Agreement(who, bill, 3, selector, trader, to, kind, digest, DEADLINE)
        return Agree(agreement, Signature(who))

    replace = Replace((bill,), replacements, b"")
    both.refused("carrier", Multicall((agrees(trader), replace)), "ReplacementsNotAgreed", bill, digest)
    both.refused("carrier", Multicall((agrees(forwarder), replace)), "ReplacementsNotAgreed", bill, digest)
    # It had title before, so it is given nothing new.
    both.done("forwarder", SetReceiving(forwarder, Receiving.SIGNED_ONLY))
    both.done("carrier", Multicall((agrees(trader), agrees(forwarder), replace)))


@pytest.mark.parametrize("named_by", ["vtttttttt", "vvvvvvvt"], ids=["nine", "eight"])
def test_p10_titleholders_that_may_have_been_named_in_too_many_ways_to_try_are_believed(
    both: Both, named_by: str
) -> None:
    """By which of two accounts each replacement names the trader, no log shows; the whole is compared."""
    bill = both.issued(Kind.ORDER, "trader", to="trader")
    parts = tuple(both.terms(Kind.ORDER, "trader vault" if each == "v" else "trader") for each in named_by)
    surrendered(both, bill, *parts, who="trader")
    both.done("carrier", Replace((bill,), parts, b""))
    assert {both.bill(part.bill).titleholder for part in parts} == {both.number("trader")}


def test_l2_a_replacement_has_a_document_as_every_bill_has(both: Both) -> None:
    bill, new = both.issued(), replace(both.terms(), root=NO_HASH)
    surrendered(both, bill, new)
    both.refused("carrier", Replace((bill,), (new,), b""), "DocumentRequired", new.bill)


def test_t1_a_replacement_in_blank_names_nobody(both: Both) -> None:
    bill, new = both.issued(), both.terms(Kind.BLANK, "trader")
    surrendered(both, bill, new)
    both.refused("carrier", Replace((bill,), (new,), b""), "NoTitleholderInBlank", new.bill)


def test_n8_what_a_room_surrendered_is_replaced_by_a_bill_to_order(both: Both) -> None:
    bill, new = both.issued(), both.terms(Kind.ORDER, "trader")
    lodged(both, bill)
    surrendered(both, bill, new, who="honest room")
    both.done("carrier", Replace((bill,), (new,), b""))
    found = both.bill(new.bill)
    assert (found.titleholder, rights(found)) == (both.number("trader"), (False, False))


def test_t8_whoever_is_given_title_by_a_replacement_takes_from_the_carrier_or_has_agreed(both: Both) -> None:
    bill, named_bank = both.issued(), both.terms(Kind.ORDER, "bank")
    surrendered(both, bill, named_bank)
    replace = Replace((bill,), (named_bank,), b"")
    both.refused("carrier", replace, "AgreementRequired", named_bank.bill, both.number("bank"))


def test_t8_the_consignee_of_a_straight_bill_takes_another_document_from_the_carrier_or_has_agreed(both: Both) -> None:
    """It had title before, but not to this."""
    bill, new = both.issued(Kind.STRAIGHT, "trader"), both.terms(Kind.STRAIGHT, "trader")
    both.done("trader", SetReceiving(both.at("trader"), Receiving.SIGNED_ONLY))
    surrendered(both, bill, new)
    both.refused("carrier", Replace((bill,), (new,), b""), "AgreementRequired", new.bill, both.number("trader"))
    both.done("trader", SetReceiving(both.at("trader"), Receiving.ANYONE))
    both.done("carrier", Replace((bill,), (new,), b""))


def test_h3_what_replaces_a_bill_endorsed_in_blank_by_lodging_is_given_back_to_whose_order_it_is(both: Both) -> None:
    """Only what is in blank is to the lodger's order again."""
    bill, blank, order = both.issued(Kind.ORDER, "shipper"), both.terms(), both.terms(Kind.ORDER, "trader")
    room = both.at("honest room")
    both.done("shipper", Lodge(bill, Endorsement.BLANK, room, both.holding_for("shipper")))
    surrendered(both, bill, blank, order, who="honest room")
    both.done("carrier", Replace((bill,), (blank, order), b""))
    for new, titleholder in ((blank, "shipper"), (order, "trader")):
        both.done("honest room", GiveBack(new.bill, b""))
        given = both.bill(new.bill)
        assert (given.kind, given.titleholder) == (Kind.ORDER, both.number(titleholder))


def test_x1_what_a_room_refuses_to_hold_on_is_not_replaced(both: Both) -> None:
    bill, new, room = both.issued(), both.terms(), "room that refuses replacements"
    both.done("shipper", Lodge(bill, Endorsement.NONE, both.at(room), both.holding_for("shipper")))
    surrendered(both, bill, new, who=room)
    both.refused("carrier", Replace((bill,), (new,), b""), "Refuses")
    assert both.bill(bill).status is Status.PENDING_AMENDMENT


def test_x1_a_room_holds_replacements_on_as_it_held_whatever_the_carrier_remarks(both: Both) -> None:
    bill, new = both.issued(), both.terms()
    lodged(both, bill, "trader")
    surrendered(both, bill, new, who="honest room")
    both.done("administrator", Suspend(both.number("trader"), b"order 7"))
    both.done("carrier", Replace((bill,), (new,), both.holding_for("carrier")))
    held = both.state.lodgings[new.bill]
    assert (held.holder, held.lodged_by) == (both.number("trader"), both.state.account(both.at("shipper")).number)
    assert bill not in both.state.lodgings
    both.done("honest room", GiveBack(new.bill, b""))
    assert both.bill(new.bill).possessor == both.at("shipper")


def test_n8_bills_that_were_lodged_differently_are_replaced_apart(both: Both) -> None:
    mine, other, new = both.issued(), both.issued(), both.terms()
    lodged(both, mine, "shipper")
    lodged(both, other, "trader")
    agreed = replacements_hash((mine, other), (new,))
    for bill in (mine, other):
        both.done("honest room", Surrender(bill, SurrenderFor.AMENDMENT, both.at("carrier"), agreed, b""))
    both.refused("carrier", Replace((mine, other), (new,), b""), "NotOneLodging", other)


def test_t6_a_room_is_no_shipper_so_that_no_straight_bill_is_made_for_one(both: Both) -> None:
    bill, straight = both.issued(), both.terms(Kind.STRAIGHT, "trader")
    lodged(both, bill)
    surrendered(both, bill, straight, who="honest room")
    replace = Replace((bill,), (straight,), b"")
    both.refused("carrier", replace, "NotAPerson", both.at("honest room"))


# ------------------------------------------------------------------------------------------------ answers, recovery


def test_only_the_bill_s_carrier_answers_a_surrender(both: Both) -> None:
    bill = both.issued()
    both.done("shipper", Surrender(bill, SurrenderFor.DELIVERY, both.at("carrier"), NO_HASH, b""))
    for who, error in (("line", "NotCarrier"), ("shipper", "LacksRole")):
        both.refused(who, Accept(bill, b""), error)
        both.refused(who, Refuse(bill, b"no"), error)
    both.done("carrier desk", Accept(bill, b""))


def test_p9_nobody_but_the_bill_s_carrier_delivers(both: Both) -> None:
    bill = both.issued()
    both.done("shipper", Surrender(bill, SurrenderFor.DELIVERY, both.at("carrier"), NO_HASH, b""))
    both.done("carrier", Accept(bill, b""))
    both.refused("line", Deliver(bill, b""), "NotCarrier", bill, both.at("line"))
    both.refused("shipper", Deliver(bill, b""), "LacksRole", both.at("shipper"), ANSWER)
    both.done("carrier desk", Deliver(bill, b""))


def test_t7_another_account_of_the_surrenderer_recalls_for_it(both: Both) -> None:
    bill = both.issued(to="consignee stock")
    both.done("consignee stock", Surrender(bill, SurrenderFor.DELIVERY, both.at("carrier"), NO_HASH, b""))
    late = rules.may_be_recalled_from(both.state, bill)
    both.refused("trader", Recall(bill, b""), "NotSurrenderer", bill, both.at("trader"), wait=late - both.now)
    both.done("consignee", Recall(bill, b""))
    assert both.bill(bill).possessor == both.at("consignee stock")


def test_t7_a_surrender_is_recalled_from_the_very_second_the_answer_is_late(both: Both) -> None:
    bill = both.issued()
    both.done("shipper", Surrender(bill, SurrenderFor.DELIVERY, both.at("carrier"), NO_HASH, b""))
    late = rules.may_be_recalled_from(both.state, bill)
    both.refused("shipper", Recall(bill, b""), "RecallTooEarly", bill, late, wait=late - both.now - 1)
    both.done("shipper", Recall(bill, b""))


def test_bills_follow_their_account_until_their_life_is_over(both: Both) -> None:
    desk, carrier = both.at("carrier desk"), both.at("carrier")
    accepted, delivered, paper = both.issued(), both.issued(), both.issued()
    for bill, purpose in (
        (accepted, SurrenderFor.DELIVERY),
        (delivered, SurrenderFor.DELIVERY),
        (paper, SurrenderFor.PAPER),
    ):
        both.done("shipper", Surrender(bill, purpose, desk, NO_HASH, b""))
    for bill in (accepted, delivered):
        both.done("carrier", Accept(bill, b""))
    both.done("carrier", Deliver(delivered, b""))
    both.done("carrier", ToPaper(paper, 3, b"\3" * 32, b""))
    both.refused("stranger", Recover(accepted), "NothingToRecover", accepted)
    both.done("carrier", RemoveAccount(desk, carrier))
    both.done("stranger", Recover(accepted))
    assert both.bill(accepted).possessor == carrier
    for bill in (delivered, paper, 12):
        both.refused("stranger", Recover(bill), "NothingToRecover", bill)


# --------------------------------------------------------------------------------------------------- signed, as a token


def test_l6_a_signed_act_must_be_about_the_bill_and_count_for_it(both: Both) -> None:
    bill = both.issued()
    shipper = both.at("shipper")

    def acted(call: Verb, about: int = bill, count: int = 1) -> ActBySignature:
        return ActBySignature(SignedAct(shipper, about, count, call, DEADLINE), Signature(shipper))

    sign = Sign(bill, Purpose.SEEN, b"")
    agreement = Agreement(shipper, bill, 1, Sign.selector(), shipper, 0, Kind.BLANK, NO_HASH, DEADLINE)
    for call in (
        Shorten(bill, 1),
        Cancel(bill.to_bytes(32, "big")),
        acted(sign),
        Agree(agreement, Signature(shipper)),
        Multicall((sign,)),
        Transfer(bill + 1, both.at("trader"), b""),
    ):
        both.refused("stranger", acted(call), "NotAboutBill", bill)
    both.done("stranger", acted(sign))


def test_l6_what_a_signed_act_is_about_stands_first_in_its_data_and_is_looked_at_before_the_signature(
    both: Both,
) -> None:
    """Whatever it is there: a bill, a digest, an address, a code, the LEI of a new participant, where a list begins."""
    shipper, trader = both.at("shipper"), both.at("trader")
    nobody_s = Signature(None)
    lei = 99
    new = Enrolment(lei, lei, "SG", 4, b"\1" * 32, trader, Receiving.ANYONE, DEADLINE)
    calls: list[tuple[Verb, int]] = [
        (Sign(77, Purpose.SEEN, b""), 77),
        (Cancel((78).to_bytes(32, "big")), 78),
        (VetoRecovery(trader), int(trader, 16)),
        (AssignCode("SMDG", "JNK", 1), int.from_bytes(b"SMDG".ljust(32, b"\0"), "big")),
        (Issue(both.terms(bill=79), trader, b""), 79),
        (Enrol(new, Signature(trader)), lei),
        (Multicall(()), 32),
        (Replace((), (), b""), 96),
    ]
    for call, first in calls:
        for bill, error in ((first, "NotSignedBy"), (first + 1, "NotAboutBill")):
            act = SignedAct(shipper, bill, 0, call, DEADLINE)
            both.refused("stranger", ActBySignature(act, nobody_s), error)


def test_l6_after_an_act_inside_another_it_is_the_outer_signer_who_acts_again(both: Both) -> None:
    mine, trader_s, another = both.issued(), both.issued(to="trader"), both.issued(to="trader")
    shipper, trader, forwarder = both.at("shipper"), both.at("trader"), both.at("forwarder")
    inner = SignedAct(trader, trader_s, 1, Sign(trader_s, Purpose.SEEN, b""), DEADLINE)
    calls = Multicall((ActBySignature(inner, Signature(trader)), Transfer(another, forwarder, b"")))
    # What stands first in the data of a multicall is 32, where its calls begin.
    outer = SignedAct(shipper, 32, 0, calls, DEADLINE)
    both.refused("stranger", ActBySignature(outer, Signature(shipper)), "NotPossessor", another, shipper)
    assert both.bill(mine).act_count == both.bill(trader_s).act_count == 1


def test_t8_a_room_agrees_to_nothing(both: Both) -> None:
    bill, room = both.issued(), both.at("honest room")
    agreement = Agreement(room, bill, 1, Transfer.selector(), room, 0, Kind.BLANK, NO_HASH, DEADLINE)
    both.refused("honest room", Agree(agreement, Signature(None, empty=True)), "NotAPerson", room)


def test_an_operator_moves_what_there_is_until_it_is_taken_back(both: Both) -> None:
    bill = both.issued()
    shipper, trader, forwarder = both.at("shipper"), both.at("trader"), both.at("forwarder")
    both.refused("trader", TransferFrom(shipper, forwarder, 12), "TokenDoesNotExist")
    both.refused("shipper", Approve(NOBODY, 12), "NotPossessor", 12, shipper)
    both.done("shipper", Approve(trader, bill))
    both.done("shipper", Approve(NOBODY, bill))
    assert bill not in both.state.approvals
    both.refused("trader", TransferFrom(shipper, forwarder, bill), "NotOwnerNorApproved")


@pytest.mark.parametrize("data", [None, b"", b"terms"])
def test_a_contract_that_takes_no_tokens_is_given_none_by_the_safe_way(both: Both, data: bytes | None) -> None:
    bill = both.issued()
    shipper, vault = both.at("shipper"), both.at("trader vault")
    safe = (
        SafeTransferFrom(shipper, vault, bill) if data is None else SafeTransferFromWithData(shipper, vault, bill, data)
    )
    both.refused("shipper", safe, "TransferToNonERC721ReceiverImplementer")
    both.done("shipper", TransferFrom(shipper, vault, bill))


@pytest.mark.parametrize("endorsement", [Endorsement.NAMED, Endorsement.TO_ORDER])
def test_t1_title_is_endorsed_to_a_person_and_in_blank_to_nobody(both: Both, endorsement: Endorsement) -> None:
    bill = both.issued()
    room = both.at("honest room")
    both.refused("shipper", Endorse(bill, endorsement, NOBODY, NOBODY, b""), "TitleholderRequired", bill)
    both.refused("shipper", Endorse(bill, endorsement, room, NOBODY, b""), "NotAPerson", room)
    both.refused("shipper", Endorse(bill, Endorsement.BLANK, both.at("trader"), NOBODY, b""), "EndorseeNotAllowed")


def test_l13_nothing_goes_to_paper_without_a_statement(both: Both) -> None:
    bill = both.issued()
    both.done("shipper", Surrender(bill, SurrenderFor.PAPER, both.at("carrier"), NO_HASH, b""))
    both.refused("carrier", ToPaper(bill, 3, NO_HASH, b""), "StatementRequired")
    both.done("carrier", ToPaper(bill, 3, b"\3" * 32, b""))


def test_a_bill_is_lodged_as_it_is_or_endorsed_in_blank(both: Both) -> None:
    bill, room = both.issued(Kind.ORDER, "shipper"), both.at("honest room")
    for endorsement in (Endorsement.NAMED, Endorsement.TO_ORDER):
        lodge = Lodge(bill, endorsement, room, both.holding_for("shipper"))
        both.refused("shipper", lodge, "EndorseeNotAllowed")
    blank = both.issued()
    again = Lodge(blank, Endorsement.BLANK, room, both.holding_for("shipper"))
    both.refused("shipper", again, "MayNotEndorse", blank, both.at("shipper"))


def test_l12_l13_a_change_of_medium_is_about_one_original_at_least(both: Both) -> None:
    bill, terms = both.issued(), both.terms()
    both.done("shipper", Surrender(bill, SurrenderFor.PAPER, both.at("carrier"), NO_HASH, b""))
    both.refused("carrier", ToPaper(bill, 0, b"\3" * 32, b""), "OriginalsRequired")
    of_none = IssueFromPaper(terms, both.at("shipper"), 0, b"\3" * 32, b"")
    both.refused("carrier", of_none, "OriginalsRequired")


def test_t8_title_is_rejected_by_whoever_received_it_alone(both: Both) -> None:
    """Neither by who gave it and possesses the bill still, nor by anybody else."""
    bill = both.issued(Kind.ORDER, "shipper")
    both.done("shipper", Endorse(bill, Endorsement.TO_ORDER, both.at("trader"), NOBODY, b""))
    for who in ("shipper", "forwarder", "carrier"):
        both.refused(who, Reject(bill, Rejection.TITLE, b""), "NothingToReject", bill)
    both.done("trader", Reject(bill, Rejection.TITLE, b""))


def test_the_issue_is_rejected_as_the_first_act_alone(both: Both) -> None:
    bill = both.issued()
    both.done("shipper", Transfer(bill, both.at("trader"), b""))
    both.refused("trader", Reject(bill, Rejection.ISSUE, b""), "NothingToReject", bill)
    both.done("trader", Reject(bill, Rejection.POSSESSION, b""))


def test_t8_whoever_surrenders_may_be_given_the_title_to_what_replaces_it(both: Both) -> None:
    """The bank takes nothing without its signature; what it agreed to by its own surrender it is given."""
    bill, bank = both.issued(), both.at("bank")
    part = both.terms(Kind.ORDER, "bank")
    agreement = Agreement(bank, bill, 1, Transfer.selector(), bank, 0, Kind.BLANK, NO_HASH, DEADLINE)
    both.done("shipper", Multicall((Agree(agreement, Signature(bank)), Transfer(bill, bank, b""))))
    surrendered(both, bill, part, who="bank")
    both.done("carrier", Replace((bill,), (part,), b""))
    assert both.bill(part.bill).titleholder == both.number("bank")


def test_title_stays_rejectable_when_the_titleholder_is_given_possession_by_another(both: Both) -> None:
    bill = both.issued(Kind.ORDER, "shipper")
    both.done("shipper", Endorse(bill, Endorsement.TO_ORDER, both.at("trader"), both.at("shipper"), b""))
    both.done("shipper", Transfer(bill, both.at("trader"), b""))
    assert rights(both.bill(bill)) == (True, True)


# ---------------------------------------------------------------------------------------- what rests for seven years


@pytest.mark.parametrize("years", [0, 1], ids=["within the count of hours", "past it"])
def test_the_hours_of_a_bill_are_counted_alike_when_the_count_has_run_over(both: Both, years: int) -> None:
    """They are kept modulo 2^16, seven and a half years: see docs/limits.md."""
    bill = both.issued(Kind.ORDER, "shipper")
    both.done("shipper", Endorse(bill, Endorsement.TO_ORDER, both.at("trader"), both.at("trader"), b""))
    reject = Reject(bill, Rejection.BOTH, b"")
    wait = (years * 2**16 + 73) * HOUR
    until = rules.rejectable_until(both.state, both.bill(bill)) + years * 2**16 * HOUR
    both.refused("trader", reject, "RejectTimePassed", bill, until, wait=wait)
    both.done("trader", reject, wait=(2**16 - 73) * HOUR)


def test_whoever_hands_in_no_signature_speaks_for_itself_alone(both: Both) -> None:
    """Nothing is not the signature of another."""
    bill = both.issued(Kind.ORDER, "shipper")
    agreement = Agreement(
        both.at("bank"), bill, 1, Transfer.selector(), both.at("bank"), 1, Kind.ORDER, NO_HASH, DEADLINE
    )
    both.refused("shipper", Agree(agreement, Signature(both.at("bank"), empty=True)), "NotSignedBy", both.at("bank"))


def test_a_room_that_is_asked_shows_no_agreement_and_when_it_has_answered_anybody_does_anything(both: Both) -> None:
    """What stands before the lodging in the log rests on nothing that the room did meanwhile (RoomIsAsked)."""
    bill, bank = both.issued(), both.at("bank")
    room = both.at("honest room")
    agreement = Agreement(bank, bill, 2, Transfer.selector(), bank, 0, Kind.BLANK, NO_HASH, DEADLINE)

    class Shows:
        def on_bill(self, ledger: Any, bill: int, giver: str, terms: bytes) -> tuple[int, int]:
            ledger.call(Call(room, Agree(agreement, Signature(bank))))
            raise AssertionError("it was shown")

    lodge = Lodge(bill, Endorsement.NONE, room, both.holding_for("shipper"))
    both.state.rooms[room], honest = Shows(), both.state.rooms[room]
    try:
        assert both.model(both.at("shipper"), lodge) == Refused("RoomIsAsked", (bill,))
    finally:
        both.state.rooms[room] = honest
    both.done("shipper", Multicall((lodge, Cancel(b"\1" * 32))))
