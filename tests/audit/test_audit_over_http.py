"""The audit over HTTP: what is not as it should be is found and named, and no honest fault of an RPC changes a byte."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import faults
from support.audited_trade import BLANK, ROLES, OnAnvil, Trade
from support.lying_rpc import Fault, LyingRpc

from sampan.audit import Report, audit, reading
from sampan.audit.run import source_of
from sampan.audit.store import EventStore
from sampan.chain import logs
from sampan.deployment import manifest as manifests
from sampan.deployment.manifest import Manifest
from sampan.errors import ChainError
from sampan.keccak import keccak
from sampan.suite.event import SEVERAL
from sampan.suite.layout import entry, owner_slot, token_slot
from sampan.suite.tell import bill_name
from sampan.toolchain.artifacts import load

pytestmark = pytest.mark.anvil


def written(report: Report) -> str:
    return json.dumps([report.body(), report.timeline()])


def found(report: Report) -> dict[str, list[str]]:
    """Checks that fired, and about whom."""
    by_check: dict[str, list[str]] = {}
    for finding in report.findings:
        by_check.setdefault(finding.id, []).append(finding.subject)
    return by_check


def test_an_honest_ledger_over_http_gives_no_findings(on_anvil: OnAnvil) -> None:
    with on_anvil.connect() as connection:
        report = audit(connection, on_anvil.trade.manifest)

    assert (report.findings, report.reconciled) == ((), True)
    assert len(report.lives["bills"]) == len(on_anvil.bills)


# ---------------------------------------------------------------------------------------------------------- other code


def pointing(manifest: Manifest, contract: str, **changes: Any) -> Manifest:
    contracts = [item.model_copy(update=changes) if item.name == contract else item for item in manifest.contracts]
    return manifest.model_copy(update={"contracts": contracts})


def test_a_manifest_that_points_at_other_code_is_found(on_anvil: OnAnvil) -> None:
    manifest = on_anvil.trade.manifest
    for contract, address in (
        ("Bills", manifest.address("Registry")),
        ("Bills", ROLES["stranger"]),
        ("Registry", manifest.address("Amendments")),
        ("AccessManager", manifest.address("Bills")),
    ):
        report = audit(on_anvil.trade.connection, pointing(manifest, contract, address=address))

        assert set(found(report)) == {"SAM-C1"}
        # Each is given to others, whose arguments then name somebody else.
        given = manifest.address(contract)
        takers = {each.name for each in manifest.contracts if given in [argument.value for argument in each.arguments]}
        assert set(found(report)["SAM-C1"]) == {contract, *takers}
        assert any(address in finding.message for finding in report.findings)
        assert not report.reconciled
        assert report.fails(report.findings[0].level)


def test_code_that_was_changed_on_the_chain_is_found(on_anvil: OnAnvil) -> None:
    connection, address = on_anvil.trade.connection, on_anvil.trade.address
    code = bytearray(connection.code(address))
    code[len(code) // 2] ^= 1
    connection.rpc("anvil_setCode", address, "0x" + code.hex())
    connection.mine()

    assert set(found(audit(connection, on_anvil.trade.manifest))) == {"SAM-C1"}


def test_an_immutable_that_leads_elsewhere_is_found(on_anvil: OnAnvil) -> None:
    """The ledger's own code, but the code that it hands half of its verbs to is somebody else's (N24)."""
    connection, manifest = on_anvil.trade.connection, on_anvil.trade.manifest
    artifact = load("Bills")
    code = bytearray(connection.code(on_anvil.trade.address))
    for span in artifact.immutables["Bills.REGISTRY"]:
        code[span.start + 12 : span.start + 32] = bytes.fromhex(ROLES["thief"][2:])
    connection.rpc("anvil_setCode", on_anvil.trade.address, "0x" + code.hex())
    connection.mine()

    report = audit(connection, manifest)

    assert found(report) == {"SAM-C1": ["Bills"]}
    assert "Bills.REGISTRY" in report.findings[0].message
    assert ROLES["thief"].lower()[2:] in report.findings[0].message


# ------------------------------------------------------------------------------------------------------ altered storage


def set_word(trade: Trade, slot: int, change: Callable[[int], int]) -> None:
    """Change a word of the ledger's storage behind its back, then mine a block (K19)."""
    at = f"0x{slot:064x}"
    value = int(trade.connection.rpc("eth_getStorageAt", trade.address, at, "latest"), 16)
    trade.connection.rpc("anvil_setStorageAt", trade.address, at, f"0x{change(value) % 2**256:064x}")
    trade.connection.mine()


