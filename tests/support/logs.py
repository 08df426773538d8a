"""An honest log on which every verb was used: a scripted trade, then acts by chance, in the model alone."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from sampan.bills.terms import Terms, replacements_hash, surrender_hash, terms_hash
from sampan.bills.verbs.amendments import Recover, Replace, ToPaper
from sampan.bills.verbs.circulation import Endorse, GiveBack, Hold, Lodge, Reject, Sign, Transfer
from sampan.bills.verbs.issue import Issue, IssueFromPaper
from sampan.bills.verbs.signed import Act, Agree, Agreement, Multicall, Record, SignedAct
from sampan.bills.verbs.surrender import Accept, Deliver, Recall, Refuse, Surrender
from sampan.bills.verbs.tokens import (
    Approve,
    SafeTransferFrom,
    SafeTransferFromWithData,
    SetApprovalForAll,
    TransferFrom,
)
from sampan.fuzz.alone import ADMINISTRATOR, LATER, STRANGER, Alone, address_of
from sampan.identity.verbs.accounts import Cancel, RemoveAccount, SetAccountRoles, SetGiver, SetReceiving
from sampan.identity.verbs.enrolment import AssignCode, Enrol, Enrolment, SetProfile
from sampan.identity.verbs.publishing import PublishAnswerTime, PublishRecordLaws, SignRulebook
from sampan.identity.verbs.recovery import ExecuteRecovery, ProposeRecovery, Shorten, VetoRecovery
from sampan.identity.verbs.standing import DelistRoom, LiftSuspension, ListRoom, SetWindingDown, Suspend
from sampan.keccak import keccak
from sampan.model.perform import Done
from sampan.subjects import LEDGER
from sampan.suite import ids
from sampan.suite.verb import NOBODY, Refusal, Signature, Verb
from sampan.suite.words import Endorsement, Kind, Purpose, Receiving, RecordLaw, Rejection, SurrenderFor

LEIS = {
    "carrier": "969500SAMPANLINE00",
    "rival": "969500OTHERLINE000",
    "shipper": "969500SHANGHAIMAKE",
    "bank": "969500HONGKONGBANK",
    "trader": "969500HONGKONGTRAD",
    "consignee": "969500ROTTERDAMIMP",
    "newcomer": "969500NEWCOMER0000",
}
STATEMENT = keccak(b"statement")
WITHDRAWN = keccak(b"withdrawn")
RARE = {Suspend, SetWindingDown, SetAccountRoles, DelistRoom, Cancel, RemoveAccount, SetProfile}


class Honest(Alone):
    """A ledger with everybody on it; `play` uses every verb."""

    def __init__(self) -> None:
        super().__init__()
        self.who = {name: self.carrier(name, LEIS[name]) for name in ("carrier", "rival")}
        self.who["shipper"] = self.enrol("shipper", LEIS["shipper"], "CN")
        self.who["bank"] = self.enrol("bank", LEIS["bank"], "HK", receiving=Receiving.SIGNED_ONLY)
        self.who["trader"] = self.enrol("trader", LEIS["trader"], "HK", receiving=Receiving.LISTED_ONLY)
        self.who["consignee"] = self.enrol("consignee", LEIS["consignee"], "NL")
        self.who["agent"] = self.add_account(self.who["carrier"], "agent")
        self.who["second"] = self.add_account(self.who["shipper"], "second")
        self.who["desk"] = self.add_account(self.who["bank"], "desk")
        self.who["clause"] = self.add_account(self.who["shipper"], "clause", 8)
        self.rooms = [self.room("room", ("HK", "CN", "SG")), self.room("other room", ("HK", "CN"))]

    # ------------------------------------------------------------------------------------------------------ shorthands

    def number(self, name: str) -> int:
        return self.state.accounts[self.who[name]].participant

    def act(self, name: str, verb: Verb, *, later: int = 12) -> Done:
        return self.do(self.who.get(name, name), verb, later=later)

    def issue(self, kind: Kind = Kind.BLANK, titled: str = "", to: str = "shipper", carrier: str = "carrier") -> int:
        terms = self.terms(LEIS[carrier], kind, self.who[titled] if titled else NOBODY)
        self.act(carrier, Issue(terms, self.who.get(to, to), b"issued"))
        return terms.bill

    def count(self, bill: int) -> int:
        known = self.state.bills.get(bill)
        return known.act_count if known else 0

    def agreement(
        self, by: str, bill: int, verb: type[Verb], possessor: str, titled: str, kind: Kind, detail: bytes
    ) -> Agree:
        titleholder = self.number(titled) if titled else 0
        paper = Agreement(
            self.who[by], bill, self.count(bill), verb.selector(), possessor, titleholder, kind, detail, LATER
        )
        return Agree(paper, Signature(self.who[by], keccak(repr(paper).encode())))

    def signed_act(self, by: str, verb: Verb, bill: int) -> Act:
        paper = SignedAct(self.who[by], bill, self.count(bill), verb, LATER)
        return Act(paper, Signature(self.who[by], keccak(f"{by} {bill} {self.count(bill)}".encode())))

    def for_room(self, holder: str) -> bytes:
        return self.number(holder).to_bytes(32, "big")

    # ---------------------------------------------------------------------------------------------------- every verb

    def play(self) -> None:
        """Everything that parties do, once or more."""
        self._standing()
        self._circulation()
        self._agreements()
        self._rooms_and_operators()
        self._surrenders()
        self._amendments()
        self._without_a_role()
        self._recovery()

    def _standing(self) -> None:
        who = self.who
        for code, name in (("XLL", "carrier"), ("RVL", "rival")):
            self.act(ADMINISTRATOR, AssignCode("SMDG", code, self.number(name)))
        self.act(ADMINISTRATOR, AssignCode("SMDG", "RVL", 0))
        self.act("trader", SetGiver(self.number("shipper"), True))
        self.act("trader", SetGiver(self.number("consignee"), True))
        self.act("trader", SetGiver(self.number("consignee"), False))
        self.act("rival", PublishRecordLaws(0b0010))
        self.issue(carrier="rival")
        self.act("shipper", SignRulebook(keccak(b"rulebook 2")))
        self.act("carrier", PublishAnswerTime(48))
        self.act("shipper", SetReceiving(who["second"], Receiving.LISTED_ONLY))
        self.act("shipper", SetReceiving(who["second"], Receiving.ANYONE))
        self.act("carrier", SetAccountRoles(who["agent"], 2 | 4 | 8))
        self.act(ADMINISTRATOR, SetProfile(self.number("consignee"), ids.pack_lei(LEIS["carrier"]), 14))
        self.act(ADMINISTRATOR, SetWindingDown(self.number("rival"), True))
        self.act(ADMINISTRATOR, SetWindingDown(self.number("rival"), False))
        self.issue(carrier="rival")
        self.act("consignee", Cancel(keccak(b"never used")))
        self.act(ADMINISTRATOR, Suspend(self.number("consignee"), b"order"))
        self.act(ADMINISTRATOR, LiftSuspension(self.number("consignee")))

    def _circulation(self) -> None:
        who = self.who
        bill = self.issue(Kind.ORDER, "shipper")
        self.act("shipper", Endorse(bill, Endorsement.TO_ORDER, who["consignee"], who["consignee"], b"sold"))
        self.act("consignee", Endorse(bill, Endorsement.BLANK, NOBODY, NOBODY, b""))
        self.act("consignee", Sign(bill, Purpose.CHECKED, b"seen"))
        self.act("consignee", Transfer(bill, who["second"], b""))
        self.act("second", Reject(bill, Rejection.POSSESSION, b"not ours"))
        self.act("consignee", Endorse(bill, Endorsement.NAMED, who["shipper"], who["shipper"], b""))
        self.act("shipper", Reject(bill, Rejection.BOTH, b""))
        titled = self.issue(Kind.ORDER, "shipper")
        self.act("shipper", Endorse(titled, Endorsement.TO_ORDER, who["consignee"], NOBODY, b""))
        self.act("consignee", Reject(titled, Rejection.TITLE, b"not agreed"))
        void = self.issue(Kind.STRAIGHT, "consignee")
        self.act("shipper", Reject(void, Rejection.ISSUE, b"wrong"))
        again = Terms(void + ids.ONE_VERSION, Kind.STRAIGHT, who["consignee"], keccak(b"r"), keccak(b"c"), "NL")
        self.act("carrier", Issue(again, who["shipper"], b""))
        self.act("shipper", Transfer(again.bill, who["consignee"], b""))
        late = self.issue()
        self.act("shipper", Transfer(late, who["second"], b""))
        self.pass_days(4)
        self.act("second", Transfer(late, who["shipper"], b""))
        late = self.issue(Kind.BLANK, carrier="carrier", to="second")
        self.act("second", Transfer(late, who["trader"], b"listed"))

    def _agreements(self) -> None:
        who = self.who
        bank, verb = who["bank"], Endorse
        self.act("bank", Cancel(WITHDRAWN))
        bill = self.issue(Kind.ORDER, "shipper")
        shown = self.agreement("bank", bill, verb, bank, "bank", Kind.ORDER, bytes(32))
        self.act("shipper", Multicall((shown, Endorse(bill, Endorsement.TO_ORDER, bank, bank, b"pledged"))))
        call = Endorse(bill, Endorsement.TO_ORDER, who["consignee"], who["consignee"], b"")
        self.act(STRANGER, self.signed_act("bank", call, bill))
        terms = self.terms(LEIS["carrier"], Kind.ORDER, bank)
        shown = self.agreement("desk", terms.bill, Issue, bank, "bank", Kind.ORDER, terms_hash(terms))
        self.act("carrier", Multicall((shown, Issue(terms, bank, b""))))
        pledged = terms.bill
        self.act("bank", Transfer(pledged, who["consignee"], b"released"))
        shown = self.agreement(
            "bank",
            pledged,
            Surrender,
            who["carrier"],
            "bank",
            Kind.ORDER,
            surrender_hash(SurrenderFor.DELIVERY, bytes(32), b""),
        )
        give = Surrender(pledged, SurrenderFor.DELIVERY, who["carrier"], bytes(32), b"")
        self.act("consignee", Multicall((shown, give)))

    def _rooms_and_operators(self) -> None:
        who, (room, other) = self.who, self.rooms
        lodged = self.issue(Kind.BLANK)
        self.act("shipper", Lodge(lodged, Endorsement.NONE, room, self.for_room("bank")))
        self.act(room, Transfer(lodged, who["desk"], b"paid"))
        # Endorsed by the lodging, held for another, under another deal; it comes back as it was.
        endorsed = self.issue(Kind.ORDER, "shipper")
        self.act("shipper", Lodge(endorsed, Endorsement.BLANK, room, self.for_room("shipper")))
        self.act(room, Hold(endorsed, self.number("bank"), 7))
        self.act(room, Hold(endorsed, self.number("bank"), 8))
        self.act(room, Hold(endorsed, self.number("shipper"), 0))
        self.act(room, GiveBack(endorsed, b"not paid"))
        # The titleholder agrees to the room's endorsement: in the same transaction, or beforehand.
        self.act("shipper", Lodge(endorsed, Endorsement.NONE, room, self.for_room("trader")))
        shown = self.agreement("shipper", endorsed, Endorse, who["trader"], "trader", Kind.ORDER, bytes(32))
        out = Endorse(endorsed, Endorsement.TO_ORDER, who["trader"], who["trader"], b"")
        self.act(room, Multicall((shown, out)))
        sold = self.issue(Kind.ORDER, "shipper")
        told = self.agreement("shipper", sold, Endorse, who["desk"], "bank", Kind.ORDER, bytes(32))
        beforehand = replace(told.agreement, act_count=self.count(sold) + 1)
        self.act("shipper", Record(beforehand, told.signature))
        self.act("shipper", Lodge(sold, Endorsement.NONE, room, self.for_room("bank")))
        self.act(room, Endorse(sold, Endorsement.TO_ORDER, who["bank"], who["desk"], b""))
        blank = self.issue(Kind.BLANK)
        self.act("shipper", Lodge(blank, Endorsement.NONE, other, self.for_room("trader")))
        self.act(other, Endorse(blank, Endorsement.NAMED, who["trader"], who["trader"], b""))
        # Whoever is not entitled lodges once nobody may reject title any more.
        kept = self.issue(Kind.ORDER, "shipper", to="rival")
        self.pass_days(4)
        self.act("rival", Lodge(kept, Endorsement.NONE, room, self.for_room("rival")))
        # The issue to somebody's order is rejected with that one's agreement.
        unwanted = self.issue(Kind.ORDER, "consignee")
        agreed = self.agreement("consignee", unwanted, Reject, who["carrier"], "consignee", Kind.ORDER, bytes(32))
        self.act("shipper", Multicall((agreed, Reject(unwanted, Rejection.ISSUE, b"wrong"))))
        straight = self.issue(Kind.STRAIGHT, "consignee")
        for verb in (
            TransferFrom(who["shipper"], who["consignee"], straight),
            SafeTransferFrom(who["consignee"], who["shipper"], straight),
            SafeTransferFromWithData(who["shipper"], who["second"], straight, b""),
        ):
            self.act(verb.from_, verb)
        self.act("second", Approve(who["consignee"], straight))
        self.act("consignee", TransferFrom(who["second"], who["shipper"], straight))
        self.act("shipper", Approve(who["consignee"], straight))
        self.act("shipper", Approve(NOBODY, straight))
        self.act("shipper", SetApprovalForAll(who["consignee"], True))
        self.act("consignee", SafeTransferFrom(who["shipper"], who["second"], straight))
        self.act("shipper", SetApprovalForAll(who["consignee"], False))
        answered = self.issue(Kind.BLANK, to="carrier")
        self.act("carrier", SetApprovalForAll(who["consignee"], True))
        self.act("consignee", TransferFrom(who["carrier"], who["shipper"], answered))
        self.act("shipper", Surrender(answered, SurrenderFor.PAPER, who["carrier"], bytes(32), b""))
        self.act("carrier", ToPaper(answered, 1, STATEMENT, b""))
        amended = self.issue(Kind.BLANK)
        self.act("shipper", Lodge(amended, Endorsement.NONE, room, self.for_room("shipper")))
        self.act(room, Hold(amended, self.number("bank"), 0))
        self.act(room, Hold(amended, self.number("shipper"), 0))
        self.act(room, Surrender(amended, SurrenderFor.AMENDMENT, who["carrier"], keccak(b"agreed"), b""))
        self.act("carrier", Refuse(amended, b"no"))
        self._replaced_in_a_room(amended)
        self.act(ADMINISTRATOR, DelistRoom(other, ()))
        self.act(ADMINISTRATOR, ListRoom(other, ("SG", "NL")))
        self.act(ADMINISTRATOR, DelistRoom(other, ("NL",)))

    def _replaced_in_a_room(self, bill: int) -> None:
        """The room holds on what it surrendered, and with it another bill that was lodged in the same way."""
        who, room = self.who, self.rooms[0]
        beside = self.issue(Kind.BLANK)
        self.act("shipper", Lodge(beside, Endorsement.NONE, room, self.for_room("shipper")))
        new = (self.terms(LEIS["carrier"]), self.terms(LEIS["carrier"], Kind.ORDER, who["bank"]))
        agreed = replacements_hash((bill, beside), new)
        for each in (bill, beside):
            self.act(room, Surrender(each, SurrenderFor.SWITCH, who["carrier"], agreed, b""))
        terms = new[1]
        welcome = self.agreement("bank", terms.bill, Replace, room, "bank", Kind.ORDER, terms_hash(terms))
        self.act("carrier", Multicall((welcome, Replace((bill, beside), new, b"switched"))))
        self.act(room, GiveBack(new[0].bill, b""))
        self.act(room, Transfer(terms.bill, who["second"], b""))

    def _surrenders(self) -> None:
        who = self.who
        bill = self.issue(Kind.ORDER, "shipper")
        give = Surrender(bill, SurrenderFor.DELIVERY, who["carrier"], bytes(32), b"")
        self.act("shipper", give)
        self.act("carrier", Refuse(bill, b"freight is not paid"))
        self.act("shipper", give)
        self.act("agent", Accept(bill, b""))
        self.act("carrier", Deliver(bill, b"gate-out"))
        silent = self.issue(Kind.BLANK)
        self.act("shipper", Surrender(silent, SurrenderFor.DELIVERY, who["agent"], bytes(32), b""))
        self.pass_days(5)
        self.act("second", Recall(silent, b"no answer"))
        self.act("shipper", Surrender(silent, SurrenderFor.SWITCH, who["carrier"], bytes(32), b""))
        self.act("carrier", Refuse(silent, b"no"))

    def _amendments(self) -> None:
        who = self.who
        paper = self.issue(Kind.BLANK)
        self.act("shipper", Surrender(paper, SurrenderFor.PAPER, who["carrier"], bytes(32), b""))
        self.act("carrier", ToPaper(paper, 3, STATEMENT, b""))
        back = Terms(paper + ids.ONE_VERSION, Kind.ORDER, who["shipper"], keccak(b"1"), keccak(b"2"), "GB-ENG")
        self.act("carrier", IssueFromPaper(back, who["shipper"], 3, STATEMENT, b""))
        terms = self.terms(LEIS["carrier"], Kind.ORDER, who["shipper"])
        self.act("carrier", IssueFromPaper(terms, who["second"], 3, STATEMENT, b""))
        # Agreed beforehand: one into two.
        whole = self.issue(Kind.ORDER, "shipper")
        halves = (
            self.terms(LEIS["carrier"], Kind.ORDER, who["consignee"]),
            Terms(whole + ids.ONE_VERSION, Kind.BLANK, NOBODY, keccak(b"3"), keccak(b"4"), "GB-ENG"),
        )
        agreed = replacements_hash((whole,), halves)
        self.act("shipper", Surrender(whole, SurrenderFor.AMENDMENT, who["carrier"], agreed, b""))
        self.act("carrier", Replace((whole,), halves, b"split"))
        # Agreed by signature, of two surrenderers' accounts: a titleholder that did not surrender agrees as well.
        self._replaced_by_signature()
        # As many into one as there may be.
        many = tuple(self.issue(Kind.BLANK) for _ in range(32))
        one = (self.terms(LEIS["carrier"]),)
        agreed = replacements_hash(many, one)
        for bill in many:
            self.act("shipper", Surrender(bill, SurrenderFor.AMENDMENT, who["carrier"], agreed, b""))
        self.act("carrier", Replace(many, one, b"combined"))

    def _replaced_by_signature(self) -> None:
        who = self.who
        bill = self.issue(Kind.ORDER, "consignee")
        new = (self.terms(LEIS["carrier"], Kind.ORDER, who["bank"]),)
        digest = replacements_hash((bill,), new)
        carrier = who["carrier"]
        shown = self.agreement(
            "consignee",
            bill,
            Surrender,
            carrier,
            "consignee",
            Kind.ORDER,
            surrender_hash(SurrenderFor.AMENDMENT, bytes(32), b""),
        )
        give = Surrender(bill, SurrenderFor.AMENDMENT, carrier, bytes(32), b"")
        self.act("shipper", Multicall((shown, give)))
        shipper = who["shipper"]
        by_both = [
            self.agreement(name, bill, Replace, shipper, "consignee", Kind.ORDER, digest)
            for name in ("shipper", "consignee")
        ]
        terms = new[0]
        welcome = self.agreement("bank", terms.bill, Replace, shipper, "bank", Kind.ORDER, terms_hash(terms))
        self.act("carrier", Multicall((*by_both, welcome, Replace((bill,), new, b"amended"))))

    def _without_a_role(self) -> None:
        """An account acts in every way, then loses the role for it."""
        who = self.who
        clerk = who["clerk"] = self.add_account(who["shipper"], "clerk")
        who["mover"] = self.add_account(who["shipper"], "mover", 4)
        stays, leaves, lodged = (self.issue(Kind.ORDER, "shipper", to="clerk") for _ in range(3))
        self.act("clerk", Transfer(leaves, who["mover"], b""))
        self.act("mover", Transfer(leaves, clerk, b""))
        self.act("clerk", Lodge(lodged, Endorsement.NONE, self.rooms[0], self.for_room("shipper")))
        self.act(self.rooms[0], Transfer(lodged, clerk, b""))
        self.act("clerk", Sign(stays, Purpose.SEEN, b""))
        self.act("clerk", Approve(who["mover"], stays))
        self.act("clerk", SetApprovalForAll(who["mover"], True))
        self.act("clerk", Endorse(stays, Endorsement.BLANK, NOBODY, NOBODY, b""))
        rejected = self.issue(Kind.STRAIGHT, "consignee", to="clerk")
        self.act("clerk", Reject(rejected, Rejection.ISSUE, b""))
        shown = self.agreement("clerk", stays, Transfer, clerk, "", Kind.BLANK, bytes(32))
        self.act("clerk", shown)
        self.act("clerk", Record(shown.agreement, shown.signature))
        self.act("shipper", SetAccountRoles(clerk, 8))
        self.act("shipper", SetAccountRoles(clerk, 12))
        for bill in (stays, leaves, lodged):
            self.act("clerk", Transfer(bill, who["shipper"], b""))
        self.act("shipper", RemoveAccount(clerk, who["shipper"]))

    def _recovery(self) -> None:
        who = self.who
        bill = self.issue(Kind.ORDER, "shipper", to="second")
        propose = ProposeRecovery(who["second"], who["shipper"], 0, 0, b"key lost", Signature(None))
        self.act(ADMINISTRATOR, propose)
        self.act("shipper", VetoRecovery(who["second"]))
        self.act(ADMINISTRATOR, propose)
        self.pass_days(8)
        self.act(STRANGER, ExecuteRecovery(who["second"]))
        self.act(STRANGER, Recover(bill))
        self.act(STRANGER, Shorten(self.state.accounts[who["second"]].number, 16))
        fresh = address_of("fresh")
        new = ProposeRecovery(who["desk"], fresh, 12, LATER, b"key stolen", Signature(fresh))
        self.act(ADMINISTRATOR, new)
        self.pass_days(8)
        self.act(STRANGER, ExecuteRecovery(who["desk"]))
        who["fresh"] = fresh
        self.act("bank", RemoveAccount(fresh, who["bank"]))
        self.pass_days(30)
        self._recovery_waits()
        self.act(ADMINISTRATOR, Suspend(self.number("rival"), b"sanctions"))
        # A room of its country holds nothing for it now.
        lodged = self.issue(Kind.BLANK)
        self.act("shipper", Lodge(lodged, Endorsement.NONE, self.rooms[0], self.for_room("bank")))
        self.act(self.rooms[0], Hold(lodged, self.number("shipper"), 0))
        waiting = self.issue(Kind.BLANK)
        self.act("shipper", Surrender(waiting, SurrenderFor.DELIVERY, who["carrier"], bytes(32), b""))
        self.act(ADMINISTRATOR, Suspend(self.number("carrier"), b"sanctions"))
        self.act("shipper", Recall(waiting, b"suspended"))
        self.act(ADMINISTRATOR, LiftSuspension(self.number("carrier")))
        stopped = self.issue(Kind.BLANK)
        self.act("shipper", Transfer(stopped, who["consignee"], b""))
        self.act("consignee", Transfer(stopped, who["shipper"], b""))
        self.act("shipper", Endorse(stopped, Endorsement.BLANK, NOBODY, NOBODY, b""))
        self.act(ADMINISTRATOR, Suspend(self.number("shipper"), b"insolvent"))
        self.act(ADMINISTRATOR, LiftSuspension(self.number("shipper")))

    def _recovery_waits(self) -> None:
        """An account binds its participant in every way, then its recovery waits; whoever was added since has no
        veto."""
        who = self.who
        agent, carrier = who["agent"], who["carrier"]
        leaving = self.add_account(agent, "leaving")
        for verb in (
            SignRulebook(keccak(b"rulebook 3")),
            PublishRecordLaws(0b1111),
            PublishAnswerTime(336),
            SetGiver(self.number("shipper"), True),
            SetReceiving(carrier, Receiving.ANYONE),
            SetAccountRoles(agent, 2 | 4 | 8),
            RemoveAccount(leaving, carrier),
        ):
            self.act("agent", verb)
        self.act(ADMINISTRATOR, ProposeRecovery(agent, carrier, 0, 0, b"key lost", Signature(None)))
        self.add_account(carrier, "since")
        self.act("carrier", VetoRecovery(agent))


class Chance:
    """Draws verbs by the kinds of their arguments; many are refused, what is carried out is honest."""

    def __init__(self, ledger: Honest, dice: Random) -> None:
        self.ledger = ledger
        self.dice = dice
        # What stops everybody is rare.
        weights = {"bills": 12, "identity": 2}
        self.verbs = [
            verb for verb in LEDGER.verbs.values() for _ in range(1 if verb in RARE else weights[verb.subject.name])
        ]

    def play(self, tries: int) -> None:
        for _ in range(tries):
            ledger, dice = self.ledger, self.dice
            ledger.now += dice.choice([12, 12, 60, 3_600, 40 * 3_600])
            if dice.random() < 0.05:
                self.let_all_act()
            verb = self.draw(dice.choice(self.verbs))
            if dice.random() < 0.1:
                verb = Multicall((verb, self.draw(dice.choice(self.verbs))))
            try:
                ledger.attempt(self.sender(verb), verb, int(dice.random() < 0.01))
            except (KeyError, Refusal):
                continue

    def let_all_act(self) -> None:
        """Administration undoes what stops somebody."""
        ledger = self.ledger
        for number, person in ledger.state.participants.items():
            if person.suspended_until > ledger.now:
                ledger.attempt(ADMINISTRATOR, LiftSuspension(number))
            if person.winding_down:
                ledger.attempt(ADMINISTRATOR, SetWindingDown(number, False))
        ledger.attempt(ledger.who["carrier"], PublishRecordLaws(0b1111))

    def sender(self, verb: Verb) -> str:
        dice, state = self.dice, self.ledger.state
        if verb.power and dice.random() < 0.95:
            return ADMINISTRATOR
        bill = next((getattr(verb, name) for name in verb.names() if name in ("bill", "token_id")), None)
        if bill is None and getattr(verb, "bills", ()):
            bill = verb.bills[0]
        known = state.bills.get(bill)
        if isinstance(verb, (Replace, Accept, Refuse, Deliver, ToPaper, Issue, IssueFromPaper)) and dice.random() < 0.8:
            return self.ledger.who["carrier"]
        if known is not None and dice.random() < 0.8:
            return str(known.possessor)
        return self.account()

    def draw(self, verb: type[Verb]) -> Any:
        values = {argument.name: self.value(verb, argument) for argument in verb.arguments()}
        if "endorsee" in values and values.get("endorsement") is Endorsement.BLANK and self.dice.random() < 0.8:
            values["endorsee"] = NOBODY
        signed = values.get("agreement") or values.get("signed") or values.get("enrolment")
        signers = {
            "signature": getattr(signed, "signer", getattr(signed, "account", values.get("successor"))),
            "sponsor_signature": values.get("sponsor"),
            "account_signature": values.get("account"),
        }
        for name, signer in signers.items():
            if name in values and self.dice.random() < 0.9:
                values[name] = Signature(signer, values[name].digest)
        return verb(*values.values())

    def value(self, verb: type[Verb], argument: Any) -> Any:
        dice, ledger, kind = self.dice, self.ledger, argument.kind
        if kind.word is not None:
            return dice.choice(list(kind.word))
        match kind.name:
            case "bill":
                return self.bill()
            case "bills":
                return tuple(self.bill() for _ in range(dice.choice([1, 1, 2, 0])))
            case "answering" if dice.random() < 0.7:
                return ledger.who["carrier"]
            case "receiver" | "answering" | "account":
                return self.account()
            case "endorsee":
                return dice.choice([NOBODY, self.account(), self.account()])
            case "room":
                return dice.choice([*ledger.rooms, self.account()])
            case "person" | "number" | "deal":
                return dice.randrange(0, 12)
            case "remark":
                return dice.choice([b"", b"said"])
            case "room-terms":
                return ledger.for_room(dice.choice(["bank", "shipper", "carrier"]))
            case "hash" | "agreed":
                return dice.choice([bytes(32), keccak(dice.randbytes(4))])
            case "count":
                return dice.randrange(4)
            case "hours":
                return dice.choice([0, 1, 336, 337])
            case "flag":
                return dice.random() < 0.5
            case "roles" | "laws":
                return dice.choice([0, 4, 12, 15, 127, 255])
            case "lei":
                return dice.choice([0, ids.pack_lei(LEIS["bank"]), ids.LEI_END])
            case "countries":
                return dice.choice([("HK",), ("NL", "SG"), ("x",), ()])
            case "code":
                return dice.choice(["SMDG", "XLL", "NEW", "a", ""])
            case "deadline":
                return dice.choice([LATER, LATER, 1])
            case "signature":
                return self.signature()
            case "calls":
                return ()
            case _:
                return self.struct(verb, argument)

    def struct(self, verb: type[Verb], argument: Any) -> Any:
        dice = self.dice
        if verb is Enrol:
            lei = dice.choice(
                [ids.pack_lei(LEIS["newcomer"]), ids.pack_lei(LEIS["bank"]), 0, dice.randrange(1, 10**20)]
            )
            account = dice.choice([self.account(), "0x" + dice.randbytes(20).hex()])
            rulebook = dice.choice([bytes(32), keccak(b"rulebook")])
            country, roles = dice.choice(["HK", "hk"]), dice.choice([12, 127, 256])
            return Enrolment(lei, max(lei, 1), country, roles, rulebook, account, Receiving.ANYONE, LATER)
        if argument.name == "replacements":
            return tuple(self.terms() for _ in range(dice.choice([1, 1, 2, 0])))
        if argument.name == "agreement":
            bill = self.bill()
            count = self.ledger.count(bill) + (dice.random() < 0.1)
            return Agreement(
                self.account(), bill, count, Endorse.selector(), self.account(), 1, Kind.ORDER, bytes(32), LATER
            )
        if argument.name == "signed":
            bill = self.bill()
            call = self.draw(dice.choice([Transfer, Endorse, Sign, Surrender, Reject, Accept, Approve]))
            if dice.random() < 0.9 and "bill" in call.names():
                call = type(call)(bill, *call.values()[1:])
            known = self.ledger.state.bills.get(bill)
            signer = known.possessor if known else self.account()
            return SignedAct(signer, bill, self.ledger.count(bill) + (dice.random() < 0.1), call, LATER)
        return self.terms()

    def terms(self) -> Terms:
        dice, ledger = self.dice, self.ledger
        bill = self.bill() + dice.choice([0, ids.ONE_VERSION])
        made = ledger.terms(LEIS[dice.choice(["carrier", "carrier", "carrier", "rival"])], dice.choice(list(Kind)))
        return Terms(
            bill if dice.random() < 0.3 else made.bill,
            made.kind,
            NOBODY if made.kind is Kind.BLANK and dice.random() < 0.9 else self.account(),
            dice.choice([made.root, made.root, made.root, bytes(32)]),
            made.checksum,
            dice.choice(["GB-ENG", "GB-ENG", "GB-ENG", ""]),
            dice.choice(list(RecordLaw)),
        )

    def signature(self) -> Signature:
        dice = self.dice
        if dice.random() < 0.1:
            return Signature(None, empty=dice.random() < 0.5)
        return Signature(self.account(), dice.choice([WITHDRAWN, dice.randbytes(32)]))

    def bill(self) -> int:
        bills = list(self.ledger.state.bills)
        if self.dice.random() < 0.02:
            return self.dice.choice([0, 1, bills[-1] + ids.ONE_VERSION, 1 << 200])
        return self.dice.choice(bills[-12:])

    def account(self) -> str:
        accounts = list(self.ledger.state.accounts)
        return STRANGER if self.dice.random() < 0.04 else self.dice.choice(accounts)


def honest_ledger(seed: int, tries: int) -> Honest:
    """A scripted trade, and acts by chance after it."""
    ledger = Honest()
    ledger.play()
    Chance(ledger, Random(seed)).play(tries)
    return ledger
