"""The subject `sale`: the room in which bills are sold, documents against payment."""

from __future__ import annotations

from typing import Final

from sampan.suite.verb import Subject
from sampan.trade.records import Trade

SALE: Final = Subject("sale", contract="Sale", interface="Sale", state=Trade)
