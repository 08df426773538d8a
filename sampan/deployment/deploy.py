"""Deploying: look at what stands, do what is missing, read all of it back, then write the manifest.

Every step looks first. A run that was killed goes on from what it finds on the chain and in its outbox, so nothing
is deployed twice; the manifest is written whole, at the end, after everything was read back.
"""

from __future__ import annotations

import contextlib
import datetime
import subprocess
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import sampan
from sampan.chain import abi
from sampan.chain.accounts import development_signer
from sampan.chain.fees import GWEI, offer
from sampan.chain.outbox import Outbox
from sampan.chain.sender import Sender
from sampan.chain.transactions import Call, Receipt, Reverted
from sampan.deployment import factory, parameters, powers, suite, verify
from sampan.deployment import manifest as manifests
from sampan.deployment.manifest import (
    ArgumentRecord,
    ContractRecord,
    Manifest,
    PowersRecord,
    RoleRecord,
    TargetRecord,
)
from sampan.deployment.plan import ADMIN, ADMIN_ROLE, Plan, Resolved, resolve
from sampan.errors import ChainError, UsageError, advise
from sampan.keccak import keccak
from sampan.toolchain import artifacts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sampan.chain.connection import Connection
    from sampan.chain.signers import Signer
    from sampan.toolchain.artifacts import Artifact

    Load = Callable[[str], Artifact]

T = TypeVar("T")

WIRES_AT_ONCE = 32
"""Acts on the manager that go into one transaction: far below the gas that it may have."""

PATIENCE = 5
PAUSE = 3.0

FUNDING = "fund the sender of the factory"
FACTORY = "deploy the factory"
WIRING = "wire powers"
HANDOVER = "hand over administration"


@dataclass(frozen=True, slots=True)
class Step:
    """One transaction of a deployment: what it does, whether it is done already, and about how much gas it takes."""

    label: str
    done: bool
    gas: int
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a deployment would do. `max_cost` is in wei, at the fees offered now. `differs`: it was handed over before,
    and has other powers than the plan says: nothing would be sent, and what is read back would be refused."""

    steps: tuple[Step, ...]
    gas: int
    max_cost: int
    balance: int
    differs: bool = False

    @property
    def nothing_to_do(self) -> bool:
        """Whether all of it stands already."""
        return all(step.done for step in self.steps)

    @property
    def lacks(self) -> int:
        """How much the deployer must be sent before, in wei."""
        return 0 if self.nothing_to_do else max(0, self.max_cost - self.balance)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a deployment did: its manifest, and the receipts of what was sent, now or by a run that it goes on from."""

    manifest: Manifest
    receipts: Mapping[str, Receipt]


@dataclass(slots=True)
class _Run:
    """A deployment under way."""

    connection: Connection
    plan: Plan
    resolved: dict[str, Resolved]
    sender: Sender
    load: Load
    receipts: dict[str, Receipt] = field(default_factory=dict)
    creations: dict[str, tuple[str | None, int | None]] = field(default_factory=dict)

    @property
    def manager(self) -> str:
        return self.resolved[self.plan.manager].address

    def send(self, call: Call) -> Receipt:
        receipt = self.sender.send(call)
        self.receipts[call.label] = receipt
        return receipt


# ------------------------------------------------------------------------------------------------------------ deploying


