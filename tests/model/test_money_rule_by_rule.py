"""Rules of money and sale that random acts seldom reach, one by one, on contracts and model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.on_both import DEADLINE, Both

from sampan.bills.verbs.circulation import Lodge
from sampan.fuzz import cast
from sampan.identity.records import DAY, TERMS
from sampan.identity.verbs.accounts import Cancel
from sampan.money import rules
from sampan.money.coins.verbs import Allow
from sampan.money.coins.verbs import Collect as PayCoin
from sampan.money.deposits.paying import Collect
from sampan.money.deposits.verbs import Approve, Issue, Redeem, ShowPermit, Transfer, TransferFrom, joined, split
from sampan.money.exchange.verbs import Exchange, Quote
from sampan.money.listing.verbs import Delist, List
from sampan.money.records import Deposit
from sampan.money.reserves.verbs import Admit, IssueReserves, OpenBook, OpenDeposit, RedeemReserves
from sampan.suite.amounts import ANY, MOST
from sampan.suite.chance import DigestOf
from sampan.suite.verb import NOBODY, Signature
from sampan.suite.words import Endorsement, Kind
from sampan.trade.subject import SALE
from sampan.trade.terms import Terms, read
from sampan.trade.verbs import Change, Decline, Expire, Pay, Recall, SignedCall

FEW = 10_000
"""What everybody has of each deposit at the beginning."""
RESERVES = 1_000_000
LICENCE = b"\3" * 32


def deposits(both: Both, currency: str = "HKD") -> tuple[str, str]:
    """The deposits of the bank and of the forwarder in a currency; the bank settles."""
    found = [each for each in both.state.deposits.values() if each.currency == currency]
    return found[0].address, found[1].address


def known(both: Both, deposit: str) -> Deposit:
    found: Deposit = both.state.deposits[deposit]
    return found


def told(function: str, *arguments: Any) -> Any:
    """What every room can be told, of the sale."""
    verb: Any = SALE.verbs[function]
    return verb(*arguments)


# ------------------------------------------------------------------------------------------------------------ deposits


def test_nobody_pays_out_of_nobodys_money(both: Both) -> None:
    hkd, other = deposits(both)
    trader = both.at("trader")
    for pays in (TransferFrom(hkd, NOBODY, trader, 0), Collect(hkd, hkd, NOBODY, trader, 0)):
        both.refused("shipper", pays, "ERC20InvalidApprover", NOBODY)
    both.refused("shipper", Collect(hkd, other, NOBODY, trader, 0), "ERC20InvalidApprover", NOBODY)
    both.refused("shipper", Transfer(hkd, NOBODY, 0), "ERC20InvalidReceiver", NOBODY)


def test_whoever_was_allowed_pays_to_the_unit_and_asks_both_sides(both: Both) -> None:
    hkd, _ = deposits(both)
    shipper, trader = both.at("shipper"), both.at("trader")
    both.done("shipper", Approve(hkd, trader, 7))
    both.refused("trader", TransferFrom(hkd, shipper, trader, 8), "ERC20InsufficientAllowance", trader, 7, 8)
    both.refused("trader", TransferFrom(hkd, shipper, both.at("stranger"), 7), "MayNotAct", both.at("stranger"))
    both.done("trader", TransferFrom(hkd, shipper, trader, 7))
    assert both.state.allowances[hkd, shipper, trader] == 0
    both.done("shipper", Approve(hkd, trader, ANY))
    both.done("trader", TransferFrom(hkd, shipper, trader, 9))
    assert both.state.allowances[hkd, shipper, trader] == ANY
    both.refused("trader", TransferFrom(hkd, shipper, trader, FEW), "ERC20InsufficientBalance")
    both.done("trader", TransferFrom(hkd, shipper, trader, FEW - 16))


def test_p6_a_bank_owes_at_most_what_fits_into_a_word_and_pays_out_to_the_unit(both: Both) -> None:
    hkd, _ = deposits(both)
    shipper, left = both.at("shipper"), MOST - known(both, hkd).supply
    both.refused("bank", Issue(hkd, shipper, left + 1), "TooMuch", left + 1)
    both.done("bank", Issue(hkd, shipper, left))
    both.refused("bank", Issue(hkd, shipper, 1), "TooMuch", 1)
    both.refused("shipper", Redeem(hkd, FEW + left + 1), "ERC20InsufficientBalance")
    both.done("shipper", Redeem(hkd, FEW + left))


def test_a_permit_counts_until_its_last_second_and_once(both: Both) -> None:
    hkd, _ = deposits(both)
    shipper, trader = both.at("shipper"), both.at("trader")
    late = both.now + 100
    both.done("carrier", ShowPermit(hkd, shipper, trader, 5, late, Signature(shipper)), wait=100)
    both.refused(
        "carrier", ShowPermit(hkd, shipper, trader, 5, late, Signature(shipper)), "ERC2612ExpiredSignature", late
    )
    both.refused("carrier", ShowPermit(hkd, shipper, trader, 5, DEADLINE, Signature(trader)), "ERC2612InvalidSigner")
    both.refused("carrier", ShowPermit(hkd, shipper, NOBODY, 5, DEADLINE, Signature(shipper)), "ERC20InvalidSpender")
    assert both.state.permits == {(hkd, shipper): 1}
    assert both.state.allowances[hkd, shipper, trader] == 5


def test_a_signature_in_three_parts_is_the_signature() -> None:
    whole = Signature(None, raw=bytes(range(64)) + b"\x1b")
    assert joined(*split(whole)).raw == whole.raw
    assert split(Signature(None, empty=True)) == (0, bytes(32), bytes(32))
    shown = ShowPermit(NOBODY, NOBODY, NOBODY, 1, 2, whole)
    again: Any = ShowPermit.from_data(shown.encoded(), NOBODY)
    assert again == ShowPermit(NOBODY, NOBODY, NOBODY, 1, 2, Signature(None))
    assert again.signature.raw == whole.raw
    inside = told("permit", NOBODY, NOBODY, 1, 2, whole)
    assert inside.from_data(inside.encoded()).signature.raw == whole.raw


def test_n22_a_contract_that_another_makes_stands_where_ethereum_has_it() -> None:
    """Known addresses of CREATE, by the number of what was made before."""
    by = "0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0"
    assert rules.created(by, 0) == "0x343c43a37d37dff08ae8c4a11544c718abb4fcf8"
    assert rules.created(by, 1) == "0xf778b86fa74e846c4f0a1fbd1335fe81c00a0c91"
    from eth._utils.address import generate_contract_address

    for count in (2, 125, 126, 127, 128, 254, 255, 256, 65_534, 65_535):
        made = generate_contract_address(bytes.fromhex(by[2:]), count + 1)
        assert rules.created(by, count) == "0x" + made.hex()


# ------------------------------------------------------------------------------------------------------------ the books


def test_t34_a_book_has_at_most_eighteen_decimals_and_a_currency_of_three_letters(both: Both) -> None:
    both.refused("bank", OpenBook("USD", 19), "DecimalsOutOfRange", 19)
    both.refused("bank", OpenBook("usd", 2), "NoCurrency", "usd")
    both.done("bank", OpenBook("USD", 18))
    both.refused("bank", OpenBook("USD", 2), "BookIsOpen")
    both.refused("shipper", OpenBook("EUR", 2), "LacksRole")
    both.refused("bank", OpenDeposit(both.number("bank"), "EUR", ""), "NoSuchBook")
    both.done("bank", OpenDeposit(both.number("bank"), "USD", "NL"))
    both.refused("bank", OpenDeposit(both.number("bank"), "USD", "NL"), "DepositIsOpen")


def test_p6_reserves_fit_into_a_word_and_are_paid_out_to_the_unit(both: Both) -> None:
    hkd, other = deposits(both)
    room = MOST - RESERVES
    both.refused("bank", IssueReserves(hkd, room + 1), "TooMuch", room + 1)
    both.done("bank", IssueReserves(hkd, room))
    shipper = both.at("shipper")
    # The taker's reserves are full: nothing settles into it.
    both.refused("shipper", Collect(hkd, other, shipper, shipper, 1), "TooMuch", 1)
    both.done("bank", RedeemReserves(hkd, 1))
    both.done("shipper", Collect(hkd, other, shipper, shipper, 1))
    both.refused("bank", RedeemReserves(hkd, MOST + 1), "ReservesShort")
    both.done("bank", RedeemReserves(hkd, MOST))
    both.refused("forwarder", RedeemReserves(hkd, 0), "NotTheBank")
    both.refused("shipper", Collect(other, hkd, shipper, shipper, 1), "ReservesShort", hkd, 0, 1)


def test_p5_an_agent_closes_the_way_in_and_no_way_out(both: Both) -> None:
    hkd, other = deposits(both)
    shipper = both.at("shipper")
    both.refused("forwarder", Admit(other, False), "NotTheAgent")
    both.done("bank", Admit(other, False))
    both.refused("shipper", Collect(other, hkd, shipper, shipper, 5), "NotAdmitted", other)
    both.refused("bank", IssueReserves(other, 1), "NotAdmitted", other)
    both.done("shipper", Collect(hkd, other, shipper, shipper, 5))
    cnh, _ = deposits(both, "CNH")
    both.refused("shipper", Collect(hkd, cnh, shipper, shipper, 5), "NotOneBook")
    both.refused("shipper", Collect(hkd, shipper, shipper, shipper, 5), "NoSuchDeposit", shipper)


# --------------------------------------------------------------------------------------------------- coins, and quotes


def test_t4_a_coin_is_listed_once_for_some_countries_and_taken_off_for_them_or_for_all(both: Both) -> None:
    token, admin = both.at("token"), cast.ADMINISTRATOR
    shipper, line, bank = both.at("shipper"), both.at("line"), both.at("bank")
    both.refused(admin, List(token, "CNY", ("CN",), LICENCE), "NoRenminbi")
    both.refused(admin, List(token, "CNH", ("CN",), LICENCE), "NoRenminbi")
    both.refused(admin, List(both.at("stranger"), "USD", ("CN",), LICENCE), "NoToken")
    both.refused(admin, List(token, "USD", ("CN",), bytes(32)), "NoLicence")
    both.refused(admin, List(token, "USD", (), LICENCE), "NoCountries")
    both.done(admin, List(token, "USD", ("CN",), LICENCE))
    both.refused(admin, List(token, "HKD", ("CN",), LICENCE), "AnotherCurrency")
    (coin,) = both.state.coins
    both.refused("shipper", PayCoin(coin, coin, shipper, line, 5), "NotListedFor", line, "HK")
    both.done(admin, List(token, "USD", ("HK",), LICENCE))
    assert list(both.state.coins) == [coin]
    both.done("shipper", PayCoin(coin, coin, shipper, line, 5))
    both.done(admin, Delist(coin, ("HK",)))
    both.refused("shipper", PayCoin(coin, coin, shipper, line, 5), "NotListedFor", line, "HK")
    both.done(admin, Delist(coin, ()))
    both.refused("shipper", PayCoin(coin, coin, shipper, both.at("trader"), 5), "NotListedFor", shipper, "CN")
    both.done(admin, List(token, "USD", ("CN",), LICENCE))
    both.done("shipper", PayCoin(coin, coin, shipper, both.at("trader"), 5))
    both.refused("shipper", PayCoin(coin, coin, shipper, bank, 5), "NotListedFor", bank, "HK")
    both.refused(admin, Delist(token, ()), "NoSuchCoin", token)


def test_a_coin_pays_what_was_allowed_to_somebody_else_and_no_more(both: Both) -> None:
    both.done(cast.ADMINISTRATOR, List(both.at("token"), "USD", cast.COUNTRIES, LICENCE))
    (coin,) = both.state.coins
    shipper, trader = both.at("shipper"), both.at("trader")
    pays = PayCoin(coin, coin, shipper, trader, 5)
    both.refused("trader", pays, "NotAllowed", trader, 0, 5)
    both.done("shipper", Allow(coin, trader, 5))
    both.refused("trader", PayCoin(coin, coin, shipper, trader, 6), "NotAllowed", trader, 5, 6)
    both.done("trader", pays)
    assert both.state.coin_allowances[coin, shipper, trader] == 0
    both.done("shipper", Allow(coin, trader, ANY))
    both.done("trader", pays)
    assert both.state.coin_allowances[coin, shipper, trader] == ANY
    both.refused("shipper", PayCoin(coin, shipper, shipper, trader, 5), "NotThisCoin", shipper)
    both.refused("shipper", PayCoin(coin, coin, shipper, shipper, 5), "PaysItself", shipper)


def test_n27_a_quote_is_used_up_to_the_unit_and_rounded_against_the_bank(both: Both) -> None:
    hkd, _ = deposits(both)
    cnh, _ = deposits(both, "CNH")
    bank, shipper = both.at("bank"), both.at("shipper")
    quote = Quote(bank, cnh, 100, hkd, 150, DEADLINE, bytes(32))

    def buy(amount: int, by: str = "bank") -> Exchange:
        return Exchange(quote, Signature(both.at(by)), amount, hkd, cnh, shipper)

    both.refused("shipper", buy(0), "NothingBought")
    both.refused("shipper", buy(1, by="trader"), "NotSignedBy", bank)
    both.done("shipper", buy(33))
    # 33 at 1.5 are 49.5.
    assert both.state.holding(hkd, shipper).balance == FEW - 49
    both.refused("shipper", buy(68), "QuoteUsedUp")
    both.done("shipper", buy(67))
    both.refused("shipper", buy(1), "QuoteUsedUp")
    huge = Quote(bank, cnh, 1, hkd, 2**255, DEADLINE, bytes(32))
    both.refused("shipper", Exchange(huge, Signature(bank), 1, hkd, cnh, shipper), "ERC20InsufficientAllowance")
    both.done("bank", Cancel(DigestOf(replaced := Quote(bank, cnh, 5, hkd, 5, DEADLINE, b"\1" * 32))))
    both.refused("shipper", Exchange(replaced, Signature(bank), 1, hkd, cnh, shipper), "SignatureCancelled")
    theirs = Quote(shipper, hkd, 5, cnh, 5, DEADLINE, bytes(32))
    both.refused("trader", Exchange(theirs, Signature(shipper), 1, cnh, hkd, shipper), "LacksRole", shipper, 32 | TERMS)


# ---------------------------------------------------------------------------------------------------------------- sales


@pytest.fixture
def offered(both: Both) -> Terms:
    """A bill of the shipper's, offered to the consignee for 500, firm for two days, for ten."""
    bill = both.issued(Kind.BLANK)
    hkd, _ = deposits(both)
    terms = Terms(
        bills=(bill,),
        seller=both.number("shipper"),
        buyer=both.number("consignee"),
        payee=both.at("shipper"),
        money=hkd,
        price=500,
        endorsement=Endorsement.BLANK,
        deadline=both.now + 10 * DAY,
        firm_until=both.now + 2 * DAY,
    )
    both.done("shipper", Lodge(bill, Endorsement.NONE, both.at("Sale"), terms.encoded))
    return terms


