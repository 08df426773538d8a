"""The errors of the suite as exceptions, a type each, made from the ABIs when they are first used.

`refusals.pyi` (generated) tells type checkers their attributes.
"""

from __future__ import annotations

from sampan.suite.refusal import ContractRefusal, kinds


def __getattr__(name: str) -> type[ContractRefusal]:
    found = None if name.startswith("_") else kinds().get(name)
    if found is None:
        raise AttributeError(f"no contract of the suite has the error {name}")
    return found


def __dir__() -> list[str]:
    return sorted(kinds())
