"""JSON-RPC over HTTP to a node that may be slow, busy or wrong: time limits, retries with backoff, errors in words.

A *transport* answers `request(method, params)` with the JSON-RPC response (`result` or `error`) and raises `ChainError`
when there is none. There are two: this one, and the chain in process (`sampan.chain.tester`).
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import random
import re
import threading
import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urljoin

from sampan.chain.pace import Pace
from sampan.config import is_here, secrets_of, shorten_url
from sampan.errors import ChainError
from sampan.files import parse_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import requests

logger = logging.getLogger(__name__)

ATTEMPTS = 7
DOUBT = 4
"""Attempts after which a question is doubted: is the node busy, or is so much asked that it never answers?"""
SILENCES = 3
"""Attempts of which each waited for an answer as long as one may take."""
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 8.0
BATCH = 100
"""Calls that go into one HTTP request at most."""
REDIRECTS = 3

_BUSY_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 522, 524})
_BUSY_CODES = frozenset({-32005, -32016, -32097, 429, 19})
_BUSY_WORDS = ("rate limit", "too many requests", "compute units per second", "exceeded its throughput")
_TOO_MUCH_WORDS = ("more than", "range", "results", "response size", "block span")
_NOT_YET = ("header not found", "unknown block", "block not found", "could not find block", "blockoutofrange")
"""What a node says that is behind the one of the same name which told of the block."""
_USED_UP = re.compile(r"\b(daily|monthly|per day|per month|quota|credits)\b")
_SOON_AGAIN = re.compile(r"\b(second|minute)s?\b")


_PATIENCE: ContextVar[int | None] = ContextVar("patience", default=None)


@contextlib.contextmanager
def patience(attempts: int | None) -> Iterator[None]:
    """Within, a request is tried so often at most; None: as often as its transport does."""
    before = _PATIENCE.set(attempts)
    try:
        yield
    finally:
        _PATIENCE.reset(before)


class Unreachable(ChainError):
    """The node gave no answer. `fault` says why; `perhaps_too_much` whether asking for less might help."""

    code = "chain.unreachable"

    def __init__(
        self, what: str, fault: str, *, subject: str, hint: str | None = None, perhaps_too_much: bool = False
    ) -> None:
        super().__init__(f"the RPC did not answer {what}: {fault}", subject=subject, hint=hint)
        self.fault = fault
        self.perhaps_too_much = perhaps_too_much


class Transport(Protocol):
    """The way to one node."""

    name: str
    """What may be shown of where it leads: a shortened URL, or `tester`."""

    def request(self, method: str, params: Sequence[Any]) -> dict[str, Any]:
        """One call. Returns the response with `result` or `error`. Raises `Unreachable` when there is no answer."""

    def batch(self, calls: Sequence[tuple[str, Sequence[Any]]]) -> list[dict[str, Any]]:
        """Several calls, answered in their order."""

    def close(self) -> None:
        """Give back what the transport holds."""


class HttpTransport:
    """JSON-RPC over HTTP(S).

    A request is tried up to `attempts` times: again after a broken or refused connection, a time out, an answer that is
    not JSON, a busy status (429, 5xx) or a busy error. All of Sampan's requests may be repeated: reads are reads, and a
    signed transaction is the same however often it arrives. `timeout` is what one answer may take in seconds, to its
    last byte. Batches get smaller where a node takes no large ones. No part of the URL but scheme and host reaches an
    error.
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
        self._secrets = secrets_of(url)
        self._sleep = sleep
        self._ids = itertools.count(1)
        self._local = threading.local()
        self._sessions: list[requests.Session] = []
        self._batches = Pace(BATCH, BATCH, forgets=False)

    def request(self, method: str, params: Sequence[Any]) -> dict[str, Any]:
        body = self._body(method, params)

        def check(answer: Any) -> dict[str, Any]:
            if not _is_response(answer):
                raise _Busy("its answer is no JSON-RPC response")
            if answer.get("id") not in (body["id"], None):
                raise _wrong_id(body["id"], answer.get("id"))
            self._refuse_busy(answer)
            found: dict[str, Any] = answer
            return found

        answer: dict[str, Any] = self._try(method, lambda: body, check)
        return answer

    def batch(self, calls: Sequence[tuple[str, Sequence[Any]]]) -> list[dict[str, Any]]:
        answers: list[dict[str, Any]] = []
        while len(answers) < len(calls):
            start = len(answers)
            part = calls[start : start + self._batches.size]
            if len(part) == 1:
                method, params = part[0]
                answers.append(self.request(method, params))
                continue
            found = self._batch(part)
            if found is None:
                logger.info("%s takes no batches of %d", self.name, len(part))
                self._batches.too_much(len(part))
            else:
                self._batches.good(len(part))
                answers += found
        return answers

    def _batch(self, calls: Sequence[tuple[str, Sequence[Any]]]) -> list[dict[str, Any]] | None:
        """The answers to several calls in one request; None where it takes no batch of that size."""
        try:
            with patience(DOUBT):
                return self._together(calls)
        except Unreachable as error:
            if not error.perhaps_too_much:
                raise
            try:
                # Whoever answers one call is not busy: so many at once are too many.
                with patience(1):
                    self.request(*calls[0])
            except Unreachable:
                return self._together(calls)
            return None

    def _together(self, calls: Sequence[tuple[str, Sequence[Any]]]) -> list[dict[str, Any]] | None:
        bodies = {body["id"]: body for body in (self._body(method, params) for method, params in calls)}
        found: dict[int, dict[str, Any]] = {}

        def rest() -> list[dict[str, Any]]:
            return [body for identity, body in bodies.items() if identity not in found]

        def check(answer: Any) -> list[dict[str, Any]] | None:
            if not isinstance(answer, list):
                if isinstance(answer, dict):
                    self._refuse_busy(answer)
                return None
            busy: _Busy | None = None
            last: dict[int, dict[str, Any]] = {}
            before = len(found)
            for item in answer:
                if not _is_response(item):
                    continue
                identity = item.get("id")
                if not isinstance(identity, int) or identity not in bodies:
                    if identity is not None and len(answer) == len(bodies):
                        raise _wrong_id(next(iter(bodies)), identity)
                    continue
                try:
                    self._refuse_busy(item)
                    found[identity] = item
                except _Busy as turned_away:
                    busy = turned_away
                    if busy.instead is not None:
                        last[identity] = busy.instead
            if len(found) == len(bodies):
                return [found[identity] for identity in bodies]
            progress = len(found) > before
            if busy is not None:
                busy.progress = progress
                whole = {**last, **found}
                busy.instead = [whole[identity] for identity in bodies] if len(whole) == len(bodies) else None
                raise busy
            if progress:
                raise _Busy("it answered a part of what was asked", progress=True)
            return None

        answers: list[dict[str, Any]] | None = self._try(f"{len(bodies)} calls", rest, check)
        return answers

    def close(self) -> None:
        for session in self._sessions:
            session.close()
        self._sessions.clear()

    def _body(self, method: str, params: Sequence[Any]) -> dict[str, Any]:
        return {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": list(params)}

    def _try(self, what: str, body: Callable[[], Any], check: Callable[[Any], Any]) -> Any:
        attempts = min(self.attempts, _PATIENCE.get() or self.attempts)
        attempt, pause = 0, FIRST_PAUSE
        while True:
            attempt += 1
            try:
                return check(self._post(body()))
            except _Busy as busy:
                fault = busy.fault
                logger.info("%s: %s failed (%s), attempt %d of %d", self.name, what, fault, attempt, attempts)
                if attempt >= min(attempts, busy.attempts or attempts) and not busy.progress:
                    if busy.instead is not None:
                        return busy.instead
                    raise Unreachable(
                        what,
                        fault,
                        subject=self.name,
                        hint=busy.hint or "try again, or name another RPC with --network URL",
                        perhaps_too_much=busy.perhaps_too_much,
                    ) from None
                wait = busy.wait
                if busy.progress:
                    attempt, pause = 0, FIRST_PAUSE
            self._sleep(min(LONGEST_PAUSE, max(wait, pause * random.uniform(0.7, 1.3))))
            pause *= 2

    def _post(self, body: Any) -> Any:
        """The JSON that is answered. Raises `_Busy` where there is none, or none that may be believed."""
        import requests

        from sampan.chain import http

        url = self.url
        for _ in range(REDIRECTS + 1):
            try:
                answer, content = http.post(self._session(), url, body, self.timeout)
            except http.TooSlow:
                raise _Busy(
                    f"no answer in {self.timeout:g} seconds", attempts=SILENCES, perhaps_too_much=True
                ) from None
            except http.TooLarge:
                raise _Busy(
                    f"its answer has more than {http.LARGEST // 2**20} MiB", attempts=1, perhaps_too_much=True
                ) from None
            except requests.exceptions.SSLError:
                raise _Busy("its certificate is not good", attempts=1) from None
            except requests.exceptions.ConnectionError as error:
                if _is_refused(error):
                    raise _Busy(
                        "nobody listens there",
                        attempts=1 if is_here(url) else None,
                        hint="is the node running? `sampan node start` starts one here" if is_here(url) else None,
                    ) from None
                raise _Busy("the connection broke", perhaps_too_much=True) from None
            except requests.exceptions.RequestException:
                raise _Busy("the request broke off") from None
            except ValueError:
                # requests reads where a redirect leads, though it is told not to follow.
                raise _Busy("it redirects to nowhere", attempts=1) from None
            if answer.status_code not in (301, 302, 303, 307, 308):
                return self._read(answer.status_code, content, answer.headers.get("Retry-After"))
            url = self._elsewhere(url, answer)
        raise _Busy("it redirects again and again", attempts=1)

    def _elsewhere(self, url: str, answer: requests.Response) -> str:
        """Where a redirect leads that a request may follow as it is. Raises `_Busy` for another."""
        try:
            to = urljoin(url, answer.headers.get("Location", ""))
        except ValueError:
            raise _Busy(f"it redirects to nowhere (HTTP {answer.status_code})", attempts=1) from None
        safe = to.startswith("https://") or (to.startswith("http://") and url.startswith("http://"))
        if answer.status_code not in (307, 308) or not safe:
            # A browser would ask again without the question.
            where = self._without_secrets(shorten_url(to))
            raise _Busy(
                f"it redirects to {where} (HTTP {answer.status_code})", attempts=1, hint=f"give that URL: {where}"
            )
        return to

    def _read(self, status: int, content: bytes, retry_after: str | None) -> Any:
        try:
            said = parse_json(content)
        except ValueError:
            said = None
        if status in (401, 403):
            raise _Busy(
                f"it refuses us (HTTP {status})" + self._words(said),
                attempts=1,
                hint="is the key in the URL right and active?",
            )
        is_answer = isinstance(said, list) or _is_response(said)
        if is_answer:
            self._refuse_used_up(said)
        if status in _BUSY_STATUS and not (is_answer and _is_too_much(said)):
            words = self._words(said) if is_answer else ""
            raise _Busy(f"it answered HTTP {status}{words}", wait=_retry_after(retry_after), perhaps_too_much=True)
        if said is None or (status >= 400 and not is_answer):
            # Of what is refused for good, less may still be taken: a range, a batch.
            final = 400 <= status < 500
            raise _Busy(f"its answer is no JSON (HTTP {status})", attempts=1 if final else None, perhaps_too_much=True)
        return said

    def _refuse_busy(self, answer: dict[str, Any]) -> None:
        error = answer.get("error")
        if not isinstance(error, dict):
            return
        if isinstance(error.get("message"), str):
            error["message"] = self._without_secrets(error["message"])
        if _is_revert(error):
            return
        self._refuse_used_up(answer)
        # The code for "too many requests" is used for "too many results" as well; asking again does not help there.
        if _is_too_much(answer):
            return
        message = str(error.get("message", "")).lower()
        if any(words in message for words in _NOT_YET):
            raise _Busy("it does not know that block yet", attempts=DOUBT, instead=answer)
        code = error.get("code")
        if (isinstance(code, int) and code in _BUSY_CODES) or any(words in message for words in _BUSY_WORDS):
            raise _Busy(f"it is busy and turns requests away{self._words(answer)}", perhaps_too_much=True)

    def _refuse_used_up(self, answer: Any) -> None:
        """What is allowed in a day or a month is used up: no patience helps, and the provider's words say most."""
        error = answer.get("error") if isinstance(answer, dict) else None
        if not isinstance(error, dict) or _is_revert(error):
            return
        message = str(error.get("message", "")).lower()
        if _USED_UP.search(message) and not _SOON_AGAIN.search(message):
            raise _Busy(
                f"what it allows is used up{self._words(answer)}",
                attempts=1,
                hint="wait until the provider allows more, or name another RPC with --network URL",
            )

    def _words(self, answer: Any) -> str:
        """A node's own words, in quotes after a colon, without what may be a key; empty where it said nothing."""
        error = answer.get("error") if isinstance(answer, dict) else None
        message = error.get("message") if isinstance(error, dict) else error
        if not isinstance(message, str) or not message.strip():
            return ""
        return f': "{self._without_secrets(message.strip())[:200]}"'

    def _without_secrets(self, text: str) -> str:
        for secret in self._secrets:
            text = re.sub(re.escape(secret), "***", text, flags=re.IGNORECASE)
        return text

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            from sampan.chain.http import session_for

            session = self._local.session = session_for(self.url)
            self._sessions.append(session)
        return session


@dataclass(eq=False)
class _Busy(Exception):
    """An attempt that failed: why, how long it says to wait, and how often it is worth trying."""

    fault: str
    wait: float = 0.0
    attempts: int | None = None
    """At most so many, of this fault."""
    hint: str | None = None
    perhaps_too_much: bool = False
    instead: Any = None
    """What is answered all the same when patience is at its end."""
    progress: bool = False
    """Whether a part came, so that patience begins anew."""


def _is_response(answer: Any) -> bool:
    return isinstance(answer, dict) and ("result" in answer or "error" in answer)


def _wrong_id(asked: int, answered: Any) -> _Busy:
    # A mix-up may pass; a node that writes ids in its own way will not.
    return _Busy(
        f"its answers carry wrong ids ({answered!r:.40} for {asked})",
        attempts=2,
        hint="what answers other requests cannot be believed: name another RPC with --network URL",
    )


def _is_revert(error: dict[str, Any]) -> bool:
    """Whether an error may be a contract's, which reverts with any words that it likes."""
    return error.get("code") == 3 or isinstance(error.get("data"), str) or "revert" in str(error.get("message")).lower()


def _is_too_much(answer: Any) -> bool:
    """Whether an error says that too much was asked for at once."""
    error = answer.get("error") if isinstance(answer, dict) else None
    message = str(error.get("message", "") if isinstance(error, dict) else error or "").lower()
    return any(words in message for words in _TOO_MUCH_WORDS)


def _is_refused(error: BaseException | None) -> bool:
    """Whether nobody listens: requests and urllib3 wrap that in errors of their own, one in another."""
    for _ in range(20):
        if error is None or isinstance(error, ConnectionRefusedError):
            break
        inner = [getattr(error, "reason", None), *error.args]
        wrapped = [one for one in inner if isinstance(one, BaseException)]
        error = wrapped[0] if wrapped else error.__cause__ or error.__context__
    return isinstance(error, ConnectionRefusedError)


def _retry_after(header: str | None) -> float:
    return float(header) if header is not None and header.isascii() and header.isdigit() else 0.0
