"""What every contract that pays asks of money (contracts/money/IMoney.sol), and what rooms that pay can be told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from sampan.identity.rules import has_code
from sampan.model.perform import At, Call
from sampan.money.coins.verbs import Collect as CollectCoin
from sampan.money.deposits.paying import Collect
from sampan.money.deposits.verbs import ShowPermit, joined, permit, split
from sampan.suite import kinds
from sampan.suite.verb import Refusal, Signature, Subject, Verb, arg

if TYPE_CHECKING:
    from sampan.suite.event import Event

PAYS: Final[dict[str, tuple[type[Event], ...]]] = {}
"""Contract that fetches payments which it was allowed → the events of the acts in which it does."""

KEEPS: Final[set[str]] = set()
"""Contracts among them that keep what they are paid, for whom they say."""


def is_money(state: Any, address: str) -> bool:
    """Whether a contract is a deposit of the books, or a coin that was listed. Of others no log tells what is paid."""
    return address in state.deposits or address in state.coins


def is_believed(at: At, *moneys: str) -> bool:
    """The log tells of a payment in a contract that is no money: whoever named it believed it. What it had others do is
    read by itself."""
    return at.logged and not all(is_money(at.state, money) for money in moneys)


def collect(at: At, caller: str, money: str, from_: str, payer: str, payee: str, amount: int) -> None:
    """A contract fetches a payment in a deposit or a coin. Raises `Refusal`, without a reason for what is neither."""
    if money in at.state.deposits:
        at.steps.call(Call(caller, Collect(money, from_, payer, payee, amount)))
    elif money in at.state.coins:
        at.steps.call(Call(caller, CollectCoin(money, from_, payer, payee, amount)))
    else:
        raise Refusal("")


def declare(subject: Subject, *pays: type[Event], keeps: bool = False) -> None:
    """A room fetches payments in the acts that these events tell of; and shows the permit of whoever pays, so that one
    signed text more spares the payer a transaction."""
    PAYS[subject.contract] = pays
    if keeps:
        KEEPS.add(subject.contract)

    @subject.verb("permit", logs=(), label="show that {owner} allows {value}", method="")
    class Permitted(Verb):
        """Show a permit to a token, for a later call of the same multicall; one that was shown before is no fault."""

        money: str = arg(kinds.DEPOSIT)
        owner: str = arg(kinds.ACCOUNT)
        value: int = arg(kinds.ALLOWANCE)
        deadline: int = arg(kinds.DEADLINE)
        signature: Signature = arg(kinds.SIGNATURE)

        def texts(self, state: Any) -> Mapping[str, Any]:
            if self.money not in state.deposits:
                return {"signature": None}
            own = state.addresses[subject.contract]
            return {"signature": permit(state, self.money, self.owner, own, self.value, self.deadline)}

        def encoded(self) -> bytes:
            wire = self.wire()
            return wire.selector + wire.encode((*self.values()[:-1], *split(self.signature)))

        @classmethod
        def from_data(cls, data: bytes, to: str = "") -> Verb:
            *said, v, r, s = cls.wire().decode(data[4:])
            return cls(*[*said, joined(v, r, s)])

        def run(self, at: At) -> None:
            own = at.state.addresses[subject.contract]
            _shown(at, own, ShowPermit(self.money, self.owner, own, self.value, self.deadline, self.signature))


def _shown(at: At, room: str, permit_: ShowPermit) -> None:
    """Whether it was shown before, or counts at all, the payment says: only what has no code cannot be asked."""
    if permit_.deposit in at.state.deposits:
        at.steps.attempt(Call(room, permit_))
    elif not (has_code(at, permit_.deposit) or permit_.deposit in at.state.coins):
        raise Refusal("")
