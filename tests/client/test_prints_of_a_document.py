"""Prints of a disclosed document by a registrar's key, whether its cargo is free, and the exposures of a lender."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support import banking, borrowing
from support.borrowing import AGENT
from support.questions import counter

from sampan.client import disclosed, prints
from sampan.client.ledger import Ledger
from sampan.documents import prepare
from sampan.documents.disclosure import Disclosure, disclose
from sampan.documents.tree import DocumentTree
from sampan.errors import AnswerIsNo, BadInput, ChainError, UsageError
from sampan.finance.prints import Piece, Registrar, in_words, print_of
from sampan.finance.registrations.records import Print
from sampan.suite import events
from sampan.suite.words import Answer, Kind
from sampan.testing import SampanChain, sample

KEY = Registrar(bytes(range(32)))
BOXES = ("XLLU2601017", "XLLU2601022")
DAY = (datetime(2026, 1, 2, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).days
Change = Callable[[dict[str, Any]], object]


def written(folder: Path, change: Change = lambda content: None, name: str = "bill.json") -> Path:
    """The sample document with a change, beside its salts."""
    content = json.loads(sample("to-order"))
    change(content)
    file = folder / name
    file.write_text(json.dumps(content), encoding="utf-8")
    prepare(file).keep_salts()
    return file


def shared(content: dict[str, Any]) -> None:
    content["cargoMovementTypeAtOrigin"] = "LCL"
    for item in content["consignmentItems"]:
        for cargo in item["cargoItems"]:
            cargo["cargoGrossWeight"] = {"value": 4000.2, "unit": "KGM"}


# ------------------------------------------------------------------------------------------------------- a document


def test_a_full_box_is_its_number_and_the_day_on_board(tmp_path: Path) -> None:
    found = prints.pieces_of(disclosed.read(written(tmp_path)))
    assert found == tuple(Piece(box, DAY) for box in sorted(BOXES))
    words = prints.prints_of(KEY, found)
    blinded = {hmac.new(KEY.key, b"sampan.print/1\0" + box.encode(), hashlib.sha256).digest()[:20] for box in BOXES}
    assert {Print.unpack(word).cargo.to_bytes(20, "big") for word in words} == blinded
    assert {Print.unpack(word).day for word in words} == {DAY}
    assert list(words) == sorted(words)
    other = prints.prints_of(Registrar(bytes(32)), found)
    assert not {word >> 96 for word in words} & {word >> 96 for word in other}
    assert str(KEY.key.hex()) not in repr(KEY)


def test_a_part_load_has_its_weight_and_what_the_box_may_carry(tmp_path: Path) -> None:
    disclosure = disclosed.read(written(tmp_path, shared))
    with pytest.raises(UsageError, match="is shared with others"):
        prints.pieces_of(disclosure)
    found = prints.pieces_of(disclosure, dict.fromkeys(BOXES, 26_000))
    assert {(piece.box, piece.payload) for piece in found} == {(box, 26_000) for box in BOXES}
    # Whole kilograms, rounded up.
    assert all(piece.weight >= 4_001 for piece in found)
    assert sum(piece.weight for piece in found) in (8_001, 8_002)


def test_a_print_says_in_words_what_of_a_box_it_is_and_when_that_leaves() -> None:
    day = (datetime(2026, 3, 9, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).days

    full, part = in_words(Print(0xAB, day).pack()), in_words(Print(0xAB, day, 9_000, 20_000).pack())

    assert full.endswith(": all of a box, leaving on 2026-03-09")
    assert part.endswith(": 9,000 kg in a box that may carry 20,000 kg, leaving on 2026-03-09")


def test_pounds_are_counted_in_kilograms(tmp_path: Path) -> None:
    def change(content: dict[str, Any]) -> None:
        shared(content)
        for item in content["consignmentItems"]:
            for cargo in item["cargoItems"]:
                cargo["cargoGrossWeight"] = {"value": 1000, "unit": "LBR"}

    found = prints.pieces_of(disclosed.read(written(tmp_path, change)), dict.fromkeys(BOXES, 26_000))
    assert [piece.weight for piece in found] == [454, 454]


def test_a_part_weighs_what_lies_in_its_box(tmp_path: Path) -> None:
    def change(content: dict[str, Any]) -> None:
        shared(content)
        weights = dict(zip(BOXES, (1_000, 2_000), strict=True))
        for item in content["consignmentItems"]:
            for cargo in item["cargoItems"]:
                cargo["cargoGrossWeight"]["value"] = weights[cargo["equipmentReference"]]

    found = prints.pieces_of(disclosed.read(written(tmp_path, change)), dict.fromkeys(BOXES, 26_000))
    assert {piece.box: piece.weight for piece in found} == dict(zip(BOXES, (1_000, 2_000), strict=True))


def weighed(value: float, unit: str) -> Change:
    def change(content: dict[str, Any]) -> None:
        shared(content)
        for item in content["consignmentItems"]:
            for cargo in item["cargoItems"]:
                cargo["cargoGrossWeight"] = {"value": value, "unit": unit}

    return change


def whole(change: Change, *left_out: str) -> Disclosure:
    """All of a document that somebody shows, whether it might be issued or not, but for what is left out."""
    content = json.loads(sample("to-order"))
    change(content)
    tree = DocumentTree.fresh(content)
    return disclose(tree, [pointer for pointer in tree.fields if pointer not in left_out])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (weighed(0, "KGM"), "weighs nothing in this document"),
        (weighed(4, "TNE"), "is no weight"),
        (lambda content: content.update(shippedOnBoardDate="soon"), "is no day"),
        (lambda content: content.update(utilizedTransportEquipments=[]), "are none: bulk has no prints"),
    ],
)
def test_what_has_no_weight_or_no_day_or_no_box_has_no_print(change: Change, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        prints.pieces_of(whole(change), dict.fromkeys(BOXES, 26_000))


@pytest.mark.parametrize("hidden", [prints.ITEMS, f"{prints.ITEMS}/0/cargoItems"])
def test_a_disclosure_of_part_loads_says_what_lies_in_each_box(hidden: str) -> None:
    with pytest.raises(BadInput, match="nobody can tell what lies in each box") as told:
        prints.pieces_of(whole(shared, hidden), dict.fromkeys(BOXES, 26_000))
    assert told.value.subject == hidden


def test_the_planned_day_counts_where_nothing_is_on_board_yet(tmp_path: Path) -> None:
    def change(content: dict[str, Any]) -> None:
        del content["shippedOnBoardDate"]
        content["transports"]["plannedDepartureDate"] = "2026-01-09"

    assert {piece.day for piece in prints.pieces_of(disclosed.read(written(tmp_path, change)))} == {DAY + 7}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda content: _box(content, 0, "XLLU2601018"), "whose check digit fits"),
        (lambda content: _box(content, 0, "BULK"), "whose check digit fits"),
        (lambda content: _box(content, 1, BOXES[0]), "stands in the document twice"),
    ],
)
def test_what_is_no_box_has_no_print(tmp_path: Path, change: Change, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        prints.pieces_of(disclosed.read(written(tmp_path, change)))


def _box(content: dict[str, Any], number: int, box: str) -> None:
    content["utilizedTransportEquipments"][number]["equipment"]["equipmentReference"] = box


def test_a_disclosure_is_enough_when_it_has_all_boxes(tmp_path: Path) -> None:
    ready = prepare(written(tmp_path))
    shown = [
        prints.BOXES,
        *(f"{prints.BOXES}/{number}/equipment/equipmentReference" for number in range(2)),
        prints.MOVEMENT,
        prints.DATES[0],
    ]
    file = tmp_path / "disclosure.json"

    def hand_over(*left_out: str) -> Path:
        made = disclose(ready.tree, [each for each in shown if each not in left_out])
        file.write_text(json.dumps(made.as_json()), encoding="utf-8")
        return file

    assert len(prints.pieces_of(disclosed.read(hand_over()))) == 2
    for each in shown:
        with pytest.raises(BadInput, match="is not disclosed"):
            prints.pieces_of(disclosed.read(hand_over(each)))


def test_a_disclosure_that_lacks_much_is_told_all_of_it_at_once(tmp_path: Path) -> None:
    tree = prepare(written(tmp_path, shared)).tree
    weight = "/consignmentItems/0/cargoItems/1/cargoGrossWeight"
    missing = [prints.DATES[0], f"{prints.BOXES}/1/equipment/equipmentReference", f"{weight}/value", f"{weight}/unit"]
    with pytest.raises(BadInput) as told:
        prints.pieces_of(disclose(tree, [each for each in prints.of_prints(tree) if each not in missing]))
    heading, *lines = told.value.message.splitlines()
    assert heading == "prints need 4 fields that are missing"
    assert [line.strip().partition(": ")[0] for line in lines] == missing
    assert lines[0].endswith("is not disclosed, so that nobody can tell when it leaves")
    assert "--for-pledge" in (told.value.hint or "")


def test_a_list_that_says_to_be_endless_is_told_without_an_end_of_time(tmp_path: Path) -> None:
    tree = prepare(written(tmp_path)).tree
    made = disclose(tree, prints.of_prints(tree))
    fields = [replace(each, value="[999999999]") if each.pointer == prints.BOXES else each for each in made.fields]
    with pytest.raises(BadInput, match="prints need 100 fields and maybe more"):
        prints.pieces_of(replace(made, fields=tuple(fields)))


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("on_board", [True, False])
def test_what_is_disclosed_for_a_pledge_is_enough_for_its_prints_and_no_more(
    tmp_path: Path, alone: bool, on_board: bool
) -> None:
    def change(content: dict[str, Any]) -> None:
        if not alone:
            shared(content)
        if not on_board:
            del content["shippedOnBoardDate"]

    tree = prepare(written(tmp_path, change)).tree
    payloads = {} if alone else dict.fromkeys(BOXES, 26_000)
    shown = prints.of_prints(tree)
    assert prints.pieces_of(disclose(tree, shown), payloads) == prints.pieces_of(
        disclosed.read(tmp_path / "bill.json"), payloads
    )
    for each in shown:
        with pytest.raises(BadInput, match=r"not disclosed|missing"):
            prints.pieces_of(disclose(tree, [other for other in shown if other != each]), payloads)


def test_t21_leaving_the_day_on_board_out_makes_no_other_cargo(tmp_path: Path) -> None:
    """The planned day may be weeks off: by it the same box would be pledged twice."""
    file = tmp_path / "disclosure.json"

    def shown_of(change: Change, *more: str) -> Path:
        ready = prepare(written(tmp_path, change, f"{change.__name__}.json"))
        boxes = [prints.BOXES, *(f"{prints.BOXES}/{number}/equipment/equipmentReference" for number in range(2))]
        made = disclose(ready.tree, [*boxes, prints.MOVEMENT, prints.DATES[1], *more])
        file.write_text(json.dumps(made.as_json()), encoding="utf-8")
        return file

    def planned(content: dict[str, Any]) -> None:
        content["transports"]["plannedDepartureDate"] = "2026-03-09"

    def not_on_board(content: dict[str, Any]) -> None:
        planned(content)
        del content["shippedOnBoardDate"]

    for more in ((), ("",)):
        with pytest.raises(BadInput, match="is not disclosed") as told:
            prints.pieces_of(disclosed.read(shown_of(planned, *more)))
        assert told.value.subject == "/shippedOnBoardDate"
    # The names of all fields prove that there is none.
    with pytest.raises(BadInput, match="is not disclosed"):
        prints.pieces_of(disclosed.read(shown_of(not_on_board)))
    assert {piece.day for piece in prints.pieces_of(disclosed.read(shown_of(not_on_board, "")))} == {DAY + 66}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("shippedOnBoardDate", "1969-12-31", "is no day on which a ship leaves"),
        ("shippedOnBoardDate", "2149-06-07", "is no day on which a ship leaves"),
        ("cargoMovementTypeAtOrigin", "lcl", "nobody can tell whether it has its boxes alone"),
        ("cargoMovementTypeAtOrigin", "BB", "nobody can tell whether it has its boxes alone"),
    ],
)
def test_what_stands_in_no_print_is_refused_by_its_name(tmp_path: Path, field: str, value: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        prints.pieces_of(disclosed.read(written(tmp_path, lambda content: content.update({field: value}))))


def test_a_weight_or_payload_beyond_what_a_print_holds_is_refused(tmp_path: Path) -> None:
    def heavy(content: dict[str, Any]) -> None:
        shared(content)
        content["consignmentItems"][0]["cargoItems"][0]["cargoGrossWeight"]["value"] = 2**24

    with pytest.raises(BadInput, match="weighs more than 16,777,215 kg"):
        prints.pieces_of(disclosed.read(written(tmp_path, heavy)), dict.fromkeys(BOXES, 26_000))
    light = disclosed.read(written(tmp_path, shared, "light.json"))
    for payload in (0, -1, 2**24):
        with pytest.raises(UsageError, match="is not from 1 to"):
            prints.pieces_of(light, dict.fromkeys(BOXES, payload))


def test_a_document_without_its_salts_proves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "bare.json"
    file.write_bytes(sample("to-order"))
    with pytest.raises(BadInput, match="without its salts"):
        disclosed.read(file)


def test_a_key_is_made_once_and_read_again(tmp_path: Path) -> None:
    file = tmp_path / "registrar.key"
    made = prints.new_key(file)
    assert (prints.registrar(file), len(made.key)) == (made, 32)
    # By which lenders know that they have one key, and nobody knows the key.
    assert made.fingerprint == hmac.new(made.key, b"sampan.registrar/1\0", hashlib.sha256).hexdigest()[:16]
    assert KEY.fingerprint not in (made.fingerprint, KEY.key.hex())
    assert file.stat().st_mode & 0o077 == 0
    with pytest.raises(UsageError, match="stands there already"):
        prints.new_key(file)
    file.write_text("no key", encoding="utf-8")
    with pytest.raises(BadInput, match="is no key of a registrar"):
        prints.registrar(file)
    with pytest.raises(ValueError, match="32 bytes"):
        Registrar(b"short")


# --------------------------------------------------------------------------------------------------------- the ledger


@pytest.fixture(scope="module")
def lent(banked: SampanChain) -> SampanChain:
    borrowing.lend(banked)
    return banked


@pytest.fixture
def chain(lent: SampanChain, sampan_chain: SampanChain) -> SampanChain:
    return sampan_chain


@pytest.fixture
def facility(chain: SampanChain) -> int:
    relayer = chain.as_role("relayer")
    signed = borrowing.signed(chain, borrowing.terms(relayer))
    return int(relayer.loans.open_facility(signed).event(events.Opened).facility)


def pledged(chain: SampanChain, facility: int, reference: str, words: tuple[int, ...]) -> None:
    """A bill of 500,000 whose cargo has these prints; 100,000 drawn on it."""
    (bill,) = banking.bills(chain, reference, kind=Kind.BLANK)
    accepted = chain.as_role(AGENT.role).sign_acceptance(bill, facility, "HKD 500,000.00", words)
    chain.as_role("shipper").loans.pledge(bill, accepted, amount="HKD 100,000.00")


def answers(ledger: Ledger, *pieces: Piece) -> list[tuple[Answer, str]]:
    return [(each.answer, each.why) for each in prints.free(ledger, pieces, KEY)]


@pytest.mark.slow
def test_cargo_is_free_taken_or_somebody_is_asked(chain: SampanChain, facility: int, tmp_path: Path) -> None:
    pieces = prints.pieces_of(disclosed.read(written(tmp_path)))
    ledger = chain.ledger
    assert {each.answer for each in prints.free(ledger, pieces, KEY)} == {Answer.YES}
    pledged(chain, facility, "PLEDGED1", prints.prints_of(KEY, pieces[:1]))
    found = prints.free(ledger, pieces, KEY)
    assert [(each.answer, each.why) for each in found] == [
        (Answer.NO, f"it secures facility {facility} (pledge 1) already"),
        (Answer.YES, "nothing is registered against it"),
    ]
    assert prints.worst(found) is Answer.NO
    # Moving the date by a week or two does not help; another voyage is another question.
    ((near, _),) = answers(ledger, Piece(pieces[0].box, DAY + 14))
    ((later, why),) = answers(ledger, Piece(pieces[0].box, DAY + 15))
    assert (near, later) == (Answer.NO, Answer.ASK)
    assert "under another departure" in why
    assert prints.worst(prints.free(ledger, pieces, None)) is Answer.ASK
    assert {each.answer for each in prints.free(ledger, pieces, Registrar(bytes(32)))} == {Answer.YES}


@pytest.mark.slow
def test_a_part_beside_others_is_a_question_and_too_much_is_none(chain: SampanChain, facility: int) -> None:
    box, ledger = BOXES[0], chain.ledger
    assert answers(ledger, Piece(box, DAY, 16_000, 26_000)) == [(Answer.YES, "nothing is registered against it")]
    pledged(chain, facility, "PLEDGED1", (print_of(KEY, Piece(box, DAY, 10_000, 26_000)).pack(),))
    ((fits, why), (equal, whose), (over, _), (whole, beside)) = answers(
        ledger,
        Piece(box, DAY, 16_000, 26_000),
        Piece(box, DAY, 10_000, 26_000),
        Piece(box, DAY, 16_001, 26_000),
        Piece(box, DAY),
    )
    assert (fits, equal, over, whole) == (Answer.ASK, Answer.NO, Answer.NO, Answer.NO)
    assert "this one would fit" in why
    assert f"facility {facility}" in whose
    assert "debts on parts of this box" in beside


def blank(content: dict[str, Any]) -> None:
    del content["documentParties"]["endorsee"]


@pytest.mark.slow
def test_a_document_of_another_bill_is_none_of_this_one(chain: SampanChain, tmp_path: Path) -> None:
    file = written(tmp_path, blank)
    carrier = chain.as_role("carrier")
    bill = carrier.bills.issue(file, "shipper", carriage_law="SG", bearer=True).bill
    assert disclosed.of_bill(chain.ledger, file, bill).root == prepare(file).root
    (folder := tmp_path / "other").mkdir()
    with pytest.raises(BadInput, match="of another bill than"):
        disclosed.of_bill(chain.ledger, written(folder, blank), bill)
    made = disclose(prepare(file).tree, [prints.BOXES]).as_json()
    assert isinstance(made, dict)
    made["fields"][0]["leaf"][1] = "[1]"  # type: ignore[index, call-overload]
    (folder / "altered.json").write_text(json.dumps(made), encoding="utf-8")
    with pytest.raises(AnswerIsNo, match="the proof fails"):
        disclosed.of_bill(chain.ledger, folder / "altered.json", bill)


@pytest.mark.slow
def test_a_lender_sees_its_exposures_with_vessel_and_port_of_what_was_disclosed(
    chain: SampanChain, facility: int, tmp_path: Path
) -> None:
    file = written(tmp_path, blank)
    bill = chain.as_role("carrier").bills.issue(file, "shipper", carriage_law="SG", bearer=True).bill
    words = prints.prints_of(KEY, prints.pieces_of(disclosed.of_bill(chain.ledger, file, bill)))
    accepted = chain.as_role(AGENT.role).sign_acceptance(bill, facility, "HKD 500,000.00", words)
    chain.as_role("shipper").loans.pledge(bill, accepted, amount="HKD 300,000.00")
    chain.advance(timedelta(days=73))
    bank = chain.as_role("bank")
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    (found,) = bank.exposures(files=sorted(tmp_path.glob("*.json")))
    assert (found.facility, found.bills, found.share) == (facility, (bill,), 60)
    assert (found.vessels, found.ports) == (("Lantern Meridian",), ("NLRTM",))
    # 60 percent of 300,000, of 3,000 of interest (5 percent, a fifth of a year), of 400,000.
    assert list(map(str, (found.principal, found.interest, found.cover))) == [
        "HKD 180,000.00",
        "HKD 1,800.00",
        "HKD 240,000.00",
    ]
    (unknown,) = chain.ledger.exposures("issuing_bank")
    assert (unknown.share, unknown.vessels, unknown.ports) == (40, (), ())
    assert chain.ledger.exposures("trader") == []


@pytest.mark.slow
def test_a_position_that_was_split_off_counts_for_whoever_has_it(chain: SampanChain, facility: int) -> None:
    bank = chain.as_role("bank")
    (before,) = bank.exposures()
    bank.positions.split(before.positions[0], 15_000_000)
    (after,) = bank.exposures()
    assert (len(after.positions), after.shares) == (2, before.shares)


@pytest.mark.slow
def test_exposures_are_asked_for_by_as_many_questions_however_many_facilities_there_are(
    chain: SampanChain, facility: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    relayer, bank = chain.as_role("relayer"), chain.as_role("bank")
    questions = counter(bank, monkeypatch)
    pledged(chain, facility, "PLEDGED1", tuple(borrowing.prints(1)))
    one, few = questions(bank.exposures)
    for number in range(2, 5):
        small = borrowing.terms(relayer, lenders={"bank": "HKD 60,000.00", "issuing_bank": "HKD 40,000.00"})
        more = int(relayer.loans.open_facility(borrowing.signed(chain, small)).event(events.Opened).facility)
        pledged(chain, more, f"PLEDGED{number}", tuple(borrowing.prints(number)))
    several, same = questions(bank.exposures)

    assert (len(one), len(several)) == (1, 4)
    assert same == few


@pytest.mark.slow
def test_positions_that_the_log_leaves_out_are_missed_by_their_number(
    chain: SampanChain, facility: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = chain.as_role("bank")
    monkeypatch.setattr(type(bank), "_logged", lambda *said, **more: [])

    with pytest.raises(ChainError, match="the ledger counts 1 positions, the logs tell 0"):
        bank.exposures()
