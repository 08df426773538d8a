"""`sampan finance`: loans that bills secure, as borrower, agent and lenders drive them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sampan.cli import base, chain, verbs
from sampan.cli import finance as cli_finance
from sampan.cli import ledger as cli
from sampan.errors import BadInput, UsageError
from sampan.suite.tell import word_of
from sampan.suite.words import SurrenderFor

if TYPE_CHECKING:
    from rich.console import Console

    from sampan.client.core import VerbCall
    from sampan.client.ledger import Ledger

FILE = click.Path(dir_okay=False, path_type=Path)
FACILITY = click.INT


@base.group()
def command() -> None:
    """Loans on bills: terms, draw, repay, let bills go; what is owed, whose cargo is free, what the agent does.

    A FACILITY is a number of the loan book. Bills lie there for the agent while they secure it. A bill is named as for
    `sampan bill`, a DEPOSIT and an amount as for `sampan money`, a POSITION as for `sampan position`, which splits and
    sells the claims of lenders (`sampan position split`).
    """


# ------------------------------------------------------------------------------------------------------------- opening


@command.command(short_help="Show the terms of a facility in words.")
@click.argument("file", metavar="TERMS|FACILITY", type=FILE)
@base.network_option()
def terms(file: Path, network: str) -> None:
    """Show every term of a facility in words, and the hash that stands for them: of a file of TERMS in YAML, of one
    that somebody signed, or of a FACILITY that was opened, by its number.

    Everything that is wrong with a file is told at once, with its line and column. `sampan schema facility-terms`
    prints its JSON Schema, for editors.
    """
    from sampan.client.loan_terms import in_words

    with cli.reading(network) as ledger:
        is_number = str(file).isdecimal() and not file.exists()
        found = cli_finance.opened(ledger, int(str(file))) if is_number else cli_finance.read(ledger, file)
        said = in_words(ledger, found.terms, found.clauses)
        body = {**cli.where(ledger), "hash": found.terms.hash, "terms": said, "warnings": found.warnings}
        base.output().emit("sampan.facility-words/1", body, lambda console: cli_finance.show(console, said))
        cli_finance.warn(found)


@command.command("sign-facility", short_help="Sign the terms of a facility.")
@click.argument("file", metavar="TERMS", type=FILE)
@click.option("--yes", is_flag=True, help="Sign without being asked; the terms are shown all the same.")
@cli.signing_options
@chain.signer_options
@base.network_option()
def sign_facility(file: Path, yes: bool, hours: int, elsewhere: cli.Elsewhere, network: str) -> None:
    """Sign terms as borrower, agent or lender, after every one of them was shown in words. Nothing is sent.

    TERMS is a file in YAML, or what another signed of the same terms. When they count until is said in them.
    """
    from sampan.client.loan_terms import in_words

    with cli.acting(network, keyless=elsewhere.unsigned is not None) as ledger:
        found = cli_finance.read(ledger, file)
        cli_finance.say(in_words(ledger, found.terms, found.clauses))
        cli_finance.warn(found)
        cli_finance.require_readable(ledger, found.terms, found.clauses)
        if not yes:
            cli_finance.ask(ledger, "these terms", file, elsewhere)
        cli.emit_signed(ledger, [ledger.sign_facility(found.terms)], elsewhere)


@command.command(short_help="Lay down the condition of terms.")
@click.argument("file", metavar="TERMS", type=FILE)
@cli.write_options
def lay(file: Path, how: cli.How) -> None:
    """Lay down the condition that TERMS, a file in YAML, ask for before each drawing: from then on everybody can read
    it by its hash. Anybody may."""

    def build(ledger: Ledger) -> VerbCall:
        found = cli_finance.read(ledger, file)
        if not found.clauses:
            raise UsageError("have no clauses of a condition", subject=str(file), hint="there is nothing to lay down")
        return ledger.cargo_log.calls.lay(found.clauses)

    how.run(build, default_role="relayer")


@command.command("open", short_help="Open a facility that all have signed.")
@click.argument("files", metavar="FILE...", type=FILE, nargs=-1, required=True)
@click.option(
    "--out-of",
    "out_of",
    metavar="LENDER=DEPOSIT",
    multiple=True,
    help="Out of which a lender pays, by default the loan's; or DEPOSIT alone, of each in the order of the terms.",
)
@cli.write_options
def open_(files: tuple[Path, ...], out_of: tuple[str, ...], how: cli.How) -> None:
    """Open a facility by what borrower, agent and all lenders signed (`finance sign-facility`): each lender's money
    comes in, and it has its position. Anybody may send it.

    What is asked before each drawing must be on the ledger, where everybody can read it (`finance lay`).
    """
    from sampan.client import papers

    signed = [papers.read(each) for each in files]

    def build(ledger: Ledger) -> VerbCall:
        agreed: Any = signed[0].text
        sources = cli_finance.sources(ledger, agreed, out_of)
        opens = ledger.loans.calls.open_facility(signed, out_of=sources)
        cli_finance.require_readable(ledger, agreed)
        return opens

    how.run(build, default_role="relayer")


@command.command(short_help="Accept a bill in pledge.")
@click.argument("facility", type=FACILITY)
@click.argument("bill", type=cli.BILL)
@click.option("--value", required=True, metavar="AMOUNT", help="What it counts.")
@click.option(
    "--print", "prints", metavar="HEX", multiple=True, help="Of each piece of its equipment, 0x and hex digits."
)
@click.option(
    "--document", type=FILE, help="The document that was disclosed to you: its prints are computed before you sign."
)
@cli_finance.registrar_options
@click.option(
    "--yes", is_flag=True, help="Sign without being asked where somebody knows more; it is told all the same."
)
@cli.signing_options
@chain.signer_options
@cli.carrier_option
@base.network_option()
def accept(
    facility: int,
    bill: str,
    value: str,
    prints: tuple[str, ...],
    document: Path | None,
    registrar: Path | None,
    payloads: dict[str, int],
    yes: bool,
    hours: int,
    elsewhere: cli.Elsewhere,
    carrier: str | None,
    network: str,
) -> None:
    """Sign, as the agent of a FACILITY, that you take a BILL in pledge, for the borrower to lodge it (`finance
    pledge`). It counts while the bill stands as it does now. Nothing is sent.

    With `--document` and `--registrar` the prints of its cargo are computed from the document that stands behind the
    bill's root; prints that somebody told you (`--print`) must be the same. Of each print the ledger is asked whether
    its cargo is free: cargo that secures a debt is refused, and where somebody knows more you are asked.
    """
    from sampan.client.loan_terms import acceptance_in_words

    words = [_print_of(each) for each in prints]
    with cli.acting(network, keyless=elsewhere.unsigned is not None) as ledger:
        number = ledger.bill_id(bill, carrier=carrier)
        if document is not None:
            words = cli_finance.recomputed(ledger, number, document, registrar, payloads, words)
        words = cli_finance.not_registered_yet(ledger, number, facility, words)
        cli_finance.require_free(ledger, words, ask=not yes and elsewhere.unsigned is None)
        signed = ledger.sign_acceptance(number, facility, value, words, deadline=timedelta(hours=hours))
        accepted: Any = signed.text
        cli_finance.say(acceptance_in_words(ledger, accepted), "The agent accepts:")
        cli.emit_signed(ledger, [signed], elsewhere)


def _print_of(text: str) -> int:
    """A print as a word. Raises `BadInput`."""
    from sampan.finance.registrations.records import well_formed

    try:
        found = int(text, 16) if text.startswith("0x") else -1
    except ValueError:
        found = -1
    if not 0 < found < 2**256:
        raise BadInput("no print of cargo", subject=text, hint="give 0x and at most 64 hex digits")
    if not well_formed(found):
        raise BadInput(
            "is no print of cargo: it names no box, or of a part not its weight and what the box may carry",
            subject=text,
            hint="let it be computed: --document FILE --registrar KEY",
            code="finance.print",
        )
    return found


@command.command(short_help="Pledge a bill, and draw on it.")
@click.argument("bill", type=cli.BILL)
@click.argument("file", metavar="ACCEPTANCE", type=FILE)
@click.option("--draw", "amount", metavar="AMOUNT", help="To draw in the same act.")
@click.option(
    "--producer",
    "producers",
    metavar="WHO",
    multiple=True,
    help="Whose word the condition may count; by default all that the log knows.",
)
@cli.bill_options
def pledge(bill: str, file: Path, amount: str | None, producers: tuple[str, ...], how: cli.How) -> None:
    """Lodge a BILL with the loan book as its agent accepted it (`finance accept`), and draw in the same act. The
    borrower."""
    from sampan.client import papers

    accepted = papers.read(file)
    how.run(
        lambda ledger: ledger.loans.calls.pledge(how.id(ledger, bill), accepted, amount=amount, producers=producers)
    )


# ----------------------------------------------------------------------------------------------------------- repayment


@command.command(short_help="Repay, interest first; bills go in the same act.")
@click.argument("facility", type=FACILITY)
@click.argument("amount", metavar="AMOUNT|all")
@click.option("--out-of", required=True, metavar="DEPOSIT", help="Out of which you pay.")
@click.option(
    "--bill", "bills", metavar="BILL", type=cli.BILL, multiple=True, help="What the rest need not cover and shall go."
)
@cli.bill_options
def repay(facility: int, amount: str, out_of: str, bills: tuple[str, ...], how: cli.How) -> None:
    """Repay an AMOUNT of what a FACILITY owes, interest first, or `all`: no more is taken than is owed.

    Bills that the rest need not cover go back to the borrower in the same act. Anybody may pay; borrower and agent let
    bills go. Where the loan book may not spend your money yet, an allowance is signed along when your key is here.
    """
    how.run(
        lambda ledger: ledger.loans.calls.repay(
            facility, amount, out_of=out_of, bills=[how.id(ledger, each) for each in bills]
        )
    )


@command.command(short_help="Let bills go that the debt does not need.")
@click.argument("facility", type=FACILITY)
@click.argument("bills", metavar="BILL...", type=cli.BILL, nargs=-1, required=True)
@cli.bill_options
def release(facility: int, bills: tuple[str, ...], how: cli.How) -> None:
    """Let bills go from a FACILITY, back to whoever pledged them; their cargo is free.

    Borrower and agent may, as far as the other bills cover what is owed; anybody once nothing is owed and nothing can
    be drawn any more. The prints of their cargo are found in the log.
    """
    how.run(lambda ledger: ledger.loans.calls.discharge(facility, [how.id(ledger, each) for each in bills]))


@command.command(short_help="Free the cargo of a bill that is done with.")
@click.argument("bill", type=cli.BILL)
@cli.bill_options
def forget(bill: str, how: cli.How) -> None:
    """End what is registered for a bill that was paid for; of one that ended, or is out, once nothing is owed. Anybody
    may."""
    how.run(lambda ledger: ledger.loans.calls.forget(how.id(ledger, bill)), default_role="relayer")


# ----------------------------------------------------------------------------------------------------------- the agent


@command.command(short_help="Surrender a pledged bill.")
@click.argument("bill", type=cli.BILL)
@click.option(
    "--for", "purpose", type=verbs.choice(SurrenderFor), default="delivery", show_default=True, help="What for."
)
@click.option("--to", metavar="WHO", help="Account of the carrier; by default its first that answers.")
@click.option(
    "--replacements", type=FILE, help="For an amendment: what replaces it, as `sampan bill propose` wrote it."
)
@cli.bill_options
def surrender(bill: str, purpose: str, to: str | None, replacements: Path | None, how: cli.How) -> None:
    """Surrender a pledged bill to its carrier: in default for delivery or paper, at any time for an amendment, with its
    replacements agreed. The agent."""
    from sampan.client import proposal

    agreed = () if replacements is None else proposal.read(replacements).replacements
    how.run(
        lambda ledger: ledger.loans.calls.surrender_pledged(
            how.id(ledger, bill), word_of(SurrenderFor, purpose), to=to, replacements=agreed
        )
    )


@command.command(short_help="Say that the security was filed.")
@click.argument("facility", type=FACILITY)
@click.option("--country", required=True, metavar="CC", help="In whose register.")
@click.option("--registry", required=True, metavar="NAME", help="Which register, as it is called there.")
@click.option("--number", required=True, metavar="TEXT", help="Under which number it was filed.")
@click.option("--document", required=True, metavar="HASH-OR-FILE", help="What was filed.")
@click.option("--filed", required=True, metavar="TIME", help="When.")
@click.option("--stands-until", required=True, type=base.MOMENT, metavar="TIME", help="Last second at which it stands.")
@cli.write_options
def file(
    facility: int,
    country: str,
    registry: str,
    number: str,
    document: str,
    filed: str,
    stands_until: datetime | timedelta,
    how: cli.How,
) -> None:
    """Say that the security of a FACILITY was filed in a register, where its terms ask for that before a drawing. The
    agent."""
    how.run(
        lambda ledger: ledger.loans.calls.file_security(
            facility,
            country=country,
            registry=registry,
            number=number,
            document=cli.hash_of(document, "the document"),
            filed_at=base.second_of(filed, "--filed"),
            stands_until=stands_until,
        )
    )


@command.command(short_help="Say what each replacement has.")
@click.argument("bill", type=cli.BILL)
@click.option(
    "--share",
    "shares",
    metavar="BILL=AMOUNT",
    type=cli_finance.Pair("AMOUNT"),
    multiple=True,
    required=True,
    help="What another replacement counts.",
)
@click.option(
    "--print",
    "prints",
    metavar="BILL=HEX",
    type=cli_finance.Pair("HEX"),
    multiple=True,
    help="A print of its cargo; again for more.",
)
@click.option(
    "--document",
    "documents",
    metavar="BILL=FILE",
    type=cli_finance.Pair("FILE"),
    multiple=True,
    help="Its document, of which the prints are computed.",
)
@cli_finance.registrar_options
@cli.bill_options
def allot(
    bill: str,
    shares: tuple[tuple[str, str], ...],
    prints: tuple[tuple[str, str], ...],
    documents: tuple[tuple[str, str], ...],
    registrar: Path | None,
    payloads: dict[str, int],
    how: cli.How,
) -> None:
    """Say what of the value and cargo of a replaced bill its other replacements have; BILL, one of them, keeps the
    rest. The agent.

    Of each the prints of its cargo are named, or computed of its document with the registrar's key.
    """

    def build(ledger: Ledger) -> VerbCall:
        words: dict[int, list[int]] = {}
        for named, text in prints:
            words.setdefault(how.id(ledger, named), []).append(_print_of(text))
        for named, file in documents:
            number = how.id(ledger, named)
            words[number] = cli_finance.recomputed(
                ledger, number, Path(file), registrar, payloads, words.get(number, [])
            )
        found = {how.id(ledger, named): amount for named, amount in shares}
        return ledger.loans.calls.allot(
            how.id(ledger, bill), [(number, amount, words.get(number, ())) for number, amount in found.items()]
        )

    how.run(build)


@command.command("sign-vote", short_help="Sign that a facility has a new agent.")
@click.argument("file", metavar="[VOTE]", type=FILE, required=False)
@click.option("--facility", type=FACILITY, help="Of the first vote: which facility.")
@click.option("--agent", metavar="WHO", help="Of the first vote: account of the new agent.")
@click.option("--yes", is_flag=True, help="Sign another's VOTE without being asked; it is told all the same.")
@cli.signing_options
@chain.signer_options
@base.network_option()
def sign_vote(
    file: Path | None,
    facility: int | None,
    agent: str | None,
    yes: bool,
    hours: int,
    elsewhere: cli.Elsewhere,
    network: str,
) -> None:
    """Sign, as a lender or the new agent, that a facility has a new agent (`finance replace-agent`). Nothing is sent.

    All sign the same: the first names --facility and --agent, each other takes the file of a VOTE that was signed.
    """
    from sampan.client import papers
    from sampan.client.loan_terms import vote_in_words
    from sampan.finance.loans.terms import Appointment

    if (file is None) == (facility is None or agent is None):
        raise UsageError("a vote that was signed, or --facility and --agent", hint="one of both")
    with cli.acting(network, keyless=elsewhere.unsigned is not None) as ledger:
        if file is not None:
            vote = ledger.loans.calls.require(papers.read(file), Appointment)
        else:
            assert facility is not None
            assert agent is not None
            vote = ledger.appointment(facility, agent, deadline=timedelta(hours=hours))
        cli_finance.say(vote_in_words(ledger, vote), "The vote:")
        if file is not None and not yes:
            cli_finance.ask(ledger, "this vote", file, elsewhere)
        cli.emit_signed(ledger, [ledger.sign_vote(vote)], elsewhere)


@command.command("replace-agent", short_help="Replace the agent of a facility.")
@click.argument("files", metavar="VOTE...", type=FILE, nargs=-1, required=True)
@cli.write_options
def replace_agent(files: tuple[Path, ...], how: cli.How) -> None:
    """Replace the agent of a facility by what the new one and lenders signed (`finance sign-vote`): the owners of more
    than half of its shares. Bills are then held for the new one with `finance hand-over`. Anybody may send it."""
    from sampan.client import papers

    signed = [papers.read(file) for file in files]
    how.run(lambda ledger: ledger.loans.calls.replace_agent(signed), default_role="relayer")


@command.command("group-carrier", short_help="Note the group of a carrier.")
@click.argument("lei", metavar="LEI")
@cli.write_options
def group_carrier(lei: str, how: cli.How) -> None:
    """Note the ultimate parent of a carrier, by its LEI, whose group's word counts for no loan on its bills. Anybody
    may."""
    how.run(lambda ledger: ledger.loans.calls.group_carrier(lei), default_role="relayer")


# ----------------------------------------------------------------------------------------------------------- by others

_VERB = {"ignore_unknown_options": True, "allow_interspersed_args": False, "help_option_names": ["-h", "--help"]}


@command.command("sign-act", context_settings=_VERB, short_help="Sign a verb for somebody else to send.")
@cli.signing_options
@click.argument("verb")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def sign_act(
    context: click.Context, elsewhere: cli.Elsewhere, hours: int, verb: str, arguments: tuple[str, ...]
) -> None:
    """Sign a verb of loans for somebody else to send: `sampan finance sign-act --out f.json draw 1 AMOUNT BILL --from
    KEY`.

    Whoever signs needs no ether. It counts once, until its deadline.
    """
    cli.sign_with(context, command, verb, arguments, cli.Signing("act", hours, elsewhere))


@command.command("send-act", short_help="Send what somebody signed with sign-act.")
@click.argument("file", type=FILE)
@cli.write_options
def send_act(file: Path, how: cli.How) -> None:
    """Send what somebody signed with sign-act, and pay the gas for it."""
    from sampan.client import papers

    signed = papers.read(file)
    how.run(lambda ledger: ledger.loans.calls.send_act(signed), default_role="relayer")


# ------------------------------------------------------------------------------------------------------------- reading


@command.command(short_help="Show what a facility owes.")
@click.argument("facility", type=FACILITY)
@click.option("--days", "by_day", is_flag=True, help="Day by day, since it was first drawn.")
@click.option("--pay", metavar="AMOUNT|all", help="What a payment would do now.")
@base.network_option()
def owed(facility: int, by_day: bool, pay: str | None, network: str) -> None:
    """Show what a FACILITY owes, principal and interest; what its bills cover, what may be drawn, until when.

    With `--days` how it came about: what was done on each day by the facility's own clock, what was owed then, and what
    interest the day adds as it ends. With `--pay` what a payment would do: interest goes first, then principal; what is
    left, and which bills could go in the same act (`finance repay --bill`). Nothing is sent.
    """
    with cli.reading(network) as ledger:
        found = ledger.loan(facility)
        days = ledger.days(facility) if by_day else None
        payment = None if pay is None else ledger.payment(facility, pay)

        def show(console: Console) -> None:
            console.print(found)
            if days is not None:
                cli_finance.show_days(console, days)
            if payment is not None:
                cli_finance.show_payment(console, payment)

        body = {**cli.where(ledger), "facility": found, "days": days, "payment": payment}
        base.output().emit("sampan.facility/2", body, show)


@command.command("list", short_help="List the facilities.")
@click.option("--of", "who", metavar="PARTY", help="Only those of which it is borrower, agent or lender now.")
@base.network_option()
def list_(who: str | None, network: str) -> None:
    """List the facilities of the loan book: borrower, agent, limit, what is undrawn and what is owed of it, its money,
    when it is due, and how it stands. Where that does not fit in a line, the agent, what is undrawn and the money are
    left to `finance show`."""
    with cli.reading(network) as ledger:
        found = ledger.facilities(who)
        whose = "" if who is None else f" of {ledger.names.participant(ledger.number_of(who))}"
        body = {**cli.where(ledger), "facilities": found}
        base.output().emit(
            "sampan.facilities/2", body, lambda console: cli_finance.show_facilities(console, found, whose)
        )


@command.command(short_help="Show a facility with its lenders and its bills.")
@click.argument("facility", type=FACILITY)
@base.network_option()
def show(facility: int, network: str) -> None:
    """Show a FACILITY as it stands: its positions, whose they are, their shares and what they may claim; and the bills
    that secure it: what each counts, how many pieces of cargo are registered for it, and where it is."""
    with cli.reading(network) as ledger:
        loan = ledger.loan(facility)
        lenders, bills = ledger.lenders(facility), ledger.securities(facility)
        body = {**cli.where(ledger), "facility": loan, "lenders": lenders, "bills": bills}
        base.output().emit(
            "sampan.facility-whole/2", body, lambda console: cli_finance.show_whole(console, loan, lenders, bills)
        )


@command.command(short_help="Show the exposures of a lender.")
@click.option("--of", "who", metavar="WHO", help="Which lender; by default you.")
@click.option(
    "--documents",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="A folder with documents that were disclosed to you: they name vessel and port.",
)
@click.option("--csv", "file", type=FILE, help="Write it to a file as CSV, too.")
@cli.overwrite_option
@chain.signer_options
@base.network_option()
def book(who: str | None, documents: Path | None, file: Path | None, overwrite: bool, network: str) -> None:
    """Show what a lender has in each facility: borrower, its share and positions, its part of principal, interest,
    cover and what is undrawn, when it is due, whether it is in default.

    Below stand the sums, money by money. Vessel and port of the bills stand in no log: they are read of documents in a
    folder (`--documents`), each with its salts beside it or as a disclosure, and held against the bills' roots; else a
    line has `-`.
    """
    from sampan.client.owing import totals

    cli.require_new(file, overwrite=overwrite)
    with cli.reading(network) as ledger:
        lender = chain.asked_about(ledger.connection, who)
        files = sorted(documents.glob("*.json")) if documents is not None else []
        found = ledger.exposures(lender, files=files)
        if file is not None:
            cli_finance.write_csv(file, found)
        body = {
            **cli.where(ledger),
            "lender": ledger.participant(lender).lei,
            "exposures": found,
            "totals": totals(found),
        }
        base.output().emit("sampan.exposures/1", body, lambda console: cli_finance.show_book(console, found))


@command.command(short_help="Tell whether the cargo of a document is free.")
@click.argument("document", type=FILE)
@cli_finance.registrar_options
@base.network_option()
def free(document: Path, registrar: Path | None, payloads: dict[str, int], network: str) -> None:
    """Tell whether the cargo of a DOCUMENT is free to secure a debt: yes, no and whose debt it secures, or ask.

    DOCUMENT lies beside its salts, or is a disclosure. Its boxes are found by a registrar's key: a keyed hash of the
    container's number. An oblivious PRF (RFC 9497) comes later in the same place; until then whoever has the key can
    read which boxes the ledger knows, and everybody sees when a box leaves. What was registered under another
    registrar's key is not found, and nothing on the ledger tells which one was used: the answer names its key by a
    fingerprint, which lenders compare. The exit code is 0 for yes, else 1.
    """
    from sampan.client import disclosed, prints
    from sampan.suite.words import Answer

    with cli.reading(network) as ledger:
        pieces = prints.pieces_of(disclosed.read(document), payloads)
        printer = None if registrar is None else prints.registrar(registrar)
        found = prints.free(ledger, pieces, printer)
        answer = prints.worst(found)
        key = None if printer is None else printer.fingerprint
        body = {**cli.where(ledger), "answer": answer, "registrar": key, "pieces": found}
        base.output().emit(
            "sampan.cargo-free/1", body, lambda console: cli_finance.show_free(console, answer, found, key)
        )
    if answer is not Answer.YES:
        base.answer_is_no()


@command.command("registrar-key", short_help="Make the key of a registrar.")
@click.argument("file", metavar="FILE", type=FILE)
def registrar_key(file: Path) -> None:
    """Make a key of a registrar, under which prints of cargo are computed, and write it to a FILE for its owner alone.

    All lenders whose loans shall see each other's cargo use one key. Whoever has it can try every container number.
    """
    from sampan.client import prints

    made = prints.new_key(file)
    base.output().emit(
        "sampan.registrar-key/1",
        {"file": file, "fingerprint": made.fingerprint},
        f"Written to {file}. Keep it: no other finds again what was registered. Its fingerprint is {made.fingerprint}.",
    )


verbs.add(command, "finance")
