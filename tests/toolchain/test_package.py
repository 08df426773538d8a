"""The package as users install it: artifacts, schemas and data travel with it, sources and tests do not."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from sampan.toolchain import artifacts


@pytest.mark.slow
def test_the_wheel_carries_artifacts_schemas_and_data(project_root: Path, tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "flit_core.wheel", "--outdir", tmp_path],
        cwd=project_root,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("sampan-*-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    expected = {f"sampan/artifacts/{name}.json" for name in [*artifacts.names(), "build"]}
    expected |= {"sampan/py.typed", "sampan/toolchain/solc_shim.cjs", "sampan/cli/schemas/error-1.json"}
    expected |= {
        path.relative_to(project_root).as_posix()
        for path in (project_root / "sampan").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert expected <= inside
    assert {name.partition("/")[0].partition("-")[0] for name in inside} == {"sampan"}
    # Whoever writes a room reads the sample where the kit is installed, and whoever plays with a coin its token.
    kit = "sampan/rooms/contracts/"
    examples = (kit, "sampan/scenarios/contracts/")
    assert {name.startswith(examples) for name in inside if name.endswith(".sol")} == {True}
    assert f"{kit}Escrow.sol" in inside
    # Explorers and lawyers ask for the same thing: what was it compiled from, and under which licence.
    assert any(name.endswith("licenses/LICENSE") for name in inside)


DEAD = "http://127.0.0.1:9"
"""A proxy at which nobody listens."""


@pytest.mark.long
def test_the_source_package_plays_the_demo_and_so_does_its_wheel_in_an_empty_environment_without_a_network(
    project_root: Path, tmp_path: Path
) -> None:
    packed = "import sys; from flit_core import buildapi; buildapi.build_sdist(sys.argv[1])"
    subprocess.run([sys.executable, "-c", packed, tmp_path], cwd=project_root, check=True, capture_output=True)
    (archive,) = tmp_path.glob("sampan-*.tar.gz")
    subprocess.run(["tar", "-xzf", archive, "-C", tmp_path], check=True)
    (unpacked,) = (path for path in tmp_path.iterdir() if path.is_dir())

    demo = ran(["make", "PYTHON=" + sys.executable, "demo"], unpacked, {})
    assert "What the logs tell is what the chain keeps." in demo

    ran([unpacked / ".venv/bin/python", "-m", "flit_core.wheel", "--outdir", tmp_path], unpacked, {})
    (wheel,) = tmp_path.glob("sampan-*.whl")
    empty, uv = tmp_path / "empty", unpacked / ".venv/bin/uv"
    ran([sys.executable, "-m", "venv", "--without-pip", empty], tmp_path, {})
    into = ["pip", "install", "--quiet", "--no-deps", "--python", empty / "bin/python"]
    ran([uv, *into, "--require-hashes", "-r", project_root / "requirements/run.txt"], tmp_path, {})
    ran([uv, *into, "--offline", wheel], tmp_path, {})
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), DEAD)
    # An 8-bit stdout, as pipes have them on Windows, ends in no traceback either.
    demo = ran([empty / "bin/sampan", "demo"], elsewhere, {**proxies, "PYTHONIOENCODING": "cp1252"})
    assert "What the logs tell is what the chain keeps." in demo
    assert (elsewhere / "build" / "demo" / "audit.json").is_file()


def ran(command: list[str | Path], folder: Path, more: dict[str, str]) -> str:
    """What a command prints, in a folder, outside of our environment."""
    ours = {"VIRTUAL_ENV", "PYTHONPATH", "SAMPAN_DEPLOYMENTS", "MAKEFLAGS", "MAKELEVEL", "PYTHON"}
    environment = {name: value for name, value in os.environ.items() if name not in ours} | more
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    said = done.stdout.decode("utf-8", errors="replace")
    assert done.returncode == 0, said[-2000:] + done.stderr.decode("utf-8", errors="replace")[-2000:]
    return said
