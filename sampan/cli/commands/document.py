"""`sampan document`: check a transport document, compute its root, disclose fields, verify a proof, shred salts."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sampan.cli import base, salts, several
from sampan.cli.output import fields, table
from sampan.errors import BadInput, UsageError
from sampan.suite.tell import amount

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from sampan.documents.disclosure import Disclosure
    from sampan.documents.json import JsonValue
    from sampan.documents.many import Rooted
    from sampan.documents.salts import Salts
    from sampan.documents.tree import DocumentTree

FILE = click.argument("file", type=click.Path(path_type=Path))
JOBS = click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="Processes for many documents; by default one a core."
)
SALTS = click.option(
    "--salts",
    "salts_file",
    type=click.Path(path_type=Path),
    help="The document's salts; NAME.salts.json beside it by default.",
)
_STAGES = ["draft", "issued", "ebl"]
_CLASSES = ["open", "commercial", "personal"]


@base.group()
def command() -> None:
    """Check, root, disclose, verify and shred DCSA transport documents (version 3.0.4)."""


@command.command("check")
@several.FILES
@click.option(
    "--as",
    "stage",
    type=click.Choice(_STAGES),
    default="ebl",
    show_default=True,
    help="What is asked: what DCSA asks of a draft or of an issued document, or all that an eBL needs.",
)
@JOBS
def check(places: tuple[Path, ...], stage: str, jobs: int | None) -> None:
    """List every fault of transport documents: where, what is wrong, what would be right.

    Of a folder its *.json are checked. Exits 1 when there is an error, 3 when one of several cannot be read; warnings
    ask for a decision, notices inform.
    """
    from sampan.documents import Stage
    from sampan.documents.many import check_file, check_files

    if len(places) > 1 or places[0].is_dir():
        files = several.files(places)
        with base.output().progress("Checking", total=len(files)) as advance:
            found = check_files(files, Stage(stage), jobs=jobs, advance=advance)
        several.emit_checks(found, stage)
        return
    checked = check_file(places[0], Stage(stage))

    def human(console: Console) -> None:
        if checked.faults:
            several.print_faults(console, checked.faults)
        verdict = f"passes as {several.ASKED[stage]}" if checked.passes else f"does not pass as {several.ASKED[stage]}"
        counted = ", ".join(amount(number, name) for name, number in checked.counts.items())
        console.print(f"{checked.reference or checked.file}: {verdict}; {counted}", highlight=False, markup=False)

    base.output().emit("sampan.document-check/1", checked, human)
    if not checked.passes:
        base.answer_is_no()


@command.command("root")
@several.FILES
@SALTS
@click.option("--fields", "with_fields", is_flag=True, help="List every field with its class and value; of one FILE.")
@click.option("--passing", is_flag=True, help="Only of documents that pass as eBLs; the others are named, exit 3.")
@JOBS
@base.network_option(fleeting=True, ledger=True)
def root(
    places: tuple[Path, ...], salts_file: Path | None, with_fields: bool, passing: bool, jobs: int | None, network: str
) -> None:
    """Check documents as eBLs, and compute checksum and root of each. Of a folder its *.json are taken.

    The first time, salts are made and written beside a document, readable by you alone. Keep them: without salts
    nothing can be proven of the document, and whoever is given it needs them too. None are made for a reference that
    stands on the ledger of --network, where it answers: they would give the document another root.
    """
    from sampan.documents import salts_path
    from sampan.documents.many import root_file, root_files

    many = len(places) > 1 or places[0].is_dir()
    if many and (with_fields or salts_file is not None):
        raise UsageError(
            "is about one document", subject="--fields" if with_fields else "--salts", hint="name one FILE"
        )
    files = several.files(places) if many else list(places)
    answer = several.ask_ledger(network, [file for file in files if not (salts_file or salts_path(file)).exists()])
    if many:
        with base.output().progress("Rooting", total=len(files)) as advance:
            found = root_files(files, passing=passing, refused=answer.refused, jobs=jobs, advance=advance)
        several.emit_roots(found, answer)
        return
    file = files[0]
    rooted = root_file(file, salts_file, passing=passing, refused=answer.refused.get(file))
    errors = rooted.checked.counts["error"]
    if errors:
        base.output().note(f"{amount(errors, 'error')} bar this document from issue: sampan document check {file}")
    _emit_root(rooted, answer, with_fields)


def _emit_root(rooted: Rooted, answer: several.Answer, with_fields: bool) -> None:
    """One document's root (`sampan.document-root/1`)."""
    from sampan.documents import Classes, DocumentTree, read_json, read_salts

    raw = read_json(rooted.file)
    tree = DocumentTree.of(raw, read_salts(rooted.salts), name=str(rooted.file))
    classes = Classes(raw)
    by_class = {name: sum(classes.of(pointer) == name for pointer in tree.fields) for name in _CLASSES}
    body: dict[str, Any] = {
        "file": rooted.file,
        "reference": rooted.reference,
        "checksum": rooted.checksum,
        "root": rooted.root,
        "salts": rooted.salts,
        "salts_made": rooted.salts_made,
        "count": rooted.fields,
        "classes": by_class,
        "shredded": rooted.shredded,
    }
    if rooted.salts_made:
        body["ledger"] = {"network": answer.network, "asked": answer.asked, "reason": answer.reason}
    if with_fields:
        body["fields"] = [
            {"pointer": field.pointer, "class": classes.of(field.pointer), "value": field.value}
            for field in tree.fields.values()
        ]

    def human(console: Console) -> None:
        if with_fields:
            rows = [
                (
                    several.cut(row["pointer"], 300) or "(document)",
                    str(row["class"]),
                    "shredded" if row["value"] is None else several.cut(row["value"], 80),
                )
                for row in body["fields"]
            ]
            if len(rows) > several.MOST_ROWS:
                click.echo("\n".join("  ".join(row) for row in rows))
            else:
                console.print(table(("field", "class", "value"), rows))
            console.print()
        said = ", ".join(f"{number} {name}" for name, number in by_class.items())
        gone = f"; {amount(rooted.shredded, 'salt')} shredded" if rooted.shredded else ""
        lines = {
            "document": f"{several.cut(rooted.reference, 60)}, {rooted.file}",
            "checksum": rooted.checksum.hex(),
            "root": "0x" + rooted.root.hex(),
            "fields": f"{rooted.fields}: {said}{gone}",
            "salts": str(rooted.salts),
        }
        console.print(fields(lines))
        if rooted.salts_made:
            console.print(answer.words("this reference was"), highlight=False)
            console.print(several.KEEP, style="dim")

    base.output().emit("sampan.document-root/1", body, human)


