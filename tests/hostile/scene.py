"""The ledger on anvil that hostile nodes stand before, and a command asked through one of them."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.audited_trade import BLANK, CARRIER_ROLES, Trade, deployed, honest, room_on
from support.lying_rpc import Fault, LyingRpc

from sampan.audit import reading
from sampan.chain import abi, connection, rpc, sender
from sampan.chain.accounts import ROLES
from sampan.chain.anvil import Anvil
from sampan.chain.connection import Connection
from sampan.chain.networks import Network
from sampan.chain.rpc import HttpTransport
from sampan.deployment import manifest as manifests
from sampan.identity.records import MOVE, TERMS
from sampan.keccak import keccak

NETWORK = "tried"
DAYS = 86_400


@dataclass(frozen=True)
class Ran:
    """How a command ended: exit code, what it printed, the files that it wrote."""

    code: int
    out: str
    err: str
    files: str = ""

    @property
    def same_as(self) -> tuple[int, str, str]:
        return self.code, self.out, self.files

    @property
    def words(self) -> str:
        """What it said first: an error, or the first finding."""
        said = json.loads(self.out or "{}")
        if "error" in said:
            error = said["error"]
            return ": ".join(filter(None, (error["subject"], error["message"]))) + f" ({error['hint']})"
        found = said.get("findings") or []
        return "" if not found else "{id} {subject}: {message}".format(**found[0])


@dataclass
class Scene:
    """A ledger on which everything happened once, its bills by what became of them, and the node that it stands on."""

    url: str
    trade: Trade
    bills: dict[str, int]
    folder: Path
    answers: dict[tuple[str, ...], Ran] = field(default_factory=dict)
    """What the honest node answered already."""

    @property
    def chain(self) -> Connection:
        return self.trade.connection

    @property
    def outbox(self) -> Path:
        """Where its acts are written down."""
        return self.folder.with_name(f"{self.folder.name}-outbox")

    def administer(self, role: str, target: str, data: bytes, wait: int) -> None:
        """A restricted act that takes effect after a delay."""
        manager = self.trade.manifest.address("AccessManager")
        schedule = abi.encode_call("schedule(address,bytes,uint48)", target, data, 0)
        self.trade.send(role, manager, schedule)
        self.chain.advance_time(wait)
        self.trade.send(role, manager, abi.encode_call("execute(address,bytes)", target, data))

    def honestly(self, *arguments: str) -> Ran:
        """`command` through a node without faults, as long as nobody acts on the chain."""
        if arguments not in self.answers:
            self.answers[arguments] = self.command(*arguments)
        return self.answers[arguments]

    def command(self, *arguments: str, faults: tuple[Fault, ...] = ()) -> Ran:
        """`sampan ARGUMENTS --json` through a node with these faults. An audit's files are compared as well."""
        from sampan.cli.main import run_to_code

        with LyingRpc(self.url, *faults) as proxy, tempfile.TemporaryDirectory() as folder:
            os.environ[f"SAMPAN_NETWORK_{NETWORK.upper()}_URL"] = proxy.url
            os.environ["SAMPAN_DEPLOYMENTS"] = str(self.folder)
            os.environ["SAMPAN_OUTBOX"] = str(self.outbox)
            out, err = io.StringIO(), io.StringIO()
            files = ("--out", folder, "--no-store") if arguments[0] == "audit" else ()
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), impatient():
                code = run_to_code([*arguments, "--json", "--network", NETWORK, *files])
            written = "".join(path.read_text() for path in sorted(Path(folder).iterdir()))
            nameless = re.compile(re.escape(proxy.url.rpartition("/")[0]) + r"[^\s\"]*")
            return Ran(code, nameless.sub("THE NODE", out.getvalue()), err.getvalue(), written)


@contextlib.contextmanager
def impatient() -> Iterator[None]:
    """Pauses between attempts are as many, and a twentieth as long."""
    kept: list[tuple[Any, str, Any]] = [
        (rpc, "FIRST_PAUSE", rpc.FIRST_PAUSE),
        (rpc, "LONGEST_PAUSE", rpc.LONGEST_PAUSE),
        (connection, "LOOKS", connection.LOOKS),
        (reading, "PAUSE", reading.PAUSE),
        (sender, "RESEND_AFTER", sender.RESEND_AFTER),
    ]
    sender.RESEND_AFTER /= 20
    reading.PAUSE /= 20
    rpc.FIRST_PAUSE, rpc.LONGEST_PAUSE = rpc.FIRST_PAUSE / 20, rpc.LONGEST_PAUSE / 20
    connection.LOOKS = tuple(pause / 20 for pause in connection.LOOKS)
    try:
        yield
    finally:
        for module, name, value in kept:
            setattr(module, name, value)


