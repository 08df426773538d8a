"""One cause is one finding: what was hidden, altered or moved is named once, and hides nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from support.audits import Chain, audit_of, findings_of
from support.refusals import scripted
from support.tamper import alterations

from sampan.bills.terms import terms_hash
from sampan.bills.verbs.circulation import Endorse, Lodge, Sign, Transfer
from sampan.bills.verbs.issue import Issue
from sampan.bills.verbs.signed import Agree, Agreement, Multicall
from sampan.fuzz.alone import ADMINISTRATOR, LATER, LEDGER, MANAGER, Alone
from sampan.identity.evidence import names_of
from sampan.identity.verbs.standing import DelistRoom, ListRoom, Suspend
from sampan.subjects import SUITE
from sampan.suite import events as ev
from sampan.suite.check import Entry
from sampan.suite.layout import token_slot
from sampan.suite.tell import bill_name, checksum, event_json, sentence
from sampan.suite.verb import NOBODY, Signature
from sampan.suite.words import Endorsement, Kind, Purpose, Receiving

CARRIER_LEI = "969500SAMPANLINE00"
REFUSED = "the ledger would have refused it:"


class Harbour(Alone):
    """A carrier, a shipper, a bank that receives by signature only, and the carrier's bills."""

    def __init__(self, bills: int) -> None:
        super().__init__()
        self.carrier_account = self.carrier("carrier", CARRIER_LEI)
        self.shipper = self.enrol("shipper", "969500SHANGHAIMAKE", "CN")
        self.bank = self.enrol("bank", "969500HONGKONGBANK", "HK", receiving=Receiving.SIGNED_ONLY)
        self.bills = [self.issue() for _ in range(bills)]

    def issue(self) -> int:
        terms = self.terms(CARRIER_LEI)
        self.do(self.carrier_account, Issue(terms, self.shipper, b""))
        return terms.bill

    def pledge(self, bill: int) -> None:
        """Endorsed to the bank's order and given to it, as it agreed in the same transaction."""
        count, verb = self.state.bills[bill].act_count, Endorse.selector()
        bank = self.state.accounts[self.bank].participant
        agreement = Agreement(self.bank, bill, count, verb, self.bank, bank, Kind.ORDER, bytes(32), LATER)
        endorse = Endorse(bill, Endorsement.TO_ORDER, self.bank, self.bank, b"pledged")
        self.do(self.shipper, Multicall((Agree(agreement, Signature(self.bank)), endorse)))


@pytest.fixture
def harbour() -> Harbour:
    return Harbour(40)


def about(entry: Entry) -> Any:
    return getattr(entry.event, "bill", getattr(entry.event, "token_id", None))


def seen(ledger: Alone, entries: list[Entry] | None = None, chain: Chain | None = None) -> list[tuple[str, str, str]]:
    return [(each.id, each.subject, each.message) for each in findings_of(audit_of(ledger, entries, chain))]


def test_an_honest_ledger_gives_none(harbour: Harbour) -> None:
    harbour.pledge(harbour.bills[0])

    evidence = audit_of(harbour)

    assert findings_of(evidence) == []
    assert evidence.reconciled


def test_a_lodging_that_cannot_have_been_stands_beside_its_transfer_all_the_same(harbour: Harbour) -> None:
    """Hidden is that the room was listed again: the cause is one, and wallets and ledger do not disagree."""
    room = harbour.room("room", ("CN",))
    harbour.do(ADMINISTRATOR, DelistRoom(room, ()))
    harbour.do(ADMINISTRATOR, ListRoom(room, ("CN",)))
    shipper = harbour.state.accounts[harbour.shipper].participant
    lodge = Lodge(harbour.bills[0], Endorsement.NONE, room, shipper.to_bytes(32, "big"))
    harbour.do(harbour.shipper, lodge)
    entries = harbour.entries()
    hidden = [entry for entry in entries if entry.name == "RoomListed"][-1]

    evidence = audit_of(harbour, [entry for entry in entries if entry is not hidden])

    assert [cause.entry.name for cause in evidence.impossible] == ["Lodged"]
    assert evidence.misplaced == []


def test_one_hidden_bill_of_forty_is_named_once_and_hides_no_altered_storage(harbour: Harbour) -> None:
    hidden, following, altered = harbour.bills[4], harbour.bills[5], harbour.bills[20]
    chain = Chain(harbour.state, harbour.now)
    chain.words["Bills"][token_slot(altered)] ^= 1 << 168
    balance = "balanceOf: the logs give 39, the chain has 40"

    found = seen(harbour, [entry for entry in harbour.entries() if about(entry) != hidden], chain)

    block = next(entry.block for entry in harbour.entries() if about(entry) == following)
    assert found == [
        ("SAM-H4", bill_name(following), f"Issued in block {block}: issued is 6, should be 5"),
        ("SAM-P10", checksum(harbour.shipper), balance),
        ("SAM-P10", bill_name(altered), "word, kept: the logs give 0, the chain has 1"),
        (
            "SAM-H2",
            checksum(harbour.carrier_account),
            f"bill number 5 that it issued is not in the logs: the one in block {block} is number 6",
        ),
    ]


def test_what_follows_from_a_hidden_act_is_counted_with_it(harbour: Harbour) -> None:
    bill = harbour.bills[0]
    trader = harbour.enrol("trader", "969500HONGKONGTRAD", "HK")
    harbour.do(harbour.shipper, Transfer(bill, trader, b""))
    for _ in range(40):
        harbour.do(trader, Sign(bill, Purpose.SEEN, b""))
    hidden = next(entry for entry in harbour.entries() if entry.name == "Transferred")

    evidence = audit_of(harbour, [entry for entry in harbour.entries() if entry.block != hidden.block])

    ((cause),) = evidence.impossible
    name = bill_name(bill)
    assert (cause.subject, cause.following) == (name, 39)
    (finding,) = [finding for finding in findings_of(evidence) if finding.id == "SAM-H4"]
    said = f"{checksum(trader)} does not possess {name} (NotPossessor) (and 39 that follow from it)"
    assert finding.message.endswith(said)