@command.command("diff")
@click.argument("one", metavar="A", type=click.Path(path_type=Path))
@click.argument("other", metavar="B", type=click.Path(path_type=Path))
def diff(one: Path, other: Path) -> None:
    """Compare two documents field by field: endorsee, parties, dates and places first, then the cargo, then the rest.

    Containers, seals and their like are compared with each other by their numbers, wherever they stand. A weight or a
    volume in another unit is the same when it is the same quantity. Exits 1 when the documents differ.
    """
    from sampan.documents import checksum, read_json
    from sampan.documents.compare import differences
    from sampan.documents.many import document

    before, after = document(read_json(one), one), document(read_json(other), other)
    found = differences(before, after)
    body = {
        "one": {"file": one, "checksum": checksum(before)},
        "other": {"file": other, "checksum": checksum(after)},
        "same": not found,
        "differences": found,
    }

    def human(console: Console) -> None:
        several.print_differences(console, [(None, difference) for difference in found])
        said = amount(len(found), "difference") if found else "The same document"
        console.print(f"{said}: {one}, {other}" if found else f"{said}, field by field.", highlight=False)

    base.output().emit("sampan.document-diff/1", body, human)
    if found:
        base.answer_is_no()


@command.command("sample")
@click.argument("name")
def sample(name: str) -> None:
    """Print a sample document, ready to be issued: to-order, split, split-first, split-second, to-paper."""
    from sampan.scenarios.samples import read_sample

    # The document is itself the one JSON document, so that `sampan document sample NAME > NAME.json` works.
    base.output().emitted = True
    click.echo(read_sample(name).decode().rstrip("\n"))


