"""The words of scenario files: every verb of the client with its arguments, and how each type of argument is written.

No verb is said here. A verb is a method of the client, which follows from the verb's declaration; each of its arguments
is read by the type that the method takes (`READERS`). A verb that is declared later can be used in files as it is.
"""

from __future__ import annotations

import inspect
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from sampan.chain.accounts import ROLES
from sampan.client import verbs
from sampan.client.contracts import Contracts
from sampan.client.ledger import Ledger
from sampan.client.screening import Held
from sampan.documents import identifiers
from sampan.errors import SampanError, UsageError
from sampan.subjects import DRIVEN as SUITE
from sampan.suite import kinds, refusal
from sampan.suite.codec import Codec, arguments_encoder
from sampan.suite.event import SEVERAL
from sampan.suite.tell import checksum, option, roles_of, seconds_of, word_of
from sampan.suite.words import Role
from sampan.toolchain import artifacts
from sampan.written import conditions
from sampan.written import facility as facilities
from sampan.written.source import Node, Place, meant

if TYPE_CHECKING:
    from enum import IntEnum

    from sampan.scenarios.parties import Party
    from sampan.toolchain.artifacts import Artifact


# -------------------------------------------------------------------------------------------------------- what is named


@dataclass(frozen=True, slots=True)
class Named:
    """Something that is known by its name while a scenario is played: somebody, a bill, a document, something signed,
    money, a contract.

    `what` is how it is meant: `who` an account, `person` a participant, `signer` whoever has a key.
    """

    what: Literal[
        "who",
        "person",
        "signer",
        "bill",
        "document",
        "terms",
        "paper",
        "money",
        "contract",
        "event",
        "facility",
        "position",
        "condition",
    ]
    name: str


@dataclass(frozen=True, slots=True)
class Cargo:
    """The cargo of a document, of which prints are made: by its name."""

    name: str
    payloads: Mapping[str, int]
    """Of boxes that others share: what may be in each in all, in kilograms."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a scenario: a sample or a file, and the values that are put in at pointers (RFC 6901)."""

    place: Place
    name: str
    sample: str | None
    file: Path | None
    put: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Member:
    """A party of a scenario, and the name of the key that signs for it; `enrolled`: before the first step."""

    place: Place
    party: Party
    key: str
    enrolled: bool = True


