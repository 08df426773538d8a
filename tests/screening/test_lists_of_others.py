"""Lists are files that others wrote: what is wrong in one is told with its line, and nothing of it is guessed (T35)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from sampan.errors import BadInput, Missing
from sampan.scenarios.parties import PARTIES
from sampan.screening import documents, lists
from sampan.screening.match import Party, match
from sampan.screening.names import plain

LEI = PARTIES["trader"].lei
ACCOUNT = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"


def given(folder: Path, data: bytes | str, name: str = "list.csv") -> Path:
    file = folder / name
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    return file


def hits(folder: Path, text: str, party: Party, name: str = "list.csv") -> list[tuple[str, int]]:
    return [(hit.by, hit.line) for hit in match([party], [lists.read(given(folder, text, name))])]


# ------------------------------------------------------------------------------------------------------------ hostile


@pytest.mark.parametrize(
    ("data", "said", "line"),
    [
        (b"", "has no entry", None),
        (b"\xef\xbb\xbf", "has no entry", None),
        (b"lei,name\n", "has no entry", None),
        (b"name\nM\xfcller\n", "is not UTF-8", 2),
        ("name\nMüller\n".encode("utf-16"), "is UTF-16, not UTF-8", 1),
        (b"name\nA\0B\n", "holds a NUL", 2),
        (b"name\nok\n" + b"x" * 20_000, "is longer than", 3),
        (b'name\n"never closed\nB\n', "is no CSV", 2),
        (b"lei,LEI\n", "the column lei stands there twice", 1),
        (b"lei;imo\n", "the column 'lei;imo' is not known", 1),
        (b"lei,passport\n", "the column 'passport' is not known", 1),
        (b"ground,listed\n", "no column says who is listed", 1),
        (b"name,ground\nA,B,C\n", "has 3 cells, the header 2", 2),
        (b"name,ground\nA\n", "has 1 cells, the header 2", 2),
        (b"name,ground\n\n,why\n", "lists nobody", 3),
        (b"name\n...\n", "is no name", 2),
        (b"country\nXX\n", "is no country", 2),
        (b"imo\n9074728\n", "IMO number 9074728 has a wrong check digit", 2),
        (b"imo\n907472\n", "is no IMO number", 2),
        (b"account\n0x12\n", "is not an address", 2),
        (f"lei\n{LEI[:18]}00\n".encode(), "LEI has check digits 00", 2),
        (b'name\n"A\nB"\nC,D\n', "has 2 cells", 4),
    ],
)
def test_a_fault_is_told_with_file_and_line(tmp_path: Path, data: bytes, said: str, line: int | None) -> None:
    file = given(tmp_path, data)
    with pytest.raises(BadInput) as caught:
        lists.read(file)
    assert said in caught.value.message
    assert caught.value.subject == (str(file) if line is None else f"{file}, line {line}")
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        (f"# remark\n{LEI[:18]}00\n", "LEI has check digits", 2),
        ("A name\r\nIMO 9074728\r\n", "wrong check digit", 2),
        ("0x1234\n", "is not an address", 1),
        ("HK\n", "is a country, or the name of somebody?", 1),
        ("# nothing\n\n", "has no entry", None),
    ],
)
def test_a_line_that_is_nearly_a_number_is_no_name(tmp_path: Path, text: str, said: str, line: int | None) -> None:
    file = given(tmp_path, text, "list.txt")
    with pytest.raises(BadInput) as caught:
        lists.read(file)
    assert said in caught.value.message
    assert caught.value.subject == (str(file) if line is None else f"{file}, line {line}")


def test_what_is_no_list_is_not_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Missing, match="there is no such list"):
        lists.read_all([tmp_path / "gone.csv"])
    with pytest.raises(Missing, match="holds no list"):
        lists.read_all([tmp_path])
    given(tmp_path, "name\nA\n")
    given(tmp_path, "", ".hidden")
    assert [each.rows for each in lists.read_all([tmp_path])] == [1]
    (tmp_path / "more").mkdir()
    given(tmp_path / "more", b"PK\3\4", "sdn.xlsx")
    with pytest.raises(BadInput, match=r"neither a \.csv nor a \.txt"):
        lists.read_all([tmp_path])
    monkeypatch.setattr(lists, "LARGEST", 8)
    with pytest.raises(BadInput, match="is larger than 8 bytes"):
        lists.read(given(tmp_path, "name\nA long one\n"))


def test_the_hash_is_that_of_the_files_bytes_and_each_reading_is_of_the_file_as_it_is(tmp_path: Path) -> None:
    file = given(tmp_path, "\ufeffname\r\nAcme\r\n")
    first = lists.read(file)
    assert first.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert first.of("name", "acme")
    given(tmp_path, "name\nOther\n")
    second = lists.read(file)
    assert (second.of("name", "acme"), first.sha256 == second.sha256) == ((), False)


@pytest.mark.slow
def test_a_list_of_a_hundred_thousand_is_read_once_and_then_asked_quickly(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    import time

    file = given(tmp_path, "name,ground\n" + "".join(f"Company {n} Ltd,{n}\n" for n in range(100_000)))
    began = time.perf_counter()
    assert lists.read(file).rows == 100_000
    first = time.perf_counter() - began
    began = time.perf_counter()
    found = lists.read(file)
    again = time.perf_counter() - began
    assert [entry.ground for entry in found.of("name", plain("COMPANY 99999, LIMITED"))] == ["99999"]
    record_property("figure", f"100,000 names: {first:.2f} s once, {again * 1000:.0f} ms at each act")
    assert again < first / 5


# ------------------------------------------------------------------------------------------------------------- matching


@pytest.mark.parametrize(
    ("listed", "asked"),
    [
        ("Acme Shipping Co., Ltd.", "ACME SHIPPING COMPANY LIMITED"),
        ("Acme Shipping B.V.", "acme   shipping"),
        ("Ａｃｍｅ Shipping S. p. A.", "Acme-Shipping SpA"),
        ("上海某某有限公司", "上海某某"),
        ("O’Neil & Sons", "O'Neil and Sons Inc."),
        ("PT Acme Shipping Tbk", "Acme Shipping TBK"),
        ("Ac\u200bme Shipping GmbH & Co. KG", "Acme Shipping"),
    ],
)
def test_a_name_is_found_whatever_its_letters_punctuation_and_legal_form(
    tmp_path: Path, listed: str, asked: str
) -> None:
    assert hits(tmp_path, f'name\n"{listed}"\n', Party("x", {"name": (asked,)})) == [("name", 2)]


@pytest.mark.parametrize("asked", ["Acme Shippin", "Acme Shipping Holdings", "Akme Shipping", "Shipping Acme", "Ltd"])
def test_a_name_that_is_spelt_otherwise_is_another(tmp_path: Path, asked: str) -> None:
    assert hits(tmp_path, "name\nAcme Shipping Ltd\n", Party("x", {"name": (asked,)})) == []


def test_numbers_are_found_exactly_however_they_are_written(tmp_path: Path) -> None:
    text = f"{LEI.lower()}\nIMO 9074729\n{ACCOUNT.lower()}\n"
    for key, value, line in (("lei", LEI, 1), ("imo", "9074729", 2), ("account", ACCOUNT, 3)):
        assert hits(tmp_path, text, Party("x", {key: (value,)}), "list.txt") == [(key, line)]  # type: ignore[dict-item]
    assert hits(tmp_path, text, Party("x", {"imo": ("9321483",)}), "list.txt") == []


def test_a_country_lists_all_who_are_of_it_only_where_its_row_names_nobody(tmp_path: Path) -> None:
    korean = Party("x", {"country": ("KP",), "name": ("Somebody",)})
    assert hits(tmp_path, "name,country\nSomebody else,KP\n", korean) == []
    assert hits(tmp_path, "name,country\n,KP\n", korean) == [("country", 2)]
    assert hits(tmp_path, "name,country\nSOMEBODY Ltd,IR\n", korean) == [("name", 2)]


def test_of_several_things_that_find_one_entry_the_surest_is_told(tmp_path: Path) -> None:
    party = Party("x", {"name": ("Acme",), "lei": (LEI,)})
    assert hits(tmp_path, f"name,lei\nAcme Ltd,{LEI}\n", party) == [("lei", 2)]


def test_a_document_names_parties_and_ships() -> None:
    document = {
        "documentParties": {
            "shipper": {
                "partyName": "Acme Ltd",
                "address": {"countryCode": "CN"},
                "identifyingCodes": [{"partyCode": LEI}, {"partyCode": "77"}],
            }
        },
        "transports": {"vesselVoyages": [{"vesselName": "OLD SHIP", "vesselIMONumber": "9074729"}]},
    }
    found = documents.parties(dict(documents.fields(document)), "bill.json")
    assert [dict(each.keys) for each in found] == [
        {"lei": (LEI,), "country": ("CN",), "name": ("Acme Ltd",)},
        {"imo": ("9074729",), "name": ("OLD SHIP",)},
    ]
    assert found[0].who == "/documentParties/shipper of bill.json: Acme Ltd"


@pytest.mark.parametrize("point", [0x34F, 0x1160, 0x180B, 0x200B, 0x3164, 0xFE0F, 0xE0100, 0x7F])
def test_a_point_that_is_drawn_as_nothing_hides_no_name(tmp_path: Path, point: int) -> None:
    written = f"Ac{chr(point)}me Shipping Ltd"
    assert hits(tmp_path, "name\nAcme Shipping\n", Party("x", {"name": (written,)})) == [("name", 2)]
    assert plain("Acme\tShipping\nLtd") == "acme shipping"


@pytest.mark.parametrize(
    "written", ["IMO 9074729", "imo9074729", " 9074729", "\uff19\uff10\uff17\uff14\uff17\uff12\uff19"]
)
def test_a_ship_of_a_document_is_found_however_its_number_is_written(tmp_path: Path, written: str) -> None:
    (ship,) = documents.parties({"/transports/vesselVoyages/0/vesselIMONumber": written}, "a document")
    assert hits(tmp_path, "imo\n9074729\n", ship) == [("imo", 2)]


@pytest.mark.parametrize("written", [LEI.lower(), f" {LEI} "])
def test_a_party_of_a_document_is_found_however_its_lei_is_written(tmp_path: Path, written: str) -> None:
    pointer = "/documentParties/shipper/identifyingCodes/0/partyCode"
    (party,) = documents.parties({pointer: written}, "a document")
    assert hits(tmp_path, f"lei\n{LEI}\n", party) == [("lei", 2)]
