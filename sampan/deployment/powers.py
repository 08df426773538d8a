"""Who can do what, with which delay, read from the chain.

Membership is rebuilt from the AccessManager's events and every answer is asked again of the contract itself: roles,
functions, members, delays (those that count now and those that are announced), guardians, closed targets, and what is
scheduled and waits. Which functions are restricted at all is found by trying: each one is called, by `eth_call`, for a
stranger.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from sampan.chain import abi, answers, bundles
from sampan.chain.logs import LogReader
from sampan.chain.transactions import Reverted
from sampan.deployment.plan import ADMIN, ADMIN_ROLE
from sampan.errors import ChainError
from sampan.keccak import keccak
from sampan.suite import events
from sampan.suite.codec import Codec
from sampan.suite.tell import checksum, instant
from sampan.toolchain import artifacts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sampan.chain.connection import BlockTag, Connection
    from sampan.chain.transactions import Log
    from sampan.deployment.manifest import Manifest, RoleRecord
    from sampan.suite.event import Event

PUBLIC_ROLE = 2**64 - 1
STRANGER = checksum(keccak(b"sampan: an account without any power")[12:])
"""Nobody has its key; what it is refused, strangers are refused."""

UNAUTHORIZED = abi.selector("AccessManagedUnauthorized(address)")


@dataclass(frozen=True, slots=True)
class Delay:
    """A delay in seconds that counts now, and one that is announced and counts from `since` (seconds since 1970)."""

    now: int
    announced: int | None = None
    since: int | None = None

    @property
    def coming(self) -> int:
        """What it is, or will be once the announced one counts."""
        return self.now if self.announced is None else self.announced


@dataclass(frozen=True, slots=True)
class Member:
    """An account that has a role: from when (seconds since 1970), and how long each act of its waits."""

    account: str
    since: int
    delay: Delay
    active: bool


@dataclass(frozen=True, slots=True)
class Function:
    """A restricted function: whose contract, which one, and the number of the role that may call it."""

    contract: str
    address: str
    selector: bytes
    signature: str
    role: int


@dataclass(frozen=True, slots=True)
class Role:
    """A role as it stands on the chain."""

    number: int
    name: str
    admin: int
    guardian: int
    grant_delay: Delay
    members: tuple[Member, ...]
    functions: tuple[Function, ...]


def unwired(number: int) -> Role:
    """A role of which the manager was told nothing."""
    return Role(number, "", ADMIN_ROLE, ADMIN_ROLE, Delay(0), (), ())


@dataclass(frozen=True, slots=True)
class Target:
    """A contract under the manager: the delay on changes to its wiring, and whether it is closed to every role."""

    contract: str
    address: str
    admin_delay: Delay
    closed: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """An act that is scheduled and not done: by whom, on what, and from when it can be (seconds since 1970)."""

    number: bytes
    caller: str
    target: str
    what: str
    ready: int
    expired: bool
    address: str = ""
    """The target's address."""
    data: bytes = b""
    """The call that was announced."""


