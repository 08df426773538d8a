"""`sampan bill`: issue, pass on, surrender and answer bills; show one with its history."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sampan.cli import base, several, verbs
from sampan.cli import ledger as cli
from sampan.cli.output import table
from sampan.errors import UsageError, about
from sampan.suite import kinds
from sampan.suite.tell import bill_name, option, plain, word_of
from sampan.suite.words import Kind, RecordLaw

if TYPE_CHECKING:
    from rich.console import Console

    from sampan.client.core import VerbCall
    from sampan.client.ledger import Ledger
    from sampan.client.records import Bill
    from sampan.documents.partition import Comparison

F = TypeVar("F", bound=Callable[..., Any])
W = TypeVar("W", bound=IntEnum)
Terms = Callable[[Any], dict[str, Any]]
"""What a bill is issued with beside its document, by the document."""

FILE = click.Path(dir_okay=False, path_type=Path)


@base.group()
def command() -> None:
    """Issue, pass on, surrender and answer bills of lading; show one with its history.

    A bill is named LEI/REFERENCE[/VERSION], REFERENCE with --carrier, or by its id. WHO is an address, an LEI, a
    participant's number, a carrier code, the name of a key, a name in [names] of the settings or, on a development
    chain, a role.
    """


def _law_options(function: F) -> F:
    function = click.option(
        "--record-law",
        type=verbs.choice(RecordLaw),
        help="Law of the electronic record; by default the only one that the carrier has published.",
    )(function)
    return click.option(
        "--carriage-law", default="", metavar="LAW", help="Law of the contract of carriage, as in SG or GB-ENG."
    )(function)


def _issue_options(function: F) -> F:
    """Decorator: what both ways to issue take, passed on as `terms`, which makes the call's own arguments of it."""

    @functools.wraps(function)
    def gathered(
        *args: Any,
        to: str | None,
        carriage_law: str,
        record_law: str | None,
        titleholder: str | None,
        version: int | None,
        bearer: bool,
        remark: str,
        **more: Any,
    ) -> Any:
        # Of a bill that stands already nobody asks for its terms.
        if carriage_law:
            from sampan.client.issue import carriage_law_of

            with about("carriage_law"):
                carriage_law_of(carriage_law)

        def terms(prepared: Any) -> dict[str, Any]:
            return {
                "to": to,
                "carriage_law": carriage_law,
                "record_law": _word(RecordLaw, record_law),
                "titleholder": titleholder,
                "version": version,
                "bearer": bearer or _bearer_is_meant(prepared),
                "remark": remark,
            }

        return function(*args, terms=terms, version=version, **more)

    wrapped: Any = click.option("--bearer", is_flag=True, help="A bearer bill is meant; else you are asked.")(gathered)
    wrapped = click.option(
        "--version",
        "version",
        type=click.IntRange(1, kinds.MOST),
        help="The bill's version; by default the next that is free.",
    )(wrapped)
    wrapped = click.option(
        "--titleholder", metavar="WHO", help="Account of the endorsee or consignee; by default looked up by LEI."
    )(wrapped)
    wrapped = _law_options(wrapped)
    wrapped = click.option("--to", metavar="WHO", help="First possessor; by default the document's shipper.")(wrapped)
    found: F = cli.agreement_option(cli.remark_option(wrapped))
    return found


def _word(kind: type[W], text: str | None) -> W | None:
    """A word of the ledger from an option; None for None."""
    return None if text is None else word_of(kind, text)


# ---------------------------------------------------------------------------------------------------------------- issue


@command.command(short_help="Issue bills from their documents.")
@click.argument("files", metavar="FILE...", type=click.Path(path_type=Path), nargs=-1, required=True)
@_issue_options
@cli.write_options
def issue(files: tuple[Path, ...], terms: Terms, version: int | None, how: cli.How) -> None:
    """Issue bills from their documents (DCSA transport document 3.0.4, JSON).

    The document is checked, put under a root and hashed; its salts are written beside it before anything is sent.
    Several files, or the *.json of folders, go in as few transactions as their gas allows. A bill that stands already
    with its document's root is done: called again after it was cut off, the command goes on. One document that is
    refused stops no other, and the exit code is that of the worst.
    """
    if len(files) > 1 or files[0].is_dir():
        files = tuple(several.files(files))
    if cli.is_signing():
        how.run(lambda ledger: [ledger.bills.calls.issue(each, **terms(each)) for each in _prepared(files)])
    else:
        cli.issue(how, files, terms, version)


