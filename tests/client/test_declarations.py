"""Each verb has a method of the client and a command, or a stated reason why not; and they are what is declared."""

from __future__ import annotations

import inspect

import click
import pytest

from sampan.cli.main import main
from sampan.client import contracts, generate, verbs
from sampan.client.contracts import Contracts
from sampan.client.ledger import Ledger
from sampan.subjects import SUITE
from sampan.suite import kinds
from sampan.suite.generate import main as generated
from sampan.suite.verb import Verb
from sampan.testing import SampanChain

VERBS = list(SUITE.verbs.values())

NO_METHOD = {
    "Bills.multicall": "Ledger.do_all puts calls together",
    "Sale.multicall": "Ledger.do_all puts calls together",
    "CargoLog.multicall": "Ledger.do_all puts calls together",
    "LoanBook.multicall": "Ledger.do_all puts calls together",
    "Bills.agree": "agreements are shown beside an act: agreements=",
    "Sale.agree": "agreements are shown beside an act: agreements=",
    "LoanBook.agree": "agreements are shown beside an act: agreements=",
    "LoanBook.permit": "LoanBook.repay shows the allowance that is signed along",
    "Sale.permit": "Sale.pay shows the allowance that is signed along",
    "Deposit.permit": "a room shows it beside the act that spends it",
    "Sale.onBill": "the ledger alone calls it, while it lodges",
    "Sale.onReplaced": "the ledger alone calls it",
    "LoanBook.onBill": "the ledger alone calls it, while it lodges",
    "LoanBook.onReplaced": "the ledger alone calls it",
    "release": "a room alone calls it, which was named to take the bill",
    "settle": "a deposit alone calls it, of which something is paid to another bank",
    "debit": "the book of reserves alone calls it",
    "Bills.setAuthority": "nobody may",
    "Coins.setAuthority": "nobody may",
    "CargoLog.setAuthority": "nobody may",
    "Positions.setAuthority": "nobody may",
    "Deposit.transfer": "a wallet's; Deposit.pay does the same between all deposits of a book",
    "Bills.transferFrom": "a wallet's, for an approved operator; Calls.by_name makes one",
    "Deposit.transferFrom": "a wallet's, for a spender that was allowed; Deposit.pay does it",
    "Bills.safeTransferFrom(address,address,uint256)": "a wallet's, for an approved operator",
    "Bills.safeTransferFrom(address,address,uint256,bytes)": "a wallet's, for an approved operator",
    "Positions.transferFrom": "a wallet's: a position is sold (Positions.buy)",
    "Positions.safeTransferFrom(address,address,uint256)": "a wallet's: a position is sold (Positions.buy)",
    "Positions.safeTransferFrom(address,address,uint256,bytes)": "a wallet's: a position is sold (Positions.buy)",
    "Positions.approve": "a wallet's, for an approved operator",
    "Positions.setApprovalForAll": "a wallet's, for an approved operator",
    "register": "a room that lends calls it, for a debt of its own",
    "deregister": "a room that lends calls it, for a debt of its own",
    "move": "a room that lends calls it, for debts of its own",
    "mint": "a room that lends calls it, when a loan is opened",
    "take": "the room that lent calls it, and pays",
}
"""Verbs without a method of their own, and why."""
BY_HAND = {
    "Bills.issue": "bill issue",
    "issueFromPaper": "bill from-paper",
    "replace": "bill replace",
    "Bills.act": "bill send-act",
    "Sale.act": "sale send-act",
    "LoanBook.act": "finance send-act",
    "open": "finance open",
    "repay": "finance repay",
    "discharge": "finance release",
    "forget": "finance forget",
    "groupCarrier": "finance group-carrier",
    "replaceAgent": "finance replace-agent",
    "allot": "finance allot",
    "LoanBook.surrender": "finance surrender",
    "file": "finance file",
    "Bills.record": "bill record",
    "cancel": "bill cancel",
    "Bills.approve": "bill approve",
    "Bills.setApprovalForAll": "bill approve-all",
    "Coin.collect": "money pay",
    "Deposit.collect": "money pay",
    "exchange": "money exchange",
    "buy": "position buy",
    "pay": "sale pay",
    "Sale.recall": "sale recall",
    "Sale.decline": "sale decline",
    "expire": "sale expire",
    "change": "sale change",
    "anchor": "cargo anchor",
    "attest": "cargo attest",
    "CargoLog.record": "cargo record",
    "strike": "cargo strike",
    "lay": "cargo lay",
    "enrol": "participant enrol",
    "assignCode": "participant code",
    "setProfile": "participant profile",
    "setGiver": "participant giver",
    "setWindingDown": "participant wind-down",
    "addAccount": "participant account add",
    "proposeRecovery": "participant account recover",
}
"""Verbs whose command is more than their arguments."""


