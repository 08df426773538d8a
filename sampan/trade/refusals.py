"""What the sale's errors say."""

from __future__ import annotations

from sampan.trade.subject import SALE

_SHOW = "`sampan sale show` tells under which terms a bill lies there"

SALE.refusals.update(
    {
        "TermsMalformed": ("these are no terms of a sale", "offer with `sampan sale offer`"),
        "NothingUnder": ("no bill lies in the sale under these terms any more", _SHOW),
        "BillsNotAscending": ("the bills are not in ascending order at {bill}, or one is named twice", None),
        "NotInTerms": ("the terms do not name {bill}", "lodge the bills that are sold, and no other"),
        "NotTheSeller": ("{participant} lodges, and another sells by the terms", "let the seller lodge its bills"),
        "DeadlineOutOfRange": ("an offer does not last until {deadline}", "let it end within 366 days from now"),
        "PaidTooLate": ("the offer ended {deadline}", "the seller may offer anew; anybody sends the bills back"),
        "NotExpired": (
            "the offer lasts until {deadline}",
            "until then the buyer may pay or decline, and the seller, once it is no longer firm, take the bills back",
        ),
        "StillFirm": ("the offer is firm until {firmUntil}", "after that the seller may change it or take it back"),
        "NotTheSameBills": (
            "other bills, or another seller, are another offer",
            "change price, buyer, payee or times alone; take the bills back to offer others",
        ),
        "NotDelivered": ("whoever holds {bill} in pledge did not hand it out", "pay nothing: ask the seller"),
        "BuyerHasNoTitle": (
            "the terms endorse nothing, and the buyer has no title to {bill}",
            "let the seller change the terms so that the bill is endorsed to order",
        ),
    }
)
