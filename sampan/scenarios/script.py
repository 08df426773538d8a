"""A scenario as its file says it: parties, documents, steps; read whole and checked before anything is sent."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sampan.cargo.records import Clause
from sampan.chain.accounts import ROLES
from sampan.client import prints
from sampan.client.ledger import Ledger
from sampan.client.loans import Loan, PledgedBill
from sampan.client.records import Account, Bill, Deposit, Offer, Participant
from sampan.documents import identifiers
from sampan.errors import BadInput, UsageError
from sampan.scenarios import documents, reports
from sampan.scenarios import vocabulary as words
from sampan.scenarios.parties import CAST, TRADER_ROLES, Party
from sampan.scenarios.samples import SAMPLES
from sampan.scenarios.vocabulary import Cargo, Document, Doing, Member, Named
from sampan.suite.check import Level
from sampan.suite.words import Answer, Kind, Receiving, RecordLaw, Status
from sampan.written import conditions, source
from sampan.written.source import Node, Place, meant

if TYPE_CHECKING:
    from enum import IntEnum

DAY: Final = 86_400
RELAYER: Final = "relayer"
"""Who sends what others signed, where nobody is named."""


# --------------------------------------------------------------------------------------------------------- what it says


@dataclass(frozen=True, slots=True)
class ByName:
    """A refusal by its name, as contracts' errors have one, and as many of its arguments as are given, each as written
    (`_`: any)."""

    name: str
    arguments: tuple[str, ...] | None

    def __str__(self) -> str:
        return self.name if self.arguments is None else f"{self.name}({', '.join(self.arguments)})"


@dataclass(frozen=True, slots=True)
class ByClient:
    """A refusal of the client, which asks no contract then, by some of its words: it has no name."""

    words: str

    def __str__(self) -> str:
        return f"by the client: “{self.words}”"


Expected: TypeAlias = ByName | ByClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a scenario; `number` counts from 1, `why` is a sentence for the reader."""

    number: int
    place: Place
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter(Step):
    """A part begins."""

    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Step):
    """A sentence for the reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Do(Step):
    """Somebody acts: a verb with its arguments.

    `agreed` are those whose agreement is shown with it, or names of papers; `through` sends what `by` signed;
    `rehearse`: it is tried and not sent; `refused` is what must come instead.
    """

    by: str
    contract: str
    verb: str
    arguments: Mapping[str, Any]
    agreed: tuple[Named, ...] = ()
    through: str | None = None
    rehearse: bool = False
    refused: Expected | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign(Step):
    """Something is signed and kept under a name: an act of `by`, the agreement of `agreement_of` to it, or another text
    (`contract` is then empty). `forged_by`: with another's key."""

    by: str
    contract: str
    verb: str
    arguments: Mapping[str, Any]
    name: str
    counts: int
    """Seconds."""
    agreement_of: str | None = None
    forged_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deploy(Step):
    """A contract that is no part of the suite is deployed, and known by a name from here on."""

    by: str
    artifact: str
    arguments: Mapping[str, Any]
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoThere(Step):
    """Somebody calls a function of a contract that was deployed before; its arguments in the function's order."""

    by: str
    contract: str
    function: Mapping[str, Any]
    arguments: Mapping[str, Any]
    refused: ByName | None = None

    @property
    def verb(self) -> str:
        """How the file has it."""
        return f"{self.contract}.{self.function['name']}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Propose(Step):
    """A carrier makes the terms of documents that are to replace a bill."""

    by: str
    of: Named
    documents: tuple[str, ...]
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(Step):
    """A producer reports events of a bill's cargo, and anchors them."""

    by: str
    of: Named
    events: tuple[reports.Said, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition(Step):
    """A condition is laid down, and known by a name from here on."""

    by: str
    name: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Step):
    """Whether a condition holds for a bill with so many boxes, without the word of some parties' groups."""

    name: str
    of: Named
    boxes: int
    leave_out: tuple[Named, ...]
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Free(Step):
    """Whether the cargo of a document is free to secure a debt."""

    cargo: Cargo
    answers: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Facility(Step):
    """Borrower, agent and lenders sign the terms of a loan, and somebody opens it; known by a name from here on."""

    by: str
    name: str
    borrower: str
    agent: str
    lenders: tuple[str, ...]
    arguments: Mapping[str, Any]
    refused: Expected | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sell(Step):
    """A pledged bill is for sale where it lies: whoever may names the sale and its terms to the loan book."""

    by: str
    of: Named
    arguments: Mapping[str, Any]
    least: str | None = None
    refused: Expected | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Appoint(Step):
    """Lenders and another agent sign that it takes the place of the one there is."""

    by: str
    of: Named
    agent: str
    votes: tuple[str, ...]
    """Of lenders, who sign."""
    refused: Expected | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class List(Step):
    """A party puts a ship, or a company, on its own list, against which its acts are screened from here on."""

    by: str
    ground: str
    imo: str = ""
    lei: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait(Step):
    """Time passes: seconds, and as it was written."""

    seconds: int
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect(Step):
    """How something stands on the ledger: a field of its record, or somebody who has money, to what is expected, as
    written."""

    about: str
    which: Named
    fields: Mapping[str, tuple[Place, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look(Step):
    """The offer under which a bill lies in the sale, and what each party may do with it."""

    which: Named


@dataclass(frozen=True, slots=True)
class Finding:
    """What an audit is expected to find: the check's id, about what (the name of a bill, a facility or a party), at
    which level."""

    check: str
    about: str | None
    level: Level | None

    def __str__(self) -> str:
        said = self.check if self.level is None else f"{self.check} ({self.level})"
        return said if self.about is None else f"{said} about {self.about}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit(Step):
    """The ledger is audited: it reconciles, and exactly this is found about the scenario's bills and parties."""

    findings: tuple[Finding, ...]
    shown: tuple[str, ...] = ()
    """Documents that were disclosed to the auditor."""


@dataclass(frozen=True, slots=True)
class Script:
    """A scenario file, read."""

    file: Path
    name: str
    title: str
    about: str
    members: Mapping[str, Member]
    documents: Mapping[str, Document]
    steps: tuple[Step, ...]
    digest: str
    """SHA-256 of its file, in hex."""
    registrar: Path | None = None
    """The file with a registrar's key."""


def signers(script: Script) -> list[str]:
    """Everybody whose key a scenario needs, by name, in the order in which they are met."""
    names = [name for name, member in script.members.items() if member.enrolled]
    for step in script.steps:
        agreed = [one.name for one in getattr(step, "agreed", ()) if one.what == "signer"]
        several = (
            getattr(step, key, None) for key in ("by", "through", "agreement_of", "forged_by", "borrower", "agent")
        )
        agreed += [*getattr(step, "lenders", ()), *getattr(step, "votes", ())]
        names += [*(name for name in several if name), *agreed]
    return list(dict.fromkeys(names))


# ------------------------------------------------------------------------------------------------------- reading a file

REFUSED: Final = (
    "The refusal that must come: a contract's error, as NotPossessor or NotPossessor(rice, trader);"
    " or, where the client refuses before a contract is asked, {client: some of its words}."
)
STEPS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "chapter": ("A part begins, with this title.", {"text": "What it is about."}),
    "note": ("A sentence for the reader.", {}),
    "do": (
        "Somebody acts: the verb.",
        {
            "by": "Who acts.",
            "with": "The verb's arguments.",
            "agreed": "Whose agreement is shown with it: parties, which then sign, or names of what was signed.",
            "through": "Who sends it, signed by whoever acts.",
            "rehearse": "true: it is tried and not sent.",
            "refused": REFUSED,
            "as": "What the bill is called from here on, by default as its document.",
            "why": "A sentence for the reader.",
        },
    ),
    "sign": (
        "Something is signed and not sent: an act by its verb, an agreement to it, or another text.",
        {
            "by": "Who acts, and signs.",
            "with": "The arguments.",
            "agreement_of": "Who agrees to the act instead, and signs.",
            "forged_by": "Whose key signs in its place.",
            "counts": "How long it counts, by default 24h.",
            "as": "What it is called from here on.",
            "why": "A sentence for the reader.",
        },
    ),
    "deploy": (
        "A contract that the package ships for examples is deployed, as Stablecoin.",
        {
            "by": "Who deploys it.",
            "with": "What it is made of.",
            "as": "What it is called from here on; what it does is `NAME.function`, and its coin is named so too.",
            "why": "A sentence for the reader.",
        },
    ),
    "propose": (
        "Documents that are to replace a bill.",
        {
            "by": "The carrier.",
            "of": "The bill.",
            "with": "Other terms: carriage_law, record_law, kind, titleholder, version.",
            "why": "A sentence for the reader.",
        },
    ),
    "report": (
        "What a producer saw of a bill's cargo: its events are anchored in one batch.",
        {"by": "The producer.", "of": "The bill.", "why": "A sentence for the reader."},
    ),
    "condition": (
        "A condition is laid down, called so from here on.",
        {
            "by": "Who lays it down.",
            "clauses": "What must hold: kind, units (every, bill, how many), producers, quiet, least.",
            "why": "A sentence for the reader.",
        },
    ),
    "ask": (
        "Whether a condition holds for a bill now.",
        {
            "of": "The bill.",
            "boxes": "How many boxes it has; by default none.",
            "leave_out": "Parties whose groups' word does not count.",
            "holds": "true or false: what must come.",
            "why": "A sentence for the reader.",
        },
    ),
    "free": (
        "Whether the cargo of a document is free to secure a debt: its name, as `prints` has it.",
        {"answers": "yes, no or ask: what must come.", "why": "A sentence for the reader."},
    ),
    "facility": (
        "A loan that bills secure, called so from here on: borrower, agent and all lenders sign, and it is opened.",
        {
            "by": "Who sends it; by default a relayer.",
            "with": "The terms: borrower, agent, lenders with what each commits, money, rate, advance, condition ...",
            "refused": REFUSED,
            "why": "A sentence for the reader.",
        },
    ),
    "sell": (
        "A pledged bill is for sale where it lies: the loan book is told who may take it. The buyer pays as ever.",
        {
            "by": "The borrower; in default the agent, after its silence anybody.",
            "with": "The terms of the sale: buyer, price, into, until, payee ...",
            "least": "In default: the least price.",
            "refused": REFUSED,
            "why": "A sentence for the reader.",
        },
    ),
    "appoint": (
        "Another agent of a facility, as it and lenders sign.",
        {
            "by": "Who sends it; by default a relayer.",
            "agent": "The new one.",
            "votes": "Lenders that sign, each with all positions it has.",
            "refused": REFUSED,
            "why": "A sentence for the reader.",
        },
    ),
    "list": (
        "What stands on a party's own list from here on: a ship by its IMO number, a company by its LEI.",
        {"by": "Whose list it is.", "ground": "Why.", "why": "A sentence for the reader."},
    ),
    "wait": ("Time passes: 72h, 3 days.", {"why": "A sentence for the reader."}),
    "expect": (
        "How a bill, its pledge, its offer, a participant, an account, a deposit or a facility stands; or `balances`.",
        {"why": "A sentence for the reader."},
    ),
    "look": (
        "A bill that is offered: to whom, for how much, until when, and what each party may do.",
        {"why": "A sentence for the reader."},
    ),
    "audit": (
        "What the audit finds: nothing, or a list of findings with check, about, level.",
        {
            "shown": "Documents whose fields were disclosed to the auditor, but for personal ones.",
            "why": "A sentence for the reader.",
        },
    ),
}
"""Each kind of step, by its key: what it is, and its other keys."""
NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "do": ("by",),
    "sign": ("by", "as"),
    "deploy": ("by", "as"),
    "propose": ("by", "of"),
    "report": ("by", "of"),
    "condition": ("by", "clauses"),
    "ask": ("of", "holds"),
    "free": ("answers",),
    "list": ("by", "ground"),
    "facility": ("with",),
    "sell": ("by", "with"),
    "appoint": ("agent", "votes"),
}
EVENT: Final[Mapping[str, str]] = {
    "event": f"What happened: {', '.join(reports.EVENTS)}.",
    "box": "Of which box of the document, from 1.",
    "ago": "How long ago, as 5h.",
    "in": "In what time it is to happen, of what is planned or estimated.",
    "at": "Where: facility (CNSHA/SMDG/YICT) or port; by default the bill's port of loading, or of discharge.",
    "classifier": "planned, estimated, or actual.",
    "ship": "The ship's IMO number.",
    "as": "What it is called from here on.",
    "corrects": "The event of which this is a further version.",
    "takes_back": "The event that did not happen; nothing else is said then.",
}
"""The keys of an event that a producer reports."""
PARTY: Final[Mapping[str, str]] = {
    "company": "Its name.",
    "lei": "Its LEI, 20 characters.",
    "country": "Its country, as SG.",
    "roles": "What it may do: issue, answer, move, terms, produce, bank, supervise.",
    "receiving": "From whom it receives bills.",
    "parent": "LEI of its ultimate parent; by default its own.",
    "code": "Its carrier code, as SMDG XLL.",
    "laws": "The laws of the electronic record under which its cover stands.",
    "key": "The key that signs for it: a role of a development chain, or the name of a key of yours; by default its "
    "own name.",
    "enrolled": "false: nothing enrols it before the first step. If it is there and never acts, it needs no key.",
}
DOCUMENT: Final[Mapping[str, str]] = {
    "sample": "One of the sample documents.",
    "file": "A file of yours, beside the scenario.",
    "like": "A document named before, with its values.",
    "set": "Values to put in, by JSON pointer.",
}
TOP: Final[Mapping[str, str]] = {
    "scenario": "Its title.",
    "about": "What it shows.",
    "parties": "Who takes part: names of the cast, or parties of your own.",
    "documents": "Transport documents, by name: a sample, or a file of yours.",
    "registrar": "The file with the key under which prints of cargo are made; by default one that everybody knows.",
    "steps": "What happens, in order.",
}
RECORDS: Final[Mapping[str, type[Any]]] = {
    "bill": Bill,
    "participant": Participant,
    "account": Account,
    "deposit": Deposit,
    "offer": Offer,
    "facility": Loan,
    "pledge": PledgedBill,
}
"""What can be expected of the ledger, by the client's record."""
OF_BILLS: Final = ("bill", "offer", "pledge")
"""What is expected of a bill by its name."""
BALANCES: Final = "balances"
"""Who has how much of some money."""
CLIENT_SAYS: Final = "{client: some of its words}"
FEWEST: Final = 3
"""Words of a refusal of the client: fewer could be those of another."""
STORED: Final = ("borrower", "agent", "undrawn", "value", "surplus")
"""What the book has of a facility (`Loan.stored`) and can be expected of it."""
WORDS: Final[Mapping[str, type[IntEnum]]] = {"status": Status, "kind": Kind, "receiving": Receiving}