@command.command("disclose")
@FILE
@SALTS
@click.option("--field", "patterns", multiple=True, metavar="POINTER", help="A field and all below it; * is any.")
@click.option(
    "--class",
    "field_classes",
    multiple=True,
    type=click.Choice(_CLASSES),
    help="All fields of a class; when nothing is asked for, the open ones.",
)
@click.option(
    "--for-cargo",
    is_flag=True,
    help="What a producer links the bill by (`sampan cargo link`): its reference, bookings, ports and containers.",
)
@click.option(
    "--for-pledge",
    is_flag=True,
    help="What its cargo's prints are made of (`sampan finance accept`): containers, departure, weights of part loads.",
)
@click.option("--personal", is_flag=True, help="Let personal fields go out too; they stay behind otherwise.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the disclosure to a file instead of stdout.")
def disclose(
    file: Path,
    salts_file: Path | None,
    patterns: tuple[str, ...],
    field_classes: tuple[str, ...],
    for_cargo: bool,
    for_pledge: bool,
    personal: bool,
    out: Path | None,
) -> None:
    """Write a proof of some fields for somebody who knows the root.

    A field is a JSON pointer, as /transports/portOfLoading or /utilizedTransportEquipments/*/seals: with * the reader
    also sees that these are all.
    """
    from sampan.cli.output import to_json
    from sampan.documents import Classes, FieldClass, read_json, salts_path, select
    from sampan.documents import disclose as disclose_fields
    from sampan.documents.canonical import canonical_bytes
    from sampan.documents.disclosure import DisclosureFile
    from sampan.documents.many import document

    if "personal" in field_classes and not personal:
        raise UsageError("asks for personal fields", subject="--class personal", hint="add --personal if you mean it")
    raw = document(read_json(file), file)
    tree = _tree(raw, file, salts_path(file) if salts_file is None else salts_file)
    wanted = [FieldClass(name) for name in field_classes]
    if for_cargo:
        from sampan.tracking.links import DISCLOSE

        patterns = (*patterns, *DISCLOSE)
    pledged: tuple[str, ...] = ()
    if for_pledge:
        from sampan.client import prints

        pledged = prints.of_prints(tree)
    if not patterns and not wanted and not for_pledge:
        wanted = [FieldClass.OPEN]
    selection = select(tree, Classes(raw), patterns=patterns, field_classes=wanted, pointers=pledged, personal=personal)
    disclosure = disclose_fields(tree, selection.pointers)
    if for_pledge and (missing := prints.lacking(disclosure)):
        raise prints.lacks(missing, hint="the document has to say them, or nobody can lend on its cargo")
    output = base.output()
    withheld = [{"pointer": pointer, "reason": reason} for pointer, reason in selection.withheld]
    if withheld:
        output.note(f"{amount(len(withheld), 'field')} held back: personal ones need --personal, shredded are gone")
    if out is None:
        # The disclosure is itself the one JSON document, so that `sampan document disclose FILE > proof.json` works.
        output.emitted = True
        shown_proof: Any = disclosure.as_json()
        click.echo(to_json(shown_proof))
        return
    _write(out, canonical_bytes(disclosure.as_json()) + b"\n")
    body = {
        "file": file,
        "disclosure": out,
        "disclosure_schema": DisclosureFile.DOCUMENT,
        "root": tree.root,
        "disclosed": selection.pointers,
        "withheld": withheld,
    }

    def human(console: Console) -> None:
        # Plain digits: scripts read the number.
        count = len(selection.pointers)
        console.print(f"{count} field{'s' * (count != 1)} disclosed in {out}", highlight=False, markup=False)
        console.print(f"root 0x{tree.root.hex()}", highlight=False)

    output.emit("sampan.document-disclose/1", body, human)


