"""Fixed sequences for what chance does not reach in a lifetime: a saturated act count, a full participant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sampan.bills.records import MAX_ACTS, NO_HASH
from sampan.bills.terms import Terms
from sampan.bills.verbs.circulation import Sign, Transfer
from sampan.bills.verbs.issue import Issue
from sampan.bills.verbs.signed import Act as ActBySignature
from sampan.bills.verbs.signed import Agree, Agreement, Multicall, SignedAct
from sampan.fuzz import cast
from sampan.fuzz.engines import START
from sampan.fuzz.world import World
from sampan.identity.records import DAY, MAX_ACCOUNTS, MOVE
from sampan.identity.verbs.accounts import AddAccount
from sampan.identity.verbs.recovery import ExecuteRecovery, ProposeRecovery
from sampan.model.perform import Call
from sampan.suite import ids
from sampan.suite.chance import Act
from sampan.suite.verb import NOBODY, Signature
from sampan.suite.words import Kind, Purpose, Receiving, RecordLaw

_DEADLINE: Final = START + 30 * DAY
_BATCH: Final = 93


def saturated(world: World) -> list[Act]:
    """A bill acted on 2,047 times and more: the count stays, signatures are refused, possession still moves."""
    carrier, shipper, forwarder = (world.addresses[name] for name in ("carrier", "shipper", "forwarder"))
    bill = ids.BillId(cast.PARTS[0].lei, 1, "MANY ACTS").pack()
    terms = Terms(bill, Kind.BLANK, NOBODY, b"\1" * 32, b"\2" * 32, "GB-ENG", RecordLaw.ENGLISH_ETDA_2023)
    sign = Sign(bill, Purpose.SEEN, b"")
    calls = [Call(carrier, Issue(terms, shipper, b""))]
    calls += [Call(shipper, Multicall((sign,) * _BATCH))] * (MAX_ACTS // _BATCH + 1)
    by_signature = SignedAct(shipper, bill, MAX_ACTS, sign, _DEADLINE)
    agreement = Agreement(shipper, bill, MAX_ACTS, Transfer.selector(), forwarder, 0, Kind.BLANK, NO_HASH, _DEADLINE)
    calls += [
        Call(forwarder, ActBySignature(by_signature, Signature(shipper))),
        Call(forwarder, Agree(agreement, Signature(shipper))),
        Call(shipper, Transfer(bill, forwarder, b"")),
    ]
    return [Act(1, call) for call in calls]


def crowded(world: World) -> list[Act]:
    """A participant with all the accounts it may have; one more is refused; one that is lost may still be recovered."""
    trader = world.addresses["trader"]
    acts = []
    for name in cast.CROWD[: MAX_ACCOUNTS - 1]:
        account = world.addresses[name]
        signatures = (Signature(trader, empty=True), Signature(account))
        verb = AddAccount(trader, account, MOVE, Receiving.ANYONE, _DEADLINE, *signatures)
        acts.append(Act(1, Call(trader, verb)))
    lost, successor = world.addresses[cast.CROWD[0]], world.addresses[cast.CROWD[-1]]
    proposal = ProposeRecovery(lost, successor, MOVE, _DEADLINE, b"lost key", Signature(successor))
    acts.append(Act(1, Call(world.addresses[cast.ADMINISTRATOR], proposal)))
    acts.append(Act(7 * DAY, Call(trader, ExecuteRecovery(lost))))
    return acts


SET_PIECES: Final[dict[str, Callable[[World], list[Act]]]] = {"saturated": saturated, "crowded": crowded}
"""Name → acts. Every run begins with them."""
