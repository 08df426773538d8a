"""What goes wrong with real RPCs, each a small fault of its own for `support.lying_rpc.LyingRpc`.

Whole requests: `drop`, `swallow`, `status`, `busy`, `text`, `delay`, `drip`, `huge`, `gzip_bomb`, `redirect`, `quota`,
`wrong_ids`, `text_ids`, `no_batches`, `batch_limit`, `replies`. Answers: `answer`, `error`, `answers`, `change`,
`busy_item`, `compute_units`. Logs: `range_limit` (in the words of `RANGE_WORDS`), `cut_logs`, `logs` (hidden, altered,
invented). Blocks and state: `unknown_head`, `stale_head`, `stale_state`, `blocks`. Sending: `late_receipts`,
`failed_receipts`, `take_and_break`, `forget_sends`, `send_fails`, `no_base_fee`, `base_fee`, `tip`, `low_estimate`. And
`before`: do something to the chain (a reorganisation, say) just before a call reaches it.
"""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Callable
from typing import Any

from support.lying_rpc import Call, Fault, HandOn, Reply, Request

HTML = b"<html><head><title>%d</title></head><body><center><h1>%d</h1></center><hr>nginx</body></html>"

# ------------------------------------------------------------------------------------------------------ whole requests


def passing() -> Fault:
    """Nothing; to line up between others."""
    return Fault("pass", lambda request, hand_on: hand_on(), to_call=False)


def drop() -> Fault:
    """The connection breaks before the node heard anything."""
    return Fault("drop", lambda request, hand_on: Reply(cut=True), to_call=False)


def swallow() -> Fault:
    """The node hears it; the connection breaks before its answer."""

    def act(request: Request, hand_on: HandOn) -> Reply:
        hand_on()
        return Reply(cut=True)

    return Fault("swallow", act, to_call=False)


def status(code: int, body: bytes | None = None, **headers: str) -> Fault:
    """An HTTP status with a page of HTML, or another body; headers as `Retry_After="0"`."""
    said = body if body is not None else HTML % (code, code)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Fault(f"HTTP {code}", lambda request, hand_on: Reply(said, code, named), to_call=False)


def busy(code: int = 429, retry_after: int | None = 0) -> Fault:
    """Too many requests: HTML, and how many seconds to wait."""
    return status(code, **({} if retry_after is None else {"Retry_After": str(retry_after)}))


def text(body: bytes) -> Fault:
    """HTTP 200 with these bytes."""
    return Fault("text", lambda request, hand_on: Reply(body), to_call=False)


def delay(seconds: float) -> Fault:
    """The answer takes its time."""

    def act(request: Request, hand_on: HandOn) -> Reply:
        time.sleep(seconds)
        reply: Reply = hand_on()
        return reply

    return Fault("delay", act, to_call=False)


def drip(seconds: float = 0.05) -> Fault:
    """The answer comes byte by byte, so many seconds apart."""

    def act(request: Request, hand_on: HandOn) -> Reply:
        reply: Reply = hand_on()
        reply.drip = seconds
        return reply

    return Fault("drip", act, to_call=False)


def huge(size: int = 300_000_000) -> Fault:
    """An answer of so many bytes."""

    def act(request: Request, hand_on: HandOn) -> Reply:
        return Reply(b'{"jsonrpc":"2.0","id":1,"result":"0x' + b"0" * size + b'"}')

    return Fault("huge", act, to_call=False)


def gzip_bomb(size: int = 300_000_000) -> Fault:
    """An answer that is small until it is unpacked."""
    packed = gzip.compress(b'{"jsonrpc":"2.0","id":1,"result":"0x' + b"0" * size + b'"}', compresslevel=1)
    return Fault("gzip bomb", lambda request, hand_on: Reply(packed, 200, {"Content-Encoding": "gzip"}), to_call=False)


def redirect(to: str, code: int = 301) -> Fault:
    """It is somewhere else now."""
    return Fault(f"redirect {code}", lambda request, hand_on: Reply(b"", code, {"Location": to}), to_call=False)


