"""The sample room from Python: its terms, its deal, and its calls as any library sends them.

What the ledger keeps of a bill in it (`ledger.bill(bill).lodging`) is read by `Deal.of(lodging.deal)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from eth_abi.abi import encode

from sampan.keccak import keccak

_UNTIL = 160
"""Where the second stands in a deal, above an address."""


@dataclass(frozen=True, slots=True)
class Deal:
    """What is agreed of a bill in an escrow: in time, whoever it was offered to may accept it."""

    until: datetime
    """Last second for accepting and claiming, UTC; after it anybody has the bill given back."""
    offered_to: str | None
    """The account, in small letters; None: it is offered to nobody."""

    @classmethod
    def of(cls, deal: int) -> Deal:
        """The deal as the ledger keeps it, 208 bits."""
        account = deal & (1 << _UNTIL) - 1
        return cls(datetime.fromtimestamp(deal >> _UNTIL, UTC), f"0x{account:040x}" if account else None)


def terms(until: datetime) -> bytes:
    """The terms under which a bill is lodged; `until` within 366 days, with its time zone, cut to whole seconds."""
    return encode(["uint48"], [int(until.timestamp())])


def offer(bill: int, to: str) -> bytes:
    """The call by which whoever it is held for offers a bill to an account."""
    return _call("offer(uint256,address)", bill, to)


def accept(bill: int, until: datetime) -> bytes:
    """The call by which whoever was offered a bill becomes its holder, under the deal that lasts until then."""
    return _call("accept(uint256,uint48)", bill, int(until.timestamp()))


def claim(bill: int) -> bytes:
    """The call by which the holder takes a bill out."""
    return _call("claim(uint256)", bill)


def give_back(bill: int) -> bytes:
    """The call by which the holder, or in the end anybody, has a bill given back to its lodger."""
    return _call("giveBack(uint256)", bill)


def _call(signature: str, *arguments: int | str) -> bytes:
    types = signature.partition("(")[2].rstrip(")").split(",")
    return keccak(signature.encode())[:4] + encode(types, arguments)
