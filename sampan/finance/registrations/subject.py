"""The subject `registrations`: one contract for all cargo that secures debts."""

from __future__ import annotations

from typing import Final

from sampan.finance.registrations.records import Registered
from sampan.suite.verb import Subject

REGISTRATIONS: Final = Subject("registrations", contract="Registrations", interface="Registrations", state=Registered)
