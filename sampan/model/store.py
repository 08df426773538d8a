"""State with undo: tables of records that a transaction changes whole or not at all.

A subject's kinds of state are a subclass whose annotations name its tables (`dict[...]`), counters (`int`) and settings
(`str`). Records that change in place are made with `record`, which gives them a quick `copy`.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any, ClassVar, Final, TypeAlias, TypeVar, dataclass_transform

from sampan.suite.valued import reader
from sampan.suite.verb import NOBODY, Suite

R = TypeVar("R")
K = TypeVar("K")
W = TypeVar("W")

_ABSENT: Final = object()
_Changes: TypeAlias = dict[tuple[int, Any], tuple[MutableMapping[Any, Any], Any]]
Outer: TypeAlias = tuple[_Changes | None, tuple[int, ...]]
"""What a savepoint remembers of the one around it."""


@dataclass_transform()
def record(cls: type[R]) -> type[R]:
    """Decorator: a class as a record of the state, which changes in place and can be copied as it is now."""
    made: Any = dataclasses.dataclass(slots=True)(cls)
    values = ", ".join(
        f"list(self.{each.name})" if "list" in str(each.type) else f"self.{each.name}"
        for each in dataclasses.fields(made)
    )
    # Written out, because savepoints copy millions of records in a fuzz run.
    made.copy = eval(f"lambda self: made({values})", {"made": made})
    return made  # type: ignore[no-any-return]


class State:
    """A ledger at one moment. Read tables freely; change them through `change`, `put`, `drop` and `count`."""

    TRANSIENT: ClassVar[tuple[str, ...]] = ()
    """Tables that are empty at the end of each transaction (transient storage)."""

    UNLOGGED: ClassVar[tuple[str, ...]] = ("addresses", "administrators")
    """Tables that no log shows."""

    now: int
    """Second since 1970 of the call or event at hand."""
    addresses: dict[str, str]
    """Contract's name in the manifest → address."""
    administrators: dict[str, str]
    """Function → the address that may call it without delay (AccessManager)."""
    authority: str
    """The AccessManager's address."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self._tables: list[str] = []
        self._counters: list[str] = []
        for kind in reversed(type(self).__mro__):
            for name, annotation in inspect.get_annotations(kind).items():
                said = str(annotation)
                if said.startswith("dict["):
                    self._tables.append(name)
                    setattr(self, name, {})
                elif said == "int":
                    self._counters.append(name)
                    setattr(self, name, 0)
                elif said == "str":
                    setattr(self, name, NOBODY)
        self._counters.remove("now")
        self._counted = reader(self._counters)
        names = [name for kind in type(self).__mro__ for name in kind.__dict__.get("TRANSIENT", ())]
        self._transient: list[dict[Any, Any]] = [getattr(self, name) for name in names]
        self._undo: _Changes | None = None
        self.changes: _Changes = {}
        """What the last savepoint that was kept changed: (table's identity, key) → table and entry before."""
        self._changed: dict[int, list[Any]] | None = None
        """The same by table: its identity → keys; None: nobody has asked yet."""

    def unlike(self, other: Any) -> Iterator[str]:
        """What differs in another state of the same log, in words; without what no log shows."""
        unlogged = {name for kind in type(self).__mro__ for name in kind.__dict__.get("UNLOGGED", ())}
        for name in self._tables:
            if name not in unlogged and getattr(self, name) != getattr(other, name):
                yield f"the {name}"

    # ------------------------------------------------------------------------------------------------------ changing

    def change(self, table: MutableMapping[K, W], key: K) -> W:
        """A record that is about to change. Raises KeyError when there is none."""
        known = table[key]
        entry = id(table), key
        if self._undo is not None and entry not in self._undo:
            self._undo[entry] = (table, known.copy())  # type: ignore[attr-defined]
        return known

    def put(self, table: MutableMapping[K, W], key: K, value: W) -> None:
        """Sets an entry of a table."""
        if self._undo is not None:
            self._undo.setdefault((id(table), key), (table, table.get(key, _ABSENT)))
        table[key] = value

    def drop(self, table: MutableMapping[K, W], key: K) -> None:
        """Removes an entry of a table, if it is there."""
        if key in table:
            if self._undo is not None:
                self._undo.setdefault((id(table), key), (table, table[key]))
            del table[key]

    def whole(self, act: Callable[[W], None], of: W) -> None:
        """Does `act(of)` whole or not at all: when it raises, its changes are undone, and the exception goes on."""
        outer = self.begin()
        try:
            act(of)
        except BaseException:
            self.undo(outer)
            raise
        self.keep(outer)

    def begin(self) -> Outer:
        """Opens a savepoint; hand what it gives to `keep` or `undo`."""
        outer = (self._undo, self._counted(self))
        self._undo = {}
        return outer

    def keep(self, outer: Outer) -> None:
        """Closes a savepoint; its changes, which `changes` tells, belong to the one around it."""
        self.changes, self._changed = self._undo or {}, None
        self._undo = outer[0]
        if self._undo is not None:
            for key, entry in self.changes.items():
                self._undo.setdefault(key, entry)

    def undo(self, outer: Outer) -> None:
        """Closes a savepoint and undoes its changes."""
        for (_, key), (table, before) in (self._undo or {}).items():
            if before is _ABSENT:
                table.pop(key, None)
            else:
                table[key] = before
        self._undo = outer[0]
        if self._counted(self) != outer[1]:
            for name, value in zip(self._counters, outer[1], strict=True):
                setattr(self, name, value)

    def touched(self) -> list[tuple[MutableMapping[Any, Any], Any]]:
        """Entries that the savepoint which is open changed so far: their tables and keys."""
        return [(table, key) for (_, key), (table, _) in (self._undo or {}).items()]

    def end_transaction(self) -> None:
        """Forgets what counts in one transaction only."""
        for table in self._transient:
            table.clear()

    # ------------------------------------------------------------------------------------------------- what changed

    def changed(self, table: MutableMapping[K, W]) -> list[K]:
        """Keys of a table whose entries changed, or began, in the last savepoint that was kept."""
        if self._changed is None:
            self._changed = {}
            for which, found in self.changes:
                self._changed.setdefault(which, []).append(found)
        return self._changed.get(id(table), [])

    def before(self, table: MutableMapping[K, W], key: K) -> W | None:
        """An entry as it was before the last savepoint that was kept, if it changed there and existed."""
        _, known = self.changes.get((id(table), key), (None, None))
        return None if known is _ABSENT else known
