"""The codec against the libraries: calldata, logs, EIP-712 digests, hashes, errors; and that it is strict."""

from __future__ import annotations

from random import Random

import pytest
from eth_abi.abi import decode, encode
from eth_account.messages import encode_typed_data

from sampan.bills.subject import BILLS
from sampan.bills.terms import Terms, replacements_hash, surrender_hash
from sampan.bills.verbs.signed import Agreement, SignedAct
from sampan.bills.verbs.surrender import Recall
from sampan.errors import BadInput
from sampan.fuzz.executor import Executor
from sampan.identity.verbs.enrolment import Enrolment
from sampan.keccak import keccak
from sampan.subjects import SUITE
from sampan.suite.codec import Codec, Malformed, arguments_decoder, encoder, plain_address
from sampan.suite.words import Kind, Receiving, RecordLaw
from sampan.toolchain.artifacts import load

TERMS = "(uint256,uint8,address,bytes32,bytes32,bytes8,uint8)"


@pytest.mark.slow
def test_all_calldata_of_random_acts_decodes_and_encodes_to_itself(executor: Executor) -> None:
    types = {
        bytes.fromhex(selector): signature.partition("(")[2][:-1]
        for name in (*SUITE.contracts, "ILedger", "ILoans")
        for signature, selector in load(name).method_identifiers.items()
    }
    generator = executor.world.chance(Random(7))
    seen = set()
    for _ in range(1_000):
        act = generator.next(executor.state, executor.now)
        verb = executor.world.wire.prepare(act.call, executor.state).verb
        data = verb.encoded()
        arguments = _split(types[data[:4]])
        assert encode(arguments, decode(arguments, data[4:])) == data[4:], verb.function
        wire = verb.wire()
        assert wire.selector + wire.encode(wire.decode(data[4:])) == data, verb.function
        seen.add(verb.function)
        executor.run(act)
    assert len(seen) > 35


def _split(types: str) -> list[str]:
    depth, found, text = 0, [], ""
    for character in types:
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            found.append(text)
            text = ""
        else:
            text += character
    return [*found, text] if text else found


def _typed(executor: Executor, name: str, fields: str, values: dict[str, object]) -> bytes:
    types = [{"name": each.split()[1], "type": each.split()[0]} for each in fields.split(",")]
    message = encode_typed_data(
        {
            "name": "Sampan Bills",
            "version": "1",
            "chainId": executor.engine.chain_id,
            "verifyingContract": executor.world.ledger,
        },
        {name: types},
        values,
    )
    return keccak(b"\x19" + message.version + message.header + message.body)


@pytest.mark.slow
def test_digests_are_those_that_wallets_make(executor: Executor) -> None:
    wire, people = executor.world.wire, executor.world.addresses
    shipper = people["shipper"]
    agreement = Agreement(shipper, 5, 3, b"\x01\x02\x03\x04", people["bank"], 4, Kind.NAMED, b"\x07" * 32, 99)
    assert wire.digest(agreement) == _typed(
        executor,
        "Agreement",
        "address signer,uint256 bill,uint256 actCount,bytes4 verb,address possessor,uint256 titleholder,uint8 kind,"
        "bytes32 detail,uint256 deadline",
        {
            "signer": shipper,
            "bill": 5,
            "actCount": 3,
            "verb": b"\x01\x02\x03\x04",
            "possessor": people["bank"],
            "titleholder": 4,
            "kind": 2,
            "detail": b"\x07" * 32,
            "deadline": 99,
        },
    )
    call = Recall(5, b"why")
    signed = SignedAct(shipper, 5, 3, call, 99)
    assert wire.digest(signed) == _typed(
        executor,
        "SignedAct",
        "address signer,uint256 bill,uint256 actCount,bytes call,uint256 deadline",
        {"signer": shipper, "bill": 5, "actCount": 3, "call": call.encoded(), "deadline": 99},
    )
    enrolment = Enrolment(7, 8, "CN", 15, b"\x05" * 32, shipper, Receiving.LISTED_ONLY, 99)
    assert wire.digest(enrolment) == _typed(
        executor,
        "Enrolment",
        "uint256 lei,uint256 parent,bytes2 country,uint256 roles,bytes32 rulebook,address account,uint8 receiving,"
        "uint256 deadline",
        {
            "lei": 7,
            "parent": 8,
            "country": b"CN",
            "roles": 15,
            "rulebook": b"\x05" * 32,
            "account": shipper,
            "receiving": 1,
            "deadline": 99,
        },
    )


