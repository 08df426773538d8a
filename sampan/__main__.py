"""`python -m sampan` is `sampan`."""

from sampan.cli.main import run

run()
