"""Rules of identity that random acts seldom reach, one by one, on contracts and model."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.on_both import DEADLINE, Both

from sampan.bills.terms import surrender_hash
from sampan.bills.verbs.circulation import Lodge, Sign, Transfer
from sampan.bills.verbs.signed import Act as ActBySignature
from sampan.bills.verbs.signed import Agree, Agreement, Multicall, SignedAct
from sampan.bills.verbs.surrender import Recall, Surrender
from sampan.fuzz import cast
from sampan.fuzz.cast import CARRIER, HOLDER
from sampan.identity.records import ANSWER, HOUR, ISSUE, MAX_ANSWER_HOURS, MOVE, RECOVERY_DELAY, RECOVERY_STANDS, TERMS
from sampan.identity.verbs.accounts import AddAccount, Cancel, RemoveAccount, SetAccountRoles, SetGiver
from sampan.identity.verbs.enrolment import AssignCode, Enrol, Enrolment, SetProfile
from sampan.identity.verbs.publishing import PublishAnswerTime, PublishRecordLaws
from sampan.identity.verbs.recovery import ExecuteRecovery, ProposeRecovery, Shorten, VetoRecovery
from sampan.identity.verbs.standing import DelistRoom, LiftSuspension, ListRoom, SetWindingDown, Suspend
from sampan.model.perform import Refused
from sampan.subjects import SUITE
from sampan.suite import ids
from sampan.suite.chance import DAY, DigestOf
from sampan.suite.verb import Signature
from sampan.suite.words import Endorsement, Kind, Purpose, Receiving, SurrenderFor

NO_HASH = bytes(32)
NONE_GIVEN = Signature(None, empty=True)
"""No signature is handed in; it stands for nobody but the caller."""

# -------------------------------------------------------------------------------------------------------------- powers


def test_ether_goes_with_no_act(both: Both) -> None:
    """Functions that could take it refuse it themselves, the others by the compiler's own check."""
    for verb in SUITE.verbs.values():
        nothing = verb(*[None for _ in verb.names()])
        error = "NoEther" if verb.payable else ""
        assert both.model(both.at("stranger"), nothing, value=1) == Refused(error), verb


def test_what_takes_ether_by_its_abi_is_what_says_so() -> None:
    payable = {
        item["name"]
        for subject in SUITE.subjects
        for abi in subject.abis()
        for item in abi
        if item.get("stateMutability") == "payable" and item["type"] == "function"
    }
    assert payable == {verb.function.partition("(")[0] for verb in SUITE.verbs.values() if verb.payable}


def test_n22_nobody_without_the_power_administers(both: Both) -> None:
    stranger = both.at("stranger")
    for verb in SUITE.verbs.values():
        if verb.power:
            nothing = verb(*[None for _ in verb.names()])
            assert both.model(stranger, nothing) == Refused("AccessManagedUnauthorized", (stranger,)), verb
    assert sum(bool(verb.power) for verb in SUITE.verbs.values()) == 15


# --------------------------------------------------------------------------------------------------------------- codes


@pytest.mark.slow
def test_t9_a_carrier_code_has_one_owner_until_it_is_freed(both: Both) -> None:
    both.done("administrator", AssignCode("SMDG", "JNK", 1))
    both.refused("administrator", AssignCode("SMDG", "JNK", 2), "CodeTaken", "SMDG", "JNK", 1)
    both.done("administrator", AssignCode("NMFTA", "JNK", 2))
    both.done("administrator", AssignCode("SMDG", "JNK", 0))
    both.done("administrator", AssignCode("SMDG", "JNK", 2))
    assert both.state.codes["SMDG", "JNK"] == 2


def test_t9_a_carrier_code_is_of_somebody_enrolled_and_well_formed(both: Both) -> None:
    both.refused("administrator", AssignCode("SMDG", "JNK", 99), "UnknownParticipant", 99)
    both.refused("administrator", AssignCode("smdg", "JNK", 1), "MalformedCode", "smdg", "JNK")
    both.refused("administrator", AssignCode("SMDG", "", 1), "MalformedCode", "SMDG", "")


# --------------------------------------------------------------------------------------------------------------- roles


@pytest.mark.slow
def test_an_account_loses_the_roles_that_its_participant_loses_and_does_not_get_them_back(both: Both) -> None:
    lei = cast.PARTS[0].lei
    both.done("administrator", SetProfile(1, lei, ANSWER | MOVE | TERMS))
    assert both.state.account(both.at("carrier")).roles == CARRIER & ~ISSUE
    both.done("administrator", SetProfile(1, lei, CARRIER))
    assert both.state.account(both.at("carrier")).roles == CARRIER & ~ISSUE


