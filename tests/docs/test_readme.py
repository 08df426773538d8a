"""The README's commands and its program run in order, in a folder of their own, on a fresh node."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.anvil, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
SECTIONS = ("A first bill", "Keep the salts", "The same from Python")


def blocks(text: str, section: str) -> list[tuple[str, str]]:
    """The blocks of a section in order, each as a program for `sh` or `python`; in a sentence a command stands last."""
    (body,) = re.findall(rf"^## {section}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    found: list[tuple[str, str]] = []
    pattern = r"^```python\n([\s\S]*?)^```|((?:^    .*\n)+(?:\n(?:^    .*\n)+)*)|: `(sampan [^`]+)`$"
    for python, shell, inline in re.findall(pattern, body, re.MULTILINE):
        found.append(("python", python) if python else ("sh", shell or inline))
    return found


def test_the_readme_runs_from_top_to_bottom_in_a_folder_of_its_own(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    bin_ = Path(sys.executable).parent
    before = subprocess.run(["git", "status", "--short"], cwd=ROOT, capture_output=True, check=False).stdout
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SAMPAN_") or "ANVIL" in name},
        "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}",
        "SAMPAN_NODE_FOLDER": str(tmp_path / "node"),
        "SAMPAN_OUTBOX": str(tmp_path / "outbox"),
        "NO_COLOR": "1",
    }
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    program = []
    for section in SECTIONS:
        for kind, block in blocks(text, section):
            program.append(block if kind == "sh" else f"python - <<'END'\n{block}END")
    assert len(program) == 6
    said = "\n".join(program)
    assert "build/first" in said
    # What is set up is set up; nobody else's node is met.
    said = re.sub(r"make setup.*", "true", said).replace("sampan node start", f"sampan node start --port {port}")
    try:
        ran = subprocess.run(
            ["bash", "-ec", f"set -o pipefail\n{said}"],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
    finally:
        stopped = subprocess.run(
            ["sampan", "node", "stop"], cwd=tmp_path, env=environment, capture_output=True, check=False
        )
    assert ran.returncode == 0, ran.stdout[-2_000:] + ran.stderr[-2_000:]
    assert stopped.returncode == 0
    first = tmp_path / "build" / "first"
    assert (first / "bank" / "to-order.json").read_bytes()
    assert (first / "bank" / "to-order.salts.json").read_bytes() == (first / "to-order.salts.json").read_bytes()
    assert (first / "deployments" / "local.json").is_file()
    assert [one.name for one in tmp_path.iterdir() if one.name not in ("build", "node", "outbox")] == []
    assert "No findings" in ran.stdout
    after = subprocess.run(["git", "status", "--short"], cwd=ROOT, capture_output=True, check=False).stdout
    assert after == before
