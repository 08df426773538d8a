"""What the bills' errors say."""

from __future__ import annotations

from sampan.bills.subject import BILLS

BILLS.refusals.update(
    {
        "NothingToRecover": ("{bill} is with a living account already, or its life is over", None),
        "NotLodged": ("no room has {bill}, or the room has not answered yet", "it is lodged first"),
        "TitleUnsettled": (
            "somebody else may still reject the title to {bill}",
            "lodge it when that one has acted, or when its 72 hours have passed",
        ),
        "MayNotHold": (
            "a room may not hold anew for {participant}: it is suspended or winding down",
            "name somebody who may be given something",
        ),
        "NotOneLodging": (
            "{bill} is held for another, or was lodged by another or in another way, than the rest",
            "replace them apart",
        ),
        "TooManyActs": (
            "{bill} has so many acts that what moves nothing is refused",
            "transfer, endorse away or surrender it",
        ),
        "RoomHoldsForNobody": ("the room {room} would hold {bill} for nobody", "the room is at fault; use another"),
        "RoomNeedsTerms": ("{room} is a room: it is entered with terms", "lodge the bill there"),
        "StaleAct": (
            "{bill} stands at act {actCount}, the signature was made at {signed}",
            "something happened to the bill in between: sign anew",
        ),
        "NotAboutBill": ("what was signed is no act on {bill}", "sign a verb whose first argument is the bill"),
        "MalformedBill": ("{bill} is no id of a bill", "name it LEI/REFERENCE"),
        "NoSuchBill": ("{bill} was never issued", "check the carrier, the reference and the version"),
        "BillExists": ("{bill} was issued already", "a reference is used once; its next version follows a voided one"),
        "WrongStatus": ("{bill} is {status}, which does not allow this", "`sampan bill show` tells what may be done"),
        "NotPossessor": ("{account} does not possess {bill}", "let the possessor act"),
        "NotCarrier": ("{account} does not act for the carrier of {bill}", "let an account of the issuing carrier act"),
        "NotSurrenderer": ("{account} did not surrender {bill}", "let an account of whoever surrendered it act"),
        "PreviousVersionStands": (
            "the version before {bill} is {previous}",
            "the next version is issued when the one before is void, replaced in the same act, or came back from paper",
        ),
        "KindNotAllowed": ("{bill} cannot be issued {kind}", "issue it straight, to order or in blank"),
        "TitleholderRequired": ("nobody is named as entitled under {bill}", "name an account of the titleholder"),
        "NoTitleholderInBlank": ("{bill} is in blank and cannot name a titleholder", "leave the titleholder out"),
        "DocumentRequired": ("{bill} has no document: root and checksum are needed", "issue from the document's file"),
        "LawRequired": ("{bill} names no law of the contract of carriage", "name it, as in GB-ENG"),
        "RecordLawNotCovered": (
            "the carrier's cover does not stand for {bill} under {recordLaw}",
            "choose a law that the carrier has published, or let it publish this one (T5)",
        ),
        "NotAPerson": ("{account} is no person's account", "title and straight bills belong to legal persons"),
        "AlreadyPossesses": ("{account} possesses {bill} already", None),
        "MayNotEndorse": (
            "{account} may not endorse {bill}: its kind or titleholder does not allow it",
            "to order: the titleholder in possession; in blank: the possessor; straight and by name: nobody",
        ),
        "EndorsementRequired": ("an endorsement is missing", "endorse by name, to order or in blank"),
        "EndorseeNotAllowed": ("an endorsement in blank, or none, names no endorsee", "leave the endorsee out"),
        "NothingToReject": ("nothing of {bill} can be rejected by this account", "acting on a bill spends that right"),
        "RejectTimePassed": ("{bill} could be rejected until {until}", "it may be transferred or surrendered instead"),
        "RejectedWholeOnly": ("{bill}: what one act gave is rejected whole", "reject possession and title together"),
        "MayNotSurrender": (
            "{account} may not surrender {bill}",
            "straight: shipper or consignee in possession; named: the titleholder, or it agrees; blank: the possessor",
        ),
        "AgreedReplacementsRequired": (
            "a room surrenders {bill} for amendment only with the replacements agreed",
            "agree the replacements first and give their hash",
        ),
        "RemarkRequired": ("a refusal gives its reason", "add a remark"),
        "RecallTooEarly": (
            "the surrender of {bill} may be recalled from {from}",
            "until then the carrier may answer it",
        ),
        "NothingToReplace": (
            "{bill} is not surrendered for amendment, so no replacements are agreed",
            "leave the hash of the replacements out",
        ),
        "ReplacementsNotAgreed": (
            "whoever surrendered {bill} has not agreed to these replacements",
            "agree them beforehand by hash, or show its signature in the same transaction",
        ),
        "NotOneSurrenderer": ("{bill} was surrendered by another account than the rest", "replace them apart"),
        "TooMany": ("{count} at once are too many, {most} is the most", "do it in several acts"),
        "OriginalsRequired": ("a change of medium is about one paper original at least", "say how many there are"),
        "StatementRequired": ("the statement of the change of medium is missing", "give its hash"),
        "AgreementRequired": (
            "{participant} takes {bill} from this giver only with its own agreement",
            "let it sign (`sampan bill agree`) and send the signature with the act",
        ),
        # ------------------------------------------------------------------------------------------- of every room
        "NotTheLedger": ("the ledger alone tells a room this, not {caller}", "lodge the bill (`sampan bill lodge`)"),
        "NotUnderThisDeal": (
            "{bill} does not lie in this room under this deal",
            "`sampan bill show` tells where it is",
        ),
        "NotAParty": ("{account} is not the party whom the deal lets do this", "let an account of that party act"),
        "AlreadyUsed": ("what was signed was carried out already", "sign anew what shall be done twice"),
        "NoEther": ("the ledger takes no ether", "send no value"),
        "CallTheLedger": ("this contract is code of the ledger, not the ledger", "call the address of Bills"),
    }
)
