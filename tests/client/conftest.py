"""The chain and the parties, for the tests of the client."""

from collections.abc import Iterator

import pytest
from support import banking

from sampan.testing import (  # noqa: F401
    SampanChain,
    bank,
    carrier,
    consignee,
    enroller,
    importer,
    lifter,
    other_carrier,
    recoverer,
    relayer,
    room_delister,
    room_lister,
    sampan_chain,
    shipper,
    stranger,
    suspender,
    trader,
)


@pytest.fixture(scope="module")
def banked(sampan_suite: SampanChain) -> Iterator[SampanChain]:
    """Two banks and the sale, once for the tests of a module; what a test does beyond `sampan_chain` undoes."""
    before = sampan_suite.snapshot()
    banking.bank(sampan_suite)
    yield sampan_suite
    sampan_suite.restore(before)