def fields_of(about: str) -> list[str]:
    """The fields of a record that can be expected: texts, words, numbers, persons."""
    record = RECORDS[about]
    made = [name for name, found in vars(record).items() if isinstance(found, property)]
    hidden = {"id", "names", "root", "agreed", "block", "time", "name", "accounts", "codes", "rulebook", "record_laws"}
    hidden |= {"shown_by"} if record is Bill else set()
    hidden |= {"address", "reference", "terms", "money", "here", "steps"} if record in (Deposit, Offer) else set()
    if record is PledgedBill:
        hidden |= {"bill", "pledge", "debt", "until"}
    if record is Loan:
        hidden |= {"number", "stored", "money"}
        made += STORED
    return [name for name in (*record.__dataclass_fields__, *made) if name not in hidden]


def read(path: Path) -> Script:
    """A scenario from its file, checked as far as it can be without a chain.

    Raises `BadInput` that names file, line and column, what is wrong there, and what would be right.
    """
    data = source.load(path)
    tree = source.parse(data, str(path))
    fields = tree.fields("a scenario", TOP)
    for key in ("scenario", "parties", "steps"):
        if key not in fields:
            raise tree.place.wrong(f"a scenario lacks {key!r}", TOP[key])
    members = _members(fields["parties"])
    known = _documents(fields["documents"], path) if "documents" in fields else {}
    scope = words.Scope(members, known)
    reading = _Steps(scope)
    nodes = fields["steps"].items("steps")
    steps = [reading.step(number, node) for number, node in enumerate(nodes, start=1)]
    if not isinstance(steps[-1], Audit):
        # Each scenario is audited at its end.
        steps.append(Audit(number=len(steps) + 1, place=steps[-1].place, findings=()))
    return Script(
        file=path,
        name=path.stem,
        title=" ".join(fields["scenario"].text("the title").split()),
        about=" ".join(fields["about"].text("`about`").split()) if "about" in fields else "",
        members=members,
        documents=known,
        steps=tuple(steps),
        digest=hashlib.sha256(data).hexdigest(),
        registrar=_registrar(fields["registrar"], path) if "registrar" in fields else None,
    )


