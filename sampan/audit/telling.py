"""The history of a bill, and administration's acts, told in plain sentences and as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sampan.audit.evidence import LEDGER
from sampan.audit.names import bill_name, lei_text, shown, time_text
from sampan.audit.rebuild import participant_name, subject_of
from sampan.model.state import (
    LAW_NAMES,
    Endorsement,
    Kind,
    Purpose,
    Receiving,
    RecordLaw,
    Rejection,
    SurrenderFor,
    option,
    plain,
)
from sampan.suite.ids import ONE_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from enum import IntEnum

    from sampan.audit.decoding import Entry
    from sampan.model.state import State

ADMINISTRATION = frozenset(
    {
        "ParticipantEnrolled",
        "CodeAssigned",
        "ProfileSet",
        "ParticipantSuspended",
        "SuspensionLifted",
        "WindingDownSet",
        "RecoveryProposed",
        "RecoveryVetoed",
        "AccountRecovered",
        "RoomListed",
        "RoomDelisted",
    }
)
"""What administration does on the ledger, and the vetoes and ends of its recoveries."""


_WORDS: dict[str, type[IntEnum]] = {
    "kind": Kind,
    "endorsement": Endorsement,
    "recordLaw": RecordLaw,
    "rejection": Rejection,
    "receiving": Receiving,
    "purpose": SurrenderFor,
}
_SIGNED: dict[str, type[IntEnum]] = {"purpose": Purpose}
"""Which of the ledger's words the numbers of an event are: of `Signed`, and of all the others."""


class Names:
    """How addresses and participants are called in sentences.

    Addresses by the names given, else whole, or `short`. Participants by the name of one of their accounts where it has
    one, else by LEI, which the state knows, else by number.
    """

    def __init__(
        self, names: Mapping[str, str] | None = None, state: State | None = None, *, short: bool = False
    ) -> None:
        self._names = {address.lower(): name for address, name in (names or {}).items()}
        self._persons: dict[int, str] = {}
        self._short = short
        if state is not None:
            self._persons = {person.number: lei_text(person.lei) for person in state.participants.values()}
            for account in sorted(state.accounts.values(), key=lambda item: -item.number):
                if account.participant and account.address in self._names:
                    self._persons[account.participant] = self._names[account.address]

    def __call__(self, address: str) -> str:
        """What an address is called."""
        full = shown(address)
        return self._names.get(address.lower()) or (f"{full[:6]}…{full[-4:]}" if self._short else full)

    def person(self, number: int) -> str:
        """What a participant is called."""
        return self._persons.get(number) or participant_name(number)


PLAIN = Names()


def is_administration(entry: Entry) -> bool:
    """Whether an event is an act of administration: on the ledger, or on the manager of powers."""
    return entry.name in ADMINISTRATION if entry.contract == LEDGER else True


def sentence(entry: Entry, name: Names = PLAIN) -> str:
    """An event in one sentence."""
    tell = _SENTENCES.get(entry.name)
    if tell is None:
        return f"{entry.name} of {subject_of(entry)}"
    return tell(entry.args, name)


def remark_of(entry: Entry) -> str | None:
    """The remark of an act, as text where it is some, else as hex; None when there is none."""
    raw = entry.args.get("remark") or entry.args.get("ground") or b""
    if not raw:
        return None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return "0x" + str(raw.hex())
    return text if text.isprintable() else "0x" + raw.hex()


def as_data(entry: Entry, name: Names = PLAIN) -> dict[str, Any]:
    """An event as it stands in the timeline's JSON: times as RFC 3339, bytes as 0x text, ids hex, other numbers
    as decimal text, words as the command line has them; of an argument that is no word of its kind, the number."""
    return {
        "block": entry.block,
        "log": entry.index,
        "time": time_text(entry.time),
        "transaction": entry.transaction,
        "event": entry.name,
        "told": sentence(entry, name),
        "remark": remark_of(entry),
        "arguments": {key: _argument(entry.name, key, value) for key, value in entry.args.items()},
    }


