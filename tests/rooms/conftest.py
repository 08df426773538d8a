"""Parties and a chain in this process, for the tests of the sample room."""

from __future__ import annotations

from sampan.testing import carrier, room_lister, sampan_chain, shipper, trader

__all__ = ["carrier", "room_lister", "sampan_chain", "shipper", "trader"]
