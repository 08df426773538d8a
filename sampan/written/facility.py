"""Terms of a facility as people write them: a file in YAML, of which every fault is told at once, each with its place.

borrower: 5493001KJTIIGC8Y1R12            # an LEI, a number, a name in the settings, an address
agent: Harbour Trust
lenders:                                  # each with what it commits
  Bank of Lantau: HKD 600,000.00
money: HKD@BANK                           # the deposit that is lent and paid back
rate: 5.25 %                              # a year, simple
day_count: act-365-f                      # a term, never inferred
clock: +08:00                             # where days turn; UTC when nothing is said
available_until: 2026-11-30               # a day counts to its end by the clock; drawing ends with it
maturity: 2026-12-31
grace_days: 3
advance: 80 %                             # of the value of bills: so much may be owed
on_trust: 50 %                            # of a value: so much counts while its bill is out
reserve: 60 %
condition:                                # of each drawing, as `sampan cargo lay` takes it, or its hash
  - kind: loaded
    units: every
filed_in: HK
agreement: agreement.pdf                  # or its SHA-256
deadline: 2026-10-15                      # until then all must have signed

The same file is the same terms for everybody: where it has no salt, its salt is the hash of the file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, TypeAdapter, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError

from sampan.cargo.rules import condition_of
from sampan.client.loans import MOST_FILINGS, parts
from sampan.client.verbs import country
from sampan.errors import BadInput, SampanError, UsageError
from sampan.finance.loans import bounds
from sampan.finance.loans.records import CLOCKS, MOST_GRACE, QUARTERS, RATE_UNIT, WHOLE
from sampan.suite.forms import DRAFT
from sampan.suite.tell import moment_of, option, word_of
from sampan.suite.words import DayCount
from sampan.written import conditions
from sampan.written.source import Node, Place, Sort, load, meant, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sampan.cargo.records import Clause
    from sampan.client.ledger import Ledger
    from sampan.finance.loans.terms import Facility

T = TypeVar("T")

DOCUMENT: Final = "sampan.facility-terms/1"
"""The name of the schema of these files."""
SORT: Final = Sort("finance.terms", "terms are a page of YAML", "`borrower: WHO` begins the terms")
USUAL: Final = {
    **dict.fromkeys(("HKD", "GBP", "SGD", "AUD", "CAD", "NZD"), DayCount.ACT_365_F),
    **dict.fromkeys(("USD", "EUR", "CNY", "CHF"), DayCount.ACT_360),
}
"""On how many days a currency is usually lent (T31). Of others, as CNH, whoever quotes the rate says it."""
_HASH: Final = re.compile(r"0x[0-9a-fA-F]{64}")
_ZONE: Final = re.compile(r"(?:UTC)?([+-])([01]?[0-9])(?::(00|15|30|45))?")
TIMES: Final = ("available_until", "maturity", "deadline")


class FaultyTerms(BadInput):
    """Terms with faults: `faults` has each, with its place."""

    def __init__(self, faults: list[BadInput], *, subject: str) -> None:
        self.faults = faults
        lines = [f"  {each.subject}: {each.message}" + (f"; {each.hint}" if each.hint else "") for each in faults]
        super().__init__("\n".join([f"has {len(faults)} faults", *lines]), subject=subject, code=SORT.code)


# ----------------------------------------------------------------------------------------------------------- the file


def _read_by(read: Callable[[str], Any]) -> PlainValidator:
    """Reads a text; what is wrong with it is told as the client tells it."""

    def check(value: Any) -> Any:
        if not isinstance(value, str) or not value.strip():
            raise PydanticCustomError("fault", "{said}", {"said": "no text", "hint": "write one after the colon"})
        try:
            return read(value.strip())
        except SampanError as error:
            raise PydanticCustomError("fault", "{said}", {"said": error.message, "hint": error.hint}) from None

    return PlainValidator(check)


def _percent(whole: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        parts(text, whole, "")
        return text

    return read


def zone(text: str) -> timedelta:
    """How long after midnight of UTC a day turns somewhere: `+08:00`, `UTC`. Raises `UsageError`."""
    if text.upper() in ("UTC", "Z"):
        return timedelta(0)
    found = _ZONE.fullmatch(text)
    size = found and timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    turned = None if size is None else size if found and found[1] == "+" else -size
    if turned is None or turned // QUARTERS not in CLOCKS:
        raise UsageError("no zone", hint="write +08:00, from -12:00 to +14:00, in quarters of an hour")
    return turned


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise UsageError(f"no number of days from 0 to {MOST_GRACE}", hint="write 3")
    return int(text)


def _time(text: str) -> str:
    moment_of(text)
    # A day alone ends by the clock, which is another term.
    return text


def _hash(text: str, wrong: str, right: str) -> bytes:
    if not _HASH.fullmatch(text):
        raise UsageError(wrong, hint=right)
    return bytes.fromhex(text[2:])


def _salt(text: str) -> bytes:
    return _hash(text, "no salt", "write 0x and 64 hex digits, or leave it out")


def _condition(text: str) -> bytes:
    wrong = "neither clauses nor the hash of a condition"
    return _hash(text, wrong, "list clauses, or write 0x and the 64 hex digits of one that was laid")


_TEXT: Final = {"type": "string", "minLength": 1}
_NUMBER: Final = {"type": ["string", "number"]}
_TIME: Final = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d"}
Text = Annotated[str, _read_by(str), WithJsonSchema(_TEXT)]
Sum = Annotated[str, _read_by(str), WithJsonSchema(_NUMBER)]
Rate = Annotated[str, _read_by(_percent(RATE_UNIT)), WithJsonSchema(_NUMBER)]
Percent = Annotated[str, _read_by(_percent(WHOLE)), WithJsonSchema(_NUMBER)]
Time = Annotated[str, _read_by(_time), WithJsonSchema(_TIME)]
ZONE: Final = {"type": "string", "pattern": rf"^([Uu][Tt][Cc]|[Zz]|{_ZONE.pattern})$"}
_WORD: Final = {"type": "string", "pattern": f"^{_HASH.pattern}$"}
_DAY_COUNTS: Final = {"enum": [option(word) for word in DayCount]}
Days = Annotated[DayCount, _read_by(lambda text: word_of(DayCount, text)), WithJsonSchema(_DAY_COUNTS)]
Zone = Annotated[timedelta, _read_by(zone), WithJsonSchema(ZONE)]
Country = Annotated[str, _read_by(country), WithJsonSchema({"type": "string", "pattern": "^[A-Za-z]{2}$"})]
_SEVERAL: Final = {"type": "array", "minItems": 1, "maxItems": MOST_FILINGS, "items": {"type": "string"}}
_CLAUSES: Final = {
    "anyOf": [
        _WORD,
        {"type": "array", "minItems": 1, "maxItems": conditions.MOST, "items": conditions.CLAUSE},
    ]
}


class Terms(BaseModel):
    """Terms of a facility: what borrower, agent and all lenders sign."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    borrower: Annotated[Text, Field(description="Who borrows: an LEI, a number, a name, an address")]
    agent: Annotated[Text, Field(description="Who holds the bills for the lenders")]
    lenders: Annotated[
        dict[str, Sum], Field(min_length=1, description="Who lends, each with its sum: Bank of Lantau: HKD 600,000.00")
    ]
    money: Annotated[Text, Field(description="The deposit that is lent and paid back, as in HKD@BANK")]
    rate: Annotated[Rate, Field(description="Interest a year, simple, in percent")]
    day_count: Annotated[Days, Field(description="On how many days a year is counted; never inferred")]
    clock: Annotated[Zone, Field(description="Where days turn, as in +08:00")] = timedelta(0)
    available_until: Annotated[Time, Field(description="Until when it may be drawn; a day to its end by the clock")]
    maturity: Annotated[Time, Field(description="Until when it is repaid; a day to its end by the clock")]
    grace_days: Annotated[int, _read_by(_days), WithJsonSchema(_NUMBER), Field(description="Days until default")] = 0
    advance: Annotated[Percent, Field(description="So much of the value of bills may be owed, in percent")]
    on_trust: Annotated[Percent, Field(description="So much of a value counts while its bill is out on trust")] = "0"
    reserve: Annotated[
        Percent | None,
        Field(
            description="In default, once the agent is silent: the least price, in percent of the value; as `advance`"
        ),
    ] = None
    condition: Annotated[Any, WithJsonSchema(_CLAUSES), Field(description="Asked before each drawing")] = None
    filed_in: Annotated[
        Any,
        WithJsonSchema({"anyOf": [{"type": "string"}, _SEVERAL]}),
        Field(description="Where the security must stand filed before each drawing"),
    ] = None
    agreement: Annotated[Text, Field(description="The agreement in words: its file, or its SHA-256")]
    deadline: Annotated[Time, Field(description="Until then all must have signed, and the money come in")]
    salt: Annotated[
        bytes | None,
        _read_by(_salt),
        WithJsonSchema(_WORD),
        Field(description="By default the hash of this file"),
    ] = None


