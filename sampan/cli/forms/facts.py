"""What was said of cargo: producers, facts of a bill, conditions and why one does not hold."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from sampan.cargo.records import ALL_UNITS
from sampan.cargo.verbs.laying import told_clause
from sampan.cli.forms.common import OnLedger
from sampan.suite.forms import As, BillId, BillName, Count, Form, Hash, Lei, Of, Second
from sampan.suite.tell import place_text
from sampan.suite.words import FactKind, Lack

Place = Annotated[bytes, As({"type": "string"}, place_text)]
"""Facility, port or country."""


class _At(Form):
    place: Annotated[Place, Of(lambda pair: pair[0])]
    kinds: Annotated[list[FactKind], Of(lambda pair: pair[1])]


class _Producer(Form):
    participant: Annotated[int, Of(lambda producer: producer.number)]
    lei: Lei
    kinds: Annotated[list[FactKind], "Somewhere"]
    places: Annotated[list[_At], Of(lambda producer: producer.places.items())]
    group: Annotated[Lei | None, "What its word is counted by; null: it was never accredited"]
    parent: Annotated[Lei, "Its ultimate parent now"]
    stale: bool
    batches: Count
    acts: bool


class CargoProducers(OnLedger, document="sampan.cargo-producers/1"):
    """Who may report what of cargo, and where."""

    producers: list[_Producer]


class _Said(Form):
    kind: FactKind
    unit: Annotated[Count, "0: the bill as a whole"]
    producer: int
    state: Annotated[str, As({"enum": ["standing", "expired", "struck", "withdrawn"]})]
    amount: Count
    measure: Annotated[str | None, Of(lambda said: said.measure or None)]
    place: Annotated[Place, "Empty: none"]
    happened_at: Annotated[Second | None, Of(lambda said: said.happened_at or None)]
    valid_until: Annotated[Second | None, Of(lambda said: said.valid_until or None)]
    recorded_at: Annotated[Second | None, Of(lambda said: said.recorded_at or None)]
    hours: Annotated[Count, "For so many whole hours it has been recorded"]
    said_at: Annotated[Second, "The producer's last word on it"]
    batch: Annotated[int | None, "null: said directly"]
    key: Hash


class _Facts(Form):
    id: Annotated[BillId, Of(lambda facts: facts.bill)]
    name: Annotated[BillName, Of(lambda facts: facts.bill)]
    time: Annotated[Second, Of(lambda facts: facts.now)]
    said: list[_Said]
    contradictions: Annotated[list[list[_Said]], "What stands of the same thing and does not agree"]


class CargoFacts(OnLedger, document="sampan.cargo-facts/1"):
    """All that was said of a bill."""

    facts: _Facts


class _Moment(Form):
    happened_at: Annotated[Second, "By the producer's word; of a plan or an estimate when it is to happen"]
    classifier: Annotated[str, As({"enum": ["PLN", "EST", "ACT", "REQ"]})]
    what: Annotated[str, "In words"]
    kind: Annotated[FactKind, "What it says to contracts; none: nothing"]
    unit: Annotated[Count, "0: the bill as a whole"]
    equipment: Annotated[str | None, Of(lambda moment: moment.equipment or None)]
    place: Annotated[str | None, Of(lambda moment: moment.place or None)]
    producer: Annotated[int | None, "null: its batch is not anchored, so nothing shows who it is"]
    known: Annotated[
        str,
        As({"enum": ["on chain", "proven", "not anchored", "corrected", "taken back"]}),
        Of(lambda moment: moment.known.value),
    ]
    batch: Annotated[int | None, "null: said directly, or not anchored"]
    amount: Annotated[int | None, Of(lambda moment: moment.amount if moment.measure else None)]
    measure: Annotated[str | None, Of(lambda moment: moment.measure or None)]
    valid_until: Annotated[Second | None, Of(lambda moment: moment.valid_until or None)]
    differs: Annotated[bool, "Another producer tells differently of the same thing"]


class _LeftOut(Form):
    file: Path
    events: Count
    why: str


class CargoTimeline(OnLedger, document="sampan.cargo-timeline/1"):
    """What is known of a bill's cargo, in order of time."""

    id: BillId
    bill: BillName
    time: Annotated[Second, "Of the block that was read"]
    moments: list[_Moment]
    left_out: Annotated[list[_LeftOut], "What was handed in of other bills, or does not prove what it says"]


def _units(units: int) -> str | int:
    return "every" if units == ALL_UNITS else units or "bill"


class _Clause(Form):
    kind: FactKind
    producers: Count
    quiet_hours: Count
    units: Annotated[Any, As({"type": ["string", "integer"]}, _units), "`every`, `bill`, or how many at least"]
    least: Count
    measure: Annotated[str | None, Of(lambda clause: clause.measure or None)]
    told: Annotated[str, Of(told_clause)]


class _Condition(Form):
    hash: Annotated[Hash, Of(lambda condition: condition.name)]
    clauses: list[_Clause]
    alone: Annotated[str | None, "What a single producer can bring about; null: nothing"]


class CargoCondition(OnLedger, document="sampan.cargo-condition/1"):
    """A condition on what was said of a bill."""

    condition: _Condition


class _Lack(Form):
    producer: int
    lack: Lack
    told: str


class _Reason(Form):
    clause: _Clause
    holds: bool
    units: Annotated[Count, "It holds for so many"]
    unit: Annotated[int | None, "Of the first that fails: how many producers count, and what the word of each lacks"]
    found: int | None
    lacks: list[_Lack]
    told: list[str]


class _Answer(Form):
    condition: Annotated[Hash, Of(lambda answer: answer.condition.name)]
    id: Annotated[BillId, Of(lambda answer: answer.bill)]
    name: Annotated[BillName, Of(lambda answer: answer.bill)]
    units: Count
    producers: list[int]
    left_out: list[Lei]
    time: Annotated[Second, Of(lambda answer: answer.now)]
    holds: bool
    clauses: Annotated[list[_Reason], Of(lambda answer: [_reason(answer, each) for each in answer.reasons])]


def _reason(answer: Any, reason: Any) -> dict[str, Any]:
    # Forms are loaded for every document; what shows records needs rich.
    from sampan.client.show_cargo import lack_told, told

    fails = not reason.holds
    lacks = zip(answer.producers, reason.lacks, strict=True) if fails and reason.lacks else ()
    return {
        "clause": reason.clause,
        "holds": reason.holds,
        "units": reason.units,
        "unit": reason.unit if fails else None,
        "found": reason.found if fails else None,
        "lacks": [
            {"producer": producer, "lack": lack, "told": lack_told(answer, reason, producer, lack)}
            for producer, lack in lacks
        ],
        "told": told(answer, reason),
    }


class CargoWhy(OnLedger, document="sampan.cargo-why/1"):
    """Whether a condition holds for a bill, and why not."""

    answer: _Answer
