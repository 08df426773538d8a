"""The heart of the client: one ledger on one connection, who signs, and how an act is sent, rehearsed or announced."""

from __future__ import annotations

import copy
import secrets
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from sampan.chain import abi
from sampan.chain.accounts import COMPANIES, ROLES
from sampan.chain.transactions import GAS_CAP, Call, Reverted, with_margin
from sampan.client import wire
from sampan.client.book import Book, Companies
from sampan.client.errors import BatchRefused, ContractRefusal, from_revert
from sampan.client.once import Once
from sampan.client.records import Act, BillNumber
from sampan.errors import ChainError, Missing, SampanError, UsageError
from sampan.finance.loans.records import Deal, zone
from sampan.subjects import SUITE
from sampan.suite import kinds, refusals, tell
from sampan.suite.ids import loan_number_of, room_number_of
from sampan.suite.powers import Power
from sampan.suite.refusal import UnknownRefusal
from sampan.suite.tell import Names, bill_name, earliest, lei_text
from sampan.suite.verb import Verb

if TYPE_CHECKING:
    from web3 import Web3

    from sampan.chain.connection import BlockTag, Connection
    from sampan.chain.outbox import Outbox
    from sampan.chain.sender import Sender
    from sampan.chain.signers import Signer
    from sampan.chain.transactions import Log, Receipt
    from sampan.client.papers import Paper
    from sampan.client.screening import Held, Screening
    from sampan.suite.event import Event

C = TypeVar("C", bound="Core")

BATCH_GAS = 8_000_000
"""The most gas that acts share in one transaction: half of what a transaction may have (EIP-7825)."""
FIRST_PART = 128
"""Acts that are tried together first; what they cost says how many the next transaction holds."""


@dataclass(frozen=True, slots=True)
class VerbCall:
    """One call of a contract, before it is sent: to send, to rehearse, to put with others, or to sign.

    `agreements` are shown in the same transaction before it, and `shown`, calls of the same contract (a signed
    allowance); `behind` come after it (what is left of the allowance is taken back); `given` are words of storage that
    a rehearsal takes as if they stood (`Call.given`), where nothing is signed along. A call that another will send may
    be agreed to, and is never sent from here: `sending` is the error that says so; `agreeing` is the one that says why
    nobody should agree to it as it is.
    """

    verb: Verb
    agreements: tuple[Paper, ...] = ()
    warnings: tuple[str, ...] = ()
    sending: SampanError | None = field(default=None, compare=False)
    agreeing: SampanError | None = field(default=None, compare=False)
    shown: tuple[Verb, ...] = ()
    behind: tuple[Verb, ...] = ()
    given: tuple[tuple[str, int, int], ...] = ()
    said: str = field(default="", compare=False)
    """What it does in the case at hand, where that is more than its verb says."""
    screened: bool = field(default=False, compare=False)
    """Whether whoever it is about was screened just now, or it is only imagined (`Core.screened`)."""

    @property
    def contract(self) -> str:
        """The contract that it calls, by its name in a manifest."""
        return self.verb.subject.contract

    @property
    def label(self) -> str:
        """What it does, in a few words, its parties by address; `Core.label` has their names."""
        return tell.label(self.verb)

    @property
    def bills(self) -> tuple[int, ...]:
        """The bills that it is about, in the order of its arguments."""
        found: list[int] = []
        for argument, value in zip(self.verb.arguments(), self.verb.values(), strict=True):
            if argument.kind in (kinds.BILL, kinds.BILLS):
                found += value if isinstance(value, tuple) else (value,)
            elif argument.kind == kinds.CALLS:
                found += [bill for verb in value for bill in VerbCall(verb).bills]
            elif argument.kind == kinds.STRUCT:
                structs = value if isinstance(value, tuple) else (value,)
                found += [struct.bill for struct in structs if hasattr(struct, "bill")]
                found += [bill for struct in structs for bill in getattr(struct, "bills", ())]
        return tuple(dict.fromkeys(found))

    @property
    def data(self) -> bytes:
        """The verb alone, encoded."""
        return self.verb.encoded()

    @property
    def parts(self) -> tuple[bytes, ...]:
        """All calls of the transaction in order: what is shown, the verb, what comes behind it."""
        shown = (wire.encode(self.contract, "agree", paper.text, paper.signature) for paper in self.agreements)
        before, after = ([verb.encoded() for verb in beside] for beside in (self.shown, self.behind))
        return (*shown, *before, self.data, *after)

    def agreed(self, *papers: Paper) -> VerbCall:
        """The same with agreements shown beside it."""
        return replace(self, agreements=(*self.agreements, *papers))


