"""The verbs of a bill as a table: a bill that awaits the verb, whoever may, and the call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from support.contract import Contract, Receipt
from support.trade import (
    HOUR,
    NOBODY,
    REJECT_HOURS,
    Endorsement,
    Kind,
    Party,
    Purpose,
    Rejection,
    Status,
    SurrenderFor,
    deploy,
)
from support.world import World

from sampan.keccak import keccak
from sampan.toolchain.artifacts import load

STATEMENT = keccak(b"statement of change of medium")
TAKES_NOTHING = "takes nothing"
"""What a puppet reverts with that was told to refuse."""
COUNTRIES = [b"CN", b"HK", b"NL", b"SG", b"DK"]


class Puppet(Contract):
    """A contract that does what a test tells it: a wallet, or a room, honest or not. Anyone pulls its strings."""

    def __init__(self, world: World, holder: Any = None, signatory: Party | None = None) -> None:
        from pathlib import Path

        artifact = load("Puppet", Path(__file__).resolve().parents[1] / "artifacts")
        super().__init__(world.onchain, deploy(world.onchain, world.relayer, artifact), artifact.abi)
        self.world = world
        self.signatory = signatory
        self.participant = 0
        self.lei = 0
        self.roles = 0
        self.country = ""
        self.number = 0
        self.name = "puppet"
        if holder is not None or signatory is not None:
            self.become(world.relayer, signatory or NOBODY, getattr(holder, "participant", holder or 0))

    def signature(self, digest: bytes) -> bytes:
        """Of whoever signs for it."""
        assert self.signatory is not None
        return self.signatory.signature(digest)

    def step(self, name: str, *args: Any, may_fail: bool = False) -> tuple[str, bytes, bool]:
        """A call of the ledger, to be made by the puppet."""
        return (self.world.ledger.address, self.world.ledger.data(name, *args), may_fail)

    def does(self, *steps: tuple[str, bytes, bool]) -> Receipt:
        """Calls that the puppet makes, one after the other, in one transaction."""
        receipt: Receipt = self.run(self.world.relayer, list(steps))
        return receipt

    def calls(self, name: str, *args: Any) -> Receipt:
        return self.does(self.step(name, *args))

    def will(self, *steps: tuple[str, bytes, bool]) -> None:
        """Calls that it makes from inside `onBill`, `onReplaced` or `onERC721Received`."""
        self.script(self.world.relayer, list(steps))


def room(world: World, holder: Any = None, countries: list[bytes] | None = None) -> Puppet:
    """A listed room that holds for a participant (the shipper, unless told otherwise)."""
    puppet = Puppet(world, holder or world.shipper)
    world.ledger.listRoom(world.lister, puppet, COUNTRIES if countries is None else countries)
    puppet.number = world.ledger.account(puppet).number
    return puppet


def wallet(world: World, signatory: Party, name: str = "wallet") -> Puppet:
    """A contract wallet whose signatures are those of a key."""
    puppet = Puppet(world, signatory=signatory)
    puppet.name = name
    return puppet


def wallet_of(world: World, owner: Party, signatory: Party, roles: int | None = None) -> Puppet:
    """A contract wallet that is an account of a party's participant."""
    return world.add_account(owner, wallet(world, signatory), roles)


def bill_in(world: World, status: Status) -> int:
    """A bill of the shipper's, in blank, in some status of its life."""
    ledger, carrier = world.ledger, world.carrier
    if status == Status.NONE:
        return world.new_id()
    bill = world.blank()
    purposes = {
        Status.PENDING_DELIVERY: SurrenderFor.DELIVERY,
        Status.SURRENDERED: SurrenderFor.DELIVERY,
        Status.DELIVERED: SurrenderFor.DELIVERY,
        Status.PENDING_AMENDMENT: SurrenderFor.AMENDMENT,
        Status.PENDING_PAPER: SurrenderFor.PAPER,
        Status.PAPER: SurrenderFor.PAPER,
    }
    if status == Status.VOID:
        ledger.reject(world.shipper, bill, Rejection.ISSUE, b"")
    elif status == Status.REPLACED:
        terms = [world.terms(Kind.BLANK)]
        ledger.surrender(
            world.shipper, bill, SurrenderFor.AMENDMENT, carrier, ledger.replacementsHash([bill], terms), b""
        )
        ledger.replace(carrier, [bill], terms, b"")
    elif status in purposes:
        world.pending(purposes[status], bill=bill)
        if status in (Status.SURRENDERED, Status.DELIVERED):
            ledger.accept(carrier, bill, b"")
        if status == Status.DELIVERED:
            ledger.deliver(carrier, bill, b"")
        if status == Status.PAPER:
            ledger.toPaper(carrier, bill, 3, STATEMENT, b"")
    assert ledger.bill(bill).status == status
    return bill


