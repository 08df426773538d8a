"""Who can do what, with which delay, read from the chain.

Membership is rebuilt from the AccessManager's events and every answer is asked again of the contract itself: roles,
functions, members, delays (those that count now and those that are announced), guardians, closed targets, and what is
scheduled and waits. Which functions are restricted at all is found by trying: each one is called, by `eth_call`, for a
stranger.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sampan.chain import abi, logs
from sampan.chain.transactions import Reverted
from sampan.deployment.plan import ADMIN, ADMIN_ROLE
from sampan.errors import ChainError
from sampan.keccak import keccak
from sampan.suite.tell import checksum

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sampan.chain.connection import BlockTag, Connection
    from sampan.chain.transactions import Log
    from sampan.deployment.manifest import Manifest

PUBLIC_ROLE = 2**64 - 1
STRANGER = checksum(keccak(b"sampan: an account without any power")[12:])
"""Nobody has its key; what it is refused, strangers are refused."""

UNAUTHORIZED = abi.selector("AccessManagedUnauthorized(address)")

_ROLE_VIEWS = (
    "getRoleAdmin(uint64)(uint64)",
    "getRoleGuardian(uint64)(uint64)",
    "getRoleGrantDelay(uint64)(uint32)",
)
_EVENTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "RoleGranted(uint64,address,uint32,uint48,bool)": (("uint64", "address"), ("uint32", "uint48", "bool")),
    "RoleRevoked(uint64,address)": (("uint64", "address"), ()),
    "RoleLabel(uint64,string)": (("uint64",), ("string",)),
    "RoleAdminChanged(uint64,uint64)": (("uint64", "uint64"), ()),
    "RoleGuardianChanged(uint64,uint64)": (("uint64", "uint64"), ()),
    "RoleGrantDelayChanged(uint64,uint32,uint48)": (("uint64",), ("uint32", "uint48")),
    "TargetClosed(address,bool)": (("address",), ("bool",)),
    "TargetFunctionRoleUpdated(address,bytes4,uint64)": (("address", "uint64"), ("bytes4",)),
    "TargetAdminDelayUpdated(address,uint32,uint48)": (("address",), ("uint32", "uint48")),
    "OperationScheduled(bytes32,uint32,uint48,address,address,bytes)": (
        ("bytes32", "uint32"),
        ("uint48", "address", "address", "bytes"),
    ),
    "OperationExecuted(bytes32,uint32)": (("bytes32", "uint32"), ()),
    "OperationCanceled(bytes32,uint32)": (("bytes32", "uint32"), ()),
}
_BY_TOPIC = {abi.topic(signature): (signature.split("(")[0], *types) for signature, types in _EVENTS.items()}


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


@dataclass(slots=True)
class _Said:
    """What the manager's events say, in their order."""

    members: dict[int, dict[str, None]] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)
    numbers: set[int] = field(default_factory=lambda: {ADMIN_ROLE})
    grant_delays: dict[int, tuple[int, int]] = field(default_factory=dict)
    admin_delays: dict[str, tuple[int, int]] = field(default_factory=dict)
    targets: dict[str, None] = field(default_factory=dict)
    functions: dict[tuple[str, bytes], None] = field(default_factory=dict)
    scheduled: dict[bytes, tuple[int, str, str, bytes]] = field(default_factory=dict)


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
    probe: bool = True,
    progress: Callable[[int], None] | None = None,
) -> Powers:
    """Every power that an AccessManager gives, at a block (default: the head).

    `from_block` is one at or before the manager's creation. `contracts` that obey another manager are left out. With
    `probe` every function of theirs is tried for a stranger, so that what is restricted and wired to nobody (and so is
    the administrator's) is found too.

    Raises `ChainError` when events and contract disagree, or the node does not answer.
    """
    head = connection.block_number() if block is None else block
    contracts = [item for item in contracts if authority_of(connection, item.address, block=head) == manager]
    said = _hear(logs.collect(connection, manager, from_block, head, progress=progress))
    time = connection.time(head)
    found = {(item.address, selector): name for item in contracts for selector, name in functions_of(item.abi).items()}
    wanted = dict(said.functions)
    if probe:
        for item in contracts:
            wanted |= dict.fromkeys((item.address, one) for one in restricted(connection, item, block=head))
    roles_of = _ask(
        connection,
        manager,
        head,
        "getTargetFunctionRole(address,bytes4)(uint64)",
        list(wanted),
    )
    names = {item.address: item.name for item in contracts} | {manager: "AccessManager"}
    functions = [
        Function(
            names.get(address, address),
            address,
            selector,
            found.get((address, selector), "0x" + selector.hex()),
            number,
        )
        for (address, selector), (number,) in zip(wanted, roles_of, strict=True)
    ]
    numbers = sorted(said.numbers | {function.role for function in functions})
    targets = list(dict.fromkeys([manager, *said.targets, *(item.address for item in contracts)]))
    return Powers(
        manager=manager,
        block=head,
        time=time,
        roles=tuple(_role(connection, manager, head, time, number, said, functions) for number in numbers),
        targets=tuple(_targets(connection, manager, head, time, targets, said, names)),
        operations=tuple(_operations(connection, manager, head, time, said, names, found)),
    )


