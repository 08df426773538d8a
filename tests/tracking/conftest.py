"""The chain and who shows proofs on it, for the tests of what a producer anchors."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from support import producing

from sampan.testing import SampanChain, relayer, sampan_chain  # noqa: F401


@pytest.fixture(scope="module")
def reported(sampan_suite: SampanChain) -> Iterator[SampanChain]:
    """Producers that were accredited, after the events of these tests; once for the tests of a module."""
    before = sampan_suite.snapshot()
    producing.accredit(sampan_suite)
    sampan_suite.advance(timedelta(days=30))
    yield sampan_suite
    sampan_suite.restore(before)
