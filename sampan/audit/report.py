"""What an audit reports: findings, the life of each bill, administration's acts; as data that never varies.

The same ledger up to the same block gives the same bytes, however it was read.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sampan.audit.forms import LIVES, Audit, Timeline
from sampan.errors import BadInput
from sampan.identity.evidence import names_of
from sampan.subjects import SUITE
from sampan.suite import tell
from sampan.suite.forms import Form, written

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sampan.audit.checks import Finding
    from sampan.audit.evidence import Evidence
    from sampan.suite.check import Entry, Level


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

    @cached_property
    def entries(self) -> list[Entry]:
        """The events of the blocks that are reported."""
        return [entry for entry in self.evidence.entries if entry.block >= self.from_block]

    @property
    def events(self) -> int:
        """How many logs of the ledger's contracts stand in the blocks that are reported."""
        return len(self.entries) + sum(1 for log in self.evidence.unreadable if log.block >= self.from_block)

    @cached_property
    def lives(self) -> dict[str, dict[Any, list[Entry]]]:
        """What happened to each of those whose lives are told (`bills`, say), in the blocks that are reported."""
        found: dict[str, dict[Any, list[Entry]]] = {}
        for life in LIVES:
            groups = self.evidence.grouped(life.of)
            told = found[life.name] = {}
            for key in sorted(groups, key=life.order):
                if entries := [entry for entry in groups[key] if entry.block >= self.from_block]:
                    told[key] = entries
        return found

    @property
    def administration(self) -> list[Entry]:
        """The acts of administration in the blocks that are reported: on the ledger, and on the manager of powers."""
        return [
            entry
            for entry in self.entries
            if entry.contract not in SUITE.contracts or type(entry.event) in SUITE.administration
        ]

    @cached_property
    def names(self) -> tell.Names:
        return names_of(self.evidence.state)

    def worst(self) -> Level | None:
        """The highest level of a finding; None when there is none."""
        return max((finding.level for finding in self.findings), default=None)

    def fails(self, level: Level) -> bool:
        """Whether there is a finding at that level or above."""
        worst = self.worst()
        return worst is not None and worst >= level

    def body(self) -> dict[str, Any]:
        """The audit as data, without its schema's name."""
        return _without_schema(Audit, self)

    def timeline(self) -> dict[str, Any]:
        """Every life as data, without its schema's name."""
        return _without_schema(Timeline, self)

    def write(self, folder: Path) -> list[Path]:
        """Write audit.json and timeline.json into a folder, each whole or not at all. Raises `BadInput`."""
        return [
            _write(folder / name, _json(written(form, self)))
            for name, form in (("audit.json", Audit), ("timeline.json", Timeline))
        ]


def _without_schema(form: type[Form], report: Report) -> dict[str, Any]:
    return {name: value for name, value in written(form, report).items() if name != "schema"}


def _json(document: Mapping[str, Any]) -> str:
    import json

    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _write(path: Path, text: str) -> Path:
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
            f"cannot be written: {error.strerror}", subject=str(path), hint="give --out another folder"
        ) from None
    return path
