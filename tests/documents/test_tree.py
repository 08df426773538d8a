"""The document's tree: OpenZeppelin's rules, verified by its own code, and a root that fixes the document."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest
from document_makers import changed, drop, put, rich, sample, seeded
from hypothesis import given
from hypothesis import strategies as st

from sampan.documents.canonical import checksum
from sampan.documents.json import read_json
from sampan.documents.merkle import MerkleTree, node_hash, root_from
from sampan.documents.salts import Leaf, Salts
from sampan.documents.tree import (
    CHECKSUM_POINTER,
    FORMAT,
    FORMAT_POINTER,
    LEAF_ENCODING,
    DocumentAltered,
    DocumentTree,
    encode_field,
    field_hash,
    leaf_values,
)
from sampan.errors import BadInput
from sampan.keccak import keccak
from sampan.scenarios.samples import SAMPLES

HASHES = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40, unique=True)


@pytest.mark.slow
@given(HASHES)
def test_every_leaf_has_a_proof_to_the_root_and_to_no_other(leaves: list[bytes]) -> None:
    tree = MerkleTree(leaves)
    for leaf in leaves:
        assert root_from(leaf, tree.proof(leaf)) == tree.root
        assert len(tree.proof(leaf)) <= len(leaves).bit_length()
    assert MerkleTree(list(reversed(leaves))).root == tree.root
    other = keccak(leaves[0])
    assert root_from(other, tree.proof(leaves[0])) != tree.root
    with pytest.raises(KeyError) as unknown:
        tree.proof(other)
    assert unknown.value.args == (other,)


def test_a_tree_of_one_leaf_is_that_leaf() -> None:
    leaf = keccak(b"leaf")
    assert MerkleTree([leaf]).root == leaf
    assert MerkleTree([leaf]).proof(leaf) == ()


@pytest.mark.parametrize("leaves", [[], [b"\1" * 32, b"\1" * 32]])
def test_a_tree_has_leaves_and_none_twice(leaves: list[bytes]) -> None:
    with pytest.raises(ValueError, match="no leaf twice"):
        MerkleTree(leaves)


def test_the_order_of_two_children_does_not_matter() -> None:
    one, other = keccak(b"1"), keccak(b"2")
    assert node_hash(one, other) == node_hash(other, one) == keccak(b"".join(sorted((one, other))))


@pytest.mark.slow
@given(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=100),
    st.binary(min_size=32, max_size=32),
)
def test_a_leaf_is_encoded_as_solidity_encodes_it(pointer: str, value: str, salt: bytes) -> None:
    from eth_abi import encode

    assert encode_field(pointer, value, salt) == encode(list(LEAF_ENCODING), [pointer, value, salt])


def test_every_place_of_a_document_is_a_leaf() -> None:
    document = read_json(b'{"b": [1, {"x~/y": null}], "a": {}, "c": [], "\xc3\xa9": "z", "d": true, "e": 0.5}')
    values = dict(leaf_values(document))
    assert values.pop(FORMAT_POINTER) == f'"{FORMAT}"'
    assert values.pop(CHECKSUM_POINTER) == f'"{checksum(document).hex()}"'
    assert values == {
        "": '{"a","b","c","d","e","é"}',
        "/b": "[2]",
        "/b/0": "1",
        "/b/1": '{"x~/y"}',
        "/b/1/x~0~1y": "null",
        "/a": "{}",
        "/c": "[0]",
        "/é": '"z"',
        "/d": "true",
        "/e": "0.5",
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(alphabet='a1[]{}",/~é'),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(alphabet='ab/~"{,1'), inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.text(alphabet='ab/~"{,1'), JSON, max_size=4)


@given(OBJECTS, OBJECTS)
@pytest.mark.slow
def test_two_documents_never_have_the_same_leaves(one: dict[str, Any], other: dict[str, Any]) -> None:
    """The leaves of the document itself, without its checksum, already tell documents apart."""

    def own(document: dict[str, Any]) -> set[tuple[str, str]]:
        return {leaf for leaf in leaf_values(document) if leaf[0] != CHECKSUM_POINTER}

    alike = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (own(one) == own(other)) == alike


@pytest.mark.slow
@given(OBJECTS)
def test_a_document_has_each_place_once(document: dict[str, Any]) -> None:
    pointers = [pointer for pointer, _value in leaf_values(document)]
    assert len(pointers) == len(set(pointers))


def test_the_same_document_with_the_same_salts_has_the_same_root_and_with_others_another() -> None:
    document = sample()
    tree = DocumentTree.fresh(document, seeded())
    assert DocumentTree.of(document, tree.salts).root == tree.root == DocumentTree.fresh(document, seeded()).root
    assert DocumentTree.fresh(document).root != DocumentTree.fresh(document).root
    shuffled = dict(reversed(list(document.items())))
    assert DocumentTree.of(shuffled, tree.salts).root == tree.root


def test_salts_are_independent_of_each_other() -> None:
    tree = DocumentTree.fresh(sample())
    salts = [field.salt for field in tree.fields.values()]
    assert len(set(salts)) == len(salts)
    assert all(salt is not None and len(salt) == 32 for salt in salts)


@pytest.mark.parametrize(
    ("change", "places"),
    [
        (put("/carrierCode", "XLM"), {"/carrierCode"}),
        (put("/numberOfOriginalsWithoutCharges", 0), {"/numberOfOriginalsWithoutCharges"}),
        (put("/carrierClauses/-", "More."), {"/carrierClauses", "/carrierClauses/1"}),
        (drop("/issueDate"), {"", "/issueDate"}),
        (put("/declaredValue", 1), {"", "/declaredValue"}),
        (put("/placeOfIssue", {}), {"/placeOfIssue", "/placeOfIssue/UNLocationCode", "/placeOfIssue/locationName"}),
    ],
)
def test_a_changed_document_is_noticed_and_the_places_named(change: Any, places: set[str]) -> None:
    """L4, P3: any change is detected."""
    tree = DocumentTree.fresh(sample())
    with pytest.raises(DocumentAltered) as altered:
        DocumentTree.of(changed(change, base=sample()), tree.salts, name="bill.json")
    assert {pointer for pointer, _what in altered.value.differences} == places | {CHECKSUM_POINTER}
    assert altered.value.exit_code == 1
    assert altered.value.subject == "bill.json"


@pytest.mark.slow
@pytest.mark.parametrize("every", [83, pytest.param(7, marks=pytest.mark.long)])
def test_every_tampered_byte_of_a_document_is_named(every: int) -> None:
    """Bytes all over the file in turn: what still reads as JSON is another document, and its place is named."""
    data = json.dumps(sample(), separators=(",", ":")).encode()
    tree = DocumentTree.fresh(read_json(data), seeded())
    caught = 0
    for place in range(0, len(data), every):
        for flip in (0x01, 0x20):
            tampered = data[:place] + bytes([data[place] ^ flip]) + data[place + 1 :]
            try:
                document = read_json(tampered)
            except BadInput:
                caught += 1
                continue
            if document == read_json(data):
                continue
            with pytest.raises(DocumentAltered) as altered:
                DocumentTree.of(document, tree.salts)
            assert altered.value.differences
            caught += 1
    assert caught > 7_000 // every


@pytest.mark.parametrize("what", ["salt", "leaf", "root", "gone", "added", "twice"])
def test_tampered_salts_are_noticed(what: str) -> None:
    document = sample()
    salts = DocumentTree.fresh(document, seeded()).salts
    leaves = dict(salts.leaves)
    carrier = leaves["/carrierCode"]
    root = salts.root
    if what == "salt":
        leaves["/carrierCode"] = Leaf(bytes(32), carrier.hash)
    elif what == "leaf":
        leaves["/carrierCode"] = Leaf(carrier.salt, bytes(32))
    elif what == "root":
        root = bytes(32)
    elif what == "gone":
        del leaves["/carrierCode"]
    elif what == "added":
        leaves["/carrierCode2"] = carrier
    else:
        leaves["/carrierCode"] = Leaf(None, leaves["/issueDate"].hash)
    with pytest.raises(DocumentAltered) as altered:
        DocumentTree.of(document, Salts(salts.tree, salts.reference, salts.checksum, root, leaves))
    named = {pointer for pointer, _what in altered.value.differences}
    assert named == {"salt": {"/carrierCode"}, "leaf": {"/carrierCode"}, "root": {""}, "gone": {"/carrierCode"}}.get(
        what, {"/carrierCode2"} if what == "added" else {""}
    )


def test_salts_of_another_format_are_refused() -> None:
    salts = DocumentTree.fresh(sample()).salts
    with pytest.raises(BadInput, match="tree format"):
        DocumentTree.of(
            sample(), Salts("sampan.document-tree/2", salts.reference, salts.checksum, salts.root, salts.leaves)
        )


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([], "is a JSON object"),
        ("x", "is a JSON object"),
        (None, "is a JSON object"),
        ({"sampan": 1}, "no member named 'sampan'"),
    ],
)
def test_what_is_no_document_or_uses_the_reserved_name_has_no_tree(document: Any, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        DocumentTree.fresh(document)


def test_a_shredded_field_keeps_its_place_and_can_no_longer_be_guessed() -> None:
    """T37: without its salt nobody can tell whether a guess is right, and all other fields still prove."""
    document = sample()
    tree = DocumentTree.fresh(document)
    name = "/partyContactDetails/0/name"
    shredded = DocumentTree.of(document, tree.salts.without([name]))
    assert shredded.root == tree.root
    assert shredded.fields[name].value is None
    assert shredded.fields[name].salt is None
    assert root_from(shredded.fields["/carrierCode"].hash, shredded.proof("/carrierCode")) == tree.root
    # The value may be blanked in the document now; anything else still counts.
    blanked = changed(put(name, ""), base=document)
    assert DocumentTree.of(blanked, tree.salts.without([name])).root == tree.root
    with pytest.raises(DocumentAltered) as altered:
        DocumentTree.of(changed(put("/carrierCode", "XLM"), base=blanked), tree.salts.without([name]))
    assert {pointer for pointer, _what in altered.value.differences} >= {"/carrierCode"}


def _ask_peer(peer: list[str], questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All questions in one process: starting it takes longer than any answer."""
    asked = subprocess.run(peer, input=json.dumps(questions), capture_output=True, text=True, check=True, timeout=60)
    answers: list[dict[str, Any]] = json.loads(asked.stdout)
    return answers


