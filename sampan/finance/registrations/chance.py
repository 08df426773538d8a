"""Random acts on the register of cargo: rooms alone have debts there, everybody else is refused."""

from __future__ import annotations

from sampan.finance.registrations.records import MOST_DAYS, WINDOW_DAYS, Print
from sampan.identity.chance import IdentityChance
from sampan.identity.records import DAY

_BOXES = 4
_DAYS = (0, 1, WINDOW_DAYS, WINDOW_DAYS + 1, 2 * WINDOW_DAYS, 3 * WINDOW_DAYS + 2, 100)
_PERIOD = 64
"""So many days one day of departure stays the one around which all happens."""
_PAYLOADS = (28_000, 28_000, 26_500, 9_000)


class RegistrationsChance(IdentityChance):
    """Prints of a few boxes, so that they meet."""

    SHARES = {"registrations": 1}

    def draw_debt(self) -> int:
        return self.below(6) if self.chance(0.95) else self.any((1 << 40, (1 << 40) - 1))

    def draw_prints(self) -> tuple[int, ...]:
        words = {self.print_() for _ in range(1 + self.below(3))}
        found = sorted(words, reverse=self.chance(0.03))
        return tuple(found) if self.chance(0.99) else ()

    def print_(self) -> int:
        """One of a few pieces of cargo; now and then none that could be."""
        today = self.now // DAY
        cargo, day = 1 + self.below(_BOXES), today - today % _PERIOD + self.any(_DAYS)
        if self.chance(0.01):
            day = today + self.any((-1, 1)) * (MOST_DAYS + self.below(2))
        if self.chance(0.5):
            return Print(cargo, day).pack()
        part = Print(cargo, day, 1_000 * (1 + self.below(12)), self.any(_PAYLOADS))
        chance = self.random.random()
        if chance < 0.02:
            return part.pack() | 1 << 64
        return (Print(0, day) if chance < 0.04 else Print(cargo, day, 0, 1) if chance < 0.06 else part).pack()
