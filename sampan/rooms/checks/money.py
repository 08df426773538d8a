"""Money against the bill: both in one transaction, and nobody comes in between."""

from __future__ import annotations

from sampan.rooms.checks import check, points
from sampan.rooms.description import LODGER, ActOfRoom
from sampan.rooms.stage import MINUTE, NotTried, Seen, Stage, spelled

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
