"""The whole life of bills over HTTP on anvil, every transaction signed here: no account is unlocked there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from support.client_refusals import assert_tells, refuses

from sampan import config
from sampan.chain.networks import connect
from sampan.chain.outbox import Outbox
from sampan.client import core, errors, papers
from sampan.client.ledger import Ledger
from sampan.client.records import Act
from sampan.errors import ChainError
from sampan.keccak import keccak
from sampan.suite import events
from sampan.suite.words import Endorsement, Rejection, Role, Status, SurrenderFor
from sampan.testing import SampanChain, bare_terms, sample

pytestmark = pytest.mark.anvil
STATEMENT = keccak(b"statement of change of medium")


@pytest.fixture(scope="module")
def harbour() -> Iterator[SampanChain]:
    """An anvil of our own with the suite deployed and the parties enrolled."""
    made = SampanChain(connect("anvil", config.load()))
    yield made
    made.close()


@pytest.fixture
def roles(harbour: SampanChain) -> Iterator[dict[str, Ledger]]:
    """The parties, on the same chain at the start of every test."""
    before = harbour.snapshot()
    names = ("carrier", "shipper", "trader", "bank", "importer", "relayer", "suspender", "lifter")
    yield {name: harbour.as_role(name) for name in names}
    harbour.restore(before)


def test_a_bill_lives_from_a_document_to_delivery(roles: dict[str, Ledger], tmp_path: Path) -> None:
    carrier, shipper, trader = roles["carrier"], roles["shipper"], roles["trader"]
    bank, importer, relayer = roles["bank"], roles["importer"], roles["relayer"]
    document = tmp_path / "bill.json"
    document.write_bytes(sample("to-order"))
    act = carrier.bills.issue(document, carriage_law="GB-ENG")
    bill = act.bill
    assert act.gas < 120_000
    shipper.bills.transfer(bill, trader)
    call = trader.bills.calls.endorse(bill, Endorsement.TO_ORDER, bank, to=bank)
    with refuses(errors.AgreementRequired, bill, bank.number_of(bank)):
        trader.do(call)
    trader.do(call.agreed(*bank.agree_to(call)))
    bank.sign_act(bank.bills.calls.endorse(bill, Endorsement.BLANK, to=importer)).write(tmp_path / "act.json")
    relayer.bills.send_act(papers.read(tmp_path / "act.json"))
    importer.bills.reject(bill, Rejection.BOTH, remark="the sample was wet")
    bank.bills.endorse(bill, Endorsement.BLANK, to=importer)
    importer.bills.surrender(bill)
    carrier.bills.refuse(bill, remark="freight is due")
    importer.bills.surrender(bill)
    carrier.bills.accept(bill)
    carrier.bills.deliver(bill)
    history = carrier.history(bill)
    assert history.bill.status is Status.DELIVERED
    assert [entry.act_count for entry in history.entries if entry.act_count] == list(range(1, 12))
    times = [entry.time for entry in history.entries]
    assert times == sorted(times)


def test_a_bill_is_split_and_one_part_goes_to_paper_and_back(roles: dict[str, Ledger], tmp_path: Path) -> None:
    carrier, shipper, trader = roles["carrier"], roles["shipper"], roles["trader"]
    old = carrier.bills.issue(sample("split"), carriage_law="SG").bill
    shipper.bills.transfer(old, trader)
    files = {}
    for name in ("split-first", "split-second"):
        files[name] = tmp_path / f"{name}.json"
        files[name].write_bytes(sample(name))
    parts = [carrier.replacement(file, old) for file in files.values()]
    trader.bills.surrender(old, SurrenderFor.AMENDMENT, agreed=parts)
    act = carrier.bills.replace(old, parts)
    first, second = (event.bill for event in act.all(events.ReplacementIssued))
    assert carrier.history(old).replaced_by == (first, second)
    trader.bills.surrender(second, SurrenderFor.PAPER)
    carrier.bills.to_paper(second, originals=3, statement=STATEMENT)
    back = carrier.bills.issue_from_paper(
        files["split-second"], trader, originals=3, statement=STATEMENT, carriage_law="SG"
    ).bill
    assert (carrier.bill(back).version, carrier.bill(second).status) == (2, Status.PAPER)


def test_a_carrier_answers_many_in_one_transaction(roles: dict[str, Ledger]) -> None:
    carrier, shipper = roles["carrier"], roles["shipper"]
    issued = carrier.do_all(
        [carrier.bills.calls.issue(bare_terms(carrier, f"H{index}"), shipper) for index in range(20)]
    )
    bills = [bill for act in issued for bill in act.bills]
    assert len(issued) == 1
    shipper.do_all([shipper.bills.calls.surrender(bill) for bill in bills])
    (answer,) = carrier.do_all([carrier.bills.calls.accept(bill) for bill in bills])
    assert len(answer.all(events.SurrenderAccepted)) == 20
    with pytest.raises(errors.BatchRefused) as caught:
        carrier.do_all([carrier.bills.calls.deliver(bills[0]), carrier.bills.calls.accept(bills[1])])
    assert caught.value.position == 2
    assert_tells(caught.value.refusal, errors.WrongStatus, bills[1], Status.SURRENDERED)


def test_a_rehearsal_shows_the_events_there_too(roles: dict[str, Ledger]) -> None:
    carrier = roles["carrier"]
    terms = bare_terms(carrier, "TRIED")
    rehearsed = carrier.rehearsing().bills.issue(terms, roles["shipper"])
    assert rehearsed.event(events.Issued).bill == terms.bill
    assert not carrier.exists(terms.bill)


def test_a_suspended_carrier_is_left_and_its_suspension_lifted_after_the_delay(
    harbour: SampanChain, roles: dict[str, Ledger]
) -> None:
    carrier, shipper, lifter = roles["carrier"], roles["shipper"], roles["lifter"]
    bill = carrier.bills.issue(bare_terms(carrier, "LEFT"), shipper).bill
    shipper.bills.surrender(bill)
    roles["suspender"].bills.suspend("carrier", ground="order")
    with refuses(errors.MayNotAct, carrier.address):
        carrier.bills.accept(bill)
    shipper.bills.recall(bill)
    announced = lifter.bills.lift_suspension("carrier")
    assert announced.ready_from is not None
    harbour.advance(timedelta(days=2, seconds=1))
    lifter.bills.lift_suspension("carrier")
    assert carrier.account(carrier).acts


def test_an_account_is_added_and_a_lost_one_recovered(harbour: SampanChain, roles: dict[str, Ledger]) -> None:
    shipper, relayer = roles["shipper"], roles["relayer"]
    bill = roles["carrier"].bills.issue(bare_terms(shipper, "LOST"), shipper).bill
    second = harbour.as_role("shipper_second")
    theirs = second.sign_new_account("shipper", second.signer, roles=Role.MOVE | Role.TERMS)
    ours = shipper.sign_new_account(
        "shipper",
        second.address,
        roles=Role.MOVE | Role.TERMS,
        signer=shipper.signer,
        deadline=theirs.text.deadline,
    )
    relayer.bills.add_account(ours, theirs)
    harbour.as_role("recoverer").bills.propose_recovery(shipper, second, ground="key lost")
    harbour.advance(timedelta(days=7, seconds=1))
    relayer.bills.execute_recovery(shipper)
    relayer.bills.recover(bill)
    assert second.bill(bill).possessor.address == second.address
    second.bills.surrender(bill)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("began", "asked"),
    [((0, 1, 2), (0, 1, 2)), ((0, 1), (0, 1, 2)), ((0, 1), (2, 1, 0)), ((0, 1, 2), (3, 0, 1, 2))],
    ids=["all of them", "one more behind", "another order", "one more before, and more than are tried together"],
)
def test_several_acts_that_an_earlier_run_left_on_their_way_are_waited_for_and_done_once(
    began: tuple[int, ...],
    asked: tuple[int, ...],
    harbour: SampanChain,
    roles: dict[str, Ledger],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """anvil looks at what is on its way: asked what one of them would cost, it refuses."""
    carrier, calls = roles["carrier"], issues(roles)
    monkeypatch.setattr(core, "FIRST_PART", 2 if len(asked) > 3 else 128)
    first = opened(harbour, carrier, tmp_path)
    with not_mined(harbour):
        first.sender.timeout = 0.1
        # As one transaction, however many are tried together first.
        with pytest.raises(ChainError, match="did not come through"):
            first._run([calls[each] for each in began], "issues")
        first.sender.release()
        acts = opened(harbour, carrier, tmp_path).do_all([calls[each] for each in asked])
    assert len(acts[0].all(events.Issued)) == len(began)
    assert sum(len(act.all(events.Issued)) for act in acts) == len(asked) == len(set(carrier.issued()))


@pytest.mark.slow
def test_what_was_done_of_several_acts_before_a_node_failed_is_done_once_when_they_are_asked_for_again(
    harbour: SampanChain, roles: dict[str, Ledger], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipper, calls = roles["shipper"], signatures(roles, monkeypatch)
    first = opened(harbour, shipper, tmp_path)
    first.sender.timeout = 0.3

    def part(act: Act) -> None:
        harbour.connection.rpc("evm_setAutomine", False)

    try:
        with pytest.raises(ChainError, match="did not come through") as failed:
            first.do_all(calls, done=part)
        assert "what was sent stands, as 0x" in str(failed.value.hint)
        first.sender.release()
        harbour.connection.rpc("evm_setIntervalMining", 1)
        again = opened(harbour, shipper, tmp_path).do_all(calls)
    finally:
        harbour.connection.rpc("evm_setIntervalMining", 0)
        harbour.connection.rpc("evm_setAutomine", True)
    each_once(roles, again)


def test_acts_that_were_broken_off_between_two_transactions_are_each_done_once(
    harbour: SampanChain, roles: dict[str, Ledger], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With Ctrl-C, of a program of somebody's own."""
    shipper, calls = roles["shipper"], signatures(roles, monkeypatch)
    first = opened(harbour, shipper, tmp_path)
    with pytest.raises(KeyboardInterrupt):
        first.do_all(calls, done=dies)
    first.sender.release()
    again = opened(harbour, shipper, tmp_path).do_all(calls)
    each_once(roles, again)


