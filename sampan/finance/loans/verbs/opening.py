"""A facility begins: all have signed, and each lender's money comes in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sampan.finance.loans import rules
from sampan.finance.loans.records import Book, Lending
from sampan.finance.loans.subject import LOANS
from sampan.finance.loans.terms import Facility
from sampan.finance.positions.verbs import Mint
from sampan.model.perform import At, Call
from sampan.model.replay import Log
from sampan.money import inside as money
from sampan.money.rules import of_its_country
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.verb import Refusal, Signature, Verb, arg


@LOANS.verb("open", logs=ev.Opened, label="open the facility {terms}", method="open_facility")
class Open(Verb):
    """Open a facility by the signatures of borrower, agent and all lenders, and by the lenders' money."""

    terms: Facility = arg(kinds.STRUCT)
    signatures: tuple[Signature, ...] = arg(kinds.SIGNATURES)
    from_: tuple[str, ...] = arg(kinds.DEPOSITS, help="Out of which each lender pays.")

    def texts(self, state: Any) -> Mapping[str, Any]:
        return {"signatures": self.terms}

    def run(self, at: At) -> None:
        state, terms = at.state, self.terms
        if state.now > terms.deadline:
            raise Refusal("OpenedTooLate", terms.deadline)
        if terms.hash in state.opened:
            raise Refusal("AlreadyOpened", state.opened[terms.hash])
        rules.sound(state, terms)
        if len(self.signatures) != len(terms.lenders) + 2:
            raise Refusal("SignaturesMissing", len(terms.lenders) + 2)
        if len(self.from_) != len(terms.lenders):
            raise Refusal("DepositsMissing", len(terms.lenders))
        borrower, agent, *lenders = self.signatures
        rules.bound_for(at, terms.borrower_account, terms.borrower, borrower)
        _may_hold(state, terms.borrower_account, terms.money)
        rules.bound_for(at, terms.agent_account, terms.agent, agent)
        facility = len(state.facilities) + 1
        at.log(ev.Opened(facility, terms.hash, terms, self.from_, at.actor))
        own = rules.own(state)
        for lender, amount, signature in zip(terms.lenders, terms.commitments, lenders, strict=True):
            rules.bound(at, lender, signature)
            _may_hold(state, lender, terms.money)
            at.steps.call(Call(own, Mint(facility, lender, amount)))
        for lender, amount, from_ in zip(terms.lenders, terms.commitments, self.from_, strict=True):
            money.collect(at, own, terms.money, from_, lender, own, amount)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e: ev.Opened = log.first
        terms: Facility = e.facility_terms
        yield e.by, cls(terms, tuple([Signature(signer) for signer in terms.signers]), e.from_)


def _may_hold(state: Lending, account: str, money: str) -> None:
    """The book pays in this money: to whoever may not hold it nothing could be paid. Raises `Refusal`."""
    of_its_country(state.deposits[money], account, state.account(account))


@LOANS.event(ev.Opened, "{by} opened facility {facility}")
def opened(state: Lending, e: ev.Opened) -> None:
    terms: Facility = e.facility_terms
    total = sum(terms.commitments)
    groups = {f"{party}_group": rules.group_of(state, getattr(terms, party)) for party in ("borrower", "agent")}
    book = Book.agreed(terms, **groups, shares=total, undrawn=total)
    state.put(state.facilities, e.facility, book)
    state.put(state.opened, e.terms, e.facility)
