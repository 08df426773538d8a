"""`sampan audit`: rebuild a ledger from its logs, hold it against the chain, say what deserves a second look."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sampan.cli import base, chain
from sampan.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sampan.audit import Watch
    from sampan.audit.report import Report
    from sampan.client.naming import Named
    from sampan.deployment.manifest import Manifest
    from sampan.suite.check import Disclosed

LEVELS = ("info", "low", "medium", "high", "critical")


@base.command()
@base.network_option()
@click.option("--from-block", type=click.IntRange(min=0), help="First block to report; by default the deployment's.")
@click.option("--to-block", type=click.IntRange(min=0), help="Last block; by default the newest that is deep enough.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Write audit.json and timeline.json here."
)
@click.option(
    "--fail-on",
    type=click.Choice(LEVELS, case_sensitive=False),
    default="high",
    show_default=True,
    help="Exit with 1 when there is a finding at this level or above.",
)
@click.option("--only", multiple=True, metavar="ID", help="Run this check alone; may be given again.")
@click.option("--exclude", multiple=True, metavar="ID", help="Leave this check out; may be given again.")
@click.option(
    "--store",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep the events that were read in this file; by default in your state folder.",
)
@click.option("--no-store", is_flag=True, help="Keep nothing: read everything, every time.")
@click.option("--recheck", is_flag=True, help="Compare all that is stored with the chain, not only a part by lot.")
@click.option(
    "--trust-block",
    metavar="NUMBER:HASH",
    help="A block whose hash you know from elsewhere; the audit ends there unless --to-block says otherwise.",
)
@click.option("--also", "others", multiple=True, metavar="URL", help="Another RPC, which must tell the same.")
@click.option("--bill", "bills", multiple=True, metavar="BILL", help="Tell the life of this bill; may be given again.")
@click.option(
    "--loan",
    "loans",
    multiple=True,
    type=click.IntRange(min=1),
    metavar="FACILITY",
    help="Tell the life of the loan under this facility; may be given again.",
)
@click.option(
    "--page",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the life of the one bill, or loan, here, as a page to print and keep (HTML).",
)
@click.option(
    "--disclosures",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Fields of bills' documents that were disclosed to you, a file or a folder: cargo is held against them.",
)
@click.option("--at", "moment", metavar="TIME", help="As of this time, as in 2026-07-01T12:00Z, instead of --to-block.")
@click.option("--list-checks", is_flag=True, help="List the checks, and stop.")
@click.option("--explain", metavar="ID", help="Say what a check looks for and what to do about it, and stop.")
def command(
    network: str,
    from_block: int | None,
    to_block: int | None,
    out: Path | None,
    fail_on: str,
    only: tuple[str, ...],
    exclude: tuple[str, ...],
    store: Path | None,
    no_store: bool,
    recheck: bool,
    trust_block: str | None,
    others: tuple[str, ...],
    bills: tuple[str, ...],
    loans: tuple[int, ...],
    page: Path | None,
    disclosures: tuple[Path, ...],
    moment: str | None,
    list_checks: bool,
    explain: str | None,
) -> None:
    """Rebuild a ledger from its logs and compare it with the chain.

    Reads all events since the deployment, rebuilds every bill, account and participant in the reference model, compares
    them with storage at the same block and runs the checks. Findings are indicators: they deserve a second look.

    The events that were read are kept, so that a run that was interrupted goes on where it was.

    With --bill it tells that bill's life: who held it, from when to when; with --loan a loan's: what is owed, and why.
    With -v it tells every life.
    """
    if list_checks:
        _list()
        return
    if explain is not None:
        _explain(explain)
        return
    if store is not None and no_store:
        raise UsageError("--store and --no-store exclude each other", subject="--no-store", hint="give one of them")
    if moment is not None and to_block is not None:
        raise UsageError("--at and --to-block exclude each other", subject="--at", hint="give one of them")
    settings, output = base.settings(), base.output()
    if len(bills) + len(loans) > 1 and output.as_json:
        raise UsageError("one life at a time", subject="--loan" if loans else "--bill", hint="--out writes every life")
    if page is not None and len(bills) + len(loans) != 1:
        raise UsageError("is the page of one bill or loan", subject="--page", hint="name it with --bill or --loan")

    from contextlib import ExitStack

    from sampan.audit import audit, reading
    from sampan.audit.checks import chosen
    from sampan.audit.trust import Trusted
    from sampan.chain.networks import connect, find
    from sampan.client import naming
    from sampan.client.book import LEGEND, Book, quoted
    from sampan.deployment import manifest as manifests
    from sampan.suite.check import Level

    chosen(only, exclude)
    known, given = find(network, settings), settings.path("manifest")
    manifest = None if given is None else manifests.load(given)
    elsewhere = [find(other, settings) for other in others]
    for other in elsewhere:
        if other.url is not None and known.url is not None and other.url.rstrip("/") == known.url.rstrip("/"):
            raise UsageError("is the RPC that is audited", subject="--also", hint="name one that somebody else runs")
    book = Book.of(settings)
    named, until = [naming.parse(bill) for bill in bills], None if moment is None else base.second_of(moment, "--at")
    trust = None if trust_block is None else Trusted.of(trust_block)
    with ExitStack() as stack:
        connection = stack.enter_context(connect(known, settings))
        # The clock of a chain for development is moved as one likes: how old its last block is tells nothing.
        has_age = not connection.is_development
        manifest = manifest or chain.manifest(connection)
        also = [stack.enter_context(connect(other, settings)) for other in elsewhere]
        watch = stack.enter_context(_Drawn())
        if until is not None:
            to_block = reading.block_as_of(connection, until, manifest.stands_from)
        report = audit(
            connection,
            manifest,
            from_block=from_block,
            to_block=to_block,
            only=only,
            exclude=exclude,
            store=None if no_store else (store or _usual_store(known.name, manifest, from_block)),
            everything=recheck,
            trust=trust,
            also=also,
            disclosed=_disclosed(disclosures),
            watch=watch,
        )
    lives: list[tuple[str, int]] = []
    # Of other code nothing was read: its finding is the answer, whatever was asked for.
    if not report.evidence.code:
        lives += [("bills", _bill(report, *each)) for each in zip(bills, named, strict=True)]
        lives += [("loans", _loan(report, each)) for each in loans]
    if out is not None:
        for path in report.write(out):
            output.note(f"written: {path}")

    if page is not None and not lives:
        output.note(f"not written, since nothing was read: {page}")
    elif page is not None:
        from sampan.audit.page import write_page

        write_page(page, report.life(*lives[0]), {**book.leis, **book.addresses})
        output.note(f"written: {page}")

    def human(console: Any) -> None:
        from sampan.audit.show import report_view

        labels = {lei: f"{quoted(name)} {lei}" for lei, name in book.leis.items()}
        labels |= {address: f"{quoted(name)} {address}" for address, name in book.addresses.items()}
        console.print(report_view(report, labels, only=lives, lives=output.verbosity > 0))
        if labels:
            console.print(LEGEND, style="dim", highlight=False)
        if has_age:
            console.print(f"{_age(report.evidence.time)}.", style="dim", highlight=False)
        if trust is not None:
            console.print(f"Block {trust.number} is the trusted one.", style="dim", highlight=False)
        if also:
            console.print(f"{len(also)} more RPC{'' if len(also) == 1 else 's'} read.", style="dim", highlight=False)

    if lives and output.as_json:
        output.emit("sampan.life/1", report.part(*lives[0]))
    else:
        output.emit("sampan.audit/2", report, human)
    # What could not be reconciled is no answer to live with, whichever checks were left out.
    if report.fails(Level[fail_on.upper()]) or not report.reconciled:
        base.answer_is_no()


def _disclosed(given: Sequence[Path]) -> dict[str, Disclosed]:
    """What files, and all files of folders, disclose, each proof verified. Raises `BadInput`, `AnswerIsNo`."""
    from sampan.documents.disclosure import read_disclosure
    from sampan.suite.check import Disclosed

    found = {}
    for file in [each for path in given for each in (sorted(path.glob("*.json")) if path.is_dir() else [path])]:
        disclosure = read_disclosure(file, name=file.name)
        disclosure.require(disclosure.root)
        found[str(file)] = Disclosed(disclosure.root, disclosure.values())
    return found


def _bill(report: Report, text: str, named: int | Named) -> int:
    """The bill of a report that a name means: the newest version where it says none. Raises `UsageError`."""
    from sampan.client.naming import among
    from sampan.suite.tell import amount, bill_name

    bills = list(report.lives["bills"])
    found = among(bills, named)
    if len(found) == 1:
        return found[0]
    if found:
        said = " or ".join(map(bill_name, sorted(found)))
        raise UsageError(f"may mean {len(found)} bills", subject=text, hint=f"say {said}")
    raise UsageError(
        "nothing happened to such a bill in these blocks",
        subject=text,
        hint=f"of {amount(len(bills), 'bill')} the logs tell here: `sampan bill list` has the names",
    )


def _loan(report: Report, facility: int) -> int:
    """A loan of the report. Raises `UsageError`."""
    from sampan.suite.tell import amount

    loans = report.lives["loans"]
    if facility in loans:
        return facility
    raise UsageError(
        "nothing happened to such a loan in these blocks",
        subject=f"facility {facility}",
        hint=f"of {amount(len(loans), 'loan')} the logs tell here: `sampan finance list` has the numbers",
    )


def _usual_store(network: str, manifest: Manifest, from_block: int | None) -> Path:
    """A file for each ledger in the user's state folder."""
    import platformdirs

    from sampan.audit.run import source_of

    folder = platformdirs.user_state_path("sampan", appauthor=False) / "audit"
    source = source_of(manifest, manifest.from_block if from_block is None else min(from_block, manifest.from_block))
    return folder / f"{network}-{source.key}.sqlite"


