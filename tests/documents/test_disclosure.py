"""Disclosures: what is shown proves, what was tampered with is named, what is personal stays behind."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any

import pytest
from document_makers import changed, put, rich, sample, seeded

from sampan.documents.canonical import canonical_bytes
from sampan.documents.disclosure import (
    IDENTITY,
    Disclosed,
    Disclosure,
    disclose,
    read_disclosure,
    require_identity,
    select,
)
from sampan.documents.privacy import Classes, FieldClass
from sampan.documents.tree import DocumentTree, encode_field
from sampan.errors import AnswerIsNo, BadInput
from sampan.toolchain.artifacts import Artifact

CONTAINERS = "/utilizedTransportEquipments/*/equipment/equipmentReference"
PERSONAL_NAME = "/partyContactDetails/0/name"


@pytest.fixture(scope="module")
def tree() -> DocumentTree:
    """The tree of the rich document, with repeatable salts."""
    return DocumentTree.fresh(rich(), seeded())


@pytest.fixture(scope="module")
def classes() -> Classes:
    """The classes of the rich document's fields."""
    return Classes(rich())


def _through_a_file(disclosure: Disclosure) -> Disclosure:
    return read_disclosure(canonical_bytes(disclosure.as_json()))


def test_disclosed_fields_hold_against_the_root_after_a_way_through_a_file(tree: DocumentTree) -> None:
    disclosure = disclose(tree, ["/carrierCode", "/isToOrder", "/declaredValue", "/utilizedTransportEquipments"])
    received = _through_a_file(disclosure)
    assert received == disclosure
    assert received.failures(tree.root) == ()
    received.require(tree.root)
    assert received.values() == {"/carrierCode": "XLL", "/isToOrder": True, "/declaredValue": 250000.5}


def test_nothing_but_the_disclosed_fields_is_in_the_file(tree: DocumentTree) -> None:
    text = canonical_bytes(disclose(tree, ["/carrierCode"]).as_json()).decode()
    for value in tree.fields.values():
        if value.pointer != "/carrierCode" and value.value is not None and len(value.value) > 6:
            assert json.dumps(value.value) not in text
        if value.pointer != "/carrierCode" and value.salt is not None:
            assert value.salt.hex() not in text


def test_all_n_containers_can_be_shown(tree: DocumentTree, classes: Classes) -> None:
    """Clauses about equipment mean all n: the list's length is proven with its items."""
    selection = select(tree, classes, patterns=[CONTAINERS])
    disclosure = disclose(tree, selection.pointers)
    disclosure.require(tree.root)
    assert disclosure.length("/utilizedTransportEquipments") == 3
    assert sorted(disclosure.values().values()) == ["CSQU3054383", "XLLU2601017", "XLLU2601022"]  # type: ignore[type-var]


def test_absence_can_be_shown(tree: DocumentTree) -> None:
    """That a bill names no consignee shows from the names of all its parties."""
    disclosure = disclose(tree, ["/documentParties"])
    disclosure.require(tree.root)
    parties = disclosure.members("/documentParties")
    assert parties is not None
    assert "endorsee" in parties
    assert "consignee" not in parties
    assert disclosure.length("/documentParties") is None
    assert disclosure.members("/carrierCode") is None


def test_every_field_of_the_document_proves(tree: DocumentTree) -> None:
    everything = disclose(tree, tree.fields)
    assert everything.failures(tree.root) == ()
    assert _through_a_file(everything).failures(tree.root) == ()


@pytest.mark.parametrize("part", ["pointer", "value", "salt", "proof", "shorter", "longer"])
def test_a_tampered_field_is_named(tree: DocumentTree, part: str) -> None:
    good = disclose(tree, ["/carrierCode", "/isToOrder"])
    field = good.fields[0]
    bad = {
        "pointer": Disclosed("/isElectronic", field.value, field.salt, field.proof),
        "value": Disclosed(field.pointer, '"XLM"', field.salt, field.proof),
        "salt": Disclosed(field.pointer, field.value, bytes(32), field.proof),
        "proof": Disclosed(field.pointer, field.value, field.salt, (bytes(32), *field.proof[1:])),
        "shorter": Disclosed(field.pointer, field.value, field.salt, field.proof[:-1]),
        "longer": Disclosed(field.pointer, field.value, field.salt, (*field.proof, bytes(32))),
    }[part]
    tampered = Disclosure(good.root, (bad, good.fields[1]))
    assert tampered.failures(tree.root) == (bad.pointer,)
    with pytest.raises(AnswerIsNo, match=bad.pointer):
        tampered.require(tree.root)


