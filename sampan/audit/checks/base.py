"""What a check is: it says of itself what it looks for, how that goes wrong and what to do next, and then looks.

A *finding* is an indicator: something that deserves a second look, never a verdict. Checks read the evidence alone, so
the same evidence gives the same findings in the same order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from sampan.audit.evidence import Evidence

Confidence = Literal["low", "medium", "high"]


class Level(IntEnum):
    """How much a finding matters. `--fail-on` compares them."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Indication:
    """What a check saw: about what, in words, in which block (None: at the end), its level if not the check's."""

    subject: str
    message: str
    block: int | None = None
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `id` never changes its meaning; `rules` names the laws, properties and notes that it keeps."""

    id: str
    title: str
    level: Level
    confidence: Confidence
    looks_for: str
    goes_wrong: str
    do_next: str
    rules: tuple[str, ...]
    look: Callable[[Evidence], Iterable[Indication]]

    def __post_init__(self) -> None:
        for name in ("id", "title", "looks_for", "goes_wrong", "do_next", "rules"):
            if not getattr(self, name):
                raise ValueError(f"a check without {name}: {self.id or self.title}")


@dataclass(frozen=True, slots=True)
class Finding:
    """An indication of a check. `id` is the check's; `key` tells this finding from all others, in every run."""

    id: str
    level: Level
    subject: str
    message: str
    block: int | None

    @property
    def key(self) -> str:
        """Twelve hex digits, the same whenever the same thing is found about the same subject in the same block."""
        text = f"{self.id}\n{self.subject}\n{self.block}\n{self.message}"
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def run(check: Check, evidence: Evidence) -> list[Finding]:
    """All findings of one check."""
    return [
        Finding(check.id, check.level if seen.level is None else seen.level, seen.subject, seen.message, seen.block)
        for seen in check.look(evidence)
    ]
