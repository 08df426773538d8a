"""What every error of a contract is made of, as an exception; the types themselves stand in `refusals`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar, Final, TypeAlias

from sampan.errors import Refused
from sampan.suite.codec import Codec, python_name
from sampan.suite.event import items
from sampan.suite.tell import Names, checksum, described
from sampan.suite.verb import enumeration

Said: TypeAlias = "Mapping[str, tuple[str, str | None]]"
"""Error → what it says, and what would be right; `{argument}` stands for the contract's own."""


class ContractRefusal(Refused):
    """A contract refused an act. `name` and `arguments` are the contract's own; subclasses have the arguments as
    attributes, in Python's writing, but for those that every error has already (`code`, `data`).

    `data` is what it reverted with, raw; `transaction` the hash of the transaction that was mined and failed, if any.
    """

    SIGNATURE: ClassVar[str] = ""
    PARAMETERS: ClassVar[tuple[str, ...]] = ()
    """The contract's names of the arguments, in order."""
    code = "refused.contract"

    def __init__(
        self,
        message: str,
        *,
        arguments: dict[str, Any],
        data: bytes = b"",
        subject: str | None = None,
        hint: str | None = None,
        transaction: str | None = None,
    ) -> None:
        super().__init__(message, subject=subject, hint=hint, code=f"refused.{self.name}")
        self.arguments = arguments
        self.data = data
        self.transaction = transaction
        for key, value in arguments.items():
            if python_name(key) not in TAKEN:
                setattr(self, python_name(key), value)

    @property
    def name(self) -> str:
        """The error's name in the contract."""
        return type(self).__name__


TAKEN: Final = frozenset(
    {"name", "code", "data", "message", "subject", "hint", "arguments", "transaction", "args", "exit_code"}
)
"""Attributes that every error has."""


class UnknownRefusal(ContractRefusal):
    """A contract refused with an error that no ABI of the suite has, or with no reason at all; `data` has it raw."""

    @property
    def name(self) -> str:
        return "unknown"


@cache
def codec() -> Codec:
    """Every error that can reach a client."""
    return Codec([items("error")], address_of=lambda raw: checksum("0x" + raw.hex()), make=enumeration)


@cache
def kinds() -> Mapping[str, type[ContractRefusal]]:
    """Every error's type, by name. Those of the compiler (`Panic`, `Error`) are no contract's own and have none."""
    found = {}
    for error in codec().errors.values():
        if error.name not in ("Panic", "Error"):
            body = {"SIGNATURE": error.signature, "PARAMETERS": error.parameters, "__module__": "sampan.suite.refusals"}
            found[error.name] = type(error.name, (ContractRefusal,), body)
    return found


def named(data: bytes, said: Said, names: Names | None = None, **more: Any) -> ContractRefusal | None:
    """The exception of a revert's data, in words; None when no ABI of the suite has it. One without words, as an error
    of a room that was just compiled, is told by its name and arguments.

    `more` are `hint`, which goes before the error's own, and `transaction`. Raises ValueError for arguments that are
    not the encoding of their types.
    """
    error = codec().errors.get(data[:4])
    kind = kinds().get(error.name) if error else None
    if error is None or kind is None:
        return None
    arguments = dict(zip(error.parameters, error.decode(data[4:]), strict=True))
    told = described(arguments, names)
    words, right = said.get(error.name) or OTHERS.get(error.name) or (None, None)
    message = f"{error.name}({', '.join(told.values())})" if words is None else words.format(**told)
    hint = more.get("hint") or (None if right is None else right.format(**told))
    transaction = more.get("transaction")
    return kind(
        message,
        arguments=arguments,
        data=data,
        subject=transaction,
        hint=hint,
        transaction=transaction,
    )