@pytest.mark.parametrize("hold", [False, True])
@pytest.mark.parametrize("broken", [ChainError("the connection broke"), KeyboardInterrupt()])
def test_an_act_whose_events_cannot_be_read_is_kept_and_done_once(
    harbour: SampanChain, roles: dict[str, Ledger], tmp_path: Path, hold: bool, broken: BaseException
) -> None:
    """Whose an event of a contract is that was not asked about before takes questions, and they fail too."""
    carrier, shipper = roles["carrier"], roles["shipper"]
    carrier.do_all(issues(roles)[:1])
    (bill,) = carrier.issued()
    first: Any = opened(harbour, shipper, tmp_path)
    first.sender.hold = hold

    def fails(logs: object) -> None:
        raise broken

    first._events = fails
    with pytest.raises(type(broken)) as failed:
        first.do(shipper.bills.calls.sign(bill))
    said = f"{getattr(failed.value, 'hint', '')} {' '.join(getattr(failed.value, '__notes__', ()))}"
    assert "what was sent stands, as 0x" in said
    first.sender.release()
    again = opened(harbour, shipper, tmp_path).do(shipper.bills.calls.sign(bill))
    assert again.warnings == ("an earlier run had sent it and did not see the end; it was not sent again",)
    assert carrier.bill(bill).act_count == 2
    # After that was told, whoever asks once more means once more.
    assert opened(harbour, shipper, tmp_path).do(shipper.bills.calls.sign(bill)).warnings == ()