def quota(words: str = "daily request limit reached, upgrade your plan", code: int = -32005, http: int = 429) -> Fault:
    """What was paid for is used up."""

    def act(request: Request, hand_on: HandOn) -> Reply:
        return Reply.of(
            {"jsonrpc": "2.0", "id": request.calls[0]["id"], "error": {"code": code, "message": words}}, http
        )

    return Fault("quota", act, to_call=False)


def _each(change: Callable[[dict[str, Any]], dict[str, Any]], name: str) -> Fault:
    def act(request: Request, hand_on: HandOn) -> Reply:
        value = hand_on().json
        return Reply.of([change(one) for one in value] if isinstance(value, list) else change(value))

    return Fault(name, act, to_call=False)


def wrong_ids() -> Fault:
    """It says that it answers other requests."""
    return _each(lambda answer: {**answer, "id": answer["id"] + 1_000_000}, "wrong ids")


def text_ids() -> Fault:
    """It says ids as text."""
    return _each(lambda answer: {**answer, "id": str(answer["id"])}, "ids as text")


def no_batches(code: int = -32600, words: str = "batch requests are not supported") -> Fault:
    """It takes one call a request, and says so."""
    return batch_limit(0, http=200, code=code, words=words)


def batch_limit(
    most: int, http: int = 413, code: int | None = None, words: str = "batch of more than the limit"
) -> Fault:
    """It takes so many calls a request; of more it says an HTTP status with HTML or, where a `code` is given, JSON."""

    def act(request: Request, hand_on: HandOn) -> Reply:
        if not isinstance(request.body, list) or len(request.body) <= most:
            reply: Reply = hand_on()
            return reply
        if code is None:
            return Reply(HTML % (http, http), http)
        return Reply.of({"jsonrpc": "2.0", "id": None, "error": {"code": code, "message": words}}, http)

    return Fault(f"batches of {most} at most", act, to_call=False)


# ------------------------------------------------------------------------------------------------------------- answers


def answer(value: Any) -> Fault:
    """The same answer to everything: `None`, `"0x"`, `"0xzz"`, a number that is too large, what another node says."""
    return Fault(f"answers {json.dumps(value)[:20]}", lambda call, hand_on: call.result(value))


def error(code: int, message: str, **more: Any) -> Fault:
    """The same error to everything."""
    return Fault(f"error {code}", lambda call, hand_on: call.error(code, message, **more))


def replies(how: Callable[[Request], Reply]) -> Fault:
    """Whatever a function makes of a whole request."""
    return Fault("replies", lambda request, hand_on: how(request), to_call=False)


def answers(how: Callable[[Call], dict[str, Any]]) -> Fault:
    """Whatever a function makes of a call: `call.result(...)`, `call.error(...)`."""
    return Fault("answers", lambda call, hand_on: how(call))


def change(how: Callable[[Any], Any], name: str = "changed") -> Fault:
    """The node's result, changed."""

    def act(call: Call, hand_on: HandOn) -> Any:
        said = hand_on()
        return call.result(how(said["result"])) if "result" in said else said

    return Fault(name, act)


def before(do: Callable[[Any], object]) -> Fault:
    """Something happens to the chain just before a call reaches the node: `before(lambda rpc: rpc.node(...))`."""

    def act(call: Call, hand_on: HandOn) -> Any:
        do(call.rpc)
        return hand_on()

    return Fault("before", act)


def busy_item(every: int = 7, code: int = -32005, words: str = "rate limited") -> Fault:
    """Of the items of batches every so many-th is turned away."""
    return error(code, words).on("batch").every(every)


def compute_units(calls: int, per: float = 1.0) -> Fault:
    """So many calls in so many seconds; what comes sooner is turned away, one by one."""
    recent: list[float] = []
    lock = threading.Lock()

    def act(call: Call, hand_on: HandOn) -> Any:
        with lock:
            now = time.monotonic()
            recent[:] = [then for then in recent if now - then < per]
            if len(recent) >= calls:
                return call.error(429, "Your app has exceeded its compute units per second capacity.")
            recent.append(now)
        return hand_on()

    return Fault("compute units", act)


# ---------------------------------------------------------------------------------------------------------------- logs