# ------------------------------------------------------------------------------------------------------- the vocabulary


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a verb: the type that the client takes, by its name."""

    name: str
    takes: str
    required: bool
    person: bool = False


@dataclass(frozen=True, slots=True)
class Doing:
    """What a scenario can have done or signed: a method of the client with its arguments."""

    contract: str
    method: str
    said: str
    arguments: Mapping[str, Argument]


def vocabulary() -> dict[str, Doing]:
    """Every verb of every contract of the client, by its method's name; those that several contracts have by
    `contract.method` too. The name alone is the first contract's, so that files mean what they meant before a contract
    was added."""
    several: dict[str, list[Doing]] = defaultdict(list)
    for name, contract in vars(Contracts).items():
        if isinstance(contract, property) and contract.fget is not None:
            calls: Any = contract.fget
            persons = _persons(calls.CALLS.CONTRACT)
            for method, function in verbs.verbs_in(calls.CALLS):
                several[method].append(doing(name, method, function, persons.get(method, ())))
    found = {method: alike[0] for method, alike in several.items()}
    for method, alike in several.items():
        if len(alike) > 1:
            found |= {f"{one.contract}.{method}": one for one in alike}
    return found


def signable() -> dict[str, Doing]:
    """What else is signed for somebody to send: the texts that the client makes, as `new_account`."""
    methods = inspect.getmembers(Ledger, inspect.isfunction)
    return {
        name.removeprefix("sign_"): doing("", name, function, ())
        for name, function in methods
        if name.startswith("sign_") and _iswhole(function)
    }


def _iswhole(signing: Callable[..., Any]) -> bool:
    """Whether a text is made of its arguments alone, not of an act."""
    signature = inspect.signature(signing)
    taken = {str(parameter.annotation) for parameter in signature.parameters.values()}
    return signature.return_annotation == "Paper" and "VerbCall" not in taken


def doing(contract: str, method: str, function: Callable[..., Any], persons: Iterable[str]) -> Doing:
    arguments = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if name not in ("self", "agreements", "signer", "deadline"):
            takes = str(parameter.annotation).removesuffix(" | None")
            required = parameter.default is inspect.Parameter.empty
            arguments[name] = Argument(name, takes, required, name in persons)
    return Doing(contract, method, inspect.cleandoc(function.__doc__ or "").partition("\n\n")[0], arguments)


def _persons(contract: str) -> dict[str, list[str]]:
    """Of each verb the arguments that are participants, not accounts."""
    return {
        verb.method: [argument.name for argument in verb.arguments() if argument.kind == kinds.PERSON]
        for subject in SUITE.subject_of(contract)
        for verb in subject.verbs.values()
    }


@dataclass(frozen=True, slots=True)
class Deployable:
    """A contract that travels with the package for examples, and is no part of the suite: what it does follows from
    its artifact."""

    artifact: Artifact

    def does(self, function: str) -> tuple[Mapping[str, Any], dict[str, Argument]]:
        """A function that changes something, by its name: its ABI, and its arguments. Raises KeyError."""
        for item in self.artifact.abi:
            if item["type"] == "function" and item["stateMutability"] != "view" and item["name"] == function:
                return item, _arguments_of(item)
        raise KeyError(function)

    @property
    def functions(self) -> list[str]:
        """What it does."""
        changing = [item for item in self.artifact.abi if item.get("stateMutability") == "nonpayable"]
        return [str(item["name"]) for item in changing if item["type"] == "function"]

    @property
    def constructor(self) -> dict[str, Argument]:
        """What it is made of."""
        return _arguments_of(self._constructor)

    def typed(self, values: Mapping[str, Any], item: Mapping[str, Any] | None = None) -> list[tuple[str, Any]]:
        """The arguments of a function, or of its making, each with its type."""
        inputs = self._constructor["inputs"] if item is None else item["inputs"]
        return [(entry["type"], value) for entry, value in zip(inputs, values.values(), strict=True)]

    @property
    def _constructor(self) -> Mapping[str, Any]:
        return next((item for item in self.artifact.abi if item["type"] == "constructor"), {"inputs": []})

    @property
    def codec(self) -> Codec:
        """What it takes, answers and refuses."""
        return Codec([self.artifact.abi], address_of=lambda raw: checksum("0x" + raw.hex()))

    def made_of(self, arguments: Sequence[Any]) -> bytes:
        """The data that deploys it."""
        return self.artifact.bytecode + arguments_encoder(self._constructor["inputs"])(arguments)

    @property
    def errors(self) -> dict[str, tuple[str, ...]]:
        """Its errors, with the names of their arguments."""
        items = [item for item in self.artifact.abi if item["type"] == "error"]
        return {str(item["name"]): tuple(each["name"] for each in item["inputs"]) for item in items}


AMOUNT: Final = "uint256"
"""The type of amounts."""
_TYPES: Final = {"address": "Who", "bool": "bool", "string": "str", "bytes32": "bytes"}


def _arguments_of(item: Mapping[str, Any]) -> dict[str, Argument]:
    found = {}
    for entry in item["inputs"]:
        name = str(entry["name"]).strip("_")
        takes = "Given" if entry["type"] == AMOUNT else _TYPES.get(entry["type"], "int")
        found[name] = Argument(name, takes, required=True)
    return found


def deployable() -> dict[str, Deployable]:
    """The contracts that scenarios can deploy, by name."""
    folder = Path(__file__).parent / "artifacts"
    return {name: Deployable(artifacts.load(name, folder)) for name in artifacts.names(folder)}


def refusals() -> dict[str, type[SampanError]]:
    """The refusals that have a name: the contracts' errors, and that an act is held by a list of whoever acts."""
    return {**refusal.kinds(), Held.__name__: Held}


def checks() -> list[str]:
    """The ids of the audit's checks that subjects make."""
    from sampan.audit.checks import every

    return [check.id for check in every()]


# ----------------------------------------------------------------------------------------------- how arguments are read


@dataclass(slots=True)
class Scope:
    """What names mean where a step stands."""

    members: Mapping[str, Member]
    documents: Mapping[str, Document]
    bills: set[str] = field(default_factory=set)
    terms: set[str] = field(default_factory=set)
    papers: set[str] = field(default_factory=set)
    events: list[str] = field(default_factory=list)
    """What producers reported."""
    conditions: list[str] = field(default_factory=list)
    facilities: list[str] = field(default_factory=list)
    contracts: dict[str, Deployable] = field(default_factory=dict)
    """What was deployed beside the suite."""

    @property
    def actors(self) -> list[str]:
        """Everybody who has a key: the parties, and the roles of development chains."""
        return [*self.members, *(role for role in ROLES if role not in self.members)]


