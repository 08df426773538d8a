"""Acts by signature: anyone carries them, nobody carries them twice (N14, L6, decision 6)."""

from __future__ import annotations

from typing import Any

import pytest
from support.contract import refused
from support.onchain import OpenBlock
from support.trade import (
    HOUR,
    MOST_ACTS,
    MOVE,
    NOBODY,
    TYPES,
    ZERO,
    Endorsement,
    Kind,
    Ledger,
    Party,
    Purpose,
    Rejection,
    SignedAct,
    Status,
    SurrenderFor,
)
from support.verbs import BY_NAME, VERBS, Puppet, Verb, room, wallet_of
from support.world import World

SIGNABLE = [verb for verb in VERBS if verb.signable]


def _send(world: World, paper: SignedAct, signer: Any = None, sender: Any = None) -> Any:
    signature = (signer or paper.signer).signature(world.ledger.digest("SignedAct", paper))
    return world.ledger.act(sender or world.relayer, paper, signature)


@pytest.fixture
def safe(world: World) -> Puppet:
    """A contract wallet (ERC-1271) that is an account of the shipper's."""
    return wallet_of(world, world.shipper, world.stranger)


@pytest.mark.parametrize("verb", SIGNABLE, ids=repr)
def test_every_verb_about_a_bill_comes_signed_through_a_stranger(world: World, ledger: Ledger, verb: Verb) -> None:
    bill, actor = verb.prepare(world)
    paper = ledger.signed_act(actor, bill, verb.function, *verb.arguments(world, bill))
    receipt = _send(world, paper)
    by = receipt.event("ActedBySignature")
    assert by.args == {
        "bill": bill,
        "signer": actor.address,
        "relayer": world.relayer.address,
        "digest": ledger.digest("SignedAct", paper),
        "note": ledger.noteCount(),
    }
    event = receipt.event(verb.event)
    assert actor.address in (event.args.get("actor"), event.args.get("from"))
    assert ledger.bill(bill).status == verb.leaves
    assert receipt.events[0].name == "ActedBySignature"


@pytest.mark.parametrize("verb", ["issue", "issueFromPaper"])
def test_a_carrier_signs_an_issue_that_another_sends(world: World, ledger: Ledger, verb: str) -> None:
    terms = world.terms(Kind.BLANK)
    extra = (3, b"\x01" * 32) if verb == "issueFromPaper" else ()
    paper = ledger.signed_act(world.carrier, terms.bill, verb, terms, world.shipper, *extra, b"")
    _send(world, paper)
    assert ledger.account(world.carrier).issued == 1
    with refused("StaleAct", terms.bill, 1, 0):
        _send(world, paper)


def test_a_wallet_contract_signs_too(world: World, ledger: Ledger, safe: Puppet) -> None:
    """Decision 6: SignatureChecker, so Safes sign."""
    bill = world.blank(safe)
    paper = ledger.signed_act(safe, bill, "transfer", bill, world.bank, b"")
    with refused("NotSignedBy", safe):
        _send(world, paper, world.shipper)
    _send(world, paper)
    assert ledger.ownerOf(bill) == world.bank.address


def test_a_wallet_whose_owner_changed_has_signed_nothing(world: World, ledger: Ledger, safe: Puppet) -> None:
    bill = world.blank(safe)
    paper = ledger.signed_act(safe, bill, "transfer", bill, world.bank, b"")
    safe.become(world.relayer, world.forwarder, 0)
    with refused("NotSignedBy", safe):
        _send(world, paper)


def test_whoever_sends_its_own_act_needs_no_signature(world: World, ledger: Ledger) -> None:
    bill = world.blank()
    paper = ledger.signed_act(world.shipper, bill, "transfer", bill, world.bank, b"")
    with refused("NotSignedBy", world.shipper):
        ledger.act(world.relayer, paper, b"")
    ledger.act(world.shipper, paper, b"")
    assert ledger.ownerOf(bill) == world.bank.address


# ------------------------------------------------------------------------------------------------------ whose, and when


@pytest.mark.parametrize("signer", ["forwarder", "stranger", "carrier", "admin", "relayer"])
def test_another_hand_signs_nothing(world: World, ledger: Ledger, signer: str) -> None:
    bill = world.blank()
    paper = ledger.signed_act(world.shipper, bill, "transfer", bill, world.bank, b"")
    with refused("NotSignedBy", world.shipper):
        _send(world, paper, getattr(world, signer))


