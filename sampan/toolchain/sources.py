"""Solidity sources as the compiler is to see them: project-relative names, imports resolved, contracts found by name.

Only as much of the language is read as that takes: comments and strings are set apart, `import` and the heads of
contracts are found in what remains.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sampan.errors import BadInput, Missing
from sampan.toolchain.settings import REMAPPINGS

Kind = Literal["contract", "abstract", "interface", "library"]

_TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""",
    re.DOTALL,
)
_IMPORT = re.compile(r"\bimport\b(?:[^;\"]*?\bfrom\b)?\s*\"(\d+)\"")
_DECLARATION = re.compile(r"(?:\b(abstract)\s+)?\b(contract|interface|library)\s+([A-Za-z_$][\w$]*)\s*(?:\bis\b|\{)")


@dataclass(frozen=True, slots=True)
class Declared:
    """A contract, interface or library that a source declares."""

    source: str
    name: str
    kind: Kind


class Sources:
    """The Solidity sources of one project, read once each. Names are paths from `root` with forward slashes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._contents: dict[str, bytes] = {}
        self._imports: dict[str, tuple[str, ...]] = {}

    def found_in(self, folder: str) -> list[str]:
        """The sources in a folder and below, sorted; hidden folders (ape's `.cache`) left out."""
        base = self.root / folder
        paths = (path.relative_to(self.root) for path in base.rglob("*.sol") if path.is_file())
        return sorted(path.as_posix() for path in paths if not any(part.startswith(".") for part in path.parts))

    def content(self, source: str) -> bytes:
        """The bytes of a source. Raises `Missing` when there is no such file."""
        if source not in self._contents:
            try:
                self._contents[source] = (self.root / source).read_bytes()
            except OSError as error:
                hint = "`npm ci --ignore-scripts` brings it" if source.startswith("node_modules/") else None
                raise Missing("no such source", subject=source, hint=hint) from error
        return self._contents[source]

    def sha256(self, source: str) -> str:
        """SHA-256 of a source, in hex."""
        return hashlib.sha256(self.content(source)).hexdigest()

    def text(self, source: str) -> str:
        """A source as text. Raises `BadInput` when it is not UTF-8."""
        try:
            return self.content(source).decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadInput(f"not UTF-8: {error.reason} at byte {error.start}", subject=source) from error

    def imports(self, source: str) -> tuple[str, ...]:
        """The sources that a source imports itself, by name, in order."""
        if source not in self._imports:
            code, strings = _apart(self.text(source))
            self._imports[source] = tuple(_resolve(source, strings[int(number)]) for number in _IMPORT.findall(code))
        return self._imports[source]

    def closure(self, sources: Iterable[str]) -> list[str]:
        """These sources and all that they import, sorted. Raises `Missing` naming an import that is not there."""
        seen: set[str] = set()
        waiting = list(sources)
        while waiting:
            source = waiting.pop()
            if source in seen:
                continue
            seen.add(source)
            for imported in self.imports(source):
                if not (self.root / imported).is_file():
                    packaged = (self.root / "node_modules").is_dir() or not imported.startswith("node_modules/")
                    hint = "mend the import" if packaged else "`npm ci --ignore-scripts` brings it"
                    raise Missing(f"imports {imported}, which is not there", subject=source, hint=hint)
                waiting.append(imported)
        return sorted(seen)

    def declared(self, source: str) -> list[Declared]:
        """What a source declares, in order."""
        code, _ = _apart(self.text(source))
        found = _DECLARATION.findall(code)
        return [Declared(source, name, "abstract" if abstract else keyword) for abstract, keyword, name in found]


def project_root(start: Path | None = None) -> Path:
    """The project's root: the nearest folder upward that holds `contracts/`, `package.json` and `sampan/`.

    Raises `Missing` outside of a working copy: an installed package carries artifacts, not sources.
    """
    start = (Path.cwd() if start is None else start).absolute()
    for folder in (start, *start.parents):
        if all((folder / name).exists() for name in ("contracts", "package.json", "sampan/toolchain")):
            return folder
    raise Missing(
        "no sources here: compiling needs a working copy of the project",
        subject=str(start),
        hint="clone the project and run in its folder; deploying, driving and auditing need the package alone",
    )


def _apart(text: str) -> tuple[str, list[str]]:
    """The code without comments, each string in it replaced by its number, and the strings."""
    strings: list[str] = []

    def replace(token: re.Match[str]) -> str:
        if token[0].startswith("/"):
            return " "
        strings.append(token[0][1:-1])
        return f'"{len(strings) - 1}"'

    return _TOKEN.sub(replace, text), strings


def _resolve(source: str, path: str) -> str:
    if path.startswith("."):
        return posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
    # As solc does: of the prefixes that fit, the longest.
    fitting = [(prefix, folder) for prefix, folder in REMAPPINGS if path.startswith(prefix)]
    if not fitting:
        return posixpath.normpath(path)
    prefix, folder = max(fitting, key=lambda pair: len(pair[0]))
    return folder + path[len(prefix) :]
