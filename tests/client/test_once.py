"""What never changes is asked once; a chain that was set back is asked anew."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sampan.client.once import Once
from sampan.errors import ChainError


def test_an_answer_is_kept_until_the_chain_is_set_back() -> None:
    connection: Any = SimpleNamespace(epoch=1)
    asked: list[int] = []
    once = Once(connection, lambda key: asked.append(key) or key * 2)
    assert [once(3), once(3), once(4), asked] == [6, 6, 8, [3, 4]]
    connection.epoch = 2
    assert (once(3), asked) == (6, [3, 4, 3])


def test_what_fails_or_is_not_there_yet_is_asked_again() -> None:
    connection: Any = SimpleNamespace(epoch=1)
    answers: list[Any] = [ChainError("request timed out"), None, "an LEI"]

    def ask(_: int) -> str | None:
        answer = answers.pop(0)
        if isinstance(answer, ChainError):
            raise answer
        return answer

    once = Once(connection, ask, keep=lambda answer: answer is not None)
    with pytest.raises(ChainError, match="timed out"):
        once(1)
    assert (once(1), once(1), once(1), answers) == (None, "an LEI", "an LEI", [])
