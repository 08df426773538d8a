"""`sampan scenario`: scenarios that are files, listed, shown, played on any network, begun."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sampan.cli import base, chain
from sampan.errors import BadInput, Missing, UsageError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from sampan.chain.connection import Connection
    from sampan.scenarios.play import Outcome, Played
    from sampan.scenarios.record import Record
    from sampan.scenarios.script import Script
    from sampan.scenarios.stage import Stage

WIDTH = 118
GAS_OF_AN_ACT = 150_000
"""What an act takes at the most, as a rule; for the question before a scenario is played."""
_FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


@base.group()
def command() -> None:
    """Scenarios are files: who takes part, what happens, what must be refused, what the audit finds.

    Some travel with the package (`list`); `new` begins one of your own. docs/scenarios.md tells how they are written.
    """


# -------------------------------------------------------------------------------------------------------- list and show


@command.command("list", short_help="List the scenarios that travel with the package.")
def list_() -> None:
    """List the scenarios that travel with the package."""
    from sampan.cli.output import table
    from sampan.scenarios import script

    found = [script.read(path) for path in script.shipped().values()]
    rows = [(one.name, one.title) for one in found]
    base.output().emit("sampan.scenarios/1", {"scenarios": found}, table(("name", "what it shows"), rows))


@command.command("show", short_help="Show a scenario step by step, without playing it.")
@click.argument("name", metavar="NAME|FILE")
def show(name: str) -> None:
    """Show a scenario step by step, without playing it. A file with a fault in it is refused, with the place."""
    from sampan.scenarios import script

    found = script.read(script.find(name))
    parties = {
        role: f"{each.party.company} ({each.party.country}), {each.party.lei}" for role, each in found.members.items()
    }
    body = {
        "name": found.name,
        "title": found.title,
        "about": found.about,
        "file": found.file,
        "parties": parties,
        "documents": {key: each.sample or str(each.file) for key, each in found.documents.items()},
        "steps": [
            {
                "number": step.number,
                "line": step.place.line,
                "kind": type(step).__name__.lower(),
                "by": getattr(step, "by", None),
                "verb": getattr(step, "verb", None),
                "refused": None if getattr(step, "refused", None) is None else str(step.refused),  # type: ignore[attr-defined]
                "why": step.why,
            }
            for step in found.steps
        ],
    }
    base.output().emit("sampan.scenario-show/1", body, lambda console: _listing(console, found, parties))


def _listing(console: Console, script: Script, parties: Mapping[str, str]) -> None:
    from rich.text import Text

    from sampan.scenarios import script as said

    shown = _Show(console)
    shown.chapter(script.title, script.about)
    for role, text in parties.items():
        shown.note(f"{role}: {text}")
    for step in script.steps:
        match step:
            case said.Chapter():
                shown.chapter(step.title, step.why)
            case said.Note():
                shown.note(step.why)
            case _:
                shown.line(Text("·", style="dim"), _one_line(step), step.why)
    console.print(Text(f"\n{script.file}", style="dim"))


def _one_line(step: Any) -> str:
    """A step that was not played, in a line."""
    from sampan.scenarios import script as said
    from sampan.suite.tell import option

    match step:
        case said.Do():
            arguments = ", ".join(f"{name} {_shown(value)}" for name, value in step.arguments.items())
            through = f", sent by {step.through}" if step.through else ""
            agreed = f", agreed by {', '.join(each.name for each in step.agreed)}" if step.agreed else ""
            end = f": refused, {step.refused}" if step.refused else " (rehearsed)" if step.rehearse else ""
            return f"{step.by}: {step.verb.replace('_', ' ')} ({arguments}){agreed}{through}{end}"
        case said.Sign():
            who = step.agreement_of or step.by
            what = f"its agreement to {step.by}: {step.verb}" if step.agreement_of else step.verb.removeprefix("sign_")
            return f"{who} signs {what.replace('_', ' ')}, kept as {step.name}"
        case said.Propose():
            return f"{step.by} proposes {', '.join(step.documents)} in place of {step.of.name}"
        case said.Wait():
            return f"{step.said} pass"
        case said.Look():
            return f"{step.which.name}: what is offered, and who may do what"
        case said.Deploy():
            return f"{step.by} deploys {step.artifact}, called {step.name}"
        case said.DoThere():
            end = f": refused, {step.refused}" if step.refused else ""
            return f"{step.by}: {step.verb} ({', '.join(f'{k} {_shown(v)}' for k, v in step.arguments.items())}){end}"
        case said.Expect():
            return f"{step.which.name}: " + ", ".join(f"{name} {text}" for name, (_, text) in step.fields.items())
        case said.Free():
            return f"the cargo of {step.cargo.name} is free to secure a debt: {option(step.answers)}"
        case said.Facility():
            signers = ", ".join(dict.fromkeys((step.borrower, step.agent, *step.lenders)))
            end = f": refused, {step.refused}" if step.refused else ""
            return f"{step.by} opens {step.name}, signed by {signers}{end}"
        case said.Sell():
            terms = ", ".join(f"{name} {_shown(value)}" for name, value in step.arguments.items())
            end = f": refused, {step.refused}" if step.refused else ""
            return f"{step.by}: sell {step.of.name} where it lies ({terms}){end}"
        case said.Appoint():
            end = f": refused, {step.refused}" if step.refused else ""
            return f"{step.by} appoints {step.agent}, the agent of {step.of.name}{end}"
        case said.Audit():
            return "the audit finds " + ("; ".join(map(str, step.findings)) or "nothing")
    return type(step).__name__


def _shown(value: Any) -> str:
    from sampan.scenarios.vocabulary import Cargo, Named
    from sampan.suite.forms import plain
    from sampan.suite.tell import duration

    if isinstance(value, tuple):
        return ", ".join(map(_shown, value))
    if isinstance(value, timedelta):
        return duration(int(value.total_seconds()))
    return value.name if isinstance(value, (Named, Cargo)) else str(plain(value))


# ------------------------------------------------------------------------------------------------------------------ run


@command.command("run", short_help="Play scenarios on a new chain, or on any network.")
@click.argument("names", metavar="NAME|FILE...", nargs=-1, required=True)
@base.network_option(fleeting=True, ledger=True)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("build/scenarios"),
    show_default=True,
    help="Documents, their salts, record, manifest and audit go into a folder for each scenario in it.",
)
@click.option(
    "--key",
    "keys",
    metavar="NAME=KEY",
    multiple=True,
    help="Which key signs for a party or a role: the name of a key, or its address; repeatable.",
)
@click.option(
    "--fresh", is_flag=True, help="Play it from the beginning, although it was begun or played there already."
)
@chain.yes_option
@base.setting_option("--password-file", setting="password_file")
def run(names: tuple[str, ...], network: str, out: Path, keys: tuple[str, ...], fresh: bool, yes: bool) -> None:
    """Play scenarios, and audit each at its end. Exit 1 when something is not as it was expected.

    Without --network each is played on a new chain in this process. On `anvil` it is a chain of its own; on any other
    network it is the ledger that was deployed there. On a development chain the published keys sign there, elsewhere
    those that --key names, else those of the parties' names (`sampan account list`). There a run can be interrupted, or
    may have to wait for days: call it again, and it goes on where it was. Nothing is done twice.
    """
    play(names, network, out, keys=_keys(keys), fresh=fresh, yes=yes)


def _keys(given: Sequence[str]) -> dict[str, str]:
    """Key by the name for which it signs. Raises `UsageError`."""
    found = {}
    for text in given:
        name, _, key = text.partition("=")
        if not (name and key):
            raise UsageError("names no key", subject=f"--key {text}", hint="as in --key carrier=my-key")
        found[name] = key
    return found


def play(
    names: Sequence[str],
    network: str | Connection,
    out: Path,
    *,
    keys: Mapping[str, str] | None = None,
    fresh: bool = False,
    yes: bool = False,
    picture: Path | None = None,
    first_in_out: bool = False,
) -> None:
    """Play scenarios and print what came of them (`sampan.scenario-runs/1`). `first_in_out`: what is left of the first
    goes into `out` itself, not into a folder of its name.

    `network` is a name or URL that the command was given, or an open connection. Ends with exit code 1 unless all
    passed.
    """
    from sampan.scenarios import script

    output = base.output()
    # A fault in the last is told before the first is played.
    scripts = [script.read(script.find(name)) for name in names]
    if len({one.name for one in scripts}) != len(scripts):
        raise UsageError("two scenarios have one name", subject=", ".join(names), hint="rename a file")
    show = _Show(None if output.as_json else output.console, picture=picture is not None)
    started = time.monotonic()
    runs = []
    with output.progress("starting") as advance, _staged(network, show, advance) as (stage, new):
        where = stage.connection.network.name
        for one in scripts:
            first = first_in_out and one is scripts[0]
            folder = out if first else out / one.name if new or first_in_out else out / where / one.name
            advance(description=one.title)
            if not first:
                show.title(one.title, one.about)
            outcome = _played(one, stage, new, show, folder, keys=keys or {}, fresh=fresh, yes=yes)
            runs.append(_body(outcome, stage))
            _write(folder / "run.json", runs[-1])
            show.end(outcome, folder)
    seconds = f"{time.monotonic() - started:.1f}"
    passed = all(one["state"] == "passed" for one in runs)
    body = {"passed": passed, "runs": runs, "folder": out, "seconds": seconds}
    output.emit("sampan.scenario-runs/1", body, lambda console: show.summary(runs, seconds, out))
    if picture is not None:
        show.save(picture)
    if not passed:
        base.answer_is_no()


@contextmanager
def _staged(network: str | Connection, show: _Show, advance: Callable[..., None]) -> Iterator[tuple[Stage, bool]]:
    """Where it is played, and whether that is a new chain, gone afterwards."""
    from sampan.chain.networks import connect, find
    from sampan.scenarios.stage import SampanChain

    settings = base.settings()
    if isinstance(network, str):
        # A setting that other commands go by is no wish to have a scenario played there.
        network = connect(
            find(network if settings.value("network").source == "option" else "tester", settings), settings
        )
    with network as connection:
        if not connection.network.fleeting:
            yield _deployed(connection), False
            return
        advance(description="starting a chain and deploying")
        stage: Stage = SampanChain(connection, enrol=False)
        show.ledger(stage)
        yield stage, True


def _deployed(connection: Connection) -> Stage:
    """The ledger that was deployed to a network; everybody signs with a key of the settings, or a published one."""
    from sampan.chain import signers
    from sampan.cli import ledger as cli
    from sampan.scenarios.stage import Stage

    settings = base.settings()
    manifest = chain.manifest(connection)

    def signer(name: str) -> Any:
        try:
            return signers.find(name, settings, development=connection.is_development)
        except (Missing, UsageError) as error:
            if signers.keystore_file(name, settings) is not None:
                raise
            raise Missing(
                f"there is no key of that name for {connection.network.name}",
                subject=name,
                hint=f"`sampan account new` makes one; say with --key {name}=ITS-NAME that it signs here",
            ) from error

    return Stage(cli.at(connection), manifest, signer=signer)


def _played(
    script: Script,
    stage: Stage,
    new: bool,
    show: _Show,
    folder: Path,
    *,
    keys: Mapping[str, str],
    fresh: bool,
    yes: bool,
) -> Outcome:
    from sampan.deployment import manifest as manifests
    from sampan.scenarios.play import Play
    from sampan.scenarios.record import Record, alone, header

    if new:
        before = stage.snapshot()
        outcome = Play(script, stage, show, folder).run()
        _leave(outcome, folder)
        manifests.write(stage.manifest, folder / "manifest.json")
        stage.restore(before)
        return outcome
    with alone(folder):
        record = Record(folder / "record.jsonl", header(script, stage), anew=fresh)
        if record.ended:
            show.note(f"It was played to its end before ({record.path}); --fresh plays it once more.")
        else:
            if record.resumed:
                show.note(f"An earlier run did not come to its end; it goes on from there ({record.path}).")
            _ask(script, stage, record, yes)
        outcome = Play(script, stage, show, folder, new=False, record=record, keys=keys).run()
        _leave(outcome, folder)
        return outcome


def _leave(outcome: Outcome, folder: Path) -> None:
    """Leave the audit's files in the folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(
            f"cannot be made: {error.strerror or error}", subject=str(folder), hint="give another --out"
        ) from None
    if outcome.report is not None:
        outcome.report.write(folder)


