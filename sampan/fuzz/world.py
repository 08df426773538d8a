"""The suite deployed on an engine with the whole cast, and the model of the same: where every run begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from sampan.chain.abi import constructor_types
from sampan.deployment.plan import ContractPlan, Ref
from sampan.deployment.suite import LEDGER, MANAGER
from sampan.errors import Missing
from sampan.fuzz import cast
from sampan.fuzz.engines import START, Engine, deployed
from sampan.fuzz.rooms import Room
from sampan.fuzz.tokens import Ledger, NoToken, Token
from sampan.fuzz.wire import Wire
from sampan.identity.verbs.accounts import AddAccount, SetGiver
from sampan.identity.verbs.enrolment import Enrol, Enrolment
from sampan.identity.verbs.publishing import PublishRecordLaws
from sampan.identity.verbs.standing import ListRoom
from sampan.model.perform import Call
from sampan.money import rules
from sampan.subjects import SUITE
from sampan.suite.chance import DAY, HOUR, Act, Chance, Stage, chance_of
from sampan.suite.codec import Codec, Log, word
from sampan.suite.codec import address as in_word
from sampan.suite.event import Event
from sampan.suite.verb import Signature, Suite
from sampan.suite.words import Role
from sampan.toolchain.artifacts import Artifact, load

LISTING = "Coins"
"""The contract that lists coins."""
HELD, ALLOWED = 10_000, 1_000_000
"""Of each token what everybody has, and lets each coin move."""


def _for_tests(name: str) -> Artifact:
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
    person pulls their string. `more` are contracts beside the ledger, for other subjects: name in the manifest →
    artifact.
    """

    def __init__(self, engine: Engine, suite: Suite = SUITE, more: Mapping[str, Artifact] | None = None) -> None:
        self.engine = engine
        self.suite = suite
        deployer = cast.address_of_key(cast.ADMINISTRATOR)
        more = more or {}
        # Of contracts beside the suite a constructor takes nothing, or the ledger.
        beside = [
            ContractPlan(name, (Ref(LEDGER),) * len(constructor_types(artifact.abi))) for name, artifact in more.items()
        ]
        standing = deployed(engine, deployer, beside, more)
        self.ledger = standing[LEDGER]
        self.addresses = {name: cast.address_of_key(name) for name in (*cast.persons(), *cast.CROWD)}
        self.addresses |= {name: standing[name] for name in suite.single if name != LEDGER}
        self.puller = self.addresses["passer-by"]
        self.addresses |= {"ledger": self.ledger, "manager": standing[MANAGER], "nobody": "0x" + "0" * 40}
        for name in cast.HONEST_ROOMS:
            self.addresses[name] = self._deploy("HonestRoom", in_word(self.ledger))
        for name, manner in cast.DISHONEST_ROOMS.items():
            arguments = in_word(self.ledger) + word(manner)
            self.addresses[name] = self._deploy("DishonestRoom", arguments)
        for name, takes in cast.WALLETS.items():
            arguments = in_word(self.ledger) + in_word(cast.address_of_key(name)) + word(takes)
            self.addresses[name] = self._deploy("Wallet", arguments)
        if "listing" in {subject.name for subject in suite.subjects}:
            self.addresses |= self._tokens(standing[LISTING])
        self.names = {address: name for name, address in self.addresses.items()}
        self.strings = {self.addresses[name] for name in (*cast.rooms(), *cast.WALLETS)}
        self.contracts = {name: standing[name] for name in suite.single}
        """Contract's name in the manifest → its address; without those of which there are several."""
        self.own_rooms = {self.contracts[subject.contract]: part for subject, part in suite.parts("room")}
        """Room of the suite → its module `room`: what it answers the ledger, terms that it takes, the way out."""
        self.run = bytes.fromhex(_for_tests("HonestRoom").method_identifiers["run(bytes)"])
        keys = {self.addresses[name]: cast.key(name) for name in (*cast.persons(), *cast.CROWD, *cast.WALLETS)}
        self.wire = Wire(engine.chain_id, self.contracts, keys)
        rooms = [_for_tests(name).abi for name in ("HonestRoom", "DishonestRoom")]
        self.codec = Codec([*(abi for subject in suite.subjects for abi in subject.abis()), *rooms])
        self._kinds: dict[str, dict[bytes, tuple[type[Event], Log]]] = {}
        for subject in suite.subjects:
            self._kinds.setdefault(subject.contract, {}).update(subject.kinds)
        self._at = {address: name for name, address in self.contracts.items()}
        self.layouts = {
            name: {entry["label"]: int(entry["slot"]) for entry in artifact.storage_layout["storage"]}
            for name in suite.contracts
            for artifact in (more.get(name) or load(name),)
        }
        """Contract → where solc put each of its variables."""

    def _deploy(self, name: str, arguments: bytes) -> str:
        return self.engine.deploy(cast.address_of_key(cast.ADMINISTRATOR), _for_tests(name).bytecode + arguments)

    def _tokens(self, listing: str) -> dict[str, str]:
        """Tokens, each held by everybody who is enrolled; every coin that there may be is allowed to move them."""
        found = {}
        codec = Codec([_for_tests("HostileToken").abi])

        # Before everything begins, two seconds each: the slow engines make a block of each call, and of each token.
        seconds = count(START - HOUR, 2)

        def send(sender: str, token: str, function: str, *arguments: Any) -> None:
            answer = self.engine.send(sender, token, codec.functions[function].call(*arguments), next(seconds), 0)
            assert answer.done, function

        for name, manner in cast.TOKENS.items():
            token = found[name] = self._deploy("HostileToken", word(manner) + word(6))
            send(self.puller, token, "block_", self.addresses[cast.BLOCKED])
            for holder in self._holders():
                send(self.puller, token, "mint", holder, HELD)
                for number in range(len(cast.TOKENS)):
                    send(holder, token, "approve", rules.created(listing, number), ALLOWED)
        return found

    def _holders(self) -> list[str]:
        return [self.addresses[name] for name in cast.enrolled() if name not in cast.WALLETS]

    def may_send(self, call: Call) -> bool:
        """Whether a person sends a call, or a contract whose string a person pulls: that calls the ledger alone.

        Chance offers a bill to any address, and a contract of the suite accepts nothing.
        """
        if call.sender in self.strings:
            return call.verb.goes_to(self.contracts) == self.ledger
        return call.sender not in self._at

    def event(self, address: str, topics: Sequence[bytes], data: bytes) -> Event | None:
        """A log as the event that it is; None for one of a contract that is not the suite's."""
        found = self._kinds.get(self._at.get(address, ""), {}).get(topics[0])
        if found is None:
            return None
        event = found[0].logged(address, found[1].values(b"".join(topics[1:]), data))
        announced = self.suite.announced.get(found[0])
        if announced is not None:
            # The same address again, after a step back, is one of the same contract.
            self._at[getattr(event, announced[1])] = announced[0]
        return event

    def chance(self, random: Random) -> Any:
        """What makes one act after the other for this world: the chances of all subjects in one."""
        kinds = [chance_of(subject) for subject in reversed(self.suite.subjects)]
        made = type("Chances", (*dict.fromkeys(kind for kind in kinds if kind is not Chance), Chance), {})
        return made(self.suite, self.stage(), random)

    def stage(self) -> Stage:
        """Who takes part, for chance."""

        def those(names: Sequence[str]) -> list[str]:
            return [self.addresses[name] for name in names]

        return Stage(
            call=Call,
            own=self.contracts,
            people=those([name for name in (*cast.persons(), *cast.WALLETS) if name != cast.ADMINISTRATOR]),
            keys=those(cast.persons()),
            strangers=those(cast.STRANGERS),
            spares=those([*cast.SPARES, "spare wallet"]),
            rooms=those(cast.rooms()),
            tokens=those([name for name in cast.TOKENS if name in self.addresses]),
            honest=those(cast.HONEST_ROOMS[:2]),
            administrator=self.addresses[cast.ADMINISTRATOR],
            carriers=[cast.PARTS[0].lei, cast.PARTS[1].lei],
            enrolled=those([name for name in cast.enrolled() if name not in cast.WALLETS]),
            banks=[
                (self.addresses[part.name], number)
                for number, part in enumerate(cast.PARTS, 1)
                if part.roles & Role.BANK
            ],
            producers=[number for number, part in enumerate(cast.PARTS, 1) if part.roles & Role.PRODUCE],
            countries=cast.COUNTRIES,
            may_send=self.may_send,
            own_rooms={address: part.terms for address, part in self.own_rooms.items()},
        )

    def state(self) -> Any:
        """The model of the ledger as deployed: nobody is enrolled yet."""
        state = self.suite.state()
        state.now = START
        state.addresses, state.authority = dict(self.contracts), self.addresses["manager"]
        administrator = self.addresses[cast.ADMINISTRATOR]
        restricted = [function for (_, function), verb in self.suite.verbs.items() if verb.power]
        state.administrators = dict.fromkeys(restricted, administrator)
        for name in cast.HONEST_ROOMS:
            state.rooms[self.addresses[name]] = Room(self.addresses[name])
        for name, manner in cast.DISHONEST_ROOMS.items():
            state.rooms[self.addresses[name]] = Room(self.addresses[name], manner)
        state.contracts = dict.fromkeys(state.rooms, True) | {
            self.addresses[name]: takes for name, takes in cast.WALLETS.items()
        }
        state.rooms |= {address: part.CODE for address, part in self.own_rooms.items()}
        state.contracts |= dict.fromkeys(self.own_rooms, False)
        state.contracts[self.ledger] = False
        if "token" in self.addresses:
            state.tokens = dict.fromkeys(state.contracts, NoToken()) | {self.ledger: Ledger()}
        for token, behaves in cast.TOKENS.items() if "token" in self.addresses else ():
            address = self.addresses[token]
            state.contracts[address] = False
            state.tokens[address] = Token(address, behaves, self.addresses[cast.BLOCKED])
            for holder in self._holders():
                state.token_balances[address, holder] = HELD
                for number in range(len(cast.TOKENS)):
                    coin = rules.created(self.contracts[LISTING], number)
                    state.token_allowances[address, holder, coin] = ALLOWED
        return state

    def beginning(self) -> list[Act]:
        """The acts that enrol the cast, list the rooms, and with which each subject begins (its module `beginning`)."""
        administrator = self.addresses[cast.ADMINISTRATOR]
        deadline = START + 30 * DAY
        acts = []
        for part in cast.PARTS:
            first = self.addresses[part.name]
            enrolment = Enrolment(
                part.lei, part.lei, part.country, part.roles, bytes([1] * 32), first, part.receiving, deadline
            )
            acts.append(Call(administrator, Enrol(enrolment, Signature(first))))
            for name, roles, receiving in part.accounts:
                account = self.addresses[name]
                signatures = (Signature(first, empty=True), Signature(account))
                acts.append(Call(first, AddAccount(first, account, roles, receiving, deadline, *signatures)))
            if part.name in {"carrier", "line"}:
                acts.append(Call(first, PublishRecordLaws(0b0111)))
        acts.append(Call(self.addresses["consignee"], SetGiver(4, True)))
        for name in cast.rooms():
            countries = () if name == "unlisted room" else cast.COUNTRIES[: 2 if name == "second room" else 3]
            acts.append(Call(administrator, ListRoom(self.addresses[name], countries)))
        acts += [Call(administrator, ListRoom(room, cast.COUNTRIES[:3])) for room in self.own_rooms]
        acts += [Call(*each) for _, part in self.suite.parts("beginning") for each in part.beginning(self.stage())]
        return [Act(1, call) for call in acts]
