"""Verbs of cargo that are more than their arguments: statements with what their kind needs, proofs from a file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from sampan.cargo.records import Clause, Statement
from sampan.cargo.rules import condition_of
from sampan.cargo.verbs.facts import Attest, Record, Strike, told_in_full, told_of
from sampan.cargo.verbs.laying import Lay
from sampan.client.core import VerbCall
from sampan.client.papers import Paper
from sampan.client.proven import Proven, read, struck_by
from sampan.client.statements import Measured
from sampan.client.verbs import Calls
from sampan.errors import UsageError
from sampan.suite.verb import Signature
from sampan.suite.words import FactKind

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sampan.client.ledger import Ledger
    from sampan.client.reading import BillRef, Who


class CargoLogByHand(Calls):
    """Prepares what producers say and what others show of it."""

    def attest(
        self,
        bill: BillRef,
        kind: FactKind,
        *,
        unit: int = 0,
        happened_at: datetime | int | None = None,
        valid_until: datetime | timedelta | None = None,
        amount: Measured | None = None,
        place: str | None = None,
        imo: str | None = None,
        rest: bytes | None = None,
        replace: bool = False,
    ) -> VerbCall:
        """Say something of a bill directly, by the producer's own account (`Ledger.statement`): a valuation, an
        insurance, a release, a ship's identity, a weight."""
        said = self.ledger.statement(
            bill,
            kind,
            unit=unit,
            happened_at=happened_at,
            valid_until=valid_until,
            amount=amount,
            place=place,
            imo=imo,
            rest=rest,
            replace=replace,
        )
        return VerbCall(Attest(said, Signature(said.producer, empty=True)), said=told(self.ledger, said))

    def send_statement(self, paper: Paper) -> VerbCall:
        """Record what a producer signed and handed over (`Ledger.sign_statement`), once; whoever sends it pays the
        gas."""
        said: Statement = self.require(paper, Statement)
        signature = Signature(paper.signer, paper.digest, raw=paper.signature)
        return VerbCall(Attest(said, signature), said=told(self.ledger, said))

    def record(self, proof: Proven | Path, *, bill: BillRef | None = None, producer: Who | None = None) -> VerbCall:
        """Record an event of a batch as a fact of a bill by its proof (`sampan.client.proven`), by default of the bill
        that it was proven for; whoever sends it pays the gas. `producer`: who anchored the batch, where several did."""
        proven, number = self._proven(proof, bill)
        event = proven.event
        if event.kind is FactKind.NONE:
            raise UsageError(
                "says nothing that a contract acts on: a plan, an estimate, or that something is taken back",
                subject=proven.name,
                hint="`sampan cargo strike` strikes what it takes back" if any(event.corrects) else "record another",
            )
        proven.require_about(number)
        call = Record(number, proven.salt, event, proven.of(self.ledger, producer))
        return VerbCall(call, said=f"record {told_of(number, event.kind, event.unit)}")

    def strike(self, proof: Proven | Path, *, bill: BillRef | None = None, producer: Who | None = None) -> VerbCall:
        """Strike the fact that an event of the same producer takes back or corrects, by its proof; else as `record`."""
        proven, number = self._proven(proof, bill)
        shown = proven.of(self.ledger, producer)
        kind, unit = struck_by(self.ledger, proven, shown, number)
        call = Strike(number, kind, unit, proven.event, shown)
        return VerbCall(call, said=f"strike {told_of(number, kind, unit)}")

    def _proven(self, proof: Proven | Path, bill: BillRef | None) -> tuple[Proven, int]:
        proven = read(proof) if isinstance(proof, Path) else proof
        if bill is not None:
            return proven, self.ledger.bill_id(bill)
        if proven.bill is None:
            raise UsageError("of which bill?", subject=proven.name, hint="name it with --bill")
        return proven, proven.bill

    def lay(self, clauses: Iterable[Clause]) -> VerbCall:
        """Lay a condition down, for terms to name: every clause must hold."""
        several = tuple(clauses)
        if not several:
            raise UsageError("a condition has at least one clause", hint="say what must have happened")
        name = condition_of(several).hex()
        return VerbCall(Lay(several), said=f"lay down the condition 0x{name}")


def told(ledger: Ledger, said: Statement) -> str:
    """A statement in words: all that its signer is bound by."""
    details = f", details 0x{said.rest.hex()}" if any(said.rest) else ""
    return f"{ledger.names.account(said.producer)} says: {told_in_full(said)}{details}"