@contextlib.contextmanager
def scene() -> Iterator[Scene]:
    """A new anvil with the ledger on it."""
    given = os.environ.get("SAMPAN_ANVIL")
    with (
        Anvil(program=Path(given) if given else None) as server,
        Connection(HttpTransport(server.url), Network("anvil", "anvil", server.url)) as node,
        tempfile.TemporaryDirectory() as folder,
    ):
        trade = deployed(node)
        made = Scene(server.url, trade, honest(trade), Path(folder))
        _more(made)
        manifests.write(trade.manifest, made.folder / f"{NETWORK}.json")
        yield made


@contextlib.contextmanager
def as_new(made: Scene) -> Iterator[Scene]:
    """What happens within is undone."""
    snapshot, references = made.chain.snapshot(), made.trade.references
    try:
        yield made
    finally:
        made.trade.references = references
        made.chain.revert(snapshot)
        # Neither a rise of the base fee nor what waits is undone by that.
        made.chain.rpc("anvil_setNextBlockBaseFeePerGas", made.chain.block()["baseFeePerGas"])
        made.chain.rpc("anvil_dropAllTransactions")
        # What was on its way is of a chain that is gone.
        shutil.rmtree(made.outbox, ignore_errors=True)


def _more(made: Scene) -> None:
    """What an honest ledger sees beside bills that go round: standing, lists, times, powers."""
    trade = made.trade
    number = trade.participants["trader"]
    trade.act("suspender", "suspend", number, b"court order")
    made.administer("lifter", trade.address, trade.data("liftSuspension", number), 3 * DAYS)
    trade.act("bank", "setGiver", trade.participants["shipper"], True)
    trade.act("enroller", "assignCode", b"SMDG", b"SAM", trade.participants["carrier"])
    trade.act("carrier", "publishAnswerTime", 48)
    trade.act("shipper", "cancel", keccak(b"an act that was signed"))
    trade.act("shipper", "signRulebook", keccak(b"rulebook 2"))
    _noted(made)
    bill = made.bills["endorsed"] = trade.issue(BLANK)
    trade.transfer("shipper", bill, "trader", b"as agreed")
    trade.transfer("trader", bill, "consignee", b"against payment")
    # Blocks in which nothing happens, as on any chain.
    trade.connection.rpc("anvil_mine", hex(300))
    trade.issue(BLANK)


def _noted(made: Scene) -> None:
    """The rest of what is noted: of each kind at least one."""
    trade, now = made.trade, made.chain.time()
    carrier, spare = ROLES["carrier"], "spare_1"
    number = trade.participants["carrier"]
    trade.add_account("carrier", spare, MOVE)
    trade.act("carrier", "setAccountRoles", ROLES[spare], MOVE | TERMS)
    trade.act("carrier", "setReceiving", ROLES[spare], 1)
    trade.add_account("carrier", "spare_2", MOVE)
    trade.act("carrier", "removeAccount", ROLES["spare_2"], carrier)
    trade.act("enroller", "setProfile", number, trade.ask("participant", number).parent, CARRIER_ROLES)
    for winding in (True, False):
        made.administer("lifter", trade.address, trade.data("setWindingDown", number, winding), 3 * DAYS)
    propose = trade.data("proposeRecovery", ROLES[spare], carrier, 0, 0, b"lost", b"")
    trade.act("recoverer", "proposeRecovery", ROLES[spare], carrier, 0, 0, b"lost", b"")
    trade.act("carrier", "vetoRecovery", ROLES[spare])
    trade.send("recoverer", trade.address, propose)
    made.chain.advance_time(8 * DAYS)
    trade.act("stranger", "executeRecovery", ROLES[spare])
    agreement = (ROLES["bank"], made.bills["lodged"], 9, bytes(4), ROLES["bank"], 0, 3, bytes(32), now + 90 * DAYS)
    kinds = ["signer address", "bill uint256", "actCount uint256", "verb bytes4", "possessor address"]
    kinds += ["titleholder uint256", "kind uint8", "detail bytes32", "deadline uint256"]
    typed = [(name, kind) for name, _, kind in (each.partition(" ") for each in kinds)]
    trade.act("stranger", "record", agreement, trade.signed("bank", "Agreement", typed, agreement))
    trade.act("room_delister", "delistRoom", room_on(trade, "bank"), [b"HK"])


def grant_to_thief(made: Scene) -> None:
    """The administrator gives a thief the power to lift suspensions."""
    _grant(made, "thief")


def grant_to_trader(made: Scene) -> None:
    """The same, to somebody whom the ledger knows."""
    _grant(made, "trader")


def _grant(made: Scene, role: str) -> None:
    manager = made.trade.manifest.address("AccessManager")
    grant = abi.encode_call("grantRole(uint64,address,uint32)", 3, ROLES[role], 0)
    made.administer("administrator", manager, grant, 6 * DAYS)
