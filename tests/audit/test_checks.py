"""Every check fires on a ledger that was doctored for it, and keeps silent on the honest one.

The contracts allow none of this, so each evil is worked into the evidence of an honest ledger: an event left out,
invented or changed, an answer of the chain that differs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.audited_trade import LEIS, ROLES, THE_ISSUE

from sampan.audit import checks
from sampan.audit.checks import run
from sampan.audit.decoding import Unreadable
from sampan.audit.evidence import Evidence
from sampan.audit.rebuild import rebuild
from sampan.audit.store import StoreFault
from sampan.bills.history import acts, bill_of
from sampan.deployment.powers import Difference
from sampan.deployment.verify import Fault
from sampan.subjects import SUITE
from sampan.suite import events as ev
from sampan.suite.check import Answers, Check, Entry, Level, Mismatch
from sampan.suite.event import Event
from sampan.suite.ids import BillId, pack_lei
from sampan.suite.tell import bill_name, checksum
from sampan.suite.words import Purpose

DAY = 86_400
SOMEBODY = "0x" + "5e" * 20
NOTE = 1
"""Of an event that is put in: no check of these looks at it."""


def seen(check: str, evidence: Evidence) -> list[tuple[str, str]]:
    """Subject and message of what a check finds."""
    return [(finding.subject, finding.message) for finding in run(checks.find(check), evidence)]


def acts_of(evidence: Evidence, bill: int) -> list[Entry]:
    return acts(evidence)[bill]


def transfers_of(evidence: Evidence, bill: int) -> list[Entry]:
    found = [entry for entry in evidence.entries if isinstance(entry.event, ev.Transfer)]
    return [entry for entry in found if entry.event.token_id == bill]


def rebuilt(evidence: Evidence) -> Evidence:
    """The same events, rebuilt anew."""
    state = evidence.state
    done = rebuild(evidence.entries, SUITE, addresses=state.addresses, authority=state.authority)
    return replace(evidence, state=done.state, impossible=done.impossible, misplaced=done.misplaced)


def without(evidence: Evidence, *left_out: Entry) -> Evidence:
    return rebuilt(replace(evidence, entries=[entry for entry in evidence.entries if entry not in left_out]))


def changed(evidence: Evidence, entry: Entry, **arguments: Any) -> Evidence:
    other = replace(entry, event=replace(entry.event, **arguments))
    return rebuilt(replace(evidence, entries=[other if one is entry else one for one in evidence.entries]))


def followed(evidence: Evidence, entry: Entry, event: Event) -> Evidence:
    """One event more, in a transaction of its own right behind another."""
    more = replace(entry, event=event, index=entry.index + 1, transaction="0x" + "ab" * 32)
    return inserted(evidence, evidence.entries.index(entry) + 1, more)


def preceded(evidence: Evidence, entry: Entry, event: Event) -> Evidence:
    """One event more, right before another."""
    return inserted(evidence, evidence.entries.index(entry), replace(entry, event=event, index=0))


def inserted(evidence: Evidence, place: int, entry: Entry) -> Evidence:
    entries = list(evidence.entries)
    entries.insert(place, entry)
    return replace(evidence, entries=entries)


def answering(evidence: Evidence, **tables: dict[Any, Any]) -> Evidence:
    """Where views answer something else than they did: view to arguments to the answer."""
    replies = {key: dict(table) for key, table in evidence.answers.replies.items()}
    for view, table in tables.items():
        replies["Bills", view] |= table
    return replace(evidence, answers=Answers(replies, []))


@pytest.fixture
def evidence(honest_ledger) -> Evidence:
    return honest_ledger.report.evidence


@pytest.fixture
def bills(honest_ledger) -> dict[str, int]:
    return honest_ledger.bills


@pytest.fixture
def persons(honest_ledger) -> dict[str, int]:
    return honest_ledger.trade.participants


@pytest.mark.parametrize("check", checks.every(), ids=lambda check: check.id)
def test_a_check_is_silent_on_an_honest_ledger(check: Check, evidence: Evidence) -> None:
    assert run(check, evidence) == []


def test_every_check_has_a_ledger_on_which_it_fires() -> None:
    """Those of money and sales in test_money.py, of cargo in test_cargo.py, of loans in loans/."""
    here = "".join(name for name in globals() if name.startswith("test_")).lower()
    folder = Path(__file__).parent
    for other in (folder / "test_money.py", folder / "test_cargo.py", *folder.glob("loans/test_*.py")):
        here += other.read_text(encoding="utf-8").lower()
    for check in checks.every():
        assert check.id.lower().replace("-", "_") in here or f'("{check.id.lower()}"' in here, check.id


# ---------------------------------------------------------------------------------------------------- what all rests on


def test_sam_c1_code_that_is_not_the_artifacts(evidence: Evidence) -> None:
    other = replace(evidence, code=[Fault("code.other", "Bills", "the code at 0x12 is not the artifact's")])

    assert seen("SAM-C1", other) == [("Bills", "the code at 0x12 is not the artifact's")]
    assert not other.reconciled


def test_sam_c2_an_altered_event_store(evidence: Evidence) -> None:
    altered = replace(evidence, store=[StoreFault("lacks a log that the chain has", 7, 3), StoreFault("is torn")])

    assert seen("SAM-C2", altered) == [
        ("event store, block 7, log 3", "lacks a log that the chain has"),
        ("event store", "is torn"),
    ]


def test_sam_c3_a_log_that_is_no_event(evidence: Evidence) -> None:
    strange = replace(evidence, unreadable=[Unreadable(7, 3, "Bills", "no event of this code begins with 0x12")])

    assert seen("SAM-C3", strange) == [("Bills, block 7, log 3", "no event of this code begins with 0x12")]
    assert not strange.reconciled


def test_sam_c4_two_rpcs_that_tell_different_histories(evidence: Evidence) -> None:
    other = replace(evidence, elsewhere=[(7, 3, "no log, where https://other.example tells of one")])

    assert seen("SAM-C4", other) == [
        ("block 7, log 3", "this RPC tells of no log, where https://other.example tells of one")
    ]


# ---------------------------------------------------------------------------------------------------------- the history


@pytest.mark.parametrize("place", [0, 1, 5, 10])
def test_sam_h1_an_act_that_was_left_out_of_the_middle(evidence: Evidence, bills: dict[str, int], place: int) -> None:
    left_out = acts_of(evidence, bills["delivered"])[place]

    (subject, message), *rest = seen("SAM-H1", without(evidence, left_out))

    assert rest == []
    assert subject == bill_name(bills["delivered"])
    assert message.startswith(f"act {place + 1} is not in the logs")


def test_sam_h1_the_last_act_was_left_out(evidence: Evidence, bills: dict[str, int]) -> None:
    last = acts_of(evidence, bills["delivered"])[-1]

    assert seen("SAM-H1", without(evidence, last)) == [
        (bill_name(bills["delivered"]), "the chain has counted 12 acts, the logs tell 11")
    ]


def test_sam_h1_all_of_a_bill_was_left_out(evidence: Evidence, bills: dict[str, int]) -> None:
    gone = without(evidence, *evidence.grouped(bill_of)[bills["lodged"]])

    assert (bill_name(bills["lodged"]), "the chain has counted 2 acts, the logs tell 0") in seen("SAM-H1", gone)


def test_sam_h1_counts_that_reached_their_end_stay(evidence: Evidence, bills: dict[str, int]) -> None:
    act = acts_of(evidence, bills["lodged"])[-1]
    many = [replace(act, event=replace(act.event, act_count=min(number, 2047))) for number in range(1, 2050)]
    kept = Answers({("Bills", "bill"): {(bills["lodged"],): {"actCount": 2047}}})
    full = replace(evidence, entries=many, answers=kept)

    assert seen("SAM-H1", full) == []
    assert seen("SAM-H1", replace(full, entries=many[:-3])) == [
        (bill_name(bills["lodged"]), "the chain has counted 2047 acts, the logs tell 2046")
    ]


def test_sam_h2_an_issue_that_was_left_out(evidence: Evidence, bills: dict[str, int]) -> None:
    issue = acts_of(evidence, bills["by signature"])[0]
    number = issue.event.issued

    ((subject, message),) = seen("SAM-H2", without(evidence, issue))
    assert subject == ROLES["carrier"]
    assert message.startswith(f"bill number {number} that it issued is not in the logs")
    assert message.endswith(f"the one in block {issue.block + 2} is number {number + 1}")


def test_sam_h2_the_last_issue_was_left_out(evidence: Evidence, bills: dict[str, int]) -> None:
    issue = acts_of(evidence, bills["offered"])[0]
    number = issue.event.issued

    assert seen("SAM-H2", without(evidence, issue)) == [
        (ROLES["carrier"], f"the chain has counted {number} issues, the logs tell {number - 1}")
    ]


def test_sam_h3_a_transfer_that_is_missing_or_alone_or_goes_elsewhere(
    evidence: Evidence, bills: dict[str, int]
) -> None:
    bill = bills["delivered"]
    name, transfer, act = bill_name(bill), transfers_of(evidence, bill)[1], acts_of(evidence, bill)[1]

    last = transfers_of(evidence, bill)[-1]
    assert seen("SAM-H3", without(evidence, last)) == [
        (name, f"Surrendered in block {last.block} has no Transfer beside it")
    ]
    assert seen("SAM-H3", without(evidence, act)) == [
        (name, f"Transfer in block {act.block} has nothing beside it that it repeats")
    ]
    for field in ("to", "from_"):
        ((subject, message),) = seen("SAM-H3", changed(evidence, transfer, **{field: SOMEBODY}))
        said = f"{field.rstrip('_')} is {checksum(SOMEBODY)}, should be {ROLES['bank' if field == 'to' else 'shipper']}"
        assert (subject, message) == (name, f"Transfer in block {act.block} beside Endorsed: {said}")


def test_sam_h3_a_transfer_of_a_bill_that_nobody_issued(evidence: Evidence, bills: dict[str, int]) -> None:
    issue, transfer = acts_of(evidence, bills["lodged"])[0], transfers_of(evidence, bills["lodged"])[0]
    nobodys = BillId(pack_lei(LEIS["carrier"]), 1, "NOBODYS").pack()

    ((subject, _),) = seen("SAM-H3", rebuilt(followed(evidence, issue, replace(transfer.event, token_id=nobodys))))

    assert subject == bill_name(nobodys)


def test_sam_h3_whose_authority_it_is_was_said_once(evidence: Evidence) -> None:
    said = next(entry for entry in evidence.entries if isinstance(entry.event, ev.AuthorityUpdated))

    ((subject, _),) = seen("SAM-H3", changed(evidence, said, authority=SOMEBODY))
    assert subject == "AuthorityUpdated"
    ((_, message),) = seen("SAM-H3", rebuilt(followed(evidence, evidence.entries[-1], said.event)))
    assert message.startswith("AuthorityUpdated in block ")


def test_sam_h4_an_event_that_could_not_follow(evidence: Evidence, bills: dict[str, int]) -> None:
    bill = bills["delivered"]
    accepted = next(entry for entry in acts_of(evidence, bill) if entry.name == "SurrenderAccepted")
    broken = without(evidence, accepted)

    ((subject, message),) = seen("SAM-H4", broken)

    assert subject == bill_name(bill)
    assert message.startswith(f"Delivered in block {accepted.block + 1}: ")
    assert not broken.reconciled


def test_sam_h4_goes_on_with_the_rest_of_the_ledger(evidence: Evidence, bills: dict[str, int]) -> None:
    broken = without(evidence, acts_of(evidence, bills["delivered"])[4])

    assert [subject for subject, _ in seen("SAM-H4", broken)] == [bill_name(bills["delivered"])]
    for name, bill in bills.items():
        if name != "delivered":
            assert broken.state.bills[bill] == evidence.state.bills[bill], name


def test_sam_h4_one_cause_is_one_finding(evidence: Evidence, bills: dict[str, int]) -> None:
    """What an account does that was never added is one finding, whatever bills it concerns."""
    bank = next(
        entry for entry in evidence.told if isinstance(entry.event, ev.AccountAdded) and entry.event.participant == 3
    )
    assert bank.event.account == ROLES["bank"].lower()

    enrolled, numbered, acted = seen("SAM-H4", without(evidence, bank))

    assert enrolled == (
        f"participant {bank.event.participant}",
        f"ParticipantEnrolled in block {bank.block}: AccountAdded must follow in its transaction",
    )
    assert numbered[1] == f"AccountAdded in block {bank.block + 1}: number is 4, should be 3"
    assert "MayNotReceive" in acted[1]
    assert acted[1].endswith(" that follow from it)")


# ----------------------------------------------------------------------------------------------------------- the chain


def test_sam_p10_storage_that_differs(evidence: Evidence, bills: dict[str, int]) -> None:
    name = bill_name(bills["lodged"])
    found = [Mismatch(name, "bill.status", "1", "8"), Mismatch(name, "ownerOf", "0x1", "0x2")]
    differing = replace(evidence, answers=Answers(mismatches=found))

    assert seen("SAM-P10", differing) == [
        (name, "bill.status: the logs give 1, the chain has 8; ownerOf: the logs give 0x1, the chain has 0x2")
    ]
    assert not differing.reconciled


@pytest.mark.parametrize(("holder", "words"), [(None, "gives no answer"), (0, "answers 0"), (99, "never enrolled")])
def test_sam_p1_a_room_that_holds_for_nobody(
    evidence: Evidence, bills: dict[str, int], holder: int | None, words: str
) -> None:
    ((subject, message),) = seen("SAM-P1", answering(evidence, holderFor={(bills["lodged"],): holder}))

    assert subject == bill_name(bills["lodged"])
    assert words in message


def test_sam_p3_a_root_that_changed(evidence: Evidence, bills: dict[str, int]) -> None:
    bill = bills["lodged"]

    ((subject, message),) = seen("SAM-P3", answering(evidence, rootOf={(bill,): b"\x01" * 32}))

    assert subject == bill_name(bill)
    assert "0x" + "01" * 32 in message


def test_sam_p3_a_bill_without_a_document(evidence: Evidence, bills: dict[str, int]) -> None:
    issue = acts_of(evidence, bills["lodged"])[0]

    assert (bill_name(bills["lodged"]), "was issued without a document") in seen(
        "SAM-P3", changed(evidence, issue, checksum=bytes(32))
    )


def test_sam_a1_powers_that_are_more_than_the_manifest_says(evidence: Evidence) -> None:
    more = Difference("powers.member", "error", ROLES["thief"], "has RECOVERER, which the manifest does not say")
    less = Difference("powers.member", "warning", ROLES["keeper"], "has ADMIN no more")

    findings = run(checks.find("SAM-A1"), replace(evidence, powers=[more, less]))

    assert [(finding.subject, finding.level) for finding in findings] == [
        (ROLES["thief"], Level.HIGH),
        (ROLES["keeper"], Level.LOW),
    ]


# ------------------------------------------------------------------------------------------------------- life of a bill


def test_sam_p2_a_second_version_while_the_first_lives(evidence: Evidence, bills: dict[str, int]) -> None:
    rejected = next(entry for entry in acts_of(evidence, bills["void"]) if entry.name == "Rejected")
    second = acts_of(evidence, bills["second version"])[0]

    assert seen("SAM-P2", without(evidence, rejected)) == [
        (
            bill_name(bills["second version"]),
            f"was issued in block {second.block} while {bill_name(bills['void'])} was live",
        )
    ]


def test_sam_p2_a_bill_issued_twice_or_with_a_version_left_out(evidence: Evidence, bills: dict[str, int]) -> None:
    issue = acts_of(evidence, bills["lodged"])[0]
    later = bills["lodged"] + (2 << 140)

    ((_, message),) = seen("SAM-P2", followed(evidence, issue, issue.event))
    assert message == f"was issued a second time in block {issue.block}"
    messages = [message for _, message in seen("SAM-P2", changed(evidence, issue, bill=later))]
    assert f"was issued in block {issue.block} without the version before" in messages


@pytest.mark.parametrize(
    ("doctor", "words"),
    [
        (lambda e, old, new: changed(e, old, replacements=(new.event.bill,)), "which names others"),
        (lambda e, old, new: changed(e, new, replaces=()), "as a replacement of nothing"),
        (lambda e, old, new: changed(e, new, replaces=()), "which does not name it"),
        (lambda e, old, new: without(e, new), "not issued in its place"),
        (lambda e, old, new: without(e, old), "which did not end then"),
    ],
)
def test_sam_l11_a_lineage_that_leads_one_way_only(
    evidence: Evidence,
    bills: dict[str, int],
    doctor: Callable[[Evidence, Entry, Entry], Evidence],
    words: str,
) -> None:
    old = next(entry for entry in acts_of(evidence, bills["split"]) if entry.name == "Replaced")
    new = acts_of(evidence, bills["first half"])[0]

    found = seen("SAM-L11", doctor(evidence, old, new))

    assert any(words in message for _, message in found), found


@pytest.mark.parametrize("kind", [ev.SwitchedToPaper, ev.IssuedFromPaper])
def test_sam_l13_paper_of_which_there_is_no_original(evidence: Evidence, kind: type[Any]) -> None:
    """#6: the audit was silent."""
    changed_medium = next(entry for entry in evidence.told if isinstance(entry.event, kind))

    ((subject, message),) = seen("SAM-L13", changed(evidence, changed_medium, originals=0))
    assert subject == bill_name(changed_medium.event.bill)
    assert "no original" in message
    ((_, unsaid),) = seen("SAM-L13", changed(evidence, changed_medium, statement=bytes(32)))
    assert unsaid == "changed its medium without a statement"


