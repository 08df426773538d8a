"""Payment into a deposit: out of the same one, or out of another bank's, which settles in the same act."""

from __future__ import annotations

from collections.abc import Iterator

from sampan.model.perform import At, Call
from sampan.model.replay import Log
from sampan.money import rules
from sampan.money.deposits.subject import DEPOSITS
from sampan.money.deposits.verbs import moved, spent
from sampan.money.records import Deposit
from sampan.money.reserves.verbs import Settle
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.verb import NOBODY, Verb, arg


@DEPOSITS.verb(
    "collect",
    logs=ev.Settled,
    label="pay {amount} from {payer} to {payee}, out of {from_} into {deposit}",
    method="pay",
)
class Collect(Verb):
    """Pay into a deposit, out of it or out of another one of its book: between banks it settles in the same act."""

    deposit: str = arg(kinds.DEPOSIT)
    from_: str = arg(kinds.DEPOSIT)
    payer: str = arg(kinds.ACCOUNT)
    payee: str = arg(kinds.ACCOUNT)
    amount: int = arg(kinds.AMOUNT)

    def run(self, at: At) -> None:
        state = at.state
        deposit: Deposit = state.deposits[self.deposit]
        if self.from_ == self.deposit:
            if at.sender != self.payer:
                spent(at, self.deposit, self.payer, self.amount, at.sender)
            rules.may_move(state, deposit, self.payer, self.payee, self.amount)
            moved(at, self.deposit, self.payer, self.payee, self.amount)
            return
        at.steps.call(Call(self.deposit, Settle(self.from_, at.sender, self.payer, self.amount)))
        rules.may_make(state, deposit, self.payee, self.amount)
        moved(at, self.deposit, NOBODY, self.payee, self.amount)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e: ev.Settled = log.first
        used = log.run_of(ev.DepositApproval, 1)[:1]
        burnt = log.after(ev.DepositTransfer, 1 + len(used))
        made = log.after(ev.DepositTransfer, 2 + len(used))
        sender = used[0].spender if used else burnt.from_
        yield sender, cls(e.to, e.from_, burnt.from_, made.to, e.amount)
