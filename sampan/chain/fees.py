"""What is offered for gas (EIP-1559), and the most that is: a node may suggest anything."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sampan.chain.connection import RpcError
from sampan.errors import ChainError, Missing

if TYPE_CHECKING:
    from sampan.chain.connection import Connection

logger = logging.getLogger(__name__)

GWEI = 10**9
USUAL_TIP = GWEI
"""The tip, in wei, where the node suggests none."""


@dataclass(frozen=True, slots=True)
class Fees:
    """What is offered for one gas, in wei, and the newest block by which it was reckoned."""

    max_fee: int
    tip: int
    base_fee: int
    block: tuple[int, str]
    """Its number and hash."""


def offer(connection: Connection, max_fee: int, max_tip: int) -> Fees:
    """What to offer for one gas now: twice the base fee and the tip that the node suggests, up to what may be.

    `max_fee` and `max_tip` are in wei. Raises `ChainError` when the chain has no such fees, or gas costs more.
    """
    asked = [("eth_getBlockByNumber", ("latest", False)), ("eth_maxPriorityFeePerGas", ())]
    try:
        block, suggested = connection.rpc_many(asked)
    except RpcError:
        # Not every node knows what others tip.
        block, suggested = connection.block(), hex(USUAL_TIP)
    if not isinstance(block, dict) or "baseFeePerGas" not in block:
        raise ChainError("the chain has no EIP-1559 fees", subject=connection.network.name, code="chain.fees")
    base_fee, tip = _number(connection, block["baseFeePerGas"]), _number(connection, suggested)
    if tip > max_tip:
        logger.warning(
            "the RPC suggests a tip of %s gwei for one gas; %s is offered, the most that may be (max_tip)",
            in_gwei(tip),
            in_gwei(max_tip),
        )
    if base_fee > max_fee:
        raise ChainError(
            f"gas costs {in_gwei(base_fee)} gwei now, more than the most that may be offered, {in_gwei(max_fee)}",
            subject=connection.network.name,
            code="chain.fees",
            hint="wait until it is cheaper, or offer more (SAMPAN_MAX_FEE, in gwei)",
        )
    # Twice the base fee stays good for six full blocks.
    most = min(2 * base_fee + min(tip, max_tip), max_fee)
    number = _number(connection, block.get("number"))
    return Fees(most, min(tip, max_tip, most), base_fee, (number, str(block.get("hash"))))


def _number(connection: Connection, answer: Any) -> int:
    try:
        return int(answer, 16)
    except (TypeError, ValueError):
        raise ChainError(
            "the RPC answered no number where what gas costs was asked",
            subject=connection.transport.name,
            code="chain.answer",
        ) from None


def require_funds(connection: Connection, address: str, wei: int) -> None:
    """Raises `Missing` when an account owns less than `wei`."""
    owned = connection.balance(address)
    if owned < wei:
        raise Missing(
            f"the account owns {format_ether(owned)} ether, and this may cost {format_ether(wei)}",
            subject=address,
            hint=f"send it at least {format_ether(wei - owned)} ether of {connection.network.name}",
            code="missing.funds",
        )


def format_ether(wei: int) -> str:
    """Wei as ether in decimal, exact to six places and rounded up."""
    micro = -(-wei // 10**12)
    return f"{micro // 10**6}.{micro % 10**6:06d}".rstrip("0").rstrip(".")


def in_gwei(wei: int) -> str:
    """Wei as gwei in decimal, exact."""
    return f"{wei // GWEI}.{wei % GWEI:09d}".rstrip("0").rstrip(".")
