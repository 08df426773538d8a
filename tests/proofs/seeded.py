"""Faults that are seeded into a copy of the contracts, one at a time; a check must find each by one property alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in one source, and what must find it."""

    property: str
    check: str
    what: str
    source: str
    old: str
    """Stands once in the source."""
    new: str

    def text(self, right: str) -> str:
        """The source with it. Raises ValueError when the source has changed there."""
        if right.count(self.old) != 1:
            raise ValueError(f"`{self.what}`: stands {right.count(self.old)} times in {self.source}: {self.old}")
        return right.replace(self.old, self.new)


_BILLS: Final = "contracts/bills/Bills.sol"
_LEDGER: Final = "contracts/bills/Ledger.sol"
_AMENDMENTS: Final = "contracts/bills/Amendments.sol"
_WORD: Final = "contracts/bills/BillWord.sol"
_STANDING: Final = "contracts/identity/Standing.sol"

FAULTS: Final = (
    Fault(
        "MOVED",
        "transfer",
        "anybody transfers what another possesses",
        _BILLS,
        "if (found != possessor) revert NotPossessor(id, possessor);",
        "",
    ),
    Fault(
        "MOVED",
        "recall",
        "anybody recalls what a person surrendered",
        _BILLS,
        "if (!entitled && !_sameParticipant(recaller, surrenderer)) revert NotSurrenderer(id, actor);",
        "",
    ),
    Fault(
        "PLAIN",
        "transfer",
        "a transfer gives title with possession",
        _BILLS,
        "return (word.rejectablePossession(), receiver);",
        "return (word.titled(word.kind(), receiver.participant(), 0).rejectablePossession(), receiver);",
    ),
    Fault(
        "TITLE",
        "reject",
        "anybody rejects title to a bill",
        _BILLS,
        "word.kind() == Kind.Blank ? actor == possessor : rejecter.participant() == word.titleholder();",
        "true;",
    ),
    Fault(
        "ENDORSES",
        "endorse",
        "a straight bill is endorsed",
        _BILLS,
        "if (!blank && (word.kind() != Kind.Order || !(own || giver.isRoom())))",
        "if (!blank && !(own || giver.isRoom()))",
    ),
    Fault(
        "ACTING",
        "sign",
        "who is suspended acts",
        _STANDING,
        "if (!word.acts()) revert IParticipants.MayNotAct(account_);",
        "",
    ),
    Fault(
        "RECEIVES",
        "transferFrom",
        "a bill is given to who may not receive",
        _BILLS,
        "        _requireReceives(to, receiver);\n        word = _spent(word, giver);",
        "        word = _spent(word, giver);",
    ),
    Fault(
        "WELCOME",
        "transfer",
        "who takes by signature alone takes from whom it listed",
        _LEDGER,
        "return receiving == Receiving.ListedOnly && _isGiver",
        "return _isGiver",
    ),
    Fault(
        "REJECTS",
        "reject",
        "a bill is rejected after its hours",
        _BILLS,
        "if (word.hoursElapsed() > REJECT_HOURS) revert RejectTimePassed(id, _rejectableUntil(word));",
        "",
    ),
    Fault(
        "BEARER",
        "reject",
        "rejected title is in blank",
        _BILLS,
        "word.titled(previous == 0 ? Kind.Blank : Kind.Order, previous, previous).spentTitle();",
        "word.titled(Kind.Blank, 0, previous).spentTitle();",
    ),
    Fault(
        "KEPT",
        "reject",
        "of what came whole, possession alone is rejected",
        _BILLS,
        "if (rejection != Rejection.Both && _cameWhole(word, possessor)) revert RejectedWholeOnly(id);",
        "",
    ),
    Fault(
        "HOURS",
        "transfer",
        "a move of possession starts the hours of title anew",
        _BILLS,
        "word.mayRejectTitle() ? word.passedBy(giver.number()) : word.givenBy(giver.number());",
        "word.givenBy(giver.number());",
    ),
    Fault(
        "SURRENDERS",
        "surrender",
        "a former titleholder that keeps the bill surrenders it",
        _BILLS,
        "return kind == Kind.Straight && participant_ == word.previousTitleholder();",
        "return participant_ == word.previousTitleholder();",
    ),
    Fault(
        "ANSWERED",
        "deliver",
        "cargo is delivered before the surrender was accepted",
        _BILLS,
        "_answer(id, actor, Status.Surrendered, Status.Delivered)",
        "_answer(id, actor, Status.PendingDelivery, Status.Delivered)",
    ),
    Fault(
        "ANSWERED",
        "accept",
        "another carrier answers",
        _BILLS,
        "        _carrier(id, actor, Roles.ANSWER);\n        return _store(id, word.withStatus(to));",
        "        _acting(actor, Roles.ANSWER);\n        return _store(id, word.withStatus(to));",
    ),
    Fault(
        "ANSWERED",
        "toPaper",
        "any bill is switched to paper",
        _AMENDMENTS,
        "        _requireStatus(id, word, Status.PendingPaper);\n",
        "",
    ),
    Fault(
        "RESTORED",
        "refuse",
        "what was refused may be rejected",
        _BILLS,
        "_move(id, word.withStatus(Status.Live), _ownerOf(id), to);",
        "_move(id, word.withStatus(Status.Live).rejectablePossession(), _ownerOf(id), to);",
    ),
    Fault(
        "REPLACED",
        "replace",
        "a bill is replaced that was surrendered for delivery",
        _AMENDMENTS,
        "            _requireStatus(id, word, Status.PendingAmendment);\n",
        "",
    ),
    Fault(
        "SHIPPER",
        "replace",
        "whoever kept an order bill becomes shipper of the straight one",
        _AMENDMENTS,
        "        if (replaced.kind() != Kind.Blank) return replaced.titleholder();\n",
        "",
    ),
    Fault(
        "HELD",
        "lodge",
        "a room holds for nobody",
        _BILLS,
        "        if (holder == 0) revert RoomHoldsForNobody(room, id);\n        if (holder != giver",
        "        if (holder != giver",
    ),
    Fault(
        "UNLODGED",
        "transfer",
        "a room lets out and the lodging stays",
        _BILLS,
        "            _lodgings[id] = NO_LODGING;\n            return (word.givenBy",
        "            return (word.givenBy",
    ),
    Fault(
        "MAY_HOLD",
        "hold",
        "a room holds for one that is suspended",
        _LEDGER,
        "if (record.windingDown || block.timestamp < record.suspendedUntil)",
        "if (record.windingDown)",
    ),
    Fault(
        "UNANSWERED",
        "sign",
        "a room acts before it has answered",
        _BILLS,
        "if (account_.isRoom() && _lodgings[id].isNone()) revert NotLodged(id);",
        "",
    ),
    Fault(
        "KEPT",
        "lodge",
        "a bill is lodged while another may reject its title",
        _BILLS,
        "if (word.mayRejectTitle()) revert TitleUnsettled(id);",
        "",
    ),
    Fault(
        "GIVEN_BACK",
        "giveBack",
        "a bearer bill comes out of a room to order",
        _BILLS,
        "if (lodging_.endorsed() && word.kind() == Kind.Blank)",
        "if (word.kind() == Kind.Blank)",
    ),
    Fault(
        "GIVEN_BACK",
        "lodged_and_given_back",
        "that the lodging endorsed it is forgotten",
        _BILLS,
        "endorsement == Endorsement.Blank, deal);",
        "false, deal);",
    ),
    Fault(
        "WAY_OUT",
        "giveBack",
        "a room cannot give back to who is suspended",
        _BILLS,
        "        _lodgings[id] = NO_LODGING;\n        uint256 actCount = _move(",
        "        _receiver(to);\n        _lodgings[id] = NO_LODGING;\n        uint256 actCount = _move(",
    ),
    Fault(
        "RECOVERED",
        "recover",
        "a recovery ends the right to reject",
        _AMENDMENTS,
        "_move(id, word, from, to);",
        "_move(id, word.spentPossession(), from, to);",
    ),
    Fault(
        "ISSUED",
        "issue",
        "another carrier issues",
        _LEDGER,
        "AccountWord carrier = _carrier(terms.bill, actor, Roles.ISSUE);",
        "AccountWord carrier = _acting(actor, Roles.ISSUE);",
    ),
    Fault(
        "ENDED",
        "recover",
        "a bill that became paper still moves",
        _AMENDMENTS,
        "word.status() > Status.Surrendered",
        "word.status() > Status.Paper",
    ),
    Fault(
        "COUNTED",
        "transfer",
        "the count runs over",
        _WORD,
        "if (bits & ACT_COUNT_MASK == ACT_COUNT_MASK) return word;",
        "",
    ),
    Fault(
        "APPROVALS",
        "transferFrom",
        "an approval outlives the move",
        _LEDGER,
        "                sstore(add(1, slot), 0)\n",
        "",
    ),
    Fault(
        "APPROVALS",
        "approve",
        "an approval leaves no mark",
        _BILLS,
        "if (!possessor.approves()) _setAccount(actor, possessor.withApproves());",
        "",
    ),
    Fault(
        "BALANCES",
        "transfer",
        "who gave a bill still counts it",
        _LEDGER,
        "sstore(balanceSlot, sub(fromBalance, 1))",
        "",
    ),
    Fault(
        "WELL_FORMED",
        "wellFormed",
        "a reference may end with a space",
        "contracts/bills/BillId.sol",
        "return text >> 133 != 0x20 && text & (last * 0x7f) != last * 0x20;",
        "return text >> 133 != 0x20;",
    ),
)
