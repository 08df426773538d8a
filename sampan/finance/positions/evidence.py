"""What the chain should answer of positions, by the logs; and their lives: who had them, how many shares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final, NamedTuple

from sampan.finance.positions import rules, storage
from sampan.finance.positions.records import ORIGIN_WORD, POSITION_WORD, Claims, Position
from sampan.finance.positions.subject import POSITIONS
from sampan.suite import events as ev
from sampan.suite import layout
from sampan.suite.check import LEDGER, Audited, Entry, Evidence, Life, Question, Word
from sampan.suite.codec import word
from sampan.suite.forms import ABSENT, Address, Count, Digits, Form, Of, Second
from sampan.suite.ids import loan_id_of, loan_number_of, position_name, room_number_of
from sampan.suite.layout import NUMBER
from sampan.suite.tell import Names, checksum, instant
from sampan.suite.verb import NOBODY


def questions(state: Claims, time: int) -> Iterator[Question]:
    """Every view that a client could rely on, of every position, loan, country and approval that the logs name."""
    for position in sorted(state.positions):
        known, name = state.positions[position], _named(position)
        yield Question(name, "ownerOf", (position,), known.owner)
        yield Question(name, "getApproved", (position,), state.position_approvals.get(position, NOBODY))
        if rules.lender_of(state, position) is not None:
            yield Question(name, "positionOf", (position,), {"shares": known.shares, "had": known.had})
        claim = rules.known_claim(state, position)
        if claim is not None:
            yield Question(name, "unclaimed", (position,), claim)
    for loan, count in sorted(state.position_counts.items()):
        room = state.resolve(room_number_of(loan))
        yield Question(
            f"loan {loan_number_of(loan)} of {checksum(room)}", "countOf", (room, loan_number_of(loan)), count
        )
    for account, count in sorted(state.position_balances.items()):
        yield Question(checksum(account), "balanceOf", (account,), count)
    for (owner, operator), approved in sorted(state.position_operators.items()):
        yield Question(checksum(owner), "isApprovedForAll", (owner, operator), approved)
    for country, is_open in sorted(state.open_countries.items()):
        yield Question(country, "isOpenTo", (country,), is_open)


def words(state: Claims) -> Iterator[Word]:
    """The words of all positions, of what was cut from them, of loans and of who holds."""
    yield Word(LEDGER, POSITIONS.slot("_count"), NUMBER, state.country_events, "countries opened or closed")
    for position, known in sorted(state.positions.items()):
        name = _named(position)
        yield Word(name, layout.token_slot(position), NUMBER, int(known.owner, 16), "owner")
        yield Word(name, layout.entry(POSITIONS.slot("_origins"), word(position)), ORIGIN_WORD, known, "origin")
        if rules.lender_of(state, position) is not None:
            yield Word(name, storage.position_slot(position), POSITION_WORD, known, "shares and payments")
    for whole, cuts in sorted(state.position_cuts.items()):
        slot = layout.entry(POSITIONS.slot("_cuts"), word(whole))
        yield Word(_named(whole), slot, NUMBER, len(cuts), "parts cut")
    for loan, count in sorted(state.position_counts.items()):
        yield Word(_named(loan), layout.entry(POSITIONS.slot("_counts"), word(loan)), NUMBER, count, "positions")
    for account, count in sorted(state.position_balances.items()):
        yield Word(checksum(account), layout.owner_slot(account), NUMBER, count, "positions held")
    for digest in sorted(state.positions_sold):
        slot = layout.entry(POSITIONS.slot("_sold"), digest)
        yield Word(f"offer 0x{digest.hex()}", slot, NUMBER, 1, "offer taken")
    for country, is_open in sorted(state.open_countries.items()):
        slot = layout.entry(POSITIONS.slot("isOpenTo"), storage.country_key(country))
        yield Word(country, slot, NUMBER, int(is_open), "open to positions")


def _named(position: int) -> str:
    return (
        f"position {position_name(position)}" if position != loan_id_of(position) else f"loan {position_name(position)}"
    )


# --------------------------------------------------------------------------------------------------------------- lives


def position_of(event: Any) -> int | None:
    """The position that an event is about; of a split the one that was split, for the part begins with its Transfer."""
    match event:
        case ev.PositionTransfer() | ev.PositionApproval():
            return event.id
        case ev.Lent() | ev.Split() | ev.PositionSold() | ev.PositionRecovered():
            return event.position
        case _:
            return None


class Held(NamedTuple):
    """Who had a position, and how many shares of the loan it was."""

    owner: str
    shares: int


class Span(NamedTuple):
    """A position from an event on, up to the event that changed who had it, or its shares (None: to the end)."""

    held: Held
    begun: Entry
    ended: Entry | None


def _held(state: Claims, position: int) -> Held | None:
    """None of a position that somebody invented."""
    found = state.positions.get(position)
    return None if found is None else Held(found.owner, found.shares)


def spans(evidence: Evidence, position: int) -> Iterator[Span]:
    """How a position stood, from one transaction to the next that changed it, oldest first."""
    last: dict[str, tuple[Held, Entry]] = {}
    for entry in evidence.grouped(position_of).get(position, ()):
        now = evidence.after.get((entry.block, entry.index))
        if now is not None:
            last[entry.transaction] = now, last.get(entry.transaction, (now, entry))[1]
    begun: tuple[Held, Entry] | None = None
    for now, entry in last.values():
        if begun is not None and now != begun[0]:
            yield Span(*begun, entry)
            begun = None
        begun = begun or (now, entry)
    if begun is not None:
        yield Span(*begun, None)


def _position(lived: Any) -> Position | None:
    return None if lived.evidence.state is None else lived.evidence.state.positions.get(lived.key)


def _known(take: Any) -> Of:
    """A field of a position; left out where the logs could not be followed so far."""
    return Of(
        lambda lived: ABSENT if (found := _position(lived)) is None else take(found, lived.evidence.state), maybe=True
    )


def _cut_from(found: Position) -> str | None:
    return position_name(found.whole) if found.origin else None


def _money(lived: Any) -> tuple[str | None, int | None]:
    """Currency and decimals of the money of its loan."""
    names = lived.evidence.names
    money = names.lent.get(loan_id_of(lived.key))
    return (None, None) if money is None else names.money.get(checksum(money), (None, None))


class PositionHeld(Form):
    """Who had a position, from when to when."""

    owner: Annotated[Address, Of(lambda it: checksum(it.held.owner))]
    shares: Annotated[Digits, Of(lambda it: it.held.shares)]
    from_: Annotated[Second, Of(lambda it: it.begun.time)]
    from_block: Annotated[Count, Of(lambda it: it.begun.block)]
    to: Annotated[Second | None, "Null: still", Of(lambda it: None if it.ended is None else it.ended.time)]
    to_block: Annotated[int | None, Of(lambda it: None if it.ended is None else it.ended.block)]


class PositionLife(Form):
    """A lender's part of a loan."""

    position: Annotated[str, "ROOM/LOAN/NUMBER", Of(lambda lived: position_name(lived.key))]
    room: Annotated[Address, "That lent", _known(lambda it, state: checksum(state.resolve(room_number_of(it.id))))]
    loan: Annotated[Count, "The room's own number of it", Of(lambda lived: loan_number_of(lived.key))]
    owner: Annotated[Address, _known(lambda it, _: checksum(it.owner))]
    shares: Annotated[Digits, _known(lambda it, _: it.shares)]
    had: Annotated[Digits, "What it was paid so far, in the smallest unit", _known(lambda it, _: it.had)]
    unclaimed: Annotated[
        Digits | None,
        "What it is owed now, in the smallest unit; null: a room lent of which no log tells what came in",
        _known(lambda it, state: rules.known_claim(state, it.id)),
    ]
    currency: Annotated[str | None, "Null: a room lent of whose money no log tells", Of(lambda lived: _money(lived)[0])]
    decimals: Annotated[int | None, "Minor units", Of(lambda lived: _money(lived)[1])]
    cut_from: Annotated[
        str | None, "The position that it was split off; null: the loan's own", _known(lambda it, _: _cut_from(it))
    ]
    stood: Annotated[list[PositionHeld], Of(lambda lived: list(spans(lived.evidence, lived.key)))]


