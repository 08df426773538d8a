"""JSON-RPC over HTTP to a node that may be slow, busy or wrong: time limits, retries with backoff, errors in words.

A *transport* answers `request(method, params)` with the JSON-RPC response (`result` or `error`) and raises `ChainError`
when there is none. There are two: this one, and the chain in process (`sampan.chain.tester`).
"""

from __future__ import annotations

import itertools
import logging
import random
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sampan.chain.outside import parse_json
from sampan.config import is_here, shorten_url
from sampan.errors import ChainError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import requests

logger = logging.getLogger(__name__)

ATTEMPTS = 7
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 8.0
BATCH = 100
"""Calls that go into one HTTP request at most."""

_BUSY_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 522, 524})
_BUSY_CODES = frozenset({-32005, -32016, -32097, 429, 19})
_BUSY_WORDS = ("rate limit", "too many requests", "compute units per second", "exceeded its throughput")
_TOO_MUCH_WORDS = ("more than", "range", "results", "response size")


class Transport(Protocol):
    """The way to one node."""

    name: str
    """What may be shown of where it leads: a shortened URL, or `tester`."""

    def request(self, method: str, params: Sequence[Any]) -> dict[str, Any]:
        """One call. Returns the response with `result` or `error`. Raises `ChainError` when there is no answer."""

    def batch(self, calls: Sequence[tuple[str, Sequence[Any]]]) -> list[dict[str, Any]]:
        """Several calls, answered in their order."""

    def close(self) -> None:
        """Give back what the transport holds."""


