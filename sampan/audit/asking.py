"""Asking a contract many questions at one block: views in bundles through its own `multicall`, words raw.

`multicall` runs in the code that was compared with the artifacts, so a bundle is believed as much as its parts. A
bundle that fails (a room that refuses to answer takes all of it down) is asked again one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sampan.chain import answers, bundles
from sampan.chain.connection import tag

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sampan.chain.connection import Connection
    from sampan.suite.codec import Codec, Function


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
        """The answer to each view, by name and arguments: a value, a dictionary for a struct or for several values,
        None where the contract refuses to answer.

        Addresses are lower-case text. Raises `ChainError` when the node does not answer.
        """
        found: list[Any] = []
        for start in range(0, len(views), bundles.BUNDLE):
            part = views[start : start + bundles.BUNDLE]
            functions = [self._functions[name] for name, _ in part]
            datas = [function.call(*arguments) for function, (_, arguments) in zip(functions, part, strict=True)]
            said = bundles.views(self._connection, self._address, datas, block=self._block)
            found += map(self._read, functions, said)
            if progress is not None:
                progress(len(part))
        return found

    def words(self, slots: Sequence[int]) -> list[int]:
        """Words of the contract's storage."""
        calls = [("eth_getStorageAt", (self._address, _slot(slot), tag(self._block))) for slot in slots]
        return [int(answer, 16) for answer in self._connection.rpc_many(calls)]

    def _read(self, function: Function, answer: bytes | None) -> Any:
        if answer is None:
            return None
        try:
            values = function.answer(answer)
        except ValueError:
            # The code at that address was compared: it answers nothing such.
            said = f"{len(answer)} bytes that are no answer of {function.signature}"
            raise answers.wrong("eth_call", said, subject=self._connection.transport.name) from None
        if len(values) > 1:
            return {str(output["name"]): value for output, value in zip(function.outputs, values, strict=True)}
        (output,), (value,) = function.outputs, values
        if output["type"] == "tuple":
            return {str(entry["name"]): part for entry, part in zip(output["components"], value, strict=True)}
        return value


def _slot(slot: int) -> str:
    return f"0x{slot:064x}"
