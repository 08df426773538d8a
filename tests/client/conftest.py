"""The chain and the parties, for the tests of the client."""

from sampan.testing import (  # noqa: F401
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
