// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The name of a bill is its id
/// @notice Who issued which reference in which version, readable by anybody, the same on every ledger:
/// LEI of the carrier (94 bits, its first 18 characters in base 36) · version (16) · reference (20 characters of 7 bits,
/// left-aligned, upper-case printable ASCII 0x20-0x5F, no space at either end). No storage.
library BillId {
    uint256 internal constant ONE_VERSION = 1 << 140;

    /// The lowest bit of each of the 20 characters.
    uint256 private constant LANES = 0x02040810204081020408102040810204081;
    uint256 private constant REFERENCE_MASK = (1 << 140) - 1;

    function lei(uint256 id) internal pure returns (uint256) {
        return id >> 156;
    }

    function version(uint256 id) internal pure returns (uint256) {
        return (id >> 140) & 0xffff;
    }

    /// @notice Whether the id could be a bill: 250 bits, a version from 1, a reference that is written as it must be.
    function isWellFormed(uint256 id) internal pure returns (bool) {
        if (id >> 250 != 0 || version(id) == 0) return false;
        uint256 text = id & REFERENCE_MASK;
        // A character is 0x20-0x5F exactly when one of its two upper bits is set, and unused when it is zero.
        uint256 fifth = (text >> 5) & LANES;
        uint256 sixth = (text >> 6) & LANES;
        uint256 used = fifth ^ sixth;
        if (fifth & sixth != 0 || text & ~(used * 0x7f) != 0) return false;
        // Used characters stand together at the left: whatever follows a used one on its left is used.
        if ((used << 7) & LANES & ~used != 0 || used >> 133 == 0) return false;
        // Neither the first nor the last is a space.
        uint256 last = used & (~used + 1);
        return text >> 133 != 0x20 && text & (last * 0x7f) != last * 0x20;
    }

    /// @notice The reference as text.
    function referenceOf(uint256 id) internal pure returns (string memory) {
        bytes memory text = new bytes(20);
        uint256 length = 0;
        for (uint256 shift = 133; length < 20; shift -= 7) {
            uint8 character = uint8((id >> shift) & 0x7f);
            if (character == 0) break;
            text[length++] = bytes1(character);
            if (shift == 0) break;
        }
        bytes memory trimmed = new bytes(length);
        for (uint256 i = 0; i < length; i++) {
            trimmed[i] = text[i];
        }
        return string(trimmed);
    }
}
