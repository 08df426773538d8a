"""Identifiers of the trade: their shape, their check digits, and the packed forms that go on chain.

LEI (ISO 17442), container number (ISO 6346), carrier code (SMDG, NMFTA), UN/LOCODE, facility (SMDG, BIC), IMO number of
a ship, document reference. `is_...` answers, the others return the identifier or raise `BadInput` saying what is wrong
with it.
"""

from __future__ import annotations

import re
from string import ascii_uppercase, digits
from typing import Literal

from sampan.documents.codes import COUNTRIES, LOCODE_ONLY
from sampan.documents.json import shown
from sampan.errors import BadInput
from sampan.suite import ids

CodeList = Literal["SMDG", "NMFTA"]
"""The lists that carrier codes come from (DCSA `carrierCodeListProvider`)."""

_LEI = re.compile(r"[0-9A-Z]{18}[0-9]{2}")
_CONTAINER = re.compile(r"[A-Z]{3}[UJZ][0-9]{7}")
_CARRIER_CODE = {"SMDG": re.compile(r"[A-Z0-9]{3}"), "NMFTA": re.compile(r"[A-Z]{2,4}")}
_LOCODE = re.compile(r"[A-Z]{2}[A-Z2-9]{3}")
_FACILITY = re.compile(r"(SMDG|BIC)/[A-Z0-9]{1,6}")
# ISO 6346: letters count 10, 12, 13 ... 38, leaving out the multiples of 11.
_CONTAINER_VALUES = dict(zip(digits + ascii_uppercase, (n for n in range(39) if n < 10 or n % 11), strict=True))


def lei_check_digits(body: str) -> str:
    """The two check digits that follow the first 18 characters of an LEI (ISO 7064 MOD 97-10): "02" to "98"."""
    try:
        return ids.lei_check_digits(body)
    except ValueError:
        message = "not the body of an LEI: it is 18 letters A-Z and digits"
        raise _no_lei(message, shown(body), "take the first 18 characters of the LEI") from None


def is_lei(text: str) -> bool:
    """Whether text is an LEI with the check digits that its first 18 characters ask for."""
    return _LEI.fullmatch(text) is not None and _is_someone(text) and lei_check_digits(text[:18]) == text[18:]


def lei(text: str) -> str:
    """The LEI itself. Raises `BadInput` naming the fault: shape, or check digits with those that would be right."""
    if not _LEI.fullmatch(text):
        hint = "take the LEI from the GLEIF register, in capitals, without spaces"
        raise _no_lei("not an LEI: it is 18 letters A-Z and digits, then 2 check digits", shown(text), hint)
    if not _is_someone(text):
        raise _no_lei("not an LEI: it is all zeros", text, "take the LEI from the GLEIF register")
    right = lei_check_digits(text[:18])
    if right != text[18:]:
        message = f"LEI has check digits {text[18:]}, its first 18 characters ask for {right}"
        raise _no_lei(message, text, "compare it with the GLEIF register: a character is mistyped")
    return text


def _no_lei(message: str, subject: str, hint: str) -> BadInput:
    return BadInput(message, subject=subject, hint=hint, code="identifier.lei")


def pack_lei(text: str) -> int:
    """An LEI as the 94-bit integer of its first 18 characters in base 36; check digits are derived, not kept."""
    return ids.pack_lei(lei(text))


def container_check_digit(body: str) -> int:
    """The check digit (0-9) after the first ten characters of a container number (ISO 6346)."""
    return sum(_CONTAINER_VALUES[letter] << place for place, letter in enumerate(body[:10])) % 11 % 10


def has_container_shape(text: str) -> bool:
    """Whether text looks like an ISO 6346 number: three letters, U, J or Z, seven digits."""
    return _CONTAINER.fullmatch(text) is not None


def is_container(text: str) -> bool:
    """Whether text is an ISO 6346 container number with the right check digit."""
    return has_container_shape(text) and container_check_digit(text) == int(text[10])


def is_carrier_code(code: str, code_list: str) -> bool:
    """Whether a code has the shape of its list: SMDG liner codes three characters, NMFTA's SCAC two to four letters."""
    pattern = _CARRIER_CODE.get(code_list)
    return pattern is not None and pattern.fullmatch(code) is not None


