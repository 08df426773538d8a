"""What the loan book's errors say."""

from __future__ import annotations

from sampan.finance.loans.subject import LOANS

_OWED = "`sampan finance owed` tells what is owed, and what covers it"

LOANS.refusals.update(
    {
        "TermsUnfit": ("the term {term} cannot be so", "propose another, and let it be signed anew"),
        "OpenedTooLate": ("the facility could be opened until {deadline}", "let all sign it again for later"),
        "PledgedTooLate": ("the agent's acceptance counted until {deadline}", "ask the agent for another"),
        "AlreadyOpened": ("facility {facility} was opened under these terms", "another salt makes another facility"),
        "NoSuchFacility": ("there is no facility {facility}", "`sampan finance list` lists those there are"),
        "NoMoney": ("{money} is no deposit of the books", "name a bank's deposit: loans are of what banks owe"),
        "SignaturesMissing": (
            "{needed} signatures are needed",
            "let all sign, in the order of the terms",
        ),
        "DepositsMissing": ("{needed} lenders pay in", "name of each the deposit that it pays out of"),
        "PledgeMalformed": ("these are no terms of a pledge", "pledge with `sampan finance pledge`"),
        "NotPledgeable": (
            "{bill} is {kind}: without another's word the lenders could neither sell nor surrender it",
            "endorse it in blank first; a straight bill, or one to another by name, secures no loan",
        ),
        "NotAvailable": ("money could be drawn until {availableUntil}", "another facility lends more"),
        "NothingDrawn": ("nothing is drawn", "name an amount"),
        "TooLittleUndrawn": ("of the facility {undrawn} is undrawn, less than {amount}", "draw less"),
        "NotInDefault": ("facility {facility} is not in default", "wait for the end of grace, or amend the bill"),
        "NotCovered": ("{owed} would be owed, and the bills cover {covered}", "repay, draw less, or pledge more"),
        "ConditionNotMet": (
            "the condition {condition} does not hold for {bill}",
            "`sampan cargo why` tells what is missing",
        ),
        "NotFiled": ("the security does not stand filed in {country}", "let the agent file it: `sampan finance file`"),
        "FilingUnfit": ("a filing names a country, a registry and a time in the past, and stands still", None),
        "NothingOwed": ("nothing is owed in facility {facility}", None),
        "NothingPaid": ("nothing is to be paid", "name an amount"),
        "NothingUndrawn": ("in facility {facility} all is drawn, or given back", None),
        "NothingUnclaimed": ("position {position} has had all that it is owed", "wait for the next repayment"),
        "NoSurplus": ("facility {facility} keeps nothing for the borrower", None),
        "PrintsMissing": ("{units} prints belong to {bill}", "show all of them, those of its pledge"),
        "NotAllotted": (
            "what {bill} has of the bill that it replaced, the agent has not said",
            "let the agent allot it (`sampan finance allot`), or repay all that is owed",
        ),
        "NothingToAllot": ("{bill} replaced nothing together with others, or was allotted", None),
        "SharesMissing": (
            "{bill} was replaced together with {others} others, and each of them is named",
            "say of all of them what each has (`sampan finance allot`)",
        ),
        "AllottedTooMuch": ("{bill} would have more than there is, or nothing", "leave a print and its value to each"),
        "NotInstructed": (
            "nobody who may let this room take {bill} under this deal, as the loan stands",
            "ask the borrower, or in default the agent, for `sampan finance instruct`",
        ),
        "OfferTooLow": ("for {bill} {asked} is asked", "offer as much"),
        "LeastTooLow": ("below the reserve {reserve} the agent alone sells {bill}", "name at least the reserve"),
        "NoValue": ("{bill} has no value here, so the agent alone sells it", None),
        "StillRegistered": (
            "the cargo of {bill} secures the debt under which it was sold",
            "end that first: `sampan finance forget`",
        ),
        "SelfDealing": ("in default nobody of the agent's group takes the bill", "sell to somebody else"),
        "NothingLeft": ("of {bill} nothing is left to end", None),
        "StillOwed": ("something is owed in facility {facility}", _OWED),
        "StillAvailable": ("money can be drawn until {availableUntil}", "wait until then"),
        "TrustUnfit": ("a bill is not out on trust until {until}", "name a time ahead"),
        "NoMajority": (
            "{inFavour} shares are in favour, of {shares} that count",
            "more than half must have signed",
        ),
        "VotesNotAscending": ("positions are not in ascending order at {position}, or one is named twice", None),
        "NotOfTheLoan": ("{position} is of another facility", None),
        "NotAbstaining": (
            "the owner of {position} may act, so it counts",
            "count it in favour, or name it on neither side",
        ),
        "NoVote": (
            "the owner of {position} is of the borrower's group",
            "name it among those that abstain: it counts neither way",
        ),
        "AgentStands": ("{bill} is held for the agent that there is", None),
        "CarrierGroupStands": ("the group of {carrier} stands noted so", None),
        "NoSuchCarrier": ("{carrier} is no participant", None),
        "CallTheBook": ("this code is run by the loan book", "call the loan book"),
    }
)
