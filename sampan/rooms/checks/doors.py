"""Who is answered: the ledger alone at the door, the parties of the deal inside, and about bills that are here."""

from __future__ import annotations

from sampan.identity.verbs.accounts import Cancel
from sampan.rooms.checks import check, points
from sampan.rooms.description import LODGER, ActOfRoom
from sampan.rooms.stage import MINUTE, THEFTS, NotTried, Stage, abi_call, receiver_call, spelled
from sampan.suite.codec import signature_of, type_of


@check(
    "callbacks",
    "Its door opens to the ledger alone",
    goes_wrong="Whoever calls onBill or onReplaced itself tells the room of bills that never entered it.",
    mend="Revert in onBill and onReplaced unless msg.sender is the ledger; a room that inherits Room does.",
)
def forged_callbacks(stage: Stage) -> int:
    """onBill and onReplaced with what the ledger would have said, from others."""
    tries = 0
    with stage.aside():
        bill = stage.issue()
        terms = stage.terms(bill)
        lodger = stage.addresses[LODGER]
        bill_word, giver = stage.told_at_the_door(bill)
        calls = {
            "onBill": receiver_call("onBill", bill, bill_word, lodger, giver, terms),
            "onReplaced": receiver_call("onReplaced", [bill], [bill + 1]),
        }
        for name, data in calls.items():
            for who in (LODGER, "bystander", "outsider"):
                with stage.aside():
                    stage.told = []
                    tries += 1
                    if stage.send(who, stage.room, data).done:
                        stage.tell(f"{who} calls {name} as the ledger would, for a bill that is not lodged")
                        raise stage.falls(f"{name} answers {who}, who is not the ledger")
    return tries


@check(
    "strangers",
    "It obeys those whom the deal names",
    goes_wrong="Whoever sees the bill lie there takes it, or ends the deal, without having a part in it.",
    mend="Ask in each verb whether the actor is the party that the deal lets do that (Room._requireParty).",
)
def strangers(stage: Stage) -> int:
    """Each act when due, by all who may not; what nobody described, by strangers; whom the room lets move its bills."""
    tries = 0
    for way, place, act in points(stage):
        for who in stage.others(act):
            with stage.at(way, place):
                tries += 1
                if stage.attempt(who, act).done:
                    raise stage.falls(f"{spelled(act)} is done for {who}, who may not")
        with stage.at(way, place):
            tries += _undescribed(stage)
    for way in stage.description.ways:
        with stage.at(way, 0):
            _no_operator(stage, "the lodging")
            for step in way:
                stage.do(step)
                tries += 1
                _no_operator(stage, spelled(step) if isinstance(step, ActOfRoom) else step.said)
    return tries


def _undescribed(stage: Stage) -> int:
    """Functions that are no act of the description, by those who have no part in the deal: nothing comes of them."""
    tries = 0
    if not stage.in_room():
        return tries
    described = {(act.function.partition("(")[0], len(act.arguments)) for act in stage.description.acts.values()}
    before = _where(stage)
    for item in stage.code.abi:
        if item["type"] != "function" or item["stateMutability"] in ("view", "pure"):
            continue
        types = [type_of(entry) for entry in item["inputs"]]
        takes_bytes = any("bytes" in type_ for type_ in types)
        if (item["name"], len(types)) in described and not takes_bytes:
            continue
        for said in THEFTS if takes_bytes else ("",):
            for values in stage.guesses(types, stage.theft(said) if said else b""):
                data = abi_call(item, *values)
                for who in ("outsider", "bystander", "its deployer"):
                    with stage.aside():
                        tries += 1
                        done = stage.as_deployer(data) if who == "its deployer" else stage.send(who, stage.room, data)
                        if done.done and _where(stage) != before:
                            stage.tell(f"{who} calls {signature_of(item)}{f' with the ledger: {said}' if said else ''}")
                            raise stage.falls(_through(item["name"], who, said))
    return tries


def _where(stage: Stage) -> tuple[object, ...]:
    """What nobody without a part in the deal may change."""
    seen = stage.seen()
    return seen.possessor, seen.holder, seen.deal, seen.status, seen.kind, seen.titleholder, stage.operator


def _through(name: str, who: str, said: str) -> str:
    if said:
        return f"{name} lets {who} speak to the ledger in the room's name"
    return f"{name} is done for {who}, whom nothing that is described lets do that"


