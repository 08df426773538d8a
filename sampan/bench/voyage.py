"""The cargo log: producers anchor, say and correct, anybody proves; what each act costs, beside an attestation.

A terminal, customs, a surveyor and an insurer report a voyage. Batches have a thousand events. Everybody has anchored,
recorded and struck before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sampan.bench.eas import Attestations
from sampan.bench.ledger import FOREVER
from sampan.cargo.records import ALL_UNITS, CargoEvent, Clause, Header, Proof, Statement, bits
from sampan.cargo.rules import blinded, condition_of, leaf
from sampan.cargo.verbs.accreditation import Accredit
from sampan.cargo.verbs.batches import Anchor
from sampan.cargo.verbs.facts import Attest, Record, Strike, Withdraw
from sampan.cargo.verbs.laying import Lay
from sampan.chain.accounts import ROLES, development_signer
from sampan.chain.transactions import GAS_CAP, Call
from sampan.documents.merkle import MerkleTree
from sampan.keccak import keccak
from sampan.suite import typed
from sampan.suite.verb import Signature
from sampan.suite.words import FactKind
from sampan.toolchain import artifacts

if TYPE_CHECKING:
    from pathlib import Path

    from sampan.bench.ledger import Ledger
    from sampan.suite.verb import Verb

TERMINAL, CUSTOMS, SURVEYOR, INSURER = "terminal", "customs", "inspector", "insurer"
LEIS = {
    TERMINAL: "SAMPAN000000TERMIN",
    CUSTOMS: "SAMPAN00000CUSTOMS",
    SURVEYOR: "SAMPAN0000SURVEYOR",
    INSURER: "SAMPAN00000INSURER",
}
SHANGHAI = b"CNSHA/SMDG/YICT".ljust(32, b"\0")
CHINA = b"CN".ljust(32, b"\0")
NOWHERE = bytes(32)
ASKED = (TERMINAL, SURVEYOR, CUSTOMS, INSURER)
"""Whom a condition is asked of, in the order of its clauses: so each is met soonest."""
PLACES = {TERMINAL: SHANGHAI, SURVEYOR: SHANGHAI, CUSTOMS: CHINA}
SAYS = {
    TERMINAL: bits(FactKind.GATED_IN, FactKind.LOADED, FactKind.DEPARTED),
    SURVEYOR: bits(FactKind.LOADED, FactKind.DEPARTED),
    CUSTOMS: bits(FactKind.EXPORT_RELEASED, FactKind.IMPORT_RELEASED),
    INSURER: bits(FactKind.INSURED),
}
"""For what each is accredited."""
PREMIUM = 150_000
EVENTS = 1_000
"""In a batch."""
BOXES = 2
CLAUSES = (
    Clause(FactKind.LOADED, 2, 0, ALL_UNITS, 0, ""),
    Clause(FactKind.DEPARTED, 2, 0, 0, 0, ""),
    Clause(FactKind.EXPORT_RELEASED, 1, 0, 0, 0, ""),
    Clause(FactKind.INSURED, 1, 0, 0, PREMIUM, "USD"),
)
"""Laden and departed, each said by terminal and surveyor; released for export; insured. With one box six facts."""


@dataclass(frozen=True, slots=True)
class Anchored:
    """An event of a batch that was anchored: of which bill, the salt behind it, and its proof."""

    bill: int
    salt: bytes
    event: CargoEvent
    proof: Proof
    gas: int
    """What the batch cost."""


class Voyage:
    """The suite's cargo log with its producers."""

    def __init__(self, ledger: Ledger, root: Path) -> None:
        self._ledger, self.stage = ledger, ledger.stage
        self._log = ledger.manifest.address("CargoLog")
        self._numbers = {role: ledger.enrol_producer(role, stem) for role, stem in LEIS.items()}
        for role in LEIS:
            self._send("enroller", Accredit(self._numbers[role], PLACES.get(role, NOWHERE), SAYS[role]))
        self._send("relayer", Lay(CLAUSES))
        self._said = 0
        self._batches = dict.fromkeys(LEIS, 0)
        self._asker = self.stage.create("deployer", artifacts.load("Asker", root / "tests" / "artifacts").bytecode, "")
        self._peer = Attestations(self.stage, root)
        self.fact_struck()
        self.eas_attestation()

    def gas(self, name: str) -> int:
        """What an act of `VOYAGE`, or of the peer, costs; each is a method."""
        gas: int = getattr(self, name)()
        return gas

    def eas_attestation(self) -> int:
        anchored = self._anchored(TERMINAL)
        return self._peer.attest(TERMINAL, anchored.bill, anchored.event).gas_used

    def anchor_event(self) -> int:
        """Each of a thousand, rounded up."""
        return -(-self._anchored(TERMINAL).gas // EVENTS)

    def fact_proven(self) -> int:
        return self._record(self._anchored(TERMINAL))

    def fact_replaced(self) -> int:
        """By an event that corrects it."""
        before = self._anchored(TERMINAL)
        self._record(before)
        return self._record(self._anchored(TERMINAL, before))

    def fact_struck(self) -> int:
        before = self._anchored(TERMINAL)
        self._record(before)
        later = self._anchored(TERMINAL, before)
        return self._send("relayer", Strike(before.bill, before.event.kind, 1, later.event, later.proof))

    def fact_attested(self) -> int:
        """By the producer's signature, sent by another."""
        statement = self._statement(self._bill())
        return self._send("relayer", Attest(statement, self._signed(INSURER, statement)))

    def fact_withdrawn(self) -> int:
        before = self._anchored(TERMINAL)
        self._record(before)
        return self._send(TERMINAL, Withdraw(before.bill, before.event.kind, 1))

    def condition(self) -> int:
        """Asked by a contract, of a bill with one box; all four producers are named."""
        return self._asked(1)

    def condition_further_box(self) -> int:
        return self._asked(BOXES) - self._asked(1)

    # ---------------------------------------------------------------------------------------------------------- private

    def _asked(self, boxes: int) -> int:
        bill = self._bill()
        accounts = self.reported(bill, boxes)
        view = "holds(address,bytes32,uint256,uint256,address[],uint256[])(uint256)"
        return int(self.stage.ask(self._asker, view, self._log, condition_of(CLAUSES), bill, boxes, accounts, []))

    def reported(self, bill: int, boxes: int) -> tuple[str, ...]:
        """Everything that the condition asks is recorded of a bill; the accounts of all producers."""
        for unit in range(1, boxes + 1):
            for role in (TERMINAL, SURVEYOR):
                self._record(self._anchored(role, bill=bill, unit=unit))
        for role in (TERMINAL, SURVEYOR):
            self._record(self._anchored(role, bill=bill, unit=0, kind=FactKind.DEPARTED))
        self._record(self._anchored(CUSTOMS, bill=bill, unit=0, kind=FactKind.EXPORT_RELEASED))
        statement = self._statement(bill)
        self._send(INSURER, Attest(statement, Signature(ROLES[INSURER], empty=True)))
        return tuple(ROLES[role] for role in ASKED)

    def _bill(self) -> int:
        self._said += 1
        return int.from_bytes(keccak(b"bill of a voyage %d" % self._said), "big")

    def _anchored(
        self,
        role: str,
        corrects: Anchored | None = None,
        *,
        bill: int | None = None,
        unit: int = 1,
        kind: FactKind = FactKind.LOADED,
    ) -> Anchored:
        """An event among a thousand, anchored."""
        time = self.stage.connection.time()
        self._said += 1
        name = keccak(b"event %d" % self._said)
        if bill is None:
            bill = self._bill() if corrects is None else corrects.bill
        salt = keccak(b"salt" + name)
        event = CargoEvent(
            name,
            bytes(32) if corrects is None else corrects.event.key,
            kind,
            time - 60,
            0,
            0,
            "",
            PLACES[role],
            blinded(bill, salt),
            unit,
            keccak(b"rest" + name),
        )
        # Ours is the least of them, so that its path is always the longest that there is.
        others = [b"\xff" * 8 + keccak(name + b"%d" % number)[8:] for number in range(EVENTS - 1)]
        tree = MerkleTree([leaf(event), *others])
        self._batches[role] += 1
        sequence = self._batches[role]
        gas = self._send(role, Anchor(sequence, tree.root, EVENTS, time - 3600, time - 60, bytes(32)))
        header = Header(tree.root, EVENTS, time - 3600, time - 60, self.stage.connection.time(), bytes(32))
        return Anchored(bill, salt, event, Proof(self._numbers[role], sequence, header, tree.proof(leaf(event))), gas)

    def _record(self, anchored: Anchored) -> int:
        """Anybody does."""
        return self._send("relayer", Record(anchored.bill, anchored.salt, anchored.event, anchored.proof))

    def _statement(self, bill: int) -> Statement:
        time = self.stage.connection.time()
        end = time + 90 * 86_400
        rest = keccak(b"policy")
        kind = FactKind.INSURED
        return Statement(
            ROLES[INSURER], bill, kind, 0, time - 60, end, PREMIUM, "USD", NOWHERE, rest, bytes(32), time, FOREVER - 1
        )

    def _signed(self, role: str, text: Statement) -> Signature:
        data = typed.typed_data(self.stage.connection.chain_id, self._log, text)
        return Signature(ROLES[role], raw=development_signer(role).sign_typed(data))

    def _send(self, role: str, verb: Verb) -> int:
        call = Call(self._log, verb.encoded(), gas=GAS_CAP, label=type(verb).__name__)
        return self.stage.send(role, call).gas_used
