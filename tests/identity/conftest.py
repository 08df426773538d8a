"""The ledger and its parties, for the tests of this folder."""

from support.fixtures import *  # noqa: F403
