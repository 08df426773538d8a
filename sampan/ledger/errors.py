"""Reverts as named exceptions, in words: what a contract refused, why, and what would be right.

Every error of the suite is an exception of its own (`MayNotReceive`, `RejectTimePassed` ...) with the contract's
arguments as attributes; all are `sampan.errors.Refused`.
"""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING, Any, get_type_hints

from sampan.chain import abi
from sampan.chain.transactions import revert_text
from sampan.errors import BadInput, SampanError
from sampan.ledger.base import ContractRefusal
from sampan.ledger.base import UnknownRefusal as UnknownRefusal  # noqa: PLC0414  (exported from here)
from sampan.ledger.describe import Names, describe
from sampan.ledger.refusals import *  # noqa: F403  (the module's `__all__` is generated)
from sampan.ledger.refusals import REFUSALS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sampan.chain.transactions import Reverted

WORDS: Mapping[str, tuple[str, str | None]] = {
    # ------------------------------------------------------------------------------------------------------- standing
    "MayNotAct": (
        "{account} may not act now: it is no account, or suspended, or was removed",
        "`sampan participant show` tells its standing",
    ),
    "MayNotReceive": (
        "{account} may be given nothing new now: it is no account, suspended, winding down or delisted",
        "choose another receiver, or wait until its standing returns",
    ),
    "LacksRole": ("{account} does not have the role {role}", "let an account act that has the role"),
    "AlreadyAnAccount": ("{account} is an account already", "an address acts for one participant, once and for good"),
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
    "ExitsStayOpen": (
        "{participant} keeps {roles}: without them what it has could not come out",
        "leave these roles; suspension or winding down stops new acts",
    ),
    "CodeTaken": ("the carrier code {list} {code_} belongs to {owner}", "a code has one owner; free it first"),
    "MalformedCode": ("{list} {code_} is no carrier code", "name the list (SMDG or NMFTA) and the code"),
    "GroundRequired": ("a ground is missing", "say why, in words or as a reference"),
    "RulebookRequired": ("no rulebook is named", "name the hash of the rulebook version that is signed (T5)"),
    "NotSuspended": ("{participant} is not suspended", None),
    "AnswerHoursOutOfRange": ("an answer time of {answer_hours} hours cannot be", "publish 1 to 336 hours"),
    "AnswerTimeChanging": (
        "{participant} published an answer time less than 28 days ago",
        "publish again from {until}, when no surrender can wait by the time before",
    ),
    "UnknownRecordLaws": (
        "{record_laws} names a law of the electronic record that is not known",
        "name some of those that `sampan participant record-laws --help` lists",
    ),
    "NumbersExhausted": ("the ledger has no number left for another account or participant", None),
    "AuthorityIsFixed": ("who administers this ledger cannot be changed", "a new version is a new deployment"),
    # -------------------------------------------------------------------------------------------------------- recovery
    "NoRecovery": ("no recovery of {lost} waits", "it was vetoed, carried out, or never proposed"),
    "RecoveryTooEarly": (
        "the recovery of {lost} may be carried out from {executable_from}",
        "until then every other account of the participant may veto it",
    ),
    "NothingToRecover": ("{bill} is with a living account already, or its life is over", None),
    # ----------------------------------------------------------------------------------------------------------- rooms
    "NotARoom": ("{room} is no room", "rooms are contracts that were listed; `sampan room show` tells"),
    "RoomNeedsTerms": ("{room} is a room: it is entered with terms", "lodge the bill there"),
    "RoomNotListed": ("{room} is not listed for {country}", "use a room that is listed for that country"),
    "RoomRefused": ("the room {room} refused the bill", "its terms tell what it takes"),
    "RoomHoldsForNobody": ("the room {room} would hold {bill} for nobody", "the room is at fault; use another"),
    # ------------------------------------------------------------------------------------------------------ signatures
    "SignatureExpired": ("what was signed counted until {deadline}", "ask for a new signature with a later deadline"),
    "SignatureCancelled": ("{signer} has withdrawn what it signed", "ask whether it still agrees"),
    "NotSignedBy": (
        "this was not signed by {signer}",
        "was it signed for this ledger, this chain and exactly this text?",
    ),
    "StaleAct": (
        "{bill} stands at act {act_count}, the signature was made at {signed}",
        "something happened to the bill in between: sign anew",
    ),
    "NotAboutBill": ("what was signed is no act on {bill}", "sign a verb whose first argument is the bill"),
    # ------------------------------------------------------------------------------------------------------------ bills
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
        "the carrier's cover does not stand for {bill} under {record_law}",
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
        "straight: shipper or consignee in possession; named: the titleholder, or with its agreement; blank: possessor",
    ),
    "AgreedReplacementsRequired": (
        "a room surrenders {bill} for amendment only with the replacements agreed",
        "agree the replacements first and give their hash",
    ),
    "RemarkRequired": ("a refusal gives its reason", "add a remark"),
    "RecallTooEarly": (
        "the surrender of {bill} may be recalled from {from_}",
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
    "StatementRequired": ("the statement of the change of medium is missing", "give its hash"),
    "AgreementRequired": (
        "{participant} takes {bill} from this giver only with its own agreement",
        "let it sign (`sampan bill agree`) and send the signature with the act",
    ),
    "NoEther": ("the ledger takes no ether", "send no value"),
    "CallTheLedger": ("this contract is code of the ledger, not the ledger", "call the address of Bills"),
    # ---------------------------------------------------------------------------------------------------------- ERC-721
    "NotOwnerNorApproved": ("the account neither possesses the bill nor is approved to move it", None),
    "TokenDoesNotExist": ("there is no such bill", "check the carrier, the reference and the version"),
    "TokenAlreadyExists": ("there is such a bill already", None),
    "TransferFromIncorrectOwner": ("the bill is possessed by somebody else", "read it again: it has moved"),
    "TransferToZeroAddress": ("a bill is never given to nobody", "name a receiver"),
    "TransferToNonERC721ReceiverImplementer": ("the receiver is a contract that takes no token", "lodge it in a room"),
    "BalanceQueryForZeroAddress": ("the zero address possesses nothing", None),
    "AccountBalanceOverflow": ("the account possesses as many bills as it can", "use another account"),
    # -------------------------------------------------------------------------------------------------- administration
    "AccessManagedUnauthorized": (
        "{caller} has no power to do this",
        "`sampan powers` shows who has which, with which delay",
    ),
    "AccessManagedRequiredDelay": (
        "{caller} may do this only after a delay of {delay} seconds",
        "announce it to the AccessManager first",
    ),
    "AccessManagedInvalidAuthority": ("{authority} is no AccessManager", None),
    "AccessManagerAlreadyScheduled": ("this was announced already", "carry it out when its time has come"),
    "AccessManagerBadConfirmation": ("a role is renounced by its member alone", None),
    "AccessManagerExpired": ("the announcement of this has expired", "announce it again"),
    "AccessManagerInvalidInitialAdmin": ("{initial_admin} cannot administer", None),
    "AccessManagerLockedFunction": ("the manager's function {selector} cannot be given to a role", None),
    "AccessManagerLockedRole": ("role {role_id} cannot be changed", None),
    "AccessManagerNotReady": ("this was announced, and its time has not come yet", "`sampan powers` shows when"),
    "AccessManagerNotScheduled": (
        "this takes effect after a delay, and was not announced",
        "announce it first; it can be carried out when its delay has passed",
    ),
    "AccessManagerUnauthorizedAccount": (
        "{msgsender} does not have administration role {role_id}",
        "`sampan powers` shows who has",
    ),
    "AccessManagerUnauthorizedCall": ("{caller} may not have {target} called so", "`sampan powers` shows who may"),
    "AccessManagerUnauthorizedCancel": ("{msgsender} may not cancel what {caller} announced", None),
    "AccessManagerUnauthorizedConsume": ("{target} may not use up this announcement", None),
    # ------------------------------------------------------------------------------------------------ parts of others
    "AddressEmptyCode": ("there is no contract at {target}", None),
    "FailedCall": ("a call within the act failed without a reason", None),
    "InsufficientBalance": ("{needed} wei are needed, {balance} are there", None),
    "InvalidShortString": ("a short text of the contract is damaged", None),
    "StringTooLong": ("a text is too long: {str}", None),
    "SafeCastOverflowedUintDowncast": ("{value} does not fit into {bits} bits", None),
}
"""Error to what it says and what would be right; `{argument}` stands for the contract's own."""


