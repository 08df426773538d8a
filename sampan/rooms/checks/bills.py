"""Bills at their end: one that left or ended counts once, and one whose count of acts is used up leaves, too."""

from __future__ import annotations

from sampan.bills.verbs.circulation import Transfer
from sampan.bills.verbs.surrender import Accept, Deliver
from sampan.rooms.checks import Way, check, last_acts
from sampan.rooms.description import LODGER, Wait
from sampan.rooms.stage import NotTried, Stage, spelled
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
    """After the end of each way every act once more, by all who may: it costs nobody, and is not done again."""
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
                        before = stage.money()
                        if not stage.attempt(who, act).done:
                            continue
                        # What is left over, money say, may be taken out once.
                        poorer = [name for name, has in stage.money().items() if name != "room" and has < before[name]]
                        if poorer or stage.attempt(who, act).done:
                            raise stage.falls(f"{spelled(act)} is done for a bill that has left")
    if not tries:
        raise NotTried("in no way does the bill leave alive")
    return tries


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
                        if stage.attempt(who, act).done and stage.attempt(who, act).done:
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
