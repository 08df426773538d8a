"""What a peer's npm package ships."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sampan.errors import Missing

if TYPE_CHECKING:
    from pathlib import Path


def creation_code(root: Path, package: str, artifact: str, of: str) -> bytes:
    """Creation code of a contract, from its artifact in a package. `of`: whose package that is.

    Raises `Missing` when it is not installed.
    """
    file = root / package / artifact
    if not file.is_file():
        raise Missing(f"{of}'s package is not installed", subject=package, hint="`make setup` brings what it takes")
    return bytes.fromhex(json.loads(file.read_text(encoding="utf-8"))["bytecode"][2:])
