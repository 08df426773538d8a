"""The subjects of the suite, from the ground up; what each declares is loaded with this module."""

from __future__ import annotations

from typing import Final

import sampan.bills.refusals
import sampan.bills.verbs
import sampan.identity.refusals
import sampan.identity.verbs
import sampan.powers.verbs  # noqa: F401  (declares)
from sampan.bills.subject import BILLS
from sampan.identity.subject import IDENTITY
from sampan.powers.subject import POWERS
from sampan.suite.verb import Suite

SUITE: Final = Suite(IDENTITY, BILLS)
"""The whole ledger: what model, audit and chance know."""

DRIVEN: Final = Suite(*SUITE.subjects, POWERS)
"""The ledger and the manager over it: what a client drives."""
