"""HTTP with an end: one answer takes so many seconds at most, however slowly it drips, and so many bytes, unpacked.

`requests` waits so long *between* two bytes; here the deadline is that of the whole answer. It is set for the thread
that asks, whose session reads by it.
"""

from __future__ import annotations

import http.client
import io
import threading
import time
from typing import TYPE_CHECKING, Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

from sampan.config import is_here

if TYPE_CHECKING:
    import socket

LARGEST = 64 * 2**20
"""Bytes of one answer, unpacked. The largest honest ones are ten thousand logs: a sixth of it."""
_PIECE = 65_536
_DEADLINE = threading.local()


class TooLarge(Exception):
    """An answer has more bytes than any honest one."""


class TooSlow(Exception):
    """An answer was not whole in time."""


def session_for(url: str) -> requests.Session:
    """A session whose answers end in time, for the thread that opens it."""
    session = requests.Session()
    session.headers["User-Agent"] = "sampan"
    session.mount("https://", _Adapter())
    session.mount("http://", _Adapter())
    if is_here(url):
        # A proxy of the environment has no business between us and our own machine.
        session.trust_env = False
    return session


def post(session: requests.Session, url: str, body: Any, timeout: float) -> tuple[requests.Response, bytes]:
    """One POST of JSON, as `exchange`."""
    return exchange(session, "POST", url, timeout, json=body)


def exchange(
    session: requests.Session, method: str, url: str, timeout: float, **how: Any
) -> tuple[requests.Response, bytes]:
    """One request: the response and its whole body. Redirects are not followed. `how` is that of `requests`.

    Raises `TooLarge`, `TooSlow`, and what `requests` raises.
    """
    _DEADLINE.at = time.monotonic() + timeout
    limits = (min(10.0, timeout), timeout)
    try:
        answer = session.request(method, url, timeout=limits, stream=True, allow_redirects=False, **how)
        with answer:
            return answer, _whole(answer)
    except (requests.exceptions.Timeout, TimeoutError):
        raise TooSlow from None
    except (requests.exceptions.ConnectionError, urllib3.exceptions.HTTPError) as error:
        if time.monotonic() >= _DEADLINE.at or isinstance(error, urllib3.exceptions.TimeoutError):
            raise TooSlow from None
        if isinstance(error, requests.exceptions.ConnectionError):
            raise
        raise requests.exceptions.ConnectionError(error) from None
    finally:
        _DEADLINE.at = None


def _whole(answer: requests.Response) -> bytes:
    pieces, size = [], 0
    for piece in answer.raw.stream(_PIECE, decode_content=True):
        size += len(piece)
        if size > LARGEST:
            raise TooLarge
        pieces.append(piece)
    return b"".join(pieces)


class _Timed(io.RawIOBase):
    """A socket's bytes until the deadline of the thread that reads them."""

    def __init__(self, raw: io.RawIOBase, of: socket.socket) -> None:
        self._raw, self._socket = raw, of

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        deadline = getattr(_DEADLINE, "at", None)
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("the answer was not whole in time")
            self._socket.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_Timed(self.fp.detach(), sock))


class _Plain(HTTPConnection):
    response_class = _Response


class _Secure(HTTPSConnection):
    response_class = _Response


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Secure


class _Adapter(HTTPAdapter):
    """As requests has it, with connections that know the deadline."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not str(proxy).lower().startswith("socks"):
            # Connections through SOCKS are of their own kind, and only wait so long between two bytes.
            manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
        return manager
