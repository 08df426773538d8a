"""Names that are numbers: a bill's id (carrier's LEI, version, reference), an LEI in base 36, a lender's position.

The id of a bill *is* who issued which reference in which version: LEI 94 bits, version 16, reference 20
characters of 7 bits, left-aligned. That of a position is who lent, on which of its loans, as which position of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

LEI_LENGTH: Final = 18
"""Characters of an LEI that are packed; the two check digits follow from them (ISO 17442)."""
LEI_END: Final = 36**LEI_LENGTH
LEI_BITS: Final = 94

VERSION_BITS: Final = 16
REFERENCE_LENGTH: Final = 20
REFERENCE_BITS: Final = 7 * REFERENCE_LENGTH
ONE_VERSION: Final = 1 << REFERENCE_BITS
"""What is added to an id to name the next version of the same reference."""

LEI_AT: Final = VERSION_BITS + REFERENCE_BITS
"""The bit of an id at which its LEI begins."""
_VERSION_MASK: Final = (1 << VERSION_BITS) - 1


def pack_lei(lei: str) -> int:
    """The first 18 characters of an LEI as a base 36 number.

    Takes 18 characters, or all 20, whose check digits are then checked. Raises ValueError with the reason.
    """
    if len(lei) not in {LEI_LENGTH, LEI_LENGTH + 2}:
        raise ValueError(f"an LEI has 20 characters (18 without check digits), this one has {len(lei)}: {lei!r}")
    stem = lei[:LEI_LENGTH]
    value = 0
    for character in stem:
        digit = _DIGITS.find(character)
        if digit < 0:
            raise ValueError(f"an LEI is made of 0-9 and A-Z, not {character!r}: {lei!r}")
        value = value * 36 + digit
    if value == 0:
        raise ValueError("an LEI is not all zeros")
    if len(lei) > LEI_LENGTH and lei[LEI_LENGTH:] != lei_check_digits(stem):
        raise ValueError(f"the check digits of {lei} should be {lei_check_digits(stem)}")
    return value


@lru_cache(16_384)
def unpack_lei(value: int) -> str:
    """The 18 characters of a packed LEI. Raises ValueError when it is none."""
    if not 0 < value < LEI_END:
        raise ValueError(f"not a packed LEI: {value}")
    characters = []
    for _ in range(LEI_LENGTH):
        value, digit = divmod(value, 36)
        characters.append(_DIGITS[digit])
    return "".join(reversed(characters))


@lru_cache(16_384)
def lei_check_digits(stem: str) -> str:
    """The two check digits of an LEI's first 18 characters (ISO 7064 MOD 97-10)."""
    if len(stem) != LEI_LENGTH or any(character not in _DIGITS for character in stem):
        raise ValueError(f"not the first 18 characters of an LEI: {stem!r}")
    digits = "".join(str(_DIGITS.index(character)) for character in stem)
    return f"{98 - int(digits + '00') % 97:02d}"


def check_reference(reference: str) -> str:
    """A transport document reference that an id can carry, as it is: 1-20 characters, no space at either end.

    Characters are ASCII 0x20-0x5F: capitals, digits, space and most punctuation. Nothing is trimmed or put in capitals,
    for some letters outside ASCII turn into ASCII there. Raises ValueError with the reason.
    """
    if not reference:
        raise ValueError("a bill's reference is empty")
    if len(reference) > REFERENCE_LENGTH:
        raise ValueError(
            f"a bill's reference has at most {REFERENCE_LENGTH} characters, this one {len(reference)}: {reference!r}"
        )
    for character in reference:
        if not " " <= character <= "_":
            raise ValueError(f"a bill's reference may not contain {character!r}: {reference!r}")
    if reference != reference.strip(" "):
        raise ValueError(f"a bill's reference has no space at either end: {reference!r}")
    return reference


