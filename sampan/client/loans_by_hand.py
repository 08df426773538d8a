"""Verbs of the loan book that are more than their arguments: money of a facility, prints from the log, replacements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sampan.bills.terms import Terms
from sampan.client.core import VerbCall
from sampan.client.explain import is_out, listing
from sampan.client.funds import MoneyRef
from sampan.client.loan_terms import differing
from sampan.client.loans import LOANS, Loan, PledgedBill, is_all, zone_of
from sampan.client.papers import Paper
from sampan.client.paying import allowed_along, require_balance, require_signature, taken_back
from sampan.client.rooms import RoomByHand
from sampan.client.verbs import country as country_of
from sampan.client.verbs import facility_number, hash32, second, text
from sampan.errors import BadInput, UsageError, about
from sampan.finance.loans.terms import Acceptance, Appointment, Collateral, Facility, Filing, Pledge, Share
from sampan.finance.loans.verbs.agency import ReplaceAgent
from sampan.finance.loans.verbs.lending import Draw
from sampan.finance.loans.verbs.opening import Open
from sampan.finance.loans.verbs.repaying import Discharge, Forget, Repay
from sampan.finance.loans.verbs.securing import ENDING, Allot, Entrust, File, SurrenderPledged
from sampan.finance.loans.verbs.selling import Instruct
from sampan.suite.ids import lei_of
from sampan.suite.tell import amount as count_of
from sampan.suite.tell import bill_name, lei_text, moment, plain, print_name
from sampan.suite.verb import Signature
from sampan.suite.words import SurrenderFor

if TYPE_CHECKING:
    from sampan.client.ledger import Ledger
    from sampan.client.reading import BillRef, Who
    from sampan.suite.amounts import Given
    from sampan.suite.events import Instructed

_SAME: Final = "let all sign the same file: where it names no salt, its salt is the hash of the file"


class LoanBookByHand(RoomByHand):
    """Prepares what borrower, agent and lenders do with loans that bills secure."""

    # --------------------------------------------------------------------------------------------------------- opening

    def open_facility(self, signed: Sequence[Paper], *, out_of: Sequence[MoneyRef] = ()) -> VerbCall:
        """Open a facility by what borrower, agent and all lenders signed (`Ledger.sign_facility`); whoever sends it
        pays the gas. Each lender's money comes out of a deposit, in their order, by default out of the loan's."""
        if not signed:
            raise UsageError("nobody signed", subject="signed", hint="hand in what all signed")
        terms: Facility = self.require(signed[0], Facility)
        by = {paper.signer: paper for paper in signed}
        for paper in signed:
            other: Facility = self.require(paper, Facility)
            if other != terms:
                differ = "; ".join(differing(self.ledger, other, terms))
                signer = self.ledger.names.account(paper.signer)
                raise BadInput(f"is of other terms: {differ}", subject=f"what {signer} signed", hint=_SAME)
            require_signature(self.ledger, paper)
        missing = [account for account in dict.fromkeys(terms.signers) if account not in by]
        if missing:
            names = " and ".join(map(self.ledger.names.account, missing))
            raise UsageError(f"lacks the signature of {names}", subject=signed[0].about, hint="let it be signed by all")
        with about("out_of"):
            sources = tuple(self.ledger.money_address(each) for each in out_of) or (terms.money,) * len(terms.lenders)
        if len(sources) != len(terms.lenders):
            raise UsageError(
                f"names {len(sources)} deposits for {len(terms.lenders)} lenders", subject="out_of", hint="name each's"
            )
        signatures = tuple(Signature(each, by[each].digest, raw=by[each].signature) for each in terms.signers)
        return VerbCall(Open(terms, signatures, sources), said=f"open the {told(self.ledger, terms)}")

    def pledge(
        self, bill: BillRef, acceptance: Paper, *, amount: Given | None = None, producers: Iterable[Who] = ()
    ) -> VerbCall:
        """Pledge a bill as the agent accepted it (`Ledger.sign_acceptance`): lodge it in blank with the loan book, and
        draw an amount in the same act. The borrower.

        `producers` are those whose word the loan's condition may count, by default all whose word on the bill the logs
        know.
        """
        number = self.ledger.bill_id(bill)
        accepted: Acceptance = self.require(acceptance, Acceptance)
        require_signature(self.ledger, acceptance)
        if accepted.bill != number:
            raise BadInput(
                f"accepts {bill_name(accepted.bill)}",
                subject=acceptance.about,
                hint=f"pledge {bill_name(accepted.bill)}",
            )
        there = self.ledger.pledged(number)
        if there is not None and not there.out:
            raise UsageError(
                f"{bill_name(number)} secures facility {there.facility} already",
                subject=acceptance.about,
                hint=f"draw on it: `sampan finance draw {there.facility} AMOUNT {bill_name(number)}`"
                if amount is not None
                else None,
            )
        if accepted.act_count != self.ledger.ask("bill", number).act_count + 1:
            raise UsageError(
                f"{bill_name(number)} has moved on since the agent accepted it",
                subject=acceptance.about,
                hint="ask the agent to accept it anew (`sampan finance accept`)",
            )
        loan = self.ledger.loan(accepted.facility)
        with about("amount"):
            units = 0 if amount is None else self.ledger.units_above_zero(amount, loan.money.address)
        accounts = self._witnesses(loan, number, producers) if units else self._named(producers)
        terms = Pledge(
            facility=accepted.facility,
            value=accepted.value,
            amount=units,
            agent_account=acceptance.signer,
            deadline=accepted.deadline,
            prints=accepted.prints,
            producers=accounts,
            signature=acceptance.signature,
        )
        drawing = f" and draw {loan.amount(units)}" if units else ""
        return VerbCall(
            self.ledger.lodging(number, LOANS, terms.encoded),
            said=f"pledge {bill_name(number)} for {loan.amount(accepted.value)} in facility {loan.number}{drawing}",
        )

    # ------------------------------------------------------------------------------------------------------- borrowing

    def draw(self, facility: int, amount: Given, bill: BillRef, *, producers: Iterable[Who] = ()) -> VerbCall:
        """Draw, up to what the bills cover; the facility's condition is asked of one of them, of what these producers
        said, by default of all whose word on it the logs know. The borrower."""
        loan, number = self.ledger.loan(facility), self.ledger.bill_id(bill)
        with about("amount"):
            units = self.ledger.units_above_zero(amount, loan.money.address)
        accounts = self._witnesses(loan, number, producers)
        said = f"draw {loan.amount(units)} in facility {facility} on {bill_name(number)}"
        return VerbCall(Draw(facility, units, number, accounts), said=said)

    def _witnesses(self, loan: Loan, bill: int, producers: Iterable[Who]) -> tuple[str, ...]:
        """Whose word the condition of a loan may count."""
        named = self._named(producers)
        if named or not any(loan.stored.condition):
            return named
        return tuple(self.ledger.witnesses(loan.stored.condition, bill))

    def _named(self, producers: Iterable[Who]) -> tuple[str, ...]:
        with about("producers"):
            return tuple(self.ledger.address_of(each) for each in producers)

    def repay(self, facility: int, most: Given, *, out_of: MoneyRef, bills: Sequence[BillRef] = ()) -> VerbCall:
        """Repay, interest first: never more than is owed, `all` for whatever is. Bills that the rest need not cover
        leave in the same act. Anybody may pay; borrower and agent let bills go.

        Where the loan book may not spend the money yet, an allowance is signed along, when the key is here; what of it
        is not needed is taken back in the same act.
        """
        ledger, loan = self.ledger, self.ledger.loan(facility)
        if not loan.owed:
            raise UsageError("owes nothing", subject=f"facility {facility}", hint="pay nothing")
        with about("out_of"):
            paying = ledger.money_address(out_of)
        everything = is_all(most)
        with about("most"):
            # Interest grows by the day until the act is in a block.
            asked = loan.owed_tomorrow if everything else ledger.units_above_zero(most, loan.money.address)
        units = min(asked, loan.owed_tomorrow)
        require_balance(ledger, paying, min(units, loan.owed))
        amount = "all that is owed" if everything else f"at most {loan.amount(units)}"
        leaving = self._leaving(bills)
        let_go = f" and let {_names(leaving)} go" if leaving else ""
        allowed = allowed_along(ledger, LOANS, paying, units)
        return VerbCall(
            # As it was asked for, not as what is owed now cuts it: called again it is the same act.
            Repay(facility, asked, paying, leaving),
            **allowed.beside,
            # Allowed is a day's interest more than is owed now: the day may turn before the act is in a block.
            behind=taken_back(ledger, LOANS, paying) if allowed.shown and units > loan.owed else (),
            said=f"repay {amount} in facility {facility}{let_go}",
        )

    def discharge(self, facility: int, bills: BillRef | Sequence[BillRef]) -> VerbCall:
        """Let bills go that the debt does not need, back to whoever pledged them; their cargo is free. Borrower and
        agent; anybody once nothing is owed and nothing can be drawn."""
        facility_number(facility)
        several = bills if isinstance(bills, Sequence) and not isinstance(bills, str) else (bills,)
        leaving = self._leaving(several)
        if not leaving:
            raise UsageError("no bill is named", subject="bills", hint="name those that shall go")
        return VerbCall(Discharge(facility, leaving), said=f"let {_names(leaving)} go from facility {facility}")

    def forget(self, bill: BillRef) -> VerbCall:
        """End what is registered for a bill that was paid for, or that ended or is out once nothing is owed: its cargo
        is free. Anybody."""
        number = self.ledger.bill_id(bill)
        return VerbCall(Forget(number, self.ledger.prints(number)))

    def _leaving(self, bills: Iterable[BillRef]) -> tuple[Collateral, ...]:
        numbers = dict.fromkeys(self.ledger.bill_id(bill) for bill in bills)
        return tuple(Collateral(number, self.ledger.prints(number)) for number in numbers)

    # ----------------------------------------------------------------------------------------------- of a pledged bill

    def instruct(self, bill: BillRef, *, room: Who, deal: bytes, least: Given | None = None) -> VerbCall:
        """Name who may take a bill for what the loan asks: a room, under the terms with this hash. The borrower; in
        default the agent, after its silence anybody, at a least price."""
        number = self.ledger.bill_id(bill)
        loan = self.ledger.loan(self._here(number).facility)
        with about("room"):
            address = self.ledger.account_or_contract(room)
        with about("least"):
            units = 0 if least is None else self.ledger.units(least, loan.money.address)
        if units and not loan.in_default:
            raise UsageError(
                f"is of a sale in default, and facility {loan.number} is not in default",
                subject="least",
                hint="leave it out: what the loan asks of the price it takes in any case",
            )
        self._require_takes(address)
        named, under = self.ledger.names.account(address), hash32(deal)
        price = f", for {loan.amount(units)} at least" if units else ""
        before = self.ledger.instructed(number)
        voids = before is not None and (before.room, before.deal) != (address, under)
        return VerbCall(
            Instruct(number, address, under, units),
            said=f"let {named} take {bill_name(number)} under 0x{under.hex()}{price}",
            warnings=(
                *((self._voided(before),) if before is not None and voids else ()),
                *((self._for_anything(named),) if loan.in_default and not units and not self._is_sale(address) else ()),
            ),
        )

    def _require_takes(self, room: str) -> None:
        """Raise `UsageError` for a room that could take no bill: not listed, or not any more."""
        found = self.ledger.account(room)
        if found.receives:
            return
        said = "was delisted, so that it takes nothing new" if found.number else "is no room of this ledger"
        raise UsageError(
            f"{said}: nobody could pay for a bill there",
            subject=self.ledger.names.account(room),
            hint=listing(self.ledger, room),
        )

    def _is_sale(self, room: str) -> bool:
        """A room whose deals have a price in their terms."""
        return "Sale" in self.ledger.addresses and room == self.ledger.address_in("Sale")

    def _for_anything(self, room: str) -> str:
        return f"without a least price {room} may take it for whatever it offers, also for nothing (--least)"

    def _voided(self, before: Instructed) -> str:
        room = self.ledger.names.account(before.room)
        return (
            f"{bill_name(before.bill)} is let to {room} under 0x{before.deal.hex()}; that counts no more from then on"
        )

    def surrender_pledged(
        self,
        bill: BillRef,
        purpose: SurrenderFor = SurrenderFor.DELIVERY,
        *,
        to: Who | None = None,
        replacements: Sequence[Terms] = (),
    ) -> VerbCall:
        """Surrender a pledged bill to its carrier: in default for delivery or paper, at any time for an amendment, with
        the bills agreed that replace it (`Ledger.replacement`). The agent."""
        number = self.ledger.bill_id(bill)
        loan = self.ledger.loan(self._here(number).facility)
        if purpose in ENDING:
            if replacements:
                raise UsageError(
                    f"nothing replaces a bill that is surrendered for {plain(purpose)}",
                    subject=bill_name(number),
                    hint="surrender it for an amendment, or leave replacements out",
                )
            if not loan.in_default:
                raise UsageError(
                    f"facility {loan.number} is not in default: its bills are surrendered for an amendment alone",
                    subject=bill_name(number),
                    hint=f"wait until after {loan.moment(loan.grace_ends)}, or let it go (`sampan finance release`)",
                )
        elif not replacements:
            raise UsageError(
                "an amendment replaces the bill", subject=bill_name(number), hint="name the bills that replace it"
            )
        with about("to"):
            carrier = self.ledger.answering(lei_text(lei_of(number)) if to is None else to)
        return VerbCall(SurrenderPledged(number, purpose, carrier, tuple(replacements)))

    def entrust(
        self,
        bill: BillRef,
        to: Who,
        *,
        until: datetime | timedelta,
        purpose: str | bytes = "",
        agreements: Iterable[Paper] = (),
    ) -> VerbCall:
        """Give a pledged bill to the borrower for a purpose, until a time; debt and registrations stay (T24). The
        agent. Raises `UsageError` without a purpose: for another the borrower may not use it."""
        number, ledger = self.ledger.bill_id(bill), self.ledger
        loan, said = ledger.loan(self._here(number).facility), text(purpose)
        if not said.strip():
            raise UsageError(
                "a trust receipt says what the bill is out for", subject="purpose", hint="name it, as in: to tranship"
            )
        with about("to"):
            address = ledger.address_of(to)
        with about("until"):
            last = ledger.within(until)
        return VerbCall(
            Entrust(number, address, last, said),
            tuple(agreements),
            said=f"give {bill_name(number)} out on trust to {ledger.names.account(address)} until {loan.moment(last)}",
        )

    def _here(self, bill: int) -> PledgedBill:
        """The pledge under which a bill lies in the loan book. Raises `NotOnLedger` where there is none, `UsageError`
        while it is out on trust."""
        found = self.ledger.pledge(bill)
        if found.out:
            said, right = is_out(bill_name(bill), found.until)
            raise UsageError(said, hint=right)
        return found

    # -------------------------------------------------------------------------------------------------------- the agent

    def file_security(
        self,
        facility: int,
        *,
        country: str,
        registry: str,
        number: str,
        document: bytes,
        filed_at: datetime | int,
        stands_until: datetime | timedelta,
    ) -> VerbCall:
        """Say that the security was filed in a register of a country, under a number, and until when it stands there
        (T26); `document` is the hash of what the register gave. The agent."""
        facility_number(facility)
        with about("country"):
            code = country_of(country)
        with about("registry"):
            where = _text32(registry)
        with about("number"):
            under = _text32(number)
        with about("filed_at"):
            since = second(filed_at)
        with about("stands_until"):
            until = self.ledger.deadline(stands_until)
        said = f"say that the security of facility {facility} stands filed in {code} until {moment(until)}: {number}"
        return VerbCall(File(facility, Filing(code, where, under, hash32(document), since, until)), said=said)

    def replace_agent(self, signed: Sequence[Paper]) -> VerbCall:
        """Replace a facility's agent by what the new one and lenders signed (`Ledger.sign_vote`): the owners of more
        than half of the shares. Positions whose owners may not vote count neither way: those that cannot act, and
        nobody follows; those of the borrower's group. Anybody."""
        if not signed:
            raise UsageError(
                "nobody signed", subject="signed", hint="hand in what the new agent and the lenders signed"
            )
        vote: Appointment = self.require(signed[0], Appointment)
        by = {paper.signer: paper for paper in signed}
        for paper in signed:
            if self.require(paper, Appointment) != vote:
                raise BadInput("is of another vote", subject=paper.about, hint="let all sign the same")
            require_signature(self.ledger, paper)
        self.ledger.require_counts(vote)
        names = self.ledger.names
        if vote.agent_account not in by:
            raise UsageError(
                f"lacks the signature of {names.account(vote.agent_account)}, the new agent",
                subject=signed[0].about,
                hint="let it sign the same: `sampan finance sign-vote VOTE`",
            )
        owners = self.ledger.owners(vote.facility)
        for paper in signed:
            if paper.signer != vote.agent_account and paper.signer not in owners.values():
                raise UsageError(
                    f"{names.account(paper.signer)} has no position of facility {vote.facility} any more",
                    subject=paper.about,
                    hint="leave it out, and ask whoever has the position",
                )
        favour = tuple(position for position, owner in owners.items() if owner in by)
        votes = {owner: self._votes(owner, vote.facility) for owner in {*owners.values()} - {*by}}
        abstaining = tuple(position for position, owner in owners.items() if votes.get(owner) is False)
        signers = (vote.agent_account, *(owners[position] for position in favour))
        signatures = tuple(Signature(each, by[each].digest, raw=by[each].signature) for each in signers)
        made = ReplaceAgent(vote.facility, vote.agent_account, vote.deadline, signatures, favour, abstaining)
        said = f"make {names.account(vote.agent_account)} the agent of facility {vote.facility}"
        return VerbCall(made, said=said)

    def _votes(self, owner: str, facility: int) -> bool:
        account = self.ledger.account(owner)
        living = self.ledger.account(self.ledger.ask("accountAt", account.number))
        borrower = self.ledger.loan(facility).stored.borrower
        return living.acts and not self.ledger.is_one_group(account.participant, borrower)

    def allot(self, bill: BillRef, shares: Sequence[tuple[BillRef, Given, Iterable[int]]]) -> VerbCall:
        """Say what of the value and cargo of a replaced bill its other replacements have: of each its value, and the
        prints of its cargo; `bill` is the one that keeps the rest. The agent."""
        number = self.ledger.bill_id(bill)
        pledge = self._here(number)
        if pledge.allotted:
            raise UsageError(
                "replaced nothing together with others, or what each has was said before",
                subject=bill_name(number),
                hint=f"`sampan finance show {pledge.facility}` tells what it counts",
            )
        loan, registered = self.ledger.loan(pledge.facility), set(self.ledger.prints(number))
        found: list[Share] = []
        for other, value, prints in shares:
            named = self.ledger.bill_id(other)
            with about("shares"):
                units = self.ledger.units(value, loan.money.address)
            words = tuple(sorted(prints))
            strange = [word for word in words if word not in registered]
            if strange or not words:
                said = f"{print_name(strange[0])} is no print of {bill_name(number)}" if strange else "has no prints"
                raise UsageError(
                    said, subject=bill_name(named), hint="name those of its cargo, each once, among what was registered"
                )
            registered -= set(words)
            found.append(Share(named, units, words))
        if not found:
            raise UsageError("no share is named", subject="shares", hint="name each other replacement, and what it has")
        told = " and ".join(f"{loan.amount(each.value)} to {bill_name(each.bill)}" for each in found)
        given = sum(each.value for each in found)
        if given > pledge.value:
            raise UsageError(
                f"{loan.amount(given)} are allotted, of {loan.amount(pledge.value)} that there are",
                subject="shares",
                hint="allot less",
            )
        rest = loan.amount(pledge.value - given)
        return VerbCall(Allot(number, tuple(found)), said=f"allot {told}; {bill_name(number)} keeps {rest}")


def told(ledger: Ledger, terms: Facility) -> str:
    """A facility in words, as whoever signs it is told."""
    amount = ledger.amount_of(sum(terms.commitments), terms.money)
    names, lenders = ledger.names, count_of(len(terms.lenders), "lender")
    parties = f"{names.participant(terms.borrower)}, {names.participant(terms.agent)} as agent"
    return f"facility of {amount} from {lenders} to {parties}, due {moment(terms.maturity, zone_of(terms.clock))}"


def _names(leaving: Iterable[Collateral]) -> str:
    return ", ".join(bill_name(each.bill) for each in leaving)


def _text32(text: str) -> bytes:
    """A text of 32 bytes at the most, as a word. Raises `UsageError`."""
    data = text.strip().encode()
    if not 0 < len(data) <= 32:
        raise UsageError(
            f"has {len(data)} bytes, a word takes 1 to 32", subject=text, hint="write it shorter, as the register does"
        )
    return data.ljust(32, b"\0")