def test_sam_p4_possession_that_somebody_else_gave(evidence: Evidence, bills: dict[str, int]) -> None:
    given = acts_of(evidence, bills["by signature"])[1]

    ((subject, message),) = seen("SAM-P4", changed(evidence, given, from_=ROLES["bank"].lower()))

    assert subject == bill_name(bills["by signature"])
    assert f"{ROLES['bank']} gave what {ROLES['shipper']} possessed" in message


@pytest.mark.parametrize("name", ["Rejected", "SurrenderRefused"])
def test_sam_p4_an_undoing_that_does_not_go_back(evidence: Evidence, bills: dict[str, int], name: str) -> None:
    undoing = next(entry for entry in acts_of(evidence, bills["delivered"]) if entry.name == name)

    (first, *_) = seen("SAM-P4", changed(evidence, undoing, to=ROLES["carrier"].lower()))

    assert first[0] == bill_name(bills["delivered"])
    assert f"it went to {ROLES['carrier']}, not back to" in first[1]


def test_sam_p4_a_recovery_to_another_person(evidence: Evidence, bills: dict[str, int]) -> None:
    bill, act = bills["by operator"], acts_of(evidence, bills["by operator"])[-1]
    bank, thief = ROLES["bank"].lower(), ROLES["trader"].lower()
    recovered = ev.PossessionRecovered(bill, bank, thief, 3)

    ((subject, message),) = seen("SAM-P4", followed(evidence, act, recovered))

    assert subject == bill_name(bill)
    assert "to another person" in message


