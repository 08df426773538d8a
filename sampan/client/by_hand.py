"""Verbs that are more than their arguments: a bill from its document, replacements, what was signed elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sampan.bills.terms import Terms
from sampan.bills.verbs.amendments import Replace
from sampan.bills.verbs.issue import Issue, IssueFromPaper
from sampan.bills.verbs.signed import Act as SendAct
from sampan.bills.verbs.signed import Agreement, Record, SignedAct
from sampan.bills.verbs.tokens import Approve
from sampan.client import issue, wire
from sampan.client.core import VerbCall
from sampan.client.papers import Paper
from sampan.client.records import Bill
from sampan.client.verbs import Calls, count, hash32, seconds, text
from sampan.errors import BadInput, UsageError, about
from sampan.identity.verbs.accounts import AddAccount, Cancel, NewAccount
from sampan.identity.verbs.enrolment import Enrol, Enrolment
from sampan.identity.verbs.recovery import ProposeRecovery, Successor
from sampan.powers.verbs import CancelAnnounced, Grant, Renounce, Revoke
from sampan.suite.ids import BillId
from sampan.suite.powers import Power
from sampan.suite.tell import duration
from sampan.suite.verb import NOBODY, Signature

if TYPE_CHECKING:
    from datetime import timedelta
    from pathlib import Path

    from sampan.client.reading import BillRef, Who
    from sampan.deployment.powers import Member, Operation
    from sampan.documents.prepared import Prepared
    from sampan.suite.words import RecordLaw


class BillsByHand(Calls):
    """Prepares calls about bills and about who is who."""

    # ----------------------------------------------------------------------------------------------------------- issue

    def issue(
        self,
        document: Path | str | bytes | Prepared | Terms,
        to: Who | None = None,
        *,
        carriage_law: str = "",
        record_law: RecordLaw | None = None,
        titleholder: Who | None = None,
        version: int | None = None,
        bearer: bool = False,
        remark: str | bytes = "",
        agreements: Iterable[Paper] = (),
    ) -> VerbCall:
        """Issue a bill from its document: a file, its bytes, or one that was prepared (or bare terms).

        `to` is the first possessor, by default the document's shipper.
        `carriage_law` is the law of the contract of carriage (`GB-ENG`), `record_law` that of the electronic record, by
        default the only one that the carrier has published; `titleholder` an account of the party that the document
        names, by default looked up; `bearer` says that a bearer bill is meant. The salts are written beside the file
        before anything is sent.

        Whoever takes bills with its signature only prepares the same call from the carrier's document and salts,
        agrees to it (`Ledger.agree_to`), and hands that over; only the carrier sends it.

        Raises `NotIssuable` with every fault of the document (L1), `DocumentRefused` when the ledger does not bear it
        out (T6, T9), `BearerBill` when nobody said that one is meant, and a named refusal of the contract.
        """
        fixed = issue.fixed(
            self.ledger, document, to, carriage_law, record_law, titleholder, version, bearer, from_paper=False
        )
        verb = Issue(fixed.terms, fixed.possessor, text(remark))
        return VerbCall(verb, tuple(agreements), fixed.warnings, fixed.sending, fixed.agreeing)

    def issue_from_paper(
        self,
        document: Path | str | bytes | Prepared | Terms,
        to: Who | None = None,
        *,
        originals: int,
        statement: bytes,
        carriage_law: str = "",
        record_law: RecordLaw | None = None,
        titleholder: Who | None = None,
        version: int | None = None,
        bearer: bool = False,
        remark: str | bytes = "",
        agreements: Iterable[Paper] = (),
    ) -> VerbCall:
        """Issue a bill in place of paper (L12): as `issue`, with the number of originals made inoperative and the hash
        (32 bytes) of the statement of change of medium."""
        fixed = issue.fixed(
            self.ledger, document, to, carriage_law, record_law, titleholder, version, bearer, from_paper=True
        )
        verb = IssueFromPaper(fixed.terms, fixed.possessor, count(originals), hash32(statement), text(remark))
        return VerbCall(verb, tuple(agreements), fixed.warnings, fixed.sending, fixed.agreeing)

    def replace(
        self,
        bills: BillRef | Sequence[BillRef],
        replacements: Sequence[Terms],
        *,
        remark: str | bytes = "",
        agreements: Iterable[Paper] = (),
    ) -> VerbCall:
        """Accept a surrender for amendment and reissue, in one act: amend, change destination, switch, split, combine.

        The replacements go to whoever surrendered, which agreed to them by hash or agrees by signature.
        """
        several = [bills] if isinstance(bills, (int, str, Bill, BillId)) else bills
        numbers = tuple(self.ledger.bill_id(bill) for bill in several)
        return VerbCall(Replace(numbers, tuple(replacements), text(remark)), tuple(agreements))

    # ------------------------------------------------------------------------------------------ what others have signed

    def send_act(self, paper: Paper, *, agreements: Iterable[Paper] = ()) -> VerbCall:
        """Carry out an act that somebody signed and handed over; whoever sends it pays."""
        return VerbCall(SendAct(self.require(paper, SignedAct), _signature(paper)), tuple(agreements))

    def record(self, agreement: Paper) -> VerbCall:
        """Record what somebody agreed to (`Ledger.agree_to`), so that it stands until its deadline, whatever becomes of
        the signer; whoever sends it pays."""
        return VerbCall(Record(self.require(agreement, Agreement), _signature(agreement)))

    def cancel(self, paper: Paper | bytes) -> VerbCall:
        """Withdraw a signature before it is used: of the account that signs here, by the paper or its digest."""
        return VerbCall(Cancel(hash32(paper) if isinstance(paper, bytes) else paper.digest))

    def approve(self, bill: BillRef, operator: Who | None) -> VerbCall:
        """Let an account move possession of one bill until it moves; None takes it back."""
        with about("operator"):
            address = NOBODY if operator is None else self.ledger.address_of(operator)
        return VerbCall(Approve(address, self.ledger.bill_id(bill)))

    # --------------------------------------------------------------------------------------------------- who is who

    def enrol(self, enrolment: Paper) -> VerbCall:
        """Enrol a legal person by what its first account signed (`Ledger.sign_enrolment`)."""
        return VerbCall(Enrol(self.require(enrolment, Enrolment), _signature(enrolment)))

    def add_account(self, sponsor: Paper | None, account: Paper) -> VerbCall:
        """Add an account to a participant by the signatures of one of its accounts and of the new one.

        Both sign the same text (`Ledger.sign_new_account`); `sponsor` is None when the sponsor sends this itself.
        """
        new: NewAccount = self.require(account, NewAccount)
        if sponsor is not None and self.require(sponsor, NewAccount) != new:
            hint = f"let both sign with the same roles, --receiving and --until {new.deadline}"
            raise BadInput("the two signed different texts", subject=account.about, hint=hint)
        return VerbCall(
            AddAccount(
                self.ledger.address if sponsor is None else sponsor.signer,
                new.account,
                new.roles,
                new.receiving,
                new.deadline,
                Signature(None, empty=True) if sponsor is None else _signature(sponsor),
                _signature(account),
            )
        )

    def propose_recovery(self, lost: Who, successor: Who | Paper, *, ground: str | bytes) -> VerbCall:
        """Start the recovery of a lost account.

        `successor` is another account of the participant, or what a new one signed (`Ledger.sign_successor`).
        """
        with about("lost"):
            address = self.ledger.address_of(lost)
        if isinstance(successor, Paper):
            new: Successor = self.require(successor, Successor)
            if new.lost != address:
                hint = "`sampan participant account sign-successor` signs for the account that is lost"
                raise BadInput(f"was signed to succeed {new.lost}", subject=successor.about, hint=hint)
            verb = ProposeRecovery(address, new.account, new.roles, new.deadline, text(ground), _signature(successor))
        else:
            with about("successor"):
                to = self.ledger.address_of(successor)
            verb = ProposeRecovery(address, to, 0, 0, text(ground), Signature(None, empty=True))
        return VerbCall(verb)


class PowersByHand(Calls):
    """Prepares calls about the powers of administration; who has them, `Ledger.powers` reads."""

    def grant(self, role_id: Power | int | str, account: Who, execution_delay: timedelta | int) -> VerbCall:
        """Give an account a power, or one that it has another delay. It begins after the role's grant delay.

        Warns where its acts would wait less than those of the role's other members.
        """
        role, address, delay = self.ledger.power(role_id), self.ledger.address_of(account), seconds(execution_delay)
        waits = [member.delay.coming for member in self._members(role) if member.account != address]
        warnings: tuple[str, ...] = ()
        if waits and delay < min(waits):
            others = f"the acts of the other members of {self.ledger.names.power(role)} wait {duration(min(waits))}"
            warnings = (f"{others}, those of {address} would wait {duration(delay) if delay else 'no time'}",)
        return VerbCall(Grant(role, address, delay), warnings=warnings)

    def revoke(self, role_id: Power | int | str, account: Who) -> VerbCall:
        """Take a power from an account. Needs the power ADMIN.

        It warns where the account does not have it, and where nobody would have ADMIN any more."""
        with about("role_id"):
            role = self.ledger.power(role_id)
        with about("account"):
            address = self.ledger.address_of(account)
        return VerbCall(Revoke(role, address), warnings=self._without(role, address))

    def renounce(self, role: Power | int | str) -> VerbCall:
        """Give up a power of the account that signs here, at once. It warns as `revoke`."""
        number = self.ledger.power(role)
        return VerbCall(Renounce(number, self.ledger.address), warnings=self._without(number, self.ledger.address))

    def _without(self, role: int, address: str) -> tuple[str, ...]:
        """What to think of before an account loses a power."""
        names, members = self.ledger.names, {member.account for member in self._members(role)}
        who = names.account(address)
        if address not in members:
            return (f"{who} does not have {names.power(role)}: nothing would change",)
        if role == Power.ADMIN and len(members) == 1:
            return (f"nobody but {who} has ADMIN: after this nobody can give or take a power, ever",)
        return ()

    def _members(self, role: int) -> Sequence[Member]:
        found = self.ledger.powers(probe=False).role(role)
        return found.members if found else ()

    def cancel_announced(self, operation: Operation | bytes) -> VerbCall:
        """Cancel what was announced and not carried out: one of `Ledger.powers().operations`, or its number."""
        found = self.ledger.operation(operation) if isinstance(operation, bytes) else operation
        return VerbCall(CancelAnnounced(found.caller, found.address, found.data))

    def carry_out(self, operation: Operation | bytes) -> VerbCall:
        """What the account that signs here announced, as the call that it announced."""
        found = self.ledger.operation(operation) if isinstance(operation, bytes) else operation
        if found.caller != self.ledger.address:
            raise UsageError(
                f"was announced by {found.caller}, and is carried out by it alone",
                subject=self.ledger.address,
                hint=f"--from {found.caller}",
            )
        return VerbCall(wire.verb_of(self.ledger.contract_at(found.address), found.data))


def _signature(paper: Paper) -> Signature:
    return Signature(paper.signer, paper.digest, raw=paper.signature)
