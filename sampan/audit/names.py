"""How bills, participants and addresses are named in findings, so that they can be pasted into other commands."""

from __future__ import annotations

import datetime
import re

from sampan.model import ids

_ENDS_IN_NUMBER = re.compile(r".+/[1-9][0-9]{0,4}$")


def bill_name(bill: int) -> str:
    """A bill as `LEI/REFERENCE`, with the version behind it where it is not the first; hex for what is no id."""
    try:
        found = ids.BillId.unpack(bill)
        name = f"{lei_text(found.lei)}/{found.reference}"
    except ValueError:
        return hex(bill)
    # A reference may itself end in a slash and digits; with the version behind it there is one reading.
    needed = found.version != 1 or _ENDS_IN_NUMBER.match(found.reference) is not None
    return f"{name}/{found.version}" if needed else name


def lei_text(packed: int) -> str:
    """A packed LEI with its check digits; the number itself where it packs none."""
    try:
        stem = ids.unpack_lei(packed)
    except ValueError:
        return str(packed)
    return stem + ids.lei_check_digits(stem)


def shown(address: str) -> str:
    """An address in its checksummed form."""
    from sampan.chain.transactions import checksum

    return checksum(address)


def time_text(seconds: int) -> str:
    """Seconds since 1970 as RFC 3339 UTC."""
    try:
        moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    except (ValueError, OverflowError, OSError):
        return str(seconds)
    return moment.isoformat().replace("+00:00", "Z")