@dataclass(frozen=True, slots=True)
class Reader:
    """How an argument of a type is written in a file: what the schema says, and how it is read."""

    schema: Mapping[str, Any]
    read: Callable[[Node, str, Scope], Any]


_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_HEX = re.compile(r"0x(?:[0-9a-fA-F]{2})*")
_PRINT = re.compile(r"0x[0-9a-fA-F]{1,64}")
CARGO: Final = ("document", "payloads")
HEAVIEST: Final = 2**24 - 1
"""Kilograms of a print."""
SHARE: Final = ("bill", "value", "prints")
TEXT: Final = {"type": "string"}


def _text(node: Node, what: str, scope: Scope) -> str:
    return node.text(what)


def who(node: Node, what: str, scope: Scope, meaning: Literal["who", "person"] = "who") -> Any:
    """Somebody: a party or a role by name, an LEI, an address; None for nobody."""
    text = node.text(what)
    if text == "nobody":
        return None
    if text in scope.members or text in ROLES:
        return Named(meaning, text)
    if text in scope.contracts or text in CONTRACTS:
        return Named("contract", text)
    if text.startswith(COIN_OF) and text.removeprefix(COIN_OF) in scope.contracts:
        return Named("money", text.removeprefix(COIN_OF))
    if _ADDRESS.fullmatch(text) or (len(text) == 20 and identifiers.is_lei(text.upper())):
        return text
    raise node.place.wrong(f"nobody is called {text!r}", meant(text, scope.actors))


def actor(node: Node, what: str, scope: Scope) -> str:
    """Whoever signs, by name."""
    text = node.text(what)
    if text not in scope.members and text not in ROLES:
        raise node.place.wrong(f"nobody is called {text!r}", meant(text, scope.actors))
    return text


def bill(node: Node, what: str, scope: Scope) -> Any:
    """A bill: by the name of its document, or as the ledger names it."""
    text = node.text(what)
    if text in scope.bills:
        return Named("bill", text)
    if text in scope.documents:
        raise node.place.wrong(f"{text} is a document that no step before has issued", "issue it first")
    if "/" in text or text.startswith("0x"):
        return text
    raise node.place.wrong(f"no bill is called {text!r} here", meant(text, sorted(scope.bills)) or "issue one first")


def _bills(node: Node, what: str, scope: Scope) -> tuple[Any, ...]:
    return tuple(bill(item, what, scope) for item in node.items(what))


def _whos(node: Node, what: str, scope: Scope) -> tuple[Any, ...]:
    return tuple(who(item, what, scope) for item in node.items(what))


def document(node: Node, what: str, scope: Scope) -> Named:
    """A document of the scenario, by its name."""
    text = node.text(what)
    if text not in scope.documents:
        raise node.place.wrong(
            f"no document is called {text!r}",
            meant(text, scope.documents) or "name it under `documents`",
        )
    return Named("document", text)


def _terms(node: Node, what: str, scope: Scope) -> tuple[Named, ...]:
    found = []
    for item in node.items(what):
        text = document(item, what, scope).name
        if text not in scope.terms:
            raise item.place.wrong(f"{text} was not proposed as a replacement before", "add a step `propose`")
        found.append(Named("terms", text))
    return tuple(found)


def _paper(node: Node, what: str, scope: Scope, *, or_who: bool = False) -> Any:
    text = node.text(what)
    if text == "nobody":
        return None
    if text in scope.papers:
        return Named("paper", text)
    if or_who:
        return who(node, what, scope)
    hint = meant(text, sorted(scope.papers)) or "add a step `sign`"
    raise node.place.wrong(f"nothing was signed under the name {text!r}", hint)


def _papers(node: Node, what: str, scope: Scope) -> tuple[Any, ...]:
    return tuple(_paper(item, what, scope) for item in node.items(what))


def whole(node: Node, what: str, scope: Scope) -> int:
    text = node.text(what).replace(",", "").replace("_", "")
    if not (text.isascii() and text.isdigit() and len(text) < 79):
        raise node.place.wrong(f"{what} is {node.value!r}, not a whole number")
    return int(text)


