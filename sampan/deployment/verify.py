"""Is what stands on the chain what the manifest says, and what the artifacts are?

For every contract: its address follows from factory, salt and init code; its runtime code is the artifact's, with
immutables masked; each immutable has the value of the manifest (N24). For the powers: `sampan.deployment.powers`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sampan.chain import abi
from sampan.chain.keccak import keccak
from sampan.chain.transactions import Reverted
from sampan.deployment import factory, powers
from sampan.deployment import manifest as manifests
from sampan.errors import SampanError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sampan.chain.connection import BlockTag, Connection
    from sampan.deployment.manifest import ContractRecord, Manifest
    from sampan.deployment.plan import ReadBack
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
    load: Callable[[str], Artifact] | None = None,
    block: BlockTag = "latest",
) -> list[Fault]:
    """Compare the code of every contract with manifest and artifact, at a block. Nothing wrong: an empty list."""
    from sampan.toolchain import artifacts

    load = load or artifacts.load
    answers = connection.rpc_many([("eth_getCode", (item.address, _tag(block))) for item in manifest.contracts])
    faults: list[Fault] = []
    for item, answer in zip(manifest.contracts, answers, strict=True):
        runtime = bytes.fromhex(answer[2:])
        try:
            artifact = load(item.artifact)
        except SampanError as error:
            faults.append(Fault("code.artifact", item.name, error.message))
            continue
        faults += _contract(item, artifact, runtime, manifest)
    return faults


def _contract(item: ContractRecord, artifact: Artifact, runtime: bytes, manifest: Manifest) -> list[Fault]:
    faults: list[Fault] = []

    def say(code: str, message: str) -> None:
        faults.append(Fault(f"code.{code}", item.name, message))

    if item.artifact_hash != artifact.sha256:
        say("release", "was deployed from another artifact than the one here")
    if not runtime:
        say("missing", f"there is no code at {item.address}")
        return faults
    masked = artifact.masked(runtime)
    if masked != artifact.deployed_bytecode:
        say("other", f"the code at {item.address} is not the artifact's")
    if "0x" + keccak(masked).hex() != item.code_hash:
        say("hash", f"the code at {item.address} is not what the manifest says")
    if masked == artifact.deployed_bytecode:
        try:
            values = artifact.immutable_values(runtime)
        except SampanError as error:
            say("immutable", error.message)
        else:
            for name in sorted(set(values) | set(item.immutables)):
                there = "0x" + values[name].hex() if name in values else None
                if there != item.immutables.get(name):
                    say("immutable", f"{name} is {there}, the manifest says {item.immutables.get(name)}")
    arguments = [manifests.unplain(argument.type, argument.value) for argument in item.arguments]
    types = [argument.type for argument in item.arguments]
    init_code_hash = keccak(artifact.bytecode + abi.encode(types, arguments, subject=item.name))
    if "0x" + init_code_hash.hex() != item.init_code_hash:
        say("init", "artifact and arguments do not give the init code of the manifest")
    salt = bytes.fromhex(manifest.salt[2:])
    if factory.address_of_hash(salt, bytes.fromhex(item.init_code_hash[2:])) != item.address:
        say("address", f"{item.address} does not follow from factory, salt and init code")
    return faults


def read_backs(
    connection: Connection, wanted: Sequence[ReadBack], addresses: Mapping[str, str], *, block: BlockTag = "latest"
) -> list[Fault]:
    """Make every call of a plan, changing nothing. Nothing wrong: an empty list."""
    from sampan.deployment.plan import Ref

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


def contracts_of(manifest: Manifest, load: Callable[[str], Artifact] | None = None) -> list[powers.Contract]:
    """The contracts of a manifest as `powers.read` wants them, each with the ABI that its address answers."""
    from sampan.toolchain import artifacts

    load = load or artifacts.load
    found = []
    for item in manifest.contracts:
        own = load(item.artifact).abi
        answered = load(item.interface).abi if item.interface else []
        found.append(powers.Contract(item.name, item.address, [*own, *answered]))
    return found


def _tag(block: BlockTag) -> str:
    from sampan.chain.connection import tag

    return tag(block)
