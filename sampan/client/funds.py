"""Reading money: the books of settlement agents, the banks' deposits in them, and who has what (T34)."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

from sampan.client import wire
from sampan.client.errors import NotOnLedger
from sampan.client.reading import Reading
from sampan.client.records import Balance, Coin, Deposit
from sampan.errors import BadInput, ChainError, UsageError
from sampan.suite import amounts, events
from sampan.suite.amounts import MOST, Amount
from sampan.suite.verb import NOBODY
from sampan.suite.words import Ground

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sampan.client.reading import Who
    from sampan.suite.amounts import Given
    from sampan.suite.event import Event

MoneyRef: TypeAlias = "str | Deposit | Coin"
"""A deposit: its address, a record of it, or its name: the currency, `@` and its bank (an LEI, a number, a name), then,
where that is not enough, `@` and the settlement agent, or `/` and the country of its holders: `HKD@BANK`,
`HKD@BANK@AGENT/CN`."""

_NAMED = re.compile(r"(?P<currency>[A-Za-z]{3})@(?P<bank>[^@/]+)(?:@(?P<agent>[^@/]+))?(?:/(?P<country>[A-Za-z]{2}))?")
_COUNTED = (events.BookOpened, events.DepositOpened, events.Admitted)


class Funds(Reading):
    """What the books and the deposits answer."""

    # -------------------------------------------------------------------------------------------------------- deposits

    def books(self, *, to_block: int | None = None) -> dict[tuple[int, str], int]:
        """(Settlement agent, currency) → decimals, of every book, in the order in which they were opened."""
        return {
            (event.agent, event.currency): event.decimals
            for event in self._of_the_books(to_block)
            if isinstance(event, events.BookOpened)
        }

    def deposits(self, *, to_block: int | None = None) -> list[Deposit]:
        """Every deposit of every bank, in the order in which they were opened. Raises `ChainError` when the logs lack
        one."""
        last = self.connection.block_number() if to_block is None else to_block
        told = self._of_the_books(last)
        decimals = {(e.agent, e.currency): e.decimals for e in told if isinstance(e, events.BookOpened)}
        opened = [event for event in told if isinstance(event, events.DepositOpened)]
        views = [(view, e.deposit) for e in opened for view in ("held", "isAdmitted")]
        answers = self.ask_many(views, contract="Reserves", block=last) if views else []
        supply = wire.encode("Deposit", "totalSupply")
        supplies = self.connection.call_many([(e.deposit, supply) for e in opened], block=last) if opened else []
        return [
            Deposit(
                address=e.deposit,
                reference=self._reference(e, opened),
                bank=e.bank,
                agent=e.agent,
                currency=e.currency,
                country=e.country,
                decimals=decimals[e.agent, e.currency],
                admitted=answers[2 * place + 1],
                held=answers[2 * place],
                supply=wire.answer("Deposit", "totalSupply", supplies[place]),
                names=self.names,
            )
            for place, e in enumerate(opened)
        ]

    def _reference(self, deposit: events.DepositOpened, others: Iterable[events.DepositOpened]) -> str:
        """The shortest name that means a deposit alone; its address where none does."""
        alike = [e for e in others if (e.bank, e.currency) == (deposit.bank, deposit.currency)]
        same_country = [e for e in alike if deposit.country in ("", e.country)]
        end = f"/{deposit.country}" if deposit.country else ""
        start = f"{deposit.currency}@{self.participant_lei(deposit.bank)}"
        if len(same_country) == 1:
            return start + end
        if sum(e.agent == deposit.agent for e in same_country) == 1:
            return f"{start}@{self.participant_lei(deposit.agent)}{end}"
        return deposit.deposit

    def _of_the_books(self, last: int | None) -> list[Event]:
        last = self.connection.block_number() if last is None else last
        topics = [[wire.topic(kind) for kind in _COUNTED]]
        return self._logged(topics, last, _lacks_counts, "the books of reserves", contract="Reserves")

    def money(self, ref: MoneyRef) -> Deposit | Coin:
        """The deposit that is meant, or the coin by its address. Raises `NotOnLedger` where there is none, `UsageError`
        where it may be several."""
        if not isinstance(ref, str):
            return ref
        text = ref.strip()
        if text.lower().startswith("0x"):
            address = self.address_of(text)
            if self.one_of_several(address) == "Coin":
                return self._coin(address)
            found = [each for each in self.deposits() if each.address == address]
        else:
            found = self._named_so(text)
        if not found:
            raise NotOnLedger("no such deposit", subject=ref, hint="`sampan money settle` shows those there are")
        if len(found) > 1:
            several = "; ".join(f"{each.address} ({self._told_apart(each)})" for each in found)
            raise UsageError("may mean several deposits", subject=ref, hint=f"name one by its address: {several}")
        return found[0]

    def _coin(self, address: str) -> Coin:
        found = self.kind_of_money(address)
        if found is None:
            raise ChainError(
                "its token does not say how many decimals it has", subject=address, hint="amounts of it cannot be read"
            )
        token = self.ask("token", contract="Coin", at=address)
        return Coin(address, token, found[0], found[2], self.names)

    def _named_so(self, text: str) -> list[Deposit]:
        named = _NAMED.fullmatch(text)
        if named is None:
            hint = "write HKD@BANK, HKD@BANK@AGENT, HKD@BANK/CN, or its address"
            raise BadInput("no name of a deposit", subject=text, hint=hint, code="money")
        bank = self.number_of(named["bank"])
        agent = None if named["agent"] is None else self.number_of(named["agent"])
        country = None if named["country"] is None else named["country"].upper()
        return [
            each
            for each in self.deposits()
            if (each.currency, each.bank) == (named["currency"].upper(), bank)
            and agent in (None, each.agent)
            and country in (None, each.country)
        ]

    def _told_apart(self, deposit: Deposit) -> str:
        who = f"for participants of {deposit.country}" if deposit.country else "for participants of any country"
        return f"settled by {self.names.participant(deposit.agent)}, {who}"

    def money_address(self, ref: MoneyRef) -> str:
        """The address of the deposit that is meant. Raises as `money`."""
        if isinstance(ref, str) and ref.strip().lower().startswith("0x"):
            address = self.address_of(ref.strip())
            if self.one_of_several(address) is not None:
                return address
        return self.money(ref).address

    def units(self, given: Given, money: str, *, most: int = MOST) -> int:
        """The smallest units of an amount of the deposit at an address. Raises `BadInput` for an amount of other money,
        or with other decimals."""
        found = self.kind_of_money(money)
        if found is None:
            raise NotOnLedger("no such deposit", subject=money, hint="`sampan money settle` shows those there are")
        currency, _, decimals, _ = found
        return amounts.read(given, currency, decimals, most=most)

    def units_above_zero(self, given: Given, money: str) -> int:
        """As `units`, of what somebody is to pay or give: nothing is refused, for it is a slip of the pen."""
        units = self.units(given, money)
        if units == 0:
            raise BadInput("is nothing", subject=str(given), hint="name an amount above zero", code="money")
        return units

    def amount_of(self, units: int, money: str) -> Amount:
        """An integer of a deposit's smallest unit as an amount."""
        found = self.kind_of_money(money)
        if found is None:
            raise NotOnLedger("no such deposit", subject=money, hint="`sampan money settle` shows those there are")
        return Amount(units, found[0], found[2])

    # -------------------------------------------------------------------------------------------------------- balances

    def balance(self, who: Who, ref: MoneyRef) -> int:
        """What an account has in a deposit, or of a coin, in the smallest unit."""
        money, account = self.money_address(ref), self.address_of(who)
        if self.one_of_several(money) == "Coin":
            return self._of_token(self.ask("token", contract="Coin", at=money), "balanceOf(address)(uint256)", account)
        return int(self.ask("balanceOf", account, contract="Deposit", at=money))

    def allowance(self, owner: Who, spender: Who, ref: MoneyRef) -> int:
        """How much of what an account has in a deposit, or of a coin, another may still spend. Of a coin the token must
        let the coin spend it too."""
        money, parties = self.money_address(ref), (self.address_of(owner), self.account_or_contract(spender))
        if self.one_of_several(money) != "Coin":
            return int(self.ask("allowance", *parties, contract="Deposit", at=money))
        token = self.ask("token", contract="Coin", at=money)
        at_token = self._of_token(token, "allowance(address,address)(uint256)", parties[0], money)
        return min(at_token, int(self.ask("allowed", *parties, contract="Coin", at=money)))

    def balances(self, who: Who | None = None) -> list[Balance]:
        """Who has what in which deposit, by deposit: of a participant's accounts, or of one that is named by its
        address, or of everybody. Of an account without balance, allowances and a bank that takes nothing in for it
        nothing is said.

        Raises `ChainError` when the logs lack somebody who has something.
        """
        last = self.connection.block_number()
        found = []
        only = None if who is None else set(self._accounts_of(who))
        for deposit in self.deposits(to_block=last):
            moves, allowed, declined = self._holders(deposit.address, last)
            accounts = sorted(moves | {owner for owner, _ in allowed} | declined)
            words = self.ask_many(
                [(view, account) for account in accounts for view in ("balanceOf", "declined")],
                contract="Deposit",
                at=deposit.address,
                block=last,
            )
            of = dict(zip(accounts, zip(words[::2], words[1::2], strict=True), strict=True))
            if sum(value for value, _ in of.values()) != deposit.supply:
                raise ChainError(
                    "what its holders have by the logs is not what the bank owes: the logs lack somebody",
                    subject=deposit.reference,
                    code="chain.answer",
                    hint="does the RPC leave out events? ask another one (--network URL)",
                )
            chosen = accounts if only is None else [each for each in accounts if each in only]
            found += self._balances(deposit, chosen, of, allowed, last)
        return found

    def _accounts_of(self, who: Who) -> list[str]:
        if isinstance(who, str) and who.lower().startswith("0x"):
            return [self.address_of(who)]
        try:
            return [account.address for account in self.participant(who).accounts]
        except NotOnLedger:
            # A room, or an account that was removed.
            return [self.address_of(who)]

    def _holders(self, deposit: str, last: int) -> tuple[set[str], set[tuple[str, str]], set[str]]:
        """Who ever moved money of a deposit, who ever allowed whom, for whom its bank ever took nothing in."""
        kinds = (events.DepositTransfer, events.DepositApproval, events.DepositIncomingDeclined)
        topics = [[wire.topic(kind) for kind in kinds]]
        moved, allowed, declined = set[str](), set[tuple[str, str]](), set[str]()
        for event in self._logged(topics, last, contract="Deposit", addresses=[deposit]):
            if isinstance(event, events.DepositTransfer):
                moved |= {event.from_, event.to} - {NOBODY}
            elif isinstance(event, events.DepositApproval):
                allowed.add((event.owner, event.spender))
            elif isinstance(event, events.DepositIncomingDeclined):
                declined.add(event.account)
        return moved, allowed, declined

    def _balances(
        self,
        deposit: Deposit,
        accounts: Sequence[str],
        of: dict[str, tuple[int, Ground]],
        allowed: Iterable[tuple[str, str]],
        last: int,
    ) -> list[Balance]:
        pairs = sorted(pair for pair in allowed if pair[0] in accounts)
        asked = [("allowance", *pair) for pair in pairs]
        left = self.ask_many(asked, contract="Deposit", at=deposit.address, block=last) if asked else []
        may: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for (owner, spender), value in zip(pairs, left, strict=True):
            if value:
                may[owner].append((spender, value))
        found = []
        for account in accounts:
            value, ground = of[account]
            if value or may[account] or ground is not Ground.NONE:
                participant = self.ask("account", account, block=last).participant
                found.append(Balance(account, participant, deposit, value, tuple(may[account]), ground))
        return found


def _lacks_counts(told: Sequence[Event]) -> str | None:
    """Which events of the books are missing; None where there is no gap in their count."""
    counts = {event.arguments()["count"] for event in told}
    missing = [number for number in range(1, max(counts, default=0)) if number not in counts]
    return f"the logs lack events {', '.join(map(str, missing[:20]))} of the books" if missing else None
