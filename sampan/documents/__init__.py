"""The document behind the token: DCSA's transport document 3.0.4, read, checked, hashed and shown in parts.

`prepare` does all that the issue of an eBL needs. Names are loaded when they are first used, so that importing this
package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sampan.documents.canonical import canonical_bytes, checksum
    from sampan.documents.disclosure import Disclosure, disclose, read_disclosure, require_identity, select
    from sampan.documents.json import JsonValue, read_all, read_json
    from sampan.documents.kind import Kind
    from sampan.documents.model import TransportDocument
    from sampan.documents.prepared import NotIssuable, Prepared, prepare
    from sampan.documents.privacy import Classes, FieldClass
    from sampan.documents.rules import Fault, Severity, Stage, check, check_reading
    from sampan.documents.salts import Salts, read_salts, salts_path
    from sampan.documents.tree import DocumentAltered, DocumentTree

_HOMES = {
    "canonical": ("canonical_bytes", "checksum"),
    "disclosure": ("Disclosure", "disclose", "read_disclosure", "require_identity", "select"),
    "json": ("JsonValue", "read_all", "read_json"),
    "kind": ("Kind",),
    "model": ("TransportDocument",),
    "prepared": ("NotIssuable", "Prepared", "prepare"),
    "privacy": ("Classes", "FieldClass"),
    "rules": ("Fault", "Severity", "Stage", "check", "check_reading"),
    "salts": ("Salts", "read_salts", "salts_path"),
    "tree": ("DocumentAltered", "DocumentTree"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Classes",
    "Disclosure",
    "DocumentAltered",
    "DocumentTree",
    "Fault",
    "FieldClass",
    "JsonValue",
    "Kind",
    "NotIssuable",
    "Prepared",
    "Salts",
    "Severity",
    "Stage",
    "TransportDocument",
    "canonical_bytes",
    "check",
    "check_reading",
    "checksum",
    "disclose",
    "prepare",
    "read_all",
    "read_disclosure",
    "read_json",
    "read_salts",
    "require_identity",
    "salts_path",
    "select",
]


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