def _event(node: Node, what: str, scope: Scope) -> Named:
    text = node.text(what)
    if text not in scope.events:
        raise node.place.wrong(f"no event is called {text!r}", meant(text, scope.events) or "add a step `report`")
    return Named("event", text)


def _length(node: Node, what: str, scope: Scope) -> timedelta:
    """A length of time from now."""
    return timedelta(seconds=duration(node, what))


def _moment(node: Node, what: str, scope: Scope) -> datetime:
    """A second, with its zone."""
    text = node.text(what)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise node.place.wrong(f"{what} is {text!r}, no time with its zone", "write it as 2026-07-01T12:00+08:00")
    return found


def _clauses(node: Node, what: str, scope: Scope) -> tuple[Any, ...]:
    return conditions.clauses(node)


def flag(node: Node, what: str, scope: Scope | None = None) -> bool:
    text = node.text(what).lower()
    if text not in ("true", "false"):
        raise node.place.wrong(f"{what} is {node.value!r}", "say true or false")
    return text == "true"


def roles(node: Node, what: str, scope: Scope | None = None) -> Role:
    found = Role(0)
    for item in node.items(what):
        try:
            found |= roles_of(item.text(what))
        except UsageError as error:
            raise item.place.wrong(f"{error.subject}: {error.message}", error.hint) from None
    return found


def word(enumeration: type[IntEnum], node: Node, what: str, scope: Scope | None = None) -> Any:
    text = node.text(what)
    try:
        return word_of(enumeration, text)
    except UsageError:
        raise node.place.wrong(f"{what} is {text!r}", meant(text, (option(word) for word in enumeration))) from None


def words(enumeration: type[IntEnum], node: Node, what: str, scope: Scope | None = None) -> tuple[Any, ...]:
    return tuple(word(enumeration, item, what) for item in node.items(what))


def _bytes(node: Node, what: str, scope: Scope) -> bytes:
    """Bytes: 0x and hex digits, or `sha256: TEXT`."""
    if isinstance(node.value, dict):
        import hashlib

        text = node.fields(what, ("sha256",))["sha256"].text(what)
        return hashlib.sha256(text.encode()).digest()
    text = node.text(what)
    if not _HEX.fullmatch(text):
        raise node.place.wrong(f"{what} is no hex text", "write 0x and pairs of hex digits, or {sha256: the text}")
    return bytes.fromhex(text[2:])


def _texts(node: Node, what: str, scope: Scope) -> tuple[str, ...]:
    return tuple(item.text(what) for item in node.items(what))


def _signer(node: Node, what: str, scope: Scope) -> Named:
    return Named("signer", actor(node, what, scope))


def _agreed(node: Node, what: str, scope: Scope) -> Any:
    if isinstance(node.value, str) and node.value.startswith("0x"):
        return _bytes(node, what, scope)
    return _terms(node, what, scope)


def money(node: Node, what: str, scope: Scope) -> Named:
    """Money: `HKD@bank`, where that may be several `HKD@bank@agent/CN`; a coin by the name of its token; an address."""
    text = node.text(what)
    banks = BANKS.findall(text)
    if not banks and text not in scope.contracts and not _ADDRESS.fullmatch(text):
        raise node.place.wrong(f"{text!r} is no money", "write the currency and its bank, as HKD@bank")
    for bank in banks:
        who(Node(node.place, bank, {}), what, scope)
    return Named("money", text)


def _moneys(node: Node, what: str, scope: Scope) -> tuple[Named, ...]:
    return tuple(money(item, what, scope) for item in node.items(what))


def amount(node: Node, what: str, scope: Scope | None = None) -> str:
    """An amount as people write it, `any`, or `all` that is owed. How many decimals it has is its currency's to say."""
    text = node.text(what)
    if text.lower() not in ("any", "all") and not any(letter.isdigit() for letter in text):
        raise node.place.wrong(f"{what} is {text!r}, no amount", 'write it as "HKD 1,250,000.00"')
    return text


def _delay(node: Node, what: str, scope: Scope) -> int:
    text = node.text(what)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else duration(node, what)


def facility(node: Node, what: str, scope: Scope) -> Named:
    """A facility, by the name under which a step before opened it."""
    text = node.text(what)
    if text not in scope.facilities:
        hint = meant(text, scope.facilities) or "add a step `facility`"
        raise node.place.wrong(f"no facility is called {text!r}", hint)
    return Named("facility", text)


