"""The verbs of cargo, each once; importing this package declares them all."""

from sampan.cargo.subject import CARGO
from sampan.cargo.verbs import accreditation, batches, facts, laying
from sampan.identity import multicall

multicall.declare(CARGO)

__all__ = ["accreditation", "batches", "facts", "laying"]
