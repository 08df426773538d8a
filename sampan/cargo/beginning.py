"""Where random acts begin: producers are accredited for everything, at one place, and conditions are laid down."""

from __future__ import annotations

from collections.abc import Iterator

from sampan.cargo.records import ALL_KINDS, ALL_UNITS, PLACED, Clause
from sampan.cargo.verbs.accreditation import Accredit
from sampan.cargo.verbs.laying import Lay
from sampan.suite.chance import Stage
from sampan.suite.verb import Verb
from sampan.suite.words import FactKind

PLACE = b"CNSHA/SMDG/YICT".ljust(32, b"\0")
CONDITIONS = (
    (Clause(FactKind.LOADED, 1, 0, ALL_UNITS, 0, ""), Clause(FactKind.DEPARTED, 1, 24, 0, 0, "")),
    (Clause(FactKind.GATED_IN, 2, 0, 1, 0, ""),),
    (Clause(FactKind.INSURED, 1, 0, 0, 500, "USD"),),
)


def beginning(stage: Stage) -> Iterator[tuple[str, Verb]]:
    """The acts, each with who does it."""
    for producer in stage.producers:
        yield stage.administrator, Accredit(producer, PLACE, PLACED)
        yield stage.administrator, Accredit(producer, bytes(32), ALL_KINDS & ~PLACED)
    for clauses in CONDITIONS:
        yield stage.enrolled[0], Lay(clauses)
