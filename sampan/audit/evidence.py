"""What the audit gathered, as its own checks see it; those of the subjects see the part that `suite.check` names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sampan.suite import check

if TYPE_CHECKING:
    from sampan.audit.decoding import Unreadable
    from sampan.audit.rebuild import Cause, Misplaced
    from sampan.audit.store import StoreFault
    from sampan.deployment.powers import Difference
    from sampan.deployment.verify import Fault


@dataclass(frozen=True)
class Evidence(check.Evidence):
    """Everything that was read and rebuilt, up to block `last`."""

    last: int = 0
    unreadable: Sequence[Unreadable] = ()
    code: Sequence[Fault] = ()
    store: Sequence[StoreFault] = ()
    powers: Sequence[Difference] = ()
    older: int | None = None
    """The block as of which the chain answered, where all that it answered is that older block's."""
    elsewhere: Sequence[tuple[int, int, str]] = ()
    """Where another RPC tells another history: block, place in it, and how they differ."""
    history: str = ""
    """A digest over all logs and their blocks."""
    block: tuple[int, str] = (0, "")
    """The last block's number and hash."""
    impossible: Sequence[Cause] = ()
    misplaced: Sequence[Misplaced] = ()

    @property
    def reconciled(self) -> bool:
        """Whether the rebuilt state and storage agree in everything, and the whole history could be rebuilt."""
        return self.answers.mismatches == [] and not self.impossible and not self.unreadable and not self.code
