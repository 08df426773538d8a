"""Names of parties: the address book, keys by their names, mistyped addresses and LEIs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sampan import config
from sampan.chain.signers import KeySigner
from sampan.client import naming
from sampan.client.book import Book
from sampan.client.errors import NotOnLedger
from sampan.client.ledger import Ledger
from sampan.errors import BadInput, SampanError, UsageError
from sampan.suite.tell import checksum
from sampan.suite.words import Kind
from sampan.testing import PARTIES, SampanChain, bare_terms

BANK, TRADER = PARTIES["bank"], PARTIES["trader"]


@pytest.fixture
def named(sampan_chain: SampanChain, tmp_path: Path) -> Callable[[str], Ledger]:
    """Opens the ledger with what stands under `[names]` in a sampan.toml, for the shipper."""

    def opened(names: str) -> Ledger:
        file = tmp_path / "sampan.toml"
        file.write_text(f"[names]\n{names}\n")
        file.chmod(0o644)
        environment = {"SAMPAN_KEYSTORE": str(tmp_path / "keys")}
        settings = config.load(environment=environment, folder=tmp_path, user_file=tmp_path / "none")
        book = Book.of(settings)
        ledger = Ledger.at(sampan_chain.connection, sampan_chain.manifest, book=book)
        return ledger.using("shipper")

    return opened


def issued(carrier: Ledger, to: Ledger) -> int:
    return carrier.bills.issue(bare_terms(carrier, "NAMED", kind=Kind.BLANK), to).bill


# ------------------------------------------------------------------------------------------------------- given names


def test_given_names_are_told_everywhere_and_marked_and_stand_for_whom_they_were_given(
    named: Callable[[str], Ledger], carrier: Ledger
) -> None:
    """#23: names were LEIs wherever it mattered."""
    trader = carrier.address_of("trader")
    shipper = named(f'{TRADER.lei} = "Kwun  Lung"\n{carrier.address_of("importer").lower()} = "Rotterdam desk"')
    bill = issued(carrier, shipper)
    assert shipper.address_of("kwun lung") == trader
    assert shipper.number_of("“Kwun Lung”") == shipper.number_of(TRADER.lei)
    shipper.bills.transfer(bill, "Kwun Lung")
    history = shipper.history(bill)
    assert history.entries[-1].sentence.endswith(f" transferred possession to “Kwun  Lung” {TRADER.lei} (0x1CBd…C9Ec)")
    assert f"“Kwun  Lung” ({TRADER.lei})" in str(shipper.bill(bill))
    found = shipper.participant(TRADER.lei)
    assert (found.name, found.given, found.told) == ("Kwun  Lung", True, "“Kwun  Lung”")
    assert "“Kwun  Lung”" in str(found)
    assert shipper.address_of("Rotterdam desk") == carrier.address_of("importer")
    assert shipper.book.told == {TRADER.lei}


def test_python_tells_the_names_that_the_command_line_tells(
    sampan_chain: SampanChain, carrier: Ledger, shipper: Ledger
) -> None:
    """#35: on a development chain the one had companies, the other LEIs."""
    bare = Ledger.at(sampan_chain.connection, sampan_chain.manifest)
    bill = carrier.bills.issue(bare_terms(carrier, "AGREE", kind=Kind.ORDER, titleholder="trader"), shipper).bill
    assert f"to the order of {TRADER.company} ({TRADER.lei})" in bare.history(bill).entries[0].sentence


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ('SAMPAN0000BANK000083 = "Bank"', "LEI has check digits 83"),
        ('0xdF3e18d64BC6A983f673Ab319CCaE4f1a57c7097 = "Bank"', "its capitals do not fit"),
        ('bank = "Bank"', "names.bank is neither an LEI nor an address"),
        ('SAMPAN0000BANK000038 = ""', "must be a name"),
        ('SAMPAN0000BANK000038 = "a\\u202eb"', "must be a name"),
        ("SAMPAN0000BANK000038 = 5", "must be a name"),
    ],
)
def test_a_name_is_given_to_an_lei_or_an_address(named: Callable[[str], Ledger], names: str, words: str) -> None:
    with pytest.raises(BadInput, match=words) as caught:
        named(names)
    assert "sampan.toml" in str(caught.value.subject)


def test_a_name_that_stands_for_several_or_for_nobody_is_refused(named: Callable[[str], Ledger]) -> None:
    shipper = named(f'{TRADER.lei} = "XLL"\n{BANK.lei} = "Lantau"')
    with pytest.raises(UsageError, match=r"may mean several: a name in the settings .*, a carrier code of SMDG"):
        shipper.number_of("XLL")
    with pytest.raises(NotOnLedger) as caught:
        shipper.number_of("Lantua")
    assert caught.value.hint == "did you mean Lantau?"


