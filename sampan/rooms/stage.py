"""A ledger on pyrevm with one room under trial, its parties, a bystander, an outsider and a carrier; and what is done.

Parties are contracts (`contracts/Party.sol`), so that they can call back; `bystander` is a participant that has nothing
to do with the room, `outsider` none at all.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError, EncodingError, ParseError
from eth_abi.grammar import TupleType, parse

from sampan.bills.subject import BILLS
from sampan.bills.terms import Terms
from sampan.bills.verbs.circulation import GiveBack, Lodge, Transfer
from sampan.bills.verbs.issue import Issue
from sampan.errors import BadInput, Missing, UsageError
from sampan.fuzz.cast import address_of_key, key
from sampan.fuzz.engines import START, Pyrevm, answering, deployed
from sampan.fuzz.wire import Wire
from sampan.identity.records import ALL_ROLES, DAY
from sampan.identity.verbs.enrolment import Enrol, Enrolment
from sampan.identity.verbs.publishing import PublishRecordLaws
from sampan.identity.verbs.standing import ListRoom
from sampan.keccak import keccak
from sampan.model.perform import Call
from sampan.rooms.description import ADMINISTRATOR, ANYBODY, FOLDER, LODGER, ActOfRoom, Before, Code, Description, Wait
from sampan.suite import ids
from sampan.suite.codec import address as in_word
from sampan.suite.codec import signature_of, type_of
from sampan.suite.tell import duration, passing, seconds_of
from sampan.suite.verb import NOBODY, Signature, Verb
from sampan.suite.words import Endorsement, Kind, Receiving, RecordLaw, Status
from sampan.toolchain import artifacts

COUNTRY: Final = "SG"
WEALTH: Final = 10**30
"""What each party has of the kit's money."""
_CALL_TYPE: Final = keccak(b"Call(address signer,bytes call,bytes32 salt,uint256 deadline)")
_DOMAIN_TYPE: Final = keccak(b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
ACT: Final = "act(address,bytes,bytes32,uint256,bytes)"
DOMAIN: Final = "eip712Domain()"
"""The functions by which a room takes signed acts, as Room has them."""
_LONGEST: Final = 200
"""So much is told of a type, and of each value with which a room refuses."""
_GUESSES: Final = 8
"""So many calls are guessed of one function."""
_APPROVALS: Final = (keccak(b"Approval(address,address,uint256)"), keccak(b"ApprovalForAll(address,address,bool)"))
_NO_VALUE: Final = (
    ValueError, LookupError, TypeError, AttributeError, ParseError, EncodingError, UsageError, RecursionError
)  # fmt: skip
"""What is raised for a value that is none of a type, and for a type that there is not."""
MINUTE: Final = 60
"""Between two acts."""
THEFTS: Final[Mapping[str, Callable[[int, str], Verb]]] = {
    "transfer": lambda bill, to: Transfer(bill, to, b""),
    "giveBack": lambda bill, to: GiveBack(bill, b""),
}
"""What somebody would have the ledger told of a bill, in the room's name."""
_OFFSET: Final = re.compile(r"(start|now)\s*([+-])\s*(.+)")


@dataclass(frozen=True, slots=True)
class Seen:
    """A bill as it is, and who has which money: what two courses of events are compared by."""

    possessor: str
    holder: int
    deal: int
    status: Status
    kind: Kind
    titleholder: int
    money: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call ended; `error` says how it was refused, in words."""

    done: bool
    error: str = ""
    logs: Sequence[tuple[str, Sequence[bytes], bytes]] = ()


class Falls(Exception):
    """The room falls into the trap that is being tried; `said` is how, `steps` what was done since the lodging."""

    def __init__(self, said: str, steps: Sequence[str]) -> None:
        super().__init__(said)
        self.said = said
        self.steps = tuple(steps)


class NotTried(Exception):
    """The trap could not be tried; `said` is why."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


class Stage:
    """One ledger and one room.

    `told` is what was done since the lodging, step by step, in words; `operator` whom the room last let move its bills.
    """

    def __init__(self, code: Code, description: Description) -> None:
        more = description.code(description.interface).abi if description.interface else ()
        self.code = replace(code, abi=[*code.abi, *(item for item in more if item not in code.abi)])
        self.description = description
        try:
            self.engine = Pyrevm()
        except Missing as missing:
            raise Missing(missing.message, subject="pyrevm", hint="pip install pyrevm") from None
        self.now, self.start, self.bill = START, START, 0
        self.told: list[str] = []
        self.operator = ""
        self.addresses: dict[str, str] = {"nobody": NOBODY}
        self.participants: dict[str, int] = {}
        self._errors = _errors([*self.code.abi, *_own("Money", kit=True).abi])
        self._run = _function(_own("Party", kit=True).abi, "run")
        self._administrator = address_of_key("kit: administrator")
        self._references = 0
        self._set_up()

    # -------------------------------------------------------------------------------------------------- the beginning

    def _set_up(self) -> None:
        suite = deployed(self.engine, self._administrator)
        if taken := suite.keys() & {*self.description.parties}:
            raise BadInput("a contract of the suite is called so", subject=min(taken), hint="call the party otherwise")
        self._abis = {name: _own(answering(name)).abi for name in suite}
        # One word for one thing: the ledger is called so.
        self._abis["ledger"], suite["ledger"] = self._abis.pop(BILLS.contract), suite.pop(BILLS.contract)
        self.addresses |= suite
        self._errors = _errors(item for abi in self._abis.values() for item in abi) | self._errors
        self.ledger = suite["ledger"]
        self.addresses["money"] = self._deploy("Money")
        self.addresses["decoy"] = self._deploy("Decoy")
        self.addresses["carrier"] = address_of_key("kit: carrier")
        self.people = [*self.description.parties, "bystander", "outsider"]
        for name in self.people:
            self.addresses[name] = self._deploy("Party", in_word(address_of_key(f"kit: {name}")))
        keys = {self.addresses[name]: key(f"kit: {name}") for name in (*self.people, "carrier")}
        self.wire = Wire(self.engine.chain_id, {BILLS.contract: self.ledger}, keys)
        for number, name in enumerate(("carrier", *self.description.parties, "bystander"), 1):
            account = self.addresses[name]
            lei = ids.pack_lei(f"SAMPANROOMKIT{number:05d}")
            enrolment = Enrolment(
                lei, lei, COUNTRY, ALL_ROLES, bytes([1] * 32), account, Receiving.ANYONE, START + 3650 * DAY
            )
            self.administer(Enrol(enrolment, Signature(account)))
            self.participants[name] = number
        self._must(self.addresses["carrier"], self.ledger, PublishRecordLaws(0b0111).encoded())
        self.addresses["room"] = self.room = self._room()
        for room in (self.room, self.addresses["decoy"]):
            self.administer(ListRoom(room, (COUNTRY,)))
        money = _own("Money", kit=True).abi
        # What the room has is of other deals: a room that pays out too much has something to pay it with.
        for name in (*self.people, "room"):
            self._must(self._administrator, self.addresses["money"], _call(money, "mint", self.addresses[name], WEALTH))
        approve = _call(money, "approve", self.room, 2**256 - 1)
        for name in self.people:
            self._must(self._administrator, self.addresses[name], self._through(self.addresses["money"], approve))
        for place, step in enumerate(self.description.before, 1):
            self._before(step, f"before.{place}")

    def _before(self, step: Before, where: str) -> None:
        abi = self.code.abi if step.to == "room" else self._abis.get(step.to)
        if abi is None:
            there = ", ".join(["room", *self._abis])
            raise BadInput(f"{step.to} is no contract of the stage", subject=where, hint=f"one of: {there}")
        to = self.addresses[step.to]
        item = self._fitting(abi, step.function, step.arguments, where, step.to)
        data = _selector(signature_of(item)) + self._encoded(
            [type_of(entry) for entry in item["inputs"]], step.arguments, where
        )
        if step.name:
            done, output = self.engine.call(to, data, self.now)
            found = _decoded(["address"], output) if done else None
            if found is None:
                raise BadInput(f"{step.function} answers no address", subject=where)
            self.addresses[step.name] = str(found[0]).lower()
            kind = str(item["outputs"][0].get("internalType", "")).removeprefix("contract ")
            # Money has what every token has, whatever its own interface leaves unsaid.
            known = _own(kind).abi if kind in artifacts.names() else ()
            self._abis[step.name] = [*known, *_own("Money", kit=True).abi]
            return
        if step.by == ADMINISTRATOR:
            outcome = self._send(self._administrator, to, data)
        else:
            outcome = self.send(step.by, to, data)
        if not outcome.done:
            raise BadInput(f"{step.by} calls {step.function}: refused, {outcome.error}", subject=where)

    def _fitting(self, abi: Any, function: str, arguments: Sequence[Any], where: str, whose: str) -> Any:
        """The function of an ABI that is called so with so many arguments. Raises `BadInput`."""
        name = function.partition("(")[0]
        functions = [item for item in abi if item["type"] == "function"]
        named = [item for item in functions if item["name"] == name]
        for item in named:
            if len(item["inputs"]) == len(arguments) and function in (item["name"], signature_of(item)):
                return item
        acted = [item for item in functions if item["stateMutability"] not in ("view", "pure")]
        there = ", ".join(signature_of(item) for item in named or acted) or "none"
        said = f"{name}({', '.join(map(_spelled, arguments))})"
        raise BadInput(f"{said} is no function of {whose}", subject=where, hint=f"it has: {there}")

    def _room(self) -> str:
        types = _constructor(self.code.abi)
        said = self.description.constructor
        if len(said) != len(types):
            needed = f"{len(types)} needed: {', '.join(types)}" if types else "none needed"
            raise BadInput(f"{len(said)} given, {needed}", subject="constructor", hint="say constructor = [...]")
        code = self.code.bytecode + self._encoded(types, said, "constructor")
        try:
            room = self.engine.deploy(self._administrator, code)
        except RuntimeError as error:
            raise BadInput(
                f"the room is not deployed: {self._halted(error)}",
                subject="constructor",
                hint="say the constructor's arguments",
            ) from None
        if not self.engine.code(room):
            raise BadInput("leaves no code behind", subject="constructor", hint="give a contract that stays")
        return room

    def _deploy(self, name: str, arguments: bytes = b"") -> str:
        return self.engine.deploy(self._administrator, _own(name, kit=True).bytecode + arguments)

    # ----------------------------------------------------------------------------------------------------- what is done

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What is done within is undone at its end."""
        mark, now, start, bill, told = self.engine.mark(), self.now, self.start, self.bill, list(self.told)
        operator = self.operator
        try:
            yield
        finally:
            self.engine.back(mark)
            self.now, self.start, self.bill = now, start, bill
            self.told, self.operator = told, operator

    @contextmanager
    def at(self, way: Sequence[ActOfRoom | Wait], count: int, *, lodged: bool = True) -> Iterator[None]:
        """The point of a way before its step `count`, with a new bill; undone at its end."""
        with self.aside():
            if lodged:
                self.told = []
                self.lodge(self.issue())
            for step in way[:count]:
                self.do(step)
            yield

    @contextmanager
    def described(self, description: Description) -> Iterator[None]:
        """Within, what is lodged and done is as another description says."""
        own, self.description = self.description, description
        try:
            yield
        finally:
            self.description = own

    @property
    def takes_signatures(self) -> bool:
        """Whether the room takes signed acts by a function `act` as Room has it."""
        return {ACT, DOMAIN} <= {signature_of(item) for item in self.code.abi if item["type"] == "function"}

    def send(self, who: str, to: str, data: bytes) -> Outcome:
        """A call by a person of the stage, in a transaction of its own."""
        if who != "carrier":
            return self._send(self._administrator, self.addresses[who], self._through(to, data))
        return self._send(self.addresses[who], to, data)

    def _send(self, sender: str, to: str, data: bytes) -> Outcome:
        try:
            answer = self.engine.send(sender, to, data, self.now)
        except RuntimeError as error:
            return Outcome(False, self._halted(error))
        self._note_operator(answer.logs)
        return Outcome(answer.done, "" if answer.done else self._refusal(answer.output), answer.logs)

    def _note_operator(self, logs: Sequence[tuple[str, Sequence[bytes], bytes]]) -> None:
        for address, topics, yes in logs:
            if address != self.ledger or bytes(topics[0]) not in _APPROVALS:
                continue
            owner, operator = ("0x" + bytes(topic)[12:].hex() for topic in topics[1:3])
            if owner == self.addresses.get("room") and operator != NOBODY and any(yes or b"\1"):
                self.operator = self.name_of(operator)

    def _must(self, sender: str, to: str, data: bytes) -> None:
        outcome = self._send(sender, to, data)
        if not outcome.done:
            raise RuntimeError(f"the stage could not be set: {outcome.error}")

    def administer(self, verb: Verb) -> None:
        """An act of the administration."""
        call = self.wire.prepare(Call(self._administrator, verb), None)
        self._must(self._administrator, self.ledger, call.verb.encoded())

    def as_deployer(self, data: bytes) -> Outcome:
        """A call of the room by the account that deployed it."""
        return self._send(self._administrator, self.room, data)

    def verb(self, who: str, verb: Verb) -> Outcome:
        """A verb of the ledger, by a person of the stage."""
        return self.send(who, self.ledger, verb.encoded())

    def falls(self, said: str) -> Falls:
        """The room falls into a trap, here."""
        return Falls(said, self.told)

    def tell(self, sentence: str) -> None:
        """Adds a step that is no call of the room."""
        self.told.append(sentence)

    def issue(self) -> int:
        """A new bill, to the lodger."""
        self._references += 1
        bill = ids.BillId.of("SAMPANROOMKIT00001", f"KIT{self._references:06d}").pack()
        order = self.description.endorsement == "blank"
        kind, titleholder = (Kind.ORDER, self.addresses[LODGER]) if order else (Kind.BLANK, NOBODY)
        mark = keccak(bill.to_bytes(32, "big"))
        terms = Terms(bill, kind, titleholder, mark, mark, "SG", RecordLaw.SINGAPORE_ETA)
        outcome = self.verb("carrier", Issue(terms, self.addresses[LODGER], b""))
        if not outcome.done:
            raise RuntimeError(f"the stage could not issue a bill: {outcome.error}")
        return bill

    def lodging_of(self, bill: int, room: str, terms: bytes) -> Verb:
        """How the lodger lodges a bill: one to order it endorses in blank."""
        order = Kind(self.told_of(bill)["kind"]) == Kind.ORDER
        return Lodge(bill, Endorsement.BLANK if order else Endorsement.NONE, room, terms)

    def terms(self, bill: int) -> bytes:
        """The terms under which a bill enters the room, as from now."""
        self.start, self.bill = self.now, bill
        terms = self.description.terms
        value = self.value(terms, "bytes", "terms")
        assert isinstance(value, bytes)
        return value

    def lodge(self, bill: int) -> None:
        """The lodger lodges a bill with the room. Raises `BadInput` when the room refuses it."""
        outcome = self.try_to_lodge(bill)
        if not outcome.done:
            raise BadInput(f"the room takes no bill: {outcome.error}", subject="terms", hint="say terms that it takes")

    def try_to_lodge(self, bill: int) -> Outcome:
        """The same, when the room may refuse."""
        self.now += MINUTE
        outcome = self.verb(LODGER, self.lodging_of(bill, self.room, self.terms(bill)))
        self.tell(f"lodger lodges the bill with the room{_ended(outcome)}")
        return outcome

    def do(self, step: ActOfRoom | Wait) -> None:
        """A step of a way, by who does it. Raises `BadInput` when the room refuses it."""
        if isinstance(step, Wait):
            self.wait(step.seconds)
            return
        outcome = self.attempt(self.actor(step), step)
        if not outcome.done:
            raise BadInput(
                f"cannot be played: {'; '.join(self.told)}",
                subject="ways",
                hint="say ways that the room goes when everybody does as agreed",
            )

    def walk(self, way: Sequence[ActOfRoom | Wait]) -> None:
        """A way from lodging to end. Raises `BadInput` when the room does not go it, or has the bill at its end."""
        with self.at(way, len(way)):
            if self.in_room():
                raise BadInput(
                    f"leads to no end: {'; '.join(self.told)}, and the bill is still in the room",
                    subject="ways",
                    hint="go on until it leaves",
                )

    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.now += seconds
        self.tell(passing(duration(seconds)))

    def attempt(self, who: str, act: ActOfRoom, bill: int | None = None) -> Outcome:
        """An act of the room tried by somebody; told as it ended."""
        self.now += MINUTE
        outcome = self.send(who, self.room, self.data(act, bill))
        self.tell(f"{who} calls {spelled(act)}{_ended(outcome)}")
        return outcome

    def actor(self, act: ActOfRoom) -> str:
        """Who does an act in a way; what anybody may do, somebody does who has nothing to do with it."""
        return "outsider" if act.by[0] == ANYBODY else act.by[0]

    def others(self, act: ActOfRoom) -> list[str]:
        """Everybody who may not do an act."""
        return [] if ANYBODY in act.by else [name for name in self.people if name not in act.by]

    def may(self, who: str, act: ActOfRoom) -> bool:
        """Whether the description lets somebody do an act."""
        return who in act.by or ANYBODY in act.by

    def data(self, act: ActOfRoom, bill: int | None = None) -> bytes:
        """The call of an act, about the bill of the stage or another."""
        here = f"acts.{act.name}"
        item = self._fitting(self.code.abi, act.function, act.arguments, here, self.code.name)
        own, self.bill = self.bill, self.bill if bill is None else bill
        try:
            types = [type_of(entry) for entry in item["inputs"]]
            return keccak(signature_of(item).encode())[:4] + self._encoded(types, act.arguments, here)
        finally:
            self.bill = own

    # --------------------------------------------------------------------------------------------------- what is there

    def ask(self, to: str, name: str, *arguments: Any, abi: Any = None) -> tuple[Any, ...]:
        """What a view answers."""
        abi = _own("ILedger").abi if abi is None else abi
        done, output = self.engine.call(to, _call(abi, name, *arguments), self.now)
        item = _item(abi, name)
        return tuple(decode([type_of(entry) for entry in item["outputs"]], output)) if done else ()

    def possessor(self, bill: int | None = None) -> str:
        """Who possesses a bill, by address."""
        return str(self.ask(self.ledger, "ownerOf", self.bill if bill is None else bill)[0]).lower()

    def holder(self) -> int:
        """For whom the bill is possessed."""
        return int(self.ask(self.ledger, "holderFor", self.bill)[0])

    def lodged(self) -> tuple[int, int]:
        """Holder and deal, as the ledger keeps them."""
        found = int(self.ask(self.ledger, "lodging", self.bill)[1])
        return found & (1 << 20) - 1, found >> 48

    def in_room(self) -> bool:
        """Whether the room possesses the bill."""
        return self.possessor() == self.room

    def money(self) -> dict[str, int]:
        """Who has how much of the kit's money, by name."""
        abi = _own("Money", kit=True).abi
        names = [*self.people, "carrier", "room"]
        token = self.addresses["money"]
        return {name: int(self.ask(token, "balanceOf", self.addresses[name], abi=abi)[0]) for name in names}

    def seen(self) -> Seen:
        """All of it."""
        found = self.told_of(self.bill)
        holder, deal = self.lodged()
        return Seen(
            self.possessor(),
            holder,
            deal,
            Status(found["status"]),
            Kind(found["kind"]),
            int(found["titleholder"]),
            tuple(self.money().values()),
        )

    def named(self, participant: int) -> str:
        """The name of a participant."""
        return next((name for name, number in self.participants.items() if number == participant), "nobody")

    def name_of(self, address: str) -> str:
        """The name of an address."""
        return next((name for name, each in self.addresses.items() if each == address.lower()), address)

    # --------------------------------------------------------------------------------------------------- parties' hooks

    def arm(self, who: str, to: str, data: bytes) -> None:
        """Lets a party make a call at the next occasion inside somebody's act."""
        arm = _call(_own("Party", kit=True).abi, "arm", to, data)
        self._must(self._administrator, self.addresses[who], arm)

    def called_back(self, who: str) -> tuple[bool, bool]:
        """Whether it came to that, and whether the call was carried out."""
        abi = _own("Party", kit=True).abi
        account = self.addresses[who]
        return bool(self.ask(account, "tried", abi=abi)[0]), bool(self.ask(account, "done", abi=abi)[0])

    def signature(self, who: str, digest: bytes) -> bytes:
        """A person's signature over a digest."""
        from coincurve import PrivateKey

        raw = PrivateKey(key(f"kit: {who}")).sign_recoverable(digest, hasher=None)
        return raw[:64] + bytes([27 + raw[64]])

    def signed_act(
        self, who: str, act: ActOfRoom, *, signer: str | None = None, deadline: int | None = None
    ) -> tuple[bytes, bytes]:
        """The call by which a relayer brings an act of somebody's, signed by it or by another; and the digest."""
        call = self.data(act)
        until = self.now + DAY if deadline is None else deadline
        account, salt = self.addresses[who], keccak(call + until.to_bytes(8, "big"))
        text = encode(
            ["bytes32", "address", "bytes32", "bytes32", "uint256"], [_CALL_TYPE, account, keccak(call), salt, until]
        )
        digest = keccak(b"\x19\x01" + self._separator() + keccak(text))
        values = (account, call, salt, until, self.signature(signer or who, digest))
        return _selector(ACT) + encode(["address", "bytes", "bytes32", "uint256", "bytes"], values), digest

    def _separator(self) -> bytes:
        """What stands for the room and its chain in what is signed."""
        domain = encode(
            ["bytes32", "bytes32", "bytes32", "uint256", "address"],
            [_DOMAIN_TYPE, *self._domain(), self.engine.chain_id, self.room],
        )
        return keccak(domain)

    def _domain(self) -> tuple[bytes, bytes]:
        """Hashes of the name and version under which the room takes signatures. Raises `NotTried` when it says none."""
        try:
            done, output = self.engine.call(self.room, _selector(DOMAIN), self.now)
            found = _decoded(["bytes1", "string", "string"], output) if done else None
        except RuntimeError:
            found = None
        if found is None:
            raise NotTried("the room does not say the domain of what it takes signed")
        return keccak(found[1].encode()), keccak(found[2].encode())

    def theft(self, said: str) -> bytes:
        """What somebody would have a room tell the ledger that speaks for anybody."""
        return THEFTS[said](self.bill, self.addresses["bystander"]).encoded()

    def guesses(self, types: Sequence[str], data: bytes) -> Iterator[tuple[Any, ...]]:
        """Arguments for a function that nobody described: the bill, the ledger, an account, and `data` where bytes go.

        None where there is nothing to guess.
        """
        try:
            each = [self._guess(parse(type_), data) for type_ in types]
        except _NO_VALUE:
            return iter(())
        return itertools.islice(itertools.product(*each), _GUESSES)

    def _guess(self, node: Any, data: bytes) -> list[Any]:
        if node.arrlist:
            size = node.arrlist[-1][0] if node.arrlist[-1] else 1
            if size > _GUESSES:
                raise ValueError
            return [[one] * size for one in self._guess(node.item_type, data)]
        if isinstance(node, TupleType):
            return list(itertools.product(*(self._guess(part, data) for part in node.components)))
        if node.base == "bytes":
            return [b"\0" * int(node.sub)] if node.sub else [data]
        if node.base == "uint":
            return [self.bill, 0] if int(node.sub) == 256 else [0]
        others: dict[str, list[Any]] = {
            "address": [self.addresses["bystander"], self.ledger],
            "bool": [True],
            "string": [""],
            "int": [0],
        }
        return others[node.base]

    def told_at_the_door(self, bill: int) -> tuple[int, int]:
        """A bill's word and its lodger's, as the ledger hands them to a room: another room is asked."""
        with self.aside():
            outcome = self.lodge_with_decoy(bill, self.participants[LODGER], 0)
            (data,) = [data for address, _, data in outcome.logs if address == self.addresses["decoy"]]
        return decode(["uint256", "uint256"], data)

    def lodge_with_decoy(self, bill: int, holder: int, deal: int) -> Outcome:
        """The lodger lodges a bill with another room, which names this holder and deal."""
        terms = encode(["uint256", "uint208"], [holder, deal])
        outcome = self.verb(LODGER, self.lodging_of(bill, self.addresses["decoy"], terms))
        if not outcome.done:
            raise RuntimeError(f"the stage could not lodge a bill elsewhere: {outcome.error}")
        return outcome

    def acts(self, bill: int) -> int:
        """How many acts a bill has."""
        return int(self.told_of(bill)["actCount"])

    def told_of(self, bill: int) -> dict[str, Any]:
        """What the ledger tells of a bill, by the names of its fields."""
        told = self.ask(self.ledger, "bill", bill)[0]
        item = _item(_own("ILedger").abi, "bill")["outputs"][0]
        return dict(zip([str(part["name"]) for part in item["components"]], told, strict=True))

    # ----------------------------------------------------------------------------------------------------------- values

    def value(self, said: Any, type_: str, where: str) -> Any:
        """A value of the description as one of an ABI type. Raises `BadInput`.

        Words: `bill`, `acts` (its count of acts once it is lodged), `start` (the second of the lodging),
        `start + 30 days`, `now`; a party or `ledger`, `room`, `money`, `carrier`, `nobody`, a contract of the suite is
        its address, `lodger.participant` a number; `0x...` bytes; what stands under `values`. Tables:

        - `{ types, values }`: abi.encode
        - `{ ledger = [verb, ...] }`: the call of the ledger
        - `{ signed = party, text = "Name(type field,...)", values }`: a party's signature for the room (EIP-712)
        - `{ deploy = contract, values }`: the address of a contract of its own
        - `{ packed = [[value, bits], ...] }`: a word, the first on top, of each value its lowest bits
        """
        if isinstance(said, str) and said in self.description.values:
            said = self.description.values[said]
        try:
            node = parse(type_)
            if node.arrlist:
                return [self.value(each, node.item_type.to_type_str(), where) for each in _sequence(said)]
            if isinstance(node, TupleType):
                parts = [part.to_type_str() for part in node.components]
                return tuple(self.value(each, kind, where) for each, kind in zip(_sequence(said), parts, strict=True))
            return self._simple(said, node.base, where)
        except _NO_VALUE:
            raise BadInput(f"{said!r} is no {_cut(type_)}", subject=where) from None

    def _simple(self, said: Any, base: str, where: str) -> Any:
        if base == "bytes":
            return self._bytes(said, where)
        if base == "string":
            return str(said)
        if base == "address" and isinstance(said, Mapping):
            return self._deployed(said, where)
        if base == "address":
            return self.addresses[said] if said in self.addresses else _address(said)
        if base == "bool":
            if not isinstance(said, bool):
                raise ValueError
            return said
        return self._number(said)

    def _deployed(self, said: Mapping[str, Any], where: str) -> str:
        code = self.description.code(said["deploy"])
        arguments = self._encoded(_constructor(code.abi), said.get("values", ()), where)
        try:
            return self.engine.deploy(self._administrator, code.bytecode + arguments)
        except RuntimeError as error:
            raise BadInput(f"{code.name} is not deployed: {self._halted(error)}", subject=where) from None

    def _signed(self, said: Mapping[str, Any], where: str) -> bytes:
        """A party's signature over a text, under the domain that the room says."""
        if said["signed"] not in self.people:
            raise BadInput(f"{said['signed']} is no party", subject=where, hint=f"one of: {', '.join(self.people)}")
        text = self.description.values.get(said["text"], said["text"])
        types = [each.split()[0] for each in text.partition("(")[2].removesuffix(")").split(",")]
        given = self.description.values.get(said["values"], ()) if isinstance(said["values"], str) else said["values"]
        values = [self.value(each, type_, where) for each, type_ in zip(given, types, strict=True)]
        hashed = keccak(keccak(text.encode()) + b"".join(map(_in_text, types, values)))
        return self.signature(said["signed"], keccak(b"\x19\x01" + self._separator() + hashed))

    def _bytes(self, said: Any, where: str) -> bytes:
        if isinstance(said, Mapping) and "signed" in said:
            return self._signed(said, where)
        if isinstance(said, Mapping) and "types" in said:
            return self._encoded(said["types"], said["values"], where)
        if isinstance(said, Mapping):
            name, *arguments = said["ledger"]
            item = _item(_own("ILedger").abi, name)
            types = [type_of(entry) for entry in item["inputs"]]
            return keccak(signature_of(item).encode())[:4] + self._encoded(types, arguments, where)
        if not said.startswith("0x"):
            raise ValueError
        return bytes.fromhex(said[2:])

    def _number(self, said: Any) -> int:
        if isinstance(said, int):
            return int(said)
        if isinstance(said, Mapping):
            word = 0
            for value, bits in said["packed"]:
                word = word << bits | self.value(value, "uint256", "packed") & (1 << bits) - 1
            return word
        if said in ("bill", "start", "now"):
            return int(getattr(self, said))
        if said == "acts":
            return self.acts(self.bill) + (not self.in_room())
        offset = _OFFSET.fullmatch(said)
        if offset:
            seconds = seconds_of(offset[3])
            return int(getattr(self, offset[1])) + (seconds if offset[2] == "+" else -seconds)
        name, _, part = said.partition(".")
        if part == "participant":
            return self.participants[name]
        return int(said, 0)

    def _encoded(self, types: Sequence[str], said: Sequence[Any], where: str) -> bytes:
        if len(types) != len(said):
            raise BadInput(f"{len(said)} values for {len(types)} types", subject=where)
        values = [self.value(each, type_, where) for each, type_ in zip(said, types, strict=True)]
        try:
            return encode(types, values)
        except _NO_VALUE:
            raise BadInput(f"{list(said)} are no {_cut(', '.join(types))}", subject=where) from None

    # ----------------------------------------------------------------------------------------------------------- inside

    def _through(self, to: str, data: bytes) -> bytes:
        return self._run + encode(["address", "bytes"], [to, data])

    def _refusal(self, output: bytes) -> str:
        item = self._errors.get(output[:4])
        if item is None:
            return f"an unknown error 0x{output[:4].hex()}" if output else "without a reason"
        values = _decoded([type_of(entry) for entry in item["inputs"]], output[4:])
        if values is None:
            return str(item["name"])
        return f"{item['name']}({', '.join(self._plain(value) for value in values)})"

    def _plain(self, value: Any) -> str:
        if value == self.bill:
            return "bill"
        if isinstance(value, bytes):
            return "0x" + value.hex()
        return _cut(self.name_of(value) if isinstance(value, str) else str(value))

    def _halted(self, error: RuntimeError) -> str:
        found = re.search(r"output: 0x([0-9a-f]*)", str(error))
        return self._refusal(bytes.fromhex(found[1])) if found else str(error).splitlines()[0][:120]


def spelled(act: ActOfRoom) -> str:
    """An act as it is told: `offer(bill, claimant)`."""
    return f"{act.function.partition('(')[0]}({', '.join(_spelled(each) for each in act.arguments)})"


def _spelled(said: Any) -> str:
    if isinstance(said, Mapping):
        if "ledger" in said:
            name, *arguments = said["ledger"]
            return f"{name}({', '.join(_spelled(each) for each in arguments)})"
        if "signed" in said:
            return f"signed by {said['signed']}"
        return f"({', '.join(_spelled(each) for each in said['values'])})"
    if isinstance(said, list | tuple):
        return f"({', '.join(_spelled(each) for each in said)})"
    return str(said)


def _ended(outcome: Outcome) -> str:
    return "" if outcome.done else f": refused, {outcome.error}"


def _own(name: str, kit: bool = False) -> artifacts.Artifact:
    return artifacts.load(name, FOLDER / "artifacts") if kit else artifacts.load(name)


def _decoded(types: Sequence[str], data: bytes) -> tuple[Any, ...] | None:
    """What a room answered or reverted with, which may be anything; None when it is nothing of these types."""
    try:
        return tuple(decode(types, data))
    except (DecodingError, ParseError, ValueError, OverflowError, RecursionError):
        return None


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _constructor(abi: Any) -> list[str]:
    """The types of a constructor's arguments."""
    return [type_of(entry) for item in abi if item["type"] == "constructor" for entry in item["inputs"]]


def _in_text(type_: str, value: Any) -> bytes:
    """A field of a text that is signed, as EIP-712 hashes it."""
    if type_.endswith("[]"):
        return keccak(b"".join(_in_text(type_[:-2], each) for each in value))
    if type_ in ("bytes", "string"):
        return keccak(value if type_ == "bytes" else value.encode())
    return encode([type_], [value])


def _selector(signature: str) -> bytes:
    return keccak(signature.encode())[:4]


def _item(abi: Any, name: str) -> Any:
    return next(item for item in abi if item["type"] == "function" and item["name"] == name)


def _function(abi: Any, name: str) -> bytes:
    return keccak(signature_of(_item(abi, name)).encode())[:4]


def _call(abi: Any, name: str, *arguments: Any) -> bytes:
    return _function(abi, name) + encode([type_of(entry) for entry in _item(abi, name)["inputs"]], arguments)


def abi_call(item: Any, *arguments: Any) -> bytes:
    """The call of a function of an ABI."""
    return keccak(signature_of(item).encode())[:4] + encode([type_of(entry) for entry in item["inputs"]], arguments)


def receiver_call(name: str, *arguments: Any) -> bytes:
    """A call as the ledger makes it at a room's door."""
    return _call(_own("IBillReceiver").abi, name, *arguments)


def _errors(abi: Iterable[Any]) -> dict[bytes, Any]:
    items = [item for item in abi if item["type"] == "error"]
    items += [
        {"name": "Panic", "inputs": [{"type": "uint256", "name": "code"}]},
        {"name": "Error", "inputs": [{"type": "string", "name": "reason"}]},
    ]
    return {keccak(signature_of(item).encode())[:4]: item for item in items}


def _sequence(said: Any) -> Sequence[Any]:
    if isinstance(said, str) or not isinstance(said, Sequence):
        raise TypeError
    return said


def _address(said: Any) -> str:
    if not re.fullmatch(r"0x[0-9a-fA-F]{40}", str(said)):
        raise ValueError
    return str(said).lower()