@command.command("from-paper")
@click.argument("file", type=FILE)
@click.option(
    "--originals",
    type=click.IntRange(1, kinds.MOST),
    required=True,
    help="How many paper originals were made inoperative.",
)
@click.option(
    "--statement",
    required=True,
    metavar="HASH-OR-FILE",
    help="The signed statement of change of medium: its file, such as a scan, or the file's SHA-256.",
)
@_issue_options
@cli.write_options
def from_paper(file: Path, originals: int, statement: str, terms: Terms, version: int | None, how: cli.How) -> None:
    """Issue a bill in place of paper (L12)."""
    with about("statement"):
        digest = cli.statement_of(statement)

    def build(ledger: Ledger) -> VerbCall:
        (prepared,) = _prepared((file,))
        return ledger.bills.calls.issue_from_paper(prepared, **terms(prepared), originals=originals, statement=digest)

    how.run(build)


def _prepared(files: Sequence[Path]) -> list[Any]:
    from sampan.client.issue import prepared

    return [prepared(file) for file in files]


def _bearer_is_meant(prepared: Any) -> bool:
    """Whether a person at the terminal says that a bearer bill is meant; False where nobody can be asked."""
    if not prepared.bearer or not base.somebody_is_there() or base.output().as_json:
        return False
    click.echo(
        f"{prepared.name} is to order without an endorsee: whoever possesses the bill will be entitled to the cargo.",
        err=True,
    )
    return click.confirm("Is a bearer bill meant?", err=True)


# ------------------------------------------------------------------------------------------------ replaced, paper, lost


