"""What the chain should answer of cargo, by the logs; what was said of each bill's cargo, and by whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Final, NamedTuple

from sampan.cargo import history
from sampan.cargo.checks import CHECKS
from sampan.cargo.records import ACCREDITATION_WORD, FACT_WORD, PLACED, Cargo, Fact, clause_words, short
from sampan.cargo.storage import accreditation_slot, fact_slot, header_hash, header_slot
from sampan.cargo.subject import CARGO
from sampan.identity.evidence import lei_of
from sampan.suite import events as ev
from sampan.suite.check import LEDGER, Audited, Cell, Entry, Evidence, Life, Question, Section, Word
from sampan.suite.codec import word as in_word
from sampan.suite.forms import BillName, Count, Form, Hash, Lei, Of, Second
from sampan.suite.layout import NUMBER
from sampan.suite.layout import entry as entry_slot
from sampan.suite.tell import (
    Names,
    bill_name,
    instant,
    kinds_of,
    lei_text,
    moment,
    participant_name,
    place_text,
    plain,
    readable,
    spoken,
)
from sampan.suite.words import FactKind


def questions(state: Cargo, time: int) -> Iterator[Question]:
    """Every view that a client could rely on, of every producer, batch, fact and condition that the logs name."""
    for producer, known in sorted(state.accreditations.items()):
        name = participant_name(producer)
        answer = {"kinds": known.kinds, "group": known.group}
        yield Question(name, "accreditation", (producer,), answer)
    for producer, place in sorted({(producer, place) for producer, _, place in state.accredited_at}):
        yield Question(participant_name(producer), "accreditedAt", (producer, place), state.places_of(producer, place))
    for producer, count in sorted(state.batch_count.items()):
        yield Question(participant_name(producer), "batches", (producer,), count)
    for batch, header in sorted(state.batches.items()):
        yield Question(batch_name(*batch), "headerOf", batch, header_hash(header))
    for key, fact in sorted(state.facts.items()):
        yield Question(fact_name(key), "factOf", key, _fact(fact))
    for condition, clauses in sorted(state.conditions.items()):
        yield Question(condition_name(condition), "clausesOf", (condition,), clauses)


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "recordedAt": fact.recorded_at,
        "validUntil": fact.valid_until,
        "amount": fact.amount,
        "measure": fact.measure,
        "struck": fact.struck,
        "saidAt": fact.said_at,
        "key": short(fact.key),
    }


def words(state: Cargo) -> Iterator[Word]:
    """The words of all producers, batches, facts and conditions, and the count of what was administered."""
    what = "events about who may say what, counted"
    yield Word(LEDGER, CARGO.slot("_count"), NUMBER, state.cargo_administered, what)
    for producer, known in sorted(state.accreditations.items()):
        yield Word(participant_name(producer), accreditation_slot(producer), ACCREDITATION_WORD, known, "accreditation")
    at = CARGO.slot("_accreditedAt")
    for (producer, round_, place), kinds in sorted(state.accredited_at.items()):
        slot = entry_slot(at, in_word(producer), in_word(round_), place)
        yield Word(participant_name(producer), slot, NUMBER, kinds, f"accredited at {place_text(place)}")
    for producer, count in sorted(state.batch_count.items()):
        slot = entry_slot(CARGO.slot("batches"), in_word(producer))
        yield Word(participant_name(producer), slot, NUMBER, count, "batches counted")
    for batch, header in sorted(state.batches.items()):
        kept = int.from_bytes(header_hash(header), "big")
        yield Word(batch_name(*batch), header_slot(batch), NUMBER, kept, "header")
    for key, fact in sorted(state.facts.items()):
        yield Word(fact_name(key), fact_slot(key), FACT_WORD, fact, "fact")
    at = CARGO.slot("_clauses")
    for condition, clauses in sorted(state.conditions.items()):
        for pair, kept in enumerate(clause_words(clauses)):
            slot = entry_slot(at, condition, in_word(pair))
            yield Word(condition_name(condition), slot, NUMBER, kept, f"clauses {2 * pair + 1} and {2 * pair + 2}")


def batch_name(producer: int, sequence: int) -> str:
    """A batch as findings name it."""
    return f"batch {sequence} of {participant_name(producer)}"


def fact_name(of: history.About) -> str:
    """A fact as findings name it."""
    bill, kind, unit, producer = of
    where = f", unit {unit}" if unit else ""
    return f"{plain(kind)} of {bill_name(bill)}{where}, by {participant_name(producer)}"


def condition_name(condition: bytes) -> str:
    """A condition as findings name it: the first 24 digits of its hash."""
    return f"condition 0x{condition[:12].hex()}"


# --------------------------------------------------------------------------------------------------------------- lives


class Told(NamedTuple):
    """A producer's word, with the evidence that it is of."""

    word: history.Word
    evidence: Evidence

    @property
    def said(self) -> Any:
        """What was said."""
        return self.word.said

    @property
    def outcome(self) -> history.Outcome:
        """What became of it."""
        return self.word.outcome


