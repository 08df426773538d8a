"""Fixtures for those who build on Sampan: a chain in this process with the suite deployed and the parties enrolled.

Import what you need into your `conftest.py` (they are no plugin, so that no other pytest pays for them):

    from sampan.testing import bank, carrier, consignee, sampan_chain, sampan_suite, shipper, trader

    def test_a_bill_reaches_the_bank(carrier, shipper, bank):
        bill = carrier.bills.issue(sample("to-order"), to=shipper, carriage_law="SG").bill
        call = shipper.bills.calls.transfer(bill, to=bank)
        shipper.do(call.agreed(*bank.agree_to(call)))  # the bank takes with its own signature only
        assert bank.bill(bill).possessor.address == bank.address

Each role's fixture is a `Ledger` that signs as that role. Every test starts from the same chain: what it did is undone.
`sampan.scenarios.stage.SampanChain` does the same without pytest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sampan.bills.terms import Terms
from sampan.client.ledger import Ledger
from sampan.client.naming import pack
from sampan.keccak import keccak
from sampan.scenarios.parties import PARTIES, Party, full_lei
from sampan.scenarios.stage import RULEBOOK, SampanChain
from sampan.suite.verb import NOBODY
from sampan.suite.words import Kind, RecordLaw

__all__ = ["PARTIES", "RULEBOOK", "Party", "SampanChain", "bare_terms", "full_lei", "sample"]


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
        titleholder=NOBODY if titleholder is None else ledger.address_of(titleholder),
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


def _signing_as(role: str, who: str) -> Any:
    """The fixture of a role, a `Ledger` that signs as it."""

    def ledger(sampan_chain: SampanChain) -> Ledger:
        return sampan_chain.as_role(role)

    ledger.__doc__ = who
    return pytest.fixture(name=role)(ledger)


carrier = _signing_as(
    "carrier", "The carrier: owns the code XLL (SMDG), issues under Singapore's law of electronic records."
)
other_carrier = _signing_as("other_carrier", "Another carrier: owns the code XBM (SMDG).")
shipper = _signing_as("shipper", "The shipper of the sample documents.")
trader = _signing_as("trader", "The endorsee of the sample documents.")
bank = _signing_as("bank", "The trader's bank: receives with its own signature only.")
importer = _signing_as("importer", "The importer, who takes the cargo.")
consignee = _signing_as("consignee", "A consignee.")
enroller = _signing_as("enroller", "Who may enrol, assign codes and set profiles.")
suspender = _signing_as("suspender", "Who may suspend, at once.")
lifter = _signing_as("lifter", "Who may lift a suspension and wind down, after two days.")
recoverer = _signing_as("recoverer", "Who may propose a recovery.")
room_lister = _signing_as("room_lister", "Who may list rooms, after two days.")
room_delister = _signing_as("room_delister", "Who may delist rooms, at once.")
relayer = _signing_as("relayer", "Who sends what others signed; no participant.")
stranger = _signing_as("stranger", "Somebody who is no participant.")