def slot_of(variable: str) -> int:
    layout = load("Bills").storage_layout["storage"]
    return int(next(item["slot"] for item in layout if item["label"] == variable))


THIEF = int(ROLES["thief"], 16)


@pytest.mark.parametrize(
    ("change", "words_of_it"),
    [
        (lambda word: word & ~((1 << 160) - 1) | THIEF, f"the chain has {ROLES['thief']}"),
        (lambda word: word ^ 1 << 160, "bill.status: the logs give 1, the chain has 0"),
        (lambda word: word ^ 8 << 160, "bill.status: the logs give 1, the chain has 9"),
        (lambda word: word | 0xF << 160, "bill: the logs give {"),
        (lambda word: word ^ 1 << 164, "bill.kind: the logs give 3, the chain has 2"),
        (lambda word: word ^ 1 << 168, "word, kept: the logs give 0, the chain has 1"),
        (lambda word: word + (1 << 169), "bill.actCount: the logs give 2, the chain has 3"),
        (lambda word: word + (1 << 180), "bill.since"),
        (lambda word: word + (1 << 196), "bill.titleholder: the logs give 0, the chain has 1"),
        (lambda word: word + (1 << 216), "bill.previousAccount"),
        (lambda word: word + (1 << 236), "bill.previousTitleholder"),
        (lambda word: 0, "the chain has no answer"),
    ],
)
def test_a_bills_word_that_was_altered_is_found_p10(
    on_anvil: OnAnvil, change: Callable[[int], int], words_of_it: str
) -> None:
    bill = on_anvil.bills["by operator"]
    set_word(on_anvil.trade, token_slot(bill), change)

    report = audit(on_anvil.trade.connection, on_anvil.trade.manifest)

    assert found(report)["SAM-P10"] == [bill_name(bill)]
    assert any(words_of_it in finding.message for finding in report.findings), report.findings
    assert not report.reconciled


def test_a_document_root_that_was_altered_is_found_p3(on_anvil: OnAnvil) -> None:
    bill = on_anvil.bills["lodged"]
    set_word(on_anvil.trade, entry(slot_of("_rootOf"), bill.to_bytes(32, "big")), lambda word: word ^ 1)

    report = audit(on_anvil.trade.connection, on_anvil.trade.manifest)

    assert found(report) == {"SAM-P10": [bill_name(bill)], "SAM-P3": [bill_name(bill)]}


@pytest.mark.parametrize(
    ("change", "words_of_it"),
    [
        (lambda word: word + 1, "balanceOf: the logs give 3, the chain has 4"),
        (lambda word: word ^ 1 << (32 + 134), "account.roles"),
        (lambda word: word ^ 1 << (32 + 166), "account.acts: the logs give true, the chain has false"),
        (lambda word: word + (1 << (32 + 174)), "account.issued: the logs give 0, the chain has 1"),
        (lambda word: word + (1 << (32 + 94)), "account.participant"),
        (lambda word: word ^ 1 << (32 + 171), "standing: the logs give"),
        (lambda word: word ^ 1 << (32 + 223), "standing: the logs give"),
    ],
)
def test_an_accounts_word_that_was_altered_is_found_p10(
    on_anvil: OnAnvil, change: Callable[[int], int], words_of_it: str
) -> None:
    # The shipper possesses the halves and what came back from paper, among others.
    assert on_anvil.trade.ask("balanceOf", ROLES["bank"]) == 1
    possessed = on_anvil.trade.ask("balanceOf", ROLES["shipper"])
    set_word(on_anvil.trade, owner_slot(ROLES["shipper"]), change)

    report = audit(on_anvil.trade.connection, on_anvil.trade.manifest)

    assert ROLES["shipper"] in found(report)["SAM-P10"]
    wanted = words_of_it.replace("give 3", f"give {possessed}").replace("has 4", f"has {possessed + 1}")
    assert any(wanted in finding.message for finding in report.findings), report.findings
    assert not report.reconciled


