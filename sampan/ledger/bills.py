"""The verbs of a bill, as calls: issue, pass on, sign, reject, surrender, answer, replace, to and from paper.

Each method of `BillCalls` prepares one call; `Ledger` has a verb of the same name that sends it. Who may do what is in
the contracts (`IBills`, `IAmendments`); what is refused comes back as a named exception.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sampan.chain.abi import encode
from sampan.errors import BadInput, UsageError
from sampan.keccak import keccak
from sampan.ledger import ids
from sampan.ledger.core import VerbCall
from sampan.ledger.describe import NO_ADDRESS
from sampan.ledger.records import Bill, Terms
from sampan.ledger.words import Endorsement, Purpose, Rejection, SurrenderFor, plain

if TYPE_CHECKING:
    from sampan.ledger.reading import BillRef, Reading, Who
    from sampan.ledger.signing import Signed

NOTHING = bytes(32)
LARGEST_REMARK = 16_384
"""Bytes of a remark: what is longer belongs into a document, by its hash."""


class BillCalls:
    """Prepares calls about bills."""

    def __init__(self, ledger: Reading) -> None:
        self._ledger = ledger

    # ----------------------------------------------------------------------------------------------------------- issue

    def issue(
        self,
        terms: Terms,
        to: Who,
        *,
        remark: str | bytes = "",
        agreements: Iterable[Signed] = (),
    ) -> VerbCall:
        """Issue a bill with these terms to its first possessor; see `Ledger.issue` for a document's file.

        `to` may be a room; then `remark` are its terms.
        """
        label = f"issue {ids.bill_name(terms.bill)}"
        arguments = (terms.as_tuple(), self._ledger.receiver(to), text(remark))
        return VerbCall("issue", arguments, label, (terms.bill,), tuple(agreements))

    def issue_from_paper(
        self,
        terms: Terms,
        to: Who,
        *,
        originals: int,
        statement: bytes,
        remark: str | bytes = "",
        agreements: Iterable[Signed] = (),
    ) -> VerbCall:
        """Issue a bill in place of `originals` paper originals that were made inoperative (L12).

        `statement` is the hash, 32 bytes, of the statement of change of medium.
        """
        arguments = (
            terms.as_tuple(),
            self._ledger.receiver(to),
            _count(originals, "originals"),
            hash32(statement, "statement"),
            text(remark),
        )
        label = f"issue {ids.bill_name(terms.bill)} from paper"
        return VerbCall("issueFromPaper", arguments, label, (terms.bill,), tuple(agreements))

    # ----------------------------------------------------------------------------------------------------- circulation

    def transfer(
        self, bill: BillRef, to: Who, *, remark: str | bytes = "", agreements: Iterable[Signed] = ()
    ) -> VerbCall:
        """Give possession to an account; title stays (DCSA TRANSFER)."""
        return self._on("transfer", bill, self._ledger.receiver(to), text(remark), agreements=agreements)

    def endorse(
        self,
        bill: BillRef,
        endorsement: Endorsement,
        endorsee: Who | None = None,
        *,
        to: Who | None = None,
        remark: str | bytes = "",
        agreements: Iterable[Signed] = (),
    ) -> VerbCall:
        """Endorse by name, to order or in blank (DCSA ENDORSE, ENDORSE_TO_ORDER, BLANK_ENDORSE).

        `endorsee` is the new titleholder, None in blank; with `to` possession is given in the same act.
        """
        return self._on(
            "endorse",
            bill,
            int(endorsement),
            NO_ADDRESS if endorsee is None else self._ledger.entitled(endorsee),
            NO_ADDRESS if to is None else self._ledger.receiver(to),
            text(remark),
            label=f"endorse {plain(endorsement)}",
            agreements=agreements,
        )

    def lodge(
        self,
        bill: BillRef,
        room: Who,
        *,
        terms: bytes,
        endorsement: Endorsement = Endorsement.NONE,
        endorsee: Who | None = None,
        agreements: Iterable[Signed] = (),
    ) -> VerbCall:
        """Give possession to a room under terms, with or without an endorsement."""
        return self._on(
            "lodge",
            bill,
            int(endorsement),
            NO_ADDRESS if endorsee is None else self._ledger.entitled(endorsee),
            self._ledger.address_of(room),
            terms,
            agreements=agreements,
        )

    def sign(self, bill: BillRef, purpose: Purpose = Purpose.SEEN, *, remark: str | bytes = "") -> VerbCall:
        """Sign the bill with a purpose (DCSA SIGN): logged, nothing moves; spends the right to reject."""
        return self._on("sign", bill, int(purpose), text(remark), label=f"sign ({plain(purpose)})")

    def reject(self, bill: BillRef, rejection: Rejection, *, remark: str | bytes = "") -> VerbCall:
        """Reject what was received: possession, title, both, or the issue itself, which voids the bill (T8)."""
        return self._on("reject", bill, int(rejection), text(remark), label=f"reject {plain(rejection)} of")

    # ------------------------------------------------------------------------------------------------------- surrender

    def surrender(
        self,
        bill: BillRef,
        purpose: SurrenderFor = SurrenderFor.DELIVERY,
        *,
        to: Who | None = None,
        agreed: bytes | Sequence[Terms] | None = None,
        remark: str | bytes = "",
        agreements: Iterable[Signed] = (),
    ) -> VerbCall:
        """Give the bill to its carrier to be answered (DCSA SREQ, AREQ).

        `to` is an account of the carrier, by default its first that may answer. For an amendment `agreed` may be the
        replacements agreed beforehand, or their hash.
        """
        number = self._ledger.bill_id(bill)
        if agreed is None:
            wanted = NOTHING
        elif isinstance(agreed, bytes):
            wanted = hash32(agreed, "agreed")
        else:
            wanted = replacements_hash([number], agreed)
        return self._on(
            "surrender",
            number,
            int(purpose),
            self._ledger.answering(ids.unpack(number).lei if to is None else to),
            wanted,
            text(remark),
            label=f"surrender for {plain(purpose)}",
            agreements=agreements,
        )

    def accept(self, bill: BillRef, *, remark: str | bytes = "") -> VerbCall:
        """Accept a surrender for delivery (DCSA SURR)."""
        return self._on("accept", bill, text(remark), label="accept the surrender of")

    def refuse(self, bill: BillRef, *, remark: str | bytes) -> VerbCall:
        """Refuse a surrender (DCSA SREJ), with the reason: the bill goes back as it was."""
        return self._on("refuse", bill, text(remark), label="refuse the surrender of")

    def recall(self, bill: BillRef, *, remark: str | bytes = "") -> VerbCall:
        """Take a surrender back when the carrier is suspended or silent past its answer time (T7)."""
        return self._on("recall", bill, text(remark), label="recall the surrender of")

    def deliver(self, bill: BillRef, *, remark: str | bytes = "") -> VerbCall:
        """Record that the cargo was delivered against the surrendered bill (P9)."""
        return self._on("deliver", bill, text(remark))

    # -------------------------------------------------------------------------------------------- replaced, paper, lost

    def replace(
        self,
        bills: BillRef | Sequence[BillRef],
        replacements: Sequence[Terms],
        *,
        remark: str | bytes = "",
        agreements: Iterable[Signed] = (),
    ) -> VerbCall:
        """Accept a surrender for amendment and reissue, in one act: amend, change destination, switch, split, combine.

        The replacements go to whoever surrendered, which agreed to them by hash or agrees by signature.
        """
        numbers = self.ids(bills)
        label = f"replace {', '.join(map(ids.bill_name, numbers))} by {len(replacements)}"
        arguments = (numbers, tuple(terms.as_tuple() for terms in replacements), text(remark))
        about = (*numbers, *(terms.bill for terms in replacements))
        return VerbCall("replace", arguments, label, about, tuple(agreements))

    def to_paper(self, bill: BillRef, *, originals: int, statement: bytes, remark: str | bytes = "") -> VerbCall:
        """Accept a surrender for paper: `originals` are issued and the record ends (L13).

        `statement` is the hash, 32 bytes, of the statement of change of medium.
        """
        return self._on(
            "toPaper",
            bill,
            _count(originals, "originals"),
            hash32(statement, "statement"),
            text(remark),
            label="switch to paper",
        )

    def recover(self, bill: BillRef) -> VerbCall:
        """Move a bill from a recovered or removed account to its successor. Anybody may."""
        return self._on("recover", bill)

    # --------------------------------------------------------------------------------------------- signatures, ERC-721

    def send_act(self, signed: Signed, *, agreements: Iterable[Signed] = ()) -> VerbCall:
        """Carry out an act that somebody signed and handed over; whoever sends it pays."""
        signed.require_for(self._ledger.connection.chain_id, self._ledger.ledger_address, "SignedAct")
        label = f"by signature: {signed.about or 'an act'}"
        bill = signed.message["bill"]
        return VerbCall("act", (signed.as_tuple(), signed.signature), label, (bill,), tuple(agreements))

    def cancel(self, signed: Signed | bytes) -> VerbCall:
        """Withdraw a signature before it is used: of the account that signs here, by the text or its digest."""
        digest = signed if isinstance(signed, bytes) else signed.digest
        return VerbCall("cancel", (hash32(digest, "digest"),), "withdraw a signature")

    def approve(self, bill: BillRef, operator: Who | None) -> VerbCall:
        """Let an account move possession of one bill until it moves; None takes it back."""
        number = self._ledger.bill_id(bill)
        address = NO_ADDRESS if operator is None else self._ledger.address_of(operator)
        return VerbCall("approve", (address, number), f"approve an operator of {ids.bill_name(number)}", (number,))

    def approve_for_all(self, operator: Who, approved: bool = True) -> VerbCall:
        """Let an account move possession of all that this one possesses, or take that back."""
        return VerbCall(
            "setApprovalForAll", (self._ledger.address_of(operator), approved), "approve an operator of all"
        )

    # --------------------------------------------------------------------------------------------------------- private

    def ids(self, bills: BillRef | Sequence[BillRef]) -> tuple[int, ...]:
        """The ids of one bill or several."""
        if isinstance(bills, (int, str, Bill, ids.BillId)):
            return (self._ledger.bill_id(bills),)
        return tuple(self._ledger.bill_id(bill) for bill in bills)

    def _on(
        self, function: str, bill: BillRef, *arguments: Any, label: str = "", agreements: Iterable[Signed] = ()
    ) -> VerbCall:
        number = self._ledger.bill_id(bill)
        words = f"{label or function} {ids.bill_name(number)}"
        return VerbCall(function, (number, *arguments), words, (number,), tuple(agreements))


TERMS_TYPE = "(uint256,uint8,address,bytes32,bytes32,bytes8,uint8)"


def terms_hash(terms: Sequence[Any]) -> bytes:
    """What whoever is given a new bill agrees to: the hash of its terms, as the contract has it."""
    return keccak(encode([TERMS_TYPE], [tuple(terms)]))


def replacements_hash(bills: Sequence[int], replacements: Sequence[Terms]) -> bytes:
    """What a surrender for amendment agrees to: the hash of these bills replaced by these, as the contract has it."""
    return hash_of_replacements(bills, [terms.as_tuple() for terms in replacements])


def hash_of_replacements(bills: Sequence[int], replacements: Sequence[tuple[Any, ...]]) -> bytes:
    """As `replacements_hash`, of terms as the contract takes them."""
    return keccak(encode(["uint256[]", f"{TERMS_TYPE}[]"], [list(bills), list(replacements)]))


def text(remark: str | bytes) -> bytes:
    """A remark as it is logged. Raises `BadInput` for one that is too long for a log."""
    data = remark.encode("utf-8") if isinstance(remark, str) else remark
    if len(data) > LARGEST_REMARK:
        raise BadInput(
            f"a remark of {len(data):,} bytes is too long",
            subject="remark",
            hint=f"at most {LARGEST_REMARK:,}: put the rest into a document and name its hash",
        )
    return data


def hash32(data: bytes, what: str) -> bytes:
    """A hash of 32 bytes. Raises `BadInput` for another length."""
    if len(data) != 32:
        raise BadInput(f"a hash has 32 bytes, this {len(data)}", subject=what)
    return data


def _count(number: int, what: str) -> int:
    if isinstance(number, bool) or not 0 <= number < 2**16:
        raise UsageError("must be a number from 0 to 65535", subject=what)
    return number
