"""What the commands about bills and participants share: opening the ledger, and doing, rehearsing or signing a verb."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from sampan.cli import base, chain
from sampan.errors import BadInput, ChainError, Refused, SampanError, UsageError
from sampan.files import is_file, parse_json, write_private
from sampan.suite.tell import amount

if TYPE_CHECKING:
    from rich.console import Console

    from sampan.chain.connection import Connection
    from sampan.client.batch import Batch
    from sampan.client.core import VerbCall
    from sampan.client.ledger import Ledger
    from sampan.client.papers import Paper
    from sampan.client.records import Act

F = TypeVar("F", bound=Callable[..., Any])
FILE = click.Path(dir_okay=False, path_type=Path)

ACTS = "sampan.acts/2"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where a text is signed and where it goes: here, or with `unsigned` by a wallet elsewhere, whose `signatures`
    come back."""

    out: Path | None = None
    unsigned: Path | None = None
    signatures: tuple[str, ...] = ()


@dataclass(slots=True)
class Signing:
    """What `sign-act` and `agree` ask of the verb behind them: to be signed, not sent."""

    kind: Literal["act", "agreement"]
    hours: int
    elsewhere: Elsewhere
    by: str | None = None
    """Who will send the act that is agreed to."""


class _Bill(click.ParamType):
    """A bill's name, refused before anybody is asked when it cannot be one."""

    name = "bill"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from sampan.client.naming import parse

        parse(value)
        return value


BILL = _Bill()
_SIGNING: ContextVar[Signing | None] = ContextVar("signing", default=None)


# -------------------------------------------------------------------------------------------------------------- options


@dataclass(frozen=True, slots=True)
class How:
    """How a verb is done: where, rehearsed or not, asking or not, whose references are meant, what is shown beside."""

    network: str
    dry_run: bool = False
    yes: bool = False
    carrier: str | None = None
    agreements: tuple[Path, ...] = ()
    unsigned: Path | None = None
    despite: str | None = None
    """Why it is sent although screening finds somebody on a list."""

    @property
    def keyless(self) -> bool:
        """Whether nothing is sent, so that no key is needed."""
        return self.dry_run or self.unsigned is not None

    def id(self, ledger: Ledger, bill: str) -> int:
        """The id of a bill as it was named."""
        return ledger.bill_id(bill, carrier=self.carrier)

    def run(self, build: Callable[[Ledger], VerbCall | Sequence[VerbCall]], *, default_role: str | None = None) -> None:
        """Do what `build` prepares, and print what became of it; or rehearse it, or sign it for somebody else."""
        _run(self, build, default_role)


def write_options(function: F) -> F:
    """Decorator: what every verb takes: `--network`, `--from`, `--password-file`, `--dry-run`, `--unsigned`,
    `--despite`, `--yes`; passed on as `how`. It stands nearest to the function."""

    @functools.wraps(function)
    def gathered(*args: Any, network: str, dry_run: bool, yes: bool, unsigned: Path | None, **more: Any) -> Any:
        carrier, agreements, despite = more.pop("carrier", None), more.pop("agreement", ()), more.pop("despite")
        how = How(network, dry_run, yes, carrier, agreements, unsigned, despite)
        return function(*args, how=how, **more)

    found: Any = chain.yes_option(gathered)
    found = click.option(
        "--despite",
        metavar="REASON",
        help="Send it although somebody in it is on one of your lists (screening_lists); the reason is recorded.",
    )(found)
    found = click.option(
        "--unsigned",
        type=FILE,
        help="Write what --from is to send to a file, for a Safe (Transaction Builder) or a wallet; send nothing.",
    )(found)
    found = chain.dry_run_option(found)
    found = chain.signer_options(found)
    wrapped: F = base.network_option()(found)
    return wrapped


def bill_options(function: F) -> F:
    """Decorator: `write_options`, and `--carrier` for bills that are named by their reference alone."""
    return carrier_option(write_options(function))


def carrier_option(function: F) -> F:
    """Decorator: `--carrier`, passed on as `carrier`."""
    return click.option(
        "--carrier", metavar="WHO", help="Whose reference it is, when BILL leaves it out: LEI or carrier code."
    )(function)


