"""What the kit must be told of a room: how it is deployed, entered, and left. A TOML file beside the artifact.

    constructor = ["ledger"]
    parties = ["lodger", "claimant"]
    ways = [["give_back"], ["offer", "accept", "claim"], ["offer", "accept", "wait 31 days", "expire"]]
    terms = { types = ["uint48"], values = ["start + 30 days"] }

    [acts.offer]
    call = ["offer", "bill", "claimant"]
    by = ["lodger"]

A value is a number, a list, a truth value, or words: see `stage.Stage.value`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from eth_abi.exceptions import ParseError
from eth_abi.grammar import parse

from sampan.errors import BadInput, SampanError, UsageError
from sampan.files import parse_json, parse_toml, read_up_to
from sampan.suite.codec import type_of
from sampan.suite.tell import seconds_of
from sampan.toolchain import artifacts

LODGER: Final = "lodger"
ANYBODY: Final = "anybody"
ADMINISTRATOR: Final = "administrator"
SAMPLE: Final = "Escrow"
FOLDER: Final = Path(__file__).parent
OURS: Final[dict[str, tuple[Path | None, Path]]] = {
    SAMPLE: (FOLDER / "artifacts", FOLDER / "contracts"),
    "Sale": (None, FOLDER.parent / "trade"),
    "LoanBook": (None, FOLDER.parent / "finance" / "loans"),
}
"""Rooms that are known by name alone → where their artifact is (None: with the suite's), and their description."""
RESERVED: Final = (
    "carrier", "bystander", "outsider", ANYBODY, ADMINISTRATOR, "nobody", "ledger", "room", "money", "decoy", "bill",
    "start", "now", "acts"
)  # fmt: skip
"""Words of the kit, which no party is called."""
FIELDS: Final = {
    "constructor", "interface", "parties", "values", "before", "ways", "terms", "endorsement", "patience", "acts"
}  # fmt: skip
"""What a description may say."""
_OF_A_STEP: Final = {"by", "to", "call", "ask", "as"}
_WHY: Final = ("alone", "unsigned", "again", "kept", "anew")
_OF_AN_ACT: Final = {"call", "by", *_WHY}
_MOST: Final = 64 * 1024 * 1024
"""Bytes that no artifact has."""


@dataclass(frozen=True, slots=True)
class Code:
    """A compiled room: its name, ABI and creation code."""

    name: str
    abi: Sequence[Mapping[str, Any]] = field(repr=False)
    bytecode: bytes = field(repr=False)

    def functions(self, name: str) -> list[Mapping[str, Any]]:
        """The functions of that name."""
        return [item for item in self.abi if item["type"] == "function" and item["name"] == name]

    def acted(self) -> list[Mapping[str, Any]]:
        """The functions that change something: one of them is what an act calls."""
        return [
            item for item in self.abi if item["type"] == "function" and item["stateMutability"] not in ("view", "pure")
        ]


@dataclass(frozen=True, slots=True)
class ActOfRoom:
    """A function of the room as its parties call it. `by` are those who may; the first of them does."""

    name: str
    function: str
    arguments: tuple[Any, ...]
    by: tuple[str, ...]
    alone: str = ""
    """Why money and bill need not move together in it, where they need not."""
    unsigned: str = ""
    """Why nobody does it by signature, where nobody does."""
    again: str = ""
    """Why it may be done when the bill has left or ended: it moves nothing but the money of whoever does it."""
    kept: str = ""
    """Why what the room takes by it counts as paid, though nobody has it yet: it keeps it for whom it holds for."""
    anew: str = ""
    """Why it is no giving back, though the lodger gets the bill by it."""


@dataclass(frozen=True, slots=True)
class Before:
    """What is done once, before any bill is lodged: `by` somebody, a call; or, with a `name`, a question, and from then
    on the address that is answered is called so."""

    to: str
    function: str
    arguments: tuple[Any, ...]
    by: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """Time passes."""

    seconds: int
    said: str


@dataclass(frozen=True, slots=True)
class Description:
    """All that is said of a room."""

    acts: Mapping[str, ActOfRoom]
    ways: tuple[tuple[ActOfRoom | Wait, ...], ...]
    parties: tuple[str, ...] = (LODGER,)
    constructor: tuple[Any, ...] = ("ledger",)
    terms: Mapping[str, Any] | str = "0x"
    endorsement: str = "blank"
    patience: int = 400 * 86_400
    """Seconds after which nobody's silence holds a bill back any more."""
    interface: str = ""
    """Whose ABI the room's address has, where that is more than its artifact's."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """Values by name, which are said once."""
    before: tuple[Before, ...] = ()
    folder: Path = FOLDER
    """From where its files are named."""

    @property
    def has_money(self) -> bool:
        """Whether anything in it speaks of the kit's money."""
        values = (
            self.constructor,
            self.terms,
            *(act.arguments for act in self.acts.values()),
            *((step.to, step.name, step.arguments) for step in self.before),
        )
        return "money" in set(_words([values, self.values]))

    def signers(self, said: Any, seen: frozenset[str] = frozenset()) -> set[str]:
        """Who signed a value, or anything in it; `seen` are names of values that led here."""
        if isinstance(said, str):
            return self.signers(self.values[said], seen | {said}) if said in self.values.keys() - seen else set()
        if isinstance(said, Mapping):
            parts = [each for key, each in said.items() if key not in ("signed", "text")]
            return self.signers(parts, seen) | ({str(said["signed"])} if "signed" in said else set())
        if isinstance(said, list | tuple):
            return {who for each in said for who in self.signers(each, seen)}
        return set()

    def code(self, given: str) -> Code:
        """A contract that it names: a file beside it, or one of the suite. Raises `BadInput`."""
        path = self.folder / given
        if path.is_file():
            return read_code(str(path))
        try:
            ours = artifacts.load(given)
        except SampanError:
            raise BadInput("no such contract", subject=given, hint="name a file beside the description") from None
        return Code(ours.name, ours.abi, ours.bytecode)


def _words(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [word for each in value.values() for word in _words(each)]
    if isinstance(value, list | tuple):
        return [word for each in value for word in _words(each)]
    return []


def read_code(given: str) -> Code:
    """A room's artifact: a JSON file of any compiler's making with `abi` and `bytecode`, or `Escrow`, our sample.

    Raises `UsageError` when there is neither, `BadInput` for a file that is no artifact or has nothing to deploy.
    """
    path = Path(given)
    if not path.is_file():
        if given in OURS:
            ours = artifacts.load(given, OURS[given][0])
            return Code(ours.name, ours.abi, ours.bytecode)
        raise UsageError(
            "no such artifact", subject=given, hint="give a compiler's JSON file with `abi` and `bytecode`"
        )
    try:
        document = parse_json(read_up_to(path, _MOST))
        code = document["bytecode"]
        # Foundry and solc put the code one level deeper.
        text = code["object"] if isinstance(code, dict) else code
        bytecode = bytes.fromhex(text.removeprefix("0x"))
        abi = document["abi"]
        for item in abi:
            _readable(item)
    except (ValueError, LookupError, TypeError, AttributeError, ParseError, RecursionError):
        raise BadInput(
            "is no artifact of a contract", subject=given, hint="it needs `abi` and linked `bytecode`"
        ) from None
    except OSError as error:
        raise UsageError(error.strerror or "cannot be read", subject=given) from None
    if not bytecode:
        raise BadInput("has no code to deploy", subject=given, hint="give the contract, not its interface or base")
    return Code(str(document.get("contractName", path.stem)), abi, bytecode)


def _readable(item: Any) -> None:
    """Raises `LookupError`, `TypeError`, `AttributeError` or `ParseError` for what is no entry of an ABI."""
    if item["type"] in ("function", "constructor", "error"):
        for entry in item["inputs"]:
            parse(type_of(entry))
    if item["type"] in ("function", "error"):
        item["name"].encode()
    if item["type"] == "function":
        item["stateMutability"].encode()


def beside(given: str) -> Path:
    """Where the description of an artifact is looked for: beside it, under the same name."""
    if given in OURS and not Path(given).is_file():
        return OURS[given][1] / f"{given}.toml"
    return Path(given).with_suffix(".toml")


def read(path: Path) -> Description:
    """The description in a TOML file. Raises `BadInput` that names the line or the field that is wrong."""
    try:
        said = parse_toml(read_up_to(path))
    except ValueError as error:
        raise BadInput(f"is no TOML: {error}", subject=str(path)) from None
    except OSError as error:
        raise UsageError(
            error.strerror or "cannot be read", subject=str(path), hint="say where it is with --description"
        ) from None
    try:
        return replace(_described(said), folder=path.parent)
    except BadInput as error:
        error.subject = f"{path}: {error.subject}" if error.subject else str(path)
        raise


def _described(said: Mapping[str, Any]) -> Description:
    _known(said, FIELDS, "")
    parties = _words_of(said.get("parties", [LODGER]), "parties")
    for party in parties:
        if party in RESERVED or not party.isidentifier():
            raise BadInput("no name for a party", subject=party, hint=f"none of: {', '.join(RESERVED)}")
    if len(set(parties)) < len(parties):
        raise BadInput("names a party twice", subject="parties", hint="each once")
    if LODGER not in parties:
        raise BadInput("names no `lodger`", subject="parties", hint="that is who lodges the bill")
    acts = {name: _act(name, table, parties) for name, table in _table(said.get("acts", {}), "acts").items()}
    ways = tuple(
        tuple(_step(step, acts) for step in _words_of(way, "ways")) for way in _list(said.get("ways", []), "ways")
    )
    if not ways or any(not way or isinstance(way[-1], Wait) for way in ways):
        raise BadInput("says no way out", subject="ways", hint='as in: ways = [["offer", "accept", "claim"]]')
    endorsement = said.get("endorsement", "blank")
    if endorsement not in ("blank", "none"):
        raise BadInput(
            f"{endorsement!r} is no way to lodge",
            subject="endorsement",
            hint="`blank` (to order, endorsed by the lodging) or `none` (in blank from the start)",
        )
    return Description(
        acts,
        ways,
        parties,
        tuple(_list(said.get("constructor", ["ledger"]), "constructor")),
        said.get("terms", "0x"),
        endorsement,
        _seconds(said["patience"], "patience") if "patience" in said else 400 * 86_400,
        str(said.get("interface", "")),
        _table(said.get("values", {}), "values"),
        tuple(_before(step, place, parties) for place, step in enumerate(_list(said.get("before", []), "before"), 1)),
    )


def _before(table: Any, place: int, parties: Sequence[str]) -> Before:
    where = f"before.{place}"
    _known(_table(table, where), _OF_A_STEP, where)
    asks = "ask" in table
    if asks == ("call" in table) or asks != ("as" in table) or asks == ("by" in table):
        raise BadInput(
            "neither calls nor asks",
            subject=where,
            hint='as in: by = "lender", call = ["open", ...]; or as = "money", ask = ["moneyOf", ...]',
        )
    call = _list(table["ask"] if asks else table["call"], where)
    if not call or not isinstance(call[0], str):
        raise BadInput("names no function", subject=where, hint='as in: call = ["open", "bill"]')
    by = str(table.get("by", ""))
    if not asks and by not in (*parties, ADMINISTRATOR):
        raise BadInput(f"{by} is no party", subject=where, hint=f"one of: {', '.join(parties)}, {ADMINISTRATOR}")
    return Before(str(table.get("to", "room")), call[0], tuple(call[1:]), by, str(table.get("as", "")))


def _list(said: Any, where: str) -> list[Any]:
    if not isinstance(said, list):
        raise BadInput(f"{said!r} is no list", subject=where, hint='as in: ["a", "b"]')
    return said


def _words_of(said: Any, where: str) -> tuple[str, ...]:
    for each in _list(said, where):
        if not isinstance(each, str):
            raise BadInput(f"{each!r} is no word", subject=where, hint='as in: ["a", "b"]')
    return tuple(said)


def _table(said: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(said, Mapping):
        raise BadInput(f"{said!r} is no table", subject=where, hint="as in: [acts.claim]")
    return said


def _seconds(said: Any, where: str) -> int:
    try:
        return seconds_of(str(said))
    except UsageError as error:
        raise BadInput(error.message, subject=f"{where}: {said}", hint=error.hint) from None


def _act(name: str, table: Any, parties: Sequence[str]) -> ActOfRoom:
    where = f"acts.{name}"
    _known(_table(table, where), _OF_AN_ACT, where)
    call = _list(table.get("call", []), f"{where}.call")
    if not call or not isinstance(call[0], str):
        raise BadInput("says no call", subject=where, hint='as in: call = ["claim", "bill"]')
    by = _words_of(table.get("by", []), f"{where}.by")
    for who in by:
        if who not in (*parties, ANYBODY):
            raise BadInput(f"{who} is no party", subject=f"{where}.by", hint=f"one of: {', '.join(parties)}, anybody")
    if not by:
        raise BadInput("says not who may", subject=where, hint=f"by = [...]: {', '.join(parties)}, anybody")
    why = {each: str(table.get(each, "")) for each in _WHY}
    return ActOfRoom(name, call[0], tuple(call[1:]), by, **why)


def _step(said: str, acts: Mapping[str, ActOfRoom]) -> ActOfRoom | Wait:
    if said.startswith("wait "):
        return Wait(_seconds(said.removeprefix("wait "), "ways"), said)
    if said not in acts:
        raise BadInput("no such act", subject=f"ways: {said}", hint=f"one of: {', '.join(acts)}, wait 3 days")
    return acts[said]


def _known(table: Mapping[str, Any], names: set[str], where: str) -> None:
    for name in table:
        if name not in names:
            raise BadInput(
                "no such field", subject=f"{where}.{name}".strip("."), hint=f"one of: {', '.join(sorted(names))}"
            )
