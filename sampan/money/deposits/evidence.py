"""What the chain should answer of deposits, by the logs; and their lives: what their banks owed, which reserves
they had."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any, Final, NamedTuple

from sampan.identity.evidence import lei_of
from sampan.money.checks import CHECKS
from sampan.money.deposits.subject import DEPOSITS
from sampan.money.history import deposit_of
from sampan.money.inside import PAYS
from sampan.money.records import HOLDING_WORD, Deposit, Holding, Money
from sampan.suite import events as ev
from sampan.suite.amounts import digits
from sampan.suite.check import Audited, Entry, Evidence, Life, Question, Word
from sampan.suite.codec import address
from sampan.suite.forms import ABSENT, Address, Count, Digits, Form, Lei, Of, Second
from sampan.suite.layout import NUMBER
from sampan.suite.layout import entry as entry_slot
from sampan.suite.tell import Names, checksum, instant

_LEDGER: Final = "Bills"
_RESERVES: Final = "Reserves"


def questions(state: Money, time: int) -> Iterator[Question]:
    """Every view that a client could rely on: of each deposit, each holder, each allowance that the logs name."""
    for deposit in state.deposits.values():
        yield from _of_deposit(state, deposit)
    for (where, account), holding in sorted(state.holdings.items()):
        yield Question(_held_by(where, account), "balanceOf", (account,), holding.balance, where)
        yield Question(_held_by(where, account), "declined", (account,), holding.ground, where)
    for (where, owner, spender), allowed in sorted(state.allowances.items()):
        yield Question(_held_by(where, owner), "allowance", (owner, spender), allowed, where)
    for where, owner in sorted(_permitting(state)):
        yield Question(_held_by(where, owner), "nonces", (owner,), state.permits.get((where, owner), 0), where)


def _of_deposit(state: Money, deposit: Deposit) -> Iterator[Question]:
    name, where = checksum(deposit.address), deposit.address
    for view, expected in (
        ("LEDGER", state.addresses[_LEDGER]),
        ("RESERVES", state.addresses[_RESERVES]),
        ("BANK", deposit.bank),
        ("AGENT", deposit.agent),
        ("CURRENCY", deposit.currency),
        ("COUNTRY", deposit.country),
        ("decimals", deposit.decimals),
        ("name", deposit.name),
        ("symbol", deposit.currency),
        ("token", where),
        ("totalSupply", deposit.supply),
    ):
        yield Question(name, view, (), expected, where)


def _permitting(state: Money) -> set[tuple[str, str]]:
    """Deposits and accounts that may have signed allowances: whoever had something there, or allowed something."""
    return {*state.holdings, *((where, owner) for where, owner, _ in state.allowances), *state.permits}


def words(state: Money) -> Iterator[Word]:
    """The words of every account in every deposit that it may hold, so that nothing that anybody was paid is left out;
    of allowances, signed ones and supplies."""
    for where, deposit in state.deposits.items():
        yield Word(checksum(where), DEPOSITS.slot("_supply"), NUMBER, deposit.supply, "supply", where)
        holders = {account for at, account in state.holdings if at == where}
        holders |= {
            account.address
            for account in state.accounts.values()
            if account.room or deposit.country in ("", account.country)
        }
        for account in sorted(holders):
            slot = entry_slot(DEPOSITS.slot("_accounts"), address(account))
            record = state.holdings.get((where, account)) or Holding()
            yield Word(_held_by(where, account), slot, HOLDING_WORD, record, "holding", where)
    for (where, owner, spender), allowed in sorted(state.allowances.items()):
        slot = entry_slot(DEPOSITS.slot("_allowances"), address(owner), address(spender))
        yield Word(_held_by(where, owner), slot, NUMBER, allowed, "allowance", where)
    for (where, owner), used in sorted(state.permits.items()):
        slot = entry_slot(DEPOSITS.slot("_nonces"), address(owner))
        yield Word(_held_by(where, owner), slot, NUMBER, used, "signed allowances used", where)


def _held_by(deposit: str, account: str) -> str:
    return f"{checksum(account)} in {checksum(deposit)}"


# --------------------------------------------------------------------------------------------------------------- lives


class Standing(NamedTuple):
    """How a deposit stood after an event."""

    supply: int
    held: int
    admitted: bool


def _standing(state: Money, deposit: str) -> Standing | None:
    """None of a deposit that somebody invented."""
    found = state.deposits.get(deposit)
    return None if found is None else Standing(found.supply, found.held, found.admitted)


class Stood(NamedTuple):
    """A deposit from an event on, which left it standing so, up to the event that changed that (None: to the end)."""

    standing: Standing
    begun: Entry
    ended: Entry | None


def spans(evidence: Evidence, deposit: str) -> Iterator[Stood]:
    """How a deposit stood, from one transaction to the next that changed it, oldest first."""
    last: dict[str, tuple[Standing, Entry]] = {}
    for entry in evidence.grouped(deposit_of).get(deposit, ()):
        now = evidence.after.get((entry.block, entry.index))
        if now is not None:
            last[entry.transaction] = now, last.get(entry.transaction, (now, entry))[1]
    begun: tuple[Standing, Entry] | None = None
    for now, entry in last.values():
        if begun is not None and now != begun[0]:
            yield Stood(*begun, entry)
            begun = None
        begun = begun or (now, entry)
    if begun is not None:
        yield Stood(*begun, None)


def _deposit(lived: Any) -> Deposit | None:
    return None if lived.evidence.state is None else lived.evidence.state.deposits.get(lived.key)


def _known(take: Any) -> Of:
    """A field of a deposit; left out where the logs could not be followed so far."""
    return Of(
        lambda lived: ABSENT if (found := _deposit(lived)) is None else take(found, lived.evidence.state), maybe=True
    )


class Had(Form):
    """What a bank owed and had, from when to when."""

    supply: Annotated[Digits, "What it owed in all, in the smallest unit", Of(lambda it: it.standing.supply)]
    reserves: Annotated[Digits, "In the smallest unit", Of(lambda it: it.standing.held)]
    admitted: Annotated[bool, "It took part in settlement", Of(lambda it: it.standing.admitted)]
    from_: Annotated[Second, Of(lambda it: it.begun.time)]
    from_block: Annotated[Count, Of(lambda it: it.begun.block)]
    to: Annotated[Second | None, "Null: still", Of(lambda it: None if it.ended is None else it.ended.time)]
    to_block: Annotated[int | None, Of(lambda it: None if it.ended is None else it.ended.block)]


class Holder(Form):
    """What an account has in a deposit."""

    account: Address
    balance: Annotated[Digits, "In the smallest unit"]
    declined: Annotated[str | None, "Why the bank takes nothing in for it; null: it does"]


def _holders(state: Money, deposit: str) -> list[dict[str, Any]]:
    return [
        {
            "account": checksum(account),
            "balance": holding.balance,
            "declined": holding.ground.name.lower().replace("_", "-") if holding.ground else None,
        }
        for (where, account), holding in sorted(state.holdings.items())
        if where == deposit and (holding.balance or holding.ground)
    ]


class DepositLife(Form):
    """A bank's deposit in a book of reserves."""

    address: Annotated[Address, Of(lambda lived: checksum(lived.key))]
    bank: Annotated[Lei | None, "That owes it", _known(lambda it, state: lei_of(state, it.bank))]
    agent: Annotated[Lei | None, "That settles it", _known(lambda it, state: lei_of(state, it.agent))]
    currency: Annotated[str, _known(lambda it, _: it.currency)]
    country: Annotated[str | None, "Whose participants alone hold it", _known(lambda it, _: it.country or None)]
    decimals: Annotated[Count, "Minor units", _known(lambda it, _: it.decimals)]
    supply: Annotated[Digits, "What the bank owes in all, in the smallest unit", _known(lambda it, _: it.supply)]
    reserves: Annotated[Digits, "In the smallest unit", _known(lambda it, _: it.held)]
    admitted: Annotated[bool, "It takes part in settlement", _known(lambda it, _: it.admitted)]
    holders: Annotated[list[Holder], _known(lambda it, state: _holders(state, it.address))]
    stood: Annotated[list[Had], Of(lambda lived: list(spans(lived.evidence, lived.key)))]


