"""Verbs as methods, made from their declarations: what each kind of argument is for a client stands here, once.

`ledger.bills.transfer(bill, to)` sends, `ledger.bills.calls.transfer(bill, to)` prepares the call. Positional are the
first argument and what follows it, up to a second account or the first that means little without its name.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from sampan.bills.terms import replacements_hash
from sampan.cargo.records import bits
from sampan.client.core import VerbCall
from sampan.documents import identifiers
from sampan.errors import BadInput, SampanError, UsageError, about
from sampan.finance.loans.records import LAST_FACILITY
from sampan.finance.positions.records import AMOUNT_BITS
from sampan.subjects import DRIVEN as SUITE
from sampan.suite import ids, kinds
from sampan.suite.amounts import ANY
from sampan.suite.codec import python_name
from sampan.suite.event import SEVERAL
from sampan.suite.ids import loan_id_of
from sampan.suite.tell import NO_END, checksum, lei_text
from sampan.suite.words import FactKind

if TYPE_CHECKING:
    from web3.contract import Contract as Web3Contract

    from sampan.chain.connection import BlockTag
    from sampan.client.ledger import Ledger
    from sampan.client.papers import Paper
    from sampan.suite.amounts import Given
    from sampan.suite.verb import Argument, Suite, Verb

NAMES = {"LoanBook": "loans"}
"""Contract → what a ledger calls it, where that is not its own name."""
LARGEST_REMARK = 16_384
"""Bytes of a remark: what is longer belongs into a document, by its hash."""


# -------------------------------------------------------------------------------------------------- kinds of argument


@dataclass(frozen=True, slots=True)
class Means:
    """What a kind of argument is for a client."""

    takes: str
    """The type that a caller gives, as it is written in a signature."""
    convert: Callable[[Ledger, Any, Mapping[str, Any]], Any]
    """Makes the verb's value of it; the mapping has the values of the arguments before it, by the verb's names."""
    named: bool = False
    """It is given by its name only."""
    somebody: bool = False
    """It is an account."""


def _agreed(ledger: Ledger, value: Any, given: Mapping[str, Any]) -> bytes:
    return hash32(value) if isinstance(value, bytes) else replacements_hash((given["bill"],), tuple(value))


def _code(ledger: Ledger, value: str, given: Mapping[str, Any]) -> str:
    """A carrier code, or its list, which stands before it."""
    text = value.strip().upper()
    return identifiers.carrier_code(text, given["list"])[0] if "list" in given else text


def _functions(ledger: Ledger, value: Iterable[str], given: Mapping[str, Any]) -> tuple[bytes, ...]:
    """The selectors of functions of the contract that is named before them."""
    found = tuple(ledger.selector(given["target"], name) for name in value)
    if not found:
        raise UsageError("no function is named", subject="FUNCTION", hint="`sampan powers` lists those that are wired")
    return found


def _laws(ledger: Ledger, value: Iterable[int], given: Mapping[str, Any]) -> int:
    return sum(1 << law for law in set(value))


def _kinds(ledger: Ledger, value: Iterable[FactKind], given: Mapping[str, Any]) -> int:
    return bits(*{FactKind(kind) for kind in value} - {FactKind.NONE})


def _money_in(ledger: Ledger, given: Mapping[str, Any]) -> str:
    """The money that a call's amounts are of: the deposit that is named before them, or its facility's."""
    if "facility" in given:
        return str(ledger.loan(given["facility"]).money.address)
    return str(next(given[name] for name in ("deposit", "coin", "money") if name in given))


def _amount(ledger: Ledger, value: Given, given: Mapping[str, Any]) -> int:
    return ledger.units(value, _money_in(ledger, given))


def _allowance(ledger: Ledger, value: Given, given: Mapping[str, Any]) -> int:
    """An amount, or `any`: an allowance that is never used up."""
    if isinstance(value, str) and value.strip().lower() == "any":
        return ANY
    return ledger.units(value, _money_in(ledger, given), most=ANY)


def _shares(ledger: Ledger, value: int | str, given: Mapping[str, Any]) -> int:
    """So many shares of a position; in the loan book they may be named as what of its money was committed."""
    if isinstance(value, int) or value.strip().isdigit():
        return shares(int(value))
    money = ledger.names.lent.get(loan_id_of(given["position"]))
    if money is None:
        raise UsageError(
            "is no number of shares, and only in the loan book a share is a unit of money",
            subject=value,
            hint="name a whole number above zero",
        )
    return ledger.units_above_zero(value, money)


MEANS: Mapping[str, Means] = {
    kinds.BILL.name: Means("BillRef", lambda ledger, value, _: ledger.bill_id(value)),
    kinds.RECEIVER.name: Means("Who", lambda ledger, value, _: ledger.receiver(value), somebody=True),
    kinds.ENDORSEE.name: Means("Who", lambda ledger, value, _: ledger.entitled(value), somebody=True),
    kinds.ANSWERING.name: Means("Who", lambda ledger, value, _: ledger.answering(value), named=True, somebody=True),
    kinds.ACCOUNT.name: Means("Who", lambda ledger, value, _: ledger.address_of(value), somebody=True),
    kinds.SPENDER.name: Means("Who", lambda ledger, value, _: ledger.account_or_contract(value), somebody=True),
    kinds.ROOM.name: Means("Who", lambda ledger, value, _: ledger.account_or_contract(value), somebody=True),
    kinds.PERSON.name: Means("Who", lambda ledger, value, _: ledger.number_of(value)),
    kinds.REMARK.name: Means("str | bytes", lambda ledger, value, _: text(value), named=True),
    kinds.ROOM_TERMS.name: Means("bytes", lambda ledger, value, _: value, named=True),
    kinds.HASH.name: Means("bytes", lambda ledger, value, _: hash32(value), named=True),
    kinds.AGREED.name: Means("bytes | Sequence[Terms]", _agreed, named=True),
    kinds.COUNT.name: Means("int", lambda ledger, value, _: count(value), named=True),
    kinds.HOURS.name: Means("int", lambda ledger, value, _: value),
    kinds.NUMBER.name: Means("int", lambda ledger, value, _: value),
    kinds.DEAL.name: Means("int", lambda ledger, value, _: deal(value), named=True),
    kinds.FLAG.name: Means("bool", lambda ledger, value, _: value),
    kinds.ROLES.name: Means("Role", lambda ledger, value, _: int(value)),
    kinds.LEI.name: Means("str", lambda ledger, value, _: identifiers.pack_lei(value.strip().upper()), named=True),
    kinds.COUNTRIES.name: Means("Iterable[str]", lambda ledger, value, _: tuple(map(country, value))),
    kinds.CODE.name: Means("str", _code),
    kinds.DEPOSIT.name: Means("MoneyRef", lambda ledger, value, _: ledger.money_address(value)),
    kinds.COIN.name: Means("MoneyRef", lambda ledger, value, _: ledger.money_address(value)),
    kinds.AMOUNT.name: Means("Given", _amount),
    kinds.ALLOWANCE.name: Means("Given", _allowance),
    kinds.CURRENCY.name: Means("str", lambda ledger, value, _: currency(value)),
    kinds.DECIMALS.name: Means("int", lambda ledger, value, _: value, named=True),
    kinds.COUNTRY.name: Means("str", lambda ledger, value, _: country(value), named=True),
    kinds.LAWS.name: Means("Iterable[RecordLaw]", _laws),
    kinds.POWER.name: Means("Power | int | str", lambda ledger, value, _: ledger.power(value)),
    kinds.DELAY.name: Means("timedelta | int", lambda ledger, value, _: seconds(value)),
    kinds.LABEL.name: Means("str", lambda ledger, value, _: value),
    kinds.CONTRACT.name: Means("str", lambda ledger, value, _: ledger.contract_address(value)),
    kinds.FUNCTIONS.name: Means("Iterable[str]", _functions),
    kinds.PLACE.name: Means("str", lambda ledger, value, _: identifiers.pack_place(value.strip()), named=True),
    kinds.FACT_KINDS.name: Means("Iterable[FactKind]", _kinds),
    kinds.UNIT.name: Means("int", lambda ledger, value, _: unit(value), named=True),
    kinds.POSITION.name: Means("int | str", lambda ledger, value, _: ledger.position_id(value)),
    kinds.SHARES.name: Means("int | str", _shares),
    kinds.TIME.name: Means("datetime | int", lambda ledger, value, _: second(value), named=True),
    kinds.DEADLINE.name: Means("datetime | timedelta", lambda ledger, value, _: ledger.deadline(value), named=True),
    kinds.FACILITY.name: Means("int", lambda ledger, value, _: facility_number(value)),
}
"""Kind, by its name, to what it means; a verb with an argument of another kind has no method but one by hand."""


def means(argument: Argument) -> Means:
    """What an argument is for a client."""
    enumeration = argument.kind.word
    if enumeration is not None:
        word: Any = enumeration
        return Means(word.__name__, lambda ledger, value, _: _word(word, value, argument.name))
    return MEANS[argument.kind.name]


def _word(words: Any, value: Any, name: str) -> Any:
    """A word of an enumeration. Raises `BadInput` for what is none."""
    try:
        return words(value)
    except ValueError:
        known = ", ".join(f"{words.__name__}.{each.name}" for each in words)
        raise BadInput("is no such word", subject=f"{name} {value!r}", hint=f"one of {known}") from None


def text(remark: str | bytes) -> bytes:
    """A remark as it is logged. Raises `BadInput` for one that is too long for a log, or no text."""
    try:
        data = remark.encode("utf-8") if isinstance(remark, str) else remark
    except UnicodeEncodeError:
        raise BadInput("a text is not UTF-8", subject=ascii(remark), hint="write it in UTF-8") from None
    if len(data) > LARGEST_REMARK:
        raise BadInput(
            f"a text of {len(data):,} bytes is too long",
            hint=f"at most {LARGEST_REMARK:,}: put the rest into a document and name its hash",
        )
    return data


def hash32(data: bytes) -> bytes:
    """A hash of 32 bytes. Raises `BadInput` for another length."""
    if len(data) != 32:
        raise BadInput(f"a hash has 32 bytes, this {len(data)}")
    return data


def count(number: int) -> int:
    """How many of something: one at least."""
    if isinstance(number, bool) or not 1 <= number <= kinds.MOST:
        raise UsageError(f"must be a number from 1 to {kinds.MOST}, not {number}")
    return number


def unit(number: int) -> int:
    """Which piece of a bill's equipment; 0 is the bill as a whole. Raises `UsageError` for what cannot be one."""
    if isinstance(number, bool) or not 0 <= number <= kinds.MOST:
        raise UsageError(
            f"a unit is a number from 1 to {kinds.MOST}, or 0 for the bill as a whole", subject=str(number)
        )
    return number


