"""What identity's errors say."""

from __future__ import annotations

from sampan.identity.subject import IDENTITY

IDENTITY.refusals.update(
    {
        # ---------------------------------------------------------------------------------------------- standing
        "MayNotAct": (
            "{account} may not act now: it is no account, or suspended, or was removed",
            "enrol it when it is no account; `sampan participant account show` tells its standing",
        ),
        "MayNotReceive": (
            "{account} may be given nothing new now: it is no account, suspended, winding down or delisted",
            "enrol it when it is no account; `sampan participant account show` tells its standing",
        ),
        "LacksRole": ("{account} does not have the role {role}", "let an account act that has the role"),
        "AlreadyAnAccount": (
            "{account} is an account already",
            "an address acts for one participant, once and for good",
        ),
        "NotAnAccount": ("{account} is no account that could do this", "it was removed or recovered, or never added"),
        "NotTheSameParticipant": (
            "{account} and {other} do not belong to one participant",
            "let an account of that participant do it",
        ),
        "TooManyAccounts": ("{participant} has as many accounts as it may", "remove one that is not used"),
        "UnknownParticipant": ("there is no {participant}", "`sampan participant list` shows who is enrolled"),
        "AlreadyEnrolled": ("the LEI {lei} is enrolled already, as {participant}", "a legal person is enrolled once"),
        "MalformedLei": ("{lei} is no packed LEI", "give the LEI itself, 20 characters"),
        "MalformedCountry": ("{country} is no country code", "give two capitals, as in HK (ISO 3166-1 alpha-2)"),
        "RolesTooWide": ("the roles {roles} are more than {allowed}", "ask for fewer roles"),
        "IssueNeedsAnswer": (
            "whoever issues bills answers their surrender too; the roles {roles} lack answer",
            "give both roles, or neither",
        ),
        "ExitsStayOpen": (
            "{participant} keeps {roles}: without them what it has could not come out",
            "leave these roles; suspension or winding down stops new acts",
        ),
        "CodeTaken": ("the carrier code {list} {code} belongs to {owner}", "a code has one owner; free it first"),
        "MalformedCode": ("{list} {code} is no carrier code", "name the list (SMDG or NMFTA) and the code"),
        "GroundRequired": ("a ground is missing", "say why, in words or as a reference"),
        "RulebookRequired": ("no rulebook is named", "name the hash of the rulebook version that is signed (T5)"),
        "NotSuspended": ("{participant} is not suspended", None),
        "AnswerHoursOutOfRange": ("an answer time of {answerHours} hours cannot be", "publish 1 to 336 hours"),
        "AnswerTimeChanging": (
            "{participant} published an answer time less than 28 days ago",
            "publish again from {until}, when no surrender can wait by the time before",
        ),
        "UnknownRecordLaws": (
            "{recordLaws} names a law of the electronic record that is not known",
            "name some of those that `sampan participant record-laws --help` lists",
        ),
        "NumbersExhausted": ("the ledger has no number left for another account or participant", None),
        "AuthorityIsFixed": ("who administers this ledger cannot be changed", "a new version is a new deployment"),
        # ---------------------------------------------------------------------------------------------- recovery
        "NoRecovery": ("no recovery of {lost} waits", "it was vetoed, carried out, or never proposed"),
        "RecoveryTooEarly": (
            "the recovery of {lost} may be carried out from {executableFrom}",
            "until then every other account of the participant may veto it",
        ),
        "RecoveryLapsed": (
            "the recovery of {lost} could be carried out until {until}",
            "propose it anew; every other account of the participant may veto that",
        ),
        "RecoveryWaits": (
            "a recovery of {account} waits, and until then it binds nobody",
            "let another account of the participant do it, or veto the recovery with one",
        ),
        "AddedSince": (
            "{account} was added after the recovery was proposed, and has no veto",
            "veto it with an account that was there",
        ),
        # ------------------------------------------------------------------------------------------------- rooms
        "NotARoom": ("{room} is no room", "rooms are contracts that were listed; `sampan room show` tells"),
        "RoomIsAsked": (
            "a room is asked whether it takes {bill}, and nobody's standing or consent changes meanwhile",
            "do it before the bill is lodged, or after",
        ),
        "RoomNotListed": ("{room} is not listed for {country}", "use a room that is listed for that country"),
        # -------------------------------------------------------------------------------------------- signatures
        "SignatureExpired": (
            "what was signed counted until {deadline}",
            "ask for a new signature with a later deadline",
        ),
        "SignatureCancelled": ("{signer} has withdrawn what it signed", "ask whether it still agrees"),
        "NotSignedBy": (
            "this was not signed by {signer}",
            "was it signed for this ledger, this chain and exactly this text?",
        ),
    }
)
