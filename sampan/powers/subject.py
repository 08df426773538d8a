"""The subject `powers`: OpenZeppelin's AccessManager, a contract of its own."""

from __future__ import annotations

from typing import Final

from sampan.suite.verb import Subject


class Nothing:
    """What the model holds of it."""

    __slots__ = ()


POWERS: Final = Subject("powers", contract="AccessManager", interface="AccessManager", state=Nothing)
