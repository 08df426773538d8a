"""Draws docs/architecture.svg from the imports of the code, and says which imports are against the rules.

    python docs/draw_architecture.py            draw the picture anew
    python docs/draw_architecture.py --check    exit 1 when the picture is old or an import breaks a rule

A *part* is a package of `sampan/` or a module beside the packages. `LAYERS` is the whole rule: it says which parts
there are, from the bottom up, and what each may import. tests/architecture holds the code to it. The code is read,
never run.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parents[1]
PICTURE = Path("docs/architecture.svg")

# ----------------------------------------------------------------------------------------------------------- the rules

Kind = Literal["ground", "data", "rules", "engine", "way", "use"]
When = Literal["import", "call", "typing"]


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its name, the modules that belong to it, what it is for, and what it may import.

    A module belongs to the part with the longest prefix of its name. `only` names the parts that it may import; None
    stands for every part of a layer below. `standard` says that it imports no library from elsewhere. `column` is where
    the picture shows it, in pixels.
    """

    name: str
    modules: tuple[str, ...]
    what: str
    kind: Kind
    column: int
    only: tuple[str, ...] | None = None
    standard: bool = False


GROUND = ("errors", "keccak", "files", "config", "artifacts")
"""What any part but those of the rules may import."""

LAYERS: tuple[tuple[Part, ...], ...] = (
    (
        Part("errors", ("sampan.errors",), "what users meet", "ground", 196, only=()),
        Part("keccak", ("sampan.keccak",), "the hash", "ground", 368, only=()),
        Part("files", ("sampan.files",), "private, whole, foreign", "ground", 540, only=("errors",)),
        Part("config", ("sampan.config",), "settings", "ground", 712, only=("errors", "files")),
        Part("artifacts", ("sampan.toolchain.artifacts",), "compiled code", "ground", 884, only=("errors",)),
    ),
    (
        Part(
            "suite",
            ("sampan.suite",),
            "what the contracts say, as data",
            "data",
            300,
            only=("errors", "keccak", "artifacts"),
        ),
    ),
    (
        Part("model", ("sampan.model",), "state, perform, replay", "rules", 300, only=("suite",), standard=True),
        Part("chain", ("sampan.chain",), "nodes, keys, transactions", "way", 850, only=(*GROUND, "suite")),
    ),
    (
        Part(
            "identity",
            ("sampan.identity",),
            "who is who, who may act",
            "rules",
            300,
            only=("suite", "model"),
            standard=True,
        ),
        Part("toolchain", ("sampan.toolchain",), "compiler, doctor", "way", 850, only=(*GROUND, "suite", "chain")),
        Part("documents", ("sampan.documents",), "DCSA transport documents", "way", 1100, only=(*GROUND, "suite")),
    ),
    (
        Part(
            "bills",
            ("sampan.bills",),
            "the life of a bill",
            "rules",
            300,
            only=("suite", "model", "identity"),
            standard=True,
        ),
        Part(
            "money",
            ("sampan.money",),
            "deposits, reserves, exchange",
            "rules",
            540,
            only=("suite", "model", "identity"),
            standard=True,
        ),
        Part("powers", ("sampan.powers",), "who administers", "rules", 60, only=("suite",), standard=True),
    ),
    (
        Part(
            "trade",
            ("sampan.trade",),
            "bills for a price",
            "rules",
            400,
            only=("suite", "model", "identity", "bills", "money"),
            standard=True,
        ),
        Part(
            "cargo",
            ("sampan.cargo",),
            "facts and conditions",
            "rules",
            620,
            only=("suite", "model", "identity"),
            standard=True,
        ),
        Part("screening", ("sampan.screening",), "one's own lists", "way", 1100, only=(*GROUND, "suite", "documents")),
    ),
    (
        Part(
            "finance",
            ("sampan.finance",),
            "loans on cargo",
            "rules",
            300,
            only=("suite", "model", "identity", "bills", "money", "cargo", "trade"),
            standard=True,
        ),
    ),
    (
        Part(
            "subjects",
            ("sampan.subjects",),
            "the list of subjects",
            "rules",
            300,
            only=("suite", "model", "identity", "bills", "money", "cargo", "trade", "finance", "powers"),
            standard=True,
        ),
    ),
    (
        Part("deployment", ("sampan.deployment",), "plan, manifest, powers", "way", 850),
        Part(
            "tracking",
            ("sampan.tracking",),
            "a producer's events, proven",
            "way",
            1100,
            only=(*GROUND, "suite", "documents", "cargo"),
        ),
    ),
    (
        Part("fuzz", ("sampan.fuzz",), "random acts on both", "engine", 300),
        Part(
            "audit",
            ("sampan.audit",),
            "rebuilds from the logs",
            "engine",
            560,
            only=(*GROUND, "suite", "model", "subjects", "chain", "deployment"),
        ),
        Part("client", ("sampan.client",), "reads, rehearses, sends", "engine", 1010),
    ),
    (
        Part(
            "rooms",
            ("sampan.rooms",),
            "traps, tried on any room",
            "engine",
            300,
            only=(*GROUND, "suite", "model", "identity", "bills", "fuzz"),
        ),
        Part("written", ("sampan.written",), "YAML that people write", "engine", 1010),
    ),
    (Part("scenarios", ("sampan.scenarios",), "trades, told and played", "use", 1010),),
    (
        Part("bench", ("sampan.bench",), "what acts cost", "use", 850),
        Part("testing", ("sampan.testing",), "fixtures for integrators", "use", 1100),
    ),
    (Part("cli", ("sampan.cli", "sampan.__main__"), "the command line", "use", 560),),
)
"""The parts from the bottom up. Subjects to come go between identity and subjects."""

