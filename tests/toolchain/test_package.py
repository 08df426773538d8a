"""The package as users install it: artifacts, schemas and data travel with it, sources and tests do not."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from sampan.toolchain import artifacts


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
    assert not any(name.endswith(".sol") for name in inside)
    # Explorers and lawyers ask for the same thing: what was it compiled from, and under which licence.
    assert any(name.endswith("licenses/LICENSE") for name in inside)
