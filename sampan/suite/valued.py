"""Frozen records that compare and read by their fields, said once for all of them.

Verbs and events are hundreds: what `dataclass` writes and compiles for each of them alone was half of the time in which
a command starts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, ClassVar, TypeVar, dataclass_transform

T = TypeVar("T")


def _hash(record: Any) -> int:
    return hash(type(record)._values(record))


class Valued:
    """What is equal, has the same hash and reads the same when its type and its fields do."""

    __slots__ = ()

    COMPARED: ClassVar[tuple[str, ...]] = ()
    """The names of the fields that count, in order."""
    _values: ClassVar[Callable[[Any], tuple[Any, ...]]] = staticmethod(lambda _: ())

    def values(self) -> tuple[Any, ...]:
        """Its fields in order."""
        return type(self)._values(self)

    def __eq__(self, other: object) -> bool:
        own = type(self)
        return own._values(self) == own._values(other) if type(other) is own else NotImplemented

    # As a method it would tell mypy that the types themselves, by which much is kept, have no hash.
    __hash__: ClassVar[Callable[..., int]] = _hash

    def __repr__(self) -> str:
        said = ", ".join(f"{name}={value!r}" for name, value in zip(self.COMPARED, self.values(), strict=True))
        return f"{type(self).__qualname__}({said})"


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def valued(cls: type[T]) -> type[T]:
    """Decorator: a subclass of `Valued` as a frozen dataclass with slots."""
    made: Any = dataclass(frozen=True, slots=True, eq=False, repr=False)(cls)
    made.COMPARED = tuple(each.name for each in fields(made) if each.compare)
    made._values = staticmethod(reader(made.COMPARED))
    return made  # type: ignore[no-any-return]


def reader(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """What reads these attributes, as a tuple however many they are."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda of: tuple([getattr(of, name) for name in names])