def test_what_an_earlier_run_only_signed_is_sent_by_whoever_asks_for_it_alone(
    harbour: SampanChain, roles: dict[str, Ledger], tmp_path: Path
) -> None:
    """Waiting for issues sends nothing: another issue goes under the terms of now."""
    carrier, calls = roles["carrier"], issues(roles)
    first = opened(harbour, carrier, tmp_path)
    sender: Any = first.sender
    # As a kill between the signature and the node: the file stays, and nobody holds it.
    sender._broadcast = dies
    sender._give_up = lambda sent, error=None: sent.slip.leave()
    with pytest.raises(KeyboardInterrupt):
        first.do(calls[0])
    assert list(tmp_path.rglob("*.json"))
    second = opened(harbour, carrier, tmp_path)
    second.wait_for_begun("issue")
    assert carrier.issued() == []
    assert second.begun(calls) == 1
    second.do(calls[1])
    assert carrier.issued() == [calls[1].verb.terms.bill]


def signatures(roles: dict[str, Ledger], monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A signature on each of four bills, of which no more than two go into the first transaction."""
    roles["carrier"].do_all(issues(roles))
    monkeypatch.setattr(core, "FIRST_PART", 2)
    return [roles["shipper"].bills.calls.sign(bill) for bill in roles["carrier"].issued()]


def each_once(roles: dict[str, Ledger], acts: list[Act]) -> None:
    """All four were signed on, and none of them twice."""
    carrier = roles["carrier"]
    assert sum(len(act.all(events.Signed)) for act in acts) == len(carrier.issued()) == 4
    assert {carrier.bill(bill).act_count for bill in carrier.issued()} == {2}


def dies(sent: object) -> None:
    raise KeyboardInterrupt


def issues(roles: dict[str, Ledger]) -> list[Any]:
    """Four bills to issue."""
    carrier, to = roles["carrier"], roles["shipper"].address
    terms = [bare_terms(carrier, f"LEFT{number}") for number in range(4)]
    return [carrier.bills.calls.issue(each, to=to) for each in terms]


def opened(harbour: SampanChain, who: Ledger, folder: Path) -> Ledger:
    """A run of its own, which finds what another left."""
    return Ledger.at(harbour.connection, harbour.manifest, signer=who.sender.signer, outbox=Outbox(folder))


@contextmanager
def not_mined(harbour: SampanChain) -> Iterator[None]:
    """A block a second, so that what was sent waits."""
    harbour.connection.rpc("evm_setAutomine", False)
    harbour.connection.rpc("evm_setIntervalMining", 1)
    try:
        yield
    finally:
        harbour.connection.rpc("evm_setIntervalMining", 0)
        harbour.connection.rpc("evm_setAutomine", True)