@dataclass(frozen=True, slots=True)
class Powers:
    """All powers at one block. `time` is that block's, seconds since 1970."""

    manager: str
    block: int
    time: int
    roles: tuple[Role, ...]
    targets: tuple[Target, ...]
    operations: tuple[Operation, ...]

    def role(self, number: int) -> Role | None:
        """A role by number; None when nothing was ever said of it."""
        return next((role for role in self.roles if role.number == number), None)


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract whose functions are looked at: its name, address and the ABI that its address answers."""

    name: str
    address: str
    abi: Sequence[Mapping[str, Any]]


def read(
    connection: Connection,
    manager: str,
    contracts: Sequence[Contract],
    *,
    from_block: int,
    block: int | None = None,
    told: Iterable[Event] | None = None,
    probe: bool = True,
    also: Iterable[str] = (),
    progress: Callable[[int], None] | None = None,
) -> Powers:
    """Every power that an AccessManager gives, at a block (default: the head).

    `from_block` is one at or before the manager's creation. `told` are the manager's events up to that block, in order,
    where somebody read them already. `contracts` that obey another manager are left out. With `probe` every function of
    theirs is tried for a stranger, so that what is restricted and wired to nobody (and so is the administrator's) is
    found too. `also` are accounts that are asked for in each role although no event names them: a manager does not
    count its grants, and whoever is named nowhere is not found.

    Raises `ChainError` when events and contract disagree, or the node does not answer.
    """
    others = tuple(map(checksum, also))
    head = connection.block_number() if block is None else block
    contracts = [item for item in contracts if authority_of(connection, item.address, block=head) == manager]
    time = connection.time(head)
    wired = [
        (item.address, one) for item in (contracts if probe else ()) for one in restricted(connection, item, block=head)
    ]

    # What an administrator announced to the manager itself is named as what the contracts wait for is.
    own = Contract("AccessManager", manager, artifacts.load("AccessManager").abi)

    def as_heard(events: Iterable[Event]) -> Powers:
        known = _Manager(
            connection,
            manager,
            head,
            time,
            names={item.address: item.name for item in (*contracts, own)},
            signatures={
                (item.address, selector): abi.canonical(abi.signature_of(function))
                for item in (*contracts, own)
                for selector, function in _functions_of(item).items()
            },
            others=others,
        )
        for event in events:
            known.hear(event)
        known.functions |= dict.fromkeys(wired)
        known.targets |= dict.fromkeys(item.address for item in contracts)
        return known.powers()

    if told is not None:
        return as_heard(told)
    reader = LogReader(connection, [manager])
    while True:
        pieces = reader.read(from_block, head, progress)
        try:
            return as_heard(event for piece in pieces for event in map(_event, piece.logs) if event is not None)
        except ChainError as error:
            # Perhaps the node only cuts its answers.
            if error.code != "chain.powers" or not reader.is_cut(piece.answer for piece in pieces):
                raise


@dataclass(slots=True)
class _Manager:
    """An AccessManager at one block: what its events say in their order, and what it answers."""

    connection: Connection
    address: str
    block: int
    time: int
    names: Mapping[str, str]
    """Address to contract."""
    signatures: Mapping[tuple[str, bytes], str]
    """Address and selector to function."""
    others: tuple[str, ...] = ()
    """Accounts that may be members although no event says so."""
    roles: set[int] = field(default_factory=lambda: {ADMIN_ROLE})
    labels: dict[int, str] = field(default_factory=dict)
    members: dict[tuple[int, str], None] = field(default_factory=dict)
    announced: dict[int | str, events.RoleGrantDelayChanged | events.TargetAdminDelayUpdated] = field(
        default_factory=dict
    )
    """By a role's number the delay of its granting, by a target's address that of its wiring."""
    targets: dict[str, None] = field(default_factory=dict)
    functions: dict[tuple[str, bytes], None] = field(default_factory=dict)
    scheduled: dict[bytes, events.OperationScheduled] = field(default_factory=dict)

    def hear(self, event: Event) -> None:
        match event:
            case events.RoleGranted():
                self.roles.add(event.role_id)
                self.members[event.role_id, checksum(event.account)] = None
            case events.RoleRevoked():
                self.members.pop((event.role_id, checksum(event.account)), None)
            case events.RoleLabel():
                self.roles.add(event.role_id)
                self.labels[event.role_id] = event.label
            case events.RoleAdminChanged():
                self.roles |= {event.role_id, event.admin}
            case events.RoleGuardianChanged():
                self.roles |= {event.role_id, event.guardian}
            case events.RoleGrantDelayChanged():
                self.roles.add(event.role_id)
                self.announced[event.role_id] = event
            case events.TargetClosed():
                self.targets[checksum(event.target)] = None
            case events.TargetFunctionRoleUpdated():
                self.targets[checksum(event.target)] = None
                self.functions[checksum(event.target), event.selector] = None
            case events.TargetAdminDelayUpdated():
                self.targets[checksum(event.target)] = None
                self.announced[checksum(event.target)] = event
            case events.OperationScheduled():
                self.scheduled[event.operation_id] = event
            case events.OperationExecuted() | events.OperationCanceled():
                self.scheduled.pop(event.operation_id, None)

    def ask(self, *calls: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        """What it answers to each (signature, arguments...)."""
        data = [abi.encode_call(*call) for call in calls]
        found = []
        for call, answer in zip(
            calls, bundles.views(self.connection, self.address, data, block=self.block), strict=True
        ):
            try:
                found.append(abi.decode_answer(call[0], answer or b""))
            except ChainError:
                said = f"{len(answer or b'')} bytes that are no answer of {abi.canonical(call[0])}"
                raise answers.wrong("eth_call", said, subject=self.connection.transport.name) from None
        return found

    def powers(self) -> Powers:
        functions = self.wired()
        return Powers(
            manager=self.address,
            block=self.block,
            time=self.time,
            roles=tuple(self.wired_roles(functions)),
            targets=tuple(self.closable()),
            operations=tuple(self.waiting()),
        )

    def wired(self) -> list[Function]:
        numbers = self.ask(*(("getTargetFunctionRole(address,bytes4)(uint64)", *key) for key in self.functions))
        return [
            Function(self.name_of(address), address, selector, self.signature_of(address, selector), number)
            for (address, selector), (number,) in zip(self.functions, numbers, strict=True)
        ]

    def wired_roles(self, functions: Sequence[Function]) -> Iterator[Role]:
        numbers = sorted(self.roles | {function.role for function in functions})
        admins, guardians, delays = (
            self.ask(*((view, number) for number in numbers))
            for view in (
                "getRoleAdmin(uint64)(uint64)",
                "getRoleGuardian(uint64)(uint64)",
                "getRoleGrantDelay(uint64)(uint32)",
            )
        )
        silent = [(number, each) for number in numbers for each in self.others if (number, each) not in self.members]
        for (number, account), (since, *_) in zip(silent, self.access(silent), strict=True):
            if since:
                raise self.disagrees(number, account)
        access = self.access(self.members)
        has = self.ask(*(("hasRole(uint64,address)(bool,uint32)", *key) for key in self.members))
        members = [self.member(*said) for said in zip(self.members, access, has, strict=True)]
        for number, (admin,), (guardian,), (grant_delay,) in zip(numbers, admins, guardians, delays, strict=True):
            usual = {ADMIN_ROLE: ADMIN, PUBLIC_ROLE: "PUBLIC"}.get(number, f"role {number}")
            yield Role(
                number=number,
                name=self.labels.get(number) or usual,
                admin=admin,
                guardian=guardian,
                grant_delay=self.delay(grant_delay, number),
                members=tuple(
                    member for (role, _), member in zip(self.members, members, strict=True) if role == number
                ),
                functions=tuple(function for function in functions if function.role == number),
            )

    def member(self, of: tuple[int, str], access: tuple[Any, ...], has: tuple[Any, ...]) -> Member:
        (number, account), (since, now, pending, effect), (active, delay) = of, access, has
        if since == 0 or delay != now or active != (since <= self.time):
            raise self.disagrees(number, account)
        return Member(account, since, Delay(now, pending, effect) if effect > self.time else Delay(now), active)

    def access(self, of: Iterable[tuple[int, str]]) -> list[tuple[Any, ...]]:
        """Of each account in a role: since when, its delay, the delay to come and from when."""
        return self.ask(*(("getAccess(uint64,address)(uint48,uint32,uint32,uint48)", *key) for key in of))

    def disagrees(self, number: int, account: str) -> ChainError:
        return ChainError(
            f"the manager's events and its answers disagree about {account} in role {number}",
            subject=self.address,
            code="chain.powers",
            hint="does the RPC leave out events? ask another one (--network URL)",
        )

    def closable(self) -> list[Target]:
        targets = list(dict.fromkeys((self.address, *self.targets)))
        closed = self.ask(*(("isTargetClosed(address)(bool)", target) for target in targets))
        delays = self.ask(*(("getTargetAdminDelay(address)(uint32)", target) for target in targets))
        return [
            Target(self.name_of(target), target, self.delay(delay, target), is_closed)
            for target, (is_closed,), (delay,) in zip(targets, closed, delays, strict=True)
        ]

    def waiting(self) -> list[Operation]:
        ready = self.ask(*(("getSchedule(bytes32)(uint48)", number) for number in self.scheduled))
        return [
            Operation(
                number,
                checksum(event.caller),
                self.name_of(checksum(event.target)),
                self.signature_of(checksum(event.target), event.data[:4]),
                event.schedule,
                expired=still == 0,
                address=checksum(event.target),
                data=event.data,
            )
            for (number, event), (still,) in zip(self.scheduled.items(), ready, strict=True)
        ]

    def name_of(self, address: str) -> str:
        return self.names.get(address, address)

    def signature_of(self, address: str, selector: bytes) -> str:
        return self.signatures.get((address, selector), "0x" + selector.hex())

    def delay(self, now: int, of: int | str) -> Delay:
        announced = self.announced.get(of)
        if announced is None or announced.since <= self.time or announced.delay == now:
            return Delay(now)
        return Delay(now, announced.delay, announced.since)


@cache
def _codec() -> Codec:
    return Codec([artifacts.load("AccessManager").abi], address_of=checksum)


def _event(log: Log) -> Event | None:
    """An event of the manager's; None for what its code does not log."""
    form = _codec().logs.get(log.topics[0]) if log.topics else None
    if form is None:
        return None
    try:
        return events.EVENTS[form.name](*form.values(b"".join(log.topics[1:]), log.data))
    except ValueError as error:
        raise ChainError(f"{form.name} cannot be decoded: {error}", subject="an event of the manager") from None


def authority_of(connection: Connection, address: str, *, block: BlockTag = "latest") -> str | None:
    """The manager that a contract obeys; None when it obeys none."""
    try:
        answer = connection.call(address, abi.encode_call("authority()"), block=block)
    except Reverted:
        return None
    if len(answer) == 32:
        return str(abi.decode(("address",), answer)[0])
    if connection.code(address, block):
        said = f"{len(answer)} bytes that are no answer of authority()"
        raise answers.wrong("eth_call", said, subject=connection.transport.name)
    return None


def _functions_of(contract: Contract) -> dict[bytes, Mapping[str, Any]]:
    """Selector to ABI item of every function."""
    functions = [item for item in contract.abi if item["type"] == "function"]
    return {abi.selector(abi.signature_of(item)): item for item in functions}


def restricted(connection: Connection, contract: Contract, *, block: BlockTag = "latest") -> list[bytes]:
    """The selectors that a contract refuses a stranger for lack of a role.

    Each one that changes state is called by `eth_call` for an account without any power; the refusal of a restricted
    one comes before anything else.
    """
    calls = {}
    for selector, item in _functions_of(contract).items():
        if item["stateMutability"] not in ("view", "pure"):
            nothing = [abi.nothing_of(abi.type_of(entry)) for entry in item["inputs"]]
            calls[selector] = abi.encode_call(abi.signature_of(item), *nothing)
    refused = bundles.refusals(connection, contract.address, list(calls.values()), STRANGER, block=block)
    return [selector for selector, refusal in zip(calls, refused, strict=True) if refusal == UNAUTHORIZED]


@dataclass(frozen=True, slots=True)
class Difference:
    """A power that is not as the manifest says. `level` is `error` when it is more than that, `warning` when less."""

    id: str
    level: str
    subject: str
    message: str


def compare(powers: Powers, manifest: Manifest) -> list[Difference]:
    """Every power that is not as the manifest says: delays that are shorter, members that are more, functions that
    another role may call, contracts that are closed or open, operations that wait."""
    found: list[Difference] = []

    def say(level: str, code: str, subject: str, message: str) -> None:
        found.append(Difference(f"powers.{code}", level, subject, message))

    wiring = manifest.powers
    if powers.manager != manifest.address(wiring.manager):
        say("error", "manager", wiring.manager, f"is {powers.manager}, not as the manifest says")
    known = {role.number for role in wiring.roles}
    for role in powers.roles:
        if role.number not in known and role.number != PUBLIC_ROLE and role.members:
            say("error", "role", role.name, "is no role of the manifest, and has members")
        if role.number == PUBLIC_ROLE and role.functions:
            for function in role.functions:
                say("error", "public", f"{function.contract}.{function.signature}", "may be called by anybody")
    for meant in wiring.roles:
        there = powers.role(meant.number)
        if there is None:
            say("warning", "role", meant.name, "was never wired")
            continue
        _compare_role(there, meant, say)
        wanted = {
            (manifest.address(f.contract), bytes.fromhex(f.selector[2:])): f"{f.contract}.{f.signature}"
            for f in meant.functions
        }
        have = {(f.address, f.selector): f"{f.contract}.{f.signature}" for f in there.functions}
        for key, name in have.items():
            if key not in wanted:
                say("error", "function", name, f"may be called by {meant.name}, which the manifest does not say")
        for key, name in wanted.items():
            if key not in have:
                say("warning", "function", name, f"may not be called by {meant.name} any more")
    for target in wiring.targets:
        address = manifest.address(target.contract)
        state = next((item for item in powers.targets if item.address == address), None)
        if state is None:
            say("error", "authority", target.contract, "obeys another manager than the manifest says")
            continue
        if state.closed:
            say("warning", "closed", target.contract, "is closed: no role may call it")
        _compare_delay(state.admin_delay, target.admin_delay, f"wiring of {target.contract}", say)
    for operation in powers.operations:
        if not operation.expired:
            say(
                "warning",
                "scheduled",
                f"{operation.target}.{operation.what}",
                f"is scheduled by {operation.caller}, ready at {instant(operation.ready)}; `sampan powers scheduled` "
                "tells it in words",
            )
    return found


def _compare_role(there: Role, meant: RoleRecord, say: Callable[[str, str, str, str], None]) -> None:
    have = {member.account: member for member in there.members}
    for account in have:
        if account not in meant.members:
            say("error", "member", account, f"has {meant.name}, which the manifest does not say")
    for account in meant.members:
        if account in have:
            _compare_delay(have[account].delay, meant.delay, f"{account} in {meant.name}", say)
        else:
            say("warning", "member", account, f"has {meant.name} no more")
    if there.admin != ADMIN_ROLE:
        say("error", "admin", meant.name, f"is granted by role {there.admin}, not by the administrator")
    if there.guardian != meant.guardian:
        say("error", "guardian", meant.name, f"is guarded by role {there.guardian}, not {meant.guardian}")
    _compare_delay(there.grant_delay, meant.grant_delay, f"granting of {meant.name}", say)


def _compare_delay(there: Delay, meant: int, subject: str, say: Callable[[str, str, str, str], None]) -> None:
    if there.coming < meant:
        say("error", "delay", subject, f"has a delay of {there.coming} seconds, shorter than {meant}")
    elif there.coming > meant:
        say("warning", "delay", subject, f"has a delay of {there.coming} seconds, longer than {meant}")
