"""The figures of the gas benchmark: a new run is the committed one, within the bars, measured on accounts that live."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from support.widths import broken

from sampan.bench import eas, gas, page, tradetrust, trex
from sampan.bench.acts import ACTS, EAS, IN_USE, LINE, MARKET, OTHERS, OWN, PEERS, SIZE_LIMITS, VOYAGE
from sampan.bench.gas import Measured
from sampan.bench.ledger import SLOTS, Ledger
from sampan.bench.market import BUYER, SELLER, Market
from sampan.bench.stage import Side, open_stage
from sampan.bench.tradetrust import TradeTrust
from sampan.bench.trex import TRex
from sampan.bench.voyage import Voyage
from sampan.chain.accounts import ROLES
from sampan.chain.transactions import Reverted
from sampan.cli.commands.bench import _table
from sampan.errors import BadInput, Missing

BARS = {
    "issue": (90_600, "0.311"),
    "transfer": (45_000, "0.741"),
    "endorse_and_transfer": (48_500, "0.617"),
    "reject": (48_300, "0.718"),
    "surrender": (46_200, "0.467"),
    "refuse_surrender": (47_200, "0.468"),
    "accept_surrender": (33_600, "0.325"),
    "lifecycle": (316_500, "0.414"),
}
OWN_BARS = {"lodge": 78_000, "hold": 56_000, "give_back": 53_000, "standing": 5_700, "standing_next": 3_200}
OWN_BARS |= {"pay_further_bill": 22_000, "pay_relayed": 48_000}
OWN_BARS |= dict.fromkeys(("recall", "decline", "expire", "change"), 66_000)
OWN_BARS |= {"anchor_event": 62, "fact_struck": 50_000, "condition": 65_000, "condition_further_box": 8_500}
OWN_BARS |= {"pledge_and_draw": 182_000, "pledge_and_draw_conditioned": 245_000, "pledge_further_box": 25_000}
OWN_BARS |= {"repay_and_release": 117_000, "repay_and_release_cross_bank": 148_000, "release_further_box": 4_500}
OWN_BARS |= {"part_repayment": 95_000, "position_transfer": 54_000}
OWN_BARS |= {"pledge_sold": 188_000, "pledge_sold_cross_bank": 216_000}
MARKET_BARS = {"dvp_offer": 112, "dvp_same_bank": 118, "dvp_cross_bank": 159, "deposit_transfer": 130}
"""In hundredths of what bare tokens cost."""


def program() -> Path | None:
    given = os.environ.get("SAMPAN_ANVIL")
    return Path(given) if given else None


@pytest.fixture(scope="module")
def optimised(project_root: Path) -> dict[str, bytes]:
    """The peer compiled with its optimizer on, once for all tests."""
    return tradetrust.recompiled(project_root)


@pytest.fixture(scope="module")
def measured(project_root: Path, optimised: dict[str, bytes]) -> Measured:
    """One run of the benchmark."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tradetrust, "recompiled", lambda root: optimised)
        return gas.measure(project_root, program())


# ---------------------------------------------------------------------------------------------------- what is measured


@pytest.mark.anvil
@pytest.mark.solc
def test_a_new_run_is_the_committed_one(measured: Measured, project_root: Path) -> None:
    differences = gas.differences(gas.read(project_root / gas.SNAPSHOT), measured.snapshot())
    assert not differences, f"if that is meant: {gas.UPDATE}\n" + "\n".join(differences)


