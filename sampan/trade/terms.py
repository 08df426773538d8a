"""What is offered (contracts/trade/ISale.sol): terms as a value, as they are encoded, and their hash."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from sampan.suite.codec import Malformed, arguments_encoder, keccak
from sampan.suite.verb import NOBODY
from sampan.suite.words import Endorsement

NO_SALT: Final = bytes(32)
FIXED: Final = 32 * 13
"""Bytes of encoded terms without the bills."""
_WORDS: Final = (
    ("bills", "uint256[]"),
    ("seller", "uint256"),
    ("buyer", "uint256"),
    ("payee", "address"),
    ("money", "address"),
    ("price", "uint256"),
    ("endorsement", "uint8"),
    ("deadline", "uint256"),
    ("firmUntil", "uint256"),
    ("source", "address"),
    ("salt", "bytes32"),
)


@dataclass(frozen=True)
class Terms:
    """Bills for a price: who sells to whom, in which money, until when (URC 522, documents against payment)."""

    bills: tuple[int, ...]
    """Strictly ascending."""
    seller: int
    """Participant."""
    buyer: int
    """Participant."""
    payee: str
    """The account that is paid."""
    money: str
    """A deposit or a coin."""
    price: int
    """In the smallest unit, for all bills."""
    endorsement: Endorsement
    deadline: int
    """Last second since 1970 at which it may be paid."""
    firm_until: int = 0
    """Last second at which the seller neither recalls nor changes."""
    source: str = NOBODY
    salt: bytes = NO_SALT

    @cached_property
    def encoded(self) -> bytes:
        """As they go with each lodging."""
        return _ENCODE((self,))

    @cached_property
    def hash(self) -> bytes:
        """What stands for them in events."""
        return keccak(self.encoded)

    @property
    def deal(self) -> int:
        """What the ledger keeps of them."""
        return deal_of(self.hash)


def deal_of(terms: bytes) -> int:
    """What the ledger keeps of a hash of terms: its last 208 bits."""
    return int.from_bytes(terms[-26:], "big")


_ENCODE: Final = arguments_encoder(
    [{"type": "tuple", "components": [{"name": name, "type": kind} for name, kind in _WORDS]}]
)


def read(data: bytes) -> Terms:
    """Terms as they were encoded. Raises `Malformed` for what has another form, ValueError for words out of range."""
    if len(data) < FIXED or int.from_bytes(data[:32], "big") != 32 or int.from_bytes(data[32:64], "big") != FIXED - 64:
        raise Malformed("no terms")
    words = [int.from_bytes(data[at : at + 32], "big") for at in range(0, len(data) - 31, 32)]
    count = words[12]
    if len(data) != FIXED + 32 * count:
        raise Malformed("no terms")
    if any(words[at] >> 160 for at in (4, 5, 10)) or words[7] > max(Endorsement):
        raise ValueError("no address, or no endorsement")
    return Terms(
        bills=tuple(words[13 : 13 + count]),
        seller=words[2],
        buyer=words[3],
        payee=_address(words[4]),
        money=_address(words[5]),
        price=words[6],
        endorsement=Endorsement(words[7]),
        deadline=words[8],
        firm_until=words[9],
        source=_address(words[10]),
        salt=data[32 * 11 : 32 * 12],
    )


def _address(word: int) -> str:
    return f"0x{word:040x}"
