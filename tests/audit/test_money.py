"""Money and sales are replayed as title is: an honest ledger is silent, and each wrong that is planted is found (P6).

The contracts allow none of this, so each wrong is worked into the log, or into what the chain answers, of a ledger on
which money moved in every way (support/paid.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from support import faults
from support.audited_trade import OnAnvil
from support.audits import Chain, audit_of, called, findings_of, hkd
from support.logs import LEIS
from support.lying_rpc import LyingRpc
from support.paid import PRICE, Paid, played
from support.tamper import others

from sampan.audit import audit, checks
from sampan.audit.checks import run
from sampan.audit.page import page
from sampan.audit.report import Report
from sampan.audit.trust import believed_as, counted_events
from sampan.bills.verbs.circulation import Endorse
from sampan.deployment import manifest as manifests
from sampan.identity.records import Account
from sampan.identity.verbs.accounts import RemoveAccount
from sampan.keccak import keccak
from sampan.model.perform import take
from sampan.money.deposits.verbs import Approve, Issue, Transfer, TransferFrom
from sampan.money.exchange.verbs import Quote
from sampan.money.history import no_money
from sampan.subjects import SUITE
from sampan.suite import events as ev
from sampan.suite.check import Entry
from sampan.suite.event import Event, field_names
from sampan.suite.ids import pack_lei
from sampan.suite.tell import bill_name, checksum, instant, lei_text
from sampan.suite.verb import NOBODY
from sampan.suite.words import Endorsement, Ground
from sampan.trade.history import name_of
from sampan.trade.terms import NO_SALT
from sampan.trade.verbs import Change, Pay

LEDGER, SALES = played()
ENTRIES = LEDGER.entries()
WHO = LEDGER.who
HKD, OTHER, CNH = LEDGER.hkd, LEDGER.other_hkd, LEDGER.cnh
BANK_HKD = f"HKD@{lei_text(pack_lei(LEIS['bank']))}"
DAY = 86_400
FOREIGN = "0x" + "f0" * 20
"""A contract that is neither a deposit nor a coin."""


def chain() -> Chain:
    """What the honest chain answers; to be altered."""
    return Chain(LEDGER.state, LEDGER.now)


def seen(check: str, entries: list[Entry] = ENTRIES, answering: Chain | None = None) -> list[tuple[str, str]]:
    """Subject and message of what a check finds."""
    return [(found.subject, found.message) for found in run(checks.find(check), audit_of(LEDGER, entries, answering))]


def first(kind: type[Event], wanted: Callable[[Any], bool] = lambda event: True) -> Entry:
    """The first event of a kind that fits."""
    return next(entry for entry in ENTRIES if isinstance(entry.event, kind) and wanted(entry.event))


def of_terms(kind: type[Event], name: str) -> Entry:
    """What became of a sale."""
    return first(kind, lambda event: event.terms == SALES[name].hash)


def first_told(ledger: Paid, event: Event) -> None:
    """An event more, in front of those of the last transaction."""
    last = ledger.log[-1]
    ledger.log[-1] = replace(last, logs=(event, *last.logs))
    take(ledger.state, [event], ledger.now)


def without(*left_out: Entry) -> list[Entry]:
    return [entry for entry in ENTRIES if entry not in left_out]


def changed(entry: Entry, **fields: Any) -> list[Entry]:
    return [replace(one, event=replace(one.event, **fields)) if one is entry else one for one in ENTRIES]


def preceded(entry: Entry, event: Event) -> list[Entry]:
    """One event more, in a transaction of its own right before that of another."""
    place = next(at for at, one in enumerate(ENTRIES) if one.transaction == entry.transaction)
    more = replace(entry, event=event, transaction="0x" + "ab" * 32, index=0)
    return [*ENTRIES[:place], more, *ENTRIES[place:]]


def at(entry: Entry, time: int) -> list[Entry]:
    """The transaction of an event happened at another time."""
    return [replace(one, time=time) if one.transaction == entry.transaction else one for one in ENTRIES]


def beside(entry: Entry, kind: type[Event], wanted: Callable[[Any], bool] = lambda event: True) -> Entry:
    """An event of a kind in the same transaction."""
    return next(one for one in within(entry, kind) if wanted(one.event))


def within(entry: Entry, kind: type[Event]) -> list[Entry]:
    return [one for one in ENTRIES if one.transaction == entry.transaction and isinstance(one.event, kind)]


# ----------------------------------------------------------------------------------------------------------- the honest


def test_an_honest_ledger_on_which_money_moved_is_reconciled_and_silent_p6() -> None:
    evidence = audit_of(LEDGER)

    assert evidence.reconciled
    assert findings_of(evidence) == []
    kinds = {type(entry.event) for entry in ENTRIES}
    money = {
        kind
        for subject in SUITE.subjects
        if subject.name in ("reserves", "deposits", "coins", "listing", "exchange", "sale")
        for kind, fact in subject.facts.items()
        if fact.effect is not None
    }
    assert money - kinds == {ev.CalledBySignature}, "what tests/support/paid.py lets happen"


@pytest.mark.slow
def test_p10_of_money_that_is_counted_no_event_can_be_left_out_unnoticed() -> None:
    """Each event of each kind in turn."""
    honest = chain()
    for kind in counted_events(SUITE):
        if SUITE.home(kind) == "Bills":
            continue
        for entry in [entry for entry in ENTRIES if type(entry.event) is kind][:6]:
            evidence = audit_of(LEDGER, without(entry), honest)
            assert not evidence.reconciled or findings_of(evidence), entry


@pytest.mark.slow
def test_what_is_believed_of_money_is_all_that_an_audit_cannot_see() -> None:
    """Every field of every event altered in turn: what is unnoticed at each value, the report names."""
    honest, dice = chain(), Random(7)
    unseen, noticed = set(), set()
    kinds = {type(entry.event) for entry in ENTRIES if entry.contract != "Bills"}
    for kind in sorted(kinds & counted_events(SUITE), key=lambda each: each.__name__):
        for entry in [entry for entry in ENTRIES if type(entry.event) is kind][:2]:
            for name, attribute in zip(kind.FIELDS, field_names(kind), strict=True):
                value = getattr(entry.event, attribute)
                if not isinstance(value, int | str | bytes):
                    continue
                for other in others(LEDGER.state, value, dice)[:2]:
                    evidence = audit_of(LEDGER, changed(entry, **{attribute: other}), honest)
                    quiet = evidence.reconciled and not findings_of(evidence)
                    (unseen if quiet else noticed).add((kind.__name__, name))
    assert {each for each in unseen - noticed if believed_as(SUITE, *each) is None} == set()
    assert ("Declined", "reason") in unseen - noticed


# ---------------------------------------------------------------------------------------------------- supply, liability


def test_sam_p6_somebody_paid_more_than_it_had() -> None:
    paid = first(ev.DepositTransfer, lambda event: event.value == 1_500)

    (found, *_) = seen("SAM-P6", changed(paid, value=1_500_000))

    what = f"{called(LEDGER, WHO['shipper'])} paid HKD 15,000.00, HKD 8,000.00 more than it had, in block {paid.block}"
    assert found == (checksum(HKD), what)


def test_sam_p6_a_bank_owes_more_by_its_own_word_than_its_holders_have() -> None:
    lying, supply = chain(), LEDGER.state.deposits[HKD].supply
    lying.views[HKD]["totalSupply", ()] += 1

    assert seen("SAM-P6", answering=lying) == [
        (checksum(HKD), f"it owes {hkd(supply + 1)} by its own word, and {hkd(supply)} by the logs"),
        (checksum(HKD), f"it owes {hkd(supply + 1)}, and tells its holders of {hkd(supply)}"),
    ]
    assert not audit_of(LEDGER, chain=lying).reconciled


def test_sam_p6_one_holder_is_told_of_money_that_nobody_owes() -> None:
    lying, supply = chain(), LEDGER.state.deposits[HKD].supply
    lying.views[HKD]["balanceOf", (WHO["shipper"],)] += 250

    assert seen("SAM-P6", answering=lying) == [
        (checksum(HKD), f"it owes {hkd(supply)}, and tells its holders of {hkd(supply + 250)}")
    ]


def test_p10_a_holding_that_no_log_tells_of_is_found_though_nobody_names_its_account() -> None:
    """A payment in and out again was left out whole: nothing but the word of the account shows it."""
    lying = chain()
    untouched = next(
        account.address
        for account in LEDGER.state.accounts.values()
        if isinstance(account, Account) and (CNH, account.address) not in LEDGER.state.holdings
    )
    slot = _slot_of(untouched)
    lying.words[CNH][slot] += 2 << 120

    ((subject, message),) = seen("SAM-P10", answering=lying)

    assert subject == f"{checksum(untouched)} in {checksum(CNH)}"
    assert message == "holding, moves: the logs give 0, the chain has 2"


def _slot_of(account: str) -> int:
    from sampan.money.deposits.subject import DEPOSITS
    from sampan.suite.codec import address
    from sampan.suite.layout import entry

    return entry(DEPOSITS.slot("_accounts"), address(account))


@pytest.mark.parametrize(
    ("view", "arguments", "other"),
    [
        ("allowance", (WHO["bank"], LEDGER.exchange), 5),
        ("nonces", (WHO["trader"],), 2),
        ("declined", (WHO["rival"],), Ground.NONE),
        ("BANK", (), 1),
        ("AGENT", (), 1),
        ("COUNTRY", (), "HK"),
        ("CURRENCY", (), "USD"),
        ("decimals", (), 3),
    ],
)
def test_p10_every_answer_of_a_deposit_is_held_against_the_log(
    view: str, arguments: tuple[Any, ...], other: Any
) -> None:
    lying, deposit = chain(), CNH if view == "allowance" else HKD
    assert lying.views[deposit][view, arguments] != other
    lying.views[deposit][view, arguments] = other

    ((_, message),) = seen("SAM-P10", answering=lying)

    assert message.startswith(f"{view}: the logs give ")


# ------------------------------------------------------------------------------------------------------------- reserves


def test_sam_m1_reserves_that_were_raised_behind_the_log() -> None:
    lying, held = chain(), LEDGER.state.deposits[OTHER].held
    lying.views["Reserves"]["held", (OTHER,)] += 9

    assert seen("SAM-M1", answering=lying) == [
        (checksum(OTHER), f"the chain has {hkd(held + 9)} of reserves for it, the logs give {hkd(held)}")
    ]


def test_sam_m1_an_issue_of_reserves_that_was_left_out_or_told_otherwise() -> None:
    issued = first(ev.ReservesIssued, lambda event: event.deposit == OTHER)
    redeemed = first(ev.ReservesRedeemed)

    (found, *_) = seen("SAM-M1", without(issued))
    assert found[0] == checksum(OTHER)
    assert "more than it had in reserves" in found[1]
    ((subject, message),) = seen("SAM-M1", changed(redeemed, amount=redeemed.event.amount + 1))
    assert subject == checksum(HKD)
    assert message.startswith(
        f"ReservesRedeemed in block {redeemed.block} leaves it {hkd(redeemed.event.held)} of reserves"
    )


# ----------------------------------------------------------------------------------------------------- both of each leg


def test_sam_m2_reserves_that_moved_without_one_of_the_deposits_p6() -> None:
    settled = first(ev.Settled)
    burnt = beside(settled, ev.DepositTransfer, lambda event: event.to == NOBODY)
    made = beside(settled, ev.DepositTransfer, lambda event: event.from_ == NOBODY)
    place = f"in one transaction of block {settled.block}"

    assert seen("SAM-M2", without(made)) == [
        (checksum(HKD), f"HKD 400.00 was issued or settled, and not made, {place}")
    ]
    assert seen("SAM-M2", without(burnt)) == [
        (checksum(OTHER), f"HKD 400.00 was redeemed or settled, and not burnt, {place}")
    ]


def test_sam_m2_deposits_that_moved_without_reserves_p6() -> None:
    settled = first(ev.Settled)
    place = f"in one transaction of block {settled.block}"

    assert seen("SAM-M2", without(settled)) == [
        (checksum(HKD), f"HKD 400.00 of it was made, and not issued or settled, {place}"),
        (checksum(OTHER), f"HKD 400.00 of it was burnt, and not redeemed or settled, {place}"),
    ]


def test_sam_m2_a_payment_that_arrives_with_another_amount_p6() -> None:
    settled = first(ev.Settled)
    made = beside(settled, ev.DepositTransfer, lambda event: event.from_ == NOBODY)
    place = f"in one transaction of block {settled.block}"

    assert seen("SAM-M2", changed(made, value=39_999)) == [
        (checksum(HKD), f"HKD 399.99 of it was made, and not issued or settled, {place}"),
        (checksum(HKD), f"HKD 400.00 was issued or settled, and not made, {place}"),
    ]


def test_sam_m2_legs_in_two_transactions_are_no_settlement_p6() -> None:
    settled = first(ev.Settled)
    made = beside(settled, ev.DepositTransfer, lambda event: event.from_ == NOBODY)
    apart = [replace(one, transaction="0x" + "cd" * 32) if one is made else one for one in ENTRIES]

    assert [about for about, _ in seen("SAM-M2", apart)] == [checksum(HKD)] * 2


def test_sam_m2_an_issue_that_no_bank_made_p6() -> None:
    issued = first(ev.DepositIssued)

    ((subject, message),) = seen("SAM-M2", without(issued))

    assert subject == checksum(HKD)
    assert message.startswith("HKD 7,000.00 of it was made, and not issued or settled")


def test_sam_m2_an_exchange_of_which_a_payment_is_missing_p6() -> None:
    exchanged = first(ev.Exchanged)
    quote, paid = exchanged.event.quote, exchanged.event.paid
    name = f"quote 0x{exchanged.event.digest.hex()}"
    gets = beside(exchanged, ev.DepositTransfer, lambda event: event.deposit == CNH)
    pays = beside(exchanged, ev.DepositTransfer, lambda event: event.deposit == HKD)
    said = f"Exchanged in block {exchanged.block}:"
    customer, dealer = called(LEDGER, WHO["shipper"]), called(LEDGER, quote.account)

    assert seen("SAM-M2", without(gets)) == [
        (name, f"{said} {customer} was not paid CNH 10.01 by {dealer} in that transaction")
    ]
    assert seen("SAM-M2", without(pays)) == [
        (name, f"{said} {dealer} was not paid {hkd(paid)} by {customer} in that transaction")
    ]


def test_sam_m2_what_was_allowed_the_exchange_or_the_sale_is_spent_by_their_acts_alone() -> None:
    exchanged, paid = first(ev.Exchanged), of_terms(ev.Paid, "paid")

    (found,) = seen("SAM-M2", without(exchanged))
    what = f"it paid {hkd(exchanged.event.paid)} that it had allowed Exchange, which tells of no Exchanged"
    assert found == (checksum(WHO["shipper"]), f"{what}, in block {exchanged.block}")
    (found,) = seen("SAM-M2", without(paid))
    what = f"it paid {hkd(PRICE)} that it had allowed Sale, which tells of no Paid"
    assert found == (checksum(WHO["consignee"]), f"{what}, in block {paid.block}")


@pytest.mark.parametrize(("before", "after"), [(60, 0), (0, 0), (60, 60)])
def test_what_a_wallet_takes_back_and_pays_itself_in_one_transaction_is_no_critical_finding(
    before: int, after: int
) -> None:
    """Approve and transfer in one batch log what the act of a contract logs that nobody tells of."""
    ledger, spent = Paid(), before - after
    ledger.act("bank", Issue(ledger.hkd, ledger.who["shipper"], 100))
    ledger.act("shipper", Approve(ledger.hkd, ledger.sale, before))
    (lowered,) = ledger.act("shipper", Approve(ledger.hkd, ledger.sale, after)).events
    del ledger.log[-1]
    ledger.act("shipper", Transfer(ledger.hkd, ledger.who["trader"], spent))
    first_told(ledger, lowered)

    evidence = audit_of(ledger)

    assert not evidence.impossible
    wanted = [("SAM-M2", "medium")] if spent else []
    assert [(found.id, str(found.level)) for found in findings_of(evidence)] == wanted


@pytest.mark.parametrize("side", ["to", "bought"])
def test_an_exchange_for_what_is_no_money_is_possible_and_the_audit_says_so(side: str) -> None:
    """As in tests/money/test_exchange.py: whoever names a contract that is neither deposit nor coin believes it."""
    ledger = Paid()
    customer, bank = ledger.who["shipper"], ledger.who["bank"]
    quote = Quote(bank, ledger.cnh, 900, FOREIGN if side == "bought" else ledger.hkd, 1_000, ledger.now + DAY, NO_SALT)
    paid_in_hkd, paid_in_cnh = (customer, bank, ledger.hkd, 1_000), (bank, customer, ledger.cnh, 900)
    payer, payee, money, amount = paid_in_hkd if side == "to" else paid_in_cnh
    ledger.act("bank", Issue(money, payer, 5_000))
    ledger.do(payer, Approve(money, ledger.exchange, 3_000))
    out_of, into = (quote.bought, FOREIGN) if side == "to" else (FOREIGN, quote.sold)
    told = ev.Exchanged(keccak(b"quote"), customer, customer, quote, 900, out_of, 1_000, into, 900)
    ledger.do(ledger.exchange, TransferFrom(money, payer, payee, amount))
    first_told(ledger, told)

    evidence = audit_of(ledger)

    assert not evidence.impossible
    (found,) = findings_of(evidence)
    assert (found.id, str(found.level)) == ("SAM-M2", "low")
    assert found.message == f"Exchanged in block {len(ledger.log) - 1}: {no_money(FOREIGN)}"


# ---------------------------------------------------------------------------------------------- where money is taken in


def test_sam_m3_a_payment_to_an_account_that_its_bank_had_declined_t34() -> None:
    paid = first(ev.DepositTransfer, lambda event: event.value == 1_500)
    declined = ev.DepositIncomingDeclined(HKD, WHO["trader"], Ground.SANCTIONS, WHO["bank"])

    found = dict(seen("SAM-M3", preceded(paid, declined)))

    what = (
        f"was paid HKD 15.00 of {BANK_HKD} in block {paid.block}, though the bank takes nothing in for it (sanctions)"
    )
    assert found[checksum(WHO["trader"])].startswith("was paid")
    assert (checksum(WHO["trader"]), what) in seen("SAM-M3", preceded(paid, declined))


def test_sam_m3_a_deposit_of_one_country_is_held_by_another() -> None:
    opened = first(ev.DepositOpened, lambda event: event.deposit == OTHER)

    messages = seen("SAM-M3", changed(opened, country="HK"))

    assert {about for about, _ in messages} == {checksum(WHO["consignee"])}
    assert all(message.endswith("though it is of NL, and the deposit is for HK alone") for _, message in messages)


def test_sam_m3_a_suspended_party_pays_and_is_paid_p12() -> None:
    paid = first(ev.DepositTransfer, lambda event: event.value == 1_500)
    for name, did in (("shipper", "paid"), ("trader", "was paid")):
        suspended = ev.ParticipantSuspended(LEDGER.number(name), paid.time + 1, b"order", 1)
        what = f"{did} HKD 15.00 of {BANK_HKD} in block {paid.block}, though it was suspended"
        assert seen("SAM-M3", preceded(paid, suspended)) == [(checksum(WHO[name]), what)]


def test_sam_m3_what_was_settled_into_a_deposit_that_is_not_admitted() -> None:
    admitted = first(ev.Admitted, lambda event: event.deposit == HKD)
    settled = first(ev.Settled, lambda event: event.to == HKD)

    messages = seen("SAM-M3", without(admitted))

    assert {about for about, _ in messages} == {checksum(HKD)}
    assert messages[0][1] == f"HKD 400.00 was settled into it in block {settled.block}, when it was not admitted"


def test_sam_m3_a_coin_is_paid_to_a_country_for_which_it_is_not_listed() -> None:
    paid = first(ev.CoinCollected)
    listed = [entry for entry in ENTRIES if isinstance(entry.event, ev.CoinListed)][-1]

    found = seen("SAM-M3", changed(listed, countries=("NL",)))

    what = f"CoinCollected of 55 in block {paid.block}, though it is of CN, for which the coin was not listed"
    assert found[0] == (checksum(WHO["shipper"]), what)
    assert {about for about, _ in found} == {checksum(WHO["shipper"])}


def test_what_a_lost_account_has_goes_to_its_successor_and_nobody_asks_whether_it_acts() -> None:
    moved = first(ev.DepositBalanceRecovered)

    assert seen("SAM-M3") == []
    ((subject, message),) = seen("SAM-M3", without(moved))
    assert subject == checksum(WHO["second"])
    assert message.endswith("though it was removed or recovered")


def test_sam_p12_a_bank_that_is_suspended_issues_nothing() -> None:
    issued = first(ev.DepositIssued)
    suspended = ev.ParticipantSuspended(LEDGER.number("bank"), issued.time + 1, b"order", 1)

    assert (
        checksum(WHO["bank"]),
        f"DepositIssued in block {issued.block}, though it was suspended",
    ) in seen("SAM-P12", preceded(issued, suspended))


# ------------------------------------------------------------------------------------------------- a bill for its price


def test_sam_d1_a_bill_that_was_let_out_and_nobody_paid_for() -> None:
    paid = of_terms(ev.Paid, "paid")
    buyer = called(LEDGER, WHO["consignee"])
    what = f"went to {buyer} out of the sale in block {paid.block}, and nobody paid for it in that transaction"

    assert seen("SAM-D1", without(paid)) == [(bill_name(bill), what) for bill in SALES["paid"].bills]


def test_sam_d1_a_bill_that_is_told_as_paid_and_no_money_came() -> None:
    paid = of_terms(ev.Paid, "paid")
    money = [*within(paid, ev.DepositTransfer), *within(paid, ev.Settled), *within(paid, ev.DepositApproval)]
    seller = called(LEDGER, WHO["shipper"])

    assert seen("SAM-D1", without(*money)) == [
        (
            name_of(SALES["paid"].hash),
            f"is told as paid, and {hkd(PRICE)} of {BANK_HKD} did not come to {seller} in that transaction, in block "
            + str(paid.block),
        )
    ]


def test_sam_d1_and_m2_a_price_in_a_coin_that_was_never_collected_or_was_and_bought_nothing() -> None:
    paid = of_terms(ev.Paid, "paid in a coin")
    coin = checksum(LEDGER.coin)

    ((_, message),) = seen("SAM-D1", without(*within(paid, ev.CoinCollected), *within(paid, ev.CoinAllowed)))
    assert f"60000 of {coin} did not come" in message
    ((subject, message),) = seen("SAM-M2", without(paid))
    assert subject == checksum(WHO["consignee"])
    assert message.startswith("it paid 60000 that it had allowed Sale, which tells of no Paid")


def test_sam_d1_money_that_came_in_another_deposit_than_the_terms() -> None:
    paid = of_terms(ev.Paid, "paid")
    made = beside(paid, ev.DepositTransfer, lambda event: event.from_ == NOBODY)

    ((subject, message),) = seen("SAM-D1", changed(made, deposit=LEDGER.local))

    assert subject == name_of(SALES["paid"].hash)
    assert f"{hkd(PRICE)} of {BANK_HKD} did not come" in message


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"price": PRICE - 1}, f"was paid for with {hkd(PRICE - 1)}, where its price is {hkd(PRICE)}"),
        (
            {"payee": WHO["trader"]},
            f"was paid to {called(LEDGER, WHO['trader'])}, not to {called(LEDGER, WHO['shipper'])}",
        ),
        ({"buyer": WHO["trader"]}, f"was paid for by {called(LEDGER, WHO['trader'])}, which is not of the buyer"),
    ],
)
def test_sam_d1_a_price_of_another_amount_to_or_by_somebody_else(fields: dict[str, Any], said: str) -> None:
    paid = of_terms(ev.Paid, "paid")

    found = seen("SAM-D1", changed(paid, **fields))

    assert (name_of(SALES["paid"].hash), True) in [(about, message.startswith(said)) for about, message in found]


def test_sam_d1_the_price_was_paid_and_one_of_the_bills_stayed() -> None:
    paid = of_terms(ev.Paid, "paid")
    kept = within(paid, ev.Endorsed)[1]

    assert seen("SAM-D1", without(kept)) == [
        (
            name_of(SALES["paid"].hash),
            f"was paid for, and {bill_name(kept.event.bill)} did not go to the buyer, in block {paid.block}",
        )
    ]


def test_sam_d1_the_price_of_older_terms_buys_nothing() -> None:
    paid = of_terms(ev.Paid, "lower")

    messages = [message for _, message in seen("SAM-D1", changed(paid, terms=SALES["changed"].hash))]

    assert any("lay under other terms" in message for message in messages)
    assert any(f"where its price is {hkd(PRICE)}" in message for message in messages)


def test_sam_d1_terms_that_nobody_offered() -> None:
    paid, invented = of_terms(ev.Paid, "paid"), b"\x11" * 32

    (found, *_) = seen("SAM-D1", changed(paid, terms=invented))

    what = "was paid for, and nobody offered anything under these terms"
    assert found == (name_of(invented), f"{what}, in block {paid.block}")


# ------------------------------------------------------------------------------------------------ a bill that went back


@pytest.mark.parametrize(
    ("kind", "name"), [(ev.Recalled, "recalled"), (ev.Declined, "declined"), (ev.Expired, "expired")]
)
def test_sam_d2_a_bill_that_went_back_and_nobody_says_why(kind: type[Event], name: str) -> None:
    ended = of_terms(kind, name)
    what = "went back out of the sale, which nobody recalled, declined or let lapse"

    assert seen("SAM-D2", without(ended)) == [(bill_name(SALES[name].bills[0]), f"{what}, in block {ended.block}")]


@pytest.mark.parametrize(
    ("kind", "name", "by", "may"),
    [
        (ev.Recalled, "recalled", "consignee", "shipper"),
        (ev.Declined, "declined", "shipper", "consignee"),
        (ev.Changed, "changed", "consignee", "shipper"),
    ],
)
def test_sam_d2_a_recall_a_refusal_and_a_change_by_the_other_side(
    kind: type[Event], name: str, by: str, may: str
) -> None:
    ended = of_terms(kind, name)
    what = f"{called(LEDGER, WHO[by])} is not of {lei_text(pack_lei(LEIS[may]))}, who may"

    assert seen("SAM-D2", changed(ended, by=WHO[by])) == [
        (name_of(SALES[name].hash), f"{ended.name} in block {ended.block}: {what}")
    ]


def test_sam_d2_a_recall_while_the_offer_is_firm() -> None:
    recalled, terms = of_terms(ev.Recalled, "recalled"), SALES["recalled"]

    (found,) = seen("SAM-D2", at(recalled, terms.firm_until))

    assert found[0] == name_of(terms.hash)
    assert found[1].startswith(f"Recalled in block {recalled.block}: the offer was firm until ")
    assert seen("SAM-D2", at(recalled, terms.firm_until + 1)) == []


def test_sam_d2_a_lapse_before_the_deadline() -> None:
    expired, terms = of_terms(ev.Expired, "expired"), SALES["expired"]

    (found,) = seen("SAM-D2", at(expired, terms.deadline))

    assert found[0] == name_of(terms.hash)
    assert found[1].startswith(f"Expired in block {expired.block}: the buyer had until ")
    assert seen("SAM-D2", at(expired, terms.deadline + 1)) == []


def test_sam_d2_a_bill_that_lies_under_other_terms_and_nobody_changed_them() -> None:
    held = first(ev.DealChanged)
    change = of_terms(ev.Changed, "changed")
    bill, what = bill_name(held.event.bill), f"is under other terms from block {held.block} on, and nobody changed them"
    other = replace(held, event=ev.HeldFor(held.event.bill, LEDGER.sale, LEDGER.number("trader"), held.event.deal, 3))

    assert (bill, what) in seen("SAM-D2", without(change))
    assert (bill, what) in seen("SAM-D2", changed(held, deal=7))
    given = f"is held for {lei_text(pack_lei(LEIS['trader']))} from block {held.block} on, not for its seller"
    assert seen("SAM-D2", [other if one is held else one for one in ENTRIES]) == [(bill, given)]


def test_sam_d2_a_change_that_tells_other_terms_than_it_names() -> None:
    change = of_terms(ev.Changed, "changed")
    name = name_of(SALES["changed"].hash)
    dearer = replace(change.event.changed, price=PRICE + 1)
    others_bill = replace(change.event.changed, bills=SALES["offered"].bills)

    ((subject, message),) = seen("SAM-D2", changed(change, changed=dearer))
    assert subject == name
    assert message.endswith("the terms that it tells are not those that it names")
    messages = [message for _, message in seen("SAM-D2", changed(change, changed=others_bill, to=others_bill.hash))]
    assert any(message.endswith("the terms are of other bills, or of another seller") for message in messages)


# ------------------------------------------------------------------------------------------------------------ deadlines


def test_sam_d3_a_price_that_was_paid_after_the_deadline() -> None:
    paid, terms = of_terms(ev.Paid, "paid"), SALES["paid"]

    (found,) = seen("SAM-D3", at(paid, terms.deadline + 1))

    assert found[0] == name_of(terms.hash)
    assert found[1].startswith(f"was paid for in block {paid.block}, after its deadline, ")
    assert seen("SAM-D3", at(paid, terms.deadline)) == []


@pytest.mark.parametrize("time", [SALES["offered"].deadline + 1, SALES["offered"].deadline - 366 * DAY - 1])
def test_sam_d3_an_offer_with_a_deadline_that_is_past_or_out_of_reach(time: int) -> None:
    bill = SALES["offered"].bills[0]
    lodged = first(ev.Lodged, lambda event: event.bill == bill)

    ((subject, message),) = seen("SAM-D3", at(lodged, time))

    assert subject == bill_name(bill)
    assert message.endswith("which is past, or more than 366 days ahead")


def test_sam_d3_a_change_to_a_deadline_that_is_past() -> None:
    change = of_terms(ev.Changed, "changed")

    found = seen("SAM-D3", changed(change, changed=replace(change.event.changed, deadline=change.time - 1)))

    assert found[0][0] == name_of(SALES["changed"].hash)
    assert found[0][1].startswith(f"Changed in block {change.block} with the deadline ")


def test_an_honest_sale_to_the_successor_of_the_payees_successor_is_silent() -> None:
    """As in tests/trade/test_sale.py."""
    ledger = Paid()
    seller, buyer = ledger.who["shipper"], ledger.who["consignee"]
    first_, second, third = (ledger.add_account(seller, f"payee {number}") for number in range(3))
    terms = ledger.offered(ledger.order(), payee=first_)
    ledger.act("shipper", RemoveAccount(first_, second))
    ledger.act("shipper", RemoveAccount(second, third))
    ledger.act("bank", Issue(ledger.hkd, buyer, PRICE))
    ledger.act("consignee", Approve(ledger.hkd, ledger.sale, PRICE))
    ledger.act("consignee", Pay(terms, ledger.hkd))

    assert ledger.state.holding(ledger.hkd, third).balance == PRICE
    assert findings_of(audit_of(ledger)) == []


def test_a_sale_for_what_is_no_money_is_possible_and_the_audit_says_so() -> None:
    """As in tests/trade/test_hostile_parties.py."""
    ledger = Paid()
    terms = ledger.offered(ledger.order(), money=FOREIGN)
    buyer = ledger.who["consignee"]
    ledger.do(ledger.sale, Endorse(terms.bills[0], Endorsement.TO_ORDER, buyer, buyer, b""))
    first_told(ledger, ev.Paid(terms.hash, buyer, FOREIGN, terms.payee, terms.price))

    evidence = audit_of(ledger)

    assert not evidence.impossible
    (found,) = findings_of(evidence)
    assert (found.id, str(found.level), found.subject) == ("SAM-D1", "low", name_of(terms.hash))
    assert found.message.endswith(no_money(FOREIGN))
    (told,) = report(ledger).timeline()["sales"]
    assert (told["outcome"], told["money"], told["currency"]) == ("paid", checksum(FOREIGN), None)


# --------------------------------------------------------------------------------------------------------------- lives


def report(ledger: Paid = LEDGER) -> Report:
    evidence = audit_of(ledger)
    source = {
        "ledger": "0x" + "b1" * 20,
        "release": "1",
        "genesis_hash": "0x" + "0" * 64,
        "block_hash": "0x" + "0" * 64,
        "history_digest": "0x" + "0" * 64,
        "checks": [],
    }
    return Report("here", 1, 0, len(ledger.log), source, evidence, ())


def test_each_sale_tells_its_parties_its_price_and_what_became_of_it() -> None:
    told = {each["terms"]: each for each in report().timeline()["sales"]}
    sales = {name: told[f"0x{terms.hash.hex()}"] for name, terms in SALES.items()}

    assert {name: sale["outcome"] for name, sale in sales.items()} == {
        "lower": "paid",
        "paid in a coin": "paid",
        **{name: name for name in SALES if name not in ("lower", "paid in a coin")},
    }
    paid = sales["paid"]
    assert paid["bills"] == list(map(bill_name, SALES["paid"].bills))
    assert (paid["price"], paid["currency"], paid["paid_from"]) == (str(PRICE), "HKD", checksum(OTHER))
    assert (paid["money"], paid["payee"]) == (checksum(HKD), checksum(WHO["shipper"]))
    assert sales["changed"]["changed_to"] == [sales["lower"]["terms"]]
    assert sales["lower"]["changed_from"] == sales["changed"]["terms"]
    assert all((sale["stood"][-1]["to"] is None) == (name in ("offered", "lapsed")) for name, sale in sales.items())


def test_an_offer_that_was_changed_to_its_own_terms_stands_still() -> None:
    ledger = Paid()
    terms = ledger.offered(ledger.order())
    ledger.act("shipper", Change(terms, terms))

    (told,) = report(ledger).timeline()["sales"]

    assert (told["outcome"], told["changed_from"], told["changed_to"]) == ("offered", None, [])
    assert [(stood["outcome"], stood["to"]) for stood in told["stood"]] == [("offered", None)]


def test_a_bills_own_report_tells_of_its_sale_and_of_no_other() -> None:
    (bill,) = SALES["recalled"].bills

    life = report().life("bills", bill)

    assert [sale["terms"] for sale in life["sales"]] == [f"0x{SALES['recalled'].hash.hex()}"]


def test_the_page_of_a_bill_says_what_it_was_sold_for_and_of_another_nothing() -> None:
    told = report()
    written = page(told.life("bills", SALES["lower"].bills[0]))
    for said in ("HKD 1,000.00", "HKD 1,250.00", "paid", "changed", SALES["lower"].hash.hex(), checksum(HKD)):
        assert said in written
    # A price is not broken between its digits, however narrow its column.
    assert '<div class="price"><div>HKD ' in written
    of_coin = page(told.life("bills", SALES["paid in a coin"].bills[0]))
    assert "60000 of the smallest unit" in of_coin
    unsold = told.life("bills", SALES["lower"].bills[0]) | {"sales": []}
    assert "sold for" not in page(unsold)


def test_a_deposit_tells_what_its_bank_owed_and_had_without_a_gap_p6() -> None:
    deposits = {each["address"]: each for each in report().timeline()["deposits"]}
    for address, kept in LEDGER.state.deposits.items():
        told = deposits[checksum(address)]
        assert (told["supply"], told["reserves"]) == (str(kept.supply), str(kept.held))
        assert sum(int(holder["balance"]) for holder in told["holders"]) == kept.supply
        stood = told["stood"]
        assert all(one["to"] == other["from"] for one, other in pairwise(stood))
        assert (stood[-1]["supply"], stood[-1]["reserves"], stood[-1]["to"]) == (str(kept.supply), str(kept.held), None)


def test_the_report_tells_positions_between_banks_of_the_blocks_that_are_reported() -> None:
    whole = {book["currency"]: book for book in report().body()["positions"]}

    (pair,) = whole["HKD"]["pairs"]
    assert pair["payments"] == len([entry for entry in ENTRIES if isinstance(entry.event, ev.Settled)]) - 2
    assert int(pair["received"]) - int(pair["paid"]) == int(pair["net"])
    assert sum(int(bank["net"]) for bank in whole["HKD"]["banks"]) == 0
    assert whole["CNH"]["pairs"] == []
    late = replace(report(), from_block=of_terms(ev.Paid, "lower").block)
    (later,) = {book["currency"]: book for book in late.body()["positions"]}["HKD"]["pairs"]
    assert (later["paid"], later["received"], later["payments"]) == ("0", str(PRICE - 25_000), 1)


# ------------------------------------------------------------------------------------------------ positions, on a chain


@pytest.mark.anvil
def test_money_positions_are_read_from_the_logs_and_are_those_of_the_audit(
    on_anvil: OnAnvil, sampan_command: Callable[..., Any], tmp_path: Path
) -> None:
    manifests.write(on_anvil.trade.manifest, tmp_path / "manifest.json")
    of_ledger = ("--network", on_anvil.url, "--manifest", tmp_path / "manifest.json")

    told = sampan_command("money", "positions", *of_ledger, "--json").document
    with on_anvil.connect() as connection:
        found = audit(connection, on_anvil.trade.manifest)
    assert told["positions"] == found.body()["positions"]
    (pair,) = told["positions"][0]["pairs"]
    assert (pair["received"], pair["payments"]) == ("1250000", 1)

    shown = sampan_command("money", "positions", *of_ledger)
    assert "12,500.00" in shown.out
    paid = next(entry for entry in found.entries if entry.name == "Settled")
    late = ("money", "positions", *of_ledger, "--since", instant(paid.time + 1), "--json")
    assert "no block" in sampan_command(*late).error["message"]
    with on_anvil.connect() as connection:
        before = connection.snapshot()
        connection.advance_time(10)
        assert sampan_command(*late).document["positions"][0]["pairs"] == []
        connection.revert(before)
    early = sampan_command("money", "positions", *of_ledger, "--until", instant(paid.time - 1), "--json").document
    assert [each["reserves"] for each in early["positions"][0]["deposits"]] == ["1000000000"] * 2
    upto = sampan_command(
        "money", "positions", *of_ledger, "--since", instant(paid.time), "--until", instant(paid.time), "--json"
    ).document
    assert upto["positions"][0]["payments"] == 1
    backwards = sampan_command(
        "money", "positions", *of_ledger, "--since", "2026-07-02", "--until", "2026-07-01", "--json"
    )
    assert (backwards.code, backwards.error["subject"]) == (2, "--until")


@pytest.mark.anvil
def test_an_rpc_that_hides_a_payment_between_banks_is_not_believed_and_the_audit_finds_it(
    on_anvil: OnAnvil, sampan_command: Callable[..., Any], tmp_path: Path
) -> None:
    manifests.write(on_anvil.trade.manifest, tmp_path / "manifest.json")
    topic = "0x" + keccak(ev.Settled.SIGNATURE.encode()).hex()
    lie = faults.logs(lambda found: [log for log in found if log["topics"][0] != topic], "hides")
    with LyingRpc(on_anvil.url, lie) as rpc, on_anvil.connect(rpc.url) as lying:
        told = sampan_command(
            "money", "positions", "--network", rpc.url, "--manifest", tmp_path / "manifest.json", "--json"
        )
        report = audit(lying, on_anvil.trade.manifest)
    assert told.error["code"] == "chain.answer"
    assert {"SAM-M1", "SAM-M2", "SAM-P10"} <= {finding.id for finding in report.findings}
    assert not report.reconciled