def test_a_tampered_field_is_named_also_where_all_fields_share_one_proof(tree: DocumentTree) -> None:
    raw: Any = disclose(tree, tree.fields).as_json()
    altered = raw["fields"][7]["leaf"]
    altered[1] = '"another"'
    assert read_disclosure(raw).failures(tree.root) == (altered[0],)
    # Whoever alters the hash beside it, too, spoils the one proof of all.
    stated = raw["fields"][7]["hash"]
    raw["fields"][7]["hash"] = stated[:-1] + ("0" if stated[-1] != "0" else "1")
    assert altered[0] in read_disclosure(raw).failures(tree.root)


def test_a_disclosure_of_version_1_holds_as_it_did(tree: DocumentTree) -> None:
    disclosure = disclose(tree, ["/carrierCode", "/isToOrder", ""])
    assert read_disclosure(canonical_bytes(_version_1(disclosure))) == disclosure


def test_proofs_of_many_fields_share_their_ways_to_the_root(tree: DocumentTree) -> None:
    """Of all fields at once no hash is left to give: the leaves themselves lead to the root."""
    everything: Any = disclose(tree, tree.fields).as_json()
    assert everything["proof"] == []
    assert len(everything["proofFlags"]) == len(tree.fields) - 1
    alone = len(canonical_bytes(disclose(tree, ["/carrierCode"]).as_json()))
    assert len(canonical_bytes(everything)) < len(tree.fields) * alone / 3


@pytest.mark.parametrize("count", range(1, 14))
def test_any_fields_of_a_small_tree_hold_after_a_way_through_a_file(count: int) -> None:
    for extra in range(3):
        small = DocumentTree.fresh({f"f{number}": number for number in range(count + extra)}, seeded(count))
        for chosen in (list(small.fields)[:count], list(small.fields)[-count:], list(small.fields)[::2]):
            disclosure = disclose(small, chosen)
            assert _through_a_file(disclosure) == disclosure
            assert disclosure.failures(small.root) == ()


def test_a_disclosure_of_one_document_does_not_hold_against_another(tree: DocumentTree) -> None:
    other = DocumentTree.fresh(sample("to-paper"), seeded(2))
    disclosure = disclose(tree, ["/carrierCode", "/isToOrder"])
    assert disclosure.failures(other.root) == ("root", "/carrierCode", "/isToOrder")
    # Not even where both documents say the same: the salts differ.
    borrowed = Disclosure(other.root, disclosure.fields)
    assert borrowed.failures(other.root) == ("/carrierCode", "/isToOrder")


@pytest.mark.slow
def test_every_tampered_byte_of_a_proof_file_is_caught(tree: DocumentTree) -> None:
    good = disclose(tree, ["/carrierCode", "/transports/portOfLoading", "/utilizedTransportEquipments"])
    data = canonical_bytes(good.as_json())
    for place in range(len(data)):
        for flip in (0x01, 0x20, 0x80):
            tampered = data[:place] + bytes([data[place] ^ flip]) + data[place + 1 :]
            try:
                found = read_disclosure(tampered)
            except BadInput:
                continue
            assert found.failures(tree.root), (place, flip)


def test_a_node_of_the_tree_does_not_pass_for_a_leaf(tree: DocumentTree) -> None:
    field = disclose(tree, ["/carrierCode"]).fields[0]
    from sampan.documents.merkle import root_from

    # The pair under a node, handed in as the bytes of a leaf, would need the double hash.
    assert root_from(field.leads_to(), ()) == tree.root
    assert Disclosed("/x", field.value, field.salt, field.proof[1:]).leads_to() != tree.root


