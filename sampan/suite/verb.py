"""What a verb is: a call as a value, with all that is known of it in one declaration; and what an event does.

A subject (`bills`, say) declares its verbs and its events; a `Suite` is several subjects. Client methods, commands,
calls on the wire, model verbs, the replay of a log, sentences, coverage and random acts are made from the declarations.

    @BILLS.verb("transfer", by="from_", label="transfer {bill}", command="bill transfer")
    class Transfer(Verb):
        "Give possession to an account; title stays (DCSA TRANSFER)."

        bill: int = arg(kinds.BILL)
        to: str = arg(kinds.RECEIVER, help="Who gets it.")
        remark: bytes = arg(kinds.REMARK, b"")

        def may(self, at: At) -> ev.Transferred: ...   # asks in the contract's order, and gives the event

    @BILLS.event(ev.Transferred, "{from} transferred possession to {to}", act=True)
    def transferred(state: Bills, e: ev.Transferred) -> None: ...   # what it changes
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache, cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar, dataclass_transform, get_type_hints

from sampan.suite import words
from sampan.suite.codec import Codec, Function, Log, python_name
from sampan.suite.event import SEVERAL, field_names
from sampan.suite.valued import Valued, valued

if TYPE_CHECKING:
    from sampan.suite.event import Event

NOBODY: Final = "0x" + "0" * 40
"""The zero address."""

V = TypeVar("V", bound="type[Verb]")
S = TypeVar("S", bound="type[Any]")
F = TypeVar("F", bound=Callable[..., None])


class Refusal(Exception):
    """A contract refuses: the error's name and its arguments, as the contract gives them. No name: without a reason."""

    def __init__(self, error: str, *arguments: Any) -> None:
        super().__init__(error, *arguments)
        self.error = error
        self.arguments = arguments

    def __str__(self) -> str:
        return f"{self.error}({', '.join(map(str, self.arguments))})"


# ------------------------------------------------------------------------------------------------- kinds of argument


@dataclass(frozen=True, slots=True)
class Kind:
    """What an argument is. How client, command line and chance treat it, they say themselves, by its name."""

    name: str
    word: type[IntEnum] | None = None
    """Of a word: its enumeration."""
    giving: bool = False
    """Whether it is somebody who is given something, or surrendered to: an agreement may be needed for it."""
    holds: bool = False
    """Whether a call, or the digest of a text, may stand in it."""


def word(enumeration: Any) -> Kind:
    """The kind of an argument that is one of an enumeration's words."""
    return Kind("word", enumeration)


def arg(
    kind: Kind,
    default: Any = dataclasses.MISSING,
    *,
    help: str = "",
    option: str = "",
    needed: bool = False,
    asked: bool = False,
) -> Any:
    """An argument of a verb.

    `default` is what client and command put there when nothing is given; `help` and `option` are the command line's (an
    option such as `--for`, or in capitals what a positional argument is called); `needed`: it may not be left empty;
    `asked`: whoever gives no such option is asked for it, for it says more than people would say by leaving it out.
    """
    said = {"kind": kind, "default": default, "help": help, "option": option, "needed": needed, "asked": asked}
    return field(metadata=said)


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a verb as it was declared."""

    name: str
    kind: Kind
    default: Any
    help: str
    option: str
    needed: bool
    asked: bool

    @property
    def required(self) -> bool:
        """Whether it must be given."""
        return self.needed or self.default is dataclasses.MISSING


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that comes with a call, and what only cryptography can tell of it."""

    by: str | None
    """The account for which it is valid over the text that the contract makes; None: for nobody."""
    digest: bytes = bytes(32)
    """EIP-712 digest of that text."""
    empty: bool = False
    """Nothing was handed in: the caller speaks for itself."""
    raw: bytes = field(default=b"", compare=False)

    def encoded(self) -> bytes:
        """As it stands in the call."""
        return self.raw


class SignedTerms(bytes):
    """Terms for a room in which somebody's signature stands, and what only cryptography can tell of it."""

    text: Any
    """What the signature is over."""
    signature: Signature
    _encode: Callable[[bytes], bytes]

    @classmethod
    def of(cls, text: Any, signature: Signature, encode: Callable[[bytes], bytes]) -> SignedTerms:
        """Terms as `encode` makes them of the signature's bytes."""
        made = cls(encode(signature.raw))
        made.text, made.signature, made._encode = text, signature, encode
        return made

    def signed(self, signature: Signature) -> SignedTerms:
        """The same with another signature."""
        return type(self).of(self.text, signature, self._encode)