def test_what_is_agreed_to_is_hashed_as_the_contract_hashes_it(executor: Executor) -> None:
    terms = Terms(9, Kind.BLANK, "0x" + "0" * 40, b"\1" * 32, b"\2" * 32, "GB-ENG", RecordLaw.ENGLISH_ETDA_2023)
    plain = (9, 3, "0x" + "0" * 40, b"\1" * 32, b"\2" * 32, b"GB-ENG\0\0", 1)
    assert replacements_hash((5, 6), (terms,)) == keccak(encode(["uint256[]", TERMS + "[]"], [[5, 6], [plain]]))
    assert surrender_hash(2, b"\3" * 32, b"to B") == keccak(
        encode(["uint8", "bytes32", "bytes"], [2, b"\3" * 32, b"to B"])
    )
    selector = executor.world.codec.functions["replacementsHash"].selector
    asked = selector + encode(["uint256[]", TERMS + "[]"], [[5, 6], [plain]])
    done, answer = executor.engine.call(executor.world.ledger, asked, executor.now)
    assert done
    assert answer == replacements_hash((5, 6), (terms,))


@pytest.mark.parametrize("name", ["NoSuchBill", "WrongStatus", "RoomNotListed", "CodeTaken", "Refuses"])
def test_errors_are_read_with_their_arguments(name: str, executor: Executor) -> None:
    values = {
        "NoSuchBill": (["uint256"], (5,)),
        "WrongStatus": (["uint256", "uint8"], (5, 3)),
        "RoomNotListed": (["address", "bytes2"], ("0x" + "ab" * 20, "NL")),
        "CodeTaken": (["bytes8", "bytes8", "uint256"], ("SMDG", "MAEU", 4)),
        "Refuses": ([], ()),
    }
    types, arguments = values[name]
    raw = [value.encode().ljust(int(kind[5:]), b"\0") if kind[:5] == "bytes" else value
           for kind, value in zip(types, arguments, strict=True)]  # fmt: skip
    data = keccak(f"{name}({','.join(types)})".encode())[:4] + encode(types, raw)
    assert executor.world.codec.refusal(data) == (name, arguments)


CODEC = Codec([load("ILedger").abi])


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("uint8", 256),
        ("uint256", 2**256),
        ("uint256", -1),
        ("bytes8", "NINELETTERS"),
        ("bytes4", b"12345"),
        ("bool", 2),
    ],
)
def test_what_does_not_fit_its_type_is_not_encoded(kind: str, value: object) -> None:
    with pytest.raises((BadInput, OverflowError)):
        encoder({"type": kind})(value)


@pytest.mark.parametrize(
    ("kind", "data", "why"),
    [
        ("address", b"\1" * 32, "longer than 20 bytes"),
        ("bool", (2).to_bytes(32, "big"), "neither 0 nor 1"),
        ("uint8", (256).to_bytes(32, "big"), "no number of 8 bits"),
        ("bytes4", b"\1" * 32, "more bytes than bytes4"),
        ("bytes2", b"\1" * 32, "more bytes than bytes2"),
        ("uint256", b"\1" * 31, "ends too early"),
        ("bytes", (32).to_bytes(32, "big") + (3).to_bytes(32, "big") + b"abcd" + bytes(28), "behind the end"),
        ("bytes", (32).to_bytes(32, "big") + (33).to_bytes(32, "big") + bytes(32), "ends too early"),
        ("uint256[]", (32).to_bytes(32, "big") + (2**200).to_bytes(32, "big"), "ends too early"),
    ],
)
def test_data_that_no_encoder_writes_is_refused(kind: str, data: bytes, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        arguments_decoder([{"type": kind}], plain_address, lambda name: None)(data)


def test_an_event_with_too_few_topics_or_a_word_that_does_not_exist_is_refused() -> None:
    log = next(log for log in CODEC.logs.values() if log.name == "Transferred")
    with pytest.raises(Malformed, match="2 topics for 4"):
        log.values(bytes(32), b"")
    endorsed = next(log for log in BILLS.codec.logs.values() if log.name == "Endorsed")
    data = encode(["uint8", "uint256", "uint256", "bytes"], [9, 1, 1, b""])
    with pytest.raises(ValueError, match="9 is not a valid Endorsement"):
        endorsed.values(bytes(96), data)
