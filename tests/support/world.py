"""One ledger with its administration and the parties of a trade: what every contract test starts from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from eth_keys.datatypes import PrivateKey
from support.contract import Contract
from support.onchain import OnChain
from support.trade import (
    ANSWER,
    BANK,
    ISSUE,
    MOVE,
    NOBODY,
    PRODUCE,
    SUPERVISE,
    TERMS,
    Account,
    Endorsement,
    Kind,
    Ledger,
    Party,
    Receiving,
    RecordLaw,
    SurrenderFor,
    Terms,
    deploy,
    lei,
)

from sampan.keccak import keccak
from sampan.toolchain.artifacts import load

A = TypeVar("A", bound=Account)

ENROLLER, SUSPENDER, LIFTER, RECOVERER, ROOM_LISTER, ROOM_DELISTER = range(1, 7)

RESTRICTED = {
    "enrol": ENROLLER,
    "assignCode": ENROLLER,
    "setProfile": ENROLLER,
    "suspend": SUSPENDER,
    "liftSuspension": LIFTER,
    "setWindingDown": LIFTER,
    "proposeRecovery": RECOVERER,
    "listRoom": ROOM_LISTER,
    "delistRoom": ROOM_DELISTER,
}


@dataclass
class World:
    """The parties by role. `second` accounts act for the same participant as the first."""

    onchain: OnChain
    ledger: Ledger
    admin: Party
    enroller: Party
    suspender: Party
    lifter: Party
    recoverer: Party
    lister: Party
    delister: Party
    carrier: Party
    carrier_desk: Party
    other_carrier: Party
    shipper: Party
    bank: Party
    bank_vault: Party
    consignee: Party
    forwarder: Party
    cautious_bank: Party
    choosy_trader: Party
    producer: Party
    supervisor: Party
    stranger: Party
    relayer: Party
    extra: dict[str, Any] = field(default_factory=dict)

    # ------------------------------------------------------------------------------------------------------ identity

    def enrol(self, party: Party, *, receiving: Receiving = Receiving.ANYONE, **changes: Any) -> Party:
        paper = self.ledger.enrolment(party, receiving=receiving, **changes)
        self.ledger.enrol(self.enroller, paper, party.signature(self.ledger.digest("Enrolment", paper)))
        self.learn(party)
        return party

    def learn(self, party: A) -> A:
        """Let a party know its numbers and its participant's LEI."""
        known = self.ledger.account(party)
        party.participant, party.number, party.lei = known.participant, known.number, known.lei
        party.country, party.roles = known.country.decode(), known.roles
        return party

    def add_account(
        self, sponsor: Party, account: A, roles: int | None = None, receiving: Receiving = Receiving.ANYONE
    ) -> A:
        roles = sponsor.roles if roles is None else roles
        deadline = self.ledger.now + 3_600
        paper = (sponsor.participant, account, roles, receiving, deadline)
        signature = account.signature(self.ledger.digest("NewAccount", paper))
        self.ledger.addAccount(sponsor, sponsor, account, roles, receiving, deadline, b"", signature)
        return self.learn(account)

    def suspend(self, party: Party) -> None:
        self.ledger.suspend(self.suspender, party.participant, b"order 12/2026")

    # --------------------------------------------------------------------------------------------------------- bills

    def new_id(self, carrier: Party | None = None, version: int = 1) -> int:
        from support.trade import bill_id

        self.ledger.references += 1
        return bill_id((carrier or self.carrier).lei, version, f"SMP{self.ledger.references:07d}")

    def terms(
        self,
        kind: Kind = Kind.ORDER,
        titleholder: Any = NOBODY,
        *,
        bill: int | None = None,
        record_law: RecordLaw = RecordLaw.ENGLISH,
    ) -> Terms:
        bill = self.new_id() if bill is None else bill
        mark = bill.to_bytes(32, "big")
        return Terms(bill, kind, titleholder, keccak(b"root" + mark), keccak(b"sum" + mark), b"GB-ENG", record_law)

    def issued(self, kind: Kind, titleholder: Any = NOBODY, possessor: Any = None, carrier: Party | None = None) -> int:
        """A bill as issued; its first possessor is the shipper unless told otherwise."""
        carrier = carrier or self.carrier
        terms = self.terms(kind, titleholder, bill=self.new_id(carrier))
        self.ledger.issue(carrier, terms, possessor or self.shipper, b"")
        return terms.bill

    def blank(self, possessor: Any = None) -> int:
        return self.issued(Kind.BLANK, possessor=possessor)

    def order(self, titleholder: Any = None, possessor: Any = None) -> int:
        """To order of the titleholder (the shipper's, unless told otherwise), in its own possession unless told."""
        titleholder = titleholder or self.shipper
        return self.issued(Kind.ORDER, titleholder, possessor or titleholder)

    def straight(self) -> int:
        """Consigned to the consignee, possessed by the shipper."""
        return self.issued(Kind.STRAIGHT, self.consignee, self.shipper)

    def by_name(self, titleholder: Any = None, possessor: Any = None) -> int:
        """Endorsed by name to the titleholder, who possesses unless told otherwise."""
        titleholder = titleholder or self.bank
        bill = self.order(self.shipper)
        self.ledger.endorse(self.shipper, bill, Endorsement.NAMED, titleholder, titleholder, b"")
        if possessor is not None:
            self.ledger.transfer(titleholder, bill, possessor, b"")
        return bill

    def pending(
        self, purpose: SurrenderFor = SurrenderFor.DELIVERY, *, bill: int | None = None, agreed: bytes = b""
    ) -> int:
        """A bill that its possessor has just surrendered (one in blank of the shipper, unless told otherwise)."""
        bill = self.blank() if bill is None else bill
        holder = next(party for party in self.parties() if party.address == self.ledger.ownerOf(bill))
        self.ledger.surrender(holder, bill, purpose, self.carrier, agreed.ljust(32, b"\0"), b"")
        return bill

    def parties(self) -> list[Party]:
        return [value for value in vars(self).values() if isinstance(value, Party)]


