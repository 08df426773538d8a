"""Prints of a disclosed document, by the key of a registrar; and whether its cargo is free.

They are recomputed from the document that stands behind a bill's root before an agent signs that it takes the bill.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from itertools import islice
from typing import TYPE_CHECKING, Final

from sampan.documents import identifiers
from sampan.documents.codes import CARGO_MOVEMENTS
from sampan.errors import BadInput, UsageError
from sampan.files import write_private
from sampan.finance.prints import KEY_BYTES, Piece, Printer, Registrar, print_of
from sampan.finance.registrations.records import MOST_DAYS, Print
from sampan.finance.registrations.subject import REGISTRATIONS
from sampan.identity.records import DAY
from sampan.suite.verb import NOBODY
from sampan.suite.words import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from sampan.client.ledger import Ledger
    from sampan.documents.disclosure import Disclosure
    from sampan.documents.tree import DocumentTree

BOXES: Final = "/utilizedTransportEquipments"
MOVEMENT: Final = "/cargoMovementTypeAtOrigin"
DATES: Final = ("/shippedOnBoardDate", "/transports/plannedDepartureDate")
"""When it leaves: the day on board, else the planned one."""
ITEMS: Final = "/consignmentItems"
PART: Final = "LCL"
MOST: Final = 2**24 - 1
"""Kilograms: more does not stand in a print."""
KILOGRAMS: Final = {"KGM": Decimal(1), "LBR": Decimal("0.45359237")}
MOST_TOLD: Final = 100
_OF_BOXES: Final = re.compile(BOXES + r"(/\d+/equipment/equipmentReference)?")
_OF_PARTS: Final = re.compile(
    _OF_BOXES.pattern + "|" + ITEMS + r"(/\d+/cargoItems(/\d+/(equipmentReference|cargoGrossWeight/(value|unit)))?)?"
)
_KEY: Final = re.compile(r"(?:0x)?([0-9a-fA-F]{64})\s*")


# ------------------------------------------------------------------------------------------------------- the registrar


def registrar(file: Path) -> Registrar:
    """The registrar whose key stands in a file, as 64 hex digits. Raises `BadInput`."""
    hint = "`sampan finance registrar-key` makes one; else ask the registrar for its file"
    try:
        found = _KEY.fullmatch(file.read_text(encoding="ascii"))
    except OSError as error:
        said = f"cannot be read: {error.strerror or error}"
        raise BadInput(said, subject=str(file), hint=hint, code="finance.registrar") from None
    except UnicodeDecodeError:
        found = None
    if found is None:
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
    document does. Raises `BadInput` for all that is not disclosed, a number whose check digit does not fit, a box
    twice.
    """
    if disclosure.length(BOXES) == 0:
        raise BadInput("are none: bulk has no prints", subject=BOXES, code="finance.print")
    missing = lacking(disclosure)
    if missing:
        raise lacks(missing, hint="ask for one made by `sampan document disclose DOCUMENT --for-pledge`")
    values, day, movement = disclosure.values(), _day(disclosure), disclosure.values()[MOVEMENT]
    if movement not in CARGO_MOVEMENTS:
        raise BadInput(
            f"is none of {', '.join(sorted(CARGO_MOVEMENTS))}: nobody can tell whether it has its boxes alone",
            subject=f"{MOVEMENT} {movement}",
            hint="ask the carrier to say it",
            code="finance.print",
        )
    shared = movement == PART
    pieces: dict[str, Piece] = {}
    for number in range(disclosure.length(BOXES) or 0):
        pointer = f"{BOXES}/{number}/equipment/equipmentReference"
        box = str(values[pointer]).strip().upper()
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


def of_prints(tree: DocumentTree) -> tuple[str, ...]:
    """The fields of a document that prints need, as far as it has them: `sampan document disclose --for-pledge`."""
    on_board, planned = DATES
    # Where there is no day on board, the names of all members prove it.
    wanted = {MOVEMENT, on_board} if on_board in tree.fields else {MOVEMENT, "", planned}
    movement = tree.fields.get(MOVEMENT)
    pattern = _OF_PARTS if movement is not None and movement.value == f'"{PART}"' else _OF_BOXES
    return tuple(pointer for pointer in tree.fields if pointer in wanted or pattern.fullmatch(pointer))


def lacking(disclosure: Disclosure) -> tuple[tuple[str, str], ...]:
    """The fields that prints need and that are not disclosed, each with what nobody can tell without it; no more than
    `MOST_TOLD` of them, however long a list says that it is."""
    return tuple(islice(_hidden(disclosure), MOST_TOLD))