def told_of(evidence: Evidence, bill: int) -> list[Told]:
    """All that was said of a bill's cargo, in the order in which it was recorded."""
    return [Told(word, evidence) for word in history.words(evidence).all if word.about[0] == bill]


def _lei(evidence: Evidence, producer: int) -> str | None:
    return None if evidence.state is None else lei_of(evidence.state, producer)


def _begun(take: Callable[[Entry], Any]) -> Of:
    return Of(lambda told: take(told.word.begun))


def _ended(take: Callable[[Entry], Any]) -> Of:
    return Of(lambda told: None if told.word.ended is None else take(told.word.ended))


class FactStood(Form):
    """A producer's word on the cargo of a bill: what it said, and from when to when that stood."""

    kind: Annotated[FactKind, Of(lambda told: told.word.about[1])]
    unit: Annotated[
        Count, "Piece of equipment, by its place in the document; 0: the whole", Of(lambda told: told.word.about[2])
    ]
    producer: Annotated[Lei | None, Of(lambda told: _lei(told.evidence, told.word.about[3]))]
    outcome: Annotated[history.Outcome, Of(lambda told: told.outcome)]
    happened_at: Annotated[Second, "By the producer's word", Of(lambda told: told.said.happened_at)]
    valid_until: Annotated[Second | None, Of(lambda told: told.said.valid_until or None)]
    amount: Annotated[int | None, Of(lambda told: told.said.amount if told.said.measure else None)]
    measure: Annotated[str | None, "Currency or unit of the amount", Of(lambda told: told.said.measure or None)]
    place: Annotated[str | None, Of(lambda told: place_text(told.said.place) or None)]
    batch: Annotated[
        int | None,
        "In which batch it was anchored; null: by a statement",
        _begun(lambda entry: getattr(entry.event, "sequence", None)),
    ]
    key: Annotated[Hash, "Of the event or statement", _begun(lambda entry: entry.event.key)]
    from_: Annotated[Second, "Recorded", _begun(lambda entry: entry.time)]
    from_block: Annotated[Count, _begun(lambda entry: entry.block)]
    to: Annotated[Second | None, "Null: it stands", _ended(lambda entry: entry.time)]
    to_block: Annotated[int | None, _ended(lambda entry: entry.block)]


class CargoLife(Form):
    """What was said of the cargo of a bill."""

    bill: Annotated[BillName, Of(lambda lived: lived.key)]
    facts: Annotated[list[FactStood], Of(lambda lived: told_of(lived.evidence, lived.key))]


def _row(evidence: Evidence, key: int, names: Names) -> tuple[str, ...]:
    found = [told.word for told in told_of(evidence, key)]
    standing = [word for word in found if word.stands]
    producers = dict.fromkeys(names.participant(word.about[3]) for word in standing)
    kinds = dict.fromkeys(plain(word.about[1]) for word in standing)
    back = str(len(found) - len(standing)) if len(found) > len(standing) else ""
    return str(len(standing)), ", ".join(kinds), "\n".join(producers), back


def _times(evidence: Evidence, key: int, names: Names) -> Iterator[tuple[str, ...]]:
    for word, _ in told_of(evidence, key):
        _, kind, unit, producer = word.about
        yield (
            instant(word.begun.time),
            "still" if word.ended is None else instant(word.ended.time),
            plain(kind) + (f", unit {unit}" if unit else ""),
            moment(word.said.happened_at),
            place_text(word.said.place),
            names.participant(producer),
            word.outcome,
        )


