"""A facility is opened by the signatures of all and the money of all lenders, in one act, once (D6, N20, T26, T31)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.contract import Refused, refused
from support.finance import ACT360, ENDLESS, Facility, Finance, lenders_coin
from support.money import CNH, HKD, another, deployed
from support.trade import DAY, MOVE, NOBODY, TERMS
from support.verbs import COUNTRIES, wallet_of

from sampan.keccak import keccak

SIGNERS = ["borrower", "agent", "first lender", "second lender"]


def _nothing(finance: Finance) -> bool:
    """No facility, no position, no money moved."""
    with pytest.raises(Refused, match="NoSuchFacility"):
        finance.book.loan(1)
    return finance.money_of(finance.book) == finance.positions.countOf(finance.book, 1) == 0


# -------------------------------------------------------------------------------------------------------------- opened


def test_two_banks_lend_out_of_deposits_at_two_banks(finance: Finance) -> None:
    """N20: each funds in the same act, out of what it has."""
    world = finance.world
    had = [finance.money_of(world.bank), finance.money_of(world.cautious_bank, finance.banks.other_hkd)]
    terms = finance.facility()
    event = finance.open(terms).event("Opened")
    assert (event.facility, event.terms, event.by) == (1, terms.hash, world.relayer.address)
    assert list(getattr(event, "from")) == [finance.banks.hkd.address, finance.banks.other_hkd.address]
    assert [finance.money_of(world.bank), finance.money_of(world.cautious_bank, finance.banks.other_hkd)] == [
        had[0] - 600_000,
        had[1] - 400_000,
    ]
    assert finance.money_of(finance.book) == 1_000_000
    assert finance.book.facilityOf(terms.hash) == 1
    assert finance.owed(1) == (0, 0)
    assert finance.balanced()


def test_what_is_kept_is_what_was_signed(finance: Finance) -> None:
    terms = finance.facility(
        rate=1_234_567,
        day_count=ACT360,
        clock=-48,
        grace_days=255,
        advance=10_000,
        on_trust=10_000,
        reserve=10_000,
        condition=keccak(b"condition"),
        filed_in=b"CN",
        also_filed_in=b"HK",
    )
    finance.open(terms)
    found = vars(finance.book.loan(1))
    assert found == {
        "borrower": terms.borrower,
        "agent": terms.agent,
        "money": finance.banks.hkd.address,
        "rate": 1_234_567,
        "dayCount": ACT360,
        "clock": -48,
        "availableUntil": terms.available_until,
        "maturity": terms.maturity,
        "graceDays": 255,
        "advance": 10_000,
        "onTrust": 10_000,
        "reserve": 10_000,
        "condition": keccak(b"condition"),
        "filedIn": b"CN",
        "alsoFiledIn": b"HK",
        "undrawn": 1_000_000,
        "value": 0,
        "pledges": 0,
        "paid": 0,
        "shares": 1_000_000,
        "agents": 0,
        "surplus": 0,
        "heard": 0,
    }


def test_facilities_are_numbered_and_of_one_borrower_there_may_be_many(finance: Finance) -> None:
    assert [finance.opened(salt=keccak(bytes([each]))) for each in range(3)] == [1, 2, 3]
    assert finance.balanced()


def test_one_lends_through_many_accounts_and_a_wallet_signs(finance: Finance) -> None:
    world = finance.world
    wallet = wallet_of(world, world.bank, world.relayer)
    finance.banks.paid_in(wallet, 1_000)
    wallet.does((finance.banks.hkd.address, finance.banks.hkd.data("approve", finance.book, ENDLESS), False))
    facility = finance.opened(lenders=[world.bank, wallet, world.bank], commitments=[1, 1_000, 2])
    owners = [finance.positions.ownerOf(each) for each in finance.positions_of(facility)]
    assert owners == [world.bank.address, wallet.address, world.bank.address]


# ---------------------------------------------------------------------------------------------------------- signatures


@pytest.mark.parametrize("at", range(4), ids=SIGNERS)
@pytest.mark.parametrize(
    "how", ["empty", "another's", "over another digest", "withdrawn", "suspended", "without TERMS"]
)
def test_a_facility_binds_nobody_whose_signature_does_not_stand(finance: Finance, at: int, how: str) -> None:
    world, terms = finance.world, finance.facility()
    signer = finance.signers(terms)[at]
    if how == "without TERMS":
        clerk = world.add_account(signer, world.extra["spare"][7], MOVE)
        finance.banks.paid_in(clerk, 10**6)
        finance.banks.hkd.approve(clerk, finance.book, ENDLESS)
        lenders = [clerk if each is signer else each for each in terms.lenders]
        accounts = {"borrower_account": clerk} if at == 0 else {"agent_account": clerk} if at == 1 else {}
        terms, signer = terms._replace(lenders=lenders, **accounts), clerk
    signatures = finance.signed(terms)
    digest = finance.digest(terms.hash)
    error: tuple[Any, ...] = ("NotSignedBy", signer.address)
    if how == "empty":
        signatures[at] = b""
    elif how == "another's":
        signatures[at] = world.forwarder.signature(digest)
    elif how == "over another digest":
        signatures[at] = signer.signature(finance.digest(terms._replace(rate=1).hash))
    elif how == "withdrawn":
        world.ledger.cancel(signer, digest)
        error = ("SignatureCancelled", signer.address, digest)
    elif how == "suspended":
        world.suspend(signer)
        error = ("MayNotAct", signer.address)
    else:
        error = ("LacksRole", signer.address, TERMS)
    with refused(*error):
        finance.open(terms, signatures)
    assert _nothing(finance)


@pytest.mark.parametrize("field", ["borrower", "agent"])
def test_an_account_signs_for_its_own_participant(finance: Finance, field: str) -> None:
    world = finance.world
    terms = finance.facility(**{field: world.forwarder.participant})
    with refused("NotAParty", getattr(terms, f"{field}_account").address):
        finance.open(terms)
    assert _nothing(finance)


def test_an_account_that_is_none_signs_nothing(finance: Finance) -> None:
    stranger = finance.world.stranger
    for changes in ({"borrower_account": stranger}, {"agent_account": stranger}, {"lenders": [stranger] * 2}):
        with refused("MayNotAct", stranger.address):
            finance.open(finance.facility(**changes))


@pytest.mark.parametrize("count", [0, 3, 5])
def test_there_is_a_signature_of_each_and_no_more(finance: Finance, count: int) -> None:
    terms = finance.facility()
    with refused("SignaturesMissing", 4):
        finance.open(terms, (finance.signed(terms) * 2)[:count])
    with refused("DepositsMissing", 2):
        finance.open(terms, sources=[finance.banks.hkd] * (count or 1))
    assert _nothing(finance)


def test_signatures_for_another_chain_book_or_domain_open_nothing(finance: Finance) -> None:
    terms = finance.facility()
    for domain in ({"chain": finance.world.onchain.chain_id + 1}, {"contract": finance.desk}, {"name": b"Sampan Sale"}):
        with refused("NotSignedBy", terms.borrower_account.address):
            finance.open(terms, finance.signed(terms, **domain))
    assert _nothing(finance)


def test_terms_are_opened_once(finance: Finance) -> None:
    terms = finance.facility()
    finance.open(terms)
    with refused("AlreadyOpened", 1):
        finance.open(terms)
    assert finance.money_of(finance.book) == 1_000_000


def test_what_opened_a_book_opens_no_second_one(finance: Finance) -> None:
    world, terms = finance.world, finance.facility()
    signatures = finance.signed(terms)
    finance.open(terms, signatures)
    common = [world.ledger, finance.registrations, finance.positions, finance.cargo.log]
    made = deployed(world, "LoanBook", *(("address", each.address) for each in common), ("address", finance.desk))
    world.ledger.listRoom(world.lister, made, COUNTRIES)
    for lender, money in zip(terms.lenders, finance.sources(terms), strict=True):
        money.approve(lender, made, ENDLESS)
    finance.book = type(finance.book)(world.onchain, made.address, _abi())
    with refused("NotSignedBy", terms.borrower_account.address):
        finance.open(terms, signatures)
    # Signed for it, it opens.
    finance.open(terms)


def _abi() -> Any:
    from sampan.toolchain.artifacts import load

    return load("ILoans").abi


def test_terms_are_opened_until_their_last_second(finance: Finance) -> None:
    terms = finance.facility()
    finance.world.onchain.at(terms.deadline + 1)
    with refused("OpenedTooLate", terms.deadline):
        finance.open(terms)
    finance.world.onchain.at(terms.deadline)
    finance.open(terms)


FIELDS = [name for name in Facility._fields if name not in ("lenders", "commitments")]


@pytest.mark.parametrize("field", [*FIELDS, "commitments"])
def test_every_term_is_what_all_signed(finance: Finance, field: str) -> None:
    terms = finance.facility(filed_in=b"CN", also_filed_in=b"HK")
    value = getattr(terms, field)
    world = finance.world
    other: Any = {
        "borrower": world.forwarder.participant,
        "agent": world.forwarder.participant,
        "borrower_account": world.forwarder,
        "agent_account": world.forwarder,
        "money": finance.banks.other_hkd,
        "commitments": [400_000, 600_000],
        "day_count": ACT360,
        "filed_in": b"SG",
        "also_filed_in": b"SG",
    }.get(field)
    if other is None:
        other = keccak(value) if isinstance(value, bytes) else value + (1 if field != "deadline" else 60)
    with pytest.raises(Refused) as caught:
        finance.open(terms._replace(**{field: other}), finance.signed(terms))
    assert caught.value.name in {"NotSignedBy", "NotAParty"}
    assert _nothing(finance)


# --------------------------------------------------------------------------------------------------------------- terms


@pytest.mark.parametrize(
    ("changes", "term"),
    [
        ({"rate": 10**7 + 1}, "rate"),
        ({"rate": 2**255}, "rate"),
        ({"clock": -49}, "clock"),
        ({"clock": 57}, "clock"),
        ({"clock": -(2**255)}, "clock"),
        ({"maturity": 2**40}, "maturity"),
        ({"maturity": "in more than two years"}, "maturity"),
        ({"maturity": "yesterday"}, "maturity"),
        ({"available_until": "after maturity"}, "availableUntil"),
        ({"available_until": "yesterday"}, "availableUntil"),
        ({"grace_days": 256}, "graceDays"),
        ({"grace_days": 2**64 + 1}, "graceDays"),
        ({"advance": 0}, "advance"),
        ({"advance": 10_001}, "advance"),
        ({"on_trust": 10_001}, "onTrust"),
        ({"reserve": 10_001}, "reserve"),
        ({"reserve": 0}, "reserve"),
        ({"reserve": 2**16}, "reserve"),
        ({"agent": "the borrower"}, "agent"),
        ({"also_filed_in": b"HK"}, "alsoFiledIn"),
        ({"lenders": [], "commitments": []}, "lenders"),
        ({"commitments": [1]}, "commitments"),
        ({"commitments": [1, 2, 3]}, "commitments"),
        ({"commitments": [1, 2**104]}, "commitments"),
        ({"commitments": [1, 2**256 - 1]}, "commitments"),
        ({"commitments": [1, 2**104 - 1]}, "commitments"),
    ],
    ids=str,
)
def test_a_term_that_cannot_be_is_named(finance: Finance, changes: dict[str, Any], term: str) -> None:
    terms = finance.facility()
    named = {
        "yesterday": finance.now - 1,
        "in more than two years": finance.now + 731 * DAY,
        "after maturity": terms.maturity + 1,
        "the borrower": terms.borrower,
    }
    terms = terms._replace(
        **{field: named.get(value, value) if isinstance(value, str) else value for field, value in changes.items()}
    )
    if terms.agent == terms.borrower:
        terms = terms._replace(agent_account=terms.borrower_account)
    with refused("TermsUnfit", term):
        finance.open(terms, [b""] * (len(terms.lenders) + 2))
    assert _nothing(finance)


def test_terms_at_their_ends_are_terms(finance: Finance) -> None:
    now = finance.now
    ends: list[dict[str, Any]] = [
        {"rate": 0, "clock": -48, "grace_days": 0, "advance": 1, "on_trust": 0, "reserve": 1},
        {"rate": 10**7, "clock": 56, "grace_days": 255, "advance": 10_000, "on_trust": 10_000, "reserve": 10_000},
        {"maturity": now + 730 * DAY, "available_until": now + 730 * DAY},
        {"maturity": now + 4, "available_until": now + 4, "deadline": now + 4},
    ]
    for each, changes in enumerate(ends, start=1):
        assert finance.opened(salt=keccak(bytes([each])), commitments=[1, 1], **changes) == each


def test_a_day_count_that_is_none_is_refused(finance: Finance) -> None:
    with refused(""):
        finance.open(finance.facility(day_count=2))


def test_a_lender_of_nothing_is_no_lender(finance: Finance) -> None:
    with refused("SharesOutOfRange", 0):
        finance.open(finance.facility(commitments=[600_000, 0]))
    assert _nothing(finance)


# --------------------------------------------------------------------------------------------------------------- money


def test_one_lends_what_banks_owe_by_the_books_and_nothing_else(finance: Finance) -> None:
    """Any other money, also of a listed coin, could be issued at will, vanish, or ask nobody's standing."""
    coin, token = lenders_coin(finance)
    impostor = deployed(finance.world, "Impostor", ("address", finance.banks.hkd.address), tests=True)
    for money in (coin, token, impostor, finance.banks.reserves, finance.book, finance.world.stranger):
        with refused("NoMoney", money.address):
            finance.open(finance.facility(money=money), sources=[coin, coin])
    with refused("NoMoney", NOBODY):
        finance.open(finance.facility(money=NOBODY))
    assert _nothing(finance)