class HttpTransport:
    """JSON-RPC over HTTP(S).

    A request is tried up to `attempts` times: again after a broken or refused connection, a time out, an answer that is
    not JSON, a busy status (429, 5xx) or a busy error. All of Sampan's requests may be repeated: reads are reads, and a
    signed transaction is the same however often it arrives. No part of the URL but scheme and host reaches an error.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout: float = 30.0,
        attempts: int = ATTEMPTS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if not url.startswith(("http://", "https://")):
            raise ChainError(
                "an RPC is reached by http or https",
                subject=shorten_url(url),
                hint="give a URL such as https://host/path",
            )
        # At debug level urllib3 logs the path of every request, and with many providers the path is the key.
        logging.getLogger("urllib3").setLevel(logging.WARNING)
        self.url = url
        self.name = shorten_url(url)
        self.timeout = timeout
        self.attempts = attempts
        self._sleep = sleep
        self._ids = itertools.count(1)
        self._local = threading.local()
        self._sessions: list[requests.Session] = []
        self._one_by_one = False

    def request(self, method: str, params: Sequence[Any]) -> dict[str, Any]:
        body = self._body(method, params)

        def check(answer: Any) -> dict[str, Any]:
            if not isinstance(answer, dict) or ("result" not in answer and "error" not in answer):
                raise _Busy("its answer is no JSON-RPC response")
            if answer.get("id") not in (body["id"], None):
                raise _Busy("it answered another request")
            _refuse_busy(answer)
            return answer

        answer: dict[str, Any] = self._try(method, body, check)
        return answer

    def batch(self, calls: Sequence[tuple[str, Sequence[Any]]]) -> list[dict[str, Any]]:
        answers: list[dict[str, Any]] = []
        for start in range(0, len(calls), BATCH):
            part = calls[start : start + BATCH]
            if len(part) == 1 or self._one_by_one:
                answers += [self.request(method, params) for method, params in part]
            else:
                answers += self._batch(part)
        return answers

    def _batch(self, calls: Sequence[tuple[str, Sequence[Any]]]) -> list[dict[str, Any]]:
        bodies = [self._body(method, params) for method, params in calls]

        def check(answer: Any) -> list[dict[str, Any]] | None:
            if not isinstance(answer, list):
                if isinstance(answer, dict):
                    _refuse_busy(answer)
                return None
            by_id = {item.get("id"): item for item in answer if isinstance(item, dict)}
            if any(body["id"] not in by_id for body in bodies):
                return None
            for item in by_id.values():
                _refuse_busy(item)
            return [by_id[body["id"]] for body in bodies]

        answers: list[dict[str, Any]] | None = self._try(f"{len(bodies)} calls", bodies, check)
        if answers is None:
            # A provider without batches: never ask it again.
            logger.info("%s takes no batches", self.name)
            self._one_by_one = True
            return [self.request(method, params) for method, params in calls]
        return answers

    def close(self) -> None:
        for session in self._sessions:
            session.close()
        self._sessions.clear()

    def _body(self, method: str, params: Sequence[Any]) -> dict[str, Any]:
        return {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": list(params)}

    def _try(self, what: str, body: Any, check: Callable[[Any], Any]) -> Any:
        pause = FIRST_PAUSE
        for attempt in range(1, self.attempts + 1):
            try:
                return check(self._post(body))
            except _Busy as busy:
                fault, wait = busy.fault, busy.wait
                logger.info("%s: %s failed (%s), attempt %d of %d", self.name, what, fault, attempt, self.attempts)
                if busy.hopeless or attempt == self.attempts:
                    raise ChainError(
                        f"the RPC did not answer {what}: {fault}",
                        subject=self.name,
                        code="chain.unreachable",
                        hint=busy.hint or "try again, or name another RPC with --network URL",
                    ) from None
            self._sleep(min(LONGEST_PAUSE, max(wait, pause * random.uniform(0.7, 1.3))))
            pause *= 2
        raise AssertionError("unreachable")

    def _post(self, body: Any) -> Any:
        import requests

        try:
            answer = self._session().post(self.url, json=body, timeout=(min(10.0, self.timeout), self.timeout))
        except requests.exceptions.Timeout:
            raise _Busy(f"no answer in {self.timeout:g} seconds") from None
        except requests.exceptions.SSLError:
            raise _Busy("its certificate is not good", hopeless=True) from None
        except requests.exceptions.ConnectionError as error:
            if _is_refused(error):
                raise _Busy(
                    "nobody listens there",
                    hopeless=is_here(self.url),
                    hint="is the node running? `sampan node start` starts one here" if is_here(self.url) else None,
                ) from None
            raise _Busy("the connection broke") from None
        except requests.exceptions.RequestException:
            raise _Busy("the request broke off") from None
        if answer.status_code in _BUSY_STATUS:
            raise _Busy(f"it answered HTTP {answer.status_code}", wait=_retry_after(answer.headers.get("Retry-After")))
        if answer.status_code in (401, 403):
            raise _Busy(
                f"it refuses us (HTTP {answer.status_code})",
                hopeless=True,
                hint="is the key in the URL right and active?",
            )
        try:
            return parse_json(answer.content)
        except ValueError:
            hopeless = 400 <= answer.status_code < 500
            raise _Busy(f"its answer is no JSON (HTTP {answer.status_code})", hopeless=hopeless) from None

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            import requests

            session = requests.Session()
            session.headers["User-Agent"] = "sampan"
            if is_here(self.url):
                # A proxy of the environment has no business between us and our own machine.
                session.trust_env = False
            self._local.session = session
            self._sessions.append(session)
        return session


@dataclass(eq=False)
class _Busy(Exception):
    """An attempt that failed; `hopeless` ones are not repeated."""

    fault: str
    wait: float = 0.0
    hopeless: bool = False
    hint: str | None = None


def _is_refused(error: BaseException | None) -> bool:
    """Whether nobody listens: requests and urllib3 wrap that in errors of their own, one in another."""
    for _ in range(20):
        if error is None or isinstance(error, ConnectionRefusedError):
            break
        inner = [getattr(error, "reason", None), *error.args]
        wrapped = [one for one in inner if isinstance(one, BaseException)]
        error = wrapped[0] if wrapped else error.__cause__ or error.__context__
    return isinstance(error, ConnectionRefusedError)


def _refuse_busy(answer: dict[str, Any]) -> None:
    error = answer.get("error")
    if not isinstance(error, dict):
        return
    message = str(error.get("message", "")).lower()
    # A contract may revert with any words it likes.
    if error.get("code") == 3 or isinstance(error.get("data"), str):
        return
    # The code for "too many requests" is used for "too many results" as well; asking again does not help there.
    if any(words in message for words in _TOO_MUCH_WORDS):
        return
    if error.get("code") in _BUSY_CODES or any(words in message for words in _BUSY_WORDS):
        raise _Busy("it is busy and turns requests away")


def _retry_after(header: str | None) -> float:
    return float(header) if header is not None and header.isdigit() else 0.0
