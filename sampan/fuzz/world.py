"""The suite deployed on an engine with the whole cast, and the model of the same: where every run begins."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from sampan.errors import Missing
from sampan.fuzz import cast
from sampan.fuzz.acts import Act
from sampan.fuzz.engines import START, Engine
from sampan.fuzz.reading import Reading
from sampan.fuzz.rooms import Room
from sampan.fuzz.wire import Wire, word
from sampan.fuzz.wire import address as in_word
from sampan.model.calls import Call, Enrolment, Signature
from sampan.model.state import DAY, State
from sampan.model.verbs import VERBS
from sampan.toolchain.artifacts import Artifact, load

RESTRICTED: Final = (
    "enrol",
    "assignCode",
    "setProfile",
    "suspend",
    "liftSuspension",
    "setWindingDown",
    "proposeRecovery",
    "listRoom",
    "delistRoom",
)
"""What only the administrator may call."""

_WITH_DATA: Final = "safeTransferFrom(address,address,uint256,bytes)"


@cache
def _artifact(name: str, tests: bool = False) -> Artifact:
    if not tests:
        return load(name)
    folder = Path(__file__).resolve().parents[2] / "tests" / "artifacts"
    if not folder.is_dir():
        raise Missing(
            "the rooms of the fuzz run are not here",
            subject=str(folder),
            hint="run it in a working copy of the project",
        )
    return load(name, folder)


class World:
    """An engine with the suite, the cast enrolled, the rooms listed; and the model beside it.

    `addresses` is name → address and `names` the inverse; `strings` are the contracts of the cast, which act when a
    person pulls their string.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        deployer = cast.address_of_key(cast.ADMINISTRATOR)
        manager = self._deploy("AccessManager", in_word(deployer))
        amendments, registry = self._deploy("Amendments"), self._deploy("Registry")
        self.ledger = self._deploy("Bills", in_word(manager) + in_word(amendments) + in_word(registry))
        self.addresses = {name: cast.address_of_key(name) for name in (*cast.persons(), *cast.CROWD)}
        self.addresses |= {"ledger": self.ledger, "manager": manager, "nobody": "0x" + "0" * 40}
        for name in cast.HONEST_ROOMS:
            self.addresses[name] = self._deploy("HonestRoom", in_word(self.ledger), tests=True)
        for name, manner in cast.DISHONEST_ROOMS.items():
            arguments = in_word(self.ledger) + word(manner)
            self.addresses[name] = self._deploy("DishonestRoom", arguments, tests=True)
        for name, takes in cast.WALLETS.items():
            arguments = in_word(self.ledger) + in_word(cast.address_of_key(name)) + word(takes)
            self.addresses[name] = self._deploy("Wallet", arguments, tests=True)
        self.names = {address: name for name, address in self.addresses.items()}
        self.strings = {self.addresses[name] for name in (*cast.rooms(), *cast.WALLETS)}
        self.puller = self.addresses["passer-by"]

        self.ledger_abi = _artifact("ILedger")
        selectors = _selectors(_artifact("Bills")) | _selectors(self.ledger_abi)
        self.run = bytes.fromhex(_artifact("HonestRoom", tests=True).method_identifiers["run(bytes)"])
        keys = {self.addresses[name]: cast.key(name) for name in (*cast.persons(), *cast.CROWD, *cast.WALLETS)}
        self.wire = Wire(engine.chain_id, self.ledger, selectors, keys)
        self.reading = Reading(
            [
                *(_artifact(name).abi for name in ("ILedger", "Bills", "Amendments", "Registry")),
                *(_artifact(name, tests=True).abi for name in ("HonestRoom", "DishonestRoom")),
            ]
        )
        self.layout = {entry["label"]: int(entry["slot"]) for entry in _artifact("Bills").storage_layout["storage"]}

    def _deploy(self, name: str, arguments: bytes = b"", *, tests: bool = False) -> str:
        code = _artifact(name, tests).bytecode
        return self.engine.deploy(cast.address_of_key(cast.ADMINISTRATOR), code + arguments)

    def verbs(self) -> set[str]:
        """All functions of the ledger that change something, by the model's names."""
        return set(VERBS)

    def state(self) -> State:
        """The model of the ledger as deployed: nobody is enrolled yet."""
        state = State()
        state.now = START
        state.ledger, state.authority = self.ledger, self.addresses["manager"]
        administrator = self.addresses[cast.ADMINISTRATOR]
        state.administrators = dict.fromkeys(RESTRICTED, administrator)
        for name in cast.HONEST_ROOMS:
            state.rooms[self.addresses[name]] = Room(self.addresses[name], None)
        for name, manner in cast.DISHONEST_ROOMS.items():
            state.rooms[self.addresses[name]] = Room(self.addresses[name], manner)
        state.contracts = dict.fromkeys(state.rooms, True) | {
            self.addresses[name]: takes for name, takes in cast.WALLETS.items()
        }
        state.contracts[self.ledger] = False
        return state

    def beginning(self) -> list[Act]:
        """The acts that enrol the cast and list the rooms."""
        administrator = self.addresses[cast.ADMINISTRATOR]
        deadline = START + 30 * DAY
        acts = []
        for part in cast.PARTS:
            first = self.addresses[part.name]
            enrolment = Enrolment(
                part.lei, part.lei, part.country, part.roles, bytes([1] * 32), first, part.receiving, deadline
            )
            acts.append(Call(administrator, "enrol", (enrolment, Signature(first))))
            for name, roles, receiving in part.accounts:
                account = self.addresses[name]
                signatures = (Signature(first, empty=True), Signature(account))
                acts.append(Call(first, "addAccount", (first, account, roles, receiving, deadline, *signatures)))
            if part.name in {"carrier", "line"}:
                acts.append(Call(first, "publishRecordLaws", (0b0111,)))
        acts.append(Call(self.addresses["consignee"], "setGiver", (4, True)))
        for name in cast.rooms():
            countries = () if name == "unlisted room" else cast.COUNTRIES[: 2 if name == "second room" else 3]
            acts.append(Call(administrator, "listRoom", (self.addresses[name], countries)))
        return [Act(1, call) for call in acts]


def _selectors(abi: Artifact) -> dict[str, bytes]:
    """Function's name → selector; the second safeTransferFrom has a name of its own."""
    selectors = {}
    for signature, selector in abi.method_identifiers.items():
        name = "safeTransferFromWithData" if signature == _WITH_DATA else signature.partition("(")[0]
        selectors[name] = bytes.fromhex(selector)
    return selectors


def fresh(state: State) -> State:
    """A copy of a model's state that shares nothing with it, what its rooms remember neither."""
    made = state.copy()
    made.rooms = {address: room.copy() for address, room in state.rooms.items() if isinstance(room, Room)}
    return made
