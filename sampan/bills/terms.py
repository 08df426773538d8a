"""What is fixed when a bill is issued, and the hashes by which parties agree to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sampan.bills.subject import BILLS
from sampan.suite.codec import Encode, arguments_encoder, encoder, keccak
from sampan.suite.words import Kind, RecordLaw


@BILLS.struct
@dataclass(frozen=True, slots=True)
class Terms:
    """What is fixed when a bill is issued (contracts/bills/IBills.sol)."""

    bill: int
    kind: Kind
    titleholder: str
    """An account of the consignee or endorsee; zero in blank."""
    root: bytes
    """Merkle root over the salted fields of the transport document."""
    checksum: bytes
    """SHA-256 of the transport document's RFC 8785 bytes."""
    carriage_law: str = ""
    """Law of the contract of carriage, as in `GB-ENG`."""
    record_law: RecordLaw = RecordLaw.RULEBOOK_ONLY


@cache
def _terms_encoder() -> Encode:
    return encoder(BILLS.codec.functions["issue"].inputs[0])


def terms_hash(terms: Terms) -> bytes:
    """What whoever is given a new bill agrees to: keccak256(abi.encode(terms))."""
    return keccak(_terms_encoder()(terms))


def replacements_hash(bills: Sequence[int], replacements: Sequence[Terms]) -> bytes:
    """What a surrender for amendment agrees to: keccak256(abi.encode(bills, replacements))."""
    return keccak(BILLS.codec.functions["replacementsHash"].encode((bills, replacements)))


_SURRENDER = arguments_encoder([{"type": "uint8"}, {"type": "bytes32"}, {"type": "bytes"}])


def surrender_hash(purpose: int, agreed: bytes, remark: bytes) -> bytes:
    """What a titleholder agrees to when another surrenders: keccak256(abi.encode(purpose, agreed, remark))."""
    return keccak(_SURRENDER((purpose, agreed, remark)))