def test_an_account_gets_no_roles_that_its_participant_lacks(both: Both) -> None:
    shipper = both.at("shipper")
    both.refused("shipper", SetAccountRoles(shipper, HOLDER | ISSUE), "RolesTooWide", HOLDER | ISSUE, HOLDER)
    both.done("shipper", SetAccountRoles(shipper, HOLDER))


def test_a_new_key_gets_no_roles_by_a_recovery_that_the_participant_lacks(both: Both) -> None:
    lost, new = both.at("shipper"), both.at("spare 1")
    for roles, allowed in ((HOLDER | ISSUE, False), (HOLDER, True)):
        verb = ProposeRecovery(lost, new, roles, DEADLINE, b"lost", Signature(new))
        if allowed:
            both.done("administrator", verb)
        else:
            both.refused("administrator", verb, "RolesTooWide", roles, HOLDER)


def test_nobody_has_roles_that_do_not_exist(both: Both) -> None:
    both.refused("administrator", SetProfile(1, cast.PARTS[0].lei, 128 | CARRIER), "RolesTooWide", 128 | CARRIER, 127)
    new = enrolment(both, roles=128 | HOLDER)
    both.refused("administrator", Enrol(new, Signature(new.account)), "RolesTooWide", 128 | HOLDER, 127)


@pytest.mark.parametrize("lei", [0, ids.LEI_END])
def test_t4_nobody_is_enrolled_or_has_a_parent_by_what_is_no_lei(both: Both, lei: int) -> None:
    for wrong in ({"lei": lei}, {"parent": lei}):
        new = replace(enrolment(both, roles=HOLDER), **wrong)
        both.refused("administrator", Enrol(new, Signature(new.account)), "MalformedLei", lei)
    both.refused("administrator", SetProfile(1, lei, CARRIER), "MalformedLei", lei)


def test_the_last_lei_that_there_is_may_be_enrolled(both: Both) -> None:
    new = replace(enrolment(both, roles=HOLDER), lei=ids.LEI_END - 1, parent=1)
    both.done("administrator", Enrol(new, Signature(new.account)))


def test_t5_nobody_is_enrolled_without_a_rulebook(both: Both) -> None:
    new = replace(enrolment(both, roles=HOLDER), rulebook=NO_HASH)
    both.refused("administrator", Enrol(new, Signature(new.account)), "RulebookRequired")


def test_the_laws_of_a_cover_are_laws_that_there_are(both: Both) -> None:
    both.done("carrier", PublishRecordLaws(0b1111))
    both.refused("carrier", PublishRecordLaws(0b1_0000), "UnknownRecordLaws", 0b1_0000)


def test_who_receives_from_listed_givers_alone_gets_a_bill_from_those_without_its_signature(both: Both) -> None:
    bill, consignee, shipper = both.issued(), both.at("consignee"), both.number("shipper")
    give = Transfer(bill, consignee, b"")
    both.refused("shipper", give, "AgreementRequired")
    both.done("consignee", SetGiver(shipper, True))
    both.done("consignee", SetGiver(shipper, False))
    both.refused("shipper", give, "AgreementRequired")
    # A list is nothing to one who receives by its signature only.
    both.done("bank", SetGiver(shipper, True))
    both.refused("shipper", Transfer(bill, both.at("bank"), b""), "AgreementRequired")
    both.done("consignee", SetGiver(shipper, True))
    both.done("shipper", give)


def test_n24_nobody_who_is_not_enrolled_is_suspended_or_wound_down(both: Both) -> None:
    both.refused("administrator", Suspend(99, b"order 7"), "UnknownParticipant", 99)
    both.refused("administrator", SetWindingDown(99, True), "UnknownParticipant", 99)
    both.refused("administrator", Suspend(1, b""), "GroundRequired")
    both.refused("consignee", SetGiver(99, True), "UnknownParticipant", 99)


# ---------------------------------------------------------------------------------------------------------- signatures


def enrolment(both: Both, *, roles: int = HOLDER, account: str = "spare 1", lei: int = 0) -> Enrolment:
    """What a newcomer signs."""
    lei = lei or ids.pack_lei("SAMPANFUZZNEWCOMER")
    return Enrolment(lei, lei, "SG", roles, b"\1" * 32, both.at(account), Receiving.ANYONE, DEADLINE)


