"""The life of a bill from issue to delivery, on whatever chain the tests run: ours, mined, or ape's own."""

from __future__ import annotations

from functools import cache

import pytest
from support.contract import refused
from support.onchain import OnChain, OpenBlock, Revm
from support.trade import NOBODY, ZERO, Endorsement, Kind, Ledger, Purpose, Rejection, Status, SurrenderFor
from support.verbs import STATEMENT, VERBS, Verb, first_second_to_recall, room
from support.world import World, build

Life = list[tuple[int, list[tuple[str, str, dict[str, object]]]]]


def _life(world: World) -> Life:
    """Shanghai to Rotterdam: what each transaction cost and logged."""
    ledger, carrier, shipper, bank, consignee = (
        world.ledger,
        world.carrier,
        world.shipper,
        world.bank,
        world.consignee,
    )
    terms = world.terms(Kind.ORDER, shipper)
    bill = terms.bill
    escrow = room(world)
    receipts = [
        ledger.issue(carrier, terms, shipper, b"shipped on board"),
        ledger.endorse(shipper, bill, Endorsement.TO_ORDER, bank, bank, b""),
        ledger.reject(bank, bill, Rejection.BOTH, b"not before the invoice"),
        ledger.endorse(shipper, bill, Endorsement.TO_ORDER, bank, bank, b""),
        ledger.sign(bank, bill, Purpose.CHECKED, b""),
        ledger.endorse(bank, bill, Endorsement.BLANK, NOBODY, NOBODY, b""),
        ledger.lodge(bank, bill, Endorsement.NONE, escrow, b"documents against payment"),
        escrow.calls("transfer", bill, consignee, b"paid"),
        ledger.surrender(consignee, bill, SurrenderFor.DELIVERY, carrier, ZERO, b""),
        ledger.refuse(carrier, bill, b"freight is unpaid"),
        ledger.surrender(consignee, bill, SurrenderFor.DELIVERY, carrier, ZERO, b""),
        ledger.accept(carrier, bill, b""),
        ledger.deliver(carrier, bill, b"gate 4"),
    ]
    assert ledger.entitlement(bill) == (carrier.address, 0, Kind.BLANK, Status.DELIVERED)
    assert ledger.bill(bill).actCount == len(receipts)
    return [
        (receipt.gas, [(event.address, event.name, event.args) for event in receipt.events]) for receipt in receipts
    ]


def test_a_bill_from_shanghai_to_rotterdam(world: World) -> None:
    assert len(_life(world)) == 13


def test_a_bill_switched_to_paper_and_back(world: World, ledger: Ledger) -> None:
    bill = world.pending(SurrenderFor.PAPER)
    ledger.toPaper(world.carrier, bill, 3, STATEMENT, b"")
    back = world.terms(Kind.BLANK, bill=bill + (1 << 140))
    ledger.issueFromPaper(world.carrier, back, world.shipper, 3, STATEMENT, b"")
    assert ledger.entitlement(back.bill)[3] == Status.LIVE


def test_a_bill_split_and_a_part_recalled(world: World, ledger: Ledger) -> None:
    bill, parts = world.blank(), [world.terms(Kind.BLANK) for _ in range(2)]
    agreed = ledger.replacementsHash([bill], parts)
    ledger.surrender(world.shipper, bill, SurrenderFor.SWITCH, world.carrier, agreed, b"")
    ledger.replace(world.carrier, [bill], parts, b"")
    world.pending(bill=parts[0].bill)
    with refused("RecallTooEarly", parts[0].bill, first_second_to_recall(ledger.now - 1)):
        ledger.recall(world.shipper, parts[0].bill, b"")
    ledger.later(hours=73)
    ledger.recall(world.shipper, parts[0].bill, b"no answer")
    assert ledger.ownerOf(parts[0].bill) == world.shipper.address


@pytest.mark.parametrize("verb", VERBS, ids=repr)
def test_each_verb_once_and_by_a_stranger_never(world: World, ledger: Ledger, verb: Verb) -> None:
    bill, actor = verb.prepare(world)
    with refused(*verb.refusal_of(world.stranger, bill)):
        verb.perform(world, world.stranger, bill)
    verb.perform(world, actor, bill)
    assert ledger.bill(bill).status == verb.leaves


@cache
def _life_in_mined_blocks(from_: int) -> Life:
    mined = build(OnChain)
    mined.onchain.at(from_)
    return _life(mined)


@pytest.mark.open_block
def test_an_open_block_costs_and_logs_what_mined_blocks_do(world: World) -> None:
    """The ways in which these tests run are no other chain: same gas, same events, act by act."""
    if not isinstance(world.onchain, OpenBlock):
        pytest.skip("this chain is mined already")
    assert _life_in_mined_blocks(world.onchain.now) == _life(world)


def test_revm_logs_what_mined_blocks_do(world: World) -> None:
    if not isinstance(world.onchain, Revm):
        pytest.skip("this is another chain")
    assert [logged for _, logged in _life_in_mined_blocks(world.onchain.now)] == [logged for _, logged in _life(world)]