def test_t4_money_of_a_country_is_lent_to_and_by_those_who_may_hold_it(finance: Finance) -> None:
    """Else nothing could be drawn, or what comes in could never be claimed."""
    world, banks = finance.world, finance.banks
    money = {country: banks.opened(world.bank, country=country) for country in (b"CN", b"HK")}
    for deposit in (banks.hkd, *money.values()):
        banks.reserves.issue(banks.authority, deposit, 10**9)
    with refused("NotOfTheCountry", finance.borrower.address, b"HK"):
        finance.open(finance.facility(money=money[b"HK"]))
    with refused("NotOfTheCountry", world.bank.address, b"CN"):
        finance.open(finance.facility(money=money[b"CN"]))
    finance.positions.openTo(world.lister, [b"CN"], keccak(b"lenders of the mainland"))
    lender = another(world, 40, "SAMPANTEST0LENDERS", "CN", MOVE | TERMS)
    with refused("NotOfTheCountry", world.cautious_bank.address, b"CN"):
        finance.open(finance.facility(money=money[b"CN"], lenders=[lender, world.cautious_bank]))
    assert _nothing(finance)
    banks.paid_in(lender, 10**6)
    banks.hkd.approve(lender, finance.book, ENDLESS)
    terms = finance.facility(money=money[b"CN"], lenders=[lender], commitments=[300_000])
    facility = int(finance.open(terms, sources=[banks.hkd]).event("Opened").facility)
    finance.pledged(facility, value=1_000_000, amount=100_000)
    assert money[b"CN"].balanceOf(finance.borrower) == 100_000