def deploy(
    connection: Connection,
    signer: Signer,
    plan: Plan,
    *,
    path: Path | None = None,
    replace: bool = False,
    load: Load = artifacts.load,
    confirmations: int | None = None,
    watch: Callable[[str, str], None] | None = None,
) -> Outcome:
    """Deploy a plan, wire its powers, hand over, read all back, write the manifest to `path` (None: write none).

    Killed at any point and called again with the same plan, it goes on. When all of it stands it only reads back.
    `replace` allows a manifest of another release or other parameters to be put aside. `watch(what, label)` is told of
    every step.

    Raises `UsageError` when the signer is not the plan's deployer or another deployment is in the way, `Missing`
    without artifacts, `ChainError` when the chain fails or what was read back is wrong, `Reverted` when a contract
    refuses.
    """
    watch = watch or (lambda what, label: None)
    if signer.address != plan.deployer:
        raise UsageError(
            f"the plan is for the deployer {plan.deployer}", subject=signer.address, hint="sign with that account"
        )
    resolved = resolve(plan, load)
    before = None if path is None else _manifest_before(connection, path, plan, resolved, replace)
    with contextlib.ExitStack() as stack:
        outbox = None
        if path is not None:
            outbox = Outbox(path.with_name(f".{path.stem}.outbox"))
            stack.enter_context(outbox.alone())
        # Each step waits for the one before to be mined, and only the end for all of them to be deep.
        sender = Sender(connection, signer, outbox=outbox, hold=True, confirmations=1, watch=watch)
        stack.callback(sender.release)
        run = _Run(connection, plan, resolved, sender, load)
        for left in sender.look_back():
            if left.receipt is not None and left.receipt.succeeded:
                run.receipts[left.label] = left.receipt
        _step(FACTORY, _factory, run)
        _contracts(run)
        _step(WIRING, _wire, run)
        sender.settle(confirmations or connection.network.confirmations)
        watch("reading", "read all back")
        made = _patiently(connection, lambda: _read_back(run))
        if before is not None and _says_the_same(before, made):
            made = before
        elif path is not None:
            if before is not None and not _is_passing(connection):
                manifests.write(before, path.with_name(f"{path.stem}-{before.time.replace(':', '')}.json"))
            manifests.write(made, path)
            watch("written", "write the manifest")
        sender.told()
    return Outcome(made, run.receipts)


def deploy_for_development(connection: Connection, *, delay: int | None = None, path: Path | None = None) -> Manifest:
    """The suite on a development chain, every role held by the published account of its name.

    With `delay` every delay is that many seconds: 0 for what is not about delays. Raises as `deploy`, and `UsageError`
    on any other chain.
    """
    if not connection.is_development:
        raise UsageError(
            "published keys are for development chains", subject=connection.network.name, hint="use `sampan deploy`"
        )
    deployer = development_signer("deployer")
    decided = parameters.usual(deployer.address, development=True)
    if delay is not None:
        decided = decided.with_delays(delay)
    return deploy(connection, deployer, suite.plan(decided), path=path, replace=True).manifest


def _manifest_before(
    connection: Connection, path: Path, plan: Plan, resolved: Mapping[str, Resolved], replace: bool
) -> Manifest | None:
    """The manifest that is there, when this deployment goes on from it or may take its place."""
    if not path.exists():
        return None
    before = manifests.load(path)
    if (before.chain_id, before.genesis_hash) != (connection.chain_id, connection.genesis_hash):
        if _is_passing(connection):
            # The manifest of a development chain that is gone; nothing is lost with it.
            return before
        raise ChainError(
            f"the manifest is of another chain (id {before.chain_id})",
            subject=str(path),
            code="chain.wrong",
            hint="does the URL belong to this network? if it does, move the manifest away",
        )
    same = {item.name: item.address for item in before.contracts} == {
        name: item.address for name, item in resolved.items()
    }
    if not (same and before.parameters == plan.parameters) and not replace:
        raise UsageError(
            "something else was deployed there: another release, other parameters or another deployer",
            subject=str(path),
            hint="a new version is a new deployment: --replace puts the old manifest aside",
        )
    return before


def _says_the_same(before: Manifest, made: Manifest) -> bool:
    """Whether a manifest that is there need not be written again: it tells the same, and of the same transactions."""
    # The chain is the same; what it is called here is not the deployment's.
    return (
        before.same_as(made.model_copy(update={"network": before.network}))
        and made.powers.block in (None, before.powers.block)
        and all(
            new.transaction in (None, old.transaction) and new.block in (None, old.block)
            for old, new in zip(before.contracts, made.contracts, strict=True)
        )
    )


def _is_passing(connection: Connection) -> bool:
    """Whether the chain is a development chain on this machine: nobody needs the manifests of what was there before."""
    return connection.network.here and connection.is_development


# ---------------------------------------------------------------------------------------------------------------- steps


