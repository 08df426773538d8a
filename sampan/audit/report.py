"""What an audit reports: findings, bills, the timeline of each, administration's acts; as data that never varies.

The same ledger up to the same block gives the same bytes, however it was read.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sampan.audit.checks.base import Finding, Level
from sampan.audit.names import bill_name, lei_text, shown
from sampan.audit.telling import Names, as_data, is_administration
from sampan.errors import BadInput
from sampan.model.state import option
from sampan.suite import ids

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sampan.audit.decoding import Entry
    from sampan.audit.evidence import Evidence
    from sampan.model.state import Bill

SCHEMA = "sampan.audit/1"
TIMELINE_SCHEMA = "sampan.timeline/1"


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
    def histories(self) -> dict[int, list[Entry]]:
        """Everything about each bill in the blocks that are reported, by bill."""
        found = {
            bill: [entry for entry in entries if entry.block >= self.from_block]
            for bill, entries in sorted(self.evidence.histories.items(), key=lambda item: _by_reference(item[0]))
        }
        return {bill: entries for bill, entries in found.items() if entries}

    @property
    def administration(self) -> list[Entry]:
        """The acts of administration in the blocks that are reported."""
        return [entry for entry in self.entries if is_administration(entry)]

    @cached_property
    def _names(self) -> Names:
        return Names(state=self.evidence.state)

    def worst(self) -> Level | None:
        """The highest level of a finding; None when there is none."""
        return max((finding.level for finding in self.findings), default=None)

    def fails(self, level: Level) -> bool:
        """Whether there is a finding at that level or above."""
        worst = self.worst()
        return worst is not None and worst >= level

    def body(self) -> dict[str, Any]:
        """The audit as data, without its schema's name."""
        return {
            "network": self.network,
            "chain_id": self.chain_id,
            "from_block": self.from_block,
            "to_block": self.to_block,
            "events": self.events,
            "bills": len(self.histories),
            "reconciled": self.reconciled,
            "findings": [
                {
                    "id": finding.id,
                    "level": str(finding.level),
                    "subject": finding.subject,
                    "message": finding.message,
                    "block": finding.block,
                    "key": finding.key,
                }
                for finding in self.findings
            ],
            "administration": [
                {key: value for key, value in as_data(entry, self._names).items() if key != "arguments"}
                for entry in self.administration
            ],
            "generated_from": dict(self.generated_from),
        }

    def timeline(self) -> dict[str, Any]:
        """Every bill with its history as data, without its schema's name."""
        return {
            "network": self.network,
            "chain_id": self.chain_id,
            "from_block": self.from_block,
            "to_block": self.to_block,
            "bills": [self._bill(bill, entries) for bill, entries in self.histories.items()],
        }

    def write(self, folder: Path) -> list[Path]:
        """Write audit.json and timeline.json into a folder, each whole or not at all. Raises `BadInput`."""
        written = []
        for name, schema, body in (
            ("audit.json", SCHEMA, self.body()),
            ("timeline.json", TIMELINE_SCHEMA, self.timeline()),
        ):
            written.append(_write(folder / name, _json({"schema": schema, **body})))
        return written

    def _bill(self, number: int, entries: Sequence[Entry]) -> dict[str, Any]:
        state = self.evidence.state
        bill = None if state is None else state.bills.get(number)
        return {
            "bill": bill_name(number),
            "id": hex(number),
            "carrier": lei_text(ids.lei_of(number)),
            "version": ids.version_of(number),
            **({} if bill is None else self._now(bill)),
            "events": [as_data(entry, self._names) for entry in entries],
        }

    def _now(self, bill: Bill) -> dict[str, Any]:
        return {
            "status": option(bill.status),
            "kind": option(bill.kind),
            "possessor": shown(bill.possessor),
            "holder": self.evidence.answers.holders.get(bill.id),
            "titleholder": bill.titleholder,
            "act_count": bill.act_count,
            "root": "0x" + bill.root.hex(),
            "checksum": "0x" + bill.checksum.hex(),
            "carriage_law": bill.carriage_law,
            "record_law": option(bill.record_law),
            "replaces": [bill_name(other) for other in bill.replaces],
            "replaced_by": [bill_name(other) for other in bill.replaced_by],
        }


def _by_reference(bill: int) -> tuple[int, int]:
    """Sorts the versions of one reference together."""
    return ids.reference_key(bill), ids.version_of(bill)


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