@dataclass(frozen=True)
class Verb:
    """One verb as the everyday case needs it."""

    name: str
    function: str
    needs: frozenset[Status]
    who: str
    """possessor, rejecter, carrier or surrenderer: which rule names those who may."""
    prepare: Callable[[World], tuple[int, Any]]
    """A bill that awaits the verb, and an account that may."""
    arguments: Callable[[World, int], tuple[Any, ...]]
    event: str
    leaves: Status
    signable: bool = True
    """Its first argument is the bill, so that it may come signed."""

    def __repr__(self) -> str:
        return self.name.replace(" ", "-")

    def refusal_of(self, outsider: Party, bill: int) -> tuple[Any, ...]:
        """The error, with its arguments, that tells nobody's account that it may not."""
        by_operator = self.function in ("transferFrom", "safeTransferFrom")
        if self.who == "possessor" and not by_operator:
            return ("NotPossessor", bill, outsider)
        return ("MayNotAct", outsider)

    def perform(self, world: World, actor: Any, bill: int) -> Receipt:
        receipt: Receipt = getattr(world.ledger, self.function)(actor, *self.arguments(world, bill))
        return receipt


_LIVE = frozenset({Status.LIVE})
_PENDING = frozenset({Status.PENDING_DELIVERY, Status.PENDING_AMENDMENT, Status.PENDING_PAPER})


def _held(world: World) -> tuple[int, Party]:
    return world.blank(), world.shipper


def _passed(world: World) -> tuple[int, Party]:
    bill = world.blank()
    world.ledger.transfer(world.shipper, bill, world.bank, b"")
    return bill, world.bank


def _titled(world: World) -> tuple[int, Party]:
    bill = world.order()
    world.ledger.endorse(world.shipper, bill, Endorsement.TO_ORDER, world.bank, NOBODY, b"")
    return bill, world.bank


def given_both(world: World) -> tuple[int, Party]:
    """An order bill that the bank was just given, title and possession, and may still reject; and the bank."""
    bill = world.order()
    world.ledger.endorse(world.shipper, bill, Endorsement.TO_ORDER, world.bank, world.bank, b"")
    return bill, world.bank


def _awaits(status: Status) -> Callable[[World], tuple[int, Party]]:
    return lambda world: (bill_in(world, status), world.carrier)


def _agreed(world: World) -> tuple[int, Party]:
    bill = world.blank()
    world.extra["agreed"] = [world.terms(Kind.BLANK)]
    hashed = world.ledger.replacementsHash([bill], world.extra["agreed"])
    world.ledger.surrender(world.shipper, bill, SurrenderFor.AMENDMENT, world.carrier, hashed, b"")
    return bill, world.carrier


def _overdue(world: World) -> tuple[int, Party]:
    bill = bill_in(world, Status.PENDING_DELIVERY)
    world.ledger.later(hours=73)
    return bill, world.shipper


def _lodged_with(world: World) -> Puppet:
    if "room" not in world.extra:
        world.extra["room"] = room(world)
    puppet: Puppet = world.extra["room"]
    return puppet


def _with_room(world: World) -> tuple[int, Party]:
    world.extra.pop("room", None)
    _lodged_with(world)
    return _held(world)


