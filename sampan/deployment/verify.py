"""Is what stands on the chain what the manifest says, and what the artifacts are?

The manifest has exactly the contracts of the suite, and each was given the others where the plan says so: genuine code
that obeys or delegates to somebody else's is not the suite. For every contract: its address follows from factory, salt
and init code; its runtime code is the artifact's, with immutables masked; each immutable has the value of the manifest
(N24). For the powers: `sampan.deployment.powers`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sampan.chain import abi
from sampan.chain.connection import RpcError, tag
from sampan.chain.transactions import Reverted
from sampan.deployment import factory, powers, suite
from sampan.deployment import manifest as manifests
from sampan.deployment.plan import Ref
from sampan.errors import SampanError
from sampan.keccak import keccak
from sampan.toolchain import artifacts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sampan.chain.connection import BlockTag, Connection
    from sampan.deployment.manifest import ContractRecord, Manifest
    from sampan.deployment.plan import ContractPlan, ReadBack
    from sampan.toolchain.artifacts import Artifact


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it should be: what, and in which way. `id` is stable."""

    id: str
    subject: str
    message: str


def chain(connection: Connection, manifest: Manifest) -> None:
    """Make sure that the manifest is about this chain. Raises `ChainError` (code `chain.wrong`)."""
    connection.expect(chain_id=manifest.chain_id, genesis_hash=manifest.genesis_hash, subject=connection.network.name)


def code(
    connection: Connection,
    manifest: Manifest,
    *,
    contracts: Sequence[ContractPlan] | None = None,
    manager: str = suite.MANAGER,
    load: Callable[[str], Artifact] = artifacts.load,
    block: BlockTag = "latest",
) -> list[Fault]:
    """Compare the code of every contract with plan, manifest and artifact, at a block. Nothing wrong: an empty list.

    `contracts` and the name of their `manager` are those that were planned, by default the suite's.
    """
    contracts = suite.contracts(manifest.deployer) if contracts is None else contracts
    planned = {item.name: item for item in contracts}
    answers = connection.rpc_many([("eth_getCode", (item.address, tag(block))) for item in manifest.contracts])
    listed = {item.name: item.address for item in manifest.contracts}
    faults = [
        Fault("code.unlisted", name, "belongs to the suite, and the manifest does not list it")
        for name in planned
        if name not in listed
    ]
    if manager == suite.MANAGER and suite.LEDGER in listed and manifest.ledger != listed[suite.LEDGER]:
        faults.append(
            Fault("code.ledger", suite.LEDGER, f"is the ledger, which the manifest says is {manifest.ledger}")
        )
    if manifest.powers.manager != manager:
        faults.append(Fault("code.manager", manifest.powers.manager, f"is said to be the manager, which is {manager}"))
    for item, answer in zip(manifest.contracts, answers, strict=True):
        plan = planned.get(item.name)
        if plan is None:
            faults.append(Fault("code.unknown", item.name, "is listed, and is no contract of the suite"))
            continue
        wrong = [*_wiring(item, plan, listed)]
        if item.artifact == (plan.artifact or plan.name):
            try:
                artifact = load(item.artifact)
            except SampanError as error:
                wrong.append(("artifact", error.message))
            else:
                wrong += _contract(item, artifact, bytes.fromhex(answer[2:]), manifest.salt)
        faults += [Fault(f"code.{what}", item.name, message) for what, message in wrong]
    return faults


