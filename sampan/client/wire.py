"""What the contracts say on the wire, for a client: addresses checksummed, words and structs by their names."""

from __future__ import annotations

import dataclasses
from collections import namedtuple
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from sampan.errors import BadInput, ChainError, Missing, UsageError
from sampan.keccak import keccak
from sampan.subjects import DRIVEN as SUITE
from sampan.suite import kinds, words
from sampan.suite.codec import Codec, Function, Item, internal_name, python_name
from sampan.suite.event import Event, Place
from sampan.suite.events import EVENTS
from sampan.suite.tell import checksum
from sampan.toolchain import artifacts

if TYPE_CHECKING:
    from sampan.chain.transactions import Log
    from sampan.suite.verb import Subject, Verb

LEDGER = "Bills"
"""The contract of bills and identity, by its name in a manifest."""
MANAGER = "AccessManager"
MAKERS = {"Deposit": ("Reserves", "isDeposit"), "Coin": ("Coins", "isCoin")}
"""Contract of which there are several → who makes them, and the view of the maker that knows its own."""


def knows(contract: str) -> bool:
    """Whether a client speaks with a contract: one that a subject declares, or the AccessManager."""
    return contract == MANAGER or bool(SUITE.subject_of(contract))


@cache
def codec(contract: str) -> Codec:
    """What a contract takes, answers, logs and refuses; it is known by its name in a manifest."""
    if not knows(contract):
        raise Missing("no contract of the suite has that name", subject=contract)
    subjects = SUITE.subject_of(contract)
    abis: list[Any] = subjects[0].abis() if subjects else [artifacts.load(MANAGER).abi]
    return Codec(abis, address_of=lambda raw: checksum("0x" + raw.hex()), make=_maker(subjects, abis))


def _maker(subjects: list[Subject], abis: list[Any]) -> Callable[[str], Callable[[Any], Any] | None]:
    """Words of enumerations, records of structs that are arguments, named tuples of structs that are answered."""
    structs: dict[str, tuple[str, ...]] = {}
    for abi in abis:
        for item in abi:
            for entry in (*item.get("inputs", ()), *item.get("outputs", ())):
                _find_structs(entry, structs)
    records = {name: kind for subject in subjects for name, kind in subject.structs.items()}

    def make(name: str) -> Callable[[Any], Any] | None:
        if name in records:
            kind: Any = records[name]
            return lambda values: kind(*values)
        if name in structs:
            make_tuple: Any = namedtuple
            return make_tuple(name, structs[name])._make  # type: ignore[no-any-return]
        return getattr(words, name, None)

    return make


def _find_structs(entry: Item, found: dict[str, tuple[str, ...]]) -> None:
    if str(entry["type"]).startswith("tuple"):
        found[internal_name(entry)] = tuple(python_name(str(part["name"])) for part in entry["components"])
        for part in entry["components"]:
            _find_structs(part, found)


# --------------------------------------------------------------------------------------------------------------- calls


def function(contract: str, name: str) -> Function:
    """A function by its name, or by its signature where several share the name. Raises `UsageError` without it."""
    found = codec(contract).functions.get(name)
    if found is None:
        raise UsageError("the ledger has no such function", subject=name)
    return found


def encode(contract: str, name: str, *arguments: Any) -> bytes:
    """The data of a call. Raises `BadInput` when an argument does not fit its type."""
    found = function(contract, name)
    try:
        return found.call(*arguments)
    except (TypeError, ValueError, AttributeError) as error:
        raise BadInput(f"an argument does not fit: {error}", subject=found.signature) from None


def answer(contract: str, name: str, data: bytes) -> Any:
    """What a call answered: its one value, or a tuple of them. Raises `ChainError` when it is malformed."""
    found = function(contract, name)
    try:
        values = found.answer(data)
    except ValueError as error:
        raise ChainError(
            f"the RPC answered eth_call with {len(data)} bytes that are no answer of {found.signature}: {error}",
            subject=contract,
            code="chain.answer",
            hint="is the contract of the manifest on this chain? if so, ask another RPC (--network URL)",
        ) from None
    return values[0] if len(values) == 1 else values


def verb_of(contract: str, data: bytes, to: str = "") -> Verb:
    """The verb that a call's data calls, read with nothing left over; `to` is the address that it goes to, where there
    are several of the contract. Raises `BadInput` for what is none."""
    wanted = codec(contract).by_selector.get(data[:4])
    names = () if wanted is None else (wanted.name, wanted.signature)
    kind = next((SUITE.verbs[contract, name] for name in names if (contract, name) in SUITE.verbs), None)
    if wanted is not None and kind is not None:
        try:
            own = "from_data" in vars(kind)
            said = (*[to] * bool(kind.which), *wanted.decode(data[4:]))
            found = _with_calls(contract, kind.from_data(data, to) if own else kind(*said))
        except (ValueError, IndexError):
            found = None
        if found is not None and found.encoded() == data:
            return found
    raise BadInput("no call of the ledger", subject="0x" + data[:4].hex())


def calls_in(contract: str, data: bytes) -> tuple[bytes, ...]:
    """The data of the calls that a call makes: of a multicall those within, else itself alone."""
    found = codec(contract).by_selector.get(data[:4])
    if found is None or found.name != "multicall":
        return (data,)
    (within,) = found.decode(data[4:])
    return tuple(within)


def _with_calls(contract: str, verb: Verb) -> Verb:
    """A verb with the calls that stand in it read too. Raises `BadInput` for what is none of its contract."""
    said = {
        argument.name: tuple(verb_of(contract, call) for call in getattr(verb, argument.name))
        for argument in verb.arguments()
        if argument.kind == kinds.CALLS
    }
    return dataclasses.replace(verb, **said) if said else verb  # type: ignore[type-var]


def function_name(selector: bytes) -> str | None:
    """The name of the function that a selector calls; None when no contract that a client speaks with has one such."""
    found = (codec(contract).by_selector.get(selector) for contract in SUITE.contracts)
    return next((function.name for function in found if function is not None), None)


# -------------------------------------------------------------------------------------------------------------- events


def topic(kind: type[Event]) -> str:
    """The first topic of an event, as it goes over the wire."""
    return "0x" + keccak(kind.SIGNATURE.encode()).hex()


def indexed(value: int) -> str:
    """A number as a topic: of a field that is indexed."""
    return f"0x{value:064x}"


def about_first(contract: str, name: str) -> list[str]:
    """The first topics of the events whose first topic of their own is the field of that name."""
    found = codec(contract).logs.values()
    return [
        "0x" + log.topic.hex() for log in found if log.parameters[:1] == (name,) and log.indexed and log.order[0] == 0
    ]


@cache
def _kinds(contract: str) -> Mapping[str, type[Event]]:
    """Signature of an event of a contract → its type."""
    declared = (kind for subject in SUITE.subject_of(contract) for kind in subject.facts)
    known = (kind for kind in EVENTS.values() if not kind.SEVERAL)
    return {kind.SIGNATURE: kind for kind in (*known, *declared)}


def event_of(contract: str, log: Log, *, placed: bool = True) -> Event | None:
    """An event as its type; None for one that the suite does not have. Raises `ChainError` when it is malformed."""
    found = codec(contract).logs.get(log.topics[0]) if log.topics else None
    if found is None:
        return None
    try:
        values = found.values(b"".join(log.topics[1:]), log.data)
    except ValueError as error:
        raise ChainError(f"cannot be decoded: {error}", subject=found.name) from None
    place = Place(log.block_number, log.transaction_hash, log.log_index) if placed else None
    return _kinds(contract)[found.signature].logged(log.address, values, place)
