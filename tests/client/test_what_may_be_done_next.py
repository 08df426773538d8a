"""What the client says may be done next is what the ledger lets be done, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from sampan.bills.records import MOST_IDLE_ACTS
from sampan.bills.verbs.steps import OnBills
from sampan.client.ledger import Ledger
from sampan.client.next_acts import next_acts
from sampan.keccak import keccak
from sampan.subjects import SUITE
from sampan.suite.refusal import ContractRefusal
from sampan.suite.words import Endorsement, Kind, Rejection, Status, SurrenderFor
from sampan.testing import SampanChain, bare_terms

ROLES = ("carrier", "shipper", "trader", "importer", "other_carrier", "consignee")
STATEMENT = keccak(b"statement")

Situation = Callable[[SampanChain], int]


def _issued(chain: SampanChain, kind: Kind, titleholder: str | None = None) -> int:
    carrier = chain.as_role("carrier")
    return carrier.bills.issue(bare_terms(carrier, "NEXT", kind=kind, titleholder=titleholder), "shipper").bill


def _moved(chain: SampanChain, kind: Kind, titleholder: str | None = None, to: str = "trader") -> int:
    bill = _issued(chain, kind, titleholder)
    chain.as_role("shipper").bills.transfer(bill, to)
    return bill


def _endorsed(chain: SampanChain, endorsement: Endorsement, to: str | None) -> int:
    bill = _issued(chain, Kind.BLANK)
    endorsee = None if endorsement is Endorsement.BLANK else "trader"
    chain.as_role("shipper").bills.endorse(bill, endorsement, endorsee, to=to)
    return bill


def _surrendered(chain: SampanChain, purpose: SurrenderFor, *, late: bool = False, accept: bool = False) -> int:
    bill = _moved(chain, Kind.BLANK)
    chain.as_role("trader").bills.surrender(bill, purpose)
    if late:
        chain.advance(timedelta(hours=73))
    if accept:
        chain.as_role("carrier").bills.accept(bill)
    return bill


def _surrendered_for_another(chain: SampanChain) -> int:
    """By whoever has it, with the agreement of whose title it is; nobody answers."""
    bill = _moved(chain, Kind.ORDER, "trader", "importer")
    importer = chain.as_role("importer")
    agreed = chain.as_role("trader").agree_to(importer.bills.calls.surrender(bill))
    importer.bills.surrender(bill, agreements=agreed)
    chain.advance(timedelta(hours=73))
    return bill


def _later(situation: Situation) -> Situation:
    def then(chain: SampanChain) -> int:
        bill = situation(chain)
        chain.advance(timedelta(hours=74))
        return bill

    return then


def _void(chain: SampanChain) -> int:
    bill = _issued(chain, Kind.BLANK)
    chain.as_role("shipper").bills.reject(bill, Rejection.ISSUE)
    return bill


def _delivered(chain: SampanChain) -> int:
    bill = _surrendered(chain, SurrenderFor.DELIVERY, accept=True)
    chain.as_role("carrier").bills.deliver(bill)
    return bill


SITUATIONS: dict[str, Situation] = {
    "issued in blank": lambda chain: _issued(chain, Kind.BLANK),
    "issued to the order of its possessor": lambda chain: _issued(chain, Kind.ORDER, "shipper"),
    "issued to the order of another": lambda chain: _issued(chain, Kind.ORDER, "trader"),
    "issued straight": lambda chain: _issued(chain, Kind.STRAIGHT, "trader"),
    "issued long ago": _later(lambda chain: _issued(chain, Kind.BLANK)),
    "in blank with the next": lambda chain: _moved(chain, Kind.BLANK),
    "in blank with the next for long": _later(lambda chain: _moved(chain, Kind.BLANK)),
    "to order with its titleholder": lambda chain: _moved(chain, Kind.ORDER, "trader"),
    "to order with another": lambda chain: _moved(chain, Kind.ORDER, "trader", "importer"),
    "straight with its consignee": lambda chain: _moved(chain, Kind.STRAIGHT, "trader"),
    "straight with another": lambda chain: _moved(chain, Kind.STRAIGHT, "trader", "importer"),
    "endorsed by name and given": lambda chain: _endorsed(chain, Endorsement.NAMED, "trader"),
    "endorsed by name and kept": lambda chain: _endorsed(chain, Endorsement.NAMED, None),
    "endorsed to order and given": lambda chain: _endorsed(chain, Endorsement.TO_ORDER, "trader"),
    "endorsed to order and given to another": lambda chain: _endorsed(chain, Endorsement.TO_ORDER, "importer"),
    "endorsed in blank and given": lambda chain: _endorsed(chain, Endorsement.BLANK, "importer"),
    "surrendered for delivery": lambda chain: _surrendered(chain, SurrenderFor.DELIVERY),
    "surrendered for delivery, unanswered": lambda chain: _surrendered(chain, SurrenderFor.DELIVERY, late=True),
    "surrendered for amendment": lambda chain: _surrendered(chain, SurrenderFor.SWITCH),
    "surrendered for paper": lambda chain: _surrendered(chain, SurrenderFor.PAPER),
    "surrendered": lambda chain: _surrendered(chain, SurrenderFor.DELIVERY, accept=True),
    "surrendered by another than the titleholder": _surrendered_for_another,
    "delivered": _delivered,
    "void": _void,
}

VERBS: dict[str, Callable[[Ledger, int], object]] = {
    "transfer": lambda ledger, bill: ledger.bills.transfer(bill, "consignee"),
    "endorse": lambda ledger, bill: ledger.bills.endorse(bill, Endorsement.TO_ORDER, "consignee"),
    "surrender": lambda ledger, bill: ledger.bills.surrender(bill),
    "sign": lambda ledger, bill: ledger.bills.sign(bill),
    "reject issue": lambda ledger, bill: ledger.bills.reject(bill, Rejection.ISSUE),
    "reject both": lambda ledger, bill: ledger.bills.reject(bill, Rejection.BOTH),
    "reject possession": lambda ledger, bill: ledger.bills.reject(bill, Rejection.POSSESSION),
    "reject title": lambda ledger, bill: ledger.bills.reject(bill, Rejection.TITLE),
    "accept": lambda ledger, bill: ledger.bills.accept(bill),
    "refuse": lambda ledger, bill: ledger.bills.refuse(bill, remark="no"),
    "recall": lambda ledger, bill: ledger.bills.recall(bill),
    "to-paper": lambda ledger, bill: ledger.bills.to_paper(bill, originals=3, statement=STATEMENT),
    "deliver": lambda ledger, bill: ledger.bills.deliver(bill),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    # Every verb by every role, rehearsed: half a second each. The fast tests try each third situation.
    [name if number % 3 == 0 else pytest.param(name, marks=pytest.mark.long) for number, name in enumerate(SITUATIONS)],
)
def test_what_is_said_to_be_possible_is_what_the_ledger_allows(sampan_chain: SampanChain, name: str) -> None:
    bill = SITUATIONS[name](sampan_chain)
    found = sampan_chain.ledger.bill(bill)
    said = set()
    for option in next_acts(found):
        later = option.from_ is not None and option.from_ > found.time
        if later or "agreement" in option.note:
            continue
        for role in ROLES:
            ledger = sampan_chain.as_role(role)
            if option.account == ledger.address or option.participant == ledger.number_of(ledger):
                said.add((option.verb, role))
    allowed = set()
    for role in ROLES:
        rehearsing = sampan_chain.as_role(role).rehearsing()
        for verb, attempt in VERBS.items():
            # The consignee would give the bill to itself.
            try:
                attempt(rehearsing, bill)
            except ContractRefusal:
                continue
            allowed.add((verb, role))
    # Whoever acts for the surrenderer's participant may recall; there is one account each here.
    assert said == allowed


def test_x8_of_a_bill_whose_idle_acts_are_counted_out_no_signature_is_offered(sampan_chain: SampanChain) -> None:
    bill = sampan_chain.ledger.bill(_issued(sampan_chain, Kind.BLANK))
    for acts, offered in ((MOST_IDLE_ACTS - 1, True), (MOST_IDLE_ACTS, False)):
        assert ("sign" in {option.verb for option in next_acts(replace(bill, act_count=acts))}) is offered


def test_clocks_are_said_with_what_they_bound(sampan_chain: SampanChain) -> None:
    bill = sampan_chain.ledger.bill(_issued(sampan_chain, Kind.BLANK))
    reject = next(option for option in next_acts(bill) if option.verb == "reject issue")
    assert reject.until == bill.rejectable_until
    assert "until" in reject.when
    waiting = sampan_chain.ledger.bill(_surrendered_again(sampan_chain, bill.id))
    recall = next(option for option in next_acts(waiting) if option.verb == "recall")
    assert recall.from_ == waiting.recallable_from
    assert "from" in recall.when
    assert "shipper" in recall.who_in(waiting.names)


def _surrendered_again(chain: SampanChain, bill: int) -> int:
    chain.as_role("shipper").bills.surrender(bill)
    return bill


UNSAID = {
    "lodge": "it needs a room, and nobody knows which would take the bill",
    "recover": "anybody may, when an account was recovered, and nothing is lost by waiting",
    "approve": "it moves nothing by itself",
}
"""Verbs on bills that a bill's page does not offer, and why."""


def test_what_is_declared_for_a_status_is_offered_on_a_bill_of_that_status(sampan_chain: SampanChain) -> None:
    issued = sampan_chain.ledger.bill(_issued(sampan_chain, Kind.BLANK))
    kinds = [
        replace(issued, kind=kind, titleholder=titleholder, act_count=count, may_reject_title=count > 1)
        for kind, titleholder, count in product(Kind, (None, issued.holder), (1, 2))
    ]
    kinds.append(replace(issued, possessor=replace(issued.possessor, room=True)))
    for status in Status:
        options = [option for bill in kinds for option in next_acts(replace(bill, status=status))]
        offered = {option.verb.partition(" ")[0].replace("-", "_") for option in options}
        declared = {
            verb.method
            for verb in SUITE.verbs.values()
            if issubclass(verb, OnBills) and status in verb.statuses and verb.method not in {"", *UNSAID}
        }
        assert offered == declared