def test_counters_listings_and_numbers_that_were_altered_are_found_p10(on_anvil: OnAnvil) -> None:
    trade = on_anvil.trade
    set_word(trade, slot_of("_participantCount"), lambda word: word + 1)
    set_word(trade, entry(slot_of("_accountAt"), (2).to_bytes(32, "big")), lambda word: THIEF)

    report = audit(trade.connection, trade.manifest)

    assert "ledger" in found(report)["SAM-P10"]
    assert "account 2" in found(report)["SAM-P10"]


def test_an_authority_that_was_altered_is_found(on_anvil: OnAnvil) -> None:
    set_word(on_anvil.trade, slot_of("_authority"), lambda word: word & ~((1 << 160) - 1) | THIEF)

    report = audit(on_anvil.trade.connection, on_anvil.trade.manifest)

    assert "ledger" in found(report)["SAM-P10"]


def test_powers_that_are_not_the_manifests_are_found(on_anvil: OnAnvil) -> None:
    trade, manifest = on_anvil.trade, on_anvil.trade.manifest
    roles = [
        role.model_copy(update={"members": [ROLES["keeper"]], "delay": role.delay + 60})
        if role.name == "LIFTER"
        else role
        for role in manifest.powers.roles
    ]
    meant = manifest.model_copy(update={"powers": manifest.powers.model_copy(update={"roles": roles})})

    report = audit(trade.connection, meant)

    assert set(found(report)) == {"SAM-A1"}
    assert ROLES["lifter"] in found(report)["SAM-A1"]
    assert report.reconciled


# ----------------------------------------------------------------------------------------------------------- faulty RPC


@pytest.mark.parametrize("whose", ["Infura", "Ankr", "dRPC", "Alchemy, growth", "Erigon"])
def test_ranges_that_a_node_refuses_are_split_and_grow_again(on_anvil: OnAnvil, whose: str) -> None:
    trade = on_anvil.trade
    trade.connection.rpc("anvil_mine", hex(400))
    wanted = written(audit(trade.connection, trade.manifest))

    with LyingRpc(on_anvil.url) as proxy, on_anvil.connect(proxy.url) as connection:
        proxy.add(faults.range_limit(50, whose))
        report = audit(connection, trade.manifest)
        asked = proxy.methods().count("eth_getLogs")

    assert written(report) == wanted
    # 450 blocks: nine requests would be perfect.
    assert 9 <= asked <= 30


def test_a_node_that_drops_answers_429_breaks_off_and_delays_changes_nothing(on_anvil: OnAnvil) -> None:
    trade = on_anvil.trade
    wanted = written(audit(trade.connection, trade.manifest))
    dice = random.Random(7)
    of_nodes = [
        faults.drop(),
        faults.swallow(),
        faults.busy(429),
        faults.status(503),
        faults.text(b'{"jsonrpc":"2.0","id":1,"result":[{"addr'),
        faults.text(b"<html>busy</html>"),
        faults.delay(0.01),
        *[faults.passing()] * 9,
    ]
    with LyingRpc(on_anvil.url) as proxy, on_anvil.connect(proxy.url) as connection:
        proxy.play(*dice.choices(of_nodes, k=400))
        assert written(audit(connection, trade.manifest)) == wanted


def test_an_answer_that_is_silently_cut_at_a_round_number_is_asked_again_in_parts(
    on_anvil: OnAnvil, monkeypatch: pytest.MonkeyPatch
) -> None:
    trade = on_anvil.trade
    for batch in range(3):
        digests = [keccak(bytes([batch]) + number.to_bytes(2, "big")) for number in range(100)]
        trade.act("shipper", "multicall", [trade.data("cancel", digest) for digest in digests])
    wanted = written(audit(trade.connection, trade.manifest))

    with LyingRpc(on_anvil.url, faults.cut_logs(200)) as proxy, on_anvil.connect(proxy.url) as connection:
        store = EventStore(source_of(trade.manifest, trade.manifest.from_block))
        monkeypatch.setattr(logs, "ROUND", 200)
        reading.read(connection, store, connection.block_number())
        report = audit(connection, trade.manifest)

    # Who else is told of in the logs, this store does not read.
    assert store.count() == sum(entry.contract not in SEVERAL for entry in report.entries) > 300
    assert written(report) == wanted


