"""What is sent or signed where no key of ours is: a batch for a Safe, a text for a wallet, and the signature back.

A batch is what the Safe's Transaction Builder reads (version 1.0); any wallet can send its `to`, `value` and `data`. A
text is EIP-712 JSON, as `eth_signTypedData_v4` takes it. The owners of a Safe sign the Safe's own message about a text
(`SafeMessage`, Safe 1.3 and newer); their signatures go together by the order of their addresses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sampan.chain import abi
from sampan.chain.transactions import Reverted
from sampan.client import papers
from sampan.client.papers import Paper
from sampan.documents.json import shown
from sampan.errors import BadInput, ChainError
from sampan.files import is_file, parse_json, read_up_to
from sampan.keccak import keccak
from sampan.suite import typed
from sampan.suite.tell import checksum

if TYPE_CHECKING:
    from sampan.chain.connection import Connection
    from sampan.chain.transactions import Call

MAGIC: Final = abi.selector("isValidSignature(bytes32,bytes)")
"""What a contract answers that accepts a signature (ERC-1271)."""
BUILDER: Final = "1.18.2"
"""The version of the Transaction Builder whose format a batch has."""


# --------------------------------------------------------------------------------------------------------- transactions


def batch(chain_id: int, sender: str, calls: Sequence[Call], *, about: str, milliseconds: int) -> dict[str, Any]:
    """Transactions for the Safe's Transaction Builder, in their order; `milliseconds` since 1970 say when."""
    made: dict[str, Any] = {
        "version": "1.0",
        "chainId": str(chain_id),
        "createdAt": milliseconds,
        "meta": {
            "name": "Sampan",
            "description": about,
            "txBuilderVersion": BUILDER,
            "createdFromSafeAddress": sender,
            "createdFromOwnerAddress": "",
        },
        "transactions": [
            {
                "to": call.to,
                "value": str(call.value),
                "data": "0x" + call.data.hex(),
                "contractMethod": None,
                "contractInputsValues": None,
            }
            for call in calls
        ],
    }
    made["meta"]["checksum"] = batch_checksum(made)
    return made


def batch_checksum(of: Mapping[str, Any]) -> str:
    """The checksum that the Transaction Builder reckons: Keccak-256 over keys and values in order, the batch's name
    left out and what stood there as checksum too."""
    meta = {key: value for key, value in of["meta"].items() if key != "checksum"}
    return "0x" + keccak(_in_order({**of, "meta": {**meta, "name": None}}).encode()).hex()


def _in_order(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_in_order, value)) + "]"
    if isinstance(value, Mapping):
        keys = sorted(value)
        return "{" + _compact(keys) + "".join(_in_order(value[key]) + "," for key in keys) + "}"
    return _compact(value)


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


# ---------------------------------------------------------------------------------------------------------------- texts


def typed_json(data: Mapping[str, Any]) -> dict[str, Any]:
    """EIP-712 data as JSON: bytes 0x text, integers of the message decimal text, which every wallet reads exactly."""
    message = {name: papers.plain(value) for name, value in data["message"].items()}
    return {**data, "message": message}


def read_texts(path: Path, wanted: Sequence[Paper]) -> tuple[Paper, ...]:
    """The texts of a file that was written for the same act, with the deadlines that they have there.

    Raises `BadInput` for a file of something else.
    """
    from sampan.documents.json import read_json

    raw = read_json(path)
    texts = raw if isinstance(raw, list) else [raw]
    if len(texts) != len(wanted):
        raise _another(path, f"{len(texts)} texts stand there, {len(wanted)} are asked for")
    return tuple(_same(path, text, paper) for text, paper in zip(texts, wanted, strict=True))


def _same(path: Path, raw: Any, wanted: Paper) -> Paper:
    if not isinstance(raw, dict) or raw.get("primaryType") != (kind := typed.name_of(type(wanted.text))):
        raise _another(path, f"it is no EIP-712 text of the type {kind}")
    text = papers.text_of(type(wanted.text), raw.get("message"), str(path))
    found = replace(wanted, text=text)
    if raw.get("domain") != found.typed_data["domain"]:
        raise _another(path, "it is for another ledger or chain")
    mine, theirs = typed.message(wanted.text), typed.message(text)
    other = [name for name in mine if name not in _made_anew(mine) and mine[name] != theirs[name]]
    if other:
        raise _another(path, f"{', '.join(other)} is not as it stands now")
    return found


def _made_anew(message: Mapping[str, Any]) -> set[str]:
    """The fields of a text that say when it was made, or are drawn; what a statement says happened as it was said is of
    that time too."""
    now = {"happenedAt"} if "saidAt" in message and message["happenedAt"] == message["saidAt"] else set()
    return {"deadline", "salt", "saidAt"} | now


