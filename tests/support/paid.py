"""A ledger on which money moved in every way, in the model alone: banks settle, money is exchanged, bills are sold."""

from __future__ import annotations

from functools import cache
from typing import Any

from support.logs import LEIS, Honest

from sampan.bills.verbs.circulation import Lodge
from sampan.fuzz.alone import ADMINISTRATOR, STRANGER
from sampan.identity.verbs.recovery import ExecuteRecovery, ProposeRecovery
from sampan.identity.verbs.standing import ListRoom
from sampan.keccak import keccak
from sampan.money import rules
from sampan.money.coins import verbs as coins
from sampan.money.deposits import verbs as deposits
from sampan.money.deposits.paying import Collect
from sampan.money.exchange.verbs import Exchange, Quote
from sampan.money.listing.verbs import Delist, List
from sampan.money.reserves.verbs import Admit, IssueReserves, OpenBook, OpenDeposit, RedeemReserves
from sampan.suite.amounts import ANY
from sampan.suite.verb import Signature
from sampan.suite.words import Endorsement, Ground, Kind
from sampan.trade import verbs as sale
from sampan.trade.room import CODE
from sampan.trade.terms import Terms

DAY = 86_400
AGENT, OTHER = "969500MONETARYAUTH", "969500OTHERHKBANK0"
PRICE = 125_000
TOKEN = "0x" + "70" * 20
"""An ERC-20 of others, which does what coins ask for."""


