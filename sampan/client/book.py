"""The address book: names that the user gave to legal persons and accounts, and the keys at hand by their names.

The ledger proves an LEI and an address, never a name: what stands in `[names]` of the settings is told in “quotation
marks”, beside the LEI or address that it was given to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sampan.documents import identifiers
from sampan.errors import BadInput, Missing, UsageError
from sampan.suite.tell import checksum

if TYPE_CHECKING:
    from sampan.config import Settings

LEGEND = "Names in “quotation marks” are given in the settings ([names]); the ledger proves LEI and address alone."


def quoted(name: str) -> str:
    """A name as it is told: marked as given."""
    return f"“{name}”"


@dataclass(frozen=True, slots=True)
class Book:
    """Names by LEI and by address, and `key`, the address of the key at hand of a name."""

    leis: Mapping[str, str] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)
    key: Callable[[str], str | None] = lambda name: None
    told: set[str] = field(default_factory=set, compare=False)
    """The LEIs and addresses that were told by a given name."""

    @classmethod
    def of(cls, settings: Settings) -> Book:
        """The book that the settings hold. Raises `BadInput` for an LEI or address in it that cannot be."""
        leis: dict[str, str] = {}
        addresses: dict[str, str] = {}
        for whose, given in settings.names.items():
            try:
                if whose.startswith("0x"):
                    addresses[_address(whose)] = str(given.value)
                else:
                    leis[identifiers.lei(whose.upper())] = str(given.value)
            except BadInput as error:
                error.subject = f"{given.source}: names.{whose}"
                raise

        def key(name: str) -> str | None:
            from sampan.chain import signers

            with suppress(Missing, UsageError):
                return signers.address_of(name, settings, development=False)
            return None

        return cls(leis, addresses, key)

    def company(self, lei: str) -> str | None:
        """The name given to an LEI, as it is told."""
        return self._told(lei, self.leis.get(lei))

    def account(self, address: str) -> str | None:
        """The name given to an address, as it is told."""
        return self._told(address, self.addresses.get(address))

    def _told(self, whose: str, name: str | None) -> str | None:
        if name is None:
            return None
        self.told.add(whose)
        return quoted(name)

    def meant(self, name: str) -> list[str]:
        """The LEIs and addresses to which a name was given; capitals, blanks and quotation marks do not matter."""
        wanted = _plain(name)
        both = (*self.leis.items(), *self.addresses.items())
        return [whose for whose, given in both if _plain(given) == wanted]

    @property
    def names(self) -> list[str]:
        """Every name that was given."""
        return [*self.leis.values(), *self.addresses.values()]


class Companies(dict[str, str]):
    """Names of legal persons by LEI: those of the book, marked, before all others."""

    def __init__(self, book: Book, others: Mapping[str, str]) -> None:
        super().__init__(others)
        self._book = book

    def get(self, key: Any, default: Any = None) -> Any:
        return self._book.company(key) or super().get(key, default)


def _plain(name: str) -> str:
    return " ".join(name.strip(" “”\"'").casefold().split())


def _address(text: str) -> str:
    found = checksum(text)
    if text[2:] not in (text[2:].lower(), text[2:].upper()) and text != found:
        raise BadInput("the address is mistyped: its capitals do not fit its digits", hint="copy it once more")
    return found
