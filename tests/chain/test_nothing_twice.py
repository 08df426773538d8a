"""No act is done twice and none told wrongly: nodes that limp, and processes that are killed, in front of an anvil."""

from __future__ import annotations

import itertools
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hostile.sending import FAULTS
from support import faults
from support.chains import mining
from support.lying_rpc import Fault, LyingRpc

from sampan.chain.accounts import ROLES, development_signer
from sampan.chain.connection import Connection
from sampan.chain.networks import Network
from sampan.chain.outbox import Outbox
from sampan.chain.rpc import HttpTransport
from sampan.chain.sender import Sender
from sampan.chain.transactions import Call, Reverted
from sampan.errors import ChainError, Missing

pytestmark = pytest.mark.anvil

CARRIER = development_signer("carrier")
SHIPPER = ROLES["shipper"]
KILLS = int(os.environ.get("SAMPAN_KILLS", "16"))
"""How often a run is killed at a moment by chance; SAMPAN_KILLS sets it."""


def pay(wei: int = 1, **fields: object) -> Call:
    return Call(SHIPPER, value=wei, label="pay the shipper", **fields)


@contextmanager
def through(connection: Connection, *struck: Fault, **options: float) -> Iterator[Connection]:
    """The same chain through an RPC with faults."""
    with LyingRpc(connection.network.url, *struck) as rpc:
        transport = HttpTransport(rpc.url, sleep=lambda _: None, **options)
        with Connection(transport, Network("anvil", "http", rpc.url)) as failing:
            yield failing


