"""A record of screening, and a line of it that was asked once more."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from sampan.screening.match import Hit
from sampan.screening.record import Screened, Source
from sampan.suite.forms import Count, Form, Of


class _Line(Form):
    line: Count
    screened: Screened


class Screenings(Form, document="sampan.screenings/1"):
    """The record of what was screened."""

    file: Path
    lines: list[_Line]
    unreadable: Annotated[list[int], "Lines that cannot be read"]


class _Changed(Form):
    then: Annotated[Source, Of(lambda pair: pair[0])]
    now: Annotated[str | None, Of(lambda pair: pair[1]), "SHA-256 of what stands in the file now"]


class Repeated(Form, document="sampan.screening-repeated/1"):
    """A line of the record, asked once more on the same lists."""

    same: bool
    changed: list[_Changed]
    then: list[Hit]
    now: list[Hit]
