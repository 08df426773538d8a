"""What tests of scenarios share: a teller that remembers, and the lines with which their files begin."""

from __future__ import annotations

from sampan.scenarios.play import Played


class Listener:
    """Remembers the steps of which it was told."""

    def __init__(self) -> None:
        self.steps: list[Played] = []

    def chapter(self, title: str, text: str) -> None:
        """Chapters are nothing to test here."""

    def note(self, text: str) -> None:
        """Nor are notes."""

    def step(self, played: Played) -> None:
        self.steps.append(played)


HEAD = """\
scenario: A few steps
parties: [carrier, shipper, trader, bank]
documents: {rice: to-order}
steps:
"""
ISSUED = "  - {do: issue, by: carrier, with: {document: rice, carriage_law: CN}}\n"