def _factory(run: _Run) -> None:
    there = run.connection.code(factory.ADDRESS)
    if there == factory.CODE:
        return
    if there:
        raise ChainError("other code stands where the factory should", subject=factory.ADDRESS, code="chain.factory")
    lacking = factory.PRICE - run.connection.balance(factory.SENDER)
    if lacking > 0:
        run.send(Call(factory.SENDER, value=lacking, label=FUNDING))
    try:
        run.receipts[FACTORY] = run.sender.send_raw(factory.TRANSACTION, FACTORY)
    except (ChainError, Reverted) as error:
        raise ChainError(
            f"the public factory is not there and cannot be deployed: {error.message}",
            subject=run.connection.network.name,
            code="chain.factory",
            hint="this RPC may refuse transactions without a chain id; send the factory's own through another",
        ) from None
    if run.connection.code(factory.ADDRESS) != factory.CODE:
        raise ChainError("the factory's transaction did not make it", subject=factory.ADDRESS, code="chain.factory")


def _label(name: str) -> str:
    return f"deploy {name}"


def _step(label: str, step: Callable[[_Run], None], run: _Run) -> None:
    """Takes a step. When the RPC goes away, or another trouble of the chain's ends it, the error says what follows."""
    try:
        step(run)
    except ChainError as error:
        if error.code in _GOES_ON:
            advise(error, f"call again: it goes on at {label!r}, nothing is done twice")
        raise


_GOES_ON = frozenset({"chain.unreachable", "chain.timeout", "chain.rpc", "chain.uncertain", "chain.answer"})
"""Codes of errors after which the same call goes on."""


def _contracts(run: _Run) -> None:
    for name, item in run.resolved.items():
        _step(_label(name), partial(_contract, item=item), run)


def _contract(run: _Run, item: Resolved) -> None:
    # The address follows from the code: what stands there is right, whoever put it there.
    if run.connection.code(item.address):
        return
    label = _label(item.plan.name)
    try:
        run.send(factory.creation(run.plan.salt, item.init_code, label))
    except (Reverted, ChainError) as error:
        if error.code not in ("refused.reverted", "chain.out_of_gas", "chain.unexplained") or not run.connection.code(
            item.address
        ):
            raise _why_no_contract(run, item, error) if isinstance(error, Reverted) else error from None
        # Somebody else was quicker.
    _patiently(run.connection, partial(_require_code, run, item))


def _require_code(run: _Run, item: Resolved) -> None:
    if not run.connection.code(item.address):
        # A reorganisation may just have dropped it.
        run.sender.settle()
        if not run.connection.code(item.address):
            raise ChainError("the factory made no contract", subject=item.plan.name, code="chain.factory")


def _patiently(connection: Connection, look: Callable[[], T]) -> T:
    """Look again for a while where many nodes answer under one name, and one may not know yet what another told us."""
    for _ in range(0 if connection.network.here else PATIENCE):
        try:
            return look()
        except ChainError as error:
            if error.code == "chain.unreachable":
                raise
            time.sleep(PAUSE)
    return look()


def _why_no_contract(run: _Run, item: Resolved, error: Reverted) -> Reverted:
    """The factory swallows a constructor's reason: ask the constructor itself."""
    try:
        run.connection.rpc("eth_call", Call(None, item.init_code).as_rpc(run.plan.deployer), "latest")
    except ChainError as told:
        data = getattr(told, "data", None)
        if data is not None:
            return Reverted(
                data, call=Call(None, label=_label(item.plan.name)), transaction_hash=error.transaction_hash
            )
    return error


def _wire(run: _Run) -> None:
    """Do what the manager was not told yet, then hand over; each transaction all or nothing."""
    state = _state(run)
    if _handed_over(run.plan, state):
        return
    while wires := _missing_wires(run.plan, run.resolved, state):
        number = 1 + sum(label.startswith(WIRING) for label in run.receipts)
        _tell(run, _together(run.manager, wires[:WIRES_AT_ONCE], f"{WIRING} {number}"), state)
        state = _state(run)
    last = _handover(run.plan, state)
    if last:
        _tell(run, _together(run.manager, last, HANDOVER), state)


