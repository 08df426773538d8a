"""A ledger on which cargo was reported in every way, in the model alone: terminals, customs, a surveyor, an insurer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from support.logs import Honest

from sampan.bills.verbs.circulation import Endorse
from sampan.bills.verbs.surrender import Accept, Surrender
from sampan.cargo.records import ALL_UNITS, PLACED, CargoEvent, Clause, Proof, Statement, bits
from sampan.cargo.rules import blinded, leaf
from sampan.cargo.verbs.accreditation import Accredit, Discredit, Regroup
from sampan.cargo.verbs.batches import Anchor
from sampan.cargo.verbs.facts import Attest, Record, Strike, Withdraw
from sampan.cargo.verbs.laying import Lay
from sampan.fuzz.alone import ADMINISTRATOR, STRANGER
from sampan.identity.verbs.enrolment import SetProfile
from sampan.keccak import keccak
from sampan.suite.verb import Signature
from sampan.suite.words import Endorsement, FactKind, Kind, SurrenderFor

HOUR, DAY = 3_600, 86_400
SHANGHAI = b"CNSHA/SMDG/YICT".ljust(32, b"\0")
ROTTERDAM = b"NLRTM/SMDG/ECTDE".ljust(32, b"\0")
CHINA = b"CN".ljust(32, b"\0")
NOWHERE = bytes(32)
LEIS = {
    "terminal": "969500SHANGHAITERM",
    "far terminal": "969500ROTTERDAMTER",
    "customs": "969500CHINACUSTOMS",
    "surveyor": "969500SURVEYOR0000",
    "other surveyor": "969500SURVEYORTWO0",
    "insurer": "969500INSURER00000",
}
IMO = 9_321_483


@dataclass(frozen=True)
class Said:
    """An event of a batch, with what proves it."""

    bill: int
    salt: bytes
    event: CargoEvent
    proof: Proof


class Reported(Honest):
    """Producers are accredited; each batch has one event."""

    def __init__(self) -> None:
        super().__init__()
        for name, stem in LEIS.items():
            self.who[name] = self.enrol(name, stem, "NL" if "far" in name else "CN")
        for name, place in (
            ("terminal", SHANGHAI),
            ("surveyor", SHANGHAI),
            ("far terminal", ROTTERDAM),
            ("customs", CHINA),
        ):
            self.act(ADMINISTRATOR, Accredit(self.number(name), place, PLACED))
        papers = bits(FactKind.WEIGHED, FactKind.INSPECTED, FactKind.VESSEL_IDENTIFIED, FactKind.SEAL_REMOVED)
        for name in ("surveyor", "other surveyor"):
            self.act(ADMINISTRATOR, Accredit(self.number(name), NOWHERE, papers))
        self.act(ADMINISTRATOR, Accredit(self.number("insurer"), NOWHERE, bits(FactKind.INSURED)))
        self.said = 0

    # ----------------------------------------------------------------------------------------------------- shorthands

    def anchored(self, name: str, bill: int, kind: FactKind, **more: Any) -> Said:
        """A producer anchors an event, which happened an hour ago unless it says otherwise."""
        self.said += 1
        mark = keccak(b"event %d" % self.said)
        place = {"far terminal": ROTTERDAM, "customs": CHINA}.get(name, SHANGHAI if bits(kind) & PLACED else NOWHERE)
        said: dict[str, Any] = {
            "key": mark,
            "corrects": bytes(32),
            "kind": kind,
            "happened_at": self.now - HOUR,
            "valid_until": 0,
            "amount": 0,
            "measure": "",
            "place": place,
            "about": blinded(bill, keccak(mark)),
            "unit": 0,
            "rest": keccak(b"rest" + mark),
        }
        event = CargoEvent(**said | more)
        producer = self.number(name)
        sequence = self.state.batch_count.get(producer, 0) + 1
        anchor = Anchor(sequence, leaf(event), 1, event.happened_at, event.happened_at, bytes(32))
        self.act(name, anchor)
        return Said(bill, keccak(mark), event, Proof(producer, sequence, self.state.batches[producer, sequence], ()))

    def recorded(self, name: str, bill: int, kind: FactKind, **more: Any) -> Said:
        """A producer anchors an event, and somebody records it."""
        said = self.anchored(name, bill, kind, **more)
        self.act(STRANGER, Record(said.bill, said.salt, said.event, said.proof))
        return said

    def attested(self, name: str, bill: int, kind: FactKind, amount: int, measure: str, **more: Any) -> Statement:
        """A producer says something directly; somebody hands it in."""
        said: dict[str, Any] = {
            "unit": 0,
            "happened_at": self.now - HOUR,
            "valid_until": 0,
            "place": NOWHERE,
            "rest": keccak(b"certificate"),
            "corrects": bytes(32),
            "said_at": self.now,
            "deadline": self.now + DAY,
        }
        statement = Statement(self.who[name], bill, kind, amount=amount, measure=measure, **said | more)
        self.act(STRANGER, Attest(statement, Signature(self.who[name], keccak(repr(statement).encode()))))
        return statement

    # ---------------------------------------------------------------------------------------------------- every verb

    def voyage(self) -> int:
        """Two boxes from Shanghai to Rotterdam, as they should go; they leave the gate behind the surrender."""
        bill = self.issue(Kind.ORDER, "shipper")
        for unit in (1, 2):
            self.attested("surveyor", bill, FactKind.WEIGHED, 13_700, "KGM", unit=unit)
            self.recorded("terminal", bill, FactKind.GATED_IN, unit=unit)
            for name in ("terminal", "surveyor"):
                self.recorded(name, bill, FactKind.LOADED, unit=unit)
        self.recorded("customs", bill, FactKind.EXPORT_RELEASED)
        self.recorded("terminal", bill, FactKind.DEPARTED)
        self.attested("insurer", bill, FactKind.INSURED, 150_000, "USD", valid_until=self.now + 60 * DAY)
        self.attested("surveyor", bill, FactKind.VESSEL_IDENTIFIED, IMO, "IMO")
        self.act("shipper", Endorse(bill, Endorsement.TO_ORDER, self.who["consignee"], self.who["consignee"], b""))
        self.pass_days(30)
        for unit in (1, 2):
            self.recorded("far terminal", bill, FactKind.DISCHARGED, unit=unit)
        self.act("consignee", Surrender(bill, SurrenderFor.DELIVERY, self.who["carrier"], bytes(32), b""))
        self.act("carrier", Accept(bill, b""))
        self.now += 2 * HOUR
        for unit in (1, 2):
            self.recorded("far terminal", bill, FactKind.GATED_OUT, unit=unit)
        return bill

    def corrected(self) -> int:
        """A loading that was reported too early, then taken back; a policy that was withdrawn; a weight put right."""
        bill = self.issue(Kind.ORDER, "shipper")
        early = self.recorded("terminal", bill, FactKind.LOADED, unit=1)
        again = self.recorded("terminal", bill, FactKind.LOADED, unit=1, corrects=early.event.key)
        retraction = self.anchored("terminal", bill, FactKind.NONE, corrects=again.event.key)
        self.act(STRANGER, Strike(bill, FactKind.LOADED, 1, retraction.event, retraction.proof))
        self.recorded("terminal", bill, FactKind.LOADED, unit=1, corrects=again.event.key)
        self.attested("insurer", bill, FactKind.INSURED, 90_000, "USD")
        self.act("insurer", Withdraw(bill, FactKind.INSURED, 0))
        self.act("surveyor", Withdraw(bill, FactKind.INSPECTED, 0))
        weighed = self.attested("surveyor", bill, FactKind.WEIGHED, 13_000, "KGM", unit=1)
        key = self.state.fact(bill, FactKind.WEIGHED, 1, self.number("surveyor")).key
        assert weighed.amount == 13_000
        self.attested("surveyor", bill, FactKind.WEIGHED, 13_200, "KGM", unit=1, corrects=key)
        return bill

    def administered(self) -> None:
        """Accreditations come and go; a producer is bought by another group, and somebody says so."""
        self.act(ADMINISTRATOR, Discredit(self.number("surveyor"), SHANGHAI, bits(FactKind.TRANSHIPPED)))
        self.act(ADMINISTRATOR, Accredit(self.number("other surveyor"), SHANGHAI, PLACED))
        self.act(ADMINISTRATOR, Discredit(self.number("other surveyor"), NOWHERE, PLACED))
        parent = self.state.participants[self.number("terminal")].lei
        roles = self.state.participants[self.number("other surveyor")].roles
        self.act(ADMINISTRATOR, SetProfile(self.number("other surveyor"), parent, roles))
        self.act(STRANGER, Regroup(self.number("other surveyor")))

    def conditions(self) -> bytes:
        """Laden and departed, each by two; insured."""
        clauses = (
            Clause(FactKind.LOADED, 2, 24, ALL_UNITS, 0, ""),
            Clause(FactKind.DEPARTED, 1, 24, 0, 0, ""),
            Clause(FactKind.INSURED, 1, 0, 0, 100_000, "USD"),
        )
        self.act("bank", Lay(clauses))
        return list(self.state.conditions)[-1]


@cache
def reported() -> tuple[Reported, int, int]:
    """The ledger, the bill of the voyage, and that of the corrections."""
    ledger = Reported()
    bill = ledger.voyage()
    other = ledger.corrected()
    ledger.administered()
    ledger.conditions()
    return ledger, bill, other
