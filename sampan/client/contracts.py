"""The suite's contracts as objects, a class each, made from the declarations; `contracts.pyi` (generated) says how.

A contract whose verbs follow from their declarations is entered nowhere here.
"""

from __future__ import annotations

from sampan.client import verbs
from sampan.client.by_hand import BillsByHand, PowersByHand
from sampan.client.cargo import CargoLogByHand
from sampan.client.claims import PositionsByHand
from sampan.client.loans_by_hand import LoanBookByHand
from sampan.client.paying import CoinByHand, DepositByHand, ExchangeByHand
from sampan.client.trade import SaleByHand
from sampan.subjects import DRIVEN as SUITE

BY_HAND = {
    "Bills": BillsByHand,
    "AccessManager": PowersByHand,
    "CargoLog": CargoLogByHand,
    "Coin": CoinByHand,
    "Deposit": DepositByHand,
    "Exchange": ExchangeByHand,
    "LoanBook": LoanBookByHand,
    "Positions": PositionsByHand,
    "Sale": SaleByHand,
}
"""Contract to what of it is written by hand, if anything is."""


class Contracts:
    """The contracts of a ledger, each under its name: `ledger.bills`."""


for _contract in SUITE.contracts:
    _calls = verbs.calls_of(_contract, BY_HAND.get(_contract, verbs.Calls))
    _kind = verbs.contract_of(_calls)
    globals().update({_calls.__name__: _calls, _kind.__name__: _kind})
    setattr(Contracts, verbs.name_of(_contract), property(_kind, doc=f"The contract {_contract}."))