def position(node: Node, what: str, scope: Scope) -> Named:
    """A lender's position: `FACILITY/1` is its first lender's."""
    name, _, number = node.text(what).rpartition("/")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise node.place.wrong(f"{node.text(what)!r} is no position", "write FACILITY/1")
    facility(Node(node.place, name, {}), what, scope)
    return Named("position", f"{name}/{number}")


def condition(node: Node, what: str, scope: Scope) -> Named:
    """A condition, by the name under which a step before laid it down."""
    text = node.text(what)
    if text not in scope.conditions:
        hint = meant(text, scope.conditions) or "add a step `condition`"
        raise node.place.wrong(f"no condition is called {text!r}", hint)
    return Named("condition", text)


def _prints(node: Node, what: str, scope: Scope) -> Any:
    """Prints as they are told, those of a document, or `none`."""
    if isinstance(node.value, dict):
        return cargo(node, what, scope)
    texts = _texts(node, what, scope)
    if all(_PRINT.fullmatch(text) for text in texts):
        return tuple(int(text, 16) for text in texts)
    return () if texts == ("none",) else cargo(node, what, scope)


def cargo(node: Node, what: str, scope: Scope) -> Cargo:
    """The cargo of a document: its name; where others share its boxes, with what may be in each in all."""
    if not isinstance(node.value, dict):
        return Cargo(document(node, what, scope).name, {})
    said = node.fields(what, CARGO)
    if "document" not in said:
        raise node.place.wrong(f"{what} without a document", "as {document: rice, payloads: {XLLU2601017: 26000}}")
    payloads = said["payloads"].fields("payloads") if "payloads" in said else {}
    for box, kilograms in payloads.items():
        if not 0 < whole(kilograms, box, scope) <= HEAVIEST:
            raise kilograms.place.wrong(f"{box} may carry no {kilograms.value} kg", "write it as 26000, in kilograms")
    return Cargo(
        document(said["document"], what, scope).name,
        {box.upper(): whole(kilograms, box, scope) for box, kilograms in payloads.items()},
    )


def _lenders(node: Node, what: str, scope: Scope) -> tuple[tuple[Any, str], ...]:
    """Each with what it commits."""
    return tuple(
        (who(Node(node.keys[name], name, {}), what, scope), amount(said, name))
        for name, said in node.fields(what).items()
    )


def _shares(node: Node, what: str, scope: Scope) -> tuple[tuple[Any, str, Any], ...]:
    """What each of several bills has of what another covers: its value, and the prints of its cargo."""
    found = []
    for item in node.items(what):
        said = item.fields("a share", SHARE)
        for key in SHARE:
            if key not in said:
                raise item.place.wrong(f"a share without {key}", f"a share has {', '.join(SHARE)}")
        prints = _prints(said["prints"], "prints", scope)
        found.append((bill(said["bill"], "bill", scope), amount(said["value"], "value", scope), prints))
    return tuple(found)


def _clock(node: Node, what: str, scope: Scope) -> timedelta:
    """When days turn somewhere, after midnight of UTC."""
    try:
        return facilities.zone(node.text(what))
    except UsageError as wrong:
        raise node.place.wrong(f"{what} is {node.value!r}: {wrong.message}", wrong.hint) from None


def one_or_more(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "array", "minItems": 1, "items": schema}]}