@cache
def _good() -> Any:
    return disclose(DocumentTree.fresh(sample(), seeded()), ["/carrierCode", "/isToOrder"]).as_json()


def _file(**changes: Any) -> Any:
    good = deepcopy(_good())
    return {**good, **changes}


def _first_leaf(*leaf: Any) -> Any:
    good = _file()
    good["fields"][0]["leaf"] = list(leaf)
    return good


def _version_1(disclosure: Disclosure, **changes: Any) -> Any:
    """The file as version 1 had it: a whole proof beside each field."""
    fields = [
        {
            "leaf": [field.pointer, field.value, "0x" + field.salt.hex()],
            "proof": ["0x" + sibling.hex() for sibling in field.proof],
        }
        for field in disclosure.fields
    ]
    head = {"schema": "sampan.document-disclosure/1", "tree": "sampan.document-tree/1"}
    encoding = ["string", "string", "bytes32"]
    return {**head, "leafEncoding": encoding, "root": "0x" + disclosure.root.hex(), "fields": fields, **changes}


def _file_1(**changes: Any) -> Any:
    return _version_1(disclose(DocumentTree.fresh(sample(), seeded()), ["/carrierCode", "/isToOrder"]), **changes)


SALT = "0x" + "11" * 32
BROKEN = [
    ([], "schema"),
    ({}, "schema"),
    (_file(schema="sampan.document-disclosure/3"), "schema"),
    (_file(schema="sampan.document-disclosure/1"), "proof"),
    (_file_1(schema="sampan.document-disclosure/2"), "proof"),
    (_file(tree="sampan.document-tree/2"), "tree"),
    (_file(leafEncoding=["string", "string"]), "leafEncoding"),
    (_file(extra=1), "extra"),
    ({key: value for key, value in _file().items() if key != "root"}, "root"),
    (_file(root="0x12"), "root"),
    (_file(root="0x" + "AB" * 32), "root"),
    (_file(root=7), "root"),
    (_file(fields=[]), "fields"),
    (_file(fields={}), "fields"),
    (_file(fields=[7]), "fields/0"),
    (_file(fields=[{"leaf": ["/a", "1", SALT]}]), "fields/0"),
    (_file(fields=[{"leaf": ["/a", "1", SALT], "hash": SALT, "note": ""}]), "fields/0"),
    (_file(fields=[{"leaf": ["/a", "1", SALT], "hash": "0x1"}]), "fields/0/hash"),
    (_file(fields=[{"leaf": ["/a", "1", SALT], "hash": SALT}] * 2, proof=[], proofFlags=[True]), "/a"),
    (_file(fields=[{"leaf": ["/a", "1", SALT], "hash": SALT}] * 2, proof=[], proofFlags=[]), "proof"),
    (_file(fields=[{"leaf": ["/a", "1", SALT], "hash": SALT}], proof=[SALT], proofFlags=[True]), "proof"),
    (_file(fields=[{"leaf": ["/a", "1", SALT], "hash": SALT}], proof=[SALT], proofFlags=[]), "proof"),
    (
        _file(
            fields=[{"leaf": [f"/{n}", "1", SALT], "hash": SALT} for n in range(2)],
            proof=[SALT],
            proofFlags=[True, True],
        ),
        "proof",
    ),
    (_file(proof={}), "proof"),
    (_file(proof=["0x1"]), "proof/0"),
    (_file(proofFlags=[1]), "proofFlags"),
    (_file(proofFlags="true"), "proofFlags"),
    (_file_1(fields=[{"leaf": ["/a", "1", SALT]}]), "fields/0"),
    (_file_1(fields=[{"leaf": ["/a", "1", SALT], "proof": [], "note": ""}]), "fields/0"),
    (_file_1(fields=[{"leaf": ["/a", "1", SALT], "proof": ["0x1"]}]), "fields/0/proof/0"),
    (_file_1(fields=[{"leaf": ["/a", "1", SALT], "proof": [SALT] * 65}]), "fields/0/proof"),
    (_file_1(fields=[{"leaf": ["/a", "1", SALT], "proof": []}] * 2), "/a"),
    (_first_leaf("/a", "1"), "leaf"),
    (_first_leaf("/a", 1, SALT), "leaf"),
    (_first_leaf(7, "1", SALT), "leaf"),
    (_first_leaf("/a", "1", SALT[:-1]), "leaf/2"),
    (_first_leaf("/a", "", SALT), "leaf"),
    (_first_leaf("/a", "1.0", SALT), "leaf"),
    (_first_leaf("/a", " 1", SALT), "leaf"),
    (_first_leaf("/a", "[01]", SALT), "leaf"),
    (_first_leaf("/a", "[1,2]", SALT), "leaf"),
    (_first_leaf("/a", "{b}", SALT), "leaf"),
    (_first_leaf("/a", '{"b","a"}', SALT), "leaf"),
    (_first_leaf("/a", '{"a","a"}', SALT), "leaf"),
    (_first_leaf("/a", '{"a":1}', SALT), "leaf"),
    (_first_leaf("/a", '"\\u0061"', SALT), "leaf"),
]


