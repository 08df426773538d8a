"""Bills against payment through the client: terms that are found by the bill, an allowance signed along (URC 522)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from support import banking
from support.banking import CNH, HKD, OTHER_HKD
from support.client_refusals import refuses
from support.widths import WIDE, shown

from sampan.bills.verbs.circulation import Lodge
from sampan.client import errors, papers
from sampan.client.core import VerbCall
from sampan.client.ledger import Ledger
from sampan.errors import BadInput, ChainError, UsageError
from sampan.suite import events
from sampan.suite.verb import NOBODY
from sampan.suite.words import Endorsement, Kind
from sampan.testing import PARTIES, SampanChain
from sampan.trade.terms import Terms

pytestmark = pytest.mark.usefixtures("banked", "sampan_chain")

PRICE = "HKD 1,250,000.00"


@pytest.fixture
def bills(banked: SampanChain, sampan_chain: SampanChain) -> list[int]:
    return banking.bills(sampan_chain, "SOLD1", "SOLD2")


def offered(seller: Ledger, bills: list[int], **changes: Any) -> Terms:
    """The importer is offered bills for a price at the first bank, for thirty days."""
    said: dict[str, Any] = {"buyer": "importer", "price": PRICE, "into": HKD, "until": timedelta(days=30)}
    terms = seller.offer_terms(bills, **{**said, **changes})
    seller.do_all(seller.lodgings(terms))
    return terms


# ----------------------------------------------------------------------------------------------------------------- paid


@pytest.mark.slow
def test_bills_are_paid_for_across_two_banks_in_one_transaction(
    shipper: Ledger, importer: Ledger, bills: list[int]
) -> None:
    terms = offered(shipper, bills)
    assert importer.allowance(importer, "Sale", OTHER_HKD) == 0
    act = importer.sale.pay(bills[1])
    assert act.event(events.Paid).terms == terms.hash
    assert act.event(events.Settled).amount == 125_000_000
    assert [importer.bill(bill).titleholder for bill in bills] == [importer.number_of(importer)] * 2
    assert [importer.bill(bill).possessor.address for bill in bills] == [importer.address] * 2
    assert (shipper.balance(shipper, HKD), importer.balance(importer, OTHER_HKD)) == (125_000_000, 75_000_000)
    # What was signed along is used up.
    assert importer.allowance(importer, "Sale", OTHER_HKD) == 0


@pytest.mark.slow
def test_an_offer_is_told_in_the_same_words_before_and_after_it_ended(
    shipper: Ledger, importer: Ledger, bills: list[int]
) -> None:
    """Once it was paid its seller was not told any more."""

    def rows() -> tuple[str, dict[str, str]]:
        title, *lines = shown(shipper.offer(bills[0]), WIDE).splitlines()
        return title.strip("╭─╮ "), dict(re.split("  +", line.strip("│ "), maxsplit=1) for line in lines[:-1])

    offered(shipper, bills)
    title, before = rows()
    assert title == "Sale: offered"
    assert before["seller"] == f"{PARTIES['shipper'].company} ({PARTIES['shipper'].lei})"
    assert before["buyer"] == f"{PARTIES['importer'].company} ({PARTIES['importer'].lei})"
    importer.sale.pay(bills[0])
    title, after = rows()
    assert title == "Sale: paid"
    how = after.pop("how")
    assert "(block" in how
    assert after == before


@pytest.mark.slow
def test_several_bills_are_offered_in_one_transaction_or_none_is(
    shipper: Ledger, importer: Ledger, bills: list[int]
) -> None:
    said: dict[str, Any] = {"buyer": importer, "price": PRICE, "into": HKD, "until": timedelta(days=30)}
    act = shipper.sale.offer(bills, **said)
    assert (set(act.bills), len(act.all(events.Lodged))) == (set(bills), 2)
    assert shipper.offer(bills[0]).here == tuple(sorted(bills))
    shipper.sale.recall(bills[0])
    shipper.bills.transfer(bills[1], importer)
    with pytest.raises(errors.NotPossessor):
        shipper.sale.offer(bills, **said)
    # One alone is a call like any other.
    assert shipper.sale.offer(bills[0], **said).event(events.Lodged).bill == bills[0]


@pytest.mark.slow
def test_an_allowance_that_is_there_is_not_signed_again(shipper: Ledger, importer: Ledger, bills: list[int]) -> None:
    offered(shipper, bills)
    importer.deposit.allow(OTHER_HKD, "Sale", "any")
    call = importer.sale.calls.pay(bills[0])
    assert call.shown == ()
    assert importer.do(call).all(events.DepositPermitUsed) == ()


@pytest.mark.slow
def test_a_rehearsal_takes_as_given_what_would_be_signed_and_what_others_send_is_told_to_allow_it(
    shipper: Ledger, importer: Ledger, bills: list[int]
) -> None:
    offered(shipper, bills)
    act = importer.rehearsing().sale.pay(bills[0])
    assert not act.sent
    assert act.event(events.Paid).terms == importer.offer(bills[0]).terms.hash
    (told,) = act.warnings
    assert told.startswith(f"an allowance of {PRICE} for the sale is signed along when it is sent")
    assert importer.allowance(importer, "Sale", OTHER_HKD) == 0
    with pytest.raises(UsageError, match=r"the sale may not spend HKD 1,250,000.00 of HKD@") as missing:
        importer.rehearsing(for_others=True).sale.pay(bills[0])
    assert missing.value.hint is not None
    assert f'"{PRICE}" --spender Sale' in missing.value.hint
    importer.deposit.allow(OTHER_HKD, "Sale", PRICE)
    act = importer.rehearsing().sale.pay(bills[0])
    assert (act.sent, act.warnings) == (False, ())


@pytest.mark.slow
def test_whoever_has_not_the_price_is_told_before_anything_is_signed(
    shipper: Ledger, importer: Ledger, trader: Ledger, bills: list[int]
) -> None:
    offered(shipper, bills, price="HKD 2,000,000.01")
    with pytest.raises(UsageError, match=r"has not HKD 2,000,000.01 in any deposit"):
        importer.sale.pay(bills[0])
    with pytest.raises(UsageError, match=r"has HKD 2,000,000.00 in HKD@.*, and HKD 2,000,000.01 is to be paid"):
        importer.sale.pay(bills[0], out_of=OTHER_HKD)
    with pytest.raises(UsageError, match="is offered to Maaskade"):
        trader.sale.pay(bills[0])


@pytest.mark.slow
def test_twice_is_told_as_gone(shipper: Ledger, importer: Ledger, bills: list[int]) -> None:
    terms = offered(shipper, bills)
    importer.sale.pay(terms)
    with pytest.raises(errors.NotOnLedger, match="is not offered any more"):
        importer.sale.pay(terms)
    found = importer.offer(bills[0])
    assert isinstance(found.ended, events.Paid)
    assert found.here == ()
    assert "paid HKD 1,250,000.00 out of HKD@" in str(found)


@pytest.mark.slow
def test_what_is_paid_too_late_is_told_and_anybody_sends_it_back(
    sampan_chain: SampanChain, shipper: Ledger, importer: Ledger, relayer: Ledger, bills: list[int]
) -> None:
    terms = offered(shipper, bills)
    with refuses(errors.NotExpired, terms.deadline):
        relayer.sale.expire(bills[0])
    sampan_chain.advance(timedelta(days=31))
    with pytest.raises(UsageError, match="could be paid until"):
        importer.sale.pay(bills[0])
    relayer.sale.expire(bills[0])
    assert [shipper.bill(bill).titleholder for bill in bills] == [shipper.number_of(shipper)] * 2
    assert isinstance(shipper.offer(bills[1]).ended, events.Expired)


# ---------------------------------------------------------------------------------------------- whatever a seller named


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        {"money": "0x" + "cd" * 20},
        {"firm_until": 2**40},
        {"firm_until": 2**256 - 1},
        {"buyer": 0},
        {"buyer": 2**256 - 1},
        {"price": 2**256 - 1},
        {"payee": NOBODY},
        {"source": "0x" + "ab" * 20},
    ],
    ids=str,
)
def test_no_offer_keeps_the_others_from_being_read_nor_its_bill_in(
    sampan_chain: SampanChain, shipper: Ledger, importer: Ledger, relayer: Ledger, bills: list[int], change: Any
) -> None:
    """The sale takes any words that a seller writes into its own terms."""
    good = offered(shipper, bills[:1])
    said: dict[str, Any] = {"buyer": "importer", "price": PRICE, "into": HKD, "until": timedelta(days=30)}
    odd = replace(shipper.offer_terms(bills[1:], **said), **change)
    lodge = Lodge(bills[1], Endorsement.BLANK, shipper.address_in("Sale"), odd.encoded)
    shipper.do(VerbCall(lodge, said="offer a bill under odd terms"))

    assert [each.terms.hash for each in importer.offers()] == [good.hash, odd.hash]
    assert all(map(str, importer.offers()))
    shown = importer.offer(bills[1], steps=True)
    assert [step.verb for step in shown.steps] == ["pay", "decline", "recall", "change", "expire"]
    assert str(shown)
    if "money" in change:
        with pytest.raises(UsageError, match="which is no money of this ledger"):
            importer.sale.pay(bills[1])
    sampan_chain.advance(timedelta(days=31))
    relayer.sale.expire(bills[1])
    assert shipper.bill(bills[1]).possessor.address == shipper.address


@pytest.mark.slow
@pytest.mark.parametrize("more", [1, 300])
def test_an_offer_may_name_bills_that_nobody_has_issued_and_many(
    shipper: Ledger, importer: Ledger, bills: list[int], more: int
) -> None:
    said: dict[str, Any] = {"buyer": "importer", "price": PRICE, "into": HKD, "until": timedelta(days=30)}
    terms = shipper.offer_terms(bills[:1], **said)
    odd = replace(terms, bills=(bills[0], *range(2**255, 2**255 + more)))
    lodge = Lodge(bills[0], Endorsement.BLANK, shipper.address_in("Sale"), odd.encoded)
    shipper.do(VerbCall(lodge, said="offer a bill with some that are not there"))

    (found,) = importer.offers()
    assert found.here == (bills[0],)
    assert str(importer.offer(bills[0], steps=True))
    shipper.sale.recall(bills[0])


# ------------------------------------------------------------------------------------------ declined, recalled, changed


@pytest.mark.slow
def test_a_refusal_to_pay_gives_its_reason_and_the_bills_back(
    shipper: Ledger, importer: Ledger, bills: list[int]
) -> None:
    offered(shipper, bills)
    with pytest.raises(UsageError, match="gives its reason"):
        importer.sale.decline(bills[0], reason="")
    importer.sale.decline(bills[0], reason="two packages short")
    assert shipper.bill(bills[0]).possessor.address == shipper.address
    assert "two packages short" in str(shipper.offer(bills[0]))


@pytest.mark.slow
def test_a_firm_offer_is_neither_recalled_nor_changed(
    sampan_chain: SampanChain, shipper: Ledger, bills: list[int]
) -> None:
    terms = offered(shipper, bills, firm_until=timedelta(days=2))
    with refuses(errors.StillFirm, terms.firm_until):
        shipper.sale.recall(bills[0])
    with refuses(errors.StillFirm, terms.firm_until):
        shipper.sale.change(bills[0], price="HKD 1.00")
    sampan_chain.advance(timedelta(days=3))
    shipper.sale.recall(bills[0])
    assert isinstance(shipper.offer(bills[0]).ended, events.Recalled)


@pytest.mark.slow
def test_changed_terms_are_found_by_the_bill_however_often_they_change(
    shipper: Ledger, importer: Ledger, trader: Ledger, bills: list[int]
) -> None:
    offered(shipper, bills)
    shipper.sale.change(bills[0], price="HKD 900.00", buyer="trader")
    shipper.sale.change(bills[1], buyer="importer", until=datetime(2026, 1, 20, tzinfo=UTC))
    found = importer.offer(bills[0])
    assert (str(found.price), found.deadline) == ("HKD 900.00", datetime(2026, 1, 20, tzinfo=UTC))
    assert found.terms.buyer == importer.number_of(importer)
    importer.sale.pay(bills[0])
    assert shipper.balance(shipper, HKD) == 90_000


@pytest.mark.slow
def test_a_change_names_what_changes_and_money_its_price(shipper: Ledger, bills: list[int]) -> None:
    terms = offered(shipper, bills)
    for same in ({}, {"price": PRICE}, {"buyer": terms.buyer}):
        with pytest.raises(UsageError, match="nothing would change"):
            shipper.sale.change(bills[0], **same)
    with pytest.raises(UsageError, match="say the price in that money"):
        shipper.sale.change(bills[0], into=CNH)
    with pytest.raises(BadInput, match="this money is CNH"):
        shipper.sale.change(bills[0], into=CNH, price="HKD 5.00")
    with pytest.raises(BadInput, match="is nothing"):
        shipper.sale.change(bills[0], price="HKD 0")
    with pytest.raises(UsageError, match="longer than it lasts"):
        shipper.sale.change(bills[0], firm_until=timedelta(days=40))


@pytest.mark.slow
def test_lodged_again_under_other_terms_it_is_found_under_those(
    shipper: Ledger, importer: Ledger, bills: list[int]
) -> None:
    offered(shipper, bills)
    shipper.sale.recall(bills[0])
    offered(shipper, bills[:1], price="HKD 7.00")
    assert str(importer.offer(bills[0]).price) == "HKD 7.00"
    assert isinstance(importer.offer(bills[1]).ended, events.Recalled)
    assert [each.terms.bills for each in importer.offers()] == [(bills[0],)]


# ---------------------------------------------------------------------------------------------------------------- terms


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"price": "USD 5.00"}, BadInput, "is an amount of USD"),
        ({"price": "5.5"}, BadInput, "HKD has 2 decimals"),
        ({"price": 5.0}, BadInput, "never a float"),
        ({"price": "HKD 0.00"}, BadInput, "is nothing"),
        ({"into": "HKD@trader"}, errors.NotOnLedger, "no such deposit"),
        ({"buyer": "relayer"}, errors.NotOnLedger, "nobody of that name"),
        ({"payee": "stranger"}, BadInput, "may not be paid"),
        ({"until": timedelta(0)}, UsageError, "has passed"),
        ({"until": timedelta(days=367)}, UsageError, "more than 366 days ahead"),
        ({"firm_until": timedelta(days=31)}, UsageError, "firm for longer"),
        ({"until": datetime(2026, 2, 1)}, BadInput, "without a zone"),  # noqa: DTZ001
    ],
)
def test_terms_that_the_sale_would_refuse_are_refused_in_words(
    shipper: Ledger, bills: list[int], changes: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        offered(shipper, bills, **changes)
    assert shipper.offers() == []


@pytest.mark.slow
def test_a_bill_in_blank_is_lodged_as_it_is_and_endorsed_to_the_buyer(
    sampan_chain: SampanChain, shipper: Ledger, importer: Ledger
) -> None:
    (bill,) = banking.bills(sampan_chain, "BLANK1", kind=Kind.BLANK)
    offered(shipper, [bill], endorsement=Endorsement.BLANK)
    importer.sale.pay(bill)
    assert importer.bill(bill).kind is Kind.BLANK
    assert importer.bill(bill).possessor.address == importer.address


@pytest.mark.slow
@pytest.mark.parametrize("hidden", [events.Changed, events.Lodged])
def test_terms_that_the_logs_lack_are_said_to_be_missing(
    shipper: Ledger, importer: Ledger, bills: list[int], monkeypatch: pytest.MonkeyPatch, hidden: type
) -> None:
    """N13: whoever hides a change does not show the old price as the one that stands."""
    offered(shipper, bills)
    shipper.sale.change(bills[0], price="HKD 2,000,000.00")
    honest = type(importer)._logged

    def lying(ledger: Any, *positional: Any, **named: Any) -> Any:
        return [each for each in honest(ledger, *positional, **named) if not isinstance(each, hidden)]

    monkeypatch.setattr(type(importer), "_logged", lying)
    with pytest.raises(ChainError, match="the logs hold no terms of it"):
        importer.sale.pay(bills[0])


# ----------------------------------------------------------------------------------------------------- shown, by others


@pytest.mark.slow
def test_an_offer_shows_for_whom_what_is_owed_until_when_and_what_each_may_do(
    shipper: Ledger, importer: Ledger, bills: list[int]
) -> None:
    offered(shipper, bills, firm_until=timedelta(days=2))
    found = importer.offer(bills[0], steps=True)
    steps = {step.verb: step for step in found.steps}
    assert [step.open for step in found.steps] == [True, True, False, False, False]
    assert steps["pay"].lacks == "the sale may not spend it yet: paying signs that along"
    assert steps["decline"].cost
    importer.deposit.allow(OTHER_HKD, "Sale", "any")
    assert importer.offer(bills[0], steps=True).steps[0].cost
    text = str(found)
    for said in ("Shanghai Qinglan", "Maaskade", "HKD 1,250,000.00 for all of them", "firm until", "not now"):
        assert said in text


def test_a_bill_that_was_never_offered_has_no_offer(shipper: Ledger, bills: list[int]) -> None:
    with pytest.raises(errors.NotOnLedger, match="was never offered"):
        shipper.offer(bills[0])
    with pytest.raises(errors.NotOnLedger, match="was never offered"):
        shipper.sale.recall(bills[0])


@pytest.mark.slow
def test_a_buyer_without_ether_signs_and_a_relayer_sends_once(
    shipper: Ledger, importer: Ledger, relayer: Ledger, bills: list[int], tmp_path: Any
) -> None:
    offered(shipper, bills)
    paper = importer.sign_call(importer.sale.calls.pay(bills[0]))
    paper.write(tmp_path / "pay.json")
    read = papers.read(tmp_path / "pay.json")
    assert (read.digest, read.signature, read.contract) == (paper.digest, paper.signature, importer.address_in("Sale"))
    act = relayer.sale.send_act(read)
    assert act.event(events.Paid).buyer == importer.address
    assert importer.bill(bills[0]).titleholder == importer.number_of(importer)
    with refuses(errors.AlreadyUsed, paper.digest):
        relayer.sale.send_act(read)


@pytest.mark.slow
def test_what_was_signed_counts_at_the_sale_alone_and_as_it_was_signed(
    shipper: Ledger, importer: Ledger, relayer: Ledger, bills: list[int]
) -> None:
    offered(shipper, bills)
    paper = importer.sign_call(importer.sale.calls.decline(bills[0], reason="late"))
    with pytest.raises(ChainError, match="was signed for the contract"):
        relayer.sale.send_act(replace(paper, contract=importer.address_in("Exchange")))
    with refuses(errors.NotSignedBy, importer.address):
        relayer.sale.send_act(replace(paper, text=replace(paper.text, deadline=paper.text.deadline + 1)))
    importer.bills.cancel(paper)
    with refuses(errors.SignatureCancelled, importer.address, paper.digest):
        relayer.sale.send_act(paper)
    with pytest.raises(UsageError, match="no call of a room"):
        importer.sign_call(importer.deposit.calls.redeem(OTHER_HKD, "1.00"))
