"""An event with its proof, from the file that its producer hands over (`sampan cargo prove --json`): what is wrong with
it is said before anything is sent.

The file says for which batch it was made; who anchored that, and when, the ledger says.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sampan.cargo.records import CargoEvent, Header, Proof
from sampan.cargo.rules import blinded, leaf
from sampan.client import naming
from sampan.client.errors import NotOnLedger
from sampan.documents.merkle import root_from
from sampan.errors import BadInput, UsageError
from sampan.suite.tell import bill_name, plain
from sampan.suite.words import FactKind
from sampan.tracking.proofs import read_proof

if TYPE_CHECKING:
    from sampan.client.ledger import Ledger
    from sampan.client.reading import Who


@dataclass(frozen=True, slots=True)
class Proven:
    """What a file says: an event of a batch, of which bill it speaks (None: it does not say), the salt behind that, and
    the way from its leaf up to the root. `name` is what errors call it."""

    name: str
    bill: int | None
    salt: bytes
    event: CargoEvent
    sequence: int
    root: bytes
    path: tuple[bytes, ...]

    def of(self, ledger: Ledger, producer: Who | None = None) -> Proof:
        """The proof as the contract takes it: with the header of the batch as it was anchored, by `producer` or by
        whoever the log names. Raises `NotOnLedger` for a batch that nobody anchored."""
        number, header = _anchored(ledger, self, producer)
        return Proof(number, self.sequence, header, self.path)

    def require_about(self, bill: int) -> None:
        """Raise `BadInput` unless the event speaks of a bill."""
        if self.event.about != blinded(bill, self.salt):
            raise BadInput(
                f"the event does not speak of {bill_name(bill)}",
                subject=self.name,
                hint="name the bill that it was proven for, or let its producer prove it for this one (--bill)",
                code="cargo.proof",
            )


def read(path: Path) -> Proven:
    """An event with its proof from its file. Raises `BadInput` for a file that is broken, and for a path that does not
    lead from the event to the root."""
    proof, salt, named = read_proof(path)
    number = None if named is None else naming.number_of(named)
    found = Proven(str(path), number, salt, proof.words, proof.sequence, proof.header.root, proof.path)
    if root_from(leaf(proof.words), found.path) != found.root:
        raise BadInput(
            "the proof does not lead from the event to the root of its batch",
            subject=found.name,
            hint="it was altered: ask its producer for it again",
            code="cargo.proof",
        )
    return found


def _anchored(ledger: Ledger, proven: Proven, producer: Who | None) -> tuple[int, Header]:
    by = None if producer is None else ledger.number_of(producer)
    told = [event for event in ledger.anchored(proven.sequence, proven.root) if by in (None, event.producer)]
    if not told:
        raise NotOnLedger(
            f"nobody anchored batch {proven.sequence} with this root",
            subject=proven.name,
            hint="its producer anchors it first (`sampan cargo anchor`); is this the right network?",
        )
    if len(told) > 1:
        several = ", ".join(ledger.names.participant(event.producer) for event in told)
        raise UsageError("several anchored the same batch", subject=proven.name, hint=f"--producer, one of {several}")
    return told[0].producer, told[0].header


def struck_by(ledger: Ledger, proven: Proven, proof: Proof, bill: int) -> tuple[FactKind, int]:
    """Kind and unit of the fact of a bill that an event takes back. Raises `UsageError` where there is none."""
    names = ledger.names
    if not any(proven.event.corrects):
        raise UsageError(
            "corrects nothing: it strikes no fact",
            subject=proven.name,
            hint="`sampan cargo record` records what it says",
        )
    for said in ledger.facts(bill).said:
        if said.producer == proof.producer and said.key == proven.event.corrects:
            if said.struck:
                raise UsageError(f"{plain(said.kind)} was taken back already", subject=proven.name)
            return said.kind, said.unit
    raise UsageError(
        f"what it takes back is not recorded of {bill_name(bill)} by the word of {names.participant(proof.producer)}",
        subject=proven.name,
        hint="`sampan cargo show` shows what is: a fact that was corrected since is struck by what corrects that",
    )
