"""The figures as tables, for the terminal and for the page of the documentation that shows them.

Everything comes from a snapshot (`Measured.snapshot`), so that page and snapshot can be held against each other
without measuring anything. In the page a table lies between two comments, `<!-- figures: NAME -->` and
`<!-- end of figures -->`; the text around it is written by hand and is never touched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sampan.bench.acts import (
    ACTS,
    ALONE,
    BUSY,
    EAS,
    IN_USE,
    LENDING,
    MARKET,
    OTHERS,
    PEERS,
    SIZE_LIMITS,
    VOYAGE,
    Own,
)
from sampan.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE = "docs/gas.md"
"""The page of the documentation, from the project's root."""
HOLDS, BROKEN = "holds", "broken"
COLUMNS = {
    "tradetrust": "TradeTrust\nas shipped",
    "tradetrust_opt": "TradeTrust\noptimised",
    IN_USE: "optimised\nand in use",
    "tradetrust_busy": "TradeTrust\nas shipped",
}

RATIOS = ("ratio to\nshipped", "ratio to\noptimised", "ratio to\nin use")

_BLOCK = re.compile(r"(?<=<!-- figures: )(\w+)( -->\n).*?(?=<!-- end of figures -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: a line of headings, in which a line break is a wish, and lines of cells."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def sheets(snapshot: Mapping[str, Any]) -> dict[str, Sheet]:
    """The tables by name: acts beside the peer, what ours alone does, money and sale beside other tokens, cargo beside
    an attestation, loans beside a pool, the peer's registry in use, and sizes of code."""
    return {
        "acts": _acts(snapshot),
        "own": _own(snapshot),
        "market": _beside_others(snapshot, MARKET, "ratio to\nbare tokens"),
        "tokens": _tokens(snapshot),
        "voyage": _beside_others(snapshot, VOYAGE, "ratio to an\nattestation"),
        "attestation": _attestation(snapshot),
        "lending": _lending(snapshot),
        "beside": _beside(snapshot),
        "bytecode": _bytecode(snapshot),
    }


def renewed(page: str, snapshot: Mapping[str, Any]) -> str:
    """The page with the figures of a snapshot. Raises `BadInput` when it has not each table once."""
    texts = {name: _markdown(sheet) for name, sheet in sheets(snapshot).items()}
    texts["engine"] = f"Measured on `{snapshot['engine']}` with the rules of {snapshot['hardfork'].capitalize()}.\n"
    named = [name for name, _ in _BLOCK.findall(page)]
    if sorted(named) != sorted(texts):
        wanted = ", ".join(texts)
        raise BadInput(
            f"the tables marked in it are {', '.join(named) or 'none'}; {wanted} are needed, each once",
            subject=PAGE,
            hint="a table lies between <!-- figures: NAME --> and <!-- end of figures -->",
        )
    return _BLOCK.sub(lambda found: f"{found[1]}{found[2]}\n{texts[found[1]]}\n", page)


def _acts(snapshot: Mapping[str, Any]) -> Sheet:
    headings = ("gas", "Sampan", *(COLUMNS[name] for name in PEERS), *RATIOS, "floor", "bar", "")
    rows = []
    for act in ACTS:
        measured = snapshot["acts"][act.name]
        ratios = [Fraction(measured["sampan"], measured[name]) for name in PEERS]
        rows.append(
            (
                act.title,
                f"{measured['sampan']:,}",
                *(f"{measured[name]:,}" for name in PEERS),
                *(f"{float(ratio):.3f}" for ratio in ratios),
                f"{measured['floor']:,}",
                f"{act.most:,}",
                _verdict(measured["sampan"] <= act.most and all(_within(measured, *bar) for bar in act.bars.items())),
            )
        )
    return Sheet(headings, tuple(rows))


def _within(measured: Mapping[str, Any], name: str, bar: str) -> bool:
    return Fraction(measured["sampan"], measured[name]) <= Fraction(bar)


def _own(snapshot: Mapping[str, Any]) -> Sheet:
    rows = []
    for row in ALONE:
        gas = snapshot["own"][row.name]
        bar, verdict = ("-", "") if row.most is None else (f"{row.most:,}", _verdict(gas <= row.most))
        rows.append((row.title, f"{gas:,}", bar, verdict))
    return Sheet(("gas", "Sampan", "bar", ""), tuple(rows))


def _beside_others(snapshot: Mapping[str, Any], measured: tuple[Own, ...], ratios: str) -> Sheet:
    """Acts that are held against those of others, or against a figure."""
    rows = []
    for row in measured:
        gas, costs = snapshot["own"][row.name], snapshot["beside"].get(row.name, {})
        ratio = f"{float(row.ratio(gas, costs)):.3f}" if row.beside else "-"
        bar = row.bar or ("-" if row.most is None else f"{row.most:,}")
        verdict = "" if bar == "-" else _verdict((row.most is None or gas <= row.most) and row.within(gas, costs))
        rows.append((row.title, f"{gas:,}", ratio, bar, verdict))
    return Sheet(("gas", "Sampan", ratios, "bar", ""), tuple(rows))


def _tokens(snapshot: Mapping[str, Any]) -> Sheet:
    """What other tokens cost, and how much of it a payment out of a deposit costs where it is shown with it."""
    costs = {name: gas for row in MARKET for name, gas in snapshot["beside"].get(row.name, {}).items()}
    paid = next(row for row in MARKET if row.name == "deposit_transfer")
    gas = snapshot["own"][paid.name]
    rows = []
    for name, title in OTHERS.items():
        ratio = f"{gas / costs[name]:.3f}" if name in paid.columns else "-"
        rows.append((title, f"{costs[name]:,}", ratio))
    return Sheet(("other tokens", "gas", f"{paid.title}: ratio to it"), tuple(rows))


def _attestation(snapshot: Mapping[str, Any]) -> Sheet:
    gas = next(snapshot["beside"][row.name][EAS] for row in VOYAGE if EAS in row.columns)
    return Sheet(("EAS", "gas"), (("attest what a fact tells", f"{gas:,}"),))


def _lending(snapshot: Mapping[str, Any]) -> Sheet:
    """Loans, and what a pool that lends on tokens takes for the same."""
    rows = []
    for row in LENDING:
        gas, costs = snapshot["own"][row.name], snapshot["beside"].get(row.name, {})
        peer = next(iter(costs.items()), None)
        shown = ("-", "-") if peer is None else (f"{peer[1]:,}", f"{gas / peer[1]:.3f}")
        bar, verdict = ("-", "") if row.most is None else (f"{row.most:,}", _verdict(gas <= row.most))
        rows.append((row.title, f"{gas:,}", *shown, bar, verdict))
    return Sheet(("gas", "Sampan", "Morpho Blue", "ratio", "bar", ""), tuple(rows))


def _beside(snapshot: Mapping[str, Any]) -> Sheet:
    """Acts that cost the peer something else in a registry that is in use."""
    rows = []
    for act in ACTS:
        measured = snapshot["acts"][act.name]
        gas = snapshot["beside"][act.name][BUSY]
        if gas != measured[PEERS[0]]:
            ratio = Fraction(measured["sampan"], gas)
            rows.append((act.title, f"{measured['sampan']:,}", f"{gas:,}", f"{float(ratio):.3f}"))
    return Sheet(("TradeTrust's registry in use", "Sampan", COLUMNS[BUSY], "ratio"), tuple(rows))


def _bytecode(snapshot: Mapping[str, Any]) -> Sheet:
    rows = []
    for name, size in snapshot["bytecode"].items():
        limit = SIZE_LIMITS.get(name)
        bar, verdict = ("-", "") if limit is None else (f"below {limit:,}", _verdict(size < limit))
        rows.append((name, f"{size:,}", bar, verdict))
    return Sheet(("runtime code", "bytes", "bar", ""), tuple(rows))


def _verdict(holds: bool) -> str:
    return HOLDS if holds else BROKEN


def _markdown(sheet: Sheet) -> str:
    """The first column and one without a heading to the left, figures to the right."""
    headings = [heading.replace("\n", " ") for heading in sheet.headings]
    rules = [":---" if number == 0 or not heading else "---:" for number, heading in enumerate(headings)]
    return "".join(f"| {' | '.join(line)} |\n" for line in (headings, rules, *sheet.rows))
