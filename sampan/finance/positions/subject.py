"""The subject `positions`: one contract for the claims of all lenders."""

from __future__ import annotations

from typing import Final

from sampan.finance.positions.records import Claims
from sampan.suite.verb import Subject

POSITIONS: Final = Subject("positions", contract="Positions", interface="Positions", state=Claims)
