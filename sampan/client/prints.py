"""Prints of a disclosed document, by the key of a registrar; and whether its cargo is free.

They are recomputed from the document that stands behind a bill's root before an agent signs that it takes the bill.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from sampan.documents import identifiers
from sampan.documents.codes import CARGO_MOVEMENTS
from sampan.errors import BadInput, UsageError
from sampan.files import write_private
from sampan.finance.loans.records import Deal
from sampan.finance.prints import KEY_BYTES, Piece, Printer, Registrar, print_of
from sampan.finance.records import Print
from sampan.suite.verb import NOBODY
from sampan.suite.words import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sampan.client.ledger import Ledger
    from sampan.client.reading import Reading
    from sampan.documents.disclosure import Disclosure

REGISTER: Final = "Registrations"
BOXES: Final = "/utilizedTransportEquipments"
MOVEMENT: Final = "/cargoMovementTypeAtOrigin"
DATES: Final = ("/shippedOnBoardDate", "/transports/plannedDepartureDate")
"""When it leaves: the day on board, else the planned one."""
ITEMS: Final = "/consignmentItems"
PART: Final = "LCL"
MOST: Final = 2**24 - 1
"""Kilograms: more does not stand in a print."""
KILOGRAMS: Final = {"KGM": Decimal(1), "LBR": Decimal("0.45359237")}
_KEY: Final = re.compile(r"(?:0x)?([0-9a-fA-F]{64})\s*")


# ------------------------------------------------------------------------------------------------------- the registrar


def registrar(file: Path) -> Registrar:
    """The registrar whose key stands in a file, as 64 hex digits. Raises `BadInput`."""
    try:
        found = _KEY.fullmatch(file.read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError):
        found = None
    if found is None:
        hint = "`sampan finance registrar-key` makes one; else ask the registrar for its file"
        raise BadInput("is no key of a registrar", subject=str(file), hint=hint, code="finance.registrar")
    return Registrar(bytes.fromhex(found[1]))


def new_key(file: Path) -> Registrar:
    """A new registrar, whose key is written to a file for its owner alone. Raises `UsageError` where something stands
    there: with another key nothing that was registered is found again."""
    if file.exists():
        raise UsageError("stands there already", subject=str(file), hint="name another file")
    made = Registrar(secrets.token_bytes(KEY_BYTES))
    write_private(file, (made.key.hex() + "\n").encode())
    return made


# ---------------------------------------------------------------------------------------------------------- the pieces


def pieces_of(disclosure: Disclosure, payloads: Mapping[str, int] | None = None) -> tuple[Piece, ...]:
    """The pieces of cargo of a document: each box, and when it leaves; of part loads what they weigh in it.

    `payloads` says of boxes that are shared what may be in them in all, in kilograms, as their carrier says: no
    document does. Raises `BadInput` for what is not disclosed, a number whose check digit does not fit, a box twice.
    """
    values = disclosure.values()
    count = _length(disclosure, BOXES, "how many boxes there are")
    if not count:
        raise BadInput("are none: bulk has no prints", subject=BOXES, code="finance.print")
    day = _day(disclosure)
    movement = _needed(values, MOVEMENT, "whether it has the boxes alone")
    if movement not in CARGO_MOVEMENTS:
        raise BadInput(
            f"is none of {', '.join(sorted(CARGO_MOVEMENTS))}: nobody can tell whether it has its boxes alone",
            subject=f"{MOVEMENT} {movement}",
            hint="ask the carrier to say it",
            code="finance.print",
        )
    shared = movement == PART
    pieces: dict[str, Piece] = {}
    for number in range(count):
        pointer = f"{BOXES}/{number}/equipment/equipmentReference"
        box = str(_needed(values, pointer, "which box it is")).strip().upper()
        if not identifiers.is_container(box):
            raise BadInput(
                "is no container number of ISO 6346 whose check digit fits",
                subject=f"{pointer} {box}",
                hint="bulk, and boxes without such a number, have no prints: do not lend on them as on free cargo",
                code="finance.print",
            )
        if box in pieces:
            raise BadInput("stands in the document twice", subject=f"{pointer} {box}", code="finance.print")
        weight, payload = (_weight(disclosure, box), _payload(box, payloads or {})) if shared else (0, 0)
        pieces[box] = Piece(box, day, weight, payload)
    return tuple(pieces.values())


def prints_of(printer: Printer, pieces: Sequence[Piece]) -> tuple[int, ...]:
    """The prints of pieces as words, ascending, as they are registered."""
    return tuple(sorted(print_of(printer, piece).pack() for piece in pieces))


def _day(disclosure: Disclosure) -> int:
    """When it leaves: the day on board; the planned one where the document itself proves that it has no other. A
    disclosure that leaves the day on board out makes no other cargo."""
    values, (on_board, planned) = disclosure.values(), DATES
    text = values.get(on_board)
    if text is None:
        members = disclosure.members("")
        if members is None or on_board[1:] in members or values.get(planned) is None:
            raise _hidden(on_board, "when it leaves")
        text = values[planned]
    try:
        found = date.fromisoformat(str(text)[:10])
    except ValueError:
        raise BadInput("is no day", subject=str(text), code="finance.print") from None
    day = (found - date(1970, 1, 1)).days
    if not 0 <= day < 2**16:
        raise BadInput("is no day on which a ship leaves", subject=str(text), code="finance.print")
    return day


def _weight(disclosure: Disclosure, box: str) -> int:
    """What the cargo of a document weighs in a box, in kilograms, rounded up."""
    values, total = disclosure.values(), Decimal(0)
    for item in range(_length(disclosure, ITEMS, "what lies in each box")):
        cargo = f"{ITEMS}/{item}/cargoItems"
        for number in range(_length(disclosure, cargo, "what lies in each box")):
            here = f"{cargo}/{number}"
            if str(_needed(values, f"{here}/equipmentReference", "in which box it lies")).strip().upper() == box:
                said = _needed(values, f"{here}/cargoGrossWeight/value", "what it weighs")
                unit = str(_needed(values, f"{here}/cargoGrossWeight/unit", "in which unit"))
                total += _kilograms(said, unit, here)
    if total > MOST:
        raise BadInput(f"weighs more than {MOST:,} kg in this document", subject=box, code="finance.print")
    found = int(total.to_integral_value(ROUND_CEILING))
    if not found:
        raise BadInput("weighs nothing in this document", subject=box, code="finance.print")
    return found


def _kilograms(said: object, unit: str, pointer: str) -> Decimal:
    try:
        return Decimal(str(said)) * KILOGRAMS[unit]
    except (InvalidOperation, KeyError):
        raise BadInput("is no weight", subject=f"{pointer} {said} {unit}", code="finance.print") from None


def _payload(box: str, payloads: Mapping[str, int]) -> int:
    if box not in payloads:
        raise UsageError(
            "is shared with others: say what may be in it in all, as its carrier says",
            subject=box,
            hint=f"--payload {box}=KILOGRAMS",
        )
    if not 0 < payloads[box] <= MOST:
        raise UsageError(f"is not from 1 to {MOST:,} kg", subject=f"--payload {box}={payloads[box]}")
    return payloads[box]


def _length(disclosure: Disclosure, pointer: str, what: str) -> int:
    found = disclosure.length(pointer)
    if found is None:
        raise _hidden(pointer, what)
    return found


def _needed(values: Mapping[str, object], pointer: str, what: str) -> object:
    if values.get(pointer) is None:
        raise _hidden(pointer, what)
    return values[pointer]


def _hidden(pointer: str, what: str) -> BadInput:
    return BadInput(
        f"is not disclosed, so that nobody can tell {what}",
        subject=pointer,
        hint="ask for a disclosure that has it, or for the document with its salts",
        code="document.field",
    )


# -------------------------------------------------------------------------------------------------------- is it free?


@dataclass(frozen=True, slots=True)
class Freedom:
    """Whether a piece of cargo is free to secure a debt, and why not."""

    piece: Piece
    answer: Answer
    why: str
    word: int | None = None
    """The print, where a registrar's key is at hand."""


