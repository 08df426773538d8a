// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

import {IBillReceiver} from "../bills/IBillReceiver.sol";
import {ISignedActs} from "../bills/ISignedActs.sol";
import {ILoanBook} from "./ILoanBook.sol";
import {ILoanDesk} from "./ILoanDesk.sol";

/// @title All that the address of {LoanBook} answers
/// @notice One address, one storage, two pieces of code: everyday verbs ({LoanBook}), rarer ones ({LoanDesk}); and what every
/// room can be told ({Room}).
interface ILoans is ILoanBook, ILoanDesk, IBillReceiver {
    /// @notice Carries out a signed call, once. Anyone.
    function act(
        address signer,
        bytes calldata call_,
        bytes32 salt,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice Shows an agreement to the ledger, for a later call of the same {multicall}.
    function agree(ISignedActs.Agreement calldata agreement, bytes calldata signature) external;

    /// @notice Shows a permit to a token, for a later call of the same {multicall}.
    function permit(
        IERC20Permit money,
        address owner,
        uint256 value,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    /// @notice Several calls in one transaction, all or none.
    function multicall(bytes[] calldata data) external returns (bytes[] memory results);
}
