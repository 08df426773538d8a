"""Random acts of loans: facilities are opened, bills pledged, money drawn and repaid, bills sold; right and wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, Literal

from sampan.bills.records import Bill
from sampan.bills.room_chance import RoomChance
from sampan.bills.rules import act_count_after
from sampan.bills.terms import replacements_hash
from sampan.bills.verbs.circulation import Lodge
from sampan.cargo.beginning import CONDITIONS
from sampan.cargo.rules import condition_of
from sampan.finance.loans import rules
from sampan.finance.loans.records import Book, Deal
from sampan.finance.loans.room import prints_of
from sampan.finance.loans.subject import LOANS
from sampan.finance.loans.terms import Acceptance, Collateral, Facility, Filing, Pledge, Share
from sampan.finance.loans.verbs import SignedCall
from sampan.finance.loans.verbs.agency import GroupCarrier, HandOver, ReplaceAgent
from sampan.finance.loans.verbs.lending import Draw
from sampan.finance.loans.verbs.opening import Open
from sampan.finance.loans.verbs.repaying import Claim, Discharge, EndAvailability, Forget, Repay, TakeSurplus
from sampan.finance.loans.verbs.securing import Allot, Entrust, File, SurrenderPledged
from sampan.finance.loans.verbs.selling import Instruct, Release
from sampan.identity.records import BANK, DAY, MOVE, TERMS
from sampan.suite.ids import loan_number_of
from sampan.suite.verb import NOBODY, Signature, SignedTerms, Verb
from sampan.suite.words import DayCount, Endorsement, Kind, Status, SurrenderFor
from sampan.trade.terms import Terms
from sampan.trade.verbs import Pay

MOST_FACILITIES = 5
MOST_PLEDGED = 6
WHOSE: Final[Mapping[type[Verb], Literal["borrower", "agent", "anybody"]]] = {
    **dict.fromkeys((Draw, Discharge, Instruct, TakeSurplus), "borrower"),
    **dict.fromkeys((SurrenderPledged, Allot, Entrust, File), "agent"),
    **dict.fromkeys((Open, Repay, Forget, EndAvailability, Claim, ReplaceAgent, HandOver, GroupCarrier), "anybody"),
    Release: "anybody",
}
"""Whose act each verb is, mostly: in default the agent instructs, and whoever is named for a bill releases it."""


class LoansChance(RoomChance):
    """Mostly whoever may, in a facility that stands. An act is about a facility, by its number, or about a bill."""

    # Of the chances of bills, money, sale and register, with which this one is one object.
    state: Any
    offer: Callable[[], Any]
    next_bills: Callable[[], Any]
    draw_bill: Callable[[], int]
    draw_deposit: Callable[[], str]
    draw_prints: Callable[[], tuple[int, ...]]
    _plans: dict[bytes, Any]
    _by_key: Callable[[str], Signature]
    _carriers_account: Callable[[Bill], str]
    _replacements: Callable[[tuple[int, ...], str], tuple[Any, ...]]

    SHARES = {"loans": 30}
    WEIGHTS = {
        **dict.fromkeys(("repay", "draw", "surrender"), 3),
        **dict.fromkeys(("discharge", "claim", "instruct", "entrust", "forget"), 2),
        "replaceAgent": 0.5,
        "groupCarrier": 2,
    }

    def next_loans(self) -> Any:
        """An act in a facility; a new one while there are few; a bill for one that has few."""
        if not self.state.facilities or (len(self.state.facilities) < MOST_FACILITIES and self.chance(0.2)):
            return self.act(Open, self.any(self.stage.keys))
        here = self._pledged()
        if len(here) < MOST_PLEDGED and self.chance(0.45):
            return self._pledge()
        facility = self._busy(here)
        book = self.state.facilities[facility]
        late = rules.is_late(book, self.now)
        sourced = [each for each in self._sourced() if each.bills[0] in self.state.kept and each.money == book.money]
        if sourced and self.chance(0.8 if late else 0.4):
            return self._pay(self.any(sourced[-4:]))
        rich = [number for number, each in self.state.facilities.items() if each.surplus]
        if rich and self.chance(0.6):
            owner = self.account_of(self.state.facilities[rich[0]].borrower, MOVE | TERMS)
            return self.act(TakeSurplus, self._key(owner), rich[0])
        verb = self.pick(self.verbs["loans"])
        if late and self.chance(0.5):
            verb = self.any((Instruct, Instruct, TakeSurplus))
        elif self.chance(0.08):
            verb = Instruct
        joint = [bill.id for bill in here if self._deal(bill.id).joint and self._deal(bill.id).units > 1]
        if joint and self.chance(0.6):
            facility, verb = self._deal(joint[0]).facility, Allot
            book = self.state.facilities[facility]
        held = [bill.id for bill in here if self._wants_hand(bill.id)]
        if held and self.chance(0.3):
            return self.stage.call(self.any(self.stage.keys), HandOver(self.any(held)))
        party = book.agent if WHOSE.get(verb) == "agent" or (verb is Instruct and late) else book.borrower
        sender = self.account_of(party, MOVE | TERMS) if self.chance(0.92) else self.anybody()
        return self.act(verb, self._key(sender), facility)

    def _sourced(self) -> list[Terms]:
        """Sales of pledged bills that somebody was named for."""
        found: list[Terms] = self.__dict__.setdefault("_sourced_terms", [])
        return found

    def _wants_hand(self, bill: int) -> bool:
        """Whether a pledged bill is held for an agent that there was."""
        deal, lodging = self._deal(bill), self.state.lodgings.get(bill)
        book = self.state.facilities.get(deal.facility)
        return lodging is not None and book is not None and lodging.holder != book.agent

    def _busy(self, here: list[Bill]) -> int:
        """A facility in which something is pledged, mostly."""
        found = [Deal.of(self.state.lodgings[bill.id].deal).facility for bill in here if bill.id in self.state.lodgings]
        return self.any(found) if found and self.chance(0.85) else self.any(list(self.state.facilities))

    def _pledged(self) -> list[Bill]:
        own = self.stage.own[LOANS.contract]
        return [bill for bill in self.state.bills.values() if bill.possessor == own]

    def _book(self) -> tuple[int, Book | None]:
        """The facility at hand, mostly."""
        if self.about in self.state.facilities:
            return self.about, self.state.facilities[self.about]
        return 0, None

    def _bill_of(self, facility: int) -> int:
        """A bill that is pledged in a facility, or out of it."""
        here = [
            bill.id
            for bill in self._pledged()
            if bill.id in self.state.lodgings and Deal.of(self.state.lodgings[bill.id].deal).facility == facility
        ]
        out = [bill for bill, word in self.state.kept.items() if Deal.of(word).facility == facility]
        fit = here if here and self.chance(0.8) else here + out
        return self.any(fit) if fit and self.chance(0.96) else self.draw_bill()

    def _deal(self, bill: int) -> Deal:
        return rules.deal_wherever(self.state, bill)

    def _prints_of(self, bill: int) -> tuple[int, ...]:
        """The prints of a bill's pledge, mostly."""
        prints = prints_of(self.state, self._deal(bill))
        if self.chance(0.95) or not prints:
            return prints
        return prints[1:] if self.chance(0.5) else tuple(sorted((*prints[1:], *self.draw_prints()[:1])))

    # ------------------------------------------------------------------------------------------------------------ open

    def _lender(self) -> str:
        fit = [key for key in self.stage.keys if self.state.account(key).roles & (BANK | TERMS) == BANK | TERMS]
        return self.any(fit) if fit and self.chance(0.95) else self.any(self.stage.keys)

    def _borrower(self) -> str:
        """Whoever has a bill that may be pledged, mostly."""
        fit = [bill.possessor for bill in self._fit()]
        fit = [each for each in fit if each in self.stage.keys and self.state.account(each).roles & TERMS]
        return self.any(fit) if fit and self.chance(0.9) else self.any(self.stage.keys)

    def _fit(self) -> list[Bill]:
        """Bills that their possessors could pledge."""
        return [
            bill
            for bill in self.state.bills.values()
            if bill.status is Status.LIVE
            and not self.state.account(bill.possessor).room
            and (
                bill.kind is Kind.BLANK
                or (bill.kind is Kind.ORDER and bill.titleholder == self.state.account(bill.possessor).participant)
            )
        ]

    def try_open(self, verb: type[Verb]) -> Any:
        lenders = tuple(self._lender() for _ in range(1 + self.below(3)))
        deposits = list(self.state.deposits)
        money = self.any(deposits) if deposits and self.chance(0.97) else self.any(self.stage.people)
        agent_account = self._lender()
        borrower_account = self._borrower()
        maturity = self.now + self.below(400 * DAY)
        terms = Facility(
            borrower=self.state.account(borrower_account).participant,
            agent=self.state.account(agent_account).participant,
            borrower_account=borrower_account,
            agent_account=agent_account,
            money=money,
            rate=self.below(2_000_000),
            day_count=self.any(tuple(DayCount)),
            clock=self.any((0, 32, -20)),
            available_until=max(self.now, maturity - self.below(200 * DAY)),
            maturity=maturity,
            grace_days=self.below(5),
            advance=self.any((10_000, 8_000, 5_000)),
            on_trust=self.any((10_000, 5_000, 0)),
            reserve=self.any((8_000, 5_000)),
            condition=bytes(32) if self.chance(0.7) else condition_of(self.any(CONDITIONS)),
            filed_in="" if self.chance(0.9) else "HK",
            also_filed_in="",
            agreement=self.hash(),
            lenders=lenders,
            commitments=tuple(self.below(900) + (1 if self.chance(0.98) else 0) for _ in lenders),
            salt=self.hash(),
            deadline=self.deadline(),
        )
        if self.chance(0.1):
            terms = self._unfit(terms)
        opened = self.__dict__.setdefault("_opened", [])
        if opened and self.chance(0.05):
            return self.any(opened)
        signatures = tuple(self._signature(signer, 0.99) for signer in terms.signers)
        if self.chance(0.02):
            signatures = signatures[1:]
        known = self.state.deposits.get(money)
        same = [each.address for each in self.state.deposits.values() if known and each.book == known.book]
        from_ = tuple(self.any(same or [NOBODY]) for _ in lenders)
        if self.chance(0.02):
            from_ = from_[1:]
        self.texts.append(terms)
        opened.append(Open(terms, signatures, from_))
        del opened[:-5]
        return opened[-1]

    def _unfit(self, terms: Facility) -> Facility:
        """One term that cannot be."""
        changes: tuple[dict[str, Any], ...] = (
            {"rate": 10**7 + 1},
            {"clock": 57},
            {"maturity": self.now - 1, "available_until": self.now - 1},
            {"available_until": terms.maturity + 1},
            {"grace_days": 256},
            {"advance": 0},
            {"on_trust": 10_001},
            {"reserve": 10_001},
            {"agent": terms.borrower},
            {"also_filed_in": "CN", "filed_in": ""},
            {"commitments": terms.commitments[1:]},
            {"commitments": tuple(2**104 for _ in terms.commitments)},
            {"lenders": (), "commitments": ()},
        )
        return replace(terms, **self.any(changes))

    # --------------------------------------------------------------------------------------------------- pledge, draw

    def _pledge(self) -> Any:
        """A bill of a borrower's, lodged in the book; or one of somebody else."""
        borrowers = {book.borrower for book in self.state.facilities.values()}
        fit = [
            bill
            for bill in self._fit()
            if self.state.account(bill.possessor).participant in borrowers or self.chance(0.05)
        ]
        if not fit:
            return self.next_bills()
        bill = self.any(fit)
        self.about = bill
        how = Endorsement.BLANK if bill.kind is Kind.ORDER and self.chance(0.98) else Endorsement.NONE
        call = Lodge(bill.id, how, self.stage.own[LOANS.contract], self.pledge())
        return self.stage.call(bill.possessor, call)

    def pledge(self) -> bytes:
        """Terms by chance, of the bill at hand, with the agent's acceptance."""
        bill: Bill = self.about
        participant = self.state.account(bill.possessor).participant
        fit = [number for number, book in self.state.facilities.items() if book.borrower == participant]
        facility = self.any(fit) if fit and self.chance(0.97) else self.below(8)
        book = self.state.facilities.get(facility)
        agent_account = self.account_of(book.agent, TERMS) if book else self.any(self.stage.keys)
        value = self.below(1_500) if self.chance(0.98) else 2**104
        out = rules.deal_outside(self.state, bill.id)
        prints = () if out.until and not out.sold and self.chance(0.9) else self.draw_prints()
        amount = self.below(min(value, 500) + 1) if self.chance(0.6) else 0
        producers = tuple(self._producers())
        # It counts for the count that the bill has when it is lodged, which is the next.
        acts = act_count_after(bill) if self.chance(0.96) else bill.act_count
        text = Acceptance(facility, bill.id, acts, value, prints, self.deadline(), agent_account)
        pledge = Pledge(facility, value, amount, agent_account, text.deadline, prints, producers)
        self.texts.append(text)
        return SignedTerms.of(text, self._signature(agent_account), lambda raw: replace(pledge, signature=raw).encoded)

    def _producers(self) -> list[str]:
        """An account of each producer, mostly."""
        found = [self.account_of(producer) for producer in self.stage.producers]
        return found if self.chance(0.9) else found[1:]

    def draw_facility(self) -> int:
        return self._book()[0] if self.chance(0.97) else self.below(9)

    def try_draw(self, verb: type[Verb]) -> Any:
        facility, book = self._book()
        undrawn = book.undrawn if book else 0
        amount = self.below(min(undrawn, 400) + 1) if self.chance(0.95) else undrawn + 1
        return Draw(facility, amount, self._bill_of(facility), tuple(self._producers()))

    # ---------------------------------------------------------------------------------------------- repay, discharge

    def _collateral(self, facility: int) -> Collateral:
        bill = self._bill_of(facility)
        return Collateral(bill, self._prints_of(bill))

    def try_repay(self, verb: type[Verb]) -> Any:
        facility, book = self._book()
        owed = rules.owed(book, rules.accrued(book, self.now)) if book else 0
        most = self.any((owed, owed, owed + self.below(50), self.below(owed + 1)))
        deposits = list(self.state.deposits)
        known = self.state.deposits.get(book.money) if book else None
        same = [each.address for each in self.state.deposits.values() if known and each.book == known.book]
        from_ = self.any(same) if same and self.chance(0.96) else self.any(deposits or [NOBODY])
        bills = () if self.chance(0.6) else (self._collateral(facility),)
        return Repay(facility, most, from_, bills)

    def try_discharge(self, verb: type[Verb]) -> Any:
        facility, _ = self._book()
        return Discharge(facility, tuple(self._collateral(facility) for _ in range(1 + self.below(2))))

    def try_forget(self, verb: type[Verb]) -> Any:
        out = [bill for bill in self.state.kept if not rules.lies_here(self.state, bill)]
        bill = self.any(out) if out and self.chance(0.8) else self._bill_of(self._book()[0])
        return Forget(bill, self._prints_of(bill))

    def try_claim(self, verb: type[Verb]) -> Any:
        positions = list(self.state.positions)
        return self.drawn(verb, position=self.any(positions) if positions and self.chance(0.97) else self.below(9))

    # ----------------------------------------------------------------------------------------------- sell, surrender

    def try_instruct(self, verb: type[Verb]) -> Any:
        """An offer of the sale, mostly, for which the next act may be its payment."""
        facility, book = self._book()
        bill = self._bill_of(facility)
        self.about = self.state.bills.get(bill) or self.about
        if not isinstance(self.about, Bill):
            return Instruct(bill, self.stage.own["Sale"], self.hash(), 0)
        late = book is not None and rules.is_late(book, self.now)
        if late and self.chance(0.2):
            # Silence: whoever it is may begin it, at the reserve.
            sender = self._key(self.anybody())
            return self.stage.call(sender, Instruct(bill, self.stage.own["Sale"], self.hash(), self.below(1_500)))
        if self.chance(0.05):
            return self._for_itself(bill)
        terms = self.sourced(bill, book)
        self._sourced().append(terms)
        del self._sourced()[:-40]
        room = self.stage.own["Sale"] if self.chance(0.97) else self.any(self.stage.people)
        least = self.any((self.below(300), self.below(3_000), 2**120)) if late and self.chance(0.5) else 0
        return Instruct(bill, room, terms.hash, least)

    def _for_itself(self, bill: int) -> Instruct:
        """The book is named for its own bill, which somebody may then sign for ({try_act})."""
        named = self.__dict__.setdefault("_named", [])
        named.append((bill, self.hash()))
        del named[:-5]
        return Instruct(bill, self.stage.own[LOANS.contract], named[-1][1], self.below(1_500))

    def try_release(self, verb: type[Verb]) -> Any:
        """What the book was named for, mostly: nobody calls it but rooms, and whoever signs."""
        named = self.__dict__.get("_named")
        if not named or self.chance(0.1):
            return self.drawn(verb)
        bill, deal = self.any(named)
        return Release(bill, self.below(3_000), self.anybody(), Endorsement.NONE, deal)

    def _pay(self, terms: Terms) -> Any:
        """A pledged bill is paid for where it lies."""
        sender = self._key(self.account_of(terms.buyer, MOVE | TERMS) if self.chance(0.95) else self.anybody())
        known = self.state.deposits.get(terms.money)
        same = [each.address for each in self.state.deposits.values() if known and each.book == known.book]
        return self.stage.call(sender, Pay(terms, self.any(same or [NOBODY])))

    def sourced(self, bill: int, book: Book | None) -> Any:
        """Terms of a sale of a pledged bill, which lies where it is."""
        terms, late = self.offer(), book is not None and rules.is_late(book, self.now)
        return replace(
            terms,
            bills=(bill,),
            seller=book.borrower if book else terms.seller,
            buyer=book.agent if book and self.chance(0.35) else terms.buyer,
            payee=self.account_of(book.borrower) if book else terms.payee,
            money=book.money if book and self.chance(0.97) else terms.money,
            # In default there is more than is owed, every other time.
            price=self.below(8_000) if self.chance(0.5 if late else 0.2) else self.below(1_500),
            endorsement=self.any((Endorsement.TO_ORDER, Endorsement.BLANK)),
            source=self.stage.own[LOANS.contract],
        )

    def try_surrender(self, verb: type[Verb]) -> Any:
        facility, _ = self._book()
        bill = self._bill_of(facility)
        known = self.state.bills.get(bill)
        if known is None:
            return SurrenderPledged(bill, SurrenderFor.DELIVERY, self.anybody(), ())
        to = self._carriers_account(known)
        if self.chance(0.25):
            purpose = self.any((SurrenderFor.DELIVERY, SurrenderFor.PAPER))
            return SurrenderPledged(bill, purpose, to, ())
        # Mostly by several: what each of them covers is to be allotted.
        made = max((self._replacements((bill,), known.possessor) for _ in range(3)), key=len)
        if self.chance(0.9):
            made = tuple(replace(each, kind=Kind.BLANK, titleholder=NOBODY) for each in made)
        # The carrier replaces as agreed, mostly.
        self._plans[replacements_hash((bill,), made)] = ((bill,), made)
        return SurrenderPledged(bill, SurrenderFor.AMENDMENT, to, made)

    def try_allot(self, verb: type[Verb]) -> Any:
        joint = [
            bill.id
            for bill in self._pledged()
            if bill.id in self.state.lodgings and Deal.of(self.state.lodgings[bill.id].deal).joint
        ]
        whole = [each for each in joint if self._deal(each).units > 1] or joint
        bill = self.any(whole) if whole and self.chance(0.95) else self._bill_of(self._book()[0])
        deal = self._deal(bill)
        others = [each for each in joint if each != bill and self._deal(each).debt == deal.debt]
        prints = self._prints_of(bill)
        shares = tuple(
            Share(
                each,
                self.below(deal.value + 1) + (deal.value + 1 if self.chance(0.3) else 0),
                prints[place : place + 1],
            )
            for place, each in enumerate(others)
        )
        return Allot(bill, shares if self.chance(0.75) else shares[1:])

    def try_entrust(self, verb: type[Verb]) -> Any:
        facility, book = self._book()
        to = self.account_of(book.borrower) if book and self.chance(0.95) else self.anybody()
        until = self.now + self.below(20 * DAY) if self.chance(0.95) else self.now
        return Entrust(self._bill_of(facility), to, until, self.draw_remark())

    def try_file(self, verb: type[Verb]) -> Any:
        facility, _ = self._book()
        until = self.now + self.below(200 * DAY) if self.chance(0.9) else self.now - 1
        country = self.any(("HK", "CN")) if self.chance(0.95) else ""
        filed_at = self.now - self.below(DAY) if self.chance(0.95) else self.now + DAY
        registry = b"registry".ljust(32, b"\0") if self.chance(0.95) else bytes(32)
        return File(facility, Filing(country, registry, self.hash(), self.hash(), filed_at, until))

    def try_replace_agent(self, verb: type[Verb]) -> Any:
        facility, _ = self._book()
        positions = sorted(each for each in self.state.positions if loan_number_of(each) == facility)
        acting = [each for each in positions if self.state.account(self.state.positions[each].owner).acts(self.now)]
        favour = tuple(acting if self.chance(0.7) else acting[1:])
        abstaining = tuple(each for each in positions if each not in acting)
        if acting and self.chance(0.15):
            # One that may vote is said not to.
            one = self.any(acting)
            favour, abstaining = tuple(each for each in favour if each != one), tuple(sorted((*abstaining, one)))
        if self.chance(0.2):
            favour = self.any((favour[::-1], favour * 2, (*favour, 1 << 88 | 5)))
        agent_account = self._lender()
        owners = [self.state.positions[each].owner if each in self.state.positions else NOBODY for each in favour]
        signers = (agent_account, *owners)
        signatures = tuple(self._signature(signer, 0.98) for signer in signers)
        call = ReplaceAgent(facility, agent_account, self.deadline(), signatures, favour, abstaining)
        self.texts.append(call.texts(self.state)["signatures"])
        return call

    def try_act(self, verb: type[Verb]) -> Any:
        if self.chance(0.1) and self.__dict__.get("_named"):
            return self.signed_call(LOANS, lambda: self.act(Release, self._key(self.anybody())), SignedCall)
        return self.signed_call(LOANS, self.next_loans, SignedCall)

    def try_multicall(self, verb: type[Verb]) -> Any:
        return self.several_calls(LOANS, self.next_loans)

    def try_permit(self, verb: type[Verb]) -> Any:
        owner, permit = self.any(self.stage.keys), verb
        made: Any = permit
        return made(self.draw_deposit(), owner, self.below(500), self.deadline(), self._by_key(owner))

    def try_group_carrier(self, verb: type[Verb]) -> Any:
        return self.drawn(verb, carrier=self.any(self.stage.carriers) if self.chance(0.9) else self.draw_lei())

    def draw_deposits(self) -> tuple[str, ...]:
        return (self.draw_deposit(),)