class Lazy(dict[Any, Any]):
    """Names, or what else is known, that are looked up when they are asked for by `get`, and kept. What cannot be
    looked up has no name."""

    def __init__(self, find: Callable[[Any], Any]) -> None:
        super().__init__()
        self._find = find

    def get(self, key: Any, default: Any = None) -> Any:
        if key not in self:
            try:
                self[key] = self._find(key)
            except SampanError:
                self[key] = None
        return self[key] or default


def _require_ours(calls: Sequence[VerbCall]) -> None:
    """Raise the error of the first call that whoever signs here may not send."""
    for call in calls:
        if call.sending is not None:
            raise call.sending


class Core:
    """One ledger. `signer` signs what is sent; without one it only reads.

    `addresses` are those of its contracts by their names in the manifest, `from_block` is the first block in which
    anything of the ledger can stand. `companies` names legal persons by LEI, for people, and `book` has the names that
    the user gave; on a development chain the invented companies have theirs. `outbox` keeps what is on its way, so that
    an act whose process died is not done twice. `screening` says against which lists acts are screened before they are
    sent, if any.
    """

    def __init__(
        self,
        connection: Connection,
        addresses: Mapping[str, str],
        *,
        signer: Signer | None = None,
        from_block: int = 0,
        companies: Mapping[str, str] | None = None,
        outbox: Outbox | None = None,
        book: Book | None = None,
        screening: Screening | None = None,
    ) -> None:
        self.connection = connection
        self.addresses: Mapping[str, str] = dict(addresses)
        self.from_block = from_block
        self.book = book or Book()
        invented = COMPANIES if connection.is_development else {}
        self.companies: Mapping[str, str] = Companies(self.book, {**invented, **(companies or {})})
        self._outbox = outbox
        self.screening = screening
        self._despite: str | None = None
        self._signer = signer
        self._sender: Sender | None = None
        self._rehearsing = self._for_others = False
        self.fresh: Callable[[int], bytes] = secrets.token_bytes
        """So many bytes that nobody can foretell: the salts of what is offered, quoted and signed."""
        self.rehearsed: list[Call] = []
        """What was rehearsed, as the transactions that would be sent."""
        self._asked: dict[tuple[Any, ...], Any] | None = None
        self._lei = Once(connection, self._asked_for_lei, keep=lambda lei: lei is not None)
        self._moneys = Once(connection, self._asked_of_money)
        self._several = Once(connection, self._asked_which)
        self._w3: Web3 | None = None

    # -------------------------------------------------------------------------------------------------- its contracts

    @property
    def ledger_address(self) -> str:
        """The address of bills and identity."""
        return self.address_in(wire.LEDGER)

    def called_by(self, call: VerbCall) -> str:
        """The address that a call goes to. Raises `Missing` when the manifest does not have it."""
        verb = call.verb
        return verb.goes_to({}) if verb.which else self.address_in(call.contract)

    def address_in(self, contract: str) -> str:
        """The address of a contract of the suite. Raises `Missing` when the manifest does not have it."""
        found = self.addresses.get(contract)
        if found is None:
            raise Missing(
                "this ledger has no such contract",
                subject=contract,
                hint="the manifest lists what was deployed; `sampan deploy` deploys the whole suite",
            )
        return found

    @property
    def w3(self) -> Web3:
        """web3.py over the same transport, with its retries and errors; `ledger.bills.contract` is a contract of it."""
        if self._w3 is None:
            from sampan.chain.web3_provider import web3_over

            self._w3 = web3_over(self.connection.transport)
        return self._w3

    # ------------------------------------------------------------------------------------------------------------- who

    @property
    def signer(self) -> Signer:
        """Who signs what is sent. Raises `UsageError` when the ledger was opened to read only."""
        if self._signer is None:
            raise UsageError("nobody signs here", subject="signer", hint="open the ledger with a signer")
        return self._signer

    @property
    def address(self) -> str:
        """The account that signs."""
        return self.signer.address

    @property
    def signs_as(self) -> str | None:
        """The same; None where the ledger was opened to read only."""
        return None if self._signer is None else self._signer.address

    @property
    def sender(self) -> Sender:
        """The sender of the account that signs."""
        if self._sender is None:
            from sampan.chain.sender import Sender

            self._sender = Sender(self.connection, self.signer, outbox=self._outbox, moved_on=self._moved_on)
        return self._sender

    def _moved_on(self, receipt: Receipt) -> str | None:
        """What happened since an act to the bills that it was about; None where nothing did."""
        acts: dict[int, int] = {}
        for event in self._events(receipt.logs):
            if type(event) in SUITE.acts:
                bill, count = event.arguments()["bill"], event.arguments()["actCount"]
                acts[bill] = max(count, acts.get(bill, 0))
        for bill, count in acts.items():
            now = self.ask("bill", bill).act_count
            if now != count:
                return f"{bill_name(bill)} stands at act {now}, not {count}, and was acted on"
        return None

    def using(self: C, signer: Signer | str) -> C:
        """The same ledger for another signer, or, on a development chain, for the account of a role."""
        if isinstance(signer, str):
            if not self.connection.is_development:
                raise UsageError("roles sign on development chains only", subject=signer, hint="give a signer")
            from sampan.chain.accounts import development_signer

            signer = development_signer(signer)
        other = copy.copy(self)
        other._signer, other._sender = signer, None
        return other

    @property
    def rehearses(self) -> bool:
        """Whether acts are only rehearsed here."""
        return self._rehearsing

    @property
    def for_others(self) -> bool:
        """Whether what is rehearsed here is prepared for others to send or sign."""
        return self._rehearsing and self._for_others

    @property
    def keeps_salts(self) -> bool:
        """Whether the salts of a document are kept beside it: its root may come to stand on the chain."""
        return not self._rehearsing or self._for_others

    def rehearsing(self: C, *, for_others: bool = False) -> C:
        """The same ledger, whose acts are only rehearsed: nothing is sent, refusals come as they would, and nothing is
        signed. `for_others`: what is prepared here others will send or sign, so that salts are kept."""
        other = copy.copy(self)
        other._rehearsing, other._for_others, other.rehearsed = True, for_others, []
        return other

    def despite(self: C, reason: str) -> C:
        """The same ledger, whose acts are sent although screening finds somebody on a list; the reason goes to the
        record. Raises `UsageError` without one."""
        if not reason.strip():
            raise UsageError("say why", subject="despite", hint="the reason goes to the record of screening")
        other = copy.copy(self)
        other._despite = reason.strip()
        return other

    def remembering(self: C) -> C:
        """The same ledger, which asks each question about how things stand now once: for a batch that is prepared in
        one go."""
        other = copy.copy(self)
        other._asked = {}
        return other

    # --------------------------------------------------------------------------------------------------------- reading

    def ask(
        self,
        function: str,
        *arguments: Any,
        contract: str = wire.LEDGER,
        block: BlockTag = "latest",
        at: str | None = None,
    ) -> Any:
        """What a view of a contract answers at a block: its one value, or a tuple of them; structs by their names.

        Where there are several of the contract, `at` is the address of the one that is asked. Raises a named
        `ContractRefusal` when it refuses.
        """
        key = (at or contract, function, *arguments)
        return self._once(key, block, lambda: self._ask(contract, function, arguments, block, at))

    def _ask(
        self, contract: str, function: str, arguments: Sequence[Any], block: BlockTag, at: str | None = None
    ) -> Any:
        data = wire.encode(contract, function, *arguments)
        try:
            answered = self.connection.call(at or self.address_in(contract), data, block=block)
        except Reverted as error:
            raise from_revert(error, self.names) from None
        return wire.answer(contract, function, answered)

    def _once(self, key: tuple[Any, ...], block: BlockTag, find: Callable[[], Any]) -> Any:
        """What is found; what is asked about the newest block is remembered where it is to be."""
        if self._asked is None or block != "latest":
            return find()
        if key not in self._asked:
            self._asked[key] = find()
        return self._asked[key]

    def ask_many(
        self,
        calls: Sequence[tuple[Any, ...]],
        *,
        contract: str = wire.LEDGER,
        block: BlockTag = "latest",
        at: str | None = None,
    ) -> list[Any]:
        """Several views, each (function, argument ...), at one block in as few requests as the node allows."""
        keys = [(at or contract, *call) for call in calls]
        if self._asked is not None and block == "latest" and all(key in self._asked for key in keys):
            return [self._asked[key] for key in keys]
        address = at or self.address_in(contract)
        data = [(address, wire.encode(contract, function, *arguments)) for function, *arguments in calls]
        try:
            answers = self.connection.call_many(data, block=block)
        except Reverted as error:
            raise from_revert(error, self.names) from None
        told = [wire.answer(contract, call[0], found) for call, found in zip(calls, answers, strict=True)]
        return self._remember(keys, block, told)

    def ask_bundled(
        self, calls: Sequence[tuple[Any, ...]], *, contract: str = wire.LEDGER, block: BlockTag = "latest"
    ) -> list[Any]:
        """As `ask_many`, for thousands: many views in each question (`sampan.chain.bundles`)."""
        from sampan.chain import bundles

        known = self._asked if self._asked is not None and block == "latest" else {}
        asked = [call for call in dict.fromkeys(tuple(call) for call in calls) if (contract, *call) not in known]
        datas = [wire.encode(contract, function, *arguments) for function, *arguments in asked]
        answers = bundles.views(self.connection, self.address_in(contract), datas, block=block)
        told = {
            # Asked alone, it says why it refuses.
            call: self._ask(contract, call[0], call[1:], block)
            if found is None
            else wire.answer(contract, call[0], found)
            for call, found in zip(asked, answers, strict=True)
        }
        self._remember([(contract, *call) for call in told], block, list(told.values()))
        return [told[tuple(call)] if tuple(call) in told else known[contract, *call] for call in calls]

    def _remember(self, keys: Sequence[tuple[Any, ...]], block: BlockTag, told: list[Any]) -> list[Any]:
        if self._asked is not None and block == "latest":
            self._asked.update(zip(keys, told, strict=True))
        return told

    def time(self, block: BlockTag = "latest") -> int:
        """The time of a block, seconds since 1970."""
        found: int = self._once(("time",), block, lambda: self.connection.time(block))
        return found

    @property
    def now(self) -> datetime:
        """The time of the newest block."""
        return datetime.fromtimestamp(self.time(), UTC)

    @property
    def names(self) -> Names:
        """Names of accounts, participants and companies, looked up as they are needed."""
        return Names(
            accounts=Lazy(self._label),
            participants=Lazy(self._lei),
            companies=self.companies,
            function=wire.function_name,
            money=Lazy(self._money),
            loans=Lazy(lambda facility: self.ask("loan", facility, contract="LoanBook").money),
            lent=Lazy(self._lent),
            clocks=Lazy(lambda facility: zone(self.ask("loan", facility, contract="LoanBook").clock)),
            debts=self._debt,
        )

    def _debt(self, room: str, number: int) -> str | None:
        """Which pledge of which facility a debt of the loan book is; what another room's is, that room alone knows."""
        return Deal.of(number).name if room == self.addresses.get("LoanBook") else None

    def _lent(self, loan: int) -> str | None:
        """The money of a loan of the loan book; what a share is of another room's, that room alone knows."""
        if room_number_of(loan) != self.ask("account", self.address_in("LoanBook")).number:
            return None
        money: str = self.ask("loan", loan_number_of(loan), contract="LoanBook").money
        return money

    def _label(self, address: str) -> str | None:
        given = self.book.account(address)
        role = None
        if self.connection.is_development:
            role = next((role for role, known in ROLES.items() if known == address), None)
        if role is not None and given is None and not self.book.leis:
            return role
        contract = next((name for name, known in self.addresses.items() if known == address), None)
        if contract is not None:
            return given or contract
        packed = self.ask("account", address).lei
        if not packed:
            return given or role or self._deposit_name(address)
        lei = lei_text(packed)
        given = given or self.book.company(lei)
        # Behind a name that was given stands what the ledger proves.
        return role or self.companies.get(lei, lei) if given is None else f"{given} {lei}"

    def _deposit_name(self, address: str) -> str | None:
        """What a deposit is called, as the command line takes it: `HKD@LEI`, `HKD@LEI/CN`."""
        found = self.kind_of_money(address)
        if found is None:
            return None
        currency, country, _, bank = found
        if not bank:
            return f"the coin in {currency}"
        return f"{currency}@{self._lei(bank) or bank}" + (f"/{country}" if country else "")

    def _money(self, address: str) -> tuple[str, int] | None:
        found = self.kind_of_money(address)
        return None if found is None else (found[0], found[2])

    def kind_of_money(self, address: str) -> tuple[str, str, int, int] | None:
        """Currency, country ("" for any), decimals and debtor of a deposit, or of a coin, whose debtor (0) is nobody
        here; None for an address that is neither. They never change."""
        return self._moneys(address)

    def _asked_of_money(self, address: str) -> tuple[str, str, int, int] | None:
        made = self.one_of_several(address)
        if made == "Deposit":
            views = [("CURRENCY",), ("COUNTRY",), ("decimals",), ("BANK",), ("AGENT",)]
            currency, country, decimals, bank, agent = self.ask_many(views, contract="Deposit", at=address)
            said = self.ask("decimalsOf", agent, currency, contract="Reserves")
            if said != decimals:
                # By the one sums are read and signed, by the other they are shown.
                raise ChainError(
                    f"the RPC says that it has {decimals} decimals, and of its book that it has {said}",
                    subject=address,
                    code="chain.answer",
                    hint="ask another RPC (--network URL)",
                )
            return currency, country, decimals, bank
        if made == "Coin":
            currency, token = self.ask_many([("CURRENCY",), ("token",)], contract="Coin", at=address)
            try:
                return currency, "", self._of_token(token, "decimals()(uint8)"), 0
            except ChainError as error:
                # What the token does not say is not known; what the RPC does not, is asked again.
                if error.code != "chain.answer":
                    raise
        return None

    def _of_token(self, token: str, view: str, *arguments: Any) -> int:
        """What the token behind a coin says of itself: code that is not ours. Raises `ChainError` where it says
        nothing."""
        try:
            answered = self.connection.call(token, abi.encode_call(view, *arguments))
            return int(abi.decode_answer(view, answered)[0])
        except (Reverted, ValueError):
            raise ChainError(
                f"the token does not answer {view.partition('(')[0]}", subject=token, code="chain.answer"
            ) from None

    def _asked_for_lei(self, number: int) -> str | None:
        """The LEI of a participant. Numbers are given once, so they are kept."""
        packed = self.ask("participant", number).lei
        return lei_text(packed) if packed else None

    # ------------------------------------------------------------------------------------------------------- screening

    def screened(self, calls: Sequence[VerbCall]) -> list[VerbCall]:
        """Calls as they may be sent now, once whoever they are about was screened; what is to be told is among their
        warnings. `do` asks it of what was not.

        Raises `Held` for the first that is held, `BadInput` and `Missing` for lists that cannot be read
        and a record that cannot be written.
        """
        found: list[VerbCall] = []
        for each in self.screen_each(calls):
            if isinstance(each, SampanError):
                raise each
            found.append(each)
        return found

    def screen_each(self, calls: Sequence[VerbCall]) -> list[VerbCall | Held]:
        """The same, with the error of each that is held in its place."""
        left = [call for call in calls if not call.screened]
        if self.screening is None or not left:
            return [*calls]
        reading: Any = self
        sends = not self._rehearsing or self._for_others
        found = iter(self.screening.look(reading, left, sends=sends, despite=self._despite))
        return [call if call.screened else next(found) for call in calls]

    # ---------------------------------------------------------------------------------------------------------- acting

    def do(self, call: VerbCall) -> Act:
        """Send a call (or, rehearsing, rehearse it).

        Raises a named `ContractRefusal` when a contract refuses, `ChainError` when it cannot be sent, else as
        `screened`.
        """
        _require_ours([call])
        (call,) = self.screened([call])
        if call.verb.power:
            return self._do_restricted(call)
        return self._run([call], self.label(call))

    def label(self, call: VerbCall) -> str:
        """What a call does, in a few words that name its parties."""
        return call.said or tell.label(call.verb, self.names)

    def begun(self, calls: Sequence[VerbCall]) -> int:
        """How many of these calls an earlier run began, in transactions of nothing else, and did not see end."""
        _require_ours(calls)
        return sum(map(len, self._begun_among(calls)))

    def _begun_among(self, calls: Sequence[VerbCall]) -> Iterator[list[int]]:
        """Of each transaction that an earlier run began of these calls alone, their places, in its order."""
        contracts = {self.called_by(call): call.contract for call in calls}
        waiting: dict[tuple[str, bytes], list[int]] = {}
        for place, call in enumerate(calls):
            waiting.setdefault((self.called_by(call), call.data), []).append(place)
        for began in () if self._rehearsing else self.sender.begun():
            if began.to not in contracts:
                continue
            wanted = Counter((began.to, data) for data in wire.calls_in(contracts[began.to], began.act))
            if all(len(waiting.get(each, ())) >= many for each, many in wanted.items()):
                yield [waiting[began.to, data].pop(0) for data in wire.calls_in(contracts[began.to], began.act)]

    def wait_for_begun(self, function: str) -> None:
        """Wait for what an earlier run sent, and did not see stand, where it calls a function, alone or among others:
        whether it stands then, the ledger says. What it only signed is left alone; what a node had and dropped is
        offered to it again.

        Raises `ChainError` where it does not come through in time.
        """
        contracts = {address: name for name, address in self.addresses.items()}

        def calls_it(call: Call) -> bool:
            contract = contracts.get(call.to or "")
            known = {} if contract is None else wire.codec(contract).by_selector
            found = () if contract is None else (known.get(each[:4]) for each in wire.calls_in(contract, call.act))
            return any(each is not None and each.name == function for each in found)

        if not self._rehearsing:
            self.sender.wait_for(calls_it)

    def do_all(
        self, calls: Sequence[VerbCall], *, gas: int = BATCH_GAS, done: Callable[[Act], object] = lambda act: None
    ) -> list[Act]:
        """Several calls in as few transactions as `gas` (at most, each) allows, in their order; those first that an
        earlier run began, as it put them together.

        Each transaction is done whole or not at all. Returns one `Act` for each transaction, and tells `done` of each.
        Raises `BatchRefused`, naming the first call that a contract refuses, with the acts done before its transaction.
        After another error the same calls, asked for again, are each done once.
        """
        _require_ours(calls)
        if any(call.verb.power for call in calls):
            raise UsageError("acts of administration go one by one", subject=calls[0].label)
        calls = self.screened(calls)
        acts: list[Act] = []
        hold, self.sender.hold = self.sender.hold, True
        try:
            self._do_all(calls, gas, acts, done)
        except BatchRefused:
            # It tells what was done before.
            raise
        except BaseException as error:
            # Ctrl-C too: nobody was told what stands.
            self.sender.untold(error)
            raise
        finally:
            self.sender.hold = hold
            if not hold:
                self.sender.told(left=False)
        return acts

    def _do_all(self, calls: Sequence[VerbCall], gas: int, acts: list[Act], done: Callable[[Act], object]) -> None:
        def run(part: Sequence[VerbCall], limit: int | None) -> None:
            first = self.label(part[0])
            acts.append(self._run(part, first if len(part) == 1 else f"{len(part)} acts, {first} first", limit))
            done(acts[-1])

        left = dict(enumerate(calls))
        # What was begun needs no limit, and a node that looks at what is on its way would refuse it.
        for places in list(self._begun_among(calls)):
            run([left.pop(place) for place in places], None)
        size = FIRST_PART
        while left:
            places = list(left)[:size]
            part = [left[place] for place in places]
            limit = self._limit(part, gas, places, len(calls), acts)
            if limit is None and len(part) > 1:
                size = (len(part) + 1) // 2
                continue
            run(part, limit)
            for place in places:
                del left[place]
            if limit is not None:
                # As many as will fit when the next are as large as these; one more would not.
                size = max(1, len(part) * min(gas, GAS_CAP) * 10 // (limit * 11))

    def _limit(
        self, part: Sequence[VerbCall], gas: int, places: Sequence[int], count: int, done: Sequence[Act]
    ) -> int | None:
        """The gas of one transaction of some calls, which stand at these places of so many; None where they are too
        many for `gas`, or one that is too large, which sending will tell. Raises `BatchRefused` for one that is
        refused.
        """
        call = self._call(part, "")
        try:
            estimate = int(self.connection.rpc("eth_estimateGas", call.as_rpc(self.address)), 16)
        except ChainError as error:
            refusal = self._refusal(error)
            if refusal is None or (len(part) > 1 and isinstance(refusal, refusals.FailedCall | UnknownRefusal)):
                # Out of gas, in the words of this node, or within, which looks like a failure without a reason: a
                # smaller part will tell.
                return None
            position = bisect_left(range(len(part) - 1), True, key=lambda place: self._is_refused(part[: place + 1]))
            self._explain(refusal, [part[position]])
            label = self.label(part[position])
            refusal.subject = refusal.subject or label
            raise BatchRefused(places[position] + 1, count, label, refusal, tuple(done)) from None
        return estimate if estimate <= min(gas, GAS_CAP) else None

    def _explain(self, refusal: ContractRefusal, calls: Sequence[VerbCall]) -> None:
        from sampan.client import explain

        reading: Any = self
        explain.explain(reading, refusal, calls)

    def _is_refused(self, part: Sequence[VerbCall]) -> bool:
        try:
            self.connection.rpc("eth_call", self._call(part, "").as_rpc(self.address), "pending")
        except ChainError as error:
            return self._refusal(error) is not None
        return False

    def _refusal(self, error: ChainError) -> Any:
        """The named refusal in a node's error, or None where it is no contract's."""
        from sampan.chain.connection import RpcError, as_revert

        if isinstance(error, RpcError):
            reverted = as_revert(error, None)
            words = error.rpc_message.lower()
            if isinstance(reverted, Reverted) and (reverted.data or "gas" not in words):
                return from_revert(reverted, self.names)
        return None

    def _call(self, calls: Sequence[VerbCall], label: str, gas: int | None = None) -> Call:
        contract, address = calls[0].contract, self.called_by(calls[0])
        parts = [part for call in calls for part in call.parts]
        together = "multicall" in wire.codec(contract).functions
        if any(self.called_by(call) != address for call in calls) or (len(parts) > 1 and not together):
            raise UsageError("calls of one contract go together", subject=calls[0].label, hint="send them apart")
        verbs = [call.data for call in calls]
        data, alone = (
            several[0] if len(several) == 1 else wire.encode(contract, "multicall", several)
            for several in (parts, verbs)
        )
        given = tuple(word for call in calls for word in call.given)
        return Call(address, data, gas=gas, label=label, given=given, alone=b"" if alone == data else alone)

    def _run(self, calls: Sequence[VerbCall], label: str, estimate: int | None = None) -> Act:
        functions = {call.verb.wire().name for call in calls}
        bills = tuple(dict.fromkeys(BillNumber(bill) for call in calls for bill in call.bills))
        warnings = tuple(dict.fromkeys(warning for call in calls for warning in call.warnings))
        verb = functions.pop() if len(functions) == 1 else "multicall"
        gas = None if estimate is None or self.connection.in_process else with_margin(estimate)
        try:
            told = any(call.verb.logs for call in calls)
            return self._send(self._call(calls, label, gas), verb, bills, warnings, told=told)
        except ContractRefusal as refusal:
            self._explain(refusal, calls)
            raise

    def _send(
        self,
        call: Call,
        verb: str,
        bills: tuple[int, ...] = (),
        warnings: tuple[str, ...] = (),
        *,
        told: bool = False,
    ) -> Act:
        """`told`: it leaves an event at least."""
        try:
            if self._rehearsing:
                said = self.sender.rehearse(call)
                self.rehearsed.append(call)
                events = None if said.logs is None else self._events(said.logs, placed=False)
                act = Act(verb, call.label, said.sender, None, None, said.gas, said.max_cost, events)
            else:
                got, events = self._sent(call, told)
                sent = (got.transaction_hash, got.block_number, got.gas_used, got.cost)
                act = Act(verb, call.label, got.sender, *sent, events)
                if got.transaction_hash in self.sender.taken_up:
                    warnings = (*warnings, "an earlier run had sent it and did not see the end; it was not sent again")
        except Reverted as error:
            raise from_revert(error, self.names) from None
        link = None if act.transaction is None else self.connection.network.link(act.transaction)
        return replace(act, bills=bills, warnings=warnings, names=self.names, link=link)

    def _sent(self, call: Call, told: bool) -> tuple[Receipt, tuple[Event, ...]]:
        """What was sent, and what it told: it is kept until that is read, which takes questions of its own."""
        hold, self.sender.hold = self.sender.hold, True
        try:
            got = self.sender.send(call)
            try:
                events = self._events(got.logs)
                if told and not events:
                    raise ChainError(
                        f"the RPC answered eth_getTransactionReceipt without the events of {call.label}, which always "
                        "leaves some",
                        subject=got.transaction_hash,
                        code="chain.answer",
                        hint=f"it says that it stands in block {got.block_number}: ask another RPC (--network URL)",
                    )
            except BaseException as error:
                self.sender.untold(error)
                raise
            return got, events
        finally:
            self.sender.hold = hold
            if not hold:
                self.sender.told(left=False)

    def _events(self, logs: Sequence[Log], *, placed: bool = True) -> tuple[Event, ...]:
        contracts = {address: name for name, address in self.addresses.items()}
        names = ((contracts.get(log.address) or self.one_of_several(log.address), log) for log in logs)
        found = (wire.event_of(name, log, placed=placed) for name, log in names if name and wire.knows(name))
        return tuple(event for event in found if event is not None)

    def one_of_several(self, address: str) -> str | None:
        """The contract that an address is one of, where there are several; None where it is none of the ledger's."""
        return self._several(address)

    def _asked_which(self, address: str) -> str | None:
        return next((name for name, asks in wire.MAKERS.items() if self._made(asks, address)), None)

    def _made(self, asks: tuple[str, str], address: str) -> bool:
        maker, view = asks
        return maker in self.addresses and bool(self.ask(view, address, contract=maker))

    # -------------------------------------------------------------------------------------------------- administration

    def _do_restricted(self, call: VerbCall) -> Act:
        """Do what a power of the AccessManager allows; where it takes effect after a delay, announce it first."""
        target, data = self.address_in(call.contract), call.data
        delay = self._waits(call.verb) if call.contract == wire.MANAGER else self._may(target, data[:4])
        label = self.label(call)
        if delay == 0:
            return self._run([call], label)
        operation = self.ask("hashOperation", self.address, target, data, contract=wire.MANAGER)
        ready = self.ask("getSchedule", operation, contract=wire.MANAGER)
        if ready == 0:
            announcement = wire.encode(wire.MANAGER, "schedule", target, data, 0)
            announced = Call(self.address_in(wire.MANAGER), announcement, label=f"announce: {label}")
            act = self._send(announced, "schedule")
            start = self.connection.time() if act.block is None else self.connection.time(act.block)
            return replace(act, ready_from=datetime.fromtimestamp(start + delay, UTC), warnings=call.warnings)
        try:
            return self._run([call], label)
        except refusals.AccessManagerNotReady as refusal:
            refusal.hint = f"it can be carried out from {earliest(ready)}"
            raise

    def _may(self, target: str, selector: bytes) -> int:
        """How many seconds a function of another contract waits; 0 too for whoever may not call it."""
        at_once, delay = self.ask("canCall", self.address, target, selector, contract=wire.MANAGER)
        return 0 if at_once else int(delay)

    def _waits(self, verb: Verb) -> int:
        """The same for what the manager itself is told, which its `canCall` does not answer for: as long as acts of
        the role do that may tell it, and at least as long as changes to a contract's wiring do."""
        said = dict(zip(verb.names(), verb.values(), strict=True))
        role: int = Power.ADMIN
        if verb.function in ("grantRole", "revokeRole"):
            role = self.ask("getRoleAdmin", said["role_id"], contract=wire.MANAGER)
        has, delay = self.ask("hasRole", role, self.address, contract=wire.MANAGER)
        if has and verb.function in ("setTargetFunctionRole", "setTargetClosed"):
            delay = max(delay, self.ask("getTargetAdminDelay", said["target"], contract=wire.MANAGER))
        return int(delay) if has else 0
