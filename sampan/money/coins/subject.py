"""The subject `coins`: a contract for each token that was ever listed."""

from __future__ import annotations

from typing import Final

from sampan.money.records import Money
from sampan.suite.verb import Subject

COINS: Final = Subject("coins", contract="Coin", interface="Coin", state=Money)
