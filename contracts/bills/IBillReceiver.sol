// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccountWord} from "../identity/AccountWord.sol";
import {BillWord} from "./BillWord.sol";

/// @title What a room answers when a bill enters it
/// @notice A room is a contract that possesses bills *for somebody*, under a deal that its parties agreed. For whom, under
/// which deal, and who lodged, the ledger keeps ({IBills-lodging}); the room keeps no record of its own of who holds.
/// Bills that come back to a room (refused, recalled) come without a call, as they were.
/// Warning: both functions check that the caller is the ledger.
interface IBillReceiver {
    /// @notice Called by the ledger when a bill was lodged. Until it has answered, the room can do nothing with the bill; to
    /// refuse it, it reverts.
    /// @param word The bill as it is now.
    /// @param from The account that lodged it.
    /// @param giver The word of that account.
    /// @return holder The participant for whom the room holds it.
    /// @return deal The room's own: under which deal.
    function onBill(
        uint256 bill,
        BillWord word,
        address from,
        AccountWord giver,
        bytes calldata terms
    ) external returns (uint256 holder, uint208 deal);

    /// @notice Called by the ledger, last in the act, when bills that the room surrendered were replaced. Each replacement is
    /// held already as the first replaced bill was; the room may name another deal ({IBills-hold}), give it back or let
    /// it out. Nothing here is the carrier's.
    function onReplaced(uint256[] calldata bills, uint256[] calldata replacements) external;
}