@command.command("verify")
@FILE
@SALTS
@click.option("--root", "root_text", metavar="0x...", help="The root, known from elsewhere: verifies offline.")
@click.option("--bill", metavar="LEI/REFERENCE", help="The bill whose root the ledger is asked for.")
@click.option("--carrier", metavar="WHO", help="Whose reference it is, when --bill names no LEI.")
@base.network_option()
def verify(
    file: Path, salts_file: Path | None, root_text: str | None, bill: str | None, carrier: str | None, network: str
) -> None:
    """Verify a disclosure, or a whole document with its salts, against a root or against a bill on the ledger.

    Against a bill, reference and carrier code are compared too, where FILE shows them: with the bill's reference, and
    with whoever owned the code when the bill was issued. Exits 1, and names the fields, when the root does not hold
    what FILE says, or the ledger says otherwise.
    """
    from sampan.documents import read_disclosure, read_json
    from sampan.documents.limits import MAX_KEPT_BYTES
    from sampan.documents.many import document

    if (root_text is None) == (bill is None):
        raise UsageError(
            "verify against one root: either --root or --bill",
            subject="--root" if bill is None else "--bill",
            hint="--root 0x... verifies offline, --bill LEI/REFERENCE asks the ledger of --network",
        )
    given = None if root_text is None else _root(root_text)
    raw = read_json(file, limit=MAX_KEPT_BYTES)
    schema_named = raw.get("schema") if isinstance(raw, dict) else None
    is_disclosure = isinstance(schema_named, str) and schema_named.startswith("sampan.document-disclosure/")
    disclosure = read_disclosure(raw, name=str(file)) if is_disclosure else None
    if disclosure is None:
        document(raw, file)
    known: _Known
    if given is not None:
        known = _Known(given)
    else:
        values = _top(raw) if disclosure is None else disclosure.values()
        known = _ask_ledger(network, str(bill), carrier, values)
    if disclosure is not None:
        body = _verify_disclosure(disclosure, known.root)
    else:
        body = _verify_document(raw, file, salts_file, known.root)
    root_holds = not body["failures"]
    body["failures"] += known.contradictions
    answer = {"root": known.root, "bill": known.bill, "root_holds": root_holds, "holds": not body["failures"]}
    body = {"file": file, **body, **answer}
    for remark in known.remarks:
        base.output().note(remark)

    def human(console: Console) -> None:
        from rich.text import Text

        if body["failures"]:
            listed = [(row["pointer"] or "(document)", row["message"]) for row in body["failures"]]
        else:
            listed = [(row["pointer"] or "(document)", several.cut(row["value"], 100)) for row in body["fields"]]
        style = "bold red" if body["failures"] else "bold"
        console.print(table((), [(Text(pointer, style), said) for pointer, said in listed[: several.MOST_ROWS]]))
        several.print_rest(console, len(listed))
        count = body["count"]
        if not root_holds:
            console.print(f"The root does not hold this {body['kind']}.", style="bold red", highlight=False)
        elif body["failures"]:
            console.print(
                f"The root holds this {body['kind']}, but it says otherwise than the ledger says of the bill.",
                style="bold red",
                highlight=False,
            )
        else:
            rest = f"; {amount(body['shredded'], 'field')} shredded, not compared" if body["shredded"] else ""
            console.print(f"The root holds this {body['kind']}: {amount(count, 'field')}{rest}.", highlight=False)

    base.output().emit("sampan.document-verify/2", body, human)
    if body["failures"]:
        base.answer_is_no()


