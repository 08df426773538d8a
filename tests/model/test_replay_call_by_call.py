"""How a call is found for what a log has: which is tried, what is told of one that cannot be, what takes effect."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from support.counter import Counted, Counting
from support.on_both import DEADLINE, Both

from sampan.bills.terms import replacements_hash
from sampan.bills.verbs.amendments import Replace
from sampan.bills.verbs.circulation import Lodge, Sign, Transfer
from sampan.bills.verbs.signed import Act as ActBySignature
from sampan.bills.verbs.signed import Multicall, SignedAct
from sampan.bills.verbs.surrender import Surrender
from sampan.model.perform import At, Call
from sampan.model.replay import Beside, Impossible, Log, Replayed, Unreadable, replay
from sampan.subjects import SUITE
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.event import Event
from sampan.suite.verb import NOBODY, Refusal, Signature, Subject, Suite, Verb, arg
from sampan.suite.words import Endorsement, Purpose, Receiving, SurrenderFor

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


@PAIR.verb("through", logs=ev.ApprovalForAll, by="owner")
class Through(Verb):
    """Counts on by 1 through another call, and says so before and after it."""

    operator: str = arg(kinds.ACCOUNT)

    def run(self, at: At) -> None:
        at.log(ev.ApprovalForAll(at.sender, self.operator, True))
        at.steps.call(Call(at.sender, Once(1)))
        at.log(ev.ApprovalForAll(at.sender, self.operator, True))


@PAIR.event(Counted, "{by} counted on by {step}")
def counted(state: Counting, e: Counted) -> None:
    state.total = e.total


@PAIR.event(ev.ApprovalForAll, "{owner} is through")
def through(state: Counting, e: ev.ApprovalForAll) -> None:
    """Changes nothing."""


PAIRS = Suite(PAIR)


def replayed(*events: Event) -> tuple[list[Impossible], int]:
    """What could not follow a count of 10, and the count after it."""
    state: Any = PAIRS.state()
    state.total = 10
    impossible = replay(state, events, 5)
    assert all(each.event is events[each.index] for each in impossible)
    return impossible, state.total


def found(*events: Event) -> tuple[list[str], int]:
    """Why events could not follow a count of 10, and the count after them."""
    impossible, total = replayed(*events)
    return [each.why for each in impossible], total


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
    # Three events could be of thrice as well, which is read at last and always refused.
    (why, *_), _ = found(Counted(A, 6, 99), Counted(A, 6, 105), Counted(A, 6, 111))
    assert why == "total is 99, should be 16"


def test_a_call_that_logged_something_else_is_one_finding_and_what_it_logged_takes_effect() -> None:
    """Of twice the second event is wrong: that one is named, and the next call goes on behind it."""
    (wrong,), total = replayed(Counted(A, 6, 16), Counted(A, 6, 99), Counted(B, 3, 102))
    assert (wrong.index, wrong.why, wrong.verb, wrong.follows) == (1, "total is 99, should be 22", "twice", False)
    assert total == 102


def test_of_a_call_that_logged_two_things_wrongly_the_first_is_named() -> None:
    (wrong,), total = replayed(Counted(A, 6, 99), Counted(A, 6, 98))
    assert (wrong.index, wrong.why, total) == (0, "total is 99, should be 16", 98)


def test_an_event_of_another_kind_is_never_part_of_a_call_that_logged_something_else() -> None:
    """The call is read no further than to the event that is not its own, which is a finding by itself."""
    (wrong, other), total = replayed(Counted(A, 6, 99), ev.ApprovalForAll(B, A, True))
    assert (wrong.index, wrong.why, total) == (0, "total is 99, should be 16", 99)
    assert (other.index, other.why, other.verb) == (1, "Counted should follow it", "once")


def test_what_a_call_inside_another_logs_wrongly_is_told_of_the_inner_and_later_of_the_outer_one() -> None:
    done = (ev.ApprovalForAll(A, B, True), Counted(A, 1, 11), ev.ApprovalForAll(A, B, True))
    assert replayed(*done) == ([], 11)
    (inner,), _ = replayed(done[0], Counted(A, 1, 12), done[2])
    assert (inner.index, inner.verb) == (1, "once")
    (outer,), _ = replayed(*done[:2], ev.ApprovalForAll(B, B, True))
    assert (outer.index, outer.verb) == (2, "through")


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


def test_of_what_must_follow_a_call_reads_the_one_that_is_about_the_same() -> None:
    log = Log(Suite(LONE).state(), [Counted(A, 1, 1), Counted(B, 2, 3), Counted(A, 2, 5)], 0)
    assert log.next_of(Counted, step=2).total == 3
    assert log.next_of(Counted, step=2, by=A).total == 5
    for kind, fields in ((Counted, {"step": 3}), (ev.Cancelled, {})):
        with pytest.raises(Unreadable, match=f"{kind.__name__} must follow in its transaction"):
            log.next_of(kind, **fields)


def test_only_an_event_of_which_no_call_can_be_read_follows_from_the_impossible_one_right_before_it() -> None:
    """An event that begins a call is judged by itself, however close it stands."""
    unread = replay(Suite(LONE).state(), [Counted(A, 1, 1), Counted(A, 9, 9)], 5)
    assert [each.follows for each in unread] == [False, True]
    tried, _ = replayed(Counted(A, 7, 99), Counted(B, 7, 99))
    assert [each.follows for each in tried] == [False, False]


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
    (found,) = replay(state, [enrolled, ev.Cancelled(A, b"\1" * 32, state.note_count + 1)], both.now + 1)
    assert "AccountAdded must follow in its transaction" in found.why
    assert state.participants[8].lei == 999
    assert state.cancelled == {(A, b"\1" * 32): True}
    state = rebuilt(both)
    added = ev.AccountAdded(8, A, NOBODY, state.account_count + 1, 4, Receiving.ANYONE)
    assert replay(state, [enrolled, added], both.now + 1) == []
    assert state.changed(state.accounts) == [A]


def test_a_signed_act_with_nothing_behind_it_is_impossible(both: Both) -> None:
    bill = both.issued()
    state = rebuilt(both)
    (found,) = replay(state, [ev.ActedBySignature(bill, A, B, b"\1" * 32, state.note_count + 1)], both.now + 1)
    assert found.why == "no call logs this alone"


def test_l6_a_signed_act_that_carries_out_another_is_not_read_at_all(both: Both) -> None:
    """The ledger refuses it whatever is signed, and a log of thousands of them is not followed to its end."""
    bill, shipper, note = both.issued(), both.at("shipper"), both.state.note_count
    inner = ev.ActedBySignature(bill, shipper, both.world.ledger, b"\1" * 32, note + 2)
    outer = ev.ActedBySignature(bill, shipper, both.at("stranger"), b"\2" * 32, note + 1)
    events = [outer, inner, ev.Signed(bill, shipper, Purpose.SEEN, 2, b"")]
    found, *_ = replay(rebuilt(both), events, both.now + 1)
    assert (found.index, found.why, found.verb) == (0, "no call logs this alone", "")


def test_l6_an_act_by_a_signature_that_was_withdrawn_before_is_impossible(both: Both) -> None:
    bill, shipper = both.issued(), both.at("shipper")
    digest = both.world.wire.digest(SignedAct(shipper, bill, 1, Sign(bill, Purpose.SEEN, b""), DEADLINE))
    note = both.state.note_count
    acted = ev.ActedBySignature(bill, shipper, both.at("stranger"), digest, note + 1)
    events = [acted, ev.Signed(bill, shipper, Purpose.SEEN, 2, b"")]
    assert replay(rebuilt(both), events, both.now + 1) == []
    state = rebuilt(both)
    assert replay(state, [ev.Cancelled(shipper, digest, note + 1)], both.now + 1) == []
    events[0] = dataclasses.replace(acted, note=note + 2)
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


def test_l11_a_replacement_whose_document_nobody_agreed_to_is_impossible(both: Both) -> None:
    bill, replacements = both.issued(), (both.terms(),)
    agreed = replacements_hash((bill,), replacements)
    both.done("shipper", Surrender(bill, SurrenderFor.AMENDMENT, both.at("carrier"), agreed, b""))
    before, altered = rebuilt(both), rebuilt(both)
    replaced, new = both.done("carrier", Replace((bill,), replacements, b""))
    assert replay(before, [replaced, new], both.now) == []
    other: Any = dataclasses.replace(new, root=b"\3" * 32)  # type: ignore[call-arg]
    found, *_ = replay(altered, [replaced, other], both.now)
    assert found.error == "ReplacementsNotAgreed"


def test_what_stands_beside_another_event_is_left_out_by_whoever_calls(both: Both) -> None:
    with pytest.raises(KeyError):
        replay(rebuilt(both), [ev.Transfer(A, B, 5)], both.now + 1)


# ---------------------------------------------------------------------------------------- what is told of a replay


def test_a_replay_tells_of_each_event_when_it_has_taken_effect() -> None:
    state: Any = PAIRS.state()
    # What a call told that was given up is told again.
    seen: dict[int, int] = {}
    events = [Counted(A, 4, 4), Counted(A, 2, 6), Counted(A, 9, 99), Counted(A, 1, 100)]
    replay(state, events, 5, seen=lambda at: seen.update({at: state.total}))
    assert seen == {0: 4, 1: 6, 2: 99, 3: 100}


def test_a_log_that_has_nothing_more_has_nothing_next() -> None:
    events = [Counted(A, 4, 4)]
    assert Replayed(PAIRS.state(), events, 0).told() is events[0]
    assert Replayed(PAIRS.state(), events, 1).told() is None


def test_a_lodging_has_its_transfer_beside_it(both: Both) -> None:
    bill = both.issued()
    room = both.at("honest room")
    both.done("shipper", Lodge(bill, Endorsement.NONE, room, both.holding_for("shipper")))
    rebuilt = both.world.suite.state()
    rebuilt.addresses, rebuilt.authority = both.state.addresses, both.state.authority
    for timestamp, events in both.executor.log:
        beside: list[Beside] = []
        assert replay(rebuilt, events, timestamp, beside=beside) == []
    assert beside == [(0, ev.Transfer(both.at("shipper"), room, bill))]


def test_an_event_that_no_call_logged_is_told_of_too_and_has_beside_it_what_it_would_have() -> None:
    seen: list[int] = []
    assert replay(Suite(LONE).state(), [Counted(A, 9, 9)], 5, seen=seen.append)
    assert seen == [0]


def test_an_impossible_lodging_has_its_transfer_beside_it_as_well(both: Both) -> None:
    bill = both.issued()
    (lodged,) = both.done("shipper", Lodge(bill, Endorsement.NONE, both.at("honest room"), both.holding_for("shipper")))
    rebuilt = both.world.suite.state()
    rebuilt.addresses, rebuilt.authority = both.state.addresses, both.state.authority
    for timestamp, events in both.executor.log[:-1]:
        assert replay(rebuilt, events, timestamp) == []
    beside: list[Beside] = []
    trader = both.at("trader")
    (wrong,) = replay(rebuilt, [dataclasses.replace(lodged, room=trader)], both.now, beside=beside)
    assert wrong.error == "NotARoom"
    assert beside == [(0, ev.Transfer(both.at("shipper"), trader, bill))]