def _handed_over(plan: Plan, state: powers.Powers) -> bool:
    """Whether it was handed over before: what was changed since is the administrator's, and is read back alone."""
    deployer = _members(state, ADMIN_ROLE).get(plan.deployer)
    return deployer is None or deployer.delay.now != 0


def _tell(run: _Run, call: Call, before: powers.Powers) -> None:
    """Tells the manager something.

    Another run with the same key may have been quicker: what was refused is no fault when the manager knows more.
    """
    try:
        run.send(call)
    except Reverted:
        if _state(run) == before:
            raise


def _together(manager: str, wires: Sequence[bytes], label: str) -> Call:
    return Call(manager, abi.encode_call("multicall(bytes[])", wires), label=label)


def _state(run: _Run) -> powers.Powers:
    """What the manager was told so far, once everything stands that was sent."""
    run.sender.settle()
    return _told(run.connection, run.manager, _created(run, run.plan.manager)[1])


def _told(connection: Connection, manager: str, created: int | None) -> powers.Powers:
    return _patiently(connection, lambda: powers.read(connection, manager, (), from_block=created or 0, probe=False))


def _members(state: powers.Powers, role: int) -> dict[str, powers.Member]:
    there = state.role(role)
    return {member.account: member for member in there.members} if there else {}


def _missing_wires(plan: Plan, resolved: Mapping[str, Resolved], state: powers.Powers) -> list[bytes]:
    """Everything but the hand-over that the manager must still be told, as calls of it."""
    wires: list[bytes] = []

    def wire(signature: str, *arguments: Any) -> None:
        wires.append(abi.encode_call(signature, *arguments))

    for role in plan.roles:
        there = state.role(role.number) or powers.unwired(role.number)
        if there.name != role.name:
            wire("labelRole(uint64,string)", role.number, role.name)
        if there.guardian != role.guardian:
            wire("setRoleGuardian(uint64,uint64)", role.number, role.guardian)
        wired = {(function.address, function.selector) for function in there.functions}
        for contract in dict.fromkeys(function.contract for function in role.functions):
            address = resolved[contract].address
            selectors = [bytes.fromhex(f.selector[2:]) for f in role.functions if f.contract == contract]
            lacking = [selector for selector in selectors if (address, selector) not in wired]
            if lacking:
                wire("setTargetFunctionRole(address,bytes4[],uint64)", address, lacking, role.number)
        have = _members(state, role.number)
        for account in role.members:
            if account not in have or have[account].delay.coming != role.delay:
                wire("grantRole(uint64,address,uint32)", role.number, account, role.delay)
        # Members first: a grant delay that counts at once would keep them waiting.
        if there.grant_delay.coming != role.grant_delay:
            wire("setGrantDelay(uint64,uint32)", role.number, role.grant_delay)
    delays = {target.address: target.admin_delay.coming for target in state.targets}
    for item in plan.contracts:
        address = resolved[item.name].address
        if item.managed and delays.get(address, 0) != plan.target_delay:
            wire("setTargetAdminDelay(address,uint32)", address, plan.target_delay)
    return wires


def _others(plan: Plan, state: powers.Powers) -> bool:
    """Whether a power has members that the plan does not name."""
    meant = {ADMIN_ROLE: {plan.administrator}, **{role.number: set(role.members) for role in plan.roles}}
    return any(_members(state, number).keys() - accounts for number, accounts in meant.items())


def _handover(plan: Plan, state: powers.Powers) -> list[bytes]:
    """The end: the administrator gets its delay, and the deployer keeps nothing unless it is the administrator."""
    have = _members(state, ADMIN_ROLE)
    wires = []
    member = have.get(plan.administrator)
    if member is None or member.delay.coming != plan.admin_delay:
        wires.append(
            abi.encode_call("grantRole(uint64,address,uint32)", ADMIN_ROLE, plan.administrator, plan.admin_delay)
        )
    if plan.deployer != plan.administrator and plan.deployer in have:
        wires.append(abi.encode_call("renounceRole(uint64,address)", ADMIN_ROLE, plan.deployer))
    return wires


# ------------------------------------------------------------------------------------------------------- describing