def _wiring(item: ContractRecord, plan: ContractPlan, listed: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Whether the manifest says of a contract what the plan does: which code, which interface, which others it uses."""
    artifact = plan.artifact or plan.name
    if item.artifact != artifact:
        yield "artifact", f"is listed with the artifact {item.artifact}, and is {artifact}"
    if item.interface != plan.interface:
        yield "interface", f"is listed with the interface {item.interface}, and answers {plan.interface or 'its own'}"
    if len(item.arguments) != len(plan.arguments):
        yield "wiring", f"is listed with {len(item.arguments)} arguments, and takes {len(plan.arguments)}"
    for argument, planned in zip(item.arguments, plan.arguments, strict=False):
        if isinstance(planned, Ref) and argument.value != listed.get(planned.name):
            other = listed.get(planned.name, "which the manifest does not list")
            yield "wiring", f"was given {argument.value} as {argument.name}, which is not {planned.name}: {other}"


def _contract(item: ContractRecord, artifact: Artifact, runtime: bytes, salt: str) -> Iterator[tuple[str, str]]:
    """Whether code, immutables and address of a contract are those of manifest and artifact."""
    if item.artifact_hash != artifact.sha256:
        yield "release", "was deployed from another artifact than the one here"
    if not runtime:
        yield "missing", f"there is no code at {item.address}"
        return
    masked = artifact.masked(runtime)
    if masked != artifact.deployed_bytecode:
        yield "other", f"the code at {item.address} is not the artifact's"
    if "0x" + keccak(masked).hex() != item.code_hash:
        yield "hash", f"the code at {item.address} is not what the manifest says"
    if masked == artifact.deployed_bytecode:
        try:
            values = {name: "0x" + value.hex() for name, value in artifact.immutable_values(runtime).items()}
        except SampanError as error:
            yield "immutable", error.message
        else:
            for name in sorted(values.keys() | item.immutables):
                if values.get(name) != item.immutables.get(name):
                    yield "immutable", f"{name} is {values.get(name)}, the manifest says {item.immutables.get(name)}"
    arguments = [manifests.unplain(argument.type, argument.value) for argument in item.arguments]
    types = [argument.type for argument in item.arguments]
    init_code_hash = keccak(artifact.bytecode + abi.encode(types, arguments, subject=item.name))
    if "0x" + init_code_hash.hex() != item.init_code_hash:
        yield "init", "artifact and arguments do not give the init code of the manifest"
    if factory.address_of(bytes.fromhex(salt[2:]), bytes.fromhex(item.init_code_hash[2:])) != item.address:
        yield "address", f"{item.address} does not follow from factory, salt and init code"


def read_backs(
    connection: Connection, wanted: Sequence[ReadBack], addresses: Mapping[str, str], *, block: BlockTag = "latest"
) -> list[Fault]:
    """Make every call of a plan, changing nothing. Nothing wrong: an empty list."""

    def value(of: Any) -> Any:
        return addresses[of.name] if isinstance(of, Ref) else of

    faults = []
    for item in wanted:
        subject = f"{item.contract}.{abi.canonical(item.signature)}"
        data = abi.encode_call(item.signature, *(value(argument) for argument in item.arguments))
        try:
            output = connection.call(addresses[item.contract], data, sender=value(item.sender), block=block)
        except Reverted as error:
            if item.expected is not None:
                faults.append(Fault("read_back.refused", subject, error.message))
            continue
        if item.expected is None:
            faults.append(Fault("read_back.allowed", subject, "is not refused"))
            continue
        answer = abi.decode_answer(item.signature, output)
        expected = tuple(value(one) for one in item.expected)
        if any(want is not None and want != have for want, have in zip(expected, answer, strict=True)):
            faults.append(Fault("read_back.value", subject, f"answers {answer}, expected {expected}"))
    return faults


def contracts_of(manifest: Manifest, load: Callable[[str], Artifact] = artifacts.load) -> list[powers.Contract]:
    """The contracts of a manifest as `powers.read` wants them, each with the ABI that its address answers."""
    found = []
    for item in manifest.contracts:
        own = load(item.artifact).abi
        answered = load(item.interface).abi if item.interface else []
        found.append(powers.Contract(item.name, item.address, [*own, *answered]))
    return found


def beginning(connection: Connection, manifest: Manifest, first: int) -> list[powers.Difference]:
    """Whether nothing of a deployment stood before block `first`, from which on its events are read.

    Whoever lists a contract's block later than it is hides what happened before, such as one more administrator. A node
    that does not keep old blocks cannot be asked: that is told as a warning. anvil, which keeps their logs, is asked
    for these instead: where nothing was told, nothing is hidden.
    """
    if first <= 0:
        return []
    try:
        answers = connection.rpc_many([("eth_getCode", (item.address, tag(first - 1))) for item in manifest.contracts])
    except RpcError as error:
        if connection.is_development and error.forgotten and _silent(connection, manifest, first):
            return []
        message = f"not checked whether it stood before block {first} already: {error.message}"
        return [powers.Difference("powers.unchecked", "warning", manifest.powers.manager, message)]
    return [
        powers.Difference(
            "powers.earlier",
            "error",
            item.name,
            f"stood before block {first} already, where the manifest lets it begin: what was done earlier is not read",
        )
        for item, answer in zip(manifest.contracts, answers, strict=True)
        if answer != "0x"
    ]


def _silent(connection: Connection, manifest: Manifest, first: int) -> bool:
    try:
        return not connection.logs([item.address for item in manifest.contracts], to_block=first - 1)
    except SampanError:
        return False
