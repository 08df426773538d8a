"""A bill as an ERC-721 token: moved by the possessor or an approved operator."""

from __future__ import annotations

from collections.abc import Iterator

from sampan.bills import rules
from sampan.bills.records import Bills
from sampan.bills.rules import Party
from sampan.bills.subject import BILLS
from sampan.bills.verbs.circulation import may_pass
from sampan.bills.verbs.steps import OnBills
from sampan.identity import rules as standing
from sampan.identity.records import MOVE
from sampan.model.perform import At
from sampan.model.replay import Log
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.verb import NOBODY, Refusal, Verb, arg


def _pass_on(at: At, giver: str, to: str, bill: int) -> None:
    """Possession, moved by an approved operator or the possessor itself; title stays."""
    state, actor = at.state, at.actor
    if at.value:
        raise Refusal("NoEther")
    if actor != giver:
        standing.acting(state, actor, MOVE)
        known = state.bills.get(bill)
        if known is None:
            raise Refusal("TokenDoesNotExist")
        approved = {known.possessor, state.approvals.get(bill)}
        if actor not in approved and not state.operators.get((known.possessor, actor), False):
            raise Refusal("NotOwnerNorApproved")
        at.log(ev.MovedByOperator(bill, actor, giver, standing.note(state)))
    at.log(may_pass(at, bill, giver, to, b""))


def _safely(at: At, to: str) -> None:
    """A contract that receives must say that it can. No log shows it."""
    if not at.logged and at.state.contracts.get(to, True) is False:
        raise Refusal("TransferToNonERC721ReceiverImplementer")


_LOGS = (ev.MovedByOperator, ev.Transferred)


@BILLS.verb("transferFrom", logs=_LOGS, payable=True, label="transfer {token_id} from {from_} to {to}", method="")
class TransferFrom(OnBills):
    """Move possession of a bill, as its possessor or an approved operator (ERC-721)."""

    party = Party.OPERATOR
    from_: str = arg(kinds.ACCOUNT)
    to: str = arg(kinds.RECEIVER)
    token_id: int = arg(kinds.BILL)

    def run(self, at: At) -> None:
        _pass_on(at, self.from_, self.to, self.token_id)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        first = log.first
        operated = isinstance(first, ev.MovedByOperator)
        e = log.after(ev.Transferred) if operated else first
        yield first.operator if operated else e.from_, cls(e.from_, e.to, e.bill)


@BILLS.verb(
    "safeTransferFrom(address,address,uint256)",
    logs=_LOGS,
    payable=True,
    label="transfer {token_id} from {from_} to {to}",
    method="",
)
class SafeTransferFrom(TransferFrom):
    """The same; a contract that receives must say that it can."""

    def run(self, at: At) -> None:
        TransferFrom.run(self, at)
        _safely(at, self.to)


@BILLS.verb(
    "safeTransferFrom(address,address,uint256,bytes)",
    logs=_LOGS,
    payable=True,
    label="transfer {token_id} from {from_} to {to}",
    method="",
)
class SafeTransferFromWithData(SafeTransferFrom):
    """The same, with data for the contract that receives."""

    data: bytes = arg(kinds.ROOM_TERMS, b"")

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        for actor, verb in TransferFrom.read(log):
            yield actor, cls(*verb.values(), b"")  # type: ignore[call-arg]


@BILLS.event(ev.MovedByOperator, "{operator} moved it as an operator of {possessor}")
def moved_by_operator(state: Bills, e: ev.MovedByOperator) -> None:
    """Says who acted for whom; changes nothing."""


@BILLS.verb("approve", by="owner", payable=True, label="let {to} move {token_id}")
class Approve(OnBills):
    """Let an account move possession of one bill until it moves; nobody: take it back."""

    to: str = arg(kinds.ACCOUNT)
    token_id: int = arg(kinds.BILL)

    def is_exit(self) -> bool:
        """It is taken back."""
        return self.to == NOBODY

    def may(self, at: At) -> ev.BillOperatorSet:
        if at.value:
            raise Refusal("NoEther")
        if self.to == NOBODY:
            known = at.state.bills.get(self.token_id)
            if known is None or known.possessor != at.actor:
                raise Refusal("NotPossessor", self.token_id, at.actor)
        else:
            rules.in_possession(at.state, self.token_id, at.actor)
            rules.operator(at.state, self.to)
        return ev.BillOperatorSet(self.token_id, at.actor, self.to, standing.note(at.state))

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e = log.first
        yield e.owner, cls(e.operator, e.bill)


@BILLS.event(
    ev.BillOperatorSet,
    lambda e, names: (
        f"{names.account(e.owner)} lets nobody else move it any more"
        if e.operator == NOBODY
        else f"{names.account(e.owner)} lets {names.account(e.operator)} move it"
    ),
    beside=lambda state, e: ev.Approval(e.owner, e.operator, e.bill),
)
def bill_operator_set(state: Bills, e: ev.BillOperatorSet) -> None:
    if e.operator == NOBODY:
        state.drop(state.approvals, e.bill)
    else:
        state.put(state.approvals, e.bill, e.operator)
        state.change(state.accounts, e.owner).approves = True


@BILLS.verb(
    "setApprovalForAll",
    by="owner",
    label="let {operator} move all that is possessed: {approved}",
    method="approve_for_all",
)
class SetApprovalForAll(Verb):
    """Let an account move possession of all that you possess; taking it back is always possible."""

    operator: str = arg(kinds.ACCOUNT)
    approved: bool = arg(kinds.FLAG, True)

    def is_exit(self) -> bool:
        """It is taken back."""
        return not self.approved

    def may(self, at: At) -> ev.OperatorSet:
        if self.approved:
            standing.acting(at.state, at.sender, MOVE)
            rules.operator(at.state, self.operator)
        return ev.OperatorSet(at.sender, self.operator, self.approved, standing.note(at.state))


@BILLS.event(
    ev.OperatorSet,
    lambda e, names: (
        f"{names.account(e.owner)} lets {names.account(e.operator)} move all that it possesses"
        + ("" if e.approved else " no more")
    ),
    beside=lambda state, e: ev.ApprovalForAll(e.owner, e.operator, e.approved),
)
def operator_set(state: Bills, e: ev.OperatorSet) -> None:
    state.put(state.operators, (e.owner, e.operator), e.approved)


BILLS.stands_beside(ev.Transfer, "the token {tokenId} went from {from} to {to}")
BILLS.stands_beside(ev.Approval, "{owner} let {approved} move {tokenId}")
BILLS.stands_beside(ev.ApprovalForAll, "{owner} let {operator} move all that it possesses: {approved}")