def _argument(event: str, key: str, value: Any) -> Any:
    kind = _SIGNED.get(key) if event == "Signed" else _WORDS.get(key)
    if kind is not None:
        try:
            return option(kind(value))
        except ValueError:
            return str(value)
    return _value(value)


def _value(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return hex(value) if value >= ONE_VERSION else str(value)
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, (list, tuple)):
        return [_value(item) for item in value]
    if isinstance(value, str) and value.startswith("0x") and len(value) == 42:
        return shown(value)
    return value


def _said(kind: type[IntEnum], value: int) -> str:
    try:
        return plain(kind(value))
    except ValueError:
        return str(value)


def _title(args: Mapping[str, Any], name: Names) -> str:
    return name.person(args["titleholder"])


def _issued(args: Mapping[str, Any], name: Names) -> str:
    law = LAW_NAMES.get(args["recordLaw"], str(args["recordLaw"]))
    kind = {Kind.STRAIGHT: "consigned to", Kind.ORDER: "to the order of", Kind.NAMED: "endorsed by name to"}
    title = f"{kind[args['kind']]} {_title(args, name)}" if args["kind"] in kind else "in blank"
    return f"{name(args['actor'])} issued it to {name(args['possessor'])}, {title}, the record under {law}"


def _how(args: Mapping[str, Any], name: Names) -> str:
    return {
        Endorsement.NAMED: f"by name to {_title(args, name)}",
        Endorsement.TO_ORDER: f"to the order of {_title(args, name)}",
        Endorsement.BLANK: "in blank",
    }.get(args["endorsement"], f"in a way ({args['endorsement']}) that does not exist")


def _endorsed(args: Mapping[str, Any], name: Names) -> str:
    said = f"{name(args['from'])} endorsed it {_how(args, name)}"
    return said if args["from"] == args["to"] else f"{said} and gave it to {name(args['to'])}"


def _lodged(args: Mapping[str, Any], name: Names) -> str:
    how = "" if args["endorsement"] == Endorsement.NONE else f", endorsed {_how(args, name)}"
    return f"{name(args['from'])} lodged it with room {name(args['room'])}{how}"


def _rejected(args: Mapping[str, Any], name: Names) -> str:
    what = _said(Rejection, args["rejection"])
    said = {"both": "possession and title", "issue": "the issue: the bill is void"}.get(what, what)
    return f"{name(args['actor'])} rejected {said}; possessor is {name(args['to'])}"


def _replaced(args: Mapping[str, Any], name: Names) -> str:
    names = " and ".join(bill_name(bill) for bill in args["replacements"])
    return f"{name(args['actor'])} replaced it by {names}"


def _reissued(args: Mapping[str, Any], name: Names) -> str:
    names = " and ".join(bill_name(bill) for bill in args["replaces"])
    return f"{_issued(args, name)}; it replaces {names}"


def _enrolled(args: Mapping[str, Any], _name: Names) -> str:
    country = args["country"].decode("ascii", errors="replace")
    return f"{participant_name(args['participant'])} was enrolled: LEI {lei_text(args['lei'])}, {country}"


def _code(args: Mapping[str, Any], name: Names) -> str:
    listing, code = (args[key].rstrip(b"\0").decode("ascii", errors="replace") for key in ("list", "code"))
    if not args["participant"]:
        return f"{listing} code {code} was freed"
    return f"{listing} code {code} was given to {name.person(args['participant'])}"


