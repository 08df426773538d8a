"""Bills at their end: one that left or ended counts once, and one whose count of acts is used up leaves, too."""

from __future__ import annotations

from dataclasses import replace

from sampan.bills.verbs.circulation import Transfer
from sampan.bills.verbs.surrender import Accept, Deliver
from sampan.rooms.checks import Way, check, last_acts
from sampan.rooms.description import LODGER, ActOfRoom, Wait
from sampan.rooms.stage import NotTried, Seen, Stage, spelled
from sampan.suite.words import Status

MANY_ACTS = 1984
MOST_ACTS = 2047


@check(
    "left",
    "It has done with a bill that left",
    goes_wrong="A bill that went out is acted on once more: paid for twice, given back from nowhere.",
    mend="Ask the ledger where the bill is (Room._lodging) in every verb, before anything else.",
)
def left(stage: Stage) -> int:
    """After the end of each way every act once more, by all who may: it costs nobody, and is not done again.

    Then the bill is lodged anew: what is refused of one that never was there is refused of it.
    """
    tries = 0
    for way, _, _ in last_acts(stage):
        with stage.at(way, len(way)):
            if stage.seen().status != Status.LIVE:
                continue
            for act in stage.description.acts.values():
                for who in (*stage.description.parties, "outsider"):
                    if not stage.may(who, act):
                        continue
                    with stage.aside():
                        tries += 1
                        before = stage.seen()
                        if not stage.attempt(who, act).done or (act.again and _harmless(stage, who, before)):
                            continue
                        # What is left over, money say, may be taken out once.
                        if _poorer(stage, before) or stage.attempt(who, act).done:
                            raise stage.falls(f"{spelled(act)} is done for a bill that has left")
            tries += _lodged_again(stage)
    if not tries:
        raise NotTried("in no way does the bill leave alive")
    return tries


def _poorer(stage: Stage, before: Seen) -> set[str]:
    """Who has less than before, of people and carrier."""
    names = [*stage.people, "carrier"]
    return {name for name, then, now in zip(names, before.money, stage.seen().money, strict=False) if now < then}


def _harmless(stage: Stage, who: str, before: Seen) -> bool:
    """Whether an act moved nothing but the money of whoever did it."""
    after = stage.seen()
    return replace(after, money=()) == replace(before, money=()) and _poorer(stage, before) <= {who}


def _lodged_again(stage: Stage) -> int:
    """Nothing that the first deal has left opens the second."""
    who, title = stage.name_of(stage.possessor()), stage.seen().titleholder
    if who not in stage.description.parties or title not in (0, stage.participants[LODGER]):
        return 0
    if who != LODGER:
        stage.verb(who, Transfer(stage.bill, stage.addresses[LODGER], b""))
        stage.tell(f"{who} transfers the bill to lodger")
    if not stage.try_to_lodge(stage.bill).done:
        return 0
    tries = 0
    for act in stage.description.acts.values():
        for who in (*stage.description.parties, "outsider"):
            tries += 1
            if _done_for_nothing(stage, who, act) and not _at_first(stage, who, act):
                stage.attempt(who, act)
                raise stage.falls(f"lodged again, {spelled(act)} is done for {who} by what the first deal has left")
    return tries


def _done_for_nothing(stage: Stage, who: str, act: ActOfRoom) -> bool:
    """Whether an act of somebody moves the bill or names a holder while nobody is paid."""
    with stage.aside():
        before = stage.seen()
        if not stage.attempt(who, act).done:
            return False
        after = stage.seen()
        return before.money == after.money and (before.possessor, before.holder) != (after.possessor, after.holder)


def _at_first(stage: Stage, who: str, act: ActOfRoom) -> bool:
    """The same, of a new bill under the same terms."""
    with stage.aside():
        stage.lodge(stage.issue())
        return _done_for_nothing(stage, who, act)


@check(
    "ended",
    "It counts a bill that ended once",
    goes_wrong="The lodging of a delivered bill stays in the ledger: what is settled by it is settled again (X19).",
    mend="Keep which ended bills you settled: the ledger cannot forget them for you.",
)
def ended(stage: Stage) -> int:
    """The room surrenders, the carrier accepts and delivers; then every act that is done once must be refused twice."""
    tries = 0
    for way, _, _ in last_acts(stage):
        with stage.at(way, len(way)):
            if stage.seen().status != Status.PENDING_DELIVERY:
                continue
            if not all(stage.verb("carrier", verb(stage.bill, b"")).done for verb in (Accept, Deliver)):
                raise NotTried("the room surrenders to another than `carrier`, who delivers in the kit")
            stage.tell("carrier accepts the surrender and delivers the cargo")
            for act in stage.description.acts.values():
                for who in (*stage.description.parties, "outsider"):
                    if not stage.may(who, act):
                        continue
                    with stage.aside():
                        tries += 1
                        before = stage.seen()
                        if not stage.attempt(who, act).done or (act.again and _harmless(stage, who, before)):
                            continue
                        if stage.attempt(who, act).done:
                            raise stage.falls(f"{spelled(act)} is done twice for a bill that was delivered")
    if not tries:
        raise NotTried("in no way does the room surrender a bill for delivery")
    return tries


@check(
    "acts",
    "It lets out, or refuses at the door, a bill with 1,984 acts",
    goes_wrong="Acts are counted to 2,047, and from 1,024 on none is done that moves nothing: the bill is stuck (X8).",
    mend="On the way out do nothing but move the bill; or refuse in onBill what has so many (BillWord.actCount).",
)
def many_acts(stage: Stage) -> int:
    """A bill that went to and fro until it has 1,984 acts, and 2,047: each way, if the room takes it."""
    tries = 0
    with stage.aside():
        stage.told = []
        bill = stage.issue()
        here, there = LODGER, "bystander"
        for acts in (MANY_ACTS, MOST_ACTS):
            while stage.acts(bill) < acts:
                stage.verb(here, Transfer(bill, stage.addresses[there], b""))
                here, there = there, here
            if here != LODGER:
                stage.verb(here, Transfer(bill, stage.addresses[LODGER], b""))
                here, there = there, here
            for way in stage.description.ways:
                with stage.aside():
                    stage.tell(f"the bill went to and fro: {acts:,} acts")
                    tries += 1
                    if not stage.try_to_lodge(bill).done:
                        break
                    _out(stage, way)
    return tries


def _out(stage: Stage, way: Way) -> None:
    for step in way:
        if isinstance(step, Wait):
            stage.wait(step.seconds)
            continue
        outcome = stage.attempt(stage.actor(step), step)
        if not outcome.done:
            raise stage.falls(f"{spelled(step)} is refused only because the bill has many acts: {outcome.error}")
