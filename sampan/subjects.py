"""The subjects of the suite, from the ground up; what each declares is loaded with this module."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import sampan.bills.refusals
import sampan.bills.verbs
import sampan.identity.refusals
import sampan.identity.verbs  # noqa: F401  (declares)
from sampan.bills.subject import BILLS
from sampan.identity.subject import IDENTITY
from sampan.suite.verb import Suite

if TYPE_CHECKING:
    from sampan.suite.check import Audited

SUITE: Final = Suite(IDENTITY, BILLS)
"""The whole ledger."""


@cache
def audited() -> tuple[Audited, ...]:
    """The same as an audit sees them. Nothing else needs their checks."""
    from sampan.bills import evidence as bills
    from sampan.identity import evidence as identity

    return identity.AUDITED, bills.AUDITED