def _hidden(disclosure: Disclosure) -> Iterator[tuple[str, str]]:
    values, (on_board, planned) = disclosure.values(), DATES
    lengths = {each.pointer: int(each.value[1:-1]) for each in disclosure.fields if each.value.startswith("[")}

    def among(needed: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        return ((pointer, what) for pointer, what in needed.items() if values.get(pointer) is None)

    if BOXES not in lengths:
        yield BOXES, "how many boxes there are"
    day = planned if _not_on_board(disclosure) else on_board
    yield from among({MOVEMENT: "whether it has the boxes alone", day: "when it leaves"})
    for number in range(lengths.get(BOXES, 0)):
        yield from among({f"{BOXES}/{number}/equipment/equipmentReference": "which box it is"})
    if values.get(MOVEMENT) != PART:
        return
    if ITEMS not in lengths:
        yield ITEMS, "what lies in each box"
    for item in range(lengths.get(ITEMS, 0)):
        cargo = f"{ITEMS}/{item}/cargoItems"
        if cargo not in lengths:
            yield cargo, "what lies in each box"
        for here in (f"{cargo}/{number}" for number in range(lengths.get(cargo, 0))):
            yield from among({f"{here}/equipmentReference": "in which box it lies"})
            yield from among({f"{here}/cargoGrossWeight/value": "what it weighs"})
            yield from among({f"{here}/cargoGrossWeight/unit": "in which unit"})


def lacks(missing: Sequence[tuple[str, str]], *, hint: str) -> BadInput:
    """The error of a document without fields that prints need: it names all of them."""
    told = [(pointer, f"is not disclosed, so that nobody can tell {what}") for pointer, what in missing]
    if len(told) == 1:
        ((pointer, message),) = told
        return BadInput(message, subject=pointer, hint=hint, code="document.field")
    lines = "\n".join(f"  {pointer}: {message}" for pointer, message in told)
    count = f"{len(told)} fields" if len(told) < MOST_TOLD else f"{len(told)} fields and maybe more"
    return BadInput(f"prints need {count} that are missing\n{lines}", hint=hint, code="document.field")


def _not_on_board(disclosure: Disclosure) -> bool:
    """Whether the document itself proves that it has no day on board. A disclosure that only leaves that day out makes
    no other cargo."""
    on_board, members = DATES[0], disclosure.members("")
    return members is not None and on_board[1:] not in members


def _day(disclosure: Disclosure) -> int:
    """When it leaves: the day on board, else the planned one."""
    values, (on_board, planned) = disclosure.values(), DATES
    text = values[planned if _not_on_board(disclosure) else on_board]
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
    for item in range(disclosure.length(ITEMS) or 0):
        cargo = f"{ITEMS}/{item}/cargoItems"
        for number in range(disclosure.length(cargo) or 0):
            here = f"{cargo}/{number}"
            if str(values[f"{here}/equipmentReference"]).strip().upper() == box:
                weight = f"{here}/cargoGrossWeight"
                total += _kilograms(values[f"{weight}/value"], str(values[f"{weight}/unit"]), here)
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


def too_far(ledger: Ledger, said: Print) -> bool:
    """Whether cargo leaves, or left, on a day that the register does not take now."""
    return abs(said.day - ledger.time() // DAY) > MOST_DAYS


def standing(ledger: Ledger, said: Print) -> tuple[Answer, str]:
    """Whether a print stands for cargo that is free to secure a debt, and why not."""
    if too_far(ledger, said):
        day = date(1970, 1, 1) + timedelta(days=said.day)
        return Answer.NO, f"it leaves on {day}: the register takes no day further than {MOST_DAYS} days from today"
    answer = Answer(ledger.ask("free", said.pack(), contract=REGISTRATIONS.contract))
    if answer is Answer.NO:
        return answer, _taken(ledger, said)
    if answer is Answer.ASK:
        return answer, "the box secures a debt under another departure: ask which cargo it had then"
    if (
        said.weight
        and Answer(ledger.ask("free", Print(said.cargo, said.day).pack(), contract=REGISTRATIONS.contract)) is Answer.NO
    ):
        return Answer.ASK, "other parts of this box secure debts; by their weights this one would fit"
    return answer, "nothing is registered against it"


def _taken(ledger: Ledger, said: Print) -> str:
    room, debt = ledger.ask("debtOf", said.pack(), contract=REGISTRATIONS.contract)
    if room == NOBODY:
        return "debts on parts of this box, or on three other departures of it, bar it"
    return f"it secures {ledger.names.debt(room, debt)} already"


def worst(found: Sequence[Freedom]) -> Answer:
    """The answer for all pieces together: no before ask, ask before yes."""
    return max((each.answer for each in found), key=(Answer.YES, Answer.ASK, Answer.NO).index)