@pytest.mark.parametrize(("raw", "named"), BROKEN)
def test_a_broken_file_is_refused_by_name(raw: Any, named: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_disclosure(raw, name="proof.json")
    assert refused.value.subject == "proof.json"
    assert named in refused.value.message


def test_a_place_that_is_no_pointer_is_refused() -> None:
    with pytest.raises(BadInput, match="not a JSON pointer"):
        read_disclosure(_first_leaf("carrierCode", "1", SALT))


# What may be shown.


def test_fields_have_classes(classes: Classes) -> None:
    """T37."""
    assert classes.of("/transportDocumentReference") is FieldClass.OPEN
    assert classes.of("/transports/portOfLoading/UNLocationCode") is FieldClass.OPEN
    assert classes.of("/sampan/checksum") is FieldClass.OPEN
    assert classes.of("/consignmentItems/0/descriptionOfGoods/0") is FieldClass.COMMERCIAL
    assert classes.of("/documentParties/endorsee/partyName") is FieldClass.COMMERCIAL
    assert classes.of("/utilizedTransportEquipments/0/equipment/equipmentReference") is FieldClass.COMMERCIAL
    for personal in (
        PERSONAL_NAME,
        "/partyContactDetails",
        "/documentParties/shipper/partyContactDetails/0/email",
        "/documentParties/shipper/taxLegalReferences/0/value",
        "/documentParties/carriersAgentAtDestination/partyContactDetails/0/phone",
        "/consignmentItems/1/cargoItems/0/outerPackaging/dangerousGoods/0/emergencyContactDetails/contact",
    ):
        assert classes.of(personal) is FieldClass.PERSONAL


def test_a_natural_person_is_personal_with_all_its_fields() -> None:
    document = changed(put("/documentParties/notifyParties/0/typeOfPerson", "NATURAL_PERSON"))
    classes = Classes(document)
    assert classes.of("/documentParties/notifyParties/0/partyName") is FieldClass.PERSONAL
    assert classes.of("/documentParties/notifyParties/0/address/city") is FieldClass.PERSONAL
    assert classes.of("/documentParties/notifyParties") is FieldClass.COMMERCIAL


def test_what_dcsa_does_not_know_counts_as_personal() -> None:
    classes = Classes(changed(put("/documentParties/issuingParty/signedBy", {"name": "Tan"})))
    assert classes.of("/documentParties/issuingParty/signedBy/name") is FieldClass.PERSONAL
    assert classes.of("/documentParties/issuingParty/partyName") is FieldClass.OPEN


def test_personal_fields_stay_behind_and_are_named(tree: DocumentTree, classes: Classes) -> None:
    selection = select(tree, classes, patterns=["/documentParties/shipper"])
    assert all(classes.of(pointer) is not FieldClass.PERSONAL for pointer in selection.pointers)
    assert ("/documentParties/shipper/partyContactDetails/0/name", "personal") in selection.withheld
    assert "/documentParties/shipper/partyName" in selection.pointers
    everything = select(tree, classes, patterns=[""])
    assert {classes.of(pointer) for pointer in everything.pointers} == {FieldClass.OPEN, FieldClass.COMMERCIAL}
    with_personal = select(tree, classes, patterns=["/documentParties/shipper"], personal=True)
    assert set(selection.pointers) < set(with_personal.pointers)
    assert with_personal.withheld == ()


def test_fields_can_be_chosen_by_class(tree: DocumentTree, classes: Classes) -> None:
    chosen = select(tree, classes, field_classes=[FieldClass.OPEN])
    assert set(chosen.pointers) == {pointer for pointer in tree.fields if classes.of(pointer) is FieldClass.OPEN}
    assert select(tree, classes, field_classes=[FieldClass.PERSONAL]).pointers == ()


@pytest.mark.parametrize("pattern", ["/carrierCod", "/utilizedTransportEquipments/9", "/carrierCode/*"])
def test_a_pattern_that_names_nothing_is_refused(tree: DocumentTree, classes: Classes, pattern: str) -> None:
    with pytest.raises(BadInput, match="names no field"):
        select(tree, classes, patterns=[pattern])


def test_a_personal_field_asked_for_alone_is_refused(tree: DocumentTree, classes: Classes) -> None:
    with pytest.raises(BadInput, match="cannot be shown: personal"):
        select(tree, classes, patterns=[PERSONAL_NAME])


def test_a_shredded_field_can_be_shown_to_nobody(tree: DocumentTree, classes: Classes) -> None:
    shredded = DocumentTree.of(rich(), tree.salts.without([PERSONAL_NAME]))
    with pytest.raises(BadInput, match="cannot be shown: shredded"):
        select(shredded, classes, patterns=[PERSONAL_NAME], personal=True)
    with pytest.raises(BadInput, match="was shredded"):
        disclose(shredded, [PERSONAL_NAME])
    with pytest.raises(BadInput, match="is no field"):
        disclose(shredded, ["/nothing"])
    others = select(shredded, classes, patterns=["/partyContactDetails"], personal=True)
    assert (PERSONAL_NAME, "shredded") in others.withheld
    disclose(shredded, others.pointers).require(tree.root)


# Whose bill it is (N11).


def _identity(tree: DocumentTree, **changes: str) -> None:
    asked = {"reference": "XLLSHA2600101", "carrier_code": "XLL", "code_list": "SMDG"} | changes
    require_identity(disclose(tree, IDENTITY), tree.root, **asked)


def test_a_document_shows_its_reference_and_its_carriers_code(tree: DocumentTree) -> None:
    _identity(tree)
    _identity(tree, reference="xllsha2600101")
    lower = DocumentTree.fresh(changed(put("/transportDocumentReference", "xllsha2600101")))
    _identity(lower)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"reference": "XLLSHA2600102"}, "/transportDocumentReference"),
        ({"carrier_code": "XLM"}, "/carrierCode"),
        ({"code_list": "NMFTA"}, "/carrierCodeListProvider"),
    ],
)
def test_a_root_that_holds_another_identity_is_named(tree: DocumentTree, changes: dict[str, str], pointer: str) -> None:
    with pytest.raises(AnswerIsNo) as no:
        _identity(tree, **changes)
    assert no.value.subject == pointer


