"""A ledger that acts for the audit's tests: every act is a raw transaction of its party, by the ledger's ABI alone.

It goes through our own client nowhere, so that the audit is not tested against what it must not trust.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal, NamedTuple

from support.money import SaleTerms
from support.trade import Endorsement

from sampan.audit import Report
from sampan.chain import abi
from sampan.chain.accounts import ROLES, development_signer
from sampan.chain.connection import Connection
from sampan.chain.networks import Network
from sampan.chain.rpc import HttpTransport
from sampan.deployment import deploy, parameters, suite
from sampan.deployment.manifest import Manifest
from sampan.keccak import keccak
from sampan.suite.codec import python_name
from sampan.suite.ids import BillId, pack_lei
from sampan.suite.tell import checksum, lei_text
from sampan.toolchain.artifacts import load

ISSUE, ANSWER, MOVE, TERMS, BANK = 1, 2, 4, 8, 32
STRAIGHT, ORDER, NAMED, BLANK = range(4)
TO_NAME, TO_ORDER, IN_BLANK = 1, 2, 3
POSSESSION, TITLE, BOTH, THE_ISSUE = range(4)
DELIVERY, AMENDMENT, DESTINATION, SWITCH, PAPER = range(5)
NOBODY = "0x" + "00" * 20
NOTHING = bytes(32)
FOREVER = 2**40

LEIS = {
    "carrier": "969500SAMPANLINE00",
    "other_carrier": "969500OTHERLINE000",
    "shipper": "969500SHANGHAIMAKE",
    "bank": "969500HONGKONGBANK",
    "trader": "969500HONGKONGTRAD",
    "consignee": "969500ROTTERDAMIMP",
    "central_bank": "969500MONETARYAUTH",
    "issuing_bank": "969500ISSUINGBANK0",
    "confirming_bank": "969500CONFIRMBANK0",
}
FULL_LEIS = {role: lei_text(pack_lei(stem)) for role, stem in LEIS.items()}
COUNTRIES = {
    "carrier": b"SG",
    "other_carrier": b"DK",
    "shipper": b"CN",
    "bank": b"HK",
    "trader": b"HK",
    "consignee": b"NL",
    "central_bank": b"HK",
    "issuing_bank": b"HK",
    "confirming_bank": b"HK",
}
CARRIER_ROLES = ISSUE | ANSWER | MOVE | TERMS


class Refused(AssertionError):
    """The ledger refused an act of a test."""


@dataclass
class Trade:
    """A deployed ledger and its parties, named by their roles."""

    connection: Connection
    manifest: Manifest
    references: int = 0
    participants: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.address = self.manifest.address("Bills")
        self._functions = _functions("Bills", "ILedger")

    # ------------------------------------------------------------------------------------------------------ sending

    def data(self, function: str, *arguments: Any) -> bytes:
        item = self._functions[function, len(arguments)]
        return abi.encode_call(abi.canonical(abi.signature_of(item)), *arguments)

    def send(self, role: str, to: str | None, data: bytes) -> dict[str, Any]:
        """One transaction of a role; its receipt. Raises `Refused`."""
        signer, connection = development_signer(role), self.connection
        raw = signer.sign(
            {
                "type": 2,
                "chainId": connection.chain_id,
                "nonce": connection.nonce(signer.address, "pending" if not connection.in_process else "latest"),
                **({} if to is None else {"to": to}),
                "value": 0,
                "data": data,
                "gas": 5_000_000,
                "maxFeePerGas": 50 * 10**9,
                "maxPriorityFeePerGas": 10**9,
            }
        )
        transaction = connection.rpc("eth_sendRawTransaction", "0x" + raw.hex())
        deadline = time.monotonic() + 20
        while (receipt := connection.rpc("eth_getTransactionReceipt", transaction)) is None:
            # Right after sending there may be none yet.
            assert time.monotonic() < deadline, "no receipt"
            time.sleep(0.005)
        if int(receipt["status"], 16) != 1:
            answer = connection.transport.request(
                "eth_call", [{"from": signer.address, "to": to, "data": "0x" + data.hex()}, "latest"]
            )
            raise Refused(f"{role}: {answer}")
        return dict(receipt)

    def act(self, role: str, function: str, *arguments: Any) -> dict[str, Any]:
        return self.send(role, self.address, self.data(function, *arguments))

    def act_on(self, role: str, contract: str, function: str, *arguments: Any, at: str = "") -> dict[str, Any]:
        """A call of another contract than the ledger, at an address where there are several of it."""
        item = _functions(contract)[function, len(arguments)]
        data = abi.encode_call(abi.canonical(abi.signature_of(item)), *arguments)
        return self.send(role, at or self.manifest.address(contract), data)

    def ask(self, function: str, *arguments: Any, block: int | Literal["latest"] = "latest") -> Any:
        """The one value that a view answers; of a struct its fields by the contract's names."""
        item = self._functions[function, len(arguments)]
        data = self.connection.call(self.address, self.data(function, *arguments), block=block)
        (value,) = abi.decode([abi.type_of(entry) for entry in item["outputs"]], data)
        if item["outputs"][0]["type"] != "tuple":
            return value
        names = [str(part["name"]) for part in item["outputs"][0]["components"]]
        return SimpleNamespace(**dict(zip(map(python_name, names), value, strict=True)))

    def now(self) -> int:
        return self.connection.time()

    # ----------------------------------------------------------------------------------------------------- identity

    def enrol(self, role: str, roles: int = MOVE | TERMS, receiving: int = 0) -> None:
        lei = pack_lei(LEIS[role])
        paper = (lei, lei, COUNTRIES[role], roles, keccak(b"rulebook 1"), ROLES[role], receiving, FOREVER)
        kinds = [
            ("lei", "uint256"),
            ("parent", "uint256"),
            ("country", "bytes2"),
            ("roles", "uint256"),
            ("rulebook", "bytes32"),
            ("account", "address"),
            ("receiving", "uint8"),
            ("deadline", "uint256"),
        ]
        self.act("enroller", "enrol", paper, self.signed(role, "Enrolment", kinds, paper))
        self.participants[role] = self.ask("participantOf", lei)

    def add_account(self, sponsor: str, role: str, roles: int) -> None:
        paper = (self.participants[sponsor], ROLES[role], roles, 0, FOREVER)
        kinds = [
            ("participant", "uint256"),
            ("account", "address"),
            ("roles", "uint256"),
            ("receiving", "uint8"),
            ("deadline", "uint256"),
        ]
        signature = self.signed(role, "NewAccount", kinds, paper)
        self.act(sponsor, "addAccount", ROLES[sponsor], ROLES[role], roles, 0, FOREVER, b"", signature)
        self.participants[role] = self.participants[sponsor]

    def signed(self, role: str, name: str, kinds: list[tuple[str, str]], values: tuple[Any, ...]) -> bytes:
        domain = {
            "name": "Sampan Bills",
            "version": "1",
            "chainId": self.connection.chain_id,
            "verifyingContract": self.address,
        }
        types = {
            "EIP712Domain": [
                {"name": "name", "type": "string"},
                {"name": "version", "type": "string"},
                {"name": "chainId", "type": "uint256"},
                {"name": "verifyingContract", "type": "address"},
            ],
            name: [{"name": key, "type": kind} for key, kind in kinds],
        }
        message = {key: value for (key, _), value in zip(kinds, values, strict=True)}
        return development_signer(role).sign_typed(
            {"types": types, "primaryType": name, "domain": domain, "message": message}
        )

    def act_signed(self, relayer: str, role: str, bill: int, call: bytes) -> None:
        count = self.ask("bill", bill).act_count
        paper = (ROLES[role], bill, count, call, FOREVER)
        kinds = [
            ("signer", "address"),
            ("bill", "uint256"),
            ("actCount", "uint256"),
            ("call", "bytes"),
            ("deadline", "uint256"),
        ]
        self.act(relayer, "act", paper, self.signed(role, "SignedAct", kinds, paper))

    # -------------------------------------------------------------------------------------------------------- bills

    def new_bill(self, carrier: str = "carrier", version: int = 1, reference: str | None = None) -> int:
        if reference is None:
            self.references += 1
            reference = f"SHARTM{self.references:06d}"
        return BillId(pack_lei(LEIS[carrier]), version, reference).pack()

    def terms(self, bill: int, kind: int = BLANK, titleholder: str = NOBODY, document: bytes | None = None) -> Any:
        mark = bill.to_bytes(32, "big") if document is None else document
        return (bill, kind, titleholder, keccak(b"root" + mark), keccak(b"sum" + mark), b"GB-ENG\0\0", 1)

    def issue(
        self,
        kind: int = BLANK,
        titleholder: str | None = None,
        to: str = "shipper",
        *,
        bill: int | None = None,
        document: bytes | None = None,
        carrier: str = "carrier",
    ) -> int:
        bill = self.new_bill(carrier) if bill is None else bill
        entitled = NOBODY if titleholder is None else ROLES[titleholder]
        self.act(carrier, "issue", self.terms(bill, kind, entitled, document), ROLES[to], b"")
        return bill

    def transfer(self, role: str, bill: int, to: str, remark: bytes = b"") -> None:
        self.act(role, "transfer", bill, ROLES[to], remark)

    def surrender(self, role: str, bill: int, purpose: int = DELIVERY, agreed: bytes = NOTHING) -> None:
        self.act(role, "surrender", bill, purpose, ROLES["carrier"], agreed, b"")

    def replace(self, role: str, bills: list[int], into: list[Any]) -> list[int]:
        """Surrender for amendment as agreed beforehand, and the carrier's answer."""
        agreed = self.ask("replacementsHash", bills, into)
        for bill in bills:
            self.surrender(role, bill, AMENDMENT, agreed)
        self.act("carrier", "replace", bills, into, b"split as agreed")
        return [terms[0] for terms in into]


