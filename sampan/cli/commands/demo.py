"""`sampan demo`: a new chain, the suite deployed, a trade from Shanghai to Rotterdam, and the audit of it."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sampan.cli import base
from sampan.suite.tell import amount

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from sampan.audit.report import Report
    from sampan.client.records import Act
    from sampan.errors import SampanError

SCHEMA = "sampan.demo/1"
WIDTH = 118
_FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
_KNOWN = re.compile(r" \(0x[0-9a-fA-F]{4}…[0-9a-fA-F]{4}\)| \([0-9A-Z]{18}[0-9]{2}\)|\b[0-9A-Z]{18}[0-9]{2}/")
"""Addresses, LEIs and the carrier's name in front of references: told once, when the parties are enrolled."""


@base.command()
@base.network_option(fleeting=True)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("build/demo"),
    show_default=True,
    help="Documents, their salts, the manifest, audit.json and timeline.json go here.",
)
@click.option(
    "--picture", type=click.Path(dir_okay=False, path_type=Path), help="Also write what is shown as an SVG picture."
)
def command(network: str, out: Path, picture: Path | None) -> None:
    """Play a trade on a new chain, then rebuild it from the logs.

    Three cargoes go from Shanghai to Rotterdam: one is pledged, sold and delivered, one bill is split, one goes to
    paper. All companies are invented. Tries that the ledger must refuse are part of it.
    """
    from sampan.audit import audit
    from sampan.chain.networks import connect
    from sampan.deployment import manifest
    from sampan.scenarios.stage import SampanChain
    from sampan.scenarios.trade import Trade
    from sampan.suite.check import Level

    output = base.output()
    show = _Show(output.console if not output.as_json else None, picture is not None)
    started = time.monotonic()
    with output.progress("starting a chain and deploying") as advance:
        connection = connect(network if network != "local" else "tester", base.settings())
        with connection:
            stage = SampanChain(connection, enrol=False)
            show.chapter(
                "The ledger",
                f"A new chain with {len(stage.manifest.contracts)} contracts at addresses that follow from their code; "
                "every power of administration has its delay, read back.",
            )
            show.note(f"one address answers everything: {stage.ledger.ledger_address}")
            advance(description="playing the trade")
            out.mkdir(parents=True, exist_ok=True)
            cargoes = Trade(stage, show, out / "documents").play()
            advance(description="auditing")
            report = audit(connection, stage.manifest)
            report.write(out)
            manifest.write(stage.manifest, out / "manifest.json")
            seconds = time.monotonic() - started
            names = {stage.ledger.address_of(role): role for role in show.roles}
    body: dict[str, Any] = {
        "acts": show.acts,
        "refused": show.refusals,
        "bills": cargoes,
        "audit": report.body(),
        "folder": out,
        "seconds": f"{seconds:.1f}",
    }
    output.emit(SCHEMA, body, lambda console: show.end(report, names, out, seconds))
    if picture is not None:
        show.save(picture)
    if report.fails(Level.HIGH) or not report.reconciled:
        base.answer_is_no()


class _Show:
    """Tells the trade on the terminal while it goes on, and remembers it as data."""

    roles = ("carrier", "shipper", "trader", "bank", "importer", "enroller")

    def __init__(self, console: Console | None, picture: bool) -> None:
        self.acts: list[dict[str, Any]] = []
        self.refusals: list[dict[str, Any]] = []
        self._console = console
        self._recorder: Console | None = None
        if picture:
            from io import StringIO

            from rich.console import Console as RichConsole

            self._recorder = RichConsole(record=True, width=WIDTH, file=StringIO(), force_terminal=True)

    def chapter(self, title: str, text: str) -> None:
        from rich.text import Text

        self._print(Text())
        self._print(Text(title, style="bold"))
        self._print(Text(text, style="dim"))

    def note(self, text: str) -> None:
        from rich.text import Text

        self._line(Text("·", style="dim"), Text(text))

    def act(self, act: Act, why: str) -> None:
        from rich.text import Text

        sentences = []
        for happened in act.events or ():
            if type(happened).__name__ != "Transfer" and act.names is not None:
                from sampan.subjects import SUITE
                from sampan.suite import tell

                sentence = tell.sentence(SUITE.facts.get(type(happened)), happened, act.names)
                remark = tell.remark(happened)
                sentences.append(_KNOWN.sub("", sentence) + (f" — “{remark}”" if remark else ""))
        self.acts.append({"verb": act.verb, "transaction": act.transaction, "gas": act.gas, "told": sentences})
        text = Text("\n".join(sentences))
        text.append(f"  {act.gas:,} gas", style="dim cyan")
        if why:
            text.append(f"\n{why}", style="dim")
        self._line(Text("✓", style="green"), text)

    def refused(self, who: str, tried: str, error: SampanError, why: str) -> None:
        from rich.text import Text

        said = _KNOWN.sub("", error.message)
        self.refusals.append({"who": who, "tried": tried, "code": error.code, "message": said})
        text = Text(f"{who} tries to {tried}: ")
        text.append(said, style="red")
        text.append(f"\n{why}", style="dim")
        self._line(Text("✗", style="bold red"), text)

    def end(self, report: Report, names: dict[str, str], folder: Path, seconds: float) -> None:
        """The audit and where everything lies."""
        from rich.text import Text

        from sampan.audit import show

        self.chapter(
            "The audit",
            "Reads the logs and nothing else, rebuilds every bill in the reference model, and compares it with the "
            "chain's storage. It finds one thing to look at, and rightly: a carrier that stayed silent.",
        )
        told = report.named(names, brief=True)
        for life in report.kinds:
            self._print(show.lives_table(report, life, told))
        self._print(show.findings_table(report))
        self._print(show.verdict(report))
        self._print(Text())
        self._print(
            Text(
                f"{amount(len(self.acts), 'act')}, {amount(len(self.refusals), 'try/tries')} refused, "
                f"{amount(report.events, 'event')} in {seconds:.1f} s. Documents, manifest, audit.json and "
                f"timeline.json are in {folder}/."
            )
        )

    def save(self, picture: Path) -> None:
        """Write what was shown as a picture."""
        if self._recorder is not None:
            picture.parent.mkdir(parents=True, exist_ok=True)
            # Rich's picture asks a host for its font; ours stands alone.
            svg = _FONT_FACE.sub("", self._recorder.export_svg(title="make demo"))
            picture.write_text(svg.replace("Fira Code", "DejaVu Sans Mono"), encoding="utf-8")

    def _line(self, mark: RenderableType, text: RenderableType) -> None:
        from rich.table import Table

        table = Table.grid(padding=(0, 1))
        table.add_column(width=1)
        table.add_column(ratio=1)
        table.add_row(mark, text)
        self._print(table)

    def _print(self, shown: RenderableType) -> None:
        for console in (self._console, self._recorder):
            if console is not None:
                console.print(shown, highlight=False)
