"""Events that carry no count of the ledger, and what shows all the same that one is missing; by the book."""

from __future__ import annotations

from typing import Final

BESIDE: Final = {
    **{"HeldOn": "ReplacementIssued", "ParticipantEnrolled": "AccountAdded"},
    **dict.fromkeys(("DepositIssued", "DepositRedeemed", "DepositBalanceRecovered"), "DepositTransfer"),
    **{"Settled": "DepositTransfer", "Paid": "DepositTransfer", "Changed": "HeldFor"},
    **dict.fromkeys(("PositionSold", "PositionRecovered"), "PositionTransfer"),
    **dict.fromkeys(("Recalled", "Declined", "Expired"), "Rejected"),
}
"""An event → the one of the same call that shows it."""
IN_WORDS: Final = {
    "DepositTransfer": "in both holders' words",
    "DepositIncomingDeclined": "in the holder's word",
    "ReservesIssued": "what is held after it",
    "ReservesRedeemed": "what is held after it",
    "Exchanged": "what is used up after it",
    "CalledBySignature": "its digest is kept",
    "CoinCollected": "the token's own, which is no contract of the platform",
    "Anchored": "its producer's batches have numbers without gaps",
    "FactRecorded": "in the fact's word",
    "FactAttested": "in the fact's word",
    "FactStruck": "in the fact's word",
    "FactWithdrawn": "in the fact's word",
    "ConditionLaid": "its clauses are kept",
    "Registered": "in the words of its boxes",
    "Deregistered": "in the words of its boxes",
    "Moved": "in the words of its boxes, or of its part loads",
    "Opened": "the facilities have numbers without gaps",
    "Pledged": "the pledges of a facility have numbers without gaps",
    "Drawn": "in the words of the facility",
    "Repaid": "in the words of the facility",
    "Discharged": "in the word of the bill and of the facility",
    "Instructed": "who may take the bill is kept",
    "PledgeSold": "in the words of bill and facility",
    "PledgeSurrendered": "in the words of bill and facility",
    "CarriedOn": "in the words of the bills",
    "Allotted": "in the words of the bills",
    "Entrusted": "in the words of bill and facility",
    "Forgotten": "in the words of the boxes",
    "AvailabilityEnded": "in the words of the facility",
    "Claimed": "in the word of the position",
    "SurplusTaken": "in the words of the facility",
    "SecurityFiled": "until when it stands is kept",
    "AgentReplaced": "how often is kept",
    "HandedOver": "for whom the bill is held, the ledger keeps",
    "CarrierGrouped": "the group is kept",
    "LoanCalledBySignature": "its digest is kept",
    "PositionTransfer": "its owner is kept",
    "Lent": "its shares are kept",
    "Split": "the shares of both are kept",
}
"""An event → where storage tells it."""
LAST_ALONE: Final = {"DepositApproval", "CoinAllowed", "PositionApproval", "PositionApprovalForAll"}
"""Of which storage has what was said last."""
NOT_COUNTED: Final = {*BESIDE, *IN_WORDS, *LAST_ALONE}
COUNTED: Final = {
    *("DepositTransfer", "DepositIncomingDeclined", "Anchored"),
    *(BESIDE.keys() - {"PositionSold", "PositionRecovered"}),
}
"""Of these, what an audit counts all the same: its subject says how (`Audited.counted`), or what stands beside it."""
