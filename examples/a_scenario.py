"""A scenario of the trade, played from Python: what was done, what was refused, and what the audit finds."""

import tempfile
from pathlib import Path

from sampan.scenarios import script
from sampan.scenarios.play import Play, Silent
from sampan.scenarios.stage import SampanChain


def main() -> None:
    # A name of `sampan scenario list`, or the path of a file of your own; a fault in it is told by line and column.
    scenario = script.read(script.find("suspension"))
    chain = SampanChain(enrol=False)

    with tempfile.TemporaryDirectory() as folder:
        outcome = Play(scenario, chain, Silent(), Path(folder)).run()

    for step in outcome.played:
        if step.kind == "refused":
            print(f"refused: {step.what}: {step.refused}")
        elif step.kind in ("done", "audited"):
            print("; ".join(step.told))
    print(f"{scenario.title}: {outcome.state}, {outcome.gas:,} gas")
    chain.close()


if __name__ == "__main__":
    main()
