"""`sampan.testing` in somebody else's project: imported, not found."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sampan import testing

CONFTEST = "from sampan.testing import bank, carrier, sampan_chain, sampan_suite, shipper\n"
TESTS = """
from datetime import timedelta

import pytest

from sampan.client.errors import RejectTimePassed
from sampan.suite.words import Rejection
from sampan.testing import sample


def issued(carrier, shipper):
    return carrier.bills.issue(sample("to-order"), to=shipper, carriage_law="SG").bill


def test_a_bill_reaches_the_bank(carrier, shipper, bank):
    bill = issued(carrier, shipper)
    call = shipper.bills.calls.transfer(bill, to=bank)
    shipper.bills.transfer(bill, to=bank, agreements=bank.agree_to(call))
    assert bank.bill(bill).possessor.address == bank.address


def test_time_passes(sampan_chain, carrier, shipper):
    bill = issued(carrier, shipper)
    sampan_chain.advance(timedelta(days=4))
    with pytest.raises(RejectTimePassed):
        shipper.bills.reject(bill, Rejection.ISSUE)


def test_every_test_starts_from_the_same_chain(carrier):
    assert carrier.issued() == []
"""


@pytest.mark.slow
def test_a_project_that_imports_the_fixtures_tests_with_them(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_ours.py").write_text(TESTS)
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:ape_test", "-p", "no:cacheprovider", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "3 passed" in ran.stdout


def test_no_pytest_pays_for_the_fixtures_unasked() -> None:
    from importlib.metadata import entry_points

    assert not [point for point in entry_points(group="pytest11") if point.value.startswith("sampan")]


def test_no_fixture_has_a_name_that_other_plugins_claim_k10() -> None:
    fixtures = {name for name, value in vars(testing).items() if type(value).__name__.startswith("FixtureFunction")}
    fixtures |= {name for name, value in vars(testing).items() if hasattr(value, "_pytestfixturefunction")}
    assert {"sampan_chain", "carrier", "shipper", "trader", "bank", "consignee"} <= fixtures
    assert not fixtures & {"accounts", "chain", "networks", "project", "Contract", "compilers"}