def test_a_hidden_suspension_that_ended_is_no_ones_fault_and_an_invented_one_is_one_finding(harbour: Harbour) -> None:
    number = harbour.state.accounts[harbour.shipper].participant
    harbour.do(ADMINISTRATOR, Suspend(number, b"order"))
    suspended = harbour.entries()[-1]
    harbour.pass_days(91)
    trader = harbour.enrol("trader", "969500HONGKONGTRAD", "HK")
    for bill in harbour.bills:
        harbour.do(harbour.shipper, Transfer(bill, trader, b""))
    entries = harbour.entries()
    assert seen(harbour) == []

    until = suspended.event.until + 24 * 3_600 * 90
    longer = replace(suspended, event=replace(suspended.event, until=until))
    found = seen(harbour, [longer if entry == suspended else entry for entry in entries])

    causes = [(subject, message) for check, subject, message in found if check == "SAM-H4"]
    assert [subject for subject, _ in causes] == [f"participant {number}", bill_name(harbour.bills[0])]
    who = f"{checksum(harbour.shipper)} may not act now: it is no account, or suspended, or was removed"
    assert causes[1][1].endswith(f"{who} (MayNotAct) (and 39 that follow from it)")


def test_an_agreement_counts_in_its_own_transaction_only(harbour: Harbour) -> None:
    bill = harbour.bills[0]
    harbour.pledge(bill)
    entries = harbour.entries()
    agreed = next(entry for entry in entries if isinstance(entry.event, ev.Agreed))
    elsewhere = replace(agreed, transaction="0x" + "ab" * 32)

    found = seen(harbour, [elsewhere if entry == agreed else entry for entry in entries])

    who = f"participant {harbour.state.accounts[harbour.bank].participant}"
    taken = f"{who} takes {bill_name(bill)} from this giver only with its own agreement"
    why = f"{REFUSED} {taken} (AgreementRequired)"
    assert found == [
        (
            "SAM-H4",
            bill_name(bill),
            f"Endorsed in block {agreed.block}: {why}",
        )
    ]


@pytest.mark.parametrize("address", [LEDGER, MANAGER])
def test_ledger_and_manager_can_never_have_been_added_as_accounts(address: str) -> None:
    ledger = Alone()
    ledger.enrol("carrier", CARRIER_LEI)
    entries = ledger.entries()
    added = entries[-1]
    assert isinstance(added.event, ev.AccountAdded)

    other = replace(added, event=replace(added.event, account=address))

    ((cause),) = audit_of(ledger, [*entries[:-1], other]).impossible

    assert cause.why == f"{REFUSED} {checksum(address)} is no account that could do this (NotAnAccount)"


def test_numbers_that_no_word_holds_are_a_finding_and_no_crash(harbour: Harbour) -> None:
    """An invented event may take more bills from an account than it has."""
    entries = harbour.entries()
    taken = ev.Transferred(harbour.bills[0], harbour.shipper, harbour.carrier_account, 2, b"")
    last = entries[-1]
    for number, bill in enumerate(harbour.bills + harbour.bills):
        event = replace(taken, bill=bill, from_=harbour.shipper)
        entries.append(replace(last, event=event, block=last.block + 1 + number, transaction=f"0x{number + 9:064x}"))
    entries.append(replace(last, event=replace(last.event, bill=harbour.bills[0], possessor=NOBODY), block=10_000))

    evidence = audit_of(harbour, entries)

    assert not evidence.reconciled
    assert findings_of(evidence)


def test_the_terms_of_a_bill_are_what_a_signed_only_receiver_agrees_to(harbour: Harbour) -> None:
    """An issue's agreement is over all of its terms: one altered in the log is refused."""
    terms = harbour.terms(CARRIER_LEI)
    agreement = Agreement(
        harbour.bank, terms.bill, 0, Issue.selector(), harbour.bank, 0, Kind.BLANK, terms_hash(terms), LATER
    )
    issue = Issue(terms, harbour.bank, b"")
    harbour.do(harbour.carrier_account, Multicall((Agree(agreement, Signature(harbour.bank)), issue)))
    entries = harbour.entries()
    assert seen(harbour) == []

    other = replace(entries[-1], event=replace(entries[-1].event, root=b"\x01" * 32))
    ((cause),) = audit_of(harbour, [*entries[:-1], other]).impossible

    assert "AgreementRequired" in cause.why


@pytest.mark.slow
def test_whatever_an_event_says_it_can_be_told(harbour: Harbour) -> None:
    """Nobody stops a report by inventing an event that no sentence fits."""
    harbour.do(ADMINISTRATOR, Suspend(1, b"\x1b[2J"))
    log = [*scripted().log, *harbour.log[-1:]]
    names = names_of(scripted().state, {}, False)
    told = 0
    for place in range(0, len(log), 5):
        for altered in alterations(scripted().state, log, place, Random(place)):
            for event in set(altered.events).difference(log[place].events) if "." in altered.what else ():
                assert sentence(SUITE.facts[type(event)], event, names).isprintable()
                json.dumps(event_json(event))
                told += 1
    endless = ev.AnswerTimePublished(1, 72, 2**40 - 1, harbour.bank, 1)
    assert str(2**40 - 1) in sentence(SUITE.facts[ev.AnswerTimePublished], endless, names)
    assert told > 1_000
