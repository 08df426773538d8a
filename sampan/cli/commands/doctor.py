"""`sampan doctor`: what is there, what is missing, and the one command that mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sampan.cli import base
from sampan.cli.output import table
from sampan.errors import Missing

if TYPE_CHECKING:
    from rich.console import Console

_SIGNS = {"ok": ("✓", "green"), "missing": ("-", "yellow"), "broken": ("✗", "red")}


@base.command()
def command() -> None:
    """Say what is installed, what is missing, what each is for, and the one command that mends it.

    Exits 6 when something is missing that the demo, the client or the audit needs.
    """
    from sampan.toolchain import doctor

    root = doctor.working_copy()
    checks = doctor.examine(base.settings(), root)
    mend = doctor.mending_command(checks)
    unfit = [check for check in checks if check.required and check.state != "ok"]

    def human(console: Console) -> None:
        from rich.text import Text

        rows = [
            (
                Text(*_SIGNS[check.state]),
                check.name,
                check.found if check.mend is None else f"{check.found}\n→ {check.mend}",
                Text(check.needed_for, style="dim"),
            )
            for check in checks
        ]
        console.print(table(("", "what", "found", "needed for"), rows))
        console.print()
        if mend is None:
            console.print("Everything is there.")
        elif unfit:
            console.print(
                Text.assemble("Sampan cannot work like this. Mend it with: ", (mend, "bold")), highlight=False
            )
        else:
            console.print("The demo, the client and the audit have what they need.")
            console.print(Text.assemble("For the rest: ", (mend, "bold")), highlight=False)

    base.output().emit("sampan.doctor/1", {"fit": not unfit, "mend": mend, "checks": checks}, human)
    if unfit:
        base.end(Missing.exit_code)
