"""What a node answered, held against what was asked: type, bounds, and whether it is the answer to this question.

`check` knows what each method answers. What is none of it is a `ChainError` (code `chain.answer`) that names the
method; nothing past this module needs to look again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sampan.errors import ChainError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MOST = 2**256 - 1
COUNT = 2**63 - 1
"""The most that a block's number, an index or a nonce may be: what a database holds."""
LAST_TIME = 253_402_300_799
"""The end of the year 9999, seconds since 1970: the last time that can be written as a date."""

_QUANTITY = re.compile(r"0x[0-9a-fA-F]{1,64}")
_DATA = re.compile(r"0x(?:[0-9a-fA-F]{2})*")
_TAGS = ("latest", "pending", "earliest", "safe", "finalized")


def quantity(answer: Any, method: str, *, most: int = MOST, what: str = "a number") -> int:
    """A number (hex text) of at most `most`."""
    if not isinstance(answer, str) or not _QUANTITY.fullmatch(answer):
        raise wrong(method, f"{shown(answer)} where {what} was asked for")
    number = int(answer, 16)
    if number > most:
        raise wrong(method, f"{shown(answer)} where {what} of at most {most} can be")
    return number


def data(answer: Any, method: str, *, size: int | None = None, what: str = "bytes") -> bytes:
    """Bytes (hex text), of just so many where a `size` is given."""
    if not isinstance(answer, str) or not _DATA.fullmatch(answer):
        raise wrong(method, f"{shown(answer)} where {what} were asked for")
    found = bytes.fromhex(answer[2:])
    if size is not None and len(found) != size:
        raise wrong(method, f"{len(found)} bytes where {what} of {size} bytes were asked for")
    return found


def record(answer: Any, method: str, what: str) -> Mapping[str, Any]:
    """An object with fields."""
    if not isinstance(answer, dict):
        raise wrong(method, f"{shown(answer)} where {what} was asked for")
    return answer


def listed(answer: Any, method: str, what: str) -> list[Any]:
    """A list."""
    if not isinstance(answer, list):
        raise wrong(method, f"{shown(answer)} where a list of {what} was asked for")
    return answer


def part(fields: Mapping[str, Any], name: str, method: str, what: str) -> Any:
    """A field that must be there."""
    if name not in fields:
        raise wrong(method, f"{what} without {name}")
    return fields[name]


def number_in(fields: Mapping[str, Any], name: str, method: str, what: str, *, most: int = COUNT) -> int:
    """A field of an object that is a number."""
    return quantity(part(fields, name, method, what), method, most=most, what=f"the {name} of {what}")


def hash_in(fields: Mapping[str, Any], name: str, method: str, what: str) -> str:
    """A field of an object that is a hash: lower-case hex text of 32 bytes."""
    found = data(part(fields, name, method, what), method, size=32, what=f"the {name} of {what}")
    return "0x" + found.hex()


def data_in(fields: Mapping[str, Any], name: str, method: str, what: str, *, size: int | None = None) -> bytes:
    """A field of an object that is bytes."""
    return data(part(fields, name, method, what), method, size=size, what=f"the {name} of {what}")


def wrong(method: str, answer: str, *, subject: str | None = None) -> ChainError:
    """The error for an answer that is none; `subject` is who gave it."""
    return ChainError(
        f"the RPC answered {method} with {answer}",
        subject=subject,
        code="chain.answer",
        hint="ask another RPC (--network URL)",
    )


def shown(answer: Any) -> str:
    """An answer as it may stand in an error: brief, and as JSON writes it."""
    if answer is None or isinstance(answer, bool):
        return "null" if answer is None else str(answer).lower()
    if isinstance(answer, (list, dict)):
        return "a list" if isinstance(answer, list) else "an object"
    if isinstance(answer, str) and not re.fullmatch(r"0x\w*|", answer):
        # Words of a node's may hold anything, the key in its URL too.
        return f"a text of {len(answer)} characters"
    text = repr(answer)
    return text if len(text) <= 40 else f"{text[:36]}... ({len(text)} characters)"


# ---------------------------------------------------------------------------------------------------------- by method


def check(method: str, params: Sequence[Any], answer: Any) -> None:
    """Hold the result of a method against what was asked. A method that is not known here may answer anything.

    Raises `ChainError` (code `chain.answer`).
    """
    known = _METHODS.get(method)
    if known is not None:
        known(answer, method, params)


def _number(most: int) -> Callable[[Any, str, Sequence[Any]], None]:
    def check_number(answer: Any, method: str, _: Sequence[Any]) -> None:
        quantity(answer, method, most=most)

    return check_number


def _bytes(answer: Any, method: str, _: Sequence[Any]) -> None:
    data(answer, method)


def _hash(answer: Any, method: str, _: Sequence[Any]) -> None:
    data(answer, method, size=32, what="the hash of a transaction")


def _logs(answer: Any, method: str, _: Sequence[Any]) -> None:
    listed(answer, method, "logs")


def _block(answer: Any, method: str, params: Sequence[Any]) -> None:
    """A block: None where there is none, else with number, hash and time, and the one that was asked for."""
    if answer is None:
        return
    block = record(answer, method, "a block")
    number_in(block, "timestamp", method, "a block", most=LAST_TIME)
    if block.get("baseFeePerGas") is not None:
        number_in(block, "baseFeePerGas", method, "a block", most=MOST)
    if "transactions" in block:
        listed(block["transactions"], method, "transactions")
    asked = params[0]
    if asked == "pending":
        return
    number, its_hash = number_in(block, "number", method, "a block"), hash_in(block, "hash", method, "a block")
    if asked in _TAGS:
        return
    if len(asked) == 66:
        if its_hash != asked.lower():
            raise wrong(method, f"block {its_hash} for block {asked}")
    elif number != int(asked, 16):
        raise wrong(method, f"block {number} for block {int(asked, 16)}")


def _of_transaction(name: str, what: str) -> Callable[[Any, str, Sequence[Any]], None]:
    def check_transaction(answer: Any, method: str, params: Sequence[Any]) -> None:
        if answer is None:
            return
        found = hash_in(record(answer, method, what), name, method, what)
        if found != params[0].lower():
            raise wrong(method, f"{what} of {found} for that of {params[0]}")

    return check_transaction


_METHODS: dict[str, Callable[[Any, str, Sequence[Any]], None]] = {
    "eth_chainId": _number(COUNT),
    "eth_blockNumber": _number(COUNT),
    "eth_getTransactionCount": _number(COUNT),
    "eth_estimateGas": _number(COUNT),
    "eth_gasPrice": _number(MOST),
    "eth_maxPriorityFeePerGas": _number(MOST),
    "eth_getBalance": _number(MOST),
    # Some write words as numbers, without leading zeros.
    "eth_getStorageAt": _number(MOST),
    "eth_call": _bytes,
    "eth_getCode": _bytes,
    "eth_sendRawTransaction": _hash,
    "eth_getLogs": _logs,
    "eth_getBlockByNumber": _block,
    "eth_getBlockByHash": _block,
    "eth_getTransactionReceipt": _of_transaction("transactionHash", "the receipt"),
    "eth_getTransactionByHash": _of_transaction("hash", "the transaction"),
}
