"""Every rule keeps something out of the history that no other rule keeps out, or says why it cannot.

A rule is one `raise Refusal(...)` of identity or bills. Most are found by altering an honest log in one place; the
others are broken here by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from support.logs import LEIS, Honest
from support.refusals import found, scripted
from support.rules import all_rules, kept_out_alone, without
from support.tamper import Altered, tried

from sampan.bills.records import MOST_IDLE_ACTS
from sampan.bills.terms import Terms, replacements_hash
from sampan.bills.verbs.amendments import Replace
from sampan.bills.verbs.circulation import Lodge, Sign, Transfer
from sampan.bills.verbs.surrender import Accept, Deliver, Surrender
from sampan.fuzz.alone import ADMINISTRATOR, STRANGER, begun
from sampan.identity.verbs.accounts import RemoveAccount
from sampan.identity.verbs.standing import SetWindingDown
from sampan.model.replay import replay
from sampan.suite import events as ev
from sampan.suite import ids
from sampan.suite.event import Event
from sampan.suite.verb import NOBODY
from sampan.suite.words import Endorsement, Kind, Purpose, SurrenderFor

NEVER = "no log shows it"
NEXT = "what is asked next refuses it as well, or needs what this rule asks for"
ARGUMENT = "the argument is not logged: without the rule the same event comes out"
REASONS = {
    "identity.rules.signed: NotSignedBy": NEVER,
    "identity.verbs.standing.SetAuthority.run: AuthorityIsFixed": NEVER,
    "bills.verbs.tokens._pass_on: NoEther": NEVER,
    "bills.verbs.tokens.Approve.may: NoEther": NEVER,
    "bills.verbs.tokens._safely: TransferToNonERC721ReceiverImplementer": NEVER,
    "identity.verbs.recovery.VetoRecovery.may: NoRecovery": NEXT,
    "identity.verbs.recovery.ExecuteRecovery.run: NoRecovery": NEXT,
    "bills.rules.bill_in: NoSuchBill": NEXT,
    "bills.rules.entitled: TitleholderRequired": NEXT,
    "bills.rules.in_possession: NotLodged": "only while a room answers, before anything is logged",
    "identity.rules.nobody_asked: RoomIsAsked": "only while a room answers, before anything is logged",
    "bills.verbs.circulation.Endorse.may: EndorsementRequired": NEXT,
    "bills.verbs.circulation.Lodge.run: NotAPerson": NEXT,
    "bills.verbs.circulation.Lodge.run: NotARoom": NEXT,
    "bills.verbs.circulation.Lodge.run: RoomHoldsForNobody": NEXT,
    "bills.verbs.circulation.Hold.may: RoomHoldsForNobody": NEXT,
    "bills.verbs.circulation.in_room: NotLodged": NEXT,
    "bills.verbs.tokens._pass_on: TokenDoesNotExist": NEXT,
    "bills.verbs.signed.Act.run: NotAboutBill": NEXT,
    "bills.verbs.signed.Act.run: StaleAct": NEXT,
    "bills.verbs.signed.Act.run: NotAboutBill (2)": "what is about a bill and does not count logs nothing",
    "bills.rules.entitled: NotAPerson": "title is logged by the participant's number, which no room has",
    "bills.verbs.issue._may_issue: NoTitleholderInBlank": ARGUMENT,
    "bills.verbs.amendments._reissue: NoTitleholderInBlank": ARGUMENT,
    "bills.verbs.circulation._may_endorse: EndorseeNotAllowed": ARGUMENT,
}
"""Rules that keep nothing out of a history alone, and why."""

Broken = tuple[Honest, list[Event]]
BY_HAND: dict[str, Callable[[], Broken]] = {}


def by_hand(rule: str) -> Callable[[Callable[[], Broken]], Callable[[], Broken]]:
    """Decorator: what makes an honest ledger, and events that only this rule keeps out of it."""

    def enter(make: Callable[[], Broken]) -> Callable[[], Broken]:
        BY_HAND[rule] = make
        return make

    return enter


def surrendered(trade: Honest, *by: str, carrier: str = "carrier", kind: Kind = Kind.BLANK) -> list[int]:
    """Bills that each were surrendered for amendment by somebody, nothing agreed beforehand."""
    bills = [trade.issue(kind, "" if kind is Kind.BLANK else name, to=name, carrier=carrier) for name in by]
    for bill, name in zip(bills, by, strict=True):
        trade.act(name, Surrender(bill, SurrenderFor.AMENDMENT, trade.who[carrier], bytes(32), b""))
    return bills


def replaced(trade: Honest, bills: list[int], new: list[Terms], possessor: str, titleholder: int = 0) -> list[Event]:
    """What replacing them would log, agreed by the shipper."""
    carrier, shipper = trade.who["carrier"], trade.who["shipper"]
    digest = replacements_hash(bills, new)
    events: list[Event] = []
    for bill in bills:
        known = trade.state.bills[bill]
        shown = (known.act_count, possessor, known.titleholder, known.kind, digest)
        events.append(ev.Agreed(bill, shipper, Replace.selector(), *shown))
    numbers = tuple(terms.bill for terms in new)
    events += [ev.Replaced(bill, carrier, numbers, trade.state.bills[bill].act_count + 1, b"") for bill in bills]
    issued = trade.state.accounts[carrier].issued
    for at, terms in enumerate(new):
        fixed = (terms.kind, terms.root, terms.checksum, terms.carriage_law, terms.record_law)
        events.append(
            ev.ReplacementIssued(terms.bill, carrier, possessor, titleholder, *fixed, 1, issued + at + 1, tuple(bills))
        )
    return events


@by_hand("bills.verbs.amendments.Replace.run: TooMany")
def _too_many_replaced() -> Broken:
    trade = Honest()
    bills = surrendered(trade, *["shipper"] * 33)
    return trade, replaced(trade, bills, [trade.terms(LEIS["carrier"])], trade.who["shipper"])


@by_hand("bills.verbs.amendments.Replace.run: TooMany (2)")
def _too_many_replacements() -> Broken:
    trade = Honest()
    new = [trade.terms(LEIS["carrier"]) for _ in range(65)]
    return trade, replaced(trade, surrendered(trade, "shipper"), new, trade.who["shipper"])


@by_hand("bills.verbs.amendments.Replace.run: NotCarrier")
def _another_carriers_bill() -> Broken:
    trade = Honest()
    bills = [*surrendered(trade, "shipper"), *surrendered(trade, "shipper", carrier="rival")]
    return trade, replaced(trade, bills, [trade.terms(LEIS["carrier"])], trade.who["shipper"])


@by_hand("bills.verbs.amendments.Replace.run: NotOneSurrenderer")
def _two_surrenderers() -> Broken:
    """Two accounts of one participant, which agrees for both."""
    trade = Honest()
    bills = surrendered(trade, "shipper", "second")
    return trade, replaced(trade, bills, [trade.terms(LEIS["carrier"])], trade.who["shipper"])


@by_hand("bills.verbs.amendments._hold_on: NotOneLodging")
def _two_lodgings() -> Broken:
    """Of one room, which holds them for two participants."""
    trade = Honest()
    room, carrier = trade.rooms[0], trade.who["carrier"]
    bills = tuple(trade.issue(Kind.BLANK) for _ in range(2))
    new = trade.terms(LEIS["carrier"])
    agreed = replacements_hash(bills, (new,))
    for bill, holder in zip(bills, ("shipper", "bank"), strict=True):
        trade.act("shipper", Lodge(bill, Endorsement.NONE, room, trade.for_room(holder)))
        trade.act(room, Surrender(bill, SurrenderFor.AMENDMENT, carrier, agreed, b""))
    *_, ended, other, issued = replaced(trade, list(bills), [new], room)
    return trade, [ended, other, issued, ev.HeldOn(new.bill, room, trade.number("shipper"), 0)]


@by_hand("bills.verbs.amendments._reissue: NotCarrier")
def _another_carriers_replacement() -> Broken:
    trade = Honest()
    return trade, replaced(trade, surrendered(trade, "shipper"), [trade.terms(LEIS["rival"])], trade.who["shipper"])


@by_hand("bills.verbs.amendments._reissue: PreviousVersionStands")
def _next_version_of_a_bill_that_lives() -> Broken:
    trade = Honest()
    lives, bills = trade.issue(), surrendered(trade, "shipper")
    new = replace(trade.terms(LEIS["carrier"]), bill=lives + ids.ONE_VERSION)
    return trade, replaced(trade, bills, [new], trade.who["shipper"])


def _from_a_room(kind: Kind, titled: str) -> Broken:
    """What replaces a bill in blank that a room surrendered, which agreed to it beforehand."""
    trade = Honest()
    room, shipper = trade.rooms[0], trade.number("shipper")
    new = trade.terms(LEIS["carrier"], kind, trade.who.get(titled, NOBODY))
    bill = trade.issue(Kind.BLANK)
    trade.act("shipper", Lodge(bill, Endorsement.NONE, room, trade.for_room("shipper")))
    agreed = replacements_hash((bill,), (new,))
    trade.act(room, Surrender(bill, SurrenderFor.AMENDMENT, trade.who["carrier"], agreed, b""))
    _, *events = replaced(trade, [bill], [new], room, trade.number(titled) if titled else 0)
    return trade, [*events, ev.HeldOn(new.bill, room, shipper, 0)]


@by_hand("bills.verbs.amendments._reissue: NotAPerson")
def _to_the_order_of_nobody() -> Broken:
    return _from_a_room(Kind.ORDER, "")


@by_hand("bills.verbs.amendments._reissue: NotAPerson (2)")
def _a_straight_bill_to_a_room() -> Broken:
    return _from_a_room(Kind.STRAIGHT, "shipper")


@by_hand("bills.verbs.amendments.Recover.may: NothingToRecover")
def _recovered_after_its_end() -> Broken:
    trade = Honest()
    agent, carrier = trade.who["agent"], trade.who["carrier"]
    bill = trade.issue()
    trade.act("shipper", Surrender(bill, SurrenderFor.DELIVERY, agent, bytes(32), b""))
    trade.act("carrier", Accept(bill, b""))
    trade.act("carrier", Deliver(bill, b""))
    trade.act("carrier", RemoveAccount(agent, carrier))
    return trade, [ev.PossessionRecovered(bill, agent, carrier, 5)]


@by_hand("bills.verbs.issue._may_issue: MayNotReceive")
def _issued_while_winding_down() -> Broken:
    trade = Honest()
    trade.act(ADMINISTRATOR, SetWindingDown(trade.number("carrier"), True))
    terms, carrier = trade.terms(LEIS["carrier"]), trade.who["carrier"]
    fixed = (terms.kind, terms.root, terms.checksum, terms.carriage_law, terms.record_law)
    return trade, [ev.Issued(terms.bill, carrier, trade.who["shipper"], 0, *fixed, 1, 1, b"")]


@by_hand("bills.rules.idle: TooManyActs")
def _signed_once_too_often() -> Broken:
    """What moves nothing leaves the other half of a bill's acts to what does."""
    trade = Honest()
    bill, shipper = trade.issue(), trade.who["shipper"]
    while trade.count(bill) < MOST_IDLE_ACTS:
        trade.act("shipper", Sign(bill, Purpose.SEEN, b""))
    return trade, [ev.Signed(bill, shipper, Purpose.SEEN, MOST_IDLE_ACTS + 1, b"")]