def _another(path: Path, why: str) -> BadInput:
    return BadInput(
        f"is not the text of this act: {why}", subject=str(path), hint="write it anew with --unsigned, and sign that"
    )


def read_signature(given: str) -> bytes:
    """A signature from its hex, or from a file that holds its hex or is JSON with `signature`. Raises `BadInput`."""
    text = given.strip()
    if is_file(text):
        text = read_up_to(Path(text)).decode("utf-8", "replace").strip()
        if text.startswith("{"):
            try:
                text = str(parse_json(text.encode()).get("signature", "")).strip()
            except ValueError:
                text = ""
    text = text.strip('"')
    if re.fullmatch(r"0x([0-9a-fA-F]{2}){64,}", text) is None:
        raise BadInput(
            "is no signature",
            # A file is named whole, however deep it lies.
            subject=given.strip() if is_file(given.strip()) else shown(given, 80) or "--signature",
            hint="give 0x and its hex digits, or a file that holds them or is JSON",
        )
    return bytes.fromhex(text[2:])


# ----------------------------------------------------------------------------------------------------------- signatures


def signed(connection: Connection, paper: Paper, signatures: Sequence[bytes]) -> Paper:
    """A text with the signature of its signer's wallet, or with those of the owners of a Safe, found among others.

    Raises `BadInput` when there is none that counts for it.
    """
    if not connection.code(paper.signer):
        for each in map(_with_v, signatures):
            found = replace(paper, signature=each)
            if found.recovers():
                return found
        raise BadInput(
            f"is not signed by {paper.signer}",
            subject=paper.about,
            hint="sign exactly the text of the file, with its key",
        )
    for each in filter(None, (_of_owners(connection, paper, signatures), *signatures)):
        if accepts(connection, paper.signer, paper.digest, each):
            return replace(paper, signature=each)
    raise BadInput(
        f"the contract {paper.signer} does not accept this signature",
        subject=paper.about,
        hint="did enough of its owners sign, and exactly this text?",
    )


def accepts(connection: Connection, signer: str, digest: bytes, signature: bytes) -> bool:
    """Whether a contract accepts a signature (ERC-1271)."""
    try:
        answer = connection.call(signer, abi.encode_call("isValidSignature(bytes32,bytes)", digest, signature))
    except Reverted:
        return False
    return answer[:32] == MAGIC.ljust(32, b"\0")


def safe_message(connection: Connection, paper: Paper) -> dict[str, Any] | None:
    """The EIP-712 data that the owners of a Safe sign about a text; None where the signer is no Safe."""
    if not connection.code(paper.signer):
        return None
    try:
        answer = connection.call(paper.signer, abi.encode_call("getThreshold()"))
        domain = connection.call(paper.signer, abi.encode_call("domainSeparator()"))
    except (Reverted, ChainError):
        return None
    data = {
        "types": {
            "EIP712Domain": [{"name": "chainId", "type": "uint256"}, {"name": "verifyingContract", "type": "address"}],
            "SafeMessage": [{"name": "message", "type": "bytes"}],
        },
        "primaryType": "SafeMessage",
        "domain": {"chainId": paper.chain_id, "verifyingContract": paper.signer},
        "message": {"message": paper.digest},
    }
    ours = keccak(
        keccak(b"EIP712Domain(uint256 chainId,address verifyingContract)")
        + abi.encode(("uint256", "address"), (paper.chain_id, paper.signer))
    )
    return data if len(answer) == 32 and domain == ours else None


def _of_owners(connection: Connection, paper: Paper, signatures: Sequence[bytes]) -> bytes:
    """Those of the signatures that owners of a Safe made about a text, in the order of their addresses; empty where
    the signer is no Safe."""
    data = safe_message(connection, paper)
    if data is None:
        return b""
    from eth_account import Account
    from eth_account.messages import encode_typed_data

    text = encode_typed_data(full_message=data)
    digest = keccak(b"\x19\x01" + text.header + text.body)
    try:
        said = connection.call(paper.signer, abi.encode_call("getOwners()"))
        owners = {checksum(str(owner)) for owner in abi.decode(("address[]",), said)[0]}
    except (Reverted, ChainError):
        # It answers as a Safe in one thing only.
        return b""
    found: dict[int, bytes] = {}
    for each in map(_with_v, signatures):
        try:
            owner = checksum(str(Account._recover_hash(digest, signature=each)))
        except Exception:
            continue
        if owner in owners:
            found[int(owner, 16)] = each
    return b"".join(found[owner] for owner in sorted(found))


def _with_v(signature: bytes) -> bytes:
    """A signature whose last byte is 27 or 28, where a device says 0 or 1."""
    return signature[:64] + bytes([signature[64] + 27]) if len(signature) == 65 and signature[64] < 2 else signature
