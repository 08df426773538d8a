"""How much to ask of a node at once, when it does not say how much it takes."""

from __future__ import annotations


class Pace:
    """Below a size that was refused it closes in on the largest that is taken; after a long good run it tries more."""

    def __init__(self, size: int, most: int, *, forgets: bool = True) -> None:
        """`forgets`: whether what was refused may be taken later (ranges of blocks differ in what they hold)."""
        self.size = size
        self._most = most
        self._forgets = forgets
        self._good = 0
        self._taken = 0
        self._ceiling = most

    def too_much(self, size: int) -> None:
        """So much was refused; it was more than 1."""
        self._ceiling = max(1, min(self._ceiling, size - 1))
        self._taken = min(self._taken, self._ceiling)
        self.size = self._taken if self._taken > size // 2 else max(1, size // 2)
        self._good = 0

    def good(self, size: int, *, heavy: bool = False) -> None:
        """So much was taken; after a `heavy` answer no more is asked for at once."""
        self._good += 1
        if size == self.size:
            self._taken = size
        if self._forgets and self._good >= 50:
            self._good, self._ceiling = 0, min(self._most, self._ceiling * 2)
        if not heavy and size == self.size and self.size < self._ceiling:
            far = self.size * 2 <= self._ceiling
            self.size = self.size * 2 if far else (self.size + self._ceiling + 1) // 2