def _functions(*artifacts: str) -> dict[tuple[str, int], dict[str, Any]]:
    """Functions by name and number of arguments."""
    items = (item for artifact in artifacts for item in load(artifact).abi if item["type"] == "function")
    return {(item["name"], len(item["inputs"])): item for item in items}


def deployed(connection: Connection, path: Path | None = None) -> Trade:
    """A new ledger on a chain, its powers with the roles of their names, its parties enrolled."""
    signer = development_signer("deployer")
    wanted = parameters.usual(signer.address, development=True)
    trade = Trade(connection, deploy.deploy(connection, signer, suite.plan(wanted), path=path).manifest)
    trade.enrol("carrier", CARRIER_ROLES)
    for role in ("shipper", "bank", "trader", "consignee"):
        trade.enrol(role)
    trade.add_account("carrier", "carrier_answering", ANSWER | MOVE)
    trade.act("carrier", "publishRecordLaws", 0b1111)
    return trade


def room_on(trade: Trade, holder: str) -> str:
    """A room that holds everything for one participant, listed for Hong Kong and China."""
    artifact = load("Puppet", Path(__file__).resolve().parents[1] / "artifacts")
    receipt = trade.send("stranger", None, artifact.bytecode)
    room = checksum(receipt["contractAddress"])
    become = abi.encode_call("become(address,uint256)", NOBODY, trade.participants[holder])
    trade.send("stranger", room, become)
    list_room(trade, room, b"HK", b"CN")
    return room