def hours_option(function: F) -> F:
    """Decorator: `--hours`, passed on as `hours`: how long a signature counts, a year at the most."""
    return click.option(
        "--hours", type=click.IntRange(1, 8_760), default=24, show_default=True, help="How long the signature counts."
    )(function)


def signing_options(function: F) -> F:
    """Decorator: what every command takes that signs a text: `--hours`, passed on as `hours`; `--out`, `--unsigned` and
    `--signature`, passed on as `elsewhere`."""

    @functools.wraps(function)
    def gathered(
        *args: Any,
        out: Path | None,
        unsigned: Path | None,
        signature: tuple[str, ...],
        overwrite: bool,
        **more: Any,
    ) -> Any:
        if signature and unsigned is None:
            raise UsageError("says of what?", subject="--signature", hint="name the text with --unsigned FILE too")
        # With signatures the text that was written is read again.
        for file in (out, None if signature else unsigned):
            require_new(file, overwrite=overwrite)
        return function(*args, elsewhere=Elsewhere(out, unsigned, signature), **more)

    found: Any = click.option(
        "--signature",
        metavar="HEX-OR-FILE",
        multiple=True,
        help="What a wallet signed of the text in --unsigned FILE; of a Safe, once for each owner.",
    )(gathered)
    found = click.option(
        "--unsigned", type=FILE, help="Write the text (EIP-712 JSON) to a file, for a wallet or a Safe to sign."
    )(found)
    found = overwrite_option(found)
    found = click.option("--out", type=FILE, help="Write what was signed to a file; else it is printed.")(found)
    wrapped: F = hours_option(found)
    return wrapped


def overwrite_option(function: F) -> F:
    """Decorator: `--overwrite`, passed on as `overwrite` (`require_new`)."""
    return click.option("--overwrite", is_flag=True, help="Replace a file that is there.")(function)


def require_new(file: Path | None, *, overwrite: bool, cut_off: str = "") -> None:
    """Raise `UsageError` for a file that is there, unless it shall be replaced: what somebody signed, or terms that no
    log has, may be lost with it. `cut_off` is what to do where an earlier run was cut off after it wrote the file."""
    if file is not None and not overwrite and file.is_file():
        hint = "name another file, or give --overwrite"
        raise UsageError("is there already", subject=str(file), hint=f"{cut_off}; else {hint}" if cut_off else hint)


def remark_option(function: F) -> F:
    """Decorator: `--remark`, passed on as `remark`."""
    return click.option("--remark", default="", metavar="TEXT", help="A remark; logged for everybody to read.")(
        function
    )


def agreement_option(function: F) -> F:
    """Decorator: `--agreement FILE`, passed on as `agreement`."""
    return click.option(
        "--agreement",
        type=click.Path(dir_okay=False, path_type=Path),
        multiple=True,
        help="What somebody signed with `sampan bill agree`; shown in the same transaction.",
    )(function)


# -------------------------------------------------------------------------------------------------------------- opening


@contextmanager
def reading(network: str) -> Iterator[Ledger]:
    """The ledger of `--network`, to read."""
    with chain.connect(network) as connection:
        ledger = at(connection)
        try:
            yield ledger
        finally:
            _say_who_named(ledger)
        if connection.cut_at is not None:
            base.output().note(f"this RPC cuts its answers at {connection.cut_at} logs: they were read in parts")


def at(connection: Connection, signer: Any = None) -> Ledger:
    """The ledger of an open connection, by its manifest. Raises as `Ledger.open`."""
    from sampan.client.ledger import Ledger

    return Ledger.open(connection, signer=signer, settings=base.settings())


def _say_who_named(ledger: Ledger) -> None:
    """Says, where given names were told, that the ledger proves none."""
    from sampan.client.book import LEGEND

    if ledger.book.told:
        base.output().note(LEGEND, style="dim")


