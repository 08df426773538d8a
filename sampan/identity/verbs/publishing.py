"""What a participant signs or publishes: the rulebook, the laws that it covers, its answer time."""

from __future__ import annotations

from sampan.identity import rules
from sampan.identity.records import ALL_RECORD_LAWS, HOUR, MAX_ANSWER_HOURS, Identity
from sampan.identity.subject import IDENTITY
from sampan.identity.telling import laws
from sampan.model.perform import At
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.tell import amount, moment
from sampan.suite.verb import Refusal, Verb, arg


@IDENTITY.verb("signRulebook", label="sign the rulebook {rulebook}", command="participant rulebook")
class SignRulebook(Verb):
    """Sign a rulebook version for your participant, by its hash (T5)."""

    rulebook: bytes = arg(kinds.HASH, option="HASH-OR-FILE")

    def may(self, at: At) -> ev.RulebookSigned:
        participant = rules.binding(at.state, at.sender).participant
        if not any(self.rulebook):
            raise Refusal("RulebookRequired")
        return ev.RulebookSigned(participant, self.rulebook, at.sender, rules.note(at.state))


@IDENTITY.event(ev.RulebookSigned, "{participant} signed the rulebook {rulebook}")
def rulebook_signed(state: Identity, e: ev.RulebookSigned) -> None:
    state.change(state.participants, e.participant).rulebook = e.rulebook


@IDENTITY.verb("publishRecordLaws", label="publish the record laws", command="participant record-laws")
class PublishRecordLaws(Verb):
    """Publish under which laws of the electronic record your cover stands (carriers, T5); none: under none."""

    record_laws: int = arg(kinds.LAWS, option="LAW...")

    def may(self, at: At) -> ev.RecordLawsPublished:
        participant = rules.binding(at.state, at.sender).participant
        if self.record_laws & ~ALL_RECORD_LAWS:
            raise Refusal("UnknownRecordLaws", self.record_laws)
        return ev.RecordLawsPublished(participant, self.record_laws, at.sender, rules.note(at.state))


@IDENTITY.event(
    ev.RecordLawsPublished,
    lambda e, names: f"the cover of {names.participant(e.participant)} stands under {laws(e.record_laws)}",
)
def record_laws_published(state: Identity, e: ev.RecordLawsPublished) -> None:
    participant, accounts = state.change_all(e.participant)
    participant.record_laws = e.record_laws
    for account in accounts:
        account.record_laws = e.record_laws


@IDENTITY.verb(
    "publishAnswerTime", label="publish an answer time of {answer_hours} hours", command="participant answer-time"
)
class PublishAnswerTime(Verb):
    """Publish within how many hours you answer surrenders (1-336); counts from 14 days on (T7)."""

    answer_hours: int = arg(kinds.HOURS, option="HOURS")

    def may(self, at: At) -> ev.AnswerTimePublished:
        state = at.state
        participant = rules.binding(state, at.sender).participant
        if not 0 < self.answer_hours <= MAX_ANSWER_HOURS:
            raise Refusal("AnswerHoursOutOfRange", self.answer_hours)
        known = state.participants[participant]
        settled = known.next_from + (MAX_ANSWER_HOURS + 1) * HOUR if known.next_from else 0
        if state.now < settled:
            raise Refusal("AnswerTimeChanging", participant, settled)
        # A whole hour, rounded up: surrenders are dated by the hour.
        start = (-(-state.now // HOUR) + MAX_ANSWER_HOURS) * HOUR
        return ev.AnswerTimePublished(participant, self.answer_hours, start, at.sender, rules.note(state))


@IDENTITY.event(
    ev.AnswerTimePublished,
    lambda e, names: (
        f"{names.participant(e.participant)} answers within {amount(e.answer_hours, 'hour')} from {moment(e.from_)}"
    ),
)
def answer_time_published(state: Identity, e: ev.AnswerTimePublished) -> None:
    participant = state.change(state.participants, e.participant)
    participant.answer_hours = participant.answers_within(state.now)
    participant.next_answer_hours, participant.next_from = e.answer_hours, e.from_
