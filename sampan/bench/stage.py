"""The chain that gas is measured on, and what a side of the comparison is.

An anvil of our own on a free loopback port, with a fixed fork, fixed genesis, fixed keys and one second a block: the
same acts cost the same gas in every run.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sampan.bench.acts import LINE, Script
from sampan.chain import abi
from sampan.chain.accounts import ROLES, development_signer
from sampan.chain.transactions import GAS_CAP, Call, Receipt
from sampan.errors import ChainError
from sampan.keccak import keccak

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sampan.chain.connection import Connection
    from sampan.chain.sender import Sender

#: Twenty characters, as long as a reference may be, so that calldata is not flattered.
REFERENCE = "XLL-SHA-RTM-{:08d}"


class Stage:
    """A chain, and the accounts that act on it by the names of their roles."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._senders: dict[str, Sender] = {}

    def send(self, role: str, call: Call) -> Receipt:
        """Send one act of a role and wait for it. Raises `Reverted` when a contract refuses, else `ChainError`."""
        from sampan.chain.sender import Sender

        if role not in self._senders:
            self._senders[role] = Sender(self.connection, development_signer(role))
        return self._senders[role].send(call)

    def create(self, role: str, code: bytes, label: str) -> str:
        """Create a contract from its creation code with arguments; its address."""
        address = self.send(role, Call(None, code, gas=GAS_CAP, label=f"deploy {label}")).contract
        if address is None:
            raise ChainError("a contract was made, and the receipt names no address", subject=label)
        return address

    def ask(self, to: str, signature: str, *arguments: Any) -> Any:
        """The one value that a view answers; `signature` says what comes back, as in `name()(string)`."""
        answer = self.connection.call(to, abi.encode_call(signature, *arguments))
        return abi.decode_answer(signature, answer)[0]

    @property
    def engine(self) -> str:
        """What runs the chain, with its version."""
        return str(self.connection.rpc("web3_clientVersion"))


@contextmanager
def open_stage(program: Path | None = None) -> Iterator[Stage]:
    """A chain of our own, ended by its process id in the end. Raises `Missing` when there is no anvil."""
    from sampan.chain.anvil import Anvil
    from sampan.chain.connection import Connection
    from sampan.chain.networks import Network
    from sampan.chain.rpc import HttpTransport

    with Anvil(program=program) as server:
        network = Network("bench", "anvil", server.url)
        with Connection(HttpTransport(server.url), network) as connection:
            connection.rpc("anvil_setBlockTimestampInterval", 1)
            yield Stage(connection)


@dataclass(slots=True)
class Trade:
    """One bill under way: its number, and how far along the line it is."""

    number: int
    place: int = 0

    @property
    def reference(self) -> str:
        """The reference of its transport document."""
        return REFERENCE.format(self.number)

    @property
    def possessor(self) -> str:
        """The role that possesses it."""
        return LINE[self.place]

    @property
    def next(self) -> str:
        """The address to which it goes next."""
        return ROLES[LINE[self.place + 1]]

    def digest(self, what: str) -> bytes:
        """32 bytes that stand for something of it: a root, a checksum, a token id.

        No byte is zero, so that calldata costs the same for each bill.
        """
        return keccak(f"{what} of {self.reference}".encode()).replace(b"\x00", b"\x01")


@dataclass(frozen=True, slots=True)
class Done:
    """One verb that was done, as sent and as it came out."""

    verb: str
    call: Call
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Errand:
    """One transaction to send: who, to whom, what."""

    role: str
    to: str
    data: bytes


MOVES = {"transfer": 1, "endorse_and_transfer": 1, "reject": -1}
"""How far along the line a verb brings a bill."""


class Side:
    """One deployment that knows the verbs: each is a method that takes a `Trade` and returns an `Errand`."""

    name: str

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._trades = 0

    def run(self, script: Script) -> list[Done]:
        """Bring a new bill through a script, a transaction a verb; what was counted."""
        self._trades += 1
        trade = Trade(self._trades)
        for verb in script.before:
            self._do(trade, verb)
        return [self._do(trade, verb) for verb in script.counted]

    def _do(self, trade: Trade, verb: str) -> Done:
        errand: Errand = getattr(self, verb)(trade)
        call = Call(errand.to, errand.data, gas=GAS_CAP, label=f"{verb} ({self.name})")
        receipt = self.stage.send(errand.role, call)
        trade.place += MOVES.get(verb, 0)
        return Done(verb, call, receipt)