def schema() -> dict[str, Any]:
    """The JSON Schema of these files, for editors."""
    made = Terms.model_json_schema()
    for said in made["properties"].values():
        # Defaults are values that were read, not what stands in a file.
        said.pop("default", None)
    return {"$schema": DRAFT, "$id": DOCUMENT, **made}


# ------------------------------------------------------------------------------------------------------- what it means


@dataclass(frozen=True, slots=True)
class Draft:
    """Terms as a file says them, for one ledger."""

    terms: Facility
    clauses: tuple[Clause, ...] = ()
    """Of the condition, where the file has them."""
    warnings: tuple[str, ...] = ()
    """What whoever signs should think about."""


class _Faults:
    """What is wrong, as it is found."""

    def __init__(self) -> None:
        self.found: list[BadInput] = []

    def at(self, place: Place, message: str, hint: str | None = None) -> None:
        self.found.append(place.wrong(message, hint))

    def of(self, node: Node | None, read: Callable[[], T]) -> T | None:
        """What is read of a place; None where that is wrong, or nothing stands there."""
        if node is None:
            return None
        try:
            return read()
        except SampanError as error:
            if error.code in (SORT.code, conditions.SORT.code):
                self.at(node.place, error.message, error.hint)
                self.found[-1].subject = error.subject
            else:
                subject = f"{error.subject}: " if error.subject else ""
                self.at(node.place, f"{subject}{error.message}", error.hint)
        return None

    def end(self, file: str) -> None:
        """Raises what was found."""
        if len(self.found) == 1:
            raise self.found[0]
        if self.found:
            self.found.sort(key=lambda each: _position(each.subject or ""))
            raise FaultyTerms(self.found, subject=file)


