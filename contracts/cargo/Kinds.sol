// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {FactKind} from "./ICargoLog.sol";

/// @title Kinds of facts, a bit each
library Kinds {
    /// What happens at a facility or a port, or is done by a country's customs: a producer is accredited for it by place.
    uint256 internal constant PLACED =
        (1 << uint8(FactKind.GatedIn)) |
            (1 << uint8(FactKind.Loaded)) |
            (1 << uint8(FactKind.Departed)) |
            (1 << uint8(FactKind.Arrived)) |
            (1 << uint8(FactKind.Discharged)) |
            (1 << uint8(FactKind.GatedOut)) |
            (1 << uint8(FactKind.Transhipped)) |
            (1 << uint8(FactKind.ExportReleased)) |
            (1 << uint8(FactKind.ImportReleased));

    /// What a producer may say by a statement of its own: certificates, policies, releases, and what a ship is.
    uint256 internal constant ATTESTABLE =
        (1 << uint8(FactKind.ExportReleased)) |
            (1 << uint8(FactKind.ImportReleased)) |
            (1 << uint8(FactKind.Weighed)) |
            (1 << uint8(FactKind.Inspected)) |
            (1 << uint8(FactKind.Valued)) |
            (1 << uint8(FactKind.Insured)) |
            (1 << uint8(FactKind.VesselIdentified)) |
            (1 << uint8(FactKind.Lost));

    /// All but `None`.
    uint256 internal constant ALL = (2 << uint8(FactKind.Lost)) - 2;

    function bit(FactKind kind) internal pure returns (uint256) {
        return 1 << uint8(kind);
    }
}
