"""What an audit reports: findings, the life of each bill, administration's acts; as data that never varies.

The same ledger up to the same block gives the same bytes, however it was read.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sampan.audit import forms
from sampan.audit.trust import Basis, basis
from sampan.errors import BadInput
from sampan.suite.check import audited
from sampan.suite.forms import written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sampan.audit.checks import Finding
    from sampan.audit.evidence import Evidence
    from sampan.suite.check import Entry, Level, Life, Summary


@dataclass(frozen=True)
class Report:
    """The outcome of an audit of blocks `from_block` to `to_block`, both included.

    `generated_from` names what it rests on: ledger, release, and the hash of the last block.
    """

    network: str
    chain_id: int
    from_block: int
    to_block: int
    generated_from: Mapping[str, Any]
    evidence: Evidence = field(repr=False)
    findings: tuple[Finding, ...]

    @property
    def reconciled(self) -> bool:
        """Whether what was rebuilt from the logs is what the chain keeps, in everything (P10)."""
        return self.evidence.reconciled

    @property
    def compared(self) -> tuple[int, int]:
        """How many views and how many words of storage were held against the logs."""
        answers = self.evidence.answers
        return sum(map(len, answers.replies.values())), len(answers.words)

    @cached_property
    def basis(self) -> Basis:
        """What the report rests on: what was compared, counted, believed."""
        return basis(self.evidence.suite, self.evidence.entries)

    @cached_property
    def entries(self) -> list[Entry]:
        """The events of the blocks that are reported."""
        return [entry for entry in self.evidence.entries if entry.block >= self.from_block]

    @property
    def events(self) -> int:
        """How many logs of the ledger's contracts stand in the blocks that are reported."""
        return len(self.entries) + sum(1 for log in self.evidence.unreadable if log.block >= self.from_block)

    @property
    def kinds(self) -> tuple[Life, ...]:
        """Whose lives are told."""
        return tuple(life for subject in audited(self.evidence.suite) for life in subject.lives)

    @cached_property
    def lives(self) -> dict[str, dict[Any, list[Entry]]]:
        """What happened to each of those whose lives are told (`bills`, say), in the blocks that are reported; of a
        register those too to whom nothing happened."""
        found: dict[str, dict[Any, list[Entry]]] = {}
        for life in self.kinds:
            groups = self.evidence.grouped(life.of)
            told = found[life.name] = {}
            for key in sorted(groups, key=life.order):
                entries = [entry for entry in groups[key] if entry.block >= self.from_block]
                if entries or life.register:
                    told[key] = entries
        return found

    def with_it(self, life: Life, key: Any) -> dict[str, set[Any]]:
        """Those of other lives, by their name, that one of them names, or that name it."""
        found = {name: set(keys) for name, keys in life.others(self.evidence, key).items()}
        for other in filter(lambda each: each is not life, self.kinds):
            naming = {
                each for each in self.lives[other.name] if key in other.others(self.evidence, each).get(life.name, ())
            }
            if naming:
                found[other.name] = found.get(other.name, set()) | naming
        return found

    @property
    def summaries(self) -> tuple[Summary, ...]:
        """Which figures are told beside findings and lives."""
        return tuple(summary for subject in audited(self.evidence.suite) for summary in subject.summaries)

    def summary(self, summary: Summary) -> Sequence[Any]:
        """The figures of the blocks that are reported."""
        return summary.of(self.evidence, self.from_block)

    @property
    def administration(self) -> list[Entry]:
        """The acts of administration in the blocks that are reported: on the ledger, and on the manager of powers."""
        return [
            entry
            for entry in self.entries
            if self.is_power(entry) or type(entry.event) in self.evidence.suite.administration
        ]

    def is_power(self, entry: Entry) -> bool:
        """Whether an event is the manager's of powers, not the ledger's."""
        return entry.contract not in self.evidence.suite.contracts

    def worst(self) -> Level | None:
        """The highest level of a finding; None when there is none."""
        return max((finding.level for finding in self.findings), default=None)

    def fails(self, level: Level) -> bool:
        """Whether there is a finding at that level or above."""
        worst = self.worst()
        return worst is not None and worst >= level

    def documents(self) -> dict[str, dict[str, Any]]:
        """audit.json and timeline.json."""
        audit, timeline, _ = forms.documents(self.evidence.suite)
        return {"audit.json": written(audit, self), "timeline.json": written(timeline, self)}

    def part(self, name: str, key: Any) -> forms.Part:
        """The report as far as it is about one life: `bills` and a bill's id, say. Raises KeyError for one not here."""
        if key not in self.lives[name]:
            raise KeyError(key)
        return forms.Part(self, next(life for life in self.kinds if life.name == name), key)

    def life(self, name: str, key: Any) -> dict[str, Any]:
        """One life alone, with what is found of it, as data. Raises KeyError as `part` does."""
        found: dict[str, Any] = written(forms.documents(self.evidence.suite)[2], self.part(name, key))
        return found

    def body(self) -> dict[str, Any]:
        """The audit as data, without its schema's name."""
        return _without_schema(self.documents()["audit.json"])

    def timeline(self) -> dict[str, Any]:
        """Every life as data, without its schema's name."""
        return _without_schema(self.documents()["timeline.json"])

    def write(self, folder: Path) -> list[Path]:
        """Write audit.json and timeline.json into a folder, each whole or not at all. Raises `BadInput`."""
        return [_write(folder / name, document) for name, document in self.documents().items()]


def _without_schema(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "schema"}


def _write(path: Path, document: Mapping[str, Any]) -> Path:
    return write_text(path, json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n", option="--out")


def write_text(path: Path, text: str, *, option: str) -> Path:
    """Write a file whole or not at all. Raises `BadInput`, which names the option that gave the path."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            draft.write_text(text, encoding="utf-8")
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise BadInput(
            f"cannot be written: {error.strerror}", subject=str(path), hint=f"give {option} another place"
        ) from None
    return path