def _position(subject: str) -> tuple[int, ...]:
    return tuple(int(part) for part in subject.rsplit(":", 2)[1:] if part.isdigit())


def is_signed(path: Path) -> bool:
    """Whether a file is JSON, as what somebody signed is, and no YAML that somebody wrote."""
    return load(path, SORT).lstrip().startswith(b"{")


def read(path: Path, ledger: Ledger) -> Draft:
    """The terms in a file, for a ledger. Raises `BadInput` naming file, line and column, `FaultyTerms` for several
    faults."""
    data = load(path, SORT)
    tree = parse(data, str(path), SORT)
    faults = _Faults()
    fields = tree.fields("the terms")
    said = _said(tree, faults)
    found = _Meaning(ledger, path, fields, said, faults).terms(hashlib.sha256(data).digest())
    faults.end(str(path))
    assert found is not None
    return found


_PERCENTS: Final = {"rate": RATE_UNIT, "advance": WHOLE, "on_trust": WHOLE, "reserve": WHOLE}
"""Terms in percent, each with what is the whole of it."""


def _said(tree: Node, faults: _Faults) -> dict[str, Any]:
    """What the file says, of each key that is as it should be."""
    raw = _plain(tree)
    try:
        return dict(Terms.model_validate(raw))
    except ValidationError as error:
        broken = set()
        for each in error.errors():
            _told(tree, each, faults)
            broken.add(each["loc"][0])
    good = {key: value for key, value in raw.items() if key not in broken and key in Terms.model_fields}
    made = {key: _one(key, value) for key, value in good.items()}
    rest = {key: each.default for key, each in Terms.model_fields.items() if not each.is_required()}
    return {**rest, **made}


