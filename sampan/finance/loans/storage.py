"""Every slot of storage that the state of loans predicts, and what must stand there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sampan.bills import inside
from sampan.finance.loans import rules
from sampan.finance.loans.records import BOOK_WORDS, Lending
from sampan.finance.loans.subject import LOANS
from sampan.suite.codec import left, word
from sampan.suite.layout import NUMBER, entry


def slots(state: Lending, at: Mapping[str, int]) -> dict[int, int]:
    """Slot → word. `at` is where solc put each variable."""
    found = inside.slots(state, at, rules.own(state)) | {at["_count"]: len(state.facilities)}
    for facility, book in state.facilities.items():
        for place, packed in enumerate(BOOK_WORDS):
            found[entry(at["_books"], word(facility)) + place] = packed.pack(book)
    for terms, facility in state.opened.items():
        found[entry(at["_facilityOf"], terms)] = facility
    for (facility, country), until in state.filed_until.items():
        found[entry(at["_filedUntil"], word(facility), left(country))] = until
    for bill, kept in state.kept.items():
        found[entry(at["_kept"], word(bill))] = kept
    for bill, least in state.least.items():
        found[entry(at["_least"], word(bill))] = least
    for carrier, group in state.carrier_groups.items():
        found[entry(at["_carrierGroups"], word(carrier))] = group
    return found


def unordered(state: Lending, at: Mapping[str, int], read: Callable[[int], int]) -> Iterator[str]:
    """Nothing is kept without an order."""
    return iter(())


def changed(state: Lending) -> Iterator[Any]:
    """The words of what the last act changed."""
    for facility in state.changed(state.facilities):
        for place, packed in enumerate(BOOK_WORDS):
            yield entry(LOANS.slot("_books"), word(facility)) + place, packed, state.facilities[facility]
    for bill in state.changed(state.kept):
        yield entry(LOANS.slot("_kept"), word(bill)), NUMBER, state.kept.get(bill, 0)