@dataclass(frozen=True, slots=True, order=True)
class BillId:
    """Which bill: the carrier's packed LEI, the version from 1, the reference."""

    lei: int
    version: int
    reference: str

    @classmethod
    def of(cls, lei: str, reference: str, version: int = 1) -> BillId:
        """From an LEI as text. Raises ValueError with the reason."""
        return cls(pack_lei(lei), version, check_reference(reference))

    def pack(self) -> int:
        """The token id. Raises ValueError with the reason when there is none."""
        if not 0 < self.lei < LEI_END:
            raise ValueError(f"not a packed LEI: {self.lei}")
        if not 1 <= self.version <= _VERSION_MASK:
            raise ValueError(f"a version is from 1 to {_VERSION_MASK}, not {self.version}")
        check_reference(self.reference)
        text = 0
        for character in self.reference.ljust(REFERENCE_LENGTH, "\0"):
            text = (text << 7) | ord(character)
        return (self.lei << LEI_AT) | (self.version << REFERENCE_BITS) | text

    @classmethod
    def unpack(cls, value: int) -> BillId:
        """From a token id. Raises ValueError with the reason when no bill can have it."""
        if not is_well_formed(value):
            raise ValueError(f"no bill can have this id: {value:#066x}")
        return cls(lei_of(value), version_of(value), _reference(value) or "")

    def __str__(self) -> str:
        """As people write it: LEI, reference, version."""
        stem = unpack_lei(self.lei)
        return written(stem + lei_check_digits(stem), self.reference, self.version)


def written(lei: str, reference: str, version: int) -> str:
    """The one spelling of a bill's name."""
    return f"{lei}/{reference}/v{version}"


def lei_of(bill: int) -> int:
    """The carrier's packed LEI in a token id."""
    return bill >> LEI_AT


def version_of(bill: int) -> int:
    """The version in a token id."""
    return (bill >> REFERENCE_BITS) & _VERSION_MASK


def reference_key(bill: int) -> int:
    """The id with its version taken out: the same for all versions of one reference of one carrier (P2)."""
    return bill & ~(_VERSION_MASK << REFERENCE_BITS)


def is_well_formed(bill: int) -> bool:
    """Whether a number could be a bill's id: within 250 bits, a version from 1, a reference in its normal form.

    That the LEI is some carrier's is not looked at.
    """
    if bill >> (LEI_BITS + LEI_AT) or version_of(bill) == 0:
        return False
    return _reference(bill) is not None


def _reference(bill: int) -> str | None:
    """The reference in a token id, None when it is not in its normal form."""
    codes = bytes([(bill >> shift) & 0x7F for shift in range(REFERENCE_BITS - 7, -1, -7)])
    try:
        return check_reference(codes.rstrip(b"\0").decode("ascii"))
    except ValueError:
        return None


def imo_check_digit(text: str) -> int:
    """The last digit of a ship's IMO number, after its first six, which are digits."""
    return sum(int(digit) * weight for digit, weight in zip(text[:6], range(7, 1, -1), strict=True)) % 10


def is_imo(text: str) -> bool:
    """Whether a text is a ship's IMO number: seven digits, of which the last is the check digit."""
    if len(text) != 7 or not (text.isascii() and text.isdigit()):
        return False
    return imo_check_digit(text) == int(text[-1])


# ------------------------------------------------------------------------------------------------------------ positions

_ROOM_AT: Final = 56
_LOAN_AT: Final = 32
_POSITION_BITS: Final = 76
LOAN_BITS: Final = _ROOM_AT - _LOAN_AT
"""Of a room's own number of a loan."""


def loan_id(room: int, loan: int) -> int:
    """A loan, by the account number of the room that lent and the room's own number of it: as the id of a position
    whose number is 0."""
    return room << _ROOM_AT | loan << _LOAN_AT


def loan_id_of(position: int) -> int:
    """The loan of a position, as an id whose number is 0."""
    return position >> _LOAN_AT << _LOAN_AT


def room_number_of(position: int) -> int:
    """The account number of the room that lent, by the id of a position or a loan."""
    return position >> _ROOM_AT


def loan_number_of(position: int) -> int:
    """A room's own number of the loan, by the id of a position or of the loan."""
    return position >> _LOAN_AT & ((1 << LOAN_BITS) - 1)


def position_name(position: int) -> str:
    """A lender's position as `ROOM/LOAN/NUMBER`: the room's account number, its loan, which position of it."""
    return f"{room_number_of(position)}/{loan_number_of(position)}/{position - loan_id_of(position)}"


def position_of(name: str) -> int:
    """The id of a position, by its name or as a number. Raises ValueError with the reason."""
    parts = name.strip().split("/")
    if not all(part.isascii() and part.isdigit() for part in parts) or len(parts) not in (1, 3):
        raise ValueError(
            f"a position is named ROOM/LOAN/NUMBER, as in 21/7/1, or FACILITY/NUMBER of the loan book, not {name!r}"
        )
    numbers = [int(part) for part in parts]
    found = numbers[0] if len(parts) == 1 else loan_id(numbers[0], numbers[1]) | numbers[2]
    if found >> _POSITION_BITS or (len(parts) == 3 and position_name(found) != "/".join(map(str, numbers))):
        raise ValueError(f"there is no position {name}: a number in it is too large")
    return found