# ------------------------------------------------------------------------------------------------------------ the verb


@dataclass_transform(frozen_default=True, field_specifiers=(arg,))
class Verb(Valued):
    """A call of a contract. Subclasses are frozen dataclasses whose fields are the arguments in Solidity's order."""

    __slots__ = ()

    subject: ClassVar[Subject]
    function: ClassVar[str]
    """The function's name, or its whole signature where several share the name."""
    logs: ClassVar[tuple[type[Event], ...]] = ()
    """The events with which its log may begin: the one that `may` gives, unless it says otherwise."""
    by: ClassVar[str] = ""
    """The field of its event that names who acted, `by` or `actor` unless it says otherwise; empty: the log does not
    tell."""
    label: ClassVar[str] = ""
    """What it does, in words; `{bill}` stands for an argument."""
    power: ClassVar[str] = ""
    """The role of the AccessManager that it asks for; empty: it is not restricted."""
    payable: ClassVar[bool] = False
    """Whether the function itself refuses ether; else the compiler's check does, without a reason."""
    command: ClassVar[str] = ""
    """The command line's name, as in `bill transfer`; empty: it has none of its own."""
    takes_away: ClassVar[bool] = False
    """Whether it may take from another what that one has: its agreement may be needed for it."""
    exits: ClassVar[bool] = False
    """Whether it only gives back, takes back or shuts out, so that nobody is given anything new by it (P12)."""
    anybody: ClassVar[bool] = False
    """Whether it is nobody's own act, though the log names who did it: on a chain for development the relayer does it
    where nobody is named."""
    method: ClassVar[str] = ""
    """The client's name, the function's in Python's writing unless it says otherwise; empty: it has none."""
    many: ClassVar[bool] = False
    """Whether its command takes several of its first argument."""
    which: ClassVar[str] = ""
    """Where there are several of its contract: the argument that says which of them is called, the first; it does not
    go with the call."""

    def may(self, at: Any) -> Event:
        """Asks in the contract's order whether it may be; gives the event that it logs. Raises `Refusal`."""
        raise NotImplementedError(f"{type(self).__name__} says neither `may` nor `run`")

    def run(self, at: Any) -> None:
        """Is carried out: asks, then logs. Verbs that log several events say this instead of `may`."""
        at.log(self.may(at))

    @classmethod
    def read(cls, log: Any) -> Iterator[tuple[str, Verb]]:
        """The calls of which a log may tell, each with its actor, most likely first; see `model.replay.Log`.

        By default the one whose arguments are the event's fields of the same names.
        """
        event = log.first
        yield (getattr(event, cls.by) if cls.by else NOBODY), cls(*[getattr(event, name) for name in cls.names()])

    def texts(self, state: Any) -> Mapping[str, Any]:
        """The text that each of its signatures is over, by the argument: its struct, unless it says otherwise."""
        named = {argument.kind.name: argument.name for argument in self.arguments()}
        return {named["signature"]: getattr(self, named["struct"])} if {"signature", "struct"} <= named.keys() else {}

    def is_exit(self) -> bool:
        """Whether nobody is given anything new by it: as its verb says, unless it depends on its arguments."""
        return self.exits

    # -------------------------------------------------------------------------------------------------- made for all

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The names of its arguments in order."""
        return cls.COMPARED

    @classmethod
    @cache
    def arguments(cls) -> tuple[Argument, ...]:
        """Its arguments in order, as they were declared."""
        return tuple(Argument(each.name, **each.metadata) for each in dataclasses.fields(cls))  # type: ignore[arg-type]

    @classmethod
    @cache
    def holders(cls) -> tuple[str, ...]:
        """The names of its arguments that may hold calls, or digests of texts."""
        return tuple(each.name for each in cls.arguments() if each.kind.holds)

    @classmethod
    @cache
    def may_need_agreement(cls) -> bool:
        """Whether somebody other than the actor may have to agree to it."""
        return cls.takes_away or any(argument.kind.giving for argument in cls.arguments())

    @classmethod
    def said(cls) -> str:
        """What it does, and the power that it needs: for `help`."""
        text = inspect.cleandoc(cls.__doc__ or "")
        return f"{text} Needs the power {cls.power.upper()}." if cls.power else text

    @classmethod
    @cache
    def wire(cls) -> Function:
        """Its function in the ABI."""
        return cls.subject.codec.functions[cls.function]

    @classmethod
    @cache
    def selector(cls) -> bytes:
        """The four bytes that call it."""
        return cls.wire().selector

    def encoded(self) -> bytes:
        """The data of the call. Raises `BadInput` for an argument that does not fit."""
        wire, values = self.wire(), self.values()
        return wire.selector + wire.encode(values[1:] if self.which else values)

    def goes_to(self, addresses: Mapping[str, str]) -> str:
        """The address that is called; `addresses` are those of the contracts of which there is one. Raises KeyError."""
        found: str = getattr(self, self.which) if self.which else addresses[self.subject.contract]
        return found

    @classmethod
    def from_data(cls, data: bytes, to: str = "") -> Verb:
        """The call that data encodes; `to` is the address that it goes to. Raises ValueError."""
        return cls(*[to] * bool(cls.which), *cls.wire().decode(data[4:]))


# ------------------------------------------------------------------------------------------------------------ an event


@dataclass(frozen=True, slots=True)
class Fact:
    """What an event of the ledger does and how it is told."""

    kind: type[Event]
    effect: Callable[[Any, Any], None] | None
    """What it changes; None: it stands beside another event and adds nothing, the model does not read it."""
    told: str | Callable[[Any, Any], str]
    """A sentence with the contract's names of the fields in braces, or what makes one of the event and `tell.Names`."""
    act: bool
    """Whether it counts one act of its bill, and carries the count."""
    gives: tuple[str, ...]
    """Fields that name who was given something new by it (P12)."""
    beside: Callable[[Any, Any], Event | None] | None
    """The event of a standard that stands before it, by the state before it."""
    administration: bool = False
    """Whether it belongs to what administration does, although its verb needs no power."""
    ahead: bool = False
    """Whether its verb itself logs what stands before it, since something else may come between the two."""
    alone: Callable[[Any, Any], bool] | None = None
    """Of an event without an effect: whether it may stand beside nothing, by the state before it."""

    def with_it(self, state: Any, event: Any) -> Event | None:
        """The event of a standard that is logged together with it."""
        return None if self.beside is None or self.ahead else self.beside(state, event)


