"""The documents of an audit: `audit.json`, `timeline.json`, one life alone; each field once (`sampan.suite.forms`)."""

from __future__ import annotations

from functools import cache
from types import new_class
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from sampan.subjects import SUITE
from sampan.suite import tell
from sampan.suite.check import Entry, Evidence, Level, Life, Summary, audited
from sampan.suite.forms import DOCUMENTS, Address, Also, CheckId, Count, Form, HashText, Of, Second

if TYPE_CHECKING:
    from sampan.audit.report import Report
    from sampan.suite.verb import Suite


class Logged(NamedTuple):
    """An event of the report."""

    entry: Entry
    report: Report

    @property
    def evidence(self) -> Evidence:
        """What the report rests on."""
        return self.report.evidence


def _sentence(logged: Logged) -> str:
    event = logged.entry.event
    return tell.sentence(logged.evidence.suite.facts.get(type(event)), event, logged.evidence.names)


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


def _head(name: str) -> Of:
    """A field of a report, or of the report that a part is of."""
    return Of(lambda it: getattr(getattr(it, "report", it), name))


class Head(Form):
    """Which blocks of which ledger."""

    network: Annotated[str, _head("network")]
    chain_id: Annotated[Count, _head("chain_id")]
    from_block: Annotated[Count, "First block that is reported", _head("from_block")]
    to_block: Annotated[Count, _head("to_block")]


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


def _lived(report: Report, life: Life) -> list[Lived]:
    lives = report.lives[life.name].items()
    return [Lived(report.evidence, key, _logged(report, entries)) for key, entries in lives]


def _form(life: Life) -> type[Form]:
    """One whose life is told, with its events."""
    event = LifeEvent if life.event is None else new_class(f"{life.name.capitalize()}Event", (life.event, LifeEvent))
    return _with(life.form, {"events": list[event]})  # type: ignore[valid-type]


def _told(life: Life) -> Any:
    return Annotated[list[_form(life)], Of(lambda report: _lived(report, life))]  # type: ignore[misc]


def _summed(summary: Summary) -> Any:
    return Annotated[list[summary.form], Of(lambda report: report.summary(summary))]  # type: ignore[name-defined]


class Part(NamedTuple):
    """A report as far as it is about one of those whose lives are told."""

    report: Report
    life: Life
    key: Any

    @property
    def title(self) -> str:
        """Whose life it is."""
        return self.life.title(self.key)

    def lived(self, life: Life) -> list[Lived]:
        """It itself, or those of another life that it names or that name it."""
        named = {self.life.name: {self.key}, **self.report.with_it(self.life, self.key)}
        return [lived for lived in _lived(self.report, life) if lived.key in named.get(life.name, ())]


class LifeEnd(Head):
    """One life, and what is found of it."""

    subject: Annotated[str, Of(lambda part: part.title)]
    time: Annotated[Second, "Of the last block", Of(lambda part: part.report.evidence.time)]
    reconciled: Annotated[
        bool, "What was rebuilt of the whole ledger is what the chain keeps", Of(lambda part: part.report.reconciled)
    ]
    findings: Annotated[
        list[Finding],
        "Those about it",
        Of(lambda part: [each for each in part.report.findings if each.subject == part.title]),
    ]
    other_findings: Annotated[
        Count, "About anything else", Of(lambda part: sum(each.subject != part.title for each in part.report.findings))
    ]
    rests_on: Annotated[Basis, Of(lambda part: part.report)]
    generated_from: Annotated[Source, Of(lambda part: part.report.generated_from)]


def _of_part(life: Life) -> Any:
    return Annotated[list[_form(life)], Of(lambda part: part.lived(life))]  # type: ignore[misc]


def _logged(report: Report, entries: list[Entry]) -> list[Logged]:
    return [Logged(entry, report) for entry in entries]


def _with(base: type[Form], fields: dict[str, Any]) -> type[Form]:
    """A form with more fields behind those of `base`."""
    return new_class(base.__name__, (base,), exec_body=lambda body: body.update(__annotations__=fields))


@cache
def documents(suite: Suite) -> tuple[type[Form], type[Form], type[Form]]:
    """The forms of audit.json, timeline.json and one life of a suite: its subjects say whose lives are told."""
    lives = [life for subject in audited(suite) for life in subject.lives]
    summaries = [summary for subject in audited(suite) for summary in subject.summaries]
    head = _with(Counted, {life.name: _number(life) for life in lives})
    end = _with(AuditEnd, {summary.name: _summed(summary) for summary in summaries})
    audit: type[Form] = new_class("Audit", (end, head))
    timeline = _with(Head, {life.name: _told(life) for life in lives})
    one = _with(LifeEnd, {life.name: _of_part(life) for life in lives})
    audit.DOCUMENT, timeline.DOCUMENT, one.DOCUMENT = "sampan.audit/2", "sampan.timeline/3", "sampan.life/1"
    audit.__doc__, timeline.__doc__ = "The audit of a ledger.", "Every life, from its beginning."
    one.__doc__ = "One life, from its beginning, by an audit of the whole ledger."
    return audit, timeline, one


DOCUMENTS.update({str(form.DOCUMENT): form for form in documents(SUITE)})
