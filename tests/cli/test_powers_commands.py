"""`sampan powers`: who has which power, and every change of that, from the shell, over HTTP to an anvil of our own."""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console, ConsoleDimensions
from support.widths import WIDE

from sampan.chain.accounts import ROLES
from sampan.chain.anvil import Anvil
from sampan.chain.connection import Connection
from sampan.chain.networks import Network
from sampan.chain.rpc import HttpTransport
from sampan.deployment import manifest as manifests
from sampan.scenarios.stage import SampanChain

pytestmark = pytest.mark.anvil

DAY = 86_400
SPARE = ROLES["spare_1"]


@pytest.fixture(scope="module")
def harbour() -> Iterator[SampanChain]:
    """An anvil with the suite deployed and the parties enrolled."""
    given = os.environ.get("SAMPAN_ANVIL")
    with Anvil(program=Path(given) if given else None) as anvil:
        made = SampanChain(Connection(HttpTransport(anvil.url), Network("harbour", "http", anvil.url)))
        yield made
        made.close()


@pytest.fixture
def shell(
    harbour: SampanChain, sampan_command: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Any]]:
    """Runs `sampan ARGUMENTS` in a folder whose network is the harbour; the chain is set back afterwards."""
    before = harbour.snapshot()
    monkeypatch.chdir(tmp_path)
    manifests.write(harbour.manifest, tmp_path / "deployments" / "harbour.json")
    url = harbour.connection.network.url
    (tmp_path / "sampan.toml").write_text(f'network = "harbour"\n[networks.harbour]\nurl = "{url}"\n')

    def run(*arguments: str | Path, code: int = 0) -> Any:
        ran = sampan_command(*arguments)
        assert "Traceback" not in ran.err + ran.out
        assert ran.code == code, ran.err + ran.out
        return ran

    yield run
    harbour.restore(before)


