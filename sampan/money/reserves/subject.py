"""The subject `reserves`: one contract for the books of all settlement agents."""

from __future__ import annotations

from typing import Final

from sampan.money.records import Money
from sampan.suite.verb import Subject

RESERVES: Final = Subject("reserves", contract="Reserves", interface="Reserves", state=Money)
