"""Commands of verbs, made from their declarations: options from the kinds of their arguments, help from the docstring.

`add(group, "bill")` gives a group the commands that are declared under its name. A verb that is more than its arguments
has a command written by hand beside them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sampan.cli import base
from sampan.cli import ledger as cli
from sampan.client.statements import kind_of_fact
from sampan.client.verbs import name_of
from sampan.errors import BadInput, UsageError, about
from sampan.files import is_file
from sampan.subjects import DRIVEN as SUITE
from sampan.suite import kinds
from sampan.suite.tell import bill_name, option, roles_of, word_of
from sampan.suite.words import Endorsement, FactKind, RecordLaw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sampan.client.core import VerbCall
    from sampan.client.ledger import Ledger
    from sampan.suite.verb import Argument, Verb


# --------------------------------------------------------------------------------------------------- kinds of argument


@dataclass(frozen=True, slots=True)
class Asks:
    """What a kind of argument is on the command line."""

    metavar: str | None = None
    type: Any = None
    read: Callable[[Any, str], Any] = lambda value, name: value
    """Makes what the client takes of a value and the argument's name."""
    several: bool = False
    """It takes the rest of the line."""
    help: str | None = None
    """Of an option whose declaration says nothing."""


def _bytes(value: str, name: str) -> bytes:
    if value.startswith("0x"):
        try:
            return bytes.fromhex(value[2:])
        except ValueError:
            raise BadInput("not hex", subject=value, hint="give 0x and pairs of hex digits, or a file") from None
    if not is_file(value):
        raise BadInput("neither hex nor a file", subject=value, hint="give 0x and pairs of hex digits, or a file")
    return Path(value).read_bytes()


def _hash(value: str, name: str) -> bytes:
    if name == "deal":
        return cli.deal_of(value)
    return cli.statement_of(value) if name == "statement" else cli.hash_of(value, f"the {name}")


def _agreed(value: str, name: str) -> bytes:
    if is_file(value):
        from sampan.client import proposal

        found = proposal.read(Path(value))
        # What is sent is a hash, which nobody can read.
        old, new = map(bill_name, found.bills), (bill_name(terms.bill) for terms in found.replacements)
        judge = f"`sampan bill propose --check {value}` judges it"
        base.output().note(f"Agreed to: {', '.join(new)} in place of {', '.join(old)} ({judge}).")
        return found.hash
    return cli.hash_of(value, "what is agreed")


def kinds_of_facts(values: Iterable[str]) -> list[FactKind]:
    """The kinds of facts that words mean, by commas or each for itself. Raises `UsageError` for what is none."""
    names = [name for value in values for name in map(str.strip, value.split(",")) if name]
    return [kind_of_fact(name) for name in names]


def choice(enumeration: Any) -> Any:
    """The words of an enumeration as an option has them."""
    return click.Choice([option(word) for word in enumeration])