def _row(evidence: Evidence, key: int, names: Names) -> tuple[str, ...]:
    state = evidence.state
    found = None if state is None else state.positions.get(key)
    if found is None:
        return ("?", "", "", "")
    unclaimed = rules.known_claim(state, key)
    return (
        names.account(found.owner),
        _amount(found.shares, key, names),
        _amount(found.had, key, names),
        "?" if unclaimed is None else _amount(unclaimed, key, names),
    )


def _amount(number: int, position: int, names: Names) -> str:
    """So much of the money of its loan; a share is the smallest unit of what was committed."""
    return names.amount(number, names.lent.get(loan_id_of(position)))


def _times(evidence: Evidence, key: int, names: Names) -> Iterator[tuple[str, ...]]:
    for span in spans(evidence, key):
        yield (
            instant(span.begun.time),
            "still" if span.ended is None else instant(span.ended.time),
            names.account(span.held.owner),
            _amount(span.held.shares, key, names),
        )


def _parties(evidence: Evidence, key: int) -> dict[str, set[int]]:
    found = None if evidence.state is None else evidence.state.positions.get(key)
    return {} if found is None else {"participants": {evidence.state.account(found.owner).participant}}


LIVES: Final = Life(
    name="claims",
    of=position_of,
    order=int,
    title=position_name,
    form=PositionLife,
    columns=("owner", "shares", "paid", "unclaimed"),
    row=_row,
    times=("from (UTC)", "to", "owner", "shares"),
    spent=_times,
    after=_held,
    others=_parties,
)

# Of a transfer the owner is compared, of a split and a loan the shares. Of approvals the last of each is asked for.
AUDITED: Final = Audited(
    POSITIONS,
    questions,
    words,
    lives=(LIVES,),
    believed={
        "consent": "consents by which positions are open",
        "PositionApproval.account": "who might have moved positions, but for those that still may",
        "PositionSold.from": "out of which deposits positions were paid",
    },
    counted=(ev.CountriesOpened, ev.CountriesClosed),
)