def test_sam_p4_a_reissue_to_somebody_who_had_not_surrendered(evidence: Evidence, bills: dict[str, int]) -> None:
    reissue = acts_of(evidence, bills["first half"])[0]

    ((subject, message),) = seen("SAM-P4", changed(evidence, reissue, possessor=ROLES["trader"].lower()))

    assert subject == bill_name(bills["first half"])
    assert f"not to {ROLES['shipper']}, who surrendered" in message


def test_sam_p9_delivered_without_an_accepted_surrender(evidence: Evidence, bills: dict[str, int]) -> None:
    acts = acts_of(evidence, bills["delivered"])
    name = bill_name(bills["delivered"])

    ((subject, message),) = seen("SAM-P9", without(evidence, acts[-2]))
    assert subject == name
    assert message.endswith("after Surrendered, without an accepted surrender")
    ((subject, message),) = seen("SAM-P9", without(evidence, acts[-3]))
    assert message.endswith("that nobody made")


def test_sam_p9_a_recovery_between_acceptance_and_delivery_is_none(evidence: Evidence, bills: dict[str, int]) -> None:
    accepted = acts_of(evidence, bills["delivered"])[-2]
    recovered = ev.PossessionRecovered(bills["delivered"], SOMEBODY, SOMEBODY, 12)

    assert seen("SAM-P9", followed(evidence, accepted, recovered)) == []