@pytest.mark.parametrize("columns", [60, 80])
def test_a_narrow_terminal_breaks_no_word_of_the_powers(
    shell: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    def shown(width: int) -> list[str]:
        monkeypatch.setattr(Console, "size", property(lambda _: ConsoleDimensions(width, 25)))
        return shell("powers").out.split()

    shell("powers", "grant", "SUSPENDER", "spare_1", "--delay", "30m")
    wide = shown(WIDE)
    assert ROLES["administrator"] in wide
    assert {word for word in wide if any(map(str.isalnum, word))} <= {*shown(columns)}


def test_a_power_is_granted_in_two_calls_and_shown_with_role_delay_and_time(
    shell: Callable[..., Any], harbour: SampanChain
) -> None:
    grant = ("powers", "grant", "SUSPENDER", "spare_1", "--delay", "30m")
    announced = shell(*grant)
    assert "Announced. It takes effect when it is sent again, from" in announced.out
    early = shell(*grant, "--json", code=5)
    assert "it can be carried out from" in early.error["hint"]

    (waits,) = shell("powers", "scheduled", "--json").document["scheduled"]
    assert waits["what"].startswith("grant SUSPENDER to spare_1")
    assert (waits["caller"], waits["expired"]) == (ROLES["administrator"], False)
    listed = shell("powers", "scheduled").out
    shown = shell("powers").out.replace("\n", " ")
    assert "AccessManager.grantRole(uint64,address,uint32)" in shown
    assert re.search(r"ready at \d{4}-\d\d-\d\dT", shown)
    assert waits["operation"] in listed.replace("\n", "")
    assert "announced by" in listed

    harbour.connection.advance_time(5 * DAY)
    done = shell(*grant)
    assert "has SUSPENDER from" in done.out
    assert "each act of it waits 30 minutes" in done.out
    shown = shell("powers", "--json", code=1)
    (role,) = [role for role in shown.document["roles"] if role["name"] == "SUSPENDER"]
    assert {member["account"] for member in role["members"]} == {ROLES["suspender"], SPARE}
    assert [item["id"] for item in shown.document["differences"] if item["level"] == "error"] == ["powers.member"]
    assert "Nothing that was announced waits." in shell("powers", "scheduled").out


def test_what_was_announced_is_cancelled_or_carried_out_by_its_number(
    shell: Callable[..., Any], harbour: SampanChain
) -> None:
    shell("powers", "revoke", "SUSPENDER", "suspender")
    shell("powers", "guarded-by", "LIFTER", "SUSPENDER")
    first, second = (waits["operation"] for waits in shell("powers", "scheduled", "--json").document["scheduled"])
    shell("powers", "cancel", first, "--from", "suspender", "--json", code=5)
    cancelled = shell("powers", "cancel", first)
    assert "This was announced: take SUSPENDER from suspender" in cancelled.err.replace("\n", " ")
    assert f"what was announced as {first} is cancelled" in cancelled.out.replace("\n", " ").replace("  ", " ")
    harbour.connection.advance_time(5 * DAY)
    assert "SUSPENDER may cancel what LIFTER announced" in shell("powers", "carry-out", second).out
    gone = shell("powers", "carry-out", second, "--json", code=3)
    assert "powers scheduled" in gone.error["hint"]


def test_each_other_change_has_its_command(shell: Callable[..., Any], harbour: SampanChain) -> None:
    changes = [
        ("granted-by", "ROOM_LISTER", "ENROLLER"),
        ("grant-delay", "ENROLLER", "2d"),
        ("label", "40", "AUDITOR"),
        ("allow", "Bills", "setWindingDown", "liftSuspension", "--to", "SUSPENDER"),
        ("close", "Bills"),
        ("wiring-delay", "Bills", "10d"),
    ]
    for change in changes:
        assert "Announced" in shell("powers", *change).out
    harbour.connection.advance_time(5 * DAY)
    said = [shell("powers", *change).out for change in changes]
    for sentence, heard in zip(
        (
            "ENROLLER grants and takes ROOM_LISTER",
            "new members of ENROLLER wait 2 days",
            "role 40 is called AUDITOR",
            "SUSPENDER may call Bills",
            "is closed: no role may call it",
            "changes to the wiring of Bills",
        ),
        said,
        strict=True,
    ):
        assert sentence in " ".join(heard.split())
    assert "has SUSPENDER no more" in " ".join(
        shell("powers", "renounce", "suspender", "--from", "suspender").out.split()
    )
    shown = json.loads(shell("powers", "show", "--json", code=1).out)
    assert {"AUDITOR"} <= {role["name"] for role in shown["roles"]}


def test_the_question_says_that_it_is_only_announced_and_from_when_it_counts(
    shell: Callable[..., Any], harbour: SampanChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = str(harbour.connection.network.url).replace("127.0.0.1", "0.0.0.0")
    (tmp_path / "sampan.toml").write_text(
        f'network = "harbour"\n[networks.harbour]\nurl = "{url}"\ndevelopment = true\n'
    )
    monkeypatch.setattr("sampan.cli.base.somebody_is_there", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    ran = shell("powers", "grant", "LIFTER", "spare_1", "--delay", "2d", code=1)
    told = " ".join(ran.err.split())
    assert "announce: grant LIFTER to spare_1" in told
    assert "it takes effect when it is sent again, from" in told
    assert "Nothing was sent." in told


def test_a_delay_that_counts_later_is_told_with_both_times(shell: Callable[..., Any]) -> None:
    told = " ".join(shell("powers").out.split())
    wiring = re.search(
        r"Bills: until (\S+) a change of its wiring waits as long as the administrator's acts do; ", told
    )
    assert wiring is not None
    assert told[wiring.end() :].startswith("from then on at least 5 days")


def test_what_makes_no_sense_is_refused_before_anything_is_sent(
    shell: Callable[..., Any], harbour: SampanChain
) -> None:
    head = harbour.connection.block_number()
    assert "72h" in shell("powers", "grant", "LIFTER", "spare_1", "--delay", "soon", "--json", code=2).error["hint"]
    assert "ENROLLER" in shell("powers", "revoke", "KING", "spare_1", "--json", code=2).error["hint"]
    assert "scheduled" in shell("powers", "cancel", "0x12", "--json", code=2).error["message"]
    refused = shell("powers", "revoke", "LIFTER", "lifter", "--from", "stranger", "--json", code=5)
    assert refused.error["code"] == "refused.AccessManagerUnauthorizedAccount"
    assert harbour.connection.block_number() == head
