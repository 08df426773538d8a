"""Producers that report, their batches, proofs, statements and conditions: what every test of cargo starts from.

Leaves, roots and digests are computed by hand, so that the contract is not held against Sampan's own code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, NamedTuple

from eth_abi.abi import encode
from support.contract import Contract, Receipt, plain
from support.money import another, deployed
from support.trade import DAY, HOUR, PRODUCE, TERMS, ZERO, Party
from support.world import ENROLLER, SUSPENDER, World

from sampan.keccak import keccak

ALL_UNITS = 2**16 - 1


class Said(IntEnum):
    """What a fact says (contracts/cargo/ICargoLog.sol)."""

    NONE, GATED_IN, LOADED, DEPARTED, ARRIVED, DISCHARGED, GATED_OUT, TRANSHIPPED = range(8)
    EXPORT_RELEASED, IMPORT_RELEASED, WEIGHED, INSPECTED, VALUED, INSURED = range(8, 14)
    VESSEL_IDENTIFIED, STUFFED, SEAL_REMOVED, LOST = range(14, 18)


class Lack(IntEnum):
    """Why a producer's word does not count."""

    NOTHING, MAY_NOT_ACT, GROUP_LEFT_OUT, NOT_ACCREDITED, STRUCK = range(5)
    NOT_RECORDED, TOO_YOUNG, NO_LONGER_VALID, TOO_LITTLE, SAME_GROUP = range(5, 10)


def kinds(*said: Said) -> int:
    """A bit each."""
    return sum(1 << kind for kind in said)


PLACED = kinds(*(kind for kind in Said if Said.GATED_IN <= kind <= Said.IMPORT_RELEASED))
ATTESTABLE = kinds(
    Said.EXPORT_RELEASED,
    Said.IMPORT_RELEASED,
    Said.WEIGHED,
    Said.INSPECTED,
    Said.VALUED,
    Said.INSURED,
    Said.VESSEL_IDENTIFIED,
    Said.LOST,
)
EVERY_KIND = kinds(*Said) - 1
PAPERS = EVERY_KIND & ~PLACED


def place(text: str) -> bytes:
    return text.encode().ljust(32, b"\0")


TERMINAL_AT, OTHER_PORT, COUNTRY, NOWHERE = place("CNSHA/SMDG/YICT"), place("NLRTM"), place("CN"), ZERO
NO_MEASURE, KILOGRAMS, DOLLARS, SHIP = b"\0\0\0", b"KGM", b"USD", b"IMO"


class Header(NamedTuple):
    root: bytes
    count: int
    earliest: int
    latest: int
    anchored_at: int
    locator: bytes

    @property
    def hash(self) -> bytes:
        return keccak(encode(["bytes32", "uint32", "uint40", "uint40", "uint40", "bytes32"], list(self)))


class Event(NamedTuple):
    """As contracts/cargo/ICargoLog.sol has it."""

    key: bytes
    corrects: bytes
    kind: int
    happened_at: int
    valid_until: int
    amount: int
    measure: bytes
    place: bytes
    about: bytes
    unit: int
    rest: bytes

    @property
    def leaf(self) -> bytes:
        types = "bytes32,bytes32,uint8,uint40,uint40,uint48,bytes3,bytes32,bytes32,uint16,bytes32"
        return keccak(keccak(encode(types.split(","), list(self))))


class Proof(NamedTuple):
    producer: int
    sequence: int
    header: Header
    path: list[bytes]


class Statement(NamedTuple):
    """As contracts/cargo/ICargoLog.sol has it."""

    producer: Any
    bill: int
    kind: int
    unit: int
    happened_at: int
    valid_until: int
    amount: int
    measure: bytes
    place: bytes
    rest: bytes
    corrects: bytes
    said_at: int
    deadline: int

    @property
    def key(self) -> bytes:
        """The hash of the struct, by hand."""
        fields = "address,uint256,uint8,uint16,uint40,uint40,uint48,bytes3,bytes32,bytes32,bytes32,uint40,uint40"
        names = "producer,bill,kind,unit,happenedAt,validUntil,amount,measure,place,rest,corrects,saidAt,deadline"
        types = fields.split(",")
        text = ",".join(f"{kind} {name}" for kind, name in zip(types, names.split(","), strict=True))
        hashed = keccak(f"Statement({text})".encode())
        return keccak(encode(["bytes32", *types], [hashed, *(plain(value) for value in self)]))


class Clause(NamedTuple):
    kind: int
    producers: int = 1
    quiet_hours: int = 0
    units: int = 0
    least: int = 0
    measure: bytes = NO_MEASURE


def condition_of(clauses: Sequence[Clause]) -> bytes:
    """The name of a condition, by hand."""
    return keccak(encode(["(uint8,uint8,uint16,uint16,uint48,bytes3)[]"], [[tuple(each) for each in clauses]]))


def blinded(bill: int, salt: bytes) -> bytes:
    return keccak(encode(["uint256", "bytes32"], [bill, salt]))