def test_an_identity_must_be_shown_whole_and_by_this_root(tree: DocumentTree) -> None:
    asked = {"reference": "XLLSHA2600101", "carrier_code": "XLL", "code_list": "SMDG"}
    with pytest.raises(AnswerIsNo, match="not disclosed"):
        require_identity(disclose(tree, IDENTITY[:2]), tree.root, **asked)
    with pytest.raises(AnswerIsNo, match="not held by the root"):
        require_identity(disclose(tree, IDENTITY), bytes(32), **asked)


# OpenZeppelin's verdicts.


@pytest.mark.slow
def test_openzeppelins_javascript_verifies_the_proof_of_all_fields_and_refuses_a_tampered_one(
    tree: DocumentTree, openzeppelin_tree: list[str]
) -> None:
    """`verifyMultiProof` over the leaves in the order of their hashes, and the proof as it stands in the file."""
    good: Any = disclose(tree, ["/carrierCode", "/isToOrder", "/utilizedTransportEquipments"]).as_json()
    bad = json.loads(json.dumps(good))
    bad["fields"][1]["leaf"][1] = "false"
    assert [_verdict(openzeppelin_tree, raw) for raw in (good, bad)] == [True, False]


@pytest.mark.slow
def test_openzeppelins_javascript_makes_the_same_proof_of_any_fields(openzeppelin_tree: list[str]) -> None:
    questions, expected = [], []
    for count in (1, 2, 3, 4, 5, 6, 7, 11, 12):
        small = DocumentTree.fresh({f"f{number}": number for number in range(9)}, seeded(count))
        raw: Any = disclose(small, list(small.fields)[:count]).as_json()
        leaves = [
            [field.pointer, field.value, "0x" + field.salt.hex()] for field in small.fields.values() if field.salt
        ]
        questions.append({"encoding": raw["leafEncoding"], "leaves": leaves, "chosen": [*range(count)]})
        expected.append(_together(raw))
    asked = json.dumps(questions)
    ran = subprocess.run(openzeppelin_tree, input=asked, capture_output=True, text=True, check=True, timeout=60)
    assert [answer["together"] for answer in json.loads(ran.stdout)] == expected


