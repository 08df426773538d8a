"""One audit, from connection and manifest to report: read, rebuild, compare, check.

report = audit(connection, manifest)
report.reconciled, report.findings
report.write(folder)
"""

from __future__ import annotations

import contextlib
import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sampan.audit import checks, reading, storage
from sampan.audit.asking import Asker
from sampan.audit.checks import Finding
from sampan.audit.checks import run as run_check
from sampan.audit.decoding import Decoder
from sampan.audit.evidence import Evidence
from sampan.audit.raw import RawBlock
from sampan.audit.rebuild import rebuild
from sampan.audit.report import Report
from sampan.audit.store import EventStore, Source, StoreFault
from sampan.deployment import powers, verify
from sampan.errors import BadInput, ChainError, UsageError
from sampan.subjects import SUITE, audited
from sampan.suite.codec import Codec
from sampan.toolchain import artifacts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from sampan.audit.decoding import Decoded
    from sampan.chain.connection import Connection
    from sampan.deployment.manifest import Manifest
    from sampan.suite.check import Check
    from sampan.toolchain.artifacts import Artifact

    Load = Callable[[str], Artifact]

logger = logging.getLogger(__name__)

MOST_FAULTS = 20
"""Faults of an event store that are reported one by one."""
PATIENCE = 3
"""How often an audit begins again because the chain was reorganised under it."""
CODECS = {subject.contract: subject.codec for subject in SUITE.subjects}
"""Contract to the codec of all code that runs at its address."""


class Watch:
    """Is told how an audit goes on. This one does not listen; the command line draws what it hears."""

    def stage(self, what: str) -> None:
        """A new part begins."""

    def read(self, progress: reading.Progress) -> None:
        """So much was read."""

    def asked(self, done: int, total: int) -> None:
        """So many answers of the chain were compared."""

    def note(self, message: str) -> None:
        """Something that the one who waits should know."""


@dataclass(frozen=True, slots=True)
class _Span:
    """The blocks of an audit: those that are read begin at `start`, those that are reported at `first`."""

    start: int
    first: int
    last: RawBlock


def audit(
    connection: Connection,
    manifest: Manifest,
    *,
    from_block: int | None = None,
    to_block: int | None = None,
    only: Sequence[str] = (),
    exclude: Sequence[str] = (),
    store: Path | None = None,
    everything: bool = False,
    confirmations: int | None = None,
    load: Load | None = None,
    watch: Watch | None = None,
) -> Report:
    """Audit the ledger of a manifest.

    `from_block` is the first block that is reported; what came before it is read all the same, since no bill can be
    rebuilt from its middle. `to_block` is by default the newest that is `confirmations` deep (by default the
    network's). `store` is the file of an event store, so that the next audit reads only what is new; `everything`
    compares every segment of a very large store with the chain, not only some by lot. `load` finds artifacts.

    Raises `ChainError` when this is another chain than the manifest's, or the node does not answer or contradicts
    itself, `UsageError` for blocks that cannot be or a check that does not exist, `BadInput` when the store is another
    ledger's.
    """
    load = load or artifacts.load
    watch = watch or Watch()
    chosen = checks.chosen(tuple(only), tuple(exclude))
    verify.chain(connection, manifest)
    for attempt in range(PATIENCE):
        span = _span(connection, manifest, from_block, to_block, confirmations)
        try:
            evidence = _gather(connection, manifest, span, store, everything, load, watch)
            if reading.block_at(connection, span.last.number).hash == span.last.hash:
                return _report(manifest, connection, span, evidence, chosen)
        except reading.Reorganised as change:
            logger.info("%s", change)
        watch.note(f"the chain was reorganised meanwhile; once more ({attempt + 2} of {PATIENCE})")
    raise ChainError(
        f"block {span.last.number} keeps changing",
        subject=connection.transport.name,
        code="chain.reorganised",
        hint="try again later, or give --to-block one that is deeper",
    )


def source_of(manifest: Manifest, first: int) -> Source:
    """Whose events an event store of a ledger holds, read from block `first` on."""
    return Source(
        chain_id=manifest.chain_id,
        genesis_hash=manifest.genesis_hash,
        addresses=(*map(manifest.address, SUITE.contracts), manifest.address(manifest.powers.manager)),
        first=first,
    )


def _span(
    connection: Connection, manifest: Manifest, first: int | None, last: int | None, confirmations: int | None
) -> _Span:
    newest = reading.head_of(connection, 1)
    if last is None:
        last = reading.head_of(connection, confirmations or connection.network.confirmations)
    elif last > newest:
        raise UsageError(f"block {last} is not there yet", subject="--to-block", hint=f"the newest is {newest}")
    first = manifest.from_block if first is None else first
    if first > last:
        raise UsageError(f"block {first} is after block {last}", subject="--from-block", hint="give an earlier one")
    return _Span(min(first, manifest.from_block), first, reading.block_at(connection, last))