def _ask(script: Script, stage: Stage, record: Record, yes: bool) -> None:
    """Ask before acts are sent to a chain that is not on this machine: whose, how many, for about how much."""
    from sampan.chain.fees import GWEI, format_ether, offer
    from sampan.scenarios import script as said

    connection = stage.connection
    left = [step for step in script.steps if str(step.number) not in record.done]
    kinds = (said.Do, said.Facility, said.Sell, said.Appoint)
    acts = [step for step in left if isinstance(step, kinds) and not step.refused and not getattr(step, "rehearse", 0)]
    senders = list(dict.fromkeys([getattr(step, "through", None) or step.by for step in acts]))
    # A party is enrolled, its code assigned, its laws published: as far as that was not done.
    count = len(acts) + 3 * len(script.members) - sum(not key.isdigit() for key in record.done)
    network = connection.network
    fee = offer(connection, network.max_fee * GWEI, network.max_tip * GWEI).max_fee
    most = format_ether(count * GAS_OF_AN_ACT * fee)
    chain.confirm(
        connection,
        f"play “{script.title}” on {network.name}: up to {count} acts of {', '.join(senders)}, for about {most} ether?",
        yes=yes,
    )


def _body(outcome: Outcome, stage: Stage) -> dict[str, Any]:
    """What `sampan.scenario-run/1` is made of."""
    from sampan.cli import ledger as cli

    return {
        "scenario": outcome.script.name,
        "title": outcome.script.title,
        "file": outcome.script.file,
        **cli.where(stage.ledger),
        "state": outcome.state,
        "go_on_from": outcome.go_on_from,
        "failure": outcome.failure,
        "steps": outcome.played,
        "bills": outcome.bills,
        "gas": outcome.gas,
        "cost": outcome.cost,
        "audit": None if outcome.report is None else outcome.report.body(),
    }