def _row(evidence: Evidence, key: str, names: Names) -> tuple[str, ...]:
    state = evidence.state
    found = None if state is None else state.deposits.get(key)
    if found is None:
        return ("?", "", "", "", "", "")
    holders = sum(bool(holding.balance) for (where, _), holding in state.holdings.items() if where == key)
    return (
        found.currency + (f", {found.country} alone" if found.country else ""),
        names.participant(found.bank),
        names.participant(found.agent) + ("" if found.admitted else " (not admitted)"),
        digits(found.supply, found.decimals, grouped=True),
        digits(found.held, found.decimals, grouped=True),
        str(holders),
    )


def _times(evidence: Evidence, key: str, names: Names) -> Iterator[tuple[str, ...]]:
    found = evidence.state.deposits[key] if evidence.state is not None and key in evidence.state.deposits else None
    decimals = 0 if found is None else found.decimals
    for span in spans(evidence, key):
        yield (
            instant(span.begun.time),
            "still" if span.ended is None else instant(span.ended.time),
            digits(span.standing.supply, decimals, grouped=True),
            digits(span.standing.held, decimals, grouped=True),
            "yes" if span.standing.admitted else "no",
        )


def _parties(evidence: Evidence, key: str) -> dict[str, set[int]]:
    found = None if evidence.state is None else evidence.state.deposits.get(key)
    return {} if found is None else {"participants": {found.bank, found.agent}}


LIVES: Final = Life(
    name="deposits",
    of=deposit_of,
    order=str,
    title=checksum,
    form=DepositLife,
    columns=("currency", "owed by", "settled by", "owed", "reserves", "holders"),
    row=_row,
    times=("from (UTC)", "to", "owed", "reserves", "admitted"),
    spent=_times,
    after=_standing,
    others=_parties,
)


def names_too(state: Money, names: Names) -> Names:
    """Deposits as the client calls them, and their amounts in their currency; contracts that pay by their names."""
    own = {checksum(state.addresses[name]): name for name in PAYS if name in state.addresses}
    called = {
        checksum(each.address): f"{each.currency}@{names.participant(each.bank)}"
        + (f"/{each.country}" if each.country else "")
        for each in state.deposits.values()
    }
    money = {checksum(each.address): (each.currency, each.decimals) for each in state.deposits.values()}
    return replace(names, accounts={**names.accounts, **called, **own}, money=money)


# What is beside a Transfer is counted with it: each changes the count of moves of whoever had or has it. Of allowances
# the last of each is compared.
AUDITED: Final = Audited(
    DEPOSITS,
    questions,
    words,
    CHECKS,
    (LIVES,),
    counted=(
        ev.DepositTransfer,
        ev.DepositIncomingDeclined,
        ev.DepositIssued,
        ev.DepositRedeemed,
        ev.DepositBalanceRecovered,
        ev.DepositPermitUsed,
    ),
    names_too=names_too,
)