@pytest.mark.parametrize("signer", ["forwarder", "stranger", "carrier"])
def test_a_signature_gives_no_right_that_its_signer_lacks(world: World, ledger: Ledger, signer: str) -> None:
    bill = world.blank()
    party = getattr(world, signer)
    with refused("NotPossessor", bill, party):
        _send(world, ledger.signed_act(party, bill, "transfer", bill, world.bank, b""))


def test_p12_nor_while_it_is_suspended(world: World, ledger: Ledger) -> None:
    bill = world.blank()
    paper = ledger.signed_act(world.shipper, bill, "transfer", bill, world.bank, b"")
    world.suspend(world.shipper)
    with refused("MayNotAct", world.shipper):
        _send(world, paper)


@pytest.mark.parametrize("late", [0, 1])
def test_a_deadline_is_inclusive(world: World, ledger: Ledger, late: int) -> None:
    bill = world.blank()
    paper = ledger.signed_act(world.shipper, bill, "transfer", bill, world.bank, b"", deadline=ledger.now + 100)
    ledger.onchain.at(paper.deadline + late)
    if late:
        with refused("SignatureExpired", paper.deadline):
            _send(world, paper)
    else:
        _send(world, paper)


@pytest.mark.parametrize("tampered", ["call", "deadline", "signer", "bill"])
def test_no_word_of_it_can_be_changed(world: World, ledger: Ledger, tampered: str) -> None:
    bill, other = world.blank(), world.blank()
    paper = ledger.signed_act(world.shipper, bill, "transfer", bill, world.bank, b"")
    signature = world.shipper.signature(ledger.digest("SignedAct", paper))
    changed = {
        "call": {"call": ledger.data("transfer", bill, world.forwarder, b"")},
        "deadline": {"deadline": paper.deadline + 1},
        "signer": {"signer": world.forwarder},
        "bill": {"bill": other, "call": ledger.data("transfer", other, world.bank, b"")},
    }[tampered]
    told = paper._replace(**changed)
    with refused("NotSignedBy", told.signer):
        ledger.act(world.relayer, told, signature)


@pytest.mark.parametrize("elsewhere", ["chain", "contract"])
def test_a_signature_for_another_ledger_is_none_here(world: World, ledger: Ledger, elsewhere: str) -> None:
    bill = world.blank()
    paper = ledger.signed_act(world.shipper, bill, "transfer", bill, world.bank, b"")
    other = (
        {"chain_id": ledger.onchain.chain_id + 1} if elsewhere == "chain" else {"contract": ledger.codes["Registry"]}
    )
    with refused("NotSignedBy", world.shipper):
        ledger.act(world.relayer, paper, world.shipper.signature(ledger.digest("SignedAct", paper, **other)))


@pytest.mark.parametrize("form", ["twisted", "short", "empty", "long"])
def test_a_signature_has_one_form(world: World, ledger: Ledger, form: str) -> None:
    bill = world.blank()
    paper = ledger.signed_act(world.shipper, bill, "transfer", bill, world.bank, b"")
    signature = world.shipper.signature(ledger.digest("SignedAct", paper))
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    s = (order - int.from_bytes(signature[32:64], "big")).to_bytes(32, "big")
    changed = {
        "twisted": signature[:32] + s + bytes([55 - signature[64]]),
        "short": signature[:64],
        "empty": b"",
        "long": signature + b"\0",
    }[form]
    with refused("NotSignedBy", world.shipper):
        ledger.act(world.relayer, paper, changed)


# ------------------------------------------------------------------------------------------------------- once, or never


def test_an_act_is_carried_out_once(world: World, ledger: Ledger) -> None:
    """Even when the bill is back with its signer in the meantime (L6)."""
    bill = world.blank()
    paper = ledger.signed_act(world.shipper, bill, "transfer", bill, world.bank, b"")
    _send(world, paper)
    ledger.reject(world.bank, bill, Rejection.POSSESSION, b"")
    with refused("StaleAct", bill, 3, 1):
        _send(world, paper)


BETWEEN = {
    "the signer acts itself": lambda w, b: w.ledger.sign(w.shipper, b, Purpose.SEEN, b""),
    "the bill goes and comes back": lambda w, b: (
        w.ledger.transfer(w.shipper, b, w.bank, b""),
        w.ledger.transfer(w.bank, b, w.shipper, b""),
    ),
    "it is surrendered and refused": lambda w, b: (
        w.ledger.surrender(w.shipper, b, SurrenderFor.DELIVERY, w.carrier, ZERO, b""),
        w.ledger.refuse(w.carrier, b, b"no"),
    ),
}


