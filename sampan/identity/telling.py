"""Words of identity's sentences that no template can say."""

from __future__ import annotations

from typing import Final

from sampan.suite import events as ev
from sampan.suite.tell import LAW_NAMES, Names, code_text
from sampan.suite.words import Receiving, RecordLaw

RECEIVES: Final[dict[Receiving, str]] = {
    Receiving.ANYONE: "from anyone",
    Receiving.LISTED_ONLY: "from listed givers, else with its own signature",
    Receiving.SIGNED_ONLY: "with its own signature only",
}


def laws(bits: int) -> str:
    """Laws of the electronic record, a bit each."""
    return "; ".join(LAW_NAMES[law] for law in RecordLaw if bits >> law & 1) or "no law of the record"


def listed(e: ev.GiverListed, names: Names) -> str:
    """Who listed whom as a giver."""
    how = "listed" if e.listed else "struck out"
    return f"{names.participant(e.participant)} {how} {names.participant(e.giver)} as a giver"


def room_countries(e: ev.RoomListed, names: Names) -> str:
    """For whom a room was listed."""
    countries = ", ".join(map(code_text, e.countries)) or "no further country"
    return f"the room {names.account(e.room)} is listed for {countries}"


def room_delisted_for(e: ev.RoomDelisted, names: Names) -> str:
    """For whom a room was delisted."""
    countries = ", ".join(map(code_text, e.countries))
    return f"the room {names.account(e.room)} was delisted" + (f" for {countries}" if countries else "")
