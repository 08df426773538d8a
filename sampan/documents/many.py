"""Many documents at once: checked or put under roots in a pool of processes, each on its own.

A document that cannot be read, or whose salts are another's, is a `Failed` among the answers; the others go on.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from sampan.documents import messages
from sampan.documents.json import Unreadable, read_all
from sampan.documents.kind import Kind, kind_of
from sampan.documents.rules import Fault, Node, Severity, Stage, check_reading, stage_of
from sampan.documents.salts import read_salts, salts_path
from sampan.documents.tree import DocumentTree
from sampan.errors import BadInput, SampanError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sampan.documents.json import JsonValue, Reading

T = TypeVar("T")

ALONE = 48
"""Documents below which one process is done before a second has started."""
_PORTION = 32
"""Documents that a process takes at once."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found of one document. `own_stage` is what its own status says, `parses` that its shape is right."""

    file: Path
    stage: Stage
    own_stage: Stage
    parses: bool
    reference: str | None
    kind: Kind | None
    faults: tuple[Fault, ...]

    @property
    def passes(self) -> bool:
        """Whether no error stands in the way at the stage asked."""
        return not self.counts["error"]

    @property
    def counts(self) -> dict[str, int]:
        """Faults of each severity."""
        found = Counter(fault.severity for fault in self.faults)
        return {severity.value: found[severity] for severity in Severity}


@dataclass(frozen=True, slots=True)
class Rooted:
    """Checksum and root (32 bytes each) of one document, what its check as an eBL found, whether salts were made."""

    file: Path
    reference: str
    checksum: bytes
    root: bytes
    salts: Path
    salts_made: bool
    fields: int
    shredded: int
    checked: Checked


@dataclass(frozen=True, slots=True)
class Failed:
    """A document of which there is no answer, and why."""

    file: Path
    error: SampanError


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """Answers and failures, each in the order of the files."""

    answers: tuple[T, ...]
    failed: tuple[Failed, ...]


def files_in(places: Iterable[Path]) -> tuple[list[Path], int]:
    """The documents that files and folders mean, each once: of a folder its `*.json`, by name; salts are left out,
    and counted where a file of them was named among others.

    Raises `BadInput` for a folder without any.
    """
    found: dict[Path, Path] = {}
    given = list(places)
    salts = 0
    for place in given:
        if place.is_dir():
            inside = sorted(file for file in place.glob("*.json") if file.is_file() and not _is_salts(file))
            if not inside:
                raise BadInput(
                    "holds no documents", subject=str(place), hint="a folder's documents are its *.json", code="file"
                )
            found.update((file.absolute(), file) for file in inside)
        elif len(given) > 1 and _is_salts(place):
            salts += 1
        else:
            found.setdefault(place.absolute(), place)
    return list(found.values()), salts


def _is_salts(file: Path) -> bool:
    return file.name.endswith(".salts.json")


def check_file(file: Path, stage: Stage) -> Checked:
    """What a check finds in a file. Raises `BadInput` for what is no JSON."""
    return _checked(file, _read(file), stage)


def root_file(
    file: Path, salts: Path | None = None, *, passing: bool = False, refused: SampanError | None = None
) -> Rooted:
    """A file's root, with the salts beside it (or in `salts`), which are made where there are none.

    With `passing` only of a document that passes as an eBL. `refused` is why no salts are made. Raises `BadInput`,
    `DocumentAltered`.
    """
    reading = _read(file)
    if reading.refused:
        raise Unreadable(reading.refused, name=str(file))
    raw = document(reading.value, file)
    path = salts_path(file) if salts is None else salts
    checked = _checked(file, reading, Stage.EBL)
    if passing and not checked.passes:
        first = next(fault for fault in checked.faults if fault.severity is Severity.ERROR)
        count = checked.counts["error"]
        raise BadInput(
            f"does not pass as an eBL: {first.pointer or 'the document'} {first.message}"
            + (f" (and {count - 1} more)" if count > 1 else ""),
            subject=str(file),
            hint=f"`sampan document check {file}` lists every fault",
            code="document.not_issuable",
        )
    made = not path.exists()
    if made and refused is not None:
        raise refused
    if made:
        tree = DocumentTree.fresh(raw)
        # Somebody may have been first meanwhile: then the document has the root that those salts give it.
        made = tree.salts.write_new(path)
    if not made:
        tree = DocumentTree.of(raw, read_salts(path), name=str(file))
    said = tree.salts
    return Rooted(
        file, said.reference, said.checksum, tree.root, path, made, len(tree.fields), len(said.shredded), checked
    )


