"""Two banks that lend to an exporter on its bills, their agent, the loan book: what every test of finance starts from.

Digests, prints and sums are worked out by hand, so that the contracts are not held against Sampan's own code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from eth_abi.abi import encode
from support.cargo import Cargo
from support.cargo import cargo as log_of
from support.contract import Contract, Receipt, plain
from support.money import ANY_COUNTRY, CNH, Banks, Manner, Mint, Sales, SaleTerms, another, deployed, mint, sale
from support.money import banks as banks_of
from support.trade import DAY, HOUR, MOVE, NOBODY, TERMS, ZERO, Endorsement, Kind, Party, SurrenderFor, Terms
from support.verbs import COUNTRIES
from support.world import ROOM_DELISTER, ROOM_LISTER, World

from sampan.keccak import keccak
from sampan.toolchain.artifacts import load

ACT360, ACT365F = 0, 1
RATE_UNIT = 10**7
WHOLE = 10_000
SILENCE = 30 * DAY
ENDLESS = 2**256 - 1
CONSENT = keccak(b"consent of both banks to lenders of Hong Kong")
DOMAIN = b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"


# ------------------------------------------------------------------------------------------------------------- prints


def box(number: int) -> int:
    """Which box, blinded: 160 bits."""
    return int.from_bytes(keccak(b"box" + number.to_bytes(32, "big"))[:20], "big")


def print_of(number: int, day: int, weight: int = 0, payload: int = 0) -> int:
    """Of a box and when it leaves; of a part load its weight, and what may be in the box (PrintWord.sol)."""
    return box(number) << 96 | payload << 40 | weight << 16 | day


# ------------------------------------------------------------------------------------------------------------- papers


class Facility(NamedTuple):
    """As contracts/finance/ILoanTerms.sol has it."""

    borrower: int
    agent: int
    borrower_account: Any
    agent_account: Any
    money: Any
    rate: int
    day_count: int
    clock: int
    available_until: int
    maturity: int
    grace_days: int
    advance: int
    on_trust: int
    reserve: int
    condition: bytes
    filed_in: bytes
    also_filed_in: bytes
    agreement: bytes
    lenders: list[Any]
    commitments: list[int]
    salt: bytes
    deadline: int

    @property
    def hash(self) -> bytes:
        """Of the struct, by hand."""
        kinds = "uint256,uint256,address,address,address,uint256,uint8,int256,uint256,uint256,uint256,uint256,uint256,"
        kinds += "uint256,bytes32,bytes2,bytes2,bytes32,address[],uint256[],bytes32,uint256"
        names = (
            "borrower,agent,borrowerAccount,agentAccount,money,rate,dayCount,clock,availableUntil,maturity,graceDays,"
        )
        names += "advance,onTrust,reserve,condition,filedIn,alsoFiledIn,agreement,lenders,commitments,salt,deadline"
        return struct_hash("Facility", kinds, names, self)


class Pledge(NamedTuple):
    """As contracts/finance/ILoanTerms.sol has it."""

    facility: int
    value: int
    amount: int
    agent_account: Any
    deadline: int
    prints: list[int]
    producers: list[Any]
    signature: bytes

    @property
    def encoded(self) -> bytes:
        """As it goes with the lodging."""
        kinds = "(uint256,uint256,uint256,address,uint256,uint256[],address[],bytes)"
        return encode([kinds], [tuple(plain(value) for value in self)])


class PositionOffer(NamedTuple):
    """As contracts/finance/IPositions.sol has it."""

    position: int
    seller: Any
    buyer: int
    money: Any
    price: int
    shares: int
    had: int
    salt: bytes
    deadline: int

    @property
    def hash(self) -> bytes:
        kinds = "uint256,address,uint256,address,uint256,uint256,uint256,bytes32,uint256"
        names = "position,seller,buyer,money,price,shares,had,salt,deadline"
        return struct_hash("PositionOffer", kinds, names, self)


class Filing(NamedTuple):
    country: bytes
    registry: bytes
    number: bytes
    document: bytes
    filed_at: int
    stands_until: int


def struct_hash(name: str, kinds: str, names: str, values: Sequence[Any]) -> bytes:
    """Of an EIP-712 struct; of arrays the hash of their words."""
    types = kinds.split(",")
    text = ",".join(f"{kind} {field}" for kind, field in zip(types, names.split(","), strict=True))
    words = [keccak(f"{name}({text})".encode())]
    for kind, value in zip(types, plain(list(values)), strict=True):
        if kind.endswith("[]"):
            words.append(keccak(b"".join(encode([kind[:-2]], [each]) for each in value)))
        else:
            words.append(encode([kind], [value]))
    return keccak(b"".join(words))


# --------------------------------------------------------------------------------------------------------------- sums


@dataclass
class Owing:
    """What is owed, by the book: simple interest by whole days, exact, rounded half up when it is paid."""

    rate: int
    year: int = 365
    clock: int = 0
    principal: int = 0
    exact: Fraction = Fraction(0)
    day: int = 0

    def day_of(self, time: int) -> int:
        return (time + self.clock * 15 * 60) // DAY

    def until(self, time: int) -> None:
        """Interest runs up to the day of a time."""
        today = self.day_of(time)
        self.exact += Fraction(self.principal * self.rate * (today - self.day), RATE_UNIT * self.year)
        self.day = today

    @property
    def interest(self) -> int:
        return int(self.exact + Fraction(1, 2))

    @property
    def all(self) -> int:
        return self.principal + self.interest

    def draw(self, amount: int, time: int) -> None:
        self.until(time)
        self.principal += amount

    def repay(self, most: int, time: int) -> int:
        """Interest first: how much was taken."""
        self.until(time)
        amount = min(most, self.all)
        if amount < self.interest:
            self.exact -= amount
        else:
            self.principal -= amount - self.interest
            self.exact = Fraction(0)
        return amount


def parted(paid: int, shares: Sequence[int]) -> list[int]:
    """What of a sum comes to each of some lenders in their order: each takes its part of what is left, rounded down,
    and the last one the rest."""
    left, total, parts = paid, sum(shares), []
    for size in shares:
        part = left * size // total
        parts.append(part)
        left, total = left - part, total - size
    return parts


# ------------------------------------------------------------------------------------------------------------ finance


@dataclass
class Finance:
    """The loan book and its helpers. The shipper borrows from bank and cautious bank; an agent holds for both."""

    world: World
    banks: Banks
    mint: Mint
    cargo: Cargo
    registrations: Contract
    positions: Contract
    desk: str
    """Address of the code that the book runs: nobody's book."""
    book: Contract
    agent: Party
    boxes: int = field(default=0)

    @property
    def now(self) -> int:
        return self.world.ledger.now

    @property
    def borrower(self) -> Party:
        return self.world.shipper

    @property
    def lenders(self) -> list[Party]:
        return [self.world.bank, self.world.cautious_bank]

    def digest(
        self, struct: bytes, contract: Any = None, name: bytes = b"Sampan Loan Book", chain: int | None = None
    ) -> bytes:
        """What is signed of a struct: for this chain and book unless told otherwise."""
        where = (chain or self.world.onchain.chain_id, plain(contract or self.book))
        values = [keccak(DOMAIN), keccak(name), keccak(b"1"), *where]
        domain = keccak(encode(["bytes32", "bytes32", "bytes32", "uint256", "address"], values))
        return keccak(b"\x19\x01" + domain + struct)

    # ------------------------------------------------------------------------------------------------------- facilities

    def facility(self, **changes: Any) -> Facility:
        """5 % on 365 days, drawn within sixty days, due in ninety, three days of grace; the day turns at UTC."""
        now = self.now
        made = Facility(
            borrower=self.borrower.participant,
            agent=self.agent.participant,
            borrower_account=self.borrower,
            agent_account=self.agent,
            money=self.banks.hkd,
            rate=500_000,
            day_count=ACT365F,
            clock=0,
            available_until=now + 60 * DAY,
            maturity=now + 90 * DAY,
            grace_days=3,
            advance=8_000,
            on_trust=5_000,
            reserve=7_000,
            condition=ZERO,
            filed_in=ANY_COUNTRY,
            also_filed_in=ANY_COUNTRY,
            agreement=keccak(b"facility agreement"),
            lenders=self.lenders,
            commitments=[600_000, 400_000],
            salt=ZERO,
            deadline=now + HOUR,
        )
        return made._replace(**changes)

    def signers(self, terms: Facility) -> list[Any]:
        return [terms.borrower_account, terms.agent_account, *terms.lenders]

    def signed(self, terms: Facility, **domain: Any) -> list[bytes]:
        """By all, in their order."""
        digest = self.digest(terms.hash, **domain)
        return [signer.signature(digest) for signer in self.signers(terms)]

    def sources(self, terms: Facility) -> list[Any]:
        """Each bank pays out of its own deposits; others out of those at the bank."""
        own = {self.world.cautious_bank.address: self.banks.other_hkd}
        return [own.get(plain(lender), self.banks.hkd) for lender in terms.lenders]

    def open(self, terms: Facility, signatures: list[bytes] | None = None, sources: list[Any] | None = None) -> Receipt:
        """A relayer sends what all signed."""
        signatures = self.signed(terms) if signatures is None else signatures
        done: Receipt = self.book.open(
            self.world.relayer, terms, signatures, self.sources(terms) if sources is None else sources
        )
        return done

    def opened(self, **changes: Any) -> int:
        """The number of a new facility."""
        return int(self.open(self.facility(**changes)).event("Opened").facility)

    # ---------------------------------------------------------------------------------------------------------- pledges

    def prints(self, count: int = 1) -> list[int]:
        """Of boxes that nobody has pledged, in their order, that leave today."""
        made = [print_of(self.boxes + each + 1, self.now // DAY) for each in range(count)]
        self.boxes += count
        return sorted(made)

    def accepted(self, bill: int, facility: int, signer: Any = None, **changes: Any) -> Pledge:
        """Terms under which a bill is lodged next, with the agent's acceptance: of 100,000 on one box."""
        acts = changes.pop("acts", None)
        domain = changes.pop("domain", {})
        terms = Pledge(
            facility=facility,
            value=100_000,
            amount=0,
            agent_account=self.agent,
            deadline=self.now + HOUR,
            prints=changes.pop("prints") if "prints" in changes else self.prints(),
            producers=[],
            signature=b"",
        )._replace(**changes)
        if acts is None:
            acts = self.world.ledger.bill(bill).actCount + 1
        kinds = "uint256,uint256,uint256,uint256,uint256[],uint256"
        names = "facility,bill,actCount,value,prints,deadline"
        values = [terms.facility, bill, acts, terms.value, terms.prints, terms.deadline]
        digest = self.digest(struct_hash("Acceptance", kinds, names, values), **domain)
        return terms._replace(signature=(signer or terms.agent_account).signature(digest))

    def lodge(self, bill: int, terms: Pledge | bytes, by: Any = None, how: Endorsement = Endorsement.NONE) -> Receipt:
        data = terms if isinstance(terms, bytes) else terms.encoded
        done: Receipt = self.world.ledger.lodge(by or self.borrower, bill, how, self.book, data)
        return done

    def pledged(self, facility: int, bill: int | None = None, **changes: Any) -> tuple[int, list[int]]:
        """A bill in blank of the borrower, pledged; and its prints."""
        bill = self.world.blank(self.borrower) if bill is None else bill
        terms = self.accepted(bill, facility, **changes)
        self.lodge(bill, terms)
        return bill, terms.prints

    def drawn(self, amount: int, **changes: Any) -> tuple[int, int, list[int]]:
        """A new facility, a bill of 1,000,000 pledged under it and so much drawn: its number, the bill, its prints."""
        facility = self.opened(**changes)
        bill, prints = self.pledged(facility, value=1_000_000, amount=amount)
        return facility, bill, prints

    def in_default(self, facility: int, seconds: int = 0) -> None:
        """So many seconds after default began."""
        found = self.book.loan(facility)
        self.world.onchain.at(found.maturity + found.graceDays * DAY + 1 + seconds)

    # ----------------------------------------------------------------------------------------------------------- asking

    def owed(self, facility: int) -> tuple[int, int]:
        """Principal and interest."""
        principal, interest, _, _ = self.book.owed(facility)
        return principal, interest

    def covered(self, facility: int) -> int:
        return int(self.book.owed(facility)[2])

    def late(self, facility: int) -> bool:
        return bool(self.book.owed(facility)[3])

    def positions_of(self, facility: int) -> list[int]:
        """By their numbers."""
        number = self.world.ledger.account(self.book).number
        count = self.positions.countOf(self.book, facility)
        return [number << 56 | facility << 32 | each for each in range(1, count + 1)]

    def is_free(self, *prints: int) -> bool:
        return all(self.registrations.free(each) == 0 for each in prints)

    def has(self, bill: int, party: Any) -> bool:
        return bool(self.world.ledger.ownerOf(bill) == plain(party))

    def money_of(self, party: Any, money: Contract | None = None) -> int:
        return int((money or self.banks.hkd).balanceOf(party))

    def balanced(self) -> bool:
        """What the book has in deposits is what it owes: undrawn, paid in and not claimed, surplus."""
        owes = 0
        for facility in range(1, 10_000):
            try:
                found = self.book.loan(facility)
            except AssertionError:
                break
            if found.money != self.banks.hkd.address:
                continue
            had = sum(self.positions.positionOf(each).had for each in self.positions_of(facility))
            owes += found.undrawn + found.paid - had + found.surplus
        return owes == self.money_of(self.book)

    # ---------------------------------------------------------------------------------------------- votes, sales, calls

    def appointment(
        self, facility: int, account: Any, deadline: int | None = None, agents: int | None = None
    ) -> tuple[int, bytes]:
        """Until when, and the digest that lenders and the new agent sign."""
        deadline = self.now + HOUR if deadline is None else deadline
        agents = self.book.loan(facility).agents if agents is None else agents
        kinds, names = "uint256,address,uint256,uint256", "facility,agentAccount,agents,deadline"
        return deadline, self.digest(struct_hash("Appointment", kinds, names, [facility, account, agents, deadline]))

    def replace_agent(
        self, facility: int, account: Any, voters: dict[int, Any], abstaining: Sequence[int] = (), **changes: Any
    ) -> Receipt:
        """Anybody sends the votes: the signer of each position in favour."""
        deadline, digest = self.appointment(facility, account, **changes)
        signatures = [signer.signature(digest) for signer in (account, *voters.values())]
        done: Receipt = self.book.replaceAgent(
            self.world.relayer, facility, account, deadline, signatures, list(voters), list(abstaining)
        )
        return done

    def offer(self, position: int, **changes: Any) -> PositionOffer:
        """The bank sells a position to the cautious bank."""
        made = PositionOffer(
            position=position,
            seller=self.world.bank,
            buyer=self.world.cautious_bank.participant,
            money=self.banks.hkd,
            price=50_000,
            shares=self.positions.positionOf(position).shares,
            had=self.positions.positionOf(position).had,
            salt=ZERO,
            deadline=self.now + HOUR,
        )
        return made._replace(**changes)

    def digest_of_offer(self, offer: PositionOffer, contract: Any = None) -> bytes:
        return self.digest(offer.hash, contract or self.positions, b"Sampan Positions")

    def buy(self, offer: PositionOffer, buyer: Any = None, money: Any = None, signer: Any = None) -> Receipt:
        signature = (signer or offer.seller).signature(self.digest_of_offer(offer))
        done: Receipt = self.positions.buy(
            buyer or self.world.cautious_bank, offer, money or self.banks.other_hkd, signature
        )
        return done

    def relayed(
        self, signer: Any, verb: str, *arguments: Any, by: Any = None, deadline: int | None = None, **domain: Any
    ) -> Receipt:
        """A relayer carries out what a party signed (contracts/rooms/Room.sol)."""
        call, deadline, salt = self.book.data(verb, *arguments), deadline or self.now + HOUR, b"\7" * 32
        kind = keccak(b"Call(address signer,bytes call,bytes32 salt,uint256 deadline)")
        values = [kind, plain(signer), keccak(call), salt, deadline]
        struct = keccak(encode(["bytes32", "address", "bytes32", "bytes32", "uint256"], values))
        signature = (by or signer).signature(self.digest(struct, **domain))
        done: Receipt = self.book.act(self.world.relayer, signer, call, salt, deadline, signature)
        return done

    def replacements(self, bill: int, count: int, kind: Kind = Kind.BLANK) -> list[Terms]:
        """The next version of a bill, and further bills of its carrier."""
        ids = [bill + (1 << 140), *(self.world.new_id() for _ in range(count - 1))]
        return [self.world.terms(kind, bill=each) for each in ids]

    def amended(self, bill: int, count: int) -> list[int]:
        """A pledged bill, surrendered by the agent and replaced by its carrier by so many."""
        replacements = self.replacements(bill, count)
        self.book.surrender(self.agent, bill, SurrenderFor.AMENDMENT, self.world.carrier, replacements)
        self.world.ledger.replace(self.world.carrier, [bill], replacements, b"")
        return [each.bill for each in replacements]

    def sold(self, sales: Sales, *bills: int, **changes: Any) -> SaleTerms:
        """An offer of pledged bills where they lie, to the consignee."""
        made: SaleTerms = sales.terms(*bills, source=self.book, money=self.banks.hkd, **changes)
        return made


def lenders_coin(finance: Finance, manner: Manner = Manner.HONEST) -> tuple[Contract, Contract]:
    """A listed coin, which the lenders have and let the book take; and its token. It is no money of a loan."""
    token = finance.mint.token(manner)
    coin = finance.mint.listed(token, COUNTRIES)
    for party in finance.lenders:
        token.mint(finance.world.relayer, party, 10**32)
        token.approve(party, coin, ENDLESS)
        coin.allow(party, finance.book, ENDLESS)
    return coin, token


def deposit_of(finance: Finance, decimals: int, amount: int = 10**32) -> Contract:
    """Deposits at the bank, in another currency of so many decimals: lenders and borrower have them, the book may take
    them."""
    banks = finance.banks
    banks.reserves.openBook(banks.authority, CNH, decimals)
    money = banks.opened(finance.world.bank, CNH)
    for party in (*finance.lenders, finance.borrower):
        banks.paid_in(party, amount, money)
        money.approve(party, finance.book, ENDLESS)
    return money


def finance(world: World) -> Finance:
    """Everything deployed and listed; positions open to Hong Kong; banks and borrower let the book take their money."""
    banks, manager = banks_of(world), world.ledger.authority_contract
    coins, cargo = mint(world), log_of(world)
    registrations = deployed(world, "Registrations", ("address", world.ledger.address))
    positions = deployed(world, "Positions", ("address", manager.address), ("address", world.ledger.address))
    for function, role in (("openTo", ROOM_LISTER), ("closeTo", ROOM_DELISTER)):
        manager.setTargetFunctionRole(world.admin, positions, [positions.selector(function)], role)
    positions.openTo(world.lister, [b"HK"], CONSENT)
    common = [("address", each) for each in (world.ledger.address, registrations.address, positions.address)]
    desk = deployed(world, "LoanDesk", *common, ("address", banks.reserves.address))
    made = deployed(world, "LoanBook", *common, ("address", cargo.log.address), ("address", desk.address))
    world.ledger.listRoom(world.lister, made, COUNTRIES)
    book = Contract(world.onchain, made.address, load("ILoans").abi)
    agent = another(world, 1, "SAMPANTESTSECAGENT", "HK", MOVE | TERMS)
    found = Finance(world, banks, coins, cargo, registrations, positions, desk.address, book, agent)
    for money_, bank in ((banks.hkd, world.bank), (banks.other_hkd, world.cautious_bank)):
        for party in (world.bank, world.cautious_bank, world.shipper, world.consignee, world.forwarder):
            banks.paid_in(party, 10_000_000, money_, bank)
            for spender in (book, positions):
                money_.approve(party, spender, ENDLESS)
    return found


def sales_of(found: Finance) -> Sales:
    """The sale, in which the consignee and the forwarder may pay."""
    room = sale(found.world)
    for money_ in (found.banks.hkd, found.banks.other_hkd):
        for party in (found.world.consignee, found.world.forwarder):
            money_.approve(party, room, ENDLESS)
    return Sales(found.banks, room)


__all__ = [name for name in dir() if not name.startswith("_")] + ["NOBODY"]
