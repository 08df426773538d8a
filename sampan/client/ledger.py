"""`Ledger`: the client of one ledger, for a programmer at a carrier or a bank.

    with Ledger.open("local", signer="carrier") as carrier:
        act = carrier.bills.issue(Path("bill.json"), carriage_law="SG")
        bill = carrier.bill(act.bill)

`ledger.bills` is the contract of bills: its verbs send and return an `Act`, `ledger.bills.calls` prepares them, to put
them with others, to rehearse or to sign. Somebody is named by address, by LEI, by participant number, by a name in the
settings (`[names]`), by the name of a key, by a role of a development chain, or by another `Ledger`; a bill by its id
or as `LEI/REFERENCE[/VERSION]`. Ids are exact integers, amounts of
money text, `Decimal` or integers of the smallest unit, times aware and UTC.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sampan.bills.terms import Terms, replacements_hash
from sampan.bills.verbs.amendments import Replace
from sampan.bills.verbs.signed import Agreement, SignedAct
from sampan.bills.verbs.steps import OnBills
from sampan.client import agreeing, issue
from sampan.client.book import Book
from sampan.client.cargo import told as told_statement
from sampan.client.contracts import Contracts
from sampan.client.errors import NotOnLedger
from sampan.client.loans_by_hand import told as told_facility
from sampan.client.papers import Paper
from sampan.client.pledged_sales import PledgedSales
from sampan.client.screening import Screening
from sampan.client.verbs import country
from sampan.documents import identifiers
from sampan.errors import BadInput, Missing, UsageError, about
from sampan.finance.loans.terms import Acceptance, Appointment, Facility
from sampan.finance.positions.verbs import PositionOffer
from sampan.identity.verbs.accounts import NewAccount
from sampan.identity.verbs.enrolment import Enrolment
from sampan.identity.verbs.recovery import Successor
from sampan.money.deposits.verbs import Permit
from sampan.money.exchange.verbs import Quote
from sampan.suite import kinds, tell, typed
from sampan.suite.amounts import ANY
from sampan.suite.ids import lei_of, position_name, version_of
from sampan.suite.tell import lei_text
from sampan.suite.verb import NOBODY, Signature
from sampan.suite.words import Kind, Receiving, RecordLaw, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType

    from sampan.cargo.records import Statement
    from sampan.chain.connection import Connection
    from sampan.chain.networks import Network
    from sampan.chain.outbox import Outbox
    from sampan.chain.signers import Signer
    from sampan.client.core import VerbCall
    from sampan.client.funds import MoneyRef
    from sampan.client.papers import Text
    from sampan.client.reading import BillRef, Who
    from sampan.config import Settings
    from sampan.deployment.manifest import Manifest
    from sampan.documents.prepared import Prepared
    from sampan.suite.amounts import Given
    from sampan.trade.terms import Terms as SaleTerms

L = TypeVar("L", bound="Ledger")


class Ledger(PledgedSales, Contracts):
    """One ledger, read and driven. Verbs send and return an `Act`; `rehearsing()` gives one that only tries them.

    A contract's refusal comes as the named exception of its error (`sampan.client.errors`).
    """

    # --------------------------------------------------------------------------------------------------------- opening

    @classmethod
    def open(
        cls: type[L],
        network: str | Network | Connection = "local",
        *,
        signer: Signer | str | None = None,
        manifest: Manifest | Path | None = None,
        settings: Settings | None = None,
        companies: Mapping[str, str] | None = None,
    ) -> L:
        """Open the ledger that was deployed to a network, by its manifest.

        `signer` is one, or what `--from` would be: a role of a development chain, the name of a key. `manifest` is by
        default that of the settings, else the one in their folder that is of this chain. Close it when done (it is a
        context manager).

        Raises `Missing` without manifest or key, `ChainError` when nobody answers, another chain does, or the ledger is
        not there.
        """
        from sampan import config
        from sampan.chain import networks
        from sampan.chain.connection import Connection as OpenConnection
        from sampan.chain.outbox import outbox_of
        from sampan.deployment import manifest as manifests

        settings = settings or config.load()
        connection = network if isinstance(network, OpenConnection) else networks.connect(network, settings)
        try:
            if manifest is None:
                manifest = settings.path("manifest")
            if manifest is None:
                _, manifest = manifests.find(settings.deployments, connection)
            elif isinstance(manifest, Path):
                manifest = manifests.load(manifest)
            if isinstance(signer, str):
                from sampan.chain import signers

                signer = signers.find(signer, settings, development=connection.is_development)
            outbox = outbox_of(settings, connection)
            return cls.at(
                connection,
                manifest,
                signer=signer,
                companies=companies,
                outbox=outbox,
                book=Book.of(settings),
                screening=Screening.of(settings),
            )
        except BaseException:
            if connection is not network:
                connection.close()
            raise

    @classmethod
    def at(
        cls: type[L],
        connection: Connection,
        manifest: Manifest,
        *,
        signer: Signer | None = None,
        companies: Mapping[str, str] | None = None,
        outbox: Outbox | None = None,
        book: Book | None = None,
        screening: Screening | None = None,
    ) -> L:
        """The ledger of a manifest on an open connection; `book` has the names that the user gave, `screening` the
        lists against which acts are screened.

        Raises `ChainError` when it is not there.
        """
        from sampan.deployment import suite

        connection.expect(chain_id=manifest.chain_id, genesis_hash=manifest.genesis_hash)
        address = manifest.address(suite.LEDGER)
        if not connection.code(address):
            raise Missing(
                "the ledger of the manifest is not on this chain",
                subject=address,
                hint="is this node behind others? ask another RPC (--network URL); a development chain that was set"
                " back has no ledger any more, and `sampan node start` or a deployment makes one",
            )
        return cls(
            connection,
            {item.name: item.address for item in manifest.contracts},
            signer=signer,
            from_block=manifest.from_block,
            companies=companies,
            outbox=outbox,
            book=book,
            screening=screening,
        )

    def __enter__(self: L) -> L:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def __repr__(self) -> str:
        signs = f", signer={self.address}" if self._signer is not None else ""
        return f"Ledger({self.ledger_address} on {self.connection.network.name}{signs})"

    # ------------------------------------------------------------------------------------------- sold where they lie

    def instructions(self, terms: SaleTerms, *, least: Given | None = None) -> list[VerbCall]:
        """The calls by which pledged bills are sold where they lie, under terms of the sale whose source is the loan
        book (`offer_terms`): each is let out to whoever pays. The borrower; in default the agent, at a least price.

        The log has the hash of the terms alone: give the buyer their file. Raises `UsageError` for a price in another
        deposit than the loan's, which is paid first, and for what nobody could pay: a price beneath the least one.
        """
        calls = []
        if least is not None:
            self._require_payable(terms, least)
        for bill in terms.bills:
            loan = self.loan(self.pledge(bill).facility)
            if loan.money.address != terms.money:
                raise UsageError(
                    f"secures a loan in {loan.money.reference}, and that is what is paid there",
                    subject=tell.bill_name(bill),
                    hint=f"name the price in it: --into {loan.money.reference}",
                )
            calls.append(self.loans.calls.instruct(bill, room=self.address_in("Sale"), deal=terms.hash, least=least))
        return calls

    def _require_payable(self, terms: SaleTerms, least: Given) -> None:
        with about("least"):
            units = self.units(least, terms.money)
        if units and len(terms.bills) > 1:
            raise UsageError(
                "is of each bill, and in default the first takes all of the price",
                subject="least",
                hint="offer each bill for a price of its own, or leave it out",
            )
        if terms.price < units:
            price = self.amount_of(terms.price, terms.money)
            raise UsageError(
                f"is beneath the least price, {self.amount_of(units, terms.money)}: nobody could pay it",
                subject=f"price {price}",
                hint="ask at least as much, or name a lower least price",
            )

    # ---------------------------------------------------------------------------------------------------- replacements

    def replacement(
        self,
        document: Path | str | bytes | Prepared,
        of: BillRef,
        *,
        carriage_law: str = "",
        record_law: RecordLaw | None = None,
        kind: Kind | None = None,
        titleholder: Who | None = None,
        version: int | None = None,
    ) -> Terms:
        """The terms of a bill that replaces another (T40): kind and titleholder are those of the bill as it stands,
        unless others are given.

        The version follows the replaced bill's where the reference is the same. A document's salts are kept beside its
        file, as at issue. Raises as `issue`.
        """
        ready = issue.prepared(document)
        carrier = lei_text(lei_of(self.bill_id(of)))
        replaced = self.bill(of)
        if kind is None:
            kind = replaced.kind
        account = NOBODY
        if kind is not Kind.BLANK:
            meant = titleholder if titleholder is not None else replaced.titleholder
            if meant is None:
                raise BadInput("nobody is named as titleholder", subject=ready.name, hint="name one")
            account = self._titled(meant)
        if version is None:
            version = version_of(replaced.id) + 1 if replaced.reference == ready.reference else None
        history = None if carriage_law and record_law is not None else self.history(replaced.id)
        law = carriage_law or (history.carriage_law if history else "")
        with about("carriage_law"):
            applicable = issue.carriage_law_of(law)
        return Terms(
            bill=issue.new_id(self, carrier, ready.reference, version),
            kind=kind,
            titleholder=account,
            # Before anybody agrees to the root: one whose salts are lost can prove nothing.
            root=ready.root if ready.path is None or not self.keeps_salts else ready.keep_salts().root,
            checksum=ready.checksum,
            carriage_law=applicable,
            record_law=record_law if record_law is not None else (history.record_law if history else RecordLaw(0)),
        )

    def _titled(self, who: Who) -> str:
        """An account of a titleholder that need not receive: what it had comes back to it."""
        if isinstance(who, (int, str)) and not (isinstance(who, str) and who.startswith("0x")):
            try:
                participant = self.participant(who)
            except NotOnLedger:
                return self.entitled(who)
            if participant.accounts:
                return participant.accounts[0].address
        return self.entitled(who)

    replacements_hash = staticmethod(replacements_hash)

    # -------------------------------------------------------------------------------------------------- what is signed

    def sign_enrolment(
        self,
        lei: str,
        *,
        country_code: str,
        roles: Role,
        rulebook: bytes,
        parent: str | None = None,
        receiving: Receiving | None = None,
        account: Signer | str | None = None,
        deadline: datetime | timedelta | None = None,
    ) -> Paper:
        """What a new participant signs with its first account: who it is, and the rulebook version by hash (T5).

        `parent` is the LEI of its ultimate parent, its own by default. `receiving` is by default from anyone, for a
        bank only with its own signature (T8). `account` signs; an address gives a text that is still to be signed.
        """
        with about("lei"):
            own = identifiers.pack_lei(lei.strip().upper())
        with about("parent"):
            ultimate = own if parent is None else identifiers.pack_lei(parent.strip().upper())
        with about("country"):
            seat = country(country_code)
        if receiving is None:
            receiving = Receiving.SIGNED_ONLY if Role.BANK in roles else Receiving.ANYONE
        text = Enrolment(
            lei=own,
            parent=ultimate,
            country=seat,
            roles=int(roles),
            rulebook=rulebook,
            account=self._signing_address(account),
            receiving=receiving,
            deadline=self.deadline(deadline),
        )
        return self._paper(text, text.account, f"enrolment of {lei.strip().upper()}", account)

    def sign_new_account(
        self,
        participant: Who,
        new: Signer | str,
        *,
        roles: Role,
        receiving: Receiving = Receiving.ANYONE,
        signer: Signer | str | None = None,
        deadline: datetime | timedelta | int | None = None,
    ) -> Paper:
        """What a new account of a participant signs, and its sponsor with it: the same text, by `signer` (by default
        the new account itself)."""
        with about("participant"):
            number = self.number_of(participant)
        text = NewAccount(
            participant=number,
            account=self._signing_address(new),
            roles=int(roles),
            receiving=receiving,
            deadline=deadline if isinstance(deadline, int) else self.deadline(deadline),
        )
        by = new if signer is None else signer
        address = self._signing_address(by)
        if address != text.account:
            self._require_sponsor(address, number)
        return self._paper(text, address, f"account {text.account}", by)

    def sign_successor(
        self,
        lost: Who,
        new: Signer | str,
        *,
        roles: Role,
        signer: Signer | str | None = None,
        deadline: datetime | timedelta | int | None = None,
    ) -> Paper:
        """What a new account signs that shall take the place of a lost one: of whom, and with which roles.

        It receives from whom the lost one did. It is no `sign_new_account`: a text has one meaning alone."""
        with about("lost"):
            account = self.account(lost)
        text = Successor(
            participant=account.participant,
            lost=account.address,
            account=self._signing_address(new),
            roles=int(roles),
            receiving=account.receiving,
            deadline=deadline if isinstance(deadline, int) else self.deadline(deadline),
        )
        return self._paper(text, text.account, f"successor {text.account}", new if signer is None else signer)

    def _require_sponsor(self, address: str, number: int) -> None:
        account, names = self.account(address), self.names
        if account.participant == number and Role.TERMS in account.roles:
            return
        fit = [each.address for each in self.participant(number).accounts if Role.TERMS in each.roles]
        lacks = "does not have the role terms" if account.participant == number else "does not act for it"
        raise UsageError(
            f"{names.account(address)} may not sponsor an account of {names.participant(number)}: it {lacks}",
            hint=f"sign with the new account's own key, or with that of {' or '.join(fit) or 'an account that has it'}",
        )

    def sign_act(
        self,
        call: VerbCall,
        *,
        signer: Signer | str | None = None,
        deadline: datetime | timedelta | None = None,
    ) -> Paper:
        """Sign a verb on a bill that somebody else may send: it counts while the bill stands as it does now.

        Raises `UsageError` for a verb that is not about one bill first.
        """
        arguments = call.verb.arguments()
        if not arguments or arguments[0].kind != kinds.BILL:
            raise UsageError(
                "only a verb whose first argument is the bill is signed", subject=call.label, hint="send it yourself"
            )
        (bill,) = call.bills
        self.screened([call])
        text = SignedAct(
            signer=self._signing_address(signer),
            bill=bill,
            act_count=self.ask("bill", bill).act_count,
            call=call.verb,
            deadline=self.deadline(deadline),
        )
        return self._paper(text, text.signer, tell.in_full(call.verb, self.names), signer)

    def sign_call(
        self,
        call: VerbCall,
        *,
        signer: Signer | str | None = None,
        deadline: datetime | timedelta | None = None,
    ) -> Paper:
        """Sign a call of the sale that somebody else may send, once, with what is shown beside it: whoever signs needs
        no ether. Raises `UsageError` for a call of a contract that takes none by signature."""
        room = call.verb.subject
        signed: Any = room.structs.get("SignedCall")
        if signed is None:
            raise UsageError("no call of a room", subject=call.label, hint="send it yourself")
        self.screened([call])
        together: Any = room.verbs["multicall"]
        verb = call.verb if len(call.parts) == 1 else together(call.parts)
        text = signed(self._signing_address(signer), verb, self.fresh(32), self.deadline(deadline))
        return self._paper(text, text.signer, self.label(call), signer)

    def sign_permit(self, ref: MoneyRef, spender: Who, value: Given, *, deadline: int, ahead: int = 0) -> Signature:
        """What the account that signs here signs so that `spender` may spend of what it has in a deposit (ERC-2612); it
        counts until `deadline`, seconds since 1970, and while no other one is used; once so many `ahead` of it are."""
        money = self.money_address(ref)
        text = Permit(
            DOMAIN=self.ask("name", contract="Deposit", at=money),
            deposit=money,
            owner=self.address,
            spender=self.account_or_contract(spender),
            value=self.units(value, money, most=ANY),
            nonce=self.ask("nonces", self.address, contract="Deposit", at=money) + ahead,
            deadline=deadline,
        )
        data = typed.typed_data(self.connection.chain_id, money, text)
        digest = typed.digest(typed.domain(self.connection.chain_id, money, text.DOMAIN), text)
        return Signature(self.address, digest, raw=self.signer.sign_typed(data))

    def sign_quote(
        self,
        sold: MoneyRef,
        total: Given,
        bought: MoneyRef,
        price: Given,
        *,
        deadline: datetime | timedelta | None = None,
    ) -> Paper:
        """Sign what the bank that signs here offers: it gives up to `total` of the deposit `sold`, and is paid in
        `bought`, at `price` for the whole total. Its account lets the exchange spend what it sells (`money allow`)."""
        gives, takes = self.money(sold), self.money(bought)
        if gives.address == takes.address:
            raise UsageError(
                "a quote is for two moneys", subject=gives.reference, hint="name another one that is to be paid"
            )
        needed = Role.BANK | Role.TERMS
        if needed not in self.account(self.address).roles:
            raise UsageError(
                "is no bank's account: a quote needs the roles bank and terms",
                subject=self.names.account(self.address),
                hint="sign with an account of the bank: --from",
            )
        with about("total"):
            units = self.units_above_zero(total, gives.address)
        with about("price"):
            paid = self.units_above_zero(price, takes.address)
        text = Quote(
            account=self.address,
            sold=gives.address,
            total=units,
            bought=takes.address,
            price=paid,
            deadline=self.deadline(deadline),
            salt=self.fresh(32),
        )
        about_it = f"quote: {gives.amount(units)} of {gives.reference} for {takes.amount(paid)} of {takes.reference}"
        return self._paper(text, text.account, about_it, None)

    def sign_position_offer(
        self,
        position: int | str,
        buyer: Who,
        price: Given,
        money: MoneyRef,
        *,
        deadline: datetime | timedelta | None = None,
    ) -> Paper:
        """Sign that a participant may buy a position of yours for a price, paid in `money`, as it is now: with its
        shares, and with all that it has not claimed until now. Raises `UsageError` for another's, and for a buyer to
        whom positions are not open (T4)."""
        number = self.position_id(position)
        name, takes = position_name(number), self.money(money)
        if self.owner_of(number) != self.address:
            raise UsageError(
                f"position {name} is not {self.names.account(self.address)}'s",
                subject=name,
                hint="sign with the account that has it: --from",
            )
        with about("price"):
            asked = self.units(price, takes.address)
        with about("buyer"):
            to = self.number_of(buyer)
        known = self.participant(to)
        if not self.ask("isOpenTo", known.country, contract="Positions"):
            raise UsageError(
                f"positions are not open to participants of {known.country}",
                subject=self.names.participant(to),
                hint="offer it to somebody of another country, or let administration open them",
            )
        now = self.ask("positionOf", number, contract="Positions")
        text = PositionOffer(
            position=number,
            seller=self.address,
            buyer=to,
            money=takes.address,
            price=asked,
            shares=now.shares,
            had=now.had,
            salt=self.fresh(32),
            deadline=self.deadline(deadline),
        )
        told = f"offer: position {name} for {takes.amount(asked)} of {takes.reference}, to {self.names.participant(to)}"
        return self._paper(text, text.seller, told, None)

    def sign_facility(self, terms: Facility, *, account: Signer | str | None = None) -> Paper:
        """Sign the terms of a loan (`facility_terms`), as borrower, agent or lender; it is opened when all have signed
        (`loans.open_facility`). Raises `UsageError` for an account that is not bound by it, and for terms that the loan
        book would refuse (`require_fit`)."""
        address = self._signing_address(account)
        self.require_fit(terms)
        if address not in terms.signers:
            raise UsageError(
                f"{self.names.account(address)} is neither borrower nor agent nor lender",
                subject=told_facility(self, terms),
                hint="sign with an account that the terms name: --from",
            )
        return self._paper(terms, address, told_facility(self, terms), account)

    def sign_acceptance(
        self,
        bill: BillRef,
        facility: int,
        value: Given,
        prints: Iterable[int],
        *,
        deadline: datetime | timedelta | None = None,
    ) -> Paper:
        """Sign, as a facility's agent, that a bill is taken in pledge for a value, with the prints of its cargo
        (contracts/finance/PrintWord.sol), one for each piece of equipment; none for a bill that comes back from where
        it was out. It counts for the bill as it stands now. Raises `UsageError` for another's account."""
        number, loan = self.bill_id(bill), self.loan(facility)
        if self.account(self.address).participant != loan.stored.agent:
            raise UsageError(
                f"{self.names.account(self.address)} does not act for the agent,"
                f" {self.names.participant(loan.stored.agent)}",
                subject=f"facility {facility}",
                hint="sign with an account of the agent: --from",
            )
        there = self.pledged(number)
        if there is not None and not there.out:
            raise UsageError(
                f"secures facility {there.facility} already",
                subject=tell.bill_name(number),
                hint=f"`sampan finance show {there.facility}` tells what it counts",
            )
        words = tuple(sorted(prints))
        if not words and not self.ask("pledgeOf", number, contract="LoanBook")[-1]:
            raise UsageError(
                "no print is named, so nothing would bar a second pledge of its cargo",
                subject=tell.bill_name(number),
                hint="name its document and the registrar's key: --document FILE --registrar KEY",
            )
        with about("value"):
            units = self.units_above_zero(value, loan.money.address)
        text = Acceptance(
            facility=facility,
            bill=number,
            # As it will be when it is lodged.
            act_count=self.ask("bill", number).act_count + 1,
            value=units,
            prints=words,
            deadline=self.deadline(deadline),
            signer=self.address,
        )
        told = f"acceptance of {tell.bill_name(number)} for {loan.amount(units)} in facility {facility}"
        return self._paper(text, self.address, told, None)

    def appointment(self, facility: int, agent: Who, *, deadline: datetime | timedelta | None = None) -> Appointment:
        """What lenders and a new agent sign, all the same, to replace the agent of a facility. Raises `UsageError` for
        the borrower, and for the agent there is."""
        loan, account = self.loan(facility), self.account(agent)
        if account.participant in (loan.stored.borrower, loan.stored.agent):
            who = "the borrower" if account.participant == loan.stored.borrower else "the agent already"
            raise UsageError(f"is {who}", subject=self.names.account(account.address), hint="name another as agent")
        return Appointment(facility, account.address, loan.stored.agents, self.deadline(deadline))

    def require_counts(self, vote: Appointment) -> None:
        """Raise `UsageError` for votes that count no more: they were carried out, another agent came, or their time is
        over."""
        loan, names = self.loan(vote.facility), self.names
        agent, wanted = names.participant(loan.stored.agent), names.account(vote.agent_account)
        anew = f"vote anew: `sampan finance sign-vote --facility {vote.facility} --agent {vote.agent_account}`"
        subject = f"the votes for {wanted}"
        if vote.agents != loan.stored.agents:
            done = self.account(vote.agent_account).participant == loan.stored.agent
            said = "were carried out" if done else "were for the place of an agent that was replaced since"
            raise UsageError(
                f"{said}: the agent of facility {vote.facility} is {agent}",
                subject=subject,
                hint="bills are held for it with `sampan finance hand-over`" if done else anew,
            )
        if self.time() > vote.deadline:
            raise UsageError(f"counted until {tell.moment(vote.deadline)}", subject=subject, hint=anew)

    def sign_vote(self, appointment: Appointment) -> Paper:
        """Sign that a facility has a new agent (`appointment`), as that agent or as a lender; the agent is replaced
        when the owners of more than half have signed (`loans.replace_agent`). Raises `UsageError` for anybody else, and
        for a vote that counts no more."""
        self.require_counts(appointment)
        address, facility = self.address, appointment.facility
        if address != appointment.agent_account and address not in self.owners(facility).values():
            raise UsageError(
                f"{self.names.account(address)} is neither the new agent nor a lender of facility {facility}",
                hint="sign with an account that has a position, or that shall be the agent: --from",
            )
        told = f"vote: {self.names.account(appointment.agent_account)} becomes the agent of facility {facility}"
        return self._paper(appointment, address, told, None)

    def sign_statement(self, statement: Statement, *, signer: Signer | str | None = None) -> Paper:
        """Sign what a producer says of a bill (`statement`), for somebody else to send: it needs no ether."""
        return self._paper(statement, statement.producer, told_statement(self, statement), signer)

    def agree_to(
        self,
        call: VerbCall,
        *,
        signer: Signer | str | None = None,
        by: Who | None = None,
        deadline: datetime | timedelta | None = None,
    ) -> tuple[Paper, ...]:
        """Agree to an act that another does: to receive (T8), to have one's bill surrendered, to replacements.

        The call is prepared here as the other will send it: an issue by whoever owns the document's carrier code, with
        the carrier's salts beside the document. `by` says who that is, for one who wants to be sure.

        Returns what is shown beside the act (`agreements=`): one agreement, or for `replace` one for each bill that the
        signer surrendered, is entitled under, or becomes entitled under. Raises `UsageError` when this account's
        agreement is not asked for, the bill's status does not allow the act, or it is not for `by` to send,
        `DocumentRefused` without the carrier's salts.
        """
        address = self._signing_address(signer)
        if call.agreeing is not None:
            raise call.agreeing
        self._require_asked(call, address)
        self._require_status(call)
        if by is not None:
            self._require_sender(call, by)
        self.screened([call])
        until = self.deadline(deadline)
        texts = [
            Agreement(
                signer=address,
                act_count=self.ask("bill", outcome.bill).act_count,
                verb=call.verb.selector(),
                deadline=until,
                **outcome._asdict(),
            )
            for outcome in agreeing.outcomes(self, call, address)
        ]
        said = self.label(call)
        return tuple(self._paper(text, address, f"agreement to: {said}", signer) for text in texts)

    def _require_asked(self, call: VerbCall, address: str) -> None:
        asked = agreeing.asked(self, call)
        if not asked:
            raise UsageError("nobody's agreement is asked for this", subject=self.label(call))
        if self.ask("account", address).participant not in asked:
            names = self.names
            whose = " or ".join(names.participant(number) for number in sorted(asked))
            raise UsageError(
                f"this account's agreement is not asked for: {names.account(address)} gets and has nothing in it",
                subject=self.label(call),
                hint=f"sign with a key of {whose}",
            )

    def _require_status(self, call: VerbCall) -> None:
        """An agreement counts as the bill stands now: to what its status does not allow it would never count."""
        if isinstance(call.verb, OnBills):
            replaces = call.verb.bills if isinstance(call.verb, Replace) else call.bills
            for bill in replaces:
                status = self.ask("bill", bill).status
                if status not in call.verb.statuses:
                    raise UsageError(
                        f"{tell.bill_name(bill)} is {tell.plain(status)}, which does not allow this",
                        subject=self.label(call),
                        hint="`sampan bill show` tells what may be done",
                    )

    def _require_sender(self, call: VerbCall, by: Who) -> None:
        meant, sends = self.number_of(by), agreeing.sender(self, call)
        if sends not in (0, meant):
            raise UsageError(
                f"is not for {self.names.participant(meant)} to send, but for {self.names.participant(sends)}",
                subject=self.label(call),
                hint="name who will send it, or leave --by out",
            )

    def _signing_address(self, who: Signer | str | None) -> str:
        if who is None:
            return self.address
        return self.address_of(who)

    def _paper(self, text: Text, address: str, about: str, signer: Signer | str | None) -> Paper:
        """A text, signed where the key is at hand."""
        where = typed.verifier(text, self.addresses)
        contract = "" if where == self.ledger_address else where
        unsigned = Paper(text, self.connection.chain_id, self.ledger_address, address, about, contract=contract)
        if self.rehearses:
            return unsigned
        if signer is None:
            return unsigned.by(self.signer)
        if isinstance(signer, str):
            from sampan.chain.accounts import ROLES, development_signer

            # A role's key is published; of an address alone only the text can be made.
            return unsigned.by(development_signer(signer)) if signer in ROLES else unsigned
        return unsigned.by(signer)
