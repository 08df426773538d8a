"""An RPC that fails as real ones do: it stands on the loopback before a node, and its faults can be combined.

    with LyingRpc(node_url, faults.late_receipts(looks=8), faults.drop().on("eth_sendRawTransaction").times(1)) as rpc:
        ...                                  # ask rpc.url instead of node_url
        rpc.add(faults.busy(503).every(3))   # and from now on this as well
        rpc.node("anvil_mine", "0x5")        # the node itself, past every fault

A *fault* is made by a function of `support.faults`. By default it strikes every time; each of these narrows it, and
gives a new fault: `.on(method, ...)` (a request in which a method is asked for; "batch": any batch), `.after(n)` lets
the first n go, `.every(n)`, `.times(n)`, `.chance(p)`, `.lasting(seconds)` from when it could first strike,
`.given(test)` by the request or call itself. A fault counts what reaches it: make it anew for each proxy.

Faults of a whole request (cut off, HTTP, JSON) and of one call (its answer) are asked in the order in which they were
added; each may answer by itself or hand on to the next, and the last hands on to the node. `play(fault, ...)` lines up
what happens to the next requests, one each, before all others. `seen` holds the bodies of all requests.

The proxy ends with its `with`, at the latest with the process.
"""

from __future__ import annotations

import http.client
import json
import random
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

PATH = "/v3/a-key-that-nobody-may-see-0123456789"


