"""The engine takes another contract and another kind of state as they are declared: nothing in it is edited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from sampan.audit import checks
from sampan.audit.decoding import Decoder
from sampan.audit.evidence import Evidence as AuditEvidence
from sampan.audit.raw import RawLog
from sampan.audit.rebuild import rebuild
from sampan.audit.report import Report
from sampan.audit.storage import compare
from sampan.bills.subject import BILLS
from sampan.errors import UsageError
from sampan.fuzz.alone import Alone, begun
from sampan.identity import rules as standing
from sampan.identity.records import TERMS, Identity
from sampan.identity.subject import IDENTITY
from sampan.model.perform import At, Call, Done, perform
from sampan.subjects import LEDGER
from sampan.suite import kinds
from sampan.suite.check import Answers, Audited, Check, Entry, Evidence, Indication, Level, Question, Word
from sampan.suite.event import Event
from sampan.suite.layout import NUMBER
from sampan.suite.valued import valued
from sampan.suite.verb import Refusal, Subject, Suite, Verb, arg

BELL = "0x" + "be" * 20
NUMBERED = {"name": "times", "type": "uint256", "indexed": False}
ABI: list[dict[str, Any]] = [
    {"type": "function", "name": "ring", "inputs": [NUMBERED], "outputs": [], "stateMutability": "nonpayable"},
    {
        "type": "function",
        "name": "rung",
        "inputs": [{"name": "account", "type": "address"}],
        "outputs": [{"name": "", "type": "uint256"}],
        "stateMutability": "view",
    },
    {
        "type": "event",
        "name": "Rang",
        "inputs": [{"name": "account", "type": "address", "indexed": True}, NUMBERED],
        "anonymous": False,
    },
]


@valued
class Rang(Event):
    """An account rang the bell."""

    SIGNATURE: ClassVar[str] = "Rang(address,uint256)"
    FIELDS: ClassVar[tuple[str, ...]] = ("account", "times")
    account: str
    times: int


class Bell(Identity):
    """How often it was rung."""

    rung: dict[str, int]


RINGING = Subject("ringing", contract="Bell", interface="Bell", state=Bell, abi=ABI)


@RINGING.verb("ring", logs=Rang, by="account", label="ring")
class Ring(Verb):
    """Ring the bell, at most three times at once."""

    times: int = arg(kinds.COUNT)

    def may(self, at: At) -> Rang:
        standing.acting(at.state, at.sender, TERMS)
        if self.times > 3:
            raise Refusal("TooLoud", self.times)
        return Rang(at.sender, self.times)


@RINGING.event(Rang, "{account} rang {times} times")
def rang(state: Bell, event: Rang) -> None:
    state.put(state.rung, event.account, state.rung.get(event.account, 0) + event.times)


def questions(state: Bell, time: int) -> Iterator[Question]:
    for account, times in sorted(state.rung.items()):
        yield Question("the bell", "rung", (account,), times)


def words(state: Bell) -> Iterator[Word]:
    yield Word("the bell", 0, NUMBER, sum(state.rung.values()), "rung in all")


def loud(evidence: Evidence) -> Iterator[Indication]:
    for (account,), times in evidence.answers.of(RINGING, "rung").items():
        if times > 4:
            yield Indication(account, f"rang {times} times")


LOUD = Check("X-1", "Loud", Level.LOW, "high", "Many.", "Nobody sleeps.", "Ask.", ("L1",), loud)
AUDITED = Audited(RINGING, questions, words, (LOUD,))
RINGING.parts["evidence"] = SimpleNamespace(AUDITED=AUDITED)
SUITE = Suite(IDENTITY, BILLS, RINGING)


@pytest.fixture
def ledger() -> tuple[Any, list[Entry], str]:
    """A state of all three subjects, its log over two contracts, and who rang."""
    parties = Alone(begun(SUITE))
    ringer = parties.enrol("shipper", "969500SHANGHAIMAKE")
    entries = parties.entries()
    parties.state.addresses = {"Bills": parties.state.addresses["Bills"], "Bell": BELL}
    for block in (10, 11):
        done = perform(parties.state, Call(ringer, Ring(3)), parties.now)
        assert isinstance(done, Done)
        entries += [Entry(event, block, 0, parties.now, f"0x{block:064x}", "Bell") for event in done.events]
    return parties.state, entries, ringer


def rebuilt(state: Any, entries: list[Entry]) -> Any:
    return rebuild(entries, SUITE, addresses=state.addresses, authority=state.authority)


class Asker:
    """A chain that answers from tables."""

    def __init__(self, views: dict[Any, Any], kept: dict[int, int]) -> None:
        self._views, self._kept = views, kept

    def views(self, views: list[tuple[str, tuple[Any, ...]]], *, progress: Any) -> list[Any]:
        return [self._views.get(view) for view in views]

    def words(self, slots: list[int]) -> list[int]:
        return [self._kept.get(slot, 0) for slot in slots]


def test_it_is_rebuilt_with_the_others_and_its_refusals_are_findings(ledger: Any) -> None:
    state, entries, ringer = ledger

    assert rebuilt(state, entries).impossible == []
    assert rebuilt(state, entries).state.rung == {ringer: 6}
    louder = replace(entries[-1], event=Rang(ringer, 4))
    ((cause),) = rebuilt(state, [*entries[:-1], louder]).impossible
    assert "TooLoud(4)" in cause.why
    stranger = replace(entries[-1], event=Rang("0x" + "57" * 20, 1))
    ((cause),) = rebuilt(state, [*entries[:-1], stranger]).impossible
    assert "MayNotAct" in cause.why


def test_its_views_and_words_are_asked_of_its_own_contract_and_its_checks_see_the_answers(ledger: Any) -> None:
    state, entries, ringer = ledger
    view = ("rung", (ringer,))

    honest = compare(state, [AUDITED], {"Bell": Asker({view: 6}, {0: 6})}, time=0)
    lying = compare(state, [AUDITED], {"Bell": Asker({view: 6}, {0: 7})}, time=0)
    other = compare(state, [AUDITED], {"Bell": Asker({view: 5}, {0: 6})}, time=0)

    assert honest == Answers({("Bell", "rung"): {(ringer,): 6}}, [], {("Bell", 0): 6})
    ((mismatch),) = lying.mismatches or ()
    assert (mismatch.what, mismatch.rebuilt, mismatch.found) == ("rung in all", "6", "7")
    ((mismatch),) = other.mismatches or ()
    assert (mismatch.what, mismatch.rebuilt, mismatch.found) == ("rung", "6", "5")
    ((seen),) = LOUD.look(Evidence(0, SUITE, entries, state, honest))
    assert seen == Indication(ringer, "rang 6 times")


def test_its_checks_run_after_those_of_the_others_and_are_chosen_by_their_ids() -> None:
    assert checks.every(SUITE) == (*checks.every(LEDGER), LOUD)
    assert checks.chosen(("X-1",), suite=SUITE) == (LOUD,)
    with pytest.raises(UsageError, match="no such check"):
        checks.chosen(("X-1",))


def test_a_report_tells_its_administration_and_lives_by_the_suite_that_was_audited(ledger: Any) -> None:
    state, entries, ringer = ledger
    report = Report("here", 1, 0, 11, {}, AuditEvidence(0, SUITE, entries, state), ())

    assert not any(entry.contract == "Bell" for entry in report.administration)
    assert [life.name for life in report.kinds] == ["participants", "bills"]
    assert report.evidence.named({ringer: "the ringer"}).account(ringer) == "the ringer"


def test_its_logs_are_read_by_its_own_abi() -> None:
    codec = RINGING.codec
    topic = next(iter(codec.logs))
    topics = topic + bytes(12) + bytes.fromhex("57" * 20)
    raw = RawLog(7, 0, bytes(32), bytes(32), 0, bytes.fromhex(BELL[2:]), topics, (3).to_bytes(32, "big"))

    done = Decoder({"Bell": (BELL, codec)}, SUITE).decode([raw], {7: 5})

    assert [(entry.event, entry.contract) for entry in done.entries] == [(Rang("0x" + "57" * 20, 3), "Bell")]
