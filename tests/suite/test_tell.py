"""How values, calls and events are told: names, times, numbers, words; in words for people and in JSON."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from sampan.bills.terms import Terms
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
from sampan.errors import BadInput, UsageError
from sampan.finance.loans.terms import Collateral
from sampan.finance.loans.verbs.agency import GroupCarrier
from sampan.finance.loans.verbs.lending import Draw
from sampan.finance.loans.verbs.repaying import Discharge, Repay
from sampan.finance.positions.verbs import Buy, Mint, PositionOffer, Split
from sampan.finance.registrations.records import Print
from sampan.identity.verbs.accounts import AddAccount, Cancel, RemoveAccount, SetAccountRoles, SetGiver, SetReceiving
from sampan.identity.verbs.enrolment import AssignCode, Enrol, Enrolment, SetProfile
from sampan.identity.verbs.publishing import PublishAnswerTime, PublishRecordLaws, SignRulebook
from sampan.identity.verbs.recovery import ExecuteRecovery, ProposeRecovery, Shorten, VetoRecovery
from sampan.identity.verbs.standing import DelistRoom, LiftSuspension, ListRoom, SetWindingDown, Suspend
from sampan.money.coins.verbs import Collect
from sampan.money.deposits.verbs import Approve as Allow
from sampan.money.deposits.verbs import Issue as IssueDeposit
from sampan.money.exchange.verbs import Exchange, Quote
from sampan.money.reserves.verbs import OpenDeposit
from sampan.subjects import SUITE
from sampan.suite import events as ev
from sampan.suite import ids, tell
from sampan.suite.amounts import ANY
from sampan.suite.event import Event
from sampan.suite.verb import NOBODY, Signature, Verb
from sampan.suite.words import (
    Endorsement,
    Kind,
    Purpose,
    Receiving,
    RecordLaw,
    Rejection,
    Role,
    SurrenderFor,
)
from sampan.trade.terms import Terms as TermsOfSale
from sampan.trade.verbs import Pay

LEI = "SAMPAN00CARRIER000"
FULL = LEI + ids.lei_check_digits(LEI)
BILL = ids.BillId.of(LEI, "SPN 7").pack()
NAME = f"{FULL}/SPN 7/v1"
BANK = "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"
MIXED = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
"""The same with its checksum (EIP-55)."""
NAMES = tell.Names({MIXED: "the bank"}, {3: FULL, 4: "5493001KJTIIGC8Y1R12"}, {FULL: "Junk Lines"}, whole=True)
BESIDE = tell.Names(NAMES.accounts, NAMES.participants, NAMES.companies)
"""The same names, told beside what they stand for."""

# ------------------------------------------------------------------------------------------------------- who and which


def test_an_account_is_called_by_its_label_with_the_address_beside_it() -> None:
    assert NAMES.account(BANK) == "the bank"
    assert NAMES.account(MIXED) == "the bank"
    assert BESIDE.account(BANK) == "the bank (0x5aAe…eAed)"
    assert tell.Names({BANK: "the bank"}, whole=True).account(BANK) == "the bank"
    assert tell.Names().account(BANK) == MIXED
    assert NAMES.account(NOBODY) == "nobody"


def test_a_participant_is_called_by_company_then_lei_then_number() -> None:
    assert NAMES.participant(3) == "Junk Lines"
    assert BESIDE.participant(3) == f"Junk Lines ({FULL})"
    assert NAMES.participant(4) == "5493001KJTIIGC8Y1R12"
    assert NAMES.participant(5) == "participant 5"
    assert NAMES.participant(0) == "nobody"


def test_a_function_is_called_by_its_name_where_that_is_known() -> None:
    assert tell.Names(function=lambda _: "endorse").verb(b"\1\2\3\4") == "endorse"
    assert tell.Names().verb(b"\1\2\3\4") == "0x01020304"


def test_addresses_are_checksummed_as_eip_55_has_it() -> None:
    for address in (
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        MIXED,
    ):
        assert tell.checksum(address.lower()) == address


def test_a_bill_is_called_as_people_write_it_and_what_is_none_by_its_number() -> None:
    assert tell.bill_name(BILL) == NAME
    assert tell.bill_name(12) == "0xc"
    assert NAMES.bills((BILL, 12)) == f"{NAME}, 0xc"


def test_an_lei_is_told_with_its_check_digits() -> None:
    assert tell.lei_text(ids.pack_lei(LEI)) == FULL
    assert tell.lei_text(ids.LEI_END) == str(ids.LEI_END)


# --------------------------------------------------------------------------------------------------------------- words


def test_words_are_read_in_every_writing_and_others_are_refused_with_those_there_are() -> None:
    for text in ("change-of-destination", " Change of destination ", "CHANGE_OF_DESTINATION"):
        assert tell.word_of(SurrenderFor, text) is SurrenderFor.CHANGE_OF_DESTINATION
    assert tell.plain(SurrenderFor.CHANGE_OF_DESTINATION) == "change of destination"
    assert tell.spoken(tell.option(SurrenderFor.CHANGE_OF_DESTINATION)) == "change of destination"
    with pytest.raises(UsageError, match="not a surrenderfor") as wrong:
        tell.word_of(SurrenderFor, "fun")
    assert wrong.value.hint == "there are delivery, amendment, change-of-destination, switch, paper"


def test_roles_are_read_and_told_by_commas() -> None:
    assert tell.roles_of("issue, answer,,move") == Role.ISSUE | Role.ANSWER | Role.MOVE
    assert tell.roles_of("") == Role(0)
    assert tell.roles_of(" All ") == Role(127)
    assert tell.plain(Role.ISSUE | Role.TERMS) == "issue, terms"
    assert tell.plain(Role(0)) == "none"
    assert tell.plain(Role(127 | 1 << 9)) == "issue, answer, move, terms, produce, bank, supervise"
    assert NAMES.roles(6) == "answer, move"
    with pytest.raises(UsageError, match="no such role") as wrong:
        tell.roles_of("issue,captain")
    assert wrong.value.subject == "captain"


# --------------------------------------------------------------------------------------------------------------- times


def test_a_time_is_told_in_utc_to_the_minute() -> None:
    assert tell.moment(1_767_225_659) == "2026-01-01 00:00 UTC"
    assert tell.moment(datetime(2026, 1, 1, 8, 30, tzinfo=timezone(timedelta(hours=8)))) == "2026-01-01 00:30 UTC"
    assert tell.moment(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01 00:00 UTC"
    assert tell.moment(None) == "-"
    # Whoever comes at the time that is told from which something may be is not too early.
    assert tell.earliest(1_767_225_659) == tell.earliest(1_767_225_660) == "2026-01-01 00:01 UTC"
    assert tell.earliest(datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC)) == "2026-01-01 00:01 UTC"
    assert tell.earliest(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01 00:00 UTC"
    assert tell.earliest(2**40) == "no end"
    assert tell.earliest(None) == "-"


def test_a_time_beyond_all_times_has_no_end() -> None:
    assert tell.moment(2**40) == "no end"
    assert tell.moment(2**256 - 1) == "no end"
    assert tell.moment(10**11) == "5138-11-16 09:46 UTC"


# --------------------------------------------------------------------------------------------------------------- texts


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"as agreed", "as agreed"),
        ("提单\nline two\tend".encode(), "提单\nline two\tend"),
        (b"\xff\xfe", "0xfffe"),
        (b"red\x1b[31m", "0x7265641b5b33316d"),
        ("a\u202eb".encode(), "0x61e280ae62"),
        (b"", ""),
    ],
)
def test_a_text_of_the_log_is_told_where_it_is_one_that_a_terminal_can_bear(data: bytes, told: str) -> None:
    assert tell.text_of(data) == told


def test_a_code_of_the_log_is_told_where_it_is_one() -> None:
    assert tell.code_text("GB-ENG") == "GB-ENG"
    assert tell.code_text("\x07") == "0x07"
    assert tell.code_text("é") == "0xe9"


# ----------------------------------------------------------------------------------------------------------- arguments


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        *[(name, BILL, NAME) for name in ("bill", "tokenId", "id", "previous")],
        *[(name, (BILL, BILL), f"{NAME}, {NAME}") for name in ("bills", "replaces", "replacements")],
        ("bill", 12, "12"),
        ("bill", ids.ONE_VERSION - 1, str(ids.ONE_VERSION - 1)),
        ("bill", ids.ONE_VERSION, hex(ids.ONE_VERSION)),
        ("number", BILL, str(BILL)),
        *[(name, 1_767_225_600, "2026-01-01 00:00 UTC") for name in ("until", "from", "executableFrom", "deadline")],
        *[
            (name, 1_767_225_600, "2026-01-01 00:00 UTC")
            for name in ("happenedAt", "validUntil", "saidAt", "anchoredAt")
        ],
        *[(name, ids.pack_lei(LEI), FULL) for name in ("lei", "parent", "group", "carrier")],
        *[(name, 3, "issue, answer") for name in ("role", "roles", "allowed")],
        *[(name, 3, "Junk Lines") for name in ("participant", "titleholder", "owner", "giver", "otherParticipant")],
        *[(name, 3, "Junk Lines") for name in ("borrower", "agent", "bank", "seller", "buyer", "producer", "holder")],
        ("actCount", 3, "3"),
        ("listed", True, "yes"),
        ("listed", False, "no"),
        ("kind", Kind.ORDER, "order"),
        ("roles", Role.MOVE, "move"),
        ("to", BANK, "the bank"),
        ("code", "0x", "0x"),
        ("code", "0xabcdefabcdef", "0xabcdefabcdef"),
        ("carriageLaw", "x" * 42, "x" * 42),
        *[(name, b"as agreed", "as agreed") for name in ("remark", "terms", "ground")],
        ("root", b"\1\2", "0x0102"),
        ("other", 1.5, "1.5"),
    ],
)
def test_an_argument_is_told_by_what_its_name_means(name: str, value: Any, told: str) -> None:
    assert tell.describe(name, value, NAMES) == told


@pytest.mark.parametrize("name", ["executionDelay", "newDelay", "delay"])
def test_a_delay_is_told_in_its_largest_unit(name: str) -> None:
    for seconds, told in (
        (0, "no time"),
        (61, "61 seconds"),
        (120, "2 minutes"),
        (3_600, "1 hour"),
        (172_800, "2 days"),
    ):
        assert tell.describe(name, seconds) == told


@pytest.mark.parametrize("name", ["selector", "selectors"])
def test_a_selector_is_told_by_its_function(name: str) -> None:
    names = tell.Names(function={b"1234": "transfer"}.get)
    assert tell.describe(name, b"1234", names) == "transfer"
    assert tell.describe("other", b"1234", names) == "0x31323334"


def test_that_time_passes_is_told_in_the_singular_and_the_plural() -> None:
    said = ("1 day", "1 h", "2 days", "1 day 12 hours", "36 hours", "11 days")
    assert [tell.passing(each).rpartition(" ")[2] for each in said] == [
        "passes",
        "passes",
        "pass",
        "pass",
        "pass",
        "pass",
    ]


def test_how_many_is_told_in_the_singular_and_the_plural() -> None:
    said = [tell.amount(count, thing) for thing in ("bill", "entry/entries") for count in (0, 1, 2_000)]
    assert said == ["0 bills", "1 bill", "2,000 bills", "0 entries", "1 entry", "2,000 entries"]


@pytest.mark.parametrize("name", ["from", "executableFrom", "since"])
def test_from_when_something_counts_is_told_rounded_up_until_when_rounded_down(name: str) -> None:
    """So that nobody comes too early, nor too late."""
    assert tell.describe(name, 1_767_225_601) == "2026-01-01 00:01 UTC"
    assert tell.describe("until", 1_767_225_601) == "2026-01-01 00:00 UTC"


def test_without_names_an_argument_is_told_by_what_it_is() -> None:
    assert tell.describe("to", BANK) == MIXED
    assert tell.describe("participant", 3) == "participant 3"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("bill", BILL, hex(BILL)),
        ("bill", ids.ONE_VERSION, hex(ids.ONE_VERSION)),
        ("titleholder", 3, "3"),
        ("listed", True, True),
        ("listed", False, False),
        ("nothing", None, None),
        ("purpose", SurrenderFor.CHANGE_OF_DESTINATION, "change-of-destination"),
        ("replaces", (BILL, BILL), [hex(BILL), hex(BILL)]),
        ("to", BANK, MIXED),
        ("code", "0xabcdefabcdef", "0xabcdefabcdef"),
        ("carriageLaw", "AB" * 21, "AB" * 21),
        ("remark", b"as agreed", "as agreed"),
        ("ground", b"order 7", "order 7"),
        ("remark", b"\xff", "0xff"),
        ("root", b"as agreed", "0x617320616772656564"),
        ("other", 1.5, 1.5),
    ],
)
def test_an_argument_in_json(name: str, value: Any, told: Any) -> None:
    found = tell.as_json(name, value)
    assert found == told
    assert type(found) is type(told)


# ------------------------------------------------------------------------------------------------------ events, remarks


def test_an_event_that_nobody_declared_is_told_by_name_and_arguments() -> None:
    event = ev.Transferred(BILL, BANK, NOBODY, 3, b"")
    assert (
        tell.sentence(None, event, NAMES) == f"Transferred: bill {NAME}, from the bank, to nobody, actCount 3, remark "
    )


def test_the_remark_of_an_act_is_told_as_text() -> None:
    assert tell.remark(ev.Transferred(BILL, BANK, NOBODY, 3, b"as agreed")) == "as agreed"
    assert tell.remark(ev.Transferred(BILL, BANK, NOBODY, 3, b"")) is None
    assert tell.remark(ev.SuspensionLifted(3, 1)) is None


def test_a_sentence_names_whoever_it_should_in_the_right_place() -> None:
    """Two that are easily taken for each other: an operator, and whose possession it moved."""
    other = "0x" + "ab" * 20
    names = tell.Names({BANK: "the bank", other: "the warehouse"}, whole=True)

    def told(event: Event) -> str:
        return tell.sentence(SUITE.facts[type(event)], event, names)

    assert told(ev.MovedByOperator(BILL, other, BANK, 1)) == "the warehouse moved it as an operator of the bank"
    assert told(ev.Transferred(BILL, BANK, other, 2, b"")) == "the bank transferred possession to the warehouse"
    assert told(ev.ActedBySignature(BILL, BANK, other, b"", 1)) == "the warehouse sent what the bank had signed"
    assert told(ev.HeldFor(BILL, other, 3, 7, 2)) == "the warehouse holds it for participant 3 now"
    switched = ev.SwitchedToPaper(BILL, BANK, 3, b"\3" * 32, 7, b"")
    assert told(switched) == "the bank switched it to 3 paper originals; the record ends here"
    enrolled = ev.ParticipantEnrolled(3, ids.pack_lei(LEI), ids.pack_lei("5493001KJTIIGC8Y1R"), "SG", 4, b"")
    assert told(enrolled).endswith(f"LEI {FULL}, SG, with the roles move")
    agreed = ev.Agreed(BILL, BANK, b"\1\2\3\4", 1, other, 3, Kind.ORDER, b"\5" * 32)
    assert told(agreed) == "the bank showed its agreement to 0x01020304"


# --------------------------------------------------------------------------------------------------------------- calls

TERMS = Terms(BILL, Kind.ORDER, BANK, b"\1" * 32, b"\2" * 32, "GB-ENG", RecordLaw.RULEBOOK_ONLY)
SIGNED = Signature(BANK)
WHO = tell.checksum(BANK)
DIGEST, STATEMENT = "01" * 32, "03" * 32
LABELS: list[tuple[Verb, str]] = [
    (
        Enrol(Enrolment(ids.pack_lei(LEI), 1, "SG", 4, b"", BANK, Receiving.ANYONE, 5), SIGNED),
        f"enrol {FULL} with the account the bank",
    ),
    (AssignCode("SMDG", "JNK", 3), "assign SMDG JNK to Junk Lines"),
    (SetProfile(3, 1, 4), "give Junk Lines the roles move, its parent being 00000000000000000195"),
    (
        AddAccount(NOBODY, BANK, 4, Receiving.ANYONE, 5, SIGNED, SIGNED),
        "add the account the bank, sponsored by nobody, with the roles move",
    ),
    (RemoveAccount(BANK, NOBODY), "remove the account the bank, nobody in its place"),
    (SetAccountRoles(BANK, 6), "set the roles of the bank to answer, move"),
    (SetReceiving(BANK, Receiving.LISTED_ONLY), "let the bank receive from listed only"),
    (SetGiver(3, True), "take bills from Junk Lines: yes"),
    (SignRulebook(b"\1" * 32), f"sign the rulebook 0x{DIGEST}"),
    (PublishRecordLaws(3), "publish the record laws"),
    (PublishAnswerTime(24), "publish an answer time of 24 hours"),
    (Suspend(3, b"order 7"), "suspend Junk Lines"),
    (LiftSuspension(3), "lift the suspension of Junk Lines"),
    (SetWindingDown(3, True), "let Junk Lines wind down: yes"),
    (ProposeRecovery(BANK, NOBODY, 0, 5, b"lost", SIGNED), "propose the recovery of the bank to nobody"),
    (VetoRecovery(BANK), "veto the recovery of the bank"),
    (ExecuteRecovery(BANK), "carry out the recovery of the bank"),
    (Shorten(7, 16), "shorten account number 7"),
    (ListRoom(BANK, ("SG",)), "list the room the bank for SG"),
    (DelistRoom(BANK, ()), "delist the room the bank"),
    (DelistRoom(BANK, ("SG", "NL")), "delist the room the bank for SG, NL"),
    (Cancel(b"\1" * 32), f"withdraw the signature 0x{DIGEST}"),
    (Issue(TERMS, BANK, b""), f"issue {NAME} to the order of the bank, with the bank"),
    (
        IssueFromPaper(TERMS, BANK, 3, b"\3" * 32, b""),
        f"issue {NAME} from paper, originals: 3, to the order of the bank, with the bank",
    ),
    (
        Replace((BILL,), (TERMS, TERMS), b""),
        f"replace {NAME} by {NAME} to the order of the bank and {NAME} to the order of the bank",
    ),
    (Replace((BILL,), (TERMS,) * 4, b""), f"replace {NAME} by 4"),
    (
        Replace((BILL,), (TERMS,) * 3, b""),
        f"replace {NAME} by " + " and ".join([f"{NAME} to the order of the bank"] * 3),
    ),
    (Issue(replace(TERMS, kind=Kind.STRAIGHT), BANK, b""), f"issue {NAME} straight to the bank, with the bank"),
    (Issue(replace(TERMS, kind=Kind.NAMED), BANK, b""), f"issue {NAME} by name to the bank, with the bank"),
    (
        Replace((BILL,), (replace(TERMS, kind=Kind.BLANK, titleholder=NOBODY),), b""),
        f"replace {NAME} by {NAME} in blank",
    ),
    (ToPaper(BILL, 3, b"\3" * 32, b""), f"switch to paper {NAME}, originals: 3, statement: 0x{STATEMENT}"),
    (Recover(BILL), f"recover {NAME}"),
    (Transfer(BILL, BANK, b""), f"transfer {NAME} to the bank"),
    (Endorse(BILL, Endorsement.TO_ORDER, BANK, NOBODY, b""), f"endorse to order {NAME} to the bank"),
    (
        Endorse(BILL, Endorsement.BLANK, NOBODY, BANK, b""),
        f"endorse blank {NAME}, possession to the bank",
    ),
    (Lodge(BILL, Endorsement.BLANK, BANK, b""), f"lodge {NAME} with the bank, endorsed blank"),
    (Lodge(BILL, Endorsement.NONE, BANK, b""), f"lodge {NAME} with the bank"),
    (Hold(BILL, 3, 7), f"hold {NAME} for Junk Lines"),
    (GiveBack(BILL, b""), f"give {NAME} back"),
    (Sign(BILL, Purpose.PLEDGE_NOTED, b""), f"sign (pledge noted) {NAME}"),
    (Reject(BILL, Rejection.TITLE, b""), f"reject title of {NAME}"),
    (
        Agree(Agreement(BANK, BILL, 1, b"1234", BANK, 3, Kind.ORDER, b"", 5), SIGNED),
        f"show the agreement of the bank to what becomes of {NAME}",
    ),
    (
        Record(Agreement(BANK, BILL, 1, b"1234", BANK, 3, Kind.ORDER, b"", 5), SIGNED),
        f"record the agreement of the bank to what becomes of {NAME}",
    ),
    (Surrender(BILL, SurrenderFor.SWITCH, BANK, b"", b""), f"surrender for switch {NAME} to the bank"),
    (Accept(BILL, b""), f"accept the surrender of {NAME}"),
    (Refuse(BILL, b"no"), f"refuse the surrender of {NAME}"),
    (Recall(BILL, b""), f"recall the surrender of {NAME}"),
    (Deliver(BILL, b""), f"deliver {NAME}"),
    (TransferFrom(BANK, BANK, BILL), f"transfer {NAME} from the bank to the bank"),
    (SafeTransferFrom(BANK, BANK, BILL), f"transfer {NAME} from the bank to the bank"),
    (SafeTransferFromWithData(BANK, BANK, BILL, b""), f"transfer {NAME} from the bank to the bank"),
    (Approve(BANK, BILL), f"let the bank move {NAME}"),
    (OpenDeposit(3, "HKD", ""), "open a deposit in HKD, settled by Junk Lines"),
    (OpenDeposit(3, "HKD", "CN"), "open a deposit in HKD, settled by Junk Lines, for CN alone"),
    (SetApprovalForAll(BANK, True), "let the bank move all that is possessed: yes"),
]


@pytest.mark.parametrize(("verb", "told"), LABELS, ids=lambda value: type(value).__name__ if value else "")
def test_a_call_is_told_in_a_few_words(verb: Verb, told: str) -> None:
    assert tell.label(verb, NAMES) == told


def test_calls_inside_a_call_are_told_with_it() -> None:
    """In a transaction of several, and where somebody else sends what was signed."""
    transfer = Transfer(BILL, BANK, b"")
    assert tell.label(Multicall((transfer,)), NAMES) == f"transfer {NAME} to the bank in one transaction"
    assert tell.label(Act(SignedAct(BANK, BILL, 1, transfer, 5), SIGNED), NAMES) == (
        f"by signature of the bank: transfer {NAME} to the bank"
    )


def test_a_call_is_told_without_names_too() -> None:
    assert tell.label(RemoveAccount(BANK, NOBODY)) == f"remove the account {WHO}, nobody in its place"


def test_a_signer_reads_the_bill_first_and_every_argument_that_says_something() -> None:
    assert tell.in_full(Transfer(BILL, BANK, b"urgent"), NAMES) == f"transfer {NAME}, to the bank, remark urgent"
    assert tell.in_full(Transfer(BILL, BANK, b""), NAMES) == f"transfer {NAME}, to the bank"
    assert tell.in_full(Transfer(BILL, BANK, b"")) == f"transfer {NAME}, to {MIXED}"
    assert tell.in_full(Reject(BILL, Rejection.BOTH, b"")) == f"reject {NAME}, rejection both"


def test_a_print_is_told_as_commands_take_it_in_words_and_in_json() -> None:
    word = Print(0xAB, 20_000).pack()
    name = "0x" + f"{0xAB:040x}" + f"{20_000:024x}"
    assert tell.print_name(word) == name
    assert tell.describe("prints", (word,)) == name
    assert tell.as_json("prints", (word,)) == [name]
    collateral = Collateral(BILL, (word, word))
    assert tell.describe("bills", collateral) == f"(bill {NAME}, prints {name}, {name})"


# ----------------------------------------------------------------------------------------------------- money and loans

HKD, CNH = "0x" + "c1" * 20, "0x" + "c2" * 20
SHANGHAI = timezone(timedelta(hours=8))
POSITION = ids.loan_id(1, 5) + 2
PAYING = tell.Names(
    NAMES.accounts,
    NAMES.participants,
    NAMES.companies,
    whole=True,
    money={tell.checksum(HKD): ("HKD", 2), tell.checksum(CNH): ("CNH", 2)},
    loans={5: HKD},
    lent={ids.loan_id_of(POSITION): CNH},
    clocks={5: SHANGHAI},
)
TIME = 1_767_225_601
OFFERED = TermsOfSale((BILL,), 3, 4, BANK, HKD, 150_000, Endorsement.TO_ORDER, TIME)
OFFER = PositionOffer(POSITION, BANK, 3, CNH, 150_000, 7, 0, b"", TIME)
QUOTE = Quote(BANK, HKD, 9, CNH, 9, TIME, b"")
IN_MONEY: list[tuple[Verb, str]] = [
    (IssueDeposit(HKD, BANK, 150_000), f"issue HKD 1,500.00 of {tell.checksum(HKD)} to the bank"),
    (IssueDeposit(NOBODY, BANK, 150_000), "issue 150000 of nobody to the bank"),
    (Allow(HKD, BANK, ANY), f"let the bank spend any amount of {tell.checksum(HKD)}"),
    (Collect(CNH, CNH, BANK, BANK, 1), f"pay CNH 0.01 from the bank to the bank in {tell.checksum(CNH)}"),
    (Draw(5, 150_000, BILL, ()), f"draw HKD 1,500.00 in facility 5 on {NAME}"),
    (Draw(6, 150_000, BILL, ()), f"draw 150000 in facility 6 on {NAME}"),
    (Repay(5, 1, HKD, ()), "repay at most HKD 0.01 in facility 5"),
    (Exchange(QUOTE, SIGNED, 1, CNH, HKD, BANK), "buy HKD 0.01 for the bank at the quote of the bank"),
    (Buy(OFFER, CNH, SIGNED), f"buy position {ids.position_name(POSITION)} of the bank for CNH 1,500.00"),
    (Split(POSITION, 100), f"split 100 shares (CNH 1.00 as committed) off {ids.position_name(POSITION)}"),
    (Pay(OFFERED, HKD), f"pay for {NAME}, sold by Junk Lines to 5493001KJTIIGC8Y1R12 for HKD 1,500.00"),
    (
        Pay(replace(OFFERED, bills=(BILL,) * 3), HKD),
        f"pay for {NAME}, {NAME}, {NAME}, sold by Junk Lines to 5493001KJTIIGC8Y1R12 for HKD 1,500.00",
    ),
    (
        Pay(replace(OFFERED, bills=(BILL,) * 4), HKD),
        "pay for 4 bills, sold by Junk Lines to 5493001KJTIIGC8Y1R12 for HKD 1,500.00",
    ),
    (Discharge(5, (Collateral(BILL, ()),) * 2), f"let {NAME} and {NAME} go from facility 5"),
    (GroupCarrier(ids.pack_lei(LEI)), f"note the group of the carrier {FULL}"),
]


@pytest.mark.parametrize(("verb", "told"), IN_MONEY, ids=lambda value: type(value).__name__ if value else "")
def test_amounts_of_a_call_are_told_in_the_money_that_they_are_of(verb: Verb, told: str) -> None:
    assert tell.label(verb, PAYING) == told


def test_shares_of_a_loan_that_nobody_knows_are_told_as_shares() -> None:
    unknown = ids.loan_id(1, 6) + 2
    assert tell.label(Split(unknown, 100), PAYING) == f"split 100 shares off {ids.position_name(unknown)}"
    assert tell.label(Mint(7, BANK, 100), PAYING) == "give 100 shares of loan 7 to the bank"


def test_amounts_and_times_of_a_facility_are_told_in_its_money_and_by_its_clock() -> None:
    said = {"facility": 5, "amount": 150_000, "until": TIME, "since": TIME, "to": BANK}
    told = tell.described(said, PAYING)
    assert told["amount"] == "HKD 1,500.00"
    assert told["until"] == "2026-01-01 08:00 UTC+08:00"
    # What begins is told by no clock but one, so that nobody comes too early.
    assert told["since"] == "2026-01-01 00:01 UTC"
    assert told["to"] == "the bank"
    other = tell.described({**said, "facility": 6}, PAYING)
    assert (other["amount"], other["until"]) == ("150000", "2026-01-01 00:00 UTC")
    alone = tell.described({"amount": 150_000, "until": TIME}, PAYING)
    assert (alone["amount"], alone["until"]) == ("150000", "2026-01-01 00:00 UTC")


def test_amounts_that_name_their_money_are_told_in_it_and_a_facility_goes_before() -> None:
    assert tell.described({"deposit": CNH, "amount": 1}, PAYING)["amount"] == "CNH 0.01"
    assert tell.described({"deposit": CNH, "coin": HKD, "amount": 1}, PAYING)["amount"] == "CNH 0.01"
    assert tell.described({"from": CNH, "facility": 5, "amount": 1}, PAYING)["amount"] == "HKD 0.01"
    assert tell.described({"from": CNH, "facility": 6, "amount": 1}, PAYING)["amount"] == "CNH 0.01"
    # `from` may be a number, as of a time: no money.
    assert tell.described({"from": TIME, "amount": 1}, PAYING)["amount"] == "1"
    assert tell.described({"deposit": CNH, "amount": (1, 2)}, PAYING)["amount"] == "1, 2"


def test_without_names_amounts_are_told_in_the_smallest_unit() -> None:
    assert tell.described({"deposit": CNH, "amount": 1}) == {"deposit": tell.checksum(CNH), "amount": "1"}


def test_a_moment_is_read_as_a_day_to_its_end_or_as_a_time_with_its_zone() -> None:
    assert tell.moment_of(" 2026-12-31 ") == datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert tell.moment_of("2026-12-31", SHANGHAI) == datetime(2026, 12, 31, 23, 59, 59, tzinfo=SHANGHAI)
    assert tell.moment_of("2026-12-31T17:00+08:00") == datetime(2026, 12, 31, 17, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("tomorrow", "no time"),
        ("2026-02-30", "there is no such time"),
        ("2026-02-30T10:00+08:00", "there is no such time"),
        ("2026-12-31T17:00", "a time without a zone"),
    ],
)
def test_what_is_no_moment_is_refused_in_words(text: str, wrong: str) -> None:
    with pytest.raises(UsageError, match=wrong) as refused:
        tell.moment_of(text)
    assert refused.value.hint == "write 2026-12-31, or 2026-12-31T17:00+08:00"


def test_what_has_no_place_and_what_has_no_kinds_say_so() -> None:
    assert tell.describe("place", bytes(32)) == "no place"
    assert tell.describe("kinds", 0) == "nothing"
    assert tell.describe("delay", 0) == "no time"


# ---------------------------------------------------------------------------------------------------------------- whom


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (ev.Transferred(BILL, BANK, BANK, 2, b""), NAME),
        (ev.Transfer(BANK, BANK, BILL), NAME),
        (ev.RecoveryProposed(3, BANK, BANK, 0, 5, b"lost", 1), MIXED),
        (ev.ParticipantSuspended(3, 5, b"order", 1), "participant 3"),
        (ev.RoleLabel(7, "issuer"), "RoleLabel"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Event) else "",
)
def test_an_event_is_about_its_bill_else_an_account_else_a_participant(event: Event, told: str) -> None:
    assert tell.about(event) == told


@pytest.mark.parametrize("address", ["0x" + "ab" * 19, "0x" + "ab" * 21, "0x", "0xzz" + "00" * 19])
def test_what_is_no_address_has_no_checksum(address: str) -> None:
    with pytest.raises(BadInput):
        tell.checksum(address)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("72h", 259_200),
        ("2 days 1 hour", 176_400),
        ("90 minutes", 5_400),
        ("1w", 604_800),
        ("5s", 5),
        ("3 mins", 180),
        ("3660 days", 316_224_000),
    ],
)
def test_a_length_of_time_is_read_as_people_write_it(text: str, seconds: int) -> None:
    assert tell.seconds_of(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "h",
        "72",
        "-1h",
        "3 fortnights",
        "500ms",
        "5 hs",
        "0h",
        "11 years",
        "3660 days 1s",
        "999999999999 days",
        "1h\n2",
    ],
)
def test_what_is_no_length_of_time_is_refused_in_words(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        tell.seconds_of(text)
    assert refused.value.hint
