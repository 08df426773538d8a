"""The subject `cargo`: one contract for all that is said of cargo."""

from __future__ import annotations

from typing import Final

from sampan.cargo.records import Cargo
from sampan.suite.verb import Subject

CARGO: Final = Subject("cargo", contract="CargoLog", interface="CargoLog", state=Cargo)
