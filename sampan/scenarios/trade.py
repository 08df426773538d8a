"""The trade that the demo plays: three cargoes from Shanghai to Rotterdam, from issue to delivery, split and paper.

A Shanghai maker sells FOB to a Hong Kong trader, who sells CIF to a Rotterdam importer; a Hong Kong bank finances the
trader (T47). Hong Kong is where title and money pass, not where the ship goes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sampan.errors import ChainError, Refused, SampanError
from sampan.scenarios.parties import TRADE
from sampan.scenarios.samples import read_sample
from sampan.suite.words import Endorsement, Purpose, RecordLaw, Rejection, SurrenderFor

if TYPE_CHECKING:
    from sampan.client.records import Act
    from sampan.scenarios.stage import SampanChain

CARRIAGE_LAW = "CN"
RECORD_LAWS = (RecordLaw.PRC_MARITIME_CODE_2025,)
"""A port of the mainland puts carriage and record under the PRC Maritime Code of 2025 (T5)."""


class Teller(Protocol):
    """Who is told how the trade goes on: a terminal, a test."""

    def chapter(self, title: str, text: str) -> None:
        """A part begins."""

    def act(self, act: Act, why: str) -> None:
        """Somebody acted."""

    def refused(self, who: str, tried: str, error: SampanError, why: str) -> None:
        """Somebody tried what the ledger, or the client before it, does not allow."""

    def note(self, text: str) -> None:
        """Something else is worth saying."""


@dataclass(frozen=True, slots=True)
class Cargoes:
    """The bills that the trade made, by what became of them (their ids)."""

    delivered: int
    split: int
    parts: tuple[int, ...]
    paper: int


class Trade:
    """Plays the trade on a chain; `folder` takes the documents and their salts."""

    def __init__(self, stage: SampanChain, teller: Teller, folder: Path) -> None:
        self._stage = stage
        self._teller = teller
        self._did = teller.act
        self._folder = folder
        self._ledgers = tuple(map(stage.as_role, TRADE))

    def play(self) -> Cargoes:
        """All chapters. Raises when an act that must succeed is refused, or one that must be refused succeeds."""
        self._enrol()
        delivered = self._deliver()
        split, parts = self._split()
        return Cargoes(delivered, split, parts, self._to_paper())

    # -------------------------------------------------------------------------------------------------------- chapters

    def _enrol(self) -> None:
        self._teller.chapter(
            "The parties",
            "Legal persons with LEIs, each enrolled with its own signature over the rulebook. The bank takes nothing "
            "that it did not sign for.",
        )
        for role, party in TRADE.items():
            if role == "carrier":
                self._stage.enrol(replace(party, laws=RECORD_LAWS))
            else:
                self._stage.enrol(party)
            self._teller.note(f"{party.company} ({party.country}), the {role}: LEI {party.lei}")

    def _deliver(self) -> int:
        carrier, shipper, trader, bank, importer = self._ledgers
        self._teller.chapter(
            "Rice cookers: pledged, sold, delivered",
            "A DCSA transport document becomes a bill to the order of the trader. Possession and title go separate "
            "ways until the importer has both and claims the cargo.",
        )
        bill = self._issue("to-order")
        self._refused(
            "carrier",
            "issue the same reference again",
            lambda: self._issue("to-order", silent=True),
            "One live bill per carrier and reference (L2, P2).",
        )
        self._did(
            shipper.bills.transfer(bill, to=trader, remark="FOB price paid"),
            "Possession follows title to the trader; a transfer alone never moves title.",
        )
        pledge = trader.bills.calls.endorse(
            bill, Endorsement.TO_ORDER, bank, to=bank, remark="security for the import loan"
        )
        self._refused(
            "trader",
            "endorse to the bank without its signature",
            lambda: trader.do(pledge),
            "Nobody can make this bank the holder of a cargo that it did not accept (T8, L15).",
        )
        self._did(
            trader.do(pledge.agreed(*bank.agree_to(pledge))),
            "The bank's signed agreement travels in the same transaction; now it has possession and title.",
        )
        self._did(bank.bills.sign(bill, Purpose.CHECKED, remark="document root compared"), "Logged; nothing moves.")
        self._refused(
            "trader",
            "surrender the bill it has given away",
            lambda: trader.bills.surrender(bill),
            "A transfer deprives the transferor (L6).",
        )
        self._did(
            bank.bills.endorse(bill, Endorsement.BLANK, to=trader, remark="loan repaid"),
            "In blank: from here on whoever possesses the bill is entitled under it.",
        )
        self._did(trader.bills.transfer(bill, to=importer), "To the importer ...")
        self._did(
            importer.bills.reject(bill, Rejection.POSSESSION, remark="price not agreed"),
            "... which rejects it within 72 hours, before any other act: the bill is back with the trader (T8).",
        )
        self._did(trader.bills.transfer(bill, to=importer, remark="price agreed"), "Again, at the right price.")
        self._did(
            importer.bills.surrender(bill, SurrenderFor.DELIVERY),
            "The importer claims the cargo. The carrier has possession while it decides, and nobody else can act.",
        )
        self._refused(
            "importer",
            "recall the surrender at once",
            lambda: importer.bills.recall(bill),
            "Only when the carrier is suspended or silent past its published time (T7).",
        )
        self._did(
            carrier.bills.refuse(bill, remark="terminal handling unpaid"),
            "Refused, with the reason: the bill goes back exactly as it was.",
        )
        self._did(importer.bills.surrender(bill, SurrenderFor.DELIVERY, remark="paid"), "Surrendered again.")
        self._did(
            carrier.bills.accept(bill), "Accepted: from here on the bill is spent. Accepting is not yet delivering."
        )
        self._did(
            carrier.bills.deliver(bill, remark="two containers, gate out"), "The life of this bill ends here (P9)."
        )
        self._refused(
            "importer",
            "transfer the spent bill",
            lambda: importer.bills.transfer(bill, to=trader),
            "Terminal states absorb (P1).",
        )
        return bill

    def _split(self) -> tuple[int, tuple[int, ...]]:
        carrier, shipper, trader, *_ = self._ledgers
        self._teller.chapter(
            "Desk lamps: one bill becomes two",
            "The trader has found two buyers. It surrenders the bill for amendment and agrees beforehand, by hash, to "
            "exactly the two bills that replace it.",
        )
        bill = self._issue("split")
        self._did(shipper.bills.transfer(bill, to=trader), "")
        parts = [
            carrier.replacement(self._document(name), of=bill, carriage_law=CARRIAGE_LAW)
            for name in ("split-first", "split-second")
        ]
        self._did(
            trader.bills.surrender(bill, SurrenderFor.AMENDMENT, agreed=parts, remark="two buyers"),
            "The hash of the replacements stands in the surrender: the carrier can issue these and no others.",
        )
        self._refused(
            "carrier",
            "replace it by the first part alone",
            lambda: carrier.bills.replace(bill, parts[:1]),
            "Replacements are what whoever surrendered agreed to (N6).",
        )
        self._did(
            carrier.bills.replace(bill, parts),
            "One act: the old bill ends, both parts live, with whoever surrendered. Lineage is logged both ways.",
        )
        return bill, tuple(terms.bill for terms in parts)

    def _to_paper(self) -> int:
        carrier, shipper, trader, *_ = self._ledgers
        self._teller.chapter(
            "Kettles: the buyer's bank wants paper",
            "The record ends when paper begins, with the statement of change of medium (L13). Here the carrier lets "
            "its answer time pass first.",
        )
        bill = self._issue("to-paper")
        self._did(shipper.bills.transfer(bill, to=trader), "")
        self._did(trader.bills.surrender(bill, SurrenderFor.PAPER), "")
        self._stage.advance(timedelta(hours=74))
        self._teller.note("74 hours pass without an answer.")
        self._did(
            trader.bills.recall(bill, remark="no answer in 72 hours"),
            "A silent carrier cannot keep a bill (P5, P14): the trader takes it back, as it was.",
        )
        self._did(trader.bills.surrender(bill, SurrenderFor.PAPER), "Once more; this time it is answered.")
        statement = hashlib.sha256(b"This paper bill replaces the electronic record of the same reference.").digest()
        self._did(
            carrier.bills.to_paper(bill, originals=3, statement=statement),
            "Three originals are out. Nothing can be done on the token any more; the reference comes back from paper "
            "alone.",
        )
        return bill

    # --------------------------------------------------------------------------------------------------------- private

    def _issue(self, name: str, *, silent: bool = False) -> int:
        act = self._ledgers[0].bills.issue(self._document(name), carriage_law=CARRIAGE_LAW)
        if not silent:
            self._did(
                act,
                "The document was checked against DCSA's text; its fields stand salted under the root; the shipper "
                "possesses.",
            )
        return act.bill

    def _document(self, name: str) -> Path:
        path = self._folder / f"{name}.json"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(read_sample(name))
        return path

    def _refused(self, who: str, tried: str, attempt: Callable[[], object], why: str) -> None:
        try:
            attempt()
        except SampanError as error:
            if isinstance(error, ChainError) and not isinstance(error, Refused):
                raise
            self._teller.refused(who, tried, error, why)
        else:
            raise ChainError("what must be refused was done", subject=f"{who}: {tried}", code="demo.not_refused")