# --------------------------------------------------------------------------------------------------------------- keys


def test_whoever_has_a_key_here_is_meant_by_the_keys_name(
    named: Callable[[str], Ledger], carrier: Ledger, tmp_path: Path
) -> None:
    """#24: `--from bankx` worked, `--to bankx` did not."""
    keys = tmp_path / "keys"
    keys.mkdir()
    for name, address in (("office", carrier.address_of("trader")), ("xll", KeySigner(b"\1" * 32).address)):
        record = {"version": 3, "crypto": {}, "address": address[2:].lower()}
        (keys / f"{name}.json").write_text(json.dumps(record))
    shipper = named(f'{BANK.lei} = "office"')
    with pytest.raises(UsageError, match="may mean several: a key "):
        shipper.address_of("office")
    shipper = named("")
    bill = issued(carrier, shipper)
    shipper.bills.transfer(bill, "office")
    assert shipper.bill(bill).possessor.address == carrier.address_of("trader")
    assert shipper.number_of("office") == shipper.number_of("trader")
    # Somebody else's carrier code is not taken for a key, nor a key for it.
    with pytest.raises(UsageError, match=r"a key .*, a carrier code of SMDG"):
        shipper.address_of("xll")


# ----------------------------------------------------------------------------------------------------------- mistyped


@pytest.mark.parametrize(
    "mistyped",
    [
        lambda right: right[:-1] + ("1" if right[-1] != "1" else "2"),
        lambda right: right[:10] + right[11] + right[10] + right[12:],
        lambda right: right[:20] + right[21:],
        lambda right: right + "0",
        lambda right: right[:6] + ("0" if right[6] != "0" else "1") + right[7:-1] + ("a" if right[-1] != "a" else "b"),
        lambda right: right[:12] + "O" + right[13:],
    ],
)
def test_for_a_mistyped_address_the_account_is_proposed_that_differs_by_a_digit_or_two(
    shipper: Ledger, trader: Ledger, mistyped: Callable[[str], str]
) -> None:
    """#7: it was answered with itself, freshly checksummed."""
    typed = mistyped(trader.address)
    with pytest.raises(BadInput) as caught:
        shipper.address_of(typed)
    assert caught.value.hint == f"did you mean {trader.address} (trader)?"
    assert typed.lower() not in str(caught.value.hint).lower()


def test_where_no_account_is_near_nothing_is_proposed(shipper: Ledger) -> None:
    far = checksum("0x" + "ab" * 20)
    wrong = far[:2] + far[2:].swapcase()
    for typed in (wrong, shipper.address[:2] + shipper.address[2:].swapcase()):
        with pytest.raises(BadInput) as caught:
            shipper.address_of(typed)
        assert "did you mean" not in str(caught.value.hint)


@pytest.mark.parametrize("lei", [TRADER.lei[:-1] + "0", TRADER.lei[:5] + "X" + TRADER.lei[6:]])
def test_a_mistyped_lei_in_a_bills_name_is_told_with_the_right_check_digits(lei: str) -> None:
    """#20: it was told as a reference of 28 characters."""
    with pytest.raises(BadInput, match="its first 18 characters ask for") as caught:
        naming.parse(f"{lei}/NCL0002")
    assert caught.value.code == "identifier.lei"


def test_an_lei_that_lacks_a_character_is_told_as_one() -> None:
    for lei in (TRADER.lei[:-1], TRADER.lei + "0"):
        with pytest.raises(BadInput, match="not an LEI"):
            naming.parse(f"{lei}/NCL0002/v1")
    assert naming.parse("ABCDEFGHIJKLMNOPQR/2") == naming.Named("ABCDEFGHIJKLMNOPQR", None, 2)


@pytest.mark.slow
def test_for_a_mistyped_lei_the_participant_is_proposed_that_differs_by_a_character_or_two(shipper: Ledger) -> None:
    with pytest.raises(BadInput, match="ask for") as caught:
        shipper.number_of(TRADER.lei[:5] + "X" + TRADER.lei[6:])
    assert caught.value.hint == f"did you mean {TRADER.company} ({TRADER.lei})?"


def test_no_name_is_a_traceback(shipper: Ledger) -> None:
    for text in ("", " ", "0x", "0X12", "“”", "../x.json", "a" * 300, "SMDG:", ":"):
        with pytest.raises(SampanError):
            shipper.address_of(text)
        with pytest.raises(SampanError):
            shipper.number_of(text)