@command.command(short_help="Propose replacements: amend, switch, split, combine; check a proposal.")
@click.argument("bills", metavar="BILL...", type=cli.BILL, nargs=-1)
@click.option("--with", "files", type=FILE, multiple=True, help="A document in their place; repeatable.")
@click.option(
    "--document",
    "documents",
    type=click.Path(path_type=Path),
    multiple=True,
    help="The document of a BILL, or a folder that has it; by default looked for beside the new ones and here.",
)
@click.option("--not-a-partition", is_flag=True, help="The new documents need not divide what the bills hold.")
@click.option("--check", "checked", type=FILE, metavar="PROPOSAL", help="Judge what another proposed, before agreeing.")
@click.option("--kind", type=verbs.choice(Kind), help="Kind of the new bills; by default as the first BILL stands.")
@click.option("--titleholder", metavar="WHO", help="Their titleholder; by default as the first BILL stands.")
@_law_options
@click.option("--out", type=FILE, help="Write the proposal to a file.")
@cli.carrier_option
@base.network_option()
def propose(
    bills: tuple[str, ...],
    files: tuple[Path, ...],
    documents: tuple[Path, ...],
    not_a_partition: bool,
    checked: Path | None,
    kind: str | None,
    titleholder: str | None,
    carriage_law: str,
    record_law: str | None,
    out: Path | None,
    carrier: str | None,
    network: str,
) -> None:
    """Propose replacements for bills: what both sides look at before the surrender that agrees to them by hash.

    The new documents are compared with those of the bills: packages, weights and volumes with their sums, containers,
    seals, endorsee, parties, dates, places. What does not divide the bills' cargo is refused, unless --not-a-partition
    says that it is meant. Salts are written beside each document. Nothing is sent.

    With --check, who receives a proposal judges it by its own copies of all documents with their salts (beside the
    proposal, here, or named by --with and --document): roots and hash are computed anew, the same comparison is shown,
    and whether it may be agreed to. Exits 1 when it may not.
    """
    from sampan.client.proposal import Proposal

    if checked is not None:
        if bills or out is not None or kind or titleholder or carriage_law or record_law:
            raise UsageError("takes a proposal as it is", subject="--check", hint="leave BILL, --out and terms out")
        _check_proposal(checked, (*files, *documents), not_a_partition, network)
        return
    if not bills or not files:
        raise UsageError(
            "nothing is proposed" if bills else "no bill is named",
            subject="--with" if bills else "BILL",
            hint="sampan bill propose BILL --with NEW.json, or --check PROPOSAL",
        )
    with cli.reading(network) as ledger:
        numbers = tuple(ledger.bill_id(bill, carrier=carrier) for bill in bills)
        ready = _prepared(files)
        places = documents or dict.fromkeys((*(file.parent for file in files), Path()))
        new = {prepared.name: prepared.raw for prepared in ready}
        comparison = _compared(ledger, numbers, new, list(places), not_a_partition)
        made = []
        for prepared in ready:
            terms = ledger.replacement(
                prepared,
                numbers[0],
                carriage_law=carriage_law,
                record_law=_word(RecordLaw, record_law),
                kind=_word(Kind, kind),
                titleholder=titleholder,
            )
            made.append(terms)
    proposal = Proposal(numbers, tuple(made))
    if out is not None:
        proposal.write(out)

    def human(console: Any) -> None:
        if comparison is not None:
            several.print_comparison(console, comparison)
        for terms in proposal.replacements:
            said = f"{bill_name(terms.bill)}  {option(terms.kind)}, root 0x{terms.root.hex()}"
            console.print(said, highlight=False)
        console.print(f"hash  0x{proposal.hash.hex()}", highlight=False)
        if out is not None:
            console.print(
                f"Written to {out}. Hand it on with all documents and their salts (`sampan document salts export`).\n"
                f"`sampan bill propose --check {out}` judges it,\n"
                f"`sampan bill surrender --for amendment --agreed {out}` agrees to it.",
                highlight=False,
            )

    body = {
        "bills": proposal.bills,
        "replacements": proposal.replacements,
        "hash": proposal.hash,
        "comparison": comparison,
    }
    base.output().emit("sampan.replacements/1", body, human)


def _compared(
    ledger: Ledger, bills: tuple[int, ...], new: Mapping[str, Any], places: Sequence[Path], any_cargo: bool
) -> Comparison | None:
    """New documents beside those of the bills. Raises `NotAPartition`, and `BadInput` when the old ones are not here,
    unless that was said to be no matter."""
    from sampan.client import comparing
    from sampan.errors import BadInput

    try:
        comparison = comparing.compare(ledger, bills, new, places)
    except BadInput as error:
        if not any_cargo or error.code != "document.not_here":
            raise
        base.output().note(f"not compared: {error}", style="yellow")
        return None
    if not comparison.is_partition and not any_cargo:
        raise comparing.NotAPartition(comparison, subject=", ".join(map(bill_name, bills)))
    return comparison


def _check_proposal(file: Path, places: tuple[Path, ...], any_cargo: bool, network: str) -> None:
    """Judge a proposal by one's own copies (`sampan.proposal-check/1`)."""
    from sampan.client import comparing
    from sampan.client import proposal as proposals

    proposal = proposals.read(file)
    with cli.reading(network) as ledger:
        found = comparing.check(ledger, proposal, places or (file.parent, Path()), any_cargo=any_cargo)
        body = {
            **cli.where(ledger),
            "file": file,
            "bills": found.bills,
            "replacements": found.replacements,
            "hash": found.hash,
            "comparison": found.comparison,
            "against": found.against,
            "remarks": found.remarks,
            "may_be_agreed": found.may_be_agreed,
        }

    def human(console: Any) -> None:
        rows = [
            (what, bill_name(copy.bill), _HOLDS[copy.root_holds], "" if copy.file is None else str(copy.file))
            for what, copies in (("replaced", found.bills), ("new", found.replacements))
            for copy in copies
        ]
        console.print(table(("", "bill", "root", "document"), rows))
        if found.comparison is not None:
            several.print_comparison(console, found.comparison)
        for remark in found.remarks:
            console.print(remark, style="yellow", highlight=False)
        for reason in found.against:
            console.print(f"against: {reason}", style="bold red", highlight=False)
        console.print(f"hash  0x{found.hash.hex()}, computed anew", highlight=False)
        verdict = "It may be agreed to: is it what you mean?" if found.may_be_agreed else "It may not be agreed to."
        console.print(verdict, style="bold", highlight=False)

    base.output().emit("sampan.proposal-check/1", body, human)
    if not found.may_be_agreed:
        base.answer_is_no()