@pytest.mark.parametrize("most", [3, 64])
def test_a_store_that_was_filled_by_a_node_that_cuts_its_answers_is_whole_for_every_other_node(
    on_anvil: OnAnvil, tmp_path: Path, most: int
) -> None:
    trade, store = on_anvil.trade, tmp_path / "events.sqlite"
    wanted = written(audit(trade.connection, trade.manifest))
    for again in range(2):
        with (
            LyingRpc(on_anvil.url, faults.cut_logs(most)) as proxy,
            on_anvil.connect(proxy.url) as connection,
        ):
            assert written(audit(connection, trade.manifest, store=store)) == wanted
            assert again or connection.cut_at == most
        assert written(audit(trade.connection, trade.manifest, store=store)) == wanted


def hides(signature: str) -> Fault:
    """Leaves the events of one name out of every answer."""
    topic = "0x" + keccak(signature.encode()).hex()
    return faults.logs(lambda found: [log for log in found if log["topics"][0] != topic], f"hides {signature}")


def test_a_node_that_leaves_events_out_is_caught_by_the_counts(on_anvil: OnAnvil) -> None:
    trade = on_anvil.trade
    hidden = hides("Transferred(uint256,address,address,uint256,bytes)")
    with LyingRpc(on_anvil.url, hidden) as proxy, on_anvil.connect(proxy.url) as connection:
        report = audit(connection, trade.manifest)

    checks = found(report)
    assert {bill_name(on_anvil.bills[name]) for name in ("delivered", "by operator")} <= set(checks["SAM-H1"])
    assert "SAM-H3" in checks
    assert "SAM-H4" in checks
    assert not report.reconciled


def test_a_node_that_is_gone_is_an_error_in_words(on_anvil: OnAnvil) -> None:
    with LyingRpc(on_anvil.url) as proxy, on_anvil.connect(proxy.url) as connection:
        proxy.add(faults.drop().on("eth_getLogs"), faults.drop().after(6))
        with pytest.raises(ChainError) as caught:
            audit(connection, on_anvil.trade.manifest)
    assert caught.value.code == "chain.unreachable"
    assert "a-key-that-nobody-may-see" not in str(caught.value.as_dict())


def test_a_node_that_refuses_even_one_block_is_an_error_in_words(on_anvil: OnAnvil) -> None:
    with LyingRpc(on_anvil.url) as proxy, on_anvil.connect(proxy.url) as connection:
        proxy.add(faults.error(-32601, "the method eth_getLogs does not exist").on("eth_getLogs"))
        with pytest.raises(ChainError, match="eth_getLogs does not exist"):
            audit(connection, on_anvil.trade.manifest)


def test_a_node_that_keeps_no_old_state_says_what_to_do(on_anvil: OnAnvil) -> None:
    with LyingRpc(on_anvil.url) as proxy, on_anvil.connect(proxy.url) as connection:
        pruned = {"code": -32000, "message": "missing trie node 12ab (path ) state 0x34cd is not available"}
        proxy.add(faults.error(**pruned).on("eth_call"))
        real = connection.transport.batch

        def batch(calls: Any) -> Any:
            return [{"error": pruned} if method == "eth_call" else real([(method, args)])[0] for method, args in calls]

        connection.transport.batch = batch
        with pytest.raises(ChainError, match="missing trie node") as caught:
            audit(connection, on_anvil.trade.manifest, to_block=connection.block_number() - 1)
    assert "--to-block" in str(caught.value.hint)


def test_progress_counts_to_the_end_and_never_back(on_anvil: OnAnvil) -> None:
    trade = on_anvil.trade
    trade.connection.rpc("anvil_mine", hex(300))
    last = trade.connection.block_number()
    heard: list[reading.Progress] = []
    store = EventStore(source_of(trade.manifest, trade.manifest.from_block))

    reader = logs.LogReader(trade.connection, store.source.addresses, step=20)
    reading.read(trade.connection, store, last, reader=reader, progress=heard.append)

    assert [item.done for item in heard] == sorted({item.done for item in heard})
    assert heard[-1].done == heard[-1].total == last - trade.manifest.from_block + 1
    assert heard[-1].logs == store.count()
    assert all(item.total == heard[-1].total for item in heard)
    # Ranges grow while the node takes them: far fewer than one for every twenty blocks.
    assert len(heard) < 8


# ------------------------------------------------------------------------------------------------------ reorganisations