def _registrar(node: Node, path: Path) -> Path:
    """The file with a registrar's key, beside the scenario."""
    file = path.parent / node.text("registrar")
    try:
        prints.registrar(file)
    except BadInput as wrong:
        raise node.place.wrong(f"{file} {wrong.message}", wrong.hint) from None
    return file


def _members(node: Node) -> dict[str, Member]:
    if isinstance(node.value, dict):
        return {name: _member(node.keys[name], name, said) for name, said in node.value.items()}
    found: dict[str, Member] = {}
    for item in node.items("parties"):
        name = item.text("a party")
        if name not in CAST:
            raise item.place.wrong(f"{name!r} is not of the cast", meant(name, CAST))
        if name in found:
            raise item.place.wrong(f"{name} is named twice")
        found[name] = Member(item.place, CAST[name], name)
    return found


def _member(place: Place, name: str, node: Node) -> Member:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
        raise place.wrong(
            f"{name!r} is no name for a party", "small letters, digits and underscores, as in second_bank"
        )
    said = {} if node.value is None else node.fields("a party", PARTY)
    known = CAST.get(name)
    if known is None:
        for key in ("company", "lei", "country"):
            if key not in said:
                cast = ", ".join(CAST)
                raise place.wrong(f"{name} is not of the cast and lacks {key!r}", f"of the cast are {cast}")
        known = Party(name, "", "", "", TRADER_ROLES)
    changed: dict[str, Any] = {}
    for key in ("company", "lei", "country"):
        if key in said:
            changed[key] = " ".join(said[key].text(key).split())
    if "lei" in changed:
        changed["lei"] = _lei(said["lei"], changed["lei"])
    if "parent" in said:
        changed["parent"] = _lei(said["parent"], said["parent"].text("parent"))
    if "country" in changed:
        changed["country"] = changed["country"].upper()
        if not identifiers.is_country(changed["country"]):
            raise said["country"].place.wrong(
                f"{changed['country']!r} is no country of ISO 3166-1", "as HK, CN, SG, NL"
            )
    if "roles" in said:
        changed["roles"] = words.roles(said["roles"], "roles")
    if "receiving" in said:
        changed["receiving"] = words.word(Receiving, said["receiving"], "receiving")
    if "code" in said:
        parts = said["code"].text("code").split()
        if len(parts) != 2:
            raise said["code"].place.wrong("a carrier code is a list and a code", "as SMDG XLL")
        changed["code"] = tuple(parts)
    if "laws" in said:
        changed["laws"] = words.words(RecordLaw, said["laws"], "laws")
    key = said["key"].text("key") if "key" in said else name
    enrolled = words.flag(said["enrolled"], "enrolled") if "enrolled" in said else True
    if key == name and name not in ROLES and "key" not in said:
        raise place.wrong(
            f"nothing says which key signs for {name}", f"add `key: {name}`, or a role: {', '.join(ROLES)}"
        )
    return Member(place, replace(known, **changed), key, enrolled)