@contextmanager
def acting(
    network: str,
    *,
    keyless: bool,
    for_others: bool = False,
    default_role: str | None = None,
    despite: str | None = None,
) -> Iterator[Ledger]:
    """The ledger of `--network` for whoever `--from` means; `keyless` its acts are rehearsed, and no key is asked for,
    `for_others` so that others can send or sign them. On a development chain `default_role` acts when nothing says
    who. `despite`: why they are sent although somebody is on a list."""
    with chain.connect(network) as connection:
        if keyless:
            from sampan.chain import signers

            address = chain.signer_address(connection, default_role)
            ledger = _despite(at(connection, signers.Watcher(address)), despite).rehearsing(for_others=for_others)
            try:
                yield ledger
            finally:
                _say_who_named(ledger)
        else:
            ledger = _despite(at(connection, chain.signer(connection, default_role)), despite)
            ledger.sender.hold, ledger.sender.asked = True, base.asked()
            # Whoever wants to hear nothing was not told of earlier runs.
            heard = base.output().verbosity >= 0
            try:
                _say_what_was_left(ledger)
                yield ledger
                # The answer is printed: whoever asked knows.
                ledger.sender.told(left=heard)
            except KeyboardInterrupt as error:
                ledger.sender.untold(error)
                raise
            except SampanError as error:
                done = _done_before(ledger, error)
                if isinstance(error, ChainError):
                    # It is no answer about what was done before the node failed.
                    ledger.sender.untold(error)
                # Else an error is one, of what ended badly too.
                ledger.sender.told(left=heard)
                if done is not None:
                    raise done from error
                raise
            finally:
                _say_who_named(ledger)
                ledger.sender.release()


def _despite(ledger: Ledger, reason: str | None) -> Ledger:
    return ledger if reason is None else ledger.despite(reason)


def _done_before(ledger: Ledger, error: SampanError) -> ChainError | None:
    """What is said in place of a refusal where an earlier run of the same command, which was cut off, did the act: it
    may be refused just because it is done. None for what is no refusal, and where no such run did it."""
    from sampan.client.errors import BatchRefused

    refused = isinstance(error, Refused | BatchRefused | UsageError | BadInput)
    left = ledger.sender.done_before() if refused else None
    if left is None or left.receipt is None:
        return None
    return ChainError(
        f"{left.label or 'it'} was done by an earlier run of this command that was cut off, in block "
        f"{left.receipt.block_number}; asked for again it is refused: "
        + (error.message if error.subject is None else f"{error.subject}: {error.message}"),
        subject=left.transaction,
        code="chain.done_before",
        hint="look what is the case now",
    )


def _say_what_was_left(ledger: Ledger) -> None:
    """Says what became of the acts of runs that were cut off."""
    for left in ledger.sender.look_back():
        if left.receipt is not None:
            stands = f"stands in block {left.receipt.block_number}" if left.receipt.succeeded else "failed"
        elif left.pending:
            stands = "is on its way"
        else:
            stands = "is not known to the RPC: the same command sends it again, any other takes its place"
        base.output().note(
            f"An earlier run was cut off: {left.label or 'its act'} {stands} ({left.transaction}).", style="yellow"
        )


# ---------------------------------------------------------------------------------------------------------------- doing


def is_signing() -> bool:
    """Whether a verb is signed for somebody else, and not sent."""
    return _SIGNING.get() is not None


def _run(how: How, build: Callable[[Ledger], VerbCall | Sequence[VerbCall]], default_role: str | None) -> None:
    signing = _SIGNING.get()
    keyless = how.keyless if signing is None else signing.elsewhere.unsigned is not None
    for_others = keyless and not how.dry_run
    with acting(
        how.network, keyless=keyless, for_others=for_others, default_role=default_role, despite=how.despite
    ) as ledger:
        built = build(ledger)
        calls = list(built) if isinstance(built, Sequence) else [built]
        if how.agreements:
            calls = _with_agreements(calls, _agreements(how.agreements))
        # Whatever is held is held before anybody is asked.
        calls = ledger.screened(calls)
        if not how.dry_run:
            _warn(calls)
        if signing is not None:
            _sign(ledger, calls, signing)
            return
        if how.unsigned is not None:
            _write_unsigned(ledger, calls, how.unsigned)
            return
        if not how.dry_run:
            confirm(ledger, calls, how.yes)
        emit(ledger, _do(ledger, calls), dry_run=how.dry_run, told=() if how.dry_run else _warnings(calls))


