// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BillWord} from "../../../contracts/bills/BillWord.sol";
import {IBillReceiver} from "../../../contracts/bills/IBillReceiver.sol";
import {AccountWord} from "../../../contracts/identity/AccountWord.sol";

/// @title A room of the kit that names whatever holder and deal it is told to
/// @notice For test chains alone. Terms: holder, deal.
contract Decoy is IBillReceiver {
    /// What the ledger tells a room at its door.
    event Entered(uint256 word, uint256 giver);

    /// @inheritdoc IBillReceiver
    function onBill(
        uint256,
        BillWord word,
        address,
        AccountWord giver,
        bytes calldata terms
    ) external returns (uint256 holder, uint208 deal) {
        emit Entered(BillWord.unwrap(word), AccountWord.unwrap(giver));
        return abi.decode(terms, (uint256, uint208));
    }

    /// @inheritdoc IBillReceiver
    function onReplaced(uint256[] calldata, uint256[] calldata) external pure {}
}
