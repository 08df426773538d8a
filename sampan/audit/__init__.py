"""The audit: rebuilds a ledger from its logs alone, and compares it with what the chain keeps.

It trusts neither the node more than it must nor our own client: events are read raw, decoded by the artifacts' ABI,
applied to the reference model, and held against storage at the same block. What the comparison and the checks find is
a *finding*: an indicator, never a verdict.
"""

from __future__ import annotations

from sampan.audit.report import Report
from sampan.audit.run import Watch, audit

__all__ = ["Report", "Watch", "audit"]