def list_room(trade: Trade, room: str, *countries: bytes) -> None:
    """A room is listed, after the time that it takes."""
    listing = trade.data("listRoom", room, list(countries))
    schedule = abi.encode_call("schedule(address,bytes,uint48)", trade.address, listing, 0)
    trade.send("room_lister", trade.manifest.address("AccessManager"), schedule)
    trade.connection.advance_time(parameters.ROLE_DELAYS["ROOM_LISTER"])
    trade.send("room_lister", trade.address, listing)


def deposit_of(trade: Trade, bank: str, holder: str, amount: int) -> str:
    """The deposit of a new bank in Hong Kong dollars, which the central bank settles, and what a holder has in it."""
    trade.enrol(bank, TERMS | BANK)
    agent = trade.participants["central_bank"]
    opened = trade.act_on(bank, "Reserves", "openDeposit", agent, b"HKD", b"\0\0")
    deposit = checksum("0x" + opened["logs"][0]["topics"][1][-40:])
    trade.act_on("central_bank", "Reserves", "admit", deposit, True)
    trade.act_on("central_bank", "Reserves", "issue", deposit, 10**9)
    trade.act_on(bank, "Deposit", "issue", ROLES[holder], amount, at=deposit)
    return deposit


def sold(trade: Trade, bills: dict[str, int]) -> None:
    """Bills are sold, documents against payment, over two banks: one is paid for, one declined, one recalled, one
    waits."""
    trade.enrol("central_bank", TERMS | BANK)
    trade.act_on("central_bank", "Reserves", "openBook", b"HKD", 2)
    sellers = deposit_of(trade, "confirming_bank", "shipper", 50_000)
    buyers = deposit_of(trade, "issuing_bank", "consignee", 9_000_000)
    sale = trade.manifest.address("Sale")
    list_room(trade, sale, b"CN", b"NL", b"HK")
    trade.act_on("consignee", "Deposit", "approve", sale, 3_000_000, at=buyers)
    for name in ("sold", "declined", "recalled", "offered"):
        bill = bills[name] = trade.issue(ORDER, "shipper")
        terms = SaleTerms(
            [bill],
            trade.participants["shipper"],
            trade.participants["consignee"],
            ROLES["shipper"],
            sellers,
            1_250_000,
            Endorsement.TO_ORDER,
            trade.now() + 30 * 86_400,
            0,
        )
        trade.act("shipper", "lodge", bill, IN_BLANK, sale, terms.encoded)
        if name == "sold":
            trade.act_on("consignee", "Sale", "pay", tuple(terms), buyers)
        elif name == "declined":
            trade.act_on("consignee", "Sale", "decline", tuple(terms), b"no buyer for the goods")
        elif name == "recalled":
            trade.act_on("shipper", "Sale", "recall", tuple(terms))
    trade.act_on("shipper", "Deposit", "redeem", 100_000, at=sellers)
    trade.act_on("confirming_bank", "Reserves", "redeem", sellers, 5_000)


