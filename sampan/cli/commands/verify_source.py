"""`sampan verify-source`: what explorers need to show the contracts' sources, written or handed in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sampan.cli import base, chain
from sampan.cli.output import table
from sampan.errors import BadInput, UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from sampan.chain.connection import Connection
    from sampan.deployment.explorers import Answer, Submission
    from sampan.deployment.manifest import Manifest


@base.command()
@click.option(
    "--with",
    "explorer",
    type=click.Choice(("etherscan", "blockscout", "sourcify")),
    help="Hand them in to this explorer, and wait for its answers.",
)
@click.option("--url", help="Address of the explorer's API; Blockscout has one for each chain.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Write solc's standard JSON of each contract here."
)
@click.option("--contract", "only", multiple=True, metavar="NAME", help="This contract alone; may be given again.")
@base.network_option()
def command(network: str, explorer: str | None, url: str | None, out: Path | None, only: tuple[str, ...]) -> None:
    """Hand the contracts' sources in to an explorer, so that it shows them; or write what it asks for.

    What stands on the chain is compared first. The sources are those of the working copy, and must be the release's.
    Etherscan wants a key, in SAMPAN_EXPLORER_KEY. Exit 1 when it refuses one.
    """
    from sampan.deployment import explorers

    if explorer is None and out is None:
        raise UsageError("nothing to do", subject="verify-source", hint="--with EXPLORER hands in, --out FOLDER writes")
    if url is not None:
        explorers.require_url(url)
    with chain.connect(network) as connection:
        manifest = chain.manifest(connection)
        _require_genuine(connection, manifest)
    handed_in = _chosen(manifest, only)
    files = {} if out is None else {each.name: _write(each, out) for each in handed_in}
    answers = [] if explorer is None else _hand_in(explorer, handed_in, url)
    body = {
        "network": manifest.network,
        "chain_id": manifest.chain_id,
        "release": manifest.release,
        "explorer": explorer,
        "contracts": [
            (each, files.get(each.name), next((said for said in answers if said.contract == each.name), None))
            for each in handed_in
        ],
    }
    base.output().emit("sampan.verify-source/1", body, lambda console: _show(console, handed_in, files, answers))
    if any(answer.status == "refused" for answer in answers):
        base.answer_is_no()


def _require_genuine(connection: Connection, manifest: Manifest) -> None:
    """Raise `BadInput` unless what stands on the chain is what the manifest and the artifacts say."""
    from sampan.deployment import verify

    verify.chain(connection, manifest)
    faults = verify.code(connection, manifest)
    if faults:
        raise BadInput(
            "; ".join(f"{fault.subject} {fault.message}" for fault in faults),
            subject=manifest.network,
            hint="no explorer would accept it; `sampan audit` looks at all of it",
        )


def _chosen(manifest: Manifest, only: tuple[str, ...]) -> list[Submission]:
    from sampan.deployment import explorers
    from sampan.toolchain.sources import project_root

    for name in only:
        manifest.contract(name)
    return [each for each in explorers.submissions(manifest, project_root()) if not only or each.name in only]


def _write(handed_in: Submission, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{handed_in.name}.json"
    file.write_text(handed_in.input_json, encoding="utf-8")
    return file


def _hand_in(explorer: str, handed_in: list[Submission], url: str | None) -> list[Answer]:
    from sampan.deployment import explorers

    key, output = base.settings().text("explorer_key"), base.output()
    answers = []
    with output.progress(f"Asking {explorer}", total=len(handed_in)) as advance:
        for each in handed_in:
            advance(0, description=f"Asking {explorer} about {each.name}")
            answers.append(
                explorers.verify(
                    explorer, each, url=url, key=key, watch=lambda said: output.detail(f"{explorer}: {said}")
                )
            )
            advance(1)
    return answers


def _show(console: Console, handed_in: list[Submission], files: dict[str, Path], answers: list[Answer]) -> None:
    from rich.text import Text

    said = {answer.contract: answer for answer in answers}
    for each in handed_in:
        rows = [
            ("address", each.address),
            ("contract", each.identifier),
            ("compiler", f"v{each.compiler}"),
            ("constructor arguments", each.arguments.hex() or "none"),
        ]
        if each.name in files:
            rows.append(("standard JSON", str(files[each.name])))
        if each.name in said:
            rows.append((said[each.name].status, said[each.name].said))
        console.print(Text(each.name, style="bold"))
        console.print(table((), rows))