RANGE_WORDS: dict[str, tuple[int, int, Any]] = {
    "Alchemy": (
        400,
        -32600,
        "You can make eth_getLogs requests with up to a 500 block range. This block range should work: [0x0, 0x1f4]",
    ),
    "Alchemy, growth": (400, -32602, "Log response size exceeded. You can make requests with up to a 2K block range"),
    "Infura": (200, -32005, "query returned more than 10000 results. Try with this block range [0x1, 0x2]."),
    "QuickNode": (413, -32614, "eth_getLogs is limited to a 10,000 range"),
    "Ankr": (200, -32600, "block range is too wide"),
    "dRPC": (200, 35, "ranges over 10000 blocks are not supported on freetier"),
    "BlockPI": (200, -32602, "eth_getLogs is limited to 1024 block range. Please check the parameter requirements"),
    "PublicNode": (200, -32701, "exceed maximum block range: 50000"),
    "Cloudflare": (200, -32047, "Invalid eth_getLogs request. 'fromBlock'-'toBlock' range too large. Max range: 800"),
    "Erigon": (200, -32000, "query timeout exceeded"),
    "limit exceeded": (200, -32005, "limit exceeded"),
    "span": (200, -32005, "Too many requests, reason: block span"),
    "429": (429, -32005, "limit exceeded"),
    "a text": (200, 0, "the range is too large"),
    "HTML 413": (413, 0, None),
    "HTML 429": (429, 0, None),
    "HTML 503": (503, 0, None),
    "HTML 500": (500, 0, None),
    "HTML 502": (502, 0, None),
    "HTML 400": (400, 0, None),
    "nothing": (0, 0, None),
}
"""Whose words: HTTP status (0: the connection breaks), code, message (None: HTML; code 0: an error that is a text)."""


def blocks_of(asked: Request | Call) -> int:
    """How many blocks an `eth_getLogs` asks for."""
    body = asked.body[0] if isinstance(asked.body, list) else asked.body
    query = body["params"][0]
    return int(query["toBlock"], 16) - int(query["fromBlock"], 16) + 1


def range_limit(most: int, whose: str = "Ankr") -> Fault:
    """Logs of so many blocks at most, refused in somebody's words."""
    http, code, message = RANGE_WORDS[whose]

    def act(request: Request, hand_on: HandOn) -> Reply:
        if blocks_of(request) <= most:
            reply: Reply = hand_on()
            return reply
        if message is None:
            return Reply(HTML % (http, http), http, cut=http == 0)
        said = {"code": code, "message": message} if code else message
        return Reply.of({"jsonrpc": "2.0", "id": request.calls[0]["id"], "error": said}, http)

    return Fault(f"{most} blocks at most ({whose})", act, to_call=False, methods=frozenset({"eth_getLogs"}))


def logs(how: Callable[[list[dict[str, Any]]], list[dict[str, Any]]], name: str = "altered logs") -> Fault:
    """The logs of each answer, changed: some hidden, altered, invented, shuffled, doubled."""
    return change(how, name).on("eth_getLogs")


def cut_logs(most: int) -> Fault:
    """Of more logs than so many the first ones, and not a word."""
    return logs(lambda found: found[:most], f"cuts at {most} logs")


# ---------------------------------------------------------------------------------------------------- blocks and state


def unknown_head(times: int = 3) -> Fault:
    """Behind a load balancer: the node that is asked for the newest block does not have it yet."""

    def is_head(call: Call) -> bool:
        wanted = call.params[0]
        return bool(wanted == call.rpc.node("eth_blockNumber"))

    return answer(None).on("eth_getBlockByNumber").given(is_head).times(times)


def stale_head(behind: int) -> Fault:
    """It stands so many blocks behind, in everything."""

    def act(call: Call, hand_on: HandOn) -> Any:
        head = int(call.rpc.node("eth_blockNumber"), 16) - behind
        if call.method == "eth_blockNumber":
            return call.result(hex(head))
        if call.method == "eth_getLogs":
            query = {**call.params[0]}
            if query.get("toBlock", "latest") == "latest" or int(query["toBlock"], 16) > head:
                query["toBlock"] = hex(head)
            return call.of_node(query)
        params = [hex(head) if one in ("latest", "pending") else one for one in call.params]
        if call.method == "eth_getBlockByNumber" and int(params[0], 16) > head:
            return call.result(None)
        return call.of_node(*params)

    return Fault(f"{behind} blocks behind", act).on(
        "eth_blockNumber",
        "eth_getBlockByNumber",
        "eth_getLogs",
        "eth_call",
        "eth_getCode",
        "eth_getBalance",
        "eth_getTransactionCount",
        "eth_getStorageAt",
    )


