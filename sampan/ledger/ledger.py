"""`Ledger`: the client of one ledger, for a programmer at a carrier or a bank.

    with Ledger.open("local", signer="carrier") as carrier:
        act = carrier.issue(Path("bill.json"), carriage_law="SG")
        bill = carrier.bill(act.bill)

Somebody is named by address, by LEI, by participant number, by a role of a development chain, or by another `Ledger`;
a bill by its id or as `LEI/REFERENCE[/VERSION]`. Ids and amounts are exact integers, times aware and UTC.
"""

from __future__ import annotations

import inspect
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar

from sampan.chain.abi import encode
from sampan.chain.keccak import keccak
from sampan.documents import identifiers
from sampan.errors import BadInput, Missing, UsageError
from sampan.ledger import abi, ids, issue
from sampan.ledger.bills import NOTHING, BillCalls, hash_of_replacements, replacements_hash, terms_hash
from sampan.ledger.core import VerbCall
from sampan.ledger.describe import NO_ADDRESS
from sampan.ledger.errors import NotOnLedger
from sampan.ledger.identity import IdentityCalls, country
from sampan.ledger.reading import Reading
from sampan.ledger.records import Act, Terms
from sampan.ledger.signing import Signed, describe_call
from sampan.ledger.words import Endorsement, Kind, Receiving, RecordLaw, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import TracebackType

    from sampan.chain.connection import Connection
    from sampan.chain.networks import Network
    from sampan.chain.signers import Signer
    from sampan.config import Settings
    from sampan.deployment.manifest import Manifest
    from sampan.documents.prepared import Prepared
    from sampan.ledger.reading import BillRef, Who

P = ParamSpec("P")
L = TypeVar("L", bound="Ledger")

DEADLINE = timedelta(days=1)
"""How long a signature counts when nobody says."""


class Calls(BillCalls, IdentityCalls):
    """Prepares a call for every verb: to send with others, to rehearse, to sign."""


class Verb(Generic[P]):
    """A verb of `Calls` as a method of `Ledger`: the same arguments, and it is done."""

    def __init__(self, build: Callable[Concatenate[Calls, P], VerbCall]) -> None:
        self._build = build
        self.__doc__ = build.__doc__
        signature = inspect.signature(build)
        self._signature = signature.replace(parameters=list(signature.parameters.values())[1:], return_annotation="Act")

    def __get__(self, ledger: Ledger | None, owner: type[Ledger]) -> Callable[P, Act]:
        def do(*args: P.args, **kwargs: P.kwargs) -> Act:
            if ledger is None:
                raise TypeError(f"{self._build.__name__} is a verb of a ledger: open one")
            return ledger.do(self._build(ledger.calls, *args, **kwargs))

        # So that `help` and editors show the verb's own arguments.
        do.__doc__ = self.__doc__
        do.__name__ = self._build.__name__
        do.__signature__ = self._signature  # type: ignore[attr-defined]
        return do


