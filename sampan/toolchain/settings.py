"""The pinned compiler and its settings. `ape-config.yaml` and `package.json` repeat them; a test holds them equal."""

from __future__ import annotations

from typing import Any

SOLC_VERSION = "0.8.37"
#: Compiled for Cancun, run on Prague: no engine of ours lacks Cancun's opcodes, and gas is measured on Prague.
EVM_VERSION = "cancun"
OPTIMIZER_RUNS = 200
VIA_IR = True
#: Prefix of an import, and the folder that it means. Sorted, since the compiler's metadata keeps the order.
REMAPPINGS: tuple[tuple[str, str], ...] = (
    ("@openzeppelin/contracts", "node_modules/@openzeppelin/contracts"),
    ("solady/src", "node_modules/solady/src"),
)

#: Contracts of others that Sampan deploys as they are.
DEPLOYED_LIBRARIES: tuple[tuple[str, str], ...] = (
    ("node_modules/@openzeppelin/contracts/access/manager/AccessManager.sol", "AccessManager"),
)


def compiler_settings() -> dict[str, Any]:
    """The settings of solc's standard JSON that decide the bytes (all but the choice of outputs)."""
    return {
        "evmVersion": EVM_VERSION,
        "optimizer": {"enabled": True, "runs": OPTIMIZER_RUNS},
        "remappings": [f"{prefix}={folder}" for prefix, folder in REMAPPINGS],
        "viaIR": VIA_IR,
    }