class Paid(Honest):
    """`bank` and `other bank` owe Hong Kong dollars and offshore renminbi, which the authority settles."""

    def __init__(self) -> None:
        super().__init__()
        self.who["authority"] = self.enrol("authority", AGENT, "HK")
        self.who["other bank"] = self.enrol("other bank", OTHER, "HK")
        self.sale, self.exchange = self.state.addresses["Sale"], self.state.addresses["Exchange"]
        self.state.contracts[self.sale] = False
        self.state.rooms[self.sale] = CODE
        self.state.contracts[TOKEN] = False
        self.act(ADMINISTRATOR, ListRoom(self.sale, ("CN", "HK", "NL", "SG")))
        for currency in ("HKD", "CNH"):
            self.act("authority", OpenBook(currency, 2))
        self.hkd, self.other_hkd = self.opened("bank"), self.opened("other bank")
        self.cnh = self.opened("bank", "CNH")
        self.local = self.opened("bank", country="HK")

    def opened(self, bank: str, currency: str = "HKD", country: str = "") -> str:
        """A new deposit of a bank, admitted, with reserves."""
        made = rules.created(self.state.addresses["Reserves"], len(self.state.deposits))
        self.act(bank, OpenDeposit(self.number("authority"), currency, country))
        self.act("authority", Admit(made, True))
        self.act("authority", IssueReserves(made, 1_000_000))
        return made

    # ---------------------------------------------------------------------------------------------------------- money

    def money(self) -> None:
        """Everything that banks and holders do."""
        who = self.who
        self.act("bank", deposits.Issue(self.hkd, who["shipper"], 700_000))
        self.act("other bank", deposits.Issue(self.other_hkd, who["consignee"], 900_000))
        self.act("bank", deposits.Issue(self.cnh, who["bank"], 500_000))
        self.act("bank", deposits.Issue(self.local, who["trader"], 4_000))
        self.act("shipper", deposits.Transfer(self.hkd, who["trader"], 1_500))
        self.act("consignee", Collect(self.hkd, self.other_hkd, who["consignee"], who["shipper"], 40_000))
        self.act("shipper", Collect(self.other_hkd, self.hkd, who["shipper"], who["consignee"], 10_000))
        self.act("trader", Collect(self.local, self.hkd, who["trader"], who["trader"], 500))
        self.act("shipper", deposits.Redeem(self.hkd, 20_000))
        self.act("trader", deposits.Approve(self.local, who["shipper"], 300))
        self.act("shipper", Collect(self.hkd, self.local, who["trader"], who["shipper"], 200))
        allowance = deposits.ShowPermit(
            self.hkd, who["trader"], who["consignee"], 90, self.now + DAY, Signature(who["trader"])
        )
        self.act(STRANGER, allowance)
        self.act("bank", deposits.Decline(self.hkd, who["trader"], Ground.SANCTIONS))
        self.act("bank", deposits.Decline(self.hkd, who["trader"], Ground.NONE))
        self.act("bank", deposits.Decline(self.hkd, who["rival"], Ground.COURT_ORDER))
        self.act("bank", RedeemReserves(self.hkd, 1_000))
        self.act("authority", Admit(self.local, False))

    def exchanged(self) -> None:
        """The shipper buys renminbi for Hong Kong dollars, twice at one quote; the consignee out of another bank."""
        who = self.who
        for name, money in (("shipper", self.hkd), ("consignee", self.other_hkd), ("bank", self.cnh)):
            self.act(name, deposits.Approve(money, self.exchange, ANY if name == "bank" else 60_000))
        quote = Quote(who["bank"], self.cnh, 100_000, self.hkd, 108_001, self.now + DAY, bytes(32))
        signature = Signature(who["bank"], keccak(b"quote"))
        for amount in (1_001, 2_000):
            self.act("shipper", Exchange(quote, signature, amount, self.hkd, self.cnh, who["shipper"]))
        self.act("consignee", Exchange(quote, signature, 30_000, self.other_hkd, self.cnh, who["consignee"]))

    def coins(self) -> None:
        """A coin is listed, taken off the list, listed again; whoever is of its countries pays and lets others ask."""
        who = self.who
        self.act(ADMINISTRATOR, List(TOKEN, "USD", ("NL", "HK"), keccak(b"licence")))
        coin = self.coin = self.state.coin_of[TOKEN]
        self.act(ADMINISTRATOR, Delist(coin, ("HK",)))
        self.act(ADMINISTRATOR, Delist(coin, ()))
        self.act(ADMINISTRATOR, List(TOKEN, "USD", ("CN", "NL"), keccak(b"licence")))
        self.act("consignee", coins.Collect(coin, coin, who["consignee"], who["shipper"], 55))
        self.act("consignee", coins.Allow(coin, self.sale, 70_000))

    # ---------------------------------------------------------------------------------------------------------- sales

    def offered(self, *bills: int, salt: int = 0, **said: Any) -> Terms:
        """Bills of the shipper for the consignee, lodged under terms that are made."""
        wanted: dict[str, Any] = {
            "seller": self.number("shipper"),
            "buyer": self.number("consignee"),
            "payee": self.who["shipper"],
            "money": self.hkd,
            "price": PRICE,
            "endorsement": Endorsement.TO_ORDER,
            "deadline": self.now + 30 * DAY,
            "salt": salt.to_bytes(32, "big"),
        }
        terms = Terms(bills=tuple(sorted(bills)), **wanted | said)
        for bill in terms.bills:
            self.act("shipper", Lodge(bill, Endorsement.BLANK, self.sale, terms.encoded))
        return terms

    def order(self) -> int:
        """A bill to the shipper's order."""
        return self.issue(Kind.ORDER, "shipper")

    def sold(self) -> dict[str, Terms]:
        """One sale of each outcome."""
        made: dict[str, Terms] = {}
        self.act("consignee", deposits.Approve(self.other_hkd, self.sale, 2 * PRICE))
        made["paid"] = self.offered(self.order(), self.order())
        self.act("consignee", sale.Pay(made["paid"], self.other_hkd))
        made["paid in a coin"] = self.offered(self.order(), salt=7, money=self.coin, price=60_000)
        self.act("consignee", sale.Pay(made["paid in a coin"], self.coin))
        made["changed"] = self.offered(self.order(), salt=1)
        lower = Terms(**{**vars_of(made["changed"]), "price": PRICE - 25_000})
        self.act("shipper", sale.Change(made["changed"], lower))
        self.act("consignee", sale.Pay(lower, self.other_hkd))
        made["lower"] = lower
        made["recalled"] = self.offered(self.order(), salt=2, firm_until=self.now + DAY)
        self.pass_days(2)
        self.act("shipper", sale.Recall(made["recalled"]))
        made["declined"] = self.offered(self.order(), salt=3)
        self.act("consignee", sale.Decline(made["declined"], b"no buyer for the goods"))
        made["offered"] = self.offered(self.order(), salt=4, deadline=self.now + 300 * DAY)
        made["lapsed"] = self.offered(self.order(), salt=5)
        made["expired"] = self.offered(self.order(), salt=6)
        self.pass_days(31)
        self.act(STRANGER, sale.Expire(made["expired"]))
        return made

    def lost(self) -> None:
        """What an account has goes to its successor once it was recovered."""
        who = self.who
        self.act("shipper", deposits.Transfer(self.hkd, who["second"], 77))
        self.act(ADMINISTRATOR, ProposeRecovery(who["second"], who["shipper"], 0, 0, b"key lost", Signature(None)))
        self.pass_days(8)
        self.act(STRANGER, ExecuteRecovery(who["second"]))
        self.act(STRANGER, deposits.Recover(self.hkd, who["second"]))


def vars_of(terms: Terms) -> dict[str, Any]:
    """The fields of terms."""
    return {name: getattr(terms, name) for name in terms.__dataclass_fields__}


@cache
def played() -> tuple[Paid, dict[str, Terms]]:
    """All of it, once; do not act on it. The sales by what became of them."""
    ledger = Paid()
    ledger.money()
    ledger.exchanged()
    ledger.coins()
    sales = ledger.sold()
    ledger.lost()
    return ledger, sales


__all__ = ["LEIS", "PRICE", "Paid", "played", "vars_of"]