@pytest.mark.parametrize("between", BETWEEN)
def test_n14_any_act_in_between_voids_it(world: World, ledger: Ledger, between: str) -> None:
    """An old signature is not revived when the bill comes back."""
    bill = world.blank()
    paper = ledger.signed_act(world.shipper, bill, "transfer", bill, world.bank, b"")
    BETWEEN[between](world, bill)
    assert ledger.bill(bill).actCount > paper.act_count
    with refused("StaleAct", bill, ledger.bill(bill).actCount, paper.act_count):
        _send(world, paper)


@pytest.mark.parametrize("ahead", [1, 5, 2**255])
def test_nothing_is_signed_ahead_of_its_time(world: World, ledger: Ledger, ahead: int) -> None:
    bill = world.blank()
    with refused("StaleAct", bill, 1, 1 + ahead):
        _send(world, ledger.signed_act(world.shipper, bill, "transfer", bill, world.bank, b"", act_count=1 + ahead))


def test_what_was_signed_for_two_acts_in_a_row_is_sent_in_a_row(world: World, ledger: Ledger) -> None:
    bill = world.blank()
    papers = [
        ledger.signed_act(world.shipper, bill, "endorse", bill, Endorsement.TO_ORDER, world.bank, NOBODY, b""),
        ledger.signed_act(world.shipper, bill, "transfer", bill, world.bank, b"", act_count=2),
    ]
    calls = [ledger.data("act", paper, world.shipper.signature(ledger.digest("SignedAct", paper))) for paper in papers]
    ledger.together(world.relayer, *calls)
    assert ledger.entitlement(bill)[:2] == (world.bank.address, world.bank.participant)


def test_a_signature_is_withdrawn_by_whoever_gave_it(world: World, ledger: Ledger) -> None:
    bill = world.blank()
    paper = ledger.signed_act(world.shipper, bill, "transfer", bill, world.bank, b"")
    digest = ledger.digest("SignedAct", paper)
    ledger.cancel(world.stranger, digest)
    assert not ledger.isCancelled(world.shipper, digest)
    event = ledger.cancel(world.shipper, digest).event("Cancelled")
    assert (event.signer, event.digest) == (world.shipper.address, digest)
    assert ledger.isCancelled(world.shipper, digest)
    with refused("SignatureCancelled", world.shipper, digest):
        _send(world, paper)


def test_n14_offers_are_independent_of_each_other(world: World, ledger: Ledger) -> None:
    """No sequential nonce: a withdrawn one blocks none of the others."""
    bills = [world.blank() for _ in range(3)]
    papers = [ledger.signed_act(world.shipper, bill, "transfer", bill, world.bank, b"") for bill in bills]
    ledger.cancel(world.shipper, ledger.digest("SignedAct", papers[1]))
    _send(world, papers[2])
    _send(world, papers[0])
    assert [ledger.ownerOf(bill) == world.bank.address for bill in bills] == [True, False, True]


def test_a_suspended_party_withdraws_its_signatures(world: World, ledger: Ledger) -> None:
    world.suspend(world.shipper)
    ledger.cancel(world.shipper, b"\x07" * 32)
    assert ledger.isCancelled(world.shipper, b"\x07" * 32)


# ----------------------------------------------------------------------------------------------- about the bill alone


def _smuggled(world: World, bill: int) -> dict[str, bytes]:
    ledger, other = world.ledger, world.blank()
    return {
        "another bill": ledger.data("transfer", other, world.bank, b""),
        "several calls": ledger.data("multicall", [ledger.data("transfer", other, world.bank, b"")]),
        "an approval": ledger.data("approve", world.forwarder, bill),
        "an approval for all": ledger.data("setApprovalForAll", world.forwarder, True),
        "a transferFrom": ledger.data("transferFrom", world.shipper, world.bank, bill),
        "a removal": ledger.data("removeAccount", world.shipper, world.bank),
        "a replacement": ledger.data("replace", [bill], [world.terms()], b""),
        "nothing": b"",
        "a selector": ledger.selector("transfer"),
        "half a bill": ledger.selector("transfer") + bill.to_bytes(32, "big")[:31],
    }


