"""What goes wrong when something is sent: faults that a sender meets, and acts and deployments tried under them."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from hostile.scene import Ran, Scene
from support import faults
from support.lying_rpc import Fault

from sampan.chain.accounts import ROLES

ONCE: Final = "done once"
"""It was done, once, and told as done."""
NEXT: Final = "done once, told by the next run"
"""It was done, once; this run could not tell, said so, and the next one tells."""

FAULTS: dict[str, Callable[[], list[Fault]]] = {
    "sound": list,
    "the answer is lost, the receipt late": lambda: [faults.take_and_break(1), faults.late_receipts(looks=3)],
    "the answer is lost three times, the receipt very late": lambda: [
        faults.take_and_break(3),
        faults.late_receipts(looks=15),
    ],
    "receipts are late": lambda: [faults.late_receipts(looks=8)],
    "receipts are late by a second": lambda: [faults.late_receipts(seconds=1)],
    "nonce too low is said of what was taken": lambda: [
        faults.take_and_break(1),
        faults.late_receipts(looks=5),
        faults.answer(None).on("eth_getTransactionByHash").times(6),
    ],
    "what it tells of a transaction is nonsense": lambda: [
        faults.late_receipts(looks=5),
        faults.change(lambda found: found and {**found, "blockNumber": "0xzz"}).on("eth_getTransactionByHash"),
    ],
    "what it tells of blocks is nonsense": lambda: [
        faults.late_receipts(looks=5),
        faults.answer(None).on("eth_getTransactionByHash"),
        faults.blocks(lambda block: {**block, "transactions": ["0x12"]}, "hashes"),
    ],
    "what is sent is forgotten once": lambda: [faults.forget_sends().times(1)],
    "the pool refuses once": lambda: [faults.send_fails("txpool is full").times(1)],
    "the pool refuses what it took": lambda: [
        faults.swallow().on("eth_sendRawTransaction").times(1),
        faults.send_fails("internal error").times(2),
        faults.late_receipts(looks=3),
    ],
    "a node that is behind counts nonces": lambda: [faults.stale_head(2).on("eth_getTransactionCount")],
    "busy": lambda: [faults.busy(429).every(3), faults.busy(503).every(4)],
    "old nonces are not kept": lambda: [
        faults.take_and_break(1),
        faults.late_receipts(looks=6),
        faults.error(-32000, "missing trie node")
        .on("eth_getTransactionCount")
        .given(lambda call: call.params[1] not in ("latest", "pending")),
    ],
}
"""What a node does while something is sent; any of them can be combined."""


def sign(scene: Scene) -> tuple[str, ...]:
    """A remark on a bill: nothing on the ledger would stop a second one."""
    return ("bill", "sign", hex(scene.bills["endorsed"]), "--purpose", "checked", "--from", "consignee")


def _acts(scene: Scene) -> int:
    shown = json.loads(scene.command("bill", "show", hex(scene.bills["endorsed"])).out)
    return int(shown["bill"]["act_count"])


def signed(scene: Scene, given: tuple[Fault, ...]) -> Ran:
    """Signs through the node; how often it stands on the bill is put before what was printed."""
    before = _acts(scene)
    ran = scene.command(*sign(scene), faults=given)
    done = _acts(scene) - before
    if ran.code == 4 and "may have been sent" in ran.out:
        again = scene.command(*sign(scene))
        return replace(ran, files=f"{done} {_acts(scene) - before} {again.code}")
    return replace(ran, files=f"{done} {done} {ran.code}")


def once(scene: Scene, honest: Ran, ran: Ran) -> str:
    """A verdict on an act: how often it was done, and what was told."""
    done, after, code = ran.files.split()
    if (done, after, code, ran.code) == ("1", "1", "0", 0):
        return ONCE
    if (done, ran.code) == ("0", 4):
        return "said"
    if (after, code) == ("1", "0"):
        return NEXT
    return f"done {after} times, exit {ran.code} and {code}"


def deploying(scene: Scene) -> tuple[str, ...]:
    return ("deploy",)


def deployed(scene: Scene, given: tuple[Fault, ...]) -> Ran:
    """Deploys another suite through the node, and once more through an honest one when that did not end well."""
    with tempfile.TemporaryDirectory() as folder:
        parameters = Path(folder, "powers.toml")
        parameters.write_text('salt = "hostile"\n', encoding="utf-8")
        apart = replace(scene, folder=Path(folder, "deployments"))
        before = scene.chain.nonce(ROLES["deployer"])
        ran = apart.command("deploy", "--parameters", str(parameters), faults=given)
        again = ran if ran.code == 0 else apart.command("deploy", "--parameters", str(parameters))
        sent = scene.chain.nonce(ROLES["deployer"]) - before
        left = [path.name for path in apart.folder.iterdir()]
        return replace(ran, files=f"{sent} {again.code} {' '.join(left)}")


def whole(scene: Scene, honest: Ran, ran: Ran) -> str:
    """A verdict on a deployment: eleven transactions, a manifest and nothing else, now or after the next run."""
    if ran.files != "15 0 tried.json":
        return f"sent, exit of the next run, and files: {ran.files}"
    return ONCE if ran.code == 0 else NEXT
