"""Terms of an offer from the file that its seller wrote; of bills that lie in pledge no log has them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sampan.documents.json import read_json
from sampan.errors import BadInput, SampanError
from sampan.suite.tell import checksum, word_of
from sampan.suite.words import Endorsement
from sampan.trade.terms import Terms

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = "sampan.sale-terms/1"


def read(file: Path) -> Terms:
    """The terms in a file. Raises `BadInput` for what is none, or was altered: their hash stands beside them."""
    raw: Any = read_json(file)
    if not isinstance(raw, dict) or raw.get("schema") != DOCUMENT:
        raise _broken(file, f"is no {DOCUMENT} document")
    said: Any = raw.get("terms")
    try:
        firm = said["firm_until"]
        found = Terms(
            bills=tuple(int(bill["id"], 16) for bill in said["bills"]),
            seller=int(said["seller"]),
            buyer=int(said["buyer"]),
            payee=checksum(said["payee"]),
            money=checksum(said["money"]),
            price=int(said["price"]),
            endorsement=word_of(Endorsement, said["endorsement"]),
            deadline=_second(said["deadline"]),
            firm_until=0 if firm is None else _second(firm),
            source=checksum(said["source"]),
            salt=bytes.fromhex(said["salt"][2:]),
        )
        told = bytes.fromhex(said["hash"][2:])
        hashed = found.hash
    except (KeyError, TypeError, ValueError, AttributeError, SampanError, OverflowError):
        raise _broken(file, "is broken") from None
    if hashed != told:
        raise _broken(file, "was altered: its hash is not that of its terms")
    return found


def _second(said: Any) -> int:
    return int(datetime.fromisoformat(said).timestamp()) if isinstance(said, str) else int(said)


def _broken(file: Path, what: str) -> BadInput:
    return BadInput(what, subject=str(file), hint="take the file that `sampan sale offer --out` wrote")