def tree(leaves: Sequence[bytes]) -> tuple[bytes, list[list[bytes]]]:
    """Root over some leaves, and the path of each."""
    level = [(leaf, [at]) for at, leaf in enumerate(leaves)]
    paths: list[list[bytes]] = [[] for _ in leaves]
    while len(level) > 1:
        following = []
        for left, right in zip(level[::2], level[1::2], strict=False):
            for mine, other in ((left, right), (right, left)):
                for at in mine[1]:
                    paths[at].append(other[0])
            following.append((keccak(b"".join(sorted((left[0], right[0])))), left[1] + right[1]))
        level = following + level[len(following) * 2 :]
    return level[0][0], paths


@dataclass(frozen=True)
class Told:
    """An event, as its producer knows it: of which bill, and behind which salt."""

    bill: int
    salt: bytes
    event: Event


@dataclass(frozen=True)
class Anchored(Told):
    """With where it is anchored."""

    proof: Proof

    @property
    def shown(self) -> tuple[int, bytes, Event, Proof]:
        """As `record` takes it."""
        return self.bill, self.salt, self.event, self.proof

    def against(self, fact: Told) -> tuple[int, int, int, Event, Proof]:
        """As `strike` takes it."""
        return fact.bill, fact.event.kind, fact.event.unit, self.event, self.proof