def test_t32_a_sale_keeps_its_times_to_the_second(both: Both, offered: Terms) -> None:
    hkd, _ = deposits(both)
    both.refused("shipper", Recall(offered), "StillFirm", offered.firm_until, wait=offered.firm_until - both.now)
    later = replace(offered, deadline=both.now + 366 * DAY + 2)
    both.refused("shipper", Change(offered, later), "DeadlineOutOfRange", later.deadline)
    both.refused("stranger", Expire(offered), "NotExpired", offered.deadline, wait=offered.deadline - both.now)
    both.refused("consignee", Pay(offered, hkd), "PaidTooLate", offered.deadline)
    both.refused("trader", Recall(offered), "NotAParty")
    both.refused("shipper", Decline(offered, b""), "NotAParty")
    both.done("stranger", Expire(offered))
    assert both.bill(offered.bills[0]).possessor == both.at("shipper")
    both.refused("stranger", Expire(offered), "NothingUnder", offered.hash)


def test_a_change_is_of_the_same_bills_and_the_same_seller(both: Both, offered: Terms) -> None:
    other = both.issued(Kind.BLANK)
    trader = both.number("trader")
    for to in (replace(offered, bills=(*offered.bills, other)), replace(offered, seller=trader)):
        both.refused("shipper", Change(offered, to), "NotTheSameBills", wait=2 * DAY)
    twice = replace(offered, bills=offered.bills * 2)
    both.refused("shipper", Change(twice, twice), "BillsNotAscending", offered.bills[0])
    both.refused("shipper", Lodge(other, Endorsement.NONE, both.at("Sale"), twice.encoded), "BillsNotAscending")
    last = replace(offered, deadline=both.now + 1 + 366 * DAY, price=3)
    both.done("shipper", Change(offered, last))
    both.refused("consignee", Pay(offered, offered.money), "NotUnderThisDeal")
    both.done("consignee", Pay(last, offered.money))