_HOLDS = {True: "as stated", False: "another", None: "not computed"}


@command.command(short_help="Accept surrenders for amendment and reissue.")
@click.argument("file", metavar="PROPOSAL", type=FILE)
@cli.remark_option
@cli.agreement_option
@cli.write_options
def replace(file: Path, remark: str, how: cli.How) -> None:
    """Accept surrenders for amendment and reissue in one act, as proposed (`bill propose`) and agreed."""
    from sampan.client import proposal as proposals

    proposal = proposals.read(file)
    how.run(lambda ledger: ledger.bills.calls.replace(proposal.bills, proposal.replacements, remark=remark))


@command.command()
@click.argument("bill", type=cli.BILL)
@click.option("--operator", metavar="WHO", help="Who may move it, until it moves; left out: nobody.")
@cli.bill_options
def approve(bill: str, operator: str | None, how: cli.How) -> None:
    """Let an account move possession of one bill (ERC-721)."""
    how.run(lambda ledger: ledger.bills.calls.approve(how.id(ledger, bill), operator))


@command.command("approve-all", short_help="Let an account move all that you possess (ERC-721).")
@click.argument("operator", metavar="WHO")
@click.option("--revoke", is_flag=True, help="Take it back.")
@cli.write_options
def approve_all(operator: str, revoke: bool, how: cli.How) -> None:
    """Let an account move possession of all that you possess (ERC-721)."""
    how.run(lambda ledger: ledger.bills.calls.approve_for_all(operator, not revoke))


# ----------------------------------------------------------------------------------------------------------- signatures

_VERB = {"ignore_unknown_options": True, "allow_interspersed_args": False, "help_option_names": ["-h", "--help"]}


@command.command("sign-act", context_settings=_VERB, short_help="Sign a verb for somebody else to send.")
@cli.signing_options
@click.argument("verb")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def sign_act(
    context: click.Context, elsewhere: cli.Elsewhere, hours: int, verb: str, arguments: tuple[str, ...]
) -> None:
    """Sign a verb for somebody else to send: `sampan bill sign-act --out f.json transfer BILL --to WHO --from KEY`.

    It counts while the bill stands as it does now. Options of sign-act stand before VERB, the verb's behind it.
    """
    cli.sign_with(context, command, verb, arguments, cli.Signing("act", hours, elsewhere))


@command.command(context_settings=_VERB, short_help="Sign an agreement to what another does.")
@click.option("--by", metavar="WHO", help="Who will send it: refused when it is not for WHO to send.")
@cli.signing_options
@click.argument("verb")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def agree(
    context: click.Context,
    elsewhere: cli.Elsewhere,
    by: str | None,
    hours: int,
    verb: str,
    arguments: tuple[str, ...],
) -> None:
    """Agree to what another does: `sampan bill agree --out f.json transfer BILL --to bank --from bank`.

    To receive, to be issued a bill, that your bill is surrendered, to replacements. VERB and what follows are as the
    other will send them, with your own --from; the other adds --agreement f.json. An issue is agreed to with the
    carrier's document and its salts (`x.json`, `x.salts.json`): `agree issue x.json --carriage-law SG --from bank`.
    """
    cli.sign_with(context, command, verb, arguments, cli.Signing("agreement", hours, elsewhere, by))