def honest(trade: Trade) -> dict[str, int]:
    """One of everything that an honest ledger sees; the bills by what became of them."""
    bills: dict[str, int] = {}

    bill = bills["delivered"] = trade.issue(ORDER, "shipper")
    trade.act("shipper", "endorse", bill, TO_ORDER, ROLES["bank"], ROLES["bank"], b"against the credit")
    trade.act("bank", "endorse", bill, IN_BLANK, NOBODY, NOBODY, b"")
    trade.act("bank", "sign", bill, 1, b"checked")
    trade.transfer("bank", bill, "trader")
    trade.act("trader", "reject", bill, POSSESSION, b"not ours")
    trade.transfer("bank", bill, "consignee")
    trade.surrender("consignee", bill)
    trade.act("carrier", "refuse", bill, b"freight is not paid")
    trade.surrender("consignee", bill)
    trade.act("carrier", "accept", bill, b"")
    trade.act("carrier_answering", "deliver", bill, b"gate-out")

    whole = bills["split"] = trade.issue(BLANK)
    halves = [trade.terms(trade.new_bill()), trade.terms(trade.new_bill(), ORDER, ROLES["shipper"])]
    bills["first half"], bills["second half"] = trade.replace("shipper", [whole], halves)

    paper = bills["paper"] = trade.issue(BLANK)
    trade.surrender("shipper", paper, PAPER)
    trade.act("carrier", "toPaper", paper, 3, keccak(b"statement"), b"")
    back = bills["from paper"] = paper + (1 << 140)
    trade.act("carrier", "issueFromPaper", trade.terms(back), ROLES["shipper"], 3, keccak(b"statement 2"), b"")

    void = bills["void"] = trade.issue(STRAIGHT, "consignee")
    trade.act("shipper", "reject", void, THE_ISSUE, b"wrong consignee")
    bills["second version"] = trade.issue(STRAIGHT, "consignee", bill=void + (1 << 140))

    room = room_on(trade, "bank")
    lodged = bills["lodged"] = trade.issue(BLANK, to="bank")
    trade.act("bank", "lodge", lodged, 0, room, b"terms")

    by_signature = bills["by signature"] = trade.issue(BLANK)
    call = trade.data("transfer", by_signature, ROLES["trader"], b"")
    trade.act_signed("relayer", "shipper", by_signature, call)
    by_operator = bills["by operator"] = trade.issue(BLANK)
    trade.act("shipper", "approve", ROLES["trader"], by_operator)
    trade.act("trader", "transferFrom", ROLES["shipper"], ROLES["bank"], by_operator)
    trade.act("shipper", "setApprovalForAll", ROLES["trader"], True)

    returned = bills["given back"] = trade.issue(ORDER, "shipper")
    trade.act("shipper", "lodge", returned, IN_BLANK, room, b"terms")
    for deal, holder in ((7, "bank"), (7, "shipper"), (8, "shipper")):
        by_room(trade, room, "hold", returned, trade.participants[holder], deal)
    by_room(trade, room, "giveBack", returned, b"repaid")
    sold(trade, bills)
    return bills


def by_room(trade: Trade, room: str, function: str, *arguments: Any) -> None:
    """A room acts on the ledger."""
    steps = [(trade.address, trade.data(function, *arguments), False)]
    trade.send("stranger", room, abi.encode_call("run((address,bytes,bool)[])", steps))


class Honest(NamedTuple):
    """An honest ledger: who acts on it, its bills by what became of them, and its audit."""

    trade: Trade
    bills: dict[str, int]
    report: Report


class OnAnvil(NamedTuple):
    """An honest ledger on anvil, over HTTP: the server's URL, who acts on it, its bills."""

    url: str
    trade: Trade
    bills: dict[str, int]

    def connect(self, url: str | None = None) -> Connection:
        """Another connection to it, which does not wait between attempts; through a proxy when its URL is given."""
        transport = HttpTransport(url or self.url, timeout=20, sleep=lambda seconds: None)
        return Connection(transport, Network("anvil", "anvil", url or self.url))
