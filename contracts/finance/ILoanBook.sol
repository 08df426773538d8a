// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBillSource} from "../bills/IBillSource.sol";
import {IMoney} from "../money/IMoney.sol";
import {ILoanTerms} from "./ILoanTerms.sol";
import {ILends} from "./IPositions.sol";
import {PrintWord} from "./PrintWord.sol";

/// @title Loans secured on bills
/// @notice A *facility* is opened in one act by the signatures of borrower, security agent and all lenders, and by the money of
/// all lenders. A bill in blank is lodged with the agent's signed acceptance; it is held for the agent, and its cargo is
/// registered, so that nobody secures another debt with it. With it, or later, the borrower draws. Anybody repays, interest
/// first; what the rest need not cover leaves in the same act. What comes in is the lenders', by their positions.
///
/// Interest is simple, by whole days (first in, last out), exact, and rounded half up when it is paid. A sale pays a
/// pledged bill where it lies ({IBillSource}). In default the agent sells; thirty days later anybody may begin it.
interface ILoanBook is ILoanTerms, IBillSource, ILends {
    // --------------------------------------------------------------------------------------------------------- verbs

    /// @notice Draws, up to what the bills cover. An account of the borrower, with MOVE and TERMS, which is paid.
    /// @param bill Of the facility, in the book: the condition is asked of it.
    function draw(uint256 facility, uint256 amount, uint256 bill, address[] calldata producers) external;

    /// @notice Repays, interest first, never more than is owed; what leaves goes back to whoever pledged it. Anyone; bills leave
    /// when {discharge} would let them.
    /// @param most No more than this is taken.
    function repay(uint256 facility, uint256 most, IMoney from, Collateral[] calldata bills) external;

    /// @notice Lets bills go that the debt does not need. An account of borrower or agent, with MOVE; anyone, once nothing is owed
    /// and nothing can be drawn any more.
    function discharge(uint256 facility, Collateral[] calldata bills) external;

    /// @notice Ends what is left of a bill that was paid for; of one that ended or is out, once nothing is owed and nothing can
    /// be drawn any more. Anyone who has its prints.
    function forget(uint256 bill, PrintWord[] calldata prints) external;

    /// @notice Names who may take a bill where it lies, and under which deal. The borrower; in default the agent; thirty days
    /// after default began, and after the agent was heard last, anyone, for no less than the reserve, until the agent is heard again.
    /// It is heard by whatever it alone may do for the facility, and when it becomes the agent.
    /// @param least In default: the lowest price. All of the price is paid here; what is beyond the debt is the borrower's.
    function instruct(uint256 bill, address room, bytes32 deal, uint256 least) external;

    /// @notice Pays a position what it is owed. Anyone, to its owner; who cannot be paid keeps the claim.
    function claim(uint256 position) external;

    /// @notice After the last second of drawing, what was not drawn is the lenders'. Anyone.
    function endAvailability(uint256 facility) external;

    /// @notice Takes what a sale in default brought beyond the debt. An account of the borrower, with MOVE and TERMS.
    function takeSurplus(uint256 facility) external;

    // --------------------------------------------------------------------------------------------------------- views

    /// @notice What is owed now; interest rounded half up.
    function owed(
        uint256 facility
    ) external view returns (uint256 principal, uint256 interest, uint256 covered, bool inDefault);
}