def _write(path: Path, body: Mapping[str, Any]) -> None:
    from sampan.cli.schema import document

    text = json.dumps(document("sampan.scenario-run/1", body), indent=2, ensure_ascii=False) + "\n"
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(
            f"cannot be written: {error.strerror or error}", subject=str(path), hint="give another --out"
        ) from None


# ------------------------------------------------------------------------------------------------------------------ new

STARTING = """\
# A scenario: who takes part, what happens, what must be refused, what the audit finds.
# Play it:        sampan scenario run {file}
# Its words:      docs/scenarios.md; `sampan schema scenario` prints the JSON Schema, for an editor.
scenario: A bill from the carrier to the importer
about: One container of kettles; the shipper sells it to the trader, who sells it to the importer.

# Parties of the cast need no more than their name: carrier, shipper, trader, bank, importer, consignee, other_carrier,
# bank_second, central_bank.
# One of your own has company, lei, country, and as far as needed roles, receiving, code, laws, key.
parties:
  carrier: {{laws: prc-maritime-code-2025}} # the law of the electronic record under which its cover stands
  shipper:
  trader:
  importer:

# Sample documents: to-order, split, split-first, split-second, to-paper. `set` puts in values by JSON pointer.
# A document of your own: kettles: {{file: my.json}}
documents:
  kettles:
    sample: to-paper
    set: {{/serviceContractReference: MY-0001}}

steps:
  # `do` is a verb of the ledger, `with` its arguments, as `sampan bill --help` lists them.
  # A bill is called as its document.
  - do: issue
    by: carrier
    with: {{document: kettles, carriage_law: CN}}
    why: The shipper named in the document possesses the bill.
  - do: transfer
    by: shipper
    with: {{bill: kettles, to: trader, remark: FOB price paid}}

  # What must be refused is rehearsed, never sent.
  - do: surrender
    by: shipper
    with: {{bill: kettles}}
    refused: NotPossessor(kettles, shipper)

  # agreed: bank   lets the bank sign its agreement, which is shown with the act.
  - do: endorse
    by: trader
    with: {{bill: kettles, endorsement: to-order, endorsee: importer, to: importer}}

  # Time passes: on a local chain at once; on a public one the run stops, and goes on when it is called again.
  - wait: 2 days
  - do: surrender
    by: importer
    with: {{bill: kettles, purpose: delivery}}
  - do: accept
    by: carrier
    with: {{bill: kettles}}
  - expect: {{bill: kettles, status: surrendered, titleholder: importer}}
  - audit: nothing
"""