def _hear(events: Any) -> _Said:
    said = _Said()
    for event in events:
        known = _BY_TOPIC.get(event.topics[0]) if event.topics else None
        if known is not None:
            _hear_one(said, known[0], _decoded(event, known[1], known[2]))
    return said


def _hear_one(said: _Said, name: str, values: tuple[Any, ...]) -> None:
    if name == "RoleGranted":
        said.numbers.add(values[0])
        said.members.setdefault(values[0], {})[values[1]] = None
    elif name == "RoleRevoked":
        said.members.get(values[0], {}).pop(values[1], None)
    elif name == "RoleLabel":
        said.numbers.add(values[0])
        said.labels[values[0]] = values[1]
    elif name in ("RoleAdminChanged", "RoleGuardianChanged"):
        said.numbers |= {values[0], values[1]}
    elif name == "RoleGrantDelayChanged":
        said.numbers.add(values[0])
        said.grant_delays[values[0]] = (values[1], values[2])
    elif name == "TargetClosed":
        said.targets[values[0]] = None
    elif name == "TargetFunctionRoleUpdated":
        said.targets[values[0]] = None
        said.functions[values[0], values[2]] = None
    elif name == "TargetAdminDelayUpdated":
        said.targets[values[0]] = None
        said.admin_delays[values[0]] = (values[1], values[2])
    elif name == "OperationScheduled":
        said.scheduled[values[0]] = (values[2], values[3], values[4], values[5])
    else:
        said.scheduled.pop(values[0], None)


def _decoded(event: Log, indexed: tuple[str, ...], plain: tuple[str, ...]) -> tuple[Any, ...]:
    head = abi.decode(indexed, b"".join(event.topics[1:]), subject="an event of the manager")
    return (*head, *abi.decode(plain, event.data, subject="an event of the manager"))


def _ask(
    connection: Connection, manager: str, block: BlockTag, signature: str, arguments: Sequence[Sequence[Any]]
) -> list[tuple[Any, ...]]:
    calls = [(manager, abi.encode_call(signature, *values)) for values in arguments]
    return [abi.decode_answer(signature, answer) for answer in connection.call_many(calls, block=block)]


def _role(
    connection: Connection,
    manager: str,
    block: int,
    time: int,
    number: int,
    said: _Said,
    functions: Sequence[Function],
) -> Role:
    accounts = list(said.members.get(number, {}))
    answers = connection.call_many(
        [(manager, abi.encode_call(signature, number)) for signature in _ROLE_VIEWS], block=block
    )
    (admin,), (guardian,), (grant_delay,) = (
        abi.decode_answer(signature, answer) for signature, answer in zip(_ROLE_VIEWS, answers, strict=True)
    )
    access = _ask(
        connection,
        manager,
        block,
        "getAccess(uint64,address)(uint48,uint32,uint32,uint48)",
        [(number, account) for account in accounts],
    )
    has = _ask(
        connection, manager, block, "hasRole(uint64,address)(bool,uint32)", [(number, account) for account in accounts]
    )
    members = []
    for account, (since, now, pending, effect), (active, delay) in zip(accounts, access, has, strict=True):
        if since == 0 or delay != now or active != (since <= time):
            raise ChainError(
                f"the manager's events and its answers disagree about {account} in role {number}",
                subject=manager,
                code="chain.powers",
                hint="does the RPC leave out events? ask another one",
            )
        announced = Delay(now, pending, effect) if effect > time else Delay(now)
        members.append(Member(account, since, announced, active))
    return Role(
        number=number,
        name=said.labels.get(number) or {ADMIN_ROLE: ADMIN, PUBLIC_ROLE: "PUBLIC"}.get(number, f"role {number}"),
        admin=admin,
        guardian=guardian,
        grant_delay=_delay(grant_delay, said.grant_delays.get(number), time),
        members=tuple(members),
        functions=tuple(function for function in functions if function.role == number),
    )