@command.command("send-act", short_help="Send what somebody signed with sign-act.")
@click.argument("file", type=FILE)
@cli.agreement_option
@cli.write_options
def send_act(file: Path, how: cli.How) -> None:
    """Send what somebody signed with sign-act, and pay for it."""
    from sampan.client import papers

    signed = papers.read(file)
    how.run(lambda ledger: ledger.bills.calls.send_act(signed), default_role="relayer")


@command.command(short_help="Record an agreement, so that it stands.")
@click.argument("file", type=FILE)
@cli.write_options
def record(file: Path, how: cli.How) -> None:
    """Record what somebody signed with agree: it stands until its deadline, whatever becomes of the signer.

    An act that it is to needs no --agreement any more. Anybody may send it."""
    from sampan.client import papers

    signed = papers.read_several(file)
    how.run(lambda ledger: [ledger.bills.calls.record(one) for one in signed], default_role="relayer")


@command.command(short_help="Withdraw a signature before it is used.")
@click.argument("what", metavar="FILE-OR-DIGEST")
@cli.write_options
def cancel(what: str, how: cli.How) -> None:
    """Withdraw a signature of yours before it is used: the file that was signed, or its digest."""
    from sampan.client import papers

    path = Path(what)
    digests = [one.digest for one in papers.read_several(path)] if path.is_file() else [cli.hash_of(what, "the digest")]
    how.run(lambda ledger: [ledger.bills.calls.cancel(one) for one in digests])


# -------------------------------------------------------------------------------------------------------------- reading


@command.command(short_help="Show a bill and what may be done with it next.")
@click.argument("bill", type=cli.BILL)
@cli.carrier_option
@base.network_option()
def show(bill: str, carrier: str | None, network: str) -> None:
    """Show a bill as it stands: who has it, who is entitled, what may be done next; of a pledged one which facility it
    secures, for how much, and for which agent it is held."""
    with cli.reading(network) as ledger:
        found = ledger.bill(bill, carrier=carrier)
        told = ledger.pledge_told(found.id)

        def human(console: Console) -> None:
            console.print(found)
            if told is not None:
                console.print(f"Pledged {told}.", highlight=False)

        body = {**cli.where(ledger), "bill": found, "pledge": ledger.pledged(found.id)}
        base.output().emit("sampan.bill/1", body, human)


@command.command()
@click.argument("bill", type=cli.BILL)
@click.option("--long", is_flag=True, help="With each transaction, and its link where the network has an explorer.")
@cli.carrier_option
@base.network_option()
def history(bill: str, long: bool, carrier: str | None, network: str) -> None:
    """Show a bill with everything that happened to it."""
    from sampan.client import show

    with cli.reading(network) as ledger:
        found = ledger.history(bill, carrier=carrier)
        body = {
            **cli.where(ledger),
            "bill": found.bill,
            "checksum": found.checksum,
            "carriage_law": found.carriage_law,
            "record_law": found.record_law,
            "replaces": found.replaces,
            "replaced_by": found.replaced_by,
            "events": found.entries,
        }
        base.output().emit("sampan.bill-history/2", body, show.history(found, long=long))


@command.command("list")
@click.option("--possessor", metavar="WHO", help="Only those that an account or a participant possesses.")
@base.network_option()
def list_(possessor: str | None, network: str) -> None:
    """List the bills that were issued, in the order of issue."""
    with cli.reading(network) as ledger:
        found = [ledger.bill(number) for number in ledger.issued()]
        if possessor is not None:
            number = ledger.number_of(possessor)
            found = [bill for bill in found if bill.holder == number]
        body = {**cli.where(ledger), "bills": found}
        base.output().emit("sampan.bills/1", body, lambda console: console.print(_table(found)))


def _table(bills: Sequence[Bill]) -> Any:
    rows = [
        (
            bill.name,
            plain(bill.status),
            plain(bill.kind),
            bill.names.participant(bill.holder),
            "whoever possesses it" if bill.titleholder is None else bill.names.participant(bill.titleholder),
            str(bill.act_count),
        )
        for bill in bills
    ]
    return table(("bill", "status", "kind", "held for", "titleholder", "acts"), rows)


verbs.add(command, "bill")
