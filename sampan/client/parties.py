"""Whom an act is about, as screening asks it: those that the call names, and those of the bills that it is about.

Those are, of each bill, carrier, possessor, holder and titleholder, and the ships that producers name for it; of each
legal person its LEI, country, accounts and names, and its ultimate parent; of each money the bank that owes it.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sampan.client import ships
from sampan.client.book import quoted
from sampan.finance.loans.terms import read_pledge
from sampan.screening.lists import Key
from sampan.screening.match import Party
from sampan.suite import kinds, tell
from sampan.suite.ids import lei_of
from sampan.suite.tell import bill_name, lei_text
from sampan.suite.verb import NOBODY, Verb
from sampan.suite.words import Status
from sampan.trade import terms

if TYPE_CHECKING:
    from sampan.client.core import VerbCall
    from sampan.client.reading import Reading

_ACCOUNTS: Final = frozenset(
    kind.name
    for kind in (
        kinds.RECEIVER,
        kinds.ENDORSEE,
        kinds.ANSWERING,
        kinds.ACCOUNT,
        kinds.SPENDER,
        kinds.ROOM,
        kinds.DEPOSIT,
        kinds.COIN,
    )
)
_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}")
_MONEYS: Final = frozenset((kinds.DEPOSIT.name, kinds.COIN.name))
_SAID: Final = {"from_": "giver", "to": "receiver", "token_id": "bill"}
_SAID_OF_MONEY: Final = {"from_": "money that is paid with", "to": "money that is got", "money": "money that is asked"}
"""What an argument is called, where that is more than its name."""


@dataclass(slots=True)
class Named:
    """Whom a call names, each with what it is there."""

    accounts: dict[str, list[str]] = field(default_factory=dict)
    participants: dict[int, list[str]] = field(default_factory=dict)
    leis: dict[str, list[str]] = field(default_factory=dict)
    countries: dict[str, list[str]] = field(default_factory=dict)
    bills: tuple[int, ...] = ()
    ships: dict[int, list[str]] = field(default_factory=dict)

    def add(self, found: dict[Any, list[str]], whom: Any, role: str) -> None:
        """Somebody is something in the act; nobody is nothing."""
        if whom not in (NOBODY, 0, "") and role not in found.setdefault(whom, []):
            found[whom].append(role)


def leaves(verb: Verb) -> Iterator[Verb]:
    """The verbs that a call comes to: itself, or those that stand in it, put together or signed by somebody else."""
    inner = [each for value in verb.values() for each in _verbs_in(value)]
    if not inner:
        yield verb
    for each in inner:
        yield from leaves(each)


def _verbs_in(value: Any) -> Iterator[Verb]:
    if isinstance(value, Verb):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _verbs_in(each)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for each in dataclasses.fields(value):
            yield from _verbs_in(getattr(value, each.name))


def is_exit(call: VerbCall) -> bool:
    """Whether nobody is given anything new by a call (P12), with all that stands in it."""
    return all(verb.is_exit() for verb in leaves(call.verb))


# ------------------------------------------------------------------------------------------------------ named in a call


def named(call: VerbCall) -> Named:
    """Whom a call names, and what is shown beside it."""
    found = Named(bills=call.bills)
    for verb in (call.verb, *call.shown, *call.behind):
        _of_verb(verb, found)
    for paper in call.agreements:
        found.add(found.accounts, paper.signer, "whoever agrees")
    return found


def _of_verb(verb: Verb, found: Named) -> None:
    for argument, value in zip(verb.arguments(), verb.values(), strict=True):
        said = _SAID_OF_MONEY if argument.kind.name in _MONEYS else _SAID
        role = said.get(argument.name, _plain(argument.name))
        if argument.kind == kinds.SIGNATURE:
            # Of somebody who stands in what is signed.
            continue
        if argument.kind.name in _ACCOUNTS:
            found.add(found.accounts, tell.checksum(value), role)
        elif argument.kind == kinds.PERSON:
            found.add(found.participants, value, role)
        elif argument.kind == kinds.LEI and value:
            found.add(found.leis, lei_text(value), role)
        elif argument.kind == kinds.ROOM_TERMS:
            # What a room is told of a deal is bytes to the ledger; the sale's name seller, buyer and payee, the loan
            # book's the agent's account and producers.
            for read in (terms.read, read_pledge):
                with suppress(ValueError):
                    _of_value(read(value), role, found)
        elif argument.kind == kinds.COUNTRY:
            found.add(found.countries, value, role)
        else:
            _of_value(value, role, found)


def _of_value(value: Any, role: str, found: Named) -> None:
    """What stands in structs and calls: a field says by its name what it is."""
    if isinstance(value, Verb):
        _of_verb(value, found)
        found.bills = tuple(dict.fromkeys((*found.bills, *_bills_of(value))))
    elif isinstance(value, tuple):
        for each in value:
            _of_value(each, role, found)
    elif isinstance(value, str):
        if _ADDRESS.fullmatch(value):
            found.add(found.accounts, tell.checksum(value), role)
        elif role == "country":
            found.add(found.countries, value, role)
    elif isinstance(value, int):
        if role in tell.LEIS and value:
            found.add(found.leis, lei_text(value), "participant" if role == "lei" else role)
        elif role in tell.PARTICIPANTS:
            found.add(found.participants, int(value), role)
    elif dataclasses.is_dataclass(value):
        for each in dataclasses.fields(value):
            _of_value(getattr(value, each.name), _SAID_OF_MONEY.get(each.name, _plain(each.name)), found)


def _plain(name: str) -> str:
    return name.strip("_").replace("_", " ")


def _together(roles: Sequence[str]) -> str:
    """What somebody is, in words: what it is of one thing is said together."""
    said: dict[str, list[str]] = {}
    for role in roles:
        what, of, whom = role.partition(" of ")
        said.setdefault(of + whom, []).append(what)
    return ", ".join(f"{', '.join(dict.fromkeys(what))}{whom}" for whom, what in said.items())


def _bills_of(verb: Verb) -> tuple[int, ...]:
    from sampan.client.core import VerbCall

    return VerbCall(verb).bills


# ----------------------------------------------------------------------------------------------- as the ledger has them


def of(ledger: Reading, calls: Sequence[Named]) -> list[list[Party]]:
    """Whom each of some calls is about, as the ledger has them now, in as few requests as the node allows.

    Raises `ChainError` where the ledger cannot tell.
    """
    ledger = ledger.remembering()
    of_bills = _of_bills(ledger, list(dict.fromkeys(bill for each in calls for bill in each.bills)))
    for each in calls:
        for bill in each.bills:
            _join(each, of_bills[bill])
    known = _Known(ledger, calls)
    return [list(known.parties(each)) for each in calls]


def _join(into: Named, more: Named) -> None:
    for name in ("accounts", "participants", "leis", "countries", "ships"):
        for whom, roles in getattr(more, name).items():
            for role in roles:
                into.add(getattr(into, name), whom, role)


def _of_bills(ledger: Reading, bills: Sequence[int]) -> dict[int, Named]:
    """Who is what of each bill."""
    found = {bill: Named() for bill in bills}
    words = dict(zip(bills, ledger.ask_bundled([("bill", bill) for bill in bills]), strict=True))
    there = [bill for bill, word in words.items() if word.status is not Status.NONE]
    owners = ledger.ask_bundled([("ownerOf", bill) for bill in there])
    holders = ledger.ask_bundled([("holderFor", bill) for bill in there])
    for bill, owner, holder in zip(there, owners, holders, strict=True):
        name = bill_name(bill)
        found[bill].add(found[bill].accounts, owner, f"possessor of {name}")
        found[bill].add(found[bill].participants, holder, f"holder of {name}")
        found[bill].add(found[bill].participants, words[bill].titleholder, f"titleholder of {name}")
    for bill, named_ in found.items():
        named_.add(named_.leis, lei_text(lei_of(bill)), f"carrier of {bill_name(bill)}")
    for bill, imos in ships.named_for(ledger, bills).items():
        for imo in imos:
            found[bill].add(found[bill].ships, imo, f"ship of {bill_name(bill)}")
    return found


class _Known:
    """What the ledger says of all accounts and participants that some calls name."""

    def __init__(self, ledger: Reading, calls: Sequence[Named]) -> None:
        self.ledger = ledger
        # Without the user's own names, which would count as told.
        self.companies: Mapping[str, str] = dict(ledger.companies)
        addresses = list(dict.fromkeys(address for each in calls for address in each.accounts))
        ours = set(ledger.addresses.values())
        words = ledger.ask_bundled([("account", address) for address in addresses])
        self.owners = {
            address: word.participant for address, word in zip(addresses, words, strict=True) if word.participant
        }
        self.contracts = ours - set(self.owners)
        self.banks = {
            address: money[3]
            for address in addresses
            if address not in self.owners and address not in ours and (money := ledger.kind_of_money(address))
        }
        leis = list(dict.fromkeys(lei for each in calls for lei in each.leis))
        self.numbers: dict[str, int] = {}
        self._find_numbers(leis)
        wanted = {number for each in calls for number in each.participants}
        self.participants: dict[int, Any] = {}
        self._find({*wanted, *self.owners.values(), *self.banks.values(), *self.numbers.values()})
        # An ultimate parent may be a participant too: then its country and accounts are known.
        self._find_numbers([lei_text(each.parent) for each in self.participants.values()])
        self._find(set(self.numbers.values()))

    def _find_numbers(self, leis: Sequence[str]) -> None:
        from sampan.documents import identifiers

        left = [lei for lei in dict.fromkeys(leis) if lei not in self.numbers and identifiers.is_lei(lei)]
        asked = [("participantOf", identifiers.pack_lei(lei)) for lei in left]
        self.numbers.update(zip(left, self.ledger.ask_bundled(asked), strict=True))

    def _find(self, numbers: set[int]) -> None:
        left = sorted(number for number in numbers if number and number not in self.participants)
        found = self.ledger.ask_bundled([("participant", number) for number in left])
        self.participants.update((number, one) for number, one in zip(left, found, strict=True) if one.lei)

    def parties(self, named_: Named) -> Iterator[Party]:
        """Everybody and everything that a call is about, once each."""
        persons: dict[str, list[str]] = {}

        def add(lei: str, roles: Sequence[str]) -> None:
            persons.setdefault(lei, []).extend(role for role in roles if role not in persons[lei])

        for number, roles in named_.participants.items():
            if number in self.participants:
                add(lei_text(self.participants[number].lei), roles)
        for address, roles in named_.accounts.items():
            if address in self.owners:
                add(lei_text(self.participants[self.owners[address]].lei), roles)
            elif self.banks.get(address) in self.participants:
                add(lei_text(self.participants[self.banks[address]].lei), [f"bank of the {role}" for role in roles])
        for lei, roles in named_.leis.items():
            add(lei, roles)
        for lei in list(persons):
            one = self.participants.get(self.numbers.get(lei, 0)) or self._by_lei(lei)
            if one is not None and one.parent != one.lei:
                add(lei_text(one.parent), [f"ultimate parent of {self._name(lei)}"])
        for lei, roles in persons.items():
            yield self._person(lei, roles)
        for address, roles in named_.accounts.items():
            if address not in self.owners and address not in self.contracts:
                yield self._account(address, roles)
        for country, roles in named_.countries.items():
            yield Party(f"{_together(roles)} {country}", {"country": (country,)})
        for ship, roles in named_.ships.items():
            yield Party(f"{_together(roles)}, IMO {ship}", {"imo": (str(ship),)})

    def _by_lei(self, lei: str) -> Any:
        return next((each for each in self.participants.values() if lei_text(each.lei) == lei), None)

    def _person(self, lei: str, roles: Sequence[str]) -> Party:
        one = self._by_lei(lei)
        keys: dict[Key, tuple[str, ...]] = {"lei": (lei,)}
        addresses: tuple[str, ...] = ()
        if one is not None:
            addresses = tuple(one.accounts)
            keys["country"] = (one.country,)
            keys["account"] = addresses
        book = self.ledger.book
        names = [book.leis.get(lei), self._company(lei), *(book.addresses.get(each) for each in addresses)]
        keys["name"] = tuple(dict.fromkeys(filter(None, names)))
        return Party(f"{_together(roles)}: {self._name(lei)}", keys)

    def _account(self, address: str, roles: Sequence[str]) -> Party:
        given = self.ledger.book.addresses.get(address)
        keys: dict[Key, tuple[str, ...]] = {"account": (address,)}
        if given:
            keys["name"] = (given,)
        return Party(f"{_together(roles)}: {f'{quoted(given)} ({address})' if given else address}", keys)

    def _company(self, lei: str) -> str | None:
        return self.companies.get(lei)

    def _name(self, lei: str) -> str:
        given = self.ledger.book.leis.get(lei)
        name = quoted(given) if given else self._company(lei)
        return f"{name} ({lei})" if name else lei
