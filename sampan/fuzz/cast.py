"""Who takes part: persons with keys, wallets that are contracts, rooms honest and not; the same on every engine.

Addresses follow from names and from the order of deployment, so that a kept case means the same everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Final

from sampan.cargo.records import PRODUCE
from sampan.identity.records import ALL_ROLES, ANSWER, BANK, ISSUE, MOVE, TERMS
from sampan.keccak import keccak
from sampan.suite import ids
from sampan.suite.words import Receiving


class Manner(IntEnum):
    """In which way a dishonest room misbehaves; as in tests/contracts/rooms/DishonestRoom.sol."""

    REFUSES = 0
    HOLDS_FOR_NOBODY = 1
    REENTERS = 2
    PASSES_ON = 3
    GIVES_BACK = 4
    REFUSES_REPLACEMENTS = 5


class TokenManner(IntEnum):
    """How a token behaves; as in tests/contracts/money/HostileToken.sol, in its order."""

    HONEST = 0
    RETURNS_NOTHING = 1
    RETURNS_FALSE = 2
    TAKES_A_FEE = 3
    BLOCKS_AN_ACCOUNT = 5


@dataclass(frozen=True)
class Part:
    """A participant as it is enrolled, and its accounts; the first is enrolled, the others added."""

    name: str
    country: str
    roles: int
    receiving: Receiving
    accounts: tuple[tuple[str, int, Receiving], ...]
    """Name, roles, from whom it receives."""

    @property
    def lei(self) -> int:
        """An invented LEI."""
        return ids.pack_lei(f"SAMPANFUZZ{self.name.upper().replace(' ', '')[:8]:0<8}")


HOLDER: Final = MOVE | TERMS
CARRIER: Final = ISSUE | ANSWER | MOVE | TERMS
OWN_TERMINAL: Final = CARRIER | PRODUCE
FORWARDER: Final = HOLDER | BANK | PRODUCE

PARTS: Final = (
    Part("carrier", "CN", CARRIER, Receiving.ANYONE, (("carrier desk", ANSWER | MOVE, Receiving.ANYONE),)),
    Part("line", "HK", OWN_TERMINAL, Receiving.ANYONE, (("line clerk", ISSUE | ANSWER, Receiving.ANYONE),)),
    Part("shipper", "CN", HOLDER, Receiving.ANYONE, (("shipper wallet", MOVE, Receiving.ANYONE),)),
    Part("bank", "HK", ALL_ROLES, Receiving.SIGNED_ONLY, (("bank wallet", HOLDER, Receiving.ANYONE),)),
    Part("consignee", "NL", HOLDER, Receiving.LISTED_ONLY, (("consignee stock", HOLDER, Receiving.ANYONE),)),
    Part(
        "forwarder",
        "NL",
        FORWARDER,
        Receiving.ANYONE,
        (("forwarder clerk", TERMS, Receiving.ANYONE),),
    ),
    Part("trader", "CN", HOLDER, Receiving.ANYONE, (("trader vault", MOVE, Receiving.ANYONE),)),
)
"""Participants 1 to 7, in this order. `wallet` accounts are contracts; the `vault` takes no ERC-721 by the safe way."""

SPARES: Final = tuple(f"spare {number}" for number in range(1, 13))
"""Keys that may become accounts."""
CROWD: Final = tuple(f"one of many {number}" for number in range(1, 65))
"""Keys that only sign: enough to fill a participant."""
STRANGERS: Final = ("stranger", "passer-by")
"""Keys that never do."""
WALLETS: Final = {"shipper wallet": True, "bank wallet": True, "trader vault": False, "spare wallet": True}
"""Contracts that sign (ERC-1271) → whether they take ERC-721 tokens by the safe way."""

HONEST_ROOMS: Final = ("honest room", "second room", "unlisted room")
DISHONEST_ROOMS: Final = {f"room that {manner.name.lower().replace('_', ' ')}": manner for manner in Manner}
TOKENS: Final = {
    "token": TokenManner.HONEST,
    "silent token": TokenManner.RETURNS_NOTHING,
    "token that fails": TokenManner.RETURNS_FALSE,
    "token with a fee": TokenManner.TAKES_A_FEE,
    "token that blocks": TokenManner.BLOCKS_AN_ACCOUNT,
}
"""ERC-20s of others → how they behave; the last blocks the trader."""
BLOCKED: Final = "trader"
COUNTRIES: Final = ("CN", "HK", "NL")

ADMINISTRATOR: Final = "administrator"


@cache
def key(name: str) -> bytes:
    """The private key of a person, or of a wallet's owner."""
    return keccak(b"sampan fuzz: " + name.encode())


@cache
def address_of_key(name: str) -> str:
    """The address of a person's key, in lower case."""
    from coincurve import PrivateKey

    public = PrivateKey(key(name)).public_key.format(compressed=False)
    return "0x" + keccak(public[1:])[12:].hex()


def enrolled() -> list[str]:
    """Names of all accounts that are enrolled when a run begins."""
    return [name for part in PARTS for name in (part.name, *(account for account, _, _ in part.accounts))]


def persons() -> list[str]:
    """Names of all who have a key of their own and send transactions."""
    return [name for name in (ADMINISTRATOR, *enrolled(), *SPARES, *STRANGERS) if name not in WALLETS]


def rooms() -> list[str]:
    """Names of all rooms, in order of deployment."""
    return [*HONEST_ROOMS, *DISHONEST_ROOMS]