@dataclass
class Reply:
    """What goes back over HTTP. `cut` breaks the connection instead; `drip` is the pause after each byte in seconds."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    drip: float = 0.0

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @classmethod
    def of(cls, value: Any, status: int = 200) -> Reply:
        return cls(json.dumps(value).encode(), status)


@dataclass(frozen=True)
class Request:
    """A whole request: what came, and the methods that it asks for."""

    rpc: LyingRpc
    body: Any

    @property
    def calls(self) -> list[dict[str, Any]]:
        return self.body if isinstance(self.body, list) else [self.body]

    @property
    def methods(self) -> set[str]:
        return {call["method"] for call in self.calls} | ({"batch"} if isinstance(self.body, list) else set())


@dataclass(frozen=True)
class Call:
    """One call of a request, and its place in it."""

    rpc: LyingRpc
    body: dict[str, Any]
    place: int = 0
    of: int = 1

    @property
    def method(self) -> str:
        return str(self.body["method"])

    @property
    def methods(self) -> set[str]:
        return {self.method, "batch"} if self.of > 1 else {self.method}

    @property
    def params(self) -> list[Any]:
        return list(self.body["params"])

    def of_node(self, *params: Any) -> dict[str, Any]:
        """What the node itself answers to this method with other parameters."""
        answer: dict[str, Any] = json.loads(self.rpc._upstream({**self.body, "params": list(params)}))
        return answer

    def result(self, value: Any) -> dict[str, Any]:
        return {"jsonrpc": "2.0", "id": self.body["id"], "result": value}

    def error(self, code: int, message: str, **more: Any) -> dict[str, Any]:
        return {"jsonrpc": "2.0", "id": self.body["id"], "error": {"code": code, "message": message, **more}}


HandOn = Callable[[], Any]
"""What would be answered without this fault: a `Reply` to a request, a JSON-RPC answer (a dictionary) to a call."""


@dataclass
class Fault:
    """`act(asked, hand_on)` says what is answered to a `Request` or, where `to_call`, to a `Call`."""

    name: str
    act: Callable[[Any, HandOn], Any]
    to_call: bool = True
    methods: frozenset[str] = frozenset()
    _after: int = 0
    _every: int = 1
    _times: int | None = None
    _chance: float = 1.0
    _lasting: float | None = None
    _given: Callable[[Any], bool] | None = None

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._dice = random.Random(7)
        self._seen = self.struck = 0
        self._began: float | None = None

    def on(self, *methods: str) -> Fault:
        return replace(self, methods=frozenset(methods))

    def after(self, count: int) -> Fault:
        return replace(self, _after=count)

    def every(self, count: int) -> Fault:
        return replace(self, _every=count)

    def times(self, count: int) -> Fault:
        return replace(self, _times=count)

    def chance(self, share: float) -> Fault:
        return replace(self, _chance=share)

    def lasting(self, seconds: float) -> Fault:
        return replace(self, _lasting=seconds)

    def given(self, test: Callable[[Any], bool]) -> Fault:
        return replace(self, _given=test)

    def concerns(self, asked: Request | Call) -> bool:
        return not self.methods or bool(self.methods & asked.methods)

    def strikes(self, asked: Request | Call) -> bool:
        """Whether it strikes this time; counts."""
        if not self.concerns(asked) or (self._given is not None and not self._given(asked)):
            return False
        with self._lock:
            self._seen += 1
            self._began = self._began or time.monotonic()
            over = self._lasting is not None and time.monotonic() - self._began > self._lasting
            past = self._seen - self._after
            if past <= 0 or past % self._every or over or (self._times is not None and self.struck >= self._times):
                return False
            if self._chance < 1 and self._dice.random() >= self._chance:
                return False
            self.struck += 1
            return True


class LyingRpc:
    """The proxy before a node. Without one (`upstream` None) faults must answer everything."""

    def __init__(self, upstream: str | None = None, *faults: Fault, path: str = PATH) -> None:
        self.upstream = upstream
        self.seen: list[Any] = []
        self.faults: list[Fault] = list(faults)
        self._line: deque[Fault] = deque()
        self._local = threading.local()
        self._at_work = threading.Condition()
        self._busy = 0
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}{path}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def __enter__(self) -> LyingRpc:
        return self

    def __exit__(self, *_: object) -> None:
        # What is handed on late must not reach the node in the next test.
        with self._at_work:
            self._at_work.wait_for(lambda: self._busy == 0, timeout=30)
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def add(self, *faults: Fault) -> None:
        """Let these strike too, after those that are there."""
        self.faults = [*self.faults, *faults]

    def remove(self, *faults: Fault) -> None:
        """Let these strike no more; without any, none at all."""
        self.faults = [fault for fault in self.faults if faults and fault not in faults]

    def play(self, *faults: Fault) -> None:
        """Line up what happens to the next requests, one fault each."""
        self._line.extend(faults)

    def methods(self) -> list[str]:
        """Every method that was asked for, in order."""
        return [one["method"] for body in list(self.seen) for one in (body if isinstance(body, list) else [body])]

    def node(self, method: str, *params: Any) -> Any:
        """What the node itself answers."""
        answer = json.loads(self._upstream({"jsonrpc": "2.0", "id": 0, "method": method, "params": list(params)}))
        assert "error" not in answer, answer
        return answer["result"]

    # ------------------------------------------------------------------------------------------------------ answering

    def answer(self, content: bytes) -> Reply:
        """What is said to a request, all faults asked."""
        with self._at_work:
            self._busy += 1
        try:
            request = Request(self, json.loads(content))
            self.seen.append(request.body)
            lined = [self._line.popleft()] if self._line else []
            faults = [*lined, *self.faults]
            calls = [fault for fault in faults if fault.to_call]
            return self._through(
                [fault for fault in faults if not fault.to_call], request, lambda: self._answers(request, calls)
            )
        finally:
            with self._at_work:
                self._busy -= 1
                self._at_work.notify_all()

    def _through(self, faults: list[Fault], asked: Any, last: Callable[[], Any]) -> Any:
        for number, fault in enumerate(faults):
            if fault.strikes(asked):
                return fault.act(asked, lambda rest=faults[number + 1 :]: self._through(rest, asked, last))
        return last()

    def _answers(self, request: Request, faults: list[Fault]) -> Reply:
        calls = [Call(self, body, place, len(request.calls)) for place, body in enumerate(request.calls)]
        plain = [call for call in calls if not any(fault.concerns(call) for fault in faults)]
        if len(plain) == len(calls):
            return Reply(self._upstream(request.body))
        together = json.loads(self._upstream([call.body for call in plain])) if plain else []
        answers = {answer["id"]: answer for answer in together}
        for call in calls:
            if call not in plain:

                def ask(call: Call = call) -> Any:
                    return json.loads(self._upstream(call.body))

                answers[call.body["id"]] = self._through(faults, call, ask)
        listed = [answers[call.body["id"]] for call in calls]
        return Reply.of(listed if isinstance(request.body, list) else listed[0])

    def _upstream(self, body: Any) -> bytes:
        assert self.upstream is not None, f"nothing to hand on to: {body}"
        content = json.dumps(body).encode()
        for again in (True, False):
            way = getattr(self._local, "way", None)
            if way is None:
                way = self._local.way = http.client.HTTPConnection(urlsplit(self.upstream).netloc, timeout=20)
            try:
                way.request("POST", "/", content, {"Content-Type": "application/json"})
                return bytes(way.getresponse().read())
            except (OSError, http.client.HTTPException):
                self._local.way = None
                if not again:
                    raise
        raise AssertionError("unreachable")


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, address: Any) -> None:
        # Whoever asked may leave in the middle.
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, address)


def _handler(rpc: LyingRpc) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Headers and body in one go, or each answer waits 40 ms for an acknowledgement.
        wbufsize = 65_536

        def do_POST(self) -> None:
            try:
                reply = rpc.answer(self.rfile.read(int(self.headers["Content-Length"])))
            except (OSError, http.client.HTTPException):
                # The node went away.
                reply = Reply(b"bad gateway", 502)
            try:
                self._say(reply)
            except OSError:
                # Whoever asked did not wait.
                self.close_connection = True

        def do_GET(self) -> None:
            self._say(Reply(b"Used HTTP Method is not allowed. POST is required", 405))

        def _say(self, reply: Reply) -> None:
            if reply.cut:
                self.close_connection = True
                self.connection.close()
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if not reply.drip:
                self.wfile.write(reply.body)
                return
            for byte in reply.body:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(reply.drip)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
