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


def test_structs_are_answered_by_name() -> None:
    parts = [{"name": "from", "type": "address"}, {"name": "actCount", "type": "uint256"}]
    struct = {"type": "tuple", "internalType": "struct IBills.Given", "components": parts}
    item = {"type": "function", "name": "given", "inputs": [], "outputs": [{"name": "", **struct}]}
    data = abi.encode(["(address,uint256)"], [(ROLES["bank"], 3)])
    given = abi.decode_outputs(item, data)
    assert type(given).__name__ == "Given"
    assert (given.from_, given.act_count) == given == (ROLES["bank"], 3)

    several = {**struct, "name": "all", "type": "tuple[]", "internalType": "struct IBills.Given[]"}
    item = {**item, "outputs": [several, {"name": "", "type": "uint256"}]}
    data = abi.encode(["(address,uint256)[]", "uint256"], [[(ROLES["bank"], 3), (ROLES["carrier"], 4)], 9])
    answer = abi.decode_outputs(item, data)
    assert [one.act_count for one in answer.all] == [3, 4]
    assert answer.value1 == 9


def test_types_are_split_at_their_outer_commas() -> None:
    assert abi.split_types("") == ()
    assert abi.split_types("uint256,(address,(bool,bytes))[],bytes") == ("uint256", "(address,(bool,bytes))[]", "bytes")


@pytest.mark.parametrize("signature", ["", "f", "f(", "(uint256)", "f(uint256", "f(uint256)x", "f()(uint256"])
def test_what_is_no_signature_is_refused(signature: str) -> None:
    with pytest.raises(BadInput):
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