def test_a_reorganisation_between_two_audits_is_rolled_back(own_anvil: OnAnvil, tmp_path: Path) -> None:
    trade, store = own_anvil.trade, tmp_path / "events.sqlite"
    dropped = trade.issue(BLANK)
    trade.connection.mine(3)
    assert dropped in audit(trade.connection, trade.manifest, store=store).lives["bills"]
    trade.connection.rpc("anvil_rollback", 4)
    kept = trade.issue(BLANK)
    trade.connection.mine(6)

    resumed = audit(trade.connection, trade.manifest, store=store)

    assert dropped not in resumed.lives["bills"]
    assert kept in resumed.lives["bills"]
    assert resumed.findings == ()
    assert written(resumed) == written(audit(trade.connection, trade.manifest))


@pytest.mark.parametrize("depth", [1, 2, 7, 19, 20])
def test_a_reorganisation_takes_back_as_much_as_was_reorganised_and_no_more(own_anvil: OnAnvil, depth: int) -> None:
    connection = own_anvil.trade.connection
    connection.mine(20)
    head = connection.block_number()
    store = EventStore(source_of(own_anvil.trade.manifest, own_anvil.trade.manifest.from_block))
    for block in range(store.next, head + 1):
        reading.read(connection, store, block)
    assert reading.roll_back(connection, store) is None

    connection.rpc("anvil_rollback", depth)
    connection.advance_time(7)
    connection.mine(30)

    assert reading.roll_back(connection, store) == head - depth + 1 == store.next
    assert reading.roll_back(connection, store) is None


def test_a_reorganisation_in_the_middle_of_a_reading_is_rolled_back(own_anvil: OnAnvil) -> None:
    trade = own_anvil.trade
    dropped = trade.issue(BLANK)
    trade.connection.mine(20)
    last = trade.connection.block_number()
    store = EventStore(source_of(trade.manifest, trade.manifest.from_block))
    done = False

    def reorganise(progress: reading.Progress) -> None:
        nonlocal done
        if not done and progress.block > last - 10:
            done = True
            assert dropped
            trade.connection.rpc("anvil_rollback", 21)
            trade.issue(BLANK)
            trade.connection.rpc("anvil_mine", hex(25))

    # Only as fast as five blocks at a time, so that the ground shifts under it.
    reader = logs.LogReader(trade.connection, store.source.addresses, step=5, longest=5)
    reading.read(trade.connection, store, last, reader=reader, progress=reorganise, sleep=lambda seconds: None)

    fresh = EventStore(store.source)
    reading.read(trade.connection, fresh, last)
    assert done
    assert list(store.logs()) == list(fresh.logs())
    assert store.blocks() == fresh.blocks()
    assert store.faults() == []


# ------------------------------------------------------------------------------------------------------------- SIGKILL


def killed(proxy: LyingRpc, manifest: Path, store: Path, after: int) -> None:
    """An audit that is killed with SIGKILL after it has asked for logs so many times."""
    script = "from sampan.chain import logs\nfrom sampan.cli.main import run\nlogs.LONGEST_STEP = 3\nrun()\n"
    arguments = ["audit", "--network", proxy.url, "--manifest", str(manifest), "--store", str(store), "-q"]
    asked = proxy.methods().count("eth_getLogs")
    process = subprocess.Popen(
        [sys.executable, "-c", script, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 30
    while proxy.methods().count("eth_getLogs") < asked + after and time.monotonic() < deadline:
        assert process.poll() is None, "the audit ended before it was killed"
        time.sleep(0.002)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def test_killed_in_mid_read_and_resumed_gives_the_same_result(on_anvil: OnAnvil, tmp_path: Path) -> None:
    trade = on_anvil.trade
    trade.connection.rpc("anvil_mine", hex(150))
    wanted = written(audit(trade.connection, trade.manifest))
    file, store = tmp_path / "anvil.json", tmp_path / "events.sqlite"
    manifests.write(trade.manifest, file)
    heads = []
    with LyingRpc(on_anvil.url) as proxy:
        proxy.add(faults.delay(0.01).on("eth_getLogs"))
        for after in (1, 9, 16, 25):
            killed(proxy, file, store, after)
            with EventStore(source_of(trade.manifest, trade.manifest.from_block), store) as kept:
                assert kept.faults() == []
                heads.append(kept.next)

    assert heads == sorted(heads)
    assert heads[-1] > trade.manifest.from_block, "nothing was read before it was killed"
    assert heads[-1] <= trade.connection.block_number(), "all was read before it was killed"
    assert written(audit(trade.connection, trade.manifest, store=store)) == wanted
