"""Money against the bill: both in one transaction, and nobody comes in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from sampan.errors import BadInput
from sampan.rooms.checks import Way, check, points
from sampan.rooms.description import LODGER, ActOfRoom, Description, Wait
from sampan.rooms.stage import MINUTE, NotTried, Outcome, Seen, Stage, spelled

_NO_MONEY = "the description names no money: say `money` where the room is told its token"


@check(
    "together",
    "It moves money and bill in one transaction",
    goes_wrong="Money moves first, or the bill: whoever comes second may fail, or think better of it.",
    mend="Pay and let out, or name the holder, in the same call; or say `alone` of an act and why it may stand alone.",
)
def together(stage: Stage) -> int:
    """After each step: was somebody paid while the bill stayed, or did it leave for another while nobody was?"""
    if not stage.description.has_money:
        raise NotTried(_NO_MONEY)
    tries = paid_at_all = 0
    for way, place, act in points(stage):
        with stage.at(way, place):
            before, money = stage.seen(), stage.money()
            stage.do(act)
            after, then = stage.seen(), stage.money()
            paid = [name for name in stage.people if then[name] > money[name]]
            kept = bool(act.kept) and then["room"] > money["room"]
            paid_at_all += bool(paid) or kept
            tries += 1
            if act.alone:
                continue
            moved = (before.possessor, before.holder) != (after.possessor, after.holder)
            if paid and not moved:
                raise stage.falls(f"{spelled(act)} pays {paid[0]}, and the bill stays where it is, for whom it is")
            other = stage.name_of(after.possessor) in stage.people and after.possessor != stage.addresses[LODGER]
            if moved and other and not paid and not kept:
                raise stage.falls(
                    f"{spelled(act)} gives the bill to {stage.name_of(after.possessor)}, and nobody is paid"
                )
    if not paid_at_all:
        raise NotTried("nobody is paid in any way")
    return tries


@check(
    "itself",
    "It pays for nobody out of its own account",
    goes_wrong="The room has itself named for the payer, or calls itself for whoever signed: a payment out of its own "
    "account needs no allowance, so the price is paid, the bill is out, and no money came in.",
    mend="Take money from the party that acts (Room._actor), never from msg.sender or from an account that somebody "
    "names, and refuse the room itself wherever a party is named.",
)
def itself(stage: Stage) -> int:
    """Each way with the room in the place of each account that terms and acts name, and each act by signature too: it
    has no less after each act than when everybody pays as agreed."""
    if not stage.description.has_money:
        raise NotTried(_NO_MONEY)
    honest = [_gains(stage, way) for way in stage.description.ways]
    tries = 0
    for whom, description in (("", stage.description), *_with_the_room(stage.description)):
        for way, gains in zip(description.ways, honest, strict=True):
            with stage.described(description), stage.aside():
                tries += _pays_itself(stage, way, gains, f" with the room for {whom}" if whom else "")
    return tries


def _gains(stage: Stage, way: Way) -> list[int]:
    """How much the room's money grows by each step of a way."""
    with stage.at(way, 0):
        found = [_has(stage)]
        for step in way:
            stage.do(step)
            found.append(_has(stage))
    return [after - before for before, after in pairwise(found)]


def _has(stage: Stage) -> int:
    return stage.money()["room"]


def _pays_itself(stage: Stage, way: Way, gains: Sequence[int], how: str) -> int:
    """A way as far as it goes. A value that is none with the room in it, and a refusal, end it."""
    stage.told, tries = [], 0
    try:
        if not stage.try_to_lodge(stage.issue()).done:
            return 1
        for step, gain in zip(way, gains, strict=True):
            if isinstance(step, Wait):
                stage.wait(step.seconds)
                continue
            tries += 1
            done = []
            for by_signature in (False, True):
                with stage.aside():
                    if _done(stage, step, gain, how, by_signature=by_signature):
                        done.append(by_signature)
            if not done:
                break
            _done(stage, step, gain, how, by_signature=done[0])
    except BadInput:
        tries += 1
    return tries


