"""What is signed and carried elsewhere (EIP-712): acts, agreements, enrolments, new accounts, calls of the sale,
quotes, offers of positions, terms of loans, votes of lenders, statements about cargo, as portable JSON.

A signature counts on one chain, for one contract of one ledger, for exactly its text, until its deadline. Whoever holds
the file can use it; `digest` is what its signer withdraws with `cancel`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

from sampan.bills.verbs.signed import Agreement, SignedAct
from sampan.cargo.records import Statement
from sampan.client import wire
from sampan.errors import BadInput, ChainError
from sampan.files import write_private
from sampan.finance.loans.terms import Acceptance, Appointment, Facility
from sampan.finance.loans.verbs import SignedCall as SignedLoanCall
from sampan.finance.positions.verbs import PositionOffer
from sampan.identity.verbs.accounts import NewAccount
from sampan.identity.verbs.enrolment import Enrolment
from sampan.identity.verbs.recovery import Successor
from sampan.money.exchange.verbs import Quote
from sampan.suite import typed
from sampan.suite.forms import ABSENT, Address, Also, As, Form, Hash, Of, written
from sampan.suite.tell import LAST_SECOND, checksum
from sampan.suite.verb import NOBODY
from sampan.trade.verbs import SignedCall

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import TypeAlias

    from sampan.chain.signers import Signer

    # Each room has its own text of a signed call, made with the room.
    Text: TypeAlias = (
        Enrolment | NewAccount | Successor | SignedAct | Agreement | Quote | PositionOffer | Statement | Any
    )

KINDS: Mapping[str, type[Text]] = {
    kind.__name__: kind
    for kind in (
        *(Enrolment, NewAccount, Successor, SignedAct, Agreement, SignedCall),
        *(Quote, PositionOffer, Facility, Acceptance, Appointment, Statement),
    )
} | {"SignedLoanCall": SignedLoanCall}
"""The texts that the contracts of a ledger know; each room has its own of a signed call."""
_NAMES: Mapping[type[Text], str] = {kind: name for name, kind in KINDS.items()}


@dataclass(frozen=True)
class Paper:
    """A text with its signature, empty while nobody has signed.

    `signer` is the account whose signature it must be; `about` says in words what was signed, for people only.
    """

    text: Text
    chain_id: int
    ledger: str
    signer: str
    about: str = ""
    signature: bytes = b""
    contract: str = ""
    """The contract for which it is signed, where that is not the ledger's own address."""

    @property
    def kind(self) -> str:
        """Which text it is."""
        return _NAMES[type(self.text)]

    @property
    def deadline(self) -> datetime:
        """The last second at which it counts."""
        return datetime.fromtimestamp(min(self.text.deadline, LAST_SECOND), UTC)

    @cached_property
    def digest(self) -> bytes:
        """The EIP-712 digest: what is signed, and what `cancel` withdraws."""
        domain = typed.domain(self.chain_id, self.contract or self.ledger, typed.domain_name(self.text))
        return typed.digest(domain, self.text)

    @property
    def typed_data(self) -> dict[str, Any]:
        """What a wallet is asked to sign (`eth_signTypedData_v4`)."""
        return typed.typed_data(self.chain_id, self.contract or self.ledger, self.text)

    def by(self, signer: Signer) -> Paper:
        """The same, signed. Raises `BadInput` when it is another account that must sign."""
        if signer.address != self.signer:
            raise BadInput(
                f"must be signed by {self.signer}", subject=signer.address, hint="sign with that account's key"
            )
        return replace(self, signature=signer.sign_typed(self.typed_data))

    def recovers(self) -> bool:
        """Whether the signature is one of `signer`'s key. A contract's signature is checked by the ledger alone."""
        from eth_account import Account

        if len(self.signature) != 65:
            return False
        try:
            found = Account._recover_hash(self.digest, signature=self.signature)
        except Exception:
            return False
        return str(found) == self.signer

    def require_for(self, chain_id: int, ledger: str, kind: type[Text], contract: str = "") -> None:
        """Raise `BadInput` unless it is a text of this kind, `ChainError` unless for this ledger on this chain, and for
        the contract of it that is named."""
        if not isinstance(self.text, kind):
            raise BadInput(f"is a signed {self.kind}, not {kind.__name__}", subject=self.about or self.kind)
        if (self.chain_id, self.ledger) != (chain_id, ledger):
            raise ChainError(
                f"was signed for the ledger {self.ledger} on chain {self.chain_id}, this is {ledger} on {chain_id}",
                subject=self.about or self.kind,
                code="chain.wrong",
                hint="name the network for which it was signed",
            )
        if (self.contract or self.ledger) != (contract or ledger):
            raise ChainError(
                f"was signed for the contract {self.contract or self.ledger}, this is {contract or ledger}",
                subject=self.about or self.kind,
                code="chain.wrong",
                hint="ask for it again: it counts at that contract alone",
            )

    # ------------------------------------------------------------------------------------------------------- as a file

    def as_json(self) -> dict[str, Any]:
        """The document `sampan.signed/1`: integers decimal text, bytes 0x text."""
        answer: dict[str, Any] = written(Signed, self)
        return answer

    def write(self, path: Path) -> None:
        """Write the document to a file, whole or not at all, readable by its owner alone: whoever has it can use it.

        Raises `BadInput` when the folder cannot be written.
        """
        write_private(path, (json.dumps(self.as_json(), indent=2, ensure_ascii=False) + "\n").encode())


