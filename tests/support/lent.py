"""A ledger on which money is lent on bills in every way, in the model alone."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from support.logs import LEIS
from support.paid import Paid

from sampan.bills.rules import act_count_after
from sampan.bills.terms import Terms as BillTerms
from sampan.bills.verbs.amendments import Replace
from sampan.bills.verbs.circulation import Lodge
from sampan.bills.verbs.surrender import Accept
from sampan.finance.loans.records import Deal
from sampan.finance.loans.room import CODE, prints_of
from sampan.finance.loans.terms import Acceptance, Collateral, Facility, Filing, Pledge, Share
from sampan.finance.loans.verbs.agency import GroupCarrier, HandOver, ReplaceAgent
from sampan.finance.loans.verbs.lending import Draw
from sampan.finance.loans.verbs.opening import Open
from sampan.finance.loans.verbs.repaying import Claim, Discharge, EndAvailability, Forget, Repay, TakeSurplus
from sampan.finance.loans.verbs.securing import Allot, Entrust, File, SurrenderPledged
from sampan.finance.loans.verbs.selling import Instruct
from sampan.finance.positions.verbs import (
    Approve,
    Buy,
    CloseTo,
    OpenTo,
    PositionOffer,
    Recover,
    SetApprovalForAll,
    Split,
)
from sampan.finance.registrations.records import Print
from sampan.fuzz.alone import ADMINISTRATOR, STRANGER, address_of
from sampan.identity.verbs.recovery import ExecuteRecovery, ProposeRecovery
from sampan.identity.verbs.standing import ListRoom
from sampan.keccak import keccak
from sampan.money.deposits import verbs as deposits
from sampan.suite import ids
from sampan.suite.amounts import ANY
from sampan.suite.verb import Signature, SignedTerms
from sampan.suite.words import DayCount, Endorsement, Kind, SurrenderFor
from sampan.trade.terms import Terms
from sampan.trade.verbs import Pay

DAY = 86_400
AGENTS = {"security agent": "969500SECURITYAGNT", "other agent": "969500OTHERSECAGNT"}
PURPOSE = b"store the goods"


class Lent(Paid):
    """`bank` and `other bank` lend to the shipper on its bills, an agent holds them; the consignee buys."""

    def __init__(self) -> None:
        super().__init__()
        self.book = self.state.addresses["LoanBook"]
        self.state.contracts[self.book] = False
        self.state.rooms[self.book] = CODE
        self.act(ADMINISTRATOR, ListRoom(self.book, ("CN", "HK", "NL", "SG")))
        self.act(ADMINISTRATOR, OpenTo(("HK", "SG"), keccak(b"consent")))
        for name, lei in AGENTS.items():
            self.who[name] = self.enrol(name, lei, "HK")
        self.act("carrier", GroupCarrier(ids.pack_lei(LEIS["carrier"])), later=12)
        self.act("other bank", deposits.Issue(self.other_hkd, self.who["other bank"], 800_000))
        for name in ("bank", "shipper", "consignee", "trader"):
            self.act("bank", deposits.Issue(self.hkd, self.who[name], 800_000))
        for name, money in (("bank", self.hkd), ("other bank", self.other_hkd), ("shipper", self.hkd)):
            self.act(name, deposits.Approve(money, self.book, ANY))
        for name in ("consignee", "trader", "shipper"):
            self.act(name, deposits.Approve(self.hkd, self.sale, ANY))
        self.boxes = 0

    # ------------------------------------------------------------------------------------------------------- facilities

    def facility(self, borrower: str = "shipper", **changes: Any) -> int:
        """60,000 and 40,000 at 7.3 %, drawn within 60 days, due in 90, three days of grace; filed in the mainland."""
        agent = changes.pop("agent", "security agent")
        terms = Facility(
            borrower=self.number(borrower),
            agent=self.number(agent),
            borrower_account=self.who[borrower],
            agent_account=self.who[agent],
            money=self.hkd,
            rate=730_000,
            day_count=DayCount.ACT_365_F,
            clock=32,
            available_until=self.now + 60 * DAY,
            maturity=self.now + 90 * DAY,
            grace_days=3,
            advance=8_000,
            on_trust=5_000,
            reserve=7_000,
            condition=bytes(32),
            filed_in="CN",
            also_filed_in="",
            agreement=keccak(b"agreement"),
            lenders=(self.who["bank"], self.who["other bank"]),
            commitments=(60_000, 40_000),
            salt=len(self.state.facilities).to_bytes(32, "big"),
            deadline=self.now + DAY,
        )
        terms = replace(terms, **changes)
        signed = tuple(Signature(each) for each in terms.signers)
        self.act(STRANGER, Open(terms, signed, (self.hkd, self.other_hkd)))
        facility = len(self.state.facilities)
        if terms.filed_in:
            self.filed(facility, terms.filed_in, terms.maturity + 60 * DAY, agent)
        return facility

    def filed(self, facility: int, country: str, until: int, agent: str = "security agent") -> None:
        """The agent says that its security is filed until then."""
        filing = Filing(country, keccak(b"registry"), keccak(b"number"), keccak(b"document"), self.now, until)
        self.act(agent, File(facility, filing))

    def prints(self, count: int = 1, weight: int = 0, payload: int = 0, day: int = 20_460) -> tuple[int, ...]:
        """Of boxes that nobody has pledged."""
        self.boxes += count
        found = [Print(self.boxes - each, day, weight, payload) for each in range(count)]
        return tuple(sorted(each.pack() for each in found))

    def blank(self, by: str = "shipper", carrier: str = "carrier") -> int:
        """A bill in blank of somebody."""
        return self.issue(Kind.BLANK, to=by, carrier=carrier)

    def pledge(self, facility: int, value: int = 50_000, amount: int = 0, bill: int = 0, **said: Any) -> int:
        """A bill of the borrower's, pledged with the agent's acceptance."""
        terms = self.state.facilities[facility]
        borrower = said.pop("by", "shipper")
        agent = next(name for name in AGENTS if self.number(name) == terms.agent)
        bill = bill or self.blank(borrower)
        prints = said.pop("prints") if "prints" in said else self.prints()
        count = act_count_after(self.state.bills[bill])
        text = Acceptance(facility, bill, count, value, prints, self.now + DAY, self.who[agent])
        pledge = Pledge(facility, value, amount, self.who[agent], text.deadline, prints, ())
        signature = Signature(self.who[agent], keccak(b"accepted %d %d" % (bill, count)))
        data = SignedTerms.of(text, signature, lambda raw: replace(pledge, signature=raw).encoded)
        self.act(borrower, Lodge(bill, Endorsement.NONE, self.book, data))
        return bill

    def deal(self, bill: int) -> Deal:
        lodging = self.state.lodgings.get(bill)
        here = lodging is not None and self.state.bills[bill].possessor == self.book
        return Deal.of(lodging.deal if here and lodging else self.state.kept[bill])

    def collateral(self, bill: int) -> Collateral:
        return Collateral(bill, prints_of(self.state, self.deal(bill)))

    def amended(self, bill: int, count: int) -> list[int]:
        """Surrendered by the agent and replaced by its carrier by so many."""
        new: list[BillTerms] = [self.terms(LEIS["carrier"]) for _ in range(count)]
        self.act("security agent", SurrenderPledged(bill, SurrenderFor.AMENDMENT, self.who["carrier"], tuple(new)))
        self.act("carrier", Replace((bill,), tuple(new), b"parted"))
        return [each.bill for each in new]

    def sell(self, bill: int, price: int, by: str = "shipper", buyer: str = "consignee", **said: Any) -> Terms:
        """A pledged bill is paid for where it lies."""
        terms = replace(self._sale(bill, price, by, buyer), source=self.book)
        self.act(said.get("instructs", by), Instruct(bill, self.sale, terms.hash, said.get("least", 0)))
        self.act(buyer, Pay(terms, self.hkd))
        return terms

    def sell_free(self, bill: int, price: int, by: str, buyer: str) -> Terms:
        """A bill that nobody lends on is sold against payment."""
        terms = self.offer(bill, price, by, buyer)
        self.act(buyer, Pay(terms, self.hkd))
        return terms

    def offer(self, bill: int, price: int, by: str, buyer: str) -> Terms:
        """The same, not paid yet."""
        terms = self._sale(bill, price, by, buyer)
        self.act(by, Lodge(bill, Endorsement.NONE, self.sale, terms.encoded))
        return terms

    def _sale(self, bill: int, price: int, by: str, buyer: str) -> Terms:
        return Terms(
            seller=self.number(by),
            buyer=self.number(buyer),
            payee=self.who[by],
            money=self.hkd,
            price=price,
            bills=(bill,),
            endorsement=Endorsement.BLANK,
            deadline=self.now + 30 * DAY,
            salt=self.now.to_bytes(32, "big"),
        )

    def positions(self, facility: int) -> list[int]:
        own = self.state.accounts[self.book].number
        return sorted(each for each in self.state.positions if each >> 32 == own << 24 | facility)

    def claimed(self, facility: int) -> None:
        """Every position that is owed something has it."""
        for position in self.positions(facility):
            self.act(STRANGER, Claim(position))

    # ------------------------------------------------------------------------------------------------------- its lives

    def repaid_loan(self) -> int:
        """Drawn, parted, out on trust and back, sold, repaid, claimed, over."""
        number = self.facility()
        first = self.pledge(number, 100_000, 20_000)
        second = self.pledge(number, 50_000, prints=self.prints(3))
        self.act("shipper", Draw(number, 15_001, first, ()))
        self.pass_days(7)
        self.act("shipper", Repay(number, 3_000, self.hkd, ()))
        self.claimed(number)
        one, other = self.amended(second, 2)
        self.act("security agent", Allot(one, (Share(other, 20_000, self.collateral(one).prints[:1]),)))
        self.act("security agent", Entrust(first, self.who["shipper"], self.now + 10 * DAY, PURPOSE))
        self.pass_days(5)
        self.pledge(number, 90_000, bill=first, prints=())
        self.act("bank", Split(self.positions(number)[0], 20_000))
        self.pass_days(3)
        self.sell(other, 30_000)
        self.act(STRANGER, Forget(other, self.collateral(other).prints))
        self.act("shipper", Repay(number, 11_111, self.hkd, (self.collateral(one),)))
        self.claimed(number)
        self.pass_days(60)
        self.act(STRANGER, EndAvailability(number))
        self.act("shipper", Repay(number, ANY // 2**150, self.hkd, ()))
        self.act("shipper", Discharge(number, (self.collateral(first),)))
        self.claimed(number)
        return number

    def defaulted_loan(self) -> int:
        """Not repaid in time: one bill is surrendered for the goods, the other sold; what is left is the borrower's."""
        number = self.facility(day_count=DayCount.ACT_360, clock=0)
        bill, ended = self.pledge(number, 60_000, 40_000), self.pledge(number, 40_000)
        self.pass_days(94)
        self.act("security agent", SurrenderPledged(ended, SurrenderFor.DELIVERY, self.who["carrier"], ()))
        self.act("carrier", Accept(ended, b""))
        self.sell(bill, 55_000, instructs="security agent", least=50_000)
        self.act("shipper", TakeSurplus(number))
        for each in (bill, ended):
            self.act(STRANGER, Forget(each, self.left(each)))
        self.act(STRANGER, EndAvailability(number))
        self.claimed(number)
        return number

    def left(self, bill: int) -> tuple[int, ...]:
        """The prints of a bill that ended or was sold."""
        word = self.state.kept.get(bill)
        deal = Deal.of(self.state.lodgings[bill].deal) if word is None else Deal.of(word)
        return prints_of(self.state, deal)

    def standing_loan(self) -> int:
        """Drawn, one bill out on trust and not late, another held for a new agent and offered, not paid yet."""
        number = self.facility(salt=keccak(b"standing"))
        held = self.pledge(number, 60_000, 25_000)
        out = self.pledge(number, 30_000, prints=self.prints(1, 9_000, 20_000))
        self.act("security agent", Entrust(out, self.who["shipper"], self.now + 20 * DAY, PURPOSE))
        new = self.who["other agent"]
        votes = tuple(self.positions(number)[:1])
        signed = (Signature(new), Signature(self.who["bank"]))
        self.act(STRANGER, ReplaceAgent(number, new, self.now + DAY, signed, votes, ()))
        self.act(STRANGER, HandOver(held))
        self.pass_days(6)
        self.act("shipper", Repay(number, 1_000, self.hkd, ()))
        self.act("shipper", Instruct(held, self.sale, self._sale(held, 50_000, "shipper", "consignee").hash, 0))
        return number

    def lend(self) -> Lent:
        """Facilities 1, 2 and 3: repaid, defaulted, standing."""
        self.repaid_loan()
        self.defaulted_loan()
        self.standing_loan()
        return self

    def traded(self, facility: int) -> None:
        """Its first position is bought, its second goes to the successor of a lost account."""
        who, (sold, lost) = self.who, self.positions(facility)[:2]
        seller, key, fresh = self.state.positions[sold].owner, who["other bank"], address_of("fresh key")
        name = next(each for each, account in who.items() if account == seller)
        self.act("trader", deposits.Approve(self.hkd, self.state.addresses["Positions"], ANY))
        self.act(name, Approve(who["trader"], sold))
        self.act(name, SetApprovalForAll(who["trader"], is_approved=True))
        known = self.state.positions[sold]
        terms = (self.hkd, 400, known.shares, known.had, keccak(b"salt"), self.now + DAY)
        offer = PositionOffer(sold, seller, self.number("trader"), *terms)
        self.act("trader", Buy(offer, self.hkd, Signature(seller, keccak(b"offer"))))
        self.act(ADMINISTRATOR, CloseTo(("SG",)))
        roles = self.state.accounts[key].roles
        self.act(ADMINISTRATOR, ProposeRecovery(key, fresh, roles, self.now + 400 * DAY, b"key lost", Signature(fresh)))
        self.pass_days(8)
        self.act(STRANGER, ExecuteRecovery(key))
        self.act(STRANGER, Recover(lost))


@cache
def lent() -> Lent:
    """Facilities 1, 2 and 3: repaid, defaulted, standing. Do not act on it."""
    return Lent().lend()


@cache
def lent_and_traded() -> Lent:
    """The same, and positions of the third were sold and recovered. Do not act on it."""
    ledger = Lent().lend()
    ledger.traded(3)
    return ledger


__all__ = ["AGENTS", "DAY", "PURPOSE", "Lent", "lent", "lent_and_traded"]