def calls_of(contract: str) -> type[verbs.Calls]:
    """What prepares the calls of a contract."""
    found: type[verbs.Calls] = getattr(contracts, f"{contract}Calls")
    return found


def command_at(path: str) -> click.Command | None:
    """The command of a path, as in `participant account add`."""
    found: click.Command | None = main
    context = click.Context(main)
    for name in path.split():
        assert isinstance(found, click.Group)
        found = found.get_command(context, name)
    return found


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.__name__)
def test_every_verb_has_a_method_or_a_reason(verb: type[Verb]) -> None:
    assert (SUITE.name(verb) in NO_METHOD) != hasattr(calls_of(verb.subject.contract), verb.method or "-")


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.__name__)
def test_every_verb_has_a_command_or_a_reason(verb: type[Verb]) -> None:
    if verb.command:
        assert SUITE.name(verb) not in BY_HAND, "declared, and written by hand"
    path = verb.command or BY_HAND.get(SUITE.name(verb), "")
    if path:
        found = command_at(path)
        assert found is not None
        assert found.help
    else:
        assert SUITE.name(verb) in NO_METHOD


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb.command], ids=lambda verb: verb.__name__)
def test_a_command_asks_for_the_arguments_that_are_declared(verb: type[Verb]) -> None:
    found = command_at(verb.command)
    assert found is not None
    asked = {parameter.name for parameter in found.params}
    for argument in verb.arguments():
        if argument.kind.name != "endorsee" and argument.name != "endorsement":
            assert argument.name in asked
    assert ("agreement" in asked) == verb.may_need_agreement()
    assert ("carrier" in asked) == any(argument.kind == kinds.BILL for argument in verb.arguments())
    assert {"dry_run", "yes", "network"} <= asked
    assert not verb.power or f"power {verb.power.upper()}" in (found.help or "")


@pytest.mark.parametrize(
    ("contract", "name"),
    [(contract, name) for contract in SUITE.contracts for name, _ in verbs.verbs_in(calls_of(contract))],
)
def test_a_verb_that_sends_takes_what_the_one_that_prepares_takes(
    contract: str, name: str, sampan_chain: SampanChain
) -> None:
    there = getattr(sampan_chain.ledger, verbs.name_of(contract))
    sends, prepares = (inspect.signature(getattr(one, name)) for one in (there, there.calls))
    assert list(sends.parameters.values()) == list(prepares.parameters.values())
    assert (sends.return_annotation, prepares.return_annotation) == ("Act", "VerbCall")
    assert inspect.getdoc(getattr(there, name))


@pytest.mark.parametrize(
    ("method", "signature"),
    [
        (
            "transfer",
            "(bill: 'BillRef', to: 'Who', *, remark: 'str | bytes' = '', agreements: 'Iterable[Paper]' = ()) -> 'Act'",
        ),
        ("refuse", "(bill: 'BillRef', *, remark: 'str | bytes') -> 'Act'"),
        ("remove_account", "(account: 'Who', *, successor: 'Who') -> 'Act'"),
        ("set_profile", "(participant: 'Who', *, parent: 'str', roles: 'Role') -> 'Act'"),
        ("sign_rulebook", "(rulebook: 'bytes') -> 'Act'"),
        ("shorten", "(number: 'int', hops: 'int' = 16) -> 'Act'"),
    ],
)
def test_what_means_little_without_its_name_is_given_by_name(
    method: str, signature: str, sampan_chain: SampanChain
) -> None:
    assert str(inspect.signature(getattr(sampan_chain.ledger.bills, method))) == signature


def test_what_is_called_wrongly_is_said_as_python_says_it(carrier: Ledger) -> None:
    with pytest.raises(TypeError, match="missing a required"):
        carrier.bills.calls.refuse(1)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="unexpected keyword"):
        carrier.bills.transfer(1, "bank", note="x")  # type: ignore[call-arg]


def test_every_contract_of_the_suite_is_an_object_of_the_ledger() -> None:
    for subject in SUITE.subjects:
        assert isinstance(getattr(Contracts, verbs.name_of(subject.contract)), property)


@pytest.mark.slow
def test_the_stub_is_in_step_with_the_declarations(capsys: pytest.CaptureFixture[str]) -> None:
    assert generated(["--check"], generate.FILES) == 0, capsys.readouterr().err
