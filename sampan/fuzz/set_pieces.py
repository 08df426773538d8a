"""Fixed sequences for what chance seldom reaches: a saturated act count, a full participant, bills in rooms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sampan.bills.records import MAX_ACTS, MOST_IDLE_ACTS, NO_HASH
from sampan.bills.terms import Terms, replacements_hash
from sampan.bills.verbs.amendments import Replace
from sampan.bills.verbs.circulation import Hold, Lodge, Sign, Transfer
from sampan.bills.verbs.issue import Issue
from sampan.bills.verbs.signed import Act as ActBySignature
from sampan.bills.verbs.signed import Agree, Agreement, Multicall, SignedAct
from sampan.bills.verbs.surrender import Surrender
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
from sampan.suite.words import Endorsement, Kind, Purpose, Receiving, RecordLaw, SurrenderFor

_DEADLINE: Final = START + 30 * DAY
_BATCH: Final = 93


def _issue(world: World, reference: str) -> tuple[int, Call]:
    """A bill in blank of the first carrier for the shipper."""
    bill = ids.BillId(cast.PARTS[0].lei, 1, reference).pack()
    terms = Terms(bill, Kind.BLANK, NOBODY, b"\1" * 32, b"\2" * 32, "GB-ENG", RecordLaw.ENGLISH_ETDA_2023)
    return bill, Call(world.addresses["carrier"], Issue(terms, world.addresses["shipper"], b""))


def saturated(world: World) -> list[Act]:
    """A bill acted on 2,047 times and more: the count stays, signatures are refused, possession still moves.

    What moves nothing stops at half of them, so the rest are transfers.
    """
    shipper, forwarder = (world.addresses[name] for name in ("shipper", "forwarder"))
    bill, issue = _issue(world, "MANY ACTS")
    sign = Sign(bill, Purpose.SEEN, b"")
    idle = MOST_IDLE_ACTS - 1
    calls = [issue]
    calls += [Call(shipper, Multicall((sign,) * min(_BATCH, idle - done))) for done in range(0, idle, _BATCH)]
    calls += [Call(shipper, sign)]
    there, back = (Transfer(bill, to, b"") for to in (forwarder, shipper))
    for _ in range((MAX_ACTS - MOST_IDLE_ACTS) // 2 + 1):
        calls += [Call(shipper, there), Call(forwarder, back)]
    by_signature = SignedAct(shipper, bill, MAX_ACTS, sign, _DEADLINE)
    agreement = Agreement(shipper, bill, MAX_ACTS, Transfer.selector(), forwarder, 0, Kind.BLANK, NO_HASH, _DEADLINE)
    calls += [
        Call(forwarder, ActBySignature(by_signature, Signature(shipper))),
        Call(forwarder, Agree(agreement, Signature(shipper))),
        Call(shipper, there),
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


def in_rooms(world: World) -> list[Act]:
    """A bill that a room holds for whoever lodged it, one for a bank, and two that rooms surrendered."""
    carrier, shipper = world.addresses["carrier"], world.addresses["shipper"]
    first, second = (world.addresses[name] for name in cast.HONEST_ROOMS[:2])
    lodger, bank = (_participant(name).to_bytes(32, "big") for name in ("shipper", "bank"))
    calls: list[Call] = []
    lodgings: list[Lodge] = []
    for reference, room, terms in (("KEPT", first, lodger), ("PLEDGED", second, bank), ("ASKED FOR", first, lodger)):
        bill, issue = _issue(world, reference)
        lodgings.append(Lodge(bill, Endorsement.NONE, room, terms))
        calls += [issue, Call(shipper, lodgings[-1])]
    bill, issue = _issue(world, "ASKED FOR BY A BANK")
    delivery = SurrenderFor.DELIVERY, carrier, NO_HASH, b""
    calls += [
        Call(first, Surrender(lodgings[-1].bill, *delivery)),
        issue,
        Call(shipper, Lodge(bill, Endorsement.NONE, second, lodger)),
        Call(second, Hold(bill, _participant("bank"), 1)),
        Call(second, Surrender(bill, *delivery)),
    ]
    return [Act(1, call) for call in calls]


def lodged_apart(world: World) -> list[Act]:
    """Two bills that one room holds for two participants are surrendered to be replaced together, and are not."""
    carrier, shipper = world.addresses["carrier"], world.addresses["shipper"]
    room = world.addresses[cast.HONEST_ROOMS[0]]
    calls: list[Call] = []
    bills: list[int] = []
    for name in ("shipper", "bank"):
        bill, issue = _issue(world, f"FOR THE {name.upper()}")
        bills.append(bill)
        terms = _participant(name).to_bytes(32, "big")
        calls += [issue, Call(shipper, Lodge(bill, Endorsement.NONE, room, terms))]
    law = RecordLaw.ENGLISH_ETDA_2023
    one = (Terms(bills[0] + ids.ONE_VERSION, Kind.BLANK, NOBODY, b"\1" * 32, b"\2" * 32, "GB-ENG", law),)
    agreed = replacements_hash(bills, one)
    calls += [Call(room, Surrender(bill, SurrenderFor.AMENDMENT, carrier, agreed, b"")) for bill in bills]
    calls.append(Call(carrier, Replace(tuple(bills), one, b"")))
    return [Act(1, call) for call in calls]


def _participant(name: str) -> int:
    return 1 + [part.name for part in cast.PARTS].index(name)


SET_PIECES: Final[dict[str, Callable[[World], list[Act]]]] = {
    "saturated": saturated,
    "crowded": crowded,
    "in rooms": in_rooms,
    "lodged apart": lodged_apart,
}