_SENTENCES: dict[str, Callable[[Mapping[str, Any], Names], str]] = {
    "Issued": _issued,
    "IssuedFromPaper": lambda a, n: f"{_issued(a, n)}; in place of {a['originals']} paper originals",
    "ReplacementIssued": _reissued,
    "Transferred": lambda a, n: f"{n(a['from'])} gave possession to {n(a['to'])}",
    "Endorsed": _endorsed,
    "Lodged": _lodged,
    "Signed": lambda a, n: f"{n(a['actor'])} signed it: {_said(Purpose, a['purpose'])}",
    "Rejected": _rejected,
    "Surrendered": lambda a, n: (
        f"{n(a['from'])} surrendered it to {n(a['to'])} for {_said(SurrenderFor, a['purpose'])}"
    ),
    "SurrenderAccepted": lambda a, n: f"{n(a['actor'])} accepted the surrender",
    "SurrenderRefused": lambda a, n: f"{n(a['actor'])} refused the surrender; it went back to {n(a['to'])}",
    "SurrenderRecalled": lambda a, n: f"{n(a['actor'])} recalled the surrender; it went back to {n(a['to'])}",
    "Replaced": _replaced,
    "SwitchedToPaper": lambda a, n: f"{n(a['actor'])} switched it to {a['originals']} paper originals",
    "Delivered": lambda a, n: f"{n(a['actor'])} delivered the cargo against it",
    "PossessionRecovered": lambda a, n: f"possession followed {n(a['from'])} to its successor {n(a['to'])}",
    "Agreed": lambda a, n: f"{n(a['signer'])} agreed to what follows",
    "MovedByOperator": lambda a, n: f"{n(a['operator'])} acted as operator of {n(a['possessor'])}",
    "ActedBySignature": lambda a, n: f"{n(a['relayer'])} carried out what {n(a['signer'])} had signed",
    "ParticipantEnrolled": _enrolled,
    "CodeAssigned": _code,
    "ProfileSet": lambda a, n: f"parent and roles of {n.person(a['participant'])} were set",
    "ParticipantSuspended": lambda a, n: f"{n.person(a['participant'])} was suspended until {time_text(a['until'])}",
    "SuspensionLifted": lambda a, n: f"the suspension of {n.person(a['participant'])} was lifted",
    "WindingDownSet": lambda a, n: (
        f"{n.person(a['participant'])} {'winds down' if a['windingDown'] else 'winds down no more'}"
    ),
    "RecoveryProposed": lambda a, n: (
        f"a recovery of {n(a['lost'])} to {n(a['successor'])} was proposed, from {time_text(a['executableFrom'])}"
    ),
    "RecoveryVetoed": lambda a, n: f"{n(a['by'])} vetoed the recovery of {n(a['lost'])}",
    "AccountRecovered": lambda a, n: f"{n(a['lost'])} was recovered: its successor is {n(a['successor'])}",
    "RoomListed": lambda a, n: (
        f"room {n(a['room'])} was listed for "
        + (", ".join(country.decode("ascii", errors="replace") for country in a["countries"]) or "no country more")
    ),
    "RoomDelisted": lambda a, n: f"room {n(a['room'])} was delisted",
    "RoleGranted": lambda a, n: f"role {a['roleId']} was given to {n(a['account'])} with a delay of {a['delay']} s",
    "RoleRevoked": lambda a, n: f"role {a['roleId']} was taken from {n(a['account'])}",
    "RoleLabel": lambda a, n: f"role {a['roleId']} is called {a['label']}",
    "RoleAdminChanged": lambda a, n: f"role {a['roleId']} is granted by role {a['admin']}",
    "RoleGuardianChanged": lambda a, n: f"role {a['roleId']} is guarded by role {a['guardian']}",
    "RoleGrantDelayChanged": lambda a, n: f"role {a['roleId']} begins {a['delay']} s after it is given",
    "TargetClosed": lambda a, n: f"{n(a['target'])} was {'closed' if a['closed'] else 'opened'}",
    "TargetFunctionRoleUpdated": lambda a, n: (
        f"function 0x{a['selector'].hex()} of {n(a['target'])} was given to role {a['roleId']}"
    ),
    "TargetAdminDelayUpdated": lambda a, n: f"changes to the wiring of {n(a['target'])} wait {a['delay']} s",
    "OperationScheduled": lambda a, n: (
        f"{n(a['caller'])} scheduled a call of {n(a['target'])}, from {time_text(a['schedule'])}"
    ),
    "OperationExecuted": lambda a, n: f"scheduled operation 0x{a['operationId'].hex()} was done",
    "OperationCanceled": lambda a, n: f"scheduled operation 0x{a['operationId'].hex()} was cancelled",
}
