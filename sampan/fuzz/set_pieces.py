"""Fixed sequences for what chance does not reach in a lifetime: a saturated act count, a full participant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sampan.fuzz import cast
from sampan.fuzz.acts import Act
from sampan.fuzz.engines import START
from sampan.fuzz.world import World
from sampan.model.calls import SELECTORS, Agreement, Call, Signature, SignedAct, Terms
from sampan.model.state import (
    DAY,
    MAX_ACCOUNTS,
    MAX_ACTS,
    MOVE,
    NO_HASH,
    NOBODY,
    Kind,
    Purpose,
    Receiving,
    RecordLaw,
)
from sampan.suite import ids

_DEADLINE: Final = START + 30 * DAY
_BATCH: Final = 93


def saturated(world: World) -> list[Act]:
    """A bill acted on 2,047 times and more: the count stays, signatures are refused, possession still moves."""
    carrier, shipper, forwarder = (world.addresses[name] for name in ("carrier", "shipper", "forwarder"))
    bill = ids.BillId(cast.PARTS[0].lei, 1, "MANY ACTS").pack()
    terms = Terms(bill, Kind.BLANK, NOBODY, b"\1" * 32, b"\2" * 32, "GB-ENG", RecordLaw.ENGLISH_ETDA_2023)
    sign = Call(shipper, "sign", (bill, Purpose.SEEN, b""))
    calls = [Call(carrier, "issue", (terms, shipper, b""))]
    calls += [Call(shipper, "multicall", ((sign,) * _BATCH,))] * (MAX_ACTS // _BATCH + 1)
    by_signature = SignedAct(shipper, bill, MAX_ACTS, Call(world.ledger, "sign", sign.args), _DEADLINE)
    agreement = Agreement(shipper, bill, MAX_ACTS, SELECTORS["transfer"], forwarder, 0, Kind.BLANK, NO_HASH, _DEADLINE)
    calls += [
        Call(forwarder, "act", (by_signature, Signature(shipper))),
        Call(forwarder, "agree", (agreement, Signature(shipper))),
        Call(shipper, "transfer", (bill, forwarder, b"")),
    ]
    return [Act(1, call) for call in calls]


def crowded(world: World) -> list[Act]:
    """A participant with all the accounts it may have; one more is refused; one that is lost may still be recovered."""
    trader = world.addresses["trader"]
    acts = []
    for name in cast.CROWD[: MAX_ACCOUNTS - 1]:
        account = world.addresses[name]
        signatures = (Signature(trader, empty=True), Signature(account))
        args = (trader, account, MOVE, Receiving.ANYONE, _DEADLINE, *signatures)
        acts.append(Act(1, Call(trader, "addAccount", args)))
    lost, successor = world.addresses[cast.CROWD[0]], world.addresses[cast.CROWD[-1]]
    proposal = (lost, successor, MOVE, _DEADLINE, b"lost key", Signature(successor))
    acts.append(Act(1, Call(world.addresses[cast.ADMINISTRATOR], "proposeRecovery", proposal)))
    acts.append(Act(7 * DAY, Call(trader, "executeRecovery", (lost,))))
    return acts


SET_PIECES: Final[dict[str, Callable[[World], list[Act]]]] = {"saturated": saturated, "crowded": crowded}
"""Name → acts. Every run begins with them."""
