"""Scenarios: shipped, begun, played."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from sampan.suite.forms import Address, Also, BillName, Count, Digits, Form, HashText


class _ScenarioStep(Form):
    number: Count
    line: Count
    kind: str
    by: str | None
    verb: str | None
    refused: str | None
    why: str


class _Shipped(Form):
    name: str
    title: str
    about: str
    file: Path


class Scenarios(Form, document="sampan.scenarios/1"):
    """Scenarios that travel with the package."""

    scenarios: list[_Shipped]


class Scenario(Form, document="sampan.scenario-show/1"):
    """A scenario, as its file says it."""

    name: str
    title: str
    about: str
    file: Path
    parties: dict[str, str]
    documents: dict[str, str]
    steps: list[_ScenarioStep]


class ScenarioNew(Form, document="sampan.scenario-new/1"):
    """A scenario file that was begun."""

    file: Path


class _PlayedStep(Form):
    step: Annotated[Count, "0: before the first"]
    kind: Literal[
        "done",
        "rehearsed",
        "refused",
        "signed",
        "proposed",
        "waited",
        "expected",
        "looked",
        "asked",
        "listed",
        "audited",
    ]
    place: str
    by: str
    what: str
    verb: str
    told: list[str]
    why: str
    refused: Annotated[str, "In which words it was refused"]
    refused_by: Literal["contract", "client"] | None
    code: str
    warnings: list[str]
    transaction: HashText | None
    block: Count | None
    time: datetime | None
    gas: Count
    cost: Digits


class _ScenarioFailure(Form):
    step: Count
    place: str
    what: str
    expected: str
    came: str
    hint: str | None


class ScenarioRun(Form, document="sampan.scenario-run/1"):
    """A scenario that was played: each step with its transaction, gas and time, and what came of it."""

    scenario: str
    title: str
    file: Path
    network: str
    chain_id: int
    ledger: Address
    state: Literal["passed", "failed", "waiting"]
    go_on_from: datetime | None
    failure: _ScenarioFailure | None
    steps: list[_PlayedStep]
    bills: dict[str, BillName]
    gas: Count
    cost: Digits
    audit: Annotated[
        dict[str, Any] | None, "As in sampan.audit/2, without its schema's name; null where an earlier run made it"
    ]


class ScenarioRuns(Form, document="sampan.scenario-runs/1"):
    """Scenarios that were played."""

    passed: bool
    runs: list[ScenarioRun]
    folder: Path
    seconds: Annotated[str, Also({"pattern": "^[0-9]+\\.[0-9]$"})]
