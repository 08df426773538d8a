"""Terms of a facility in words, every one of them: what borrower, agent and lenders read before they sign."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from sampan.cargo.verbs.laying import told_clause
from sampan.client.errors import NotOnLedger
from sampan.client.loans import zone_of
from sampan.errors import BadInput
from sampan.finance import prints
from sampan.finance.loans.records import RATE_UNIT, grace_ends, percent
from sampan.suite.tell import amount as count_of
from sampan.suite.tell import bill_name, checksum, moment, option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sampan.cargo.records import Clause
    from sampan.client.ledger import Ledger
    from sampan.finance.loans.terms import Acceptance, Appointment, Facility


@dataclass(frozen=True, slots=True)
class Said:
    """One term: which, and what it says."""

    term: str
    says: str


def in_words(ledger: Ledger, terms: Facility, clauses: Sequence[Clause] = ()) -> list[Said]:
    """Every term of a facility in words, and the hash that stands for them; `clauses` are those of its condition, where
    it is not on the ledger yet. Times are told by the clock of the terms. Raises `BadInput` for a clock that there is
    not, and where lenders are more or fewer than what they commit."""
    if len(terms.lenders) != len(terms.commitments):
        raise BadInput(
            f"the terms name {count_of(len(terms.lenders), 'lender')} and {count_of(len(terms.commitments), 'sum')}",
            subject="lenders",
            hint="sign nothing: ask for terms in which each lender commits a sum",
        )
    names, money = ledger.names, ledger.money(terms.money)
    rate = f"{Decimal(terms.rate) * 100 / RATE_UNIT:f}"
    default, zone = grace_ends(terms), zone_of(terms.clock)
    lenders = zip(terms.lenders, terms.commitments, strict=True)
    rows = [
        ("borrower", f"{names.participant(terms.borrower)}, with account {checksum(terms.borrower_account)}"),
        ("agent", f"{names.participant(terms.agent)}, with account {checksum(terms.agent_account)}"),
        *(("lender", f"{_whole(ledger, account)} commits {money.amount(units)}") for account, units in lenders),
        ("in all", f"{money.amount(sum(terms.commitments))}, with {count_of(len(terms.lenders), 'lender')}"),
        ("money", f"{money.reference} at {money.address}: lent in it and repaid in it"),
        (
            "interest",
            f"{rate} % a year, simple, on {option(terms.day_count)}; first day in, last day out",
        ),
        ("days turn", f"at midnight {zone}"),
        ("available until", f"{moment(terms.available_until, zone)}: it may be drawn until then"),
        ("maturity", f"{moment(terms.maturity, zone)}: it is repaid until then"),
        ("in default", f"after {count_of(terms.grace_days, 'day')} of grace: {moment(default, zone)}"),
        ("advance", f"{percent(terms.advance)} of what the bills count may be owed"),
        ("on trust", f"{percent(terms.on_trust)} of what a bill counts, while it is out on trust"),
        ("reserve", f"{percent(terms.reserve)} of what a bill counts: for less only the agent sells it in default"),
        *(("condition", each) for each in _condition(ledger, terms.condition, clauses)),
        ("filed in", _filed(terms)),
        ("agreement", f"0x{terms.agreement.hex()}, the hash of the agreement in words"),
        ("deadline", f"{moment(terms.deadline, zone)}: all signatures count until then, and it is opened"),
        ("salt", f"0x{terms.salt.hex()}"),
        ("hash", f"0x{terms.hash.hex()}, which stands for all of this"),
    ]
    return [Said(term, says) for term, says in rows]


def differing(ledger: Ledger, terms: Facility, others: Facility) -> list[str]:
    """Which terms of a facility say something else than others do, and what: `interest 5 % ..., not 4 % ...`."""
    said, not_said = (_by_term(in_words(ledger, each)) for each in (terms, others))
    either = [term for term in dict.fromkeys((*said, *not_said)) if term != "hash"]
    return [
        f"{term} {said.get(term, 'none')}, not {not_said.get(term, 'none')}"
        for term in either
        if said.get(term) != not_said.get(term)
    ]


def _by_term(said: Sequence[Said]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for each in said:
        found.setdefault(each.term, []).append(each.says)
    return {term: " and ".join(says) for term, says in found.items()}


def acceptance_in_words(ledger: Ledger, acceptance: Acceptance) -> list[Said]:
    """What an agent signs of a bill that it takes in pledge."""
    loan = ledger.loan(acceptance.facility)
    advance = percent(loan.stored.advance)
    rows = [
        ("facility", f"{loan.number}, of {ledger.names.participant(loan.stored.borrower)}"),
        ("bill", f"{bill_name(acceptance.bill)}, as it stands now: it counts for its act {acceptance.act_count}"),
        ("value", f"{loan.amount(acceptance.value)}, of which {advance} may be owed"),
        *(("print", prints.in_words(word)) for word in acceptance.prints),
        ("in all", _pieces(ledger, acceptance)),
        ("until", moment(acceptance.deadline)),
    ]
    return [Said(term, says) for term, says in rows]


def _pieces(ledger: Ledger, acceptance: Acceptance) -> str:
    """How much cargo is registered for it; of a bill that comes back from trust it is so already."""
    if not acceptance.prints:
        standing = count_of(len(ledger.prints(acceptance.bill)), "piece of cargo/pieces of cargo")
        return f"{standing}, registered since it was pledged first: it comes back from where it was on trust"
    return count_of(len(acceptance.prints), "piece of cargo/pieces of cargo")


def vote_in_words(ledger: Ledger, vote: Appointment) -> list[Said]:
    """What lenders and the new agent sign."""
    loan, names = ledger.loan(vote.facility), ledger.names
    rows = [
        ("facility", f"{loan.number}, {loan.amount(loan.limit)} to {names.participant(loan.stored.borrower)}"),
        ("agent now", names.participant(loan.stored.agent)),
        ("agent then", _whole(ledger, vote.agent_account).removesuffix(",")),
        ("until", moment(vote.deadline)),
    ]
    return [Said(term, says) for term, says in rows]


def _whole(ledger: Ledger, account: str) -> str:
    participant = ledger.ask("account", account).participant
    return f"{ledger.names.participant(participant)}, with account {checksum(account)},"


def _condition(ledger: Ledger, condition: bytes, clauses: Sequence[Clause]) -> list[str]:
    if not any(condition):
        return ["none: nothing is asked before a drawing"]
    name = f"0x{condition.hex()}"
    try:
        told, laid = ledger.condition(condition).clauses, "asked before each drawing"
    except NotOnLedger:
        told, laid = tuple(clauses), "asked before each drawing once it is laid down (`sampan finance lay`)"
    if not told:
        return [f"{name}: nobody laid it down, so that nobody can read it; let no one sign it"]
    return [f"{name}, {laid}; all of:", *map(told_clause, told)]


def is_laid(ledger: Ledger, condition: bytes) -> bool:
    """Whether a condition is on the ledger, or none is asked."""
    return not any(condition) or bool(ledger.ask("clausesOf", condition, contract="CargoLog"))


def _filed(terms: Facility) -> str:
    countries = [each for each in (terms.filed_in, terms.also_filed_in) if each]
    return f"{' and '.join(countries)}, before each drawing" if countries else "nowhere: no drawing asks for it"
