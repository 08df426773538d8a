"""Asking a contract many questions at one block: views in bundles through its own `multicall`, words raw.

`multicall` runs in the code that was compared with the artifacts, so a bundle is believed as much as its parts. A
bundle that fails (a room that refuses to answer takes all of it down) is asked again one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sampan.chain import abi
from sampan.chain.connection import tag
from sampan.chain.transactions import Call, Reverted
from sampan.errors import ChainError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sampan.chain.connection import Connection
    from sampan.suite.codec import Codec, Function

BUNDLE = 50
"""Views in one `eth_call`: far below the gas that any node gives a call."""
GAS = 3_000_000
"""What one view may use when it is asked alone; a room's answer costs less, or the room plays tricks."""


class Asker:
    """Asks one contract, by its codec, at one block."""

    def __init__(self, connection: Connection, address: str, codec: Codec, block: int) -> None:
        self._connection = connection
        self._address = address
        self._block = block
        self._functions = codec.functions

    def views(
        self, views: Sequence[tuple[str, tuple[Any, ...]]], *, progress: Callable[[int], None] | None = None
    ) -> list[Any]:
        """The answer to each view, by name and arguments: a value, a dictionary for a struct, None where the contract
        refuses to answer.

        Addresses are lower-case text. Raises `ChainError` when the node does not answer.
        """
        answers: list[Any] = []
        for start in range(0, len(views), BUNDLE):
            part = views[start : start + BUNDLE]
            functions = [self._functions[name] for name, _ in part]
            datas = [function.call(*arguments) for function, (_, arguments) in zip(functions, part, strict=True)]
            answers += map(_read, functions, self._bundle(datas))
            if progress is not None:
                progress(len(part))
        return answers

    def words(self, slots: Sequence[int]) -> list[int]:
        """Words of the contract's storage."""
        calls = [("eth_getStorageAt", (self._address, _slot(slot), tag(self._block))) for slot in slots]
        return [int(str(answer), 16) for answer in self._connection.rpc_many(calls)]

    def _bundle(self, datas: Sequence[bytes]) -> list[bytes | None]:
        bundle = abi.encode_call("multicall(bytes[])(bytes[])", datas)
        try:
            answer = self._connection.call(self._address, bundle, block=self._block)
            parts = abi.decode_answer("multicall(bytes[])(bytes[])", answer)[0]
        except (Reverted, ChainError) as error:
            if isinstance(error, ChainError) and error.code in ("chain.unreachable",):
                raise
            return self._one_by_one(datas)
        if len(parts) != len(datas):
            raise ChainError("the RPC answered another number of views than asked", code="chain.answer")
        return list(parts)

    def _one_by_one(self, datas: Sequence[bytes]) -> list[bytes | None]:
        calls = [("eth_call", (Call(self._address, data, gas=GAS).as_rpc(), tag(self._block))) for data in datas]
        answers: list[bytes | None] = []
        for answer in self._connection.transport.batch(calls):
            result = answer.get("result")
            if isinstance(result, str):
                answers.append(bytes.fromhex(result[2:]))
            elif _is_refusal(answer.get("error")):
                answers.append(None)
            else:
                raise ChainError(
                    f"the node refused eth_call at block {self._block}: {_words(answer.get('error'))}",
                    subject=self._connection.transport.name,
                    code="chain.rpc",
                    hint="does it keep the state of that block? leave --to-block out, or ask a node that does",
                )
        return answers


def _read(function: Function, answer: bytes | None) -> Any:
    if answer is None:
        return None
    try:
        (value,) = function.answer(answer)
    except ValueError:
        return None
    output = function.outputs[0]
    if output["type"] == "tuple":
        return {str(entry["name"]): part for entry, part in zip(output["components"], value, strict=True)}
    return value


def _slot(slot: int) -> str:
    return f"0x{slot:064x}"


def _is_refusal(error: Any) -> bool:
    """Whether a node's error is the contract's refusal: it ran, and reverted or used up what it was given."""
    if not isinstance(error, dict):
        return False
    message = str(error.get("message", "")).lower()
    words = ("revert", "out of gas", "outofgas", "invalid opcode", "invalid jump", "execution failed")
    return error.get("code") == 3 or any(word in message for word in words)


def _words(error: Any) -> str:
    return str(error.get("message", error))[:200] if isinstance(error, dict) else str(error)[:200]
