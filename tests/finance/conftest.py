"""The loan book, its lenders, its borrower, and the sale."""

from __future__ import annotations

import pytest
from support.finance import Finance, sales_of
from support.finance import finance as made
from support.fixtures import *  # noqa: F403
from support.money import Sales
from support.world import World


@pytest.fixture
def finance(world: World) -> Finance:
    return made(world)


@pytest.fixture
def sales(finance: Finance) -> Sales:
    return sales_of(finance)
