"""What make does before anything else: it finds a Python that fits, and says in one line what is missing."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from sampan.chain import anvil
from sampan.errors import Missing
from sampan.toolchain import settings

TOOLS = ("bash", "cat", "cksum", "cut", "dirname", "env", "rm", "sed", "touch", "tr")


@pytest.fixture
def machine(tmp_path: Path, project_root: Path) -> Path:
    """A working copy and a PATH of its own (`machine/bin`) with nothing but what every system has."""
    for name in (".ci", "requirements", "pyproject.toml", "package-lock.json", "package.json"):
        source = project_root / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None
        (tmp_path / "bin" / tool).symlink_to(found)
    return tmp_path


def install(machine: Path, name: str, text: str) -> None:
    (machine / "bin" / name).write_text(f"#!/bin/sh\n{text}\n")
    (machine / "bin" / name).chmod(0o755)


def set_up(machine: Path, *parts: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [machine / ".ci" / "setup", *parts],
        env={"PATH": str(machine / "bin"), "HOME": str(machine), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def install_python(machine: Path, name: str, version: str, *, without: str = "nothing") -> Path:
    """A Python that answers what it is asked and makes no more than a folder's `python`: nothing can be installed."""
    install(
        machine,
        name,
        f"""case "$*" in
--version) echo Python {version}.0 called {name};;
*version_info*) echo {version};;
*{without}*) exit 1;;
*ensurepip*) ;;
"-m venv "*) /bin/mkdir -p "$3/bin"; /bin/cp "$0" "$3/bin/python";;
*) exit 9;;
esac""",
    )
    return machine / "bin" / name


def test_a_machine_without_python_is_told_so_in_one_line(machine: Path) -> None:
    done = set_up(machine, "run")
    assert done.returncode == 6
    assert done.stderr == (
        "error: Python 3.11, 3.12 or 3.13 is needed; install python3.12 and python3.12-venv,"
        " or name one: make PYTHON=/path/to/python3.12\n"
    )


def test_the_pythons_that_were_found_and_do_not_fit_are_named(machine: Path) -> None:
    install(machine, "python3.12", "echo 'command not found' >&2; exit 127")
    install_python(machine, "python3", "3.14")
    done = set_up(machine, "run")
    assert done.returncode == 6
    assert "is needed; found python3.12 (does not run), python3 (3.14); install python3.12 and" in done.stderr


def test_a_python_without_venv_is_told_what_to_install(machine: Path) -> None:
    install_python(machine, "python3.11", "3.11", without="ensurepip")
    done = set_up(machine, "run")
    assert done.returncode == 6
    assert "found python3.11 (3.11, without venv: install python3.11-venv);" in done.stderr


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_the_demo_takes_every_python_that_the_package_supports(machine: Path, version: str, project_root: Path) -> None:
    install_python(machine, "python3", version)
    assert f"Making .venv with Python {version}.0 called python3\n" in set_up(machine, "run").stderr
    classifiers = tomllib.loads((project_root / "pyproject.toml").read_text())["project"]["classifiers"]
    assert f"Programming Language :: Python :: {version}" in classifiers


def test_the_tests_take_no_python_that_ape_does_not_run_on_and_say_so(machine: Path) -> None:
    install_python(machine, "python3.13", "3.13")
    done = set_up(machine, "all")
    assert done.returncode == 6
    assert done.stderr == (
        "error: Python 3.11 or 3.12 is needed for the tests and linters, since ape runs on no newer one; found"
        " python3.13 (3.13); install python3.12 and python3.12-venv, or name one: make PYTHON=/path/to/python3.12\n"
    )


def test_a_python_that_was_named_and_does_not_fit_is_not_replaced_by_another(machine: Path) -> None:
    install_python(machine, "python3.12", "3.12")
    mine = install_python(machine, "mine", "3.13")
    assert f"; {mine} is 3.13; name another: make PYTHON=" in set_up(machine, "all", PYTHON=str(mine)).stderr
    gone = set_up(machine, "run", PYTHON="/no/such/python")
    assert gone.stderr == "error: /no/such/python does not run; name a Python by its path, or leave PYTHON out\n"
    assert gone.returncode == 6
    assert not (machine / ".venv").exists()