def test_who_sends_what_another_signed_sends_it_once_in_time(both: Both, offered: Terms) -> None:
    consignee = both.at("consignee")

    def sent(deadline: int = DEADLINE, by: str | None = None, *, empty: bool = False) -> Any:
        signature = Signature(consignee if by is None else both.at(by), empty=empty)
        return told("act", consignee, Decline(offered, b"no"), bytes(32), deadline, signature)

    late = both.now + 50
    both.refused("stranger", sent(late), "SignatureExpired", late, wait=51)
    both.refused("stranger", sent(by="trader"), "NotSignedBy", consignee)
    both.refused("consignee", sent(empty=True), "NotSignedBy", consignee)
    withdrawn = SignedCall(consignee, Decline(offered, b"no"), b"\7" * 32, DEADLINE)
    both.done("consignee", Cancel(DigestOf(withdrawn)))
    again = told("act", consignee, withdrawn.call, withdrawn.salt, DEADLINE, Signature(consignee))
    both.refused("stranger", again, "SignatureCancelled")
    both.done("stranger", sent(both.now + 1))
    both.refused("stranger", sent(both.now), "SignatureExpired")
    both.done("stranger", told("act", consignee, told("multicall", ()), bytes(32), DEADLINE, Signature(consignee)))
    both.refused(
        "stranger",
        told("act", consignee, told("multicall", ()), bytes(32), DEADLINE, Signature(consignee)),
        "AlreadyUsed",
    )