@pytest.mark.parametrize("end", ["delivered", "split", "paper", "void"])
def test_sam_l17_an_act_on_a_bill_that_had_ended(evidence: Evidence, bills: dict[str, int], end: str) -> None:
    last = acts_of(evidence, bills[end])[-1]
    signed = ev.Signed(bills[end], ROLES["carrier"].lower(), Purpose.SEEN, 99, b"")

    ((subject, message),) = seen("SAM-L17", followed(evidence, last, signed))

    assert subject == bill_name(bills[end])
    assert message.startswith(f"Signed in block {last.block}, when it was ")


def test_sam_l17_a_rejected_possession_ends_nothing(evidence: Evidence, bills: dict[str, int]) -> None:
    rejections = [entry.event.rejection for entry in acts_of(evidence, bills["delivered"]) if entry.name == "Rejected"]

    assert rejections
    assert THE_ISSUE not in rejections
    assert seen("SAM-L17", evidence) == []


def test_sam_l2_one_document_under_two_references(evidence: Evidence, bills: dict[str, int]) -> None:
    one, other = (acts_of(evidence, bills[name])[0] for name in ("lodged", "by operator"))
    twice = changed(evidence, other, checksum=one.event.checksum)

    (finding,) = run(checks.find("SAM-L2"), twice)

    assert finding.subject == bill_name(bills["by operator"])
    assert f"with the checksum of {bill_name(bills['lodged'])}" in finding.message
    assert finding.level == Level.HIGH


