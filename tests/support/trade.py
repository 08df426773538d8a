"""Who takes part in the contract tests, the ledger they use, and the papers they sign.

Party: an account that acts for a participant. Each is named by its role in the trade.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, NamedTuple, Protocol

from eth_abi.abi import encode
from eth_keys.datatypes import PrivateKey
from support.contract import Contract, Receipt, Refused, plain, whole_reading
from support.onchain import OnChain

from sampan.keccak import keccak
from sampan.toolchain.artifacts import Artifact, load

NOBODY = "0x" + "00" * 20
ZERO = bytes(32)

ISSUE, ANSWER, MOVE, TERMS, PRODUCE, BANK, SUPERVISE = (1 << bit for bit in range(7))
ALL_ROLES = (1 << 7) - 1

HOUR = 3_600
DAY = 24 * HOUR
REJECT_HOURS = 72
MOST_ACTS = 2_047


class Status(IntEnum):
    NONE, LIVE, PENDING_DELIVERY, PENDING_AMENDMENT, PENDING_PAPER = range(5)
    SURRENDERED, REPLACED, PAPER, DELIVERED, VOID, LINKED = range(5, 11)


class Kind(IntEnum):
    STRAIGHT, ORDER, NAMED, BLANK = range(4)


class Endorsement(IntEnum):
    NONE, NAMED, TO_ORDER, BLANK = range(4)


class SurrenderFor(IntEnum):
    DELIVERY, AMENDMENT, CHANGE_OF_DESTINATION, SWITCH, PAPER = range(5)


class Purpose(IntEnum):
    SEEN, CHECKED, PLEDGE_NOTED, RECEIVED_IN_TRUST = range(4)


class RecordLaw(IntEnum):
    RULEBOOK_ONLY, ENGLISH, SINGAPORE, PRC = range(4)


class Rejection(IntEnum):
    POSSESSION, TITLE, BOTH, ISSUE = range(4)


class Receiving(IntEnum):
    ANYONE, LISTED_ONLY, SIGNED_ONLY = range(3)


def lei(text: str) -> int:
    """The first 18 characters of an LEI as the number that the ledger keeps."""
    assert len(text) == 18
    return int(text, 36)


def bill_id(lei_: int, version: int, reference: str) -> int:
    """The id of a bill, by the book: LEI · version · 20 characters of 7 bits."""
    text = 0
    for character in reference:
        text = text << 7 | ord(character)
    return lei_ << 156 | version << 140 | text << 7 * (20 - len(reference))


class Party:
    """An account: a key, its address, the participant for which it acts."""

    def __init__(self, name: str, *, lei_: int = 0, country: str = "", roles: int = 0) -> None:
        self.name = name
        self.key = PrivateKey(keccak(b"sampan contract tests: " + name.encode()))
        self.address = "0x" + self.key.public_key.to_canonical_address().hex()
        self.lei = lei_
        self.country = country
        self.roles = roles
        self.participant = 0
        self.number = 0

    def __repr__(self) -> str:
        return self.name

    def signature(self, digest: bytes) -> bytes:
        signature = self.key.sign_msg_hash(digest)
        return signature.r.to_bytes(32, "big") + signature.s.to_bytes(32, "big") + bytes([27 + signature.v])


class Account(Protocol):
    """Whoever may be an account: a party, or a contract that somebody signs for."""

    address: str
    lei: int
    country: str
    roles: int
    participant: int
    number: int

    def signature(self, digest: bytes) -> bytes: ...


class Terms(NamedTuple):
    bill: int
    kind: Kind
    titleholder: Any
    root: bytes
    checksum: bytes
    carriage_law: bytes
    record_law: RecordLaw

    @property
    def hash(self) -> bytes:
        """What whoever is given the bill agrees to: keccak256(abi.encode(terms))."""
        titleholder = getattr(self.titleholder, "address", self.titleholder)
        words = (self.bill, self.kind, titleholder, self.root, self.checksum, self.carriage_law, self.record_law)
        return keccak(encode(["(uint256,uint8,address,bytes32,bytes32,bytes8,uint8)"], [words]))


class Lodging(NamedTuple):
    """What the ledger keeps of a bill in a room, and which room that is."""

    room: str
    holder: int
    lodged_by: int
    endorsed: bool
    deal: int


NOT_LODGED = Lodging(NOBODY, 0, 0, False, 0)


class SignedAct(NamedTuple):
    signer: Any
    bill: int
    act_count: int
    call: bytes
    deadline: int


class Agreement(NamedTuple):
    signer: Any
    bill: int
    act_count: int
    verb: bytes
    possessor: Any
    titleholder: int
    kind: Kind
    detail: bytes
    deadline: int


class Enrolment(NamedTuple):
    lei: int
    parent: int
    country: bytes
    roles: int
    rulebook: bytes
    account: Any
    receiving: Receiving
    deadline: int


RULEBOOK = keccak(b"Sampan rulebook, first version")

TYPES = {
    "Enrolment": "uint256 lei,uint256 parent,bytes2 country,uint256 roles,bytes32 rulebook,"
    "address account,uint8 receiving,uint256 deadline",
    "NewAccount": "uint256 participant,address account,uint256 roles,uint8 receiving,uint256 deadline",
    "Successor": "uint256 participant,address lost,address account,uint256 roles,uint8 receiving,uint256 deadline",
    "SignedAct": "address signer,uint256 bill,uint256 actCount,bytes call,uint256 deadline",
    "Agreement": "address signer,uint256 bill,uint256 actCount,bytes4 verb,address possessor,uint256 titleholder,"
    "uint8 kind,bytes32 detail,uint256 deadline",
}


class Ledger(Contract):
    """The bills contract with everything that its address answers, and the papers that parties sign for it."""

    def __init__(self, chain: OnChain, address: str, code: dict[str, str], authority: Contract) -> None:
        abi = [*load("ILedger").abi, *load("Bills").abi, *load("Registry").abi, *load("Amendments").abi]
        super().__init__(chain, address, _once(abi))
        self.codes = code
        self.authority_contract = authority
        self.references = 0

    @property
    def now(self) -> int:
        return self.onchain.now

    def later(self, seconds: int = 0, *, hours: int = 0, days: int = 0) -> None:
        self.onchain.later(seconds, hours=hours, days=days)

    # ------------------------------------------------------------------------------------------------------- the papers

    def digest(self, kind: str, values: Any, *, chain_id: int | None = None, contract: str | None = None) -> bytes:
        """The EIP-712 digest of one of the four papers, computed by hand."""
        domain = keccak(
            encode(
                ["bytes32", "bytes32", "bytes32", "uint256", "address"],
                [
                    keccak(b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                    keccak(b"Sampan Bills"),
                    keccak(b"1"),
                    self.onchain.chain_id if chain_id is None else chain_id,
                    self.address if contract is None else contract,
                ],
            )
        )
        fields = [field.split(" ")[0] for field in TYPES[kind].split(",")]
        flat = [
            keccak(value) if field == "bytes" else value
            for field, value in zip(fields, plain(list(values)), strict=True)
        ]
        types = ["bytes32" if field == "bytes" else field for field in fields]
        text = keccak(encode(["bytes32", *types], [keccak(f"{kind}({TYPES[kind]})".encode()), *flat]))
        return keccak(b"\x19\x01" + domain + text)

    def signed_act(
        self, signer: Any, bill: int, name: str, *args: Any, act_count: int | None = None, deadline: int | None = None
    ) -> SignedAct:
        """The paper by which `signer` lets anyone send an act on a bill for it."""
        return SignedAct(
            signer,
            bill,
            self.bill(bill).actCount if act_count is None else act_count,
            self.data(name, *args),
            self.now + HOUR if deadline is None else deadline,
        )

    def agreement(
        self,
        signer: Any,
        bill: int,
        verb: str,
        possessor: Any,
        titleholder: Any,
        kind: Kind,
        detail: bytes = ZERO,
        *,
        act_count: int | None = None,
        deadline: int | None = None,
    ) -> Agreement:
        """The paper by which a participant agrees to what another does."""
        return Agreement(
            signer,
            bill,
            self.bill(bill).actCount if act_count is None else act_count,
            self.selector(verb, {"safeTransferFrom": 3}.get(verb)),
            possessor,
            getattr(titleholder, "participant", titleholder),
            kind,
            detail,
            self.now + HOUR if deadline is None else deadline,
        )

    def agreed_call(self, agreement: Agreement, signature: bytes | None = None) -> bytes:
        """The call that shows an agreement, signed by its signer unless told otherwise."""
        if signature is None:
            signature = agreement.signer.signature(self.digest("Agreement", agreement))
        return self.data("agree", agreement, signature)

    def together(self, sender: Any, *calls: bytes) -> Receipt:
        """Several calls in one transaction."""
        return self.multicall(sender, list(calls))

    def enrolment(
        self,
        account: Any,
        *,
        lei_: int | None = None,
        parent: int | None = None,
        country: str | bytes | None = None,
        roles: int | None = None,
        rulebook: bytes = RULEBOOK,
        receiving: Receiving = Receiving.ANYONE,
        deadline: int | None = None,
    ) -> Enrolment:
        country = account.country if country is None else country
        lei_ = account.lei if lei_ is None else lei_
        return Enrolment(
            lei_,
            lei_ if parent is None else parent,
            country.encode() if isinstance(country, str) else country,
            account.roles if roles is None else roles,
            rulebook,
            account,
            receiving,
            self.now + HOUR if deadline is None else deadline,
        )

    # --------------------------------------------------------------------------------------------------------- storage

    def slot_of(self, bill: int) -> int:
        """The storage slot of a bill's word and possessor (Solady's ERC721)."""
        seed = 0x7D8825530A5A2E7A << 192
        base = keccak(bill.to_bytes(32, "big")[:28] + (seed >> 224).to_bytes(4, "big"))
        return (2 * bill + int.from_bytes(base, "big")) % 2**256

    def slot_of_account(self, account: Any) -> int:
        """The storage slot of an account's balance (32 bits) and word."""
        seed = (0x7D8825530A5A2E7A << 192).to_bytes(32, "big")
        return int.from_bytes(keccak(bytes.fromhex(plain(account)[2:]) + seed[4:12]), "big")

    # ---------------------------------------------------------------------------------------------------------- asking

    def lodged(self, bill: int) -> Lodging:
        """By whom a bill was lodged where, and for whom it is held there."""
        place, word = self.lodging(bill)
        assert word >> 41 & 0x7F == 0, "spare bits"
        return Lodging(place, word % 2**20, word >> 20 & 2**20 - 1, bool(word >> 40 & 1), word >> 48)

    def whole(self, bill: int) -> dict[str, Any]:
        """All that is stored of a bill but the count of its acts and the hour from which its times run."""
        state = vars(self.bill(bill))
        return {
            **{name: value for name, value in state.items() if name not in ("actCount", "since")},
            "possessor": self.ownerOf(bill),
            "root": self.rootOf(bill),
            "approved": self.getApproved(bill),
            "agreed": self.agreedReplacements(bill),
            "holder": self.holderFor(bill),
            "lodging": self.lodged(bill),
        }

    def entitlement(self, bill: int) -> tuple[Any, ...]:
        """Who possesses, who is entitled, in which kind of bill, in which status."""
        state = self.bill(bill)
        return self.ownerOf(bill), state.titleholder, Kind(state.kind), Status(state.status)


def _once(abi: list[dict[str, Any]]) -> list[dict[str, Any]]:
    seen: set[str] = set()
    unique = []
    for entry in abi:
        if entry["type"] != "function":
            continue
        key = entry["name"] + str([part["type"] for part in entry["inputs"]])
        if key not in seen:
            seen.add(key)
            unique.append(entry)
    return unique


def deploy(chain: OnChain, deployer: Party, artifact: Artifact, *types_and_values: tuple[str, Any]) -> str:
    """The address of a new contract."""
    code = artifact.bytecode + encode([t for t, _ in types_and_values], [plain(v) for _, v in types_and_values])
    mined = chain.send(deployer.key, b"", code)
    if not mined.succeeded:
        raise whole_reading().refusal(mined.output)
    return "0x" + mined.created.hex()


__all__ = [name for name in dir() if not name.startswith("_")] + ["Refused"]