def test_terms_are_read_as_they_were_written_and_in_no_other_form(offered: Terms) -> None:
    data = offered.encoded
    assert read(data) == offered
    for spoilt in (data[:-1], data + b"\0", data + bytes(32), data[:31] + b"\x21" + data[32:], b""):
        with pytest.raises(ValueError):
            read(spoilt)


def test_a_permit_that_is_shown_twice_or_to_no_token_is_no_fault_and_to_nothing_is_one(both: Both) -> None:
    hkd, _ = deposits(both)
    shipper, sale = both.at("shipper"), both.at("Sale")
    shown = told("permit", hkd, shipper, 5, DEADLINE, Signature(shipper))
    assert len(both.done("trader", shown)) == 2
    assert both.state.allowances[hkd, shipper, sale] == 5
    stale = told("permit", hkd, shipper, 9, both.now, Signature(shipper))
    assert both.done("trader", stale) == []
    for money, refused in ((both.at("honest room"), False), (both.at("stranger"), True)):
        nothing = told("permit", money, shipper, 5, DEADLINE, Signature(shipper))
        if refused:
            both.refused("trader", nothing, "")
        else:
            assert both.done("trader", nothing) == []
    both.done(cast.ADMINISTRATOR, List(both.at("token"), "USD", cast.COUNTRIES, LICENCE))
    (coin,) = both.state.coins
    assert both.done("trader", told("permit", coin, shipper, 5, DEADLINE, Signature(shipper))) == []
