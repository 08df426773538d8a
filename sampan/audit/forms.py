"""The documents of an audit: `audit.json` and `timeline.json`, each field once (`sampan.suite.forms`)."""

from __future__ import annotations

from types import new_class
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

from sampan.subjects import SUITE, audited
from sampan.suite import tell
from sampan.suite.check import Entry, Evidence, Level, Life
from sampan.suite.forms import Address, Also, CheckId, Count, Form, HashText, Of, Second

if TYPE_CHECKING:
    from sampan.audit.report import Report

LIVES: Final = tuple(life for subject in audited() for life in subject.lives)
"""Whose lives are told."""


class Logged(NamedTuple):
    """An event of the report, with the names by which it is told."""

    entry: Entry
    names: tell.Names


class Administered(Form):
    """An act of administration."""

    block: Annotated[Count, Of(lambda logged: logged.entry.block)]
    log: Annotated[Count, Of(lambda logged: logged.entry.index)]
    time: Annotated[Second, Of(lambda logged: logged.entry.time)]
    transaction: Annotated[HashText, Of(lambda logged: logged.entry.transaction)]
    event: Annotated[str, Of(lambda logged: logged.entry.event.name)]
    told: Annotated[
        str,
        "The event in one sentence",
        Of(lambda logged: tell.sentence(SUITE.facts.get(type(logged.entry.event)), logged.entry.event, logged.names)),
    ]
    remark: Annotated[str | None, Of(lambda logged: tell.remark(logged.entry.event))]


class LifeEvent(Administered):
    """An event of a life."""

    arguments: Annotated[
        dict[str, Any],
        "By the contract's own names; ids hex, other numbers decimal text, texts as text, other bytes 0x text",
        Of(lambda logged: tell.event_json(logged.entry.event)["arguments"]),
    ]


class Finding(Form):
    """An indication of a check."""

    id: Annotated[CheckId, "The check; sampan audit --explain tells more"]
    level: Level
    subject: str
    message: str
    block: Annotated[int | None, "Where it happened; null when it shows at the end"]
    key: Annotated[str, Also({"pattern": "^[0-9a-f]{12}$"}), "The same for the same finding in every run"]


class Source(Form):
    """What an audit rests on."""

    ledger: Address
    release: str
    genesis_hash: HashText
    block_hash: HashText
    checks: list[CheckId]


class Head(Form):
    """Which blocks of which ledger."""

    network: str
    chain_id: Count
    from_block: Annotated[Count, "First block that is reported"]
    to_block: Count


class Counted(Head):
    """How much there was in these blocks."""

    events: Annotated[Count, "Logs of the ledger's contracts in these blocks"]


def _number(life: Life) -> Any:
    of = f"{life.name.capitalize()} to which something happened in these blocks"
    return Annotated[Count, of, Of(lambda report: len(report.lives[life.name]))]


class Lived(NamedTuple):
    """One whose life is told."""

    evidence: Evidence
    key: Any
    events: list[Logged]


def _told(life: Life) -> Any:
    def lived(report: Report) -> list[Lived]:
        lives = report.lives[life.name].items()
        return [Lived(report.evidence, key, _logged(report, entries)) for key, entries in lives]

    form = new_class(life.form.__name__, (life.form,))
    form.__annotations__["events"] = list[LifeEvent]
    return Annotated[list[form], Of(lived)]  # type: ignore[valid-type]


def _logged(report: Report, entries: list[Entry]) -> list[Logged]:
    return [Logged(entry, report.names) for entry in entries]


class Numbers(Counted):
    """How many of each whose lives are told."""


class Lives(Head):
    """Those whose lives are told."""


# Which there are, the subjects say.
Numbers.__annotations__.update({life.name: _number(life) for life in LIVES})
Lives.__annotations__.update({life.name: _told(life) for life in LIVES})


class Audit(Numbers, document="sampan.audit/1"):
    """The audit of a ledger."""

    reconciled: Annotated[bool, "What was rebuilt from the logs is what the chain keeps, in everything"]
    findings: list[Finding]
    administration: Annotated[list[Administered], Of(lambda report: _logged(report, report.administration))]
    generated_from: Source


class Timeline(Lives, document="sampan.timeline/2"):
    """Every life, from its beginning."""
