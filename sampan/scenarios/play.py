"""Plays a scenario on a ledger: step after step, told and recorded; what was done before is not done again.

On a chain that stays, a record file is written: what is about to be sent before it is sent, what was done after it. A
run that was cut off, or that has to wait for days, goes on where it was when it is called again.
"""

from __future__ import annotations

import csv
import inspect
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from sampan.bills.terms import Terms
from sampan.bills.verbs.signed import Act as SendAct
from sampan.cargo.records import Clause
from sampan.cargo.rules import condition_of
from sampan.cargo.verbs.laying import met_alone, told_clause
from sampan.chain.transactions import Call, Reverted
from sampan.client import disclosed, papers, prints, proposal, proven, show_cargo, show_trade, wire
from sampan.client.core import VerbCall
from sampan.client.errors import AccessManagerNotReady, ContractRefusal, from_revert
from sampan.client.loans import LOANS
from sampan.client.offers import checked
from sampan.client.papers import Paper
from sampan.client.records import Account
from sampan.client.screening import Held, Screening
from sampan.documents import identifiers
from sampan.errors import ChainError, Missing, Refused, SampanError, UsageError
from sampan.finance.loans.history import name_of as facility_name
from sampan.finance.prints import Registrar
from sampan.keccak import keccak
from sampan.scenarios import reports
from sampan.scenarios import script as said
from sampan.scenarios.documents import Documents
from sampan.scenarios.hints import in_a_file
from sampan.scenarios.record import Record, header
from sampan.scenarios.vocabulary import AMOUNT, BANKS, COIN_OF, Cargo, Doing, Named, deployable, vocabulary
from sampan.subjects import DRIVEN as SUITE
from sampan.suite import amounts, events, tell
from sampan.suite.amounts import Amount
from sampan.suite.check import Disclosed
from sampan.suite.event import Event
from sampan.suite.refusal import UnknownRefusal
from sampan.suite.tell import bill_name, earliest, moment, option, participant_name, passing, plain
from sampan.suite.verb import NOBODY
from sampan.suite.words import Receiving, Role
from sampan.tracking.outbox import Outbox
from sampan.trade import terms as trade_terms

if TYPE_CHECKING:
    from sampan.audit.report import Report
    from sampan.chain.transactions import Receipt
    from sampan.client.ledger import Ledger
    from sampan.client.records import Act
    from sampan.finance.prints import Piece
    from sampan.scenarios.script import Script, Step
    from sampan.scenarios.stage import Stage
    from sampan.scenarios.vocabulary import Deployable, Member

BILLS: Final = wire.LEDGER
SOON: Final = 60
"""Seconds that are waited for on a chain whose clock nobody moves; for more the run stops."""
EVERYBODYS: Final = Registrar(keccak(b"sampan.scenarios: a registrar's key that everybody knows"))
"""Under this invented key the prints of scenarios are made, where the file names no other: it hides nothing, and what
samples name is invented too."""
PERSONS: Final = frozenset({"holder", "titleholder", "previous_titleholder", "carrier", "participant", "bank", "agent"})
AMOUNTS: Final = defaultdict(
    frozenset[str],
    deposit=frozenset({"supply", "held"}),
    facility=frozenset(
        {"principal", "interest", "covered", "owed", "owed_tomorrow", "drawable", "undrawn", "value", "surplus"}
    ),
    pledge=frozenset({"value"}),
)
"""Fields of a record that are amounts of its money."""
_KNOWN = re.compile(r" \(0x[0-9a-fA-F]{4}…[0-9a-fA-F]{4}\)| \([0-9A-Z]{18}[0-9]{2}\)|\b[0-9A-Z]{18}[0-9]{2}/")
"""Addresses, LEIs and the carrier's name in front of references: told once, when the parties are enrolled."""
_HASH = re.compile(r"(0x[0-9a-f]{8})[0-9a-f]{56}")


# ------------------------------------------------------------------------------------------------------ what came of it


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a step. `what` is what was done or tried, `told` what the ledger logged of it, in sentences."""

    step: int
    """0: before the first."""
    kind: str
    place: str
    by: str = ""
    what: str = ""
    verb: str = ""
    told: tuple[str, ...] = ()
    why: str = ""
    refused: str = ""
    """In which words it was refused."""
    refused_by: Literal["contract", "client"] | None = None
    code: str = ""
    warnings: tuple[str, ...] = ()
    transaction: str | None = None
    block: int | None = None
    time: datetime | None = None
    gas: int = 0
    cost: int = 0
    """Wei."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An expectation that did not hold: at which step, where it stands, what was expected, what came."""

    step: int
    place: str
    what: str
    expected: str
    came: str
    hint: str | None = None


State = Literal["passed", "failed", "waiting"]


@dataclass(slots=True)
class Outcome:
    """What came of a scenario. `go_on_from` is when a run that waits can go on."""

    script: Script
    state: State = "passed"
    played: list[Played] = field(default_factory=list)
    bills: dict[str, int] = field(default_factory=dict)
    failure: Failure | None = None
    go_on_from: datetime | None = None
    report: Report | None = None
    labels: dict[str, str] = field(default_factory=dict)
    """Accounts and LEIs by name, for the audit's tables."""

    @property
    def gas(self) -> int:
        """What all steps took."""
        return sum(one.gas for one in self.played)

    @property
    def cost(self) -> int:
        """What all steps cost, in wei."""
        return sum(one.cost for one in self.played)


class Teller(Protocol):
    """Who is told how a scenario goes on: a terminal, a test."""

    def chapter(self, title: str, text: str) -> None:
        """A part begins."""

    def note(self, text: str) -> None:
        """Something is worth saying."""

    def step(self, played: Played) -> None:
        """Something was done, signed, refused as expected, or found to be as expected."""


class Silent:
    """A teller that says nothing."""

    def chapter(self, title: str, text: str) -> None: ...

    def note(self, text: str) -> None: ...

    def step(self, played: Played) -> None: ...


class _Stop(Exception):
    """The scenario does not go on."""

    def __init__(self, *, failure: Failure | None = None, go_on_from: datetime | None = None) -> None:
        super().__init__()
        self.failure = failure
        self.go_on_from = go_on_from


# -------------------------------------------------------------------------------------------------------------- playing