def test_sam_l2_is_less_when_one_of_them_has_ended_and_nothing_in_the_next_version(
    evidence: Evidence, bills: dict[str, int]
) -> None:
    ended = acts_of(evidence, bills["delivered"])[0].event.checksum
    live, again = (acts_of(evidence, bills[name])[0] for name in ("lodged", "second version"))
    first = acts_of(evidence, bills["void"])[0].event.checksum

    (finding,) = run(checks.find("SAM-L2"), changed(evidence, live, checksum=ended))
    assert finding.level == Level.MEDIUM
    assert seen("SAM-L2", changed(evidence, again, checksum=first)) == []


# -------------------------------------------------------------------------------------------------------------- parties


def suspended(evidence: Evidence, person: int, before: Entry) -> Evidence:
    """The same, with a participant suspended right before an event."""
    return preceded(evidence, before, ev.ParticipantSuspended(person, before.time + 90 * DAY, b"order", NOTE))


def test_sam_p12_a_suspended_party_endorses(evidence: Evidence, bills: dict[str, int], persons: dict[str, int]) -> None:
    endorsed = acts_of(evidence, bills["delivered"])[2]

    found = seen("SAM-P12", suspended(evidence, persons["bank"], endorsed))

    assert found[0] == (
        ROLES["bank"],
        f"Endorsed on {bill_name(bills['delivered'])} in block {endorsed.block}, though it was suspended",
    )