def _warnings(calls: Sequence[VerbCall]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(warning for call in calls for warning in call.warnings))


def _write_unsigned(ledger: Ledger, calls: Sequence[VerbCall], file: Path) -> None:
    """Write what would be sent, once it was rehearsed, for whoever can send it."""
    import json
    import time

    from sampan.client import unsigned

    acts = _do(ledger, calls)
    about = "; ".join(act.label for act in acts)
    now = int(time.time() * 1000)
    batch = unsigned.batch(ledger.connection.chain_id, ledger.address, ledger.rehearsed, about=about, milliseconds=now)
    write_private(file, (json.dumps(batch, indent=2, ensure_ascii=False) + "\n").encode())
    body = {
        **where(ledger),
        "sender": ledger.address,
        "file": file,
        "acts": acts,
        "transactions": ledger.rehearsed,
    }

    def human(console: Console) -> None:
        for act in acts:
            console.print(act)
        number = f"{len(ledger.rehearsed)} transactions" if len(ledger.rehearsed) > 1 else "One transaction"
        console.print(f"{number} for {ledger.address} to send, written to {file}.", highlight=False)

    base.output().emit("sampan.unsigned/1", body, human)


def _warn(calls: Sequence[VerbCall]) -> None:
    """Says what should be remarked on, before anything is signed or sent: afterwards it is too late for doubts."""
    from sampan.cli import several

    for warning in several.at_most(_warnings(calls)):
        base.output().note(f"warning: {warning}", style="yellow")


def _untold(act: Act, told: Sequence[str]) -> Act:
    """An act without the warnings that were told before."""
    from dataclasses import replace

    return replace(act, warnings=tuple(one for one in act.warnings if one not in told))


def _do(ledger: Ledger, calls: Sequence[VerbCall]) -> list[Act]:
    if len(calls) == 1:
        return [ledger.do(calls[0])]
    with base.output().progress("Sending", total=None):
        return ledger.do_all(calls)


def issue(how: How, files: Sequence[Path], terms: Callable[[Any], dict[str, Any]], version: int | None) -> None:
    """Issue bills from their documents, and print what became of each: issued now, stood already, refused."""
    from sampan.client import batch

    output = base.output()
    with output.progress("Checking", total=len(files)) as advance:
        items = batch.prepared(files, advance)
    if len(items) == 1 and items[0].error is not None:
        raise items[0].error
    for_others = how.unsigned is not None
    with acting(how.network, keyless=how.keyless, for_others=for_others, despite=how.despite) as ledger:
        with output.progress("Looking what stands", total=None):
            planned = batch.plan(ledger, items, terms, version=version)
        if how.agreements:
            agreed = _with_agreements(planned.calls, _agreements(how.agreements))
            for item, call in zip(planned.waiting, agreed, strict=True):
                item.call = call
        batch.screen(ledger, planned)
        calls, rehearsed = planned.calls, None
        if calls and how.unsigned is not None:
            for item in planned.items:
                if item.error is not None:
                    raise item.error
            _write_unsigned(ledger, calls, how.unsigned)
            return
        if calls and not how.dry_run and chain.asks(ledger.connection, yes=how.yes) and not ledger.begun(calls):
            rehearsed = batch.rehearse(ledger, planned)
            calls = planned.calls
        if len(items) == 1 and items[0].error is not None:
            raise items[0].error
        told = () if how.dry_run else _warnings(calls)
        if calls and not how.dry_run:
            if refused := planned.counts["refused"]:
                output.note(f"{refused} of {amount(len(items), 'document')} refused; the others go on.", style="yellow")
            _warn(calls)
            confirm(ledger, calls, how.yes, rehearsed)
        with output.progress("Issuing", total=len(calls)) as advance:
            batch.carry_out(ledger, planned, lambda act: advance(len(act.bills)))
        if len(items) == 1 and items[0].error is not None:
            raise items[0].error
        _emit_issues(ledger, planned, dry_run=how.dry_run, told=told)
    base.end_with_worst([planned.exit_code])


