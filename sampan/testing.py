"""Fixtures for those who build on Sampan: a chain in this process with the suite deployed and the parties enrolled.

Import what you need into your `conftest.py` (they are no plugin, so that no other pytest pays for them):

    from sampan.testing import bank, carrier, consignee, sampan_chain, sampan_suite, shipper, trader

    def test_a_bill_reaches_the_bank(carrier, shipper, bank):
        bill = carrier.issue(sample("to-order"), to=shipper, carriage_law="SG").bill
        shipper.transfer(bill, to=bank, agreements=bank.agree_to(shipper.calls.transfer(bill, to=bank)))
        assert bank.bill(bill).possessor.address == bank.address

Each role's fixture is a `Ledger` that signs as that role. Every test starts from the same chain: what it did is undone.
`SampanChain` does the same without pytest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

import sampan.chain  # noqa: F401  (chooses the fast Keccak before any eth_* module is imported)
from sampan.chain.accounts import development_signer
from sampan.chain.keccak import keccak
from sampan.documents.identifiers import lei_check_digits
from sampan.ledger.ids import pack
from sampan.ledger.ledger import Ledger
from sampan.ledger.records import Terms
from sampan.ledger.words import Kind, Receiving, RecordLaw, Role
from sampan.scenarios.parties import PARTIES as TRADE

if TYPE_CHECKING:
    from sampan.chain.connection import Connection
    from sampan.deployment.manifest import Manifest

RULEBOOK = keccak(b"sampan.testing: rulebook 1")
"""The rulebook version that the parties of the fixtures sign."""

CARRIER_ROLES = Role.ISSUE | Role.ANSWER | Role.MOVE | Role.TERMS
TRADER_ROLES = Role.MOVE | Role.TERMS
BANK_ROLES = Role.MOVE | Role.TERMS | Role.BANK


@dataclass(frozen=True, slots=True)
class Party:
    """Who is enrolled for the fixtures: its role, company, LEI (20 characters), country, roles, carrier code (list and
    code), and the laws of the record under which its cover stands."""

    role: str
    company: str
    lei: str
    country: str
    roles: Role = TRADER_ROLES
    receiving: Receiving = Receiving.ANYONE
    code: tuple[str, str] | None = None
    laws: tuple[RecordLaw, ...] = ()


def _parties() -> dict[str, Party]:
    found = {role: Party(role, known.name, known.lei, known.country) for role, known in TRADE.items()}
    found["carrier"] = replace(
        found["carrier"], roles=CARRIER_ROLES, code=("SMDG", "XLL"), laws=(RecordLaw.SINGAPORE_ETA,)
    )
    found["bank"] = replace(found["bank"], roles=BANK_ROLES, receiving=Receiving.SIGNED_ONLY)
    found["consignee"] = Party("consignee", "Rijnhaven Distributie B.V.", full_lei("SAMPAN0CONSIGNEE00"), "NL")
    found["other_carrier"] = Party(
        "other_carrier",
        "Beacon Maritime Limited",
        full_lei("SAMPAN00CARRIER200"),
        "HK",
        CARRIER_ROLES,
        code=("SMDG", "XBM"),
        laws=(RecordLaw.ENGLISH_ETDA_2023, RecordLaw.SINGAPORE_ETA),
    )
    return found


def full_lei(stem: str) -> str:
    """An LEI from its first 18 characters."""
    return stem + lei_check_digits(stem)


PARTIES: dict[str, Party] = _parties()
"""The parties that `SampanChain` enrols, in this order; their LEIs and companies are invented."""


class SampanChain:
    """A chain in this process with the suite deployed (its usual delays and powers) and `PARTIES` enrolled.

    `ledger` reads; `as_role("carrier")` gives a `Ledger` that signs as a role, with its published development key. Time
    moves by `advance`.
    """

    def __init__(self, connection: Connection | None = None, *, enrol: bool = True) -> None:
        from sampan.chain.networks import connect
        from sampan.deployment import deploy, parameters, suite

        self.connection: Connection = connection or connect("tester")
        deployer = development_signer("deployer")
        plan = suite.plan(parameters.usual(deployer.address, development=True))
        self.manifest: Manifest = deploy.deploy(self.connection, deployer, plan).manifest
        companies = {party.lei: party.company for party in PARTIES.values()}
        self.ledger = Ledger.at(self.connection, self.manifest, companies=companies)
        if enrol:
            for party in PARTIES.values():
                self.enrol(party)

    def as_role(self, role: str) -> Ledger:
        """The ledger for a role's account."""
        return self.ledger.using(role)

    def enrol(self, party: Party) -> int:
        """Enrol a party with the account of its role; assign its code, publish its laws. Returns its number."""
        enroller, own = self.as_role("enroller"), self.as_role(party.role)
        signed = own.sign_enrolment(
            party.lei,
            country_code=party.country,
            roles=party.roles,
            rulebook=RULEBOOK,
            receiving=party.receiving,
        )
        enroller.enrol(signed)
        if party.code is not None:
            enroller.assign_code(*party.code, party.role)
        if party.laws:
            own.publish_record_laws(party.laws)
        return self.ledger.number_of(party.role)

    def advance(self, time: timedelta) -> datetime:
        """Let time pass. Returns the chain's time afterwards."""
        self.connection.advance_time(int(time.total_seconds()))
        return self.ledger.now

    def snapshot(self) -> str:
        """Remember the chain as it stands, for `restore`."""
        return self.connection.snapshot()

    def restore(self, snapshot: str) -> None:
        """Go back to a snapshot, which is used up by it."""
        self.connection.revert(snapshot)

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


