"""Deposits, payments and quotes through the client: exact amounts at the edge, settled or nothing (T34)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from support.banking import CNH, HKD, OTHER_HKD
from support.client_refusals import refuses

from sampan.client import errors
from sampan.client.ledger import Ledger
from sampan.client.paying import quoted
from sampan.errors import BadInput, ChainError, SampanError, UsageError
from sampan.suite import events
from sampan.suite.amounts import ANY
from sampan.suite.words import Ground
from sampan.testing import SampanChain

pytestmark = pytest.mark.usefixtures("banked", "sampan_chain")


@pytest.fixture
def agent(banked: SampanChain, sampan_chain: SampanChain) -> Ledger:
    return sampan_chain.as_role("central_bank")


@pytest.fixture
def second(banked: SampanChain, sampan_chain: SampanChain) -> Ledger:
    return sampan_chain.as_role("issuing_bank")


# ------------------------------------------------------------------------------------------------------------- deposits


@pytest.mark.slow
def test_a_deposit_is_what_its_bank_owes_in_a_book(bank: Ledger) -> None:
    found = bank.money(OTHER_HKD)
    assert (found.currency, found.decimals, found.country, found.admitted) == ("HKD", 2, "", True)  # type: ignore[union-attr]
    assert str(found.amount(found.supply)) == "HKD 2,000,000.00"  # type: ignore[union-attr]
    assert found.reference == f"HKD@{bank.lei_of('issuing_bank')}"
    assert bank.money(found.reference) == bank.money(found.address) == bank.money(found)
    assert "what the bank" not in str(found)
    assert "HKD 10,000,000.00" in str(found)


def anew(chain: SampanChain) -> Ledger:
    """The ledger as a bank reads it that has asked nothing yet."""
    return Ledger.at(chain.connection, chain.manifest, signer=chain.signer("bank"))


@pytest.mark.parametrize("lie", [0, 4])
def test_a_sum_is_read_with_no_other_decimals_than_the_book_has(
    sampan_chain: SampanChain, monkeypatch: pytest.MonkeyPatch, lie: int
) -> None:
    """By what the RPC said of the deposit alone a sum was signed that was a hundredth of what was shown."""
    address, asked = sampan_chain.as_role("bank").money(HKD).address, Ledger.ask_many

    def lies(self: Ledger, views: Any, **more: Any) -> Any:
        answers = asked(self, views, **more)
        return [lie if view == ("decimals",) else answer for view, answer in zip(views, answers, strict=True)]

    monkeypatch.setattr(Ledger, "ask_many", lies)
    with pytest.raises(ChainError, match=f"it has {lie} decimals, and of its book that it has 2") as refused:
        anew(sampan_chain).units("HKD 1,000", address)
    assert (refused.value.code, refused.value.subject) == ("chain.answer", address)


def test_what_an_rpc_does_not_answer_of_a_deposit_is_no_proof_that_there_is_none(
    sampan_chain: SampanChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = sampan_chain.as_role("bank").money(HKD).address
    payer = anew(sampan_chain)
    with monkeypatch.context() as broken:
        broken.setattr(Ledger, "ask_many", lambda *_, **__: (_ for _ in ()).throw(ChainError("request timed out")))
        with pytest.raises(ChainError, match="timed out"):
            payer.units("HKD 1", address)
    assert payer.units("HKD 1", address) == 100


def test_a_name_that_means_several_deposits_is_refused_with_all_of_them(bank: Ledger, agent: Ledger) -> None:
    opened = bank.reserves.open_deposit("central_bank", "HKD", country="CN").event(events.DepositOpened).deposit
    with pytest.raises(UsageError) as several:
        bank.money(HKD)
    assert several.value.hint is not None
    assert opened in several.value.hint
    assert "participants of CN" in several.value.hint
    both = [each for each in bank.deposits() if each.currency == "HKD" and each.bank == bank.number_of(bank)]
    open_to_all, chinese = both
    assert bank.money(f"{HKD}/CN").address == bank.money(chinese.reference).address == opened
    # No shorter name means it alone.
    assert open_to_all.reference == open_to_all.address


def test_a_bank_with_two_agents_is_named_with_the_agent(bank: Ledger, second: Ledger) -> None:
    second.reserves.open_book("HKD", decimals=2)
    bank.reserves.open_deposit("issuing_bank", "HKD")
    with pytest.raises(UsageError, match="several"):
        bank.money(HKD)
    own = bank.money(f"{HKD}@issuing_bank")
    assert own.reference == f"HKD@{bank.lei_of(bank)}@{bank.lei_of(second)}"
    assert bank.money(own.reference) == own


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("HKD", BadInput),
        ("HKD@", BadInput),
        ("HKDX@bank", BadInput),
        ("HKD@bank/CHN", BadInput),
        ("USD@bank", errors.NotOnLedger),
        ("HKD@importer", errors.NotOnLedger),
        ("HKD@nobody-of-that-name", errors.NotOnLedger),
        ("0x" + "12" * 20, errors.NotOnLedger),
        ("0x12", BadInput),
    ],
)
def test_what_names_no_deposit_is_refused(bank: Ledger, name: str, error: type[SampanError]) -> None:
    with pytest.raises(error):
        bank.money(name)
    with pytest.raises(error):
        bank.deposit.issue(name, "importer", 1)


# -------------------------------------------------------------------------------------------------------------- amounts


@pytest.mark.parametrize("amount", ["HKD 1,250.05", "1250.05", Decimal("1250.05"), 125_005])
def test_an_amount_is_issued_exactly_as_it_was_given(bank: Ledger, amount: Any) -> None:
    act = bank.deposit.issue(HKD, "trader", amount)
    assert act.event(events.DepositIssued).amount == 125_005
    assert bank.balance("trader", HKD) == 125_005
    assert "HKD 1,250.05" in str(act)


@pytest.mark.parametrize("amount", ["CNH 5.00", "5.5", "5.005", "-5", 5.0, "five", "1e3"])
def test_an_amount_that_is_not_exact_or_of_other_money_is_refused_before_anything_is_sent(
    bank: Ledger, amount: Any
) -> None:
    with pytest.raises(BadInput) as refused:
        bank.deposit.issue(HKD, "trader", amount)
    assert refused.value.argument == "amount"
    assert bank.balance("trader", HKD) == 0


# ------------------------------------------------------------------------------------------------------------- payments


def test_a_payment_to_another_bank_settles_in_one_act(importer: Ledger) -> None:
    act = importer.deposit.pay("shipper", "HKD 300.00", out_of=OTHER_HKD, into=HKD)
    settled = act.event(events.Settled)
    assert (settled.from_, settled.to, settled.amount) == (
        importer.money_address(OTHER_HKD),
        importer.money_address(HKD),
        30_000,
    )
    assert (importer.balance("shipper", HKD), importer.balance(importer, OTHER_HKD)) == (30_000, 199_970_000)


def test_a_payment_within_a_bank_moves_no_reserves(importer: Ledger) -> None:
    act = importer.deposit.pay("trader", 5, out_of=OTHER_HKD)
    assert act.all(events.Settled) == ()
    assert importer.balance("trader", OTHER_HKD) == 5


def test_a_payer_with_too_little_is_told_what_it_has(importer: Ledger, trader: Ledger) -> None:
    with pytest.raises(UsageError, match=r"has HKD 0.00 in HKD@.*, and HKD 1.00 is to be paid"):
        trader.deposit.pay("importer", "1.00", out_of=HKD)
    importer.deposit.allow(OTHER_HKD, "trader", "HKD 5.00")
    trader.deposit.pay("trader", "HKD 5.00", out_of=OTHER_HKD, payer="importer")
    with pytest.raises(errors.ERC20InsufficientAllowance) as spent:
        trader.deposit.pay("trader", "HKD 1.00", out_of=OTHER_HKD, payer="importer")
    assert "may spend HKD 0.00 of the payer's, not HKD 1.00" in spent.value.message


def test_reserves_that_are_short_are_told_in_their_currency(importer: Ledger, second: Ledger) -> None:
    second.reserves.redeem_reserves(OTHER_HKD, "9,999,999.00")
    with refuses(errors.ReservesShort, importer.money_address(OTHER_HKD), 100, 500) as short:
        importer.deposit.pay("shipper", "HKD 5.00", out_of=OTHER_HKD, into=HKD)
    assert "has reserves of HKD 1.00: too few to pay out HKD 5.00" in short.value.message


def test_deposits_of_two_currencies_are_not_one_book(importer: Ledger) -> None:
    two = importer.money_address(OTHER_HKD), importer.money_address(CNH)
    with refuses(errors.NotOneBook, *two):
        importer.deposit.pay("shipper", "5.00", out_of=OTHER_HKD, into=CNH)


def test_balances_tell_who_has_what_who_may_spend_it_and_whom_the_bank_declines(
    bank: Ledger, importer: Ledger, second: Ledger
) -> None:
    importer.deposit.allow(OTHER_HKD, "Sale", "any")
    second.deposit.decline(OTHER_HKD, "trader", Ground.SANCTIONS)
    everybody = {each.account: each for each in bank.balances()}
    owner = everybody[importer.address]
    assert str(owner.amount) == "HKD 2,000,000.00"
    assert owner.allowances == ((bank.address_in("Sale"), ANY),)
    assert everybody[bank.address_of("trader")].ground is Ground.SANCTIONS
    assert [each.account for each in bank.balances("importer")] == [importer.address]
    assert bank.balances("shipper") == []


def test_balances_that_lack_somebody_are_refused(bank: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """N13: a node that leaves out whoever has something is not believed."""
    honest = type(bank)._logged

    def lying(ledger: Any, *positional: Any, **named: Any) -> Any:
        return [each for each in honest(ledger, *positional, **named) if not isinstance(each, events.DepositTransfer)]

    monkeypatch.setattr(type(bank), "_logged", lying)
    with pytest.raises(ChainError, match="the logs lack somebody"):
        bank.balances()


# --------------------------------------------------------------------------------------------------------------- quotes


@pytest.fixture
def quote(bank: Ledger, importer: Ledger, agent: Ledger) -> Any:
    """CNH 920.00 for HKD 1,000.00, which the bank has and allows."""
    bank.deposit.issue(CNH, bank, "CNH 5,000.00")
    bank.deposit.allow(CNH, "Exchange", "any")
    return bank.sign_quote(CNH, "CNH 920.00", HKD, "HKD 1,000.00")


def test_only_a_bank_quotes_and_only_one_money_for_another(bank: Ledger, importer: Ledger) -> None:
    with pytest.raises(UsageError, match="is no bank's account"):
        importer.sign_quote(CNH, "CNH 920.00", HKD, "HKD 1,000.00")
    with pytest.raises(UsageError, match="a quote is for two moneys"):
        bank.sign_quote(HKD, "HKD 920.00", HKD, "HKD 1,000.00")


@pytest.mark.slow
def test_a_purchase_at_a_quote_settles_both_moneys_and_is_rounded_down(
    bank: Ledger, importer: Ledger, quote: Any
) -> None:
    importer.deposit.allow(OTHER_HKD, "Exchange", "HKD 200.00")
    act = importer.exchange.exchange(quote, "CNH 100.01", out_of=OTHER_HKD)
    assert act.event(events.Exchanged).paid == 10_001 * 100_000 // 92_000
    assert "bought CNH 100.01 of bank" in str(act)
    assert "for HKD 108.70" in str(act)
    found = quoted(importer, quote)
    assert str(found.left) == "CNH 819.99"
    assert not found.is_exact(10_001)
    assert found.is_exact(92)
    assert importer.balance(importer, CNH) == 10_001


def test_what_keeps_a_purchase_back_is_said_before_it_is_sent(importer: Ledger, quote: Any) -> None:
    def buy(amount: str, paper: Any = quote) -> None:
        importer.exchange.exchange(paper, amount, out_of=OTHER_HKD)

    with pytest.raises(UsageError, match=r"the exchange may not spend HKD 108.69 of HKD@") as missing:
        buy("CNH 100.00")
    assert missing.value.hint is not None
    assert '"HKD 108.69" --spender Exchange' in missing.value.hint
    with pytest.raises(UsageError, match=r"CNH 920.00 is left of the quote, less than CNH 920.01"):
        buy("CNH 920.01")
    with pytest.raises(BadInput, match="is an amount of HKD, and this money is CNH"):
        buy("HKD 5.00")
    for signature in (b"", quote.signature[:-1] + b"\x00", bytes(32) + quote.signature[32:]):
        with pytest.raises(BadInput, match="is not signed by"):
            buy("CNH 5.00", replace(quote, signature=signature))


def test_a_quote_that_is_over_or_withdrawn_is_refused(
    sampan_chain: SampanChain, bank: Ledger, importer: Ledger, quote: Any
) -> None:
    bank.bills.cancel(quote)
    with pytest.raises(UsageError, match="withdrawn"):
        quoted(importer, quote)
    another = bank.sign_quote(CNH, 5, HKD, 5, deadline=timedelta(hours=1))
    sampan_chain.advance(timedelta(hours=2))
    with pytest.raises(UsageError, match="counted until"):
        quoted(importer, another)


def test_of_a_quote_nothing_is_not_bought_nor_of_one_of_nothing(bank: Ledger, importer: Ledger, quote: Any) -> None:
    empty = replace(quote, text=replace(quote.text, total=0), signature=b"").by(bank.signer)
    for paper in (quote, empty):
        with pytest.raises(UsageError, match="nothing is bought"):
            importer.exchange.exchange(paper, 0, out_of=OTHER_HKD)


def test_a_quote_of_what_the_bank_has_not_is_told(bank: Ledger, importer: Ledger, quote: Any) -> None:
    bank.deposit.redeem(CNH, "CNH 4,990.00")
    importer.deposit.allow(OTHER_HKD, "Exchange", "HKD 200.00")
    with pytest.raises(UsageError, match=r"can give CNH 10.00 now, not CNH 20.00"):
        importer.exchange.exchange(quote, "CNH 20.00", out_of=OTHER_HKD)


def test_a_quote_reads_back_from_its_file_and_counts_at_the_exchange_alone(
    importer: Ledger, quote: Any, tmp_path: Any
) -> None:
    from sampan.client import papers

    quote.write(tmp_path / "quote.json")
    assert papers.read(tmp_path / "quote.json") == quote
    with pytest.raises(ChainError, match="was signed for the contract"):
        quoted(importer, replace(quote, contract=importer.address_in("Sale")))