def _no_operator(stage: Stage, by: str) -> None:
    if stage.operator:
        raise stage.falls(f"by {by} the room lets {stage.operator} move its bills")


@check(
    "lodgings",
    "It believes no lodging but its own",
    goes_wrong="A bill that lies with another room, under a deal like its own, is taken for one of its own (N1).",
    mend="Take a lodging for yours only when ILedger.lodging names this room (Room._lodging, Room._under).",
)
def lodgings_of_others(stage: Stage) -> int:
    """The bill lies with another room that names the same holder and deal; then every act."""
    tries = 0
    for way, place, act in points(stage):
        with stage.at(way, place):
            if not stage.in_room():
                continue
            holder, deal = stage.lodged()
            then = stage.now
        with stage.aside():
            # At the same seconds, so that terms and deals which hold times are the same.
            stage.told = []
            bill = stage.issue()
            stage.now += MINUTE
            stage.terms(bill)
            stage.lodge_with_decoy(bill, holder, deal)
            stage.tell("lodger lodges the bill with another room, which names the holder and deal that this one would")
            stage.now = then
            for who in dict.fromkeys([stage.actor(act), "outsider"]):
                with stage.aside():
                    tries += 1
                    if stage.attempt(who, act).done:
                        raise stage.falls(f"{spelled(act)} is done for a bill that lies with another room")
    return tries


@check(
    "signatures",
    "It takes a signature once, in time, from its signer",
    goes_wrong="A relayer uses a party's signature again, or one that was withdrawn, ran out, or is another's.",
    mend="Let parties sign through Room.act, or keep used digests, deadlines and ILedger.isCancelled yourself.",
)
def signatures(stage: Stage) -> int:
    """Each act by signature: once as it should be, then again, too late, withdrawn, by another."""
    if not stage.takes_signatures:
        raise NotTried("the room takes no signed acts by a function `act` as Room has it")
    tries = 0
    for way, place, act in points(stage):
        who = stage.actor(act)
        if who == "outsider" or act.unsigned:
            continue
        with stage.at(way, place):
            call, _ = stage.signed_act(who, act)
            with stage.aside():
                outcome = stage.send("outsider", stage.room, call)
                stage.tell(f"outsider relays {spelled(act)}, signed by {who}")
                if not outcome.done:
                    raise stage.falls(f"{spelled(act)} signed by {who} is refused: {outcome.error}")
                tries += 1 + _again(stage, act, call)
            tries += _wrong(stage, who, act)
    return tries


def _again(stage: Stage, act: ActOfRoom, call: bytes) -> int:
    """The same signature once more: at once, and when the bill was lodged anew."""
    with stage.aside():
        if stage.send("outsider", stage.room, call).done:
            stage.tell("outsider relays the same signature again")
            raise stage.falls(f"one signature is good for {spelled(act)} twice")
    if stage.possessor() != stage.addresses[LODGER]:
        return 1
    start = stage.start
    stage.now += MINUTE
    again = stage.verb(LODGER, stage.lodging_of(stage.bill, stage.room, stage.terms(stage.bill)))
    stage.start = start
    if again.done and stage.send("outsider", stage.room, call).done:
        stage.tell("lodger lodges the bill again")
        stage.tell("outsider relays the same signature again")
        raise stage.falls(f"one signature is good for {spelled(act)} twice")
    return 2


def _wrong(stage: Stage, who: str, act: ActOfRoom) -> int:
    late, _ = stage.signed_act(who, act, deadline=stage.now - 1)
    forged, _ = stage.signed_act(who, act, signer="bystander")
    call, digest = stage.signed_act(who, act)
    with stage.aside():
        if stage.send("outsider", stage.room, late).done:
            raise stage.falls(f"{spelled(act)} is done by a signature whose time has passed")
    with stage.aside():
        if stage.send("outsider", stage.room, forged).done:
            raise stage.falls(f"{spelled(act)} is done for {who} by the signature of bystander")
    with stage.aside():
        stage.verb(who, Cancel(digest))
        stage.tell(f"{who} withdraws its signature")
        if stage.send("outsider", stage.room, call).done:
            raise stage.falls(f"{spelled(act)} is done by a signature that was withdrawn")
    return 3