def stale_state(block: int, *methods: str) -> Fault:
    """What it keeps is that of an older block, whichever is asked for: answers, words or both."""

    def act(call: Call, hand_on: HandOn) -> Any:
        return call.of_node(*call.params[:-1], hex(block))

    return Fault(f"state of block {block}", act).on(*(methods or ("eth_call", "eth_getStorageAt")))


def blocks(how: Callable[[dict[str, Any]], dict[str, Any]], name: str = "altered blocks") -> Fault:
    """Each block, changed."""
    return change(lambda block: None if block is None else how(dict(block)), name).on(
        "eth_getBlockByNumber", "eth_getBlockByHash"
    )


# ------------------------------------------------------------------------------------------------------------- sending


def failed_receipts() -> Fault:
    """It says that what stands has failed."""

    def act(call: Call, hand_on: HandOn) -> Any:
        answer = hand_on()
        if isinstance(answer.get("result"), dict):
            answer = call.result({**answer["result"], "status": "0x0", "logs": []})
        return answer

    return Fault("failed receipts", act).on("eth_getTransactionReceipt")


def late_receipts(looks: int = 0, seconds: float = 0.0) -> Fault:
    """A receipt is there only after so many looks at it, and so many seconds after the first."""
    first: dict[str, tuple[int, float]] = {}
    lock = threading.Lock()

    def act(call: Call, hand_on: HandOn) -> Any:
        with lock:
            count, since = first.get(call.params[0], (0, time.monotonic()))
            first[call.params[0]] = (count + 1, since)
        late = count < looks or time.monotonic() - since < seconds
        return call.result(None) if late else hand_on()

    return Fault("late receipts", act).on("eth_getTransactionReceipt")


def take_and_break(drops: int = 1) -> Fault:
    """The node takes a transaction, and the connection breaks; so often. Combine with `late_receipts`."""
    return swallow().on("eth_sendRawTransaction").times(drops)


def forget_sends() -> Fault:
    """It answers a transaction's hash and forgets the transaction."""

    def act(call: Call, hand_on: HandOn) -> Any:
        from sampan.keccak import keccak

        return call.result("0x" + keccak(bytes.fromhex(call.params[0][2:])).hex())

    return Fault("forgets what is sent", act).on("eth_sendRawTransaction")


def send_fails(message: str, code: int = -32000) -> Fault:
    """Its pool refuses."""
    return error(code, message).on("eth_sendRawTransaction")


def no_base_fee() -> Fault:
    """A chain without EIP-1559."""
    return blocks(
        lambda block: {name: value for name, value in block.items() if name != "baseFeePerGas"}, "no base fee"
    )


def base_fee(wei: int) -> Fault:
    """A base fee that is not the chain's."""
    return blocks(lambda block: {**block, "baseFeePerGas": hex(wei)}, "base fee")


def tip(wei: int | None) -> Fault:
    """What it suggests as a tip; None: it knows no such method."""
    if wei is None:
        return error(-32601, "the method eth_maxPriorityFeePerGas does not exist").on("eth_maxPriorityFeePerGas")
    return answer(hex(wei)).on("eth_maxPriorityFeePerGas")


def low_estimate(factor: float = 0.6) -> Fault:
    """It estimates so much of the gas that is needed."""
    return change(lambda gas: hex(int(int(gas, 16) * factor)), "low estimate").on("eth_estimateGas")


def reorganise(depth: int = 1) -> Fault:
    """The chain is reorganised so deep just before a call reaches it; mind `.on(...)` and `.times(1)`."""
    return before(lambda rpc: rpc.node("anvil_reorg", depth, []))


def base_fee_rises(wei: int) -> Fault:
    """The next block's base fee is this from now on."""
    return before(lambda rpc: rpc.node("anvil_setNextBlockBaseFeePerGas", hex(wei)))
