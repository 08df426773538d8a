"""Reading cargo data: who may say what, what was said of a bill and how it stands, why a condition does not hold (T19).

What was said stands in the logs, how it stands in the contract. What is read of the one is held against the other.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from sampan.cargo.history import SAYS, TAKES_BACK
from sampan.cargo.records import Clause, Header, Statement, short
from sampan.cargo.storage import header_hash
from sampan.client import statements, wire
from sampan.client.cargo_records import Answer, BillFacts, Condition, Producer, Reason, Said
from sampan.client.errors import NotOnLedger
from sampan.client.offers import Offers
from sampan.documents import identifiers
from sampan.errors import ChainError, UsageError, about
from sampan.suite import events
from sampan.suite.tell import bill_name, kinds_of, lei_text, moment, plain
from sampan.suite.words import FactKind, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime, timedelta

    from sampan.client.reading import BillRef, Who
    from sampan.suite.event import Event

CARGO: Final = "CargoLog"
_ADMINISTERED = (events.Accredited, events.Discredited, events.Regrouped)
_ASKED: Final = 100
"""Batches that are asked for by their numbers; of more the log is read whole."""


class Facts(Offers):
    """What the cargo log answers."""

    # ------------------------------------------------------------------------------------------------------- producers

    def producers(self) -> list[Producer]:
        """Everybody who was ever accredited, or has the role to report, by number.

        Raises `ChainError` when the logs lack an accreditation."""
        last = self.connection.block_number()
        told = self._administered(last)
        places: dict[int, dict[bytes, None]] = defaultdict(dict)
        for event in told:
            if isinstance(event, events.Accredited) and any(event.place):
                places[event.producer][event.place] = None
        known = {each.number: each for each in self.participants(block=last)}
        reporting = {number for number, each in known.items() if Role.PRODUCE in each.roles}
        numbers = sorted({event.producer for event in told} | reporting)
        views = [(view, number) for number in numbers for view in ("accreditation", "batches")]
        at_places = [("accreditedAt", number, place) for number in numbers for place in places[number]]
        answers = self.ask_many([*views, *at_places], contract=CARGO, block=last) if numbers else []
        there = dict(zip(at_places, answers[len(views) :], strict=True))
        return [
            Producer(
                number=number,
                lei=known[number].lei,
                kinds=tuple(kinds_of(answers[2 * row][0])),
                places={
                    place: tuple(kinds_of(there["accreditedAt", number, place]))
                    for place in places[number]
                    if there["accreditedAt", number, place]
                },
                group=lei_text(answers[2 * row][1]) if answers[2 * row][1] else None,
                parent=known[number].parent,
                batches=answers[2 * row + 1],
                acts=any(each.acts for each in known[number].accounts),
                names=self.names,
            )
            for row, number in enumerate(numbers)
        ]

    def _administered(self, last: int) -> list[Any]:
        topics = [[wire.topic(kind) for kind in _ADMINISTERED]]
        return self._logged(topics, last, _lacks_counts, "the accreditations", contract=CARGO)

    def anchored(self, sequence: int | None = None, root: bytes | None = None) -> list[events.Anchored]:
        """Which batches anybody anchored, all or those of a number or with a root, by the log, held against the
        contract."""
        found: list[events.Anchored] = self._once(
            ("anchored", sequence), "latest", lambda: self._anchored(None, None if sequence is None else [sequence])
        )
        told = [event for event in found if root in (None, event.header.root)]
        self._require_kept(told)
        return told

    def headers(self, producer: Who, sequences: Sequence[int]) -> dict[int, Header]:
        """Batches that a producer anchored, by their numbers: by the log, held against the contract. Raises
        `ChainError` where the log lacks one."""
        told = self._anchored(self.number_of(producer), sequences)
        self._require_kept(told)
        return {event.sequence: event.header for event in told}

    def _anchored(self, producer: int | None, sequences: Sequence[int] | None) -> list[events.Anchored]:
        def lacks(told: Sequence[Any]) -> str | None:
            missing = sorted({*(sequences or ())} - {event.sequence for event in told})
            return f"the logs lack batch {missing[0]}, which the contract has" if missing and producer else None

        numbers = None if sequences is None or len(sequences) > _ASKED else [wire.indexed(each) for each in sequences]
        topics = [wire.topic(events.Anchored), None if producer is None else wire.indexed(producer), numbers]
        told = self._logged(topics, self.connection.block_number(), lacks, "the batches", contract=CARGO)
        found = [event for event in told if isinstance(event, events.Anchored)]
        return found if sequences is None else [event for event in found if event.sequence in sequences]

    def _require_kept(self, told: Sequence[events.Anchored]) -> None:
        """Raise `ChainError` unless the contract keeps each batch as the log tells it."""
        views = [("headerOf", event.producer, event.sequence) for event in told]
        kept = self.ask_bundled(views, contract=CARGO) if views else []
        for event, there in zip(told, kept, strict=True):
            if header_hash(event.header) != there:
                raise ChainError(
                    f"the logs tell batch {event.sequence} otherwise than the contract has it",
                    subject=self.names.participant(event.producer),
                    code="chain.answer",
                    hint="ask another RPC (--network URL)",
                )

    # ----------------------------------------------------------------------------------------------------------- facts

    def facts(self, bill: BillRef, *, to_block: int | None = None) -> BillFacts:
        """All that was said of a bill, by kind, piece of equipment and producer.

        Raises `ChainError` where the logs do not tell what the contract has.
        """
        number = self.bill_id(bill)
        if to_block is not None:
            return self._facts(number, to_block)
        found: BillFacts = self._once(
            ("facts", number), "latest", lambda: self._facts(number, self.connection.block_number())
        )
        return found

    def _facts(self, number: int, last: int) -> BillFacts:
        topics = [[wire.topic(kind) for kind in (*SAYS, *TAKES_BACK)], wire.indexed(number)]
        told: dict[tuple[FactKind, int, int], list[Event]] = defaultdict(list)
        for event in self._logged(topics, last, contract=CARGO):
            told[_subject(event)].append(event)
        now = self.time(last)
        stand = self._stand(number, sorted(told), last)
        said = tuple(self._said(key, number, told[key], stand[key], now) for key in sorted(told))
        return BillFacts(number, said, now, self.names)

    def _stand(
        self, bill: int, keys: Sequence[tuple[FactKind, int, int]], last: int
    ) -> dict[tuple[FactKind, int, int], Any]:
        views = [("factOf", bill, kind, unit, producer) for kind, unit, producer in keys]
        answers = self.ask_bundled(views, contract=CARGO, block=last) if views else []
        return dict(zip(keys, answers, strict=True))

    def _said(self, key: tuple[FactKind, int, int], bill: int, told: Sequence[Event], stands: Any, now: int) -> Said:
        kind, unit, producer = key
        word = next((e for e in reversed(told) if isinstance(e, SAYS)), None)
        full = bytes(32) if word is None else word.key
        struck = isinstance(told[-1], TAKES_BACK)
        withdrawn = isinstance(told[-1], events.FactWithdrawn)
        content: Any = getattr(word, "statement", word)
        nothing = withdrawn or word is None
        says = (0, 0, "", 0) if nothing else (short(full), content.amount, content.measure, content.valid_until)
        if (stands.struck, stands.key, stands.amount, stands.measure, stands.valid_until) != (struck, *says):
            raise ChainError(
                f"the logs do not tell how {plain(kind)} stands by the word of {self.names.participant(producer)}",
                subject=bill_name(bill),
                code="chain.answer",
                hint="does the RPC leave out events? ask another one (--network URL)",
            )
        return Said(
            bill=bill,
            kind=kind,
            unit=unit,
            producer=producer,
            key=full,
            batch=word.sequence if isinstance(word, events.FactRecorded) else None,
            happened_at=0 if word is None else content.happened_at,
            place=bytes(32) if word is None else content.place,
            recorded_at=stands.recorded_at,
            valid_until=0 if word is None else content.valid_until,
            amount=0 if word is None else content.amount,
            measure="" if word is None else content.measure,
            said_at=stands.said_at,
            struck=struck,
            withdrawn=withdrawn,
            now=now,
            names=self.names,
        )

    # ------------------------------------------------------------------------------------------------------ conditions

    def condition(self, name: bytes) -> Condition:
        """A condition by its name. Raises `NotOnLedger` when it was never laid down."""
        clauses = tuple(self.ask("clausesOf", name, contract=CARGO))
        if not clauses:
            hint = "`sampan cargo lay` lays one down"
            raise NotOnLedger("no condition of this name was laid down", subject="0x" + name.hex(), hint=hint)
        return Condition(name, clauses)

    def why(
        self,
        condition: bytes,
        bill: BillRef,
        *,
        units: int,
        producers: Iterable[Who] | None = None,
        leave_out: Iterable[Who] = (),
    ) -> Answer:
        """Whether a condition holds for a bill with so many pieces of equipment, clause by clause and producer by
        producer: by default all of whom the logs know a word on it. `leave_out`: the parties' own, whose group's word
        does not count."""
        found, number = self.condition(condition), self.bill_id(bill)
        last = self.connection.block_number()
        if producers is None:
            asked = sorted({each.producer for each in self.facts(number, to_block=last).said})
        else:
            with about("producer"):
                asked = list(dict.fromkeys(self.number_of(who) for who in producers))
        accounts = [self._account_that_acts(each) for each in asked]
        with about("leave_out"):
            left_out = tuple(dict.fromkeys(map(self._group, leave_out)))
        arguments = (condition, number, units, accounts, left_out)
        views = [("holds", *arguments), ("whyNot", *arguments)]
        holds, shortfalls = self.ask_many(views, contract=CARGO, block=last)
        reasons = [
            self._reason(clause, shortfall, number, asked, last)
            for clause, shortfall in zip(found.clauses, shortfalls, strict=True)
        ]
        groups = tuple(map(lei_text, left_out))
        return Answer(found, number, units, tuple(asked), groups, holds, tuple(reasons), self.time(last), self.names)

    def witnesses(self, condition: bytes, bill: BillRef) -> list[str]:
        """Accounts of those whose word on a bill, as far as the logs know one, a condition asks for."""
        kinds = {clause.kind for clause in self.condition(condition).clauses}
        said = {each.producer for each in self.facts(bill).said if each.kind in kinds and not each.struck}
        return [self._account_that_acts(each) for each in sorted(said) if self.participant(each).accounts]

    def _reason(self, clause: Clause, shortfall: Any, bill: int, asked: Sequence[int], last: int) -> Reason:
        lacks = tuple(shortfall.lacks)
        facts: Mapping[int, Any] = {}
        if lacks:
            views = [("factOf", bill, clause.kind, shortfall.unit, producer) for producer in asked]
            facts = dict(zip(asked, self.ask_bundled(views, contract=CARGO, block=last), strict=True))
        return Reason(clause, shortfall.holds, shortfall.units, shortfall.unit, shortfall.found, lacks, facts)

    def _account_that_acts(self, producer: int) -> str:
        accounts = self.participant(producer).accounts
        if not accounts:
            raise NotOnLedger("has no account left", subject=self.names.participant(producer), hint="leave it out")
        return next((each.address for each in accounts if each.acts), accounts[0].address)

    def _group(self, who: Who) -> int:
        """The group of a participant; an LEI that is not enrolled is one itself."""
        if isinstance(who, str) and identifiers.is_lei(who.strip().upper()):
            packed = identifiers.pack_lei(who.strip().upper())
            number = int(self.ask("participantOf", packed))
            return packed if number == 0 else int(self.ask("participant", number).parent)
        return int(self.ask("participant", self.number_of(who)).parent)

    # ------------------------------------------------------------------------------------------------------ statements

    def statement(
        self,
        bill: BillRef,
        kind: FactKind,
        *,
        unit: int = 0,
        happened_at: datetime | int | None = None,
        valid_until: datetime | timedelta | None = None,
        amount: statements.Measured | None = None,
        place: str | None = None,
        imo: str | None = None,
        rest: bytes | None = None,
        replace: bool = False,
        producer: Who | None = None,
        deadline: datetime | timedelta | None = None,
    ) -> Statement:
        """What a producer's account, by default the one that acts here, says of a bill: with what its kind needs
        (`sampan.client.statements`). It happened now unless `happened_at` says when. `rest` is the salted hash of the
        details (`statements.rest_of`). `replace`: in place of what it said of this before.

        Raises `UsageError` and `BadInput` for what its kind lacks, and where something stands that it does not replace.
        """
        from sampan.client.verbs import second
        from sampan.client.verbs import unit as unit_of

        number = self.bill_id(bill)
        account = self.account(self.address if producer is None else producer)
        ends = 0 if valid_until is None else self.deadline(valid_until)
        said = statements.content(kind, unit=unit_of(unit), valid_until=ends, amount=amount, place=place, imo=imo)
        now = self.time()
        stands = self.ask("factOf", number, kind, unit, account.participant, contract=CARGO)
        # Of two words of one second the contract would not know which is the later.
        said_at = now + 1 if stands.said_at == now and not replace else max(now, stands.said_at)
        with about("happened_at"):
            when = said_at if happened_at is None else second(happened_at)
        return Statement(
            producer=account.address,
            bill=number,
            kind=kind,
            unit=unit,
            happened_at=when,
            valid_until=said.valid_until,
            amount=said.amount,
            measure=said.measure,
            place=said.place,
            rest=bytes(32) if rest is None else rest,
            corrects=self._corrected(number, kind, unit, account.participant, stands, replace=replace),
            said_at=said_at,
            deadline=self.deadline(deadline),
        )

    def _corrected(self, bill: int, kind: FactKind, unit: int, producer: int, stands: Any, *, replace: bool) -> bytes:
        """The key of what a statement replaces; zero where nothing stands."""
        there = bool(stands.recorded_at) and not stands.struck
        if there and not replace:
            raise UsageError(
                f"{self.names.participant(producer)} has said this before ({moment(stands.recorded_at)})",
                subject=f"{plain(kind)}, {bill_name(bill)}",
                hint="add --replace to say it anew, or take it back: `sampan cargo withdraw`",
            )
        if not there:
            return bytes(32)
        said = self.facts(bill).said
        return next(each.key for each in said if (each.kind, each.unit, each.producer) == (kind, unit, producer))


def _subject(event: Any) -> tuple[FactKind, int, int]:
    unit = event.statement.unit if isinstance(event, events.FactAttested) else event.unit
    return event.kind, unit, event.producer


def _lacks_counts(told: Sequence[Event]) -> str | None:
    """Which events are missing; None where there is no gap in their count."""
    counts = {event.arguments()["count"] for event in told}
    missing = [number for number in range(1, max(counts, default=0)) if number not in counts]
    return f"the logs lack events {', '.join(map(str, missing[:20]))} of who may say what" if missing else None
