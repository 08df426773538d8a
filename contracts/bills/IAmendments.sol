// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Kind, RecordLaw, Terms} from "./BillWord.sol";

/// @title The bill on its rarer roads: replaced, from and to paper, recovered
/// @notice Read {IBills} first; the same words and the same shape of verb hold here.
interface IAmendments {
    // -------------------------------------------------------------------------------------------------------- events

    event IssuedFromPaper(
        uint256 indexed bill,
        address indexed actor,
        address indexed possessor,
        uint256 titleholder,
        Kind kind,
        bytes32 root,
        bytes32 checksum,
        bytes8 carriageLaw,
        RecordLaw recordLaw,
        uint256 actCount,
        uint256 issued,
        uint256 originals,
        bytes32 statement,
        bytes remark
    );
    event ReplacementIssued(
        uint256 indexed bill,
        address indexed actor,
        address indexed possessor,
        uint256 titleholder,
        Kind kind,
        bytes32 root,
        bytes32 checksum,
        bytes8 carriageLaw,
        RecordLaw recordLaw,
        uint256 actCount,
        uint256 issued,
        uint256[] replaces
    );
    /// Beside {ReplacementIssued}: the room that surrendered holds the replacement as it held the first replaced bill.
    event HeldOn(uint256 indexed bill, address indexed room, uint256 indexed holder, uint208 deal);
    event Replaced(uint256 indexed bill, address indexed actor, uint256[] replacements, uint256 actCount, bytes remark);
    event SwitchedToPaper(
        uint256 indexed bill,
        address indexed actor,
        uint256 originals,
        bytes32 statement,
        uint256 actCount,
        bytes remark
    );
    /// Possession followed a recovered account to its successor.
    event PossessionRecovered(uint256 indexed bill, address indexed from, address indexed to, uint256 actCount);

    // -------------------------------------------------------------------------------------------------------- errors

    error ReplacementsNotAgreed(uint256 bill, bytes32 replacements);
    error NotOneSurrenderer(uint256 bill);
    error TooMany(uint256 count, uint256 most);
    error StatementRequired();
    error NothingToRecover(uint256 bill);
    /// The statement of a change of medium is about one paper original at least.
    error OriginalsRequired();
    /// Bills that are replaced in one act were held for one, lodged by one account in one way.
    error NotOneLodging(uint256 bill);

    // --------------------------------------------------------------------------------------------------------- verbs

    /// @notice Accepts a surrender for amendment and reissues, in one act, to whoever surrendered: amend, change of
    /// destination, switch, split, combine. The carrier, with role ISSUE too. The bills were surrendered by one account,
    /// and it agreed to the replacements by hash or signature; a titleholder that is somebody else too. Of a bill to order
    /// or by name that becomes straight, its titleholder is the shipper. What a room surrendered it holds on, as before.
    function replace(uint256[] calldata bills, Terms[] calldata replacements, bytes calldata remark) external;

    /// @notice Issues a bill in place of paper, version 1 or the next after `Paper` (L12). As {IBills-issue}.
    /// @param originals How many paper originals were made inoperative; never zero.
    /// @param statement Hash of the statement of change of medium; never zero.
    function issueFromPaper(
        Terms calldata terms,
        address possessor,
        uint256 originals,
        bytes32 statement,
        bytes calldata remark
    ) external;

    /// @notice Accepts a surrender for paper: the record ends (L13). The carrier.
    /// @param originals How many paper originals are issued; never zero.
    /// @param statement Hash of the statement of change of medium; never zero.
    function toPaper(uint256 bill, uint256 originals, bytes32 statement, bytes calldata remark) external;

    /// @notice Moves a bill from a recovered or removed account to its successor; terminal bills stay, and so does a right
    /// to reject. Anyone.
    function recover(uint256 bill) external;

    // --------------------------------------------------------------------------------------------------------------- views

    /// @notice The hash of the replacements agreed in a pending surrender for amendment, or zero.
    function agreedReplacements(uint256 id) external view returns (bytes32);

    /// @notice What a surrender for amendment agrees to: keccak256(abi.encode(bills, replacements)).
    function replacementsHash(uint256[] calldata bills, Terms[] calldata replacements) external pure returns (bytes32);

    /// @notice Last second since 1970 at which what was received may be rejected; 0: nothing may.
    function rejectableUntil(uint256 id) external view returns (uint256);

    /// @notice First second since 1970 at which a pending surrender may be recalled; 0: no surrender waits.
    function recallableFrom(uint256 id) external view returns (uint256);
}