class Play:
    """One run of a scenario on a stage; `folder` takes the documents and their salts.

    `new`: the chain is new and gone afterwards, so that documents get salts that are the same in every run, and all
    that an audit finds is this scenario's. `keys` names the key of a party or a role, before what the file says.
    """

    def __init__(
        self,
        script: Script,
        stage: Stage,
        teller: Teller,
        folder: Path,
        *,
        new: bool = True,
        record: Record | None = None,
        keys: Mapping[str, str] | None = None,
    ) -> None:
        self._script = script
        self._stage = stage
        self._teller = teller
        self._new = new
        self._record = record or Record(None, header(script, stage))
        run = None if new else self._record.header["run"]
        self._documents = Documents(script.documents, folder / (f"documents-{run}" if run else "documents"), run)
        self._outcome = Outcome(script)
        self._ledgers: dict[str, Ledger] = {}
        self._addresses: dict[str, str] = {}
        self._keys = keys or {}
        self._terms: dict[str, Terms] = {}
        self._papers: dict[str, Paper] = {}
        self._registrar = EVERYBODYS if script.registrar is None else prints.registrar(script.registrar)
        self._facilities: dict[str, int] = {}
        self._sold: dict[int, trade_terms.Terms] = {}
        """Under which terms a bill is for sale where it lies."""
        self._deployed: dict[str, tuple[str, Deployable]] = {}
        """Where a contract stands that was deployed beside the suite, and what it does."""
        self._reported = self._documents.folder.parent / "cargo"
        """Where producers keep their stores, and what each disclosed of a bill at the end."""
        self._desks: dict[str, reports.Desk] = {}
        """The store of each producer."""
        self._deployable = deployable()
        self._drawn = 0
        stage.ledger.companies = {
            **stage.ledger.companies,
            **{member.party.lei: member.party.company for member in script.members.values()},
        }

    def run(self) -> Outcome:
        """Play it to its end, to what fails, or to what has to be waited for.

        Raises `ChainError` when the chain cannot be reached, `Missing` without a key: called again it goes on.
        """
        outcome = self._outcome
        try:
            if not self._new:
                # A key that is missing is missed before anything is sent.
                for name in said.signers(self._script):
                    self._as(name)
            self._enrol()
            for step in self._script.steps:
                self._step(step)
            self._record.keep("done", "end", {})
        except _Stop as stop:
            outcome.failure, outcome.go_on_from = stop.failure, stop.go_on_from
            outcome.state = "waiting" if stop.failure is None else "failed"
        finally:
            for ledger in self._ledgers.values():
                ledger.sender.release()
            for name, desk in self._desks.items():
                desk.disclose(self._reported, name)
                desk.store.close()
        for name, member in self._script.members.items():
            outcome.labels |= {self._address(name): name, member.party.lei: name}
        return outcome

    # -------------------------------------------------------------------------------------------------------- parties

    def _enrol(self) -> None:
        self._teller.chapter(
            "The parties", "Legal persons with LEIs, each enrolled with its own signature over the rulebook."
        )
        for member in self._script.members.values():
            if member.enrolled:
                self._enrol_one(member)

    def _enrol_one(self, member: Member) -> None:
        """A party, as far as it is not enrolled yet. Raises `UsageError` when its key is no account of it."""
        party, ledger = member.party, self._stage.ledger
        own = self._as(party.role)
        number = ledger.ask("participantOf", _packed(party.lei))
        if number == 0:
            enroller = self._as("enroller")

            def enrol() -> VerbCall:
                return enroller.bills.calls.enrol(self._stage.sign_enrolment(party, key=self._key(party.role)))

            self._before(member, "enrolled", "enroller", enrol)
            number = ledger.ask("participantOf", _packed(party.lei))
        else:
            if own.address not in (account.address for account in ledger.participant(number).accounts):
                raise UsageError(
                    f"{party.company} is enrolled here, and {own.address} is no account of it",
                    subject=f"{self._script.file}: {party.role}",
                    hint="an earlier run has changed its accounts: name another key for it, or play on a new chain",
                )
            self._done_before(member, "enrolled", "enroller")
        if party.code is not None and ledger.code_owner(*party.code) != number:
            code_list, code = party.code
            assigned = self._as("enroller").bills.calls.assign_code(code_list, code, own.address)
            self._before(member, "code", "enroller", lambda: assigned)
        else:
            self._done_before(member, "code", "enroller")
        if party.laws and set(ledger.participant(number).record_laws) != set(party.laws):
            published = own.bills.calls.publish_record_laws(party.laws)
            self._before(member, "laws", party.role, lambda: published)
        else:
            self._done_before(member, "laws", party.role)
        takes = "" if party.receiving is Receiving.ANYONE else f", receives: {plain(party.receiving)}"
        self._teller.note(f"{party.company} ({party.country}), the {party.role}: LEI {party.lei}{takes}")

    def _before(self, member: Member, what: str, by: str, make: Callable[[], VerbCall]) -> None:
        """Do what comes before the first step; recorded, and told by what it leads to."""
        key, ledger = f"{member.party.role} {what}", self._as(by)
        act, _ = self._send(key, ledger, make)
        played = self._came_of(act, by=by, step=0, place=str(member.place), verb="" if act is None else act.verb)
        self._record.keep("done", key, _line(played))
        self._outcome.played.append(played)
        ledger.sender.told(left=False)

    def _done_before(self, member: Member, what: str, by: str) -> None:
        """What an earlier run did of it; what it sent and did not see the end of is taken up."""
        key = f"{member.party.role} {what}"
        done = self._record.done.get(key)
        if done is not None:
            self._outcome.played.append(_stood(done))
        elif key in self._record.about and (begun := self._begun(key, self._as(by))) is not None:
            self._before(member, what, by, lambda: begun)

    def _key(self, name: str) -> str:
        member = self._script.members.get(name)
        return self._keys.get(name) or (name if member is None else member.key)

    def _as(self, name: str) -> Ledger:
        """The ledger on which somebody acts, one for each account."""
        key = self._key(name)
        if key not in self._ledgers:
            ledger = self._ledgers[key] = self._stage.as_role(key)
            if self._new:
                ledger.fresh = self._fresh
            else:
                ledger.sender.hold = True
                self._forget_told(ledger)
        return self._ledgers[key]

    def _fresh(self, size: int) -> bytes:
        """Bytes that are the same in every run, for a chain that is gone with it."""
        self._drawn += 1
        made = keccak(f"sampan.scenarios: salt {self._drawn} of {self._script.name}".encode())
        while len(made) < size:
            made += keccak(made)
        return made[:size]

    def _forget_told(self, ledger: Ledger) -> None:
        """What the record holds as done, and the outbox still keeps, is no answer to a later act like it."""
        known = {line.get("transaction") for line in self._record.done.values()}
        left = ledger.sender.look_back()
        if left and all(one.receipt is not None and one.transaction in known for one in left):
            ledger.sender.told()

    def _address(self, name: str) -> str:
        """The account that somebody means: its key's; of a party without one that the ledger knows, its first there."""
        if name not in self._addresses:
            try:
                self._addresses[name] = self._as(name).address
            except Missing:
                member = self._script.members.get(name)
                if member is None or not self._stage.ledger.ask("participantOf", _packed(member.party.lei)):
                    raise
                self._addresses[name] = self._stage.ledger.receiver(member.party.lei)
        return self._addresses[name]

    # ---------------------------------------------------------------------------------------------------------- steps

    def _step(self, step: Step) -> None:
        done = self._record.done.get(str(step.number))
        if done is not None:
            self._take_up(step, done)
            return
        try:
            getattr(self, f"_{type(step).__name__.lower()}")(step)
        except (ChainError, Missing, _Stop):
            raise
        except SampanError as error:
            raise self._failed(
                step, _what(step), "that it is done", f"{_name_of(error)}: {error.message}", error.hint
            ) from None

    def _failed(self, step: Step, what: str, expected: str, came: str, hint: str | None = None) -> _Stop:
        if hint is not None:
            doing = self._doing(step)
            hint = in_a_file(hint, () if doing is None else doing.arguments)
        return _Stop(failure=Failure(step.number, str(step.place), what, expected, came, hint))

    def _doing(self, step: Step) -> Doing | None:
        """The verb of a step that does or signs one of the suite's."""
        if not isinstance(step, said.Do | said.Sign):
            return None
        known = vocabulary()
        return known.get(f"{step.contract}.{step.verb}") or known.get(step.verb)

    def _take_up(self, step: Step, done: Mapping[str, Any]) -> None:
        """A step that an earlier run did."""
        for name, number in done.get("bills", {}).items():
            self._outcome.bills[name] = int(number, 16)
        if "proposal" in done:
            self._terms |= zip(done["bills"], proposal.read(done["proposal"]).replacements, strict=True)
        for name, (artifact, address) in done.get("deployed", {}).items():
            self._deployed[name] = address, self._deployable[artifact]
        for name, paper in done.get("papers", {}).items():
            self._papers[name] = papers.read(paper)
        self._facilities |= done.get("facilities", {})
        for number, terms in done.get("sold", {}).items():
            self._sold[int(number, 16)] = _sale_terms(terms)
        if isinstance(step, said.Chapter):
            self._teller.chapter(step.title, step.why)
        if "kind" in done:
            played = _stood(done)
            self._outcome.played.append(played)
            self._teller.step(played)

    def _finish(self, step: Step, played: Played | None, **more: Any) -> None:
        line = {} if played is None else _line(played)
        self._record.keep("done", str(step.number), {**line, **more})
        if played is not None:
            self._outcome.played.append(played)
            self._teller.step(played)

    def _chapter(self, step: said.Chapter) -> None:
        self._finish(step, None)
        self._teller.chapter(step.title, step.why)

    def _note(self, step: said.Note) -> None:
        self._finish(step, None)
        self._teller.note(step.why)

    def _do(self, step: said.Do) -> None:
        if step.refused is not None:
            self._try(step, step.refused)
            return
        sender = self._as(step.through or step.by)
        act, more = self._send(str(step.number), sender, lambda: self._prepared(step), rehearse=step.rehearse)
        played = self._played(step, act)
        if more:
            played = replace(played, told=(self._short(f"{step.by}: {more}"), *played.told))
        bills = {}
        if step.name is not None and not step.rehearse and act is not None:
            bills[step.name] = self._outcome.bills[step.name] = act.bill
        self._finish(step, played, bills={name: hex(number) for name, number in bills.items()})
        sender.sender.told(left=False)

    # ---------------------------------------------------------------------------------------------------------- loans

    def _free(self, step: said.Free) -> None:
        found = prints.free(self._stage.ledger, self._pieces(step.cargo), self._registrar)
        answer, name = prints.worst(found), step.cargo.name
        told = [f"{each.piece.box}: {option(each.answer)}, {each.why}" for each in found]
        if answer is not step.answers:
            expected, came = f"answers: {option(step.answers)}", f"{option(answer)}: {'; '.join(told)}"
            raise self._failed(step, f"whether the cargo of {name} is free", expected, came)
        lines = (f"the cargo of {name} is free to secure a debt: {option(answer)}", *told)
        self._finish(step, Played(step.number, "asked", str(step.place), told=lines, why=step.why))

    def _facility(self, step: said.Facility) -> None:
        def prepared() -> VerbCall:
            given = {name: self._resolved(value) for name, value in step.arguments.items()}
            out_of = given.pop("out_of", ())
            given["lenders"] = dict(given["lenders"])
            given.setdefault("agreement", keccak(f"the agreement in words: {step.name}".encode()))
            terms = self._as(step.borrower).facility_terms(**given)
            signing = dict.fromkeys((step.borrower, step.agent, *step.lenders))
            signed = [self._as(name).sign_facility(terms) for name in signing]
            return self._as(step.by).loans.calls.open_facility(signed, out_of=out_of)

        act = self._signed_by_several(step, prepared)
        if act is not None:
            number = self._facilities[step.name] = int(act.event(events.Opened).facility)
            signers = ", ".join(dict.fromkeys((step.borrower, step.agent, *step.lenders)))
            self._came(step, act, f"{step.name}: signed by {signers}", facilities={step.name: number})

    def _appoint(self, step: said.Appoint) -> None:
        signers = tuple(dict.fromkeys((step.agent, *step.votes)))

        def prepared() -> VerbCall:
            agent = self._as(step.agent)
            vote = agent.appointment(self._facilities[step.of.name], agent)
            signed = [self._as(name).sign_vote(vote) for name in signers]
            return self._as(step.by).loans.calls.replace_agent(signed)

        act = self._signed_by_several(step, prepared)
        if act is not None:
            self._came(step, act, f"signed by {', '.join(signers)}")

    def _sell(self, step: said.Sell) -> None:
        key = f"{step.number} terms"

        def prepared() -> VerbCall:
            ledger = self._as(step.by)
            given = {name: self._resolved(value) for name, value in step.arguments.items()}
            terms = ledger.offer_terms([self._resolved(step.of)], source=ledger.address_in(LOANS), **given)
            # A run that is cut off finds them here: the log has their hash alone.
            self._record.keep("about", key, {"terms": terms.encoded.hex()})
            (call,) = ledger.instructions(terms, least=step.least)
            return call

        act = self._signed_by_several(step, prepared)
        if act is not None:
            encoded = self._record.about[key]["terms"]
            terms = _sale_terms(encoded)
            self._sold |= dict.fromkeys(terms.bills, terms)
            price = self._stage.ledger.amount_of(terms.price, terms.money)
            told = f"{step.of.name} is for sale where it lies: to {step.arguments['buyer'].name} for {price}"
            self._came(step, act, told, sold={hex(bill): encoded for bill in terms.bills})

    def _signed_by_several(
        self, step: said.Facility | said.Appoint | said.Sell, prepared: Callable[[], VerbCall]
    ) -> Act | None:
        """Do what `prepared` makes; None where it had to be refused, and was."""
        sender = self._as(step.by)
        if step.refused is None:
            act, _ = self._send(str(step.number), sender, prepared)
            return act
        what = _what(step).replace(":", " tries to", 1)
        try:
            call = prepared()
            what = f"{step.by} tries to {self._label(call)}"
            sender.rehearsing().do(call)
        except SampanError as error:
            self._was_refused(step, what, step.refused, error)
        else:
            raise self._failed(step, what, f"the refusal {step.refused}", "it was not refused (and not sent)")
        return None

    def _came(self, step: said.Facility | said.Appoint | said.Sell, act: Act, told: str, **more: Any) -> None:
        verb = type(step).__name__.lower()
        played = self._came_of(act, by=step.by, step=step.number, place=str(step.place), verb=verb, why=step.why)
        self._finish(step, replace(played, told=(self._short(told), *played.told)), **more)
        self._as(step.by).sender.told(left=False)

    def _prepared(self, step: said.Do, *, rehearsing: bool = False) -> VerbCall:
        """The call of a step with all that is signed for it."""
        acting = self._as(step.by)
        if rehearsing:
            acting = acting.rehearsing()
        call = self._call(acting, step)
        signed: list[Paper] = []
        for one in step.agreed:
            if one.what == "paper":
                signed.append(self._papers[one.name])
            else:
                signed += self._as(one.name).agree_to(call)
        if step.through is None:
            return call.agreed(*signed)
        if call.contract == BILLS:
            return self._as(step.through).bills.calls.send_act(acting.sign_act(call), agreements=signed)
        contract = getattr(self._as(step.through), step.contract)
        sending: VerbCall = contract.calls.send_act(acting.sign_call(call))
        return sending

    def _try(self, step: said.Do, expected: said.Expected) -> None:
        """Rehearse what must be refused: nothing of it is sent."""
        what = _what(step).replace(":", " tries to", 1)
        try:
            # A rehearsal is told of a list, and held by none.
            held = isinstance(expected, said.ByName) and expected.name == Held.__name__
            call = self._prepared(step, rehearsing=not held)
            what = f"{step.by} tries to {self._label(call)}"
            sender = self._as(step.through or step.by)
            if held:
                sender.screened([call])
            sender.rehearsing().do(call)
        except SampanError as error:
            self._was_refused(step, what, expected, error)
        else:
            raise self._failed(step, what, f"the refusal {expected}", "it was not refused (and not sent)")

    def _was_refused(
        self,
        step: said.Do | said.DoThere | said.Facility | said.Appoint | said.Sell,
        what: str,
        expected: said.Expected,
        error: SampanError,
    ) -> None:
        if isinstance(error, ChainError | Missing):
            # Nobody refused: it could not be tried.
            raise error
        self._compare(step, self._short(what), expected, error)
        self._finish(
            step,
            Played(
                step.number,
                "refused",
                str(step.place),
                step.by,
                self._short(what),
                getattr(step, "verb", type(step).__name__.lower()),
                why=step.why,
                refused=self._message(error),
                refused_by="contract" if isinstance(error, Refused) else "client",
                code=error.code,
            ),
        )

    def _of_the_deployed(self, error: SampanError) -> tuple[str, dict[str, Any]] | None:
        """An error that no contract of the suite has, as the one that was deployed beside it has it."""
        if isinstance(error, UnknownRefusal):
            for _, there in self._deployed.values():
                name, arguments = there.codec.refusal(error.data)
                if name:
                    return name, dict(zip(there.errors[name], arguments, strict=True))
        return None

    def _message(self, error: SampanError) -> str:
        """What an error says, as it is told."""
        found = self._of_the_deployed(error)
        if found is None:
            return self._short(error.message)
        name, arguments = found
        return self._short(f"{name}({', '.join(self._said(key, value)[0] for key, value in arguments.items())})")

    def _compare(self, step: Step, what: str, expected: said.Expected, error: SampanError) -> None:
        came, arguments = self._of_the_deployed(error) or (_name_of(error), getattr(error, "arguments", {}))
        known = [self._said(name, value) for name, value in arguments.items()]
        of_client = not isinstance(error, Refused | Held)
        if isinstance(expected, said.ByClient):
            right = of_client and _says(self._message(error), expected.words)
        else:
            right = came == expected.name and all(
                text == "_" or text.casefold() in (each.casefold() for each in values)
                for text, values in zip(expected.arguments or (), known, strict=False)
            )
        if not right:
            whole = f"{came}({', '.join(values[0] for values in known)})" if known else came
            by = "the client refused" if of_client else whole
            raise self._failed(step, what, f"the refusal {expected}", f"{by}: {self._message(error)}", error.hint)

    # ------------------------------------------------------------------------------------------ beside the suite

    def _deploy(self, step: said.Deploy) -> None:
        there, ledger = self._deployable[step.artifact], self._as(step.by)
        data = there.made_of(
            [int(value) if kind == AMOUNT else self._resolved(value) for kind, value in there.typed(step.arguments)]
        )
        receipt = ledger.sender.send(Call(None, data, label=f"deploy {step.name}"))
        assert receipt.contract is not None
        self._deployed[step.name] = receipt.contract, there
        told = f"{step.by} deployed {step.name}, a {step.artifact}"
        self._finish(step, self._sent(step, receipt, told), deployed={step.name: (step.artifact, receipt.contract)})
        ledger.sender.told(left=False)

    def _dothere(self, step: said.DoThere) -> None:
        ledger, (address, there) = self._as(step.by), self._deployed[step.contract]
        values = [
            self._units(step.contract, value) if kind == AMOUNT else self._resolved(value)
            for kind, value in there.typed(step.arguments, step.function)
        ]
        arguments = ", ".join(f"{name} {_written(value)}" for name, value in step.arguments.items())
        what = f"{step.verb} ({arguments})"
        call = Call(address, there.codec.functions[step.function["name"]].call(*values), label=what)
        if step.refused is None:
            receipt = ledger.sender.send(call)
            self._finish(step, self._sent(step, receipt, f"{step.by}: {what}"))
            ledger.sender.told(left=False)
            return
        what = f"{step.by} tries {what}"
        try:
            ledger.sender.rehearse(call)
        except Reverted as reverted:
            self._was_refused(step, what, step.refused, from_revert(reverted, ledger.names))
        else:
            raise self._failed(step, what, f"the refusal {step.refused}", "it was not refused (and not sent)")

    def _sent(self, step: said.Deploy | said.DoThere, receipt: Receipt, told: str) -> Played:
        """What came of a transaction to a contract that is none of the suite's."""
        at = self._stage.connection.time(receipt.block_number)
        return Played(
            step.number,
            "done",
            str(step.place),
            step.by,
            told,
            getattr(step, "verb", "deploy"),
            (told,),
            step.why,
            transaction=receipt.transaction_hash,
            block=receipt.block_number,
            time=datetime.fromtimestamp(at, UTC),
            gas=receipt.gas_used,
            cost=receipt.cost,
        )

    def _ask_there(self, name: str, function: str, *arguments: Any) -> Any:
        """What a view of a deployed contract answers."""
        address, there = self._deployed[name]
        view = there.codec.functions[function]
        (answer,) = view.answer(self._stage.connection.call(address, view.call(*arguments)))
        return answer

    def _token(self, name: str) -> tuple[str, int]:
        """The symbol of a token that was deployed, and its decimals."""
        return self._ask_there(name, "symbol"), self._ask_there(name, "decimals")

    def _units(self, name: str, written: str) -> int:
        """An amount of a token that was deployed, as it is written, in the smallest unit."""
        return amounts.ANY if written == "any" else amounts.read(written, *self._token(name))

    def _sign(self, step: said.Sign) -> None:
        seconds = timedelta(seconds=step.counts)
        acting = self._as(step.by)
        if not step.contract:
            arguments = {name: self._resolved(value) for name, value in step.arguments.items()}
            make = getattr(acting, step.verb)
            if "signer" in inspect.signature(make).parameters:
                arguments["signer"] = acting.signer
            paper = make(**arguments, deadline=seconds)
            signed: tuple[Paper, ...] = (paper,)
        else:
            call = self._call(acting, step)
            signer = self._as(step.agreement_of) if step.agreement_of else acting
            # Of an address alone the text is made, for somebody else's key.
            unsigned = signer.address if step.forged_by else None
            if step.agreement_of:
                signed = signer.agree_to(call, signer=unsigned, deadline=seconds)
            else:
                sign = acting.sign_act if call.contract == BILLS else acting.sign_call
                signed = (sign(call, signer=unsigned, deadline=seconds),)
        if len(signed) != 1:
            raise UsageError(f"{len(signed)} texts are signed for this", hint="let `agreed` name the party at the act")
        (paper,) = signed
        if step.forged_by:
            forger = self._as(step.forged_by).signer
            paper = replace(paper, signature=forger.sign_typed(paper.typed_data))
        self._papers[step.name] = paper
        hand = f" with the key of {step.forged_by}" if step.forged_by else ""
        about = paper.about
        for address, name in self._known_accounts():
            about = about.replace(address, name)
        told = self._short(f"{step.agreement_of or step.by} signed{hand}: {about}")
        played = Played(step.number, "signed", str(step.place), step.by, paper.about, step.verb, (told,), step.why)
        self._finish(step, played, papers={step.name: paper.as_json()})

    def _propose(self, step: said.Propose) -> None:
        carrier = self._as(step.by)
        of = self._resolved(step.of)
        arguments = {name: self._resolved(value) for name, value in step.arguments.items()}
        made = {name: carrier.replacement(self._documents.path(name), of=of, **arguments) for name in step.documents}
        self._terms |= made
        bills = {name: terms.bill for name, terms in made.items()}
        self._outcome.bills |= bills
        listed = ", ".join(_short(bill_name(number)) for number in bills.values())
        told = f"{step.by} proposed {listed} in place of {_KNOWN.sub('', bill_name(carrier.bill_id(of)))}"
        self._finish(
            step,
            Played(step.number, "proposed", str(step.place), step.by, "propose", "", (told,), step.why),
            bills={name: hex(number) for name, number in bills.items()},
            proposal=proposal.Proposal((carrier.bill_id(of),), tuple(made.values())).as_json(),
        )

    def _report(self, step: said.Report) -> None:
        producer, bill = self._as(step.by), self._resolved(step.of)
        document = self._documents.path(step.of.name)
        desk = self._desk(step.by)
        link = desk.link(document, bill)
        for batch in desk.report(step.events, link, producer.now, self._documents.folder):
            sequence, root, count, earliest, latest, locator = batch.arguments
            call = producer.cargo_log.calls.anchor(
                sequence, root=root, count=count, earliest=earliest, latest=latest, locator=locator
            )
            act, _ = self._send(f"{step.number} batch {sequence}", producer, partial(_as_it_is, call))
            block = None if act is None else act.block
            assert block is not None, "an anchor is neither announced nor rehearsed"
            desk.store.anchored(sequence, self._stage.connection.time(block))
            self._outcome.played.append(
                played := self._came_of(
                    act, by=step.by, step=step.number, place=str(step.place), verb="anchor", why=step.why
                )
            )
            self._teller.step(played)
            producer.sender.told(left=False)
        self._finish(step, None)

    def _condition(self, step: said.Condition) -> None:
        ledger = self._as(step.by)
        name = condition_of(step.clauses)
        if ledger.ask("clausesOf", name, contract="CargoLog"):
            stands = f"{step.name} was laid down before"
            played = Played(step.number, "done", str(step.place), step.by, "lay", "lay", (stands,), step.why)
        else:
            act, _ = self._send(str(step.number), ledger, lambda: ledger.cargo_log.calls.lay(step.clauses))
            played = self._came_of(act, by=step.by, step=step.number, place=str(step.place), verb="lay", why=step.why)
            clauses = tuple(f"{step.name}: {told_clause(clause)}" for clause in step.clauses)
            alone = met_alone(step.clauses)
            played = replace(played, told=(*clauses, alone) if alone else clauses)
        self._finish(step, played)
        ledger.sender.told(left=False)

    def _ask(self, step: said.Ask) -> None:
        ledger = self._stage.ledger
        left = [self._resolved(each) for each in step.leave_out]
        name = condition_of(self._clauses[step.name])
        found = ledger.why(name, self._resolved(step.of), units=step.boxes, leave_out=left)
        told = [
            f"{told_clause(reason.clause)}: {'holds' if reason.holds else 'does not hold'}"
            + "".join(f"; {line.strip()}" for line in show_cargo.told(found, reason))
            for reason in found.reasons
        ]
        if found.holds is not step.holds:
            came = f"it {'holds' if found.holds else 'does not hold'}: {'. '.join(told)}"
            raise self._failed(step, f"{step.name} of {step.of.name}", f"holds: {str(step.holds).lower()}", came)
        verdict = f"{step.name} {'holds' if found.holds else 'does not hold'} for {step.of.name}"
        lines = tuple(self._short(line) for line in (verdict, *told))
        self._finish(step, Played(step.number, "asked", str(step.place), told=lines, why=step.why))

    @cached_property
    def _clauses(self) -> dict[str, tuple[Clause, ...]]:
        """Condition → its clauses."""
        return {step.name: step.clauses for step in self._script.steps if isinstance(step, said.Condition)}

    def _list(self, step: said.List) -> None:
        """Put something on a party's own list, against which its acts are screened from here on."""
        folder = self._documents.folder.parent / "lists"
        folder.mkdir(parents=True, exist_ok=True)
        file, kept = folder / f"{step.by}.csv", folder / f"{step.by}.jsonl"
        ledger = self._as(step.by)
        if ledger.screening is None:
            file.write_text("imo,lei,name,ground\n", encoding="utf-8")
            kept.unlink(missing_ok=True)
            ledger.screening = Screening((file,), kept)
        with file.open("a", encoding="utf-8", newline="") as rows:
            csv.writer(rows).writerow((step.imo, step.lei, "", step.ground))
        told = f"{step.by} has {step.imo or step.lei} on its own list: {step.ground}"
        played = Played(step.number, "listed", str(step.place), step.by, told, "", (told,), step.why)
        self._finish(step, played)

    def _desk(self, name: str) -> reports.Desk:
        """The store of a producer."""
        if name not in self._desks:
            self._reported.mkdir(parents=True, exist_ok=True)
            # A new chain knows nothing of what an earlier run anchored.
            for left in self._reported.glob(f"{name}.db*") if self._new else ():
                left.unlink()
            path = self._reported / f"{name}.db"
            store = Outbox(path, fresh=self._fresh) if self._new else Outbox(path)
            self._desks[name] = reports.Desk(store)
        return self._desks[name]

    def _proven(self, name: str) -> proven.Proven:
        """An event of some producer, with its proof, for the bill that it was reported of."""
        for desk in self._desks.values():
            if name in desk.known:
                one = desk.proven(name)
                shown = one.bill, one.about_salt, one.words, one.sequence, one.header.root, one.path
                return proven.Proven(name, *shown)
        raise UsageError("was not reported in this run", subject=name, hint="play the scenario from its beginning")

    def _wait(self, step: said.Wait) -> None:
        key, ledger = str(step.number), self._stage.ledger
        if ledger.connection.is_development:
            now = self._stage.advance(timedelta(seconds=step.seconds))
        else:
            if key not in self._record.about:
                until = int(ledger.now.timestamp()) + step.seconds
                self._record.keep("about", key, {"until": until})
            until = int(self._record.about[key]["until"])
            now = ledger.now
            if until - now.timestamp() > SOON:
                raise _Stop(go_on_from=datetime.fromtimestamp(until, UTC))
            while (now := ledger.now).timestamp() < until:
                time.sleep(2)
        why = step.why or f"{passing(step.said)}."
        self._finish(step, Played(step.number, "waited", str(step.place), what=step.said, why=why, time=now))

    def _expect(self, step: said.Expect) -> None:
        ledger = self._stage.ledger
        which = step.which.name
        if step.about == said.BALANCES:
            self._expect_balances(step)
            return
        if step.about == "bill":
            record: Any = ledger.bill(self._resolved(step.which))
        elif step.about == "deposit":
            record = ledger.money(self._resolved(step.which))
        elif step.about == "offer":
            record = ledger.offer(self._resolved(step.which))
        elif step.about == "facility":
            record = ledger.loan(self._resolved(step.which))
        elif step.about == "pledge":
            record = ledger.pledge(self._resolved(step.which))
        elif step.about == "participant":
            record = ledger.participant(self._resolved(step.which))
        else:
            record = ledger.account(self._resolved(step.which))
        told: list[str] = []
        wrong: list[tuple[str, str]] = []
        first = step.place
        for name, (place, written) in step.fields.items():
            actual = getattr(record.stored if name in said.STORED and step.about == "facility" else record, name)
            if name in AMOUNTS[step.about]:
                counted = ledger.loan(record.facility) if step.about == "pledge" else record
                actual = counted.amount(actual)
            text = _sorted(written) if isinstance(actual, Role) else written
            values = self._said(name, actual)
            told.append(f"{name.replace('_', ' ')} {text}")
            if text.casefold() not in (each.casefold() for each in values):
                first = first if wrong else place
                wrong.append((f"{name} {text}", f"{name} {values[0]}"))
        if wrong:
            expected, came = (", ".join(each) for each in zip(*wrong, strict=True))
            raise _Stop(failure=Failure(step.number, str(first), f"how {which} stands", expected, came))
        sentence = f"{which}: {', '.join(told)}"
        self._finish(step, Played(step.number, "expected", str(step.place), told=(sentence,), why=step.why))

    def _expect_balances(self, step: said.Expect) -> None:
        """Who has how much."""
        which, told, wrong = step.which.name, [], []
        for name, (place, written) in step.fields.items():
            who = self._resolved(Named("who" if self._is_actor(name) else "contract", name))
            has, wanted = self._balance(which, who, written)
            told.append(f"{name} has {wanted}")
            if has != wanted:
                wrong.append((place, f"{name} {wanted}", f"{name} {has}"))
        if wrong:
            places, expected, came = zip(*wrong, strict=True)
            raise _Stop(
                failure=Failure(step.number, str(places[0]), f"who has {which}", ", ".join(expected), ", ".join(came))
            )
        sentence = f"{which}: {', '.join(told)}"
        self._finish(step, Played(step.number, "expected", str(step.place), told=(sentence,), why=step.why))

    def _balance(self, which: str, who: str, written: str) -> tuple[Amount, Amount]:
        """What somebody has of some money, and what is written."""
        ledger = self._stage.ledger
        if which in self._deployed:
            found, wanted = self._ask_there(which, "balanceOf", who), self._units(which, written)
            return Amount(found, *self._token(which)), Amount(wanted, *self._token(which))
        address = ledger.money_address(self._money(which))
        units = ledger.balance(who, address), ledger.units(written, address)
        return ledger.amount_of(units[0], address), ledger.amount_of(units[1], address)

    def _look(self, step: said.Look) -> None:
        offer = self._stage.ledger.offer(self._resolved(step.which), steps=True)
        now = [f"{each.verb} ({each.by})" for each in offer.steps if each.open]
        later = [f"{each.verb} ({each.by}, {each.when})" for each in offer.steps if not each.open and each.when]
        told = [show_trade.told(offer), f"may be done now: {', '.join(now)}", f"not yet: {', '.join(later)}"]
        self._finish(
            step, Played(step.number, "looked", str(step.place), told=tuple(map(self._short, told)), why=step.why)
        )

    def _audit(self, step: said.Audit) -> None:
        from sampan.audit import audit

        disclosed = {}
        for name in step.shown:
            shown = reports.disclosure_of(self._documents.path(name))
            disclosed[name] = Disclosed(shown.root, shown.values())
        report = audit(self._stage.connection, self._stage.manifest, disclosed=disclosed)
        self._outcome.report = report
        if not report.reconciled:
            raise self._failed(step, "the audit", "that the logs and the chain agree", "they differ")
        found = [finding for finding in report.findings if self._new or self._is_ours(finding)]
        left = list(step.findings)
        unexpected = []
        for finding in found:
            match = next((one for one in left if self._is_meant(one, finding)), None)
            if match is None:
                unexpected.append(finding)
            else:
                left.remove(match)
        if left or unexpected:
            came = "; ".join(
                f"{one.id} ({one.level}) about {self._called(one.subject)}: {one.message}" for one in found
            )
            expected = "; ".join(map(str, step.findings)) or "that nothing is found"
            raise self._failed(step, "the audit", expected, came or "nothing was found")
        told = [f"{one.id} ({one.level}) about {self._called(one.subject)}: {one.message}" for one in found]
        told = told or ["nothing is found"]
        self._finish(step, Played(step.number, "audited", str(step.place), told=tuple(map(_short, told)), why=step.why))

    # -------------------------------------------------------------------------------------------------------- sending

    def _send(
        self, key: str, ledger: Ledger, make: Callable[[], VerbCall], *, rehearse: bool = False
    ) -> tuple[Act | None, str]:
        """Do what `make` prepares, once: what an earlier run began is taken up as it was. None: it was announced. With
        it what it does in the case at hand, where that is more than its verb says."""
        if rehearse:
            call = make()
            return ledger.rehearsing().do(call), call.said
        begun = self._begun(key, ledger)
        call = begun or make()
        if begun is None and self._record.path is not None:
            self._record.keep("about", key, self._kept(call))
        before = key in self._record.about and self._record.resumed
        try:
            act = ledger.do(call)
        except AccessManagerNotReady:
            if not before:
                raise
            return None, ""
        return act, call.said

    def _begun(self, key: str, ledger: Ledger) -> VerbCall | None:
        """What an earlier run was about to send and handed to its outbox; None where nothing left."""
        line = self._record.about.get(key)
        if line is None or "data" not in line:
            return None
        agreements = tuple(map(papers.read, line["agreements"]))
        if "signed" in line:
            call = ledger.bills.calls.send_act(papers.read(line["signed"]), agreements=agreements)
        else:
            (verb,), shown, behind = (
                tuple(wire.verb_of(line["contract"], bytes.fromhex(data[2:]), line.get("to", "")) for data in datas)
                for datas in ((line["data"],), line.get("shown", ()), line.get("behind", ()))
            )
            call = VerbCall(verb, agreements, shown=shown, behind=behind)
        return call if ledger.begun([call]) else None

    def _kept(self, call: VerbCall) -> dict[str, Any]:
        """A call as the record has it; of one that somebody signed what was signed, which is read with its verb."""
        kept: dict[str, Any] = {
            "contract": call.contract,
            "data": "0x" + call.data.hex(),
            "agreements": [paper.as_json() for paper in call.agreements],
        }
        if call.verb.which:
            kept["to"] = call.verb.goes_to({})
        for where, beside in (("shown", call.shown), ("behind", call.behind)):
            if beside:
                kept[where] = ["0x" + verb.encoded().hex() for verb in beside]
        if isinstance(call.verb, SendAct):
            ledger, signed = self._stage.ledger, call.verb.signed
            signature = call.verb.signature.encoded()
            paper = Paper(signed, ledger.connection.chain_id, ledger.ledger_address, signed.signer, "", signature)
            kept["signed"] = paper.as_json()
        return kept

    def _call(self, ledger: Ledger, step: said.Do | said.Sign) -> VerbCall:
        calls = getattr(ledger, step.contract).calls
        arguments = {name: self._resolved(value) for name, value in step.arguments.items()}
        if (step.contract, step.verb) == ("sale", "pay"):
            # Of a bill that is sold where it lies no log has the terms.
            arguments["bill"] = self._sold.get(arguments["bill"], arguments["bill"])
        call: VerbCall = getattr(calls, step.verb)(**arguments)
        return call

    def _resolved(self, value: Any) -> Any:
        """What a name means now."""
        if isinstance(value, tuple):
            return tuple(map(self._resolved, value))
        if isinstance(value, Cargo):
            return prints.prints_of(self._registrar, self._pieces(value))
        if not isinstance(value, Named):
            return value
        match value.what:
            case "who":
                return self._address(value.name) if self._is_actor(value.name) else value.name
            case "person":
                member = self._script.members.get(value.name)
                return self._address(value.name) if member is None else member.party.lei
            case "signer":
                return self._as(value.name).signer
            case "bill":
                return self._outcome.bills.get(value.name, value.name)
            case "document":
                return self._documents.path(value.name)
            case "terms":
                return self._terms[value.name]
            case "paper":
                return self._papers[value.name]
            case "event":
                return self._proven(value.name)
            case "facility":
                return self._facilities[value.name]
            case "position":
                facility, _, number = value.name.rpartition("/")
                room = self._stage.ledger.account(self._stage.ledger.address_in(LOANS)).number
                return f"{room}/{self._facilities[facility]}/{number}"
            case "condition":
                return condition_of(self._clauses[value.name])
            case "money":
                return self._money(value.name)
            case "contract":
                found = self._deployed.get(value.name)
                return self._stage.ledger.address_in(value.name) if found is None else found[0]

    def _pieces(self, cargo: Cargo) -> tuple[Piece, ...]:
        """The cargo of a document, as whoever makes its prints reads it."""
        own = self._script.documents[cargo.name].file is not None
        if own and self._registrar is EVERYBODYS and not self._new:
            raise UsageError(
                "would have prints under a key that everybody knows: its boxes could be read on the chain",
                subject=cargo.name,
                hint="`registrar: FILE` in the scenario names another (`sampan finance registrar-key` makes one)",
            )
        return prints.pieces_of(disclosed.read(self._documents.path(cargo.name)), cargo.payloads)

    def _money(self, name: str) -> str:
        """Money as the client takes it: its banks by LEI; of a token that was deployed the coin."""
        if name in self._deployed:
            coin: str = self._stage.ledger.ask("coinOf", self._deployed[name][0], contract="Coins")
            return coin

        def lei(bank: re.Match[str]) -> str:
            member = self._script.members.get(bank[0])
            return bank[0] if member is None else member.party.lei

        return BANKS.sub(lei, name)

    def _is_actor(self, name: str) -> bool:
        from sampan.chain.accounts import ROLES

        return name in self._script.members or name in ROLES

    # ---------------------------------------------------------------------------------------------------------- words

    def _label(self, call: VerbCall) -> str:
        """What a call does, with everybody by name."""
        label = self._short(self._stage.ledger.label(call))
        return f"act {label}" if isinstance(call.verb, SendAct) else label

    def _short(self, text: str) -> str:
        """A text in which what was deployed, and the banks of money, have their names, and nothing is told twice."""
        for address, name in self._beside():
            text = text.replace(address, name).replace(tell.short(address), name)
        for name, member in self._script.members.items():
            text = text.replace(f"@{member.party.lei}", f"@{name}")
            if member.key not in self._script.members:
                # A development chain names an account by the role whose key signs for the party.
                text = re.sub(rf"\b{re.escape(member.key)}\b", name, text)
        return _HASH.sub(r"\1…", _short(text))

    def _beside(self) -> Iterable[tuple[str, str]]:
        """Addresses of contracts that were deployed, and of their coins, by name."""
        for name, (address, _) in self._deployed.items():
            yield address, name
            if (coin := self._money(name)) != NOBODY:
                yield coin, f"{COIN_OF}{name}"

    def _played(self, step: said.Do, act: Act | None) -> Played:
        by = step.by if step.through is None else f"{step.by}, sent by {step.through}"
        common = {"step": step.number, "place": str(step.place), "verb": step.verb, "why": step.why}
        return self._came_of(act, by=by, kind="rehearsed" if step.rehearse else "done", **common)

    def _came_of(self, act: Act | None, *, by: str, kind: str = "done", **common: Any) -> Played:
        """What came of an act; None: an earlier run announced it."""
        if act is None:
            return Played(by=by, kind=kind, told=("it was announced by an earlier run",), **common)
        told = tuple(map(self._short, _sentences(act)))
        contracts = {
            subject.contract for subject in SUITE.subjects for event in act.events or () if type(event) in subject.facts
        }
        if len(contracts) > 1 and act.block is not None:
            told += (f"all of it in one transaction, in block {act.block}",)
        if act.ready_from is not None:
            what = self._short(act.label.removeprefix("announce: "))
            told = (f"{by} announced to {what}; it can be done from {earliest(act.ready_from)}",)
        at = None if act.block is None else self._stage.connection.time(act.block)
        return Played(
            by=by,
            kind=kind,
            what=self._short(act.label),
            told=told,
            warnings=tuple(warning.replace(f"{self._documents.folder}/", "") for warning in act.warnings),
            transaction=act.transaction,
            block=act.block,
            time=None if at is None else datetime.fromtimestamp(at, UTC),
            gas=act.gas,
            cost=act.cost,
            **common,
        )

    def _said(self, name: str, value: Any) -> list[str]:
        """How a value of the ledger may be written in a file, the best way first."""
        if isinstance(value, Account):
            value = value.address
        if value is None or value == "0x" + "0" * 40 or (value == 0 and name in PERSONS):
            return ["nobody", "none"]
        if isinstance(value, bool):
            return [str(value).lower()]
        if isinstance(value, Event):
            return [value.name.lower()]
        if isinstance(value, Role):
            return [_sorted(plain(value))]
        if isinstance(value, IntEnum):
            return [option(value), plain(value)]
        if isinstance(value, datetime):
            return [moment(value), value.isoformat()]
        if isinstance(value, bytes):
            return ["0x" + value.hex()]
        if isinstance(value, str):
            roles = [role for address, role in self._known_accounts() if address == value]
            roles += [name for name, address in self._stage.ledger.addresses.items() if address == value]
            return [*roles, value]
        if isinstance(value, int) and name == "facility":
            return [*(key for key, number in self._facilities.items() if number == value), str(value)]
        if isinstance(value, int):
            bills = [key for key, number in self._outcome.bills.items() if number == value]
            persons = [] if bills else self._persons_of(value)
            return (
                [*bills, *persons, str(value)]
                if bills or name in (*PERSONS, *tell.PARTICIPANTS)
                else [
                    str(value),
                    *persons,
                ]
            )
        return [str(value)]

    def _known_accounts(self) -> Iterable[tuple[str, str]]:
        from sampan.chain.accounts import ROLES

        for name in self._script.members:
            yield self._address(name), name
        yield from self._beside()
        if self._stage.connection.is_development:
            for role, address in ROLES.items():
                yield address, role

    def _persons_of(self, number: int) -> list[str]:
        lei = self._stage.ledger.names.participants.get(number) if 0 < number < 2**32 else None
        return [name for name, member in self._script.members.items() if lei is not None and member.party.lei == lei]

    def _is_meant(self, expected: said.Finding, finding: Any) -> bool:
        if expected.check != finding.id or expected.level not in (None, finding.level):
            return False
        return expected.about is None or finding.subject in self._subjects(expected.about)

    def _subjects(self, name: str) -> set[str]:
        """How the audit calls a bill, a facility or a party."""
        if name in self._outcome.bills:
            return {bill_name(self._outcome.bills[name])}
        if name in self._facilities:
            return {facility_name(self._facilities[name])}
        member = self._script.members.get(name)
        found = {self._address(name)}
        if member is not None:
            number = self._stage.ledger.ask("participantOf", _packed(member.party.lei))
            found |= {member.party.lei, participant_name(number)}
        return found

    @property
    def _names(self) -> tuple[str, ...]:
        """What a finding may be about."""
        return (*self._outcome.bills, *self._facilities, *self._script.members)

    def _is_ours(self, finding: Any) -> bool:
        ours = any(finding.subject in self._subjects(name) for name in self._names)
        return ours and (finding.block is None or finding.block > self._record.header["block"])

    def _called(self, subject: str) -> str:
        """What the scenario calls what an audit's finding is about."""
        return next((name for name in self._names if subject in self._subjects(name)), subject)