@pytest.mark.parametrize("name", FAULTS)
def test_an_act_is_done_once_under_each_fault(
    over_http: Connection, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """S01, S02, S07, S08: bytes that may have left are never signed anew for another nonce."""
    monkeypatch.setattr("sampan.chain.sender.RESEND_AFTER", 0.1)
    over_http.mine(3)
    before, nonce = over_http.balance(SHIPPER), over_http.nonce(CARRIER.address)
    with through(over_http, *FAULTS[name]()) as failing:
        sender = Sender(failing, CARRIER, outbox=Outbox(tmp_path))
        for wei in (1, 2, 4):
            receipt = sender.send(pay(wei))
            assert receipt.succeeded
            assert over_http.receipt(receipt.transaction_hash) is not None
    assert over_http.balance(SHIPPER) == before + 7
    assert over_http.nonce(CARRIER.address) == nonce + 3
    assert list(tmp_path.rglob("*.json")) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "pair", [pair for pair in itertools.combinations(range(1, len(FAULTS)), 2) if sum(pair) % 4 == 0]
)
def test_an_act_is_done_once_under_each_two_faults(
    over_http: Connection, pair: tuple[int, int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sampan.chain.sender.RESEND_AFTER", 0.1)
    over_http.mine(3)
    before, nonce = over_http.balance(SHIPPER), over_http.nonce(CARRIER.address)
    every = list(FAULTS.values())
    with through(over_http, *every[pair[0]](), *every[pair[1]]()) as failing:
        sender = Sender(failing, CARRIER, outbox=Outbox(tmp_path))
        for wei in (1, 2):
            sender.send(pay(wei))
    assert over_http.balance(SHIPPER) == before + 3
    assert over_http.nonce(CARRIER.address) == nonce + 2


@pytest.mark.slow
def test_the_same_act_from_four_runs_at_once_is_done_four_times(over_http: Connection, tmp_path: Path) -> None:
    """With one nonce they would sign the same bytes, and each would be told that it was done."""
    before, done = over_http.balance(SHIPPER), []
    together = threading.Barrier(4)

    def run() -> None:
        with through(over_http, faults.delay(0.2).on("eth_sendRawTransaction")) as own:
            together.wait()
            done.append(Sender(own, CARRIER, outbox=Outbox(tmp_path)).send(pay()).transaction_hash)

    runs = [threading.Thread(target=run) for _ in range(4)]
    for each in runs:
        each.start()
    for each in runs:
        each.join()
    assert len(set(done)) == 4
    assert over_http.balance(SHIPPER) == before + 4


def test_whoever_tries_again_after_an_rpc_that_went_away_does_it_once(over_http: Connection) -> None:
    """Without an outbox too: the sender itself remembers what may have left."""
    before = over_http.balance(SHIPPER)
    with through(over_http, faults.take_and_break(20), attempts=3) as failing:
        sender = Sender(failing, CARRIER)
        with pytest.raises(ChainError, match="did not answer eth_sendRawTransaction") as told:
            sender.send(pay(7))
        assert "may have been sent, as 0x" in (told.value.hint or "")
        assert over_http.balance(SHIPPER) == before + 7
        assert sender.send(pay(7)).succeeded
    assert over_http.balance(SHIPPER) == before + 7


def test_an_act_that_stands_and_is_said_to_have_failed_is_not_sent_once_more(
    over_http: Connection, tmp_path: Path
) -> None:
    """Nothing refuses it before or after: that it failed is the RPC's word alone."""
    before = over_http.balance(SHIPPER)
    with through(over_http, faults.failed_receipts()) as failing, pytest.raises(ChainError) as said:
        Sender(failing, CARRIER, outbox=Outbox(tmp_path)).send(pay(5, gas=100_000))
    assert (said.value.code, "nothing is done twice" in str(said.value.hint)) == ("chain.unexplained", True)
    assert Sender(over_http, CARRIER, outbox=Outbox(tmp_path)).send(pay(5, gas=100_000)).succeeded
    assert over_http.balance(SHIPPER) == before + 5
    assert list(tmp_path.rglob("*.json")) == []


def test_whoever_tries_again_while_the_rpc_is_still_away_does_it_once(over_http: Connection) -> None:
    """A try that breaks off while it looks for the first one forgets nothing."""
    before, nonce = over_http.balance(SHIPPER), over_http.nonce(CARRIER.address)
    gone = faults.drop().on("eth_getTransactionReceipt", "eth_getTransactionCount").after(1).times(9)
    with through(over_http, faults.take_and_break(3), gone, attempts=3) as failing:
        sender, tries = Sender(failing, CARRIER), 0
        while True:
            tries += 1
            try:
                sender.send(pay(7))
            except ChainError as error:
                if error.code == "chain.unreachable" and tries < 9:
                    continue
                raise
            break
        assert tries > 2
    assert over_http.balance(SHIPPER) == before + 7
    assert over_http.nonce(CARRIER.address) == nonce + 1


def test_another_s_transaction_is_named_when_it_took_the_place(over_http: Connection) -> None:
    """A wallet cancelled it: it is not sent again in silence."""
    over_http.rpc("evm_setAutomine", False)
    try:
        stolen: list[str] = []

        def cancel(what: str, label: str) -> None:
            if what == "sent":
                raw = CARRIER.sign(
                    {
                        "type": 2,
                        "chainId": over_http.chain_id,
                        "nonce": over_http.nonce(CARRIER.address),
                        "to": CARRIER.address,
                        "value": 0,
                        "data": b"",
                        "gas": 21_000,
                        "maxFeePerGas": 10**11,
                        "maxPriorityFeePerGas": 10**10,
                    }
                )
                stolen.append(over_http.rpc("eth_sendRawTransaction", "0x" + raw.hex()))
                over_http.mine()

        with pytest.raises(ChainError, match="another transaction took the place of pay the shipper") as told:
            Sender(over_http, CARRIER, watch=cancel).send(pay(7))
        assert told.value.code == "chain.replaced"
        assert stolen[0] in told.value.message
    finally:
        over_http.rpc("evm_setAutomine", True)


def test_a_tip_that_a_node_suggests_is_not_paid_beyond_the_most_that_may_be(over_http: Connection) -> None:
    """S12: 5,000 gwei were suggested and paid."""
    with through(over_http, faults.tip(5_000 * 10**9)) as failing:
        sender = Sender(failing, CARRIER)
        receipt = sender.send(pay())
        assert receipt.gas_price <= 32 * 10**9
        assert sender.rehearse(pay()).max_cost < 10**16
        assert Sender(failing, CARRIER, max_tip=10**9).send(pay()).gas_price <= 4 * 10**9


def test_what_runs_out_of_gas_says_so_and_is_no_refusal(over_http: Connection) -> None:
    """S05: an estimate that was too low."""
    stores = bytes.fromhex("6f600160015560016002556001600355005f52601060" + "10f3")
    address = Sender(over_http, CARRIER).send(Call(None, stores)).contract
    ran_out = pytest.raises(ChainError, match="ran out of gas: it may have")
    with through(over_http, faults.low_estimate(0.6)) as failing, ran_out as told:
        Sender(failing, CARRIER).send(Call(address, label="store"))
    assert told.value.code == "chain.out_of_gas"
    assert not isinstance(told.value, Reverted)
    assert told.value.exit_code == 4


def test_a_sharp_rise_of_the_base_fee_is_followed_at_once(over_http: Connection) -> None:
    before = over_http.balance(SHIPPER)
    with through(over_http, faults.base_fee_rises(50 * 10**9).on("eth_sendRawTransaction").times(1)) as failing:
        started = time.monotonic()
        Sender(failing, CARRIER).send(pay(7))
        assert time.monotonic() - started < 10
    assert over_http.balance(SHIPPER) == before + 7
    over_http.rpc("anvil_setNextBlockBaseFeePerGas", hex(10**9))


def test_what_gas_costs_beyond_the_most_is_said_in_gwei_and_nothing_leaves(over_http: Connection) -> None:
    nonce = over_http.nonce(CARRIER.address)
    too_dear = pytest.raises(ChainError, match="gas costs 600 gwei now, more than the most that may be offered, 500")
    with through(over_http, faults.base_fee(600 * 10**9)) as failing, too_dear:
        Sender(failing, CARRIER).send(pay())
    assert over_http.nonce(CARRIER.address) == nonce


# ---------------------------------------------------------------------------------------------------- killed processes

PROGRAM = """
import os, signal, sys
from pathlib import Path
from sampan.chain.accounts import ROLES, development_signer
from sampan.chain.connection import Connection
from sampan.chain.networks import Network
from sampan.chain.outbox import Outbox
from sampan.chain.rpc import HttpTransport
from sampan.chain import sender as sending
from sampan.chain.transactions import Call

sending.RESEND_AFTER = 0.2
url, folder, last = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
step = 0

def watch(what, label):
    global step
    step += 1
    print(what, flush=True)
    if step == last:
        os.kill(os.getpid(), signal.SIGKILL)

with Connection(HttpTransport(url, sleep=lambda _: None), Network("anvil", "http", url)) as connection:
    sender = sending.Sender(connection, development_signer("carrier"), outbox=Outbox(folder), hold=True, watch=watch)
    for left in sender.look_back():
        print("left", left.label, left.receipt is not None, left.pending, flush=True)
    receipt = sender.send(Call(ROLES["shipper"], value=int(sys.argv[4]), label="pay"))
    print("done", receipt.transaction_hash, flush=True)
    watch("told", "")
    sender.told()
"""


def run(url: str, folder: Path, step: int, wei: int, after: float | None = None) -> tuple[int, list[str]]:
    """The program, killed at its nth step (0: never), or after so many seconds."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, url, str(folder), str(step), str(wei)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    killer = None if after is None else threading.Timer(after, process.kill)
    if killer is not None:
        killer.start()
    out, err = process.communicate(timeout=120)
    if killer is not None:
        killer.cancel()
    assert process.returncode in (0, -signal.SIGKILL), err
    return process.returncode, out.splitlines()


@pytest.mark.parametrize("step", range(1, 5))
def test_killed_at_any_step_and_called_again_it_is_done_once(over_http: Connection, tmp_path: Path, step: int) -> None:
    before = over_http.balance(SHIPPER)
    code, said = run(over_http.network.url, tmp_path, step, 7)
    assert code == -signal.SIGKILL
    assert len(said) >= step
    code, said = run(over_http.network.url, tmp_path, 0, 7)
    assert code == 0
    assert any(line.startswith("left pay") for line in said), said
    assert over_http.balance(SHIPPER) == before + 7
    assert list(tmp_path.rglob("*.json")) == []
    # Asked for once more, after all was told, it is done once more.
    run(over_http.network.url, tmp_path, 0, 7)
    assert over_http.balance(SHIPPER) == before + 14


@pytest.mark.slow
def test_killed_at_random_moments_on_a_node_that_limps_every_act_is_done_once(
    over_http: Connection, tmp_path: Path
) -> None:
    dice = random.Random(20261126)
    before = over_http.balance(SHIPPER)
    wanted = deaths = act = 0
    # Blocks keep coming: a node that is behind catches up.
    with mining(over_http, every=0.1):
        while deaths < KILLS:
            act += 1
            wanted += act
            told = False
            while not told:
                # Two fifths each at a step and at any moment, one undisturbed.
                kind = dice.random()
                struck = [every() for every in dice.sample(list(FAULTS.values()), 2)]
                with LyingRpc(over_http.network.url, *struck[0], *struck[1]) as rpc:
                    code, said = run(
                        rpc.url,
                        tmp_path,
                        dice.randint(1, 4) if kind < 0.4 else 0,
                        act,
                        after=0.3 + dice.random() if 0.4 <= kind < 0.8 else None,
                    )
                deaths += code != 0
                told = any(line.startswith("done") for line in said)
                assert told or code != 0
    # What was told just before a death is forgotten by the next run.
    run(over_http.network.url, tmp_path, 0, 0)
    assert over_http.balance(SHIPPER) == before + wanted
    assert list(tmp_path.rglob("*.json")) == []


def test_what_was_cut_off_and_is_not_asked_for_again_gives_its_nonce_away(
    over_http: Connection, tmp_path: Path
) -> None:
    before, nonce = over_http.balance(SHIPPER), over_http.nonce(CARRIER.address)
    run(over_http.network.url, tmp_path, 1, 7)
    sender = Sender(over_http, CARRIER, outbox=Outbox(tmp_path))
    (left,) = sender.look_back()
    assert (left.label, left.receipt, left.pending) == ("pay", None, False)
    sender.send(pay(1))
    sender.told()
    assert over_http.balance(SHIPPER) == before + 1
    assert over_http.nonce(CARRIER.address) == nonce + 1
    assert list(tmp_path.rglob("*.json")) == []


def test_what_waits_behind_nonces_that_were_lost_comes_through(over_http: Connection, tmp_path: Path) -> None:
    """Two acts were begun; the first is lost, so that the second would wait for ever."""
    before = over_http.balance(SHIPPER)
    over_http.rpc("evm_setAutomine", False)
    try:
        first = Sender(over_http, CARRIER, timeout=0.1)
        with pytest.raises(ChainError, match="did not come through"):
            first.send(pay(1))
        run(over_http.network.url, tmp_path, 2, 7)
        over_http.rpc("anvil_dropAllTransactions")
    finally:
        over_http.rpc("evm_setAutomine", True)
    code, _ = run(over_http.network.url, tmp_path, 0, 7)
    assert code == 0
    assert over_http.balance(SHIPPER) == before + 7


def test_an_outbox_that_cannot_be_written_stops_before_anything_leaves(over_http: Connection, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    nonce = over_http.nonce(CARRIER.address)
    with pytest.raises(Missing, match="what is sent cannot be written down first"):
        Sender(over_http, CARRIER, outbox=Outbox(tmp_path / "file")).send(pay())
    assert over_http.nonce(CARRIER.address, "pending") == nonce


def test_six_programs_with_one_key_and_one_outbox_do_all_their_acts_once(over_http: Connection, tmp_path: Path) -> None:
    """S09."""
    before = over_http.balance(SHIPPER)
    threads = [threading.Thread(target=run, args=(over_http.network.url, tmp_path, 0, 2**n)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert over_http.balance(SHIPPER) == before + 63
    assert list(tmp_path.rglob("*.json")) == []


# --------------------------------------------------------------------------------------------- what stands in an outbox


def left_behind(connection: Connection, folder: Path, wei: int = 7) -> Path:
    """An act of a run that was killed after it was signed."""
    code, _ = run(connection.network.url, folder, 1, wei)
    assert code == -signal.SIGKILL
    (file,) = folder.rglob("*.json")
    return file


def test_a_line_that_was_cut_off_hides_nothing_that_stands_before_or_after_it(
    over_http: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sampan.chain.sender.RESEND_AFTER", 0.05)
    before, nonce = over_http.balance(SHIPPER), over_http.nonce(CARRIER.address)
    over_http.rpc("evm_setAutomine", False)
    try:
        file = left_behind(over_http, tmp_path)
        with file.open("ab") as half:
            half.write(b'{"schema":"sampan.outbox/1","label":"pay')
        # Taken up, signed anew with a better offer, and given up before it is mined.
        with through(over_http, faults.base_fee(50 * 10**9).after(2)) as dear:
            sender = Sender(dear, CARRIER, outbox=Outbox(tmp_path), timeout=0.6)
            with pytest.raises(ChainError, match="did not come through"):
                sender.send(pay(7))
        again = Sender(over_http, CARRIER, outbox=Outbox(tmp_path), hold=True)
        (left,) = again.look_back()
        assert left.pending
        again.release()
    finally:
        over_http.rpc("evm_setAutomine", True)
    Sender(over_http, CARRIER, outbox=Outbox(tmp_path)).send(pay(7))
    assert over_http.balance(SHIPPER) == before + 7
    assert over_http.nonce(CARRIER.address) == nonce + 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"since":[', b'"since":[-5,"x"],"was":['),
        (b'"nonce":', b'"nonce":-7,"was":'),
        (b'"raws":[', b'"raws":[],"was":['),
        (b'"gas":', b'"gas":"much","was":'),
    ],
)
def test_a_file_that_is_no_act_stops_nothing(over_http: Connection, tmp_path: Path, old: bytes, new: bytes) -> None:
    file = left_behind(over_http, tmp_path)
    file.write_bytes(file.read_bytes().replace(old, new, 1))
    before = over_http.balance(SHIPPER)
    assert Sender(over_http, CARRIER, outbox=Outbox(tmp_path)).look_back() == []
    Sender(over_http, CARRIER, outbox=Outbox(tmp_path)).send(pay(9))
    assert over_http.balance(SHIPPER) == before + 9


def shown(beside: bytes) -> Call:
    """A payment with something signed beside it, which is other bytes each time."""
    return Call(SHIPPER, b"\x01\x02" + beside, value=3, label="pay", alone=b"\x01\x02")


@pytest.mark.parametrize(
    ("again", "once"),
    [
        (shown(b"permit 2"), True),
        # The allowance stands by then, so that nothing is shown.
        (Call(SHIPPER, b"\x01\x02", value=3), True),
        (Call(SHIPPER, b"\x01\x03", value=3), False),
        (Call(SHIPPER, b"\x01\x02", value=4), False),
        (Call(ROLES["bank"], b"\x01\x02", value=3), False),
    ],
)
def test_an_act_is_the_same_whatever_was_signed_beside_it(
    over_http: Connection, tmp_path: Path, again: Call, once: bool
) -> None:
    nonce = over_http.nonce(CARRIER.address)
    first = Sender(over_http, CARRIER, outbox=Outbox(tmp_path), hold=True)
    first.send(shown(b"permit 1"))
    first.release()
    Sender(over_http, CARRIER, outbox=Outbox(tmp_path)).send(again)
    assert over_http.nonce(CARRIER.address) == nonce + (1 if once else 2)


def test_an_act_that_an_older_outbox_holds_is_the_same_where_all_of_its_data_is(
    over_http: Connection, tmp_path: Path
) -> None:
    nonce = over_http.nonce(CARRIER.address)
    first = Sender(over_http, CARRIER, outbox=Outbox(tmp_path), hold=True)
    first.send(Call(SHIPPER, b"\x01\x02", value=3))
    first.release()
    (file,) = tmp_path.rglob("*.json")
    content = file.read_bytes()
    file.write_bytes(content.replace(b'"alone":"0x",', b""))
    assert file.read_bytes() != content
    Sender(over_http, CARRIER, outbox=Outbox(tmp_path)).send(shown(b"permit 2"))
    assert over_http.nonce(CARRIER.address) == nonce + 1


def test_what_was_found_and_not_said_stays_for_the_next_run(over_http: Connection, tmp_path: Path) -> None:
    """Whoever wants to hear nothing is told nothing: the act that stands is kept for who asks next."""
    assert run(over_http.network.url, tmp_path, 4, 7)[0] == -signal.SIGKILL
    quiet = Sender(over_http, CARRIER, outbox=Outbox(tmp_path), hold=True)
    quiet.send(pay(1))
    quiet.told(left=False)
    quiet.release()
    (left,) = Sender(over_http, CARRIER, outbox=Outbox(tmp_path)).look_back()
    assert left.receipt is not None


def test_what_an_outbox_says_stays_on_its_line(over_http: Connection, tmp_path: Path) -> None:
    file = left_behind(over_http, tmp_path)
    file.write_bytes(file.read_bytes().replace(b'"label":"pay"', b'"label":"pay\\nerror: all is lost"', 1))
    (left,) = Sender(over_http, CARRIER, outbox=Outbox(tmp_path)).look_back()
    assert left.label == "pay error: all is lost"


def test_an_act_that_was_done_is_no_answer_once_its_bill_has_moved_on(over_http: Connection, tmp_path: Path) -> None:
    """It is said, and not done once more; whoever then asks again means it."""
    before = over_http.balance(SHIPPER)
    assert run(over_http.network.url, tmp_path, 4, 7)[0] == -signal.SIGKILL
    moved = Sender(over_http, CARRIER, outbox=Outbox(tmp_path), moved_on=lambda receipt: "the bill was acted on")
    with pytest.raises(ChainError, match="was done by an earlier run that was cut off, in block") as told:
        moved.send(pay(7))
    assert told.value.code == "chain.done_before"
    assert over_http.balance(SHIPPER) == before + 7
    moved.send(pay(7))
    assert over_http.balance(SHIPPER) == before + 14


def test_a_disk_that_is_full_is_said_and_nothing_leaves(
    over_http: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sampan.chain.outbox.os.fsync", full)
    nonce = over_http.nonce(CARRIER.address)
    with pytest.raises(Missing, match="cannot be written down first: No space left on device") as told:
        Sender(over_http, CARRIER, outbox=Outbox(tmp_path)).send(pay())
    assert told.value.exit_code == 6
    assert over_http.nonce(CARRIER.address, "pending") == nonce