@pytest.mark.slow
def test_the_newest_python_that_the_tests_take_comes_first_and_a_given_one_before_all(machine: Path) -> None:
    # Later ones come last, since what the demo makes of them the tests must make anew.
    for name, version in (("python3.13", "3.13"), ("python3.11", "3.11"), ("python3.12", "3.12"), ("mine", "3.11")):
        install_python(machine, name, version)
    assert "called mine\n" in set_up(machine, "run", PYTHON="mine").stderr
    for name in ("python3.12", "python3.11", "python3.13"):
        shutil.rmtree(machine / ".venv")
        assert f"called {name}\n" in set_up(machine, "run").stderr
        (machine / "bin" / name).unlink()


def test_what_the_demo_made_with_a_python_too_new_is_made_anew_for_the_tests_and_kept_where_there_is_none(
    machine: Path,
) -> None:
    install_python(machine, "python3.13", "3.13")
    set_up(machine, "run")
    made = machine / ".venv" / "bin" / "python"
    assert set_up(machine, "all").returncode == 6
    assert "echo 3.13" in made.read_text()
    install_python(machine, "python3.12", "3.12")
    assert "Making .venv with Python 3.12.0 called python3.12 instead of 3.13\n" in set_up(machine, "all").stderr
    assert "echo 3.12" in made.read_text()


def test_a_python_that_is_named_too_late_is_said(machine: Path) -> None:
    install_python(machine, "python3.12", "3.12")
    mine = install_python(machine, "mine", "3.13")
    set_up(machine, "run")
    said = ".venv was made with Python 3.12 and is kept; for 3.13: make clean, then make again\n"
    assert said in set_up(machine, "run", PYTHON=str(mine)).stderr
    assert said not in set_up(machine, "run").stderr


def install_installing_python(machine: Path, *, pip_config: str, uv: str) -> Path:
    """A Python whose folder gets a `uv`, and whose pip only writes down what it is told. Returns where it writes."""
    calls, version = machine / "calls", re.search(r"^uv==(\S+)", (machine / "requirements/all.in").read_text(), re.M)
    assert version is not None
    for tool in ("cp", "mkdir", "chmod"):
        (machine / "bin" / tool).symlink_to(shutil.which(tool))
    (machine / "uv").write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && echo "uv {version[1]}" && exit\n'
        f'echo "uv $UV_SYSTEM_CERTS ${{UV_DEFAULT_INDEX:-}} ${{SSL_CERT_FILE:-}} $*" >> {calls}\n{uv}\n'
    )
    (machine / "uv").chmod(0o755)
    install(
        machine,
        "python3.12",
        f"""case "$*" in
--version) echo Python 3.12.0;;
*version_info*) echo 3.12;;
*ensurepip*) ;;
"-m venv "*) mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; cp {machine}/uv "$3/bin/uv";;
*" config list") printf '%s\\n' {pip_config};;
"-m pip "*) echo "pip $*" >> {calls};;
"-m compileall "*) ;;
*) exit 9;;
esac""",
    )
    return calls


def test_uv_takes_the_system_s_certificates_and_what_pip_was_told_of_mirror_and_certificate(machine: Path) -> None:
    told = "\"global.index-url='https://mirror.example/simple'\" \"global.cert='/etc/ca.pem'\""
    calls = install_installing_python(machine, pip_config=told, uv="")
    assert set_up(machine, "run").returncode == 0
    first, second = calls.read_text().splitlines()
    assert first.startswith("uv true https://mirror.example/simple /etc/ca.pem pip sync ")
    assert " --require-hashes " in first
    assert "--editable ." in second
    # Who told uv itself is obeyed.
    shutil.rmtree(machine / ".venv")
    calls.unlink()
    own = {"UV_SYSTEM_CERTS": "false", "UV_DEFAULT_INDEX": "https://own.example", "SSL_CERT_FILE": "/own.pem"}
    assert set_up(machine, "run", **own).returncode == 0
    assert calls.read_text().startswith("uv false https://own.example /own.pem pip sync ")


