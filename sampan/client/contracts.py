"""The suite's contracts as objects, a class each, made from the declarations; `contracts.pyi` (generated) says how."""

from __future__ import annotations

from sampan.client import verbs
from sampan.client.by_hand import BillsByHand
from sampan.subjects import SUITE

BY_HAND = {"Bills": BillsByHand}
"""Contract to what of it is written by hand."""


class Contracts:
    """The contracts of a ledger, each under its name: `ledger.bills`."""


for _contract in dict.fromkeys(subject.contract for subject in SUITE.subjects):
    _calls = verbs.calls_of(_contract, BY_HAND.get(_contract, verbs.Calls))
    _kind = verbs.contract_of(_calls)
    globals().update({_calls.__name__: _calls, _kind.__name__: _kind})
    setattr(Contracts, verbs.attribute(_contract), property(_kind, doc=f"The contract {_contract}."))
