"""Acts that the contracts once answered, kept in memory: the model of a mutant is held against those answers.

The executor compares as ever (outcome, logs, storage, views, properties, the rebuild from the log), but no contract
runs, so that ten thousand acts are a matter of seconds.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

from sampan.fuzz.engines import Answer, open_engine
from sampan.fuzz.executor import Executor
from sampan.fuzz.set_pieces import SET_PIECES
from sampan.fuzz.shrink import read_case
from sampan.fuzz.world import World
from sampan.model.perform import Call
from sampan.suite.chance import Act

CASES: Final = Path(__file__).resolve().parents[1] / "fuzz" / "cases"
EPISODE: Final = 250
"""Random acts before everything begins anew."""


@dataclass
class Step:
    """One act, with its signatures made, and what the chain said."""

    act: Act
    answer: Answer
    words: dict[tuple[str, int], int] = field(default_factory=dict)
    """Storage that was read after it."""


@dataclass
class Episode:
    """A sequence of acts after the beginning, and what the chain answered to everything asked at its end."""

    name: str
    steps: list[Step] = field(default_factory=list)
    words: dict[tuple[str, int], int] = field(default_factory=dict)
    views: dict[tuple[str, bytes], tuple[bool, bytes]] = field(default_factory=dict)


class _Taping:
    """An engine whose answers are kept."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine
        self.name, self.chain_id = engine.name, engine.chain_id
        self.deploy, self.mark, self.back = engine.deploy, engine.mark, engine.back
        self.answer: Answer | None = None
        self.words: dict[tuple[str, int], int] = {}
        self.views: dict[tuple[str, bytes], tuple[bool, bytes]] = {}

    def send(self, *arguments: Any) -> Answer:
        self.answer = self.engine.send(*arguments)
        return self.answer

    def storage(self, address: str, slot: int) -> int:
        found: int = self.engine.storage(address, slot)
        self.words[address, slot] = found
        return found

    def call(self, to: str, data: bytes, now: int) -> tuple[bool, bytes]:
        found: tuple[bool, bytes] = self.engine.call(to, data, now)
        self.views[to, data] = found
        return found


class _Playing:
    """An engine that says what was kept. A word that nobody read was never written: the model predicts all storage."""

    def __init__(self) -> None:
        self.name, self.chain_id = "kept", 1
        self.answer = Answer(False, b"", [])
        self.words: dict[tuple[str, int], int] = {}
        self.views: dict[tuple[str, bytes], tuple[bool, bytes]] = {}

    def send(self, *_: Any) -> Answer:
        return self.answer

    def storage(self, address: str, slot: int) -> int:
        return self.words.get((address, slot), 0)

    def call(self, to: str, data: bytes, _now: int) -> tuple[bool, bytes]:
        return self.views.get((to, data), (False, b""))

    def mark(self) -> Any:
        return dict(self.words)

    def back(self, mark: Any) -> None:
        self.words = dict(mark)


class _Prepared:
    """A wire over which calls go as they are: they were signed when they were kept."""

    def prepare(self, call: Call, _state: Any) -> Call:
        return call


class Player(Executor):
    """Plays episodes on the model as it is now; raises `Mismatch` where it disagrees with what the chain said."""

    def __init__(self, kept: Kept) -> None:
        world = copy.copy(kept.world)
        self.playing = _Playing()
        world.engine, world.wire = self.playing, _Prepared()  # type: ignore[assignment]
        super().__init__(world)
        self._play(kept.beginning)
        self.start = self.mark()

    def play(self, episode: Episode) -> None:
        """One episode, from the beginning."""
        self.back(self.start)
        self.start = self.mark()
        self._play(episode)

    def _play(self, episode: Episode) -> None:
        for step in episode.steps:
            self.playing.answer = step.answer
            self.playing.words.update(step.words)
            self.run(step.act)
        self.playing.words.update(episode.words)
        self.playing.views = episode.views
        self.compare_all()

    def _send(self, call: Call) -> Answer:
        return self.playing.answer


class Kept:
    """What was kept: the beginning, the cases that once failed, random acts from fixed seeds, the set pieces."""

    def __init__(self, acts: int, seeds: Sequence[int], progress: Callable[[str], None] = lambda _: None) -> None:
        self.taping = _Taping(open_engine("pyrevm"))
        self.world = World(self.taping)
        self.executor = Executor(self.world)
        self.beginning = self._kept("beginning", self.world.beginning())
        self._point = self.executor.mark()
        self.episodes = [self._case(path) for path in sorted(CASES.glob("*.json"))]
        for seed in seeds:
            chance = Random(seed)
            for number in range(acts // EPISODE):
                self.episodes.append(self._random(f"seed {seed}, episode {number}", chance, number % 2 == 1))
            progress(f"{acts} acts of seed {seed} are kept")
        # Long and dear, and of use for a few mutants only: at last.
        for name, piece in SET_PIECES.items():
            self.episodes.append(self._again(name, piece(self.world)))

    def _case(self, path: Path) -> Episode:
        return self._again(path.stem, read_case(path, self.world).acts)

    def _random(self, name: str, random: Random, identity: bool) -> Episode:
        """`identity`: most acts are of identity, which is rare in a trade."""
        generator = self.world.chance(random)

        def drawn() -> Iterator[Act]:
            for _ in range(EPISODE):
                act = generator.next(self.executor.state, self.executor.now)
                if identity and random.random() < 0.7:
                    verb = generator.pick(generator.verbs["identity"])
                    act = Act(act.wait, generator.act(verb, generator.any(generator.stage.keys)))
                yield act

        return self._again(name, drawn())

    def _again(self, name: str, acts: Iterable[Act]) -> Episode:
        made = self._kept(name, acts)
        self.executor.back(self._point)
        self._point = self.executor.mark()
        return made

    def _kept(self, name: str, acts: Iterable[Act]) -> Episode:
        episode, tape = Episode(name), self.taping
        for act in acts:
            tape.words = {}
            prepared = self.world.wire.prepare(act.call, self.executor.state)
            self.executor.run(act)
            assert tape.answer is not None
            episode.steps.append(Step(Act(act.wait, prepared), tape.answer, tape.words))
        tape.words, tape.views = episode.words, episode.views
        self.executor.compare_all()
        return episode
