"""The embedded chain with banks and a surveyor, and parties that screen what they do, each on its own lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support import banking

from sampan.cargo.records import PRODUCE, Statement, bits
from sampan.chain.accounts import development_signer
from sampan.client.ledger import Ledger
from sampan.client.screening import Screening
from sampan.scenarios.parties import PARTIES, Party, full_lei
from sampan.screening import record
from sampan.suite.verb import Signature
from sampan.suite.words import FactKind, Role
from sampan.testing import (  # noqa: F401
    SampanChain,
    bank,
    carrier,
    consignee,
    enroller,
    importer,
    sampan_chain,
    shipper,
    suspender,
    trader,
)

SURVEYOR = Party("forwarder", "Surveyor", full_lei("SAMPAN0SURVEYOR000"), "SG", Role.TERMS | Role(PRODUCE))


@pytest.fixture(scope="module")
def banked(sampan_suite: SampanChain) -> Iterator[SampanChain]:
    """Two banks, the sale and a surveyor who may say which ship it is, for the tests of a module."""
    before = sampan_suite.snapshot()
    banking.bank(sampan_suite)
    number = sampan_suite.enrol(SURVEYOR)
    enroller = sampan_suite.as_role("enroller")  # noqa: F811
    kinds = bits(FactKind.VESSEL_IDENTIFIED)
    enroller.do(enroller.cargo_log.calls.by_name("accredit", number, bytes(32), kinds))  # type: ignore[attr-defined]
    yield sampan_suite
    sampan_suite.restore(before)


@pytest.fixture
def identified(banked: SampanChain) -> Callable[..., None]:
    """The surveyor says which ship carries a bill, instead of the one that it said before."""
    said: dict[int, bytes] = {}

    def say(bill: int, ship: int) -> None:
        surveyor = banked.as_role("forwarder")
        now = int(surveyor.now.timestamp())
        kind, corrects = FactKind.VESSEL_IDENTIFIED, said.get(bill, bytes(32))
        rest = (bytes(32), bytes(32), corrects, now, now + 3600)
        statement = Statement(surveyor.address, bill, kind, 0, now, 0, ship, "IMO", *rest)
        attest = surveyor.cargo_log.calls.by_name("attest", statement, Signature(None, empty=True))  # type: ignore[attr-defined]
        (event,) = (each for each in surveyor.do(attest).events or () if type(each).__name__ == "FactAttested")
        said[bill] = event.key  # type: ignore[attr-defined]

    return say


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    """The folder of one party's lists: somebody whom no test is about."""
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "own.csv").write_text("lei,ground\n" + full_lei("SAMPAN0NOBODY00000") + ",nobody\n")
    return folder


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """The record of that party."""
    return tmp_path / "state" / "screening.jsonl"


@pytest.fixture
def screening(sampan_chain: SampanChain, lists: Path, log: Path) -> Callable[..., Ledger]:  # noqa: F811
    """The ledger of a role that screens what it does."""
    companies = {party.lei: party.company for party in PARTIES.values()}

    def as_role(role: str) -> Ledger:
        return Ledger.at(
            sampan_chain.connection,
            sampan_chain.manifest,
            signer=development_signer(role),
            companies=companies,
            screening=Screening((lists,), log),
        )

    return as_role


@pytest.fixture
def recorded(log: Path) -> Callable[[], list[record.Screened]]:
    """What stands in the record."""
    return lambda: list(record.read(log).screened.values())