@command.command("new", short_help="Write a commented scenario to start from.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def new(file: Path) -> None:
    """Write a commented scenario to start from; it can be played as it is."""
    from sampan.documents.json import shown

    if file.suffix not in (".yaml", ".yml"):
        file = file.with_name(file.name + ".yaml")
    try:
        with file.open("x", encoding="utf-8") as opened:
            # A name of several lines would end the comment that it stands in.
            opened.write(STARTING.format(file=shown(str(file), 200)))
    except FileExistsError:
        raise UsageError("is there already", subject=str(file), hint="name another file") from None
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror or error}", subject=str(file)) from None
    human = f"Written to {file}. Play it: sampan scenario run {file}"
    base.output().emit("sampan.scenario-new/1", {"file": file}, lambda console: console.print(human, highlight=False))


# ------------------------------------------------------------------------------------------------------------- the show

_MARKS = {
    "done": ("✓", "green"),
    "rehearsed": ("~", "green"),
    "refused": ("✗", "bold red"),
    "signed": ("§", "cyan"),
    "proposed": ("§", "cyan"),
    "expected": ("=", "green"),
    "looked": ("?", "cyan"),
    "asked": ("?", "cyan"),
    "listed": ("!", "yellow"),
    "waited": ("·", "dim"),
}