UNIT = click.IntRange(0, kinds.MOST)
WHO = Asks("WHO")
ASKS: Mapping[str, Asks] = {
    kinds.BILL.name: Asks("BILL", type=cli.BILL),
    kinds.RECEIVER.name: WHO,
    kinds.ANSWERING.name: WHO,
    kinds.ACCOUNT.name: Asks("ACCOUNT"),
    kinds.PERSON.name: WHO,
    kinds.ROOM.name: Asks("ADDRESS"),
    kinds.SPENDER.name: Asks("WHO"),
    kinds.DEPOSIT.name: Asks("DEPOSIT"),
    kinds.COIN.name: Asks("COIN"),
    kinds.AMOUNT.name: Asks("AMOUNT"),
    kinds.ALLOWANCE.name: Asks("AMOUNT"),
    kinds.CURRENCY.name: Asks("CURRENCY"),
    kinds.DECIMALS.name: Asks(type=click.IntRange(0, 18)),
    kinds.COUNTRY.name: Asks("CC"),
    kinds.FLAG.name: Asks(),
    kinds.REMARK.name: Asks("TEXT", help="A remark; logged for everybody to read."),
    kinds.ROOM_TERMS.name: Asks("HEX-OR-FILE", read=_bytes),
    kinds.HASH.name: Asks("HASH-OR-FILE", read=_hash),
    kinds.AGREED.name: Asks("HASH-OR-FILE", read=_agreed),
    kinds.COUNT.name: Asks(type=click.IntRange(1, kinds.MOST)),
    kinds.FACILITY.name: Asks("FACILITY", type=click.IntRange(1, 2**24 - 1)),
    kinds.HOURS.name: Asks(type=click.IntRange(1, 336)),
    kinds.NUMBER.name: Asks(type=click.IntRange(1, 2**64 - 1)),
    kinds.DEAL.name: Asks("NUMBER", type=click.INT),
    kinds.ROLES.name: Asks(read=lambda value, name: roles_of(value)),
    kinds.COUNTRIES.name: Asks(several=True),
    kinds.LAWS.name: Asks(
        type=choice(RecordLaw),
        read=lambda values, name: [word_of(RecordLaw, value) for value in values],
        several=True,
    ),
    kinds.POWER.name: Asks("ROLE"),
    kinds.DELAY.name: Asks("DELAY", type=base.DURATION),
    kinds.LABEL.name: Asks("NAME"),
    kinds.CONTRACT.name: Asks("CONTRACT"),
    kinds.FUNCTIONS.name: Asks("FUNCTION", several=True),
    kinds.PLACE.name: Asks("PLACE"),
    kinds.FACT_KINDS.name: Asks("KIND", read=lambda values, name: kinds_of_facts(values), several=True),
    kinds.UNIT.name: Asks("UNIT", type=UNIT),
    kinds.POSITION.name: Asks("POSITION"),
    kinds.ACCOUNTS.name: Asks("WHO", several=True),
    kinds.DEADLINE.name: Asks("TIME", type=base.MOMENT),
    kinds.SHARES.name: Asks("SHARES"),
}
"""Kind, by its name, to what the command line asks for."""

HOLDERS = {"admin": "administrator"}
"""Power to the role of development chains that has it, where it has another name."""

_ENDORSED = (
    (Endorsement.NAMED, "--by-name", "WHO", "To WHO by name, who may not endorse on."),
    (Endorsement.TO_ORDER, "--to-order", "WHO", "To the order of WHO, who may endorse on."),
    (Endorsement.BLANK, "--in-blank", None, "In blank: whoever possesses it is entitled."),
)


def _asks(argument: Argument) -> Asks:
    enumeration: Any = argument.kind.word
    if enumeration is FactKind:
        return Asks("KIND", read=lambda value, name: kind_of_fact(value))
    if enumeration is not None:
        return Asks(type=choice(enumeration), read=lambda value, name: word_of(enumeration, value))
    return ASKS[argument.kind.name]


# ------------------------------------------------------------------------------------------------------------ commands


def add(group: click.Group, path: str) -> None:
    """Give a group the commands of the verbs that are declared under `path`, as in `participant account`."""
    for subject in SUITE.subjects:
        for verb in subject.verbs.values():
            where, _, name = verb.command.rpartition(" ")
            if where == path:
                group.add_command(command(verb, name))


def command(verb: type[Verb], name: str) -> click.Command:
    """The command of a verb."""
    first = verb.arguments()[0]

    def run(how: cli.How, **given: Any) -> None:
        bills = given.pop(first.name) if verb.many else None
        said = _read(verb, given)
        # What anybody may do, a development chain's relayer does.
        who = HOLDERS.get(verb.power, verb.power) or ("relayer" if verb.anybody or not verb.by else None)
        how.run(lambda ledger: _calls(ledger, verb, how, said, bills), default_role=who)

    run.__doc__ = verb.said()
    # A list of commands says no more than what comes before the first detail.
    short = re.split(r"[;:.]| \(", verb.said(), maxsplit=1)[0] + "."
    about_bill = any(argument.kind == kinds.BILL for argument in verb.arguments())
    made: Any = (cli.bill_options if about_bill else cli.write_options)(run)
    if verb.may_need_agreement():
        made = cli.agreement_option(made)
    for argument in reversed(verb.arguments()):
        for decorate in reversed(_parameters(verb, argument, many=verb.many and argument is first)):
            made = decorate(made)
    return base.command(name, short_help=short)(made)


def _ways(verb: type[Verb]) -> Sequence[tuple[Endorsement, str, str | None, str]]:
    """The ways to endorse that a verb has: without an endorsee in blank alone."""
    named = any(argument.kind == kinds.ENDORSEE for argument in verb.arguments())
    return [way for way in _ENDORSED if named or way[0] is Endorsement.BLANK]