def _verdict(openzeppelin_tree: list[str], raw: Any) -> bool:
    asked = json.dumps({"root": raw["root"], "encoding": raw["leafEncoding"], "together": _together(raw)})
    ran = subprocess.run(openzeppelin_tree, input=asked, capture_output=True, text=True, check=True, timeout=60)
    return bool(json.loads(ran.stdout)["verdict"])


def _together(raw: Any) -> dict[str, Any]:
    """The proof of a file as OpenZeppelin's JavaScript has it: the leaves in the order of their hashes."""
    by_hash = sorted(raw["fields"], key=lambda field: field["hash"])
    return {"leaves": [field["leaf"] for field in by_hash], "proof": raw["proof"], "proofFlags": raw["proofFlags"]}


@pytest.mark.slow
def test_a_contract_verifies_a_disclosed_field_by_merkleproof(
    tree: DocumentTree, contract_for_tests: Callable[[str], Artifact]
) -> None:
    """`MerkleProof.sol` over the three values and the proof as they stand in the file."""
    from eth_abi import decode, encode
    from eth_keys.datatypes import PrivateKey
    from support.onchain import OnChain

    artifact = contract_for_tests("DocumentProof")
    key = PrivateKey(b"\x01" * 32)
    chain = OnChain([key])
    contract = chain.send(key, b"", artifact.bytecode).created
    signature = "holds(bytes32,string,string,bytes32,bytes32[])"
    selector = bytes.fromhex(artifact.method_identifiers[signature])

    def holds(root: bytes, field: Disclosed) -> bool:
        arguments = [root, field.pointer, field.value, field.salt, list(field.proof)]
        data = selector + encode(["bytes32", "string", "string", "bytes32", "bytes32[]"], arguments)
        succeeded, output = chain.ask(key.public_key.to_canonical_address(), contract, data)
        assert succeeded
        return bool(decode(["bool"], output)[0])

    fields = disclose(
        tree, ["", "/carrierCode", "/termsAndConditions", "/declaredValue", CONTAINERS.split("/*", maxsplit=1)[0]]
    ).fields
    assert all(holds(tree.root, field) for field in fields)
    for field in fields:
        assert not holds(bytes(32), field)
        assert not holds(tree.root, Disclosed(field.pointer, field.value + " ", field.salt, field.proof))
        assert not holds(tree.root, Disclosed(field.pointer + "/", field.value, field.salt, field.proof))
        assert not holds(tree.root, Disclosed(field.pointer, field.value, field.salt, field.proof[1:]))


def test_a_leaf_is_what_solidity_hashes(tree: DocumentTree) -> None:
    """The preimage that a contract builds from the three values of the leaf in the file."""
    from eth_abi import encode

    pointer, value, salt = disclose(tree, ["/carrierCode"]).as_json()["fields"][0]["leaf"]  # type: ignore[index,call-overload]
    assert encode(["string", "string", "bytes32"], [pointer, value, bytes.fromhex(salt[2:])]) == encode_field(
        pointer, value, bytes.fromhex(salt[2:])
    )