def test_where_uv_fails_pip_installs_the_same_pins_and_it_is_said_why(machine: Path) -> None:
    calls = install_installing_python(
        machine, pip_config="", uv="echo 'error: invalid peer certificate: UnknownIssuer' >&2; exit 2"
    )
    done = set_up(machine, "run")
    assert done.returncode == 0
    assert (
        "invalid peer certificate: UnknownIssuer\nuv could not, for the reason above: installing with pip"
        in done.stderr
    )
    _, pins, package = calls.read_text().splitlines()
    assert "--require-hashes -r requirements/run.txt" in pins
    assert "--editable ." in package


def test_where_npm_fails_the_way_past_a_proxy_is_named(machine: Path) -> None:
    install(machine, "node", 'case "$1" in --version) echo v20.0.0;; *) echo 20;; esac')
    install(machine, "npm", "echo 'npm error code SELF_SIGNED_CERT_IN_CHAIN' >&2; exit 1")
    done = set_up(machine, "node")
    assert done.returncode == 6
    assert "SELF_SIGNED_CERT_IN_CHAIN\nerror: npm could not" in done.stderr
    assert "NODE_EXTRA_CA_CERTS=" in done.stderr


def test_without_a_home_that_can_be_written_what_is_fetched_is_kept_in_the_working_copy(machine: Path) -> None:
    install(machine, "node", 'case "$1" in --version) echo v20.0.0;; *) echo 20;; esac')
    install(machine, "npm", 'echo "$npm_config_cache $UV_CACHE_DIR $PIP_CACHE_DIR" >&2; exit 1')
    kept = " ".join(str(machine / ".cache" / tool) for tool in ("npm", "uv", "pip"))
    assert kept in set_up(machine, "node", HOME=str(machine / "gone")).stderr
    assert kept in set_up(machine, "node", HOME="").stderr
    assert kept not in set_up(machine, "node").stderr


@pytest.mark.parametrize(
    ("node", "said"), [(None, "Node 20 or newer is needed"), ("18", "Node 20 or newer is needed; found v18")]
)
def test_a_machine_without_node_is_told_so_in_one_line(machine: Path, node: str | None, said: str) -> None:
    if node is not None:
        install(machine, "node", f'case "$1" in --version) echo v{node};; *) echo {node};; esac')
        install(machine, "npm", "exit 1")
    done = set_up(machine, "node")
    assert done.returncode == 6
    assert len(done.stderr.splitlines()) == 1
    assert said in done.stderr


def test_a_second_run_does_nothing(machine: Path) -> None:
    calls = machine / "calls"
    install(machine, "node", 'case "$1" in --version) echo v20.0.0;; *) echo 20;; esac')
    install(machine, "npm", f'echo "$@" >> {calls}; /bin/mkdir -p node_modules')
    assert set_up(machine, "node").returncode == 0
    assert set_up(machine, "node").returncode == 0
    assert len(calls.read_text().splitlines()) == 1
    lock = machine / "package-lock.json"
    lock.write_text(lock.read_text() + "\n")
    assert set_up(machine, "node").returncode == 0
    assert len(calls.read_text().splitlines()) == 2


@pytest.mark.parametrize("name", ["run", "all", "newest", "prove"])
def test_every_pin_has_hashes_and_names_no_host(name: str, project_root: Path) -> None:
    text = (project_root / "requirements" / f"{name}.txt").read_text()
    assert "://" not in text
    pins = re.findall(r"^([a-z0-9-]+)==\S+", text, re.MULTILINE)
    assert len(pins) > 50
    for block in re.split(r"\n(?=\S)", text.strip()):
        assert "--hash=sha256:" in block, block.splitlines()[0]


