// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SurrenderFor, Terms} from "../bills/BillWord.sol";
import {IMoney} from "../money/IMoney.sol";
import {ILoanTerms} from "./ILoanTerms.sol";

/// @title Loans secured on bills: what is done more rarely
/// @notice Of the same address as {ILoanBook}: a facility begins, bills are amended, enforced or out on trust, its agent is
/// replaced.
interface ILoanDesk is ILoanTerms {
    // --------------------------------------------------------------------------------------------------------- verbs

    /// @notice Opens a facility; each lender's money comes in. Anyone who has all signatures.
    /// @param signatures Over {FACILITY_TYPEHASH}: of the borrower's account, the agent's, each lender's, all with TERMS.
    /// @param from What each lender pays out of; it allowed this book.
    function open(
        Facility calldata terms,
        bytes[] calldata signatures,
        IMoney[] calldata from
    ) external returns (uint256 facility);

    /// @notice Surrenders a bill to its carrier: for delivery or paper in default; for an amendment at any time, with the
    /// replacements agreed. The agent.
    /// @param to The carrier's account that answers.
    function surrender(uint256 bill, SurrenderFor purpose, address to, Terms[] calldata replacements) external;

    /// @notice Says what of the value and cargo of a replaced bill each of its other replacements has. The agent.
    function allot(uint256 bill, Share[] calldata shares) external;

    /// @notice Gives a bill to the borrower for a purpose, until a time; it counts as much as the terms say. The agent.
    /// @param to An account of the borrower.
    function entrust(uint256 bill, address to, uint256 until, bytes calldata purpose) external;

    /// @notice Says that the security was filed. The agent.
    function file(uint256 facility, Filing calldata filing) external;

    /// @notice Replaces the agent: more than half of the shares whose owners may vote, and the new agent, have signed
    /// {APPOINTMENT_TYPEHASH}. Anyone. Whoever acts, or is followed by an account that does, may vote; nobody of the borrower's
    /// group, as groups are now. A position of a lost account signs once {IPositions-recover} moved it.
    /// @param signatures Of the new agent's account, then of the owner of each position in favour.
    /// @param inFavour Positions, ascending.
    /// @param abstaining Positions whose owners may not vote, ascending: they count neither way.
    function replaceAgent(
        uint256 facility,
        address agentAccount,
        uint256 deadline,
        bytes[] calldata signatures,
        uint256[] calldata inFavour,
        uint256[] calldata abstaining
    ) external;

    /// @notice Holds a bill for the agent that there is now. Anyone.
    function handOver(uint256 bill) external;

    /// @notice Notes the ultimate parent of a carrier, as its participant has it now. Anyone.
    /// @param carrier LEI, first 18 characters, base 36.
    function groupCarrier(uint256 carrier) external;

    // --------------------------------------------------------------------------------------------------------- views

    function loan(uint256 facility) external view returns (Loan memory);

    /// @notice Under which pledge a bill lies here, or is out; zeros: none.
    function pledgeOf(
        uint256 bill
    )
        external
        view
        returns (uint256 facility, uint256 pledge, uint256 value, uint256 units, bool allotted, uint256 until);

    /// @notice Which facility was opened under these terms, by what all signed of them; 0: none.
    function facilityOf(bytes32 terms) external view returns (uint256);

    /// @notice Until when the security of a facility stands filed in a country; 0: it is not.
    function filedUntil(uint256 facility, bytes2 country) external view returns (uint256);

    /// @notice Groups whose word counts for no condition of a bill: borrower's, agent's, carrier's.
    function leftOut(uint256 facility, uint256 bill) external view returns (uint256[] memory);

    /// @notice What stands for the terms of a facility: their EIP-712 hash.
    function termsOf(Facility calldata terms) external pure returns (bytes32);

    /// @notice What the agent signs to take a bill at this count of its acts.
    function acceptanceOf(
        uint256 bill,
        uint256 actCount,
        Pledge calldata pledge
    ) external view returns (bytes32 digest);
}