def test_a_deposit_of_other_books_is_no_money_of_this_one(finance: Finance) -> None:
    """Its code is the same; its reserves are nobody's that this book knows."""
    banks = finance.banks
    elsewhere = replace(banks, reserves=deployed(finance.world, "Reserves", ("address", finance.world.ledger.address)))
    elsewhere.reserves.openBook(banks.authority, HKD, 2)
    money = elsewhere.opened(finance.world.bank)
    with refused("NoMoney", money.address):
        finance.open(finance.facility(money=money))
    assert _nothing(finance)


def test_a_lender_pays_out_of_money_of_the_same_agent_and_currency(finance: Finance) -> None:
    world = finance.world
    finance.banks.reserves.openBook(finance.banks.authority, CNH, 2)
    yuan = finance.banks.opened(world.bank, CNH)
    finance.banks.paid_in(world.bank, 10**6, yuan)
    yuan.approve(world.bank, finance.book, ENDLESS)
    impostor = deployed(world, "Impostor", ("address", finance.banks.hkd.address), tests=True)
    terms = finance.facility()
    for source in (yuan, impostor, world.stranger):
        with pytest.raises(Refused):
            finance.open(terms, sources=[source, finance.banks.other_hkd])
    assert _nothing(finance)
    finance.open(terms)