@by_hand("bills.verbs.signed._may_agree: MalformedBill")
def _agreed_about_no_bill() -> Broken:
    trade = Honest()
    shipper = trade.who["shipper"]
    return trade, [ev.Agreed(1, shipper, Transfer.selector(), 0, shipper, 0, Kind.BLANK, bytes(32))]


@by_hand("identity.verbs.accounts.add: TooManyAccounts")
def _one_account_too_many() -> Broken:
    trade = Honest()
    shipper, number = trade.who["shipper"], trade.number("shipper")
    for at in range(64 - len(trade.state.participants[number].accounts)):
        trade.add_account(shipper, f"more {at}")
    following = trade.state.account_count + 1
    return trade, [ev.AccountAdded(number, STRANGER, shipper, following, 8, trade.state.accounts[shipper].receiving)]


def says(trade: Honest, events: list[Event]) -> list[str]:
    """The refusals of a rebuild of what happened, and of these events in one transaction."""
    state = begun()
    for logged in trade.log:
        assert not logged.events or replay(state, logged.events, logged.time) == []
    return [wrong.error or wrong.why for wrong in tried(state, Altered("", tuple(events), trade.now + 12))[0]]


RULES = {str(rule): rule for rule in all_rules()}


@pytest.mark.parametrize("name", BY_HAND)
def test_a_rule_that_is_broken_by_hand_is_all_that_stands_against_it(name: str) -> None:
    trade, events = BY_HAND[name]()

    assert says(trade, events)[0] == RULES[name].error
    with without(RULES[name]):
        assert says(trade, events) == []


def test_every_exception_names_a_rule_that_there_is() -> None:
    assert not set(BY_HAND) & set(REASONS)
    assert set(BY_HAND) | set(REASONS) <= set(RULES)


@pytest.mark.slow
def test_every_rule_keeps_out_of_the_history_what_nothing_else_does_or_says_why_it_cannot() -> None:
    log, altered = scripted().log, found()
    alone = {name for name, rule in RULES.items() if kept_out_alone(rule, log, altered)}
    assert set(RULES) - alone - set(BY_HAND) - set(REASONS) == set()
    assert alone & set(REASONS) == set(), "a reason is given for what is found"
