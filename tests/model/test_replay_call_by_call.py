"""How a call is found for what a log has: which is tried, what is told of one that cannot be, what takes effect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support.counter import Counted, Counting
from support.on_both import DEADLINE, Both

from sampan.bills.verbs.circulation import Sign, Transfer
from sampan.bills.verbs.signed import Act as ActBySignature
from sampan.bills.verbs.signed import Multicall, SignedAct
from sampan.model.perform import At
from sampan.model.replay import Log, replay
from sampan.subjects import SUITE
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.event import Event
from sampan.suite.verb import NOBODY, Refusal, Signature, Subject, Suite, Verb, arg
from sampan.suite.words import Purpose, Receiving

A, B = "0x" + "aa" * 20, "0x" + "bb" * 20

# -------------------------------------------------------------------------------------------- four ways to count


PAIR = Subject("pair", contract="Pair", interface="Pair", state=Counting, abi=[])


@PAIR.verb("twice", logs=Counted, by="by")
class Twice(Verb):
    """Counts on by the same step twice."""

    step: int = arg(kinds.COUNT)

    def run(self, at: At) -> None:
        if self.step == 7:
            raise Refusal("NotSeven", self.step)
        for _ in range(2):
            at.log(Counted(at.sender, self.step, at.state.total + self.step))


@PAIR.verb("once", logs=Counted, by="by")
class Once(Verb):
    """Counts on by a small step."""

    step: int = arg(kinds.COUNT)

    def may(self, at: At) -> Counted:
        if self.step > 5:
            raise Refusal("TooFar", self.step)
        return Counted(at.sender, self.step, at.state.total + self.step)


@PAIR.verb("and again", logs=Counted, by="by")
class AndAgain(Verb):
    """Counts on twice by any step; by 8 it breaks down in between."""

    step: int = arg(kinds.COUNT)

    def run(self, at: At) -> None:
        at.log(Counted(at.sender, self.step, at.state.total + self.step))
        if self.step == 8:
            raise TypeError("a fault of ours")
        at.log(Counted(at.sender, self.step, at.state.total + self.step))


@PAIR.verb("thrice", logs=Counted)
class Thrice(Verb):
    """Is never carried out, and read from three events that follow each other, the first by somebody who is known."""

    step: int = arg(kinds.COUNT)

    def may(self, at: At) -> Counted:
        raise Refusal("Never")

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        if log.first.step == 9:
            raise KeyError("nobody")
        log.after(Counted, 2)
        yield A, cls(log.first.step)


@PAIR.event(Counted, "{by} counted on by {step}")
def counted(state: Counting, e: Counted) -> None:
    state.total = e.total


PAIRS = Suite(PAIR)


def found(*events: Event) -> tuple[list[str], int]:
    """Why events could not follow a count of 10, and the count after them."""
    state: Any = PAIRS.state()
    state.total = 10
    impossible = replay(state, events, 5)
    assert not impossible or impossible[0].event in events
    return [each.why for each in impossible], state.total


def test_the_first_call_that_may_be_counts_and_what_was_tried_before_it_left_nothing() -> None:
    assert found(Counted(A, 4, 14), Counted(A, 4, 18)) == ([], 18)
    assert found(Counted(A, 4, 14)) == ([], 14)
    assert found(Counted(A, 4, 14), Counted(B, 3, 17)) == ([], 17)


def test_of_calls_that_cannot_be_the_one_that_got_furthest_is_told() -> None:
    """Twice got as far as the second event, once was refused at the first."""
    (why, *_), total = found(Counted(A, 6, 16), Counted(A, 6, 99))
    assert why == "total is 99, should be 22"
    assert total == 99
    (why, *_), _ = found(Counted(A, 7, 17), Counted(A, 7, 99))
    assert why == "total is 99, should be 24"


def test_of_calls_that_got_equally_far_the_likelier_one_is_told() -> None:
    assert found(Counted(A, 4, 99)) == (["total is 99, should be 14"], 99)
    (why,), total = found(Counted(A, 6, 99))
    assert (why, total) == ("total is 99, should be 16", 99)


def test_an_event_that_a_call_would_have_logged_too_is_missed() -> None:
    assert found(Counted(A, 6, 16)) == (["Counted should follow it"], 16)


def test_a_call_that_cannot_be_read_takes_no_reason_from_one_that_was_tried() -> None:
    (why, *_), _ = found(Counted(A, 9, 99))
    assert why == "total is 99, should be 19"


def test_a_fault_of_ours_is_no_finding_and_leaves_everything_as_it_was() -> None:
    state: Any = PAIRS.state()
    with pytest.raises(TypeError, match="a fault of ours"):
        replay(state, [Counted(A, 8, 8), Counted(A, 8, 17)], 5)
    assert state.total == 0


LONE = Subject("lone", contract="Lone", interface="Lone", state=Counting, abi=[])


@LONE.verb("ask", logs=Counted)
class Ask(Thrice):
    """The same, alone."""


@LONE.event(Counted, "{by} counted on by {step}")
def asked(state: Counting, e: Counted) -> None:
    state.total = e.total


@pytest.mark.parametrize(
    ("events", "why"),
    [
        ((Counted(A, 9, 9),), "it names something that does not exist: 'nobody'"),
        ((Counted(A, 1, 1),), "Counted must follow in its transaction"),
        ((Counted(A, 1, 1), Counted(A, 1, 2), Counted(A, 1, 3)), "the ledger would have refused it with Never()"),
    ],
)
def test_an_event_of_which_no_call_can_be_read_is_told_why(events: tuple[Event, ...], why: str) -> None:
    impossible = replay(Suite(LONE).state(), events, 5)
    assert impossible[0].why.removeprefix("a ") == why
    assert impossible[0].error == ("Never" if "Never" in why else "")


# ----------------------------------------------------------------------------------------------------------- the ledger


def rebuilt(both: Both) -> Any:
    """The ledger of a test, rebuilt from its log."""
    state = SUITE.state()
    state.addresses, state.authority = both.state.addresses, both.state.authority
    log = both.executor.log
    assert log is not None
    for timestamp, events in log:
        assert replay(state, events, timestamp) == []
    return state


def test_an_enrolment_is_followed_by_its_first_account(both: Both) -> None:
    state = rebuilt(both)
    enrolled = ev.ParticipantEnrolled(8, 999, 999, "SG", 4, b"\1" * 32)
    (found,) = replay(state, [enrolled], both.now + 1)
    assert "AccountAdded must follow in its transaction" in found.why
    state = rebuilt(both)
    (found,) = replay(state, [enrolled, ev.Cancelled(A, b"\1" * 32)], both.now + 1)
    assert "AccountAdded must follow in its transaction" in found.why
    assert state.participants[8].lei == 999
    assert state.cancelled == {(A, b"\1" * 32): True}
    state = rebuilt(both)
    added = ev.AccountAdded(8, A, NOBODY, state.account_count + 1, 4, Receiving.ANYONE)
    assert replay(state, [enrolled, added], both.now + 1) == []
    assert state.changed(state.accounts) == [A]


def test_a_signed_act_with_nothing_behind_it_is_impossible(both: Both) -> None:
    bill = both.issued()
    (found,) = replay(rebuilt(both), [ev.ActedBySignature(bill, A, B, b"\1" * 32)], both.now + 1)
    assert found.why == "no call logs this alone"


def test_l6_an_act_by_a_signature_that_was_withdrawn_before_is_impossible(both: Both) -> None:
    bill, shipper = both.issued(), both.at("shipper")
    digest = both.world.wire.digest(SignedAct(shipper, bill, 1, Sign(bill, Purpose.SEEN, b""), DEADLINE))
    acted = ev.ActedBySignature(bill, shipper, both.at("stranger"), digest)
    events = [acted, ev.Signed(bill, shipper, Purpose.SEEN, 2, b"")]
    assert replay(rebuilt(both), events, both.now + 1) == []
    state = rebuilt(both)
    assert replay(state, [ev.Cancelled(shipper, digest)], both.now + 1) == []
    assert replay(state, events, both.now + 2)[0].error == "SignatureCancelled"


def test_a_signed_act_behind_other_acts_of_one_transaction_is_read_back(both: Both) -> None:
    mine, trader_s = both.issued(), both.issued(to="trader")
    trader, forwarder = both.at("trader"), both.at("forwarder")
    act = SignedAct(trader, trader_s, 1, Transfer(trader_s, forwarder, b""), DEADLINE)
    sign = Sign(mine, Purpose.SEEN, b"")
    both.done("shipper", Multicall((sign, sign, ActBySignature(act, Signature(trader)), sign)))
    assert rebuilt(both).bills == both.state.bills


def test_an_event_that_cannot_be_takes_effect_as_far_as_it_makes_sense(both: Both) -> None:
    bill = both.issued()
    state = rebuilt(both)
    (found,) = replay(state, [ev.Transferred(bill, both.at("shipper"), both.at("trader"), 7, b"")], both.now + 1)
    assert "should be 2" in found.why
    assert (state.bills[bill].possessor, state.bills[bill].act_count) == (both.at("trader"), 7)


def test_what_stands_beside_another_event_is_left_out_by_whoever_calls(both: Both) -> None:
    with pytest.raises(KeyError):
        replay(rebuilt(both), [ev.Transfer(A, B, 5)], both.now + 1)
