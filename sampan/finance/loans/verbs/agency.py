"""The agent: replaced by the lenders, bills handed over to the next; and whose word counts for nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sampan.bills import inside
from sampan.bills.verbs.circulation import Hold
from sampan.finance.loans import rules
from sampan.finance.loans.records import Lending
from sampan.finance.loans.subject import LOANS
from sampan.finance.loans.terms import Appointment
from sampan.finance.positions import rules as positions
from sampan.model.perform import At
from sampan.model.replay import Log
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.ids import loan_id, loan_id_of
from sampan.suite.verb import Refusal, Signature, Verb, arg


@LOANS.verb("replaceAgent", logs=ev.AgentReplaced, label="make {agent_account} the agent of facility {facility}")
class ReplaceAgent(Verb):
    """Replace the agent: more than half of the shares whose owners may vote, and the new agent, have signed."""

    facility: int = arg(kinds.FACILITY)
    agent_account: str = arg(kinds.ACCOUNT, help="Account of the new agent.")
    deadline: int = arg(kinds.DEADLINE)
    signatures: tuple[Signature, ...] = arg(kinds.SIGNATURES)
    in_favour: tuple[int, ...] = arg(kinds.POSITIONS)
    abstaining: tuple[int, ...] = arg(kinds.POSITIONS, ())

    def texts(self, state: Any) -> Mapping[str, Any]:
        book = state.facilities.get(self.facility)
        agents = 0 if book is None else book.agents
        return {"signatures": Appointment(self.facility, self.agent_account, agents, self.deadline)}

    def may(self, at: At) -> ev.AgentReplaced:
        state = at.state
        book = rules.book_of(state, self.facility)
        if state.now > self.deadline:
            raise Refusal("SignatureExpired", self.deadline)
        if len(self.signatures) != len(self.in_favour) + 1:
            raise Refusal("SignaturesMissing", len(self.in_favour) + 1)
        agent = rules.bound(at, self.agent_account, self.signatures[0])
        borrowers = rules.group_of(state, book.borrower)
        if rules.group_of(state, agent) == borrowers:
            raise Refusal("TermsUnfit", "agent")
        favour = _shares_of(state, self.in_favour, self.facility)
        for position, signature in zip(self.in_favour, self.signatures[1:], strict=True):
            lender = rules.bound(at, positions.owner_of(state, position), signature)
            if rules.group_of(state, lender) == borrowers:
                raise Refusal("NoVote", position)
        without = _shares_of(state, self.abstaining, self.facility)
        for position in self.abstaining:
            if _votes(state, positions.owner_of(state, position), borrowers):
                raise Refusal("NotAbstaining", position)
        if 2 * favour <= book.shares - without:
            raise Refusal("NoMajority", favour, book.shares - without)
        return ev.AgentReplaced(self.facility, agent, self.agent_account, self.in_favour, self.abstaining, at.actor)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e: ev.AgentReplaced = log.first
        owners = [positions.owner_of(log.state, position) for position in e.in_favour]
        signatures = tuple([Signature(signer) for signer in (e.agent_account, *owners)])
        yield e.by, cls(e.facility, e.agent_account, log.state.now, signatures, e.in_favour, e.abstaining)


def _votes(state: Lending, owner: str, borrowers: int) -> bool:
    """Whether a lender may vote: it, or whoever follows it, acts, and is not of the borrower's group."""
    known = state.account(owner)
    living = state.account(state.resolve(known.number))
    return living.acts(state.now) and rules.group_of(state, known.participant) != borrowers


def _shares_of(state: Lending, found: Sequence[int], facility: int) -> int:
    """Of all these positions, each named once."""
    loan = loan_id(state.account(rules.own(state)).number, facility)
    last = shares = 0
    for position in found:
        if position <= last:
            raise Refusal("VotesNotAscending", position)
        last = position
        if loan_id_of(position) != loan:
            raise Refusal("NotOfTheLoan", position)
        known = state.positions.get(position)
        shares += known.shares if known else 0
    return shares


@LOANS.verb(
    "handOver",
    logs=ev.HandedOver,
    label="hold {bill} for the agent that there is now",
    command="finance hand-over",
    anybody=True,
)
class HandOver(Verb):
    """Hold a pledged bill for the agent that there is now. Anybody."""

    bill: int = arg(kinds.BILL)

    def run(self, at: At) -> None:
        state = at.state
        deal = rules.deal_of(state, self.bill)
        agent = rules.book_of(state, deal.facility).agent
        if state.lodgings[self.bill].holder == agent:
            raise Refusal("AgentStands", self.bill)
        at.log(ev.HandedOver(deal.facility, self.bill, agent, at.actor))
        inside.calls(at, Hold(self.bill, agent, deal.lodged))


@LOANS.verb("groupCarrier", logs=ev.CarrierGrouped, label="note the group of the carrier {carrier}")
class GroupCarrier(Verb):
    """Note the ultimate parent of a carrier, whose group's word counts for no loan on its bills. Anybody."""

    carrier: int = arg(kinds.LEI)

    def may(self, at: At) -> ev.CarrierGrouped:
        state = at.state
        participant = state.by_lei.get(self.carrier, 0)
        if not participant:
            raise Refusal("NoSuchCarrier", self.carrier)
        group = rules.group_of(state, participant)
        if state.carrier_groups.get(self.carrier, 0) == group:
            raise Refusal("CarrierGroupStands", self.carrier)
        return ev.CarrierGrouped(self.carrier, group)


@LOANS.event(ev.AgentReplaced, "{by} had {agentAccount} of {agent} made the agent of facility {facility}")
def agent_replaced(state: Lending, e: ev.AgentReplaced) -> None:
    book = state.facilities[e.facility]
    group, heard = rules.group_of(state, e.agent), rules.heard(book, state.now)
    rules.changed(state, e.facility, agent=e.agent, agent_group=group, agents=book.agents + 1, heard=heard)


@LOANS.event(ev.HandedOver, "{by} had {bill} of facility {facility} held for {agent}")
def handed_over(state: Lending, e: ev.HandedOver) -> None:
    """For whom it is held, the ledger tells."""


@LOANS.event(ev.CarrierGrouped, "the group of the carrier {carrier} was noted: {group}")
def carrier_grouped(state: Lending, e: ev.CarrierGrouped) -> None:
    state.put(state.carrier_groups, e.carrier, e.group)
