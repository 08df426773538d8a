"""The documents of an audit: `audit.json` and `timeline.json`, each field once (`sampan.suite.forms`)."""

from __future__ import annotations

from functools import cache
from types import new_class
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from sampan.subjects import SUITE
from sampan.suite import tell
from sampan.suite.check import Entry, Evidence, Level, Life, audited
from sampan.suite.forms import DOCUMENTS, Address, Also, CheckId, Count, Form, HashText, Of, Second

if TYPE_CHECKING:
    from sampan.audit.report import Report
    from sampan.suite.verb import Suite


class Logged(NamedTuple):
    """An event of the report."""

    entry: Entry
    report: Report


def _sentence(logged: Logged) -> str:
    event = logged.entry.event
    return tell.sentence(logged.report.evidence.suite.facts.get(type(event)), event, logged.report.names)


class Administered(Form):
    """An act of administration."""

    block: Annotated[Count, Of(lambda logged: logged.entry.block)]
    log: Annotated[Count, Of(lambda logged: logged.entry.index)]
    time: Annotated[Second, Of(lambda logged: logged.entry.time)]
    transaction: Annotated[HashText, Of(lambda logged: logged.entry.transaction)]
    event: Annotated[str, Of(lambda logged: logged.entry.event.name)]
    told: Annotated[str, "The event in one sentence", Of(_sentence)]
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
    history_digest: Annotated[str, "SHA-256 over all logs and their blocks; compare it with another RPC's"]
    checks: list[CheckId]


class Basis(Form):
    """What was held against the chain, what is counted there, and what the RPC was believed."""

    views: Annotated[Count, "Views that answered as the logs say", Of(lambda report: report.compared[0])]
    words: Annotated[Count, "Words of storage that are as the logs say", Of(lambda report: report.compared[1])]
    counted: Annotated[Count, "Events that the chain counts: none is missing", Of(lambda report: report.basis.counted)]
    uncounted: Annotated[
        dict[str, int],
        "Other events by name: others of the kind may be missing or invented",
        Of(lambda report: dict(report.basis.uncounted)),
    ]
    believed: Annotated[
        dict[str, int],
        "What stands in the log alone, and in how many events",
        Of(lambda report: dict(report.basis.believed)),
    ]


class Head(Form):
    """Which blocks of which ledger."""

    network: str
    chain_id: Count
    from_block: Annotated[Count, "First block that is reported"]
    to_block: Count


class Counted(Head):
    """How much there was in these blocks."""

    events: Annotated[Count, "Logs of the ledger's contracts in these blocks"]


class AuditEnd(Form):
    """What the audit found."""

    reconciled: Annotated[bool, "What was rebuilt from the logs is what the chain keeps, in everything"]
    findings: list[Finding]
    administration: Annotated[list[Administered], Of(lambda report: _logged(report, report.administration))]
    rests_on: Annotated[Basis, Of(lambda report: report)]
    generated_from: Source


class Lived(NamedTuple):
    """One whose life is told."""

    evidence: Evidence
    key: Any
    events: list[Logged]


def _number(life: Life) -> Any:
    of = f"{life.name.capitalize()} to which something happened in these blocks"
    return Annotated[Count, of, Of(lambda report: len(report.lives[life.name]))]


def _told(life: Life) -> Any:
    def lived(report: Report) -> list[Lived]:
        lives = report.lives[life.name].items()
        return [Lived(report.evidence, key, _logged(report, entries)) for key, entries in lives]

    return Annotated[list[_with(life.form, {"events": list[LifeEvent]})], Of(lived)]  # type: ignore[misc]


def _logged(report: Report, entries: list[Entry]) -> list[Logged]:
    return [Logged(entry, report) for entry in entries]


def _with(base: type[Form], fields: dict[str, Any]) -> type[Form]:
    """A form with more fields behind those of `base`."""
    return new_class(base.__name__, (base,), exec_body=lambda body: body.update(__annotations__=fields))


@cache
def documents(suite: Suite) -> tuple[type[Form], type[Form]]:
    """The forms of audit.json and timeline.json of a suite: its subjects say whose lives are told."""
    lives = [life for subject in audited(suite) for life in subject.lives]
    audit: type[Form] = new_class("Audit", (AuditEnd, _with(Counted, {life.name: _number(life) for life in lives})))
    timeline = _with(Head, {life.name: _told(life) for life in lives})
    audit.DOCUMENT, timeline.DOCUMENT = "sampan.audit/2", "sampan.timeline/2"
    audit.__doc__, timeline.__doc__ = "The audit of a ledger.", "Every life, from its beginning."
    return audit, timeline


DOCUMENTS.update({str(form.DOCUMENT): form for form in documents(SUITE)})