NEVER: tuple[tuple[str, str, str], ...] = (
    ("audit", "client", "the audit trusts no code that made what it looks at"),
    ("model", "client", "the model knows no client"),
    ("model", "chain", "the model knows no chain"),
)
"""Who never reaches whom, not even through others, and why."""

ROOT_PACKAGE = "sampan"
"""Its `__init__` holds the version, which anybody may read."""

PARTS: dict[str, Part] = {part.name: part for layer in LAYERS for part in layer}
LEVEL: dict[str, int] = {part.name: level for level, layer in enumerate(LAYERS) for part in layer}


def part_of(module: str) -> Part | None:
    """The part that a module belongs to; None when it has no place."""
    found: tuple[int, Part] | None = None
    for part in PARTS.values():
        for prefix in part.modules:
            if (module + ".").startswith(prefix + ".") and (found is None or len(prefix) > found[0]):
                found = (len(prefix), part)
    return None if found is None else found[1]


def may(importer: str, imported: str) -> bool:
    """Whether one part may import another."""
    only = PARTS[importer].only
    return LEVEL[imported] < LEVEL[importer] if only is None else imported in only


# ------------------------------------------------------------------------------------------------------------ the code


@dataclass(frozen=True, slots=True)
class Import:
    """One import: who, whom, where it stands, and when it happens: at import, in a call, or for type checking alone."""

    importer: str
    imported: str
    line: int
    when: When


@dataclass(frozen=True, slots=True)
class Code:
    """The modules of the package, and all that they import, from anywhere."""

    modules: frozenset[str]
    imports: tuple[Import, ...]

    def own(self) -> Iterator[Import]:
        """Imports of our own modules by others of them."""
        return (item for item in self.imports if item.imported in self.modules and item.imported != item.importer)

    def arrows(self) -> dict[str, set[str]]:
        """Which parts each part imports, in whatever way."""
        found: dict[str, set[str]] = defaultdict(set)
        for item in self.own():
            importer, imported = part_of(item.importer), part_of(item.imported)
            if importer is not None and imported is not None and importer is not imported:
                found[importer.name].add(imported.name)
        return dict(found)

    def running(self) -> dict[str, set[str]]:
        """Which modules each module needs when it runs: imports for type checking alone are left out."""
        found: dict[str, set[str]] = defaultdict(set)
        for item in self.own():
            if item.when != "typing":
                found[item.importer].add(item.imported)
        return dict(found)


def read(root: Path = ROOT) -> Code:
    """The code under `sampan/`, without running it."""
    files = {_module(file.relative_to(root)): file for file in sorted((root / ROOT_PACKAGE).rglob("*.py"))}
    modules = frozenset(files)
    found: list[Import] = []
    for module, file in files.items():
        package = module if file.name == "__init__.py" else module.rpartition(".")[0]
        tree = ast.parse(file.read_text(encoding="utf-8"), filename=str(file))
        found += _imports(tree, module, package, modules, "import")
    return Code(modules, tuple(found))


