"""Loans in scenarios: what stands for the cargo of a document, bills that are sold where they lie, a new agent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sampan.client.core import VerbCall
from sampan.client.loans import LOANS
from sampan.client.paying import allowed_along, require_balance
from sampan.client.records import Offer
from sampan.finance.loans.terms import Appointment
from sampan.finance.loans.verbs.agency import ReplaceAgent
from sampan.finance.records import Print
from sampan.keccak import keccak
from sampan.suite import typed
from sampan.suite.verb import Signature
from sampan.trade.verbs import Pay

if TYPE_CHECKING:
    from sampan.client.ledger import Ledger
    from sampan.trade.terms import Terms as SaleTerms

SALE: Final = "Sale"
_EPOCH: Final = date(1970, 1, 1)


def prints(document: Path) -> tuple[int, ...]:
    """What stands for the boxes of a document: each by its number alone, whatever seal, voyage or carrier is written
    beside it, and the day on which it went on board (T21).

    In scenarios the number is hashed without a key: all companies and boxes are invented, and nobody reads more of a
    print than stands in the file.
    """
    said = json.loads(document.read_bytes())
    day = (date.fromisoformat(said.get("shippedOnBoardDate") or said["issueDate"]) - _EPOCH).days
    boxes = (each["equipment"]["equipmentReference"] for each in said["utilizedTransportEquipments"])
    return tuple(Print(int.from_bytes(keccak(box.encode())[:20], "big"), day).pack() for box in boxes)


# ---------------------------------------------------------------------------------------------- sold where they lie


def sale_terms(ledger: Ledger, bill: int, arguments: dict[str, Any]) -> SaleTerms:
    """Terms under which a pledged bill is sold out of the loan book: it is not lodged with the sale."""
    terms = ledger.offer_terms([bill], **arguments)
    return replace(terms, source=ledger.address_in(LOANS))


def paying(ledger: Ledger, terms: SaleTerms, out_of: str | None) -> VerbCall:
    """The buyer's payment for bills that lie in the loan book: what they secure is paid of it. Out of the deposit that
    is named, else of one in which there is enough."""
    if out_of is None:
        now = datetime.fromtimestamp(ledger.time(), UTC)
        fit = ledger.enough(ledger.address, Offer(terms, ledger.money(terms.money), (), None, now, ledger.names))
        money = fit[0].address if fit else terms.money
    else:
        money = ledger.money_address(out_of)
    require_balance(ledger, money, terms.price)
    shown = allowed_along(ledger, SALE, money, terms.price, until=terms.deadline)
    return VerbCall(Pay(terms, money), shown=shown)


# ------------------------------------------------------------------------------------------------------ another agent


def appointing(
    facility: int, agent: Ledger, lenders: Sequence[Ledger], in_favour: Sequence[int], abstaining: Sequence[int]
) -> VerbCall:
    """Another agent of a facility, as itself and lenders sign it: each for its position, in their order."""
    deadline = agent.deadline(timedelta(days=1))
    agents = agent.ask("loan", facility, contract=LOANS).agents
    text = Appointment(facility, agent.address, agents, deadline)
    chain, where = agent.connection.chain_id, agent.address_in(LOANS)
    digest, data = typed.digest(typed.domain(chain, where, text.DOMAIN), text), typed.typed_data(chain, where, text)
    signatures = tuple(
        Signature(signer.address, digest, raw=signer.signer.sign_typed(data)) for signer in (agent, *lenders)
    )
    return VerbCall(
        ReplaceAgent(facility, agent.address, deadline, signatures, tuple(in_favour), tuple(abstaining)),
        said=f"make {agent.names.account(agent.address)} the agent of facility {facility}",
    )