OTHERS: Final[Said] = {
    # --------------------------------------------------------------------------------------------------- ERC-721
    "NotOwnerNorApproved": ("the account neither has this nor is approved to move it", None),
    "TokenDoesNotExist": ("there is no such bill or position", "check how it is named"),
    "TokenAlreadyExists": ("there is such a bill already", None),
    "TransferFromIncorrectOwner": ("somebody else has it", "read it again: it has moved"),
    "TransferToZeroAddress": ("a bill is never given to nobody", "name a receiver"),
    "TransferToNonERC721ReceiverImplementer": ("the receiver is a contract that takes no token", "lodge it in a room"),
    "BalanceQueryForZeroAddress": ("the zero address possesses nothing", None),
    "AccountBalanceOverflow": ("the account possesses as many bills as it can", "use another account"),
    # -------------------------------------------------------------------------------------------- administration
    "AccessManagedUnauthorized": (
        "{caller} has no power to do this",
        "`sampan powers` shows who has which, with which delay",
    ),
    "AccessManagedRequiredDelay": (
        "{caller} may do this only after a delay of {delay}",
        "announce it to the AccessManager first",
    ),
    "AccessManagedInvalidAuthority": ("{authority} is no AccessManager", None),
    "AccessManagerAlreadyScheduled": ("this was announced already", "carry it out when its time has come"),
    "AccessManagerBadConfirmation": ("a role is renounced by its member alone", None),
    "AccessManagerExpired": ("the announcement of this has expired", "announce it again"),
    "AccessManagerInvalidInitialAdmin": ("{initialAdmin} cannot administer", None),
    "AccessManagerLockedFunction": ("the manager's function {selector} cannot be given to a role", None),
    "AccessManagerLockedRole": ("{roleId} cannot be changed", None),
    "AccessManagerNotReady": ("this was announced, and its time has not come yet", "`sampan powers` shows when"),
    "AccessManagerNotScheduled": (
        "this takes effect after a delay, and was not announced",
        "announce it first; it can be carried out when its delay has passed",
    ),
    "AccessManagerUnauthorizedAccount": (
        "this is for {roleId} alone, and {msgsender} is none",
        "`sampan powers` shows who has",
    ),
    "AccessManagerUnauthorizedCall": ("{caller} may not have {target} called so", "`sampan powers` shows who may"),
    "AccessManagerUnauthorizedCancel": ("{msgsender} may not cancel what {caller} announced", None),
    "AccessManagerUnauthorizedConsume": ("{target} may not use up this announcement", None),
    # ------------------------------------------------------------------------------------------- parts of others
    "AddressEmptyCode": ("there is no contract at {target}", None),
    "FailedCall": ("a call within the act failed without a reason", None),
    "InsufficientBalance": ("{needed} wei are needed, {balance} are there", None),
    "InvalidShortString": ("a short text of the contract is damaged", None),
    "StringTooLong": ("a text is too long: {str}", None),
    "ReentrancyGuardReentrantCall": ("a contract was called again while it was at work", None),
    "SafeERC20FailedOperation": ("the token {token} did not do what it was told", None),
    "ECDSAInvalidSignature": ("this is no signature", "let it be signed anew"),
    "ECDSAInvalidSignatureLength": ("a signature has no {length} bytes", "let it be signed anew"),
    "ECDSAInvalidSignatureS": ("the signature is not in its one lawful form", "let it be signed anew"),
    # ---------------------------------------------------------------------------------------------------- ERC-20
    "ERC20InsufficientAllowance": (
        "{spender} may spend {allowance} of the payer's, not {needed}",
        "let the payer allow it first (`sampan money allow`)",
    ),
    "ERC20InsufficientBalance": (
        "{sender} has {balance} in this deposit, not {needed}",
        "pay less, or out of another deposit; `sampan money balances` shows them",
    ),
    "ERC20InvalidApprover": ("nobody allows nothing", None),
    "ERC20InvalidReceiver": ("nobody is paid: {receiver}", "name a payee"),
    "ERC20InvalidSender": ("nobody pays: {sender}", "name a payer"),
    "ERC20InvalidSpender": ("nobody may spend nothing", "name who may spend it"),
    "ERC2612ExpiredSignature": ("the signed allowance counted until {deadline}", "sign another"),
    "ERC2612InvalidSigner": (
        "the allowance was signed by {signer}, or for another number, not by {owner} for this one",
        "sign another",
    ),
    "InvalidAccountNonce": ("{account} signed this for another number than {currentNonce}", "sign another"),
    "SafeCastOverflowedUintDowncast": ("{value} does not fit into {bits} bits", None),
}
"""What the errors of parts say that are not ours: Solady's ERC-721, OpenZeppelin's AccessManager and libraries."""