def _done(stage: Stage, act: ActOfRoom, gain: int, how: str, *, by_signature: bool) -> bool:
    who, before = stage.actor(act), _has(stage)
    outcome = _signed(stage, who, act) if by_signature else stage.attempt(who, act)
    if outcome is None or not outcome.done:
        return False
    less = gain - (_has(stage) - before)
    if less > 0:
        by = f", signed by {who}" if by_signature else ""
        raise stage.falls(
            f"{spelled(act)} is done{how}{by}, and the room has {less:,} less than when all pay as agreed"
        )
    return True


def _signed(stage: Stage, who: str, act: ActOfRoom) -> Outcome | None:
    """An act of somebody's that a stranger relays; None where the room, or the kit, has no way for that."""
    if who == "outsider" or not stage.takes_signatures:
        return None
    stage.now += MINUTE
    call, _ = stage.signed_act(who, act)
    outcome = stage.send("outsider", stage.room, call)
    stage.tell(f"outsider relays {spelled(act)}, signed by {who}" + ("" if outcome.done else ", which is refused"))
    return outcome


def _with_the_room(description: Description) -> Iterator[tuple[str, Description]]:
    """The description with the room in the place of one account that it names, for each: whose, and the description."""
    names = {*description.parties, "money", "nobody"} - set(description.values)
    for whom, terms in _replaced(description.terms, names):
        yield whom, replace(description, terms=terms)
    for key, value in description.values.items():
        for whom, other in _replaced(value, names):
            yield whom, replace(description, values={**description.values, key: other})
    for name, act in description.acts.items():
        for whom, arguments in _replaced(list(act.arguments), names):
            changed = replace(act, arguments=tuple(arguments))
            ways = tuple(tuple(changed if step is act else step for step in way) for way in description.ways)
            if ways != description.ways:
                yield whom, replace(description, acts={**description.acts, name: changed}, ways=ways)


def _replaced(said: Any, names: set[str]) -> Iterator[tuple[str, Any]]:
    """A value with the room in one place where it names somebody, for each place."""
    if isinstance(said, str) and said in names:
        yield said, "room"
    elif isinstance(said, Mapping):
        if "values" in said:
            for whom, other in _replaced(said["values"], names):
                yield whom, {**said, "values": other}
    elif isinstance(said, list | tuple):
        for place, each in enumerate(said):
            for whom, other in _replaced(each, names):
                yield whom, [*said[:place], other, *said[place + 1 :]]


@check(
    "reentry",
    "It is not entered again from inside",
    goes_wrong="Who is told of money or a bill in the middle of an act calls the room again, and gets too much.",
    mend="Make verbs that call a token or a receiver `nonReentrant`, or change everything before the call.",
)
def reentry(stage: Stage) -> int:
    """In each act each party, when money or a bill reaches it, does each act that it may: is it as in turn?"""
    tries = 0
    for way, place, act in points(stage):
        for who in stage.description.parties:
            for inner in stage.description.acts.values():
                if not stage.may(who, inner):
                    continue
                with stage.at(way, place):
                    tries += _entered_again(stage, act, who, inner)
    if not tries:
        raise NotTried("no act of the room calls anybody back: neither money nor a receiver's onERC721Received")
    return tries


def _entered_again(stage: Stage, act: ActOfRoom, who: str, inner: ActOfRoom) -> int:
    actor = stage.actor(act)
    with stage.aside():
        stage.now += MINUTE
        stage.arm(who, stage.room, stage.data(inner))
        stage.now -= MINUTE
        outer = stage.attempt(actor, act)
        tried, done = stage.called_back(who)
        if not outer.done:
            # The act is fine without it: what stopped it was the call inside.
            return 1
        if not tried:
            return 0
        if not done:
            return 1
        found = stage.seen()
        stage.told[-1] += f"; in the middle of it {who} calls {spelled(inner)}, which is done"
        told = list(stage.told)
    if found in (_in_turn(stage, (actor, act), (who, inner)), _in_turn(stage, (who, inner), (actor, act))):
        return 1
    stage.told = told
    raise stage.falls(f"entered again by {spelled(inner)} inside {spelled(act)}, it does what the two in turn do not")


def _in_turn(stage: Stage, first: tuple[str, ActOfRoom], second: tuple[str, ActOfRoom]) -> Seen:
    with stage.aside():
        stage.attempt(*first)
        stage.attempt(*second)
        return stage.seen()
