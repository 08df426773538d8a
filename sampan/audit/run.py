"""One audit, from connection and manifest to report: read, rebuild, compare, check.

report = audit(connection, manifest)
report.reconciled, report.findings
report.write(folder)
"""

from __future__ import annotations

import contextlib
import logging
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sampan.audit import checks, reading, storage
from sampan.audit.asking import Asker
from sampan.audit.decoding import Decoder
from sampan.audit.evidence import Evidence
from sampan.audit.rebuild import as_of, rebuild
from sampan.audit.report import Report
from sampan.audit.store import EventStore, Source, StoreFault
from sampan.audit.trust import differing
from sampan.chain.logs import LogReader, Place
from sampan.deployment import powers, verify
from sampan.errors import BadInput, ChainError, UsageError
from sampan.subjects import SUITE
from sampan.suite.check import audited
from sampan.suite.codec import Codec
from sampan.toolchain import artifacts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from sampan.audit.checks import Finding
    from sampan.audit.decoding import Decoded
    from sampan.audit.raw import RawBlock
    from sampan.audit.trust import Trusted
    from sampan.chain.connection import Connection
    from sampan.deployment.manifest import Manifest
    from sampan.suite.check import Answers, Check, Disclosed
    from sampan.suite.verb import Suite
    from sampan.toolchain.artifacts import Artifact

    Load = Callable[[str], Artifact]

logger = logging.getLogger(__name__)

MOST_FAULTS = 20
"""Faults of an event store that are reported one by one."""
MOST_READINGS = 9
"""How often everything is read, when an RPC tells more than before."""
PATIENCE = 3
"""How often an audit begins again because the chain was reorganised under it."""


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


def audit(
    connection: Connection,
    manifest: Manifest,
    *,
    suite: Suite = SUITE,
    from_block: int | None = None,
    to_block: int | None = None,
    only: Sequence[str] = (),
    exclude: Sequence[str] = (),
    store: Path | None = None,
    everything: bool = False,
    confirmations: int | None = None,
    trust: Trusted | None = None,
    also: Sequence[Connection] = (),
    disclosed: Mapping[str, Disclosed] | None = None,
    load: Load = artifacts.load,
    watch: Watch | None = None,
) -> Report:
    """Audit the ledger of a manifest, whose subjects are those of `suite`.

    `from_block` is the first block that is reported; what came before it is read all the same, since no bill can be
    rebuilt from its middle. `to_block` is by default the newest that is `confirmations` deep (by default the
    network's). `store` is the file of an event store, so that the next audit reads only what is new; `everything`
    compares all that is stored with the chain, not only a part by lot. `trust` is a block whose hash is known from
    elsewhere; it is by default the last one that is read (one older than the ledger is only looked at). `also` are
    connections to other RPCs, which must tell the same logs and the same last block. `disclosed` are fields of the
    documents of bills that the auditor was shown, by a name each: checks hold what was said of the cargo against
    them. `load` finds artifacts.

    Raises `ChainError` when this is another chain than the manifest's, or the node does not answer or contradicts
    itself, what is trusted or what another RPC says, `UsageError` for blocks that cannot be or a check that does not
    exist, `BadInput` when the store is another ledger's or what was disclosed is of no bill's document.
    """
    watch = watch or Watch()
    chosen = checks.chosen(tuple(only), tuple(exclude), suite)
    if not also:
        # What nobody was asked for is not called passed.
        chosen = tuple(check for check in chosen if check.id != checks.ELSEWHERE)
    if not chosen:
        raise UsageError("compares two RPCs", subject=checks.ELSEWHERE, hint="name the other one with --also URL")
    verify.chain(connection, manifest)
    if trust is not None:
        trust.require(connection)
        if to_block is None and trust.number >= manifest.stands_from:
            to_block = trust.number
    for attempt in range(PATIENCE):
        start, first, last = _span(connection, manifest, from_block, to_block, confirmations)
        try:
            logs = LogReader(connection, source_of(manifest, start, suite).addresses)
            reader = _Reader(connection, manifest, suite, start, last, load, watch, logs, tuple(also), disclosed or {})
            evidence = reader.gather(store, everything)
            if reading.block_at(connection, last.number).hash == last.hash:
                return _report(manifest, connection, first, last, evidence, chosen)
        except reading.Reorganised as change:
            logger.info("%s", change)
        watch.note(f"the chain was reorganised meanwhile; once more ({attempt + 2} of {PATIENCE})")
    raise ChainError(
        f"block {last.number} keeps changing",
        subject=connection.transport.name,
        code="chain.reorganised",
        hint="try again later, or give --to-block one that is deeper",
    )