def _emit_issues(ledger: Ledger, planned: Batch, *, dry_run: bool, told: Sequence[str]) -> None:
    """What became of documents (`sampan.acts/2`, with the documents)."""
    from sampan.cli import several

    more = {"documents": planned.items, "summary": planned.counts}
    if len(planned.items) > 1:
        emit(
            ledger,
            planned.acts,
            dry_run=dry_run,
            more=more,
            human=lambda console: several.print_issues(console, planned, dry_run=dry_run, told=told),
        )
    elif planned.acts:
        emit(ledger, planned.acts, dry_run=dry_run, told=told, more=more)
    else:
        (item,) = planned.items
        emit(
            ledger,
            (),
            dry_run=dry_run,
            more=more,
            human=lambda console: console.print(several.stood(item), highlight=False),
        )


SHOWN = 12
"""So many sentences stand before a question; of more it is said how many there are."""


def confirm(ledger: Ledger, calls: Sequence[VerbCall], yes: bool, rehearsed: Sequence[Act] | None = None) -> None:
    """Ask before something leaves this machine, after saying what it would do to whom, and what it costs."""
    if not chain.asks(ledger.connection, yes=yes):
        return
    first = ledger.label(calls[0])
    words = first if len(calls) == 1 else f"{len(calls)} acts, {first} first"
    who = f"as {ledger.address} on {ledger.connection.network.name}"
    if begun := ledger.begun(calls):
        what = "it" if begun == len(calls) else f"the {begun} that an earlier run began, and send the others"
        chain.confirm(ledger.connection, f"{words}, {who}: see what became of {what}?", yes=yes)
        return
    from sampan.chain.fees import format_ether

    # What is refused is refused before anybody is asked.
    if rehearsed is None:
        rehearsed = _do(ledger.rehearsing(), calls)
    _say_what_would_be(ledger, calls, rehearsed)
    cost = sum(act.cost for act in rehearsed)
    chain.confirm(ledger.connection, f"{words}, {who}, for at most {format_ether(cost)} ether?", yes=yes)


def _say_what_would_be(ledger: Ledger, calls: Sequence[VerbCall], rehearsed: Sequence[Act]) -> None:
    """Says what the ledger would log, in sentences; of a node that cannot tell, what is asked for."""
    from sampan.client.show import sentences

    told = [
        sentence for act in rehearsed for sentence in _would_be(act, sentences(act), whole=len(rehearsed) == len(calls))
    ]
    told = told or [ledger.label(call) for call in calls]
    output = base.output()
    output.say("What would happen:")
    for sentence in told[:SHOWN]:
        # A remark of several lines would look like more sentences, or like another question.
        output.say(f"  {sentence.replace(chr(10), chr(92) + 'n')}")
    if len(told) > SHOWN:
        output.say(f"  and {len(told) - SHOWN} more; --dry-run shows all")


def _would_be(act: Act, sentences: Sequence[str], *, whole: bool) -> Sequence[str]:
    """The sentences of a rehearsed act; of one that is only announced, what is and from when it can be carried out.

    `whole`: it is one call, so that its label tells it where the node gives no events.
    """
    from sampan.suite.tell import earliest

    if act.ready_from is None:
        return sentences or ([act.label] if whole else [])
    return [f"{act.label}; it takes effect when it is sent again, from {earliest(act.ready_from)}"]


def _agreements(files: Sequence[Path]) -> tuple[Paper, ...]:
    from sampan.client import papers

    return tuple(one for file in files for one in papers.read_several(file))


def _with_agreements(calls: Sequence[VerbCall], shown: Sequence[Paper]) -> list[VerbCall]:
    """Each agreement beside the call that is about its bill: they count in one transaction only."""
    found = list(calls)
    for signed in shown:
        bill = getattr(signed.text, "bill", None)
        place = next((index for index, call in enumerate(found) if bill in call.bills), None)
        if signed.kind != "Agreement" or place is None:
            raise UsageError(
                "is no agreement to this", subject=signed.about or signed.kind, hint="`sampan bill agree` makes one"
            )
        found[place] = found[place].agreed(signed)
    return found


