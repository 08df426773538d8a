// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BillId} from "../../contracts/bills/BillId.sol";

/// @title The id's spelling, for every number there is
/// @notice Against the rule written out character by character, without short cuts: 250 bits, a version from 1, 1 to 20
/// characters of 0x20-0x5F, nothing after the last, no space at either end.
contract Spelling {
    function u(bool x) private pure returns (uint256 r) {
        assembly {
            r := x
        }
    }

    function check_wellFormed(uint256 id) public pure {
        uint256 right = u(id >> 250 == 0) & u((id >> 140) & 0xffff != 0);
        uint256 before = 1;
        for (uint256 i = 0; i < 20; i++) {
            uint256 character = (id >> (133 - 7 * i)) & 0x7f;
            uint256 next = i == 19 ? 0 : (id >> (126 - 7 * i)) & 0x7f;
            uint256 used = u(character != 0);
            uint256 legal = u(character >= 0x20) & u(character <= 0x5f) & before;
            // A space is neither first nor last.
            uint256 inside = u(i != 0) & u(next != 0);
            right &= (used ^ 1) | (legal & (u(character != 0x20) | inside));
            right &= u(i != 0) | used;
            before = used;
        }
        assert(u(BillId.isWellFormed(id)) == right);
    }
}