def facility_number(number: int) -> int:
    """A facility of the loan book. Raises `UsageError` for what cannot be the number of one."""
    if isinstance(number, bool) or not 1 <= number <= LAST_FACILITY:
        raise UsageError("facilities are numbered from 1 on", subject=str(number), hint="name one that was opened")
    return number


def shares(number: int) -> int:
    """So many shares of a loan: one at least. Raises `UsageError` for what cannot be."""
    if isinstance(number, bool) or not 1 <= number < 2**AMOUNT_BITS:
        raise UsageError("no number of shares", subject=str(number), hint="name a whole number above zero")
    return number


def second(time: datetime | int) -> int:
    """A time in seconds since 1970. Raises `BadInput` for one without a zone, or before that year."""
    if isinstance(time, datetime):
        if time.tzinfo is None:
            raise BadInput("a time without a zone", subject=str(time), hint="give it in UTC")
        time = int(time.timestamp())
    if not 0 <= time < NO_END:
        raise BadInput("no time that the ledger can keep", subject=str(time), hint="give one since 1970")
    return time


def deal(number: int) -> int:
    """Under which deal a room holds: a number of 208 bits. Raises `UsageError` for another."""
    if isinstance(number, bool) or not 0 <= number < 2**208:
        raise UsageError("a deal is a number from 0 on, of 208 bits at most", subject=str(number))
    return number