class Ledger(Reading):
    """One ledger, read and driven. Verbs send and return an `Act`; `rehearsing()` gives one that only tries them.

    A contract's refusal comes as the named exception of its error (`sampan.ledger.errors`).
    """

    calls: Calls

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.calls = Calls(self)

    def _renew(self) -> None:
        self.calls = Calls(self)

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
        default the network's in the folder of the settings. Close it when done (it is a context manager).

        Raises `Missing` without manifest or key, `ChainError` when nobody answers, another chain does, or the ledger is
        not there.
        """
        from sampan import config
        from sampan.chain import networks
        from sampan.chain.connection import Connection as OpenConnection
        from sampan.deployment import manifest as manifests

        settings = settings or config.load()
        connection = network if isinstance(network, OpenConnection) else networks.connect(network, settings)
        try:
            if manifest is None:
                manifest = manifests.path_of(settings.deployments, connection.network.name)
            if isinstance(manifest, Path):
                manifest = manifests.load(manifest)
            if isinstance(signer, str):
                from sampan.chain import signers

                signer = signers.find(signer, settings, development=connection.is_development)
            return cls.at(connection, manifest, signer=signer, companies=companies)
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
    ) -> L:
        """The ledger of a manifest on an open connection. Raises `ChainError` when it is not there."""
        from sampan.deployment import suite

        connection.expect(chain_id=manifest.chain_id, genesis_hash=manifest.genesis_hash)
        address = manifest.address(suite.LEDGER)
        if not connection.code(address):
            raise Missing(
                "the ledger of the manifest is not on this chain",
                subject=address,
                hint=f"`sampan deploy --network {connection.network.name}` deploys",
            )
        return cls(
            connection,
            address,
            signer=signer,
            manager=manifest.address(suite.MANAGER),
            from_block=manifest.from_block,
            companies=companies,
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

    # ----------------------------------------------------------------------------------------------------------- issue

    def issue(
        self,
        document: Path | str | bytes | Prepared | Terms,
        to: Who | None = None,
        *,
        carriage_law: str = "",
        record_law: RecordLaw | None = None,
        titleholder: Who | None = None,
        version: int | None = None,
        bearer: bool = False,
        remark: str | bytes = "",
        agreements: Iterable[Signed] = (),
    ) -> Act:
        """Issue a bill from its document: a file, its bytes, or one that was prepared (or bare terms).

        `to` is the first possessor, by default the document's shipper; a room takes its terms as `remark`.
        `carriage_law` is the law of the contract of carriage (`GB-ENG`), `record_law` that of the electronic record, by
        default the only one that the carrier has published; `titleholder` an account of the party that the document
        names, by default looked up; `bearer` says that a bearer bill is meant. The salts are written beside the file
        before anything is sent.

        Raises `NotIssuable` with every fault of the document (L1), `DocumentRefused` when the ledger does not bear it
        out (T6, T9), `BearerBill` when nobody said that one is meant, and a named refusal of the contract.
        """
        return self.do(
            self.prepare_issue(
                document,
                to,
                carriage_law=carriage_law,
                record_law=record_law,
                titleholder=titleholder,
                version=version,
                bearer=bearer,
                remark=remark,
                agreements=agreements,
            )
        )

    def issue_from_paper(
        self,
        document: Path | str | bytes | Prepared | Terms,
        to: Who | None = None,
        *,
        originals: int,
        statement: bytes,
        carriage_law: str = "",
        record_law: RecordLaw | None = None,
        titleholder: Who | None = None,
        version: int | None = None,
        bearer: bool = False,
        remark: str | bytes = "",
        agreements: Iterable[Signed] = (),
    ) -> Act:
        """Issue a bill in place of paper (L12): as `issue`, with the number of originals made inoperative and the hash
        (32 bytes) of the statement of change of medium."""
        return self.do(
            self.prepare_issue(
                document,
                to,
                carriage_law=carriage_law,
                record_law=record_law,
                titleholder=titleholder,
                version=version,
                bearer=bearer,
                remark=remark,
                agreements=agreements,
                paper=(originals, statement),
            )
        )

    def prepare_issue(
        self,
        document: Path | str | bytes | Prepared | Terms,
        to: Who | None = None,
        *,
        carriage_law: str = "",
        record_law: RecordLaw | None = None,
        titleholder: Who | None = None,
        version: int | None = None,
        bearer: bool = False,
        remark: str | bytes = "",
        agreements: Iterable[Signed] = (),
        paper: tuple[int, bytes] | None = None,
    ) -> VerbCall:
        """The call that `issue` sends (with `paper`, `issue_from_paper`), to send many in one transaction, say."""
        warnings: tuple[str, ...] = ()
        if isinstance(document, Terms):
            if to is None:
                raise UsageError("bare terms name no shipper", subject="to", hint="say who gets the bill first")
            terms, receiver = document, to
        else:
            ready = issue.prepared(document)
            terms, warnings = issue.terms(
                self,
                ready,
                carriage_law=carriage_law,
                record_law=record_law,
                version=version,
                titleholder=titleholder,
                bearer=bearer,
                from_paper=paper is not None,
            )
            receiver = issue.first_possessor(self, ready, to)
            if ready.path is not None and not self._rehearsing:
                # Before the root is on chain: a root whose salts are lost can prove nothing.
                terms = replace(terms, root=ready.keep_salts().root)
        if paper is None:
            call = self.calls.issue(terms, receiver, remark=remark, agreements=agreements)
        else:
            call = self.calls.issue_from_paper(
                terms, receiver, originals=paper[0], statement=paper[1], remark=remark, agreements=agreements
            )
        return VerbCall(call.function, call.arguments, call.label, call.bills, call.agreements, warnings)

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

        The version follows the replaced bill's where the reference is the same. Raises as `issue`.
        """
        ready = issue.prepared(document)
        carrier = ids.unpack(self.bill_id(of)).lei
        replaced = self.bill(of)
        if kind is None:
            kind = replaced.kind
        account: str | None = None
        if kind is not Kind.BLANK:
            meant = titleholder if titleholder is not None else replaced.titleholder
            if meant is None:
                raise BadInput("nobody is named as titleholder", subject=ready.name, hint="name one")
            account = self._titled(meant)
        if version is None:
            same = ids.unpack(replaced.id)
            version = same.version + 1 if same.reference == ready.reference else None
        history = None if carriage_law and record_law is not None else self.history(replaced.id)
        law = carriage_law or (history.carriage_law if history else "")
        return Terms(
            bill=issue.new_id(self, carrier, ready.reference, version),
            kind=kind,
            titleholder=account,
            root=ready.root,
            checksum=ready.checksum,
            carriage_law=issue.carriage_law_of(law),
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
    ) -> Signed:
        """What a new participant signs with its first account: who it is, and the rulebook version by hash (T5).

        `parent` is the LEI of its ultimate parent, its own by default. `receiving` is by default from anyone, for a
        bank only with its own signature (T8). `account` signs; an address gives a text that is still to be signed.
        """
        own = identifiers.pack_lei(lei.strip().upper())
        if receiving is None:
            receiving = Receiving.SIGNED_ONLY if Role.BANK in roles else Receiving.ANYONE
        message: dict[str, Any] = {
            "lei": own,
            "parent": own if parent is None else identifiers.pack_lei(parent.strip().upper()),
            "country": country(country_code),
            "roles": int(roles),
            "rulebook": rulebook,
            "account": self._signing_address(account),
            "receiving": int(receiving),
            "deadline": self._deadline(deadline),
        }
        return self._signed("Enrolment", message, message["account"], f"enrolment of {lei.strip().upper()}", account)

    def sign_new_account(
        self,
        participant: Who,
        new: Signer | str,
        *,
        roles: Role,
        receiving: Receiving = Receiving.ANYONE,
        signer: Signer | str | None = None,
        deadline: datetime | timedelta | int | None = None,
    ) -> Signed:
        """What a new account of a participant signs, and its sponsor with it: the same text, by `signer` (by default
        the new account itself)."""
        address = self._signing_address(new)
        message = {
            "participant": self.number_of(participant),
            "account": address,
            "roles": int(roles),
            "receiving": int(receiving),
            "deadline": deadline if isinstance(deadline, int) else self._deadline(deadline),
        }
        by = new if signer is None else signer
        return self._signed("NewAccount", message, self._signing_address(by), f"account {address}", by)

    def sign_act(
        self,
        call: VerbCall,
        *,
        signer: Signer | str | None = None,
        deadline: datetime | timedelta | None = None,
    ) -> Signed:
        """Sign a verb on a bill that somebody else may send: it counts while the bill stands as it does now.

        Raises `UsageError` for a verb that is not about one bill first.
        """
        if not call.arguments or call.arguments[0] not in call.bills:
            raise UsageError(
                "only a verb whose first argument is the bill is signed", subject=call.label, hint="send it yourself"
            )
        bill = call.arguments[0]
        message = {
            "signer": self._signing_address(signer),
            "bill": bill,
            "actCount": self.ask("bill", bill).act_count,
            "call": call.data,
            "deadline": self._deadline(deadline),
        }
        return self._signed("SignedAct", message, message["signer"], describe_call(call.data, self.names), signer)

    def agree_to(
        self,
        call: VerbCall,
        *,
        signer: Signer | str | None = None,
        deadline: datetime | timedelta | None = None,
    ) -> tuple[Signed, ...]:
        """Agree to an act that another does: to receive (T8), to have one's bill surrendered, to replacements.

        Returns what is shown beside the act (`agreements=`): one agreement, or for `replace` one for each bill that the
        signer surrendered, is entitled under, or becomes entitled under.
        """
        address = self._signing_address(signer)
        until = self._deadline(deadline)
        made = []
        for bill, possessor, titleholder, kind, detail in self._outcomes(call, address):
            message = {
                "signer": address,
                "bill": bill,
                "actCount": self.ask("bill", bill).act_count,
                "verb": abi.selector(call.function),
                "possessor": possessor,
                "titleholder": titleholder,
                "kind": int(kind),
                "detail": detail,
                "deadline": until,
            }
            made.append(self._signed("Agreement", message, address, f"agreement to: {call.label}", signer))
        return tuple(made)

    def _outcomes(self, call: VerbCall, signer: str) -> list[tuple[int, str, int, Kind, bytes]]:
        """What an agreement to a call names: bill, possessor, titleholder and kind after it, and the detail."""
        function, arguments = call.function, call.arguments
        if function in ("issue", "issueFromPaper"):
            terms, possessor = arguments[0], arguments[1]
            return [(terms[0], possessor, self._participant_of(terms[2]), Kind(terms[1]), terms_hash(terms))]
        if function == "replace":
            return self._replacements(arguments[0], arguments[1], signer)
        bill = arguments[2] if function in ("transferFrom",) else arguments[0]
        state = self.ask("bill", bill)
        kind, titleholder = Kind(state.kind), state.titleholder
        if function == "transfer":
            return [(bill, arguments[1], titleholder, kind, NOTHING)]
        if function == "transferFrom":
            return [(bill, arguments[1], titleholder, kind, NOTHING)]
        if function == "surrender":
            detail = keccak(encode(["uint8", "bytes32"], [arguments[1], arguments[3]]))
            return [(bill, arguments[2], titleholder, kind, detail)]
        if function in ("endorse", "lodge"):
            endorsement, endorsee, to = Endorsement(arguments[1]), arguments[2], arguments[3]
            possessor = self.ask("ownerOf", bill) if to == NO_ADDRESS else to
            if endorsement is not Endorsement.NONE:
                kind = {
                    Endorsement.NAMED: Kind.NAMED,
                    Endorsement.TO_ORDER: Kind.ORDER,
                    Endorsement.BLANK: Kind.BLANK,
                }[endorsement]
                titleholder = self._participant_of(endorsee)
            return [(bill, possessor, titleholder, kind, NOTHING)]
        raise UsageError("nobody's agreement is asked for this", subject=call.label)

    def _replacements(
        self, bills: tuple[int, ...], terms: tuple[tuple[Any, ...], ...], signer: str
    ) -> list[tuple[int, str, int, Kind, bytes]]:
        """Agreements to a replacement: of whoever surrendered, of the titleholder, of who is newly entitled."""
        states = [self.ask("bill", bill) for bill in bills]
        surrenderer = self.ask("accountAt", states[0].previous_account)
        ours = self._participant_of(signer)
        whole = hash_of_replacements(bills, terms)
        surrendered = self._participant_of(surrenderer) == ours
        found = [
            (bill, surrenderer, state.titleholder, Kind(state.kind), whole)
            for bill, state in zip(bills, states, strict=True)
            if surrendered or (state.titleholder == ours and Kind(state.kind) in (Kind.ORDER, Kind.NAMED))
        ]
        had = {state.titleholder for state in states}
        if not surrendered and ours not in had:
            found += [
                (one[0], surrenderer, ours, Kind(one[1]), terms_hash(one))
                for one in terms
                if self._participant_of(one[2]) == ours
            ]
        if not found:
            raise UsageError("this account's agreement is not asked for", subject=signer)
        return found

    def _participant_of(self, address: str) -> int:
        return 0 if address == NO_ADDRESS else int(self.ask("account", address).participant)

    def _signing_address(self, who: Signer | str | None) -> str:
        if who is None:
            return self.address
        return self.address_of(who)

    def _signed(
        self, kind: str, message: dict[str, Any], address: str, about: str, signer: Signer | str | None
    ) -> Signed:
        unsigned = Signed(kind, self.connection.chain_id, self.ledger_address, address, message, about)
        if signer is None:
            return unsigned.by(self.signer)
        if isinstance(signer, str):
            from sampan.chain.accounts import ROLES, development_signer

            # A role's key is published; of an address alone only the text can be made.
            return unsigned.by(development_signer(signer)) if signer in ROLES else unsigned
        return unsigned.by(signer)

    def _deadline(self, deadline: datetime | timedelta | None) -> int:
        if isinstance(deadline, datetime):
            if deadline.tzinfo is None:
                raise BadInput("a time without a zone", subject=str(deadline), hint="give it in UTC")
            return int(deadline.timestamp())
        # A chain on which nothing happens has an old head; a development chain has a clock of its own.
        start = self.now if self.connection.is_development else max(self.now, datetime.now(UTC))
        return int((start + (DEADLINE if deadline is None else deadline)).timestamp())

    # ----------------------------------------------------------------------------------------------------------- verbs

    transfer = Verb(Calls.transfer)
    endorse = Verb(Calls.endorse)
    lodge = Verb(Calls.lodge)
    sign = Verb(Calls.sign)
    reject = Verb(Calls.reject)
    surrender = Verb(Calls.surrender)
    accept = Verb(Calls.accept)
    refuse = Verb(Calls.refuse)
    recall = Verb(Calls.recall)
    deliver = Verb(Calls.deliver)
    replace = Verb(Calls.replace)
    to_paper = Verb(Calls.to_paper)
    recover = Verb(Calls.recover)
    send_act = Verb(Calls.send_act)
    cancel = Verb(Calls.cancel)
    approve = Verb(Calls.approve)
    approve_for_all = Verb(Calls.approve_for_all)

    enrol = Verb(Calls.enrol)
    assign_code = Verb(Calls.assign_code)
    set_profile = Verb(Calls.set_profile)
    add_account = Verb(Calls.add_account)
    remove_account = Verb(Calls.remove_account)
    set_account_roles = Verb(Calls.set_account_roles)
    set_receiving = Verb(Calls.set_receiving)
    set_giver = Verb(Calls.set_giver)
    sign_rulebook = Verb(Calls.sign_rulebook)
    publish_record_laws = Verb(Calls.publish_record_laws)
    publish_answer_time = Verb(Calls.publish_answer_time)
    suspend = Verb(Calls.suspend)
    lift_suspension = Verb(Calls.lift_suspension)
    set_winding_down = Verb(Calls.set_winding_down)
    propose_recovery = Verb(Calls.propose_recovery)
    veto_recovery = Verb(Calls.veto_recovery)
    execute_recovery = Verb(Calls.execute_recovery)
    shorten = Verb(Calls.shorten)
    list_room = Verb(Calls.list_room)
    delist_room = Verb(Calls.delist_room)