@command.command("shred")
@FILE
@SALTS
@click.option(
    "--field",
    "patterns",
    multiple=True,
    metavar="POINTER",
    help="A field and all below it; all personal ones by default.",
)
@click.option("--redacted", type=click.Path(path_type=Path), help="Also write the document with these values blanked.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def shred(file: Path, salts_file: Path | None, patterns: tuple[str, ...], redacted: Path | None, yes: bool) -> None:
    """Destroy the salts of fields: what they held can never again be proven or guessed from the root.

    All other fields still prove. The document itself is left as it is: destroy it, or keep the --redacted one.
    """
    from sampan.documents import Classes, FieldClass, canonical_bytes, read_json, salts_path, select
    from sampan.documents.many import document
    from sampan.documents.salts import shred as shred_salts
    from sampan.documents.tree import redact

    raw = document(read_json(file), file)
    path = salts_path(file) if salts_file is None else salts_file
    tree = _tree(raw, file, path)
    classes = [] if patterns else [FieldClass.PERSONAL]
    selection = select(tree, Classes(raw), patterns=patterns, field_classes=classes, personal=True)
    pointers = [pointer for pointer in selection.pointers if not pointer.startswith("/sampan/")]
    if not pointers:
        raise BadInput("has no such field left to shred", subject=str(file), hint="see `sampan document root --fields`")
    if not yes:
        question = f"Destroy the salts of {amount(len(pointers), 'field')} in {path}? This cannot be undone"
        why = "this cannot be undone"
        base.confirm(question, why, subject=str(path), hint="give --yes", declined="Nothing was destroyed.")
    shred_salts(path, pointers)
    if redacted is not None:
        _write(redacted, canonical_bytes(redact(raw, pointers)) + b"\n")
    body = {
        "file": file,
        "salts": path,
        "root": tree.root,
        "shredded": pointers,
        "redacted": redacted,
    }

    def human(console: Console) -> None:
        console.print(f"The salts of {amount(len(pointers), 'field')} are destroyed.", highlight=False)
        rest = "keep the redacted one" if redacted is not None else "or write a redacted one first next time"
        console.print(f"{file} itself still holds the values: destroy it, {rest}.", style="dim", highlight=False)

    base.output().emit("sampan.document-shred/1", body, human)


def _tree(raw: JsonValue, file: Path, path: Path) -> DocumentTree:
    from sampan.documents import DocumentTree

    return DocumentTree.of(raw, _read_salts(path, file), name=str(file))


def _read_salts(path: Path, file: Path) -> Salts:
    from sampan.documents import read_salts

    if not path.exists():
        raise BadInput(
            "there are no salts, so nothing can be proven",
            subject=str(path),
            hint=f"ask whoever gave you {file.name} for them (`sampan document salts import` takes them in); for a "
            "document that was never issued `sampan document root` makes them",
            code="document.salts",
        )
    return read_salts(path)


def _verify_disclosure(disclosure: Disclosure, root_bytes: bytes) -> dict[str, Any]:
    failed = disclosure.failures(root_bytes)
    return {
        "kind": "disclosure",
        "count": len(disclosure.fields),
        "shredded": 0,
        "fields": [{"pointer": field.pointer, "value": field.value} for field in disclosure.fields],
        "failures": [
            {
                "pointer": pointer,
                "message": "the file was made for another root" if pointer == "root" else "is not held by the root",
            }
            for pointer in failed
        ],
    }


def _verify_document(raw: JsonValue, file: Path, salts_file: Path | None, root_bytes: bytes) -> dict[str, Any]:
    from sampan.documents import DocumentAltered, salts_path

    path = salts_path(file) if salts_file is None else salts_file
    body: dict[str, Any] = {"kind": "document", "fields": []}
    try:
        tree = _tree(raw, file, path)
    except DocumentAltered as altered:
        failures = [{"pointer": pointer, "message": what} for pointer, what in altered.differences]
        return body | {"count": 0, "shredded": 0, "failures": failures}
    failures = []
    if tree.root != root_bytes:
        failures = [{"pointer": "", "message": f"has root 0x{tree.root.hex()}"}]
    shredded = len(tree.salts.shredded)
    return body | {"count": len(tree.fields) - shredded, "shredded": shredded, "failures": failures}


def _top(raw: JsonValue) -> dict[str, JsonValue]:
    """The members of a document by pointer."""
    return {f"/{name}": value for name, value in raw.items()} if isinstance(raw, dict) else {}


@dataclass(frozen=True)
class _Known:
    """A root and its bill, as the ledger has it; where a document contradicts the bill, and what has changed since."""

    root: bytes
    bill: str | None = None
    contradictions: list[dict[str, str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def _ask_ledger(network: str, bill: str, carrier: str | None, values: Mapping[str, JsonValue]) -> _Known:
    """A bill's name and root, and where a document's own reference and carrier code are not the bill's (N11).

    Raises `NotOnLedger` when the bill was never issued, `Missing` when nothing is deployed, `ChainError` when nobody
    answers.
    """
    from sampan.client.ledger import Ledger
    from sampan.documents.disclosure import IDENTITY
    from sampan.documents.identifiers import is_carrier_code, reference, reference_fault
    from sampan.suite.tell import bill_name

    text, code, code_list = (values.get(pointer) for pointer in IDENTITY)
    contradictions, remarks = [], []
    with Ledger.open(network, settings=base.settings()) as ledger:
        found = ledger.bill(bill, carrier=carrier)
        name = bill_name(found.id)
        if isinstance(text, str) and (reference_fault(text) is not None or reference(text) != found.reference):
            contradictions.append(
                {"pointer": IDENTITY[0], "message": f"is {several.cut(text, 40)}, the bill is {name}"}
            )
        if isinstance(code, str) and isinstance(code_list, str):
            known = is_carrier_code(code, code_list)
            said = f"{several.cut(code_list, 40)} {several.cut(code, 40)}"
            if (ledger.code_owner_at_issue(code_list, code, found.id) if known else 0) != found.carrier:
                message = f"{said} did not belong to the carrier of {name} when it was issued"
                contradictions.append({"pointer": IDENTITY[1], "message": message})
            elif (owner := ledger.code_owner(code_list, code)) != found.carrier:
                whose = ledger.names.participant(owner) if owner else "nobody"
                remarks.append(f"{said} belonged to the carrier of {name} when it was issued; today to {whose}")
    return _Known(found.root, name, contradictions, remarks)


def _root(text: str) -> bytes:
    import re

    if not re.fullmatch(r"0x[0-9a-fA-F]{64}", text):
        raise UsageError(
            "not a root: it is 0x and 64 hex digits", subject=several.cut(text, 80), hint="copy it from the ledger"
        )
    return bytes.fromhex(text[2:])


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; what is no regular file (a pipe, /dev/stdout) is written into."""
    part = path.with_name(f".{path.name}.part")
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
            return
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise BadInput(
            f"cannot be written: {error.strerror or error}",
            subject=str(path),
            hint="name a writable place",
            code="file",
        ) from None


command.add_command(salts.command)
