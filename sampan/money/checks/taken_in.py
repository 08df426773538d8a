"""SAM-M3: money is taken in for those alone for whom it may be: who act, are of the country, and were not declined."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sampan.identity.checks.standing import Standing
from sampan.money.history import recovered, transactions
from sampan.suite import events as ev
from sampan.suite.check import Check, Entry, Evidence, Indication, Level
from sampan.suite.event import Event
from sampan.suite.tell import Names, checksum, plain
from sampan.suite.verb import NOBODY
from sampan.suite.words import Ground


@dataclass(slots=True)
class _Known:
    """What the log says so far."""

    standing: Standing = field(default_factory=Standing)
    countries: dict[int, str] = field(default_factory=dict)
    """Participant → its country."""
    deposits: dict[str, str] = field(default_factory=dict)
    """Deposit → the country whose participants alone hold it."""
    admitted: set[str] = field(default_factory=set)
    declined: dict[tuple[str, str], Ground] = field(default_factory=dict)
    listed: dict[str, set[str]] = field(default_factory=dict)
    """Coin → the countries for which it is listed."""

    def hear(self, event: Event) -> None:
        """Take an event in."""
        self.standing.hear(event)
        match event:
            case ev.ParticipantEnrolled():
                self.countries[event.participant] = event.country
            case ev.DepositOpened():
                self.deposits[event.deposit] = event.country
            case ev.Admitted():
                (self.admitted.add if event.admitted else self.admitted.discard)(event.deposit)
            case ev.DepositIncomingDeclined():
                self.declined[event.deposit, event.account] = event.ground
            case ev.CoinListed():
                self.listed.setdefault(event.coin, set()).update(event.countries)
            case ev.CoinDelisted():
                listed = self.listed.setdefault(event.coin, set())
                listed.difference_update(event.countries or tuple(listed))

    def why_not(self, deposit: str, account: str, time: int) -> str | None:
        """Why nothing should be paid in for an account; None when it may be."""
        ground = self.declined.get((deposit, account), Ground.NONE)
        if ground is not Ground.NONE:
            return f"the bank takes nothing in for it ({plain(ground)})"
        why = self.standing.may_not_act(account, time)
        if why is not None:
            return f"it {why}"
        wanted, participant = self.deposits.get(deposit, ""), self.standing.participant(account)
        if wanted and participant and self.countries.get(participant) != wanted:
            return f"it is of {self.countries.get(participant)}, and the deposit is for {wanted} alone"
        return None

    def unlisted(self, coin: str, account: str) -> str | None:
        """Why an account neither pays nor is paid in a coin; None when it does."""
        participant = self.standing.participant(account)
        country = self.countries.get(participant or 0)
        if not participant or country in self.listed.get(coin, ()):
            return None
        return f"it is of {country}, for which the coin was not listed"


def _look(evidence: Evidence) -> Iterator[Indication]:
    known, names = _Known(), evidence.names
    for entries in transactions(evidence):
        passed = recovered(entries)
        for entry in entries:
            if isinstance(entry.event, ev.DepositTransfer) and (entry.block, entry.index) not in passed:
                yield from _paid(known, entry, names)
            elif isinstance(entry.event, ev.CoinCollected):
                event = entry.event
                for account in (event.payer, event.payee):
                    why = known.standing.may_not_act(account, entry.time)
                    why = known.unlisted(event.coin, account) if why is None else f"it {why}"
                    if why is not None:
                        told = names.amount(event.amount, event.coin)
                        what = f"{entry.name} of {told} in block {entry.block}, though {why}"
                        yield Indication(checksum(account), what, entry.block)
            elif isinstance(entry.event, ev.Settled) and entry.event.to not in known.admitted:
                told = names.amount(entry.event.amount, entry.event.to)
                what = f"{told} was settled into it in block {entry.block}, when it was not admitted"
                yield Indication(checksum(entry.event.to), what, entry.block)
            known.hear(entry.event)


def _paid(known: _Known, entry: Entry, names: Names) -> Iterator[Indication]:
    event = entry.event
    told = names.amount(event.value, event.deposit)
    what = f"{told} of {names.account(event.deposit)} in block {entry.block}, though"
    if event.from_ != NOBODY:
        why = known.standing.may_not_act(event.from_, entry.time)
        if why is not None:
            yield Indication(checksum(event.from_), f"paid {what} it {why}", entry.block)
    if event.to != NOBODY:
        why = known.why_not(event.deposit, event.to, entry.time)
        if why is not None:
            yield Indication(checksum(event.to), f"was paid {what} {why}", entry.block)


CHECK = Check(
    id="SAM-M3",
    title="Money paid where it should not have been",
    level=Level.HIGH,
    confidence="high",
    looks_for="Payments to an account for which the bank had said that it takes nothing in, or of another country than "
    "the deposit's or the coin's; to or by one that might not act; settlements into a deposit that was not admitted.",
    goes_wrong="A bank declines what comes in for a sanctioned trader, and a sale pays that trader all the same.",
    do_next="Ask the bank what became of the payment. What was paid stays paid; the bank that owes it answers for it.",
    rules=("P6", "P12", "T34"),
    look=_look,
)