def seconds(delay: timedelta | int) -> int:
    """A delay of the manager in seconds. Raises `UsageError` for one that it cannot hold."""
    found = int(delay.total_seconds()) if isinstance(delay, timedelta) else delay
    if isinstance(found, bool) or not 0 <= found < 2**32:
        raise UsageError("no delay of the manager", subject=str(delay), hint="name one of 0 to 136 years")
    return found


def country(code: str) -> str:
    """A country as the ledger has it. Raises `BadInput` for a code that ISO 3166-1 does not assign."""
    found = code.strip().upper()
    if not identifiers.is_country(found):
        raise BadInput("no country of ISO 3166-1", subject=code, hint="give two letters, as in HK, CN, SG, NL")
    return found


def currency(code: str) -> str:
    """A currency as the books have it. Raises `BadInput` for what is not three letters."""
    found = code.strip().upper()
    if not (found.isascii() and found.isalpha() and len(found) == 3):
        raise BadInput("no currency", subject=code, hint="give three letters, as in HKD (ISO 4217) or CNH")
    return found


# ------------------------------------------------------------------------------------------------------------- methods


def parameters(verb: type[Verb]) -> list[inspect.Parameter]:
    """The parameters of a verb's method: what must be given first, agreements last."""
    found = []
    named = False
    accounts = 0
    for number, argument in enumerate(sorted(verb.arguments(), key=lambda each: not _required(each))):
        kind = means(argument)
        accounts += kind.somebody
        named = named or (number > 0 and (kind.named or accounts > 1))
        default = inspect.Parameter.empty if _required(argument) else _default(argument)
        annotation = f"{kind.takes} | None" if default is None else kind.takes
        how = inspect.Parameter.KEYWORD_ONLY if named else inspect.Parameter.POSITIONAL_OR_KEYWORD
        found.append(inspect.Parameter(argument.name, how, default=default, annotation=annotation))
    if verb.may_need_agreement():
        how, none = inspect.Parameter.KEYWORD_ONLY, ()
        found.append(inspect.Parameter("agreements", how, default=none, annotation="Iterable[Paper]"))
    return found