class NotOnLedger(BadInput):
    """Nobody and nothing of that name is on this ledger: a bill, a participant, a room."""

    code = "ledger.unknown"


class DocumentRefused(BadInput):
    """A document cannot be issued by this participant, on this ledger, so; nothing was sent."""

    code = "document.refused"


class BearerBill(DocumentRefused):
    """The document makes a bearer bill, and nobody has said that one is meant (T6)."""

    code = "document.bearer"


class BatchRefused(SampanError):
    """One of several acts was refused, so that none of its transaction was done.

    `position` counts from 1; `refusal` is the contract's own; `done` are the acts of the transactions before it.
    """

    code = "refused.batch"
    exit_code = 5

    def __init__(self, position: int, count: int, label: str, refusal: ContractRefusal, done: tuple[Any, ...]) -> None:
        super().__init__(
            f"act {position} of {count} ({label}) was refused: {refusal.message}",
            subject=refusal.subject,
            hint=refusal.hint,
            code=refusal.code,
        )
        self.position = position
        self.refusal = refusal
        self.done = done


@cache
def _by_selector() -> Mapping[bytes, type[ContractRefusal]]:
    return {abi.selector(signature): kind for signature, kind in REFUSALS.items()}


def from_revert(reverted: Reverted, names: Names | None = None) -> ContractRefusal:
    """The named exception for a revert; `UnknownRefusal`, with the raw data, for one that no ABI of the suite has."""
    refusal = from_data(reverted.data, names, hint=reverted.hint, transaction=reverted.transaction_hash)
    if reverted.call is not None and reverted.call.label:
        refusal.subject = reverted.call.label
    return refusal


