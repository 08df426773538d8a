"""What is signed for a loan (contracts/finance/ILoanTerms.sol), as values and as they are encoded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Final

from sampan.finance.loans.subject import LOANS
from sampan.suite import typed
from sampan.suite.codec import Malformed, arguments_encoder
from sampan.suite.verb import NOBODY
from sampan.suite.words import DayCount

DOMAIN: Final = "Sampan Loan Book"


@LOANS.struct
@dataclass(frozen=True, slots=True)
class Facility:
    """What borrower, agent and all lenders sign. Amounts are in the smallest unit of `money`."""

    DOMAIN: ClassVar = DOMAIN
    borrower: int
    """Participant."""
    agent: int
    """Participant."""
    borrower_account: str
    agent_account: str
    money: str
    rate: int
    """A year, in parts of 10^7."""
    day_count: DayCount
    clock: int
    """When days turn: quarters of an hour from UTC."""
    available_until: int
    maturity: int
    grace_days: int
    advance: int
    """Parts of 10,000 of the value of the bills that may be owed."""
    on_trust: int
    reserve: int
    condition: bytes
    filed_in: str
    also_filed_in: str
    agreement: bytes
    """Hash of the agreement in words."""
    lenders: tuple[str, ...]
    commitments: tuple[int, ...]
    salt: bytes
    deadline: int

    @property
    def signer(self) -> str:
        """One of those who are bound by it."""
        return self.borrower_account

    @property
    def signers(self) -> tuple[str, ...]:
        """Everybody who is bound by it, in the order in which their signatures are handed in."""
        return (self.borrower_account, self.agent_account, *self.lenders)

    @property
    def hash(self) -> bytes:
        """What stands for them in events."""
        return typed.struct_hash(self)


@LOANS.struct
@dataclass(frozen=True, slots=True)
class Pledge:
    """The terms under which a bill is lodged, with the agent's acceptance of them."""

    facility: int
    value: int
    amount: int
    """To draw in the same act."""
    agent_account: str
    deadline: int
    prints: tuple[int, ...]
    """As words, strictly ascending, one for each piece of equipment."""
    producers: tuple[str, ...]
    signature: bytes = b""

    @property
    def encoded(self) -> bytes:
        """As they go with the lodging."""
        return _ENCODE((self,))


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What the agent signs of a bill that it takes, at this count of its acts."""

    TYPES: ClassVar = (
        ("facility", "uint256"),
        ("bill", "uint256"),
        ("actCount", "uint256"),
        ("value", "uint256"),
        ("prints", "uint256[]"),
        ("deadline", "uint256"),
    )
    DOMAIN: ClassVar = DOMAIN
    subject: ClassVar = LOANS
    facility: int
    bill: int
    act_count: int
    value: int
    prints: tuple[int, ...]
    deadline: int
    signer: str = field(default=NOBODY, compare=False)
    """The agent's account."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """What lenders and a new agent sign."""

    TYPES: ClassVar = (
        ("facility", "uint256"),
        ("agentAccount", "address"),
        ("agents", "uint256"),
        ("deadline", "uint256"),
    )
    DOMAIN: ClassVar = DOMAIN
    subject: ClassVar = LOANS
    facility: int
    agent_account: str
    agents: int
    """How often there was a new agent before."""
    deadline: int

    @property
    def signer(self) -> str:
        """One of those who are bound by it."""
        return self.agent_account

    @property
    def signers(self) -> tuple[str, ...]:
        """The new agent; and lenders, whom the text does not name."""
        return (self.agent_account, NOBODY)


@LOANS.struct
@dataclass(frozen=True, slots=True)
class Collateral:
    """A bill that shall leave, and the prints of its cargo."""

    bill: int
    prints: tuple[int, ...]


@LOANS.struct
@dataclass(frozen=True, slots=True)
class Share:
    """What of the cargo of a pledged bill another has."""

    bill: int
    value: int
    prints: tuple[int, ...]


@LOANS.struct
@dataclass(frozen=True, slots=True)
class Filing:
    """That security was filed where a law asks for it (T26)."""

    country: str
    registry: bytes
    number: bytes
    document: bytes
    filed_at: int
    stands_until: int


_ENCODE: Final = arguments_encoder(
    [
        {
            "type": "tuple",
            "components": [
                {"name": "facility", "type": "uint256"},
                {"name": "value", "type": "uint256"},
                {"name": "amount", "type": "uint256"},
                {"name": "agentAccount", "type": "address"},
                {"name": "deadline", "type": "uint256"},
                {"name": "prints", "type": "uint256[]"},
                {"name": "producers", "type": "address[]"},
                {"name": "signature", "type": "bytes"},
            ],
        }
    ]
)


def is_address(account: str) -> bool:
    """Whether a word that was read as an account is one. As the contract does, ask where it is used, and not before."""
    return len(account) == len(NOBODY)


def read_pledge(data: bytes) -> Pledge:
    """Terms as they were encoded. Raises `Malformed` for what has another form.

    Every part begins where the one before it ends, and the last ends where the data do: so none is longer than they."""
    body = data[32:]

    def word_at(place: int) -> int:
        return int.from_bytes(body[place : place + 32].ljust(32, b"\0"), "big")

    prints = word_at(256)
    producers_at = 288 + 32 * prints
    producers = word_at(producers_at)
    signature_at = producers_at + 32 + 32 * producers
    size = word_at(signature_at)
    starts = (int.from_bytes(data[:32], "big"), word_at(160), word_at(192), word_at(224))
    end = signature_at + 32 + (size + 31) // 32 * 32
    if starts != (32, 256, producers_at, signature_at) or len(body) != end:
        raise Malformed("no pledge")
    accounts = [word_at(96), *(word_at(producers_at + 32 + 32 * place) for place in range(producers))]
    return Pledge(
        facility=word_at(0),
        value=word_at(32),
        amount=word_at(64),
        agent_account=f"0x{accounts[0]:040x}",
        deadline=word_at(128),
        prints=tuple(word_at(288 + 32 * place) for place in range(prints)),
        producers=tuple(f"0x{account:040x}" for account in accounts[1:]),
        signature=body[signature_at + 32 : signature_at + 32 + size],
    )
