"""Signatures, selectors, encoding: against known answers, and refusals in words."""

from __future__ import annotations

import pytest

from sampan.chain import abi
from sampan.chain.accounts import ROLES
from sampan.errors import BadInput, ChainError


@pytest.mark.parametrize(
    ("signature", "selector"),
    [
        ("transfer(address,uint256)", "a9059cbb"),
        ("getAccess(uint64,address)(uint48,uint32,uint32,uint48)", "3078f114"),
        ("multicall(bytes[])", "ac9650d8"),
        ("authority()(address)", "bf7e214f"),
    ],
)
def test_known_selectors(signature: str, selector: str) -> None:
    assert abi.selector(signature).hex() == selector


def test_a_known_topic() -> None:
    transfer = "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
    assert abi.topic("Transfer(address,address,uint256)").hex() == transfer


def test_what_is_encoded_is_decoded() -> None:
    signature = "issue((uint256,uint8,address,bytes32),address[],bytes)"
    terms = (2**255, 3, ROLES["bank"], b"\x07" * 32)
    data = abi.encode_call(signature, terms, [ROLES["carrier"], ROLES["shipper"]], b"remark")
    assert data[:4] == abi.selector(signature)
    answer = abi.decode_answer(f"f(){'((uint256,uint8,address,bytes32),address[],bytes)'}", data[4:])
    assert answer == (terms, (ROLES["carrier"], ROLES["shipper"]), b"remark"), "addresses come checksummed"


def test_types_are_split_at_their_outer_commas() -> None:
    assert abi.split_types("") == ()
    assert abi.split_types("uint256,(address,(bool,bytes))[],bytes") == ("uint256", "(address,(bool,bytes))[]", "bytes")


@pytest.mark.parametrize(
    ("signature", "words"),
    [
        ("", "not a signature"),
        ("f", "not a signature"),
        ("f(", "a bracket is not closed"),
        ("(uint256)", "not a signature"),
        ("f(uint256", "a bracket is not closed"),
        ("f(uint256)x", "not a signature"),
        ("f()(uint256", "a bracket is not closed"),
    ],
)
def test_what_is_no_signature_is_refused(signature: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        abi.encode_call(signature)


@pytest.mark.parametrize(
    ("signature", "values"),
    [
        ("f(uint8)", (256,)),
        ("f(uint8)", (-1,)),
        ("f(address)", ("0x12",)),
        ("f(uint256)", ()),
        ("f(uint256)", (1, 2)),
        ("f(bytes4)", (b"12345",)),
        ("f(nothing)", (1,)),
    ],
)
def test_what_does_not_fit_is_refused_in_words(signature: str, values: tuple[object, ...]) -> None:
    with pytest.raises(BadInput, match="does not fit"):
        abi.encode_call(signature, *values)


@pytest.mark.parametrize("data", [b"", b"\x00" * 31, b"\xff" * 32])
def test_an_answer_that_is_none_such_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(ChainError, match="cannot be decoded"):
        abi.decode_answer("owner()(address)", data)


def test_an_abi_item_gives_its_signature() -> None:
    item = {
        "type": "function",
        "name": "replace",
        "inputs": [
            {"type": "uint256[]", "name": "old"},
            {
                "type": "tuple[]",
                "name": "terms",
                "components": [{"type": "uint256", "name": "bill"}, {"type": "address", "name": "holder"}],
            },
        ],
        "outputs": [{"type": "bool", "name": ""}],
    }
    assert abi.signature_of(item) == "replace(uint256[],(uint256,address)[])(bool)"


@pytest.mark.parametrize(
    "kind",
    ["uint8", "int256", "address", "bool", "string", "bytes", "bytes32", "uint256[]", "uint8[3]", "(bool,bytes)[2]"],
)
def test_every_type_has_a_value_that_is_nothing(kind: str) -> None:
    assert set(abi.encode([kind], [abi.nothing_of(kind)])) <= {0, 0x20, 0x40, 0x60, 0x80, 0xA0}
