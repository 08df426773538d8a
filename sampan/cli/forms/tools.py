"""The tools: compiler, settings, completion, doctor, version; and every error."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from sampan.cli.forms.common import Wrong
from sampan.suite.forms import Count, Form


class _OutOfStep(Form):
    subject: str
    message: str


class _CompilerUsed(Form):
    version: str
    kind: Literal["native", "npm"]


class Compile(Form, document="sampan.compile/1"):
    """What compiling did, or found out of step."""

    in_step: bool
    differences: list[_OutOfStep]
    changed: list[str]
    compiler: _CompilerUsed | None
    sizes: dict[str, Count]
    seconds: float


class Completion(Form, document="sampan.completion/1"):
    """A completion script."""

    shell: str
    script: str


class _Setting(Form):
    name: str
    value: str | int | None
    source: str
    variable: str | None


class _Ignored(Form):
    file: Path
    reason: str


class Config(Form, document="sampan.config/1"):
    """Settings, each with its source."""

    settings: list[_Setting]
    ignored: Annotated[list[_Ignored], "Each sampan.toml that was passed over, for it may be the work of others"]


class _Looked(Form):
    name: str
    state: Literal["ok", "missing", "broken"]
    found: str
    needed_for: str
    mend: str | None
    required: bool


class Doctor(Form, document="sampan.doctor/1"):
    """What is installed, what is missing, and what mends it."""

    fit: bool
    mend: str | None
    checks: list[_Looked]


class Version(Form, document="sampan.version/1"):
    """Version of the package, its artifacts and its documents."""

    version: str
    release: str | None
    solc: str | None
    schemas: list[str]


class Schemas(Form, document="sampan.schemas/1"):
    """Documents that have a schema."""

    schemas: list[str]


class Error(Form, document="sampan.error/1"):
    """What went wrong, and the act that would be right."""

    error: Wrong