@pytest.mark.parametrize("at", [0, 1])
def test_a_facility_is_opened_with_the_money_of_all_or_not(finance: Finance, at: int) -> None:
    world, terms = finance.world, finance.facility()
    lender, money = terms.lenders[at], finance.sources(terms)[at]
    money.approve(lender, finance.book, 1)
    with pytest.raises(Refused, match="ERC20InsufficientAllowance"):
        finance.open(terms)
    assert _nothing(finance)
    money.approve(lender, finance.book, ENDLESS)
    money.transfer(lender, world.forwarder, money.balanceOf(lender))
    with pytest.raises(Refused, match="ERC20InsufficientBalance"):
        finance.open(terms)
    assert _nothing(finance)


def test_t4_a_lender_of_a_country_that_is_closed_lends_nothing(finance: Finance) -> None:
    world = finance.world
    terms = finance.facility(lenders=[world.bank, world.shipper])
    with refused("NotOpenTo", world.shipper.address, b"CN"):
        finance.open(terms)
    finance.positions.closeTo(world.delister, [b"HK"])
    with refused("NotOpenTo", world.bank.address, b"HK"):
        finance.open(finance.facility())
    assert _nothing(finance)


def test_a_lender_that_winds_down_lends_nothing_new(finance: Finance) -> None:
    world = finance.world
    world.ledger.setWindingDown(world.lifter, world.bank.participant, True)
    with refused("MayNotReceive", world.bank.address):
        finance.open(finance.facility())


