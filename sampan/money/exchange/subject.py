"""The subject `exchange`: one contract for all quotes."""

from __future__ import annotations

from typing import Final

from sampan.money.records import Money
from sampan.suite.verb import Subject

EXCHANGE: Final = Subject("exchange", contract="Exchange", interface="Exchange", state=Money)
