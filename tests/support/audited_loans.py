"""A ledger on which money was lent in every way (support/lent.py), as an audit reads it, and its log altered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from support.audits import Chain, audit_of
from support.lent import DAY, PURPOSE, Lent, lent
from support.logs import LEIS

from sampan.audit import checks
from sampan.audit.checks import run
from sampan.bills.terms import replacements_hash
from sampan.bills.verbs.amendments import Replace
from sampan.bills.verbs.circulation import Transfer
from sampan.bills.verbs.surrender import Surrender
from sampan.finance.loans.verbs.repaying import Repay
from sampan.finance.loans.verbs.securing import Entrust
from sampan.finance.loans.verbs.selling import Instruct, Release
from sampan.finance.registrations.records import Print
from sampan.identity.verbs.accounts import SetReceiving
from sampan.money.deposits import verbs as deposits
from sampan.suite import events as ev
from sampan.suite.amounts import ANY
from sampan.suite.check import Entry
from sampan.suite.event import Event
from sampan.suite.ids import ONE_VERSION
from sampan.suite.words import Endorsement, Receiving, SurrenderFor

LEDGER = lent()
ENTRIES = LEDGER.entries()
REPAID, DEFAULTED, STANDING = 1, 2, 3


def seen(check: str, of: list[Entry] | Lent = ENTRIES, chain: Chain | None = None) -> list[tuple[str, str]]:
    """Subject and message of what a check finds."""
    evidence = audit_of(of) if isinstance(of, Lent) else audit_of(LEDGER, of, chain or honest())
    return [(found.subject, found.message) for found in run(checks.find(check), evidence)]


def levels(check: str, of: list[Entry] | Lent = ENTRIES) -> list[str]:
    """The levels of what a check finds."""
    evidence = audit_of(of) if isinstance(of, Lent) else audit_of(LEDGER, of, honest())
    return [str(found.level) for found in run(checks.find(check), evidence)]


def found_in(check: str, ledger: Lent, log: list[Entry]) -> list[tuple[str, str]]:
    """The same, in an altered log of a ledger."""
    return [(found.subject, found.message) for found in run(checks.find(check), audit_of(ledger, log))]


def honest() -> Chain:
    """What the honest chain answers."""
    return Chain(LEDGER.state, LEDGER.now)


def first(kind: type[Event], wanted: Callable[[Any], bool] = lambda event: True) -> Entry:
    """The first event of a kind that fits."""
    return next(entry for entry in ENTRIES if isinstance(entry.event, kind) and wanted(entry.event))


def beside(entry: Entry, kind: type[Event], wanted: Callable[[Any], bool] = lambda event: True) -> Entry:
    """An event of a kind in the same transaction."""
    return next(
        one
        for one in ENTRIES
        if one.transaction == entry.transaction and isinstance(one.event, kind) and wanted(one.event)
    )


def without(*lost: Entry) -> list[Entry]:
    return [entry for entry in ENTRIES if entry not in lost]


def told(entry: Entry, **fields: Any) -> list[Entry]:
    """The log with one event told otherwise."""
    return [replace(one, event=replace(one.event, **fields)) if one is entry else one for one in ENTRIES]


def twice(entry: Entry) -> list[Entry]:
    """The log with one event doubled, in a transaction of its own."""
    at = ENTRIES.index(entry) + 1
    return [*ENTRIES[:at], replace(entry, transaction="0x" + "ab" * 32), *ENTRIES[at:]]


def in_one(log: list[Entry], wanted: Callable[[Any], bool]) -> list[Entry]:
    """The log with all transactions that have an event that fits as one, a multicall, at the first of them."""
    own = {entry.transaction for entry in log if wanted(entry.event)}
    parts = [entry for entry in log if entry.transaction in own]
    at = log.index(parts[0])
    place = {field: getattr(parts[0], field) for field in ("block", "time", "transaction")}
    together = [replace(entry, index=index, **place) for index, entry in enumerate(parts)]
    return [*log[:at], *together, *(entry for entry in log[at:] if entry.transaction not in own)]


def entrusted(days: int = 10) -> tuple[Lent, int, int]:
    """A facility in which money is owed, and a bill that is out on trust."""
    ledger = Lent()
    number = ledger.facility()
    ledger.pledge(number, 60_000, 25_000)
    bill = ledger.pledge(number, 30_000)
    until = ledger.now + days * DAY
    ledger.act("security agent", Entrust(bill, ledger.who["shipper"], until, PURPOSE))
    return ledger, number, bill


def received(ledger: Lent, whose: str) -> int:
    """A bill in blank that somebody took from the shipper."""
    ledger.act(whose, SetReceiving(ledger.who[whose], Receiving.ANYONE))
    bill = ledger.blank()
    ledger.act("shipper", Transfer(bill, ledger.who[whose], b""))
    return bill


def let_go() -> tuple[Lent, int, tuple[int, ...]]:
    """A bill that secured a debt which was repaid, and the prints of its cargo: of a box, and of a part of one."""
    ledger = Lent()
    prints = tuple(sorted((*ledger.prints(), *ledger.prints(1, 9_000, 20_000))))
    bill = ledger.pledge(number := ledger.facility(), 60_000, 10_000, prints=prints)
    ledger.act("shipper", Repay(number, 10**9, ledger.hkd, (ledger.collateral(bill),)))
    return ledger, bill, prints


def amended(ledger: Lent, bill: int, by: str = "shipper", *, same: bool = False) -> int:
    """What the carrier of a free bill made of it; the next version of its reference, if it is to be the same."""
    terms = ledger.terms(LEIS["carrier"])
    if same:
        terms = replace(terms, bill=bill + ONE_VERSION)
    agreed = replacements_hash((bill,), (terms,))
    ledger.act(by, Surrender(bill, SurrenderFor.AMENDMENT, ledger.who["carrier"], agreed, b""))
    ledger.act("carrier", Replace((bill,), (terms,), b"amended"))
    return terms.bill


def registered(*said: Print, debt: int, kind: type[Event] = ev.Registered) -> Entry:
    """Some prints are told to secure a debt of the loan book from now on, or no more: an entry for the end of a log."""
    like = first(kind)
    event = replace(like.event, room=LEDGER.book, debt=debt, prints=tuple(each.pack() for each in said))  # type: ignore[call-arg]
    return replace(ENTRIES[-1], event=event, transaction=f"0x{debt:032x}{len(said):032x}")


def take(ledger: Lent, bill: int, price: int, buyer: str, *, by: str = "shipper", least: int = 0) -> None:
    """Whoever the borrower named, or in default the agent, takes a pledged bill from the loan book without the sale."""
    ledger.act(buyer, deposits.Approve(ledger.hkd, ledger.book, ANY))
    ledger.act(by, Instruct(bill, ledger.who[buyer], b"\1" * 32, least))
    ledger.act(buyer, Release(bill, price, ledger.who[buyer], Endorsement.BLANK, b"\1" * 32))