def _one(key: str, value: Any) -> Any:
    """A key that is as it should be, by itself."""
    field = Terms.model_fields[key]
    kind: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    return TypeAdapter(kind).validate_python(value)


def _plain(node: Node) -> Any:
    if isinstance(node.value, dict):
        return {key: _plain(each) for key, each in node.value.items()}
    return [_plain(each) for each in node.value] if isinstance(node.value, list) else node.value


def _told(tree: Node, error: Any, faults: _Faults) -> None:
    """A fault of the form, in its place."""
    node: Any = tree
    kind = error["type"]
    *above, last = error["loc"]
    for part in above:
        node = node.value[part]
    known = {} if above else Terms.model_fields
    if kind == "missing":
        faults.at(node.place, f"{last} is missing", known[last].description)
    elif kind == "extra_forbidden":
        faults.at(node.keys[last], f"there is no {last!r} in terms", meant(last, known))
    else:
        there = node.value[last] if isinstance(node.value, dict | list) else node
        context = error.get("ctx", {})
        hint = context.get("hint") or (known[last].description if last in known else None)
        words = context.get("said") or {"dict_type": "no lender with its sum", "too_short": "empty"}.get(
            kind, error["msg"]
        )
        faults.at(there.place, f"{last}: {words}" if isinstance(last, str) else words, hint)


