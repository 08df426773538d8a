"""An RPC that is slow, busy or wrong: what is tried again, what is given up, and what is said of it."""

from __future__ import annotations

import contextlib
import time
import tracemalloc
from collections.abc import Callable

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
        faults.text(b"[]"),
        faults.text(b"[" * 1_000_000),
        faults.text(b"\xff\xfe"),
        faults.error(-32005, "rate limited"),
        faults.error(-32000, "header not found"),
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
    rpc.play(faults.delay(1), faults.answer("0x1"))
    started = time.monotonic()
    assert way.request("eth_blockNumber", [])["result"] == "0x1"
    assert time.monotonic() - started < 0.9


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
    rpc.play(faults.error(-32000, "execution reverted: daily quota exceeded"))
    assert "error" in way.request("eth_call", [{}])
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


ECHO = faults.answers(lambda call: call.result(call.params[0])).on("echo")


def echoes(count: int) -> list[tuple[str, list[str]]]:
    return [("echo", [str(n)]) for n in range(count)]


def told(answers: list[dict[str, object]]) -> list[object]:
    return [answer["result"] for answer in answers]


@pytest.mark.parametrize(
    "limit",
    [
        faults.batch_limit(10),
        faults.batch_limit(10, http=400),
        faults.batch_limit(10, http=503),
        faults.batch_limit(10, http=413, code=-32600),
        faults.batch_limit(10, http=200, code=-32600),
        faults.batch_limit(10, http=200, code=-32005, words="limit exceeded"),
    ],
    ids=["413 HTML", "400 HTML", "503 HTML", "413 JSON", "200 JSON", "busy words"],
)
def test_batches_get_as_small_as_a_node_takes_them(rpc: LyingRpc, limit: Fault) -> None:
    rpc.add(limit, ECHO)
    way, pauses = transport(rpc)
    assert told(way.batch(echoes(250))) == [str(n) for n in range(250)]
    taken = [len(body) for body in rpc.seen if isinstance(body, list) and len(body) <= 10]
    assert max(taken) >= 6
    assert len(rpc.seen) < 60, "not one by one"
    assert sum(pauses) < 20


def test_only_the_busy_calls_of_a_batch_are_asked_again(rpc: LyingRpc) -> None:
    rpc.add(faults.busy_item(every=7), ECHO)
    way, pauses = transport(rpc)
    assert told(way.batch(echoes(100))) == [str(n) for n in range(100)]
    assert [len(body) for body in rpc.seen] == [100, 14, 2]
    assert len(pauses) == 2


def test_a_node_that_counts_compute_units_is_asked_until_it_answered_everything(rpc: LyingRpc) -> None:
    rpc.add(faults.compute_units(30, 0.05), ECHO)
    way = HttpTransport(rpc.url)
    assert told(way.batch(echoes(100))) == [str(n) for n in range(100)]


