"""Chains for the tests of `sampan.deployment`, and the suite deployed on one of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from deployed_suite import Suite
from support.chains import *  # noqa: F403
from support.chains import new_chain

from sampan.chain.accounts import development_signer
from sampan.deployment import deploy, parameters, suite
from sampan.deployment.plan import Plan


@pytest.fixture
def usual_plan() -> Plan:
    """The suite as it is deployed on a development chain."""
    return suite.plan(parameters.usual(development_signer("deployer").address, development=True))


@pytest.fixture(scope="session")
def one_deployed() -> Iterator[Suite]:
    # A chain of its own, so that `in_process` stays one without anything on it.
    with new_chain() as connection:
        yield Suite(connection, deploy.deploy_for_development(connection))


@pytest.fixture
def deployed(one_deployed: Suite) -> Iterator[Suite]:
    """The suite in process, as new."""
    snapshot = one_deployed.connection.snapshot()
    yield one_deployed
    one_deployed.connection.revert(snapshot)