def _required(argument: Argument) -> bool:
    return argument.required and argument.kind != kinds.ANSWERING


_PLAIN = (kinds.FLAG, kinds.NUMBER, kinds.DEAL, kinds.UNIT)
"""Kinds whose default a signature shows as it is."""


def _default(argument: Argument) -> Any:
    """What stands for a default of the declaration in a client's signature."""
    if argument.kind == kinds.REMARK:
        return ""
    enumerated = argument.kind.word is not None or argument.kind in _PLAIN
    return argument.default if enumerated else None


def _prepare(calls: Calls, verb: type[Verb], said: dict[str, Any]) -> VerbCall:
    agreements = tuple(said.pop("agreements", ()))
    given: dict[str, Any] = {}
    for argument in verb.arguments():
        value = said[argument.name]
        if value is None and argument.kind == kinds.ANSWERING:
            value = lei_text(ids.lei_of(given["bill"]))
        if value is None:
            given[argument.name] = argument.default
        else:
            try:
                with about(argument.name):
                    given[argument.name] = means(argument).convert(calls.ledger, value, given)
            except SampanError as error:
                error.subject = error.subject or argument.name
                raise
    return VerbCall(verb(*given.values()), agreements)


class Calls:
    """Prepares calls of a contract: to send with others, to rehearse, to sign."""

    CONTRACT: ClassVar[str]

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def by_name(self, function: str, *arguments: Any) -> VerbCall:
        """A call of any function by its name in the contract, its arguments as the contract takes them."""
        verb = SUITE.verbs.get((self.CONTRACT, function))
        if verb is None:
            raise UsageError("the ledger has no such function that does something", subject=function)
        return VerbCall(verb(*arguments))

    def require(self, paper: Paper, kind: Any) -> Any:
        """The text of a paper that must be of this kind and for this ledger."""
        contract = self.ledger.address_in(kind.subject.contract)
        paper.require_for(self.ledger.connection.chain_id, self.ledger.ledger_address, kind, contract)
        return paper.text


K = TypeVar("K", bound=Calls)