def test_an_answer_to_a_part_of_a_batch_is_taken_and_the_rest_asked_again(rpc: LyingRpc) -> None:
    def half(request: Request) -> Reply:
        asked = request.calls[: max(1, len(request.calls) // 2)]
        return Reply.of([{"jsonrpc": "2.0", "id": one["id"], "result": one["params"][0]} for one in asked])

    rpc.add(faults.replies(half))
    way, _ = transport(rpc)
    assert told(way.batch(echoes(40))) == [str(n) for n in range(40)]
    assert len(rpc.seen) < 10


@pytest.mark.parametrize("slow", [0.01, 0.1])
def test_an_answer_that_drips_for_ever_ends_with_the_time_out(rpc: LyingRpc, slow: float) -> None:
    rpc.add(faults.drip(slow), faults.answer("0x" + "00" * 500))
    way, _ = transport(rpc, timeout=0.3, attempts=1)
    started = time.monotonic()
    with pytest.raises(ChainError, match=r"no answer in 0\.3 seconds"):
        way.request("eth_call", [])
    assert time.monotonic() - started < 1


@pytest.mark.slow
@pytest.mark.parametrize("fault", [faults.huge, faults.gzip_bomb])
def test_an_answer_without_end_is_given_up_at_once_and_not_held_whole(
    rpc: LyingRpc, fault: Callable[[], Fault]
) -> None:
    rpc.add(fault())
    way, pauses = transport(rpc)
    tracemalloc.start()
    with pytest.raises(ChainError, match="its answer has more than 64 MiB"):
        way.request("eth_getLogs", [])
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert not pauses
    assert held < (800 if fault is faults.huge else 300) * 2**20


@pytest.mark.parametrize("code", [301, 302, 303])
def test_where_a_redirect_leads_is_said_at_once(rpc: LyingRpc, code: int) -> None:
    rpc.add(faults.redirect("https://elsewhere.example/rpc", code))
    way, pauses = transport(rpc)
    with pytest.raises(ChainError, match=r"redirects to https://elsewhere\.example/rpc") as told_so:
        way.request("eth_chainId", [])
    assert told_so.value.hint == "give that URL: https://elsewhere.example/rpc"
    assert not pauses


@pytest.mark.parametrize("code", [307, 308])
def test_a_redirect_that_keeps_the_question_is_followed(rpc: LyingRpc, code: int) -> None:
    with LyingRpc(None, faults.redirect(rpc.url, code)) as moved:
        rpc.add(faults.answer("0x1"))
        assert transport(moved)[0].request("eth_chainId", [])["result"] == "0x1"


@pytest.mark.parametrize("to", ["", "http://[broken", "file:///etc/passwd"])
def test_a_redirect_to_nowhere_is_said(rpc: LyingRpc, to: str) -> None:
    rpc.add(faults.redirect(to, 301))
    with pytest.raises(ChainError, match="it redirects"):
        transport(rpc)[0].request("eth_chainId", [])


@pytest.mark.parametrize(
    "answer",
    [
        {"id": [1], "result": "0x1"},
        {"id": {}, "error": {"code": [], "message": {}}},
        {"id": None, "error": {"code": {}, "message": None}},
        {"id": None, "error": 7},
        {"error": None, "result": None, "id": True},
    ],
)
def test_an_answer_of_odd_types_is_an_answer_or_an_error_in_words(rpc: LyingRpc, answer: dict[str, object]) -> None:
    rpc.add(
        faults.replies(lambda request: Reply.of([answer] * len(request.calls) if len(request.calls) > 1 else answer))
    )
    way, _ = transport(rpc, attempts=2)
    for ask in (lambda: way.request("echo", []), lambda: way.batch(echoes(2))):
        with contextlib.suppress(ChainError):
            ask()


def test_redirects_in_a_circle_end(rpc: LyingRpc) -> None:
    rpc.add(faults.redirect(rpc.url, 308))
    with pytest.raises(ChainError, match="redirects again and again"):
        transport(rpc)[0].request("eth_chainId", [])


@pytest.mark.parametrize(
    "fault",
    [
        faults.quota(),
        faults.quota("You have reached your monthly quota"),
        faults.quota("daily request limit reached, upgrade your plan", http=200),
        faults.quota("Free tier: credits used up", code=-32001, http=402),
    ],
)
def test_a_quota_that_is_used_up_is_said_at_once_in_the_providers_words(rpc: LyingRpc, fault: Fault) -> None:
    rpc.add(fault)
    way, pauses = transport(rpc)
    with pytest.raises(ChainError, match=r'used up: ".*(upgrade your plan|monthly quota|credits used up)"'):
        way.request("eth_chainId", [])
    assert not pauses


@pytest.mark.parametrize("fault", [faults.wrong_ids(), faults.text_ids()])
def test_wrong_ids_are_said_soon(rpc: LyingRpc, fault: Fault) -> None:
    rpc.add(fault, faults.answer("0x1"))
    way, pauses = transport(rpc)
    for ask in (lambda: way.request("eth_chainId", []), lambda: way.batch(echoes(3))):
        with pytest.raises(ChainError, match="its answers carry wrong ids"):
            ask()
    assert len(pauses) == 2


def test_a_nodes_words_are_told_without_a_key_that_is_short(rpc: LyingRpc) -> None:
    way = HttpTransport(rpc.url.replace(KEY, "sh0rt"), attempts=1)
    rpc.play(
        faults.error(-32005, "too many requests for sh0rt"),
        faults.status(429, b'{"error": {"code": 1, "message": "sh0rt is too fast"}}'),
        faults.status(403, b'{"error": {"code": 1, "message": "sh0rt is blocked"}}'),
    )
    for words in ("too many requests", "is too fast", "is blocked"):
        with pytest.raises(ChainError, match=words) as said:
            way.request("eth_chainId", [])
        assert "sh0rt" not in str(said.value)
    rpc.play(faults.error(-32000, "project sh0rt is not allowed to do that"))
    assert "sh0rt" not in str(way.request("eth_chainId", []))
    assert "sh0rt" not in way.name


def test_only_http_is_a_way_to_a_chain() -> None:
    with pytest.raises(ChainError, match="http or https"):
        HttpTransport("ws://127.0.0.1:8545")
