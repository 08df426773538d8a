"""`sampan cargo anchor`: a producer's sealed batches go on chain, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sampan.cli import base
from sampan.cli import ledger as cli
from sampan.errors import UsageError
from sampan.suite.tell import amount

if TYPE_CHECKING:
    from rich.console import Console

    from sampan.client.core import VerbCall
    from sampan.client.ledger import Ledger
    from sampan.tracking.outbox import Outbox


STORE = base.setting_option("--store", setting="cargo_store", help="The producer's store.")


def store_of(*, writes: bool = True) -> Outbox:
    """The producer's store that the settings name."""
    from sampan.tracking.outbox import Outbox

    path = base.settings().path("cargo_store")
    assert path is not None, "there is one by default"
    return Outbox(path, writes=writes)


@base.command(short_help="Anchor sealed batches, in order.")
@STORE
@cli.write_options
def anchor(how: cli.How) -> None:
    """Anchor every sealed batch of your store, in order and each once; what an earlier run sent and did not see the end
    of is found on the chain.

    An account of the producer with the role produce. `--dry-run` and `--unsigned` take the next hundred.
    """
    from sampan.client import anchoring

    if how.keyless:
        with store_of(writes=False) as outbox:
            how.run(lambda ledger: _next(ledger, outbox))
        return
    with store_of() as outbox, cli.acting(how.network, keyless=False) as ledger:
        with base.output().progress("Looking what stands", total=None):
            adopted = anchoring.adopt(ledger, outbox)
        waiting = outbox.unanchored()
        if waiting:
            cli.confirm(ledger, anchoring.calls(ledger, outbox), how.yes)
        with base.output().progress("Anchoring", total=len(waiting)) as advance:
            done = anchoring.anchor(ledger, outbox, advance)
        adopted += done.adopted

        def human(console: Console) -> None:
            if adopted:
                console.print(f"The chain had {amount(adopted, 'batch/batches')} already.", highlight=False)
            if not adopted and not done.batches:
                console.print("Nothing waits: every sealed batch is anchored.", highlight=False)
            for act in done.acts:
                console.print(act)

        cli.emit(ledger, done.acts, dry_run=False, human=human)


def _next(ledger: Ledger, outbox: Outbox) -> list[VerbCall]:
    """The calls that would be sent next. Raises `UsageError` where nothing waits."""
    from sampan.client import anchoring

    found = anchoring.calls(ledger, outbox)
    if not found:
        raise UsageError(
            "nothing waits: the chain has every sealed batch",
            subject=str(outbox.path),
            hint="`sampan cargo seal` seals what was taken in since",
        )
    more = len(outbox.unanchored()) - len(found)
    if more:
        base.output().note(f"The next {len(found)}; {amount(more, 'batch/batches')} more follow them.")
    return found
