"""What parties are owed: to be asked, to be given back what is theirs, and not to wait for each other for ever."""

from __future__ import annotations

from collections.abc import Mapping

from sampan.identity.verbs.standing import DelistRoom, SetWindingDown, Suspend
from sampan.rooms.checks import check, last_acts, points
from sampan.rooms.description import LODGER, ActOfRoom, Wait
from sampan.rooms.stage import NotTried, Stage, spelled
from sampan.suite.tell import duration
from sampan.suite.words import Status


@check(
    "unasked",
    "It names and gives to those who asked",
    goes_wrong="Somebody becomes holder of cargo, with its duties, who neither acted nor signed (M7).",
    mend="Name a holder, or let a bill out to somebody, only in that one's own act or by its signature.",
)
def unasked(stage: Stage) -> int:
    """After every step of every way: whoever holds, possesses or has paid has acted in it."""
    tries = 0
    for way in stage.description.ways:
        acted = {LODGER, *stage.description.signers(stage.description.terms)}
        money = stage.money()
        with stage.at(way, 0):
            tries += _asked(stage, acted, money, "the lodging")
            for step in way:
                if isinstance(step, ActOfRoom):
                    acted |= {stage.actor(step), *stage.description.signers(step.arguments)}
                stage.do(step)
                tries += _asked(stage, acted, money, spelled(step) if isinstance(step, ActOfRoom) else step.said)
    return tries


def _asked(stage: Stage, acted: set[str], money: Mapping[str, int], by: str) -> int:
    seen = stage.seen()
    holder, titleholder = stage.named(stage.holder()), stage.named(seen.titleholder)
    for who, verb in (
        (holder, "holds for" if stage.in_room() else "gives the bill to"),
        (titleholder, "gives title to"),
    ):
        # A bill that was surrendered the carrier has.
        if who not in (*acted, "nobody") and (who != "carrier" or seen.status == Status.LIVE):
            raise stage.falls(f"by {by} the room {verb} {who}, who neither acted nor signed")
    for who, has in stage.money().items():
        if who not in (*acted, "room") and has < money[who]:
            raise stage.falls(f"by {by} the room takes money of {who}, who neither acted nor signed")
    return 1


@check(
    "givenback",
    "It gives back only when the deal lets it",
    goes_wrong="A bill that is held for somebody else goes back to its lodger, and that one's right with it (X9).",
    mend="While it holds for another, give back in that one's act, against its payment, or past the deal's time.",
)
def given_back_too_early(stage: Stage) -> int:
    """While the bill is held for another: every act by everybody but the holder, before any time has passed."""
    tries = 0
    lodger = stage.participants[LODGER]
    for way, place, _ in points(stage):
        if any(isinstance(step, Wait) for step in way[:place]):
            continue
        with stage.at(way, place):
            if not stage.in_room() or stage.holder() == lodger:
                continue
            holder = stage.named(stage.holder())
            before = stage.money()
            for act in stage.description.acts.values():
                for who in stage.people:
                    if who == holder:
                        continue
                    with stage.aside():
                        tries += 1
                        done = stage.attempt(who, act).done
                        if (
                            done
                            and stage.possessor() == stage.addresses[LODGER]
                            and not _is_paid(holder, act, before, stage.money())
                        ):
                            raise stage.falls(f"held for {holder}, the bill goes back to lodger by {who} alone")
    if not tries:
        raise NotTried("in no way is the bill held for anybody but its lodger")
    return tries


def _is_paid(holder: str, act: ActOfRoom, before: Mapping[str, int], now: Mapping[str, int]) -> bool:
    """Whether a holder has more; or the room has, where it keeps that for whom it holds for, lenders say."""
    return now[holder] > before[holder] or (bool(act.kept) and now["room"] > before["room"])


