"""`sampan compile`: contracts to artifacts; `--check` compares the two."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sampan.cli import base
from sampan.suite.tell import amount

if TYPE_CHECKING:
    from rich.console import Console

    from sampan.toolchain.build import Difference, Suite
    from sampan.toolchain.solc import Choice, Compiler


@base.command()
@click.option("--check", is_flag=True, help="Write nothing; say whether the artifacts are in step, by hash alone.")
@click.option("--recompile", is_flag=True, help="Compile even what is in step; with --check compare all bytes.")
@click.option("--no-cache", is_flag=True, help="Ask the compiler even for what it has answered before.")
@click.option("--shipped", is_flag=True, help="Only what the package ships, without the contracts of the tests.")
@click.option(
    "--compiler",
    "choice",
    type=click.Choice(["auto", "native", "npm"]),
    default="auto",
    show_default=True,
    help="Which build of solc: a native one through py-solc-x, or npm's under Node.",
)
def command(check: bool, recompile: bool, no_cache: bool, shipped: bool, choice: Choice) -> None:
    """Compile contracts/ into sampan/artifacts/, and the tests' contracts beside them.

    What is in step by hash is left as it is. Artifacts depend on sources, compiler and settings alone.
    """
    from sampan.toolchain import build, solc
    from sampan.toolchain.sources import project_root

    started = time.monotonic()
    root = project_root()
    output = base.output()
    compiler: Compiler | None = None
    found: list[Difference] = []
    changed: list[str] = []
    sizes: dict[str, int] = {}
    for suite in (suite for suite in build.SUITES if suite.shipped or not shipped):
        out_of_step = build.differences(root, suite)
        if check and not recompile:
            found += out_of_step
            continue
        if not out_of_step and not recompile:
            continue
        what = build.plan(root, suite)
        if not what.contracts and not out_of_step:
            continue
        compiler = compiler or solc.find(root, choice)
        output.detail(f"solc {compiler.version}, {compiler.kind}: {' '.join(compiler.command)}")
        with output.progress(f"Compiling {suite.name}", total=len(what.contracts)) as advance:
            files = build.compile_plan(what, compiler, cache=not no_cache, done=lambda _name: advance())
        if check:
            found += out_of_step or _bytes_differ(root, suite, files)
        else:
            changed += [f"{suite.target}/{name}" for name in build.write(root, suite, files)]
        sizes |= _sizes(files)
    if compiler is not None and compiler.kind == "npm":
        solc.write_shim(root)

    body: dict[str, Any] = {
        "in_step": not found,
        "differences": found,
        "changed": changed,
        "compiler": compiler,
        "sizes": sizes,
        "seconds": round(time.monotonic() - started, 1),
    }

    def human(console: Console) -> None:
        from rich.text import Text

        for item in found:
            console.print(Text.assemble((item.subject, "bold"), f" {item.message}"), highlight=False)
        if found:
            mend = Text.assemble("The artifacts are not in step with the sources: ", ("sampan compile", "bold"))
            console.print(mend, highlight=False)
        elif not changed:
            console.print("The artifacts are in step with the sources.")
        else:
            for name, size in sorted(sizes.items()):
                console.print(f"  {name:<32} {size:>6,} bytes" if size else f"  {name:<32} interface", highlight=False)
            console.print(f"{amount(len(changed), 'file')} written in {body['seconds']} s.", highlight=False)

    output.emit("sampan.compile/1", body, human)
    if found:
        base.answer_is_no()


def _bytes_differ(root: Path, suite: Suite, files: dict[str, bytes]) -> list[Difference]:
    from sampan.toolchain.build import Difference

    target = root / suite.target
    return [
        Difference(f"{suite.target}/{name}", "is not what the compiler gives")
        for name, content in sorted(files.items())
        if (target / name).read_bytes() != content
    ]


def _sizes(files: dict[str, bytes]) -> dict[str, int]:
    """Bytes of runtime code by contract; 0 for an interface."""
    import json

    from sampan.toolchain.artifacts import RECORD_FILE

    return {
        name.removesuffix(".json"): len(json.loads(content)["deployedBytecode"]) // 2 - 1
        for name, content in files.items()
        if name != RECORD_FILE
    }