class _Show:
    """Tells a scenario on the terminal while it goes on."""

    def __init__(self, console: Console | None, *, picture: bool = False) -> None:
        self._console = console
        self._recorder: Console | None = None
        if picture:
            from io import StringIO

            from rich.console import Console as RichConsole

            self._recorder = RichConsole(record=True, width=WIDTH, file=StringIO(), force_terminal=True)

    def title(self, title: str, about: str) -> None:
        """A scenario begins."""
        from rich.text import Text

        self._print(Text())
        self._print(Text(title, style="bold underline"))
        if about:
            self._print(Text(about, style="dim"))

    def ledger(self, stage: Stage) -> None:
        """A chain was made."""
        self.chapter(
            "The ledger",
            f"A new chain with {len(stage.manifest.contracts)} contracts at addresses that follow from their code; "
            "every power of administration has its delay, read back.",
        )
        self.note(f"one address answers everything: {stage.ledger.ledger_address}")

    def chapter(self, title: str, text: str) -> None:
        from rich.text import Text

        self._print(Text())
        self._print(Text(title, style="bold"))
        if text:
            self._print(Text(text, style="dim"))

    def note(self, text: str) -> None:
        from rich.text import Text

        self.line(Text("·", style="dim"), text)

    def step(self, played: Played) -> None:
        from rich.text import Text

        if played.kind == "audited":
            return
        mark, style = _MARKS[played.kind]
        text = Text("\n".join(played.told))
        if played.kind == "refused":
            by = "the client" if played.refused_by == "client" else "a contract"
            text = Text(f"{played.what}: refused by {by}, ")
            text.append(played.refused, style="red")
        elif played.kind == "waited":
            text = Text(played.why)
        if played.gas:
            text.append(f"  {played.gas:,} gas", style="dim cyan")
        for warning in played.warnings:
            text.append(f"\n{warning}", style="yellow")
        self.line(Text(mark, style=style), text, "" if played.kind == "waited" else played.why)

    def line(self, mark: RenderableType, said: RenderableType, why: str = "") -> None:
        """A line with its mark, and what is said of it."""
        from rich.table import Table
        from rich.text import Text

        text = said if isinstance(said, Text) else Text(str(said))
        if why:
            text.append(f"\n{why}", style="dim")
        table = Table.grid(padding=(0, 1))
        table.add_column(width=1)
        table.add_column(ratio=1)
        table.add_row(mark, text)
        self._print(table)

    def end(self, outcome: Outcome, folder: Path) -> None:
        """What came of it: the audit, or what failed, or when it goes on."""
        from rich.text import Text

        from sampan.audit import show
        from sampan.suite.tell import earliest

        audited = next((one for one in reversed(outcome.played) if one.kind == "audited"), None)
        if outcome.report is not None:
            self.chapter("The audit", "" if audited is None else audited.why)
            told = outcome.report.evidence.named(outcome.labels, brief=True)
            # Who takes part was told at the beginning.
            for life in (life for life in outcome.report.kinds if not life.register):
                self._print(show.lives_table(outcome.report, life, told))
            self._print(show.findings_table(outcome.report, outcome.labels))
            self._print(show.verdict(outcome.report))
        if outcome.failure is not None:
            failure = outcome.failure
            text = Text(f"{failure.place}: step {failure.step} is not as expected: {failure.what}", style="bold red")
            text.append(f"\nexpected  {failure.expected}\ncame      {failure.came}", style="not bold red")
            if failure.hint:
                text.append(f"\n{failure.hint}", style="not bold dim")
            self._print(Text())
            self._print(text)
        if outcome.go_on_from is not None:
            when = earliest(outcome.go_on_from)
            self.note(f"It waits, and goes on from {when}: call the same command again then. What was done stands.")
        self._print(Text())
        acts = sum(1 for one in outcome.played if one.transaction is not None)
        refused = sum(1 for one in outcome.played if one.kind == "refused")
        events = "" if outcome.report is None else f", {outcome.report.events} events"
        there = ["documents"] if any(folder.glob("documents*")) else []
        there += ["record"] if outcome.report is None else ["record", "audit"]
        left = " and ".join(filter(None, (", ".join(there[:-1]), there[-1]))).capitalize()
        self._print(
            Text(
                f"{acts} acts ({outcome.gas:,} gas), {refused} {'try' if refused == 1 else 'tries'} refused{events}. "
                f"{left} {'is' if len(there) == 1 else 'are'} in {folder}/."
            )
        )

    def summary(self, runs: Sequence[Mapping[str, Any]], seconds: str, out: Path) -> None:
        """All scenarios in a line each, where there were several."""
        from rich.text import Text

        if len(runs) > 1:
            self.chapter(f"{len(runs)} scenarios", f"in {seconds} s, {out}/")
            for one in runs:
                good = one["state"] == "passed"
                self.line(
                    Text("✓" if good else "✗", style="green" if good else "bold red"),
                    f"{one['scenario']}: {one['state']}",
                )

    def save(self, picture: Path) -> None:
        """Write what was shown as a picture."""
        if self._recorder is not None:
            picture.parent.mkdir(parents=True, exist_ok=True)
            # Rich's picture asks a host for its font; ours stands alone.
            svg = _FONT_FACE.sub("", self._recorder.export_svg(title="make demo"))
            picture.write_text(svg.replace("Fira Code", "DejaVu Sans Mono"), encoding="utf-8")

    def _print(self, shown: RenderableType) -> None:
        for console in (self._console, self._recorder):
            if console is not None:
                console.print(shown, highlight=False)