def sample(name: str) -> bytes:
    """A document that may be issued: `to-order`, `split`, `split-first`, `split-second`, `to-paper`."""
    from sampan.scenarios.samples import read_sample

    return read_sample(name)


def bare_terms(
    ledger: Ledger,
    reference: str,
    *,
    kind: Kind = Kind.BLANK,
    titleholder: str | None = None,
    version: int = 1,
    carrier: str = "carrier",
    record_law: RecordLaw = RecordLaw.SINGAPORE_ETA,
) -> Terms:
    """Terms of a bill with an invented root, for tests that are not about its document; `titleholder` is a role."""
    bill = pack(PARTIES[carrier].lei, reference, version)
    return Terms(
        bill=bill,
        kind=kind,
        titleholder=None if titleholder is None else ledger.address_of(titleholder),
        root=keccak(b"root" + bill.to_bytes(32, "big")),
        checksum=keccak(b"checksum" + bill.to_bytes(32, "big")),
        carriage_law="SG",
        record_law=record_law,
    )


# ------------------------------------------------------------------------------------------------------------- fixtures


@pytest.fixture(scope="session")
def sampan_suite() -> Iterator[SampanChain]:
    """The chain, deployed and enrolled once a session. Use `sampan_chain`, which undoes what a test did."""
    made = SampanChain()
    yield made
    made.close()


@pytest.fixture
def sampan_chain(sampan_suite: SampanChain) -> Iterator[SampanChain]:
    """A chain with the suite deployed and the parties enrolled, the same at the start of every test."""
    before = sampan_suite.snapshot()
    yield sampan_suite
    sampan_suite.restore(before)


@pytest.fixture
def carrier(sampan_chain: SampanChain) -> Ledger:
    """The carrier: owns the code XLL (SMDG), issues under Singapore's law of electronic records."""
    return sampan_chain.as_role("carrier")


@pytest.fixture
def other_carrier(sampan_chain: SampanChain) -> Ledger:
    """Another carrier: owns the code XBM (SMDG)."""
    return sampan_chain.as_role("other_carrier")


@pytest.fixture
def shipper(sampan_chain: SampanChain) -> Ledger:
    """The shipper of the sample documents."""
    return sampan_chain.as_role("shipper")


@pytest.fixture
def trader(sampan_chain: SampanChain) -> Ledger:
    """The endorsee of the sample documents."""
    return sampan_chain.as_role("trader")


@pytest.fixture
def bank(sampan_chain: SampanChain) -> Ledger:
    """The trader's bank: receives with its own signature only."""
    return sampan_chain.as_role("bank")


@pytest.fixture
def importer(sampan_chain: SampanChain) -> Ledger:
    """The importer, who takes the cargo."""
    return sampan_chain.as_role("importer")


@pytest.fixture
def consignee(sampan_chain: SampanChain) -> Ledger:
    """A consignee."""
    return sampan_chain.as_role("consignee")


@pytest.fixture
def enroller(sampan_chain: SampanChain) -> Ledger:
    """Who may enrol, assign codes and set profiles."""
    return sampan_chain.as_role("enroller")


@pytest.fixture
def suspender(sampan_chain: SampanChain) -> Ledger:
    """Who may suspend, at once."""
    return sampan_chain.as_role("suspender")


@pytest.fixture
def lifter(sampan_chain: SampanChain) -> Ledger:
    """Who may lift a suspension and wind down, after two days."""
    return sampan_chain.as_role("lifter")


@pytest.fixture
def recoverer(sampan_chain: SampanChain) -> Ledger:
    """Who may propose a recovery."""
    return sampan_chain.as_role("recoverer")


@pytest.fixture
def room_lister(sampan_chain: SampanChain) -> Ledger:
    """Who may list and delist rooms."""
    return sampan_chain.as_role("room_lister")


@pytest.fixture
def relayer(sampan_chain: SampanChain) -> Ledger:
    """Who sends what others signed; no participant."""
    return sampan_chain.as_role("relayer")


@pytest.fixture
def stranger(sampan_chain: SampanChain) -> Ledger:
    """Somebody who is no participant."""
    return sampan_chain.as_role("stranger")