def test_sam_p12_a_suspended_party_is_given_a_bill_and_title(
    evidence: Evidence, bills: dict[str, int], persons: dict[str, int]
) -> None:
    endorsed = acts_of(evidence, bills["delivered"])[1]

    found = seen("SAM-P12", suspended(evidence, persons["bank"], endorsed))

    assert found[0][0] == ROLES["bank"]
    assert "was given something new" in found[0][1]
    assert found[1][0] == f"participant {persons['bank']}"
    assert "was given title" in found[1][1]


def test_sam_p12_a_suspension_that_has_ended_is_none(
    evidence: Evidence, bills: dict[str, int], persons: dict[str, int]
) -> None:
    endorsed = acts_of(evidence, bills["delivered"])[2]
    before = suspended(evidence, persons["bank"], endorsed)
    event = next(entry for entry in before.entries if entry.name == "ParticipantSuspended")

    assert seen("SAM-P12", changed(before, event, until=endorsed.time)) == []


def test_sam_p12_restitution_to_a_suspended_party_is_none(
    evidence: Evidence, bills: dict[str, int], persons: dict[str, int]
) -> None:
    """The trader rejects, and the carrier refuses, while whoever it goes back to is suspended (P12)."""
    for name, role in (("Rejected", "bank"), ("SurrenderRefused", "consignee")):
        act = next(entry for entry in acts_of(evidence, bills["delivered"]) if entry.name == name)
        found = seen("SAM-P12", suspended(evidence, persons[role], act))
        assert all(f"in block {act.block}," not in message for _, message in found)