def _list() -> None:
    from sampan.audit.checks import every
    from sampan.audit.show import checks_table

    checks = every()
    base.output().emit("sampan.checks/1", {"checks": checks}, checks_table(checks))


def _explain(id_: str) -> None:
    from sampan.audit.checks import find
    from sampan.audit.show import check_view

    check = find(id_)
    base.output().emit("sampan.check/1", check, check_view(check))


class _Drawn:
    """Draws on stderr how the audit goes on."""

    def __enter__(self) -> Watch:
        from contextlib import ExitStack

        from sampan.audit import Watch
        from sampan.audit.reading import Progress

        output, stack = base.output(), ExitStack()
        self._stack = stack

        class Drawing(Watch):
            def __init__(self) -> None:
                self._advance: Any = None
                self._done = 0
                self._began = time.monotonic()

            def stage(self, what: str) -> None:
                stack.close()
                output.detail(f"{what} ({time.monotonic() - self._began:.1f} s)")
                self._advance, self._done = stack.enter_context(output.progress(what.capitalize())), 0

            def read(self, progress: Progress) -> None:
                left = "" if progress.seconds_left is None else f", about {_time(progress.seconds_left)} left"
                self._draw(progress.done, progress.total, f"Reading events: {progress.logs} found{left}")

            def asked(self, done: int, total: int) -> None:
                self._draw(done, total, None)

            def note(self, message: str) -> None:
                output.note(message)

            def _draw(self, done: int, total: int, description: str | None) -> None:
                if self._advance is not None:
                    self._advance(done - self._done, description=description, total=total)
                    self._done = done

        return Drawing()

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def _age(at: int) -> str:
    """How old the last block is by this machine's clock."""
    seconds = int(time.time()) - at
    if seconds < 0:
        return f"The last block is {_time(-seconds)} ahead of this machine's clock"
    return f"The last block is {_time(seconds)} old"


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5_400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3_600:.1f} h" if seconds < 172_800 else f"{seconds / 86_400:.0f} days"
