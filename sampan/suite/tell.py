"""Values, events and acts as people read them and as JSON has them: one home for names and sentences."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, datetime, timezone
from enum import IntEnum
from functools import lru_cache
from string import Formatter
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sampan.errors import BadInput, UsageError
from sampan.keccak import keccak
from sampan.suite import ids
from sampan.suite.amounts import ANY, Amount
from sampan.suite.codec import contract_name
from sampan.suite.powers import Power
from sampan.suite.verb import NOBODY
from sampan.suite.words import FactKind, Kind, RecordLaw, Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sampan.suite.event import Event
    from sampan.suite.verb import Fact, Verb

W = TypeVar("W", bound=IntEnum)

TIMES: Final = frozenset(
    {"until", "from", "executableFrom", "deadline", "since", "firmUntil", "availableUntil"}
    | {"happenedAt", "validUntil", "saidAt", "anchoredAt", "earliest", "latest", "last"}
)
BEGINNINGS: Final = frozenset({"from", "executableFrom", "since"})
LEIS: Final = frozenset({"lei", "parent", "group", "carrier"})
PARTICIPANTS: Final = frozenset(
    {
        "participant",
        "titleholder",
        "holder",
        "owner",
        "giver",
        "otherParticipant",
        "agent",
        "borrower",
        "bank",
        "seller",
        "buyer",
        "producer",
    }
)
BILLS: Final = frozenset({"bill", "bills", "tokenId", "id", "replaces", "replacements", "previous"})
ROLES: Final = frozenset({"role", "roles", "allowed"})
POWERS: Final = frozenset({"roleId", "admin", "guardian"})
DELAYS: Final = frozenset({"executionDelay", "newDelay", "delay"})
KINDS_OF_FACTS: Final = frozenset({"kinds", "accredited"})
PLACES: Final = frozenset({"place"})
POSITIONS: Final = frozenset({"position", "part"})
PRINTS: Final = frozenset({"print", "prints"})
SELECTORS: Final = frozenset({"selector", "selectors"})
TEXTS: Final = frozenset({"remark", "terms", "ground", "reason", "purpose"})
"""Fields, by the contract's names, whose numbers and bytes mean more than a number and bytes."""
AMOUNTS: Final = frozenset(
    {"amount", "value", "price", "held", "most", "principal", "interest", "surplus", "undrawn", "least"}
)
MONEYS: Final = ("deposit", "coin", "money", "from")
"""Fields that are amounts, in an event or error that also has one of these: the money that they are of, the first; or
that names a facility, which is of one money."""

NO_END: Final = 2**40
"""Seconds from which on a time has no end."""


# ---------------------------------------------------------------------------------------------------------------- words


def plain(word: IntEnum | Role) -> str:
    """A word as people read it: lower case, blanks for underscores; roles joined by commas."""
    if isinstance(word, Role):
        return ", ".join(one.name.lower() for one in Role if one in word and one.name) or "none"
    return word.name.lower().replace("_", " ")


def option(word: IntEnum) -> str:
    """A word as the command line and JSON write it: lower case, hyphens."""
    return word.name.lower().replace("_", "-")


def spoken(word: str) -> str:
    """A word of JSON as people read it: blanks for hyphens."""
    return word.replace("-", " ")


LAW_NAMES: Final[dict[RecordLaw, str]] = {
    RecordLaw.RULEBOOK_ONLY: "the rulebook alone",
    RecordLaw.ENGLISH_ETDA_2023: "English law (Electronic Trade Documents Act 2023)",
    RecordLaw.SINGAPORE_ETA: "Singapore law (Electronic Transactions Act)",
    RecordLaw.PRC_MARITIME_CODE_2025: "PRC law (Maritime Code as revised in 2025)",
}


def law(record_law: RecordLaw | str) -> str:
    """The law of an electronic record, by its word or by what JSON writes of that; itself where it is none."""
    return next((name for word, name in LAW_NAMES.items() if record_law in (word, option(word))), str(record_law))


