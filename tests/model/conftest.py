"""Contracts and model side by side, for the tests of this folder."""

from support.on_both import *  # noqa: F403
