"""The subjects of the suite, from the ground up; what each declares is loaded with this module."""

from __future__ import annotations

from typing import Final

import sampan.bills.refusals
import sampan.bills.verbs
import sampan.identity.refusals
import sampan.identity.verbs  # noqa: F401  (declares)
from sampan.bills.subject import BILLS
from sampan.identity.subject import IDENTITY
from sampan.suite.verb import Suite

SUITE: Final = Suite(IDENTITY, BILLS)
"""The whole ledger."""