def _lei(node: Node, text: str) -> str:
    lei = text.upper()
    if identifiers.is_lei(lei):
        return lei
    hint = "an LEI has 18 letters or digits and two check digits"
    if re.fullmatch(r"[0-9A-Z]{20}", lei):
        hint = f"did you mean {lei[:18]}{identifiers.lei_check_digits(lei[:18])}?"
    elif re.fullmatch(r"[0-9A-Z]{18}", lei):
        hint = f"with its check digits it is {lei}{identifiers.lei_check_digits(lei)}"
    raise node.place.wrong(f"{text!r} is no LEI", hint)


def _documents(node: Node, path: Path) -> dict[str, Document]:
    found = {}
    for name, said in node.fields("documents").items():
        place = node.keys[name]
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,39}", name):
            raise place.wrong(f"{name!r} is no name for a document", "letters, digits, hyphens, underscores")
        if isinstance(said.value, str):
            found[name] = Document(place, name, _sample(said), None)
            continue
        fields = said.fields("a document", DOCUMENT)
        if sum(key in fields for key in ("sample", "file", "like")) != 1:
            hint = "say `sample: NAME`, `file: PATH`, or `like: DOCUMENT`"
            raise said.place.wrong(f"{name} is made of nothing, or of several", hint)
        like = _like(fields["like"], found) if "like" in fields else None
        file = None if like is None else like.file
        if "file" in fields:
            file = path.parent / fields["file"].text("file")
            if not file.is_file():
                raise fields["file"].place.wrong(f"there is no file {file}", "a path counts from the scenario's folder")
        put = {} if like is None else dict(like.put)
        if "set" in fields:
            for pointer, value in fields["set"].fields("`set`").items():
                if not pointer.startswith("/"):
                    raise fields["set"].keys[pointer].wrong(f"{pointer!r} is no JSON pointer", "as /issueDate")
                put[pointer] = _plain(value)
        sample = _sample(fields["sample"]) if "sample" in fields else None if like is None else like.sample
        found[name] = Document(fields["set"].place if "set" in fields else place, name, sample, file, put)
        if put or file is not None:
            # A place that is not there, or a file that is no document, is told before anything is played.
            documents.content(found[name])
    return found


def _like(node: Node, known: Mapping[str, Document]) -> Document:
    """A document of the scenario, named before."""
    name = node.text("like")
    if name not in known:
        raise node.place.wrong(
            f"no document before is called {name!r}", meant(name, known) if known else "name it above"
        )
    return known[name]


