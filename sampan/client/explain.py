"""Why a contract refused, in the case at hand: the rule that applies to this bill, whose act or signature is missing,
and the next command.

A contract's error says what every refusal of its kind has in common; here the ledger is asked for the rest. What it
does not answer leaves the error as it was.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sampan.bills.records import LODGING_WORD
from sampan.bills.verbs.amendments import Replace
from sampan.bills.verbs.circulation import Endorse, Lodge, Reject, Transfer
from sampan.bills.verbs.issue import Issue, IssueFromPaper
from sampan.bills.verbs.signed import Act
from sampan.bills.verbs.surrender import Surrender
from sampan.cargo.records import PLACED, bits
from sampan.cargo.verbs.facts import told_of
from sampan.client import agreeing
from sampan.client.naming import unpack
from sampan.errors import SampanError
from sampan.finance import prints
from sampan.finance.loans.subject import LOANS
from sampan.finance.loans.terms import read_pledge
from sampan.finance.loans.verbs.lending import Draw
from sampan.finance.loans.verbs.opening import Open
from sampan.finance.loans.verbs.repaying import Discharge, Repay, TakeSurplus
from sampan.finance.loans.verbs.securing import Allot, Entrust, File, SurrenderPledged
from sampan.finance.loans.verbs.selling import Instruct
from sampan.subjects import SUITE
from sampan.suite.ids import lei_of, loan_number_of, position_name
from sampan.suite.refusal import OTHERS
from sampan.suite.tell import bill_name, describe, kinds_of, lei_text, moment, option, place_text, plain
from sampan.suite.verb import NOBODY
from sampan.suite.words import Endorsement, Kind, Receiving, Rejection, Role, SurrenderFor
from sampan.trade.verbs import Change, Decline, Pay, Recall

if TYPE_CHECKING:
    from sampan.client.core import VerbCall
    from sampan.client.reading import Reading
    from sampan.suite.refusal import ContractRefusal

NO_END_YEAR: Final = 9999
"""The year of a time that has no end."""

Said: TypeAlias = "tuple[str, str | None] | None"
"""What a refusal says and what would be right; None: what it says already."""


def explain(ledger: Reading, refusal: ContractRefusal, calls: Sequence[VerbCall]) -> None:
    """Put the words of the case into a refusal of one of these calls."""
    case = _CASES.get(refusal.name)
    if case is None or not calls:
        return
    bill = refusal.arguments.get("bill")
    call = next((call for call in calls if bill in call.bills), calls[0])
    with suppress(SampanError):
        said = case(ledger, refusal, call)
        if said is not None:
            refusal.message, refusal.hint = said


# --------------------------------------------------------------------------------------------------- title, possession


def _may_not_surrender(ledger: Reading, refusal: Any, call: VerbCall) -> Said:
    word, names = ledger.ask("bill", refusal.bill), ledger.names
    bill, entitled = bill_name(refusal.bill), names.participant(word.titleholder)
    start = f"{names.account(refusal.account)} may not surrender {bill}"
    if word.kind is Kind.STRAIGHT:
        shipper = names.participant(word.previous_titleholder)
        return (
            f"{start}: it is straight, so its shipper, {shipper}, or its consignee, {entitled}, surrenders it",
            f"give it to one of them: {_transfer(ledger, refusal.bill, word.titleholder)}",
        )
    how = "to the order of" if word.kind is Kind.ORDER else "endorsed by name to"
    return _disagreed(ledger, call) or (
        f"{start}: it is {how} {entitled}, which has not agreed to this surrender",
        f"let {entitled} sign: {agree_command(ledger, call)}; then add --agreement agreed.json",
    )


def _may_not_endorse(ledger: Reading, refusal: Any, call: VerbCall) -> Said:
    word, names = ledger.ask("bill", refusal.bill), ledger.names
    bill, entitled = bill_name(refusal.bill), names.participant(word.titleholder)
    start = f"{names.account(refusal.account)} may not endorse {bill}"
    if word.kind is Kind.STRAIGHT:
        return (
            f"{start}: it is straight, and nobody endorses a straight bill; {entitled} is entitled as its consignee",
            f"give possession alone: {_transfer(ledger, refusal.bill, word.titleholder)}",
        )
    if word.kind is Kind.NAMED:
        return (
            f"{start}: it is endorsed by name to {entitled}, which may not endorse on",
            "give possession alone (`sampan bill transfer`), or surrender it for amendment",
        )
    if ledger.account(refusal.account).room:
        return _disagreed(ledger, call) or (
            f"{start}: it is to the order of {entitled}, which has not agreed to this endorsement",
            f"let {entitled} sign: {agree_command(ledger, call)}; then show it with the act",
        )
    return (
        f"{start}: it is to the order of {entitled}, and only {entitled} in possession endorses it",
        f"give it back first: {_transfer(ledger, refusal.bill, word.titleholder)}",
    )


def _agreement_required(ledger: Reading, refusal: Any, call: VerbCall) -> Said:
    disagreed = _disagreed(ledger, call, refusal.participant)
    if disagreed is not None:
        return disagreed
    hint = f"let it sign: {agree_command(ledger, call)}; then add --agreement agreed.json"
    accounts = [ledger.account(address) for address in _takers(call)]
    listed = any(
        account.participant == refusal.participant and account.receiving is Receiving.LISTED_ONLY
        for account in accounts
    )
    if listed:
        giver = ledger.participant_lei(agreeing.sender(ledger, call))
        hint += f"; or let it list the giver: `sampan participant giver {giver}`"
    return refusal.message, hint


def _replacements_not_agreed(ledger: Reading, refusal: Any, call: VerbCall) -> Said:
    disagreed = _disagreed(ledger, call)
    if disagreed is not None:
        return disagreed
    word, names = ledger.ask("bill", refusal.bill), ledger.names
    surrenderer = ledger.ask("accountAt", word.previous_account)
    missing = {ledger.ask("account", surrenderer).participant}
    if word.kind in (Kind.ORDER, Kind.NAMED):
        missing.add(word.titleholder)
    whose = " and ".join(names.participant(number) for number in sorted(missing))
    if any(ledger.ask("agreedReplacements", refusal.bill)):
        sign = f"let each sign: {agree_command(ledger, call)}; then add --agreement agreed.json"
        return (
            f"{whose} agreed by hash to other replacements of {bill_name(refusal.bill)}, and to these by no signature",
            f"replace it as the proposal says that was agreed to, or {sign}",
        )
    return (
        f"{whose} agreed to no replacements of {bill_name(refusal.bill)} by hash, and to these by no signature",
        f"let each sign: {agree_command(ledger, call)}; then add --agreement agreed.json",
    )


def _not_possessor(ledger: Reading, refusal: Any, call: VerbCall) -> Said:
    names, owner = ledger.names, ledger.ask("ownerOf", refusal.bill)
    start = f"{names.account(refusal.account)} does not possess {bill_name(refusal.bill)}"
    if ledger.account(owner).room:
        room, lodging = ledger.ask("lodging", refusal.bill)
        shown = ledger.shows(refusal.bill, room, LODGING_WORD.unpack(lodging)["deal"])
        right = "call the room: its deal says" if shown is None else f"`{shown}` tells"
        return f"{start}: the room {names.account(owner)} does", f"{right} who brings the bill out"
    return f"{start}: {names.account(owner)} does", "let the possessor act"


def _not_carrier(ledger: Reading, refusal: Any, call: VerbCall) -> Said:
    names, lei = ledger.names, lei_of(refusal.bill)
    carrier = names.participant(ledger.ask("participantOf", lei)) or lei_text(lei)
    return (
        f"{names.account(refusal.account)} does not act for {carrier}, the carrier of {bill_name(refusal.bill)}",
        "let an account of the carrier act",
    )


def _not_surrenderer(ledger: Reading, refusal: Any, call: VerbCall) -> Said:
    names, word = ledger.names, ledger.ask("bill", refusal.bill)
    surrenderer = names.account(ledger.ask("accountAt", word.previous_account))
    entitled = f", or of {names.participant(word.titleholder)}, its titleholder," if word.titleholder else ""
    return (
        f"{names.account(refusal.account)} did not surrender {bill_name(refusal.bill)}: {surrenderer} did",
        f"let an account of {surrenderer}{entitled} act",
    )


def _nothing_to_reject(ledger: Reading, refusal: Any, call: VerbCall) -> Said:
    rejection = getattr(call.verb, "rejection", None)
    word, names = ledger.ask("bill", refusal.bill), ledger.names
    bill = bill_name(refusal.bill)
    if rejection is Rejection.ISSUE and word.act_count > 1:
        return f"{bill} stands at act {word.act_count}: an issue is rejected by the first act after it", None
    if rejection in (Rejection.POSSESSION, Rejection.BOTH) and not word.may_reject_possession:
        return (
            f"possession of {bill} cannot be rejected: its possessor has acted on it since, or gave title alone",
            None,
        )
    if not word.may_reject_title:
        return (
            f"title to {bill} cannot be rejected: none was given with its last move, or whoever got it has acted",
            None,
        )
    received = "whoever possesses it" if word.kind is Kind.BLANK else names.participant(word.titleholder)
    return f"title to {bill} was given to {received}", f"let {received} reject it"


# ------------------------------------------------------------------------------------------------------------ standing


def _standing(ledger: Reading, refusal: Any, call: VerbCall) -> Said:
    """Why an account may not act, or may be given nothing: which of the reasons it is."""
    if refusal.account == NOBODY:
        return "nobody is named: a bill, title and an account go to somebody", "name who is meant"
    account, names = ledger.account(refusal.account), ledger.names
    told = names.account(account.address)
    if account.number == 0:
        near = ledger.near(account.address)
        meant = f"did you mean {near}?" if near else None
        if isinstance(call.verb, Lodge) and call.verb.room == refusal.account:
            return f"{told} is no room of this ledger", meant or listing(ledger, refusal.account)
        return (
            f"{told} is no account on this ledger",
            meant or "it is enrolled, or added to a participant, with its own signature",
        )
    if account.room:
        return f"the room {told} was delisted: it lets out what it holds and takes nothing new", None
    participant = ledger.participant(account.participant)
    person = names.participant(account.participant)
    if participant.suspended_until is not None:
        until = participant.suspended_until
        how_long = "" if until.year == NO_END_YEAR else f" until {moment(until)}"
        return f"{told} may not: {person} is suspended{how_long}", "`sampan participant lift` ends it early"
    if account.address not in {each.address for each in participant.accounts}:
        return f"{told} was removed or recovered: it acts for nobody", f"name another account of {person}"
    if participant.winding_down:
        return f"{told} may be given nothing new: {person} is winding down", None
    return None


def listing(ledger: Reading, room: str) -> str:
    """Who lists a room, by which command, for whoever signs here."""
    shown = "`sampan room show` tells which rooms are"
    name = _contract(ledger, room)
    country = ledger.account(ledger.address).country
    if name is None or not country:
        return f"it is listed first (`sampan room list`); {shown}"
    return f"whoever has the power ROOM_LISTER lists it first: `sampan room list {name} {country}`; {shown}"


def _contract(ledger: Reading, address: str) -> str | None:
    """The contract of the ledger that is at an address, by its name."""
    return next((name for name, known in ledger.addresses.items() if known == address), None)


def _lacks_role(ledger: Reading, refusal: Any, call: VerbCall) -> Said:
    account, wanted = ledger.account(refusal.account), Role(refusal.role)
    if account.number == 0 or account.room:
        return None
    participant = ledger.participant(account.participant)
    having = [each.address for each in participant.accounts if wanted in each.roles]
    if having:
        return refusal.message, f"{' or '.join(having)} has it, of the same participant"
    if wanted in participant.roles:
        roles = ",".join(role.name.lower() for role in Role if role in account.roles | wanted and role.name)
        return refusal.message, f"`sampan participant account roles {account.address} {roles}` gives it the role"
    lei = participant.lei
    return f"{refusal.message}, nor does its participant", f"the enroller gives it: `sampan participant profile {lei}`"


# ---------------------------------------------------------------------------------------------------------- agreements


def _disagreed(ledger: Reading, call: VerbCall, participant: int | None = None) -> Said:
    """What is wrong with an agreement that was shown beside the act; None where none was, or none of this one."""
    names = ledger.names
    for paper in call.agreements:
        text: Any = paper.text
        if participant is not None and ledger.ask("account", paper.signer).participant != participant:
            continue
        inner = call.verb.signed.call if isinstance(call.verb, Act) else call.verb
        if text.verb != inner.selector():
            what = names.verb(text.verb)
            return f"the agreement of {names.account(paper.signer)} is to something else: {what}", "let it sign anew"
        meant = next(each for each in agreeing.outcomes(ledger, _inner(call), paper.signer) if each.bill == text.bill)
        differs = [
            _differing(field, getattr(text, field), value, names)
            for field, value in meant._asdict().items()
            if getattr(text, field) != value
        ]
        if differs:
            return (
                f"the agreement of {names.account(paper.signer)} is to something else: {'; '.join(differs)}",
                f"let it sign what is done: {agree_command(ledger, call)}",
            )
    return None


def _differing(field: str, agreed: Any, done: Any, names: Any) -> str:
    if field == "detail":
        return "other terms (document, law, purpose or replacements)"
    return f"{field} {describe(field, agreed, names)}, not {describe(field, done, names)}"


def _inner(call: VerbCall) -> Any:
    """The call that somebody signed, where it is sent by another."""
    from dataclasses import replace

    return replace(call, verb=call.verb.signed.call) if isinstance(call.verb, Act) else call


def _takers(call: VerbCall) -> Iterator[str]:
    """The accounts that are given something by an act."""
    verb: Any = _inner(call).verb
    for name in ("to", "endorsee", "possessor", "room"):
        address = getattr(verb, name, NOBODY)
        if address != NOBODY:
            yield address
    titled: Any = getattr(verb, "terms", None)
    if hasattr(titled, "titleholder") and titled.titleholder != NOBODY:
        yield titled.titleholder


def agree_command(ledger: Reading, call: VerbCall) -> str:
    """The command with which somebody agrees to an act."""
    return f"`sampan bill agree --out agreed.json {_command(ledger, _inner(call).verb)} --from KEY`"


def _command(ledger: Reading, verb: Any) -> str:
    def who(address: str) -> str:
        """Somebody by LEI where the participant has one account."""
        account = ledger.account(address)
        if account.lei is None or len(ledger.participant(account.participant).accounts) > 1:
            return address
        return account.lei

    def bill(number: int) -> str:
        return shlex.quote(str(unpack(number)))

    match verb:
        case Transfer():
            return f"transfer {bill(verb.bill)} --to {who(verb.to)}"
        case Endorse():
            to = "" if verb.to == NOBODY else f" --to {who(verb.to)}"
            return f"endorse {bill(verb.bill)}{_endorsement(verb, who)}{to}"
        case Lodge():
            endorsed = "" if verb.endorsement is Endorsement.NONE else " --in-blank"
            return f"lodge {bill(verb.bill)}{endorsed} --room {verb.room} --terms 0x{verb.terms.hex()}"
        case Surrender():
            purpose = "" if verb.purpose is SurrenderFor.DELIVERY else f" --for {option(verb.purpose)}"
            agreed = f" --agreed 0x{verb.agreed.hex()}" if any(verb.agreed) else ""
            return f"surrender {bill(verb.bill)}{purpose}{agreed} --to {verb.to}"
        case Issue():
            return f"issue FILE{_laws(ledger, verb.terms)}{_to(verb, who)}"
        case IssueFromPaper():
            counted = f"--originals {verb.originals} --statement 0x{verb.statement.hex()}"
            return f"from-paper FILE {counted}{_laws(ledger, verb.terms)}{_to(verb, who)}"
        case Reject():
            return f"reject {bill(verb.bill)} --what {option(verb.rejection)}"
        case Replace():
            return "replace PROPOSAL"
        case _:
            return "VERB ..."


def _laws(ledger: Reading, terms: Any) -> str:
    """The laws that both sides must name; that of the record where the carrier has published several."""
    published = ledger.participant(lei_text(lei_of(terms.bill))).record_laws
    record = f" --record-law {option(terms.record_law)}" if len(published) > 1 else ""
    return f" --carriage-law {terms.carriage_law}{record}"


def _to(verb: Any, who: Callable[[str], str]) -> str:
    return f" --to {who(verb.possessor)}"


def _endorsement(verb: Any, who: Callable[[str], str]) -> str:
    if verb.endorsement is Endorsement.NONE:
        return ""
    if verb.endorsement is Endorsement.BLANK:
        return " --in-blank"
    return f" --{'to-order' if verb.endorsement is Endorsement.TO_ORDER else 'by-name'} {who(verb.endorsee)}"


def _transfer(ledger: Reading, bill: int, to: int) -> str:
    return f"`sampan bill transfer {shlex.quote(bill_name(bill))} --to {ledger.participant_lei(to)}`"


def _not_allowed(ledger: Any, refusal: Any, call: VerbCall) -> Said:
    """Whose money may not be spent, and of which deposit."""
    verb: Any = call.verb
    if isinstance(verb, Open):
        payments = zip(verb.terms.lenders, verb.from_, verb.terms.commitments, strict=True)
    elif isinstance(verb, Repay):
        payments = zip([ledger.address], [verb.from_], [refusal.needed], strict=True)
    else:
        return _in_its_money(ledger, refusal, call)
    names = ledger.names
    for payer, money, units in payments:
        allowed = ledger.allowance(payer, refusal.spender, money)
        if allowed < units:
            spender, who = names.account(refusal.spender), names.account(payer)
            named = _contract(ledger, refusal.spender) or refusal.spender
            deposit, needed = ledger.money(money).reference, names.amount(units, money)
            if isinstance(verb, Open) and ledger.balance(payer, money) < units:
                return (
                    f"{who} has not {needed} in {deposit}, out of which it would pay, and {spender} may not spend it",
                    "let it pay out of its own deposit: --out-of LENDER=DEPOSIT",
                )
            return (
                f"{spender} may spend {names.amount(allowed, money)} of what {who} has in {deposit}, not {needed}",
                f'let {who} allow it first: sampan money allow {deposit} "{needed}" --spender {named}',
            )
    return None


def _short(ledger: Any, refusal: Any, call: VerbCall) -> Said:
    """Who has too little, and in which deposit."""
    verb: Any = call.verb
    if not isinstance(verb, Open):
        return _in_its_money(ledger, refusal, call)
    names = ledger.names
    for payer, money, units in zip(verb.terms.lenders, verb.from_, verb.terms.commitments, strict=True):
        has = ledger.balance(payer, money)
        if has < units:
            deposit, needed = ledger.money(money).reference, names.amount(units, money)
            return (
                f"{names.account(payer)} has {names.amount(has, money)} in {deposit}, and commits {needed}",
                "let its bank issue more, or let it pay out of another deposit (--out-of)",
            )
    return None


_AMOUNTS: Final = frozenset({"allowance", "needed", "balance", "amount", "left"})


def _in_its_money(ledger: Reading, refusal: Any, call: VerbCall) -> Said:
    """The same, its amounts in the money that the call is about; in a purchase that may be either: nothing is added."""
    verb: Any = call.verb
    if hasattr(verb, "quote"):
        money = verb.quote.sold if refusal.name == "QuoteUsedUp" else None
    else:
        money = getattr(verb, "from_", None) or getattr(verb, "deposit", None)
    return _in_money(ledger, refusal, money, _AMOUNTS)


def _in_money(ledger: Reading, refusal: Any, money: str | None, amounts: frozenset[str]) -> Said:
    if money is None:
        return None
    names = ledger.names
    said = {
        name: names.amount(value, money) if name in amounts else describe(name, value, names)
        for name, value in refusal.arguments.items()
    }
    words, right = SUITE.refusals.get(refusal.name) or OTHERS[refusal.name]
    return words.format(**said), right


# --------------------------------------------------------------------------------------------------------------- cargo


def _not_accredited(ledger: Reading, refusal: Any, call: VerbCall) -> Said:
    """Where it is accredited for this, if anywhere, and what would accredit it."""
    kind, place = refusal.kind, place_text(refusal.place)
    kinds, _ = ledger.ask("accreditation", refusal.producer, contract="CargoLog")
    where = f" at {place}" if place else ""
    elsewhere = " there, elsewhere it is" if place and kind in kinds_of(kinds) else ""
    lei = ledger.participant_lei(refusal.producer)
    option_place = f" --place {place}" if bits(kind) & PLACED else ""
    return (
        f"{ledger.names.participant(refusal.producer)} is not accredited for {plain(kind)}{where}{elsewhere}",
        f"the enroller accredits it: `sampan cargo accredit {lei} {option(kind)}{option_place}`",
    )


def _fact_stands(ledger: Reading, refusal: Any, call: VerbCall) -> Said:
    """What stands, since when."""
    fact = ledger.ask("factOf", refusal.bill, refusal.kind, refusal.unit, refusal.producer, contract="CargoLog")
    who, since = ledger.names.participant(refusal.producer), moment(fact.recorded_at)
    return (
        f"{who} said this before, and it stands since {since}: {told_of(refusal.bill, refusal.kind, refusal.unit)}",
        "only what corrects that comes in its place: an event that names it, or a statement (--replace)",
    )


# --------------------------------------------------------------------------------------------------------------- loans


def _taken(ledger: Reading, refusal: Any, call: VerbCall) -> Said:
    """Which debt the cargo secures, and what its print says."""
    _, right = SUITE.refusals[refusal.name]
    print_ = prints.in_words(refusal.print)
    if refusal.room == NOBODY:
        return f"debts on parts of this box bar it (print {print_})", right
    return f"this cargo secures {ledger.names.debt(refusal.room, refusal.debt)} already (print {print_})", right


def _condition_not_met(ledger: Any, refusal: Any, call: VerbCall) -> Said:
    """Whose word is known and was not named; else where it is told what is missing."""
    verb: Any = call.verb
    if isinstance(verb, Lodge):
        pledge = read_pledge(verb.terms)
        facility, units, named = pledge.facility, len(pledge.prints), pledge.producers
    elif isinstance(verb, Draw):
        facility, units, named = verb.facility, None, verb.producers
    else:
        return None
    bill = bill_name(refusal.bill)
    answer, loan = ledger.why_not_drawn(facility, refusal.bill, units=units), ledger.loan(facility)
    known = {ledger.ask("account", each).participant for each in named}
    heard = {ledger.ask("account", each).participant for each in ledger.witnesses(answer.condition.name, refusal.bill)}
    forgotten = [each for each in sorted(heard - known) if ledger.participant(each).parent not in answer.left_out]
    why = f"`sampan cargo why {facility} {shlex.quote(bill)}` tells what is missing"
    start = f"the condition of facility {loan.number} does not hold for {bill}"
    if not forgotten:
        return start, why
    who = " and ".join(map(ledger.names.participant, forgotten))
    also = ", and with that word it holds" if answer.holds else ""
    option = " ".join(
        ("--producer " if isinstance(verb, Lodge) else "") + ledger.participant_lei(each) for each in forgotten
    )
    return (
        f"{start} by the word of {_those(ledger, named)}; {who} reported of it too{also}",
        f"name the producers that the condition may count: {option}; {why}",
    )


def _facility_of(ledger: Reading, verb: Any) -> int | None:
    """The facility that a call of loans is about; None of a call that somebody signed for another to send, which says
    its own in bytes."""
    if isinstance(verb, Lodge):
        book = verb.room == ledger.addresses.get(LOANS.contract)
        return read_pledge(verb.terms).facility if book else None
    if hasattr(verb, "facility"):
        facility: int = verb.facility
        return facility
    if hasattr(verb, "bill"):
        found: int = ledger.ask("pledgeOf", verb.bill, contract=LOANS.contract)[0]
        return found
    return None


_BORROWER: Final = (Draw, Lodge, TakeSurplus)
_AGENT: Final = (Entrust, Allot, SurrenderPledged, File)
_EITHER: Final = (Repay, Discharge)


def _not_a_party(ledger: Any, refusal: Any, call: VerbCall) -> Said:
    """Who it is that may do this."""
    verb, names = call.verb, ledger.names
    if isinstance(verb, (Pay, Decline, Recall, Change)):
        buys = isinstance(verb, (Pay, Decline))
        role, number = ("buyer", verb.terms.buyer) if buys else ("seller", verb.terms.seller)
        return _the_party(ledger, refusal, [(role, number)], "this offer")
    facility = _facility_of(ledger, verb)
    if not facility:
        return None
    loan = ledger.loan(facility)
    borrower, agent = ("borrower", loan.stored.borrower), ("agent", loan.stored.agent)
    # Who sends may name itself: the book asks first whose act it is.
    if isinstance(verb, Entrust) and ledger.account(verb.to).participant != borrower[1]:
        return (
            f"{names.account(verb.to)} is no account of the borrower, {names.participant(borrower[1])}",
            "a bill goes out on trust to the borrower alone: --to",
        )
    if isinstance(verb, Instruct):
        parties = [agent] if loan.in_default else [borrower]
    else:
        parties = [borrower] if isinstance(verb, (*_BORROWER, *_EITHER)) else []
        parties += [agent] if isinstance(verb, (*_AGENT, *_EITHER)) else []
    return _the_party(ledger, refusal, parties, f"facility {facility}") if parties else None


def _the_party(ledger: Reading, refusal: Any, parties: Sequence[tuple[str, int]], of: str) -> Said:
    names = ledger.names
    who = " or ".join(f"the {role} of {of}, {names.participant(number)}" for role, number in parties)
    persons = " or ".join(names.participant(number) for _, number in parties)
    return f"{names.account(refusal.account)} may not do this: {who}, may", f"act as {persons}: --from"


def _not_under_this_deal(ledger: Any, refusal: Any, call: VerbCall) -> Said:
    """Where a bill is of which a loan was asked to do something: pledged nowhere, or elsewhere, or out."""
    if call.verb.subject is not LOANS:
        return None
    bill, found = bill_name(refusal.bill), ledger.pledged(refusal.bill)
    if found is None:
        return f"{bill} is not pledged", PLEDGE_IT
    facility = _facility_of(ledger, call.verb)
    if facility and found.facility != facility:
        return f"{bill} is pledged in facility {found.facility}, not in {facility}", f"name facility {found.facility}"
    if found.out:
        return is_out(bill, found.until)
    status = ledger.ask("bill", refusal.bill).status
    return f"{bill} does not lie in the loan book: it is {plain(status)}", f"`sampan bill show {bill}` tells more"


PLEDGE_IT: Final = "it is accepted (`sampan finance accept`) and pledged first; `sampan bill show` tells where it is"


def is_out(bill: str, until: int) -> tuple[str, str]:
    """What is said of a bill on trust that should lie in the loan book, and what would be right."""
    return (
        f"{bill} is out on trust until {moment(until)}, and lies not in the loan book",
        "let it come back: the agent accepts it (`sampan finance accept`), the borrower pledges it",
    )


def _nothing_left(ledger: Any, refusal: Any, call: VerbCall) -> Said:
    """Of a bill that secures a loan still there is nothing to end, but to let go."""
    found = ledger.pledged(refusal.bill)
    if found is None:
        return None
    return (
        f"{bill_name(refusal.bill)} secures facility {found.facility} still, and so does its cargo",
        f"let it go: `sampan finance release {found.facility} {bill_name(refusal.bill)}`",
    )


def _no_position(ledger: Any, refusal: Any, call: VerbCall) -> Said:
    """Which position there is none of, or whose it is."""
    position = getattr(call.verb, "position", None)
    if not isinstance(position, int):
        return None
    name = position_name(position)
    if refusal.name == "TokenDoesNotExist":
        facility = loan_number_of(position)
        return f"there is no position {name}", f"`sampan finance show {facility}` shows those of facility {facility}"
    owner = ledger.ask("ownerOf", position, contract="Positions")
    return f"position {name} is {ledger.names.account(owner)}'s", "act with the account that has it: --from"


def _no_majority(ledger: Any, refusal: Any, call: VerbCall) -> Said:
    """How much of the facility is in favour, as it was committed."""
    _, right = SUITE.refusals[refusal.name]
    loan = ledger.loan(call.verb.facility)  # type: ignore[attr-defined]
    favour, all_ = loan.amount(refusal.in_favour), loan.amount(refusal.shares)
    return f"lenders of {favour} are in favour, of {all_} whose votes count", right


def _those(ledger: Reading, accounts: Sequence[str]) -> str:
    return " and ".join(map(ledger.names.account, accounts)) or "nobody: no producer was named"


_OF_LOANS: Final = frozenset({"owed", "covered", "asked", "reserve", "undrawn", "amount"})


def _in_the_loans_money(ledger: Reading, refusal: Any, call: VerbCall) -> Said:
    """The same, its amounts in the money of the loan that the call is about."""
    verb: Any = call.verb
    if hasattr(getattr(verb, "terms", None), "money"):
        return _in_money(ledger, refusal, verb.terms.money, _OF_LOANS)
    facility = _facility_of(ledger, verb)
    if facility is None:
        return None
    return _in_money(ledger, refusal, ledger.names.loans.get(facility), _OF_LOANS)


_CASES: Mapping[str, Callable[[Any, Any, Any], Said]] = {
    "MayNotSurrender": _may_not_surrender,
    "MayNotEndorse": _may_not_endorse,
    "AgreementRequired": _agreement_required,
    "ReplacementsNotAgreed": _replacements_not_agreed,
    "NotPossessor": _not_possessor,
    "NotCarrier": _not_carrier,
    "NotSurrenderer": _not_surrenderer,
    "NothingToReject": _nothing_to_reject,
    "MayNotAct": _standing,
    "MayNotReceive": _standing,
    "LacksRole": _lacks_role,
    "ERC20InsufficientAllowance": _not_allowed,
    "ERC20InsufficientBalance": _short,
    "TooMuch": _in_its_money,
    "NotAllowed": _in_its_money,
    "QuoteUsedUp": _in_its_money,
    "NotAccredited": _not_accredited,
    "FactStands": _fact_stands,
    "Taken": _taken,
    "ConditionNotMet": _condition_not_met,
    "NotCovered": _in_the_loans_money,
    "TooLittleUndrawn": _in_the_loans_money,
    "OfferTooLow": _in_the_loans_money,
    "LeastTooLow": _in_the_loans_money,
    "NotAParty": _not_a_party,
    "NotUnderThisDeal": _not_under_this_deal,
    "NothingLeft": _nothing_left,
    "TokenDoesNotExist": _no_position,
    "NotOwnerNorApproved": _no_position,
    "NoMajority": _no_majority,
}