def _sign(ledger: Ledger, calls: Sequence[VerbCall], signing: Signing) -> None:
    from datetime import timedelta

    from sampan.client import wire

    deadline = timedelta(hours=signing.hours)
    if signing.kind == "agreement":
        from sampan.client.agreeing import left_open

        agreed = [paper for call in calls for paper in ledger.agree_to(call, by=signing.by, deadline=deadline)]
        for open_ in dict.fromkeys(filter(None, map(left_open, calls))):
            base.output().note(f"warning: {open_}", style="yellow")
        emit_signed(ledger, agreed, signing.elsewhere)
        _SIGNING.set(None)
        return
    if len(calls) != 1:
        raise UsageError("one act is signed at a time", subject=calls[0].label if calls else None)
    sign = ledger.sign_act if calls[0].contract == wire.LEDGER else ledger.sign_call
    emit_signed(ledger, [sign(calls[0], deadline=deadline)], signing.elsewhere)
    _SIGNING.set(None)


def sign_with(
    context: click.Context, group: click.Group, verb: str, arguments: Sequence[str], signing: Signing
) -> None:
    """Run another command of a group so that what it would send is signed into `signing` instead."""
    found = group.get_command(context, verb)
    if found is None:
        raise base.no_such_command(verb, group.list_commands(context), context.command_path)
    if verb in ("sign-act", "agree", "send-act", "show", "history", "list"):
        raise UsageError("no verb that is signed", subject=verb, hint=f"`{context.command_path} --help` shows how")
    token = _SIGNING.set(signing)
    try:
        with found.make_context(verb, list(arguments), parent=context.parent) as inner:
            found.invoke(inner)
        if _SIGNING.get() is not None:
            raise UsageError("this cannot be signed for another to send", subject=verb)
    finally:
        _SIGNING.reset(token)


def emit_signed(ledger: Ledger, papers: Sequence[Paper], elsewhere: Elsewhere) -> None:
    """Print what was signed, or write it to a file for its owner alone: whoever has it can use it. What is signed
    elsewhere is written for that, or joined with the signatures that came back."""
    from sampan.client import unsigned

    signed = tuple(papers)
    if elsewhere.unsigned is not None:
        if not elsewhere.signatures:
            _write_texts(ledger, signed, elsewhere.unsigned)
            return
        signed = unsigned.read_texts(elsewhere.unsigned, signed)
        found = [unsigned.read_signature(each) for each in elsewhere.signatures]
        signed = tuple(unsigned.signed(ledger.connection, paper, found) for paper in signed)
    _emit_signed(signed, elsewhere.out)


