"""How much work it is to check a carrier's documents of a day as eBLs and to put them under roots."""

from __future__ import annotations

import json
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sampan.documents.many import root_files
from sampan.errors import SampanError
from sampan.scenarios.samples import read_sample

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENTS: Final = 10_000
BAR: Final = 0.015
"""CPU seconds that a document of two containers may take, its salts made and written included."""


@dataclass(frozen=True, slots=True)
class Rooting:
    """So many documents of two containers: CPU seconds of all processes, seconds by the clock."""

    documents: int
    cpu_seconds: float
    seconds: float

    @property
    def per_document(self) -> float:
        """CPU seconds for each document."""
        return self.cpu_seconds / self.documents

    @property
    def holds(self) -> bool:
        """Whether the bar holds."""
        return self.per_document < BAR


def measure(
    documents: int = DOCUMENTS, *, jobs: int | None = None, advance: Callable[[], object] = lambda: None
) -> Rooting:
    """Check and root documents that are written for it, in a folder that is gone afterwards.

    Raises `SampanError` when one of them gets no root.
    """
    sample = json.loads(read_sample("to-order"))
    with tempfile.TemporaryDirectory(prefix="sampan-bench-") as folder:
        files = []
        for number in range(documents):
            file = Path(folder) / f"{number:06}.json"
            file.write_text(json.dumps(sample | {"transportDocumentReference": f"XLL{number:010}"}), encoding="utf-8")
            files.append(file)
        cpu, clock = _cpu(), time.perf_counter()
        found = root_files(files, passing=True, jobs=jobs, advance=advance)
        measured = Rooting(documents, _cpu() - cpu, time.perf_counter() - clock)
    if found.failed:
        raise SampanError(f"a sample got no root: {found.failed[0].error}", subject="sampan bench documents")
    return measured


def _cpu() -> float:
    """CPU seconds of this process and of its children that ended."""
    return sum(os.times()[:4])
