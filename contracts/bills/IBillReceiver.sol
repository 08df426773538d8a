// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What a room answers when a bill enters it
/// @notice A room is a contract that possesses bills *for somebody*, under terms that its parties signed.
interface IBillReceiver {
    /// @notice A room logs each change of the one for whom it holds a bill, as a transfer between persons (T1, L5):
    /// 0 when it has let the bill out.
    event HeldFor(uint256 indexed bill, uint256 indexed participant);

    /// @notice Called by the bills contract, last in the act, when bills have entered: lodged, issued, or reissued.
    /// Bills that come back to a room (refused, recalled, rejected) come without a call: no exit calls its recipient.
    /// Warning: check that the caller is the bills contract.
    /// @param bills What entered.
    /// @param from The account that gave them.
    /// @param signer The account that authorised the act: the possessor, or the carrier.
    /// @param data The terms.
    /// @return This function's selector; anything else undoes the act.
    function onBill(
        uint256[] calldata bills,
        address from,
        address signer,
        bytes calldata data
    ) external returns (bytes4);

    /// @notice The one participant for whom the room holds a bill now; never zero while it possesses it (L5, P1).
    function holderFor(uint256 bill) external view returns (uint256 participant);
}
