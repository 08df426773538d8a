"""What the chain should answer of sales, by the logs; and their lives: what was offered to whom, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Final, Literal, NamedTuple

from sampan.identity.evidence import lei_of
from sampan.suite import events as ev
from sampan.suite.amounts import digits
from sampan.suite.check import Audited, Cell, Entry, Evidence, Life, Question, Section, Word
from sampan.suite.forms import ABSENT, Address, BillName, Count, Digits, Form, Hash, Lei, Of, Second
from sampan.suite.layout import NUMBER
from sampan.suite.layout import entry as entry_slot
from sampan.suite.tell import Names, bill_name, checksum, instant, moment, readable
from sampan.suite.verb import NOBODY
from sampan.suite.words import Endorsement
from sampan.trade.checks import CHECKS
from sampan.trade.history import Sourced, changed_from, instructed, name_of, sourced, terms_of
from sampan.trade.records import ENDS, Trade
from sampan.trade.subject import SALE
from sampan.trade.terms import Terms


def questions(state: Trade, time: int) -> Iterator[Question]:
    """It stores nothing of its terms: what lies under which, the ledger is asked."""
    return iter(())


def words(state: Trade) -> Iterator[Word]:
    """The words of all that was called by signature."""
    for room, digest in sorted(state.called):
        if room == state.addresses[SALE.contract]:
            slot = entry_slot(SALE.slot("_used"), digest)
            yield Word(f"call 0x{digest.hex()}", slot, NUMBER, 1, "signed call used")


# --------------------------------------------------------------------------------------------------------------- lives

Outcome = Literal["offered", "lapsed", "changed", "paid", "recalled", "declined", "expired"]
_ENDED: Final[dict[type[Any], Any]] = {kind: kind.__name__.lower() for kind in ENDS}


class Stood(NamedTuple):
    """An offer from its first bill, or from a change, up to what ended it (None: nothing yet)."""

    begun: Entry
    ended: Entry | None
    outcome: Outcome
    """`lapsed`: its deadline has passed, and nobody sent the bills back yet."""


def spans(evidence: Evidence, key: bytes) -> Iterator[Stood]:
    """From when to when an offer stood under these terms; after its end the same terms may be offered again."""
    own, changes = evidence.grouped(terms_of).get(key, ()), evidence.grouped(changed_from).get(key, ())
    named = evidence.grouped(instructed).get(key, ()) if sourced(evidence, key) is not None else ()
    begun: Entry | None = None
    for entry in sorted([*own, *changes, *named], key=lambda entry: (entry.block, entry.index)):
        outcome: Outcome | None = "changed" if entry in changes else _ENDED.get(type(entry.event))
        if outcome is None:
            begun = begun or entry
        elif begun is not None:
            yield Stood(begun, entry, outcome)
            begun = None
    if begun is not None:
        terms = _offered(evidence, key)
        late = terms is not None and evidence.time > terms.deadline
        yield Stood(begun, None, "lapsed" if late else "offered")


def _sold(evidence: Evidence, key: bytes) -> Terms | Sourced | None:
    """What is known of a sale: its terms, or what events tell of bills that were sold where they lay."""
    return _offered(evidence, key) or sourced(evidence, key)


def _offered(evidence: Evidence, key: bytes) -> Terms | None:
    """None of terms that somebody invented."""
    return None if evidence.state is None else evidence.state.offers.get(key)


def _outcome(evidence: Evidence, key: bytes) -> Outcome | None:
    return next((span.outcome for span in reversed(list(spans(evidence, key)))), None)


def _known(take: Callable[[Any, Trade], Any], known: Callable[[Evidence, bytes], Any] = _sold) -> Of:
    """A field of a sale; left out where the logs could not be followed so far."""
    return Of(
        lambda it: ABSENT if (terms := known(it.evidence, it.key)) is None else take(terms, it.evidence.state),
        maybe=True,
    )


def _in_terms(take: Callable[[Terms, Trade], Any]) -> Of:
    """A field that nothing but terms tells."""
    return _known(take, _offered)


def _paid_from(lived: Any) -> str | None:
    found = [entry.event.from_ for entry in lived.evidence.grouped(terms_of).get(lived.key, ()) if entry.name == "Paid"]
    return checksum(found[-1]) if found else None


def _changes(lived: Any) -> list[bytes]:
    return [entry.event.to for entry in lived.evidence.grouped(changed_from).get(lived.key, ())]


def _before(lived: Any) -> bytes | None:
    own = lived.evidence.grouped(terms_of).get(lived.key, ())
    return next((before for entry in own if (before := changed_from(entry.event)) is not None), None)


class OfferStood(Form):
    """An offer, from when to when, and what became of it."""

    outcome: Outcome
    from_: Annotated[Second, Of(lambda it: it.begun.time)]
    from_block: Annotated[Count, Of(lambda it: it.begun.block)]
    to: Annotated[Second | None, "Null: nothing ended it", Of(lambda it: None if it.ended is None else it.ended.time)]
    to_block: Annotated[int | None, Of(lambda it: None if it.ended is None else it.ended.block)]


class SaleLife(Form):
    """Bills for a price, documents against payment."""

    terms: Annotated[Hash, "What stands for the terms in events", Of(lambda lived: lived.key)]
    outcome: Annotated[
        Outcome | None,
        "Lapsed: past its deadline, the bills not yet sent back",
        Of(lambda lived: _outcome(lived.evidence, lived.key)),
    ]
    bills: Annotated[list[BillName], _known(lambda terms, _: terms.bills)]
    seller: Annotated[
        Lei | None,
        "Of bills that were sold in default who sold them; null: somebody who is no participant",
        _known(lambda it, state: lei_of(state, it.seller)),
    ]
    sold_in_default_of: Annotated[
        Lei | None,
        "Whose the bills were that another sold; null: the seller's",
        _known(lambda it, state: lei_of(state, _in_default_of(it))),
    ]
    sold_for: Annotated[
        str | None,
        "What they secured where they lay in pledge, and was paid out of the price first; null: nothing",
        _known(lambda it, _: it.secured if isinstance(it, Sourced) else None),
    ]
    buyer: Annotated[Lei | None, _known(lambda terms, state: lei_of(state, terms.buyer))]
    payee: Annotated[Address, "The account that is paid", _known(lambda terms, _: checksum(terms.payee))]
    money: Annotated[Address, "The deposit in which it is paid", _known(lambda terms, _: checksum(terms.money))]
    currency: Annotated[str | None, _known(lambda terms, state: _currency(state, terms))]
    decimals: Annotated[
        int | None,
        "Minor units; null: of a coin, whose token says it",
        _known(lambda terms, state: _decimals(state, terms)),
    ]
    price: Annotated[Digits, "For all bills, in the smallest unit", _known(lambda terms, _: terms.price)]
    endorsement: Annotated[Endorsement, "How title goes to the buyer", _in_terms(lambda terms, _: terms.endorsement)]
    deadline: Annotated[Second, "Last second at which it may be paid", _in_terms(lambda terms, _: terms.deadline)]
    firm_until: Annotated[
        Second | None,
        "Last second at which the seller neither recalls nor changes",
        _in_terms(lambda terms, _: terms.firm_until or None),
    ]
    source: Annotated[
        Address | None,
        "The room in which they lay when they were paid for: the log has no terms; null: the sale",
        _known(lambda terms, _: None if terms.source == NOBODY else checksum(terms.source)),
    ]
    paid_from: Annotated[Address | None, "The deposit out of which the buyer paid", Of(_paid_from)]
    changed_from: Annotated[Hash | None, "The terms before these", Of(_before)]
    changed_to: Annotated[list[Hash], "The terms after these", Of(_changes)]
    stood: Annotated[list[OfferStood], Of(lambda lived: list(spans(lived.evidence, lived.key)))]


def _currency(state: Trade, terms: Terms | Sourced) -> str | None:
    found = state.deposits.get(terms.money) or state.coins.get(terms.money)
    return None if found is None else found.currency


def _decimals(state: Trade, terms: Terms | Sourced) -> int | None:
    found = state.deposits.get(terms.money)
    return None if found is None else found.decimals


def _in_default_of(sale: Terms | Sourced) -> int:
    """The participant whose bills another sold; 0: nobody."""
    return sale.owner if isinstance(sale, Sourced) and sale.owner != sale.seller else 0


def _sold_by(seller: str | None, defaulter: str | None, secured: str | None) -> tuple[str, ...]:
    """Who sold, and where that was not whoever had pledged the bills, for whom."""
    seller = seller or "somebody who is no participant"
    return (seller,) if defaulter is None else (seller, f"for the lenders of {secured}, in default of {defaulter}")


def _row(evidence: Evidence, key: bytes, names: Names) -> tuple[str, ...]:
    terms = _sold(evidence, key)
    if terms is None:
        return ("?", "", "", "", "", "")
    whose = _in_default_of(terms)
    defaulter = names.participant(whose) if whose else None
    secured = terms.secured if isinstance(terms, Sourced) else None
    return (
        _outcome(evidence, key) or "?",
        "\n".join(map(bill_name, terms.bills)),
        "\n".join(_sold_by(names.participant(terms.seller) if terms.seller else None, defaulter, secured)),
        names.participant(terms.buyer),
        names.amount(terms.price, terms.money),
        "sold where it lay" if isinstance(terms, Sourced) else moment(terms.deadline),
    )


def _times(evidence: Evidence, key: bytes, names: Names) -> Iterator[tuple[str, ...]]:
    for span in spans(evidence, key):
        yield instant(span.begun.time), "still" if span.ended is None else instant(span.ended.time), span.outcome


def _named(evidence: Evidence, key: bytes) -> dict[str, set[Any]]:
    terms = _sold(evidence, key)
    if terms is None:
        return {}
    parties = {terms.seller, terms.buyer, _in_default_of(terms)} - {0}
    return {"bills": set(terms.bills), "participants": parties, "deposits": {terms.money}}


def _drawn(sales: Sequence[Mapping[str, Any]]) -> Section:
    """Sales on the page of a bill."""
    rows = []
    for sale in sales:
        last = sale["stood"][-1] if sale["stood"] else None
        ended = (
            None
            if last is None or last["to"] is None
            else Cell((readable(last["to"]), f"block {last['to_block']}"), kind="when")
        )
        rows.append(
            (
                sale["outcome"] or "?",
                ended or "",
                Cell((_price(sale), _until(sale)), code=sale["money"], kind="price"),
                Cell(
                    (
                        *_sold_by(sale["seller"], sale.get("sold_in_default_of"), sale.get("sold_for")),
                        f"to {sale['buyer'] or 'somebody who is no participant'}",
                    ),
                    kind="lei",
                ),
                Cell((), code=sale["terms"]),
            )
        )
    head = ("outcome", "when (UTC)", "price, in which deposit or coin", "seller, to buyer", "hash of the terms")
    return Section("What it was offered and sold for", head, rows)


def _until(sale: Mapping[str, Any]) -> str:
    return f"until {readable(sale['deadline'])} UTC" if "deadline" in sale else "sold where it lay in pledge"


def _price(sale: Mapping[str, Any]) -> str:
    price, decimals = int(sale["price"]), sale["decimals"]
    if decimals is None:
        return f"{price} of the smallest unit"
    return f"{sale['currency']} {digits(price, decimals, grouped=True)}"


LIVES: Final = Life(
    name="sales",
    of=terms_of,
    order=bytes,
    title=name_of,
    form=SaleLife,
    columns=("outcome", "bills", "seller", "buyer", "price", "until"),
    row=_row,
    times=("from (UTC)", "to", "outcome"),
    spent=_times,
    others=_named,
    drawn=_drawn,
)


# None of these is without the act of a bill that it let in, held on or let out (SAM-D1, SAM-D2).
AUDITED: Final = Audited(
    SALE,
    questions,
    words,
    CHECKS,
    (LIVES,),
    believed={"reason": "reasons of refusals to pay", "Expired.by": "who sent bills back after a deadline"},
    counted=(*ENDS, ev.Changed),
)
