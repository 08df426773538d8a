"""How large a document may be, and what is kept of it: one set of limits, for those who write and those who read.

A document is measured before its tree is built (`tree.measure`). Whatever Sampan then writes of it, salts and
disclosures, stays within the limit of their reader.
"""

from __future__ import annotations

MAX_DOCUMENT_BYTES = 10 * 1024 * 1024
"""A JSON text from outside. A bill of 5,000 containers has 2.5 million bytes."""

MAX_DEPTH = 64
"""Lists and objects within each other. DCSA's own documents need twelve levels and as many as packagings are nested."""

MAX_FIELDS = 250_000
"""Leaves of a document's tree. A bill of 5,000 containers has 125,000."""

MAX_KEPT_BYTES = 128 * 1024 * 1024
"""What Sampan writes of a document: its salts, a disclosure of all its fields."""