def _noted(effect: Callable[..., None]) -> Callable[..., None]:
    """An effect, and the count of events that are noted; 0: this one is counted elsewhere."""

    def both(state: Any, event: Any) -> None:
        effect(state, event)
        state.note_count = event.note or state.note_count

    return both


class Subject:
    """A part of the suite: the contract that it lives in, its kinds of state, its verbs and events."""

    def __init__(
        self,
        name: str,
        *,
        contract: str,
        interface: str,
        state: type[Any],
        code: Sequence[str] = (),
        abi: Any = None,
    ) -> None:
        """`contract` is the name in the manifest, `interface` the artifact with the ABI for clients, `code` artifacts
        whose events and errors come from that address too; `abi` is that of a contract without an artifact here."""
        self.name = name
        self.contract = contract
        self.interface = interface
        self.code = tuple(code)
        self.state = state
        self.verbs: dict[str, type[Verb]] = {}
        self.facts: dict[type[Event], Fact] = {}
        self.structs: dict[str, type[Any]] = {}
        """Structs that are arguments: name → record."""
        self.parts: dict[str, Any] = {}
        """What stands in for a module beside the declarations, by its name."""
        self.refusals: dict[str, tuple[str, str | None]] = {}
        """Error → what it says, and what would be right; `{argument}` stands for the contract's own."""
        self.announced: dict[type[Event], tuple[str, str]] = {}
        """Event → the contract of which it announces one more, and the field that has its address."""
        self._abi = abi

    def part(self, module: str) -> Any:
        """A module beside the declarations (`chance`, `properties`, `storage`, ...); None where there is none."""
        if module in self.parts:
            return self.parts[module]
        home = next(iter(self.verbs.values())).__module__
        while home := home.rpartition(".")[0]:
            found = f"{home}.{module}"
            if find_spec(found):
                return import_module(found)
        return None

    @property
    def several(self) -> bool:
        """Whether there are several of its contract, each at an address that the log tells."""
        return self.contract in SEVERAL

    @cached_property
    def kinds(self) -> Mapping[bytes, tuple[type[Event], Log]]:
        """Topic of an event that it declares → its type, and how it is read."""
        named = {kind.SIGNATURE: kind for kind in self.facts}
        return {topic: (named[log.signature], log) for topic, log in self.codec.logs.items() if log.signature in named}

    def abis(self) -> list[Any]:
        """The ABIs of all code that runs at its address, the clients' first."""
        return _abis(self.interface, *self.code) if self._abi is None else [self._abi]

    @cached_property
    def codec(self) -> Codec:
        """What its address takes, answers, logs and refuses, addresses in lower case."""
        if self.logs_structs:
            return Codec(self.abis(), make=self._made)
        return _codec(self.interface, *self.code) if self._abi is None else Codec([self._abi], make=enumeration)

    def _made(self, name: str) -> Callable[[Any], Any] | None:
        """What a word, or a struct that is declared here, is made with."""
        record = self.structs.get(name)
        return enumeration(name) if record is None else lambda values: record(*values)

    @property
    def logs_structs(self) -> bool:
        """Whether an event of its contract has a struct."""
        items = (item for abi in self.abis() for item in abi if item["type"] == "event")
        return any(entry["type"].startswith("tuple") for item in items for entry in item["inputs"])

    def slot(self, variable: str) -> int:
        """Where its contract keeps a variable, by solc's storage layout. Raises KeyError when it has none."""
        return _slots(self.code[0] if self.code else self.interface)[variable]

    # --------------------------------------------------------------------------------------------------- declarations

    def verb(
        self,
        function: str,
        *,
        logs: type[Event] | tuple[type[Event], ...] | None = None,
        by: str = "",
        label: str = "",
        power: str = "",
        payable: bool = False,
        command: str = "",
        method: str | None = None,
        many: bool = False,
        exits: bool = False,
        anybody: bool = False,
    ) -> Callable[[V], V]:
        """Decorator: a class as a verb of this subject; see the fields of `Verb`."""

        def enter(cls: V) -> V:
            made: Any = valued(cls)
            made.subject, made.function = self, function
            said = logs
            if said is None:
                said = get_type_hints(made.may)["return"] if "may" in vars(made) else ()
            made.logs = said if isinstance(said, tuple) else (said,)
            fields = field_names(made.logs[0]) if made.logs else ()
            made.by = by or next((name for name in ("by", "actor") if name in fields), "")
            made.label, made.power, made.payable, made.command, made.many = label, power, payable, command, many
            made.exits, made.anybody = exits, anybody
            made.method = python_name(function) if method is None else method
            made.which = next(iter(made.names())) if self.contract in SEVERAL else ""
            if function in self.verbs:
                raise ValueError(f"{self.name} declares {function} twice")
            self.verbs[function] = made
            return made  # type: ignore[no-any-return]

        return enter

    def event(
        self,
        kind: type[Event],
        told: str | Callable[[Any, Any], str],
        *,
        act: bool = False,
        gives: tuple[str, ...] = (),
        beside: Callable[[Any, Any], Event | None] | None = None,
        administration: bool = False,
        ahead: bool = False,
    ) -> Callable[[F], F]:
        """Decorator: a function of state and event as what the event changes; see the fields of `Fact`.

        An event with a `note` is one that no other count covers: its effect keeps the state's `note_count` too.
        """

        def enter(effect: F) -> F:
            changes = _noted(effect) if "note" in field_names(kind) else effect
            self._fact(Fact(kind, changes, told, act, gives, beside, administration, ahead))
            return effect

        return enter

    def stands_beside(self, kind: type[Event], told: str, *, alone: Callable[[Any, Any], bool] | None = None) -> None:
        """An event that adds nothing to the one that it stands beside."""
        self._fact(Fact(kind, None, told, False, (), None, alone=alone))

    def tells(self, kind: type[Event], told: str | Callable[[Any, Any], str]) -> None:
        """The sentence of an event that the model does not read."""
        self._fact(Fact(kind, None, told, False, (), None))

    def announces(self, kind: type[Event], contract: str, field: str) -> None:
        """An event tells that there is one more of a contract of which there are several, and where it stands."""
        self.announced[kind] = (contract, field)

    def struct(self, cls: S) -> S:
        """Decorator: a frozen dataclass as the struct of the contract of the same name and fields."""
        self.structs[cls.__name__] = cls
        cls.subject = self
        return cls

    def _fact(self, fact: Fact) -> None:
        if fact.kind in self.facts:
            raise ValueError(f"{self.name} declares {fact.kind.__name__} twice")
        if len(fact.kind.COMPARED) != len(fact.kind.FIELDS):
            said = f"has {len(fact.kind.COMPARED)} fields and names {len(fact.kind.FIELDS)} of the contract (FIELDS)"
            raise ValueError(f"{fact.kind.__name__} {said}: is it declared with @valued?")
        self.facts[fact.kind] = fact