def _created(run: _Run, name: str) -> tuple[str | None, int | None]:
    """Transaction and block of a contract: by its receipt, or found on the chain."""
    receipt = run.receipts.get(_label(name))
    if receipt is not None:
        # A reorganisation may have put it into another block since.
        receipt = run.connection.receipt(receipt.transaction_hash) or receipt
        return receipt.transaction_hash, receipt.block_number
    if name not in run.creations:
        item = run.resolved[name]
        run.creations[name] = _find_creation(run.connection, item, run.plan.salt)
    return run.creations[name]


def _told_in(run: _Run) -> int | None:
    """The block of the last transaction that told the manager anything; None where another run sent it."""
    sent = [receipt for label, receipt in run.receipts.items() if label.startswith(WIRING) or label == HANDOVER]
    # As in `_created`: a reorganisation may have moved them.
    told = [run.connection.receipt(receipt.transaction_hash) or receipt for receipt in sent]
    return max((receipt.block_number for receipt in told), default=None)


def _find_creation(connection: Connection, item: Resolved, salt: bytes) -> tuple[str | None, int | None]:
    """Where a contract of the factory came from: transaction and block; None where the node does not keep that.

    The block is found by halving (is there code yet?), the transaction in it by what it told the factory.
    """
    low, high = 0, connection.block_number()
    try:
        while low < high:
            middle = (low + high) // 2
            if connection.code(item.address, middle):
                high = middle
            else:
                low = middle + 1
    except ChainError:
        return None, None
    wanted = (salt + item.init_code).hex()
    for transaction in connection.block(low, transactions=True)["transactions"]:
        if wanted in transaction["input"]:
            return transaction["hash"], low
    return None, low


def _describe(run: _Run) -> Manifest:
    plan, connection = run.plan, run.connection
    contracts = []
    for name, item in run.resolved.items():
        runtime = connection.code(item.address)
        masked = item.artifact.masked(runtime)
        values = item.artifact.immutable_values(runtime) if masked == item.artifact.deployed_bytecode else {}
        transaction, block = _created(run, name)
        contracts.append(
            ContractRecord(
                name=name,
                source=item.artifact.source,
                artifact=item.artifact.name,
                interface=item.plan.interface,
                abi=manifests.abi_file(item.plan.interface or item.artifact.name),
                address=item.address,
                arguments=[
                    ArgumentRecord(name=argument, type=kind, value=manifests.plain(value))
                    for argument, kind, value in item.arguments
                ],
                init_code_hash="0x" + keccak(item.init_code).hex(),
                code_hash="0x" + keccak(masked).hex(),
                immutables={key: "0x" + value.hex() for key, value in sorted(values.items())},
                artifact_hash=item.artifact.sha256,
                transaction=transaction,
                block=block,
            )
        )
    admin = RoleRecord(
        number=ADMIN_ROLE,
        name=ADMIN,
        members=[plan.administrator],
        delay=plan.admin_delay,
        grant_delay=0,
        guardian=ADMIN_ROLE,
        functions=[],
    )
    return Manifest(
        schema=manifests.SCHEMA,
        network=connection.network.name,
        chain_id=connection.chain_id,
        genesis_hash=connection.genesis_hash,
        ledger=None if plan.ledger is None else run.resolved[plan.ledger].address,
        sampan=sampan.__version__,
        release=artifacts.release_hash(),
        deployer=plan.deployer,
        git_commit=git_commit(),
        time=datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        factory=factory.ADDRESS,
        salt="0x" + plan.salt.hex(),
        parameters=dict(plan.parameters),
        contracts=contracts,
        powers=PowersRecord(
            manager=plan.manager,
            roles=[admin, *plan.roles],
            targets=[
                TargetRecord(contract=item.name, admin_delay=plan.target_delay)
                for item in plan.contracts
                if item.managed
            ],
            block=_told_in(run),
        ),
    )


