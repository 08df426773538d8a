"""`sampan document salts`: a key, salts handed on or backed up, salts taken in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sampan.cli import base, several
from sampan.cli.output import table
from sampan.errors import BadInput, Missing, UsageError
from sampan.files import is_file, read_up_to
from sampan.suite.tell import amount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

PASSPHRASE = click.option(
    "--passphrase-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file whose first line is the passphrase; - is stdin.",
)


@base.group("salts")
def command() -> None:
    """Hand salts on and back them up, encrypted with age (age-encryption.org)."""


@command.command("key", short_help="Make a key that opens what is encrypted for it.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Where the key is kept.")
def key(out: Path) -> None:
    """Make a key, readable by you alone, and print its recipient: whoever hands salts on to you encrypts them for it.

    Keys of age-keygen and SSH keys do as well.
    """
    from sampan.documents.handover import new_key
    from sampan.files import write_private

    _is_new(out)
    identity, recipient = new_key()
    write_private(out, f"# recipient: {recipient}\n{identity}\n".encode())

    def human(console: Console) -> None:
        console.print(recipient, highlight=False, soft_wrap=True)
        base.output().note(f"Give this to whoever hands salts on to you. The key is in {out}: keep it.", style="dim")

    base.output().emit("sampan.salts-key/1", {"recipient": recipient, "key": out}, human)


@command.command("export", short_help="Write salts of documents into one encrypted file.")
@several.FILES
@click.option(
    "--to",
    "recipients",
    multiple=True,
    metavar="RECIPIENT",
    help="For whom: an age recipient, an SSH public key, or a file of such lines; repeatable.",
)
@click.option("--passphrase", "ask", is_flag=True, help="Encrypt under a passphrase, which is asked for.")
@PASSPHRASE
@click.option("--with-documents", is_flag=True, help="The documents go with their salts.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file; a new one.")
def export(
    places: tuple[Path, ...],
    recipients: tuple[str, ...],
    ask: bool,
    passphrase_file: Path | None,
    with_documents: bool,
    out: Path,
) -> None:
    """Write the salts of documents into one encrypted file: for the next holder, or as a backup.

    Each is held against its document first. One that has no salts, or another's, is named, and the others go; the exit
    code is then that of the worst.
    """
    from sampan.documents.handover import gather, sealed
    from sampan.files import write_private

    by_word = ask or passphrase_file is not None
    if bool(recipients) == by_word:
        raise UsageError(
            "says both recipient and passphrase" if by_word else "says not for whom",
            subject="--to",
            hint="--to RECIPIENT, or --passphrase",
        )
    _is_new(out)
    passphrase = _passphrase(passphrase_file, twice=True) if by_word else None
    files = several.files(places)
    with base.output().progress("Reading", total=len(files)) as advance:
        found = gather(files, with_documents=with_documents, advance=advance)
    if len(files) == 1 and found.failed:
        raise found.failed[0].error
    if found.answers:
        write_private(out, sealed(found.answers, recipients=_recipients(recipients), passphrase=passphrase))
    body = {
        "bundle": out if found.answers else None,
        "documents": [
            {"name": one.name, "reference": one.salts.reference, "root": one.salts.root} for one in found.answers
        ],
        "with_documents": with_documents,
        "failed": several.failures(found.failed),
    }

    def human(console: Console) -> None:
        several.print_failed(console, found.failed)
        if found.answers:
            what = "documents and their salts" if with_documents else "salts"
            console.print(
                f"{what} of {amount(len(found.answers), 'document')} are in {out}, encrypted.", highlight=False
            )

    base.output().emit("sampan.salts-export/1", body, human)
    base.end_with_worst([one.error.exit_code for one in found.failed])


@command.command("import", short_help="Take salts in from an encrypted file.")
@click.argument("bundle", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--key",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The key that opens it: age's, or an SSH private key.",
)
@PASSPHRASE
@click.option(
    "--into", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Folder of the documents; here."
)
def import_(bundle: Path, key: Path | None, passphrase_file: Path | None, into: Path) -> None:
    """Take salts in: each beside its document, found by its name or its checksum.

    What comes in must hold together, and give the document the root that it states. Nothing is overwritten: other salts
    that stand there are left, and named. Without --key a passphrase is asked for.
    """
    from sampan.documents.handover import opened, take_in

    if key is not None and passphrase_file is not None:
        raise UsageError("says both key and passphrase", subject="--key", hint="give the one that opens it")
    passphrase = None if key is not None else _passphrase(passphrase_file)
    carried = opened(bundle, key=key, passphrase=passphrase)
    if not into.is_dir():
        raise BadInput("is no folder", subject=str(into), hint="name the folder of the documents", code="file")
    with base.output().progress("Taking in", total=len(carried)) as advance:
        found = take_in(carried, into, advance=advance)
    new = sum(not one.was_there for one in found.answers)
    body = {"bundle": bundle, "documents": found.answers, "failed": several.failures(found.failed)}

    def human(console: Console) -> None:
        from rich.text import Text

        rows = [
            (
                several.cut(one.reference, 40),
                "0x" + one.root.hex(),
                Text("was there" if one.was_there else "new"),
                "proven by the document" if one.proven else "its document is not here",
            )
            for one in found.answers[: several.MOST_ROWS]
        ]
        console.print(table(("document", "root", "", ""), rows))
        several.print_rest(console, len(found.answers))
        several.print_failed(console, found.failed)
        there = len(found.answers) - new
        console.print(
            f"Taken in: {new:,}; were there already: {there:,}; refused: {len(found.failed):,}.", highlight=False
        )

    base.output().emit("sampan.salts-import/1", body, human)
    base.end_with_worst([one.error.exit_code for one in found.failed])


def _is_new(path: Path) -> None:
    """Raises `BadInput` for a file that is there: it may be the only one of its kind."""
    if path.exists() and path.is_file():
        raise BadInput("is there already", subject=str(path), hint="name a new file", code="file")


def _recipients(given: Sequence[str]) -> list[str]:
    """Recipients, and those in files of them, a line each. Raises `BadInput` for a private key, untold."""
    from sampan.documents.handover import SECRET

    found = []
    for text in given:
        if not is_file(text):
            found.append(text.strip())
            continue
        said = read_up_to(Path(text)).decode("utf-8", "replace")
        if SECRET.search(said):
            raise BadInput(
                "holds a private key, which opens what is encrypted: give it to nobody",
                subject=text,
                hint="name a file of its recipient, or for SSH its .pub file",
                code="document.recipient",
            )
        found += [line.strip() for line in said.splitlines() if line.strip() and not line.startswith("#")]
    return list(filter(None, found))


def _passphrase(file: Path | None, *, twice: bool = False) -> str:
    """A passphrase from the first line of a file, or from whoever sits at the terminal.

    Raises `Missing` where neither is there, `BadInput` for a file that has none.
    """
    if file is not None:
        try:
            said = click.get_text_stream("stdin").readline() if str(file) == "-" else read_up_to(file).decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput(
                f"cannot be read: {error}", subject=str(file), hint="name a text file", code="file"
            ) from None
        word = next(iter(said.splitlines()), "")
        if not word:
            raise BadInput("its first line is empty", subject=str(file), hint="write the passphrase there")
        return word
    if not base.somebody_is_there():
        raise Missing(
            "no passphrase, and there is no terminal to ask on",
            subject="--passphrase-file",
            hint="give --passphrase-file FILE, or a key: `sampan document salts key`",
            code="missing.passphrase",
        )
    word = click.prompt("Passphrase", hide_input=True, confirmation_prompt=twice, err=True)
    return str(word)
