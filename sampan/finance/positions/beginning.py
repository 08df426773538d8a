"""Where random acts begin: positions are open to the countries of the cast."""

from __future__ import annotations

from collections.abc import Iterator

from sampan.finance.positions.verbs import OpenTo
from sampan.suite.chance import Stage
from sampan.suite.verb import Verb

_CONSENT = b"\1" * 32


def beginning(stage: Stage) -> Iterator[tuple[str, Verb]]:
    """The acts, each with who does it."""
    yield stage.administrator, OpenTo(tuple(stage.countries), _CONSENT)
