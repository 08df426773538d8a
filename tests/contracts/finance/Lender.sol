// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BillWord} from "../../../contracts/bills/BillWord.sol";
import {IBillReceiver} from "../../../contracts/bills/IBillReceiver.sol";
import {AccountWord} from "../../../contracts/identity/AccountWord.sol";
import {ILends, IPositions} from "../../../contracts/finance/IPositions.sol";

/// @title A room that lends, as far as positions and registrations see it: whatever it is told came in
/// @notice For test chains alone: it obeys anybody.
contract Lender is ILends, IBillReceiver {
    struct Loan {
        uint120 paid;
        uint120 shares;
    }

    event CameIn(uint256 indexed loan, uint120 paid, uint120 shares);
    event TakenFor(uint256 indexed position, address owner, uint256 due);

    /// It lends without bills.
    error TakesNoBills();

    mapping(uint256 loan => Loan) private _loans;

    /// @notice Says what came in for a loan, and of how many shares it is.
    function comeIn(uint256 loan, uint120 paid, uint120 shares) external {
        _loans[loan] = Loan(paid, shares);
        emit CameIn(loan, paid, shares);
    }

    /// @notice Takes what a position is owed.
    function takeFor(IPositions positions, uint256 position) external {
        Loan memory loan = _loans[uint24(position >> 32)];
        (address owner, uint256 due) = positions.take(position, loan.paid, loan.shares);
        emit TakenFor(position, owner, due);
    }

    /// @notice Calls another contract, and hands on what it reverts with.
    function run(address to, bytes calldata call_) external {
        (bool done, bytes memory answer) = to.call(call_);
        if (done) return;
        assembly ("memory-safe") {
            revert(add(answer, 32), mload(answer))
        }
    }

    /// @inheritdoc IBillReceiver
    function onBill(uint256, BillWord, address, AccountWord, bytes calldata) external pure returns (uint256, uint208) {
        revert TakesNoBills();
    }

    /// @inheritdoc IBillReceiver
    function onReplaced(uint256[] calldata, uint256[] calldata) external pure {
        revert TakesNoBills();
    }

    /// @inheritdoc ILends
    function paidIn(uint256 loan) external view returns (uint256 paid, uint256 shares) {
        return (_loans[loan].paid, _loans[loan].shares);
    }
}
