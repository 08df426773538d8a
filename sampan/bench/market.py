"""Money and sale: a seller, a buyer, two banks in one book, and what each act of theirs costs; bare tokens beside.

The buyer pays the seller 1,250.00 dollars for a bill. Every account has money and bills before and after each act, the
sale has other bills, and the buyer lets the sale spend without end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from sampan.bench.ledger import FOREVER
from sampan.bench.trex import TRex
from sampan.bills.verbs.circulation import Lodge
from sampan.chain import abi
from sampan.chain.accounts import ROLES, development_signer
from sampan.chain.transactions import GAS_CAP, Call, Receipt
from sampan.keccak import keccak
from sampan.money.deposits.paying import Collect
from sampan.money.deposits.verbs import Approve, Issue, Transfer
from sampan.money.exchange.verbs import Exchange, Quote
from sampan.money.reserves.verbs import Admit, IssueReserves, OpenBook, OpenDeposit
from sampan.suite import typed
from sampan.suite.amounts import ANY
from sampan.suite.verb import Signature
from sampan.suite.words import Endorsement
from sampan.toolchain import artifacts
from sampan.trade.terms import Terms
from sampan.trade.verbs import Change, Decline, Expire, Pay, Recall

if TYPE_CHECKING:
    from pathlib import Path

    from sampan.bench.ledger import Ledger
    from sampan.suite.verb import Verb

SELLER, BUYER = "shipper", "trader"
AGENT, BANK, OTHER_BANK = "central_bank", "lender", "lender_second"
LEIS = {AGENT: "SAMPAN00CENTRALBAN", BANK: "SAMPAN000000LENDER", OTHER_BANK: "SAMPAN0LENDERTWO00"}
WEALTH, PRICE = 10**9, 125_000
DAY = 86_400
REASON = b"price too high"
"""A refusal to pay says why, in as many bytes as a refusal of a surrender does."""


@dataclass(frozen=True, slots=True)
class SignedCall:
    """A call of the sale that anybody may send for the signer (contracts/rooms/Room.sol)."""

    TYPES: ClassVar = (("signer", "address"), ("call", "bytes"), ("salt", "bytes32"), ("deadline", "uint256"))
    DOMAIN: ClassVar = "Sampan Sale"
    signer: str
    call: Verb
    salt: bytes
    deadline: int


SignedCall.__name__ = "Call"


class Market:
    """Two banks, their deposits in Hong Kong dollars and one in US dollars, and the suite's sale with its parties."""

    def __init__(self, ledger: Ledger, root: Path) -> None:
        self._ledger, self.stage = ledger, ledger.stage
        self.sale, self._exchange, self._reserves = (
            ledger.manifest.address(name) for name in ("Sale", "Exchange", "Reserves")
        )
        ledger.list_room(self.sale)
        self.numbers = {role: ledger.enrol_bank(role, stem) for role, stem in LEIS.items()}
        for currency in ("HKD", "USD"):
            self.send(AGENT, self._reserves, OpenBook(currency, 2))
        self.deposit = self._opened(BANK, "HKD")
        self.other = self._opened(OTHER_BANK, "HKD")
        self._dollars = self._opened(BANK, "USD")
        for deposit in (self.deposit, self.other):
            self.send(BUYER, deposit, Approve(deposit, self.sale, ANY))
        self.send(BUYER, self.deposit, Approve(self.deposit, self._exchange, ANY))
        self.send(BANK, self._dollars, Approve(self._dollars, self._exchange, ANY))
        self._lodge(self._terms(self._bills()))
        self._money, self._title = (self._bare(name, root) for name in ("BareMoney", "BareTitle"))
        self._known = TRex(self.stage, root, (SELLER, BUYER), WEALTH)

    def _opened(self, bank: str, currency: str) -> str:
        """A deposit of a bank with reserves, in which everybody who takes part here has money."""
        agent, where = self.numbers[AGENT], "depositOf(uint256,uint256,bytes3,bytes2)(address)"
        self.send(bank, self._reserves, OpenDeposit(agent, currency, ""))
        found = self.stage.ask(self._reserves, where, self.numbers[bank], agent, currency.encode(), bytes(2))
        self.send(AGENT, self._reserves, Admit(found, True))
        self.send(AGENT, self._reserves, IssueReserves(found, WEALTH))
        for role in (SELLER, BUYER, BANK, OTHER_BANK):
            self.send(bank, found, Issue(found, ROLES[role], WEALTH))
        return str(found)

    def _bare(self, name: str, root: Path) -> str:
        """A token that asks nobody; seller and buyer have 1,000 million of it, or a title each."""
        made = self.stage.create("deployer", artifacts.load(name, root / "tests" / "artifacts").bytecode, name)
        for number, role in enumerate((SELLER, BUYER), start=1):
            value = WEALTH if name == "BareMoney" else number
            self._call("deployer", made, abi.encode_call("mint(address,uint256)", ROLES[role], value))
        return made

    def gas(self, name: str) -> int:
        """What an act of `MARKET` or `OTHERS` costs, or how much more it costs than another one; each is a method."""
        gas: int = getattr(self, name)()
        return gas

    def least(self) -> int:
        """The least that anybody has of the money, of the titles or of the bills that are moved here."""
        places = (self._money, self._title, self.deposit, self.other, self._dollars, self._ledger.address)
        held = [(place, ROLES[role]) for role in (SELLER, BUYER) for place in places]
        held += [(self.deposit, ROLES[BANK]), (self._dollars, ROLES[BANK]), (self._ledger.address, self.sale)]
        return min(int(self.stage.ask(place, "balanceOf(address)(uint256)", account)) for place, account in held)

    # --------------------------------------------------------------------------------------------------- other tokens

    def erc20_transfer(self) -> int:
        data = abi.encode_call("transfer(address,uint256)", ROLES[SELLER], PRICE)
        return self._call(BUYER, self._money, data).gas_used

    def erc721_transfer(self) -> int:
        (title,) = self._bills()
        self._call("deployer", self._title, abi.encode_call("mint(address,uint256)", ROLES[SELLER], title))
        move = "transferFrom(address,address,uint256)"
        return self._call(SELLER, self._title, abi.encode_call(move, ROLES[SELLER], ROLES[BUYER], title)).gas_used

    def trex_transfer(self) -> int:
        return self._known.transfer(BUYER, ROLES[SELLER], PRICE).gas_used

    # ------------------------------------------------------------------------------------------------------------ money

    def deposit_transfer(self) -> int:
        return self.send(BUYER, self.deposit, Transfer(self.deposit, ROLES[SELLER], PRICE))

    def deposit_collect(self) -> int:
        """Out of the buyer's deposit at the other bank."""
        verb = Collect(self.deposit, self.other, ROLES[BUYER], ROLES[SELLER], PRICE)
        return self.send(BUYER, self.deposit, verb)

    def exchange(self) -> int:
        """The first that is bought at a quote: it is remembered how much."""
        salt = keccak(b"quote")
        quote = Quote(ROLES[BANK], self._dollars, WEALTH, self.deposit, 8 * WEALTH, FOREVER, salt)
        signature = self.signed(BANK, self._exchange, quote)
        bought = PRICE // 8
        return self.send(
            BUYER,
            self._exchange,
            Exchange(quote, signature, bought, self.deposit, self._dollars, ROLES[BUYER]),
        )

    # ------------------------------------------------------------------------------------------------------------- sale

    def dvp_offer(self) -> int:
        return self._lodge(self._terms(self._bills()))

    def dvp_same_bank(self) -> int:
        return self.send(BUYER, self.sale, Pay(self._offered(), self.deposit))

    def dvp_cross_bank(self) -> int:
        return self.send(BUYER, self.sale, Pay(self._offered(), self.other))

    def pay_further_bill(self) -> int:
        """Of ten that are paid for together, each beside the first."""
        many = 10
        together = self.send(BUYER, self.sale, Pay(self._offered(many), self.deposit))
        return -(-(together - self.dvp_same_bank()) // (many - 1))

    def pay_relayed(self) -> int:
        """How much dearer it is to send what the buyer signed."""
        pay = Pay(self._offered(), self.deposit)
        text = SignedCall(ROLES[BUYER], pay, keccak(pay.terms.hash), FOREVER)
        signature = self.signed(BUYER, self.sale, text).raw
        values = (text.signer, pay.encoded(), text.salt, text.deadline, signature)
        data = abi.encode_call("act(address,bytes,bytes32,uint256,bytes)", *values)
        return self._call("relayer", self.sale, data).gas_used - self.dvp_same_bank()

    def recall(self) -> int:
        return self.send(SELLER, self.sale, Recall(self._offered()))

    def decline(self) -> int:
        return self.send(BUYER, self.sale, Decline(self._offered(), REASON))

    def change(self) -> int:
        """A lower price."""
        terms = self._offered()
        return self.send(SELLER, self.sale, Change(terms, replace(terms, price=PRICE - 25_000)))

    def expire(self) -> int:
        terms = self._offered()
        self.stage.connection.advance_time(31 * DAY)
        return self.send("relayer", self.sale, Expire(terms))

    # ---------------------------------------------------------------------------------------------------------- private

    def _bills(self, count: int = 1) -> tuple[int, ...]:
        """New bills of the seller's, in order."""
        return tuple(sorted(self._ledger.issued() for _ in range(count)))

    def _terms(self, bills: tuple[int, ...]) -> Terms:
        """For money at the bank, endorsed to the buyer's order; within 30 days, not firm, no source, no salt."""
        seller, buyer = (self._ledger.participants[role] for role in (SELLER, BUYER))
        deadline = self.stage.connection.time() + 30 * DAY
        return Terms(bills, seller, buyer, ROLES[SELLER], self.deposit, PRICE, Endorsement.TO_ORDER, deadline)

    def _offered(self, count: int = 1) -> Terms:
        terms = self._terms(self._bills(count))
        self._lodge(terms)
        return terms

    def _lodge(self, terms: Terms) -> int:
        """The gas of the last."""
        used = [
            self.send(SELLER, self._ledger.address, Lodge(bill, Endorsement.BLANK, self.sale, terms.encoded))
            for bill in terms.bills
        ]
        return used[-1]

    def signed(self, role: str, contract: str, text: Any) -> Signature:
        """What a role signs for a contract."""
        data = typed.typed_data(self.stage.connection.chain_id, contract, text)
        data["domain"]["name"] = typed.domain_name(text)
        return Signature(ROLES[role], raw=development_signer(role).sign_typed(data))

    def send(self, role: str, to: str, verb: Verb) -> int:
        """Its gas."""
        return self._call(role, to, verb.encoded(), type(verb).__name__).gas_used

    def _call(self, role: str, to: str, data: bytes, label: str = "a bare token") -> Receipt:
        return self.stage.send(role, Call(to, data, gas=GAS_CAP, label=label))
