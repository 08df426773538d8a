"""Every check of the audit, in the order in which they run: first what all others rest on."""

from __future__ import annotations

from sampan.audit.checks import (
    act_counts,
    acting,
    answers,
    checksums,
    code,
    delivery,
    holder,
    impossible,
    issue_counts,
    lineage,
    persons,
    powers,
    root,
    storage,
    store,
    terminal,
    transfers,
    unreadable,
    versions,
)
from sampan.audit.checks.base import Check
from sampan.errors import UsageError

ALL: tuple[Check, ...] = (
    code.CHECK,
    store.CHECK,
    unreadable.CHECK,
    act_counts.CHECK,
    issue_counts.CHECK,
    transfers.CHECK,
    impossible.CHECK,
    storage.CHECK,
    holder.CHECK,
    versions.CHECK,
    lineage.CHECK,
    root.CHECK,
    persons.CHECK,
    delivery.CHECK,
    terminal.CHECK,
    acting.CHECK,
    checksums.CHECK,
    answers.CHECK,
    powers.CHECK,
)

BY_ID: dict[str, Check] = {check.id: check for check in ALL}


def find(id_: str) -> Check:
    """A check by its id, in any case. Raises `UsageError` for an id that no check has."""
    check = BY_ID.get(id_.upper())
    if check is None:
        raise UsageError("no such check", subject=id_, hint="`sampan audit --list-checks` lists them")
    return check


def chosen(only: tuple[str, ...] = (), exclude: tuple[str, ...] = ()) -> tuple[Check, ...]:
    """The checks to run: those of `only` (none named: all) without those of `exclude`. Raises `UsageError`."""
    wanted = {find(id_).id for id_ in only} or set(BY_ID)
    without = {find(id_).id for id_ in exclude}
    left = tuple(check for check in ALL if check.id in wanted - without)
    if not left:
        raise UsageError("no check is left to run", subject="--exclude", hint="leave fewer out")
    return left