def _sample(node: Node) -> str:
    text = node.text("a sample")
    if text not in SAMPLES:
        raise node.place.wrong(
            f"there is no sample {text!r}", f"{meant(text, SAMPLES)} (a file of yours is `file: PATH`)"
        )
    return text


_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(\.[0-9]{1,14})?")


def _plain(node: Node) -> Any:
    """A value for a document, as JSON would have it: a bare number is one, `true` and `false` too; what is quoted is a
    text. Nothing takes out what stands there."""
    if isinstance(node.value, list):
        return [_plain(item) for item in node.value]
    if isinstance(node.value, dict):
        return {key: _plain(value) for key, value in node.value.items()}
    if node.value in ("true", "false") and not node.quoted:
        return node.value == "true"
    number = None if node.quoted or node.value is None else _NUMBER.fullmatch(node.value)
    if number is not None:
        return float(number[0]) if number[1] else int(number[0])
    return node.value


class _Steps:
    """Reads steps one after another; what one makes, the next may name."""

    def __init__(self, scope: words.Scope) -> None:
        self._scope = scope
        self._verbs = words.vocabulary()
        self._texts = words.signable()
        self._deployable = words.deployable()
        self._refusals = words.refusals()
        self._checks = words.checks()

    def step(self, number: int, node: Node) -> Step:
        """One step. Raises `BadInput`."""
        fields = node.fields("a step")
        kind = next((key for key in fields if key in STEPS), None)
        if kind is None:
            first = next(iter(fields), "")
            raise (node.keys[first] if first else node.place).wrong(
                "a step says not what it is", meant(first, STEPS) if first else f"one of {', '.join(STEPS)}"
            )
        fields = node.fields(f"a step `{kind}`", (kind, *STEPS[kind][1]))
        for key in NEEDED.get(kind, ()):
            if key not in fields:
                raise node.keys[kind].wrong(f"a step `{kind}` lacks {key!r}", STEPS[kind][1][key])
        why = next((" ".join(fields[key].text(key).split()) for key in ("why", "text") if key in fields), "")
        common = {"number": number, "place": node.place, "why": why}
        made: Step = getattr(self, f"_{kind}")(node, fields, common)
        return made

    # ----------------------------------------------------------------------------------------------------- each kind

    def _chapter(self, node: Node, fields: Mapping[str, Node], common: dict[str, Any]) -> Step:
        return Chapter(**common, title=" ".join(fields["chapter"].text("a title").split()))

    def _note(self, node: Node, fields: Mapping[str, Node], common: dict[str, Any]) -> Step:
        return Note(**{**common, "why": " ".join(fields["note"].text("a note").split())})

    def _do(self, node: Node, fields: Mapping[str, Node], common: dict[str, Any]) -> Step:
        scope = self._scope
        deployed, _, function = fields["do"].text("a verb").partition(".")
        if deployed in scope.contracts:
            return self._do_there(deployed, function, fields, common)
        doing = self._called(fields["do"], self._verbs, "verb")
        arguments = self._arguments(doing, fields)
        refused = self._refused(fields["refused"]) if "refused" in fields else None
        rehearse = words.flag(fields["rehearse"], "rehearse") if "rehearse" in fields else False
        agreed: tuple[Named, ...] = ()
        if "agreed" in fields:
            agreed = tuple(self._agreeing(item) for item in fields["agreed"].items("agreed"))
        issued = next((value.name for value in arguments.values() if _is(value, "document")), None)
        name = fields["as"].text("as") if "as" in fields else issued
        if "as" in fields and issued is None:
            raise node.keys["as"].wrong("this act makes no bill", "`as` names the bill that is issued")
        if name is not None and refused is None and not rehearse:
            scope.bills.add(name)
        return Do(
            **common,
            by=words.actor(fields["by"], "by", scope),
            contract=doing.contract,
            verb=doing.method,
            arguments=arguments,
            agreed=agreed,
            through=words.actor(fields["through"], "through", scope) if "through" in fields else None,
            rehearse=rehearse,
            refused=refused,
            name=name,
        )

    def _deploy(self, node: Node, fields: Mapping[str, Node], common: dict[str, Any]) -> Step:
        artifact, name = fields["deploy"].text("a contract"), fields["as"].text("as")
        if artifact not in self._deployable:
            raise fields["deploy"].place.wrong(f"nothing ships {artifact!r}", meant(artifact, self._deployable))
        if name in self._scope.actors or name in self._scope.contracts or not re.fullmatch(r"[a-z][a-z0-9_-]*", name):
            raise fields["as"].place.wrong(f"{name!r} is a name already, or none", "small letters; choose another")
        found = self._deployable[artifact]
        made = Doing("", artifact, "", found.constructor)
        step = Deploy(
            **common,
            by=words.actor(fields["by"], "by", self._scope),
            artifact=artifact,
            arguments=self._arguments(made, fields),
            name=name,
        )
        self._scope.contracts[name] = found
        return step

    def _do_there(self, name: str, function: str, fields: Mapping[str, Node], common: dict[str, Any]) -> Step:
        there = self._scope.contracts[name]
        try:
            item, arguments = there.does(function)
        except KeyError:
            hint = meant(function, there.functions) or "it has no function that does anything"
            raise fields["do"].place.wrong(f"{name} does no {function!r}", hint) from None
        for key in ("agreed", "through", "rehearse", "as"):
            if key in fields:
                raise fields[key].place.wrong(f"{name} knows no {key!r}", "it is called by whoever acts, and no other")
        refused = self._refused(fields["refused"]) if "refused" in fields else None
        if isinstance(refused, ByClient):
            raise fields["refused"].place.wrong(
                f"the client refuses nothing of {name}", f"write the name of an error of {name}"
            )
        return DoThere(
            **common,
            by=words.actor(fields["by"], "by", self._scope),
            contract=name,
            function=item,
            arguments=self._arguments(Doing("", f"{name}.{function}", "", arguments), fields),
            refused=refused,
        )

    def _sign(self, node: Node, fields: Mapping[str, Node], common: dict[str, Any]) -> Step:
        doing = self._called(fields["sign"], self._verbs | self._texts, "verb or text")
        arguments = self._arguments(doing, fields)
        name = fields["as"].text("as")
        if name in self._scope.actors or name in self._scope.papers:
            raise fields["as"].place.wrong(f"{name!r} is a name already", "choose another")
        self._scope.papers.add(name)
        agreeing, forging = (
            words.actor(fields[key], key, self._scope) if key in fields else None
            for key in ("agreement_of", "forged_by")
        )
        return Sign(
            **common,
            by=words.actor(fields["by"], "by", self._scope),
            contract=doing.contract,
            verb=doing.method,
            arguments=arguments,
            name=name,
            agreement_of=agreeing,
            forged_by=forging,
            counts=words.duration(fields["counts"], "counts") if "counts" in fields else DAY,
        )

    def _propose(self, node: Node, fields: Mapping[str, Node], common: dict[str, Any]) -> Step:
        names = tuple(words.document(item, "propose", self._scope).name for item in fields["propose"].items("propose"))
        of = words.bill(fields["of"], "of", self._scope)
        self._scope.terms.update(names)
        self._scope.bills.update(names)
        terms = words.doing("", "replacement", Ledger.replacement, ())
        left = {name: each for name, each in terms.arguments.items() if name not in ("document", "of")}
        arguments = self._arguments(replace(terms, arguments=left), fields)
        return Propose(
            **common, by=words.actor(fields["by"], "by", self._scope), of=of, documents=names, arguments=arguments
        )

    def _report(self, node: Node, fields: Mapping[str, Node], common: dict[str, Any]) -> Step:
        of = words.bill(fields["of"], "of", self._scope)
        return Report(
            **common,
            by=words.actor(fields["by"], "by", self._scope),
            of=of if isinstance(of, Named) else Named("bill", of),
            events=tuple(self._event(item) for item in fields["report"].items("report")),
        )

    def _event(self, node: Node) -> reports.Said:
        """An event that a producer reports."""
        said = node.fields("an event", EVENT)
        known = self._scope.events
        name = said["as"].text("as") if "as" in said else f"event {len(known) + 1}"
        if name in known:
            raise said["as"].place.wrong(f"{name!r} is an event already", "choose another")
        if ("event" in said) is ("takes_back" in said):
            raise node.place.wrong("says not what happened", "`event`, or `takes_back` alone")
        for key in ("corrects", "takes_back"):
            if key in said and said[key].text(key) not in known:
                called = said[key].text(key)
                hint = meant(called, known) or "report first what is corrected or taken back"
                raise said[key].place.wrong(f"no event is called {called!r}", hint)
        if "event" in said and said["event"].text("event") not in reports.EVENTS:
            word = said["event"].text("event")
            raise said["event"].place.wrong(f"no event is a {word!r}", meant(word, reports.EVENTS))
        if "classifier" in said and said["classifier"].text("classifier") not in reports.CLASSIFIERS:
            word = said["classifier"].text("classifier")
            raise said["classifier"].place.wrong(f"{word!r} is no classifier", meant(word, reports.CLASSIFIERS))
        known.append(name)
        ahead = words.duration(said["in"], "in") if "in" in said else 0
        text = {
            key: said[key].text(key)
            for key in ("event", "at", "classifier", "ship", "corrects", "takes_back")
            if key in said
        }
        return reports.Said(
            **{"event": "", **text},
            name=name,
            box=words.whole(said["box"], "box", self._scope) if "box" in said else 0,
            ago=words.duration(said["ago"], "ago") if "ago" in said else -ahead,
        )

    def _condition(self, node: Node, fields: Mapping[str, Node], common: dict[str, Any]) -> Step:
        name = fields["condition"].text("a condition")
        if name in self._scope.conditions:
            raise fields["condition"].place.wrong(f"{name!r} is a condition already", "choose another name")
        self._scope.conditions.append(name)
        by = words.actor(fields["by"], "by", self._scope)
        return Condition(**common, by=by, name=name, clauses=conditions.clauses(fields["clauses"]))

    def _ask(self, node: Node, fields: Mapping[str, Node], common: dict[str, Any]) -> Step:
        name = words.condition(fields["ask"], "a condition", self._scope).name
        of = words.bill(fields["of"], "of", self._scope)
        left = fields["leave_out"].items("leave_out") if "leave_out" in fields else []
        people = [words.who(item, "leave_out", self._scope, "person") for item in left]
        return Ask(
            **common,
            name=name,
            of=of if isinstance(of, Named) else Named("bill", of),
            boxes=words.whole(fields["boxes"], "boxes", self._scope) if "boxes" in fields else 0,
            leave_out=tuple(each if isinstance(each, Named) else Named("person", str(each)) for each in people),
            holds=words.flag(fields["holds"], "holds"),
        )

    def _free(self, node: Node, fields: Mapping[str, Node], common: dict[str, Any]) -> Step:
        answers = words.word(Answer, fields["answers"], "answers")
        return Free(**common, cargo=words.cargo(fields["free"], "free", self._scope), answers=answers)

    def _facility(self, node: Node, fields: Mapping[str, Node], common: dict[str, Any]) -> Step:
        name = fields["facility"].text("a facility")
        if name in self._scope.facilities or "/" in name:
            raise fields["facility"].place.wrong(f"{name!r} is a facility already, or no name", "choose another name")
        arguments = self._arguments(facility_terms(), fields)
        said = fields["with"].fields("facility")
        borrower, agent = (words.actor(said[key], key, self._scope) for key in ("borrower", "agent"))
        lenders = said["lenders"].fields("lenders")
        step = Facility(
            **common,
            by=words.actor(fields["by"], "by", self._scope) if "by" in fields else RELAYER,
            name=name,
            borrower=borrower,
            agent=agent,
            lenders=tuple(words.actor(Node(each.place, key, {}), key, self._scope) for key, each in lenders.items()),
            arguments=arguments,
            refused=self._refused(fields["refused"]) if "refused" in fields else None,
        )
        if step.refused is None:
            self._scope.facilities.append(name)
        return step

    def _sell(self, node: Node, fields: Mapping[str, Node], common: dict[str, Any]) -> Step:
        of = words.bill(fields["sell"], "sell", self._scope)
        return Sell(
            **common,
            by=words.actor(fields["by"], "by", self._scope),
            of=of if isinstance(of, Named) else Named("bill", of),
            arguments=self._arguments(sale_terms(), fields),
            least=words.amount(fields["least"], "least") if "least" in fields else None,
            refused=self._refused(fields["refused"]) if "refused" in fields else None,
        )

    def _appoint(self, node: Node, fields: Mapping[str, Node], common: dict[str, Any]) -> Step:
        of = words.facility(fields["appoint"], "appoint", self._scope)
        return Appoint(
            **common,
            by=words.actor(fields["by"], "by", self._scope) if "by" in fields else RELAYER,
            of=of,
            agent=words.actor(fields["agent"], "agent", self._scope),
            votes=tuple(words.actor(item, "votes", self._scope) for item in fields["votes"].items("votes")),
            refused=self._refused(fields["refused"]) if "refused" in fields else None,
        )

    def _list(self, node: Node, fields: Mapping[str, Node], common: dict[str, Any]) -> Step:
        text = fields["list"].text("a ship or a company")
        ship = text.isdigit()
        try:
            (identifiers.imo_number if ship else identifiers.lei)(text)
        except BadInput as wrong:
            raise fields["list"].place.wrong(wrong.message, wrong.hint) from None
        by, ground = words.actor(fields["by"], "by", self._scope), fields["ground"].text("ground")
        return List(**common, by=by, ground=ground, imo=text if ship else "", lei="" if ship else text)

    def _wait(self, node: Node, fields: Mapping[str, Node], common: dict[str, Any]) -> Step:
        seconds = words.duration(fields["wait"], "wait")
        return Wait(**common, seconds=seconds, said=str(fields["wait"].value))

    def _expect(self, node: Node, fields: Mapping[str, Node], common: dict[str, Any]) -> Step:
        said = fields["expect"].fields("`expect`")
        if BALANCES in said:
            return self._expect_balances(said, fields["expect"], common)
        about = next((key for key in said if key in RECORDS), None)
        if about is None:
            raise fields["expect"].place.wrong(
                "says not of what it is expected", f"begin with one of {', '.join([*RECORDS, BALANCES])}"
            )
        which = self._named(about, said[about])
        known = fields_of(about)
        fields["expect"].fields(f"what is known of a {about}", (about, *known))
        expected = {}
        for key, value in said.items():
            if key == about:
                continue
            text = ", ".join(item.text(key) for item in value.items(key))
            if key in WORDS:
                words.word(WORDS[key], value, key)
            expected[key] = (value.place, text)
        if not expected:
            raise fields["expect"].place.wrong("nothing is expected", f"name one of {', '.join(known)}")
        return Expect(**common, about=about, which=which, fields=expected)

    def _named(self, about: str, node: Node) -> Named:
        """What something is expected of."""
        scope = self._scope
        if about == "deposit":
            return words.money(node, about, scope)
        if about == "facility":
            return words.facility(node, about, scope)
        if about in OF_BILLS:
            which = words.bill(node, about, scope)
        else:
            which = words.who(node, about, scope, "person" if about == "participant" else "who")
        return which if isinstance(which, Named) else Named("bill" if about in OF_BILLS else "who", str(which))

    def _expect_balances(self, said: Mapping[str, Node], node: Node, common: dict[str, Any]) -> Step:
        which = words.money(said[BALANCES], BALANCES, self._scope)
        expected = {}
        for name, value in said.items():
            if name != BALANCES:
                who = words.who(Node(node.keys[name], name, {}), BALANCES, self._scope)
                if not isinstance(who, Named):
                    raise node.keys[name].wrong(f"{name!r} is no name", meant(name, self._scope.actors))
                expected[name] = (value.place, words.amount(value, name))
        if not expected:
            raise node.place.wrong("nothing is expected", 'name somebody, as {balances: HKD@bank, trader: "HKD 5.00"}')
        return Expect(**common, about=BALANCES, which=which, fields=expected)

    def _look(self, node: Node, fields: Mapping[str, Node], common: dict[str, Any]) -> Step:
        which = words.bill(fields["look"], "look", self._scope)
        return Look(**common, which=which if isinstance(which, Named) else Named("bill", which))

    def _audit(self, node: Node, fields: Mapping[str, Node], common: dict[str, Any]) -> Step:
        said = fields["audit"]
        listed = fields["shown"].items("shown") if "shown" in fields else []
        common["shown"] = tuple(words.document(item, "shown", self._scope).name for item in listed)
        if said.value == "nothing":
            return Audit(**common, findings=())
        found = []
        for item in said.items("audit"):
            parts = item.fields("a finding", ("check", "about", "level"))
            if "check" not in parts:
                raise item.place.wrong(
                    "a finding lacks 'check'", "as {check: SAM-T7, about: rice}; or `audit: nothing`"
                )
            check = parts["check"].text("check").upper()
            if check not in self._checks:
                raise parts["check"].place.wrong(f"the audit has no check {check!r}", meant(check, self._checks))
            level = None
            if "level" in parts:
                level = words.word(Level, parts["level"], "level")
            about = None
            if "about" in parts:
                about = parts["about"].text("about")
                named = (*self._scope.bills, *self._scope.facilities, *self._scope.actors)
                if about not in named:
                    raise parts["about"].place.wrong(
                        f"neither a bill, a facility nor a party is called {about!r}",
                        meant(about, (*self._scope.bills, *self._scope.facilities, *self._scope.members)),
                    )
            found.append(Finding(check, about, level))
        return Audit(**common, findings=tuple(found))

    # -------------------------------------------------------------------------------------------------------- parts

    def _called(self, node: Node, known: Mapping[str, Doing], what: str) -> Doing:
        """What a verb's name means: as the client has it, as the contract does, or as the command line does."""
        text = node.text(f"a {what}")
        plain = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", text).lower().replace("-", "_")
        if plain not in known:
            raise node.place.wrong(f"there is no {what} {text!r}", meant(plain, known))
        return known[plain]

    def _arguments(self, doing: Doing, fields: Mapping[str, Node]) -> dict[str, Any]:
        given = fields["with"].fields(f"{doing.method}", doing.arguments) if "with" in fields else {}
        for argument in doing.arguments.values():
            if argument.required and argument.name not in given:
                first = next(iter(fields.values()))
                raise first.place.wrong(
                    f"{doing.method} lacks {argument.name!r}", f"it takes {', '.join(doing.arguments)}, under `with`"
                )
        return {
            name: words.reader_of(argument).read(given[name], name, self._scope)
            for name, argument in doing.arguments.items()
            if name in given
        }

    def _agreeing(self, node: Node) -> Named:
        text = node.text("agreed")
        return (
            Named("paper", text) if text in self._scope.papers else Named("signer", words.actor(node, "", self._scope))
        )

    def _refused(self, node: Node) -> Expected:
        if isinstance(node.value, dict):
            return self._refused_by_client(node)
        text = " ".join(node.text("refused").split())
        match = re.fullmatch(r"(\w+)(?:\((.*)\))?", text)
        if match is None:
            raise node.place.wrong(
                f"{text!r} is no refusal", "write its name, as NotPossessor or NotPossessor(rice, bank)"
            )
        name = match[1]
        errors = {each: known for there in self._scope.contracts.values() for each, known in there.errors.items()}
        if name not in self._refusals and name in errors:
            known = errors[name]
        elif name not in self._refusals:
            near = meant(name, [*self._refusals, *errors])
            near = near if near.endswith("?") else f"{near}."
            raise node.place.wrong(
                f"no contract refuses as {name!r}", f"{near} Where the client refuses, write {CLIENT_SAYS}"
            )
        else:
            known = getattr(self._refusals[name], "PARAMETERS", ())
        if match[2] is None:
            return ByName(name, None)
        arguments = tuple(part.strip() for part in match[2].split(",")) if match[2].strip() else ()
        if len(arguments) != len(known):
            takes = f"{name}({', '.join(known)})" if known else f"{name} alone"
            raise node.place.wrong(
                f"{name} has {len(known)} arguments, not {len(arguments)}", f"write {takes}; _ is any"
            )
        return ByName(name, arguments)

    def _refused_by_client(self, node: Node) -> ByClient:
        fields = node.fields("`refused`", ("client",))
        if "client" not in fields:
            raise node.place.wrong("`refused` says not what is refused", f"write an error's name, or {CLIENT_SAYS}")
        text = " ".join(fields["client"].text("client").split())
        if len(text.split()) < FEWEST:
            raise fields["client"].place.wrong(
                f"{text!r} could be said of much", f"write {FEWEST} words of what the client says, or more"
            )
        return ByClient(text)