@check(
    "standing",
    "It gives back to whoever lodged, whatever its standing",
    goes_wrong="The lodger is suspended or winds down, and what is its own cannot be given back to it (P12).",
    mend="Give back by ILedger.giveBack, which asks nobody's standing; ask nothing of the lodger yourself.",
)
def standing_of_the_lodger(stage: Stage) -> int:
    """The lodger is suspended, or winds down, when somebody else brings the bill back to it."""
    tries = 0
    for way, place, act in last_acts(stage):
        if act.anew:
            continue
        who = stage.actor(act)
        for what in ("suspended", "winding down"):
            with stage.at(way, place):
                with stage.aside():
                    stage.attempt(who, act)
                    back = stage.possessor() == stage.addresses[LODGER]
                if not back or (who == LODGER and what == "suspended"):
                    continue
                number = stage.participants[LODGER]
                stage.administer(Suspend(number, b"kit") if what == "suspended" else SetWindingDown(number, True))
                stage.tell(f"lodger is {what}")
                tries += 1
                outcome = stage.attempt(who, act)
                if not outcome.done:
                    raise stage.falls(f"while lodger is {what}, the bill is not given back to it: {outcome.error}")
    if not tries:
        raise NotTried("in no way does the bill go back to its lodger")
    return tries


@check(
    "delisted",
    "It lets deals run out when it is delisted",
    goes_wrong="Administration delists the room, and what lies in it cannot leave.",
    mend="Ask neither `receives` nor the countries of the room itself on the way out.",
)
def delisted(stage: Stage) -> int:
    """The room is delisted before the last act of each way."""
    tries = 0
    for way, place, act in last_acts(stage):
        with stage.at(way, place):
            stage.administer(DelistRoom(stage.room, ()))
            stage.tell("the room is delisted")
            tries += 1
            outcome = stage.attempt(stage.actor(act), act)
            if not outcome.done:
                raise stage.falls(f"delisted, the room does not let the bill out: {outcome.error}")
    return tries


@check(
    "silence",
    "It lets nobody's silence or suspension hold a bill",
    goes_wrong="A party is gone, or suspended again and again: the bill stays in the room for ever (P14).",
    mend="Give every deal a last second, after which anybody may have the bill given back, whoever it is held for.",
)
def silence(stage: Stage) -> int:
    """At each point each party in turn does nothing any more, or is suspended: do others bring the bill out in time?"""
    tries = 0
    for way, place, _ in points(stage):
        for silent in stage.description.parties:
            for suspended in (False, True):
                with stage.at(way, place):
                    if not stage.in_room() or _its_own(stage, silent):
                        continue
                    tries += 1
                    stage.tell(f"{silent} is suspended" if suspended else f"from here on {silent} does nothing")
                    _suspend(stage, silent, suspended)
                    if _way_out(stage, silent, 2):
                        continue
                    stage.wait(stage.description.patience)
                    _suspend(stage, silent, suspended)
                    if not _way_out(stage, silent, 2):
                        how = f"while {silent} is suspended" if suspended else f"without {silent}"
                        patience = duration(stage.description.patience)
                        raise stage.falls(f"{how} nobody brings the bill out, not after {patience} either")
    if not tries:
        raise NotTried("the bill is held only for its lodger, who may leave it where it likes")
    return tries


def _suspend(stage: Stage, who: str, suspended: bool) -> None:
    """Or suspends again: a suspension ends by itself."""
    if suspended:
        stage.administer(Suspend(stage.participants[who], b"kit"))


def _its_own(stage: Stage, silent: str) -> bool:
    """Whether it is the lodger's own bill still: its silence harms nobody."""
    return silent == LODGER and stage.holder() == stage.participants[LODGER] and len(stage.description.parties) == 1


def _way_out(stage: Stage, silent: str, depth: int) -> bool:
    """Whether the others bring the bill out by so many acts."""
    for act in stage.description.acts.values():
        for who in (*stage.description.parties, "outsider"):
            if who == silent or not stage.may(who, act):
                continue
            with stage.aside():
                if not stage.attempt(who, act).done:
                    continue
                if not stage.in_room() or (depth > 1 and _way_out(stage, silent, depth - 1)):
                    return True
    return False
