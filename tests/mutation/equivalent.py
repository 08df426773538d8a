"""Mutants that nothing can tell from the original, each with the reason."""

from __future__ import annotations

from typing import Final

EQUIVALENT: Final[dict[str, str]] = {}
"""Mutant's name → why it is none."""
