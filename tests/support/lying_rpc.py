"""An RPC that fails as real ones do: it stands before a node, and answers by a script or hands on.

`play(action, ...)` lines up what happens to the next requests; when nothing is lined up, all are handed on. `on(method,
action)` does it to every request of one method, until `on(method, None)`.
"""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class LyingRpc:
    """Actions: "pass"; "drop" (cut the connection, nothing handed on); "swallow" (hand on, then cut the connection);
    ("status", code, headers); ("text", body); ("answer", result); ("error", error); ("delay", seconds)."""

    def __init__(self, upstream: str | None = None) -> None:
        self.upstream = upstream
        self.seen: list[Any] = []
        self._line: deque[Any] = deque()
        self._always: dict[str, Any] = {}
        self._at_work = threading.Condition()
        self._busy = 0
        lying = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Headers and body in one go, or each answer waits 40 ms for an acknowledgement.
            wbufsize = 65_536

            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                with lying._at_work:
                    lying._busy += 1
                try:
                    lying.handle(self, content)
                finally:
                    with lying._at_work:
                        lying._busy -= 1
                        lying._at_work.notify_all()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v3/a-key-that-nobody-may-see-0123456789"
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

    def play(self, *actions: Any) -> None:
        self._line.extend(actions)

    def on(self, method: str, action: Any) -> None:
        if action is None:
            self._always.pop(method, None)
        else:
            self._always[method] = action

    def methods(self) -> list[str]:
        return [one["method"] for body in self.seen for one in (body if isinstance(body, list) else [body])]

    def handle(self, request: BaseHTTPRequestHandler, content: bytes) -> None:
        body = json.loads(content)
        self.seen.append(body)
        method = body["method"] if isinstance(body, dict) else "batch"
        action = self._always.get(method) or (self._line.popleft() if self._line else "pass")
        if callable(action):
            action = action(body)
        kind, *rest = (action,) if isinstance(action, str) else action
        if kind == "delay":
            time.sleep(rest[0])
            kind = "pass"
        if kind == "drop":
            request.close_connection = True
            request.connection.close()
        elif kind == "swallow":
            self._hand_on(content)
            request.close_connection = True
            request.connection.close()
        elif kind == "status":
            self._say(request, rest[0], b"busy", rest[1] if len(rest) > 1 else {})
        elif kind == "text":
            self._say(request, 200, rest[0], {})
        elif kind == "answer":
            self._say(request, 200, json.dumps({"jsonrpc": "2.0", "id": body["id"], "result": rest[0]}).encode(), {})
        elif kind == "error":
            identity = body["id"] if isinstance(body, dict) else None
            self._say(request, 200, json.dumps({"jsonrpc": "2.0", "id": identity, "error": rest[0]}).encode(), {})
        else:
            self._say(request, 200, self._hand_on(content), {})

    def _hand_on(self, content: bytes) -> bytes:
        assert self.upstream is not None, "nothing to hand on to"
        call = urllib.request.Request(self.upstream, content, {"Content-Type": "application/json"})
        with urllib.request.urlopen(call, timeout=20) as answer:
            return bytes(answer.read())

    @staticmethod
    def _say(request: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str]) -> None:
        try:
            request.send_response(status)
            for name, value in headers.items():
                request.send_header(name, value)
            request.send_header("Content-Length", str(len(body)))
            request.end_headers()
            request.wfile.write(body)
        except OSError:
            # Whoever asked did not wait.
            pass