def _module(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(node: ast.AST, module: str, package: str, modules: frozenset[str], when: When) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        for name in node.names:
            yield Import(module, name.name, node.lineno, when)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*above, *filter(None, [node.module])])
        for name in node.names:
            whole = f"{base}.{name.name}"
            yield Import(module, whole if whole in modules else base, node.lineno, when)
    elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        for statement in node.body:
            yield from _imports(statement, module, package, modules, "typing")
        for statement in node.orelse:
            yield from _imports(statement, module, package, modules, when)
    else:
        later = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and when == "import"
        for child in ast.iter_child_nodes(node):
            # An import is a statement, and no expression holds one.
            if not isinstance(child, (ast.expr, ast.expr_context)):
                yield from _imports(child, module, package, modules, "call" if later else when)


def faults(code: Code) -> list[str]:
    """Every import that breaks a rule, and every module without a place, in words."""
    said = [
        f"{module} has no place: name it in LAYERS of docs/draw_architecture.py"
        for module in sorted(code.modules - {ROOT_PACKAGE})
        if part_of(module) is None
    ]
    for item in sorted(code.imports, key=lambda item: (item.importer, item.line, item.imported)):
        said += _fault(item, code.modules)
    arrows = code.arrows()
    for importer, imported, why in NEVER:
        if imported in reachable(arrows, importer):
            said.append(f"{importer} reaches {imported}: {why}")
    return said


def _fault(item: Import, modules: frozenset[str]) -> Iterator[str]:
    importer, where = part_of(item.importer), f"{item.importer}, line {item.line}, imports {item.imported}"
    if importer is None:
        return
    if item.imported in modules:
        imported = part_of(item.imported)
        if imported is not None and imported is not importer and not may(importer.name, imported.name):
            yield f"{where}: {importer.name} may not import {imported.name}"
    elif item.imported.partition(".")[0] == ROOT_PACKAGE:
        yield f"{where}, which is not there"
    elif importer.standard and item.imported.partition(".")[0] not in sys.stdlib_module_names:
        yield f"{where}: {importer.name} needs the standard library alone"


def reachable(graph: Mapping[str, Iterable[str]], start: str) -> set[str]:
    """All that can be reached from a node, without itself unless a way leads back."""
    seen: set[str] = set()
    waiting = list(graph.get(start, ()))
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting += graph.get(node, ())
    return seen


