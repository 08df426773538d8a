"""The subjects of the suite, from the ground up; what each declares is loaded with this module."""

from __future__ import annotations

from typing import Final

import sampan.bills.refusals
import sampan.bills.verbs
import sampan.cargo.refusals
import sampan.cargo.verbs
import sampan.finance.loans.refusals
import sampan.finance.loans.verbs
import sampan.finance.positions.refusals
import sampan.finance.positions.verbs
import sampan.finance.registrations.refusals
import sampan.finance.registrations.verbs
import sampan.identity.refusals
import sampan.identity.verbs
import sampan.money.coins.verbs
import sampan.money.deposits.paying
import sampan.money.deposits.verbs
import sampan.money.exchange.verbs
import sampan.money.listing.verbs
import sampan.money.refusals
import sampan.money.reserves.verbs
import sampan.powers.verbs
import sampan.trade.refusals
import sampan.trade.verbs  # noqa: F401  (declares)
from sampan.bills.subject import BILLS
from sampan.cargo.subject import CARGO
from sampan.finance.loans.subject import LOANS
from sampan.finance.positions.subject import POSITIONS
from sampan.finance.registrations.subject import REGISTRATIONS
from sampan.identity.subject import IDENTITY
from sampan.money.coins.subject import COINS
from sampan.money.deposits.subject import DEPOSITS
from sampan.money.exchange.subject import EXCHANGE
from sampan.money.listing.subject import LISTING
from sampan.money.reserves.subject import RESERVES
from sampan.powers.subject import POWERS
from sampan.suite.verb import Suite
from sampan.trade.subject import SALE

LEDGER: Final = Suite(IDENTITY, BILLS)
"""Who is who, and the bills: what all else stands on."""

SUITE: Final = Suite(
    *LEDGER.subjects, RESERVES, DEPOSITS, COINS, LISTING, EXCHANGE, CARGO, SALE, REGISTRATIONS, POSITIONS, LOANS
)
"""The whole platform: what model, audit and chance know."""

SUITES: Final = {"ledger": LEDGER, "platform": SUITE}
"""What random acts may be of, by name."""

DRIVEN: Final = Suite(*SUITE.subjects, POWERS)
"""The platform and the manager over it: what a client drives."""
