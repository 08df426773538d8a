"""Many questions in one `eth_call`: views through a contract's own `multicall`, refusals by a program that only asks.

A bundle that a node does not answer as a whole (one view refuses, or it runs out of gas) is asked again one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sampan.chain import abi, answers
from sampan.chain.connection import RpcError, tag
from sampan.chain.rpc import Unreachable
from sampan.chain.transactions import Call, Reverted
from sampan.errors import ChainError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sampan.chain.connection import BlockTag, Connection

BUNDLE = 50
"""Views in one `eth_call`: far below the gas that any node gives a call."""
GAS = 3_000_000
"""What one view may use when it is asked alone; a room's answer costs less, or the room plays tricks."""
_MULTICALL = "multicall(bytes[])(bytes[])"
_PROGRAM = 40_000
"""Bytes of a program that asks; a chain takes 49,152 (EIP-3860)."""
_EACH = 500_000
"""Gas that the program gives a call: a check of powers costs a tenth."""


def views(
    connection: Connection, address: str, datas: Sequence[bytes], *, block: BlockTag = "latest"
) -> Iterator[bytes | None]:
    """What a contract that has a `multicall` answers to each call; None where it refuses.

    Raises `ChainError` when the node does not answer, or refuses itself.
    """
    for start in range(0, len(datas), BUNDLE):
        part = datas[start : start + BUNDLE]
        yield from _together(connection, address, part, block) or _one_by_one(connection, address, part, block)


def _together(connection: Connection, address: str, datas: Sequence[bytes], block: BlockTag) -> list[bytes] | None:
    if connection.in_process:
        # A request costs nothing there, and the loop of a `multicall` does.
        return None
    try:
        answer = connection.call(address, abi.encode_call(_MULTICALL, datas), block=block)
        parts = list(abi.decode_answer(_MULTICALL, answer)[0])
    except Unreachable:
        raise
    except (Reverted, ChainError):
        return None
    return parts if len(parts) == len(datas) else None


def _one_by_one(
    connection: Connection, address: str, datas: Sequence[bytes], block: BlockTag
) -> Iterator[bytes | None]:
    calls = [("eth_call", (Call(address, data, gas=GAS).as_rpc(), tag(block))) for data in datas]
    for answer in connection.try_many(calls):
        if not isinstance(answer, RpcError):
            yield bytes.fromhex(answer[2:])
        elif _is_refusal(answer):
            yield None
        else:
            raise ChainError(
                f"the node refused eth_call at block {block}: {answer.rpc_message[:200]}",
                subject=connection.transport.name,
                code="chain.rpc",
                hint="does it keep the state of that block? leave --to-block out, or ask a node that does",
            )


def _is_refusal(error: RpcError) -> bool:
    """Whether a node's error is the contract's refusal: it ran, and reverted or used up what it was given."""
    message = error.rpc_message.lower()
    words = ("revert", "out of gas", "outofgas", "invalid opcode", "invalid jump", "execution failed")
    return error.rpc_code == 3 or any(word in message for word in words)


def refusals(
    connection: Connection, address: str, datas: Sequence[bytes], sender: str, *, block: BlockTag = "latest"
) -> Iterator[bytes]:
    """The first four bytes of what each call is refused with, to somebody without any power; empty where it is not.

    They are asked by a program that is never deployed: `sender` runs it, and what it runs as has no power either.
    """
    start = 0
    while start < len(datas):
        end, size = start, 0
        while end < len(datas) and (end == start or size + len(datas[end]) + 64 <= _PROGRAM):
            size += len(datas[end]) + 64
            end += 1
        part = datas[start:end]
        try:
            program = Call(None, _program(address, part)).as_rpc(sender)
            answer = bytes.fromhex(connection.rpc("eth_call", program, tag(block))[2:])
            if len(answer) != 5 * len(part):
                raise answers.wrong(
                    "eth_call", f"{len(answer)} bytes where those of {len(part)} refusals were asked for"
                )
        except RpcError:
            yield from _refusals_one_by_one(connection, address, part, sender, block)
        else:
            for number in range(len(part)):
                done = answer[4 * len(part) + number]
                yield b"" if done else answer[4 * number : 4 * number + 4]
        start = end


def _refusals_one_by_one(
    connection: Connection, address: str, datas: Sequence[bytes], sender: str, block: BlockTag
) -> Iterator[bytes]:
    calls = [("eth_call", (Call(address, data).as_rpc(sender), tag(block))) for data in datas]
    for answer in connection.try_many(calls):
        yield (answer.data or b"")[:4] if isinstance(answer, RpcError) else b""


def _program(address: str, datas: Sequence[bytes]) -> bytes:
    """Code that makes each call and returns four bytes of each answer, then a byte for each: 1 where it was not
    refused."""
    target, count = bytes.fromhex(address[2:]), len(datas)
    heads = -(-max(map(len, datas)) // 32) * 32
    length = 52 * count + 24
    code, place = b"", length
    for number, data in enumerate(datas):
        size, out, done = len(data).to_bytes(2, "big"), heads + 4 * number, heads + 4 * count + number
        # CODECOPY(0, place, size)
        code += b"\x61" + size + b"\x61" + place.to_bytes(2, "big") + b"\x60\x00\x39"
        # CALL(gas, target, 0, 0, size, out, 4)
        code += b"\x60\x04\x61" + out.to_bytes(2, "big") + b"\x61" + size + b"\x60\x00\x60\x00"
        code += b"\x73" + target + b"\x63" + _EACH.to_bytes(4, "big") + b"\xf1"
        # MSTORE8(done, success)
        code += b"\x61" + done.to_bytes(2, "big") + b"\x53"
        place += len(data)
    # Less gas left than a call may have: one of them may have had too little. REVERT(0, 0), and they are asked alone.
    code += b"\x63" + (_EACH * 5 // 4).to_bytes(4, "big") + b"\x5a\x10\x61" + (length - 6).to_bytes(2, "big") + b"\x57"
    # RETURN(heads, 5 * count)
    code += b"\x61" + (5 * count).to_bytes(2, "big") + b"\x61" + heads.to_bytes(2, "big") + b"\xf3"
    code += b"\x5b\x60\x00\x60\x00\xfd"
    assert len(code) == length, (len(code), length)
    return code + b"".join(datas)