def test_sam_p12_a_suspended_party_takes_an_approval_back(evidence: Evidence, persons: dict[str, int]) -> None:
    given = next(entry for entry in evidence.entries if isinstance(entry.event, ev.BillOperatorSet))
    nobody = "0x" + "0" * 40

    assert seen("SAM-P12", suspended(evidence, persons["shipper"], given)) != []
    back = replace(given, event=replace(given.event, operator=nobody))
    later = replace(evidence, entries=[back if one is given else one for one in evidence.entries])
    messages = [message for _, message in seen("SAM-P12", suspended(later, persons["shipper"], back))]
    assert not any(message.startswith("BillOperatorSet") for message in messages)


def test_sam_p12_an_ended_account_and_a_stranger_act(evidence: Evidence, bills: dict[str, int]) -> None:
    signed = acts_of(evidence, bills["delivered"])[3]
    bank = ROLES["bank"].lower()
    removal = ev.AccountRemoved(3, bank, SOMEBODY, bank, NOTE)

    found = seen("SAM-P12", preceded(evidence, signed, removal))
    assert found[0][0] == ROLES["bank"]
    assert "though it was removed or recovered" in found[0][1]
    ((_, message),) = seen("SAM-P12", changed(evidence, signed, actor=SOMEBODY))
    assert message.endswith("though it is no account")


def test_sam_p12_a_delisted_room_is_given_a_bill(evidence: Evidence, bills: dict[str, int]) -> None:
    lodged = acts_of(evidence, bills["lodged"])[-1]

    (_, message), *_ = seen("SAM-P12", preceded(evidence, lodged, ev.RoomDelisted(lodged.event.room, (), NOTE)))

    assert "is a room that is delisted, and was given something new" in message
    # Taken off one country's list alone, it receives from others.
    assert seen("SAM-P12", preceded(evidence, lodged, ev.RoomDelisted(lodged.event.room, ("NL",), NOTE))) == []