# ---------------------------------------------------------------------------------------------------------------- parts


def _sale_terms(encoded: str) -> trade_terms.Terms:
    """Terms of a sale as the record has them."""
    return checked(trade_terms.read(bytes.fromhex(encoded)))


def _as_it_is(call: VerbCall) -> VerbCall:
    return call


def _line(played: Played) -> dict[str, Any]:
    """What came of a step, as the record has it."""
    line = {key: value for key, value in asdict(played).items() if value not in ("", ())}
    if played.time is not None:
        line["time"] = played.time.isoformat()
    return line


def _stood(line: Mapping[str, Any]) -> Played:
    """What came of a step, from the record."""
    stood = {key: value for key, value in line.items() if key in Played.__dataclass_fields__}
    for key in ("told", "warnings"):
        stood[key] = tuple(stood.get(key, ()))
    if stood.get("time"):
        stood["time"] = datetime.fromisoformat(stood["time"])
    return Played(**stood)


def _packed(lei: str) -> int:
    return identifiers.pack_lei(lei)


def _written(value: Any) -> str:
    """An argument of a deployed contract as the file has it."""
    if isinstance(value, Named):
        return f"{COIN_OF}{value.name}" if value.what == "money" else value.name
    return str(value).lower() if isinstance(value, bool) else str(value)


