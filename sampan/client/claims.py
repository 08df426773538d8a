"""Positions of lenders that are sold: what an owner signed, as it stands, and buying it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sampan.client.core import VerbCall
from sampan.client.funds import MoneyRef
from sampan.client.papers import Paper
from sampan.client.paying import require_allowance, require_balance, require_signature
from sampan.client.records import Coin, Deposit
from sampan.client.verbs import Calls
from sampan.errors import UsageError, about
from sampan.finance.positions.verbs import Buy, PositionOffer
from sampan.suite.ids import loan_id_of, position_name
from sampan.suite.tell import moment
from sampan.suite.verb import Signature

if TYPE_CHECKING:
    from sampan.client.ledger import Ledger
    from sampan.suite.amounts import Amount


@dataclass(frozen=True, slots=True)
class Offered:
    """A position that its owner offers, as it stands."""

    offer: PositionOffer
    money: Deposit | Coin
    shares: int
    unclaimed: int
    """What it is owed now, which goes with it; in the smallest unit of the loan's money."""

    @property
    def price(self) -> Amount:
        """What is paid for it."""
        return self.money.amount(self.offer.price)


def offered(ledger: Ledger, paper: Paper) -> Offered:
    """An offer that somebody signed, checked: the signature, its time, whether the position is still as was offered.
    Raises `BadInput` and `UsageError`."""
    paper.require_for(ledger.connection.chain_id, ledger.ledger_address, PositionOffer, ledger.address_in("Positions"))
    offer = paper.text
    assert isinstance(offer, PositionOffer)
    require_signature(ledger, paper)
    if ledger.time() > offer.deadline:
        raise UsageError(
            "the offer counted until " + moment(offer.deadline), subject=paper.about, hint="ask for another"
        )
    if ledger.ask("isCancelled", offer.seller, paper.digest):
        raise UsageError("the seller has withdrawn the offer", subject=paper.about, hint="ask for another")
    name = f"position {position_name(offer.position)}"
    if ledger.owner_of(offer.position) != offer.seller:
        raise UsageError(
            f"{name} is not {ledger.names.account(offer.seller)}'s any more",
            subject=paper.about,
            hint="ask whoever has it",
        )
    now = ledger.ask("positionOf", offer.position, contract="Positions")
    if now.shares != offer.shares:
        raise UsageError(
            f"{name} has {_shares(ledger, offer, now.shares)}, offered were {_shares(ledger, offer, offer.shares)}",
            subject=paper.about,
            hint="ask for another offer",
        )
    if now.had > offer.had:
        raise UsageError(
            f"{name} was paid {_owed(ledger, offer, now.had - offer.had)} since it was offered",
            subject=paper.about,
            hint="ask for another offer, at a price for what is left",
        )
    return Offered(
        offer, ledger.money(offer.money), now.shares, ledger.ask("unclaimed", offer.position, contract="Positions")
    )


def told_offer(ledger: Ledger, found: Offered) -> str:
    """What is paid for what, in words."""
    shares, unclaimed = _shares(ledger, found.offer, found.shares), _owed(ledger, found.offer, found.unclaimed)
    return f"{found.price} for {shares} with {unclaimed} unclaimed"


def _shares(ledger: Ledger, offer: PositionOffer, number: int) -> str:
    return ledger.names.shares(number, loan_id_of(offer.position))


def _owed(ledger: Ledger, offer: PositionOffer, units: int) -> str:
    """An amount of the money of the loan that a position is of."""
    return ledger.names.amount(units, ledger.names.lent.get(loan_id_of(offer.position)))


class PositionsByHand(Calls):
    """Prepares calls of positions, the claims of lenders."""

    def buy(self, offer: Paper, *, out_of: MoneyRef | None = None) -> VerbCall:
        """Pay for a position and take it, in one act, as its owner offered it to your participant
        (`Ledger.sign_position_offer`); out of the deposit that is named, or of another of its book."""
        found, names = offered(self.ledger, offer), self.ledger.names
        if self.ledger.account(self.ledger.address).participant != found.offer.buyer:
            raise UsageError(
                f"is to {names.participant(found.offer.buyer)}, not to {names.account(self.ledger.address)}",
                subject=offer.about,
                hint="let an account of the buyer pay: --from",
            )
        with about("out_of"):
            paying = found.money.address if out_of is None else self.ledger.money_address(out_of)
        require_balance(self.ledger, paying, found.offer.price)
        require_allowance(self.ledger, "Positions", paying, found.offer.price)
        signature = Signature(offer.signer, offer.digest, raw=offer.signature)
        return VerbCall(Buy(found.offer, paying, signature))
