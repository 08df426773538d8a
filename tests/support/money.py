"""Banks, their settlement agent and their deposits: what every test of money and sales starts from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any, NamedTuple

from eth_abi.abi import encode
from support.contract import Contract, plain
from support.trade import BANK, DAY, HOUR, NOBODY, TERMS, Endorsement, Party, deploy, lei
from support.verbs import COUNTRIES
from support.world import World

from sampan.keccak import keccak
from sampan.toolchain.artifacts import load

HKD, CNH, CNY = b"HKD", b"CNH", b"CNY"
ANY_COUNTRY = b"\0\0"
LICENCE = b"\x11" * 32
COIN_COUNTRIES = [b"CN", b"HK"]
COIN_LISTER = 7


@dataclass
class Banks:
    """Two banks in one book of Hong Kong dollars, the agent that settles it, and a sale."""

    world: World
    authority: Party
    reserves: Contract
    hkd: Contract
    """Deposits at the bank."""
    other_hkd: Contract
    """Deposits at the cautious bank."""

    def deposit(self, address: str) -> Contract:
        return Contract(self.world.onchain, address, load("Deposit").abi)

    def opened(
        self, bank: Party, currency: bytes = HKD, *, agent: Party | None = None, country: bytes = ANY_COUNTRY
    ) -> Contract:
        """A new deposit of a bank, admitted to settlement."""
        agent = agent or self.authority
        (event,) = self.reserves.openDeposit(bank, agent.participant, currency, country).named("DepositOpened")
        self.reserves.admit(agent, event.deposit, True)
        return self.deposit(event.deposit)

    def paid_in(self, party: Any, amount: int, money: Contract | None = None, bank: Party | None = None) -> None:
        """Money for a party, at the bank unless told otherwise."""
        (money or self.hkd).issue(bank or self.world.bank, party, amount)


def another(world: World, index: int, name: str, country: str, roles: int) -> Party:
    """One more participant, whose key owns ether."""
    party = Party(f"spare {index}", lei_=lei(name), country=country, roles=roles)
    return world.enrol(party)


def banks(world: World) -> Banks:
    authority = another(world, 0, "SAMPANTEST0MONETAR", "HK", BANK | TERMS)
    reserves = deployed(world, "Reserves", ("address", world.ledger.address))
    made = Banks(world, authority, reserves, None, None)  # type: ignore[arg-type]
    made.reserves.openBook(authority, HKD, 2)
    made.hkd, made.other_hkd = made.opened(world.bank), made.opened(world.cautious_bank)
    for deposit in (made.hkd, made.other_hkd):
        made.reserves.issue(authority, deposit, 10**12)
    return made


def sale(world: World) -> Contract:
    """The sale, listed."""
    found = deployed(world, "Sale", ("address", world.ledger.address))
    world.ledger.listRoom(world.lister, found, COUNTRIES)
    return found


class Quote(NamedTuple):
    """What a bank offers to exchange, as contracts/money/IExchange.sol has it."""

    account: Any
    sold: Any
    total: int
    bought: Any
    price: int
    deadline: int
    salt: bytes = bytes(32)


def deployed(world: World, name: str, *arguments: tuple[str, Any], tests: bool = False) -> Contract:
    """A contract of the package, or of the tests, new."""
    artifact = load(name, Path(__file__).resolve().parents[1] / "artifacts") if tests else load(name)
    return Contract(world.onchain, deploy(world.onchain, world.relayer, artifact, *arguments), artifact.abi)


class Manner(IntEnum):
    """How a token behaves, as tests/contracts/money/HostileToken.sol has it."""

    HONEST, RETURNS_NOTHING, RETURNS_FALSE, TAKES_A_FEE, REBASES, BLOCKS_AN_ACCOUNT, LIES_ABOUT_BALANCES, REENTERS = (
        range(8)
    )
    REENTERS_AND_SAYS_NOTHING = 8


@dataclass
class Mint:
    """The list of coins, and tokens of every manner."""

    world: World
    coins: Contract

    def token(self, manner: Manner = Manner.HONEST, decimals: int = 6) -> Contract:
        return deployed(self.world, "HostileToken", ("uint8", manner), ("uint8", decimals), tests=True)

    def listed(self, token: Contract, countries: list[bytes] | None = None, currency: bytes = b"USD") -> Contract:
        self.coins.list(self.world.admin, token, currency, COIN_COUNTRIES if countries is None else countries, LICENCE)
        return Contract(self.world.onchain, self.coins.coinOf(token), load("Coin").abi)

    def funded(self, manner: Manner = Manner.HONEST, decimals: int = 6) -> tuple[Contract, Contract]:
        """A token, and its coin: the shipper has 1,000 and allowed both contracts everything."""
        token = self.token(manner, decimals)
        coin = self.listed(token)
        token.mint(self.world.relayer, self.world.shipper, 1_000)
        token.approve(self.world.shipper, coin, 2**256 - 1)
        return token, coin


def mint(world: World) -> Mint:
    """The list of coins, which the administrator lists."""
    manager = world.ledger.authority_contract
    coins = deployed(world, "Coins", ("address", manager.address), ("address", world.ledger.address))
    manager.setTargetFunctionRole(world.admin, coins, [coins.selector("list"), coins.selector("delist")], COIN_LISTER)
    manager.grantRole(world.admin, COIN_LISTER, world.admin, 0)
    return Mint(world, coins)


class SaleTerms(NamedTuple):
    """What is offered, as contracts/trade/ISale.sol has it."""

    bills: list[int]
    seller: int
    buyer: int
    payee: Any
    money: Any
    price: int
    endorsement: Endorsement
    deadline: int
    firm_until: int
    source: Any = NOBODY
    salt: bytes = bytes(32)

    @property
    def encoded(self) -> bytes:
        """As it goes with each lodging."""
        kinds = "uint256[],uint256,uint256,address,address,uint256,uint8,uint256,uint256,address,bytes32"
        return encode([f"({kinds})"], [tuple(plain(value) for value in self)])


class SignedCall(NamedTuple):
    """A call of the sale that its signer lets anyone send, as `act` takes it (contracts/rooms/Room.sol)."""

    signer: Any
    call: bytes
    salt: bytes
    deadline: int
    signature: bytes


@dataclass
class Sales:
    """The sale, and offers in it: the shipper sells to the consignee, for deposits at the bank."""

    banks: Banks
    room: Contract

    @property
    def world(self) -> World:
        return self.banks.world

    def terms(self, *bills: int, **changes: Any) -> SaleTerms:
        world = self.world
        now = world.ledger.now
        made = SaleTerms(
            bills=sorted(bills),
            seller=world.shipper.participant,
            buyer=world.consignee.participant,
            payee=world.shipper,
            money=self.banks.hkd,
            price=125_000,
            endorsement=Endorsement.TO_ORDER,
            deadline=now + 30 * DAY,
            firm_until=0,
        )
        return made._replace(**changes)

    def lodged(self, terms: SaleTerms, seller: Party | None = None, how: Endorsement = Endorsement.BLANK) -> SaleTerms:
        """Every bill of the terms, lodged under them."""
        for bill in terms.bills:
            self.world.ledger.lodge(seller or self.world.shipper, bill, how, self.room, terms.encoded)
        return terms

    def offered(self, count: int = 1, **changes: Any) -> SaleTerms:
        """An offer of so many bills to the shipper's order."""
        return self.lodged(self.terms(*(self.world.order() for _ in range(count)), **changes))

    # ------------------------------------------------------------------------------------------------------- the papers

    def signed(self, signer: Any, verb: str, *arguments: Any, salt: bytes = b"\7" * 32, **domain: Any) -> SignedCall:
        """What lets anyone send a call of the signer's to the sale within the hour."""
        call, deadline = self.room.data(verb, *arguments), self.world.ledger.now + HOUR
        made = SignedCall(signer, call, salt, deadline, b"")
        return made._replace(signature=signer.signature(self.digest(made, **domain)))

    def digest(self, paper: SignedCall, *, chain_id: int | None = None, contract: Any = None) -> bytes:
        """Of a signed call, computed by hand; for this chain and this sale unless told otherwise."""
        kind = keccak(b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
        names = keccak(b"Sampan Sale"), keccak(b"1")
        where = (chain_id or self.world.onchain.chain_id, plain(contract or self.room))
        domain = keccak(encode(["bytes32", "bytes32", "bytes32", "uint256", "address"], [kind, *names, *where]))
        kind = keccak(b"Call(address signer,bytes call,bytes32 salt,uint256 deadline)")
        values = [kind, plain(paper.signer), keccak(paper.call), paper.salt, paper.deadline]
        return keccak(
            b"\x19\x01" + domain + keccak(encode(["bytes32", "address", "bytes32", "bytes32", "uint256"], values))
        )