def _write_texts(ledger: Ledger, papers: Sequence[Paper], file: Path) -> None:
    """Write texts for a wallet to sign; of a Safe also what each of its owners signs."""
    import json

    from sampan.client import unsigned

    def write(path: Path, texts: Sequence[dict[str, Any]]) -> None:
        shown = [unsigned.typed_json(text) for text in texts]
        document: Any = shown[0] if len(shown) == 1 else shown
        write_private(path, (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode())

    write(file, [paper.typed_data for paper in papers])
    messages = [unsigned.safe_message(ledger.connection, paper) for paper in papers]
    owners = file.with_suffix(".owners.json") if messages and None not in messages else None
    if owners is not None:
        write(owners, [message for message in messages if message is not None])

    def human(console: Console) -> None:
        for one in papers:
            console.print(f"{one.about}: to be signed by {one.signer}", highlight=False)
        console.print(f"EIP-712, written to {file}.", highlight=False)
        if owners is not None:
            console.print(f"{papers[0].signer} is a Safe: each of its owners signs {owners}.", highlight=False)
        console.print("Then the same command with --signature HEX-OR-FILE.", highlight=False)

    body = {**where(ledger), "file": file, "owners": owners, "texts": papers}
    base.output().emit("sampan.unsigned-texts/1", body, human)


def _emit_signed(signed: Sequence[Paper], out: Path | None) -> None:
    from sampan.cli.output import to_json
    from sampan.client.papers import several_as_json

    text = to_json(several_as_json(tuple(signed)))
    if out is not None:
        write_private(out, (text + "\n").encode())

    def human(console: Console) -> None:
        if out is None:
            # A file for somebody else: as it is, without colours or folding.
            click.echo(text)
            return
        from sampan.suite.tell import moment

        for one in signed:
            console.print(f"{one.about}: signed by {one.signer}, counts until {moment(one.deadline)}", highlight=False)
        console.print(f"Written to {out}. Whoever has the file can use it.", highlight=False)

    if len(signed) == 1:
        base.output().emit("sampan.signed/1", signed[0], human)
    else:
        base.output().emit("sampan.signed-list/1", {"signed": signed}, human)


# ------------------------------------------------------------------------------------------------------------- printing


def emit(
    ledger: Ledger,
    acts: Sequence[Act],
    *,
    dry_run: bool,
    told: Sequence[str] = (),
    more: Mapping[str, Any] | None = None,
    human: Callable[[Console], None] | None = None,
) -> None:
    """Print what became of acts (`sampan.acts/2`), for people by `human`, else each as it shows itself; warnings that
    were told before are not told again."""
    body = {**where(ledger), "dry_run": dry_run, "acts": acts, **(more or {})}

    def each(console: Console) -> None:
        for act in acts:
            console.print(_untold(act, told))

    base.output().emit(ACTS, body, human or each)


def where(ledger: Ledger) -> dict[str, Any]:
    """Which ledger a document is about."""
    return {
        "network": ledger.connection.network.name,
        "chain_id": ledger.connection.chain_id,
        "ledger": ledger.ledger_address,
    }


def hash_of(text: str, what: str) -> bytes:
    """32 bytes: given as 0x and 64 hex digits, or the SHA-256 of the file of that name.

    Raises `BadInput` for neither.
    """
    import hashlib

    plain_text = text.removeprefix("0x")
    if text.startswith("0x") and len(plain_text) == 64:
        try:
            return bytes.fromhex(plain_text)
        except ValueError:
            pass
    if is_file(text):
        return hashlib.sha256(Path(text).read_bytes()).digest()
    raise BadInput(
        f"{what} is neither a hash nor a file",
        subject=text,
        hint="give 0x and 64 hex digits, or a file (SHA-256)",
    )


def deal_of(text: str) -> bytes:
    """The hash of the terms of a deal: given as 0x and 64 hex digits, or told by the file that `sale offer` wrote.

    Raises `BadInput` for neither.
    """
    if text.startswith("0x") or not is_file(text):
        return hash_of(text, "the deal")
    from sampan.documents.json import read_json

    told = read_json(Path(text))
    terms = told.get("terms") if isinstance(told, dict) else None
    found = terms.get("hash") if isinstance(terms, dict) else None
    if not isinstance(found, str):
        raise BadInput(
            "are no terms of a deal", subject=text, hint="take the file that `sampan sale offer --out` wrote"
        )
    return hash_of(found, "the hash of the terms")


def statement_of(text: str) -> bytes:
    """The SHA-256 of the statement of a change of medium: of the file of that name, or as given.

    Says which file it was. Raises `BadInput` for what is no such statement: nothing, the transport document itself, a
    file of ours.
    """
    found = hash_of(text, "the statement")
    if text.startswith("0x") or not is_file(text):
        return found
    data = Path(text).read_bytes()
    what = "is empty" if not data.strip() else _no_statement(data)
    if what is not None:
        raise BadInput(
            f"{what}: no statement of the change of medium",
            subject=text,
            hint="give the statement that the carrier signed: that the medium changes, and what became of the paper",
        )
    base.output().note(f"The statement is {text}, SHA-256 0x{found.hex()}: keep the file.")
    return found


def _no_statement(data: bytes) -> str | None:
    """What a file is that cannot be the statement; None where it may be it."""
    try:
        content = parse_json(data)
    except ValueError:
        return None
    if isinstance(content, dict) and "transportDocumentReference" in content:
        return "is the transport document"
    if isinstance(content, dict) and str(content.get("schema", "")).startswith("sampan."):
        return f"is a {content['schema']} document"
    return None