def _leaves(tree: DocumentTree) -> list[list[str]]:
    return [
        [field.pointer, field.value, "0x" + field.salt.hex()]
        for field in tree.fields.values()
        if field.value is not None and field.salt is not None
    ]


@pytest.mark.slow
def test_openzeppelins_tree_has_the_same_root_and_the_same_proofs(openzeppelin_tree: list[str]) -> None:
    trees = [DocumentTree.fresh(document) for document in (rich(), *map(sample, SAMPLES))]
    asked = [{"encoding": list(LEAF_ENCODING), "leaves": _leaves(tree)} for tree in trees]
    for tree, answer in zip(trees, _ask_peer(openzeppelin_tree, asked), strict=True):
        assert answer["root"] == "0x" + tree.root.hex()
        assert answer["proofs"] == [
            ["0x" + sibling.hex() for sibling in tree.proof(pointer)] for pointer, _value, _salt in _leaves(tree)
        ]


@pytest.mark.slow
def test_openzeppelins_tree_agrees_at_every_size(openzeppelin_tree: list[str]) -> None:
    draws = {count: seeded(count) for count in (1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 32, 33)}
    sizes = [
        [[f"/{number}", f'"é{number}"', "0x" + draw(32).hex()] for number in range(count)]
        for count, draw in draws.items()
    ]
    answers = _ask_peer(openzeppelin_tree, [{"encoding": list(LEAF_ENCODING), "leaves": leaves} for leaves in sizes])
    for leaves, answer in zip(sizes, answers, strict=True):
        hashes = [field_hash(pointer, value, bytes.fromhex(salt[2:])) for pointer, value, salt in leaves]
        tree = MerkleTree(hashes)
        assert answer["root"] == "0x" + tree.root.hex()
        assert answer["proofs"] == [["0x" + sibling.hex() for sibling in tree.proof(leaf)] for leaf in hashes]