class Contract(Generic[K]):
    """A contract of a ledger: its verbs as methods that send and return an `Act`; `calls` prepares them instead."""

    CALLS: ClassVar[type[Calls]]

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.name = self.CALLS.CONTRACT
        self.address: str | None = None if self.name in SEVERAL else ledger.address_in(self.name)
        """None where there are several of it: each call says which is meant."""

    @property
    def calls(self) -> K:
        """The same verbs, prepared and not sent."""
        made: Any = self.CALLS(self._ledger)
        return made  # type: ignore[no-any-return]

    def ask(self, function: str, *arguments: Any, block: BlockTag = "latest", at: str | None = None) -> Any:
        """What a view answers, of the one at an address where there are several; see `Ledger.ask`."""
        return self._ledger.ask(function, *arguments, contract=self.name, block=block, at=at)

    @property
    def contract(self) -> Web3Contract:
        """The contract as web3.py has it, with the ABI for clients, over `Ledger.w3`."""
        if self.address is None:
            hint = "`Ledger.w3.eth.contract` with the address of the one that is meant"
            raise UsageError("there are several of this contract", subject=self.name, hint=hint)
        clients, *_ = SUITE.subject_of(self.name)[0].abis()
        address: Any = checksum(self.address)
        found: Web3Contract = self._ledger.w3.eth.contract(address=address, abi=clients)
        return found

    def __repr__(self) -> str:
        return f"{self.name}({self.address or 'several'})"


def name_of(contract: str) -> str:
    """What a ledger calls a contract: `ledger.bills`."""
    return NAMES.get(contract) or python_name(contract)


def made(verb: type[Verb]) -> bool:
    """Whether a verb's method can be made from its declaration."""
    known = all(argument.kind.word is not None or argument.kind.name in MEANS for argument in verb.arguments())
    return bool(verb.method) and known


def calls_of(contract: str, by_hand: type[Calls] = Calls, suite: Suite = SUITE) -> type[Calls]:
    """The class that prepares a contract's verbs; those that `by_hand` has it keeps."""
    body: dict[str, Any] = {"CONTRACT": contract, "__doc__": by_hand.__doc__, "__module__": "sampan.client.contracts"}
    for subject in suite.subject_of(contract):
        for verb in subject.verbs.values():
            if made(verb) and not hasattr(by_hand, verb.method):
                body[verb.method] = _method(verb)
    return type(f"{contract}Calls", (by_hand,), body)


def contract_of(calls: type[Calls]) -> type[Contract[Any]]:
    """The class of a contract's object, with a method for each of those that prepare."""
    body: dict[str, Any] = {"CALLS": calls, "__doc__": Contract.__doc__, "__module__": "sampan.client.contracts"}
    body |= {name: _doing(prepare) for name, prepare in verbs_in(calls)}
    return type(calls.CONTRACT, (Contract,), body)


def verbs_in(calls: type[Calls]) -> Iterable[tuple[str, Callable[..., VerbCall]]]:
    """The methods of a class that prepare a verb each, by name."""
    taken = {"by_name", "require"}
    for name, found in inspect.getmembers(calls, inspect.isfunction):
        if not name.startswith("_") and name not in taken:
            yield name, found


def _method(verb: type[Verb]) -> Callable[..., VerbCall]:
    own = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    signature = inspect.Signature([own, *parameters(verb)], return_annotation="VerbCall")

    def prepare(*positional: Any, **named: Any) -> VerbCall:
        bound = signature.bind(*positional, **named)
        bound.apply_defaults()
        said = dict(bound.arguments)
        return _prepare(said.pop("self"), verb, said)

    found: Callable[..., VerbCall] = _named(prepare, verb.method, verb.said(), signature)
    return found


def _doing(prepare: Callable[..., VerbCall]) -> Callable[..., Any]:
    def do(self: Contract[Any], *positional: Any, **named: Any) -> Any:
        return self._ledger.do(prepare(self.calls, *positional, **named))

    signature = inspect.signature(prepare).replace(return_annotation="Act")
    found: Callable[..., Any] = _named(do, prepare.__name__, prepare.__doc__ or "", signature)
    return found


def _named(function: Any, name: str, doc: str, signature: inspect.Signature) -> Any:
    """So that `help` and editors show the verb's own arguments."""
    function.__name__ = function.__qualname__ = name
    function.__doc__ = doc
    function.__signature__ = signature
    return function