def word_of(kind: type[W], text: str) -> W:
    """The word that a text means: `change-of-destination`, `Change of destination` and `CHANGE_OF_DESTINATION` alike.

    Raises `UsageError` with the words that there are.
    """
    wanted = text.strip().upper().replace("-", "_").replace(" ", "_")
    for word in kind:
        if word.name == wanted:
            return word
    raise UsageError(
        f"not a {kind.__name__.lower()}", subject=text, hint="there are " + ", ".join(option(word) for word in kind)
    )


def roles_of(text: str) -> Role:
    """The roles that a text lists: `issue,answer,move`, or `all`. Raises `UsageError` for what is no role."""
    if text.strip().lower() == "all":
        return ~Role(0)
    found = Role(0)
    for part in filter(None, (part.strip() for part in text.split(","))):
        try:
            found |= Role[part.upper()]
        except KeyError:
            hint = "roles are " + ", ".join(role.name.lower() for role in Role if role.name)
            raise UsageError("no such role", subject=part, hint=hint) from None
    return found


# ---------------------------------------------------------------------------------------------------------------- names


def checksum(address: str | bytes) -> str:
    """An address in its checksummed form (EIP-55). Raises `BadInput` for anything but 20 bytes or their hex."""
    try:
        raw = address if isinstance(address, bytes) else bytes.fromhex(address.removeprefix("0x"))
    except (AttributeError, ValueError):
        raw = b""
    if len(raw) != 20:
        raise BadInput(f"{address!r} is not an address", code="address")
    return _checksummed(raw)


@lru_cache(16_384)
def _checksummed(raw: bytes) -> str:
    # Everybody is named again and again.
    digits = raw.hex()
    digest = keccak(digits.encode()).hex()
    return "0x" + "".join(d.upper() if int(h, 16) > 7 else d for d, h in zip(digits, digest, strict=False))


@lru_cache(16_384)
def bill_name(number: int) -> str:
    """A bill as `LEI/REFERENCE/vVERSION`; hex for a number that is no id."""
    try:
        return str(ids.BillId.unpack(number))
    except ValueError:
        return hex(number)


def lei_text(packed: int) -> str:
    """A packed LEI with its check digits; the number itself where it packs none."""
    try:
        stem = ids.unpack_lei(packed)
    except ValueError:
        return str(packed)
    return stem + ids.lei_check_digits(stem)


def short(address: str) -> str:
    """An address for a narrow place."""
    return f"{address[:6]}…{address[-4:]}"


@dataclass(slots=True)
class Names:
    """What is known by name: accounts (address to label), participants (number to LEI), companies (LEI to name).

    `whole`: who has a label is told without address or LEI behind it.
    """

    accounts: Mapping[str, str] = field(default_factory=dict)
    participants: Mapping[int, str] = field(default_factory=dict)
    companies: Mapping[str, str] = field(default_factory=dict)
    whole: bool = False
    brief: bool = False
    """Addresses without a label are told short."""
    function: Callable[[bytes], str | None] = lambda selector: None
    """The name of the function that a selector calls."""
    money: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """Address of a deposit → its currency and decimals."""
    loans: Mapping[int, str] = field(default_factory=dict)
    """Facility → address of the deposit that it is of."""
    lent: Mapping[int, str] = field(default_factory=dict)
    """A loan, as the ids of its positions begin → address of the money of which a share is the smallest unit."""
    clocks: Mapping[int, timezone] = field(default_factory=dict)
    """Facility → where its days turn: its times are told by it."""
    debts: Callable[[str, int], str | None] = lambda room, debt: None
    """What a debt of a room is, by the number under which cargo is registered for it."""

    def account(self, address: str) -> str:
        """An address, with its label where there is one."""
        if address == NOBODY:
            return "nobody"
        full = checksum(address)
        label = self.accounts.get(full) or self.accounts.get(address)
        if label is None:
            return short(full) if self.brief else full
        return label if self.whole else f"{label} ({short(full)})"

    def participant(self, number: int) -> str:
        """A participant by company and LEI, as far as they are known."""
        if number == 0:
            return "nobody"
        lei = self.participants.get(number)
        if lei is None:
            return participant_name(number)
        company = self.companies.get(lei)
        if company is None:
            return lei
        return company if self.whole else f"{company} ({lei})"

    def amount(self, value: int, money: str | None) -> str:
        """An amount of money, with its currency where that is known; else in the smallest unit."""
        if value == ANY:
            return "any amount"
        found = None if money is None else self.money.get(checksum(money)) or self.money.get(money)
        return str(value) if found is None else str(Amount(value, *found))

    def shares(self, number: int, loan: int) -> str:
        """Shares of a loan; what they are of its money as it was committed, where that is known."""
        money, said = self.lent.get(loan), amount(number, "share")
        return said if money is None else f"{said} ({self.amount(number, money)} as committed)"

    def debt(self, room: str, number: int) -> str:
        """A debt that cargo secures: what it is, where that is known; else its number at its room."""
        return self.debts(room, number) or f"debt {number} of {self.account(room)}"

    def bills(self, numbers: Iterable[int]) -> str:
        """Several bills."""
        return ", ".join(map(bill_name, numbers))

    def roles(self, roles: int) -> str:
        """Roles by commas."""
        return plain(Role(roles))

    def power(self, number: int) -> str:
        """A role of the AccessManager."""
        return Power(number).name if number in list(Power) else f"role {number}"

    def verb(self, selector: bytes) -> str:
        """The function that a selector calls."""
        return self.function(selector) or "0x" + selector.hex()