def test_a_book_that_is_delisted_opens_nothing(finance: Finance) -> None:
    world = finance.world
    world.ledger.delistRoom(world.delister, finance.book, [])
    with refused("NotARoom", finance.book.address):
        finance.open(finance.facility())


# ---------------------------------------------------------------------------------------------------- what is not drawn


def test_n20_what_is_not_drawn_is_the_lenders_when_availability_ends(finance: Finance) -> None:
    world, terms = finance.world, finance.facility()
    finance.open(terms)
    world.onchain.at(terms.available_until)
    with refused("StillAvailable", terms.available_until):
        finance.book.endAvailability(world.stranger, 1)
    event = finance.book.endAvailability(world.stranger, 1).event("AvailabilityEnded")
    assert (event.facility, event.undrawn, event.by) == (1, 1_000_000, world.stranger.address)
    with refused("NothingUndrawn", 1):
        finance.book.endAvailability(world.stranger, 1)
    claimed = [finance.book.claim(world.stranger, each).event("Claimed").amount for each in finance.positions_of(1)]
    assert claimed == [600_000, 400_000]
    assert finance.money_of(finance.book) == 0


def test_t26_a_draw_waits_until_the_security_is_filed_where_a_law_asks_for_it(finance: Finance) -> None:
    facility = finance.opened(filed_in=b"CN", also_filed_in=b"HK")
    bill, _ = finance.pledged(facility)
    book, now = finance.book, finance.now
    filing = (b"CN", keccak(b"CRC"), keccak(b"0123"), keccak(b"filed"), now, now + 20 * DAY)
    with refused("NotFiled", b"CN"):
        book.draw(finance.borrower, facility, 1, bill, [])
    event = book.file(finance.agent, facility, filing).event("SecurityFiled")
    assert (event.facility, tuple(event.filing), event.by) == (facility, filing, finance.agent.address)
    assert book.filedUntil(facility, b"CN") == now + 20 * DAY
    with refused("NotFiled", b"HK"):
        book.draw(finance.borrower, facility, 1, bill, [])
    book.file(finance.agent, facility, (b"HK", *filing[1:5], now + 30 * DAY))
    finance.world.onchain.at(now + 20 * DAY)
    book.draw(finance.borrower, facility, 1, bill, [])
    with refused("NotFiled", b"CN"):
        book.draw(finance.borrower, facility, 1, bill, [])
    book.file(finance.agent, facility, (*filing[:5], now + 40 * DAY))
    finance.world.onchain.at(now + 30 * DAY + 1)
    with refused("NotFiled", b"HK"):
        book.draw(finance.borrower, facility, 1, bill, [])


def test_t26_the_agent_files_what_was_filed_and_stands(finance: Finance) -> None:
    world, facility, now = finance.world, finance.opened(), finance.now
    good = (b"CN", keccak(b"CRC"), keccak(b"0123"), keccak(b"filed"), now, now + 20 * DAY)
    for party in (world.bank, finance.borrower):
        with refused("NotAParty", party.address):
            finance.book.file(party, facility, good)
    clerk = world.add_account(finance.agent, world.extra["spare"][7], MOVE)
    with refused("LacksRole", clerk.address, TERMS):
        finance.book.file(clerk, facility, good)
    with refused("NoSuchFacility", 9):
        finance.book.file(finance.agent, 9, good)
    unfit = [
        (b"\0\0", *good[1:]),
        (good[0], bytes(32), *good[2:]),
        (*good[:4], finance.now + 100, good[5]),
        (*good[:5], finance.now - 1),
    ]
    for filing in unfit:
        with refused("FilingUnfit"):
            finance.book.file(finance.agent, facility, filing)


def test_a_facility_that_is_none_is_named(finance: Finance) -> None:
    for ask in (finance.book.loan, finance.book.owed, finance.book.paidIn):
        with refused("NoSuchFacility", 1):
            ask(1)
    assert finance.book.facilityOf(keccak(b"none")) == 0