@cache
def _slots(artifact: str) -> dict[str, int]:
    from sampan.toolchain import artifacts

    return {str(item["label"]): int(item["slot"]) for item in artifacts.load(artifact).storage_layout["storage"]}


def _abis(*names: str) -> list[Any]:
    from sampan.toolchain import artifacts

    return [artifacts.load(name).abi for name in names]


@cache
def _codec(*names: str) -> Codec:
    """One codec for all subjects of one address."""
    return Codec(_abis(*names), make=enumeration)


def enumeration(name: str) -> Callable[[Any], Any] | None:
    """What a word of an enumeration is made with; see `codec.Make`."""
    return getattr(words, name, None)


class Suite:
    """Several subjects as one ledger: what model, replay, audit and fuzz look things up in."""

    def __init__(self, *subjects: Subject) -> None:
        self.subjects = subjects
        self.verbs: dict[tuple[str, str], type[Verb]] = {}
        """(contract, function) → verb."""
        self.facts: dict[type[Event], Fact] = {}
        self.begins: dict[type[Event], list[type[Verb]]] = {}
        """Event → verbs whose log may begin with it."""
        self.refusals: dict[str, tuple[str, str | None]] = {}
        """Error → what it says, and what would be right."""
        self.announced: dict[type[Event], tuple[str, str]] = {}
        """Event → the contract of which it announces one more, and the field that has its address."""
        for subject in subjects:
            for function, verb in subject.verbs.items():
                self.verbs[subject.contract, function] = verb
                for kind in verb.logs:
                    self.begins.setdefault(kind, []).append(verb)
            self.facts |= subject.facts
            self.announced |= subject.announced
            self.refusals |= subject.refusals
        self.acts = frozenset(kind for kind, fact in self.facts.items() if fact.act)
        """Events that count one act of their bill each and carry the count."""
        self.contracts = tuple(dict.fromkeys(subject.contract for subject in subjects))
        """The contracts in which its subjects live."""
        self.single = tuple(contract for contract in self.contracts if contract not in SEVERAL)
        """Those of which there is one, at the address that the manifest has."""
        self.administration = frozenset(
            [kind for verb in self.verbs.values() if verb.power for kind in verb.logs]
            + [kind for kind, fact in self.facts.items() if fact.administration]
        )
        """Events that tell what administration did."""
        self._kind_of_state: type[Any] = type("State", tuple(dict.fromkeys(s.state for s in reversed(subjects))), {})

    def name(self, verb: type[Verb]) -> str:
        """A verb's function, behind its contract's name where another contract has one of the same name."""
        twice = sum(function == verb.function for _, function in self.verbs) > 1
        return f"{verb.subject.contract}.{verb.function}" if twice else verb.function

    def state(self) -> Any:
        """An empty ledger: the state of all subjects in one."""
        return self._kind_of_state(self)

    def parts(self, module: str) -> list[tuple[Subject, Any]]:
        """The subjects that have a module of this name beside their declarations, and the module."""
        return [(subject, part) for subject in self.subjects if (part := subject.part(module))]

    def home(self, kind: type[Event]) -> str:
        """The contract that logs an event."""
        return next(subject.contract for subject in self.subjects if kind in subject.facts)

    def room_at(self, addresses: Mapping[str, str], address: str) -> Any:
        """What the room of the suite at an address answers the ledger; None where there is none."""
        for subject, part in self._rooms:
            if addresses.get(subject.contract) == address:
                return part.CODE
        return None

    @cached_property
    def _rooms(self) -> list[tuple[Subject, Any]]:
        return self.parts("room")

    def subject_of(self, contract: str) -> list[Subject]:
        """The subjects that live in a contract."""
        return [subject for subject in self.subjects if subject.contract == contract]
