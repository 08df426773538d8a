"""Rules of bills that random acts seldom reach, one by one, on contracts and model."""

from __future__ import annotations

import pytest
from support.on_both import DEADLINE, Both

from sampan.bills import rules
from sampan.bills.records import Bill
from sampan.bills.terms import replacements_hash
from sampan.bills.verbs.amendments import Replace
from sampan.bills.verbs.circulation import Endorse, Lodge, Reject, Sign, Transfer
from sampan.bills.verbs.issue import IssueFromPaper
from sampan.bills.verbs.signed import Agree, Agreement, Multicall
from sampan.bills.verbs.steps import named
from sampan.bills.verbs.surrender import Surrender
from sampan.identity.records import HOUR
from sampan.identity.verbs import RemoveAccount, SetWindingDown
from sampan.suite import events as ev
from sampan.suite.verb import NOBODY, Signature
from sampan.suite.words import Endorsement, Kind, Purpose, Rejection, SurrenderFor

NO_HASH = bytes(32)


def rights(bill: Bill) -> tuple[bool, bool]:
    """Whether possession may be rejected, and title."""
    return bill.may_reject_possession, bill.may_reject_title


def lodged(both: Both, bill: int, holder: str = "shipper") -> None:
    """The shipper lodges a bill with the honest room, which holds it for somebody."""
    terms = both.holding_for(holder)
    both.done("shipper", Lodge(bill, Endorsement.NONE, NOBODY, both.at("honest room"), terms))


# ------------------------------------------------------------------------------------------------------------ rejecting


def test_t8_title_that_a_room_endorses_on_is_not_rejectable(both: Both) -> None:
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


def test_t8_title_that_a_room_endorses_on_in_place_is_not_rejectable_either(both: Both) -> None:
    bill = both.issued()
    lodged(both, bill)
    both.done("honest room", Endorse(bill, Endorsement.TO_ORDER, both.at("forwarder"), NOBODY, b""))
    assert rights(both.bill(bill)) == (False, False)
    both.refused("forwarder", Reject(bill, Rejection.TITLE, b""), "NothingToReject", bill)


def test_t8_another_s_right_to_reject_title_lasts_through_the_72nd_hour(both: Both) -> None:
    bill = both.issued(Kind.ORDER, "shipper")
    both.done("shipper", Endorse(bill, Endorsement.TO_ORDER, both.at("forwarder"), both.at("trader"), b""))
    into_the_hour = both.now % HOUR
    both.done("trader", Sign(bill, Purpose.SEEN, b""), wait=73 * HOUR - into_the_hour - 1)
    assert rights(both.bill(bill)) == (False, True)
    both.done("trader", Sign(bill, Purpose.SEEN, b""))
    assert rights(both.bill(bill)) == (False, False)


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


def test_nothing_of_a_bill_that_never_was_may_be_rejected_or_recalled(both: Both) -> None:
    assert rules.may_be_rejected_until(both.state, 12) == 0
    assert rules.may_be_recalled_from(both.state, 12) == 0


# --------------------------------------------------------------------------------------------------------------- giving


def test_p12_only_a_room_gives_back_to_who_receives_nothing_new(both: Both) -> None:
    bill = both.issued(to="trader")
    both.done("administrator", SetWindingDown(both.number("trader"), True))
    vault = both.at("trader vault")
    both.refused("trader", Transfer(bill, vault, b""), "MayNotReceive", vault)


def test_p12_a_room_gives_back_to_who_winds_down_but_never_to_an_account_that_was_removed(both: Both) -> None:
    bill = both.issued()
    lodged(both, bill)
    shipper, wallet = both.at("shipper"), both.at("shipper wallet")
    both.done("administrator", SetWindingDown(both.number("shipper"), True))
    both.done("shipper", RemoveAccount(wallet, shipper))
    both.refused("honest room", Transfer(bill, wallet, b""), "MayNotReceive", wallet)
    both.done("honest room", Transfer(bill, shipper, b""))


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


@pytest.mark.parametrize("endorsement", [Endorsement.NAMED, Endorsement.TO_ORDER])
def test_t1_title_is_endorsed_to_a_person_and_in_blank_to_nobody(both: Both, endorsement: Endorsement) -> None:
    bill = both.issued()
    room = both.at("honest room")
    both.refused("shipper", Endorse(bill, endorsement, NOBODY, NOBODY, b""), "TitleholderRequired", bill)
    both.refused("shipper", Endorse(bill, endorsement, room, NOBODY, b""), "NotAPerson", room)
    both.refused("shipper", Endorse(bill, Endorsement.BLANK, both.at("trader"), NOBODY, b""), "EndorseeNotAllowed")
