"""What is to stand on a chain, as data: contracts in order, powers, and what to read back.

An argument may be a `Ref` to a contract before it. Nothing here talks to a chain; a plan and a set of artifacts give
the same addresses everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from sampan.chain import abi
from sampan.deployment import factory
from sampan.errors import BadInput
from sampan.keccak import keccak

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sampan.deployment.manifest import RoleRecord
    from sampan.toolchain.artifacts import Artifact

Arguments: TypeAlias = "tuple[tuple[str, str, Any], ...]"
"""Name, type and value of each argument of a constructor."""

ADMIN_ROLE = 0
ADMIN = "ADMIN"


@dataclass(frozen=True, slots=True)
class Ref:
    """The address of a contract of the plan."""

    name: str


@dataclass(frozen=True, slots=True)
class ContractPlan:
    """One contract to deploy.

    `artifact` is its code, by default that of its name; `interface` names the artifact whose ABI its address answers,
    when that is more than its own code's. One that is not `managed` obeys no manager: it has no powers to wire.
    """

    name: str
    arguments: tuple[Any, ...] = ()
    artifact: str | None = None
    interface: str | None = None
    managed: bool = True


@dataclass(frozen=True, slots=True)
class ReadBack:
    """A call that must answer a value once all stands: `contract.signature(arguments)`; `Ref`s become addresses.

    `signature` says what comes back, as in `authority()(address)`; `expected` has one value for each of these, None
    where any will do. With `expected` None the contract must refuse the call, made by `sender`.
    """

    contract: str
    signature: str
    expected: tuple[Any, ...] | None
    arguments: tuple[Any, ...] = ()
    sender: Any = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A suite of contracts with its powers.

    `manager` names the AccessManager among the contracts, `ledger` the one at whose address the ledger is. `roles` are
    all but the admin role, whose one member in the end is the `administrator`, with `admin_delay` seconds on every act
    of its; `target_delay` is the delay that the manager sets on changes to each contract's wiring, which begins to
    count five days after it is set.
    """

    contracts: tuple[ContractPlan, ...]
    roles: tuple[RoleRecord, ...]
    manager: str
    deployer: str
    administrator: str
    admin_delay: int
    target_delay: int
    salt: bytes
    read_backs: tuple[ReadBack, ...] = ()
    ledger: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A contract with everything worked out: arguments with their types, init code, the address that follows."""

    plan: ContractPlan
    artifact: Artifact
    arguments: Arguments
    init_code: bytes
    address: str


def resolve(plan: Plan, load: Callable[[str], Artifact]) -> dict[str, Resolved]:
    """Work out every contract's arguments and address, by name in order.

    Raises `BadInput` when arguments do not fit the constructor or refer to what comes later, `Missing` where there is
    no artifact.
    """
    done: dict[str, Resolved] = {}

    def stand(item: ContractPlan, artifact: Artifact, arguments: Arguments, init_code: bytes) -> str:
        address = factory.address_of(plan.salt, keccak(init_code))
        done[item.name] = Resolved(item, artifact, arguments, init_code, address)
        return address

    stand_in_order(plan.contracts, load, stand)
    return done


def stand_in_order(
    contracts: Iterable[ContractPlan],
    load: Callable[[str], Artifact],
    stand: Callable[[ContractPlan, Artifact, Arguments, bytes], str],
) -> dict[str, str]:
    """Lets each contract stand once those before it do: `stand` is told its artifact, arguments and init code, and says
    at which address. Name to address. Raises as `resolve` does."""
    addresses: dict[str, str] = {}
    for item in contracts:
        artifact = load(item.artifact or item.name)
        if not artifact.deployable:
            raise BadInput("an interface cannot be deployed", subject=item.name)
        types = abi.constructor_types(artifact.abi)
        if len(types) != len(item.arguments):
            raise BadInput(
                f"its constructor takes {len(types)} arguments, the plan gives {len(item.arguments)}", subject=item.name
            )
        values = [_value(argument, addresses, item.name) for argument in item.arguments]
        encoded = abi.encode([kind for _, kind in types], values, subject=f"{item.name}.constructor")
        arguments = tuple((name, kind, value) for (name, kind), value in zip(types, values, strict=True))
        addresses[item.name] = stand(item, artifact, arguments, artifact.bytecode + encoded)
    return addresses


def _value(argument: Any, addresses: Mapping[str, str], where: str) -> Any:
    if not isinstance(argument, Ref):
        return argument
    if argument.name not in addresses:
        raise BadInput(f"an argument refers to {argument.name}, which does not come before it", subject=where)
    return addresses[argument.name]


def salt_of(text: str) -> bytes:
    """The 32 bytes of salt that a text means."""
    return keccak(text.encode("utf-8"))
