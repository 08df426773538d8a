"""Every error that a user of Sampan can meet, with the exit code that scripts rely on.

An error names the thing that is wrong (`subject`), what is wrong with it (`message`) and the act that would be
right (`hint`). The command line prints these three and never a traceback.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class SampanError(Exception):
    """Base of all errors that reach a user.

    `code` is a stable, dotted word for machines (`document.truncated`), `exit_code` what the process ends with.
    """

    code = "sampan.error"
    exit_code = 1
    argument: str | None = None
    """The argument that it is about, where it is about one: a command names the option that it came from."""

    def __init__(
        self, message: str, *, subject: str | None = None, hint: str | None = None, code: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.subject = subject
        self.hint = hint
        if code is not None:
            self.code = code

    def __reduce__(self) -> tuple[Any, ...]:
        """An error comes whole out of another process, whatever its class takes."""
        return _as_it_was, (type(self), self.args, self.__dict__)

    def __str__(self) -> str:
        """Subject, message and hint: in a traceback nobody sees anything else."""
        said = self.message if self.subject is None else f"{self.subject}: {self.message}"
        return said if self.hint is None else f"{said} ({self.hint})"

    def as_dict(self) -> dict[str, str | None]:
        """The body of `error` in a `sampan.error/1` document."""
        return {"code": self.code, "message": self.message, "subject": self.subject, "hint": self.hint}


def advise(error: BaseException, hint: str) -> None:
    """Puts an act that would be right before what an error hints at already; on one that is not ours, as Ctrl-C, as a
    note."""
    if isinstance(error, SampanError):
        error.hint = hint if error.hint is None else f"{hint}; {error.hint}"
    else:
        error.add_note(hint)


def _as_it_was(kind: type[SampanError], arguments: tuple[Any, ...], members: dict[str, Any]) -> SampanError:
    error = kind.__new__(kind, *arguments)
    error.args = arguments
    error.__dict__.update(members)
    return error


class AnswerIsNo(SampanError):
    """The question was answered, and the answer is no: findings at the level asked for, a proof that fails."""

    code = "answer.no"
    exit_code = 1


class Declined(AnswerIsNo):
    """A person was asked whether to go on, and said no."""

    code = "answer.declined"


class UsageError(SampanError):
    """The command was called in a way it does not understand."""

    code = "usage"
    exit_code = 2


class BadInput(SampanError):
    """Something that was handed in (a file, a value) breaks a rule; nothing was written."""

    code = "input"
    exit_code = 3


class ChainError(SampanError):
    """The chain or its RPC did not do what was asked: unreachable, timed out, wrong chain, transaction lost."""

    code = "chain"
    exit_code = 4


class Refused(SampanError):
    """A contract refused the act."""

    code = "refused"
    exit_code = 5


class Missing(SampanError):
    """Something is missing on this machine (a tool, a key, a manifest); `sampan doctor` helps."""

    code = "missing"
    exit_code = 6


class Busy(SampanError):
    """Another run is at work on the same thing; the same call is right once it has ended."""

    code = "busy"
    exit_code = 7


@contextmanager
def about(argument: str) -> Iterator[None]:
    """Within it, errors are about an argument of that name, unless they say another."""
    try:
        yield
    except SampanError as error:
        error.argument = error.argument or argument
        raise
