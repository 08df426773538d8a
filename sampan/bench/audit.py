"""How long a rebuild takes of bills that were pledged by agreement and rest since then."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sampan.audit.rebuild import rebuild
from sampan.bills.verbs.circulation import Endorse
from sampan.bills.verbs.issue import Issue
from sampan.bills.verbs.signed import Agree, Agreement, Multicall
from sampan.fuzz.alone import LATER, LEDGER, MANAGER, Alone
from sampan.subjects import SUITE
from sampan.suite.verb import Signature
from sampan.suite.words import Endorsement, Kind, Receiving

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sampan.suite.check import Entry

SIZES: Final = (1_000, 5_000, 20_000)
"""Bills at rest."""
_CARRIER: Final = "969500SAMPANLINE00"


@dataclass(frozen=True, slots=True)
class Timed:
    """A rebuild: of so many bills, so many events, in so many seconds."""

    bills: int
    events: int
    seconds: float

    @property
    def per_bill(self) -> float:
        """Seconds for each bill."""
        return self.seconds / self.bills


def pledges(bills: int) -> list[Entry]:
    """The log of a ledger whose bills were each issued, and pledged to a bank that receives by signature only."""
    ledger = Alone()
    carrier = ledger.carrier("carrier", _CARRIER)
    shipper = ledger.enrol("shipper", "969500SHANGHAIMAKE", "CN")
    bank = ledger.enrol("bank", "969500HONGKONGBANK", "HK", receiving=Receiving.SIGNED_ONLY)
    number = ledger.state.accounts[bank].participant
    signature, verb = Signature(bank), Endorse.selector()
    for _ in range(bills):
        terms = ledger.terms(_CARRIER)
        bill = terms.bill
        ledger.do(carrier, Issue(terms, shipper, b""))
        agreement = Agreement(bank, bill, 1, verb, bank, number, Kind.ORDER, bytes(32), LATER)
        endorse = Endorse(bill, Endorsement.TO_ORDER, bank, bank, b"")
        ledger.do(shipper, Multicall((Agree(agreement, signature), endorse)))
    return ledger.entries()


def measure(sizes: Iterable[int] = SIZES) -> Iterator[Timed]:
    """Rebuild a ledger of each size."""
    for bills in sizes:
        entries = pledges(bills)
        begun = time.perf_counter()
        done = rebuild(entries, SUITE, addresses=dict.fromkeys(SUITE.contracts, LEDGER), authority=MANAGER)
        seconds = time.perf_counter() - begun
        assert not done.impossible, "the log is honest"
        yield Timed(bills, len(entries), seconds)