@pytest.mark.anvil
@pytest.mark.solc
def test_every_act_is_within_its_bar_and_bills_is_small_enough_to_deploy(measured: Measured) -> None:
    assert not measured.broken()
    assert {act.name: (act.most, act.bar) for act in ACTS} == BARS
    assert {row.name: row.most for row in OWN if row.most is not None} == OWN_BARS
    # 15 % to spare of what a contract may have (EIP-170).
    with_some_to_spare = dict.fromkeys(("Registry", "Amendments", "LoanBook", "LoanDesk"), 24_576 * 85 // 100)
    assert {"Bills": 20_000, **with_some_to_spare} == SIZE_LIMITS
    for row in measured.rows:
        most, ratio = BARS[row.act.name]
        assert row.sampan <= most
        assert row.sampan * 1_000 <= row.others["tradetrust"] * int(ratio.replace("0.", ""))
    assert all(measured.own[name] <= most for name, most in OWN_BARS.items())
    for name, bar in MARKET_BARS.items():
        bare = ("erc20_transfer",) if name == "deposit_transfer" else ("erc20_transfer", "erc721_transfer")
        assert measured.own[name] * 100 <= sum(measured.others[other] for other in bare) * bar
    assert {row.name for row in MARKET if row.bar is not None} == set(MARKET_BARS)
    assert measured.own["fact_proven"] * 100 <= measured.others[EAS] * 28
    assert [(row.name, row.bar) for row in VOYAGE if row.bar is not None] == [("fact_proven", "0.28")]
    lifecycle = measured.rows[-1]
    assert lifecycle.sampan * 1_000 <= lifecycle.others[IN_USE] * 456


@pytest.mark.anvil
@pytest.mark.solc
def test_no_act_is_below_the_floor_of_the_evm_and_the_optimizer_makes_the_peer_cheaper(measured: Measured) -> None:
    for row in measured.rows:
        assert row.floor < row.sampan < row.others["tradetrust_opt"] < row.others["tradetrust"], row.act.name


@pytest.mark.anvil
@pytest.mark.solc
def test_the_lifecycle_is_six_transactions(measured: Measured) -> None:
    rows = {row.act.name: row for row in measured.rows}
    parts = [rows[name] for name in ("issue", *("endorse_and_transfer",) * 3, "surrender", "accept_surrender")]
    assert rows["lifecycle"].sampan == sum(row.sampan for row in parts)
    assert rows["lifecycle"].floor == sum(row.floor for row in parts)
    # The peer's first endorsement costs more than the later ones, which its own row is about.
    assert rows["lifecycle"].others["tradetrust"] > sum(row.others["tradetrust"] for row in parts)


@pytest.mark.anvil
def test_accounts_live_possess_bills_before_and_after(project_root: Path) -> None:
    with open_stage(program()) as stage:
        ours = Ledger(stage, project_root)
        busy = TradeTrust(stage, "tradetrust_busy", tradetrust.shipped(project_root), busy=True)
        assert [ours.possessed(role) for role in LINE] == [1] * len(LINE)
        assert ours.possessed("carrier") == 2
        assert (busy.returned(), busy.burnt()) == (1, 1)
        for act in ACTS:
            ours.run(act.script)
            assert all(ours.possessed(role) > 0 for role in (*LINE, "carrier"))


@pytest.mark.anvil
def test_seller_and_buyer_have_money_and_the_sale_bills_before_and_after(project_root: Path) -> None:
    with open_stage(program()) as stage:
        market = Market(Ledger(stage, project_root), project_root)
        for row in MARKET:
            assert market.least() > 0
            market.gas(row.name)
        assert market.least() > 0


@pytest.mark.anvil
def test_sale_and_payment_cost_the_same_again(project_root: Path) -> None:
    """But for the zero bytes of numbers, signatures and deadlines. A quote is used for the first time once."""
    with open_stage(program()) as stage:
        market = Market(Ledger(stage, project_root), project_root)
        for name in (*OTHERS, *(row.name for row in MARKET if row.name != "exchange")):
            assert abs(market.gas(name) - market.gas(name)) < 100


@pytest.mark.anvil
def test_facts_and_conditions_cost_the_same_again(project_root: Path) -> None:
    """But for the zero bytes of hashes, signatures and times."""
    with open_stage(program()) as stage:
        voyage = Voyage(Ledger(stage, project_root), project_root)
        for name in (EAS, *(row.name for row in VOYAGE)):
            assert abs(voyage.gas(name) - voyage.gas(name)) < 200, name


@pytest.mark.anvil
def test_t_rex_pays_whoever_is_known_and_nobody_else(project_root: Path) -> None:
    with open_stage(program()) as stage:
        money = TRex(stage, project_root, (SELLER, BUYER), 1_000)
        money.transfer(BUYER, ROLES[SELLER], 400)
        held = [stage.ask(money.token, "balanceOf(address)(uint256)", ROLES[role]) for role in (SELLER, BUYER)]
        assert held == [1_400, 600]
        with pytest.raises(Reverted, match="Transfer not possible"):
            money.transfer(BUYER, ROLES["stranger"], 1)


@pytest.mark.anvil
def test_the_same_acts_cost_the_same_on_another_bill(project_root: Path) -> None:
    with open_stage(program()) as stage:
        sides: tuple[Side, ...] = (
            Ledger(stage, project_root),
            TradeTrust(stage, "tradetrust", tradetrust.shipped(project_root)),
        )
        for side in sides:
            for act in ACTS:
                once, again = side.run(act.script), side.run(act.script)
                assert [item.receipt.gas_used for item in once] == [item.receipt.gas_used for item in again]


# ------------------------------------------------------------------------------------------------------------ the peer


@pytest.mark.solc
def test_the_peer_compiled_anew_without_optimizer_is_the_peer_as_shipped(project_root: Path) -> None:
    assert tradetrust.recompiled(project_root, runs=None) == tradetrust.shipped(project_root)


@pytest.mark.solc
def test_the_peer_compiled_anew_with_200_runs_is_smaller(project_root: Path, optimised: dict[str, bytes]) -> None:
    shipped = tradetrust.shipped(project_root)
    for name in tradetrust.CONTRACTS:
        assert len(optimised[name]) < len(shipped[name])


def test_a_peer_that_is_not_installed_is_named(tmp_path: Path) -> None:
    for load in (
        tradetrust.shipped,
        tradetrust.recompiled,
        lambda root: trex.code(root, "Token"),
        lambda root: eas.code(root, "EAS"),
    ):
        with pytest.raises(Missing) as refused:
            load(tmp_path)
        assert "make setup" in str(refused.value.hint)


# ---------------------------------------------------------------------------------------------------------- as data


def test_each_act_is_made_of_verbs_that_both_sides_know() -> None:
    for act in ACTS:
        for side in (Ledger, TradeTrust):
            for verb in (*act.script.before, *act.script.counted):
                assert callable(getattr(side, verb)), f"{act.name}: {side.__name__}.{verb}"
        assert set(act.script.counted) <= set(SLOTS)


def test_what_ours_alone_does_is_made_of_its_verbs() -> None:
    for row in OWN:
        for verb in () if row.script is None else (*row.script.before, *row.script.counted):
            assert callable(getattr(Ledger, verb)), f"{row.name}: {verb}"
    for name in (*OTHERS, *(row.name for row in MARKET)):
        assert callable(getattr(Market, name)), name
    for name in (EAS, *(row.name for row in VOYAGE)):
        assert callable(getattr(Voyage, name)), name


def test_a_difference_says_what_it_was_and_what_it_is() -> None:
    before = {"acts": {"issue": {"sampan": 90_000, "ratio": 0.31}}, "bytecode": {"Bills": 16_000, "Gone": 1_000}}
    now = {"acts": {"issue": {"sampan": 91_000, "ratio": 0.32}}, "bytecode": {"Bills": 16_000, "New": 2_000}}
    assert gas.differences(before, now) == [
        "acts.issue.sampan: 90,000 → 91,000 (+1,000)",
        "acts.issue.ratio: 0.31 → 0.32",
        "bytecode.New is new: 2,000",
        "bytecode.Gone is gone: 1,000",
    ]
    assert gas.differences(now, now) == []
    assert gas.differences(None, now) == ["there is no snapshot yet"]


def test_another_version_of_the_engine_is_no_difference_and_another_hardfork_is() -> None:
    before = {"engine": "anvil/v1.7.1", "hardfork": "prague", "acts": {}}
    assert gas.differences(before, {**before, "engine": "anvil/v1.8.0"}) == []
    assert gas.differences(before, {**before, "hardfork": "osaka"}) == ["hardfork: prague → osaka"]


# ------------------------------------------------------------------------------------- the page of the documentation


def test_the_page_shows_the_figures_of_the_snapshot(project_root: Path) -> None:
    shown = (project_root / page.PAGE).read_text(encoding="utf-8")
    snapshot = gas.read(project_root / gas.SNAPSHOT)
    assert snapshot is not None
    assert page.renewed(shown, snapshot) == shown, f"`{gas.UPDATE}` writes it anew"


@pytest.mark.parametrize("width", [60, 80, 120, 160])
def test_the_terminal_breaks_no_word_of_the_figures(project_root: Path, width: int) -> None:
    for name, sheet in page.sheets(gas.read(project_root / gas.SNAPSHOT)).items():
        assert broken(_table(sheet), width) == set(), name


def test_renewing_the_page_changes_its_figures_and_leaves_its_words(project_root: Path) -> None:
    shown = (project_root / page.PAGE).read_text(encoding="utf-8")
    snapshot = gas.read(project_root / gas.SNAPSHOT)
    assert snapshot is not None
    snapshot["acts"]["issue"]["sampan"] = 12_345
    snapshot["bytecode"]["Bills"] = SIZE_LIMITS["Bills"]
    snapshot["own"]["dvp_offer"] = 99_999
    renewed = page.renewed(shown, snapshot)
    changed = [line for line in renewed.splitlines() if line not in shown.splitlines()]
    assert [line.split(" | ")[1] for line in changed] == ["12,345", "99,999", "20,000"]
    assert all(line.endswith("| broken |") for line in changed[1:])
    assert page.renewed(renewed, snapshot) == renewed


@pytest.mark.parametrize("lost", ["acts", "own", "market", "tokens", "voyage", "attestation", "bytecode"])
def test_a_page_without_its_marks_is_refused(project_root: Path, lost: str) -> None:
    shown = (project_root / page.PAGE).read_text(encoding="utf-8")
    snapshot = gas.read(project_root / gas.SNAPSHOT)
    assert snapshot is not None
    with pytest.raises(BadInput) as refused:
        page.renewed(shown.replace(f"<!-- figures: {lost} -->", ""), snapshot)
    assert refused.value.subject == page.PAGE


# -------------------------------------------------------------------------------------------------------- the command


@pytest.mark.anvil
@pytest.mark.solc
def test_the_command_writes_gas_json_and_agrees_with_the_snapshot(
    measured: Measured, sampan_command: Callable, monkeypatch: pytest.MonkeyPatch, project_root: Path, tmp_path: Path
) -> None:
    asked = []

    def measure(root: Path, anvil: Path | None, done: Callable[[str], None]) -> Measured:
        asked.append((root, anvil))
        for row in (*ACTS, *OWN):
            done(row.name)
        return measured

    monkeypatch.setattr(gas, "measure", measure)
    ran = sampan_command("bench", "gas", "--check", "--json", "--out", tmp_path / "deep" / "out")
    assert ran.code == 0, ran.out
    assert asked == [(project_root, program())], "it asks for the very run that `measured` is"
    written = json.loads((tmp_path / "deep" / "out" / "gas.json").read_text())
    assert set(written) == {"acts", "own", "bytecode"}
    assert list(written["acts"]) == list(BARS)
    for numbers in written["acts"].values():
        assert set(numbers) == {"sampan", *PEERS, "ratio", "floor"}
        assert numbers["ratio"] == round(numbers["sampan"] / numbers["tradetrust"], 4)
    assert {"Bills", "Registry", "Amendments", "AccessManager"} <= set(written["bytecode"])
    assert {name: ran.document[name] for name in written} == written
    assert ran.document["hardfork"] == "prague"
    assert (ran.document["broken"], ran.document["differences"]) == ([], [])


@pytest.mark.anvil
@pytest.mark.solc
def test_a_difference_fails_the_check_alone_and_the_command_says_how_to_accept_it(
    measured: Measured,
    sampan_command: Callable,
    monkeypatch: pytest.MonkeyPatch,
    project_root: Path,
    tmp_path: Path,
) -> None:
    document = measured.snapshot()
    document["acts"]["reject"]["sampan"] -= 1
    snapshot, shown = tmp_path / "snapshot.json", tmp_path / "gas.md"
    gas.write(document, snapshot)
    shown.write_text(page.renewed((project_root / page.PAGE).read_text(encoding="utf-8"), document), encoding="utf-8")
    monkeypatch.setattr(gas, "measure", lambda *_: measured)
    monkeypatch.setattr(gas, "SNAPSHOT", str(snapshot))
    monkeypatch.setattr(page, "PAGE", str(shown))
    out = ("--out", tmp_path)
    assert sampan_command("bench", "gas", *out).code == 0
    checked = sampan_command("bench", "gas", "--check", *out)
    assert checked.code == 1
    assert "acts.reject.sampan" in checked.out
    assert gas.UPDATE in checked.out
    assert sampan_command("bench", "gas", "--update", *out).code == 0
    assert gas.read(snapshot) == measured.snapshot()
    assert f"| reject both | {measured.snapshot()['acts']['reject']['sampan']:,} |" in shown.read_text(encoding="utf-8")
    assert sampan_command("bench", "gas", "--check", *out).code == 0


@pytest.mark.anvil
@pytest.mark.solc
def test_a_broken_bar_is_named_and_ends_with_1(
    measured: Measured, sampan_command: Callable, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first, *others = measured.rows
    most = min(first.act.most, int(first.others["tradetrust"] * Fraction(first.act.bar)))
    for sampan, size, code in ((most, 19_999, 0), (most + 1, 19_999, 1), (most, 20_000, 1)):
        dear = dataclasses.replace(
            measured,
            rows=(dataclasses.replace(first, sampan=sampan), *others),
            bytecode={**measured.bytecode, "Bills": size},
        )
        monkeypatch.setattr(gas, "measure", lambda *_, dear=dear: dear)
        ran = sampan_command("bench", "gas", "--json", "--out", tmp_path)
        assert ran.code == code
        assert len(ran.document["broken"]) == code


def test_check_and_update_exclude_each_other(sampan_command: Callable) -> None:
    assert sampan_command("bench", "gas", "--check", "--update", "--json").code == 2


def test_a_benchmark_without_anvil_says_what_is_missing(
    sampan_command: Callable, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SAMPAN_ANVIL", str(tmp_path / "no-anvil"))
    ran = sampan_command("bench", "gas", "--json", "--out", tmp_path)
    assert ran.code == 6
    assert ran.error["hint"]
    assert not (tmp_path / "gas.json").exists()
