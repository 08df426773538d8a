"""Measuring every act on every side, judging it by the bars, and holding it against what was measured before."""

from __future__ import annotations

import json
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
    MORPHO,
    OTHERS,
    OWN,
    PEERS,
    SIZE_LIMITS,
    VOYAGE,
    Act,
)
from sampan.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


SNAPSHOT = "tests/bench/snapshots/gas.json"
"""What was measured when it was last looked at, from the project's root."""
UPDATE = "sampan bench gas --update"
COMPARED = ("hardfork", "acts", "own", "beside", "bytecode")
"""What must be as in the snapshot. Another version of the engine alone is no difference: it shows in the figures."""


@dataclass(frozen=True, slots=True)
class Row:
    """One act as measured, in gas: ours, its floor, each column of its peer and what is shown beside."""

    act: Act
    sampan: int
    floor: int
    others: dict[str, int]

    @property
    def ratio(self) -> Fraction:
        """Ours over the peer's first column."""
        return Fraction(self.sampan, self.others[PEERS[0]])

    def broken(self) -> list[str]:
        """Every bar that does not hold, in words."""
        said = [
            f"{self.act.name} costs {float(ratio):.4f} of {name}, the bar is {bar}"
            for name, bar in self.act.bars.items()
            if (ratio := Fraction(self.sampan, self.others[name])) > Fraction(bar)
        ]
        return [*said, *_too_dear(self.act.name, self.sampan, self.act.most)]


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: what ran the chain, every act, what ours alone does, what acts of others cost that it is held against,
    the bytes of each contract's runtime code."""

    engine: str
    hardfork: str
    rows: tuple[Row, ...]
    own: dict[str, int]
    others: dict[str, int]
    bytecode: dict[str, int]

    def document(self) -> dict[str, Any]:
        """What `gas.json` holds: gas by act and side, of what ours alone does, bytes of runtime code by contract."""
        acts = {
            row.act.name: {
                "sampan": row.sampan,
                **{name: row.others[name] for name in PEERS},
                "ratio": round(float(row.ratio), 4),
                "floor": row.floor,
            }
            for row in self.rows
        }
        return {"acts": acts, "own": self.own, "bytecode": self.bytecode}

    def snapshot(self) -> dict[str, Any]:
        """What is committed: `document`, what was measured beside, and on what."""
        return {
            "engine": self.engine,
            "hardfork": self.hardfork,
            **self.document(),
            "beside": {row.act.name: {BUSY: row.others[BUSY]} for row in self.rows}
            | {row.name: {name: self.others[name] for name in row.columns} for row in OWN if row.columns},
        }

    def broken(self) -> list[str]:
        """Every bar that does not hold, in words."""
        said = [line for row in self.rows for line in row.broken()]
        for row in OWN:
            gas = self.own[row.name]
            said += _too_dear(row.name, gas, row.most)
            if not row.within(gas, self.others):
                ratio = float(row.ratio(gas, self.others))
                said.append(f"{row.name} costs {ratio:.4f} of {' and '.join(row.beside)}, the bar is {row.bar}")
        for name, limit in SIZE_LIMITS.items():
            if self.bytecode[name] >= limit:
                said.append(f"{name} has {self.bytecode[name]:,} bytes of code, the bar is below {limit:,}")
        return said


def _too_dear(name: str, gas: int, most: int | None) -> list[str]:
    return [] if most is None or gas <= most else [f"{name} costs {gas:,}, the bar is {most:,}"]


def measure(root: Path, program: Path | None = None, done: Callable[[str], None] | None = None) -> Measured:
    """Deploy every side on one chain of our own and do every act on each, a transaction a verb.

    `root` is the working copy, whose node_modules hold the peers; `program` the anvil to run, by default the one that
    is found; `done` is told of each act. Raises `Missing` for what is not installed, `ChainError` and `Reverted` when
    the chain or a contract does not do as expected.
    """
    from sampan.bench.ledger import Ledger
    from sampan.bench.lending import Lending
    from sampan.bench.market import Market
    from sampan.bench.stage import open_stage
    from sampan.bench.tradetrust import TradeTrust, recompiled, shipped
    from sampan.bench.voyage import Voyage
    from sampan.chain.anvil import HARDFORK, find

    find(program)  # before the compiler takes its seconds for nothing
    as_shipped, optimised = shipped(root), recompiled(root)
    with open_stage(program) as stage:
        ours = Ledger(stage, root)
        peers = {
            PEERS[0]: TradeTrust(stage, PEERS[0], as_shipped),
            PEERS[1]: TradeTrust(stage, PEERS[1], optimised),
            IN_USE: TradeTrust(stage, IN_USE, optimised, busy=True),
            BUSY: TradeTrust(stage, BUSY, as_shipped, busy=True),
        }
        told = done or (lambda name: None)
        rows = []
        for act in ACTS:
            counted = ours.run(act.script)
            theirs = {name: peer.run(act.script) for name, peer in peers.items()}
            rows.append(
                Row(
                    act=act,
                    sampan=sum(item.receipt.gas_used for item in counted),
                    floor=sum(ours.floor(item) for item in counted),
                    others={name: sum(item.receipt.gas_used for item in items) for name, items in theirs.items()},
                )
            )
            told(act.name)
        own = {}
        for alone in ALONE:
            own[alone.name] = ours.alone(alone)
            told(alone.name)
        market = Market(ours, root)
        for alone in MARKET:
            own[alone.name] = market.gas(alone.name)
            told(alone.name)
        others = {name: market.gas(name) for name in OTHERS}
        voyage = Voyage(ours, root)
        for alone in VOYAGE:
            own[alone.name] = voyage.gas(alone.name)
            told(alone.name)
        others[EAS] = voyage.gas(EAS)
        lending = Lending(ours, market, voyage, root)
        for alone in LENDING:
            own[alone.name] = lending.gas(alone.name)
            told(alone.name)
        others |= {name: lending.gas(name) for name in MORPHO}
        return Measured(stage.engine, HARDFORK, tuple(rows), own, others, ours.sizes())


def write(document: dict[str, Any], file: Path) -> None:
    """Write a document or snapshot of `Measured`, one number a line."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def read(file: Path) -> dict[str, Any] | None:
    """What was written; None when there is none. Raises `BadInput` when it cannot be read."""
    if not file.is_file():
        return None
    try:
        document: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadInput(f"not JSON: {error}", subject=str(file), hint=f"`{UPDATE}` writes it anew") from None
    return document


def differences(before: dict[str, Any] | None, now: dict[str, Any]) -> list[str]:
    """Every number of a snapshot that is not as it was, in words; in the order of the snapshots."""
    if before is None:
        return ["there is no snapshot yet"]
    was, is_ = (_flat({name: kept[name] for name in COMPARED if name in kept}) for kept in (before, now))
    said = []
    for name in [*is_, *(name for name in was if name not in is_)]:
        old, new = was.get(name), is_.get(name)
        if old == new:
            continue
        if old is None or new is None:
            said.append(f"{name} is {'new' if old is None else 'gone'}: {_shown(new if old is None else old)}")
        elif isinstance(old, int) and isinstance(new, int):
            said.append(f"{name}: {old:,} → {new:,} ({new - old:+,})")
        else:
            said.append(f"{name}: {_shown(old)} → {_shown(new)}")
    return said


def _flat(document: Any, name: str = "") -> dict[str, Any]:
    if not isinstance(document, dict):
        return {name: document}
    found: dict[str, Any] = {}
    for key, value in document.items():
        found |= _flat(value, f"{name}.{key}" if name else key)
    return found


def _shown(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
