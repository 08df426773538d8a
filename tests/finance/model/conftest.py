"""Contracts and model side by side, with a room that lends."""

import pytest
from support.lender import MORE, WITH_LENDER
from support.on_both import *  # noqa: F403
from support.tools import need_pyrevm

from sampan.fuzz.engines import open_engine
from sampan.fuzz.world import World


@pytest.fixture(scope="session")
def world_of_both() -> World:
    need_pyrevm()
    return World(open_engine("pyrevm"), WITH_LENDER, MORE)