def _read_back(run: _Run) -> Manifest:
    """What stands, as a manifest. Raises `ChainError` with all that is not as it was meant."""
    manifest = _describe(run)
    addresses = {item.name: item.address for item in manifest.contracts}
    wrong: list[verify.Fault | powers.Difference] = [
        *verify.code(run.connection, manifest, contracts=run.plan.contracts, manager=run.plan.manager, load=run.load),
        *verify.read_backs(run.connection, run.plan.read_backs, addresses),
    ]
    contracts = verify.contracts_of(manifest, run.load)
    state = powers.read(run.connection, run.manager, contracts, from_block=manifest.from_block)
    wrong += [item for item in powers.compare(state, manifest) if item.id != "powers.scheduled"]
    if wrong:
        raise ChainError(
            "what was read back is not what was meant: "
            + "; ".join(f"{fault.subject}: {fault.message}" for fault in wrong),
            subject=run.connection.network.name,
            code="chain.read_back",
            hint="no manifest was written: let the parameters say what stands, as it was deployed and changed since; "
            "another ledger has another salt",
        )
    return manifest


def git_commit() -> str | None:
    """The commit of the sources that this package runs from, marked when they were changed since; None outside git."""
    folder = Path(__file__).resolve().parents[2]
    if not (folder / ".git").exists():
        return None

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(folder), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout.strip()

    try:
        commit = git("rev-parse", "HEAD")
        changed = git("status", "--porcelain", "--untracked-files=no", "--", "contracts", "sampan")
    except (OSError, subprocess.SubprocessError):
        return None
    return f"{commit}+changes" if changed else commit


# -------------------------------------------------------------------------------------------------------- previewing


def preview(connection: Connection, plan: Plan) -> Preview:
    """What `deploy` would do, and what it would cost, about. Sends nothing. Raises as `deploy` for a wrong plan."""
    resolved = resolve(plan, artifacts.load)
    steps: list[Step] = []
    factory_there = bool(connection.code(factory.ADDRESS))
    if not factory_there:
        steps += [Step(FUNDING, False, 21_000), Step(FACTORY, False, 0, factory.ADDRESS)]
    for name, item in resolved.items():
        done = bool(connection.code(item.address))
        gas = 0 if done else _creation_gas(connection, plan, item, factory_there)
        steps.append(Step(_label(name), done, gas, item.address))
    wiring, differs = _wiring_steps(connection, plan, resolved)
    steps += wiring
    gas = sum(step.gas for step in steps if not step.done)
    network = connection.network
    price = offer(connection, network.max_fee * GWEI, network.max_tip * GWEI).max_fee
    cost = gas * price + (0 if factory_there else factory.PRICE)
    return Preview(tuple(steps), gas, cost, connection.balance(plan.deployer), differs)


def _wiring_steps(connection: Connection, plan: Plan, resolved: dict[str, Resolved]) -> tuple[list[Step], bool]:
    """What the manager would still be told, and whether it was handed over otherwise than it would be told."""
    selectors = sum(len(role.functions) for role in plan.roles)
    acts = sum(2 + len(role.members) for role in plan.roles) + 2 * len(plan.contracts)
    manager = resolved[plan.manager]
    if not connection.code(manager.address):
        return [Step(WIRING, False, 30_000 + 28_000 * (acts + selectors)), Step(HANDOVER, False, 90_000)], False
    state = _told(connection, manager.address, _find_creation(connection, manager, plan.salt)[1])
    wires, last = _missing_wires(plan, resolved, state), _handover(plan, state)
    if _handed_over(plan, state):
        return [Step(WIRING, True, 0), Step(HANDOVER, True, 0)], bool(wires or last or _others(plan, state))
    return [
        Step(WIRING, not wires, 30_000 + 45_000 * len(wires) if wires else 0),
        Step(HANDOVER, not last, 90_000 if last else 0),
    ], False


def _creation_gas(connection: Connection, plan: Plan, item: Resolved, factory_there: bool) -> int:
    """An estimate by the node where it can make one, else from the schedule of gas."""
    call = factory.creation(plan.salt, item.init_code, "")
    if factory_there:
        with contextlib.suppress(ChainError):
            return int(connection.rpc("eth_estimateGas", call.as_rpc(plan.deployer)), 16)
    zeros = call.data.count(0)
    data = 4 * zeros + 16 * (len(call.data) - zeros)
    words = -(-len(item.init_code) // 32)
    return 21_000 + 32_000 + data + 8 * words + 200 * len(item.artifact.deployed_bytecode) + 100_000
