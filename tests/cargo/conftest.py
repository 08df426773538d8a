"""The cargo log and its producers."""

from __future__ import annotations

import pytest
from support.cargo import Cargo
from support.cargo import cargo as made
from support.fixtures import *  # noqa: F403
from support.world import World


@pytest.fixture
def cargo(world: World) -> Cargo:
    return made(world)