@dataclass(slots=True)
class _Meaning:
    """What terms mean on a ledger: who is named, in which money, when."""

    ledger: Ledger
    path: Path
    fields: dict[str, Node]
    said: dict[str, Any]
    faults: _Faults

    def terms(self, salt: bytes) -> Draft | None:
        ledger, said = self.ledger, self.said
        borrower, agent = (self._of(key, ledger.account) for key in ("borrower", "agent"))
        money = self._of("money", ledger.lendable)
        lenders = self._lenders(money)
        times = self._times()
        parties = [each.participant for each in (borrower, agent) if each is not None]
        self._bounds(times, one_group=len(parties) > 1 and ledger.is_one_group(*parties))
        clauses = self._clauses()
        condition = said.get("condition")
        named = self._of("condition", _condition) if isinstance(condition, str) else None
        filed = self._filed()
        agreement = self._of("agreement", self._agreement)
        warnings = tuple(self._day_count(money.currency)) if money is not None else ()
        if self.faults.found:
            return None
        assert borrower is not None
        assert agent is not None
        assert money is not None
        assert agreement is not None
        made = ledger.facility_terms(
            borrower=borrower.address,
            agent=agent.address,
            lenders=lenders,
            money=money,
            rate=said["rate"],
            day_count=said["day_count"],
            clock=said["clock"],
            available_until=times["available_until"],
            maturity=times["maturity"],
            grace_days=said["grace_days"],
            advance=said["advance"],
            on_trust=said["on_trust"],
            reserve=said["reserve"],
            condition=condition_of(clauses) if clauses else named or bytes(32),
            filed_in=filed,
            agreement=agreement,
            deadline=times["deadline"],
            salt=said["salt"] or salt,
        )
        return Draft(made, clauses, (*warnings, *_fractions(made)))

    def _of(self, key: str, read: Callable[[Any], T]) -> T | None:
        """What a key means, where it is there and as it should be."""
        if self.said.get(key) is None:
            return None
        return self.faults.of(self.fields[key], lambda: read(self.said[key]))

    def _lenders(self, money: Any) -> dict[Any, int]:
        found: dict[Any, int] = {}
        said = self.said.get("lenders")
        node = self.fields.get("lenders")
        if not said or node is None:
            return found
        for name, sum_ in node.fields("lenders").items():
            key = replace(node, place=node.keys[name], value=name)
            address = self.faults.of(key, partial(self.ledger.address_of, name))
            if address in found and address is not None:
                self.faults.at(key.place, f"{name} stands here twice", "say in one sum what it commits")
            units = None
            if money is not None:
                units = self.faults.of(sum_, partial(self.ledger.units_above_zero, said[name], money.address))
            found[address] = units or 0
        return found

    def _times(self) -> dict[str, datetime]:
        """The times of the terms: a day ends where the facility's days end."""
        zone_ = timezone(self.said.get("clock", timedelta(0)))
        return {key: moment_of(self.said[key], zone_) for key in TIMES if key in self.said}

    def _bounds(self, times: dict[str, datetime], *, one_group: bool) -> None:
        """Each term that is known by itself, as the loan book asks it."""
        said = self.said
        known = {key: int(time.timestamp()) for key, time in times.items()} | {"one_group": one_group}
        known |= {key: parts(said[key], whole, key) for key, whole in _PERCENTS.items() if said.get(key) is not None}
        if "grace_days" in said:
            known["grace_days"] = said["grace_days"]
        if "clock" in said:
            known["clock"] = said["clock"] // QUARTERS
        for each in bounds.unfit(known, first=self.ledger.time()):
            self.faults.at(self.fields[each.term].place, f"{each.term} {each.wrong}", each.right)

    def _clauses(self) -> tuple[Clause, ...]:
        node = self.fields.get("condition")
        if node is None or isinstance(node.value, str):
            return ()
        there = self.faults.of(node, lambda: node.items("condition")) or []
        items = [_sorted_as(each, conditions.SORT) for each in there]
        read = [self.faults.of(each, partial(conditions.clauses, each)) for each in items]
        return tuple(clause for several in read if several for clause in several)

    def _filed(self) -> list[str]:
        node = self.fields.get("filed_in")
        if node is None or "filed_in" not in self.said:
            return []
        items = self.faults.of(node, lambda: node.items("filed_in")) or []
        found = [self.faults.of(each, partial(_country, each)) for each in items]
        if len(items) > MOST_FILINGS:
            self.faults.at(items[MOST_FILINGS].place, "is a third country", "security is filed in two at most")
        return [each for each in found if each]

    def _agreement(self, text: str) -> bytes:
        if _HASH.fullmatch(text):
            return bytes.fromhex(text[2:])
        folder = self.path.parent.resolve()
        try:
            file = (folder / text).resolve()
            # What somebody else's terms name is read here, and its hash is signed: nothing of one's own from elsewhere.
            if not (file.is_relative_to(folder) and file.is_file()):
                raise OSError
            with file.open("rb") as opened:
                return hashlib.file_digest(opened, "sha256").digest()
        except (OSError, ValueError):
            raise UsageError(
                "is neither a hash nor a file beside these terms", subject=text, hint="give 0x and 64 digits, or a file"
            ) from None

    def _day_count(self, currency: str) -> Iterator[str]:
        """Proposes a day count where none is said, and warns of one that is not usual (T31)."""
        usual = USUAL.get(currency)
        if "day_count" not in self.fields:
            if usual is not None:
                missing = next(each for each in self.faults.found if each.message == "day_count is missing")
                missing.hint = f"{currency} is usually lent on {option(usual)}: write `day_count: {option(usual)}`"
        elif usual is None:
            yield f"of {currency} no day count is usual here: take the one of whoever quotes the rate"
        elif self.said.get("day_count") not in (None, usual):
            yield f"{currency} is usually lent on {option(usual)}, these terms say {option(self.said['day_count'])}"


def _fractions(terms: Facility) -> Iterator[str]:
    """Percents that look as if a fraction was meant."""
    for name, whole in _PERCENTS.items():
        found = getattr(terms, name)
        if 0 < found < whole // 100:
            percent = Decimal(found) * 100 / whole
            meant = (percent * 100).normalize()
            yield f"{name} is {percent:f} %: where {meant:f} % is meant, write that, not a fraction of one"


def _country(node: Node) -> str:
    return country(node.text("a country"))


def _sorted_as(node: Node, sort: Sort) -> Node:
    """The same as of another sort of file, for who reads that."""
    value: Any = node.value
    if isinstance(value, dict):
        value = {key: _sorted_as(each, sort) for key, each in value.items()}
    elif isinstance(value, list):
        value = [_sorted_as(each, sort) for each in value]
    keys = {key: replace(place, sort=sort) for key, place in node.keys.items()}
    return replace(node, place=replace(node.place, sort=sort), value=value, keys=keys)
