"""An RPC that is slow, busy or wrong: what is tried again, what is given up, and what is said of it."""

from __future__ import annotations

import time

import pytest
from support import faults
from support.lying_rpc import Fault, LyingRpc, Reply, Request

from sampan.chain.rpc import HttpTransport
from sampan.errors import ChainError

KEY = "a-key-that-nobody-may-see-0123456789"


@pytest.fixture
def rpc() -> object:
    with LyingRpc() as lying:
        yield lying


def transport(rpc: LyingRpc, **options: object) -> tuple[HttpTransport, list[float]]:
    pauses: list[float] = []
    return HttpTransport(rpc.url, sleep=pauses.append, **options), pauses


@pytest.mark.parametrize(
    "fault",
    [
        faults.status(429),
        faults.status(500),
        faults.status(502),
        faults.status(503),
        faults.drop(),
        faults.text(b"<html>one moment please</html>"),
        faults.text(b'{"jsonrpc": "2.0", "id": 1, "resu'),
        faults.text(b'{"jsonrpc": "2.0", "id": 987654, "result": "0x9"}'),
        faults.text(b"[]"),
        faults.text(b"[" * 1_000_000),
        faults.text(b"\xff\xfe"),
        faults.error(-32005, "daily request count exceeded, request rate limited"),
        faults.error(429, "Your app has exceeded its compute units per second capacity"),
    ],
)
def test_what_passes_is_tried_again(rpc: LyingRpc, fault: Fault) -> None:
    way, pauses = transport(rpc)
    rpc.play(fault, fault, faults.answer("0x10"))
    assert way.request("eth_blockNumber", []) == {"jsonrpc": "2.0", "id": 1, "result": "0x10"}
    assert len(rpc.seen) == 3
    assert len(pauses) == 2
    assert pauses[1] > pauses[0], "waits grow"


def test_an_rpc_that_says_how_long_to_wait_is_obeyed(rpc: LyingRpc) -> None:
    way, pauses = transport(rpc)
    rpc.play(faults.status(429, Retry_After="3"), faults.answer("0x1"))
    way.request("eth_blockNumber", [])
    assert pauses == [3.0]


def test_an_answer_that_does_not_come_is_not_waited_for(rpc: LyingRpc) -> None:
    way, _ = transport(rpc, timeout=0.2)
    rpc.play(faults.delay(5), faults.answer("0x1"))
    started = time.monotonic()
    assert way.request("eth_blockNumber", [])["result"] == "0x1"
    assert time.monotonic() - started < 3


def test_a_dead_rpc_is_given_up_in_words(rpc: LyingRpc) -> None:
    way, pauses = transport(rpc, attempts=4)
    rpc.add(faults.status(503).on("eth_blockNumber"))
    with pytest.raises(ChainError, match="did not answer eth_blockNumber: it answered HTTP 503") as told:
        way.request("eth_blockNumber", [])
    assert told.value.exit_code == 4
    assert len(rpc.seen) == 4
    assert len(pauses) == 3


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_not_tried_again(rpc: LyingRpc, status: int) -> None:
    way, pauses = transport(rpc)
    rpc.play(faults.status(status))
    with pytest.raises(ChainError) as told:
        way.request("eth_blockNumber", [])
    assert "key" in (told.value.hint or "")
    assert not pauses


def test_nobody_on_this_machine_is_said_at_once_with_the_command_that_mends_it() -> None:
    way = HttpTransport("http://127.0.0.1:9", sleep=lambda _: pytest.fail("waited"))
    with pytest.raises(ChainError, match="nobody listens") as told:
        way.request("eth_blockNumber", [])
    assert "sampan node start" in (told.value.hint or "")


@pytest.mark.parametrize(
    "fault", [faults.drop(), faults.status(500), faults.status(401), faults.text(b"?"), faults.delay(1)]
)
def test_no_part_of_the_urls_key_is_ever_said(rpc: LyingRpc, fault: Fault, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    way, _ = transport(rpc, attempts=2, timeout=0.2)
    rpc.add(fault.on("eth_blockNumber"))
    with pytest.raises(ChainError) as told:
        way.request("eth_blockNumber", [])
    error: BaseException | None = told.value
    while error is not None:
        assert KEY not in f"{error!r} {error} {getattr(error, 'subject', '')} {getattr(error, 'hint', '')}"
        error = error.__cause__
    assert KEY not in caplog.text
    assert KEY not in way.name


def test_too_many_results_is_an_answer_not_a_reason_to_wait(rpc: LyingRpc) -> None:
    way, pauses = transport(rpc)
    rpc.play(faults.error(-32005, "query returned more than 10000 results"))
    assert way.request("eth_getLogs", [{}])["error"]["code"] == -32005
    assert not pauses


def test_a_revert_is_an_answer(rpc: LyingRpc) -> None:
    way, pauses = transport(rpc)
    rpc.play(faults.error(3, "execution reverted: too many requests", data="0x"))
    way.request("eth_blockNumber", [])
    rpc.play(faults.error(3, "execution reverted", data="0x08c379a0"))
    assert way.request("eth_call", [{}])["error"]["data"] == "0x08c379a0"
    assert not pauses


def test_several_calls_go_in_one_request(rpc: LyingRpc) -> None:
    def out_of_order(request: Request) -> Reply:
        # As the standard allows.
        return Reply.of([{"jsonrpc": "2.0", "id": one["id"], "result": one["params"][0]} for one in request.body[::-1]])

    rpc.add(faults.replies(out_of_order))
    way, _ = transport(rpc)
    assert [item["result"] for item in way.batch([("echo", [str(n)]) for n in range(250)])] == [
        str(n) for n in range(250)
    ]
    assert [len(body) for body in rpc.seen] == [100, 100, 50]


@pytest.mark.parametrize("refusal", [faults.no_batches(), faults.text(b"[]")])
def test_a_provider_without_batches_is_asked_one_by_one_and_never_again_for_one(rpc: LyingRpc, refusal: Fault) -> None:
    rpc.add(refusal.on("batch"))
    rpc.add(faults.answer("0x1").on("echo"))
    way, _ = transport(rpc)
    assert len(way.batch([("echo", []), ("echo", [])])) == 2
    assert len(way.batch([("echo", []), ("echo", [])])) == 2
    assert [type(body) for body in rpc.seen] == [list, dict, dict, dict, dict]


def test_a_batch_that_is_turned_away_is_tried_again_whole(rpc: LyingRpc) -> None:
    way, pauses = transport(rpc)
    rpc.play(faults.batch_limit(0, http=200, code=429, words="too many requests"), faults.answer("0x1"))
    assert len(way.batch([("echo", []), ("echo", [])])) == 2
    assert len(pauses) == 1


def test_only_http_is_a_way_to_a_chain() -> None:
    with pytest.raises(ChainError, match="http or https"):
        HttpTransport("ws://127.0.0.1:8545")
