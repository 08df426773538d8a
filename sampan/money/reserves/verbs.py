"""What settlement agents and banks do in the books of reserves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sampan.identity.rules import country
from sampan.model.perform import At, Call
from sampan.model.replay import Log
from sampan.money import rules
from sampan.money.deposits.verbs import Debit
from sampan.money.records import MOST_DECIMALS, Deposit, Money
from sampan.money.reserves.subject import RESERVES
from sampan.suite import events as ev
from sampan.suite import ids, kinds
from sampan.suite.amounts import MOST
from sampan.suite.tell import Names, described
from sampan.suite.verb import Refusal, Verb, arg

_CURRENCY: Final = re.compile(r"[A-Z]{3}")


@RESERVES.verb("openBook", label="settle {currency}", command="money open-book")
class OpenBook(Verb):
    """Settle a currency between banks from now on: your participant is its settlement agent (T34)."""

    currency: str = arg(kinds.CURRENCY, option="CURRENCY")
    decimals: int = arg(kinds.DECIMALS, help="Minor units: 2 for HKD.")

    def may(self, at: At) -> ev.BookOpened:
        agent = rules.banker(at.state, at.sender).participant
        if not _CURRENCY.fullmatch(self.currency):
            raise Refusal("NoCurrency", self.currency)
        if self.decimals > MOST_DECIMALS:
            raise Refusal("DecimalsOutOfRange", self.decimals)
        if (agent, self.currency) in at.state.books:
            raise Refusal("BookIsOpen", agent, self.currency)
        return ev.BookOpened(agent, self.currency, self.decimals, at.sender, at.state.book_events + 1)


@RESERVES.event(ev.BookOpened, "{by} settles {currency} for {agent}, with {decimals} decimals")
def book_opened(state: Money, e: ev.BookOpened) -> None:
    state.put(state.books, (e.agent, e.currency), e.decimals)
    state.book_events = e.count


@RESERVES.verb(
    "openDeposit", label="open a deposit in {currency}, settled by {agent}[, for {country} alone]", command="money open"
)
class OpenDeposit(Verb):
    """Open a deposit of your bank in a settlement agent's book: customers then hold what the bank owes them in it."""

    agent: int = arg(kinds.PERSON, help="The settlement agent.")
    currency: str = arg(kinds.CURRENCY, option="CURRENCY")
    country: str = arg(kinds.COUNTRY, "", help="Only participants of this country hold it; by default of any.")

    def may(self, at: At) -> ev.DepositOpened:
        state = at.state
        bank = rules.banker(state, at.sender).participant
        if (self.agent, self.currency) not in state.books:
            raise Refusal("NoSuchBook", self.agent, self.currency)
        if self.country:
            country(self.country)
        wanted = (bank, self.agent, self.currency, self.country)
        for each in state.deposits.values():
            if (each.bank, each.agent, each.currency, each.country) == wanted:
                raise Refusal("DepositIsOpen", each.address)
        made = rules.created(state.addresses[RESERVES.contract], len(state.deposits))
        return ev.DepositOpened(made, *wanted, at.sender, state.book_events + 1)


@RESERVES.event(ev.DepositOpened, "{by} opened {deposit} for {bank} in {currency}, settled by {agent}")
def deposit_opened(state: Money, e: ev.DepositOpened) -> None:
    decimals = state.books.get((e.agent, e.currency), 0)
    name = f"{e.currency} {ids.unpack_lei(state.participants[e.bank].lei)}"
    state.put(state.deposits, e.deposit, Deposit(e.deposit, e.bank, e.agent, e.currency, name, e.country, decimals))
    state.book_events = e.count


RESERVES.announces(ev.DepositOpened, "Deposit", "deposit")


@RESERVES.verb("admit", label="admit {deposit} to settlement: {admitted}", command="money admit")
class Admit(Verb):
    """Let a deposit take part in settlement, or take nothing in any more."""

    deposit: str = arg(kinds.DEPOSIT, option="DEPOSIT")
    admitted: bool = arg(kinds.FLAG, True, option="--no-more", help="It takes nothing in any more.")

    def is_exit(self) -> bool:
        """Nothing comes in any more."""
        return not self.admitted

    def may(self, at: At) -> ev.Admitted:
        deposit = rules.member(at.state, self.deposit)
        rules.agent_of(at.state, deposit, at.sender)
        return ev.Admitted(self.deposit, self.admitted, at.sender, at.state.book_events + 1)