def _name_of(error: SampanError) -> str:
    """What a refusal is called in files."""
    return error.name if isinstance(error, ContractRefusal) else type(error).__name__


def _says(message: str, words: str) -> bool:
    """Whether a message has these words, whole ones, one after the other."""
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", " ".join(message.split())) is not None


def _what(step: Step) -> str:
    match step:
        case said.Facility():
            return f"{step.by}: open {step.name}"
        case said.Sell():
            return f"{step.by}: sell {step.of.name} where it lies"
        case said.Appoint():
            return f"{step.by}: make {step.agent} the agent of {step.of.name}"
    if not isinstance(step, said.Do):
        return f"the step `{type(step).__name__.lower()}`"
    values = (each for value in step.arguments.values() for each in (value if isinstance(value, tuple) else (value,)))
    named = next((value.name for value in values if isinstance(value, Named)), "")
    return f"{step.by}: {step.verb.replace('_', ' ')} {named}".strip()


def _sorted(roles: str) -> str:
    """Roles by commas, in one order."""
    return ", ".join(sorted(part.strip() for part in roles.split(",")))


def _short(text: str) -> str:
    return _KNOWN.sub("", text)


def _sentences(act: Act) -> Iterable[str]:
    """What the ledger logged of an act, a sentence an event, without what stands beside it."""
    assert act.names is not None
    logged = act.events or ()
    # An allowance that is spent by what follows says nothing more.
    spent = any(isinstance(event, events.Paid | events.Exchanged) for event in logged)
    for event in logged:
        if isinstance(event, events.Transfer | events.OperationExecuted | events.OperationScheduled):
            continue
        if spent and isinstance(event, events.DepositApproval | events.DepositPermitUsed | events.CoinAllowed):
            continue
        sentence = tell.sentence(SUITE.facts.get(type(event)), event, act.names)
        remark = tell.remark(event)
        yield sentence + (f" — “{remark}”" if remark else "")