_HASHED: Final = {
    "anyOf": [
        {"type": "string", "pattern": f"^{_HEX.pattern}$"},
        {"type": "object", "required": ["sha256"], "additionalProperties": False, "properties": {"sha256": TEXT}},
    ]
}
CARGO_OF: Final = {
    "type": "object",
    "required": ["document"],
    "additionalProperties": False,
    "properties": {
        "document": TEXT,
        "payloads": {"type": "object", "additionalProperties": {"type": ["integer", "string"]}},
    },
}
_OF_CARGO: Final = {"anyOf": [*one_or_more(TEXT)["anyOf"], CARGO_OF]}
_SHARE: Final = {
    "type": "object",
    "required": [*SHARE],
    "additionalProperties": False,
    "properties": {"bill": TEXT, "value": {"type": ["string", "number"]}, "prints": _OF_CARGO},
}
COIN_OF: Final = "coin of "
"""Before the name of a token: the contract that pays in it."""
BANKS: Final = re.compile(r"(?<=@)[^@/]+")
"""In the name of money: its bank, and the settlement agent."""
CONTRACTS: Final = frozenset(SUITE.contracts) - frozenset(SEVERAL)
"""Contracts of which there is one, by their names in a manifest."""
READERS: Final[Mapping[str, Reader]] = {
    "str": Reader(TEXT, _text),
    "str | bytes": Reader(TEXT, _text),
    "int": Reader({"type": ["integer", "string"]}, whole),
    "int | str": Reader({"type": ["integer", "string"]}, _text),
    "bool": Reader({"type": "boolean"}, flag),
    "bytes": Reader(_HASHED, _bytes),
    "Role": Reader(one_or_more(TEXT), roles),
    "Iterable[str]": Reader(one_or_more(TEXT), _texts),
    "Who": Reader(TEXT, who),
    "Signer | str": Reader(TEXT, _signer),
    "BillRef": Reader(TEXT, bill),
    "BillRef | SaleTerms": Reader(TEXT, bill),
    "BillRef | Sequence[BillRef]": Reader(one_or_more(TEXT), _bills),
    "Sequence[BillRef]": Reader(one_or_more(TEXT), _bills),
    "Iterable[Who]": Reader(one_or_more(TEXT), _whos),
    "MoneyRef": Reader(TEXT, money),
    "Given": Reader({"type": ["string", "number"]}, amount),
    "datetime | timedelta": Reader(TEXT, _length),
    "datetime | int": Reader(TEXT, _moment),
    "Iterable[Clause]": Reader(one_or_more(conditions.CLAUSE), _clauses),
    "Path | str | bytes | Prepared | Terms": Reader(TEXT, document),
    "Sequence[Terms]": Reader(one_or_more(TEXT), _terms),
    "bytes | Sequence[Terms]": Reader(one_or_more(TEXT), _agreed),
    "Paper": Reader(TEXT, _paper),
    "Sequence[Paper]": Reader(one_or_more(TEXT), _papers),
    "Sequence[MoneyRef]": Reader(one_or_more(TEXT), _moneys),
    "Sequence[tuple[BillRef, Given, Iterable[int]]]": Reader(one_or_more(_SHARE), _shares),
    "Proven | Path": Reader(TEXT, _event),
    "Measured": Reader({"type": ["string", "number"]}, _text),
    "Paper | bytes": Reader(TEXT, _paper),
    "Power | int | str": Reader({"type": ["string", "integer"]}, _text),
    "timedelta | int": Reader({"type": ["integer", "string"]}, _delay),
    "Operation | bytes": Reader(_HASHED, _bytes),
    "Who | Paper": Reader(TEXT, partial(_paper, or_who=True)),
    "Decimal | str": Reader({"type": ["string", "number"]}, _text),
    "Sequence[str]": Reader(one_or_more(TEXT), _texts),
    "Mapping[Who, Given]": Reader(
        {"type": "object", "minProperties": 1, "additionalProperties": {"type": ["string", "number"]}}, _lenders
    ),
}
"""Type of an argument of the client, as it is written there, to how a file has it."""
BY_NAME: Final[Mapping[str, Reader]] = {
    "facility": Reader(TEXT, facility),
    "position": Reader(TEXT, position),
    "condition": Reader(TEXT, condition),
    "clock": Reader(facilities.ZONE, _clock),
    "prints": Reader(_OF_CARGO, _prints),
}
"""Arguments that mean the same wherever they are, and have a name in files where the client has a number."""


def reader_of(argument: Argument) -> Reader:
    """How an argument is written in a file; of a type that nobody has met, as a text."""
    if argument.person:
        return Reader(TEXT, partial(who, meaning="person"))
    if argument.name in BY_NAME:
        return BY_NAME[argument.name]
    if argument.takes in READERS:
        return READERS[argument.takes]
    from sampan.suite import words as known

    several = re.fullmatch(r"Iterable\[(\w+)\]", argument.takes)
    enumeration: Any = getattr(known, several[1] if several else argument.takes, None)
    if enumeration is None:
        return READERS["str"]
    schema = {"enum": [option(word) for word in enumeration]}
    if several:
        return Reader(one_or_more(schema), partial(words, enumeration))
    return Reader(schema, partial(word, enumeration))


def duration(node: Node, what: str) -> int:
    """Seconds of a time as people write it: `72h`, `2 days 1 hour`."""
    try:
        return seconds_of(node.text(what))
    except UsageError as wrong:
        raise node.place.wrong(f"{what} is {node.text(what)!r}: {wrong.message}", wrong.hint or "") from None