def carrier_code(code: str, code_list: str) -> tuple[str, CodeList]:
    """A carrier code with its list. Raises `BadInput` for another list or a code of the wrong shape."""
    if is_carrier_code(code, code_list):
        return code, "SMDG" if code_list == "SMDG" else "NMFTA"
    if code_list not in _CARRIER_CODE:
        raise BadInput(
            "not a list of carrier codes", subject=shown(code_list), hint="use SMDG or NMFTA", code="identifier.carrier"
        )
    shape = "3 letters or digits" if code_list == "SMDG" else "2 to 4 letters"
    raise BadInput(
        f"not a carrier code of {code_list}: it is {shape}, in capitals",
        subject=shown(code),
        hint=f"take the code from the {code_list} list",
        code="identifier.carrier",
    )


def is_country(code: str) -> bool:
    """Whether a code is an assigned ISO 3166-1 alpha-2 country."""
    return code in COUNTRIES


def is_locode(text: str) -> bool:
    """Whether text has the shape of a UN/LOCODE in an assigned country (the place itself is not looked up)."""
    return _LOCODE.fullmatch(text) is not None and (text[:2] in COUNTRIES or text[:2] in LOCODE_ONLY)


def pack_place(text: str) -> bytes:
    """A place of cargo as the ledger keeps it, in 32 bytes: a facility (`CNSHA/SMDG/YICT`), a port (`CNSHA`) or a
    country (`CN`). Raises `BadInput` for what is none."""
    port, _, facility = text.partition("/")
    named = is_locode(port) if len(port) > 2 or facility else is_country(port)
    if not named or ("/" in text and not _FACILITY.fullmatch(facility)):
        raise BadInput(
            "no place of cargo: no country, UN/LOCODE, or facility of SMDG or BIC behind one",
            subject=shown(text),
            hint="write CN, CNSHA or CNSHA/SMDG/YICT, in capitals",
            code="identifier.place",
        )
    return text.encode("ascii").ljust(32, b"\0")


def imo_number(text: str) -> int:
    """A ship's IMO number. Raises `BadInput` naming the fault: shape, or the check digit."""
    number = text.strip().upper().removeprefix("IMO").strip()
    if len(number) != 7 or not (number.isascii() and number.isdigit()):
        raise BadInput(
            "no IMO number: it is seven digits", subject=shown(text), hint="as in 9321483", code="identifier.imo"
        )
    digit = ids.imo_check_digit(number)
    if digit != int(number[6]):
        raise BadInput(
            f"IMO number has the check digit {number[6]}, its first six digits ask for {digit}",
            subject=shown(text),
            hint="compare it with the ship's papers: a digit is mistyped",
            code="identifier.imo",
        )
    return int(number)


def reference(text: str) -> str:
    """A transport document reference as the ledger writes it: in capitals, so that one bill has one name.

    1 to 20 characters of printable ASCII that capitals leave within 0x20-0x5F (no backtick, braces, bar or tilde), no
    space at either end. Raises `BadInput` for anything else; nothing is trimmed or replaced.
    """
    fault = reference_fault(text)
    if fault is not None:
        raise BadInput(
            fault,
            subject=shown(text),
            hint="use 1 to 20 of A-Z, 0-9 and ASCII punctuation up to '_', without a space at either end",
            code="identifier.reference",
        )
    return text.upper()


def reference_fault(text: str) -> str | None:
    """What keeps text from being a reference on the ledger, in words; None when nothing does."""
    if not text:
        return "reference is empty"
    if len(text) > ids.REFERENCE_LENGTH:
        return f"reference has {len(text)} characters, the ledger holds {ids.REFERENCE_LENGTH}"
    # Letters outside ASCII first: some of them turn into ASCII when put in capitals.
    for letter in text:
        if not letter.isascii() or not " " <= letter.upper() <= "_":
            return f"reference holds {letter!r}, which the ledger cannot write"
    if text != text.strip(" "):
        return "reference has a space at its end" if text[0] != " " else "reference starts with a space"
    return None


def _is_someone(text: str) -> bool:
    # On the ledger the number 0 stands for nobody.
    return text[:18].strip("0") != ""
