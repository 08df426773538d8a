"""Values of the ledger as people read them: a bill by its name, an account by role or company, a time in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from sampan.ledger.ids import bill_name, lei_text
from sampan.ledger.words import Role, plain
from sampan.suite.ids import ONE_VERSION

NO_ADDRESS = "0x" + "00" * 20
_TIMES = frozenset({"until", "from_", "executable_from", "deadline"})
_LEIS = frozenset({"lei", "parent"})
_PARTICIPANTS = frozenset({"participant", "titleholder", "owner", "giver", "other_participant"})


@dataclass(slots=True)
class Names:
    """What is known by name: accounts (address to label), participants (number to LEI), companies (LEI to name)."""

    accounts: Mapping[str, str] = field(default_factory=dict)
    participants: Mapping[int, str] = field(default_factory=dict)
    companies: Mapping[str, str] = field(default_factory=dict)

    def account(self, address: str) -> str:
        """An address, with its label where there is one."""
        if address == NO_ADDRESS:
            return "nobody"
        label = self.accounts.get(address)
        return f"{label} ({short(address)})" if label else address

    def participant(self, number: int) -> str:
        """A participant by company and LEI, as far as they are known."""
        if number == 0:
            return "nobody"
        lei = self.participants.get(number)
        if lei is None:
            return f"participant {number}"
        company = self.companies.get(lei)
        return f"{company} ({lei})" if company else lei


def short(address: str) -> str:
    """An address for a narrow place."""
    return f"{address[:6]}…{address[-4:]}"


def moment(time: datetime | int | None) -> str:
    """A time in UTC to the minute; an integer is seconds since 1970."""
    if time is None:
        return "-"
    if isinstance(time, int):
        if time >= 2**40:
            return "no end"
        time = datetime.fromtimestamp(time, UTC)
    return time.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def text_of(data: bytes) -> str:
    """Bytes of the log in words: the text where they are one, else hex."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return "0x" + data.hex()
    # Neither control characters nor marks that turn the direction of writing reach a terminal.
    return text if all(letter.isprintable() or letter in "\n\t" for letter in text) else "0x" + data.hex()


def ascii_of(data: bytes) -> str:
    """A left-aligned ASCII code, such as a country or a carrier code; hex where it is none."""
    stripped = data.rstrip(b"\0")
    return stripped.decode("ascii") if stripped.isascii() and stripped.decode().isprintable() else "0x" + data.hex()


def describe(name: str, value: Any, names: Names | None = None) -> str:
    """An argument of an event or error in words, by its name."""
    names = names or Names()
    if isinstance(value, (IntEnum, Role)):
        return plain(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(describe(name.removesuffix("s"), item, names) for item in value)
    if isinstance(value, int):
        return _number(name, value, names)
    if isinstance(value, str):
        return names.account(value) if value.startswith("0x") and len(value) == 42 else value
    if name in ("remark", "terms", "ground"):
        return text_of(value)
    return ascii_of(value) if len(value) in (2, 8) else "0x" + value.hex()


def _number(name: str, value: int, names: Names) -> str:
    if name in ("bill", "replace", "replacement") and value >= ONE_VERSION:
        return bill_name(value)
    if name in _TIMES:
        return moment(value)
    if name in _LEIS:
        return lei_text(value)
    if name in ("role", "roles", "allowed"):
        return plain(Role(value))
    if name in _PARTICIPANTS:
        return names.participant(value)
    return str(value)