def _gather(
    connection: Connection,
    manifest: Manifest,
    span: _Span,
    path: Path | None,
    everything: bool,
    load: Load,
    watch: Watch,
) -> Evidence:
    last = span.last
    watch.stage("comparing code")
    code = verify.code(connection, manifest, load=load, block=last.number)
    if code:
        # Whatever other code logs and answers proves nothing.
        return Evidence(last.timestamp, SUITE, last=last.number, code=code)

    source = source_of(manifest, span.start)
    with _opened(source, path) as (store, damage):
        faults = damage or _sound(connection, store, everything, watch)
        decoded = None
        if not faults:
            decoded = _read(connection, manifest, store, last, watch)
            # Once more: what was decoded is what was kept, and what was kept is what came from the chain.
            faults = [] if store.path is None else [fault for _, fault in store.faults()[:MOST_FAULTS]]
        if decoded is None or faults:
            watch.note("the event store was altered: it is set aside, and everything is read anew")
            with EventStore(source) as fresh:
                decoded = _read(connection, manifest, fresh, last, watch)

    watch.stage("rebuilding")
    addresses = {name: manifest.address(name) for name in SUITE.contracts}
    rebuilt = rebuild(decoded.entries, SUITE, addresses=addresses, authority=manifest.address(manifest.powers.manager))
    watch.stage("comparing with storage")
    askers = {name: Asker(connection, addresses[name], CODECS[name], last.number) for name in SUITE.contracts}
    answers = storage.compare(rebuilt.state, audited(), askers, time=last.timestamp, progress=watch.asked)
    watch.stage("reading powers")
    return Evidence(
        time=last.timestamp,
        suite=SUITE,
        entries=decoded.entries,
        state=rebuilt.state,
        answers=answers,
        last=last.number,
        unreadable=decoded.unreadable,
        store=faults,
        powers=_powers(connection, manifest, span, load),
        impossible=rebuilt.impossible,
        misplaced=rebuilt.misplaced,
    )


@contextlib.contextmanager
def _opened(source: Source, path: Path | None) -> Iterator[tuple[EventStore, list[StoreFault]]]:
    """The store, and what is wrong with it before anybody looked inside: a file that is none is altered too."""
    damage: list[StoreFault] = []
    try:
        store = EventStore(source, path)
    except BadInput as error:
        if error.code != "audit.store.damaged":
            raise
        damage, store = [StoreFault(error.message)], EventStore(source)
    with store:
        yield store, damage


def _sound(connection: Connection, store: EventStore, everything: bool, watch: Watch) -> list[StoreFault]:
    """What is wrong with a store, by its own digests and by asking the chain again. Sound: an empty list."""
    if store.path is None:
        return []
    watch.stage("checking the event store")
    by_digest = store.faults()
    if not by_digest:
        reading.roll_back(connection, store)
    suspicious = [segment for segment, _ in by_digest if segment is not None]
    faults: list[StoreFault] = []
    if not any(segment is None for segment, _ in by_digest):
        faults = reading.recheck(connection, store, suspicious, everything=everything, progress=watch.asked)
    faults = [*(fault for _, fault in by_digest), *faults]
    if len(faults) > MOST_FAULTS:
        rest = len(faults) - MOST_FAULTS
        faults = [*faults[:MOST_FAULTS], StoreFault(f"{rest} more rows differ from the chain")]
    return faults


def _read(connection: Connection, manifest: Manifest, store: EventStore, last: RawBlock, watch: Watch) -> Decoded:
    watch.stage("reading events")
    reading.read(connection, store, last.number, progress=watch.read)
    manager = manifest.powers.manager
    codecs = {**CODECS, manager: Codec([artifacts.load(manager).abi])}
    decoder = Decoder({name: (manifest.address(name), codec) for name, codec in codecs.items()})
    times = {block.number: block.timestamp for block in store.blocks(0, last.number)}
    return decoder.decode(store.logs(0, last.number), times)


def _powers(connection: Connection, manifest: Manifest, span: _Span, load: Load) -> list[powers.Difference]:
    manager = manifest.address(manifest.powers.manager)
    try:
        found = powers.read(
            connection,
            manager,
            verify.contracts_of(manifest, load),
            from_block=span.start,
            block=span.last.number,
        )
    except ChainError as error:
        if error.code != "chain.powers":
            raise
        return [powers.Difference("powers.events", "error", manifest.powers.manager, error.message)]
    return [*verify.beginning(connection, manifest, span.start), *powers.compare(found, manifest)]


def _report(
    manifest: Manifest, connection: Connection, span: _Span, evidence: Evidence, chosen: Sequence[Check]
) -> Report:
    order = {check.id: number for number, check in enumerate(chosen)}
    findings = [finding for check in chosen for finding in run_check(check, evidence)]
    reported = [finding for finding in findings if finding.block is None or finding.block >= span.first]

    def rank(finding: Finding) -> tuple[int, int, int, str, str]:
        block = span.last.number + 1 if finding.block is None else finding.block
        return -finding.level, order[finding.id], block, _natural(finding.subject), finding.message

    return Report(
        network=connection.network.name,
        chain_id=manifest.chain_id,
        from_block=span.first,
        to_block=span.last.number,
        generated_from={
            "ledger": manifest.address(SUITE.contracts[0]),
            "release": manifest.release,
            "genesis_hash": manifest.genesis_hash,
            "block_hash": "0x" + span.last.hash.hex(),
            "checks": [check.id for check in chosen],
        },
        evidence=evidence,
        findings=tuple(sorted(reported, key=rank)),
    )


def _natural(text: str) -> str:
    """A text by which numbers in it sort as numbers."""
    return re.sub(r"\d+", lambda match: match[0].rjust(20, "0"), text)
