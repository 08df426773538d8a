"""Each event of the ledger is known to every table that is written by hand, or exempt from it for a stated reason."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

from sampan.ledger import tell
from sampan.model import apply, effects, events
from sampan.model.state import State
from sampan.toolchain.artifacts import load

LEDGER = {entry["name"] for entry in load("ILedger").abi if entry["type"] == "event"}

ERC721 = {"Transfer", "Approval", "ApprovalForAll"}
"""The standard's events stand beside ours."""


def told_by_the_client() -> set[str]:
    """The events with a `case` of their own in the client's sentences."""
    tree = ast.parse(Path(inspect.getfile(tell)).read_text(encoding="utf-8"))
    return {
        node.cls.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.MatchClass) and isinstance(node.cls, ast.Attribute)
    }


TABLES = {
    "model events": (set(events.EVENTS), set[str]()),
    # An approval may be given at any time and a cancellation too: there is nothing against which to hold them.
    "model checks": ({kind.__name__ for kind in apply._CHECKS}, ERC721 | {"Cancelled"}),
    "model effects": ({kind.__name__ for kind in effects._EFFECTS}, set[str]()),
    "client sentences": (told_by_the_client(), ERC721),
}


@pytest.mark.parametrize("table", TABLES)
def test_every_event_stands_in_the_table_or_is_exempt_from_it(table: str) -> None:
    known, exempt = TABLES[table]
    assert LEDGER - known - exempt == set(), "neither known nor exempt"
    assert known & exempt == set(), "known, and exempt all the same"
    assert exempt <= LEDGER, "exempt, and no event of the ledger"


def test_an_event_that_the_model_does_not_know_is_our_fault_and_no_finding() -> None:
    """`Impossible` accuses the ledger; an event without an effect accuses whoever forgot it."""

    class Unheard(events.Event):
        pass

    state = State()
    with pytest.raises(KeyError):
        apply.apply(state, Unheard(), timestamp=5)
    assert state.now == 0
