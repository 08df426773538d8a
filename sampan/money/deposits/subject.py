"""The subject `deposits`: a contract for each bank, currency and settlement agent."""

from __future__ import annotations

from typing import Final

from sampan.money.records import Money
from sampan.suite.verb import Subject

DEPOSITS: Final = Subject("deposits", contract="Deposit", interface="Deposit", state=Money)
