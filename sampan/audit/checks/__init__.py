"""Every check of the audit in the order in which they run: its own, on which all others rest, then the subjects'."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sampan.audit.checks import beside, code, impossible, powers, storage, store, unreadable
from sampan.errors import UsageError
from sampan.subjects import audited
from sampan.suite.check import Check, Level

if TYPE_CHECKING:
    from sampan.suite.check import Evidence

ALL: Final[tuple[Check, ...]] = (
    code.CHECK,
    store.CHECK,
    unreadable.CHECK,
    impossible.CHECK,
    beside.CHECK,
    storage.CHECK,
    powers.CHECK,
    *(check for subject in audited() for check in subject.checks),
)

BY_ID: Final[dict[str, Check]] = {check.id: check for check in ALL}


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


def find(id_: str) -> Check:
    """A check by its id, in any case. Raises `UsageError` for an id that no check has."""
    check = BY_ID.get(id_.upper())
    if check is None:
        raise UsageError("no such check", subject=id_, hint="`sampan audit --list-checks` lists them")
    return check


def chosen(only: tuple[str, ...] = (), exclude: tuple[str, ...] = ()) -> tuple[Check, ...]:
    """The checks to run: those of `only` (none named: all) without those of `exclude`. Raises `UsageError`."""
    wanted = {find(id_).id for id_ in only} or set(BY_ID)
    without = {find(id_).id for id_ in exclude}
    left = tuple(check for check in ALL if check.id in wanted - without)
    if not left:
        raise UsageError("no check is left to run", subject="--exclude", hint="leave fewer out")
    return left