@pytest.mark.parametrize(
    "what",
    [
        "another bill",
        "several calls",
        "an approval",
        "an approval for all",
        "a transferFrom",
        "a removal",
        "a replacement",
        "nothing",
        "a selector",
        "half a bill",
    ],
)
def test_a_signature_about_a_bill_carries_nothing_else(world: World, ledger: Ledger, what: str) -> None:
    bill = world.blank()
    paper = SignedAct(world.shipper, bill, 1, _smuggled(world, bill)[what], ledger.now + HOUR)
    with refused("NotAboutBill", bill):
        _send(world, paper)


def test_an_act_within_an_act_is_none(world: World, ledger: Ledger) -> None:
    bill = world.blank()
    inner = ledger.signed_act(world.shipper, bill, "transfer", bill, world.bank, b"")
    call = ledger.data("act", inner, world.shipper.signature(ledger.digest("SignedAct", inner)))
    with refused("NotAboutBill", bill):
        _send(world, SignedAct(world.shipper, bill, 1, call, ledger.now + HOUR))


@pytest.mark.parametrize("place", [0x20, 0x40])
def test_a_number_that_looks_like_the_place_of_an_argument_is_no_bill(world: World, ledger: Ledger, place: int) -> None:
    """`multicall` begins with 0x20: it must not pass for a call about bill 32."""
    bill = world.blank()
    call = ledger.data("multicall", [ledger.data("transfer", bill, world.bank, b"")])
    paper = SignedAct(world.shipper, place, 0, call, ledger.now + HOUR)
    with refused("NotAboutBill", place):
        _send(world, paper)
    assert ledger.ownerOf(bill) == world.shipper.address


@pytest.mark.parametrize("call", ["bill", "rootOf", "ownerOf", "tokenURI", "cancel", "shorten", "recover"])
def test_what_does_not_count_as_an_act_is_undone(world: World, ledger: Ledger, call: str) -> None:
    """Else it could be sent again and again."""
    bill = world.blank()
    arguments = {"cancel": (bill.to_bytes(32, "big"),), "shorten": (bill, 0)}.get(call, (bill,))
    paper = SignedAct(world.shipper, bill, 1, ledger.data(call, *arguments), ledger.now + HOUR)
    with refused("NothingToRecover" if call == "recover" else "NotAboutBill", bill):
        _send(world, paper)
    assert not ledger.isCancelled(world.shipper, bill.to_bytes(32, "big"))
    assert not ledger.isCancelled(ledger, bill.to_bytes(32, "big"))


def test_the_verbs_own_error_comes_back(world: World, ledger: Ledger) -> None:
    bill = world.order(world.bank, world.shipper)
    paper = ledger.signed_act(world.shipper, bill, "surrender", bill, SurrenderFor.DELIVERY, world.carrier, ZERO, b"")
    with refused("MayNotSurrender", bill, world.shipper):
        _send(world, paper)


def test_a_function_that_is_none_is_refused(world: World, ledger: Ledger) -> None:
    bill = world.blank()
    call = b"\xde\xad\xbe\xef" + bill.to_bytes(32, "big")
    with refused("FailedCall"):
        _send(world, SignedAct(world.shipper, bill, 1, call, ledger.now + HOUR))


# ---------------------------------------------------------------------------------------------------------- saturation


@pytest.mark.open_block
def test_a_bill_that_has_counted_to_its_end_goes_on_without_signatures(world: World, ledger: Ledger) -> None:
    """A count that stands still would let a signature be used twice."""
    if not isinstance(ledger.onchain, OpenBlock):
        pytest.skip("writes storage")
    bill = world.blank()
    _count_to(world, bill, MOST_ACTS - 1)
    paper = ledger.signed_act(world.shipper, bill, "transfer", bill, world.consignee, b"")
    assert _send(world, paper).event("Transferred").actCount == MOST_ACTS
    with refused("StaleAct", bill, MOST_ACTS, MOST_ACTS):
        _send(world, ledger.signed_act(world.consignee, bill, "transfer", bill, world.shipper, b""))
    agreement = ledger.agreement(world.bank, bill, "transfer", world.bank, 0, Kind.BLANK)
    for verb in ("agree", "record"):
        with refused("StaleAct", bill, MOST_ACTS, MOST_ACTS):
            getattr(ledger, verb)(world.bank, agreement, b"")
    ledger.reject(world.consignee, bill, Rejection.POSSESSION, b"")
    before = ledger.whole(bill)
    assert ledger.transfer(world.shipper, bill, world.bank, b"").event("Transferred").actCount == MOST_ACTS
    ledger.reject(world.bank, bill, Rejection.POSSESSION, b"")
    assert ledger.whole(bill) == before
    ledger.transfer(world.shipper, bill, world.bank, b"")
    world.pending(bill=bill)
    ledger.accept(world.carrier, bill, b"")
    ledger.deliver(world.carrier, bill, b"")
    assert ledger.entitlement(bill)[3] == Status.DELIVERED