def test_sam_p12_a_room_names_a_suspended_party_that_did_not_lodge(
    evidence: Evidence, bills: dict[str, int], persons: dict[str, int]
) -> None:
    """H2: whoever is named anew may be given something; whoever lodged is held for whatever befalls it."""
    lodged = acts_of(evidence, bills["lodged"])[-1]
    bill, room, other, count = lodged.event.bill, lodged.event.room, persons["trader"], lodged.event.act_count
    named = changed(evidence, lodged, holder=other)
    held = followed(evidence, lodged, ev.HeldFor(bill, room, other, 0, count + 1))

    for before, name in ((named, "Lodged"), (held, "HeldFor")):
        act = next(entry for entry in acts_of(before, bill) if entry.name == name)
        found = dict(seen("SAM-P12", suspended(before, other, act)))[f"participant {other}"]
        assert found.endswith("though it was suspended, and was named as the one for whom a room holds")
        assert seen("SAM-P12", before) == []
    lodger = evidence.state.accounts[lodged.event.from_].participant
    own = followed(evidence, lodged, ev.HeldFor(bill, room, lodger, 1, count + 1))
    act = next(entry for entry in acts_of(own, bill) if entry.name == "HeldFor")
    about = bill_name(bill)
    assert not any("was named" in told and about in told for _, told in seen("SAM-P12", suspended(own, lodger, act)))


def test_sam_h5_a_noted_event_that_is_left_out_and_the_last_of_them(evidence: Evidence) -> None:
    noted = [entry for entry in evidence.entries if hasattr(entry.event, "note")]
    assert seen("SAM-H5", evidence) == []
    missing, after = noted[3:5]
    ((_, message),) = seen("SAM-H5", without(evidence, missing))
    assert message == (
        f"number 4 of the events that are noted is not in the logs: {after.name} in block {after.block} is number 5"
    )
    ((_, message),) = seen("SAM-H5", without(evidence, noted[-1]))
    assert message == f"the chain has noted {len(noted)} events, the logs tell {len(noted) - 1}"


def test_sam_p12_a_participant_that_winds_down_issues_nothing(
    evidence: Evidence, bills: dict[str, int], persons: dict[str, int]
) -> None:
    issue = acts_of(evidence, bills["by operator"])[0]
    winding = ev.WindingDownSet(persons["carrier"], True, NOTE)

    (subject, message), *_ = seen("SAM-P12", preceded(evidence, issue, winding))

    assert subject == ROLES["carrier"]
    assert "winds down, and was given something new" in message


def test_sam_t7_a_surrender_that_waits_too_long_and_one_that_was_recalled(
    evidence: Evidence, bills: dict[str, int]
) -> None:
    surrendered = acts_of(evidence, bills["delivered"])[7]
    until = evidence.entries.index(surrendered) + 1
    waiting = rebuilt(replace(evidence, entries=evidence.entries[:until]))

    assert seen("SAM-T7", replace(waiting, time=surrendered.time + 72 * 3_600)) == []
    ((subject, message),) = seen("SAM-T7", replace(waiting, time=surrendered.time + 74 * 3_600))
    assert subject == bill_name(bills["delivered"])
    assert message.endswith("and waits still")
    recalled = ev.SurrenderRecalled(bills["delivered"], SOMEBODY, SOMEBODY, 9, b"")
    ((_, message),) = seen("SAM-T7", followed(evidence, surrendered, recalled))
    assert "was recalled" in message


# ------------------------------------------------------------------------------------------------------------ in common


def test_a_finding_has_a_key_of_its_own_that_never_changes(evidence: Evidence, bills: dict[str, int]) -> None:
    left_out = [acts_of(evidence, bills[name])[0] for name in ("lodged", "delivered")]
    one, other = (run(checks.find("SAM-H1"), without(evidence, *left_out)) for _ in range(2))

    assert [finding.key for finding in one] == [finding.key for finding in other]
    assert len({finding.key for finding in one}) == len(one) > 1


def test_a_check_that_says_nothing_of_itself_is_refused() -> None:
    whole = checks.every()[0]
    for field in ("title", "looks_for", "goes_wrong", "do_next"):
        with pytest.raises(ValueError, match=field):
            replace(whole, **{field: ""})


def test_ids_are_unique_and_name_what_they_keep() -> None:
    assert len({check.id for check in checks.every()}) == len(checks.every())
    for check in checks.every():
        assert check.rules
        assert check.id.startswith("SAM-")
