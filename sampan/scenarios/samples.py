"""DCSA transport documents of our own, Shanghai to Rotterdam, each of which may be issued as an eBL.

All goods, parties and references are invented; every LEI and container number has right check digits.
"""

from __future__ import annotations

from importlib import resources

from sampan.errors import UsageError

SAMPLES: dict[str, str] = {
    "to-order": "two containers of rice cookers, to the order of the trader",
    "split": "three containers of desk lamps, to the order of the trader, split in two before arrival",
    "split-first": "the first two of those three containers, to the order of the trader",
    "split-second": "the third of those containers, to the order of the trader",
    "to-paper": "one container of kettles, to the order of the trader, switched to paper on the way",
}
"""Every sample with what it is."""


def read_sample(name: str) -> bytes:
    """The bytes of a sample document, as they stand in the package. Raises `UsageError` for another name."""
    if name not in SAMPLES:
        raise UsageError("no such sample document", subject=name, hint=f"there are {', '.join(SAMPLES)}")
    return resources.files("sampan.scenarios").joinpath("data", f"{name}.json").read_bytes()