def _admitted(e: ev.Admitted, names: Names) -> str:
    said = "{by} admitted {deposit} to settlement" if e.admitted else "{by} lets {deposit} take nothing in any more"
    return said.format(**described(e.arguments(), names))


@RESERVES.event(ev.Admitted, _admitted)
def admitted(state: Money, e: ev.Admitted) -> None:
    state.change(state.deposits, e.deposit).admitted = e.admitted
    state.book_events = e.count


@RESERVES.verb(
    "issue", label="issue {amount} of reserves to {deposit}", command="money reserve", method="issue_reserves"
)
class IssueReserves(Verb):
    """Say that a deposit has more reserves: its bank paid them in."""

    deposit: str = arg(kinds.DEPOSIT, option="DEPOSIT")
    amount: int = arg(kinds.AMOUNT, option="AMOUNT")

    def may(self, at: At) -> ev.ReservesIssued:
        deposit = rules.member(at.state, self.deposit)
        rules.agent_of(at.state, deposit, at.sender)
        if not deposit.admitted:
            raise Refusal("NotAdmitted", self.deposit)
        if self.amount > MOST - deposit.held:
            raise Refusal("TooMuch", self.amount)
        return ev.ReservesIssued(self.deposit, self.amount, deposit.held + self.amount, at.sender)


@RESERVES.event(ev.ReservesIssued, "{by} issued {amount} of reserves to {deposit}, which has {held}")
def reserves_issued(state: Money, e: ev.ReservesIssued) -> None:
    state.change(state.deposits, e.deposit).held = e.held


@RESERVES.verb(
    "redeem",
    label="have {amount} of reserves of {deposit} paid out",
    command="money unreserve",
    method="redeem_reserves",
)
class RedeemReserves(Verb):
    """Have reserves of your bank's deposit paid out by the settlement agent."""

    deposit: str = arg(kinds.DEPOSIT, option="DEPOSIT")
    amount: int = arg(kinds.AMOUNT, option="AMOUNT")

    def may(self, at: At) -> ev.ReservesRedeemed:
        deposit = rules.member(at.state, self.deposit)
        if rules.banker(at.state, at.sender).participant != deposit.bank:
            raise Refusal("NotTheBank", at.sender)
        if deposit.held < self.amount:
            raise Refusal("ReservesShort", self.deposit, deposit.held, self.amount)
        return ev.ReservesRedeemed(self.deposit, self.amount, deposit.held - self.amount, at.sender)


@RESERVES.event(ev.ReservesRedeemed, "{by} had {amount} of reserves of {deposit} paid out, which has {held}")
def reserves_redeemed(state: Money, e: ev.ReservesRedeemed) -> None:
    state.change(state.deposits, e.deposit).held = e.held


@RESERVES.verb("settle", method="", logs=ev.Settled, label="settle {amount}")
class Settle(Verb):
    """Settle a payment into the calling deposit; deposits alone."""

    from_: str = arg(kinds.DEPOSIT)
    spender: str = arg(kinds.ACCOUNT)
    payer: str = arg(kinds.ACCOUNT)
    amount: int = arg(kinds.AMOUNT)

    def run(self, at: At) -> None:
        state = at.state
        taker = rules.member(state, at.sender)
        giver = rules.member(state, self.from_)
        if giver.book != taker.book:
            raise Refusal("NotOneBook", self.from_, at.sender)
        if not taker.admitted:
            raise Refusal("NotAdmitted", at.sender)
        if giver.held < self.amount:
            raise Refusal("ReservesShort", self.from_, giver.held, self.amount)
        if self.amount > MOST - taker.held:
            raise Refusal("TooMuch", self.amount)
        at.log(ev.Settled(self.from_, at.sender, self.amount))
        own = state.addresses[RESERVES.contract]
        at.steps.call(Call(own, Debit(self.from_, self.spender, self.payer, self.amount)))

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        """A deposit asks for it: what it is part of is read there."""
        return iter(())


@RESERVES.event(ev.Settled, "{amount} of reserves moved from {from} to {to}")
def settled(state: Money, e: ev.Settled) -> None:
    state.change(state.deposits, e.from_).held -= e.amount
    state.change(state.deposits, e.to).held += e.amount
