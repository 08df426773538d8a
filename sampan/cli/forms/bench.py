"""What acts cost, and how long an audit takes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from sampan.suite.forms import Also, Count, Form, Of


class _Bars(Form):
    acts: Annotated[
        dict[str, dict[str, Annotated[str, Also({"pattern": "^[0-9]+\\.[0-9]+$"})]]],
        "By act and column, the highest ratio of ours",
    ]
    gas: Annotated[dict[str, Count], "The most that ours may cost"]
    bytecode: dict[str, Count]


class BenchGas(Form, document="sampan.bench-gas/2"):
    """What acts cost beside the peers: gas by act and side, bytes of runtime code by contract."""

    engine: str
    hardfork: str
    acts: dict[str, dict[str, float]]
    own: Annotated[dict[str, Count], "What ours alone does"]
    bytecode: dict[str, Count]
    beside: dict[str, dict[str, Count]]
    bars: _Bars
    broken: list[str]
    differences: list[str]
    written: Path


class _Rebuilt(Form):
    bills: Annotated[Count, "Bills that were pledged and rest"]
    events: Count
    seconds: float
    seconds_per_bill: Annotated[float, Of(lambda timed: timed.per_bill)]


class BenchAudit(Form, document="sampan.bench-audit/1"):
    """How long an audit's rebuild takes."""

    rebuilt: list[_Rebuilt]


class BenchDocuments(Form, document="sampan.bench-documents/1"):
    """What it takes to check documents of two containers and to put them under roots."""

    documents: int
    cpu_seconds: Annotated[float, "Of all processes"]
    seconds: Annotated[float, "By the clock"]
    per_document: Annotated[float, "CPU seconds"]
    holds: Annotated[bool, "The bar of 15 milliseconds a document holds"]


class BenchCargo(Form, document="sampan.bench-cargo/1"):
    """What it takes to take a producer's events into its store and to prove one."""

    events: Count
    seconds: Annotated[float, "By the clock"]
    cpu_seconds: Annotated[float, "Of all processes"]
    events_per_second: float
    peak_rss_mb: Annotated[float, "Of all processes"]
    prove_ms: Annotated[float, "CPU milliseconds of the slowest of two hundred proofs"]
    holds: Annotated[bool, "75 microseconds an event, 400 MB, 10 milliseconds a proof"]