def test_what_the_demo_needs_is_pinned_to_the_same_versions_as_everything(project_root: Path) -> None:
    def pins(name: str) -> dict[str, str]:
        text = (project_root / "requirements" / f"{name}.txt").read_text()
        return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))

    run, everything, newest = pins("run"), pins("all"), pins("newest")
    assert run.items() <= everything.items()
    assert "eth-ape" in everything
    assert "eth-ape" not in newest
    assert newest["click"] != everything["click"]
    direct = tomllib.loads((project_root / "pyproject.toml").read_text())["project"]["dependencies"]
    for requirement in direct:
        name = re.split(r"[\[<>=; ]", requirement)[0]
        assert name in run
        assert name in newest


@pytest.mark.parametrize("folder", [".", "requirements/forge"])
def test_npm_s_lock_is_whole_and_names_no_registry(folder: str, project_root: Path) -> None:
    lock = json.loads((project_root / folder / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert all("resolved" not in entry for entry in packages.values())
    assert all("integrity" in entry for entry in packages.values() if not entry.get("inBundle"))
    wanted = json.loads((project_root / folder / "package.json").read_text())
    for group in ("dependencies", "devDependencies", "optionalDependencies"):
        for name, version in wanted.get(group, {}).items():
            # An alias is written npm:NAME@VERSION.
            assert packages[f"node_modules/{name}"]["version"] == version.rpartition("@")[2]


def test_npm_brings_an_anvil_for_every_system_that_it_has_one_for(project_root: Path) -> None:
    package = json.loads((project_root / "package.json").read_text())
    assert set(package["optionalDependencies"]) == {f"@foundry-rs/anvil-{system}" for system in anvil.PUBLISHED}
    assert len(set(package["optionalDependencies"].values())) == 1
    lock = json.loads((project_root / "package-lock.json").read_text())["packages"]
    for name in package["optionalDependencies"]:
        entry = lock[f"node_modules/{name}"]
        # npm leaves those out that are not this system's.
        assert (entry["optional"], len(entry["os"]), len(entry["cpu"])) == (True, 1, 1)


@pytest.mark.parametrize(
    ("system", "machine_name", "found"),
    [
        ("linux", "x86_64", "@foundry-rs/anvil-linux-amd64"),
        ("linux", "aarch64", "@foundry-rs/anvil-linux-arm64"),
        ("darwin", "arm64", "@foundry-rs/anvil-darwin-arm64"),
        ("win32", "AMD64", "@foundry-rs/anvil-win32-amd64"),
        ("win32", "ARM64", None),
        ("freebsd14", "amd64", None),
        ("linux", "riscv64", None),
    ],
)
def test_who_lacks_anvil_is_told_what_brings_it_or_that_nothing_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, system: str, machine_name: str, found: str | None
) -> None:
    monkeypatch.setattr(anvil.sys, "platform", system)
    monkeypatch.setattr(anvil.platform, "machine", lambda: machine_name)
    monkeypatch.setattr(anvil.shutil, "which", lambda name: None)
    monkeypatch.setattr(anvil, "_is_program", lambda path: False)
    assert anvil.package() == found
    with pytest.raises(Missing) as missing:
        anvil.find()
    said = f"{missing.value.message} / {missing.value.hint}"
    assert (f"npm install {found}" in said) if found else ("npm has none for" in said and "SAMPAN_ANVIL" in said)


def test_ape_npm_and_we_name_one_compiler_and_one_set_of_settings(project_root: Path) -> None:
    package = json.loads((project_root / "package.json").read_text())
    assert package["dependencies"]["solc"] == settings.SOLC_VERSION
    yaml = pytest.importorskip("yaml", reason="PyYAML comes with ape")
    solidity = yaml.safe_load((project_root / "ape-config.yaml").read_text())["solidity"]
    ours = settings.compiler_settings()
    assert solidity["version"] == settings.SOLC_VERSION
    assert solidity["evm_version"] == ours["evmVersion"]
    assert {"enabled": solidity["optimize"], "runs": solidity["optimization_runs"]} == ours["optimizer"]
    assert solidity["via_ir"] == ours["viaIR"]
    assert solidity["import_remapping"] == ours["remappings"] == sorted(ours["remappings"])
    solhint = json.loads((project_root / ".solhint.json").read_text())
    assert solhint["rules"]["compiler-version"][1] == settings.SOLC_VERSION