def free(ledger: Ledger, pieces: Sequence[Piece], printer: Printer | None) -> list[Freedom]:
    """Whether cargo is free: yes, no, or ask somebody who knows more.

    Without a registrar nobody can tell: prints are found by its key alone.
    """
    if printer is None:
        return [Freedom(piece, Answer.ASK, "no registrar's key is at hand: ask the registrar") for piece in pieces]
    said = [print_of(printer, piece) for piece in pieces]
    return [Freedom(piece, *standing(ledger, each), each.pack()) for piece, each in zip(pieces, said, strict=True)]


def standing(ledger: Ledger, said: Print) -> tuple[Answer, str]:
    """Whether a print stands for cargo that is free to secure a debt, and why not."""
    answer = Answer(ledger.ask("free", said.pack(), contract=REGISTER))
    if answer is Answer.NO:
        return answer, _taken(ledger, said)
    if answer is Answer.ASK:
        return answer, "the box secures a debt under another departure: ask which cargo it had then"
    if said.weight and Answer(ledger.ask("free", Print(said.cargo, said.day).pack(), contract=REGISTER)) is Answer.NO:
        return Answer.ASK, "other parts of this box secure debts; by their weights this one would fit"
    return answer, "nothing is registered against it"


def _taken(ledger: Ledger, said: Print) -> str:
    room, debt = ledger.ask("debtOf", said.pack(), contract=REGISTER)
    if room == NOBODY:
        return "parts of this box secure debts, beside which it cannot stand"
    return f"it secures {debt_name(ledger, room, debt)} already"


def debt_name(ledger: Reading, room: str, debt: int) -> str:
    """A debt for which cargo is registered: of the loan book which pledge of which facility."""
    if room == ledger.address_in("LoanBook"):
        deal = Deal.of(debt)
        return f"facility {deal.facility} (pledge {deal.pledge})"
    return f"debt {debt} of {ledger.names.account(room)}"


def worst(found: Sequence[Freedom]) -> Answer:
    """The answer for all pieces together: no before ask, ask before yes."""
    return max((each.answer for each in found), key=(Answer.YES, Answer.ASK, Answer.NO).index)
