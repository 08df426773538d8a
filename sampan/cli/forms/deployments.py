"""A deployment: planned, done, handed in to an explorer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from sampan.suite.forms import Address, Digits, Form, HashText, Of


class _Step(Form):
    label: str
    done: bool
    gas: Digits
    address: Address | None


class _Given(Form):
    role: str
    members: list[Address]
    delay: Annotated[int, "Seconds that each of its acts waits"]
    grant_delay: Annotated[int, "Seconds that a new member waits"]
    by_default: Annotated[bool, "Nobody was named"]
    published: Annotated[bool, "Everybody has the key of a member"]


class ParametersFile(Form, document="sampan.parameters-file/1"):
    """Where a parameters file was written."""

    file: Path


class DeployPlan(Form, document="sampan.deploy-plan/2"):
    """What a deployment would do; gas, cost, balance and what is lacking in wei."""

    network: str
    chain_id: int
    deployer: Address
    steps: list[_Step]
    gas: Digits
    max_cost: Digits
    balance: Digits
    lacks: Digits
    powers: list[_Given]
    parameters: dict[str, Any]


class _HandedIn(Form):
    name: Annotated[str, Of(lambda found: found[0].name)]
    address: Annotated[Address, Of(lambda found: found[0].address)]
    identifier: Annotated[str, Of(lambda found: found[0].identifier)]
    compiler: Annotated[str, Of(lambda found: found[0].compiler)]
    constructor_arguments: Annotated[bytes, Of(lambda found: found[0].arguments)]
    file: Annotated[Path | None, "solc's standard JSON", Of(lambda found: found[1])]
    status: Annotated[
        Literal["verified", "verified before", "refused"] | None,
        Of(lambda found: found[2] and found[2].status),
    ]
    said: Annotated[str | None, "In the explorer's words", Of(lambda found: found[2] and found[2].said)]


class VerifySource(Form, document="sampan.verify-source/1"):
    """What was handed in to an explorer, or written for one."""

    network: str
    chain_id: int
    release: str
    explorer: str | None
    contracts: list[_HandedIn]


class _Deployed(Form):
    name: str
    address: Address
    transaction: HashText | None
    block: int | None


class Deployment(Form, document="sampan.deploy/1"):
    """A deployment that was carried out."""

    network: str
    chain_id: int
    manifest: Path
    release: str
    contracts: list[_Deployed]
    transactions: int
    gas: Digits
    cost: Digits
