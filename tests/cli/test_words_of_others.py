"""References, names, labels and an RPC's words are shown whole, and never obeyed by the terminal."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console, RenderableType
from support import faults
from support.lying_rpc import LyingRpc

from sampan.audit import audit
from sampan.audit.show import report_view
from sampan.cli.commands import bill as bill_commands
from sampan.cli.commands import powers as powers_command
from sampan.cli.output import Output, table
from sampan.client.show import render
from sampan.client.tables import lines
from sampan.deployment import powers, verify
from sampan.errors import ChainError
from sampan.scenarios.stage import SampanChain
from sampan.suite.escapes import printable
from sampan.testing import bare_terms

BRACKETS = ("BAD[/]", "GOOD2[#X]", "[BOLD]")
CLEAR = "\x1b[2J\x1b[1;32mNo findings.\x1b[0m\x9b2J\u202e"


@pytest.fixture(scope="module")
def harbour(sampan_suite: SampanChain) -> Iterator[SampanChain]:
    """A ledger in process with bills whose references hold what rich takes for markup."""
    before = sampan_suite.snapshot()
    carrier, shipper = sampan_suite.as_role("carrier"), sampan_suite.as_role("shipper")
    for reference in BRACKETS:
        carrier.bills.issue(bare_terms(sampan_suite.ledger, reference), to=shipper.address)
    yield sampan_suite
    sampan_suite.restore(before)


def drawn(shown: RenderableType) -> str:
    """What an integrator's own console prints, as rich makes it: it reads markup."""
    console = Console(file=io.StringIO(), width=200)
    with console.capture() as captured:
        console.print(shown)
    return captured.get()


@pytest.mark.slow
def test_references_with_brackets_are_shown_whole(harbour: SampanChain) -> None:
    ledger = harbour.ledger
    bills = [ledger.bill(number) for number in ledger.issued()]
    report = audit(harbour.connection, harbour.manifest)

    for text in (drawn(bill_commands._table(bills)), drawn(report_view(report))):
        for reference in BRACKETS:
            assert reference in text
    for bill in bills:
        assert bill.reference in drawn(render(bill))
        assert bill.reference in drawn(render(ledger.history(bill.id)))


def test_what_is_not_printable_is_shown_as_its_escape() -> None:
    assert printable("Beacon Maritime (香港)\u00a0Limited\n\tä") == "Beacon Maritime (香港)\u00a0Limited\n\tä"
    assert printable("\x1b[2J\x07\x9b\u202e") == "\\x1b[2J\\x07\\x9b\\u202e"


def test_errors_notes_and_answers_give_the_terminal_nothing_to_obey(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(verbosity=1)
    output.error(ChainError(f"says {CLEAR}", subject=f"at {CLEAR}", hint=f"try {CLEAR}"))
    output.note(f"note [/] [#X] {CLEAR}")
    output.detail(f"detail [/] {CLEAR}")
    output.emit("sampan.completion/1", {"shell": "bash", "script": CLEAR})
    output.console.print(f"[bold]{CLEAR}")

    printed = capsys.readouterr()

    for text, times in ((printed.err, 5), (printed.out, 2)):
        assert text.replace("\n", "").isprintable()
        assert text.count("\\x1b[2J") == times
    assert "note [/] [#X]" in printed.err
    assert "[bold]" in printed.out


@pytest.mark.slow
def test_a_label_of_a_role_is_shown_and_not_obeyed(harbour: SampanChain, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = harbour.manifest
    found = powers.read(
        harbour.connection,
        manifest.address("AccessManager"),
        verify.contracts_of(manifest),
        from_block=manifest.from_block,
    )
    roles = tuple(replace(role, name=f"{CLEAR}[/]") if role.number == 1 else role for role in found.roles)

    powers_command._show(Output().console, manifest, replace(found, roles=roles), [])

    shown = capsys.readouterr().out
    assert shown.replace("\n", "").isprintable()
    assert "\\x1b[2J" in shown
    assert "[/]" in shown


@pytest.mark.parametrize("options", [(), ("-vv",)], ids=["usual", "with a log"])
def test_an_rpcs_words_are_shown_and_not_obeyed(sampan_command: Callable[..., Any], options: tuple[str, ...]) -> None:
    with LyingRpc() as rpc:
        rpc.add(faults.error(-32000, CLEAR))
        ran = sampan_command(*options, "network", "check", rpc.url)

    assert ran.code == 4
    assert (ran.out + ran.err).replace("\n", "").isprintable()
    assert "\\x1b[2J" in ran.err


ADDRESS, HASH = "0x" + "1234567890" * 4, "0x" + "ab" * 32


@pytest.mark.parametrize("width", [50, 60, 68, 80, 200])
def test_no_word_that_one_copies_is_broken_however_narrow_the_console_is(width: int) -> None:
    rows = [("bank_second_of_all_banks", ADDRESS, "development chains"), ("carrier", ADDRESS, "keystore")]
    shown = io.StringIO()
    console = Console(file=shown, width=width)
    console.print(table(("name", "address", "where"), rows))
    assert shown.getvalue().count(ADDRESS) == 2
    if width >= 68:
        facts = [("the root of the document", HASH), ("why", "some words " * 20)]
        console.print(table((), facts))
        console.print(lines(facts))
        assert shown.getvalue().count(HASH) == 2
    assert max(map(len, shown.getvalue().splitlines())) <= width