def signed(both: Both, bill: int, *, who: str = "shipper", deadline: int = DEADLINE) -> SignedAct:
    """An act that somebody signs: to sign the bill."""
    count = both.bill(bill).act_count
    return SignedAct(both.at(who), bill, count, Sign(bill, Purpose.SEEN, b""), deadline)


def test_l6_nobody_but_the_caller_speaks_without_a_signature(both: Both) -> None:
    bill = both.issued()
    act = signed(both, bill)
    both.refused("stranger", ActBySignature(act, NONE_GIVEN), "NotSignedBy", both.at("shipper"))
    both.done("shipper", ActBySignature(act, NONE_GIVEN))


def test_l6_whoever_sends_its_own_act_needs_no_signature_withdrawn_or_not(both: Both) -> None:
    bill = both.issued()
    act = signed(both, bill)
    withdrawn: bytes = DigestOf(act)  # type: ignore[assignment]
    both.done("shipper", Cancel(withdrawn))
    both.refused("stranger", ActBySignature(act, Signature(act.signer)), "SignatureCancelled")
    both.refused("shipper", ActBySignature(act, Signature(act.signer)), "SignatureCancelled")
    both.done("shipper", ActBySignature(act, NONE_GIVEN))


def test_p10_a_withdrawal_of_no_text_at_all_does_not_make_the_log_of_good_signatures_impossible(both: Both) -> None:
    """The log shows the digest of a signed act and of no other text: a digest of zeros withdraws none of them."""
    trader, new = both.at("trader"), both.at("spare 1")
    both.done("trader", Cancel(bytes(32)))
    signatures = (Signature(trader), Signature(new))
    both.done("stranger", AddAccount(trader, new, MOVE, Receiving.ANYONE, DEADLINE, *signatures))
    bill = both.issued(to="trader")
    agreement = Agreement(trader, bill, 1, Transfer.selector(), trader, 0, Kind.BLANK, NO_HASH, DEADLINE)
    both.done("stranger", Agree(agreement, Signature(trader)))


def test_l6_a_signature_counts_to_the_last_second_of_its_deadline(both: Both) -> None:
    bill = both.issued()
    act = signed(both, bill, deadline=both.now + 60)
    both.refused("stranger", ActBySignature(act, Signature(act.signer)), "SignatureExpired", act.deadline, wait=61)
    act = signed(both, bill, deadline=both.now + 60)
    both.done("stranger", ActBySignature(act, Signature(act.signer)), wait=60)


def test_neither_the_ledger_nor_its_manager_becomes_an_account(both: Both) -> None:
    """Both could be made to call in their own name, with nobody's consent."""
    trader = both.at("trader")
    for account in (both.world.ledger, both.at("manager")):
        verb = AddAccount(trader, account, MOVE, Receiving.ANYONE, DEADLINE, Signature(trader), NONE_GIVEN)
        assert both.model(account, verb) == Refused("NotAnAccount", (account,))


# --------------------------------------------------------------------------------------------------------------- times


