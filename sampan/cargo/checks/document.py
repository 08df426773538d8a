"""What checks of cargo ask of a bill's document, as far as it was disclosed: boxes, weights, dates; by JSON pointer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

_BOX: Final = re.compile(r"/utilizedTransportEquipments/([0-9]{1,9})/equipment/equipmentReference")
_SHIP: Final = re.compile(r"[0-9]{7}")
_ITEM: Final = re.compile(r"(/consignmentItems/\d+/cargoItems/\d+)/equipmentReference")
_KILOGRAMS_IN: Final = {"KGM": Decimal(1), "LBR": Decimal("0.45359237"), "GRM": Decimal("0.001"), "TNE": Decimal(1000)}
"""Kilograms in a unit (UN/ECE Recommendation 20)."""


@dataclass(frozen=True, slots=True)
class Document:
    """The fields of one document that were disclosed and proven; nothing of one that was not."""

    fields: Mapping[str, Any]

    @property
    def boxes(self) -> dict[int, str]:
        """Unit → equipment reference, from 1 in the order of the document."""
        found = ((_BOX.fullmatch(pointer), value) for pointer, value in self.fields.items())
        return {int(match[1]) + 1: str(value) for match, value in found if match}

    def gross(self, unit: int) -> Decimal | None:
        """Kilograms of cargo in a box, packing included; None where that was not disclosed."""
        box = self.boxes.get(unit)
        weights = [self._kilograms(f"{place}/cargoGrossWeight") for place in self._items(box)] if box else []
        return None if not weights or None in weights else sum((each for each in weights if each), Decimal(0))

    def tare(self, unit: int) -> Decimal | None:
        """Kilograms of an empty box; None where that was not disclosed."""
        return self._kilograms(f"/utilizedTransportEquipments/{unit - 1}/equipment/tareWeight")

    def day(self, name: str) -> int | None:
        """The first second of a day that the document names, in UTC; None where it was not disclosed."""
        value = self.fields.get(f"/{name}")
        try:
            return int(datetime.fromisoformat(str(value)).replace(tzinfo=UTC).timestamp()) if value else None
        except ValueError:
            return None

    @property
    def vessels(self) -> set[int]:
        """IMO numbers of its vessels."""
        pattern = re.compile(r"/transports/vesselVoyages/\d+/vesselIMONumber")
        return {
            int(value)
            for pointer, value in self.fields.items()
            if pattern.fullmatch(pointer) and _SHIP.fullmatch(str(value))
        }

    def _items(self, box: str) -> Iterator[str]:
        for pointer, value in self.fields.items():
            match = _ITEM.fullmatch(pointer)
            if match and value == box:
                yield match[1]

    def _kilograms(self, place: str) -> Decimal | None:
        value, unit = self.fields.get(f"{place}/value"), self.fields.get(f"{place}/unit")
        if value is None or unit not in _KILOGRAMS_IN:
            return None
        try:
            kilograms = Decimal(str(value)) * _KILOGRAMS_IN[unit]
        except InvalidOperation:
            return None
        return kilograms if kilograms.is_finite() else None
