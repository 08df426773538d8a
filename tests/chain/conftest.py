"""The chains, for the tests of `sampan.chain`."""

from support.chains import *  # noqa: F403