def build(chain: Callable[[list[PrivateKey]], OnChain]) -> World:
    """Deploys the ledger on a new chain, wires its powers, enrols everybody. `chain` is told whose keys own ether."""
    people = {
        name: Party(name) for name in ("admin", "enroller", "suspender", "lifter", "recoverer", "lister", "delister")
    }

    def person(name: str, lei_: str, country: str, roles: int) -> None:
        people[name] = Party(name, lei_=lei(lei_), country=country, roles=roles)

    person("carrier", "SAMPANTESTCARRIER1", "SG", ISSUE | ANSWER | MOVE | TERMS)
    person("other_carrier", "SAMPANTESTCARRIER2", "DK", ISSUE | ANSWER | MOVE | TERMS)
    person("shipper", "SAMPANTESTSHIPPER1", "CN", MOVE | TERMS)
    person("bank", "SAMPANTEST0000BANK", "HK", MOVE | TERMS | BANK)
    person("consignee", "SAMPANTESTCONSIGNE", "NL", MOVE | TERMS)
    person("forwarder", "SAMPANTEST0FORWARD", "HK", MOVE | TERMS)
    person("cautious_bank", "SAMPANTESTCAUTIOUS", "HK", MOVE | TERMS | BANK)
    person("choosy_trader", "SAMPANTEST00CHOOSY", "HK", MOVE | TERMS)
    person("producer", "SAMPANTESTTERMINAL", "NL", PRODUCE | TERMS)
    person("supervisor", "SAMPANTEST0CUSTOMS", "NL", SUPERVISE)
    for name in ("carrier_desk", "bank_vault", "stranger", "relayer"):
        people[name] = Party(name)
    spare = [Party(f"spare {index}") for index in range(70)]
    onchain = chain([party.key for party in [*people.values(), *spare]])

    admin = people["admin"]
    manager = Contract(
        onchain, deploy(onchain, admin, load("AccessManager"), ("address", admin)), load("AccessManager").abi
    )
    codes = {name: deploy(onchain, admin, load(name)) for name in ("Amendments", "Registry")}
    address = deploy(
        onchain,
        admin,
        load("Bills"),
        ("address", manager),
        ("address", codes["Amendments"]),
        ("address", codes["Registry"]),
    )
    ledger = Ledger(onchain, address, codes, manager)
    for role, name in enumerate(("enroller", "suspender", "lifter", "recoverer", "lister", "delister"), start=1):
        selectors = [ledger.selector(function) for function, needed in RESTRICTED.items() if needed == role]
        manager.setTargetFunctionRole(admin, ledger, selectors, role)
        manager.grantRole(admin, role, people[name], 0)

    world = World(onchain=onchain, ledger=ledger, **people)
    world.extra["spare"] = spare
    modes = {"cautious_bank": Receiving.SIGNED_ONLY, "choosy_trader": Receiving.LISTED_ONLY}
    for name, party in people.items():
        if party.lei:
            world.enrol(party, receiving=modes.get(name, Receiving.ANYONE))
    world.add_account(world.carrier, world.carrier_desk, ANSWER | MOVE)
    world.add_account(world.bank, world.bank_vault)
    for carrier in (world.carrier, world.other_carrier):
        ledger.publishRecordLaws(carrier, 1 << RecordLaw.ENGLISH | 1 << RecordLaw.PRC)
    return world