def from_data(
    data: bytes, names: Names | None = None, *, hint: str | None = None, transaction: str | None = None
) -> ContractRefusal:
    """As `from_revert`, from the raw data of a revert."""
    names = names or Names()
    kind = _by_selector().get(data[:4])
    if kind is None:
        raw = f" (0x{data.hex()})" if data else ""
        return UnknownRefusal(
            f"a contract refused: {revert_text(data)}{raw}", arguments={}, data=data, hint=hint, transaction=transaction
        )
    types = abi.split_types(kind.SIGNATURE[len(kind.__name__) + 1 : -1])
    hints = get_type_hints(kind)
    arguments: dict[str, Any] = {}
    for name, value in zip(kind.PARAMETERS, abi.decode(types, data[4:], subject=kind.__name__), strict=True):
        wanted = hints[name]
        arguments[name] = wanted(value) if isinstance(wanted, type) and issubclass(wanted, IntEnum) else value
    message, right = WORDS[kind.__name__]
    said = {name: describe(name, value, names) for name, value in arguments.items()}
    return kind(
        message.format(**said),
        arguments=arguments,
        data=data,
        subject=transaction,
        hint=hint or (None if right is None else right.format(**said)),
        transaction=transaction,
    )


def every_error_has_words() -> set[str]:
    """Errors of the suite without words, and words without an error; empty when all is well."""
    return set(WORDS) ^ {kind.__name__ for kind in REFUSALS.values()}
