"""What becomes of a pledged bill: surrendered, replaced and parted, out on trust; and that the security was filed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sampan.bills import inside
from sampan.bills.terms import Terms, replacements_hash
from sampan.bills.verbs.circulation import Transfer
from sampan.bills.verbs.surrender import Surrender
from sampan.finance.loans import rules
from sampan.finance.loans.records import WHOLE, Deal, Lending
from sampan.finance.loans.subject import LOANS
from sampan.finance.loans.terms import Filing, Share
from sampan.finance.registrations.verbs import Move
from sampan.identity.records import TERMS
from sampan.model.perform import At, Call
from sampan.model.replay import Log
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.tell import Names, described
from sampan.suite.verb import Refusal, Verb, arg
from sampan.suite.verb import word as words_of
from sampan.suite.words import Kind, SurrenderFor

LOANS.structs["Terms"] = Terms
ENDING = (SurrenderFor.DELIVERY, SurrenderFor.PAPER)


@LOANS.verb("surrender", logs=ev.PledgeSurrendered, label="surrender the pledged {bill}", method="surrender_pledged")
class SurrenderPledged(Verb):
    """Surrender a pledged bill: for an amendment with its replacements agreed; in default for delivery or paper."""

    bill: int = arg(kinds.BILL)
    purpose: SurrenderFor = arg(words_of(SurrenderFor), SurrenderFor.DELIVERY, option="--for", help="What for.")
    to: str = arg(kinds.ANSWERING, help="Account of the carrier.")
    replacements: tuple[Terms, ...] = arg(kinds.STRUCT, ())

    def run(self, at: At) -> None:
        state = at.state
        deal = rules.deal_of(state, self.bill)
        book = rules.book_of(state, deal.facility)
        rules.of_agent(at, book)
        agreed = bytes(32)
        if self.purpose in ENDING:
            if not rules.is_late(book, state.now):
                raise Refusal("NotInDefault", deal.facility)
            deal = deal.with_value(0)
        else:
            # The one that has all counts the others.
            if deal.joint and not deal.others and len(self.replacements) > 1:
                raise Refusal("NotAllotted", self.bill)
            for terms in self.replacements:
                if terms.kind is not Kind.BLANK:
                    raise Refusal("NotPledgeable", terms.bill, terms.kind)
            agreed = replacements_hash((self.bill,), self.replacements)
        at.log(ev.PledgeSurrendered(deal.facility, self.bill, self.purpose, deal.value, at.actor))
        if self.purpose in ENDING:
            at.steps.call(rules.redealt(state, self.bill, deal))
        elif isinstance(told := at.told(), ev.Surrendered):
            # Of the replacements the log has the hash.
            agreed = told.agreed
        inside.calls(at, Surrender(self.bill, self.purpose, self.to, agreed, b""))

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e: ev.PledgeSurrendered = log.first
        yield e.by, cls(e.bill, e.purpose, log.next_of(ev.Surrendered, bill=e.bill).to, ())


@LOANS.verb("allot", logs=ev.Allotted, label="allot what {bill} covers among {shares}")
class Allot(Verb):
    """Say what of the value and cargo of a replaced bill each of its other replacements has. The agent."""

    bill: int = arg(kinds.BILL)
    shares: tuple[Share, ...] = arg(kinds.STRUCT)

    def run(self, at: At) -> None:
        state = at.state
        deal = rules.deal_of(state, self.bill)
        book = rules.book_of(state, deal.facility)
        rules.of_agent(at, book)
        if not deal.others:
            raise Refusal("NothingToAllot", self.bill)
        if len(self.shares) != deal.others:
            raise Refusal("SharesMissing", self.bill, deal.others)
        value, units, pledges, own = deal.value, deal.units, book.pledges, rules.own(state)
        at.log(ev.Allotted(deal.facility, self.bill, self.shares, pledges, at.actor))
        for share in self.shares:
            other = rules.deal_of(state, share.bill)
            together = other.joint and other.debt == deal.debt and not other.units
            if not together or share.bill == self.bill:
                raise Refusal("NotUnderThisDeal", share.bill)
            if share.value > value or not 0 < len(share.prints) < units:
                raise Refusal("AllottedTooMuch", share.bill)
            value, units, pledges = value - share.value, units - len(share.prints), pledges + 1
            found = Deal(deal.facility, pledges, len(share.prints), share.value)
            at.steps.call(Call(own, Move(deal.debt, found.debt, share.prints)))
            at.steps.call(rules.redealt(state, share.bill, found))
        rest = Deal(deal.facility, deal.pledge, units, value)
        at.steps.call(rules.redealt(state, self.bill, rest))


@LOANS.verb("entrust", logs=ev.Entrusted, label="give {bill} out on trust to {to}", command="finance entrust")
class Entrust(Verb):
    """Give a pledged bill to the borrower for a purpose, until a time; debt and registrations stay. The agent."""

    bill: int = arg(kinds.BILL)
    to: str = arg(kinds.RECEIVER, help="Account of the borrower.")
    until: int = arg(kinds.DEADLINE, help="Last second, until which it is out.")
    purpose: bytes = arg(kinds.REMARK, help="What for; logged for everybody to read.")

    def run(self, at: At) -> None:
        state = at.state
        deal = rules.deal_of(state, self.bill)
        book = rules.book_of(state, deal.facility)
        rules.of_agent(at, book)
        if state.account(self.to).participant != book.borrower:
            raise Refusal("NotAParty", self.to)
        if not state.now < self.until < 2**40:
            raise Refusal("TrustUnfit", self.until)
        if deal.joint:
            raise Refusal("NotAllotted", self.bill)
        counts = deal.value * book.on_trust // WHOLE
        owed = rules.owed(book, rules.accrued(book, state.now))
        if owed:
            rules.require_covered(book, owed, book.value - deal.value + counts)
        at.log(ev.Entrusted(deal.facility, self.bill, self.to, self.until, counts, self.purpose, at.actor))
        inside.calls(at, Transfer(self.bill, self.to, self.purpose))


@LOANS.verb(
    "file",
    logs=ev.SecurityFiled,
    label="say that the security of facility {facility} was filed",
    method="file_security",
)
class File(Verb):
    """Say that the security was filed where a law asks for it (T26). The agent."""

    facility: int = arg(kinds.FACILITY)
    filing: Filing = arg(kinds.STRUCT)

    def may(self, at: At) -> ev.SecurityFiled:
        state, filing = at.state, self.filing
        rules.of_agent(at, rules.book_of(state, self.facility), TERMS)
        fit = bool(filing.country) and any(filing.registry) and filing.filed_at <= state.now
        if not fit or filing.stands_until < state.now:
            raise Refusal("FilingUnfit")
        return ev.SecurityFiled(self.facility, filing, at.actor)


# -------------------------------------------------------------------------------------------------------------- events


@LOANS.event(ev.PledgeSurrendered, "{by} surrendered the pledged {bill} of facility {facility}: {purpose}")
def surrendered(state: Lending, e: ev.PledgeSurrendered) -> None:
    deal = rules.deal_of(state, e.bill)
    book = state.facilities[e.facility]
    value, heard = book.value - deal.value + e.value, rules.heard(book, state.now)
    rules.changed(state, e.facility, value=value, heard=heard)
    state.drop(state.kept, e.bill)


@LOANS.event(ev.CarriedOn, "{replacements} are pledged in facility {facility} as {bill} was")
def carried_on(state: Lending, e: ev.CarriedOn) -> None:
    """What each is held under, the ledger tells."""
    state.drop(state.kept, e.bill)


@LOANS.event(ev.Allotted, "{by} allotted what {bill} covers in facility {facility}")
def allotted(state: Lending, e: ev.Allotted) -> None:
    heard = rules.heard(state.facilities[e.facility], state.now)
    rules.changed(state, e.facility, pledges=e.pledges + len(e.shares), heard=heard)


def _entrusted(e: ev.Entrusted, names: Names) -> str:
    said = described(e.arguments(), names)
    purpose = ": {purpose}" if e.purpose else ""
    told = "{by} gave {bill} of facility {facility} out on trust to {to} until {until}" + purpose
    return told.format(**said)


@LOANS.event(ev.Entrusted, _entrusted)
def entrusted(state: Lending, e: ev.Entrusted) -> None:
    deal = rules.deal_of(state, e.bill)
    book = state.facilities[e.facility]
    value, heard = book.value - deal.value + e.value, rules.heard(book, state.now)
    rules.changed(state, e.facility, value=value, heard=heard)
    state.put(state.kept, e.bill, replace(deal, value=e.value, until=e.until).word)


@LOANS.event(ev.SecurityFiled, "{by} filed the security of facility {facility}")
def security_filed(state: Lending, e: ev.SecurityFiled) -> None:
    filing: Filing = e.filing
    state.put(state.filed_until, (e.facility, filing.country), filing.stands_until)
    rules.changed(state, e.facility, heard=rules.heard(state.facilities[e.facility], state.now))