@dataclass
class Cargo:
    """The cargo log; a terminal and a surveyor report what happens at one terminal, customs and an insurer what they
    certify."""

    world: World
    log: Contract
    terminal: Party
    surveyor: Party
    customs: Party
    insurer: Party
    said: int = field(default=0)

    @property
    def now(self) -> int:
        """When the next transaction is carried out."""
        return self.world.ledger.now

    def accredited(self, party: Party, said: int, where: bytes = NOWHERE) -> Receipt:
        done: Receipt = self.log.accredit(self.world.enroller, party.participant, where, said)
        return done

    def discredited(self, party: Party, said: int, where: bytes = NOWHERE) -> Receipt:
        done: Receipt = self.log.discredit(self.world.suspender, party.participant, where, said)
        return done

    # ----------------------------------------------------------------------------------------------------------- events

    def event(self, bill: int, kind: int = Said.LOADED, **changes: Any) -> Told:
        """Something that happened an hour ago to the first piece of a bill's equipment."""
        self.said += 1
        mark = self.said.to_bytes(32, "big")
        salt = changes.pop("salt", keccak(b"salt" + mark))
        made = Event(
            key=keccak(b"event" + mark),
            corrects=ZERO,
            kind=kind,
            happened_at=self.now - HOUR,
            valid_until=0,
            amount=0,
            measure=NO_MEASURE,
            place=TERMINAL_AT if kinds(Said(kind)) & PLACED else NOWHERE,
            about=blinded(bill, salt),
            unit=1,
            rest=keccak(b"rest" + mark),
        )
        return Told(bill, salt, made._replace(**changes))

    def anchored(self, party: Party, *told: Told) -> list[Anchored]:
        """The events as the next batch of a producer."""
        root, paths = tree([each.event.leaf for each in told])
        times = [each.event.happened_at for each in told]
        sequence = self.log.batches(party.participant) + 1
        done = self.log.anchor(party, sequence, root, len(told), min(times), max(times), ZERO)
        header = Header(root, len(told), min(times), max(times), done.timestamp, ZERO)
        return [
            Anchored(each.bill, each.salt, each.event, Proof(party.participant, sequence, header, path))
            for each, path in zip(told, paths, strict=True)
        ]

    def says(self, party: Party, bill: int, kind: int = Said.LOADED, **changes: Any) -> Anchored:
        """A producer anchors an event."""
        (made,) = self.anchored(party, self.event(bill, kind, **changes))
        return made

    def corrects(self, party: Party, before: Told, **changes: Any) -> Anchored:
        """A producer anchors what corrects an event."""
        kept = {"corrects": before.event.key, "unit": before.event.unit, **changes}
        return self.says(party, before.bill, kept.pop("kind", before.event.kind), **kept)

    def record(self, shown: Anchored, by: Party | None = None) -> Receipt:
        """Anybody does."""
        done: Receipt = self.log.record(by or self.world.relayer, *shown.shown)
        return done

    def strike(self, correction: Anchored, fact: Told, by: Party | None = None) -> Receipt:
        """Anybody does."""
        done: Receipt = self.log.strike(by or self.world.relayer, *correction.against(fact))
        return done

    def recorded(self, party: Party, bill: int, kind: int = Said.LOADED, **changes: Any) -> Anchored:
        """A producer's event, anchored and recorded."""
        made = self.says(party, bill, kind, **changes)
        self.record(made)
        return made

    def fact(self, bill: int, party: Party, kind: int = Said.LOADED, unit: int = 1) -> Any:
        return self.log.factOf(bill, kind, unit, party.participant)

    def stands(self, bill: int, party: Party, kind: int = Said.LOADED, unit: int = 1) -> bool:
        found = self.fact(bill, party, kind, unit)
        return bool(found.recordedAt) and not found.struck

    # ------------------------------------------------------------------------------------------------------- statements

    def statement(self, account: Any, bill: int, kind: int = Said.INSURED, **changes: Any) -> Statement:
        """What a producer says of a bill as a whole, and may be recorded within the hour."""
        self.said += 1
        made = Statement(
            producer=account,
            bill=bill,
            kind=kind,
            unit=0,
            happened_at=self.now - HOUR,
            valid_until=self.now + 90 * DAY,
            amount=150_000,
            measure=DOLLARS,
            place=NOWHERE,
            rest=keccak(b"policy" + self.said.to_bytes(32, "big")),
            corrects=ZERO,
            said_at=self.now,
            deadline=self.now + HOUR,
        )
        return made._replace(**changes)

    def digest(self, statement: Statement, *, chain_id: int | None = None, contract: Any = None) -> bytes:
        """What is signed, by hand; for this chain and this log unless told otherwise."""
        kind = keccak(b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
        names = keccak(b"Sampan Cargo Log"), keccak(b"1")
        where = (chain_id or self.world.onchain.chain_id, plain(contract or self.log))
        domain = keccak(encode(["bytes32", "bytes32", "bytes32", "uint256", "address"], [kind, *names, *where]))
        return keccak(b"\x19\x01" + domain + statement.key)

    def attest(self, statement: Statement, by: Any = None, signer: Any = None, **domain: Any) -> Receipt:
        """A relayer sends what the producer signed."""
        signature = (signer or statement.producer).signature(self.digest(statement, **domain))
        done: Receipt = self.log.attest(by or self.world.relayer, statement, signature)
        return done

    def attested(self, account: Any, bill: int, kind: int = Said.INSURED, **changes: Any) -> Statement:
        made = self.statement(account, bill, kind, **changes)
        self.attest(made)
        return made

    # ------------------------------------------------------------------------------------------------------- conditions

    def laid(self, *clauses: Clause) -> bytes:
        """A condition; laid down unless it is."""
        name = condition_of(clauses)
        if not self.log.clausesOf(name):
            self.log.lay(self.world.stranger, clauses)
        return name

    def everybody(self) -> list[Party]:
        return [self.terminal, self.surveyor, self.customs, self.insurer]

    def holds(
        self,
        condition: bytes,
        bill: int,
        units: int = 1,
        producers: Sequence[Any] | None = None,
        left_out: Sequence[int] = (),
    ) -> bool:
        named = self.everybody() if producers is None else producers
        found = self.log.holds(condition, bill, units, list(named), list(left_out))
        told = self.log.whyNot(condition, bill, units, list(named), list(left_out)) if self.known(condition) else ()
        # The reasons agree with the answer, whatever is asked.
        assert found == (bool(told) and all(each[0] for each in told))
        return bool(found)

    def known(self, condition: bytes) -> bool:
        return bool(self.log.clausesOf(condition))

    def why(
        self,
        condition: bytes,
        bill: int,
        units: int = 1,
        producers: Sequence[Any] | None = None,
        left_out: Sequence[int] = (),
    ) -> list[tuple[bool, int, int, int, list[Lack]]]:
        """How each clause stands: whether it holds, for how many units; the first unit that fails, how many count for
        it, and what each producer's word lacks."""
        named = self.everybody() if producers is None else producers
        found = self.log.whyNot(condition, bill, units, list(named), list(left_out))
        return [(holds, count, unit, good, [Lack(each) for each in lacks]) for holds, count, unit, good, lacks in found]


def cargo(world: World) -> Cargo:
    """Four producers, each accredited for what it reports."""
    manager = world.ledger.authority_contract
    log = deployed(world, "CargoLog", ("address", manager.address), ("address", world.ledger.address))
    for function, role in (("accredit", ENROLLER), ("discredit", SUSPENDER)):
        manager.setTargetFunctionRole(world.admin, log, [log.selector(function)], role)
    names = ("SAMPANTEST0SURVEYO", "SAMPANTEST0CUSTOM2", "SAMPANTEST0INSURER")
    surveyor, customs, insurer = (another(world, 20 + at, name, "CN", PRODUCE | TERMS) for at, name in enumerate(names))
    made = Cargo(world, log, world.producer, surveyor, customs, insurer)
    for party in (made.terminal, surveyor):
        made.accredited(party, PLACED & ~kinds(Said.EXPORT_RELEASED, Said.IMPORT_RELEASED), TERMINAL_AT)
        made.accredited(party, kinds(Said.WEIGHED, Said.INSPECTED))
    made.accredited(customs, kinds(Said.EXPORT_RELEASED, Said.IMPORT_RELEASED), COUNTRY)
    made.accredited(insurer, kinds(Said.INSURED))
    return made
