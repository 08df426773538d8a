"""The subject `listing`: one contract that lists all coins."""

from __future__ import annotations

from typing import Final

from sampan.money.records import Money
from sampan.suite.verb import Subject

LISTING: Final = Subject("listing", contract="Coins", interface="Coins", state=Money)