def plain(value: Any) -> Any:
    """A field of a message in JSON, or a list of them: bytes as 0x text, all else as text."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)


_TEXT = {"type": "string"}


class Signed(Form, document="sampan.signed/1"):
    """A text that an account signed for somebody else to send."""

    type: Annotated[str, Also({"enum": [*KINDS]}), Of(lambda paper: paper.kind)]
    about: str
    chain_id: int
    ledger: Address
    contract: Annotated[
        Address,
        Of(lambda paper: paper.contract or ABSENT, maybe=True),
        "For which it is signed, where that is not the ledger's own address",
    ]
    signer: Address
    message: Annotated[
        dict[str, Annotated[Any, As({"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}, plain)]],
        Of(lambda paper: typed.message(paper.text)),
    ]
    digest: Hash
    signature: bytes


class SignedList(Form, document="sampan.signed-list/1"):
    """Several signed texts."""

    signed: Annotated[list[Signed], Also({"minItems": 2})]


# ------------------------------------------------------------------------------------------------------------- reading


def read(source: Path | bytes | Mapping[str, Any], *, name: str = "signed text") -> Paper:
    """A paper from its file, its bytes or its JSON. Raises `BadInput` naming the field that is wrong."""
    from pathlib import Path

    from sampan.documents.json import read_json

    raw: Any = source
    if isinstance(source, Path | bytes):
        name = str(source) if isinstance(source, Path) else name
        raw = read_json(source, name=name)
    if not isinstance(raw, dict) or raw.get("schema") != Signed.DOCUMENT:
        raise BadInput(f"is no {Signed.DOCUMENT} document", subject=name, hint="take the file as it was written")
    kind = KINDS.get(str(raw.get("type")))
    if kind is None:
        raise _broken(name, "type", ", ".join(KINDS))
    chain_id = raw.get("chain_id")
    if isinstance(chain_id, bool) or not isinstance(chain_id, int) or not 0 < chain_id < 2**256:
        raise _broken(name, "chain_id", "a whole number")
    ledger = _value("address", raw.get("ledger"), name, "ledger")
    signer = _value("address", raw.get("signer"), name, "signer")
    contract = _value("address", raw["contract"], name, "contract") if "contract" in raw else ""
    text = text_of(kind, raw.get("message"), name)
    # Several may be bound by one text, each by a signature of its own; another names nobody.
    if not {signer, NOBODY} & {*getattr(text, "signers", (getattr(text, "signer", signer),))}:
        raise _broken(name, "signer", "whoever the message names")
    signature = _value("bytes", raw.get("signature"), name, "signature")
    found = Paper(text, chain_id, ledger, signer, str(raw.get("about", "")), signature, contract)
    if raw.get("digest") != "0x" + found.digest.hex():
        raise BadInput(
            "its digest is not that of its message", subject=name, hint="it was altered: ask for the file again"
        )
    return found


def text_of(kind: type[Text], message: Any, name: str) -> Text:
    """A text of a kind from its fields in JSON. Raises `BadInput` naming the field that is wrong."""
    fields = typed.fields(kind)
    if not isinstance(message, dict) or set(message) != {field for field, _ in fields}:
        raise _broken(name, "message", "an object with " + ", ".join(field for field, _ in fields))
    said = {field: _value(of, message[field], name, f"message/{field}") for field, of in fields}
    if "call" in said:
        try:
            said["call"] = wire.verb_of(kind.subject.contract, said["call"])  # type: ignore[union-attr]
        except BadInput:
            raise _broken(name, "message/call", "a call of its contract") from None
    try:
        found: Text = typed.record(kind, said)
    except ValueError:
        raise _broken(name, "message", "made of words that the ledger knows") from None
    return found


def _value(kind: str, raw: Any, name: str, place: str) -> Any:
    if kind.endswith("[]"):
        if not isinstance(raw, list):
            raise _broken(name, place, "a list")
        return [_value(kind[:-2], each, name, f"{place}/{at}") for at, each in enumerate(raw)]
    if kind == "int256":
        if isinstance(raw, str) and re.fullmatch(r"-?[0-9]{1,77}", raw):
            return int(raw)
        raise _broken(name, place, "a whole number, as decimal text")
    if kind.startswith("uint"):
        if isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) < 80 and int(raw) < 2 ** int(kind[4:]):
            return int(raw)
        raise _broken(name, place, f"a whole number of {kind[4:]} bits, as decimal text")
    if isinstance(raw, str) and raw.startswith("0x"):
        try:
            data = bytes.fromhex(raw[2:])
        except ValueError:
            data = None
        if data is not None and kind == "address" and len(data) == 20:
            return checksum("0x" + data.hex())
        if data is not None and kind == "bytes":
            return data
        if data is not None and kind.startswith("bytes") and len(data) == int(kind[5:]):
            return data
    wanted = "an address" if kind == "address" else "0x and hex digits"
    raise _broken(name, place, wanted)


def _broken(name: str, place: str, right: str) -> BadInput:
    return BadInput(
        f"signed text is broken: {place} is not {right}", subject=name, hint="take the file as it was written"
    )


def several_as_json(papers: tuple[Paper, ...]) -> dict[str, Any]:
    """One paper as `sampan.signed/1`, several as `sampan.signed-list/1`."""
    if len(papers) == 1:
        return papers[0].as_json()
    answer: dict[str, Any] = written(SignedList, {"signed": papers})
    return answer


def read_several(path: Path) -> tuple[Paper, ...]:
    """The papers in a file, one or several. Raises as `read`."""
    from sampan.documents.json import read_json

    raw = read_json(path)
    if isinstance(raw, dict) and raw.get("schema") == SignedList.DOCUMENT:
        listed = raw.get("signed")
        if not isinstance(listed, list) or not listed:
            raise _broken(str(path), "signed", "a list of signed texts")
        return tuple(read(one if isinstance(one, dict) else {}, name=str(path)) for one in listed)
    return (read(raw if isinstance(raw, dict) else {}, name=str(path)),)