def _count_to(world: World, bill: int, act_count: int) -> None:
    chain, ledger = world.onchain, world.ledger
    assert isinstance(chain, OpenBlock)
    address, slot = bytes.fromhex(ledger.address[2:]), ledger.slot_of(bill)
    word = chain.storage(address, slot)
    shift = 160 + 9
    chain.poke(address, slot, word & ~(MOST_ACTS << shift) | act_count << shift)
    assert ledger.bill(bill).actCount == act_count


# ---------------------------------------------------------------------------------------------- the signer never leaks


def test_a_room_entered_by_a_signed_act_acts_for_itself_alone(world: World, ledger: Ledger) -> None:
    """While a signed act runs, a room tries to act as its signer."""
    bill, treasure = world.blank(), world.blank()
    escrow = room(world)
    escrow.will(
        escrow.step("transfer", treasure, world.forwarder, b"", may_fail=True),
        escrow.step("transferFrom", world.shipper, world.forwarder, treasure, may_fail=True),
        escrow.step("approve", world.forwarder, treasure, may_fail=True),
        escrow.step("setApprovalForAll", world.forwarder, True, may_fail=True),
        escrow.step("multicall", [ledger.data("transfer", treasure, world.forwarder, b"")], may_fail=True),
        escrow.step("endorse", treasure, Endorsement.TO_ORDER, world.forwarder, NOBODY, b"", may_fail=True),
        escrow.step("setAccountRoles", world.shipper, 0, may_fail=True),
        escrow.step("removeAccount", world.shipper, world.shipper, may_fail=True),
        escrow.step("signRulebook", b"\x01" * 32, may_fail=True),
    )
    before = ledger.whole(treasure)
    _send(world, ledger.signed_act(world.shipper, bill, "lodge", bill, Endorsement.NONE, escrow, b""))
    assert escrow.failures() == 9
    assert ledger.whole(treasure) == before
    assert not ledger.isApprovedForAll(world.shipper, world.forwarder)
    assert ledger.account(world.shipper).roles == world.shipper.roles


def test_a_room_that_is_asked_relays_no_signed_act_and_acts_for_nobody(world: World, ledger: Ledger) -> None:
    """From inside a signed act the room relays another's signed act, then tries to act as either."""
    bill, banks, treasure = world.blank(), world.blank(world.bank), world.blank()
    inner = ledger.signed_act(world.bank, banks, "transfer", banks, world.consignee, b"")
    signature = world.bank.signature(ledger.digest("SignedAct", inner))
    escrow = room(world)
    escrow.will(
        escrow.step("act", inner, signature, may_fail=True),
        escrow.step("transfer", treasure, world.forwarder, b"", may_fail=True),
        escrow.step("transfer", banks, world.consignee, b"", may_fail=True),
    )
    receipt = _send(world, ledger.signed_act(world.shipper, bill, "lodge", bill, Endorsement.NONE, escrow, b""))
    assert [event.signer for event in receipt.named("ActedBySignature")] == [world.shipper.address]
    assert escrow.failures() == 3
    assert (ledger.ownerOf(treasure), ledger.ownerOf(banks)) == (world.shipper.address, world.bank.address)
    ledger.act(world.relayer, inner, signature)


def test_after_a_signed_act_its_relayer_is_itself_again(world: World, ledger: Ledger) -> None:
    bill, treasure = world.blank(), world.blank()
    paper = ledger.signed_act(world.shipper, bill, "transfer", bill, world.bank, b"")
    signature = world.shipper.signature(ledger.digest("SignedAct", paper))
    transfer = ledger.data("transfer", treasure, world.forwarder, b"")
    with refused("NotPossessor", treasure, world.relayer):
        ledger.together(world.relayer, ledger.data("act", paper, signature), transfer)
    carrier_of_papers = Puppet(world)
    with refused("NotPossessor", treasure, carrier_of_papers):
        carrier_of_papers.does(
            carrier_of_papers.step("act", paper, signature),
            carrier_of_papers.step("transfer", treasure, world.forwarder, b""),
        )


