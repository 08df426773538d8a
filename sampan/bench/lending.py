"""The loan book: two banks lend to a seller on its bills; what each act costs, beside a pool that lends on tokens.

The borrower pledges a bill in blank of one container, and draws; the loan is repaid after forty days. Everybody has
money and positions before and after each act, the book holds other bills, and other loans run in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sampan.bench.ledger import FOREVER
from sampan.bench.market import BANK, BUYER, DAY, OTHER_BANK, PRICE, SELLER
from sampan.bench.morpho import Morpho
from sampan.bench.voyage import CLAUSES
from sampan.bills.verbs.circulation import Endorse, Lodge
from sampan.cargo.rules import condition_of
from sampan.chain.accounts import ROLES
from sampan.finance.loans.terms import Acceptance, Collateral, Facility, Pledge
from sampan.finance.loans.verbs.agency import GroupCarrier
from sampan.finance.loans.verbs.opening import Open
from sampan.finance.loans.verbs.repaying import Claim, Repay
from sampan.finance.loans.verbs.selling import Instruct
from sampan.finance.positions.verbs import OpenTo, TransferFrom
from sampan.finance.registrations.records import Print
from sampan.keccak import keccak
from sampan.money.deposits.verbs import Approve
from sampan.scenarios.parties import PARTIES
from sampan.suite.amounts import ANY
from sampan.suite.ids import loan_id, pack_lei
from sampan.suite.words import DayCount, Endorsement
from sampan.trade.terms import Terms
from sampan.trade.verbs import Pay

if TYPE_CHECKING:
    from pathlib import Path

    from sampan.bench.ledger import Ledger
    from sampan.bench.market import Market
    from sampan.bench.voyage import Voyage
    from sampan.suite.verb import Verb

HOLDER = "security_agent"
"""The agent."""
LEI = "SAMPAN000000HOLDER"
VALUE, DRAWN, PART = 1_000_000, 80_000, 10_000
DAYS = 40
"""Until a loan is repaid."""
BOXES = 11
"""Of the bill from which the cost of each further container is told."""
NOTHING = bytes(32)


class Lending:
    """The suite's loan book with a borrower, two lenders and their agent; the sale pays through it."""

    def __init__(self, ledger: Ledger, market: Market, voyage: Voyage, root: Path) -> None:
        self._ledger, self._market, self._voyage, self.stage = ledger, market, voyage, ledger.stage
        self._book, self._positions = (ledger.manifest.address(name) for name in ("LoanBook", "Positions"))
        self._agent = ledger.enrol_bank(HOLDER, LEI)
        ledger.list_room(self._book)
        ledger.open(self._positions, OpenTo(ledger.countries, keccak(b"consent of the lenders")))
        for deposit in (market.deposit, market.other):
            for role in (SELLER, BUYER, BANK, OTHER_BANK):
                self._send(role, deposit, Approve(deposit, self._book, ANY))
        # Whose group's word counts for nothing is noted once for each carrier.
        self._send("relayer", self._book, GroupCarrier(pack_lei(PARTIES["carrier"].lei)))
        self._facilities = self._boxes = self._transferred = self._used = 0
        self._asking: set[int] = set()
        """Facilities that have a condition."""
        self._plain, self._conditional = self._open(), self._open(condition_of(CLAUSES))
        for facility in (self._plain, self._conditional):
            self._pledge(facility)
        self._peer = Morpho(self.stage, root)
        self.position_transfer()

    def gas(self, name: str) -> int:
        """What an act of `LENDING`, or of the peer, costs; each is a method."""
        gas: int = getattr(self, name)()
        return gas

    # --------------------------------------------------------------------------------------------------------- the peer

    def morpho_borrow(self) -> int:
        return self._peer.borrow()

    def morpho_repay(self) -> int:
        return self._peer.repay()

    # ------------------------------------------------------------------------------------------------------------ loans

    def open_facility(self) -> int:
        self._open()
        return self._used

    def pledge_and_draw(self) -> int:
        self._pledge(self._plain)
        return self._used

    def pledge_and_draw_conditioned(self) -> int:
        self._pledge(self._conditional)
        return self._used

    def pledge_further_box(self) -> int:
        """Of a bill with eleven containers, each beside the first."""
        self._pledge(self._plain, boxes=BOXES)
        return -(-(self._used - self.pledge_and_draw()) // (BOXES - 1))

    def part_repayment(self) -> int:
        return self._send(SELLER, self._book, Repay(self._plain, PART, self._market.deposit, ()))

    def repay_and_release(self) -> int:
        return self._repaid(self._market.deposit)

    def repay_and_release_cross_bank(self) -> int:
        return self._repaid(self._market.other)

    def release_further_box(self) -> int:
        """Of a bill with eleven containers, each beside the first."""
        return -(-(self._repaid(self._market.deposit, BOXES) - self.repay_and_release()) // (BOXES - 1))

    def pledge_sold(self) -> int:
        return self._sold(self._market.deposit)

    def pledge_sold_cross_bank(self) -> int:
        return self._sold(self._market.other)

    def claim(self) -> int:
        facility = self._open()
        self._pledge(facility)
        self._send(SELLER, self._book, Repay(facility, PART, self._market.deposit, ()))
        return self._send("relayer", self._book, Claim(self._position(facility, 1)))

    def position_transfer(self) -> int:
        """Between the banks, to and fro."""
        giver, taker = (BANK, OTHER_BANK) if self._transferred % 2 == 0 else (OTHER_BANK, BANK)
        self._transferred += 1
        verb = TransferFrom(ROLES[giver], ROLES[taker], self._position(self._plain, 1))
        return self._send(giver, self._positions, verb)

    # ---------------------------------------------------------------------------------------------------------- private

    def _open(self, condition: bytes = NOTHING) -> int:
        """5 % a year on 365 days, drawn and due within the year; each bank pays out of its own deposit. Its number."""
        now = self.stage.connection.time()
        self._facilities += 1
        terms = Facility(
            borrower=self._ledger.participants[SELLER],
            agent=self._agent,
            borrower_account=ROLES[SELLER],
            agent_account=ROLES[HOLDER],
            money=self._market.deposit,
            rate=500_000,
            day_count=DayCount.ACT_365_F,
            clock=32,
            available_until=now + 360 * DAY,
            maturity=now + 360 * DAY,
            grace_days=3,
            advance=8_000,
            on_trust=5_000,
            reserve=7_000,
            condition=condition,
            filed_in="",
            also_filed_in="",
            agreement=keccak(b"facility agreement"),
            lenders=(ROLES[BANK], ROLES[OTHER_BANK]),
            commitments=(6_000_000, 4_000_000),
            salt=keccak(b"facility %d" % self._facilities),
            deadline=now + DAY,
        )
        signed = tuple(self._market.signed(role, self._book, terms) for role in (SELLER, HOLDER, BANK, OTHER_BANK))
        # Each bank pays out of its own deposits.
        self._send("relayer", self._book, Open(terms, signed, (self._market.deposit, self._market.other)))
        if condition != NOTHING:
            self._asking.add(self._facilities)
        return self._facilities

    def _pledge(self, facility: int, boxes: int = 1) -> tuple[int, tuple[int, ...]]:
        """A new bill in blank, pledged and drawn on; its number and its prints."""
        bill = self._ledger.issued()
        blank = Endorse(bill, Endorsement.BLANK, "0x" + "00" * 20, ROLES[SELLER], b"")
        self._send(SELLER, self._ledger.address, blank)
        producers = self._voyage.reported(bill, boxes) if facility in self._asking else ()
        prints = self._prints(boxes)
        text = Acceptance(facility, bill, self._ledger.acts(bill) + 1, VALUE, prints, FOREVER - 1, ROLES[HOLDER])
        signature = self._market.signed(HOLDER, self._book, text)
        pledge = Pledge(facility, VALUE, DRAWN, ROLES[HOLDER], text.deadline, prints, producers, signature.raw)
        self._send(SELLER, self._ledger.address, Lodge(bill, Endorsement.NONE, self._book, pledge.encoded))
        return bill, prints

    def _prints(self, boxes: int) -> tuple[int, ...]:
        """Of containers that nobody has pledged, that leave today."""
        today = self.stage.connection.time() // DAY
        self._boxes += boxes
        numbers = range(self._boxes - boxes, self._boxes)
        cargo = (int.from_bytes(keccak(b"container %d" % number)[:20], "big") for number in numbers)
        return tuple(sorted(Print(each, today).pack() for each in cargo))

    def _drawn(self, boxes: int = 1) -> tuple[int, int, tuple[int, ...]]:
        """A new facility, drawn on one bill forty days ago: its number, the bill, its prints."""
        facility = self._open()
        bill, prints = self._pledge(facility, boxes)
        self.stage.connection.advance_time(DAYS * DAY)
        return facility, bill, prints

    def _repaid(self, deposit: str, boxes: int = 1) -> int:
        """All is repaid out of a deposit, and the bill goes in the same act."""
        facility, bill, prints = self._drawn(boxes)
        return self._send(SELLER, self._book, Repay(facility, VALUE, deposit, (Collateral(bill, prints),)))

    def _sold(self, deposit: str) -> int:
        """The buyer pays for the bill where it lies; the loan is repaid, the rest is the seller's."""
        _, bill, _ = self._drawn()
        buyer = self._ledger.participants[BUYER]
        deadline = self.stage.connection.time() + 30 * DAY
        terms = Terms(
            (bill,),
            self._ledger.participants[SELLER],
            buyer,
            ROLES[SELLER],
            self._market.deposit,
            PRICE,
            Endorsement.TO_ORDER,
            deadline,
            source=self._book,
        )
        self._send(SELLER, self._book, Instruct(bill, self._market.sale, terms.hash, 0))
        return self._send(BUYER, self._market.sale, Pay(terms, deposit))

    def _position(self, facility: int, number: int) -> int:
        room = self._ledger.account_number(self._book)
        return loan_id(room, facility) | number

    def _send(self, role: str, to: str, verb: Verb) -> int:
        self._used = self._market.send(role, to, verb)
        return self._used