def facility_terms() -> Doing:
    """The terms of a facility as a file has them."""
    found = words.doing("", "facility", Ledger.facility_terms, ())
    # What the agreement says in words, a scenario need not say.
    left = {name: each for name, each in found.arguments.items() if name not in ("deadline", "salt")}
    left["agreement"] = replace(left["agreement"], required=False)
    return replace(found, arguments={**left, "out_of": words.Argument("out_of", "Sequence[MoneyRef]", required=False)})


def sale_terms() -> Doing:
    """The terms of a sale of a bill where it lies."""
    found = words.doing("", "sell", Ledger.offer_terms, ())
    return replace(
        found, arguments={name: each for name, each in found.arguments.items() if name not in ("bills", "source")}
    )


def _is(value: Any, what: str) -> bool:
    return isinstance(value, Named) and value.what == what


# -------------------------------------------------------------------------------------------------------- those shipped


def shipped() -> dict[str, Path]:
    """The scenarios that travel with the package, by name."""
    folder = Path(__file__).parent / "files"
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def find(name: str) -> Path:
    """The file that a name means: one of those shipped, or a file of yours. Raises `UsageError`."""
    known = shipped()
    if name in known:
        return known[name]
    path = Path(name)
    if path.suffix in (".yaml", ".yml") or path.exists():
        if not path.is_file():
            raise UsageError("there is no such file", subject=name, hint=f"shipped are {', '.join(known)}")
        return path
    raise UsageError("no scenario of that name", subject=name, hint=f"{meant(name, known)}; or give a file")
