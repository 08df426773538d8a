"""What the client raises when the contract refuses: the type, with every argument of the contract's error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from sampan.suite.refusal import ContractRefusal


@contextmanager
def refuses(error: type[ContractRefusal], *arguments: Any) -> Iterator[pytest.ExceptionInfo[ContractRefusal]]:
    """The act inside is refused with this error and with exactly these arguments, in the contract's order."""
    wanted = error.PARAMETERS
    assert len(arguments) == len(wanted), f"say all that {error.__name__}({', '.join(wanted)}) tells, not {arguments}"
    with pytest.raises(error) as caught:
        yield caught
    assert_tells(caught.value, error, *arguments)


def assert_tells(refusal: ContractRefusal, error: type[ContractRefusal], *arguments: Any) -> None:
    """A refusal that is at hand (that of a batch, say) is this error with exactly these arguments."""
    assert type(refusal) is error, f"{refusal.name}{refusal.arguments} instead of {error.__name__}"
    expected = dict(zip(error.PARAMETERS, arguments, strict=True))
    assert refusal.arguments == expected, f"{error.__name__}{refusal.arguments} instead of {expected}"