def source_of(manifest: Manifest, first: int, suite: Suite = SUITE) -> Source:
    """Whose events an event store of a ledger holds, read from block `first` on."""
    return Source(
        chain_id=manifest.chain_id,
        genesis_hash=manifest.genesis_hash,
        addresses=(*map(manifest.address, suite.single), manifest.address(manifest.powers.manager)),
        first=first,
    )


def _span(
    connection: Connection, manifest: Manifest, first: int | None, last: int | None, confirmations: int | None
) -> tuple[int, int, RawBlock]:
    """The first block that is read, the first that is reported, and the last."""
    newest, stands = reading.head_of(connection, 1), manifest.stands_from
    if last is None and stands > newest:
        raise ChainError(
            f"the ledger of the manifest stands from block {stands} on; this chain ends at {newest}",
            subject=connection.network.name,
            code="chain.wrong",
            hint="name the network that the manifest is of, or deploy",
        )
    if last is None:
        depth = confirmations or connection.network.confirmations
        last = reading.head_of(connection, depth)
        if last < stands:
            raise ChainError(
                f"the ledger stands from block {stands} on; the newest that is {depth} blocks deep is {last}",
                subject=connection.network.name,
                code="chain.no_block",
                hint=f"try again {stands - last} blocks later, or give --to-block {stands} or a later one",
            )
    elif last > newest:
        raise UsageError(f"block {last} is not there yet", subject="--to-block", hint=f"the newest is {newest}")
    elif last < stands:
        # Before, what is missing is nobody's fault. The manifest says when that was over, not the node.
        raise UsageError(
            f"the ledger began later: all of it stands from block {stands} on",
            subject=f"--to-block {last}",
            hint=f"give block {stands} or a later one",
        )
    first = manifest.from_block if first is None else first
    if first > last:
        raise UsageError(f"block {first} is after block {last}", subject="--from-block", hint="give an earlier one")
    return min(first, manifest.from_block), first, reading.block_at(connection, last)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Gathers the evidence of blocks `start` to `last`."""

    connection: Connection
    manifest: Manifest
    suite: Suite
    start: int
    last: RawBlock
    load: Load
    watch: Watch
    logs: LogReader
    also: tuple[Connection, ...] = ()
    disclosed: Mapping[str, Disclosed] = field(default_factory=dict)

    def gather(self, path: Path | None, everything: bool) -> Evidence:
        """All of it, by the event store at a path."""
        evidence, answers = self._gather(path, everything)
        # Before anything is said to be missing: perhaps the node gives a part of its logs for the whole, or was behind.
        for _ in range(MOST_READINGS):
            if not _lacks(evidence):
                break
            if self.logs.is_cut(answers):
                at = self.connection.cut_at
                self.watch.note(f"this RPC cuts its answers at {at} logs: everything is read again, in smaller parts")
            elif answers and self.logs.tells_otherwise(*answers[-1]):
                self.watch.note("this RPC tells more of the last blocks now: everything is read again")
            else:
                break
            if path is not None and not evidence.store:
                with _opened(source_of(self.manifest, self.start, self.suite), path) as (store, _):
                    store.roll_back(self.start)
            evidence, answers = self._gather(path, everything)
        return evidence

    def _gather(self, path: Path | None, everything: bool) -> tuple[Evidence, list[tuple[int, int, list[Place]]]]:
        """All of it, and what the node answered to each question for logs: first and last block, places."""
        connection, manifest, suite, last, watch = self.connection, self.manifest, self.suite, self.last, self.watch
        watch.stage("comparing code")
        code = verify.code(connection, manifest, load=self.load, block=last.number)
        if code:
            # Whatever other code logs and answers proves nothing.
            return Evidence(last.timestamp, suite, last=last.number, block=last.place, code=code), []

        source = source_of(manifest, self.start, suite)
        with _opened(source, path) as (store, damage):
            faults = damage or self._sound(store, everything)
            decoded, told, history, elsewhere = None, [], "", []
            if not faults:
                decoded = self._read(store)
                told, history = reading.answers(store), store.history(last.number)
                elsewhere = self._elsewhere(store)
                # Once more: what was decoded is what was kept, and what was kept is what came from the chain.
                faults = [] if store.path is None else [fault for _, fault in store.faults()[:MOST_FAULTS]]
            if decoded is None or faults:
                watch.note("the event store was altered: it is set aside, and everything is read anew")
                with EventStore(source) as fresh:
                    decoded = self._read(fresh)
                    told, history = reading.answers(fresh), fresh.history(last.number)
                    elsewhere = self._elsewhere(fresh)

        watch.stage("rebuilding")
        addresses = {name: manifest.address(name) for name in suite.single}
        authority = manifest.address(manifest.powers.manager)
        rebuilt = rebuild(decoded.entries, suite, addresses=addresses, authority=authority)
        watch.stage("comparing with storage")
        codecs = _codecs(suite)
        asked = {name: (address, name) for name, address in addresses.items()}
        asked |= {address: (address, name) for address, name in decoded.several.items()}
        askers = {
            where: Asker(connection, address, codecs[name], last.number) for where, (address, name) in asked.items()
        }
        answers = storage.compare(rebuilt.state, audited(suite), askers, time=last.timestamp, progress=watch.asked)
        older = None
        if answers.mismatches and not rebuilt.impossible:
            watch.stage("looking for an older block that explains it")
            older = self._older(decoded, rebuilt.state, answers, addresses, authority)
        watch.stage("reading powers")
        evidence = Evidence(
            time=last.timestamp,
            suite=suite,
            entries=decoded.entries,
            state=rebuilt.state,
            answers=answers,
            last=last.number,
            unreadable=decoded.unreadable,
            store=faults,
            powers=self._powers(decoded, rebuilt.state),
            older=older,
            elsewhere=elsewhere,
            history=history,
            block=last.place,
            impossible=rebuilt.impossible,
            misplaced=rebuilt.misplaced,
            disclosed=_by_bill(rebuilt.state, self.disclosed),
            after=rebuilt.after,
        )
        return evidence, told

    def _sound(self, store: EventStore, everything: bool) -> list[StoreFault]:
        """What is wrong with a store, by its own digests and by asking the chain again. Sound: an empty list."""
        if store.path is None:
            return []
        self.watch.stage("checking the event store")
        by_digest = store.faults()
        if not by_digest:
            reading.roll_back(self.connection, store)
        suspicious = [segment for segment, _ in by_digest if segment is not None]
        faults = [fault for _, fault in by_digest]
        if len(suspicious) == len(by_digest):
            try:
                faults += reading.recheck(
                    self.connection,
                    store,
                    suspicious,
                    everything=everything,
                    announced=self._decoder().announced,
                    progress=self.watch.asked,
                )
            except ChainError:
                # Blocks that no chain has may be asked for by a store that was altered: that is known already.
                if not by_digest:
                    raise
        if len(faults) > MOST_FAULTS:
            rest = len(faults) - MOST_FAULTS
            faults = [*faults[:MOST_FAULTS], StoreFault(f"{rest} more rows differ from the chain")]
        return faults

    def _read(self, store: EventStore) -> Decoded:
        self.watch.stage("reading events")
        decoder = self._decoder()
        reading.read(
            self.connection,
            store,
            self.last.number,
            reader=self.logs,
            announced=decoder.announced,
            progress=self.watch.read,
        )
        times = {block.number: block.timestamp for block in store.blocks(0, self.last.number)}
        return decoder.decode(store.logs(0, self.last.number), times)

    def _decoder(self) -> Decoder:
        manager = self.manifest.powers.manager
        codecs = {**_codecs(self.suite), manager: Codec([artifacts.load(manager).abi])}
        single = {*self.suite.single, manager}
        return Decoder(
            {name: (self.manifest.address(name) if name in single else "", codec) for name, codec in codecs.items()},
            self.suite,
        )

    def _elsewhere(self, store: EventStore) -> list[tuple[int, int, str]]:
        """Where other RPCs tell other logs. Raises `ChainError` when one has another last block."""
        found = []
        ours = list(store.logs(0, self.last.number)) if self.also else []
        for other in self.also:
            name = other.transport.name
            self.watch.stage(f"reading the same from {name}")
            verify.chain(other, self.manifest)
            block = reading.block_at(other, self.last.number)
            if block.hash != self.last.hash:
                raise ChainError(
                    f"block {self.last.number} is {self.last.place[1]} here and {block.place[1]} at {name}: "
                    "they tell of two chains",
                    subject=self.connection.transport.name,
                    code="chain.fork",
                    hint="compare with a third; --trust-block NUMBER:HASH says which is meant",
                )
            with EventStore(store.source) as theirs:
                announced = self._decoder().announced
                reading.read(other, theirs, self.last.number, announced=announced, progress=self.watch.read)
                found += differing(ours, list(theirs.logs(0, self.last.number)), name)
        return found

    def _older(
        self, decoded: Decoded, state: Any, answers: Answers, addresses: Mapping[str, str], authority: str
    ) -> int | None:
        """The older block of which all is that the chain answered, or all views, or all words; None: there is none."""
        parts = audited(self.suite)
        for views, words in ((True, True), (True, False), (False, True)):

            def fits(state: Any, time: int, views: bool = views, words: bool = words) -> bool:
                return storage.fits(state, parts, answers, time=time, views=views, words=words)

            if not storage.fits(state, parts, answers, time=self.last.timestamp, views=not views, words=not words):
                continue
            found = as_of(decoded.entries, self.suite, addresses=addresses, authority=authority, fits=fits)
            if found is not None:
                return found
        return None

    def _powers(self, decoded: Decoded, state: Any) -> list[powers.Difference]:
        connection, manifest = self.connection, self.manifest
        manager, contracts = manifest.address(manifest.powers.manager), verify.contracts_of(manifest, self.load)
        # The same events as the report tells: what is hidden from another reading alone would stay unnoticed.
        told = [entry.event for entry in decoded.entries if entry.contract == manifest.powers.manager]
        try:
            found = powers.read(
                connection,
                manager,
                contracts,
                from_block=self.start,
                block=self.last.number,
                told=told,
                also=[address for subject in audited(self.suite) for address in subject.known(state)],
            )
        except ChainError as error:
            if error.code != "chain.powers":
                raise
            return [powers.Difference("powers.events", "error", manifest.powers.manager, error.message)]
        return [*verify.beginning(connection, manifest, self.start), *powers.compare(found, manifest)]


def _lacks(evidence: Evidence) -> bool:
    """Whether something that the chain counts or keeps is not in the logs."""
    unheard = any(difference.id == "powers.events" for difference in evidence.powers)
    return not evidence.code and (unheard or not evidence.reconciled)


def _codecs(suite: Suite) -> dict[str, Codec]:
    """Contract to the codec of all code that runs at its address."""
    return {subject.contract: subject.codec for subject in suite.subjects}


def _by_bill(state: Any, disclosed: Mapping[str, Disclosed]) -> dict[int, dict[str, Any]]:
    """Bill → the fields of its document that were disclosed. Raises `BadInput`."""
    found: dict[int, dict[str, Any]] = {}
    for name, shown in disclosed.items():
        bills = [bill.id for bill in state.bills.values() if bill.root == shown.root]
        if not bills:
            raise BadInput(
                f"no bill of this ledger has the root 0x{shown.root.hex()}",
                subject=name,
                hint="give disclosures of documents of bills that were issued here",
            )
        for bill in bills:
            found.setdefault(bill, {}).update(shown.fields)
    return found


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


def _report(
    manifest: Manifest,
    connection: Connection,
    first: int,
    last: RawBlock,
    evidence: Evidence,
    chosen: Sequence[Check],
) -> Report:
    order = {check.id: number for number, check in enumerate(chosen)}
    findings = [finding for check in chosen for finding in checks.run(check, evidence)]
    reported = [finding for finding in findings if finding.block is None or finding.block >= first]

    def rank(finding: Finding) -> tuple[int, int, int, str, str]:
        block = last.number + 1 if finding.block is None else finding.block
        return -finding.level, order[finding.id], block, _natural(finding.subject), finding.message

    return Report(
        network=connection.network.name,
        chain_id=manifest.chain_id,
        from_block=first,
        to_block=last.number,
        generated_from={
            "ledger": manifest.address(evidence.suite.contracts[0]),
            "release": manifest.release,
            "genesis_hash": manifest.genesis_hash,
            "block_hash": last.place[1],
            "history_digest": evidence.history,
            "checks": [check.id for check in chosen],
        },
        evidence=evidence,
        findings=tuple(sorted(reported, key=rank)),
    )


def _natural(text: str) -> str:
    """A text by which numbers in it sort as numbers."""
    return re.sub(r"\d+", lambda match: match[0].rjust(20, "0"), text)