def test_a_signed_act_that_fails_inside_leaves_no_signer_behind(world: World, ledger: Ledger) -> None:
    bill, treasure = world.blank(), world.blank()
    paper = ledger.signed_act(world.shipper, bill, "transfer", bill, world.stranger, b"")
    messenger = Puppet(world)
    messenger.does(
        messenger.step("act", paper, world.shipper.signature(ledger.digest("SignedAct", paper)), may_fail=True),
        messenger.step("transfer", treasure, world.forwarder, b"", may_fail=True),
    )
    assert messenger.failures() == 2
    assert ledger.ownerOf(treasure) == world.shipper.address


def test_a_room_does_nothing_with_the_bill_before_the_signed_act_has_ended(world: World, ledger: Ledger) -> None:
    """What it does not want it refuses, by undoing the act."""
    bill, escrow = world.blank(), room(world)
    escrow.will(
        escrow.step("reject", bill, Rejection.POSSESSION, b"not today", may_fail=True),
        escrow.step("giveBack", bill, b"not today", may_fail=True),
    )
    _send(world, ledger.signed_act(world.shipper, bill, "lodge", bill, Endorsement.NONE, escrow, b""))
    assert escrow.failures() == 2
    assert (ledger.ownerOf(bill), ledger.bill(bill).actCount) == (escrow.address, 2)


# ----------------------------------------------------------------------------------------------------- what is signed


@pytest.mark.parametrize("kind", list(TYPES))
def test_what_is_signed_is_eip_712_as_wallets_show_it(world: World, ledger: Ledger, kind: str) -> None:
    """Against eth-account's own encoding of the same typed data."""
    from eth_account.messages import _hash_eip191_message, encode_typed_data

    values: dict[str, tuple[Any, ...]] = {
        "Enrolment": tuple(ledger.enrolment(world.shipper)),
        "NewAccount": (3, world.stranger, MOVE, 2, 1_800_000_000),
        "Successor": (3, world.bank, world.stranger, MOVE, 2, 1_800_000_000),
        "SignedAct": tuple(ledger.signed_act(world.shipper, bill := world.blank(), "sign", bill, 0, b"remark")),
        "Agreement": tuple(ledger.agreement(world.bank, bill, "transfer", world.bank, 0, Kind.BLANK, b"\x05" * 32)),
    }
    fields = [field.split(" ") for field in TYPES[kind].split(",")]
    message = {
        name: (value.address if hasattr(value, "address") else int(value) if isinstance(value, int) else value)
        for (_, name), value in zip(fields, values[kind], strict=True)
    }
    signable = encode_typed_data(
        full_message={
            "types": {
                "EIP712Domain": [
                    {"name": "name", "type": "string"},
                    {"name": "version", "type": "string"},
                    {"name": "chainId", "type": "uint256"},
                    {"name": "verifyingContract", "type": "address"},
                ],
                kind: [{"name": name, "type": type_} for type_, name in fields],
            },
            "primaryType": kind,
            "domain": {
                "name": "Sampan Bills",
                "version": "1",
                "chainId": ledger.onchain.chain_id,
                "verifyingContract": ledger.address,
            },
            "message": message,
        }
    )
    assert _hash_eip191_message(signable) == ledger.digest(kind, values[kind])


def test_the_ledger_names_what_it_hashes(ledger: Ledger) -> None:
    from sampan.keccak import keccak

    names = {
        "Enrolment": "ENROLMENT",
        "NewAccount": "NEW_ACCOUNT",
        "Successor": "SUCCESSOR",
        "SignedAct": "SIGNED_ACT",
        "Agreement": "AGREEMENT",
    }
    assert set(names) == set(TYPES)
    for kind, name in names.items():
        assert getattr(ledger, f"{name}_TYPEHASH")() == keccak(f"{kind}({TYPES[kind]})".encode())
    _, domain_name, version, chain_id, contract, _, _ = ledger.eip712Domain()
    assert (domain_name, version, chain_id, contract) == ("Sampan Bills", "1", ledger.onchain.chain_id, ledger.address)


def test_the_verb_of_a_signed_act_asks_for_the_signers_role(world: World, ledger: Ledger, carrier_desk: Party) -> None:
    bill, _ = BY_NAME["transfer"].prepare(world)
    ledger.setAccountRoles(world.shipper, world.shipper, world.shipper.roles & ~MOVE)
    with refused("LacksRole", world.shipper, MOVE):
        _send(world, ledger.signed_act(world.shipper, bill, "transfer", bill, world.bank, b""))
