"""`sampan node`: a reproducible local chain, the suite deployed, the roles funded. `--network local` means it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sampan.cli import base, chain
from sampan.errors import ChainError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from sampan.chain.connection import Connection
    from sampan.chain.node import Status
    from sampan.deployment.manifest import Manifest


@base.group()
def command() -> None:
    """Start, stop and look at a local chain that stays between commands."""


@command.command()
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help="Port on the loopback; where none is named, the one that the chain had, else 8545.",
)
@click.option("--fresh", is_flag=True, help="Begin at the genesis, not where the chain was stopped.")
@click.option("--bare", is_flag=True, help="Deploy nothing.")
@click.option(
    "--with-parties",
    is_flag=True,
    help="Enrol the invented companies and banks of the samples, each with its role's key.",
)
@click.option("--yes", is_flag=True, help="Do not ask before a kept chain is forgotten.")
def start(port: int | None, fresh: bool, bare: bool, with_parties: bool, yes: bool) -> None:
    """Start the chain in the background, deploy the suite to it, write deployments/local.json.

    The genesis is the same every time. A chain that was stopped goes on where it was; the state of blocks before that
    cannot be asked any more, their receipts and logs can. Every role has its published key:
    --from carrier, --from shipper and so on. A chain that was started for the deployments of another folder is left as
    it is, unless SAMPAN_NODE_FOLDER names it.
    """
    from sampan.chain import node

    settings, output = base.settings(), base.output()
    folder = node.folder_of(settings)
    if bare and with_parties:
        raise UsageError("there is nothing to enrol them on", subject="--with-parties", hint="leave out --bare")
    node.require_own(settings)
    before = node.status(folder)
    if before.running and port not in (None, before.port):
        raise UsageError(
            f"the node is running, at {before.url}",
            subject=f"--port {port}",
            hint="stop it first (`sampan node stop`): it goes on at another port where it was; or leave --port out",
        )
    if fresh:
        # Nobody is asked whether to forget what may not be forgotten.
        node.require_stopped(before)
        _confirm_forgetting(before, yes)
        node.forget(folder)
        before = node.status(folder)
    with output.progress(_at_work("Starting anvil", before)):
        state = node.start(folder, program=settings.path("anvil"), port=port, deployments=settings.deployments)
    listens = "runs already, with all that stands on it, and listens" if before.running else "listens"
    output.note(f"The local chain {listens} at {state.url}.")
    if before.running or before.kept:
        output.note(_goes_on(folder, settings.deployments, ran=before.running))
    if not bare:
        from sampan.cli.commands import deploy
        from sampan.deployment import manifest as manifests
        from sampan.deployment import parameters, suite

        with chain.connect("local") as connection:
            from sampan.chain.accounts import development_signer

            deployer = development_signer("deployer")
            path = manifests.path_of(settings.deployments, "local")
            plan = suite.plan(parameters.usual(deployer.address, development=True))
            deploy.run(connection, deployer, plan, path, replace=True)
            if with_parties:
                _enrol(connection, manifests.load(path))
    output.emit("sampan.node/2", {**_body(state), **({"manifest": None} if bare else {})})


@command.command()
@click.option("--forget", is_flag=True, help="Take the kept chain away as well.")
def stop(forget: bool) -> None:
    """Stop the chain; it is kept for the next start: every block, receipt and log, and the state of the last block.

    A chain that was started for the deployments of another folder is not forgotten, unless SAMPAN_NODE_FOLDER names it.
    """
    from sampan.chain import node

    settings = base.settings()
    folder = node.folder_of(settings)
    if forget:
        node.require_own(settings)
    with base.output().progress(_at_work("Stopping anvil", node.status(folder))):
        state = node.stop(folder, keep=not forget)
    if forget:
        node.forget(folder)
        state = node.status(folder)
    base.output().emit("sampan.node/2", _body(state))


@command.command()
@click.argument("duration", nargs=-1, required=True, metavar="DURATION")
def advance(duration: tuple[str, ...]) -> None:
    """Let time pass on the local chain: `sampan node advance 74h`, or `7 days`. It cannot go back.

    So hours to reject, answer times, recoveries and delays of powers can be tried at once. A block is made at the new
    time.
    """
    from sampan.chain import node
    from sampan.suite.tell import seconds_of

    settings = base.settings()
    seconds = seconds_of(" ".join(duration))
    state = node.status(node.folder_of(settings))
    if not state.running:
        raise ChainError(
            "the local chain does not run",
            subject=str(state.folder),
            code="chain.unreachable",
            hint="`sampan node start`",
        )
    with chain.connect("local") as connection:
        connection.advance_time(seconds)
    base.output().emit("sampan.node/2", _body(state))


def _confirm_forgetting(state: Status, yes: bool) -> None:
    """Ask somebody who is there before a kept chain is taken away; a script that says --fresh means it."""
    if not state.kept or yes or not base.somebody_is_there():
        return
    from sampan.chain.node import megabytes

    head = state.kept_head()
    blocks = "" if head is None else f" of {head[0]:,} blocks"
    base.confirm(
        f"Forget the kept chain{blocks} ({megabytes(state.size or 0)}) in {state.folder}?",
        "a kept chain is forgotten for good",
        subject=str(state.folder),
        hint="give --yes",
        declined="Nothing was forgotten.",
    )


def _enrol(connection: Connection, manifest: Manifest) -> None:
    """Enrol the companies of the samples that are not there yet."""
    from sampan.client.ledger import Ledger
    from sampan.documents.identifiers import pack_lei
    from sampan.scenarios.parties import CAST
    from sampan.scenarios.stage import Stage

    output = base.output()
    stage = Stage(Ledger.at(connection, manifest), manifest)
    with output.progress("Enrolling", total=len(CAST)) as advance:
        for party in CAST.values():
            if not stage.ledger.ask("participantOf", pack_lei(party.lei)):
                stage.enrol(party)
            advance()
    for party in CAST.values():
        output.note(f"--from {party.role}: {party.company}, {party.country}, LEI {party.lei}")


@command.command()
def status() -> None:
    """Say whether the chain runs, how far it is, and how large what is kept of it. Exit 1 when it does not run."""
    from sampan.chain import node

    settings = base.settings()
    state = node.status(node.folder_of(settings))
    body = _body(state)
    begun = node.started_for(state.folder)
    if body["block"] is not None and begun not in (None, settings.deployments.resolve()):
        base.output().note(f"This chain was begun for {begun}.")
    base.output().emit("sampan.node/2", body)
    if not state.running:
        base.answer_is_no()


def _goes_on(folder: Path, deployments: Path, *, ran: bool) -> str:
    """What whoever expects a new chain must know; `ran`: it was never stopped."""
    from sampan.chain import node

    begun = node.started_for(folder)
    said = [] if begun in (None, deployments.resolve()) else [f"It was begun for {begun}."]
    if ran:
        said.append("`sampan node stop --forget` ends it, and the next start begins anew.")
    else:
        said.append(
            "It goes on where it was left, with all that stands on it. `sampan node start --fresh` begins anew."
        )
    return " ".join(said)


def _at_work(doing: str, state: Status) -> str:
    from sampan.chain.node import megabytes

    return doing if state.size is None else f"{doing}; {megabytes(state.size)} of its chain are kept"


def _body(state: Status) -> dict[str, Any]:
    from sampan.chain import node
    from sampan.deployment import manifest as manifests

    deployments = base.settings().deployments
    manifest = manifests.path_of(deployments, "local")
    # Of a chain that was begun for another folder, a manifest here may be of one that is long forgotten.
    ours = node.started_for(state.folder) in (None, deployments.resolve())
    block: int | None = None
    time: int | None = None
    if state.url is not None:
        from sampan.chain.networks import Network, connect

        with connect(Network("local", "http", state.url)) as connection:
            head = connection.block()
            block, time = int(head["number"], 16), int(head["timestamp"], 16)
            ours = ours or manifest in [path for path, _ in manifests.standing(deployments, connection)]
    elif (kept := state.kept_head()) is not None:
        block, time = kept
    return {
        "running": state.running,
        "url": state.url,
        "pid": state.pid,
        "block": block,
        "time": time,
        "state_kept": state.kept,
        "state_bytes": state.size,
        "folder": state.folder,
        "manifest": manifest if block is not None and ours and manifest.is_file() else None,
    }