def _parameters(verb: type[Verb], argument: Argument, *, many: bool) -> list[Callable[[Any], Any]]:
    """The click parameters of an argument."""
    if argument.kind.word is Endorsement:
        return [endorsement_option(*each) for each in _ways(verb)]
    if argument.kind == kinds.ENDORSEE:
        return []
    asks = _asks(argument)
    several = many or asks.several
    if several or argument.kind == kinds.BILL or argument.option.isupper():
        name = argument.option or asks.metavar or argument.name.upper()
        metavar = f"{name}..." if many else name
        return [
            click.argument(
                argument.name, metavar=metavar, type=asks.type, nargs=-1 if several else 1, required=many or not several
            )
        ]
    flag = argument.option or "--" + argument.name.replace("_", "-")
    if argument.kind == kinds.FLAG:
        # The option says the other thing than its default.
        given = {"flag_value": not argument.default, "default": argument.default}
        return [click.option(flag, argument.name, is_flag=True, help=argument.help, **given)]
    shown = argument.kind.word is not None or argument.kind in (kinds.NUMBER, kinds.DEAL)
    default = None if argument.required or argument.asked or not shown else argument.default
    return [
        click.option(
            flag,
            argument.name,
            metavar=asks.metavar,
            type=asks.type,
            required=argument.required and argument.kind != kinds.ANSWERING,
            default=option(default) if argument.kind.word is not None and default is not None else default,
            show_default=default is not None,
            help=argument.help or asks.help,
        )
    ]


def endorsement_option(word: Endorsement, flag: str, metavar: str | None, help: str) -> Callable[[Any], Any]:
    """Decorator: one way to endorse, passed on under the word's name."""
    if metavar is None:
        return click.option(flag, word.name.lower(), is_flag=True, help=help)
    return click.option(flag, word.name.lower(), metavar=metavar, help=help)


def _read(verb: type[Verb], given: dict[str, Any]) -> dict[str, Any]:
    """What the client's method takes, of what was given; bills are looked up later."""
    said: dict[str, Any] = {}
    for argument in verb.arguments():
        if argument.kind.word is Endorsement:
            said |= _endorsement(given, argument, _ways(verb))
        elif argument.asked and given.get(argument.name) is None:
            said[argument.name] = _ask(argument)
        elif given.get(argument.name) is not None:
            with about(argument.name):
                said[argument.name] = _asks(argument).read(given[argument.name], argument.name)
    return said


def _ask(argument: Argument) -> Any:
    """A word that is not left to a default. Raises `UsageError` where nobody can be asked."""
    words: Any = argument.kind.word
    there = [option(word) for word in words]
    if not base.somebody_is_there():
        hint = f"one of {', '.join(there)}"
        raise UsageError("say what is meant", subject=f"--{argument.name}", hint=hint)
    return word_of(words, click.prompt(argument.help.rstrip("."), type=click.Choice(there), err=True))


def _endorsement(
    given: dict[str, Any], argument: Argument, ways: Sequence[tuple[Endorsement, str, str | None, str]]
) -> dict[str, Any]:
    """The endorsement that was meant, and the endorsee."""
    meant = [(word, given.pop(word.name.lower())) for word, *_ in ways]
    chosen = [(word, who) for word, who in meant if who not in (None, False)]
    if len(chosen) > 1 or (argument.required and not chosen):
        hint = ", ".join(flag for _, flag, *_ in _ENDORSED)
        raise UsageError("say how it is endorsed", subject="endorsement", hint=f"one of {hint}")
    if not chosen:
        return {argument.name: Endorsement.NONE}
    word, who = chosen[0]
    return {argument.name: word} if who is True else {argument.name: word, "endorsee": who}


def _calls(
    ledger: Ledger, verb: type[Verb], how: cli.How, said: dict[str, Any], bills: Sequence[str] | None
) -> list[VerbCall]:
    prepare = getattr(getattr(ledger, name_of(verb.subject.contract)).calls, verb.method)
    first = verb.arguments()[0].name
    named = {argument.name for argument in verb.arguments() if argument.kind == kinds.BILL}
    several = [said] if bills is None else [{first: bill, **said} for bill in bills]
    return [
        prepare(**{name: how.id(ledger, value) if name in named else value for name, value in each.items()})
        for each in several
    ]