def participant_name(number: int) -> str:
    """A participant by its number alone."""
    return f"participant {number}"


LAST_SECOND: Final = 253402300799
"""Of the year 9999: the last that `datetime` knows."""


def moment(time: datetime | int | None, zone: timezone = UTC) -> str:
    """A time to the minute, with the zone in which it is told; an integer is seconds since 1970."""
    if time is None:
        return "-"
    if isinstance(time, int):
        if time >= NO_END:
            return "no end"
        try:
            time = datetime.fromtimestamp(time, zone)
        except (ValueError, OverflowError, OSError):
            return str(time)
    return f"{time.astimezone(zone):%Y-%m-%d %H:%M} {zone}"


def earliest(time: datetime | int | None) -> str:
    """The time from which something may be, as `moment`: the next whole minute, so that nobody comes too early."""
    if isinstance(time, int):
        return moment(time if time >= NO_END else -(-time // 60) * 60)
    return moment(None) if time is None else earliest(math.ceil(time.timestamp()))


def duration(seconds: int) -> str:
    """Seconds as people say them: the largest unit that fits exactly."""
    if seconds == 0:
        return "at once"
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds % size == 0:
            count = seconds // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{seconds} seconds"


def passing(length: str) -> str:
    """That a length of time passes, as it was written: `1 day passes`, `36 hours pass`."""
    return f"{length} {'passes' if _ONE.fullmatch(length) else 'pass'}"


def instant(seconds: int) -> str:
    """Seconds since 1970 as RFC 3339 in UTC; the number itself when no calendar reaches so far."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return str(seconds)


def readable(instant_: str) -> str:
    """What `instant` wrote, as people read it: a blank for the T, without the Z."""
    return instant_.replace("T", " ").rstrip("Z")


_ONE: Final = re.compile(r"1\s*[a-z]+")
_DURATION: Final = re.compile(r"([0-9]{1,12}\s*[a-z]+[\s,]*)+")
_UNITS: Final = {
    **dict.fromkeys(("s", "second"), 1),
    **dict.fromkeys(("m", "min", "minute"), 60),
    **dict.fromkeys(("h", "hour"), 3_600),
    **dict.fromkeys(("d", "day"), 86_400),
    **dict.fromkeys(("w", "week"), 604_800),
}
_LONGEST: Final = 10 * 366 * 86_400


def seconds_of(text: str) -> int:
    """The seconds of a length of time as people write it: `72h`, `2 days 1 hour`. Raises `UsageError`."""
    hint = "write it as 72h, 3 days, 90 minutes"
    if not _DURATION.fullmatch(text.strip().lower()):
        raise UsageError("no length of time", subject=text, hint=hint)
    seconds = 0
    for number, unit in re.findall(r"([0-9]+)\s*([a-z]+)", text.lower()):
        # Words have a plural, letters none: `ms` is no minutes.
        size = _UNITS.get(unit if len(unit) < 3 else unit.removesuffix("s"))
        if size is None:
            raise UsageError(f"{unit!r} is no unit of time", subject=text, hint=hint)
        seconds += int(number) * size
    if not 0 < seconds <= _LONGEST:
        raise UsageError("too short or too long", subject=text, hint="between a second and ten years")
    return seconds


_WRITTEN_AS_A_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}|$)")


def moment_of(text: str, zone: timezone = UTC) -> datetime:
    """The time that people write: a day, which counts to its end in `zone`, or one with its zone. Raises
    `UsageError`."""
    hint = "write 2026-12-31, or 2026-12-31T17:00+08:00"
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        # What is written as a time should be may be on no calendar.
        wrong = "there is no such time" if _WRITTEN_AS_A_TIME.match(text.strip()) else "no time"
        raise UsageError(wrong, subject=text, hint=hint) from None
    if len(text.strip()) == len("2026-12-31"):
        return found.replace(hour=23, minute=59, second=59, tzinfo=zone)
    if found.tzinfo is None:
        raise UsageError("a time without a zone", subject=text, hint=hint)
    return found


def text_of(data: bytes) -> str:
    """Bytes of the log in words: the text where they are one, else hex."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return "0x" + data.hex()
    # Neither control characters nor marks that turn the direction of writing reach a terminal.
    return text if all(letter.isprintable() or letter in "\n\t" for letter in text) else "0x" + data.hex()


def place_text(place: bytes) -> str:
    """A facility, port or country as it stands in a word of 32 bytes; empty: none."""
    return text_of(place.rstrip(b"\0"))


def measured(amount: int, measure: str) -> str:
    """An amount of a fact in its measure: `28,400 KGM`, `150,000 USD`; a ship by its number: `IMO 9321483`."""
    return f"IMO {amount:07d}" if measure == "IMO" else f"{amount:,} {measure}".rstrip()


def kinds_of(bits: int) -> list[FactKind]:
    """The kinds of facts that a number means, a bit each; what is no kind is left out."""
    return [kind for kind in FactKind if bits >> kind & 1]


def code_text(text: str) -> str:
    """A code of the log in words: itself, or hex where it is none."""
    return text if text.isascii() and text.isprintable() else "0x" + text.encode("latin-1", "replace").hex()


def describe(name: str, value: Any, names: Names | None = None) -> str:
    """An argument of an event, error or verb in words, by the contract's name of it."""
    names = names or Names()
    if isinstance(value, (IntEnum, Role)):
        return plain(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (tuple, list)):
        return ", ".join(describe(name, item, names) for item in value)
    if isinstance(value, int):
        return _number(name, value, names)
    if isinstance(value, str):
        return names.account(value) if value.startswith("0x") and len(value) == 42 else code_text(value)
    if is_dataclass(value) and not isinstance(value, type):
        parts = ((contract_name(each.name), getattr(value, each.name)) for each in fields(value))
        return f"({', '.join(f'{part} {describe(part, said, names)}' for part, said in parts)})"
    if isinstance(value, bytes):
        if name in SELECTORS:
            return names.verb(value)
        if name in PLACES:
            return place_text(value) or "no place"
        return text_of(value) if name in TEXTS else "0x" + value.hex()
    return str(value)


def _number(name: str, value: int, names: Names) -> str:
    if name in BILLS and value >= ids.ONE_VERSION:
        return bill_name(value)
    if name in PRINTS:
        return print_name(value)
    if name in POSITIONS:
        return ids.position_name(value)
    if name in TIMES:
        return earliest(value) if name in BEGINNINGS else moment(value)
    if name in LEIS:
        return lei_text(value)
    if name in ROLES:
        return plain(Role(value))
    if name in PARTICIPANTS:
        return names.participant(value)
    if name in POWERS:
        return names.power(value)
    if name in KINDS_OF_FACTS:
        return ", ".join(map(plain, kinds_of(value))) or "nothing"
    if name in DELAYS:
        return duration(value) if value else "no time"
    return str(value)


def print_name(word: int) -> str:
    """What stands for a piece of cargo, as commands show it and take it: 0x and 64 digits, of which the first 40 are
    the box."""
    return f"0x{word:064x}"


def amount(number: int, thing: str) -> str:
    """How many of something: `1 bill`, `2 bills`; of what ends otherwise in the plural the caller says both words."""
    one, _, several = thing.partition("/")
    return f"{number:,} {one if number == 1 else several or one + 's'}"


# ------------------------------------------------------------------------------------------------------------ sentences


def sentence(fact: Fact | None, event: Event, names: Names) -> str:
    """An event in one sentence; of an event that no subject declares, its name and arguments."""
    if fact is None:
        said = ", ".join(f"{name} {describe(name, value, names)}" for name, value in event.arguments().items())
        return f"{event.name}: {said}"
    if callable(fact.told):
        return fact.told(event, names)
    return fact.told.format(**described(event.arguments(), names))


def described(said: Mapping[str, Any], names: Names | None = None) -> dict[str, str]:
    """The arguments of an event or an error in words, by the contract's names of them; amounts in their money."""
    names = names or Names()
    named = (said[name] for name in MONEYS if isinstance(said.get(name), str))
    # A refusal that no facility was opened names one that nobody should look up.
    money = names.loans.get(said["facility"]) if "facility" in said and AMOUNTS & said.keys() else None
    money = next(named, None) if money is None else money
    clock = names.clocks.get(said["facility"]) if "facility" in said and TIMES & said.keys() else None

    def told(name: str, value: Any) -> str:
        if name in AMOUNTS and isinstance(value, int) and money is not None:
            return names.amount(value, money)
        # What begins is told with the next whole minute, by no clock but UTC.
        if name in TIMES - BEGINNINGS and isinstance(value, int) and clock is not None:
            return moment(value, clock)
        return describe(name, value, names)

    return {name: told(name, value) for name, value in said.items()}


def remark(event: Event) -> str | None:
    """The remark of an event as text; None when it has none. A ground stands in the sentence itself."""
    data = getattr(event, "remark", None)
    return text_of(data) if data else None


def label(verb: Verb, names: Names | None = None) -> str:
    """What a call would do, in a few words that name its parties.

    The template stands with the declaration: `{to}` is an argument, `{terms.kind}` a field of one, and what stands in
    brackets is left out where its argument says nothing.
    """
    names = names or Names(whole=True)
    money = _money_of(verb, names)
    said = {
        argument.name: _Argument(argument.name, getattr(verb, argument.name), names, money)
        for argument in verb.arguments()
    }
    position = next((getattr(verb, each.name) for each in verb.arguments() if each.kind.name == "position"), None)
    if "shares" in said and position is not None:
        # Shares of the loan that the position is of are told as the money that was committed.
        said["shares"].value = names.shares(said["shares"].value, ids.loan_id_of(position))

    def kept(part: re.Match[str]) -> str:
        fields = (field for _, field, *_ in _FORMATTER.parse(part[1]) if field)
        found = (_FORMATTER.get_field(field, (), said)[0] for field in fields)
        return part[1] if all(argument.says for argument in found) else ""

    return _OPTIONAL.sub(kept, verb.label).format(**said)


_FORMATTER: Final = Formatter()
_OPTIONAL: Final = re.compile(r"\[([^\[\]]*)\]")


@dataclass(slots=True)
class _Argument:
    """An argument of a verb, or a field of one, for a template."""

    name: str
    value: Any
    names: Names
    money: str | None = None
    """What its amounts are of."""

    @property
    def says(self) -> bool:
        return self.value not in _SAYING_NOTHING

    def __getattr__(self, name: str) -> _Argument:
        return _Argument(name, getattr(self.value, name), self.names, self.money)

    def __format__(self, spec: str) -> str:
        return _argument(self.name, self.value, self.names, self.money)


def in_full(verb: Verb, names: Names | None = None) -> str:
    """A call with the bill and every other argument that says something: what its signer should read."""
    names = names or Names()
    said: list[str] = []
    for argument, value in zip(verb.arguments(), verb.values(), strict=True):
        if argument.kind.name == "bill":
            said.insert(0, bill_name(value))
        elif value not in _SAYING_NOTHING:
            name = contract_name(argument.name)
            said.append(f"{name} {describe(name, value, names)}")
    return f"{verb.wire().name} {', '.join(said)}"


_SAYING_NOTHING: Final = (b"", "", 0, NOBODY, bytes(32), ())


def _money_of(verb: Verb, names: Names) -> str | None:
    """The money that a verb's amounts are of: its facility's, what is quoted or asked for what is offered, or the
    deposit that it names first."""
    if hasattr(verb, "quote"):
        return str(verb.quote.sold)
    if hasattr(verb, "offer"):
        return str(verb.offer.money)
    if hasattr(verb, "facility"):
        return names.loans.get(verb.facility)
    found = zip(verb.arguments(), verb.values(), strict=True)
    return next((str(value) for argument, value in found if argument.kind.name in ("deposit", "coin")), None)


def _argument(name: str, value: Any, names: Names, money: str | None = None) -> str:
    if name in AMOUNTS and money is not None:
        return names.amount(value, money)
    if hasattr(value, "bills") and hasattr(value, "price"):
        parties = f"sold by {names.participant(value.seller)} to {names.participant(value.buyer)}"
        bills = names.bills(value.bills) if len(value.bills) < 4 else f"{len(value.bills)} bills"
        return f"{bills}, {parties} for {names.amount(value.price, value.money)}"
    if hasattr(value, "call"):
        return label(value.call, names)
    if hasattr(value, "wire"):
        return label(value, names)
    if isinstance(value, tuple) and value and all(hasattr(each, "wire") for each in value):
        return "; ".join(label(each, names) for each in value)
    if hasattr(value, "bill"):
        return bill_name(value.bill)
    if hasattr(value, "lei"):
        return lei_text(value.lei)
    if isinstance(value, Kind):
        return _ENTITLING[value]
    if name == "replacements":
        return " and ".join(_replacement(terms, names) for terms in value) if len(value) < 4 else str(len(value))
    if isinstance(value, tuple) and value and all(hasattr(each, "bill") for each in value):
        return " and ".join(bill_name(each.bill) for each in value)
    return describe(contract_name(name), value, names)


_ENTITLING: Final = {
    Kind.STRAIGHT: "straight to",
    Kind.ORDER: "to the order of",
    Kind.NAMED: "by name to",
    Kind.BLANK: "in blank",
}
"""Words of kinds, before whoever is entitled by them."""


def _replacement(terms: Any, names: Names) -> str:
    titled = "" if terms.titleholder == NOBODY else f" {names.account(terms.titleholder)}"
    return f"{bill_name(terms.bill)} {_ENTITLING[terms.kind]}{titled}"


# --------------------------------------------------------------------------------------------------------------- whom


ACCOUNTS: Final = ("lost", "account", "room", "signer", "owner")
"""Fields that name whom an event is about, unless it is about a bill."""


def about(event: Event) -> str:
    """Whom or what an event is about, as findings name it: a bill, else an account, else a participant."""
    said = event.arguments()
    for name in ("bill", "tokenId"):
        if name in said:
            return bill_name(said[name])
    for name in ACCOUNTS:
        if name in said:
            return checksum(said[name])
    return participant_name(said["participant"]) if "participant" in said else event.name


# ----------------------------------------------------------------------------------------------------------------- JSON


def as_json(name: str, value: Any) -> Any:
    """An argument as JSON has it: ids and prints hex, other integers decimal text, words as the command line has them,
    remarks as text where they are one, other bytes 0x text, addresses checksummed, structs by the contract's names."""
    if isinstance(value, IntEnum):
        return option(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (tuple, list)):
        return [as_json(name, item) for item in value]
    if isinstance(value, int):
        if name in KINDS_OF_FACTS:
            return [option(kind) for kind in kinds_of(value)]
        if name in PRINTS:
            return print_name(value)
        return hex(value) if value >= ids.ONE_VERSION else str(value)
    if isinstance(value, bytes):
        if name in PLACES:
            return place_text(value)
        return text_of(value) if name in ("remark", "ground", "reason") else "0x" + value.hex()
    if isinstance(value, str) and value.startswith("0x") and len(value) == 42:
        return checksum(value)
    if is_dataclass(value):
        parts = {contract_name(each.name): getattr(value, each.name) for each in fields(value)}
        return {part: as_json(part, said) for part, said in parts.items()}
    return value


def event_json(event: Event) -> dict[str, Any]:
    """An event as every JSON document has it: the contract's own names."""
    arguments = {name: as_json(name, value) for name, value in event.arguments().items()}
    return {"event": event.name, "arguments": arguments}