def _drawn(cargo: Sequence[Mapping[str, Any]]) -> Section:
    """What was said of its cargo, on the page of a bill: by the time at which it happened."""
    facts = sorted((fact for each in cargo for fact in each["facts"]), key=lambda fact: str(fact["happened_at"]))
    rows = []
    for fact in facts:
        until = f"valid until {readable(fact['valid_until'])} UTC" if fact["valid_until"] else None
        amount = f"{fact['amount']:,} {fact['measure']}" if fact["measure"] else None
        unit = f"unit {fact['unit']}" if fact["unit"] else None
        rows.append(
            (
                Cell((readable(fact["happened_at"]),), kind="when"),
                Cell((spoken(fact["kind"]), unit, amount, until)),
                fact["place"] or "",
                Cell((fact["producer"], "by statement" if fact["batch"] is None else f"batch {fact['batch']}")),
                Cell((fact["outcome"], None if fact["to"] is None else readable(fact["to"])), kind="when"),
                Cell((readable(fact["from"]), f"block {fact['from_block']}"), kind="when"),
            )
        )
    head = (
        "happened (UTC), by the producer's word",
        "what",
        "where",
        "said by",
        "outcome, and when (UTC)",
        "recorded (UTC)",
    )
    return Section("What was said of its cargo", head, rows)


CARGO_OF_BILLS: Final = Life(
    name="cargo",
    of=history.bill_of,
    order=int,
    title=lambda bill: f"cargo of {bill_name(bill)}",
    form=CargoLife,
    columns=("facts", "which", "said by", "taken back"),
    row=_row,
    times=("recorded (UTC)", "to", "what", "happened", "where", "by", "outcome"),
    spent=_times,
    others=lambda evidence, key: {
        "bills": {key},
        "producers": {told.word.about[3] for told in told_of(evidence, key)},
    },
    drawn=_drawn,
)


class Accredited(Form):
    """For what a producer is accredited at a place, or where facts need none."""

    place: Annotated[str | None, Of(lambda pair: place_text(pair[0]) or None)]
    kinds: Annotated[list[FactKind], Of(lambda pair: kinds_of(pair[1]))]


class ProducerLife(Form):
    """Who reports cargo facts, what it may say, and how many batches it anchored."""

    number: Annotated[Count, "On this ledger", Of(lambda lived: lived.key)]
    lei: Annotated[Lei | None, Of(lambda lived: _lei(lived.evidence, lived.key))]
    group: Annotated[
        Lei | None,
        "Its ultimate parent when it was accredited: producers of one group count once",
        Of(lambda lived: _group(lived.evidence, lived.key)),
    ]
    accredited: Annotated[list[Accredited], Of(lambda lived: list(_accredited(lived.evidence, lived.key)))]
    batches: Annotated[Count, Of(lambda lived: _batches(lived.evidence, lived.key))]


def _group(evidence: Evidence, producer: int) -> str | None:
    group = 0 if evidence.state is None else evidence.state.accreditation(producer).group
    return lei_text(group) if group else None


def _accredited(evidence: Evidence, producer: int) -> Iterator[tuple[bytes, int]]:
    """Places, each with the kinds for which it is accredited there; nowhere stands for kinds that need no place."""
    state = evidence.state
    if state is None:
        return
    elsewhere = state.accreditation(producer).kinds & ~PLACED
    if elsewhere:
        yield bytes(32), elsewhere
    for place in sorted({place for who, _, place in state.accredited_at if who == producer}):
        kinds = state.places_of(producer, place)
        if kinds:
            yield place, kinds


def _batches(evidence: Evidence, producer: int) -> int:
    return 0 if evidence.state is None else int(evidence.state.batch_count.get(producer, 0))


def _producer_row(evidence: Evidence, key: int, names: Names) -> tuple[str, ...]:
    said = [
        ", ".join(map(plain, kinds_of(kinds))) + (f" at {place_text(place)}" if any(place) else "")
        for place, kinds in _accredited(evidence, key)
    ]
    return _group(evidence, key) or "", "\n".join(said), str(_batches(evidence, key))


PRODUCERS: Final = Life(
    name="producers",
    of=history.producer_of,
    order=int,
    title=participant_name,
    form=ProducerLife,
    columns=("group", "accredited for", "batches"),
    row=_producer_row,
    register=True,
)


AUDITED: Final = Audited(
    CARGO,
    questions,
    words,
    CHECKS,
    (CARGO_OF_BILLS, PRODUCERS),
    believed={
        "happenedAt": "times at which something is said to have happened",
        "locator": "where batches are said to lie",
        "place": "places of what happened",
        "corrects": "what events say that they correct",
        "correction": "which events took facts back",
        "FactRecorded.by": "who proved events",
        "FactStruck.by": "who proved corrections",
        "FactAttested.by": "who handed statements in",
        "ConditionLaid.by": "who laid conditions down",
    },
    counted=(ev.Accredited, ev.Discredited, ev.Regrouped, ev.Anchored),
)
