"""Banks and their deposits."""

from __future__ import annotations

import pytest
from support.fixtures import *  # noqa: F403
from support.money import Banks, Mint
from support.money import banks as made
from support.money import mint as coins
from support.world import World


@pytest.fixture
def banks(world: World) -> Banks:
    return made(world)


@pytest.fixture
def mint(world: World) -> Mint:
    return coins(world)