def test_t7_an_answer_time_is_published_anew_from_the_very_second_the_last_one_is_settled(both: Both) -> None:
    both.done("carrier", PublishAnswerTime(24))
    published = both.now
    # It begins with a whole hour, for surrenders are dated by the hour.
    settled = (-(-published // HOUR) + 2 * MAX_ANSWER_HOURS + 1) * HOUR
    both.refused("carrier", PublishAnswerTime(48), "AnswerTimeChanging", 1, settled, wait=settled - published - 1)
    both.done("carrier", PublishAnswerTime(48))


def test_a_suspension_that_ends_this_second_is_over_and_cannot_be_lifted(both: Both) -> None:
    both.done("administrator", Suspend(1, b"order 7"))
    until = both.state.participants[1].suspended_until
    both.refused("administrator", LiftSuspension(1), "NotSuspended", 1, wait=until - both.now)
    both.done("administrator", Suspend(1, b"order 8"))
    until = both.state.participants[1].suspended_until
    both.done("administrator", LiftSuspension(1), wait=until - both.now - 1)


# --------------------------------------------------------------------------------------------------------------- rooms


def test_no_room_is_the_ledger_its_manager_or_an_address_without_code(both: Both) -> None:
    for name in ("ledger", "manager", "stranger"):
        both.refused("administrator", ListRoom(both.at(name), ("CN",)), "NotARoom", both.at(name))


def test_a_contract_that_acts_for_somebody_is_no_room(both: Both) -> None:
    wallet = both.at("bank wallet")
    both.refused("administrator", ListRoom(wallet, ("HK",)), "AlreadyAnAccount", wallet)
    both.refused("administrator", DelistRoom(wallet, ()), "NotARoom", wallet)


def test_p1_an_account_is_added_by_the_signatures_of_its_sponsor_and_of_itself_alone(both: Both) -> None:
    shipper, trader, new = both.at("shipper"), both.at("trader"), both.at("spare 1")
    own, its = Signature(shipper), Signature(new)
    for signatures, lacks in (
        ((NONE_GIVEN, its), shipper),
        ((Signature(trader), its), shipper),
        ((own, NONE_GIVEN), new),
        ((own, Signature(trader)), new),
    ):
        add = AddAccount(shipper, new, MOVE, Receiving.ANYONE, DEADLINE, *signatures)
        both.refused("stranger", add, "NotSignedBy", lacks)
    both.done("stranger", AddAccount(shipper, new, MOVE, Receiving.ANYONE, DEADLINE, own, its))


def test_whoever_acts_for_one_acts_for_no_other(both: Both) -> None:
    shipper, trader = both.at("shipper"), both.at("trader")
    add = AddAccount(shipper, trader, MOVE, Receiving.ANYONE, DEADLINE, Signature(shipper), Signature(trader))
    both.refused("stranger", add, "AlreadyAnAccount", trader)


def test_t4_a_room_is_listed_for_countries_that_are_codes(both: Both) -> None:
    room = both.at("unlisted room")
    both.refused("administrator", ListRoom(room, ("CN", "hk")), "MalformedCountry", "hk")
    both.done("administrator", ListRoom(room, ("AA", "AZ", "CN", "HK", "ZA", "ZZ")))


def test_a_room_that_is_listed_again_receives_again(both: Both) -> None:
    bill, room = both.issued(), both.at("honest room")
    lodge = Lodge(bill, Endorsement.NONE, room, both.holding_for("shipper"))
    both.done("administrator", DelistRoom(room, ()))
    both.refused("shipper", lodge, "MayNotReceive", room)
    both.done("administrator", ListRoom(room, ()))
    both.done("shipper", lodge)


def test_a_room_that_is_delisted_for_a_country_takes_bills_of_the_others(both: Both) -> None:
    bill, room = both.issued(), both.at("honest room")
    lodge = Lodge(bill, Endorsement.NONE, room, both.holding_for("shipper"))
    both.done("administrator", DelistRoom(room, ("CN", "HK")))
    both.refused("shipper", lodge, "RoomNotListed", room, "CN")
    both.done("administrator", ListRoom(room, ("CN",)))
    both.done("shipper", lodge)


def test_p14_m9_anybody_recalls_for_a_room_but_no_room_surrenders_what_another_is_entitled_to(both: Both) -> None:
    bill = both.issued(Kind.ORDER, "shipper")
    room = both.at("honest room")
    both.done("shipper", Lodge(bill, Endorsement.NONE, room, both.holding_for("shipper")))
    verb = Surrender(bill, SurrenderFor.DELIVERY, both.at("carrier"), NO_HASH, b"")
    both.refused("honest room", verb, "MayNotSurrender")
    blank = both.issued()
    both.done("shipper", Lodge(blank, Endorsement.NONE, room, both.holding_for("shipper")))
    both.done("honest room", Surrender(blank, SurrenderFor.DELIVERY, both.at("carrier"), NO_HASH, b""))
    both.done("stranger", Recall(blank, b""), wait=73 * 3600)
    assert both.bill(blank).possessor == room


def test_m9_a_titleholder_recalls_what_an_agent_surrendered_and_nobody_else_does(both: Both) -> None:
    bill, carrier, trader = both.issued(Kind.ORDER, "trader"), both.at("carrier"), both.at("trader")
    detail = surrender_hash(SurrenderFor.DELIVERY, NO_HASH, b"")
    agreed = Agreement(
        trader, bill, 1, Surrender.selector(), carrier, both.number("trader"), Kind.ORDER, detail, DEADLINE
    )
    surrender = Surrender(bill, SurrenderFor.DELIVERY, carrier, NO_HASH, b"")
    both.done("shipper", Multicall((Agree(agreed, Signature(trader)), surrender)))
    both.refused("forwarder", Recall(bill, b""), "NotSurrenderer", bill, both.at("forwarder"), wait=73 * 3600)
    both.done("trader", Recall(bill, b""))


# ------------------------------------------------------------------------------------------------------------ recovery


def test_a_successor_that_was_removed_meanwhile_succeeds_nobody(both: Both) -> None:
    trader, vault = both.at("trader"), both.at("trader vault")
    both.done("administrator", ProposeRecovery(trader, vault, 0, DEADLINE, b"lost", NONE_GIVEN))
    # The lost account binds nobody while its recovery waits (M4); the other may go by itself.
    both.refused("trader", RemoveAccount(vault, trader), "RecoveryWaits", trader)
    both.done("trader vault", RemoveAccount(vault, trader))
    both.refused("stranger", ExecuteRecovery(trader), "NotAnAccount", vault, wait=RECOVERY_DELAY)


def test_m4_an_account_that_was_added_since_has_no_veto(both: Both) -> None:
    """Whoever stole the key vouches for nobody meanwhile; what another account vouches for cannot stop it either."""
    bank, wallet, new = both.at("bank"), both.at("bank wallet"), both.at("spare 1")
    both.done("administrator", ProposeRecovery(bank, wallet, 0, DEADLINE, b"lost", NONE_GIVEN))
    signatures = (NONE_GIVEN, Signature(new))
    add = AddAccount(bank, new, MOVE, Receiving.ANYONE, DEADLINE, Signature(bank, empty=True), Signature(new))
    both.refused("bank", add, "RecoveryWaits", bank)
    both.done("bank wallet", AddAccount(wallet, new, MOVE, Receiving.ANYONE, DEADLINE, *signatures))
    both.refused("spare 1", VetoRecovery(bank), "AddedSince", new)
    trader = both.at("trader")
    both.refused("trader", VetoRecovery(bank), "NotTheSameParticipant", trader, bank)
    both.done("bank wallet", VetoRecovery(bank))
    both.done("bank", SetAccountRoles(new, MOVE))
    # The next time it was there before: the last account that was.
    both.refused("administrator", ProposeRecovery(bank, wallet, 0, DEADLINE, b"", NONE_GIVEN), "GroundRequired")
    both.done("administrator", ProposeRecovery(bank, wallet, 0, DEADLINE, b"lost", NONE_GIVEN))
    both.done("spare 1", VetoRecovery(bank))


def test_m5_a_recovery_that_nobody_carried_out_lapses_and_the_account_binds_again(both: Both) -> None:
    bank, wallet = both.at("bank"), both.at("bank wallet")
    both.done("administrator", ProposeRecovery(bank, wallet, 0, DEADLINE, b"lost", NONE_GIVEN))
    last = both.now + RECOVERY_DELAY + RECOVERY_STANDS
    assert both.model(bank, SetAccountRoles(wallet, MOVE), at=last) == Refused("RecoveryWaits", (bank,))
    both.refused("stranger", ExecuteRecovery(bank), "RecoveryLapsed", bank, last, wait=last + 1 - both.now)
    both.done("bank", SetAccountRoles(wallet, MOVE))


def test_an_account_that_was_removed_stays_known_as_one_of_its_participant(both: Both) -> None:
    carrier, desk = both.at("carrier"), both.at("carrier desk")
    both.done("carrier", RemoveAccount(desk, carrier))
    assert both.state.ever(1) == [carrier, desk]
    both.refused("carrier desk", Transfer(both.issued(), carrier, b""), "NotPossessor")
    assert both.state.resolve(2) == carrier


def test_the_way_to_a_successor_of_a_successor_is_made_short(both: Both) -> None:
    """Anybody may; whom a number leads to is the same before and after."""
    trader, vault, new = both.at("trader"), both.at("trader vault"), both.at("spare 1")
    signatures = (Signature(trader, empty=True), Signature(new))
    both.done("trader", AddAccount(trader, new, MOVE, Receiving.ANYONE, DEADLINE, *signatures))
    number = both.state.account(vault).number
    both.done("trader", RemoveAccount(vault, new))
    both.done("trader", RemoveAccount(new, trader))
    assert (both.state.account_at[number], both.state.resolve(number)) == (new, trader)
    both.done("stranger", Shorten(number, 16))
    assert (both.state.account_at[number], both.state.resolve(number)) == (trader, trader)
    both.executor.compare_all()


def test_t5_one_who_is_enrolled_is_not_enrolled_again(both: Both) -> None:
    new = enrolment(both, lei=cast.PARTS[0].lei)
    both.refused("administrator", Enrol(new, Signature(new.account)), "AlreadyEnrolled", new.lei, 1)
    both.refused("administrator", Enrol(enrolment(both), Signature(None)), "NotSignedBy", new.account)
    both.done("administrator", Enrol(enrolment(both), Signature(new.account)), wait=DAY)
    assert both.number("spare 1") == 8
