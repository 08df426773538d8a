"""What is signed and carried elsewhere (EIP-712): acts, agreements, enrolments, new accounts, as portable JSON.

A signature counts on one chain, for one ledger, for exactly its text, until its deadline. Whoever holds the file can
use it; `digest` is what its signer withdraws with `cancel`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sampan.errors import BadInput, ChainError
from sampan.files import write_private
from sampan.ledger import abi, ids
from sampan.ledger.describe import NO_ADDRESS, describe
from sampan.ledger.words import Endorsement, Purpose, Rejection, SurrenderFor

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import IntEnum
    from pathlib import Path

    from sampan.chain.signers import Signer
    from sampan.ledger.describe import Names

SCHEMA = "sampan.signed/1"
LIST_SCHEMA = "sampan.signed-list/1"
DOMAIN_NAME = "Sampan Bills"
DOMAIN_VERSION = "1"

Field = tuple[str, str]

TYPES: dict[str, tuple[Field, ...]] = {
    "Enrolment": (
        ("lei", "uint256"),
        ("parent", "uint256"),
        ("country", "bytes2"),
        ("roles", "uint256"),
        ("rulebook", "bytes32"),
        ("account", "address"),
        ("receiving", "uint8"),
        ("deadline", "uint256"),
    ),
    "NewAccount": (
        ("participant", "uint256"),
        ("account", "address"),
        ("roles", "uint256"),
        ("receiving", "uint8"),
        ("deadline", "uint256"),
    ),
    "SignedAct": (
        ("signer", "address"),
        ("bill", "uint256"),
        ("actCount", "uint256"),
        ("call", "bytes"),
        ("deadline", "uint256"),
    ),
    "Agreement": (
        ("signer", "address"),
        ("bill", "uint256"),
        ("actCount", "uint256"),
        ("verb", "bytes4"),
        ("possessor", "address"),
        ("titleholder", "uint256"),
        ("kind", "uint8"),
        ("detail", "bytes32"),
        ("deadline", "uint256"),
    ),
}
"""The EIP-712 types that the ledger knows, with their fields in order."""

_DOMAIN: tuple[Field, ...] = (
    ("name", "string"),
    ("version", "string"),
    ("chainId", "uint256"),
    ("verifyingContract", "address"),
)


@dataclass(frozen=True, slots=True)
class Signed:
    """A text of one of `TYPES` with its signature, empty while nobody has signed.

    `message` has the text's fields: integers, checksummed addresses, bytes. `signer` is the account whose signature it
    must be; `about` says in words what was signed, for people only.
    """

    type: str
    chain_id: int
    ledger: str
    signer: str
    message: Mapping[str, Any]
    about: str = ""
    signature: bytes = b""

    @property
    def deadline(self) -> datetime:
        """The last second at which it counts."""
        return datetime.fromtimestamp(min(self.message["deadline"], 253402300799), UTC)

    @property
    def digest(self) -> bytes:
        """The EIP-712 digest: what is signed, and what `cancel` withdraws."""
        from eth_account.messages import encode_typed_data

        from sampan.keccak import keccak

        text = encode_typed_data(full_message=self.typed_data)
        return keccak(b"\x19" + text.version + text.header + text.body)

    @property
    def typed_data(self) -> dict[str, Any]:
        """What a wallet is asked to sign (`eth_signTypedData_v4`)."""
        fields = TYPES[self.type]
        return {
            "types": {
                "EIP712Domain": [{"name": name, "type": kind} for name, kind in _DOMAIN],
                self.type: [{"name": name, "type": kind} for name, kind in fields],
            },
            "primaryType": self.type,
            "domain": {
                "name": DOMAIN_NAME,
                "version": DOMAIN_VERSION,
                "chainId": self.chain_id,
                "verifyingContract": self.ledger,
            },
            "message": {name: self.message[name] for name, _ in fields},
        }

    def as_tuple(self) -> tuple[Any, ...]:
        """The text as the contract takes it."""
        return tuple(self.message[name] for name, _ in TYPES[self.type])

    def by(self, signer: Signer) -> Signed:
        """The same, signed. Raises `BadInput` when it is another account that must sign."""
        if signer.address != self.signer:
            raise BadInput(
                f"must be signed by {self.signer}", subject=signer.address, hint="sign with that account's key"
            )
        return replace(self, signature=signer.sign_typed(self.typed_data))

    def recovers(self) -> bool:
        """Whether the signature is one of `signer`'s key. A contract's signature is checked by the ledger alone."""
        from eth_account import Account

        if len(self.signature) != 65:
            return False
        try:
            found = Account._recover_hash(self.digest, signature=self.signature)
        except Exception:
            return False
        return str(found) == self.signer

    # ------------------------------------------------------------------------------------------------------- as a file

    def as_json(self) -> dict[str, Any]:
        """The document `sampan.signed/1`: integers decimal text, bytes 0x text."""
        return {
            "schema": SCHEMA,
            "type": self.type,
            "about": self.about,
            "chain_id": self.chain_id,
            "ledger": self.ledger,
            "signer": self.signer,
            "message": {name: _plain(self.message[name]) for name, _ in TYPES[self.type]},
            "digest": "0x" + self.digest.hex(),
            "signature": "0x" + self.signature.hex(),
        }

    def write(self, path: Path) -> None:
        """Write the document to a file, whole or not at all, readable by its owner alone: whoever has it can use it.

        Raises `BadInput` when the folder cannot be written.
        """
        write_private(path, (json.dumps(self.as_json(), indent=2, ensure_ascii=False) + "\n").encode())

    def require_for(self, chain_id: int, ledger: str, *types: str) -> None:
        """Raise `BadInput` unless it is of one of these types, for this ledger on this chain, and signed."""
        if self.type not in types:
            raise BadInput(f"is a signed {self.type}, not {' or '.join(types)}", subject=self.about or self.type)
        if (self.chain_id, self.ledger) != (chain_id, ledger):
            raise ChainError(
                f"was signed for the ledger {self.ledger} on chain {self.chain_id}, this is {ledger} on {chain_id}",
                subject=self.about or self.type,
                code="chain.wrong",
                hint="name the network for which it was signed",
            )


def read(source: Path | bytes | Mapping[str, Any], *, name: str = "signed text") -> Signed:
    """A signed text from its file, its bytes or its JSON. Raises `BadInput` naming the field that is wrong."""
    from pathlib import Path

    from sampan.documents.json import read_json

    raw: Any = source
    if isinstance(source, Path | bytes):
        name = str(source) if isinstance(source, Path) else name
        raw = read_json(source, name=name)
    if not isinstance(raw, dict) or raw.get("schema") != SCHEMA:
        raise BadInput(f"is no {SCHEMA} document", subject=name, hint="take the file as it was written")
    kind = raw.get("type")
    if not isinstance(kind, str) or kind not in TYPES:
        raise _broken(name, "type", ", ".join(TYPES))
    message = raw.get("message")
    fields = TYPES[kind]
    if not isinstance(message, dict) or set(message) != {field for field, _ in fields}:
        raise _broken(name, "message", "an object with " + ", ".join(field for field, _ in fields))
    chain_id = raw.get("chain_id")
    if isinstance(chain_id, bool) or not isinstance(chain_id, int):
        raise _broken(name, "chain_id", "a whole number")
    found = Signed(
        type=kind,
        chain_id=chain_id,
        ledger=_value("address", raw.get("ledger"), name, "ledger"),
        signer=_value("address", raw.get("signer"), name, "signer"),
        message={field: _value(of, message[field], name, f"message/{field}") for field, of in fields},
        about=str(raw.get("about", "")),
        signature=_value("bytes", raw.get("signature"), name, "signature"),
    )
    who = found.message.get("signer", found.signer)
    if who != found.signer:
        raise _broken(name, "signer", "whoever the message names")
    if raw.get("digest") != "0x" + found.digest.hex():
        raise BadInput(
            "its digest is not that of its message", subject=name, hint="it was altered: ask for the file again"
        )
    return found


def _value(kind: str, raw: Any, name: str, place: str) -> Any:
    from sampan.chain.transactions import checksum

    if kind.startswith("uint"):
        if isinstance(raw, str) and raw.isascii() and raw.isdigit() and int(raw) < 2 ** int(kind[4:]):
            return int(raw)
        raise _broken(name, place, f"a whole number of {kind[4:]} bits, as decimal text")
    if isinstance(raw, str) and raw.startswith("0x"):
        try:
            data = bytes.fromhex(raw[2:])
        except ValueError:
            data = None
        if data is not None and kind == "address" and len(data) == 20:
            return checksum(data)
        if data is not None and kind == "bytes":
            return data
        if data is not None and kind.startswith("bytes") and len(data) == int(kind[5:]):
            return data
    wanted = "an address" if kind == "address" else "0x and hex digits"
    raise _broken(name, place, wanted)


def _broken(name: str, place: str, right: str) -> BadInput:
    return BadInput(
        f"signed text is broken: {place} is not {right}", subject=name, hint="take the file as it was written"
    )


def _plain(value: Any) -> str:
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)


def describe_call(call: bytes, names: Names | None = None) -> str:
    """What a signed act does, in words, from its call alone: the verb, the bill, and every other argument that says
    something. Raises `UsageError` for what is no call of the ledger."""
    function, arguments = abi.decode_arguments(call)
    said: list[str] = []
    for name, value in zip(abi.parameters(function), arguments, strict=True):
        if name == "bill" and isinstance(value, int):
            said.insert(0, ids.bill_name(value))
        elif value not in (b"", 0, NO_ADDRESS, bytes(32)):
            word = SurrenderFor if (function, name) == ("surrender", "purpose") else ENUMERATED.get(name)
            said.append(f"{name} {describe(name, value if word is None else word(value), names)}")
    return f"{function} {', '.join(said)}"


ENUMERATED: dict[str, type[IntEnum]] = {
    "endorsement": Endorsement,
    "purpose": Purpose,
    "rejection": Rejection,
}
"""Arguments of verbs that are words."""


def several_as_json(signed: tuple[Signed, ...]) -> dict[str, Any]:
    """One signed text as `sampan.signed/1`, several as `sampan.signed-list/1`."""
    if len(signed) == 1:
        return signed[0].as_json()
    return {"schema": LIST_SCHEMA, "signed": [one.as_json() for one in signed]}


def read_several(path: Path) -> tuple[Signed, ...]:
    """The signed texts in a file, one or several. Raises as `read`."""
    from sampan.documents.json import read_json

    raw = read_json(path)
    if isinstance(raw, dict) and raw.get("schema") == LIST_SCHEMA:
        listed = raw.get("signed")
        if not isinstance(listed, list) or not listed:
            raise _broken(str(path), "signed", "a list of signed texts")
        return tuple(read(one if isinstance(one, dict) else {}, name=str(path)) for one in listed)
    return (read(raw if isinstance(raw, dict) else {}, name=str(path)),)
