"""How bills, participants and addresses are named in findings, so that they can be pasted into other commands."""

from __future__ import annotations

import datetime

from sampan.suite import ids


def bill_name(bill: int) -> str:
    """A bill as `LEI/REFERENCE/vVERSION`; hex for a number that is no id."""
    try:
        return str(ids.BillId.unpack(bill))
    except ValueError:
        return hex(bill)


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