def _targets(
    connection: Connection,
    manager: str,
    block: int,
    time: int,
    targets: Sequence[str],
    said: _Said,
    names: Mapping[str, str],
) -> list[Target]:
    arguments = [(target,) for target in targets]
    closed = _ask(connection, manager, block, "isTargetClosed(address)(bool)", arguments)
    delays = _ask(connection, manager, block, "getTargetAdminDelay(address)(uint32)", arguments)
    return [
        Target(names.get(target, target), target, _delay(delay, said.admin_delays.get(target), time), is_closed)
        for target, (is_closed,), (delay,) in zip(targets, closed, delays, strict=True)
    ]


def _operations(
    connection: Connection,
    manager: str,
    block: int,
    time: int,
    said: _Said,
    names: Mapping[str, str],
    found: Mapping[tuple[str, bytes], str],
) -> list[Operation]:
    ready = _ask(connection, manager, block, "getSchedule(bytes32)(uint48)", [(number,) for number in said.scheduled])
    operations = []
    for (number, (when, caller, target, data)), (still,) in zip(said.scheduled.items(), ready, strict=True):
        what = found.get((target, data[:4]), "0x" + data[:4].hex())
        contract = names.get(target, target)
        operations.append(Operation(number, caller, contract, what, when, expired=still == 0))
    return operations


def _delay(now: int, announced: tuple[int, int] | None, time: int) -> Delay:
    if announced is None or announced[1] <= time or announced[0] == now:
        return Delay(now)
    return Delay(now, *announced)


def authority_of(connection: Connection, address: str, *, block: BlockTag = "latest") -> str | None:
    """The manager that a contract obeys; None when it obeys none."""
    try:
        answer = connection.call(address, abi.encode_call("authority()"), block=block)
    except Reverted:
        return None
    return str(abi.decode(("address",), answer)[0]) if len(answer) == 32 else None


def functions_of(items: Sequence[Mapping[str, Any]]) -> dict[bytes, str]:
    """Selector to signature of every function that an ABI has."""
    signatures = (abi.canonical(abi.signature_of(item)) for item in items if item["type"] == "function")
    return {abi.selector(signature): signature for signature in signatures}


def restricted(connection: Connection, contract: Contract, *, block: BlockTag = "latest") -> dict[bytes, str]:
    """Selector to signature of the functions that a contract refuses a stranger for lack of a role.

    Each one that changes state is called by `eth_call` for an account without any power; the refusal of a restricted
    one comes before anything else.
    """
    from sampan.chain.connection import RpcError, tag
    from sampan.chain.transactions import Call

    items = [
        item for item in contract.abi if item["type"] == "function" and item["stateMutability"] not in ("view", "pure")
    ]
    calls = []
    for item in items:
        signature = abi.canonical(abi.signature_of(item))
        nothing = [abi.nothing_of(abi.type_of(entry)) for entry in item["inputs"]]
        call = Call(contract.address, abi.encode_call(signature, *nothing))
        calls.append(("eth_call", (call.as_rpc(STRANGER), tag(block))))
    found: dict[bytes, str] = {}
    for item, answer in zip(items, connection.transport.batch(calls), strict=True):
        error = answer.get("error")
        if error is None:
            continue
        data = RpcError("eth_call", error if isinstance(error, dict) else {}, subject=contract.name).data or b""
        if data[:4] == UNAUTHORIZED:
            signature = abi.canonical(abi.signature_of(item))
            found[abi.selector(signature)] = signature
    return found


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
        _compare_members(there, meant, say)
        _compare_role(there, meant, say)
        wanted = {(manifest.address(f.contract), bytes.fromhex(f.selector[2:])): f for f in meant.functions}
        have = {(function.address, function.selector): function for function in there.functions}
        for key, function in have.items():
            if key not in wanted:
                say(
                    "error",
                    "function",
                    f"{function.contract}.{function.signature}",
                    f"may be called by {meant.name}, which the manifest does not say",
                )
        for key, wanted_function in wanted.items():
            if key not in have:
                name = f"{wanted_function.contract}.{wanted_function.signature}"
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
                f"is scheduled by {operation.caller}, ready at {operation.ready}",
            )
    return found


def _compare_members(there: Role, meant: Any, say: Callable[[str, str, str, str], None]) -> None:
    have = {member.account: member for member in there.members}
    for account in have:
        if account not in meant.members:
            say("error", "member", account, f"has {meant.name}, which the manifest does not say")
    for account in meant.members:
        member = have.get(account)
        if member is None:
            say("warning", "member", account, f"has {meant.name} no more")
            continue
        _compare_delay(member.delay, meant.delay, f"{account} in {meant.name}", say)


def _compare_role(there: Role, meant: Any, say: Callable[[str, str, str, str], None]) -> None:
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