def document(raw: JsonValue, file: Path) -> JsonValue:
    """What was read, unless it is known to be something else than a transport document: then `BadInput` names it."""
    other = messages.other(raw)
    if other is not None:
        raise BadInput(other.message, subject=str(file), hint=other.right, code="document.shape")
    return raw


def _read(file: Path) -> Reading:
    reading = read_all(file)
    if reading.refused and not messages.is_document(reading.value):
        raise Unreadable(reading.refused, name=str(file))
    return reading


def _checked(file: Path, reading: Reading, stage: Stage) -> Checked:
    typed, faults = check_reading(reading, stage)
    node = Node(reading.value)
    reference = node.text("transportDocumentReference")
    return Checked(file, stage, stage_of(reading.value), typed is not None, reference, kind_of(node), faults)


# ----------------------------------------------------------------------------------------------------------- in a pool


def check_files(
    files: Sequence[Path], stage: Stage, *, jobs: int | None = None, advance: Callable[[], object] = lambda: None
) -> Outcome[Checked]:
    """Check many files. `jobs` is how many processes do it, by default as many as the machine has cores for so many;
    `advance` is called for each document that is done."""
    return _outcome(_each(partial(_try, partial(check_file, stage=stage)), files, jobs), advance)


def root_files(
    files: Sequence[Path],
    *,
    passing: bool = False,
    refused: Mapping[Path, SampanError] | None = None,
    jobs: int | None = None,
    advance: Callable[[], object] = lambda: None,
) -> Outcome[Rooted]:
    """Check many files as eBLs and put them under roots. `refused` says of which files no salts are made, and why."""
    why = refused or {}
    asked = [(file, why.get(file)) for file in files]
    return _outcome(_each(partial(_root, passing=passing), asked, jobs), advance)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _root(asked: tuple[Path, SampanError | None], passing: bool) -> Rooted | Failed:
    file, refused = asked
    return _try(partial(root_file, passing=passing, refused=refused), file)


def _try(work: Callable[[Path], T], file: Path) -> T | Failed:
    try:
        return work(file)
    except SampanError as error:
        return Failed(file, error)


def _outcome(answers: Iterable[T | Failed], advance: Callable[[], object]) -> Outcome[T]:
    good: list[T] = []
    failed: list[Failed] = []
    for answer in answers:
        if isinstance(answer, Failed):
            failed.append(answer)
        else:
            good.append(answer)
        advance()
    return Outcome(tuple(good), tuple(failed))


A = TypeVar("A")


def _each(work: Callable[[A], T], asked: Sequence[A], jobs: int | None) -> Iterator[T]:
    if jobs is None:
        jobs = cores() if len(asked) > ALONE else 1
    jobs = min(jobs, -(-len(asked) // _PORTION))
    if jobs <= 1:
        yield from map(work, asked)
        return
    # Started anew, not forked: whoever calls may have threads.
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), initializer=_deaf)
    try:
        yield from pool.map(work, asked, chunksize=_PORTION)
    except BrokenProcessPool:
        raise SampanError(
            "a process of the pool was ended from outside",
            hint="is the memory full? call again with --jobs 1; what was written stays",
            code="pool",
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _deaf() -> None:
    """Ctrl-C is heard by the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