def cycles(graph: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Groups of nodes that reach each other and themselves, sorted."""
    reach = {node: reachable(graph, node) for node in graph}
    circles = {tuple(sorted(other for other in reach[node] if node in reach.get(other, ()))) for node in graph}
    return sorted(list(circle) for circle in circles if circle)


# --------------------------------------------------------------------------------------------------------- the picture

WIDTH, TOP, PITCH = 1240, 60, 100
BOX_WIDTH, BOX_HEIGHT = 204, 48
GROUND_WIDTH = 150
MARGIN, LANE, FRAME = 14, 13, 16
NEVER_WIDTH = 64

_STYLE = """
text{fill:#1d2733;font-size:12px}.h{font-weight:bold;font-size:16px}.s{font-size:12px}.c{font-size:13px}.s,.c{fill:#4a5666}
rect{stroke-width:1.6}.bg{fill:#ffffff}.ground{fill:#f1f1f1;stroke:#777}.data,.use{fill:#f4f7fb;stroke:#3b5b7d}
.rules{fill:#e3f1e6;stroke:#2e7d4f}.engine{fill:#efe9fb;stroke:#6b4fa0}.way{fill:#fff5e0;stroke:#b7791f}
.frame{fill:none;stroke:#2e7d4f;stroke-dasharray:5 5;stroke-width:1.4}
.l{fill:none;stroke:#4d6a8c;stroke-width:1.5}.m{fill:#4d6a8c}
.no{stroke:#c0392b;stroke-width:1.8;stroke-dasharray:4 4}.nt{fill:#c0392b}
@media (prefers-color-scheme: dark){
text{fill:#e6edf3}.s,.c{fill:#aab4c0}
.bg{fill:#0d1117}.ground{fill:#22262c;stroke:#9aa4b0}.data,.use{fill:#162231;stroke:#7aa2d6}
.rules{fill:#12301d;stroke:#5fbf86}.engine{fill:#271d3d;stroke:#a98be0}.way{fill:#33270c;stroke:#e0ab54}
.frame{stroke:#5fbf86}.l{stroke:#8fb0d8}.m{fill:#8fb0d8}.no{stroke:#ff7b72}.nt{fill:#ff7b72}
}
""".strip()

_HEAD = 'role="img" aria-labelledby="t d" font-family="Helvetica, Arial, sans-serif"'
_ARROWHEAD = (
    '<defs><marker id="a" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">'
    '<path class="m" d="M0 0L10 5L0 10z"/></marker></defs>'
)


@dataclass(frozen=True, slots=True)
class Box:
    """A part as it is drawn."""

    part: Part
    x: int
    y: int
    width: int

    @property
    def left(self) -> float:
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        return self.x + self.width / 2


def covering(arrows: Mapping[str, set[str]]) -> list[tuple[str, str]]:
    """The arrows that are drawn: those to the ground, and those that a longer way says already, are left out."""
    upper = {
        name: {other for other in others if other not in GROUND}
        for name, others in arrows.items()
        if name not in GROUND
    }
    return sorted(
        (name, other)
        for name, others in upper.items()
        for other in others
        if not any(other in reachable(upper, between) for between in others - {other})
    )


def draw(code: Code) -> str:
    """The picture as SVG. A part without modules is not drawn."""
    present = {part.name for part in map(part_of, code.modules) if part is not None}
    layers = [layer for layer in ([part for part in layer if part.name in present] for layer in LAYERS) if layer]
    height = TOP + PITCH * len(layers) + 8
    boxes: dict[str, Box] = {}
    for number, layer in enumerate(reversed(layers)):
        for part in layer:
            width = GROUND_WIDTH if part.kind == "ground" else BOX_WIDTH
            boxes[part.name] = Box(part, part.column, TOP + PITCH * number, width)
    edge = min([0, *(box.left - FRAME - MARGIN for box in boxes.values())])
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{edge:g} 0 {WIDTH - edge:g} {height}" {_HEAD}>',
        '<title id="t">The packages of Sampan</title>',
        f'<desc id="d">{_description(code)}</desc>',
        f"<style>\n{_STYLE}\n</style>",
        _ARROWHEAD,
        f'<rect class="bg" x="{edge:g}" width="{WIDTH - edge:g}" height="{height}"/>',
        _text(
            "c",
            edge + 24,
            30,
            "An arrow means: imports. Where a way of arrows leads there already, the direct one is left out.",
        ),
        *_frame(boxes),
        *_routes(covering(code.arrows()), boxes),
        *(line for box in boxes.values() for line in _box(box)),
        *_never(boxes),
        *_ground(boxes),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _description(code: Code) -> str:
    arrows = code.arrows()
    said = [f"{name} imports {', '.join(_downwards(arrows[name]))}" for name in _downwards(arrows)]
    return f"The packages in layers, and what each imports: {'; '.join(said)}."


def _downwards(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (-LEVEL[name], name))


def _text(style: str, x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text class="{style}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{words}</text>'


def _box(box: Box) -> Iterator[str]:
    yield (
        f'<rect class="{box.part.kind}" x="{box.left:g}" y="{box.y}" width="{box.width}" height="{BOX_HEIGHT}" rx="8"/>'
    )
    yield _text("h", box.x, box.y + 20, box.part.name, "middle")
    yield _text("s", box.x, box.y + 38, box.part.what, "middle")


def _frame(boxes: Mapping[str, Box]) -> Iterator[str]:
    """Around the parts that import no library and nothing of ours that acts, its words in the lower left corner."""
    framed = [boxes[name] for name in PARTS if name in boxes and PARTS[name].standard]
    if framed:
        left, right = min(box.left for box in framed) - FRAME, max(box.right for box in framed) + FRAME
        top, bottom = min(box.y for box in framed) - 12, max(box.y for box in framed) + BOX_HEIGHT + 12
        yield (
            f'<rect class="frame" x="{left:g}" y="{top:g}" width="{right - left:g}" height="{bottom - top:g}" rx="12"/>'
        )
        for number, words in enumerate(("The rules import the", "suite, each other and", "the standard library.")):
            yield _text("c", left + 24, bottom - 56 + 18 * number, words)


def _never(boxes: Mapping[str, Box]) -> Iterator[str]:
    """Between two neighbours, one of which never imports the other."""
    for importer, imported, _ in NEVER:
        one, other = boxes.get(importer), boxes.get(imported)
        if one is not None and other is not None and one.y == other.y:
            y = one.y + BOX_HEIGHT / 2
            yield f'<line class="no" x1="{one.right + 4:g}" y1="{y:g}" x2="{other.left - 4:g}" y2="{y:g}"/>'
            yield _text("nt", (one.right + other.left) / 2, y - 7, "never", "middle")


def _ground(boxes: Mapping[str, Box]) -> Iterator[str]:
    ground = [box for name, box in boxes.items() if name in GROUND]
    if ground:
        yield _text("c", 24, ground[0].y + 20, "For all but")
        yield _text("c", 24, ground[0].y + 38, "the rules:")


def _routes(arrows: Sequence[tuple[str, str]], boxes: Mapping[str, Box]) -> Iterator[str]:
    """Each arrow as a line that goes down between the boxes of the layers that it passes."""
    rows = sorted({box.y for box in boxes.values()})
    blocked = {y: [(box.left, box.right) for box in boxes.values() if box.y == y] for y in rows}
    for box in boxes.values():
        if box.part.standard:  # the words beside the frame
            blocked[box.y].append((0, box.left))
    for importer, imported, _ in NEVER:
        one, other = boxes.get(importer), boxes.get(imported)
        if one is not None and other is not None and one.y == other.y:
            middle = (one.right + other.left) / 2
            blocked[one.y].append((middle - NEVER_WIDTH / 2, middle + NEVER_WIDTH / 2))
    taken: dict[int, list[float]] = {y: [] for y in rows}
    ways: dict[tuple[str, str], list[tuple[float, int]]] = {}
    for arrow in sorted(arrows, key=lambda arrow: (boxes[arrow[1]].y - boxes[arrow[0]].y, arrow)):
        start, end = boxes[arrow[0]], boxes[arrow[1]]
        between = [y for y in rows if start.y < y < end.y]
        way: list[tuple[float, int]] = []
        x = float(start.x)
        for step, y in enumerate(between):
            wish = x + (end.x - x) / (len(between) - step + 1)
            x = _lane(wish, blocked[y], taken[y])
            taken[y].append(x)
            way.append((x, y))
        ways[arrow] = way
    leaving = _ports(ways, boxes, 0)
    arriving = _ports(ways, boxes, 1)
    for arrow, way in ways.items():
        points = [(leaving[arrow], boxes[arrow[0]].y + BOX_HEIGHT)]
        for x, y in way:
            points += [(x, y - MARGIN), (x, y + BOX_HEIGHT + MARGIN)]
        points.append((arriving[arrow], boxes[arrow[1]].y))
        yield f'<path class="l" marker-end="url(#a)" d="{_curve(points)}"/>'


def _lane(wish: float, blocked: Sequence[tuple[float, float]], taken: Sequence[float]) -> float:
    """The place nearest to the wish that is beside every box and every line that goes down here already."""
    free = [
        x
        for x in range(MARGIN, WIDTH - MARGIN)
        if all(x < left - MARGIN or x > right + MARGIN for left, right in blocked)
        and all(abs(x - other) >= LANE for other in taken)
    ]
    return min(free, key=lambda x: (abs(x - wish), x))


def _ports(
    ways: Mapping[tuple[str, str], Sequence[tuple[float, int]]], boxes: Mapping[str, Box], end: int
) -> dict[tuple[str, str], float]:
    """Where arrows leave (0) or reach (1) their boxes: side by side, in the order in which they come."""
    found: dict[tuple[str, str], float] = {}
    for name, box in boxes.items():
        mine = [arrow for arrow in ways if arrow[end] == name]
        towards = {arrow: (ways[arrow][-end][0] if ways[arrow] else float(boxes[arrow[1 - end]].x)) for arrow in mine}
        mine.sort(key=lambda arrow: (towards[arrow], arrow))
        for number, arrow in enumerate(mine):
            found[arrow] = box.left + box.width * (number + 1) / (len(mine) + 1)
    return found


def _curve(points: Sequence[tuple[float, float]]) -> str:
    """Through the points, straight down at each."""
    said = f"M{points[0][0]:g} {points[0][1]:g}"
    for (x0, y0), (x1, y1) in pairwise(points):
        half = (y0 + y1) / 2
        said += f"V{y1:g}" if x0 == x1 else f"C{x0:g} {half:g} {x1:g} {half:g} {x1:g} {y1:g}"
    return said


def main(arguments: Sequence[str]) -> int:
    """Draw, or look whether the picture is as the code is; the exit code."""
    if list(arguments) not in ([], ["--check"]):
        sys.stderr.write("usage: python docs/draw_architecture.py [--check]\n")
        return 2
    code = read()
    broken = faults(code)
    for fault in broken:
        sys.stderr.write(fault + "\n")
    file, picture = ROOT / PICTURE, draw(code)
    if not arguments:
        file.write_text(picture, encoding="utf-8")
    elif not file.is_file() or file.read_text(encoding="utf-8") != picture:
        sys.stderr.write(f"{PICTURE} is not as the code is; `python docs/draw_architecture.py` draws it anew\n")
        return 1
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