VERBS: tuple[Verb, ...] = (
    Verb(
        "transfer",
        "transfer",
        _LIVE,
        "possessor",
        _held,
        lambda w, b: (b, w.bank, b"take it"),
        "Transferred",
        Status.LIVE,
    ),
    *(
        Verb(
            function,
            function,
            _LIVE,
            "possessor",
            _held,
            lambda w, b: (w.shipper, w.bank, b),
            "Transferred",
            Status.LIVE,
            False,
        )
        for function in ("transferFrom", "safeTransferFrom")
    ),
    Verb(
        "endorse to order and transfer",
        "endorse",
        _LIVE,
        "possessor",
        _held,
        lambda w, b: (b, Endorsement.TO_ORDER, w.bank, w.bank, b""),
        "Endorsed",
        Status.LIVE,
    ),
    Verb(
        "endorse by name",
        "endorse",
        _LIVE,
        "possessor",
        _held,
        lambda w, b: (b, Endorsement.NAMED, w.bank, NOBODY, b""),
        "Endorsed",
        Status.LIVE,
    ),
    Verb(
        "endorse in blank",
        "endorse",
        _LIVE,
        "possessor",
        lambda w: (w.order(), w.shipper),
        lambda w, b: (b, Endorsement.BLANK, NOBODY, NOBODY, b""),
        "Endorsed",
        Status.LIVE,
    ),
    Verb(
        "lodge",
        "lodge",
        _LIVE,
        "possessor",
        _with_room,
        lambda w, b: (b, Endorsement.NONE, _lodged_with(w), b"terms"),
        "Lodged",
        Status.LIVE,
    ),
    Verb(
        "sign", "sign", _LIVE, "possessor", _held, lambda w, b: (b, Purpose.CHECKED, b"checked"), "Signed", Status.LIVE
    ),
    Verb(
        "surrender for delivery",
        "surrender",
        _LIVE,
        "possessor",
        _held,
        lambda w, b: (b, SurrenderFor.DELIVERY, w.carrier, bytes(32), b""),
        "Surrendered",
        Status.PENDING_DELIVERY,
    ),
    Verb(
        "surrender for amendment",
        "surrender",
        _LIVE,
        "possessor",
        _held,
        lambda w, b: (b, SurrenderFor.AMENDMENT, w.carrier, bytes(32), b""),
        "Surrendered",
        Status.PENDING_AMENDMENT,
    ),
    Verb(
        "surrender for paper",
        "surrender",
        _LIVE,
        "possessor",
        _held,
        lambda w, b: (b, SurrenderFor.PAPER, w.carrier, bytes(32), b""),
        "Surrendered",
        Status.PENDING_PAPER,
    ),
    Verb(
        "reject possession",
        "reject",
        _LIVE,
        "rejecter",
        _passed,
        lambda w, b: (b, Rejection.POSSESSION, b"not ours"),
        "Rejected",
        Status.LIVE,
    ),
    Verb(
        "reject title",
        "reject",
        _LIVE,
        "rejecter",
        _titled,
        lambda w, b: (b, Rejection.TITLE, b""),
        "Rejected",
        Status.LIVE,
    ),
    Verb(
        "reject both",
        "reject",
        _LIVE,
        "rejecter",
        given_both,
        lambda w, b: (b, Rejection.BOTH, b""),
        "Rejected",
        Status.LIVE,
    ),
    Verb(
        "reject the issue",
        "reject",
        _LIVE,
        "rejecter",
        _held,
        lambda w, b: (b, Rejection.ISSUE, b""),
        "Rejected",
        Status.VOID,
    ),
    Verb(
        "accept",
        "accept",
        frozenset({Status.PENDING_DELIVERY}),
        "carrier",
        _awaits(Status.PENDING_DELIVERY),
        lambda w, b: (b, b""),
        "SurrenderAccepted",
        Status.SURRENDERED,
    ),
    Verb(
        "refuse",
        "refuse",
        _PENDING,
        "carrier",
        _awaits(Status.PENDING_DELIVERY),
        lambda w, b: (b, b"freight is unpaid"),
        "SurrenderRefused",
        Status.LIVE,
    ),
    Verb(
        "recall",
        "recall",
        _PENDING,
        "surrenderer",
        _overdue,
        lambda w, b: (b, b"no answer"),
        "SurrenderRecalled",
        Status.LIVE,
    ),
    Verb(
        "deliver",
        "deliver",
        frozenset({Status.SURRENDERED}),
        "carrier",
        _awaits(Status.SURRENDERED),
        lambda w, b: (b, b""),
        "Delivered",
        Status.DELIVERED,
    ),
    Verb(
        "to paper",
        "toPaper",
        frozenset({Status.PENDING_PAPER}),
        "carrier",
        _awaits(Status.PENDING_PAPER),
        lambda w, b: (b, 3, STATEMENT, b""),
        "SwitchedToPaper",
        Status.PAPER,
    ),
    Verb(
        "replace",
        "replace",
        frozenset({Status.PENDING_AMENDMENT}),
        "carrier",
        _agreed,
        lambda w, b: ([b], w.extra.get("agreed") or [w.terms(Kind.BLANK)], b""),
        "Replaced",
        Status.REPLACED,
        False,
    ),
)

BY_NAME = {verb.name: verb for verb in VERBS}


def last_second_to_reject(timestamp: int) -> int:
    """Of something received in a block of that time: the last second of the seventy-third hour that is begun."""
    return (timestamp // HOUR + REJECT_HOURS + 1) * HOUR - 1


def first_second_to_recall(timestamp: int, answer_hours: int = 72) -> int:
    return (timestamp // HOUR + answer_hours + 1) * HOUR
